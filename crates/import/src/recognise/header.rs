//! Headers: one to three rows whose texts mean different things, with mostly numbers or other texts below.
//!
//! * In: a sheet. Out: every header with the path of words (top to bottom) above each column.
//! * Merged words stand for all their cells; a group word without a merge stands for the blanks to its right.

use crate::answers;
use crate::fold::{self, Title};
use crate::grid::{Cell, Sheet, Value};
use crate::vocabulary::{EXACT, Meaning, VOCABULARY};
use jixiao_core::{Cells, number};
use std::collections::{BTreeMap, BTreeSet};

/// A fit below this is no evidence.
pub const FLOOR: u32 = 60;
const MAX_ROWS: u32 = 3;
const LONGEST_TITLE: usize = 60;

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
    if !cells.iter().any(is_number) {
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
    let headers = groups
        .iter()
        .filter(|group| !group.iter().any(is_number) && is_header_row(sheet, row, group));
    headers.filter_map(|group| Some((group.first()?.column, group.last()?.column))).collect()
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

/// A cell that a header row may hold: short text that is no number, no `标签：值`, no unit line, no `一、…`.
fn title_text<'a>(cell: &Cell<'a>) -> Option<&'a str> {
    let Value::Text(text) = cell.value else { return None };
    let number = matches!(number::read(text), number::Text::Number { .. });
    let long = text.chars().count() > LONGEST_TITLE;
    let numbered = matches!(fold::numbering(text).0, Some(1 | 2));
    (!number && !long && !numbered && !is_line(text)).then_some(text)
}

/// `编制单位：某局`, `单位：元`: lines around a table, not titles in it.
fn is_line(text: &str) -> bool {
    if fold::announced_unit(text).is_some() {
        return true;
    }
    let head =
        text.find(['：', ':']).map(|at| (&text[..at], text[at..].trim_matches(['：', ':', ' '])));
    head.is_some_and(|(head, value)| !value.is_empty() && !VOCABULARY.labels(head).is_empty())
}

fn is_number(cell: &Cell<'_>) -> bool {
    match cell.value {
        Value::Number(_) => true,
        Value::Text(text) => matches!(number::read(text), number::Text::Number { .. }),
        _ => false,
    }
}

