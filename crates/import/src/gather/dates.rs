//! Dates of entries: the year, and the month where it is told, of a cell in a column of dates.
//!
//! * In: a cell. Out: year and month; nothing where the year is not written with four digits.

use crate::clean::cell_text;
use crate::fold;
use crate::grid::{Cell, Value};

/// When an entry was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct When {
    /// The year.
    pub year: i32,
    /// The month, 1 to 12.
    pub month: Option<u32>,
    /// The day, 1 to 31.
    pub day: Option<u32>,
}

/// The date of a cell: a date, its serial, `20231231`, `2023-12-31 10:20`, `2023年12月31日`, `2023.12`.
pub fn when(cell: &Cell<'_>) -> Option<When> {
    if let Value::Number(number) = cell.value
        && (36_526.0..73_051.0).contains(&number)
    {
        return when(&Cell { value: Value::Date(number), ..*cell });
    }
    read(&cell_text(cell)?)
}

fn read(text: &str) -> Option<When> {
    let pieces: Vec<String> = text.split(fold::is_blank).map(fold::plain).collect();
    let plain = pieces.join(" ");
    let plain = plain.trim_start();
    let mut parts = plain.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty());
    let first = parts.next()?;
    if !plain.starts_with(first) {
        return None;
    }
    let (year, month, day) = match first.len() {
        4 => (first, parts.next().filter(|part| part.len() <= 2), parts.next()),
        6 => (&first[..4], first.get(4..), None),
        // 20231231, and 20231231102030 with the time behind it.
        8 | 14 => (&first[..4], first.get(4..6), first.get(6..8)),
        _ => return None,
    };
    let year: i32 = year.parse().ok().filter(|year| (2000..2100).contains(year))?;
    let number = |part: Option<&str>, most: u32| match part {
        None => Some(None),
        Some(part) => part.parse::<u32>().ok().filter(|n| (1..=most).contains(n)).map(Some),
    };
    Some(When { year, month: number(month, 12)?, day: number(day, 31)? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grid::Format;

    #[test]
    fn dates_are_read_in_every_writing() {
        let whole = |year, month, day| Some(When { year, month: Some(month), day: Some(day) });
        for (text, expected) in [
            ("2023-12-31", whole(2023, 12, 31)),
            ("2023/1/5", whole(2023, 1, 5)),
            ("2023.01.05", whole(2023, 1, 5)),
            ("20231231", whole(2023, 12, 31)),
            ("20231231102030", whole(2023, 12, 31)),
            ("2023年12月31日", whole(2023, 12, 31)),
            ("2023-12-31 10:20:30", whole(2023, 12, 31)),
            ("2023-12-5 10:20", whole(2023, 12, 5)),
            ("２０２３年１２月", Some(When { year: 2023, month: Some(12), day: None })),
            ("2023", Some(When { year: 2023, month: None, day: None })),
            ("12月31日", None),
            ("23-12-31", None),
            ("2023-13-01", None),
            ("记-12", None),
            ("约2023年", None),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn serials_in_a_column_of_dates_are_dates() {
        // 45291 is 2023-12-31.
        for value in [Value::Number(45_291.0), Value::Date(45_291.0), Value::Number(20_231_231.0)] {
            let cell = Cell { row: 0, column: 0, value, format: Format::Plain, formula: false };
            assert_eq!(when(&cell), Some(When { year: 2023, month: Some(12), day: Some(31) }));
        }
    }
}
