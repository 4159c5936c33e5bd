//! Units: in which unit a table prints its amounts, with the evidence.
//!
//! Evidence in order: the title's own bracket; a column of units; the words in the table's head (项目资金(万元)); the
//! line nearest above; a list of facts to the right; the lines below; the sheet's name; then magnitude, which only ever proves 元.

use super::Table;
use crate::clean::cell_decimal;
use crate::clean::cells::{is_blank, own_unit};
use crate::fold;
use crate::grid::{Cell, Sheet, Value};
use crate::vocabulary::{Kind, Meaning, VOCABULARY};
use jixiao_core::{Cells, Unit};
use rust_decimal::Decimal;
use std::ops::RangeInclusive;

/// How the unit is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Evidence {
    /// Nothing says it.
    #[default]
    None,
    /// Words say it, at a cell or in the sheet's name.
    Stated,
    /// Nothing says it, but the totals agree with another table in this unit only.
    Proved,
    /// Nothing says it, but amounts of this size with 分 are in 元.
    Magnitude,
}

/// The unit of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnitFound {
    /// The unit, if known.
    pub unit: Option<Unit>,
    /// How.
    pub evidence: Evidence,
    /// Where it is stated.
    pub at: Cells,
    /// Another unit stated with the same right, and where.
    pub rival: Option<(Unit, Cells)>,
}

fn stated(unit: Unit, at: Cells) -> UnitFound {
    UnitFound { unit: Some(unit), evidence: Evidence::Stated, at, rival: None }
}

/// What surrounds a table.
pub struct Around {
    /// The rows of lines above it begin here.
    pub above: u32,
    /// The next table below begins here.
    pub below: u32,
    /// The columns of the tables that stand beside it.
    pub beside: Vec<RangeInclusive<u32>>,
}

/// The unit of a table, by its own words or what surrounds it.
pub fn find(sheet: &Sheet, table: &Table, around: &Around) -> UnitFound {
    let in_lines = |rows: &mut dyn Iterator<Item = u32>| in_lines(sheet, rows, &around.beside);
    in_titles(table)
        .or_else(|| in_column(sheet, table))
        .or_else(|| in_head(sheet, table, false))
        .or_else(|| above_table(sheet, around, table.header.top))
        .or_else(|| to_the_right(sheet, table, around))
        .or_else(|| in_lines(&mut outside(sheet, table, around.below)))
        .or_else(|| in_lines(&mut lines(sheet, 0, table.header.top).rev()))
        .or_else(|| in_head(sheet, table, true))
        .or_else(|| in_name(&sheet.name).map(|unit| stated(unit, Cells::default())))
        .or_else(|| in_cells(sheet, table))
        .unwrap_or_else(|| by_magnitude(sheet, table))
}

fn in_titles(table: &Table) -> Option<UnitFound> {
    let money = |meaning| matches!(VOCABULARY.kind(meaning), Kind::Amount | Kind::AmountUnnamed);
    let columns: Vec<_> =
        table.columns.iter().filter(|column| column.meaning.is_some_and(money)).collect();
    let all = columns.iter().all(|column| column.unit.is_some());
    let first = columns.first().filter(|_| all)?;
    Some(stated(first.unit?, Cells::one(table.header.bottom, first.column)))
}

/// A word of the table's head that is no column title, such as 项目资金(万元) down its left side. With `of_one` the title of
/// a single amount column: 执行数(万元) says nothing of the others while a line around the table does.
fn in_head(sheet: &Sheet, table: &Table, of_one: bool) -> Option<UnitFound> {
    let has_own = |row: u32, column: u32| {
        let held = table.columns.iter().find(|held| held.column == column);
        let wide = sheet.merge_at(row, column).is_some_and(|[_, left, _, right]| right > left);
        let amount = held.and_then(|held| held.meaning.filter(|_| held.unit.is_some()));
        !wide && amount.is_some_and(|meaning| VOCABULARY.kind(meaning) == Kind::Amount)
    };
    let bottom = table.body.last().copied().unwrap_or(table.header.bottom);
    for row in sheet.rows_in(table.header.top..bottom + 1).take(12) {
        let own = table.header.floor..=table.header.right;
        for cell in sheet.row(row).filter(|cell| own.contains(&cell.column)) {
            let Value::Text(text) = cell.value else { continue };
            if let Some(unit) = fold::announced_unit(text).or_else(|| title_unit(text)) {
                let money = VOCABULARY.kind_is_text(table, cell.column);
                let head = row <= table.header.bottom;
                if (money || head) && of_one == (head && has_own(row, cell.column)) {
                    return Some(stated(unit, Cells::one(row, cell.column)));
                }
            }
        }
    }
    None
}

