//! Ledgers: the rows of a table with amounts become clean rows with a role, a path and amounts in yuan.
//!
//! * In: a recognised table. Out: [`Ledger`]: rows, the tree of totals, the precision of the print.

use super::cells::{self, Notes};
use crate::fold;
use crate::gather::questions::row_question;
use crate::grid::{Cell, Format, Sheet, Value};
use crate::recognise::tree::{self, Flow, NodeRole, Tree, TreeRow};
use crate::recognise::{Table, unit};
use crate::vocabulary::{Kind, Meaning, VOCABULARY};
use jixiao_core::{Amount, Amounts, Cells, Codes, Money, Unit, number};
use rust_decimal::Decimal;
use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

/// A row with amounts, cleaned.
#[derive(Clone, Debug)]
pub struct LedgerRow {
    /// Its row, counted from zero.
    pub row: u32,
    /// Its label as a person would read it.
    pub label: Arc<str>,
    /// The names in its own cells, the widest class first.
    pub names: Vec<Arc<str>>,
    /// Headings above it that have no amounts.
    pub headings: Vec<Arc<str>>,
    /// Its codes.
    pub codes: Codes,
    /// Its fund.
    pub fund: Option<Arc<str>>,
    /// Its department.
    pub department: Option<Arc<str>>,
    /// Its amounts in yuan.
    pub amounts: Amounts,
    /// Amounts whose cell holds something that cannot be read.
    pub unreadable: Vec<Amount>,
    /// What few ledgers print beside their amounts; kept apart, since a ledger may have a million rows.
    pub beside: Option<Box<Beside>>,
}

/// What stands beside the amounts of a row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Beside {
    /// Its balance in yuan.
    pub balance: Option<Money>,
    /// Its printed rate: value as a ratio, and half of its last printed place.
    pub rate: Option<(Decimal, Decimal)>,
    /// Weight of a form's money row, as printed.
    pub weight: Option<Decimal>,
    /// The filled score.
    pub score: Option<Decimal>,
    /// The reason.
    pub reason: Option<Arc<str>>,
    /// The measure.
    pub measure: Option<Arc<str>>,
}

/// A cleaned ledger.
#[derive(Clone, Debug)]
pub struct Ledger {
    /// Its rows in order.
    pub rows: Vec<LedgerRow>,
    /// Which are totals of which.
    pub tree: Tree,
    /// One unit of the last printed place in yuan; `None` when amounts are exact to the 分.
    pub last_place: Option<Money>,
    /// Which column holds which amount.
    pub columns: Arc<[(Amount, u32)]>,
    /// Its unit.
    pub unit: Unit,
}

/// The amount a meaning stands for.
pub fn amount_of(meaning: Meaning) -> Option<Amount> {
    Some(match meaning {
        Meaning::InitialBudget => Amount::Initial,
        Meaning::AdjustedBudget => Amount::Adjusted,
        Meaning::Additions => Amount::Addition,
        Meaning::Reductions => Amount::Reduction,
        Meaning::Transfers => Amount::Transfer,
        Meaning::CarriedOver => Amount::CarriedOver,
        Meaning::Executed => Amount::Executed,
        _ => return None,
    })
}

/// A column of an amount, or the columns whose sum it is.
struct AmountColumn {
    amount: Amount,
    columns: Vec<u32>,
    unit: Unit,
    /// Whether its own title says the unit.
    stated: bool,
    title: String,
}

#[derive(Default)]
struct Pool(HashSet<Arc<str>>);

impl Pool {
    fn keep(&mut self, text: &str) -> Arc<str> {
        if let Some(kept) = self.0.get(text) {
            return kept.clone();
        }
        let kept: Arc<str> = Arc::from(text);
        self.0.insert(kept.clone());
        kept
    }
}

