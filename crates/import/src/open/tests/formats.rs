//! One ledger, saved by an office suite in three formats, gives one table.

use super::cells;
use crate::grid::{Book, FileFormat, SheetState, Value};
use crate::open::{Limits, expand, open};
use jixiao_core::{Cells, Code, number};

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

/// What a cell says, whatever the format stores it as: an amount is an amount, a text has no line breaks.
fn said(value: Value<'_>) -> String {
    let number = match value {
        Value::Number(stored) => number::from_cell(stored),
        Value::Text(text) => match number::read(text) {
            number::Text::Number { value, .. } => Some(value),
            _ => None,
        },
        _ => None,
    };
    match (number, value) {
        (Some(number), _) => number.normalize().to_string(),
        (None, Value::Text(text)) => text.replace('\n', ""),
        (None, other) => format!("{other:?}"),
    }
}

fn table(book: &Book) -> Vec<String> {
    let sheet = &book.sheets[0];
    let cells = sheet.row_numbers().flat_map(|row| sheet.row(row));
    cells
        .map(|cell| format!("{} {}", Cells::one(cell.row, cell.column), said(cell.value)))
        .collect()
}

#[test]
fn one_table_of_exporting_systems_is_one_table() {
    let root = format!("{}/../../fixtures/formats", env!("CARGO_MANIFEST_DIR"));
    let file = |name: &str| std::fs::read(format!("{root}/{name}")).expect(name);
    let limits = Limits::default();
    let mut files = vec![];
    for (name, format) in [
        ("table-gbk.csv", FileFormat::Csv),
        ("table-utf8-semicolon.csv", FileFormat::Csv),
        ("table-utf16-tab.xls", FileFormat::Csv),
        ("table-page-gbk.xls", FileFormat::Html),
        ("table-page-utf8.html", FileFormat::Html),
        ("table-archive.mht", FileFormat::Mhtml),
        ("table-archive-base64.xls", FileFormat::Mhtml),
        ("table-xml2003.xls", FileFormat::Xml2003),
    ] {
        files.push((name.to_owned(), file(name), format));
    }
    let packed = expand("全县.zip", &file("table-gbk-names.zip"), &limits).expect("opens");
    let formats = [FileFormat::Csv, FileFormat::Html];
    for ((name, bytes), format) in packed.expect("an archive of ledgers").into_iter().zip(formats) {
        assert!(name.starts_with("示例县文化馆."), "{name}");
        files.push((name, bytes, format));
    }
    let mut expected = vec![
        "A1 示例县文化馆2023年度预算执行情况表".to_owned(),
        "A2 编制单位：示例县文化馆".to_owned(),
        "G2 单位：元".to_owned(),
    ];
    let heads = ["编码", "项目名称", "年初预算数", "全年预算数", "执行数", "余额", "备注"];
    expected.extend(
        heads.iter().zip("ABCDEFG".chars()).map(|(head, letter)| format!("{letter}3 {head}")),
    );
    for (name, bytes, format) in files {
        let book = open(&name, &bytes, &limits).expect(&name);
        assert_eq!(book.format, format, "{name}");
        let found = table(&book);
        assert_eq!(found[..10], expected, "{name}");
        assert_eq!(found.len(), 10 + 8 * 6 + 4 + 5, "{name}: {found:?}");
        for cell in [
            "A7 201",
            "B7 办公费",
            "E7 130450.5",
            "G10 年中调整；含巡演",
            "B12 合计",
            "E12 4445800",
        ] {
            assert!(found.iter().any(|held| held == cell), "{name}: {cell} in {found:?}");
        }
    }
}
