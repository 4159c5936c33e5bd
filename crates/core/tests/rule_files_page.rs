//! `docs/rule-files.md` says what is so: each method's example, and the walkthrough of a bureau with the file it ends in.

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

use jixiao_core::formula::{Formula, decimal};
use jixiao_core::{
    Amount, BudgetLine, Fact, Indicator, Place, Rules, RulesError, Submission, evaluate,
};
use std::path::Path;

fn text(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    std::fs::read_to_string(root.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn every_method_of_the_page_gives_what_it_says() {
    let page = text("docs/rule-files.md");
    let mut seen = Vec::new();
    for line in page.lines() {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        let [_, form, example, gives] = cells.as_slice() else { continue };
        let Some(gives) = decimal(gives.trim_matches([' ', '|'])) else { continue };
        let formula = Formula::parse(example.trim_matches('`'));
        let formula = formula.unwrap_or_else(|error| panic!("{line}: {error}"));
        assert_eq!(formula.evaluate(&|_| None).ok(), Some(gives), "{line}");
        seen.push(*form);
    }
    assert!(seen.len() >= 20, "only {} examples", seen.len());
    let methods = "ratio_up ratio_down linear_down equality bands pass_mark continuous full_steps started_steps per_event yes_no \
                   checklist coefficient workdays_late sum( count( else";
    for method in methods.split_whitespace() {
        assert!(seen.iter().any(|form| form.contains(method)), "no example of {method}");
    }
}

/// The steps of the walkthrough.
fn steps() -> Vec<String> {
    let page = text("docs/rule-files.md");
    let parts = page.split("```toml\n").skip(1);
    parts.map(|part| part.split("```").next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn the_walkthrough_ends_in_the_example_file_and_holds_at_every_step() {
    let example = text("fixtures/own-rules/county-2021.toml");
    let (_, example) = example.split_once('\n').expect("a remark");
    assert_eq!(steps().join("\n"), example);
    let mut so_far = String::new();
    for (number, step) in (1..).zip(steps()) {
        so_far = so_far + &step + "\n";
        match Rules::from_toml(&so_far) {
            Ok(_) => {}
            Err(RulesError::Invalid { mistakes }) => panic!("block {number}: {mistakes:#?}"),
            Err(other) => panic!("block {number}: {other}"),
        }
    }
}

#[test]
fn the_example_file_scores_a_ledger() {
    let rules = Rules::from_toml(&text("fixtures/own-rules/county-2021.toml")).expect("rules");
    let mut submission = Submission::department("示例局", 2021);
    let mut line = BudgetLine::named("支出");
    line.amounts.set(Amount::Adjusted, Some("4650.97".parse().expect("money")));
    line.amounts.set(Amount::Executed, Some("4563.88".parse().expect("money")));
    submission.budget.lines.push(line);
    let fact = |name: &str, value: i64| Fact {
        name: name.to_owned(),
        column: None,
        value: value.into(),
        source: Place::default(),
    };
    submission.facts = vec![fact("编制数", 100), fact("在职人员数", 104)];
    let row =
        |path: &str, target: &str, actual: &str, weight: i64, filled: Option<i64>| Indicator {
            path: path.split('/').map(str::to_owned).collect(),
            target: target.to_owned(),
            actual: Some(actual.to_owned()).filter(|actual| !actual.is_empty()),
            weight: Some(weight.into()),
            score_claimed: filled.map(Into::into),
            ..Indicator::default()
        };
    submission.indicators = vec![
        row("产出指标/数量指标/活动场次", "≥100", "90", 30, None),
        row("产出指标/时效指标/完成时间", "2021年11月30日前", "2021年12月7日", 10, None),
        row("效益指标/满意度/服务对象满意度", "≥90%", "95%", 20, None),
        row("管理/公开/预决算公开", "", "", 8, Some(8)),
    ];
    let evaluation = evaluate(&submission, &rules).expect("an evaluation");
    let score = |method: &str| {
        let row = evaluation.indicators.iter().find(|row| row.method == method);
        row.and_then(|row| row.score).map(|score| format!("{score:.2}")).unwrap_or_default()
    };
    // 20 * 4563.88 / 4650.97; 12 less 4 points of 0.5; five working days late; 30 * 90 / 100.
    assert_eq!(score("execution"), "19.63");
    assert_eq!(score("staff-control"), "10.00");
    assert_eq!(score("deadline"), "9.50");
    assert_eq!(score("disclosure"), "8.00");
    // 19.63 + 27 + 9.5 + 20 + 8 + 10.
    assert_eq!(evaluation.score.map(|score| format!("{score:.2}")).as_deref(), Some("94.13"));
    assert_eq!(evaluation.grade.as_deref(), Some("优秀"));
}
