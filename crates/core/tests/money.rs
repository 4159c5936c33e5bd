//! Stated totals, bridges and lines: what is said about money that does not add up.

#![allow(clippy::expect_used, reason = "a test that cannot go on has failed")]

use jixiao_core::{
    Amount, Amounts, BudgetLine, Cells, Code, EvaluateError, Evaluation, Finding, Lang, Place,
    Role, Rules, Severity, SourceRow, Submission, SumCheck, Unit, evaluate,
};
use std::sync::Arc;

/// A ledger in 万元 with the columns B (initial), C (additions), D (adjusted), E (executed); row 1 is the heading.
struct Ledger(Submission);

const COLUMNS: [(Amount, u32); 4] =
    [(Amount::Initial, 1), (Amount::Addition, 2), (Amount::Adjusted, 3), (Amount::Executed, 4)];

fn amounts(texts: [&str; 4]) -> Amounts {
    let mut amounts = Amounts::default();
    for ((amount, _), text) in COLUMNS.iter().zip(texts) {
        let yuan = (!text.is_empty()).then(|| {
            let wan: rust_decimal::Decimal = text.parse().expect("a decimal");
            jixiao_core::Money::exact(wan * Unit::TenThousand.yuan()).expect("money")
        });
        amounts.set(*amount, yuan);
    }
    amounts
}

impl Ledger {
    fn new() -> Ledger {
        let mut submission = Submission::department("财政局", 2024);
        submission.budget.unit = Unit::TenThousand;
        submission.budget.last_place = Some("100".parse().expect("money"));
        Ledger(submission)
    }

    fn row(&mut self, label: &str, role: Role, texts: [&str; 4]) {
        let budget = &mut self.0.budget;
        let row = u32::try_from(budget.rows.len()).expect("few rows") + 1;
        budget.rows.push(SourceRow {
            role,
            label: label.into(),
            amounts: amounts(texts),
            place: Place::new("台账.xlsx", "支出", Cells::block(row, 0, row, 4)),
            columns: Arc::from(COLUMNS),
        });
    }

    fn line(mut self, name: &str, texts: [&str; 4]) -> Ledger {
        let mut line = BudgetLine::named(name);
        line.amounts = amounts(texts);
        line.reason = Some("按进度支付".to_owned());
        self.0.budget.lines.push(line);
        let index = self.0.budget.lines.len() - 1;
        self.row(name, Role::Counted(index), texts);
        self
    }

    fn total(mut self, texts: [&str; 4]) -> Ledger {
        let parts = (0..self.0.budget.rows.len()).collect();
        self.row("合计", Role::Total, texts);
        self.0.budget.checks.push(SumCheck {
            row: self.0.budget.rows.len() - 1,
            parts,
            last_place: Some("100".parse().expect("money")),
            whole: true,
        });
        self
    }

    fn evaluate(&self) -> Evaluation {
        evaluate(&self.0, &Rules::builtin("mof-2020-10").expect("rules")).expect("an evaluation")
    }
}

fn of(evaluation: &Evaluation, code: Code) -> Vec<&Finding> {
    evaluation.findings.iter().filter(|finding| finding.code == code).collect()
}

fn shown(money: Option<jixiao_core::Money>) -> String {
    money.map(|money| money.display_exact(Unit::TenThousand)).unwrap_or_default()
}

