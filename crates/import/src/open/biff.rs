//! What calamine does not tell of an `.xls`: number formats, hidden rows and columns, which cells have formulas; and how
//! large its sheets would become.
//!
//! * In: the workbook stream of a compound file. Out: one [`Facts`] per listed sheet.
//! * Calamine builds each sheet as a full rectangle, at once; a rectangle beyond the limit is refused before that.
//! * Never: reads a value. Texts are only counted, so that none vanishes: see [`Facts::cells`].

use super::compound::{u16_at, u32_at};
use super::format::{built_in, classify};
use crate::grid::Format;
use std::collections::{HashMap, HashSet};

/// Why the records are refused.
#[derive(Debug)]
pub(super) enum Refusal {
    /// There is a password.
    Encrypted,
    /// A record is malformed.
    Broken,
    /// A sheet's rectangle has too many cells.
    Large,
}

/// What is known of a cell.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Mark {
    /// How it shows a number.
    pub(super) format: Format,
    /// Whether it has a formula.
    pub(super) formula: bool,
    /// Whether its formula was never computed, as far as the record tells.
    pub(super) uncomputed: bool,
}

/// What is known of a sheet beside its values.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// Every cell with a value.
    pub(super) cells: HashMap<(u32, u32), Mark>,
    /// Hidden rows.
    pub(super) hidden_rows: Vec<u32>,
    /// Hidden columns.
    pub(super) hidden_columns: Vec<u32>,
    /// Whether a filter hides rows.
    pub(super) filtered: bool,
}

const BOF: u16 = 0x0809;
const EOF: u16 = 0x000A;

/// The records of a stream from a place on.
struct Records<'a> {
    stream: &'a [u8],
    at: usize,
}

impl<'a> Records<'a> {
    fn next(&mut self) -> Option<(u16, &'a [u8])> {
        let kind = u16_at(self.stream, self.at)?;
        let length = u16_at(self.stream, self.at + 2)? as usize;
        let data = self.stream.get(self.at + 4..self.at + 4 + length)?;
        self.at += 4 + length;
        Some((kind, data))
    }
}

/// A rectangle may have this many times the cells that a file may have.
const SPARSE: u64 = 10;

/// Reads the facts of all sheets; `cells` is how many cells a file may have.
pub(super) fn scan(stream: &[u8], cells: u64) -> Result<Vec<Facts>, Refusal> {
    let globals = globals(stream)?;
    globals.sheets.iter().map(|start| sheet(stream, *start, &globals, cells)).collect()
}

#[derive(Default)]
struct Globals {
    formats: Vec<Format>,
    sheets: Vec<usize>,
}

fn globals(stream: &[u8]) -> Result<Globals, Refusal> {
    let mut globals = Globals::default();
    let mut codes: HashMap<u16, Format> = HashMap::new();
    let mut styles: Vec<u16> = Vec::new();
    let mut wide = true;
    let mut records = Records { stream, at: 0 };
    while let Some((kind, data)) = records.next() {
        match kind {
            BOF => wide = u16_at(data, 0) == Some(0x0600),
            0x002F if u16_at(data, 0) != Some(0) || !wide => return Err(Refusal::Encrypted),
            0x041E => {
                let id = u16_at(data, 0).ok_or(Refusal::Broken)?;
                codes.insert(id, classify(&code(data, wide)));
            }
            0x00E0 => styles.push(u16_at(data, 2).ok_or(Refusal::Broken)?),
            0x0085 => globals.sheets.push(u32_at(data, 0).ok_or(Refusal::Broken)? as usize),
            EOF => {
                let format =
                    |id: &u16| codes.get(id).copied().unwrap_or_else(|| built_in(u32::from(*id)));
                globals.formats = styles.iter().map(format).collect();
                return Ok(globals);
            }
            _ => {}
        }
    }
    Err(Refusal::Broken)
}

