//! The evaluation workbook: the official form, and the sheets that every figure in it can be traced and recalculated by.
//!
//! * In: subjects with their evaluations, and the date to stamp. Out: the bytes of one workbook.
//! * Sheets per subject: 自评表 (form), 支出执行 (lines, bridge, drivers), 指标评分 (scores), 共性指标 (where rules show some),
//!   发现 (findings), 原始数据 (rows).
//!   The form refers to the next two, these to the last; several subjects get a list of them in front.
//! * Rule: each formula carries core's value as its result, and is written only where it gives exactly that.
//!
//! Start reading at [`evaluation_workbook`].

mod bridge;
mod common;
mod contents;
mod execution;
mod facts;
mod findings;
mod form;
mod funds;
mod origin;
mod said;
mod scoring;
mod source;

pub(crate) use execution::{amount_of, base};
pub(crate) use findings::counts;

use crate::error::ExportError;
use crate::sheet::Sheet;
use crate::styles::Styles;
use crate::{Stamp, names, text};
use execution::ExecutionMap;
use jixiao_core::{Evaluation, Money, Place, SubjectKind, Submission, Unit};
use names::Names;
use origin::Origins;
use rust_xlsxwriter::Workbook;
use scoring::ScoringMap;
use source::SourceMap;

/// One subject: what it submitted and what came of it.
#[derive(Clone, Copy, Debug)]
pub struct Evaluated<'a> {
    /// What was submitted.
    pub submission: &'a Submission,
    /// Its evaluation.
    pub evaluation: &'a Evaluation,
}

/// What every sheet of one subject needs.
pub(crate) struct Context<'a> {
    pub submission: &'a Submission,
    pub evaluation: &'a Evaluation,
    pub names: &'a Names,
    pub styles: &'a Styles,
}

/// The workbook of one or several subjects (`…-绩效自评.xlsx`), the same bytes for the same input.
///
/// # Errors
/// [`ExportError`] with sheet and cell: no subject, an amount beyond 15 digits, a formula or sheet beyond the limits of
/// the format.
pub fn evaluation_workbook(
    subjects: &[Evaluated<'_>],
    stamp: Stamp,
) -> Result<Vec<u8>, ExportError> {
    let Some(first) = subjects.first() else { return Err(ExportError::Empty) };
    let mut book = Workbook::new();
    let title = format!("{}绩效自评", first.evaluation.subject.name);
    crate::stamp_book(&mut book, &title, stamp)?;
    let styles = Styles::new();
    let subject_names: Vec<&str> =
        subjects.iter().map(|subject| subject.evaluation.subject.name.as_str()).collect();
    let mut entries = Vec::new();
    for (subject, names) in subjects.iter().zip(names::sheets(&subject_names)) {
        entries.push(write_subject(&mut book, &styles, subject, names, subjects.len() == 1)?);
    }
    if subjects.len() > 1 {
        contents::write(&mut book, &styles, &entries)?;
        book.worksheets_mut().rotate_right(1);
    }
    crate::bytes(book)
}

/// Writes the sheets of a subject: the rows first, so that a value that cannot be written is named where it comes from.
fn write_subject<'a>(
    book: &mut Workbook,
    styles: &Styles,
    subject: &'a Evaluated<'a>,
    names: Names,
    open_first: bool,
) -> Result<contents::Entry<'a>, ExportError> {
    let Evaluated { submission, evaluation } = *subject;
    let context = Context { submission, evaluation, names: &names, styles };
    let source = SourceMap::plan(submission, &names.source);
    let execution = ExecutionMap::plan(evaluation, &names.execution);
    let origins = Origins { context: &context, execution: &execution, source: &source };
    let scoring = ScoringMap::plan(evaluation, &names.scoring, &origins);
    let before = book.worksheets().len();
    source::write(book, &context, &source)?;
    let maps = findings::Maps { execution: &execution, scoring: &scoring, source: &source };
    findings::write(book, &context, &maps)?;
    if !evaluation.common_indicators.is_empty() {
        common::write(book, &context, &origins)?;
    }
    scoring::write(book, &context, &scoring, &origins)?;
    execution::write(book, &context, &execution, &source)?;
    let form = form::write(book, &context, &execution, &scoring, open_first)?;
    // They are read the other way round, from the form down to the rows.
    if let Some(sheets) = book.worksheets_mut().get_mut(before..) {
        sheets.reverse();
    }
    Ok(contents::Entry { subject, names, form, execution })
}

impl Context<'_> {
    /// Title, and below it who and when on the left and a remark (the unit) on the right.
    fn head(
        &self,
        sheet: &mut Sheet,
        title: &str,
        remark: &str,
        right: u16,
    ) -> Result<(), ExportError> {
        let subject = &self.evaluation.subject;
        let kind = match subject.kind {
            SubjectKind::Department => "部门",
            SubjectKind::Project => "项目",
        };
        let year =
            self.evaluation.budget_year.map_or(String::new(), |year| format!("　{year}年度"));
        sheet.height(0, 2)?;
        sheet.merge([0, 0, 0, u32::from(right)], title, &self.styles.title)?;
        sheet.height(1, 1)?;
        sheet.text(1, 0, &format!("{kind}：{}{year}", subject.name), &self.styles.left)?;
        sheet.text(1, right, remark, &self.styles.corner)
    }
}

/// The width of a column that shows an amount in yuan with separators, sign and margins.
pub(crate) fn money_width(largest: Option<Money>) -> u16 {
    let shown = largest.map_or(0, |money| text::width(&money.display(Unit::Yuan)));
    u16::try_from(shown + 4).unwrap_or(40).min(40)
}

/// A place for people: sheet and cells; the file's name only when there is nothing else.
pub(crate) fn place_text(place: &Place) -> String {
    let cells = place.cells.to_string();
    match (place.sheet.is_empty(), cells.is_empty()) {
        (true, true) => place.file.to_string(),
        (true, false) => cells,
        (false, true) => place.sheet.to_string(),
        (false, false) => format!("{}!{cells}", place.sheet),
    }
}
