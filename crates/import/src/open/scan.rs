//! Our own strict reading of a sheet's XML, beside calamine's: what each cell says as it stands in the file.
//!
//! * In: the bytes of one worksheet part. Out: its cells one by one, raw, and what only the XML knows: hidden rows and
//!   columns, merges, an active filter.
//! * Strict: whatever a reader could take in two ways is a [`ScanError`] with its cell: a value in pieces, a value twice,
//!   a reference that contradicts its row or lies beyond the grid, an unknown element in a cell.
//! * Never: keeps more than one cell in memory, resolves shared strings, or decides what a value means.

use super::heads::{CellHead, cell_head, hidden_columns, merged, row_head};
use super::quick;
use super::tags::{Event, TagError, Tags};
use jixiao_core::Cells;
use std::io::Read;

/// The last row and column of a sheet, counted from zero.
pub(super) const LAST_ROW: u32 = 1_048_575;
pub(super) const LAST_COLUMN: u32 = 16_383;
/// Merges beyond this number are no table.
const MERGES: usize = 200_000;
/// The longest text of a cell in bytes: 32,767 characters, each escaped.
const TEXT: usize = 1 << 20;

/// Why the XML of a sheet is refused.
#[derive(Debug)]
pub(super) enum ScanError {
    /// Something at a cell.
    Cell { row: u32, column: u32, zh: String, en: String },
    /// Something in the sheet.
    Sheet { zh: &'static str, en: &'static str },
    /// The stream.
    Tag(TagError),
}

impl From<TagError> for ScanError {
    fn from(error: TagError) -> ScanError {
        ScanError::Tag(error)
    }
}

/// The `t` of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    /// No `t`: a number, as a rule.
    None,
    /// `n`.
    Number,
    /// `s`: an index of the shared strings.
    Shared,
    /// `inlineStr`.
    Inline,
    /// `str`: the text a formula gave.
    Text,
    /// `b`.
    Bool,
    /// `e`.
    Error,
    /// `d`: a date in ISO 8601.
    Date,
}

/// A cell as it stands in the file. Reused from cell to cell.
#[derive(Debug)]
pub(super) struct RawCell {
    /// Row counted from zero.
    pub(super) row: u32,
    /// Column counted from zero.
    pub(super) column: u32,
    /// Its type.
    pub(super) kind: Type,
    /// Its style's number.
    pub(super) style: Option<u32>,
    /// Whether it has a formula.
    pub(super) formula: bool,
    /// Whether it has a `<v>`.
    pub(super) has_value: bool,
    /// The raw text of `<v>`, or of `<is>` for inline strings, with entities as they stand.
    pub(super) text: Vec<u8>,
    /// Whether `text` means itself: no entity, no escape, nothing that XML would change.
    pub(super) plain: bool,
}

/// What only the XML knows of a sheet.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// Merged areas.
    pub(super) merges: Vec<Cells>,
    /// Hidden rows that are in the file.
    pub(super) hidden_rows: Vec<u32>,
    /// Hidden columns as ranges, ends included.
    pub(super) hidden_columns: Vec<(u32, u32)>,
    /// Whether a filter is active.
    pub(super) filtered: bool,
    /// Whether cells came in another order than from left to right and down.
    pub(super) disordered: bool,
}

/// The scanner.
pub(super) struct Scan<R> {
    tags: Tags<R>,
    /// What was learned so far; complete after [`Scan::finish`].
    pub(super) facts: Facts,
    /// The cell that [`Scan::next`] found.
    pub(super) cell: RawCell,
    row: u32,
    column: u32,
    last: Option<(u32, u32)>,
    in_row: bool,
    ended: bool,
    depth: u32,
}

const CUT: ScanError = ScanError::Sheet {
    zh: "工作表内容不完整，缺少数据区",
    en: "the sheet is incomplete, its data are missing",
};
const NESTED: ScanError = ScanError::Sheet {
    zh: "工作表数据区内有无法识别的结构",
    en: "the sheet's data have a structure that is not understood",
};

