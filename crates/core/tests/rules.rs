//! Rule files on built submissions: scorecards with facts, common indicators, predictions, settings. Worked out by hand.

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

use jixiao_core::{
    Amount, BudgetLine, Code, Evaluation, Fact, Indicator, Rules, Severity, Submission, evaluate,
};
use rust_decimal::Decimal;

fn decimal(text: &str) -> Decimal {
    text.parse().expect("a decimal")
}

/// `initial=100 adjusted=120 executed=90 economic=30217` as a line.
fn line(text: &str) -> BudgetLine {
    let mut line = BudgetLine::named("支出");
    for part in text.split(' ').filter(|part| !part.is_empty()) {
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
            other => panic!("{other}"),
        };
        line.amounts.set(amount, Some(value.parse().expect("money")));
    }
    line
}

/// `三公经费.本年预算=88` as a fact.
fn facts(text: &str) -> Vec<Fact> {
    let fact = |part: &str| {
        let (name, value) = part.split_once('=').expect("name=value");
        let (name, column) = name.split_once('.').map_or((name, None), |(n, c)| (n, Some(c)));
        Fact {
            name: name.to_owned(),
            column: column.map(str::to_owned),
            value: decimal(value),
            source: jixiao_core::Place::default(),
        }
    };
    text.split(' ').filter(|part| !part.is_empty()).map(fact).collect()
}

fn department(lines: &[&str], facts_text: &str) -> Submission {
    let mut submission = Submission::department("区老干部局", 2021);
    submission.budget.lines = lines.iter().map(|text| line(text)).collect();
    submission.facts = facts(facts_text);
    submission
}

fn row(path: &str, target: &str, actual: &str, weight: &str) -> Indicator {
    Indicator {
        path: path.split('/').map(str::to_owned).collect(),
        target: target.to_owned(),
        actual: Some(actual.to_owned()).filter(|actual| !actual.is_empty()),
        weight: Some(weight).filter(|weight| !weight.is_empty()).map(decimal),
        ..Indicator::default()
    }
}

fn by(rules: &str, submission: &Submission) -> Evaluation {
    let rules = if rules.contains('=') {
        Rules::from_toml(rules).unwrap_or_else(|error| panic!("{error}"))
    } else {
        Rules::builtin(rules).expect("built-in rules")
    };
    evaluate(submission, &rules).expect("an evaluation")
}

/// The score of the row of a method, as JSON prints it; empty where it has none.
fn score(evaluation: &Evaluation, method: &str) -> String {
    let row = evaluation.indicators.iter().find(|row| row.method == method);
    let row = row.unwrap_or_else(|| panic!("no row {method}: {:#?}", evaluation.indicators));
    row.score.map(|score| format!("{score:.2}")).unwrap_or_default()
}

fn has(evaluation: &Evaluation, code: Code, words: &str) -> bool {
    evaluation.findings.iter().any(|f| f.code == code && f.message.contains(words))
}

