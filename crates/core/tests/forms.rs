//! Whole forms as data: weights, totals, grades, and what does not hold in what was filled in.

#![allow(clippy::expect_used, reason = "a test that cannot go on has failed")]

use jixiao_core::{
    Amount, BudgetLine, ClaimedSum, ExecutionRow, Indicator, Rules, Severity, Submission, SumKind,
    evaluate,
};
use rust_decimal::Decimal;
use serde::Deserialize;
use std::collections::BTreeSet;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Forms {
    form: Vec<Form>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    name: String,
    budget: String,
    executed: String,
    rate: Option<Rate>,
    /// First level, second level, target, actual, weight, filled score; empty where nothing is printed.
    rows: Vec<[String; 6]>,
    claimed: Option<String>,
    claimed_grade: Option<String>,
    weights: Option<Vec<String>>,
    score: String,
    grade: String,
    findings: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rate {
    weight: i64,
    claimed: Option<String>,
    #[serde(default)]
    decimals: u32,
    score: Option<String>,
    reason: Option<String>,
}

fn decimal(text: &str) -> Option<Decimal> {
    (!text.is_empty()).then(|| text.parse().expect("a decimal"))
}

fn submission(form: &Form) -> Submission {
    let mut submission = Submission::project("项目", 2022);
    if !form.budget.is_empty() {
        let mut line = BudgetLine::named("年度资金总额");
        line.amounts.set(Amount::Adjusted, Some(form.budget.parse().expect("money")));
        line.amounts.set(Amount::Executed, Some(form.executed.parse().expect("money")));
        submission.budget.lines.push(line);
    }
    submission.execution_row = form.rate.as_ref().map(|rate| ExecutionRow {
        weight: Some(rate.weight.into()),
        rate_claimed: rate.claimed.as_deref().and_then(decimal),
        rate_decimals: rate.decimals,
        score_claimed: rate.score.as_deref().and_then(decimal),
        reason: rate.reason.clone(),
        ..ExecutionRow::default()
    });
    for [first, second, target, actual, weight, score] in &form.rows {
        submission.indicators.push(Indicator {
            path: vec![first.clone(), second.clone(), "指标".to_owned()],
            target: target.clone(),
            actual: (!actual.is_empty()).then(|| actual.clone()),
            weight: decimal(weight),
            score_claimed: decimal(score),
            ..Indicator::default()
        });
    }
    submission.claimed.score = form.claimed.as_deref().and_then(decimal);
    submission.claimed.grade.clone_from(&form.claimed_grade);
    submission
}

#[test]
fn forms_come_out_as_published_or_as_the_rules_give() {
    let forms: Forms = toml::from_str(include_str!("cases/forms.toml")).expect("the case file");
    let rules = Rules::builtin("mof-2020-10").expect("rules");
    for form in forms.form {
        let evaluation = evaluate(&submission(&form), &rules).expect("an evaluation");
        let name = &form.name;
        let score = evaluation.score.map(|score| format!("{score:.2}")).unwrap_or_default();
        assert_eq!(score, form.score, "{name}: {:#?}", evaluation.findings);
        assert_eq!(evaluation.grade.unwrap_or_default(), form.grade, "{name}");
        let codes: BTreeSet<&str> =
            evaluation.findings.iter().map(|finding| finding.code.text()).collect();
        let codes: Vec<&str> =
            codes.into_iter().filter(|code| *code != "rule-unverified").collect();
        assert_eq!(codes, form.findings, "{name}: {:#?}", evaluation.findings);
        if let Some(weights) = &form.weights {
            let given: Vec<String> = evaluation
                .indicators
                .iter()
                .filter_map(|row| row.weight)
                .map(|w| w.normalize().to_string())
                .collect();
            assert_eq!(given, *weights, "{name}");
        }
    }
}

#[test]
fn every_finding_says_where_what_and_what_to_do_in_two_languages() {
    let forms: Forms = toml::from_str(include_str!("cases/forms.toml")).expect("the case file");
    let rules = Rules::builtin("mof-2020-10").expect("rules");
    for form in forms.form {
        for finding in evaluate(&submission(&form), &rules).expect("an evaluation").findings {
            assert!(
                finding.message.chars().count() >= 15 && finding.message.ends_with('。'),
                "{finding:?}"
            );
            assert!(finding.english.len() >= 30 && finding.english.ends_with('.'), "{finding:?}");
        }
    }
}

#[test]
fn nothing_that_is_filled_in_stops_the_audit() {
    let rules = Rules::builtin("mof-2020-10").expect("rules");
    let forms: Forms = toml::from_str(include_str!("cases/forms.toml")).expect("the case file");
    for form in &forms.form {
        for wild in [Decimal::MAX, Decimal::MIN, Decimal::new(-1, 28), Decimal::new(123, 28)] {
            let mut submission = submission(form);
            let rows = submission.indicators.len();
            for kind in [SumKind::Level, SumKind::Subtotal, SumKind::Merged] {
                for rows in [vec![], vec![0], vec![rows, usize::MAX], (0..rows).collect()] {
                    let (weight, score) = (Some(wild), Some(wild));
                    let sum = ClaimedSum { kind, rows, weight, score, ..ClaimedSum::default() };
                    submission.claimed.sums.push(sum);
                }
            }
            submission.claimed.score = Some(wild);
            for (number, row) in submission.indicators.iter_mut().enumerate() {
                row.score_claimed = Some(if number % 2 == 0 { wild } else { -wild });
                row.last_actual = Some(format!("≥{wild}"));
            }
            let evaluation = evaluate(&submission, &rules).expect("an evaluation");
            let is_impossible = |finding: &jixiao_core::Finding| {
                finding.code.text() == "score-differs" && finding.severity == Severity::Error
            };
            let found = evaluation.findings.iter().any(is_impossible);
            assert!(found || wild.abs() < Decimal::ONE || rows == 0, "{} {wild}", form.name);
        }
    }
}
