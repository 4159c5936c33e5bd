//! One ledger in every shape that an office or its systems give it: the same totals, lines, unit and year everywhere.
//!
//! * In: `fixtures/shapes/` and its `expected.toml`. Rule: every file is expected, every expectation has its file.
//! * Findings of severity error and warning are those expected and no others; a question is answered, and then the truth holds.
//! * A file that is read wrongly today says why (`pending`), and must fail as long as it says so.
//!
//! `JIXIAO_BLESS=1` writes the files of the Rust writer again, and takes the marks away from files that are read rightly
//! now; never an expected figure.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "to stop with a message is how a test fails"
)]

mod writer;

use jixiao_core::Code;
use jixiao_tests::compare::bare;
use jixiao_tests::{fixtures, program};
use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Name, initial budget, adjusted budget and executed amount of each item.
const ITEMS: [(&str, &str, &str, &str); 8] = [
    ("基本工资", "1250000.00", "1250000.00", "1250000.00"),
    ("津贴补贴", "980000.00", "1025000.00", "1025000.00"),
    ("社会保障缴费", "420000.00", "420000.00", "415300.00"),
    ("办公费", "150000.00", "138000.00", "130450.50"),
    ("免费开放补助", "600000.00", "600000.00", "588000.00"),
    ("非物质文化遗产保护", "300000.00", "380000.00", "352260.25"),
    ("群众文化活动", "500000.00", "440000.00", "431789.25"),
    ("设备购置", "260000.00", "260000.00", "253000.00"),
];
/// The sums of the items, added up by hand. 67200 / 4513000 is unspent.
const TOTALS: [(&str, &str); 6] = [
    ("initial_budget", "4460000.00"),
    ("carried_over", "null"),
    ("adjusted_budget", "4513000.00"),
    ("executed", "4445800.00"),
    ("variance", "-67200.00"),
    ("execution_rate", "0.9851096831"),
];
/// What goes unsaid: there are no indicators anywhere here.
const EVERYWHERE: &str = "no-indicators";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    /// What is special, in Chinese.
    trap: String,
    /// What wrote the file.
    writer: String,
    /// Every code of severity error or warning, and those of severity info that must be there.
    #[serde(default)]
    findings: Vec<String>,
    /// Amounts that are not those of the plain ledger: `additions` … , `"null"` for none.
    #[serde(default)]
    totals: BTreeMap<String, String>,
    /// How many lines, where there are not eight.
    lines: Option<usize>,
    /// Items that are not a line of their own, or not with both amounts.
    #[serde(default)]
    without: Vec<String>,
    /// The name of the subject, where it cannot be known.
    name: Option<String>,
    /// The year, where it cannot be known: 0.
    year: Option<i64>,
    /// Several subjects, by name, that add up to the truth.
    #[serde(default)]
    subjects: Vec<String>,
    /// A question that is right to ask.
    asked: Option<Asked>,
    /// What is read wrongly today.
    pending: Option<String>,
    /// Of what is read wrongly: whether a wrong total comes without a finding of severity error, which is the worst.
    #[serde(default)]
    silent: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    /// What the question is about.
    about: String,
    /// How many choices it offers.
    choices: usize,
    /// The choice that gives the truth.
    answer: String,
}

const WRITERS: [&str; 6] = ["openpyxl", "xlwt", "LibreOffice", "rust_xlsxwriter", "zip", "text"];

fn expectations() -> BTreeMap<String, Expected> {
    let text = std::fs::read_to_string(fixtures().join("shapes/expected.toml")).expect("a list");
    let all: BTreeMap<String, Expected> = toml::from_str(&text).expect("expectations");
    for (name, expected) in &all {
        assert!(expected.trap.chars().count() > 4, "{name}: what is special about it?");
        assert!(WRITERS.contains(&expected.writer.as_str()), "{name}: {}", expected.writer);
        let known = |code: &String| Code::ALL.iter().any(|known| known.text() == code);
        assert!(expected.findings.iter().all(known), "{name}: {:?}", expected.findings);
    }
    all
}

