//! Submissions and evaluations made in code, so that the tests of the writer stand on figures worked out by hand.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used)]

use jixiao_core::formula::{Formula, decimal};
use jixiao_core::{
    Amount, Amounts, Binding, BudgetLine, Calculation, Cells, ChosenBy, Code, DriverResult,
    Evaluation, ExecutionRow, Finding, Form, GradeEdge, Indicator, LineResult, Money, Place, Ratio,
    Role, Rules, RulesUsed, ScoredIndicator, SourceRow, Submission, Tail, Totals, Unit,
    round_half_up,
};
use jixiao_export::{Status, SummaryRow};
use rust_decimal::Decimal;
use std::sync::Arc;

pub fn yuan(text: &str) -> Money {
    text.parse().expect("money")
}

pub fn number(text: &str) -> Decimal {
    text.parse().expect("a decimal")
}

pub fn place(file: &str, sheet: &str, cells: &str) -> Place {
    Place::new(file, sheet, cells.parse().expect("cells"))
}

/// Adds a row of a ledger that is a line of its own: name, economic code, initial, addition, adjusted, executed, reason.
pub fn add_line(submission: &mut Submission, place: &Place, row: u32, of: [&str; 7]) {
    let [name, code, initial, addition, adjusted, executed, reason] = of;
    let given = [
        (Amount::Initial, initial),
        (Amount::Addition, addition),
        (Amount::Adjusted, adjusted),
        (Amount::Executed, executed),
    ];
    let mut amounts = Amounts::default();
    for (amount, text) in given.iter().filter(|(_, text)| !text.is_empty()) {
        amounts.set(*amount, Some(yuan(text)));
    }
    let mut line = BudgetLine::named(name);
    line.codes.economic = (!code.is_empty()).then(|| code.into());
    line.amounts = amounts.clone();
    line.reason = (!reason.is_empty()).then(|| reason.to_owned());
    line.source = place.at(Cells::block(row, 0, row, 9));
    let columns: Arc<[(Amount, u32)]> =
        given.iter().zip(2..).map(|((of, _), at)| (*of, at)).collect();
    submission.budget.rows.push(SourceRow {
        role: Role::Counted(submission.budget.lines.len()),
        label: name.into(),
        amounts,
        place: line.source.clone(),
        columns,
    });
    submission.budget.lines.push(line);
}

/// Totals of amounts as core defines them.
pub fn totals(amounts: &Amounts) -> Totals {
    let base = amounts.get(Amount::Adjusted).or(amounts.get(Amount::Initial));
    let executed = amounts.get(Amount::Executed);
    let both = executed.zip(base);
    Totals {
        initial_budget: amounts.get(Amount::Initial),
        additions: amounts.get(Amount::Addition),
        reductions: amounts.get(Amount::Reduction),
        transfers: amounts.get(Amount::Transfer),
        carried_over: amounts.get(Amount::CarriedOver),
        adjusted_budget: amounts.get(Amount::Adjusted),
        executed,
        variance: both.map(|(executed, base)| executed - base),
        execution_rate: both.and_then(|(executed, base)| Ratio::of(executed.yuan(), base.yuan())),
    }
}

pub fn exact(text: &str) -> Ratio {
    Ratio::from(decimal(text).expect("a number"))
}

/// A scored row; `bindings` are names and numbers, an empty number is a name without value.
pub fn scored(
    path: &[&str],
    texts: [&str; 2],
    weight: &str,
    formula: &str,
    bindings: &[(&str, &str)],
) -> ScoredIndicator {
    let rule = Formula::parse(formula).expect("a formula");
    let mut all = vec![("weight", weight)];
    all.extend(bindings);
    let lookup = |name: &str| {
        let (_, text) = all.iter().find(|(of, text)| *of == name && !text.is_empty())?;
        decimal(text)
    };
    let exact = rule.evaluate(&lookup).expect("a value");
    let capped = round_half_up(&exact, 2).clamp(Decimal::ZERO, number(weight));
    let value = |text: &str| decimal(text).map(Ratio::from);
    ScoredIndicator {
        path: path.iter().map(|level| (*level).to_owned()).collect(),
        target: (!texts[0].is_empty()).then(|| texts[0].to_owned()),
        actual: (!texts[1].is_empty()).then(|| texts[1].to_owned()),
        weight: Some(number(weight)),
        weight_default: false,
        score: Some(capped),
        score_claimed: None,
        decided: None,
        band: None,
        method: "at-least".to_owned(),
        formula: formula.to_owned(),
        substituted: format!(
            "{} = {}",
            rule.substituted(&lookup),
            round_half_up(&exact, 4).normalize()
        ),
        article: String::new(),
        verified: false,
        judgement: false,
        applicable: true,
        needs_reason: false,
        reason: None,
        measure: None,
        source: Place::default(),
        calculation: Some(Calculation {
            formula: rule,
            bindings: all
                .iter()
                .map(|(name, text)| Binding { name: (*name).to_owned(), value: value(text) })
                .collect(),
            exact: Ratio::from(exact),
            decimals: 2,
        }),
    }
}

