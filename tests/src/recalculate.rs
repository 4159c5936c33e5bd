//! Independent recalculation: another program computes every formula of a workbook again, and the values must be those
//! that were written beside the formulas.
//!
//! By default that program trusts the written values of an .xlsx and would pass anything; the profile made here makes it
//! compute them all. A test proves that a wrong value is then found.

use crate::office;
use calamine::{Data, Reader, Xlsx, open_workbook};
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

/// Settings: compute every formula of .xlsx and .ods when a file is opened (0 is "always").
const PROFILE: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="ODFRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"#;

/// A cell by sheet and place counted from zero.
type At = (String, (u32, u32));

/// What the comparison of a workbook found.
#[derive(Debug, Default)]
pub struct Comparison {
    /// How many formulas there are.
    pub formulas: usize,
    /// Each formula whose written value is not the computed one.
    pub differences: Vec<String>,
}

/// Recalculates `workbook` in `folder` and compares every formula's value with the written one.
pub fn compare(workbook: &Path, folder: &Path) -> Comparison {
    let (formulas, written) = read(workbook);
    let (_, computed) = read(&recalculate(workbook, folder));
    let mut comparison = Comparison { formulas: formulas.len(), ..Comparison::default() };
    for (at, formula) in formulas {
        let (before, after) =
            (written.get(&at).unwrap_or(&Data::Empty), computed.get(&at).unwrap_or(&Data::Empty));
        if !alike(before, after) {
            let (sheet, (row, column)) = at;
            let cell = jixiao_core::Cells::one(row, column);
            comparison
                .differences
                .push(format!("{sheet}!{cell} ={formula}: written {before:?}, computed {after:?}"));
        }
    }
    comparison
}

/// Opens a workbook in LibreOffice, recalculates it and saves it under `folder`.
fn recalculate(workbook: &Path, folder: &Path) -> PathBuf {
    let profile = folder.join("profile");
    std::fs::create_dir_all(profile.join("user")).expect("a profile");
    std::fs::write(profile.join("user/registrymodifications.xcu"), PROFILE).expect("settings");
    let out = folder.join("recalculated");
    office::convert(&[workbook.to_owned()], "xlsx:Calc MS Excel 2007 XML", &profile, &out);
    out.join(workbook.file_name().expect("a name"))
}

fn read(path: &Path) -> (BTreeMap<At, String>, BTreeMap<At, Data>) {
    let mut workbook: Xlsx<_> =
        open_workbook(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let (mut formulas, mut values) = (BTreeMap::new(), BTreeMap::new());
    for sheet in workbook.sheet_names().clone() {
        let range = workbook.worksheet_formula(&sheet).expect("formulas");
        let (top, left) = range.start().unwrap_or_default();
        for (row, column, formula) in
            range.used_cells().filter(|(_, _, formula)| !formula.is_empty())
        {
            formulas.insert((sheet.clone(), place(top, left, row, column)), formula.clone());
        }
        let range = workbook.worksheet_range(&sheet).expect("values");
        let (top, left) = range.start().unwrap_or_default();
        for (row, column, value) in range.used_cells() {
            values.insert((sheet.clone(), place(top, left, row, column)), value.clone());
        }
    }
    (formulas, values)
}

fn place(top: u32, left: u32, row: usize, column: usize) -> (u32, u32) {
    let small = |number: usize| u32::try_from(number).expect("a sheet's row or column");
    (top + small(row), left + small(column))
}

#[expect(
    clippy::float_arithmetic,
    reason = "both sides are spreadsheet numbers; 1e-9 of them is the tolerance"
)]
fn alike(before: &Data, after: &Data) -> bool {
    let number = |value: &Data| match value {
        Data::Float(number) => Some(*number),
        Data::Int(number) => number.to_string().parse().ok(),
        _ => None,
    };
    let text = |value: &Data| match value {
        Data::String(text) => Some(text.clone()),
        Data::Empty => Some(String::new()),
        _ => None,
    };
    match (number(before), number(after)) {
        (Some(a), Some(b)) => (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1e-9),
        (None, None) => match (text(before), text(after)) {
            (Some(a), Some(b)) => a == b,
            _ => before == after,
        },
        _ => false,
    }
}

/// The value of every cell after a recalculation, by sheet and cell name.
pub fn computed(workbook: &Path, folder: &Path) -> BTreeMap<(String, String), Data> {
    let (_, values) = read(&recalculate(workbook, folder));
    let named = |((sheet, (row, column)), value)| {
        ((sheet, jixiao_core::Cells::one(row, column).to_string()), value)
    };
    values.into_iter().map(named).collect()
}

