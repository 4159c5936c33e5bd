//! Where a value stands: file, sheet, cells. Travels with every value from the moment it is read.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// Where something stands. All parts may be empty when a caller builds its data in code.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Place {
    /// The file's name.
    pub file: Arc<str>,
    /// The sheet's name.
    pub sheet: Arc<str>,
    /// The cells, such as `E17` or `C12:F12`.
    #[serde(default)]
    pub cells: Cells,
}

/// A block of cells, counted from zero, ends included. Shown and serialised as `C12:F12`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cells(Option<[u32; 4]>);

impl Cells {
    /// One cell by row and column, counted from zero.
    pub fn one(row: u32, column: u32) -> Cells {
        Cells(Some([row, column, row, column]))
    }

    /// A block by its first and last row and column, counted from zero.
    pub fn block(top: u32, left: u32, bottom: u32, right: u32) -> Cells {
        Cells(Some([top.min(bottom), left.min(right), top.max(bottom), left.max(right)]))
    }

    /// Top row, left column, bottom row and right column, counted from zero; `None` when no cell is meant.
    pub fn bounds(self) -> Option<[u32; 4]> {
        self.0
    }

    /// The smallest block around both.
    pub fn around(self, other: Cells) -> Cells {
        match (self.0, other.0) {
            (Some(a), Some(b)) => {
                Cells(Some([a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])]))
            }
            (first, second) => Cells(first.or(second)),
        }
    }
}

/// The letters of a column counted from zero: 0 is `A`, 26 is `AA`, 16383 is `XFD`.
pub(crate) fn letters(column: u32) -> String {
    let mut rest = u64::from(column) + 1;
    let mut letters = Vec::new();
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + u8::try_from(rest % 26).unwrap_or(0)));
        rest /= 26;
    }
    letters.iter().rev().collect()
}

impl Cells {
    /// The letters of a column counted from zero: 0 is `A`, 26 is `AA`, 16383 is `XFD`.
    pub fn letters(column: u32) -> String {
        letters(column)
    }
}

impl fmt::Display for Cells {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some([top, left, bottom, right]) = self.0 else { return Ok(()) };
        write!(f, "{}{}", letters(left), u64::from(top) + 1)?;
        if (top, left) != (bottom, right) {
            write!(f, ":{}{}", letters(right), u64::from(bottom) + 1)?;
        }
        Ok(())
    }
}

/// The text is no cell and no block of cells.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{0:?} is no cell such as E17 and no block such as C12:F12")]
pub struct NotCells(String);

fn one_cell(text: &str) -> Option<(u32, u32)> {
    let digits_at = text.find(|c: char| c.is_ascii_digit())?;
    let (letters, digits) = text.split_at(digits_at);
    if letters.is_empty() || letters.len() > 3 {
        return None;
    }
    let mut column = 0u32;
    for letter in letters.bytes() {
        let value = letter.to_ascii_uppercase().checked_sub(b'A').filter(|v| *v < 26)?;
        column = column * 26 + u32::from(value) + 1;
    }
    let row: u32 = digits.parse().ok()?;
    Some((row.checked_sub(1)?, column - 1))
}

impl FromStr for Cells {
    type Err = NotCells;
    fn from_str(text: &str) -> Result<Cells, NotCells> {
        if text.is_empty() {
            return Ok(Cells(None));
        }
        let (first, last) = text.split_once(':').unwrap_or((text, text));
        let parsed = one_cell(first).zip(one_cell(last));
        let ((top, left), (bottom, right)) = parsed.ok_or_else(|| NotCells(text.to_owned()))?;
        Ok(Cells::block(top, left, bottom, right))
    }
}

impl Serialize for Cells {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Cells {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Cells, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl Place {
    /// A place in a sheet of a file.
    pub fn new(file: impl Into<Arc<str>>, sheet: impl Into<Arc<str>>, cells: Cells) -> Place {
        Place { file: file.into(), sheet: sheet.into(), cells }
    }

    /// The same sheet, other cells.
    pub fn at(&self, cells: Cells) -> Place {
        Place { file: self.file.clone(), sheet: self.sheet.clone(), cells }
    }

    /// Whether nothing is known of the place.
    pub fn is_unknown(&self) -> bool {
        self.file.is_empty() && self.sheet.is_empty() && self.cells == Cells::default()
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if !self.sheet.is_empty() {
            write!(f, " [{}]", self.sheet)?;
        }
        if self.cells != Cells::default() {
            write!(f, " {}", self.cells)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_read_and_print_alike() {
        for text in ["A1", "Z9", "AA10", "XFD1048576", "C12:F12", ""] {
            let cells: Cells = text.parse().expect("cells");
            assert_eq!(cells.to_string(), text);
        }
        assert_eq!(letters(25), "Z");
        assert_eq!(letters(26), "AA");
        assert_eq!(letters(16_383), "XFD");
        assert!("17E".parse::<Cells>().is_err());
        assert!("A0".parse::<Cells>().is_err());
    }
}
