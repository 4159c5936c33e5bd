//! A strict reader over a rule file: every value is asked for by name, what nobody asked for is a mistake.
//!
//! * In: the text of a TOML file. Out: values, and the list of all mistakes with line and column.
//! * Never: stops at the first mistake, or passes a number through a float.

use super::Mistake;
use rust_decimal::Decimal;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The text, and what was found wrong in it so far.
pub(super) struct Source<'t> {
    text: &'t str,
    mistakes: RefCell<Vec<(usize, String)>>,
}

/// A table of the file. Keys that nobody asks for become mistakes when it is closed.
pub(super) struct Keys<'t> {
    source: &'t Source<'t>,
    table: &'t DeTable<'t>,
    /// What the table is called in messages, such as `[[score]]`.
    name: String,
    at: usize,
    asked: RefCell<BTreeSet<&'static str>>,
}

impl<'t> Source<'t> {
    pub(super) fn new(text: &'t str) -> Source<'t> {
        Source { text, mistakes: RefCell::new(Vec::new()) }
    }

    pub(super) fn mistake(&self, at: usize, message: impl Into<String>) {
        self.mistakes.borrow_mut().push((at, message.into()));
    }

    pub(super) fn is_clean(&self) -> bool {
        self.mistakes.borrow().is_empty()
    }

    /// All mistakes in the order of the file.
    pub(super) fn mistakes(&self) -> Vec<Mistake> {
        let mut found = self.mistakes.borrow().clone();
        found.sort_by_key(|(at, _)| *at);
        found
            .into_iter()
            .map(|(at, message)| {
                let before = self.text.get(..at).unwrap_or(self.text);
                let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
                Mistake {
                    line: before.matches('\n').count() + 1,
                    column: before[line_start..].chars().count() + 1,
                    message,
                }
            })
            .collect()
    }

    pub(super) fn keys(
        &'t self,
        table: &'t DeTable<'t>,
        name: impl Into<String>,
        at: usize,
    ) -> Keys<'t> {
        Keys { source: self, table, name: name.into(), at, asked: RefCell::default() }
    }

    /// Where the characters of a plain string value begin: behind its quote.
    pub(super) fn inside(&self, span: &Range<usize>, characters: usize) -> usize {
        let start = span.start + 1;
        let text = self.text.get(start..span.end).unwrap_or_default();
        start + text.char_indices().nth(characters).map_or(0, |(offset, _)| offset)
    }
}

/// The parsed document; syntax errors become mistakes.
pub(super) fn document<'t>(text: &'t str) -> (DeTable<'t>, Vec<(usize, String)>) {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mistakes = errors
        .iter()
        .map(|error| {
            let at = error.span().map_or(0, |span| span.start);
            (at, format!("this is no TOML: {}", error.message()))
        })
        .collect();
    (table.into_inner(), mistakes)
}

impl<'t> Keys<'t> {
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// The place of a key's value, else of the table.
    pub(super) fn place(&self, key: &str) -> usize {
        self.table.get(key).map_or(self.at, |value| value.span().start)
    }

