//! Facts, settings, decisions and scorecards in every shape that an office gives them, beside a ledger whose totals must not move.
//!
//! * In: `fixtures/named/` and its `expected.toml`. Rule: every file is expected, every expectation has its file.
//! * Findings of severity error and warning are those expected and no others; those of severity info must be there when expected.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "to stop with a message is how a test fails"
)]

use jixiao_core::{Amount, Amounts, Code, Fact, Finding, Indicator, Severity, Submission};
use jixiao_import::{Answers, Limits, open, read, understand};
use jixiao_tests::fixtures;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    /// What is special, in Chinese.
    trap: String,
    /// What wrote the file.
    writer: String,
    /// Whether the ledger stands on a sheet of its own; its totals are looked at in any case.
    #[serde(default = "yes")]
    #[expect(dead_code, reason = "says where the ledger is to whoever reads the list")]
    ledger: bool,
    /// `name | column | value`: all facts in their order.
    #[serde(default)]
    facts: Vec<String>,
    /// `key = value`: all settings in their order.
    #[serde(default)]
    settings: Vec<String>,
    /// `name | key=value ; …`: all indicators in their order.
    #[serde(default)]
    rows: Vec<String>,
    #[serde(default)]
    findings: Vec<String>,
}

fn yes() -> bool {
    true
}

fn expectations() -> BTreeMap<String, Expected> {
    let text = std::fs::read_to_string(fixtures().join("named/expected.toml")).expect("a list");
    toml::from_str(&text).expect("expectations")
}

fn fact(fact: &Fact) -> String {
    let column = fact.column.as_deref().unwrap_or_default();
    format!("{} | {column} | {}", fact.name, fact.value.normalize())
}

fn row(row: &Indicator) -> String {
    let decided = row.decided.as_ref();
    let said = [
        ("target", Some(row.target.clone()).filter(|target| !target.is_empty())),
        ("actual", row.actual.clone()),
        ("last", row.last_actual.clone()),
        ("band", row.band.clone()),
        ("weight", row.weight.map(|weight| weight.normalize().to_string())),
        ("score", row.score_claimed.map(|score| score.normalize().to_string())),
        ("decided", decided.map(|decided| decided.score.normalize().to_string())),
        ("who", decided.and_then(|decided| decided.who.clone())),
        ("why", decided.and_then(|decided| decided.why.clone())),
        ("reason", row.reason.clone()),
    ];
    let said = said.into_iter().filter_map(|(key, value)| Some(format!("{key}={}", value?)));
    let name = row.path.last().cloned().unwrap_or_default();
    format!("{name} | {}", said.collect::<Vec<String>>().join(" ; "))
}

fn squeezed(lines: impl IntoIterator<Item = String>) -> Vec<String> {
    lines.into_iter().map(|line| line.split_whitespace().collect::<Vec<&str>>().join(" ")).collect()
}

