//! Indicators that rules name themselves, and the warning lights of platforms.
//!
//! * In: what the loader found. Out: rows of a scorecard, lights.
//! * Never: scores or shows anything.

use super::{Rules, words};
use crate::formula::{Formula, Reference};
use rust_decimal::Decimal;

/// An indicator that the rules themselves name: a row of a scorecard.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CardRow {
    /// The id; an evaluation's `method`.
    pub id: String,
    /// The levels.
    pub path: Vec<String>,
    /// Other names of it, folded.
    pub aliases: Vec<String>,
    /// Its weight; a row without one is shown and not scored, unless a form prints it and its weight.
    pub weight: Option<Decimal>,
    /// Whether it is scored only where a form prints it.
    pub only_printed: bool,
    /// What is measured.
    pub measured: Option<Formula>,
    /// What scores it; the measured value is `measured` in it.
    pub formula: Option<Formula>,
    /// Whether a person scores it.
    pub judged: bool,
    /// Whether the measured value is shown as a percentage.
    pub percent: bool,
    /// Marks of the measured value, each with the highest value that earns it, the lowest first; above the last there is none.
    pub marks: Vec<(String, Decimal)>,
    /// The article it comes from; empty while nobody has read it.
    pub article: String,
    /// Whether it was read in its official text.
    pub verified: bool,
    /// What the statement rests on.
    pub note: String,
}

impl CardRow {
    /// Whether it can be scored, and not only shown.
    pub(crate) fn is_scored(&self) -> bool {
        self.weight.is_some() || self.only_printed
    }

    /// The last level, folded, without quotes.
    pub(crate) fn name(&self) -> String {
        self.path.last().map_or_else(String::new, |name| card_name(name))
    }

    /// Whether a folded name is its own or one of its other names.
    pub(crate) fn is(&self, name: &str) -> bool {
        !name.is_empty()
            && (self.name() == name || self.aliases.iter().any(|a| card_name(a) == name))
    }
}

/// A name of a row as names are compared: folded, without weight in brackets and without quotes.
pub(crate) fn card_name(name: &str) -> String {
    let quotes = ['“', '”', '"', '\'', '‘', '’', '「', '」', '《', '》'];
    words::plain_level(name).chars().filter(|c| !quotes.contains(c)).collect()
}

/// How spending is monitored during the year (绩效运行监控).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Monitoring {
    /// The last month that counts, 1 to 12.
    pub through: u32,
    /// The causes of a deviation that the form offers.
    pub causes: Vec<String>,
    /// Whether the goal will be reached, in the words of the form, the surest first.
    pub possibilities: Vec<String>,
    /// What the statement rests on.
    pub note: String,
}

/// The colour of a warning light.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Colour {
    /// Red.
    Red,
    /// Yellow.
    Yellow,
}

impl Colour {
    /// The word in Chinese and in English.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Colour::Red => ("红灯", "red"),
            Colour::Yellow => ("黄灯", "yellow"),
        }
    }
}

/// A warning light that a platform shows.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Light {
    /// The id.
    pub id: String,
    /// It is shown where this is not zero.
    pub when: Formula,
    /// The colour.
    pub colour: Colour,
    /// What it means, in Chinese.
    pub chinese: String,
    /// What it means, in English.
    pub english: String,
    /// What the statement rests on.
    pub note: String,
}

/// A fact that rules ask for: its name, and which value of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FactNeeded {
    /// The name, as a table of facts (基础数据) has it.
    pub name: String,
    /// The column, such as 本年预算; one value for the name where absent.
    pub column: Option<String>,
}

impl Rules {
    /// Every fact that some formula asks for, each once, in the order of the file.
    pub fn facts_needed(&self) -> Vec<FactNeeded> {
        let scores = self.scores.iter().map(|score| &score.formula);
        let card = self.card.iter().flat_map(|row| [&row.measured, &row.formula]).flatten();
        let mut facts: Vec<FactNeeded> = Vec::new();
        for reference in scores.chain(card).flat_map(|formula| formula.references()) {
            if let Reference::Fact { name, column } = reference {
                let fact = FactNeeded { name: name.clone(), column: column.clone() };
                if !facts.contains(&fact) {
                    facts.push(fact);
                }
            }
        }
        facts
    }
}
