//! The one entry of the crate: a submission and rules in, an evaluation out.

use crate::{Evaluation, Rules, Submission};

/// Why a submission cannot be evaluated at all. What is merely wrong in it becomes a finding.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum EvaluateError {
    /// A sum check names a row that the budget does not have.
    #[error(
        "sum check {check} names row {row}, but the budget has {rows} rows; give an index below that"
    )]
    RowOutOfRange {
        /// The index of the check.
        check: usize,
        /// The row it names.
        row: usize,
        /// How many rows there are.
        rows: usize,
    },
}

/// Evaluates a submission: totals and rates, scores with their formulas, grade and findings.
///
/// # Errors
/// Only for a submission that contradicts itself as data, see [`EvaluateError`].
pub fn evaluate(_submission: &Submission, _rules: &Rules) -> Result<Evaluation, EvaluateError> {
    Err(EvaluateError::RowOutOfRange { check: 0, row: 0, rows: 0 })
}
