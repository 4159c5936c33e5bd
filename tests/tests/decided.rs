//! What a person decides in the file of answers, end to end: decided scores, settings, rules of the office.
#![allow(clippy::expect_used, clippy::panic, reason = "to stop with a message is how a test fails")]

use jixiao_tests::fixtures;
use jixiao_tests::program::{Outcome, run};
use jixiao_tests::recalculate::compare;
use serde_json::{Value, json};
use std::path::Path;

/// A folder with a fixture named 表.xlsx and answers beside it.
fn folder(fixture: &str, answers: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::copy(fixtures().join(fixture), folder.path().join("表.xlsx")).expect("a copy");
    std::fs::write(folder.path().join("表.jixiao.toml"), answers).expect("answers");
    folder
}

fn evaluate(folder: &Path) -> (Outcome, Value) {
    let outcome = run(folder, ["表.xlsx", "--json", "--dry-run"]);
    let document = outcome.document().expect("JSON");
    (outcome, document)
}

/// Of 50 points 49 were decided on: 9.78 + 49 + 30 + 10.
#[test]
fn a_decided_score_stands_beside_the_computed_one() {
    let answers =
        std::fs::read_to_string(fixtures().join("findings/score-decided/台账.jixiao.toml"));
    let folder = folder("findings/score-decided/台账.xlsx", &answers.expect("answers"));
    let (_, document) = evaluate(folder.path());
    assert_eq!(document["score"], "98.78");
    let decided = &document["indicators"][1]["decided"];
    assert_eq!((&decided["score"], &decided["computed"]), (&json!("49.00"), &json!("50.00")));
    assert_eq!(decided["source"]["file"], "表.jixiao.toml");
    let explained = run(folder.path(), ["explain", "表.xlsx", "归档案卷数"]).stdout;
    assert!(
        explained.contains("50.00（分值 50）")
            && explained.contains("由人决定为 49.00，决定人 复核组")
    );
}

/// Four projects: a name that only one has counts for it, one of several is a question, one of none is told.
#[test]
fn a_decision_belongs_to_one_row_of_one_project() {
    let all = run(&fixtures(), ["forms/several-projects.xlsx", "--json", "--dry-run"]);
    let all = all.document().expect("JSON");
    let subjects = all.as_array().expect("several");
    let rows = |subject: &Value| -> Vec<String> {
        let rows = subject["indicators"].as_array().expect("rows").iter();
        let name = |row: &Value| row["path"].as_array().and_then(|path| path.last().cloned());
        rows.filter_map(name).map(|name| name.as_str().unwrap_or_default().to_owned()).collect()
    };
    let last = subjects.last().expect("a project");
    let own = rows(last).pop().expect("a row");
    let said = |row: &str| {
        format!(
            "[[override]]\nindicator = {row:?}\nscore = \"1\"\nwho = \"复核组\"\nwhy = \"抽查不符\"\n"
        )
    };
    let one = folder("forms/several-projects.xlsx", &said(&own));
    let (_, document) = evaluate(one.path());
    let decided: Vec<usize> = document
        .as_array()
        .expect("several")
        .iter()
        .map(|subject| {
            let rows = subject["indicators"].as_array().expect("rows").iter();
            rows.filter(|row| row["decided"].is_object()).count()
        })
        .collect();
    assert_eq!(decided, [vec![0; subjects.len() - 1], vec![1]].concat(), "{own}");
    let several = folder("forms/several-projects.xlsx", &said("预算执行率"));
    let (outcome, document) = evaluate(several.path());
    let question = document[0]["findings"].as_array().expect("findings").iter();
    let question = question.filter(|of| of["code"] == "question").count();
    assert_eq!((outcome.exit, question), (1, 1));
    let none = folder("forms/several-projects.xlsx", &said("没有这一项"));
    let (outcome, _) = evaluate(none.path());
    assert!(outcome.stderr.contains("没有对应的指标"), "{outcome:?}");
}

/// The file beside the input goes before that of the folder, and both before the rule file; the command line chooses the rules.
#[test]
fn the_nearer_setting_counts_and_is_told() {
    let folder =
        folder("laoganbu-2021.xlsx", "rules = \"hunan\"\n[settings]\nscore_decimals = 1\n");
    let shared = "rules = \"hubei\"\nregion = \"广东\"\n[settings]\nscore_decimals = 0\nreason_below = \"85%\"\n";
    std::fs::write(folder.path().join("jixiao.toml"), shared).expect("answers");
    let (_, document) = evaluate(folder.path());
    let rules = &document["rules"];
    assert_eq!((&rules["id"], &rules["chosen_by"]), (&json!("hunan"), &json!("answers")));
    let used: Vec<[&Value; 3]> = rules["settings"]
        .as_array()
        .expect("settings")
        .iter()
        .map(|used| [&used["key"], &used["value"], &used["from"]["file"]])
        .collect();
    assert_eq!(
        json!(used),
        json!([["score_decimals", "1", "表.jixiao.toml"], ["reason_below", "85%", "jixiao.toml"]])
    );
    let outcome = run(folder.path(), ["表.xlsx", "--dry-run", "--rules", "yunnan"]);
    assert!(outcome.stdout.contains("规则 yunnan") && outcome.stdout.contains("指定"));
    std::fs::write(folder.path().join("表.jixiao.toml"), "[settings\n").expect("answers");
    let outcome = run(folder.path(), ["表.xlsx", "--dry-run"]);
    assert_eq!(outcome.exit, 2, "{outcome:?}");
    assert!(outcome.stderr.contains("表.jixiao.toml"), "{outcome:?}");
}

/// A workbook with a decided score, another base and no total says what core says, also after another program computed it.
#[test]
#[ignore = "slow: needs LibreOffice"]
fn workbooks_with_decisions_and_settings_are_recalculated_alike() {
    let decided = "[[override]]\nindicator = \"慰问离退休干部人数\"\nscore = \"3\"\nwho = \"复核组\"\nwhy = \"抽查不符\"\n";
    for settings in [
        "",
        "[settings]\nexecution_base = \"initial\"\n",
        "[settings]\nscore_shown = false\nunit_shown = \"元\"\n",
    ] {
        let folder = folder("laoganbu-2021.xlsx", &format!("{decided}{settings}"));
        let outcome = run(folder.path(), ["表.xlsx"]);
        assert!((0..=1).contains(&outcome.exit), "{outcome:?}");
        let comparison = compare(&folder.path().join("表-绩效自评.xlsx"), folder.path());
        assert!(comparison.formulas > 50, "{settings}: {}", comparison.formulas);
        assert!(comparison.differences.is_empty(), "{settings}: {:#?}", comparison.differences);
    }
}
