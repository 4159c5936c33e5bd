//! The forms that layouts make: every cell that a layout names is there, and every figure is core's.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/reading.rs"]
mod reading;
mod support;

use jixiao_core::rules::layout::{IndicatorFill, Layout};
use jixiao_core::{Cells, Evaluation, Indicator, Rules, SubjectKind, Submission, evaluate};
use jixiao_export::{Evaluated, Stamp, evaluation_workbook};
use reading::Book;
use support::department;

const SHEET: &str = "自评表";

/// The project with the rows of its form as it submits them.
fn project() -> (Submission, Evaluation) {
    let (mut submission, evaluation) = support::project();
    let rows = evaluation.indicators.iter().filter(|row| !row.is_execution());
    submission.indicators = rows
        .map(|row| Indicator {
            path: row.path.clone(),
            target: row.target.clone().unwrap_or_default(),
            actual: row.actual.clone(),
            weight: row.weight,
            source: row.source.clone(),
            ..Indicator::default()
        })
        .collect();
    (submission, evaluation)
}

fn written(submission: &Submission, rules: &Rules) -> (Evaluation, Book) {
    let evaluation = evaluate(submission, rules).expect("an evaluation");
    let subject = Evaluated { submission, evaluation: &evaluation };
    let bytes = evaluation_workbook(&[subject], Stamp::year_end(2021)).expect("a workbook");
    (evaluation, Book::new(bytes))
}

fn at(row: u32, column: u16) -> String {
    Cells::one(row, u32::from(column)).to_string()
}

/// The row of a cell, counted from zero.
fn row_of(cell: &str) -> u32 {
    let cells: Cells = cell.parse().expect("a cell");
    cells.bounds().expect("a cell")[0]
}

/// The first row of the indicators: below the last head of their columns.
fn first_row(book: &mut Book, layout: &Layout) -> u32 {
    let columns = layout.indicators.columns.iter();
    let titles: Vec<&str> = columns.map(|column| column.title.as_str()).collect();
    let grouped = layout.indicators.columns.iter().any(|column| !column.group.is_empty());
    // A title may stand in the money block as well; levels stand in the table only.
    let level = layout
        .indicators
        .columns
        .iter()
        .position(|column| matches!(column.fill, IndicatorFill::Level3));
    let head = book.find(SHEET, titles[level.expect("a column of names")]);
    row_of(&head) + 1 + u32::from(grouped)
}

/// Every built-in rule file with a department and a project: all titles are there, all figures are those of the evaluation.
#[test]
fn every_form_has_its_titles_and_the_figures_of_the_evaluation() {
    let mut seen = std::collections::BTreeSet::new();
    for id in Rules::builtin_ids() {
        let rules = Rules::builtin(id).expect("rules");
        for (submission, _) in [department(), project()] {
            let (evaluation, mut book) = written(&submission, &rules);
            let layout = evaluation.form.layout.clone();
            seen.insert(layout.id.clone());
            let what = format!("{id}, {}", layout.id);
            assert_eq!(book.value(SHEET, "A1"), layout.title, "{what}");
            assert!(book.value(SHEET, "A2").contains(&evaluation.budget_year.unwrap().to_string()));
            let heads = layout.head.iter().flatten().filter_map(|cell| cell.label.as_ref());
            let columns = layout.indicators.columns.iter().map(|column| &column.title);
            let money = layout.money.iter().flat_map(|money| &money.columns);
            for text in heads.chain(columns).chain(money.map(|column| &column.title)) {
                book.find(SHEET, text);
            }
            figures(&mut book, &evaluation, &layout, &what);
        }
    }
    assert!(seen.len() >= 9, "{seen:?}");
}

