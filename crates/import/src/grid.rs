//! The grid: what a file holds, cell by cell, before anybody says what it means.
//!
//! * In: cells from a reader, in any order. Out: sparse sheets, rows in order, cells with value, format and formula mark.
//! * Compact on purpose: a ledger of 200,000 rows must fit beside everything else in less than 100 MB.
//! * Never: dense, never sized by a declared dimension.

mod turn;

use jixiao_core::{Cells, Finding, Unit};
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;
pub use turn::Turn;

/// What kind of file it was, told by its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FileFormat {
    /// `.xlsx` or `.xlsm`.
    Xlsx,
    /// `.xlsb`.
    Xlsb,
    /// `.xls` (BIFF5 or BIFF8), also inside `.et`.
    Xls,
    /// `.ods`.
    Ods,
    /// Text with separators: CSV and its like.
    Csv,
    /// Tables of a web page, often named `.xls`.
    Html,
    /// Tables of a web archive.
    Mhtml,
    /// The XML spreadsheet of Excel 2003.
    Xml2003,
}

impl FileFormat {
    /// The word `inspect` prints.
    pub fn word(self) -> &'static str {
        match self {
            FileFormat::Xlsx => "xlsx",
            FileFormat::Xlsb => "xlsb",
            FileFormat::Xls => "xls",
            FileFormat::Ods => "ods",
            FileFormat::Csv => "csv",
            FileFormat::Html => "html",
            FileFormat::Mhtml => "mhtml",
            FileFormat::Xml2003 => "xml2003",
        }
    }
}

/// Whether a sheet can be seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SheetState {
    /// Seen by everybody.
    #[default]
    Visible,
    /// Hidden; listed, never read.
    Hidden,
    /// Hidden so that only a program shows it; listed, never read.
    VeryHidden,
}

/// A whole file.
#[derive(Clone, Debug)]
pub struct Book {
    /// The file's name without folder.
    pub file: Arc<str>,
    /// Its format.
    pub format: FileFormat,
    /// SHA-256 of its bytes in hexadecimal.
    pub sha256: String,
    /// Its sheets in their order, hidden ones without cells.
    pub sheets: Vec<Sheet>,
    /// What was noticed while opening.
    pub findings: Vec<Finding>,
}

/// How a cell shows its number; only what changes its meaning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// As it stands.
    #[default]
    Plain,
    /// As a percentage: 0.981 shows as 98.1%.
    Percent,
    /// Divided when shown (a trailing comma, `!.0,`, 万): 45610 may show as 4.6.
    Scaled,
    /// As a date or time.
    Date,
    /// With the unit of money behind it (`0.00"万元"`), not divided.
    In(Unit),
    /// Filled up with zeros to so many digits (`0000`): a code.
    Padded(u8),
}

/// A cell's value. Blank text is no cell at all.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    /// A number as stored.
    Number(f64),
    /// Text as stored.
    Text(&'a str),
    /// TRUE or FALSE.
    Bool(bool),
    /// An error value such as `#REF!`.
    Error(&'a str),
    /// A date as serial of the 1900 system.
    Date(f64),
    /// A formula without a computed value.
    NoCachedValue,
}

/// One cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cell<'a> {
    /// Row counted from zero.
    pub row: u32,
    /// Column counted from zero.
    pub column: u32,
    /// Its value.
    pub value: Value<'a>,
    /// How it shows a number.
    pub format: Format,
    /// Whether a formula computed it.
    pub formula: bool,
}

#[derive(Clone, Copy, Debug)]
struct Packed {
    payload: u64,
    column: u16,
    kind: u8,
    format: u8,
}

const KIND_FORMULA: u8 = 0x80;

fn pack_format(format: Format) -> u8 {
    match format {
        Format::Plain => 0,
        Format::Percent => 1,
        Format::Scaled => 2,
        Format::Date => 3,
        Format::In(unit) => 0x80 | unit as u8,
        Format::Padded(digits) => 0x40 | digits.min(0x3f),
    }
}

