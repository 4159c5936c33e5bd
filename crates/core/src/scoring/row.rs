//! One indicator: what its texts say, which rule fits, its score, and what a person should know about it.
//!
//! * In: the indicator as printed and its weight. Out: the scored row and findings.
//! * Rule: numbers are scored by rule, whatever was filled in; words are judged by a person, whose score stands within
//!   the weight; without one the band's default stands in, marked as such.
//! * Never: scores a target that is not understood.

use super::compute::{Computed, Numbers};
use super::entries::Entry;
use super::person::{let_stand, words_only};
use super::say::{
    Why, assumed, beyond_equal, contradicting, does_not_apply, exceeded, open, over_unexplained,
    texts, unit_differs, unused_band,
};
use super::weights::Weight;
use super::{Context, name_of};
use crate::evaluation::ScoredIndicator;
use crate::ratio::{rational, round_half_up};
use crate::rules::{NotApplicable, RowKind, ScoreRule};
use crate::target::{
    self, Day, Direction, Fit, Quantity, Reading, Statement, day_met, days_late, fit,
};
use crate::{Code, Finding, Indicator};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed, Zero};
use rust_decimal::Decimal;
use std::cmp::Ordering;

/// How a row can be scored.
enum Way {
    /// By a formula over numbers.
    Rule(Ruled),
    /// By a person: words, or an actual of another kind than the target.
    Person(Why),
    /// Not before something is filled in.
    Open(Why),
}

/// The numbers for a formula.
struct Ruled {
    kind: RowKind,
    direction: Direction,
    sign: Ordering,
    values: Vec<(&'static str, BigRational)>,
    /// The direction was assumed, not printed.
    assumed: bool,
    /// An `=` was exceeded: whether that is good is a judgement.
    beyond_equal: bool,
    /// Said about the units.
    unit: Option<&'static str>,
    /// The block of the row.
    block: Option<String>,
}

impl Context<'_> {
    /// Scores one indicator.
    pub(super) fn row(
        &self,
        entry: &Entry<'_>,
        weight: Weight,
        findings: &mut Vec<Finding>,
    ) -> ScoredIndicator {
        let indicator = &*entry.indicator;
        let words = self.rules.words();
        let target = target::read(&indicator.target, words);
        let actual = target::read(indicator.actual.as_deref().unwrap_or_default(), words);
        let mut row = blank(indicator, weight);
        findings.extend(texts(indicator, &target));
        if let (false, Some(weight)) = (entry.applies, weight.value) {
            self.not_applicable(indicator, &mut row, weight, findings);
            return row;
        }
        let way = match weight.value {
            None => Way::Open(Why::NoWeight),
            Some(_) => self.way(indicator, &target, &actual),
        };
        // A band that a person chose says what was reached, also where no words do.
        let is_chosen =
            || self.qualitative(entry).is_some_and(|r| self.chosen_band(indicator, r).is_some());
        let way = match way {
            Way::Open(Why::NoActual) if words_only(&target) && is_chosen() => {
                Way::Person(Why::Words)
            }
            way => way,
        };
        let weight = weight.value.unwrap_or_default();
        match way {
            Way::Rule(mut ruled) => {
                findings.extend(unused_band(indicator));
                ruled.block = self.block_name(entry);
                self.by_rule(indicator, &mut row, weight, &ruled, findings);
            }
            Way::Person(why) => {
                self.by_person(entry, &mut row, weight, (&target, &actual), why, findings)
            }
            Way::Open(why) => findings.push(open(indicator, why)),
        }
        row
    }

    /// The name of the row's block.
    pub(super) fn block_name(&self, entry: &Entry<'_>) -> Option<String> {
        let block = super::weights::block_of(entry, self.rules)?;
        self.rules.blocks().get(block).map(|block| block.name.clone())
    }

