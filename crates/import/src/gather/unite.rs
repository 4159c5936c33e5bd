//! Ledgers that give the same money are compared and united; what one lacks another fills in.
//!
//! * In: the ledgers of a department. Out: those that are counted, and findings where two disagree.

use super::account::Account;
use super::budget::{Source, range_place};
use super::journal::{cell_of, within_rounding};
use super::limited;
use super::matching::{How, Item, Items, Match, own_name};
use super::pairs::NO_ITEM;
use super::questions::match_question;
use crate::clean::ledger::LedgerRow;
use crate::fold;
use crate::grid::Book;
use crate::recognise::tree::NodeRole;
use crate::vocabulary::VOCABULARY;
use jixiao_core::{Amount, Amounts, Choice, Code, Finding, Money, Severity};
use std::collections::{BTreeMap, HashMap};

/// A sheet that sums the others up (汇总) is compared with them and not counted beside them.
pub fn without_summary<'a>(
    book: &Book,
    sources: Vec<Source<'a>>,
    accounts: &mut Vec<Account>,
    findings: &mut Vec<Finding>,
) -> Vec<Source<'a>> {
    let is_summary =
        |source: &Source<'_>| VOCABULARY.is_summary_sheet(&book.sheets[source.table.sheet].name);
    let several =
        sources.len() > 1 && sources.iter().filter(|source| is_summary(source)).count() == 1;
    let Some(at) = sources.iter().position(is_summary).filter(|_| several) else { return sources };
    let mut parts = sources;
    let mut summary = parts.remove(at);
    if let Some(mut account) = summary.account.take() {
        account.compare_all(&summary.ledger);
        accounts.push(account);
    }
    let each: Vec<Amounts> = parts.iter().map(Source::totals).collect();
    let (whole, sum) = (summary.totals(), Amounts::sum(&each));
    let at = range_place(book, summary.table);
    let name = &book.sheets[summary.table.sheet].name;
    let zh = format!("工作表“{name}”是其余各表的汇总，只核对不计入");
    let en = format!("sheet {name:?} sums the other sheets up; it is checked, not counted");
    findings.push(Finding::new(Code::RowSkipped, at.clone(), zh, en));
    let places = parts.iter().chain([&summary]).filter_map(|part| part.ledger.last_place);
    let tolerance: Money = places.sum();
    for amount in Amount::ALL {
        let (Some(first), Some(second)) = (whole.get(amount), sum.get(amount)) else { continue };
        if (first - second).abs() > tolerance {
            let unit = summary.ledger.unit;
            let (one, two, word) = (first.display(unit), second.display(unit), unit.word());
            let chinese = amount.chinese();
            let zh = format!(
                "汇总表“{name}”的{chinese}为 {one} {word}，其余各表相加为 {two} {word}；以各表为准，请核对"
            );
            let en = format!(
                "the summary {name:?} gives {one} {word} as {}, the sheets add up to {two} {word}; the sheets stand, please check",
                amount.english()
            );
            findings.push(Finding::new(Code::Reconciliation, at.clone(), zh, en));
        }
    }
    parts
}

/// Ledgers that speak of the same items: the first is kept, the others are compared with it and fill in what it lacks.
/// Ledgers of different items stand beside each other.
pub fn unite<'a>(
    book: &Book,
    sources: Vec<Source<'a>>,
    accounts: &mut Vec<Account>,
    findings: &mut Vec<Finding>,
) -> Vec<Source<'a>> {
    let mut kept: Vec<Source<'a>> = Vec::new();
    for mut source in sources {
        let relation = |held: &Source<'_>| match held.joined.is_empty() {
            true => relation(book, held, &source),
            false => Relation::Apart,
        };
        let found = kept.iter().map(relation).enumerate();
        match found.max_by_key(|(index, relation)| (*relation, usize::MAX - index)) {
            Some((index, Relation::Same)) => {
                if let Some(rest) = reconcile(book, &kept, index, source, accounts, findings) {
                    kept.push(rest);
                }
            }
            Some((index, Relation::Doubtful)) => {
                ask(book, &kept[index], &source, findings);
                if let Some(mut account) = source.account.take() {
                    account.compare_all(&source.ledger);
                    accounts.push(account);
                }
            }
            Some((index, Relation::Parts)) => {
                name_parts(book, &mut kept[index]);
                name_parts(book, &mut source);
                kept.push(source);
            }
            Some((_, Relation::Apart)) | None => kept.push(source),
        }
    }
    said_twice(book, &kept, findings);
    kept
}

