//! Units proved by arithmetic: a table without a unit whose totals agree with another table in one unit only.
//!
//! * In: the tables of a file. Out: the same; a unit that is proved is set, with its evidence.
//! * Two amounts must agree, or one with at least five digits; a coincidence of fewer proves nothing.

use crate::clean::cells::Notes;
use crate::clean::ledger;
use crate::grid::Book;
use crate::recognise::unit::Evidence;
use crate::recognise::{Table, TableKind};
use jixiao_core::{Amount, Amounts, Money, Unit};

/// Sets the units that other tables of the file prove.
pub fn prove(book: &Book, tables: &mut [Table]) {
    let is_money = |table: &Table| {
        matches!(table.kind, TableKind::BudgetLedger | TableKind::FormMoney | TableKind::Payments)
    };
    let open = |table: &Table| {
        is_money(table) && table.unit.unit.is_none() && table.answer("unit").is_none()
    };
    if !tables.iter().any(open) {
        return;
    }
    let known: Vec<(Amounts, Money)> = tables
        .iter()
        .filter(|table| is_money(table) && table.unit.rival.is_none())
        .filter_map(|table| Some(totals(book, table, table.unit.unit?)))
        .collect();
    for table in tables.iter_mut().filter(|table| open(table)) {
        let fits = |unit: &Unit| {
            let (own, place) = totals(book, table, *unit);
            known.iter().any(|(other, other_place)| agree(&own, other, place + *other_place))
        };
        let fitting: Vec<Unit> = Unit::ALL.into_iter().filter(fits).collect();
        if let [unit] = fitting[..] {
            table.unit.unit = Some(unit);
            table.unit.evidence = Evidence::Proved;
        }
    }
}

/// The totals of a table read in a unit, with what its rounding may hide.
fn totals(book: &Book, table: &Table, unit: Unit) -> (Amounts, Money) {
    let sheet = &book.sheets[table.sheet];
    let mut quiet = Notes::new(&book.file_of(sheet), sheet);
    let cleaned = ledger::ledger(sheet, table, unit, &mut quiet);
    let sum = Amounts::sum(cleaned.leaves().map(|leaf| &cleaned.rows[leaf].amounts));
    (sum, cleaned.last_place.unwrap_or(Money::ZERO))
}

fn agree(own: &Amounts, other: &Amounts, tolerance: Money) -> bool {
    let both = Amount::ALL.into_iter().filter_map(|amount| own.get(amount).zip(other.get(amount)));
    let both: Vec<(Money, Money)> = both.filter(|(a, b)| !a.is_zero() && !b.is_zero()).collect();
    let digits =
        |money: &Money| money.yuan().normalize().mantissa().unsigned_abs().to_string().len();
    let strong = both.len() >= 2 || both.iter().any(|(a, _)| digits(a) >= 5);
    strong && both.iter().all(|(a, b)| (*a - *b).abs() <= tolerance)
}
