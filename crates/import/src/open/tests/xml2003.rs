//! SpreadsheetML 2003.

use super::cells;
use crate::grid::{FileFormat, SheetState};
use crate::open::{Limits, OpenError, open};
use encoding_rs::GBK;
use jixiao_core::Code;

fn book(encoding: &str, sheets: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="{encoding}"?>
<?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet" xmlns:x="urn:schemas-microsoft-com:office:excel" xmlns:html="http://www.w3.org/TR/REC-html40">
<Styles><Style ss:ID="Default"><NumberFormat/></Style><Style ss:ID="s1"><NumberFormat ss:Format="0.00%"/></Style><Style ss:ID="s2" ss:Parent="s1"/><Style ss:ID="s3"><NumberFormat ss:Format="0000"/></Style><Style ss:ID="s4"><NumberFormat ss:Format="0!.0,&quot;万元&quot;"/></Style><Style ss:ID="s5"><NumberFormat ss:Format="Short Date"/></Style></Styles>
{sheets}</Workbook>"#
    )
}

fn sheet(rows: &str) -> String {
    format!(r#"<Worksheet ss:Name="表1"><Table>{rows}</Table></Worksheet>"#)
}

fn read(rows: &str) -> Vec<String> {
    let text = book("UTF-8", &sheet(rows));
    cells(&open("账.xls", text.as_bytes(), &Limits::default()).expect(rows))
}

fn refused(text: &str) -> OpenError {
    open("账.xls", text.as_bytes(), &Limits::default()).map(|book| cells(&book)).expect_err(text)
}

const ROWS: &str = r#"<Column ss:Index="2" ss:Span="1"/><Column ss:Hidden="1"/>
<Row><Cell ss:MergeAcross="3"><Data ss:Type="String">2021年预算执行情况表</Data></Cell></Row>
<Row ss:Index="3"><Cell><Data ss:Type="String">编码</Data></Cell><Cell><ss:Data ss:Type="String" xmlns="http://www.w3.org/TR/REC-html40"><B>项目</B><Font> 名&amp;称</Font></ss:Data><Comment><ss:Data>批注</ss:Data></Comment></Cell><Cell ss:Index="4"><Data ss:Type="String">&#25191;行率</Data></Cell></Row>
<Row ss:Hidden="1"><Cell><Data ss:Type="String">0101</Data></Cell><Cell/><Cell ss:StyleID="s4"><Data ss:Type="Number">120000</Data></Cell><Cell ss:StyleID="s2" ss:Formula="=RC[-1]/R[1]C[-1]"><Data ss:Type="Number">0.9833375</Data></Cell></Row>
<Row ss:StyleID="s3"><Cell><Data ss:Type="Number">7</Data></Cell><Cell ss:Formula="=R[-1]C"/><Cell ss:Formula="='[上年.xls]表'!R1C1" ss:StyleID="Default"><Data ss:Type="Number">5</Data></Cell><Cell><Data ss:Type="Error">#DIV/0!</Data></Cell></Row>
<Row><Cell><Data ss:Type="DateTime">2021-12-31T00:00:00.000</Data></Cell><Cell ss:StyleID="s5"><Data ss:Type="Number">44561</Data></Cell><Cell><Data ss:Type="Boolean">1</Data></Cell><Cell><Data ss:Type="Number"></Data></Cell></Row>"#;

const EXPECTED: &[&str] = &[
    "A1='2021年预算执行情况表'",
    "A3='编码'",
    "B3='项目 名&称'",
    "D3='执行率'",
    "A4='0101'",
    "C4=120000 k",
    "D4=0.9833375 % f",
    "A5=7 04",
    "B5=none f",
    "C5=5 f",
    "D5=#DIV/0!",
    "A6=day 44561 d",
    "B6=day 44561 d",
    "C6=true",
];

#[test]
fn one_workbook_in_every_encoding_is_one_table() {
    let hidden = r#"<Worksheet ss:Name="底稿"><Table><Row><Cell><Data ss:Type="Number">9</Data></Cell></Row></Table><x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions></Worksheet>"#;
    let text = |encoding: &str| book(encoding, &format!("{}{hidden}", sheet(ROWS)));
    let wide: Vec<u8> = [0xFF, 0xFE]
        .into_iter()
        .chain(text("UTF-16").encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    let files = [
        ("UTF-8", text("UTF-8").into_bytes()),
        ("UTF-16", wide),
        ("GBK", GBK.encode(&text("gb2312")).0.into_owned()),
    ];
    for (what, bytes) in files {
        let book = open("台账.xls", &bytes, &Limits::default()).expect(what);
        assert_eq!(book.format, FileFormat::Xml2003, "{what}");
        assert_eq!(cells(&book), EXPECTED, "{what}");
        let first = &book.sheets[0];
        assert_eq!(first.merges.iter().map(ToString::to_string).collect::<Vec<_>>(), ["A1:D1"]);
        assert_eq!((&first.hidden_rows[..], &first.hidden_columns[..]), (&[3][..], &[3][..]));
        let second = &book.sheets[1];
        assert_eq!((second.state, second.cell_count()), (SheetState::Hidden, 0));
        let codes: Vec<Code> = book.findings.iter().map(|finding| finding.code).collect();
        assert_eq!(codes, [Code::HiddenContent, Code::ExternalLink, Code::HiddenContent], "{what}");
    }
}

#[test]
fn merged_cells_and_indexes_place_the_cells() {
    let merged = r#"<Row><Cell ss:MergeDown="1"><Data ss:Type="String">项目</Data></Cell><Cell ss:MergeAcross="1"><Data ss:Type="String">金额</Data></Cell><Cell><Data ss:Type="String">备注</Data></Cell></Row><Row><Cell ss:Index="2"><Data ss:Type="String">预算</Data></Cell><Cell><Data ss:Type="String">执行</Data></Cell></Row>"#;
    assert_eq!(read(merged), ["A1='项目'", "B1='金额'", "D1='备注'", "B2='预算'", "C2='执行'"]);
    // A row that stands for more rows, and rows by index.
    let spanned = r#"<Row ss:Span="2"><Cell><Data ss:Type="Number">1</Data></Cell></Row><Row><Cell><Data ss:Type="Number">2</Data></Cell></Row><Row ss:Index="9"><Cell><Data ss:Type="Number">3</Data></Cell></Row>"#;
    assert_eq!(read(spanned), ["A1=1", "A4=2", "A9=3"]);
    // A left-over below a merged cell stays where it says it is.
    let left = merged.replace(r#"<Cell ss:Index="2"><Data ss:Type="String">预算"#, r#"<Cell ss:Index="1"><Data ss:Type="Number">8</Data></Cell><Cell><Data ss:Type="String">预算"#);
    assert_eq!(read(&left)[3], "A2=8");
}

#[test]
fn a_file_cut_anywhere_is_refused() {
    let text = book("UTF-8", &sheet(ROWS));
    for cut in 1..text.len() {
        let opened = open("账.xls", &text.as_bytes()[..cut], &Limits::default());
        assert!(opened.is_err(), "cut at {cut}: {:?}", opened.map(|book| cells(&book)));
    }
}

#[test]
fn what_is_not_sure_is_refused() {
    let data =
        |kind: &str, text: &str| format!(r#"<Cell><Data ss:Type="{kind}">{text}</Data></Cell>"#);
    let row = |cells: &str| book("UTF-8", &sheet(&format!("<Row>{cells}</Row>")));
    let two = format!("{0}{0}", sheet(&format!("<Row>{}</Row>", data("Number", "1"))));
    let covered = r#"<Row><Cell ss:MergeDown="1"><Data ss:Type="Number">1</Data></Cell></Row><Row><Cell><Data ss:Type="Number">2</Data></Cell></Row>"#;
    let doctype =
        row(&data("Number", "1")).replace("<Workbook", "<!DOCTYPE a [<!ENTITY b 'c'>]><Workbook");
    let cases = [
        ("a number with a separator", row(&data("Number", "1,234")), Code::Unreadable),
        (
            "an index that goes back",
            row(&format!(
                "{0}{0}{1}",
                data("Number", "1"),
                data("Number", "2").replace("<Cell>", r#"<Cell ss:Index="1">"#)
            )),
            Code::Unreadable,
        ),
        (
            "an index beyond the sheet",
            row(&data("Number", "1").replace("<Cell>", r#"<Cell ss:Index="16385">"#)),
            Code::Unreadable,
        ),
        ("a cell on a merged one", book("UTF-8", &sheet(covered)), Code::Unreadable),
        ("two sheets of one name", book("UTF-8", &two), Code::Unreadable),
        ("a document type", doctype, Code::Unreadable),
        ("an unknown entity", row(&data("String", "&b;")), Code::Unreadable),
        ("ends that cross", row("<Cell><Data></Cell></Data>"), Code::Unreadable),
        ("no sheet", book("UTF-8", ""), Code::UnsupportedFormat),
        (
            "nested beyond measure",
            book("UTF-8", &format!("{}{}", "<a>".repeat(300), "</a>".repeat(300))),
            Code::Unreadable,
        ),
    ];
    for (what, text, code) in cases {
        assert_eq!(refused(&text).code(), code, "{what}");
    }
    // Beyond what a float holds: an error in the cell, as in a workbook.
    assert_eq!(read(&format!("<Row>{}</Row>", data("Number", "1e999"))), ["A1=inf"]);
}

#[test]
fn limits_hold() {
    let text = book(
        "UTF-8",
        &sheet(
            r#"<Row><Cell><Data ss:Type="Number">1</Data></Cell><Cell><Data ss:Type="Number">2</Data></Cell></Row>"#,
        ),
    );
    let with = |cells: usize| {
        let limits = Limits { cells, ..Limits::default() };
        open("账", text.as_bytes(), &limits).map(|_| ()).map_err(|error| error.code())
    };
    assert_eq!([with(1), with(2), with(3)], [Err(Code::LimitExceeded), Ok(()), Ok(())]);
}
