//! Text tables in every encoding and with every separator, and what is refused.

use super::cells;
use crate::grid::FileFormat;
use crate::open::{Kind, Limits, OpenError, open};
use encoding_rs::{Encoding, GB18030};
use jixiao_core::Code;

/// Rows of the ledger; `|` stands for the separator.
const LEDGER: &str = "2021年预算执行情况表|||\n编码|项目名称|全年预算数|执行数\n=\"0101\"|\"办公费|含印刷\"|\"120,000.00\"|118000.50\n\n0102|=SUM(A1:A3)|80000|-\n|合计|200000|118000.5\n";

const EXPECTED: &[&str] = &[
    "A1='2021年预算执行情况表'",
    "A2='编码'",
    "B2='项目名称'",
    "C2='全年预算数'",
    "D2='执行数'",
    "A3='0101'",
    "B3='办公费;含印刷'",
    "C3='120,000.00'",
    "D3='118000.50'",
    "A5='0102'",
    "B5='=SUM(A1:A3)'",
    "C5='80000'",
    "D5='-'",
    "B6='合计'",
    "C6='200000'",
    "D6='118000.5'",
];

fn utf16(text: &str, little: bool) -> Vec<u8> {
    let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
    units.flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
}

fn encoded(text: &str, encoding: &'static Encoding) -> Vec<u8> {
    encoding.encode(text).0.into_owned()
}

fn refused(bytes: &[u8]) -> OpenError {
    open("账.csv", bytes, &Limits::default()).map(|book| cells(&book)).expect_err("refused")
}

fn read(text: &str) -> Vec<String> {
    cells(&open("账.csv", text.as_bytes(), &Limits::default()).expect(text))
}

#[test]
fn five_encodings_by_three_separators_are_one_table() {
    for separator in [",", "\t", ";"] {
        for lines in ["\n", "\r\n", "\r"] {
            let text = LEDGER.replace('|', separator).replace('\n', lines);
            let texts = [
                ("UTF-8", text.clone().into_bytes()),
                ("UTF-8 with mark", [b"\xEF\xBB\xBF", text.as_bytes()].concat()),
                ("UTF-16LE", utf16(&text, true)),
                ("UTF-16BE", utf16(&text, false)),
                ("GB18030", encoded(&text, GB18030)),
            ];
            for (encoding, bytes) in texts {
                let what = format!("{encoding} by {separator:?} and {lines:?}");
                let book = open("台账.xls", &bytes, &Limits::default()).expect(&what);
                assert_eq!(
                    (book.format, &*book.sheets[0].name),
                    (FileFormat::Csv, "台账"),
                    "{what}"
                );
                let found: Vec<String> = cells(&book)
                    .iter()
                    .map(|cell| cell.replace(&format!("费{separator}含"), "费;含"))
                    .collect();
                assert_eq!(found, EXPECTED, "{what}");
            }
        }
    }
}

#[test]
fn the_separator_is_the_one_by_which_lines_agree() {
    let cases = [
        // Amounts with thousands separators are no columns.
        ("项目\t预算\t执行\n甲\t1,234.50\t2,000\n乙\t5,678.00\t3,000\n", "B2='1,234.50'"),
        ("项目;预算;执行\n甲;1,234.50;2,000\n乙;5,678.00;3,000\n", "B2='1,234.50'"),
        // A tab behind a code keeps its zeros in spreadsheet programs.
        ("编码,项目,预算\n0101\t,甲,5\n0102\t,乙,6\n", "A2='0101'"),
        // Remarks with semicolons in every row.
        ("项目,预算,说明\n甲,5,一;二\n乙,6,三;四\n", "C2='一;二'"),
        ("sep=;\n项目;预算,元\n甲;5\n乙;6\n", "B1='预算,元'"),
        ("项目,预算\n\"甲\n乙\",5\n丙,6\n", "A2='甲\n乙'"),
    ];
    for (text, cell) in cases {
        assert!(read(text).iter().any(|found| found == cell), "{text:?}: {:?}", read(text));
    }
}

