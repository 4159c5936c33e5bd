//! 自评表: the official form, for a project or a department, with its merges, as an office hands it in.
//!
//! * In: the evaluation and where 支出执行 and 指标评分 stand. Out: the sheet and a [`FormMap`] of its main cells.
//! * Unit: the one the input prints (the label of the money block says it); every 分 is kept.
//! * Rule: amounts, rates, weights and scores refer to the other sheets; the total sums the scores as shown, and stays
//!   blank until every row has one. Texts are what the person wrote.

use super::execution::{ExecutionMap, amount_of};
use super::funds::{FundRow, fund_rows};
use super::scoring::{ScoringMap, levels};
use super::{Context, money_width};
use crate::error::ExportError;
use crate::sheet::{Cached, Sheet, cell, down};
use crate::styles::places;
use crate::text;
use jixiao_core::{Amount, Money, SubjectKind, Unit};
use rust_decimal::Decimal;
use rust_xlsxwriter::{Format, Workbook};

const RIGHT: u16 = 8;
/// The columns of the form; in the money block D, E, F hold the amounts, G the weight, H the rate, I the score.
const WIDTHS: [u16; 9] = [5, 11, 19, 21, 14, 14, 7, 10, 19];
/// Digits that an upright page shows without shrinking the print too much.
const UPRIGHT: u16 = 128;
const AMOUNTS: [(u16, Amount); 3] =
    [(3, Amount::Initial), (4, Amount::Adjusted), (5, Amount::Executed)];
const DASH: &str = "—";
/// Formulas may be nested 64 deep; no rule has more than a handful of grades.
const MOST_GRADES: usize = 20;

/// The main cells of the form, for the list of subjects.
pub(crate) struct FormMap {
    /// The total score.
    pub total: String,
    /// The grade.
    pub grade: String,
}

/// Writes the form.
pub(crate) fn write(
    book: &mut Workbook,
    context: &Context<'_>,
    execution: &ExecutionMap,
    scoring: &ScoringMap,
    open_first: bool,
) -> Result<FormMap, ExportError> {
    let mut sheet = Sheet::new(book, &context.names.form, 200)?;
    let form = Form { context, execution, scoring, unit: context.submission.budget.unit };
    let widths = form.widths();
    for (column, width) in (0u16..).zip(widths) {
        sheet.width(column, width)?;
    }
    let top = form.titles(&mut sheet)?;
    let top = form.subject(&mut sheet, top)?;
    let (money, top) = form.money(&mut sheet, top)?;
    let top = form.goals(&mut sheet, top)?;
    let rows = form.indicators(&mut sheet, top)?;
    let map = form.total(&mut sheet, money, rows)?;
    sheet.repeat(top, top)?;
    sheet.page(widths.iter().sum::<u16>() > UPRIGHT, rows[1] + 1, RIGHT)?;
    if open_first {
        sheet.open_first();
    }
    sheet.finish(book);
    Ok(map)
}

struct Form<'a> {
    context: &'a Context<'a>,
    execution: &'a ExecutionMap,
    scoring: &'a ScoringMap,
    unit: Unit,
}

