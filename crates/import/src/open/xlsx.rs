//! `.xlsx` and `.xlsm`: calamine and our own scanner read every sheet side by side, cell by cell.
//!
//! * In: a package that passed the gate. Out: sheets and findings.
//! * Where the two readings disagree, or the file can be read in two ways, the file is refused with sheet and cell.
//! * Never: gives a value that only one of the two has seen, or reads a hidden sheet.

use super::error::OpenError;
use super::gate::Package;
use super::parts::{self, Parts};
use super::scan::{LAST_ROW, RawCell, Scan, ScanError, Type, twice};
use super::serial;
use super::stale::{self, Sum};
use super::tags::decode;
use super::{Context, Limits, notes, state};
use crate::grid::{Cell, Format, Sheet, SheetBuilder, SheetState, Value};
use calamine::{DataRef, Reader, SheetType, Xlsx, XlsxError, XlsxFormulaMetadata};
use jixiao_core::Finding;
use std::collections::HashSet;
use std::io::Cursor;

type Record<'a> = calamine::XlsxCellFormulaMetadataRecord<'a>;

/// Reads all visible sheets.
pub(super) fn read(
    bytes: &[u8],
    package: &mut Package<'_>,
    limits: &Limits,
    context: &Context,
) -> Result<(Vec<Sheet>, Vec<Finding>), OpenError> {
    let parts = parts::read(package, limits, context)?;
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| match error {
        XlsxError::Password => OpenError::Encrypted { file: context.file.clone() },
        other => context.foreign("", &other),
    })?;
    let is_1904 = workbook.has_1904_epoch();
    let listed = workbook.sheets_metadata().to_vec();
    let agree = listed.len() == parts.sheets.len()
        && listed.iter().zip(&parts.sheets).all(|(sheet, (name, _))| sheet.name == *name);
    let mut names = HashSet::new();
    if !agree || !parts.sheets.iter().all(|(name, _)| names.insert(name.to_lowercase())) {
        return Err(context.damaged(
            "工作表清单有重名或无法读取",
            "the list of sheets has a name twice or cannot be read",
        ));
    }

    let (mut sheets, mut findings) = (Vec::new(), Vec::new());
    let mut budget = limits.cells;
    for (listed, (name, path)) in listed.iter().zip(&parts.sheets) {
        if listed.typ != SheetType::WorkSheet {
            continue;
        }
        let builder = SheetBuilder::new(name.as_str(), state(listed.visible));
        if state(listed.visible) != SheetState::Visible {
            sheets.push(builder.build());
            continue;
        }
        let reading = Reading {
            parts: &parts,
            context,
            name,
            builder,
            is_1904,
            externals: Vec::new(),
            sums: Vec::new(),
        };
        let sheet = reading.run(&mut workbook, package, path, &mut budget, &mut findings);
        let sheet = sheet.map_err(|error| whole(error, package, path, context))?;
        sheets.push(sheet);
    }
    Ok((sheets, findings))
}

/// When the readers disagree because the packed bytes are damaged, that is the better message.
fn whole(error: OpenError, package: &mut Package<'_>, path: &str, context: &Context) -> OpenError {
    match error {
        OpenError::Damaged { .. } => package.verify(path, context).err().unwrap_or(error),
        other => other,
    }
}

struct Reading<'a> {
    parts: &'a Parts,
    context: &'a Context,
    name: &'a str,
    builder: SheetBuilder,
    is_1904: bool,
    externals: Vec<(u32, u32)>,
    sums: Vec<Sum>,
}

