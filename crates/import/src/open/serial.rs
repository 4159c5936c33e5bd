//! Day numbers of spreadsheets. No amounts here, so plain floats will do.
//!
//! * In: a serial of the 1904 system or a date as text. Out: a serial of the 1900 system (2000-01-01 is 36526).
#![allow(
    clippy::float_arithmetic,
    reason = "day numbers with a fraction for the time; never money"
)]

/// Days between the two systems' first days.
const FROM_1904: f64 = 1462.0;

/// A serial of the 1900 system.
pub(super) fn of_1900(serial: f64, is_1904: bool) -> f64 {
    if is_1904 { serial + FROM_1904 } else { serial }
}

/// A serial from `2021-12-31` or `2021-12-31T08:30:00`; `None` for anything else.
pub(super) fn from_iso(text: &str) -> Option<f64> {
    let (date, time) = text.trim().split_once(['T', ' ']).unwrap_or((text.trim(), ""));
    let mut parts = date.split('-');
    let year: i64 = parts.next().filter(|year| year.len() == 4)?.parse().ok()?;
    let month: i64 = parts.next()?.parse().ok().filter(|month| (1..=12).contains(month))?;
    let day: i64 = parts.next()?.parse().ok().filter(|day| (1..=31).contains(day))?;
    if parts.next().is_some() || !(1900..=9999).contains(&year) {
        return None;
    }
    // Days since 1970-01-01, by a calendar whose years begin in March.
    let shifted = if month > 2 { year } else { year - 1 };
    let (era, of_era) = (shifted.div_euclid(400), shifted.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
    // The 1900 system counts a 29 February 1900 that never was.
    let serial = days + 25_569 - i64::from(days < -25_508);
    let serial = f64::from(i32::try_from(serial).ok()?);
    let time = time.trim_end_matches('Z');
    if time.is_empty() {
        return Some(serial);
    }
    let mut seconds = 0.0;
    let mut count = 0;
    for (part, weight) in time.split(':').zip([3600.0, 60.0, 1.0]) {
        seconds += part.parse::<f64>().ok().filter(|part| (0.0..60.0).contains(part))? * weight;
        count += 1;
    }
    (count > 1 && seconds < 86_400.0).then_some(serial + seconds / 86_400.0)
}

/// Whether a number can be a date that Excel shows: 1900-01-01 to 9999-12-31.
pub(super) fn is_date(serial: f64) -> bool {
    (0.0..2_958_466.0).contains(&serial)
}
