//! Proof by arithmetic: which of several columns has a meaning, and what a column means whose title says nothing.
//!
//! * In: a table with its columns as their words have it. Out: the same, settled where an identity holds on nearly all rows.
//! * What stays open and would change a total is a doubt, which becomes a question.

use super::Table;
use super::columns::{Column, Doubt};
use crate::clean::cell_decimal;
use crate::fold;
use crate::grid::Sheet;
use crate::vocabulary::{Meaning, VOCABULARY};
use jixiao_core::Cells;
use rust_decimal::Decimal;

/// Settles doubts by content: equal columns are one, and an identity that holds for one candidate only proves it.
pub fn weigh_doubts(sheet: &Sheet, table: &mut Table) {
    let doubts = std::mem::take(&mut table.doubts);
    for doubt in doubts {
        if answered(table, &doubt) {
            continue;
        }
        if !doubt.meanings.is_empty() {
            table.doubts.push(doubt);
            continue;
        }
        let values: Vec<Vec<Option<Decimal>>> =
            doubt.columns.iter().map(|column| column_values(sheet, table, *column)).collect();
        if values.windows(2).all(|pair| pair[0] == pair[1]) {
            continue;
        }
        let filled: Vec<usize> =
            (0..values.len()).filter(|index| values[*index].iter().any(Option::is_some)).collect();
        if let [only] = filled[..] {
            take(table, &doubt, doubt.columns[only]);
            continue;
        }
        let proved: Vec<usize> = (0..values.len())
            .filter(|index| proves(sheet, table, &doubt, &values[*index]))
            .collect();
        match proved[..] {
            [only] => take(table, &doubt, doubt.columns[only]),
            _ => {
                let holder = |c: &&mut Column| c.meaning == Some(doubt.meaning);
                table.columns.iter_mut().filter(holder).for_each(|column| column.meaning = None);
                table.doubts.push(doubt);
            }
        }
    }
}

/// Obeys an answer that was given to this doubt before.
fn answered(table: &mut Table, doubt: &Doubt) -> bool {
    let Some(answer) = table.answer(&doubt.about()).map(str::to_owned) else { return false };
    if doubt.meanings.is_empty() {
        let chosen = doubt.columns.iter().find(|column| Cells::letters(**column) == answer);
        let chosen = chosen.copied();
        if let Some(column) = chosen {
            take(table, doubt, column);
        }
        return chosen.is_some();
    }
    let named = |meaning: &&Meaning| {
        crate::clean::ledger::amount_of(**meaning).is_some_and(|amount| amount.chinese() == answer)
    };
    let meaning = doubt.meanings.iter().find(named).copied();
    let column = doubt.columns.first().copied();
    if let (Some(meaning), Some(column)) = (meaning, column) {
        take(table, &Doubt { meaning, ..doubt.clone() }, column);
        return true;
    }
    false
}

fn take(table: &mut Table, doubt: &Doubt, chosen: u32) {
    for column in &mut table.columns {
        if column.column == chosen {
            column.meaning = Some(doubt.meaning);
            column.part_of = None;
        } else if column.meaning == Some(doubt.meaning) {
            column.meaning = None;
        }
    }
}

fn column_values(sheet: &Sheet, table: &Table, column: u32) -> Vec<Option<Decimal>> {
    table
        .body
        .iter()
        .map(|row| sheet.get(*row, column).and_then(|cell| cell_decimal(&cell)))
        .collect()
}

/// Gives a meaning to columns whose titles say nothing, where an identity with the known ones proves it.
/// A column of amounts that may be the missing executed or budget amount is a doubt.
pub fn prove_unknown(sheet: &Sheet, table: &mut Table) {
    let unknown: Vec<u32> = table
        .columns
        .iter()
        .filter(|column| column.meaning.is_none() && column.part_of.is_none())
        .filter(|column| is_amount_like(sheet, table, column))
        .map(|column| column.column)
        .collect();
    let has = |table: &Table, meaning| table.column(meaning).is_some();
    for column in &unknown {
        let values = column_values(sheet, table, *column);
        let missing = [Meaning::AdjustedBudget, Meaning::Executed];
        for meaning in missing.into_iter().filter(|meaning| !has(table, *meaning)) {
            let doubt = Doubt { meaning, columns: vec![*column], meanings: Vec::new() };
            if proves(sheet, table, &doubt, &values)
                || (meaning == Meaning::AdjustedBudget && bridges(sheet, table, &values))
            {
                take(table, &doubt, *column);
                break;
            }
        }
    }
    let open: Vec<u32> = unknown
        .into_iter()
        .filter(|column| {
            table.columns.iter().any(|held| held.column == *column && held.meaning.is_none())
        })
        .collect();
    let budgeted = has(table, Meaning::AdjustedBudget) || has(table, Meaning::InitialBudget);
    let doubted = |meaning| table.doubts.iter().any(|doubt| doubt.meaning == meaning);
    let missing = match (budgeted, has(table, Meaning::Executed)) {
        (true, false) if !doubted(Meaning::Executed) => Some(Meaning::Executed),
        (false, true) if !doubted(Meaning::AdjustedBudget) && !doubted(Meaning::Amount) => {
            Some(Meaning::AdjustedBudget)
        }
        _ => None,
    };
    if let Some(meaning) = missing.filter(|_| !open.is_empty()) {
        let doubt = Doubt { meaning, columns: open, meanings: Vec::new() };
        if !answered(table, &doubt) {
            table.doubts.push(doubt);
        }
    }
}

