//! Targets and actuals: from the text of a cell to something that can be compared.
//!
//! * In: the text as printed (`≥95%`, `≧ 735 人次`, `不少于1,250人`, `9月前`, `是`, `有效`) and the words of the rules.
//! * Out: a [`Statement`]: direction, and a number with its unit, a range, a day, yes or no, or words.
//! * Rule: what is not understood stays words; digits that were not understood are told, never guessed.
//! * Never: scores, or knows a word that is not in the data.
//!
//! Start reading at [`read`].

mod compare;
mod day;
mod parts;
mod quantity;

pub(crate) use compare::{Fit, day_met, days_late, fit};
pub use day::Day;
pub use parts::{Parts, parts};
pub use quantity::Quantity;

use crate::number;
use crate::rules::Words;
use crate::rules::words::folded;

#[cfg(test)]
mod tests;

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

impl Direction {
    /// The directions a text can state, then the one for none.
    pub const ALL: [Direction; 6] = [
        Direction::AtLeast,
        Direction::AtMost,
        Direction::Above,
        Direction::Below,
        Direction::Equal,
        Direction::Unstated,
    ];

    /// The name that rule files use.
    pub fn id(self) -> &'static str {
        match self {
            Direction::AtLeast => "at-least",
            Direction::AtMost => "at-most",
            Direction::Above => "above",
            Direction::Below => "below",
            Direction::Equal => "equal",
            Direction::Unstated => "unstated",
        }
    }

    /// The sign that a form prints.
    pub fn sign(self) -> &'static str {
        match self {
            Direction::AtLeast => "≥",
            Direction::AtMost => "≤",
            Direction::Above => ">",
            Direction::Below => "<",
            Direction::Equal => "=",
            Direction::Unstated => "",
        }
    }
}

/// What a text states.
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
pub fn read(text: &str, words: &Words) -> Statement {
    let lists = &words.0;
    let mut rest = folded(text);
    let statement = |direction, reading, unparsed| Statement {
        text: text.to_owned(),
        direction,
        reading,
        unparsed,
    };
    for (answers, answer) in [(&lists.yes, true), (&lists.no, false)] {
        if answers.iter().any(|word| rest.eq_ignore_ascii_case(word)) {
            return statement(Direction::Unstated, Reading::YesNo(answer), false);
        }
    }
    if number::read(&rest) == number::Text::Empty {
        return statement(Direction::Unstated, Reading::Empty, false);
    }
    if let Some(mark) = lists.qualitative_marks.iter().find(|mark| rest.starts_with(mark.as_str()))
    {
        rest = rest[mark.len()..].trim_start_matches([':', '/', '-', '|']).to_owned();
    }
    let (direction, body) = quantity::leading(&rest, lists);
    if let Some(day) = day::read(body, lists) {
        return statement(direction.unwrap_or_default(), Reading::Day(day), false);
    }
    if let Some((direction, reading)) = quantity::read(direction, body, lists) {
        return statement(direction, reading, false);
    }
    let unparsed = rest.chars().any(|c| c.is_ascii_digit());
    statement(Direction::Unstated, Reading::Words, unparsed)
}
