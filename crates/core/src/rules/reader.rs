//! A strict reader over a rule file: every value is asked for by name, what nobody asked for is a mistake.
//!
//! * In: the text of a TOML file. Out: values, and the list of all mistakes with line and column.
//! * Never: stops at the first mistake, or passes a number through a float.

use super::Mistake;
use super::suggest::nearest;
use super::syntax;
use rust_decimal::Decimal;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The text, and what was found wrong in it so far.
pub(crate) struct Source<'t> {
    text: &'t str,
    mistakes: RefCell<Vec<(usize, Said)>>,
    /// Mistakes of files that this one names.
    elsewhere: RefCell<Vec<Mistake>>,
    /// The lines that are no TOML: what else is said of them, or of the whole, follows from that.
    broken: RefCell<BTreeSet<usize>>,
}

/// A message in Chinese and in English.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Said {
    chinese: String,
    english: String,
}

impl<Z: Into<String>, E: Into<String>> From<(Z, E)> for Said {
    fn from((chinese, english): (Z, E)) -> Said {
        Said { chinese: chinese.into(), english: english.into() }
    }
}

/// A table of the file. Keys that nobody asks for become mistakes when it is closed.
pub(crate) struct Keys<'t> {
    source: &'t Source<'t>,
    table: &'t DeTable<'t>,
    /// What the table is called in messages, such as `[[score]]`.
    name: String,
    at: usize,
    asked: RefCell<BTreeSet<&'static str>>,
}

impl<'t> Source<'t> {
    pub(crate) fn new(text: &'t str) -> Source<'t> {
        Source {
            text,
            mistakes: RefCell::default(),
            elsewhere: RefCell::default(),
            broken: RefCell::default(),
        }
    }

    pub(crate) fn mistake(&self, at: usize, message: impl Into<Said>) {
        if !self.broken.borrow().contains(&line_of(self.text, at)) {
            self.mistakes.borrow_mut().push((at, message.into()));
        }
    }

    /// A line that is no TOML.
    pub(crate) fn broken(&self, at: usize, message: Said) {
        self.mistakes.borrow_mut().push((at, message));
        self.broken.borrow_mut().insert(line_of(self.text, at));
    }

    /// What is wrong with the whole; of a file with lines that are no TOML nobody can tell.
    fn conclusion(&self, at: usize, message: impl Into<Said>) {
        if self.broken.borrow().is_empty() {
            self.mistake(at, message);
        }
    }

    pub(crate) fn is_clean(&self) -> bool {
        self.mistakes.borrow().is_empty()
    }

    /// The mistakes of a file that this one names.
    pub(crate) fn mistakes_of(&self, file: &str, mistakes: Vec<Mistake>) {
        let of = |mistake| Mistake { file: file.to_owned(), ..mistake };
        self.elsewhere.borrow_mut().extend(mistakes.into_iter().map(of));
    }

    /// All mistakes in the order of the file, then those of the files that it names.
    pub(crate) fn mistakes(&self) -> Vec<Mistake> {
        let mut found = self.mistakes.borrow().clone();
        found.sort_by_key(|(at, _)| *at);
        // A value that is asked for twice is wrong once.
        found.dedup();
        found
            .into_iter()
            .map(|(at, message)| {
                let before = self.text.get(..at).unwrap_or(self.text);
                let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
                Mistake {
                    file: String::new(),
                    line: before.matches('\n').count() + 1,
                    column: before[line_start..].chars().count() + 1,
                    message: message.english,
                    chinese: message.chinese,
                }
            })
            .chain(self.elsewhere.borrow().iter().cloned())
            .collect()
    }

    pub(crate) fn keys(
        &'t self,
        table: &'t DeTable<'t>,
        name: impl Into<String>,
        at: usize,
    ) -> Keys<'t> {
        Keys { source: self, table, name: name.into(), at, asked: RefCell::default() }
    }

    /// Where the characters of a plain string value begin: behind its quote.
    pub(crate) fn inside(&self, span: &Range<usize>, characters: usize) -> usize {
        let whole = self.text.get(span.clone()).unwrap_or_default();
        let quotes = if whole.starts_with("\"\"\"") || whole.starts_with("'''") { 3 } else { 1 };
        let start = span.start + quotes;
        let text = self.text.get(start..span.end).unwrap_or_default();
        start + text.char_indices().nth(characters).map_or(0, |(offset, _)| offset)
    }
}

