//! Layers: rows without names that tell, which are from first to last groups each with its sum above or below it.
//!
//! * In: the facts about all rows. Out: the rows that would be the groups' sums, and on how many digits all of them agree.
//! * One short sum may be chance; sums that leave no row over are not.

use super::facts::Facts;
use super::{PROOF, REACH, TreeRow};

/// Digits of agreement below which even a reading without any row left over may be chance.
const CHANCE: u32 = 4;

/// The sums of groups that cover all rows.
#[derive(Default)]
pub(super) struct Layers {
    heads: Vec<usize>,
    digits: u32,
}

impl Layers {
    pub(super) fn are_proof(&self) -> bool {
        self.heads.len() >= 2 && self.digits >= PROOF
    }

    /// Sums that are no proof and still no likely chance.
    pub(super) fn worth_a_question(&self) -> impl Iterator<Item = usize> + '_ {
        self.heads.iter().copied().filter(|_| self.digits >= CHANCE)
    }
}

/// The groups of rows, with their sums above or else below them.
pub(super) fn of(rows: &[TreeRow<'_>], facts: &Facts) -> Layers {
    let given = |index: &usize| rows[*index].amounts.iter().any(Option::is_some);
    let mut all: Vec<usize> = (0..rows.len()).filter(given).collect();
    let told = |index: &usize| {
        facts.words(*index).total || facts.is_part(*index) || rows[*index].code.is_some()
    };
    if all.len() < 3 || all.iter().any(told) {
        return Layers::default();
    }
    let above = cover(&all, facts);
    if !above.heads.is_empty() {
        return above;
    }
    all.reverse();
    cover(&all, facts)
}

/// Each first row with the rows after it that it is the sum of, until none is left.
fn cover(rows: &[usize], facts: &Facts) -> Layers {
    let mut layers = Layers::default();
    let mut at = 0;
    while at < rows.len() {
        let Some(count) = run_after(&rows[at..], facts) else { return Layers::default() };
        layers.heads.push(rows[at]);
        layers.digits += facts.strength(rows[at]);
        at += count + 1;
    }
    layers
}

/// How many rows after the first it is the sum of, two of them at least more than nothing.
fn run_after(rows: &[usize], facts: &Facts) -> Option<usize> {
    let (head, after) = rows.split_first()?;
    let mut sums = facts.none();
    let mut parts = 0;
    for (index, row) in after.iter().take(REACH).enumerate() {
        facts.add(&mut sums, *row);
        parts += usize::from(facts.strength(*row) > 0);
        if parts >= 2 && facts.equal(*head, &sums, index + 1) {
            return Some(index + 1);
        }
        if facts.exceeds(*head, &sums, index + 1) {
            return None;
        }
    }
    None
}
