//! Columns that others explain: the sum of all others, the same amounts in another unit, what is left of a budget.
//!
//! * In: columns of amounts that may have one meaning, or none. Out: which of them is the amount, or what a column says again.
//! * Every row must agree; an identity of nothing but blanks and zeros proves nothing.

use super::column_values;
use crate::clean::cell_decimal;
use crate::grid::Sheet;
use crate::recognise::Table;
use crate::recognise::columns::Column;
use crate::vocabulary::{Meaning, VOCABULARY};
use jixiao_core::Unit;
use rust_decimal::Decimal;

/// Rows that must tell something for an identity to be none of chance.
const TELLING: usize = 2;

/// The column of several that is the sum of all others.
pub(super) fn sum_of_others(values: &[Vec<Option<Decimal>>]) -> Option<usize> {
    let rows = values.first()?.len();
    let is_sum = |whole: &usize| {
        let others = |row: usize| {
            let parts = values.iter().enumerate().filter(|(index, _)| index != whole);
            parts.filter_map(|(_, part)| part[row]).collect::<Vec<Decimal>>()
        };
        let amount = |row: usize| values[*whole][row].unwrap_or_default();
        let added = |row: &usize| others(*row).iter().filter(|part| !part.is_zero()).count() > 1;
        (0..rows).all(|row| amount(row) == others(row).iter().sum())
            && (0..rows).filter(added).count() >= TELLING
    };
    (values.len() > 2).then(|| (0..values.len()).find(is_sum)).flatten()
}

/// The finer of two columns that give the same amounts in two units, and its unit. At least one of them must say its own.
pub(super) fn finer_unit(
    table: &Table,
    columns: &[u32],
    values: &[Vec<Option<Decimal>>],
) -> Option<(u32, Unit)> {
    let ([one, other], [first, second]) = (columns, values) else { return None };
    let own = |column: &u32| {
        let held = table.columns.iter().find(|held| held.column == *column);
        held.and_then(|held| held.unit)
    };
    let units = |column: &u32| own(column).map_or(Unit::ALL.to_vec(), |unit| vec![unit]);
    if own(one).is_none() && own(other).is_none() {
        return None;
    }
    for left in units(one) {
        for right in units(other) {
            let (a, b) = (left.yuan(), right.yuan());
            if a < b && is_rescaled(first, second, b / a) {
                return Some((*one, left));
            }
            if b < a && is_rescaled(second, first, a / b) {
                return Some((*other, right));
            }
        }
    }
    None
}

/// Whether coarse amounts are the fine ones divided by a factor and rounded to the places they are printed with.
fn is_rescaled(fine: &[Option<Decimal>], coarse: &[Option<Decimal>], factor: Decimal) -> bool {
    let places = coarse.iter().flatten().map(|amount| amount.normalize().scale()).max();
    let half = factor * Decimal::new(5, places.unwrap_or_default() + 1);
    let agrees = |(fine, coarse): (&Option<Decimal>, &Option<Decimal>)| {
        let coarse = coarse.unwrap_or_default().checked_mul(factor);
        coarse.is_some_and(|coarse| (fine.unwrap_or_default() - coarse).abs() <= half)
    };
    let telling = coarse.iter().flatten().filter(|amount| !amount.is_zero()).count();
    telling >= TELLING && fine.iter().zip(coarse).all(agrees)
}

/// Columns that are what is left of the budget after what was spent and set apart (冻结, 在途).
pub(super) fn name_rests(sheet: &Sheet, table: &mut Table, unknown: &[u32]) {
    let budget = [Meaning::AdjustedBudget, Meaning::InitialBudget]
        .into_iter()
        .find_map(|meaning| table.column(meaning));
    let Some((budget, spent)) = budget.zip(table.column(Meaning::Executed)) else { return };
    let budget = column_values(sheet, table, budget.column);
    let spent = column_values(sheet, table, spent.column);
    let apart: Vec<Vec<Option<Decimal>>> = set_apart(sheet, table);
    for column in unknown {
        let rest = column_values(sheet, table, *column);
        let is_rest = |apart: &[&Vec<Option<Decimal>>]| {
            let amount = |values: &[Option<Decimal>], row: usize| values[row].unwrap_or_default();
            let left = |row: usize| {
                let held: Decimal = apart.iter().map(|values| amount(values, row)).sum();
                amount(&budget, row) - amount(&spent, row) - held
            };
            let telling = (0..rest.len())
                .filter(|row| !amount(&spent, *row).is_zero() && !amount(&budget, *row).is_zero());
            telling.count() > TELLING && (0..rest.len()).all(|row| amount(&rest, row) == left(row))
        };
        let plain = is_rest(&[]);
        let singly = || apart.iter().any(|one| is_rest(&[one]));
        let together = || is_rest(&apart.iter().collect::<Vec<_>>());
        if !plain && !singly() && !together() {
            continue;
        }
        let balance = plain && table.column(Meaning::Balance).is_none();
        if let Some(held) = table.columns.iter_mut().find(|held| held.column == *column) {
            held.meaning = balance.then_some(Meaning::Balance);
            held.part_of = (!balance).then_some(Meaning::Balance);
        }
    }
}

/// The amounts of columns whose titles speak of other money, such as 冻结.
fn set_apart(sheet: &Sheet, table: &Table) -> Vec<Vec<Option<Decimal>>> {
    let other = |column: &&Column| {
        let title = crate::fold::plain(&column.title);
        column.meaning.is_none() && VOCABULARY.is_not_amount(&title)
    };
    let filled = |column: &&Column| {
        let cells = table.body.iter().filter_map(|row| sheet.get(*row, column.column));
        cells.filter_map(|cell| cell_decimal(&cell)).count() >= TELLING
    };
    let columns = table.columns.iter().filter(other).filter(filled);
    columns.map(|column| column_values(sheet, table, column.column)).collect()
}

#[cfg(test)]
mod tests {
    use super::{is_rescaled, sum_of_others};
    use rust_decimal::Decimal;

    fn amounts(texts: &[&str]) -> Vec<Option<Decimal>> {
        texts.iter().map(|text| text.parse().ok()).collect()
    }

    #[test]
    fn the_whole_is_the_column_that_all_others_add_up_to() {
        let whole = amounts(&["30", "70", "5"]);
        let (one, two) = (amounts(&["10", "30", "5"]), amounts(&["20", "40", ""]));
        let of = |columns: &[&Vec<Option<Decimal>>]| {
            sum_of_others(&columns.iter().map(|column| (*column).clone()).collect::<Vec<_>>())
        };
        assert_eq!(of(&[&one, &two, &whole]), Some(2));
        assert_eq!(of(&[&whole, &one, &two]), Some(0));
        assert_eq!(of(&[&one, &whole]), None);
        let off = amounts(&["30", "70", "6"]);
        assert_eq!(of(&[&one, &two, &off]), None);
        let once = (amounts(&["10", "5"]), amounts(&["20", ""]), amounts(&["30", "5"]));
        assert_eq!(of(&[&once.0, &once.1, &once.2]), None);
    }

    #[test]
    fn amounts_in_a_coarser_unit_agree_to_the_place_they_are_printed_with() {
        let fine = amounts(&["1250000", "130450.5", ""]);
        for (coarse, same) in [
            (["125", "13.04505", ""], true),
            (["125", "13.05", ""], true),
            (["125", "13.06", ""], false),
            (["125", "13.04505", "1"], false),
            (["0", "0", ""], false),
        ] {
            let coarse = amounts(&coarse);
            assert_eq!(is_rescaled(&fine, &coarse, Decimal::from(10_000)), same, "{coarse:?}");
        }
    }
}
