//! Lists of several departments: one for each, by the column that names the department of every entry.
//!
//! * In: the tables of a file, and the names of its departments. Out: the tables with such lists in pieces.
//! * A total over several departments belongs to none of them: it is left out and named.

use super::matching::folded;
use super::subject;
use crate::clean::cell_text;
use crate::grid::Book;
use crate::recognise::{Skipped, Table, TableKind};
use crate::vocabulary::{Meaning, VOCABULARY};
use std::collections::BTreeMap;

/// The tables with their lists in pieces; `None` where no list speaks of several of the departments.
pub fn lists(book: &Book, tables: &[Table], names: &[String]) -> Option<Vec<Table>> {
    let names: Vec<String> = names.iter().map(|name| folded(name)).collect();
    let of_several = |table: &Table| {
        let is_list = matches!(table.kind, TableKind::Payments | TableKind::Adjustments);
        is_list && names.len() > 1 && Pieces::of(book, table, &names).rows.len() > 1
    };
    if !tables.iter().any(of_several) {
        return None;
    }
    let mut split = Vec::with_capacity(tables.len() + names.len());
    for table in tables {
        if !of_several(table) {
            split.push(table.clone());
            continue;
        }
        let pieces = Pieces::of(book, table, &names);
        let mut left = pieces.left;
        for body in pieces.rows.into_values() {
            let mut piece = Table { body, ..table.clone() };
            match left.is_empty() {
                true => piece.skipped.clear(),
                false => piece.skipped.append(&mut left),
            }
            split.push(piece);
        }
    }
    Some(split)
}

/// The rows of each department, and those that belong to none.
#[derive(Default)]
struct Pieces {
    rows: BTreeMap<usize, Vec<u32>>,
    left: Vec<Skipped>,
}

impl Pieces {
    /// A row that names no department belongs to the one above it, unless it is a total.
    fn of(book: &Book, table: &Table, names: &[String]) -> Pieces {
        let sheet = &book.sheets[table.sheet];
        let mut pieces = Pieces::default();
        let Some(column) = table.column(Meaning::Department) else { return pieces };
        let mut last = None;
        for row in &table.body {
            let mut texts = sheet.row(*row).filter_map(|cell| cell_text(&cell));
            let total = texts.any(|text| VOCABULARY.is_total_word(&text));
            let own = sheet.seen(*row, column.column).and_then(|cell| cell_text(&cell));
            if let Some(own) = own.filter(|_| !total) {
                let own = folded(&subject::without_code(&own));
                last = names.iter().position(|name| *name == own);
            }
            match last.filter(|_| !total) {
                Some(department) => pieces.rows.entry(department).or_default().push(*row),
                None => {
                    let why = match total {
                        true => ("几个单位的合计", "a total over several departments"),
                        false => (
                            "写明的单位在文件中没有台账",
                            "its department has no ledger in the file",
                        ),
                    };
                    pieces.left.push(Skipped { row: *row, why });
                }
            }
        }
        pieces
    }
}
