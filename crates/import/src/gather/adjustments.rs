//! Changes of the budget (预算调整明细): compared with a ledger that shows them, or added to one that does not.
//!
//! * In: the lists of changes of a department and its ledgers. Out: ledgers with the bridge's changes, and findings.
//! * A ledger with 追加, 追减 or 调剂 is compared with the list. Where it has 年初 and 全年 only, the list explains the
//!   difference, item by item. Where it has 年初 only, 全年 is 年初 and the list.
//! * Never: adds a change that a ledger's columns hold already.

use super::account::Account;
use super::budget::{Source, range_place};
use super::journal::{self, Journal, Side, within_rounding};
use super::kinds::KINDS;
use super::matching::{Items, own_name};
use super::pairs::{Pairs, Target};
use super::{kinds, limited};
use crate::clean::Ledger;
use crate::grid::Book;
use crate::recognise::Table;
use crate::vocabulary::Meaning;
use jixiao_core::{Amount, Amounts, Code, Finding, Money, Place};
use std::collections::{BTreeMap, HashMap};

/// What is done with changes, as the ledgers have it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    /// The ledgers have columns of changes: compared.
    Compare,
    /// The ledgers have the budget before and after: what explains the difference is counted.
    Explain,
    /// The ledgers have the initial budget only: counted.
    Add,
    /// There is nothing to add to or to compare with.
    Nothing,
}

/// Joins the lists of changes of a department to its ledgers.
pub fn join<'a>(
    book: &Book,
    tables: &[&'a Table],
    year: Option<i32>,
    sources: &mut Vec<Source<'a>>,
    accounts: &mut Vec<Account>,
    findings: &mut Vec<Finding>,
) {
    let Some(journals) = read_all(book, tables, year, findings) else { return };
    let how = use_of(sources);
    let items = Items::of(sources);
    let mut changes = Changes::default();
    for (number, journal) in journals.iter().enumerate() {
        let mut pairs = Pairs::new(journal, &items);
        for index in 0..journal.entries.len() {
            changes.add(book, number, index, journal, pairs.find(index));
        }
        pairs.tell(book, |item| items.place(book, sources, item), how == Use::Add, findings);
    }
    let counted = match how {
        Use::Compare => {
            changes.compare(book, &items, sources, findings);
            Vec::new()
        }
        Use::Explain => changes.explain(book, &items, sources, findings),
        Use::Add => {
            changes.say_added(book, &journals, sources, findings);
            changes.all()
        }
        Use::Nothing => {
            say_unused(book, &journals, sources, findings);
            Vec::new()
        }
    };
    for (number, journal) in journals.into_iter().enumerate() {
        let own = counted.iter().filter(|(of, ..)| *of == number);
        let own: Vec<(usize, Option<usize>)> =
            own.map(|(_, index, item)| (*index, *item)).collect();
        book_entries(journal, own, how, &items, sources, accounts);
    }
}

/// The changes of every table, cleaned; `None` while a question about one of them is open, since a part of them is no sum.
pub fn read_all<'a>(
    book: &Book,
    tables: &[&'a Table],
    year: Option<i32>,
    findings: &mut Vec<Finding>,
) -> Option<Vec<Journal<'a>>> {
    journal::read_all(book, tables, year, as_changes, kinds::tell, findings)
}

/// The table with an amount of no name taken for a signed change.
pub fn as_changes(table: &Table) -> Table {
    let mut named = table.clone();
    for column in &mut named.columns {
        if matches!(column.meaning, Some(Meaning::Amount)) {
            column.meaning = Some(Meaning::Transfers);
        }
    }
    named
}

