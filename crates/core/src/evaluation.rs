//! The result of an evaluation, as the JSON contract `jixiao.evaluation/1` has it.

use crate::formula::Formula;
use crate::ratio::{rational, round_half_up};
use crate::{Amounts, Codes, Finding, Money, Place, Ratio, Severity, Subject, Unit};
use rust_decimal::Decimal;
use serde::Serialize;
use std::sync::Arc;

/// Totals of the subject, in yuan; absent where the input gives nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// 年初预算数.
    pub initial_budget: Option<Money>,
    /// 追加.
    pub additions: Option<Money>,
    /// 追减, positive.
    pub reductions: Option<Money>,
    /// 调剂, signed.
    pub transfers: Option<Money>,
    /// 上年结转.
    pub carried_over: Option<Money>,
    /// 全年预算数.
    pub adjusted_budget: Option<Money>,
    /// 执行数.
    pub executed: Option<Money>,
    /// Executed less adjusted budget (less the initial one where the rate uses that).
    pub variance: Option<Money>,
    /// Executed over the same budget, a ratio; absent where the budget is absent or zero.
    pub execution_rate: Option<Ratio>,
}

/// One line of the result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LineResult {
    /// Names from the widest class to the item.
    pub path: Vec<Arc<str>>,
    /// Codes.
    pub codes: Codes,
    /// Fund.
    pub fund: Option<Arc<str>>,
    /// Amounts, variance and rate.
    #[serde(flatten)]
    pub totals: Totals,
    /// The reason the ledger gives.
    pub reason: Option<String>,
    /// Where it stands.
    pub source: Place,
    /// Further rows it was gathered from.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub more: Vec<Place>,
}

/// The rule file that was used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RulesUsed {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its document number.
    pub document: String,
    /// Whether it was read in its official text.
    pub verified: bool,
    /// Who or what chose them.
    pub chosen_by: ChosenBy,
    /// Where that was said: a file of answers, or the cell of a setting; empty where it was not said in a file.
    pub chosen_at: Place,
    /// Settings of the rules that the input or the office replaced, in the order of the rule file.
    pub settings: Vec<SettingUsed>,
}

/// Who or what chose the rules.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ChosenBy {
    /// Whoever called the library.
    #[default]
    Caller,
    /// The command line.
    CommandLine,
    /// A file of answers, of the input or of its folder.
    Answers,
    /// The input's own table of settings.
    SettingsTable,
    /// The region that the input or the office states, with year and kind of subject.
    Region,
    /// Nothing named or fitted any: the national ones.
    Default,
    /// Several fit, and nobody has said which.
    Open,
}

/// A setting of the rules that the input or the office replaced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SettingUsed {
    /// Its key in rule files.
    pub key: String,
    /// The value used, as rule files write it.
    pub value: String,
    /// The value of the rule file.
    pub instead_of: String,
    /// Where it was said.
    pub from: Place,
}

/// A name of a formula and the value it had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Binding {
    /// The name, such as `actual`.
    pub name: String,
    /// Its value; absent when the input gives none.
    pub value: Option<Ratio>,
}

/// A common indicator that rules show and do not score.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CommonIndicator {
    /// Levels, widest first.
    pub path: Vec<String>,
    /// The id in the rules.
    pub method: String,
    /// The formula of the rules.
    pub formula: String,
    /// The formula with its numbers; empty where some are missing.
    pub substituted: String,
    /// The exact value; absent where facts are missing.
    pub value: Option<Ratio>,
    /// The value as a person reads it, such as `95.10%`.
    pub shown: Option<String>,
    /// The article of the rule; empty while nobody has read it.
    pub article: String,
    /// Whether the rule was read in its official text.
    pub verified: bool,
    /// How the value was computed.
    #[serde(skip)]
    pub calculation: Option<Calculation>,
}

/// How a score was computed, kept so that a workbook can compute it again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calculation {
    /// The formula of the rule.
    pub formula: Formula,
    /// What its names stood for.
    pub bindings: Vec<Binding>,
    /// The exact value before it was capped and rounded.
    pub exact: Ratio,
    /// Decimals of the score.
    pub decimals: u32,
}

impl Calculation {
    /// What a spreadsheet gives for the formula within 0 and the weight, rounded once; `None` where its binary fractions might
    /// decide otherwise than the exact numbers do, so that the score has to stand as a number.
    pub fn in_a_sheet(&self, weight: Decimal) -> Option<Decimal> {
        let lookup = |name: &str| {
            let binding = self.bindings.iter().find(|binding| binding.name == name)?;
            binding.value.as_ref().map(|value| value.exact().clone())
        };
        let value = self.formula.in_a_sheet(&lookup, rational(weight), self.decimals)?;
        Some(round_half_up(&value, self.decimals))
    }
}

