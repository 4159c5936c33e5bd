//! The same ledger said in another way has the same totals; and no row of a ledger is lost in silence.
//!
//! * In: random ledgers with a fixed seed, changed by [`relations`], written as workbooks. Rule: the totals are those of
//!   the ledger, to the 分, whatever was done to its page. The sums are those of whole numbers, never of the program.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "to stop with a message is how a test fails; whoever reads the log wants the counts"
)]

mod formats;
mod ledger;
mod relations;
mod together;

use jixiao_core::{Amount, Code, Evaluation, Money, Role, Rules, Severity, evaluate};
use jixiao_fuzz::random::Random;
use jixiao_import::grid::Book;
use jixiao_import::{Limits, Reading};
use jixiao_tests::conservation;
use ledger::{Amounts, Cell, Kind, Ledger, Page, write};
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::sync::OnceLock;

const AMOUNTS: [Amount; 5] =
    [Amount::Initial, Amount::Addition, Amount::Reduction, Amount::Adjusted, Amount::Executed];

fn rules() -> &'static Rules {
    static RULES: OnceLock<Rules> = OnceLock::new();
    RULES.get_or_init(|| Rules::builtin("mof-2020-10").expect("built in"))
}

fn open(bytes: &[u8]) -> Book {
    jixiao_import::open::open("账.xlsx", bytes, &Limits::default()).expect("a sound workbook")
}

fn read(bytes: &[u8]) -> Reading {
    jixiao_import::read("账.xlsx", bytes, &Limits::default()).expect("a sound workbook")
}

/// An amount in 分; nothing is 0 here, since a ledger without additions may leave their column empty.
fn cents(money: Option<Money>) -> Result<i64, String> {
    let yuan = money.map_or(Decimal::ZERO, Money::yuan);
    let text = (yuan * Decimal::ONE_HUNDRED).normalize().to_string();
    text.parse().map_err(|_| format!("{yuan} is no whole number of 分"))
}

/// The totals of all subjects of a file together, and what stands in the way of believing them.
fn totals(reading: &Reading) -> Result<(Amounts, Vec<String>), String> {
    let (mut sum, mut errors) = ([0; 5], Vec::new());
    for gathered in &reading.subjects {
        let evaluation: Evaluation = evaluate(&gathered.submission, rules())
            .map_err(|error| error.to_string())?
            .preceded_by(gathered.findings.clone());
        let of = &evaluation.totals;
        let all = [of.initial_budget, of.additions, of.reductions, of.adjusted_budget, of.executed];
        for (sum, money) in sum.iter_mut().zip(all) {
            *sum += cents(money)?;
        }
        // A low rate without a reason is a matter of the ledger, not of how it was read.
        let grave = evaluation
            .findings
            .iter()
            .filter(|f| f.severity == Severity::Error && f.code != Code::ReasonMissing);
        errors.extend(grave.map(|finding| format!("{}: {}", finding.code.text(), finding.message)));
    }
    Ok((sum, errors))
}

#[derive(Default)]
struct Count {
    right: usize,
    asked: usize,
    wrong: Vec<String>,
}

fn run(ledgers: u64) -> BTreeMap<&'static str, Count> {
    let mut counts: BTreeMap<&str, Count> = BTreeMap::new();
    for relation in relations::ALL {
        let count = counts.entry(relation.name).or_default();
        for index in 0..ledgers {
            let mut random = Random::new(index * 1_000 + 7);
            let ledger = Ledger::random(&mut random);
            let pages = (relation.make)(&ledger, Page::of(&ledger), &mut random);
            let bytes = write(&pages);
            let reading = read(&bytes);
            let lost = conservation::check(&[open(&bytes)], &reading).wrong;
            if !lost.is_empty() {
                count.wrong.push(kept(relation.name, index, &bytes, &lost.join("; ")));
                continue;
            }
            match totals(&reading) {
                Ok((found, errors)) if found == ledger.totals() && errors.is_empty() => {
                    count.right += 1;
                }
                Ok((_, errors)) if errors.iter().any(|e| e.starts_with(Code::Question.text())) => {
                    count.asked += 1;
                    count.wrong.push(kept(relation.name, index, &bytes, &errors.join("; ")));
                }
                Ok((found, errors)) => {
                    let what =
                        format!("{:?} expected, {found:?} found; {errors:?}", ledger.totals());
                    count.wrong.push(kept(relation.name, index, &bytes, &what));
                }
                Err(what) => count.wrong.push(kept(relation.name, index, &bytes, &what)),
            }
        }
    }
    counts
}

fn kept(relation: &str, index: u64, bytes: &[u8], what: &str) -> String {
    let path = std::env::temp_dir().join(format!("metamorphic-{relation}-{index}.xlsx"));
    let _ = std::fs::write(&path, bytes);
    format!("{relation} {index}: {what}: {}", path.display())
}

