//! Web pages and web archives.

use super::cells;
use crate::grid::{FileFormat, SheetState};
use crate::open::{Kind, Limits, OpenError, open};
use encoding_rs::GBK;
use jixiao_core::Code;

/// A page as a reporting system writes it: title over all columns, merged cells, ends left out.
fn page(charset: &str) -> String {
    format!(
        r##"<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta http-equiv=Content-Type content="text/html; charset={charset}">
<style>td {{mso-number-format:"\@";}} table {{}}</style><script>document.write("<table><tr><td>9</td></tr></table>")</script>
<title>不是标题</title></head><body>
<p>2021年预算&nbsp;执行情况表</p>
<table border=1><thead><tr><th rowspan=2>编码</th><th rowspan=2>项目<br>名称</th><th colspan="2">金额（元）</th></tr><tr><th>全年预算数<th>执行数</tr></thead>
<tr><td x:str>0101</td><td>  办公费
   （含印刷） </td><td x:num="120000">120,000.00</td><td x:num="118000.5" align=right>118,000.50</td></tr>
<tr style='display: none'><td>0102<td>差&#26053;费<td x:num>80000<td x:num="0.5">50%
<tr><td x:num="7">0007</td><td>合计</td><td x:num="200000" x:fmla="=SUM(C4:C5)">20.0万</td><td x:err="#DIV/0!">#DIV/0!</td></tr>
</table><p>制表人：甲</p></body></html>"##
    )
}

const EXPECTED: &[&str] = &[
    "A1='2021年预算\u{a0}执行情况表'",
    "A2='编码'",
    "B2='项目\n名称'",
    "C2='金额（元）'",
    "C3='全年预算数'",
    "D3='执行数'",
    "A4='0101'",
    "B4='办公费 （含印刷）'",
    "C4=120000",
    "D4=118000.5",
    "A5='0102'",
    "B5='差旅费'",
    "C5='80000'",
    "D5=0.5 %",
    "A6=7 04",
    "B6='合计'",
    "C6=200000 k f",
    "D6=#DIV/0!",
    "A7='制表人：甲'",
];

fn gbk(text: &str) -> Vec<u8> {
    GBK.encode(text).0.into_owned()
}

fn refused(page: &str) -> OpenError {
    open("账.xls", page.as_bytes(), &Limits::default()).map(|book| cells(&book)).expect_err(page)
}

fn read(page: &str) -> Vec<String> {
    cells(&open("账.xls", page.as_bytes(), &Limits::default()).expect(page))
}

/// A web archive around a page, encoded as mail is.
fn archive(page: &[u8], encoding: &str) -> Vec<u8> {
    let body = match encoding {
        "base64" => {
            let text = data_encoding(page);
            text.as_bytes()
                .chunks(76)
                .map(|line| String::from_utf8_lossy(line).into_owned())
                .collect::<Vec<_>>()
                .join("\r\n")
        }
        _ => page
            .iter()
            .map(|byte| match byte {
                b'\r' => String::new(),
                b'\n' => "\r\n".to_owned(),
                b' '..=b'~' if *byte != b'=' => char::from(*byte).to_string(),
                other => format!("={other:02X}"),
            })
            .collect(),
    };
    format!("MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=\"----=_Part\"\r\n\r\n------=_Part\r\nContent-Location: file:///C:/a.htm\r\nContent-Transfer-Encoding: {encoding}\r\nContent-Type: text/html; charset=\"gb2312\"\r\n\r\n{body}\r\n------=_Part\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA\r\n------=_Part--\r\n").into_bytes()
}

/// Base64 by hand; the tests have no other use for it.
fn data_encoding(bytes: &[u8]) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let mut group = [0; 3];
        group[..chunk.len()].copy_from_slice(chunk);
        let number = u32::from_be_bytes([0, group[0], group[1], group[2]]);
        for place in 0..4 {
            let letter = LETTERS[(number >> (18 - 6 * place) & 63) as usize];
            text.push(if place > chunk.len() { '=' } else { char::from(letter) });
        }
    }
    text
}

