//! The bridge 年初 + 追加 − 追减 ± 调剂 + 上年结转 = 全年预算数, and the checks of stated totals.

use crate::{Amount, Amounts, Money, Place, Ratio};
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
#[allow(unused)]
fn unused(_: Ratio, _: Amount) {}