fn use_of(sources: &[Source<'_>]) -> Use {
    let gives = |amount: Amount| sources.iter().any(|source| source.gives(amount));
    match (KINDS.into_iter().any(gives), gives(Amount::Initial), gives(Amount::Adjusted)) {
        (true, ..) => Use::Compare,
        (false, true, true) => Use::Explain,
        (false, true, false) => Use::Add,
        _ => Use::Nothing,
    }
}

/// Additions less reductions and transfers as they stand.
pub fn net(amounts: &Amounts) -> Money {
    let of = |amount| amounts.get(amount).unwrap_or(Money::ZERO);
    of(Amount::Addition) - of(Amount::Reduction) + of(Amount::Transfer)
}

/// Changes of one item, or of one name that is no item.
#[derive(Default)]
struct Held {
    amounts: Amounts,
    entries: Vec<(usize, usize)>,
    places: Vec<Place>,
}

/// All changes, by what they belong to.
#[derive(Default)]
struct Changes {
    by_item: BTreeMap<usize, Held>,
    without: BTreeMap<String, Held>,
    last_place: Option<Money>,
}

/// A counted change: which list, which entry, which item.
type Counted = (usize, usize, Option<usize>);

impl Changes {
    fn add(
        &mut self,
        book: &Book,
        number: usize,
        index: usize,
        journal: &Journal<'_>,
        target: Target,
    ) {
        let row = &journal.ledger.rows[index];
        let held = match target {
            Target::Item(item) => self.by_item.entry(item).or_default(),
            Target::None | Target::Open => {
                self.without.entry(own_name(row).to_owned()).or_default()
            }
        };
        held.amounts.add(&row.amounts);
        held.entries.push((number, index));
        if held.places.len() < journal::NAMED_CELLS {
            held.places.push(journal.place(book, index));
        }
        self.last_place = self.last_place.max(journal.ledger.last_place);
    }

    fn all(&self) -> Vec<Counted> {
        let joined = self.by_item.iter().flat_map(|(item, held)| {
            held.entries.iter().map(|(number, index)| (*number, *index, Some(*item)))
        });
        let alone = self
            .without
            .values()
            .flat_map(|held| held.entries.iter().map(|(number, index)| (*number, *index, None)));
        let mut all: Vec<Counted> = joined.chain(alone).collect();
        all.sort_unstable();
        all
    }

    /// A ledger with columns of changes: each kind that both tell apart, else what remains of all.
    fn compare(
        &self,
        book: &Book,
        items: &Items,
        sources: &[Source<'_>],
        findings: &mut Vec<Finding>,
    ) {
        let told = KINDS.into_iter().filter(|kind| {
            let held = self.by_item.values().chain(self.without.values());
            held.into_iter().any(|held| held.amounts.get(*kind).is_some_and(|m| !m.is_zero()))
        });
        let same_kinds = told.clone().all(|kind| sources.iter().any(|source| source.gives(kind)));
        let none = Held::default();
        let mut found = Vec::new();
        for item in 0..items.list.len() {
            let own = ledger_amounts(items, sources, item);
            let held = self.by_item.get(&item).unwrap_or(&none);
            let pairs: Vec<(Amount, Money, Money)> = if same_kinds {
                let of = |amounts: &Amounts, kind| amounts.get(kind).unwrap_or(Money::ZERO);
                KINDS.map(|kind| (kind, of(&own, kind), of(&held.amounts, kind))).to_vec()
            } else {
                vec![(Amount::Transfer, net(&own), net(&held.amounts))]
            };
            for (kind, ledger, listed) in pairs {
                let sides = self.sides(sources, items.list[item].rows.len(), held);
                if !within_rounding(ledger - listed, &sides) {
                    let name = if same_kinds { kind.chinese() } else { "追加追减净额" };
                    let name_en = if same_kinds { kind.english() } else { "net change" };
                    let words = Words { name, name_en, ledger, listed };
                    found.push(differs(book, items, sources, item, kind, held, &words));
                }
            }
        }
        findings.extend(limited(found));
        self.unmatched(sources, findings);
    }

    /// A ledger with the budget before and after: changes that explain the difference are counted.
    fn explain(
        &self,
        book: &Book,
        items: &Items,
        sources: &[Source<'_>],
        findings: &mut Vec<Finding>,
    ) -> Vec<Counted> {
        let none = Held::default();
        let (mut found, mut counted) = (Vec::new(), Vec::new());
        for item in 0..items.list.len() {
            let own = ledger_amounts(items, sources, item);
            let initial = own.get(Amount::Initial).unwrap_or(Money::ZERO);
            let carried = own.get(Amount::CarriedOver).unwrap_or(Money::ZERO);
            let adjusted = own.get(Amount::Adjusted).unwrap_or(initial);
            let difference = adjusted - initial - carried;
            let held = self.by_item.get(&item).unwrap_or(&none);
            let sides = self.sides(sources, 2 * items.list[item].rows.len(), held);
            let listed = net(&held.amounts);
            if within_rounding(difference - listed, &sides) {
                let own = held.entries.iter().map(|(number, index)| (*number, *index, Some(item)));
                counted.extend(own);
            } else {
                let (name, name_en) =
                    ("全年与年初之差", "difference of adjusted and initial budget");
                let words = Words { name, name_en, ledger: difference, listed };
                found.push(differs(book, items, sources, item, Amount::Adjusted, held, &words));
            }
        }
        findings.extend(limited(found));
        self.unmatched(sources, findings);
        counted
    }

    fn sides(&self, sources: &[Source<'_>], rows: usize, held: &Held) -> [Side; 2] {
        let ledgers = sources.iter().map(|source| source.ledger.last_place).max().flatten();
        [(ledgers, rows), (self.last_place, held.entries.len())]
    }

    /// Changes of names that are no item of the ledgers.
    fn unmatched(&self, sources: &[Source<'_>], findings: &mut Vec<Finding>) {
        let unit = sources.first().map(|source| source.ledger.unit).unwrap_or_default();
        let mut found = Vec::new();
        for (name, held) in self.without.iter().filter(|(_, held)| !net(&held.amounts).is_zero()) {
            let count = held.entries.len();
            let sum = format!("{} {}", net(&held.amounts).display_exact(unit), unit.word());
            let zh = format!(
                "调整明细中“{name}”{count} 笔净额 {sum}，台账中没有可对应的预算项目，未计入；请核对项目名称或编码，或在台账中补列"
            );
            let en = format!(
                "the changes of {name:?}, {count} entries of {sum} net, have no item in the ledger and are not counted; check name and code or add the item"
            );
            let mut places = held.places.iter().cloned();
            let at = places.next().unwrap_or_default();
            let mut finding = Finding::new(Code::Reconciliation, at, zh, en);
            finding.related = places.collect();
            found.push(finding);
        }
        findings.extend(limited(found));
    }

    /// Says that the adjusted budget is the initial one and these changes.
    fn say_added(
        &self,
        book: &Book,
        journals: &[Journal<'_>],
        sources: &[Source<'_>],
        findings: &mut Vec<Finding>,
    ) {
        let unit = sources.first().map(|source| source.ledger.unit).unwrap_or_default();
        let shown = |money: Money| format!("{} {}", money.display_exact(unit), unit.word());
        let initial: Money =
            sources.iter().filter_map(|source| source.totals().get(Amount::Initial)).sum();
        let held = self.by_item.values().chain(self.without.values());
        let changes: Money = held.map(|held| net(&held.amounts)).sum();
        let [before, change, after] = [initial, changes, initial + changes].map(shown);
        let zh = format!(
            "台账只有年初预算数；全年预算数按年初预算数 {before} 加调整明细净额 {change} 计算，为 {after}。如不是，请在台账中填写全年预算数"
        );
        let en = format!(
            "the ledger has the initial budget only; the adjusted budget is taken as {before} initial and {change} of listed changes, {after}. If that is wrong, fill the adjusted budget in"
        );
        let Some(first) = journals.iter().find(|journal| !journal.entries.is_empty()) else {
            return;
        };
        let mut finding = Finding::new(Code::BaseAssumed, range_place(book, first.table), zh, en);
        finding.related = sources.iter().map(|source| range_place(book, source.table)).collect();
        findings.push(finding);
        self.say_new(sources, findings);
    }

    /// Names that the ledger has not are items of their own, added during the year.
    fn say_new(&self, sources: &[Source<'_>], findings: &mut Vec<Finding>) {
        let unit = sources.first().map(|source| source.ledger.unit).unwrap_or_default();
        let found = self.without.iter().map(|(name, held)| {
            let sum = format!("{} {}", net(&held.amounts).display_exact(unit), unit.word());
            let zh = format!(
                "调整明细中“{name}”（{sum}）在台账中没有对应的项目，按年中新增项目单列一行；是已有项目的，请写全名称或编码"
            );
            let en = format!(
                "the changes of {name:?} ({sum}) have no item in the ledger and stand on a line of their own, as one added during the year; write full name or code if it is a known item"
            );
            let at = held.places.first().cloned().unwrap_or_default();
            Finding::new(Code::Reconciliation, at, zh, en)
                .with_severity(jixiao_core::Severity::Warning)
        });
        findings.extend(limited(found));
    }
}

/// The sums of an item's rows.
fn ledger_amounts(items: &Items, sources: &[Source<'_>], item: usize) -> Amounts {
    let rows = items.list[item].rows.iter();
    Amounts::sum(rows.map(|(source, row)| &sources[*source].ledger.rows[*row].amounts))
}

/// What a difference is called, and its two sides.
struct Words<'w> {
    name: &'w str,
    name_en: &'w str,
    ledger: Money,
    listed: Money,
}

fn differs(
    book: &Book,
    items: &Items,
    sources: &[Source<'_>],
    item: usize,
    kind: Amount,
    held: &Held,
    words: &Words<'_>,
) -> Finding {
    let (source, row) = items.list[item].rows.first().copied().unwrap_or_default();
    let ledger = &sources[source].ledger;
    let unit = ledger.unit;
    let [one, two, off] = [words.ledger, words.listed, words.listed - words.ledger]
        .map(|money| format!("{} {}", money.display_exact(unit), unit.word()));
    let (label, count, name, name_en) =
        (items.label(item), held.entries.len(), words.name, words.name_en);
    let zh = format!(
        "“{label}”台账的{name}为 {one}，调整明细 {count} 笔为 {two}，相差 {off}；以台账为准，请核对漏列、重复或记错项目的调整"
    );
    let en = format!(
        "{label:?}: the ledger's {name_en} is {one}, the {count} listed changes give {two}, a difference of {off}; the ledger stands, look for missing, doubled or misplaced changes"
    );
    let at = journal::cell_of(book, sources[source].table, ledger, ledger.rows[row].row, kind);
    let mut finding = Finding::new(Code::Reconciliation, at, zh, en);
    finding.related.clone_from(&held.places);
    finding
}

fn say_unused(
    book: &Book,
    journals: &[Journal<'_>],
    sources: &[Source<'_>],
    findings: &mut Vec<Finding>,
) {
    for journal in journals.iter().filter(|journal| !journal.entries.is_empty()) {
        let all: Vec<usize> = (0..journal.entries.len()).collect();
        let (count, sum) = (all.len(), journal.sum_in_words(&all));
        let (why, why_en) = if sources.is_empty() {
            ("没有可对应的台账", "there is no ledger that they belong to")
        } else {
            (
                "台账没有年初预算数，全年预算数应已含这些调整",
                "the ledger has no initial budget, and its adjusted budget should hold them already",
            )
        };
        let zh =
            format!("调整明细 {count} 笔（{sum}）未计入：{why}；请在台账中补列年初预算数后核对");
        let en = format!(
            "{count} changes ({sum}) are not counted: {why_en}; add the initial budget to the ledger to have them checked"
        );
        let at = range_place(book, journal.table);
        findings.push(Finding::new(Code::RowSkipped, at, zh, en));
    }
}

/// Counted entries become a source of their own, joined to their items; the others are booked as compared.
fn book_entries<'a>(
    journal: Journal<'a>,
    counted: Vec<(usize, Option<usize>)>,
    how: Use,
    items: &Items,
    sources: &mut Vec<Source<'a>>,
    accounts: &mut Vec<Account>,
) {
    let Journal { table, ledger, entries, mut account, .. } = journal;
    let mut targets: HashMap<usize, Option<usize>> = counted.into_iter().collect();
    let (mut rows, mut joined) = (Vec::new(), HashMap::new());
    for (index, entry) in entries.iter().enumerate() {
        match targets.remove(&index) {
            Some(item) => {
                account.counted.add(&entry.printed);
                if let Some(at) = item.and_then(|item| items.list[item].rows.first()) {
                    joined.insert(rows.len(), *at);
                }
                rows.push(ledger.rows[index].clone());
            }
            None if how == Use::Nothing => account.skipped.add(&entry.printed),
            None => account.compared.add(&entry.printed),
        }
    }
    accounts.push(account);
    if !rows.is_empty() {
        let mut tree = ledger.tree.clone();
        tree.nodes.truncate(rows.len());
        sources.push(Source {
            table,
            ledger: Ledger { rows, tree, ..ledger },
            joined,
            account: None,
        });
    }
}