#[test]
fn one_page_in_every_encoding_and_as_archive_is_one_table() {
    let utf8 = page("utf-8");
    let wide: Vec<u8> =
        [0xFF, 0xFE].into_iter().chain(utf8.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let pages = [
        ("UTF-8", utf8.clone().into_bytes(), FileFormat::Html),
        ("with mark", [b"\xEF\xBB\xBF", utf8.as_bytes()].concat(), FileFormat::Html),
        ("UTF-16", wide, FileFormat::Html),
        ("GBK", gbk(&page("gb2312")), FileFormat::Html),
        // The declaration lies.
        ("GBK said to be UTF-8", gbk(&utf8), FileFormat::Html),
        ("UTF-8 said to be GBK", page("gb2312").into_bytes(), FileFormat::Html),
        ("archive", archive(&gbk(&page("gb2312")), "quoted-printable"), FileFormat::Mhtml),
        ("archive in base64", archive(&gbk(&page("gb2312")), "base64"), FileFormat::Mhtml),
    ];
    for (what, bytes, format) in pages {
        let book = open("台账.xlsx", &bytes, &Limits::default()).expect(what);
        assert_eq!((book.format, &*book.sheets[0].name), (format, "台账"), "{what}");
        assert_eq!(cells(&book), EXPECTED, "{what}");
        let merges: Vec<String> = book.sheets[0].merges.iter().map(ToString::to_string).collect();
        assert_eq!(merges, ["A2:A3", "B2:B3", "C2:D2"], "{what}");
        assert_eq!(book.sheets[0].hidden_rows, [4], "{what}");
        assert_eq!(book.findings.iter().map(|f| f.code).collect::<Vec<_>>(), [Code::HiddenContent]);
    }
}

#[test]
fn tables_become_sheets_and_small_heads_stand_above() {
    let names = |page: &str| {
        let book = open("账.xls", page.as_bytes(), &Limits::default()).expect(page);
        let counted =
            book.sheets.iter().map(|sheet| format!("{} {}", sheet.name, sheet.cell_count()));
        counted.collect::<Vec<_>>()
    };
    let table = "<table><tr><td>甲</td><td>5</td></tr></table>";
    assert_eq!(names(table), ["账 2"]);
    assert_eq!(names(&table.repeat(2)), ["表1 2", "表2 2"]);
    let named = table.replace("<tr>", "<caption>一季度</caption><tr>");
    assert_eq!(names(&format!("{named}{named}{table}")), ["一季度 3", "一季度(2) 3", "表3 2"]);
    // Title and headings in tables of their own.
    let head = "<table><tr><td>预算表<td>单位：万元</table><table><tr><th>项目<th>预算数</table>";
    assert_eq!(
        read(&format!("{head}{table}")),
        ["A1='预算表'", "B1='单位：万元'", "A2='项目'", "B2='预算数'", "A3='甲'", "B3='5'"]
    );
    // A page laid out by a table: the one within is no part of the cell.
    let laid = format!("<table><tr><td>预算表</td></tr><tr><td>{table}</td></tr></table>");
    assert_eq!(read(&laid), ["A1='预算表'", "A3='甲'", "B3='5'"]);
    // An end that was forgotten.
    assert_eq!(
        names("<table><tr><td>甲</td><td>5</td></tr><table><tr><td>乙</td><td>6</td></tr></table>"),
        ["表1 2", "表2 2"]
    );
}

#[test]
fn the_names_that_excel_hides_in_a_page_are_used() {
    let block = |name: &str, more: &str| {
        format!(
            "<!--[if gte mso 9]><xml><x:ExcelWorkbook><x:ExcelWorksheets><x:ExcelWorksheet><x:Name>{name}</x:Name>{more}</x:ExcelWorksheet></x:ExcelWorksheets></x:ExcelWorkbook></xml><![endif]-->"
        )
    };
    let table = "<table><tr><td>甲</td><td>5</td></tr></table>";
    let open = |page: &str| open("账.xls", page.as_bytes(), &Limits::default()).expect(page);
    let book = open(&format!("<html>{}{table}</html>", block("县文化馆", "")));
    assert_eq!((&*book.sheets[0].name, book.sheets[0].cell_count()), ("县文化馆", 2));
    // A workbook saved as an archive: a frame, a row of names, a page for each sheet.
    let part = |file: &str, text: &str| {
        format!(
            "--B\r\nContent-Location: file:///C:/1/{file}\r\nContent-Type: text/html; charset=\"utf-8\"\r\n\r\n{text}\r\n"
        )
    };
    let frame = block("一月", r#"<x:WorksheetSource HRef="a.files/sheet001.htm"/>"#).replace(
        "</x:ExcelWorksheets>",
        r#"<x:ExcelWorksheet><x:Name>底稿</x:Name><x:WorksheetSource HRef="a.files/sheet002.htm"/></x:ExcelWorksheet></x:ExcelWorksheets>"#,
    );
    let hidden = "<!--[if gte mso 9]><xml><x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions></xml><![endif]-->";
    let archive = format!(
        "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=B\r\n\r\n{}{}{}{}--B--\r\n",
        part("a.htm", &format!("<html>{frame}<frameset></frameset></html>")),
        part(
            "a.files/tabstrip.htm",
            "<html><table><tr><td>一月</td><td>底稿</td></tr></table></html>"
        ),
        part("a.files/sheet001.htm", &format!("<html>{table}</html>")),
        part("a.files/sheet002.htm", &format!("<html>{hidden}{table}</html>")),
    );
    let book = open(&archive);
    let sheets: Vec<_> =
        book.sheets.iter().map(|sheet| (&*sheet.name, sheet.state, sheet.cell_count())).collect();
    assert_eq!(sheets, [("一月", SheetState::Visible, 2), ("底稿", SheetState::Hidden, 0)]);
}

#[test]
fn a_page_cut_anywhere_is_refused() {
    let page = page("utf-8");
    for cut in 1..page.len() - 6 {
        let opened = open("账.xls", &page.as_bytes()[..cut], &Limits::default());
        assert!(opened.is_err(), "cut at {cut}: {:?}", opened.map(|book| cells(&book)));
    }
    let archive = archive(page.as_bytes(), "quoted-printable");
    for cut in (1..archive.len() - 3).step_by(7) {
        assert!(open("账", &archive[..cut], &Limits::default()).is_err(), "archive cut at {cut}");
    }
}

#[test]
fn what_a_page_does_not_say_for_sure_is_refused() {
    let row = |cell: &str| format!("<table><tr><td>项目</td>{cell}</tr></table>");
    let cases = [
        ("a number that is none", row("<td x:num='1,5'>5</td>"), Code::Unreadable),
        ("infinite", row("<td x:num='1e999'>5</td>"), Code::Unreadable),
        ("an input field", row("<td><input type=text value=5></td>"), Code::Unreadable),
        ("a choice", row("<td><select><option>5</select></td>"), Code::Unreadable),
        (
            "overlapping",
            "<table><tr><td>a<td rowspan=2>b</tr><tr><td colspan=2>1</tr></table>".to_owned(),
            Code::Unreadable,
        ),
        ("no table", "<html><body>请登录</body></html>".to_owned(), Code::UnsupportedFormat),
        (
            "an empty table",
            "<html><table><tr><td></td></tr></table></html>".to_owned(),
            Code::UnsupportedFormat,
        ),
        (
            "nested beyond measure",
            format!("{}5{}", "<table><tr><td>".repeat(65), "</table>".repeat(65)),
            Code::LimitExceeded,
        ),
        (
            "wide beyond measure",
            format!("<table><tr>{}</table>", "<td colspan=1000>1".repeat(17)),
            Code::Unreadable,
        ),
    ];
    for (what, page, code) in cases {
        assert_eq!(refused(&page).code(), code, "{what}");
    }
    assert!(matches!(
        refused("<html>登录</html>"),
        OpenError::Unsupported { kind: Kind::Html, .. }
    ));
    // The shown text stands where the number says less; days and numbers in 万 are told by it.
    for (cell, value) in [
        ("<td x:num='5'>五元整</td>", "B1='五元整'"),
        ("<td x:num='44561'>12月31日</td>", "B1=day 44561 d"),
        ("<td x:num='45610'>4.6万</td>", "B1=45610 k"),
        ("<td x:num='45610'>45.6</td>", "B1=45610 k"),
        ("<td x:num='45610.26'>45,610.3</td>", "B1=45610.26"),
        ("<td x:num='0'>-</td>", "B1=0"),
        ("<td x:num='5'>###</td>", "B1=5"),
        ("<td sdval='0.5' sdnum='1033;0;0%'>50%</td>", "B1=0.5 %"),
        ("<td x:fmla='=A1'></td>", "B1=none f"),
    ] {
        assert_eq!(read(&row(cell)), ["A1='项目'", value], "{cell}");
    }
    // Boxes that hold nothing, and marks, lose nothing.
    assert_eq!(
        read(&row("<td><input type=checkbox value=1><input>5</td>")),
        ["A1='项目'", "B1='5'"]
    );
}

#[test]
fn limits_hold_for_pages() {
    let with = |cells: usize| {
        let limits = Limits { cells, ..Limits::default() };
        let page = "<table><tr><td>甲<td>5</table>";
        open("账", page.as_bytes(), &limits).map(|_| ()).map_err(|error| error.code())
    };
    // The table itself counts as one, so that empty ones are bounded too.
    assert_eq!([with(2), with(3), with(4)], [Err(Code::LimitExceeded), Ok(()), Ok(())]);
    // A few bytes that claim sixteen thousand million cells are read in no time.
    let tall = format!(
        "<table><tr>{}</tr>{}</table>",
        "<td rowspan=65534 colspan=1000>1".repeat(16),
        "<tr><td>2".repeat(20_000)
    );
    assert_eq!(refused(&tall).code(), Code::LimitExceeded);
    // Tables beyond number, all of one name, and a tag of more attributes than a page has bytes to spare.
    let many = "<table><caption>甲</caption><tr><td>5</table>";
    assert!(open("账", many.repeat(2_000).as_bytes(), &Limits::default()).is_ok());
    assert_eq!(refused(&many.repeat(2_001)).code(), Code::LimitExceeded);
    let attributes: String = (0..200_000).map(|number| format!("a{number} ")).collect();
    assert_eq!(read(&format!("<table><tr><td {attributes} x:num=5 x:num=6>5</table>")), ["A1=5"]);
    let parts = |count: usize| {
        let page = "Content-Type: text/html\r\n\r\n<table><tr><td>5</table>\r\n";
        format!(
            "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=B\r\n\r\n--B\r\n{page}{}--B--\r\n",
            "--B\r\n\r\n".repeat(count)
        )
    };
    assert_eq!(
        cells(&open("账", parts(19_998).as_bytes(), &Limits::default()).expect("opens")),
        ["A1='5'"]
    );
    assert_eq!(refused(&parts(19_999)).code(), Code::LimitExceeded);
}
