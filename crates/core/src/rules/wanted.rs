//! Settings that an input or an office states: they replace those of the rule file, and are told.
//!
//! * In: rules, settings as printed or written, the first of two for one key counts. Out: the rules with these settings, which
//!   were used, and findings about keys and values that are not understood.
//! * Rule: keys are those of rule files or their Chinese names; names and words of values are data (`rules/words.toml`).
//! * Never: a key that is passed over in silence, or a value that is guessed.

use super::load::MOST_DECIMALS;
use super::settings::{BASES, KEYS, NOT_APPLICABLE, OVER_TARGET, REACHED};
use super::suggest::nearest;
use super::words::folded;
use super::{OverTarget, Rules};
use crate::evaluation::SettingUsed;
use crate::execution::percent;
use crate::{Code, Finding, Setting, Severity, Unit};
use rust_decimal::Decimal;

/// Why a value is not taken: what was expected, in Chinese and in English.
struct Expected(String, String);

impl Rules {
    /// These rules with what an input and an office want; of two settings of one key the first counts.
    pub fn with_settings(&self, said: &[Setting]) -> (Rules, Vec<SettingUsed>, Vec<Finding>) {
        let mut rules = self.clone();
        let (mut used, mut findings): (Vec<SettingUsed>, Vec<Finding>) = Default::default();
        for setting in said {
            let Some(key) = self.words.setting(&setting.key) else {
                findings.extend(self.unknown(setting));
                continue;
            };
            let Some(key) = KEYS.into_iter().find(|known| *known == key) else { continue };
            if let Some(first) = used.iter().find(|first| first.key == key) {
                findings.extend(second(setting, first, &rules, key));
                continue;
            }
            match rules.set(key, &setting.value) {
                Ok(()) => used.push(SettingUsed {
                    key: key.to_owned(),
                    value: rules.setting(key),
                    instead_of: self.setting(key),
                    from: setting.source.clone(),
                }),
                Err(expected) => findings.push(unreadable(setting, &expected)),
            }
        }
        used.sort_by_key(|used| KEYS.iter().position(|key| *key == used.key));
        findings.extend(self.told(&used));
        (rules, used, findings)
    }

    /// Every setting that an input may state, with its value.
    pub fn all_settings(&self) -> Vec<(&'static str, String)> {
        KEYS.into_iter().map(|key| (key, self.setting(key))).collect()
    }

    /// The value of a setting as rule files write it; nothing where there is none.
    pub(super) fn setting(&self, key: &str) -> String {
        let settings = &self.settings;
        let flag = |flag: bool| flag.to_string();
        match key {
            "execution_base" => word(&BASES, settings.execution_base),
            "carried_over_contained" => {
                settings.carried_over_contained.map(flag).unwrap_or_default()
            }
            "execution_capped" => flag(settings.execution_capped),
            "execution_weight" => {
                let block = self.execution_block();
                block.map(|block| block.weight.normalize().to_string()).unwrap_or_default()
            }
            "score_decimals" => settings.score_decimals.to_string(),
            "reason_below" => percent(settings.reason_below),
            "reason_for_adjustment" => flag(settings.reason_for_adjustment),
            "far_exceeded" => percent(settings.far_exceeded),
            "over_target" => word(&OVER_TARGET, settings.over_target),
            "ahead_of_money" => percent(settings.ahead_of_money),
            "default_band" => settings.default_band.id().to_owned(),
            "not_applicable" => word(&NOT_APPLICABLE, settings.not_applicable),
            "score_shown" => flag(settings.score_shown),
            "unit_shown" => settings.unit_shown.map(Unit::word).unwrap_or_default().to_owned(),
            _ => String::new(),
        }
    }

    fn set(&mut self, key: &str, value: &str) -> Result<(), Expected> {
        match key {
            "execution_base" => self.settings.execution_base = self.choice(value, &BASES)?,
            "carried_over_contained" => {
                self.settings.carried_over_contained = Some(self.flag(value)?);
            }
            "execution_capped" => self.settings.execution_capped = self.flag(value)?,
            "execution_weight" => self.set_execution_weight(value)?,
            "score_decimals" => self.settings.score_decimals = self.decimals(value)?,
            "reason_below" => self.settings.reason_below = self.share(value, true)?,
            "reason_for_adjustment" => self.settings.reason_for_adjustment = self.flag(value)?,
            "far_exceeded" => self.settings.far_exceeded = self.share(value, false)?,
            "over_target" => {
                let over = self.choice(value, &OVER_TARGET)?;
                if over == OverTarget::Deduct && !self.scores.iter().any(|score| score.fit.over) {
                    return Err(Expected(
                        "report（规则没有写明怎样扣分，即 row.over = true 的计分规则）".to_owned(),
                        "report, since the rules do not say what is deducted (a score with row.over = true)".to_owned(),
                    ));
                }
                self.settings.over_target = over;
            }
            "ahead_of_money" => self.settings.ahead_of_money = self.share(value, true)?,
            "default_band" => {
                let band = self.words.chosen(value);
                self.settings.default_band =
                    band.ok_or_else(|| listed(REACHED.map(|(word, _)| word.to_owned())))?;
            }
            "not_applicable" => {
                self.settings.not_applicable = self.choice(value, &NOT_APPLICABLE)?
            }
            "score_shown" => self.settings.score_shown = self.flag(value)?,
            "unit_shown" => {
                let value = folded(value);
                let unit = Unit::ALL.into_iter().find(|unit| unit.word() == value);
                let known = || listed(Unit::ALL.map(|unit| unit.word().to_owned()));
                self.settings.unit_shown = Some(unit.ok_or_else(known)?);
            }
            _ => {}
        }
        Ok(())
    }