impl Form<'_> {
    fn widths(&self) -> [u16; 9] {
        let mut widths = WIDTHS;
        for (column, amount) in AMOUNTS {
            let total = amount_of(&self.context.evaluation.totals, amount).map(Money::abs);
            let digits = money_width(total) + if self.unit == Unit::Yuan { 0 } else { 2 };
            let width = &mut widths[usize::from(column)];
            *width = (*width).max(digits);
        }
        widths
    }

    /// Title and year. Returns the next row.
    fn titles(&self, sheet: &mut Sheet) -> Result<u32, ExportError> {
        let styles = self.context.styles;
        let title = match self.context.evaluation.subject.kind {
            SubjectKind::Project => "项目支出绩效自评表",
            SubjectKind::Department => "部门整体支出绩效自评表",
        };
        let year = match self.context.evaluation.budget_year {
            Some(year) => format!("（{year}年度）"),
            None => "（　　　　年度）".to_owned(),
        };
        sheet.roomy();
        sheet.height(0, 2)?;
        sheet.merge([0, 0, 0, u32::from(RIGHT)], title, &styles.title)?;
        sheet.height(1, 1)?;
        sheet.merge([1, 0, 1, u32::from(RIGHT)], &year, &styles.subtitle)?;
        Ok(2)
    }

    fn subject(&self, sheet: &mut Sheet, top: u32) -> Result<u32, ExportError> {
        let subject = &self.context.evaluation.subject;
        let department = subject.department.as_deref().unwrap_or("");
        let unit = subject.unit.as_deref().unwrap_or("");
        match subject.kind {
            SubjectKind::Department => {
                let name = subject.department.as_deref().unwrap_or(&subject.name);
                self.wide(sheet, top, "部门名称", name)?;
                Ok(top + 1)
            }
            SubjectKind::Project => {
                let name = subject.project.as_deref().unwrap_or(&subject.name);
                self.wide(sheet, top, "项目名称", name)?;
                self.halves(sheet, top + 1, ["主管部门", department, "实施单位", unit])?;
                Ok(top + 2)
            }
        }
    }

    /// A label and a text over the whole rest of the row.
    fn wide(
        &self,
        sheet: &mut Sheet,
        row: u32,
        label: &str,
        value: &str,
    ) -> Result<(), ExportError> {
        let styles = self.context.styles;
        sheet.height(row, text::lines(value, 98).max(1))?;
        sheet.merge([row, 0, row, 1], label, &styles.head)?;
        sheet.merge([row, 2, row, u32::from(RIGHT)], value, &styles.centre)
    }

    fn halves(&self, sheet: &mut Sheet, row: u32, texts: [&str; 4]) -> Result<(), ExportError> {
        let styles = self.context.styles;
        sheet.height(row, text::lines(texts[1], 38).max(text::lines(texts[3], 48)))?;
        sheet.merge([row, 0, row, 1], texts[0], &styles.head)?;
        sheet.merge([row, 2, row, 3], texts[1], &styles.centre)?;
        sheet.text(row, 4, texts[2], &styles.head)?;
        sheet.merge([row, 5, row, u32::from(RIGHT)], texts[3], &styles.centre)
    }

    /// The money block. Returns the row of the total and the next row.
    fn money(&self, sheet: &mut Sheet, top: u32) -> Result<(u32, u32), ExportError> {
        let styles = self.context.styles;
        let funds = fund_rows(self.context, self.execution);
        let bottom = top + 1 + funds.len() as u32;
        let word = match self.context.evaluation.subject.kind {
            SubjectKind::Project => "项目资金",
            SubjectKind::Department => "预算资金",
        };
        let label = format!("{word}\n（{}）", self.unit.word());
        sheet.height(top, 1)?;
        sheet.merge([top, 0, bottom, 1], &label, &styles.head)?;
        let heads = ["", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"];
        for (column, head) in (2u16..).zip(heads) {
            sheet.text(top, column, head, &styles.head)?;
        }
        let total = top + 1;
        self.money_total(sheet, total)?;
        for (row, (index, fund)) in (total + 1..).zip(funds.iter().enumerate()) {
            self.fund(sheet, row, index == 0, fund)?;
        }
        Ok((total, bottom + 1))
    }

    fn money_total(&self, sheet: &mut Sheet, row: u32) -> Result<(), ExportError> {
        let (styles, evaluation) = (self.context.styles, self.context.evaluation);
        sheet.height(row, 1)?;
        sheet.text(row, 2, "年度资金总额", &styles.text)?;
        for (column, amount) in AMOUNTS {
            let live = self.execution.total_reference(amount);
            self.amount(sheet, row, column, live, amount_of(&evaluation.totals, amount))?;
        }
        let rate = evaluation.totals.execution_rate.as_ref();
        match self.execution.rate_reference(self.execution.total).zip(rate) {
            Some((reference, rate)) => {
                sheet.formula(row, 7, &reference, Cached::Ratio(rate), &styles.rate)?;
            }
            None => sheet.blank(row, 7, &styles.rate)?,
        }
        match evaluation.indicators.iter().position(|of| of.is_execution()) {
            Some(index) => {
                self.weight(sheet, row, index)?;
                self.score(sheet, row, RIGHT, index)
            }
            None => {
                sheet.blank(row, 6, &styles.centre)?;
                sheet.blank(row, RIGHT, &styles.centre)
            }
        }
    }

    fn fund(
        &self,
        sheet: &mut Sheet,
        row: u32,
        first: bool,
        fund: &FundRow,
    ) -> Result<(), ExportError> {
        let styles = self.context.styles;
        let label = format!("{}{}", if first { "其中：" } else { "　　　" }, fund.label);
        sheet.height(row, text::lines(&label, WIDTHS[2]))?;
        sheet.text(row, 2, &label, &styles.text)?;
        for (column, amount) in AMOUNTS {
            let (live, value) = fund.amount(amount);
            self.amount(sheet, row, column, live, value)?;
        }
        sheet.text(row, 6, DASH, &styles.centre)?;
        match &fund.rate {
            Some(rate) => {
                let formula = format!("IF({1}=0,\"\",{0}/{1})", cell(row, 5), cell(row, 4));
                sheet.formula(row, 7, &formula, Cached::Ratio(rate), &styles.rate)?;
            }
            None => sheet.blank(row, 7, &styles.rate)?,
        }
        sheet.text(row, RIGHT, DASH, &styles.centre)
    }

    /// An amount in the form's unit, over a cell in yuan.
    fn amount(
        &self,
        sheet: &mut Sheet,
        row: u32,
        column: u16,
        live: Option<String>,
        value: Option<Money>,
    ) -> Result<(), ExportError> {
        let style = self.context.styles.money_in(self.unit);
        let shown = value.map(|value| value.in_unit(self.unit));
        match live.zip(shown) {
            Some((reference, shown)) => {
                let formula = match self.unit {
                    Unit::Yuan => reference,
                    unit => format!("ROUND({reference}/{},{})", unit.yuan(), places(unit)),
                };
                sheet.formula(row, column, &formula, Cached::Decimal(shown), &style)
            }
            None => sheet.decimal(row, column, shown, &style),
        }
    }

    fn weight(&self, sheet: &mut Sheet, row: u32, index: usize) -> Result<(), ExportError> {
        let style = &self.context.styles.number;
        match self.context.evaluation.indicators[index].weight {
            Some(weight) => {
                sheet.formula(row, 6, &self.scoring.weight(index), Cached::Decimal(weight), style)
            }
            None => sheet.blank(row, 6, style),
        }
    }

    /// A score, blank until there is one.
    fn score(
        &self,
        sheet: &mut Sheet,
        row: u32,
        column: u16,
        index: usize,
    ) -> Result<(), ExportError> {
        let reference = self.scoring.score(index);
        let formula = format!("IF({reference}=\"\",\"\",{reference})");
        let score = self.context.evaluation.indicators[index].score;
        let value = score.map_or(Cached::Blank, Cached::Decimal);
        sheet.formula(row, column, &formula, value, &self.context.styles.score)
    }

    fn goals(&self, sheet: &mut Sheet, top: u32) -> Result<u32, ExportError> {
        let styles = self.context.styles;
        let narrative = &self.context.submission.narrative;
        let goal = narrative.goal.as_deref().unwrap_or("");
        let outcome = narrative.outcome.as_deref().unwrap_or("");
        sheet.height(top, 1)?;
        sheet.merge([top, 0, top + 1, 1], "年度总体\n目标", &styles.head)?;
        sheet.merge([top, 2, top, 4], "预期目标", &styles.head)?;
        sheet.merge([top, 5, top, u32::from(RIGHT)], "实际完成情况", &styles.head)?;
        sheet.height(top + 1, text::lines(goal, 54).max(text::lines(outcome, 50)).max(3))?;
        sheet.merge([top + 1, 2, top + 1, 4], goal, &styles.text)?;
        sheet.merge([top + 1, 5, top + 1, u32::from(RIGHT)], outcome, &styles.text)?;
        Ok(top + 2)
    }

    /// The table of indicators. Returns its first and last row.
    fn indicators(&self, sheet: &mut Sheet, head: u32) -> Result<[u32; 2], ExportError> {
        let styles = self.context.styles;
        let indicators = &self.context.evaluation.indicators;
        let shown: Vec<usize> =
            (0..indicators.len()).filter(|index| !indicators[*index].is_execution()).collect();
        let first = head + 1;
        let last = head + shown.len().max(1) as u32;
        sheet.height(head, 2)?;
        sheet.merge([head, 0, last, 0], "绩效\n指标", &styles.head)?;
        let heads = [
            "一级指标",
            "二级指标",
            "三级指标",
            "年度指标值",
            "实际完成值",
            "分值",
            "得分",
            "偏差原因分析\n及改进措施",
        ];
        for (column, title) in (1u16..).zip(heads) {
            sheet.text(head, column, title, &styles.head)?;
        }
        if shown.is_empty() {
            let note = "（未提供绩效指标，补充后重新生成）";
            sheet.merge([first, 1, first, u32::from(RIGHT)], note, &styles.centre)?;
            return Ok([first, last]);
        }
        let paths: Vec<[String; 3]> =
            shown.iter().map(|index| levels(&indicators[*index].path)).collect();
        for (offset, index) in shown.iter().enumerate() {
            self.indicator(sheet, first, offset, *index, &paths)?;
        }
        Ok([first, last])
    }

    fn indicator(
        &self,
        sheet: &mut Sheet,
        first: u32,
        offset: usize,
        index: usize,
        paths: &[[String; 3]],
    ) -> Result<(), ExportError> {
        let styles = self.context.styles;
        let indicator = &self.context.evaluation.indicators[index];
        let row = first + offset as u32;
        let target = indicator.target.as_deref().unwrap_or("");
        let actual = indicator.actual.as_deref().unwrap_or("");
        let reason = reason_text(indicator.reason.as_deref(), indicator.measure.as_deref());
        let path = &paths[offset];
        let needs = [
            (path[2].as_str(), WIDTHS[3]),
            (target, WIDTHS[4]),
            (actual, WIDTHS[5]),
            (&reason, WIDTHS[8]),
        ];
        let mut lines =
            needs.map(|(value, width)| text::lines(value, width)).into_iter().max().unwrap_or(1);
        for level in [0, 1] {
            let run = run_length(paths, offset, level);
            let need = text::lines(&path[level], WIDTHS[level + 1]);
            lines = lines.max(need.div_ceil(run.total));
        }
        sheet.height(row, lines)?;
        for level in [0, 1] {
            let run = run_length(paths, offset, level);
            let column = level as u32 + 1;
            if run.starts {
                let block = [row, column, row + run.total - 1, column];
                sheet.merge(block, &path[level], &styles.centre)?;
            }
        }
        sheet.text(row, 3, &path[2], &styles.text)?;
        sheet.text(row, 4, target, &styles.centre)?;
        sheet.text(row, 5, actual, &styles.centre)?;
        self.weight(sheet, row, index)?;
        self.score(sheet, row, 7, index)?;
        sheet.text(row, RIGHT, &reason, &styles.text)
    }

    /// The total row: weights, scores, grade.
    fn total(&self, sheet: &mut Sheet, money: u32, rows: [u32; 2]) -> Result<FormMap, ExportError> {
        let (styles, evaluation) = (self.context.styles, self.context.evaluation);
        let [first, last] = rows;
        let row = last + 1;
        sheet.height(row, 1)?;
        sheet.merge([row, 0, row, 5], "总分", &styles.total_centre)?;
        let weights: Vec<Decimal> =
            evaluation.indicators.iter().filter_map(|of| of.weight).collect();
        if weights.is_empty() {
            sheet.blank(row, 6, &styles.total_number)?;
        } else {
            let sum: Decimal = weights.iter().sum();
            let places = sum.scale().max(2);
            let formula =
                format!("ROUND(SUM({},{}),{places})", cell(money, 6), down(6, first, last));
            sheet.formula(row, 6, &formula, Cached::Decimal(sum), &styles.total_number)?;
        }
        self.total_score(sheet, row, &[cell(money, RIGHT), down(7, first, last)])?;
        self.grade(sheet, row)?;
        Ok(FormMap { total: sheet.reference(row, 7), grade: sheet.reference(row, RIGHT) })
    }

    /// The sum of the scores as shown, blank while one is missing.
    fn total_score(
        &self,
        sheet: &mut Sheet,
        row: u32,
        cells: &[String; 2],
    ) -> Result<(), ExportError> {
        let evaluation = self.context.evaluation;
        let style: &Format = &self.context.styles.total_score;
        let applicable: Vec<Option<Decimal>> =
            evaluation.indicators.iter().filter(|of| of.applicable).map(|of| of.score).collect();
        let sum: Option<Decimal> = applicable.iter().copied().sum();
        let only_execution = evaluation.indicators.iter().all(|of| of.is_execution());
        // Without indicators there is no total, whatever the execution row has.
        if only_execution || sum != evaluation.score {
            return sheet.decimal(row, 7, evaluation.score, style);
        }
        let [execution, others] = cells;
        let places = sum.map_or(2, |sum| sum.scale().max(2));
        let formula = format!(
            "IF(COUNTIFS({execution},\">=0\")+COUNTIFS({others},\">=0\")<{},\"\",ROUND(SUM({execution},{others}),{places}))",
            applicable.len()
        );
        let value = sum.map_or(Cached::Blank, Cached::Decimal);
        sheet.formula(row, 7, &formula, value, style)
    }

    /// The grade of the total in the cell beside it, by the edges of the rules.
    fn grade(&self, sheet: &mut Sheet, row: u32) -> Result<(), ExportError> {
        let evaluation = self.context.evaluation;
        let style = &self.context.styles.total_centre;
        let edges = &evaluation.grades;
        let reached = |score: Decimal| edges.iter().find(|edge| score >= edge.from);
        let by_edges = evaluation.score.and_then(reached).map(|edge| edge.word.as_str());
        let grade = evaluation.grade.as_deref().map(|grade| format!("等级：{grade}"));
        if !(1..=MOST_GRADES).contains(&edges.len()) || by_edges != evaluation.grade.as_deref() {
            return sheet.text(row, RIGHT, grade.as_deref().unwrap_or(""), style);
        }
        let total = cell(row, 7);
        let mut formula = format!("IF({total}=\"\",\"\",");
        for edge in edges {
            let word = edge.word.replace('"', "\"\"");
            formula.push_str(&format!("IF({total}>={},\"等级：{word}\",", edge.from.normalize()));
        }
        formula.push_str("\"\"");
        formula.push_str(&")".repeat(edges.len() + 1));
        sheet.formula(
            row,
            RIGHT,
            &formula,
            grade.as_deref().map_or(Cached::Blank, Cached::Text),
            style,
        )
    }
}

/// A run of equal cells in one level: whether it starts in this row, and how many rows it has.
struct Run {
    starts: bool,
    total: u32,
}

fn run_length(paths: &[[String; 3]], offset: usize, level: usize) -> Run {
    // An empty level is nobody's class; the second level merges only within the same first one.
    let same = |other: &&[String; 3]| {
        !paths[offset][level].is_empty() && other[..=level] == paths[offset][..=level]
    };
    let before = paths[..offset].iter().rev().take_while(same).count();
    let after = paths[offset + 1..].iter().take_while(same).count();
    Run { starts: before == 0, total: (before + 1 + after) as u32 }
}

fn reason_text(reason: Option<&str>, measure: Option<&str>) -> String {
    match (reason, measure) {
        (Some(reason), Some(measure)) => format!("{reason}\n改进措施：{measure}"),
        (one, other) => one.or(other).unwrap_or("").to_owned(),
    }
}
