//! Payments: with no executed column in the ledger they are summed into it; with one they are checked against it.

use super::budget::{Source, range_place};
use super::money;
use crate::fold;
use crate::grid::Book;
use crate::recognise::Table;
use crate::vocabulary::Meaning;
use jixiao_core::{Amount, Amounts, Code, Finding, Money};
use std::collections::HashMap;

/// Joins a payment table to the ledgers of its department.
pub fn join<'a>(
    book: &Book,
    table: &'a Table,
    sources: &mut Vec<Source<'a>>,
    findings: &mut Vec<Finding>,
) {
    let mut as_executed = table.clone();
    let has_executed = as_executed.column(Meaning::Executed).is_some();
    for column in &mut as_executed.columns {
        if !has_executed && column.meaning == Some(Meaning::Amount) {
            column.meaning = Some(Meaning::Executed);
        }
    }
    let Some(mut payments) = money::clean(book, &as_executed, findings) else { return };
    let paid = Amounts::sum(payments.leaves().map(|leaf| &payments.rows[leaf].amounts));
    let given = |source: &Source<'_>| {
        let leaves = source.ledger.leaves();
        Amounts::sum(leaves.map(|leaf| &source.ledger.rows[leaf].amounts)).get(Amount::Executed)
    };
    let executed: Option<Money> = sources
        .iter()
        .filter_map(given)
        .fold(None, |sum, more| Some(sum.unwrap_or(Money::ZERO) + more));
    if let (Some(executed), Some(paid)) = (executed, paid.get(Amount::Executed)) {
        let tolerance: Money = sources.iter().filter_map(|source| source.ledger.last_place).sum();
        if (executed - paid).abs() > tolerance {
            let unit = sources.first().map(|source| source.ledger.unit).unwrap_or_default();
            let (one, two, word) = (executed.display(unit), paid.display(unit), unit.word());
            let zh = format!(
                "支付明细合计 {two} {word}，台账执行数合计 {one} {word}，两者不一致；以台账为准，请核对漏记或重复的支付"
            );
            let en = format!(
                "payments sum to {two} {word}, the ledger's executed amounts to {one} {word}; the ledger stands, look for missing or doubled payments"
            );
            let finding = Finding::new(Code::Reconciliation, range_place(book, table), zh, en);
            let related = sources.first().map(|source| range_place(book, source.table));
            findings.push(related.into_iter().fold(finding, Finding::with_related));
        }
        return;
    }
    let keys = Keys::of(sources);
    for row in &mut payments.rows {
        let name = row.names.last().map_or_else(String::new, |name| fold::plain(name));
        let found = keys.find(row.codes.project.as_deref(), &name, row.fund.as_deref());
        let Some((source, leaf)) = found else { continue };
        let ledger = &sources[source].ledger;
        row.headings = ledger.path(leaf);
        row.names.clear();
        row.codes = ledger.rows[leaf].codes.clone();
        row.fund = ledger.rows[leaf].fund.clone();
        row.department = ledger.rows[leaf].department.clone();
    }
    sources.push(Source { table, ledger: payments });
}

/// Budget items by project code, by name and fund, and by name where it is unique.
struct Keys {
    by_code: HashMap<String, Vec<(usize, usize)>>,
    by_name: HashMap<String, Vec<(usize, usize)>>,
    by_fund: HashMap<(String, String), Vec<(usize, usize)>>,
}

impl Keys {
    fn of(sources: &[Source<'_>]) -> Keys {
        let (mut by_code, mut by_name, mut by_fund) =
            (HashMap::new(), HashMap::new(), HashMap::new());
        for (number, source) in sources.iter().enumerate() {
            for leaf in source.ledger.leaves() {
                let row = &source.ledger.rows[leaf];
                let name = row.names.last().map_or_else(String::new, |name| fold::plain(name));
                let place = (number, leaf);
                if let Some(code) = row.codes.project.as_deref() {
                    by_code.entry(code.to_owned()).or_insert_with(Vec::new).push(place);
                }
                if let Some(fund) = row.fund.as_deref() {
                    let key = (name.clone(), fund.to_owned());
                    by_fund.entry(key).or_insert_with(Vec::new).push(place);
                }
                by_name.entry(name).or_insert_with(Vec::new).push(place);
            }
        }
        Keys { by_code, by_name, by_fund }
    }

    fn find(&self, code: Option<&str>, name: &str, fund: Option<&str>) -> Option<(usize, usize)> {
        let only = |found: Option<&Vec<(usize, usize)>>| match found.map(Vec::as_slice) {
            Some([only]) => Some(*only),
            _ => None,
        };
        let by_fund =
            fund.and_then(|fund| only(self.by_fund.get(&(name.to_owned(), fund.to_owned()))));
        code.and_then(|code| only(self.by_code.get(code)))
            .or(by_fund)
            .or_else(|| only(self.by_name.get(name)))
    }
}
