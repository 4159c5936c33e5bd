//! The contract of the command line: the JSON document field by field, exit codes, and what is written where.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "to stop with a message is how a test fails"
)]

use jixiao_tests::{fixtures, program};
use program::{Outcome, hash, names_in};
use serde_json::Value;
use std::path::Path;

fn run(folder: &Path, args: &[&str]) -> Outcome {
    program::run(folder, args)
}

fn fixture(name: &str) -> String {
    fixtures().join(name).to_string_lossy().into_owned()
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

/// What kind of value a key holds; in lower case it must be there, in `Maybe` it may be null.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Text,
    Maybe(&'static Kind),
    Money,
    Ratio,
    Score,
    Decimal,
    Year,
    Flag,
    Texts,
    Place,
    Places,
    Severity,
    Any,
}
use Kind::*;

const MONEY: Kind = Maybe(&Money);
const TEXT: Kind = Maybe(&Text);

fn is_decimal(text: &str, places: std::ops::RangeInclusive<usize>) -> bool {
    let (whole, fraction) = text
        .strip_prefix('-')
        .unwrap_or(text)
        .split_once('.')
        .unwrap_or((text.trim_start_matches('-'), ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    !whole.is_empty()
        && digits(whole)
        && digits(fraction)
        && places.contains(&fraction.len())
        && (whole == "0" || !whole.starts_with('0'))
        && !(text.starts_with('-') && text.bytes().all(|byte| !(b'1'..=b'9').contains(&byte)))
}

fn fits(kind: Kind, value: &Value) -> bool {
    let text = |test: &dyn Fn(&str) -> bool| value.as_str().is_some_and(test);
    match kind {
        Any => true,
        Text => value.is_string(),
        Maybe(kind) => value.is_null() || fits(*kind, value),
        Money | Score => text(&|text| is_decimal(text, 2..=2)),
        Ratio => {
            text(&|text| is_decimal(text, 0..=10) && !(text.contains('.') && text.ends_with('0')))
        }
        Decimal => text(&|text| is_decimal(text, 0..=28)),
        Year => value.as_i64().is_some_and(|year| (1990..=2100).contains(&year)),
        Flag => value.is_boolean(),
        Texts => value.as_array().is_some_and(|list| list.iter().all(Value::is_string)),
        Place => ["file", "sheet", "cells"].iter().all(|key| value[key].is_string()),
        Places => value.as_array().is_some_and(|list| list.iter().all(|place| fits(Place, place))),
        Severity => text(&|text| ["error", "warning", "info"].contains(&text)),
    }
}

const TOTALS: &[(&str, Kind)] = &[
    ("initial_budget", MONEY),
    ("additions", MONEY),
    ("reductions", MONEY),
    ("transfers", MONEY),
    ("carried_over", MONEY),
    ("adjusted_budget", MONEY),
    ("executed", MONEY),
    ("variance", MONEY),
    ("execution_rate", Maybe(&Ratio)),
];
const DOCUMENT: &[(&str, Kind)] = &[
    ("schema", Text),
    ("subject", Any),
    ("budget_year", Maybe(&Year)),
    ("rules", Any),
    ("totals", Any),
    ("lines", Any),
    ("drivers", Any),
    ("indicators", Any),
    ("score", Maybe(&Score)),
    ("score_claimed", Maybe(&Decimal)),
    ("grade", TEXT),
    ("findings", Any),
];
const SUBJECT: &[(&str, Kind)] =
    &[("kind", Text), ("name", Text), ("department", TEXT), ("project", TEXT)];
const RULES: &[(&str, Kind)] =
    &[("id", Text), ("title", Text), ("document", Text), ("verified", Flag)];
const LINE: &[(&str, Kind)] = &[("path", Texts), ("codes", Any), ("fund", TEXT), ("source", Place)];
const CODES: &[(&str, Kind)] = &[("project", TEXT), ("function", TEXT), ("economic", TEXT)];
const DRIVER: &[(&str, Kind)] = &[
    ("item", Text),
    ("class", Text),
    ("budget_quantity", Decimal),
    ("budget_rate", Decimal),
    ("actual_quantity", Decimal),
    ("actual_rate", Decimal),
    ("volume", Money),
    ("rate", Money),
    ("total", Money),
    ("cause", TEXT),
    ("source", Place),
];
const INDICATOR: &[(&str, Kind)] = &[
    ("path", Texts),
    ("target", TEXT),
    ("actual", TEXT),
    ("weight", Maybe(&Decimal)),
    ("score", Maybe(&Score)),
    ("score_claimed", Maybe(&Decimal)),
    ("method", Text),
    ("formula", Text),
    ("substituted", Text),
    ("article", Text),
    ("verified", Flag),
    ("judgement", Flag),
    ("applicable", Flag),
    ("needs_reason", Flag),
    ("reason", TEXT),
    ("source", Place),
];
const FINDING: &[(&str, Kind)] = &[
    ("code", Text),
    ("severity", Severity),
    ("message", Text),
    ("source", Place),
    ("related", Places),
    ("choices", Any),
];

/// Every key that is missing or holds the wrong kind of value.
fn faults(at: &str, value: &Value, keys: &[(&str, Kind)]) -> Vec<String> {
    keys.iter()
        .filter_map(|(key, kind)| match value.get(key) {
            None => Some(format!("{at}.{key} is missing")),
            Some(value) if !fits(*kind, value) => {
                Some(format!("{at}.{key} is {value}, not {kind:?}"))
            }
            Some(_) => None,
        })
        .collect()
}

fn document_faults(document: &Value) -> Vec<String> {
    let mut found = faults("document", document, DOCUMENT);
    found.extend(faults("subject", &document["subject"], SUBJECT));
    found.extend(faults("rules", &document["rules"], RULES));
    found.extend(faults("totals", &document["totals"], TOTALS));
    for (list, keys) in [
        ("lines", LINE),
        ("lines", TOTALS),
        ("drivers", DRIVER),
        ("indicators", INDICATOR),
        ("findings", FINDING),
    ] {
        let Some(rows) = document[list].as_array() else {
            found.push(format!("{list} is no list"));
            continue;
        };
        for (index, row) in rows.iter().enumerate() {
            found.extend(faults(&format!("{list}[{index}]"), row, keys));
        }
    }
    for line in document["lines"].as_array().into_iter().flatten() {
        found.extend(faults("codes", &line["codes"], CODES));
    }
    for finding in document["findings"].as_array().into_iter().flatten() {
        let known = jixiao_core::Code::ALL.iter().any(|code| finding["code"] == code.text());
        if !known {
            found.push(format!("findings: {} is no code", finding["code"]));
        }
    }
    found
}

#[test]
fn the_document_has_every_field_of_the_contract() {
    let folder = folder();
    for name in [
        "laoganbu-2021.xlsx",
        "putuo-2024-flat.xlsx",
        "forms/national-01-filled.xlsx",
        "forms/national-12-filled.xlsx",
        "forms/national-25-filled.xlsx",
        "forms/several-projects.xlsx",
        "bad/total-mismatch.xlsx",
    ] {
        let outcome = run(folder.path(), &["evaluate", &fixture(name), "--json", "--dry-run"]);
        let documents = outcome.evaluations().unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(!documents.is_empty(), "{name}");
        for document in &documents {
            assert_eq!(document_faults(document), Vec::<String>::new(), "{name}");
            assert_eq!(document["schema"], "jixiao.evaluation/1", "{name}");
        }
    }
}

#[test]
fn sources_name_the_file_and_its_cells() {
    let folder = folder();
    let outcome =
        run(folder.path(), &["evaluate", &fixture("laoganbu-2021.xlsx"), "--json", "--dry-run"]);
    let document = &outcome.evaluations().expect("documents")[0];
    for (list, sheet) in [("lines", "指标台账"), ("drivers", "发放台账")] {
        for row in document[list].as_array().expect("a list") {
            let source = &row["source"];
            assert!(
                source["file"].as_str().is_some_and(|file| file.ends_with("laoganbu-2021.xlsx")),
                "{row}"
            );
            assert_eq!(source["sheet"], sheet, "{row}");
            assert!(source["cells"].as_str().is_some_and(|cells| !cells.is_empty()), "{row}");
        }
    }
    let execution = &document["indicators"][0];
    assert_eq!(
        execution["path"],
        serde_json::json!(["预算执行率"]),
        "the execution row comes first"
    );
    for row in &document["indicators"].as_array().expect("a list")[1..] {
        assert_eq!(row["source"]["sheet"], "绩效指标", "{row}");
        assert_eq!(row["path"].as_array().map(Vec::len), Some(3), "{row}");
    }
}

#[test]
fn json_is_one_document_also_of_several_files() {
    let folder = folder();
    let args = [
        "evaluate",
        &fixture("variety/split-codes.xlsx"),
        &fixture("variety/side-notes.xlsx"),
        "--json",
        "--dry-run",
    ];
    let outcome = run(folder.path(), &args);
    let document = outcome.document().expect("one document");
    assert_eq!(document.as_array().map(Vec::len), Some(2));
    assert_eq!(outcome.exit, 0);
}

#[test]
fn inspect_says_how_sheets_were_understood() {
    let folder = folder();
    let outcome = run(folder.path(), &["inspect", &fixture("laoganbu-2021.xlsx"), "--json"]);
    let document = outcome.document().expect("one document");
    assert_eq!(document["schema"], "jixiao.inspection/1");
    assert_eq!(
        faults("inspection", &document, &[("files", Any), ("findings", Any)]),
        Vec::<String>::new()
    );
    let file = &document["files"][0];
    assert_eq!(
        faults("file", file, &[("path", Text), ("format", Text), ("sheets", Any)]),
        Vec::<String>::new()
    );
    let sheets = file["sheets"].as_array().expect("sheets");
    let kinds: Vec<(&str, &str)> = sheets
        .iter()
        .flat_map(|sheet| {
            let name = sheet["name"].as_str().unwrap_or("?");
            let tables = sheet["tables"].as_array().into_iter().flatten();
            tables.map(move |table| (name, table["kind"].as_str().unwrap_or("?")))
        })
        .collect();
    assert_eq!(
        kinds,
        [("指标台账", "budget-ledger"), ("发放台账", "drivers"), ("绩效指标", "indicators")]
    );
    let table = &sheets[0]["tables"][0];
    let keys = [
        ("kind", Text),
        ("range", Text),
        ("header_rows", Any),
        ("unit", TEXT),
        ("columns", Any),
        ("rows", Any),
        ("skipped", Any),
    ];
    assert_eq!(faults("table", table, &keys), Vec::<String>::new());
    for column in table["columns"].as_array().expect("columns") {
        let keys = [("letter", Text), ("title", Text), ("meaning", TEXT)];
        assert_eq!(faults("column", column, &keys), Vec::<String>::new());
    }
    for skipped in table["skipped"].as_array().expect("skipped rows") {
        assert_eq!(
            faults("skipped", skipped, &[("row", Any), ("why", Text)]),
            Vec::<String>::new()
        );
    }
    assert!(names_in(folder.path()).is_empty(), "inspect wrote a file");
}

#[test]
fn check_gives_findings_and_the_exit_code_of_the_gravest() {
    let folder = folder();
    let outcome = run(folder.path(), &["check", &fixture("bad/total-mismatch.xlsx"), "--json"]);
    assert_eq!(outcome.exit, 1);
    assert!(outcome.document().is_ok() && outcome.tells("total-mismatch"), "{outcome:?}");
    let outcome = run(folder.path(), &["check", &fixture("laoganbu-2021.xlsx"), "--json"]);
    assert_eq!(outcome.exit, 0, "{outcome:?}");
    assert!(names_in(folder.path()).is_empty(), "check wrote a file");
}

#[test]
fn check_lists_what_was_filled_in_beside_what_the_rules_give() {
    let folder = folder();
    let form = fixture("forms/national-15-filled.xlsx");
    let outcome = run(folder.path(), &["check", &form]);
    let row = |start: &str| {
        let line = outcome.stdout.lines().find(|line| line.trim().starts_with(start));
        line.map_or(Vec::new(), |line| line.split_whitespace().map(str::to_owned).collect())
    };
    // Published as 7 and 9; the rule gives 10 and 10 x 98 / 100.
    assert_eq!(row("15 ")[1..5], ["资金到位及时率", "10", "7", "10"], "{}", outcome.stdout);
    assert_eq!(
        row("18 ")[1..],
        ["政策知晓率", "10", "9", "9.8", "10", "×", "98", "÷", "100", "=", "9.8"]
    );
    assert_eq!(row("总分 ")[1..], ["96", "99.8", "优"]);
    let blank = run(folder.path(), &["check", &fixture("forms/national-15-blank.xlsx")]);
    assert!(blank.stdout.starts_with("发现"), "nothing was filled in: {}", blank.stdout);
}

#[test]
fn exit_codes() {
    let folder = folder();
    let good = fixture("variety/side-notes.xlsx");
    let finding = fixture("bad/total-mismatch.xlsx");
    let refused = fixture("bad/truncated.xlsx");
    for (args, exit) in [
        (vec!["evaluate", &good, "--dry-run"], 0),
        (vec!["evaluate", &finding, "--dry-run"], 1),
        (vec!["evaluate", &refused, "--dry-run"], 2),
        (vec!["evaluate", &good, &finding, "--dry-run"], 1),
        (vec!["evaluate", &finding, &refused, &good, "--dry-run"], 2),
        (vec!["evaluate"], 2),
        (vec!["evaluate", &good, "--no-such-option"], 2),
        (vec!["evaluate", &good, "--rules", "no-such-rules", "--dry-run"], 2),
        (vec!["--help"], 0),
        (vec!["--version"], 0),
        (vec!["rules", "list"], 0),
        (vec!["rules", "show", "mof-2020-10"], 0),
        (vec!["rules", "show", "no-such-rules"], 2),
    ] {
        let outcome = run(folder.path(), &args);
        assert_eq!(outcome.exit, exit, "{args:?}: {outcome:?}");
        assert!(!outcome.stderr.contains("panicked"), "{args:?}: {outcome:?}");
        assert!(exit != 2 || !outcome.stderr.trim().is_empty(), "{args:?} says nothing");
    }
    assert!(names_in(folder.path()).is_empty());
}

#[test]
fn a_bare_file_is_evaluated() {
    let folder = folder();
    let good = fixture("laoganbu-2021.xlsx");
    let bare = run(folder.path(), &[&good, "--json", "--dry-run"]);
    let named = run(folder.path(), &["evaluate", &good, "--json", "--dry-run"]);
    assert_eq!((bare.exit, &bare.stdout), (named.exit, &named.stdout));
    assert_eq!(bare.exit, 0, "{bare:?}");
}

#[test]
fn dry_run_writes_nothing_and_the_input_stays_as_it_is() {
    let folder = folder();
    let input = folder.path().join("台账.xlsx");
    std::fs::copy(fixture("laoganbu-2021.xlsx"), &input).expect("a copy");
    let before = hash(&input);
    let outcome = run(folder.path(), &["evaluate", "台账.xlsx", "--dry-run"]);
    assert_eq!(outcome.exit, 0, "{outcome:?}");
    assert_eq!(names_in(folder.path()), ["台账.xlsx"]);
    let outcome = run(folder.path(), &["evaluate", "台账.xlsx"]);
    assert_eq!(outcome.exit, 0, "{outcome:?}");
    assert_eq!(hash(&input), before, "the input was changed");
    let names = names_in(folder.path());
    assert!(names.contains(&"台账-绩效自评.xlsx".to_owned()), "{names:?}");
    let left: Vec<&String> = names.iter().filter(|name| !name.starts_with("台账")).collect();
    assert!(left.is_empty(), "left behind: {left:?}");
}

#[test]
fn outputs_are_whole_and_the_same_every_time() {
    let folder = folder();
    for (name, stem) in [
        ("laoganbu-2021.xlsx", "laoganbu-2021"),
        ("forms/several-projects.xlsx", "several-projects"),
    ] {
        for out in ["a", "b"] {
            let outcome = run(folder.path(), &["evaluate", &fixture(name), "-o", out]);
            assert!((0..=1).contains(&outcome.exit), "{outcome:?}");
        }
        let (a, b) = (folder.path().join("a"), folder.path().join("b"));
        assert_eq!(names_in(&a), names_in(&b));
        for file in names_in(&a) {
            assert_eq!(
                hash(&a.join(&file)),
                hash(&b.join(&file)),
                "{file} differs between two runs"
            );
        }
        let written = a.join(format!("{stem}-绩效自评.xlsx"));
        let mut workbook: calamine::Xlsx<_> =
            calamine::open_workbook(&written).expect("a workbook that opens");
        let sheets = calamine::Reader::sheet_names(&workbook);
        assert!(!sheets.is_empty());
        for sheet in sheets {
            calamine::Reader::worksheet_range(&mut workbook, &sheet)
                .unwrap_or_else(|error| panic!("{sheet}: {error}"));
        }
    }
}

#[test]
fn what_a_person_changed_is_not_overwritten() {
    let folder = folder();
    let input = fixture("laoganbu-2021.xlsx");
    let args = ["evaluate", &input, "-o", "out"];
    assert_eq!(run(folder.path(), &args).exit, 0);
    let written = folder.path().join("out/laoganbu-2021-绩效自评.xlsx");
    let first = hash(&written);
    assert_eq!(run(folder.path(), &args).exit, 0, "an output that nobody changed is written again");
    assert_eq!(hash(&written), first);
    std::fs::copy(fixture("variety/side-notes.xlsx"), &written).expect("a change");
    let changed = hash(&written);
    let outcome = run(folder.path(), &args);
    assert_eq!(hash(&written), changed, "a person's work was overwritten: {outcome:?}");
    assert_eq!(run(folder.path(), &["evaluate", &input, "-o", "out", "--force"]).exit, 0);
    assert_eq!(hash(&written), first, "--force writes it again");
}

#[test]
fn an_output_that_cannot_be_written_ends_with_2() {
    let folder = folder();
    std::fs::write(folder.path().join("file"), "in the way").expect("a file");
    let outcome =
        run(folder.path(), &["evaluate", &fixture("laoganbu-2021.xlsx"), "-o", "file/out"]);
    assert_eq!(outcome.exit, 2, "{outcome:?}");
    assert!(!outcome.stderr.trim().is_empty());
    assert_eq!(names_in(folder.path()), ["file"]);
}

#[test]
fn a_refused_input_leaves_nothing() {
    let folder = folder();
    for name in
        ["truncated", "encrypted", "not-a-workbook", "zero-bytes", "empty-workbook", "no-table"]
    {
        let outcome =
            run(folder.path(), &["evaluate", &fixture(&format!("bad/{name}.xlsx")), "-o", "out"]);
        assert_eq!(outcome.exit, 2, "{name}: {outcome:?}");
    }
    let out = folder.path().join("out");
    assert!(!out.exists() || names_in(&out).is_empty(), "{:?}", names_in(&out));
}

#[test]
fn messages_are_chinese_or_english() {
    let folder = folder();
    let input = fixture("forms/national-01-filled.xlsx");
    let messages = |lang: &str| -> Vec<(String, String)> {
        let outcome =
            run(folder.path(), &["evaluate", &input, "--json", "--dry-run", "--lang", lang]);
        let document = outcome.evaluations().expect("documents").remove(0);
        let text = |finding: &Value, key: &str| finding[key].as_str().unwrap_or("").to_owned();
        let findings = document["findings"].as_array().expect("findings").clone();
        findings.iter().map(|finding| (text(finding, "code"), text(finding, "message"))).collect()
    };
    let (chinese, english) = (messages("zh"), messages("en"));
    assert!(!chinese.is_empty());
    assert_eq!(chinese.len(), english.len());
    for ((code, zh), (same, en)) in chinese.iter().zip(&english) {
        assert_eq!(code, same);
        assert!(zh.chars().any(|c| ('一'..='龥').contains(&c)), "{code}: {zh}");
        let words =
            en.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| word.len() > 1).count();
        assert!(words >= 4 && en != zh, "{code}: {en}");
    }
}

#[test]
fn every_input_has_an_output_of_its_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let other = folder.path().join("乙");
    std::fs::create_dir(&other).expect("a folder");
    for (from, to) in [
        ("formats/table-gbk.csv", folder.path().join("台账.csv")),
        ("formats/table-page-gbk.xls", folder.path().join("台账.xls")),
        ("formats/table-xml2003.xls", other.join("台账.xls")),
        ("formats/table-gbk-names.zip", folder.path().join("全县.zip")),
    ] {
        std::fs::copy(fixtures().join(from), to).expect("a copy");
    }
    let files = ["台账.csv", "台账.xls", "乙/台账.xls", "全县.zip", "-o", "出"];
    let outcome = program::run(folder.path(), files);
    assert_eq!(outcome.exit, 0, "{}", outcome.stderr);
    let expected = [
        "全县-示例县文化馆_csv-绩效自评.xlsx",
        "全县-示例县文化馆_xls-绩效自评.xlsx",
        "台账-绩效自评.xlsx",
        "台账_2-绩效自评.xlsx",
        "台账_3-绩效自评.xlsx",
    ];
    assert_eq!(names_in(&folder.path().join("出")), expected);
    let batch = program::run(folder.path(), ["batch", ".", "-o", "批", "--json"]);
    let left = names_in(&folder.path().join("批"));
    assert_eq!(left.len(), 6, "five and the summary: {left:?}; {}", batch.stderr);
}
