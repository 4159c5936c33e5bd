//! What was filled in by hand, against what the rules give: scores, sums, total, grade, reasons, and targets that look odd.
//!
//! * In: a submission with its scored rows. Out: findings.
//! * Rule: what cannot be (above the weight, negative, another sum than its own parts) is an error; more than the rule gives is
//!   a warning; less, or what the rounding of the form explains, is information.
//! * Never: changes a score. What was filled in stays beside what the rules give.
//!
//! Start reading at [`audit`].

mod limits;
mod reasons;
mod scores;
mod sums;
mod suspicion;
mod total;
mod worked;

pub(crate) use limits::Limits;

use crate::evaluation::ScoredIndicator;
use crate::scoring::Context;
use crate::{Finding, Indicator};
use rust_decimal::Decimal;

/// A form as it was filled in, beside what the rules make of it.
struct Form<'a> {
    context: &'a Context<'a>,
    rate: Option<&'a ScoredIndicator>,
    /// The rows that were printed, each with its score by the rules.
    rows: Vec<(&'a Indicator, &'a ScoredIndicator)>,
}

/// Everything that does not hold in what was filled in, or that deserves a second look.
pub(crate) fn audit(
    context: &Context<'_>,
    scored: &[ScoredIndicator],
    result: (Option<Decimal>, Option<&str>),
    findings: &mut Vec<Finding>,
) {
    let (rates, rows): (Vec<_>, Vec<_>) = scored.iter().partition(|row| row.is_execution());
    // Printed rows come first, in the order of the form; those that only the rules name come behind them.
    let rows = context.submission.indicators.iter().zip(rows).collect();
    let form = Form { context, rate: rates.first().copied(), rows };
    let decimals = scores::printed_decimals(&form);
    form.scores(decimals, findings);
    form.sums(decimals, findings);
    form.total_differs(result.0, findings);
    form.grade_differs(result, findings);
    form.reasons(findings);
    form.suspicious(findings);
}
