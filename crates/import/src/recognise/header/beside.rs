//! Tables beside each other under one row of titles.
//!
//! * In: the rows of a header. Out: one header, or several when blank columns part groups that repeat the same words.

use super::{ColumnHead, FLOOR, Header, WHOLE_ROW, heads};
use crate::fold;
use crate::grid::{Sheet, Value};
use crate::vocabulary::facts::FACT_WORDS;
use crate::vocabulary::{Meaning, VOCABULARY};
use std::collections::{BTreeMap, BTreeSet};

/// So many rows beside a table are looked at for facts.
const FACTS: u32 = 100;

/// One header, or several when blank columns separate groups that are tables of their own.
pub(super) fn side_by_side(sheet: &Sheet, top: u32, bottom: u32, span: (u32, u32)) -> Vec<Header> {
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
    if groups.len() >= 2 && groups.iter().any(|group| !are_facts(sheet, top, group)) {
        groups.retain(|group| !are_facts(sheet, top, group));
    }
    if groups.len() >= 2 && groups.iter().any(|group| !are_names_with_values(sheet, bottom, group))
    {
        groups.retain(|group| !are_names_with_values(sheet, bottom, group));
    }
    let alone = |group: &Vec<ColumnHead>| repeated_words(group).len() >= 2;
    let split = groups.len() >= 2
        && groups.iter().all(alone)
        && (share_words(&groups) || differ_in_kind(&groups));
    let groups = if split { groups } else { vec![groups.into_iter().flatten().collect()] };
    let alone = !split && span == WHOLE_ROW;
    groups.into_iter().filter_map(|heads| header_of(top, bottom, alone, heads)).collect()
}

/// `部门名称 | 某局` beside the titles, with further labels or nothing below: facts about the table, no columns of it.
fn are_facts(sheet: &Sheet, top: u32, group: &[ColumnHead]) -> bool {
    let [label, value] = group else { return false };
    let is_label = |text: &str| {
        let text = text.trim().trim_end_matches(['：', ':']);
        !VOCABULARY.labels(text).is_empty() || fold::plain(text) == "金额单位"
    };
    let rows = || sheet.rows_in(top..top + FACTS);
    let mut labels = rows().filter_map(|row| sheet.get(row, label.column));
    let mut alone = rows().filter(|row| sheet.get(*row, value.column).is_some());
    labels.all(|cell| matches!(cell.value, Value::Text(text) if is_label(text)))
        && alone.all(|row| sheet.get(row, label.column).is_some())
}

/// `名称 | 数值` beside the titles, with names of facts below: a table of its own, which is not found by its titles.
fn are_names_with_values(sheet: &Sheet, bottom: u32, group: &[ColumnHead]) -> bool {
    let [name, .., _] = group else { return false };
    let below = sheet.rows_in(bottom + 1..bottom + 1 + FACTS);
    let names: Vec<&str> = below.filter_map(|row| sheet.text(row, name.column)).collect();
    let known = names.iter().filter(|name| FACT_WORDS.known(name).is_some()).count();
    let telling = names.iter().any(|name| FACT_WORDS.known(name).is_some_and(|(_, only)| only));
    telling && known >= 2 && known * 2 >= names.len()
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
