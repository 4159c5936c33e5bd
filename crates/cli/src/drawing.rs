//! The drawing of a sheet in the terminal: its rows under the letters of their columns, each with what it was taken for.

use crate::lang::say;
use crate::screen::{BOLD, FAINT, cut, pad, pad_left, paint};
use jixiao_core::{Cells, Lang};
use jixiao_import::drawing::{DrawnCell, DrawnRows, RowRole};
use std::collections::BTreeMap;
use unicode_width::UnicodeWidthStr;

/// A column is so wide at most, and so many are shown.
const WIDEST: usize = 16;
const COLUMNS: usize = 9;
const GAP: usize = 2;

/// One column of the drawing: its letters, where it begins, how wide it is.
struct Column<'a> {
    letters: &'a str,
    begins: usize,
    width: usize,
}

/// The lines of a drawing.
pub fn lines(rows: &[DrawnRows], lang: Lang) -> String {
    let columns = columns(rows);
    let numbers = rows.iter().map(|row| span(row).width()).max().unwrap_or(0);
    let letters = columns.iter().map(|column| pad(column.letters, column.width + GAP));
    let head: String = letters.collect();
    let margin = " ".repeat(numbers + 12);
    let mut text = format!("{}\n", paint(&format!("{margin}{}", head.trim_end()), FAINT));
    for row in rows {
        let line = format!(
            "  {} {} {}",
            pad_left(&span(row), numbers),
            pad(&role(row.role, lang), 8),
            said(row, &columns, lang)
        );
        let colour = match row.role {
            RowRole::Header | RowRole::Total => BOLD,
            RowRole::Outside | RowRole::Skipped => FAINT,
            RowRole::Data | RowRole::Part | RowRole::Aside => "0",
        };
        text.push_str(&paint(line.trim_end(), colour));
        text.push('\n');
    }
    text
}

/// `7`, `7–12` for several rows, `C–F` for columns of a turned table.
fn span(row: &DrawnRows) -> String {
    let name = |number: u32| match row.turned {
        true => Cells::letters(number.saturating_sub(1)),
        false => number.to_string(),
    };
    if row.from == row.to {
        name(row.from)
    } else {
        format!("{}–{}", name(row.from), name(row.to))
    }
}

/// The columns of the tables from left to right, as wide as what stands in them; of a sheet without a table, all.
fn columns(rows: &[DrawnRows]) -> Vec<Column<'_>> {
    let mut widths: BTreeMap<(usize, &str), usize> = BTreeMap::new();
    let any_table = rows.iter().any(|row| row.role != RowRole::Outside);
    for row in rows.iter().filter(|row| !any_table || row.role != RowRole::Outside) {
        for cell in &row.cells {
            let width = widths.entry((cell.column.len(), &cell.column)).or_insert(1);
            if row.role != RowRole::Outside && row.cells.len() > 1 {
                *width = (*width).max(cell.text.width().min(WIDEST));
            }
        }
    }
    let mut begins = 0;
    let placed = widths.into_iter().map(|((_, letters), width)| {
        let column = Column { letters, begins, width: width.max(letters.len()) };
        begins += column.width + GAP;
        column
    });
    placed.take(COLUMNS).collect()
}

/// What stands in a row; a text runs on over empty cells to its right, as on a sheet.
fn said(row: &DrawnRows, columns: &[Column<'_>], lang: Lang) -> String {
    if let Some(why) = row.why.filter(|_| row.cells.is_empty()) {
        return format!("（{why}）");
    }
    let place = |cell: &DrawnCell| columns.iter().find(|column| column.letters == cell.column);
    // A title beside the columns of a table stands where there is room.
    let free = (row.role == RowRole::Outside).then_some((0, 0));
    let shown: Vec<(&DrawnCell, (usize, usize))> = row
        .cells
        .iter()
        .filter_map(|cell| {
            let at = place(cell).map(|column| (column.begins, column.width));
            Some((cell, at.or(free)?))
        })
        .collect();
    let mut line = String::new();
    for (index, (cell, (begins, width))) in shown.iter().enumerate() {
        let room = match shown.get(index + 1) {
            Some((_, (next, _))) if *next > *begins => next.saturating_sub(begins + GAP),
            _ => WIDEST * 4,
        };
        if !line.is_empty() && line.width() >= *begins {
            line.push_str("  ");
        }
        line = pad(&line, *begins);
        line.push_str(&cut(&cell.text, room.max(*width)));
    }
    if shown.len() < row.cells.len() {
        line.push_str("  …");
    }
    if row.to > row.from {
        let count = row.to - row.from + 1;
        line.push_str(&match lang {
            Lang::Zh => format!("   …共 {count} 行"),
            Lang::En => format!("   … {count} rows"),
        });
    }
    if let Some(why) = row.why {
        line.push_str(&format!("   （{why}）"));
    }
    line
}

/// The mark and the word of a role.
fn role(role: RowRole, lang: Lang) -> String {
    let (mark, zh, en) = match role {
        RowRole::Outside => (' ', "", ""),
        RowRole::Header => ('▤', "表头", "header"),
        RowRole::Data => ('│', "明细", "data"),
        RowRole::Total => ('Σ', "合计", "total"),
        RowRole::Part => ('┆', "其中", "part"),
        RowRole::Aside => ('┊', "表外", "aside"),
        RowRole::Skipped => ('×', "跳过", "skip"),
    };
    format!("{mark} {}", say(lang, zh, en))
}
