//! `.xlsb`: calamine and our own walk along the records read every sheet side by side.
//!
//! * In: a package that passed the gate. Out: sheets and findings.
//! * Our walk sees what calamine passes over: formulas whose result is an error, number formats, which cells have
//!   formulas, merges, hidden rows and columns, rows beyond the grid.
//! * Never: reads a hidden sheet, or goes on where the two disagree on place or number.

use super::compound::{u16_at, u32_at};
use super::error::OpenError;
use super::foreign::{Gather, Sheets};
use super::format::{built_in, classify};
use super::gate::Package;
use super::scan::{LAST_COLUMN, LAST_ROW};
use super::{Context, Limits, parts, state};
use crate::grid::{Cell, Format, SheetBuilder, SheetState, Value};
use calamine::{Data, Reader, SheetType, Xlsb, XlsbError};
use jixiao_core::Cells;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::io::Cursor;

const PART: u64 = 256 << 20;
const MERGES: usize = 200_000;

/// Reads all visible sheets.
pub(super) fn read(
    bytes: &[u8],
    package: &mut Package<'_>,
    limits: &Limits,
    context: &Context,
) -> Result<Sheets, OpenError> {
    let paths: Vec<String> = package
        .paths()
        .filter(|path| [".bin", ".xml", ".rels"].iter().any(|end| path.ends_with(end)))
        .map(str::to_owned)
        .collect();
    for path in paths {
        package.verify(&path, context)?;
    }
    let mut book: Xlsb<_> = Xlsb::new(Cursor::new(bytes)).map_err(|error| match error {
        XlsbError::Password => OpenError::Encrypted { file: context.file.clone() },
        other => context.foreign("", &other),
    })?;
    let targets = sheet_paths(package, context)?;
    let formats = match package.has("xl/styles.bin") {
        true => formats(&package.read("xl/styles.bin", PART, context)?),
        false => Vec::new(),
    };
    let mut gather = Gather::new(limits, context, LAST_ROW, book.has_1904_epoch());
    let mut names = HashSet::new();
    for listed in book.sheets_metadata().to_vec() {
        let name = listed.name;
        if !names.insert(name.to_lowercase()) {
            return Err(broken(context, &name, None));
        }
        if listed.typ != SheetType::WorkSheet {
            continue;
        }
        let mut builder = SheetBuilder::new(name.as_str(), state(listed.visible));
        let mut filtered = false;
        if state(listed.visible) == SheetState::Visible {
            let path = targets.get(&name).ok_or_else(|| broken(context, &name, None))?;
            let part = package.read(path, PART, context)?;
            let mut walk =
                Walk { records: Records { bytes: &part, at: 0 }, row: 0, formats: &formats };
            let mut cells =
                book.worksheet_cells_reader(&name).map_err(|e| context.foreign(&name, &e))?;
            let facts = loop {
                let step = walk.next().ok_or_else(|| broken(context, &name, None))?;
                let own = match step {
                    Step::End(facts) => break facts,
                    Step::Cell(own) => own,
                };
                let place = (own.row, own.column);
                if let Some(error) = own.formula_error {
                    gather.room(&builder, &name)?;
                    let (value, format) = (Value::Error(error), own.format);
                    builder.push(Cell {
                        row: own.row,
                        column: own.column,
                        value,
                        format,
                        formula: true,
                    });
                    continue;
                }
                let next = cells.next_cell().map_err(|e| context.foreign(&name, &e))?;
                let theirs = next.filter(|cell| cell.get_position() == place);
                let theirs = theirs.ok_or_else(|| broken(context, &name, Some(place)))?;
                let data: Data = theirs.get_value().clone().into();
                if own.number.is_some()
                    && own.number.map(f64::to_bits) != number(&data).map(f64::to_bits)
                {
                    return Err(broken(context, &name, Some(place)));
                }
                gather.push(&mut builder, &name, place, &data, (Some(own.format), own.formula))?;
            };
            if !matches!(cells.next_cell(), Ok(None)) {
                return Err(broken(context, &name, None));
            }
            filtered = facts.filtered;
            let sheet = builder.facts();
            sheet.merges = facts.merges;
            sheet.hidden_rows = facts.hidden_rows.into_iter().collect();
            sheet.hidden_columns = facts.hidden_columns.into_iter().collect();
        }
        gather.finish(builder, &name, filtered)?;
    }
    Ok(gather.done())
}

