//! Files that mean harm or are broken in one way each: refused with the reason, or read with the figures they hold.
//!
//! * In: `fixtures/hostile/` and its `expected.toml`. Rule: every file of the folder is expected, every expectation has its file.
//! * What is too large to be kept is put together here.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "to stop with a message is how a test fails"
)]

use jixiao_fuzz::mutate;
use jixiao_tests::{fixtures, program};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Expected {
    refused: Option<String>,
    executed: Option<String>,
    unknown: Option<String>,
    tells: Vec<String>,
}

/// Evaluates a file and says what differs.
fn check(path: &Path, expected: &Expected) -> Result<(), String> {
    let folder = tempfile::tempdir().expect("a folder");
    let args = ["evaluate".as_ref(), path.as_os_str(), "--json".as_ref(), "--dry-run".as_ref()];
    let outcome = program::run(folder.path(), args);
    let codes = expected.refused.iter().chain(&expected.unknown).chain(&expected.tells);
    if let Some(code) = codes.into_iter().find(|code| !outcome.tells(code)) {
        return Err(format!("{code} is not told: {} {}", outcome.stdout, outcome.stderr));
    }
    if expected.refused.is_some() {
        let said = !outcome.stderr.trim().is_empty() && !outcome.stdout.contains("\"totals\"");
        return match outcome.exit {
            2 if said => Ok(()),
            other => Err(format!("exit code {other}, {} {}", outcome.stdout, outcome.stderr)),
        };
    }
    let document = outcome.evaluations()?;
    let found = document[0]["totals"]["executed"].as_str().map(str::to_owned);
    if found == expected.executed { Ok(()) } else { Err(format!("执行数 is {found:?}")) }
}

#[test]
fn every_hostile_file_gives_what_is_expected() {
    let folder = fixtures().join("hostile");
    let text = std::fs::read_to_string(folder.join("expected.toml")).expect("expectations");
    let all: BTreeMap<String, Expected> = toml::from_str(&text).expect("expectations");
    let files = program::names_in(&folder).into_iter().filter(|name| name != "expected.toml");
    let (files, expected): (Vec<_>, Vec<_>) = (files.collect(), all.keys().cloned().collect());
    assert_eq!(files, expected, "every file is expected and every expectation has its file");
    let wrong: Vec<String> = all
        .iter()
        .filter_map(|(name, expected)| {
            check(&folder.join(name), expected).err().map(|what| format!("{name}: {what}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

fn good() -> Vec<(String, Vec<u8>)> {
    let bytes = std::fs::read(fixtures().join("hostile/good.xlsx")).expect("a fixture");
    mutate::unpack(&bytes).expect("a zip")
}

fn write(folder: &Path, parts: &[(String, Vec<u8>)]) -> std::path::PathBuf {
    let path = folder.join("账.xlsx");
    std::fs::write(&path, mutate::pack(parts)).expect("written");
    path
}

#[test]
fn what_swells_beyond_all_measure_is_refused_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut parts = good();
    // 200 MB of nothing pack into 200 KB.
    parts.push(("xl/media/image1.png".to_owned(), vec![0; 200 << 20]));
    let path = write(folder.path(), &parts);
    let begun = Instant::now();
    let expected = Expected { refused: Some("limit-exceeded".to_owned()), ..Expected::default() };
    check(&path, &expected).expect("refused");
    assert!(begun.elapsed() < Duration::from_secs(30), "it was unpacked: {:?}", begun.elapsed());
}

#[test]
fn many_small_texts_and_one_huge_text_end_well() {
    let folder = tempfile::tempdir().expect("a folder");
    let sheet = |cells: &str| {
        format!(
            r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">{cells}</row></sheetData></worksheet>"#
        )
    };
    let huge = format!(r#"<c r="A1" t="inlineStr"><is><t>{}</t></is></c>"#, "长".repeat(10 << 20));
    let texts = "<si><t>a</t></si>".repeat(2_100_000);
    let many = format!(
        r#"<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{texts}</sst>"#
    );
    for (part, content) in [("worksheets/sheet1.xml", sheet(&huge)), ("sharedStrings.xml", many)] {
        let mut parts = good();
        let at = parts.iter().position(|(name, _)| name.ends_with(part)).expect("the part");
        parts[at].1 = content.into_bytes();
        let path = write(folder.path(), &parts);
        let args = ["evaluate".as_ref(), path.as_os_str(), "--dry-run".as_ref()];
        let outcome = program::run(folder.path(), args);
        assert_eq!(outcome.exit, 2, "{part}: {}", outcome.stderr);
        assert!(!outcome.stderr.trim().is_empty(), "{part}");
    }
}
