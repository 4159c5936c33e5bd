//! Parts: columns that together are one amount, by fund, by kind of spending, by months.
//!
//! * In: the words above every column. Out: the columns whose sum is an amount that no column gives as a whole.
//! * Never: sums parts of different kinds, or months under a word that says each holds what was spent so far.

use super::{Column, fits, is_money};
use crate::fold::Title;
use crate::recognise::header::{FLOOR, Header};
use crate::vocabulary::{EXACT, Meaning, VOCABULARY};
use std::collections::{BTreeMap, BTreeSet};

/// The word that stands above months when nothing stands above them.
const SPENT: &str = "执行数";
/// What a title says that holds all of the year so far.
const RUNNING: &str = "累计";

/// The words above every column, with parts below the amount they are parts of: `1月支出` is 支出 over 1月. Months under no
/// word at all are what was spent in them when no other column says what was spent.
pub(super) fn paths(header: &Header) -> Vec<Vec<Title>> {
    let mut paths: Vec<Vec<Title>> = header.heads.iter().map(|head| head.path.clone()).collect();
    lower_months(&mut paths);
    split_running(&mut paths);
    split_months(&mut paths);
    split_kinds(&mut paths);
    let bare = |path: &Vec<Title>| path.len() == 1 && VOCABULARY.is_period(&path[0].key);
    let above = Title { key: SPENT.to_owned(), ..Title::default() };
    if paths.iter().filter(|path| bare(path)).count() >= 2
        && !paths.iter().any(|path| is_spent(path))
    {
        paths.iter_mut().filter(|path| bare(path)).for_each(|path| path.insert(0, above.clone()));
    }
    whole_behind_parts(&mut paths);
    paths
}

fn is_spent(path: &[Title]) -> bool {
    let of = fits(path);
    of.iter().any(|(meaning, fit)| *meaning == Meaning::Executed && *fit >= FLOOR)
}