/// What two ledgers are to each other; of several that fit, the later one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Relation {
    /// They speak of different items.
    Apart,
    /// They name the same items and add up: by the names of their sheets, or because a person said so.
    Parts,
    /// They name the same items and give different amounts.
    Doubtful,
    /// They give the same money.
    Same,
}

/// The question whether two ledgers with the same items are one or add up.
const TABLES: &str = "tables";
const ONE: &str = "同一笔";
const SUM: &str = "相加";

/// Two tables give the same money when most of their items are the same and most of the amounts that both give agree,
/// or when their totals agree.
fn relation(book: &Book, first: &Source<'_>, second: &Source<'_>) -> Relation {
    let (a, b) = (Items::of(std::slice::from_ref(first)), Items::of(std::slice::from_ref(second)));
    let pairs: Vec<(&Item, &Item)> = b
        .list
        .iter()
        .filter_map(|item| {
            let (_, row) = item.rows.first()?;
            match a.find(&second.ledger.rows[*row]) {
                Match::Found(found, _) => Some((&a.list[found], item)),
                Match::Several(found) => Some((&a.list[*found.first()?], item)),
                Match::None => None,
            }
        })
        .collect();
    let [one, two] = [first.totals(), second.totals()];
    let both = |one: &Amounts, two: &Amounts| -> Vec<(Money, Money)> {
        let all = Amount::ALL.into_iter();
        all.filter_map(|amount| one.get(amount).zip(two.get(amount))).collect()
    };
    let stated = both(&one, &two);
    let same_totals = stated.len() >= 2 && stated.iter().all(|(one, two)| one == two);
    if pairs.len() * 2 < a.list.len().min(b.list.len()).max(1) {
        return if same_totals { Relation::Same } else { Relation::Apart };
    }
    match second.table.answer(TABLES) {
        Some(SUM) => return Relation::Parts,
        Some(ONE) => return Relation::Same,
        _ => {}
    }
    if same_totals || stated.is_empty() {
        return Relation::Same;
    }
    let places = [first, second].map(|source| source.ledger.last_place);
    let sum = |source: &Source<'_>, item: &Item| {
        Amounts::sum(item.rows.iter().map(|(_, row)| &source.ledger.rows[*row].amounts))
    };
    let agree = |(mine, theirs): &&(&Item, &Item)| {
        let sides = [(places[0], mine.rows.len()), (places[1], theirs.rows.len())];
        let amounts = both(&sum(first, mine), &sum(second, theirs));
        amounts.iter().all(|(one, two)| within_rounding(*one - *two, &sides))
    };
    if pairs.iter().filter(agree).count() * 2 >= pairs.len() {
        Relation::Same
    } else if parts_of_one_kind(book, first, second) {
        Relation::Parts
    } else {
        Relation::Doubtful
    }
}

/// Sheets that are named as different parts of one whole: 基本支出 and 项目支出.
fn parts_of_one_kind(book: &Book, first: &Source<'_>, second: &Source<'_>) -> bool {
    let name = |source: &Source<'_>| fold::plain(&book.sheets[source.table.sheet].name);
    let (one, two) = (name(first), name(second));
    // Months and quarters repeat the budget of the year: they are no parts of it.
    let periods = VOCABULARY.is_period(&one) || VOCABULARY.is_period(&two);
    one != two && !periods && VOCABULARY.are_one_kind(&[&one, &two])
}

/// Items of parts with the same names are told apart by the names of their sheets.
fn name_parts(book: &Book, source: &mut Source<'_>) {
    let name = &book.sheets[source.table.sheet].name;
    for row in &mut source.ledger.rows {
        if row.headings.first() != Some(name) {
            row.headings.insert(0, name.clone());
        }
    }
}

