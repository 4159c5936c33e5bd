//! Text tables: CSV and its like, separated by comma, tab or semicolon, in any encoding that [`decode`] proves.
//!
//! * In: the bytes of a text. Out: one sheet, named after the file as a spreadsheet program does; every cell is text.
//! * The separator is the one by which most lines have the same number of cells.
//! * A text has no checksum. What would shift amounts into other columns is refused: quotes that do not close, and
//!   thousands separators that split an amount in two.
//! * Never: makes a number, a date or a formula of a text; codes keep their zeros.

use super::error::{Kind, OpenError};
use super::foreign::{Gather, Sheets};
use super::scan::{LAST_COLUMN, LAST_ROW};
use super::{Context, Limits, decode};
use crate::grid::{Cell, Format, SheetBuilder, SheetState, Value};
use csv::{ReaderBuilder, StringRecord, Terminator};
use jixiao_core::number;
use std::borrow::Cow;
use std::collections::BTreeMap;

const SEPARATORS: [u8; 3] = [b',', b'\t', b';'];
/// So many lines tell the separator, as far as so many bytes go.
const SAMPLE: usize = 500;
const SAMPLE_BYTES: usize = 1 << 20;

/// Reads a text table.
pub(super) fn read(bytes: &[u8], limits: &Limits, context: &Context) -> Result<Sheets, OpenError> {
    let text = decode::text(bytes, None, context)?;
    let text = lines(&text, context)?;
    let (stated, text) = stated_separator(&text);
    let Some(separator) = stated.or_else(|| separator(text)) else {
        // A quote that swallows all that follows hides the table.
        judge_rows(text, &SEPARATORS, context)?;
        return Err(OpenError::Unsupported { file: context.file.clone(), kind: Kind::Text });
    };
    judge_rows(text, &[separator], context)?;
    let name = stem(&context.file);
    let table = Table { text, separator, name, usual: usual_width(text, separator), context };
    table.read(limits)
}

/// The name of the only sheet of a file that names none.
pub(super) fn stem(file: &str) -> &str {
    match file.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem,
        _ => file,
    }
}

/// The text with `\n` at the end of its lines and without the end mark of old systems.
fn lines<'a>(text: &'a str, context: &Context) -> Result<Cow<'a, str>, OpenError> {
    let text = text.trim_end_matches('\u{1A}');
    let control = |char: char| char.is_ascii_control() && !matches!(char, '\t' | '\r' | '\n');
    if let Some(at) = text.find(control) {
        let line = text[..at].matches('\n').count() + 1;
        return Err(context.damaged(
            format!("第 {line} 行有控制字符，文本已损坏或不是文本"),
            format!("line {line} holds a control character: the text is damaged or no text"),
        ));
    }
    if !text.contains('\r') {
        return Ok(text.into());
    }
    Ok(text.replace("\r\n", "\n").replace('\r', "\n").into())
}

/// `sep=;` in the first line is meant for the reading program and shown by none.
fn stated_separator(text: &str) -> (Option<u8>, &str) {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    match first.trim().strip_prefix("sep=").map(str::as_bytes) {
        Some([byte]) if SEPARATORS.contains(byte) => (Some(*byte), rest),
        _ if first == "sep=\t" => (Some(b'\t'), rest),
        _ => (None, text),
    }
}

fn records(text: &[u8], separator: u8) -> csv::Reader<&[u8]> {
    ReaderBuilder::new()
        .delimiter(separator)
        .terminator(Terminator::Any(b'\n'))
        .has_headers(false)
        .flexible(true)
        .from_reader(text)
}

fn sample(text: &str, separator: u8) -> impl Iterator<Item = StringRecord> + '_ {
    let bytes = text.as_bytes();
    let head = bytes.get(..SAMPLE_BYTES).map_or(bytes, |head| {
        let last = head.iter().rposition(|byte| *byte == b'\n');
        last.map_or(head, |last| &head[..last])
    });
    records(head, separator).into_records().take(SAMPLE).map_while(Result::ok)
}

/// How many cells a row has, without blank ones at its end.
fn width(record: &StringRecord) -> usize {
    let filled = |index: &usize| record.get(*index).is_some_and(|cell| !cell.trim().is_empty());
    (0..record.len()).rev().find(filled).map_or(0, |last| last + 1)
}

