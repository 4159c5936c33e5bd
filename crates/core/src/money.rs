//! Money in yuan with two places, and the units amounts are printed in.
//!
//! * In: decimals. Out: [`Money`], always a whole number of 分.
//! * Rule: rounding is half away from zero (四舍五入), as a spreadsheet's ROUND does.
//! * Never: a float.

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Neg, Sub};
use std::str::FromStr;

/// An amount in yuan (元) with exactly two places.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money(Decimal);

/// Why a decimal or a text is no amount in yuan.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum MoneyError {
    /// The text is no plain decimal number.
    #[error("{0:?} is not an amount in yuan; write digits with at most two places")]
    NotANumber(String),
    /// The amount has parts of a 分.
    #[error("{0} yuan has more than two places; an amount ends at the 分")]
    BelowFen(Decimal),
    /// The amount is larger than any budget.
    #[error("{0} yuan is beyond 10,000,000 亿元; check the unit of the amount")]
    TooLarge(Decimal),
}

/// No amount in an input is larger, in yuan, so that sums of any number of rows stay within what a decimal holds.
const LARGEST: i64 = 1_000_000_000_000_000;

impl Money {
    /// No money.
    pub const ZERO: Money = Money(Decimal::ZERO);

    /// The amount, if `yuan` is a whole number of 分.
    ///
    /// # Errors
    /// [`MoneyError::BelowFen`] when digits below the 分 would be lost, [`MoneyError::TooLarge`] beyond any budget.
    pub fn exact(yuan: Decimal) -> Result<Money, MoneyError> {
        if yuan.abs() > Decimal::from(LARGEST) {
            return Err(MoneyError::TooLarge(yuan));
        }
        let money = Money::rounded(yuan);
        if money.0 == yuan { Ok(money) } else { Err(MoneyError::BelowFen(yuan)) }
    }

    /// The amount rounded half up to the 分.
    pub fn rounded(yuan: Decimal) -> Money {
        let mut rounded = yuan.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
        rounded.rescale(2);
        if rounded.is_zero() { Money(Decimal::new(0, 2)) } else { Money(rounded) }
    }

    /// The amount of so many 分.
    pub fn from_fen(fen: i64) -> Money {
        Money(Decimal::new(fen, 2))
    }

    /// The amount in whole 分; `None` beyond 64 bits.
    pub fn fen(self) -> Option<i64> {
        let whole = self.0.scale() == 2 || self.0.is_zero();
        i64::try_from(self.0.mantissa()).ok().filter(|_| whole)
    }

    /// The amount in yuan.
    pub fn yuan(self) -> Decimal {
        self.0
    }

    /// The amount in another unit, exact.
    pub fn in_unit(self, unit: Unit) -> Decimal {
        (self.0 / unit.yuan()).normalize()
    }

    /// Whether the amount is zero.
    pub fn is_zero(self) -> bool {
        self.0.is_zero()
    }

    /// Whether the amount is below zero.
    pub fn is_negative(self) -> bool {
        self.0 < Decimal::ZERO
    }

    /// The amount without its sign.
    pub fn abs(self) -> Money {
        Money(self.0.abs())
    }

    /// The amount for a person: thousands separated, in `unit`, with two places (rounded half up).
    pub fn display(self, unit: Unit) -> String {
        grouped(Money::rounded(self.0 / unit.yuan()).0)
    }

    /// The amount for a person without rounding: in `unit` with as many places as it needs, at least two.
    pub fn display_exact(self, unit: Unit) -> String {
        let mut shown = self.in_unit(unit);
        if shown.scale() < 2 {
            shown.rescale(2);
        }
        grouped(shown)
    }
}

fn grouped(decimal: Decimal) -> String {
    let shown = decimal.to_string();
    let (sign, digits) = shown.strip_prefix('-').map_or(("", shown.as_str()), |d| ("-", d));
    let (whole, places) = digits.split_once('.').unwrap_or((digits, "00"));
    let mut grouped = String::new();
    for (position, digit) in whole.chars().enumerate() {
        if position > 0 && (whole.len() - position).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{sign}{grouped}.{places}")
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.2}", self.0)
    }
}