#[test]
fn what_would_shift_or_swallow_amounts_is_refused() {
    let cases = [
        ("thousands without quotes", "项目,预算,执行\n甲,1,234.50,100\n乙,5,6\n", Code::Unreadable),
        (
            "the same in every row",
            "项目,预算,执行\n甲,1,234,2,345\n乙,1,234,5,678\n",
            Code::Unreadable,
        ),
        ("a quote without its end", "项目,预算\n\"甲,5\n乙,6\n", Code::Truncated),
        (
            "stray quotes",
            "项目,预算,执行\n\"甲,5,6\n乙\",7,8,9\n丙,1,2\n\"丁,3,4\n戊\",5\n",
            Code::Unreadable,
        ),
        ("a control character", "项目,预算\n甲,5\u{7}\n乙,6\n", Code::UnsupportedFormat),
    ];
    for (what, text, code) in cases {
        assert_eq!(refused(text.as_bytes()).code(), code, "{what}");
    }
    // Behind the first 4096 bytes as well.
    let long = format!("项目,预算\n{}甲,5\u{7}\n", "乙,6\n".repeat(1000));
    assert_eq!(refused(long.as_bytes()).code(), Code::Unreadable);
    let place = refused("项目,预算,执行\n甲,1,234.50,100\n乙,5,6\n".as_bytes()).place();
    assert_eq!(place.cells.to_string(), "A2");
}

#[test]
fn text_without_a_table_is_named() {
    for text in [
        "关于预算执行情况的说明",
        "第一行\n第二行\n第三行\n",
        "说明,如下\n第二行\n第三行\n第四行\n",
        "",
    ] {
        if let Err(error) = open("说明.txt", text.as_bytes(), &Limits::default()) {
            let named = matches!(error, OpenError::Unsupported { kind: Kind::Text, .. });
            assert!(named || text.is_empty(), "{text:?}: {error:?}");
        } else {
            panic!("{text:?} opened");
        }
    }
}

#[test]
fn an_encoding_is_proved_or_refused() {
    let text = "项目,预算数\n办公费,5\n差旅费,6\n";
    let gbk = encoded(text, GB18030);
    let expected = ["A1='项目'", "B1='预算数'", "A2='办公费'", "B2='5'", "A3='差旅费'", "B3='6'"];
    assert_eq!(cells(&open("账", &gbk, &Limits::default()).expect("GBK")), expected);

    // Cut inside a character, and one wrong byte: by GB18030 both would give other words.
    let cut = &text.as_bytes()[..text.len() - 4];
    assert_eq!(refused(&cut[..cut.len() - 1]).code(), Code::Truncated);
    let mut wrong = text.as_bytes().to_vec();
    wrong[1] = b'a';
    assert_eq!(refused(&wrong).code(), Code::Unreadable);
    // 通 of GBK is one letter of UTF-8.
    let letter = [b"a,b\n".as_slice(), &[0xCD, 0xA8], b",1\n"].concat();
    assert_eq!(refused(&letter).code(), Code::Unreadable);
    // No encoding at all.
    assert_eq!(refused(b"a,\xFF\xFF\nb,1\n").code(), Code::Unreadable);
    assert_eq!(refused(&utf16(text, true)[..15]).code(), Code::Truncated);
}

#[test]
fn limits_hold_for_text() {
    let text = "项目,预算\n甲,5\n";
    let with = |cells: usize| {
        let limits = Limits { cells, ..Limits::default() };
        open("账", text.as_bytes(), &limits).map(|_| ()).map_err(|error| error.code())
    };
    assert_eq!([with(3), with(4), with(5)], [Err(Code::LimitExceeded), Ok(()), Ok(())]);
    let wide = |columns: usize| format!("{0}甲\n{0}乙\n", ",".repeat(columns - 1));
    let open_wide = |columns: usize| {
        let opened = open("账", wide(columns).as_bytes(), &Limits::default());
        opened.map(|_| ()).map_err(|error| error.code())
    };
    assert_eq!([open_wide(16_384), open_wide(16_385)], [Ok(()), Err(Code::LimitExceeded)]);
}
