//! Payments: where a ledger has no executed amounts they are summed into it; where it has, they are compared with them.
//!
//! * In: the payment tables of a department and its ledgers. Out: ledgers with executed amounts, and findings.
//! * Refunds are subtracted: as negative amounts, or, in a list without minus signs, by their words.
//! * Never: adds an amount that two tables give.

use super::account::Account;
use super::budget::Source;
use super::journal::{self, Journal, within_rounding};
use super::matching::{At, Items, own_name};
use super::pairs::{self, Pairs, Target};
use crate::clean::LedgerRow;
use crate::grid::Book;
use crate::recognise::{Table, TableKind};
use crate::vocabulary::{Meaning, VOCABULARY};
use jixiao_core::{Amount, Amounts, Choice, Code, Finding, Money, Place};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// The line of payments that name no item.
const NO_NAME: &str = "支付明细（未分项目）";

/// Joins the payment tables of a department to its ledgers.
pub fn join<'a>(
    book: &Book,
    tables: &[&'a Table],
    year: Option<i32>,
    sources: &mut Vec<Source<'a>>,
    accounts: &mut Vec<Account>,
    findings: &mut Vec<Finding>,
) {
    let Some(journals) = read_all(book, tables, year, findings) else { return };
    let items = Items::of(sources);
    let has = with_executed(sources);
    let ledgers = sources.iter().map(|source| source.ledger.last_place).max().flatten();
    let mut check = Check { ledgers, ..Check::default() };
    // Nothing is compared in part: either every ledger gives executed amounts, or payments fill in what is missing.
    let complete = !has.is_empty() && has.iter().all(|has| *has);
    let executed = |item: usize| items.list[item].rows.iter().any(|(source, _)| has[*source]);
    for journal in journals {
        let mut pairs = Pairs::new(&journal, &items);
        let mut counted: Vec<(usize, Option<At>)> = Vec::new();
        let mut compared = Vec::new();
        for index in 0..journal.entries.len() {
            let target = pairs.find(index);
            let first = match target {
                Target::Item(item) => items.list[item].rows.first().copied(),
                Target::Open | Target::None => None,
            };
            match first {
                Some(at) if !matches!(target, Target::Item(item) if executed(item)) => {
                    counted.push((index, Some(at)));
                }
                None if !complete => counted.push((index, None)),
                _ => compared.push((index, target)),
            }
        }
        pairs.tell(book, |item| items.place(book, sources, item), !complete, findings);
        check.add(book, &journal, &compared);
        sources_of(journal, counted, compared.iter().map(|(index, _)| *index), sources, accounts);
    }
    check.compare(book, &items, sources, complete, findings);
}

/// Which ledgers have executed amounts, their own or those of a ledger joined to them. Lists of changes need none.
fn with_executed(sources: &[Source<'_>]) -> Vec<bool> {
    let mut has: Vec<bool> = sources.iter().map(|source| source.gives(Amount::Executed)).collect();
    for (number, source) in sources.iter().enumerate() {
        if has[number] {
            source.joined.values().for_each(|(held, _)| has[*held] = true);
        }
    }
    let ledgers = sources.iter().zip(&has).filter(|(source, _)| is_ledger(source));
    let (mut some, mut all) = (false, true);
    for (source, has) in ledgers {
        some |= *has;
        all &= *has || !source.joined.is_empty();
    }
    // Where every ledger has them, what has no column for them has them as well: nothing is left to fill in.
    if some && all { vec![true; has.len()] } else { has }
}

fn is_ledger(source: &Source<'_>) -> bool {
    matches!(source.table.kind, TableKind::BudgetLedger | TableKind::FormMoney)
}

/// The payments of every table, cleaned; `None` while a question about one of them is open, since a part of them is no sum.
pub fn read_all<'a>(
    book: &Book,
    tables: &[&'a Table],
    year: Option<i32>,
    findings: &mut Vec<Finding>,
) -> Option<Vec<Journal<'a>>> {
    journal::read_all(book, tables, year, as_executed, subtract_refunds, findings)
}

/// The table with its amounts named as executed.
pub fn as_executed(table: &Table) -> Table {
    let mut named = table.clone();
    if named.column(Meaning::Executed).is_none() {
        for column in &mut named.columns {
            if column.meaning == Some(Meaning::Amount) {
                column.meaning = Some(Meaning::Executed);
            }
        }
    }
    named
}

