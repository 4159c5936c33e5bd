//! Against the transcriptions and accounts that the fixtures were made from, where they are at hand: `JIXIAO_SHARED`
//! names their folder, else it is looked for beside the checkout. Without them these tests say so and pass.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "to stop with a message is how a test fails"
)]

use jixiao_tests::{case, files_below, fixtures, program};
use rust_decimal::Decimal;
use serde_json::Value;
use std::io::Write as _;
use std::path::PathBuf;

fn originals() -> Option<PathBuf> {
    let folder = std::env::var_os("JIXIAO_SHARED").map_or_else(
        || fixtures().parent().and_then(|home| home.parent()).expect("a checkout").join("shared"),
        PathBuf::from,
    );
    if folder.join("cases").is_dir() {
        return Some(folder);
    }
    // Written past the capture of the test runner, so that whoever reads the log sees that nothing was compared.
    let _ = writeln!(
        std::io::stderr(),
        "NOT COMPARED: the originals are not in {}; set JIXIAO_SHARED to their folder",
        folder.display()
    );
    None
}

/// A printed text of the original; a number as the case files print it.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

/// The rows of an original that are indicators: headings of a report have neither weight nor figures.
fn scored_rows(original: &Value) -> impl Iterator<Item = &Value> {
    let rows = original["indicators"].as_array().into_iter().flatten();
    rows.filter(|row| !row["score_published"].is_null() || row["weight"].is_number())
}

#[test]
fn every_original_with_money_or_scores_has_its_case() {
    let Some(folder) = originals() else { return };
    let cases: Vec<String> = files_below(&fixtures().join("cases"), ".toml")
        .iter()
        .filter_map(|path| Some(path.file_stem()?.to_string_lossy().into_owned()))
        .collect();
    let mut with_rows = 0;
    for path in files_below(&folder.join("cases"), ".json") {
        let original = std::fs::read_to_string(&path).expect("an original");
        let original: Value = serde_json::from_str(&original).expect("JSON");
        let money = original["amounts"].as_array().into_iter().flatten();
        let has_money =
            money.filter_map(|row| row["unit"].as_str()).any(|unit| unit.ends_with('元'));
        if !has_money && scored_rows(&original).next().is_none() {
            continue;
        }
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        assert!(cases.contains(&name), "{name} has rows and no case");
        with_rows += 1;
    }
    assert!(with_rows >= 12, "only {with_rows} originals have rows");
}

#[test]
fn a_published_ledger_is_as_it_was_transcribed() {
    let Some(folder) = originals() else { return };
    let original = std::fs::read_to_string(folder.join("cases/peer-01.json")).expect("an original");
    let original: Value = serde_json::from_str(&original).expect("JSON");
    let here = tempfile::tempdir().expect("a folder");
    let file = fixtures().join("peer-01.xlsx");
    let args = ["evaluate".as_ref(), file.as_os_str(), "--json".as_ref(), "--dry-run".as_ref()];
    let document = program::run(here.path(), args).evaluations().expect("a document").remove(0);
    let lines = document["lines"].as_array().expect("lines");
    let printed = original["amounts"].as_array().expect("amounts");
    // The first one is the total.
    assert_eq!(lines.len(), printed.len() - 1);
    for (line, printed) in lines.iter().zip(&printed[1..]) {
        let yuan = |text: &Value| text.as_str().and_then(|text| text.parse::<Decimal>().ok());
        let wan = yuan(&printed["executed"]).expect("an amount") * Decimal::from(10_000);
        assert_eq!(yuan(&line["executed"]), Some(wan), "{}", printed["label"]);
        let name = line["path"].as_array().and_then(|path| path.last()).expect("a name");
        assert_eq!(name, &printed["label"]);
    }
}

#[test]
fn forms_are_as_they_were_transcribed() {
    let Some(folder) = originals() else { return };
    let mut compared = 0;
    for path in files_below(&fixtures().join("cases/forms"), ".toml") {
        let case = case::load(&path);
        let Some(form) = case.form else { continue };
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let original = std::fs::read_to_string(folder.join(format!("cases/{name}.json")))
            .expect("its original");
        let original: Value = serde_json::from_str(&original).expect("JSON");
        assert_eq!(case.source.expect("a source").address, original["source_url"], "{name}");
        assert_eq!(form.total, text(&original["total_published"]), "{name}");
        let money = original["amounts"].as_array().expect("amounts");
        assert_eq!(form.money.len(), money.len(), "{name}");
        for (ours, theirs) in form.money.iter().zip(money) {
            assert_eq!(ours.initial, text(&theirs["initial_budget"]), "{name} {}", ours.label);
            assert_eq!(ours.adjusted, text(&theirs["adjusted_budget"]), "{name} {}", ours.label);
            assert_eq!(ours.executed, text(&theirs["executed"]), "{name} {}", ours.label);
            assert_eq!(
                ours.rate,
                text(&theirs["execution_rate_pct_published"]),
                "{name} {}",
                ours.label
            );
            assert_eq!(ours.score, text(&theirs["score_published"]), "{name} {}", ours.label);
        }
        let indicators: Vec<&Value> = scored_rows(&original).collect();
        assert_eq!(form.indicator.len(), indicators.len(), "{name}");
        for (ours, theirs) in form.indicator.iter().zip(indicators) {
            assert!(
                theirs["level3"].as_str().is_some_and(|text| text.starts_with(&ours.level3)),
                "{name} {theirs}"
            );
            assert_eq!(ours.actual, text(&theirs["actual_text"]), "{name} {}", ours.level3);
            assert_eq!(ours.weight, text(&theirs["weight"]), "{name} {}", ours.level3);
            assert_eq!(ours.score, text(&theirs["score_published"]), "{name} {}", ours.level3);
            compared += 1;
        }
    }
    assert!(compared > 70, "only {compared} indicators were compared");
}

#[test]
fn the_original_accounts_give_what_the_fixtures_give() {
    let Some(folder) = originals() else { return };
    for layout in ["flat", "split"] {
        let here = tempfile::tempdir().expect("a folder");
        let totals = |path: PathBuf| {
            let outcome = program::run(
                here.path(),
                ["evaluate".as_ref(), path.as_os_str(), "--json".as_ref(), "--dry-run".as_ref()],
            );
            let document = outcome
                .evaluations()
                .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
                .remove(0);
            (document["totals"].clone(), document["lines"].as_array().map(Vec::len))
        };
        let original = totals(folder.join(format!("real/putuo-caizheng-2024-{layout}.xlsx")));
        assert_eq!(
            original,
            totals(fixtures().join(format!("putuo-2024-{layout}.xlsx"))),
            "{layout}"
        );
    }
}
