//! What is worked out once about every row, since each reading asks for it many times.
//!
//! * In: rows, and half of the last printed place of each column. Out: what each label says, and all amounts as whole
//!   numbers of one common place, so that a run of a thousand neighbours costs a thousand additions.
//! * Never: decides anything, or loses a digit: amounts are bounded where they are read, far below what fits.

use super::TreeRow;
use crate::vocabulary::{TotalWords, VOCABULARY};
use rust_decimal::Decimal;
use std::collections::HashMap;

/// Sums of any number of rows stay within an `i128` when no amount is larger.
const LARGEST: i128 = i128::MAX >> 40;

/// The facts about all rows of a table.
pub(super) struct Facts {
    words: Vec<TotalWords>,
    parts: Vec<bool>,
    strengths: Vec<u32>,
    width: usize,
    amounts: Vec<i128>,
    half: Vec<i128>,
    /// What all negative amounts of each column come to: no sum can fall by more.
    fall: Vec<i128>,
}

impl Facts {
    pub(super) fn of(rows: &[TreeRow<'_>], half: &[Decimal]) -> Facts {
        let mut known: HashMap<&str, (TotalWords, bool)> = HashMap::new();
        let (mut words, mut parts) = (Vec::new(), Vec::new());
        for row in rows {
            let (said, part) = known.entry(row.label).or_insert_with(|| {
                (VOCABULARY.total_words(row.label), VOCABULARY.is_part_row(row.label))
            });
            words.push(*said);
            parts.push(*part);
        }
        let given = || rows.iter().flat_map(|row| row.amounts.iter()).flatten();
        let scale = given().chain(half).map(|value| value.normalize().scale()).max().unwrap_or(0);
        let width = half.len();
        let mut amounts = Vec::with_capacity(rows.len() * width);
        let mut fall = vec![0i128; width];
        for row in rows {
            for (column, fall) in fall.iter_mut().enumerate() {
                let amount = row.amounts.get(column).copied().flatten();
                let amount = amount.map_or(0, |amount| whole(amount, scale));
                *fall += amount.min(0);
                amounts.push(amount);
            }
        }
        let half = half.iter().map(|half| whole(*half, scale)).collect();
        let strengths = rows.iter().map(strength).collect();
        Facts { words, parts, strengths, width, amounts, half, fall }
    }

    /// What the label of a row says about totals.
    pub(super) fn words(&self, index: usize) -> TotalWords {
        self.words[index]
    }

    /// Whether the label of a row begins with 其中.
    pub(super) fn is_part(&self, index: usize) -> bool {
        self.parts[index]
    }

    /// Significant digits on which a sum would agree with a row.
    pub(super) fn strength(&self, index: usize) -> u32 {
        self.strengths[index]
    }

    /// Sums of no rows at all.
    pub(super) fn none(&self) -> Vec<i128> {
        vec![0; self.width]
    }

    /// Adds the amounts of a row; absent ones add nothing.
    pub(super) fn add(&self, sums: &mut [i128], index: usize) {
        for (sum, amount) in sums.iter_mut().zip(self.row(index)) {
            *sum += amount;
        }
    }

    /// Takes the amounts of a row away again.
    pub(super) fn take(&self, sums: &mut [i128], index: usize) {
        for (sum, amount) in sums.iter_mut().zip(self.row(index)) {
            *sum -= amount;
        }
    }

    /// Whether a row is the sum of so many parts, as far as rounding lets one tell.
    pub(super) fn equal(&self, index: usize, sums: &[i128], parts: usize) -> bool {
        let columns = self.row(index).iter().zip(sums).zip(&self.half);
        columns.into_iter().all(|((amount, sum), half)| (amount - sum).abs() <= room(*half, parts))
    }

    /// Whether a sum is so far above a row that no further rows can bring it back.
    pub(super) fn exceeds(&self, index: usize, sums: &[i128], parts: usize) -> bool {
        let columns = self.row(index).iter().zip(sums).zip(self.half.iter().zip(&self.fall));
        columns
            .into_iter()
            .any(|((amount, sum), (half, fall))| sum + fall > amount + room(*half, parts))
    }

    fn row(&self, index: usize) -> &[i128] {
        &self.amounts[index * self.width..(index + 1) * self.width]
    }
}

/// What rounding explains in a sum of so many parts.
fn room(half: i128, parts: usize) -> i128 {
    half.saturating_mul(i128::try_from(parts).unwrap_or(i128::MAX)).min(LARGEST)
}

fn whole(amount: Decimal, scale: u32) -> i128 {
    let amount = amount.normalize();
    let raised = 10i128.checked_pow(scale - amount.scale().min(scale));
    let raised = raised.and_then(|power| amount.mantissa().checked_mul(power));
    let end = if amount.is_sign_negative() { -LARGEST } else { LARGEST };
    raised.unwrap_or(end).clamp(-LARGEST, LARGEST)
}

fn strength(row: &TreeRow<'_>) -> u32 {
    let digits = |value: &Decimal| {
        value.normalize().mantissa().unsigned_abs().checked_ilog10().map_or(0, |log| log + 1)
    };
    row.amounts.iter().flatten().map(digits).sum()
}
