//! Another program recalculates what was written, and must get the same values: see `jixiao_tests::recalculate`.
//! Slow, so only on demand: `cargo test -p jixiao-tests --test recalculate -- --ignored`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "to stop with a message is how a test fails"
)]

use jixiao_tests::recalculate::{Comparison, compare, falsified};
use jixiao_tests::{fixtures, program};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Writes the evaluation workbook of a fixture and gives its path.
fn evaluated(fixture: &str, folder: &Path) -> PathBuf {
    let input = fixtures().join(fixture);
    let out = folder.join("out");
    let outcome = program::run(
        folder,
        ["evaluate".as_ref(), input.as_os_str(), "-o".as_ref(), out.as_os_str()],
    );
    assert!((0..=1).contains(&outcome.exit), "{fixture}: {outcome:?}");
    let stem = input.file_stem().expect("a name").to_string_lossy().into_owned();
    let written = out.join(format!("{stem}-绩效自评.xlsx"));
    assert!(written.is_file(), "{fixture}: {} is not there", written.display());
    written
}

fn assert_alike(what: &str, least: usize, comparison: &Comparison) {
    assert!(comparison.formulas >= least, "{what}: only {} formulas", comparison.formulas);
    assert!(
        comparison.differences.is_empty(),
        "{what}: {} of {} formulas differ:\n{}",
        comparison.differences.len(),
        comparison.formulas,
        comparison.differences.join("\n")
    );
}

#[test]
#[ignore = "slow: needs LibreOffice"]
fn written_values_are_computed_values() {
    for (fixture, least) in [
        ("laoganbu-2021.xlsx", 60),
        ("putuo-2024-flat.xlsx", 30),
        ("putuo-2024-split.xlsx", 30),
        ("forms/national-01-filled.xlsx", 8),
        ("forms/national-04-filled.xlsx", 12),
        ("forms/national-12-filled.xlsx", 8),
        ("forms/national-14-filled.xlsx", 8),
        ("forms/national-15-filled.xlsx", 12),
        ("forms/national-15-blank.xlsx", 12),
        ("forms/national-25-filled.xlsx", 5),
        ("forms/several-projects.xlsx", 40),
        ("variety/projects-by-funds.xlsx", 20),
        ("together/changes-explain.xlsx", 30),
        ("together/changes-added.xlsx", 30),
        ("together/budget-and-execution.xlsx", 30),
        ("together/payments-refunds.xlsx", 30),
        ("together/form-without-executed.xlsx", 12),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let written = evaluated(fixture, folder.path());
        assert_alike(fixture, least, &compare(&written, folder.path()));
    }
}

#[test]
#[ignore = "slow: needs LibreOffice"]
fn the_summary_of_a_batch_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let (input, out) = (fixtures().join("batch"), folder.path().join("out"));
    program::run(
        folder.path(),
        ["batch".as_ref(), input.as_os_str(), "-o".as_ref(), out.as_os_str()],
    );
    assert_alike("summary", 3, &compare(&out.join("绩效自评汇总.xlsx"), folder.path()));
}

#[test]
#[ignore = "slow: needs LibreOffice"]
fn a_falsified_value_of_our_workbook_is_found() {
    let folder = tempfile::tempdir().expect("a folder");
    let written = evaluated("laoganbu-2021.xlsx", folder.path());
    let copy = folder.path().join("falsified.xlsx");
    let place = falsified(&written, &copy);
    let comparison = compare(&copy, folder.path());
    assert!(!comparison.differences.is_empty(), "{place} was not found");
}

/// A workbook of three cells, `=A1*2` beside 2, with `written` as its value.
fn small(path: &Path, written: &str) {
    let mut zip = zip::ZipWriter::new(std::fs::File::create(path).expect("a file"));
    let sheet = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1"><v>2</v></c><c r="B1"><f>A1*2</f><v>{written}</v></c><c r="C1" t="str"><f>IF(A1=2,"优","差")</f><v>优</v></c></row></sheetData></worksheet>"#
    );
    for (name, text) in [
        (
            "[Content_Types].xml",
            r#"<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>"#,
        ),
        (
            "_rels/.rels",
            r#"<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
        ),
        (
            "xl/workbook.xml",
            r#"<?xml version="1.0" encoding="UTF-8"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>"#,
        ),
        (
            "xl/_rels/workbook.xml.rels",
            r#"<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#,
        ),
        ("xl/worksheets/sheet1.xml", sheet.as_str()),
    ] {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).expect("an entry");
        zip.write_all(text.as_bytes()).expect("an entry");
    }
    zip.finish().expect("a workbook");
}

#[test]
#[ignore = "slow: needs LibreOffice"]
fn the_check_can_fail() {
    let folder = tempfile::tempdir().expect("a folder");
    let (right, wrong) = (folder.path().join("right.xlsx"), folder.path().join("wrong.xlsx"));
    small(&right, "4");
    small(&wrong, "5");
    assert_alike("right.xlsx", 2, &compare(&right, folder.path()));
    let comparison = compare(&wrong, folder.path());
    assert_eq!(comparison.differences.len(), 1, "{comparison:?}");
    assert!(comparison.differences[0].contains("S!B1"), "{comparison:?}");
    let copy = folder.path().join("falsified.xlsx");
    assert!(falsified(&right, &copy).contains("4 became 74"));
    assert_eq!(compare(&copy, folder.path()).differences.len(), 1);
}
