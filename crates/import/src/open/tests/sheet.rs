//! What a sheet's XML may say, and what is refused, cell by cell.

use super::{Parts, SHEET, cells};
use crate::open::OpenError;
use jixiao_core::Code;

#[test]
fn values_are_read_as_they_stand() {
    let cases: &[(&str, &str, &[&str])] = &[
        ("number", r#"<row r="1"><c r="A1"><v>4250971.23</v></c></row>"#, &["A1=4250971.23"]),
        ("shared string", r#"<row r="1"><c r="B1" t="s"><v>1</v></c></row>"#, &["B1='乙'"]),
        (
            "inline string",
            r#"<row r="1"><c r="A1" t="inlineStr"><is><t>某单位</t></is></c></row>"#,
            &["A1='某单位'"],
        ),
        (
            "inline string in runs, without its phonetic hint",
            r#"<row r="1"><c r="A1" t="inlineStr"><is><r><t>某</t></r><r><t>单位</t></r><rPh sb="0" eb="1"><t>mou</t></rPh></is></c></row>"#,
            &["A1='某单位'"],
        ),
        (
            "entities",
            r#"<row r="1"><c r="A1" t="str"><f>B1</f><v>a&lt;b&#32;&amp;c</v></c></row>"#,
            &["A1='a<b &c' f"],
        ),
        (
            "escape",
            r#"<row r="1"><c r="A1" t="str"><f>B1</f><v>a_x0009_b</v></c></row>"#,
            &["A1='a\tb' f"],
        ),
        (
            "CDATA in an inline string",
            r#"<row r="1"><c r="A1" t="inlineStr"><is><t><![CDATA[a<b]]></t></is></c></row>"#,
            &["A1='a<b'"],
        ),
        (
            "inline string beside a value that comes first",
            r#"<row r="1"><c r="A1" t="inlineStr"><v>20</v><is><t>1</t></is></c></row>"#,
            &["A1='1'"],
        ),
        (
            "truth",
            r#"<row r="1"><c r="A1" t="b"><v>1</v></c><c r="B1" t="b"><v>0</v></c></row>"#,
            &["A1=true", "B1=false"],
        ),
        ("error", r#"<row r="1"><c r="A1" t="e"><f>B1</f><v>#REF!</v></c></row>"#, &["A1=#REF! f"]),
        (
            "an error word newer than the second reader, and the cell after it",
            r#"<row r="1"><c r="A1" t="e"><f>B1</f><v>#SPILL!</v></c><c r="B1"><v>2</v></c></row>"#,
            &["A1=#SPILL! f", "B1=2"],
        ),
        (
            "formula with result",
            r#"<row r="1"><c r="A1"><f>1+4</f><v>5</v></c></row>"#,
            &["A1=5 f"],
        ),
        (
            "formula after its result",
            r#"<row r="1"><c r="A1"><v>5</v><f>1+4</f></c></row>"#,
            &["A1=5 f"],
        ),
        ("formula without result", r#"<row r="1"><c r="A1"><f>1+4</f></c></row>"#, &["A1=none f"]),
        (
            "formula with an empty result",
            r#"<row r="1"><c r="A1"><f>1+4</f><v/></c></row>"#,
            &["A1=none f"],
        ),
        (
            "formula whose result is empty text",
            r#"<row r="1"><c r="A1" t="str"><f>""</f><v></v></c></row>"#,
            &[],
        ),
        (
            "shared formula with a huge index",
            r#"<row r="1"><c r="A1"><f t="shared" ref="A1:B1" si="400000000">1+4</f><v>5</v></c><c r="B1"><f t="shared" si="400000000"/><v>6</v></c></row>"#,
            &["A1=5 f", "B1=6 f"],
        ),
        (
            "blank text",
            r#"<row r="1"><c r="A1" t="inlineStr"><is><t xml:space="preserve"> 　</t></is></c></row>"#,
            &[],
        ),
        ("styled but empty", r#"<row r="1"><c r="A1" s="1"/><c r="B1" s="1"></c></row>"#, &[]),
        (
            "no references",
            r#"<row><c><v>1</v></c><c><v>2</v></c></row><row><c/><c><v>3</v></c></row>"#,
            &["A1=1", "B1=2", "B2=3"],
        ),
        ("an empty row counts", r#"<row/><row><c><v>1</v></c></row>"#, &["A2=1"]),
        (
            "formats",
            r#"<row r="1"><c r="A1" s="1"><v>0.981</v></c><c r="B1" s="2"><v>44561</v></c><c r="C1" s="3"><v>101</v></c><c r="D1" s="4"><v>45610</v></c></row>"#,
            &["A1=0.981 %", "B1=day 44561 d", "C1=101 04", "D1=45610 k"],
        ),
        (
            "a date far beyond the calendar stays a number",
            r#"<row r="1"><c r="A1" s="2"><v>20211231</v></c></row>"#,
            &["A1=20211231 d"],
        ),
        (
            "a date as text",
            r#"<row r="1"><c r="A1" t="d"><v>2021-12-31</v></c></row>"#,
            &["A1=day 44561"],
        ),
        (
            "an 18-digit code keeps its digits",
            r#"<row r="1"><c r="A1"><v>440305199001011234</v></c></row>"#,
            &["A1='440305199001011234'"],
        ),
        (
            "a round number does not become a code",
            r#"<row r="1"><c r="A1"><v>100000000000000000</v></c></row>"#,
            &["A1=100000000000000000"],
        ),
        (
            "not a number, infinite",
            r#"<row r="1"><c r="A1"><v>NaN</v></c><c r="B1"><v>1e400</v></c></row>"#,
            &["A1=NaN", "B1=inf"],
        ),
        ("text without type", r#"<row r="1"><c r="A1"><v> 77 </v></c></row>"#, &["A1=' 77 '"]),
        (
            "spaces and comments between tags",
            "<row r=\"1\">\n <!-- x > y -->\n <c r='A1' >\n  <v >5</v >\n </c >\n</row >",
            &["A1=5"],
        ),
        ("a > within quotes", r#"<row r="1" spans="a>b"><c r="A1"><v>5</v></c></row>"#, &["A1=5"]),
        (
            "rows out of order",
            r#"<row r="2"><c r="A2"><v>2</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>"#,
            &["A1=1", "A2=2"],
        ),
        (
            "picture in a cell",
            r#"<row r="1"><c r="A1" t="str"><f>_xlfn.DISPIMG("ID_1",1)</f><v>=DISPIMG("ID_1",1)</v></c></row>"#,
            &[],
        ),
        (
            "far corners only",
            r#"<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>"#,
            &["A1=1", "XFD1048576=2"],
        ),
        (
            "a row's extension list",
            r#"<row r="1"><c r="A1"><v>1</v></c><extLst><ext uri="x"/></extLst></row>"#,
            &["A1=1"],
        ),
    ];
    for (what, rows, expected) in cases {
        let book = Parts::rows(rows).open().unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_eq!(cells(&book), *expected, "{what}");
    }
}

#[test]
fn what_could_be_read_in_two_ways_is_refused_with_its_cell() {
    let cases: &[(&str, &str, &str, &str)] = &[
        (
            "string index that is no number",
            r#"<row r="3"><c r="B3" t="s"><v>abc</v></c></row>"#,
            "B3",
            "文本",
        ),
        (
            "string index with spaces",
            r#"<row r="3"><c r="B3" t="s"><v> 1 </v></c></row>"#,
            "B3",
            "文本",
        ),
        (
            "string index with a point",
            r#"<row r="3"><c r="B3" t="s"><v>1.0</v></c></row>"#,
            "B3",
            "文本",
        ),
        (
            "negative string index",
            r#"<row r="3"><c r="B3" t="s"><v>-1</v></c></row>"#,
            "B3",
            "文本",
        ),
        (
            "string index beyond the table",
            r#"<row r="3"><c r="B3" t="s"><v>2</v></c></row>"#,
            "B3",
            "无法读取",
        ),
        ("number with an entity", r#"<row r="3"><c r="B3"><v>1&#50;3</v></c></row>"#, "B3", "转义"),
        (
            "number with a comment",
            r#"<row r="3"><c r="B3"><v>12<!-- x -->34</v></c></row>"#,
            "B3",
            "拆成几段",
        ),
        (
            "number in CDATA",
            r#"<row r="3"><c r="B3"><v><![CDATA[55]]></v></c></row>"#,
            "B3",
            "拆成几段",
        ),
        (
            "text in CDATA in v",
            r#"<row r="3"><c r="B3" t="str"><v><![CDATA[a]]></v></c></row>"#,
            "B3",
            "拆成几段",
        ),
        ("element in a value", r#"<row r="3"><c r="B3"><v>1<b/>2</v></c></row>"#, "B3", "拆成几段"),
        ("two values", r#"<row r="3"><c r="B3"><v>1</v><v>2</v></c></row>"#, "B3", "两个值"),
        (
            "two formulas",
            r#"<row r="3"><c r="B3"><f>1</f><f>2</f><v>2</v></c></row>"#,
            "B3",
            "两个公式",
        ),
        (
            "inline string with only a value",
            r#"<row r="3"><c r="B3" t="inlineStr"><v>q</v></c></row>"#,
            "B3",
            "内容",
        ),
        (
            "inline string before a value",
            r#"<row r="3"><c r="B3" t="inlineStr"><is><t>1</t></is><v>20</v></c></row>"#,
            "B3",
            "内容",
        ),
        (
            "thousands separators in a number",
            r#"<row r="3"><c r="B3" t="n"><v>1,234</v></c></row>"#,
            "B3",
            "无法读取",
        ),
        ("unknown type", r#"<row r="3"><c r="B3" t="x"><v>1</v></c></row>"#, "B3", "类型"),
        (
            "truth that is neither",
            r#"<row r="3"><c r="B3" t="b"><v>banana</v></c></row>"#,
            "B3",
            "无法读取",
        ),
        (
            "extension list in a cell",
            r#"<row r="3"><c r="B3"><v>1</v><extLst/></c></row>"#,
            "B3",
            "无法识别",
        ),
        (
            "style that does not exist",
            r#"<row r="3"><c r="B3" s="99"><v>44561</v></c></row>"#,
            "B3",
            "格式",
        ),
        (
            "style that is no number",
            r#"<row r="3"><c r="B3" s="a"><v>44561</v></c></row>"#,
            "B3",
            "格式",
        ),
        (
            "the same cell twice",
            r#"<row r="3"><c r="B3"><v>1</v></c><c r="B3"><v>2</v></c></row>"#,
            "B3",
            "两次",
        ),
        (
            "the same cell twice, apart",
            r#"<row r="3"><c r="B3"><v>1</v></c></row><row r="4"><c r="A4"><v>1</v></c></row><row r="3"><c r="B3"><v>2</v></c></row>"#,
            "B3",
            "两次",
        ),
        (
            "a cell that contradicts its row",
            r#"<row r="3"><c r="B2"><v>1</v></c></row>"#,
            "B3",
            "第 2 行",
        ),
        ("beyond the last column", r#"<row r="3"><c r="XFE3"><v>1</v></c></row>"#, "XFE3", "超出"),
        (
            "a column that would wrap around",
            r#"<row r="3"><c r="AAAAAAAAAAAAAAAA3"><v>1</v></c></row>"#,
            "",
            "位置",
        ),
        (
            "a row that would wrap around",
            r#"<row r="4294967299"><c r="B4294967299"><v>1</v></c></row>"#,
            "",
            "行号",
        ),
        ("a reference with dollars", r#"<row r="3"><c r="$B$3"><v>1</v></c></row>"#, "", "位置"),
        (
            "beyond the last row",
            r#"<row r="1048577"><c r="A1048577"><v>1</v></c></row>"#,
            "",
            "行号",
        ),
        (
            "two branches of alternate content",
            r#"<row r="3"><mc:AlternateContent><mc:Choice><c r="B3"><v>1</v></c></mc:Choice></mc:AlternateContent></row>"#,
            "",
            "结构",
        ),
        ("a row within a row", r#"<row r="3"><row r="4"/></row>"#, "", "结构"),
        ("mismatched tags", r#"<row r="3"><c r="B3"><v>1</w></c></row>"#, "B3", "拆成几段"),
    ];
    for (what, rows, cell, word) in cases {
        let error = Parts::rows(rows).open().map(|book| cells(&book)).expect_err(what);
        assert_eq!(error.code(), Code::Unreadable, "{what}: {error}");
        let place = error.place();
        if !word.is_empty() {
            assert_eq!(place.cells.to_string(), *cell, "{what}: {error}");
        }
        assert_eq!(&*place.sheet, "表1", "{what}: {error}");
        assert!(error.chinese().contains(word), "{what}: {error}");
        assert!(error.chinese().contains("另存为 .xlsx"), "{what}: {error}");
        assert!(error.english().contains("save it as .xlsx"), "{what}: {error}");
    }
}

#[test]
fn a_sheet_that_is_not_whole_is_refused() {
    let cases: &[(&str, String)] = &[
        ("no data", format!(r#"<worksheet xmlns="{SHEET}"></worksheet>"#)),
        ("cut before its data", format!(r#"<worksheet xmlns="{SHEET}"><sheetPr/>"#)),
        (
            "cut within its data",
            format!(
                r#"<worksheet xmlns="{SHEET}"><sheetData><row r="1"><c r="A1"><v>1</v></c></row>"#
            ),
        ),
        ("cut after its data", format!(r#"<worksheet xmlns="{SHEET}"><sheetData/>"#)),
        ("cut in a tag", format!(r#"<worksheet xmlns="{SHEET}"><sheetData/></worksh"#)),
        (
            "data twice",
            format!(r#"<worksheet xmlns="{SHEET}"><sheetData/><sheetData/></worksheet>"#),
        ),
        (
            "document type",
            format!(
                r#"<!DOCTYPE a [<!ENTITY b "c">]><worksheet xmlns="{SHEET}"><sheetData/></worksheet>"#
            ),
        ),
        (
            "another encoding",
            format!(
                r#"<?xml version="1.0" encoding="GBK"?><worksheet xmlns="{SHEET}"><sheetData/></worksheet>"#
            ),
        ),
    ];
    for (what, sheet) in cases {
        let error = Parts::sheet(sheet).open().map(|book| cells(&book)).expect_err(what);
        assert_eq!(error.code(), Code::Unreadable, "{what}: {error}");
    }
}

#[test]
fn prefixes_and_merges_and_hidden_things() {
    let book = Parts::sheet(&format!(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><x:worksheet xmlns:x="{SHEET}"><x:cols><x:col min="2" max="3" hidden="1"/><x:col min="9" max="16384" hidden="1"/></x:cols><x:sheetData><x:row r="1"><x:c r="A1" t="s"><x:v>0</x:v></x:c><x:c r="C1"><x:v>3</x:v></x:c></x:row><x:row r="2" hidden="1"><x:c r="A2"><x:v>2</x:v></x:c></x:row><x:row r="3" hidden="1"/></x:sheetData><x:autoFilter ref="A1:C3"><x:filterColumn colId="0"/></x:autoFilter><x:mergeCells><x:mergeCell ref="A1:B1"/><x:mergeCell ref="D4"/></x:mergeCells></x:worksheet>"#
    ))
    .open()
    .expect("opens");
    assert_eq!(cells(&book), ["A1='甲'", "C1=3", "A2=2"]);
    let sheet = &book.sheets[0];
    assert_eq!(sheet.merges.iter().map(ToString::to_string).collect::<Vec<_>>(), ["A1:B1"]);
    assert_eq!(sheet.hidden_rows, [1]);
    assert_eq!(sheet.hidden_columns, [2]);
    let finding = &book.findings[0];
    assert_eq!(finding.code, Code::HiddenContent);
    assert!(
        finding.message.contains("第 2 行") && finding.message.contains("筛选"),
        "{}",
        finding.message
    );
    assert!(finding.message.contains("C 列"), "{}", finding.message);
}

#[test]
fn the_1904_system_is_folded_into_that_of_1900() {
    let mut parts = Parts::rows(r#"<row r="1"><c r="A1" s="2"><v>43099</v></c></row>"#);
    parts.workbook = parts.workbook.replace("<sheets>", r#"<workbookPr date1904="1"/><sheets>"#);
    // 43099 days after 1904-01-01 is 2021-12-31, which is 44561 in the 1900 system.
    assert_eq!(cells(&parts.open().expect("opens")), ["A1=day 44561 d"]);
}

#[test]
fn a_value_from_another_workbook_is_a_finding() {
    let book = Parts::rows(
        r#"<row r="1"><c r="A1"><f>[1]Sheet1!A1</f><v>42</v></c><c r="B1"><f>'[2]表 1'!$A$1*2</f><v>4</v></c><c r="C1"><f>表1[2021]+SUM(D1:E1)</f><v>1</v></c></row>"#,
    )
    .open()
    .expect("opens");
    let [finding] = &book.findings[..] else { panic!("{:?}", book.findings) };
    assert_eq!(finding.code, Code::ExternalLink);
    assert_eq!(finding.source.cells.to_string(), "A1");
    assert_eq!(finding.related.iter().map(|p| p.cells.to_string()).collect::<Vec<_>>(), ["B1"]);
}

#[test]
fn declared_counts_do_not_decide_how_much_memory_is_asked_for() {
    let mut parts = Parts::rows(r#"<row r="1"><c r="A1" t="s"><v>0</v></c></row>"#);
    parts.strings = parts.strings.replace(r#"uniqueCount="2""#, r#"uniqueCount="100000000000""#);
    assert_eq!(parts.open().expect_err("refused").code(), Code::LimitExceeded);
}

#[test]
fn a_string_longer_than_any_cell_is_refused() {
    let long = "A".repeat(5 << 20);
    let rows = format!(r#"<row r="1"><c r="A1" t="inlineStr"><is><t>{long}</t></is></c></row>"#);
    let error = Parts::rows(&rows).open().map(|book| cells(&book)).expect_err("refused");
    assert!(matches!(error, OpenError::Limit { .. }), "{error}");
}

#[test]
fn a_sheet_filled_to_its_last_row_may_be_cut_off() {
    let book = Parts::rows(r#"<row r="1048576"><c r="A1048576"><v>1</v></c></row>"#)
        .open()
        .expect("opens");
    assert_eq!(book.findings.iter().map(|f| f.code).collect::<Vec<_>>(), [Code::Truncated]);
}
