//! Indicators as the input gives them: texts with their cells. Meaning is given to them by `target` and `scoring`.

use crate::Place;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// A score that a person puts in the place of the computed one; both are kept and shown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// The score, within 0 and the weight.
    pub score: Decimal,
    /// Who says so: a person, or the column it stands in (复核得分).
    pub who: Option<String>,
    /// Why.
    pub why: Option<String>,
    /// The cell of the score; empty where it stands in an answers file.
    pub source: Place,
}

/// A decided score for a row that words name, as a file of answers has it. It has to name exactly one row.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Override {
    /// The path of the row (`/` between levels) or part of it.
    pub indicator: String,
    /// The score, within 0 and the weight; written as a text (`"9.5"`), so that it stays exact.
    pub score: Decimal,
    /// Who says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub who: Option<String>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// The file it stands in.
    #[serde(skip)]
    pub source: Place,
}

/// One indicator row (绩效指标).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Indicator {
    /// First, second and third level, widest first; printed weights in brackets taken off.
    pub path: Vec<String>,
    /// The target as printed (年度指标值), sign and unit included where the input keeps them in columns of their own.
    pub target: String,
    /// The actual as printed (实际完成值); `None` when the cell is empty.
    pub actual: Option<String>,
    /// What was reached the year before (上年实际值), as printed, where the input has a column for it.
    #[serde(default)]
    pub last_actual: Option<String>,
    /// The weight (分值) printed in the row.
    pub weight: Option<Decimal>,
    /// The score (得分) a person filled in.
    pub score_claimed: Option<Decimal>,
    /// Why it deviates (偏差原因).
    pub reason: Option<String>,
    /// What is done about it (改进措施), where the input has a column of its own.
    pub measure: Option<String>,
    /// The band of a qualitative row, where the input has a column of its own for it.
    #[serde(default)]
    pub band: Option<String>,
    /// The score that a person decided on.
    #[serde(default)]
    pub decided: Option<Decision>,
    /// The whole row.
    pub source: Place,
    /// The cell of the filled score, for findings.
    pub score_at: Place,
}

/// The row of the execution rate as a form prints it (预算执行率, 10 分).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExecutionRow {
    /// The weight printed.
    pub weight: Option<Decimal>,
    /// The rate printed, as a ratio (98.1 % is 0.981).
    pub rate_claimed: Option<Decimal>,
    /// How many decimals of a percent were printed with it.
    pub rate_decimals: u32,
    /// The cell of the rate.
    pub rate_at: Place,
    /// The score a person filled in.
    pub score_claimed: Option<Decimal>,
    /// The cell of the score.
    pub score_at: Place,
    /// The reason printed beside it.
    pub reason: Option<String>,
    /// The score that a person decided on.
    #[serde(default)]
    pub decided: Option<Decision>,
    /// The whole row.
    pub source: Place,
}
