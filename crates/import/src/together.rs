//! Several files of one department as one: their sheets behind each other, every one knowing its file.
//!
//! * In: opened files. Out: a [`Book`] whose sheets name their own file, and a finding for every sheet that stands there twice.
//! * Never: reads a sheet a second time that another one repeats cell by cell.

use crate::grid::{Book, FileFormat, Sheet, SheetState, Value};
use crate::vocabulary::VOCABULARY;
use jixiao_core::{Cells, Code, Finding, Place};
use sha2::{Digest, Sha256};
use std::sync::Arc;

impl Book {
    /// The file a sheet comes from.
    pub fn file_of(&self, sheet: &Sheet) -> Arc<str> {
        sheet.origin.as_ref().map_or_else(|| self.file.clone(), |(file, _)| file.clone())
    }

    /// The files that were read with the first one, with their formats.
    pub fn further(&self) -> Vec<(Arc<str>, FileFormat)> {
        let mut files: Vec<(Arc<str>, FileFormat)> = Vec::new();
        for origin in self.sheets.iter().filter_map(|sheet| sheet.origin.as_ref()) {
            if origin.0 != self.file && !files.contains(origin) {
                files.push(origin.clone());
            }
        }
        files
    }

    /// The place of cells on a sheet.
    pub fn place(&self, sheet: &Sheet, cells: Cells) -> Place {
        Place::new(self.file_of(sheet), sheet.name.clone(), sheet.original(cells))
    }
}

/// Puts the sheets of several files behind each other. `None` without a file.
///
/// Of one file nothing is changed. The SHA-256 of several is that of theirs, line by line.
pub fn join(books: Vec<Book>) -> Option<Book> {
    let several = books.len() > 1;
    let mut books = books.into_iter();
    let mut joined = books.next()?;
    if !several {
        return Some(joined);
    }
    let mut digests = format!("{}\n", joined.sha256);
    let mut names = vec![joined.file.clone()];
    let first = (joined.file.clone(), joined.format);
    joined.sheets.iter_mut().for_each(|sheet| sheet.origin = Some(first.clone()));
    for mut book in books {
        digests.push_str(&format!("{}\n", book.sha256));
        let file = free_name(&names, &book.file);
        for finding in &mut book.findings {
            let places = std::iter::once(&mut finding.source).chain(&mut finding.related);
            places.filter(|place| place.file == book.file).for_each(|p| p.file = file.clone());
        }
        book.sheets.iter_mut().for_each(|sheet| sheet.origin = Some((file.clone(), book.format)));
        joined.findings.append(&mut book.findings);
        joined.sheets.append(&mut book.sheets);
        names.push(file);
    }
    joined.sha256 =
        Sha256::digest(digests.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    Some(joined)
}

/// The name of a file, or with a number behind it where another folder has one of that name.
fn free_name(names: &[Arc<str>], name: &Arc<str>) -> Arc<str> {
    let taken = |name: &str| names.iter().any(|file| **file == *name);
    let numbered = (2..).map(|number| format!("{name}({number})"));
    let free = std::iter::once(name.to_string()).chain(numbered).find(|name| !taken(name));
    free.map_or_else(|| name.clone(), Arc::from)
}

/// Sheets that repeat an earlier one cell by cell are left out and named.
///
/// Sheets named by months or by departments may be equal and yet speak of different money; they stay.
pub fn without_copies(book: &mut Book) {
    let mut copies = Vec::new();
    for later in 1..book.sheets.len() {
        let sheet = &book.sheets[later];
        if sheet.state != SheetState::Visible || sheet.cell_count() < 4 || is_own(sheet) {
            continue;
        }
        let same = |earlier: &&Sheet| {
            earlier.state == SheetState::Visible && !is_own(earlier) && equal(earlier, sheet)
        };
        let Some(earlier) = book.sheets[..later].iter().find(same) else { continue };
        // Within one file equal sheets are a copy only where their names say so.
        let named = earlier.name == sheet.name || VOCABULARY.is_copy(&sheet.name);
        if named || book.file_of(earlier) != book.file_of(sheet) {
            let [at, original] = [sheet, earlier].map(|sheet| book.place(sheet, extent(sheet)));
            copies.push((later, at, original));
        }
    }
    for (index, at, original) in copies.into_iter().rev() {
        let zh = format!(
            "工作表“{}”（{}）与“{}”（{}）逐格相同，是同一张表的副本，只计一次",
            at.sheet, at.file, original.sheet, original.file
        );
        let en = format!(
            "sheet {:?} of {:?} repeats {:?} of {:?} cell by cell; it is a copy and counted once",
            at.sheet, at.file, original.sheet, original.file
        );
        book.findings.push(Finding::new(Code::RowSkipped, at, zh, en).with_related(original));
        book.sheets.remove(index);
    }
}

/// Named by a month or an organisation: the name says what its cells do not.
fn is_own(sheet: &Sheet) -> bool {
    crate::gather::month_of(&sheet.name).is_some() || VOCABULARY.is_organisation(&sheet.name)
}

fn extent(sheet: &Sheet) -> Cells {
    sheet.extent().map_or(Cells::default(), |[top, left, bottom, right]| {
        Cells::block(top, left, bottom, right)
    })
}

fn equal(a: &Sheet, b: &Sheet) -> bool {
    let same = |one: Value<'_>, other: Value<'_>| match (one, other) {
        (Value::Number(one), Value::Number(other)) | (Value::Date(one), Value::Date(other)) => {
            one.to_bits() == other.to_bits()
        }
        (one, other) => one == other,
    };
    a.cell_count() == b.cell_count()
        && a.row_numbers().eq(b.row_numbers())
        && a.row_numbers().all(|row| {
            a.row(row).count() == b.row(row).count()
                && a.row(row)
                    .zip(b.row(row))
                    .all(|(one, other)| one.column == other.column && same(one.value, other.value))
        })
}