/// Two ledgers with the same items and other amounts: two readings that give different totals.
fn ask(book: &Book, kept: &Source<'_>, other: &Source<'_>, findings: &mut Vec<Finding>) {
    let [first, at] = [kept.table, other.table].map(|table| range_place(book, table));
    let (one, two) = (kept.totals(), other.totals());
    let unit = kept.ledger.unit;
    let shown = |amounts: &Amounts| {
        let all = Amount::ALL.into_iter();
        let all = all.filter_map(|amount| Some((amount.chinese(), amounts.get(amount)?)));
        let all = all
            .map(|(name, money)| format!("{name} {} {}", money.display_exact(unit), unit.word()));
        all.collect::<Vec<String>>().join("，")
    };
    let zh = format!(
        "“{}”（{}）与“{}”（{}）项目名称大多相同而金额不同，是同一笔钱的两张表还是应相加的两部分须由您确认；目前只计前者所在的“{}”",
        first.sheet, first.file, at.sheet, at.file, first.sheet
    );
    let en = format!(
        "{:?} ({:?}) and {:?} ({:?}) name mostly the same items and give other amounts; are they two tables of the same money, or parts to be added? Only the first is counted",
        first.sheet, first.file, at.sheet, at.file
    );
    let sum = Amounts::sum([&one, &two]);
    let choices = [(ONE, shown(&one)), (SUM, shown(&sum))]
        .map(|(answer, effect)| Choice { answer: answer.to_owned(), effect });
    let finding = Finding::new(Code::Question, at, zh, en).with_related(first);
    findings.push(finding.asking(other.table.question(TABLES), choices.to_vec()));
}

/// Items of tables that are counted beside each other and give the same amounts: likely the same money twice.
fn said_twice(book: &Book, kept: &[Source<'_>], findings: &mut Vec<Finding>) {
    let mut seen: HashMap<String, (usize, usize)> = HashMap::new();
    let mut found = Vec::new();
    let beside = kept.iter().enumerate().filter(|(_, source)| source.joined.is_empty());
    for (number, source) in beside.filter(|_| kept.len() > 1) {
        for leaf in source.ledger.leaves() {
            let key = super::budget::key(&source.ledger, leaf);
            let (held, row) = *seen.entry(key).or_insert((number, leaf));
            let (one, two) =
                (&kept[held].ledger.rows[row].amounts, &source.ledger.rows[leaf].amounts);
            let given = |amount: &Amount| two.get(*amount).is_some_and(|money| !money.is_zero());
            if held == number || one != two || Amount::ALL.iter().filter(|a| given(a)).count() < 2 {
                continue;
            }
            let place = |source: &Source<'_>, leaf: usize| {
                let row = source.ledger.rows[leaf].row;
                super::budget::place(book, source.table, &source.ledger, row)
            };
            let (at, first) = (place(source, leaf), place(&kept[held], row));
            let name = own_name(&source.ledger.rows[leaf]);
            let zh = format!(
                "“{name}”在 {first} 和 {at} 的金额完全相同，两处都已计入；是同一笔的请删去一处，不是的请写明区别（资金、科目或单位）"
            );
            let en = format!(
                "{name:?} has the same amounts at {first} and {at}; both are counted. Delete one if they are the same money, else write what tells them apart"
            );
            let finding = Finding::new(Code::DuplicateRow, at, zh, en).with_related(first);
            found.push(finding.with_severity(Severity::Error));
        }
    }
    findings.extend(limited(found));
}

/// Compares a table with the kept one, item by item and in all. What only it gives is returned, joined to the kept items.
fn reconcile<'a>(
    book: &Book,
    held: &[Source<'a>],
    index: usize,
    mut other: Source<'a>,
    accounts: &mut Vec<Account>,
    findings: &mut Vec<Finding>,
) -> Option<Source<'a>> {
    let kept = &held[index];
    let items = Items::of(std::slice::from_ref(kept));
    let given = super::money::given(&kept.ledger);
    let missing: Vec<Amount> =
        super::money::given(&other.ledger).into_iter().filter(|a| !given.contains(a)).collect();
    let before = findings.len();
    let found = compare_items(book, kept, &items, &other, findings);
    compare_totals(book, kept, &other, &given, findings);
    let agree = findings.len() == before;
    say_joined(book, kept, &other, &missing, agree, findings);
    let mut account = other.account.take();
    for leaf in other.ledger.leaves().collect::<Vec<_>>() {
        let row = &mut other.ledger.rows[leaf];
        let mut left = Amounts::default();
        missing.iter().for_each(|amount| left.set(*amount, row.amounts.get(*amount)));
        if let Some(account) = &mut account {
            let mut compared = row.amounts.clone();
            missing.iter().for_each(|amount| compared.set(*amount, None));
            if left.is_empty() {
                account.compared.add(&compared);
            } else {
                account.compared.amounts.add(&compared);
                account.counted.add(&left);
            }
        }
        if left.is_empty() && row.unreadable.iter().all(|amount| !missing.contains(amount)) {
            other.ledger.tree.nodes[leaf].role = NodeRole::Aside;
        } else if let Some(item) = found.get(&leaf)
            && let Some((_, row)) = items.list[*item].rows.first()
        {
            other.joined.insert(leaf, (index, *row));
        }
    }
    for row in &mut other.ledger.rows {
        given.iter().for_each(|amount| row.amounts.set(*amount, None));
        row.unreadable.retain(|amount| missing.contains(amount));
        if let Some(beside) = &mut row.beside {
            (beside.balance, beside.rate) = (None, None);
        }
    }
    accounts.extend(account);
    (!missing.is_empty()).then_some(other)
}

