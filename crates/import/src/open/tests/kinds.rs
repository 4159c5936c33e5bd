//! Files of every kind, under every name, and the gate before a zip.

use super::{Parts, cells, zip};
use crate::grid::FileFormat;
use crate::open::{Kind, Limits, OpenError, open};
use jixiao_core::Code;

fn refused(bytes: &[u8]) -> OpenError {
    open("台账.xlsx", bytes, &Limits::default()).map(|book| cells(&book)).expect_err("refused")
}

/// A compound file in shape only: its head and one directory sector with entries of these names.
fn compound(names: &[&str]) -> Vec<u8> {
    let mut bytes = vec![0u8; 512];
    bytes[..8].copy_from_slice(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]);
    for name in names {
        let mut entry = vec![0u8; 128];
        for (index, unit) in name.encode_utf16().enumerate() {
            entry[index * 2..index * 2 + 2].copy_from_slice(&unit.to_le_bytes());
        }
        entry[64] = u8::try_from(name.encode_utf16().count() * 2 + 2).expect("short");
        bytes.extend(entry);
    }
    bytes.resize(bytes.len().max(4096), 0);
    bytes
}

fn utf16(text: &str) -> Vec<u8> {
    let mut bytes = vec![0xFF, 0xFE];
    bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    bytes
}

