//! Columns: every column gets the meaning that fits it best, all columns of a table together.
//!
//! * In: a header. Out: columns with meanings, and doubts: two columns for one meaning that nothing decides.
//! * Evidence: words of the whole header path; then identities such as 全年 − 执行 = 余额 on nearly all rows.

mod parts;

use super::TableKind;
use super::header::{ColumnHead, FLOOR, Header};
use crate::fold::{self, Title};
use crate::grid::{Sheet, Value};
use crate::vocabulary::{EXACT, Kind, Meaning, VOCABULARY};
use jixiao_core::{Cells, Unit, number};
use std::collections::BTreeMap;

/// One column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Counted from zero.
    pub column: u32,
    /// Its words as they stand, joined with `/`.
    pub title: String,
    /// The unit its words give.
    pub unit: Option<Unit>,
    /// What it means, if that is known.
    pub meaning: Option<Meaning>,
    /// How well the words fit, 0 to 100.
    pub fit: u32,
    /// The year its words give.
    pub year: Option<i32>,
    /// The meaning of which it is a part (支出决算数/基本支出).
    pub part_of: Option<Meaning>,
}

/// Two or more columns for one meaning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubt {
    /// The meaning.
    pub meaning: Meaning,
    /// The columns that may have it.
    pub columns: Vec<u32>,
    /// The other meanings that one column may have (`金额`: initial or adjusted budget).
    pub meanings: Vec<Meaning>,
}

impl Doubt {
    /// Under what the answer is kept: the meaning two columns compete for, or the column with two meanings.
    pub fn about(&self) -> String {
        if self.meanings.is_empty() {
            let name = word_of(self.meaning);
            format!("column:{name}")
        } else {
            let column = self.columns.first().copied().unwrap_or_default();
            format!("meaning:{}", Cells::letters(column))
        }
    }
}

/// The word of a meaning as the vocabulary writes it.
fn word_of(meaning: Meaning) -> String {
    toml::Value::try_from(meaning)
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default()
}

/// Columns with the doubts about them.
pub struct Assigned {
    /// The columns, from left to right.
    pub columns: Vec<Column>,
    /// What is open.
    pub doubts: Vec<Doubt>,
}

/// Gives every column of a header its meaning.
pub fn assign(sheet: &Sheet, header: &Header, until: u32) -> Assigned {
    let paths = parts::paths(header);
    let fits: Vec<Vec<(Meaning, u32)>> = paths.iter().map(|path| fits(path)).collect();
    let mut columns: Vec<Column> = header.heads.iter().map(column_of).collect();
    let this_year = this_year(&columns, &fits, year_above(sheet, header));
    let mut order: Vec<(usize, Meaning, u32)> = Vec::new();
    let other_year: Vec<bool> = (0..columns.len())
        .map(|index| {
            columns[index].year.zip(this_year).is_some_and(|(year, this)| year != this)
                || is_dated_beside_undated(&columns, &fits, index)
        })
        .collect();
    for (index, fits) in fits.iter().enumerate() {
        for (meaning, fit) in fits.iter().filter(|(_, fit)| *fit >= FLOOR) {
            if !(other_year[index] && is_money(*meaning)) {
                order.push((index, *meaning, *fit));
            }
        }
    }
    order.sort_by_key(|(index, meaning, fit)| (std::cmp::Reverse(*fit), *index, *meaning));
    let mut doubts: BTreeMap<Meaning, Vec<u32>> = BTreeMap::new();
    for (index, meaning, fit) in order {
        if columns[index].meaning.is_some() {
            continue;
        }
        let holder = columns.iter().find(|column| column.meaning == Some(meaning)).cloned();
        match holder {
            None => set(&mut columns[index], meaning, fit),
            Some(_) if may_repeat(meaning) => set(&mut columns[index], meaning, fit),
            Some(holder) if adds(meaning, &holder.title, &columns[index].title) => {
                set(&mut columns[index], meaning, fit);
            }
            Some(holder)
                if is_money(meaning)
                    && fit + 5 >= holder.fit
                    && !spans(sheet, header, index, &holder) =>
            {
                let competing = doubts.entry(meaning).or_insert_with(|| vec![holder.column]);
                competing.push(columns[index].column);
                // It stays without a meaning, but it must not take its second best one.
                columns[index].part_of = Some(meaning);
                columns[index].fit = 0;
            }
            Some(_) => {}
        }
    }
    columns.iter_mut().for_each(drop_second_best);
    last_years_actual(&mut columns, &fits);
    let running = parts::sum_parts(&paths, &other_year, &mut columns);
    code_levels(sheet, header, &mut columns);
    find_item_column(sheet, header, until, &mut columns);
    let doubts = doubts
        .into_iter()
        .chain(running)
        .map(|(meaning, columns)| Doubt { meaning, columns, meanings: Vec::new() })
        .collect();
    Assigned { columns, doubts }
}