/// The number of cells that most rows of more than one have.
fn usual_width(text: &str, separator: u8) -> usize {
    usual(sample(text, separator).map(|record| record.len())).0
}

/// The most frequent width above one, and how often it occurs.
fn usual(widths: impl Iterator<Item = usize>) -> (usize, usize) {
    let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
    for width in widths.filter(|width| *width > 1) {
        *counts.entry(width).or_default() += 1;
    }
    let most = counts.into_iter().max_by_key(|(width, count)| (*count, *width));
    most.unwrap_or((0, 0))
}

/// The separator by which most lines agree, if the text is a table at all.
fn separator(text: &str) -> Option<u8> {
    let scored = SEPARATORS.iter().filter_map(|one| score(text, *one).map(|score| (score, *one)));
    scored.max().map(|(_, separator)| separator)
}

/// How many lines agree, less the cells that another separator would split; then the number of columns.
fn score(text: &str, separator: u8) -> Option<(i64, usize)> {
    let records: Vec<StringRecord> = sample(text, separator).collect();
    let (width, agreeing) = usual(records.iter().map(StringRecord::len));
    let filled = records.iter().filter(|record| self::width(record) > 0).count();
    let several = records.iter().filter(|record| record.len() > 1).count();
    // Prose has commas as well, but not in most of its lines.
    if several * 2 < filled || agreeing < 2 {
        return None;
    }
    let cells = records.iter().flat_map(StringRecord::iter);
    let split = cells.filter(|cell| holds_another(cell, separator)).count();
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    Some((count(agreeing) - count(split), width))
}

/// Whether a cell holds another separator that is no part of an amount or a sentence.
fn holds_another(cell: &str, separator: u8) -> bool {
    let cell = cell.trim();
    let is_amount = || matches!(number::read(cell), number::Text::Number { .. });
    let others = SEPARATORS.iter().filter(|other| **other != separator);
    let held = others.filter(|other| cell.as_bytes().contains(other)).count();
    held > 0 && !is_amount()
}

/// `="0101"`, by which exporting systems keep the zeros of a code, is the text in it.
fn plain(cell: &str) -> &str {
    let cell = cell.trim_matches('\t');
    let quoted = cell.trim().strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"'));
    quoted.filter(|inner| !inner.contains('"')).unwrap_or(cell)
}

/// A quote that does not close takes the rest of the file into one cell; a row beyond measure takes all memory.
fn judge_rows(text: &str, separators: &[u8], context: &Context) -> Result<(), OpenError> {
    let (mut start, mut quoted) = (true, None);
    let (mut line, mut fields) = (1usize, 1u32);
    let mut bytes = text.bytes().peekable();
    while let Some(byte) = bytes.next() {
        line += usize::from(byte == b'\n');
        match (byte, quoted) {
            (b'"', Some(_)) if bytes.peek() == Some(&b'"') => {
                bytes.next();
            }
            (b'"', Some(_)) => quoted = None,
            (_, Some(_)) => {}
            (b'"', None) if start => {
                quoted = Some(line);
                start = false;
            }
            (b'\n', None) => (start, fields) = (true, 1),
            _ => {
                start = separators.contains(&byte);
                fields += u32::from(start);
                if fields > LAST_COLUMN + 1 {
                    return Err(beyond(context));
                }
            }
        }
    }
    let Some(line) = quoted else { return Ok(()) };
    Err(context.truncated(
        &format!("第 {line} 行的引号没有配对，后面的内容会连成一格"),
        &format!("a quote in line {line} is never closed, so all that follows would be one cell"),
    ))
}

fn beyond(context: &Context) -> OpenError {
    context
        .limit("表格超出 XFD1048576".to_owned(), "the table reaches beyond XFD1048576".to_owned())
}

/// A text with its separator.
struct Table<'a> {
    text: &'a str,
    separator: u8,
    name: &'a str,
    usual: usize,
    context: &'a Context,
}

