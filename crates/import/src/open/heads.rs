//! The attributes of rows, cells, columns and merges in a sheet's XML.
//!
//! * In: the attributes of one tag. Out: places counted from zero, types, styles, or a refusal.
//! * Never: lets a reference wrap around or lie beyond `XFD1048576` unnoticed.

use super::scan::{LAST_COLUMN, LAST_ROW, ScanError, Type};
use super::tags::{Attributes, TagError, is_true};
use jixiao_core::Cells;

/// What a `<c>` says of itself.
pub(super) struct CellHead {
    pub(super) reference: Option<(u32, u32)>,
    pub(super) kind: Option<Type>,
    pub(super) style: Option<u32>,
}

/// The attributes of a cell.
pub(super) fn cell_head(attributes: Attributes<'_>) -> Result<CellHead, ScanError> {
    let mut head = CellHead { reference: None, kind: Some(Type::None), style: None };
    let mut typed = false;
    for attribute in attributes {
        let (name, value) = attribute?;
        match name {
            b"r" if head.reference.is_none() => {
                let Some(place) = reference(value) else {
                    return Err(ScanError::Sheet {
                        zh: "有单元格的位置写法无法识别",
                        en: "a cell's reference is not understood",
                    });
                };
                head.reference = Some(place);
            }
            b"s" if head.style.is_none() => head.style = Some(number(value).unwrap_or(u32::MAX)),
            b"t" if !typed => {
                typed = true;
                head.kind = kind(value);
            }
            b"r" | b"s" | b"t" => return Err(TagError::Malformed.into()),
            _ => {}
        }
    }
    Ok(head)
}

fn kind(value: &[u8]) -> Option<Type> {
    Some(match value {
        b"s" => Type::Shared,
        b"n" => Type::Number,
        b"str" => Type::Text,
        b"inlineStr" => Type::Inline,
        b"b" => Type::Bool,
        b"e" => Type::Error,
        b"d" => Type::Date,
        _ => return None,
    })
}

/// The number of a row, counted from zero, and whether it is hidden.
pub(super) fn row_head(
    attributes: Attributes<'_>,
    expected: u32,
) -> Result<(u32, bool), ScanError> {
    let (mut row, mut hidden) = (expected, false);
    for attribute in attributes {
        let (name, value) = attribute?;
        match name {
            b"r" => {
                let stated = number(value).filter(|row| (1..=LAST_ROW + 1).contains(row));
                let Some(stated) = stated else {
                    return Err(ScanError::Sheet {
                        zh: "有行号无法识别或超出 1048576",
                        en: "a row's number is not understood or beyond 1048576",
                    });
                };
                row = stated - 1;
            }
            b"hidden" => hidden = is_true(value),
            _ => {}
        }
    }
    Ok((row, hidden))
}

/// The columns of a `<col>` when it hides them, ends included.
pub(super) fn hidden_columns(attributes: Attributes<'_>) -> Result<Option<(u32, u32)>, ScanError> {
    let (mut first, mut last, mut hidden) = (None, None, false);
    for attribute in attributes {
        let (name, value) = attribute?;
        match name {
            b"min" => first = number(value),
            b"max" => last = number(value),
            b"hidden" => hidden = is_true(value),
            _ => {}
        }
    }
    let range = first.zip(last).filter(|(first, last)| hidden && 1 <= *first && first <= last);
    Ok(range.map(|(first, last)| (first - 1, (last - 1).min(LAST_COLUMN))))
}

/// The area of a `<mergeCell>`.
pub(super) fn merged(attributes: Attributes<'_>) -> Result<Option<Cells>, ScanError> {
    for attribute in attributes {
        let (name, value) = attribute?;
        if name == b"ref" {
            let mut ends = value.split(|byte| *byte == b':').map(reference);
            let area = match (ends.next(), ends.next(), ends.next()) {
                (Some(Some((top, left))), Some(Some((bottom, right))), None) => {
                    Some(Cells::block(top, left, bottom, right))
                }
                // A merge of one cell merges nothing.
                _ => None,
            };
            return Ok(area);
        }
    }
    Ok(None)
}

fn number(digits: &[u8]) -> Option<u32> {
    if digits.is_empty() || digits.len() > 9 {
        return None;
    }
    let mut number = 0;
    for digit in digits {
        number = number * 10 + u32::from(digit.checked_sub(b'0').filter(|digit| *digit < 10)?);
    }
    Some(number)
}

/// `B3` as row and column counted from zero; `None` when it is malformed or far beyond the grid.
fn reference(text: &[u8]) -> Option<(u32, u32)> {
    let mut column = 0u32;
    let mut letters = 0;
    for byte in text.iter().take(4) {
        let letter = byte.to_ascii_uppercase();
        if !letter.is_ascii_uppercase() {
            break;
        }
        letters += 1;
        column = column * 26 + u32::from(letter - b'A') + 1;
    }
    let row = number(&text[letters..])?;
    Some((row.checked_sub(1)?, column.checked_sub(1)?))
}
