//! The words that targets and actuals are read with.
//!
//! * In: the text of `rules/words.toml`. Out: lists of folded words, the longest first where the longest has to win.
//! * Never: a word in code.

use super::reader::{Keys, Source, document};
use super::settings::{CHOOSING, KEYS, VALUES};
use super::{Mistake, RulesError};
use crate::formula::SpendingKind;
use crate::number::{fold_width, is_space};
use crate::target::Direction;
use std::sync::Arc;

const BUILTIN: &str = include_str!("../../rules/words.toml");

/// How well a word says a goal was reached: the three bands of qualitative scores.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reached {
    /// 达成年度指标.
    Met,
    /// 部分达成年度指标并具有一定效果.
    Partly,
    /// 未达成年度指标且效果较差.
    Missed,
}

impl Reached {
    /// The three, the best first.
    pub const ALL: [Reached; 3] = [Reached::Met, Reached::Partly, Reached::Missed];

    /// The name rule files use.
    pub fn id(self) -> &'static str {
        match self {
            Reached::Met => "met",
            Reached::Partly => "partly",
            Reached::Missed => "missed",
        }
    }
}

/// Words of comparison, of yes and no, of days, units and bands. Cheap to clone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words(pub(crate) Arc<Lists>);

/// What the file holds, folded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Lists {
    /// Comparisons in front of a number; the longest word first.
    pub before: Vec<(String, Direction)>,
    /// Comparisons behind it.
    pub after: Vec<(String, Direction)>,
    pub fillers: Vec<String>,
    pub qualitative_marks: Vec<String>,
    pub yes: Vec<String>,
    pub no: Vec<String>,
    pub negations: Vec<String>,
    pub no_reason: Vec<String>,
    pub claims_more: Vec<String>,
    pub claims_less: Vec<String>,
    pub bands: [Vec<String>; 3],
    /// What a person may write to choose a band, beside the words above.
    pub chosen_bands: [Vec<String>; 3],
    pub percent: Vec<String>,
    pub same_units: Vec<Vec<String>>,
    /// Multipliers of units, such as 万 and 10000.
    pub scales: Vec<(String, u32)>,
    pub by_end: Vec<String>,
    pub before_day: Vec<String>,
    pub year_end: Vec<String>,
    pub early: Vec<String>,
    pub middle: Vec<String>,
    pub late: Vec<String>,
    pub quarters: Vec<(String, u32)>,
    pub smaller_levels: Vec<String>,
    pub smaller_words: Vec<String>,
    pub smaller_except: Vec<String>,
    /// Names of facts that mean one thing, the first one shown.
    pub same_facts: Vec<Vec<String>>,
    /// Words for the budget year and the year before in columns of facts, the one used first.
    pub this_year: Vec<String>,
    pub last_year: Vec<String>,
    /// What may stand at the end of a column without changing it.
    pub fact_endings: Vec<String>,
    /// Names of settings: the key of rule files, and what people write for it.
    pub setting_names: Vec<(&'static str, Vec<String>)>,
    /// Words of their values.
    pub setting_values: Vec<(&'static str, Vec<String>)>,
    /// Names of settings that are not about the rules.
    pub settings_elsewhere: Vec<String>,
    /// What may stand around the number of a setting.
    pub setting_fillers: Vec<String>,
    pub numerals: Vec<(String, u32)>,
    /// Levels of a ledger that say basic or project spending.
    pub basic_spending: Vec<String>,
    pub project_spending: Vec<String>,
}

/// Folds a text for comparison: full-width signs as ASCII, no spaces.
pub(crate) fn folded(text: &str) -> String {
    fold_width(text)
        .chars()
        .filter(|c| !is_space(*c))
        .map(|c| match c {
            '＝' => '=',
            '＞' => '>',
            '＜' => '<',
            '～' | '〜' | '∼' => '~',
            '：' => ':',
            '；' => ';',
            _ => c,
        })
        .collect()
}

impl Words {
    /// The words that are built in.
    ///
    /// # Errors
    /// Never for the file that is built in; a test reads it.
    pub fn builtin() -> Result<Words, RulesError> {
        Words::from_toml(BUILTIN)
    }

    /// Words from the text of a file of the same form.
    ///
    /// # Errors
    /// Every mistake of the file with line and column.
    pub fn from_toml(text: &str) -> Result<Words, RulesError> {
        let (table, broken) = document(text);
        let source = Source::new(text);
        for (at, message) in broken {
            source.mistake(at, message);
        }
        let root = source.keys(&table, "the file", 0);
        if root.whole("schema") != Some(1) {
            root.mistake(
                "schema",
                ("`schema` 应为 1", "`schema` is 1, the form of word files this program reads"),
            );
        }
        let lists = lists(&root);
        root.close();
        let mistakes: Vec<Mistake> = source.mistakes();
        if mistakes.is_empty() {
            Ok(Words(Arc::new(lists)))
        } else {
            Err(RulesError::Invalid { mistakes })
        }
    }

    /// How well a text says the goal was reached, if it is one of the known words.
    pub(crate) fn reached(&self, text: &str) -> Option<Reached> {
        let text = folded(text);
        let known = |list: &Vec<String>| list.contains(&text);
        Reached::ALL.into_iter().zip(&self.0.bands).find(|(_, list)| known(list)).map(|(r, _)| r)
    }

    /// The band that a person chose by this word.
    pub(crate) fn chosen(&self, text: &str) -> Option<Reached> {
        let word = folded(text);
        let lists = Reached::ALL.into_iter().zip(&self.0.chosen_bands);
        let named = |reached: &Reached| reached.id() == word;
        let of_lists = || lists.clone().find(|(_, list)| list.contains(&word)).map(|(r, _)| r);
        Reached::ALL.into_iter().find(named).or_else(of_lists).or_else(|| self.reached(&word))
    }

    /// Whether a text gives a reason, and not a mark for none.
    pub(crate) fn is_reason(&self, text: &str) -> bool {
        crate::number::read(text) != crate::number::Text::Empty
            && !self.0.no_reason.contains(&folded(text))
    }

    /// The words with which a reason claims that more was reached than asked, no negation right before them.
    pub(crate) fn claims_more(&self, reason: &str) -> Option<&str> {
        self.claim(&self.0.claims_more, reason)
    }

    /// The words with which a reason says that the target was missed, no negation right before them.
    pub(crate) fn claims_less(&self, reason: &str) -> Option<&str> {
        self.claim(&self.0.claims_less, reason)
    }

    fn claim<'w>(&self, list: &'w [String], reason: &str) -> Option<&'w str> {
        let text = folded(reason);
        let claims = |word: &&String| {
            text.match_indices(word.as_str()).any(|(at, _)| {
                let before: String = text[..at].chars().rev().take(3).collect();
                !self.0.negations.iter().any(|negation| before.contains(negation.as_str()))
            })
        };
        list.iter().find(claims).map(String::as_str)
    }

    /// The key of rule files that a setting's name means.
    pub fn setting(&self, name: &str) -> Option<&'static str> {
        let name = folded(name);
        let keys = &self.0.setting_names;
        keys.iter().find(|(key, names)| *key == name || names.contains(&name)).map(|(key, _)| *key)
    }

    /// The first Chinese name of a setting.
    pub fn setting_name<'w>(&'w self, key: &'w str) -> &'w str {
        let names = self.0.setting_names.iter().find(|(known, _)| *known == key);
        names.and_then(|(_, names)| names.first()).map_or(key, String::as_str)
    }

    /// Whether a setting of this name is about something else than the rules.
    pub(crate) fn is_elsewhere(&self, name: &str) -> bool {
        self.0.settings_elsewhere.contains(&folded(name))
    }

    /// The words that mean a value of rule files.
    pub(crate) fn value_words(&self, word: &str) -> &[String] {
        let words = self.0.setting_values.iter().find(|(known, _)| *known == word);
        words.map_or(&[], |(_, words)| words)
    }

    /// Whether a text means a value of rule files.
    pub(crate) fn is_value(&self, word: &str, text: &str) -> bool {
        let text = folded(text);
        text == word || self.value_words(word).contains(&text)
    }

    /// A number of decimals: `2`, `两位`, `四舍五入保留2位小数`.
    pub(crate) fn decimals(&self, text: &str) -> Option<u32> {
        let mut text = folded(text);
        for filler in &self.0.setting_fillers {
            text = text.replace(filler.as_str(), "");
        }
        let numeral = self.0.numerals.iter().find(|(word, _)| *word == text).map(|(_, n)| *n);
        numeral.or_else(|| text.parse().ok())
    }

    /// A text without the comparison in front of its number or behind it: `低于90%` is `90%`.
    pub(crate) fn without_comparison(&self, text: &str) -> String {
        let text = folded(text);
        let text = self
            .0
            .before
            .iter()
            .find_map(|(word, _)| text.strip_prefix(word.as_str()))
            .unwrap_or(&text);
        let after = self.0.after.iter().find_map(|(word, _)| text.strip_suffix(word.as_str()));
        after.unwrap_or(text).to_owned()
    }

    /// Which kind of spending a line of these levels is, as far as its levels tell.
    pub(crate) fn spending_kind<'p>(
        &self,
        path: impl IntoIterator<Item = &'p str>,
    ) -> Option<SpendingKind> {
        path.into_iter().map(folded).find_map(|level| {
            let holds = |list: &[String]| list.iter().any(|word| level.contains(word.as_str()));
            if holds(&self.0.basic_spending) {
                return Some(SpendingKind::Basic);
            }
            holds(&self.0.project_spending).then_some(SpendingKind::Project)
        })
    }

    /// Whether less is better in a row of these levels, as far as its names tell.
    pub(crate) fn smaller_is_better(&self, path: &[String]) -> bool {
        let (name, levels) = match path.split_last() {
            Some((name, levels)) => (folded(name), levels),
            None => return false,
        };
        let holds = |list: &[String]| list.iter().any(|word| name.contains(word.as_str()));
        if holds(&self.0.smaller_except) {
            return false;
        }
        let is_level = |level: &String| self.0.smaller_levels.contains(&plain_level(level));
        holds(&self.0.smaller_words) || levels.iter().any(is_level)
    }
}

