//! Recognition of whole sheets: small grids as text, with the meaning of every column written by hand.

use super::{Table, TableKind, tables_of};
use crate::answers::Answers;
use crate::clean::cells::Notes;
use crate::clean::ledger::ledger;
use crate::grid::{Cell, Format, Sheet, SheetBuilder, SheetState, Value};
use jixiao_core::{Cells, Unit};

/// A sheet from lines of cells parted by `|`; a cell that reads as a number is one.
pub(super) fn sheet(text: &str) -> Sheet {
    let mut builder = SheetBuilder::new("表", SheetState::Visible);
    for (row, line) in (0..).zip(text.lines().map(str::trim).filter(|line| !line.is_empty())) {
        for (column, cell) in (0..).zip(line.split('|')) {
            let value = match cell.parse::<f64>() {
                Ok(number) => Value::Number(number),
                Err(_) => Value::Text(cell),
            };
            builder.push(Cell { row, column, value, format: Format::Plain, formula: false });
        }
    }
    builder.build()
}

fn tables(text: &str) -> Vec<Table> {
    tables_of(&sheet(text), 0, &Answers::default())
}

/// The meanings of a table's columns, `?` for those without, then how many rows it has and what it asks.
fn outline(table: &Table) -> String {
    let meanings = table.columns.iter().map(|column| match column.meaning {
        Some(meaning) => format!("{meaning:?}"),
        None => "?".to_owned(),
    });
    let asked = table.doubts.iter().map(|doubt| {
        let columns = doubt.columns.iter().map(|column| Cells::letters(*column));
        format!(" {}? {:?}", columns.collect::<Vec<_>>().join(","), doubt.meaning)
    });
    let asked: String = asked.collect();
    format!("{}: {}{asked}", meanings.collect::<Vec<_>>().join(" "), table.body.len())
}

mod parts;

#[track_caller]
fn check(name: &str, text: &str, expected: &[&str]) {
    let found: Vec<String> = tables(text).iter().map(outline).collect();
    assert_eq!(found, expected, "{name}");
}

#[test]
fn group_words_without_merges_reach_over_the_blanks_beside_them() {
    check(
        "years",
        "项目|2022年|||2023年||
         |年初|调整后|支出|年初|调整后|支出
         会议费|1|2|3|4|5|5
         培训费|1|2|3|4|6|5",
        &["Item ? ? ? InitialBudget AdjustedBudget Executed: 2"],
    );
    check(
        "budget and spending",
        "科目编码|名称|预算情况|||支出情况||
         ||上年结转|年初|调整后预算|执行数|指标余额|执行率
         2010101|行政运行|1|2|3|3|0|1
         2010102|机关服务|1|3|4|2|2|0.5",
        &["Function Item CarriedOver InitialBudget AdjustedBudget Executed Balance Rate: 2"],
    );
    check(
        "names in the lower row only",
        "||预算情况||支出情况|
         序号|项目|年初|全年|执行数|余额
         1|会议费|2|3|3|0
         2|培训费|2|4|3|1",
        &["Number Item InitialBudget AdjustedBudget Executed Balance: 2"],
    );
    check(
        "three rows",
        "项目|2023年预算|||支出数
         |年初|年中调整||
         ||追加|追减|
         会议费|20|3|0|23
         培训费|30|0|4|26",
        &["Item InitialBudget Additions Reductions Executed: 2"],
    );
    check(
        "a group of one",
        "项目|预算||支出
         |年初|调整后|执行数
         会议费|20|23|23
         培训费|30|26|26",
        &["Item InitialBudget AdjustedBudget Executed: 2"],
    );
    // A line of labels has words of the header below each of its own.
    check(
        "a line of labels above",
        "部门名称|某局|||金额|
         项目|年初预算数|追加|追减|全年预算数|执行数
         会议费|20|3|0|23|23
         培训费|30|0|4|26|25",
        &["Item InitialBudget Additions Reductions AdjustedBudget Executed: 2"],
    );
    // A group of rows under the name of an item is no part of the header.
    check(
        "a heading below the header",
        "项目|年初预算数|全年预算数|执行数|备注
         人员经费||||
         会议费|20|23|23|
         培训费|30|26|25|",
        &["Item InitialBudget AdjustedBudget Executed Remark: 3"],
    );
}