/// In a list without minus signs, rows called refunds are subtracted; where the printed total adds them, that is asked.
fn subtract_refunds(
    book: &Book,
    journal: &mut Journal<'_>,
    findings: &mut Vec<Finding>,
) -> Amounts {
    let mut turned = Amounts::default();
    let executed = |journal: &Journal<'_>, index: usize| {
        journal.ledger.rows[index].amounts.get(Amount::Executed).unwrap_or(Money::ZERO)
    };
    let all = 0..journal.entries.len();
    if all.clone().any(|index| executed(journal, index).is_negative()) {
        return turned;
    }
    let called = |index: &usize| {
        let entry = &journal.entries[*index];
        entry.words.iter().any(|word| VOCABULARY.is_refund(word))
            && !executed(journal, *index).is_zero()
    };
    let refunds: Vec<usize> = all.clone().filter(called).collect();
    if refunds.is_empty() {
        return turned;
    }
    let sum = journal.sum_in_words(&refunds);
    let count = refunds.len();
    let whole: Money = all.map(|index| executed(journal, index)).sum();
    let back: Money = refunds.iter().map(|index| executed(journal, *index)).sum();
    let less = whole - back - back;
    // The printed total holds entries of other years too: all that it says is whether it adds the refunds.
    let added = journal.stated.as_ref().is_some_and(|stated| {
        stated.amounts.get(Amount::Executed) == stated.entries.get(Amount::Executed)
    });
    let said = journal.table.answer("refunds");
    if said == Some("相加") {
        return turned;
    }
    let unit = journal.ledger.unit;
    if said.is_none() && added {
        let shown =
            |money: Money| format!("支付合计 {} {}", money.display_exact(unit), unit.word());
        let choices = [("减去", less), ("相加", whole)]
            .map(|(answer, sum)| Choice { answer: answer.to_owned(), effect: shown(sum) });
        let zh = format!(
            "有 {count} 笔摘要写明退款或冲销而金额为正，合计 {sum}，所印合计把它们加在内；应减去还是相加须由您确认，现按所印合计相加。退款请写成负数"
        );
        let en = format!(
            "{count} entries are called refunds and have positive amounts, {sum} in all, and the printed total adds them; subtract or add? They are added as printed. Write refunds as negative amounts"
        );
        journal.say(book, Code::Question, &refunds, zh, en, findings);
        if let Some(finding) = findings.pop() {
            findings.push(finding.asking(journal.table.question("refunds"), choices.to_vec()));
        }
        return turned;
    }
    let zh = format!(
        "有 {count} 笔摘要写明退款或冲销而金额为正，合计 {sum}，已作为减项计算；退款请写成负数，不是退款的请改写摘要"
    );
    let en = format!(
        "{count} entries are called refunds and have positive amounts, {sum} in all; they were subtracted. Write refunds as negative amounts, or change the text if they are none"
    );
    journal.say(book, Code::NegativeAmount, &refunds, zh, en, findings);
    for index in refunds {
        let back = executed(journal, index);
        journal.ledger.rows[index].amounts.set(Amount::Executed, Some(-back));
    }
    turned.set(Amount::Executed, Some(back));
    turned
}

/// The counted entries become a source of their own, joined to their items; the others are booked as compared.
fn sources_of<'a>(
    journal: Journal<'a>,
    counted: Vec<(usize, Option<At>)>,
    compared: impl Iterator<Item = usize>,
    sources: &mut Vec<Source<'a>>,
    accounts: &mut Vec<Account>,
) {
    let Journal { table, mut ledger, entries, mut account, .. } = journal;
    compared.for_each(|index| account.compared.add(&entries[index].printed));
    counted.iter().for_each(|(index, _)| account.counted.add(&entries[*index].printed));
    accounts.push(account.clone());
    if counted.is_empty() {
        return;
    }
    let mut joined = HashMap::new();
    let mut rows = Vec::with_capacity(counted.len());
    let names_items = pairs::names_items(table);
    for (position, (index, at)) in counted.into_iter().enumerate() {
        let mut row = ledger.rows[index].clone();
        if let Some(at) = at {
            joined.insert(position, at);
        } else if !names_items {
            // One line for a list that does not say what its entries are for.
            row = LedgerRow { names: vec![Arc::from(NO_NAME)], headings: Vec::new(), ..row };
        }
        rows.push(row);
    }
    ledger.tree.nodes.truncate(rows.len());
    ledger.rows = rows;
    sources.push(Source { table, ledger, joined, account: None });
}

