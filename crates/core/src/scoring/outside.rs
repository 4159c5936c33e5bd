//! What formulas take from outside of their row: money, facts, sums over budget lines, counts of indicators.
//!
//! * In: references of a formula. Out: exact numbers, or nothing where the input does not give them.
//! * Rule: a sum is known only where every line that it could hold says whether it does; absent is never zero.
//! * Never: takes one amount for another.

use super::Context;
use crate::evaluation::{ScoredIndicator, Totals};
use crate::formula::{Class, Formula, LineIs, Reference, RowIs, RowSum};
use crate::ratio::rational;
use crate::rules::words::{folded, plain_level};
use crate::{Amount, Code, Fact, Finding, LineResult, Money, Place};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Signed, Zero};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

impl Context<'_> {
    /// The number of a reference; names of the row are not known here.
    pub(crate) fn outside(
        &self,
        reference: &Reference,
        rows: &[ScoredIndicator],
    ) -> Option<BigRational> {
        match reference {
            Reference::Name(name) => self.money(name).map(|money| rational(money.yuan())),
            Reference::Fact { name, column } => {
                self.fact(name, column.as_deref()).map(|fact| rational(fact.value))
            }
            Reference::Lines { amount, conditions } => {
                self.lines(*amount, conditions).map(|money| rational(money.yuan()))
            }
            Reference::Composition { by, digits, without } => {
                self.composition(*by, *digits, without)
            }
            Reference::Rows { what, conditions } => over_rows(rows, *what, conditions),
        }
    }

    /// A total of the subject by the name that formulas use.
    fn money(&self, name: &str) -> Option<Money> {
        if name == "budget" {
            return self.execution.base.map(|(_, budget)| budget);
        }
        let (_, amount) = crate::formula::AMOUNTS.iter().find(|(of, _)| *of == name)?;
        amount_of(&self.execution.totals, *amount)
    }

    /// The fact that a formula means.
    pub(crate) fn fact(&self, name: &str, column: Option<&str>) -> Option<&Fact> {
        let (facts, words) = (&self.submission.facts, self.rules.words());
        crate::facts::find(facts, name, column, words, self.submission.budget_year)
    }

    /// An amount over the lines that fulfil all conditions; nothing where a line does not say whether it does.
    fn lines(&self, amount: Amount, conditions: &[LineIs]) -> Option<Money> {
        if self.execution.lines.is_empty() {
            return None;
        }
        if conditions.is_empty() {
            return amount_of(&self.execution.totals, amount);
        }
        // Without a total the column is absent, or a cell of it cannot be read.
        amount_of(&self.execution.totals, amount)?;
        let mut sum = Money::ZERO;
        for line in &self.execution.lines {
            let Some(money) = amount_of(&line.totals, amount) else { continue };
            match self.fulfils(line, conditions) {
                Some(true) => sum = sum + money,
                Some(false) => {}
                None if money.yuan().is_zero() => {}
                None => return None,
            }
        }
        Some(sum)
    }

    /// The deviation in composition; nothing where a line with money has no class.
    fn composition(&self, by: Class, digits: usize, without: &[String]) -> Option<BigRational> {
        self.execution.totals.initial_budget?;
        self.execution.totals.executed?;
        let mut classes: BTreeMap<&str, (Money, Money)> = BTreeMap::new();
        for line in &self.execution.lines {
            let initial = line.totals.initial_budget.unwrap_or(Money::ZERO);
            let executed = line.totals.executed.unwrap_or(Money::ZERO);
            if initial.yuan().is_zero() && executed.yuan().is_zero() {
                continue;
            }
            let code = match by {
                Class::Function => line.codes.function.as_deref(),
                Class::Economic => line.codes.economic.as_deref(),
            };
            let left_out = !without.is_empty() && starts_with(code, without)?;
            if !left_out {
                let class = code?.get(..digits)?;
                let sums = classes.entry(class).or_insert((Money::ZERO, Money::ZERO));
                *sums = (sums.0 + initial, sums.1 + executed);
            }
        }
        let sum = |part: fn(&(Money, Money)) -> Money| {
            rational(classes.values().map(part).sum::<Money>().yuan())
        };
        let (initial, executed) = (sum(|(initial, _)| *initial), sum(|(_, executed)| *executed));
        if initial.is_zero() || executed.is_zero() {
            return None;
        }
        let deviation = |(planned, spent): &(Money, Money)| {
            (rational(spent.yuan()) - rational(planned.yuan()) * &executed / &initial).abs()
        };
        let deviations: BigRational = classes.values().map(deviation).sum();
        Some(deviations / executed)
    }

    /// The lines that fulfil all conditions.
    pub(crate) fn fulfilling(&self, conditions: &[LineIs]) -> Vec<usize> {
        let lines = self.execution.lines.iter().enumerate();
        let fulfil = lines.filter(|(_, line)| self.fulfils(line, conditions) == Some(true));
        fulfil.map(|(index, _)| index).collect()
    }

    /// Whether a line fulfils all conditions; nothing where it does not say.
    fn fulfils(&self, line: &LineResult, conditions: &[LineIs]) -> Option<bool> {
        let each = conditions.iter().map(|condition| match condition {
            LineIs::Economic(starts) => starts_with(line.codes.economic.as_deref(), starts),
            LineIs::Function(starts) => starts_with(line.codes.function.as_deref(), starts),
            LineIs::Fund(names) => {
                let fund = folded(line.fund.as_deref()?);
                Some(names.iter().any(|name| folded(name) == fund))
            }
            LineIs::Kind(wanted) => {
                let path = line.path.iter().map(|level| &**level);
                Some(self.rules.words().spending_kind(path)? == *wanted)
            }
        });
        let each: Vec<Option<bool>> = each.collect();
        if each.contains(&Some(false)) {
            return Some(false);
        }
        each.into_iter().collect::<Option<Vec<bool>>>().map(|_| true)
    }

    /// What a formula needs and the input does not give: each fact and sum by its name, with what to do.
    pub(super) fn lacking(
        &self,
        formula: &Formula,
        rows: &[ScoredIndicator],
        place: &Place,
        name: &str,
    ) -> Option<Finding> {
        let absent = |reference: &&Reference| self.outside(reference, rows).is_none();
        let (mut facts, mut sums, mut money) = (Vec::new(), Vec::new(), Vec::new());
        for reference in formula.references().iter().filter(absent) {
            match reference {
                Reference::Fact { name, column: Some(column) } => {
                    facts.push(format!("{name}（{column}）"))
                }
                Reference::Fact { name, column: None } => facts.push(name.clone()),
                Reference::Lines { .. } | Reference::Composition { .. } => {
                    sums.push(reference.key())
                }
                Reference::Name(name) if crate::rules::MONEY.contains(&name.as_str()) => {
                    money.push(name.clone());
                }
                Reference::Name(_) | Reference::Rows { .. } => {}
            }
        }
        if facts.is_empty() && sums.is_empty() && money.is_empty() {
            return None;
        }
        let (mut zh, mut en) = (Vec::new(), Vec::new());
        if !facts.is_empty() {
            let list = facts.join("、");
            zh.push(format!(
                "缺少基础数据“{list}”，请在“基础数据”表中按此名称填写数值（没有发生的填 0）"
            ));
            en.push(format!("the facts {list} are missing; fill them in under these names in a table 基础数据 (0 where there was none)"));
        }
        if !sums.is_empty() {
            let list = sums.join("、");
            zh.push(format!("不能从台账汇总 {list}，请补齐各行的科目编码、资金性质或支出类别"));
            en.push(format!(
                "the ledger does not give {list}; complete the codes, funds or kinds of its lines"
            ));
        }
        if !money.is_empty() {
            let zh_names: Vec<&str> = money.iter().map(|name| chinese_of(name)).collect();
            zh.push(format!("台账没有{}，请补充该列", zh_names.join("、")));
            en.push(format!("the ledger does not give {}; add the column", money.join(", ")));
        }
        Some(Finding::new(
            Code::FactMissing,
            place.clone(),
            format!("“{name}”不能计算：{}。", zh.join("；")),
            format!("{name:?} cannot be computed: {}.", en.join("; ")),
        ))
    }
}

