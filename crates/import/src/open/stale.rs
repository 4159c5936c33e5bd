//! Results that nobody computed: a program that writes formulas without computing them stores zeros, or what stood there before.
//!
//! * In: a sheet with the formulas that only add and subtract its cells (`SUM(C4:C11)`, `D4-E4`). Out: the same sheet; where
//!   the stored result is not that sum, the cell has no value, and so has what adds it up.
//! * Never: gives a computed figure, or judges a formula of any other kind.

use crate::grid::{Sheet, Value};
use jixiao_core::{Cells, number};
use rust_decimal::Decimal;

/// So many cells are visited for one sheet; beyond, the remaining formulas stand as stored.
const VISITS: usize = 4_000_000;
/// Chains of formulas longer than this are followed in part.
const PASSES: usize = 12;

/// A formula that adds and subtracts cells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sum {
    row: u32,
    column: u32,
    terms: Vec<Term>,
}

/// What is added or subtracted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Term {
    negative: bool,
    what: What,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Number(Decimal),
    /// A number, or nothing.
    Cell(u32, u32),
    /// The numbers in it; its texts do not count.
    Block([u32; 4]),
}

/// The sum that a formula is, if it is one.
pub(super) fn parse(row: u32, column: u32, formula: &str) -> Option<Sum> {
    let plain: String = formula
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '$')
        .map(|c| c.to_ascii_uppercase())
        .collect();
    let mut rest = plain.trim_start_matches('=');
    let mut terms = Vec::new();
    while !rest.is_empty() {
        let negative = rest.starts_with('-');
        rest = match rest.strip_prefix(['+', '-']) {
            Some(rest) => rest,
            None if terms.is_empty() => rest,
            None => return None,
        };
        if let Some(inner) = rest.strip_prefix("SUM(") {
            let (inner, behind) = inner.split_once(')')?;
            for argument in inner.split(',') {
                terms.push(Term { negative, what: What::Block(area(argument)?) });
            }
            rest = behind;
        } else {
            let end = rest.find(['+', '-']).unwrap_or(rest.len());
            let (word, behind) = rest.split_at(end);
            let what = match word.as_bytes().first()? {
                b'0'..=b'9' => What::Number(Decimal::from_str_exact(word).ok()?),
                _ => single(area(word)?)?,
            };
            terms.push(Term { negative, what });
            rest = behind;
        }
    }
    let itself = |term: &Term| match term.what {
        What::Number(_) => false,
        What::Cell(own, other) => (own, other) == (row, column),
        What::Block([top, left, bottom, right]) => {
            (top..=bottom).contains(&row) && (left..=right).contains(&column)
        }
    };
    let refers = terms.iter().any(|term| !matches!(term.what, What::Number(_)));
    (refers && !terms.iter().any(itself)).then_some(Sum { row, column, terms })
}

fn single([top, left, bottom, right]: [u32; 4]) -> Option<What> {
    (top == bottom && left == right).then_some(What::Cell(top, left))
}

fn area(text: &str) -> Option<[u32; 4]> {
    text.parse::<Cells>().ok()?.bounds()
}

/// Takes the values away that the sums contradict.
pub(super) fn forget(sheet: &mut Sheet, sums: &[Sum]) {
    let mut left = VISITS;
    for _ in 0..PASSES {
        let mut found = Vec::new();
        for sum in sums {
            let Some(stored) = stored(sheet, sum) else { continue };
            match value(sheet, sum, &mut left) {
                Computed::Sum(value) if differs(value, stored) => found.push(sum),
                Computed::Unknown => found.push(sum),
                Computed::Sum(_) | Computed::Other => {}
            }
        }
        if found.is_empty() {
            return;
        }
        for sum in found {
            sheet.forget_value(sum.row, sum.column);
        }
    }
}

/// What a sum's cell stores.
fn stored(sheet: &Sheet, sum: &Sum) -> Option<Decimal> {
    match sheet.get(sum.row, sum.column)?.value {
        Value::Number(stored) => number::from_cell(stored),
        _ => None,
    }
}

enum Computed {
    Sum(Decimal),
    /// It adds up a formula that has no value.
    Unknown,
    /// It adds up what is no number, or too much.
    Other,
}