#[test]
fn rows_of_scorecards_are_scored_from_facts_and_money() {
    let money = "initial=100 adjusted=100 executed=100";
    for (rules, method, name, weight, money, facts, expected) in [
        // 136/143 = 95.10 %; 150/143 = 104.895 %, 4.895 points over.
        (
            "hunan",
            "staff-control",
            "在职人员控制率",
            "8",
            money,
            "编制数=143 在职人员数=136",
            "8.00",
        ),
        (
            "hunan",
            "staff-control",
            "在职人员控制率",
            "8",
            money,
            "编制数=143 在职人员数=150",
            "5.55",
        ),
        (
            "hunan",
            "staff-control",
            "在职人员控制率(%)",
            "1",
            money,
            "编制人数=143 在职人数=150",
            "0.51",
        ),
        // +10 %, +2.5 %, -1 %.
        (
            "hunan",
            "three-public-change",
            "“三公经费”变动率",
            "8",
            money,
            "三公经费.本年预算=88 三公经费.上年预算=80",
            "0.00",
        ),
        (
            "hunan",
            "three-public-change",
            "三公经费变动率",
            "8",
            money,
            "三公经费.2021年预算=82 三公经费.2020年预算=80",
            "6.00",
        ),
        (
            "hunan",
            "three-public-change",
            "三公经费变动率",
            "5",
            money,
            "三公经费.本年预算=82 三公经费.上年预算=80",
            "3.75",
        ),
        (
            "hunan",
            "three-public-change",
            "三公经费变动率",
            "5",
            money,
            "三公经费.本年预算=79.2 三公经费.上年预算=80",
            "5.00",
        ),
        // (10 + 100 + 20 - 0.95) / 130 = 99.27 %; 95 % is one full step, 90 % two.
        (
            "hunan",
            "budget-completion",
            "预算完成率",
            "8",
            "initial=100 additions=20 carried=10 executed=90",
            "结转结余.本年=0.95",
            "8.00",
        ),
        (
            "hunan",
            "budget-completion",
            "预算完成率",
            "8",
            "initial=100 additions=20 carried=10 executed=90",
            "结转结余.本年=6.5",
            "6.00",
        ),
        (
            "hunan",
            "budget-completion",
            "预算完成率",
            "8",
            "initial=100 additions=20 carried=10 executed=90",
            "年末结转结余=13",
            "4.00",
        ),
        // 0, 10 %, just above, 25 %, above 30 %.
        (
            "hunan",
            "budget-control",
            "预算控制率",
            "8",
            "initial=100 additions=0 executed=90",
            "",
            "8.00",
        ),
        (
            "hunan",
            "budget-control",
            "预算控制率",
            "8",
            "initial=100 additions=10 executed=90",
            "",
            "6.00",
        ),
        (
            "hunan",
            "budget-control",
            "预算控制率",
            "8",
            "initial=100 additions=10.01 executed=90",
            "",
            "4.00",
        ),
        (
            "hunan",
            "budget-control",
            "预算控制率",
            "8",
            "initial=100 additions=31 executed=90",
            "",
            "0.00",
        ),
        (
            "hunan",
            "budget-control",
            "预算控制率",
            "5",
            "initial=100 additions=10 executed=90",
            "",
            "4.00",
        ),
        (
            "hunan",
            "budget-control",
            "预算控制率",
            "5",
            "initial=100 additions=25 executed=90",
            "",
            "2.00",
        ),
        // 74/80 = 92.5 %; 60/80 = 75 %; 47.9/80 < 60 %.
        ("guangdong-2021", "assets-in-use", "", "", money, "固定资产=80 在用固定资产=74", "2.00"),
        ("guangdong-2021", "assets-in-use", "", "", money, "固定资产=80 在用固定资产=60", "1.40"),
        ("guangdong-2021", "assets-in-use", "", "", money, "固定资产=80 在用固定资产=47.9", "0.00"),
        (
            "guangdong-2021",
            "three-public-control",
            "",
            "",
            money,
            "三公经费.预算=88 三公经费.决算=70",
            "1.00",
        ),
        (
            "guangdong-2021",
            "three-public-control",
            "",
            "",
            money,
            "三公经费.预算=88 三公经费.决算=88.01",
            "0.00",
        ),
        (
            "guangdong-2021",
            "contract-in-time",
            "",
            "",
            money,
            "采购合同数=8 按时签订采购合同数=7",
            "2.63",
        ), // 21/8
        // 20/25, then on schedule: (0.8 + 1 + 1 + 1) / 4 * 6.
        (
            "shenzhen",
            "quarterly-execution",
            "",
            "",
            money,
            "累计执行数.一季度=20 累计执行数.二季度=50 累计执行数.三季度=75 累计执行数.四季度=100",
            "5.70",
        ),
        // 70/88 below 90 %: 3; 95 %: 2.
        (
            "shenzhen",
            "public-expense-control",
            "",
            "",
            money,
            "三公经费.预算=88 三公经费.决算=70 公用经费.预算=100 公用经费.决算=95",
            "5.00",
        ),
        ("shenzhen", "outside-staff", "", "", money, "在职人员数=95 编外人员数=5", "1.00"),
        ("shenzhen", "outside-staff", "", "", money, "在职人员数=92 编外人员数=8", "0.50"),
        ("shenzhen", "key-work", "", "", money, "未完成重点工作数=1", "4.00"),
        ("shenzhen", "key-work", "", "", money, "未完成重点工作数=3", "0.00"),
        (
            "shenzhen",
            "petitions",
            "",
            "",
            money,
            "信访渠道畅通=1 信访全部回复=1 信访无逾期=0",
            "2.00",
        ),
        (
            "guangdong-pre2020",
            "carry-over",
            "结转结余率",
            "6",
            money,
            "结转结余.本年=15 结转结余.上年=20 本年拨款收入=80",
            "4.00",
        ), // 15 %
        (
            "guangdong-pre2020",
            "expenditure-rate",
            "支出率",
            "6",
            "initial=100 adjusted=100 executed=90",
            "",
            "5.40",
        ),
    ] {
        let mut submission = department(&[money], facts);
        if !name.is_empty() {
            submission.indicators.push(row(&format!("过程/预算执行/{name}"), "", "", weight));
        }
        let evaluation = by(rules, &submission);
        assert_eq!(
            score(&evaluation, method),
            expected,
            "{rules} {name} {facts}: {:#?}",
            evaluation.findings
        );
    }
}

