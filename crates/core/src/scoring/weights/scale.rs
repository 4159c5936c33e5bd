//! Weights brought to another sum in proportion: those of a block that the rules fix, and those of rows that do not apply.
//!
//! * In: the weights of the rows. Out: the same, each with two places, giving exactly the sum that is wanted.
//! * Rule: largest remainder; of equal remainders the first row's.
//! * Never: changes a block silently.

use super::super::entries::Entry;
use super::{Weight, Weights, block_of, block_weights_by_rule};
use crate::ratio::rational;
use crate::rules::{NotApplicable, Rules};
use crate::{Code, Finding, Severity};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::ToPrimitive;
use rust_decimal::Decimal;

/// Printed weights of blocks whose weight the rules fix.
pub(super) fn blocks(
    entries: &[Entry<'_>],
    rules: &Rules,
    weights: &mut Weights,
    findings: &mut Vec<Finding>,
) {
    let of: Vec<Option<usize>> = entries.iter().map(|entry| block_of(entry, rules)).collect();
    let by_rule = block_weights_by_rule(&of, rules);
    for (index, block) in rules.blocks().iter().enumerate().filter(|(_, block)| block.scaled) {
        let rows: Vec<usize> = (0..entries.len())
            .filter(|row| of[*row] == Some(index) && entries[*row].card.is_none())
            .collect();
        let printed: Option<Vec<Decimal>> =
            rows.iter().map(|row| weights.rows[*row].value).collect();
        let (Some(printed), Some(whole)) = (printed, by_rule.get(index)) else { continue };
        let sum: Decimal = printed.iter().sum();
        if rows.is_empty() || sum.is_zero() || sum == *whole {
            continue;
        }
        for (row, value) in rows.iter().zip(scaled(&printed, *whole)) {
            weights.rows[*row] = Weight { value: Some(value), default: true };
        }
        let (name, sum, whole) = (&block.name, sum.normalize(), whole.normalize());
        let place = entries[rows[0]].indicator.source.clone();
        findings.push(
            Finding::new(
                Code::BlockWeight,
                place,
                format!("“{name}”各行所印分值合计 {sum} 分，规则为 {whole} 分，已按比例折算。如有批复的分值，请改用批复的分值。"),
                format!("The printed weights of {name} give {sum}, by the rules it has {whole}; they were brought to that in proportion. If others were approved, use those."),
            )
            .with_severity(Severity::Info),
        );
    }
}

/// The weights of rows that do not apply, given to the other rows of their block where the rules say so.
pub(super) fn not_applicable(entries: &[Entry<'_>], rules: &Rules, weights: &mut Weights) {
    if rules.settings().not_applicable != NotApplicable::Redistributed {
        return;
    }
    let of: Vec<Option<usize>> = entries.iter().map(|entry| block_of(entry, rules)).collect();
    let mut done: Vec<Option<usize>> = Vec::new();
    for block in &of {
        if done.contains(block) {
            continue;
        }
        done.push(*block);
        let rows = (0..entries.len()).filter(|row| of[*row] == *block);
        let (others, gone): (Vec<usize>, Vec<usize>) = rows.partition(|row| entries[*row].applies);
        let values = |rows: &[usize]| -> Option<Vec<Decimal>> {
            rows.iter().map(|row| weights.rows[*row].value).collect()
        };
        let (Some(kept), Some(freed)) = (values(&others), values(&gone)) else { continue };
        let (sum, freed): (Decimal, Decimal) = (kept.iter().sum(), freed.iter().sum());
        if sum.is_zero() || freed.is_zero() {
            continue;
        }
        for (row, value) in others.iter().zip(scaled(&kept, sum + freed)) {
            weights.rows[*row] = Weight { value: Some(value), default: true };
        }
        for row in gone {
            weights.rows[row] = Weight { value: Some(Decimal::ZERO), default: true };
        }
    }
}

/// Parts in proportion, with two places, that give exactly the whole: the largest remainders are rounded up.
pub(in crate::scoring) fn scaled(parts: &[Decimal], whole: Decimal) -> Vec<Decimal> {
    let sum: Decimal = parts.iter().sum();
    let hundredths = |part: &Decimal| {
        rational(*part) * rational(whole) / rational(sum) * BigRational::from(BigInt::from(100))
    };
    let exact: Vec<BigRational> = parts.iter().map(hundredths).collect();
    let mut whole_parts: Vec<i64> =
        exact.iter().map(|part| part.floor().to_integer().to_i64().unwrap_or_default()).collect();
    let wanted = (rational(whole) * BigRational::from(BigInt::from(100))).floor().to_integer();
    let missing = wanted.to_i64().unwrap_or_default() - whole_parts.iter().sum::<i64>();
    let mut order: Vec<usize> = (0..exact.len()).collect();
    // The sort is stable: of equal remainders the first row comes first.
    order.sort_by_key(|row| std::cmp::Reverse(exact[*row].clone() - exact[*row].floor()));
    for row in order.into_iter().take(usize::try_from(missing).unwrap_or_default()) {
        whole_parts[row] += 1;
    }
    whole_parts.into_iter().map(|part| Decimal::new(part, 2).normalize()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_in_proportion_add_up() {
        for (parts, whole, expected) in [
            ("25 15 10", "20", "10 6 4"),
            ("10 10 10", "20", "6.67 6.67 6.66"),
            // 20/7 each is 2.857142…: 2.85 * 7 is 19.95, the first five take a hundredth.
            ("1 1 1 1 1 1 1", "20", "2.86 2.86 2.86 2.86 2.86 2.85 2.85"),
            // 50/3 and 100/3: the larger remainder is the first one's.
            ("1 2", "50", "16.67 33.33"),
            ("7.5 12.5", "20", "7.5 12.5"),
            ("5 0", "8", "8 0"),
        ] {
            let decimals = |text: &str| -> Vec<Decimal> {
                text.split(' ').map(|part| part.parse().expect("a decimal")).collect()
            };
            let whole: Decimal = whole.parse().expect("a decimal");
            let found = scaled(&decimals(parts), whole);
            assert_eq!(found, decimals(expected), "{parts}");
            assert_eq!(found.iter().sum::<Decimal>(), whole, "{parts}");
        }
    }
}
