//! From a formula and its numbers to a score: exact value, cap, one rounding, and the trace that goes with it.
//!
//! * In: a formula, what the names of the row stand for, the weight. Out: the score and how it came about.
//! * Rule: capped to 0..weight, rounded once, half up.
//! * Never: rounds before the cap, or lets a score exceed its weight by rounding.

use super::Context;
use crate::Ratio;
use crate::evaluation::{Binding, Calculation, ScoredIndicator};
use crate::formula::{Formula, Undefined, plain};
use crate::ratio::{rational, round_half_up};
use num_rational::BigRational;
use num_traits::Zero;
use rust_decimal::Decimal;

/// A score by formula.
pub(super) struct Computed {
    pub score: Decimal,
    pub substituted: String,
    pub calculation: Calculation,
}

/// What a formula computes with.
pub(super) struct Numbers<'a> {
    pub weight: Decimal,
    /// Names of the row.
    pub own: &'a [(&'static str, BigRational)],
    /// Rows that were scored before, for formulas that count them.
    pub rows: &'a [ScoredIndicator],
    /// Whether the score stops at the weight.
    pub capped: bool,
}

impl Computed {
    /// The formula with its numbers and its value, without the score it came to.
    pub(super) fn substituted_without_score(&self) -> String {
        let text = &self.substituted;
        text.split_once(" → ").map_or_else(|| text.clone(), |(before, _)| before.to_owned())
    }
}

impl<'a> Numbers<'a> {
    /// A row that needs nothing of other rows.
    pub(super) fn of(weight: Decimal, own: &'a [(&'static str, BigRational)]) -> Numbers<'a> {
        Numbers { weight, own, rows: &[], capped: true }
    }
}

impl Context<'_> {
    /// The value of a rule's formula as a score.
    pub(super) fn compute(
        &self,
        formula: &Formula,
        numbers: &Numbers<'_>,
    ) -> Result<Computed, Undefined> {
        let decimals = self.rules.settings().score_decimals;
        let weight = numbers.weight;
        let bindings = self.bindings(formula, numbers);
        let lookup = |name: &str| {
            let binding = bindings.iter().find(|(known, _)| known == name);
            binding.and_then(|(_, value)| value.clone())
        };
        let exact = formula.evaluate(&lookup)?;
        let capped = match numbers.capped {
            true => exact.clone().clamp(BigRational::zero(), rational(weight)),
            false => exact.clone().max(BigRational::zero()),
        };
        let rounded = round_half_up(&capped, decimals);
        let score = if numbers.capped { rounded.min(weight) } else { rounded };
        let mut substituted = format!("{} = {}", formula.substituted(&lookup), shown(&exact));
        if rational(score) != exact {
            substituted.push_str(&format!(" → {score}"));
        }
        let binding = |(name, value): &(String, Option<BigRational>)| Binding {
            name: name.clone(),
            value: value.clone().map(Ratio::from),
        };
        let calculation = Calculation {
            formula: formula.clone(),
            bindings: bindings.iter().map(binding).collect(),
            exact: exact.into(),
            decimals,
        };
        Ok(Computed { score, substituted, calculation })
    }

    /// What everything in a formula stands for, in the order of first use.
    fn bindings(
        &self,
        formula: &Formula,
        numbers: &Numbers<'_>,
    ) -> Vec<(String, Option<BigRational>)> {
        let of = |reference: &crate::formula::Reference| {
            let key = reference.key();
            let own = numbers.own.iter().find(|(name, _)| *name == key);
            let value = match own {
                Some((_, value)) => Some(value.clone()),
                None if key == "weight" => Some(rational(numbers.weight)),
                None => self.outside(reference, numbers.rows),
            };
            (key, value)
        };
        formula.references().iter().map(of).collect()
    }
}

/// A number as traces show it: exact where it ends within ten places, else rounded there.
pub(super) fn shown(exact: &BigRational) -> String {
    plain(&rational(round_half_up(exact, 10)))
}
