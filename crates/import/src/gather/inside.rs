//! Ledgers that are inside others: what sums up the other tables, what is the detail of one item, what is no spending at all.
//!
//! * In: the ledgers of a department. Out: those whose money is told nowhere else, and a finding for each that was set aside.
//! * Arithmetic decides what sums up and what is a detail: equal amounts in every column that both give, two of them at least,
//!   or one of five digits. A title decides what is another kind of money (收入, 采购, “三公”), and only where another
//!   ledger of the department stands beside it.
//! * Never: sets the last ledger aside.

use super::account::Account;
use super::budget::{Source, range_place};
use super::matching::{Items, Match};
use crate::fold;
use crate::grid::{Book, Sheet, Value};
use crate::recognise::Table;
use crate::recognise::apart::is_same_money;
use crate::vocabulary::VOCABULARY;
use jixiao_core::{Amount, Amounts, Code, Finding, Money};

/// Why a ledger is set aside, in Chinese and English.
struct Why(String, String);

/// Sets the ledgers aside that are inside others.
pub fn without_repeats<'a>(
    book: &Book,
    sources: Vec<Source<'a>>,
    accounts: &mut Vec<Account>,
    findings: &mut Vec<Finding>,
) -> Vec<Source<'a>> {
    let mut kept = sources;
    loop {
        let rest = |at: usize| kept.iter().enumerate().filter(move |(other, _)| *other != at);
        let found = (0..kept.len()).filter(|_| kept.len() > 1).find_map(|at| {
            let others: Vec<&Source<'_>> = rest(at).map(|(_, other)| other).collect();
            Some((at, why(book, &kept[at], &others)?))
        });
        let Some((at, Why(zh, en))) = found else { return kept };
        let mut aside = kept.remove(at);
        findings.push(Finding::new(Code::RowSkipped, range_place(book, aside.table), zh, en));
        if let Some(mut account) = aside.account.take() {
            account.compare_all(&aside.ledger);
            accounts.push(account);
        }
    }
}

fn why(book: &Book, source: &Source<'_>, others: &[&Source<'_>]) -> Option<Why> {
    let own = name(book, source.table);
    if let Some(word) = other_money(book, source.table)
        && others.iter().any(|other| other_money(book, other.table).is_none())
    {
        return Some(Why(
            format!("“{own}”是{word}表，不是支出台账，没有计入"),
            format!("{own:?} tells of {word}, not of spending; it is not counted"),
        ));
    }
    if let Some(other) = others.iter().find(|other| is_carried_within(source, other)) {
        let [own, of] = names(book, source.table, other.table);
        return Some(Why(
            format!(
                "“{own}”只列上年结转资金的使用，“{of}”的预算数和执行数已把它计算在内，不重复计入"
            ),
            format!(
                "{own:?} tells how money carried over was used, which the budget and the executed amounts of {of:?} hold; it is not counted again"
            ),
        ));
    }
    let total = source.totals();
    if others.len() > 1 && sums_up(source, others) {
        return Some(Why(
            format!("“{own}”各行是其余各表的合计，只核对，不重复计入"),
            format!(
                "the rows of {own:?} are the totals of the other tables; it is not counted again"
            ),
        ));
    }
    if let Some(other) = others.iter().find(|other| outlines(source, other)) {
        let [own, of] = names(book, source.table, other.table);
        return Some(Why(
            format!("“{own}”中各行是“{of}”中各组明细的合计，只核对，不重复计入"),
            format!(
                "the rows of {own:?} are the totals of groups of rows of {of:?}; it is not counted again"
            ),
        ));
    }
    let of_several = others.iter().filter(|other| other.ledger.leaves().nth(1).is_some());
    of_several.into_iter().find_map(|other| {
        let row = other
            .ledger
            .leaves()
            .find(|leaf| is_same_money(&total, &other.ledger.rows[*leaf].amounts))?;
        let label = other.ledger.rows[row].label.trim();
        let [own, of] = names(book, source.table, other.table);
        Some(Why(
            format!("“{own}”的合计等于“{of}”中“{label}”一行，是它的明细，不重复计入"),
            format!("{own:?} adds up to the row {label:?} of {of:?}: it is its detail, not counted again"),
        ))
    })
}

