//! Pages: a ledger that goes on over several sheets prints one total for all of them.
//!
//! * In: a budget with the rows of every ledger, and the totals with what each covers on its own sheet. Out: the same; a
//!   total that is not that of its own rows, but of all counted rows as far as rounding lets one tell, covers these.
//! * Never: takes a total for that of all where an amount could not be read.

use super::journal::within_rounding;
use crate::vocabulary::VOCABULARY;
use jixiao_core::{Amount, Amounts, Budget, Role, SumCheck};

/// Lets the total of all pages cover them.
pub fn widen_totals(budget: &mut Budget, ledgers: usize) {
    if ledgers < 2 || !budget.unreadable.is_empty() {
        return;
    }
    let counted: Vec<usize> = (0..budget.rows.len())
        .filter(|row| matches!(budget.rows[*row].role, Role::Counted(_)))
        .collect();
    let covers = |check: &SumCheck, parts: &[usize]| {
        let row = &budget.rows[check.row];
        let sum = Amounts::sum(parts.iter().map(|part| &budget.rows[*part].amounts));
        let sides = [(check.last_place, parts.len())];
        let mut given =
            Amount::ALL.into_iter().filter_map(|amount| Some((amount, row.amounts.get(amount)?)));
        given.all(|(amount, stated)| {
            sum.get(amount).is_some_and(|sum| within_rounding(stated - sum, &sides))
        })
    };
    let is_wide = |check: &SumCheck| {
        let grand = VOCABULARY.total_words(&budget.rows[check.row].label).grand;
        grand && !covers(check, &check.parts) && covers(check, &counted)
    };
    let wide: Vec<bool> = budget.checks.iter().map(is_wide).collect();
    let mut whole = budget.checks.iter().any(|check| check.whole);
    for (check, _) in budget.checks.iter_mut().zip(wide).filter(|(_, wide)| *wide) {
        check.parts.clone_from(&counted);
        check.whole = !whole;
        whole = true;
    }
}