/// The meanings that the words of a row fit well.
fn row_meanings(cells: &[Cell<'_>]) -> BTreeSet<Meaning> {
    let mut meanings = BTreeSet::new();
    for cell in cells {
        let Some(text) = title_text(cell) else { continue };
        let best = VOCABULARY
            .meanings(&fold::title(text).key)
            .into_iter()
            .filter(|(_, fit)| *fit >= FLOOR)
            .max_by_key(|(meaning, fit)| (*fit, std::cmp::Reverse(*meaning)));
        meanings.extend(best.map(|(meaning, _)| meaning));
    }
    meanings
}

fn is_header_row(sheet: &Sheet, row: u32, cells: &[Cell<'_>]) -> bool {
    if cells.iter().filter(|cell| title_text(cell).is_some()).count() < 2 {
        return false;
    }
    let meanings = row_meanings(cells);
    let decisive = meanings.iter().filter(|meaning| is_decisive(**meaning)).count();
    let groups = group_words(sheet, row);
    (meanings.len() >= 2 && decisive >= 1) || (!meanings.is_empty() && groups >= 2)
}

/// Meanings that only a table header speaks of. Labels such as 主管部门 or 单位 stand beside values as well.
fn is_decisive(meaning: Meaning) -> bool {
    !matches!(
        meaning,
        Meaning::Department
            | Meaning::DepartmentCode
            | Meaning::MeasureUnit
            | Meaning::Item
            | Meaning::Remark
            | Meaning::Date
            | Meaning::Month
            | Meaning::Number
            | Meaning::Summary
            | Meaning::Class
            | Meaning::Property
            | Meaning::Category
            | Meaning::Measure
            | Meaning::Fund
            | Meaning::ProjectCode
    )
}

/// Group words of an upper header row: spanning several columns with known words below.
fn group_words(sheet: &Sheet, row: u32) -> usize {
    let spans = sheet.row(row).filter(|cell| {
        sheet
            .merge_at(row, cell.column)
            .is_some_and(|[_, left, bottom, right]| left < right && bottom == row)
    });
    let next = row + 1;
    spans
        .filter(|cell| {
            let Some([_, left, _, right]) = sheet.merge_at(row, cell.column) else { return false };
            let below = |column| sheet.get(next, column).and_then(|below| title_text(&below));
            let upper = title_text(cell).map(|text| fold::title(text).key).unwrap_or_default();
            let known = (left..=right.min(left + 30)).filter_map(below).filter(|text| {
                let key = fold::title(text).key;
                VOCABULARY.is_whole(&key)
                    || VOCABULARY.is_part(&key)
                    || VOCABULARY.qualified_budget(&key, &upper).is_some()
                    || VOCABULARY.meanings(&key).iter().any(|(_, fit)| *fit >= FLOOR)
            });
            known.count() >= 2
        })
        .count()
}

/// The last row of the header that begins at `top`.
fn last_row(sheet: &Sheet, top: u32, span: (u32, u32)) -> u32 {
    let mut bottom = top;
    while bottom + 1 < top + MAX_ROWS && continues(sheet, top, bottom, span) {
        bottom += 1;
    }
    bottom
}

/// Whether the row below `bottom` still belongs to the header.
fn continues(sheet: &Sheet, top: u32, bottom: u32, span: (u32, u32)) -> bool {
    let next = bottom + 1;
    let own: Vec<Cell<'_>> = within(sheet, next, span).collect();
    let covered = within(sheet, bottom, span).any(|cell| {
        sheet
            .merge_at(bottom, cell.column)
            .is_some_and(|[_, _, merge_bottom, _]| merge_bottom >= next)
    });
    if own.is_empty() {
        return covered;
    }
    if own.iter().any(|cell| title_text(cell).is_none()) {
        return false;
    }
    let fits = own.iter().all(|cell| {
        let Some(text) = title_text(cell) else { return false };
        let title = fold::title(text);
        let known = VOCABULARY.is_whole(&title.key)
            || VOCABULARY.is_part(&title.key)
            || VOCABULARY.meanings(&title.key).iter().any(|(_, fit)| *fit >= FLOOR);
        let above = sheet.get(bottom, cell.column).is_some();
        fold::unit_line(text).is_some()
            || in_group(sheet, bottom, cell.column)
            || (known && !above)
            || is_qualifier(sheet, top, bottom, cell.column, &title.key)
    });
    // A second row of full titles that repeats the first one is a new header, not a continuation.
    let repeats = own
        .iter()
        .filter(|cell| {
            let above = sheet.get(bottom, cell.column);
            let same = |above: &Cell<'_>| {
                title_text(above).map(fold::plain) == title_text(cell).map(fold::plain)
            };
            above.as_ref().is_some_and(same)
        })
        .count();
    fits && repeats < 2
}

/// Whether the word above a column spans others too: merged, or with blanks beside it that have lower words.
fn in_group(sheet: &Sheet, row: u32, column: u32) -> bool {
    if let Some([_, left, bottom, right]) = sheet.merge_at(row, column) {
        return left < right && bottom == row;
    }
    let beside = column + 1;
    sheet.get(row, column).is_some()
        && sheet.seen(row, beside).is_none()
        && sheet.get(row + 1, beside).is_some()
}

/// A lower word such as 年初 that says something only together with the word above: 预算数.
fn is_qualifier(sheet: &Sheet, top: u32, bottom: u32, column: u32, key: &str) -> bool {
    if matches!(key, "类" | "款" | "项") {
        return true;
    }
    let Some(upper) = upper_word(sheet, top, bottom, column) else { return false };
    let upper = fold::title(upper).key;
    if VOCABULARY.qualified_budget(key, &upper).is_some() {
        return true;
    }
    let exact = |joined: String| VOCABULARY.meanings(&joined).iter().any(|(_, fit)| *fit == EXACT);
    exact(format!("{key}{upper}")) || exact(format!("{upper}{key}"))
}

/// The word of the row above a column; without a merge the nearest one to the left stands for the blanks beside it.
fn upper_word(sheet: &Sheet, top: u32, row: u32, column: u32) -> Option<&str> {
    if let Some(cell) = sheet.seen(row, column) {
        return match cell.value {
            Value::Text(text) => Some(text),
            _ => None,
        };
    }
    if row < top || sheet.merge_at(row, column).is_some() {
        return None;
    }
    let left = sheet.row(row).rfind(|cell| cell.column < column)?;
    let [_, _, _, right] =
        sheet.merge_at(row, left.column).unwrap_or([row, left.column, row, left.column]);
    // The word spans only when its own column has a lower word too.
    let spans = right == left.column && sheet.get(row + 1, left.column).is_some();
    match left.value {
        Value::Text(text) if spans => Some(text),
        _ => None,
    }
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
            if let Some(text) = text.filter(|text| texts.last().is_none_or(|last| last != text)) {
                texts.push(text.to_owned());
            }
        }
        if !texts.is_empty() {
            let path = texts.iter().map(|text| fold::title(text)).collect();
            found.push(ColumnHead { column, texts, path });
        }
    }
    found
}

