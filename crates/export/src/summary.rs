//! 绩效自评汇总: one row per department or project of a batch, totals, and below them what failed and why.
//!
//! * In: one [`SummaryRow`] per input, in the order to be listed. Out: the bytes of one workbook.
//! * Unit: that of the inputs when they all agree, else yuan. Sums, rates and ranks are formulas over the rows.
//! * Rule: a row without an evaluation has blanks, never zeros; a failed one is never counted.

use crate::error::ExportError;
use crate::evaluation::{amount_of, base, counts, money_width};
use crate::sheet::{Cached, Sheet, cell, down};
use crate::styles::{Styles, places};
use crate::{Stamp, text};
use jixiao_core::{Amount, Evaluation, Money, Ratio, Unit};
use rust_decimal::Decimal;
use rust_xlsxwriter::Workbook;

/// What became of an input of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Evaluated, without errors among the findings.
    Done,
    /// Evaluated, with errors among the findings.
    Findings,
    /// Not evaluated.
    Failed,
    /// Not tried, since it was done before or is no ledger.
    Skipped,
}

impl Status {
    fn word(self) -> &'static str {
        match self {
            Status::Done => "完成",
            Status::Findings => "完成，有错误待处理",
            Status::Failed => "未完成",
            Status::Skipped => "跳过",
        }
    }
}

/// One input of a batch.
#[derive(Clone, Debug)]
pub struct SummaryRow<'a> {
    /// The department or project, or the file's name when it could not be read.
    pub name: &'a str,
    /// The input file.
    pub file: &'a str,
    /// What became of it.
    pub status: Status,
    /// Its evaluation, if there is one.
    pub evaluation: Option<&'a Evaluation>,
    /// Code and message of what stopped it.
    pub error: Option<(&'a str, &'a str)>,
    /// The files that were written for it.
    pub outputs: &'a [String],
}

const SHEET: &str = "汇总";
const HEAD_ROWS: u32 = 3;
const HEADS: [(&str, u16); 14] = [
    ("序号", 6),
    ("部门（项目）", 28),
    ("年度", 7),
    ("预算数", 18),
    ("执行数", 18),
    ("执行率", 10),
    ("得分", 9),
    ("等级", 7),
    ("名次", 7),
    ("错误", 7),
    ("提醒", 7),
    ("信息", 7),
    ("状态", 12),
    ("文件", 30),
];
const BUDGET: u16 = 3;
const EXECUTED: u16 = 4;
const RATE: u16 = 5;
const SCORE: u16 = 6;
const COUNTS: u16 = 9;

