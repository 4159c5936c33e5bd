//! Heads: names down, their values in one column or several, in one block or several side by side.
//!
//! * In: rows. Out: the headings with what stands below each, and the entries of every row below them.
//! * A heading row has a heading of values or of columns of values, and nothing that is no heading.

use super::cells::{is_unit_cell, without_unit, year};
use super::naming::{Naming, ROW, may_be_of};
use super::{Entry, Found, Row, Say, say};
use crate::grid::{Cell, Sheet, Value};
use crate::recognise::Skipped;
use crate::recognise::header::is_line_cell;
use crate::vocabulary::facts::{FACT_WORDS, HeadRole};
use crate::vocabulary::{Meaning, VOCABULARY};
use jixiao_core::number;

/// So many rows below a heading are looked at for a name with a value.
const AHEAD: usize = 6;

/// A heading row and what it says.
pub(super) struct Heads {
    /// How many rows it takes.
    pub rows: usize,
    top: u32,
    bottom: u32,
    groups: Vec<Group>,
}

/// One block of names and values.
#[derive(Default)]
struct Group {
    left: u32,
    /// Columns that hold no part of a name.
    aside: Vec<u32>,
    unit: Option<u32>,
    /// The unit behind the heading of the names: 经费控制情况（万元）.
    name_unit: Option<String>,
    heads: Vec<(u32, HeadRole, String)>,
    values: Vec<(u32, Option<String>, Option<String>)>,
}

/// Reads the heading that begins at a row, if one does.
pub(super) fn read(sheet: &Sheet, rows: &[Row<'_>], index: usize) -> Option<Heads> {
    let row = &rows[index];
    let mut heads = roles(row)?;
    let mut taken = 1;
    if let Some(next) = rows.get(index + 1)
        && let Some(lower) = lower_row(sheet, row, next, &heads)
    {
        heads = lower;
        taken = 2;
    }
    let groups = groups(heads);
    let below = rows.get(index + taken..).unwrap_or_default();
    let filled =
        below.iter().take(AHEAD).any(|row| groups.iter().any(|group| group.has(sheet, row)));
    let named = groups.iter().all(|group| !group.values.is_empty());
    (filled && named).then(|| Heads {
        rows: taken,
        top: row.number,
        bottom: rows[index + taken - 1].number,
        groups,
    })
}

fn words<'a>(cell: &Cell<'a>) -> Option<&'a str> {
    match say(cell) {
        Say::Words(text) => Some(text),
        _ => None,
    }
}

/// What stands below each cell of a row; `None` where one of them is no heading.
fn roles(row: &Row<'_>) -> Option<Vec<(u32, HeadRole, String)>> {
    // 项目（单位：万元） is a heading with its unit, 单位：万元 a line above one.
    let is_line = |cell: &Cell<'_>| {
        let head = words(cell).and_then(|text| FACT_WORDS.head(&without_unit(text).0));
        is_line_cell(cell) && head.is_none()
    };
    if row.cells.len() < 2 || row.cells.iter().any(is_line) {
        return None;
    }
    let mut heads = Vec::new();
    for (index, cell) in row.cells.iter().enumerate() {
        let head = match (year(cell), words(cell)) {
            (Some(year), _) => (HeadRole::Column, year),
            (None, Some(text)) => match FACT_WORDS.head(&without_unit(text).0) {
                Some(role) => (role, text.to_owned()),
                None if index == 0
                    && FACT_WORDS.known(text).is_none_or(|(_, telling)| !telling) =>
                {
                    (HeadRole::Name, text.to_owned())
                }
                None => return None,
            },
            (None, None) => return None,
        };
        heads.push((cell.column, head.0, head.1.replace(['\n', '\r'], "")));
    }
    let telling =
        heads.iter().any(|(_, role, _)| matches!(role, HeadRole::Value | HeadRole::Column));
    telling.then_some(heads)
}

