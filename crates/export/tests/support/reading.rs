//! Written workbooks, read back: values and formulas through calamine, parts as text.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use calamine::{Data, Reader, Xlsx};
use std::io::{Cursor, Read};

pub struct Book {
    bytes: Vec<u8>,
    workbook: Xlsx<Cursor<Vec<u8>>>,
}

impl Book {
    pub fn new(bytes: Vec<u8>) -> Book {
        let workbook = Xlsx::new(Cursor::new(bytes.clone())).expect("a workbook");
        Book { bytes, workbook }
    }

    pub fn sheets(&self) -> Vec<String> {
        self.workbook.sheet_names()
    }

    /// The value of a cell as text: numbers in their shortest form, nothing for a blank.
    pub fn value(&mut self, sheet: &str, cell: &str) -> String {
        let range = self.workbook.worksheet_range(sheet).expect("a sheet");
        match range.get_value(position(cell)).unwrap_or(&Data::Empty) {
            Data::Empty => String::new(),
            value => value.to_string(),
        }
    }

    /// The formula of a cell, nothing where there is none.
    pub fn formula(&mut self, sheet: &str, cell: &str) -> String {
        let range = self.workbook.worksheet_formula(sheet).expect("a sheet");
        range.get_value(position(cell)).cloned().unwrap_or_default()
    }

    /// All formulas with sheet and cell.
    pub fn formulas(&mut self) -> Vec<(String, String)> {
        let mut all = Vec::new();
        for sheet in self.sheets() {
            let range = self.workbook.worksheet_formula(&sheet).expect("a sheet");
            let of = range.used_cells().filter(|(.., formula)| !formula.is_empty());
            all.extend(of.map(|(.., formula)| (sheet.clone(), formula.clone())));
        }
        all
    }

    /// The cell of the first text in a sheet that is `text`.
    pub fn find(&mut self, sheet: &str, text: &str) -> String {
        let range = self.workbook.worksheet_range(sheet).expect("a sheet");
        let (top, left) = range.start().expect("cells");
        let found = range.used_cells().find(|(.., value)| **value == *text);
        let (row, column, _) = found.unwrap_or_else(|| panic!("{text} is not in {sheet}"));
        jixiao_core::Cells::one(top + row as u32, left + column as u32).to_string()
    }

    /// A part of the package as text.
    pub fn part(&self, name: &str) -> String {
        let mut archive = zip::ZipArchive::new(Cursor::new(&self.bytes)).expect("a zip");
        let mut text = String::new();
        archive.by_name(name).expect("a part").read_to_string(&mut text).expect("text");
        text
    }

    /// The names of all parts.
    pub fn parts(&self) -> Vec<String> {
        let archive = zip::ZipArchive::new(Cursor::new(&self.bytes)).expect("a zip");
        archive.file_names().map(|name| name.expect("a name").into_owned()).collect()
    }

    /// The opening tag of every cell with a formula, and what stands in its `<v>`.
    pub fn results(&self) -> Vec<(String, String)> {
        let sheets =
            self.parts().into_iter().filter(|part| part.starts_with("xl/worksheets/sheet"));
        let mut results = Vec::new();
        for xml in sheets.map(|part| self.part(&part)) {
            for cell in xml.split("<c ").skip(1).filter(|cell| cell.contains("<f>")) {
                let tag = cell.split('>').next().expect("a tag").to_owned();
                let value = cell.split("<v>").nth(1).and_then(|rest| rest.split("</v>").next());
                results.push((tag, value.expect("a formula without a stored result").to_owned()));
            }
        }
        results
    }
}

fn position(cell: &str) -> (u32, u32) {
    let cells: jixiao_core::Cells = cell.parse().expect("a cell");
    let [row, column, ..] = cells.bounds().expect("a cell");
    (row, column)
}