impl Reading<'_> {
    fn run<R: std::io::Read + std::io::Seek>(
        mut self,
        workbook: &mut Xlsx<R>,
        package: &mut Package<'_>,
        path: &str,
        budget: &mut usize,
        findings: &mut Vec<Finding>,
    ) -> Result<Sheet, OpenError> {
        let mut scan = Scan::new(package.stream(path, self.context)?).map_err(|e| self.scan(e))?;
        let mut cells = workbook
            .worksheet_cells_reader(self.name)
            .map_err(|error| self.context.foreign(self.name, &error))?;
        let mut columns = [false; 1 << 14];
        while scan.next().map_err(|e| self.scan(e))? {
            let raw = &scan.cell;
            let record = match cells.next_cell_with_formula_metadata() {
                Ok(Some(record)) => Some(record),
                Ok(None) => return Err(self.differ(raw, "位置", "the place")),
                // Newer error words such as #SPILL! are unknown to calamine, which goes on after them.
                Err(XlsxError::CellError(_)) if raw.kind == Type::Error => None,
                Err(error) => return Err(self.cell_error(raw, &error)),
            };
            if let Some(cell) = self.agree(raw, record.as_ref())? {
                if self.builder.len() >= *budget {
                    return Err(self.too_many());
                }
                columns[cell.column as usize] = true;
                self.builder.push(cell);
            }
        }
        if let Ok(Some(record)) = cells.next_cell_with_formula_metadata() {
            let (row, column) = record.pos;
            return Err(self.at(row, column, "两种读法位置不一致", "two readings differ in place"));
        }
        scan.finish().map_err(|e| self.scan(e))?;
        let facts = std::mem::take(&mut scan.facts);
        drop(scan);
        if facts.disordered {
            self.refuse_twice(package, path)?;
        }
        *budget -= self.builder.len();

        let columns_hidden = facts.hidden_columns.iter().flat_map(|(first, last)| *first..=*last);
        let hidden: std::collections::BTreeSet<u32> =
            columns_hidden.filter(|column| columns[*column as usize]).collect();
        self.builder.facts().hidden_columns = hidden.into_iter().collect();
        self.builder.facts().merges = facts.merges;
        let mut sheet = notes::build(self.builder, self.context, self.name)?;
        stale::forget(&mut sheet, &self.sums);
        let hidden_rows =
            facts.hidden_rows.into_iter().filter(|row| sheet.row(*row).next().is_some());
        let hidden_rows: std::collections::BTreeSet<u32> = hidden_rows.collect();
        sheet.hidden_rows = hidden_rows.into_iter().collect();
        notes::external(&sheet, &self.externals, self.context, findings);
        notes::hidden(&sheet, facts.filtered, self.context, findings);
        notes::full(&sheet, LAST_ROW, self.context, findings);
        Ok(sheet)
    }

    /// The cell that both readers see; `None` when it is empty.
    fn agree<'c>(
        &mut self,
        raw: &'c RawCell,
        record: Option<&'c Record<'_>>,
    ) -> Result<Option<Cell<'c>>, OpenError> {
        let (row, column, formula) = (raw.row, raw.column, raw.formula);
        if let Some(record) = record {
            if record.pos != (row, column) {
                return Err(self.differ(raw, "位置", "the place"));
            }
            if record.formula.is_some() != formula {
                return Err(self.differ(raw, "公式", "the formula"));
            }
            if let Some(text) = record.formula.as_ref().and_then(formula_text) {
                if text.contains("DISPIMG(") {
                    // A picture in a cell (WPS); its text is no value.
                    return Ok(None);
                }
                if is_external(text) {
                    self.externals.push((row, column));
                }
                self.sums.extend(stale::parse(row, column, text));
            }
        }
        let format = self.format(raw)?;
        let value = match record.map(|record| &record.value) {
            None => Value::Error(str_of(&raw.text)),
            Some(DataRef::Empty) => return self.empty(raw, format),
            Some(DataRef::Error(error)) if raw.kind == Type::Error => {
                if error.to_string().as_bytes() != raw.text {
                    return Err(self.differ(raw, "错误值", "the error value"));
                }
                Value::Error(str_of(&raw.text))
            }
            Some(DataRef::Bool(truth)) if raw.kind == Type::Bool => {
                if *truth != matches!(raw.text.trim_ascii(), b"1" | b"true" | b"TRUE" | b"True") {
                    return Err(self.differ(raw, "逻辑值", "the truth value"));
                }
                Value::Bool(*truth)
            }
            Some(DataRef::SharedString(text)) if raw.kind == Type::Shared => {
                let index = str_of(&raw.text);
                let digits = index.bytes().all(|byte| byte.is_ascii_digit());
                let known = digits && index.parse().is_ok_and(|i: usize| i < self.parts.strings);
                if !known {
                    return Err(self.at(
                        row,
                        column,
                        "引用了不存在的文本",
                        "it refers to a text that does not exist",
                    ));
                }
                Value::Text(text)
            }
            Some(DataRef::String(text)) => self.text(raw, text)?,
            Some(DataRef::DateTimeIso(text)) if raw.kind == Type::Date => {
                serial::from_iso(text).map_or(Value::Text(text), Value::Date)
            }
            Some(DataRef::Float(number)) => self.number(raw, *number, format)?,
            Some(DataRef::DateTime(date)) => self.number(raw, date.as_f64(), format)?,
            Some(_) => return Err(self.differ(raw, "类型", "the type")),
        };
        Ok(Some(Cell { row, column, value, format, formula }))
    }

    fn format(&self, raw: &RawCell) -> Result<Format, OpenError> {
        let formats = &self.parts.formats;
        match raw.style {
            None => Ok(formats.first().copied().unwrap_or_default()),
            Some(style) => match formats.get(style as usize) {
                Some(format) => Ok(*format),
                None if formats.is_empty() => Ok(Format::Plain),
                None => Err(self.at(
                    raw.row,
                    raw.column,
                    "单元格引用了不存在的格式",
                    "the cell refers to a format that does not exist",
                )),
            },
        }
    }

    /// Calamine sees nothing: so must we, or the formula lacks its result.
    fn empty<'c>(&self, raw: &RawCell, format: Format) -> Result<Option<Cell<'c>>, OpenError> {
        let (row, column) = (raw.row, raw.column);
        if !raw.text.trim_ascii().is_empty() {
            return Err(self.differ(raw, "内容", "the content"));
        }
        let empty_text = raw.kind == Type::Text && raw.has_value;
        if !raw.formula || empty_text {
            return Ok(None);
        }
        Ok(Some(Cell { row, column, value: Value::NoCachedValue, format, formula: true }))
    }

    fn text<'c>(&self, raw: &RawCell, text: &'c str) -> Result<Value<'c>, OpenError> {
        let worded = matches!(raw.kind, Type::Text | Type::Inline | Type::None);
        let same = if raw.plain { text.as_bytes() == raw.text } else { same_text(&raw.text, text) };
        if worded && same {
            Ok(Value::Text(text))
        } else {
            Err(self.differ(raw, "文本", "the text"))
        }
    }

    fn number<'c>(
        &self,
        raw: &'c RawCell,
        number: f64,
        format: Format,
    ) -> Result<Value<'c>, OpenError> {
        if !matches!(raw.kind, Type::None | Type::Number) {
            return Err(self.differ(raw, "类型", "the type"));
        }
        let text = str_of(&raw.text);
        if !number.is_finite() {
            return Ok(Value::Error(if number.is_nan() { "NaN" } else { "inf" }));
        }
        if text.parse().ok().map(f64::to_bits) != Some(number.to_bits()) {
            return Err(self.differ(raw, "数值", "the number"));
        }
        if !raw.formula && is_long_code(text) {
            return Ok(Value::Text(text));
        }
        if format == Format::Date && serial::is_date(number) {
            return Ok(Value::Date(serial::of_1900(number, self.is_1904)));
        }
        Ok(Value::Number(number))
    }

    /// Cells out of order are rare and allowed; cells twice are not.
    fn refuse_twice(&self, package: &mut Package<'_>, path: &str) -> Result<(), OpenError> {
        let mut scan = Scan::new(package.stream(path, self.context)?).map_err(|e| self.scan(e))?;
        let mut places = HashSet::new();
        while scan.next().map_err(|e| self.scan(e))? {
            let (row, column) = (scan.cell.row, scan.cell.column);
            if !places.insert((row, column)) {
                return Err(self.scan(twice(row, column)));
            }
            if places.len() > 8_000_000 {
                return Err(self.too_many());
            }
        }
        Ok(())
    }

    fn too_many(&self) -> OpenError {
        self.context.limit(
            format!("工作表“{}”使单元格总数超过上限", self.name),
            format!("with the sheet {} there are more cells than allowed", self.name),
        )
    }

    fn at(&self, row: u32, column: u32, zh: &str, en: &str) -> OpenError {
        self.context.damaged_at(self.name, Some((row, column)), zh, en)
    }

    fn differ(&self, raw: &RawCell, zh: &str, en: &str) -> OpenError {
        let zh = format!("两种读法得到的{zh}不一致，无法确定这个单元格的内容");
        let en = format!("two readings differ in {en}, so the cell's content is not certain");
        self.at(raw.row, raw.column, &zh, &en)
    }

    fn cell_error(&self, raw: &RawCell, error: &XlsxError) -> OpenError {
        let zh = format!("单元格的内容无法读取（{error}）");
        let en = format!("the cell's content cannot be read ({error})");
        self.at(raw.row, raw.column, &zh, &en)
    }

    fn scan(&self, error: ScanError) -> OpenError {
        match error {
            ScanError::Cell { row, column, zh, en } => self.at(row, column, &zh, &en),
            ScanError::Sheet { zh, en } => self.context.damaged_at(self.name, None, zh, en),
            ScanError::Tag(error) => self.context.xml_at(self.name, &error),
        }
    }
}

