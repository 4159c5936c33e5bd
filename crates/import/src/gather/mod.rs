//! Gather: the tables of a file become submissions, one for each subject it speaks of.
//!
//! * In: the grid and the recognised tables. Out: [`Gathered`] submissions with what was noticed about each.
//! * A sheet in the layout of a form is a subject of its own; ledgers belong to the department of their sheet.
//! * Tables that give the same money are reconciled, never added.

mod budget;
mod department;
mod drivers;
mod form;
mod indicators;
mod money;
mod payments;
mod subject;

use crate::grid::Book;
use crate::recognise::Recognised;
use jixiao_core::{Finding, Submission};

/// A submission with the findings of its import.
#[derive(Clone, Debug)]
pub struct Gathered {
    /// The submission.
    pub submission: Submission,
    /// What was noticed while reading it.
    pub findings: Vec<Finding>,
    /// The sheets it was read from (indexes).
    pub sheets: Vec<usize>,
}

/// Turns recognised tables into submissions.
pub fn gather(book: &Book, recognised: &Recognised) -> Vec<Gathered> {
    let forms = form::find(book, &recognised.tables);
    let in_form = |index: &usize| forms.iter().any(|form| form.tables().contains(index));
    let rest: Vec<usize> = (0..recognised.tables.len()).filter(|index| !in_form(index)).collect();
    let mut departments = department::find(book, &recognised.tables, &rest);
    let mut gathered = Vec::new();
    let whole = forms.iter().filter(|form| form.is_department()).count();
    for form in &forms {
        // One ledger and one form of the whole department speak of the same money.
        let joined = form.is_department() && whole == 1 && departments.len() == 1;
        let ledger = if joined { departments.pop() } else { None };
        gathered.push(form::gather(book, &recognised.tables, form, ledger));
    }
    for department in departments {
        gathered.push(department::gather(book, &recognised.tables, &department));
    }
    gathered.retain(|found| {
        let submission = &found.submission;
        let open =
            found.findings.iter().any(|finding| finding.severity == jixiao_core::Severity::Error);
        !submission.budget.rows.is_empty()
            || !submission.indicators.is_empty()
            || !submission.drivers.is_empty()
            || open
    });
    gathered
}