/// The national form.
fn form(submission: &Submission, indicators: &[ScoredIndicator]) -> Form {
    let rules = Rules::builtin("mof-2020-10").expect("rules");
    Form::plain(&rules, submission.subject.kind, indicators)
}

/// An evaluation over a submission with rows that are scored already.
pub fn evaluation(submission: &Submission, indicators: Vec<ScoredIndicator>) -> Evaluation {
    let lines = submission.budget.lines.iter().map(|line| LineResult {
        path: line.path.clone(),
        codes: line.codes.clone(),
        fund: line.fund.clone(),
        totals: totals(&line.amounts),
        reason: line.reason.clone(),
        source: line.source.clone(),
        more: line.more.clone(),
    });
    let sum = Amounts::sum(submission.budget.lines.iter().map(|line| &line.amounts));
    let enough = indicators.len() > 1;
    let score: Option<Decimal> = indicators.iter().map(|of| of.score).sum();
    let score = score.filter(|_| enough);
    Evaluation {
        schema: "jixiao.evaluation/1".to_owned(),
        subject: submission.subject.clone(),
        budget_year: submission.budget_year,
        rules: RulesUsed {
            id: "mof-2020-10".to_owned(),
            title: "项目支出绩效评价管理办法".to_owned(),
            document: "财预〔2020〕10号".to_owned(),
            verified: false,
            chosen_by: ChosenBy::default(),
            chosen_at: Place::default(),
            settings: Vec::new(),
        },
        totals: totals(&sum),
        lines: lines.collect(),
        drivers: Vec::new(),
        form: form(submission, &indicators),
        indicators,
        common_indicators: Vec::new(),
        grade: score.map(|score| if score >= number("90") { "优" } else { "良" }.to_owned()),
        bands: vec!["达成年度指标".to_owned()],
        grades: [("优", 90), ("良", 80), ("中", 60), ("差", 0)]
            .map(|(word, from)| GradeEdge { word: word.to_owned(), from: from.into() })
            .to_vec(),
        score,
        score_claimed: None,
        findings: Vec::new(),
        tail: None,
        unit: submission.budget.unit,
    }
}

const RATIO: &str = "if(actual >= target, weight, weight * actual / target)";

