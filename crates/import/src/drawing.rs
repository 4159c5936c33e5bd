//! A drawing of every sheet: what each row was taken for, with what stands in it.
//!
//! * In: a book and what was recognised in it. Out: [`DrawnRows`] from top to bottom, for a person who wants to see at one
//!   glance where a table begins, what is counted and what is left out.
//! * Neighbouring rows of one role stand together and show the first of them: a ledger of a thousand rows is a few lines.
//! * Never: decides anything. What it says was decided by [`recognise`](crate::recognise) and [`clean`](crate::clean).

use crate::clean::cells::Notes;
use crate::clean::ledger;
use crate::grid::{Book, Cell, Sheet, Value};
use crate::recognise::tree::NodeRole;
use crate::recognise::{Recognised, Table, TableKind};
use jixiao_core::{Cells, number};
use serde::Serialize;
use std::collections::BTreeMap;

/// So many cells of a row are shown, each with so many characters.
const CELLS: usize = 16;
const CHARACTERS: usize = 40;

/// What a row was taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RowRole {
    /// Outside of every table: titles, lines of units and names, notes.
    Outside,
    /// The header of a table.
    Header,
    /// Counted.
    Data,
    /// A total of other rows: compared, not counted.
    Total,
    /// A part of a row that is counted itself (其中): not counted again.
    Part,
    /// Beside the printed total of the table: not counted.
    Aside,
    /// Inside a table, and not read: blank, repeated header, column numbers, notes.
    Skipped,
}

/// Neighbouring rows of one role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DrawnRows {
    /// The first row, counted from one; of a turned table its first column.
    pub from: u32,
    /// The last row; of a turned table its last column.
    pub to: u32,
    /// Whether the table has its items across, so that these are columns of the file and `cells` stand below each other.
    pub turned: bool,
    /// What they were taken for.
    pub role: RowRole,
    /// Why they are skipped; `null` for all others.
    pub why: Option<&'static str>,
    /// What stands in the first of them.
    pub cells: Vec<DrawnCell>,
}

/// A cell of a drawing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DrawnCell {
    /// The letters of its column; in a turned table the number of its row.
    pub column: String,
    /// What it says, in one line, cut where it is long.
    pub text: String,
}

/// Draws one sheet.
pub fn draw(book: &Book, recognised: &Recognised, sheet: usize) -> Vec<DrawnRows> {
    let grid = &book.sheets[sheet];
    let mut drawn: Vec<DrawnRows> = Vec::new();
    for (row, (role, why)) in roles(book, recognised, sheet) {
        let (number, turned) = number(grid, row);
        let joins = |last: &DrawnRows| {
            last.role == role
                && last.turned == turned
                && last.why == why
                && last.to + 1 == number
                && !matches!(role, RowRole::Outside | RowRole::Header)
        };
        match drawn.last_mut().filter(|last| joins(last)) {
            Some(last) => last.to = number,
            None => drawn.push(DrawnRows {
                from: number,
                to: number,
                turned,
                role,
                why,
                cells: grid.row(row).take(CELLS).map(|cell| drawn_cell(grid, cell)).collect(),
            }),
        }
    }
    drawn
}

type Roles = BTreeMap<u32, (RowRole, Option<&'static str>)>;

fn roles(book: &Book, recognised: &Recognised, sheet: usize) -> Roles {
    let mut roles: Roles =
        book.sheets[sheet].row_numbers().map(|row| (row, (RowRole::Outside, None))).collect();
    // Of tables side by side the one that counts a row says what it is.
    let mut take = |row: u32, role: RowRole, why| {
        let held = roles.entry(row).or_insert((RowRole::Outside, None));
        let stronger = !matches!(held.0, RowRole::Data) || matches!(role, RowRole::Header);
        if stronger {
            *held = (role, why);
        }
    };
    for table in recognised.tables.iter().filter(|table| table.sheet == sheet) {
        for row in table.header.top..=table.header.bottom {
            take(row, RowRole::Header, None);
        }
        for skipped in &table.skipped {
            take(skipped.row, RowRole::Skipped, Some(skipped.why.0));
        }
        let totals = totals(book, table);
        for row in &table.body {
            take(*row, totals.get(row).copied().unwrap_or(RowRole::Data), None);
        }
    }
    roles
}

/// The rows of a table of amounts that are not counted.
fn totals(book: &Book, table: &Table) -> BTreeMap<u32, RowRole> {
    if !matches!(table.kind, TableKind::BudgetLedger | TableKind::FormMoney) {
        return BTreeMap::new();
    }
    let sheet = &book.sheets[table.sheet];
    let mut quiet = Notes::new(&book.file, sheet);
    let cleaned = ledger::ledger(sheet, table, table.unit.unit.unwrap_or_default(), &mut quiet);
    let roles = cleaned.tree.nodes.iter().zip(&cleaned.rows).filter_map(|(node, row)| {
        let role = match node.role {
            NodeRole::Leaf => return None,
            NodeRole::Total => RowRole::Total,
            NodeRole::Part => RowRole::Part,
            NodeRole::Aside => RowRole::Aside,
        };
        Some((row.row, role))
    });
    roles.collect()
}

/// What a row is called in the file: its number, or that of its column where the table is turned.
fn number(sheet: &Sheet, row: u32) -> (u32, bool) {
    let Some(turn) = sheet.turn else { return (row + 1, false) };
    let turned = (turn.top..=turn.top + (turn.right - turn.left)).contains(&row);
    let (own_row, own_column) = turn.original(row, turn.left);
    (if turned { own_column } else { own_row } + 1, turned)
}

fn drawn_cell(sheet: &Sheet, cell: Cell<'_>) -> DrawnCell {
    let text = match cell.value {
        Value::Text(text) | Value::Error(text) => one_line(text),
        Value::Number(stored) | Value::Date(stored) => number::from_cell(stored)
            .map_or_else(|| stored.to_string(), |number| number.normalize().to_string()),
        Value::Bool(true) => "TRUE".to_owned(),
        Value::Bool(false) => "FALSE".to_owned(),
        Value::NoCachedValue => "=".to_owned(),
    };
    let turned = sheet.turn.filter(|_| number(sheet, cell.row).1);
    let column = match turned {
        Some(turn) => (turn.original(cell.row, cell.column).0 + 1).to_string(),
        None => Cells::letters(cell.column),
    };
    DrawnCell { column, text }
}

fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = words.join(" ");
    match line.char_indices().nth(CHARACTERS) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}
