//! Columns that are parts of one amount, or say it again.

use super::check;

#[test]
fn parts_of_one_kind_under_no_word_are_added() {
    for (name, titles, meanings) in [
        ("funds", "一般公共预算支出数|单位资金支出数", "Executed Executed: 2"),
        ("funds beside the whole", "一般公共预算支出数|支出数", "? Executed: 2"),
        ("ways of paying", "直接支付数|授权支付数", "Executed Executed: 2"),
        ("ranges of months", "1-6月支出|7-12月支出", "Executed Executed: 2"),
    ] {
        let text = format!("项目|全年预算数|{titles}\n会议费|10|4|5\n培训费|20|2|1");
        check(name, &text, &[&format!("Item AdjustedBudget {meanings}")]);
    }
    check(
        "a part that is named in full beside two that are not",
        "项目|全年预算数|人员经费支出|公用经费支出|项目支出
         会议费|10|4|2|3
         培训费|20|1|2|3",
        &["Item AdjustedBudget Executed Executed Executed: 2"],
    );
}

#[test]
fn the_last_of_what_was_spent_so_far_stands() {
    for (name, titles, meanings) in [
        ("ends of months", "6月末支出|12月末支出", "? Executed: 2"),
        ("until a month", "截至6月支出|截至12月支出", "? Executed: 2"),
        ("ranges from January", "1-6月支出|1-12月支出", "? Executed: 2"),
    ] {
        let text = format!("项目|全年预算数|{titles}\n会议费|10|4|5\n培训费|20|1|2");
        check(name, &text, &[&format!("Item AdjustedBudget {meanings}")]);
    }
    check(
        "falling",
        "项目|全年预算数|6月末支出|12月末支出
         会议费|10|4|5
         培训费|20|2|1",
        &["Item AdjustedBudget ? ?: 2 C,D? Executed"],
    );
}

#[test]
fn a_column_that_others_explain_is_not_asked_about() {
    check(
        "the same in another unit",
        "项目|全年预算数|执行数（元）|执行数（万元）
         会议费|10000|8000|0.8
         培训费|20000|15000|1.5",
        &["Item AdjustedBudget Executed ?: 2"],
    );
    check(
        "other amounts in another unit",
        "项目|全年预算数|执行数（元）|执行数（万元）
         会议费|10000|8000|0.8
         培训费|20000|15000|1.6",
        &["Item AdjustedBudget ? ?: 2 C,D? Executed"],
    );
    check(
        "what is left after what is set apart",
        "项目|指标金额|冻结金额|已支付|可用额度
         会议费|10|1|8|1
         培训费|20|0|15|5
         印刷费|30|2|20|8",
        &["Item AdjustedBudget ? Executed ?: 3"],
    );
}
