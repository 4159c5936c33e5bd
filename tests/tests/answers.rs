//! Questions and answers: asked once, kept beside the file, obeyed by every file with the same headings.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "to stop with a message is how a test fails"
)]

use jixiao_tests::program::{Outcome, run};
use jixiao_tests::{files_below, fixtures};
use serde_json::Value;
use std::fmt::Write;
use std::path::Path;

/// A folder with copies of two fixtures that ask: which of two columns is the executed one, and which unit is meant.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["question-two-executed.xlsx", "unit-missing.xlsx"] {
        let from = fixtures().join("bad").join(name);
        std::fs::copy(from, folder.path().join(name)).expect("a copy");
    }
    folder
}

fn evaluate(folder: &Path, file: &str, more: &[&str]) -> Outcome {
    let mut args = vec![file, "--json", "--dry-run"];
    args.extend(more);
    run(folder, args)
}

fn questions(document: &Value) -> Vec<Value> {
    let findings = document["findings"].as_array().expect("findings");
    findings.iter().filter(|finding| finding["code"] == "question").cloned().collect()
}

/// The TOML of an answer to each question: the choice of an index.
fn answers(questions: &[Value], choice: usize) -> String {
    let mut text = String::new();
    for finding in questions {
        let question = &finding["question"];
        let answer = &finding["choices"][choice]["answer"];
        writeln!(
            text,
            "[[answer]]\nheadings = {}\nabout = {}\nanswer = {answer}\n",
            question["headings"], question["about"]
        )
        .expect("a text");
    }
    text
}

/// An answer, the amount it decides, and its total, counted by hand.
type Choice = (&'static str, &'static str, &'static str);

/// The files with their choices.
const CASES: [(&str, &[Choice]); 2] = [
    (
        "question-two-executed",
        &[
            ("C", "executed", "971000.00"),
            ("D", "executed", "914500.00"),
            ("C+D", "executed", "1885500.00"),
        ],
    ),
    ("unit-missing", &[("元", "executed", "971000.00"), ("万元", "executed", "9710000000.00")]),
];

#[test]
fn an_answer_beside_the_file_settles_its_question() {
    for (stem, choices) in CASES {
        let folder = folder();
        let file = format!("{stem}.xlsx");
        let asked = evaluate(folder.path(), &file, &[]);
        assert_eq!(asked.exit, 1, "{stem}");
        let asked = questions(&asked.document().expect("JSON"));
        assert_eq!(asked.len(), 1, "{stem}: {asked:?}");
        for (index, (answer, amount, total)) in choices.iter().enumerate() {
            assert_eq!(asked[0]["choices"][index]["answer"], *answer);
            let path = folder.path().join(format!("{stem}.jixiao.toml"));
            std::fs::write(&path, answers(&asked, index)).expect("written");
            let outcome = evaluate(folder.path(), &file, &[]);
            let document = outcome.document().expect("JSON");
            assert_eq!(questions(&document), Vec::<Value>::new(), "{stem} {answer}");
            assert_eq!(document["totals"][amount], *total, "{stem} {answer}");
        }
    }
}

#[test]
fn one_answer_serves_every_file_of_the_same_headings() {
    let folder = folder();
    let first = "question-two-executed.xlsx";
    std::fs::copy(folder.path().join(first), folder.path().join("乙局.xlsx")).expect("a copy");
    let asked = questions(&evaluate(folder.path(), first, &[]).document().expect("JSON"));
    std::fs::write(folder.path().join("jixiao.toml"), answers(&asked, 1)).expect("written");
    for file in [first, "乙局.xlsx"] {
        let document = evaluate(folder.path(), file, &[]).document().expect("JSON");
        assert_eq!(document["totals"]["executed"], "914500.00", "{file}");
    }
    // The answer of the file itself counts before that of its folder, and a named one before both.
    std::fs::write(folder.path().join("乙局.jixiao.toml"), answers(&asked, 0)).expect("written");
    let document = evaluate(folder.path(), "乙局.xlsx", &[]).document().expect("JSON");
    assert_eq!(document["totals"]["executed"], "971000.00");
    std::fs::create_dir(folder.path().join("答")).expect("a folder");
    let named = "答/all.toml";
    std::fs::write(folder.path().join(named), answers(&asked, 1)).expect("written");
    let document = evaluate(folder.path(), "乙局.xlsx", &["--answers", named]).document();
    assert_eq!(document.expect("JSON")["totals"]["executed"], "914500.00");
    // A batch and an inspection obey it too.
    let batch =
        run(folder.path(), ["batch", "乙局.xlsx", "-o", "出", "--answers", named, "--json"]);
    let document = batch.document().expect("JSON");
    assert_eq!(document["departments"][0]["totals"]["executed"], "914500.00");
    let inspected = run(folder.path(), ["inspect", "乙局.xlsx", "--answers", named, "--json"]);
    assert_eq!(questions(&inspected.document().expect("JSON")), Vec::<Value>::new());
}

#[test]
fn an_answer_to_other_headings_is_no_answer() {
    let folder = folder();
    let file = "question-two-executed.xlsx";
    let asked = questions(&evaluate(folder.path(), file, &[]).document().expect("JSON"));
    let text = answers(&asked, 1).replace("headings = \"", "headings = \"0");
    std::fs::write(folder.path().join("jixiao.toml"), text).expect("written");
    let document = evaluate(folder.path(), file, &[]).document().expect("JSON");
    assert_eq!(questions(&document), asked);
    assert_eq!(document["totals"]["executed"], Value::Null);
}

#[test]
fn a_file_of_answers_that_is_not_right_is_refused_with_its_line() {
    let folder = folder();
    for (text, said) in [
        ("[[answer]]\nheadings = 'x'\nabout = 'unit'\nanswre = '元'\n", "answre"),
        ("[[answer]]\nheadings = 'x'\nabout = 'unit'\nanswer = 元\n", "line 4"),
    ] {
        std::fs::write(folder.path().join("unit-missing.jixiao.toml"), text).expect("written");
        let outcome = evaluate(folder.path(), "unit-missing.xlsx", &[]);
        assert_eq!(outcome.exit, 2, "{text}");
        assert!(outcome.stderr.contains("unit-missing.jixiao.toml"), "{}", outcome.stderr);
        assert!(outcome.stderr.contains(said), "{}", outcome.stderr);
    }
    let outcome = evaluate(folder.path(), "unit-missing.xlsx", &["--answers", "nowhere.toml"]);
    assert_eq!(outcome.exit, 2);
    assert!(outcome.stderr.contains("nowhere.toml"), "{}", outcome.stderr);
}

#[test]
fn nothing_is_asked_or_written_without_a_terminal() {
    let folder = folder();
    let outcome = run(folder.path(), ["unit-missing.xlsx"]);
    assert_eq!(outcome.exit, 1);
    assert!(files_below(folder.path(), "toml").is_empty());
}
