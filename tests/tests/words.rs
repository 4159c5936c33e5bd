//! An office's own words: a title that nobody else uses is understood once it is written down.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "to stop with a message is how a test fails"
)]

use jixiao_tests::program::run;
use rust_xlsxwriter::Workbook;
use serde_json::Value;
use std::path::Path;

/// Two items with a budget of 300 and 200 元, of which 120 and 80 are spent under a title that says nothing.
fn ledger(folder: &Path) {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let rows: [&[&str]; 3] =
        [&["单位：元"], &["项目名称", "年初预算数", "全年预算数", "丁栏"], &["办公费"]];
    for (row, cells) in (0..).zip(rows) {
        for (column, text) in (0..).zip(cells) {
            sheet.write_string(row, column, *text).expect("a cell");
        }
    }
    sheet.write_string(3, 0, "差旅费").expect("a cell");
    for (row, amounts) in [(2, [300, 300, 120]), (3, [200, 200, 80])] {
        for (column, amount) in (1..).zip(amounts) {
            sheet.write_number(row, column, amount).expect("a cell");
        }
    }
    let bytes = book.save_to_buffer().expect("memory");
    std::fs::write(folder.join("账.xlsx"), bytes).expect("written");
}

#[test]
fn a_title_of_the_office_is_understood_where_its_words_are() {
    let folder = tempfile::tempdir().expect("a folder");
    ledger(folder.path());
    let executed = |args: &[&str]| {
        let mut all = vec!["账.xlsx", "--json", "--dry-run"];
        all.extend(args);
        run(folder.path(), all).document().expect("JSON")["totals"]["executed"].clone()
    };
    assert_eq!(executed(&[]), Value::Null);
    let words = "[[meaning]]\nid = 'executed'\ntitles = ['丁栏']\n";
    std::fs::write(folder.path().join("词.toml"), words).expect("written");
    assert_eq!(executed(&["--words", "词.toml"]), "200.00");
    std::fs::rename(folder.path().join("词.toml"), folder.path().join("jixiao-words.toml"))
        .expect("renamed");
    assert_eq!(executed(&[]), "200.00");
    let batch = run(folder.path(), ["batch", ".", "-o", "出", "--json"]);
    assert_eq!(batch.document().expect("JSON")["totals"]["executed"], "200.00");
    assert!(batch.stderr.contains("jixiao-words.toml"), "{}", batch.stderr);
}

#[test]
fn words_that_are_misspelt_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    ledger(folder.path());
    let path = folder.path().join("jixiao-words.toml");
    std::fs::write(path, "[[meaning]]\nid = 'exectued'\n").expect("written");
    let outcome = run(folder.path(), ["check", "账.xlsx"]);
    assert_eq!(outcome.exit, 2);
    assert!(outcome.stderr.contains("jixiao-words.toml"), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("exectued"), "{}", outcome.stderr);
}
