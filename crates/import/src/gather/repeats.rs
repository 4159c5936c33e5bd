//! Entries that stand twice: in one list they are flagged and counted, in two lists they are one.
//!
//! * In: the journals of a department. Out: the same without what another list holds already, and findings.
//! * Why: two equal lines of one list may both be meant (lines of one voucher); two lists with the same voucher, date, item
//!   and amount are two exports of the same entry.

use super::budget::range_place;
use super::journal::{Journal, NAMED_CELLS};
use crate::grid::Book;
use jixiao_core::{Amount, Code, Finding, Money};
use std::collections::BTreeMap;

/// Tables of entries that stand twice are counted once. Entries of one list may be equal; the same entry in two lists is one.
pub fn without_overlaps(book: &Book, journals: &mut Vec<Journal<'_>>, findings: &mut Vec<Finding>) {
    for later in 1..journals.len() {
        let (before, after) = journals.split_at_mut(later);
        let Some(own) = after.first_mut() else { continue };
        for earlier in before {
            let repeated = repeated(earlier, own);
            if repeated.is_empty() {
                continue;
            }
            let (count, sum) = (repeated.len(), own.sum_in_words(&repeated));
            let all = count == own.entries.len();
            let [here, there] = [own.table, earlier.table].map(|table| range_place(book, table));
            let (zh, en) = if all {
                (
                    format!(
                        "“{}”（{}）的 {count} 笔合计 {sum}，都已在“{}”（{}）中，是同一份明细，只计一次",
                        here.sheet, here.file, there.sheet, there.file
                    ),
                    format!(
                        "all {count} entries of {:?} ({:?}), {sum}, stand in {:?} ({:?}) as well; it is the same list, counted once",
                        here.sheet, here.file, there.sheet, there.file
                    ),
                )
            } else {
                (
                    format!(
                        "“{}”（{}）有 {count} 笔合计 {sum}，与“{}”（{}）中的日期、凭证号、项目和金额都相同，只计一次；不是同一笔的请写明不同的凭证号",
                        here.sheet, here.file, there.sheet, there.file
                    ),
                    format!(
                        "{count} entries of {:?} ({:?}), {sum}, have the date, voucher number, item and amount of entries of {:?} ({:?}); they are counted once. Give them voucher numbers of their own if they are others",
                        here.sheet, here.file, there.sheet, there.file
                    ),
                )
            };
            own.say(book, Code::DuplicateRow, &repeated, zh, en, findings);
            if let Some(finding) = findings.last_mut() {
                finding.related.push(there);
            }
            own.skip(&repeated);
        }
    }
}

/// The entries of a later list that an earlier one holds. Without voucher numbers only a list that is held as a whole counts.
fn repeated(earlier: &Journal<'_>, later: &Journal<'_>) -> Vec<usize> {
    let mut left: BTreeMap<String, usize> = BTreeMap::new();
    for index in 0..earlier.entries.len() {
        *left.entry(earlier.identity(index)).or_default() += 1;
    }
    let mut found = Vec::new();
    for index in 0..later.entries.len() {
        if let Some(count) = left.get_mut(&later.identity(index)).filter(|count| **count > 0) {
            *count -= 1;
            found.push(index);
        }
    }
    let numbered = found.iter().all(|index| later.entries[*index].voucher.is_some());
    let dated = found.iter().all(|index| later.entries[*index].when.is_some());
    let whole = found.len() == later.entries.len() && dated;
    if numbered || whole { found } else { Vec::new() }
}

/// The same voucher number, amount and item within one list: flagged and counted, since lines of one voucher may be equal.
pub fn doubled(book: &Book, journal: &Journal<'_>, findings: &mut Vec<Finding>) -> Money {
    let sheet = &book.sheets[journal.table.sheet];
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut pairs = Vec::new();
    for (index, entry) in journal.entries.iter().enumerate() {
        if entry.voucher.is_none() {
            continue;
        }
        let month = entry.when.map(|when| (when.year, when.month));
        // Numbers begin again every month; other payees are other lines.
        let key = format!(
            "{month:?}\u{1f}{:?}\u{1f}{}",
            entry.payee,
            journal.identity(index).split_once('\u{1f}').map_or("", |(_, rest)| rest)
        );
        match seen.get(&key) {
            Some(first) => pairs.push((*first, index)),
            None => {
                seen.insert(key, index);
            }
        }
    }
    let mut sum = Money::ZERO;
    let unit = journal.ledger.unit;
    for (position, (first, second)) in pairs.iter().enumerate() {
        let amounts = &journal.entries[*second].printed;
        let amount: Money = Amount::ALL.into_iter().filter_map(|a| amounts.get(a)).sum();
        sum = sum + amount;
        if position >= NAMED_CELLS {
            continue;
        }
        let voucher = journal.entries[*second].voucher.as_deref().unwrap_or("");
        let [one, two] = [first, second].map(|index| journal.ledger.rows[*index].row + 1);
        let shown = format!("{} {}", amount.display_exact(unit), unit.word());
        let equal = journal.cells(sheet, *first) == journal.cells(sheet, *second);
        let (how, how_en) = if equal {
            ("各栏完全相同", "are equal in every cell")
        } else {
            ("凭证号、项目和金额相同", "have the same voucher number, item and amount")
        };
        let zh = format!(
            "第 {two} 行与第 {one} 行{how}（凭证号 {voucher}，{shown}），两行都已计入；同一凭证的不同分录无需处理，重复录入的请删去一行"
        );
        let en = format!(
            "rows {two} and {one} {how_en} (voucher {voucher}, {shown}); both are counted. Lines of one voucher may be equal; delete one if it was entered twice"
        );
        let at = journal.place(book, *second);
        let related = journal.place(book, *first);
        findings.push(Finding::new(Code::DuplicateRow, at, zh, en).with_related(related));
    }
    if let Some((_, next)) = pairs.get(NAMED_CELLS) {
        let more = pairs.len() - NAMED_CELLS;
        let zh = format!("另有 {more} 笔凭证号、项目和金额重复，未逐一列出；首处在此，请一并核对");
        let en = format!(
            "{more} more entries repeat voucher number, item and amount and are not listed; the first is here"
        );
        findings.push(Finding::new(Code::DuplicateRow, journal.place(book, *next), zh, en));
    }
    sum
}
