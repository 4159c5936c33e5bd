//! Rows read = rows used + rows listed, and their amounts, to the 分, for every table of every fixture.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "to stop with a message is how a test fails; whoever reads the log wants the counts"
)]

use jixiao_core::{Amount, Money};
use jixiao_import::{Answers, Limits, open, understand};
use jixiao_tests::{conservation, files_below, fixtures};

#[test]
fn nothing_of_any_fixture_is_lost() {
    let (mut files, mut tables, mut wrong) = (0, 0, Vec::new());
    for path in files_below(&fixtures(), ".xlsx") {
        let bytes = std::fs::read(&path).expect("a file");
        let name = path.file_name().expect("a name").to_string_lossy();
        let Ok(book) = open::open(&name, &bytes, &Limits::default()) else { continue };
        let reading = understand(book.clone(), &Answers::default());
        let checked = conservation::check(&[book], &reading);
        files += 1;
        tables += checked.tables;
        wrong.extend(checked.wrong.into_iter().map(|what| format!("{}: {what}", path.display())));
    }
    eprintln!("{tables} tables of {files} files");
    assert!(tables > 60, "only {tables} tables of {files} files");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_row_that_is_lost_or_doubled_is_found() {
    let path = fixtures().join("together/payments-differ.xlsx");
    let bytes = std::fs::read(&path).expect("a file");
    let book = open::open("台账.xlsx", &bytes, &Limits::default()).expect("a workbook");
    let sound = understand(book.clone(), &Answers::default());
    assert!(conservation::check(std::slice::from_ref(&book), &sound).wrong.is_empty());
    let more: Money = "0.01".parse().expect("money");
    let change = |how: fn(&mut jixiao_import::Gathered, Money)| {
        let mut reading = sound.clone();
        how(&mut reading.subjects[0], more);
        conservation::check(std::slice::from_ref(&book), &reading).wrong.len()
    };
    let lost = change(|subject, _| drop(subject.submission.budget.rows.remove(0)));
    let changed = change(|subject, more| {
        let amounts = &mut subject.submission.budget.rows[0].amounts;
        let executed = amounts.get(Amount::Executed).expect("executed");
        amounts.set(Amount::Executed, Some(executed + more));
    });
    let forgotten = change(|subject, _| subject.accounts[0].skipped = Default::default());
    let misread = change(|subject, more| {
        let account = &mut subject.accounts[0];
        for sum in [&mut account.read, &mut account.compared] {
            let executed = sum.amounts.get(Amount::Executed).expect("executed");
            sum.amounts.set(Amount::Executed, Some(executed + more));
        }
    });
    assert_eq!([lost, changed, forgotten, misread], [1, 1, 1, 1]);
}
