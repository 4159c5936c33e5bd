//! Sums that a form prints for some of its rows: the weight in a class's name, a subtotal, one score over several rows.
//!
//! * In: the sums as printed, the rows. Out: findings.
//! * Rule: a sum that is not that of its own rows is an error.
//! * Never: counts a sum.

use super::Form;
use super::scores::{Compared, differing, out_of_range};
use crate::scoring::total;
use crate::{ClaimedSum, Code, Finding, Severity, SumKind};
use rust_decimal::Decimal;

impl Form<'_> {
    /// Every printed sum that its rows do not give.
    pub(super) fn sums(&self, decimals: Option<u32>, findings: &mut Vec<Finding>) {
        for sum in &self.context.submission.claimed.sums {
            let weight = self.of_rows(sum, |row| self.rows[row].0.weight);
            findings.extend(sum.weight.zip(weight).and_then(|both| weight_differs(sum, both)));
            if sum.kind == SumKind::Merged {
                findings.extend(decimals.and_then(|decimals| self.merged(sum, decimals)));
                continue;
            }
            let score = self.filled(&sum.rows);
            findings.extend(sum.score.zip(score).and_then(|both| score_differs(sum, both)));
            let most = sum.weight.or(weight);
            let of = |(score, most)| out_of_range(&sum.name, sum.source.clone(), score, most);
            findings.extend(sum.score.zip(most).and_then(of));
        }
    }

    fn of_rows(&self, sum: &ClaimedSum, of: impl Fn(usize) -> Option<Decimal>) -> Option<Decimal> {
        let known = !sum.rows.is_empty() && sum.rows.iter().all(|row| *row < self.rows.len());
        if known { total(sum.rows.iter().map(|row| of(*row))) } else { None }
    }

    /// What was filled in for these rows, a score over several of them included once; absent where a row has none.
    pub(super) fn filled(&self, rows: &[usize]) -> Option<Decimal> {
        let merged = || {
            let sums = self.context.submission.claimed.sums.iter();
            sums.filter(|sum| sum.kind == SumKind::Merged && sum.score.is_some())
        };
        let mut parts = Vec::new();
        for row in rows {
            let own = self.rows.get(*row)?.0.score_claimed;
            match merged().find(|sum| sum.rows.contains(row)) {
                Some(sum) if own.is_none() => {
                    if !sum.rows.iter().all(|row| rows.contains(row)) {
                        return None;
                    }
                    parts.extend((sum.rows.first() == Some(row)).then_some(sum.score));
                }
                _ => parts.push(own),
            }
        }
        total(parts)
    }

    /// One score over several rows, against all of them together.
    fn merged(&self, sum: &ClaimedSum, decimals: u32) -> Option<Finding> {
        let claimed = sum.score?;
        let score = self.of_rows(sum, |row| self.rows[row].1.score)?;
        let weight = self.of_rows(sum, |row| self.rows[row].0.weight)?;
        let has_reason = |row: &usize| self.context.has_reason(self.rows[*row].1.reason.as_ref());
        let count = sum.rows.len();
        differing(
            &Compared {
                name: &sum.name,
                place: sum.source.clone(),
                claimed,
                score,
                exact: None,
                weight,
                has_reason: sum.rows.iter().any(has_reason),
                why: (
                    format!("{count} 项合并填一个得分，各项按规则相加"),
                    format!("one score for {count} rows, the sum of theirs by the rules"),
                ),
            },
            decimals,
        )
    }
}

fn weight_differs(sum: &ClaimedSum, (printed, rows): (Decimal, Decimal)) -> Option<Finding> {
    if printed == rows {
        return None;
    }
    let (name, count) = (&sum.name, sum.rows.len());
    let [printed, rows] = [printed, rows].map(|figure| figure.normalize());
    Some(
        Finding::new(
            Code::BlockWeight,
            sum.source.clone(),
            format!("“{name}”印为 {printed} 分，其下 {count} 项的分值相加为 {rows} 分。请改正其中之一。"),
            format!("{name:?} is printed with {printed}, the weights of its {count} rows give {rows}. Correct one of them."),
        )
        .with_severity(Severity::Error),
    )
}

fn score_differs(sum: &ClaimedSum, (printed, rows): (Decimal, Decimal)) -> Option<Finding> {
    if printed == rows {
        return None;
    }
    let (name, count) = (&sum.name, sum.rows.len());
    let finding = Finding::new(
        Code::TotalDiffers,
        sum.source.clone(),
        format!(
            "“{name}”得分印为 {}，其下 {count} 项的自填得分相加为 {}。请核对各项得分与小计。",
            printed.normalize(),
            rows.normalize()
        ),
        format!(
            "{name:?}: the score is printed as {}, the filled scores of its {count} rows give {}. Check them and the subtotal.",
            printed.normalize(),
            rows.normalize()
        ),
    );
    Some(super::total::graded(finding, printed, rows))
}