#[test]
fn months_are_parts_of_the_year() {
    check(
        "merged or not, without a sum",
        "项目|全年预算数|支出数|||
         ||1月|2月|3月|4月
         会议费|10|1|2|3|4
         培训费|20|1|2|3|4",
        &["Item AdjustedBudget Executed Executed Executed Executed: 2"],
    );
    check(
        "with what was spent so far",
        "项目|全年预算数|各月支出|||
         ||1月|2月|3月|累计
         甲|乙|1|2|3|4
         会议费|10|1|2|3|6
         培训费|20|1|2|3|6",
        &["Item AdjustedBudget ? ? ? Executed: 2"],
    );
    check(
        "quarters",
        "项目|全年预算数|执行数|||
         ||一季度|二季度|三季度|四季度
         会议费|10|1|2|3|4
         培训费|20|1|2|3|4",
        &["Item AdjustedBudget Executed Executed Executed Executed: 2"],
    );
}

#[test]
fn a_year_that_was_not_spent_in_is_next_years() {
    check(
        "without a title",
        "项目|2023年年初预算|2023年调整预算|2023年执行|2024年年初预算
         会议费|100|90|60|5
         培训费|50|55|10|6",
        &["Item InitialBudget AdjustedBudget Executed ?: 2"],
    );
    check(
        "what was spent says no year",
        "项目|2022年决算数|2023年预算||执行数
         ||年初|全年|
         会议费|8|100|90|60
         培训费|9|50|55|10",
        &["Item ? InitialBudget AdjustedBudget Executed: 2"],
    );
    check(
        "nor do the budgets",
        "2023年预算执行情况表
         项目|年初预算|全年预算|执行数|2024年预算
         会议费|100|90|60|5
         培训费|50|55|10|6",
        &["Item InitialBudget AdjustedBudget Executed ?: 2"],
    );
    check(
        "under the title of the year",
        "2023年预算执行情况表
         项目|2022年预算|2023年预算|2023年执行|2024年预算
         会议费|8|100|60|5
         培训费|9|50|10|6",
        &["Item ? AdjustedBudget Executed ?: 2"],
    );
}

#[test]
fn groups_by_months_or_offices() {
    check(
        "months above 预算 and 支出",
        "项目|1月||2月||合计|
         |预算|支出|预算|支出|预算|支出
         会议费|10|5|10|6|20|11
         培训费|20|5|20|5|40|10",
        &["Item ? ? ? ? AdjustedBudget Executed: 2"],
    );
    check(
        "offices beside their sum",
        "项目|全年预算数|||执行数||
         |甲局|乙处|合计|甲局|乙处|合计
         会议费|10|5|15|6|4|10
         培训费|20|5|25|5|5|10",
        &["Item ? ? AdjustedBudget ? ? Executed: 2"],
    );
    check(
        "offices without their sum",
        "项目|全年预算数||执行数|
         |甲局|乙处|甲局|乙处
         会议费|10|5|6|4
         培训费|20|5|5|5",
        &["Item AdjustedBudget AdjustedBudget Executed Executed: 2"],
    );
    check(
        "words that may hold anything are asked about",
        "项目|全年预算数|执行数|
         ||口径一|口径二
         会议费|10|5|6
         培训费|20|5|5",
        &["Item AdjustedBudget ? ?: 2 C,D? Executed"],
    );
}

