//! Zip files of ledgers.

use super::{Parts, cells, zip};
use crate::open::{Limits, OpenError, expand, open};
use encoding_rs::GBK;
use jixiao_core::Code;

const CSV: &[u8] = "项目,预算数\n办公费,100\n".as_bytes();

/// A zip whose names are stored as these bytes, without a mark of UTF-8: by names of equal length put in their place.
fn named(names: &[&[u8]]) -> Vec<u8> {
    let stand_in = |index: usize, name: &[u8]| {
        let letter = char::from(b'a' + u8::try_from(index).expect("few"));
        letter.to_string().repeat(name.len())
    };
    let plain: Vec<String> = names.iter().enumerate().map(|(i, name)| stand_in(i, name)).collect();
    let parts: Vec<(&str, &[u8])> = plain.iter().map(|name| (name.as_str(), CSV)).collect();
    let mut bytes = zip(&parts, false);
    for (name, plain) in names.iter().zip(&plain) {
        let at: Vec<usize> = memchr::memmem::find_iter(&bytes, plain.as_bytes()).collect();
        assert_eq!(at.len(), 2, "once before the file and once in the directory");
        for at in at {
            bytes[at..at + name.len()].copy_from_slice(name);
        }
    }
    bytes
}

fn expanded(bytes: &[u8]) -> Result<Option<Vec<String>>, OpenError> {
    let files = expand("全县.zip", bytes, &Limits::default())?;
    Ok(files.map(|files| files.into_iter().map(|(name, _)| name).collect()))
}

#[test]
fn names_are_told_whatever_system_wrote_them() {
    let gbk = |name: &str| GBK.encode(name).0.into_owned();
    let names = [
        gbk("县文化馆/台账.csv"),
        // UTF-8 without the mark, as other systems write it.
        "县图书馆.csv".as_bytes().to_vec(),
        // The second byte of 乗 is a backslash.
        gbk("县乗务处\\乗.csv"),
        gbk("通.csv"),
    ];
    let names: Vec<&[u8]> = names.iter().map(Vec::as_slice).collect();
    let found = expanded(&named(&names)).expect("opens").expect("an archive");
    assert_eq!(found, ["台账.csv", "县图书馆.csv", "乗.csv", "通.csv"]);
}

#[test]
fn each_file_comes_out_as_it_went_in() {
    let workbook = Parts::rows(r#"<row r="1"><c r="A1"><v>5</v></c></row>"#).bytes(true);
    let bytes = zip(
        &[
            ("甲/台账.xlsx", &workbook),
            ("乙/台账.xlsx", &workbook),
            ("乙/说明.pdf", b"%PDF-1.7"),
            ("丙.csv", CSV),
            ("__MACOSX/._丙.csv", b"x"),
            (".DS_Store", b"x"),
            ("~$丙.xlsx", b"x"),
        ],
        true,
    );
    let files = expand("全县.zip", &bytes, &Limits::default()).expect("opens").expect("an archive");
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["台账.xlsx", "台账(2).xlsx", "说明.pdf", "丙.csv"]);
    assert_eq!((&files[1].1, &*files[3].1), (&workbook, CSV));
    let book = open(&files[0].0, &files[0].1, &Limits::default()).expect("a workbook");
    assert_eq!(cells(&book), ["A1=5"]);
}

#[test]
fn what_is_no_archive_of_ledgers_is_left_to_open() {
    let workbook = Parts::rows("").bytes(true);
    let document = zip(&[("word/document.xml", b"<w/>")], true);
    let pictures = zip(&[("a.png", b"\x89PNG\r\n\x1a\n\x00"), ("b.pdf", b"%PDF-1.7")], true);
    for (what, bytes) in [
        ("a workbook", &workbook[..]),
        ("a document", &document),
        ("pictures", &pictures),
        ("text", CSV),
        ("nothing", b""),
    ] {
        assert_eq!(expanded(bytes), Ok(None), "{what}");
    }
}

#[test]
fn damaged_nested_and_large_archives_are_refused() {
    let inner = zip(&[("a.csv", CSV)], true);
    let code = |bytes: &[u8], limits: &Limits| {
        expand("全县.zip", bytes, limits).map(|_| ()).map_err(|error| error.code())
    };
    let limits = Limits::default();
    let nested = zip(&[("a.csv", CSV), ("b.zip", &inner)], true);
    assert_eq!(code(&nested, &limits), Err(Code::Unreadable));
    assert_eq!(
        code(&zip(&[("b.rar", b"Rar!\x1A\x07\x01\x00")], true), &limits),
        Err(Code::Unreadable)
    );
    assert_eq!(code(&zip(&[("../a.csv", CSV)], true), &limits), Err(Code::Unreadable));
    for cut in (4..inner.len()).step_by(3) {
        assert_eq!(code(&inner[..cut], &limits), Err(Code::Truncated), "cut at {cut}");
    }
    // One flipped bit of the content, which only the checksum tells.
    let mut flipped = zip(&[("a.csv", CSV)], false);
    let at = memchr::memmem::find(&flipped, b"100").expect("the amount");
    flipped[at] ^= 8;
    assert_eq!(code(&flipped, &limits), Err(Code::Unreadable));
    // Bounds: how many files, how large each, how large together.
    let two = zip(&[("a.csv", &CSV.repeat(40)), ("b.csv", &CSV.repeat(40))], true);
    let each = CSV.len() as u64 * 40;
    let most = |file_bytes: u64, unpacked_bytes: u64, entries: usize| {
        code(&two, &Limits { file_bytes, unpacked_bytes, entries, ..Limits::default() })
    };
    assert_eq!(most(each, 2 * each, 2), Ok(()));
    assert_eq!(most(each - 1, 2 * each, 2), Err(Code::LimitExceeded));
    assert_eq!(most(each, 2 * each - 1, 2), Err(Code::LimitExceeded));
    assert_eq!(most(each, 2 * each, 1), Err(Code::LimitExceeded));
}
