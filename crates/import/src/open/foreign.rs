//! `.xls` and `.ods`: values by calamine, the rest by our own look at the records or tags.
//!
//! * In: the bytes of a file of one of these kinds. Out: sheets and findings.
//! * A panic of the reader is caught and becomes a refusal. What cannot be caught is a demand for more memory than there
//!   is: calamine builds every sheet of an `.xls` as a full rectangle when it opens the file, so a hostile file of a few
//!   kilobytes may still end the process. Callers that take files from strangers should read them in a child process.
//! * `.xls` has no checksum: a flipped bit may pass unseen.
//! * Never: reads a hidden sheet.

use super::biff::{self, Refusal};
use super::compound;
use super::error::OpenError;
use super::gate::Package;
use super::ods;
use super::serial;
use super::{Context, Limits, notes, state};
use crate::grid::{Cell, Format, Sheet, SheetBuilder, SheetState, Value};
use calamine::{Data, Dimensions, Ods, Reader, SheetType, Xls, XlsError};
use calamine::{OdsError, Range};
use jixiao_core::{Cells, Finding};
use std::cell::Cell as Switch;
use std::collections::HashSet;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

pub(super) type Sheets = (Vec<Sheet>, Vec<Finding>);

thread_local! {
    static GUARDED: Switch<bool> = const { Switch::new(false) };
}

/// Whether this thread is inside a reader whose panics are caught. A program's panic hook may stay silent then.
pub fn is_guarded() -> bool {
    GUARDED.get()
}

/// Runs a reader that may panic on a damaged file.
pub(super) fn guard<T>(
    context: &Context,
    read: impl FnOnce() -> Result<T, OpenError>,
) -> Result<T, OpenError> {
    let before = GUARDED.replace(true);
    let result = catch_unwind(AssertUnwindSafe(read));
    GUARDED.set(before);
    result.unwrap_or_else(|_| {
        Err(context.damaged(
            "文件已损坏，结构前后矛盾",
            "the file is damaged, its structure contradicts itself",
        ))
    })
}

/// Reads an `.xls`.
pub(super) fn xls(bytes: &[u8], limits: &Limits, context: &Context) -> Result<Sheets, OpenError> {
    let stream = compound::workbook(bytes).ok_or_else(|| broken(context))?;
    let facts = biff::scan(&stream, limits.cells as u64).map_err(|refusal| match refusal {
        Refusal::Encrypted => OpenError::Encrypted { file: context.file.clone() },
        Refusal::Broken => broken(context),
        Refusal::Large => context
            .limit("工作表的范围过大".to_owned(), "a sheet covers too large an area".to_owned()),
    })?;
    drop(stream);
    let mut book: Xls<_> = Xls::new(Cursor::new(bytes)).map_err(|error| match error {
        XlsError::Password => OpenError::Encrypted { file: context.file.clone() },
        other => context.foreign("", &other),
    })?;
    let mut gather = Gather::new(limits, context, 65_535, book.has_1904_epoch());
    let listed = book.sheets_metadata().to_vec();
    let mut names = HashSet::new();
    if listed.len() != facts.len() || !listed.iter().all(|s| names.insert(s.name.to_lowercase())) {
        return Err(broken(context));
    }
    for (listed, facts) in listed.into_iter().zip(facts) {
        if listed.typ != SheetType::WorkSheet {
            continue;
        }
        let name = listed.name;
        let mut builder = SheetBuilder::new(name.as_str(), state(listed.visible));
        if state(listed.visible) == SheetState::Visible {
            let merges = book.merge_cells_by_sheet_name(&name).unwrap_or_default();
            builder.facts().merges = merges.iter().map(area).collect();
            builder.facts().hidden_rows = facts.hidden_rows;
            builder.facts().hidden_columns = facts.hidden_columns;
            let range = book.worksheet_range(&name).map_err(|e| context.foreign(&name, &e))?;
            // A text whose number is beyond the table would vanish in silence.
            for ((row, column), mark) in &facts.cells {
                let there = range.get_value((*row, *column));
                if !mark.formula && matches!(there, None | Some(Data::Empty)) {
                    return Err(context.damaged_at(
                        &name,
                        Some((*row, *column)),
                        "两种读法得到的内容不一致",
                        "two readings differ in the content",
                    ));
                }
            }
            gather.dense(&mut builder, &name, &range, |place| {
                facts
                    .cells
                    .get(&place)
                    .map_or((None, false), |mark| (Some(mark.format), mark.formula))
            })?;
            let uncomputed = facts.cells.iter().filter(|(_, mark)| mark.uncomputed);
            for ((row, column), _) in uncomputed {
                builder.push(unvalued(*row, *column));
            }
        }
        gather.finish(builder, &name, facts.filtered)?;
    }
    Ok(gather.done())
}

