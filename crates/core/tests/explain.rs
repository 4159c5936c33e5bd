//! Explanations: formula, source of every number, worked calculation, result and article.

#![allow(clippy::expect_used, reason = "a test that cannot go on has failed")]

use jixiao_core::{
    Amount, BudgetLine, Explanation, Fact, Indicator, Place, Role, Rules, SourceRow, Submission,
    evaluate, explain,
};
use std::sync::Arc;

fn place(cells: &str) -> Place {
    Place { file: "台账.xlsx".into(), sheet: "表".into(), cells: cells.parse().expect("cells") }
}

fn submission() -> Submission {
    let mut submission = Submission::department("区老干部局", 2021);
    for (row, code, adjusted, executed) in
        [(2, "30217", "10", "4"), (3, "30231", "20", "11"), (4, "30101", "70", "70")]
    {
        let mut line = BudgetLine::named(format!("第{row}行"));
        line.codes.economic = Some(code.into());
        line.amounts.set(Amount::Adjusted, Some(adjusted.parse().expect("money")));
        line.amounts.set(Amount::Executed, Some(executed.parse().expect("money")));
        submission.budget.rows.push(SourceRow {
            role: Role::Counted(submission.budget.lines.len()),
            label: format!("第{row}行").into(),
            amounts: line.amounts.clone(),
            place: place(&format!("A{row}:D{row}")),
            columns: Arc::from([(Amount::Adjusted, 2), (Amount::Executed, 3)]),
        });
        submission.budget.lines.push(line);
    }
    submission.facts.push(Fact {
        name: "编制数".to_owned(),
        column: None,
        value: 143.into(),
        source: place("B9"),
    });
    submission.indicators.push(Indicator {
        path: ["产出指标", "数量指标", "人次"].map(str::to_owned).to_vec(),
        target: "≥50".to_owned(),
        actual: Some("45".to_owned()),
        weight: Some(90.into()),
        source: place("A20:F20"),
        ..Indicator::default()
    });
    submission
}

fn explained(rules: &str) -> Vec<Explanation> {
    let (submission, rules) = (submission(), Rules::builtin(rules).expect("rules"));
    let evaluation = evaluate(&submission, &rules).expect("an evaluation");
    explain(&submission, &rules, &evaluation)
}

#[test]
fn a_score_is_explained_in_four_parts() {
    let all = explained("mof-2020-10");
    let one = &all[1];
    assert_eq!(one.formula, "if(actual >= target, weight, weight * actual / target)");
    let variables: Vec<String> = one
        .variables
        .iter()
        .map(|of| {
            format!(
                "{} {} {} {}",
                of.name,
                of.chinese,
                of.value.clone().expect("a value"),
                of.source.cells
            )
        })
        .collect();
    assert_eq!(
        variables,
        ["actual 实际完成值 45 A20:F20", "target 年度指标值 50 A20:F20", "weight 分值 90 A20:F20"]
    );
    let steps: Vec<String> =
        one.steps.iter().map(|step| format!("{} = {}", step.step, step.value)).collect();
    assert_eq!(steps, ["45 >= 50 = false", "90 * 45 / 50 = 81", "if(45 >= 50, 90, 81) = 81"]);
    assert_eq!(one.result.score.map(|score| score.to_string()).as_deref(), Some("81.00"));
    let rule = &one.rule;
    assert_eq!((rule.id.as_str(), rule.document.as_str()), ("at-least", "财预〔2020〕10号"));
    assert!(!rule.verified && rule.article.is_empty() && rule.note.contains("比例"));
}

#[test]
fn amounts_lead_to_the_cells_they_were_added_up_from() {
    let all = explained("mof-2020-10");
    let executed = all[0].variables.iter().find(|of| of.name == "executed").expect("executed");
    assert_eq!(executed.value.as_ref().map(ToString::to_string).as_deref(), Some("85"));
    let parts: Vec<String> =
        executed.parts.iter().map(|part| format!("{} {}", part.source.cells, part.name)).collect();
    assert_eq!(parts, ["D2 第2行", "D3 第3行", "D4 第4行"]);
    // The weight is the rules', so it stands in no cell.
    let weight = all[0].variables.iter().find(|of| of.name == "weight").expect("weight");
    assert!(weight.source.is_unknown() && all[0].result.weight_default);
}

#[test]
fn facts_and_sums_by_class_have_their_sources_and_what_is_missing_is_shown() {
    let all = explained("mof-2013-53");
    let by = |id: &str| all.iter().find(|one| one.rule.id == id).expect("the indicator");
    let control = by("three-public-control");
    assert_eq!(control.actual.as_deref(), Some("50.00%")); // 15 of 30
    let spent = &control.variables[0];
    let cells: Vec<String> = spent.parts.iter().map(|part| part.source.cells.to_string()).collect();
    assert_eq!(cells, ["D2", "D3"]);
    let staff = by("staff-control");
    assert_eq!(staff.actual, None);
    let known: Vec<(String, String)> = staff
        .variables
        .iter()
        .map(|of| {
            (
                of.value.as_ref().map(ToString::to_string).unwrap_or_default(),
                of.source.cells.to_string(),
            )
        })
        .collect();
    assert_eq!(known, [(String::new(), String::new()), ("143".to_owned(), "B9".to_owned())]);
}
