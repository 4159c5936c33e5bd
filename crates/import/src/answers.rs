//! Answers: what a person said to a question, kept under the fingerprint of the headings it was asked about.
//!
//! * In: a TOML text. Out: [`Answers`], which later readings of any table with the same headings obey.
//! * Never: reads or writes a file; the program keeps the text beside the ledger.

use jixiao_core::{Question, Waiver};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// One answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// The fingerprint of the headings.
    pub headings: String,
    /// What was asked.
    pub about: String,
    /// What was answered: one of the choices.
    pub answer: String,
    /// The question as it was put, for a person who reads the file.
    #[serde(default)]
    pub asked: String,
}

/// All answers, the later of two to one question counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answers {
    /// In the order they were given.
    #[serde(default)]
    pub answer: Vec<Answer>,
    /// Findings that a person lets stand, with the reason.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waive: Vec<Waiver>,
}

impl Answers {
    /// Reads a TOML text.
    ///
    /// # Errors
    /// The parser's message with line and column: unknown keys are refused, since a misspelt one would be passed over.
    pub fn from_toml(text: &str) -> Result<Answers, toml::de::Error> {
        toml::from_str(text)
    }

    /// The TOML text, which [`Answers::from_toml`] reads again.
    ///
    /// # Errors
    /// Only if the writer fails; no content is known to cause that.
    pub fn to_toml(&self) -> Result<String, toml::ser::Error> {
        toml::to_string_pretty(self)
    }

    /// Adds an answer; an earlier one to the same question is replaced.
    pub fn give(&mut self, question: &Question, answer: &str, asked: &str) {
        self.answer
            .retain(|held| held.headings != question.headings || held.about != question.about);
        self.answer.push(Answer {
            headings: question.headings.clone(),
            about: question.about.clone(),
            answer: answer.to_owned(),
            asked: asked.to_owned(),
        });
    }

    /// Adds the answers of another file; they count before those held.
    pub fn preceded_by(&mut self, nearer: Answers) {
        self.answer.extend(nearer.answer);
        self.waive.extend(nearer.waive);
    }

    /// The answers for some headings: what was asked, and what was answered.
    pub fn for_headings(&self, fingerprint: &str) -> BTreeMap<String, String> {
        let own = self.answer.iter().filter(|answer| answer.headings == fingerprint);
        own.map(|answer| (answer.about.clone(), answer.answer.trim().to_owned())).collect()
    }
}

/// The fingerprint of a table's headings.
pub fn fingerprint(signature: &str) -> String {
    Sha256::digest(signature.as_bytes()).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_come_back_and_later_ones_count() {
        let question =
            Question { headings: fingerprint("项目|金额"), about: "unit".to_owned() };
        let mut answers = Answers::default();
        answers.give(&question, "元", "金额单位?");
        answers.give(&question, "万元", "金额单位?");
        let text = answers.to_toml().expect("a text");
        let again = Answers::from_toml(&text).expect("answers");
        assert_eq!(again, answers);
        assert_eq!(again.for_headings(&question.headings)["unit"], "万元");
        assert!(again.for_headings("other").is_empty());
        assert!(Answers::from_toml("[[answer]]\nheading = 'x'").is_err());
    }
}
