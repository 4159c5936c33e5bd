//! Context: what the rows of a table and the lines around it say.
//!
//! * In: a sheet. Out: which rows are data, and the labels (项目名称, 主管部门, 年度 …) with their values.

use super::header::{Header, is_line_cell};
use super::{Table, TableKind};
use crate::clean::cell_text;
use crate::fold;
use crate::grid::{Sheet, Value};
use crate::vocabulary::{Kind, Meaning, VOCABULARY};
use jixiao_core::number;

/// What a row below a header is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowRole {
    /// Data of the table.
    Data,
    /// Not data; the table goes on below.
    Skip((&'static str, &'static str)),
    /// The table ends above it.
    End,
}

/// The first text of a row within the columns of a header.
pub fn first_text<'a>(sheet: &'a Sheet, row: u32, header: &Header) -> Option<&'a str> {
    sheet.row(row).filter(|cell| (header.floor..=header.right).contains(&cell.column)).find_map(
        |cell| match cell.value {
            Value::Text(text) => Some(text),
            _ => None,
        },
    )
}

/// Whether a row has nothing within the columns of a header.
pub fn row_is_blank(sheet: &Sheet, row: u32, header: &Header) -> bool {
    !sheet.row(row).any(|cell| (header.left..=header.right).contains(&cell.column))
}

/// What a row below the header is.
pub fn row_role(sheet: &Sheet, table: &Table, row: u32) -> RowRole {
    let numeric = has_numbers(sheet, table, row);
    let first = first_text(sheet, row, &table.header).unwrap_or("");
    if !numeric && VOCABULARY.is_section(first) && is_section_row(sheet, table, row) {
        return RowRole::End;
    }
    if !numeric && table.kind == TableKind::Indicators && begins_form(sheet, row) {
        return RowRole::End;
    }
    if spans_amounts(sheet, table, row) {
        return if numeric {
            RowRole::Skip(("跨列合并的行", "row merged across columns"))
        } else {
            RowRole::End
        };
    }
    if !numeric && VOCABULARY.is_footer(first) {
        return RowRole::Skip(("表尾说明", "footer"));
    }
    if !numeric && is_header_like(sheet, table, row) {
        return RowRole::Skip(("重复的表头", "repeated header"));
    }
    if !numeric && is_line_of_facts(sheet, table, row) {
        return RowRole::Skip(("单位、年度等信息行", "line of facts such as department or unit"));
    }
    RowRole::Data
}

/// The title of a further form, or its line 项目名称 with a value.
fn begins_form(sheet: &Sheet, row: u32) -> bool {
    let texts: Vec<&str> = sheet
        .row(row)
        .filter_map(|cell| match cell.value {
            Value::Text(text) => Some(text),
            _ => None,
        })
        .collect();
    let label = |text: &&str| {
        let ids = VOCABULARY.labels(text.split(['：', ':']).next().unwrap_or(text));
        ids.contains(&"project") || ids.contains(&"department")
    };
    match texts.as_slice() {
        [only] => VOCABULARY.is_form_title(only) || (only.contains(['：', ':']) && label(only)),
        [first, ..] => label(first) && texts.len() <= 4,
        [] => false,
    }
}

/// Whether a further form begins between the end of a table and a row below it.
pub fn form_between(sheet: &Sheet, table: &Table, until: u32) -> bool {
    let last = table.body.last().copied().unwrap_or(table.header.bottom);
    let ledger = table.kind == TableKind::BudgetLedger;
    sheet.rows_in(last + 1..until).any(|row| {
        let title = first_cell(sheet, row).is_some_and(|text| VOCABULARY.is_form_title(text));
        title || (!ledger && begins_form(sheet, row))
    })
}