impl Table<'_> {
    fn damaged(&self, row: usize, zh: String, en: String) -> OpenError {
        let row = u32::try_from(row).ok().filter(|row| *row <= LAST_ROW);
        self.context.damaged_at(self.name, row.map(|row| (row, 0)), zh, en)
    }

    fn read(&self, limits: &Limits) -> Result<Sheets, OpenError> {
        let mut gather = Gather::new(limits, self.context, LAST_ROW, false);
        let mut builder = SheetBuilder::new(self.name, SheetState::Visible);
        builder.facts().untyped = true;
        let mut reader = records(self.text.as_bytes(), self.separator);
        let mut record = StringRecord::new();
        let (mut row, mut head) = (0usize, 0usize);
        loop {
            let more = reader
                .read_record(&mut record)
                .map_err(|error| self.context.foreign(self.name, &error))?;
            if !more {
                break;
            }
            // Blank lines are rows too, but no records.
            let start = record.position().map_or(0, csv::Position::byte);
            let start = usize::try_from(start).unwrap_or(usize::MAX);
            let rest = self.text.as_bytes().get(start..).unwrap_or_default();
            row += rest.iter().take_while(|byte| **byte == b'\n').count();
            self.judge_row(row, &record, &mut head)?;
            self.push(&mut builder, &gather, row, &record)?;
            row += 1;
        }
        gather.finish(builder, self.name, false)?;
        Ok(gather.done())
    }

    fn push(
        &self,
        builder: &mut SheetBuilder,
        gather: &Gather<'_>,
        row: usize,
        record: &StringRecord,
    ) -> Result<(), OpenError> {
        let place = u32::try_from(row).ok().filter(|row| *row <= LAST_ROW);
        let (Some(row), true) = (place, width(record) <= LAST_COLUMN as usize + 1) else {
            return Err(beyond(self.context));
        };
        for (column, cell) in (0..=LAST_COLUMN).zip(record) {
            let cell = plain(cell);
            if cell.trim().is_empty() {
                continue;
            }
            gather.room(builder, self.name)?;
            let value = Value::Text(cell);
            builder.push(Cell { row, column, value, format: Format::Plain, formula: false });
        }
        Ok(())
    }

    /// Refuses a row whose cells may not stand in their columns. `head` is the width of the widest row without amounts.
    fn judge_row(
        &self,
        row: usize,
        record: &StringRecord,
        head: &mut usize,
    ) -> Result<(), OpenError> {
        let width = width(record);
        let is_number =
            |cell: &str| matches!(number::read(plain(cell)), number::Text::Number { .. });
        if !record.iter().any(is_number) {
            *head = (*head).max(width);
        }
        let wide = if *head > 1 { *head } else { self.usual };
        if self.separator == b',' && width > wide {
            let cells: Vec<&str> = record.iter().collect();
            if let Some(at) = cells.windows(2).position(|pair| is_split_amount(pair[0], pair[1])) {
                let (first, second) = (cells[at], cells[at + 1]);
                let number = row + 1;
                return Err(self.damaged(
                    row,
                    format!(
                        "第 {number} 行有 {width} 列，表头只有 {wide} 列：“{first},{second}”可能是一个金额，千分位逗号没有加引号"
                    ),
                    format!(
                        "row {number} has {width} cells under {wide} titles: \"{first},{second}\" may be one amount whose thousands separator is not quoted"
                    ),
                ));
            }
        }
        let swallowed =
            |cell: &str| cell.contains('\n') && cell.contains(char::from(self.separator));
        if record.len() < self.usual && record.iter().any(swallowed) {
            let number = row + 1;
            return Err(self.damaged(
                row,
                format!("第 {number} 行的引号可能不成对：一格里有几行和分隔符，而这一行列数不足"),
                format!(
                    "row {number} may have stray quotes: one cell holds lines and separators, and the row is too short"
                ),
            ));
        }
        Ok(())
    }
}

/// `1` and `234.50` beside each other may be 1,234.50.
fn is_split_amount(first: &str, second: &str) -> bool {
    let first = first.trim().trim_start_matches(['-', '+', '￥', '¥']);
    let (whole, _) = second.trim().split_once('.').unwrap_or((second.trim(), ""));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    (1..=3).contains(&first.len()) && digits(first) && whole.len() == 3 && digits(whole)
}