fn figures(book: &mut Book, evaluation: &Evaluation, layout: &Layout, what: &str) {
    let top = first_row(book, layout);
    let column = |fill| {
        let found = layout.indicators.columns.iter().find(|column| column.fill == fill);
        found.map(|column| column.at.first)
    };
    for (row, of) in (top..).zip(&evaluation.form.rows) {
        let indicator = &evaluation.indicators[of.index];
        let name = book.value(SHEET, &at(row, column(IndicatorFill::Level3).unwrap()));
        assert!(name.ends_with(of.path.last().unwrap().as_str()), "{what}: {name} {:?}", of.path);
        for (fill, number) in
            [(IndicatorFill::Score, indicator.score), (IndicatorFill::Weight, indicator.weight)]
        {
            let Some(column) = column(fill) else { continue };
            let shown = book.value(SHEET, &at(row, column));
            let expected = number.map_or_else(String::new, |n| n.normalize().to_string());
            assert_eq!(shown, expected, "{what}: {name}");
            let formula = book.formula(SHEET, &at(row, column));
            assert!(number.is_none() || formula.contains("指标评分!"), "{what}: {name}");
        }
    }
    let Some(total) = &layout.total else { return };
    let row = top + evaluation.form.rows.len().max(1) as u32;
    assert_eq!(book.value(SHEET, &at(row, total.at.first)), total.label, "{what}");
    let shown = book.value(SHEET, &at(row, total.score.unwrap().first));
    let expected = evaluation.score.map_or_else(String::new, |n| n.normalize().to_string());
    assert_eq!(shown, expected, "{what}: total");
    let weights: rust_decimal::Decimal =
        evaluation.indicators.iter().filter_map(|of| of.weight).sum();
    let shown = book.value(SHEET, &at(row, total.weight.unwrap().first));
    assert_eq!(shown, weights.normalize().to_string(), "{what}: weights");
}

/// What stands beside what in the forms of places, worked out by hand over the submissions in `support`.
#[test]
fn forms_of_places_say_what_theirs_say() {
    // Rules, whether it is the department, a text, and what stands so many columns to the right of it.
    let cells = [
        // 1180 of 1250 is 94.4 %, shown in a column of its own beside the weight of 10.
        (
            "chongqing",
            true,
            "走访慰问离退休干部人次",
            &[(1, "人次"), (2, "≥"), (3, "1,250"), (5, "1,180人次"), (8, "9.44")][..],
        ),
        ("chongqing", true, "部门（单位）名称", &[(1, "区老干部局")]),
        (
            "sichuan",
            false,
            "指标1：退捕渔船数量",
            &[(1, "≥"), (2, "266"), (3, "艘"), (4, "266艘"), (5, "50"), (6, "50")],
        ),
        ("yunnan", false, "指标1：渔民转产就业", &[(1, "定性"), (2, "有序")]),
        ("hubei", true, "走访慰问离退休干部人次", &[(1, "≥1,250人次"), (3, "10"), (4, "9.44")]),
        // 18,200,000 + 20,000,000 + 3,000,000 and 1,200,000 more are of 一般公共预算, 4,109,700 of 政府性基金.
        ("hunan", true, "其中：一般公共预算", &[(1, "42400000"), (2, "41900000")]),
        ("hunan", true, "　　　政府性基金拨款", &[(1, "4109700"), (2, "3738800")]),
        ("hunan", true, "　　　其他资金", &[(1, "")]),
        ("guangdong-2021", true, "资产配置合规性", &[(-1, "资产管理"), (1, "2"), (4, "")]),
        (
            "guangdong-2021",
            true,
            "部门预算资金支出率",
            &[
                (1, "10"),
                (4, "9.81"),
                (5, "执行率 98.13%\n老干部活动专项:活动因疫情推迟，部分培训转为线上，费用减少"),
            ],
        ),
        ("guangdong-2021", true, "产出指标完成情况：走访慰问离退休干部人次", &[(-1, "")]),
        (
            "shenzhen",
            true,
            "财政供养人员控制率",
            &[(-1, "人员管理"), (1, "1"), (2, "在编人数÷编制数不超过 100% 得 1 分,否则 0 分。")],
        ),
    ];
    for (id, is_department, text, beside) in cells {
        let (submission, _) = if is_department { department() } else { project() };
        let (_, mut book) = written(&submission, &Rules::builtin(id).expect("rules"));
        let found: Cells = book.find(SHEET, text).parse().unwrap();
        let [row, column, ..] = found.bounds().unwrap();
        for (right, expected) in beside {
            let cell = Cells::one(row, (column as i32 + right) as u32).to_string();
            assert_eq!(book.value(SHEET, &cell), *expected, "{id}: {text} {cell}");
        }
    }
}

