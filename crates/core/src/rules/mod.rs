//! Rules as data: the model, the strict loader and the rule files that are built in.

mod reader;
pub(crate) mod words;

pub use words::{Reached, Words};

use crate::formula::Formula;
use rust_decimal::Decimal;

/// A rule file: settings, blocks of weights, scores, grades, words.
#[derive(Clone, Debug)]
pub struct Rules {
    pub(crate) header: Header,
    pub(crate) settings: Settings,
    pub(crate) blocks: Vec<Block>,
    pub(crate) scores: Vec<ScoreRule>,
    pub(crate) grades: Vec<Grade>,
    pub(crate) words: Words,
}

/// Where the rules come from.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Header {
    /// The id, never renamed.
    pub id: String,
    /// The title of the document.
    pub title: String,
    /// Its number.
    pub document: String,
    /// Who issued it.
    pub issuer: String,
    /// Where it holds.
    pub region: String,
    /// The first and last year it holds for; open where absent.
    pub years: (Option<i32>, Option<i32>),
    /// Whom it is for: `project`, `department`.
    pub subjects: Vec<String>,
    /// Whether it was read in its official text.
    pub verified: bool,
    /// The day somebody last looked whether it still stands, as `2026-11-23`.
    pub checked: String,
    /// What the statements of the file rest on.
    pub source: String,
}

/// Which budget the execution rate divides by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Base {
    /// The adjusted budget (全年预算数); the initial one where there is none.
    #[default]
    Adjusted,
    /// The initial budget (年初预算数).
    Initial,
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
}

/// A block of weights (一级指标).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Block {
    /// The first level.
    pub name: String,
    /// Other names of it.
    pub aliases: Vec<String>,
    /// Its weight.
    pub weight: Decimal,
    /// The block that takes its weight over where a form has no such indicators.
    pub absent_to: Option<String>,
    /// What the weight rests on.
    pub note: String,
}

/// A band of a qualitative score.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Band {
    /// The words of the rule.
    pub word: String,
    /// Lowest share, included.
    pub from: Decimal,
    /// Highest share; included in the top band only.
    pub to: Decimal,
    /// The share taken while nobody has judged.
    pub default: Decimal,
}

/// How rows of one kind are scored.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ScoreRule {
    /// The id, such as `at-least`; an evaluation's `method`.
    pub id: String,
    /// The formula.
    pub formula: Formula,
    /// The article it comes from; empty while nobody has read it.
    pub article: String,
    /// Whether it was read in its official text.
    pub verified: bool,
    /// What the statement rests on.
    pub note: String,
    /// Bands, for qualitative rows only; the highest first.
    pub bands: Vec<Band>,
}

/// A grade and the total it starts at.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Grade {
    /// The word (优, 良, 中, 差).
    pub word: String,
    /// The lowest total, included.
    pub from: Decimal,
}

/// One mistake in a rule file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Line, counted from one.
    pub line: usize,
    /// Column, counted in characters from one.
    pub column: usize,
    /// What was found, what was expected and what to do.
    pub message: String,
}

/// Why rules cannot be used; lists every mistake.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RulesError {
    /// No rule file of this id is built in.
    #[error("no built-in rules are called {id:?}; built in are {}; or give a rule file (.toml)", known.join(", "))]
    Unknown {
        /// The id asked for.
        id: String,
        /// The ids there are.
        known: Vec<String>,
    },
    /// The text is no valid rule file.
    #[error("the rule file has {} mistake(s):{}", mistakes.len(), listed(mistakes))]
    Invalid {
        /// Every mistake, in the order of the file.
        mistakes: Vec<Mistake>,
    },
}

fn listed(mistakes: &[Mistake]) -> String {
    mistakes
        .iter()
        .map(|m| format!("\n  line {}, column {}: {}", m.line, m.column, m.message))
        .collect()
}

impl Rules {
    /// The built-in rules of an id.
    ///
    /// # Errors
    /// When there are none of that id.
    pub fn builtin(id: &str) -> Result<Rules, RulesError> {
        Err(RulesError::Unknown {
            id: id.to_owned(),
            known: Rules::builtin_ids().iter().map(|id| (*id).to_owned()).collect(),
        })
    }

    /// The ids of the built-in rules.
    pub fn builtin_ids() -> &'static [&'static str] {
        &["mof-2020-10"]
    }

    /// Rules from the text of a rule file.
    ///
    /// # Errors
    /// Every mistake of the file with line and column.
    pub fn from_toml(_text: &str) -> Result<Rules, RulesError> {
        Err(RulesError::Invalid { mistakes: Vec::new() })
    }

    /// The id.
    pub fn id(&self) -> &str {
        &self.header.id
    }

    /// Where the rules come from.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Thresholds and choices.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The blocks of weights, in the order of the form.
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// How rows are scored.
    pub fn scores(&self) -> &[ScoreRule] {
        &self.scores
    }

    /// The grades, the best first.
    pub fn grades(&self) -> &[Grade] {
        &self.grades
    }

    /// The words targets and actuals are read with.
    pub fn words(&self) -> &Words {
        &self.words
    }

    /// The grade of a total.
    pub fn grade_of(&self, total: Decimal) -> Option<&str> {
        self.grades.iter().find(|grade| total >= grade.from).map(|grade| grade.word.as_str())
    }
}
