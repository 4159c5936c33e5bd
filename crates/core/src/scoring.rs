//! Scoring: every indicator and the execution rate get their score by a formula of the rules, or wait for a person.
//!
//! * In: a submission with its execution, and rules. Out: scored rows (the execution row first), total, grade, findings.
//! * Rule: scores are exact until they are capped to 0..weight and rounded once, half up; the total is the sum of the
//!   scores as shown; a row that cannot be scored leaves total and grade empty.
//! * Never: corrects what a person filled in; it stands beside what the rules give.
//!
//! Start reading at [`score`]; `weights` decides the weights, `row` one indicator, `person` those that a person judges, `say` what is told about it, `rate` the execution row, `decide` what a person decided;
//! `crate::audit` compares all of it with what was filled in.

mod card;
mod compute;
mod decide;
mod entries;
mod lights;
mod outside;
mod person;
mod rate;
mod row;
pub(crate) mod say;
mod weights;

use crate::evaluation::{CommonIndicator, ScoredIndicator};
use crate::execution::{Execution, percent};
use crate::ratio::rational;
use crate::{Code, Finding, Indicator, Place, Rules, Severity, Submission};
use decide::Decisions;
use entries::Entry;
use num_traits::Signed;
pub(crate) use outside::{amount_of, row_fulfils};
use rust_decimal::Decimal;
use weights::Weights;
pub(crate) use weights::block_at;

/// The scored side of an evaluation.
pub(crate) struct Scored {
    pub rows: Vec<ScoredIndicator>,
    pub common_indicators: Vec<CommonIndicator>,
    pub score: Option<Decimal>,
    pub grade: Option<String>,
    pub findings: Vec<Finding>,
}

/// What all rows share.
pub(crate) struct Context<'a> {
    pub submission: &'a Submission,
    pub rules: &'a Rules,
    pub execution: &'a Execution,
}

/// Scores all rows of a submission.
pub(crate) fn score(submission: &Submission, rules: &Rules, execution: &Execution) -> Scored {
    let context = Context { submission, rules, execution };
    let mut findings = Vec::new();
    let entries = entries::entries(submission, rules);
    let weights = weights::weights(submission, &entries, rules, &mut findings);
    let mut about = Vec::new();
    let mut rate = context.rate_row(&weights, &mut about);
    let has_rate = rate.is_some();
    let decisions = context.decisions(&entries, has_rate, &mut findings);
    if let Some(rate) = &mut rate {
        context.decide(decisions.rate.as_ref(), rate, &mut about);
    }
    findings.append(&mut about);
    let mut rows: Vec<ScoredIndicator> = rate.into_iter().collect();
    rows.extend(context.rows(&entries, (&weights, &decisions), &mut findings));
    if entries.is_empty() {
        findings.push(no_indicators());
    } else {
        if !has_rate {
            findings.extend(context.rate_needed(&weights));
        }
        findings.extend(context.ahead_of_money(&rows));
    }
    let complete = !entries.is_empty()
        && (has_rate || weights.execution.value.is_some_and(|weight| weight.is_zero()));
    let score = if complete { total(rows.iter().map(|row| row.score)) } else { None };
    let grade = score.and_then(|score| rules.grade_of(score)).map(str::to_owned);
    context.grade_missing(score, grade.as_deref(), &mut findings);
    crate::audit::audit(&context, &rows, (score, grade.as_deref()), &mut findings);
    findings.extend(context.lights(&rows));
    let common_indicators = context.common_indicators(&rows, &mut findings);
    Scored { rows, common_indicators, score, grade, findings }
}

/// Parts in the proportion of these, with two places, that give exactly the whole.
pub(crate) fn in_proportion(parts: &[Decimal], whole: Decimal) -> Vec<Decimal> {
    weights::scaled(parts, whole)
}

/// The sum, if every part is there.
pub(crate) fn total(scores: impl IntoIterator<Item = Option<Decimal>>) -> Option<Decimal> {
    scores.into_iter().try_fold(Decimal::ZERO, |sum, score| sum.checked_add(score?))
}

fn no_indicators() -> Finding {
    Finding::new(
        Code::NoIndicators,
        Place::default(),
        "没有绩效指标，只计算预算执行情况，不评分。如需评分，请补充绩效指标表（一级指标、二级指标、三级指标、年度指标值、实际完成值、分值）。",
        "There are no indicators: the budget's execution is computed, nothing is scored. To get a score, add a table of indicators (three levels, target, actual, weight).",
    )
}

