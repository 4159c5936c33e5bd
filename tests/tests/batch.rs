//! Batches, driven by `fixtures/cases/batch/*.toml`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "to stop with a message is how a test fails"
)]

use jixiao_tests::{files_below, fixtures, program};
use program::{hash, names_in};
use serde::Deserialize;
use serde_json::Value;
use std::path::Path;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Batch {
    name: String,
    input: String,
    exit: i32,
    sheet: String,
    totals: Totals,
    department: Vec<Department>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Totals {
    executed: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Department {
    name: Option<String>,
    file: Option<String>,
    status: Vec<String>,
    score: Option<String>,
    grade: Option<String>,
    adjusted_budget: Option<String>,
    executed: Option<String>,
    execution_rate: Option<String>,
    error: Option<String>,
}

impl Department {
    fn is(&self, row: &Value) -> bool {
        let file = row["file"].as_str().unwrap_or("");
        match (&self.name, &self.file) {
            (Some(name), _) => row["name"] == name.as_str(),
            (None, Some(end)) => {
                Path::new(file).file_name().is_some_and(|name| name == end.as_str())
            }
            (None, None) => false,
        }
    }

    fn differences(&self, row: &Value) -> Vec<String> {
        let mut found = Vec::new();
        if !self.status.iter().any(|status| row["status"] == status.as_str()) {
            found.push(format!("status is {}, not one of {:?}", row["status"], self.status));
        }
        if let Some(file) = &self.file
            && !row["file"].as_str().is_some_and(|path| path.ends_with(file.as_str()))
        {
            found.push(format!("file is {}, not {file}", row["file"]));
        }
        for (what, there, expected) in [
            ("score", &row["score"], &self.score),
            ("grade", &row["grade"], &self.grade),
            ("adjusted_budget", &row["totals"]["adjusted_budget"], &self.adjusted_budget),
            ("executed", &row["totals"]["executed"], &self.executed),
            ("execution_rate", &row["totals"]["execution_rate"], &self.execution_rate),
            ("error.code", &row["error"]["code"], &self.error),
        ] {
            let Some(expected) = expected else { continue };
            let right =
                if expected == "null" { there.is_null() } else { there == expected.as_str() };
            if !right {
                found.push(format!("{what} is {there}, not {expected}"));
            }
        }
        found
    }
}

fn cases() -> Vec<Batch> {
    files_below(&fixtures().join("cases/batch"), ".toml")
        .iter()
        .map(|path| {
            let text = std::fs::read_to_string(path).expect("a case");
            toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        })
        .collect()
}

fn batch(folder: &Path, input: &str, more: &[&str]) -> program::Outcome {
    let input = fixtures().join(input).to_string_lossy().into_owned();
    let mut args = vec!["batch", &input, "-o", "out", "--json"];
    args.extend(more);
    program::run(folder, args)
}

#[test]
fn every_batch_gives_what_it_expects() {
    let mut wrong = Vec::new();
    for case in cases() {
        let folder = tempfile::tempdir().expect("a folder");
        let outcome = batch(folder.path(), &case.input, &[]);
        let document = outcome.document().unwrap_or_else(|error| panic!("{}: {error}", case.name));
        let mut say = |text: String| wrong.push(format!("{}: {text}", case.name));
        if outcome.exit != case.exit {
            say(format!("exit code is {}, not {}", outcome.exit, case.exit));
        }
        if document["schema"] != "jixiao.batch/1" {
            say(format!("schema is {}", document["schema"]));
        }
        if document["totals"]["executed"] != case.totals.executed.as_str() {
            say(format!("totals are {}", document["totals"]));
        }
        let rows = document["departments"].as_array().cloned().unwrap_or_default();
        if rows.len() != case.department.len() {
            say(format!("{} departments, not {}", rows.len(), case.department.len()));
        }
        for department in &case.department {
            match rows.iter().find(|row| department.is(row)) {
                None => say(format!("{:?} {:?} is missing", department.name, department.file)),
                Some(row) => department.differences(row).into_iter().for_each(|text| {
                    say(format!("{:?} {:?}: {text}", department.name, department.file));
                }),
            }
        }
        for row in &rows {
            for kind in ["error", "warning", "info"] {
                if row["status"] != "failed" && !row["findings"][kind].is_u64() {
                    say(format!("{}: findings are {}", row["name"], row["findings"]));
                }
            }
            let outputs = row["outputs"].as_array().cloned().unwrap_or_default();
            if row["status"] != "failed" && outputs.is_empty() {
                say(format!("{}: no outputs", row["name"]));
            }
            for output in outputs.iter().filter_map(Value::as_str) {
                if !folder.path().join(output).is_file() {
                    say(format!("{}: {output} is not there", row["name"]));
                }
            }
        }
        if !folder.path().join("out").join(&case.sheet).is_file() {
            say(format!("{} is not there", case.sheet));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn inputs_stay_and_two_batches_give_the_same_bytes() {
    let input = fixtures().join("batch");
    let hashes = || names_in(&input).iter().map(|name| hash(&input.join(name))).collect::<Vec<_>>();
    let before = hashes();
    let folders = [tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder")];
    batch(folders[0].path(), "batch", &["--jobs", "1"]);
    batch(folders[1].path(), "batch", &["--jobs", "4"]);
    assert_eq!(hashes(), before, "an input was changed");
    let outs = [folders[0].path().join("out"), folders[1].path().join("out")];
    let names = names_in(&outs[0]);
    assert!(names.contains(&"绩效自评汇总.xlsx".to_owned()), "{names:?}");
    assert_eq!(names, names_in(&outs[1]));
    for name in names.iter().filter(|name| outs[0].join(name).is_file()) {
        assert_eq!(hash(&outs[0].join(name)), hash(&outs[1].join(name)), "{name} differs");
    }
}

#[test]
fn a_batch_can_be_run_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = batch(folder.path(), "batch", &[]);
    let names = names_in(&folder.path().join("out"));
    let again = batch(folder.path(), "batch", &["--resume"]);
    assert_eq!((first.exit, again.exit), (2, 2), "{again:?}");
    assert_eq!(names_in(&folder.path().join("out")), names);
}