/// Both amounts of every item that both tables give; and which row speaks of which item.
fn compare_items(
    book: &Book,
    kept: &Source<'_>,
    items: &Items,
    other: &Source<'_>,
    findings: &mut Vec<Finding>,
) -> HashMap<usize, usize> {
    let mut found: HashMap<usize, usize> = HashMap::new();
    let mut by_item: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let mut like = Vec::new();
    for leaf in other.ledger.leaves() {
        let row = &other.ledger.rows[leaf];
        let question = match_question(own_name(row));
        let matched = match other.table.answer(&question) {
            Some(NO_ITEM) => Match::None,
            Some(label) => items
                .said(label)
                .map_or_else(|| items.find(row), |item| Match::Found(item, How::Said)),
            None => items.find(row),
        };
        let Match::Found(item, how) = matched else { continue };
        if how == How::Like && !shares_an_amount(kept, &items.list[item], row) {
            continue;
        }
        found.insert(leaf, item);
        by_item.entry(item).or_default().push(leaf);
        if how == How::Like {
            like.push((leaf, item));
        }
    }
    let mut differing = Vec::new();
    let places = [kept.ledger.last_place, other.ledger.last_place];
    for (item, leaves) in &by_item {
        let rows = &items.list[*item].rows;
        let own = Amounts::sum(rows.iter().map(|(_, row)| &kept.ledger.rows[*row].amounts));
        let others = Amounts::sum(leaves.iter().map(|leaf| &other.ledger.rows[*leaf].amounts));
        for amount in Amount::ALL {
            let (Some(one), Some(two)) = (own.get(amount), others.get(amount)) else { continue };
            if !within_rounding(one - two, &[(places[0], rows.len()), (places[1], leaves.len())]) {
                let (row, leaf) = (rows[0].1, leaves[0]);
                differing.push(item_differs(book, (kept, row), (other, leaf), amount, (one, two)));
            }
        }
    }
    findings.extend(limited(differing));
    let likes = like.into_iter().map(|(leaf, item)| {
        let row = &other.ledger.rows[leaf];
        let (name, label) = (own_name(row), items.label(item));
        let zh = format!(
            "“{name}”按相近的名称与“{label}”视为同一项目；不是同一项目的，请在问答文件中回答“{NO_ITEM}”或写出正确的项目"
        );
        let en = format!(
            "{name:?} was taken for {label:?} by its like name; if it is another item, answer {NO_ITEM} or name the right one in the file of answers"
        );
        let at = super::budget::place(book, other.table, &other.ledger, row.row);
        let choices = [(label.clone(), "视为同一项目"), (NO_ITEM.to_owned(), "视为另一个项目")];
        let choices = choices.map(|(answer, effect)| Choice { answer, effect: effect.to_owned() });
        Finding::new(Code::Reconciliation, at, zh, en)
            .with_severity(Severity::Info)
            .with_related(items.place(book, std::slice::from_ref(kept), item))
            .asking(other.table.question(&match_question(name)), choices.to_vec())
    });
    findings.extend(limited(likes));
    found
}

