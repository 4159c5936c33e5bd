//! Formulas of a rule file: parsed, with each name that nothing defines told.
//!
//! * In: a table with a formula, and the names it may use. Out: the formula, if it is right.
//! * Never: stops at the first mistake.

use crate::formula::{Formula, Reference};
use crate::rules::reader::{Keys, Source, did_you_mean};
use crate::rules::suggest::nearest;
use std::ops::Range;

/// What formulas for one kind of thing may use.
pub(super) struct Known<'a> {
    /// What they are for, in both languages.
    pub of: (&'a str, &'a str),
    /// Names of the row and of money.
    pub names: Vec<&'a str>,
    /// Whether indicators may be counted.
    pub rows: bool,
}

/// The formula under a key; `None` where it is absent or wrong, which is told.
pub(super) fn formula(
    table: &Keys<'_>,
    source: &Source<'_>,
    key: &'static str,
    id: &str,
    known: &Known<'_>,
) -> Option<Formula> {
    let text = table.text(key);
    let span = table.span(key);
    if !table.has(key) {
        return None;
    }
    match Formula::parse(&text) {
        Ok(formula) => {
            names(source, &span, id, &formula, known);
            Some(formula)
        }
        Err(error) => {
            let at = source.inside(&span, error.column.saturating_sub(1));
            let (found, expected) = (&error.found, &error.expected);
            let (zh_found, zh_expected) = error.chinese();
            source.mistake(
                at,
                (
                    format!("“{id}”的公式在此处有误：{zh_found}；应为{zh_expected}"),
                    format!("formula of {id:?}: found {found}, expected {expected}"),
                ),
            );
            None
        }
    }
}

fn names(source: &Source<'_>, span: &Range<usize>, id: &str, formula: &Formula, known: &Known<'_>) {
    for reference in formula.references() {
        let key = reference.key();
        let column = formula.place_of(&key).unwrap_or(1);
        let at = source.inside(span, column.saturating_sub(1));
        match reference {
            Reference::Name(name) if !known.names.contains(&name.as_str()) => {
                let list = known.names.join(", ");
                let (zh, en) = match nearest(name, known.names.iter().copied()) {
                    // Chinese names are mostly those of facts.
                    None if !name.is_ascii() => (
                        format!("；如果是基础数据，写成 fact({name})"),
                        format!("; a fact is written fact({name})"),
                    ),
                    meant => did_you_mean(meant),
                };
                let of = known.of;
                source.mistake(
                    at,
                    (
                        format!("“{id}”的公式用到 `{name}`，没有这个名称{zh}；{}可用 {list}", of.0),
                        format!("formula of {id:?}: nothing defines `{name}`{en}; {} have {list}", of.1),
                    ),
                );
            }
            Reference::Rows { .. } if !known.rows => source.mistake(
                at,
                (
                    format!("“{id}”的公式用到 {key}；只有 [[indicator]] 的公式可以统计其他指标"),
                    format!("formula of {id:?}: {key} counts indicators, which only an [[indicator]] may"),
                ),
            ),
            _ => {}
        }
    }
}