#[test]
fn a_missing_fact_is_told_and_never_zero() {
    let mut submission = department(&["initial=100 adjusted=100 executed=100"], "编制数=143");
    submission.indicators.push(row("投入/预算配置/在职人员控制率", "", "", "8"));
    let evaluation = by("hunan", &submission);
    assert_eq!(score(&evaluation, "staff-control"), "");
    assert!(
        has(&evaluation, Code::FactMissing, "缺少基础数据“在职人员数”"),
        "{:#?}",
        evaluation.findings
    );
    assert!(!has(&evaluation, Code::FactMissing, "编制数”"));
    assert_eq!((evaluation.score, evaluation.grade), (None, None));
    // What a person filled in stands, as a judgement, and the fact is missing all the same.
    submission.indicators[0].score_claimed = Some(decimal("7.5"));
    let evaluation = by("hunan", &submission);
    assert_eq!(score(&evaluation, "staff-control"), "7.50");
    let judged = evaluation.indicators.iter().find(|row| row.method == "staff-control");
    assert!(judged.is_some_and(|row| row.judgement));
    assert!(has(&evaluation, Code::FactMissing, "在职人员数"));
    // Unless it is impossible.
    submission.indicators[0].score_claimed = Some(decimal("8.5"));
    let evaluation = by("hunan", &submission);
    assert_eq!(score(&evaluation, "staff-control"), "");
    assert!(
        evaluation
            .findings
            .iter()
            .any(|f| f.code == Code::ScoreDiffers && f.severity == Severity::Error)
    );
    // A deduction by formula demands a reason: an error where the form prints the row, a warning where it prints none.
    let mut late =
        department(&["initial=1 adjusted=1 executed=1"], "采购合同数=8 按时签订采购合同数=7");
    let severity = |submission: &Submission| {
        let evaluation = by("guangdong-2021", submission);
        let mut findings = evaluation.findings.into_iter();
        let found =
            findings.find(|f| f.code == Code::ReasonMissing && f.message.contains("采购合同签订"));
        found.map(|finding| finding.severity)
    };
    assert_eq!(severity(&late), Some(Severity::Warning));
    late.indicators.push(row("管理效率/采购管理/采购合同签订时效性", "", "", "3"));
    assert_eq!(severity(&late), Some(Severity::Error));
    // A score below the weight that a person gave says why.
    let mut judged = department(&["initial=1 adjusted=1 executed=1"], "");
    judged.indicators.push(row("管理效率/预算执行/财务管理合规性", "", "", "4"));
    for (claimed, reason, missing) in
        [("4", None, false), ("3", None, true), ("3", Some("审计发现一项问题"), false)]
    {
        judged.indicators[0].score_claimed = Some(decimal(claimed));
        judged.indicators[0].reason = reason.map(str::to_owned);
        let evaluation = by("guangdong-2021", &judged);
        assert_eq!(score(&evaluation, "finance-compliance"), format!("{claimed}.00"));
        assert_eq!(has(&evaluation, Code::ReasonMissing, "没有写明扣分依据"), missing, "{claimed}");
    }
    // A row that a person scores waits for it.
    let evaluation = by("guangdong-2021", &department(&["initial=1 adjusted=1 executed=1"], ""));
    assert!(has(&evaluation, Code::JudgementNeeded, "财务管理合规性”由单位按评分标准判断"));
    assert!(evaluation.score.is_none());
}

