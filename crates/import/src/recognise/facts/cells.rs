//! Cells of facts: what a cell says, and the units that stand in brackets behind a name.

use crate::fold;
use crate::grid::{Cell, Value};
use crate::vocabulary::facts::FACT_WORDS;
use jixiao_core::number;

/// What a cell says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::recognise) enum Say<'a> {
    /// A value, also one that cannot be read.
    Value,
    /// That there is none.
    Absent,
    /// Words.
    Words(&'a str),
}

/// What a cell says.
pub(in crate::recognise) fn say<'a>(cell: &Cell<'a>) -> Say<'a> {
    match cell.value {
        Value::Text(text) => match number::read(text) {
            number::Text::Number { .. } => Say::Value,
            number::Text::Empty => Say::Absent,
            _ if quantity(text).is_some() => Say::Value,
            _ => Say::Words(text),
        },
        Value::Number(_) | Value::Bool(_) | Value::Error(_) | Value::NoCachedValue => Say::Value,
        Value::Date(_) => Say::Absent,
    }
}

/// `50人`, `1.2万人`: the digits and the unit of a number that counts.
pub(crate) fn quantity(text: &str) -> Option<(&str, &str)> {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.' && c != ',')?;
    let (digits, unit) = text.split_at(end);
    let unit = unit.trim();
    (!digits.is_empty() && FACT_WORDS.count_factor(unit).is_some()).then_some((digits, unit))
}

/// A year that stands as a number or a text: 2023, `2023`, `2023年度`.
pub(super) fn year(cell: &Cell<'_>) -> Option<String> {
    let text = match cell.value {
        Value::Number(_) => crate::clean::cell_text(cell)?,
        Value::Text(text) => fold::plain(text),
        _ => return None,
    };
    let digits = text.strip_suffix("年度").or_else(|| text.strip_suffix('年')).unwrap_or(&text);
    let known = digits.len() == 4 && digits.starts_with("20");
    (known && digits.chars().all(|c| c.is_ascii_digit())).then(|| format!("{digits}年"))
}

/// A name without the unit in brackets behind it, and that unit: `三公经费（万元）`, `控制率(%)`.
pub(super) fn without_unit(text: &str) -> (String, Option<String>) {
    let trimmed = text.trim().trim_end_matches(['：', ':']).trim_end();
    let inner = trimmed.strip_suffix([')', '）']).and_then(|rest| {
        let open = rest.rfind(['(', '（'])?;
        let inner = rest[open..].trim_start_matches(['(', '（']);
        Some((rest[..open].trim_end(), fold::plain(inner)))
    });
    match inner {
        Some((head, unit)) if !head.is_empty() && is_unit(&unit) => {
            let unit = unit.strip_prefix("单位:").unwrap_or(&unit).to_owned();
            (head.to_owned(), Some(unit))
        }
        _ => (trimmed.to_owned(), None),
    }
}

/// Whether a folded text is a unit of money, of a count or of a ratio.
pub(super) fn is_unit(text: &str) -> bool {
    let text = text.strip_prefix("单位:").unwrap_or(text);
    fold::unit_word(text).is_some()
        || FACT_WORDS.count_factor(text).is_some()
        || FACT_WORDS.is_percent(text)
}

/// Whether a cell holds a unit and nothing else.
pub(super) fn is_unit_cell(cell: &Cell<'_>) -> Option<String> {
    let Value::Text(text) = cell.value else { return None };
    let plain = fold::plain(text);
    is_unit(&plain).then_some(plain)
}