/// A format code: of BIFF8 in UTF-16 or its lower half; of BIFF5 in the machine's code page, of which ASCII suffices.
fn code(data: &[u8], wide: bool) -> String {
    let (start, both) =
        if wide { (5, data.get(4).is_some_and(|flags| flags & 1 == 1)) } else { (3, false) };
    let text = data.get(start..).unwrap_or_default();
    if both {
        let units: Vec<u16> =
            text.chunks_exact(2).map(|unit| u16::from_le_bytes([unit[0], unit[1]])).collect();
        String::from_utf16_lossy(&units)
    } else {
        text.iter().map(|byte| char::from(*byte)).collect()
    }
}

fn sheet(stream: &[u8], start: usize, globals: &Globals, allowed: u64) -> Result<Facts, Refusal> {
    let mut facts = Facts::default();
    let mut records = Records { stream, at: start };
    let mut depth = 0u32;
    let mut string: Option<(u32, u32)> = None;
    let (mut never, mut blank) = (HashSet::new(), HashSet::new());
    while let Some((kind, data)) = records.next() {
        match kind {
            BOF => depth += 1,
            EOF if depth <= 1 => {
                // Where one sum was never computed, a program wrote the file that computes nothing.
                if !never.is_empty() {
                    never.extend(blank);
                }
                for place in never {
                    if let Some(mark) = facts.cells.get_mut(&place) {
                        mark.uncomputed = true;
                    }
                }
                return facts.within(allowed);
            }
            EOF => depth -= 1,
            // Charts inside the sheet have records like cells.
            _ if depth > 1 => {}
            // Dimensions: the reader makes room for all of it.
            0x0200 => {
                let (rows, columns) = match data.len() {
                    10 => (u32::from(u16_at(data, 2).unwrap_or(0)), u16_at(data, 6)),
                    _ => (u32_at(data, 4).unwrap_or(0), u16_at(data, 10)),
                };
                if rows > 0x1_0000 || columns.unwrap_or(0) > 0x100 {
                    return Err(Refusal::Large);
                }
            }
            0x0208 if u16_at(data, 12).is_some_and(|flags| flags & 0x20 != 0) => {
                facts.hidden_rows.extend(u16_at(data, 0).map(u32::from));
            }
            0x007D if u16_at(data, 8).is_some_and(|flags| flags & 1 != 0) => {
                let (first, last) = u16_at(data, 0).zip(u16_at(data, 2)).ok_or(Refusal::Broken)?;
                facts.hidden_columns.extend((first..=last.min(0xFF)).map(u32::from));
            }
            0x009B => facts.filtered = true,
            // Number, label, rich text, truth or error, packed number, label of the string table.
            0x0203 | 0x0204 | 0x00D6 | 0x0205 | 0x027E | 0x00FD => {
                facts.mark(data, 0, globals, false)?;
            }
            // Several packed numbers of one row.
            0x00BD => {
                let last = data.len().checked_sub(2).ok_or(Refusal::Broken)?;
                for index in 0..last.saturating_sub(4) / 6 {
                    facts.mark(data, u16::try_from(index).unwrap_or(u16::MAX), globals, false)?;
                }
            }
            0x0006 => {
                let place = facts.mark(data, 0, globals, true)?;
                string = Some(place);
                match result(data) {
                    Computed::Never => drop(never.insert(place)),
                    Computed::Blank => drop(blank.insert(place)),
                    Computed::Yes => {}
                }
            }
            0x0207 if string.is_none() => return Err(Refusal::Broken),
            _ => {}
        }
    }
    Err(Refusal::Broken)
}

/// What a formula's record says of its result.
enum Computed {
    /// There is one.
    Yes,
    /// A blank text, which an honest formula may give.
    Blank,
    /// A blank text under a sum or a calculation, which never gives one.
    Never,
}

fn result(data: &[u8]) -> Computed {
    let is_blank = data.get(6) == Some(&3) && u16_at(data, 12) == Some(0xFFFF);
    if !is_blank {
        return Computed::Yes;
    }
    let length = u16_at(data, 20).map_or(0, usize::from);
    let tokens = data.get(22..22 + length).unwrap_or_default();
    if gives_a_number(tokens) { Computed::Never } else { Computed::Blank }
}

