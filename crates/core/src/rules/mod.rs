//! Rules as data: what a rule file says, and the rule files that are built in.
//!
//! * In: the text of a TOML file. Out: [`Rules`]: settings, blocks of weights, scores with their formulas, grades, words.
//! * Rule: one file per issued document; every statement has its article or says that nobody has verified it.
//! * Never: a figure or a word of a jurisdiction in code; a key that is ignored; a mistake that hides the next one.
//!
//! Start reading at [`Rules`]; `load` builds it, `reader` is the strict way into a file.

mod card;
mod error;
mod forms;
pub mod layout;
mod load;
pub mod outline;
mod page;
pub(crate) mod reader;
mod settings;
pub(crate) mod suggest;
mod syntax;
#[cfg(test)]
mod tests;
mod wanted;
pub(crate) mod words;

pub(crate) use card::card_name;
pub use card::{CardRow, Colour, FactNeeded, Light, Monitoring};
pub use error::{Mistake, RulesError};
pub use forms::{Beside, forms_page};
pub use settings::{Base, NotApplicable, OverTarget, Settings};
pub use words::{Reached, Words};

use crate::SubjectKind;
use crate::audit::Limits;
use crate::calendar::Calendar;
use crate::formula::Formula;
use crate::target::Direction;
use rust_decimal::Decimal;
use std::cmp::Ordering;
use std::sync::Arc;

/// The rule files that are built in.
const BUILTIN: [(&str, &str); 19] = [
    ("mof-2020-10", include_str!("../../rules/mof-2020-10.toml")),
    ("mof-2021-101", include_str!("../../rules/mof-2021-101.toml")),
    ("mof-2013-53", include_str!("../../rules/mof-2013-53.toml")),
    ("mof-2019-136", include_str!("../../rules/mof-2019-136.toml")),
    ("platform", include_str!("../../rules/platform.toml")),
    ("platform-open-90", include_str!("../../rules/platform-open-90.toml")),
    ("platform-80", include_str!("../../rules/platform-80.toml")),
    ("platform-uncapped", include_str!("../../rules/platform-uncapped.toml")),
    ("hubei", include_str!("../../rules/hubei.toml")),
    ("hunan", include_str!("../../rules/hunan.toml")),
    ("chongqing", include_str!("../../rules/chongqing.toml")),
    ("sichuan", include_str!("../../rules/sichuan.toml")),
    ("sichuan-daying", include_str!("../../rules/sichuan-daying.toml")),
    ("yunnan", include_str!("../../rules/yunnan.toml")),
    ("guangdong-2021", include_str!("../../rules/guangdong-2021.toml")),
    ("guangdong-pre2020", include_str!("../../rules/guangdong-pre2020.toml")),
    ("shenzhen", include_str!("../../rules/shenzhen.toml")),
    ("shenzhen-uncapped", include_str!("../../rules/shenzhen-uncapped.toml")),
    ("pefa-2016", include_str!("../../rules/pefa-2016.toml")),
];
const BUILTIN_IDS: [&str; BUILTIN.len()] = {
    let mut ids = [""; BUILTIN.len()];
    let mut at = 0;
    while at < ids.len() {
        ids[at] = BUILTIN[at].0;
        at += 1;
    }
    ids
};

/// Names of money that every formula may use: the totals of the subject, and the budget that the rate divides by.
pub(crate) const MONEY: [&str; 8] = [
    "initial_budget",
    "additions",
    "reductions",
    "transfers",
    "carried_over",
    "adjusted_budget",
    "executed",
    "budget",
];

/// What the condition of a light may use beside money.
pub(crate) const LIGHT_NAMES: [&str; 4] =
    ["execution_score", "execution_weight", "indicator_score", "indicator_weight"];

/// A rule file: settings, blocks of weights, scores, grades, words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    pub(crate) header: Header,
    pub(crate) settings: Settings,
    pub(crate) blocks: Vec<Block>,
    pub(crate) scores: Vec<ScoreRule>,
    pub(crate) card: Vec<CardRow>,
    pub(crate) grades: Vec<Grade>,
    pub(crate) lights: Vec<Light>,
    pub(crate) monitoring: Option<Monitoring>,
    pub(crate) forms: forms::Forms,
    pub(crate) words: Words,
    pub(crate) calendar: Arc<Calendar>,
    pub(crate) limits: Arc<Limits>,
    /// The rules that these extend.
    pub(crate) base: Option<Arc<Rules>>,
}

