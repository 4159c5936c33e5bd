//! Numbers as people type them, and the edge to the floats a spreadsheet stores.
//!
//! * In: the text of a cell, or its float. Out: a decimal in the unit the text itself prints, with that unit beside it.
//! * Rule: strict. A text that could be read in two ways is [`Text::Other`]; a mark for "no value" is [`Text::Empty`], never zero.
//! * Never: rounds a text, or computes with a float.

use crate::Unit;
use rust_decimal::Decimal;
use std::io::Write;

#[cfg(test)]
mod tests;

/// Beyond this a float has no 15 digits before the point; codes end up there, amounts do not.
const LARGEST_CELL: f64 = 1e15;

/// More digits than this do not fit a decimal.
const MOST_DIGITS: usize = 28;

/// Whether a stored float carries noise beyond the decimal it shows: 0.30000000000000004 for 0.3, as sums of binary fractions leave.
pub fn is_noisy(stored: f64, shown: Decimal) -> bool {
    // Zero has two signs and is never noise.
    !shown.is_zero() && nearest(shown).is_some_and(|nearest| nearest.to_bits() != stored.to_bits())
}

/// The float nearest to a decimal of at most 15 digits.
#[expect(
    clippy::float_arithmetic,
    reason = "both sides of the quotient are exact, so it is the nearest float: ten times faster than through text"
)]
fn nearest(shown: Decimal) -> Option<f64> {
    const EXACT: i128 = 1 << 53;
    let (mantissa, power) = (shown.mantissa(), 10i64.checked_pow(shown.scale())?);
    if mantissa.abs() > EXACT || i128::from(power) > EXACT {
        return shown.to_string().parse().ok();
    }
    Some(mantissa as f64 / power as f64)
}

/// The decimal a spreadsheet shows for a stored float (15 significant digits); `None` for NaN, infinities and magnitudes beyond 1e15.
///
/// The way through text is the only one that takes the noise of binary fractions off: 0.1 + 0.2 becomes 0.3.
pub fn from_cell(value: f64) -> Option<Decimal> {
    if !value.is_finite() || value.abs() > LARGEST_CELL {
        return None;
    }
    // `d.dddddddddddddde±x`, fifteen digits: the longest is 23 bytes.
    let mut buffer = [0u8; 32];
    let mut rest = &mut buffer[..];
    write!(rest, "{value:.14e}").ok()?;
    let free = rest.len();
    let text = std::str::from_utf8(&buffer[..buffer.len() - free]).ok()?;
    let (mantissa, exponent) = text.split_once('e')?;
    let mut digits = 0i64;
    for digit in mantissa.bytes().filter(u8::is_ascii_digit) {
        digits = digits * 10 + i64::from(digit - b'0');
    }
    if digits == 0 {
        return Some(Decimal::ZERO);
    }
    let mut scale = 14 - exponent.parse::<i32>().ok()?;
    while scale > 0 && digits % 10 == 0 {
        digits /= 10;
        scale -= 1;
    }
    while scale < 0 {
        digits *= 10;
        scale += 1;
    }
    // Below the last place a decimal has: half away from zero, step by step is exact enough for what is noise anyway.
    while scale > 28 {
        digits = (digits + 5) / 10;
        scale -= 1;
    }
    if mantissa.starts_with('-') {
        digits = -digits;
    }
    let decimal = Decimal::new(digits, u32::try_from(scale).ok()?);
    Some(if decimal.is_zero() { Decimal::ZERO } else { decimal.normalize() })
}

/// The float a spreadsheet stores for a decimal: the nearest one.
///
/// Only for writers, at the edge to a file. Through text, because the direct conversion is off by one
/// unit in the last place for one in thirty decimals of 16 digits.
pub fn to_cell(value: Decimal) -> f64 {
    // A decimal's text is always a float's text.
    value.normalize().to_string().parse().unwrap_or_default()
}

/// What was folded away before a text became a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Notes {
    /// Full-width characters (１２３，．％).
    pub full_width: bool,
    /// Spaces, line breaks or invisible characters.
    pub spaces: bool,
    /// Thousands separators.
    pub separators: bool,
    /// A currency sign (￥, ¥, RMB).
    pub currency: bool,
    /// Negative because it stands in brackets.
    pub brackets: bool,
    /// Negative because of a minus sign at its end.
    pub trailing_minus: bool,
}

/// What a text says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Text {
    /// Nothing: blank, or a mark for "no value" such as `—`, `/`, `无`, `不适用`. Not zero.
    Empty,
    /// A number.
    Number {
        /// The number as printed: in `unit`, and in hundredths when `percent`.
        value: Decimal,
        /// The money unit printed behind it.
        unit: Option<Unit>,
        /// Whether a percent sign stands behind it: `98.1%` has the value 98.1.
        percent: bool,
        /// What was folded away.
        notes: Notes,
    },
    /// Anything else.
    Other,
}

/// Marks that office workers put where there is no value.
const NO_VALUE: [&str; 10] = ["/", "//", "\\", "无", "×", "*", "XX", "空白", "不适用", "N/A"];

