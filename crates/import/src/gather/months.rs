//! A sheet per month: cumulative ones are counted once, from the latest month; others are asked about.
//!
//! * In: the ledgers of a department. Out: those that are counted, with what was left out.

use super::account::Account;
use super::budget::{self, Source};
use crate::fold;
use crate::grid::Book;
use crate::vocabulary::Meaning;
use jixiao_core::{Amount, Amounts, Choice, Code, Finding, Money, Unit};

/// What the sheets of a department are to each other.
pub enum Settled<'a> {
    /// Not named by months, or one of them is left: to be reconciled as any others.
    Plain(Vec<Source<'a>>),
    /// Months that add up: every one is counted, the budget once.
    Added(Vec<Source<'a>>),
    /// An open question: nothing can be counted.
    Open,
}

/// Settles ledgers that stand on sheets named by months.
pub fn settle<'a>(
    book: &Book,
    sources: Vec<Source<'a>>,
    accounts: &mut Vec<Account>,
    findings: &mut Vec<Finding>,
) -> Settled<'a> {
    let month = |source: &Source<'_>| month_of(&book.sheets[source.table.sheet].name);
    let months: Vec<u32> = sources.iter().filter_map(month).collect();
    let alike = sources
        .windows(2)
        .all(|pair| pair[0].table.header.signature == pair[1].table.header.signature);
    if sources.len() < 2 || months.len() != sources.len() || !alike {
        return Settled::Plain(sources);
    }
    let cumulative = sources.iter().all(|source| {
        let executed = source.table.column(Meaning::Executed);
        executed
            .is_some_and(|column| column.title.contains("累计") || column.title.contains("本年"))
    });
    let said = sources.first().and_then(|source| source.table.answer("months"));
    if said == Some("当月") {
        return Settled::Added(add_up(sources, months.iter().max().copied(), month));
    }
    if !cumulative && said != Some("累计") {
        let at = sources.first().map(|source| budget::range_place(book, source.table));
        let zh = "各工作表按月份命名，执行数是当月数还是累计数没有写明，合计因此不同；请在列名中写“累计执行数”或“本月执行数”，或只保留最后一个月";
        let en = "the sheets are named by months, and nothing says whether the executed amounts are monthly or cumulative; name the column 累计执行数, or keep the last month only";
        let latest = months.iter().max().copied();
        let last = sources.iter().filter(|source| month(source) == latest);
        let choices = vec![
            choice("累计", "只计最后一个月", last),
            choice("当月", "各月相加", sources.iter()),
        ];
        let finding = Finding::new(Code::Question, at.unwrap_or_default(), zh, en);
        let first = sources.first().map(|source| source.table.question("months"));
        findings.extend(first.map(|question| finding.asking(question, choices)));
        return Settled::Open;
    }
    let latest = months.iter().max().copied();
    let (kept, left): (Vec<_>, Vec<_>) =
        sources.into_iter().partition(|source| month(source) == latest);
    for mut source in left {
        if let Some(mut account) = source.account.take() {
            account.compare_all(&source.ledger);
            accounts.push(account);
        }
        let name = &book.sheets[source.table.sheet].name;
        let zh = format!("工作表“{name}”是累计表的较早月份，未计入");
        let en = format!(
            "sheet {name:?} is an earlier month of a cumulative ledger and was not counted"
        );
        findings.push(Finding::new(
            Code::RowSkipped,
            budget::range_place(book, source.table),
            zh,
            en,
        ));
    }
    Settled::Plain(kept)
}

/// An answer with what was executed by it.
fn choice<'a, 'b: 'a>(
    answer: &str,
    how: &str,
    sources: impl Iterator<Item = &'a Source<'b>>,
) -> Choice {
    let executed: Money = sources.filter_map(|source| source.totals().get(Amount::Executed)).sum();
    let effect = format!("{how}，执行数合计 {} 元", executed.display(Unit::Yuan));
    Choice { answer: answer.to_owned(), effect }
}

/// Of all but the latest month only the executed amounts count; the budget stands in each of them.
fn add_up<'a>(
    mut sources: Vec<Source<'a>>,
    latest: Option<u32>,
    month: impl Fn(&Source<'_>) -> Option<u32>,
) -> Vec<Source<'a>> {
    for source in &mut sources {
        if month(source) != latest {
            let Source { ledger, account, .. } = source;
            for leaf in ledger.leaves() {
                let mut budget = ledger.rows[leaf].amounts.clone();
                budget.set(Amount::Executed, None);
                account.iter_mut().for_each(|account| account.compared.amounts.add(&budget));
            }
            for row in &mut ledger.rows {
                let executed = row.amounts.get(Amount::Executed);
                row.amounts = Amounts::default();
                row.amounts.set(Amount::Executed, executed);
            }
        }
    }
    sources
}

/// `1月`, `12月份`, `2023年3月`: the month a sheet is named by.
pub fn month_of(name: &str) -> Option<u32> {
    let name = fold::plain(name);
    let (before, after) = name.split_once('月')?;
    let digits: String = before.chars().rev().take_while(char::is_ascii_digit).collect();
    let digits: String = digits.chars().rev().collect();
    let month: u32 = digits.parse().ok().filter(|month| (1..=12).contains(month))?;
    matches!(after, "" | "份" | "末" | "底").then_some(month)
}
