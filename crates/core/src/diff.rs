//! The same data under two rule files: which rows move, and why.
//!
//! * In: a submission and two rule files. Out: totals, grades, settings, findings, and every row that is not the same under both.
//! * Rule: a row that a person decided on stands; that it would have moved is said.
//! * Never: says which of the two is right.

use crate::evaluation::ScoredIndicator;
use crate::{Code, EvaluateError, Finding, Ratio, Rules, Submission, evaluate};
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
    /// The execution rates.
    pub execution_rate: [Option<Ratio>; 2],
    /// The settings that are not the same.
    pub settings: Vec<SettingDifference>,
    /// The rows that are not the same.
    pub rows: Vec<RowDifference>,
    /// How many rows are the same.
    pub same: usize,
    /// The findings that only one of them brings.
    pub findings: [Vec<Finding>; 2],
}

/// A setting that is not the same under both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SettingDifference {
    /// Its key in rule files.
    pub key: String,
    /// Its values, as rule files write them.
    pub value: [String; 2],
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
    /// What the rules give; other than the scores where a person decided.
    pub computed: [Option<Decimal>; 2],
    /// The ids of the rules that score it.
    pub method: [String; 2],
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
    let [mut a, mut b] = [evaluate(submission, first)?, evaluate(submission, second)?];
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
    let findings = [std::mem::take(&mut a.findings), std::mem::take(&mut b.findings)];
    Ok(RulesDifference {
        rules: [first.id().to_owned(), second.id().to_owned()],
        score: [a.score, b.score],
        grade: [a.grade, b.grade],
        execution_rate: [a.totals.execution_rate, b.totals.execution_rate],
        settings: settings(submission, [first, second]),
        rows,
        same,
        findings: unshared(findings),
    })
}

/// The settings that are not the same under both, with what the input itself wants.
fn settings(submission: &Submission, rules: [&Rules; 2]) -> Vec<SettingDifference> {
    let [first, second] = rules
        .map(|rules| rules.for_kind(submission.subject.kind).with_settings(&submission.settings).0);
    let pairs = first.all_settings().into_iter().zip(second.all_settings());
    pairs
        .filter(|((_, a), (_, b))| a != b)
        .map(|((key, a), (_, b))| SettingDifference { key: key.to_owned(), value: [a, b] })
        .collect()
}

/// The findings that only one side has. One that both have with other numbers in its words is none of them; of lights, which
/// all stand at one place, only the same words are the same.
fn unshared([mut a, mut b]: [Vec<Finding>; 2]) -> [Vec<Finding>; 2] {
    let place = |finding: &Finding| (finding.code, finding.source.clone());
    take_pairs(&mut a, &mut b, |a, b| place(a) == place(b) && a.message == b.message);
    let by_place = |a: &Finding, b: &Finding| place(a) == place(b) && a.code != Code::WarningLight;
    take_pairs(&mut a, &mut b, by_place);
    [a, b]
}

/// Takes away what both have, each once.
fn take_pairs(
    a: &mut Vec<Finding>,
    b: &mut Vec<Finding>,
    same: impl Fn(&Finding, &Finding) -> bool,
) {
    a.retain(|finding| match b.iter().position(|other| same(finding, other)) {
        Some(position) => {
            b.remove(position);
            false
        }
        None => true,
    });
}

/// What the rules give a row, whatever a person decided.
fn computed(row: &ScoredIndicator) -> Option<Decimal> {
    row.decided.as_ref().map_or(row.score, |decided| decided.computed)
}

/// What differs in a row; nothing where weight, score and what the rules give are the same.
fn difference(
    a: Option<&ScoredIndicator>,
    b: Option<&ScoredIndicator>,
    rules: [&Rules; 2],
) -> Option<RowDifference> {
    let path = a.or(b)?.path.clone();
    let pair = |of: fn(&ScoredIndicator) -> Option<Decimal>| [a.and_then(of), b.and_then(of)];
    let (weight, score, computed) = (pair(|row| row.weight), pair(|row| row.score), pair(computed));
    let same = |[a, b]: [Option<Decimal>; 2]| a == b;
    if a.is_some() && b.is_some() && [weight, score, computed].into_iter().all(same) {
        return None;
    }
    let (chinese, english) = why(a, b, rules);
    let texts = |of: fn(&ScoredIndicator) -> &String| {
        [a, b].map(|row| row.map(of).cloned().unwrap_or_default())
    };
    Some(RowDifference {
        path,
        weight,
        score,
        computed,
        method: texts(|row| &row.method),
        substituted: texts(|row| &row.substituted),
        chinese,
        english,
    })
}

/// Reasons in Chinese and in English, collected side by side.
#[derive(Default)]
struct Reasons {
    zh: Vec<String>,
    en: Vec<String>,
}