    /// The rule for a row, if its target had this direction.
    fn rule_of(&self, ruled: &Ruled, direction: Direction) -> Option<&ScoreRule> {
        self.rules.score_for(ruled.kind, direction, ruled.sign, ruled.block.as_deref())
    }

    fn way(&self, indicator: &Indicator, target: &Statement, actual: &Statement) -> Way {
        // 无 in the column of a number says that there is none to tell, not zero.
        let no_number = crate::number::read(&actual.text) == crate::number::Text::Empty;
        match (&target.reading, &actual.reading) {
            (Reading::Empty, _) => Way::Open(Why::NoTarget),
            (_, Reading::Empty) => Way::Open(Why::NoActual),
            (Reading::Words, _) if target.unparsed => Way::Person(Why::Unparsed),
            (Reading::Words, _) => Way::Person(Why::Words),
            (Reading::Quantity(target_q), Reading::Quantity(actual_q)) => {
                self.quantities(indicator, target, target_q, actual_q)
            }
            (Reading::Range(low, high), Reading::Quantity(actual)) => range(low, high, actual),
            (Reading::Day(deadline), Reading::Day(done)) => self.day(deadline, done),
            (Reading::Day(_), Reading::YesNo(done)) => met(RowKind::Day, *done),
            (Reading::YesNo(wanted), Reading::YesNo(given)) => met(RowKind::YesNo, wanted == given),
            // "None" was wanted, and a number counts how many there were.
            (Reading::YesNo(false), Reading::Quantity(count)) => {
                met(RowKind::YesNo, count.value.is_zero())
            }
            (Reading::Quantity(_) | Reading::Range(..), _) if no_number => Way::Open(Why::NoActual),
            _ => Way::Person(Why::OtherKind),
        }
    }

    /// A deadline: whether it was met, and by how many days it was missed.
    fn day(&self, deadline: &Day, done: &Day) -> Way {
        let year = self.submission.budget_year;
        let Way::Rule(mut ruled) = met(RowKind::Day, day_met(deadline, done, year)) else {
            return Way::Open(Why::OtherKind);
        };
        let whole = |days: i64| BigRational::from(BigInt::from(days));
        if let Some((days, workdays)) = days_late(deadline, done, year, &self.rules.calendar) {
            ruled.values.push(("days_late", whole(days)));
            ruled.values.extend(workdays.map(|days| ("workdays_late", whole(days))));
        }
        Way::Rule(ruled)
    }

    fn quantities(
        &self,
        indicator: &Indicator,
        target: &Statement,
        wanted: &Quantity,
        given: &Quantity,
    ) -> Way {
        let (actual, unit) = match fit(wanted, given) {
            Fit::Same(actual) => (actual, None),
            Fit::Doubtful(actual) => (actual, Some("doubtful")),
            Fit::Differ(actual) => (actual, Some("differ")),
            Fit::Never => return Way::Person(Why::OtherUnit),
        };
        let wanted = rational(wanted.value);
        let assumed = target.direction == Direction::Unstated;
        let direction = match target.direction {
            Direction::Unstated if wanted.is_zero() => Direction::AtMost,
            Direction::Unstated if self.rules.words().smaller_is_better(&indicator.path) => {
                Direction::AtMost
            }
            Direction::Unstated => Direction::AtLeast,
            stated => stated,
        };
        let sign = wanted.cmp(&BigRational::zero());
        let beyond_equal =
            direction == Direction::Equal && sign == Ordering::Greater && actual > wanted;
        let values = vec![("target", wanted), ("actual", actual)];
        Way::Rule(Ruled {
            kind: RowKind::Quantity,
            direction,
            sign,
            values,
            assumed,
            beyond_equal,
            unit,
            block: None,
        })
    }

