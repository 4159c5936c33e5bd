//! Execution: totals, lines, stated totals against rows, and what a person should know about the money.
//!
//! * In: the budget of a submission, amounts in yuan. Out: totals and lines with variance and rate, the tail, findings.
//! * Rule: the rate is executed over the budget the rules name, never capped and never rounded here; absent is not zero.
//! * Never: corrects a stated figure silently. A printed total stands only where rounding explains its difference.
//!
//! Start reading at [`execution`].

mod carry;
mod lines;

use crate::bridge::{Bridge, is_rounding};
use crate::evaluation::Totals;
use crate::rules::Base;
use crate::{
    Amount, Amounts, Budget, Code, Finding, LineResult, Money, Place, Ratio, Role, Rules, SumCheck,
    Tail, Unit,
};
use rust_decimal::Decimal;
use std::collections::BTreeSet;

/// Cells listed with one finding; a person does not read more.
const MOST_RELATED: usize = 20;

/// Findings of one code listed one by one; the rest is counted in one more.
const MOST_ALIKE: usize = 20;

/// The money side of an evaluation.
pub(crate) struct Execution {
    pub totals: Totals,
    pub lines: Vec<LineResult>,
    pub tail: Option<Tail>,
    /// The budget that the rate divides by, and which amount it is.
    pub base: Option<(Amount, Money)>,
    /// Whether what was carried over is part of that budget and not of the amount.
    pub carried: bool,
    pub findings: Vec<Finding>,
}

/// What the steps below share.
struct Ledger<'a> {
    budget: &'a Budget,
    rules: &'a Rules,
    /// Per line the rows counted in it.
    rows: Vec<Vec<usize>>,
    /// Per line its bridge.
    bridges: Vec<Bridge>,
    /// The amount the rate divides by.
    base: Option<Amount>,
    /// Whether what was carried over is added to it.
    carried: bool,
}

/// Totals, lines and findings of a budget.
///
/// `reasons` says whether the lines are where reasons stand; a form has them in its own rows.
pub(crate) fn execution(budget: &Budget, rules: &Rules, reasons: bool) -> Execution {
    let (rows, bridges) = (counted_rows(budget), bridges(budget));
    let mut ledger = Ledger { budget, rules, rows, bridges, base: None, carried: false };
    let summed = Amounts::sum(ledger.bridges.iter().map(|bridge| &bridge.amounts));
    ledger.base = base_of(&summed, rules.settings().execution_base);
    let mut findings = Vec::new();
    ledger.settle_carried_over(&mut findings);
    let (mut totals, tail) = ledger.stated_totals(&summed, &mut findings);
    for amount in unknown(budget) {
        totals.set(amount, None);
    }
    ledger.identities(&totals, &mut findings);
    ledger.assumed_base(&mut findings);
    ledger.missing_columns(&summed, &mut findings);
    ledger.line_findings(reasons, &mut findings);
    let base = ledger.base.and_then(|amount| Some((amount, ledger.base_in(&totals)?)));
    Execution {
        lines: ledger.lines(),
        totals: with_rate(&totals, base.map(|(_, money)| money)),
        tail,
        base,
        carried: ledger.carried,
        findings,
    }
}

fn counted_rows(budget: &Budget) -> Vec<Vec<usize>> {
    let mut rows = vec![Vec::new(); budget.lines.len()];
    for (index, row) in budget.rows.iter().enumerate() {
        if let Role::Counted(line) = row.role
            && let Some(rows) = rows.get_mut(line)
        {
            rows.push(index);
        }
    }
    rows
}

