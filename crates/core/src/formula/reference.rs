//! What a formula takes from outside: names of the row, facts, sums over budget lines, counts and sums over indicators.
//!
//! * In: what the parser found. Out: references, each with a key, which is its one spelling; values are looked up by key.
//! * Never: looks anything up; whoever evaluates the formula does.

use crate::Amount;
use rust_decimal::Decimal;

/// Something a formula takes from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reference {
    /// A number of the row, such as `weight` or `actual`.
    Name(String),
    /// A fact: its name, and which value of it (`本年预算`), if the formula says.
    Fact {
        /// The name.
        name: String,
        /// The column.
        column: Option<String>,
    },
    /// An amount summed over budget lines.
    Lines {
        /// Which amount.
        amount: Amount,
        /// What a line has to fulfil, all of it.
        conditions: Vec<LineIs>,
    },
    /// How far spending differs from the initial budget in its composition: the initial budget of each class is brought to
    /// the sum that was spent, and the absolute deviations from it are added up and divided by that sum.
    Composition {
        /// The classification.
        by: Class,
        /// How many digits of a code make a class.
        digits: usize,
        /// Codes that are left out, by their first digits.
        without: Vec<String>,
    },
    /// Indicators counted or summed.
    Rows {
        /// What is taken of each.
        what: RowSum,
        /// What a row has to fulfil, all of it.
        conditions: Vec<RowIs>,
    },
}

/// Which lines are summed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LineIs {
    /// The economic class (经济分类) starts with one of these digits.
    Economic(Vec<String>),
    /// The function class (功能分类) starts with one of these digits.
    Function(Vec<String>),
    /// The fund (资金性质) is one of these.
    Fund(Vec<String>),
    /// Spending of a kind.
    Kind(SpendingKind),
}

/// How lines are classified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Class {
    /// 功能分类.
    Function,
    /// 经济分类.
    Economic,
}

impl Class {
    pub(super) const ALL: [(&'static str, Class); 2] =
        [("function", Class::Function), ("economic", Class::Economic)];
}

/// The two kinds of spending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum SpendingKind {
    /// 基本支出.
    Basic,
    /// 项目支出.
    Project,
}

/// What is taken of each indicator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RowSum {
    /// One for each.
    Count,
    /// Its score.
    Score,
    /// Its weight.
    Weight,
}

/// Which indicators are counted.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RowIs {
    /// Those of a level (一级 or 二级指标) of one of these names.
    Level(Vec<String>),
    /// Those with full marks.
    Met,
    /// Those that exceed their target by at most this share of it. A row without two numbers exceeds nothing.
    OverAtMost(Decimal),
}

/// Names of amounts, as formulas write them.
pub(crate) const AMOUNTS: [(&str, Amount); 7] = [
    ("initial_budget", Amount::Initial),
    ("additions", Amount::Addition),
    ("reductions", Amount::Reduction),
    ("transfers", Amount::Transfer),
    ("carried_over", Amount::CarriedOver),
    ("adjusted_budget", Amount::Adjusted),
    ("executed", Amount::Executed),
];

impl Reference {
    /// Its one spelling, by which values are looked up.
    pub fn key(&self) -> String {
        match self {
            Reference::Name(name) => name.clone(),
            Reference::Fact { name, column: None } => format!("fact({})", bare_or_quoted(name)),
            Reference::Fact { name, column: Some(column) } => {
                format!("fact({})", bare_or_quoted(&format!("{name}.{column}")))
            }
            Reference::Lines { amount, conditions } => {
                let name = AMOUNTS.iter().find(|(_, of)| of == amount).map_or("", |(name, _)| name);
                format!("sum({name}{})", conditions_text(conditions.iter().map(LineIs::text)))
            }
            Reference::Composition { by, digits, without } => {
                let by = Class::ALL.iter().find(|(_, of)| of == by).map_or("", |(name, _)| name);
                let without = match without.is_empty() {
                    true => String::new(),
                    false => format!(" without {}", alternatives(without)),
                };
                format!("composition({by}, {digits}{without})")
            }
            Reference::Rows { what, conditions } => {
                let head = match what {
                    RowSum::Count => "count(indicators",
                    RowSum::Score => "sum(score",
                    RowSum::Weight => "sum(weight",
                };
                format!("{head}{})", conditions_text(conditions.iter().map(RowIs::text)))
            }
        }
    }
}

impl LineIs {
    fn text(&self) -> String {
        match self {
            LineIs::Economic(starts) => format!("economic starts {}", alternatives(starts)),
            LineIs::Function(starts) => format!("function starts {}", alternatives(starts)),
            LineIs::Fund(names) => format!("fund = {}", alternatives(names)),
            LineIs::Kind(SpendingKind::Basic) => "kind = basic".to_owned(),
            LineIs::Kind(SpendingKind::Project) => "kind = project".to_owned(),
        }
    }
}

impl RowIs {
    fn text(&self) -> String {
        match self {
            RowIs::Level(names) => format!("level = {}", alternatives(names)),
            RowIs::Met => "met".to_owned(),
            RowIs::OverAtMost(share) => {
                format!("over <= {}%", (*share * Decimal::ONE_HUNDRED).normalize())
            }
        }
    }
}

fn conditions_text(conditions: impl Iterator<Item = String>) -> String {
    let all: Vec<String> = conditions.collect();
    if all.is_empty() { String::new() } else { format!(" where {}", all.join(" and ")) }
}

/// As a name where it is one, else in quotes.
fn bare_or_quoted(name: &str) -> String {
    if super::lex::is_name(name) { name.to_owned() } else { format!("\"{name}\"") }
}

fn alternatives(texts: &[String]) -> String {
    let quoted: Vec<String> = texts.iter().map(|text| format!("\"{text}\"")).collect();
    quoted.join(" or ")
}
