//! The program's own evaluation workbook as an input: untouched it gives the same again, and what a person wrote in it counts.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "to stop with a message is how a test fails"
)]

use calamine::{Data, Reader, Xlsx, open_workbook};
use jixiao_tests::recalculate::filled_in;
use jixiao_tests::{fixtures, program};
use serde_json::Value;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

fn arguments<'a>(file: &'a Path, rules: Option<&'a str>, more: &[&'a OsStr]) -> Vec<&'a OsStr> {
    let rules = rules.map(|rules| ["--rules".as_ref(), OsStr::new(rules)]);
    let all = ["evaluate".as_ref(), file.as_os_str()].into_iter();
    all.chain(rules.into_iter().flatten()).chain(more.iter().copied()).collect()
}

fn evaluated(file: &Path, rules: Option<&str>) -> Vec<Value> {
    let more = ["--json".as_ref(), "--dry-run".as_ref()];
    let outcome = program::run(&fixtures(), arguments(file, rules, &more));
    outcome.evaluations().unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// The workbook that is written for a file.
fn written(file: &Path, rules: Option<&str>, folder: &Path) -> PathBuf {
    let outcome =
        program::run(&fixtures(), arguments(file, rules, &["-o".as_ref(), folder.as_os_str()]));
    assert!((0..=1).contains(&outcome.exit), "{}: {outcome:?}", file.display());
    let stem = file.file_stem().expect("a name").to_string_lossy();
    folder.join(format!("{stem}-绩效自评.xlsx"))
}

/// What has to be the same: score, grade, totals, and score, weight, reason and measure of every row, and
/// quantities and standards with their causes.
fn essence(documents: &[Value]) -> Vec<Value> {
    let of = |document: &Value| {
        let rows = document["indicators"].as_array().cloned().unwrap_or_default();
        let scores: Vec<Value> = rows
            .iter()
            .map(|row| {
                let name = row["path"].as_array().and_then(|path| path.last()).cloned();
                let said = ["score", "weight", "reason", "measure"].map(|key| row[key].clone());
                Value::from([vec![name.unwrap_or_default()], said.to_vec()].concat())
            })
            .collect();
        let head = ["score", "grade", "totals"].map(|key| document[key].clone()).to_vec();
        let drivers = document["drivers"].as_array().cloned().unwrap_or_default();
        let causes = drivers.iter().map(|driver| {
            Value::from(
                ["item", "class", "volume", "rate", "cause"]
                    .map(|key| driver[key].clone())
                    .to_vec(),
            )
        });
        let causes: Vec<Value> = causes.collect();
        Value::from([head, scores, causes].concat())
    };
    documents.iter().map(of).collect()
}

#[test]
fn a_workbook_that_nobody_touched_gives_the_same_again() {
    for (fixture, rules) in [
        ("laoganbu-2021.xlsx", None),
        ("laoganbu-2021.xlsx", Some("guangdong-2021")),
        ("laoganbu-2021.xlsx", Some("shenzhen")),
        ("laoganbu-2021.xlsx", Some("hunan")),
        ("laoganbu-2021.xlsx", Some("chongqing")),
        ("facts/common-indicators.xlsx", None),
        ("forms/several-projects.xlsx", None),
        ("forms/national-01-filled.xlsx", None),
        ("forms/national-07-blank.xlsx", None),
        ("forms/national-10-blank.xlsx", None),
        ("forms/national-19-blank.xlsx", None),
        ("variety/projects-by-funds.xlsx", None),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let file = fixtures().join(fixture);
        let first = essence(&evaluated(&file, rules));
        // The rules stand in the workbook: nobody has to name them again.
        let again = evaluated(&written(&file, rules, folder.path()), None);
        assert_eq!(essence(&again), first, "{fixture} by {rules:?}");
    }
}

#[test]
fn errors_of_the_original_stay_errors_and_what_was_not_read_stays_open() {
    for fixture in [
        "formats/ledger.xlsx",
        "findings/error-cell/台账.xlsx",
        "findings/total-mismatch/台账.xlsx",
        "findings/unit-missing/台账.xlsx",
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let file = fixtures().join(fixture);
        let first = evaluated(&file, None);
        let again = evaluated(&written(&file, None, folder.path()), None);
        assert_eq!(again[0]["totals"], first[0]["totals"], "{fixture}");
        let findings = again[0]["findings"].as_array().expect("findings");
        let told = findings
            .iter()
            .any(|finding| finding["severity"] == "error" && finding["source"]["sheet"] == "发现");
        assert!(told, "{fixture}: {findings:?}");
    }
}

/// The cell of a row of 指标评分 under a head.
fn cell(workbook: &Path, name: &str, head: &str) -> String {
    let mut book: Xlsx<_> = open_workbook(workbook).expect("a workbook");
    let range = book.worksheet_range("指标评分").expect("the sheet");
    let is = |data: &Data, text: &str| data.to_string().replace('\n', "") == text;
    let mut cells = range.used_cells();
    let (_, column, _) = cells.find(|(row, _, data)| *row == 2 && is(data, head)).expect(head);
    let (row, ..) = range.used_cells().find(|(_, _, data)| is(data, name)).expect(name);
    let small = |number: usize| u32::try_from(number).expect("small");
    jixiao_core::Cells::one(small(row), small(column)).to_string()
}

#[test]
fn what_a_person_writes_in_it_counts() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = fixtures().join("laoganbu-2021.xlsx");
    let workbook = written(&file, None, folder.path());
    let [classes, work] = ["老年大学开设班级数", "老干部服务工作机制"];
    let at = |name, head| cell(&workbook, name, head);
    let copy = folder.path().join("已填.xlsx");
    filled_in(
        &workbook,
        &copy,
        &[
            ("指标评分", at(classes, "复核得分"), "9"),
            ("指标评分", at(classes, "复核意见"), "抽查有一个班未开满"),
            ("指标评分", at(classes, "复核人"), "李某"),
            ("指标评分", at(work, "完成档次"), "部分达成年度指标并具有一定效果"),
        ],
    );
    let documents = evaluated(&copy, None);
    let [document] = &documents[..] else { panic!("one subject") };
    // 96.51 before; one point less by decision, four less by the band: 60 % of 10.
    assert_eq!(document["score"], "91.51");
    let rows = document["indicators"].as_array().expect("rows");
    let row = |name: &str| {
        let named = |row: &&Value| row["path"].as_array().is_some_and(|p| p.contains(&name.into()));
        rows.iter().find(named).expect("the row")
    };
    let decided = &row(classes)["decided"];
    assert_eq!(decided["computed"], "10.00");
    assert_eq!(decided["who"], "李某");
    assert_eq!(decided["source"]["cells"], at(classes, "复核得分"));
    assert_eq!(row(work)["score"], "6.00");
    // Nobody's claim: the scores that stand there are the program's formulas.
    assert!(rows.iter().all(|row| row["score_claimed"].is_null()));
}

#[test]
fn the_input_is_never_written_to() {
    let folder = tempfile::tempdir().expect("a folder");
    let workbook = written(&fixtures().join("laoganbu-2021.xlsx"), None, folder.path());
    let before = std::fs::read(&workbook).expect("bytes");
    for (input, output) in [
        (workbook.clone(), "laoganbu-2021-绩效自评(2).xlsx"),
        (folder.path().join("laoganbu-2021-绩效自评(2).xlsx"), "laoganbu-2021-绩效自评(3).xlsx"),
    ] {
        let kept = std::fs::read(&input).expect("bytes");
        let outcome = program::run(
            folder.path(),
            ["evaluate".as_ref(), input.as_os_str(), "--force".as_ref()],
        );
        assert!((0..=1).contains(&outcome.exit), "{outcome:?}");
        assert!(folder.path().join(output).is_file(), "{output}");
        assert_eq!(std::fs::read(&input).expect("bytes"), kept);
    }
    assert_eq!(std::fs::read(&workbook).expect("bytes"), before);
}
