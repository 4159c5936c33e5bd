//! Numbers as people type them: strict text to decimal, and the edge to the spreadsheet's floats.

use crate::Unit;
use rust_decimal::Decimal;

/// The decimal a spreadsheet shows for a stored float (15 significant digits); `None` for NaN, infinities and magnitudes beyond 1e15.
pub fn from_cell(_value: f64) -> Option<Decimal> {
    None
}

/// The float a spreadsheet stores for a decimal: the nearest one, found through text.
pub fn to_cell(_value: Decimal) -> f64 {
    0.0
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

/// Reads one text strictly; what is doubtful is [`Text::Other`], never a guess.
pub fn read(_text: &str) -> Text {
    Text::Other
}