/// The measure of an id as it is shown; empty where it has none.
fn common(evaluation: &Evaluation, id: &str) -> String {
    let one = evaluation.common_indicators.iter().find(|one| one.method == id);
    let one = one.unwrap_or_else(|| panic!("no indicator {id}"));
    one.shown.clone().unwrap_or_default()
}

#[test]
fn common_indicators_come_from_facts_and_lines() {
    let coded = [
        "path=基本支出/公务接待 economic=30217 initial=4 adjusted=4 executed=2 additions=0 reductions=0 transfers=0",
        "path=基本支出/公车运行 economic=30231 initial=6 adjusted=6 executed=3",
        "path=基本支出/办公 economic=30201 initial=10 adjusted=10 executed=10",
        "path=项目支出/活动 economic=30201 initial=60 adjusted=80 executed=60 additions=20",
        "path=基本支出/工资 economic=30101 initial=20 adjusted=20 executed=20",
    ];
    let evaluation = by(
        "mof-2013-53",
        &department(
            &coded,
            "三公经费.本年预算=10 三公经费.上年预算=8 三公经费.本年决算=9 三公经费.上年决算=10 编制数=143 在职人员数=136 \
             结转结余.本年=25 结转结余.上年=20 重点项目支出=30 政府采购.预算=46 政府采购.决算=50 固定资产=200 在用固定资产=190 \
             计划工作数=8 实际完成工作数=6 质量达标工作数=6 及时完成工作数=7",
        ),
    );
    for (id, shown) in [
        ("staff-control", "95.10%"), // 136/143
        ("three-public-change", "25.00%"),
        ("three-public-change-actual", "-10.00%"),
        ("key-spending", "50.00%"), // 30 of the 60 of the project lines
        ("budget-completion", "79.17%"), // 95/120
        ("budget-completion-initial", "95.00%"),
        ("budget-adjustment", "20.00%"),
        ("carry-over", "20.83%"),          // 25/120
        ("carry-over-executed", "26.32%"), // 25/95
        ("carry-over-change", "25.00%"),
        ("public-expense-control", "75.00%"), // basic lines of 302: 15 of 20
        ("three-public-control", "50.00%"),   // 5 of 10, by code, not the facts' 9 of 10
        ("procurement", "108.70%"),           // 50/46, published
        ("assets-in-use", "95.00%"),
        ("work-done", "75.00%"),
        ("work-in-time", "87.50%"),
        ("work-quality", "75.00%"),
        ("work-quality-actual", "100.00%"),
        ("payment-progress", ""),
        ("key-work", ""),
    ] {
        assert_eq!(common(&evaluation, id), shown, "{id}");
    }
    assert!(
        has(&evaluation, Code::FactMissing, "重点工作完成数、重点工作数"),
        "{:#?}",
        evaluation.findings
    );
    assert!(has(&evaluation, Code::FactMissing, "既定支付进度"));
    assert!(
        evaluation.indicators.iter().all(|row| row.is_execution()),
        "nothing is scored by them"
    );
}

#[test]
fn sums_by_class_are_known_or_left_to_facts() {
    let known = "path=甲 economic=30217 adjusted=10 executed=4";
    for (other, shown) in [
        // Another class; the same class in a longer code.
        ("path=乙 economic=30101 adjusted=10 executed=9", "40.00%"),
        ("path=乙 economic=30231-公车 adjusted=10 executed=9", "65.00%"),
        // No code, or one that is too coarse to tell: the facts, 70 of 88.
        ("path=乙 adjusted=10 executed=9", "79.55%"),
        ("path=乙 economic=302 adjusted=10 executed=9", "79.55%"),
        // No code, but no money either.
        ("path=乙 adjusted=0 executed=0", "40.00%"),
    ] {
        let facts = "三公经费.预算=88 三公经费.决算=70";
        let evaluation = by("mof-2013-53", &department(&[known, other], facts));
        assert_eq!(common(&evaluation, "three-public-control"), shown, "{other}");
    }
}

