//! Days inside targets: `9月前`, `11月底前`, `2021年12月31日前完成`, `第三季度`.

use crate::rules::words::Lists;
use std::cmp::Ordering;

/// Text around a day that is longer than this is a sentence that says more than a day.
const LONGEST_AROUND: usize = 20;

/// A day by which something is due or was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day {
    /// The year, if the text says it.
    pub year: Option<i32>,
    /// The month, 1 to 12.
    pub month: u32,
    /// The day of the month; its last day for 月底 and where only a month is given.
    pub day: u32,
    /// Whether the deadline ends before that month begins (`9月前`), not with the day (`9月底前`, `12月31日前`).
    pub before: bool,
}

impl Day {
    /// How two days lie to each other; a year that is missing is taken as `year`, else as the other's.
    pub(super) fn compare(&self, other: &Day, year: Option<i32>) -> Ordering {
        let own = self.year.or(year).or(other.year);
        let others = other.year.or(year).or(self.year);
        (own, self.month, self.day).cmp(&(others, other.month, other.day))
    }
}

/// The day a text states; `None` where it says anything else or more.
pub(super) fn read(text: &str, lists: &Lists) -> Option<Day> {
    if let Some(day) = year_end(text, lists) {
        return Some(day);
    }
    let start = text.find(|c: char| c.is_ascii_digit());
    let quarter = lists
        .quarters
        .iter()
        .find_map(|(word, q)| text.find(word.as_str()).map(|at| (at, word, *q)));
    if let Some((at, word, quarter)) = quarter
        && start.is_none_or(|start| start >= at || text[start..at].ends_with('年'))
    {
        let around = &text[at + word.len()..];
        let (year, head) = match start.filter(|start| *start < at) {
            Some(start) => (Some(full_year(text[start..at].strip_suffix('年')?)?), &text[..start]),
            None => (None, &text[..at]),
        };
        return plain(head, around, lists).then(|| last_of(year, quarter * 3));
    }
    let start = start?;
    let (head, core) = text.split_at(start);
    let (mut day, tail, has_day) = core_of(core)?;
    let tail = behind(&mut day, tail, has_day, lists);
    plain(head, tail, lists).then_some(day)
}

/// `年底前完成`, without digits.
fn year_end(text: &str, lists: &Lists) -> Option<Day> {
    let (at, word) =
        lists.year_end.iter().find_map(|word| text.find(word.as_str()).map(|at| (at, word)))?;
    let head = &text[..at];
    let no_digits = !text.chars().any(|c| c.is_ascii_digit());
    (no_digits && plain(head, &text[at + word.len()..], lists)).then(|| last_of(None, 12))
}

/// `2021年12月31日`, `12月`, `2021-12-31`, `2021年`: the day, what follows, and whether the day itself is named.
fn core_of(core: &str) -> Option<(Day, &str, bool)> {
    let (first, rest) = digits(core)?;
    if let Some(rest) = rest.strip_prefix('年') {
        let year = full_year(first)?;
        let rest = rest.strip_prefix('度').unwrap_or(rest);
        return match digits(rest) {
            Some((month, behind)) => month_of(Some(year), month, behind),
            None => Some((last_of(Some(year), 12), rest, false)),
        };
    }
    if let Some(sign) = rest.chars().next().filter(|c| ['-', '/', '.'].contains(c))
        && let Some(year) = full_year(first)
    {
        let (month, behind) = digits(&rest[1..])?;
        let month: u32 = month.parse().ok().filter(|m| (1..=12).contains(m))?;
        return match behind.strip_prefix(sign).and_then(digits) {
            Some((day, behind)) => {
                named(Some(year), month, day, behind.strip_prefix('日').unwrap_or(behind))
            }
            // 2021.12 alone is a number; with words behind it, it is a month.
            None if behind.is_empty() => None,
            None => Some((last_of(Some(year), month), behind, false)),
        };
    }
    month_of(None, first, rest)
}

/// `12月31日`, `12月`, `1-12月`, `1月至12月` behind the year.
fn month_of<'t>(year: Option<i32>, month: &str, rest: &'t str) -> Option<(Day, &'t str, bool)> {
    let to = |text: &'t str| {
        let sign = text.chars().next().filter(|c| ['-', '~', '至', '到', '—', '–'].contains(c))?;
        digits(&text[sign.len_utf8()..]).filter(|(_, behind)| behind.starts_with('月'))
    };
    let valid = |month: &str| month.parse().ok().filter(|m| (1..=12).contains(m));
    let from: u32 = valid(month)?;
    let after_month = rest.strip_prefix('月');
    if let Some((last, behind)) = to(after_month.unwrap_or(rest)) {
        let last: u32 = valid(last).filter(|last| *last >= from)?;
        return Some((last_of(year, last), &behind['月'.len_utf8()..], false));
    }
    let behind = after_month?;
    let behind = behind.strip_prefix('份').unwrap_or(behind);
    if let Some((day, after)) = digits(behind)
        && let Some(after) = after.strip_prefix(['日', '号'])
    {
        return named(year, from, day, after);
    }
    Some((last_of(year, from), behind, false))
}

fn named<'t>(
    year: Option<i32>,
    month: u32,
    day: &str,
    behind: &'t str,
) -> Option<(Day, &'t str, bool)> {
    let day = day.parse().ok().filter(|day| (1..=days_in(year, month)).contains(day))?;
    Some((Day { year, month, day, before: false }, behind, true))
}

/// What behind the month changes the day: 底, 上旬, 前. Gives what is left of the text.
fn behind<'t>(day: &mut Day, tail: &'t str, has_day: bool, lists: &Lists) -> &'t str {
    let mut tail = tail;
    let mut fixed = has_day;
    let cut = |tail: &'t str, words: &[String]| -> Option<&'t str> {
        words.iter().find_map(|word| tail.strip_prefix(word.as_str()))
    };
    let thirds = [(&lists.early, 10), (&lists.middle, 20), (&lists.late, 31)];
    for (words, last) in thirds {
        if !fixed && let Some(rest) = cut(tail, words) {
            day.day = last.min(days_in(day.year, day.month));
            tail = rest;
            fixed = true;
        }
    }
    if let Some(rest) = cut(tail, &lists.by_end) {
        return rest;
    }
    match cut(tail, &lists.before_day) {
        Some(rest) => {
            day.before = !fixed;
            rest
        }
        None => tail,
    }
}

/// Whether what stands around the day neither denies it nor says more.
fn plain(head: &str, tail: &str, lists: &Lists) -> bool {
    let around = [head, tail];
    let short = around.iter().all(|text| text.chars().count() <= LONGEST_AROUND);
    let no_digits = !around.iter().any(|text| text.chars().any(|c| c.is_ascii_digit()));
    let denied = |text: &str| lists.negations.iter().any(|word| text.contains(word.as_str()));
    short && no_digits && !around.into_iter().any(denied)
}

fn digits(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    (1..=4).contains(&end).then(|| text.split_at(end))
}

fn full_year(digits: &str) -> Option<i32> {
    let year = digits.parse().ok()?;
    (digits.len() == 4 && (1949..=2099).contains(&year)).then_some(year)
}

fn last_of(year: Option<i32>, month: u32) -> Day {
    Day { year, month, day: days_in(year, month), before: false }
}

/// The days of a month; 29 for February of a year that is not known.
fn days_in(year: Option<i32>, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_some_and(|y| y % 4 != 0 || (y % 100 == 0 && y % 400 != 0)) => 28,
        2 => 29,
        _ => 31,
    }
}