#[test]
fn what_is_no_workbook_is_named() {
    let gbk =
        [b"<html><meta charset=gb2312>".as_slice(), &[0xD4, 0xA4, 0xCB, 0xE3], b"</html>"].concat();
    let cases: &[(&str, Vec<u8>, Kind)] = &[
        ("html without a table", gbk, Kind::Html),
        ("html with mark", [b"\xEF\xBB\xBF\r\n<!DOCTYPE html><html></html>".as_slice()].concat(), Kind::Html),
        ("html in UTF-16", utf16("<html><body>预算</html>"), Kind::Html),
        (
            "XML of 2003 without a sheet",
            br#"<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>"#.to_vec(),
            Kind::Xml2003,
        ),
        ("other XML", b"<?xml version='1.0'?><a/>".to_vec(), Kind::Xml),
        ("web archive", b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n".to_vec(), Kind::Mhtml),
        ("PDF", b"%PDF-1.7\n\x00\x01".to_vec(), Kind::Pdf),
        ("picture", b"\x89PNG\r\n\x1a\n\x00".to_vec(), Kind::Image),
        ("rar", b"Rar!\x1A\x07\x01\x00".to_vec(), Kind::Archive),
        ("7z", b"7z\xBC\xAF\x27\x1C\x00".to_vec(), Kind::Archive),
        ("text", "项目\n办公费\n".as_bytes().to_vec(), Kind::Text),
        ("text in GBK", vec![0xD4, 0xA4, 0xCB, 0xE3, b'\t', b'1', b'\n'], Kind::Text),
        ("text in UTF-16", utf16("项目\t预算数"), Kind::Text),
        ("noise", vec![0, 1, 2, 3, 4, 5, 6, 7], Kind::Unknown),
        ("docx", zip(&[("word/document.xml", b"<w/>")], true), Kind::Document),
        ("pptx", zip(&[("ppt/presentation.xml", b"<p/>")], true), Kind::Presentation),
        ("odt", zip(&[("mimetype", b"application/vnd.oasis.opendocument.text"), ("content.xml", b"<x/>")], false), Kind::Document),
        ("a zip of files", zip(&[("a.txt", b"1")], true), Kind::Archive),
        ("doc", compound(&["Root Entry", "WordDocument"]), Kind::Document),
        ("ppt", compound(&["Root Entry", "PowerPoint Document"]), Kind::Presentation),
        ("junk before a zip", [vec![7u8; 70], Parts::rows("").bytes(true)].concat(), Kind::Unknown),
    ];
    for (what, bytes, kind) in cases {
        let error = refused(bytes);
        assert!(
            matches!(&error, OpenError::Unsupported { kind: found, .. } if found == kind),
            "{what}: {error:?}"
        );
        assert_eq!(error.code(), Code::UnsupportedFormat, "{what}");
        assert!(error.to_string().starts_with("台账.xlsx：内容是"), "{error}");
    }
}

#[test]
fn passwords_empty_and_cut_files_are_named() {
    let encrypted = compound(&["Root Entry", "EncryptionInfo", "EncryptedPackage"]);
    assert_eq!(refused(&encrypted).code(), Code::Encrypted);
    // The name as text in a cell is no directory entry.
    let mut text = compound(&["Root Entry", "WordDocument"]);
    text.splice(1000..1032, "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
    assert_eq!(refused(&text).code(), Code::UnsupportedFormat);
    assert_eq!(refused(b"").code(), Code::Truncated);
    assert_eq!(refused(&compound(&["Root Entry"])[..600]).code(), Code::Truncated);
    // A compound file with nothing behind its directory is damaged, and never a panic.
    assert_eq!(refused(&compound(&["Root Entry", "Workbook"])).code(), Code::Unreadable);
}

#[test]
fn the_name_does_not_matter() {
    let bytes = Parts::rows(r#"<row r="1"><c r="A1"><v>5</v></c></row>"#).bytes(true);
    for name in ["账.xls", "账.XLSX", "账.et", "账", "账.csv"] {
        let book = open(name, &bytes, &Limits::default()).expect(name);
        assert_eq!(
            (book.format, &*book.file, cells(&book)),
            (FileFormat::Xlsx, name, vec!["A1=5".to_owned()])
        );
        assert_eq!(book.sha256.len(), 64);
    }
}

#[test]
fn a_file_cut_at_any_place_never_opens() {
    let rows: String = (1..200)
        .map(|row| format!(r#"<row r="{row}"><c r="A{row}"><v>{row}</v></c></row>"#))
        .collect();
    for packed in [false, true] {
        let bytes = Parts::rows(&rows).bytes(packed);
        for cut in (0..bytes.len()).step_by(bytes.len() / 50) {
            let error = open("账.xlsx", &bytes[..cut], &Limits::default()).map(|book| cells(&book));
            let code = error.expect_err("cut").code();
            let expected =
                if (1..4).contains(&cut) { Code::UnsupportedFormat } else { Code::Truncated };
            assert_eq!(code, expected, "cut at {cut}");
        }
    }
}

#[test]
fn the_gate_holds_at_its_limits() {
    let bytes =
        Parts::rows(r#"<row r="1"><c r="A1"><v>5</v></c><c r="B1"><v>6</v></c></row>"#).bytes(true);
    let with = |change: &dyn Fn(&mut Limits)| {
        let mut limits = Limits::default();
        change(&mut limits);
        open("账.xlsx", &bytes, &limits)
            .map(|book| cells(&book).len())
            .map_err(|error| error.code())
    };
    let size = bytes.len() as u64;
    assert_eq!(with(&|limits| limits.entries = 6), Ok(2));
    assert_eq!(with(&|limits| limits.entries = 5), Err(Code::LimitExceeded));
    assert_eq!(with(&|limits| limits.cells = 2), Ok(2));
    assert_eq!(with(&|limits| limits.cells = 1), Err(Code::LimitExceeded));
    assert_eq!(with(&|limits| limits.strings = 2), Ok(2));
    assert_eq!(with(&|limits| limits.strings = 1), Err(Code::LimitExceeded));
    assert_eq!(with(&|limits| limits.file_bytes = size), Ok(2));
    assert_eq!(with(&|limits| limits.file_bytes = size - 1), Err(Code::LimitExceeded));
    assert_eq!(with(&|limits| limits.unpacked_bytes = 1000), Err(Code::LimitExceeded));
}

#[test]
fn paths_that_leave_the_package_and_parts_of_one_name_are_refused() {
    for paths in [
        ["../a.xml", "xl/workbook.xml"],
        ["/a.xml", "xl/workbook.xml"],
        ["XL/workbook.xml", "xl\\Workbook.xml"],
    ] {
        let bytes = zip(&[(paths[0], b"1"), (paths[1], b"2")], true);
        assert_eq!(refused(&bytes).code(), Code::Unreadable, "{paths:?}");
    }
}

#[test]
fn styles_that_pack_a_hundredfold_are_honest() {
    let mut parts = Parts::rows(r#"<row r="1"><c r="A1" s="1"><v>0.5</v></c></row>"#);
    let many = r#"<xf numFmtId="10"/>"#.repeat(10_000);
    parts.styles = parts.styles.replace("</cellXfs>", &format!("{many}</cellXfs>"));
    assert_eq!(cells(&parts.open().expect("opens")), ["A1=0.5 %"]);
}

/// A content that stops in the middle of a table keeps the second reader waiting for ever, so it must never see it.
#[test]
fn an_ods_is_refused_when_it_is_broken_or_locked() {
    let content = |tables: &str| {
        format!(
            r#"<office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x"><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"#
        )
    };
    let table = r#"<table:table table:name="表1"><table:table-row><table:table-cell office:value-type="float" office:value="5"/></table:table-row></table:table>"#;
    let mime: (&str, &[u8]) = ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet");
    let locked = "<m:manifest><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>";
    let whole = content(table);
    let cut = &whole[..whole.find("</table:table-row>").expect("row")];
    let renamed = whole.replace("</table:table>", "</tab:table>");
    let cases: &[(&str, &str, &str, Result<usize, Code>)] = &[
        ("whole", &whole, "<m/>", Ok(1)),
        ("cut in a table", cut, "<m/>", Err(Code::Unreadable)),
        ("another end than beginning", &renamed, "<m/>", Err(Code::Unreadable)),
        ("locked", "noise", locked, Err(Code::Encrypted)),
        (
            "repeated beyond measure",
            &content(
                &table
                    .replace(
                        "<table:table-row>",
                        r#"<table:table-row table:number-rows-repeated="1000000">"#,
                    )
                    .replace(
                        "office:value-type",
                        r#"table:number-columns-repeated="1000" office:value-type"#,
                    ),
            ),
            "<m/>",
            Err(Code::LimitExceeded),
        ),
    ];
    for (what, content, manifest, expected) in cases {
        let bytes = zip(
            &[
                mime,
                ("content.xml", content.as_bytes()),
                ("META-INF/manifest.xml", manifest.as_bytes()),
            ],
            false,
        );
        let found = open("账.ods", &bytes, &Limits::default());
        let found = found.map(|book| cells(&book).len()).map_err(|error| error.code());
        assert_eq!(found, *expected, "{what}");
    }
}