/// The parsed document; syntax errors become mistakes, one for each line.
pub(crate) fn document<'t>(text: &'t str) -> (DeTable<'t>, Vec<(usize, Said)>) {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut mistakes: Vec<(usize, Said)> = Vec::new();
    let mut last: Option<(usize, &str)> = None;
    for error in &errors {
        let at = error.span().map_or(0, |span| span.start);
        let (line, why) = (line_of(text, at), error.message());
        // A line that is broken breaks in several places, and a heading that stands twice repeats all that is below it.
        let follows = last.is_some_and(|(before, said)| {
            line == before || (line == before + 1 && why == said && why.contains("duplicate"))
        });
        last = Some((line, why));
        if !follows {
            let (at, said) = syntax::advice(text, at, why);
            mistakes.push((at, Said::from(said)));
        }
    }
    (table.into_inner(), mistakes)
}

fn line_of(text: &str, at: usize) -> usize {
    text.get(..at).unwrap_or(text).matches('\n').count()
}

impl<'t> Keys<'t> {
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// The place of a key's value, else of the table.
    pub(crate) fn place(&self, key: &str) -> usize {
        self.table.get(key).map_or(self.at, |value| value.span().start)
    }

    pub(crate) fn span(&self, key: &str) -> Range<usize> {
        self.table.get(key).map_or(self.at..self.at, Spanned::span)
    }

    pub(crate) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    pub(crate) fn mistake(&self, key: &str, message: impl Into<Said>) {
        self.source.mistake(self.place(key), message);
    }

    /// A mistake that follows from all of the file.
    pub(crate) fn conclusion(&self, at: usize, message: impl Into<Said>) {
        self.source.conclusion(at, message);
    }

    pub(crate) fn mistake_at(&self, at: usize, message: impl Into<Said>) {
        self.source.mistake(at, message);
    }

    fn value(&self, key: &'static str) -> Option<&'t Spanned<DeValue<'t>>> {
        self.asked.borrow_mut().insert(key);
        self.table.get(key)
    }

    fn needed(&self, key: &'static str) -> Option<&'t Spanned<DeValue<'t>>> {
        let value = self.value(key);
        if value.is_none() {
            let name = &self.name;
            let zh = format!("{} 缺少 `{key}`，请补上", self.chinese_name());
            self.source.conclusion(self.at, (zh, format!("{name} lacks `{key}`; add it")));
        }
        value
    }

    fn wrong(&self, key: &str, value: &Spanned<DeValue<'_>>, expected: (&str, &str)) {
        let found = value.get_ref().type_str();
        let (zh, en) = expected;
        let zh_found = chinese_type(found);
        self.source.mistake(
            value.span().start,
            (
                format!("`{key}` 应为{zh}，此处写的是{zh_found}"),
                format!("`{key}` is {en}, but a value of type {found} stands here"),
            ),
        );
    }

    fn chinese_name(&self) -> &str {
        if self.at == 0 { "文件" } else { &self.name }
    }

    /// The choice a text names, by its word; a mistake with the choices where it names none.
    pub(crate) fn choice<T: Copy>(&self, key: &'static str, choices: &[(&str, T)]) -> Option<T> {
        let value = self.needed(key)?;
        let text = self.as_text(key, value);
        self.one_of(value.span().start, &text, choices)
    }

    /// The choices a list names.
    pub(crate) fn choices<T: Copy>(&self, key: &'static str, choices: &[(&str, T)]) -> Vec<T> {
        let of = |value: &'t Spanned<DeValue<'t>>| {
            self.one_of(value.span().start, &self.as_text(key, value), choices)
        };
        self.array(key).into_iter().filter_map(of).collect()
    }

    fn one_of<T: Copy>(&self, at: usize, text: &str, choices: &[(&str, T)]) -> Option<T> {
        let found = choices.iter().find(|(word, _)| *word == text).map(|(_, choice)| *choice);
        if found.is_none() {
            let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
            let meant = nearest(text, words.iter().copied());
            let (zh, en) = did_you_mean(meant);
            let zh = format!("“{text}”不在可选值之中：{}{zh}", words.join("、"));
            self.source.mistake(at, (zh, format!("{text:?} is none of {}{en}", words.join(", "))));
        }
        found
    }

