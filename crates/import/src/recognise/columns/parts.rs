//! Parts: columns that together are one amount, by fund, by kind of spending, by months.
//!
//! * In: the words above every column. Out: the columns whose sum is an amount that no column gives as a whole.
//! * Never: sums parts of different kinds, or months under a word that says each holds what was spent so far.

use super::{Column, fits, is_money};
use crate::fold::Title;
use crate::recognise::header::{FLOOR, Header};
use crate::vocabulary::{Meaning, VOCABULARY};
use std::collections::BTreeMap;

/// The word that stands above months when nothing stands above them.
const SPENT: &str = "执行数";

/// The words above every column, with months as parts: `1月支出` is 支出 over 1月, and months under no word at all are
/// what was spent in them when no other column says what was spent.
pub(super) fn paths(header: &Header) -> Vec<Vec<Title>> {
    let mut paths: Vec<Vec<Title>> = header.heads.iter().map(|head| head.path.clone()).collect();
    lower_months(&mut paths);
    split_months(&mut paths);
    let spent = |path: &Vec<Title>| {
        let of = fits(path);
        of.iter().any(|(meaning, fit)| *meaning == Meaning::Executed && *fit >= FLOOR)
    };
    let bare = |path: &Vec<Title>| path.len() == 1 && VOCABULARY.is_period(&path[0].key);
    if paths.iter().filter(|path| bare(path)).count() < 2 || paths.iter().any(spent) {
        return paths;
    }
    let above = Title { key: SPENT.to_owned(), ..Title::default() };
    for index in 0..paths.len() {
        let after = index > 0 && paths[index - 1].last().is_some_and(is_month);
        let whole = paths[index].len() == 1 && VOCABULARY.is_whole(&paths[index][0].key);
        if bare(&paths[index]) || (after && whole) {
            paths[index].insert(0, above.clone());
        }
    }
    paths
}

fn is_month(title: &Title) -> bool {
    VOCABULARY.is_period(&title.key)
}

/// 1月 above 预算 and 支出 becomes what stands below each of them, and so does 合计 beside them.
fn lower_months(paths: &mut [Vec<Title>]) {
    let above = |path: &Vec<Title>, word: fn(&Title) -> bool| {
        path.len() == 2 && word(&path[0]) && !is_month(&path[1])
    };
    let months = paths.iter().filter(|path| above(path, is_month)).count();
    if months < 3 {
        return;
    }
    for path in paths.iter_mut() {
        if above(path, is_month) || above(path, |title| VOCABULARY.is_whole(&title.key)) {
            path.reverse();
        }
    }
}

/// `1月支出 | 2月支出` becomes 支出 over 1月 and 2月; one month alone stays what it is.
fn split_months(paths: &mut [Vec<Title>]) {
    let split = |path: &Vec<Title>| {
        let (last, upper) = path.split_last()?;
        let (month, rest) = VOCABULARY.split_period(&last.key)?;
        let rest = Title { key: rest.to_owned(), unit: last.unit, year: last.year };
        let money = fits(std::slice::from_ref(&rest));
        let money = money.iter().any(|(meaning, fit)| is_money(*meaning) && *fit >= FLOOR);
        let mut whole = upper.to_vec();
        whole.push(rest);
        money.then(|| (whole, Title { key: month.to_owned(), ..Title::default() }))
    };
    let found: Vec<Option<(Vec<Title>, Title)>> = paths.iter().map(split).collect();
    let times =
        |whole: &Vec<Title>| found.iter().flatten().filter(|(other, _)| other == whole).count();
    for (path, found_here) in paths.iter_mut().zip(&found) {
        if let Some((whole, month)) = found_here.as_ref().filter(|(whole, _)| times(whole) >= 2) {
            *path = whole.clone();
            path.push(month.clone());
        }
    }
}