/// The Chinese name of a total.
fn chinese_of(name: &str) -> &'static str {
    let amount = crate::formula::AMOUNTS.iter().find(|(of, _)| *of == name);
    amount.map_or("预算数", |(_, amount)| amount.chinese())
}

pub(crate) fn amount_of(totals: &Totals, amount: Amount) -> Option<Money> {
    match amount {
        Amount::Initial => totals.initial_budget,
        Amount::Addition => totals.additions,
        Amount::Reduction => totals.reductions,
        Amount::Transfer => totals.transfers,
        Amount::CarriedOver => totals.carried_over,
        Amount::Adjusted => totals.adjusted_budget,
        Amount::Executed => totals.executed,
    }
}

/// Whether a code starts with one of these; nothing where there is none or it is coarser than what is asked.
fn starts_with(code: Option<&str>, starts: &[String]) -> Option<bool> {
    let code = code?;
    let digits: String = code.chars().take_while(char::is_ascii_digit).collect();
    if digits.is_empty() {
        return None;
    }
    if starts.iter().any(|start| digits.starts_with(start.as_str())) {
        return Some(true);
    }
    let coarser = starts.iter().any(|start| start.starts_with(&digits));
    (!coarser).then_some(false)
}

/// Whether a scored indicator fulfils all conditions; nothing where it has no score that tells.
pub(crate) fn row_fulfils(row: &ScoredIndicator, conditions: &[RowIs]) -> Option<bool> {
    let mut fulfils = true;
    for condition in conditions {
        fulfils &= match condition {
            RowIs::Level(names) => {
                let has =
                    |level: &String| names.iter().any(|name| plain_level(level) == folded(name));
                row.path.iter().any(has)
            }
            // A row that nobody has scored says nothing; asked for only where the levels fit.
            RowIs::Met if fulfils => row.score? >= row.weight?,
            RowIs::Met => false,
            RowIs::OverAtMost(share) => fulfils && over(row)? <= rational(*share),
        };
    }
    Some(fulfils)
}