/// Payments that are compared: by item and in all.
#[derive(Default)]
struct Check {
    /// By item: what was paid, and where it stands.
    by_item: BTreeMap<usize, (Money, usize, Vec<Place>)>,
    /// Paid for no item of the ledger: by name.
    without: BTreeMap<String, (Money, usize, Vec<Place>)>,
    whole: Money,
    count: usize,
    at: Vec<Place>,
    /// The last printed place of the ledgers, and of the payments.
    ledgers: Option<Money>,
    payments: Option<Money>,
}

impl Check {
    fn add(&mut self, book: &Book, journal: &Journal<'_>, compared: &[(usize, Target)]) {
        if compared.is_empty() {
            return;
        }
        self.at.push(super::budget::range_place(book, journal.table));
        self.payments = self.payments.max(journal.ledger.last_place);
        for (index, item) in compared {
            let row = &journal.ledger.rows[*index];
            let paid = row.amounts.get(Amount::Executed).unwrap_or(Money::ZERO);
            self.whole = self.whole + paid;
            self.count += 1;
            let held = match item {
                Target::Item(item) => self.by_item.entry(*item).or_default(),
                Target::None if pairs::names_items(journal.table) => {
                    self.without.entry(own_name(row).to_owned()).or_default()
                }
                Target::None | Target::Open => continue,
            };
            held.0 = held.0 + paid;
            held.1 += 1;
            if held.2.len() < journal::NAMED_CELLS {
                held.2.push(journal.place(book, *index));
            }
        }
    }

