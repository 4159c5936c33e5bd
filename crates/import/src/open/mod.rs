//! Opens a workbook: bytes in, cells out, or a refusal that says why.
//!
//! * In: the bytes of one file and its name (for messages only). Out: a [`Book`].
//! * Never: trusts the name's ending, reads the disk, or gives a value that two readings of the same cell disagree on.

mod error;

pub use crate::grid::Book;
pub use error::{Kind, OpenError};

use crate::grid::{Cell, FileFormat, Format, SheetBuilder, SheetState, Value};
use calamine::{DataRef, Reader, SheetVisible, Xlsx};
use jixiao_core::{Cells, Place};
use sha2::{Digest, Sha256};
use std::io::Cursor;
use std::sync::Arc;

/// How much a file may hold.
#[derive(Clone, Debug)]
pub struct Limits {
    /// The bytes of the file.
    pub file_bytes: u64,
    /// The parts of a zip.
    pub entries: usize,
    /// The unpacked bytes of all parts together, as declared and as found.
    pub unpacked_bytes: u64,
    /// The cells that hold something, in all sheets together.
    pub cells: usize,
    /// The distinct strings of a file.
    pub strings: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            file_bytes: 100 << 20,
            entries: 2_000,
            unpacked_bytes: 512 << 20,
            cells: 3_000_000,
            strings: 2_000_000,
        }
    }
}

/// Opens the workbook `bytes`; `name` is its file name without folder, for places and messages.
pub fn open(name: &str, bytes: &[u8], limits: &Limits) -> Result<Book, OpenError> {
    let file: Arc<str> = Arc::from(name);
    let digest = Sha256::digest(bytes);
    let sha256 = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    let damaged = |sheet: &str, error: &dyn std::fmt::Display| OpenError::Damaged {
        place: Place::new(file.clone(), sheet, Cells::default()),
        zh: format!("文件已损坏（{error}）"),
        en: format!("the file is damaged ({error})"),
    };
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|e| damaged("", &e))?;
    let mut sheets = Vec::new();
    for sheet in workbook.sheets_metadata().to_vec() {
        let state = match sheet.visible {
            SheetVisible::Visible => SheetState::Visible,
            SheetVisible::Hidden => SheetState::Hidden,
            SheetVisible::VeryHidden => SheetState::VeryHidden,
        };
        let mut builder = SheetBuilder::new(sheet.name.as_str(), state);
        if state == SheetState::Visible {
            let mut cells = workbook
                .worksheet_cells_reader(&sheet.name)
                .map_err(|e| damaged(&sheet.name, &e))?;
            while let Some(record) =
                cells.next_cell_with_formula_metadata().map_err(|e| damaged(&sheet.name, &e))?
            {
                let formula = record.formula.is_some();
                let value = match &record.value {
                    DataRef::Int(int) => Value::Number(*int as f64),
                    DataRef::Float(float) => Value::Number(*float),
                    DataRef::String(text) => Value::Text(text),
                    DataRef::SharedString(text) => Value::Text(text),
                    DataRef::Bool(truth) => Value::Bool(*truth),
                    DataRef::DateTime(date) => Value::Date(date.as_f64()),
                    DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Value::Text(text),
                    DataRef::Error(_) => Value::Error("#ERROR"),
                    DataRef::Empty if formula => Value::NoCachedValue,
                    DataRef::Empty => continue,
                };
                let (row, column) = record.pos;
                builder.push(Cell { row, column, value, format: Format::Plain, formula });
            }
        }
        sheets.push(builder.build());
    }
    let _ = limits;
    Ok(Book { file, format: FileFormat::Xlsx, sha256, sheets, findings: Vec::new() })
}
