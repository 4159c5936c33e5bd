//! Reasons against numbers: a reason that says the opposite, and points that were taken off without a word.
//!
//! * In: the rows. Out: findings.
//! * Rule: only rows that a formula scored can be contradicted; only words that a person judged can be deducted from at will.
//! * Never: repeats what was said about a reason that is missing by the rules.

use super::Form;
use crate::rules::Reached;
use crate::scoring::name_of;
use crate::{Code, Finding, Indicator, ScoredIndicator, Severity};
use rust_decimal::Decimal;

impl Form<'_> {
    /// Reasons that contradict a number, and deductions without one.
    pub(super) fn reasons(&self, findings: &mut Vec<Finding>) {
        let words = self.context.rules.words();
        for (indicator, row) in &self.rows {
            let reason = indicator.reason.as_deref().unwrap_or_default();
            let met = row.applicable && row.score.is_some() && row.score == row.weight;
            if met
                && !row.judgement
                && let Some(claim) = words.claims_less(reason)
            {
                // It says more than that a reason is not needed.
                findings.retain(|finding| {
                    finding.code != Code::ReasonUnneeded || finding.source != indicator.source
                });
                findings.push(contradicting(indicator, claim));
            }
            findings.extend(self.deducted(indicator, row));
        }
        self.rate_reason(findings);
    }

    /// Words that a person scored below the weight and did not say why.
    fn deducted(&self, indicator: &Indicator, row: &ScoredIndicator) -> Option<Finding> {
        let (claimed, weight) = (row.score_claimed?, row.weight?);
        let is_judged = row.judgement && row.applicable && row.calculation.is_none();
        // Rows of a scorecard have their own word about this.
        let is_card = self.context.rules.card().iter().any(|card| card.id == row.method);
        let is_less = claimed >= Decimal::ZERO && claimed < weight;
        if !is_judged || is_card || !is_less || self.context.has_reason(indicator.reason.as_ref()) {
            return None;
        }
        // Words that say themselves that something was missed need a reason; within the top band a word is enough to know.
        let actual = indicator.actual.as_deref().unwrap_or_default();
        let severity = match self.context.rules.words().reached(actual) {
            Some(Reached::Partly | Reached::Missed) => Severity::Warning,
            _ => Severity::Info,
        };
        let (name, off) = (name_of(indicator), (weight - claimed).normalize());
        let [claimed, weight] = [claimed, weight].map(|figure| figure.normalize());
        Some(
            Finding::new(
                Code::ReasonMissing,
                indicator.source.clone(),
                format!("“{name}”由单位判断为 {claimed} 分（分值 {weight}），扣 {off} 分没有写明原因。请补充扣分原因。"),
                format!("{name:?} was judged to be worth {claimed} of {weight}; nothing says why {off} were taken off. Add the reason."),
            )
            .with_severity(severity),
        )
    }

    /// A reason beside the money that claims more than was spent.
    fn rate_reason(&self, findings: &mut Vec<Finding>) {
        let Some(rate) = self.rate else { return };
        let reason = rate.reason.as_deref().unwrap_or_default();
        let fell_short = rate.score.zip(rate.weight).is_some_and(|(score, weight)| score < weight);
        let claim = self.context.rules.words().claims_more(reason).filter(|_| fell_short);
        let (Some(claim), Some(actual)) = (claim, &rate.actual) else { return };
        findings.push(Finding::new(
            Code::ReasonContradicts,
            rate.source.clone(),
            format!("预算执行率为 {actual}，而原因称“{claim}”。请核对执行数，或改写原因。"),
            format!("The execution rate is {actual}, but the reason says {claim:?}. Check what was spent, or rewrite the reason."),
        ));
    }
}

fn contradicting(indicator: &Indicator, claim: &str) -> Finding {
    let name = name_of(indicator);
    let (wanted, given) = (&indicator.target, indicator.actual.as_deref().unwrap_or_default());
    Finding::new(
        Code::ReasonContradicts,
        indicator.source.clone(),
        format!(
            "“{name}”指标值“{wanted}”、完成值“{given}”，按数值已经完成，而原因称“{claim}”。请核对实际完成值，或改写原因。"
        ),
        format!(
            "{name:?}: target {wanted:?}, actual {given:?}: by the numbers it was met, but the reason says {claim:?}. Check the actual, or rewrite the reason."
        ),
    )
}
