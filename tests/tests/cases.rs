//! Runs every case file; prints every difference of every case before it fails.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "to stop with a message is how a test fails"
)]

use jixiao_tests::case::{self, Run};
use jixiao_tests::compare::{bare, differences};
use jixiao_tests::{files_below, fixtures, program};
use std::path::PathBuf;

fn case_files() -> Vec<PathBuf> {
    let cases = fixtures().join("cases");
    let batch = cases.join("batch");
    files_below(&cases, ".toml").into_iter().filter(|path| !path.starts_with(&batch)).collect()
}

fn check(run: &Run) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let mut args: Vec<String> = vec!["evaluate".into()];
    args.extend(run.files.iter().map(|file| fixtures().join(file).to_string_lossy().into_owned()));
    args.push("--dry-run".into());
    args.extend(run.json.then(|| "--json".into()));
    args.extend(run.args.iter().cloned());
    let outcome = program::run(folder.path(), &args);
    let mut found = Vec::new();
    let said = format!("stderr: {:?}", outcome.stderr);
    match run.exit {
        Some(exit) if outcome.exit != exit => {
            found.push(format!("exit code: expected {exit}, found {}; {said}", outcome.exit));
        }
        None if !(0..=1).contains(&outcome.exit) => {
            found.push(format!("exit code: expected 0 or 1, found {}; {said}", outcome.exit));
        }
        _ => {}
    }
    if let Some(code) = &run.refused {
        if !outcome.tells(code) {
            found.push(format!("refused: neither the document nor stderr says {code}; {said}"));
        }
        if outcome.stderr.trim().is_empty() {
            found.push("refused: stderr says nothing".to_owned());
        }
        return found;
    }
    for text in &run.stdout {
        if !bare(&outcome.stdout).contains(&bare(text)) {
            found.push(format!("stdout: {text:?} is not in {:?}", outcome.stdout));
        }
    }
    if run.json {
        match outcome.evaluations() {
            Err(error) => found.push(error),
            Ok(list) if list.len() != run.subject.len() => found.push(format!(
                "subjects: expected {}, found {}",
                run.subject.len(),
                list.len()
            )),
            Ok(list) => {
                for (expected, document) in run.subject.iter().zip(&list) {
                    let name = document["subject"]["name"].as_str().unwrap_or("?");
                    let these = differences(expected, document);
                    found.extend(these.into_iter().map(|text| format!("{name}: {text}")));
                }
            }
        }
    }
    found
}

#[test]
fn every_case_gives_what_it_expects() {
    let (mut wrong, mut good) = (Vec::new(), 0);
    for path in case_files() {
        let case = case::load(&path);
        for run in &case.run {
            let found = check(run);
            if found.is_empty() {
                good += 1;
            } else {
                let name = path.strip_prefix(fixtures()).unwrap_or(&path).display();
                let list: String = found.iter().map(|text| format!("    {text}\n")).collect();
                wrong.push(format!("{name} {:?} ({})\n{list}", run.files, case.name));
            }
        }
    }
    assert!(good + wrong.len() > 50, "only {} runs were found", good + wrong.len());
    assert!(wrong.is_empty(), "{good} runs right, {} wrong:\n{}", wrong.len(), wrong.concat());
}

#[test]
fn every_workbook_has_a_case() {
    let texts: String = files_below(&fixtures().join("cases"), ".toml")
        .iter()
        .map(|path| std::fs::read_to_string(path).expect("a case"))
        .collect();
    let folders = ["forms", "variety", "bad"].map(|folder| fixtures().join(folder));
    let top = std::fs::read_dir(fixtures())
        .expect("fixtures")
        .map(|entry| entry.expect("an entry").path());
    let workbooks = folders.iter().flat_map(|folder| files_below(folder, ".xlsx")).chain(top);
    let unused: Vec<PathBuf> = workbooks
        .filter(|path| path.extension().is_some_and(|ending| ending == "xlsx"))
        .filter(|path| {
            let name = path.strip_prefix(fixtures()).expect("below fixtures");
            !texts.contains(&format!("\"{}\"", name.to_string_lossy().replace('\\', "/")))
        })
        .collect();
    assert!(unused.is_empty(), "no case names {unused:?}");
}