/// Every kind of dash; alone, however often repeated, a dash says "no value".
const DASHES: [char; 8] = ['-', '－', '−', '–', '—', '―', '─', '﹣'];

/// Words and signs for the currency.
const CURRENCY: [&str; 4] = ["¥", "RMB", "CNY", "人民币"];

/// Reads one text strictly; what is doubtful is [`Text::Other`], never a guess.
pub fn read(text: &str) -> Text {
    let trimmed = text.trim_matches(is_space);
    let is_mark = NO_VALUE.iter().any(|mark| fold_width(trimmed).eq_ignore_ascii_case(mark));
    if is_mark || trimmed.chars().all(|c| DASHES.contains(&c)) {
        return Text::Empty;
    }
    let mut notes = Notes {
        spaces: text.chars().any(is_space),
        full_width: text.chars().any(|c| fold(c) != c && c != '−'),
        ..Notes::default()
    };
    number(&fold_width(trimmed), &mut notes).unwrap_or(Text::Other)
}

/// Whether a character is a space of any kind, a line break, or invisible.
pub(crate) fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}' | '\u{200c}' | '\u{200d}' | '\u{2060}' | '\u{feff}')
}

/// A fixed list, not a full compatibility folding: that would also change ㎡ or ①.
fn fold(c: char) -> char {
    match c {
        '０'..='９' => char::from_u32(u32::from(c) - 0xFF10 + 0x30).unwrap_or(c),
        '，' => ',',
        '．' => '.',
        '－' | '−' => '-',
        '＋' => '+',
        '％' | '﹪' => '%',
        '（' => '(',
        '）' => ')',
        '￥' => '¥',
        '／' => '/',
        '＊' => '*',
        _ => c,
    }
}

/// The text with full-width digits and signs as ASCII.
pub(crate) fn fold_width(text: &str) -> String {
    text.chars().map(fold).collect()
}

/// `[(] [sign] [currency] [sign] digits [%|unit] [)] [-]`, with spaces only between those parts.
fn number(folded: &str, notes: &mut Notes) -> Option<Text> {
    let mut rest = folded;
    if let Some(inner) = rest.strip_prefix('(') {
        rest = inner.trim_matches(is_space).strip_suffix(')')?.trim_matches(is_space);
        notes.brackets = true;
    }
    let mut sign = take_sign(&mut rest);
    if let Some(word) = CURRENCY.iter().find(|word| rest.starts_with(**word)) {
        rest = rest[word.len()..].trim_start_matches(is_space);
        notes.currency = true;
        if sign.is_none() {
            sign = take_sign(&mut rest);
        }
    }
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != ',' && c != '.');
    let (digits, tail) = rest.split_at(end.unwrap_or(rest.len()));
    let magnitude = plain_digits(digits, notes)?;
    let mut tail = tail.trim_matches(is_space);
    if let Some(before) = tail.strip_suffix('-') {
        tail = before.trim_end_matches(is_space);
        notes.trailing_minus = true;
    }
    let percent = tail == "%";
    // `125万` says 万元; an amount of anything else does not stand here.
    let short = |unit: &Unit| *unit != Unit::Yuan && unit.word().strip_suffix('元') == Some(tail);
    let unit = Unit::ALL.into_iter().find(|unit| unit.word() == tail || short(unit));
    if !percent && unit.is_none() && !tail.is_empty() {
        return None;
    }
    let signs = [sign.is_some(), notes.brackets, notes.trailing_minus];
    if signs.into_iter().filter(|given| *given).count() > 1 {
        return None;
    }
    let negative = sign == Some('-') || notes.brackets || notes.trailing_minus;
    let value = if negative && !magnitude.is_zero() { -magnitude } else { magnitude };
    Some(Text::Number { value, unit, percent, notes: *notes })
}

fn take_sign(rest: &mut &str) -> Option<char> {
    let sign = rest.chars().next().filter(|c| matches!(c, '+' | '-'))?;
    *rest = rest[1..].trim_start_matches(is_space);
    Some(sign)
}

/// Digits with at most one point, and with commas only every three digits before it.
pub(crate) fn plain_digits(digits: &str, notes: &mut Notes) -> Option<Decimal> {
    let (whole, places) = digits.split_once('.').unwrap_or((digits, ""));
    if places.contains(['.', ',']) || (whole.is_empty() && places.is_empty()) {
        return None;
    }
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let separated = whole.contains(',');
    if separated && (!(1..=3).contains(&first.len()) || groups.any(|group| group.len() != 3)) {
        return None;
    }
    notes.separators |= separated;
    let whole: String = whole.chars().filter(char::is_ascii_digit).collect();
    if whole.len() + places.len() > MOST_DIGITS {
        return None;
    }
    let scale = u32::try_from(places.len()).ok()?;
    let mantissa: i128 = format!("{whole}{places}").parse().ok()?;
    Decimal::try_from_i128_with_scale(mantissa, scale).ok()
}
