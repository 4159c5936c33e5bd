//! Tables of settings (设置): keys with the values that a workbook wants to be evaluated with.
//!
//! * In: a sheet. Out: the table of its settings, every key with the cell of its value, known or not.
//! * Evidence: headings that only settings have over a known key, or two known keys below each other, one of which no form has.
//! * Never: evaluates a value.

use super::columns::Column;
use super::facts::{Entry, column};
use super::header::Header;
use super::unit::UnitFound;
use super::{Skipped, Table, TableKind};
use crate::clean::cell_text;
use crate::grid::{Cell, Sheet, Value};
use crate::vocabulary::facts::{FACT_WORDS, HeadRole};
use crate::vocabulary::{Meaning, VOCABULARY};
use std::collections::BTreeMap;

/// Settings begin within so many rows.
const MOST_ROWS: usize = 200;

/// The settings of a sheet, if it has some.
pub(super) fn find(sheet: &Sheet, index: usize) -> Option<Table> {
    let rows: Vec<u32> = sheet.row_numbers().take(MOST_ROWS).collect();
    (0..rows.len())
        .find_map(|at| headed(sheet, index, &rows, at))
        .or_else(|| (0..rows.len()).find_map(|at| bare(sheet, index, &rows, at)))
}

fn text<'a>(cell: &Cell<'a>) -> Option<&'a str> {
    match cell.value {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

/// `设置项 | 设置值 | 说明` with keys below.
fn headed(sheet: &Sheet, index: usize, rows: &[u32], at: usize) -> Option<Table> {
    let cells: Vec<Cell<'_>> = sheet.row(rows[at]).collect();
    let (key, value, telling) = cells.windows(2).find_map(|pair| {
        let telling = FACT_WORDS.setting_heads(text(&pair[0])?, text(&pair[1])?)?;
        Some((pair[0], pair[1], telling))
    })?;
    let remark = cells.iter().find(|cell| {
        cell.column > value.column
            && text(cell).is_some_and(|text| FACT_WORDS.is_setting_remark(text))
    });
    let (entries, skipped) = entries(sheet, &rows[at + 1..], key.column, value.column);
    let (own, known) = evidence(&entries);
    let fits = telling && known > 0 || own > 0;
    let mut columns = vec![
        column(key.column, text(&key).unwrap_or_default(), Meaning::SettingKey),
        column(value.column, text(&value).unwrap_or_default(), Meaning::SettingValue),
    ];
    if let Some(cell) = remark {
        columns.push(column(cell.column, text(cell).unwrap_or_default(), Meaning::Remark));
    }
    fits.then(|| table(index, (rows[at], rows[at]), columns, entries, skipped)).flatten()
}

/// Keys without headings.
fn bare(sheet: &Sheet, index: usize, rows: &[u32], at: usize) -> Option<Table> {
    let cells: Vec<Cell<'_>> = sheet.row(rows[at]).collect();
    let (key, value) = cells.windows(2).find_map(|pair| {
        FACT_WORDS.setting_key(text(&pair[0])?)?;
        Some((pair[0].column, pair[1].column))
    })?;
    let (entries, skipped) = entries(sheet, &rows[at..], key, value);
    let (own, known) = evidence(&entries);
    let columns =
        vec![column(key, "", Meaning::SettingKey), column(value, "", Meaning::SettingValue)];
    let top = rows[at];
    (own > 0 && known > 1).then(|| table(index, (top, top), columns, entries, skipped)).flatten()
}

/// How many keys only settings have, and how many are known at all.
fn evidence(entries: &[Entry]) -> (usize, usize) {
    let known = entries.iter().filter_map(|entry| FACT_WORDS.setting_key(entry.name.first()?));
    known.fold((0, 0), |(own, all), only| (own + usize::from(only), all + 1))
}

/// The keys with their values from a row on, up to a second row without any.
fn entries(sheet: &Sheet, rows: &[u32], key: u32, value: u32) -> (Vec<Entry>, Vec<Skipped>) {
    let (mut entries, mut skipped, mut missed) = (Vec::new(), Vec::new(), 0);
    let mut before: Option<u32> = None;
    for row in rows {
        let parted = before.is_some_and(|before| row - before > 1);
        let other = sheet
            .text(*row, value)
            .is_some_and(|text| FACT_WORDS.head(text) == Some(HeadRole::Value));
        if parted || other {
            break;
        }
        before = Some(*row);
        let name = sheet.get(*row, key).and_then(|cell| cell_text(&cell));
        let Some(name) = name.filter(|name| !VOCABULARY.is_footer(name)) else {
            missed += 1;
            if missed > 1 {
                break;
            }
            continue;
        };
        let filled = sheet.get(*row, value).is_some_and(|cell| cell_text(&cell).is_some());
        if !filled {
            let why = ("没有填值的设置", "a setting without a value");
            if FACT_WORDS.setting_key(&name).is_none() {
                missed += 1;
                if missed > 1 {
                    break;
                }
            } else {
                skipped.push(Skipped { row: *row, why });
            }
            continue;
        }
        missed = 0;
        let name = name.trim_end_matches(['：', ':']).to_owned();
        entries.push(Entry {
            name: vec![name],
            column: None,
            units: Vec::new(),
            row: *row,
            at: value,
        });
    }
    (entries, skipped)
}

fn table(
    sheet: usize,
    (top, bottom): (u32, u32),
    columns: Vec<Column>,
    entries: Vec<Entry>,
    skipped: Vec<Skipped>,
) -> Option<Table> {
    let (left, right) = (columns.first()?.column, columns.last()?.column);
    let titles: Vec<&str> = columns.iter().map(|column| column.title.as_str()).collect();
    let header = Header {
        top,
        bottom,
        left,
        floor: left,
        right,
        heads: Vec::new(),
        signature: titles.join("|"),
    };
    Some(Table {
        sheet,
        kind: TableKind::Settings,
        header,
        columns,
        body: entries.iter().map(|entry| entry.row).collect(),
        skipped,
        unit: UnitFound::default(),
        doubts: Vec::new(),
        answers: BTreeMap::new(),
        entries,
    })
}