/// `预算数 | 决算数` below `2022年 | | 2023年 |`: the lower words behind the upper ones.
fn lower_row(
    sheet: &Sheet,
    upper: &Row<'_>,
    lower: &Row<'_>,
    heads: &[(u32, HeadRole, String)],
) -> Option<Vec<(u32, HeadRole, String)>> {
    let is_value = |role: HeadRole| matches!(role, HeadRole::Value | HeadRole::Column);
    let first = heads.iter().find(|(_, role, _)| is_value(*role))?.0;
    let mut joined: Vec<(u32, HeadRole, String)> = Vec::new();
    for cell in &lower.cells {
        let text =
            words(cell).filter(|_| cell.column >= first && lower.number == upper.number + 1)?;
        let role = FACT_WORDS.head(text).filter(|role| is_value(*role))?;
        let over = heads.iter().rev().find(|(column, ..)| *column <= cell.column)?;
        if !is_value(over.1) {
            return None;
        }
        let whole = role == HeadRole::Value;
        let text = if whole { over.2.clone() } else { format!("{}{text}", over.2) };
        joined.push((cell.column, HeadRole::Column, text));
    }
    // A heading with nothing below it stands for itself.
    let covered = |column: u32| {
        joined.iter().any(|(own, ..)| {
            *own == column
                || heads.iter().rev().find(|(c, ..)| c <= own).is_some_and(|(c, ..)| *c == column)
        })
    };
    let merged_down = |column: u32| {
        sheet.merge_at(upper.number, column).is_some_and(|[_, _, bottom, _]| bottom >= lower.number)
    };
    let alone: Vec<_> = heads
        .iter()
        .filter(|(column, role, _)| !is_value(*role) || merged_down(*column) || !covered(*column))
        .cloned()
        .collect();
    joined.extend(alone);
    joined.sort_by_key(|(column, ..)| *column);
    joined.dedup_by_key(|(column, ..)| *column);
    Some(joined)
}

/// Headings that begin again with names are another block.
fn groups(heads: Vec<(u32, HeadRole, String)>) -> Vec<Group> {
    let mut groups: Vec<Group> = vec![Group::default()];
    for (column, role, text) in heads {
        let starts = matches!(role, HeadRole::Name | HeadRole::Number);
        let full = groups.last().is_some_and(|group| !group.values.is_empty());
        if starts && full {
            groups.push(Group { left: column, ..Group::default() });
        }
        let Some(group) = groups.last_mut() else { continue };
        match role {
            HeadRole::Value => group.values.push((column, None, without_unit(&text).1)),
            HeadRole::Column => {
                let (name, unit) = without_unit(&text);
                group.values.push((column, Some(name), unit));
            }
            HeadRole::Unit => {
                group.unit = group.unit.or(Some(column));
                group.aside.push(column);
            }
            HeadRole::Remark | HeadRole::Number => group.aside.push(column),
            HeadRole::Name => group.name_unit = group.name_unit.take().or(without_unit(&text).1),
        }
        group.heads.push((column, role, text));
    }
    groups
}

impl Group {
    fn first_value(&self) -> u32 {
        self.values.iter().map(|(column, ..)| *column).min().unwrap_or(u32::MAX)
    }

    /// The words left of the values, each with the number of its label column.
    fn labels<'a>(&self, sheet: &'a Sheet, row: &Row<'a>) -> Vec<(usize, &'a str)> {
        let columns = (self.left..self.first_value()).filter(|column| !self.aside.contains(column));
        let mut found: Vec<(usize, &str)> = Vec::new();
        let mut areas: Vec<[u32; 4]> = Vec::new();
        for (index, column) in columns.take(64).enumerate() {
            let area = sheet.merge_at(row.number, column);
            if area.is_some_and(|area| areas.contains(&area)) {
                continue;
            }
            areas.extend(area);
            let seen = sheet.seen(row.number, column);
            let text = seen.as_ref().and_then(words).filter(|text| {
                let unit = seen.as_ref().and_then(is_unit_cell);
                unit.is_none() && !text.trim().is_empty()
            });
            found.extend(text.map(|text| (index, text)));
        }
        found
    }

    /// The cells of values, with what stands above each.
    fn filled<'a, 'g>(
        &'g self,
        row: &'g Row<'a>,
    ) -> impl Iterator<Item = (Cell<'a>, &'g (u32, Option<String>, Option<String>))> + 'g {
        self.values.iter().filter_map(|value| {
            let cell = row.cells.iter().find(|cell| cell.column == value.0)?;
            Some((*cell, value))
        })
    }

    fn has(&self, sheet: &Sheet, row: &Row<'_>) -> bool {
        let value = self.filled(row).any(|(cell, _)| say(&cell) == Say::Value);
        value && !self.labels(sheet, row).is_empty()
    }
}

