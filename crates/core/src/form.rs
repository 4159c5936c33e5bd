//! What the form and its workbook show beside the result: the layout, its rows in order, and where every number comes from.
//!
//! * In: a submission, its execution, rules, the scored rows. Out: [`Form`].
//! * Rule: rows stand where the layout puts them; a number of a formula is a total, a fact, or a sum over lines.
//! * Never: changes a figure, or a text that a person wrote.
//!
//! Start reading at [`form`].

use crate::evaluation::{CommonIndicator, ScoredIndicator};
use crate::execution::Execution;
use crate::formula::{AMOUNTS, Formula, Reference, SpendingKind};
use crate::rules::layout::Layout;
use crate::rules::words::folded;
use crate::rules::{Light, Rules};
use crate::scoring::{Context, block_at};
use crate::target::{self, Parts};
use crate::{Amount, SubjectKind, Submission};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What the form and its workbook show beside the result.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Form {
    /// The layout.
    pub layout: Arc<Layout>,
    /// The rows of the table of indicators in the order of the form.
    pub rows: Vec<FormRow>,
    /// Whether a line is basic or project spending; absent where it does not say.
    pub kinds: Vec<Option<SpendingKind>>,
    /// What the rules say of each indicator that they name, by its id.
    pub notes: BTreeMap<String, String>,
    /// Where the numbers of formulas come from, by the names that formulas write.
    pub origins: BTreeMap<String, Origin>,
    /// The warning lights that are on.
    pub lights: Vec<Light>,
}

/// A row of the form.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FormRow {
    /// The scored row.
    pub index: usize,
    /// Its levels as the form shows them.
    pub path: Vec<String>,
    /// Its target, taken apart.
    pub target: Parts,
    /// The standard by which it is scored: what the rules say of the row, else of its block.
    pub standard: String,
}

/// Where a number of a formula comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// A total of the subject.
    Total(Amount),
    /// A fact of the submission, by its index.
    Fact(usize),
    /// An amount of some lines, by their indices.
    Lines(Amount, Vec<usize>),
}

impl Form {
    /// The form of rows that were scored elsewhere: the layout of these rules, and nothing of where numbers come from.
    pub fn plain(rules: &Rules, kind: SubjectKind, rows: &[ScoredIndicator]) -> Form {
        let layout = Arc::clone(rules.layout(kind));
        Form {
            rows: form_rows(&layout, rules, rows),
            layout,
            kinds: Vec::new(),
            notes: BTreeMap::new(),
            origins: BTreeMap::new(),
            lights: Vec::new(),
        }
    }
}

/// Everything that the form shows beside the result.
pub(crate) fn form(
    submission: &Submission,
    rules: &Rules,
    execution: &Execution,
    rows: &[ScoredIndicator],
    common: &[CommonIndicator],
) -> Form {
    let context = Context { submission, rules, execution };
    let layout = rules.layout(submission.subject.kind);
    let note = |row: &crate::rules::CardRow| (row.id.clone(), row.note.clone());
    let kind = |line: &crate::LineResult| {
        rules.words().spending_kind(line.path.iter().map(|level| &**level))
    };
    Form {
        layout: Arc::clone(layout),
        rows: form_rows(layout, rules, rows),
        kinds: execution.lines.iter().map(kind).collect(),
        notes: rules.card().iter().map(note).collect(),
        origins: origins(&context, rows, common),
        lights: context.lights_on(rows).into_iter().cloned().collect(),
    }
}

/// The rows in the order of the layout, each under the levels that the layout gives it.
fn form_rows(layout: &Layout, rules: &Rules, rows: &[ScoredIndicator]) -> Vec<FormRow> {
    let table = &layout.indicators;
    let mut shown: Vec<((usize, usize), FormRow)> = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        let card = rules.card().iter().position(|card| card.id == row.method);
        let path = match (&table.execution, row.is_execution()) {
            (Some(path), true) => path.clone(),
            (None, true) => continue,
            (_, false) => path_of(layout, rules, row, card),
        };
        let begins = |order: &&Vec<String>| path.starts_with(order);
        let rank = table.order.iter().position(|order| begins(&order));
        // A scorecard lists its rows in its own order, whatever order they were printed in.
        let place = card.filter(|_| !table.order.is_empty()).map_or(0, |card| card + 1);
        let target = target::parts(row.target.as_deref().unwrap_or_default(), rules.words());
        let standard = standard(rules, row, card);
        let form_row = FormRow { index, path, target, standard };
        shown.push(((rank.unwrap_or(table.order.len()), place), form_row));
    }
    shown.sort_by_key(|(place, _)| *place);
    shown.into_iter().map(|(_, row)| row).collect()
}

/// What the rules say of a row of their scorecard, else of the block of the row.
fn standard(rules: &Rules, row: &ScoredIndicator, card: Option<usize>) -> String {
    let block = match row.is_execution() {
        true => rules.execution_block(),
        false => block_at(&row.path, rules).map(|block| &rules.blocks()[block]),
    };
    match card {
        Some(card) => rules.card()[card].note.clone(),
        None => block.map_or_else(String::new, |block| block.note.clone()),
    }
}

fn path_of(
    layout: &Layout,
    rules: &Rules,
    row: &ScoredIndicator,
    card: Option<usize>,
) -> Vec<String> {
    let table = &layout.indicators;
    if let Some(card) = card.filter(|_| !table.order.is_empty()) {
        return rules.card()[card].path.clone();
    }
    let block = block_at(&row.path, rules).map(|block| rules.blocks()[block].name.as_str());
    let group = table.groups.iter().find(|(name, _)| block.is_some_and(|b| folded(name) == b));
    let Some((_, levels)) = group else { return row.path.clone() };
    let mut path = levels.clone();
    let name = row.path.last().map(String::as_str).unwrap_or_default();
    match path.get_mut(2) {
        Some(last) => *last = format!("{last}：{name}"),
        None => path.push(name.to_owned()),
    }
    path
}

/// Where everything comes from that a formula of a row takes from outside of it.
fn origins(
    context: &Context<'_>,
    rows: &[ScoredIndicator],
    common: &[CommonIndicator],
) -> BTreeMap<String, Origin> {
    let of_rows = rows.iter().filter_map(|row| row.calculation.as_ref());
    let mut formulas: Vec<Formula> = of_rows.map(|of| of.formula.clone()).collect();
    formulas.extend(common.iter().filter_map(|one| Formula::parse(&one.formula).ok()));
    let references = formulas.iter().flat_map(Formula::references);
    let known = references.filter(|reference| context.outside(reference, rows).is_some());
    known.filter_map(|reference| Some((reference.key(), origin(context, reference)?))).collect()
}

fn origin(context: &Context<'_>, reference: &Reference) -> Option<Origin> {
    match reference {
        Reference::Name(name) if name == "budget" => {
            context.execution.base.map(|(amount, _)| Origin::Total(amount))
        }
        Reference::Name(name) => {
            let (_, amount) = AMOUNTS.iter().find(|(of, _)| of == name)?;
            Some(Origin::Total(*amount))
        }
        Reference::Fact { name, column } => {
            let fact = context.fact(name, column.as_deref())?;
            let index = context.submission.facts.iter().position(|of| std::ptr::eq(of, fact))?;
            Some(Origin::Fact(index))
        }
        Reference::Lines { amount, conditions } if conditions.is_empty() => {
            Some(Origin::Total(*amount))
        }
        Reference::Lines { amount, conditions } => {
            Some(Origin::Lines(*amount, context.fulfilling(conditions)))
        }
        Reference::Composition { .. } | Reference::Rows { .. } => None,
    }
}