#[test]
fn months_in_the_title_or_under_no_word() {
    check(
        "in the title",
        "项目|全年预算数|1月支出|2月支出|3月支出
         会议费|10|4|2|3
         培训费|20|1|2|3",
        &["Item AdjustedBudget Executed Executed Executed: 2"],
    );
    check(
        "halves of a year",
        "项目|全年预算数|上半年执行数|下半年执行数
         会议费|10|4|2
         培训费|20|1|2",
        &["Item AdjustedBudget Executed Executed: 2"],
    );
    check(
        "under no word, with their sum",
        "项目|全年预算数|1月|2月|3月|合计
         会议费|10|4|2|3|9
         培训费|20|1|2|3|6",
        &["Item AdjustedBudget ? ? ? Executed: 2"],
    );
    check(
        "the month beside what was spent so far",
        "项目|全年预算数|3月支出|累计支出
         会议费|10|4|9
         培训费|20|1|2",
        &["Item AdjustedBudget ? Executed: 2"],
    );
    check(
        "what was spent so far, month by month",
        "项目|全年预算数|累计支出||
         ||1月|2月|3月
         会议费|10|4|5|9
         培训费|20|1|2|2",
        &["Item AdjustedBudget ? ? Executed: 2"],
    );
    check(
        "called so, but falling",
        "项目|全年预算数|累计支出||
         ||1月|2月|3月
         会议费|10|4|5|9
         培训费|20|1|2|1",
        &["Item AdjustedBudget ? ? ?: 2 C,D,E? Executed"],
    );
    check(
        "rising on every row",
        "项目|全年预算数|执行数||
         ||1月|2月|3月
         会议费|10|4|5|9
         培训费|20|1|2|4
         印刷费|20|3|7|9
         邮电费|20|2|3|8",
        &["Item AdjustedBudget ? ? ?: 4 C,D,E? Executed"],
    );
    check(
        "rising on every row, and the balance proves the last",
        "项目|全年预算数|执行数|||余额
         ||1月|2月|3月|
         会议费|10|4|5|9|1
         培训费|20|1|2|4|16
         印刷费|20|3|7|9|11
         邮电费|20|2|3|8|12",
        &["Item AdjustedBudget ? ? Executed Balance: 4"],
    );
}

#[test]
fn a_ledger_beside_indicators_is_a_table_of_its_own() {
    check(
        "their headers in different rows",
        "某馆2023年预算执行情况表||||绩效指标完成情况表
         编制单位：某馆||单位：元||一级指标|三级指标|年度指标值|实际完成值|分值
         项目名称|全年预算数|执行数||产出指标|培训人次|100|120|50
         会议费|110|100||效益指标|知晓率|90|95|40",
        &["Level1 Level3 Target Actual Weight: 2", "Item AdjustedBudget Executed: 1"],
    );
}

#[test]
fn a_further_form_is_no_repeated_page() {
    check(
        "two forms",
        "项目支出绩效自评表
         项目名称|甲项目
         一级指标|三级指标|年度指标值|实际完成值|分值
         产出指标|培训人次|100|120|50
         项目支出绩效自评表
         项目名称|乙项目
         一级指标|三级指标|年度指标值|实际完成值|分值
         产出指标|培训人次|100|120|50",
        &["Level1 Level3 Target Actual Weight: 1", "Level1 Level3 Target Actual Weight: 1"],
    );
    check(
        "two pages",
        "项目|全年预算数|执行数
         会议费|110|100
         项目|全年预算数|执行数
         培训费|120|100",
        &["Item AdjustedBudget Executed: 2"],
    );
}

