//! Where the numbers of formulas stand in this workbook: totals and lines in 支出执行, facts in 原始数据.
//!
//! * In: the name of a number as formulas write it, and its value. Out: a formula over other sheets that gives the value.
//! * Rule: a reference is handed out only where it gives exactly the value that core took.

use super::Context;
use super::execution::{ExecutionMap, amount_of};
use super::source::SourceMap;
use crate::sheet::Cached;
use jixiao_core::{Amount, Origin, Ratio};

/// Finds numbers in the other sheets of a subject.
pub(crate) struct Origins<'a> {
    pub context: &'a Context<'a>,
    pub execution: &'a ExecutionMap,
    pub source: &'a SourceMap,
}

impl Origins<'_> {
    /// The formula of a number in its other sheet, and the value it has there.
    pub(crate) fn live(&self, name: &str, value: &Ratio) -> Option<(String, Cached<'static>)> {
        let found = self.found(name)?;
        let Cached::Decimal(decimal) = found.1 else { return None };
        (Ratio::from(decimal) == *value).then_some(found)
    }

    fn found(&self, name: &str) -> Option<(String, Cached<'static>)> {
        let evaluation = self.context.evaluation;
        match evaluation.form.origins.get(name)? {
            Origin::Total(amount) => self.total(*amount),
            Origin::Fact(index) => {
                let fact = self.context.submission.facts.get(*index)?;
                Some((self.source.fact(*index), Cached::Decimal(fact.value)))
            }
            Origin::Lines(amount, lines) => {
                let (formula, sum) = self.execution.sum_of(evaluation, *amount, lines)?;
                Some((formula, sum.into()))
            }
            _ => None,
        }
    }

    /// The value of a number where it stands.
    pub(crate) fn value(&self, name: &str) -> Option<Ratio> {
        match self.found(name)? {
            (_, Cached::Decimal(value)) => Some(Ratio::from(value)),
            _ => None,
        }
    }

    /// Whether the number is an amount of money.
    pub(crate) fn is_money(&self, name: &str) -> bool {
        let origin = self.context.evaluation.form.origins.get(name);
        matches!(origin, Some(Origin::Total(_) | Origin::Lines(..)))
    }

    /// Whether the number is a total of the subject.
    pub(crate) fn is_total(&self, name: &str) -> bool {
        matches!(self.context.evaluation.form.origins.get(name), Some(Origin::Total(_)))
    }

    /// A total of 支出执行.
    pub(crate) fn total(&self, amount: Amount) -> Option<(String, Cached<'static>)> {
        let money = amount_of(&self.context.evaluation.totals, amount)?;
        Some((self.execution.total_reference(amount)?, money.into()))
    }
}