/// Whether the last token of a formula can only give a number: an operator, or a function such as SUM.
fn gives_a_number(tokens: &[u8]) -> bool {
    // COUNT, SUM, AVERAGE, MIN, MAX, ABS, INT, ROUND, SUMPRODUCT, SUBTOTAL, SUMIF.
    const NUMERIC: [u16; 11] = [0, 4, 5, 6, 7, 24, 25, 27, 228, 344, 345];
    let is_numeric = |low: u8, high: u8| NUMERIC.contains(&u16::from_le_bytes([low, high]));
    match tokens {
        [.., 0x22 | 0x42 | 0x62, count, low, high] if *count <= 30 && is_numeric(*low, *high) => {
            true
        }
        [.., 0x21 | 0x41 | 0x61, low, high] if is_numeric(*low, *high) => true,
        // A sum over one area has a token of its own.
        [.., 0x19, 0x10, _, _] => true,
        [_, .., 0x03..=0x07] => true,
        _ => false,
    }
}

impl Facts {
    fn mark(
        &mut self,
        data: &[u8],
        index: u16,
        globals: &Globals,
        formula: bool,
    ) -> Result<(u32, u32), Refusal> {
        let numbers =
            u16_at(data, 0).zip(u16_at(data, 2)).zip(u16_at(data, 4 + 6 * usize::from(index)));
        let ((row, column), style) = numbers.ok_or(Refusal::Broken)?;
        let place = (u32::from(row), u32::from(column) + u32::from(index));
        let format = globals.formats.get(usize::from(style)).copied().unwrap_or_default();
        self.cells.insert(place, Mark { format, formula, uncomputed: false });
        Ok(place)
    }

    fn within(mut self, allowed: u64) -> Result<Facts, Refusal> {
        let span = |numbers: &mut dyn Iterator<Item = u32>| {
            let (least, most) = numbers.fold((u32::MAX, 0), |(a, b), n| (a.min(n), b.max(n)));
            if least > most { 0 } else { u64::from(most - least) + 1 }
        };
        let rows = span(&mut self.cells.keys().map(|(row, _)| *row));
        let columns = span(&mut self.cells.keys().map(|(_, column)| *column));
        if rows * columns > allowed * SPARSE || self.cells.len() as u64 > allowed {
            return Err(Refusal::Large);
        }
        self.hidden_rows.sort_unstable();
        self.hidden_rows.dedup();
        self.hidden_columns.sort_unstable();
        self.hidden_columns.dedup();
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::gives_a_number;

    #[test]
    fn sums_and_calculations_give_numbers_and_references_may_not() {
        for (tokens, number) in [
            // SUM(A1:A3), SUM of one area with its own token, A1-B1, ROUND(A1,2).
            (&[0x25, 0, 0, 2, 0, 0, 0xC0, 0, 0xC0, 0x42, 1, 4, 0][..], true),
            (&[0x25, 0, 0, 2, 0, 0, 0xC0, 0, 0xC0, 0x19, 0x10, 0, 0], true),
            (&[0x44, 0, 0, 0, 0xC0, 0x44, 0, 0, 1, 0xC0, 0x04], true),
            (&[0x44, 0, 0, 0, 0xC0, 0x1E, 2, 0, 0x41, 27, 0], true),
            // A1, "", IF(A1,"a","") and an empty formula.
            (&[0x44, 0, 0, 0, 0xC0], false),
            (&[0x17, 0, 0], false),
            (&[0x44, 0, 0, 0, 0xC0, 0x17, 1, 0, 97, 0x17, 0, 0, 0x42, 3, 1, 0], false),
            (&[], false),
        ] {
            assert_eq!(gives_a_number(tokens), number, "{tokens:02X?}");
        }
    }
}
