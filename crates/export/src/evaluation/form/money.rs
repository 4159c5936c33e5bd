//! The money block of the form: the total with rate, weight and score, its parts below, and breakdowns side by side.
//!
//! * In: the block of the layout. Out: its rows, over cells of 支出执行.
//! * Rule: a part is shown only where every line says what it is; else its cells stay blank.
//! * Never: a zero for money that nobody stated.

use super::super::execution::amount_of;
use super::super::funds::{FundRow, fund_rows};
use super::{DASH, Form, Shown};
use crate::error::ExportError;
use crate::sheet::{Cached, Sheet, cell};
use crate::text;
use jixiao_core::rules::layout::{
    MoneyBlock, MoneyColumn, MoneyFill, MoneyOf, MoneyRow, MoneySide, Span,
};
use jixiao_core::{Amount, Ratio};

/// Where the money block has the weight and the score of the execution rate.
#[derive(Default)]
pub(super) struct MoneyMap {
    pub weight: Shown,
    pub score: Shown,
}

/// A row that is written: its name, and its money; the total has none of its own.
struct Row {
    label: String,
    part: Option<FundRow>,
}

impl Form<'_> {
    /// The money block. Returns where the execution rate is scored in it, and the next row.
    pub(super) fn money(
        &self,
        sheet: &mut Sheet,
        top: u32,
    ) -> Result<(MoneyMap, u32), ExportError> {
        let Some(block) = &self.layout.money else { return Ok((MoneyMap::default(), top)) };
        let styles = self.context.styles;
        let rows: Vec<Row> =
            block.rows.iter().flat_map(|row| self.money_rows(row, &block.rows)).collect();
        let sides: Vec<Vec<Row>> = block
            .sides
            .iter()
            .map(|side| side.rows.iter().flat_map(|row| self.money_rows(row, &side.rows)).collect())
            .collect();
        let below = sides.iter().map(Vec::len).max().map_or(0, |rows| rows as u32 + 1);
        let bottom = top + rows.len() as u32 + below;
        let label = block.label.replace("{unit}", self.unit.word());
        sheet.height(
            top,
            block
                .columns
                .iter()
                .map(|column| text::lines(&column.title, self.room(column.at)))
                .max()
                .unwrap_or(1),
        )?;
        sheet.merge(
            [top, block.at.first.into(), bottom, block.at.last.into()],
            &label,
            &styles.head,
        )?;
        self.cell(sheet, top, block.name, "", &styles.head)?;
        for column in &block.columns {
            self.cell(sheet, top, column.at, &column.title, &styles.head)?;
        }
        let mut map = MoneyMap::default();
        for (row, of) in (top + 1..).zip(&rows) {
            match &of.part {
                None => map = self.money_total(sheet, row, block, &of.label)?,
                Some(part) => {
                    self.money_part(sheet, row, (block.name, &block.columns), &of.label, part)?
                }
            }
        }
        if below > 0 {
            self.sides(sheet, top + 1 + rows.len() as u32, &block.sides, &sides)?;
        }
        Ok((map, bottom + 1))
    }

    /// The rows that a row of the layout stands for; `all` are those beside it.
    fn money_rows(&self, row: &MoneyRow, all: &[MoneyRow]) -> Vec<Row> {
        let one = |part| vec![Row { label: row.label.clone(), part: Some(part) }];
        let by_lines = |lines: Option<Vec<usize>>| one(self.part(&lines.unwrap_or_default()));
        let evaluation = self.context.evaluation;
        match &row.of {
            MoneyOf::Total => vec![Row { label: row.label.clone(), part: None }],
            MoneyOf::Funds => {
                let blank: String = row.label.chars().map(|_| '　').collect();
                let funds = fund_rows(self.context, self.execution).into_iter().enumerate();
                let of = |(index, part): (usize, FundRow)| {
                    let before = if index == 0 { &row.label } else { &blank };
                    Row { label: format!("{before}{}", part.label), part: Some(part) }
                };
                funds.map(of).collect()
            }
            MoneyOf::Fund(words) => by_lines(self.of_funds(&|fund| has(fund, words))),
            MoneyOf::Rest => {
                let named = |fund: &str| {
                    all.iter()
                        .any(|row| matches!(&row.of, MoneyOf::Fund(words) if has(fund, words)))
                };
                by_lines(self.of_funds(&|fund| !named(fund)))
            }
            MoneyOf::Kind(kind) => {
                let kinds: Option<Vec<_>> = evaluation.form.kinds.iter().copied().collect();
                let lines = kinds.filter(|kinds| kinds.len() == evaluation.lines.len());
                by_lines(lines.map(|kinds| positions(kinds.iter().map(|of| of == kind))))
            }
            _ => one(self.part(&[])),
        }
    }

    /// The lines whose fund fits, if every line has one.
    fn of_funds(&self, fits: &dyn Fn(&str) -> bool) -> Option<Vec<usize>> {
        let lines = self.context.evaluation.lines.iter();
        let funds: Option<Vec<&str>> = lines.map(|line| line.fund.as_deref()).collect();
        funds.map(|funds| positions(funds.into_iter().map(fits)))
    }

    /// The money of some lines.
    fn part(&self, lines: &[usize]) -> FundRow {
        let amounts = Amount::ALL.into_iter().filter_map(|amount| {
            let (formula, money) = self.execution.sum_of(self.context.evaluation, amount, lines)?;
            Some((amount, formula, money))
        });
        FundRow::new("", amounts.collect())
    }

    fn money_total(
        &self,
        sheet: &mut Sheet,
        row: u32,
        block: &MoneyBlock,
        label: &str,
    ) -> Result<MoneyMap, ExportError> {
        let (styles, evaluation) = (self.context.styles, self.context.evaluation);
        let index = evaluation.indicators.iter().position(|of| of.is_execution());
        let mut map = MoneyMap::default();
        sheet.height(row, text::lines(label, self.room(block.name)))?;
        self.cell(sheet, row, block.name, label, &styles.text)?;
        for column in &block.columns {
            let at = column.at;
            match (column.fill, index) {
                (MoneyFill::Amount(amount), _) => {
                    let live = self.execution.total_reference(amount);
                    self.amount(sheet, row, at, live, amount_of(&evaluation.totals, amount))?;
                }
                (MoneyFill::Rate, _) => self.total_rate(sheet, row, at)?,
                (MoneyFill::Weight, Some(index)) => {
                    map.weight = Some((at.first, row));
                    self.weight(sheet, row, at, index)?;
                }
                (MoneyFill::Score, Some(index)) => {
                    map.score = Some((at.first, row));
                    self.score(sheet, row, at, index)?;
                }
                _ => self.cell(sheet, row, at, "", &styles.centre)?,
            }
        }
        Ok(map)
    }

    fn total_rate(&self, sheet: &mut Sheet, row: u32, at: Span) -> Result<(), ExportError> {
        let style = &self.context.styles.rate;
        let rate = self.context.evaluation.totals.execution_rate.as_ref();
        let column = self.merged(sheet, row, at, style)?;
        match self.execution.rate_reference(self.execution.total).zip(rate) {
            Some((reference, rate)) => {
                sheet.formula(row, column, &reference, Cached::Ratio(rate), style)
            }
            None => sheet.blank(row, column, style),
        }
    }

    fn money_part(
        &self,
        sheet: &mut Sheet,
        row: u32,
        (name, columns): (Span, &[MoneyColumn]),
        label: &str,
        part: &FundRow,
    ) -> Result<(), ExportError> {
        let styles = self.context.styles;
        sheet.height(row, text::lines(label, self.room(name)))?;
        self.cell(sheet, row, name, label, &styles.text)?;
        for column in columns {
            let at = column.at;
            match column.fill {
                MoneyFill::Amount(amount) => {
                    let (live, value) = part.amount(amount);
                    self.amount(sheet, row, at, live, value)?;
                }
                MoneyFill::Rate => self.part_rate(sheet, row, at, columns, part.rate.as_ref())?,
                MoneyFill::Weight | MoneyFill::Score => {
                    self.cell(sheet, row, at, DASH, &styles.centre)?
                }
                _ => self.cell(sheet, row, at, "", &styles.centre)?,
            }
        }
        Ok(())
    }

    /// The rate of a part, over the amounts beside it.
    fn part_rate(
        &self,
        sheet: &mut Sheet,
        row: u32,
        at: Span,
        columns: &[MoneyColumn],
        rate: Option<&Ratio>,
    ) -> Result<(), ExportError> {
        let style = &self.context.styles.rate;
        let column = self.merged(sheet, row, at, style)?;
        let of = |amount| {
            let found = columns.iter().find(|column| column.fill == MoneyFill::Amount(amount))?;
            Some(cell(row, found.at.first))
        };
        match (rate, of(Amount::Executed).zip(of(Amount::Adjusted))) {
            (Some(rate), Some((executed, budget))) => {
                let formula = format!("IF({budget}=0,\"\",{executed}/{budget})");
                sheet.formula(row, column, &formula, Cached::Ratio(rate), style)
            }
            (rate, _) => sheet.ratio(row, column, rate, style),
        }
    }

    /// Breakdowns side by side, under a row of titles.
    fn sides(
        &self,
        sheet: &mut Sheet,
        top: u32,
        sides: &[MoneySide],
        rows: &[Vec<Row>],
    ) -> Result<(), ExportError> {
        let styles = self.context.styles;
        let most = rows.iter().map(Vec::len).max().unwrap_or(0);
        sheet.height(top, 1)?;
        for side in sides {
            self.cell(sheet, top, side.name, &side.title, &styles.head)?;
            for column in &side.columns {
                self.cell(sheet, top, column.at, &column.title, &styles.head)?;
            }
        }
        let nothing = Row { label: String::new(), part: None };
        for (row, index) in (top + 1..).zip(0..most) {
            let mut lines = 1;
            for (side, rows) in sides.iter().zip(rows) {
                let of = rows.get(index).unwrap_or(&nothing);
                let part = of.part.as_ref();
                let blank = FundRow::new("", Vec::new());
                let of_side = (side.name, side.columns.as_slice());
                self.money_part(sheet, row, of_side, &of.label, part.unwrap_or(&blank))?;
                lines = lines.max(text::lines(&of.label, self.room(side.name)));
            }
            sheet.height(row, lines)?;
        }
        Ok(())
    }
}

/// Whether a fund has one of some words.
fn has(fund: &str, words: &[String]) -> bool {
    words.iter().any(|word| fund.contains(word.as_str()))
}

fn positions(fit: impl Iterator<Item = bool>) -> Vec<usize> {
    fit.enumerate().filter(|(_, fits)| *fits).map(|(index, _)| index).collect()
}
