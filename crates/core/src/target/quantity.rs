//! Numbers with units inside targets: `≥95%`, `12期`, `5-10人`, `控制在90万元以内`.

use super::{Direction, Reading};
use crate::Unit;
use crate::number::{Notes, plain_digits};
use crate::rules::words::Lists;
use rust_decimal::Decimal;

/// Longer than this is a sentence, not a unit.
const LONGEST_UNIT: usize = 12;

/// A number with its unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quantity {
    /// The number as printed (`95%` is 95, `1.2万人` is 1.2).
    pub value: Decimal,
    /// The unit, folded: `%` for every way to write percent, `元` for every money unit, empty when there is none.
    pub unit: String,
    /// What the printed number is multiplied with to be in `unit` (`万人`: 10000).
    pub scale: Decimal,
}

/// Takes comparisons and fillers off the front. Contradicting comparisons stay, so that nothing reads the rest.
pub(super) fn leading<'t>(text: &'t str, lists: &Lists) -> (Option<Direction>, &'t str) {
    let mut direction = None;
    let mut rest = text;
    loop {
        let found = lists.before.iter().find(|(word, _)| rest.starts_with(word.as_str()));
        if let Some((word, is)) = found {
            if direction.is_some_and(|known| known != *is) {
                return (direction, text);
            }
            direction = Some(*is);
            rest = &rest[word.len()..];
        } else if let Some(word) = lists.fillers.iter().find(|w| rest.starts_with(w.as_str())) {
            rest = &rest[word.len()..];
        } else {
            return (direction, rest);
        }
    }
}

/// A number or a range, with what stands behind it.
pub(super) fn read(
    direction: Option<Direction>,
    body: &str,
    lists: &Lists,
) -> Option<(Direction, Reading)> {
    let mut body = body.trim_end_matches(['。', ';', ',']);
    if let Some(inner) = body.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')) {
        body = inner;
    }
    let trailing = lists.after.iter().find(|(word, _)| body.ends_with(word.as_str()));
    let mut direction = direction;
    if let Some((word, is)) = trailing {
        if direction.is_some_and(|known| known != *is) {
            return None;
        }
        direction = Some(*is);
        body = &body[..body.len() - word.len()];
    }
    if let Some(number) = body.strip_prefix("百分之") {
        let (value, rest) = leading_number(number)?;
        let quantity = Quantity { value, unit: "%".to_owned(), scale: Decimal::ONE };
        return rest
            .is_empty()
            .then(|| (direction.unwrap_or_default(), Reading::Quantity(quantity)));
    }
    let (value, rest) = leading_number(body)?;
    let reading = match range_end(rest) {
        Some((low_unit, high)) => {
            let (high_value, high_unit) = leading_number(high)?;
            let low_unit = if low_unit.is_empty() { high_unit } else { low_unit };
            let low = quantity(value, low_unit, lists)?;
            let high = quantity(high_value, high_unit, lists)?;
            let is_plain_range =
                direction.is_none() && low.unit == high.unit && low.scale == high.scale;
            if !is_plain_range || low.value > high.value {
                return None;
            }
            Reading::Range(low, high)
        }
        None => Reading::Quantity(quantity(value, rest, lists)?),
    };
    Some((direction.unwrap_or_default(), reading))
}

/// The digits at the front, and what follows them.
fn leading_number(text: &str) -> Option<(Decimal, &str)> {
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let end = unsigned.find(|c: char| !c.is_ascii_digit() && c != '.' && c != ',');
    let (digits, rest) = unsigned.split_at(end.unwrap_or(unsigned.len()));
    if !digits.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let value = plain_digits(digits, &mut Notes::default())?;
    Some((if negative { -value } else { value }, rest))
}

/// Splits `人-10人` behind the first number: the unit before the sign, the second number after it.
fn range_end(rest: &str) -> Option<(&str, &str)> {
    let (at, sign) =
        rest.char_indices().find(|(_, c)| ['-', '~', '至', '到', '—', '–'].contains(c))?;
    let behind = rest[at + sign.len_utf8()..].trim_start_matches(['-', '—']);
    behind.starts_with(|c: char| c.is_ascii_digit()).then(|| (&rest[..at], behind))
}

fn quantity(value: Decimal, unit: &str, lists: &Lists) -> Option<Quantity> {
    let unit = match unit.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')) {
        Some(inner) => inner,
        None => unit,
    };
    let is_unit = unit.chars().count() <= LONGEST_UNIT
        && !unit.chars().any(|c| c.is_ascii_digit() || ",;。、:!?≥≤<>=~".contains(c))
        && !lists.negations.iter().any(|word| unit.contains(word.as_str()));
    if !is_unit {
        return None;
    }
    let (unit, scale) = known_unit(unit, lists);
    Some(Quantity { value, unit, scale })
}

/// The folded unit, and what a number in the printed one is multiplied with.
fn known_unit(unit: &str, lists: &Lists) -> (String, Decimal) {
    if lists.percent.iter().any(|word| word == unit) {
        return ("%".to_owned(), Decimal::ONE);
    }
    if let Some(money) = Unit::ALL.into_iter().find(|money| money.word() == unit) {
        return (Unit::Yuan.word().to_owned(), money.yuan());
    }
    let scaled = lists.scales.iter().find_map(|(word, times)| {
        unit.strip_prefix(word.as_str()).map(|rest| (rest, Decimal::from(*times)))
    });
    let (unit, scale) = scaled.unwrap_or((unit, Decimal::ONE));
    let same = lists.same_units.iter().find(|group| group.iter().any(|word| word == unit));
    let unit = same.and_then(|group| group.first()).map_or(unit, String::as_str);
    (unit.to_owned(), scale)
}
