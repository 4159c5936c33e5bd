//! The summary workbook, read back.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/reading.rs"]
mod reading;
mod support;

use jixiao_export::{ExportError, Stamp, summary_workbook};
use reading::Book;

#[test]
fn departments_are_summed_ranked_and_the_failed_ones_explained() {
    let (department, project) = (support::department().1, support::project().1);
    let mut better = department.clone();
    better.score = Some(support::number("92.5"));
    let rows = [
        support::summary_row(&department, &[]),
        support::summary_row(&better, &[]),
        support::summary_row(&project, &[]),
        support::failed_row(),
    ];
    let bytes =
        summary_workbook("2021年度绩效自评汇总", &rows, Stamp::year_end(2021)).expect("a workbook");
    let mut book = Book::new(bytes);
    for (cell, formula, value) in [
        ("A1", "", "2021年度绩效自评汇总"),
        ("N2", "", "单位：元"), // 元 and 万元 in one batch
        ("D4", "", "46509700"),
        ("F4", "IF(D4=0,\"\",E4/D4)", "0.9812748738435209"),
        ("G4", "", "87.25"),
        ("I4", "COUNTIFS($G$4:$G$7,\">\"&G4)+1", "2"),
        ("I5", "COUNTIFS", "1"),
        ("G6", "", ""),
        ("I6", "", ""),
        ("M4", "", "完成，有错误待处理"),
        ("D7", "", ""),                               // failed: blank, not zero
        ("D8", "ROUND(SUM(D4:D7),2)", "95548520.67"), // 46509700 * 2 + 2529120.67
        ("E8", "SUM(E4:E7)", "93706820.67"),          // 45638800 * 2 + 2429220.67
        ("J8", "SUM(J4:J7)", "2"),
        ("B12", "", "区水利局"),
        ("C12", "", "encrypted"),
    ] {
        let found = book.formula("汇总", cell);
        assert!(
            found.contains(formula) && found.is_empty() == formula.is_empty(),
            "{cell}: {found}"
        );
        assert_eq!(book.value("汇总", cell), value, "{cell}");
    }
    assert_eq!(book.results().len(), book.formulas().len());
}

#[test]
fn a_batch_of_one_unit_keeps_it() {
    let project = support::project().1;
    let rows = [support::summary_row(&project, &[])];
    let bytes = summary_workbook("汇总", &rows, Stamp::default()).expect("a workbook");
    let mut book = Book::new(bytes);
    assert_eq!(book.value("汇总", "N2"), "单位：万元");
    assert_eq!(book.value("汇总", "D4"), "252.912067");
    assert_eq!(book.value("汇总", "D5"), "252.912067");
    assert!(matches!(summary_workbook("", &[], Stamp::default()), Err(ExportError::Empty)));
}
