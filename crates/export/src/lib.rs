//! Writes what an office hands in: the evaluation workbook and the summary workbook.
//!
//! * In: evaluations of `jixiao-core` and a date. Out: the bytes of a workbook; the caller puts them into a file.
//! * Figures are formulas over the sheets of the same workbook, each with core's value as its stored result.
//! * Never: reads a ledger, a clock or a locale; computes a figure that core has not; writes a file of its own, except the
//!   temporary ones in which sheets of more than 5,000 rows are kept while they grow.
//!
//! Start reading at [`evaluation_workbook`]; every cell goes through `sheet`.

#![deny(missing_docs)]

mod error;
mod evaluation;
mod names;
mod number;
mod sheet;
mod stamp;
mod styles;
mod summary;
mod text;

pub use error::{At, ExportError};
pub use evaluation::{Evaluated, evaluation_workbook};
pub use stamp::Stamp;
pub use summary::{Status, SummaryRow, summary_workbook};

use rust_xlsxwriter::{DocProperties, Workbook};

/// Title, author and date of a workbook; without a fixed date the writer would take the clock's.
fn stamp_book(book: &mut Workbook, title: &str, stamp: Stamp) -> Result<(), ExportError> {
    let date = stamp.date_time()?;
    let properties = DocProperties::new()
        .set_title(text::clean(title))
        .set_author("jixiao")
        .set_creation_datetime(&date);
    book.set_properties(&properties);
    Ok(())
}

/// How hard the parts are packed, of 9: from here on a workbook of many rows takes much longer and gets hardly smaller.
const PACKING: u8 = 4;

/// The bytes of the finished workbook.
fn bytes(mut book: Workbook) -> Result<Vec<u8>, ExportError> {
    book.set_zip_compression_level(PACKING);
    book.save_to_buffer().map_err(|cause| ExportError::Writer { at: At::default(), cause })
}
