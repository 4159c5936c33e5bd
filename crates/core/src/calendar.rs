//! Days and working days: how late something was done.
//!
//! * In: days of the calendar; the holidays and extra working days of a year, as data. Out: numbers of days.
//! * Rule: a year without a table of holidays has no working days that could be counted.
//! * Never: asks a clock.

use crate::rules::reader::{Source, document};
use crate::rules::{Mistake, RulesError};
use std::collections::BTreeSet;

const BUILTIN: &str = include_str!("../rules/calendar.toml");

/// The holidays that are known, by days counted from 1 March of the year 0.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Calendar {
    years: BTreeSet<i32>,
    holidays: BTreeSet<i64>,
    /// Saturdays and Sundays that are worked.
    worked: BTreeSet<i64>,
}

impl Calendar {
    /// The calendar that is built in; a test reads it.
    pub(crate) fn builtin() -> Result<Calendar, RulesError> {
        let (table, broken) = document(BUILTIN);
        let source = Source::new(BUILTIN);
        for (at, message) in broken {
            source.mistake(at, message);
        }
        let root = source.keys(&table, "the file", 0);
        let mut calendar = Calendar::default();
        root.whole("schema");
        for table in root.tables("year") {
            let year =
                table.whole("year").and_then(|year| i32::try_from(year).ok()).unwrap_or_default();
            calendar.years.insert(year);
            for (key, days) in
                [("holidays", &mut calendar.holidays), ("worked", &mut calendar.worked)]
            {
                for text in table.texts(key) {
                    match span(year, &text) {
                        Some(span) => days.extend(span),
                        None => table.mistake(
                            key,
                            (
                                format!("“{text}”应写成 05-01 或 05-01/05-05"),
                                format!("{text:?} is a day like 05-01 or days like 05-01/05-05"),
                            ),
                        ),
                    }
                }
            }
            table.text("note");
            table.close();
        }
        root.close();
        let mistakes: Vec<Mistake> = source.mistakes();
        if mistakes.is_empty() { Ok(calendar) } else { Err(RulesError::Invalid { mistakes }) }
    }

    /// The working days behind `due`, up to and with `done`; `None` where a year between has no table.
    pub(crate) fn workdays_between(&self, due: Date, done: Date) -> Option<i64> {
        if !(due.year..=done.year).all(|year| self.years.contains(&year)) {
            return None;
        }
        let days = due.number().checked_add(1)?..=done.number();
        i64::try_from(days.filter(|day| self.is_worked(*day)).count()).ok()
    }

    fn is_worked(&self, day: i64) -> bool {
        // Day 0, 1 March of the year 0, was a Wednesday.
        let weekend = matches!((day + 3).rem_euclid(7), 6 | 0);
        self.worked.contains(&day) || !(weekend || self.holidays.contains(&day))
    }
}

/// A day of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Date {
    pub year: i32,
    pub month: u32,
    pub day: u32,
}

impl Date {
    /// Days from 1 March of the year 0, so that a leap day is the last of its year.
    pub(crate) fn number(self) -> i64 {
        let month = (i64::from(self.month) + 9) % 12;
        let year = i64::from(self.year) - month / 10;
        year * 365 + year.div_euclid(4) - year.div_euclid(100)
            + year.div_euclid(400)
            + (month * 306 + 5) / 10
            + i64::from(self.day)
            - 1
    }

    /// The last day of the month before.
    pub(crate) fn last_of_month_before(self) -> Date {
        let (year, month) =
            if self.month <= 1 { (self.year - 1, 12) } else { (self.year, self.month - 1) };
        let next = Date { year: self.year, month: self.month.max(1), day: 1 };
        let first = Date { year, month, day: 1 };
        let days = u32::try_from(next.number() - first.number()).unwrap_or(28);
        Date { year, month, day: days }
    }
}

/// `05-01` or `05-01/05-05` of a year as days. Days before January, as a holiday at New Year has them, belong to the year's table too.
fn span(year: i32, text: &str) -> Option<std::ops::RangeInclusive<i64>> {
    let day = |text: &str| {
        let (month, day) = text.split_once('-')?;
        let date = Date { year, month: month.parse().ok()?, day: day.parse().ok()? };
        ((1..=12).contains(&date.month) && (1..=31).contains(&date.day)).then(|| date.number())
    };
    let (first, last) = text.split_once('/').unwrap_or((text, text));
    Some(day(first)?..=day(last)?).filter(|span| !span.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(year: i32, month: u32, day: u32) -> Date {
        Date { year, month, day }
    }

    #[test]
    fn days_are_counted_across_leap_years() {
        for (a, b, days) in [
            (date(2020, 2, 28), date(2020, 3, 1), 2),
            (date(2021, 2, 28), date(2021, 3, 1), 1),
            (date(2000, 1, 1), date(2001, 1, 1), 366),
            (date(1900, 1, 1), date(1901, 1, 1), 365),
            (date(2021, 12, 31), date(2022, 1, 1), 1),
            (date(0, 3, 1), date(2000, 3, 1), 730_485), // 5 * 146,097, a number of whole weeks
        ] {
            assert_eq!(b.number() - a.number(), days, "{a:?} {b:?}");
        }
        assert_eq!(date(2024, 3, 9).last_of_month_before(), date(2024, 2, 29));
        assert_eq!(date(2021, 1, 9).last_of_month_before(), date(2020, 12, 31));
    }

    #[test]
    fn working_days_leave_out_holidays_and_take_in_worked_weekends() {
        let calendar = Calendar::builtin().expect("the calendar");
        for (due, done, days) in [
            // Friday to Monday.
            (date(2021, 11, 26), date(2021, 11, 29), 1),
            (date(2021, 11, 30), date(2021, 12, 7), 5),
            // 1 to 7 October 2021 were free, Saturday 9 October was worked: 8th and 9th.
            (date(2021, 9, 30), date(2021, 10, 10), 2),
            // Sunday 26 September 2021 was worked: 27 September is Monday.
            (date(2021, 9, 24), date(2021, 9, 27), 2),
            (date(2021, 11, 30), date(2021, 11, 30), 0),
            (date(2021, 11, 30), date(2021, 11, 1), 0),
        ] {
            assert_eq!(calendar.workdays_between(due, done), Some(days), "{due:?} {done:?}");
        }
        assert_eq!(calendar.workdays_between(date(1999, 1, 4), date(1999, 1, 8)), None);
    }
}
