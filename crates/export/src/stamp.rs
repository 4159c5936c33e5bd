//! The creation date of a workbook, given by the caller: the library reads no clock, so that the same input gives the
//! same bytes.

use crate::ExportError;
use rust_xlsxwriter::ExcelDateTime;

/// A moment in seconds since 1970 (UTC), as `SOURCE_DATE_EPOCH` has it. The default is 1980-01-01, the first day a zip knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stamp {
    seconds: i64,
}

/// 1980-01-01 00:00:00 UTC.
const FIRST_ZIP_DAY: i64 = 315_532_800;

/// 9999-12-31 23:59:59 UTC.
const LAST_SECOND: i64 = 253_402_300_799;

impl Default for Stamp {
    fn default() -> Stamp {
        Stamp { seconds: FIRST_ZIP_DAY }
    }
}

impl Stamp {
    /// The moment so many seconds after 1970-01-01 (UTC). Whether it can be written is checked when it is.
    pub fn from_unix(seconds: i64) -> Stamp {
        Stamp { seconds }
    }

    /// Midnight (UTC) of the last day of a year: a date that follows from the input alone.
    pub fn year_end(year: i32) -> Stamp {
        let year = i64::from(year);
        let days = year * 365 + year / 4 - year / 100 + year / 400;
        // By the same count 1970-01-01 is day 719,163.
        Stamp { seconds: (days - 719_163) * 86_400 }
    }

    pub(crate) fn date_time(self) -> Result<ExcelDateTime, ExportError> {
        let refuse = ExportError::Date { seconds: self.seconds };
        if !(0..=LAST_SECOND).contains(&self.seconds) {
            return Err(refuse);
        }
        ExcelDateTime::from_timestamp(self.seconds).map_err(|_| refuse)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn year_ends_are_the_seconds_of_31_december() {
        for (year, seconds) in [
            (1970, 31_449_600), // date -u -d 1970-12-31 +%s
            (2000, 978_220_800),
            (2021, 1_640_908_800),
            (2024, 1_735_603_200),
        ] {
            assert_eq!(Stamp::year_end(year), Stamp::from_unix(seconds), "{year}");
        }
    }

    #[test]
    fn dates_outside_of_the_format_are_refused() {
        for seconds in [-1, LAST_SECOND + 1] {
            assert!(Stamp::from_unix(seconds).date_time().is_err(), "{seconds}");
        }
        assert!(Stamp::from_unix(LAST_SECOND).date_time().is_ok());
    }
}
