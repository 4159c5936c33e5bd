//! Workbooks as other programs write them.

use super::cells;
use crate::grid::SheetState;
use crate::open::{Limits, open};
use jixiao_core::Code;
use rust_xlsxwriter::{Format, Formula, Workbook};

#[test]
fn a_workbook_of_another_program_reads_alike() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name("指标台账").expect("name");
    sheet.merge_range(0, 0, 0, 3, "2021年度", &Format::new()).expect("merge");
    sheet.write_string(1, 0, "在职人员经费").expect("text");
    sheet.write_number(1, 1, 4650.97).expect("number");
    sheet.write_with_format(1, 2, 0.9813, &Format::new().set_num_format("0.00%")).expect("rate");
    sheet.write_formula(1, 3, Formula::new("=B2*2").set_result("9301.94")).expect("formula");
    sheet.write_boolean(2, 0, true).expect("truth");
    sheet.write_string(3, 0, "a\r\nb & <c> _x0041_").expect("text");
    sheet.set_row_hidden(2).expect("hidden");
    let hidden = workbook.add_worksheet();
    hidden.set_name("旧表").expect("name").set_hidden(true);
    hidden.write_number(0, 0, 1).expect("number");
    let bytes = workbook.save_to_buffer().expect("saved");

    let book = open("账.xlsx", &bytes, &Limits::default()).expect("opens");
    let expected = [
        "A1='2021年度'",
        "A2='在职人员经费'",
        "B2=4650.97",
        "C2=0.9813 %",
        "D2=9301.94 f",
        "A3=true",
        "A4='a\r\nb & <c> _x0041_'",
    ];
    assert_eq!(cells(&book), expected);
    assert_eq!(book.sheets[0].merges[0].to_string(), "A1:D1");
    assert_eq!(book.sheets[0].hidden_rows, [2]);
    assert_eq!((book.sheets[1].state, book.sheets[1].cell_count()), (SheetState::Hidden, 0));
    let codes: Vec<Code> = book.findings.iter().map(|finding| finding.code).collect();
    assert_eq!(codes, [Code::HiddenContent, Code::HiddenContent]);
    assert!(book.findings[1].message.contains("旧表"));
}