/// The bridge of every line. A blank cell in a column that the ledger has is zero for the identity, and stays blank in the result.
fn bridges(budget: &Budget) -> Vec<Bridge> {
    let given = |amount| budget.lines.iter().any(|line| line.amounts.get(amount).is_some());
    let (has_initial, has_adjusted) = (given(Amount::Initial), given(Amount::Adjusted));
    let has_changes = Amount::CHANGES.into_iter().any(given);
    let blanks_are_zero = has_adjusted && stated_counts_blanks_as_zero(budget);
    let bridge = |(index, line): (usize, &crate::BudgetLine)| {
        let mut amounts = line.amounts.clone();
        let stated = amounts.get(Amount::Adjusted).is_some();
        let blank_initial = has_initial && amounts.get(Amount::Initial).is_none();
        if blank_initial {
            amounts.set(Amount::Initial, Some(Money::ZERO));
        }
        let mut bridge = Bridge::of(&amounts);
        if blank_initial {
            bridge.amounts.set(Amount::Initial, None);
        }
        if !stated && blanks_are_zero {
            bridge.amounts.set(Amount::Adjusted, None);
            bridge.computed = false;
        } else if !stated && !bridge.computed && (has_adjusted || has_changes) {
            // The ledger has the column or computes it from its changes, and this line tells none: nothing changed.
            bridge.amounts.set(Amount::Adjusted, line.amounts.get(Amount::Initial));
            bridge.computed = line.amounts.get(Amount::Initial).is_some();
        }
        forget_unreadable(budget, index, &mut bridge);
        bridge
    };
    budget.lines.iter().enumerate().map(bridge).collect()
}

/// The amounts of which a counted cell cannot be read: their totals are unknown.
fn unknown(budget: &Budget) -> BTreeSet<Amount> {
    let mut unknown: BTreeSet<Amount> =
        budget.unreadable.iter().map(|(_, amount)| *amount).collect();
    let stated = budget.lines.iter().all(|line| line.amounts.get(Amount::Adjusted).is_some());
    if !stated && unknown.iter().any(|amount| *amount < Amount::Adjusted) {
        // An adjusted budget that is computed is as unknown as what it is computed from.
        unknown.insert(Amount::Adjusted);
    }
    unknown
}

/// Takes from a line's bridge what a cell that cannot be read would have given, and what was computed from it.
fn forget_unreadable(budget: &Budget, line: usize, bridge: &mut Bridge) {
    for (row, amount) in &budget.unreadable {
        if budget.rows.get(*row).is_some_and(|row| row.role == Role::Counted(line)) {
            bridge.amounts.set(*amount, None);
            bridge.gap = bridge.gap.filter(|_| *amount > Amount::Adjusted);
            if bridge.computed && *amount < Amount::Adjusted {
                bridge.amounts.set(Amount::Adjusted, None);
                bridge.computed = false;
            }
        }
    }
}

/// Whether the printed total proves that a blank adjusted budget is none: it is the sum of the cells that are filled in.
fn stated_counts_blanks_as_zero(budget: &Budget) -> bool {
    let sum: Money = budget.lines.iter().filter_map(|l| l.amounts.get(Amount::Adjusted)).sum();
    let stated = budget.checks.iter().find(|check| check.whole);
    stated
        .and_then(|check| budget.rows.get(check.row))
        .and_then(|row| row.amounts.get(Amount::Adjusted))
        .is_some_and(|stated| stated == sum)
}

/// The amount the rate divides by: the one the rules name, else the other.
fn base_of(summed: &Amounts, wanted: Base) -> Option<Amount> {
    let order = match wanted {
        Base::Initial => [Amount::Initial, Amount::Adjusted],
        Base::Adjusted | Base::WithCarryOver => [Amount::Adjusted, Amount::Initial],
    };
    order.into_iter().find(|amount| summed.get(*amount).is_some())
}

fn with_rate(amounts: &Amounts, base: Option<Money>) -> Totals {
    let executed = amounts.get(Amount::Executed);
    let both = executed.zip(base);
    Totals {
        initial_budget: amounts.get(Amount::Initial),
        additions: amounts.get(Amount::Addition),
        reductions: amounts.get(Amount::Reduction),
        transfers: amounts.get(Amount::Transfer),
        carried_over: amounts.get(Amount::CarriedOver),
        adjusted_budget: amounts.get(Amount::Adjusted),
        executed,
        variance: both.map(|(executed, base)| executed - base),
        execution_rate: both.and_then(|(executed, base)| Ratio::of(executed.yuan(), base.yuan())),
    }
}

/// An amount as messages show it: exact, in the unit of the input.
fn shown(money: Money, unit: Unit) -> String {
    format!("{} {}", money.display_exact(unit), unit.word())
}

