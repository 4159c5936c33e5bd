//! Matching: which item of a ledger a row of another table speaks of.
//!
//! * In: the items of ledgers; a row's codes and name. Out: one item and how it was found, several that fit alike, or none.
//! * Order: project code; function and economic class; name folded (width, brackets, spaces, punctuation, codes and
//!   numbering before it); a name that abbreviates exactly one other. The last is listed and can be undone, and so is a
//!   match where codes and name say different items.
//! * Never: takes one of two that fit alike.

use super::budget::Source;
use crate::clean::LedgerRow;
use crate::fold;
use crate::grid::Book;
use jixiao_core::Place;
use std::collections::HashMap;
use std::sync::Arc;

/// Among more items than these a name is not searched by likeness: every name would be compared with every other.
const MOST_COMPARED: usize = 2_000;

/// A row of a ledger: which source, which row of it.
pub type At = (usize, usize);

/// How an item was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// By its project code, or by function and economic class that only it has.
    Code,
    /// By its name, word for word after folding.
    Name,
    /// By a name that abbreviates it or is abbreviated by it.
    Like,
    /// A person said so.
    Said,
}

/// What a row speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Match {
    /// An item, by its index.
    Found(usize, How),
    /// Items that fit alike.
    Several(Vec<usize>),
    /// No item.
    None,
}

/// An item: the rows of ledgers that speak of it.
pub struct Item {
    /// Its rows, the first of which names it.
    pub rows: Vec<At>,
    /// Its name as it stands.
    pub name: Arc<str>,
    folded: String,
    path: Vec<Arc<str>>,
    project: Option<Arc<str>>,
    function: Option<Arc<str>>,
    economic: Option<Arc<str>>,
    fund: Option<Arc<str>>,
}

/// The items of some ledgers.
pub struct Items {
    /// In the order of their first rows.
    pub list: Vec<Item>,
    by_project: HashMap<String, Vec<usize>>,
    by_name: HashMap<String, Vec<usize>>,
    by_codes: HashMap<(String, String), Vec<usize>>,
}

/// A name as it is compared: numbering, codes, brackets, punctuation and blanks taken off.
pub fn folded(name: &str) -> String {
    let name = fold::numbering(name.trim()).1;
    let plain: String = fold::plain(name);
    let digits = plain.chars().take_while(|c| c.is_ascii_alphanumeric()).count();
    let rest = plain[digits..].trim_start_matches(['-', '_', '.', ':', '/']);
    let coded = digits >= 3 && plain[..digits].bytes().any(|byte| byte.is_ascii_digit());
    let kept = if coded && !rest.is_empty() { rest } else { &plain };
    let is_mark = |c: char| c.is_ascii_punctuation() || "、。，；：“”‘’《》「」·・…".contains(c);
    let bare: String = kept.chars().filter(|c| !is_mark(*c)).collect();
    if bare.is_empty() { plain } else { bare }
}

/// The own name of a row: the last of its names.
pub fn own_name(row: &LedgerRow) -> &str {
    row.names.last().map_or(row.label.trim(), |name| name)
}

