//! Gather: the tables of a file become submissions, one for each subject it speaks of.
//!
//! * In: the grid and the recognised tables. Out: [`Gathered`] submissions with what was noticed about each.
//! * A sheet in the layout of a form is a subject of its own; ledgers belong to the department of their sheet.
//! * Tables that give the same money are reconciled, never added.

pub mod account;
mod adjustments;
mod budget;
mod dates;
mod department;
mod drivers;
mod form;
mod indicators;
mod journal;
mod matching;
mod money;
mod months;
mod pairs;
mod payments;
pub mod questions;
mod repeats;
mod subject;
mod unite;
mod units;

use crate::fold;
use crate::grid::Book;
use crate::recognise::Recognised;
pub use account::{Account, Sum};
pub(crate) use months::month_of;
pub use units::prove as prove_units;

use jixiao_core::{
    Amount, Amounts, BudgetLine, Code, Finding, Money, Place, SubjectKind, Submission,
};

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
    reconcile_projects(&mut gathered);
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

/// A project's form against the ledger line of the same name.
fn reconcile_projects(gathered: &mut [Gathered]) {
    let mut lines: Vec<(String, BudgetLine)> = Vec::new();
    for found in
        gathered.iter().filter(|found| found.submission.subject.kind == SubjectKind::Department)
    {
        let named = found.submission.budget.lines.iter();
        lines.extend(named.map(|line| (fold::plain(line.name()), line.clone())));
    }
    for found in
        gathered.iter_mut().filter(|found| found.submission.subject.kind == SubjectKind::Project)
    {
        let name = fold::plain(&found.submission.subject.name);
        let same: Vec<&BudgetLine> =
            lines.iter().filter(|(line, _)| *line == name).map(|(_, line)| line).collect();
        let Some(first) = same.first() else { continue };
        let budget = &found.submission.budget;
        let form = Amounts::sum(budget.lines.iter().map(|line| &line.amounts));
        let ledger = Amounts::sum(same.iter().map(|line| &line.amounts));
        for amount in Amount::ALL {
            let (Some(one), Some(two)) = (form.get(amount), ledger.get(amount)) else { continue };
            let tolerance = budget.last_place.unwrap_or(Money::ZERO);
            if (one - two).abs() <= tolerance {
                continue;
            }
            let (word, unit) = (budget.unit.word(), budget.unit);
            let (one, two, name) = (one.display(unit), two.display(unit), amount.chinese());
            let zh = format!(
                "自评表的{name}为 {one} {word}，台账同名项目为 {two} {word}；本表按自评表计算，请核对"
            );
            let en = format!(
                "the form gives {one} {word} as {}, the ledger {two} {word} for the same project; the form is used, please check",
                amount.english()
            );
            let at = budget.lines.first().map(|line| line.source.clone()).unwrap_or_default();
            let finding = Finding::new(Code::Reconciliation, at, zh, en);
            found.findings.push(finding.with_related(first.source.clone()));
        }
    }
}