/// Rows of goals stand under the levels of the scorecard, and its own rows in its own order.
#[test]
fn scorecards_keep_their_order() {
    let (submission, _) = department();
    let (evaluation, _) = written(&submission, &Rules::builtin("shenzhen").expect("rules"));
    let seconds: Vec<&str> = evaluation.form.rows.iter().map(|row| row.path[1].as_str()).collect();
    let mut order = seconds.clone();
    order.dedup();
    // 数量, 质量 and 时效 rows have no place in this scorecard: they follow as they were printed.
    let expected = "预算编制 目标设置 资金管理 项目管理 资产管理 人员管理 制度管理 经济性 效率性 效果性 公平性";
    assert_eq!(order[..11].join(" "), expected);
    let goals = evaluation.form.rows.iter().filter(|row| row.path[1] == "效果性");
    assert_eq!(goals.count(), 2);
}

/// Rules of an office that say which form they have.
fn own_rules(forms: &str) -> String {
    format!(
        "schema = 1\nid = \"own-2024\"\nextends = \"mof-2020-10\"\ntitle = \"本单位\"\ndocument = \"内部\"\nissuer = \"本单位\"\n\
         region = \"本单位\"\nyears = {{ from = 2020 }}\nsubjects = [\"department\", \"project\"]\n{forms}\nverified = false\n\
         checked = 2026-11-23\nsource = \"内部\"\n"
    )
}

/// Every built-in layout can be named for either kind of subject, and every built-in outline is an outline.
#[test]
fn every_built_in_layout_and_outline_can_be_named() {
    for id in jixiao_core::rules::layout::builtin_ids() {
        let rules = own_rules(&format!("layout = {{ department = \"{id}\", project = \"{id}\" }}"));
        let rules = Rules::from_toml(&rules).unwrap_or_else(|error| panic!("{id}: {error}"));
        for (submission, _) in [department(), project()] {
            let (evaluation, mut book) = written(&submission, &rules);
            let layout = evaluation.form.layout.clone();
            assert_eq!(layout.id, id);
            figures(&mut book, &evaluation, &layout, id);
        }
    }
    for id in jixiao_core::rules::outline::builtin_ids() {
        let rules = Rules::from_toml(&own_rules(&format!("outline = \"{id}\""))).expect("rules");
        let outline = rules.outline();
        assert_eq!(outline.id, id);
        assert!(outline.sections.iter().all(|section| !section.head.is_empty()), "{id}");
        let filled = |name: &str| {
            outline.sections.iter().flat_map(|section| &section.fill).any(|fill| fill.id() == name)
        };
        for needed in ["spending-sentence", "causes", "measures", "indicator-completion"] {
            assert!(filled(needed), "{id} has no {needed}");
        }
    }
}

/// A layout that lies beside a rule file makes the form; one that does not exist is told.
#[test]
fn a_layout_of_ones_own_makes_the_form() {
    let own = r#"schema = 1
id = "own"
name = "本单位自评表"
source = "内部表样"
verified = true
title = "本单位自评表"
year = "{year}"
widths = [30, 20, 20]
notes = ["注：内部使用。"]
[indicators]
execution = ["预算执行率"]
columns = [
  { at = "A", title = "指标", fill = "level3" },
  { at = "B", title = "权重", fill = "weight" },
  { at = "C", title = "得分", fill = "score" },
]
[total]
at = "A"
label = "合计得分"
weight = "B"
score = "C"
"#;
    let rules = own_rules("layout = { department = \"own.toml\" }\noutline = \"huangpu-2021\"");
    let beside = |name: &str| match name {
        "own.toml" => Ok(own.to_owned()),
        other => Err((format!("没有 {other}"), format!("no {other}"))),
    };
    let rules = Rules::from_toml_beside(&rules, &beside).expect("rules");
    assert!(!rules.outline().score && rules.outline().sections.len() == 12);
    assert_eq!(rules.layout(SubjectKind::Project).id, "mof-project");
    let (evaluation, mut book) = written(&department().0, &rules);
    figures(&mut book, &evaluation, &evaluation.form.layout.clone(), "own");
    // The execution rate is a row of the table here.
    assert_eq!(book.value(SHEET, "A4"), "预算执行率");
    assert_eq!(book.value(SHEET, "C4"), "9.81");
    assert_eq!(book.value(SHEET, "A13"), "注：内部使用。");
}
