//! Filled scores against those of the rules.
//!
//! * In: the rows with what was filled in. Out: a finding for each that differs, graded by what it means.
//! * Rule: the places that the form itself gives its scores tell which difference is rounding.
//! * Never: takes a default weight for the form's own.

use super::Form;
use crate::evaluation::{EXECUTION_ROW, ScoredIndicator};
use crate::ratio::{rational, round_half_up};
use crate::rules::RowKind;
use crate::scoring::{name_of, say::score_place, total};
use crate::{Code, Finding, Indicator, Place, Severity};
use num_rational::BigRational;
use num_traits::Zero;
use rust_decimal::Decimal;

/// How a filled score relates to that of the rule.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Below zero or above the weight that is printed beside it.
    Impossible,
    /// The form's own rounding explains it.
    Rounded,
    /// More than the rule gives.
    More,
    /// The target was met, and points were taken off all the same.
    Deducted,
    /// Less than the rule gives.
    Less,
}

/// What is compared, and what it is called.
pub(super) struct Compared<'a> {
    pub name: &'a str,
    pub place: Place,
    pub claimed: Decimal,
    pub score: Decimal,
    /// The exact score, as far as it was computed.
    pub exact: Option<BigRational>,
    pub weight: Decimal,
    pub has_reason: bool,
    /// How the score comes about, in Chinese and English.
    pub why: (String, String),
}

/// The most decimals that a filled score of the form has; none where nothing was filled in.
pub(super) fn printed_decimals(form: &Form<'_>) -> Option<u32> {
    let rows = form.rows.iter().map(|(row, _)| row.score_claimed);
    let rate = form.rate.map(|rate| rate.score_claimed);
    let sums = form.context.submission.claimed.sums.iter().map(|sum| sum.score);
    let filled = rows.chain(rate).chain(sums).flatten();
    // More than ten places are noise, not a way to round.
    filled.map(|score| score.normalize().scale().min(10)).max()
}

impl Form<'_> {
    /// Every filled score that is not what the rule gives.
    pub(super) fn scores(&self, decimals: Option<u32>, findings: &mut Vec<Finding>) {
        let Some(decimals) = decimals else { return };
        let printed = self.context.submission.execution_row.as_ref();
        if let (Some(rate), Some(printed)) = (self.rate, printed) {
            let known = !printed.score_at.is_unknown();
            let place = if known { &printed.score_at } else { &printed.source };
            findings.extend(self.row(rate, place.clone(), &rate.path.join("/"), decimals));
        } else if let Some(printed) = printed
            && let (Some(claimed), Some(weight)) = (printed.score_claimed, printed.weight)
        {
            // Without amounts the score itself cannot be checked.
            findings.extend(out_of_range(EXECUTION_ROW, printed.score_at.clone(), claimed, weight));
        }
        let (known, unknown): (Vec<_>, Vec<_>) =
            self.rows.iter().partition(|(_, row)| !self.has_no_weight(row));
        for (indicator, row) in known {
            findings.extend(self.row(row, score_place(indicator), &name_of(indicator), decimals));
        }
        // More than the whole form has is impossible whatever the weight.
        for (indicator, _) in &unknown {
            let (place, most) = (score_place(indicator), Decimal::ONE_HUNDRED);
            let claimed = indicator.score_claimed;
            findings.extend(
                claimed.and_then(|claimed| out_of_range(&name_of(indicator), place, claimed, most)),
            );
        }
        let differs = |row: &ScoredIndicator| {
            row.score_claimed.is_some_and(|_| row.score_claimed != row.score)
        };
        if unknown.iter().any(|(_, row)| differs(row)) {
            findings.extend(without_weights(&unknown));
        }
    }

    /// Whether nobody printed a weight for a row and no scorecard gives it one: what it got by equal parts proves nothing.
    fn has_no_weight(&self, row: &ScoredIndicator) -> bool {
        let on_card = || self.context.rules.card().iter().any(|card| card.id == row.method);
        row.weight_default && !on_card()
    }

    fn row(
        &self,
        row: &ScoredIndicator,
        place: Place,
        name: &str,
        decimals: u32,
    ) -> Option<Finding> {
        let (claimed, weight) = (row.score_claimed?, row.weight?);
        // What was filled in is the decision, or is compared with the score of the rules as it would be without one.
        if row.decided.as_ref().is_some_and(|decided| decided.score == Some(claimed)) {
            return None;
        }
        let ruled = row.decided.as_ref().map_or(row.score, |decided| decided.computed);
        let Some(score) = ruled else { return out_of_range(name, place, claimed, weight) };
        // What could not be, of a row that a person judges, was told where it was turned down.
        let is_words = self
            .context
            .rules
            .scores()
            .iter()
            .any(|rule| rule.id == row.method && rule.fit.kind == RowKind::Qualitative);
        if is_words && (claimed < Decimal::ZERO || claimed > weight) {
            return None;
        }
        differing(
            &Compared {
                name,
                place,
                claimed,
                score,
                exact: row.calculation.as_ref().map(|way| way.exact.exact().clone()),
                weight,
                has_reason: self.context.has_reason(row.reason.as_ref()),
                why: row.worked(),
            },
            decimals,
        )
    }
}

/// A score that no rule could give, of a row that the rules cannot score.
pub(super) fn out_of_range(
    name: &str,
    place: Place,
    claimed: Decimal,
    weight: Decimal,
) -> Option<Finding> {
    if claimed >= Decimal::ZERO && claimed <= weight {
        return None;
    }
    let [claimed, weight] = [claimed, weight].map(|figure| figure.normalize());
    let finding = Finding::new(
        Code::ScoreDiffers,
        place,
        format!("“{name}”自填得分 {claimed}，超出 0 至分值 {weight} 的范围。请改正得分或分值。"),
        format!(
            "{name:?}: the filled score {claimed} is outside 0 to the weight {weight}. Correct the score or the weight."
        ),
    );
    Some(finding.with_severity(Severity::Error))
}

