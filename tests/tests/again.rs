//! A workbook that the program wrote is evaluated again: what was known stays the same, what was open stays open.
#![allow(clippy::expect_used, clippy::panic, reason = "to stop with a message is how a test fails")]

use jixiao_tests::fixtures;
use jixiao_tests::program::run;
use serde_json::{Value, json};

/// The first and the second evaluation of a fixture, with answers beside the first.
fn twice(fixture: &str, answers: &str) -> (tempfile::TempDir, Value, Value) {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::copy(fixtures().join(fixture), folder.path().join("表.xlsx")).expect("a copy");
    std::fs::write(folder.path().join("表.jixiao.toml"), answers).expect("answers");
    let evaluate = |file: &str| run(folder.path(), [file, "--json"]).document().expect("JSON");
    let (first, second) = (evaluate("表.xlsx"), evaluate("表-绩效自评.xlsx"));
    (folder, first, second)
}

fn codes(evaluation: &Value) -> Vec<&str> {
    let findings = evaluation["findings"].as_array().expect("findings");
    findings.iter().filter_map(|finding| finding["code"].as_str()).collect()
}

/// A ledger without 全年预算数: the computed 差异 beside 执行数 is no budget that nobody named.
#[test]
fn the_computed_difference_is_no_question() {
    for fixture in ["putuo-2024-split.xlsx", "putuo-2024-flat.xlsx", "batch/青溪县水文站.xlsx"]
    {
        let (_folder, first, second) = twice(fixture, "");
        assert_eq!(first["totals"], second["totals"], "{fixture}");
        assert!(!codes(&second).contains(&"question"), "{fixture}: {second:#}");
    }
}

/// An amount that could not be read is not 0 the second time.
#[test]
fn an_amount_that_was_not_read_stays_open() {
    for code in ["error-cell", "no-cached-value", "value-unreadable"] {
        let (_folder, first, second) = twice(&format!("findings/{code}/台账.xlsx"), "");
        assert_eq!(first["totals"]["executed"], Value::Null, "{code}");
        assert_eq!(first["totals"], second["totals"], "{code}");
        let findings = second["findings"].as_array().expect("findings");
        let open = findings.iter().find(|finding| finding["code"] == "value-unreadable");
        let open = open.expect("what is open is named");
        assert_eq!(open["source"]["sheet"], "支出执行");
        assert_eq!(open["source"]["cells"], "E5");
    }
}

/// The base and the decimals that replaced those of the rules are used again, from the workbook alone: 733500 ÷ 800000 × 10 = 9.16875.
#[test]
fn settings_that_were_used_are_used_again() {
    let answers = "[settings]\nexecution_base = \"initial\"\n\"得分小数位数\" = 1\n";
    let (_folder, first, second) = twice("findings/settings-used/台账.xlsx", answers);
    assert_eq!(first["indicators"][0]["score"], json!("9.20"));
    assert_eq!(second["indicators"][0]["score"], json!("9.20"));
    let used = second["rules"]["settings"].as_array().expect("settings");
    let from = |used: &Value| used["from"]["sheet"].as_str().map(str::to_owned);
    assert!(used.len() == 2 && used.iter().all(|used| from(used).as_deref() == Some("指标评分")));
}

/// The evaluation workbook of four projects or of one department, with one part of a package changed as text.
fn changed(fixture: &str, from: &str, to: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::copy(fixtures().join(fixture), folder.path().join("表.xlsx")).expect("a copy");
    assert!((0..=1).contains(&run(folder.path(), ["表.xlsx"]).exit));
    let book = folder.path().join("表-绩效自评.xlsx");
    rename_sheet(&book, from, to);
    folder
}

/// Writes the package again with another name of a sheet.
fn rename_sheet(path: &std::path::Path, from: &str, to: &str) {
    let bytes = std::fs::read(path).expect("a workbook");
    let mut old = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("a package");
    let mut new = zip::ZipWriter::new(std::fs::File::create(path).expect("a file"));
    for index in 0..old.len() {
        let mut part = old.by_index(index).expect("a part");
        let name = part.name().expect("its name").into_owned();
        let mut text = Vec::new();
        std::io::Read::read_to_end(&mut part, &mut text).expect("its bytes");
        if name == "xl/workbook.xml" {
            let said = String::from_utf8(text).expect("XML");
            let (old, new) = (format!("name=\"{from}\""), format!("name=\"{to}\""));
            assert!(said.contains(&old), "{said}");
            text = said.replace(&old, &new).into_bytes();
        }
        new.start_file(name, zip::write::SimpleFileOptions::default()).expect("a part");
        std::io::Write::write_all(&mut new, &text).expect("its bytes");
    }
    new.finish().expect("a package");
}

/// Without 发现 the workbook is still ours, and nothing in it is counted twice; without 指标评分 it is refused with the reason.
#[test]
fn a_workbook_that_lost_a_sheet_is_not_read_as_a_ledger() {
    let folder = changed("laoganbu-2021.xlsx", "发现", "看过了");
    let again = run(folder.path(), ["表-绩效自评.xlsx", "--json", "--dry-run"]);
    assert_eq!(again.document().expect("JSON")["score"], "96.51");
    let folder = changed("laoganbu-2021.xlsx", "指标评分", "评分");
    let again = run(folder.path(), ["表-绩效自评.xlsx", "--dry-run"]);
    assert_eq!(again.exit, 2, "{again:?}");
    assert!(again.stderr.contains("恢复被删除、改名或移动的部分"), "{again:?}");
}

/// One of four projects cannot be read: it is named, and the other three stay as they were.
#[test]
fn a_project_that_lost_a_sheet_is_named() {
    let lost = "指标评分_普陀体育中心与委托运营方结算费用";
    let folder = changed("forms/several-projects.xlsx", lost, "评分");
    let again = run(folder.path(), ["表-绩效自评.xlsx", "--json", "--dry-run"]);
    assert_eq!(again.exit, 1);
    let document = again.document().expect("JSON");
    let subjects = document.as_array().expect("several");
    assert_eq!(subjects.len(), 3);
    assert_eq!(subjects.iter().filter(|one| codes(one).contains(&"no-table")).count(), 1);
}
