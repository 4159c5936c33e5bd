//! Rows that only number the columns.

use super::Header;
use crate::fold;
use crate::grid::{Sheet, Value};
use jixiao_core::number;

/// `栏次`, `甲`, `A`: what stands beside column numbers.
fn is_column_letter(text: &str) -> bool {
    let text = fold::plain(text);
    let mut chars = text.chars();
    let single = chars.next().filter(|_| chars.next().is_none());
    matches!(text.as_str(), "栏次" | "行次" | "列次" | "-")
        || single.is_some_and(|c| c.is_ascii_alphabetic() || "甲乙丙丁戊己庚辛".contains(c))
}

/// Whether a row only numbers the columns: `栏次 1 2 3 4` or `1 2 3 4`, or letters `A B C`.
pub fn is_column_numbers(sheet: &Sheet, row: u32, header: &Header) -> bool {
    let mut numbers = Vec::new();
    let mut letters = 0;
    for cell in sheet.row(row).filter(|cell| (header.left..=header.right).contains(&cell.column)) {
        let value = match cell.value {
            Value::Number(number) => jixiao_core::number::from_cell(number),
            Value::Text(text) => match number::read(text) {
                number::Text::Number { value, .. } => Some(value),
                _ if is_column_letter(text) => {
                    letters += 1;
                    continue;
                }
                _ => None,
            },
            _ => None,
        };
        let Some(value) = value else { return false };
        numbers.push(value);
    }
    (numbers.len() >= 3 || (letters > 0 && !numbers.is_empty()))
        && numbers.windows(2).all(|pair| pair[1] - pair[0] == rust_decimal::Decimal::ONE)
        && numbers.first().is_some_and(|first| *first <= rust_decimal::Decimal::TWO)
}