impl Execution {
    /// What the budget that the rate divides by is called, in Chinese and in English.
    pub fn base_name(&self) -> (&'static str, &'static str) {
        match self.base {
            Some((Amount::Adjusted, _)) if self.carried => {
                ("全年预算数加上年结转", "adjusted budget with what was carried over")
            }
            Some((amount, _)) => (amount.chinese(), amount.english()),
            None => ("预算数", "budget"),
        }
    }
}

impl Ledger<'_> {
    fn lines(&self) -> Vec<LineResult> {
        let result = |(line, bridge): (&crate::BudgetLine, &Bridge)| LineResult {
            path: line.path.clone(),
            codes: line.codes.clone(),
            fund: line.fund.clone(),
            totals: with_rate(&bridge.amounts, self.base_amount(bridge)),
            reason: line.reason.clone(),
            source: line.source.clone(),
            more: line.more.clone(),
        };
        self.budget.lines.iter().zip(&self.bridges).map(result).collect()
    }

    fn base_amount(&self, bridge: &Bridge) -> Option<Money> {
        self.base_in(&bridge.amounts)
    }

    /// The budget that the rate divides by, among some amounts.
    fn base_in(&self, amounts: &Amounts) -> Option<Money> {
        let base = amounts.get(self.base?)?;
        let carried = amounts.get(Amount::CarriedOver).filter(|_| self.carried);
        Some(base + carried.unwrap_or(Money::ZERO))
    }

    fn shown(&self, money: Money) -> String {
        shown(money, self.budget.unit)
    }

    /// The cell of an amount of a line.
    fn cell(&self, line: usize, amount: Amount) -> Place {
        let rows = self.rows.get(line).into_iter().flatten();
        rows.filter_map(|row| self.budget.rows.get(*row))
            .find(|row| row.amounts.get(amount).is_some())
            .map_or_else(|| self.budget.lines[line].source.clone(), |row| row.cell(amount))
    }

    /// Compares every stated total with its parts. The total of the whole stands where rounding explains the difference.
    fn stated_totals(
        &self,
        summed: &Amounts,
        findings: &mut Vec<Finding>,
    ) -> (Amounts, Option<Tail>) {
        let unknown = unknown(self.budget);
        let mut totals = summed.clone();
        let mut tail: Option<Tail> = None;
        let whole = self.budget.checks.iter().position(|check| check.whole);
        for (index, check) in self.budget.checks.iter().enumerate() {
            let (Some(row), is_whole) = (self.budget.rows.get(check.row), whole == Some(index))
            else {
                continue;
            };
            let parts = Amounts::sum(self.parts(check).map(|part| &part.amounts));
            let (sum, terms) = match is_whole {
                true => (summed, check.parts.len().max(self.budget.lines.len())),
                false => (&parts, check.parts.len()),
            };
            for amount in Amount::ALL {
                let Some(stated) = row.amounts.get(amount) else { continue };
                if unknown.contains(&amount) {
                    continue;
                }
                let rows = sum.get(amount);
                let difference = stated - rows.unwrap_or(Money::ZERO);
                if difference.is_zero() {
                    continue;
                }
                let is_tail = rows.is_some() && is_rounding(difference, check.last_place, terms);
                findings.push(self.total_finding(check, amount, stated, rows, is_tail));
                if is_tail && is_whole {
                    totals.set(amount, Some(stated));
                    let tail = tail.get_or_insert_with(|| Tail {
                        amounts: Amounts::default(),
                        source: row.place.clone(),
                    });
                    tail.amounts.set(amount, Some(difference));
                }
            }
        }
        (totals, tail)
    }

    fn parts<'b>(&'b self, check: &'b SumCheck) -> impl Iterator<Item = &'b crate::SourceRow> {
        check.parts.iter().filter_map(|part| self.budget.rows.get(*part))
    }

    fn total_finding(
        &self,
        check: &SumCheck,
        amount: Amount,
        stated: Money,
        rows: Option<Money>,
        is_tail: bool,
    ) -> Finding {
        let row = &self.budget.rows[check.row];
        let count = check.parts.len();
        let (zh, en) = (amount.chinese(), amount.english());
        let printed = self.shown(stated);
        let (summed, summed_en) = match rows {
            Some(rows) => {
                (format!("相加为 {}", self.shown(rows)), format!("add up to {}", self.shown(rows)))
            }
            None => ("都没有填写".to_owned(), "give none".to_owned()),
        };
        let difference = self.shown(stated - rows.unwrap_or(Money::ZERO));
        let label = &row.label;
        let mut finding = if is_tail {
            let stands = if check.whole {
                "以所印合计为准，差额列为尾差"
            } else {
                "无需处理"
            };
            let stands_en = if check.whole {
                "the printed total stands, the difference is shown as a tail"
            } else {
                "nothing to do"
            };
            Finding::new(
                Code::RoundingTail,
                row.cell(amount),
                format!(
                    "“{label}”的{zh}印为 {printed}，所含 {count} 行{summed}，尾差 {difference}，属四舍五入所致；{stands}。"
                ),
                format!(
                    "{label:?}: {en} is printed as {printed}, its {count} rows {summed_en}, a tail of {difference} that rounding explains; {stands_en}."
                ),
            )
        } else {
            Finding::new(
                Code::TotalMismatch,
                row.cell(amount),
                format!(
                    "“{label}”的{zh}为 {printed}，所含 {count} 行{summed}，相差 {difference}，超出四舍五入的范围。现按各行计算；请核对合计与明细，改正其中之一。"
                ),
                format!(
                    "{label:?}: {en} is {printed}, its {count} rows {summed_en}, a difference of {difference} that rounding does not explain. The rows are used; check total and rows and correct one of them."
                ),
            )
        };
        finding.related =
            self.parts(check).take(MOST_RELATED).map(|part| part.cell(amount)).collect();
        finding
    }

    /// 年初 + 追加 − 追减 + 调剂 + 结转 = 全年, line by line, and for the totals where every line holds.
    fn identities(&self, totals: &Amounts, findings: &mut Vec<Finding>) {
        let mut broken = Vec::new();
        for (index, bridge) in self.bridges.iter().enumerate() {
            let gap =
                bridge.gap.filter(|gap| !is_rounding(*gap, self.budget.last_place, bridge.terms()));
            if let Some(gap) = gap {
                let name = self.budget.lines[index].name();
                let finding =
                    self.identity_finding(name, bridge, gap, self.cell(index, Amount::Adjusted));
                let others =
                    Amount::ALL.into_iter().take_while(|amount| *amount != Amount::Adjusted);
                let related = others.filter(|amount| bridge.amounts.get(*amount).is_some());
                broken.push(
                    related.fold(finding, |f, amount| f.with_related(self.cell(index, amount))),
                );
            }
        }
        let total = self.total_bridge(totals);
        let terms = total.terms() * self.budget.lines.len().max(1);
        if broken.is_empty()
            && let Some(gap) =
                total.gap.filter(|gap| !is_rounding(*gap, self.budget.last_place, terms))
            && self.bridges.iter().all(|bridge| bridge.gap.is_some())
        {
            let whole = self.budget.checks.iter().find(|check| check.whole);
            let place = whole
                .and_then(|check| self.budget.rows.get(check.row))
                .map(|row| row.cell(Amount::Adjusted));
            broken.push(self.identity_finding("合计", &total, gap, place.unwrap_or_default()));
        }
        findings.extend(limited(broken));
    }

    fn identity_finding(&self, name: &str, bridge: &Bridge, gap: Money, place: Place) -> Finding {
        let stated = bridge.amounts.get(Amount::Adjusted).unwrap_or(Money::ZERO);
        let (stated, computed, gap) =
            (self.shown(stated), self.shown(stated - gap), self.shown(gap));
        let mut steps = String::new();
        for amount in Amount::ALL.into_iter().take_while(|amount| *amount != Amount::Adjusted) {
            if let Some(money) = bridge.amounts.get(amount) {
                let sign = match (steps.is_empty(), amount) {
                    (true, _) => "",
                    (false, Amount::Reduction) => " − ",
                    (false, _) => " + ",
                };
                steps.push_str(&format!(
                    "{sign}{} {}",
                    amount.chinese(),
                    money.display_exact(self.budget.unit)
                ));
            }
        }
        Finding::new(
            Code::IdentityBroken,
            place,
            format!(
                "“{name}”的全年预算数为 {stated}，而 {steps} = {computed}，相差 {gap}。请核对年初预算、调整各列与全年预算数。"
            ),
            format!(
                "{name:?}: the adjusted budget is {stated}, but {steps} = {computed}, a difference of {gap}. Check the initial budget, the changes and the adjusted budget."
            ),
        )
    }

    /// Says where the rate rests on another budget than the rules name.
    /// A ledger without an executed amount, or without any budget, has no rate; that is said, not left to be noticed.
    fn missing_columns(&self, summed: &Amounts, findings: &mut Vec<Finding>) {
        let Some(line) = self.budget.lines.first() else { return };
        let unread = |amount: Amount| self.budget.unreadable.iter().any(|(_, of)| *of == amount);
        let place = || line.source.clone();
        if summed.get(Amount::Executed).is_none() && !unread(Amount::Executed) {
            findings.push(Finding::new(
                Code::FactMissing,
                place(),
                "没有读到执行数，不能计算执行率。台账应有“执行数”一列，或另附支付明细；如已有，请核对列名。",
                "no executed amount was found, so there is no rate. The ledger needs a column 执行数, or payments beside it; check the column title.",
            ));
        }
        let budgets = [Amount::Initial, Amount::Adjusted];
        if budgets.iter().all(|amount| summed.get(*amount).is_none() && !unread(*amount)) {
            findings.push(Finding::new(
                Code::FactMissing,
                place(),
                "没有读到预算数，不能计算执行率。台账应有“年初预算数”或“全年预算数”一列；如已有，请核对列名。",
                "no budget was found, so there is no rate. The ledger needs a column 年初预算数 or 全年预算数; check the column title.",
            ));
        }
    }

    fn assumed_base(&self, findings: &mut Vec<Finding>) {
        let wanted = self.rules.settings().execution_base;
        if self.base == Some(Amount::Initial) && wanted == Base::Adjusted {
            let has_executed =
                self.budget.lines.iter().any(|l| l.amounts.get(Amount::Executed).is_some());
            if has_executed {
                let place = self.budget.lines.first().map(|_| self.cell(0, Amount::Initial));
                findings.push(Finding::new(
                    Code::BaseAssumed,
                    place.unwrap_or_default(),
                    "没有全年预算数，也没有预算调整，执行率按年初预算数计算。如年中有调整，请补充全年预算数一列。",
                    "There is no adjusted budget and no change, so the rate uses the initial budget. If the budget was changed during the year, add a column with the adjusted budget.",
                ));
            }
            return;
        }
        let has_adjusted =
            self.budget.lines.iter().any(|l| l.amounts.get(Amount::Adjusted).is_some());
        let mut assumed = Vec::new();
        for (index, bridge) in
            self.bridges.iter().enumerate().filter(|(_, b)| b.computed && has_adjusted)
        {
            let name = self.budget.lines[index].name();
            let adjusted = self.shown(bridge.amounts.get(Amount::Adjusted).unwrap_or(Money::ZERO));
            assumed.push(Finding::new(
                Code::BaseAssumed,
                self.cell(index, Amount::Initial),
                format!("“{name}”的全年预算数为空，按年初预算数及所列调整计为 {adjusted}。如不是，请填写全年预算数（没有则填 0）。"),
                format!("{name:?} has no adjusted budget; initial budget and changes give {adjusted}. If that is wrong, fill the adjusted budget in (0 if there is none)."),
            ));
        }
        findings.extend(limited(assumed));
    }
}

/// A share as messages show it: `90%`.
pub(crate) fn percent(share: Decimal) -> String {
    let percent = Ratio::from(share).percent(2);
    let plain = percent.trim_end_matches('%').trim_end_matches('0').trim_end_matches('.');
    format!("{plain}%")
}

/// The first findings of a kind, and one that counts the rest.
fn limited(mut found: Vec<Finding>) -> Vec<Finding> {
    if found.len() <= MOST_ALIKE {
        return found;
    }
    let rest = found.split_off(MOST_ALIKE);
    if let Some(first) = rest.first() {
        let count = rest.len();
        let mut more = Finding::new(
            first.code,
            first.source.clone(),
            format!("另有 {count} 处同类情况，未逐一列出；首处在此。请一并核对。"),
            format!("{count} more of the same kind are not listed; the first is here. Check them as well."),
        )
        .with_severity(first.severity);
        more.related = rest.iter().skip(1).take(MOST_RELATED).map(|f| f.source.clone()).collect();
        found.push(more);
    }
    found
}