/// The unit that a title ends with; `年中追加10万元` is an amount.
fn title_unit(text: &str) -> Option<Unit> {
    let title = fold::title(text);
    title.unit.filter(|_| !title.key.ends_with(|c: char| c.is_ascii_digit()))
}

impl crate::vocabulary::Vocabulary {
    fn kind_is_text(&self, table: &Table, column: u32) -> bool {
        let held = table.columns.iter().find(|held| held.column == column);
        held.is_none_or(|held| held.meaning.is_none()) && column < table_first_amount(self, table)
    }
}

fn table_first_amount(vocabulary: &crate::vocabulary::Vocabulary, table: &Table) -> u32 {
    let money = |meaning| vocabulary.kind(meaning) == Kind::Amount;
    let amounts = table.columns.iter().filter(|column| column.meaning.is_some_and(money));
    amounts.map(|column| column.column).min().unwrap_or(u32::MAX)
}

fn lines(sheet: &Sheet, from: u32, to: u32) -> impl DoubleEndedIterator<Item = u32> + '_ {
    sheet.rows_in(from..to)
}

/// The rows below a header that hold no data: footers and notes.
fn outside<'a>(sheet: &'a Sheet, table: &'a Table, below: u32) -> impl Iterator<Item = u32> + 'a {
    let rows = lines(sheet, table.header.bottom + 1, below);
    rows.filter(|row| !super::context::has_numbers(sheet, table, *row))
}

/// The unit a line states: `单位：万元`, a short `(万元)`, or a title that ends in `（万元）`.
fn line_unit(text: &str) -> Option<Unit> {
    let count = text.chars().count();
    let bracketed = text.trim_end().ends_with([')', '）']);
    fold::announced_unit(text)
        .or_else(|| fold::unit_line(text).filter(|_| count <= 8))
        .or_else(|| title_unit(text).filter(|_| bracketed && count <= 60))
}

/// The nearest line above a table; a further line or title of the same table that says another unit is its rival.
fn above_table(sheet: &Sheet, around: &Around, top: u32) -> Option<UnitFound> {
    let mut found = in_lines(sheet, lines(sheet, around.above, top).rev(), &around.beside)?;
    let nearest = found.at.bounds().map_or(top, |[row, ..]| row);
    let further = in_lines(sheet, lines(sheet, around.above, nearest).rev(), &around.beside);
    if let Some((unit, other)) = further.and_then(|other| Some((other.unit?, other)))
        && found.rival.is_none()
        && found.unit != Some(unit)
    {
        found.rival = Some((unit, other.at));
    }
    Some(found)
}

/// The nearest line that states a unit; two different ones in that line are rivals, unless one of them stands above or
/// below a table beside this one.
fn in_lines(
    sheet: &Sheet,
    rows: impl Iterator<Item = u32>,
    beside: &[RangeInclusive<u32>],
) -> Option<UnitFound> {
    rows.into_iter().find_map(|row| {
        let said = sheet.row(row).filter_map(|cell| match cell.value {
            Value::Text(text) => Some((line_unit(text)?, cell.column)),
            _ => None,
        });
        let said: Vec<(Unit, u32)> = said.collect();
        let elsewhere = |column: u32| beside.iter().any(|columns| columns.contains(&column));
        let own: Vec<(Unit, u32)> =
            said.iter().copied().filter(|(_, column)| !elsewhere(*column)).collect();
        let said = if own.is_empty() { said } else { own };
        let (first, column) = *said.first()?;
        let rival = said.iter().rev().find(|(unit, _)| *unit != first);
        let rival = rival.map(|(unit, column)| (*unit, Cells::one(row, *column)));
        Some(UnitFound { rival, ..stated(first, Cells::one(row, column)) })
    })
}

/// Whether the lines above a header that repeats a table's say a unit that those above the table do not say: then it is
/// not that table's next page.
pub fn changes_between(sheet: &Sheet, table: &Table, top: u32) -> bool {
    let nearest = |from, to| in_lines(sheet, lines(sheet, from, to).rev(), &[])?.unit;
    let between = nearest(table.header.bottom + 1, top);
    let own = in_titles(table).and_then(|own| own.unit).or_else(|| nearest(0, table.header.top));
    between.is_some() && between != own
}

