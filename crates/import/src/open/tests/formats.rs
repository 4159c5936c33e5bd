//! One ledger, saved by an office suite in three formats, gives one table.

use super::cells;
use crate::grid::{FileFormat, SheetState};
use crate::open::{Limits, open};
use jixiao_core::Code;

const LEDGER: &[&str] = &[
    "A1='2021年预算执行情况表'",
    "F2='单位：元'",
    "A3='编码'",
    "B3='项目'",
    "C3='全年预算数'",
    "D3='执行数'",
    "E3='执行率'",
    "F3='截止日期'",
    "A4='0101'",
    "B4='办公费'",
    "C4=120000",
    "D4=118000.5",
    "E4=0.9833375 % f",
    "F4=day 44561 d",
    "A5='0102'",
    "B5='差旅费'",
    "C5=80000",
    "D5=40000",
    "E5=0.5 % f",
    "F5=day 44561 d",
    "A6=7 04",
    "B6='合计'",
    "C6=200000 f",
    "D6=158000.5 f",
    "E6=0.7900025 % f",
    "D7=#DIV/0! f",
    "C8=45610 k",
];

fn ledger(ending: &str) -> Vec<u8> {
    let root = env!("CARGO_MANIFEST_DIR");
    let path = format!("{root}/../../fixtures/formats/ledger.{ending}");
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn one_ledger_in_three_formats_is_one_table() {
    let kinds = [("xlsx", FileFormat::Xlsx), ("xls", FileFormat::Xls), ("ods", FileFormat::Ods)];
    for (ending, format) in kinds {
        // The name lies on purpose.
        let book = open("台账.csv", &ledger(ending), &Limits::default()).expect(ending);
        assert_eq!(book.format, format);
        let found = cells(&book);
        for (index, expected) in LEDGER.iter().enumerate() {
            // An .ods names its formats by style, of which only dates and percentages are told at the cell.
            let known = ending != "ods" || !matches!(*expected, "A6=7 04" | "C8=45610 k");
            let expected = if known { expected } else { expected.split(' ').next().unwrap_or("") };
            assert_eq!(found.get(index).map(String::as_str), Some(expected), "{ending}");
        }
        assert_eq!(found.len(), LEDGER.len(), "{ending}");
        let sheet = &book.sheets[0];
        assert_eq!(
            sheet.merges.iter().map(ToString::to_string).collect::<Vec<_>>(),
            ["A1:F1"],
            "{ending}"
        );
        assert_eq!(
            (&sheet.hidden_rows[..], &sheet.hidden_columns[..]),
            (&[4][..], &[5][..]),
            "{ending}"
        );
        assert_eq!(book.sheets[1].state, SheetState::Hidden, "{ending}");
        assert_eq!(book.sheets[1].cell_count(), 0, "{ending}");
        let codes: Vec<Code> = book.findings.iter().map(|finding| finding.code).collect();
        assert_eq!(codes, [Code::HiddenContent, Code::HiddenContent], "{ending}");
    }
}

#[test]
fn cut_files_of_every_format_never_open() {
    for ending in ["xlsx", "xls", "ods"] {
        let bytes = ledger(ending);
        for cut in (0..bytes.len()).step_by(bytes.len() / 50) {
            // The last sectors of an .xls hold properties, which nobody reads.
            if ending == "xls" && cut > bytes.len() * 3 / 4 {
                continue;
            }
            let opened = open("台账", &bytes[..cut], &Limits::default()).map(|book| cells(&book));
            assert!(opened.is_err(), "{ending} cut at {cut} of {}", bytes.len());
        }
    }
}

/// An `.xls` has no checksum, so a flipped bit may pass; but it must never end the process or take for ever.
#[test]
fn flipped_bits_never_end_the_process() {
    let (mut opened, mut refused) = (0, 0);
    for ending in ["xls", "ods"] {
        let bytes = ledger(ending);
        let mut mutant = bytes.clone();
        for at in (0..bytes.len()).step_by(13) {
            mutant[at] ^= 1 << (at % 8);
            match open("台账", &mutant, &Limits::default()) {
                Ok(_) => opened += 1,
                Err(_) => refused += 1,
            }
            mutant[at] = bytes[at];
        }
    }
    assert!(opened > 0 && refused > 0, "{opened} opened, {refused} refused");
}
