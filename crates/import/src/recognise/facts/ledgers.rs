//! Facts that look like ledgers: 三公 or 基础数据 with columns of budgets and final accounts.
//!
//! * In: the tables of a book. Out: the same without those that hold facts; their cells are free to be read as such.
//! * Rule: names that no ledger has (编制数) under a title of facts, or nothing but names of facts beside another ledger.
//! * Never: takes the last ledger of a book.

use super::{Row, Say, find, heads, say, table_of};
use crate::answers::Answers;
use crate::grid::Book;
use crate::recognise::{Table, TableKind, context};
use crate::vocabulary::VOCABULARY;
use crate::vocabulary::facts::FACT_WORDS;
use jixiao_core::{Code, Finding};

/// Takes the ledgers out that hold facts, and says so.
pub(in crate::recognise) fn take_ledgers(
    book: &Book,
    tables: &mut Vec<Table>,
    answers: &Answers,
) -> Vec<Finding> {
    let told: Vec<Told> = tables.iter().map(|table| tell(book, table)).collect();
    let others = tables.iter().zip(&told).any(|(table, told)| {
        *told == Told::Nothing
            && matches!(table.kind, TableKind::BudgetLedger | TableKind::FormMoney)
    });
    let mut findings = Vec::new();
    let mut kept: Vec<Table> = Vec::new();
    for (table, told) in tables.drain(..).zip(told) {
        let sheet = &book.sheets[table.sheet];
        let taken = told == Told::Facts || told == Told::Names && others;
        let reads = || {
            let own: Vec<Table> =
                kept.iter().filter(|own| own.sheet == table.sheet).cloned().collect();
            let found = find(sheet, table.sheet, &own, answers);
            let inside = |entry: &super::Entry| table.body.contains(&entry.row);
            found.iter().flat_map(|found| &found.entries).any(inside)
        };
        if !taken || !reads() {
            kept.push(table);
            continue;
        }
        let at = book.place(sheet, table.range());
        let name = &sheet.name;
        let zh = format!("“{name}”{}是基础数据，不是支出台账，没有计入支出", at.cells);
        let en = format!("{} of {name:?} holds facts, not spending; it is not counted", at.cells);
        findings.push(Finding::new(Code::RowSkipped, at, zh, en));
    }
    *tables = kept;
    findings
}

/// Cuts tables short where facts begin below them under headings of their own.
pub(in crate::recognise) fn cut_tables(book: &Book, tables: &mut [Table], answers: &Answers) {
    for table in tables.iter_mut() {
        let sheet = &book.sheets[table.sheet];
        let bottom = table.body.last().copied().unwrap_or(table.header.bottom);
        let columns = table.header.floor..=table.header.right;
        let rows: Vec<Row<'_>> = sheet
            .rows_in(table.header.bottom + 1..bottom + 1)
            .take(MOST_ROWS)
            .map(|number| {
                let cells = sheet.row(number).filter(|cell| columns.contains(&cell.column));
                Row { number, cells: cells.collect() }
            })
            .filter(|row| !row.cells.is_empty())
            .collect();
        let begins = |at: &usize| {
            let words = rows[*at].cells.iter().all(|cell| matches!(say(cell), Say::Words(_)));
            words
                && heads::read(sheet, &rows, *at).is_some()
                && table_of(sheet, table.sheet, &rows[*at..], answers).is_some()
        };
        if let Some(at) = (0..rows.len()).find(begins) {
            let first = rows[at].number;
            table.body.retain(|row| *row < first);
            table.skipped.retain(|skipped| skipped.row < first);
        }
    }
}

/// Facts are looked for below so many rows of a table: a long ledger has none among its items.
const MOST_ROWS: usize = 300;

/// What the rows of a ledger tell of it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Told {
    /// Nothing: a ledger.
    Nothing,
    /// All its rows are names of facts, and its title announces some.
    Names,
    /// Names that no ledger has.
    Facts,
}

fn tell(book: &Book, table: &Table) -> Told {
    if table.kind != TableKind::BudgetLedger {
        return Told::Nothing;
    }
    let sheet = &book.sheets[table.sheet];
    let mut titles = context::titles_above(sheet, table.header.top);
    titles.push(&sheet.name);
    if !titles.iter().any(|title| FACT_WORDS.announces(title)) {
        return Told::Nothing;
    }
    let labels =
        table.body.iter().filter_map(|row| context::first_text(sheet, *row, &table.header));
    let labels: Vec<String> = labels
        .filter(|label| !VOCABULARY.is_total(label) && !VOCABULARY.is_footer(label))
        .map(|label| super::naming::tidy(label).0)
        .collect();
    let known: Vec<_> = labels.iter().filter_map(|label| FACT_WORDS.known(label)).collect();
    let telling = known.iter().filter(|(_, telling)| *telling).count();
    if telling > 0 && known.len() * 2 >= labels.len() {
        Told::Facts
    } else if !known.is_empty() && known.len() == labels.len() {
        Told::Names
    } else {
        Told::Nothing
    }
}