impl<R: Read> Scan<R> {
    /// Reads up to the first cell.
    pub(super) fn new(source: R) -> Result<Scan<R>, ScanError> {
        let cell = RawCell {
            row: 0,
            column: 0,
            kind: Type::None,
            style: None,
            formula: false,
            has_value: false,
            text: Vec::new(),
            plain: true,
        };
        let mut scan = Scan {
            tags: Tags::new(source)?,
            facts: Facts::default(),
            cell,
            row: 0,
            column: 0,
            last: None,
            in_row: false,
            ended: false,
            depth: 0,
        };
        scan.head()?;
        Ok(scan)
    }

    fn head(&mut self) -> Result<(), ScanError> {
        loop {
            match self.tags.next()? {
                Event::Start { name: b"sheetData", empty, .. } if self.depth == 1 => {
                    self.ended = empty;
                    return Ok(());
                }
                Event::Start { name: b"sheetData", .. } => return Err(NESTED),
                Event::Start { name: b"col", attributes, empty, .. } => {
                    if let Some(range) = hidden_columns(attributes)? {
                        self.facts.hidden_columns.push(range);
                    }
                    self.depth += u32::from(!empty);
                }
                Event::Start { empty, .. } => self.depth += u32::from(!empty),
                Event::End { .. } => self.depth = self.depth.saturating_sub(1),
                Event::Eof => return Err(CUT),
                _ => {}
            }
        }
    }

    /// Reads the next cell into [`Scan::cell`]; false when there is none left.
    pub(super) fn next(&mut self) -> Result<bool, ScanError> {
        if self.ended {
            return Ok(false);
        }
        if self.in_row && self.quick()? {
            return Ok(true);
        }
        loop {
            match self.tags.next()? {
                Event::Start { name: b"c", attributes, empty, .. } if self.in_row => {
                    let head = cell_head(attributes)?;
                    self.place(head)?;
                    if !empty {
                        self.body()?;
                    }
                    return Ok(true);
                }
                Event::End { name: b"row", .. } if self.in_row => {
                    self.in_row = false;
                    self.row += 1;
                }
                Event::Start { name: b"row", attributes, empty, .. } if !self.in_row => {
                    let (number, hidden) = row_head(attributes, self.row)?;
                    self.row = number;
                    self.column = 0;
                    if hidden {
                        self.facts.hidden_rows.push(number);
                    }
                    self.in_row = !empty;
                    self.row += u32::from(empty);
                }
                Event::End { name: b"sheetData", .. } if !self.in_row => {
                    self.ended = true;
                    return Ok(false);
                }
                Event::Start { name, empty, .. } => {
                    if matches!(name, b"c" | b"row" | b"sheetData") {
                        return Err(NESTED);
                    }
                    if !empty {
                        self.skip()?;
                    }
                }
                Event::End { .. } => return Err(NESTED),
                Event::Eof => return Err(CUT),
                _ => {}
            }
        }
    }

    fn quick(&mut self) -> Result<bool, ScanError> {
        let Some(cell) = quick::cell(self.tags.window()) else { return Ok(false) };
        let reference = Some(cell.place);
        self.place(CellHead { reference, kind: Some(cell.kind), style: cell.style })?;
        if let Some(text) = cell.text {
            self.cell.has_value = true;
            self.cell.text.extend_from_slice(&self.tags.window()[text]);
        }
        self.tags.consume(cell.length);
        Ok(true)
    }

    /// Passes over an element that means nothing to us, such as an extension list.
    fn skip(&mut self) -> Result<(), ScanError> {
        let mut depth = 1u32;
        while depth > 0 {
            match self.tags.next()? {
                Event::Start { name: b"c" | b"row" | b"sheetData", .. } => return Err(NESTED),
                Event::End { name: b"c" | b"row" | b"sheetData", .. } => return Err(NESTED),
                Event::Start { empty, .. } => depth += u32::from(!empty),
                Event::End { .. } => depth -= 1,
                Event::Eof => return Err(CUT),
                _ => {}
            }
        }
        Ok(())
    }

