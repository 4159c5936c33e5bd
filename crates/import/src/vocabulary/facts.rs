//! Words of facts and settings: what stands at the head of their tables, which names rules ask for, what kind of value each has.
//!
//! * In: folded texts. Out: roles of headings, kinds of values, whether a name is known. Data: `vocabulary/facts.toml`.
//! * Never: reads a value.

use crate::fold;
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

/// What kind of value a fact has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FactKind {
    /// An amount of money.
    Money,
    /// A number of something.
    Count,
    /// A percentage or a fraction.
    Ratio,
    /// Yes or no, as one or zero.
    YesNo,
}

/// What stands below a heading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeadRole {
    /// Names of facts.
    Name,
    /// The one value of each.
    Value,
    /// One of several values: 上年决算数.
    Column,
    /// Units.
    Unit,
    /// Remarks.
    Remark,
    /// Numbers of rows.
    Number,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FactData {
    kind: FactKind,
    #[serde(default)]
    telling: bool,
    words: Vec<String>,
}

/// The words of settings.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct SettingData {
    key: Vec<String>,
    value: Vec<String>,
    remark: Vec<String>,
    telling: Vec<String>,
    own: Vec<String>,
    common: Vec<String>,
    year: Vec<String>,
    department: Vec<String>,
    unit: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Data {
    announce: Vec<String>,
    name: Vec<String>,
    value: Vec<String>,
    unit: Vec<String>,
    remark: Vec<String>,
    number: Vec<String>,
    column: Vec<String>,
    count_units: Vec<String>,
    ratio_units: Vec<String>,
    scales: BTreeMap<String, u32>,
    count_endings: Vec<String>,
    ratio_endings: Vec<String>,
    money_endings: Vec<String>,
    yes: Vec<String>,
    no: Vec<String>,
    fact: Vec<FactData>,
    settings: SettingData,
}

/// The loaded words.
#[derive(Default)]
pub struct FactWords {
    data: Data,
    facts: HashMap<String, (FactKind, bool)>,
}

/// The words in use; the shipped file is checked by a test, so an empty one never meets a user.
pub static FACT_WORDS: LazyLock<FactWords> =
    LazyLock::new(|| FactWords::builtin().unwrap_or_default());

const FACTS: &str = include_str!("../../vocabulary/facts.toml");

/// What a setting says about the subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingOf {
    /// The budget year.
    Year,
    /// The department.
    Department,
    /// The unit of amounts.
    Unit,
}

impl FactWords {
    /// The words of the crate's own file.
    ///
    /// # Errors
    /// The parser's message, with line and column.
    pub fn builtin() -> Result<FactWords, toml::de::Error> {
        let data: Data = toml::from_str(FACTS)?;
        let words = data
            .fact
            .iter()
            .flat_map(|fact| fact.words.iter().map(|word| (bare(word), (fact.kind, fact.telling))));
        let facts = words.collect();
        Ok(FactWords { data, facts })
    }

    /// Whether a title announces facts.
    pub fn announces(&self, title: &str) -> bool {
        let key = bare(title);
        self.data.announce.iter().any(|word| key.contains(word.as_str()))
    }

    /// What stands below a heading; `None` where its words say nothing.
    pub fn head(&self, text: &str) -> Option<HeadRole> {
        let key = fold::title(text).key;
        let plain = bare(&key);
        let is = |words: &[String]| words.contains(&plain);
        [
            (HeadRole::Number, &self.data.number),
            (HeadRole::Name, &self.data.name),
            (HeadRole::Unit, &self.data.unit),
            (HeadRole::Remark, &self.data.remark),
            (HeadRole::Value, &self.data.value),
        ]
        .into_iter()
        .find(|(_, words)| is(words))
        .map(|(role, _)| role)
        .or_else(|| (self.is_column(text) || self.is_column(&key)).then_some(HeadRole::Column))
    }

    /// Whether a text is made of column words and years only.
    pub fn is_column(&self, text: &str) -> bool {
        let key = bare(text);
        !key.is_empty() && self.strip_front(&key).is_empty()
    }

