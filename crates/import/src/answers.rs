//! Answers: what a person said to a question, kept under the fingerprint of the headings it was asked about.
//!
//! * In: a TOML text. Out: [`Answers`], which later readings of any table with the same headings obey.
//! * Never: reads or writes a file; the program keeps the text beside the ledger.

use jixiao_core::{Cells, Override, Place, Question, Setting, Waiver};
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
    /// The rules: an id, or a rule file beside this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules: Option<String>,
    /// The region whose rules hold, such as 广东省.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// In the order they were given.
    #[serde(default)]
    pub answer: Vec<Answer>,
    /// Findings that a person lets stand, with the reason.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waive: Vec<Waiver>,
    /// Scores that a person puts in the place of the computed ones.
    #[serde(default, rename = "override", skip_serializing_if = "Vec::is_empty")]
    pub overrides: Vec<Override>,
    /// Settings that replace those of the rules.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub settings: BTreeMap<String, Value>,
    /// The same of all files together with the rules and the region, the nearest first, each with its file.
    #[serde(skip)]
    pub said: Vec<Setting>,
}

/// The value of a setting as a person writes it: `"90%"`, `2`, `true`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// A text in quotes.
    Text(String),
    /// A whole number.
    Whole(i64),
    /// A number with decimals.
    Decimal(rust_decimal::Decimal),
    /// `true` or `false`.
    Flag(bool),
}

impl Value {
    fn text(&self) -> String {
        match self {
            Value::Text(text) => text.clone(),
            Value::Whole(whole) => whole.to_string(),
            Value::Decimal(decimal) => decimal.to_string(),
            Value::Flag(flag) => flag.to_string(),
        }
    }
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
        // Two files of one department may have the same answers beside them.
        let new = nearer.overrides.into_iter().filter(|said| !self.overrides.contains(said));
        let new: Vec<Override> = new.collect();
        self.overrides.extend(new);
        self.said.splice(0..0, nearer.said);
    }

    /// The same, said by a file of this name: settings and decided scores carry it as their place.
    pub fn said_by(mut self, file: &str) -> Answers {
        let place = Place::new(file, "", Cells::default());
        let of = |key: &str, value: String| Setting {
            key: key.to_owned(),
            value,
            source: place.clone(),
        };
        let chosen = [("rules", &self.rules), ("region", &self.region)];
        let chosen = chosen.into_iter().filter_map(|(key, value)| Some(of(key, value.clone()?)));
        let settings = self.settings.iter().map(|(key, value)| of(key, value.text()));
        self.said = chosen.chain(settings).collect();
        self.overrides.iter_mut().for_each(|said| said.source = place.clone());
        self
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