/// Cleans a table that has amounts in `unit`.
pub fn ledger(sheet: &Sheet, table: &Table, unit: Unit, notes: &mut Notes) -> Ledger {
    let columns = amount_columns(table, unit);
    let mut pool = Pool::default();
    let mut rows = Vec::with_capacity(table.body.len());
    // All rows' amounts in one piece: a list for each row would stay in memory, scattered between what is kept.
    let mut printed: Vec<Option<Decimal>> = Vec::with_capacity(table.body.len() * columns.len());
    let mut as_printed = Vec::with_capacity(columns.len());
    let mut headings: Vec<(u8, Arc<str>)> = Vec::new();
    for row in &table.body {
        let mut amounts = Amounts::default();
        as_printed.clear();
        let mut unreadable = Vec::new();
        let row_unit = unit::of_row(sheet, table, *row);
        for column in &columns {
            let (read, complete) = read_amount(sheet, *row, column, row_unit, notes);
            if !complete {
                unreadable.push(column.amount);
            }
            as_printed.push(read.map(|money| money.in_unit(column.unit)));
            amounts.set(column.amount, read);
        }
        lost_codes(sheet, table, *row, notes);
        let clean = clean_row(sheet, table, *row, row_unit.unwrap_or(unit), amounts, &mut pool);
        if clean.amounts.is_empty() && unreadable.is_empty() {
            note_heading(&mut headings, &clean);
            continue;
        }
        let depth = fold::numbering(&clean.label).0;
        headings.retain(|(heading, _)| depth.is_none_or(|depth| *heading < depth));
        let headings = headings.iter().map(|(_, text)| text.clone()).collect();
        rows.push(LedgerRow { headings, unreadable, ..clean });
        printed.extend_from_slice(&as_printed);
    }
    normalise_reductions(&mut rows, &columns, &mut printed);
    let place = last_place(&printed, unit);
    let half: Vec<Decimal> = columns
        .iter()
        .map(|column| match place {
            Some(place) => place.in_unit(column.unit) / Decimal::TWO,
            None => Decimal::ZERO,
        })
        .collect();
    let depths = depths(sheet, table, &rows);
    let printed = printed.chunks(columns.len().max(1));
    let tree = tree::parse(&tree_rows(table, &rows, printed, &depths), &half);
    let columns = columns
        .iter()
        .flat_map(|column| column.columns.iter().map(|part| (column.amount, *part)))
        .collect();
    Ledger { rows, tree, last_place: place, columns, unit }
}

fn amount_columns(table: &Table, unit: Unit) -> Vec<AmountColumn> {
    let mut columns: Vec<AmountColumn> = Vec::new();
    for column in &table.columns {
        let Some(amount) = column.meaning.and_then(amount_of) else { continue };
        match columns.iter_mut().find(|held| held.amount == amount) {
            Some(held) => held.columns.push(column.column),
            None => columns.push(AmountColumn {
                amount,
                columns: vec![column.column],
                unit: column.unit.unwrap_or(unit),
                stated: column.unit.is_some(),
                title: column.title.replace(['\n', '\r'], ""),
            }),
        }
    }
    columns.sort_by_key(|column| column.amount);
    columns
}

/// The amount of a row, and whether every cell of it could be read. Of parts, blanks count nothing.
fn read_amount(
    sheet: &Sheet,
    row: u32,
    column: &AmountColumn,
    row_unit: Option<Unit>,
    notes: &mut Notes,
) -> (Option<Money>, bool) {
    let mut sum: Option<Money> = None;
    let mut complete = true;
    let unit = row_unit.filter(|_| !column.stated).unwrap_or(column.unit);
    for part in &column.columns {
        let Some(cell) = amount_cell(sheet, row, *part) else { continue };
        let read = cells::printed_amount(&cell, &column.title, notes)
            .and_then(|(value, own)| cells::in_yuan(value, own.unwrap_or(unit), &cell, notes));
        match read {
            Some(money) => sum = Some(sum.unwrap_or(Money::ZERO) + money),
            None => complete &= cells::is_blank(&cell),
        }
    }
    (sum.filter(|_| complete), complete)
}

/// The cell that holds an amount; of a merged area only its first cell counts.
fn amount_cell(sheet: &Sheet, row: u32, column: u32) -> Option<Cell<'_>> {
    match sheet.merge_at(row, column) {
        // The title may be merged over two columns, and the amounts with it.
        Some([top, left, ..]) if top == row => sheet.get(row, left),
        Some(_) => None,
        None => sheet.get(row, column),
    }
}