    fn strip_front<'a>(&self, key: &'a str) -> &'a str {
        let mut rest = key;
        loop {
            let digits = rest.chars().take_while(char::is_ascii_digit).count();
            if digits == 4 && rest.starts_with("20") {
                let after = &rest[4..];
                rest = after
                    .strip_prefix("年度")
                    .or_else(|| after.strip_prefix('年'))
                    .unwrap_or(after);
                continue;
            }
            let pieces = self.data.column.iter().filter(|piece| rest.starts_with(piece.as_str()));
            let Some(longest) = pieces.max_by_key(|piece| piece.len()) else { return rest };
            rest = &rest[longest.len()..];
        }
    }

    /// The kind of a known name, and whether no ledger of spending has it.
    pub fn known(&self, name: &str) -> Option<(FactKind, bool)> {
        let mut key = bare(name);
        if let Some(found) = self.facts.get(&key) {
            return Some(*found);
        }
        // 楼堂馆所控制情况（2023年完工项目）: what stands in brackets behind a name tells more of it.
        if let Some((head, _)) = key.strip_suffix(')').and_then(|rest| rest.rsplit_once('(')) {
            key = head.to_owned();
        }
        // 2023年三公经费预算数, 年末在职人员数: years and column words in front and behind.
        let mut starts = vec![key.as_str()];
        let mut rest = key.as_str();
        while let Some(shorter) = self.without_one_in_front(rest) {
            rest = shorter;
            starts.push(rest);
        }
        starts.into_iter().find_map(|start| {
            let mut end = start;
            loop {
                if let Some(found) = self.facts.get(end) {
                    return Some(*found);
                }
                let behind =
                    self.data.column.iter().filter_map(|piece| end.strip_suffix(piece.as_str()));
                end = behind.filter(|rest| !rest.is_empty()).min_by_key(|rest| rest.len())?;
            }
        })
    }

    fn without_one_in_front<'a>(&self, key: &'a str) -> Option<&'a str> {
        let digits = key.chars().take_while(char::is_ascii_digit).count();
        if digits == 4 {
            let after = &key[4..];
            let after = after.strip_prefix("年度").or_else(|| after.strip_prefix('年'))?;
            return (!after.is_empty()).then_some(after);
        }
        let rests = self.data.column.iter().filter_map(|piece| key.strip_prefix(piece.as_str()));
        rests.filter(|rest| !rest.is_empty()).min_by_key(|rest| rest.len())
    }

    /// The kind of value that a name tells: a known one, else by how it ends.
    pub fn kind(&self, name: &str) -> Option<FactKind> {
        if let Some((kind, _)) = self.known(name) {
            return Some(kind);
        }
        let key = bare(name);
        let ends = |words: &[String]| words.iter().any(|word| key.ends_with(word.as_str()));
        if ends(&self.data.ratio_endings) {
            Some(FactKind::Ratio)
        } else if ends(&self.data.count_endings) {
            Some(FactKind::Count)
        } else {
            ends(&self.data.money_endings).then_some(FactKind::Money)
        }
    }

    /// The name of a fact of money that a title holds: `“三公”经费支出情况表` speaks of 三公经费.
    pub fn named_in(&self, title: &str) -> Option<&str> {
        let key = bare(title);
        let telling =
            self.data.fact.iter().filter(|fact| fact.telling && fact.kind == FactKind::Money);
        let words =
            telling.flat_map(|fact| &fact.words).filter(|word| key.contains(bare(word).as_str()));
        words.min_by_key(|word| word.len()).map(String::as_str)
    }

    /// The factor of a unit that counts: 1 for 人, 10000 for 万人.
    pub fn count_factor(&self, unit: &str) -> Option<u32> {
        let is = |unit: &str| self.data.count_units.iter().any(|word| word == unit);
        if is(unit) {
            return Some(1);
        }
        self.data
            .scales
            .iter()
            .find_map(|(scale, factor)| is(unit.strip_prefix(scale.as_str())?).then_some(*factor))
    }

    /// Whether a unit says hundredths.
    pub fn is_percent(&self, unit: &str) -> bool {
        self.data.ratio_units.iter().any(|word| word == unit)
    }

    /// What a word that answers yes or no says.
    pub fn answer(&self, text: &str) -> Option<bool> {
        let key = fold::plain(text);
        let is = |words: &[String]| words.contains(&key);
        if is(&self.data.yes) { Some(true) } else { is(&self.data.no).then_some(false) }
    }

    /// Whether two headings are those of settings, and whether one of them says so alone.
    pub fn setting_heads(&self, key: &str, value: &str) -> Option<bool> {
        let data = &self.data.settings;
        let (key, value) = (bare(key), bare(value));
        let is = |words: &[String], text: &String| words.contains(text);
        let heads = is(&data.key, &key) && is(&data.value, &value);
        heads.then(|| is(&data.telling, &key) || is(&data.telling, &value))
    }

    /// Whether a heading stands above what is said about settings.
    pub fn is_setting_remark(&self, text: &str) -> bool {
        self.data.settings.remark.contains(&bare(text))
    }

    /// Whether a key is one of settings, and whether only settings have it.
    pub fn setting_key(&self, text: &str) -> Option<bool> {
        let (data, key) = (&self.data.settings, setting_bare(text));
        if data.own.contains(&key) {
            Some(true)
        } else {
            data.common.contains(&key).then_some(false)
        }
    }

    /// What a setting says about the subject.
    pub fn setting_of(&self, key: &str) -> Option<SettingOf> {
        let (data, key) = (&self.data.settings, setting_bare(key));
        let all = [
            (SettingOf::Year, &data.year),
            (SettingOf::Department, &data.department),
            (SettingOf::Unit, &data.unit),
        ];
        all.into_iter().find(|(_, words)| words.contains(&key)).map(|(of, _)| of)
    }
}