/// A department's ledger in 元 with a subtotal row, drivers, judgements and findings.
pub fn department() -> (Submission, Evaluation) {
    let file = "老干部局2021.xlsx";
    let mut submission = Submission::department("区老干部局", 2021);
    submission.narrative.goal = Some(
        "落实离退休干部政治待遇和生活待遇，全年组织学习活动不少于12期，保障离退休费按月足额发放。"
            .into(),
    );
    submission.narrative.outcome =
        Some("全年组织学习活动12期，离退休费按月足额发放，服务对象满意度96%。".into());
    let ledger = place(file, "指标台账", "");
    for (row, of) in (4u32..).zip([
        ["在职人员经费", "30101", "18200000.00", "1200000.00", "19400000.00", "19012345.67", ""],
        ["离退休人员经费", "30302", "20000000.00", "", "20000000.00", "19900000.00", ""],
        ["日常公用经费", "30201", "3000000.00", "", "3000000.00", "2987654.33", ""],
        [
            "老干部活动专项",
            "30299",
            "4109700.00",
            "",
            "4109700.00",
            "3738800.00",
            "活动因疫情推迟，部分培训转为线上，费用减少",
        ],
    ]) {
        add_line(&mut submission, &ledger, row, of);
    }
    for line in &mut submission.budget.lines {
        line.fund = Some("一般公共预算".into());
    }
    submission.budget.lines[3].fund = Some("政府性基金".into());
    let total = Amounts::sum(submission.budget.lines.iter().map(|line| &line.amounts));
    submission.budget.rows.push(SourceRow {
        role: Role::Total,
        label: "合计".into(),
        amounts: total,
        place: ledger.at(Cells::block(8, 0, 8, 9)),
        columns: submission.budget.rows[0].columns.clone(),
    });
    let at = |row: u32| place(file, "绩效指标", "").at(Cells::block(row, 0, row, 8));
    let mut indicators = vec![
        scored(
            &["预算执行率"],
            ["", ""],
            "10",
            "weight * min(1, executed / budget)",
            &[("executed", "45638800.00"), ("budget", "46509700.00")],
        ),
        scored(
            &["产出指标", "数量指标", "组织学习活动期数"],
            ["≥12期", "12期"],
            "15",
            RATIO,
            &[("actual", "12"), ("target", "12")],
        ),
        scored(
            &["产出指标", "数量指标", "走访慰问离退休干部人次"],
            ["≥1,250人次", "1,180人次"],
            "10",
            RATIO,
            &[("actual", "1180"), ("target", "1250")],
        ),
        scored(
            &["产出指标", "质量指标", "离退休费足额发放率"],
            ["=100%", "100%"],
            "15",
            RATIO,
            &[("actual", "1"), ("target", "1")],
        ),
        scored(
            &["产出指标", "时效指标", "活动场所维修完成时间"],
            ["2021年11月底前", "2021年12月"],
            "10",
            "weight * share",
            &[("share", "0")],
        ),
        scored(
            &["效益指标", "社会效益指标", "老干部作用发挥情况"],
            ["效果明显", "效果明显"],
            "20",
            "weight * share",
            &[("share", "1")],
        ),
        scored(
            &["效益指标", "可持续影响指标", "长效服务机制健全程度"],
            ["健全", "基本健全"],
            "10",
            "weight * share",
            &[("share", "0.8")],
        ),
        scored(
            &["满意度指标", "服务对象满意度指标", "离退休干部满意度"],
            ["≥95%", "96%"],
            "10",
            RATIO,
            &[("actual", "0.96"), ("target", "0.95")],
        ),
    ];
    indicators[2].reason = Some("部分老同志异地居住，走访改为电话慰问".into());
    indicators[2].measure = Some("建立异地委托走访机制".into());
    indicators[2].score_claimed = Some(number("9"));
    indicators[4].reason = Some("招标流标一次，工期顺延".into());
    indicators[5].judgement = true;
    indicators[5].method = "qualitative".into();
    indicators[6].judgement = true;
    indicators[6].method = "qualitative".into();
    indicators[6].calculation = None;
    indicators[6].substituted = "单位自填 8".into();
    indicators[6].score_claimed = Some(number("8"));
    for (row, indicator) in (3u32..).zip(&mut indicators[1..]) {
        indicator.source = at(row);
        submission.indicators.push(Indicator {
            path: indicator.path.clone(),
            target: indicator.target.clone().unwrap_or_default(),
            actual: indicator.actual.clone(),
            weight: indicator.weight,
            score_claimed: indicator.score_claimed,
            reason: indicator.reason.clone(),
            source: indicator.source.clone(),
            score_at: indicator.source.at(Cells::one(row, 7)),
            ..Indicator::default()
        });
    }
    let mut evaluation = evaluation(&submission, indicators);
    evaluation.drivers = vec![
        driver(
            file,
            5,
            "离退休人员经费",
            "离休人员",
            ["12", "150000", "10", "156000"],
            ["-300000", "60000"],
        ),
        driver(
            file,
            6,
            "离退休人员经费",
            "退休人员",
            ["182", "100000", "180", "101888.89"],
            ["-200000", "340000.20"],
        ),
    ];
    evaluation.findings = vec![
        Finding::new(
            Code::RowSkipped,
            ledger.at(Cells::block(8, 0, 8, 9)),
            "第 9 行“合计”是合计行，未计入",
            "row 9 is a total",
        ),
        Finding::new(
            Code::ScoreDiffers,
            at(4).at(Cells::one(4, 7)),
            "自填 9 分，按规则为 9.44 分（10 × 1180 ÷ 1250）；请核对自填得分",
            "filled 9, rule 9.44",
        ),
        Finding::new(
            Code::ReasonMissing,
            ledger.at(Cells::one(6, 5)),
            "执行率低于 90% 而未填原因；请在“偏差原因”列补充",
            "no reason",
        ),
    ];
    (submission, evaluation)
}

fn driver(
    file: &str,
    row: u32,
    item: &str,
    class: &str,
    numbers: [&str; 4],
    variances: [&str; 2],
) -> DriverResult {
    let [budget_quantity, budget_rate, actual_quantity, actual_rate] = numbers.map(number);
    let [volume, rate] = variances.map(|text| Money::exact(number(text)).expect("money"));
    DriverResult {
        item: item.to_owned(),
        class: class.to_owned(),
        budget_quantity,
        budget_rate,
        actual_quantity,
        actual_rate,
        volume,
        rate,
        total: volume + rate,
        cause: Some("人员自然减少、标准调整".to_owned()),
        source: place(file, "发放台账", "").at(Cells::block(row, 0, row, 8)),
    }
}