    fn by_rule(
        &self,
        indicator: &Indicator,
        row: &mut ScoredIndicator,
        weight: Decimal,
        ruled: &Ruled,
        findings: &mut Vec<Finding>,
    ) {
        let far = self.far_exceeded(ruled);
        let block = ruled.block.as_deref();
        let over = far.as_ref().and_then(|_| self.rules.score_over(ruled.direction, block));
        let Some(rule) = over.or_else(|| self.rule_of(ruled, ruled.direction)) else {
            return findings.push(open(indicator, Why::OtherKind));
        };
        name_rule(row, rule);
        let computed = match self.compute(&rule.formula, &Numbers::of(weight, &ruled.values)) {
            Ok(computed) => computed,
            Err(undefined) => {
                let lacking =
                    self.lacking(&rule.formula, &[], &indicator.source, &name_of(indicator));
                return findings.push(lacking.unwrap_or_else(|| {
                    let place = indicator.source.clone();
                    super::rate::undefined(place, &name_of(indicator), &undefined)
                }));
            }
        };
        row.judgement =
            ruled.beyond_equal || ruled.assumed && self.matters(ruled, weight, &computed);
        if row.judgement && ruled.assumed {
            findings.push(assumed(indicator, ruled.direction));
        }
        if let Some(unit) = ruled.unit {
            row.judgement = true;
            findings.push(unit_differs(indicator, unit, &computed.substituted));
        }
        let in_range = |score: &Decimal| *score >= Decimal::ZERO && *score <= weight;
        let claimed = indicator.score_claimed.filter(in_range);
        if let Some(claimed) =
            claimed.filter(|claimed| ruled.beyond_equal && *claimed != computed.score)
        {
            let_stand(row, weight, claimed, self.rules.settings().score_decimals);
            return;
        }
        if ruled.beyond_equal && claimed.is_none() {
            findings.push(beyond_equal(indicator, computed.score));
        }
        self.settle(row, computed);
        if over.is_some() {
            row.needs_reason = row.score.is_some_and(|score| score < weight);
            let is_given = self.has_reason(indicator.reason.as_ref());
            findings
                .extend((row.needs_reason && !is_given).then(|| over_unexplained(indicator, row)));
        } else {
            self.reasons(indicator, row, weight, findings);
        }
        let limit = self.rules.settings().far_exceeded;
        findings.extend(far.map(|far| exceeded(indicator, &far, limit, over.is_some())));
    }

    pub(super) fn settle(&self, row: &mut ScoredIndicator, computed: Computed) {
        row.score = Some(computed.score);
        row.substituted = computed.substituted;
        row.calculation = Some(computed.calculation);
    }

    /// Whether the other direction would have given another score.
    fn matters(&self, ruled: &Ruled, weight: Decimal, computed: &Computed) -> bool {
        let other = match ruled.direction {
            Direction::AtMost => Direction::AtLeast,
            _ => Direction::AtMost,
        };
        let rule = self.rule_of(ruled, other);
        let numbers = Numbers::of(weight, &ruled.values);
        let other = rule.and_then(|rule| self.compute(&rule.formula, &numbers).ok());
        other.is_some_and(|other| other.score != computed.score)
    }

    pub(super) fn reasons(
        &self,
        indicator: &Indicator,
        row: &mut ScoredIndicator,
        weight: Decimal,
        findings: &mut Vec<Finding>,
    ) {
        let has_reason = self.has_reason(indicator.reason.as_ref());
        let missed = row.score.is_some_and(|score| score < weight);
        row.needs_reason = missed;
        let name = name_of(indicator);
        let reason = indicator.reason.as_deref().unwrap_or_default();
        let worked = row.worked();
        if let (true, Some(claim)) = (missed, self.rules.words().claims_more(reason)) {
            findings.push(contradicting(indicator, claim, &worked));
        }
        if missed && !has_reason {
            findings.push(Finding::new(
                Code::ReasonMissing,
                indicator.source.clone(),
                format!("“{name}”未完成年度指标值（{}），没有填写偏差原因。请补充偏差原因和改进措施。", worked.0),
                format!("{name:?} missed its target ({}) and no reason is given. Add the reason and what is done about it.", worked.1),
            ));
        } else if !missed && has_reason && !row.judgement {
            findings.push(Finding::new(
                Code::ReasonUnneeded,
                indicator.source.clone(),
                format!("“{name}”已完成年度指标值，却填有偏差原因。如属备注可保留；否则请核对实际完成值。"),
                format!("{name:?} met its target, yet a reason for a deviation is given. It may stay as a remark; otherwise check the actual."),
            ));
        }
    }

