//! Conservation: every row of a table with amounts is in the budget, or booked as a total, compared or left out.
//!
//! * In: the files as opened, and what was made of them. Out: a sentence for everything that is lost or counted twice.
//! * Cells are summed here once more, column by column, without the cleaning and gathering that they went through.

use jixiao_core::{Amount, Amounts, Code, Money, Place, Role, number};
use jixiao_import::gather::Sum;
use jixiao_import::grid::{Book, Sheet, Value};
use jixiao_import::inspect::TableInspection;
use jixiao_import::recognise::TableKind;
use jixiao_import::vocabulary::Meaning;
use jixiao_import::{Account, FileInspection, Reading};
use rust_decimal::Decimal;

/// How many tables were compared, and what is wrong with them.
#[derive(Debug, Default)]
pub struct Checked {
    /// Tables whose cells were summed once more.
    pub tables: usize,
    /// What does not hold.
    pub wrong: Vec<String>,
}

/// Checks every table of the files of a reading.
pub fn check(books: &[Book], reading: &Reading) -> Checked {
    let mut checked = Checked::default();
    let accounts: Vec<&Account> = reading.subjects.iter().flat_map(|s| &s.accounts).collect();
    for account in &accounts {
        if !account.balances() {
            checked.wrong.push(format!("{}: {account:?} does not balance", account.place));
        }
        checked.wrong.extend(counted_rows(reading, account));
    }
    for (book, file) in
        books.iter().zip(std::iter::once(&reading.inspection).chain(&reading.further))
    {
        for (sheet, table) in tables(book, file) {
            let own = accounts.iter().filter(|account| {
                *account.place.file == *file.path
                    && account.place.sheet == sheet.name
                    && account.place.cells.to_string() == table.range
            });
            let own: Vec<_> = own.collect();
            let [account] = own[..] else {
                if own.len() > 1 {
                    let at = &own[0].place;
                    checked.wrong.push(format!("{at}: has {} accounts", own.len()));
                }
                // No account: its unit or year is an open question, which is an error of the file.
                continue;
            };
            checked.tables += 1;
            let Some(summed) = cells(sheet, table) else { continue };
            let read = absolute(&account.read.amounts);
            if summed != read {
                checked.wrong.push(format!(
                    "{}: the cells sum to {summed:?}, {read:?} were read",
                    account.place
                ));
            }
        }
    }
    checked
}

fn tables<'a>(
    book: &'a Book,
    file: &'a FileInspection,
) -> impl Iterator<Item = (&'a Sheet, &'a TableInspection)> {
    file.sheets.iter().flat_map(|inspected| {
        let sheet = book.sheets.iter().find(|sheet| *sheet.name == *inspected.name);
        inspected.tables.iter().filter_map(move |table| Some((sheet?, table)))
    })
}

/// Reductions may be written with either sign; only how much stands in the cells is compared.
fn absolute(amounts: &Amounts) -> Vec<(Amount, Money)> {
    let given = Amount::ALL.into_iter().filter_map(|amount| Some((amount, amounts.get(amount)?)));
    given
        .map(|(amount, money)| match amount {
            Amount::Reduction => (amount, money.abs()),
            _ => (amount, money),
        })
        .collect()
}

fn amount_of(meaning: Meaning, kind: &str) -> Option<Amount> {
    Some(match meaning {
        Meaning::InitialBudget => Amount::Initial,
        Meaning::AdjustedBudget => Amount::Adjusted,
        Meaning::Additions => Amount::Addition,
        Meaning::Reductions => Amount::Reduction,
        Meaning::Transfers => Amount::Transfer,
        Meaning::CarriedOver => Amount::CarriedOver,
        Meaning::Executed => Amount::Executed,
        Meaning::Amount if kind == "payments" => Amount::Executed,
        Meaning::Amount if kind == "adjustments" => Amount::Transfer,
        _ => return None,
    })
}

/// The sums of a table's amount columns over its cells; `None` where a cell is not a plain number of one unit.
fn cells(sheet: &Sheet, table: &TableInspection) -> Option<Vec<(Amount, Money)>> {
    let unit = table.unit?;
    let range: jixiao_core::Cells = table.range.parse().ok()?;
    let [.., bottom, _] = range.bounds()?;
    let first = *table.header_rows.last()?;
    let mut sums = Amounts::default();
    for column in &table.columns {
        let Some(amount) = column.meaning.and_then(|m| amount_of(m, table.kind)) else { continue };
        // A unit in the title of one column is another factor.
        if jixiao_import::fold::title(&column.title).unit.is_some_and(|own| own != unit) {
            return None;
        }
        let letter: jixiao_core::Cells = format!("{}1", column.letter).parse().ok()?;
        let [_, at, ..] = letter.bounds()?;
        for row in first..=bottom {
            if table.skipped.iter().any(|skipped| skipped.row == row + 1) {
                continue;
            }
            if sheet.merge_at(row, at).is_some() {
                return None;
            }
            let value: Decimal = match sheet.get(row, at).map(|cell| cell.value) {
                None => continue,
                Some(Value::Number(float)) => number::from_cell(float)?,
                Some(Value::Text(text)) => match number::read(text) {
                    number::Text::Empty => continue,
                    number::Text::Number { value, unit: None, percent: false, .. } => value,
                    _ => return None,
                },
                Some(_) => return None,
            };
            let mut one = Amounts::default();
            one.set(amount, Some(Money::rounded(value * unit.yuan())));
            sums.add(&one);
        }
    }
    Some(absolute(&sums))
}

/// What is booked as counted on the sheet of an account is what the lines of the budgets are made of.
fn counted_rows(reading: &Reading, account: &Account) -> Option<String> {
    let here =
        |place: &Place| place.file == account.place.file && place.sheet == account.place.sheet;
    // Lists of changes and refunds without minus signs are counted with another sign or name than they are printed.
    let turned = reading.subjects.iter().flat_map(|subject| &subject.findings);
    let mut turned = turned.filter(|finding| finding.code == Code::NegativeAmount);
    let accounts = || reading.subjects.iter().flat_map(|subject| &subject.accounts);
    let mut own = accounts().filter(|other| here(&other.place));
    if own.any(|other| other.kind == TableKind::Adjustments) || turned.any(|f| here(&f.source)) {
        return None;
    }
    let (mut booked, mut counted) = (Sum::default(), Sum::default());
    for other in accounts().filter(|other| here(&other.place)) {
        booked.rows += other.counted.rows;
        booked.amounts.add(&other.counted.amounts);
    }
    let budgets = reading.subjects.iter().map(|subject| &subject.submission.budget);
    for row in budgets.flat_map(|budget| &budget.rows) {
        if here(&row.place) && matches!(row.role, Role::Counted(_)) {
            counted.add(&row.amounts);
        }
    }
    (counted != booked).then(|| {
        format!("{}: {booked:?} is booked as counted, {counted:?} is in the budget", account.place)
    })
}