#[test]
fn a_tail_stands_with_the_printed_total() {
    // Two rows of 1,000.005 and 1,993.925 万元, printed with two places each, total printed from the exact ones.
    let ledger = Ledger::new()
        .line("行政运行", ["", "", "1000.01", "999.00"])
        .line("一般行政管理事务", ["", "", "1993.92", "1941.05"])
        .total(["", "", "2993.92", "2940.05"]);
    let evaluation = ledger.evaluate();
    let tails = of(&evaluation, Code::RoundingTail);
    assert_eq!(tails.len(), 1, "{:#?}", evaluation.findings);
    assert_eq!(tails[0].severity, Severity::Info);
    for words in ["2,993.92 万元", "2,993.93 万元", "-0.01 万元"] {
        assert!(tails[0].message.contains(words), "{}", tails[0].message);
    }
    assert_eq!(tails[0].source.cells.to_string(), "D4");
    let related: Vec<String> =
        tails[0].related.iter().map(|place| place.cells.to_string()).collect();
    assert_eq!(related, ["D2", "D3"]);
    assert_eq!(shown(evaluation.totals.adjusted_budget), "2,993.92");
    let tail = evaluation.tail.as_ref().expect("a tail");
    assert_eq!(shown(tail.amounts.get(Amount::Adjusted)), "-0.01");
    assert_eq!(tail.amounts.get(Amount::Executed), None);
    assert_eq!(tail.source.cells.to_string(), "A4:E4");
    // 2940.05 / 2993.92, the published 98.20 %.
    let rate = evaluation.totals.execution_rate.as_ref().expect("a rate");
    assert_eq!(rate.percent(2), "98.20%");
    assert!(of(&evaluation, Code::TotalMismatch).is_empty());
}

#[test]
fn more_than_rounding_is_a_mismatch_and_the_rows_stand() {
    let ledger = Ledger::new()
        .line("甲", ["", "", "90.00", "80.00"])
        .line("乙", ["", "", "10.00", "10.00"])
        .total(["", "", "0", "90.02"]);
    let evaluation = ledger.evaluate();
    let found = of(&evaluation, Code::TotalMismatch);
    let cells: Vec<String> = found.iter().map(|finding| finding.source.cells.to_string()).collect();
    assert_eq!(cells, ["D4", "E4"], "{:#?}", evaluation.findings);
    assert!(found.iter().all(|finding| finding.severity == Severity::Error));
    assert!(found[1].message.contains("90.02 万元") && found[1].message.contains("0.02 万元"));
    assert_eq!(shown(evaluation.totals.adjusted_budget), "100.00");
    assert_eq!(shown(evaluation.totals.executed), "90.00");
    assert!(evaluation.tail.is_none() && evaluation.has_errors());
}

#[test]
fn the_bridge_is_checked_line_by_line() {
    let ledger = Ledger::new()
        .line("甲", ["100.00", "20.00", "120.00", "120.00"])
        .line("乙", ["100.00", "20.00", "119.00", "119.00"])
        .line("丙", ["", "5.00", "5.00", "5.00"])
        // Three terms printed with two places explain 0.015 万元.
        .line("丁", ["10.00", "1.00", "11.01", "11.01"]);
    let evaluation = ledger.evaluate();
    let broken = of(&evaluation, Code::IdentityBroken);
    assert_eq!(broken.len(), 1, "{:#?}", evaluation.findings);
    assert_eq!(broken[0].source.cells.to_string(), "D3");
    assert!(broken[0].message.contains("119.00 万元") && broken[0].message.contains("-1.00 万元"));
    let related: Vec<String> =
        broken[0].related.iter().map(|place| place.cells.to_string()).collect();
    assert_eq!(related, ["B3", "C3"]);
    // A blank cell stays blank.
    assert_eq!(evaluation.lines[2].totals.initial_budget, None);
}

#[test]
fn an_adjusted_budget_is_computed_from_changes() {
    let ledger = Ledger::new()
        .line("甲", ["100.00", "20.00", "", "60.00"])
        .line("乙", ["30.00", "", "", "15.00"]);
    let evaluation = ledger.evaluate();
    assert_eq!(shown(evaluation.lines[0].totals.adjusted_budget), "120.00");
    assert_eq!(shown(evaluation.totals.initial_budget), "130.00");
    assert_eq!(shown(evaluation.totals.additions), "20.00");
    assert_eq!(evaluation.totals.reductions, None);
}

#[test]
fn without_adjusted_budget_and_changes_the_initial_one_is_the_base() {
    let ledger = Ledger::new()
        .line("甲", ["100.00", "", "", "50.00"])
        .line("乙", ["60.00", "", "", "30.00"]);
    let evaluation = ledger.evaluate();
    assert_eq!(of(&evaluation, Code::BaseAssumed).len(), 1);
    assert_eq!(evaluation.totals.adjusted_budget, None);
    assert_eq!(shown(evaluation.totals.variance), "-80.00");
    assert_eq!(
        evaluation.totals.execution_rate.as_ref().map(|rate| rate.percent(2)).as_deref(),
        Some("50.00%")
    );
}

