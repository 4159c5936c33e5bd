//! From the tables of web pages to sheets.
//!
//! * In: the text of one or more pages. Out: a sheet for each table, named by what the page says, its caption or its order.
//! * Lines of text before a table stand above it, as they do on the page. So does a small table without any number: some
//!   systems put title, unit and headings into tables of their own.
//! * A number that the exporting program gives beside the shown text is the value; what the text shows is its format.
//! * Never: takes a number as it is when the shown text says another.

use super::error::{Kind, OpenError};
use super::foreign::{Gather, Sheets};
use super::html::{self, Given, Page, Table};
use super::scan::LAST_ROW;
use super::{Context, Limits, decode, serial, text};
use crate::grid::{Cell, Format, SheetBuilder, SheetState, Value};
use encoding_rs::Encoding;
use jixiao_core::{Cells, number};
use memchr::memmem;
use quick_xml::Reader;
use quick_xml::events::Event;
use rust_decimal::{Decimal, RoundingStrategy};
use std::collections::{BTreeSet, HashSet};

/// A table of so few rows without any number belongs to the next.
const HEAD_ROWS: u32 = 3;

/// A page and what is said about it elsewhere.
pub(super) struct Source<'a> {
    /// Its text.
    pub(super) text: &'a str,
    /// The names of its sheets, if another part tells them.
    pub(super) names: Vec<String>,
    /// What it is, if it turns out to hold no table.
    pub(super) kind: Kind,
}

/// Reads a web page.
pub(super) fn read(bytes: &[u8], limits: &Limits, context: &Context) -> Result<Sheets, OpenError> {
    let page = decode::text(bytes, declared(bytes), context)?;
    let names = worksheets(&page).into_iter().map(|sheet| sheet.name).collect();
    sheets(&[Source { text: &page, names, kind: Kind::Html }], limits, context)
}

/// The encoding that a page declares at its beginning.
pub(super) fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes[..bytes.len().min(4096)].to_ascii_lowercase();
    let found = memmem::find(&head, b"charset=").map(|at| at + b"charset=".len());
    let at =
        found.or_else(|| memmem::find(&head, b"encoding=").map(|at| at + b"encoding=".len()))?;
    let label: Vec<u8> = head[at..]
        .iter()
        .copied()
        .skip_while(|byte| matches!(byte, b'"' | b'\'' | b' '))
        .take_while(|byte| byte.is_ascii_alphanumeric() || b"-_:".contains(byte))
        .collect();
    Encoding::for_label(&label)
}

/// Makes sheets of pages.
pub(super) fn sheets(
    sources: &[Source<'_>],
    limits: &Limits,
    context: &Context,
) -> Result<Sheets, OpenError> {
    let mut gather = Gather::new(limits, context, LAST_ROW, false);
    let mut taken = HashSet::new();
    let mut left = limits.cells;
    let mut found = false;
    for source in sources {
        let page = html::page(source.text, left, context)?;
        left = left.saturating_sub(page.tables.iter().map(|table| table.cells.len()).sum());
        let hidden = memmem::find(source.text.as_bytes(), b"<x:Visible>Sheet").is_some();
        let pieces = pieces(page);
        let count = pieces.len();
        context.sheets(taken.len() + count)?;
        for (index, piece) in pieces.into_iter().enumerate() {
            let name = free_name(name(source, &piece, index, count, context), &mut taken);
            let state = if hidden { SheetState::Hidden } else { SheetState::Visible };
            let mut builder = SheetBuilder::new(name.as_str(), state);
            builder.facts().untyped = true;
            if !hidden {
                Writer { name: &name, gather: &gather, context, row: 0 }
                    .write(&mut builder, piece)?;
            }
            gather.finish(builder, &name, false)?;
            found = true;
        }
    }
    if !found {
        let kind = sources.first().map_or(Kind::Html, |source| source.kind);
        return Err(OpenError::Unsupported { file: context.file.clone(), kind });
    }
    Ok(gather.done())
}

/// What becomes one sheet: tables below each other, and lines below them.
#[derive(Default)]
struct Piece {
    tables: Vec<Table>,
    tail: Vec<String>,
}

fn pieces(page: Page) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut above: Vec<Table> = Vec::new();
    let any = page.tables.iter().any(|table| !table.cells.is_empty());
    for table in page.tables {
        let head = table.rows <= HEAD_ROWS && !table.cells.iter().any(is_number);
        above.push(table);
        if !head {
            pieces.push(Piece { tables: std::mem::take(&mut above), tail: Vec::new() });
        }
    }
    if !any {
        return Vec::new();
    }
    match pieces.last_mut() {
        Some(last) => last.tables.append(&mut above),
        None => pieces.push(Piece { tables: above, tail: Vec::new() }),
    }
    if let Some(last) = pieces.last_mut() {
        last.tail = page.tail;
    }
    pieces
}

