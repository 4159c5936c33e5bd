//! Thresholds and choices of rules, and the keys and words by which files state them.
//!
//! * In: what `load` reads from a rule file and `wanted` from an input. Out: [`Settings`].
//! * Never: a figure of its own; every value stands in a rule file, or is stated.

use super::Reached;
use crate::Unit;
use rust_decimal::Decimal;

/// Which budget the execution rate divides by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Base {
    /// The adjusted budget (全年预算数); the initial one where there is none.
    #[default]
    Adjusted,
    /// The initial budget (年初预算数); the adjusted one where there is none.
    Initial,
    /// The adjusted budget, and what was carried over where the adjusted budget does not contain it.
    WithCarryOver,
}

/// What happens where a target is exceeded by far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum OverTarget {
    /// It is told, and nothing is deducted.
    #[default]
    Report,
    /// The score of the rules for such rows (`over = true`) counts.
    Deduct,
}

/// What becomes of the weight of a row that does not apply.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotApplicable {
    /// A person decides.
    #[default]
    Ask,
    /// Full marks.
    Full,
    /// No points.
    Zero,
    /// The other rows of its block take its weight, in proportion to theirs.
    Redistributed,
}

/// Thresholds and choices; ratios as exact decimals (90 % is 0.90).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settings {
    /// Base of the execution rate.
    pub execution_base: Base,
    /// Decimals of a score.
    pub score_decimals: u32,
    /// Below this rate a reason is demanded.
    pub reason_below: Decimal,
    /// How far above a target counts as far (0.30).
    pub far_exceeded: Decimal,
    /// How far the share of the scores may run ahead of the money's (0.05).
    pub ahead_of_money: Decimal,
    /// The band taken for words that no band knows, until a person judges.
    pub default_band: Reached,
    /// Whether a budget that was changed during the year demands a reason.
    pub reason_for_adjustment: bool,
    /// What becomes of the weight of a row that does not apply.
    pub not_applicable: NotApplicable,
    /// Whether the score of the execution rate stops at its weight.
    pub execution_capped: bool,
    /// Whether the adjusted budget contains what was carried over; told by the ledger's own figures where absent.
    pub carried_over_contained: Option<bool>,
    /// What happens where a target is exceeded by far.
    pub over_target: OverTarget,
    /// Whether a total and a grade are wanted.
    pub score_shown: bool,
    /// The unit that outputs show; that of the input where absent.
    pub unit_shown: Option<Unit>,
}

pub(super) const BASES: [(&str, Base); 3] = [
    ("adjusted", Base::Adjusted),
    ("initial", Base::Initial),
    ("with-carry-over", Base::WithCarryOver),
];

pub(super) const NOT_APPLICABLE: [(&str, NotApplicable); 4] = [
    ("ask", NotApplicable::Ask),
    ("full", NotApplicable::Full),
    ("zero", NotApplicable::Zero),
    ("redistributed", NotApplicable::Redistributed),
];

pub(super) const OVER_TARGET: [(&str, OverTarget); 2] =
    [("report", OverTarget::Report), ("deduct", OverTarget::Deduct)];

/// The bands by the names of rule files.
pub(super) const REACHED: [(&str, Reached); 3] =
    [("met", Reached::Met), ("partly", Reached::Partly), ("missed", Reached::Missed)];

/// The keys of settings that an input may state, in the order of rule files.
pub(super) const KEYS: [&str; 14] = [
    "execution_base",
    "carried_over_contained",
    "execution_capped",
    "execution_weight",
    "score_decimals",
    "reason_below",
    "reason_for_adjustment",
    "far_exceeded",
    "over_target",
    "ahead_of_money",
    "default_band",
    "not_applicable",
    "score_shown",
    "unit_shown",
];

/// What choose the rules themselves; looked at before there are any.
pub(super) const CHOOSING: [&str; 2] = ["rules", "region"];

/// Words of values that are not the words of rule files.
pub(super) const VALUES: [&str; 11] = [
    "adjusted",
    "initial",
    "with-carry-over",
    "ask",
    "full",
    "zero",
    "redistributed",
    "report",
    "deduct",
    "yes",
    "no",
];