/// 合计 under no word, right behind parts of what was spent, is their sum.
fn whole_behind_parts(paths: &mut [Vec<Title>]) {
    let above = Title { key: SPENT.to_owned(), ..Title::default() };
    for index in 1..paths.len() {
        let (before, rest) = paths.split_at_mut(index);
        let [.., part] = before else { continue };
        let whole = rest[0].len() == 1 && VOCABULARY.is_whole(&rest[0][0].key);
        let of_spent = part.len() == 2 && part[0] == above;
        if whole && of_spent && part.last().is_some_and(|title| is_part(&title.key)) {
            rest[0].insert(0, above.clone());
        }
    }
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

/// `6月末执行数 | 12月末执行数` becomes 累计执行数 over 6月 and 12月: each is all that was spent so far. One alone stays.
fn split_running(paths: &mut [Vec<Title>]) {
    let split = |path: &Vec<Title>| {
        let (last, upper) = path.split_last()?;
        let (period, rest) = VOCABULARY.split_running_period(&last.key)?;
        let (named, upper) = match upper.split_last() {
            Some((above, upper)) if rest.is_empty() => (above.key.as_str(), upper),
            _ if rest.is_empty() => (SPENT, upper),
            _ => (rest, upper),
        };
        let mut whole = upper.to_vec();
        whole.push(Title { key: format!("{RUNNING}{named}"), unit: last.unit, year: last.year });
        money_of(&whole)?;
        whole.push(Title { key: period.to_owned(), ..Title::default() });
        Some(whole)
    };
    let found: Vec<Option<Vec<Title>>> = paths.iter().map(split).collect();
    if found.iter().flatten().count() >= 2 {
        for (path, found) in paths.iter_mut().zip(found) {
            *path = found.unwrap_or_else(|| std::mem::take(path));
        }
    }
}

/// The amount that the words above a column give, if they give one.
fn money_of(path: &[Title]) -> Option<Meaning> {
    let fits = fits(path).into_iter();
    let money = fits.filter(|(meaning, fit)| is_money(*meaning) && *fit >= FLOOR);
    money.max_by_key(|(_, fit)| *fit).map(|(meaning, _)| meaning)
}

/// A part of an amount: the words above it, the amount, and the part.
type Split = (Vec<Title>, Meaning, Title);

/// `1月支出 | 2月支出` becomes 支出 over 1月 and 2月; one month alone stays what it is.
fn split_months(paths: &mut [Vec<Title>]) {
    let split = |path: &Vec<Title>| split_by(path, |key| VOCABULARY.split_period(key));
    let found: Vec<Option<Split>> = paths.iter().map(split).collect();
    let times = |whole: &Vec<Title>| found.iter().flatten().filter(|(w, ..)| w == whole).count();
    for (path, found_here) in paths.iter_mut().zip(&found) {
        if let Some((whole, _, part)) = found_here.as_ref().filter(|(whole, ..)| times(whole) >= 2)
        {
            *path = whole.clone();
            path.push(part.clone());
        }
    }
}

fn split_by(path: &[Title], at: impl Fn(&str) -> Option<(&str, &str)>) -> Option<Split> {
    let (last, upper) = path.split_last()?;
    let (part, rest) = at(&last.key)?;
    let mut whole = upper.to_vec();
    whole.push(Title { key: rest.to_owned(), unit: last.unit, year: last.year });
    let meaning = money_of(&whole[upper.len()..])?;
    Some((whole, meaning, Title { key: part.to_owned(), ..Title::default() }))
}

/// `一般公共预算支出数 | 单位资金支出数` becomes what was spent over 一般公共预算 and 单位资金: parts of one kind under no word.
/// Where a third column may be that amount as well, and does not say that it is the whole, nothing is split.
fn split_kinds(paths: &mut [Vec<Title>]) {
    let exact = |path: &Vec<Title>| {
        let fits = path.last().map_or(Vec::new(), |last| VOCABULARY.meanings(&last.key));
        fits.iter().any(|(_, fit)| *fit == EXACT)
    };
    let found: Vec<Option<Split>> = paths
        .iter()
        .map(|path| {
            let alone = path.len() == 1 && !exact(path);
            alone.then(|| split_by(path, |key| VOCABULARY.split_part(key))).flatten()
        })
        .collect();
    let meanings: BTreeSet<Meaning> = found.iter().flatten().map(|(_, m, _)| *m).collect();
    for meaning in meanings {
        let of = |split: &Option<Split>| split.as_ref().is_some_and(|(_, own, _)| *own == meaning);
        let parts: Vec<usize> = (0..paths.len()).filter(|index| of(&found[*index])).collect();
        let splits = parts.iter().filter_map(|index| found[*index].as_ref());
        let keys: Vec<&str> = splits.clone().map(|(.., part)| part.key.as_str()).collect();
        let rival = |path: &Vec<Title>| money_of(path) == Some(meaning) && !exact(path);
        // 项目支出 beside 人员经费支出 is a part like it; any other part under no word leaves the question open.
        let bare = |path: &Vec<Title>| path.len() == 1 && is_part(&path[0].key) && !exact(path);
        let rest = |at: &usize| !parts.contains(at);
        let (bare, other): (Vec<usize>, Vec<usize>) =
            (0..paths.len()).filter(rest).partition(|at| bare(&paths[*at]));
        let spent =
            |at: &usize| paths[*at][0].key.ends_with("支出") && meaning == Meaning::Executed;
        let rivals = other.iter().any(|at| rival(&paths[*at])) || !bare.iter().all(spent);
        let keys: Vec<&str> =
            keys.into_iter().chain(bare.iter().map(|at| paths[*at][0].key.as_str())).collect();
        let different = keys.iter().collect::<BTreeSet<_>>().len() == keys.len();
        if parts.len() < 2 || rivals || !different || !VOCABULARY.are_one_kind(&keys) {
            continue;
        }
        let bare: Vec<(usize, Title)> =
            bare.into_iter().map(|at| (at, paths[at][0].clone())).collect();
        let word = match meaning {
            Meaning::Executed => SPENT.to_owned(),
            _ => splits.clone().next().map_or(String::new(), |(whole, ..)| whole[0].key.clone()),
        };
        let split = parts.into_iter().filter_map(|at| Some((at, found[at].as_ref()?.2.clone())));
        for (index, part) in split.chain(bare).collect::<Vec<_>>() {
            let above = Title { key: word.clone(), year: paths[index][0].year, ..Title::default() };
            paths[index] = vec![above, part];
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
        let periods = keys.iter().all(|key| VOCABULARY.is_period(key));
        let running = VOCABULARY.are_running(&keys)
            || periods && above.iter().any(|word| VOCABULARY.is_running(word));
        if held || siblings.count() != parts.len() {
            continue;
        }
        if !running && !VOCABULARY.are_one_kind(&keys) {
            continue;
        }
        if running {
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
