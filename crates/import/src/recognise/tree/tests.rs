//! Tables of rows and what each of them must be.

use super::*;
use crate::fold;

/// `label | code | amounts…` per line; `>` marks expected totals, `~` expected parts, `+` rows beside the total.
fn check(name: &str, half: &str, table: &str) {
    let mut expected = Vec::new();
    let mut rows = Vec::new();
    for line in table.lines().filter(|line| !line.trim().is_empty()) {
        let line = line.trim_start();
        let (role, line) = match line.chars().next() {
            Some('>') => (NodeRole::Total, &line[1..]),
            Some('~') => (NodeRole::Part, &line[1..]),
            Some('+') => (NodeRole::Aside, &line[1..]),
            _ => (NodeRole::Leaf, line),
        };
        let fields: Vec<&str> = line.split('|').collect();
        let amounts = fields[2..].iter().map(|field| field.trim().parse().ok()).collect();
        let label = fields[0].trim_end();
        let code = Some(fields[1].trim()).filter(|code| !code.is_empty());
        rows.push(TreeRow {
            label,
            code,
            depth: fold::numbering(label).0,
            indent: fold::indent(label),
            amounts,
            said_total: false,
            flow: None,
        });
        expected.push(role);
    }
    let columns = rows.iter().map(|row| row.amounts.len()).max().unwrap_or(0);
    let half = vec![half.parse().expect("a decimal"); columns];
    let tree = parse(&rows, &half);
    let roles: Vec<NodeRole> = tree.nodes.iter().map(|node| node.role).collect();
    assert_eq!(roles, expected, "{name}: {:#?}", tree.nodes);
}