/// The documents that a file gives.
fn evaluate(path: &Path, answers: Option<&Path>) -> Result<Vec<Value>, String> {
    let folder = tempfile::tempdir().expect("a folder");
    let mut args =
        vec!["evaluate".as_ref(), path.as_os_str(), "--json".as_ref(), "--dry-run".as_ref()];
    if let Some(answers) = answers {
        args.extend(["--answers".as_ref(), answers.as_os_str()]);
    }
    let documents = program::run(folder.path(), args).evaluations()?;
    match documents.iter().find(|document| document["totals"].is_null()) {
        Some(refused) => Err(format!("refused: {}", refused["error"])),
        None => Ok(documents),
    }
}

/// What differs from what is expected of a file; when it rightly asks, after the answer.
fn differences(path: &Path, expected: &Expected) -> Result<Vec<String>, String> {
    let documents = evaluate(path, None)?;
    let Some(asked) = &expected.asked else { return Ok(compare(&documents, expected)) };
    let questions = documents.iter().flat_map(|document| list(&document["findings"]));
    let open: Vec<&Value> = questions.filter(|f| f["code"] == "question").collect();
    let [question] = open[..] else { return Err(format!("questions: {open:?}")) };
    let choices: Vec<&Value> = list(&question["choices"]).map(|choice| &choice["answer"]).collect();
    let about = &question["question"]["about"];
    if *about != asked.about.as_str()
        || choices.len() != asked.choices
        || !choices.iter().any(|choice| **choice == asked.answer.as_str())
    {
        return Err(format!("asked about {about} with the choices {choices:?}"));
    }
    let folder = tempfile::tempdir().expect("a folder");
    let answers = folder.path().join("答.toml");
    let headings = &question["question"]["headings"];
    let text = format!(
        "[[answer]]\nheadings = {headings}\nabout = {about}\nanswer = {:?}\n",
        asked.answer
    );
    std::fs::write(&answers, text).expect("written");
    Ok(compare(&evaluate(path, Some(&answers))?, expected))
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn compare(documents: &[Value], expected: &Expected) -> Vec<String> {
    let mut found = Vec::new();
    let mut check = |what: &str, there: String, right: String| {
        if there != right {
            found.push(format!("{what}: {there}, expected {right}"));
        }
    };
    let names: Vec<&str> =
        documents.iter().filter_map(|document| document["subject"]["name"].as_str()).collect();
    let own = [expected.name.clone().unwrap_or_else(|| "示例县文化馆".to_owned())];
    let right: &[String] = if expected.subjects.is_empty() { &own } else { &expected.subjects };
    check("subjects", format!("{names:?}"), format!("{right:?}"));
    if let [document] = documents {
        let mut totals: BTreeMap<&str, &str> = TOTALS.into();
        totals.extend([("additions", "null"), ("reductions", "null"), ("transfers", "null")]);
        totals.extend(expected.totals.iter().map(|(key, value)| (key.as_str(), value.as_str())));
        for (key, right) in totals {
            let there = document["totals"][key].as_str().unwrap_or("null");
            check(key, there.to_owned(), right.to_owned());
        }
    } else {
        for key in ["initial_budget", "adjusted_budget", "executed"] {
            let sum: i64 = documents.iter().map(|document| cents(&document["totals"][key])).sum();
            let right = TOTALS.iter().find(|(name, _)| *name == key).expect("a total").1;
            check(key, sum.to_string(), right.replace('.', ""));
        }
    }
    for document in documents {
        let year = document["budget_year"].as_i64().unwrap_or(0);
        check("year", year.to_string(), expected.year.unwrap_or(2023).to_string());
    }
    let lines: Vec<&Value> =
        documents.iter().flat_map(|document| list(&document["lines"])).collect();
    check("lines", lines.len().to_string(), expected.lines.unwrap_or(8).to_string());
    for (name, initial, adjusted, executed) in ITEMS {
        let amounts =
            [("initial_budget", initial), ("adjusted_budget", adjusted), ("executed", executed)];
        let is = |line: &&&Value| {
            let last = list(&line["path"]).last().and_then(Value::as_str).unwrap_or_default();
            // An amount whose total is said to be another one is not that of the plain ledger in the lines either.
            let fits = |(key, right): (&str, &str)| {
                line[key] == right || expected.totals.contains_key(key)
            };
            bare(last).contains(name) && amounts.into_iter().all(fits)
        };
        if !expected.without.iter().any(|item| item == name) {
            check(name, lines.iter().filter(is).count().to_string(), "1".to_owned());
        }
    }
    let findings = || documents.iter().flat_map(|document| list(&document["findings"]));
    let code = |finding: &Value| finding["code"].as_str().unwrap_or_default().to_owned();
    let grave = findings().filter(|f| f["severity"] != "info").map(code);
    let grave: BTreeSet<String> = grave.filter(|code| code != EVERYWHERE).collect();
    let all: BTreeSet<String> = findings().map(code).collect();
    let right: BTreeSet<String> = expected.findings.iter().cloned().collect();
    let missing: Vec<&String> = right.difference(&all).collect();
    let more: Vec<&String> = grave.difference(&right).collect();
    check("findings that are missing", format!("{missing:?}"), "[]".to_owned());
    check("findings that nobody expects", format!("{more:?}"), "[]".to_owned());
    found
}

/// Whether a total is there and wrong, and no finding of severity error says that something is amiss.
fn is_silently_wrong(path: &Path, expected: &Expected) -> bool {
    let Ok(documents) = evaluate(path, None) else { return false };
    let told = |finding: &Value| {
        // A low rate without a reason follows from a wrong total, it does not tell of it.
        finding["severity"] == "error" && finding["code"] != "reason-missing"
    };
    if documents.iter().flat_map(|document| list(&document["findings"])).any(told) {
        return false;
    }
    ["initial_budget", "adjusted_budget", "executed"].into_iter().any(|key| {
        let there = documents.iter().filter(|document| !document["totals"][key].is_null());
        let sum: i64 = there.clone().map(|document| cents(&document["totals"][key])).sum();
        let right = TOTALS.iter().find(|(name, _)| *name == key).map(|(_, total)| *total);
        let right = expected.totals.get(key).map(String::as_str).or(right).unwrap_or_default();
        there.count() > 0 && sum.to_string() != right.replace('.', "")
    })
}

/// An amount in 分.
fn cents(amount: &Value) -> i64 {
    amount.as_str().and_then(|text| text.replace('.', "").parse().ok()).unwrap_or(0)
}

/// Begins the verdict about a file whose mark may go.
const MENDED: &str = "mended: ";

fn blessing() -> bool {
    std::env::var_os("JIXIAO_BLESS").is_some_and(|value| value == "1")
}

/// Takes the marks of mended files out of the list; the other verdicts stay.
fn unmark(verdicts: Vec<String>) -> Vec<String> {
    let path = fixtures().join("shapes/expected.toml");
    let text = std::fs::read_to_string(&path).expect("a list");
    let (mended, others): (Vec<String>, Vec<String>) =
        verdicts.into_iter().partition(|verdict| verdict.starts_with(MENDED));
    let names: Vec<String> =
        mended.iter().map(|v| format!("\"{}\" = ", &v[MENDED.len()..])).collect();
    let mut kept = String::new();
    for line in text.lines() {
        let marked = names.iter().any(|name| line.starts_with(name));
        let end = line.find(", pending = ").filter(|_| marked);
        kept += &end.map_or_else(|| line.to_owned(), |end| format!("{} }}", &line[..end]));
        kept.push('\n');
    }
    std::fs::write(&path, kept).expect("written");
    others
}

/// What is to be said about a file: that it is wrong, or that it is marked as wrong and is not.
fn verdict(path: &Path, name: &str, expected: &Expected) -> Vec<String> {
    let mut said = Vec::new();
    let found = differences(path, expected).unwrap_or_else(|error| vec![error]);
    let silent = !found.is_empty() && is_silently_wrong(path, expected);
    if silent != expected.silent {
        said.push(format!("{name}: silent = {silent}"));
    }
    if found.is_empty() && blessing() && expected.pending.is_some() {
        return vec![format!("{MENDED}{name}")];
    }
    match (&expected.pending, found.is_empty()) {
        (None, true) | (Some(_), false) => {}
        (None, false) => said.push(format!("{name}:\n    {}", found.join("\n    "))),
        (Some(why), true) => said.push(format!("{name} is read now: take away {why:?}")),
    }
    said
}

#[test]
fn every_shape_has_the_same_truth() {
    let folder = fixtures().join("shapes");
    let all = expectations();
    let files = program::names_in(&folder).into_iter().filter(|name| name != "expected.toml");
    let (files, named): (Vec<String>, Vec<String>) =
        (files.collect(), all.keys().cloned().collect());
    assert_eq!(files, named, "every file is expected and every expectation has its file");
    assert!(files.len() >= 60, "only {} shapes", files.len());
    let work: Vec<(&String, &Expected)> = all.iter().collect();
    let shares = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let wrong: Vec<String> = std::thread::scope(|scope| {
        let begun: Vec<_> = work
            .chunks(work.len().div_ceil(shares))
            .map(|share| {
                let judge = |(name, expected): &(&String, &Expected)| {
                    verdict(&folder.join(name), name, expected)
                };
                scope.spawn(move || share.iter().flat_map(judge).collect::<Vec<_>>())
            })
            .collect();
        begun.into_iter().flat_map(|share| share.join().expect("no panic")).collect()
    });
    let wrong = if blessing() { unmark(wrong) } else { wrong };
    assert!(wrong.is_empty(), "{} of {} wrong:\n{}", wrong.len(), files.len(), wrong.join("\n"));
}

#[test]
fn a_wrong_expectation_is_noticed() {
    let path = fixtures().join("shapes/header-two-rows-merged.xlsx");
    let all = expectations();
    let right = &all["header-two-rows-merged.xlsx"];
    let found = |change: &dyn Fn(&mut Expected)| {
        let text = format!("trap = {:?}\nwriter = \"zip\"\n", right.trap);
        let mut expected: Expected = toml::from_str(&text).expect("an expectation");
        expected.totals = right.totals.clone();
        expected.findings = right.findings.clone();
        change(&mut expected);
        differences(&path, &expected).expect("it is read").join("\n")
    };
    assert_eq!(found(&|_| {}), "");
    type Change<'a> = (&'a str, &'a dyn Fn(&mut Expected));
    let changes: [Change; 7] = [
        ("additions", &|e| drop(e.totals.insert("additions".to_owned(), "125000.01".to_owned()))),
        ("executed", &|e| drop(e.totals.insert("executed".to_owned(), "null".to_owned()))),
        ("lines: 8, expected 7", &|e| e.lines = Some(7)),
        ("year: 2023, expected 0", &|e| e.year = Some(0)),
        ("subjects", &|e| e.name = Some("示例县图书馆".to_owned())),
        ("missing", &|e| e.findings = vec!["overspent".to_owned()]),
        ("subjects", &|e| e.subjects = vec!["甲".to_owned(), "乙".to_owned()]),
    ];
    for (named, change) in changes {
        assert!(found(change).contains(named), "{named}: {:?}", found(change));
    }
}

#[test]
fn the_rust_writer_writes_its_shapes_again() {
    for (name, bytes) in writer::all() {
        let path = fixtures().join("shapes").join(name);
        if blessing() {
            std::fs::write(&path, &bytes).expect("written");
        }
        let there = std::fs::read(&path).unwrap_or_default();
        assert!(
            there == bytes,
            "{name} is not what is written now (JIXIAO_BLESS=1 writes it again)"
        );
    }
}
