//! The one wrapper through which every cell is written. What the spreadsheet writer does silently wrong ends here.
//!
//! * In: texts, decimals, ratios, and formulas each with the value that core computed. Out: cells of one sheet.
//! * Rules: text is never a formula; a formula always carries its result; a number keeps its digits or is refused.
//! * Never: writes a file. Rows must be written in order, since a long sheet keeps only the row at hand in memory.

use crate::error::{At, ExportError};
use crate::{number, text};
use jixiao_core::{Cells, Money, Ratio};
use rust_decimal::Decimal;
use rust_xlsxwriter::{
    DataValidation, DataValidationErrorStyle, Format, Formula, Url, Workbook, Worksheet, XlsxError,
};

/// Rows from which on a sheet keeps its finished rows in a temporary file instead of memory.
const LONG: usize = 5_000;
/// Rows of a sheet.
const ROWS: usize = 1_048_576;
/// Characters of a formula.
const FORMULA_LIMIT: usize = 8_192;
/// Links of a sheet: the format ends at 65,530.
const LINK_LIMIT: usize = 60_000;
/// A4.
const A4: u8 = 9;
/// Pixels of one line of text in 10 points, and of the margins of a row.
const LINE_PIXELS: u32 = 19;
const ROW_MARGIN: u32 = 8;
/// A row cannot be higher.
const ROW_PIXELS: u32 = 540;

/// The value a formula's cell holds until it is calculated again.
pub(crate) enum Cached<'a> {
    Decimal(Decimal),
    Ratio(&'a Ratio),
    Text(&'a str),
    /// The empty text.
    Blank,
}

impl From<Money> for Cached<'_> {
    fn from(money: Money) -> Self {
        Cached::Decimal(money.yuan())
    }
}

/// A sheet that is being written.
pub(crate) struct Sheet {
    inner: Worksheet,
    name: String,
    links: usize,
    margin: u32,
}

impl Sheet {
    /// A sheet that will hold about so many rows.
    pub(crate) fn new(book: &mut Workbook, name: &str, rows: usize) -> Result<Sheet, ExportError> {
        if rows > ROWS {
            return Err(ExportError::TooManyRows { sheet: name.to_owned(), rows, limit: ROWS });
        }
        let at = || At { sheet: name.to_owned(), cell: String::new() };
        let mut inner = if rows > LONG {
            book.new_worksheet_with_constant_memory()
                .map_err(|cause| ExportError::Writer { at: at(), cause })?
        } else {
            Worksheet::new()
        };
        inner.set_name(name).map_err(|cause| ExportError::Writer { at: at(), cause })?;
        // A result that somebody forgot must be blank, not a false zero.
        inner.set_formula_result_default("");
        inner.set_default_row_height_pixels(LINE_PIXELS + ROW_MARGIN);
        Ok(Sheet { inner, name: name.to_owned(), links: 0, margin: ROW_MARGIN })
    }

    /// Hands the finished sheet to the workbook.
    pub(crate) fn finish(self, book: &mut Workbook) {
        book.push_worksheet(self.inner);
    }

    /// Text, never a formula.
    pub(crate) fn text(
        &mut self,
        row: u32,
        column: u16,
        value: &str,
        style: &Format,
    ) -> Result<(), ExportError> {
        let value = text::clean(value);
        self.put(row, column, |sheet| {
            if value.is_empty() {
                sheet.write_blank(row, column, style)
            } else if text::looks_like_formula(&value) {
                let quoted = style.clone().set_quote_prefix();
                sheet.write_string_with_format(row, column, value, &quoted)
            } else {
                sheet.write_string_with_format(row, column, value, style)
            }
        })
    }

    /// A blank cell with borders.
    pub(crate) fn blank(
        &mut self,
        row: u32,
        column: u16,
        style: &Format,
    ) -> Result<(), ExportError> {
        self.text(row, column, "", style)
    }

    /// Money in yuan, or nothing.
    pub(crate) fn money(
        &mut self,
        row: u32,
        column: u16,
        value: Option<Money>,
        style: &Format,
    ) -> Result<(), ExportError> {
        self.decimal(row, column, value.map(Money::yuan), style)
    }

    /// A decimal with all its digits, or nothing.
    pub(crate) fn decimal(
        &mut self,
        row: u32,
        column: u16,
        value: Option<Decimal>,
        style: &Format,
    ) -> Result<(), ExportError> {
        let Some(value) = value else { return self.blank(row, column, style) };
        let stored = self.stored(value, row, column)?;
        self.put(row, column, |sheet| sheet.write_number_with_format(row, column, stored, style))
    }