/// Whether a table gives nothing but money carried over and what was spent of it, for items of a ledger whose adjusted
/// budgets are not the initial ones and that money.
fn is_carried_within(source: &Source<'_>, other: &Source<'_>) -> bool {
    let given = super::money::given(&source.ledger);
    let only = given.iter().all(|a| matches!(a, Amount::CarriedOver | Amount::Executed));
    let bridged = other.gives(Amount::Initial) && other.gives(Amount::Adjusted);
    if !only || !source.gives(Amount::CarriedOver) || !bridged || other.gives(Amount::CarriedOver) {
        return false;
    }
    let items = Items::of(std::slice::from_ref(other));
    let leaves = source.ledger.leaves().filter_map(|leaf| {
        let row = &source.ledger.rows[leaf];
        let Match::Found(item, _) = items.find(row) else { return None };
        let rows = items.list[item].rows.iter().map(|(_, row)| &other.ledger.rows[*row].amounts);
        Some((&row.amounts, Amounts::sum(rows)))
    });
    let within = |(own, whole): (&Amounts, Amounts)| {
        let of = |amounts: &Amounts, amount| amounts.get(amount).unwrap_or(Money::ZERO);
        let carried = of(own, Amount::CarriedOver);
        let completes = of(&whole, Amount::Initial) + carried == of(&whole, Amount::Adjusted);
        (carried.is_zero() || !completes)
            && of(own, Amount::Executed) <= of(&whole, Amount::Executed)
    };
    let matched = source.ledger.leaves().count();
    let found: Vec<bool> = leaves.map(within).collect();
    found.len() == matched && found.into_iter().all(|within| within)
}

/// Whether each row is the sum of the next rows of another table, which gives every amount that this one gives.
fn outlines(source: &Source<'_>, other: &Source<'_>) -> bool {
    let given = super::money::given(&source.ledger);
    let same = is_same_money(&source.totals(), &other.totals());
    if !same || !given.into_iter().all(|amount| other.gives(amount)) {
        return false;
    }
    let details: Vec<usize> = other.ledger.leaves().collect();
    let mut rest = details.as_slice();
    for leaf in source.ledger.leaves() {
        let amounts = &source.ledger.rows[leaf].amounts;
        let mut sum = Amounts::default();
        let length = rest.iter().position(|detail| {
            sum.add(&other.ledger.rows[*detail].amounts);
            is_same_money(&sum, amounts)
        });
        let Some(length) = length else { return false };
        rest = &rest[length + 1..];
    }
    rest.is_empty() && source.ledger.leaves().count() < details.len()
}

/// Whether each row is the total of another table, each of a different one, and no table is left over.
fn sums_up(source: &Source<'_>, others: &[&Source<'_>]) -> bool {
    let mut left: Vec<Amounts> = others.iter().map(|other| other.totals()).collect();
    for leaf in source.ledger.leaves() {
        let amounts = &source.ledger.rows[leaf].amounts;
        let Some(at) = left.iter().position(|total| is_same_money(total, amounts)) else {
            return false;
        };
        left.remove(at);
    }
    left.is_empty()
}

/// The word of a title that says another kind of money than a budget's spending.
fn other_money(book: &Book, table: &Table) -> Option<&'static str> {
    let sheet = &book.sheets[table.sheet];
    let heads: Vec<&str> = table.columns.iter().map(|column| column.title.as_str()).collect();
    if let Some(word) = VOCABULARY.other_money_columns(&heads) {
        return Some(word);
    }
    let mut named = titles(sheet, table).into_iter().chain([&*sheet.name]).map(fold::plain);
    named.find_map(|title| VOCABULARY.other_money_title(&title))
}

/// The lines right above a table, up to the figures of another.
fn titles<'a>(sheet: &'a Sheet, table: &Table) -> Vec<&'a str> {
    let above = sheet.rows_in(0..table.header.top).rev().take(5);
    let figures = |row: &u32| !sheet.row(*row).any(|cell| matches!(cell.value, Value::Number(_)));
    let rows = above.take_while(figures);
    let texts = rows.flat_map(|row| sheet.row(row)).filter_map(|cell| match cell.value {
        Value::Text(text) => Some(text),
        _ => None,
    });
    texts.collect()
}

/// The names of two tables: those of their sheets, with their cells where they share one.
fn names(book: &Book, one: &Table, other: &Table) -> [String; 2] {
    [one, other].map(|table| match one.sheet == other.sheet {
        true => format!("{} {}", name(book, table), range_place(book, table).cells),
        false => name(book, table),
    })
}

fn name(book: &Book, table: &Table) -> String {
    book.sheets[table.sheet].name.to_string()
}
