//! Turned tables: items stand across, amounts down. They are read as a view with rows and columns of the table exchanged.
//!
//! * In: a sheet. Out: the block to exchange, and the sheet as it looks then; lines around the block stay where they are.
//! * Every place that is shown names the cell of the file: [`Turn::original`].

use super::header::{is_line_cell, is_title};
use super::{Table, TableKind, tables_of};
use crate::answers::Answers;
use crate::clean::cell_decimal;
use crate::fold;
use crate::grid::{Cell, Sheet, SheetBuilder, Turn};
use crate::vocabulary::{Kind, Meaning, VOCABULARY};
use jixiao_core::Cells;
use std::collections::BTreeSet;

/// A turned table begins within so many rows, and its words stand in one of so many columns.
const ROWS: usize = 60;
const COLUMNS: u32 = 4;
/// A title that fits less says nothing.
const FIT: u32 = 80;

/// The sheet with its turned table set upright, if it holds one and reads better so.
pub fn upright(sheet: &Sheet, answers: &Answers) -> Option<Sheet> {
    let turn = find(sheet)?;
    let view = view(sheet, turn);
    let (as_is, turned) = (tables_of(sheet, 0, answers), tables_of(&view, 0, answers));
    let form = as_is
        .iter()
        .any(|table| matches!(table.kind, TableKind::Indicators | TableKind::FormMoney));
    let best = |tables: &[Table]| tables.iter().map(amounts).max().unwrap_or(0);
    (!form && best(&turned) >= 2 && best(&turned) > best(&as_is)).then_some(view)
}

/// How many amounts a ledger gives; one that asks about its columns gives none.
fn amounts(table: &Table) -> usize {
    let ledger = table.kind == TableKind::BudgetLedger && table.doubts.is_empty();
    let money = |meaning: &Meaning| VOCABULARY.kind(*meaning) == Kind::Amount;
    let meanings: BTreeSet<Meaning> =
        table.columns.iter().filter_map(|column| column.meaning).filter(money).collect();
    if ledger { meanings.len() } else { 0 }
}

/// The rows whose words name amounts in one column, with what belongs to them.
fn find(sheet: &Sheet) -> Option<Turn> {
    let rows: Vec<u32> = sheet.row_numbers().take(ROWS).collect();
    (0..COLUMNS).find_map(|column| find_in(sheet, &rows, column))
}

fn find_in(sheet: &Sheet, rows: &[u32], column: u32) -> Option<Turn> {
    let numbers = |row: u32| {
        let beside = sheet.row(row).filter(|cell| cell.column > column);
        beside.filter(|cell| cell_decimal(cell).is_some()).take(2).count()
    };
    let named: Vec<(usize, Meaning)> = (0..rows.len())
        .filter_map(|index| Some((index, amount_named(sheet, rows[index], column)?)))
        .filter(|(index, _)| numbers(rows[*index]) == 2)
        .collect();
    let meanings: BTreeSet<Meaning> = named.iter().map(|(_, meaning)| *meaning).collect();
    let (mut first, mut last) = (named.first()?.0, named.last()?.0);
    if meanings.len() < 2 || last - first > 2 * meanings.len() + 4 {
        return None;
    }
    while first > 0 && belongs(sheet, rows[first - 1], column) {
        first -= 1;
    }
    while last + 1 < rows.len() && belongs(sheet, rows[last + 1], column) {
        last += 1;
    }
    let cells = || rows[first..=last].iter().flat_map(|row| sheet.row(*row));
    let left = cells().map(|cell| cell.column).min()?;
    let right = cells().map(|cell| cell.column).max()?;
    let (top, bottom) = (rows[first], rows[last]);
    // What is exchanged must not grow beyond what a sheet can hold in a row.
    (right - left < 2_000).then_some(Turn { top, left, bottom, right })
}