    /// One of some choices, by the word of rule files or a word that means it.
    fn choice<T: Copy>(&self, value: &str, choices: &[(&'static str, T)]) -> Result<T, Expected> {
        let found = choices.iter().find(|(word, _)| self.words.is_value(word, value));
        let known = |(word, _): &(&'static str, T)| match self.words.value_words(word).first() {
            Some(chinese) => format!("{chinese}（{word}）"),
            None => (*word).to_owned(),
        };
        found.map(|(_, choice)| *choice).ok_or_else(|| listed(choices.iter().map(known)))
    }

    fn flag(&self, value: &str) -> Result<bool, Expected> {
        let said = |word: &str| self.words.is_value(word, value);
        match (said("yes"), said("no")) {
            (true, false) => Ok(true),
            (false, true) => Ok(false),
            _ => Err(Expected("是 或 否".to_owned(), "是 (yes) or 否 (no)".to_owned())),
        }
    }

    /// A share such as `90%` or `0.9`; a plain number above one does not say which it is.
    fn share(&self, value: &str, at_most_one: bool) -> Result<Decimal, Expected> {
        let expected =
            || Expected("百分数，如 90%".to_owned(), "a percentage such as 90%".to_owned());
        let text = self.words.without_comparison(value);
        let share = match text.strip_suffix('%') {
            Some(percent) => number(percent).map(|percent| percent / Decimal::ONE_HUNDRED),
            None => number(&text).filter(|plain| *plain <= Decimal::ONE),
        };
        let share = share.ok_or_else(expected)?.normalize();
        let fits = share >= Decimal::ZERO && (share <= Decimal::ONE || !at_most_one);
        if fits { Ok(share) } else { Err(expected()) }
    }

    fn decimals(&self, value: &str) -> Result<u32, Expected> {
        let decimals = self.words.decimals(value).filter(|d| i64::from(*d) <= MOST_DECIMALS);
        decimals.ok_or_else(|| {
            Expected(
                format!("0 至 {MOST_DECIMALS} 的整数，如 2"),
                format!("a whole number from 0 to {MOST_DECIMALS}"),
            )
        })
    }

    /// Another weight of the execution rate; the other blocks share the rest in the proportion they had.
    fn set_execution_weight(&mut self, value: &str) -> Result<(), Expected> {
        let text = folded(value);
        let weight = number(text.strip_suffix('分').unwrap_or(&text))
            .filter(|weight| *weight >= Decimal::ZERO && *weight < Decimal::ONE_HUNDRED);
        let (true, Some(weight)) = (self.card.iter().all(|row| row.weight.is_none()), weight)
        else {
            return Err(Expected(
                "0 至 100 之间的分值；规则自带评分表的，须改规则文件".to_owned(),
                "points from 0 to below 100; where the rules have a scorecard of their own, change the rule file".to_owned(),
            ));
        };
        let others: Vec<Decimal> =
            self.blocks.iter().filter(|block| !block.execution).map(|b| b.weight).collect();
        let own = self.execution_block().map(|block| block.weight);
        if own == Some(weight) || own.is_none() || others.iter().all(Decimal::is_zero) {
            return if own == Some(weight) { Ok(()) } else { Err(no_execution_block()) };
        }
        let mut parts =
            crate::scoring::in_proportion(&others, Decimal::ONE_HUNDRED - weight).into_iter();
        for block in &mut self.blocks {
            block.weight = match block.execution {
                true => weight,
                false => parts.next().unwrap_or(block.weight),
            };
        }
        Ok(())
    }

    fn unknown(&self, setting: &Setting) -> Option<Finding> {
        let (key, value) = (setting.key.trim(), setting.value.trim());
        if self.words.is_elsewhere(key) || key.is_empty() {
            return None;
        }
        let names: Vec<&str> = KEYS.iter().map(|key| self.words.setting_name(key)).collect();
        let meant = nearest(key, names.iter().chain(&KEYS).copied());
        let (zh, en) = match meant {
            Some(meant) => (format!("是否应为“{meant}”？"), format!(" Did you mean {meant:?}?")),
            None => Default::default(),
        };
        let known = |between: &str| {
            let pair = |(name, key): (&&str, &&str)| format!("{name}（{key}）");
            names.iter().zip(&KEYS).map(pair).collect::<Vec<_>>().join(between)
        };
        let (known_zh, known_en) = (known("、"), known(", "));
        Some(Finding::new(
            Code::SettingUnknown,
            setting.source.clone(),
            format!("没有名为“{key}”的设置，其值“{value}”没有采用。{zh}可用的设置：{known_zh}。"),
            format!(
                "There is no setting {key:?}; its value {value:?} is not used.{en} There are: {known_en}."
            ),
        ))
    }

    /// A value of rule files as people say it.
    fn said<'v>(&'v self, value: &'v str) -> &'v str {
        let word = match value {
            "true" => "yes",
            "false" => "no",
            other => other,
        };
        self.words.value_words(word).first().map_or(value, String::as_str)
    }

    /// That settings are used, in one finding.
    fn told(&self, used: &[SettingUsed]) -> Option<Finding> {
        let first = used.first()?;
        let place = |used: &SettingUsed| used.from.to_string();
        let zh = |used: &SettingUsed| {
            let name = self.words.setting_name(&used.key);
            let old =
                if used.instead_of.is_empty() { "未定" } else { self.said(&used.instead_of) };
            let value = self.said(&used.value);
            format!("{name}（{}）为“{value}”，规则为“{old}”，见 {}", used.key, place(used))
        };
        let en = |used: &SettingUsed| {
            let old = if used.instead_of.is_empty() { "open" } else { &used.instead_of };
            format!("{} is {} instead of {old} ({})", used.key, used.value, place(used))
        };
        let zh: Vec<String> = used.iter().map(zh).collect();
        let en: Vec<String> = used.iter().map(en).collect();
        let (zh, en) = (zh.join("；"), en.join("; "));
        let mut finding = Finding::new(
            Code::SettingsUsed,
            first.from.clone(),
            format!("按设置而不按规则文件计算：{zh}。如不是有意的，请改正或删去该设置。"),
            format!(
                "Settings replace those of the rules: {en}. If that is not meant, correct or delete them."
            ),
        );
        finding.related = used.iter().skip(1).map(|used| used.from.clone()).collect();
        Some(finding)
    }
}

/// A second value of a key; nothing is said where both are the same.
fn second(setting: &Setting, first: &SettingUsed, rules: &Rules, key: &str) -> Option<Finding> {
    let mut other = rules.clone();
    let same = other.set(key, &setting.value).is_ok() && other.setting(key) == first.value;
    let (value, used, place) = (setting.value.trim(), &first.value, first.from.to_string());
    let together = first.from.file == setting.source.file;
    let finding = Finding::new(
        Code::SettingUnknown,
        setting.source.clone(),
        format!(
            "设置“{}”有两个值：此处为“{value}”，{place} 为“{used}”，采用后者。请删去不用的一个。",
            setting.key
        ),
        format!(
            "The setting {key} has two values: {value:?} here and {used:?} in {place}, which is used. Delete the one that is not meant."
        ),
    );
    let severity = if together { Severity::Error } else { Severity::Info };
    (!same).then(|| finding.with_severity(severity).with_related(first.from.clone()))
}

fn unreadable(setting: &Setting, Expected(zh, en): &Expected) -> Finding {
    let (key, value) = (setting.key.trim(), setting.value.trim());
    Finding::new(
        Code::ValueUnreadable,
        setting.source.clone(),
        format!("设置“{key}”的值“{value}”不能识别，没有采用，仍按规则。应为{zh}。请改正。"),
        format!(
            "The setting {key:?} has the value {value:?}, which is not understood and not used; the rules stand. Write {en}."
        ),
    )
}

fn no_execution_block() -> Expected {
    let (zh, en) = (
        "空：规则没有预算执行率的分值",
        "nothing: the rules have no weight for the execution rate",
    );
    Expected(zh.to_owned(), en.to_owned())
}

fn listed(choices: impl IntoIterator<Item = String>) -> Expected {
    let choices: Vec<String> = choices.into_iter().collect();
    Expected(choices.join("、"), choices.join(", "))
}

fn word<T: PartialEq>(choices: &[(&'static str, T)], value: T) -> String {
    choices
        .iter()
        .find(|(_, of)| *of == value)
        .map_or_else(String::new, |(word, _)| (*word).to_owned())
}

/// A plain decimal without sign.
fn number(text: &str) -> Option<Decimal> {
    let plain = !text.is_empty() && text.chars().all(|c| c.is_ascii_digit() || c == '.');
    Decimal::from_str_exact(text).ok().filter(|_| plain)
}