/// One scored row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ScoredIndicator {
    /// Levels, widest first; `["预算执行率"]` for the execution row.
    pub path: Vec<String>,
    /// The target as printed.
    pub target: Option<String>,
    /// The actual as printed.
    pub actual: Option<String>,
    /// The weight used.
    pub weight: Option<Decimal>,
    /// Whether the weight is a default of the rules, not printed in the input.
    pub weight_default: bool,
    /// The score, rounded to the rules' decimals (two by default) and within 0..weight; absent when it cannot be scored.
    #[serde(serialize_with = "score_text")]
    pub score: Option<Decimal>,
    /// The score a person filled in.
    pub score_claimed: Option<Decimal>,
    /// Where a person decided on another score than the computed one: both, who and why. `score` is the decided one.
    pub decided: Option<Decided>,
    /// The band of a qualitative row that the score rests on.
    pub band: Option<BandUsed>,
    /// The id of the method, such as `at-least` or `qualitative`.
    pub method: String,
    /// The formula of the rule.
    pub formula: String,
    /// The formula with its numbers, such as `10 * min(1, 98 / 100) = 9.8`.
    pub substituted: String,
    /// The article of the rule; empty while nobody has read it.
    pub article: String,
    /// Whether the rule was read in its official text.
    pub verified: bool,
    /// Whether the score rests on a person's judgement or on a default in its place.
    pub judgement: bool,
    /// Whether the row applies.
    pub applicable: bool,
    /// Whether the rules demand a reason.
    pub needs_reason: bool,
    /// The reason given.
    pub reason: Option<String>,
    /// The measure given.
    pub measure: Option<String>,
    /// Where the row stands.
    pub source: Place,
    /// How the score was computed; absent for a judgement that a person made.
    #[serde(skip)]
    pub calculation: Option<Calculation>,
}

/// A score that a person put in the place of the computed one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Decided {
    /// The score that counts.
    #[serde(serialize_with = "score_text")]
    pub score: Option<Decimal>,
    /// What the rules give; absent where they cannot tell.
    #[serde(serialize_with = "score_text")]
    pub computed: Option<Decimal>,
    /// Who says so.
    pub who: Option<String>,
    /// Why.
    pub why: String,
    /// Where it was said.
    pub source: Place,
}

/// The band of a qualitative row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BandUsed {
    /// The words of the rule.
    pub word: String,
    /// What it rests on.
    pub by: BandBy,
    /// Whether the share within the band is the default of the rules.
    pub share_default: bool,
}

/// What the band of a qualitative row rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum BandBy {
    /// A person chose it.
    Person,
    /// The words of the actual.
    Words,
    /// The default of the rules, since no band knows the words.
    Default,
}

impl ScoredIndicator {
    /// Whether this is the row of the execution rate.
    pub fn is_execution(&self) -> bool {
        self.path.len() == 1 && self.path[0] == EXECUTION_ROW
    }
}

/// The path of the execution row, fixed by the JSON contract.
pub(crate) const EXECUTION_ROW: &str = "预算执行率";

/// A difference between a printed total and its rows that rounding explains (尾差).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tail {
    /// Stated total less the sum of the lines, per amount.
    pub amounts: Amounts,
    /// Where the total is stated.
    pub source: Place,
}

/// Everything that is known of one subject after its evaluation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Evaluation {
    /// `jixiao.evaluation/1`.
    pub schema: String,
    /// Who.
    pub subject: Subject,
    /// The budget year.
    pub budget_year: Option<i32>,
    /// The rules used.
    pub rules: RulesUsed,
    /// Totals.
    pub totals: Totals,
    /// Lines.
    pub lines: Vec<LineResult>,
    /// Items with quantity and standard.
    pub drivers: Vec<crate::bridge::DriverResult>,
    /// Scored rows, the execution row first.
    pub indicators: Vec<ScoredIndicator>,
    /// Common indicators that the rules show and do not score.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub common_indicators: Vec<CommonIndicator>,
    /// The total score: the sum of the scores as shown; absent without indicators or with unscored ones.
    #[serde(serialize_with = "score_text")]
    pub score: Option<Decimal>,
    /// The total a person filled in.
    pub score_claimed: Option<Decimal>,
    /// The grade of the total.
    pub grade: Option<String>,
    /// What a person should know.
    pub findings: Vec<Finding>,
    /// The tail between printed total and lines.
    #[serde(skip)]
    pub tail: Option<Tail>,
    /// The unit outputs show, that of the input.
    #[serde(skip)]
    pub unit: Unit,
    /// The words of the bands that a person may choose from, the highest first.
    #[serde(skip)]
    pub bands: Vec<String>,
    /// The grades of the rules and the totals they start at (included), the best first.
    #[serde(skip)]
    pub grades: Vec<GradeEdge>,
    /// What the form and its workbook show beside the result.
    #[serde(skip)]
    pub form: crate::Form,
}

/// A grade and the lowest total that earns it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GradeEdge {
    /// The word, such as 优.
    pub word: String,
    /// The lowest total, included.
    pub from: Decimal,
}

impl Evaluation {
    /// The same with findings of an earlier stage put first.
    pub fn preceded_by(mut self, mut findings: Vec<Finding>) -> Evaluation {
        findings.append(&mut self.findings);
        self.findings = findings;
        self
    }

    /// Whether a finding of severity error is among the findings.
    pub fn has_errors(&self) -> bool {
        self.findings.iter().any(|finding| finding.severity == Severity::Error)
    }
}

#[expect(clippy::ref_option, reason = "serde passes a reference to the field")]
fn score_text<S: serde::Serializer>(
    score: &Option<Decimal>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match score {
        Some(score) => serializer.collect_str(&format_args!("{score:.2}")),
        None => serializer.serialize_none(),
    }
}
