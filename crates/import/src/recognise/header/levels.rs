//! Levels: whether a row begins a header, and how many rows belong to it.
//!
//! * In: a sheet and a row. Out: yes or no, the last row, and the word that stands above a column.
//! * A word without a merge stands for the blanks to its right when the row below has titles there.

use super::{FLOOR, within};
use crate::clean::cells::is_blank;
use crate::fold;
use crate::grid::{Cell, Sheet, Value};
use crate::vocabulary::{EXACT, Kind, Meaning, VOCABULARY};
use jixiao_core::number;
use std::collections::BTreeSet;

const MAX_ROWS: u32 = 3;
const LONGEST_TITLE: usize = 60;

/// A cell that a header row may hold: short text that is no number, no `标签：值`, no unit line, no `一、…`.
pub(super) fn title_text<'a>(cell: &Cell<'a>) -> Option<&'a str> {
    let Value::Text(text) = cell.value else { return None };
    let number = matches!(number::read(text), number::Text::Number { .. });
    let long = text.chars().count() > LONGEST_TITLE;
    let numbered = matches!(fold::numbering(text).0, Some(1 | 2));
    (!number && !long && !numbered && !is_line(text)).then_some(text)
}

/// Whether a header may hold a cell.
pub(in crate::recognise) fn is_title(cell: &Cell<'_>) -> bool {
    title_text(cell).is_some()
}

