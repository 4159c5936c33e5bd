//! How every sheet was understood, as the JSON contract `jixiao.inspection/1` prints it.

use crate::drawing::{DrawnRows, draw};
use crate::grid::{Book, FileFormat, Sheet, SheetState};
use crate::recognise::unit::Evidence;
use crate::recognise::{Recognised, Table};
use crate::vocabulary::Meaning;
use jixiao_core::Unit;
use serde::Serialize;

/// A file.
#[derive(Clone, Debug, Serialize)]
pub struct FileInspection {
    /// Its name.
    pub path: String,
    /// The word of its [format](crate::grid::FileFormat::word).
    pub format: &'static str,
    /// Its sheets.
    pub sheets: Vec<SheetInspection>,
}

/// A sheet.
#[derive(Clone, Debug, Serialize)]
pub struct SheetInspection {
    /// Its name.
    pub name: String,
    /// `visible`, `hidden` or `very-hidden`.
    pub state: &'static str,
    /// Its tables.
    pub tables: Vec<TableInspection>,
    /// Its rows from top to bottom; empty unless a drawing was asked for.
    pub drawing: Vec<DrawnRows>,
}

/// A table.
#[derive(Clone, Debug, Serialize)]
pub struct TableInspection {
    /// What it is.
    pub kind: &'static str,
    /// Where it stands.
    pub range: String,
    /// The rows of its header, counted from one.
    pub header_rows: Vec<u32>,
    /// The unit of its amounts.
    pub unit: Option<Unit>,
    /// How the unit is known: `stated`, `proved`, `magnitude` or `none`.
    pub unit_evidence: &'static str,
    /// Its columns.
    pub columns: Vec<ColumnInspection>,
    /// How many rows hold data.
    pub rows: usize,
    /// Rows inside it that hold none.
    pub skipped: Vec<SkippedInspection>,
}

/// A column.
#[derive(Clone, Debug, Serialize)]
pub struct ColumnInspection {
    /// Its letters; the number of the row where the table was turned.
    pub letter: String,
    /// Its title as it stands.
    pub title: String,
    /// What it means.
    pub meaning: Option<Meaning>,
    /// How well the title fits, 0 to 100.
    pub fit: u32,
}

/// A row that holds no data.
#[derive(Clone, Debug, Serialize)]
pub struct SkippedInspection {
    /// The row, counted from one.
    pub row: u32,
    /// Why.
    pub why: String,
}

/// Describes a file; with a drawing of every sheet when one is asked for.
pub fn inspect(book: &Book, recognised: &Recognised, drawn: bool) -> FileInspection {
    inspect_file(book, recognised, (&book.file, book.format), drawn)
}

/// Describes one of several files that are read together.
pub fn inspect_file(
    book: &Book,
    recognised: &Recognised,
    (file, format): (&str, FileFormat),
    drawn: bool,
) -> FileInspection {
    let own = book.sheets.iter().enumerate().filter(|(_, sheet)| *book.file_of(sheet) == *file);
    let sheets = own.map(|(index, sheet)| SheetInspection {
        name: sheet.name.to_string(),
        state: match sheet.state {
            SheetState::Visible => "visible",
            SheetState::Hidden => "hidden",
            SheetState::VeryHidden => "very-hidden",
        },
        tables: recognised
            .tables
            .iter()
            .filter(|table| table.sheet == index)
            .map(|table| table_of(sheet, table))
            .collect(),
        drawing: if drawn { draw(book, recognised, index) } else { Vec::new() },
    });
    FileInspection { path: file.to_owned(), format: format.word(), sheets: sheets.collect() }
}

fn table_of(sheet: &Sheet, table: &Table) -> TableInspection {
    TableInspection {
        kind: table.kind.word(),
        range: sheet.original(table.range()).to_string(),
        header_rows: match sheet.turn {
            Some(turn) => (turn.top + 1..=turn.bottom + 1).collect(),
            // A sheet that goes on without a heading has none.
            None => (table.header.top..=table.header.bottom)
                .filter(|row| !table.body.contains(row))
                .map(|row| row + 1)
                .collect(),
        },
        unit: table.unit.unit,
        unit_evidence: match table.unit.evidence {
            Evidence::None => "none",
            Evidence::Stated => "stated",
            Evidence::Magnitude => "magnitude",
            Evidence::Proved => "proved",
        },
        columns: table
            .columns
            .iter()
            .map(|column| ColumnInspection {
                letter: sheet.column_mark(column.column),
                title: column.title.replace(['\n', '\r'], ""),
                meaning: column.meaning,
                fit: column.fit,
            })
            .collect(),
        rows: table.body.len(),
        skipped: table
            .skipped
            .iter()
            .map(|skipped| SkippedInspection {
                row: skipped.row + 1,
                why: skipped.why.0.to_owned(),
            })
            .collect(),
    }
}
