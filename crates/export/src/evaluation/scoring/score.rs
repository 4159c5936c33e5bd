//! The score of a row of 指标评分: live where the rules computed it, a number where a person decided, both where both did.
//!
//! * In: a scored indicator. Out: its cells 得分, 自填得分, 差异 and 规则得分.
//! * Rule: a formula is written only where it gives exactly core's value.

use super::{DECISION, NOISE_PLACES, Row, WEIGHT, direct};
use crate::error::ExportError;
use crate::sheet::{Cached, Sheet, cell};
use jixiao_core::{Binding, Calculation};
use rust_decimal::Decimal;
use rust_xlsxwriter::Format;

impl Row<'_> {
    /// The score: of the rules as a formula, of a person as a number.
    pub(super) fn score(&self, sheet: &mut Sheet, row: u32) -> Result<(), ExportError> {
        let (styles, indicator) = (self.context.styles, self.indicator);
        let column = self.map.column("得分");
        let by_person = indicator.judgement
            || indicator.decided.is_some()
            || (indicator.calculation.is_none() && indicator.applicable);
        let style = if by_person { &styles.input } else { &styles.score };
        let ruled = match &indicator.decided {
            Some(decided) => decided.computed,
            None => indicator.score,
        };
        match self.live(row, ruled) {
            Some(rule) => {
                let formula = self.unless_decided(row, &rule);
                let value = indicator.score.map_or(Cached::Blank, Cached::Decimal);
                sheet.formula(row, column, &formula, value, style)
            }
            // Without a formula of the rules the cell itself is where a person writes.
            None => sheet.decimal(row, column, indicator.score, style),
        }
    }

    /// What a person wrote under 复核得分, with a reason and within 0 and the weight; else what the rules give.
    fn unless_decided(&self, row: u32, rule: &str) -> String {
        let [decision, why] =
            [DECISION.0, "复核意见"].map(|title| cell(row, self.map.column(title)));
        let weight = cell(row, WEIGHT);
        format!(
            "IF(IF({decision}=\"\",0,IF({why}=\"\",0,IF({decision}<0,0,IF({decision}>{weight},0,1))))=1,{decision},{rule})"
        )
    }

    /// What the rules give beside a decided score.
    pub(super) fn by_rules(&self, sheet: &mut Sheet, row: u32) -> Result<(), ExportError> {
        let column = self.map.column("规则得分");
        let computed = self.indicator.decided.as_ref().and_then(|decided| decided.computed);
        self.computed(sheet, row, column, computed, &self.context.styles.score)
    }

    /// A score as a formula over the numbers of its row, where that gives it.
    fn computed(
        &self,
        sheet: &mut Sheet,
        row: u32,
        column: u16,
        score: Option<Decimal>,
        style: &Format,
    ) -> Result<(), ExportError> {
        match score.zip(self.live(row, score)) {
            Some((score, formula)) => {
                sheet.formula(row, column, &formula, Cached::Decimal(score), style)
            }
            None => sheet.decimal(row, column, score, style),
        }
    }

    /// The formula of the rules over the cells of this row; nothing where no spreadsheet takes it, or it might show another score.
    fn live(&self, row: u32, score: Option<Decimal>) -> Option<String> {
        let calculation = self.indicator.calculation.as_ref()?;
        let gives = self.gives(calculation)?;
        let inner = self.translated(row, calculation).filter(|_| score == Some(gives))?;
        let weight = cell(row, WEIGHT);
        let decimals = calculation.decimals;
        // The inner rounding takes off binary noise, so that an exact half is rounded as a half.
        Some(format!("ROUND(ROUND(MAX(0,MIN({weight},{inner})),{NOISE_PLACES}),{decimals})"))
    }

    /// What the cell's formula will give in a spreadsheet, where that is certain.
    fn gives(&self, calculation: &Calculation) -> Option<Decimal> {
        calculation.in_a_sheet(self.indicator.weight?)
    }

    /// The rule's formula over the cells of this row; nothing where it is longer or deeper than spreadsheets take.
    fn translated(&self, row: u32, calculation: &Calculation) -> Option<String> {
        let has_value = |name: &str| {
            let is = |binding: &&Binding| binding.name == name && binding.value.is_some();
            calculation.bindings.iter().any(|binding| is(&binding))
        };
        let elsewhere = |name: &str| {
            let binding = calculation.bindings.iter().find(|binding| binding.name == name)?;
            direct(self.origins, binding)
        };
        let at = |name: &str| match name {
            "weight" => Some(cell(row, WEIGHT)),
            _ if has_value(name) => match self.map.number_column(name) {
                Some(column) => Some(cell(row, column)),
                None => elsewhere(name),
            },
            _ => None,
        };
        let formula = calculation.formula.to_excel(&at);
        // A name without value in a branch that is not taken: a cell formula needs something there, and it must not be 0.
        let formula = formula.or_else(|_| {
            calculation.formula.to_excel(&|name| Some(at(name).unwrap_or("(1/0)".into())))
        });
        formula.ok()
    }

    /// The score that a person filled in, and how far the rule is from it.
    pub(super) fn claimed(&self, sheet: &mut Sheet, row: u32) -> Result<(), ExportError> {
        let (styles, indicator) = (self.context.styles, self.indicator);
        let [score, claimed, difference] =
            ["得分", "自填得分", "差异"].map(|title| self.map.column(title));
        sheet.decimal(row, claimed, indicator.score_claimed, &styles.number)?;
        match (indicator.score, indicator.score_claimed) {
            (Some(ours), Some(theirs)) => {
                let places = ours.scale().max(theirs.scale()).max(2);
                let formula =
                    format!("ROUND({}-{},{places})", cell(row, score), cell(row, claimed));
                sheet.formula(
                    row,
                    difference,
                    &formula,
                    Cached::Decimal(ours - theirs),
                    &styles.score,
                )
            }
            _ => sheet.blank(row, difference, &styles.score),
        }
    }
}
