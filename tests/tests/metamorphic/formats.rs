//! The same ledger in another format: saved by another program as `.xls`, `.ods` and text, it has the same totals.

use super::ledger::{Ledger, Page, write};
use super::{Random, relations, totals};
use jixiao_import::{Limits, Reading};
use jixiao_tests::office;
use std::path::{Path, PathBuf};

/// What LibreOffice saves, and how the text tables are cut into cells and written: 44 is the comma, 59 the semicolon,
/// 9 the tab; 76 is UTF-8, 34 the quote.
const FORMATS: [(&str, &str); 5] = [
    ("xls", "xls:MS Excel 97"),
    ("ods", "ods:calc8"),
    ("comma", "csv:Text - txt - csv (StarCalc):44,34,76,1"),
    ("semicolon", "csv:Text - txt - csv (StarCalc):59,34,76,1"),
    ("tab", "csv:Text - txt - csv (StarCalc):9,34,76,1"),
];

/// Ledgers in plain and in changed layouts, one table on one sheet each.
fn ledgers(folder: &Path) -> Vec<(PathBuf, Ledger)> {
    let shapes = ["unchanged", "subtotals", "in_wan", "blank_rows", "header_of_two_merged_rows"];
    let shapes: Vec<_> =
        relations::ALL.iter().filter(|relation| shapes.contains(&relation.name)).collect();
    assert_eq!(shapes.len(), 5);
    (0..100)
        .map(|index| {
            let mut random = Random::new(index * 1_000 + 9);
            let ledger = Ledger::random(&mut random);
            let shape = shapes[usize::try_from(index).expect("small") % shapes.len()];
            let pages = (shape.make)(&ledger, Page::of(&ledger), &mut random);
            let path = folder.join(format!("{}-{index}.xlsx", shape.name));
            std::fs::write(&path, write(&pages)).expect("written");
            (path, ledger)
        })
        .collect()
}

fn read(path: &Path) -> Result<Reading, String> {
    let bytes = std::fs::read(path).expect("written by LibreOffice");
    jixiao_import::read(&path.to_string_lossy(), &bytes, &Limits::default())
        .map_err(|error| error.to_string())
}

#[test]
#[ignore = "slow: needs LibreOffice"]
fn a_hundred_ledgers_keep_their_totals_in_every_format() {
    let folder = tempfile::tempdir().expect("a folder");
    let ledgers = ledgers(folder.path());
    let files: Vec<PathBuf> = ledgers.iter().map(|(path, _)| path.clone()).collect();
    let mut wrong = Vec::new();
    for (name, format) in FORMATS {
        let out = folder.path().join(name);
        office::convert(&files, format, &folder.path().join("profile"), &out);
        let ending = format.split(':').next().expect("an ending");
        let before = wrong.len();
        for (path, ledger) in &ledgers {
            let saved = out.join(path.with_extension(ending).file_name().expect("a name"));
            match read(&saved).and_then(|reading| totals(&reading)) {
                Ok((found, errors)) if found == ledger.totals() && errors.is_empty() => {}
                Ok((found, errors)) => wrong.push(format!(
                    "{name} {}: {:?} expected, {found:?} found; {errors:?}",
                    saved.display(),
                    ledger.totals()
                )),
                Err(what) => wrong.push(format!("{name} {}: {what}", saved.display())),
            }
        }
        eprintln!("{name}: {} right of {}", files.len() + before - wrong.len(), files.len());
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong[..wrong.len().min(6)].join("\n"));
}