fn broken(context: &Context, sheet: &str, cell: Option<(u32, u32)>) -> OpenError {
    context.damaged_at(
        sheet,
        cell,
        "内容前后矛盾，文件可能已损坏",
        "the content contradicts itself, the file may be damaged",
    )
}

fn number(data: &Data) -> Option<f64> {
    match data {
        Data::Float(number) => Some(*number),
        Data::DateTime(date) => Some(date.as_f64()),
        _ => None,
    }
}

struct Records<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Records<'a> {
    fn byte(&mut self) -> Option<u8> {
        let byte = self.bytes.get(self.at).copied();
        self.at += 1;
        byte
    }

    /// Type and length are written seven bits at a time.
    fn next(&mut self) -> Option<(u16, &'a [u8])> {
        let first = self.byte()?;
        let mut kind = u16::from(first & 0x7F);
        if first & 0x80 != 0 {
            kind |= u16::from(self.byte()? & 0x7F) << 7;
        }
        let mut length = 0usize;
        for shift in [0, 7, 14, 21] {
            let byte = self.byte()?;
            length |= usize::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                break;
            }
        }
        let data = self.bytes.get(self.at..self.at.checked_add(length)?)?;
        self.at += length;
        Some((kind, data))
    }
}

/// A text with its length before it, and what follows.
fn wide(data: &[u8]) -> Option<(String, &[u8])> {
    let length = (u32_at(data, 0)? as usize).checked_mul(2)?;
    let text = data.get(4..length.checked_add(4)?)?;
    let units: Vec<u16> =
        text.chunks_exact(2).map(|unit| u16::from_le_bytes([unit[0], unit[1]])).collect();
    Some((String::from_utf16_lossy(&units), &data[4 + length..]))
}

fn sheet_paths(
    package: &mut Package<'_>,
    context: &Context,
) -> Result<HashMap<String, String>, OpenError> {
    let relations = parts::relations(package, "xl/_rels/workbook.bin.rels", context)?;
    // As in an xlsx: a part that is named but not there would be missed in silence, and its formats with it.
    for relation in relations.values() {
        let path = match relation.target.strip_prefix('/') {
            Some(absolute) => absolute.to_owned(),
            None => format!("xl/{}", relation.target),
        };
        if matches!(&*relation.kind, "styles" | "sharedStrings") && !package.has(&path) {
            return Err(
                context.damaged(format!("缺少部件 {path}"), format!("the part {path} is missing"))
            );
        }
    }
    let bytes = package.read("xl/workbook.bin", PART, context)?;
    let mut records = Records { bytes: &bytes, at: 0 };
    let mut paths = HashMap::new();
    while let Some((kind, data)) = records.next() {
        if kind != 0x009C {
            continue;
        }
        let named = data.get(8..).and_then(wide);
        if let Some((id, (name, _))) = named.and_then(|(id, rest)| Some((id, wide(rest)?))) {
            let target = relations.get(&id).map(|relation| format!("xl/{}", relation.target));
            paths.insert(name, target.unwrap_or_default());
        }
    }
    Ok(paths)
}

fn formats(bytes: &[u8]) -> Vec<Format> {
    let mut records = Records { bytes, at: 0 };
    let mut codes: HashMap<u16, Format> = HashMap::new();
    let mut formats = Vec::new();
    let mut within = false;
    while let Some((kind, data)) = records.next() {
        match kind {
            0x002C => {
                let code = data.get(2..).and_then(wide);
                if let Some((id, (code, _))) = u16_at(data, 0).zip(code) {
                    codes.insert(id, classify(&code));
                }
            }
            0x0269 => within = true,
            0x026A => break,
            0x002F if within => {
                let id = u16_at(data, 2).unwrap_or(0);
                formats.push(codes.get(&id).copied().unwrap_or_else(|| built_in(u32::from(id))));
            }
            _ => {}
        }
    }
    formats
}