fn value(sheet: &Sheet, sum: &Sum, left: &mut usize) -> Computed {
    let mut total = Decimal::ZERO;
    for term in &sum.terms {
        let ([top, first, bottom, last], block) = match term.what {
            What::Block(area) => (area, true),
            What::Cell(row, column) => ([row, column, row, column], false),
            What::Number(number) => {
                let signed = if term.negative { -number } else { number };
                let Some(sum) = total.checked_add(signed) else { return Computed::Other };
                total = sum;
                continue;
            }
        };
        for row in sheet.rows_in(top..bottom.saturating_add(1)) {
            for cell in sheet.row(row).filter(|cell| (first..=last).contains(&cell.column)) {
                let Some(more) = left.checked_sub(1) else { return Computed::Other };
                *left = more;
                let number = match cell.value {
                    Value::Number(stored) => number::from_cell(stored),
                    Value::NoCachedValue => return Computed::Unknown,
                    Value::Text(_) | Value::Bool(_) if block => continue,
                    _ => return Computed::Other,
                };
                let Some(number) = number else { return Computed::Other };
                let signed = if term.negative { -number } else { number };
                let Some(sum) = total.checked_add(signed) else { return Computed::Other };
                total = sum;
            }
        }
    }
    Computed::Sum(total)
}

/// More than what adding binary fractions leaves.
fn differs(computed: Decimal, stored: Decimal) -> bool {
    let noise = Decimal::new(1, 6) + stored.abs() * Decimal::new(1, 9);
    (computed - stored).abs() > noise
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grid::{Cell, Format, SheetBuilder, SheetState};

    #[test]
    fn only_sums_of_cells_are_taken() {
        for (formula, terms) in [
            ("SUM(C4:C11)", 1),
            ("=SUM($C$4:$C$11, C13)", 2),
            ("D4-E4", 2),
            ("+D4 + E4 - F4", 3),
            ("-D4", 1),
            ("SUM(A1:A2)-SUM(B1:B2)", 2),
            ("D4/E4", 0),
            ("D4*2", 0),
            ("D4+1", 2),
            ("D4-400.5", 2),
            ("400-1", 0),
            ("1E5-D4", 0),
            ("SUM(表2!A1:A3)", 0),
            ("SUM(A:A)", 0),
            ("SUMIF(A1:A3,1)", 0),
            ("ROUND(A1,2)", 0),
            ("IF(A1>0,A1,0)", 0),
            ("A1:A3", 0),
            ("SUM(H6:H9)", 0),
            ("", 0),
        ] {
            // The formula stands in H8, and one adds up itself.
            let found = parse(7, 7, formula).map_or(0, |sum| sum.terms.len());
            assert_eq!(found, terms, "{formula}");
        }
    }

    /// B1 to B3 are 10, 20 and a result; B4 is their sum, B5 the rest of B4 less B1.
    fn sheet(third: f64, total: f64, rest: f64) -> Vec<Option<f64>> {
        let mut builder = SheetBuilder::new("表", SheetState::Visible);
        for (row, (value, formula)) in
            (0..).zip([(10.0, false), (20.0, false), (third, true), (total, true), (rest, true)])
        {
            let value = Value::Number(value);
            builder.push(Cell { row, column: 1, value, format: Format::Plain, formula });
        }
        let mut sheet = builder.build();
        let sums: Vec<Sum> = [(2, "B1+B2"), (3, "SUM(B1:B3)"), (4, "B4-B1")]
            .iter()
            .filter_map(|(row, formula)| parse(*row, 1, formula))
            .collect();
        forget(&mut sheet, &sums);
        let values = (2..5).map(|row| match sheet.get(row, 1).map(|cell| cell.value) {
            Some(Value::Number(value)) => Some(value),
            _ => None,
        });
        values.collect()
    }

    #[test]
    fn results_that_were_never_computed_are_forgotten_with_what_adds_them_up() {
        assert_eq!(sheet(30.0, 60.0, 50.0), [Some(30.0), Some(60.0), Some(50.0)]);
        assert_eq!(sheet(30.000000000000004, 60.0, 50.0)[0], Some(30.000000000000004));
        assert_eq!(sheet(0.0, 0.0, 0.0), [None, None, None]);
        assert_eq!(sheet(30.0, 60.0, 0.0), [Some(30.0), Some(60.0), None]);
        // The sum agrees with a false part, and is as false.
        assert_eq!(sheet(0.0, 30.0, 20.0), [None, None, None]);
    }
}