impl FromStr for Money {
    type Err = MoneyError;
    fn from_str(text: &str) -> Result<Money, MoneyError> {
        let not_a_number = || MoneyError::NotANumber(text.to_owned());
        if text.contains('_') {
            return Err(not_a_number());
        }
        Money::exact(Decimal::from_str_exact(text).map_err(|_| not_a_number())?)
    }
}

impl Add for Money {
    type Output = Money;
    fn add(self, other: Money) -> Money {
        // Input amounts are bounded, so a sum of any number of rows fits; the program must not end over one that does not.
        let sum = self.0.checked_add(other.0).unwrap_or(self.0);
        if sum.is_zero() { Money(Decimal::new(0, 2)) } else { Money(sum) }
    }
}

impl Sub for Money {
    type Output = Money;
    fn sub(self, other: Money) -> Money {
        self + Money(-other.0)
    }
}

impl Neg for Money {
    type Output = Money;
    fn neg(self) -> Money {
        if self.is_zero() { Money(Decimal::new(0, 2)) } else { Money(-self.0) }
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Money>>(amounts: I) -> Money {
        amounts.fold(Money::ZERO, Add::add)
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Money, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// The unit a table prints its amounts in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Unit {
    /// 元.
    #[default]
    #[serde(rename = "元")]
    Yuan,
    /// 千元.
    #[serde(rename = "千元")]
    Thousand,
    /// 万元.
    #[serde(rename = "万元")]
    TenThousand,
    /// 百万元.
    #[serde(rename = "百万元")]
    Million,
    /// 亿元.
    #[serde(rename = "亿元")]
    HundredMillion,
}

impl Unit {
    /// Every unit, the smallest first.
    pub const ALL: [Unit; 5] =
        [Unit::Yuan, Unit::Thousand, Unit::TenThousand, Unit::Million, Unit::HundredMillion];

    /// How many yuan one of this unit is.
    pub fn yuan(self) -> Decimal {
        match self {
            Unit::Yuan => Decimal::ONE,
            Unit::Thousand => Decimal::ONE_THOUSAND,
            Unit::TenThousand => Decimal::from(10_000),
            Unit::Million => Decimal::from(1_000_000),
            Unit::HundredMillion => Decimal::from(100_000_000),
        }
    }

    /// The Chinese word, as forms print it.
    pub fn word(self) -> &'static str {
        match self {
            Unit::Yuan => "元",
            Unit::Thousand => "千元",
            Unit::TenThousand => "万元",
            Unit::Million => "百万元",
            Unit::HundredMillion => "亿元",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_half_away_from_zero() {
        for (exact, rounded) in [
            ("0.005", "0.01"),
            ("-0.005", "-0.01"),
            ("0.015", "0.02"),
            ("2.345", "2.35"),
            ("-0.004", "0.00"),
            ("98.125", "98.13"),
        ] {
            let exact: Decimal = exact.parse().expect("a decimal");
            assert_eq!(Money::rounded(exact).to_string(), rounded, "{exact}");
        }
    }

    #[test]
    fn shows_thousands_and_units() {
        let money: Money = "46509700.00".parse().expect("money");
        assert_eq!(money.display(Unit::Yuan), "46,509,700.00");
        assert_eq!(money.display(Unit::TenThousand), "4,650.97");
        assert_eq!((-money).display(Unit::Yuan), "-46,509,700.00");
        assert_eq!(Money::ZERO.to_string(), "0.00");
        let odd: Money = "29939212.34".parse().expect("money");
        assert_eq!(odd.display_exact(Unit::TenThousand), "2,993.921234");
        assert_eq!(money.display_exact(Unit::TenThousand), "4,650.97");
        assert_eq!(money.display_exact(Unit::HundredMillion), "0.465097");
        assert_eq!((Money::ZERO - Money::ZERO).to_string(), "0.00");
        assert_eq!((money - money).to_string(), "0.00");
    }

    #[test]
    fn refuses_what_is_no_amount() {
        for text in ["1_000", "", "1.234", "1,000", "１", "1000000000000000.01", "1e3"] {
            assert!(text.parse::<Money>().is_err(), "{text}");
        }
    }
}
