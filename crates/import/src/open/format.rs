//! What a number format does to the meaning of a number.
//!
//! * In: a format code such as `0.00%`, as stored in the file. Out: a [`Format`].
//! * Only the first section counts (that of positive numbers). Colours, widths and fillers change nothing.

use crate::grid::Format;
use jixiao_core::Unit;

/// The meaning of a built-in format that has no code in the file.
pub(super) fn built_in(id: u32) -> Format {
    match id {
        9 | 10 => Format::Percent,
        14..=22 | 27..=36 | 45..=47 | 50..=58 => Format::Date,
        _ => Format::Plain,
    }
}

/// What was met in a code.
#[derive(Default)]
struct Met {
    digits: u32,
    zeros: u32,
    percent: bool,
    date: bool,
    /// A comma after the last digit: one step of a thousand.
    scaled: bool,
    /// 万 or 亿 as literal text.
    unit: bool,
    other: bool,
    /// All literal text.
    literal: String,
}

/// The meaning of a format code.
pub(super) fn classify(code: &str) -> Format {
    let met = walk(code);
    if met.digits > 0 || met.scaled {
        if met.percent {
            Format::Percent
        } else if met.scaled {
            Format::Scaled
        } else if let Some(unit) = met.money_unit() {
            Format::In(unit)
        } else if met.unit {
            Format::Scaled
        } else if met.zeros > 1 && met.zeros == met.digits && !met.other {
            Format::Padded(u8::try_from(met.zeros).unwrap_or(u8::MAX))
        } else {
            Format::Plain
        }
    } else if met.date {
        Format::Date
    } else {
        Format::Plain
    }
}

fn walk(code: &str) -> Met {
    let mut met = Met::default();
    let lower = code.to_lowercase();
    // "General" and its Chinese name hold letters that would look like those of a date.
    let lower = lower.replace("g/通用格式", "#").replace("general", "#");
    let mut sections = sections(&lower).into_iter();
    if let Some(first) = sections.next() {
        met.section(first);
    }
    // Of the other sections, which a condition may choose, only scaling matters.
    for section in sections {
        let mut further = Met::default();
        further.section(section);
        met.scaled |= further.scaled;
        met.unit |= further.unit;
    }
    met
}

/// Splits at semicolons that are not quoted.
fn sections(code: &str) -> Vec<&str> {
    let mut sections = Vec::new();
    let (mut start, mut quoted, mut escaped) = (0, false, false);
    for (at, char) in code.char_indices() {
        match char {
            _ if escaped => escaped = false,
            '"' => quoted = !quoted,
            '\\' | '!' if !quoted => escaped = true,
            ';' if !quoted => {
                sections.push(&code[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    sections.push(&code[start..]);
    sections
}

impl Met {
    /// The unit that stands behind the number and nothing else: `0.00"万元"`.
    fn money_unit(&self) -> Option<Unit> {
        let literal = self.literal.trim();
        Unit::ALL.into_iter().find(|unit| unit.word() == literal)
    }

    fn literal(&mut self, char: char) {
        self.unit |= is_unit(char);
        self.literal.push(char);
    }

    fn section(&mut self, section: &str) {
        let mut chars = section.chars().peekable();
        let mut comma = false;
        let mut seconds = false;
        while let Some(char) = chars.next() {
            self.other |= !matches!(char, '0' | '[' | '_' | '*');
            match char {
                '"' => chars.by_ref().take_while(|c| *c != '"').for_each(|c| self.literal(c)),
                // `!` is the escape of Chinese Excel.
                '\\' | '!' => chars.next().into_iter().for_each(|c| self.literal(c)),
                '_' | '*' => {
                    chars.next();
                }
                '[' => {
                    let inner: String = chars.by_ref().take_while(|c| *c != ']').collect();
                    self.date |=
                        !inner.is_empty() && inner.chars().all(|c| matches!(c, 'h' | 'm' | 's'));
                }
                '.' | '0' if seconds => {}
                '0' | '#' | '?' => {
                    self.digits += 1;
                    self.zeros += u32::from(char == '0');
                    comma = false;
                }
                ',' if self.digits > 0 => comma = true,
                '.' => {
                    self.scaled |= comma;
                    comma = false;
                }
                '%' => self.percent = true,
                'y' | 'm' | 'd' | 'h' | 's' | 'a' | 'b' => self.date = true,
                // An `e` with a sign is an exponent, one alone is the year of East Asian Excel.
                'e' if matches!(chars.peek(), Some('+' | '-')) => {}
                'e' => self.date = true,
                _ if char.is_alphabetic() || char == '/' => self.literal(char),
                _ => {}
            }
            seconds = char == 's' || (seconds && matches!(char, '.' | '0'));
        }
        self.scaled |= comma;
    }
}

fn is_unit(char: char) -> bool {
    matches!(char, '万' | '亿' | '萬' | '億')
}