/// Counts and sums over the scored indicators without the execution rate.
fn over_rows(rows: &[ScoredIndicator], what: RowSum, conditions: &[RowIs]) -> Option<BigRational> {
    let mut sum = BigRational::zero();
    for row in rows.iter().filter(|row| !row.is_execution()) {
        if row_fulfils(row, conditions)? {
            sum += match what {
                RowSum::Count => BigRational::from(BigInt::from(1)),
                RowSum::Score => rational(row.score?),
                RowSum::Weight => rational(row.weight.unwrap_or(Decimal::ZERO)),
            };
        }
    }
    Some(sum)
}

/// By which share of its target a row exceeds it; a row of words or days, or one where less is better, exceeds nothing.
fn over(row: &ScoredIndicator) -> Option<BigRational> {
    // A row that nobody has scored says nothing.
    row.score?;
    let Some(calculation) = &row.calculation else { return Some(BigRational::zero()) };
    let number = |name: &str| {
        let binding = calculation.bindings.iter().find(|binding| binding.name == name);
        binding.and_then(|binding| binding.value.as_ref()).map(|value| value.exact().clone())
    };
    Some(match (number("target"), number("actual")) {
        (Some(target), Some(actual)) if target.is_positive() && actual > target => {
            (actual - &target) / target
        }
        _ => BigRational::zero(),
    })
}