fn setting_bare(text: &str) -> String {
    bare(text).trim_end_matches(':').to_owned()
}

/// A text as names are compared: folded, without quotes, with 、 and spaces as they are.
pub fn bare(text: &str) -> String {
    let quotes = ['“', '”', '"', '\'', '‘', '’', '「', '」', '《', '》'];
    fold::plain(text).chars().filter(|c| !quotes.contains(c)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fact_that_a_shipped_rule_asks_for_is_known() {
        let words = FactWords::builtin().expect("words");
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../core/rules");
        let mut asked = 0;
        for entry in std::fs::read_dir(folder).expect("the rules") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                continue;
            }
            let text = std::fs::read_to_string(path).expect("a file");
            for call in text.split("fact(").skip(1) {
                let name = call.split([')', '.']).next().unwrap_or_default();
                assert!(words.known(name).is_some(), "{name} is not known");
                asked += 1;
            }
        }
        assert!(asked > 60, "only {asked}");
    }

    #[test]
    fn every_setting_that_rules_have_is_a_known_key() {
        let words = FactWords::builtin().expect("words");
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../core/rules/words.toml");
        let text = std::fs::read_to_string(path).expect("the words of the core");
        let all: toml::Table = toml::from_str(&text).expect("a table");
        let keys = all["settings"]["keys"].as_table().expect("keys");
        assert!(keys.len() > 10, "only {}", keys.len());
        for key in keys.values().flat_map(|names| names.as_array().expect("names")) {
            let key = key.as_str().expect("a name");
            assert_eq!(words.setting_key(key), Some(true), "{key}");
        }
    }

    #[test]
    fn headings_and_names_are_told_as_an_officer_tells_them() {
        let words = FactWords::builtin().expect("words");
        for (text, role) in [
            ("数值", Some(HeadRole::Value)),
            ("填报数（万元）", Some(HeadRole::Value)),
            ("2022年决算数", Some(HeadRole::Column)),
            ("上年决算数", Some(HeadRole::Column)),
            ("年末实有人数", Some(HeadRole::Column)),
            ("计量单位", Some(HeadRole::Unit)),
            ("序号", Some(HeadRole::Number)),
            ("填报说明", Some(HeadRole::Remark)),
            ("收款人", None),
            ("控制率", None),
        ] {
            assert_eq!(words.head(text), role, "{text}");
        }
        for (name, kind) in [
            ("“三公”经费", Some((FactKind::Money, true))),
            ("2023年三公经费预算数", Some((FactKind::Money, true))),
            ("年末在职人员数", Some((FactKind::Count, true))),
            ("公务接待费", Some((FactKind::Money, false))),
            ("基本工资", None),
            ("预算数", None),
        ] {
            assert_eq!(words.known(name), kind, "{name}");
        }
        assert_eq!(words.named_in("某局2023年度“三公”经费支出情况表"), Some("三公经费"));
        assert_eq!([words.count_factor("人"), words.count_factor("万人")], [Some(1), Some(10_000)]);
    }
}