#[test]
fn outturn_and_composition_are_those_of_the_framework() {
    // 100 + 100 planned, 90 + 110 + nothing of the reserve spent: both classes are expected at 100, so 20 of 200.
    let lines = [
        "path=甲 function=2010301 economic=30201 initial=100 executed=90",
        "path=乙 function=2050201 economic=30201 initial=100 executed=110",
        "path=丙 function=2270000 economic=39901 initial=50 executed=0",
    ];
    let evaluation = by("pefa-2016", &department(&lines, ""));
    assert_eq!(common(&evaluation, "pi-1"), "80.00%"); // 200/250
    assert_eq!(common(&evaluation, "pi-1-deviation"), "20.00%");
    assert_eq!(common(&evaluation, "pi-2-1"), "10.00%（B）");
    // By economic class: 302 was expected at 200 * 0.8 = 160, 399 at 40: 40 + 40 of 200.
    assert_eq!(common(&evaluation, "pi-2-2"), "40.00%");
}

#[test]
fn the_platform_gives_its_own_scores_and_lights() {
    let weight = "90";
    for (target, actual, measure_score, platform_score) in [
        // 80 % of 90 by A/B, 75 % of it linear.
        ("≤500", "625", "72.00", "67.50"),
        ("≤500", "1000", "45.00", "0.00"),
        ("≤500", "500", "90.00", "90.00"),
        ("≥500", "625", "90.00", "90.00"),
        ("≥500", "450", "81.00", "81.00"),
        ("=500", "450", "81.00", "81.00"),
        ("=0", "1", "0.00", "0.00"),
        ("≤0", "0", "90.00", "90.00"),
    ] {
        let mut submission = department(&["initial=100 adjusted=100 executed=100"], "");
        submission.indicators.push(row("产出指标/数量指标/费用", target, actual, weight));
        for (rules, expected) in [("mof-2020-10", measure_score), ("platform", platform_score)] {
            let evaluation = by(rules, &submission);
            let score = evaluation.indicators[1].score.map(|score| format!("{score:.2}"));
            assert_eq!(score.as_deref(), Some(expected), "{rules} {target} {actual}");
        }
    }
    let mut submission = department(&["initial=100 adjusted=100 executed=70"], "");
    submission.indicators.push(row("产出指标/数量指标/人次", "≥500", "500", weight));
    let evaluation = by("platform", &submission);
    assert!(has(&evaluation, Code::WarningLight, "红灯"), "{:#?}", evaluation.findings);
    assert!(has(&evaluation, Code::WarningLight, "黄灯：未执行的预算超过 20%"));
    assert_eq!(evaluation.score.map(|score| score.to_string()).as_deref(), Some("97.00"));
    submission.budget.lines = vec![line("initial=100 adjusted=100 executed=96")];
    assert!(!has(&by("platform", &submission), Code::WarningLight, ""));
    // A budget of zero: the platform divides by 1, so that nothing spent is no points, not a failure.
    submission.budget.lines = vec![line("initial=0 adjusted=0 executed=0")];
    let evaluation = by("platform", &submission);
    assert_eq!(evaluation.score.map(|score| score.to_string()).as_deref(), Some("90.00"));
    assert!(has(&evaluation, Code::WarningLight, "预算数为 0"));
}

#[test]
fn stepped_scores_and_blocks_with_costs() {
    for (executed, expected) in [
        ("100", "10.00"),
        ("99.99", "7.00"),
        ("80", "7.00"),
        ("79.99", "5.00"),
        ("60", "5.00"),
        ("59.99", "0.00"),
    ] {
        let money = format!("initial=100 adjusted=100 executed={executed}");
        let mut submission = department(&[&money], "");
        for (path, target, actual) in [
            ("产出指标/数量指标/人次", "≥100", "70"),
            ("产出指标/质量指标/合格", "≥100", "59"),
            ("效益指标/社会效益指标/覆盖", "≥100", "100"),
            ("满意度指标/服务对象满意度指标/满意度", "≥95%", "85%"),
        ] {
            submission.indicators.push(row(path, target, actual, ""));
        }
        let evaluation = by("mof-2021-101", &submission);
        let scores: Vec<String> = evaluation
            .indicators
            .iter()
            .map(|row| row.score.map(|score| format!("{score:.2}")).unwrap_or_default())
            .collect();
        // No cost indicators: 50, 30, 10. 70 % of 25; below the pass mark; 30; 85 % satisfied: 8 of 10.
        assert_eq!(scores, [expected, "17.50", "0.00", "30.00", "8.00"], "{executed}");
        submission.indicators.push(row("成本指标/经济成本指标/成本", "≤100", "100", ""));
        let evaluation = by("mof-2021-101", &submission);
        let weights: Vec<String> =
            evaluation.indicators.iter().filter_map(|row| Some(row.weight?.to_string())).collect();
        assert_eq!(weights, ["10", "20", "20", "20", "10", "20"]);
    }
}

