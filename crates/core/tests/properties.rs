//! What holds for every submission, whatever a person wrote into it.

#![allow(clippy::expect_used, reason = "a test that cannot go on has failed")]

use jixiao_core::formula::Reference;
use jixiao_core::{
    Amount, BudgetLine, Decision, ExecutionRow, Fact, Indicator, Money, Place, Rules, Setting,
    Submission, evaluate, explain,
};
use proptest::prelude::*;
use rust_decimal::Decimal;
use std::sync::OnceLock;

/// Every built-in rule file, loaded once.
fn rules() -> &'static [Rules] {
    static RULES: OnceLock<Vec<Rules>> = OnceLock::new();
    RULES.get_or_init(|| {
        let ids = Rules::builtin_ids().iter();
        ids.map(|id| Rules::builtin(id).expect("built-in rules")).collect()
    })
}

/// Some of the facts that the rules ask for, with any values.
fn facts_of(rules: &Rules, values: &[Option<i64>]) -> Vec<Fact> {
    let formulas = rules.card().iter().flat_map(|row| [&row.measured, &row.formula]);
    let references = formulas.flatten().flat_map(|formula| formula.references());
    let facts = references.filter_map(|reference| match reference {
        Reference::Fact { name, column } => Some((name, column)),
        _ => None,
    });
    let given =
        facts.zip(values.iter().cycle()).filter_map(|(fact, value)| Some((fact, (*value)?)));
    given
        .map(|((name, column), value)| Fact {
            name: name.clone(),
            column: column.clone(),
            value: Decimal::new(value, 1),
            source: Place::default(),
        })
        .collect()
}

fn texts() -> impl Strategy<Value = String> {
    let number = prop_oneof![
        Just("0".to_owned()),
        (0u32..2000).prop_map(|n| format!("{}", Decimal::new(n.into(), 1)))
    ];
    let sign = prop::sample::select(vec!["", "≥", "≤", ">", "<", "=", "不少于", "控制在", "-"]);
    let unit =
        prop::sample::select(vec!["", "%", "人", "人次", "万元", "元", "月前", "以内", "-10人"]);
    let words = prop::sample::select(vec![
        "",
        "有效",
        "无",
        "是",
        "基本达成",
        "9月前",
        "不适用",
        "约3次",
        "—",
    ]);
    prop_oneof![
        4 => (sign, number, unit).prop_map(|(sign, number, unit)| format!("{sign}{number}{unit}")),
        1 => words.prop_map(str::to_owned),
        1 => "[≥0-9a-z%年月日.,人 -]{0,10}",
    ]
}

fn indicator() -> impl Strategy<Value = Indicator> {
    let first = prop::sample::select(vec!["产出指标", "效益指标(30分)", "满意度指标", "其他"]);
    let weight = prop::option::weighted(0.9, -5i64..400);
    let claimed = prop::option::of(-50i64..500);
    let band = prop::option::of(prop::sample::select(vec!["一档", "部分达成", "C", "第九档", ""]));
    let decided = prop::option::weighted(0.3, (-50i64..400, prop::option::of(Just("抽查"))));
    let judged = (claimed, band, decided);
    (first, texts(), prop::option::weighted(0.9, texts()), weight, judged).prop_map(
        |(first, target, actual, weight, (claimed, band, decided))| Indicator {
            band: band.map(str::to_owned),
            decided: decided.map(|(hundredths, why)| Decision {
                score: Decimal::new(hundredths, 1),
                why: why.map(str::to_owned),
                ..Decision::default()
            }),
            path: vec![first.to_owned(), "数量指标".to_owned(), "控制率".to_owned()],
            target,
            actual,
            weight: weight.map(|tenths| Decimal::new(tenths, 1)),
            score_claimed: claimed.map(|tenths| Decimal::new(tenths, 1)),
            ..Indicator::default()
        },
    )
}

fn lines() -> impl Strategy<Value = Vec<BudgetLine>> {
    let amount = prop::option::of(prop_oneof![Just(0i64), -1_000_000i64..100_000_000]);
    prop::collection::vec(prop::array::uniform7(amount), 0..5).prop_map(|lines| {
        let line = |amounts: [Option<i64>; 7]| {
            let mut line = BudgetLine::named("项目");
            for (amount, fen) in Amount::ALL.into_iter().zip(amounts) {
                line.amounts.set(amount, fen.map(|fen| Money::rounded(Decimal::new(fen, 2))));
            }
            line
        };
        lines.into_iter().map(line).collect()
    })
}