fn check(ledgers: u64) {
    let counts = run(ledgers);
    for (name, count) in &counts {
        let wrong = count.wrong.len() - count.asked;
        eprintln!("{name}: {} right, {} asked, {wrong} wrong", count.right, count.asked);
    }
    assert!(counts.len() >= 20, "{} relations", counts.len());
    let wrong: Vec<&str> =
        counts.values().flat_map(|count| count.wrong.iter().take(3)).map(String::as_str).collect();
    assert!(wrong.is_empty(), "some of what is wrong:\n{}", wrong.join("\n"));
}

#[test]
fn ten_ledgers_keep_their_totals_in_every_relation() {
    check(10);
}

#[test]
#[ignore = "slow: a hundred ledgers in every relation"]
fn a_hundred_ledgers_keep_their_totals_in_every_relation() {
    check(100);
}

/// Rows of one page with amounts: by row number, the amounts as written.
fn written(page: &Page) -> BTreeMap<u32, Amounts> {
    let of = |cells: &[Cell]| -> Amounts {
        std::array::from_fn(|at| match cells.get(at + 1) {
            Some(Cell::Amount(amount) | Cell::Computed(amount)) => *amount,
            _ => 0,
        })
    };
    let body = (0u32..)
        .zip(&page.rows)
        .filter(|(_, (kind, _))| !matches!(kind, Kind::Above | Kind::Header));
    let rows = body.map(|(row, (_, cells))| (row, of(cells)));
    rows.filter(|(_, amounts)| *amounts != [0; 5]).collect()
}

/// Every row with an amount is counted, or listed as a total, a part or a skipped row; and the amounts with it.
fn nothing_is_lost(name: &str, page: &Page, reading: &Reading) -> Result<(), String> {
    let mut left = written(page);
    let all: i64 = left.values().flatten().sum();
    let (mut used, mut listed) = (0, 0);
    let rows = reading.subjects.iter().flat_map(|subject| &subject.submission.budget.rows);
    for row in rows {
        let Some([at, ..]) = row.place.cells.bounds() else {
            return Err("a row without place".into());
        };
        let mut amounts = [0; 5];
        for (cents_of, amount) in amounts.iter_mut().zip(AMOUNTS) {
            *cents_of = cents(row.amounts.get(amount))?;
        }
        match left.remove(&at) {
            Some(true_amounts) if true_amounts == amounts => {}
            Some(true_amounts) => {
                return Err(format!("row {}: {true_amounts:?} is read as {amounts:?}", at + 1));
            }
            None => return Err(format!("row {} has no amounts, or is read twice", at + 1)),
        }
        let sum: i64 = amounts.iter().sum();
        if matches!(row.role, Role::Counted(_)) { used += sum } else { listed += sum }
    }
    for sheet in &reading.inspection.sheets {
        for skipped in sheet.tables.iter().flat_map(|table| &table.skipped) {
            let amounts = left.remove(&(skipped.row - 1));
            listed += amounts.map_or(0, |amounts| amounts.iter().sum());
        }
    }
    if !left.is_empty() {
        return Err(format!("{name}: rows {:?} are neither counted nor listed", left.keys()));
    }
    if used + listed == all {
        Ok(())
    } else {
        Err(format!("{all} 分 read, {used} used, {listed} listed"))
    }
}

#[test]
fn every_row_is_counted_or_listed() {
    // Only relations that leave the columns where they are and keep to one sheet.
    let plain = [
        "unchanged",
        "blank_rows",
        "in_wan",
        "full_width_digits",
        "thousands_separators",
        "subtotals",
        "no_total",
        "total_on_top",
        "totals_as_formulas",
        "footers",
        "hidden_rows",
        "rows_shuffled",
        "repeated_header",
        "indented",
        "rate_column",
        "of_which",
        "remarks",
    ];
    let (mut wrong, mut checked) = (Vec::new(), 0);
    for relation in relations::ALL.iter().filter(|relation| plain.contains(&relation.name)) {
        for index in 0..20 {
            let mut random = Random::new(index * 1_000 + 8);
            let ledger = Ledger::random(&mut random);
            let pages = (relation.make)(&ledger, Page::of(&ledger), &mut random);
            let bytes = write(&pages);
            checked += 1;
            if let Err(what) = nothing_is_lost(relation.name, &pages[0], &read(&bytes)) {
                wrong.push(kept(relation.name, index, &bytes, &what));
            }
        }
    }
    assert_eq!(checked, plain.len() * 20);
    assert!(wrong.is_empty(), "{} of {checked}:\n{}", wrong.len(), wrong.join("\n"));
}