/// A copy of `workbook` in which the first number written beside a formula is another one; where it was.
pub fn falsified(workbook: &Path, copy: &Path) -> String {
    rewritten(workbook, copy, &falsify).expect("a formula with a number beside it")
}

/// A copy of `workbook` in which a cell that holds `from`, and no formula, holds `to`.
pub fn changed(workbook: &Path, copy: &Path, from: &str, to: &str) {
    let change = |sheet: &str| {
        let wanted = format!("<v>{from}</v>");
        let cells = sheet.match_indices(&wanted);
        // Not the result of a formula, and not the place of a text in the list of texts.
        let number = |at: &usize| {
            let tag = sheet[..*at].rsplit("<c ").next().unwrap_or("");
            !tag.contains("<f>") && !tag.contains("t=\"s\"")
        };
        let plain = cells.map(|(at, _)| at).find(number);
        let Some(at) = plain else { return (sheet.to_owned(), None) };
        let (before, after) = (&sheet[..at + 3], &sheet[at + 3 + from.len()..]);
        (format!("{before}{to}{after}"), Some(String::new()))
    };
    rewritten(workbook, copy, &change).expect("a cell with that number");
}

/// A copy of `workbook` in which somebody wrote into blank cells: sheet, cell, and a number or a text.
pub fn filled_in(workbook: &Path, copy: &Path, cells: &[(&str, String, &str)]) {
    let names = {
        let book: Xlsx<_> = open_workbook(workbook).expect("a workbook");
        book.sheet_names().clone()
    };
    let mut old =
        zip::ZipArchive::new(std::fs::File::open(workbook).expect("a workbook")).expect("a zip");
    let mut new = zip::ZipWriter::new(std::fs::File::create(copy).expect("a copy"));
    let mut written = 0;
    for index in 0..old.len() {
        let mut entry = old.by_index(index).expect("an entry");
        let name = entry.name().expect("a name").into_owned();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).expect("an entry that is whole");
        let own = |(sheet, ..): &&(&str, String, &str)| {
            let number = names.iter().position(|name| name == sheet).map(|at| at + 1);
            number.is_some_and(|number| name == format!("xl/worksheets/sheet{number}.xml"))
        };
        for (_, cell, value) in cells.iter().filter(own) {
            let text = String::from_utf8(bytes).expect("UTF-8");
            let at = text.find(&format!("<c r=\"{cell}\"")).expect("the cell");
            let end = at + text[at..].find("/>").expect("a blank cell");
            let head = &text[..end];
            let filled = match value.parse::<u32>() {
                Ok(number) => format!("{head}><v>{number}</v></c>"),
                Err(_) => format!("{head} t=\"inlineStr\"><is><t>{value}</t></is></c>"),
            };
            bytes = format!("{filled}{}", &text[end + 2..]).into_bytes();
            written += 1;
        }
        new.start_file(name, zip::write::SimpleFileOptions::default()).expect("an entry");
        new.write_all(&bytes).expect("an entry");
    }
    new.finish().expect("a copy");
    assert_eq!(written, cells.len(), "every cell is on a sheet that is there");
}

/// A copy in which the first sheet that `change` changes is changed; what was changed.
fn rewritten(
    workbook: &Path,
    copy: &Path,
    change: &dyn Fn(&str) -> (String, Option<String>),
) -> Option<String> {
    let mut old =
        zip::ZipArchive::new(std::fs::File::open(workbook).expect("a workbook")).expect("a zip");
    let mut new = zip::ZipWriter::new(std::fs::File::create(copy).expect("a copy"));
    let mut changed = None;
    for index in 0..old.len() {
        let mut entry = old.by_index(index).expect("an entry");
        let name = entry.name().expect("a name").into_owned();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).expect("an entry that is whole");
        if changed.is_none() && name.starts_with("xl/worksheets/sheet") {
            let text = String::from_utf8(bytes).expect("UTF-8");
            let (text, place) = change(&text);
            changed = place.map(|place| format!("{name} {place}"));
            bytes = text.into_bytes();
        }
        new.start_file(name, zip::write::SimpleFileOptions::default()).expect("an entry");
        new.write_all(&bytes).expect("an entry");
    }
    new.finish().expect("a copy");
    changed
}

/// Puts a 7 before the first whole or decimal number that stands beside a formula.
fn falsify(sheet: &str) -> (String, Option<String>) {
    let beside = "</f><v>";
    for (start, _) in sheet.match_indices(beside) {
        let at = start + beside.len();
        let number = sheet[at..].split('<').next().unwrap_or("");
        if !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
            return (
                format!("{}7{}", &sheet[..at], &sheet[at..]),
                Some(format!("{number} became 7{number}")),
            );
        }
    }
    (sheet.to_owned(), None)
}