fn unpack_format(packed: u8) -> Format {
    match packed {
        1 => Format::Percent,
        2 => Format::Scaled,
        3 => Format::Date,
        unit if unit & 0x80 != 0 => {
            let unit = Unit::ALL.into_iter().find(|known| *known as u8 == unit & 0x7f);
            unit.map_or(Format::Plain, Format::In)
        }
        digits if digits & 0x40 != 0 => Format::Padded(digits & 0x3f),
        _ => Format::Plain,
    }
}

/// A sheet: its sparse cells and what is known about rows and columns.
#[derive(Clone, Debug, Default)]
pub struct Sheet {
    /// Its name.
    pub name: Arc<str>,
    /// Whether it can be seen.
    pub state: SheetState,
    /// Merged areas as read.
    pub merges: Vec<Cells>,
    /// Hidden rows, counted from zero, in order.
    pub hidden_rows: Vec<u32>,
    /// Hidden columns, counted from zero, in order.
    pub hidden_columns: Vec<u32>,
    /// Whether its format knows nothing but text, so that numbers stand as text by nature.
    pub untyped: bool,
    /// The file it comes from and that file's format, where sheets of several files are read together.
    pub origin: Option<(Arc<str>, FileFormat)>,
    /// The block of it that was turned for reading.
    pub turn: Option<Turn>,
    rows: Vec<(u32, u32)>,
    cells: Vec<Packed>,
    strings: Vec<Arc<str>>,
    merge_rows: HashMap<u32, Vec<u32>>,
}

/// Collects cells into a sheet. Cells may come in any order; the last one of a position stands.
#[derive(Debug, Default)]
pub struct SheetBuilder {
    sheet: Sheet,
    pool: HashMap<Arc<str>, u32>,
    places: Vec<u32>,
    sorted: bool,
}

impl SheetBuilder {
    /// An empty sheet.
    pub fn new(name: impl Into<Arc<str>>, state: SheetState) -> SheetBuilder {
        let sheet = Sheet { name: name.into(), state, ..Sheet::default() };
        SheetBuilder { sheet, sorted: true, ..SheetBuilder::default() }
    }

    /// How many cells there are.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Adds a cell; blank text and columns beyond 65,535 are left out.
    pub fn push(&mut self, cell: Cell<'_>) {
        let Ok(column) = u16::try_from(cell.column) else { return };
        let (kind, payload) = match cell.value {
            Value::Number(number) => (0, number.to_bits()),
            Value::Text(text) if text.trim().is_empty() => return,
            Value::Text(text) => (1, u64::from(self.intern(text))),
            Value::Bool(truth) => (2, u64::from(truth)),
            Value::Error(text) => (3, u64::from(self.intern(text))),
            Value::Date(serial) => (4, serial.to_bits()),
            Value::NoCachedValue => (5, 0),
        };
        let kind = if cell.formula { kind | KIND_FORMULA } else { kind };
        if let (Some(last_row), Some(last)) = (self.places.last(), self.sheet.cells.last()) {
            self.sorted &= (*last_row, last.column) < (cell.row, column);
        }
        self.places.push(cell.row);
        self.sheet.cells.push(Packed { payload, column, kind, format: pack_format(cell.format) });
    }

    fn intern(&mut self, text: &str) -> u32 {
        if let Some(index) = self.pool.get(text) {
            return *index;
        }
        let index = u32::try_from(self.sheet.strings.len()).unwrap_or(u32::MAX);
        let shared: Arc<str> = Arc::from(text);
        self.sheet.strings.push(shared.clone());
        self.pool.insert(shared, index);
        index
    }

    /// The sheet's merges and hidden rows and columns, set directly.
    pub fn facts(&mut self) -> &mut Sheet {
        &mut self.sheet
    }

    /// The sheet.
    pub fn build(self) -> Sheet {
        let SheetBuilder { mut sheet, places, sorted, .. } = self;
        let places = if sorted { places } else { sort_cells(&mut sheet.cells, &places) };
        for (index, row) in places.iter().enumerate() {
            if sheet.rows.last().is_none_or(|(last, _)| last != row) {
                sheet.rows.push((*row, u32::try_from(index).unwrap_or(u32::MAX)));
            }
        }
        sheet.cells.shrink_to_fit();
        sheet.index_merges();
        sheet
    }
}