/// 2022年执行数 beside 执行金额: where only one of two columns for the same meaning names a year, it is another year's.
fn is_dated_beside_undated(columns: &[Column], fits: &[Vec<(Meaning, u32)>], index: usize) -> bool {
    let best =
        |index: usize| fits[index].iter().max_by_key(|(_, fit)| *fit).map(|(meaning, _)| *meaning);
    let own = best(index).filter(|meaning| is_money(*meaning));
    let undated = |other: usize| columns[other].year.is_none() && best(other) == own;
    own.is_some()
        && columns[index].year.is_some()
        && (0..columns.len()).any(|other| other != index && undated(other))
}

/// 2022年完成值 beside 2023年完成值: the later year is the actual, the earlier one what was reached before.
fn last_years_actual(columns: &mut [Column], fits: &[Vec<(Meaning, u32)>]) {
    let actual = |index: &usize| {
        fits[*index].iter().any(|(meaning, fit)| *meaning == Meaning::Actual && *fit >= FLOOR)
    };
    let mut dated: Vec<(i32, usize)> = (0..columns.len())
        .filter(actual)
        .filter_map(|index| Some((columns[index].year?, index)))
        .collect();
    dated.sort_unstable();
    let held = columns.iter().any(|column| column.meaning == Some(Meaning::LastActual));
    if let [.., (before, earlier), (this, later)] = dated[..]
        && before < this
        && !held
    {
        columns[later].meaning = Some(Meaning::Actual);
        columns[earlier].meaning = Some(Meaning::LastActual);
    }
}

/// The year a table is of: the one its title names, else the latest that was spent in, else the latest. A later column
/// is next year's budget.
fn this_year(columns: &[Column], fits: &[Vec<(Meaning, u32)>], titled: Option<i32>) -> Option<i32> {
    let years = || columns.iter().filter_map(|column| column.year);
    let spent = columns.iter().zip(fits).filter(|(_, fits)| {
        fits.iter().any(|(meaning, fit)| *meaning == Meaning::Executed && *fit >= FLOOR)
    });
    let named = titled.filter(|titled| years().any(|year| year == *titled));
    let spent: Option<Vec<i32>> = spent.map(|(column, _)| column.year).collect();
    let last_spent = spent.and_then(|years| years.into_iter().chain(titled).max());
    named.or(last_spent).or(titled).or_else(|| years().max())
}

/// The year that the lines above a header speak of.
fn year_above(sheet: &Sheet, header: &Header) -> Option<i32> {
    let titles = super::context::titles_above(sheet, header.top);
    titles.into_iter().find_map(fold::year_in)
}

fn set(column: &mut Column, meaning: Meaning, fit: u32) {
    if column.part_of.is_none() {
        column.meaning = Some(meaning);
        column.fit = fit;
    }
}

fn drop_second_best(column: &mut Column) {
    if column.part_of.is_some() {
        column.meaning = None;
    }
}

fn is_money(meaning: Meaning) -> bool {
    VOCABULARY.kind(meaning) == Kind::Amount
}

/// Names and classes may stand in several columns; together they are the path of a row.
fn may_repeat(meaning: Meaning) -> bool {
    matches!(meaning, Meaning::Item | Meaning::Category | Meaning::Department | Meaning::Remark)
}

