//! Several files of one department, and answers that undo or settle a match.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "to stop with a message is how a test fails"
)]

use jixiao_core::{Amount, Amounts, Code, Evaluation, Finding, Rules, Severity, Unit, evaluate};
use jixiao_import::{Answers, Limits, Reading, open, understand, understand_together};
use jixiao_tests::{fixtures, program};
use std::path::Path;

fn book(path: &Path) -> jixiao_import::grid::Book {
    let name = path.file_name().expect("a name").to_string_lossy();
    let bytes = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    open::open(&name, &bytes, &Limits::default()).expect("a sound workbook")
}

fn together(names: &[&str]) -> Reading {
    let folder = fixtures().join("together/files");
    let books = names.iter().map(|name| book(&folder.join(format!("{name}.xlsx")))).collect();
    understand_together(books, &Answers::default()).expect("at least one file")
}

fn evaluated(reading: &Reading) -> Vec<Evaluation> {
    let rules = Rules::builtin("mof-2020-10").expect("built in");
    let subjects = reading.subjects.iter();
    subjects
        .map(|gathered| {
            let evaluation = evaluate(&gathered.submission, &rules).expect("an evaluation");
            evaluation.preceded_by(gathered.findings.clone())
        })
        .collect()
}

fn total(evaluation: &Evaluation, amount: Amount) -> String {
    let of = &evaluation.totals;
    let found = match amount {
        Amount::Initial => of.initial_budget,
        Amount::Addition => of.additions,
        Amount::Reduction => of.reductions,
        Amount::Adjusted => of.adjusted_budget,
        _ => of.executed,
    };
    found.map_or("null".to_owned(), |money| money.to_string())
}

fn grave(evaluation: &Evaluation) -> Vec<&Finding> {
    evaluation.findings.iter().filter(|finding| finding.severity == Severity::Error).collect()
}

#[test]
fn a_department_is_gathered_from_its_files() {
    // 年初 1300000 and executed from the ledger, +80000 −17000 from the changes, payments that agree.
    let reading = together(&["台账", "预算调整", "支付明细", "绩效指标"]);
    let [evaluation] = &evaluated(&reading)[..] else { panic!("one subject") };
    assert_eq!(evaluation.subject.name, "示例县博物馆");
    assert_eq!(evaluation.budget_year, Some(2023));
    for (amount, expected) in [
        (Amount::Initial, "1300000.00"),
        (Amount::Addition, "80000.00"),
        (Amount::Reduction, "17000.00"),
        (Amount::Adjusted, "1363000.00"),
        (Amount::Executed, "1313710.75"),
    ] {
        assert_eq!(total(evaluation, amount), expected, "{amount:?}");
    }
    assert_eq!(evaluation.indicators.len(), 4, "three and the execution rate");
    assert!(grave(evaluation).is_empty(), "{:?}", grave(evaluation));
    let files: Vec<&str> = std::iter::once(&reading.inspection)
        .chain(&reading.further)
        .map(|file| file.path.as_str())
        .collect();
    assert_eq!(files, ["台账.xlsx", "预算调整.xlsx", "支付明细.xlsx", "绩效指标.xlsx"]);
}

#[test]
fn every_place_names_its_own_file() {
    let reading = together(&["台账", "预算调整", "支付明细"]);
    let [gathered] = &reading.subjects[..] else { panic!("one subject") };
    let line = &gathered.submission.budget.lines[0];
    assert_eq!((&*line.source.file, &*line.source.sheet), ("台账.xlsx", "Sheet1"));
    let changes: Vec<String> = line.more.iter().map(|place| place.to_string()).collect();
    assert_eq!(changes, ["预算调整.xlsx [Sheet1] D5"], "the cut of 12000 in the second row");
    let named = gathered.findings.iter().filter(|f| f.code == Code::BaseAssumed);
    let files: Vec<&str> = named.map(|finding| &*finding.source.file).collect();
    assert_eq!(files, ["预算调整.xlsx"]);
}

#[test]
fn the_same_file_twice_is_counted_once_and_named() {
    for (names, executed) in [
        (["台账", "台账", "预算调整"], "1313710.75"),
        (["台账", "支付明细", "支付明细-副本"], "1313710.75"),
    ] {
        let reading = together(&names);
        let [evaluation] = &evaluated(&reading)[..] else { panic!("one subject of {names:?}") };
        assert_eq!(total(evaluation, Amount::Executed), executed, "{names:?}");
        assert_eq!(total(evaluation, Amount::Initial), "1300000.00", "{names:?}");
        assert!(grave(evaluation).is_empty(), "{names:?}: {:?}", grave(evaluation));
        let said = evaluation.findings.iter().filter(|f| f.message.contains("只计一次"));
        let copies: Vec<String> = said.map(|finding| finding.source.file.to_string()).collect();
        let copy = if names[0] == names[1] { "台账.xlsx(2)" } else { "支付明细-副本.xlsx" };
        assert_eq!(copies, [copy], "{names:?}");
    }
}

