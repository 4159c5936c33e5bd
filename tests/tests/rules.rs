//! Rules at the command line: checked, explained, compared, waived, and every built-in file on the same ledgers.
#![allow(clippy::expect_used, clippy::panic, reason = "to stop with a message is how a test fails")]

use jixiao_core::Rules;
use jixiao_tests::program::run;
use jixiao_tests::recalculate::compare;
use jixiao_tests::{files_below, fixtures};
use serde_json::Value;
use std::path::Path;

fn fixture(name: &str) -> String {
    fixtures().join(name).to_string_lossy().into_owned()
}

#[test]
fn a_rule_file_is_checked_with_every_mistake_at_its_place() {
    let folder = tempfile::tempdir().expect("a folder");
    for (id, text) in
        Rules::builtin_ids().iter().filter_map(|id| Some((id, Rules::builtin_text(id)?)))
    {
        // Windows editors put a byte order mark in front.
        let path = folder.path().join(format!("{id}.toml"));
        std::fs::write(&path, format!("\u{feff}{text}")).expect("a rule file");
        let outcome = run(folder.path(), ["rules".as_ref(), "validate".as_ref(), path.as_os_str()]);
        assert_eq!(outcome.exit, 0, "{id}: {outcome:?}");
    }
    let bad = fixture("bad-rules/everything-at-once.toml");
    let outcome = run(folder.path(), ["rules", "validate", &bad, "--lang", "en"]);
    assert_eq!(outcome.exit, 1, "{outcome:?}");
    let lines: Vec<&str> = outcome.stdout.lines().collect();
    assert_eq!(lines.len(), 7, "{outcome:?}");
    assert!(lines.iter().all(|line| line.starts_with(&bad)), "{outcome:?}");
    assert!(lines[6].contains(":27:1: ") && lines[6].contains("did you mean `weight`?"));
    // Files that Notepad or Excel saved otherwise: told where the first sign cannot be read, never as a locked file.
    let text = Rules::builtin_text("sichuan").expect("a rule file");
    let sixteen: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    // 规则 in GBK.
    let gbk = [b"schema = 1\ntitle = \"".as_slice(), &[0xB9, 0xE6, 0xD4, 0xF2], b"\"\n"].concat();
    for (name, bytes, at) in [("gbk", gbk, ":2:10: "), ("utf-16", sixteen, ":1:2: ")] {
        let path = folder.path().join(format!("{name}.toml"));
        std::fs::write(&path, bytes).expect("a file");
        let outcome = run(folder.path(), ["rules".as_ref(), "validate".as_ref(), path.as_os_str()]);
        assert_eq!(outcome.exit, 1, "{name}: {outcome:?}");
        assert!(outcome.stdout.contains(at) && outcome.stdout.contains("UTF-8"), "{outcome:?}");
    }
    let outcome = run(folder.path(), ["rules", "validate", "not-there.toml"]);
    assert_eq!(outcome.exit, 2, "{outcome:?}");
    // The same mistakes end an evaluation.
    let outcome = run(folder.path(), ["check", &fixture("laoganbu-2021.xlsx"), "--rules", &bad]);
    assert_eq!(outcome.exit, 2);
    assert!(outcome.stderr.contains("第 27 行第 1 列"), "{outcome:?}");
}

#[test]
fn explanations_lead_from_the_score_to_the_cells() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = fixture("laoganbu-2021.xlsx");
    let outcome = run(folder.path(), ["explain", &file, "预算执行率"]);
    assert_eq!(outcome.exit, 0, "{outcome:?}");
    for part in ["公式", "来源", "计算", "结果", "依据", "[指标台账] K27", "未核实原文"]
    {
        assert!(outcome.stdout.contains(part), "{part}: {}", outcome.stdout);
    }
    let outcome = run(folder.path(), ["explain", &file, "1", "--json"]);
    let document = outcome.document().expect("JSON");
    assert_eq!(document["schema"], "jixiao.explanation/1");
    let rows = document["subjects"][0]["indicators"].as_array().expect("rows");
    assert_eq!(rows.len(), 1);
    // 4563.88 / 4650.97 of ten points: 9.81.
    assert_eq!(rows[0]["result"]["score"], "9.81");
    let executed = rows[0]["variables"].as_array().expect("variables");
    let executed = executed.iter().find(|of| of["name"] == "executed").expect("executed");
    assert_eq!(executed["value"], "45638800");
    assert_eq!(executed["source"]["cells"], "K27");
    assert!(executed["parts"].as_array().is_some_and(|parts| parts.len() == 19), "{executed}");
    let outcome = run(folder.path(), ["explain", &file, "没有这一项"]);
    assert_eq!(outcome.exit, 2, "{outcome:?}");
}