#[test]
fn totals_are_found() {
    check(
        "codes, then a grand total",
        "0.005",
        "
        >一般公共服务支出|201|2156.47|2106.66
        >财政事务|20106|2156.47|2106.66
        行政运行|2010601|1560.05|1511.89
        信息化建设|2010607|596.42|594.77
        >住房保障支出|221|446.25|445.69
        住房公积金|2210201|446.25|445.69
        >合计||2602.71|2552.35",
    );
    check(
        "subtotals below their groups",
        "0",
        "
        工资||100.50|90.25
        津贴||50.25|40.50
        >小计||150.75|130.75
        办公费||30.10|30.00
        水电费||20.20|20.00
        >小计||50.30|50.00
        >合计||201.05|180.75",
    );
    check(
        "grand total on top",
        "0",
        "
        >合计||201.05|180.75
        工资||150.75|130.75
        办公费||50.30|50.00",
    );
    check(
        "numbered headings above their parts",
        "0",
        "
        >一、基本支出||150.75|130.75
        1.工资||100.50|90.25
        2.津贴||50.25|40.50
        >二、项目支出||50.30|50.00
        1.培训||50.30|50.00
        >合计||201.05|180.75",
    );
    check(
        "an unnamed row that is a sum",
        "0",
        "
        人员经费||123456.78|120000.11
        公用经费||23456.11|20000.22
        基本支出||1.00|1.00
        >某类||146913.89|140001.33",
    );
    check(
        "其中 shows only a part",
        "0",
        "
        项目支出||500.00|400.00
        ~其中：培训||100.00|80.00
        办公费||30.10|30.00
        >合计||530.10|430.00",
    );
    check(
        "其中 makes up a form's total",
        "0.005",
        "
        >年度资金总额||90|89.974
        其中：当年财政拨款||80|79.974
        上年结转资金||10|10
        其他资金||0|0",
    );
    check(
        "a total of zero above its parts",
        "0.005",
        "
        >年度资金总额||0|0
        其中:本年财政拨款||90|89.974",
    );
    check(
        "a total with nothing below stays",
        "0.005",
        "
        年度财政资金总额||1.56|1.56",
    );
    check(
        "parts that do not give every amount",
        "0",
        "
        年度资金总额||20.00|18.00
        ~其中：当年财政拨款||20.00|",
    );
    check(
        "two items that happen to be alike",
        "0",
        "
        培训费||10|10
        会议费||10|10
        劳务费||20|20",
    );
    check(
        "round groups that leave no row over prove each other",
        "0",
        "
        >甲类||300|30
        会议费||100|10
        培训费||200|20
        >乙类||110|11
        印刷费||50|5
        邮电费||60|6",
    );
    check(
        "the same, summed below",
        "0",
        "
        会议费||100|10
        培训费||200|20
        >甲类||300|30
        印刷费||50|5
        邮电费||60|6
        >乙类||110|11",
    );
    check(
        "a class of the national list above its only item, without a total",
        "0",
        "
        >工资福利支出||26.24|13.07
        基本工资||16.11|8.05
        津贴补贴||10.13|5.02
        >资本性支出||7.71|3.52
        办公设备购置||7.71|3.52",
    );
    check(
        "the only total at the end under a name of its own",
        "0",
        "
        >车辆类||16.71|8.52
        公务用车购置||16.71|8.52
        >办公类||12.24|11.02
        办公费||10.24|9.62
        印刷费||2.00|1.40
        >局机关经费合计||28.95|19.54",
    );
    check(
        "the first group has one part",
        "0",
        "
        >工资福利支出||16.71|8.52
        住房公积金||16.71|8.52
        >商品和服务支出||12.24|11.02
        差旅费||10.24|9.62
        公务用车运行维护费||2.00|1.40
        >支出合计||28.95|19.54",
    );
    check(
        "a total without a label over groups with one part",
        "0",
        "
        >工资类||26.11|8.52
        基本工资||16.71|3.12
        奖金||9.40|5.40
        >商品类||12.24|11.02
        公务接待费||12.24|11.02
        >||38.35|19.54",
    );
    check(
        "a total without a label of one item",
        "0",
        "
        网络租赁费||630.55|485.52
        >||630.55|485.52",
    );
    check(
        "an item without a label",
        "0",
        "
        会议费||10.55|5.52
        培训费||20.55|5.52
        ||7.13|1.12",
    );
    check(
        "two items of equal amounts beside a group with one part",
        "0",
        "
        会议费||5.00|4.00
        印刷费||5.00|4.00
        >资本性支出||16.71|8.52
        设备购置||16.71|8.52
        >支出合计||26.71|16.52",
    );
    check(
        "the grand total on top is reached before the last subtotal",
        "0",
        "
        >支出合计||60.00|44.00
        会议费||10.00|8.00
        印刷费||20.00|16.00
        >人员经费小计||30.00|24.00
        学前教育资助||25.00|17.00
        ~其中：省级资金||9.00|7.00
        扶贫帮困||5.00|3.00
        >小计||30.00|20.00",
    );
    check(
        "what came in above what was spent",
        "0",
        "
        +一、本年收入||1000|900
        +财政拨款||700|700
        +事业收入||300|200
        >二、本年支出||1000|800
        基本支出||600|500
        项目支出||400|300",
    );
    check(
        "a round group that the printed total leaves over",
        "0",
        "
        >公用经费||150|70
        办公费||100|60
        差旅费||50|10
        专项||20|10
        >合计||170|80",
    );
    check(
        "a subtotal between rows of a wider one",
        "0",
        "
        >总计||60.00|44.00
        会议费||10.00|8.00
        印刷费||20.00|16.00
        差旅费||25.00|17.00
        扶贫帮困||5.00|3.00
        >小计||30.00|20.00",
    );
    check(
        "a subtotal that is no sum is never counted beside its rows",
        "0",
        "
        >总计||60.00|44.00
        会议费||30.00|24.00
        差旅费||25.00|17.00
        扶贫帮困||5.00|3.00
        >小计||31.00|20.00",
    );
    check(
        "groups with one part each, proved by the printed total",
        "0",
        "
        >总计||1019|353
        >工资福利支出||38|20
        住房公积金||38|20
        >资本性支出||981|333
        专用设备购置||981|333",
    );
    check(
        "the last group has one part",
        "0",
        "
        >合计||340|290
        >基本支出||300|260
        工资||200|180
        津贴||100|80
        >资本性支出||40|30
        专用设备购置||40|30",
    );
    check(
        "rows below the printed total that it does not contain",
        "0",
        "
        >合计||310|280
        会议费||110|100
        培训费||200|180
        +三公经费||30|20
        +会议费||60|50",
    );
    check(
        "an unnamed total of one row",
        "0",
        "
        免费开放补助||100|90
        >||100|90",
    );
    check(
        "a wrong total is still no item",
        "0",
        "
        工资||100.50|90.25
        津贴||50.25|40.50
        >合计||999.00|130.75",
    );
    // From the total upwards the sum first goes beyond it, and the refund brings it back.
    check(
        "a refund before what it is taken from",
        "0",
        "
        退回多发工资||-20.25|-20.25
        工资||100.50|90.25
        津贴||50.25|40.50
        >小计||130.50|110.50
        办公费||30.10|30.00
        >合计||160.60|140.50",
    );
    check(
        "a running total after each group",
        "0",
        "
        一月||100.50|90.25
        >累计||100.50|90.25
        二月||50.25|40.50
        >累计||150.75|130.75",
    );
}

