//! A sheet as a list of cells and merges, and the workbook written from such sheets.

use rust_xlsxwriter::{Format, Workbook};
use std::collections::HashMap;

/// What a cell holds.
#[derive(Clone, Debug)]
pub enum Content {
    Text(String),
    /// A number in decimal notation, with its number format.
    Number(String, &'static str),
}

/// A sheet.
#[derive(Clone, Debug, Default)]
pub struct Page {
    pub name: String,
    pub hidden: bool,
    cells: Vec<(u32, u16, Content)>,
    merges: Vec<[(u32, u16); 2]>,
}

impl Page {
    /// An empty sheet.
    pub fn new(name: impl Into<String>) -> Page {
        Page { name: name.into(), ..Page::default() }
    }

    /// Writes a text.
    pub fn text(&mut self, row: u32, column: u16, text: impl Into<String>) {
        self.cells.push((row, column, Content::Text(text.into())));
    }

    /// Writes a number given in decimal notation.
    pub fn number(&mut self, row: u32, column: u16, text: impl Into<String>, format: &'static str) {
        self.cells.push((row, column, Content::Number(text.into(), format)));
    }

    /// Whether the cell holds something.
    pub fn holds(&self, row: u32, column: u16) -> bool {
        self.cells.iter().any(|(r, c, _)| (*r, *c) == (row, column))
    }

    /// How many cells hold something.
    pub fn count(&self) -> usize {
        self.cells.len()
    }

    /// Empties a cell.
    pub fn clear(&mut self, row: u32, column: u16) {
        self.cells.retain(|(r, c, _)| (*r, *c) != (row, column));
    }

    /// Merges a block, if it is more than one cell.
    pub fn merge(&mut self, from: (u32, u16), to: (u32, u16)) {
        if from != to {
            self.merges.push([from, to]);
        }
    }

    /// Every text of the first rows.
    pub fn texts_until(&self, row: u32) -> impl Iterator<Item = &str> {
        self.cells.iter().filter(move |(r, ..)| *r < row).filter_map(
            |(_, _, content)| match content {
                Content::Text(text) => Some(text.as_str()),
                Content::Number(..) => None,
            },
        )
    }

    /// The sheet with rows and columns exchanged, moved down by some rows.
    pub fn transposed(self, down: u32) -> Page {
        let turn = |(row, column): (u32, u16)| {
            (u32::from(column) + down, u16::try_from(row).expect("few rows are transposed"))
        };
        let cells = self.cells.into_iter().map(|(row, column, content)| {
            let (row, column) = turn((row, column));
            (row, column, content)
        });
        let merges = self.merges.into_iter().map(|block| block.map(turn));
        Page { cells: cells.collect(), merges: merges.collect(), ..Page::new(self.name) }
    }

    /// Shows every amount with this number format.
    pub fn show_as(&mut self, shown: &'static str) {
        for (_, _, content) in &mut self.cells {
            if let Content::Number(_, format) = content
                && format.starts_with('#')
            {
                *format = shown;
            }
        }
    }
}

/// The bytes of an `.xlsx` with these sheets.
pub fn workbook(pages: &[Page]) -> Vec<u8> {
    let mut book = Workbook::new();
    let plain = Format::new();
    let mut formats: HashMap<&str, Format> = HashMap::new();
    for page in pages {
        let sheet = book.add_worksheet();
        sheet.set_name(&page.name).expect("a sheet name");
        sheet.set_hidden(page.hidden);
        for [(top, left), (bottom, right)] in &page.merges {
            sheet.merge_range(*top, *left, *bottom, *right, "", &plain).expect("a merge");
        }
        for (row, column, content) in &page.cells {
            let written = match content {
                Content::Text(text) => sheet.write_string(*row, *column, text),
                Content::Number(text, format) => {
                    let number: f64 = text.parse().expect("a number");
                    let format = formats
                        .entry(format)
                        .or_insert_with(|| Format::new().set_num_format(*format));
                    sheet.write_number_with_format(*row, *column, number, format)
                }
            };
            written.expect("a cell");
        }
    }
    book.save_to_buffer().expect("a workbook")
}