/// Settings that a ledger may state, well or badly.
fn settings() -> impl Strategy<Value = Vec<Setting>> {
    let said = prop::sample::select(vec![
        ("execution_base", "年初预算数"),
        ("execution_base", "含上年结转"),
        ("全年预算数含上年结转", "否"),
        ("预算执行率分值", "20"),
        ("得分小数位数", "0"),
        ("不适用处理", "分摊"),
        ("不适用处理", "满分"),
        ("执行率封顶", "否"),
        ("出具得分", "否"),
        ("默认档次", "三档"),
        ("reason_below", "很低"),
        ("没有的设置", "1"),
    ]);
    let setting = said.prop_map(|(key, value)| Setting {
        key: key.to_owned(),
        value: value.to_owned(),
        ..Setting::default()
    });
    prop::collection::vec(setting, 0..3)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn scores_stay_within_their_weights_and_add_up(
        indicators in prop::collection::vec(indicator(), 0..8),
        lines in lines(),
        printed in prop::option::of(prop::option::of(0i64..30)),
        which in 0usize..Rules::builtin_ids().len(),
        is_project in any::<bool>(),
        values in prop::collection::vec(prop::option::weighted(0.8, -20i64..2000), 1..9),
        named in prop::collection::vec(any::<prop::sample::Index>(), 0..4),
        settings in settings(),
    ) {
        let rules = &rules()[which];
        let mut submission = Submission::department("某局", 2023);
        if is_project {
            submission = Submission::project("某项目", 2023);
        }
        submission.facts = facts_of(rules, &values);
        submission.settings = settings;
        submission.indicators = indicators;
        // Some rows are called like those of the scorecard.
        for (row, index) in submission.indicators.iter_mut().zip(named).filter(|_| !rules.card().is_empty()) {
            row.path.clone_from(&rules.card()[index.index(rules.card().len())].path);
        }
        submission.budget.lines = lines;
        submission.execution_row = printed.map(|weight| ExecutionRow {
            weight: weight.map(Decimal::from),
            ..ExecutionRow::default()
        });
        let evaluation = evaluate(&submission, rules).expect("an evaluation");
        let used = rules.for_kind(submission.subject.kind);
        let rows = evaluation.indicators.len()
            + evaluation.common_indicators.len()
            + used.lights().len();
        prop_assert_eq!(explain(&submission, rules, &evaluation).len(), rows);
        for row in &evaluation.indicators {
            if let Some(decided) = &row.decided {
                prop_assert_eq!(decided.score, row.score);
                prop_assert!(!decided.why.is_empty());
            }
            if let Some(score) = row.score {
                prop_assert!(score >= Decimal::ZERO, "{:?}", row);
                // Only where a platform or an input is set so does the execution rate go beyond its weight.
                let uncapped = row.is_execution()
                    && (!used.settings().execution_capped || submission.settings.iter().any(|s| s.value == "否"));
                prop_assert!(uncapped || score <= row.weight.expect("a scored row has a weight"), "{:?}", row);
                prop_assert!(score.scale() <= 2, "{:?}", row);
                prop_assert!(row.judgement || !row.applicable || row.calculation.is_some(), "{:?}", row);
            }
        }
        if let Some(total) = evaluation.score {
            // Also with scores that a person decided on: the total is the sum of the scores as shown.
            let sum: Decimal = evaluation.indicators.iter().filter_map(|row| row.score).sum();
            prop_assert_eq!(total, sum);
            prop_assert!(evaluation.indicators.iter().all(|row| row.score.is_some()));
            // Rules that are not for this kind of subject leave it to those they extend.
            prop_assert_eq!(evaluation.grade.as_deref(), used.grade_of(total));
            prop_assert!(evaluation.grade.is_some() || used.id() == "platform-open-90");
        } else {
            prop_assert!(evaluation.grade.is_none());
        }
        let executed: Money = evaluation.lines.iter().filter_map(|line| line.totals.executed).sum();
        prop_assert_eq!(evaluation.totals.executed.unwrap_or(Money::ZERO), executed);
        for line in &evaluation.lines {
            if let Some(variance) = line.totals.variance {
                let base = line.totals.executed.expect("spent") - variance;
                let carried = line.totals.carried_over.unwrap_or(Money::ZERO);
                let with_carried = line.totals.adjusted_budget.map(|adjusted| adjusted + carried);
                prop_assert!([line.totals.adjusted_budget, line.totals.initial_budget, with_carried].contains(&Some(base)));
            }
        }
    }
}
