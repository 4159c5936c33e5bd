//! What the styles of a file mean for a number.
//!
//! * In: the elements `Style` and `NumberFormat`. Out: a [`Format`] for each style, with what it has from its parent.

use super::Attributes;
use crate::grid::Format;
use crate::open::format::classify;
use std::collections::HashMap;

/// Styles upon styles.
const ANCESTORS: usize = 16;

/// A style: its own number format, if it has one, and its parent.
#[derive(Debug, Default)]
struct Style {
    format: Option<Format>,
    parent: Option<String>,
}

/// All styles by their identifiers.
#[derive(Debug, Default)]
pub(super) struct Styles {
    held: HashMap<String, Style>,
    current: String,
}

impl Styles {
    /// A style begins.
    pub(super) fn start(&mut self, attributes: &Attributes) {
        self.current = attributes.get("ID").unwrap_or_default().to_owned();
        let parent = attributes.get("Parent").map(str::to_owned);
        self.held.insert(self.current.clone(), Style { format: None, parent });
    }

    /// The number format of the style that began last.
    pub(super) fn format(&mut self, attributes: &Attributes) {
        let Some(code) = attributes.get("Format") else { return };
        if let Some(style) = self.held.get_mut(&self.current) {
            style.format = Some(meaning(code));
        }
    }

    /// The meaning of a style.
    pub(super) fn get(&self, id: &str) -> Format {
        let mut id = id;
        for _ in 0..ANCESTORS {
            match self.held.get(id) {
                Some(Style { format: Some(format), .. }) => return *format,
                Some(Style { parent: Some(parent), .. }) => id = parent,
                _ => break,
            }
        }
        Format::Plain
    }
}

/// Some formats have names.
fn meaning(code: &str) -> Format {
    match code {
        "Percent" => Format::Percent,
        "General Date" | "Long Date" | "Medium Date" | "Short Date" | "Long Time"
        | "Medium Time" | "Short Time" => Format::Date,
        "General" | "General Number" | "Fixed" | "Standard" | "Currency" | "Euro Currency"
        | "Scientific" | "Yes/No" | "True/False" | "On/Off" => Format::Plain,
        code => classify(code),
    }
}
