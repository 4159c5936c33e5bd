//! Every limit at one less, exactly, and one more than a file has.
//!
//! * In: workbooks whose size is known because they are written here, or counted in their package. Out: opened, or refused
//!   with `limit-exceeded`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "to stop with a message is how a test fails"
)]

use jixiao_core::Code;
use jixiao_fuzz::mutate;
use jixiao_import::{Limits, open};
use jixiao_tests::fixtures;
use rust_xlsxwriter::Workbook;

fn code(bytes: &[u8], limits: &Limits) -> Option<Code> {
    open::open("账", bytes, limits).err().map(|error| error.code())
}

/// Whether `needed` is enough, one more too, and one less is refused as a limit.
fn edge(what: &str, bytes: &[u8], needed: u64, with: impl Fn(u64) -> Limits) {
    let found = [needed - 1, needed, needed + 1].map(|allowed| code(bytes, &with(allowed)));
    assert_eq!(found, [Some(Code::LimitExceeded), None, None], "{what}: {needed} needed");
}

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(fixtures().join(name)).expect("a fixture")
}

const FORMATS: [&str; 4] = ["ledger.xlsx", "ledger.xls", "ledger.xlsb", "ledger.ods"];

#[test]
fn the_bytes_of_a_file() {
    for name in FORMATS {
        let bytes = fixture(&format!("formats/{name}"));
        let with = |file_bytes| Limits { file_bytes, ..Limits::default() };
        edge(name, &bytes, bytes.len() as u64, with);
    }
}

#[test]
fn the_parts_of_a_package_and_their_bytes() {
    for name in FORMATS.into_iter().filter(|name| !name.ends_with(".xls")) {
        let bytes = fixture(&format!("formats/{name}"));
        let parts = mutate::unpack(&bytes).expect("a zip");
        let small = |entries: u64| Limits {
            entries: usize::try_from(entries).expect("small"),
            ..Limits::default()
        };
        edge(name, &bytes, parts.len() as u64, small);
        let sum = parts.iter().map(|(_, content)| content.len() as u64).sum();
        let with = |unpacked_bytes| Limits { unpacked_bytes, ..Limits::default() };
        edge(name, &bytes, sum, with);
    }
}

/// Two sheets with so many numbers and so many distinct texts.
fn workbook(numbers: u32, texts: u32) -> Vec<u8> {
    let mut book = Workbook::new();
    let first = book.add_worksheet();
    for row in 0..numbers {
        first.write_number(row, 3, row).expect("a cell");
    }
    let second = book.add_worksheet();
    for row in 0..texts {
        second.write_string(row, 0, format!("文{row}")).expect("a cell");
    }
    book.save_to_buffer().expect("memory")
}

#[test]
fn the_cells_of_all_sheets_together() {
    let bytes = workbook(40, 10);
    let with =
        |cells: u64| Limits { cells: usize::try_from(cells).expect("small"), ..Limits::default() };
    edge("cells", &bytes, 50, with);
}

#[test]
fn the_distinct_texts() {
    let bytes = workbook(5, 25);
    let with = |strings: u64| Limits {
        strings: usize::try_from(strings).expect("small"),
        ..Limits::default()
    };
    edge("texts", &bytes, 25, with);
}

/// The grid ends at XFD1048576, in every part of a place.
#[test]
fn the_grid_itself() {
    let parts = mutate::unpack(&fixture("hostile/good.xlsx")).expect("a zip");
    let with = |row: u64, place: &str| {
        let cell = format!(r#"<row r="{row}"><c r="{place}"><v>1</v></c></row></sheetData>"#);
        let mut parts = parts.clone();
        for (name, content) in &mut parts {
            if name.ends_with("sheet1.xml") {
                let text = String::from_utf8(content.clone()).expect("text");
                *content = text.replace("</sheetData>", &cell).into_bytes();
            }
        }
        code(&mutate::pack(&parts), &Limits::default())
    };
    assert_eq!(with(1_048_575, "XFC1048575"), None);
    assert_eq!(with(1_048_576, "XFD1048576"), None);
    assert_eq!(with(1_048_576, "XFE1048576"), Some(Code::Unreadable));
    assert_eq!(with(1_048_577, "XFD1048577"), Some(Code::Unreadable));
}

/// The child that reads `.xls`, `.xlsb` and `.ods` has bounds of its own from its first moment, before it sees a byte.
#[cfg(target_os = "linux")]
#[test]
fn a_child_is_bounded_before_it_reads() {
    use std::io::Write;
    use std::process::{Command, Stdio};

    let mut child = Command::new(jixiao_tests::program::program())
        .args(["__parse", "账.xls"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    // More than a pipe holds: when all of it is taken, the child reads, and its bounds stand.
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(&[0; 1 << 20]).expect("the child reads");
    let path = format!("/proc/{}/limits", child.id());
    let limits = std::fs::read_to_string(path).expect("the limits of a process");
    let soft = |name: &str| {
        let line = limits.lines().find(|line| line.starts_with(name)).expect("such a limit");
        line[name.len()..].split_whitespace().next().map(str::to_owned)
    };
    assert_eq!(soft("Max address space").as_deref(), Some("536870912"));
    assert_eq!(soft("Max cpu time").as_deref(), Some("35"));
    assert_eq!(soft("Max core file size").as_deref(), Some("0"));
    drop(stdin);
    let output = child.wait_with_output().expect("an end");
    assert!(output.status.success());
    // Zeros are no workbook, and the child says so in its own form.
    let outcome = jixiao_import::handover::read(&output.stdout).expect("a whole answer");
    assert_eq!(outcome.expect_err("refused").code(), Code::UnsupportedFormat);
}