/// The amount that a cell's words name well.
fn amount_named(sheet: &Sheet, row: u32, column: u32) -> Option<Meaning> {
    let text = sheet.text(row, column)?;
    let fits = VOCABULARY.meanings(&fold::title(text).key);
    let best = fits.into_iter().max_by_key(|(meaning, fit)| (*fit, std::cmp::Reverse(*meaning)));
    let (meaning, _) = best.filter(|(_, fit)| *fit >= FIT)?;
    (VOCABULARY.kind(meaning) == Kind::Amount).then_some(meaning)
}

/// A row with a title and something beside it, or with that of an amount, goes on with the table; a line around it does not.
fn belongs(sheet: &Sheet, row: u32, column: u32) -> bool {
    let title = sheet.seen(row, column).is_some_and(|cell| is_title(&cell));
    let lines = sheet.row(row).any(|cell| is_line_cell(&cell));
    let filled = sheet.row(row).any(|cell| cell.column > column);
    title && !lines && (filled || amount_named(sheet, row, column).is_some())
}

/// The sheet with the block's rows and columns exchanged, and what stands below it moved.
fn view(sheet: &Sheet, turn: Turn) -> Sheet {
    let mut builder = SheetBuilder::new(sheet.name.clone(), sheet.state);
    for row in sheet.row_numbers() {
        for cell in sheet.row(row) {
            let (row, column) = turn.shown(cell.row, cell.column);
            builder.push(Cell { row, column, ..cell });
        }
    }
    let facts = builder.facts();
    facts.untyped = sheet.untyped;
    facts.turn = Some(turn);
    let areas = sheet.merges.iter().filter_map(|area| area.bounds());
    facts.merges = areas
        .map(|[top, left, bottom, right]| {
            let (one, other) = (turn.shown(top, left), turn.shown(bottom, right));
            Cells::block(one.0, one.1, other.0, other.1)
        })
        .collect();
    builder.build()
}

#[cfg(test)]
mod tests {
    use super::super::tests::sheet;
    use super::*;
    use crate::grid::Value;

    #[test]
    fn items_across_are_set_upright() {
        let turned = sheet(
            "某局2023年预算执行情况表
             单位：千元
             序号|1|2|3
             项目|会议费|培训费|合计
             上年结转|||
             年初预算数|10|20|30
             执行数|9|18|27
             备注||进度慢|
             制表人：张三",
        );
        let upright = upright(&turned, &Answers::default()).expect("a turned table");
        let tables = tables_of(&upright, 0, &Answers::default());
        let [table] = &tables[..] else { panic!("{} tables", tables.len()) };
        let meanings: Vec<_> = table.columns.iter().filter_map(|column| column.meaning).collect();
        let expected = [
            Meaning::Number,
            Meaning::Item,
            Meaning::CarriedOver,
            Meaning::InitialBudget,
            Meaning::Executed,
            Meaning::Remark,
        ];
        assert_eq!(meanings, expected);
        assert_eq!(table.body.len(), 3);
        // 18 stands in C7.
        let place = (0..20).flat_map(|row| upright.row(row).collect::<Vec<_>>());
        let place = place.filter(|cell| cell.value == Value::Number(18.0));
        let cells: Vec<String> = place
            .map(|cell| upright.original(Cells::one(cell.row, cell.column)).to_string())
            .collect();
        assert_eq!(cells, ["C7"]);
        assert_eq!(upright.row_name(table.body[1]).0, "C 列");
    }

    #[test]
    fn ledgers_and_forms_stay_as_they_are() {
        for text in [
            "项目|年初预算数|执行数
             会议费|10|9
             执行数|10|9
             年初预算|10|9",
            "项目支出绩效自评表
             年初预算数|100|万元|10
             执行数|90|万元|9
             一级指标|三级指标|年度指标值|实际完成值|分值
             产出指标|培训人次|100|120|50",
        ] {
            assert!(upright(&sheet(text), &Answers::default()).is_none(), "{text}");
        }
    }
}
