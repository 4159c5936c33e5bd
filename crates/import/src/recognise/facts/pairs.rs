//! Pairs: a label with its value beside it, several to a row, as forms print them (`编制人数 | 50 | 在职人数 | 46`).
//!
//! * Where nothing announces facts, only names that rules ask for are taken.

use super::cells::is_unit_cell;
use super::naming::Naming;
use super::{Entry, Found, Row, Say, say};
use crate::fold;
use crate::grid::Value;
use crate::vocabulary::facts::FACT_WORDS;
use crate::vocabulary::{Meaning, VOCABULARY};

/// Reads the pairs of a row; `false` where it has none.
pub(super) fn row(row: &Row<'_>, announced: bool, naming: &mut Naming, found: &mut Found) -> bool {
    if several_for_one(row) {
        return false;
    }
    let mut read = false;
    let mut label: Option<(u32, &str)> = None;
    let mut last: Option<usize> = None;
    for cell in &row.cells {
        if let (Some(unit), Some(entry)) = (is_unit_cell(cell), last.take()) {
            found.entries[entry].units.insert(0, unit);
            continue;
        }
        match (say(cell), cell.value) {
            (Say::Words(text), _) => {
                let answered = label.take().filter(|(_, name)| {
                    let kind = FACT_WORDS.known(name).map(|(kind, _)| kind);
                    kind == Some(crate::vocabulary::facts::FactKind::YesNo)
                        && FACT_WORDS.answer(text).is_some()
                });
                match answered {
                    Some(held) => {
                        last = take(row.number, cell.column, held, naming, found);
                        read = true;
                    }
                    None => label = Some((cell.column, text)),
                }
            }
            (Say::Value, Value::Number(_) | Value::Text(_)) => {
                let Some((at, name)) = label.take() else { continue };
                if !is_name(name, announced) {
                    continue;
                }
                last = take(row.number, cell.column, (at, name), naming, found);
                read |= last.is_some();
            }
            _ => label = None,
        }
    }
    read
}

/// Whether two numbers stand behind one label: which of them is meant is said nowhere.
fn several_for_one(row: &Row<'_>) -> bool {
    let numbers = |pair: &[crate::grid::Cell<'_>]| pair.iter().all(|cell| say(cell) == Say::Value);
    row.cells.windows(2).any(numbers)
}

/// Whether a label names a fact.
fn is_name(label: &str, announced: bool) -> bool {
    let (name, _) = super::naming::tidy(label);
    let known = FACT_WORDS.known(&name).is_some();
    let other = !VOCABULARY.labels(label).is_empty()
        || VOCABULARY.is_footer(label)
        || VOCABULARY.is_total_score(label)
        || fold::announced_unit(label).is_some();
    known || announced && !other
}

fn take(
    row: u32,
    at: u32,
    (label_at, label): (u32, &str),
    naming: &mut Naming,
    found: &mut Found,
) -> Option<usize> {
    let named = naming.row(&[(0, label)], true)?;
    for (column, meaning) in [(label_at, Meaning::FactName), (at, Meaning::FactValue)] {
        found.heads.entry(column).or_insert_with(|| (String::new(), meaning));
    }
    let units = named.unit.into_iter().chain(naming.unit_for(&named.levels)).collect();
    found.entries.push(Entry { name: named.levels, column: named.column, units, row, at });
    Some(found.entries.len() - 1)
}