#[test]
fn two_rule_files_are_compared_on_the_same_ledger() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = fixture("laoganbu-2021.xlsx");
    let args = ["diff", &file, "--rules", "mof-2020-10", "--rules", "mof-2021-101", "--json"];
    let document = run(folder.path(), args).document().expect("JSON");
    let found = &document["subjects"][0]["difference"];
    let moved: Vec<&Value> = found["rows"].as_array().expect("rows").iter().collect();
    // 98.13 % is 9.81 in proportion and 7 in steps; nothing else is scored otherwise.
    assert_eq!(moved.len(), 1, "{found}");
    assert_eq!(moved[0]["score"], serde_json::json!(["9.81", "7.00"]));
    let outcome = run(folder.path(), ["diff", &file, "--rules", "mof-2020-10"]);
    assert_eq!(outcome.exit, 2);
    assert!(outcome.stderr.contains("写两次"), "{outcome:?}");
}

#[test]
fn a_waived_finding_stays_listed_and_no_longer_fails_the_run() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("表.xlsx");
    std::fs::copy(fixture("forms/national-04-filled.xlsx"), &file).expect("a copy");
    let check = || run(folder.path(), ["check".as_ref(), file.as_os_str(), "--json".as_ref()]);
    assert_eq!(check().exit, 1);
    let waiver =
        "[[waive]]\ncode = \"reason-missing\"\nabout = \"预算执行率\"\nreason = \"见自评报告\"\n";
    std::fs::write(folder.path().join("表.jixiao.toml"), waiver).expect("answers");
    let outcome = check();
    assert_eq!(outcome.exit, 0, "{outcome:?}");
    let document = outcome.document().expect("JSON");
    let findings = document["subjects"][0]["findings"].as_array().expect("findings");
    let waived: Vec<&Value> = findings.iter().filter(|of| of["waived"].is_object()).collect();
    assert_eq!(waived.len(), 1);
    assert_eq!(
        waived[0]["waived"],
        serde_json::json!({"reason": "见自评报告", "severity": "error"})
    );
    // One that meets nothing is told.
    std::fs::write(
        folder.path().join("表.jixiao.toml"),
        waiver.replace("预算执行率", "另一项指标"),
    )
    .expect("answers");
    let outcome = check();
    assert_eq!(outcome.exit, 1);
    assert!(outcome.stderr.contains("没有对应的发现"), "{outcome:?}");
}

/// Writes the workbook of a ledger under a rule file.
fn workbook(file: &str, rules: &str, folder: &Path) -> std::path::PathBuf {
    let out = folder.join(rules);
    let out_text = out.to_string_lossy().into_owned();
    let outcome = run(folder, ["evaluate", file, "--rules", rules, "-o", &out_text]);
    assert!((0..=1).contains(&outcome.exit), "{rules}: {outcome:?}");
    let written = files_below(&out, ".xlsx");
    written.first().unwrap_or_else(|| panic!("{rules}: no workbook")).clone()
}

#[test]
fn every_built_in_file_gives_a_workbook() {
    let folder = tempfile::tempdir().expect("a folder");
    for id in Rules::builtin_ids() {
        workbook(&fixture("laoganbu-2021.xlsx"), id, folder.path());
    }
}

#[test]
fn the_file_of_the_walkthrough_scores_a_ledger() {
    let folder = tempfile::tempdir().expect("a folder");
    let rules = fixture("own-rules/county-2021.toml");
    let outcome = run(folder.path(), ["rules", "validate", &rules]);
    assert_eq!((outcome.exit, outcome.stdout.contains("没有错误")), (0, true), "{outcome:?}");
    let file = fixture("laoganbu-2021.xlsx");
    let args = ["evaluate", &file, "--rules", &rules, "--json", "--dry-run"];
    let document = run(folder.path(), args).document().expect("JSON");
    assert_eq!(document["rules"]["id"], "county-2021", "{document}");
    // 20 * 4563.88 / 4650.97.
    assert_eq!(document["indicators"][0]["score"], "19.63");
}

#[test]
#[ignore = "slow: needs LibreOffice"]
fn the_workbooks_of_every_built_in_file_are_recalculated_alike() {
    let folder = tempfile::tempdir().expect("a folder");
    for id in Rules::builtin_ids() {
        let written = workbook(&fixture("laoganbu-2021.xlsx"), id, folder.path());
        let comparison = compare(&written, folder.path());
        assert!(comparison.formulas > 50, "{id}: {} formulas", comparison.formulas);
        assert!(comparison.differences.is_empty(), "{id}: {:#?}", comparison.differences);
    }
}