/// The unit in a list of facts to the right of a table: `金额单位 | 元`.
fn to_the_right(sheet: &Sheet, table: &Table, around: &Around) -> Option<UnitFound> {
    let bottom = table.body.last().copied().unwrap_or(table.header.bottom);
    let outside = |column: u32| {
        column > table.header.right && !around.beside.iter().any(|own| own.contains(&column))
    };
    lines(sheet, table.header.top, bottom + 1).find_map(|row| {
        let cells: Vec<_> = sheet.row(row).filter(|cell| outside(cell.column)).collect();
        let text = |cell: &Cell<'_>| match cell.value {
            Value::Text(text) => Some(fold::plain(text)),
            _ => None,
        };
        let mut before: Option<String> = None;
        cells.iter().find_map(|cell| {
            let own = text(cell)?;
            let labelled = before
                .replace(own.clone())
                .is_some_and(|label| label.trim_end_matches(':').ends_with("单位"));
            let bare = fold::unit_word(&own).filter(|_| labelled);
            let unit = fold::announced_unit(&own).or(bare)?;
            Some(stated(unit, Cells::one(row, cell.column)))
        })
    })
}

/// The unit that a column of units gives for every row; 元 where the rows differ, since each says its own. Rows without
/// one beside rows that differ leave it open.
fn in_column(sheet: &Sheet, table: &Table) -> Option<UnitFound> {
    let column = table.column(Meaning::MeasureUnit)?.column;
    let figures = |row: &&u32| super::context::has_numbers(sheet, table, **row);
    let rows = || table.body.iter().filter(figures);
    let units = || rows().filter_map(|row| Some((of_row(sheet, table, *row)?, *row)));
    let (first, row) = units().next()?;
    let at = Cells::one(row, column);
    let Some((other, row)) = units().find(|(unit, _)| *unit != first) else {
        return Some(stated(first, at));
    };
    if units().count() == rows().count() {
        return Some(stated(Unit::Yuan, at));
    }
    Some(UnitFound { rival: Some((other, Cells::one(row, column))), ..stated(first, at) })
}

/// The unit that the column of units gives for one row.
pub fn of_row(sheet: &Sheet, table: &Table, row: u32) -> Option<Unit> {
    let column = table.column(Meaning::MeasureUnit)?.column;
    fold::unit_word(&fold::plain(sheet.text(row, column)?))
}

/// A column 单位 that holds nothing but units of money is no list of departments.
pub fn know_columns_of_units(sheet: &Sheet, table: &mut Table) {
    let body = &table.body;
    let only_units = |column: u32| {
        let mut texts = body.iter().filter_map(|row| sheet.text(*row, column)).peekable();
        texts.peek().is_some() && texts.all(|text| fold::unit_word(&fold::plain(text)).is_some())
    };
    for column in &mut table.columns {
        let named = matches!(column.meaning, Some(Meaning::Department | Meaning::MeasureUnit));
        if named && only_units(column.column) {
            column.meaning = Some(Meaning::MeasureUnit);
        }
    }
}

fn in_name(name: &str) -> Option<Unit> {
    fold::announced_unit(name).or_else(|| fold::title(name).unit)
}

/// The unit that every amount has behind it, as text or by its number format; 元 where they differ.
fn in_cells(sheet: &Sheet, table: &Table) -> Option<UnitFound> {
    let money = |meaning| VOCABULARY.kind(meaning) == Kind::Amount;
    let columns: Vec<u32> = table
        .columns
        .iter()
        .filter(|column| column.meaning.is_some_and(money))
        .map(|column| column.column)
        .collect();
    let mut found: Option<UnitFound> = None;
    for row in &table.body {
        let cells = columns.iter().filter_map(|column| sheet.get(*row, *column));
        for cell in cells.filter(|cell| !is_blank(cell)) {
            let zero = cell_decimal(&cell).is_some_and(|value| value.is_zero());
            let Some(unit) = own_unit(&cell) else {
                if zero {
                    continue;
                }
                return None;
            };
            match &found {
                None => found = Some(stated(unit, Cells::one(cell.row, cell.column))),
                Some(first) if first.unit == Some(unit) => {}
                // Each says its own, so that of the table is never asked for.
                Some(first) => found = Some(stated(Unit::Yuan, first.at)),
            }
        }
    }
    found
}

/// Amounts of a million and more that go down to the 分 are never printed in thousands or ten thousands.
fn by_magnitude(sheet: &Sheet, table: &Table) -> UnitFound {
    let money = |meaning| VOCABULARY.kind(meaning) == Kind::Amount;
    let columns = table.columns.iter().filter(|column| column.meaning.is_some_and(money));
    let values = columns.flat_map(|column| {
        let cells = table.body.iter().filter_map(|row| sheet.get(*row, column.column));
        cells.filter_map(|cell| cell_decimal(&cell))
    });
    let large = Decimal::from(1_000_000);
    let proved = values.filter(|value| value.abs() >= large && value.scale() > 0).count() >= 2;
    if proved {
        UnitFound { unit: Some(Unit::Yuan), evidence: Evidence::Magnitude, ..UnitFound::default() }
    } else {
        UnitFound::default()
    }
}