/// Whether a cell holds a line such as `编制单位：某局`, not a title.
pub(in crate::recognise) fn is_line_cell(cell: &Cell<'_>) -> bool {
    matches!(cell.value, Value::Text(text) if is_line(text))
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

pub(super) fn is_number(cell: &Cell<'_>) -> bool {
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

pub(super) fn is_header_row(sheet: &Sheet, row: u32, cells: &[Cell<'_>]) -> bool {
    if cells.iter().filter(|cell| title_text(cell).is_some()).count() < 2 {
        return false;
    }
    let meanings = row_meanings(cells);
    let decisive = meanings.iter().filter(|meaning| is_decisive(**meaning)).count();
    let groups = group_words(sheet, row);
    (meanings.len() >= 2 && decisive >= 1)
        || (!meanings.is_empty() && groups >= 2)
        || open_groups(sheet, row, cells)
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
            | Meaning::DecidedWhy
            | Meaning::DecidedBy
            | Meaning::Applicable
            | Meaning::Basis
            | Meaning::Standard
            | Meaning::Deduction
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
            let known = (left..=right.min(left + 30))
                .filter_map(below)
                .filter(|text| is_known(&fold::title(text).key, &upper));
            known.count() >= 2
        })
        .count()
}

/// Whether a lower header word says something by itself or of the word above it.
fn is_known(key: &str, upper: &str) -> bool {
    VOCABULARY.is_whole(key)
        || VOCABULARY.is_part(key)
        || matches!(key, "类" | "款" | "项")
        || VOCABULARY.qualified_budget(key, upper).is_some()
        || VOCABULARY.meanings(key).iter().any(|(_, fit)| *fit >= FLOOR)
}

/// Whether a row and the one below it are a header whose group words are not merged: `项目 | 2022年 | | 2023年 | `.
/// Every word of the row either has lower words below it and below the blanks to its right, or nothing below it;
/// a line of labels above a header has words of the header below every one of its own.
fn open_groups(sheet: &Sheet, row: u32, cells: &[Cell<'_>]) -> bool {
    let (Some(first), Some(last)) = (cells.first(), cells.last()) else { return false };
    let words = row_words(sheet, row, cells);
    let (groups, alone): (Vec<&Word>, Vec<&Word>) =
        words.iter().partition(|word| !word.lower.is_empty());
    let named = alone.iter().any(|word| !VOCABULARY.meanings(&word.key).is_empty());
    let below: Vec<Cell<'_>> = sheet.row(row + 1).collect();
    // The names may stand in the lower row only: then it reaches further left, and the words above it are several.
    let reaches = below.first().is_some_and(|cell| cell.column < first.column)
        && below.last().is_some_and(|cell| cell.column >= last.column);
    let titles = cells.iter().chain(&below).all(|cell| title_text(cell).is_some());
    // Or every word of the row is of the kind that stands above others: a year, 收入 and 支出.
    let speaks = |word: &&Word| {
        word.year
            || VOCABULARY.is_not_amount(&word.key)
            || !VOCABULARY.meanings(&word.key).is_empty()
    };
    let all_speak = alone.is_empty() && groups.iter().all(speaks);
    titles
        && !groups.is_empty()
        && (named || (groups.len() >= 2 && (reaches || all_speak)))
        && groups.iter().all(|word| word.is_group())
}

/// A word of an upper header row with the words that stand below it and below the blanks to its right.
struct Word {
    key: String,
    year: bool,
    merged: bool,
    lower: Vec<(u32, String)>,
}

impl Word {
    /// Whether it stands above several columns, at least one of which says something.
    fn is_group(&self) -> bool {
        let fits = VOCABULARY.meanings(&self.key);
        let means = |kind| {
            let of = fits.iter().filter(|(_, fit)| *fit >= FLOOR);
            of.map(|(meaning, _)| VOCABULARY.kind(*meaning)).any(|own| own == kind)
        };
        let known = self.lower.iter().filter(|(_, key)| is_known(key, &self.key)).count();
        // Below an amount there are amounts: words there belong to the header, whatever they say.
        let enough = if means(Kind::Text) {
            known == self.lower.len() && !self.holds_parts()
        } else {
            known > 0 || means(Kind::Amount)
        };
        self.lower.len() >= 2 && enough
    }

    /// 人员经费 below 项目 names an item, not a column.
    fn holds_parts(&self) -> bool {
        self.lower.iter().any(|(_, key)| VOCABULARY.is_part(key) || VOCABULARY.is_whole(key))
    }
}

/// The words of an upper row, each with what stands below it.
fn row_words(sheet: &Sheet, row: u32, cells: &[Cell<'_>]) -> Vec<Word> {
    let end = |index: usize| cells.get(index + 1).map_or(u32::MAX, |next| next.column);
    let all_below: Vec<Cell<'_>> = sheet.row(row + 1).collect();
    let words = cells.iter().enumerate().map(|(index, cell)| {
        let area = sheet.merge_at(row, cell.column);
        let merged = area.is_some_and(|[_, left, bottom, right]| left < right || bottom > row);
        let until = area.filter(|_| merged).map_or(end(index), |[_, _, _, right]| right + 1);
        let first = all_below.partition_point(|below| below.column < cell.column);
        let below = all_below[first..].iter().take_while(|below| below.column < until);
        let mut lower: Vec<(u32, String)> = Vec::new();
        for below in below {
            // The words end at the first column that has none.
            let next = lower.last().map_or(cell.column, |(column, _)| column + 1);
            if below.column != next {
                break;
            }
            let Some(text) = title_text(below).filter(|_| !is_blank(below)) else { break };
            lower.push((below.column, fold::title(text).key));
        }
        let title = title_text(cell).map(fold::title).unwrap_or_default();
        Word { key: title.key, year: title.year.is_some(), merged, lower }
    });
    words.collect()
}

/// The last row of the header that begins at `top`.
pub(super) fn last_row(sheet: &Sheet, top: u32, span: (u32, u32)) -> u32 {
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
    if is_unit_row(&own) {
        return true;
    }
    let upper: Vec<Cell<'_>> = within(sheet, bottom, span).collect();
    let open = open_columns(sheet, bottom, &upper, &own);
    let fits = own.iter().all(|cell| {
        let Some(text) = title_text(cell) else { return false };
        let title = fold::title(text);
        let known = VOCABULARY.is_whole(&title.key)
            || VOCABULARY.is_part(&title.key)
            || VOCABULARY.meanings(&title.key).iter().any(|(_, fit)| *fit >= FLOOR);
        let above = sheet.get(bottom, cell.column).is_some();
        fold::unit_line(text).is_some()
            || in_group(sheet, bottom, cell.column)
            || open.contains(&cell.column)
            || (known && (!above || !open.is_empty()))
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

/// `单位 | 元 | 元 | 元` below the titles.
pub(super) fn is_unit_row(cells: &[Cell<'_>]) -> bool {
    let unit =
        |cell: &&Cell<'_>| title_text(cell).is_some_and(|text| fold::unit_line(text).is_some());
    let label = |cell: &Cell<'_>| title_text(cell).is_some_and(|text| text.contains("单位"));
    let units = cells.iter().filter(unit).count();
    let labelled = cells.first().is_some_and(label);
    units >= 2 && units + usize::from(labelled) >= cells.len()
}

/// The columns below the blanks beside group words that are not merged.
fn open_columns(sheet: &Sheet, row: u32, upper: &[Cell<'_>], lower: &[Cell<'_>]) -> BTreeSet<u32> {
    if lower.iter().all(|cell| sheet.get(row, cell.column).is_some()) {
        return BTreeSet::new();
    }
    let words = row_words(sheet, row, upper);
    let groups = words.iter().filter(|word| !word.merged && word.is_group());
    groups.flat_map(|word| word.lower.iter().map(|(column, _)| *column).skip(1)).collect()
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
pub(super) fn upper_word(sheet: &Sheet, top: u32, row: u32, column: u32) -> Option<&str> {
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
    // The word spans only when its own column has a lower word too, and it does not leave the group it stands in.
    let spans = right == left.column && sheet.get(row + 1, left.column).is_some();
    let outside = || {
        (top..row).any(|above| {
            sheet.row(above).any(|cell| (left.column + 1..=column).contains(&cell.column))
        })
    };
    match left.value {
        Value::Text(text) if spans && !outside() => Some(text),
        _ => None,
    }
}
