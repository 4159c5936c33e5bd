//! The bridge 年初 + 追加 − 追减 ± 调剂 + 上年结转 = 全年预算数, stated totals, and the split into volume and rate.
//!
//! * In: amounts in yuan, each given or absent. Out: the bridge of a line or total, and what does not hold in it.
//! * Rule: absent is not zero; a stated amount is never replaced by a computed one.
//! * Never: rounds an amount except the variances of quantities and standards, to the 分.

use crate::ratio::{rational, round_half_up};
use crate::{Amount, Amounts, Driver, Money, Place};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// A total that the input states, and the rows it should be the sum of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SumCheck {
    /// The row (index into the budget's rows) that states the total.
    pub row: usize,
    /// The rows (indices) it covers.
    pub parts: Vec<usize>,
    /// One unit of the last printed place in yuan (0.01 万元 is 100 yuan); `None` when the rows are exact to the 分.
    pub last_place: Option<Money>,
    /// Whether it covers the whole budget.
    pub whole: bool,
}

/// The steps from the initial to the adjusted budget of one line or total.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bridge {
    /// The amounts; an adjusted budget that the input does not give is computed when changes are given.
    pub amounts: Amounts,
    /// Whether the adjusted budget was computed from initial budget and changes.
    pub computed: bool,
    /// Stated adjusted budget less the computed one, when both are there and changes are given.
    pub gap: Option<Money>,
}

impl Bridge {
    /// The bridge over what is given. Without an initial budget or without any change there is nothing to compute.
    pub fn of(given: &Amounts) -> Bridge {
        let mut bridge = Bridge { amounts: given.clone(), ..Bridge::default() };
        let changed = Amount::CHANGES.iter().any(|change| given.get(*change).is_some());
        let Some(initial) = given.get(Amount::Initial).filter(|_| changed) else { return bridge };
        let of = |amount| given.get(amount).unwrap_or(Money::ZERO);
        let computed = initial + of(Amount::Addition) - of(Amount::Reduction)
            + of(Amount::Transfer)
            + of(Amount::CarriedOver);
        match given.get(Amount::Adjusted) {
            Some(stated) => bridge.gap = Some(stated - computed),
            None => {
                bridge.amounts.set(Amount::Adjusted, Some(computed));
                bridge.computed = true;
            }
        }
        bridge
    }

    /// How many amounts the identity has: each may be off by half a last place where they are printed in 万元.
    pub(crate) fn terms(&self) -> usize {
        let in_identity = |amount: &&Amount| **amount != Amount::Executed;
        Amount::ALL.iter().filter(in_identity).filter(|a| self.amounts.get(**a).is_some()).count()
    }
}

/// Whether rounding `terms` amounts to a last place explains a difference: half a last place for each.
pub(crate) fn is_rounding(difference: Money, last_place: Option<Money>, terms: usize) -> bool {
    let Some(last_place) = last_place else { return difference.is_zero() };
    let doubled = rational(difference.abs().yuan()) * rational(Decimal::TWO);
    doubled <= rational(last_place.yuan()) * rational(Decimal::from(terms))
}

/// An item with quantity and standard, split into volume and rate variance; they sum to the total.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DriverResult {
    /// The budget item.
    pub item: String,
    /// The class within it.
    pub class: String,
    /// Budgeted quantity.
    pub budget_quantity: Decimal,
    /// Budgeted standard in yuan.
    pub budget_rate: Decimal,
    /// Actual quantity.
    pub actual_quantity: Decimal,
    /// Actual standard in yuan.
    pub actual_rate: Decimal,
    /// (actual − budgeted quantity) × budgeted standard, yuan.
    pub volume: Money,
    /// (actual − budgeted standard) × actual quantity, yuan.
    pub rate: Money,
    /// Actual less budgeted amount, yuan.
    pub total: Money,
    /// The cause the input gives.
    pub cause: Option<String>,
    /// Where it stands.
    pub source: Place,
}

