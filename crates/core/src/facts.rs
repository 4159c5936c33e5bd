//! Facts by name and column (基础数据): which of them a formula means.
//!
//! * In: the facts of a submission, the name and column that a formula asks for, the budget year. Out: the one that is meant.
//! * Rule: absent is not zero; two facts of one name with different values are none.
//! * Never: adds facts up, or takes a column for another one.

use crate::rules::words::{Lists, folded};
use crate::{Fact, Words};
use std::sync::Arc;

/// The fact that is meant, if exactly one value is.
pub(crate) fn find<'f>(
    facts: &'f [Fact],
    name: &str,
    column: Option<&str>,
    words: &Words,
    year: Option<i32>,
) -> Option<&'f Fact> {
    let lists: &Arc<Lists> = &words.0;
    let (name, column) =
        (name_key(name, lists), column.map(|column| column_key(column, lists, year)));
    let found: Vec<&Fact> =
        facts.iter().filter(|fact| is(fact, &name, column.as_deref(), lists, year)).collect();
    if let Some(only) = only(&found) {
        return Some(only);
    }
    // Of a name that stands with two years, that of the budget year is meant.
    let this = lists.this_year.first().filter(|_| column.is_none())?;
    let of_year = |fact: &&Fact| {
        let own = fact.column.as_deref().map(|column| column_key(column, lists, year));
        own.as_ref() == Some(this)
    };
    only(&found.into_iter().filter(of_year).collect::<Vec<&Fact>>())
}

/// The first of facts that all have one value.
fn only<'f>(facts: &[&'f Fact]) -> Option<&'f Fact> {
    let first = facts.first()?;
    facts.iter().all(|other| other.value == first.value).then_some(first)
}

/// Whether a fact has this name, in any of the ways that its levels can be said, and this column.
fn is(fact: &Fact, name: &str, column: Option<&str>, lists: &Lists, year: Option<i32>) -> bool {
    let own = fact.column.as_deref().map(|column| column_key(column, lists, year));
    let mut spelt = spellings(&fact.name);
    let Some(column) = column else {
        return spelt.any(|spelt| name_key(&spelt, lists) == name);
    };
    // A value without a column is that of the budget year.
    let own = own.as_ref().or(lists.this_year.first());
    let printed = fact.column.as_deref().unwrap_or_default();
    spelt.any(|spelt| {
        // A table with one value for each name may have the column in the name, or none at all.
        let whole = name_key(&format!("{spelt}{printed}"), lists);
        let dated = own.map(|year| split(&spelt, year, lists)).unwrap_or_default();
        (name_key(&spelt, lists) == name && own.is_some_and(|own| own == column))
            || dated.iter().any(|(own, said)| own == name && said == column)
            || whole == format!("{name}{column}")
            || whole == format!("{column}{name}")
    })
}

/// `三公经费/公务用车/运行维护费` is also 公务用车运行维护费 and 运行维护费.
fn spellings(name: &str) -> impl Iterator<Item = String> {
    let levels: Vec<&str> = name.split('/').collect();
    (0..levels.len()).map(|from| levels[from..].concat()).collect::<Vec<String>>().into_iter()
}

impl Fact {
    /// Whether two facts speak of one value: the same column, and names of which one ends the other.
    pub fn is_of(&self, other: &Fact, words: &Words, year: Option<i32>) -> bool {
        let lists: &Arc<Lists> = &words.0;
        let column = |fact: &Fact| {
            let own = fact.column.as_deref().map(|column| column_key(column, lists, year));
            own.or_else(|| lists.this_year.first().cloned())
        };
        let levels = |fact: &Fact| -> Vec<String> {
            fact.name.split('/').map(|level| name_key(level, lists)).collect()
        };
        let (one, two) = (levels(self), levels(other));
        column(self) == column(other) && (one.ends_with(&two) || two.ends_with(&one))
    }
}

/// A name as facts are compared, other words for the same thing made one.
fn name_key(name: &str, lists: &Lists) -> String {
    one_of_the_same(&plain_name(name), &lists.same_facts)
}

/// A name folded, without quotes and without what stands in brackets behind it; 出国(境)费 keeps its own.
fn plain_name(name: &str) -> String {
    let quotes = ['“', '”', '"', '\'', '‘', '’', '「', '」', '《', '》'];
    let key: String = folded(name).chars().filter(|c| !quotes.contains(c)).collect();
    let head = key.strip_suffix(')').and_then(|rest| rest.rsplit_once('('));
    match head {
        Some((head, _)) if !head.is_empty() => head.to_owned(),
        _ => key,
    }
}

/// A column: years in figures as this year and last year, other words for the same column made one.
fn column_key(column: &str, lists: &Lists, year: Option<i32>) -> String {
    let mut key = plain_name(column);
    for (years_back, words) in [(0, &lists.this_year), (1, &lists.last_year)] {
        let Some(canonical) = words.first() else { continue };
        let figure = year.map(|year| (year - years_back).to_string());
        let figures = figure.iter().flat_map(|y| [format!("{y}年度"), format!("{y}年"), y.clone()]);
        let spelt = words.iter().cloned().chain(figures);
        let starts = spelt.filter(|word| key.starts_with(word.as_str()));
        if let Some(longest) = starts.max_by_key(|word| word.len()) {
            key = format!("{canonical}{}", &key[longest.len()..]);
            break;
        }
    }
    for ending in &lists.fact_endings {
        if let Some(rest) = key.strip_suffix(ending.as_str()).filter(|rest| !rest.is_empty()) {
            key = rest.to_owned();
            break;
        }
    }
    // 上年实际 is 上年决算 as 实际 is 本年决算.
    let year = [&lists.this_year, &lists.last_year].into_iter().filter_map(|words| words.first());
    for year in year {
        let rest = key.strip_prefix(year.as_str()).filter(|rest| !rest.is_empty());
        if let Some(rest) = rest.and_then(|rest| of_this_year(rest, lists)) {
            return format!("{year}{rest}");
        }
    }
    one_of_the_same(&key, &lists.same_facts)
}