    fn place(&mut self, head: CellHead) -> Result<(), ScanError> {
        let row = self.row;
        let (stated, column) = match head.reference {
            Some(place) => place,
            None => (row, self.column),
        };
        let wrong = |zh: String, en: String| ScanError::Cell { row, column, zh, en };
        if stated != row {
            return Err(wrong(
                format!("单元格写明在第 {} 行，却放在第 {} 行中", stated + 1, row + 1),
                format!("a cell says row {} but stands in row {}", stated + 1, row + 1),
            ));
        }
        if row > LAST_ROW || column > LAST_COLUMN {
            return Err(wrong(
                "单元格超出 XFD1048576".to_owned(),
                "a cell lies beyond XFD1048576".to_owned(),
            ));
        }
        if self.last == Some((row, column)) {
            return Err(twice(row, column));
        }
        self.facts.disordered |= self.last.is_some_and(|last| last > (row, column));
        self.last = Some((row, column));
        self.column = column + 1;
        let Some(kind) = head.kind else {
            return Err(wrong(
                "单元格类型无法识别".to_owned(),
                "the cell's type is unknown".to_owned(),
            ));
        };
        self.cell.row = row;
        self.cell.column = column;
        self.cell.kind = kind;
        self.cell.style = head.style;
        self.cell.formula = false;
        self.cell.has_value = false;
        self.cell.text.clear();
        self.cell.plain = true;
        Ok(())
    }

    fn body(&mut self) -> Result<(), ScanError> {
        let mut inline = false;
        loop {
            match self.tags.next()? {
                Event::End { name: b"c", .. } => return Ok(()),
                Event::Start { name: b"v", empty, .. } => {
                    if self.cell.has_value {
                        return Err(self.here("单元格有两个值", "the cell has two values"));
                    }
                    self.cell.has_value = true;
                    if !empty {
                        self.value(inline)?;
                    }
                }
                Event::Start { name: b"f", empty, .. } => {
                    if self.cell.formula {
                        return Err(self.here("单元格有两个公式", "the cell has two formulas"));
                    }
                    self.cell.formula = true;
                    if !empty {
                        self.formula()?;
                    }
                }
                Event::Start { name: b"is", empty, .. } => {
                    if inline {
                        return Err(self.here("单元格有两个文本", "the cell has two texts"));
                    }
                    inline = true;
                    if !empty {
                        self.inline_text()?;
                    }
                }
                Event::Text(text) if text.trim_ascii().is_empty() => {}
                Event::Aside => {}
                Event::Eof => return Err(CUT),
                _ => {
                    return Err(self.here(
                        "单元格内有无法识别的内容",
                        "the cell holds something that is not understood",
                    ));
                }
            }
        }
    }

    /// The text of `<v>` must be in one piece: a reader that stops at the first piece would see another number. Beside an
    /// inline text that came before, the value is redundant and not kept; one that comes after replaces it.
    fn value(&mut self, beside_inline: bool) -> Result<(), ScanError> {
        let mut pieces = 0;
        loop {
            match self.tags.next()? {
                Event::Text(text) if pieces == 0 => {
                    pieces += 1;
                    if !beside_inline {
                        self.cell.text.extend_from_slice(text);
                    }
                }
                Event::End { name: b"v", .. } => break,
                Event::Eof => return Err(CUT),
                _ => return Err(self.here("单元格的值被拆成几段", "the cell's value is in pieces")),
            }
        }
        let cell = &mut self.cell;
        cell.plain = is_plain(&cell.text);
        let worded = matches!(cell.kind, Type::Text | Type::Date | Type::Inline);
        if !cell.plain && !worded && cell.text.contains(&b'&') {
            return Err(self.here("单元格的值含有转义字符", "the cell's value holds an entity"));
        }
        if self.cell.text.len() > TEXT {
            return Err(self.here("单元格文本过长", "the cell's text is too long"));
        }
        Ok(())
    }

