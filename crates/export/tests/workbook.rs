//! The evaluation workbook, read back. Expected figures are worked out by hand beside the submissions in `support`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/reading.rs"]
mod reading;
mod support;

use jixiao_core::{Amount, Amounts, BudgetLine, Cells, Money, Role, SourceRow, Submission};
use jixiao_export::{Evaluated, ExportError, Stamp, evaluation_workbook};
use reading::Book;
use support::{department, evaluation, number, place, project, scored};

fn write(subjects: &[Evaluated<'_>]) -> Vec<u8> {
    evaluation_workbook(subjects, Stamp::year_end(2021)).expect("a workbook")
}

fn department_book() -> Book {
    let (submission, evaluation) = department();
    Book::new(write(&[Evaluated { submission: &submission, evaluation: &evaluation }]))
}

fn project_book() -> Book {
    let (submission, evaluation) = project();
    Book::new(write(&[Evaluated { submission: &submission, evaluation: &evaluation }]))
}

fn both_book() -> Book {
    let (department, project) = (department(), project());
    let of = |pair| {
        let (submission, evaluation) = pair;
        Evaluated { submission, evaluation }
    };
    Book::new(write(&[of((&department.0, &department.1)), of((&project.0, &project.1))]))
}

/// Checks cells: sheet, cell, a part of the formula (empty: no formula), the stored value.
fn check(book: &mut Book, cells: &[(&str, &str, &str, &str)]) {
    for (sheet, cell, formula, value) in cells {
        let found = book.formula(sheet, cell);
        assert!(found.contains(formula), "{sheet}!{cell}: {found} has no {formula}");
        assert_eq!(found.is_empty(), formula.is_empty(), "{sheet}!{cell}: {found}");
        assert_eq!(book.value(sheet, cell), *value, "{sheet}!{cell} ={found}");
    }
}

#[test]
fn the_department_form_refers_to_the_sheets_behind_it() {
    let mut book = department_book();
    assert_eq!(book.sheets(), ["自评表", "支出执行", "指标评分", "发现", "原始数据"]);
    check(
        &mut book,
        &[
            ("自评表", "A1", "", "部门整体支出绩效自评表"),
            ("自评表", "A2", "", "（2021年度）"),
            ("自评表", "C3", "", "区老干部局"),
            ("自评表", "A4", "", "预算资金\n（元）"),
            ("自评表", "D5", "支出执行!E8", "45309700"),
            ("自评表", "E5", "支出执行!G8", "46509700"),
            ("自评表", "F5", "支出执行!H8", "45638800"),
            ("自评表", "G5", "指标评分!", "10"),
            ("自评表", "H5", "支出执行!J8", "0.9812748738435209"), // 45638800/46509700
            ("自评表", "C6", "", "其中：一般公共预算"),
            (
                "自评表",
                "E6",
                "SUMIFS(支出执行!$G$4:$G$7,支出执行!$D$4:$D$7,支出执行!D4)",
                "42400000",
            ),
            ("自评表", "F7", "SUMIFS", "3738800"),
            ("自评表", "G6", "", "—"),
            ("自评表", "I6", "", "—"),
        ],
    );
    let total = book.find("自评表", "总分");
    assert_eq!(total, "A18");
    check(
        &mut book,
        &[
            ("自评表", "G18", "SUM(G5,G11:G17)", "100"),
            ("自评表", "H18", "ROUND(SUM(I5,H11:H17),2)", "87.25"), // 9.81+15+9.44+15+0+20+8+10
            ("自评表", "I18", "IF(H18>=80,\"等级：良\"", "等级：良"),
        ],
    );
}

#[test]
fn lines_sum_the_rows_and_scores_are_live() {
    let mut book = department_book();
    check(
        &mut book,
        &[
            (
                "支出执行",
                "E4",
                "ROUND(SUMIFS(原始数据!$H$4:$H$8,原始数据!$C$4:$C$8,A4),2)",
                "18200000",
            ),
            ("支出执行", "F5", "", ""), // no addition is no zero
            ("支出执行", "H4", "SUMIFS", "19012345.67"),
            ("支出执行", "I7", "ROUND(H7-G7,2)", "-370900"),
            ("支出执行", "J7", "IF(G7=0,\"\",H7/G7)", "0.9097501034138745"), // 3738800/4109700
            ("支出执行", "E8", "ROUND(SUM(E4:E7),2)", "45309700"),
            ("支出执行", "E16", "ROUND(G8-H8,2)", "870900"),
            // (10-12)*150000 and (156000-150000)*10
            ("支出执行", "H20", "ROUND((F20-D20)*E20,2)", "-300000"),
            ("支出执行", "I20", "ROUND((G20-E20)*F20,2)", "60000"),
            ("支出执行", "J22", "SUM(J20:J21)", "-99999.8"),
            ("指标评分", "H4", "支出执行!H8", "45638800"),
            ("指标评分", "I4", "支出执行!G8", "46509700"),
            ("指标评分", "M4", "ROUND(ROUND(MAX(0,MIN(G4,", "9.81"),
            ("指标评分", "M6", "IF(J6>=K6,", "9.44"), // 10*1180/1250
            ("指标评分", "O6", "ROUND(M6-N6,2)", "0.44"),
            ("指标评分", "M10", "", "8"), // a person's
            ("原始数据", "C8", "", ""),   // a total is summed by nobody
            ("原始数据", "B8", "", "合计行，不计"),
        ],
    );
}

#[test]
fn a_form_of_a_project_keeps_unit_tail_and_blanks() {
    let mut book = project_book();
    check(
        &mut book,
        &[
            ("自评表", "A1", "", "项目支出绩效自评表"),
            ("自评表", "A5", "", "项目资金\n（万元）"),
            ("自评表", "E6", "ROUND(支出执行!D7/10000,6)", "252.912067"),
            ("自评表", "F6", "ROUND(支出执行!E7/10000,6)", "242.922067"),
            ("自评表", "C7", "", "其中：当年财政拨款"),
            ("自评表", "F8", "ROUND(支出执行!E5/10000,6)", "132.912067"),
            ("自评表", "H8", "IF(E8=0,\"\",F8/E8)", "1"),
            ("自评表", "D8", "", ""),
            ("支出执行", "B6", "", "尾差（原表合计－各行之和）"),
            ("支出执行", "E6", "ROUND(原始数据!J6-SUM(E4:E5),2)", "100"), // printed 242.922067, rows 242.912067 万元
            ("支出执行", "E7", "ROUND(SUM(E4:E6),2)", "2429220.67"),
            ("自评表", "H13", "IF(指标评分!", ""), // nobody has judged yet
            ("自评表", "H15", "COUNTIFS", ""),
            ("自评表", "I15", "IF(H15=\"\",\"\"", ""),
            ("自评表", "F14", "", "=HYPERLINK(\"x\")"),
        ],
    );
    // The name without value is caught by `else`, so the formula may not take a blank cell for 0.
    let score = book.formula("指标评分", "M7");
    assert!(!score.contains("L7"), "{score}");
    assert_eq!(book.value("指标评分", "M7"), "8.89"); // 10*0.8/0.9
}

#[test]
fn every_formula_has_a_result_and_only_plain_functions() {
    const PLAIN: [&str; 17] = [
        "SUM",
        "SUMIFS",
        "SUMPRODUCT",
        "IF",
        "IFERROR",
        "ROUND",
        "ROUNDUP",
        "ROUNDDOWN",
        "MIN",
        "MAX",
        "INDEX",
        "MATCH",
        "COUNTIFS",
        "ABS",
        "AND",
        "OR",
        "NOT",
    ];
    for mut book in [department_book(), project_book(), both_book()] {
        let results = book.results();
        let formulas = book.formulas();
        assert!(formulas.len() > 40);
        assert_eq!(results.len(), formulas.len());
        for (tag, value) in &results {
            let text = tag.contains("t=\"str\"");
            assert!(text || value.parse::<f64>().is_ok_and(f64::is_finite), "{tag}: {value}");
        }
        let sheets = book.sheets();
        for (sheet, formula) in &formulas {
            assert!(formula.chars().count() < 8_192);
            for (before, _) in formula.match_indices('(') {
                let word =
                    formula[..before].rsplit(|c: char| !c.is_ascii_uppercase()).next().unwrap();
                assert!(word.is_empty() || PLAIN.contains(&word), "{sheet}: {formula}");
            }
            for (at, _) in formula.match_indices('!') {
                let named = sheets.iter().any(|name| {
                    formula[..at].ends_with(name.as_str())
                        || formula[..at].ends_with(&format!("'{name}'"))
                });
                assert!(named, "{sheet}: {formula}");
            }
        }
    }
}

#[test]
fn several_subjects_get_a_list_in_front() {
    let mut book = both_book();
    let sheets = book.sheets();
    assert_eq!(sheets[0], "目录");
    assert_eq!(sheets[1], "自评表_区老干部局");
    assert_eq!(sheets[6], "自评表_长江流域重点水域禁捕退捕补助（二期）");
    check(
        &mut book,
        &[
            ("目录", "B3", "", "区老干部局"),
            ("目录", "E3", "'支出执行_区老干部局'!G8", "46509700"),
            ("目录", "H3", "'自评表_区老干部局'!H18", "87.25"),
            ("目录", "H4", "IF(", ""),
            ("目录", "J3", "", "1 / 1 / 1"),
        ],
    );
    assert!(book.part("xl/worksheets/sheet1.xml").contains("location=\"'自评表_区老干部局'!A1\""));
}

#[test]
fn findings_lead_to_their_cells() {
    let mut book = department_book();
    check(
        &mut book,
        &[
            ("发现", "B4", "", "错误"),
            ("发现", "E4", "", "原始数据!K6"), // the executed amount of the third row
            ("发现", "F4", "", "指标台账!F7"),
            ("发现", "E5", "", "指标评分!M6"),
            ("发现", "B6", "", "信息"),
        ],
    );
    let links = book.part("xl/worksheets/sheet4.xml");
    assert!(links.contains("location=\"原始数据!K6\""), "{links}");
    let rels = book.part("xl/worksheets/_rels/sheet4.xml.rels");
    assert!(rels.contains("Target=\"老干部局2021.xlsx\""), "{rels}");
}

#[test]
fn text_is_never_a_formula() {
    let (mut submission, _) = department();
    for (row, name) in (0u32..).zip(["=1+1", "+86", "-甲", "@SUM(1)", "=cmd|' /C calc'!A0"]) {
        submission.budget.lines[0].path = vec![name.into()];
        submission.budget.rows[0].label = name.into();
        let evaluation = evaluation(&submission, Vec::new());
        let mut book =
            Book::new(write(&[Evaluated { submission: &submission, evaluation: &evaluation }]));
        for (sheet, cell) in [("支出执行", "B4"), ("原始数据", "D4")] {
            assert_eq!(book.value(sheet, cell), name, "{row}");
            assert_eq!(book.formula(sheet, cell), "");
        }
        assert!(book.part("xl/styles.xml").contains("quotePrefix=\"1\""));
    }
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let (submission, evaluation) = department();
    let subject = Evaluated { submission: &submission, evaluation: &evaluation };
    let first = write(&[subject]);
    std::thread::sleep(std::time::Duration::from_millis(1_100)); // a clock would show
    assert_eq!(first, write(&[subject]));
    let other = evaluation_workbook(&[subject], Stamp::year_end(2022)).expect("a workbook");
    assert_ne!(first, other);
}

#[test]
fn an_amount_with_too_many_digits_is_refused_with_its_cell() {
    let (mut submission, mut evaluation) = department();
    let huge: Money = "98765432109876.54".parse().unwrap();
    submission.budget.rows[1].amounts.set(Amount::Executed, Some(huge));
    evaluation.lines[1].totals.executed = Some(huge);
    let subject = Evaluated { submission: &submission, evaluation: &evaluation };
    match evaluation_workbook(&[subject], Stamp::default()) {
        Err(ExportError::TooManyDigits { at, value }) => {
            assert_eq!((at.sheet.as_str(), at.cell.as_str()), ("原始数据", "K5"));
            assert_eq!(value, huge.yuan());
        }
        other => panic!("{:?}", other.map(|bytes| bytes.len())),
    }
    assert!(matches!(evaluation_workbook(&[], Stamp::default()), Err(ExportError::Empty)));
}

#[test]
fn without_money_and_without_indicators_the_form_stays_blank() {
    let submission = Submission::project("空白", 2024);
    let evaluation = evaluation(&submission, Vec::new());
    let mut book =
        Book::new(write(&[Evaluated { submission: &submission, evaluation: &evaluation }]));
    check(
        &mut book,
        &[("自评表", "E6", "", ""), ("自评表", "H6", "", ""), ("自评表", "H11", "", "")],
    );
    let score = scored(&["产出指标", "甲"], ["≥1", "1"], "10", "weight * share", &[("share", "1")]);
    let evaluation = support::evaluation(&submission, vec![score.clone(), score]);
    let mut book =
        Book::new(write(&[Evaluated { submission: &submission, evaluation: &evaluation }]));
    assert_eq!(book.value("自评表", "H12"), number("20").to_string());
}

/// A ledger of many rows, every line of `lines` given by rows that lie far apart.
fn long_ledger(rows: usize, lines: usize) -> Submission {
    let mut submission = Submission::department("大部门", 2024);
    let ledger = place("大台账.xlsx", "台账", "");
    let names: Vec<std::sync::Arc<str>> =
        (0..lines).map(|line| format!("项目{line}").into()).collect();
    submission.budget.lines = names.iter().map(|name| BudgetLine::named(name.clone())).collect();
    let columns: std::sync::Arc<[(Amount, u32)]> =
        [(Amount::Adjusted, 1), (Amount::Executed, 2)].into();
    for index in 0..rows {
        let line = index % lines;
        let mut amounts = Amounts::default();
        amounts.set(Amount::Adjusted, Some("100.10".parse().unwrap()));
        amounts.set(Amount::Executed, Some(format!("{}.01", index % 100).parse().unwrap()));
        submission.budget.lines[line].amounts.add(&amounts);
        submission.budget.rows.push(SourceRow {
            role: Role::Counted(line),
            label: names[line].clone(),
            amounts,
            place: ledger.at(Cells::block(index as u32 + 1, 0, index as u32 + 1, 2)),
            columns: columns.clone(),
        });
    }
    submission
}

#[test]
fn rows_of_a_long_ledger_are_put_in_the_order_of_their_lines() {
    let submission = long_ledger(6_000, 2_000);
    let evaluation = evaluation(&submission, Vec::new());
    let mut book =
        Book::new(write(&[Evaluated { submission: &submission, evaluation: &evaluation }]));
    check(
        &mut book,
        &[
            // Line 7 has the rows 6, 2006 and 4006 of the ledger (counted from zero), each executed 6.01.
            ("支出执行", "B10", "", "项目6"),
            ("支出执行", "C10", "ROUND(SUM(原始数据!$H$22:$H$24),2)", "300.3"),
            ("支出执行", "D10", "ROUND(SUM(原始数据!$I$22:$I$24),2)", "18.03"),
            ("原始数据", "C22", "", "7"),
            ("原始数据", "C24", "", "7"),
            ("原始数据", "C25", "", "8"),
            ("原始数据", "G23", "", "A2008:C2008"),
            ("原始数据", "A23", "", "2007"),
        ],
    );
}

#[test]
#[ignore = "slow"]
fn two_hundred_thousand_rows() {
    let submission = long_ledger(200_000, 20_000);
    let evaluation = evaluation(&submission, Vec::new());
    let started = std::time::Instant::now();
    let bytes = write(&[Evaluated { submission: &submission, evaluation: &evaluation }]);
    let seconds = started.elapsed().as_secs();
    assert!(bytes.len() > 1_000_000);
    assert!(seconds < 60, "{seconds} s");
}
