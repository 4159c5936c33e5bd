//! 自评表: the form as an office hands it in, cell by cell as the layout of the rules says.
//!
//! * In: the evaluation with its layout, and where 支出执行 and 指标评分 stand. Out: the sheet and a [`FormMap`].
//! * Unit: the one the input prints (the label of the money block says it); every 分 is kept.
//! * Rule: amounts, rates, weights and scores refer to the other sheets; the total sums the scores as shown, and stays
//!   blank until every row has one. Texts are what the person wrote; words of the form are the layout's.
//!
//! Start reading at [`write`]; each block of the form has its module.

mod below;
mod indicators;
mod money;
mod total;

use super::execution::{ExecutionMap, amount_of};
use super::scoring::ScoringMap;
use super::{Context, money_width};
use crate::error::ExportError;
use crate::sheet::{Cached, Sheet};
use crate::styles::places;
use crate::text;
use jixiao_core::rules::layout::{HeadFill, Layout, MoneyFill, Span};
use jixiao_core::{Money, Unit};
use rust_xlsxwriter::{Format, Workbook};

/// Digits that an upright page shows without shrinking the print too much.
const UPRIGHT: u16 = 128;
const DASH: &str = "—";

/// The main cells of the form, for the list of subjects; absent where the form has none.
#[derive(Default)]
pub(crate) struct FormMap {
    /// The total score.
    pub total: Option<String>,
    /// The grade.
    pub grade: Option<String>,
    /// What stands there.
    pub grade_shown: Option<String>,
}

/// Where the form has the weight and score of the execution rate: column and row.
type Shown = Option<(u16, u32)>;

/// Writes the form.
pub(crate) fn write(
    book: &mut Workbook,
    context: &Context<'_>,
    execution: &ExecutionMap,
    scoring: &ScoringMap,
    open_first: bool,
) -> Result<FormMap, ExportError> {
    let mut sheet = Sheet::new(book, &context.names.form, 200)?;
    let layout = &*context.evaluation.form.layout;
    let unit = context.evaluation.unit;
    let form = Form { context, layout, execution, scoring, unit };
    let widths = form.widths();
    for (column, width) in (0u16..).zip(&widths) {
        sheet.width(column, *width)?;
    }
    let top = form.titles(&mut sheet)?;
    let top = form.head(&mut sheet, top)?;
    let (money, top) = form.money(&mut sheet, top)?;
    let top = form.goals(&mut sheet, top)?;
    let (heads, rows) = form.indicators(&mut sheet, top)?;
    let (map, bottom) = form.total(&mut sheet, &money, rows)?;
    let bottom = form.notes(&mut sheet, bottom)?;
    form.below(&mut sheet, bottom + 2)?;
    sheet.repeat(heads[0], heads[1])?;
    sheet.page(widths.iter().sum::<u16>() > UPRIGHT, bottom, form.right())?;
    if open_first {
        sheet.open_first();
    }
    sheet.finish(book);
    Ok(map)
}

struct Form<'a> {
    context: &'a Context<'a>,
    layout: &'a Layout,
    execution: &'a ExecutionMap,
    scoring: &'a ScoringMap,
    unit: Unit,
}