/// Mostly numbers, and a title that speaks of nothing else than money.
fn is_amount_like(sheet: &Sheet, table: &Table, column: &Column) -> bool {
    let key = fold::title(column.title.rsplit('/').next().unwrap_or("")).key;
    if key.is_empty()
        || VOCABULARY.is_not_amount(&key)
        || VOCABULARY.is_part(&key)
        || column.title.contains(['%', '％', '率', '比'])
    {
        return false;
    }
    let values = column_values(sheet, table, column.column);
    let given = values.iter().flatten().count();
    given >= 2 && given * 10 >= values.len() * 6
}

/// Whether 年初 + 追加 − 追减 ± 调剂 + 结转 gives the candidate on nine of ten rows, with at least one change among them.
fn bridges(sheet: &Sheet, table: &Table, candidate: &[Option<Decimal>]) -> bool {
    let values = |meaning: Meaning| {
        table.column(meaning).map(|column| column_values(sheet, table, column.column))
    };
    let Some(initial) = values(Meaning::InitialBudget) else { return false };
    let signs = [
        (Meaning::Additions, Decimal::ONE),
        (Meaning::Reductions, Decimal::NEGATIVE_ONE),
        (Meaning::Transfers, Decimal::ONE),
        (Meaning::CarriedOver, Decimal::ONE),
    ];
    let changes: Vec<(Vec<Option<Decimal>>, Decimal)> =
        signs.into_iter().filter_map(|(meaning, sign)| Some((values(meaning)?, sign))).collect();
    let mut changed = false;
    let (mut equal, mut all) = (0, 0);
    for (row, (initial, candidate)) in initial.iter().zip(candidate).enumerate() {
        let (Some(initial), Some(candidate)) = (initial, candidate) else { continue };
        let change: Decimal =
            changes.iter().filter_map(|(values, sign)| Some(values[row]?.abs() * sign)).sum();
        let signed: Decimal =
            changes.iter().filter_map(|(values, sign)| Some(values[row]? * sign)).sum();
        all += 1;
        let fits = [change, signed].iter().any(|change| initial + change == *candidate);
        equal += usize::from(fits);
        changed |= fits && initial != candidate;
    }
    changed && all >= 2 && equal * 10 >= all * 9
}

/// Whether 预算 − 执行 = 余额, 执行 / 预算 = 执行率 or the bridge holds on nine of ten rows with this candidate.
fn proves(sheet: &Sheet, table: &Table, doubt: &Doubt, candidate: &[Option<Decimal>]) -> bool {
    let values = |meaning: Meaning| -> Option<Vec<Option<Decimal>>> {
        if meaning == doubt.meaning {
            return Some(candidate.to_vec());
        }
        table.column(meaning).map(|column| column_values(sheet, table, column.column))
    };
    let budget = values(Meaning::AdjustedBudget).or_else(|| values(Meaning::InitialBudget));
    let executed = values(Meaning::Executed);
    let holds = |left: &[Option<Decimal>], right: &[Option<Decimal>], close: Decimal| {
        let pairs: Vec<(Decimal, Decimal)> =
            left.iter().zip(right).filter_map(|(l, r)| Some(((*l)?, (*r)?))).collect();
        let equal = pairs.iter().filter(|(l, r)| (*l - *r).abs() <= close).count();
        pairs.len() >= 3 && equal * 10 >= pairs.len() * 9
    };
    let both = |f: fn(Decimal, Decimal) -> Option<Decimal>| -> Option<Vec<Option<Decimal>>> {
        let (budget, executed) = (budget.as_ref()?, executed.as_ref()?);
        Some(budget.iter().zip(executed).map(|(b, e)| f((*b)?, (*e)?)).collect())
    };
    let cent = Decimal::new(1, 2);
    let balance = values(Meaning::Balance)
        .zip(both(|budget, executed| Some(budget - executed)))
        .is_some_and(|(stated, computed)| holds(&stated, &computed, cent));
    let rate = values(Meaning::Rate)
        .zip(both(|budget, executed| executed.checked_div(budget)))
        .is_some_and(|(stated, computed)| {
            let percent: Vec<Option<Decimal>> =
                computed.iter().map(|rate| rate.map(|rate| rate * Decimal::ONE_HUNDRED)).collect();
            holds(&stated, &computed, Decimal::new(1, 4)) || holds(&stated, &percent, cent)
        });
    balance || rate
}
