//! What a person should know about single lines: overspent, unbudgeted, zero, negative, unexplained.
//!
//! * In: the lines with their bridges. Out: findings, each with the cell of the amount it speaks of.
//! * Never: changes an amount.

use super::{Ledger, limited, percent};
use crate::{Amount, BudgetLine, Code, Finding, Money, Place, Ratio, Severity};

impl Ledger<'_> {
    pub(super) fn line_findings(&self, reasons: bool, findings: &mut Vec<Finding>) {
        let mut found: [Vec<Finding>; 5] = Default::default();
        for (index, (line, bridge)) in self.budget.lines.iter().zip(&self.bridges).enumerate() {
            let executed = line.amounts.get(Amount::Executed);
            let base = self.base_amount(bridge);
            let name = line.name();
            found[0].extend(self.overspent(index, name, executed, base));
            found[1].extend(self.unbudgeted(index, name, executed, base));
            found[2].extend(self.zero_budget(index, name, executed, base));
            found[3].extend(self.negative(index, line));
            if reasons {
                found[4].extend(self.reason_missing(index, line, executed, base));
            }
        }
        findings.extend(found.into_iter().flat_map(limited));
    }

    fn overspent(
        &self,
        index: usize,
        name: &str,
        executed: Option<Money>,
        base: Option<Money>,
    ) -> Option<Finding> {
        let (executed, base) = executed.zip(base).filter(|(e, b)| e > b && *b > Money::ZERO)?;
        let over = self.shown(executed - base);
        let (executed, base) = (self.shown(executed), self.shown(base));
        let finding = Finding::new(
            Code::Overspent,
            self.cell(index, Amount::Executed),
            format!(
                "“{name}”执行数 {executed} 超过预算数 {base}，超出 {over}。请核对两数；属实的请说明超支原因。"
            ),
            format!(
                "{name:?}: {executed} was spent of a budget of {base}, {over} too much. Check both; if they are right, give the reason."
            ),
        );
        Some(self.base.map_or(finding.clone(), |base| finding.with_related(self.cell(index, base))))
    }

    fn unbudgeted(
        &self,
        index: usize,
        name: &str,
        executed: Option<Money>,
        base: Option<Money>,
    ) -> Option<Finding> {
        self.base?;
        let executed = executed.filter(|e| *e > Money::ZERO && base.is_none_or(Money::is_zero))?;
        let executed = self.shown(executed);
        Some(Finding::new(
            Code::Unbudgeted,
            self.cell(index, Amount::Executed),
            format!(
                "“{name}”没有预算却有执行数 {executed}。请核对是否漏填预算或调剂，或说明原因。"
            ),
            format!(
                "{name:?}: {executed} was spent without a budget. Check whether a budget or a transfer is missing, or give the reason."
            ),
        ))
    }

    fn zero_budget(
        &self,
        index: usize,
        name: &str,
        executed: Option<Money>,
        base: Option<Money>,
    ) -> Option<Finding> {
        (base.is_some_and(Money::is_zero) && executed.is_none_or(Money::is_zero)).then(|| {
            Finding::new(
                Code::ZeroBudget,
                self.base.map_or_else(Place::default, |base| self.cell(index, base)),
                format!("“{name}”预算数为 0，没有执行数，不计算执行率。无需处理。"),
                format!("{name:?}: the budget is zero and nothing was spent, so there is no rate. Nothing to do."),
            )
        })
    }

    fn negative(&self, index: usize, line: &BudgetLine) -> Vec<Finding> {
        let signed = |amount: &Amount| *amount == Amount::Transfer;
        let mut found = Vec::new();
        for amount in Amount::ALL.into_iter().filter(|amount| !signed(amount)) {
            let Some(value) = line.amounts.get(amount).filter(|value| value.is_negative()) else {
                continue;
            };
            let (name, value) = (line.name(), self.shown(value));
            let (zh, en) = (amount.chinese(), amount.english());
            found.push(Finding::new(
                Code::NegativeAmount,
                self.cell(index, amount),
                format!("“{name}”的{zh}为负数 {value}，应为正数或 0。已照原数计入；请核对是否为退款、冲销或符号填反。"),
                format!("{name:?}: {en} is negative, {value}; zero or more was expected. It is counted as it stands; check for refunds, reversals or a wrong sign."),
            ));
        }
        found
    }

    fn reason_missing(
        &self,
        index: usize,
        line: &BudgetLine,
        executed: Option<Money>,
        base: Option<Money>,
    ) -> Option<Finding> {
        let (executed, base) = executed.zip(base).filter(|(_, base)| *base > Money::ZERO)?;
        let limit = self.rules.settings().reason_below;
        let has_reason =
            line.reason.as_ref().is_some_and(|reason| self.rules.words().is_reason(reason));
        if has_reason || executed.yuan() >= base.yuan().checked_mul(limit)? {
            return None;
        }
        let rate = Ratio::of(executed.yuan(), base.yuan())?;
        let (name, rate, limit) = (line.name(), rate.percent(2), percent(limit));
        let finding = Finding::new(
            Code::ReasonMissing,
            self.cell(index, Amount::Executed),
            format!("“{name}”执行率 {rate}，低于 {limit}，没有填写偏差原因。请补充原因。"),
            format!(
                "{name:?}: the execution rate is {rate}, below {limit}, and no reason is given. Add the reason."
            ),
        );
        Some(finding.with_severity(Severity::Warning))
    }
}
