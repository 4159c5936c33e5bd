//! Proof by arithmetic: which of several columns has a meaning, and what a column means whose title says nothing.
//!
//! * In: a table with its columns as their words have it. Out: the same, settled where an identity holds on nearly all rows.
//! * What stays open and would change a total is a doubt, which becomes a question.

mod explained;

use super::Table;
use super::columns::{Column, Doubt};
use crate::clean::cell_decimal;
use crate::clean::cells::is_blank;
use crate::clean::ledger::amount_of;
use crate::fold;
use crate::grid::Sheet;
use crate::vocabulary::{Meaning, VOCABULARY};
use jixiao_core::Cells;
use rust_decimal::Decimal;

/// The answer that an unexplained column is none of the amounts of a budget.
pub const NO_AMOUNT: &str = "不是";
/// Between the columns whose sum is the answer.
pub const AND: char = '+';

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
        if let Some(whole) = explained::sum_of_others(&values) {
            take_beside(table, &doubt, doubt.columns[whole]);
            continue;
        }
        if let Some((finer, unit)) = explained::finer_unit(table, &doubt.columns, &values) {
            take_beside(table, &doubt, finer);
            let chosen = table.columns.iter_mut().filter(|held| held.column == finer);
            chosen.for_each(|held| held.unit = Some(unit));
            continue;
        }
        if doubt.columns.iter().all(|column| is_period(table, *column)) && rise(&values) {
            take(table, &doubt, doubt.columns[doubt.columns.len() - 1]);
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

fn is_period(table: &Table, column: u32) -> bool {
    let held = table.columns.iter().find(|held| held.column == column);
    let word = held.map(|held| fold::title(held.title.rsplit('/').next().unwrap_or("")).key);
    word.is_some_and(|word| {
        VOCABULARY.is_period(&word)
            || VOCABULARY.split_period(&word).is_some()
            || VOCABULARY.split_running_period(&word).is_some()
    })
}

/// Whether the amounts never fall from one column to the next.
fn rise(values: &[Vec<Option<Decimal>>]) -> bool {
    let amount = |value: &Option<Decimal>| value.unwrap_or_default();
    values.windows(2).all(|pair| pair[0].iter().zip(&pair[1]).all(|(a, b)| amount(a) <= amount(b)))
}

/// Months that rise on every row may each hold what was spent so far: then their sum is no amount at all.
pub fn doubt_rising_months(sheet: &Sheet, table: &mut Table) {
    let months: Vec<u32> = table
        .columns_of(Meaning::Executed)
        .map(|column| column.column)
        .filter(|column| is_period(table, *column))
        .collect();
    if months.len() < 3 || months.len() != table.columns_of(Meaning::Executed).count() {
        return;
    }
    let values: Vec<Vec<Option<Decimal>>> =
        months.iter().map(|column| column_values(sheet, table, *column)).collect();
    let amount = |month: usize, row: usize| values[month][row].unwrap_or_default();
    let steps = |row: usize| {
        (1..values.len()).filter(|month| amount(month - 1, row) < amount(*month, row)).count()
    };
    let telling = (0..table.body.len()).filter(|row| steps(*row) >= 2).count();
    if telling < 4 || !rise(&values) {
        return;
    }
    let sums: Vec<Option<Decimal>> = (0..table.body.len())
        .map(|row| Some(values.iter().filter_map(|column| column[row]).sum()))
        .collect();
    let doubt = Doubt { meaning: Meaning::Executed, columns: months, meanings: Vec::new() };
    let last = values.len() - 1;
    if answered(table, &doubt) || proves(sheet, table, &doubt, &sums) {
        return;
    }
    if proves(sheet, table, &doubt, &values[last]) {
        take(table, &doubt, doubt.columns[last]);
        return;
    }
    let parts = table.columns.iter_mut().filter(|column| column.meaning == Some(Meaning::Executed));
    parts.for_each(|column| column.meaning = None);
    table.doubts.push(doubt);
}

/// Obeys an answer that was given to this doubt before.
fn answered(table: &mut Table, doubt: &Doubt) -> bool {
    let Some(answer) = table.answer(&doubt.about()).map(str::to_owned) else { return false };
    if doubt.meanings.is_empty() {
        if answer == NO_AMOUNT {
            return true;
        }
        let column = |letters: &str| {
            doubt.columns.iter().copied().find(|column| Cells::letters(*column) == letters)
        };
        let chosen: Option<Vec<u32>> = answer.split(AND).map(column).collect();
        match chosen.as_deref() {
            Some([column]) => take(table, doubt, *column),
            Some(columns) => take_sum(table, doubt, columns),
            None => return false,
        }
        return true;
    }
    let named =
        |meaning: &&Meaning| amount_of(**meaning).is_some_and(|amount| amount.chinese() == answer);
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

/// The same, where the other columns are parts of the chosen one, or say it again.
fn take_beside(table: &mut Table, doubt: &Doubt, chosen: u32) {
    take(table, doubt, chosen);
    let other = |column: u32| column != chosen && doubt.columns.contains(&column);
    let others = table.columns.iter_mut().filter(|held| other(held.column));
    others.for_each(|held| held.part_of = Some(doubt.meaning));
}

/// The amount is the sum of several columns.
fn take_sum(table: &mut Table, doubt: &Doubt, chosen: &[u32]) {
    for held in &mut table.columns {
        if chosen.contains(&held.column) {
            (held.meaning, held.part_of) = (Some(doubt.meaning), Some(doubt.meaning));
        } else if held.meaning == Some(doubt.meaning) {
            held.meaning = None;
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
    let unknown = unknown_amounts(sheet, table);
    for column in &unknown {
        let values = column_values(sheet, table, *column);
        if let Some((initial, adjusted)) = split_budget(sheet, table, *column, &values) {
            let of = |meaning| Doubt { meaning, columns: Vec::new(), meanings: Vec::new() };
            take(table, &of(Meaning::AdjustedBudget), adjusted);
            take(table, &of(Meaning::InitialBudget), initial);
            continue;
        }
        let missing = [Meaning::AdjustedBudget, Meaning::Executed, Meaning::InitialBudget];
        for meaning in missing.into_iter().filter(|meaning| table.column(*meaning).is_none()) {
            let doubt = Doubt { meaning, columns: vec![*column], meanings: Vec::new() };
            if proves_meaning(sheet, table, &doubt, &values) {
                take(table, &doubt, *column);
                break;
            }
        }
    }
    explained::name_rests(sheet, table, &unknown);
    let still = |column: &u32| {
        let open = |held: &Column| held.meaning.is_none() && held.part_of.is_none();
        table.columns.iter().any(|held| held.column == *column && open(held))
    };
    let open: Vec<u32> = unknown.into_iter().filter(still).collect();
    let Some((meaning, columns)) = may_be_missing(sheet, table, open) else { return };
    let values: Vec<Vec<Option<Decimal>>> =
        columns.iter().map(|column| column_values(sheet, table, *column)).collect();
    let doubt = Doubt { meaning, columns, meanings: Vec::new() };
    if answered(table, &doubt) {
        return;
    }
    match explained::sum_of_others(&values) {
        Some(whole) => take_beside(table, &doubt, doubt.columns[whole]),
        None => table.doubts.push(doubt),
    }
}

/// Which of a lone budget, whose title says only 预算, and an unnamed column is the initial and which the adjusted one:
/// 上年结转 + 本年预算 = 预算合计 or the other way round.
fn split_budget(
    sheet: &Sheet,
    table: &Table,
    unnamed: u32,
    values: &[Option<Decimal>],
) -> Option<(u32, u32)> {
    let (initial, adjusted) =
        (table.column(Meaning::InitialBudget), table.column(Meaning::AdjustedBudget));
    let lone = match (initial, adjusted) {
        (Some(lone), None) | (None, Some(lone)) => lone,
        _ => return None,
    };
    let last = fold::title(lone.title.rsplit('/').next()?).key;
    let fits = VOCABULARY.meanings(&last);
    let best = fits.into_iter().max_by_key(|(_, fit)| *fit).map(|(meaning, _)| meaning);
    if best != Some(Meaning::Budget) && !VOCABULARY.is_whole(&last) {
        return None;
    }
    let known = column_values(sheet, table, lone.column);
    if bridges(sheet, table, &known, values) {
        return Some((lone.column, unnamed));
    }
    bridges(sheet, table, values, &known).then_some((unnamed, lone.column))
}

/// What is proved for one table holds for every table under the same headings.
pub fn share_proofs(tables: &mut [Table]) {
    for from in 0..tables.len() {
        for to in (0..tables.len()).filter(|to| *to != from) {
            let (source, target) = (&tables[from], &tables[to]);
            let alike = source.kind == target.kind
                && source.header.signature == target.header.signature
                && source.columns.len() == target.columns.len();
            if !alike {
                continue;
            }
            let pairs = source.columns.iter().zip(&target.columns);
            let shared: Vec<(Meaning, u32)> = pairs
                .filter(|(one, other)| one.title == other.title && other.meaning.is_none())
                .filter_map(|(one, other)| Some((one.meaning?, other.column)))
                .filter(|(meaning, _)| target.column(*meaning).is_none())
                .collect();
            let target = &mut tables[to];
            for (meaning, column) in shared {
                let doubt = Doubt { meaning, columns: vec![column], meanings: Vec::new() };
                take(target, &doubt, column);
                target.doubts.retain(|open| open.meaning != meaning);
            }
        }
    }
}

/// The columns of amounts that no title explains. One of another year than the known ones is last year's.
pub fn unknown_amounts(sheet: &Sheet, table: &Table) -> Vec<u32> {
    let known = |column: &&Column| column.meaning.and_then(amount_of).is_some();
    let years: Vec<Option<i32>> =
        table.columns.iter().filter(known).map(|column| column.year).collect();
    let this_year = |year: Option<i32>| year.is_none() || years.contains(&year);
    let columns = table.columns.iter();
    columns
        .filter(|column| column.meaning.is_none() && column.part_of.is_none())
        .filter(|column| this_year(column.year))
        .filter(|column| is_amount_like(sheet, table, column))
        .map(|column| column.column)
        .collect()
}

/// The amount that is missing, with the unexplained columns that may be it.
fn may_be_missing(sheet: &Sheet, table: &Table, open: Vec<u32>) -> Option<(Meaning, Vec<u32>)> {
    let has = |meaning| table.column(meaning).is_some();
    let doubted = |meaning| table.doubts.iter().any(|doubt| doubt.meaning == meaning);
    let (initial, adjusted) = (has(Meaning::InitialBudget), has(Meaning::AdjustedBudget));
    let budgets = [Meaning::InitialBudget, Meaning::AdjustedBudget];
    if budgets.into_iter().chain([Meaning::Amount, Meaning::Executed]).any(doubted) {
        return None;
    }
    let (meaning, columns) = match (initial || adjusted, has(Meaning::Executed)) {
        (true, false) => (Meaning::Executed, open),
        (false, true) => (Meaning::AdjustedBudget, open),
        (true, true) if initial != adjusted => {
            let meaning = if initial { Meaning::AdjustedBudget } else { Meaning::InitialBudget };
            let like = |column: &u32| is_like_budget(sheet, table, *column);
            (meaning, open.into_iter().filter(like).collect())
        }
        _ => return None,
    };
    (!columns.is_empty()).then_some((meaning, columns))
}

/// Whether a column beside a known budget may be the other one: it calls itself a budget, or repeats it on a fourth of
/// the rows and more, as budgets do that were not changed.
fn is_like_budget(sheet: &Sheet, table: &Table, column: u32) -> bool {
    let held = table.columns.iter().find(|held| held.column == column);
    let named = held.is_some_and(|held| VOCABULARY.names_budget(&fold::plain(&held.title)));
    let values = column_values(sheet, table, column);
    let repeats = [Meaning::InitialBudget, Meaning::AdjustedBudget].into_iter().any(|meaning| {
        let Some(known) = table.column(meaning) else { return false };
        let known = column_values(sheet, table, known.column);
        let both = known.iter().zip(&values).filter_map(|(known, own)| Some(((*known)?, (*own)?)));
        let both: Vec<_> = both.filter(|(known, _)| !known.is_zero()).collect();
        let equal = both.iter().filter(|(known, own)| known == own).count();
        equal >= 2 && equal * 4 >= both.len()
    });
    named || repeats
}

fn proves_meaning(sheet: &Sheet, table: &Table, doubt: &Doubt, values: &[Option<Decimal>]) -> bool {
    let known =
        |meaning| table.column(meaning).map(|column| column_values(sheet, table, column.column));
    match doubt.meaning {
        Meaning::InitialBudget => known(Meaning::AdjustedBudget)
            .is_some_and(|adjusted| bridges(sheet, table, values, &adjusted)),
        Meaning::AdjustedBudget => {
            known(Meaning::InitialBudget)
                .is_some_and(|initial| bridges(sheet, table, &initial, values))
                || proves(sheet, table, doubt, values)
        }
        _ => proves(sheet, table, doubt, values),
    }
}

/// Mostly numbers, and a title that speaks of nothing else than money.
fn is_amount_like(sheet: &Sheet, table: &Table, column: &Column) -> bool {
    let keys: Vec<String> = column.title.split('/').map(|word| fold::title(word).key).collect();
    let last = keys.last().map_or("", String::as_str);
    if last.is_empty()
        || keys.iter().any(|key| VOCABULARY.is_not_amount(key))
        || VOCABULARY.is_part(last)
        || column.title.contains(['%', '％', '率', '比'])
    {
        return false;
    }
    let cells = || table.body.iter().filter_map(|row| sheet.get(*row, column.column));
    let filled = cells().filter(|cell| !is_blank(cell)).count();
    let given = cells().filter(|cell| cell_decimal(cell).is_some()).count();
    given >= 2 && given * 5 >= filled * 4 && given * 4 >= table.body.len()
}

/// Whether 年初 + 追加 − 追减 ± 调剂 + 结转 gives 全年 on nine of ten rows, with at least one change among them.
fn bridges(
    sheet: &Sheet,
    table: &Table,
    initial: &[Option<Decimal>],
    adjusted: &[Option<Decimal>],
) -> bool {
    let values = |meaning: Meaning| {
        table.column(meaning).map(|column| column_values(sheet, table, column.column))
    };
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
    for (row, (initial, adjusted)) in initial.iter().zip(adjusted).enumerate() {
        if initial.is_none() && adjusted.is_none() {
            continue;
        }
        // A blank beside an amount is nothing: the budget began or ended with it.
        let (initial, adjusted) = (initial.unwrap_or_default(), adjusted.unwrap_or_default());
        let change: Decimal =
            changes.iter().filter_map(|(values, sign)| Some(values[row]?.abs() * sign)).sum();
        let signed: Decimal =
            changes.iter().filter_map(|(values, sign)| Some(values[row]? * sign)).sum();
        all += 1;
        let fits = [change, signed].iter().any(|change| initial + change == adjusted);
        equal += usize::from(fits);
        changed |= fits && initial != adjusted;
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
