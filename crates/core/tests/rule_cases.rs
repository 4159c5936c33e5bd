//! Every rule file on cases of its own: what is printed, and the scores worked out by hand.
//!
//! The cases are `fixtures/rule-cases/<id>.toml`; `fixtures/check_rules.py` works the same cases out a second time, from the
//! wording of the documents and with fractions. The keys are closed: a misspelt one fails.

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

use jixiao_core::{
    Amount, BudgetLine, Evaluation, ExecutionRow, Fact, Indicator, Place, Rules, Submission,
    evaluate,
};
use rust_decimal::Decimal;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    case: Vec<Case>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    /// The sum in words.
    sum: String,
    #[serde(default)]
    project: bool,
    #[serde(default = "year")]
    year: i32,
    /// Lines of the ledger: `initial=100 adjusted=120 executed=90 economic=30217`.
    #[serde(default)]
    money: Vec<String>,
    /// `编制数=143 三公经费.本年预算=88`.
    #[serde(default)]
    facts: String,
    /// The weight that the form prints for the execution rate.
    execution_weight: Option<String>,
    /// The score of the execution rate; empty where it stays open.
    execution: Option<String>,
    #[serde(default)]
    row: Vec<Row>,
    /// Scores of rows of the scorecard that the form does not print, by id.
    #[serde(default)]
    card: BTreeMap<String, String>,
    /// What indicators that are shown and not scored show, by id; empty where they stay open.
    #[serde(default)]
    shown: BTreeMap<String, String>,
    /// The total; empty where it stays open.
    total: Option<String>,
    /// The grade; empty where there is none.
    grade: Option<String>,
    /// Codes that are among the findings, and codes that are not.
    #[serde(default)]
    findings: Vec<String>,
    #[serde(default)]
    without: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    path: String,
    #[serde(default)]
    target: String,
    #[serde(default)]
    actual: String,
    #[serde(default)]
    weight: String,
    filled: Option<String>,
    reason: Option<String>,
    /// The score; empty where it stays open.
    score: String,
    /// The weight it counts with, where that is not the printed one.
    counts: Option<String>,
}

fn year() -> i32 {
    2021
}

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap_or_else(|_| panic!("{text:?} is no decimal"))
}

fn line(text: &str) -> BudgetLine {
    let mut line = BudgetLine::named("支出");
    for part in text.split_whitespace() {
        let (key, value) = part.split_once('=').expect("key=value");
        let amount = match key {
            "initial" => Amount::Initial,
            "additions" => Amount::Addition,
            "reductions" => Amount::Reduction,
            "transfers" => Amount::Transfer,
            "carried" => Amount::CarriedOver,
            "adjusted" => Amount::Adjusted,
            "executed" => Amount::Executed,
            "economic" => {
                line.codes.economic = Some(value.into());
                continue;
            }
            "function" => {
                line.codes.function = Some(value.into());
                continue;
            }
            "path" => {
                line.path = value.split('/').map(Into::into).collect();
                continue;
            }
            other => panic!("{other} is no amount"),
        };
        line.amounts.set(amount, Some(value.parse().expect("money")));
    }
    line
}

fn fact(text: &str) -> Fact {
    let (name, value) = text.split_once('=').expect("name=value");
    let (name, column) = name.split_once('.').map_or((name, None), |(n, c)| (n, Some(c)));
    Fact {
        name: name.to_owned(),
        column: column.map(str::to_owned),
        value: decimal(value),
        source: Place::default(),
    }
}

fn indicator(row: &Row) -> Indicator {
    Indicator {
        path: row.path.split('/').map(str::to_owned).collect(),
        target: row.target.clone(),
        actual: Some(row.actual.clone()).filter(|actual| !actual.is_empty()),
        weight: Some(row.weight.as_str()).filter(|weight| !weight.is_empty()).map(decimal),
        score_claimed: row.filled.as_deref().map(decimal),
        reason: row.reason.clone(),
        ..Indicator::default()
    }
}