fn is_number(cell: &Given) -> bool {
    cell.number.is_some() || matches!(number::read(&cell.text), number::Text::Number { .. })
}

fn name(
    source: &Source<'_>,
    piece: &Piece,
    index: usize,
    count: usize,
    context: &Context,
) -> String {
    if source.names.len() == count {
        return source.names[index].clone();
    }
    let caption = piece.tables.iter().rev().find_map(|table| table.caption.clone());
    let single = || text::stem(&context.file).to_owned();
    caption.unwrap_or_else(|| if count == 1 { single() } else { format!("表{}", index + 1) })
}

/// Two sheets of one name could not be told apart.
fn free_name(name: String, taken: &mut HashSet<String>) -> String {
    let numbered = (2..).map(|number| format!("{name}({number})"));
    let free = std::iter::once(name.clone()).chain(numbered).find(|name| !taken.contains(name));
    let free = free.unwrap_or(name);
    taken.insert(free.clone());
    free
}

/// A sheet that a page's hidden block names.
#[derive(Debug, Default)]
pub(super) struct Worksheet {
    /// Its name.
    pub(super) name: String,
    /// The file that holds it, if another does.
    pub(super) file: String,
}

/// The sheets that a page saved by Excel, or made after its pattern, names in its hidden block.
pub(super) fn worksheets(page: &str) -> Vec<Worksheet> {
    const START: &str = "<x:ExcelWorksheets>";
    const END: &str = "</x:ExcelWorksheets>";
    let block = page.find(START).and_then(|start| {
        let rest = &page[start..];
        rest.find(END).map(|end| &rest[..end + END.len()])
    });
    let mut sheets: Vec<Worksheet> = Vec::new();
    let mut reader = Reader::from_str(block.unwrap_or_default());
    let mut within = false;
    // The names are a help, so a block that is not understood does no harm.
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Start(tag) if tag.local_name().as_ref() == "ExcelWorksheet" => {
                sheets.push(Worksheet::default());
            }
            Event::Start(tag) => within = tag.local_name().as_ref() == "Name",
            Event::Empty(tag) if tag.local_name().as_ref() == "WorksheetSource" => {
                let target = tag.attributes().with_checks(false).flatten().next();
                if let (Some(sheet), Some(target)) = (sheets.last_mut(), target) {
                    sheet.file = target.value.rsplit(['/', '\\']).next().unwrap_or("").to_owned();
                }
            }
            Event::Text(text) if within => {
                if let Some(sheet) = sheets.last_mut() {
                    sheet.name.push_str(text.xml10_content().trim());
                }
            }
            Event::End(_) => within = false,
            Event::Eof => break,
            _ => {}
        }
    }
    sheets.retain(|sheet| !sheet.name.is_empty());
    sheets
}

/// Writes a piece into a sheet, from top to bottom.
struct Writer<'a> {
    name: &'a str,
    gather: &'a Gather<'a>,
    context: &'a Context,
    row: u32,
}

