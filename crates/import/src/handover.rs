//! A workbook on its way from one process to another.
//!
//! * In: what [`crate::open::open`] gave, a [`Book`] or a refusal. Out: bytes, and from these bytes the same again.
//! * A mark at both ends and a count before everything: bytes of a writer that died half-way give no book.
//! * A text that many cells share is written once, so a small workbook makes a small message.
//! * Never: for keeping; reader and writer are of one build, and the form may change with every version.

use crate::grid::{Book, Cell, FileFormat, Format, Sheet, SheetBuilder, SheetState, Value};
use crate::open::OpenError;
use jixiao_core::{Cells, Finding, Unit};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::io::Write;
use std::sync::Arc;

const BEGIN: &str = concat!("jixiao book ", env!("CARGO_PKG_VERSION"));
const END: u32 = 0x6A78_656E;

/// Why a workbook cannot be handed over.
#[derive(Debug, thiserror::Error)]
pub enum HandoverError {
    /// The bytes are no whole workbook.
    #[error("the workbook did not arrive whole: {0}")]
    Broken(postcard::Error),
    /// A finding cannot be written or read.
    #[error("a finding of the workbook did not arrive: {0}")]
    Finding(#[from] serde_json::Error),
    /// The bytes are whole but say what cannot be.
    #[error("the workbook that arrived makes no sense: {0}")]
    Senseless(&'static str),
}

impl From<postcard::Error> for HandoverError {
    fn from(error: postcard::Error) -> HandoverError {
        HandoverError::Broken(error)
    }
}

/// What comes first.
#[derive(Serialize, Deserialize)]
enum Head {
    Opened(Opened),
    Refused(OpenError),
}

#[derive(Serialize, Deserialize)]
struct Opened {
    file: Arc<str>,
    format: String,
    sha256: String,
    findings: Vec<Noted>,
    sheets: usize,
}

/// A finding as JSON, which it is made for, and in English, which its JSON leaves out.
#[derive(Serialize, Deserialize)]
struct Noted {
    finding: String,
    english: String,
}

#[derive(Serialize, Deserialize)]
struct SheetHead {
    name: Arc<str>,
    state: u8,
    merges: Vec<Option<[u32; 4]>>,
    hidden_rows: Vec<u32>,
    hidden_columns: Vec<u32>,
    rows: usize,
}

#[derive(Serialize, Deserialize)]
struct WireCell<'a> {
    column: u32,
    #[serde(borrow)]
    value: WireValue<'a>,
    format: WireFormat,
    formula: bool,
}

#[derive(Serialize, Deserialize)]
enum WireValue<'a> {
    Number(f64),
    #[serde(borrow)]
    Text(WireText<'a>),
    Bool(bool),
    #[serde(borrow)]
    Error(WireText<'a>),
    Date(f64),
    NoCachedValue,
}

/// A text at its first appearance in a sheet, its number afterwards.
#[derive(Serialize, Deserialize)]
enum WireText<'a> {
    New(&'a str),
    Known(u32),
}

#[derive(Serialize, Deserialize)]
enum WireFormat {
    Plain,
    Percent,
    Scaled,
    Date,
    Padded(u8),
    In(Unit),
}

/// Writes what opening a file gave.
///
/// # Errors
/// [`HandoverError::Broken`] when `out` takes no more.
pub fn write(outcome: &Result<Book, OpenError>, out: &mut impl Write) -> Result<(), HandoverError> {
    put(&BEGIN, out)?;
    match outcome {
        Err(refusal) => put(&Head::Refused(refusal.clone()), out)?,
        Ok(book) => {
            put(&Head::Opened(opened(book)?), out)?;
            for sheet in &book.sheets {
                write_sheet(sheet, out)?;
            }
        }
    }
    put(&END, out)
}

fn put(value: &impl Serialize, out: &mut impl Write) -> Result<(), HandoverError> {
    postcard::to_io(value, out).map(drop).map_err(HandoverError::Broken)
}

fn opened(book: &Book) -> Result<Opened, HandoverError> {
    let noted = |finding: &Finding| {
        let english = finding.english.clone();
        Ok(Noted { finding: serde_json::to_string(finding)?, english })
    };
    Ok(Opened {
        file: book.file.clone(),
        format: book.format.word().to_owned(),
        sha256: book.sha256.clone(),
        findings: book.findings.iter().map(noted).collect::<Result<_, HandoverError>>()?,
        sheets: book.sheets.len(),
    })
}

fn write_sheet(sheet: &Sheet, out: &mut impl Write) -> Result<(), HandoverError> {
    let head = SheetHead {
        name: sheet.name.clone(),
        state: match sheet.state {
            SheetState::Visible => 0,
            SheetState::Hidden => 1,
            SheetState::VeryHidden => 2,
        },
        merges: sheet.merges.iter().map(|merge| merge.bounds()).collect(),
        hidden_rows: sheet.hidden_rows.clone(),
        hidden_columns: sheet.hidden_columns.clone(),
        rows: sheet.row_count(),
    };
    put(&head, out)?;
    let mut texts = Texts::default();
    for row in sheet.row_numbers() {
        put(&(row, sheet.row(row).count()), out)?;
        for cell in sheet.row(row) {
            put(&wire(cell, &mut texts), out)?;
        }
    }
    Ok(())
}

/// The texts of a sheet that were written already. A sheet keeps every text once, so its address tells it, and no text
/// of a million cells is compared a million times.
#[derive(Default)]
struct Texts(HashMap<(usize, usize), u32>);

impl Texts {
    fn wire<'a>(&mut self, text: &'a str) -> WireText<'a> {
        let next = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
        let key = (text.as_ptr() as usize, text.len());
        let known = *self.0.entry(key).or_insert(next);
        if known == next { WireText::New(text) } else { WireText::Known(known) }
    }
}