/// 调整金额 and 调剂金额 side by side are two changes; their sum is the net change.
fn adds(meaning: Meaning, held: &str, other: &str) -> bool {
    let kinds = ["调剂", "调整"];
    let kind = |title: &str| kinds.iter().position(|word| title.contains(word));
    meaning == Meaning::Transfers && kind(held).zip(kind(other)).is_some_and(|(a, b)| a != b)
}

/// Whether a column is only another cell of the same merged title.
fn spans(sheet: &Sheet, header: &Header, index: usize, holder: &Column) -> bool {
    let column = header.heads[index].column;
    let area = sheet.merge_at(header.bottom, column);
    area.is_some() && area == sheet.merge_at(header.bottom, holder.column)
}

fn column_of(head: &ColumnHead) -> Column {
    Column {
        column: head.column,
        title: head.texts.join("/"),
        unit: head.path.iter().rev().find_map(|title| title.unit),
        meaning: None,
        fit: 0,
        year: head.path.iter().rev().find_map(|title| title.year),
        part_of: None,
    }
}

/// A lower header word that fits a meaning this well is not joined with the words above it.
const JOINED: u32 = 80;

/// How well each meaning fits the words above a column.
fn fits(path: &[Title]) -> Vec<(Meaning, u32)> {
    let Some((bottom, upper)) = path.split_last() else { return Vec::new() };
    let money_above = upper.iter().any(|title| VOCABULARY.is_not_amount(&title.key));
    let mut best: BTreeMap<Meaning, u32> = BTreeMap::new();
    let mut offer = |offers: Vec<(Meaning, u32)>, less: u32| {
        for (meaning, fit) in offers {
            let fit = fit.saturating_sub(less);
            let held = best.entry(meaning).or_default();
            *held = (*held).max(fit);
        }
    };
    let qualified =
        upper.iter().find_map(|title| VOCABULARY.qualified_budget(&bottom.key, &title.key));
    let below_years = upper.iter().all(|title| title.year.is_some());
    let lone = VOCABULARY.lone_budget(&bottom.key).filter(|_| below_years);
    if let Some(budget) = qualified {
        offer(vec![(budget, EXACT - 1)], 0);
    } else if let Some(budget) = lone {
        offer(vec![(budget, JOINED)], 0);
    } else if upper.is_empty() {
        offer(VOCABULARY.meanings(&bottom.key), 0);
    } else if VOCABULARY.is_whole(&bottom.key) {
        offer(fits(upper), 0);
    } else if parts::is_part(&bottom.key) {
        return Vec::new();
    } else {
        let own = VOCABULARY.meanings(&bottom.key);
        // 调整 below 预算数 is a change, not the 调整预算数: a word that says something by itself is not joined.
        let speaks = own.iter().any(|(meaning, fit)| is_money(*meaning) && *fit >= JOINED);
        for title in upper.iter().filter(|_| !speaks) {
            offer(VOCABULARY.meanings(&format!("{}{}", bottom.key, title.key)), 1);
            offer(VOCABULARY.meanings(&format!("{}{}", title.key, bottom.key)), 1);
        }
        offer(own, 0);
    }
    let mut fits: Vec<(Meaning, u32)> = best.into_iter().collect();
    if money_above || upper.iter().any(|title| VOCABULARY.is_part(&title.key)) {
        fits.retain(|(meaning, _)| !is_money(*meaning));
    }
    fits
}

/// 类 | 款 | 项 below one title are three columns of one code.
fn code_levels(sheet: &Sheet, header: &Header, columns: &mut [Column]) {
    let levels = [
        ("类", Meaning::FunctionClass),
        ("款", Meaning::FunctionSection),
        ("项", Meaning::FunctionItem),
    ];
    let rows = [header.bottom, header.bottom + 1];
    for row in rows {
        let at = |word: &str| {
            columns.iter().position(|column| {
                let own = sheet.text(row, column.column);
                own.is_some_and(|text| fold::plain(text) == word)
            })
        };
        let found: Vec<Option<usize>> = levels.iter().map(|(word, _)| at(word)).collect();
        if let [Some(class), Some(section), item] = found[..] {
            columns[class].meaning = Some(Meaning::FunctionClass);
            columns[section].meaning = Some(Meaning::FunctionSection);
            if let Some(item) = item {
                columns[item].meaning = Some(Meaning::FunctionItem);
            }
            return;
        }
    }
}

