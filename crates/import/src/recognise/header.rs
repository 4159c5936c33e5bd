//! Headers: one to three rows whose texts mean different things, with mostly numbers or other texts below.
//!
//! * In: a sheet. Out: every header with the path of words (top to bottom) above each column.
//! * Merged words stand for all their cells; a group word without a merge stands for the blanks to its right.

mod beside;
mod levels;
mod numbers;

use crate::answers;
use crate::fold::{self, Title};
use crate::grid::{Cell, Sheet, Value};
use beside::side_by_side;
use jixiao_core::Cells;
use levels::{is_header_row, is_number, is_unit_row, last_row, upper_word};
pub(super) use levels::{is_line_cell, is_title};
pub use numbers::is_column_numbers;
use std::collections::BTreeSet;

/// A fit below this is no evidence.
pub const FLOOR: u32 = 60;

/// The words above one column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnHead {
    /// The column, counted from zero.
    pub column: u32,
    /// The words as they stand, top to bottom.
    pub texts: Vec<String>,
    /// The same, folded.
    pub path: Vec<Title>,
}

/// A header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// First row, counted from zero.
    pub top: u32,
    /// Last row.
    pub bottom: u32,
    /// First column.
    pub left: u32,
    /// First column that may belong to it: further left than its first title, unless another table stands there.
    pub floor: u32,
    /// Last column.
    pub right: u32,
    /// The columns that have words.
    pub heads: Vec<ColumnHead>,
    /// The folded words: equal for tables of the same shape.
    pub signature: String,
}

impl Header {
    /// The key under which answers are kept: the words and their columns, since an answer may name a column.
    pub fn fingerprint(&self) -> String {
        let columns = self.heads.iter().map(|head| Cells::letters(head.column));
        let columns: Vec<String> = columns.collect();
        answers::fingerprint(&format!("{}@{}", self.signature, columns.join("|")))
    }

    /// Whether another header stands above or below the same columns.
    pub fn overlaps(&self, other: &Header) -> bool {
        self.left <= other.right && other.left <= self.right
    }
}

/// Every header of a sheet, from top to bottom and left to right.
pub fn headers(sheet: &Sheet) -> Vec<Header> {
    let mut found: Vec<Header> = Vec::new();
    for row in sheet.row_numbers() {
        for (left, right) in header_spans(sheet, row) {
            let covered = |header: &Header| {
                (header.top..=header.bottom).contains(&row)
                    && header.left <= right
                    && left <= header.right
            };
            if found.iter().rev().take(8).any(covered) {
                continue;
            }
            let bottom = last_row(sheet, row, (left, right));
            found.extend(side_by_side(sheet, row, bottom, (left, right)));
        }
    }
    found
}

/// The columns of a row that may be a header: the whole row, or a group of cells with blanks around it, where the
/// row of a table beside it goes on.
fn header_spans(sheet: &Sheet, row: u32) -> Vec<(u32, u32)> {
    let cells: Vec<Cell<'_>> = sheet.row(row).collect();
    let texts = cells.iter().filter(|cell| matches!(cell.value, Value::Text(_))).count();
    if texts < 2 {
        return Vec::new();
    }
    let whole = !cells.iter().any(is_number);
    if whole && !lines_over_titles(sheet, row, &cells) {
        return if is_header_row(sheet, row, &cells) { vec![WHOLE_ROW] } else { Vec::new() };
    }
    let mut groups: Vec<Vec<Cell<'_>>> = Vec::new();
    for cell in cells {
        let reach = |last: &Cell<'_>| {
            sheet.merge_at(row, last.column).map_or(last.column, |[_, _, _, right]| right)
        };
        let near = groups
            .last()
            .and_then(|group| group.last())
            .is_some_and(|last| reach(last) + 1 >= cell.column);
        match groups.last_mut().filter(|_| near) {
            Some(group) => group.push(cell),
            None => groups.push(vec![cell]),
        }
    }
    if groups.len() < 2 {
        return Vec::new();
    }
    let headers = groups.iter().filter(|group| {
        let titles = !group.iter().any(|cell| is_number(cell) || is_line_cell(cell));
        titles && is_header_row(sheet, row, group)
    });
    headers.filter_map(|group| Some((group.first()?.column, group.last()?.column))).collect()
}

/// Whether lines such as `编制单位：某局` stand in a row above the titles of another table.
fn lines_over_titles(sheet: &Sheet, row: u32, cells: &[Cell<'_>]) -> bool {
    let lines = cells.iter().filter(|cell| is_line_cell(cell));
    let Some(last) = lines.map(|cell| cell.column).max() else { return false };
    let below: Vec<Cell<'_>> = within(sheet, row + 1, (0, last)).collect();
    !below.iter().any(is_number) && is_header_row(sheet, row + 1, &below)
}

/// All columns.
const WHOLE_ROW: (u32, u32) = (0, u32::MAX);

/// The cells of a row within some columns.
fn within<'a>(
    sheet: &'a Sheet,
    row: u32,
    (left, right): (u32, u32),
) -> impl Iterator<Item = Cell<'a>> + 'a {
    sheet.row(row).filter(move |cell| (left..=right).contains(&cell.column))
}

fn heads(sheet: &Sheet, top: u32, bottom: u32, span: (u32, u32)) -> Vec<ColumnHead> {
    let mut columns = BTreeSet::new();
    for row in top..=bottom {
        for cell in within(sheet, row, span) {
            let [_, left, lowest, right] =
                sheet.merge_at(row, cell.column).unwrap_or([row, cell.column, row, cell.column]);
            // A word merged down into the body stands beside the table, such as 项目资金(万元).
            if lowest <= bottom {
                columns.extend(left..=right.min(left + 60));
            }
        }
    }
    let only_units =
        |row: u32| row > top && is_unit_row(&within(sheet, row, span).collect::<Vec<_>>());
    let unit_rows: BTreeSet<u32> = (top..=bottom).filter(|row| only_units(*row)).collect();
    let mut found = Vec::new();
    for column in columns {
        let mut texts: Vec<String> = Vec::new();
        for row in top..=bottom {
            let text = match sheet.seen(row, column).map(|cell| cell.value) {
                Some(Value::Text(text)) => Some(text),
                Some(_) => None,
                None if row < bottom => upper_word(sheet, top, row, column),
                None => None,
            };
            // The word 单位 beside units is no title.
            let text =
                text.filter(|text| !unit_rows.contains(&row) || fold::unit_line(text).is_some());
            if let Some(text) = text.filter(|text| texts.last().is_none_or(|last| last != text)) {
                texts.push(text.to_owned());
            }
        }
        if !texts.is_empty() {
            let path = path(&texts);
            found.push(ColumnHead { column, texts, path });
        }
    }
    found
}

/// The folded words above a column; a unit below a title is that title's.
fn path(texts: &[String]) -> Vec<Title> {
    let mut path: Vec<Title> = Vec::new();
    for text in texts {
        match (path.last_mut(), fold::unit_line(text)) {
            (Some(last), Some(unit)) => last.unit = last.unit.or(Some(unit)),
            _ => path.push(fold::title(text)),
        }
    }
    path
}
