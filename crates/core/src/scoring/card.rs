//! The rows of a scorecard: measured by a formula over money and facts, or scored by a person.
//!
//! * In: the row of the rules, what was printed for it, its weight. Out: the scored row and findings.
//! * Rule: a score that a person filled in stands only where the formula has no value; both are told.
//! * Never: takes a fact that is missing for zero.

use super::compute::{Numbers, shown};
use super::entries::Entry;
use super::person::let_stand;
use super::row::blank;
use super::say::{Why, impossible, open};
use super::weights::Weight;
use super::{Context, name_of};
use crate::evaluation::{CommonIndicator, ScoredIndicator};
use crate::formula::Formula;
use crate::ratio::rational;
use crate::rules::CardRow;
use crate::target::{self, Reading};
use crate::{Code, Finding, Place, Ratio, Severity};
use num_bigint::BigInt;
use num_rational::BigRational;
use rust_decimal::Decimal;
use std::borrow::Cow;

impl Context<'_> {
    /// Scores one row of the scorecard; `rows` are the other rows, for formulas that count them.
    pub(super) fn card_row(
        &self,
        entry: &Entry<'_>,
        card: &CardRow,
        weight: Weight,
        rows: &[ScoredIndicator],
        findings: &mut Vec<Finding>,
    ) -> ScoredIndicator {
        let indicator = &*entry.indicator;
        let mut row = blank(indicator, weight);
        row.method.clone_from(&card.id);
        row.article.clone_from(&card.article);
        row.verified = card.verified;
        let Some(weight) = weight.value else {
            findings.push(open(indicator, Why::NoWeight));
            return row;
        };
        if !entry.applies {
            self.not_applicable(indicator, &mut row, weight, findings);
            return row;
        }
        let Some(formula) = whole_formula(card) else {
            self.judged(entry, &mut row, weight, findings);
            return row;
        };
        formula.source().clone_into(&mut row.formula);
        let own = self.printed_numbers(entry);
        if row.actual.is_none() {
            row.actual = card.measured.as_ref().and_then(|measured| {
                let value = self.measured(measured, &own, rows)?;
                Some(as_shown(&value, card.percent))
            });
        }
        let numbers = Numbers { rows, ..Numbers::of(weight, &own) };
        match self.compute(&formula, &numbers) {
            Ok(computed) => {
                self.settle(&mut row, computed);
                let mut about = Vec::new();
                self.reasons(indicator, &mut row, weight, &mut about);
                // Where no row is printed there is no place for a reason yet.
                let severity = |finding: Finding| match (&entry.indicator, finding.severity) {
                    (Cow::Owned(_), Severity::Error) => finding.with_severity(Severity::Warning),
                    _ => finding,
                };
                findings.extend(about.into_iter().map(severity));
            }
            Err(undefined) => {
                let name = name_of(indicator);
                let place = &indicator.source;
                let lacking = self.lacking(&formula, rows, place, &name);
                findings.push(
                    lacking.unwrap_or_else(|| {
                        super::rate::undefined(place.clone(), &name, &undefined)
                    }),
                );
                if let Some(claimed) = self.claimed(entry, weight, findings) {
                    let_stand(&mut row, weight, claimed, self.rules.settings().score_decimals);
                }
            }
        }
        row
    }

    /// A row that a person scores.
    fn judged(
        &self,
        entry: &Entry<'_>,
        row: &mut ScoredIndicator,
        weight: Decimal,
        findings: &mut Vec<Finding>,
    ) {
        row.judgement = true;
        let name = name_of(&entry.indicator);
        if let Some(claimed) = self.claimed(entry, weight, findings) {
            let_stand(row, weight, claimed, self.rules.settings().score_decimals);
            row.needs_reason = claimed < weight;
            if row.needs_reason && !self.has_reason(entry.indicator.reason.as_ref()) {
                findings.push(unfounded(entry, &name, claimed, weight));
            }
            return;
        }
        let weight = weight.normalize();
        findings.push(Finding::new(
            Code::JudgementNeeded,
            entry.indicator.source.clone(),
            format!("“{name}”由单位按评分标准判断，还没有得分，总分和等级暂缺。请填写 0 至 {weight} 分的得分并说明依据。"),
            format!("{name:?} is scored by a person and has no score yet; total and grade stay open. Fill in a score from 0 to {weight} and say what it rests on."),
        ));
    }

    /// The score that was filled in, if it is possible.
    fn claimed(
        &self,
        entry: &Entry<'_>,
        weight: Decimal,
        findings: &mut Vec<Finding>,
    ) -> Option<Decimal> {
        let claimed = entry.indicator.score_claimed?;
        if claimed < Decimal::ZERO || claimed > weight {
            findings.push(impossible(&entry.indicator, claimed, weight));
            return None;
        }
        Some(claimed)
    }

    /// What the printed row gives a formula: its target and actual as numbers, and whether a yes was met.
    fn printed_numbers(&self, entry: &Entry<'_>) -> Vec<(&'static str, BigRational)> {
        let words = self.rules.words();
        let mut own = Vec::new();
        let actual = target::read(entry.indicator.actual.as_deref().unwrap_or_default(), words);
        let wanted = target::read(&entry.indicator.target, words);
        for (name, statement) in [("target", &wanted), ("actual", &actual)] {
            if let Reading::Quantity(quantity) = &statement.reading {
                let share = if quantity.unit == "%" { Decimal::ONE_HUNDRED } else { Decimal::ONE };
                own.push((name, rational(quantity.value) / rational(share)));
            }
        }
        if let Reading::YesNo(done) = actual.reading {
            own.push(("met", BigRational::from(BigInt::from(u8::from(done)))));
        }
        own
    }

    fn measured(
        &self,
        measured: &Formula,
        own: &[(&'static str, BigRational)],
        rows: &[ScoredIndicator],
    ) -> Option<BigRational> {
        let numbers = Numbers { rows, ..Numbers::of(Decimal::ZERO, own) };
        self.compute(measured, &numbers)
            .ok()
            .map(|computed| computed.calculation.exact.exact().clone())
    }

    /// The common indicators of the scorecard that are shown and not scored.
    pub(super) fn common_indicators(
        &self,
        rows: &[ScoredIndicator],
        findings: &mut Vec<Finding>,
    ) -> Vec<CommonIndicator> {
        let shown = super::entries::card(self.submission, self.rules).iter();
        shown
            .filter(|card| !rows.iter().any(|row| row.method == card.id))
            .filter_map(|card| Some((card, card.measured.as_ref()?)))
            .map(|(card, formula)| {
                let numbers = Numbers { rows, ..Numbers::of(Decimal::ZERO, &[]) };
                let computed = self.compute(formula, &numbers);
                let name = card.path.join("/");
                let place = Place::default();
                if let Err(undefined) = &computed {
                    let lacking = self.lacking(formula, rows, &place, &name);
                    findings.push(lacking.unwrap_or_else(|| undefined_common(&name, undefined)));
                }
                let calculation = computed.as_ref().ok().map(|c| c.calculation.clone());
                let value = computed.as_ref().ok().map(|c| c.calculation.exact.clone());
                CommonIndicator {
                    path: card.path.clone(),
                    method: card.id.clone(),
                    formula: formula.source().to_owned(),
                    substituted: computed
                        .map(|c| c.substituted_without_score())
                        .unwrap_or_default(),
                    shown: value.as_ref().map(|value| marked(value, card)),
                    value,
                    article: card.article.clone(),
                    verified: card.verified,
                    calculation,
                }
            })
            .collect()
    }
}

/// The formula of a row with its measured value put in.
fn whole_formula(card: &CardRow) -> Option<Formula> {
    let formula = card.formula.as_ref()?;
    Some(match &card.measured {
        Some(measured) => formula.with("measured", measured),
        None => formula.clone(),
    })
}

/// A measured value with the mark that it earns.
fn marked(value: &Ratio, card: &CardRow) -> String {
    let shown = as_shown(value.exact(), card.percent);
    let mark = card.marks.iter().find(|(_, up_to)| *value <= Ratio::from(*up_to));
    mark.map_or_else(|| shown.clone(), |(word, _)| format!("{shown}（{word}）"))
}

/// A measured value as a person reads it.
fn as_shown(value: &BigRational, percent: bool) -> String {
    if percent { Ratio::from(value.clone()).percent(2) } else { shown(value) }
}

/// A deduction that a person made without saying why.
fn unfounded(entry: &Entry<'_>, name: &str, claimed: Decimal, weight: Decimal) -> Finding {
    let (claimed, weight) = (claimed.normalize(), weight.normalize());
    Finding::new(
        Code::ReasonMissing,
        entry.indicator.source.clone(),
        format!("“{name}”由单位判断为 {claimed} 分（分值 {weight}），没有写明扣分依据。请补充扣分的事项和依据。"),
        format!("{name:?} was judged to be worth {claimed} of {weight} and does not say why. Add what the points were deducted for."),
    )
    .with_severity(Severity::Warning)
}

fn undefined_common(name: &str, undefined: &crate::formula::Undefined) -> Finding {
    Finding::new(
        Code::DenominatorZero,
        Place::default(),
        format!("“{name}”不能计算：{}。只列示，不影响得分；请核对基础数据。", undefined.chinese()),
        format!(
            "{name:?} cannot be computed: {undefined}. It is shown only and no score depends on it; check the facts."
        ),
    )
}