impl Writer<'_> {
    fn write(&mut self, builder: &mut SheetBuilder, piece: Piece) -> Result<(), OpenError> {
        let mut hidden_columns = BTreeSet::new();
        for table in piece.tables {
            for line in table.lead.iter().chain(&table.caption) {
                self.line(builder, line)?;
            }
            let top = self.row;
            for cell in &table.cells {
                self.cell(builder, cell, top)?;
            }
            builder
                .facts()
                .hidden_rows
                .extend(table.hidden_rows.iter().map(|row| top.saturating_add(*row)));
            hidden_columns.extend(table.hidden_columns);
            self.row = self.below(table.rows)?;
        }
        builder.facts().hidden_columns = hidden_columns.into_iter().collect();
        for line in &piece.tail {
            self.line(builder, line)?;
        }
        Ok(())
    }

    fn below(&self, rows: u32) -> Result<u32, OpenError> {
        let next = self.row.saturating_add(rows);
        if next > LAST_ROW + 1 {
            return Err(self.context.limit(
                "网页中的表格超过 1048576 行".to_owned(),
                "the tables of the page have more than 1048576 rows".to_owned(),
            ));
        }
        Ok(next)
    }

    fn line(&mut self, builder: &mut SheetBuilder, line: &str) -> Result<(), OpenError> {
        let next = self.below(1)?;
        self.gather.room(builder, self.name)?;
        let (row, value) = (self.row, Value::Text(line));
        builder.push(Cell { row, column: 0, value, format: Format::Plain, formula: false });
        self.row = next;
        Ok(())
    }

    fn cell(&self, builder: &mut SheetBuilder, given: &Given, top: u32) -> Result<(), OpenError> {
        self.gather.room(builder, self.name)?;
        let (row, column) = (top.saturating_add(given.row), given.column);
        if row > LAST_ROW {
            self.below(LAST_ROW)?;
        }
        let (value, format) = value(given).map_err(|Unclear| {
            self.context.damaged_at(
                self.name,
                Some((row, column)),
                "单元格标明是数字（x:num），但数字无法读取",
                "the cell is marked as a number (x:num) that cannot be read",
            )
        })?;
        builder.push(Cell { row, column, value, format, formula: given.formula });
        if given.down > 1 || given.across > 1 {
            let (bottom, right) = (row + given.down - 1, column + given.across - 1);
            builder.facts().merges.push(Cells::block(row, column, bottom, right));
        }
        Ok(())
    }
}

/// A number that is marked as one and is none.
struct Unclear;

fn value(given: &Given) -> Result<(Value<'_>, Format), Unclear> {
    let text = || (Value::Text(&given.text), Format::Plain);
    if given.error {
        return Ok((Value::Error(&given.text), Format::Plain));
    }
    let stored = given.number.as_deref().map(str::trim).filter(|text| !text.is_empty());
    let Some(stored) = stored else {
        let unvalued = given.formula && given.text.trim().is_empty();
        return Ok(if unvalued { (Value::NoCachedValue, Format::Plain) } else { text() });
    };
    let number: f64 = stored.parse().map_err(|_| Unclear)?;
    let exact = number::from_cell(number).ok_or(Unclear)?;
    let shown = given.text.trim();
    let plain = Ok((Value::Number(number), Format::Plain));
    match number::read(shown) {
        number::Text::Empty => plain,
        number::Text::Number { percent: true, .. } => Ok((Value::Number(number), Format::Percent)),
        number::Text::Number { value, unit: None, .. } if is_rounded(exact, value) => {
            Ok((Value::Number(number), padded(shown)))
        }
        number::Text::Number { .. } => Ok((Value::Number(number), Format::Scaled)),
        // A column that is too narrow shows nothing but these.
        number::Text::Other if shown.bytes().all(|byte| byte == b'#') => plain,
        number::Text::Other if shown.contains(['万', '亿']) => {
            Ok((Value::Number(number), Format::Scaled))
        }
        number::Text::Other if is_day(shown) && serial::is_date(number) => {
            Ok((Value::Date(number), Format::Date))
        }
        // What the page shows, since the number says less.
        number::Text::Other => Ok(text()),
    }
}

/// Whether a text is made of what dates are made of.
fn is_day(shown: &str) -> bool {
    shown.chars().all(|char| char.is_ascii_digit() || "年月日时分秒-/.: ".contains(char))
}

/// Whether `shown` is `exact` with fewer places.
fn is_rounded(exact: Decimal, shown: Decimal) -> bool {
    let strategy = RoundingStrategy::MidpointAwayFromZero;
    exact.round_dp_with_strategy(shown.scale(), strategy) == shown
}

/// Zeros before a whole number are those of a code.
fn padded(shown: &str) -> Format {
    let code =
        shown.len() > 1 && shown.starts_with('0') && shown.bytes().all(|b| b.is_ascii_digit());
    match u8::try_from(shown.len()) {
        Ok(digits) if code => Format::Padded(digits),
        _ => Format::Plain,
    }
}