#[test]
fn printed_weights_are_brought_to_those_of_a_fixed_block() {
    let mut submission = department(&["initial=100 adjusted=100 executed=100"], "");
    for (path, weight) in [
        ("产出指标/数量指标/甲", "30"),
        ("产出指标/质量指标/乙", "20"),
        ("效益指标/社会效益指标/丙", "30"),
        ("满意度指标/服务对象满意度指标/丁", "10"),
    ] {
        submission.indicators.push(row(path, "≥100", "100", weight));
    }
    let evaluation = by("guangdong-2021", &submission);
    let weights: Vec<String> =
        evaluation.indicators[..5].iter().filter_map(|row| Some(row.weight?.to_string())).collect();
    // 30:20 of 20 points; 30:10 of 20 points.
    assert_eq!(weights, ["10", "12", "8", "15", "5"]);
    assert!(has(&evaluation, Code::BlockWeight, "按比例折算"));
    assert!(!has(&evaluation, Code::WeightsNot100, ""), "{:#?}", evaluation.findings);
    let sum: Decimal = evaluation.indicators.iter().filter_map(|row| row.weight).sum();
    assert_eq!(sum, Decimal::ONE_HUNDRED);
}

/// A rule file of an office: what it says beside the national one.
fn own(says: &str) -> String {
    format!(
        "schema = 1\nid = \"own\"\nextends = \"mof-2020-10\"\ntitle = \"t\"\ndocument = \"d\"\nissuer = \"i\"\nregion = \"r\"\n\
         years = {{ from = 2020 }}\nsubjects = [\"project\", \"department\"]\nverified = false\nchecked = 2026-11-23\nsource = \"s\"\n{says}"
    )
}

#[test]
fn rows_that_do_not_apply_are_settled_as_the_rules_say() {
    for (setting, scores, total) in [
        ("ask", "10.00 20.00 - 40.00", ""),
        ("full", "10.00 20.00 30.00 40.00", "100.00"),
        ("zero", "10.00 20.00 0.00 40.00", "70.00"),
        // The other output row takes the 30 points.
        ("redistributed", "10.00 50.00 0.00 40.00", "100.00"),
    ] {
        let mut submission = department(&["initial=100 adjusted=100 executed=100"], "");
        submission.indicators.push(row("产出指标/数量指标/甲", "≥100", "100", "20"));
        submission.indicators.push(row("产出指标/数量指标/乙", "≥100", "不适用", "30"));
        submission.indicators.push(row("效益指标/社会效益指标/丙", "≥100", "100", "40"));
        let rules = own(&format!("[settings]\nnot_applicable = \"{setting}\"\n"));
        let evaluation = by(&rules, &submission);
        let found: Vec<String> = evaluation
            .indicators
            .iter()
            .map(|row| row.score.map_or_else(|| "-".to_owned(), |score| format!("{score:.2}")))
            .collect();
        assert_eq!(found.join(" "), scores, "{setting}");
        let shown = evaluation.score.map(|score| format!("{score:.2}")).unwrap_or_default();
        assert_eq!(shown, total, "{setting}");
        assert!(!evaluation.indicators[2].applicable);
        assert_eq!(has(&evaluation, Code::RuleNotApplicable, "乙”不适用"), setting != "ask");
    }
}

#[test]
fn lateness_counts_in_working_days() {
    let rules = own(
        "[[score]]\nid = \"deadline\"\nrow = { kind = \"day\" }\nformula = \"deduct(weight, workdays_late, 5, 0.5, full_steps)\"\n\
         article = \"\"\nverified = false\nnote = \"n\"\n",
    );
    for (actual, expected) in [
        ("2021年11月30日", "90.00"),
        ("2021年12月6日", "90.00"), // Wednesday to Monday: 4 working days
        ("2021年12月7日", "89.50"),
        ("2021年12月14日", "89.00"),
        ("2099年12月7日", ""), // no calendar: left open
    ] {
        let mut submission = department(&["initial=100 adjusted=100 executed=100"], "");
        submission.indicators.push(row(
            "产出指标/时效指标/完成时间",
            "2021年11月30日前",
            actual,
            "90",
        ));
        assert_eq!(score(&by(&rules, &submission), "deadline"), expected, "{actual}");
    }
}

