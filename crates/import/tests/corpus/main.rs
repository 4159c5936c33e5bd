//! The recognition corpus: ledgers drawn from a grammar of layouts, each with its known truth, read and compared.
//!
//! * In: seeds. Out: four rates (exact, asked, refused, wrong), overall and for each feature of the grammar.
//! * A ledger is *exact* when every total, line, unit, name and year is the truth; *asked* when a question is put;
//!   *refused* when no table is found; *wrong* when a total differs and nobody was asked.
//! * None may be wrong, and 95 of 100 unambiguous ones must be exact; `docs/performance.md` has the figures.
//! * `JIXIAO_CORPUS=FROM..TO` draws other seeds; `JIXIAO_CORPUS_KEEP=FOLDER` writes the workbooks that were not exact.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

mod arrange;
mod figures;
mod form;
mod form_truth;
mod header;
mod ledger;
mod page;
mod report;
mod rng;
mod rows;
mod sheet;
mod style;
mod titles;
mod truth;

use jixiao_core::Rules;
use jixiao_import::{Limits, OpenError, Reading};
use report::{Made, Report};
use std::ops::Range;
use truth::Truth;

/// At least so many of a hundred unambiguous ledgers or forms are read exactly.
const EXACT: usize = 95;
fn run(seeds: Range<u64>) -> Report {
    let rules = Rules::builtin("mof-2020-10").expect("the national rules");
    let keep = std::env::var_os("JIXIAO_CORPUS_KEEP").map(std::path::PathBuf::from);
    let mut report = Report::default();
    for seed in seeds {
        let ledger = ledger::draw(seed);
        let reading = jixiao_import::read("台账.xlsx", &ledger.bytes, &Limits::default());
        let outcome = truth::judge(&ledger.truth, &reading, &rules);
        if let Some(folder) = keep.as_ref().filter(|_| outcome != truth::Outcome::Exact) {
            std::fs::write(folder.join(format!("{seed}.xlsx")), &ledger.bytes)
                .expect("the folder can be written");
        }
        let Truth { seed, features, ambiguous, .. } = &ledger.truth;
        let made = Made { seed: *seed, features, ambiguous: *ambiguous };
        report.add(&made, outcome, &understood(&reading));
    }
    report
}

fn run_forms(seeds: Range<u64>) -> Report {
    let rules = Rules::builtin("mof-2020-10").expect("the national rules");
    let keep = std::env::var_os("JIXIAO_CORPUS_KEEP").map(std::path::PathBuf::from);
    let mut report = Report::default();
    for seed in seeds {
        let form = form::draw(seed);
        let bytes = form.workbook();
        let reading = jixiao_import::read("自评表.xlsx", &bytes, &Limits::default());
        let outcome = form_truth::judge(&form, &reading, &rules);
        if let Some(folder) = keep.as_ref().filter(|_| outcome != truth::Outcome::Exact) {
            let path = folder.join(format!("form-{seed}.xlsx"));
            std::fs::write(path, &bytes).expect("the folder can be written");
        }
        let features = form.features();
        let made = Made { seed, features: &features, ambiguous: None };
        report.add(&made, outcome, &understood(&reading));
    }
    report
}

/// What every column was taken for, to be read beside what went wrong.
fn understood(reading: &Result<Reading, OpenError>) -> String {
    let Ok(reading) = reading else { return String::new() };
    let sheets = reading.inspection.sheets.iter();
    let columns = sheets.flat_map(|sheet| &sheet.tables).flat_map(|table| &table.columns);
    let shown = columns.map(|column| match column.meaning {
        Some(meaning) => format!("{}={meaning:?}", column.title),
        None => format!("{}=?", column.title),
    });
    shown.collect::<Vec<_>>().join(", ")
}

fn demand(report: &Report) {
    println!("{report}");
    assert_eq!(
        report.wrong(),
        0,
        "ledgers were read wrong without a question:\n{}",
        report.list_wrong()
    );
    let (exact, all) = report.exact_of_unambiguous();
    assert!(exact * 100 >= all * EXACT, "only {exact} of {all} unambiguous ledgers are exact");
}

#[test]
fn three_hundred_ledgers() {
    demand(&run(0..300));
}

#[test]
#[ignore = "two thousand ledgers; a part of the slow suite"]
fn two_thousand_ledgers() {
    let seeds = std::env::var("JIXIAO_CORPUS").ok();
    let seeds = seeds.as_deref().and_then(|text| {
        let (from, to) = text.split_once("..")?;
        Some(from.parse().ok()?..to.parse().ok()?)
    });
    demand(&run(seeds.unwrap_or(0..2_000)));
}

#[test]
fn a_hundred_forms() {
    demand(&run_forms(0..100));
}

#[test]
#[ignore = "a thousand forms; a part of the slow suite"]
fn a_thousand_forms() {
    demand(&run_forms(0..1_000));
}

#[test]
fn the_same_seed_draws_the_same_ledger() {
    for seed in [0, 7, 1_999] {
        let (first, second) = (ledger::draw(seed), ledger::draw(seed));
        assert_eq!(format!("{:?}", first.truth), format!("{:?}", second.truth));
    }
}