/// A formula without a value.
fn unvalued(row: u32, column: u32) -> Cell<'static> {
    Cell { row, column, value: Value::NoCachedValue, format: Format::Plain, formula: true }
}

fn broken(context: &Context) -> OpenError {
    context.damaged(
        "文件已损坏，结构前后矛盾",
        "the file is damaged, its structure contradicts itself",
    )
}

/// Reads an `.ods`.
pub(super) fn ods(
    bytes: &[u8],
    package: &mut Package<'_>,
    limits: &Limits,
    context: &Context,
) -> Result<Sheets, OpenError> {
    if package.has("mimetype") {
        package.verify("mimetype", context)?;
    }
    // Calamine never ends on some broken contents; so it sees only what our own scan found whole.
    if ods::is_locked(package, context)? {
        return Err(OpenError::Encrypted { file: context.file.clone() });
    }
    let facts = ods::scan(package, limits, context)?;
    let mut book: Ods<_> = Ods::new(Cursor::new(bytes)).map_err(|error| match error {
        OdsError::Password => OpenError::Encrypted { file: context.file.clone() },
        other => context.foreign("", &other),
    })?;
    let mut gather = Gather::new(limits, context, super::scan::LAST_ROW, false);
    let listed = book.sheets_metadata().to_vec();
    let agree = listed.len() == facts.len()
        && listed.iter().zip(&facts).all(|(sheet, table)| sheet.name == table.name);
    if !agree {
        return Err(context.damaged("工作表清单无法读取", "the list of sheets cannot be read"));
    }
    for (listed, table) in listed.into_iter().zip(facts) {
        let name = listed.name;
        let mut builder = SheetBuilder::new(name.as_str(), state(listed.visible));
        let visible = state(listed.visible) == SheetState::Visible;
        if visible {
            builder.facts().merges = table.merges;
            builder.facts().hidden_rows = table.hidden_rows;
            builder.facts().hidden_columns = table.hidden_columns;
            let formulas = book.worksheet_formula(&name).map_err(|e| context.foreign(&name, &e))?;
            let range = book.worksheet_range(&name).map_err(|e| context.foreign(&name, &e))?;
            gather.dense(&mut builder, &name, &range, |place| {
                let formula = formulas.get_value(place).is_some_and(|formula| !formula.is_empty());
                (table.formats.get(&place).copied(), formula)
            })?;
            gather.unvalued(&mut builder, &range, &formulas);
        }
        gather.finish(builder, &name, table.filtered)?;
    }
    Ok(gather.done())
}

fn area(merge: &Dimensions) -> Cells {
    Cells::block(merge.start.0, merge.start.1, merge.end.0, merge.end.1)
}

/// Collects sheets within the limits.
pub(super) struct Gather<'a> {
    context: &'a Context,
    left: usize,
    last_row: u32,
    is_1904: bool,
    sheets: Vec<Sheet>,
    findings: Vec<Finding>,
}