impl Reasons {
    fn add(&mut self, zh: impl Into<String>, en: impl Into<String>) {
        self.zh.push(zh.into());
        self.en.push(en.into());
    }
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
    let mut reasons = Reasons::default();
    if a.weight != b.weight {
        let [old, new] = [a, b].map(|row| shown(row.weight));
        reasons.add(
            format!("分值由 {old} 变为 {new}"),
            format!("the weight is {new} instead of {old}"),
        );
    }
    if a.formula != b.formula {
        let (old, new) = (&a.formula, &b.formula);
        let [of, by] = [a, b].map(|row| if row.method.is_empty() { "—" } else { &row.method });
        let (rules_zh, rules_en) = if of == by {
            (String::new(), String::new())
        } else {
            (format!("计分规则由 {of} 变为 {by}，"), format!("{by} scores it instead of {of}: "))
        };
        reasons.add(
            format!("{rules_zh}公式由“{old}”变为“{new}”"),
            format!("{rules_en}the formula is {new:?} instead of {old:?}"),
        );
    }
    numbers(a, b, &mut reasons);
    if a.applicable != b.applicable {
        reasons.add("适用情况不同", "it applies under one of them only");
    }
    if reasons.zh.is_empty() && a.judgement != b.judgement {
        reasons.add("判断情况不同", "one rests on a judgement");
    }
    if reasons.zh.is_empty() {
        reasons.add(
            "公式和数值相同，封顶、取舍或判断的设置不同",
            "the same formula and numbers; a cap, rounding or a judgement differs",
        );
    }
    if a.decided.is_some() || b.decided.is_some() {
        let [old, new] = [a, b].map(|row| shown(computed(row)));
        let both = a.decided.is_some() && b.decided.is_some();
        let (zh, en) = match both {
            true => ("得分由人决定，不随规则变动", "a person decided on the score, so it stands"),
            false => ("其中一套规则下由人决定", "a person's decision counts under one of them"),
        };
        reasons.add(
            format!("{zh}；按规则由 {old} 变为 {new}"),
            format!("{en}; the rules give {new} instead of {old}"),
        );
    }
    (reasons.zh.join("；"), reasons.en.join("; "))
}

/// What the same names stand for under both, where that differs; bands and decimals too.
fn numbers(a: &ScoredIndicator, b: &ScoredIndicator, reasons: &mut Reasons) {
    if let (Some(of_a), Some(of_b)) = (&a.calculation, &b.calculation) {
        for old in of_a.bindings.iter().filter(|binding| binding.name != "weight") {
            let Some(new) = of_b.bindings.iter().find(|new| new.name == old.name) else { continue };
            if new.value != old.value {
                let [of, by] = [old, new].map(|binding| {
                    binding.value.as_ref().map_or_else(|| "—".to_owned(), ToString::to_string)
                });
                let name = &old.name;
                reasons.add(
                    format!("{name} 由 {of} 变为 {by}"),
                    format!("{name} is {by} instead of {of}"),
                );
            }
        }
        if of_a.decimals != of_b.decimals {
            let (old, new) = (of_a.decimals, of_b.decimals);
            reasons.add(
                format!("得分小数由 {old} 位变为 {new} 位"),
                format!("the score has {new} decimals instead of {old}"),
            );
        }
    }
    if let (Some(old), Some(new)) = (&a.band, &b.band)
        && old.word != new.word
    {
        let (old, new) = (&old.word, &new.word);
        reasons.add(
            format!("档次由“{old}”变为“{new}”"),
            format!("the band is {new:?} instead of {old:?}"),
        );
    }
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
        let itself = compare_rules(&submission, &measure, &measure).expect("a comparison");
        assert!(itself.rows.is_empty() && itself.settings.is_empty());
        assert!(itself.findings.iter().all(Vec::is_empty));
    }

    /// 年初 100, 全年 120, 执行 90: 75 % of ten points by the adjusted budget and 90 % by the initial one, which needs no reason.
    #[test]
    fn bases_settings_findings_and_decisions_are_told() {
        let mut submission = Submission::project("项目", 2021);
        let mut line = BudgetLine::named("支出");
        for (amount, money) in
            [(Amount::Initial, "100"), (Amount::Adjusted, "120"), (Amount::Executed, "90")]
        {
            line.amounts.set(amount, Some(money.parse().expect("money")));
        }
        submission.budget.lines.push(line);
        submission.indicators.push(Indicator {
            path: ["产出指标", "数量指标", "费用"].map(str::to_owned).to_vec(),
            target: "≤500".to_owned(),
            actual: Some("625".to_owned()),
            weight: Some(10.into()),
            reason: Some("价格上涨".to_owned()),
            ..Indicator::default()
        });
        submission.overrides.push(crate::Override {
            indicator: "费用".to_owned(),
            score: 7.into(),
            who: Some("复核组".to_owned()),
            why: Some("抽查不符".to_owned()),
            ..crate::Override::default()
        });
        let measure = Rules::builtin("mof-2020-10").expect("rules");
        let mut other = Rules::builtin("platform").expect("rules");
        other.settings.execution_base = crate::rules::Base::Initial;
        let found = compare_rules(&submission, &measure, &other).expect("a comparison");
        let base: Vec<&SettingDifference> =
            found.settings.iter().filter(|of| of.key == "execution_base").collect();
        assert_eq!(base[0].value, ["adjusted", "initial"]);
        assert_eq!(
            found.execution_rate.map(|rate| rate.map(|rate| rate.percent(2))),
            [Some("75.00%".to_owned()), Some("90.00%".to_owned())]
        );
        // 10 * 500 / 625 is 8, 10 * (1 - 125 / 500) is 7.5; the decided 7 stands under both.
        let row = found.rows.iter().find(|row| row.path[0] == "产出指标").expect("the row");
        assert_eq!(row.score.map(shown), ["7", "7"]);
        assert_eq!(row.computed.map(shown), ["8", "7.5"]);
        assert!(row.chinese.contains("不随规则变动；按规则由 8 变为 7.5"), "{}", row.chinese);
        let rate = found.rows.iter().find(|row| row.path == ["预算执行率"]).expect("the rate");
        assert_eq!(rate.score.map(shown), ["7.5", "9"]);
        assert!(rate.chinese.contains("budget 由 120 变为 100"), "{}", rate.chinese);
        let codes = found.findings.map(|of| of.iter().map(|f| f.code).collect::<Vec<_>>());
        assert!(
            codes[0].contains(&Code::ReasonMissing) && !codes[1].contains(&Code::ReasonMissing)
        );
    }
}
