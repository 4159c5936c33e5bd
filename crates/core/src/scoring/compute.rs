//! From a rule and its numbers to a score: exact value, cap, one rounding, and the trace that goes with it.
//!
//! * In: a formula, what its names stand for, the weight. Out: the score and how it came about.
//! * Rule: capped to 0..weight, rounded once, half up.
//! * Never: rounds before the cap, or lets a score exceed its weight by rounding.

use crate::Ratio;
use crate::evaluation::{Binding, Calculation};
use crate::formula::{Undefined, plain};
use crate::ratio::{rational, round_half_up};
use crate::rules::ScoreRule;
use num_rational::BigRational;
use num_traits::Zero;
use rust_decimal::Decimal;

/// A score by formula.
pub(super) struct Computed {
    pub score: Decimal,
    pub substituted: String,
    pub calculation: Calculation,
}

/// The value of a rule's formula as a score.
pub(super) fn compute(
    rule: &ScoreRule,
    weight: Decimal,
    values: &[(&str, BigRational)],
    decimals: u32,
) -> Result<Computed, Undefined> {
    let weight_exact = rational(weight);
    let lookup = |name: &str| {
        if name == "weight" {
            return Some(weight_exact.clone());
        }
        values.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone())
    };
    let exact = rule.formula.evaluate(&lookup)?;
    let capped = exact.clone().clamp(BigRational::zero(), weight_exact.clone());
    let score = round_half_up(&capped, decimals).min(weight);
    let mut substituted = format!("{} = {}", rule.formula.substituted(&lookup), shown(&exact));
    if rational(score) != exact {
        substituted.push_str(&format!(" → {score}"));
    }
    let bindings = rule
        .formula
        .names()
        .into_iter()
        .map(|name| Binding { name: name.to_owned(), value: lookup(name).map(Ratio::from) })
        .collect();
    let calculation =
        Calculation { formula: rule.formula.clone(), bindings, exact: exact.into(), decimals };
    Ok(Computed { score, substituted, calculation })
}

/// A number as traces show it: exact where it ends within ten places, else rounded there.
pub(super) fn shown(exact: &BigRational) -> String {
    plain(&rational(round_half_up(exact, 10)))
}