    fn formula(&mut self) -> Result<(), ScanError> {
        loop {
            match self.tags.next()? {
                Event::End { name: b"f", .. } => return Ok(()),
                Event::Text(_) | Event::CData(_) | Event::Aside => {}
                Event::Eof => return Err(CUT),
                _ => return Err(self.here("公式结构错误", "the formula is malformed")),
            }
        }
    }

    /// Joins the runs of `<is>`, without phonetic hints.
    fn inline_text(&mut self) -> Result<(), ScanError> {
        let (mut phonetic, mut within, mut runs) = (false, false, 0);
        self.cell.text.clear();
        self.cell.plain = true;
        loop {
            match self.tags.next()? {
                Event::Start { name: b"rPh", empty, .. } => phonetic = !empty,
                Event::End { name: b"rPh", .. } => phonetic = false,
                Event::Start { name: b"t", empty, .. } if !phonetic => {
                    within = !empty;
                    runs += 1;
                }
                Event::End { name: b"t", .. } => within = false,
                Event::Text(text) if within && !phonetic => self.cell.text.extend_from_slice(text),
                Event::CData(text) if within && !phonetic => {
                    self.cell.text.extend_from_slice(text);
                    self.cell.plain = false;
                }
                Event::Aside if within => self.cell.plain = false,
                Event::End { name: b"is", .. } => break,
                Event::End { name: b"c", .. } | Event::Eof => return Err(CUT),
                // An end that is misspelt would let this text swallow the cells behind it.
                Event::Start { name: b"c" | b"row" | b"is" | b"v" | b"f", .. } => {
                    return Err(NESTED);
                }
                Event::End { name: b"row" | b"sheetData", .. } => return Err(NESTED),
                _ => {}
            }
            if self.cell.text.len() > TEXT {
                return Err(self.here("单元格文本过长", "the cell's text is too long"));
            }
        }
        // Space around a text may be trimmed by a reader; of several runs each may.
        let cell = &mut self.cell;
        let trimmed = cell.text.trim_ascii().len() == cell.text.len();
        cell.plain &= runs < 2 && trimmed && is_plain(&cell.text);
        Ok(())
    }

    fn here(&self, zh: &str, en: &str) -> ScanError {
        let RawCell { row, column, .. } = self.cell;
        ScanError::Cell { row, column, zh: zh.to_owned(), en: en.to_owned() }
    }

    /// Reads the rest of the part, to its checksum. To be called when [`Scan::next`] found no further cell.
    pub(super) fn finish(&mut self) -> Result<(), ScanError> {
        loop {
            match self.tags.next()? {
                Event::Start { name, attributes, empty, .. } => {
                    match name {
                        b"sheetData" | b"row" | b"c" => return Err(NESTED),
                        b"mergeCell" => {
                            if let Some(merge) = merged(attributes)? {
                                self.facts.merges.push(merge);
                            }
                        }
                        b"filterColumn" | b"sortState" => self.facts.filtered |= name[0] == b'f',
                        _ => {}
                    }
                    self.depth += u32::from(!empty);
                }
                Event::End { .. } => self.depth = self.depth.checked_sub(1).ok_or(NESTED)?,
                Event::Eof if self.depth == 0 => return Ok(()),
                Event::Eof => return Err(CUT),
                _ => {}
            }
            if self.facts.merges.len() > MERGES {
                return Err(ScanError::Sheet {
                    zh: "合并单元格过多",
                    en: "there are too many merged areas",
                });
            }
        }
    }
}

/// A cell that stands twice in the sheet.
pub(super) fn twice(row: u32, column: u32) -> ScanError {
    ScanError::Cell {
        row,
        column,
        zh: "同一单元格出现两次".to_owned(),
        en: "the same cell stands twice in the sheet".to_owned(),
    }
}

/// Whether a text stands for itself: no entity, no `_x000D_`, no line end that XML would change.
fn is_plain(text: &[u8]) -> bool {
    memchr::memchr3(b'&', b'\r', b'_', text).is_none()
}
