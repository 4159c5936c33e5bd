//! From which point on something in a filled form is worth a second look.
//!
//! * In: the text of `rules/audit.toml`. Out: limits, and the words that tell of a survey.
//! * Never: a limit in code.

use crate::rules::reader::{Keys, Source, document};
use crate::rules::words::folded;
use crate::rules::{Mistake, RulesError};
use rust_decimal::Decimal;

const BUILTIN: &str = include_str!("../../rules/audit.toml");

/// The limits that are built in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Limits {
    /// From how many rows on copied targets are told once for the form, and from which share of the rows.
    pub copied: (usize, Decimal),
    /// From how many rows on full marks everywhere are told.
    pub full_marks: usize,
    /// How far a target may lie below last year's actual.
    pub too_low: Decimal,
    /// From how many rows on equal weights are told.
    pub equal_weights: usize,
    /// From how many rows on equal texts are told, and how many characters they have at least.
    pub equal_texts: (usize, usize),
    /// Rows about satisfaction, and words that tell of a survey.
    pub satisfaction: Vec<String>,
    pub evidence: Vec<String>,
}

impl Limits {
    /// The limits that are built in; a test reads them.
    pub(crate) fn builtin() -> Result<Limits, RulesError> {
        let (table, broken) = document(BUILTIN);
        let source = Source::new(BUILTIN);
        for (at, message) in broken {
            source.mistake(at, message);
        }
        let root = source.keys(&table, "the file", 0);
        root.whole("schema");
        let mut limits = Limits::default();
        if let Some(table) = root.table("copied") {
            limits.copied = (count(&table, "rows"), table.decimal("share"));
            table.close();
        }
        if let Some(table) = root.table("full_marks") {
            limits.full_marks = count(&table, "rows");
            table.close();
        }
        if let Some(table) = root.table("too_low") {
            limits.too_low = table.decimal("beyond");
            table.close();
        }
        if let Some(table) = root.table("alike") {
            limits.equal_weights = count(&table, "weights");
            limits.equal_texts = (count(&table, "texts"), count(&table, "characters"));
            table.close();
        }
        if let Some(table) = root.table("sample") {
            limits.satisfaction = table.texts("rows").iter().map(|word| folded(word)).collect();
            limits.evidence = table.texts("evidence").iter().map(|word| folded(word)).collect();
            table.close();
        }
        root.close();
        let mistakes: Vec<Mistake> = source.mistakes();
        if mistakes.is_empty() { Ok(limits) } else { Err(RulesError::Invalid { mistakes }) }
    }
}

fn count(table: &Keys<'_>, key: &'static str) -> usize {
    table.whole(key).and_then(|rows| usize::try_from(rows).ok()).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::Limits;

    #[test]
    fn the_built_in_limits_load() {
        let limits = Limits::builtin().expect("limits");
        assert!(limits.full_marks > 1 && limits.equal_weights > 1 && limits.copied.0 > 1);
        assert!(!limits.satisfaction.is_empty() && !limits.evidence.is_empty());
    }
}
