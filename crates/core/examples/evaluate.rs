//! Builds a submission in code, evaluates it and prints the result for people to read.
//!
//! Run it with `cargo run -p jixiao-core --example evaluate`.

#![allow(clippy::print_stdout, reason = "an example prints what it shows")]

use jixiao_core::{
    Amount, BudgetLine, Driver, Indicator, Money, Place, Rules, Submission, Unit, evaluate,
};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let rules = Rules::builtin("mof-2020-10")?;
    let evaluation = evaluate(&submission()?, &rules)?;

    println!(
        "{} {} 年绩效自评",
        evaluation.subject.name,
        evaluation.budget_year.unwrap_or_default()
    );
    println!("规则:{}({})", evaluation.rules.title, evaluation.rules.document);

    let wan = |money: Option<Money>| {
        money.map_or("—".to_owned(), |money| money.display(Unit::TenThousand))
    };
    println!("\n支出执行(万元)      全年预算数      执行数      执行率");
    for line in &evaluation.lines {
        let rate =
            line.totals.execution_rate.as_ref().map_or("—".to_owned(), |rate| rate.percent(2));
        let name = line.path.join("/");
        println!(
            "  {name:<12}{:>12}{:>12}{rate:>12}",
            wan(line.totals.adjusted_budget),
            wan(line.totals.executed)
        );
    }
    let totals = &evaluation.totals;
    let rate = totals.execution_rate.as_ref().map_or("—".to_owned(), |rate| rate.percent(2));
    println!(
        "  合计:预算 {},执行 {},执行率 {rate}",
        wan(totals.adjusted_budget),
        wan(totals.executed)
    );
    for driver in &evaluation.drivers {
        println!(
            "  {}·{}:量差 {} 元,价差 {} 元",
            driver.item, driver.class, driver.volume, driver.rate
        );
    }

    println!("\n指标评分");
    for row in &evaluation.indicators {
        let score = row.score.map_or("待定".to_owned(), |score| format!("{score:.2}"));
        let weight = row.weight.map_or("—".to_owned(), |weight| weight.normalize().to_string());
        let mark = if row.judgement { "(需人工判断)" } else { "" };
        println!("  {}:{score} / {weight}{mark}  {}", row.path.join("/"), row.substituted);
    }
    let score = evaluation.score.map_or("待定".to_owned(), |score| format!("{score:.2}"));
    println!("  总分 {score},等级 {}", evaluation.grade.as_deref().unwrap_or("待定"));

    println!("\n发现");
    for finding in &evaluation.findings {
        println!("  [{}] {}", finding.code.text(), finding.message);
    }
    Ok(())
}

fn submission() -> Result<Submission, Box<dyn std::error::Error>> {
    let mut submission = Submission::department("区老干部局", 2021);
    submission.budget.unit = Unit::TenThousand;
    for (name, budget, executed, reason) in [
        ("在职人员经费", "26509700.00", "26401200.00", None),
        ("离退休干部活动经费", "20000000.00", "17600000.00", Some("受疫情影响,集中活动减少")),
    ] {
        let mut line = BudgetLine::named(name);
        line.amounts.set(Amount::Adjusted, Some(budget.parse()?));
        line.amounts.set(Amount::Executed, Some(executed.parse()?));
        line.reason = reason.map(str::to_owned);
        submission.budget.lines.push(line);
    }
    for (levels, target, actual, weight, score) in [
        (["产出指标", "数量指标", "慰问离退休干部"], "≥1200人次", "1250人次", "25", None),
        (["产出指标", "质量指标", "活动参与率"], "≥95%", "91%", "15", None),
        (["产出指标", "时效指标", "慰问金发放时间"], "12月底前", "11月", "10", None),
        (["效益指标", "社会效益指标", "老干部作用发挥"], "明显", "基本达成", "30", Some("23")),
        (["满意度指标", "服务对象满意度指标", "老干部满意度"], "≥90%", "96%", "10", None),
    ] {
        submission.indicators.push(Indicator {
            path: levels.map(str::to_owned).to_vec(),
            target: target.to_owned(),
            actual: Some(actual.to_owned()),
            weight: Some(weight.parse()?),
            score_claimed: score.map(str::parse).transpose()?,
            ..Indicator::default()
        });
    }
    submission.drivers.push(Driver {
        item: "生活补助".to_owned(),
        class: "离休干部".to_owned(),
        budget_quantity: "120".parse()?,
        budget_rate: "3000".parse()?,
        actual_quantity: "110".parse()?,
        actual_rate: "2800".parse()?,
        cause: Some("人员减少,标准下调".to_owned()),
        source: Place::default(),
    });
    Ok(submission)
}