/// 决算 for 实际, where the words say that 实际 means 本年决算.
fn of_this_year<'l>(word: &str, lists: &'l Lists) -> Option<&'l str> {
    let this = lists.this_year.first()?;
    let group = lists.same_facts.iter().find(|group| group.iter().any(|own| own == word))?;
    group.first()?.strip_prefix(this.as_str()).filter(|rest| !rest.is_empty())
}

/// 三公经费预算数 of 2022年 is 三公经费 of 上年预算: the names and columns that a name with a year for a column says.
fn split(name: &str, year: &str, lists: &Lists) -> Vec<(String, String)> {
    let key = plain_name(name);
    let words = lists.same_facts.iter().flatten();
    let endings = || lists.fact_endings.iter().map(String::as_str).chain([""]);
    let found = words.filter_map(|word| Some((word, of_this_year(word, lists)?)));
    found
        .flat_map(|(word, column)| endings().map(move |ending| (format!("{word}{ending}"), column)))
        .filter_map(|(end, column)| {
            let head = key.strip_suffix(end.as_str()).filter(|head| !head.is_empty())?;
            Some((name_key(head, lists), format!("{year}{column}")))
        })
        .collect()
}

fn one_of_the_same(key: &str, same: &[Vec<String>]) -> String {
    let group = same.iter().find(|group| group.iter().any(|word| word == key));
    group.and_then(|group| group.first()).map_or_else(|| key.to_owned(), Clone::clone)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rust_decimal::Decimal;

    fn fact(name: &str, column: &str, value: i64) -> Fact {
        Fact {
            name: name.to_owned(),
            column: (!column.is_empty()).then(|| column.to_owned()),
            value: Decimal::from(value),
            source: crate::Place::default(),
        }
    }

    #[test]
    fn facts_are_found_by_what_they_are_called() {
        let words = Words::builtin().expect("words");
        let facts = [
            fact("编制人数", "", 143),
            fact("“三公”经费", "本年预算数", 88),
            fact("三公经费", "2020年预算数", 80),
            fact("三公经费", "2021年决算数", 70),
            fact("培训费", "本年预算", 5),
            fact("培训费", "本年预算", 6),
            fact("会议费本年预算", "", 9),
            fact("公用经费", "预算", 40),
            fact("公用经费", "决算", 30),
            fact("年末结转结余", "", 13),
            fact("三公经费/公务用车/运行维护费", "预算", 20),
            fact("三公经费/公务接待费", "预算", 7),
            fact("三公经费/因公出国(境)费", "预算", 3),
            fact("在职人数", "上年", 45),
            fact("在职人数", "本年", 46),
            fact("编制数/行政", "", 30),
            fact("会议费预算数", "2020年", 11),
            fact("会议费实际支出数", "2020年", 12),
            fact("公务接待费", "2021年实际", 6),
            fact("公务接待费", "上年执行数", 4),
            fact("财政拨款结余", "年初", 4),
            fact("财政拨款结余", "年末", 5),
        ];
        for (name, column, value) in [
            ("编制数", "", Some(143)),
            ("三公经费", "本年预算", Some(88)),
            ("三公经费", "上年预算", Some(80)),
            ("三公经费", "本年决算", Some(70)),
            ("三公经费", "上年决算", None),
            ("三公经费", "", None), // three values of one name
            ("培训费", "本年预算", None),
            ("会议费", "本年预算", Some(9)),
            ("公用经费", "本年预算", Some(40)),
            ("公用经费", "本年决算", Some(30)),
            ("结转结余", "本年", Some(13)),
            ("结转结余", "上年", None),
            ("编制数", "本年决算", None),
            ("在职人数", "", Some(46)), // of two years that of the budget year
            ("在职人员数", "上年", Some(45)),
            ("车辆运行费", "本年预算", Some(20)),
            ("公务接待", "本年预算", Some(7)),
            ("出国(境)费", "预算", Some(3)),
            ("行政", "", Some(30)),
            ("会议费", "上年预算", Some(11)),
            ("会议费", "上年决算", Some(12)),
            ("公务接待费", "本年决算", Some(6)),
            ("公务接待费", "上年决算", Some(4)),
            ("财政拨款结余", "本年", Some(5)),
            ("财政拨款结余", "上年", Some(4)),
            ("离退休人数", "", None),
        ] {
            let column = Some(column).filter(|column| !column.is_empty());
            let found = find(&facts, name, column, &words, Some(2021));
            assert_eq!(found.map(|fact| fact.value), value.map(Decimal::from), "{name} {column:?}");
        }
        // Without a budget year, a year in figures says nothing of this or last.
        assert_eq!(find(&facts, "三公经费", Some("上年预算"), &words, None), None);
    }
}