/// Where the rules come from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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
    /// Other names of that region, such as 广东省 and 粤.
    pub regions: Vec<String>,
    /// The first and last year it holds for; open where absent.
    pub years: (Option<i32>, Option<i32>),
    /// Whom it is for: `project`, `department`.
    pub subjects: Vec<String>,
    /// Whether it was read in its official text.
    pub verified: bool,
    /// The day somebody last looked whether it still stands, as `2026-11-23`.
    pub checked: String,
    /// Where its text stands; empty while not verified.
    pub link: String,
    /// What the statements of the file rest on.
    pub source: String,
    /// The built-in rules whose statements hold where this file gives none.
    pub extends: Option<String>,
}

/// A block of weights (一级指标).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Block {
    /// The first level.
    pub name: String,
    /// Other names of it, folded.
    pub aliases: Vec<String>,
    /// Second levels that belong to it, folded.
    pub levels: Vec<String>,
    /// Its weight.
    pub weight: Decimal,
    /// Whether it is the row of the execution rate.
    pub execution: bool,
    /// Whether printed weights of its rows are brought to its weight in proportion.
    pub scaled: bool,
    /// The blocks that take its weight over, in equal parts, where a form has no such indicators.
    pub absent_to: Vec<String>,
    /// What the weight rests on.
    pub note: String,
}

/// What kind of row a score rule is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum RowKind {
    /// The execution rate.
    Execution,
    /// Target and actual are numbers.
    Quantity,
    /// The target is a range of numbers.
    Range,
    /// The target is a day.
    Day,
    /// The target is yes or no.
    YesNo,
    /// The target is words.
    Qualitative,
}

impl RowKind {
    /// Every kind.
    pub const ALL: [RowKind; 6] = [
        RowKind::Execution,
        RowKind::Quantity,
        RowKind::Range,
        RowKind::Day,
        RowKind::YesNo,
        RowKind::Qualitative,
    ];

    /// The name that rule files use.
    pub fn id(self) -> &'static str {
        match self {
            RowKind::Execution => "execution",
            RowKind::Quantity => "quantity",
            RowKind::Range => "range",
            RowKind::Day => "day",
            RowKind::YesNo => "yes-no",
            RowKind::Qualitative => "qualitative",
        }
    }

    /// The names a formula for such rows may use beside money and facts.
    pub fn names(self) -> &'static [&'static str] {
        match self {
            RowKind::Execution => &["weight"],
            RowKind::Quantity => &["weight", "target", "actual"],
            RowKind::Range => &["weight", "low", "high", "actual"],
            RowKind::Day => &["weight", "met", "days_late", "workdays_late"],
            RowKind::YesNo => &["weight", "met"],
            RowKind::Qualitative => &["weight", "share"],
        }
    }
}

/// Which rows a score rule fits.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RowFit {
    /// The kind of row.
    pub kind: RowKind,
    /// The directions of the target; for quantities only.
    pub directions: Vec<Direction>,
    /// The signs of the target (of a range's low end): above, equal to, or below zero; for quantities and ranges only.
    pub signs: Vec<Ordering>,
    /// The block whose rows are meant; all where absent.
    pub block: Option<String>,
    /// Whether only rows that exceed their target by far are meant, and only where that is to be deducted.
    pub over: bool,
}