/// Where a group gives only parts (执行数: 基本支出 | 项目支出), their sum is the whole, if they are parts of one kind.
/// Months under 累计 are no parts: which of them is meant is returned as open.
pub(super) fn sum_parts(
    paths: &[Vec<Title>],
    other_year: &[bool],
    columns: &mut [Column],
) -> Vec<(Meaning, Vec<u32>)> {
    let mut groups: BTreeMap<(Meaning, Vec<&str>), Vec<usize>> = BTreeMap::new();
    for (index, path) in paths.iter().enumerate() {
        let Some((bottom, upper)) = path.split_last().filter(|(_, upper)| !upper.is_empty()) else {
            continue;
        };
        let free = columns[index].meaning.is_none() && columns[index].part_of.is_none();
        if other_year[index] || !free || !is_part(&bottom.key) || is_of_which(path) {
            continue;
        }
        let whole =
            fits(upper).into_iter().filter(|(meaning, fit)| is_money(*meaning) && *fit >= FLOOR);
        if let Some((meaning, _)) = whole.max_by_key(|(_, fit)| *fit) {
            let above = upper.iter().map(|title| title.key.as_str()).collect();
            groups.entry((meaning, above)).or_default().push(index);
        }
    }
    parts_of_wholes(paths, columns);
    let mut open = Vec::new();
    for ((meaning, above), parts) in groups {
        let upper = |path: &Vec<Title>| path.split_last().map(|(_, upper)| upper.to_vec());
        let first = parts.first().and_then(|part| upper(&paths[*part]));
        let siblings = paths.iter().filter(|path| upper(path) == first && !is_of_which(path));
        let keys: Vec<&str> = parts
            .iter()
            .filter_map(|part| paths[*part].last())
            .map(|title| title.key.as_str())
            .collect();
        let held = columns.iter().any(|column| column.meaning == Some(meaning));
        if held || siblings.count() != parts.len() || !VOCABULARY.are_one_kind(&keys) {
            continue;
        }
        let running = above.iter().any(|word| VOCABULARY.is_running(word));
        if running && keys.iter().all(|key| VOCABULARY.is_period(key)) {
            parts.iter().for_each(|part| columns[*part].part_of = Some(meaning));
            open.push((meaning, parts.iter().map(|part| columns[*part].column).collect()));
            continue;
        }
        for part in parts {
            columns[part].meaning = Some(meaning);
            columns[part].part_of = Some(meaning);
            columns[part].fit = FLOOR;
        }
    }
    open
}

/// Beside a 合计 that gives an amount, what else stands below the same word is a part of it, whatever it is called.
fn parts_of_wholes(paths: &[Vec<Title>], columns: &mut [Column]) {
    let wholes: Vec<(Vec<Title>, Meaning)> = paths
        .iter()
        .zip(columns.iter())
        .filter_map(|(path, column)| {
            let (bottom, upper) = path.split_last().filter(|(_, upper)| !upper.is_empty())?;
            let meaning = column.meaning.filter(|meaning| is_money(*meaning))?;
            VOCABULARY.is_whole(&bottom.key).then(|| (upper.to_vec(), meaning))
        })
        .collect();
    for (of, whole) in wholes {
        let below = |path: &Vec<Title>| path.split_last().is_some_and(|(_, upper)| upper == of);
        let group: Vec<usize> = (0..paths.len()).filter(|index| below(&paths[*index])).collect();
        let money = |index: &&usize| columns[**index].meaning.is_some_and(is_money);
        let silent: Vec<usize> =
            group.iter().copied().filter(|index| columns[*index].meaning.is_none()).collect();
        // One silent column, or one beside 追加 and its like, may be what the whole began with.
        if group.iter().filter(money).count() == 1 && silent.len() >= 2 {
            silent.into_iter().for_each(|index| columns[index].part_of = Some(whole));
        }
    }
}

/// Whether a word below an amount names a part of it: a kind, a month, an office.
pub(super) fn is_part(key: &str) -> bool {
    VOCABULARY.is_part(key) || VOCABULARY.is_organisation(key)
}

fn is_of_which(path: &[Title]) -> bool {
    path.last().is_some_and(|title| title.key.starts_with("其中"))
}