impl Items {
    /// The items of the counted rows of ledgers.
    pub fn of(sources: &[Source<'_>]) -> Items {
        let mut items = Items {
            list: Vec::new(),
            by_project: HashMap::new(),
            by_name: HashMap::new(),
            by_codes: HashMap::new(),
        };
        let mut known: HashMap<String, usize> = HashMap::new();
        for (number, source) in sources.iter().enumerate() {
            for leaf in source.ledger.leaves() {
                let key = match source.joined.get(&leaf) {
                    Some((source, row)) => super::budget::key(&sources[*source].ledger, *row),
                    None => super::budget::key(&source.ledger, leaf),
                };
                let index = *known.entry(key).or_insert_with(|| items.add(source, leaf));
                items.list[index].rows.push((number, leaf));
            }
        }
        items
    }

    fn add(&mut self, source: &Source<'_>, leaf: usize) -> usize {
        let row = &source.ledger.rows[leaf];
        let index = self.list.len();
        let name: Arc<str> = Arc::from(own_name(row));
        let folded = folded(&name);
        let codes = &row.codes;
        if let Some(code) = &codes.project {
            self.by_project.entry(fold::plain(code)).or_default().push(index);
        }
        if let (Some(function), Some(economic)) = (&codes.function, &codes.economic) {
            let key = (function.to_string(), economic.to_string());
            self.by_codes.entry(key).or_default().push(index);
        }
        self.by_name.entry(folded.clone()).or_default().push(index);
        self.list.push(Item {
            rows: Vec::new(),
            name,
            folded,
            path: source.ledger.path(leaf),
            project: codes.project.clone(),
            function: codes.function.clone(),
            economic: codes.economic.clone(),
            fund: row.fund.clone(),
        });
        index
    }

    /// What a person calls an item: its name, with what tells it from others of that name.
    pub fn label(&self, index: usize) -> String {
        let item = &self.list[index];
        if self.by_name.get(&item.folded).is_none_or(|same| same.len() < 2) {
            return item.name.to_string();
        }
        let mut parts: Vec<&str> = item.path.iter().map(|name| &**name).collect();
        parts.extend(
            [&item.project, &item.function, &item.economic, &item.fund]
                .into_iter()
                .flatten()
                .map(|text| &**text),
        );
        parts.join("/")
    }

    /// Where an item stands.
    pub fn place(&self, book: &Book, sources: &[Source<'_>], index: usize) -> Place {
        let Some((source, row)) = self.list[index].rows.first() else { return Place::default() };
        let held = &sources[*source];
        super::budget::place(book, held.table, &held.ledger, held.ledger.rows[*row].row)
    }

    /// The items of a class: those below a heading or class of that name.
    pub fn below(&self, class: &str) -> Vec<usize> {
        let class = folded(class);
        let is_below = |item: &Item| {
            let above = item.path.len().saturating_sub(1);
            item.path.iter().take(above).any(|name| folded(name) == class)
        };
        (0..self.list.len()).filter(|index| is_below(&self.list[*index])).collect()
    }

    /// The item a person named.
    pub fn said(&self, label: &str) -> Option<usize> {
        let wanted = fold::plain(label);
        (0..self.list.len()).find(|index| fold::plain(&self.label(*index)) == wanted)
    }

    /// The item that a row speaks of.
    pub fn find(&self, row: &LedgerRow) -> Match {
        let name = folded(own_name(row));
        let project = row.codes.project.as_deref().map(fold::plain);
        if let Some(same) = project.and_then(|code| self.by_project.get(&code)) {
            let named: Vec<usize> =
                same.iter().copied().filter(|index| self.list[*index].folded == name).collect();
            let fitting = if named.is_empty() { same.clone() } else { named };
            return self.one_of(fitting, row, How::Code);
        }
        let codes = row.codes.function.as_ref().zip(row.codes.economic.as_ref());
        let coded = codes.and_then(|(function, economic)| {
            self.by_codes.get(&(function.to_string(), economic.to_string()))
        });
        let named = self.by_name.get(&name).filter(|_| !name.is_empty());
        match (coded, named) {
            (Some(coded), Some(named)) => {
                let both: Vec<usize> =
                    coded.iter().copied().filter(|i| named.contains(i)).collect();
                match (both.is_empty(), coded.len()) {
                    (false, _) => return self.one_of(both, row, How::Code),
                    // The classes say one item, the name another: the classes count, and it is listed.
                    (true, 1) => return self.one_of(coded.clone(), row, How::Like),
                    (true, _) => return self.one_of(named.clone(), row, How::Name),
                }
            }
            (Some(coded), None) => return self.one_of(coded.clone(), row, How::Code),
            (None, Some(named)) => return self.one_of(named.clone(), row, How::Name),
            (None, None) => {}
        }
        let like = |index: &usize| {
            let item = &self.list[*index];
            abbreviates(&name, &item.folded) || abbreviates(&item.folded, &name)
        };
        if self.list.len() > MOST_COMPARED {
            return Match::None;
        }
        let fitting: Vec<usize> = (0..self.list.len()).filter(like).collect();
        self.one_of(fitting, row, How::Like)
    }

    /// Of items that fit, those whose codes and fund do not contradict the row.
    fn one_of(&self, fitting: Vec<usize>, row: &LedgerRow, how: How) -> Match {
        let agree = |own: &Option<Arc<str>>, other: &Option<Arc<str>>| match (own, other) {
            // 20701 holds 2070109: a class does not contradict what belongs to it.
            (Some(own), Some(other)) => {
                let (own, other) = (fold::plain(own), fold::plain(other));
                Some(own.starts_with(&other) || other.starts_with(&own))
            }
            _ => None,
        };
        let mut left = fitting;
        // A name alone does not join rows of different classes in silence; a like name never does.
        let mut how = how;
        if how == How::Name || how == How::Like {
            let contradicts = |index: &usize| {
                let item = &self.list[*index];
                agree(&item.function, &row.codes.function) == Some(false)
                    || agree(&item.economic, &row.codes.economic) == Some(false)
                    || agree(&item.project, &row.codes.project) == Some(false)
            };
            let honest: Vec<usize> = left.iter().copied().filter(|i| !contradicts(i)).collect();
            match (how, honest.is_empty()) {
                (How::Name, true) if left.len() > 1 => return Match::Several(left),
                (How::Name, true) => how = How::Like,
                _ => left = honest,
            }
        }
        type Field = fn(&Item) -> &Option<Arc<str>>;
        let fields: [(Field, &Option<Arc<str>>); 3] = [
            (|item| &item.function, &row.codes.function),
            (|item| &item.economic, &row.codes.economic),
            (|item| &item.fund, &row.fund),
        ];
        for (field, own) in fields {
            let equal: Vec<usize> = left
                .iter()
                .copied()
                .filter(|index| agree(field(&self.list[*index]), own) == Some(true))
                .collect();
            if !equal.is_empty() {
                left = equal;
            }
        }
        let above = row.names.iter().rev().skip(1).map(|name| folded(name));
        for name in above {
            let equal: Vec<usize> = left
                .iter()
                .copied()
                .filter(|index| self.list[*index].path.iter().any(|part| folded(part) == name))
                .collect();
            if !equal.is_empty() {
                left = equal;
            }
        }
        match left[..] {
            [] => Match::None,
            [only] => Match::Found(only, how),
            _ => Match::Several(left),
        }
    }
}

/// Whether `short` can stand for `long`: a piece of it, or its characters in order from the first to the last.
/// Numbers in both must be the same: 一期 is not 二期, 2020 not 2021.
pub fn abbreviates(short: &str, long: &str) -> bool {
    let length = short.chars().count();
    if length < 3 || length >= long.chars().count() {
        return false;
    }
    if numbers(short) != numbers(long) && !numbers(short).is_empty() {
        return false;
    }
    if long.contains(short) {
        return true;
    }
    let mut rest = long.chars();
    length >= 4
        && short.chars().next() == long.chars().next()
        && short.chars().next_back() == long.chars().next_back()
        && short.chars().all(|wanted| rest.any(|c| c == wanted))
}

fn numbers(name: &str) -> String {
    name.chars().filter(|c| c.is_ascii_digit() || "一二三四五六七八九十".contains(*c)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_one_name() {
        for (one, other) in [
            ("免费开放补助（中央）", "免费开放补助(中央)"),
            ("1、办公费", "办公费"),
            ("30201-办公费", "办 公 费"),
            ("ＡＢ项目", "ab项目"),
            ("“三公”经费", "三公经费"),
            ("（一）培训费", "培训费"),
        ] {
            assert_eq!(folded(one), folded(other), "{one}");
        }
        assert_ne!(folded("办公费"), folded("办公用房"));
        assert_eq!(folded("2021"), "2021");
    }

    #[test]
    fn abbreviations() {
        for (short, long, fits) in [
            ("教育局", "市教育局", true),
            ("非遗保护", "非物质文化遗产保护", true),
            ("老年大学课酬", "老年大学教师课酬", true),
            ("工资", "基本工资", false),
            ("修缮一期", "修缮工程二期", false),
            ("文化活动经费", "群众文化活动", false),
            ("2020年补助", "2021年困难补助", false),
            ("办公费", "办公费", false),
        ] {
            assert_eq!(abbreviates(short, long), fits, "{short} {long}");
        }
    }
}
