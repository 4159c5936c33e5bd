//! The JSON contract `jixiao.evaluation/1`, key by key, and what the crate must never do.

#![allow(clippy::expect_used, reason = "a test that cannot go on has failed")]

use jixiao_core::{Amount, BudgetLine, Driver, Indicator, Place, Rules, Submission, evaluate};
use serde_json::Value;
use std::path::Path;

fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> =
        value.as_object().expect("an object").keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

fn has(value: &Value, expected: &str) {
    let keys = keys(value);
    for key in expected.split_whitespace() {
        assert!(keys.contains(&key), "{key} is not among {keys:?}");
    }
}

fn document() -> Value {
    let mut submission = Submission::department("区老干部局", 2021);
    let mut line = BudgetLine::named("在职人员经费");
    line.amounts.set(Amount::Initial, Some("100".parse().expect("money")));
    line.amounts.set(Amount::Reduction, Some("10".parse().expect("money")));
    line.amounts.set(Amount::Adjusted, Some("90".parse().expect("money")));
    line.amounts.set(Amount::Executed, Some("88.5".parse().expect("money")));
    submission.budget.lines.push(line);
    submission.indicators.push(Indicator {
        path: ["产出指标", "数量指标", "慰问人次"].map(str::to_owned).to_vec(),
        target: "≥95%".to_owned(),
        actual: Some("96%".to_owned()),
        weight: Some(90.into()),
        ..Indicator::default()
    });
    submission.drivers.push(Driver {
        item: "生活补助".to_owned(),
        class: "离休干部".to_owned(),
        budget_quantity: 12.into(),
        budget_rate: 3000.into(),
        actual_quantity: 11.into(),
        actual_rate: 3000.into(),
        cause: None,
        source: Place::default(),
    });
    let rules = Rules::builtin("mof-2020-10").expect("rules");
    serde_json::to_value(evaluate(&submission, &rules).expect("an evaluation")).expect("JSON")
}

#[test]
fn the_document_has_the_keys_and_types_of_the_contract() {
    let document = document();
    has(
        &document,
        "schema subject budget_year rules totals lines drivers indicators score score_claimed grade findings",
    );
    assert_eq!(document["schema"], "jixiao.evaluation/1");
    has(&document["subject"], "kind name department project");
    assert_eq!(document["subject"]["kind"], "department");
    has(&document["rules"], "id title document verified");
    let amounts = "initial_budget additions reductions transfers carried_over adjusted_budget executed variance execution_rate";
    has(&document["totals"], amounts);
    assert_eq!(document["totals"]["reductions"], "10.00");
    assert_eq!(document["totals"]["additions"], Value::Null);
    assert_eq!(document["totals"]["variance"], "-1.50");
    assert_eq!(document["totals"]["execution_rate"], "0.9833333333");
    let line = &document["lines"][0];
    has(line, &format!("path codes fund source reason {amounts}"));
    has(&line["codes"], "project function economic");
    has(&line["source"], "file sheet cells");
    has(
        &document["drivers"][0],
        "item class budget_quantity budget_rate actual_quantity actual_rate volume rate total cause source",
    );
    assert_eq!(document["drivers"][0]["volume"], "-3000.00");
    assert_eq!(document["drivers"][0]["budget_quantity"], "12");
    let row = "path target actual weight score score_claimed method formula substituted article verified judgement applicable needs_reason reason source";
    for indicator in document["indicators"].as_array().expect("a list") {
        has(indicator, row);
    }
    assert_eq!(document["indicators"][0]["path"], serde_json::json!(["预算执行率"]));
    assert_eq!(document["indicators"][0]["score"], "9.83");
    assert_eq!(document["indicators"][0]["weight"], "10");
    let formula = "weight * min(1, executed / budget)";
    assert_eq!(document["indicators"][0]["formula"], formula);
    assert_eq!(
        document["indicators"][0]["substituted"],
        "10 * min(1, 88.5 / 90) = 9.8333333333 → 9.83"
    );
    assert_eq!(document["indicators"][1]["score"], "90.00");
    assert_eq!(
        (document["score"].as_str(), document["grade"].as_str()),
        (Some("99.83"), Some("优"))
    );
    has(&document["findings"][0], "code severity message source related choices");
}

#[test]
fn the_same_submission_gives_the_same_bytes() {
    let first = document().to_string();
    assert_eq!(first, document().to_string());
}

/// The crate opens no file, asks no clock and no environment, so that it can be embedded anywhere and repeats itself.
#[test]
fn sources_use_no_files_clock_network_or_environment() {
    let banned = [
        "std::fs",
        "std::net",
        "std::env",
        "std::process",
        "std::thread",
        "SystemTime",
        "Instant",
        "HashMap",
    ];
    let mut seen = 0;
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let source = std::fs::read_to_string(&path).expect("a source");
            seen += 1;
            for word in banned {
                assert!(!source.contains(word), "{} has {word}", path.display());
            }
            assert!(source.starts_with("//!"), "{} says nothing of itself", path.display());
            assert!(source.lines().count() <= 500, "{} has more than 500 lines", path.display());
        }
    }
    assert!(seen > 20, "{seen}");
}