fn submission(case: &Case) -> Submission {
    let mut submission = match case.project {
        true => Submission::project("项目", case.year),
        false => Submission::department("单位", case.year),
    };
    submission.budget.lines = case.money.iter().map(|text| line(text)).collect();
    submission.facts = case.facts.split_whitespace().map(fact).collect();
    submission.indicators = case.row.iter().map(indicator).collect();
    submission.execution_row = case
        .execution_weight
        .as_deref()
        .map(|weight| ExecutionRow { weight: Some(decimal(weight)), ..ExecutionRow::default() });
    submission
}

fn two(score: Option<Decimal>) -> String {
    score.map(|score| format!("{score:.2}")).unwrap_or_default()
}

/// What of a case is not as expected.
fn problems(evaluation: &Evaluation, case: &Case) -> Vec<String> {
    let mut problems = Vec::new();
    let mut same = |what: &str, found: String, expected: &String| {
        if found != *expected {
            problems.push(format!("{what}: {found:?} instead of {expected:?}"));
        }
    };
    let rows: Vec<_> = evaluation.indicators.iter().filter(|row| !row.is_execution()).collect();
    for (expected, row) in case.row.iter().zip(&rows) {
        let what = format!("{} ({})", expected.path, row.substituted);
        same(&what, two(row.score), &expected.score);
        if let Some(counts) = &expected.counts {
            let weight = row.weight.map(|weight| weight.normalize().to_string());
            same(&what, weight.unwrap_or_default(), counts);
        }
    }
    let execution = evaluation.indicators.iter().find(|row| row.is_execution());
    if let Some(expected) = &case.execution {
        same("execution", two(execution.and_then(|row| row.score)), expected);
    }
    for (id, expected) in &case.card {
        let row = rows.iter().find(|row| row.method == *id);
        let score = row.map(|row| two(row.score));
        same(id, score.unwrap_or_else(|| "no such row".to_owned()), expected);
    }
    for (id, expected) in &case.shown {
        let one = evaluation.common_indicators.iter().find(|one| one.method == *id);
        let shown = one.map(|one| one.shown.clone().unwrap_or_default());
        same(id, shown.unwrap_or_else(|| "no such indicator".to_owned()), expected);
    }
    if let Some(expected) = &case.total {
        same("total", two(evaluation.score), expected);
    }
    if let Some(expected) = &case.grade {
        same("grade", evaluation.grade.clone().unwrap_or_default(), expected);
    }
    let findings: Vec<&str> =
        evaluation.findings.iter().map(|finding| finding.code.text()).collect();
    for code in case.findings.iter().filter(|code| !findings.contains(&code.as_str())) {
        problems.push(format!("no {code} in {findings:?}"));
    }
    for code in case.without.iter().filter(|code| findings.contains(&code.as_str())) {
        problems.push(format!("{code} in {findings:?}"));
    }
    problems
}

fn cases_of(path: &Path) -> Cases {
    let text = std::fs::read_to_string(path).expect("a case file");
    toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn every_rule_file_scores_its_cases_as_worked_out_by_hand() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/rule-cases");
    let mut paths: Vec<PathBuf> = std::fs::read_dir(&folder)
        .expect("the folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    paths.sort();
    let (mut seen, mut wrong) = (Vec::new(), Vec::new());
    for path in &paths {
        let id = path.file_stem().and_then(|stem| stem.to_str()).expect("an id").to_owned();
        let rules = Rules::builtin(&id).expect("built-in rules");
        let cases = cases_of(path).case;
        assert!(cases.len() >= 6, "{id} has only {} cases", cases.len());
        for case in &cases {
            assert!(!case.sum.is_empty(), "{id}: {} says no sum", case.name);
            let asks = case.execution.is_some() || case.total.is_some() || !case.row.is_empty();
            assert!(asks || !case.card.is_empty() || !case.shown.is_empty(), "{}", case.name);
            let evaluation = evaluate(&submission(case), &rules).expect("an evaluation");
            let problems = problems(&evaluation, case);
            wrong.extend(problems.iter().map(|what| format!("{id}, {}: {what}", case.name)));
        }
        seen.push(id);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for id in Rules::builtin_ids() {
        assert!(seen.iter().any(|of| of == id), "{id} has no cases");
    }
}