    fn as_text(&self, key: &str, value: &'t Spanned<DeValue<'t>>) -> String {
        match value.get_ref().as_str() {
            Some(text) => text.to_owned(),
            None => {
                self.wrong(key, value, ("引号中的文字", "a text in quotes"));
                String::new()
            }
        }
    }

    pub(crate) fn text(&self, key: &'static str) -> String {
        self.needed(key).map_or_else(String::new, |value| self.as_text(key, value))
    }

    pub(crate) fn text_or(&self, key: &'static str, default: &str) -> String {
        self.value(key).map_or_else(|| default.to_owned(), |value| self.as_text(key, value))
    }

    /// Makes a key known that is absent here.
    pub(crate) fn text_or_absent(&self, key: &'static str) {
        self.value(key);
    }

    pub(crate) fn flag(&self, key: &'static str) -> bool {
        let Some(value) = self.needed(key) else { return false };
        value.get_ref().as_bool().unwrap_or_else(|| {
            self.wrong(key, value, ("true 或 false", "true or false"));
            false
        })
    }

    pub(crate) fn flag_or(&self, key: &'static str, default: bool) -> bool {
        if self.value(key).is_some() { self.flag(key) } else { default }
    }

    pub(crate) fn date(&self, key: &'static str) -> String {
        let Some(value) = self.needed(key) else { return String::new() };
        match value.get_ref().as_datetime() {
            Some(date) if date.date.is_some() && date.time.is_none() => date.to_string(),
            _ => {
                self.wrong(
                    key,
                    value,
                    ("不加引号的日期，如 2026-11-23", "a day such as 2026-11-23, without quotes"),
                );
                String::new()
            }
        }
    }

    /// A number: `10`, `7.5`, `"90%"`. Read as text, so that it stays exact.
    pub(crate) fn decimal(&self, key: &'static str) -> Decimal {
        self.needed(key).map_or(Decimal::ZERO, |value| self.as_decimal(key, value))
    }

    fn as_decimal(&self, key: &str, value: &Spanned<DeValue<'_>>) -> Decimal {
        let decimal = match value.get_ref() {
            DeValue::Integer(integer) if integer.radix() == 10 => plain(integer.as_str()),
            DeValue::Float(float) => plain(float.as_str()),
            DeValue::String(text) => match text.strip_suffix('%') {
                Some(percent) => plain(percent).map(|p| (p / Decimal::ONE_HUNDRED).normalize()),
                None => plain(text),
            },
            _ => None,
        };
        decimal.unwrap_or_else(|| {
            self.wrong(
                key,
                value,
                ("数字或百分数（如 \"90%\"）", "a plain number or a percentage such as \"90%\""),
            );
            Decimal::ZERO
        })
    }

    /// A whole number, if the key is there.
    pub(crate) fn whole(&self, key: &'static str) -> Option<i64> {
        let value = self.value(key)?;
        let whole = value.get_ref().as_integer().and_then(|i| i.as_str().parse().ok());
        if whole.is_none() {
            self.wrong(key, value, ("整数", "a whole number"));
        }
        whole
    }

    /// A list of whole numbers; empty when the key is absent.
    pub(crate) fn wholes(&self, key: &'static str) -> Vec<i64> {
        let whole = |value: &'t Spanned<DeValue<'t>>| {
            let whole = value.get_ref().as_integer().and_then(|i| i.as_str().parse().ok());
            whole.unwrap_or_else(|| {
                self.wrong(key, value, ("整数的列表", "a list of whole numbers"));
                i64::default()
            })
        };
        self.array(key).into_iter().map(whole).collect()
    }

    /// A list of texts; empty when the key is absent.
    pub(crate) fn texts(&self, key: &'static str) -> Vec<String> {
        self.array(key).into_iter().map(|value| self.as_text(key, value)).collect()
    }

    /// A list of lists of texts.
    pub(crate) fn groups(&self, key: &'static str) -> Vec<Vec<String>> {
        let mut groups = Vec::new();
        for value in self.array(key) {
            match value.get_ref().as_array() {
                Some(inner) => groups.push(inner.iter().map(|v| self.as_text(key, v)).collect()),
                None => self.wrong(key, value, ("列表的列表", "a list of lists")),
            }
        }
        groups
    }