/// The summary of a batch (`绩效自评汇总.xlsx`).
///
/// # Errors
/// [`ExportError`] with sheet and cell: no row, or an amount beyond 15 digits.
pub fn summary_workbook(
    title: &str,
    rows: &[SummaryRow<'_>],
    stamp: Stamp,
) -> Result<Vec<u8>, ExportError> {
    if rows.is_empty() {
        return Err(ExportError::Empty);
    }
    let mut book = Workbook::new();
    crate::stamp_book(&mut book, title, stamp)?;
    let styles = Styles::new();
    let mut sheet = Sheet::new(&mut book, SHEET, rows.len().saturating_mul(2) + 20)?;
    let summary = Summary { styles: &styles, unit: common_unit(rows) };
    let bottom = summary.write(&mut sheet, title, rows)?;
    sheet.freeze(HEAD_ROWS, 2)?;
    sheet.repeat(HEAD_ROWS - 1, HEAD_ROWS - 1)?;
    sheet.page(true, bottom, HEADS.len() as u16 - 1)?;
    sheet.open_first();
    sheet.finish(&mut book);
    crate::bytes(book)
}

/// The unit that all inputs print, else yuan.
fn common_unit(rows: &[SummaryRow<'_>]) -> Unit {
    let mut units = rows.iter().filter_map(|row| row.evaluation).map(|of| of.unit);
    let first = units.next().unwrap_or_default();
    if units.all(|unit| unit == first) { first } else { Unit::Yuan }
}

struct Summary<'a> {
    styles: &'a Styles,
    unit: Unit,
}

impl Summary<'_> {
    fn write(
        &self,
        sheet: &mut Sheet,
        title: &str,
        rows: &[SummaryRow<'_>],
    ) -> Result<u32, ExportError> {
        let styles = self.styles;
        let right = HEADS.len() as u32 - 1;
        sheet.height(0, 2)?;
        sheet.merge([0, 0, 0, right], title, &styles.title)?;
        sheet.height(1, 1)?;
        sheet.text(1, 0, &format!("共 {} 个", rows.len()), &styles.left)?;
        sheet.text(1, right as u16, &format!("单位：{}", self.unit.word()), &styles.corner)?;
        for (column, (head, width)) in (0u16..).zip(HEADS) {
            let width = if column == BUDGET || column == EXECUTED {
                self.money_column(rows)
            } else {
                width
            };
            sheet.width(column, width)?;
            sheet.text(HEAD_ROWS - 1, column, head, &styles.head)?;
        }
        let last = HEAD_ROWS + rows.len() as u32 - 1;
        for (row, (index, of)) in (HEAD_ROWS..).zip(rows.iter().enumerate()) {
            self.row(sheet, [row, last], index, of, rows)?;
        }
        self.total(sheet, last, rows)?;
        self.failed(sheet, last + 3, rows)
    }

    fn money_column(&self, rows: &[SummaryRow<'_>]) -> u16 {
        let sums = [self.sum(rows, base_amount), self.sum(rows, executed)];
        money_width(sums.into_iter().flatten().map(Money::abs).max()).max(16)
    }

    fn row(
        &self,
        sheet: &mut Sheet,
        [row, last]: [u32; 2],
        index: usize,
        of: &SummaryRow<'_>,
        rows: &[SummaryRow<'_>],
    ) -> Result<(), ExportError> {
        let styles = self.styles;
        let files = files(of);
        sheet.height(
            row,
            text::lines(of.name, HEADS[1].1)
                .max(text::lines(&files, HEADS[13].1))
                .max(text::lines(of.status.word(), HEADS[12].1)),
        )?;
        sheet.count(row, 0, index + 1, &styles.number)?;
        sheet.text(row, 1, of.name, &styles.text)?;
        let year = of.evaluation.and_then(|evaluation| evaluation.budget_year);
        sheet.decimal(row, 2, year.map(Decimal::from), &styles.number)?;
        self.money(sheet, row, BUDGET, of.evaluation.and_then(base_amount))?;
        self.money(sheet, row, EXECUTED, of.evaluation.and_then(executed))?;
        self.rate(sheet, row, of.evaluation)?;
        let score = of.evaluation.and_then(|evaluation| evaluation.score);
        sheet.decimal(row, SCORE, score, &styles.score)?;
        let grade = of.evaluation.and_then(|evaluation| evaluation.grade.as_deref());
        sheet.text(row, SCORE + 1, grade.unwrap_or(""), &styles.centre)?;
        self.rank(sheet, [row, last], score, rows)?;
        for (column, severity) in (COUNTS..).zip(0usize..3) {
            let count = of.evaluation.map(|evaluation| counts(&evaluation.findings)[severity]);
            sheet.decimal(row, column, count.map(Decimal::from), &styles.number)?;
        }
        sheet.text(row, COUNTS + 3, of.status.word(), &styles.centre)?;
        sheet.text(row, COUNTS + 4, &files, &styles.text)
    }

    fn money(
        &self,
        sheet: &mut Sheet,
        row: u32,
        column: u16,
        value: Option<Money>,
    ) -> Result<(), ExportError> {
        let shown = value.map(|money| money.in_unit(self.unit));
        sheet.decimal(row, column, shown, &self.styles.money_in(self.unit))
    }

    fn rate(
        &self,
        sheet: &mut Sheet,
        row: u32,
        evaluation: Option<&Evaluation>,
    ) -> Result<(), ExportError> {
        let budget = evaluation.and_then(base_amount);
        let Some((executed, budget)) = evaluation.and_then(executed).zip(budget) else {
            return sheet.blank(row, RATE, &self.styles.rate);
        };
        let rate = Ratio::of(executed.yuan(), budget.yuan());
        sheet.formula(
            row,
            RATE,
            &rate_formula(row),
            rate.as_ref().map_or(Cached::Blank, Cached::Ratio),
            &self.styles.rate,
        )
    }

    /// One more than how many have a higher score.
    fn rank(
        &self,
        sheet: &mut Sheet,
        [row, last]: [u32; 2],
        score: Option<Decimal>,
        rows: &[SummaryRow<'_>],
    ) -> Result<(), ExportError> {
        let column = SCORE + 2;
        let Some(score) = score else { return sheet.blank(row, column, &self.styles.number) };
        let scores = rows.iter().filter_map(|of| of.evaluation?.score);
        let rank = scores.filter(|other| *other > score).count() + 1;
        let own = cell(row, SCORE);
        let letters = jixiao_core::Cells::letters(u32::from(SCORE));
        let all = format!("${letters}${}:${letters}${}", HEAD_ROWS + 1, last + 1);
        let formula = format!("IF({own}=\"\",\"\",COUNTIFS({all},\">\"&{own})+1)");
        sheet.formula(row, column, &formula, Cached::Decimal(rank.into()), &self.styles.number)
    }

    fn total(
        &self,
        sheet: &mut Sheet,
        last: u32,
        rows: &[SummaryRow<'_>],
    ) -> Result<(), ExportError> {
        let (styles, row) = (self.styles, last + 1);
        for column in 0..HEADS.len() as u16 {
            sheet.blank(row, column, &styles.total_centre)?;
        }
        sheet.text(row, 1, "合计", &styles.total_centre)?;
        let sums = [(BUDGET, self.sum(rows, base_amount)), (EXECUTED, self.sum(rows, executed))];
        for (column, sum) in sums {
            let Some(sum) = sum else { continue };
            let formula =
                format!("ROUND(SUM({}),{})", down(column, HEAD_ROWS, last), places(self.unit));
            let shown = Cached::Decimal(sum.in_unit(self.unit));
            sheet.formula(row, column, &formula, shown, &styles.total_money_in(self.unit))?;
        }
        if let [(_, Some(budget)), (_, Some(executed))] = sums {
            let rate = Ratio::of(executed.yuan(), budget.yuan());
            let shown = rate.as_ref().map_or(Cached::Blank, Cached::Ratio);
            sheet.formula(row, RATE, &rate_formula(row), shown, &styles.total_rate)?;
        }
        for (column, severity) in (COUNTS..).zip(0usize..3) {
            let counted = rows.iter().filter_map(|of| of.evaluation);
            let sum: usize = counted.map(|evaluation| counts(&evaluation.findings)[severity]).sum();
            let formula = format!("SUM({})", down(column, HEAD_ROWS, last));
            sheet.formula(
                row,
                column,
                &formula,
                Cached::Decimal(sum.into()),
                &styles.total_number,
            )?;
        }
        Ok(())
    }

    fn sum(&self, rows: &[SummaryRow<'_>], of: fn(&Evaluation) -> Option<Money>) -> Option<Money> {
        let mut given = rows.iter().filter_map(|row| row.evaluation).filter_map(of).peekable();
        given.peek()?;
        Some(given.sum())
    }

    /// What failed or was skipped, with the reason. Returns the last row of the sheet.
    fn failed(
        &self,
        sheet: &mut Sheet,
        top: u32,
        rows: &[SummaryRow<'_>],
    ) -> Result<u32, ExportError> {
        let styles = self.styles;
        let listed: Vec<&SummaryRow<'_>> = rows.iter().filter(|of| of.error.is_some()).collect();
        if listed.is_empty() {
            return Ok(top - 2);
        }
        sheet.text(top, 0, "未完成的文件及原因", &styles.section)?;
        let head = top + 1;
        sheet.text(head, 0, "序号", &styles.head)?;
        sheet.text(head, 1, "部门（项目）", &styles.head)?;
        sheet.merge([head, 2, head, 3], "编码", &styles.head)?;
        sheet.merge([head, 4, head, 12], "原因", &styles.head)?;
        sheet.text(head, 13, "文件", &styles.head)?;
        for (row, (number, of)) in (head + 1..).zip((1..).zip(&listed)) {
            let (code, message) = of.error.unwrap_or_default();
            sheet.height(row, text::lines(message, 90).max(text::lines(of.file, HEADS[13].1)))?;
            sheet.count(row, 0, number, &styles.number)?;
            sheet.text(row, 1, of.name, &styles.text)?;
            sheet.merge([row, 2, row, 3], code, &styles.centre)?;
            sheet.merge([row, 4, row, 12], message, &styles.text)?;
            sheet.text(row, 13, of.file, &styles.text)?;
        }
        Ok(head + listed.len() as u32)
    }
}

fn base_amount(evaluation: &Evaluation) -> Option<Money> {
    base(&evaluation.totals).and_then(|amount| amount_of(&evaluation.totals, amount))
}

fn executed(evaluation: &Evaluation) -> Option<Money> {
    amount_of(&evaluation.totals, Amount::Executed)
}

fn rate_formula(row: u32) -> String {
    let (budget, executed) = (cell(row, BUDGET), cell(row, EXECUTED));
    format!("IF({budget}=0,\"\",{executed}/{budget})")
}

/// The input and what was written for it.
fn files(of: &SummaryRow<'_>) -> String {
    let mut files = vec![of.file];
    files.extend(of.outputs.iter().map(String::as_str));
    files.retain(|file| !file.is_empty());
    files.join("\n")
}
