//! Facts by name and column (基础数据): which of them a formula means.
//!
//! * In: the facts of a submission, the name and column that a formula asks for, the budget year. Out: the one that is meant.
//! * Rule: absent is not zero; two facts of one name with different values are none.
//! * Never: adds facts up, or takes a column for another one.

use crate::rules::card_name;
use crate::rules::words::Lists;
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
    let wanted = (name_key(name, lists), column.map(|column| column_key(column, lists, year)));
    let mut found = facts.iter().filter(|fact| {
        let own = fact.column.as_deref().map(|column| column_key(column, lists, year));
        // A table with one value for each name may have the column in the name, or none at all.
        let whole = name_key(
            &format!("{}{}", fact.name, fact.column.as_deref().unwrap_or_default()),
            lists,
        );
        match &wanted.1 {
            None => name_key(&fact.name, lists) == wanted.0,
            Some(column) => {
                // A value without a column is that of the budget year.
                let own = own.as_ref().or(lists.this_year.first());
                (name_key(&fact.name, lists) == wanted.0 && own == Some(column))
                    || whole == format!("{}{column}", wanted.0)
                    || whole == format!("{column}{}", wanted.0)
            }
        }
    });
    let first = found.next()?;
    found.all(|other| other.value == first.value).then_some(first)
}

/// A name as facts are compared, other words for the same thing made one.
fn name_key(name: &str, lists: &Lists) -> String {
    one_of_the_same(&card_name(name), &lists.same_facts)
}

/// A column: years in figures as this year and last year, other words for the same column made one.
fn column_key(column: &str, lists: &Lists, year: Option<i32>) -> String {
    let mut key = card_name(column);
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
    one_of_the_same(&key, &lists.same_facts)
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
            ("在职人数", "", None),
        ] {
            let column = Some(column).filter(|column| !column.is_empty());
            let found = find(&facts, name, column, &words, Some(2021));
            assert_eq!(found.map(|fact| fact.value), value.map(Decimal::from), "{name} {column:?}");
        }
        // Without a budget year, a year in figures says nothing of this or last.
        assert_eq!(find(&facts, "三公经费", Some("上年预算"), &words, None), None);
    }
}
