//! Whether the adjusted budget of a ledger contains what was carried over from the year before.
//!
//! * In: the bridges of the lines, where the rules want a rate with what was carried over. Out: a base that has it once.
//! * Rule: the ledger's own figures prove it line by line (年初 + changes + 结转 = 全年, or the same without 结转); a setting says it.
//! * Never: adds it where it may be in already, or leaves it out where it may not; then it is asked.

use super::Ledger;
use crate::bridge::{Bridge, is_rounding};
use crate::rules::Base;
use crate::{Amount, Amounts, Choice, Code, Finding, Money};

impl Ledger<'_> {
    /// Settles whether what was carried over is added to the adjusted budget; where nothing tells, there is no rate.
    pub(super) fn settle_carried_over(&mut self, findings: &mut Vec<Finding>) {
        let settings = self.rules.settings();
        if settings.execution_base != Base::WithCarryOver || self.base != Some(Amount::Adjusted) {
            return;
        }
        let told: Vec<Option<bool>> =
            self.bridges.iter().filter_map(|bridge| self.contained(bridge)).collect();
        let proved = match told.as_slice() {
            [] => Some(true),
            [first, rest @ ..] if rest.iter().all(|other| other == first) => *first,
            _ => None,
        };
        match settings.carried_over_contained.or(proved) {
            Some(true) => {}
            Some(false) => self.add_carried_over(),
            None => {
                findings.push(self.carried_over_open());
                self.base = None;
            }
        }
    }

    /// Whether a line's adjusted budget contains what was carried over; nothing for lines without, and inside it nothing
    /// where its figures do not tell.
    fn contained(&self, bridge: &Bridge) -> Option<Option<bool>> {
        let carried = bridge.amounts.get(Amount::CarriedOver).filter(|money| !money.is_zero())?;
        if bridge.computed {
            return Some(Some(true));
        }
        let explains = |gap: Money| is_rounding(gap, self.budget.last_place, bridge.terms());
        Some(match bridge.gap {
            Some(gap) if explains(gap) => Some(true),
            Some(gap) if explains(gap + carried) => Some(false),
            _ => None,
        })
    }

    /// The adjusted budget is without what was carried over: the identity holds without it, the base is with it.
    fn add_carried_over(&mut self) {
        self.carried = true;
        for bridge in &mut self.bridges {
            if bridge.computed {
                continue;
            }
            let carried = bridge.amounts.get(Amount::CarriedOver).unwrap_or(Money::ZERO);
            bridge.gap = bridge.gap.map(|gap| gap + carried);
        }
    }

    /// The bridge of the totals, by the identity that the lines have.
    pub(super) fn total_bridge(&self, totals: &Amounts) -> Bridge {
        let mut bridge = Bridge::of(totals);
        let carried = totals.get(Amount::CarriedOver).filter(|_| self.carried && !bridge.computed);
        bridge.gap = bridge.gap.map(|gap| gap + carried.unwrap_or(Money::ZERO));
        bridge
    }

    fn carried_over_open(&self) -> Finding {
        let index = self.bridges.iter().position(|bridge| self.contained(bridge) == Some(None));
        let sum = |amount| self.bridges.iter().filter_map(|b| b.amounts.get(amount)).sum::<Money>();
        let (adjusted, carried) = (sum(Amount::Adjusted), sum(Amount::CarriedOver));
        let (with, without) = (self.shown(adjusted + carried), self.shown(adjusted));
        let place = index.map(|index| self.cell(index, Amount::CarriedOver)).unwrap_or_default();
        let choices = vec![
            Choice {
                answer: "carried_over_contained = true".to_owned(),
                effect: format!("全年预算数已含上年结转，执行率按 {without} 计算"),
            },
            Choice {
                answer: "carried_over_contained = false".to_owned(),
                effect: format!("全年预算数不含上年结转，执行率按 {with} 计算"),
            },
        ];
        let finding = Finding::new(
            Code::Question,
            place,
            format!(
                "执行率要求含上年结转，但台账看不出全年预算数（{without}）是否已含上年结转，执行率暂缺。请在设置中写明“全年预算数含上年结转”为是或否（问答文件 [settings] carried_over_contained）。"
            ),
            format!(
                "The rate is to include what was carried over, but the ledger does not tell whether the adjusted budget ({without}) contains it; there is no rate until that is said. Set carried_over_contained to true or false in [settings] of the answers."
            ),
        );
        Finding { choices: Some(choices), ..finding }
    }
}