#[test]
fn a_blank_adjusted_budget_among_filled_ones_is_the_initial_one_unless_the_total_says_otherwise() {
    let ledger = || {
        Ledger::new()
            .line("甲", ["100.00", "", "120.00", "120.00"])
            .line("乙", ["60.00", "", "", "30.00"])
    };
    let evaluation = ledger().evaluate();
    assert_eq!(shown(evaluation.totals.adjusted_budget), "180.00");
    let assumed = of(&evaluation, Code::BaseAssumed);
    assert_eq!(assumed.len(), 1);
    assert_eq!(assumed[0].source.cells.to_string(), "B3");

    let evaluation = ledger().total(["160.00", "", "120.00", "150.00"]).evaluate();
    assert_eq!(shown(evaluation.totals.adjusted_budget), "120.00");
    assert_eq!(of(&evaluation, Code::Unbudgeted).len(), 1);
}

#[test]
fn lines_that_stand_out_are_named() {
    let ledger = Ledger::new()
        .line("超支", ["", "", "100.00", "100.01"])
        .line("无预算", ["", "", "", "5.00"])
        .line("零", ["", "", "0.00", ""])
        .line("负数", ["", "", "50.00", "-1.00"]);
    let evaluation = ledger.evaluate();
    for (code, cell, severity) in [
        (Code::Overspent, "E2", Severity::Warning),
        (Code::Unbudgeted, "E3", Severity::Warning),
        (Code::ZeroBudget, "D4", Severity::Info),
        (Code::NegativeAmount, "E5", Severity::Warning),
    ] {
        let found = of(&evaluation, code);
        let places: Vec<String> =
            found.iter().map(|finding| finding.source.cells.to_string()).collect();
        assert_eq!(places, [cell], "{code:?}: {:#?}", evaluation.findings);
        assert_eq!(found[0].severity, severity);
    }
}

#[test]
fn a_ledger_line_without_reason_is_a_warning_and_many_are_counted() {
    let mut ledger = Ledger::new();
    for line in 0..50 {
        ledger = ledger.line(&format!("项目{line}"), ["", "", "100.00", "50.00"]);
    }
    for line in &mut ledger.0.budget.lines {
        line.reason = None;
    }
    let evaluation = ledger.evaluate();
    let lines: Vec<_> = of(&evaluation, Code::ReasonMissing)
        .into_iter()
        .filter(|f| f.severity == Severity::Warning)
        .collect();
    assert_eq!(lines.len(), 21);
    assert!(lines[20].message.contains("30"), "{}", lines[20].message);
    // The total needs one as well, and that is an error.
    assert_eq!(of(&evaluation, Code::ReasonMissing).len(), 22);
}

#[test]
fn messages_speak_english_too() {
    let ledger =
        Ledger::new().line("甲", ["", "", "100.00", "120.00"]).total(["", "", "90.00", "120.00"]);
    for mut finding in ledger.evaluate().findings {
        finding.speak(Lang::En);
        let plain = finding.message.replace(['“', '”', '≥', '≤', '〔', '〕', '–', '−'], "");
        let chinese: Vec<char> =
            plain.chars().filter(|c| !c.is_ascii() && !"万元号财预甲合计".contains(*c)).collect();
        assert!(chinese.is_empty(), "{}", finding.message);
    }
}

#[test]
fn rows_that_are_not_there_are_refused() {
    let rules = Rules::builtin("mof-2020-10").expect("rules");
    let mut ledger =
        Ledger::new().line("甲", ["", "", "100.00", "90.00"]).total(["", "", "100.00", "90.00"]);
    ledger.0.budget.checks[0].parts.push(7);
    let error = evaluate(&ledger.0, &rules).expect_err("no row 7");
    assert_eq!(error, EvaluateError::RowOutOfRange { check: 0, row: 7, rows: 2 });
    ledger.0.budget.checks.clear();
    ledger.0.budget.rows[0].role = Role::Counted(3);
    let error = evaluate(&ledger.0, &rules).expect_err("no line 3");
    assert_eq!(error, EvaluateError::LineOutOfRange { row: 0, line: 3, lines: 1 });
}
