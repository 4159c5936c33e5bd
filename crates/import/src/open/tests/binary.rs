//! An `.xlsb` put together record by record.

use super::{PACKAGE, RELATIONS, cells, zip};
use crate::grid::FileFormat;
use crate::open::{Limits, open};
use jixiao_core::Code;

fn record(stream: &mut Vec<u8>, kind: u16, data: &[u8]) {
    if kind < 0x80 {
        stream.push(kind.to_le_bytes()[0]);
    } else {
        stream.extend([(kind & 0x7F | 0x80).to_le_bytes()[0], (kind >> 7).to_le_bytes()[0]]);
    }
    let length = u8::try_from(data.len()).expect("short");
    assert!(length < 0x80);
    stream.push(length);
    stream.extend(data);
}

fn wide(text: &str) -> Vec<u8> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let mut bytes = u32::try_from(units.len()).expect("short").to_le_bytes().to_vec();
    bytes.extend(units.into_iter().flat_map(u16::to_le_bytes));
    bytes
}

fn cell(column: u32, style: u32, value: &[u8]) -> Vec<u8> {
    [&column.to_le_bytes()[..], &style.to_le_bytes(), value].concat()
}

fn row(number: u32, hidden: bool) -> Vec<u8> {
    let mut data = number.to_le_bytes().to_vec();
    data.extend([0; 13]);
    data[11] = if hidden { 0x10 } else { 0 };
    data
}

fn book(sheet: &[u8]) -> Vec<u8> {
    let mut workbook = Vec::new();
    let listed = [&[0; 8][..], &wide("rId1"), &wide("表1")].concat();
    record(&mut workbook, 0x009C, &listed);
    record(&mut workbook, 0x0090, &[]);
    record(&mut workbook, 0x009D, &[]);
    let mut styles = Vec::new();
    record(&mut styles, 0x0267, &0u32.to_le_bytes());
    record(&mut styles, 0x0269, &2u32.to_le_bytes());
    record(&mut styles, 0x002F, &[0; 16]);
    record(&mut styles, 0x002F, &[0, 0, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    record(&mut styles, 0x026A, &[]);
    let relations = format!(
        r#"<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.bin"/></Relationships>"#
    );
    zip(
        &[
            ("xl/workbook.bin", &workbook),
            ("xl/_rels/workbook.bin.rels", relations.as_bytes()),
            ("xl/styles.bin", &styles),
            ("xl/worksheets/sheet1.bin", sheet),
        ],
        true,
    )
}

fn sheet(rows: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut sheet = Vec::new();
    record(&mut sheet, 0x0081, &[]);
    record(&mut sheet, 0x0094, &[0; 16]);
    record(&mut sheet, 0x0091, &[]);
    rows(&mut sheet);
    record(&mut sheet, 0x0092, &[]);
    sheet
}

#[test]
fn records_are_read_with_format_formula_error_and_merge() {
    let mut bytes = sheet(|sheet| {
        record(sheet, 0x0000, &row(0, false));
        record(sheet, 0x0006, &cell(0, 0, &wide("合计")));
        record(sheet, 0x0005, &cell(1, 1, &0.981f64.to_le_bytes()));
        record(sheet, 0x0001, &cell(2, 0, &[]));
        record(sheet, 0x0000, &row(4, true));
        record(sheet, 0x0009, &cell(0, 0, &[&5f64.to_le_bytes()[..], &[0; 10]].concat()));
        // Calamine passes over a formula whose result is an error; it must not become an empty cell.
        record(sheet, 0x000B, &cell(1, 0, &[&[0x17][..], &[0; 10]].concat()));
        record(sheet, 0x0004, &cell(2, 0, &[1]));
    });
    record(&mut bytes, 0x00B0, &[0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0]);
    let book = open("账.xlsb", &book(&bytes), &Limits::default()).expect("opens");
    assert_eq!(book.format, FileFormat::Xlsb);
    assert_eq!(cells(&book), ["A1='合计'", "B1=0.981 %", "A5=5 f", "B5=#REF! f", "C5=true"]);
    assert_eq!(book.sheets[0].merges[0].to_string(), "C1:D2");
    assert_eq!(book.sheets[0].hidden_rows, [4]);
    assert_eq!(book.findings[0].code, Code::HiddenContent);
}

#[test]
fn records_that_are_cut_or_lie_beyond_the_grid_are_refused() {
    let beyond = sheet(|sheet| record(sheet, 0x0000, &row(1_048_577, false)));
    let short = sheet(|sheet| {
        record(sheet, 0x0000, &row(0, false));
        record(sheet, 0x0005, &[0; 8]);
    });
    let mut cut = sheet(|_| {});
    cut.truncate(cut.len() - 2);
    for (what, sheet) in [("row beyond the grid", beyond), ("short record", short), ("cut", cut)] {
        let error = open("账.xlsb", &book(&sheet), &Limits::default()).map(|book| cells(&book));
        assert_eq!(error.expect_err(what).code(), Code::Unreadable, "{what}");
    }
}
