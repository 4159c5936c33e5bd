//! 目录: the subjects of a workbook that holds several, each with its main figures and a link to its form.
//!
//! * In: what the subjects' sheets turned out to be. Out: the first sheet.
//! * Unit: yuan. Every figure refers to the subject's own sheets.

use super::Evaluated;
use super::execution::{ExecutionMap, amount_of, base};
use super::findings::counts;
use super::form::FormMap;
use crate::error::ExportError;
use crate::names::Names;
use crate::sheet::{Cached, Sheet, quoted};
use crate::styles::Styles;
use crate::text;
use jixiao_core::{Amount, SubjectKind};
use rust_xlsxwriter::Workbook;

/// The name of the sheet.
pub(crate) const NAME: &str = "目录";

const HEAD_ROWS: u32 = 2;
const HEADS: [(&str, u16); 9] = [
    ("序号", 6),
    ("评价对象", 40),
    ("类型", 10),
    ("年度", 8),
    ("预算数（元）", 18),
    ("执行数（元）", 18),
    ("执行率", 10),
    ("得分", 9),
    ("等级", 13),
];

/// One subject and where its sheets have its figures.
pub(crate) struct Entry<'a> {
    pub subject: &'a Evaluated<'a>,
    pub names: Names,
    pub form: FormMap,
    pub execution: ExecutionMap,
}

/// Writes the sheet behind the others; the caller moves it to the front.
pub(crate) fn write(
    book: &mut Workbook,
    styles: &Styles,
    entries: &[Entry<'_>],
) -> Result<(), ExportError> {
    let mut sheet = Sheet::new(book, NAME, entries.len() + 10)?;
    let findings = HEADS.len() as u16;
    let right = findings;
    sheet.height(0, 2)?;
    sheet.merge([0, 0, 0, u32::from(right)], "绩效自评目录", &styles.title)?;
    for (column, (title, width)) in (0u16..).zip(HEADS) {
        sheet.width(column, width)?;
        sheet.text(HEAD_ROWS - 1, column, title, &styles.head)?;
    }
    sheet.width(findings, 18)?;
    sheet.text(HEAD_ROWS - 1, findings, "错误/提醒/信息", &styles.head)?;
    for (row, (number, entry)) in (HEAD_ROWS..).zip((1..).zip(entries)) {
        entry_row(&mut sheet, styles, row, number, entry)?;
    }
    sheet.freeze(HEAD_ROWS, 2)?;
    sheet.repeat(HEAD_ROWS - 1, HEAD_ROWS - 1)?;
    sheet.page(true, HEAD_ROWS + entries.len() as u32 - 1, right)?;
    sheet.open_first();
    sheet.finish(book);
    Ok(())
}

fn entry_row(
    sheet: &mut Sheet,
    styles: &Styles,
    row: u32,
    number: usize,
    entry: &Entry<'_>,
) -> Result<(), ExportError> {
    let evaluation = entry.subject.evaluation;
    let totals = &evaluation.totals;
    let name = &evaluation.subject.name;
    sheet.height(row, text::lines(name, 40))?;
    sheet.count(row, 0, number, &styles.number)?;
    sheet.link(row, 1, &format!("{}!A1", quoted(&entry.names.form)), name, &styles.link)?;
    let kind = match evaluation.subject.kind {
        SubjectKind::Department => "部门整体",
        SubjectKind::Project => "项目",
    };
    sheet.text(row, 2, kind, &styles.centre)?;
    sheet.decimal(row, 3, evaluation.budget_year.map(Into::into), &styles.number)?;
    for (column, amount) in [(4, base(totals)), (5, Some(Amount::Executed))] {
        let reference = amount.and_then(|amount| entry.execution.total_reference(amount));
        let value = amount.and_then(|amount| amount_of(totals, amount));
        match reference.zip(value) {
            Some((reference, value)) => {
                sheet.formula(row, column, &reference, value.into(), &styles.money)?;
            }
            None => sheet.blank(row, column, &styles.money)?,
        }
    }
    let rate = entry.execution.rate_reference(entry.execution.total);
    match rate.zip(totals.execution_rate.as_ref()) {
        Some((reference, rate)) => {
            sheet.formula(row, 6, &reference, Cached::Ratio(rate), &styles.rate)?;
        }
        None => sheet.blank(row, 6, &styles.rate)?,
    }
    let blank_or = |reference: &String| format!("IF({reference}=\"\",\"\",{reference})");
    match &entry.form.total {
        Some(total) => {
            let score = evaluation.score.map_or(Cached::Blank, Cached::Decimal);
            sheet.formula(row, 7, &blank_or(total), score, &styles.score)?;
        }
        None => sheet.decimal(row, 7, evaluation.score, &styles.score)?,
    }
    match &entry.form.grade {
        Some(grade) => {
            let shown = entry.form.grade_shown.as_deref().map_or(Cached::Blank, Cached::Text);
            sheet.formula(row, 8, &blank_or(grade), shown, &styles.centre)?;
        }
        None => sheet.text(row, 8, evaluation.grade.as_deref().unwrap_or(""), &styles.centre)?,
    }
    let [errors, warnings, infos] = counts(&evaluation.findings);
    sheet.text(row, 9, &format!("{errors} / {warnings} / {infos}"), &styles.centre)
}