impl Form<'_> {
    fn right(&self) -> u16 {
        (self.layout.widths.len() as u16).saturating_sub(1)
    }

    /// Everything of a row.
    fn whole(&self) -> Span {
        Span { first: 0, last: self.right() }
    }

    /// The digits that a cell over some columns has room for.
    fn room(&self, at: Span) -> u16 {
        let widths = &self.layout.widths[usize::from(at.first)..=usize::from(at.last)];
        widths.iter().sum::<u16>() - if at.first == at.last { 0 } else { 2 }
    }

    /// The widths of the layout; columns of amounts get what the largest amount needs.
    fn widths(&self) -> Vec<u16> {
        let mut widths = self.layout.widths.clone();
        let money = self.layout.money.iter();
        let columns = money.flat_map(|money| {
            money.columns.iter().chain(money.sides.iter().flat_map(|side| &side.columns))
        });
        for column in columns {
            let MoneyFill::Amount(amount) = column.fill else { continue };
            let total = amount_of(&self.context.evaluation.totals, amount).map(Money::abs);
            let digits = money_width(total) + if self.unit == Unit::Yuan { 0 } else { 2 };
            let span = usize::from(column.at.first)..=usize::from(column.at.last);
            let has: u16 = widths[span].iter().sum();
            widths[usize::from(column.at.last)] += digits.saturating_sub(has);
        }
        widths
    }

    /// Title and year. Returns the next row.
    fn titles(&self, sheet: &mut Sheet) -> Result<u32, ExportError> {
        let styles = self.context.styles;
        let year = match self.context.evaluation.budget_year {
            Some(year) => year.to_string(),
            None => "　　　　".to_owned(),
        };
        sheet.roomy();
        sheet.height(0, 2)?;
        self.cell(sheet, 0, self.whole(), &self.layout.title, &styles.title)?;
        sheet.height(1, 1)?;
        let year = self.layout.year.replace("{year}", &year);
        self.cell(sheet, 1, self.whole(), &year, &styles.subtitle)?;
        Ok(2)
    }

    /// A text in one row of the form.
    fn cell(
        &self,
        sheet: &mut Sheet,
        row: u32,
        at: Span,
        value: &str,
        style: &Format,
    ) -> Result<(), ExportError> {
        sheet.merge([row, at.first.into(), row, at.last.into()], value, style)
    }

    /// A cell of a block: the columns are merged blank, and the value is written into the first one.
    fn merged(
        &self,
        sheet: &mut Sheet,
        row: u32,
        at: Span,
        style: &Format,
    ) -> Result<u16, ExportError> {
        if at.first != at.last {
            self.cell(sheet, row, at, "", style)?;
        }
        Ok(at.first)
    }

    /// The rows above the money.
    fn head(&self, sheet: &mut Sheet, top: u32) -> Result<u32, ExportError> {
        let styles = self.context.styles;
        for (row, cells) in (top..).zip(&self.layout.head) {
            let texts: Vec<String> = cells
                .iter()
                .map(|cell| cell.label.clone().unwrap_or_else(|| self.fill(cell.fill)))
                .collect();
            let lines =
                cells.iter().zip(&texts).map(|(cell, text)| text::lines(text, self.room(cell.at)));
            sheet.height(row, lines.max().unwrap_or(1))?;
            for (cell, text) in cells.iter().zip(&texts) {
                let style = match (&cell.label, cell.fill) {
                    (Some(_), _) => &styles.head,
                    (None, HeadFill::Goal | HeadFill::Outcome | HeadFill::Reasons) => &styles.text,
                    (None, _) => &styles.centre,
                };
                self.cell(sheet, row, cell.at, text, style)?;
            }
        }
        Ok(top + self.layout.head.len() as u32)
    }

    /// What fills a cell of the head.
    fn fill(&self, fill: HeadFill) -> String {
        let (evaluation, narrative) = (self.context.evaluation, &self.context.submission.narrative);
        let subject = &evaluation.subject;
        let project = || match subject.kind {
            jixiao_core::SubjectKind::Project => subject.project.as_ref().unwrap_or(&subject.name),
            // A whole department is no project.
            jixiao_core::SubjectKind::Department => subject.project.as_ref().unwrap_or(&EMPTY),
        };
        let department = || match subject.kind {
            jixiao_core::SubjectKind::Department => {
                subject.department.as_ref().unwrap_or(&subject.name)
            }
            jixiao_core::SubjectKind::Project => subject.department.as_ref().unwrap_or(&EMPTY),
        };
        match fill {
            HeadFill::Subject => subject.name.clone(),
            HeadFill::Project => project().clone(),
            HeadFill::Department => department().clone(),
            HeadFill::Unit => subject.unit.clone().unwrap_or_default(),
            HeadFill::Year => {
                evaluation.budget_year.map_or_else(String::new, |year| year.to_string())
            }
            HeadFill::Goal => narrative.goal.clone().unwrap_or_default(),
            HeadFill::Outcome => narrative.outcome.clone().unwrap_or_default(),
            HeadFill::Reasons => self.reasons(),
            _ => String::new(),
        }
    }

    /// The reasons of the rows that fell short, numbered as they come.
    fn reasons(&self) -> String {
        let rows = self.context.evaluation.indicators.iter();
        let short = rows.filter(|row| row.score.zip(row.weight).is_some_and(|(s, w)| s < w));
        let given = short.filter_map(|row| Some((row.path.last()?, row.reason.as_deref()?)));
        let texts: Vec<String> = (1..)
            .zip(given)
            .map(|(number, (name, reason))| format!("{number}. {name}：{reason}"))
            .collect();
        texts.join("\n")
    }

    fn goals(&self, sheet: &mut Sheet, top: u32) -> Result<u32, ExportError> {
        let Some(goals) = &self.layout.goals else { return Ok(top) };
        let styles = self.context.styles;
        let texts: Vec<String> = goals.cells.iter().map(|(.., fill)| self.fill(*fill)).collect();
        let lines = goals
            .cells
            .iter()
            .zip(&texts)
            .map(|((at, ..), text)| text::lines(text, self.room(*at)));
        sheet.height(top, 1)?;
        let (first, last) = (u32::from(goals.at.first), u32::from(goals.at.last));
        sheet.merge([top, first, top + 1, last], &goals.label, &styles.head)?;
        for (at, title, _) in &goals.cells {
            self.cell(sheet, top, *at, title, &styles.head)?;
        }
        sheet.height(top + 1, lines.max().unwrap_or(1).max(3))?;
        for ((at, ..), text) in goals.cells.iter().zip(&texts) {
            self.cell(sheet, top + 1, *at, text, &styles.text)?;
        }
        Ok(top + 2)
    }

    /// Notes and what is signed. Returns the last row.
    fn notes(&self, sheet: &mut Sheet, bottom: u32) -> Result<u32, ExportError> {
        let styles = self.context.styles;
        let mut row = bottom;
        for note in &self.layout.notes {
            row += 1;
            sheet.height(row, text::lines(note, self.room(self.whole())))?;
            self.cell(sheet, row, self.whole(), note, &styles.note)?;
        }
        let parts = self.layout.signatures.len() as u16;
        if parts == 0 {
            return Ok(row);
        }
        row += 1;
        sheet.height(row, 2)?;
        for (span, label) in self.shares(parts).into_iter().zip(&self.layout.signatures) {
            self.cell(sheet, row, span, label, &styles.left)?;
        }
        Ok(row)
    }

    /// The columns in so many parts of about the same width.
    fn shares(&self, parts: u16) -> Vec<Span> {
        let widths = &self.layout.widths;
        let each = widths.iter().sum::<u16>() / parts.max(1);
        let (mut spans, mut first, mut used) = (Vec::new(), 0, 0);
        for (column, width) in (0u16..).zip(widths) {
            used += width;
            let left = parts - spans.len() as u16;
            let must = widths.len() as u16 - column < left;
            if (used >= each || must) && left > 1 {
                spans.push(Span { first, last: column });
                (first, used) = (column + 1, 0);
            }
        }
        if first <= self.right() {
            spans.push(Span { first, last: self.right() });
        }
        spans
    }

    /// An amount in the form's unit, over a cell in yuan.
    fn amount(
        &self,
        sheet: &mut Sheet,
        row: u32,
        at: Span,
        live: Option<String>,
        value: Option<Money>,
    ) -> Result<(), ExportError> {
        let style = self.context.styles.money_in(self.unit);
        let column = self.merged(sheet, row, at, &style)?;
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

    fn weight(
        &self,
        sheet: &mut Sheet,
        row: u32,
        at: Span,
        index: usize,
    ) -> Result<(), ExportError> {
        let style = &self.context.styles.number;
        let column = self.merged(sheet, row, at, style)?;
        match self.context.evaluation.indicators[index].weight {
            Some(weight) => sheet.formula(
                row,
                column,
                &self.scoring.weight(index),
                Cached::Decimal(weight),
                style,
            ),
            None => sheet.blank(row, column, style),
        }
    }

    /// A score, blank until there is one.
    fn score(
        &self,
        sheet: &mut Sheet,
        row: u32,
        at: Span,
        index: usize,
    ) -> Result<(), ExportError> {
        let style = &self.context.styles.score;
        let column = self.merged(sheet, row, at, style)?;
        let reference = self.scoring.score(index);
        let formula = format!("IF({reference}=\"\",\"\",{reference})");
        let score = self.context.evaluation.indicators[index].score;
        let value = score.map_or(Cached::Blank, Cached::Decimal);
        sheet.formula(row, column, &formula, value, style)
    }
}

static EMPTY: String = String::new();
