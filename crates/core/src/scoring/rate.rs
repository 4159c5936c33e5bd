//! The row of the execution rate: its score, and what was filled in beside it.
//!
//! * In: totals, the printed row if there is one, its weight. Out: the scored row and findings.
//! * Rule: the score is capped at the weight, the rate is not; below the rules' threshold a reason is demanded.
//! * Never: is listed without a budget and an executed amount.

use super::Context;
use super::compute::Numbers;
use super::row::name_rule;
use super::weights::Weights;
use crate::evaluation::{EXECUTION_ROW, ScoredIndicator};
use crate::execution::percent;
use crate::formula::Undefined;
use crate::ratio::{rational, round_half_up};
use crate::rules::RowKind;
use crate::target::Direction;
use crate::{Amount, Code, ExecutionRow, Finding, Money, Place, Ratio};
use rust_decimal::Decimal;
use std::cmp::Ordering;

/// Reasons of single lines joined under the total; the report has them all.
const MOST_REASONS: usize = 5;

impl Context<'_> {
    /// The execution row, where a budget and an executed amount are.
    pub(super) fn rate_row(
        &self,
        weights: &Weights,
        findings: &mut Vec<Finding>,
    ) -> Option<ScoredIndicator> {
        self.execution.base?;
        let executed = self.execution.totals.executed?;
        let printed = self.submission.execution_row.clone().unwrap_or_default();
        let mut row = self.blank_rate(weights, &printed);
        let weight = weights.execution.value.unwrap_or_default();
        let rule = self.rules.score_for(
            RowKind::Execution,
            Direction::Unstated,
            Ordering::Greater,
            None,
        )?;
        name_rule(&mut row, rule);
        let capped = self.rules.settings().execution_capped;
        let numbers = Numbers { capped, ..Numbers::of(weight, &[]) };
        match self.compute(&rule.formula, &numbers) {
            Ok(computed) => {
                row.score = Some(computed.score);
                row.substituted = computed.substituted;
                row.calculation = Some(computed.calculation);
            }
            Err(undefined) => findings.push(undefined_rate(row.source.clone(), &undefined)),
        }
        findings.extend(self.rate_differs(&printed, executed));
        self.rate_reason(&mut row, findings);
        Some(row)
    }

    fn blank_rate(&self, weights: &Weights, printed: &ExecutionRow) -> ScoredIndicator {
        let whole = self.submission.budget.checks.iter().find(|check| check.whole);
        let total = whole.and_then(|check| self.submission.budget.rows.get(check.row));
        let rate = self.execution.totals.execution_rate.as_ref();
        ScoredIndicator {
            path: vec![EXECUTION_ROW.to_owned()],
            target: None,
            actual: rate.map(|rate| rate.percent(2)),
            weight: weights.execution.value,
            weight_default: weights.execution.default,
            score: None,
            score_claimed: printed.score_claimed,
            decided: None,
            band: None,
            method: String::new(),
            formula: String::new(),
            substituted: String::new(),
            article: String::new(),
            verified: false,
            judgement: false,
            applicable: true,
            needs_reason: false,
            reason: printed.reason.clone().or_else(|| self.line_reasons()),
            measure: None,
            source: match total {
                Some(total) if printed.source.is_unknown() => total.place.clone(),
                _ => printed.source.clone(),
            },
            calculation: None,
        }
    }

    /// The reasons that a ledger gives line by line, for lines that spent less than budgeted.
    fn line_reasons(&self) -> Option<String> {
        let mut reasons = Vec::new();
        for line in &self.execution.lines {
            let unspent = line.totals.variance.is_some_and(Money::is_negative);
            let reason =
                line.reason.as_ref().filter(|reason| unspent && self.has_reason(Some(*reason)));
            if let (Some(reason), Some(name)) = (reason, line.path.last()) {
                reasons.push(format!("{name}:{reason}"));
            }
        }
        reasons.truncate(MOST_REASONS);
        (!reasons.is_empty()).then(|| reasons.join(";"))
    }

    fn rate_reason(&self, row: &mut ScoredIndicator, findings: &mut Vec<Finding>) {
        let limit = self.rules.settings().reason_below;
        let Some(rate) = &self.execution.totals.execution_rate else { return };
        let is_below = *rate < Ratio::from(limit);
        let is_changed = self.rules.settings().reason_for_adjustment && self.was_adjusted();
        row.needs_reason = is_below || is_changed;
        if is_changed && !is_below && !self.has_reason(row.reason.as_ref()) {
            findings.push(Finding::new(
                Code::ReasonMissing,
                row.source.clone(),
                "年中预算有追加、追减或调剂，规则要求说明原因，没有填写。请补充调整原因。",
                "The budget was changed during the year and the rules demand a reason, which is not given. Add why it was changed.",
            ));
        }
        if is_below && !self.has_reason(row.reason.as_ref()) {
            let (rate, limit) = (rate.percent(2), percent(limit));
            findings.push(Finding::new(
                Code::ReasonMissing,
                row.source.clone(),
                format!("预算执行率 {rate}，低于 {limit}，没有填写偏差原因。请补充原因和改进措施。"),
                format!("The execution rate is {rate}, below {limit}, and no reason is given. Add the reason and what is done about it."),
            ));
        }
    }

    /// Whether money was added, taken away or moved during the year.
    fn was_adjusted(&self) -> bool {
        let totals = &self.execution.totals;
        let carried = totals.carried_over.unwrap_or(Money::ZERO);
        // A form prints the budget before and after, and no column for what came between.
        let moved =
            totals.initial_budget.zip(totals.adjusted_budget).map(|(from, to)| to - from - carried);
        [totals.additions, totals.reductions, totals.transfers, moved]
            .into_iter()
            .flatten()
            .any(|m| !m.yuan().is_zero())
    }

    /// The printed rate against the exact one, rounded half up as it was printed.
    fn rate_differs(&self, printed: &ExecutionRow, executed: Money) -> Option<Finding> {
        let claimed = printed.rate_claimed?;
        let (amount, budget) = self.execution.base?;
        let rate = self.execution.totals.execution_rate.as_ref()?;
        let decimals = printed.rate_decimals.min(10);
        let rounded = |rate: &Ratio| {
            round_half_up(&(rate.exact() * rational(Decimal::ONE_HUNDRED)), decimals)
        };
        if rounded(&Ratio::from(claimed)) == rounded(rate) {
            return None;
        }
        let other = match amount {
            Amount::Initial => self.execution.totals.adjusted_budget,
            _ => self.execution.totals.initial_budget,
        };
        let by_other = other.and_then(|other| Ratio::of(executed.yuan(), other.yuan()));
        let is_other =
            by_other.is_some_and(|by_other| rounded(&Ratio::from(claimed)) == rounded(&by_other));
        let (hint, hint_en) = match amount {
            Amount::Adjusted if is_other => (
                "，所填与按年初预算数计算的结果相同",
                "; the printed one is that of the initial budget",
            ),
            _ => ("", ""),
        };
        let unit = self.submission.budget.unit;
        let (claimed, exact) = (Ratio::from(claimed).percent(decimals), rate.percent(decimals));
        let (spent, of) = (executed.display_exact(unit), budget.display_exact(unit));
        let (name, name_en) = self.execution.base_name();
        Some(Finding::new(
            Code::RateDiffers,
            known(&printed.rate_at, &printed.source),
            format!(
                "预算执行率填为 {claimed}，按执行数 {spent} ÷ {name} {of}（{}）= {exact}{hint}。请改正执行率。",
                unit.word()
            ),
            format!(
                "The execution rate is printed as {claimed}; executed {spent} / {} {of} ({}) is {exact}{hint_en}. Correct the rate.",
                name_en,
                unit.word()
            ),
        ))
    }
}

fn known(place: &Place, otherwise: &Place) -> Place {
    if place.is_unknown() { otherwise.clone() } else { place.clone() }
}

fn undefined_rate(place: Place, undefined: &Undefined) -> Finding {
    if !matches!(undefined, Undefined::DivisionByZero { .. }) {
        return self::undefined(place, EXECUTION_ROW, undefined);
    }
    Finding::new(
        Code::DenominatorZero,
        place,
        "预算数合计为 0，不能计算执行率，预算执行率没有计分，总分和等级暂缺。请填写全年预算数。",
        "The budget adds up to zero, so there is no execution rate and no score for it; total and grade stay open. Fill in the adjusted budget.",
    )
}

/// The finding for a formula without value.
pub(super) fn undefined(place: Place, name: &str, undefined: &Undefined) -> Finding {
    let code = match undefined {
        Undefined::DivisionByZero { .. } => Code::DenominatorZero,
        _ => Code::JudgementNeeded,
    };
    Finding::new(
        code,
        place,
        format!("“{name}”不能按公式计分：{}。总分和等级暂缺，请补充或改正。", undefined.chinese()),
        format!(
            "{name:?} cannot be scored by its formula: {undefined}. Total and grade stay open; complete or correct it."
        ),
    )
}
