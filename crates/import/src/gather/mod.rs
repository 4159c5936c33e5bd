//! Gather: the tables of a file become submissions, one for each subject it speaks of.
//!
//! * In: the grid and the recognised tables. Out: [`Gathered`] submissions with what was noticed about each.
//! * A sheet in the layout of a form is a subject of its own; ledgers belong to the department of their sheet.
//! * Tables that give the same money are reconciled, never added.

pub mod account;
mod adjustments;
mod beside;
mod budget;
mod dates;
mod department;
mod drivers;
mod facts;
mod form;
mod indicators;
mod inside;
mod journal;
mod kinds;
mod matching;
mod money;
mod months;
mod overview;
mod pages;
mod pairs;
mod payments;
mod projects;
pub mod questions;
mod repeats;
mod share;
mod split;
mod subject;
mod sums;
mod unite;
mod units;
mod years;

use crate::grid::Book;
use crate::recognise::{Recognised, Table};
pub use account::{Account, Sum};
pub(crate) use budget::answer_effect;
pub(crate) use journal::within_rounding;
pub(crate) use months::month_of;
pub use units::prove as prove_units;

use jixiao_core::{Code, Finding, Place, Severity, Submission};

/// A submission with the findings of its import.
#[derive(Clone, Debug)]
pub struct Gathered {
    /// The submission.
    pub submission: Submission,
    /// What was noticed while reading it.
    pub findings: Vec<Finding>,
    /// The sheets it was read from (indexes).
    pub sheets: Vec<usize>,
    /// What became of the rows of every table with amounts.
    pub accounts: Vec<Account>,
}

/// Findings of one kind that are listed one by one; the rest is counted in one more.
const MOST_ALIKE: usize = 20;

/// The first findings of a kind, and one that counts the rest.
fn limited(found: impl IntoIterator<Item = Finding>) -> Vec<Finding> {
    let mut rest = found.into_iter();
    let mut found: Vec<Finding> = rest.by_ref().take(MOST_ALIKE).collect();
    if let Some(first) = rest.next() {
        let related: Vec<Place> =
            rest.by_ref().take(MOST_ALIKE).map(|finding| finding.source).collect();
        let count = 1 + related.len() + rest.count();
        let zh = format!("另有 {count} 处同类情况，未逐一列出；首处在此。请一并核对");
        let en = format!(
            "{count} more of the same kind are not listed; the first is here. Check them as well"
        );
        let mut more = Finding::new(first.code, first.source.clone(), zh, en);
        more = more.with_severity(first.severity);
        more.related = related;
        found.push(more);
    }
    found
}

/// Turns recognised tables into submissions.
pub fn gather(book: &Book, recognised: &Recognised) -> Vec<Gathered> {
    let sorted = sort(book, &recognised.tables);
    let names: Vec<String> = sorted.1.iter().filter_map(|held| held.name()).collect();
    match split::lists(book, &recognised.tables, &names) {
        Some(tables) => gather_tables(book, &tables, sort(book, &tables)),
        None => gather_tables(book, &recognised.tables, sorted),
    }
}

/// The forms among tables, and the other tables by department.
type Sorted = (Vec<form::Form>, Vec<department::Department>);

fn sort(book: &Book, tables: &[Table]) -> Sorted {
    let forms = form::find(book, tables);
    let in_form = |index: &usize| forms.iter().any(|form| form.tables().contains(index));
    let rest: Vec<usize> = (0..tables.len()).filter(|index| !in_form(index)).collect();
    let departments = department::find(book, tables, &rest);
    (forms, departments)
}

fn gather_tables(book: &Book, tables: &[Table], (forms, mut departments): Sorted) -> Vec<Gathered> {
    let mut lists: Vec<usize> = Vec::new();
    if forms.iter().any(form::Form::has_money) {
        let taken = departments.iter_mut().map(|held| held.take_lists(tables));
        lists = taken.flatten().collect();
        departments.retain(|department| !department.is_empty());
    }
    let names: Vec<String> = departments.iter().filter_map(|held| held.name()).collect();
    let split = !book.further().is_empty() && names.len() > 1;
    let mut gathered = Vec::new();
    let whole = forms.iter().filter(|form| form.is_department()).count();
    for form in &forms {
        // One ledger and one form of the whole department speak of the same money.
        let joined = form.is_department() && whole == 1 && departments.len() == 1;
        let ledger = if joined { departments.pop() } else { None };
        gathered.push(form::gather(book, tables, form, ledger));
    }
    if !lists.is_empty() {
        let lists: Vec<&Table> = lists.iter().map(|index| &tables[*index]).collect();
        beside::check(book, &lists, &mut gathered);
    }
    let departments = departments.iter().map(|department| overview::Named {
        gathered: department::gather(book, tables, department),
        stated: department.is_stated(),
        summary: department.is_summary(),
    });
    gathered.extend(overview::set_aside(book, departments.collect()));
    if split {
        say_split(book, &names, &mut gathered);
    }
    share::hand_out(&mut gathered);
    projects::reconcile(&mut gathered);
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

/// Files that were given as those of one department and name several.
fn say_split(book: &Book, names: &[String], gathered: &mut [Gathered]) {
    let list = names.join("、");
    let zh = format!(
        "这些文件写明的部门不止一个：{list}；各部门分别计算，没有相加。是同一部门的，请把部门名称改为一致"
    );
    let en = format!(
        "these files name several departments: {list}; each is evaluated by itself, nothing is added. Write one name if they are one department"
    );
    let at = Place::new(book.file.clone(), "", jixiao_core::Cells::default());
    let finding = Finding::new(Code::Reconciliation, at, zh, en).with_severity(Severity::Warning);
    if let Some(first) = gathered.first_mut() {
        first.findings.push(finding);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_of_a_kind_are_listed_up_to_a_limit_and_counted_beyond() {
        let found = |count: usize| {
            let one = |number: usize| {
                let name = format!("第 {number} 处");
                Finding::new(Code::DuplicateRow, Place::default(), name, number.to_string())
            };
            limited((1..=count).map(one))
        };
        assert_eq!([0, 1, 20, 21, 1_000].map(|count| found(count).len()), [0, 1, 20, 21, 21]);
        let many = found(1_000);
        assert!(many[20].message.contains("另有 980 处"), "{}", many[20].message);
        assert_eq!((many[20].code, many[20].related.len()), (Code::DuplicateRow, 20));
        assert_eq!(found(20)[19].message, "第 20 处");
    }
}