    /// A ratio as its nearest binary fraction, or nothing.
    pub(crate) fn ratio(
        &mut self,
        row: u32,
        column: u16,
        value: Option<&Ratio>,
        style: &Format,
    ) -> Result<(), ExportError> {
        let Some(stored) = value.and_then(number::nearest) else {
            return self.blank(row, column, style);
        };
        self.put(row, column, |sheet| sheet.write_number_with_format(row, column, stored, style))
    }

    /// A count.
    pub(crate) fn count(
        &mut self,
        row: u32,
        column: u16,
        value: usize,
        style: &Format,
    ) -> Result<(), ExportError> {
        self.decimal(row, column, Some(Decimal::from(value)), style)
    }

    /// A formula of our own making (without `=`) with the value that core has for it.
    pub(crate) fn formula(
        &mut self,
        row: u32,
        column: u16,
        formula: &str,
        value: Cached<'_>,
        style: &Format,
    ) -> Result<(), ExportError> {
        let length = formula.chars().count() + 1;
        if length > FORMULA_LIMIT {
            return Err(ExportError::FormulaTooLong { at: self.at(row, column), length });
        }
        let result = match value {
            Cached::Decimal(value) => number::cached(self.stored(value, row, column)?),
            Cached::Ratio(ratio) => number::nearest(ratio).map(number::cached).unwrap_or_default(),
            Cached::Text(text) => text.to_owned(),
            Cached::Blank => String::new(),
        };
        let formula = Formula::new(formula).set_result(result);
        self.put(row, column, |sheet| sheet.write_formula_with_format(row, column, formula, style))
    }

    /// One text over a block of cells, in the order top, left, bottom, right.
    pub(crate) fn merge(
        &mut self,
        block: [u32; 4],
        value: &str,
        style: &Format,
    ) -> Result<(), ExportError> {
        let [top, left, bottom, right] = block;
        let (first, last) = (narrow(left), narrow(right));
        if top != bottom || first != last {
            self.put(top, first, |sheet| sheet.merge_range(top, first, bottom, last, "", style))?;
        }
        self.text(top, first, value, style)
    }

    /// Offers some words to choose from in a cell, with a note; other words may be written as well.
    pub(crate) fn choices(
        &mut self,
        row: u32,
        column: u16,
        words: &[String],
        note: &str,
    ) -> Result<(), ExportError> {
        // A list that is longer than the format takes is left out: the cell takes any text.
        if words.is_empty()
            || words.iter().map(|word| word.chars().count() + 1).sum::<usize>() > 255
        {
            return Ok(());
        }
        let list: Vec<&str> = words.iter().map(String::as_str).collect();
        self.put(row, column, |sheet| {
            let validation = DataValidation::new()
                .allow_list_strings(&list)?
                .set_input_message(note)?
                .set_error_style(DataValidationErrorStyle::Warning);
            sheet.add_data_validation(row, column, row, column, &validation)
        })
    }

    /// A text that leads to a cell of this workbook, such as `'原始数据'!A17`.
    pub(crate) fn link(
        &mut self,
        row: u32,
        column: u16,
        target: &str,
        value: &str,
        style: &Format,
    ) -> Result<(), ExportError> {
        self.url(row, column, format!("internal:{target}"), value, style)
    }

    /// A text that leads to a cell of a workbook in the same folder.
    pub(crate) fn link_to_file(
        &mut self,
        row: u32,
        column: u16,
        file: &str,
        target: &str,
        style: &Format,
    ) -> Result<(), ExportError> {
        let value = target.replace('\'', "");
        self.url(row, column, format!("file:///{file}#{target}"), &value, style)
    }

    fn url(
        &mut self,
        row: u32,
        column: u16,
        url: String,
        value: &str,
        style: &Format,
    ) -> Result<(), ExportError> {
        let value = text::clean(value);
        self.links += 1;
        // Beyond what the format holds, and where the address is too long for it, the plain text is left.
        if self.links > LINK_LIMIT || text::units(&url) > 2_000 || value.is_empty() {
            return self.text(row, column, &value, style);
        }
        let url = Url::new(url).set_text(value);
        self.put(row, column, |sheet| sheet.write_url_with_format(row, column, url, style))
    }

