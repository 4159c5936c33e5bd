//! Evaluate.
use crate::{Evaluation, Rules, Submission};
/// Error.
#[derive(Debug, thiserror::Error)]
#[error("evaluate")]
pub struct EvaluateError {}
/// Evaluate.
///
/// # Errors
/// Always, for now.
pub fn evaluate(_: &Submission, _: &Rules) -> Result<Evaluation, EvaluateError> {
    Err(EvaluateError {})
}
