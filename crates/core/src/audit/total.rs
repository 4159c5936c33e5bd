//! What a person filled in for the whole form: total and grade, against the filled scores and against ours.
//!
//! * In: the filled total and grade, the scored rows. Out: findings.
//! * Rule: a total that is not the sum of its rows is an error, unless it was rounded to fewer places.
//! * Never: corrects what was filled in.

use super::Form;
use crate::ratio::{rational, round_half_up};
use crate::scoring::total;
use crate::{Code, Finding, Severity};
use rust_decimal::Decimal;

impl Form<'_> {
    /// The filled total against the sum of the filled scores, where all are there, and against what is possible.
    pub(super) fn total_differs(&self, score: Option<Decimal>, findings: &mut Vec<Finding>) {
        let submission = self.context.submission;
        let Some(claimed) = submission.claimed.score else { return };
        let differs = self.not_the_sum(claimed, score);
        let weights = self.rate.into_iter().chain(self.rows.iter().map(|(_, row)| *row));
        let most = total(weights.map(|row| row.weight)).unwrap_or(Decimal::ONE_HUNDRED);
        let most = most.max(Decimal::ONE_HUNDRED);
        if differs.is_none() && (claimed < Decimal::ZERO || claimed > most) {
            let [claimed, most] = [claimed, most].map(|figure| figure.normalize());
            findings.push(Finding::new(
                Code::TotalDiffers,
                submission.claimed.score_at.clone(),
                format!("总分填为 {claimed}，超出 0 至 {most} 的范围。请核对各行得分与总分。"),
                format!("The total is filled in as {claimed}, outside 0 to {most}. Check the scores and the total."),
            ));
        }
        findings.extend(differs);
    }

    fn not_the_sum(&self, claimed: Decimal, score: Option<Decimal>) -> Option<Finding> {
        let submission = self.context.submission;
        if submission.indicators.is_empty() {
            return None;
        }
        let all: Vec<usize> = (0..submission.indicators.len()).collect();
        let indicators = self.filled(&all)?;
        let rate_printed = submission.execution_row.as_ref().map(|row| row.score_claimed);
        let sum = match rate_printed {
            Some(rate) => indicators.checked_add(rate?)?,
            None => indicators,
        };
        // A form without a row for the execution rate may have its score in the total all the same.
        let with_rate = self.rate.and_then(|row| row.score);
        let also =
            with_rate.filter(|_| rate_printed.is_none()).and_then(|rate| sum.checked_add(rate));
        if claimed == sum || also == Some(claimed) {
            return None;
        }
        let (printed, rows) = (claimed.normalize(), sum.normalize());
        let (ours, ours_en) = match score {
            Some(score) => {
                (format!("；按规则总分为 {score}"), format!("; by the rules the total is {score}"))
            }
            None => (String::new(), String::new()),
        };
        let finding = Finding::new(
            Code::TotalDiffers,
            submission.claimed.score_at.clone(),
            format!("总分填为 {printed}，各行自填得分相加为 {rows}{ours}。请核对各行得分与总分。"),
            format!(
                "The total is filled in as {printed}, the filled scores add up to {rows}{ours_en}. Check the scores and the total."
            ),
        );
        Some(graded(finding, claimed, sum))
    }

    /// The filled grade against that of the filled total, then against ours.
    pub(super) fn grade_differs(
        &self,
        (score, grade): (Option<Decimal>, Option<&str>),
        findings: &mut Vec<Finding>,
    ) {
        let (submission, rules) = (self.context.submission, self.context.rules);
        let Some(claimed) = submission.claimed.grade.as_deref().map(str::trim) else { return };
        let filled = submission.claimed.score;
        let of_filled = filled.and_then(|total| rules.grade_of(total));
        let Some(expected) = of_filled.or(grade).filter(|_| !claimed.is_empty()) else { return };
        let place = submission.claimed.grade_at.clone();
        if claimed != expected {
            let total =
                filled.or(score).map(|total| total.normalize().to_string()).unwrap_or_default();
            return findings.push(Finding::new(
                Code::GradeDiffers,
                place,
                format!("等级填为“{claimed}”，总分 {total} 对应“{expected}”。请改正等级或总分。"),
                format!(
                    "The grade is filled in as {claimed:?}; a total of {total} is {expected:?}. Correct the grade or the total."
                ),
            ));
        }
        let Some((ours, score)) = grade.zip(score).filter(|(ours, _)| *ours != claimed) else {
            return;
        };
        let finding = Finding::new(
            Code::GradeDiffers,
            place,
            format!("等级填为“{claimed}”，按规则总分 {score} 对应“{ours}”。请核对各行得分。"),
            format!(
                "The grade is filled in as {claimed:?}; by the rules the total is {score}, which is {ours:?}. Check the scores."
            ),
        );
        findings.push(finding.with_severity(Severity::Warning));
    }
}

/// A printed sum that rounding to its own places explains is information, not an error.
pub(super) fn graded(finding: Finding, printed: Decimal, rows: Decimal) -> Finding {
    let places = printed.normalize().scale();
    let rounded = places < rows.normalize().scale()
        && round_half_up(&rational(rows), places) == printed.normalize();
    if rounded { finding.with_severity(Severity::Info) } else { finding }
}