fn first_cell(sheet: &Sheet, row: u32) -> Option<&str> {
    match sheet.row(row).next()?.value {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

/// A section heading ends a form's block; in a ledger the same word may be an item's name.
fn is_section_row(sheet: &Sheet, table: &Table, row: u32) -> bool {
    let weights = table.columns.iter().any(|column| column.meaning == Some(Meaning::Weight));
    let wide = sheet.row(row).any(|cell| {
        sheet.merge_at(row, cell.column).is_some_and(|[_, left, _, right]| right > left)
    });
    weights || wide || table.kind == TableKind::FormMoney
}

/// Whether a row has a number (or a text that stands for one, or an error) in a column that should have them.
pub fn has_numbers(sheet: &Sheet, table: &Table, row: u32) -> bool {
    table.columns.iter().any(|column| {
        let Some(meaning) = column.meaning else { return false };
        let kind = VOCABULARY.kind(meaning);
        let figures = !matches!(kind, Kind::Text);
        figures
            && sheet.get(row, column.column).is_some_and(|cell| match cell.value {
                Value::Text(text) => {
                    kind != Kind::Text && matches!(number::read(text), number::Text::Number { .. })
                }
                _ => true,
            })
    })
}

/// A cell merged across two or more amount columns is a sentence, not an amount.
fn spans_amounts(sheet: &Sheet, table: &Table, row: u32) -> bool {
    sheet.row(row).any(|cell| {
        let area = sheet.merge_at(row, cell.column).filter(|area| area[1] == cell.column);
        area.is_some_and(|[_, left, _, right]| {
            let distinct =
                (left..=right.min(left + 60)).filter(|column| is_money(table, *column)).count();
            let headed = sheet.merge_at(table.header.bottom, left);
            // The title itself may be merged over the same columns: then the cell is one amount.
            let same = headed.is_some_and(|head| head[1] <= left && head[3] >= right);
            distinct >= 2 && !same
        })
    })
}

fn is_header_like(sheet: &Sheet, table: &Table, row: u32) -> bool {
    let same = table.columns.iter().filter(|column| {
        let own = sheet.text(row, column.column).map(fold::plain);
        own.is_some_and(|own| column.title.split('/').any(|word| fold::plain(word) == own))
    });
    same.count() >= 2
}

/// `编制单位：某局 | | 单位：元` above the header of a further page: lines stand where amounts should.
fn is_line_of_facts(sheet: &Sheet, table: &Table, row: u32) -> bool {
    let lists = [TableKind::BudgetLedger, TableKind::Payments, TableKind::Adjustments]
        .contains(&table.kind);
    let own = table.header.floor..=table.header.right;
    let cells = || sheet.row(row).filter(|cell| own.contains(&cell.column));
    let mut money = cells().filter(|cell| is_money(table, cell.column)).peekable();
    let stand_for_amounts = money.peek().is_some() && money.all(|cell| is_line_cell(&cell));
    lists
        && (stand_for_amounts || (cells().count() >= 2 && cells().all(|cell| is_line_cell(&cell))))
}

fn is_money(table: &Table, column: u32) -> bool {
    table.columns.iter().any(|held| {
        held.column == column && held.meaning.is_some_and(|m| VOCABULARY.kind(m) == Kind::Amount)
    })
}

/// A label with its value and the cell of the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// `project`, `department`, `year` …
    pub id: String,
    /// The value as it stands.
    pub value: String,
    /// Row of the value.
    pub row: u32,
    /// Column of the value.
    pub column: u32,
}

/// The labels in the rows of a sheet that belong to no table: `项目名称 | 某项目`, `部门：某局`.
pub fn labels(sheet: &Sheet, inside: impl Fn(u32, u32) -> bool) -> Vec<Label> {
    let mut found = Vec::new();
    let rows = sheet.row_numbers().filter_map(|row| {
        let cells: Vec<_> = sheet.row(row).filter(|cell| !inside(row, cell.column)).collect();
        (!cells.is_empty()).then_some((row, cells))
    });
    for (row, cells) in rows.take(400) {
        for (index, cell) in cells.iter().enumerate() {
            let Value::Text(text) = cell.value else { continue };
            if let Some((head, value)) = split_label(text) {
                let ids = VOCABULARY.labels(head);
                let value = value.trim();
                if !value.is_empty() && fold::unit_word(&fold::plain(value)).is_none() {
                    found.extend(ids.iter().map(|id| Label {
                        id: (*id).to_owned(),
                        value: value.to_owned(),
                        row,
                        column: cell.column,
                    }));
                }
                if !value.is_empty() {
                    continue;
                }
            }
            let ids = VOCABULARY.labels(text.trim().trim_end_matches(['：', ':']));
            let Some(next) = cells.get(index + 1).filter(|_| !ids.is_empty()) else { continue };
            let value = match next.value {
                Value::Text(value) if VOCABULARY.labels(value).is_empty() => {
                    value.trim().to_owned()
                }
                Value::Number(_) | Value::Date(_) => match cell_text(next) {
                    Some(text) => text,
                    None => continue,
                },
                _ => continue,
            };
            found.extend(ids.iter().map(|id| Label {
                id: (*id).to_owned(),
                value: value.clone(),
                row,
                column: next.column,
            }));
        }
    }
    found
}

/// `部门：上海市某局　　单位：万元` in one cell: the first label and its value.
fn split_label(text: &str) -> Option<(&str, &str)> {
    let at = text.find(['：', ':'])?;
    let head = text[..at].trim();
    let rest = text[at..].trim_start_matches(['：', ':']);
    let rest = rest.trim_start_matches(fold::is_blank);
    // Several labels may share a line: the value ends at wide blanks and at the unit.
    let ends = ["单位：", "单位:", "金额单位", "  ", "\u{3000}", "\t"];
    let end = ends.iter().filter_map(|mark| rest.find(mark)).min();
    let value = end.filter(|end| *end > 0).map_or(rest, |end| &rest[..end]);
    (head.chars().count() <= 14).then_some((head, value))
}

/// Texts above a row: titles and lines.
pub fn titles_above(sheet: &Sheet, row: u32) -> Vec<&str> {
    titles_between(sheet, 0, row)
}

/// Texts between two rows, the second excluded.
pub fn titles_between(sheet: &Sheet, from: u32, row: u32) -> Vec<&str> {
    let mut titles = Vec::new();
    for above in sheet.rows_in(from..row).take(30) {
        for cell in sheet.row(above) {
            if let Value::Text(text) = cell.value {
                titles.push(text);
            }
        }
    }
    titles
}