fn wire<'a>(cell: Cell<'a>, texts: &mut Texts) -> WireCell<'a> {
    let value = match cell.value {
        Value::Number(number) => WireValue::Number(number),
        Value::Text(text) => WireValue::Text(texts.wire(text)),
        Value::Bool(truth) => WireValue::Bool(truth),
        Value::Error(text) => WireValue::Error(texts.wire(text)),
        Value::Date(serial) => WireValue::Date(serial),
        Value::NoCachedValue => WireValue::NoCachedValue,
    };
    let format = match cell.format {
        Format::Plain => WireFormat::Plain,
        Format::Percent => WireFormat::Percent,
        Format::Scaled => WireFormat::Scaled,
        Format::Date => WireFormat::Date,
        Format::Padded(digits) => WireFormat::Padded(digits),
        Format::In(unit) => WireFormat::In(unit),
    };
    WireCell { column: cell.column, value, format, formula: cell.formula }
}

/// Reads what [`write()`] wrote.
///
/// # Errors
/// [`HandoverError`] when the bytes are not all of it, or more.
pub fn read(bytes: &[u8]) -> Result<Result<Book, OpenError>, HandoverError> {
    let mut from = Source(bytes);
    if from.take::<&str>()? != BEGIN {
        return Err(HandoverError::Senseless("it is of another version"));
    }
    let outcome = match from.take::<Head>()? {
        Head::Refused(refusal) => Err(refusal),
        Head::Opened(opened) => Ok(read_book(opened, &mut from)?),
    };
    if from.take::<u32>()? != END || !from.0.is_empty() {
        return Err(HandoverError::Senseless("it does not end where it should"));
    }
    Ok(outcome)
}

/// The bytes that are left.
struct Source<'a>(&'a [u8]);

impl<'a> Source<'a> {
    fn take<T: Deserialize<'a>>(&mut self) -> Result<T, HandoverError> {
        let (value, rest) = postcard::take_from_bytes(self.0)?;
        self.0 = rest;
        Ok(value)
    }
}

fn read_book(opened: Opened, from: &mut Source<'_>) -> Result<Book, HandoverError> {
    let mut sheets = Vec::new();
    for _ in 0..opened.sheets {
        sheets.push(read_sheet(from)?);
    }
    let spoken = |noted: Noted| {
        let finding: Finding = serde_json::from_str(&noted.finding)?;
        Ok(Finding { english: noted.english, ..finding })
    };
    Ok(Book {
        file: opened.file,
        format: format_of(&opened.format).ok_or(HandoverError::Senseless("an unknown format"))?,
        sha256: opened.sha256,
        sheets,
        findings: opened.findings.into_iter().map(spoken).collect::<Result<_, HandoverError>>()?,
    })
}

fn format_of(word: &str) -> Option<FileFormat> {
    let all = [FileFormat::Xlsx, FileFormat::Xlsb, FileFormat::Xls, FileFormat::Ods];
    all.into_iter().find(|format| format.word() == word)
}

fn read_sheet(from: &mut Source<'_>) -> Result<Sheet, HandoverError> {
    let head: SheetHead = from.take()?;
    let state = match head.state {
        0 => SheetState::Visible,
        1 => SheetState::Hidden,
        2 => SheetState::VeryHidden,
        _ => return Err(HandoverError::Senseless("a sheet neither seen nor hidden")),
    };
    let mut builder = SheetBuilder::new(head.name, state);
    let mut texts = Vec::new();
    for _ in 0..head.rows {
        let (row, cells): (u32, usize) = from.take()?;
        for _ in 0..cells {
            let cell: WireCell<'_> = from.take()?;
            builder.push(unwire(row, cell, &mut texts)?);
        }
    }
    let block = |[top, left, bottom, right]: [u32; 4]| Cells::block(top, left, bottom, right);
    let facts = builder.facts();
    facts.merges = head.merges.into_iter().map(|m| m.map_or(Cells::default(), block)).collect();
    facts.hidden_rows = head.hidden_rows;
    facts.hidden_columns = head.hidden_columns;
    Ok(builder.build())
}