    fn compare(
        &self,
        book: &Book,
        items: &Items,
        sources: &[Source<'_>],
        complete: bool,
        findings: &mut Vec<Finding>,
    ) {
        if self.count == 0 {
            return;
        }
        let executed_of = |item: usize| -> Money {
            let rows = items.list[item].rows.iter();
            rows.filter_map(|(source, row)| {
                sources[*source].ledger.rows[*row].amounts.get(Amount::Executed)
            })
            .sum()
        };
        let unit = sources.first().map(|source| source.ledger.unit).unwrap_or_default();
        let shown = |money: Money| format!("{} {}", money.display_exact(unit), unit.word());
        let mut differing = Vec::new();
        for (item, (paid, count, places)) in &self.by_item {
            let executed = executed_of(*item);
            let rows = items.list[*item].rows.len();
            if within_rounding(executed - *paid, &[(self.ledgers, rows), (self.payments, *count)]) {
                continue;
            }
            let name = items.label(*item);
            let (one, two, off) = (shown(executed), shown(*paid), shown(*paid - executed));
            let zh = format!(
                "“{name}”台账执行数为 {one}，支付明细 {count} 笔合计 {two}，相差 {off}；以台账为准，请核对漏记、重复或记错项目的支付"
            );
            let en = format!(
                "{name:?}: the ledger's executed amount is {one}, its {count} payments sum to {two}, a difference of {off}; the ledger stands, look for missing, doubled or misplaced payments"
            );
            let (source, row) = items.list[*item].rows[0];
            let held = &sources[source];
            let at = journal::cell_of(
                book,
                held.table,
                &held.ledger,
                held.ledger.rows[row].row,
                Amount::Executed,
            );
            let mut finding = Finding::new(Code::Reconciliation, at, zh, en);
            finding.related.clone_from(places);
            differing.push(finding);
        }
        let (mut unbudgeted, mut in_classes) = (Vec::new(), BTreeSet::new());
        for (name, (paid, count, places)) in &self.without {
            // A list may name classes where the ledger names items.
            let members = items.below(name);
            if !members.is_empty() && members.iter().all(|item| !self.by_item.contains_key(item)) {
                let executed: Money = members.iter().map(|item| executed_of(*item)).sum();
                let sides = [(self.ledgers, members.len()), (self.payments, *count)];
                in_classes.extend(members);
                if !within_rounding(executed - *paid, &sides) {
                    let [one, two, off] = [executed, *paid, *paid - executed].map(shown);
                    let zh = format!(
                        "“{name}”所含各项目台账执行数合计 {one}，支付明细 {count} 笔合计 {two}，相差 {off}；以台账为准，请核对漏记、重复或记错项目的支付"
                    );
                    let en = format!(
                        "the items of {name:?} have executed amounts of {one} in the ledger, its {count} payments sum to {two}, a difference of {off}; the ledger stands, look for missing, doubled or misplaced payments"
                    );
                    let mut places = places.iter().cloned();
                    let at = places.next().unwrap_or_default();
                    let mut finding = Finding::new(Code::Reconciliation, at, zh, en);
                    finding.related = places.collect();
                    differing.push(finding);
                }
                continue;
            }
            let paid = shown(*paid);
            let zh = format!(
                "支付明细中“{name}”{count} 笔合计 {paid}，台账中没有对应的预算项目；请核对项目名称或编码，或在台账中补列"
            );
            let en = format!(
                "payments for {name:?}, {count} entries of {paid}, have no item in the ledger; check name and code or add the item"
            );
            let mut places = places.iter().cloned();
            let mut finding =
                Finding::new(Code::Unbudgeted, places.next().unwrap_or_default(), zh, en);
            finding.related = places.collect();
            unbudgeted.push(finding);
        }
        let unpaid: Vec<usize> = (0..items.list.len())
            .filter(|item| !self.by_item.contains_key(item) && !in_classes.contains(item))
            .filter(|item| !executed_of(*item).is_zero())
            .collect();
        // A list that names no items has payments of none of them.
        if !self.by_item.is_empty() || !in_classes.is_empty() {
            differing.extend(unpaid_items(book, items, sources, &unpaid, &executed_of));
        }
        let items_differ = !differing.is_empty();
        if complete {
            self.compare_whole(book, sources, &shown, items_differ, findings);
        }
        findings.extend(super::limited(differing));
        findings.extend(super::limited(unbudgeted));
    }

    fn compare_whole(
        &self,
        book: &Book,
        sources: &[Source<'_>],
        shown: &dyn Fn(Money) -> String,
        items_differ: bool,
        findings: &mut Vec<Finding>,
    ) {
        let ledgers = || sources.iter().filter(|source| is_ledger(source));
        let rows: usize = ledgers().map(|source| source.ledger.leaves().count()).sum();
        let executed: Money =
            ledgers().filter_map(|source| source.totals().get(Amount::Executed)).sum();
        let sides = [(self.ledgers, rows), (self.payments, self.count)];
        if within_rounding(executed - self.whole, &sides) {
            return;
        }
        let (one, two, off) = (shown(executed), shown(self.whole), shown(self.whole - executed));
        let (where_, where_en) = if items_differ {
            ("，不一致的项目另列", "; the items that differ are listed")
        } else {
            ("", "")
        };
        let zh = format!(
            "支付明细合计 {two}，台账执行数合计 {one}，相差 {off}{where_}；以台账为准，请核对漏记或重复的支付"
        );
        let en = format!(
            "payments sum to {two}, the ledger's executed amounts to {one}, a difference of {off}{where_en}; the ledger stands, look for missing or doubled payments"
        );
        let mut places = self.at.iter().cloned();
        let mut finding =
            Finding::new(Code::Reconciliation, places.next().unwrap_or_default(), zh, en);
        finding.related = places.collect();
        finding
            .related
            .extend(ledgers().map(|source| super::budget::range_place(book, source.table)));
        findings.push(finding);
    }
}

/// Items with executed amounts and no payment at all, in one finding.
fn unpaid_items(
    book: &Book,
    items: &Items,
    sources: &[Source<'_>],
    unpaid: &[usize],
    executed_of: &dyn Fn(usize) -> Money,
) -> Option<Finding> {
    let first = unpaid.first()?;
    let unit = sources.first().map(|source| source.ledger.unit).unwrap_or_default();
    let shown = |money: Money| format!("{} {}", money.display_exact(unit), unit.word());
    let sum: Money = unpaid.iter().map(|item| executed_of(*item)).sum();
    let named = unpaid.iter().take(5);
    let list: Vec<String> = named
        .map(|item| format!("{}（{}）", items.label(*item), shown(executed_of(*item))))
        .collect();
    let (count, list, sum) = (unpaid.len(), list.join("、"), shown(sum));
    let more = if count > 5 { " 等" } else { "" };
    let zh = format!(
        "台账有 {count} 个项目有执行数而支付明细没有支付，合计 {sum}：{list}{more}；以台账为准，请核对漏记或记错项目的支付"
    );
    let en = format!(
        "items of the ledger with executed amounts and no payment: {count}, {sum} in all: {list}; the ledger stands, look for missing or misplaced payments"
    );
    let cell = |item: &usize| {
        let (source, row) = items.list[*item].rows.first().copied().unwrap_or_default();
        let ledger = &sources[source].ledger;
        let row = ledger.rows[row].row;
        journal::cell_of(book, sources[source].table, ledger, row, Amount::Executed)
    };
    let mut finding = Finding::new(Code::Reconciliation, cell(first), zh, en);
    finding.related = unpaid.iter().skip(1).take(journal::NAMED_CELLS).map(cell).collect();
    Some(finding)
}
