//! The short cut for the cell that nearly every cell is: `<c r="B3" s="5" t="s"><v>17</v></c>`.
//!
//! * In: the bytes ahead. Out: the cell's parts, or `None` whenever anything is unusual; then the full scanner reads it.
//! * Only digits, signs, point and exponent may stand in `<v>`, so that nothing here needs resolving.
//! * Never: accepts what the full scanner would refuse; a test compares the two.

use super::scan::Type;
use std::ops::Range;

/// A cell in the usual shape.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Quick {
    /// Row and column counted from zero.
    pub(super) place: (u32, u32),
    /// Its style's number.
    pub(super) style: Option<u32>,
    /// Its type.
    pub(super) kind: Type,
    /// Where its value's text is; `None` when it has no `<v>`.
    pub(super) text: Option<Range<usize>>,
    /// How many bytes it takes.
    pub(super) length: usize,
}

/// Reads one cell at the start of `bytes`.
pub(super) fn cell(bytes: &[u8]) -> Option<Quick> {
    let mut at = mark(bytes, 0, b"<c r=\"")?;
    let mut column = 0u32;
    let letters = at;
    while let Some(letter) = bytes.get(at).filter(|byte| byte.is_ascii_uppercase()) {
        column = column * 26 + u32::from(letter - b'A') + 1;
        at += 1;
        if at - letters > 3 {
            return None;
        }
    }
    let (row, mut at) = digits(bytes, at)?;
    at = mark(bytes, at, b"\"")?;
    let place = (row.checked_sub(1)?, column.checked_sub(1)?);

    let mut style = None;
    if let Some(after) = mark(bytes, at, b" s=\"") {
        let (number, after) = digits(bytes, after)?;
        style = Some(number);
        at = mark(bytes, after, b"\"")?;
    }
    let mut kind = Type::None;
    if let Some(after) = mark(bytes, at, b" t=\"s\"") {
        (kind, at) = (Type::Shared, after);
    } else if let Some(after) = mark(bytes, at, b" t=\"n\"") {
        (kind, at) = (Type::Number, after);
    }
    if let Some(length) = mark(bytes, at, b"/>") {
        return Some(Quick { place, style, kind, text: None, length });
    }
    let start = mark(bytes, at, b"><v>")?;
    let numeric = |byte: &u8| matches!(byte, b'0'..=b'9' | b'.' | b'-' | b'+' | b'e' | b'E');
    let end = start + bytes.get(start..)?.iter().position(|byte| !numeric(byte))?;
    let length = mark(bytes, end, b"</v></c>")?;
    Some(Quick { place, style, kind, text: Some(start..end), length })
}

fn mark(bytes: &[u8], at: usize, mark: &[u8]) -> Option<usize> {
    bytes.get(at..)?.starts_with(mark).then_some(at + mark.len())
}

fn digits(bytes: &[u8], start: usize) -> Option<(u32, usize)> {
    let mut number = 0u32;
    let mut at = start;
    while let Some(digit) = bytes.get(at).filter(|byte| byte.is_ascii_digit()) {
        number = number * 10 + u32::from(digit - b'0');
        at += 1;
        if at - start > 8 {
            return None;
        }
    }
    (at > start).then_some((number, at))
}