fn sort_cells(cells: &mut Vec<Packed>, places: &[u32]) -> Vec<u32> {
    let mut order: Vec<usize> = (0..cells.len()).collect();
    order.sort_by_key(|index| (places[*index], cells[*index].column));
    // The sort is stable, so of cells at one position the last one pushed comes last and stands.
    let mut kept: Vec<(u32, Packed)> = Vec::with_capacity(cells.len());
    for index in order {
        let place = (places[index], cells[index].column);
        if kept.last().is_some_and(|(row, cell)| (*row, cell.column) == place) {
            kept.pop();
        }
        kept.push((places[index], cells[index]));
    }
    *cells = kept.iter().map(|(_, cell)| *cell).collect();
    kept.into_iter().map(|(row, _)| row).collect()
}

impl Sheet {
    /// The rows that have cells, in order.
    pub fn row_numbers(&self) -> impl DoubleEndedIterator<Item = u32> + ExactSizeIterator + '_ {
        self.rows.iter().map(|(row, _)| *row)
    }

    /// Those of them in a range, found by halving: a sheet may have a million rows and as many ranges.
    pub fn rows_in(&self, range: Range<u32>) -> impl DoubleEndedIterator<Item = u32> + '_ {
        let before = |end: u32| self.rows.partition_point(|(row, _)| *row < end);
        let found = self.rows.get(before(range.start)..before(range.end)).unwrap_or_default();
        found.iter().map(|(row, _)| *row)
    }

    /// How many rows have cells.
    pub fn row_count(&self) -> usize {
        self.rows.len()
    }

    /// How many cells there are.
    pub fn cell_count(&self) -> usize {
        self.cells.len()
    }

    fn span(&self, row: u32) -> &[Packed] {
        let Ok(index) = self.rows.binary_search_by_key(&row, |(number, _)| *number) else {
            return &[];
        };
        let start = self.rows[index].1 as usize;
        let end = self.rows.get(index + 1).map_or(self.cells.len(), |(_, next)| *next as usize);
        &self.cells[start..end]
    }

    fn unpack(&self, row: u32, packed: Packed) -> Cell<'_> {
        let text = |index: u64| {
            usize::try_from(index).ok().and_then(|i| self.strings.get(i)).map_or("", |text| &**text)
        };
        let value = match packed.kind & !KIND_FORMULA {
            0 => Value::Number(f64::from_bits(packed.payload)),
            1 => Value::Text(text(packed.payload)),
            2 => Value::Bool(packed.payload == 1),
            3 => Value::Error(text(packed.payload)),
            4 => Value::Date(f64::from_bits(packed.payload)),
            _ => Value::NoCachedValue,
        };
        Cell {
            row,
            column: u32::from(packed.column),
            value,
            format: unpack_format(packed.format),
            formula: packed.kind & KIND_FORMULA != 0,
        }
    }

    /// Takes the value of a formula away.
    pub fn forget_value(&mut self, row: u32, column: u32) {
        let Ok(index) = self.rows.binary_search_by_key(&row, |(number, _)| *number) else { return };
        let start = self.rows[index].1 as usize;
        let end = self.rows.get(index + 1).map_or(self.cells.len(), |(_, next)| *next as usize);
        let own = self.cells[start..end].iter_mut().find(|cell| u32::from(cell.column) == column);
        if let Some(cell) = own {
            (cell.kind, cell.payload) = (5 | KIND_FORMULA, 0);
        }
    }

    /// The cells of a row, from left to right.
    pub fn row(&self, row: u32) -> impl DoubleEndedIterator<Item = Cell<'_>> + '_ {
        self.span(row).iter().map(move |packed| self.unpack(row, *packed))
    }

    /// One cell, if it is not empty.
    pub fn get(&self, row: u32, column: u32) -> Option<Cell<'_>> {
        let span = self.span(row);
        let index = span.binary_search_by_key(&column, |cell| u32::from(cell.column)).ok()?;
        Some(self.unpack(row, span[index]))
    }

    /// The text of a cell, if it is text.
    pub fn text(&self, row: u32, column: u32) -> Option<&str> {
        match self.get(row, column)?.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The merged area that covers a cell.
    pub fn merge_at(&self, row: u32, column: u32) -> Option<[u32; 4]> {
        let candidates = self.merge_rows.get(&row)?;
        candidates.iter().filter_map(|index| self.merges.get(*index as usize)?.bounds()).find(
            |[top, left, bottom, right]| {
                (*top..=*bottom).contains(&row) && (*left..=*right).contains(&column)
            },
        )
    }

    /// The cell that a reader sees at a position: its own, or the first of the merged area that covers it.
    pub fn seen(&self, row: u32, column: u32) -> Option<Cell<'_>> {
        match self.merge_at(row, column) {
            Some([top, left, ..]) => self.get(top, left),
            None => self.get(row, column),
        }
    }

    /// The cells of the file that stand at these places, which differ where a table was turned for reading.
    pub fn original(&self, cells: Cells) -> Cells {
        Turn::cells(self.turn, cells)
    }

    /// The letters of a column; the number of the row that it is in the file where a table was turned.
    pub fn column_mark(&self, column: u32) -> String {
        match self.turn {
            Some(turn) => (turn.original(turn.top, column).0 + 1).to_string(),
            None => Cells::letters(column),
        }
    }

    /// What a reader calls a row, in Chinese and English.
    pub fn row_name(&self, row: u32) -> (String, String) {
        Turn::row_name(self.turn, row)
    }

    /// First and last row and column that hold cells: top, left, bottom, right.
    pub fn extent(&self) -> Option<[u32; 4]> {
        let (top, bottom) = (self.rows.first()?.0, self.rows.last()?.0);
        let columns = || self.cells.iter().map(|cell| u32::from(cell.column));
        Some([top, columns().min()?, bottom, columns().max()?])
    }

    /// Areas are indexed by the rows that hold cells, so that a merge of a million rows costs no more than its content.
    fn index_merges(&mut self) {
        let rows: Vec<u32> = self.row_numbers().collect();
        for (index, merge) in self.merges.iter().enumerate() {
            let Some([top, _, bottom, _]) = merge.bounds() else { continue };
            let first = rows.partition_point(|row| *row < top);
            for row in rows.iter().skip(first).take_while(|row| **row <= bottom) {
                let index = u32::try_from(index).unwrap_or(u32::MAX);
                self.merge_rows.entry(*row).or_default().push(index);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(row: u32, column: u32, value: f64) -> Cell<'static> {
        Cell { row, column, value: Value::Number(value), format: Format::Plain, formula: false }
    }

    #[test]
    fn cells_come_back_in_order_whatever_order_they_went_in() {
        let mut builder = SheetBuilder::new("表", SheetState::Visible);
        builder.push(number(9, 2, 3.0));
        builder.push(number(1, 5, 1.0));
        builder.push(number(1, 0, 2.0));
        builder.push(number(9, 2, 4.0));
        builder.push(Cell { value: Value::Text(" \u{3000}"), ..number(0, 0, 0.0) });
        let sheet = builder.build();
        assert_eq!(sheet.row_numbers().collect::<Vec<_>>(), [1, 9]);
        for (range, rows) in [(0..10, vec![1, 9]), (1..9, vec![1]), (2..9, vec![]), (9..9, vec![])]
        {
            assert_eq!(sheet.rows_in(range.clone()).collect::<Vec<u32>>(), rows, "{range:?}");
        }
        assert_eq!(sheet.row(1).map(|cell| cell.column).collect::<Vec<_>>(), [0, 5]);
        assert_eq!(sheet.get(9, 2).map(|cell| cell.value), Some(Value::Number(4.0)));
        assert_eq!(sheet.extent(), Some([1, 0, 9, 5]));
    }

    #[test]
    fn a_merged_label_stands_for_all_its_cells() {
        let mut builder = SheetBuilder::new("表", SheetState::Visible);
        builder.push(Cell { value: Value::Text("项目"), ..number(2, 1, 0.0) });
        builder.push(number(3, 3, 1.0));
        builder.facts().merges.push(Cells::block(2, 1, 3, 2));
        let sheet = builder.build();
        assert_eq!(sheet.seen(3, 2).map(|cell| cell.value), Some(Value::Text("项目")));
        assert_eq!(sheet.seen(4, 2), None);
    }
}