#[test]
fn one_round_group_over_all_rows_is_asked_about() {
    for (amounts, doubtful) in [
        (["300", "100", "200"], vec![]),
        (["3050", "1050", "2000"], vec![0]),
        (["3050", "1050", "2001"], vec![]),
    ] {
        let rows = amounts.map(|amount| TreeRow {
            label: "项目",
            amounts: Cow::Owned(vec![amount.parse().ok()]),
            ..TreeRow::default()
        });
        assert_eq!(parse(&rows, &[Decimal::ZERO]).doubtful, doubtful, "{amounts:?}");
    }
}

#[test]
fn totals_that_are_printed_on_every_page() {
    check(
        "each page prints the total of all",
        "0",
        "甲||100.5|90
         乙||200|150.25
         >合计||600.75|540.5
         丙||300.25|300.25
         >合计||600.75|540.5",
    );
    check(
        "kinds below a total on top, then the items",
        "0",
        ">合计||600.75|540.5
         ~其中：基本支出||300.5|240.25
         ~   项目支出||300.25|300.25
         甲||100.5|90
         乙||200|150.25
         丙||300.25|300.25",
    );
    check(
        "kinds below a total on top, and rows that are not in it",
        "0",
        ">合计||600.75|540.5
         其中：基本支出||300.5|240.25
            项目支出||300.25|300.25
         +甲||100.5|90
         +乙||7|6
         +丙||1|1",
    );
}

#[test]
fn what_stands_below_a_heading_of_income_is_no_expenditure() {
    let headings =
        ["一、本年收入", "二、本年支出", "项目"].map(|text| [Arc::from(fold::numbering(text).1)]);
    assert_eq!(headings.map(|above| Flow::below(&above)), [Some(Flow::In), Some(Flow::Out), None]);
    let row = |label, amount, flow| TreeRow {
        label,
        amounts: vec![Some(Decimal::from(amount))].into(),
        flow,
        ..TreeRow::default()
    };
    let roles = |spent: Option<Flow>| {
        let rows =
            [row("财政拨款", 30, Some(Flow::In)), row("甲", 10, spent), row("乙", 18, spent)];
        parse(&rows, &[Decimal::ZERO]).nodes.iter().map(|node| node.role).collect::<Vec<_>>()
    };
    let (aside, leaf) = (NodeRole::Aside, NodeRole::Leaf);
    assert_eq!(roles(Some(Flow::Out)), [aside, leaf, leaf]);
    assert_eq!(roles(None), [leaf, leaf, leaf], "nothing says that anything was spent");
}