impl<'a> Gather<'a> {
    /// Nothing yet.
    pub(super) fn new(
        limits: &Limits,
        context: &'a Context,
        last_row: u32,
        is_1904: bool,
    ) -> Gather<'a> {
        let (sheets, findings) = (Vec::new(), Vec::new());
        Gather { context, left: limits.cells, last_row, is_1904, sheets, findings }
    }

    fn dense(
        &mut self,
        builder: &mut SheetBuilder,
        name: &str,
        range: &Range<Data>,
        mark: impl Fn((u32, u32)) -> (Option<Format>, bool),
    ) -> Result<(), OpenError> {
        let Some((top, left)) = range.start() else { return Ok(()) };
        for (row, column, data) in range.used_cells() {
            let place = at(top, left, row, column);
            self.push(builder, name, place, data, mark(place))?;
        }
        Ok(())
    }

    /// Formulas where the file holds no value.
    fn unvalued(&self, builder: &mut SheetBuilder, range: &Range<Data>, formulas: &Range<String>) {
        let Some((top, left)) = formulas.start() else { return };
        for (row, column, formula) in formulas.used_cells() {
            let (row, column) = at(top, left, row, column);
            let empty = matches!(range.get_value((row, column)), None | Some(Data::Empty));
            if empty && !formula.is_empty() {
                builder.push(unvalued(row, column));
            }
        }
    }

    /// Adds a cell that calamine read.
    pub(super) fn push(
        &mut self,
        builder: &mut SheetBuilder,
        name: &str,
        (row, column): (u32, u32),
        data: &Data,
        (format, formula): (Option<Format>, bool),
    ) -> Result<(), OpenError> {
        let (error, finite) = (error_text(data), |number: &f64| number.is_finite());
        let value = match data {
            Data::Empty => return Ok(()),
            Data::Int(number) => Value::Number(*number as f64),
            Data::Float(number) if finite(number) => Value::Number(*number),
            Data::Float(number) => Value::Error(if number.is_nan() { "NaN" } else { "inf" }),
            // An `.ods` stores the error of a formula as its text.
            Data::String(text) if formula && is_error_word(text) => Value::Error(text),
            Data::String(text) => Value::Text(text),
            Data::Bool(truth) => Value::Bool(*truth),
            Data::DateTime(date) if serial::is_date(date.as_f64()) => {
                Value::Date(serial::of_1900(date.as_f64(), self.is_1904))
            }
            Data::DateTime(date) if finite(&date.as_f64()) => Value::Number(date.as_f64()),
            Data::DateTime(_) => Value::Error("NaN"),
            Data::DateTimeIso(text) => {
                serial::from_iso(text).map_or(Value::Text(text), Value::Date)
            }
            Data::DurationIso(text) => Value::Text(text),
            Data::Error(_) => Value::Error(&error),
        };
        if row > super::scan::LAST_ROW || column > super::scan::LAST_COLUMN {
            return Err(self.context.damaged_at(
                name,
                None,
                "有单元格超出 XFD1048576",
                "a cell lies beyond XFD1048576",
            ));
        }
        self.room(builder, name)?;
        let format = match value {
            Value::Date(_) => Format::Date,
            _ => format.unwrap_or_default(),
        };
        builder.push(Cell { row, column, value, format, formula });
        Ok(())
    }

    /// Whether one more cell is allowed.
    pub(super) fn room(&self, builder: &SheetBuilder, name: &str) -> Result<(), OpenError> {
        if builder.len() < self.left {
            return Ok(());
        }
        Err(self.context.limit(
            format!("工作表“{name}”使单元格总数超过上限"),
            format!("with the sheet {name} there are more cells than allowed"),
        ))
    }

    /// What was gathered.
    pub(super) fn done(self) -> Sheets {
        (self.sheets, self.findings)
    }

    /// Takes the sheet in.
    pub(super) fn finish(
        &mut self,
        builder: SheetBuilder,
        name: &str,
        filtered: bool,
    ) -> Result<(), OpenError> {
        self.left -= builder.len().min(self.left);
        let mut sheet = notes::build(builder, self.context, name)?;
        // Only what hides something is worth a word; whole empty regions are often hidden.
        let hidden = std::mem::take(&mut sheet.hidden_columns);
        if !hidden.is_empty() {
            let rows = sheet.row_numbers().flat_map(|row| sheet.row(row));
            let used: HashSet<u32> = rows.map(|cell| cell.column).collect();
            sheet.hidden_columns =
                hidden.into_iter().filter(|column| used.contains(column)).collect();
        }
        let hidden = std::mem::take(&mut sheet.hidden_rows);
        let filled = |row: &u32| sheet.row(*row).next().is_some();
        sheet.hidden_rows = hidden.into_iter().filter(filled).collect();
        if sheet.state == SheetState::Visible {
            notes::hidden(&sheet, filtered, self.context, &mut self.findings);
            notes::full(&sheet, self.last_row, self.context, &mut self.findings);
        }
        self.sheets.push(sheet);
        Ok(())
    }
}

fn is_error_word(text: &str) -> bool {
    let numbered = text.strip_prefix("Err:").is_some_and(|code| code.parse::<u16>().is_ok());
    numbered
        || matches!(
            text,
            "#DIV/0!"
                | "#N/A"
                | "#NAME?"
                | "#NULL!"
                | "#NUM!"
                | "#REF!"
                | "#VALUE!"
                | "#NAME"
                | "#REF"
        )
}

fn error_text(data: &Data) -> String {
    match data {
        Data::Error(error) => error.to_string(),
        _ => String::new(),
    }
}

fn at(top: u32, left: u32, row: usize, column: usize) -> (u32, u32) {
    let add =
        |start: u32, more: usize| start.saturating_add(u32::try_from(more).unwrap_or(u32::MAX));
    (add(top, row), add(left, column))
}
