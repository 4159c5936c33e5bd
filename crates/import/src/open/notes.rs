//! What is worth saying about a sheet that was read: findings, and the last bounds before its cells are indexed.
//!
//! * In: a sheet and what its reader noticed. Out: findings with places.
//! * Never: changes a value.

use super::Context;
use super::error::OpenError;
use crate::grid::{Sheet, SheetBuilder, SheetState};
use jixiao_core::{Cells, Code, Finding};
use std::fmt::Write;

/// Merged areas may cover this many rows together; no table needs more.
const MERGED_ROWS: u64 = 20_000_000;
/// How many rows, columns or cells a message names.
const NAMED: usize = 10;

/// Builds the sheet, unless its merges would cost more than any table's.
pub(super) fn build(
    mut builder: SheetBuilder,
    context: &Context,
    name: &str,
) -> Result<Sheet, OpenError> {
    let cells = builder.len() as u64;
    let covered: u64 = builder
        .facts()
        .merges
        .iter()
        .filter_map(|merge| merge.bounds())
        .map(|[top, _, bottom, _]| u64::from(bottom - top + 1).min(cells))
        .sum();
    if covered > MERGED_ROWS {
        return Err(context.limit(
            format!("工作表“{name}”的合并单元格过多"),
            format!("the sheet {name} has too many merged areas"),
        ));
    }
    Ok(builder.build())
}

/// Cells that take their value from another workbook.
pub(super) fn external(
    sheet: &Sheet,
    cells: &[(u32, u32)],
    context: &Context,
    findings: &mut Vec<Finding>,
) {
    let Some((row, column)) = cells.first().copied() else { return };
    let named: Vec<String> = cells
        .iter()
        .take(NAMED)
        .map(|(row, column)| Cells::one(*row, *column).to_string())
        .collect();
    let (count, named) = (cells.len(), named.join("、"));
    let place = context.place(&sheet.name, Some((row, column)));
    let mut finding = Finding::new(
        Code::ExternalLink,
        place.clone(),
        format!(
            "有 {count} 个单元格取自其他工作簿（{named}），数值可能已过期。请核对，或改为本工作簿内的数值。"
        ),
        format!(
            "cells that take their value from another workbook: {count} ({named}); it may be out of date. Check them or replace them by values."
        ),
    );
    finding.related = cells
        .iter()
        .take(NAMED)
        .skip(1)
        .map(|(row, column)| place.at(Cells::one(*row, *column)))
        .collect();
    findings.push(finding);
}

/// Hidden rows and columns that hold something. They are read like the others.
pub(super) fn hidden(
    sheet: &Sheet,
    filtered: bool,
    context: &Context,
    findings: &mut Vec<Finding>,
) {
    let (rows, columns) = (&sheet.hidden_rows, &sheet.hidden_columns);
    if rows.is_empty() && columns.is_empty() {
        return;
    }
    let (mut zh, mut en) = (String::new(), String::new());
    if !rows.is_empty() {
        let named = ranges(rows, |row| (u64::from(row) + 1).to_string());
        let count = rows.len();
        let (why_zh, why_en) = if filtered {
            ("被筛选或隐藏", "filtered or hidden rows")
        } else {
            ("被隐藏", "hidden rows")
        };
        let _ = write!(zh, "有 {count} 行{why_zh}（第 {named} 行），");
        let _ = write!(en, "{why_en}: {count} ({named}), ");
    }
    if !columns.is_empty() {
        let named = ranges(columns, Cells::letters);
        let count = columns.len();
        let _ = write!(zh, "有 {count} 列被隐藏（{named} 列），");
        let _ = write!(en, "hidden columns: {count} ({named}), ");
    }
    zh.push_str("均已照常读取。请核对是否应当计入。");
    en.push_str("read like the others. Check whether they should count.");
    let first = rows.first().copied().unwrap_or(0);
    let place = match (rows.first(), columns.first()) {
        (Some(row), _) => match sheet.extent() {
            Some([_, left, _, right]) => {
                let place = context.place(&sheet.name, None);
                place.at(Cells::block(*row, left, *row, right))
            }
            None => context.place(&sheet.name, None),
        },
        (None, Some(column)) => context.place(&sheet.name, Some((first, *column))),
        (None, None) => context.place(&sheet.name, None),
    };
    findings.push(Finding::new(Code::HiddenContent, place, zh, en));
}

/// A sheet filled to its last row was probably cut off by the program that wrote it.
pub(super) fn full(sheet: &Sheet, last: u32, context: &Context, findings: &mut Vec<Finding>) {
    if sheet.row_numbers().next_back() != Some(last) {
        return;
    }
    let rows = u64::from(last) + 1;
    findings.push(Finding::new(
        Code::Truncated,
        context.place(&sheet.name, Some((last, 0))),
        format!("数据一直写到最后一行（第 {rows} 行），可能导出时被截断。请与原系统核对行数和合计，必要时分表导出。"),
        format!(
            "the data run to the very last row ({rows}) and were probably cut off when exported. Compare the number of rows and the total with the source; export in parts if need be."
        ),
    ));
}

/// Hidden sheets are not read.
pub(super) fn hidden_sheets(sheets: &[Sheet], context: &Context) -> Option<Finding> {
    let hidden: Vec<&str> = sheets
        .iter()
        .filter(|sheet| sheet.state != SheetState::Visible)
        .map(|sheet| &*sheet.name)
        .collect();
    let first = hidden.first()?;
    let names: Vec<String> = hidden.iter().map(|name| format!("“{name}”")).collect();
    Some(Finding::new(
        Code::HiddenContent,
        context.place(first, None),
        format!(
            "有 {} 个隐藏的工作表没有读取：{}。如需计入，请取消隐藏后再试。",
            hidden.len(),
            names.join("、")
        ),
        format!(
            "hidden sheets that were not read: {} ({}). Unhide them if they should count.",
            hidden.len(),
            hidden.join(", ")
        ),
    ))
}

/// `3、5–9、12 …`
fn ranges(numbers: &[u32], show: impl Fn(u32) -> String) -> String {
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for number in numbers {
        match ranges.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(*number) => *last = *number,
            _ => ranges.push((*number, *number)),
        }
    }
    let named = ranges.iter().take(NAMED).map(|(first, last)| {
        if first == last { show(*first) } else { format!("{}–{}", show(*first), show(*last)) }
    });
    let mut text = named.collect::<Vec<_>>().join("、");
    if ranges.len() > NAMED {
        text.push('…');
    }
    text
}
