//! Who and when: department, project and year from labels, titles, sheet and file names.

use crate::fold;
use crate::grid::{Book, Sheet};
use crate::recognise::context::{self, Label};
use crate::recognise::{Table, TableKind};
use crate::vocabulary::{Meaning, VOCABULARY};
use jixiao_core::{Cells, Place};
use std::collections::BTreeSet;
use std::ops::RangeInclusive;

/// What the lines around tables say.
pub struct Around {
    /// Labels with their values.
    pub labels: Vec<Label>,
    /// Title lines.
    pub titles: Vec<String>,
    sheet_name: String,
    file: String,
}

impl Around {
    /// The lines of a sheet that belong to none of `tables`.
    pub fn of(book: &Book, sheet: &Sheet, tables: &[&Table]) -> Around {
        Around::within(book, sheet, tables, 0, u32::MAX)
    }

    /// The same between two rows (`to` excluded), where a sheet holds several forms.
    pub fn within(book: &Book, sheet: &Sheet, tables: &[&Table], from: u32, to: u32) -> Around {
        let areas: Vec<_> = tables.iter().map(|table| area(sheet, table)).collect();
        let inside = |row: u32, column: u32| {
            !(from..to).contains(&row)
                || areas
                    .iter()
                    .any(|(rows, columns)| rows.contains(&row) && columns.contains(&column))
        };
        let top = tables.iter().map(|table| table.header.top).min().unwrap_or(u32::MAX);
        let titles = context::titles_between(sheet, from, top);
        Around {
            labels: context::labels(sheet, inside),
            titles: titles.into_iter().map(str::to_owned).collect(),
            sheet_name: sheet.name.to_string(),
            file: book.file_of(sheet).to_string(),
        }
    }

    /// The value of a label.
    pub fn label(&self, id: &str) -> Option<&str> {
        let found = self.labels.iter().find(|label| label.id == id);
        found.map(|label| label.value.trim()).filter(|value| !value.is_empty())
    }

    /// The value of a label with its place.
    pub fn label_at(&self, id: &str) -> Option<(String, Place)> {
        let label = self.labels.iter().find(|label| label.id == id)?;
        let cells = Cells::one(label.row, label.column);
        Some((label.value.clone(), Place::new(self.file.as_str(), self.sheet_name.as_str(), cells)))
    }

    /// The budget year: a label, a title, the sheet's name, the file's name.
    pub fn year(&self) -> Option<i32> {
        let labelled = self.label("year").and_then(fold::year_in_name);
        labelled
            .or_else(|| self.label("until").and_then(fold::year_of_day))
            .or_else(|| self.titles.iter().find_map(|title| fold::year_in(title)))
            .or_else(|| self.titles.iter().find_map(|title| fold::year_closed(title)))
            .or_else(|| fold::year_in_name(&self.sheet_name))
            .or_else(|| fold::year_in_name(&self.file))
    }

    /// The organisation that a title begins with: `某局2021年度预算执行情况表`.
    pub fn organisation(&self) -> Option<String> {
        self.titles.iter().find_map(|title| {
            let title = fold::plain(title);
            let (name, _) = title.split_once("20").filter(|(name, _)| !name.contains(':'))?;
            (VOCABULARY.is_organisation(name) && name.chars().count() >= 3).then(|| name.to_owned())
        })
    }

    /// The organisation that the sheet is named after: `219001-某馆2023`.
    pub fn organisation_of_sheet(&self) -> Option<String> {
        let name = without_code(self.sheet_name.trim());
        let year = fold::year_in_name(&name).map(|year| year.to_string());
        let name = year.map_or(name.clone(), |year| name.replacen(&year, "", 1));
        let name =
            name.trim_matches(|c: char| matches!(c, '年' | '度' | '-' | '_' | ' ')).to_owned();
        (VOCABULARY.is_organisation(&name) && name.chars().count() >= 3).then_some(name)
    }

    /// Whether a title speaks of a department as a whole.
    pub fn is_department(&self) -> bool {
        self.titles.iter().any(|title| VOCABULARY.is_department_title(title))
    }

    /// Whether a title announces a form.
    pub fn is_form(&self) -> bool {
        self.titles.iter().any(|title| VOCABULARY.is_form_title(title))
    }
}

/// The rows and columns that a table takes up; names and notes below its last figure are outside of it.
fn area(sheet: &Sheet, table: &Table) -> (RangeInclusive<u32>, RangeInclusive<u32>) {
    let header = &table.header;
    let has_figures = |row: &&u32| context::has_numbers(sheet, table, **row);
    let text_only = !matches!(table.kind, TableKind::BudgetLedger);
    let last = table.body.iter().rev().find(|row| text_only || has_figures(row));
    (header.top..=last.copied().unwrap_or(header.bottom), header.floor..=header.right)
}

/// The years that a table's own column 年度 holds.
pub fn years_of(sheet: &Sheet, table: &Table) -> BTreeSet<i32> {
    table.body.iter().filter_map(|row| year_of_row(sheet, table, *row)).collect()
}

/// The year of one row.
pub fn year_of_row(sheet: &Sheet, table: &Table, row: u32) -> Option<i32> {
    let column = table.column(Meaning::Year)?;
    let text = crate::clean::cell_text(&sheet.seen(row, column.column)?)?;
    fold::year_in_name(&text)
}

/// The year of a table: its column 年度, else the latest year that its titles name.
pub fn year_of_table(sheet: &Sheet, table: &Table) -> Option<i32> {
    let named = table.columns.iter().filter(|column| column.meaning.is_some());
    let titled = named.filter_map(|column| column.year).max();
    years_of(sheet, table).into_iter().next_back().or(titled)
}

/// The one department that a table's own column names throughout.
pub fn constant_department(sheet: &Sheet, table: &Table) -> Option<String> {
    let column = table.column(Meaning::Department)?;
    let mut only: Option<String> = None;
    for row in &table.body {
        let Some(cell) = sheet.seen(*row, column.column) else { continue };
        let Some(text) = crate::clean::cell_text(&cell) else { continue };
        if VOCABULARY.is_total(&text) {
            continue;
        }
        match &only {
            None => only = Some(text),
            Some(held) if *held != text => return None,
            Some(_) => {}
        }
    }
    only
}

/// `219001-某镇人民政府` without its code.
pub fn without_code(name: &str) -> String {
    let digits = name.chars().take_while(char::is_ascii_digit).count();
    let rest = name[digits..].trim_start_matches(['-', '_', '－', '—', ' ']);
    if digits >= 3 && !rest.is_empty() && rest.len() < name.len() - digits {
        rest.to_owned()
    } else {
        name.to_owned()
    }
}

/// The file's name as the name of a subject: without ending, year and words such as 台账.
pub fn name_of_file(file: &str) -> String {
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    stem.trim().to_owned()
}
