//! The rows to be scored: those that were printed, and those of the rules' scorecard that were not.
//!
//! * In: a submission and rules. Out: entries in the order of the form, the scorecard's missing rows behind them.
//! * Rule: a printed row belongs to the row of the scorecard that has its name.
//! * Never: takes a scorecard for a subject that it is not for.

use crate::rules::words::folded;
use crate::rules::{CardRow, Rules, card_name};
use crate::{Indicator, Submission};
use std::borrow::Cow;

/// One row to be scored.
pub(super) struct Entry<'a> {
    /// The row as printed; of a row that was not printed, its names only.
    pub indicator: Cow<'a, Indicator>,
    /// The row of the scorecard that it is.
    pub card: Option<&'a CardRow>,
    /// Whether it applies.
    pub applies: bool,
}

/// The rows of the scorecard that are for this subject.
pub(super) fn card<'a>(submission: &Submission, rules: &'a Rules) -> &'a [CardRow] {
    if rules.are_for(submission.subject.kind) { rules.card() } else { &[] }
}

/// Everything that is to be scored.
pub(super) fn entries<'a>(submission: &'a Submission, rules: &'a Rules) -> Vec<Entry<'a>> {
    let card: Vec<&CardRow> =
        card(submission, rules).iter().filter(|row| row.is_scored()).collect();
    let mut taken = vec![false; card.len()];
    let mut entries = Vec::new();
    for indicator in &submission.indicators {
        let name = indicator.path.last().map_or_else(String::new, |name| card_name(name));
        let of = card.iter().position(|row| row.is(&name)).filter(|position| !taken[*position]);
        if let Some(position) = of {
            taken[position] = true;
        }
        entries.push(Entry {
            indicator: Cow::Borrowed(indicator),
            card: of.map(|position| card[position]),
            applies: applies(indicator),
        });
    }
    for (row, _) in card.iter().zip(&taken).filter(|(row, taken)| !**taken && !row.only_printed) {
        let indicator = Indicator { path: row.path.clone(), ..Indicator::default() };
        entries.push(Entry { indicator: Cow::Owned(indicator), card: Some(row), applies: true });
    }
    entries
}

fn applies(indicator: &Indicator) -> bool {
    indicator.actual.as_deref().is_none_or(|text| folded(text) != "不适用")
}