fn clean_row(
    sheet: &Sheet,
    table: &Table,
    row: u32,
    unit: Unit,
    amounts: Amounts,
    pool: &mut Pool,
) -> LedgerRow {
    let text = |meaning: Meaning| -> Option<String> {
        table.columns_of(meaning).find_map(|column| said(sheet, table, row, column.column))
    };
    let raw_label = label_of(sheet, table, row);
    let mut codes = Codes {
        project: text(Meaning::ProjectCode).map(|code| pool.keep(&code)),
        function: function_code(sheet, table, row).map(|code| pool.keep(&code)),
        economic: text(Meaning::Economic)
            .and_then(|text| leading_code(&text))
            .map(|code| pool.keep(&code)),
    };
    let mut names = names(sheet, table, row, pool);
    if codes.function.is_none() && codes.economic.is_none() {
        let own = leading_code(&raw_label).filter(|code| matches!(code.len(), 3 | 5 | 7));
        match own {
            Some(code) if code.starts_with(['3', '5']) && code.len() <= 5 => {
                codes.economic = Some(pool.keep(&code));
            }
            Some(code) if code.starts_with('2') => codes.function = Some(pool.keep(&code)),
            _ => {}
        }
    }
    if names.is_empty() {
        names
            .extend(Some(raw_label.trim()).filter(|label| !label.is_empty()).map(|l| pool.keep(l)));
    }
    let figure = |meaning: Meaning| {
        let column = table.column(meaning)?;
        sheet.seen(row, column.column).and_then(|cell| cells::cell_decimal(&cell))
    };
    let beside = Beside {
        balance: figure(Meaning::Balance)
            .and_then(|value| Some(Money::rounded(value.checked_mul(unit.yuan())?))),
        rate: rate_of(sheet, table, row),
        weight: figure(Meaning::Weight),
        score: figure(Meaning::Score),
        reason: text(Meaning::Reason).map(|reason| pool.keep(&reason)),
        measure: text(Meaning::Measure).map(|measure| pool.keep(&measure)),
    };
    LedgerRow {
        row,
        label: pool.keep(raw_label.trim_end()),
        names,
        headings: Vec::new(),
        codes,
        fund: text(Meaning::Fund).map(|fund| pool.keep(&fund)),
        department: text(Meaning::Department).map(|name| pool.keep(&name)),
        amounts,
        unreadable: Vec::new(),
        beside: (beside != Beside::default()).then(|| Box::new(beside)),
    }
}

/// What a cell says; a ditto mark (同上) says what stands above it.
fn said(sheet: &Sheet, table: &Table, row: u32, column: u32) -> Option<String> {
    let text = cells::cell_text(&sheet.seen(row, column)?)?;
    if !VOCABULARY.is_ditto(&text) {
        return Some(text);
    }
    let above = table.body.iter().rev().filter(|above| **above < row);
    let mut texts = above.filter_map(|above| cells::cell_text(&sheet.seen(*above, column)?));
    texts.find(|text| !VOCABULARY.is_ditto(text))
}

/// Codes that were stored as numbers too long for one.
fn lost_codes(sheet: &Sheet, table: &Table, row: u32, notes: &mut Notes) {
    let is_code = |meaning| {
        matches!(
            meaning,
            Meaning::ProjectCode | Meaning::Function | Meaning::Economic | Meaning::DepartmentCode
        )
    };
    for column in table.columns.iter().filter(|column| column.meaning.is_some_and(is_code)) {
        let Some(cell) = sheet.get(row, column.column) else { continue };
        let at = notes.at(Cells::one(cell.row, cell.column));
        cells::lost_code(&cell, &column.title, at).into_iter().for_each(|found| notes.say(found));
    }
}

/// The printed rate of a row as a ratio, with half of its last printed place.
fn rate_of(sheet: &Sheet, table: &Table, row: u32) -> Option<(Decimal, Decimal)> {
    let column = table.column(Meaning::Rate)?;
    let titled = column.title.contains(['%', '％']);
    rate_value(&sheet.seen(row, column.column)?, titled)
}

/// A rate as a ratio, with half of its last printed place. `titled` says that the title has a percent sign.
pub fn rate_value(cell: &Cell<'_>, titled: bool) -> Option<(Decimal, Decimal)> {
    let (value, percent) = match cell.value {
        Value::Number(number) => (number::from_cell(number)?, false),
        Value::Text(text) => match number::read(text) {
            number::Text::Number { value, percent, .. } => (value, percent),
            _ => return None,
        },
        _ => return None,
    };
    let half = Decimal::new(5, value.scale().min(20) + 1);
    let hundredth = (value / Decimal::ONE_HUNDRED, half / Decimal::ONE_HUNDRED);
    if percent {
        return Some(hundredth);
    }
    // 98.1 under 执行率 can only be percent; 0.981 and 1 only a ratio, unless the title says %.
    let large = value > if titled { Decimal::TWO } else { Decimal::from(5) };
    Some(if cell.format != Format::Percent && large { hundredth } else { (value, half) })
}