/// One header, or several when blank columns separate groups that are tables of their own.
fn side_by_side(sheet: &Sheet, top: u32, bottom: u32, span: (u32, u32)) -> Vec<Header> {
    let heads = heads(sheet, top, bottom, span);
    let mut groups: Vec<Vec<ColumnHead>> = Vec::new();
    for head in heads {
        let continues = groups
            .last()
            .and_then(|group| group.last())
            .is_some_and(|last| last.column + 1 == head.column);
        match groups.last_mut().filter(|_| continues) {
            Some(group) => group.push(head),
            None => groups.push(vec![head]),
        }
    }
    let alone = |group: &Vec<ColumnHead>| repeated_words(group).len() >= 2;
    let split = groups.len() >= 2
        && groups.iter().all(alone)
        && (share_words(&groups) || differ_in_kind(&groups));
    let groups = if split { groups } else { vec![groups.into_iter().flatten().collect()] };
    let alone = !split && span == WHOLE_ROW;
    groups.into_iter().filter_map(|heads| header_of(top, bottom, alone, heads)).collect()
}

fn repeated_words(group: &[ColumnHead]) -> BTreeSet<Meaning> {
    let words = group.iter().filter_map(|head| head.path.last());
    words
        .flat_map(|title| VOCABULARY.meanings(&title.key))
        .filter(|(_, fit)| *fit >= FLOOR)
        .map(|(meaning, _)| meaning)
        .collect()
}

/// Groups beside each other are several tables only when the same meanings come again in each.
fn share_words(groups: &[Vec<ColumnHead>]) -> bool {
    let mut times: BTreeMap<Meaning, usize> = BTreeMap::new();
    for group in groups {
        for meaning in repeated_words(group) {
            *times.entry(meaning).or_default() += 1;
        }
    }
    times.values().filter(|times| **times >= groups.len()).count() >= 2
}

/// A ledger beside an indicator table: one group speaks of money, the other of targets.
fn differ_in_kind(groups: &[Vec<ColumnHead>]) -> bool {
    let speaks = |group: &[ColumnHead], of: &[Meaning]| {
        let words = repeated_words(group);
        of.iter().filter(|meaning| words.contains(meaning)).count() >= 2
    };
    let targets =
        [Meaning::Target, Meaning::Actual, Meaning::Level1, Meaning::Level3, Meaning::Weight];
    let money =
        [Meaning::InitialBudget, Meaning::AdjustedBudget, Meaning::Budget, Meaning::Executed];
    let kinds = groups.iter().map(|group| (speaks(group, &targets), speaks(group, &money)));
    let kinds: Vec<(bool, bool)> = kinds.collect();
    kinds.contains(&(true, false)) && kinds.contains(&(false, true))
}

fn header_of(top: u32, bottom: u32, alone: bool, heads: Vec<ColumnHead>) -> Option<Header> {
    let (left, right) = (heads.first()?.column, heads.last()?.column);
    let words = heads
        .iter()
        .map(|head| head.path.iter().map(|title| title.key.as_str()).collect::<Vec<_>>().join("/"));
    let signature = words.collect::<Vec<_>>().join("|");
    let floor = if alone { 0 } else { left };
    Some(Header { top, bottom, left, floor, right, heads, signature })
}

/// `栏次`, `甲`, `A`: what stands beside column numbers.
fn is_column_letter(text: &str) -> bool {
    let text = fold::plain(text);
    let mut chars = text.chars();
    let single = chars.next().filter(|_| chars.next().is_none());
    matches!(text.as_str(), "栏次" | "行次" | "列次" | "-")
        || single.is_some_and(|c| c.is_ascii_alphabetic() || "甲乙丙丁戊己庚辛".contains(c))
}

/// Whether a row only numbers the columns: `栏次 1 2 3 4` or `1 2 3 4`, or letters `A B C`.
pub fn is_column_numbers(sheet: &Sheet, row: u32, header: &Header) -> bool {
    let mut numbers = Vec::new();
    let mut letters = 0;
    for cell in sheet.row(row).filter(|cell| (header.left..=header.right).contains(&cell.column)) {
        let value = match cell.value {
            Value::Number(number) => jixiao_core::number::from_cell(number),
            Value::Text(text) => match number::read(text) {
                number::Text::Number { value, .. } => Some(value),
                _ if is_column_letter(text) => {
                    letters += 1;
                    continue;
                }
                _ => None,
            },
            _ => None,
        };
        let Some(value) = value else { return false };
        numbers.push(value);
    }
    (numbers.len() >= 3 || (letters > 0 && !numbers.is_empty()))
        && numbers.windows(2).all(|pair| pair[1] - pair[0] == rust_decimal::Decimal::ONE)
        && numbers.first().is_some_and(|first| *first <= rust_decimal::Decimal::TWO)
}
