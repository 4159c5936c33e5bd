//! Tables under one heading that is printed again: pages of one table, or tables that say the same money again.
//!
//! * In: a table with the places where its heading stands again. Out: the same, or the tables it is made of.
//! * Arithmetic decides: every part is closed by a total of its own rows, and one of these totals is that of another part or
//!   a single row of it.
//! * Never: parts pages, whose last total covers them all.

use super::Table;
use super::header::Header;
use super::unit::UnitFound;
use crate::clean::cells::Notes;
use crate::clean::ledger::{self, Ledger};
use crate::grid::Sheet;
use crate::recognise::TableKind;
use crate::recognise::tree::NodeRole;
use crate::vocabulary::VOCABULARY;
use jixiao_core::{Amount, Amounts, Money, Unit};
use std::sync::Arc;

/// A table, or the tables that it is made of.
pub fn split(sheet: &Sheet, table: Table, repeated: &[Header]) -> Vec<Table> {
    if repeated.is_empty() || table.kind != TableKind::BudgetLedger {
        return vec![table];
    }
    let parts = parts(&table, repeated);
    let ledgers: Option<Vec<Ledger>> = parts.iter().map(|part| closed(sheet, part)).collect();
    let Some(ledgers) = ledgers.filter(|ledgers| say_again(ledgers)) else { return vec![table] };
    parts.into_iter().zip(ledgers).map(|(part, ledger)| up_to_total(part, &ledger)).collect()
}

/// The table cut before every repeated heading.
fn parts(table: &Table, repeated: &[Header]) -> Vec<Table> {
    let headers: Vec<&Header> = [&table.header].into_iter().chain(repeated).collect();
    let part = |(position, header): (usize, &&Header)| {
        let until = headers.get(position + 1).map_or(u32::MAX, |next| next.top);
        let within = |row: u32| (header.bottom + 1..until).contains(&row);
        let skipped = table.skipped.iter().filter(|skipped| within(skipped.row));
        Table {
            header: (*header).clone(),
            body: table.body.iter().copied().filter(|row| within(*row)).collect(),
            skipped: skipped.cloned().collect(),
            unit: UnitFound::default(),
            ..table.clone()
        }
    };
    headers.iter().enumerate().map(part).collect()
}

/// The rows of a part whose last one is called a total and is the sum of all others.
fn closed(sheet: &Sheet, part: &Table) -> Option<Ledger> {
    let cleaned = ledger::ledger(sheet, part, Unit::Yuan, &mut Notes::new(&Arc::from(""), sheet));
    let last = cleaned.rows.len().checked_sub(1)?;
    let words = VOCABULARY.total_words(&cleaned.rows[last].label);
    let is_total =
        words.total && !words.running && cleaned.tree.nodes[last].role == NodeRole::Total;
    let sum = sum(&cleaned);
    let stated = &cleaned.rows[last].amounts;
    let equal =
        |amount: &Amount| stated.get(*amount).is_none_or(|one| sum.get(*amount) == Some(one));
    (is_total && !stated.is_empty() && Amount::ALL.iter().all(equal)).then_some(cleaned)
}

/// Whether the total of one part is that of another, or a single row of it.
fn say_again(parts: &[Ledger]) -> bool {
    parts.iter().enumerate().any(|(own, part)| {
        let total = sum(part);
        parts.iter().enumerate().filter(|(other, _)| *other != own).any(|(_, other)| {
            let mut rows = other.leaves().map(|leaf| &other.rows[leaf].amounts);
            is_same_money(&total, &sum(other)) || rows.any(|row| is_same_money(&total, row))
        })
    })
}

fn sum(ledger: &Ledger) -> Amounts {
    Amounts::sum(ledger.leaves().map(|leaf| &ledger.rows[leaf].amounts))
}

/// What stands below the total of a part is the title of the next one.
fn up_to_total(mut part: Table, ledger: &Ledger) -> Table {
    if let Some(last) = ledger.rows.last() {
        part.body.retain(|row| *row <= last.row);
    }
    part
}

/// Whether two sets of amounts are one: equal wherever both give one, and not by chance.
pub fn is_same_money(one: &Amounts, other: &Amounts) -> bool {
    let all = Amount::ALL.into_iter();
    let both: Vec<(Money, Money)> = all
        .filter_map(|amount| one.get(amount).zip(other.get(amount)))
        .filter(|(one, other)| !one.is_zero() || !other.is_zero())
        .collect();
    are_telling(both.iter().map(|(one, _)| *one)) && both.iter().all(|(one, other)| one == other)
}

/// Whether amounts that agree do so by more than chance: two of them, or one of five significant digits.
pub fn are_telling(amounts: impl Iterator<Item = Money>) -> bool {
    let digits =
        |money: Money| money.yuan().normalize().mantissa().unsigned_abs().to_string().len();
    let (mut several, mut long) = (0, false);
    for amount in amounts {
        several += 1;
        long |= digits(amount) >= 5;
    }
    several >= 2 || long
}