impl DriverResult {
    /// Splits the variance of an item. Volume and total are rounded to the 分; the rate takes what is left, so that they add up.
    pub fn of(driver: &Driver) -> DriverResult {
        let [budget_quantity, budget_rate, actual_quantity, actual_rate] = [
            driver.budget_quantity,
            driver.budget_rate,
            driver.actual_quantity,
            driver.actual_rate,
        ]
        .map(rational);
        let volume = (&actual_quantity - &budget_quantity) * &budget_rate;
        let total = &actual_quantity * &actual_rate - &budget_quantity * &budget_rate;
        let volume = Money::rounded(round_half_up(&volume, 2));
        let total = Money::rounded(round_half_up(&total, 2));
        DriverResult {
            item: driver.item.clone(),
            class: driver.class.clone(),
            budget_quantity: driver.budget_quantity,
            budget_rate: driver.budget_rate,
            actual_quantity: driver.actual_quantity,
            actual_rate: driver.actual_rate,
            volume,
            rate: total - volume,
            total,
            cause: driver.cause.clone(),
            source: driver.source.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn amounts(given: &[(Amount, &str)]) -> Amounts {
        let mut amounts = Amounts::default();
        for (amount, text) in given {
            amounts.set(*amount, Some(text.parse().expect("money")));
        }
        amounts
    }

    #[test]
    fn the_bridge_is_computed_checked_or_left() {
        use Amount::{Addition, Adjusted, CarriedOver, Initial, Reduction, Transfer};
        type Row<'t> = (&'t [(Amount, &'t str)], Option<&'t str>, Option<&'t str>);
        let table: &[Row<'_>] = &[
            (
                &[
                    (Initial, "100"),
                    (Addition, "20"),
                    (Reduction, "5"),
                    (Transfer, "-3"),
                    (CarriedOver, "8"),
                ],
                Some("120.00"),
                None,
            ),
            (
                &[(Initial, "100"), (Addition, "20"), (Adjusted, "120")],
                Some("120.00"),
                Some("0.00"),
            ),
            (
                &[(Initial, "100"), (Addition, "20"), (Adjusted, "119.5")],
                Some("119.50"),
                Some("-0.50"),
            ),
            (&[(Initial, "100")], None, None),
            (&[(Initial, "100"), (Adjusted, "130")], Some("130.00"), None),
            (&[(Addition, "20")], None, None),
            (&[(Addition, "20"), (Adjusted, "130")], Some("130.00"), None),
        ];
        for (given, adjusted, gap) in table {
            let bridge = Bridge::of(&amounts(given));
            let shown = |money: Option<Money>| money.map(|money| money.to_string());
            assert_eq!(shown(bridge.amounts.get(Adjusted)).as_deref(), *adjusted, "{given:?}");
            assert_eq!(shown(bridge.gap).as_deref(), *gap, "{given:?}");
        }
    }

    #[test]
    fn rounding_explains_half_a_last_place_for_each_term() {
        let money = |text: &str| text.parse::<Money>().expect("money");
        // 万元 with two places: the last place is 100 yuan; eleven rows explain at most 550 yuan.
        for (difference, last_place, terms, explained) in [
            ("-100", Some("100"), 11, true),
            ("550", Some("100"), 11, true),
            ("550.01", Some("100"), 11, false),
            ("100", Some("100"), 1, false),
            ("0", None, 5, true),
            ("0.01", None, 5, false),
        ] {
            let explains = is_rounding(money(difference), last_place.map(money), terms);
            assert_eq!(explains, explained, "{difference}");
        }
    }

    fn driver(numbers: [&str; 4]) -> Driver {
        let [budget_quantity, budget_rate, actual_quantity, actual_rate] =
            numbers.map(|text| text.parse().expect("a decimal"));
        Driver {
            item: "生活补助".to_owned(),
            class: "离休干部".to_owned(),
            budget_quantity,
            budget_rate,
            actual_quantity,
            actual_rate,
            cause: None,
            source: Place::default(),
        }
    }

    #[test]
    fn variances_by_hand() {
        // 120 person-months at 3,000 planned, 110 at 2,800 paid: (110-120)*3000 and (2800-3000)*110.
        let split = DriverResult::of(&driver(["120", "3000", "110", "2800"]));
        let shown = [split.volume, split.rate, split.total].map(|money| money.to_string());
        assert_eq!(shown, ["-30000.00", "-22000.00", "-52000.00"]);
        // 3 at 0.335 against 1 at 0.335: exactly 0.67 more, all of it volume.
        let split = DriverResult::of(&driver(["1", "0.335", "3", "0.335"]));
        let shown = [split.volume, split.rate, split.total].map(|money| money.to_string());
        assert_eq!(shown, ["0.67", "0.00", "0.67"]);
    }

    proptest! {
        #[test]
        fn volume_and_rate_add_up(numbers in prop::array::uniform4(-1_000_000_000i64..1_000_000_000)) {
            let texts = numbers.map(|n| Decimal::new(n, 3).to_string());
            let split = DriverResult::of(&driver([&texts[0], &texts[1], &texts[2], &texts[3]]));
            prop_assert_eq!(split.volume + split.rate, split.total);
        }

        #[test]
        fn a_computed_budget_has_no_gap(numbers in prop::array::uniform5(-1_000_000_000_000i64..1_000_000_000_000)) {
            let mut given = Amounts::default();
            let [first, changes @ ..] = numbers.map(|fen| Money::rounded(Decimal::new(fen, 2)));
            given.set(Amount::Initial, Some(first));
            for (change, value) in Amount::CHANGES.into_iter().zip(changes) {
                given.set(change, Some(value));
            }
            let computed = Bridge::of(&given);
            prop_assert!(computed.computed);
            prop_assert_eq!(Bridge::of(&computed.amounts).gap, Some(Money::ZERO));
        }
    }
}
