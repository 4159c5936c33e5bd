//! Kinds of changes: a signed amount becomes 追加, 追减 or 调剂.
//!
//! * In: a list of changes with amounts as printed. Out: the same with each amount under its kind, reductions positive.
//! * Evidence in order: the column of kinds, the signs, the words beside amounts that have no signs.

use super::journal::Journal;
use crate::grid::Book;
use crate::vocabulary::{Meaning, VOCABULARY};
use jixiao_core::{Amount, Amounts, Code, Finding, Money};

/// The kinds that a list can tell.
pub const KINDS: [Amount; 3] = [Amount::Addition, Amount::Reduction, Amount::Transfer];

/// Signed amounts become additions, reductions or transfers: by the column of kinds, else by the sign, else by the words.
pub fn tell(book: &Book, journal: &mut Journal<'_>, findings: &mut Vec<Finding>) -> Amounts {
    let title = |meaning| journal.table.column(meaning).map_or("", |column| column.title.as_str());
    let titled = VOCABULARY.change(title(Meaning::Transfers)) == Some(Meaning::Transfers)
        && !title(Meaning::Transfers).contains("调整");
    let has_kind = journal.table.column(Meaning::ChangeKind).is_some();
    let signed = |journal: &Journal<'_>, index: usize| {
        journal.ledger.rows[index].amounts.get(Amount::Transfer)
    };
    let all = 0..journal.entries.len();
    let signs = all.clone().any(|index| signed(journal, index).is_some_and(Money::is_negative));
    let (mut turned, mut back) = (Vec::new(), Money::ZERO);
    for index in all {
        let Some(value) = signed(journal, index).filter(|_| !titled) else { continue };
        let words = &journal.entries[index].words;
        let kind = if has_kind {
            words.first().and_then(|word| VOCABULARY.change(word))
        } else if signs {
            None
        } else {
            words.iter().find_map(|word| VOCABULARY.change(word))
        };
        let amounts = &mut journal.ledger.rows[index].amounts;
        let (amount, value) = match kind {
            Some(Meaning::Transfers) if has_kind => continue,
            Some(Meaning::Reductions) => {
                if !value.is_negative() {
                    back = back + value;
                }
                if !has_kind {
                    turned.push(index);
                }
                (Amount::Reduction, value.abs())
            }
            _ if value.is_negative() => (Amount::Reduction, -value),
            _ => (Amount::Addition, value),
        };
        let held = amounts.get(amount).unwrap_or(Money::ZERO);
        amounts.set(Amount::Transfer, None);
        amounts.set(amount, Some(held + value));
    }
    let columns = journal.ledger.columns.iter().flat_map(|(amount, column)| match amount {
        Amount::Transfer => KINDS.map(|kind| (kind, *column)).to_vec(),
        _ => vec![(*amount, *column)],
    });
    journal.ledger.columns = columns.collect();
    let mut amounts = Amounts::default();
    amounts.set(Amount::Transfer, Some(back));
    if turned.is_empty() {
        return amounts;
    }
    let (count, sum) = (turned.len(), journal.sum_in_words(&turned));
    let zh = format!(
        "有 {count} 笔写明追减、调减或收回而金额为正，合计 {sum}，已作为追减计算；追减请写成负数，或分列追加、追减两栏"
    );
    let en = format!(
        "{count} changes are called reductions and have positive amounts, {sum} in all; they were taken as reductions. Write them as negative amounts or in a column of their own"
    );
    journal.say(book, Code::NegativeAmount, &turned, zh, en, findings);
    amounts
}