/// Where no title says 项目 or 名称: the text column with the most different words, left of the amounts.
fn find_item_column(sheet: &Sheet, header: &Header, until: u32, columns: &mut Vec<Column>) {
    let named = |meaning| columns.iter().any(|column| column.meaning == Some(meaning));
    if named(Meaning::Item) || named(Meaning::Level3) || named(Meaning::Level1) {
        return;
    }
    let first_amount = columns
        .iter()
        .filter(|column| column.meaning.is_some_and(is_money))
        .map(|column| column.column)
        .min();
    let Some(first_amount) = first_amount else { return };
    let mut different: BTreeMap<u32, std::collections::BTreeSet<&str>> = BTreeMap::new();
    for row in sheet.rows_in(header.bottom + 1..until).take(200) {
        for cell in sheet.row(row).take_while(|cell| cell.column < first_amount) {
            if let Value::Text(text) = cell.value
                && matches!(number::read(text), number::Text::Other)
            {
                different.entry(cell.column).or_default().insert(text);
            }
        }
    }
    let taken = |column: u32| {
        columns.iter().any(|held| {
            let free = matches!(held.meaning, None | Some(Meaning::Department | Meaning::Category));
            held.column == column && !free
        })
    };
    let best = different
        .iter()
        .filter(|(column, _)| !taken(**column))
        .max_by_key(|(column, words)| (words.len(), **column))
        .map(|(column, _)| *column);
    let Some(best) = best else { return };
    match columns.iter_mut().find(|column| column.column == best) {
        Some(column) => column.meaning = column.meaning.or(Some(Meaning::Item)),
        None => {
            columns.push(Column {
                column: best,
                title: String::new(),
                unit: None,
                meaning: Some(Meaning::Item),
                fit: 0,
                year: None,
                part_of: None,
            });
            columns.sort_by_key(|column| column.column);
        }
    }
}

/// `预算数` alone is the budget that execution is measured against; beside an adjusted budget, or with changes
/// to come, it is the initial one. `金额` beside an executed amount may be either: that is a question.
pub fn resolve_generic(assigned: &mut Assigned, kind: TableKind) {
    if kind != TableKind::BudgetLedger && kind != TableKind::FormMoney {
        return;
    }
    let has = |columns: &[Column], meaning| columns.iter().any(|c| c.meaning == Some(meaning));
    let changes = [Meaning::Additions, Meaning::Reductions, Meaning::Transfers];
    let adjusted = has(&assigned.columns, Meaning::AdjustedBudget);
    let initial = has(&assigned.columns, Meaning::InitialBudget);
    let changed = changes.iter().any(|change| has(&assigned.columns, *change));
    let budget = match (adjusted, initial) {
        (true, true) => None,
        (true, false) => Some(Meaning::InitialBudget),
        (false, false) if changed => Some(Meaning::InitialBudget),
        (false, _) => Some(Meaning::AdjustedBudget),
    };
    for column in assigned.columns.iter_mut().filter(|c| c.meaning == Some(Meaning::Budget)) {
        column.meaning = budget;
    }
    for doubt in assigned.doubts.iter_mut().filter(|doubt| doubt.meaning == Meaning::Budget) {
        doubt.meaning = budget.unwrap_or(Meaning::Budget);
    }
    let budgeted = adjusted || initial || has(&assigned.columns, Meaning::AdjustedBudget);
    let unnamed = assigned.columns.iter().find(|c| c.meaning == Some(Meaning::Amount)).cloned();
    if let Some(unnamed) =
        unnamed.filter(|_| !budgeted && has(&assigned.columns, Meaning::Executed))
    {
        assigned.doubts.push(Doubt {
            meaning: Meaning::Amount,
            columns: vec![unnamed.column],
            meanings: vec![Meaning::InitialBudget, Meaning::AdjustedBudget],
        });
    }
}
