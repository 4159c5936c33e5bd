//! Across: names stand beside each other, their values below them (`编制数 | 在职人数 | 控制率` over `50 | 46 | 92%`).
//!
//! * In: rows. Out: the entries of the values below one or two rows of names. A row of several has a label: a year or a part.
//! * Rule: two of the names are known, or one where a title announces facts.

use super::cells::{without_unit, year};
use super::naming::{Naming, ROW, dated, tidy};
use super::{Entry, Found, Row, Say, say};
use crate::fold;
use crate::grid::{Cell, Sheet};
use crate::recognise::Skipped;
use crate::recognise::header::is_line_cell;
use crate::vocabulary::facts::FACT_WORDS;
use crate::vocabulary::{Meaning, VOCABULARY};

/// Reads the names that begin at a row with the values below; how many rows they take.
pub(super) fn read(
    sheet: &Sheet,
    rows: &[Row<'_>],
    index: usize,
    announced: bool,
    naming: &Naming,
    found: &mut Found,
) -> Option<usize> {
    let height = (1..=2).find(|height| {
        let names = rows.get(index..index + height);
        let below = rows.get(index + height);
        names.is_some_and(|names| names.iter().all(is_words))
            && below.is_some_and(|below| values(below) >= 1)
    })?;
    let names = &rows[index..index + height];
    let below = &rows[index + height];
    let heads: Vec<(u32, Vec<String>, Option<String>)> = below
        .cells
        .iter()
        .filter(|cell| {
            say(cell) != Say::Absent
                || names.iter().any(|n| n.cells.iter().any(|c| c.column == cell.column))
        })
        .filter_map(|cell| head(sheet, names, cell.column))
        .collect();
    let owner = owner(names, below);
    let known = |(_, levels, _): &&(u32, Vec<String>, Option<String>)| {
        levels.iter().any(|level| {
            FACT_WORDS.known(level).is_some() || owner.is_some() && FACT_WORDS.is_column(level)
        })
    };
    let known = heads.iter().filter(known).count();
    let of_names = names.iter().map(|row| row.cells.len()).max().unwrap_or(0);
    // Beside each other means several: a single one is a label above its value, which may be anything.
    if of_names < 2
        || known == 0
        || known < 2 && !announced
        || known * 2 < heads.len().min(of_names)
    {
        return None;
    }
    let mut used = height;
    let mut unlabelled = 0;
    for row in &rows[index + height..] {
        if values(row) == 0 {
            break;
        }
        used += 1;
        let label = label(row, &heads);
        if label.is_none() {
            unlabelled += 1;
        }
        if unlabelled > 1 {
            let why = (
                "同一名称下的又一行，没有说明是什么",
                "a further row below the same names that says nothing of itself",
            );
            found.skipped.push(Skipped { row: row.number, why });
            continue;
        }
        for cell in row.cells.iter().filter(|cell| say(cell) == Say::Value) {
            let Some((_, levels, unit)) = heads.iter().find(|(column, ..)| *column == cell.column)
            else {
                continue;
            };
            if label.as_ref().is_some_and(|(at, _)| *at == cell.column) {
                continue;
            }
            let mut name = levels.clone();
            let mut column = None;
            if let [head] = name.as_slice()
                && FACT_WORDS.known(head).is_none()
            {
                if VOCABULARY.is_total_word(head) {
                    name = naming.above().map_or(name, |above| vec![above]);
                } else if let Some(owner) = &owner {
                    if FACT_WORDS.is_column(head) {
                        (name, column) = (vec![owner.clone()], Some(head.clone()));
                    } else {
                        name.insert(0, owner.clone());
                    }
                }
            }
            if let Some((year, rest)) = name.last().and_then(|last| dated(last)) {
                column = Some(year);
                if let Some(last) = name.last_mut() {
                    *last = rest;
                }
            }
            match &label {
                Some((_, text)) if FACT_WORDS.is_column(text) => {
                    column = Some(format!("{text}{}", column.unwrap_or_default()));
                }
                Some((_, text)) if VOCABULARY.is_total_word(text) => {}
                Some((_, text)) => name = vec![name.join("/"), format!("{ROW}{text}")],
                None => {}
            }
            let above = naming.unit_for(&name);
            found.entries.push(Entry {
                name,
                column,
                units: unit.iter().cloned().chain(above).collect(),
                row: row.number,
                at: cell.column,
            });
        }
    }
    found.header = found.header.or(Some((names[0].number, names[height - 1].number)));
    for (column, levels, _) in &heads {
        found.heads.entry(*column).or_insert_with(|| (levels.join("/"), Meaning::FactValue));
    }
    Some(used)
}

/// The first word of a row of names, where it is a fact and nothing stands below it: 楼堂馆所 beside 批复规模.
fn owner(names: &[Row<'_>], below: &Row<'_>) -> Option<String> {
    let [row] = names else { return None };
    let first = row.cells.first()?;
    let Say::Words(text) = say(first) else { return None };
    let free = below.cells.iter().all(|cell| cell.column != first.column);
    let (name, _) = tidy(text);
    (free && FACT_WORDS.known(&name).is_some()).then_some(name)
}

fn is_words(row: &Row<'_>) -> bool {
    let line = |cell: &Cell<'_>| {
        matches!(say(cell), Say::Words(text) if fold::announced_unit(text).is_some())
            || is_line_cell(cell)
    };
    if row.cells.iter().any(line) {
        return false;
    }
    row.cells.len() >= 2
        && row.cells.iter().all(|cell| matches!(say(cell), Say::Words(_)) && year(cell).is_none())
}

fn values(row: &Row<'_>) -> usize {
    row.cells.iter().filter(|cell| say(cell) == Say::Value).count()
}

/// The levels above a column, with the unit in brackets behind them.
fn head(
    sheet: &Sheet,
    names: &[Row<'_>],
    column: u32,
) -> Option<(u32, Vec<String>, Option<String>)> {
    let mut levels: Vec<String> = Vec::new();
    let mut unit = None;
    for (index, row) in names.iter().enumerate() {
        let seen = sheet.seen(row.number, column).or_else(|| {
            // A word without a merge stands for the blanks to its right where a row of names follows.
            let spans = index + 1 < names.len();
            row.cells.iter().rev().find(|cell| cell.column <= column).filter(|_| spans).copied()
        });
        let Some(Say::Words(text)) = seen.as_ref().map(say) else { continue };
        let (name, own) = tidy(text);
        unit = own.or(unit).or_else(|| without_unit(text).1);
        if levels.last() != Some(&name) {
            levels.push(name);
        }
    }
    let last = levels.last()?;
    if levels.len() > 1 && VOCABULARY.is_total_word(last) {
        levels.pop();
    }
    Some((column, levels, unit))
}

/// What the row itself is called: words in it, or a year in its first column.
fn label(row: &Row<'_>, heads: &[(u32, Vec<String>, Option<String>)]) -> Option<(u32, String)> {
    let first: &Cell<'_> = row.cells.first()?;
    let dates = heads.iter().find(|(column, ..)| *column == first.column);
    let dated = dates.is_none_or(|(_, levels, _)| {
        levels.iter().all(|level| FACT_WORDS.is_column(level) || level.contains("年"))
    });
    if let Some(year) = year(first).filter(|_| dated) {
        return Some((first.column, year));
    }
    row.cells.iter().find_map(|cell| match say(cell) {
        Say::Words(text) => Some((cell.column, tidy(text).0)),
        _ => None,
    })
}