/// A level without a weight in brackets: `产出指标(50分)` is `产出指标`.
pub(crate) fn plain_level(level: &str) -> String {
    let level = folded(level);
    match level.split_once('(') {
        Some((name, _)) if !name.is_empty() => name.to_owned(),
        _ => level,
    }
}

fn lists(root: &Keys<'_>) -> Lists {
    let mut lists = Lists::default();
    for direction in root.tables("direction") {
        let is = direction.text("is");
        match direction_of(&is) {
            Some(is) => {
                lists.before.extend(fold_all(direction.texts("before")).map(|w| (w, is)));
                lists.after.extend(fold_all(direction.texts("after")).map(|w| (w, is)));
            }
            None => {
                direction.texts("before");
                direction.texts("after");
                direction.mistake(
                    "is",
                    (
                        format!("“{is}”不是方向；可写 at-least、at-most、above、below、equal"),
                        format!(
                            "{is:?} is no direction; write at-least, at-most, above, below or equal"
                        ),
                    ),
                );
            }
        }
        direction.close();
    }
    lists.before.sort_by_key(|(word, _)| std::cmp::Reverse(word.chars().count()));
    lists.after.sort_by_key(|(word, _)| std::cmp::Reverse(word.chars().count()));
    if let Some(table) = root.table("fillers") {
        lists.fillers = longest_first(table.texts("before"));
        table.close();
    }
    if let Some(table) = root.table("qualitative") {
        lists.qualitative_marks = longest_first(table.texts("marks"));
        table.close();
    }
    if let Some(table) = root.table("answers") {
        lists.yes = fold_all(table.texts("yes")).collect();
        lists.no = fold_all(table.texts("no")).collect();
        lists.negations = fold_all(table.texts("negations")).collect();
        lists.no_reason = fold_all(table.texts("no_reason")).collect();
        lists.claims_more = fold_all(table.texts("claims_more")).collect();
        lists.claims_less = fold_all(table.texts("claims_less")).collect();
        table.close();
    }
    if let Some(table) = root.table("bands") {
        lists.bands = ["met", "partly", "missed"].map(|id| fold_all(table.texts(id)).collect());
        table.close();
    }
    if let Some(table) = root.table("chosen_bands") {
        lists.chosen_bands =
            ["met", "partly", "missed"].map(|id| fold_all(table.texts(id)).collect());
        table.close();
    }
    units(root, &mut lists);
    days(root, &mut lists);
    if let Some(table) = root.table("smaller_is_better") {
        lists.smaller_levels = fold_all(table.texts("levels")).collect();
        lists.smaller_words = fold_all(table.texts("words")).collect();
        lists.smaller_except = fold_all(table.texts("except")).collect();
        table.close();
    }
    if let Some(table) = root.table("facts") {
        lists.same_facts =
            table.groups("same").into_iter().map(|group| fold_all(group).collect()).collect();
        lists.this_year = fold_all(table.texts("this_year")).collect();
        lists.last_year = fold_all(table.texts("last_year")).collect();
        lists.fact_endings = longest_first(table.texts("endings"));
        table.close();
    }
    settings(root, &mut lists);
    if let Some(table) = root.table("spending") {
        lists.basic_spending = fold_all(table.texts("basic")).collect();
        lists.project_spending = fold_all(table.texts("project")).collect();
        table.close();
    }
    lists
}

