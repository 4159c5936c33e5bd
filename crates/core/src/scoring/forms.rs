//! What a person filled in for the whole form: total and grade, against the filled scores and against ours.
//!
//! * In: the filled total and grade, the scored rows. Out: findings.
//! * Never: corrects what was filled in.

use super::{Context, total};
use crate::evaluation::ScoredIndicator;
use crate::{Code, Finding, Severity};
use rust_decimal::Decimal;

impl Context<'_> {
    /// The findings about filled total and grade.
    pub(super) fn filled_forms(
        &self,
        rows: &[ScoredIndicator],
        score: Option<Decimal>,
        grade: Option<&str>,
        findings: &mut Vec<Finding>,
    ) {
        findings.extend(self.total_differs(rows, score));
        findings.extend(self.grade_differs(score, grade));
    }

    /// The filled total against the sum of the filled scores, where all are there.
    fn total_differs(&self, rows: &[ScoredIndicator], score: Option<Decimal>) -> Option<Finding> {
        let claimed = self.submission.claimed.score?;
        let indicators = total(self.submission.indicators.iter().map(|row| row.score_claimed))?;
        let rate_printed = self.submission.execution_row.as_ref().map(|row| row.score_claimed);
        let sum = match rate_printed {
            Some(rate) => indicators.checked_add(rate?)?,
            None => indicators,
        };
        // A form without a row for the execution rate may have its score in the total all the same.
        let with_rate = rows.iter().find(|row| row.is_execution()).and_then(|row| row.score);
        let also =
            with_rate.filter(|_| rate_printed.is_none()).and_then(|rate| sum.checked_add(rate));
        if self.submission.indicators.is_empty() || claimed == sum || also == Some(claimed) {
            return None;
        }
        let (claimed, sum) = (claimed.normalize(), sum.normalize());
        let (ours, ours_en) = match score {
            Some(score) => {
                (format!("；按规则总分为 {score}"), format!("; by the rules the total is {score}"))
            }
            None => (String::new(), String::new()),
        };
        Some(Finding::new(
            Code::TotalDiffers,
            self.submission.claimed.score_at.clone(),
            format!("总分填为 {claimed}，各行填报得分相加为 {sum}{ours}。请核对各行得分与总分。"),
            format!(
                "The total is filled in as {claimed}, the filled scores add up to {sum}{ours_en}. Check the scores and the total."
            ),
        ))
    }

    /// The filled grade against that of the filled total, then against ours.
    fn grade_differs(&self, score: Option<Decimal>, grade: Option<&str>) -> Option<Finding> {
        let claimed = self.submission.claimed.grade.as_deref().map(str::trim)?;
        let filled = self.submission.claimed.score;
        let of_filled = filled.and_then(|total| self.rules.grade_of(total));
        let expected = of_filled.or(grade)?;
        if claimed.is_empty() {
            return None;
        }
        let place = self.submission.claimed.grade_at.clone();
        if claimed != expected {
            let total =
                filled.or(score).map(|total| total.normalize().to_string()).unwrap_or_default();
            return Some(Finding::new(
                Code::GradeDiffers,
                place,
                format!("等级填为“{claimed}”，总分 {total} 对应“{expected}”。请改正等级或总分。"),
                format!(
                    "The grade is filled in as {claimed:?}; a total of {total} is {expected:?}. Correct the grade or the total."
                ),
            ));
        }
        let (ours, score) = grade.zip(score).filter(|(ours, _)| *ours != claimed)?;
        let finding = Finding::new(
            Code::GradeDiffers,
            place,
            format!("等级填为“{claimed}”，按规则总分 {score} 对应“{ours}”。请核对各行得分。"),
            format!(
                "The grade is filled in as {claimed:?}; by the rules the total is {score}, which is {ours:?}. Check the scores."
            ),
        );
        Some(finding.with_severity(Severity::Warning))
    }
}
