//! What can be wrong with rules: an id that nobody knows, and the mistakes of a file.
//!
//! * In: what the loader found. Out: messages in Chinese and in English, each mistake with line and column.
//! * Never: only the first mistake.

use super::reader::did_you_mean;
use super::suggest::nearest;

/// One mistake in a rule file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The file that the rule file names and that holds it; empty for the rule file itself.
    pub file: String,
    /// Line, counted from one.
    pub line: usize,
    /// Column, counted in characters from one.
    pub column: usize,
    /// What was found, what was expected and what to do.
    pub message: String,
    /// The same in Chinese.
    pub chinese: String,
}

/// Why rules cannot be used; lists every mistake.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RulesError {
    /// No rule file of this id is built in.
    #[error("no built-in rules are called {id:?}{}; built in are {}; or give a rule file (.toml)", did_you_mean(nearest(id, known.iter().map(String::as_str))).1, known.join(", "))]
    Unknown {
        /// The id asked for.
        id: String,
        /// The ids there are.
        known: Vec<String>,
    },
    /// The text is no valid rule file.
    #[error("the rule file cannot be used; correct these {} place(s):{}", mistakes.len(), listed(mistakes))]
    Invalid {
        /// Every mistake, in the order of the file.
        mistakes: Vec<Mistake>,
    },
}

impl RulesError {
    /// The message in Chinese.
    pub fn chinese(&self) -> String {
        match self {
            RulesError::Unknown { id, known } => {
                let meant = nearest(id, known.iter().map(String::as_str));
                let meant = meant.map_or_else(String::new, |meant| format!("是否应为 {meant}？"));
                let known = known.join("、");
                format!(
                    "没有名为“{id}”的内置规则。{meant}内置的有 {known}；也可给出规则文件（.toml）"
                )
            }
            RulesError::Invalid { mistakes } => {
                let line = |m: &Mistake| {
                    let file = if m.file.is_empty() { "" } else { " " };
                    format!("\n  {}{file}第 {} 行第 {} 列：{}", m.file, m.line, m.column, m.chinese)
                };
                let lines: String = mistakes.iter().map(line).collect();
                format!("规则文件不能使用，请改正以下 {} 处：{lines}", mistakes.len())
            }
        }
    }
}

fn listed(mistakes: &[Mistake]) -> String {
    let line = |m: &Mistake| {
        let file = if m.file.is_empty() { "" } else { ", " };
        format!("\n  {}{file}line {}, column {}: {}", m.file, m.line, m.column, m.message)
    };
    mistakes.iter().map(line).collect()
}
