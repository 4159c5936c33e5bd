//! The runner itself: cases that must fail do fail, and say which step broke.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "to stop with a message is how a test fails"
)]

use jixiao_tests::case;
use jixiao_tests::compare::differences;
use serde_json::{Value, json};

fn document() -> Value {
    json!({
        "schema": "jixiao.evaluation/1",
        "subject": {"kind": "project", "name": "甲"},
        "budget_year": 2022,
        "rules": {"id": "mof-2020-10"},
        "totals": {"executed": "1.00", "adjusted_budget": null, "execution_rate": "0.5"},
        "lines": [{"path": ["一", "乙"], "codes": {"function": "2010301"}, "executed": "1.00"}],
        "drivers": [{"item": "乙", "class": "丙", "volume": "-1.00", "rate": "0.00", "total": "-1.00"}],
        "indicators": [{"path": ["产出指标", "丁"], "weight": "10", "score": "9.80", "score_claimed": "9", "judgement": false}],
        "common_indicators": [{"path": ["过程", "己"], "shown": "85.23%"}],
        "score": "9.80", "score_claimed": null, "grade": "优",
        "findings": [{"code": "score-differs", "severity": "warning", "message": "9 与 9.80", "source": {"cells": "H3"}, "related": []},
                     {"code": "total-mismatch", "severity": "error", "message": "x", "source": {}, "related": []}],
    })
}

/// What a case that expects `body` of the document finds.
fn found(body: &str) -> Vec<String> {
    let text = format!("name = \"x\"\n[[run]]\nfiles = []\n[[run.subject]]\n{body}");
    let case = case::parse(&text).expect("a case");
    differences(&case.run[0].subject[0], &document())
}

const RIGHT: &str = r#"
name = "甲"
budget_year = 2022
lines = 1
score = "9.80"
score_claimed = "null"
findings = ["score-differs", "total-mismatch"]
absent = ["rate-differs"]
errors = 1
[run.subject.totals]
executed = "1.00"
adjusted_budget = "null"
execution_rate = "0.5"
[[run.subject.line]]
name = "乙"
function = "2010301"
executed = "1.00"
[[run.subject.driver]]
item = "乙"
class = "丙"
volume = "-1.00"
[[run.subject.indicator]]
row = "丁"
weight = "10.0"
score = "9.80"
published = "9"
judgement = false
[[run.subject.common]]
row = "己"
shown = "85.23%"
[[run.subject.finding]]
code = "score-differs"
severity = "warning"
count = 1
cells = "H3"
contains = ["9.80"]
"#;

#[test]
fn what_fits_passes() {
    assert_eq!(found(RIGHT), Vec::<String>::new());
}

#[test]
fn each_wrong_expectation_is_named() {
    for (right, wrong, named) in [
        ("name = \"甲\"", "name = \"乙\"", "subject.name"),
        ("budget_year = 2022", "budget_year = 2021", "budget_year"),
        ("lines = 1", "lines = 2", "number of lines"),
        (
            "score = \"9.80\"\nscore_claimed",
            "score = \"9.8\"\nscore_claimed",
            "score: expected 9.8,",
        ),
        ("score_claimed = \"null\"", "score_claimed = \"9\"", "score_claimed"),
        (
            "\"score-differs\", \"total-mismatch\"",
            "\"total-mismatch\", \"overspent\"",
            "finding overspent",
        ),
        ("\"score-differs\", \"total-mismatch\"", "\"score-differs\"", "an error nobody expects"),
        ("absent = [\"rate-differs\"]", "absent = [\"total-mismatch\"]", "must not be there"),
        ("executed = \"1.00\"\nadjusted", "executed = \"1.01\"\nadjusted", "totals.executed"),
        ("adjusted_budget = \"null\"", "adjusted_budget = \"0.00\"", "totals.adjusted_budget"),
        ("execution_rate = \"0.5\"", "execution_rate = \"0.50\"", "totals.execution_rate"),
        ("function = \"2010301\"", "function = \"2010302\"", "line 乙: there is none"),
        ("volume = \"-1.00\"", "volume = \"1.00\"", "driver 乙 丙.volume"),
        ("row = \"丁\"", "row = \"戊\"", "indicator 戊: there is none"),
        ("weight = \"10.0\"", "weight = \"10.5\"", "indicator 丁.weight"),
        ("published = \"9\"", "published = \"9.8\"", "indicator 丁.score_claimed"),
        ("judgement = false", "judgement = true", "indicator 丁.judgement"),
        ("row = \"己\"", "row = \"庚\"", "common indicator 庚: there is none"),
        ("85.23%\"", "85.24%\"", "common indicator 己.shown"),
        ("count = 1", "count = 2", "number of score-differs"),
        ("severity = \"warning\"", "severity = \"error\"", "finding score-differs: none is as"),
        ("errors = 1", "errors = 2", "errors: expected 2"),
        ("cells = \"H3\"", "cells = \"H4\"", "finding score-differs: none is as"),
        ("contains = [\"9.80\"]", "contains = [\"9.81\"]", "finding score-differs: none is as"),
    ] {
        assert!(RIGHT.contains(right), "{right:?} is no part of the right case");
        let differences = found(&RIGHT.replace(right, wrong));
        assert!(differences.iter().any(|text| text.contains(named)), "{wrong}: {differences:?}");
    }
}

#[test]
fn a_misspelt_key_or_code_fails() {
    for (text, named) in [
        ("name = \"x\"\nrulez = \"y\"\nrun = []", "rulez"),
        ("name = \"x\"\n[[run]]\nfiles = []\nexpect = 1", "expect"),
        (
            "name = \"x\"\n[[run]]\nfiles = []\n[[run.subject]]\nexecuton_rate = \"1\"",
            "executon_rate",
        ),
        (
            "name = \"x\"\n[[run]]\nfiles = []\n[[run.subject]]\n[run.subject.totals]\nspent = \"1\"",
            "spent",
        ),
        (
            "name = \"x\"\n[[run]]\nfiles = []\n[[run.subject]]\nfindings = [\"score-difers\"]",
            "score-difers",
        ),
        ("name = \"x\"\n[[run]]\nfiles = []\nrefused = \"encrypt\"", "encrypt"),
    ] {
        let error = case::parse(text).expect_err("it must not be read");
        assert!(error.contains(named), "{named}: {error}");
    }
}
