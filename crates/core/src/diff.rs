//! The same data under two rule files: which rows move, and why.
//!
//! * In: a submission and two rule files. Out: totals, grades, and every row that is not the same under both.
//! * Never: says which of the two is right.

use crate::evaluation::ScoredIndicator;
use crate::{EvaluateError, Rules, Submission, evaluate};
use rust_decimal::Decimal;
use serde::Serialize;

/// What two rule files make of the same data; the first value of a pair is the first file's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RulesDifference {
    /// The ids of the rules.
    pub rules: [String; 2],
    /// The totals.
    pub score: [Option<Decimal>; 2],
    /// The grades.
    pub grade: [Option<String>; 2],
    /// The rows that are not the same.
    pub rows: Vec<RowDifference>,
    /// How many rows are the same.
    pub same: usize,
}

/// A row that is not the same under both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RowDifference {
    /// Its levels.
    pub path: Vec<String>,
    /// Its weights.
    pub weight: [Option<Decimal>; 2],
    /// Its scores.
    pub score: [Option<Decimal>; 2],
    /// The formulas with their numbers.
    pub substituted: [String; 2],
    /// Why it moves, in Chinese.
    pub chinese: String,
    /// Why it moves, in English.
    pub english: String,
}

/// Evaluates a submission under two rule files and compares the rows.
///
/// # Errors
/// As [`evaluate`].
pub fn compare_rules(
    submission: &Submission,
    first: &Rules,
    second: &Rules,
) -> Result<RulesDifference, EvaluateError> {
    let [a, b] = [evaluate(submission, first)?, evaluate(submission, second)?];
    let mut left: Vec<Option<&ScoredIndicator>> = b.indicators.iter().map(Some).collect();
    let (mut rows, mut same) = (Vec::new(), 0);
    for row in &a.indicators {
        let is_it =
            |other: &Option<&ScoredIndicator>| other.is_some_and(|other| other.path == row.path);
        let other = left.iter_mut().find(|other| is_it(other)).and_then(Option::take);
        match difference(Some(row), other, [first, second]) {
            Some(difference) => rows.push(difference),
            None => same += 1,
        }
    }
    rows.extend(
        left.into_iter().flatten().filter_map(|row| difference(None, Some(row), [first, second])),
    );
    Ok(RulesDifference {
        rules: [first.id().to_owned(), second.id().to_owned()],
        score: [a.score, b.score],
        grade: [a.grade, b.grade],
        rows,
        same,
    })
}

/// What differs in a row; nothing where weight and score are the same.
fn difference(
    a: Option<&ScoredIndicator>,
    b: Option<&ScoredIndicator>,
    rules: [&Rules; 2],
) -> Option<RowDifference> {
    let path = a.or(b)?.path.clone();
    let pair = |of: fn(&ScoredIndicator) -> Option<Decimal>| [a.and_then(of), b.and_then(of)];
    let (weight, score) = (pair(|row| row.weight), pair(|row| row.score));
    if a.is_some() && b.is_some() && weight[0] == weight[1] && score[0] == score[1] {
        return None;
    }
    let (chinese, english) = why(a, b, rules);
    let substituted = [a, b].map(|row| row.map(|row| row.substituted.clone()).unwrap_or_default());
    Some(RowDifference { path, weight, score, substituted, chinese, english })
}

fn why(
    a: Option<&ScoredIndicator>,
    b: Option<&ScoredIndicator>,
    rules: [&Rules; 2],
) -> (String, String) {
    let [first, second] = rules.map(Rules::id);
    let (a, b) = match (a, b) {
        (Some(a), Some(b)) => (a, b),
        (Some(_), None) => {
            return (format!("只有 {first} 有这一行"), format!("only {first} has this row"));
        }
        _ => return (format!("只有 {second} 有这一行"), format!("only {second} has this row")),
    };
    let (mut zh, mut en) = (Vec::new(), Vec::new());
    if a.weight != b.weight {
        let [old, new] = [a, b].map(|row| shown(row.weight));
        zh.push(format!("分值由 {old} 变为 {new}"));
        en.push(format!("the weight is {new} instead of {old}"));
    }
    if a.formula != b.formula {
        zh.push(format!("公式由“{}”变为“{}”", a.formula, b.formula));
        en.push(format!("the formula is {:?} instead of {:?}", b.formula, a.formula));
    }
    if a.applicable != b.applicable || a.judgement != b.judgement {
        zh.push("判断或适用情况不同".to_owned());
        en.push("one rests on a judgement or does not apply".to_owned());
    }
    if zh.is_empty() {
        zh.push("公式相同，代入的数值不同".to_owned());
        en.push("the same formula with other numbers".to_owned());
    }
    (zh.join("；"), en.join("; "))
}

fn shown(value: Option<Decimal>) -> String {
    value.map_or_else(|| "—".to_owned(), |value| value.normalize().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Amount, BudgetLine, Indicator};

    #[test]
    fn rows_that_move_are_told_with_the_reason() {
        let mut submission = Submission::project("项目", 2021);
        let mut line = BudgetLine::named("支出");
        line.amounts.set(Amount::Adjusted, Some("100".parse().expect("money")));
        line.amounts.set(Amount::Executed, Some("90".parse().expect("money")));
        submission.budget.lines.push(line);
        for (name, target, actual, weight) in
            [("费用", "≤500", "625", 40), ("人次", "≥100", "90", 50)]
        {
            submission.indicators.push(Indicator {
                path: ["产出指标", "数量指标", name].map(str::to_owned).to_vec(),
                target: target.to_owned(),
                actual: Some(actual.to_owned()),
                weight: Some(weight.into()),
                ..Indicator::default()
            });
        }
        let [measure, platform, hubei] =
            ["mof-2020-10", "platform", "hubei"].map(|id| Rules::builtin(id).expect("rules"));
        let found = compare_rules(&submission, &measure, &platform).expect("a comparison");
        // 40 * 500 / 625 by the measure, 40 * (1 - 125 / 500) by the platform; 9 and 45 under both.
        assert_eq!(found.score.map(shown), ["86", "84"]);
        assert_eq!((found.rows.len(), found.same), (1, 2));
        assert_eq!(found.rows[0].path[2], "费用");
        assert_eq!(found.rows[0].score.map(shown), ["32", "30"]);
        assert!(found.rows[0].chinese.contains("linear_down"), "{}", found.rows[0].chinese);
        let found = compare_rules(&submission, &measure, &hubei).expect("a comparison");
        // Only the execution rate moves: 20 points instead of 10.
        assert_eq!(found.rows.len(), 1);
        assert_eq!(found.rows[0].score.map(shown), ["9", "18"]);
        assert!(found.rows[0].chinese.starts_with("分值由 10 变为 20"));
        assert_eq!(
            compare_rules(&submission, &measure, &measure).map(|found| found.rows.len()),
            Ok(0)
        );
    }
}
