//! What a person decides and what an office sets, driven by `cases/decided.toml`: decided scores, chosen bands, settings.

#![allow(clippy::expect_used, reason = "a test that cannot go on has failed")]

use jixiao_core::{
    Amount, BandBy, BudgetLine, Code, Decision, Evaluation, Indicator, Override, Rules, Setting,
    Submission, evaluate,
};
use rust_decimal::Decimal;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    what: String,
    /// Statements of a rule file that extends mof-2020-10.
    #[serde(default)]
    rules: String,
    /// Budget lines; one of 100 and 90 executed where none are given.
    #[serde(default)]
    line: Vec<BTreeMap<String, String>>,
    #[serde(default)]
    indicator: Vec<Row>,
    #[serde(default, rename = "override")]
    overrides: Vec<Override>,
    #[serde(default)]
    settings: Vec<[String; 2]>,
    expect: Expect,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    path: String,
    target: String,
    #[serde(default)]
    actual: Option<String>,
    weight: Option<Decimal>,
    #[serde(default)]
    filled: Option<Decimal>,
    #[serde(default)]
    band: Option<String>,
    #[serde(default)]
    decided: Option<Decided>,
    #[serde(default)]
    reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Decided {
    score: Decimal,
    who: Option<String>,
    why: Option<String>,
}

/// `findings` lists every code but `rule-unverified`, in any order.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expect {
    scores: BTreeMap<String, String>,
    #[serde(default)]
    computed: BTreeMap<String, String>,
    #[serde(default)]
    bands: BTreeMap<String, String>,
    #[serde(default)]
    weights: BTreeMap<String, String>,
    total: String,
    #[serde(default)]
    grade: String,
    #[serde(default)]
    rate: Option<String>,
    #[serde(default)]
    settings: Vec<String>,
    findings: Vec<String>,
}

fn rules(more: &str) -> Rules {
    let base = Rules::builtin("mof-2020-10").expect("rules");
    if more.is_empty() {
        return base;
    }
    let head = r#"
        schema = 1
        id = "own"
        extends = "mof-2020-10"
        title = "本区年度评分表"
        document = "本区通知"
        issuer = "本区财政局"
        region = "本区"
        years = { from = 2020 }
        subjects = ["project", "department"]
        verified = false
        checked = 2026-11-23
        source = "本区通知"
    "#;
    Rules::from_toml(&format!("{head}\n{more}")).expect("rules")
}

fn submission(case: &Case) -> Submission {
    let mut submission = Submission::project("档案数字化", 2023);
    let names = [
        ("initial", Amount::Initial),
        ("additions", Amount::Addition),
        ("carried_over", Amount::CarriedOver),
        ("adjusted", Amount::Adjusted),
        ("executed", Amount::Executed),
    ];
    let usual = [("adjusted", "100"), ("executed", "90")];
    let usual = BTreeMap::from(usual.map(|(name, money)| (name.to_owned(), money.to_owned())));
    let lines = if case.line.is_empty() { vec![&usual] } else { case.line.iter().collect() };
    for (number, given) in lines.into_iter().enumerate() {
        let mut line = BudgetLine::named(format!("支出{number}"));
        for (name, money) in given {
            let (_, amount) = names.iter().find(|(of, _)| of == name).expect("a known amount");
            line.amounts.set(*amount, Some(money.parse().expect("money")));
        }
        submission.budget.lines.push(line);
    }
    submission.indicators.extend(case.indicator.iter().map(|row| Indicator {
        path: row.path.split('/').map(str::to_owned).collect(),
        target: row.target.clone(),
        actual: row.actual.clone(),
        weight: row.weight,
        score_claimed: row.filled,
        band: row.band.clone(),
        decided: row.decided.as_ref().map(|decided| Decision {
            score: decided.score,
            who: decided.who.clone(),
            why: decided.why.clone(),
            ..Decision::default()
        }),
        reason: row.reason.clone(),
        ..Indicator::default()
    }));
    submission.overrides.clone_from(&case.overrides);
    submission.settings.extend(case.settings.iter().map(|[key, value]| Setting {
        key: key.clone(),
        value: value.clone(),
        ..Setting::default()
    }));
    submission
}

fn shown(score: Option<Decimal>) -> String {
    score.map_or_else(String::new, |score| format!("{score:.2}"))
}

