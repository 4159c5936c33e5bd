//! Budget-performance self-evaluation (绩效自评): how a budget was executed, why it deviated, and how every indicator scored.
//!
//! ```
//! use jixiao_core::{Amount, BudgetLine, Rules, Submission, evaluate};
//!
//! let mut line = BudgetLine::named("在职人员经费");
//! line.amounts.set(Amount::Adjusted, Some("4650.97".parse()?));
//! line.amounts.set(Amount::Executed, Some("4563.88".parse()?));
//!
//! let mut submission = Submission::department("区老干部局", 2021);
//! submission.budget.lines.push(line);
//!
//! let rules = Rules::builtin("mof-2020-10")?;
//! let evaluation = evaluate(&submission, &rules)?;
//! let rate = evaluation.totals.execution_rate.map(|rate| rate.percent(2));
//! assert_eq!(rate.as_deref(), Some("98.13%"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! * In: a [`Submission`] (amounts in yuan, indicators as text, each with its [`Place`]) and [`Rules`].
//! * Out: an [`Evaluation`]: totals, lines, scores with formula and substituted numbers, grade, findings.
//! * Never: opens a file, reads a clock or a locale, prints, or passes an amount through a float.
//!
//! Start reading at [`evaluate`]; `examples/evaluate.rs` shows a whole submission with indicators.

#![deny(missing_docs)]

mod audit;
mod bridge;
mod calendar;
mod diff;
mod evaluate;
mod evaluation;
mod execution;
mod explain;
mod facts;
mod finding;
mod form;
pub mod formula;
mod indicator;
mod line;
mod money;
pub mod number;
mod place;
mod ratio;
pub mod rules;
mod scoring;
mod submission;
pub mod target;
mod waiver;

pub use bridge::{Bridge, DriverResult, SumCheck};
pub use diff::{RowDifference, RulesDifference, SettingDifference, compare_rules};
pub use evaluate::{EvaluateError, evaluate};
pub use evaluation::{
    BandBy, BandUsed, Binding, Calculation, ChosenBy, CommonIndicator, Decided, Evaluation,
    GradeEdge, LineResult, RulesUsed, ScoredIndicator, SettingUsed, Tail, Totals,
};
pub use explain::{Explanation, Outcome, RestsOn, Variable, Worked, explain};
pub use finding::{Choice, Code, Finding, Lang, Question, Severity};
pub use form::{Form, FormRow, Origin};
pub use indicator::{Decision, ExecutionRow, Indicator, Override};
pub use line::{Amount, Amounts, BudgetLine, Codes, Role, SourceRow};
pub use money::{Money, MoneyError, Unit};
pub use place::{Cells, Place};
pub use ratio::{Ratio, round_half_up};
pub use rules::{Rules, RulesError, Words};
pub use submission::{
    Budget, Claimed, ClaimedSum, Driver, Fact, Narrative, Setting, Subject, SubjectKind,
    Submission, SumKind,
};
pub use waiver::{Waived, Waiver};
