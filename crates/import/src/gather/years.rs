//! Ledgers of several years in one gathering: which year is meant is asked, since they are no parts of one budget.
//!
//! * In: the ledgers of a department. Out: those of one year, or none while the question is open.
//! * A year is what the name of a sheet says, or a line above its table that says 年度; a date is no year of a budget.

use super::account::Account;
use super::budget::{Source, range_place};
use crate::fold;
use crate::grid::Book;
use crate::recognise::{Table, context};
use jixiao_core::{Choice, Code, Finding};
use std::collections::BTreeSet;

/// Keeps the ledgers of one year. `None` while nobody says which.
pub fn one<'a>(
    book: &Book,
    sources: Vec<Source<'a>>,
    accounts: &mut Vec<Account>,
    findings: &mut Vec<Finding>,
) -> Option<Vec<Source<'a>>> {
    let years: BTreeSet<i32> =
        sources.iter().filter_map(|source| year_of(book, source.table)).collect();
    let Some(first) = sources.first().filter(|_| years.len() > 1) else { return Some(sources) };
    let said = sources.iter().find_map(|source| source.table.answer("year")?.parse::<i32>().ok());
    let Some(said) = said.filter(|year| years.contains(year)) else {
        let list: Vec<String> = years.iter().map(i32::to_string).collect();
        let list = list.join("、");
        let zh =
            format!("各张台账写明的年度不同：{list}，评价哪一年须由您确认；请只留一个年度的台账");
        let en = format!(
            "the ledgers are of several years: {list}; which one is evaluated? Keep those of one year"
        );
        let choices = years.iter().map(|year| Choice {
            answer: year.to_string(),
            effect: format!("只计 {year} 年度的台账"),
        });
        let at = range_place(book, first.table);
        let mut finding = Finding::new(Code::Question, at, zh, en);
        finding.related = sources.iter().skip(1).map(|s| range_place(book, s.table)).collect();
        findings.push(finding.asking(first.table.question("year"), choices.collect()));
        return None;
    };
    let is_said = |source: &Source<'_>| year_of(book, source.table).is_none_or(|own| own == said);
    let (kept, left): (Vec<_>, Vec<_>) = sources.into_iter().partition(is_said);
    for mut source in left {
        let zh = format!("不是 {said} 年度的台账，按您的回答未计入");
        let en = format!("a ledger of another year than {said}, not counted as you answered");
        let at = range_place(book, source.table);
        findings.push(Finding::new(Code::RowSkipped, at, zh, en));
        if let Some(mut account) = source.account.take() {
            account.skip_all(&source.ledger);
            accounts.push(account);
        }
    }
    Some(kept)
}

fn year_of(book: &Book, table: &Table) -> Option<i32> {
    let sheet = &book.sheets[table.sheet];
    let titles = context::titles_between(sheet, 0, table.header.top);
    let said = titles.iter().filter(|title| fold::plain(title).contains("年度"));
    said.filter_map(|title| fold::year_in(title)).next().or_else(|| fold::year_in(&sheet.name))
}