/// What differs from what is expected of one file.
fn differences(name: &str, expected: &Expected) -> Vec<String> {
    let bytes = std::fs::read(fixtures().join("named").join(name)).expect("a file");
    let reading = read(name, &bytes, &Limits::default()).expect("a workbook");
    let mut wrong = Vec::new();
    let [subject] = reading.subjects.as_slice() else {
        return vec![format!("{} subjects", reading.subjects.len())];
    };
    let held: &Submission = &subject.submission;
    let mut check = |what: &str, there: Vec<String>, right: &[String]| {
        let right = squeezed(right.iter().cloned());
        let there = squeezed(there);
        for line in there.iter().filter(|line| !right.contains(line)) {
            wrong.push(format!("{what} too many: {line}"));
        }
        for line in right.iter().filter(|line| !there.contains(line)) {
            wrong.push(format!("{what} missing: {line}"));
        }
        if wrong.is_empty() && there != right {
            wrong.push(format!("{what} in another order or number: {there:?}"));
        }
    };
    check("fact", held.facts.iter().map(fact).collect(), &expected.facts);
    let settings =
        held.settings.iter().map(|setting| format!("{} = {}", setting.key, setting.value));
    check("setting", settings.collect(), &expected.settings);
    check("row", held.indicators.iter().map(row).collect(), &expected.rows);
    let totals = Amounts::sum(held.budget.lines.iter().map(|line| &line.amounts));
    for (amount, right) in [
        (Amount::Initial, "4460000.00"),
        (Amount::Adjusted, "4513000.00"),
        (Amount::Executed, "4445800.00"),
    ] {
        let there = totals.get(amount).map(|money| money.yuan().to_string());
        if there.as_deref() != Some(right) {
            wrong.push(format!("{amount:?}: {there:?}, expected {right}"));
        }
    }
    let all = || subject.findings.iter().chain(&reading.findings);
    let grave: BTreeSet<&str> = all()
        .filter(|finding| finding.severity != Severity::Info)
        .map(|finding| finding.code.text())
        .collect();
    let there: BTreeSet<&str> = all().map(|finding| finding.code.text()).collect();
    let right: BTreeSet<&str> = expected.findings.iter().map(String::as_str).collect();
    wrong.extend(right.difference(&there).map(|code| format!("finding missing: {code}")));
    wrong.extend(grave.difference(&right).map(|code| format!("finding nobody expects: {code}")));
    for fact in &held.facts {
        let place = fact.source.cells.to_string();
        if fact.source.sheet.is_empty() || place.is_empty() || place.contains(':') {
            wrong.push(format!("{}: its cell is {}", fact.name, fact.source));
        }
    }
    wrong
}

#[test]
fn every_shape_says_what_stands_beside_its_rows() {
    let expected = expectations();
    let files: BTreeSet<String> = std::fs::read_dir(fixtures().join("named"))
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .filter(|name| name != "expected.toml")
        .collect();
    let listed: BTreeSet<String> = expected.keys().cloned().collect();
    assert_eq!(files, listed, "every file has its truth");
    assert!(expected.len() >= 60, "only {} shapes", expected.len());
    let mut wrong = Vec::new();
    for (name, expected) in &expected {
        assert!(!expected.trap.is_empty() && !expected.writer.is_empty(), "{name}");
        let known = |code: &String| Code::ALL.iter().any(|known| known.text() == code);
        assert!(expected.findings.iter().all(known), "{name}: {:?}", expected.findings);
        let found = differences(name, expected);
        wrong.extend(found.into_iter().map(|what| format!("{name}: {what}")));
    }
    assert!(wrong.is_empty(), "{} differences:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn a_wrong_truth_is_noticed() {
    let mut expected = expectations();
    let name = "facts-one-column.xlsx";
    let held = expected.get_mut(name).expect("a shape");
    held.facts[0] = "编制数 | | 51".to_owned();
    held.findings.push("row-skipped".to_owned());
    held.findings.push("question".to_owned());
    assert_eq!(differences(name, held).len(), 3);
}

#[test]
fn an_answer_gives_facts_their_unit() {
    let bytes = std::fs::read(fixtures().join("named/facts-no-unit.xlsx")).expect("a file");
    let book = || open::open("台账.xlsx", &bytes, &Limits::default()).expect("a workbook");
    let asked = understand(book(), &Answers::default());
    let questions: Vec<&Finding> =
        asked.subjects[0].findings.iter().filter(|f| f.code == Code::Question).collect();
    let [finding] = questions[..] else { panic!("{questions:?}") };
    let question = finding.question.as_ref().expect("what is asked");
    let choices = finding.choices.as_ref().expect("choices");
    assert_eq!(choices[1].effect, "“三公经费本年预算”为 880000 元");
    let mut answers = Answers::default();
    answers.give(question, &choices[1].answer, "");
    let answered = understand(book(), &answers);
    let facts: Vec<String> = answered.subjects[0].submission.facts.iter().map(fact).collect();
    let right = ["编制数 |  | 50", "三公经费本年预算 |  | 880000", "三公经费上年预算 |  | 0"];
    assert_eq!(facts, right);
    assert!(answered.subjects[0].findings.iter().all(|f| f.code != Code::Question));
}
