//! What the rules make of a submission, written and read back: the formulas must find their numbers under core's names.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/reading.rs"]
mod reading;
mod support;

use jixiao_core::{Decision, Evaluation, Rules, Submission, SumCheck, evaluate};
use jixiao_export::{Evaluated, Stamp, evaluation_workbook};
use reading::Book;
use support::{department, number, project, yuan};

fn book(submission: &Submission) -> (Evaluation, Book) {
    let rules = Rules::builtin("mof-2020-10").expect("rules");
    let evaluation = evaluate(submission, &rules).expect("an evaluation");
    let subject = Evaluated { submission, evaluation: &evaluation };
    let bytes = evaluation_workbook(&[subject], Stamp::year_end(2021)).expect("a workbook");
    (evaluation, Book::new(bytes))
}

/// The rows of 指标评分 by the third level, with what stands under 得分.
fn scores(book: &mut Book, names: &[&str]) -> Vec<(String, String)> {
    let column = book.find("指标评分", "得分").replace('3', "");
    let cells = names.iter().map(|name| book.find("指标评分", name).replace('D', &column));
    let cells: Vec<String> = cells.collect();
    cells.iter().map(|at| (book.formula("指标评分", at), book.value("指标评分", at))).collect()
}

#[test]
fn every_computed_score_of_a_ledger_is_live() {
    let (submission, _) = department();
    let (evaluation, mut book) = book(&submission);
    let names = ["预算执行率", "组织学习活动期数", "走访慰问离退休干部人次", "老干部作用发挥情况"];
    let found = scores(&mut book, &names);
    for ((formula, value), expected) in found.iter().zip(["9.81", "15", "9.44", "20"]) {
        // What a person writes under 复核得分 goes before what the rules give.
        assert!(formula.starts_with("IF(IF("), "{formula}");
        assert!(formula.contains("ROUND(ROUND(MAX(0,MIN(G"), "{formula}");
        assert_eq!(value, expected);
    }
    // A score that a person filled in is a number.
    let [(formula, value)] = &scores(&mut book, &["长效服务机制健全程度"])[..] else {
        panic!()
    };
    assert_eq!((formula.as_str(), value.as_str()), ("", "8"));
    assert_eq!(evaluation.score.unwrap().to_string(), "87.25");
    assert_eq!(book.value("自评表", "H18"), "87.25");
}

#[test]
fn a_printed_total_that_rounding_explains_stands_with_its_tail() {
    let (mut submission, _) = project();
    submission.budget.checks = vec![SumCheck {
        row: 2,
        parts: vec![0, 1],
        last_place: Some(yuan("100.00")), // 0.01 万元
        whole: true,
    }];
    // The rows give 242.912067, the form prints 242.922067 万元: half a last place for each of two rows.
    let (evaluation, mut book) = book(&submission);
    assert_eq!(evaluation.totals.executed, Some(yuan("2429220.67")));
    let tail = book.find("支出执行", "尾差（原表合计－各行之和）").replace('B', "E");
    assert_eq!(book.formula("支出执行", &tail), "ROUND(原始数据!J6-SUM(E4:E5),2)");
    assert_eq!(book.value("支出执行", &tail), "100");
    assert_eq!(book.value("自评表", "F6"), "242.922067");
}

/// A decided score stands beside the live one of the rules, with who and why; the total takes the decided one.
#[test]
fn a_decided_score_stands_beside_the_one_of_the_rules() {
    let (mut submission, _) = department();
    submission.indicators[1].decided = Some(Decision {
        score: number("8"),
        who: Some("复核组".into()),
        why: Some("抽查 20 人，2 人未走访".into()),
        ..Decision::default()
    });
    let (evaluation, mut book) = book(&submission);
    let row = book.find("指标评分", "走访慰问离退休干部人次");
    let at = |book: &mut Book, title: &str| {
        row.replace('D', &book.find("指标评分", title).replace('3', ""))
    };
    let decided = at(&mut book, "得分");
    let written = at(&mut book, "复核得分");
    assert_eq!(book.value("指标评分", &written), "8");
    assert!(book.formula("指标评分", &decided).contains(&format!("=1,{written},")));
    assert_eq!(book.value("指标评分", &decided), "8");
    // 10 * 1180 / 1250
    let computed = at(&mut book, "规则得分");
    assert!(book.formula("指标评分", &computed).contains("MIN(G"));
    assert_eq!(book.value("指标评分", &computed), "9.44");
    for (title, text) in
        [("复核人", "复核组"), ("复核意见", "抽查 20 人，2 人未走访"), ("判断", "人工决定")]
    {
        let cell = at(&mut book, title);
        assert_eq!(book.value("指标评分", &cell), text);
    }
    // 87.25 less 1.44
    assert_eq!(evaluation.score.unwrap().to_string(), "85.81");
    assert_eq!(book.value("自评表", "H18"), "85.81");
}