#[test]
fn grades_have_open_edges_and_gaps_where_a_platform_has_them() {
    let rules = own(
        "[[grade]]\nword = \"优\"\nabove = 90\n[[grade]]\nnone = true\nfrom = 90\n[[grade]]\nword = \"良\"\nfrom = 80\n\
         [[grade]]\nword = \"差\"\nfrom = 0\n",
    );
    for (actual, total, grade) in
        [("81", "90.00", None), ("82", "91.00", Some("优")), ("80", "89.00", Some("良"))]
    {
        let mut submission = department(&["initial=100 adjusted=100 executed=90"], "");
        submission.indicators.push(row("产出指标/数量指标/甲", "≥90", actual, "90"));
        let evaluation = by(&rules, &submission);
        assert_eq!(evaluation.score.map(|score| score.to_string()).as_deref(), Some(total));
        assert_eq!(evaluation.grade.as_deref(), grade, "{actual}");
        assert_eq!(has(&evaluation, Code::GradeDiffers, "没有对应的等级"), grade.is_none());
    }
}

#[test]
fn indicators_that_were_met_can_be_counted() {
    let rules = own(
        "[[block]]\nname = \"产出指标\"\nweight = 40\nnote = \"n\"\n[[block]]\nname = \"目标\"\nweight = 10\nnote = \"n\"\n\
         [[indicator]]\nid = \"goals\"\npath = [\"目标\", \"目标实现\"]\nweight = 10\n\
         formula = 'weight * count(indicators where level = \"数量指标\" and met) / count(indicators where level = \"数量指标\")'\n\
         article = \"\"\nverified = false\nnote = \"n\"\n",
    );
    let mut submission = department(&["initial=100 adjusted=100 executed=100"], "");
    for (name, actual) in [("甲", "100"), ("乙", "90"), ("丙", "100"), ("丁", "120")] {
        submission.indicators.push(row(&format!("产出指标/数量指标/{name}"), "≥100", actual, "10"));
    }
    submission.indicators.push(row("效益指标/社会效益指标/戊", "≥100", "1", "40"));
    let evaluation = by(&rules, &submission);
    assert_eq!(score(&evaluation, "goals"), "7.50"); // 3 of 4
}

#[test]
fn changes_of_the_budget_demand_a_reason_where_the_rules_say_so() {
    for (rules, money, missing) in [
        ("sichuan", "initial=100 additions=10 adjusted=110 executed=110", true),
        ("sichuan", "initial=100 additions=0 adjusted=100 executed=100", false),
        ("mof-2020-10", "initial=100 additions=10 adjusted=110 executed=110", false),
    ] {
        let mut submission = department(&[money], "");
        submission.indicators.push(row("产出指标/数量指标/甲", "≥100", "100", "90"));
        let evaluation = by(rules, &submission);
        assert_eq!(has(&evaluation, Code::ReasonMissing, "年中预算"), missing, "{rules} {money}");
        assert_eq!(evaluation.indicators[0].needs_reason, missing);
    }
}

#[test]
fn a_scorecard_is_not_taken_for_a_subject_that_it_is_not_for() {
    let mut submission = Submission::project("项目", 2021);
    submission.budget.lines.push(line("initial=100 adjusted=100 executed=100"));
    submission.indicators.push(row("产出指标/数量指标/甲", "≥100", "100", "90"));
    let evaluation = by("mof-2013-53", &submission);
    assert!(evaluation.common_indicators.is_empty());
    assert!(has(&evaluation, Code::RuleNotApplicable, "适用于 department"));
    assert_eq!(evaluation.rules.id, "mof-2020-10");
    // Nor are its blocks: printed weights stay as they are.
    let evaluation = by("guangdong-2021", &submission);
    assert_eq!(evaluation.indicators[1].weight, Some(Decimal::from(90)));
    assert_eq!(evaluation.score.map(|score| score.to_string()).as_deref(), Some("100.00"));
}
