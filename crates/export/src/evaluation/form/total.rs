//! The row of the total: weights, scores, grade.
//!
//! * In: where the weights and scores of the form stand. Out: the row, and a [`FormMap`].
//! * Rule: the total sums the scores as shown and stays blank while one is missing; where the form does not list the
//!   execution rate, its cell of 指标评分 is taken.

use super::money::MoneyMap;
use super::{Form, FormMap};
use crate::error::ExportError;
use crate::sheet::{Cached, Sheet, cell, down};
use jixiao_core::rules::layout::{IndicatorFill, Span, TotalRow};
use rust_decimal::Decimal;

/// Formulas may be nested 64 deep; no rule has more than a handful of grades.
const MOST_GRADES: usize = 20;

impl Form<'_> {
    /// The total row. Returns its main cells and the last row of the table.
    pub(super) fn total(
        &self,
        sheet: &mut Sheet,
        money: &MoneyMap,
        rows: [u32; 2],
    ) -> Result<(FormMap, u32), ExportError> {
        let [first, last] = rows;
        let Some(total) = &self.layout.total else {
            return Ok((FormMap::default(), last));
        };
        let styles = self.context.styles;
        let row = last + 1;
        sheet.height(row, 1)?;
        self.cell(sheet, row, total.at, &total.label, &styles.total_centre)?;
        for at in &total.blank {
            self.cell(sheet, row, *at, "", &styles.total_centre)?;
        }
        if let Some(at) = total.weight {
            self.total_weight(sheet, row, at, [first, last], money)?;
        }
        let mut map = FormMap::default();
        if let Some(at) = total.score {
            self.total_score(sheet, row, at, [first, last], money)?;
            map.total = Some(sheet.reference(row, at.first));
        }
        if let Some((at, pattern)) = &total.grade {
            self.grade(sheet, row, total, *at, pattern)?;
            map.grade = Some(sheet.reference(row, at.first));
            let grade = self.context.evaluation.grade.as_deref();
            map.grade_shown = grade.map(|word| pattern.replace("{grade}", word));
        }
        Ok((map, row))
    }

    /// The cells of a column of the table, and those of the execution rate in the money block or in 指标评分.
    fn summed(
        &self,
        fill: IndicatorFill,
        [first, last]: [u32; 2],
        money: Option<(u16, u32)>,
    ) -> Option<Vec<String>> {
        let column = self.layout.indicators.columns.iter().find(|column| column.fill == fill)?;
        let rows = down(column.at.first, first, last);
        let execution = self.context.evaluation.indicators.iter().position(|of| of.is_execution());
        let listed = self.layout.indicators.execution.is_some();
        let outside = match (money, execution) {
            (Some((column, row)), _) => Some(cell(row, column)),
            (None, Some(index)) if !listed => Some(match fill {
                IndicatorFill::Weight => self.scoring.weight(index),
                _ => self.scoring.score(index),
            }),
            _ => None,
        };
        Some(outside.into_iter().chain([rows]).collect())
    }

    fn total_weight(
        &self,
        sheet: &mut Sheet,
        row: u32,
        at: Span,
        rows: [u32; 2],
        money: &MoneyMap,
    ) -> Result<(), ExportError> {
        let style = &self.context.styles.total_number;
        let column = self.merged(sheet, row, at, style)?;
        let indicators = self.context.evaluation.indicators.iter();
        let weights: Vec<Decimal> = indicators.filter_map(|of| of.weight).collect();
        match self.summed(IndicatorFill::Weight, rows, money.weight) {
            Some(cells) if !weights.is_empty() => {
                let sum: Decimal = weights.iter().sum();
                let places = sum.scale().max(2);
                let formula = format!("ROUND(SUM({}),{places})", cells.join(","));
                sheet.formula(row, column, &formula, Cached::Decimal(sum), style)
            }
            _ => sheet.blank(row, column, style),
        }
    }

    /// The sum of the scores as shown, blank while one is missing.
    fn total_score(
        &self,
        sheet: &mut Sheet,
        row: u32,
        at: Span,
        rows: [u32; 2],
        money: &MoneyMap,
    ) -> Result<(), ExportError> {
        let evaluation = self.context.evaluation;
        let style = &self.context.styles.total_score;
        let column = self.merged(sheet, row, at, style)?;
        let applicable: Vec<Option<Decimal>> =
            evaluation.indicators.iter().filter(|of| of.applicable).map(|of| of.score).collect();
        let sum: Option<Decimal> = applicable.iter().copied().sum();
        let only_execution = evaluation.indicators.iter().all(|of| of.is_execution());
        let cells = self.summed(IndicatorFill::Score, rows, money.score);
        // Without indicators there is no total, whatever the execution row has.
        let Some(cells) = cells.filter(|_| !only_execution && sum == evaluation.score) else {
            return sheet.decimal(row, column, evaluation.score, style);
        };
        let places = sum.map_or(2, |sum| sum.scale().max(2));
        let counts: Vec<String> =
            cells.iter().map(|cells| format!("COUNTIFS({cells},\">=0\")")).collect();
        let formula = format!(
            "IF({}<{},\"\",ROUND(SUM({}),{places}))",
            counts.join("+"),
            applicable.len(),
            cells.join(",")
        );
        let value = sum.map_or(Cached::Blank, Cached::Decimal);
        sheet.formula(row, column, &formula, value, style)
    }

    /// The grade of the total, by the edges of the rules.
    fn grade(
        &self,
        sheet: &mut Sheet,
        row: u32,
        of: &TotalRow,
        at: Span,
        pattern: &str,
    ) -> Result<(), ExportError> {
        let evaluation = self.context.evaluation;
        let style = &self.context.styles.total_centre;
        let column = self.merged(sheet, row, at, style)?;
        let written = |word: &str| pattern.replace("{grade}", word);
        let edges = &evaluation.grades;
        let reached = |score: Decimal| edges.iter().find(|edge| score >= edge.from);
        let by_edges = evaluation.score.and_then(reached).map(|edge| edge.word.as_str());
        let grade = evaluation.grade.as_deref().map(written);
        let live = (1..=MOST_GRADES).contains(&edges.len())
            && by_edges.filter(|word| !word.is_empty()) == evaluation.grade.as_deref();
        let Some(total) = of.score.filter(|_| live) else {
            return sheet.text(row, column, grade.as_deref().unwrap_or(""), style);
        };
        let total = cell(row, total.first);
        let mut formula = format!("IF({total}=\"\",\"\",");
        for edge in edges {
            let word = if edge.word.is_empty() { String::new() } else { written(&edge.word) };
            let word = word.replace('"', "\"\"");
            formula.push_str(&format!("IF({total}>={},\"{word}\",", edge.from.normalize()));
        }
        formula.push_str("\"\"");
        formula.push_str(&")".repeat(edges.len() + 1));
        let value = grade.as_deref().map_or(Cached::Blank, Cached::Text);
        sheet.formula(row, column, &formula, value, style)
    }
}
