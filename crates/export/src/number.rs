//! The one edge where exact numbers become the binary fractions that a workbook stores.
//!
//! * In: decimals and ratios. Out: the nearest binary fraction, and the text of a formula's cached result.
//! * Rule: a decimal crosses only when the same digits come back; a ratio, which may not terminate, becomes its nearest.
//! * Never: arithmetic on the binary side.

use jixiao_core::Ratio;
use rust_decimal::Decimal;

/// The first whole number with more significant digits than the 15 that a spreadsheet keeps and shows.
const TOO_MANY: u128 = 1_000_000_000_000_000;

/// The decimal as a spreadsheet stores it; `None` when digits would be lost.
pub(crate) fn exact(value: Decimal) -> Option<f64> {
    let plain = value.normalize();
    let mut digits = plain.mantissa().unsigned_abs();
    // Trailing zeros of a whole number carry no information.
    while digits >= TOO_MANY && digits.is_multiple_of(10) {
        digits /= 10;
    }
    if digits >= TOO_MANY {
        return None;
    }
    // Any decimal of so few digits is the shortest one that its nearest binary fraction can be written as.
    let stored: f64 = plain.to_string().parse().ok()?;
    debug_assert_eq!(stored.to_string().parse(), Ok(plain), "the same digits come back");
    Some(unsigned_zero(stored))
}

/// The ratio as a spreadsheet stores it: the nearest to its exact value that 27 digits tell.
pub(crate) fn nearest(ratio: &Ratio) -> Option<f64> {
    let whole = ratio.exact().to_integer().to_string();
    let digits = u32::try_from(whole.trim_start_matches('-').len()).unwrap_or(u32::MAX);
    let text = match 27u32.checked_sub(digits) {
        Some(places) => ratio.rounded(places).normalize().to_string(),
        None => whole,
    };
    let stored: f64 = text.parse().ok()?;
    stored.is_finite().then_some(unsigned_zero(stored))
}

/// The cached result of a formula as the workbook writes it.
pub(crate) fn cached(stored: f64) -> String {
    unsigned_zero(stored).to_string()
}

fn unsigned_zero(stored: f64) -> f64 {
    if stored == 0.0 { 0.0 } else { stored }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().expect("a decimal")
    }

    #[test]
    fn decimals_cross_only_whole() {
        for (value, stored) in [
            ("4250971.23", Some("4250971.23")),
            ("0.10", Some("0.1")),
            ("-0.00", Some("0")),
            ("9999999999999.99", Some("9999999999999.99")),
            ("12345678901234.56", None), // 16 digits
            ("30000000000000000", Some("30000000000000000")),
            ("0.3333333333333333", None),
        ] {
            assert_eq!(exact(decimal(value)).map(cached).as_deref(), stored, "{value}");
        }
    }

    #[test]
    fn ratios_become_their_nearest() {
        for (part, whole, stored) in [
            ("1", "3", "0.3333333333333333"),
            ("2", "3", "0.6666666666666666"),
            ("46509700", "1", "46509700"),
            ("0", "7", "0"),
            ("-1", "8", "-0.125"),
            ("1", "3000000000", "0.0000000003333333333333333"),
        ] {
            let ratio = Ratio::of(decimal(part), decimal(whole)).expect("a ratio");
            assert_eq!(nearest(&ratio).map(cached).as_deref(), Some(stored), "{part}/{whole}");
        }
    }
}