fn settings(root: &Keys<'_>, lists: &mut Lists) {
    let Some(table) = root.table("settings") else { return };
    lists.settings_elsewhere = fold_all(table.texts("elsewhere")).collect();
    lists.setting_fillers = longest_first(table.texts("fillers"));
    lists.numerals = table.numbers("numerals");
    let of = |inner: Option<Keys<'_>>, keys: &[&'static str]| -> Vec<(&'static str, Vec<String>)> {
        let Some(inner) = inner else { return Vec::new() };
        let words = keys.iter().map(|key| (*key, fold_all(inner.texts(key)).collect())).collect();
        inner.close();
        words
    };
    let keys: Vec<&'static str> = KEYS.into_iter().chain(CHOOSING).collect();
    lists.setting_names = of(table.table("keys"), &keys);
    lists.setting_values = of(table.table("values"), &VALUES);
    table.close();
}

fn units(root: &Keys<'_>, lists: &mut Lists) {
    let Some(table) = root.table("units") else { return };
    lists.percent = fold_all(table.texts("percent")).collect();
    lists.same_units =
        table.groups("same").into_iter().map(|group| fold_all(group).collect()).collect();
    lists.scales = table.numbers("scales");
    table.close();
}

fn days(root: &Keys<'_>, lists: &mut Lists) {
    let Some(table) = root.table("days") else { return };
    lists.by_end = longest_first(table.texts("by_end"));
    lists.before_day = longest_first(table.texts("before"));
    lists.year_end = longest_first(table.texts("year_end"));
    lists.early = longest_first(table.texts("early"));
    lists.middle = longest_first(table.texts("middle"));
    lists.late = longest_first(table.texts("late"));
    lists.quarters = table.numbers("quarters");
    for (word, quarter) in &lists.quarters {
        if !(1..=4).contains(quarter) {
            table.mistake(
                "quarters",
                (
                    format!("{word} 写为第 {quarter} 季度，一年只有四个季度"),
                    format!("{word} is quarter {quarter}; a year has four"),
                ),
            );
        }
    }
    lists.quarters.sort_by_key(|(word, _)| std::cmp::Reverse(word.chars().count()));
    table.close();
}

pub(super) fn direction_of(id: &str) -> Option<Direction> {
    Direction::ALL.into_iter().find(|direction| direction.id() == id)
}

fn fold_all(words: Vec<String>) -> impl Iterator<Item = String> {
    words.into_iter().map(|word| folded(&word))
}

fn longest_first(words: Vec<String>) -> Vec<String> {
    let mut words: Vec<String> = fold_all(words).collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
    words
}