    pub(super) fn span(&self, key: &str) -> Range<usize> {
        self.table.get(key).map_or(self.at..self.at, Spanned::span)
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    pub(super) fn mistake(&self, key: &str, message: impl Into<String>) {
        self.source.mistake(self.place(key), message);
    }

    pub(super) fn mistake_at(&self, at: usize, message: impl Into<String>) {
        self.source.mistake(at, message);
    }

    fn value(&self, key: &'static str) -> Option<&'t Spanned<DeValue<'t>>> {
        self.asked.borrow_mut().insert(key);
        self.table.get(key)
    }

    fn needed(&self, key: &'static str) -> Option<&'t Spanned<DeValue<'t>>> {
        let value = self.value(key);
        if value.is_none() {
            self.source.mistake(self.at, format!("{} lacks `{key}`; add it", self.name));
        }
        value
    }

    fn wrong(&self, key: &str, value: &Spanned<DeValue<'_>>, expected: &str) {
        let found = value.get_ref().type_str();
        self.source.mistake(
            value.span().start,
            format!("`{key}` is {expected}, but a value of type {found} stands here"),
        );
    }

    fn as_text(&self, key: &str, value: &'t Spanned<DeValue<'t>>) -> String {
        match value.get_ref().as_str() {
            Some(text) => text.to_owned(),
            None => {
                self.wrong(key, value, "a text in quotes");
                String::new()
            }
        }
    }

    pub(super) fn text(&self, key: &'static str) -> String {
        self.needed(key).map_or_else(String::new, |value| self.as_text(key, value))
    }

    pub(super) fn text_or(&self, key: &'static str, default: &str) -> String {
        self.value(key).map_or_else(|| default.to_owned(), |value| self.as_text(key, value))
    }

    pub(super) fn flag(&self, key: &'static str) -> bool {
        let Some(value) = self.needed(key) else { return false };
        value.get_ref().as_bool().unwrap_or_else(|| {
            self.wrong(key, value, "true or false");
            false
        })
    }

    pub(super) fn date(&self, key: &'static str) -> String {
        let Some(value) = self.needed(key) else { return String::new() };
        match value.get_ref().as_datetime() {
            Some(date) if date.date.is_some() && date.time.is_none() => date.to_string(),
            _ => {
                self.wrong(key, value, "a day such as 2026-11-23, without quotes");
                String::new()
            }
        }
    }

    /// A number: `10`, `7.5`, `"90%"`. Read as text, so that it stays exact.
    pub(super) fn decimal(&self, key: &'static str) -> Decimal {
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
            self.wrong(key, value, "a plain number or a percentage such as \"90%\"");
            Decimal::ZERO
        })
    }

    /// A whole number, if the key is there.
    pub(super) fn whole(&self, key: &'static str) -> Option<i64> {
        let value = self.value(key)?;
        let whole = value.get_ref().as_integer().and_then(|i| i.as_str().parse().ok());
        if whole.is_none() {
            self.wrong(key, value, "a whole number");
        }
        whole
    }

    /// A list of texts; empty when the key is absent.
    pub(super) fn texts(&self, key: &'static str) -> Vec<String> {
        self.array(key).into_iter().map(|value| self.as_text(key, value)).collect()
    }

    /// A list of lists of texts.
    pub(super) fn groups(&self, key: &'static str) -> Vec<Vec<String>> {
        let mut groups = Vec::new();
        for value in self.array(key) {
            match value.get_ref().as_array() {
                Some(inner) => groups.push(inner.iter().map(|v| self.as_text(key, v)).collect()),
                None => self.wrong(key, value, "a list of lists"),
            }
        }
        groups
    }

    fn array(&self, key: &'static str) -> Vec<&'t Spanned<DeValue<'t>>> {
        let Some(value) = self.value(key) else { return Vec::new() };
        match value.get_ref().as_array() {
            Some(array) => array.iter().collect(),
            None => {
                self.wrong(key, value, "a list in square brackets");
                Vec::new()
            }
        }
    }

    /// A table that has to be there.
    pub(super) fn table(&self, key: &'static str) -> Option<Keys<'t>> {
        let value = self.needed(key)?;
        match value.get_ref().as_table() {
            Some(table) => Some(self.source.keys(table, format!("`{key}`"), value.span().start)),
            None => {
                self.wrong(key, value, "a table");
                None
            }
        }
    }

    /// The tables of a list; empty when the key is absent.
    pub(super) fn tables(&self, key: &'static str) -> Vec<Keys<'t>> {
        let mut tables = Vec::new();
        for value in self.array(key) {
            match value.get_ref().as_table() {
                Some(table) => {
                    let name = format!("[[{key}]]");
                    tables.push(self.source.keys(table, name, value.span().start));
                }
                None => self.wrong(key, value, "a list of tables"),
            }
        }
        tables
    }

    /// A table of names with whole numbers.
    pub(super) fn numbers(&self, key: &'static str) -> Vec<(String, u32)> {
        let Some(value) = self.needed(key) else { return Vec::new() };
        let Some(table) = value.get_ref().as_table() else {
            self.wrong(key, value, "a table of names with whole numbers");
            return Vec::new();
        };
        let mut numbers = Vec::new();
        for (name, value) in table {
            match value.get_ref().as_integer().and_then(|i| i.as_str().parse().ok()) {
                Some(number) => numbers.push((name.get_ref().to_string(), number)),
                None => self.wrong(name.get_ref(), value, "a whole number"),
            }
        }
        numbers
    }

    /// Reports the keys nobody asked for: one that is ignored is a wrong figure.
    pub(super) fn close(self) {
        let asked = self.asked.borrow();
        for (key, _) in self.table {
            if !asked.contains(key.get_ref().as_ref()) {
                let known: Vec<&str> = asked.iter().copied().collect();
                let message = format!(
                    "{} has no key `{}`; known are {}",
                    self.name,
                    key.get_ref(),
                    known.join(", ")
                );
                self.source.mistake(key.span().start, message);
            }
        }
    }
}

fn plain(text: &str) -> Option<Decimal> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.chars().all(|c| c.is_ascii_digit() || c == '.') {
        return None;
    }
    Decimal::from_str_exact(text).ok()
}
