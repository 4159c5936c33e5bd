//! Tables of facts (基础数据) on a sheet: names with their values, in whichever way they stand.
//!
//! * In: a sheet and the tables that are known on it. Out: a [`Table`] for each stretch of rows that holds facts.
//! * Three layouts, told row by row: names down below headings (`heads`), names across with their values below (`across`), and
//!   labels with values beside them (`pairs`).
//! * Evidence: names that rules ask for, headings of values, a title that announces facts; one of them alone is not enough.
//! * Never: takes a cell of another table, or a row of a ledger.

mod across;
mod cells;
mod heads;
mod ledgers;
mod naming;
mod pairs;

pub(crate) use cells::quantity;
use cells::{Say, say};
pub(super) use ledgers::{cut_tables, take_ledgers};

use super::columns::Column;
use super::header::Header;
use super::unit::{Evidence, UnitFound};
use super::{Skipped, Table, TableKind};
use crate::answers::Answers;
use crate::fold;
use crate::grid::{Cell, Sheet, Value};
use crate::vocabulary::Meaning;
use crate::vocabulary::facts::FACT_WORDS;
use jixiao_core::{Cells, Unit};
use std::collections::BTreeMap;

/// A longer stretch of rows is a list of something else.
const MOST_ROWS: usize = 2_000;

/// A value that a table of facts or settings gives, with everything that tells what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name, widest level first.
    pub name: Vec<String>,
    /// Which value of the name.
    pub column: Option<String>,
    /// The units said for it, the nearest first.
    pub units: Vec<String>,
    /// The row of its cell.
    pub row: u32,
    /// The column of its cell.
    pub at: u32,
}

/// The cells of a row that belong to no other table.
pub(super) struct Row<'a> {
    pub number: u32,
    pub cells: Vec<Cell<'a>>,
}

/// What a stretch of rows gives.
#[derive(Default)]
pub(super) struct Found {
    pub entries: Vec<Entry>,
    pub heads: BTreeMap<u32, (String, Meaning)>,
    pub header: Option<(u32, u32)>,
    pub skipped: Vec<Skipped>,
    /// A heading says that values stand below.
    pub headed: bool,
}

