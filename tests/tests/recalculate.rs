//! Another program recalculates what was written, and must get the same values: see `jixiao_tests::recalculate`.
//! Slow, so only on demand: `cargo test -p jixiao-tests --test recalculate -- --ignored`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "to stop with a message is how a test fails"
)]

use calamine::Data;
use jixiao_core::{Amount, BudgetLine, Fact, Place, Rules, Submission, evaluate};
use jixiao_export::{Evaluated, Stamp, evaluation_workbook};
use jixiao_tests::recalculate::{Comparison, changed, compare, computed, falsified};
use jixiao_tests::{fixtures, program};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Writes the evaluation workbook of a fixture and gives its path.
fn evaluated(fixture: &str, folder: &Path) -> PathBuf {
    evaluated_by(fixture, None, folder)
}

/// The same by some rules.
fn evaluated_by(fixture: &str, rules: Option<&str>, folder: &Path) -> PathBuf {
    let input = fixtures().join(fixture);
    let out = folder.join("out");
    let mut arguments: Vec<&std::ffi::OsStr> =
        vec!["evaluate".as_ref(), input.as_os_str(), "-o".as_ref(), out.as_os_str()];
    if let Some(rules) = rules {
        arguments.push("--rules".as_ref());
        arguments.push(rules.as_ref());
    }
    let outcome = program::run(folder, arguments);
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

/// The forms of every place, whose rates, coefficients and totals are formulas of their own.
#[test]
#[ignore = "slow: needs LibreOffice"]
fn the_forms_of_all_rules_too() {
    for rules in
        ["guangdong-2021", "shenzhen", "chongqing", "hunan", "hubei", "mof-2013-53", "platform"]
    {
        let folder = tempfile::tempdir().expect("a folder");
        let written = evaluated_by("laoganbu-2021.xlsx", Some(rules), folder.path());
        assert_alike(rules, 60, &compare(&written, folder.path()));
    }
    for rules in ["sichuan", "yunnan"] {
        let folder = tempfile::tempdir().expect("a folder");
        let written = evaluated_by("forms/national-15-filled.xlsx", Some(rules), folder.path());
        assert_alike(rules, 12, &compare(&written, folder.path()));
    }
}

/// A department with two facts, one of them missing for a third indicator.
fn with_facts(folder: &Path) -> PathBuf {
    let mut submission = Submission::department("青溪县图书馆", 2021);
    let mut line = BudgetLine::named("基本支出");
    for (amount, money) in [(Amount::Adjusted, "100.00"), (Amount::Executed, "90.00")] {
        line.amounts.set(amount, Some(money.parse().unwrap()));
    }
    submission.budget.lines.push(line);
    for (row, (name, value)) in (0u32..).zip([("编制数", "143"), ("在职人员数", "136")]) {
        submission.facts.push(Fact {
            name: name.into(),
            column: None,
            value: value.parse().unwrap(),
            source: Place::new("台账.xlsx", "基础数据", jixiao_core::Cells::one(row, 1)),
        });
    }
    let rules = Rules::builtin("mof-2013-53").unwrap();
    let evaluation = evaluate(&submission, &rules).unwrap();
    let subject = Evaluated { submission: &submission, evaluation: &evaluation };
    let path = folder.join("facts.xlsx");
    let bytes = evaluation_workbook(&[subject], Stamp::year_end(2021)).unwrap();
    std::fs::write(&path, bytes).expect("a workbook");
    path
}

#[test]
#[ignore = "slow: needs LibreOffice"]
fn a_changed_fact_moves_its_indicator() {
    let folder = tempfile::tempdir().expect("a folder");
    let written = with_facts(folder.path());
    assert_alike("facts", 20, &compare(&written, folder.path()));
    let copy = folder.path().join("changed.xlsx");
    // 136 of 143 persons are 95.10 %; 154 are 107.69 %.
    changed(&written, &copy, "136", "154");
    let values = computed(&copy, folder.path());
    let result = |values: &std::collections::BTreeMap<(String, String), Data>| {
        let sheet = "共性指标".to_owned();
        let named = |((of, _), value): &(&(String, String), &Data)| {
            *of == sheet && **value == *"在职人员控制率"
        };
        let ((_, cell), _) = values.iter().find(named).expect("the indicator");
        values[&(sheet, cell.replace('D', "I"))].to_string()
    };
    assert!(result(&computed(&written, folder.path())).starts_with("0.95104"));
    assert!(result(&values).starts_with("1.07692"), "{}", result(&values));
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