fn str_of(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or("")
}

/// Whether a raw text with entities, in runs or with space around it, is what calamine made of it. Space is trimmed
/// differently from run to run and does not count.
fn same_text(raw: &[u8], text: &str) -> bool {
    let Ok(decoded) = decode(raw) else { return false };
    if decoded.contains("_x") {
        // `_x000D_` stands for a character; only that nothing vanished can be told.
        return decoded.trim().is_empty() || !text.is_empty();
    }
    let dark = |char: &char| !char.is_whitespace();
    decoded.chars().filter(dark).eq(text.chars().filter(dark))
}

fn formula_text(formula: &XlsxFormulaMetadata) -> Option<&str> {
    match formula {
        XlsxFormulaMetadata::Normal { formula } | XlsxFormulaMetadata::Shared { formula, .. } => {
            Some(formula)
        }
        _ => None,
    }
}

/// `[1]Sheet1!A1` or `'[1]表 1'!A1`: a number in brackets that does not follow a table's name.
fn is_external(formula: &str) -> bool {
    formula.match_indices('[').any(|(at, _)| {
        let before = formula[..at].chars().next_back();
        let free = before.is_none_or(|char| !(char.is_alphanumeric() || "_.]".contains(char)));
        let inner = formula[at + 1..].split(']').next().unwrap_or("");
        let number = !inner.is_empty() && inner.bytes().all(|byte| byte.is_ascii_digit());
        free && number || inner.to_ascii_lowercase().contains(".xls")
    })
}

/// A whole number with more digits than a float keeps: a code, an account, an identity number.
fn is_long_code(text: &str) -> bool {
    let digits = text.trim_start_matches(['-', '+']);
    let whole = digits.len() > 15 && digits.bytes().all(|byte| byte.is_ascii_digit());
    whole && digits.trim_start_matches('0').trim_end_matches('0').len() > 15
}