fn rows(
    evaluation: &Evaluation,
    of: impl Fn(&jixiao_core::ScoredIndicator) -> Option<String>,
) -> BTreeMap<String, String> {
    let named = |row: &jixiao_core::ScoredIndicator| {
        Some((row.path.last().expect("a name").clone(), of(row)?))
    };
    evaluation.indicators.iter().filter_map(named).collect()
}

#[test]
fn what_a_person_says_counts_beside_what_the_rules_give() {
    let cases: Cases =
        toml::from_str(include_str!("cases/decided.toml")).expect("the cases are well formed");
    assert!(cases.case.len() > 20);
    for case in &cases.case {
        let what = &case.what;
        let evaluation = evaluate(&submission(case), &rules(&case.rules)).expect("an evaluation");
        let mut found: Vec<&str> = evaluation
            .findings
            .iter()
            .filter(|finding| finding.code != Code::RuleUnverified)
            .map(|finding| finding.code.text())
            .collect();
        let expect = &case.expect;
        let mut wanted = expect.findings.clone();
        found.sort_unstable();
        wanted.sort_unstable();
        assert_eq!(found, wanted, "{what}: findings");
        assert_eq!(
            rows(&evaluation, |row| Some(shown(row.score))),
            expect.scores,
            "{what}: scores"
        );
        let computed = rows(&evaluation, |row| Some(shown(row.decided.as_ref()?.computed)));
        assert_eq!(computed, expect.computed, "{what}: computed");
        let band = |by: BandBy| match by {
            BandBy::Person => "person",
            BandBy::Words => "words",
            _ => "default",
        };
        let bands = rows(&evaluation, |row| {
            let used = row.band.as_ref()?;
            Some(format!("{} {}", used.word, band(used.by)))
        });
        assert_eq!(bands, expect.bands, "{what}: bands");
        let weights = rows(&evaluation, |row| Some(row.weight?.normalize().to_string()));
        for (name, weight) in &expect.weights {
            assert_eq!(weights.get(name), Some(weight), "{what}: weight of {name}");
        }
        assert_eq!(shown(evaluation.score), expect.total, "{what}: total");
        assert_eq!(evaluation.grade.unwrap_or_default(), expect.grade, "{what}: grade");
        if let Some(rate) = &expect.rate {
            let exact = evaluation.totals.execution_rate.map(|rate| rate.percent(2));
            assert_eq!(exact.unwrap_or_default(), *rate, "{what}: rate");
        }
        let used: Vec<String> = evaluation
            .rules
            .settings
            .iter()
            .map(|used| format!("{}={}<{}", used.key, used.value, used.instead_of))
            .collect();
        assert_eq!(used, expect.settings, "{what}: settings");
    }
}

/// Settings that say what the rules say anyway change nothing but that they are told.
#[test]
fn settings_that_equal_those_of_the_rules_change_nothing() {
    let cases: Cases = toml::from_str(include_str!("cases/decided.toml")).expect("cases");
    let own = [
        ("execution_base", "全年预算数"),
        ("执行率得分封顶", "是"),
        ("execution_weight", "10"),
        ("得分小数位数", "四舍五入保留两位小数"),
        ("reason_below", "低于90%"),
        ("reason_for_adjustment", "否"),
        ("far_exceeded", "0.3"),
        ("over_target", "report"),
        ("ahead_of_money", "5%"),
        ("默认档次", "达成年度指标"),
        ("不适用处理", "由人判断"),
        ("出具得分", "出具"),
    ];
    for case in cases.case.iter().filter(|case| case.settings.is_empty() && case.rules.is_empty()) {
        let (plain, rules) = (submission(case), rules(""));
        let mut set = plain.clone();
        set.settings.extend(own.map(|(key, value)| Setting {
            key: key.to_owned(),
            value: value.to_owned(),
            ..Setting::default()
        }));
        let [plain, mut set] = [plain, set].map(|s| evaluate(&s, &rules).expect("an evaluation"));
        assert_eq!(set.rules.settings.len(), own.len(), "{}", case.what);
        assert!(set.rules.settings.iter().all(|used| used.value == used.instead_of));
        set.rules.settings.clear();
        set.findings.retain(|finding| finding.code != Code::SettingsUsed);
        assert_eq!(plain, set, "{}", case.what);
    }
}