/// The decimals of a percentage whose half last place, as a ratio, is `half`.
pub fn percent_places(half: Decimal) -> u32 {
    half.normalize().scale().saturating_sub(3)
}

/// The first text of a row that can be a label: of an item column, else of any text column.
fn label_of(sheet: &Sheet, table: &Table, row: u32) -> String {
    let own = |column: u32| sheet.text(row, column).map(str::to_owned);
    let items: Vec<String> =
        table.columns_of(Meaning::Item).filter_map(|column| own(column.column)).collect();
    if let Some(last) = items.last() {
        return last.clone();
    }
    let skip = [Meaning::Reason, Meaning::Measure, Meaning::Remark];
    let texts = sheet.row(row).filter(|cell| {
        let column = table.columns.iter().find(|column| column.column == cell.column);
        let names = |meaning| VOCABULARY.kind(meaning) == Kind::Text && !skip.contains(&meaning);
        column.is_none_or(|column| column.meaning.is_none_or(names))
    });
    let label = texts.filter_map(|cell| match cell.value {
        Value::Text(text) if (table.header.floor..=table.header.right).contains(&cell.column) => {
            Some(text.to_owned())
        }
        _ => None,
    });
    let mut labels: Vec<String> = label.collect();
    let total = labels.iter().position(|text| VOCABULARY.is_total(text));
    match total {
        Some(total) => labels.swap_remove(total),
        None => labels.into_iter().next().unwrap_or_default(),
    }
}

/// Category and item names of a row, the widest first; merged ones stand for all their rows.
fn names(sheet: &Sheet, table: &Table, row: u32, pool: &mut Pool) -> Vec<Arc<str>> {
    let mut names: Vec<Arc<str>> = Vec::new();
    // A class is wider than an item, also where its column stands behind.
    let named = table.columns_of(Meaning::Category).chain(table.columns_of(Meaning::Item));
    for column in named {
        let Some(text) = said(sheet, table, row, column.column) else { continue };
        let name = without_code(fold::numbering(text.trim()).1);
        let name = VOCABULARY.without_part_word(name);
        if names.last().is_none_or(|last| **last != *name) {
            names.push(pool.keep(name));
        }
    }
    names.shrink_to_fit();
    names
}

/// `2010601 行政运行` and `30101-基本工资` without the code.
fn without_code(text: &str) -> &str {
    let digits = text.chars().take_while(char::is_ascii_digit).count();
    if !(3..=21).contains(&digits) {
        return text;
    }
    let rest = &text[digits..];
    let name = rest.trim_start_matches([' ', '\u{3000}', '-', '_', '—', '－']);
    if name.len() == rest.len() || name.is_empty() { text } else { name }
}

fn leading_code(text: &str) -> Option<String> {
    let digits: String = fold::plain(text).chars().take_while(char::is_ascii_digit).collect();
    (digits.len() >= 3).then_some(digits)
}

/// The function code of a row, in one column or split in 类, 款 and 项.
fn function_code(sheet: &Sheet, table: &Table, row: u32) -> Option<String> {
    let digits = |meaning: Meaning| {
        let column = table.column(meaning)?;
        let cell = sheet.seen(row, column.column)?;
        let text = cells::cell_text(&cell)?;
        let text = fold::plain(&text);
        (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())).then_some(text)
    };
    if let Some(class) = digits(Meaning::FunctionClass) {
        let two = |code: String| format!("{code:0>2}");
        let section = digits(Meaning::FunctionSection).map(two);
        let item = section.as_ref().and_then(|_| digits(Meaning::FunctionItem)).map(two);
        // Some sheets repeat the whole code in each column: 201, 20106, 2010601.
        let longest =
            [item.clone(), section.clone()].into_iter().flatten().find(|c| c.starts_with(&class));
        return Some(longest.unwrap_or_else(|| {
            format!("{class}{}{}", section.unwrap_or_default(), item.unwrap_or_default())
        }));
    }
    let column = table.column(Meaning::Function)?;
    leading_code(&cells::cell_text(&sheet.seen(row, column.column)?)?)
}

fn note_heading(headings: &mut Vec<(u8, Arc<str>)>, row: &LedgerRow) {
    let (depth, text) = fold::numbering(&row.label);
    // 本年收入 above rows is a heading without a number too.
    let flow = VOCABULARY.is_income(text) || VOCABULARY.is_expenditure(text);
    if let Some(depth) = depth.or(flow.then_some(1)) {
        headings.retain(|(heading, _)| *heading < depth);
        headings.push((depth, Arc::from(text.trim())));
    }
}

