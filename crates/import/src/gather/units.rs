//! Units proved by arithmetic: a table without a unit whose totals agree with another table in one unit only.
//!
//! * In: the tables of a file. Out: the same; a unit that is proved is set, with its evidence.
//! * Two amounts must agree, or one with at least five digits; a coincidence of fewer proves nothing.

use super::{adjustments, journal, payments};
use crate::clean::cells::Notes;
use crate::clean::ledger;
use crate::grid::Book;
use crate::recognise::unit::Evidence;
use crate::recognise::{Table, TableKind, apart};
use jixiao_core::{Amount, Amounts, Money, Unit};

/// Sets the units that other tables of the file prove.
pub fn prove(book: &Book, tables: &mut [Table]) {
    let is_money = |kind| matches!(kind, TableKind::BudgetLedger | TableKind::FormMoney);
    let has_amounts = |table: &Table| {
        is_money(table.kind) || matches!(table.kind, TableKind::Payments | TableKind::Adjustments)
    };
    let open = |table: &Table| {
        has_amounts(table) && table.unit.unit.is_none() && table.answer("unit").is_none()
    };
    if !tables.iter().any(open) {
        return;
    }
    let known: Vec<(TableKind, Amounts, Money)> = tables
        .iter()
        .filter(|table| has_amounts(table) && table.unit.rival.is_none())
        .filter_map(|table| {
            let (sum, place) = totals(book, table, table.unit.unit?);
            Some((table.kind, sum, place))
        })
        .collect();
    for table in tables.iter_mut().filter(|table| open(table)) {
        let fits = |unit: &Unit| {
            let (own, place) = totals(book, table, *unit);
            known.iter().any(|(kind, other, other_place)| {
                let tolerance = place + *other_place;
                // Two lists say nothing of each other.
                match (table.kind, *kind) {
                    (one, two) if !is_money(one) && !is_money(two) => false,
                    (TableKind::Adjustments, _) | (_, TableKind::Adjustments) => {
                        agree(&changes(&own), &changes(other), tolerance)
                    }
                    _ => agree(&own, other, tolerance),
                }
            })
        };
        let fitting: Vec<Unit> = Unit::ALL.into_iter().filter(fits).collect();
        if let [unit] = fitting[..] {
            table.unit.unit = Some(unit);
            table.unit.evidence = Evidence::Proved;
        }
    }
}

/// The net change of a budget, as one amount: of its columns of changes, else what the adjusted one has more.
fn changes(amounts: &Amounts) -> Amounts {
    let told = Amount::CHANGES.iter().any(|change| amounts.get(*change).is_some());
    let both = amounts.get(Amount::Adjusted).zip(amounts.get(Amount::Initial));
    let net = match (told, both) {
        (true, _) => Some(adjustments::net(amounts)),
        (false, Some((adjusted, initial))) => Some(adjusted - initial),
        (false, None) => None,
    };
    let mut only = Amounts::default();
    only.set(Amount::Transfer, net);
    only
}

/// The totals of a table read in a unit, with what its rounding may hide.
fn totals(book: &Book, table: &Table, unit: Unit) -> (Amounts, Money) {
    let sheet = &book.sheets[table.sheet];
    let mut quiet = Notes::new(&book.file_of(sheet), sheet);
    let named = match table.kind {
        TableKind::Payments => payments::as_executed(table),
        TableKind::Adjustments => adjustments::as_changes(table),
        _ => table.clone(),
    };
    let mut cleaned = ledger::ledger(sheet, &named, unit, &mut quiet);
    if matches!(table.kind, TableKind::Payments | TableKind::Adjustments) {
        journal::settle_roles(sheet, table, &mut cleaned);
    }
    let sum = Amounts::sum(cleaned.leaves().map(|leaf| &cleaned.rows[leaf].amounts));
    (sum, cleaned.last_place.unwrap_or(Money::ZERO))
}

fn agree(own: &Amounts, other: &Amounts, tolerance: Money) -> bool {
    let both = Amount::ALL.into_iter().filter_map(|amount| own.get(amount).zip(other.get(amount)));
    let both: Vec<(Money, Money)> = both.filter(|(a, b)| !a.is_zero() && !b.is_zero()).collect();
    apart::are_telling(both.iter().map(|(a, _)| *a))
        && both.iter().all(|(a, b)| (*a - *b).abs() <= tolerance)
}
