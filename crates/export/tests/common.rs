//! The sheet of common indicators and the facts behind it, read back. Expected figures are worked out by hand.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/reading.rs"]
mod reading;
mod support;

use jixiao_core::{Cells, Evaluation, Fact, Rules, Severity, Submission, Waived, evaluate};
use jixiao_export::{Evaluated, Stamp, evaluation_workbook};
use reading::Book;
use support::{department, number, place};

const SHEET: &str = "共性指标";

fn facts(submission: &mut Submission, of: &[(&str, Option<&str>, &str)]) {
    for (row, (name, column, value)) in (2u32..).zip(of) {
        submission.facts.push(Fact {
            name: (*name).to_owned(),
            column: column.map(str::to_owned),
            value: number(value),
            source: place("老干部局2021.xlsx", "基础数据", "").at(Cells::one(row, 1)),
        });
    }
}

fn evaluated(submission: &Submission, rules: &str) -> Evaluation {
    evaluate(submission, &Rules::builtin(rules).expect("rules")).expect("an evaluation")
}

fn book(submission: &Submission, evaluation: &Evaluation) -> Book {
    let subject = Evaluated { submission, evaluation };
    Book::new(evaluation_workbook(&[subject], Stamp::year_end(2021)).expect("a workbook"))
}

/// The first row of an indicator, and what stands in its columns from F to I there.
fn row_of(book: &mut Book, name: &str) -> u32 {
    let cell = book.find(SHEET, name);
    cell.trim_start_matches('D').parse().expect("a row")
}

#[test]
fn variables_lead_to_their_facts_and_results_are_live() {
    let (mut submission, _) = department();
    facts(
        &mut submission,
        &[
            ("编制数", None, "143"),
            ("在职人员数", None, "136"),
            ("三公经费", Some("本年预算"), "88000.50"),
            ("闲置资产", None, "7"),
        ],
    );
    let evaluation = evaluated(&submission, "mof-2013-53");
    let mut book = book(&submission, &evaluation);
    assert_eq!(book.sheets()[3], SHEET);
    let row = row_of(&mut book, "在职人员控制率");
    let at = |column: char, row: u32| format!("{column}{row}");
    // 136 / 143
    assert_eq!(book.formula(SHEET, &at('I', row)), format!("G{row}/G{}", row + 1));
    assert!(book.value(SHEET, &at('I', row)).starts_with("0.95104895"));
    for (offset, name, value, source) in
        [(0, "在职人员数", "136", "基础数据!B4"), (1, "编制数", "143", "基础数据!B3")]
    {
        assert_eq!(book.value(SHEET, &at('F', row + offset)), name);
        assert_eq!(book.value(SHEET, &at('G', row + offset)), value);
        assert_eq!(book.value(SHEET, &at('H', row + offset)), source);
        let formula = book.formula(SHEET, &at('G', row + offset));
        let cell = formula.strip_prefix("原始数据!").expect("a cell of the rows").to_owned();
        assert_eq!(book.value("原始数据", &cell), value);
    }
    // 45,638,800 of 46,509,700
    let row = row_of(&mut book, "预算完成率");
    assert_eq!(book.formula(SHEET, &at('G', row)), "支出执行!H8");
    assert!(book.value(SHEET, &at('I', row)).starts_with("0.98127487"));
    // Facts that no formula takes are listed and said to be unused.
    let unused = book.find("原始数据", "闲置资产").replace('D', "B");
    assert_eq!(book.value("原始数据", &unused), "未用到");
}

#[test]
fn what_is_missing_is_a_cell_to_fill_in() {
    let (mut submission, _) = department();
    facts(&mut submission, &[("在职人员数", None, "136")]);
    let evaluation = evaluated(&submission, "mof-2013-53");
    let mut book = book(&submission, &evaluation);
    let row = row_of(&mut book, "在职人员控制率");
    assert_eq!(book.value(SHEET, &format!("I{row}")), "");
    let formula = book.formula(SHEET, &format!("I{row}"));
    assert_eq!(
        formula,
        format!("IF(OR(G{row}=\"\",G{0}=\"\"),\"\",IFERROR(G{row}/G{0},\"\"))", row + 1)
    );
    assert_eq!(book.value(SHEET, &format!("H{}", row + 1)), "请在“基础数据”表补充");
    assert_eq!(book.value(SHEET, &format!("J{row}")), "不能计算，缺少：编制数");
    assert_eq!(book.value(SHEET, &format!("K{row}")), "未核实");
}

#[test]
fn a_scorecard_takes_its_facts_from_the_rows() {
    let (mut submission, _) = department();
    facts(&mut submission, &[("编制数", None, "143"), ("在职人员数", None, "150")]);
    let evaluation = evaluated(&submission, "shenzhen");
    let mut book = book(&submission, &evaluation);
    // 150 of 143 is above 100 %: no point.
    let name = book.find("指标评分", "财政供养人员控制率");
    let column = book.find("指标评分", "得分").replace('3', "");
    let cell = name.replace('D', &column);
    assert!(
        book.formula("指标评分", &cell).contains("原始数据!H"),
        "{}",
        book.formula("指标评分", &cell)
    );
    assert_eq!(book.value("指标评分", &cell), "0");
}

#[test]
fn without_common_indicators_there_is_no_sheet_of_them() {
    let (submission, _) = department();
    let evaluation = evaluated(&submission, "mof-2020-10");
    let mut book = book(&submission, &evaluation);
    assert_eq!(book.sheets(), ["自评表", "支出执行", "指标评分", "发现", "原始数据"]);
    // Which rules were used stands below the form, outside of what is printed.
    let said = book.find("自评表", "评分规则：项目支出绩效评价管理办法:单位自评（财预〔2020〕10号，mof-2020-10），未核实原文。");
    assert_eq!(said, "A20");
    assert!(book.part("xl/workbook.xml").contains("自评表!$A$1:$I$18"));
}

#[test]
fn warning_lights_are_seen_on_the_form_and_waived_findings_stay_listed() {
    let (mut submission, _) = department();
    // A third of the budget is left: the platform shows a light.
    for line in &mut submission.budget.lines {
        line.amounts.set(jixiao_core::Amount::Executed, Some("6000000.00".parse().unwrap()));
    }
    submission.budget.rows.clear();
    let mut evaluation = evaluated(&submission, "platform");
    assert!(!evaluation.form.lights.is_empty());
    let light = &evaluation.form.lights[0];
    let said = format!("{}：{}（上报后平台将显示）", light.colour.words().0, light.chinese);
    let finding = &mut evaluation.findings[0];
    finding.waived =
        Some(Waived { reason: "主管部门已批复".into(), severity: Severity::Error });
    finding.severity = Severity::Info;
    let message = format!("{}\n已豁免（原为错误），理由：主管部门已批复", finding.message);
    let mut book = book(&submission, &evaluation);
    book.find("自评表", &said);
    let cell = book.find("发现", &message).replace('D', "B");
    assert_eq!(book.value("发现", &cell), "已豁免");
}