    fn array(&self, key: &'static str) -> Vec<&'t Spanned<DeValue<'t>>> {
        let Some(value) = self.value(key) else { return Vec::new() };
        match value.get_ref().as_array() {
            Some(array) => array.iter().collect(),
            None => {
                self.wrong(key, value, ("方括号中的列表", "a list in square brackets"));
                Vec::new()
            }
        }
    }

    /// A table that has to be there.
    pub(crate) fn table(&self, key: &'static str) -> Option<Keys<'t>> {
        self.needed(key)?;
        self.table_or_none(key)
    }

    /// A table that may be absent.
    pub(crate) fn table_or_none(&self, key: &'static str) -> Option<Keys<'t>> {
        let value = self.value(key)?;
        match value.get_ref().as_table() {
            Some(table) => Some(self.source.keys(table, format!("`{key}`"), value.span().start)),
            None => {
                self.wrong(
                    key,
                    value,
                    ("花括号中的表，如 { from = 2024 }", "a table, such as { from = 2024 }"),
                );
                None
            }
        }
    }

    /// The tables of a list; empty when the key is absent.
    pub(crate) fn tables(&self, key: &'static str) -> Vec<Keys<'t>> {
        let mut tables = Vec::new();
        if let Some(value) = self.value(key).filter(|value| value.get_ref().is_table()) {
            let said = (
                format!("标题要用两层方括号：[[{key}]]"),
                format!("this heading takes double brackets: [[{key}]]"),
            );
            self.source.mistake(value.span().start, said);
            return tables;
        }
        for value in self.array(key) {
            match value.get_ref().as_table() {
                Some(table) => {
                    let name = format!("[[{key}]]");
                    tables.push(self.source.keys(table, name, value.span().start));
                }
                None => self.wrong(key, value, ("表的列表", "a list of tables")),
            }
        }
        tables
    }

    /// A table of names with whole numbers.
    pub(crate) fn numbers(&self, key: &'static str) -> Vec<(String, u32)> {
        let Some(value) = self.needed(key) else { return Vec::new() };
        let Some(table) = value.get_ref().as_table() else {
            self.wrong(key, value, ("名称与整数的表", "a table of names with whole numbers"));
            return Vec::new();
        };
        let mut numbers = Vec::new();
        for (name, value) in table {
            match value.get_ref().as_integer().and_then(|i| i.as_str().parse().ok()) {
                Some(number) => numbers.push((name.get_ref().to_string(), number)),
                None => self.wrong(name.get_ref(), value, ("整数", "a whole number")),
            }
        }
        numbers
    }

    /// Reports the keys nobody asked for: one that is ignored is a wrong figure.
    pub(crate) fn close(self) {
        let asked = self.asked.borrow();
        for (key, _) in self.table {
            if !asked.contains(key.get_ref().as_ref()) {
                let known: Vec<&str> = asked.iter().copied().collect();
                // A key that is there already is not the one that was misspelt.
                let missing = known.iter().copied().filter(|known| !self.has(known));
                let (zh, en) = did_you_mean(nearest(key.get_ref(), missing));
                let (name, key_text, known) = (&self.name, key.get_ref(), known.join(", "));
                self.source.mistake(
                    key.span().start,
                    (
                        format!(
                            "{} 中没有 `{key_text}` 这一项{zh}；可用的有 {known}",
                            self.chinese_name()
                        ),
                        format!("{name} has no key `{key_text}`{en}; known are {known}"),
                    ),
                );
            }
        }
    }
}

/// What a value is, in Chinese.
fn chinese_type(english: &str) -> &str {
    match english {
        "string" => "带引号的文字",
        "integer" => "整数",
        "float" => "小数",
        "boolean" => "是非值（true 或 false）",
        "datetime" => "日期",
        "array" => "方括号中的列表",
        "table" => "表",
        other => other,
    }
}

/// The suggestion behind a message, in both languages; empty without one.
pub(crate) fn did_you_mean(meant: Option<&str>) -> (String, String) {
    match meant {
        Some(meant) => (format!("，是否应为 `{meant}`"), format!("; did you mean `{meant}`?")),
        None => Default::default(),
    }
}

fn plain(text: &str) -> Option<Decimal> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.chars().all(|c| c.is_ascii_digit() || c == '.') {
        return None;
    }
    Decimal::from_str_exact(text).ok()
}