#[test]
fn a_title_that_says_nothing_is_proved_or_asked_about() {
    check(
        "年初 + 追加 − 追减 = 全年",
        "项目|台账数|追加|追减|全年预算数|执行数
         会议费|20|3|0|23|20
         培训费|30|0|4|26|25
         印刷费||5||5|5",
        &["Item InitialBudget Additions Reductions AdjustedBudget Executed: 3"],
    );
    check(
        "年初 + 追加 = 全年, the latter unnamed",
        "项目|年初预算数|追加|台账数|执行数
         会议费|20|3|23|20
         培训费|30|0|30|25",
        &["Item InitialBudget Additions AdjustedBudget Executed: 2"],
    );
    check(
        "it repeats the budget on half of the rows",
        "项目|台账数|全年预算数|执行数
         会议费|20|23|20
         培训费|30|30|25
         印刷费|40|40|35
         邮电费|44|50|35",
        &["Item ? AdjustedBudget Executed: 4 B? InitialBudget"],
    );
    check(
        "it calls itself a budget",
        "项目|年初预算数|预算口径|执行数
         会议费|20|23|20
         培训费|30|31|25",
        &["Item InitialBudget ? Executed: 2 C? AdjustedBudget"],
    );
    check(
        "上年结转 + 本年预算 = 预算合计",
        "项目|上年结转|本年预算|预算合计|执行数
         会议费|10|100|110|60
         培训费||200|200|6",
        &["Item CarriedOver InitialBudget AdjustedBudget Executed: 2"],
    );
    check(
        "台账数 + 调整 = 合计",
        "项目|2023年预算|||执行数
         |台账数|调整|合计|
         会议费|10|1|11|6
         培训费|200|-3|197|6",
        &["Item InitialBudget Transfers AdjustedBudget Executed: 2"],
    );
    check(
        "it stands under 收入",
        "收入|||支出||
         项目|年初预算数|决算数|项目|年初预算数|决算数
         财政拨款收入|500|480|教育支出|300|290
         其他收入|20|15|住房保障支出|150|140",
        &["Item ? ? Item InitialBudget Executed: 2"],
    );
    check(
        "it is another thing",
        "项目|全年预算数|合同价款|执行数
         会议费|20|7|20
         培训费|30|9|25",
        &["Item AdjustedBudget ? Executed: 2"],
    );
    check(
        "no executed amount",
        "项目|全年预算数|台账数
         会议费|20|7
         培训费|30|9",
        &["Item AdjustedBudget ?: 2 C? Executed"],
    );
    check(
        "last year's",
        "项目|2022年|||2023年||
         |年初预算数|全年预算数|执行数|年初预算数|全年预算数|执行数
         会议费|1|2|3|4|5|5
         培训费|1|2|3|4|6|5",
        &["Item ? ? ? InitialBudget AdjustedBudget Executed: 2"],
    );
}

#[test]
fn a_unit_below_tables_that_stand_beside_each_other_is_for_both() {
    let below = tables(
        "项目|全年预算数|执行数||项目|全年预算数|执行数
         会议费|23|20||培训费|26|25
         印刷费|23|20||年中追加10万元|26|25
         单位：千元",
    );
    let units: Vec<Option<Unit>> = below.iter().map(|table| table.unit.unit).collect();
    assert_eq!(units, [Some(Unit::Thousand); 2]);
}

#[test]
fn rows_named_by_funds_are_a_forms_money_only_where_a_form_is() {
    let ledger = "资金性质|年初预算数|全年预算数|执行数
         一般公共预算|20|23|20
         政府性基金|30|30|25
         合计|50|53|45";
    let indicators = "一级指标|三级指标|年度指标值|实际完成值|分值
         产出指标|培训人次|100|120|50";
    for (text, kind) in [
        (format!("某馆2023年预算执行情况表\n{ledger}"), TableKind::BudgetLedger),
        (format!("项目支出绩效自评表\n{ledger}"), TableKind::FormMoney),
        (format!("{ledger}\n{indicators}"), TableKind::FormMoney),
    ] {
        assert_eq!(tables(&text).first().map(|table| table.kind), Some(kind), "{text}");
    }
}

/// The labels of the rows that are counted.
fn counted(text: &str) -> Vec<String> {
    let sheet = sheet(text);
    let tables = tables_of(&sheet, 0, &Answers::default());
    let mut notes = Notes::new(&"台账.xlsx".into(), &sheet);
    let ledgers = tables.iter().map(|table| ledger(&sheet, table, Unit::Yuan, &mut notes));
    let labels = ledgers.flat_map(|ledger| {
        ledger.leaves().map(|leaf| ledger.rows[leaf].label.to_string()).collect::<Vec<_>>()
    });
    labels.collect()
}

