//! Exact ratios: execution rates and everything a score formula computes on the way.
//!
//! A ratio keeps full precision as a fraction of whole numbers and is rounded once, when it is shown, half up (四舍五入).

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Signed, ToPrimitive, Zero};
use rust_decimal::Decimal;
use serde::{Serialize, Serializer};
use std::fmt;

/// An exact ratio (0.98 is 98 %). Serialises as a plain number rounded half up to 10 places.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ratio(BigRational);

impl Ratio {
    /// `part / whole`, or `None` when the whole is zero.
    pub fn of(part: Decimal, whole: Decimal) -> Option<Ratio> {
        if whole.is_zero() {
            return None;
        }
        // A ledger has a rate in every line: whole machine numbers where they hold both, which they do for amounts.
        Some(Ratio(small(part, whole).unwrap_or_else(|| rational(part) / rational(whole))))
    }

    /// The exact fraction.
    pub fn exact(&self) -> &BigRational {
        &self.0
    }

    /// Rounded half up to `places`.
    pub fn rounded(&self, places: u32) -> Decimal {
        round_half_up(&self.0, places)
    }

    /// As a percentage with `places` decimals, such as `98.13%`.
    pub fn percent(&self, places: u32) -> String {
        let percent = &self.0 * BigInt::from(100);
        format!("{:.*}%", places as usize, round_half_up(&percent, places))
    }

    /// Whether the ratio is below zero.
    pub fn is_negative(&self) -> bool {
        self.0.is_negative()
    }
}

impl From<BigRational> for Ratio {
    fn from(exact: BigRational) -> Ratio {
        Ratio(exact)
    }
}

impl From<Decimal> for Ratio {
    fn from(decimal: Decimal) -> Ratio {
        Ratio(rational(decimal))
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.rounded(10).normalize())
    }
}

impl Serialize for Ratio {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// `part / whole` in lowest terms without big numbers; `None` where they do not fit. The whole is not zero.
fn small(part: Decimal, whole: Decimal) -> Option<BigRational> {
    let scale = part.scale().max(whole.scale());
    let raised = |decimal: Decimal| {
        10i128.checked_pow(scale - decimal.scale())?.checked_mul(decimal.mantissa())
    };
    let (part, whole) = (raised(part)?, raised(whole)?);
    let (mut divisor, mut rest) = (whole.unsigned_abs(), part.unsigned_abs());
    while rest != 0 {
        (divisor, rest) = (rest, divisor % rest);
    }
    let divisor = i128::try_from(divisor).ok()? * whole.signum();
    Some(BigRational::new_raw(BigInt::from(part / divisor), BigInt::from(whole / divisor)))
}

/// A decimal as an exact fraction.
pub(crate) fn rational(decimal: Decimal) -> BigRational {
    let scale = BigInt::from(10).pow(decimal.scale());
    BigRational::new(BigInt::from(decimal.mantissa()), scale)
}

/// A fraction rounded half away from zero to `places`; zero has no sign.
///
/// A value beyond what a decimal holds (28 digits) is cut to the largest decimal of its sign.
pub fn round_half_up(exact: &BigRational, places: u32) -> Decimal {
    let scaled = exact * BigInt::from(10).pow(places);
    let doubled = scaled.abs() * BigInt::from(2) + BigRational::from(BigInt::from(1));
    let magnitude = (doubled / BigInt::from(2)).floor().to_integer();
    let signed = if exact.is_negative() { -magnitude } else { magnitude };
    if signed.is_zero() {
        return Decimal::new(0, places);
    }
    let limit = if exact.is_negative() { Decimal::MIN } else { Decimal::MAX };
    signed
        .to_i128()
        .and_then(|mantissa| Decimal::try_from_i128_with_scale(mantissa, places).ok())
        .unwrap_or(limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().expect("a decimal")
    }

    #[test]
    fn rounds_once_half_up() {
        // (1/3) * 0.015 is exactly half a 分; a decimal division would have lost it.
        let third = Ratio::of(Decimal::ONE, decimal("3")).expect("not zero");
        let exact = third.exact() * rational(decimal("0.015"));
        assert_eq!(round_half_up(&exact, 2).to_string(), "0.01");
        for (value, places, shown) in [
            ("-0.005", 2, "-0.01"),
            ("0.125", 2, "0.13"),
            ("2.5", 0, "3"),
            ("-2.5", 0, "-3"),
            ("0.004", 2, "0.00"),
        ] {
            assert_eq!(round_half_up(&rational(decimal(value)), places).to_string(), shown);
        }
    }

    #[test]
    fn small_and_big_numbers_give_the_same_fraction() {
        for (part, whole) in [
            ("0", "5"),
            ("0.00", "-5"),
            ("10", "4"),
            ("-10", "4"),
            ("10", "-4"),
            ("-10.50", "-4.2"),
            ("45638800.00", "46509700.00"),
            ("79228162514264337593543950335", "0.0000000000000000000000000007"),
        ] {
            let (part, whole) = (decimal(part), decimal(whole));
            let exact = rational(part) / rational(whole);
            assert_eq!(Ratio::of(part, whole), Some(Ratio(exact)), "{part} / {whole}");
        }
    }

    #[test]
    fn shows_ten_places_and_percent() {
        let rate = Ratio::of(decimal("4563.88"), decimal("4650.97")).expect("not zero");
        assert_eq!(rate.to_string(), "0.9812748738");
        assert_eq!(rate.percent(2), "98.13%");
        assert_eq!(rate.percent(1), "98.1%");
        assert_eq!(Ratio::of(Decimal::ONE, Decimal::ZERO), None);
    }
}