    /// The width of a column in digits.
    pub(crate) fn width(&mut self, column: u16, digits: u16) -> Result<(), ExportError> {
        self.put(0, column, |sheet| sheet.set_column_width(column, digits))
    }

    /// The height of a row that shows so many lines. Called before the row is written.
    pub(crate) fn height(&mut self, row: u32, lines: u32) -> Result<(), ExportError> {
        let pixels = lines.saturating_mul(LINE_PIXELS).saturating_add(self.margin);
        self.put(row, 0, |sheet| sheet.set_row_height_pixels(row, pixels.min(ROW_PIXELS)))
    }

    /// Rows from here on get more room than their text needs, as a form to be signed has.
    pub(crate) fn roomy(&mut self) {
        self.margin = ROW_MARGIN * 2;
    }

    /// Keeps the rows above `row` and the columns left of `column` in view.
    pub(crate) fn freeze(&mut self, row: u32, column: u16) -> Result<(), ExportError> {
        self.put(row, column, |sheet| sheet.set_freeze_panes(row, column))
    }

    /// Prints on A4, one page wide, with page numbers, from the first cell to `bottom` and `right`.
    pub(crate) fn page(
        &mut self,
        landscape: bool,
        bottom: u32,
        right: u16,
    ) -> Result<(), ExportError> {
        let sheet = &mut self.inner;
        sheet.set_paper_size(A4).set_print_fit_to_pages(1, 0).set_print_center_horizontally(true);
        sheet.set_margins(0.5, 0.5, 0.6, 0.7, 0.3, 0.35);
        sheet.set_footer("&C&\"宋体\"&9第 &P 页 共 &N 页");
        if landscape {
            sheet.set_landscape();
        } else {
            sheet.set_portrait();
        }
        self.put(bottom, right, |sheet| sheet.set_print_area(0, 0, bottom, right))
    }

    /// Repeats these rows on every printed page.
    pub(crate) fn repeat(&mut self, first: u32, last: u32) -> Result<(), ExportError> {
        self.put(first, 0, |sheet| sheet.set_repeat_rows(first, last))
    }

    /// Prints two pages wide, the columns up to `last` on both. Called after [`Sheet::page`].
    pub(crate) fn two_pages_wide(&mut self, last: u16) -> Result<(), ExportError> {
        self.inner.set_print_fit_to_pages(2, 0);
        self.put(0, last, |sheet| sheet.set_repeat_columns(0, last))
    }

    /// Opens the workbook on this sheet.
    pub(crate) fn open_first(&mut self) {
        self.inner.set_active(true);
    }

    /// A reference to a cell from another sheet.
    pub(crate) fn reference(&self, row: u32, column: u16) -> String {
        format!("{}!{}", quoted(&self.name), cell(row, column))
    }

    pub(crate) fn at(&self, row: u32, column: u16) -> At {
        At { sheet: self.name.clone(), cell: cell(row, column) }
    }

    fn stored(&self, value: Decimal, row: u32, column: u16) -> Result<f64, ExportError> {
        number::exact(value)
            .ok_or_else(|| ExportError::TooManyDigits { at: self.at(row, column), value })
    }

    /// Calls the writer; an error of its gets the cell, which the writer does not tell.
    fn put<F>(&mut self, row: u32, column: u16, write: F) -> Result<(), ExportError>
    where
        F: FnOnce(&mut Worksheet) -> Result<&mut Worksheet, XlsxError>,
    {
        let outcome = write(&mut self.inner).map(drop);
        outcome.map_err(|cause| ExportError::Writer { at: self.at(row, column), cause })
    }
}

/// The name of a cell, such as `E17`.
pub(crate) fn cell(row: u32, column: u16) -> String {
    Cells::one(row, u32::from(column)).to_string()
}

/// A block of one column, such as `E5:E17`.
pub(crate) fn down(column: u16, first: u32, last: u32) -> String {
    format!("{}:{}", cell(first, column), cell(last, column))
}

/// A sheet's name as formulas write it.
pub(crate) fn quoted(name: &str) -> String {
    let plain = !name.is_ascii() && name.chars().all(char::is_alphabetic);
    if plain { name.to_owned() } else { format!("'{}'", name.replace('\'', "''")) }
}

fn narrow(column: u32) -> u16 {
    u16::try_from(column).unwrap_or(u16::MAX)
}