/// A project's form in 万元 whose lines are its fund rows, with a printed total that rounding parts from its rows.
pub fn project() -> (Submission, Evaluation) {
    let file = "长江禁捕项目自评表.xlsx";
    let sheet = place(file, "自评表", "");
    let mut submission = Submission::project("长江流域重点水域禁捕退捕补助(二期)", 2020);
    submission.subject.department = Some("市农业农村局".into());
    submission.subject.unit = Some("市渔政监督管理站".into());
    submission.budget.unit = Unit::TenThousand;
    add_line(
        &mut submission,
        &sheet,
        6,
        ["其中：当年财政拨款", "", "1000000.00", "", "1200000.00", "1100000.00", ""],
    );
    add_line(
        &mut submission,
        &sheet,
        7,
        ["上年结转资金", "", "", "", "1329120.67", "1329120.67", ""],
    );
    submission.narrative.goal = Some("完成退捕渔民补助发放。".into());
    let mut total = Amounts::sum(submission.budget.lines.iter().map(|line| &line.amounts));
    total.set(Amount::Executed, Some(yuan("2429220.67")));
    submission.budget.rows.push(SourceRow {
        role: Role::Total,
        label: "年度资金总额".into(),
        amounts: total.clone(),
        place: sheet.at(Cells::block(5, 0, 5, 9)),
        columns: submission.budget.rows[0].columns.clone(),
    });
    submission.execution_row = Some(ExecutionRow {
        weight: Some(number("10")),
        source: sheet.at(Cells::block(5, 0, 5, 9)),
        ..ExecutionRow::default()
    });
    let mut indicators = vec![
        scored(
            &["预算执行率"],
            ["", ""],
            "10",
            "weight * min(1, executed / budget)",
            &[("executed", "2429220.67"), ("budget", "2529120.67")],
        ),
        scored(
            &["产出指标", "数量指标", "指标1：退捕渔船数量"],
            ["≥266艘", "266艘"],
            "50",
            RATIO,
            &[("actual", "266"), ("target", "266")],
        ),
        scored(
            &["效益指标", "社会效益指标", "指标1：渔民转产就业"],
            ["有序", ""],
            "30",
            "weight * share",
            &[("share", "1")],
        ),
        scored(
            &["满意度指标", "服务对象满意度指标", "指标1：渔民满意度"],
            ["≥90%", "=HYPERLINK(\"x\")"],
            "10",
            "weight * 三公.上年 / actual else weight * actual / target",
            &[("actual", "0.8"), ("target", "0.9"), ("三公.上年", "")],
        ),
    ];
    indicators[2].score = None;
    indicators[2].calculation = None;
    indicators[2].judgement = true;
    for (row, indicator) in (14u32..).zip(&mut indicators[1..]) {
        indicator.source = sheet.at(Cells::block(row, 0, row, 8));
    }
    indicators[0].source = sheet.at(Cells::block(5, 0, 5, 9));
    let mut evaluation = evaluation(&submission, indicators);
    evaluation.totals = totals(&total);
    let mut amounts = Amounts::default();
    for amount in [Amount::Initial, Amount::Adjusted] {
        amounts.set(amount, Some(Money::ZERO));
    }
    amounts.set(Amount::Executed, Some(yuan("100.00")));
    evaluation.tail = Some(Tail { amounts, source: sheet.at(Cells::block(5, 0, 5, 9)) });
    evaluation.grade = None;
    (submission, evaluation)
}

/// A department of a batch that was evaluated.
pub fn summary_row<'a>(evaluation: &'a Evaluation, outputs: &'a [String]) -> SummaryRow<'a> {
    SummaryRow {
        name: &evaluation.subject.name,
        file: "老干部局2021.xlsx",
        status: if evaluation.has_errors() { Status::Findings } else { Status::Done },
        evaluation: Some(evaluation),
        error: None,
        outputs,
    }
}

/// A department of a batch that could not be read.
pub fn failed_row() -> SummaryRow<'static> {
    SummaryRow {
        name: "区水利局",
        file: "水利局.xlsx",
        status: Status::Failed,
        evaluation: None,
        error: Some(("encrypted", "文件有密码，无法读取；请另存为不带密码的工作簿后重新运行")),
        outputs: &[],
    }
}
