//! Targets and actuals: from the text of a cell to a comparison.

use crate::rules::Words;
use rust_decimal::Decimal;

/// Which side of the target is good.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// `≥`, 不少于, 以上, 正向.
    AtLeast,
    /// `≤`, 不超过, 以内, 反向.
    AtMost,
    /// `>`, 大于.
    Above,
    /// `<`, 低于.
    Below,
    /// `=`.
    Equal,
    /// The text does not say.
    #[default]
    Unstated,
}

/// A number with its unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quantity {
    /// The number as printed (`95%` is 95).
    pub value: Decimal,
    /// The unit, folded: `%` for every way to write percent, empty when there is none.
    pub unit: String,
}

/// A day by which something is due or was done; what the text does not say is absent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day {
    /// The year.
    pub year: Option<i32>,
    /// The month, 1 to 12.
    pub month: u32,
    /// The day of the month; the last day of the month for 月底 and where only a month is given.
    pub day: u32,
    /// Whether the deadline lies before that day (`9月前`), not on it (`9月底前`, `12月31日前`).
    pub before: bool,
}

/// What the text states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    /// A number.
    Quantity(Quantity),
    /// From, to; both included.
    Range(Quantity, Quantity),
    /// A day.
    Day(Day),
    /// Yes or no (是, 否, 已完成, 未完成).
    YesNo(bool),
    /// Words that a person has to judge.
    Words,
    /// Nothing.
    Empty,
}

/// A target or an actual as it was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The text as printed.
    pub text: String,
    /// The direction.
    pub direction: Direction,
    /// What it states.
    pub reading: Reading,
    /// Whether the text holds digits that were not understood.
    pub unparsed: bool,
}

/// Reads the text of a target or of an actual.
pub fn read(text: &str, _words: &Words) -> Statement {
    Statement {
        text: text.to_owned(),
        direction: Direction::Unstated,
        reading: Reading::Words,
        unparsed: false,
    }
}