fn unwire<'a>(
    row: u32,
    cell: WireCell<'a>,
    texts: &mut Vec<&'a str>,
) -> Result<Cell<'a>, HandoverError> {
    let mut text = |wire: WireText<'a>| match wire {
        WireText::New(text) => {
            texts.push(text);
            Ok(text)
        }
        WireText::Known(index) => usize::try_from(index)
            .ok()
            .and_then(|index| texts.get(index).copied())
            .ok_or(HandoverError::Senseless("a text that was never sent")),
    };
    let value = match cell.value {
        WireValue::Number(number) => Value::Number(number),
        WireValue::Text(wire) => Value::Text(text(wire)?),
        WireValue::Bool(truth) => Value::Bool(truth),
        WireValue::Error(wire) => Value::Error(text(wire)?),
        WireValue::Date(serial) => Value::Date(serial),
        WireValue::NoCachedValue => Value::NoCachedValue,
    };
    let format = match cell.format {
        WireFormat::Plain => Format::Plain,
        WireFormat::Percent => Format::Percent,
        WireFormat::Scaled => Format::Scaled,
        WireFormat::Date => Format::Date,
        WireFormat::Padded(digits) => Format::Padded(digits),
        WireFormat::In(unit) => Format::In(unit),
    };
    Ok(Cell { row, column: cell.column, value, format, formula: cell.formula })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jixiao_core::{Code, Place};

    fn book() -> Book {
        let mut builder = SheetBuilder::new("台账", SheetState::Visible);
        let values = [
            Value::Text("合计"),
            Value::Number(4250971.23),
            Value::Bool(true),
            Value::Error("#REF!"),
            Value::Date(44_561.0),
            Value::NoCachedValue,
            Value::Text("合计"),
            Value::Number(-0.0),
        ];
        let formats = [
            Format::Plain,
            Format::Percent,
            Format::Scaled,
            Format::Padded(7),
            Format::In(Unit::TenThousand),
        ];
        for (at, value) in (0u32..).zip(values) {
            let format = formats[at as usize % formats.len()];
            let cell = Cell { row: at * 500, column: at * 9, value, format, formula: at % 2 == 1 };
            builder.push(cell);
        }
        builder.facts().merges.push(Cells::block(0, 0, 3, 4));
        builder.facts().hidden_rows = vec![500];
        builder.facts().hidden_columns = vec![9];
        let place = Place::new("账.xls", "台账", Cells::one(3, 4));
        Book {
            file: "账.xls".into(),
            format: FileFormat::Xls,
            sha256: "00ff".to_owned(),
            sheets: vec![builder.build(), SheetBuilder::new("旧", SheetState::VeryHidden).build()],
            findings: vec![Finding::new(Code::HiddenContent, place, "有隐藏行", "hidden rows")],
        }
    }

    fn cells(book: &Book) -> Vec<Vec<Cell<'_>>> {
        let cells = |sheet| Sheet::row_numbers(sheet).flat_map(|row| sheet.row(row)).collect();
        book.sheets.iter().map(cells).collect()
    }

    fn sent(outcome: &Result<Book, OpenError>) -> Vec<u8> {
        let mut bytes = Vec::new();
        write(outcome, &mut bytes).expect("written");
        bytes
    }

    #[test]
    fn a_book_arrives_as_it_left() {
        let (left, arrived) = (book(), read(&sent(&Ok(book()))).expect("whole").expect("a book"));
        assert_eq!(cells(&left), cells(&arrived));
        assert_eq!(left.findings, arrived.findings, "both languages");
        let facts = |book: &Book| {
            let sheet = |s: &Sheet| {
                let hidden = (s.hidden_rows.clone(), s.hidden_columns.clone());
                (s.name.clone(), s.state, s.merges.clone(), hidden, s.merge_at(500, 1))
            };
            let sheets: Vec<_> = book.sheets.iter().map(sheet).collect();
            (book.file.clone(), book.format, book.sha256.clone(), sheets)
        };
        assert_eq!(facts(&left), facts(&arrived));
    }

    #[test]
    fn a_refusal_arrives_as_it_left() {
        let place = Place::new("账.xls", "", Cells::default());
        let refusal = OpenError::Damaged { place, zh: "坏了".into(), en: "broken".into() };
        assert_eq!(read(&sent(&Err(refusal.clone()))).expect("whole").err(), Some(refusal));
    }

    #[test]
    fn less_or_more_than_all_is_no_book() {
        let whole = sent(&Ok(book()));
        for length in 0..whole.len() {
            assert!(read(&whole[..length]).is_err(), "{length} of {} bytes", whole.len());
        }
        let more = [whole.as_slice(), &[0]].concat();
        assert!(matches!(read(&more), Err(HandoverError::Senseless(_))));
    }

    #[test]
    fn a_text_of_many_cells_is_sent_once() {
        let mut builder = SheetBuilder::new("表", SheetState::Visible);
        let long = "长".repeat(10_000);
        for row in 0..100 {
            let value = Value::Text(&long);
            builder.push(Cell { row, column: 0, value, format: Format::Plain, formula: false });
        }
        let book = Book { sheets: vec![builder.build()], ..book() };
        assert!(sent(&Ok(book)).len() < 40_000);
    }
}
