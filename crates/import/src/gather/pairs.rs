//! Pairs: which item of the ledgers each entry of a journal speaks of, and what a person should know about that.
//!
//! * In: a journal and the items of the ledgers, with the answers given before. Out: a target for every entry.
//! * What was joined by a like name is listed and can be undone by an answer; what fits several items is asked.

use super::journal::Journal;
use super::limited;
use super::matching::{How, Items, Match, own_name};
use super::questions::match_question;
use crate::clean::LedgerRow;
use crate::grid::Book;
use crate::recognise::Table;
use crate::vocabulary::Meaning;
use jixiao_core::{Choice, Code, Finding, Place, Severity};
use std::collections::HashMap;

/// The answer that says that a name is no item of the ledger.
pub const NO_ITEM: &str = "无";

/// Where an entry belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// To an item of the ledgers.
    Item(usize),
    /// To none of them.
    None,
    /// To one of several; nobody has said which.
    Open,
}

/// Entries that say the same about their item.
struct Group {
    found: Match,
    entries: Vec<usize>,
}

/// The targets of a journal's entries.
pub struct Pairs<'j> {
    journal: &'j Journal<'j>,
    items: &'j Items,
    named: bool,
    by_key: HashMap<String, usize>,
    groups: Vec<Group>,
}

/// Whether a table names what its entries are for.
pub fn names_items(table: &Table) -> bool {
    let keys = [Meaning::Item, Meaning::ProjectCode, Meaning::Function, Meaning::Economic];
    keys.iter().any(|meaning| table.column(*meaning).is_some())
}

impl<'j> Pairs<'j> {
    /// For one journal.
    pub fn new(journal: &'j Journal<'j>, items: &'j Items) -> Pairs<'j> {
        let named = names_items(journal.table);
        Pairs { journal, items, named, by_key: HashMap::new(), groups: Vec::new() }
    }

    /// Where an entry belongs. Entries of a list without items belong to the only item there is.
    pub fn find(&mut self, index: usize) -> Target {
        if !self.named {
            return match self.items.list.len() {
                1 => Target::Item(0),
                _ => Target::None,
            };
        }
        let row = &self.journal.ledger.rows[index];
        let free = self.groups.len();
        let group = *self.by_key.entry(key(row)).or_insert(free);
        if group == free {
            self.groups.push(Group { found: self.search(row), entries: Vec::new() });
        }
        self.groups[group].entries.push(index);
        match &self.groups[group].found {
            Match::Found(item, _) => Target::Item(*item),
            Match::Several(_) => Target::Open,
            Match::None => Target::None,
        }
    }

    fn search(&self, row: &LedgerRow) -> Match {
        match self.journal.table.answer(&match_question(own_name(row))) {
            Some(NO_ITEM) => return Match::None,
            Some(label) => {
                if let Some(item) = self.items.said(label) {
                    return Match::Found(item, How::Said);
                }
            }
            None => {}
        }
        self.items.find(row)
    }

    /// Lists what was joined by a like name; asks, where that changes a line, what several items fit.
    pub fn tell(
        &self,
        book: &Book,
        at: impl Fn(usize) -> Place,
        ask: bool,
        findings: &mut Vec<Finding>,
    ) {
        let (mut like, mut open) = (Vec::new(), Vec::new());
        for group in &self.groups {
            match &group.found {
                Match::Found(item, How::Like) => {
                    like.push(self.like(book, group, *item, at(*item)))
                }
                Match::Several(items) if ask => open.push(self.open(book, group, items, &at)),
                _ => {}
            }
        }
        findings.extend(limited(like));
        findings.extend(limited(open));
    }

    fn named(&self, group: &Group) -> (String, String) {
        let first = group.entries.first().map(|index| &self.journal.ledger.rows[*index]);
        let name = first.map_or("", own_name).to_owned();
        (name, self.journal.sum_in_words(&group.entries))
    }

    fn like(&self, book: &Book, group: &Group, item: usize, at: Place) -> Finding {
        let (name, sum) = self.named(group);
        let (label, count) = (self.items.label(item), group.entries.len());
        let zh = format!(
            "“{name}”（{count} 笔，{sum}）按相近的名称对应到台账的“{label}”；不是同一项目的，请在问答文件中回答“{NO_ITEM}”或写出正确的项目"
        );
        let en = format!(
            "{name:?} ({count} entries, {sum}) was joined to the ledger's {label:?} by its like name; if it is another item, answer {NO_ITEM} or name the right one in the file of answers"
        );
        let choices = [label, NO_ITEM.to_owned()].map(|answer| self.choice(group, answer));
        let place =
            self.journal.places(book, &group.entries).into_iter().next().unwrap_or_default();
        Finding::new(Code::Reconciliation, place, zh, en)
            .with_severity(Severity::Info)
            .with_related(at)
            .asking(self.journal.table.question(&match_question(&name)), choices.to_vec())
    }

    fn open(
        &self,
        book: &Book,
        group: &Group,
        items: &[usize],
        at: &impl Fn(usize) -> Place,
    ) -> Finding {
        let (name, sum) = self.named(group);
        let labels: Vec<String> = items.iter().map(|item| self.items.label(*item)).collect();
        let (count, list) = (group.entries.len(), labels.join("、"));
        let zh = format!(
            "“{name}”（{count} 笔，{sum}）可能是台账中的 {list}，属于哪一项须由您确认；目前单列一行，合计不受影响。请写全名称或编码"
        );
        let en = format!(
            "{name:?} ({count} entries, {sum}) may be any of {list} in the ledger; which one? It stands on a line of its own, totals are not affected. Write the full name or the code"
        );
        let answers = labels.into_iter().chain([NO_ITEM.to_owned()]);
        let choices = answers.map(|answer| self.choice(group, answer)).collect();
        let place =
            self.journal.places(book, &group.entries).into_iter().next().unwrap_or_default();
        let finding = Finding::new(Code::Question, place, zh, en);
        let finding = items.iter().take(5).fold(finding, |f, item| f.with_related(at(*item)));
        finding.asking(self.journal.table.question(&match_question(&name)), choices)
    }

    fn choice(&self, group: &Group, answer: String) -> Choice {
        let sum = self.journal.sum_in_words(&group.entries);
        let effect = match answer.as_str() {
            NO_ITEM => format!("{sum} 单列一行，不对应台账的项目"),
            _ => format!("{sum} 记入“{answer}”"),
        };
        Choice { answer, effect }
    }
}

/// Rows with the same names, codes and fund speak of the same item.
fn key(row: &LedgerRow) -> String {
    format!("{:?}\u{1f}{:?}\u{1f}{:?}\u{1f}{}", row.names, row.codes, row.fund, row.label)
}