    /// By how much a target is exceeded, where that is far.
    fn far_exceeded(&self, ruled: &Ruled) -> Option<BigRational> {
        let upward = matches!(ruled.direction, Direction::AtLeast | Direction::Above);
        let [(_, target), (_, actual)] = ruled.values.as_slice() else { return None };
        let limit = self.rules.settings().far_exceeded;
        let edge = target * (BigRational::one() + rational(limit));
        let is_far = upward && target.is_positive() && *actual >= edge;
        is_far.then(|| actual / target - BigRational::one())
    }

    /// A row that does not apply: what the rules make of it.
    pub(super) fn not_applicable(
        &self,
        indicator: &Indicator,
        row: &mut ScoredIndicator,
        weight: Decimal,
        findings: &mut Vec<Finding>,
    ) {
        row.applicable = false;
        let settings = self.rules.settings();
        let score = match settings.not_applicable {
            NotApplicable::Full => weight,
            NotApplicable::Zero => Decimal::ZERO,
            // Its weight is with the other rows of its block.
            NotApplicable::Redistributed if weight.is_zero() => Decimal::ZERO,
            NotApplicable::Redistributed | NotApplicable::Ask => {
                return findings.push(open(indicator, Why::NotApplicable));
            }
        };
        let score = round_half_up(&rational(score), settings.score_decimals).min(weight);
        row.score = Some(score);
        findings.push(does_not_apply(indicator, settings.not_applicable, score));
    }
}

pub(super) fn blank(indicator: &Indicator, weight: Weight) -> ScoredIndicator {
    let target = indicator.target.trim();
    ScoredIndicator {
        path: indicator.path.clone(),
        target: (!target.is_empty()).then(|| indicator.target.clone()),
        actual: indicator.actual.clone(),
        weight: weight.value,
        weight_default: weight.default,
        score: None,
        score_claimed: indicator.score_claimed,
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
        reason: indicator.reason.clone(),
        measure: indicator.measure.clone(),
        source: indicator.source.clone(),
        calculation: None,
    }
}

pub(super) fn name_rule(row: &mut ScoredIndicator, rule: &ScoreRule) {
    row.method.clone_from(&rule.id);
    rule.formula.source().clone_into(&mut row.formula);
    row.article.clone_from(&rule.article);
    row.verified = rule.verified;
}

fn met(kind: RowKind, met: bool) -> Way {
    let value = BigRational::from(BigInt::from(u8::from(met)));
    Way::Rule(Ruled {
        kind,
        direction: Direction::Unstated,
        sign: Ordering::Greater,
        values: vec![("met", value)],
        assumed: false,
        beyond_equal: false,
        unit: None,
        block: None,
    })
}

fn range(low: &Quantity, high: &Quantity, actual: &Quantity) -> Way {
    let (actual, unit) = match fit(low, actual) {
        Fit::Same(actual) => (actual, None),
        Fit::Doubtful(actual) => (actual, Some("doubtful")),
        Fit::Differ(actual) => (actual, Some("differ")),
        Fit::Never => return Way::Person(Why::OtherUnit),
    };
    let (low, high) = (rational(low.value), rational(high.value));
    let sign = low.cmp(&BigRational::zero());
    Way::Rule(Ruled {
        kind: RowKind::Range,
        direction: Direction::Unstated,
        sign,
        values: vec![("low", low), ("high", high), ("actual", actual)],
        assumed: false,
        beyond_equal: false,
        unit,
        block: None,
    })
}
