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
