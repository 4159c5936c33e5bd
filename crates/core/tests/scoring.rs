//! Rows and rates as data: what is printed, and what the rules give.

#![allow(clippy::expect_used, reason = "a test that cannot go on has failed")]

use jixiao_core::{
    Amount, BudgetLine, Evaluation, ExecutionRow, Indicator, Rules, Severity, Submission, evaluate,
};
use rust_decimal::Decimal;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rows {
    row: Vec<Row>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    path: Option<Vec<String>>,
    target: String,
    actual: Option<String>,
    weight: toml::Value,
    claimed: Option<toml::Value>,
    reason: Option<String>,
    score: String,
    method: String,
    #[serde(default)]
    findings: Vec<String>,
    #[serde(default)]
    judgement: bool,
    #[serde(default)]
    needs_reason: bool,
    #[serde(default = "yes")]
    applicable: bool,
    #[serde(default)]
    error: bool,
}

fn yes() -> bool {
    true
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rates {
    rate: Vec<Rate>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rate {
    executed: String,
    budget: String,
    exact: Option<String>,
    percent: Option<String>,
    score: String,
    weight: Option<String>,
    claimed: Option<String>,
    #[serde(default)]
    decimals: u32,
    filled: Option<String>,
    reason: Option<String>,
    #[serde(default)]
    findings: Vec<String>,
}

fn decimal(text: &str) -> Decimal {
    text.parse().expect("a decimal")
}

fn rules() -> Rules {
    Rules::builtin("mof-2020-10").expect("built-in rules")
}

fn money(executed: &str, budget: &str) -> BudgetLine {
    let mut line = BudgetLine::named("项目支出");
    line.amounts.set(Amount::Adjusted, Some(budget.parse().expect("money")));
    line.amounts.set(Amount::Executed, Some(executed.parse().expect("money")));
    line
}

/// Codes beside those that every submission of one row brings: its rules are unverified, its weights are its own.
fn codes(evaluation: &Evaluation) -> Vec<&'static str> {
    let general = ["rule-unverified", "block-weight", "score-ahead-of-money", "no-indicators"];
    let codes = evaluation.findings.iter().map(|finding| finding.code.text());
    codes.filter(|code| !general.contains(code)).collect()
}

#[test]
fn rows_get_the_score_of_the_rules() {
    let rows: Rows = toml::from_str(include_str!("cases/rows.toml")).expect("the case file");
    assert!(rows.row.len() >= 60);
    for row in rows.row {
        let weight = decimal(&row.weight.to_string());
        let mut submission = Submission::project("项目", 2021);
        submission.budget.lines.push(money("100", "100"));
        submission.execution_row = Some(ExecutionRow {
            weight: Some(Decimal::ONE_HUNDRED - weight),
            ..ExecutionRow::default()
        });
        let default = || ["产出指标", "数量指标", "指标"].map(str::to_owned).to_vec();
        submission.indicators.push(Indicator {
            path: row.path.clone().unwrap_or_else(default),
            target: row.target.clone(),
            actual: row.actual.clone(),
            weight: Some(weight),
            score_claimed: row.claimed.as_ref().map(|claimed| decimal(&claimed.to_string())),
            reason: row.reason.clone(),
            ..Indicator::default()
        });
        let evaluation = evaluate(&submission, &rules()).expect("an evaluation");
        let scored = &evaluation.indicators[1];
        let score = scored.score.map(|score| format!("{score:.2}")).unwrap_or_default();
        assert_eq!(score, row.score, "score of {row:?}: {}", scored.substituted);
        assert_eq!(scored.method, row.method, "method of {row:?}");
        assert_eq!(
            codes(&evaluation),
            row.findings,
            "findings of {row:?}: {:#?}",
            evaluation.findings
        );
        assert_eq!(scored.judgement, row.judgement, "judgement of {row:?}");
        assert_eq!(scored.needs_reason, row.needs_reason, "reason of {row:?}");
        assert_eq!(scored.applicable, row.applicable, "applicable of {row:?}");
        assert_eq!(evaluation.score.is_some(), !row.score.is_empty(), "total of {row:?}");
        let is_error = evaluation.findings.iter().any(|finding| {
            finding.code.text() == "score-differs" && finding.severity == Severity::Error
        });
        assert_eq!(is_error, row.error, "severity of {row:?}");
    }
}

#[test]
fn rates_are_exact_and_scores_capped() {
    let rates: Rates = toml::from_str(include_str!("cases/rates.toml")).expect("the case file");
    for case in rates.rate {
        let mut submission = Submission::project("项目", 2021);
        submission.budget.lines.push(money(&case.executed, &case.budget));
        submission.execution_row = Some(ExecutionRow {
            weight: case.weight.as_deref().map(decimal),
            rate_claimed: case.claimed.as_deref().map(decimal),
            rate_decimals: case.decimals,
            score_claimed: case.filled.as_deref().map(decimal),
            reason: case.reason.clone(),
            ..ExecutionRow::default()
        });
        let evaluation = evaluate(&submission, &rules()).expect("an evaluation");
        let rate = evaluation.totals.execution_rate.as_ref();
        assert_eq!(rate.map(ToString::to_string), case.exact, "{case:?}");
        assert_eq!(rate.map(|rate| rate.percent(2)), case.percent, "{case:?}");
        let row = &evaluation.indicators[0];
        assert!(row.is_execution());
        assert_eq!(
            row.score.map(|score| format!("{score:.2}")).unwrap_or_default(),
            case.score,
            "{case:?}"
        );
        assert_eq!(codes(&evaluation), case.findings, "{case:?}: {:#?}", evaluation.findings);
        // Money without indicators has no total.
        assert_eq!((evaluation.score, evaluation.grade), (None, None));
    }
}

#[test]
fn a_misspelt_key_fails() {
    let row = "[[row]]\ntarget = \"1\"\nweight = 1\nscore = \"1.00\"\nmethod = \"at-least\"\n";
    assert!(toml::from_str::<Rows>(row).is_ok());
    assert!(toml::from_str::<Rows>(&format!("{row}scroe = \"1.00\"\n")).is_err());
}