#[test]
fn numbers_in_a_column_of_their_own_tell_groups() {
    for text in [
        "序号|项目|全年预算数|执行数
         1|基本支出|150|70
         1.1|人员经费|100|60
         1.2|公用经费|50|10
         2|项目支出|206|12
         2.1|信息化|206|12",
        "序号|项目|全年预算数|执行数
         一|基本支出|150|70
         1|人员经费|100|60
         2|公用经费|50|10
         二|项目支出|206|12
         3|信息化|206|12",
    ] {
        assert_eq!(counted(text), ["人员经费", "公用经费", "信息化"], "{text}");
    }
    let flat = "序号|项目|全年预算数|执行数
         1|人员经费|100|60
         2|公用经费|50|10
         3|信息化|206|12";
    assert_eq!(counted(flat), ["人员经费", "公用经费", "信息化"]);
}

#[test]
fn a_rate_that_stands_as_text_is_no_label() {
    let text = "项目|全年预算数|执行数|执行率
         网络租赁费|630.55|485.52|77.00%
         |630.55|485.52|77.00%";
    assert_eq!(counted(text), ["网络租赁费"]);
}

#[test]
fn each_table_has_the_unit_that_is_said_of_it() {
    let yuan = Some(Unit::Yuan);
    let wan = Some(Unit::TenThousand);
    for (name, text, expected) in [
        ("below the titles", "项目|预算数|执行数\n|元|元\n甲|1|1\n乙|2|2", vec![yuan]),
        ("with its word", "项目|预算数|执行数\n单位|(万元)|(万元)\n甲|1|1\n乙|2|2", vec![wan]),
        ("one title", "单位：元\n项目|预算数|执行数（万元）\n甲|10000|1\n乙|20000|2", vec![yuan]),
        ("one title alone", "项目|预算数|执行数（万元）\n甲|1|1\n乙|2|2", vec![wan]),
        ("a column of units", "项目|单位|预算数|执行数\n甲|万元|1|1\n乙|万元|2|2", vec![wan]),
        ("rows that differ", "项目|单位|预算数|执行数\n甲|元|1|1\n乙|万元|2|2", vec![yuan]),
        (
            "to the right",
            "项目|预算数|执行数|@|部门名称|某局\n甲|1|1|@|金额单位|万元\n乙|2|2",
            vec![wan],
        ),
        (
            "two titles",
            "基本支出（单位：元）\n项目|预算数|执行数\n甲|1|1\n乙|2|2\n项目支出（单位：万元）\n项目|预算数|执行数\n丙|1|1\n丁|2|2",
            vec![yuan, wan],
        ),
        (
            "the second alone",
            "基本支出\n项目|预算数|执行数\n甲|1|1\n乙|2|2\n项目支出（单位：万元）\n项目|预算数|执行数\n丙|1|1\n丁|2|2",
            vec![None, wan],
        ),
        (
            "side by side",
            "@|@|单位：元|@|@|@|单位：万元\n项目|预算数|执行数|@|项目|预算数|执行数\n甲|1|1|@|丙|1|1\n乙|2|2|@|丁|2|2",
            vec![yuan, wan],
        ),
    ] {
        // A cell of `@` is none at all.
        let cells = sheet(text);
        let mut builder = SheetBuilder::new("表", SheetState::Visible);
        let rows: Vec<u32> = cells.row_numbers().collect();
        for cell in rows.iter().flat_map(|row| cells.row(*row)) {
            if !matches!(cell.value, Value::Text("@" | "")) {
                builder.push(cell);
            }
        }
        let tables = tables_of(&builder.build(), 0, &Answers::default());
        let units: Vec<Option<Unit>> = tables.iter().map(|table| table.unit.unit).collect();
        assert_eq!(units, expected, "{name}");
    }
}