/// The tables of facts among the free cells of a sheet.
pub(super) fn find(sheet: &Sheet, index: usize, tables: &[Table], answers: &Answers) -> Vec<Table> {
    let mut stretches: Vec<Vec<Row<'_>>> = Vec::new();
    for row in sheet.row_numbers() {
        let free = |cell: &Cell<'_>| !tables.iter().any(|table| covers(table, cell));
        let cells: Vec<Cell<'_>> = sheet.row(row).filter(free).collect();
        if cells.is_empty() {
            continue;
        }
        let before =
            stretches.last().and_then(|rows| rows.last()).map(|last: &Row<'_>| last.number);
        let parted =
            |table: &Table| before.is_some_and(|before| (before..row).contains(&table.header.top));
        let row = Row { number: row, cells };
        match stretches.last_mut().filter(|_| !tables.iter().any(parted)) {
            Some(rows) => rows.push(row),
            None => stretches.push(vec![row]),
        }
    }
    stretches.iter().filter_map(|rows| table_of(sheet, index, rows, answers)).collect()
}

fn covers(table: &Table, cell: &Cell<'_>) -> bool {
    let bottom = table.body.last().copied().unwrap_or(table.header.bottom);
    (table.header.top..=bottom).contains(&cell.row)
        && (table.header.floor..=table.header.right).contains(&cell.column)
}

/// Reads a stretch of rows; `None` where the evidence is too weak.
fn table_of(sheet: &Sheet, index: usize, rows: &[Row<'_>], answers: &Answers) -> Option<Table> {
    if rows.len() > MOST_ROWS {
        return None;
    }
    let titles: Vec<&str> = rows
        .iter()
        .flat_map(|row| &row.cells)
        .filter_map(|cell| match cell.value {
            Value::Text(text) => Some(text),
            _ => None,
        })
        .take(200)
        .collect();
    let announced =
        FACT_WORDS.announces(&sheet.name) || titles.iter().any(|title| FACT_WORDS.announces(title));
    let found = read(sheet, rows, announced);
    let known = |entry: &&Entry| entry.name.iter().any(|level| FACT_WORDS.known(level).is_some());
    let telling = |entry: &&Entry| {
        entry.name.iter().any(|level| FACT_WORDS.known(level).is_some_and(|(_, telling)| telling))
    };
    let (all, known, telling) = (
        found.entries.len(),
        found.entries.iter().filter(known).count(),
        found.entries.iter().filter(telling).count(),
    );
    let by_title = announced && (known > 0 || found.headed);
    let by_names = telling > 0 && known * 2 >= all && (known >= 2 || found.headed);
    let mut table = (by_title || by_names)
        .then(|| into_table(sheet, index, rows, found, announced))
        .flatten()?;
    table.answers = answers.for_headings(&table.header.fingerprint());
    Some(table)
}

fn read(sheet: &Sheet, rows: &[Row<'_>], announced: bool) -> Found {
    let mut found = Found::default();
    let mut active: Option<heads::Heads> = None;
    let mut naming = naming::Naming::default();
    let mut index = 0;
    while index < rows.len() {
        if let Some(heads) = heads::read(sheet, rows, index) {
            index += heads.rows;
            heads.note(rows, &mut found);
            naming.begin_table();
            active = Some(heads);
            continue;
        }
        if let Some(used) =
            across::read(sheet, rows, index, announced && active.is_none(), &naming, &mut found)
        {
            index += used;
            active = None;
            continue;
        }
        let row = &rows[index];
        let fits =
            active.as_mut().is_some_and(|heads| heads.row(sheet, row, &mut naming, &mut found));
        if !fits && !pairs::row(row, announced, &mut naming, &mut found) {
            naming.line(row);
            if row.cells.iter().any(|cell| say(cell) == Say::Value) {
                let why = ("没有认得的名称", "no name of a fact stands beside its numbers");
                found.skipped.push(Skipped { row: row.number, why });
            }
        }
        index += 1;
    }
    naming::settle(&mut found.entries);
    found
}

fn into_table(
    sheet: &Sheet,
    index: usize,
    rows: &[Row<'_>],
    mut found: Found,
    announced: bool,
) -> Option<Table> {
    let first = found.entries.iter().map(|entry| entry.row).min()?;
    let last = found.entries.iter().map(|entry| entry.row).max()?;
    // Beside a form, numbers outside of the rows of facts are no concern of theirs.
    found.skipped.retain(|skipped| announced || (first..=last).contains(&skipped.row));
    let (top, bottom) = found.header.filter(|(top, _)| *top <= first).unwrap_or((first, first));
    let columns: Vec<Column> =
        found.heads.iter().map(|(at, (title, meaning))| column(*at, title, *meaning)).collect();
    let held = || {
        let entries = found.entries.iter().map(|entry| entry.at);
        entries.chain(columns.iter().map(|column| column.column))
    };
    let left = rows
        .iter()
        .filter(|row| (first..=last).contains(&row.number))
        .filter_map(|row| row.cells.first().map(|cell| cell.column))
        .chain(held())
        .min()?;
    let right = held().max()?;
    let mut body: Vec<u32> = found.entries.iter().map(|entry| entry.row).collect();
    body.sort_unstable();
    body.dedup();
    let mut titled: Vec<String> =
        found.heads.values().map(|(title, _)| fold::plain(title)).collect();
    if found.header.is_none() {
        titled = found.entries.iter().map(|entry| entry.name.join("/")).collect();
    }
    let header = Header {
        top,
        bottom: if found.header.is_some() { bottom } else { top },
        left,
        floor: left,
        right,
        heads: Vec::new(),
        signature: titled.join("|"),
    };
    Some(Table {
        sheet: index,
        kind: TableKind::Facts,
        header,
        columns,
        body,
        skipped: found.skipped,
        unit: unit_above(sheet, rows, first, last),
        doubts: Vec::new(),
        answers: BTreeMap::new(),
        entries: found.entries,
    })
}

/// A column of a table that was not found by the headings of ledgers.
pub(super) fn column(at: u32, title: &str, meaning: Meaning) -> Column {
    Column {
        column: at,
        title: title.to_owned(),
        unit: None,
        meaning: Some(meaning),
        fit: 0,
        year: None,
        part_of: None,
    }
}

/// The unit of money that a line of the stretch states: the first one.
fn unit_above(sheet: &Sheet, rows: &[Row<'_>], first: u32, last: u32) -> UnitFound {
    let stated = |unit: Unit, at: Cells| UnitFound {
        unit: Some(unit),
        evidence: Evidence::Stated,
        at,
        ..UnitFound::default()
    };
    // Between the rows a line speaks of those below it.
    let around = |row: &&Row<'_>| row.number < first || (last + 1..=last + 3).contains(&row.number);
    for row in rows.iter().filter(around) {
        for cell in &row.cells {
            let Value::Text(text) = cell.value else { continue };
            let alone = row.cells.len() <= 2;
            let bracket =
                || fold::title(text).unit.filter(|_| text.trim_end().ends_with([')', '）']));
            let line = || fold::unit_line(text).or_else(bracket).filter(|_| alone);
            if let Some(unit) = fold::announced_unit(text).or_else(line) {
                return stated(unit, Cells::one(cell.row, cell.column));
            }
        }
    }
    match fold::announced_unit(&sheet.name).or(fold::title(&sheet.name).unit) {
        Some(unit) => stated(unit, Cells::default()),
        None => UnitFound::default(),
    }
}