/// Filled scores beside which the form prints no weights.
fn without_weights(rows: &[(&Indicator, &ScoredIndicator)]) -> Option<Finding> {
    let filled = rows.iter().filter(|(row, _)| row.score_claimed.is_some());
    let rows: Vec<_> = filled.collect();
    let (first, _) = rows.first()?;
    let sum = total(rows.iter().map(|(row, _)| row.score_claimed))?.normalize();
    let count = rows.len();
    let mut finding = Finding::new(
        Code::ScoreDiffers,
        score_place(first),
        format!(
            "表中没有印分值，{count} 项自填得分（合计 {sum}）不能逐项核对，计算时按规则的分值平均分配。请补充分值一栏后重新核对。"
        ),
        format!(
            "The form prints no weights, so the {count} filled scores (together {sum}) cannot be checked row by row; equal parts of the rules' weights are used. Add the weights and check again."
        ),
    );
    finding.related = rows.iter().skip(1).take(20).map(|(row, _)| score_place(row)).collect();
    Some(finding)
}

/// The finding for a filled score that the rule does not give.
pub(super) fn differing(it: &Compared<'_>, decimals: u32) -> Option<Finding> {
    if it.claimed == it.score {
        return None;
    }
    let kind = kind(it, decimals);
    let (name, score) = (it.name, it.score.normalize());
    let [claimed, weight] = [it.claimed, it.weight].map(|figure| figure.normalize());
    let (why, why_en) = (&it.why.0, &it.why.1);
    let less = score.checked_sub(claimed).unwrap_or_default();
    let (severity, zh, en) = match kind {
        Kind::Impossible => (
            Severity::Error,
            format!(
                "“{name}”自填得分 {claimed}，超出 0 至分值 {weight} 的范围；按规则为 {score}（{why}）。请改正得分或分值。"
            ),
            format!(
                "{name:?}: the filled score {claimed} is outside 0 to the weight {weight}; the rule gives {score} ({why_en}). Correct the score or the weight."
            ),
        ),
        Kind::Rounded if decimals == 0 => (
            Severity::Info,
            format!(
                "“{name}”自填得分 {claimed}，按规则为 {score}（{why}）；本表得分都取整数，取整可以解释。规则为两位小数的，请改填 {score}。"
            ),
            format!(
                "{name:?}: {claimed} was filled in, the rule gives {score} ({why_en}); all scores of this form are whole numbers, which explains it. Where two places are wanted, fill in {score}."
            ),
        ),
        Kind::Rounded => (
            Severity::Info,
            format!(
                "“{name}”自填得分 {claimed}，按规则为 {score}（{why}）；相差不超过末位一个单位，取舍可以解释。如需一致，请改填 {score}。"
            ),
            format!(
                "{name:?}: {claimed} was filled in, the rule gives {score} ({why_en}); the difference is at most one in the last place. Fill in {score} to make both agree."
            ),
        ),
        Kind::More => (
            Severity::Warning,
            format!(
                "“{name}”自填得分 {claimed}，高于按规则计算的 {score}（{why}）。请改为 {score}，或写明多计的依据。"
            ),
            format!(
                "{name:?}: {claimed} was filled in, more than the {score} that the rule gives ({why_en}). Correct it, or say what the rest is based on."
            ),
        ),
        Kind::Deducted => (
            Severity::Info,
            format!(
                "“{name}”自填得分 {claimed}，按规则为满分 {score}（{why}），少计 {less} 分没有写明原因。请写明扣分原因，或改为 {score}。"
            ),
            format!(
                "{name:?}: {claimed} was filled in, the rule gives the full {score} ({why_en}), and nothing says why {less} were taken off. Say why, or correct it to {score}."
            ),
        ),
        Kind::Less => (
            Severity::Info,
            format!(
                "“{name}”自填得分 {claimed}，低于按规则计算的 {score}（{why}）。从严扣分的请写明依据，否则改为 {score}。"
            ),
            format!(
                "{name:?}: {claimed} was filled in, less than the {score} that the rule gives ({why_en}). Say what the deduction is based on, or correct it to {score}."
            ),
        ),
    };
    Some(Finding::new(Code::ScoreDiffers, it.place.clone(), zh, en).with_severity(severity))
}

fn kind(it: &Compared<'_>, decimals: u32) -> Kind {
    if it.claimed < Decimal::ZERO || it.claimed > it.weight {
        return Kind::Impossible;
    }
    let weight = rational(it.weight);
    let exact = it.exact.clone().unwrap_or_else(|| rational(it.score));
    let exact = exact.clamp(BigRational::zero(), weight);
    if explained(it.claimed, &exact, decimals) {
        return Kind::Rounded;
    }
    match it.claimed > it.score {
        true => Kind::More,
        false if it.score == it.weight && !it.has_reason => Kind::Deducted,
        false => Kind::Less,
    }
}

/// Whether the places of the form explain a difference: to whole numbers only by rounding half up; with decimals one in the
/// last place, since a score may have been taken from a rate that was rounded before.
fn explained(claimed: Decimal, exact: &BigRational, decimals: u32) -> bool {
    if round_half_up(exact, decimals) == claimed {
        return true;
    }
    let last = Decimal::new(1, decimals);
    let off = rational(claimed) - exact;
    let off = if off < BigRational::zero() { -off } else { off };
    decimals > 0 && off <= rational(last)
}
