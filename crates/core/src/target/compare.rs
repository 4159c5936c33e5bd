//! Actual against target: the same unit first, then the comparison.
//!
//! * In: two quantities or two days. Out: the actual in the target's printed unit, and how sure that is.
//! * Never: scores.

use super::{Day, Quantity};
use crate::calendar::{Calendar, Date};
use crate::ratio::rational;
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Signed, Zero};
use rust_decimal::Decimal;
use std::cmp::Ordering;

/// How well the units of target and actual go together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fit {
    /// The same unit, or one of them has none and nothing speaks against the other's.
    Same(BigRational),
    /// Taken as the nearer of two readings, but the other is possible (a percentage or a ratio, 万元 or 元).
    Doubtful(BigRational),
    /// Two units of counting, compared as printed (人 and 人次).
    Differ(BigRational),
    /// Nothing to compare (% and 元).
    Never,
}

/// By how many days and working days something was done late, 0 when it was not; absent where a year is unknown.
pub(crate) fn days_late(
    deadline: &Day,
    done: &Day,
    year: Option<i32>,
    calendar: &Calendar,
) -> Option<(i64, Option<i64>)> {
    let date = |day: &Day, other: &Day| {
        let year = day.year.or(year).or(other.year)?;
        Some(Date { year, month: day.month, day: day.day })
    };
    let (mut due, done) = (date(deadline, done)?, date(done, deadline)?);
    if deadline.before {
        due = due.last_of_month_before();
    }
    let late = (done.number() - due.number()).max(0);
    Some((late, calendar.workdays_between(due, done)))
}

/// The actual in the target's printed unit.
pub(crate) fn fit(target: &Quantity, actual: &Quantity) -> Fit {
    let printed = rational(actual.value);
    let (percent, other) = (target.unit == "%", actual.unit == "%");
    if target.unit.is_empty() && actual.unit.is_empty() {
        let scales = rational(actual.scale) / rational(target.scale);
        return if target.scale == actual.scale {
            Fit::Same(printed)
        } else {
            Fit::Doubtful(printed * scales)
        };
    }
    if target.unit == actual.unit {
        return Fit::Same(printed * rational(actual.scale) / rational(target.scale));
    }
    if percent && actual.unit.is_empty() {
        return percent_or_ratio(rational(target.value), printed);
    }
    if other && target.unit.is_empty() {
        // The target may be the ratio: then the actual is brought down to it.
        let target = rational(target.value);
        return match percent_or_ratio(printed.clone(), target.clone()) {
            Fit::Same(read) if read != target => Fit::Same(printed / hundred()),
            Fit::Doubtful(read) if read != target => Fit::Doubtful(printed / hundred()),
            Fit::Doubtful(_) => Fit::Doubtful(printed),
            _ => Fit::Same(printed),
        };
    }
    if target.unit.is_empty() || actual.unit.is_empty() {
        // As printed; a factor of a hundred and more says that one of them may be in 万.
        let scaled = target.scale != Decimal::ONE || actual.scale != Decimal::ONE;
        let far = far_apart(&rational(target.value), &printed);
        return if scaled && far { Fit::Doubtful(printed) } else { Fit::Same(printed) };
    }
    let money = |quantity: &Quantity| quantity.unit == "元";
    if percent || other || money(target) != money(actual) {
        return Fit::Never;
    }
    Fit::Differ(printed * rational(actual.scale) / rational(target.scale))
}

fn hundred() -> BigRational {
    BigRational::from(BigInt::from(100))
}

/// Reads a bare number beside a percentage: 0.96 beside 95 % is 96 %, 96 is 96 %.
///
/// The reading that lies nearer to the percentage counts (in proportion); where both are about as near, it is doubtful.
fn percent_or_ratio(percentage: BigRational, bare: BigRational) -> Fit {
    let largest_ratio = BigRational::new(BigInt::from(3), BigInt::from(2));
    if !bare.is_positive() || bare > largest_ratio || !percentage.is_positive() {
        return Fit::Same(bare);
    }
    // Halfway in proportion between `bare` and `100 * bare`.
    let middle = &bare * BigInt::from(10);
    let read = if percentage > middle { &bare * BigInt::from(100) } else { bare };
    let two = BigInt::from(2);
    let near_middle = percentage <= &middle * &two && middle <= &percentage * &two;
    if near_middle { Fit::Doubtful(read) } else { Fit::Same(read) }
}

fn far_apart(a: &BigRational, b: &BigRational) -> bool {
    if a.is_zero() || b.is_zero() {
        return false;
    }
    let (a, b) = (a.abs(), b.abs());
    a >= &b * BigInt::from(100) || b >= a * BigInt::from(100)
}

/// Whether something done on `actual` meets the deadline; a missing year is the budget year.
pub(crate) fn day_met(deadline: &Day, actual: &Day, year: Option<i32>) -> bool {
    if deadline.before {
        let first = Day { day: 1, ..*deadline };
        return actual.compare(&first, year) == Ordering::Less;
    }
    actual.compare(deadline, year) != Ordering::Greater
}