#[derive(Default)]
struct Facts {
    merges: Vec<Cells>,
    hidden_rows: BTreeSet<u32>,
    hidden_columns: BTreeSet<u32>,
    filtered: bool,
}

struct OwnCell {
    row: u32,
    column: u32,
    format: Format,
    formula: bool,
    /// The result of a formula that is an error; calamine passes over it.
    formula_error: Option<&'static str>,
    /// The number, where it is stored as a plain one.
    number: Option<f64>,
}

enum Step {
    Cell(OwnCell),
    End(Facts),
}

struct Walk<'a> {
    records: Records<'a>,
    row: u32,
    formats: &'a [Format],
}

impl Walk<'_> {
    /// The next cell with a value, or the sheet's facts after its last; `None` when the records are broken.
    fn next(&mut self) -> Option<Step> {
        loop {
            let (kind, data) = self.records.next()?;
            match kind {
                0x0000 => {
                    self.row = u32_at(data, 0).filter(|row| *row <= LAST_ROW)?;
                }
                0x0002..=0x000B => return self.cell(kind, data).map(Step::Cell),
                // The facts stand before and after the cells: one more walk gathers them.
                0x0092 => return Some(Step::End(facts(self.records.bytes)?)),
                _ => {}
            }
        }
    }

    fn cell(&self, kind: u16, data: &[u8]) -> Option<OwnCell> {
        let column = u32_at(data, 0).filter(|column| *column <= LAST_COLUMN)?;
        let style = u32_at(data, 4)? & 0x00FF_FFFF;
        let payload = data.get(8..)?;
        let number = matches!(kind, 0x0005 | 0x0009)
            .then(|| payload.get(..8)?.try_into().ok().map(f64::from_le_bytes));
        let number = match number {
            Some(number) => Some(number?),
            None => None,
        };
        let formula_error = match kind {
            0x000B => Some(error_word(*payload.first()?)),
            _ => None,
        };
        let format = self.formats.get(style as usize).copied().unwrap_or_default();
        Some(OwnCell {
            row: self.row,
            column,
            format,
            formula: kind >= 0x0008,
            formula_error,
            number,
        })
    }
}

fn error_word(code: u8) -> &'static str {
    match code {
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x0F => "#VALUE!",
        0x17 => "#REF!",
        0x1D => "#NAME?",
        0x24 => "#NUM!",
        0x2A => "#N/A",
        _ => "#ERROR!",
    }
}

fn facts(bytes: &[u8]) -> Option<Facts> {
    let mut facts = Facts::default();
    let mut records = Records { bytes, at: 0 };
    while records.at < bytes.len() {
        let (kind, data) = records.next()?;
        match kind {
            0x0000 if data.get(11).is_some_and(|flags| flags & 0x10 != 0) => {
                facts.hidden_rows.extend(u32_at(data, 0));
            }
            0x003C if data.get(16).is_some_and(|flags| flags & 1 != 0) => {
                let (first, last) = (u32_at(data, 0)?, u32_at(data, 4)?.min(LAST_COLUMN));
                facts.hidden_columns.extend(first..=last);
            }
            0x00B0 if facts.merges.len() < MERGES => {
                let ends = [0, 8, 4, 12].map(|at| u32_at(data, at));
                let [Some(top), Some(left), Some(bottom), Some(right)] = ends else { return None };
                facts.merges.push(Cells::block(
                    top,
                    left,
                    bottom.min(LAST_ROW),
                    right.min(LAST_COLUMN),
                ));
            }
            0x00A3 => facts.filtered = true,
            _ => {}
        }
    }
    Some(facts)
}