#[test]
fn a_unit_is_proved_across_files() {
    let reading = together(&["台账", "预算-无单位"]);
    let unmarked = &reading.further[0].sheets[0].tables[0];
    assert_eq!((unmarked.unit, unmarked.unit_evidence), (Some(Unit::TenThousand), "proved"));
    let [evaluation] = &evaluated(&reading)[..] else { panic!("one subject") };
    assert_eq!(total(evaluation, Amount::Initial), "1300000.00");
    assert_eq!(total(evaluation, Amount::Adjusted), "1363000.00");
    assert!(grave(evaluation).is_empty(), "{:?}", grave(evaluation));
}

#[test]
fn files_of_two_departments_are_not_added() {
    let evaluations = evaluated(&together(&["台账", "台账-另一单位"]));
    let found: Vec<(&str, String)> = evaluations
        .iter()
        .map(|one| (one.subject.name.as_str(), total(one, Amount::Initial)))
        .collect();
    let expected = [("示例县博物馆", "1300000.00"), ("示例县美术馆", "1300000.00")];
    assert_eq!(found, expected.map(|(name, money)| (name, money.to_owned())));
    let said = &evaluations[0].findings;
    assert!(said.iter().any(|f| f.code == Code::Reconciliation && f.message.contains("美术馆")));
}

/// The amounts of the line of a name, after an answer to the question about a name.
fn answered(file: &str, name: &str, answer: Option<&str>, line: &str) -> Option<Amounts> {
    let path = fixtures().join("together").join(file);
    let first = understand(book(&path), &Answers::default());
    let mut answers = Answers::default();
    if let Some(answer) = answer {
        let findings = first.subjects.iter().flat_map(|subject| &subject.findings);
        let mut about = findings.filter(|finding| {
            finding.question.is_some() && finding.message.contains(&format!("“{name}”"))
        });
        let finding = about.next().expect("a question or a match that can be undone");
        let choices = finding.choices.as_ref().expect("choices");
        assert!(choices.iter().any(|choice| choice.answer == answer), "{choices:?}");
        answers.give(finding.question.as_ref().expect("a key"), answer, &finding.message);
    }
    let reading = understand(book(&path), &answers);
    let found = reading.subjects.iter().flat_map(|subject| &subject.submission.budget.lines);
    let found: Vec<Amounts> =
        found.filter(|held| held.name() == line).map(|held| held.amounts.clone()).collect();
    let asked = reading.subjects.iter().flat_map(|subject| &subject.findings);
    let open = asked.filter(|finding| finding.code == Code::Question).count();
    assert_eq!(open, usize::from(answer.is_none() && file.contains("open")), "{file} {answer:?}");
    found.first().cloned()
}

#[test]
fn answers_settle_and_undo_matches() {
    let (open, two) = ("payments-open.xlsx", "budget-and-execution.xlsx");
    let local = "免费开放补助（地方）";
    for (file, name, answer, line, executed) in [
        (open, "免费开放补助", None, "免费开放补助", Some("636000.00")),
        (open, "免费开放补助", Some(local), local, Some("636000.00")),
        (open, "免费开放补助", Some("无"), "免费开放补助", Some("636000.00")),
        (two, "文保专项经费", None, "文物保护专项经费", Some("352260.25")),
        (two, "文保专项经费", Some("文物保护专项经费"), "文物保护专项经费", Some("352260.25")),
        (two, "文保专项经费", Some("无"), "文物保护专项经费", None),
        (two, "文保专项经费", Some("无"), "文保专项经费", Some("352260.25")),
    ] {
        let amounts = answered(file, name, answer, line).unwrap_or_else(|| panic!("{line}"));
        let found = amounts.get(Amount::Executed).map(|money| money.to_string());
        assert_eq!(found.as_deref(), executed, "{file}: {name} is {answer:?}, line {line}");
    }
}

#[test]
fn the_program_takes_files_together_or_each_by_itself() {
    let folder = tempfile::tempdir().expect("a folder");
    let names = ["台账.xlsx", "预算调整.xlsx", "支付明细.xlsx", "绩效指标.xlsx"];
    for name in names {
        let from = fixtures().join("together/files").join(name);
        std::fs::copy(from, folder.path().join(name)).expect("a copy");
    }
    let outcome = program::run(folder.path(), [&names[..], &["--together", "--json"]].concat());
    assert_eq!(outcome.exit, 0, "{}", outcome.stderr);
    let document = outcome.document().expect("one document");
    assert_eq!(document["totals"]["adjusted_budget"], "1363000.00");
    assert_eq!(document["indicators"].as_array().map(Vec::len), Some(4));
    let left = program::names_in(folder.path());
    let written: Vec<&String> = left.iter().filter(|name| name.contains("绩效自评")).collect();
    assert_eq!(written, ["台账-绩效自评.xlsx"]);
    let apart = program::run(folder.path(), [&names[..], &["--json", "--dry-run"]].concat());
    let documents = apart.document().expect("JSON");
    assert_eq!(documents.as_array().map(Vec::len), Some(4), "each by itself");
}