impl Heads {
    /// Keeps what the headings say for whoever looks at the table.
    pub fn note(&self, rows: &[Row<'_>], found: &mut Found) {
        let known = rows.iter().any(|row| row.number == self.top);
        found.header = found.header.or(known.then_some((self.top, self.bottom)));
        let value = |group: &Group| group.heads.iter().any(|(_, role, _)| *role == HeadRole::Value);
        found.headed |= self.groups.iter().any(value);
        for (column, role, text) in self.groups.iter().flat_map(|group| &group.heads) {
            let meaning = match role {
                HeadRole::Name => Meaning::FactName,
                HeadRole::Value | HeadRole::Column => Meaning::FactValue,
                HeadRole::Unit => Meaning::MeasureUnit,
                HeadRole::Remark => Meaning::Remark,
                HeadRole::Number => Meaning::Number,
            };
            found.heads.entry(*column).or_insert_with(|| (text.clone(), meaning));
        }
    }

    /// Reads a row below the headings; `false` where it does not stand as they do.
    pub fn row(
        &mut self,
        sheet: &Sheet,
        row: &Row<'_>,
        naming: &mut Naming,
        found: &mut Found,
    ) -> bool {
        let first = row.cells.first().and_then(words);
        let values = self.groups.iter().flat_map(|group| group.filled(row));
        let filled =
            values.filter(|(cell, _)| matches!(say(cell), Say::Value | Say::Absent)).count();
        let alone = row.cells.len() == 1;
        if filled == 0 && (alone || first.is_some_and(|text| VOCABULARY.is_footer(text))) {
            return self.line(row, naming);
        }
        let mut read = false;
        for group in &self.groups {
            let labels = group.labels(sheet, row);
            let cells: Vec<_> = group.filled(row).filter(|(cell, _)| takes(cell)).collect();
            if labels.is_empty() {
                let numbers = cells.iter().any(|(cell, _)| say(cell) == Say::Value);
                if numbers {
                    let why = ("没有名称", "it has no name");
                    found.skipped.push(Skipped { row: row.number, why });
                    read = true;
                }
                continue;
            }
            let named = naming.row(&labels, !cells.is_empty());
            read = true;
            let Some(named) = named else { continue };
            let unit = group.unit.and_then(|column| sheet.seen(row.number, column));
            let unit = unit.as_ref().and_then(is_unit_cell);
            for (cell, (_, head, head_unit)) in cells {
                let (mut name, mut column) = (named.levels.clone(), named.column.clone());
                match head {
                    Some(head) if FACT_WORDS.known(head).is_some() && column.is_none() => {
                        name = vec![head.clone(), format!("{ROW}{}", name.join("/"))];
                        if labels.last().is_some_and(|(_, own)| VOCABULARY.is_total_word(own)) {
                            name.truncate(1);
                        }
                    }
                    Some(head) => column = Some(format!("{}{head}", column.unwrap_or_default())),
                    None => {}
                }
                // A heading speaks of the money below it, not of the people.
                let of_heading = [head_unit, &group.name_unit].into_iter().flatten();
                let of_heading = of_heading.filter(|unit| may_be_of(unit, &name)).cloned();
                let units = [unit.clone(), named.unit.clone()].into_iter().flatten();
                let units = units.chain(of_heading).chain(naming.unit_for(&name)).collect();
                found.entries.push(Entry { name, column, units, row: row.number, at: cell.column });
            }
        }
        read
    }

    fn line(&self, row: &Row<'_>, naming: &mut Naming) -> bool {
        let Some(text) = row.cells.first().and_then(words) else { return false };
        if VOCABULARY.is_footer(text) {
            return true;
        }
        naming.head(text);
        true
    }
}

/// Whether a cell is taken for a value: everything but a mark for none.
fn takes(cell: &Cell<'_>) -> bool {
    match (say(cell), cell.value) {
        (Say::Absent, _) => false,
        (Say::Words(_), Value::Text(text)) => number::read(text) != number::Text::Empty,
        _ => true,
    }
}