/// A band of a qualitative score.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Band {
    /// Which of the three.
    pub reached: Reached,
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
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ScoreRule {
    /// The id, such as `at-least`; an evaluation's `method`.
    pub id: String,
    /// Which rows it fits.
    pub fit: RowFit,
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

impl Rules {
    /// The built-in rules of an id.
    ///
    /// # Errors
    /// When there are none of that id.
    pub fn builtin(id: &str) -> Result<Rules, RulesError> {
        let unknown = || RulesError::Unknown {
            id: id.to_owned(),
            known: BUILTIN_IDS.iter().map(|id| (*id).to_owned()).collect(),
        };
        let (_, text) = BUILTIN.iter().find(|(known, _)| *known == id).ok_or_else(unknown)?;
        // A built-in file extends only those that stand before it, so that no chain comes back to itself.
        let before = |other: &str| match (place(other), place(id)) {
            (Some(other_place), Some(own)) if other_place < own => Rules::builtin(other),
            _ => Err(RulesError::Unknown { id: other.to_owned(), known: Vec::new() }),
        };
        load::rules(text, &before, &forms::nothing_beside)
    }

    /// The ids of the built-in rules.
    pub fn builtin_ids() -> &'static [&'static str] {
        &BUILTIN_IDS
    }

    /// The text of a built-in rule file, to be shown or taken as a start for another one.
    pub fn builtin_text(id: &str) -> Option<&'static str> {
        BUILTIN.iter().find(|(known, _)| *known == id).map(|(_, text)| *text)
    }

    /// Rules from the text of a rule file.
    ///
    /// # Errors
    /// Every mistake of the file with line and column.
    pub fn from_toml(text: &str) -> Result<Rules, RulesError> {
        load::rules(text, &Rules::builtin, &forms::nothing_beside)
    }

    /// The same where the rule file is a file: `beside` gives the text of a layout or outline that lies beside it.
    ///
    /// # Errors
    /// Every mistake of the file, and of the files that it names, with line and column.
    pub fn from_toml_beside(text: &str, beside: Beside<'_>) -> Result<Rules, RulesError> {
        load::rules(text, &Rules::builtin, beside)
    }

    /// Whether these rules are for a subject of this kind.
    pub fn are_for(&self, kind: SubjectKind) -> bool {
        let name = match kind {
            SubjectKind::Department => "department",
            SubjectKind::Project => "project",
        };
        self.header.subjects.iter().any(|subject| subject == name)
    }

    /// Whether these rules hold in a region that is named so.
    pub fn are_of(&self, region: &str) -> bool {
        let names = std::iter::once(&self.header.region).chain(&self.header.regions);
        let region = words::folded(region);
        !region.is_empty() && names.into_iter().any(|name| words::folded(name) == region)
    }

    /// Whether these rules hold in a budget year; where no year is known, they may.
    pub fn hold_in(&self, year: Option<i32>) -> bool {
        let (from, to) = self.header.years;
        year.is_none_or(|year| {
            from.is_none_or(|from| from <= year) && to.is_none_or(|to| year <= to)
        })
    }

    /// These rules if they are for a subject of this kind, else the nearest that they extend and that are; these if none is.
    pub fn for_kind(&self, kind: SubjectKind) -> &Rules {
        let mut rules = Some(self);
        while let Some(candidate) = rules.filter(|rules| !rules.are_for(kind)) {
            rules = candidate.base.as_deref();
        }
        rules.unwrap_or(self)
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

    /// The rows of the scorecard, in the order of the form.
    pub fn card(&self) -> &[CardRow] {
        &self.card
    }

    /// The warning lights.
    pub fn lights(&self) -> &[Light] {
        &self.lights
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
        let grade = self.grades.iter().find(|grade| total >= grade.from)?;
        Some(grade.word.as_str()).filter(|word| !word.is_empty())
    }

    /// The rule that scores a row; direction and sign count for the kinds that have them. A rule for the row's block goes
    /// before those for all.
    pub fn score_for(
        &self,
        kind: RowKind,
        direction: Direction,
        sign: Ordering,
        block: Option<&str>,
    ) -> Option<&ScoreRule> {
        let fits = |rule: &&ScoreRule| !rule.fit.over && rule.fit.fits(kind, direction, sign);
        self.fitting(fits, block)
    }

    /// The rule for a row that exceeds its target by far, where the rules deduct for that and have one.
    pub fn score_over(&self, direction: Direction, block: Option<&str>) -> Option<&ScoreRule> {
        let (kind, sign) = (RowKind::Quantity, Ordering::Greater);
        let fits = |rule: &&ScoreRule| rule.fit.over && rule.fit.fits(kind, direction, sign);
        let deducts = self.settings.over_target == OverTarget::Deduct;
        self.fitting(fits, block).filter(|_| deducts)
    }

    fn fitting(
        &self,
        fits: impl Fn(&&ScoreRule) -> bool,
        block: Option<&str>,
    ) -> Option<&ScoreRule> {
        let own =
            |rule: &&ScoreRule| rule.fit.block.is_some() && rule.fit.block.as_deref() == block;
        let own_rule = self.scores.iter().find(|rule| own(rule) && fits(rule));
        own_rule.or_else(|| self.scores.iter().find(|rule| rule.fit.block.is_none() && fits(rule)))
    }

    /// How spending is monitored during the year, if the rules say.
    pub fn monitoring(&self) -> Option<&Monitoring> {
        self.monitoring.as_ref()
    }

    /// The block of the execution rate.
    pub fn execution_block(&self) -> Option<&Block> {
        self.blocks.iter().find(|block| block.execution)
    }
}

fn place(id: &str) -> Option<usize> {
    BUILTIN.iter().position(|(known, _)| *known == id)
}

impl Block {
    /// Whether a folded name is its own or one of its other names.
    pub(crate) fn is(&self, name: &str) -> bool {
        self.name == name || self.aliases.iter().any(|alias| alias == name)
    }
}

impl RowFit {
    /// Whether a row of this kind, direction and sign of target is meant.
    pub fn fits(&self, kind: RowKind, direction: Direction, sign: Ordering) -> bool {
        let any_direction = kind != RowKind::Quantity;
        let any_sign = !matches!(kind, RowKind::Quantity | RowKind::Range);
        self.kind == kind
            && (any_direction || self.directions.contains(&direction))
            && (any_sign || self.signs.contains(&sign))
    }
}