impl Context<'_> {
    /// Every row of the form. Rows of the scorecard come last in time, since their formulas may count the others.
    fn rows(
        &self,
        entries: &[Entry<'_>],
        (weights, decisions): (&Weights, &Decisions),
        findings: &mut Vec<Finding>,
    ) -> Vec<ScoredIndicator> {
        let mut scored: Vec<Option<ScoredIndicator>> = vec![None; entries.len()];
        let all = || entries.iter().zip(&weights.rows).zip(&decisions.rows);
        for (((entry, weight), decision), place) in all().zip(&mut scored) {
            if entry.card.is_none() {
                let mut about = Vec::new();
                let mut row = self.row(entry, *weight, &mut about);
                self.decide(decision.as_ref(), &mut row, &mut about);
                findings.append(&mut about);
                *place = Some(row);
            }
        }
        let others: Vec<ScoredIndicator> = scored.iter().flatten().cloned().collect();
        for (((entry, weight), decision), place) in all().zip(&mut scored) {
            if let Some(card) = entry.card {
                let mut about = Vec::new();
                let mut row = self.card_row(entry, card, *weight, &others, &mut about);
                self.decide(decision.as_ref(), &mut row, &mut about);
                findings.append(&mut about);
                *place = Some(row);
            }
        }
        scored.into_iter().flatten().collect()
    }

    /// A total for which the rules have no grade.
    fn grade_missing(
        &self,
        score: Option<Decimal>,
        grade: Option<&str>,
        findings: &mut Vec<Finding>,
    ) {
        let (Some(score), None) = (score, grade) else { return };
        let id = self.rules.id();
        findings.push(
            Finding::new(
                Code::GradeDiffers,
                Place::default(),
                format!("总分 {score} 在规则 {id} 中没有对应的等级（等级区间有空档），等级暂缺。请与主管部门确认等级。"),
                format!("The rules {id} have no grade for a total of {score} (their grades leave a gap); the grade stays open. Ask whoever issued them."),
            )
            .with_severity(Severity::Warning),
        );
    }

    /// Without budget or executed amount the execution row, which carries weight, cannot be scored.
    fn rate_needed(&self, weights: &Weights) -> Option<Finding> {
        let weight = weights.execution.value.filter(|weight| !weight.is_zero())?;
        let row = self.submission.execution_row.as_ref();
        Some(Finding::new(
            Code::JudgementNeeded,
            row.map_or_else(Place::default, |row| row.source.clone()),
            format!(
                "缺少预算数或执行数，预算执行率（{weight} 分）无法计分，总分和等级暂缺。请补充全年预算数和全年执行数。"
            ),
            format!(
                "The budget or the executed amount is missing, so the execution rate ({weight} points) cannot be scored; total and grade stay open. Add adjusted budget and executed amount."
            ),
        ))
    }

    /// Whether the indicators' share of their weight runs ahead of the money's.
    fn ahead_of_money(&self, rows: &[ScoredIndicator]) -> Option<Finding> {
        let share = |rows: &[&ScoredIndicator]| {
            let score = total(rows.iter().map(|row| row.score))?;
            let weight =
                total(rows.iter().map(|row| row.weight)).filter(|weight| !weight.is_zero())?;
            Some(rational(score) / rational(weight))
        };
        let (rate, indicators): (Vec<_>, Vec<_>) = rows.iter().partition(|row| row.is_execution());
        let (scores, money) = (share(&indicators)?, share(&rate)?);
        let limit = self.rules.settings().ahead_of_money;
        if !scores.is_positive() || (&scores - &money) / &scores <= rational(limit) {
            return None;
        }
        let [scores, money] = [scores, money].map(|share| crate::Ratio::from(share).percent(2));
        let limit = percent(limit);
        Some(Finding::new(
            Code::ScoreAheadOfMoney,
            rate.first().map_or_else(Place::default, |row| row.source.clone()),
            format!(
                "指标得分率 {scores} 高于预算执行得分率 {money}，超前幅度大于 {limit}。请核对指标值是否偏低、完成值是否属实，或说明资金未支付的原因。"
            ),
            format!(
                "The indicators reach {scores} of their weight, the money {money}: more than {limit} ahead. Check whether targets are too low and actuals are right, or say why the money was not paid."
            ),
        ))
    }

    /// Whether a text is a reason that a person gave.
    pub(crate) fn has_reason(&self, reason: Option<&String>) -> bool {
        reason.is_some_and(|reason| self.rules.words().is_reason(reason))
    }
}

/// What a row is called in messages: its levels.
pub(crate) fn name_of(indicator: &Indicator) -> String {
    indicator.path.join("/")
}