/// A column of reductions that is written with minus signs throughout means positive amounts.
fn normalise_reductions(
    rows: &mut [LedgerRow],
    columns: &[AmountColumn],
    printed: &mut [Option<Decimal>],
) {
    let Some(index) = columns.iter().position(|column| column.amount == Amount::Reduction) else {
        return;
    };
    let given = || printed.iter().skip(index).step_by(columns.len()).flatten();
    let negative =
        given().all(|value| *value <= Decimal::ZERO) && given().any(|value| *value < Decimal::ZERO);
    if negative {
        for (row, printed) in rows.iter_mut().zip(printed.chunks_mut(columns.len())) {
            let value = row.amounts.get(Amount::Reduction);
            row.amounts.set(Amount::Reduction, value.map(|value| Money::ZERO - value));
            printed[index] = printed[index].map(|value| -value);
        }
    }
}

/// Amounts printed in 元 are exact. In larger units the last place is that of the most precise amount.
fn last_place(printed: &[Option<Decimal>], unit: Unit) -> Option<Money> {
    if unit == Unit::Yuan {
        return None;
    }
    let places = printed.iter().flatten().map(|value| value.normalize().scale()).max()?;
    let place = Decimal::new(1, places.min(28)) * unit.yuan();
    (place > Decimal::new(1, 2)).then(|| Money::rounded(place))
}

/// How deep each row is numbered: before its label, else in the column of numbers where that has several depths.
fn depths(sheet: &Sheet, table: &Table, rows: &[LedgerRow]) -> Vec<Option<u8>> {
    let labels = rows.iter().map(|row| fold::numbering(&row.label).0);
    let Some(column) = table.column(Meaning::Number) else { return labels.collect() };
    let number = |row: &LedgerRow| {
        let cell = sheet.seen(row.row, column.column)?;
        fold::outline_depth(&cells::cell_text(&cell)?)
    };
    let numbers: Vec<Option<u8>> = rows.iter().map(number).collect();
    let mut different: Vec<u8> = numbers.iter().flatten().copied().collect();
    different.sort_unstable();
    different.dedup();
    let numbers = numbers.into_iter().map(|depth| depth.filter(|_| different.len() >= 2));
    labels.zip(numbers).map(|(label, number)| label.or(number)).collect()
}

fn tree_rows<'a>(
    table: &Table,
    rows: &'a [LedgerRow],
    printed: std::slice::Chunks<'a, Option<Decimal>>,
    depths: &[Option<u8>],
) -> Vec<TreeRow<'a>> {
    let said_total = |label: &str| {
        !table.answers.is_empty() && table.answer(&row_question(label)) == Some("合计")
    };
    rows.iter()
        .zip(printed)
        .zip(depths)
        .map(|((row, printed), depth)| TreeRow {
            label: &row.label,
            code: row.codes.function.as_deref().or(row.codes.economic.as_deref()),
            depth: *depth,
            indent: fold::indent(&row.label),
            amounts: Cow::Borrowed(printed),
            said_total: said_total(&row.label),
            flow: Flow::below(&row.headings),
        })
        .collect()
}

impl Ledger {
    /// The cells of a row's amounts.
    pub fn cells(&self, row: u32) -> Cells {
        let columns = || self.columns.iter().map(|(_, column)| *column);
        match (columns().min(), columns().max()) {
            (Some(left), Some(right)) => Cells::block(row, left, row, right),
            _ => Cells::one(row, 0),
        }
    }

    /// The indexes of the counted rows.
    pub fn leaves(&self) -> impl Iterator<Item = usize> + '_ {
        let nodes = self.tree.nodes.iter().enumerate();
        nodes.filter(|(_, node)| node.role == NodeRole::Leaf).map(|(index, _)| index)
    }

    /// The names of a row with those of the rows and headings above it, the widest first.
    pub fn path(&self, index: usize) -> Vec<Arc<str>> {
        let row = &self.rows[index];
        let mut path: Vec<Arc<str>> = row.headings.clone();
        let above = self.tree.ancestors(index);
        for ancestor in above {
            let names = &self.rows[ancestor].names;
            let named = names.last().filter(|_| !VOCABULARY.is_total(&self.rows[ancestor].label));
            path.extend(named.cloned());
        }
        path.extend(row.names.iter().cloned());
        path.dedup();
        path
    }
}