/// Whether an item and a row of a like name have an amount in common, or none that both give: a like name over other
/// amounts is another item, such as the class 群众文化 beside the project 群众文化活动.
fn shares_an_amount(kept: &Source<'_>, item: &Item, row: &LedgerRow) -> bool {
    let own = Amounts::sum(item.rows.iter().map(|(_, row)| &kept.ledger.rows[*row].amounts));
    let both = Amount::ALL.into_iter().filter_map(|a| own.get(a).zip(row.amounts.get(a)));
    let mut both = both.filter(|(one, two)| !one.is_zero() || !two.is_zero()).peekable();
    both.peek().is_none() || both.any(|(one, two)| one == two)
}

fn item_differs(
    book: &Book,
    (kept, row): (&Source<'_>, usize),
    (other, leaf): (&Source<'_>, usize),
    amount: Amount,
    (one, two): (Money, Money),
) -> Finding {
    let unit = kept.ledger.unit;
    let cell = |source: &Source<'_>, row: usize| {
        cell_of(book, source.table, &source.ledger, source.ledger.rows[row].row, amount)
    };
    let (at, related) = (cell(kept, row), cell(other, leaf));
    let [first, second, off] =
        [one, two, two - one].map(|money| format!("{} {}", money.display_exact(unit), unit.word()));
    let (label, name, name_en) =
        (own_name(&kept.ledger.rows[row]), amount.chinese(), amount.english());
    let zh = format!(
        "“{label}”的{name}两张表不一致：{at} 为 {first}，{related} 为 {second}，相差 {off}；以前者为准，请核对"
    );
    let en = format!(
        "the {name_en} of {label:?} differs between two tables: {first} at {at}, {second} at {related}, a difference of {off}; the first stands, please check"
    );
    Finding::new(Code::Reconciliation, at, zh, en).with_related(related)
}

fn compare_totals(
    book: &Book,
    kept: &Source<'_>,
    other: &Source<'_>,
    given: &[Amount],
    findings: &mut Vec<Finding>,
) {
    let (a, b) = (kept.totals(), other.totals());
    let sides =
        [kept, other].map(|source| (source.ledger.last_place, source.ledger.leaves().count()));
    for amount in given {
        let (Some(first), Some(second)) = (a.get(*amount), b.get(*amount)) else { continue };
        if within_rounding(first - second, &sides) {
            continue;
        }
        let unit = kept.ledger.unit;
        let [at, related] = [kept.table, other.table].map(|table| range_place(book, table));
        let (one, two) = (first.display_exact(unit), second.display_exact(unit));
        let (name, word) = (amount.chinese(), unit.word());
        let zh = format!(
            "两张表的{name}合计不一致：“{}”（{}）为 {one} {word}，“{}”（{}）为 {two} {word}；以前者为准，请核对",
            at.sheet, at.file, related.sheet, related.file
        );
        let en = format!(
            "the {} of two tables differ: {:?} ({:?}) has {one} {word}, {:?} ({:?}) has {two} {word}; the first stands, please check",
            amount.english(),
            at.sheet,
            at.file,
            related.sheet,
            related.file
        );
        findings.push(Finding::new(Code::Reconciliation, at, zh, en).with_related(related));
    }
}

/// Says that a table is not counted beside the kept one, and what is taken from it.
fn say_joined(
    book: &Book,
    kept: &Source<'_>,
    other: &Source<'_>,
    missing: &[Amount],
    agree: bool,
    findings: &mut Vec<Finding>,
) {
    let [at, first] = [other.table, kept.table].map(|table| range_place(book, table));
    let taken: Vec<&str> = missing.iter().map(|amount| amount.chinese()).collect();
    let taken_en: Vec<&str> = missing.iter().map(|amount| amount.english()).collect();
    let (mut zh, mut en) = (
        format!(
            "“{}”（{}）与“{}”（{}）说的是同一批项目，只核对，不重复计入",
            at.sheet, at.file, first.sheet, first.file
        ),
        format!(
            "{:?} ({:?}) speaks of the same items as {:?} ({:?}); it is compared, not counted again",
            at.sheet, at.file, first.sheet, first.file
        ),
    );
    if !missing.is_empty() {
        zh.push_str(&format!("；前者没有的{}取自此表", taken.join("、")));
        en.push_str(&format!("; its {} are used, which the other has not", taken_en.join(", ")));
    }
    if agree {
        zh.push_str("；两表都有的金额一致");
        en.push_str("; the amounts of both agree");
    }
    findings.push(Finding::new(Code::RowSkipped, at, zh, en).with_related(first));
}
