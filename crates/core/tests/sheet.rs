//! Where binary fractions would decide otherwise than exact numbers, a score does not live in a sheet.

#![allow(clippy::expect_used, reason = "a test that cannot go on has failed")]

use jixiao_core::{Amount, BudgetLine, Rules, Submission, evaluate};
use rust_decimal::Decimal;

#[test]
fn a_score_lives_in_a_sheet_or_stands_as_a_number() {
    for (executed, budget, score, lives) in [
        ("100", "100", "10.00", true),
        // One 分 of so much is 99.99… %: 7 points. A sheet that rounds to twelve places still sees it up to ten billion.
        ("99999999.99", "100000000", "7.00", true),
        ("9999999999.99", "10000000000", "7.00", true),
        ("9999999999999.99", "10000000000000", "7.00", false),
        // An edge in full: 80 % of an amount that no binary fraction holds.
        ("987654320.8", "1234567901", "7.00", true),
        ("0.08", "0.1", "7.00", true),
    ] {
        let rules = Rules::builtin("mof-2021-101").expect("rules");
        let mut submission = Submission::department("单位", 2021);
        let mut line = BudgetLine::named("支出");
        line.amounts.set(Amount::Adjusted, Some(budget.parse().expect("money")));
        line.amounts.set(Amount::Executed, Some(executed.parse().expect("money")));
        submission.budget.lines.push(line);
        let evaluation = evaluate(&submission, &rules).expect("an evaluation");
        let row = &evaluation.indicators[0];
        let score = score.parse::<Decimal>().expect("a score");
        assert_eq!(row.score, Some(score), "{executed}");
        let calculation = row.calculation.as_ref().expect("a calculation");
        let shown = calculation.in_a_sheet(row.weight.expect("a weight"));
        assert_eq!(shown == Some(score), lives, "{executed}: {shown:?}");
    }
}
