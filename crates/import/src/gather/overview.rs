//! Overviews: a sheet that lists the departments of a file with their totals is compared with their own sheets, and is no subject.
//!
//! * In: the gathered departments of a file. Out: the same without overviews; a finding for each, and where an amount differs.
//! * An overview is told by the name of its sheet (汇总), by rows that name the other departments, or by rows that are their
//!   totals.
//! * Never: sets a sheet aside that has indicators, or a row that none of the others explains.

use super::journal::within_rounding;
use super::matching::{abbreviates, folded};
use super::{Gathered, beside};
use crate::grid::Book;
use crate::recognise::apart::is_same_money;
use jixiao_core::{Amount, Amounts, Budget, Code, Finding, Place, Severity};

/// A gathered department, and how its name came about.
pub struct Named {
    /// What was gathered.
    pub gathered: Gathered,
    /// Whether its sheet says which department it is of.
    pub stated: bool,
    /// Whether its sheet is called 汇总.
    pub summary: bool,
}

/// Takes the overviews out.
pub fn set_aside(book: &Book, departments: Vec<Named>) -> Vec<Gathered> {
    let mut kept = departments;
    while kept.len() > 2 {
        let found = (0..kept.len()).find_map(|at| Some((at, pairs(&kept, at)?)));
        let Some((at, pairs)) = found else { break };
        let overview = kept.remove(at).gathered;
        let findings = compare(book, &overview, &kept, &pairs);
        let Some(first) = kept.first_mut().map(|held| &mut held.gathered) else { break };
        first.findings.extend(findings);
        let errors = overview.findings.into_iter();
        first.findings.extend(errors.filter(|finding| finding.severity == Severity::Error));
        first.accounts.extend(overview.accounts.into_iter().map(|mut account| {
            account.compare_counted();
            account
        }));
    }
    kept.into_iter().map(|held| held.gathered).collect()
}

/// Which line of an overview speaks of which of the departments that are left when it is taken out.
type Pairs = Vec<(usize, usize)>;

/// The pairs of a department that is an overview of the others.
fn pairs(departments: &[Named], at: usize) -> Option<Pairs> {
    let own = &departments[at];
    let submission = &own.gathered.submission;
    if !submission.indicators.is_empty() || !submission.drivers.is_empty() {
        return None;
    }
    let rest = departments.iter().enumerate().filter(|(other, _)| *other != at);
    let others: Vec<&Named> = rest.map(|(_, other)| other).collect();
    let named = |line: usize, other: &Named| {
        let name = folded(submission.budget.lines[line].name());
        let other = folded(&other.gathered.submission.subject.name);
        name == other || abbreviates(&name, &other) || abbreviates(&other, &name)
    };
    let summed = |line: usize, other: &Named| {
        is_same_money(
            &submission.budget.lines[line].amounts,
            &totals(&other.gathered.submission.budget),
        )
    };
    let lines = submission.budget.lines.len();
    let by_name = pair(lines, &others, named);
    let by_amount = pair(lines, &others, summed);
    let whole = |pairs: &Pairs| lines > 1 && pairs.len() == lines;
    let is_overview = own.summary || !own.stated && whole(&by_name) || whole(&by_amount);
    is_overview.then(|| if whole(&by_amount) { by_amount } else { by_name })
}

/// Each line with the first department that fits it and that no line before it has.
fn pair(lines: usize, others: &[&Named], fits: impl Fn(usize, &Named) -> bool) -> Pairs {
    let mut pairs = Pairs::new();
    for line in 0..lines {
        let free = |other: &usize| pairs.iter().all(|(_, taken)| taken != other);
        let found = (0..others.len()).filter(free).find(|other| fits(line, others[*other]));
        if let Some(other) = found {
            pairs.push((line, other));
        }
    }
    pairs
}

fn totals(budget: &Budget) -> Amounts {
    Amounts::sum(budget.lines.iter().map(|line| &line.amounts))
}

/// That an overview is not counted, and every amount of it that differs from the departments' own.
fn compare(
    book: &Book,
    overview: &Gathered,
    kept: &[Named],
    pairs: &[(usize, usize)],
) -> Vec<Finding> {
    let own = &overview.submission.budget;
    let sheet = overview.sheets.first().map(|sheet| book.sheets[*sheet].name.to_string());
    let sheet = sheet.unwrap_or_default();
    let at = overview.accounts.first().map_or_else(Place::default, |held| held.place.clone());
    let zh = format!("“{sheet}”各行是各部门的合计，只与各部门的表核对，不作为一个部门");
    let en = format!(
        "the rows of {sheet:?} are the totals of the departments; it is compared with their tables and is no department"
    );
    let mut findings = vec![Finding::new(Code::RowSkipped, at.clone(), zh, en)];
    for (line, other) in pairs {
        let department = &kept[*other].gathered.submission;
        let budget = &department.budget;
        let sides = [(own.last_place, 1), (budget.last_place, budget.lines.len())];
        let (stated, summed) = (&own.lines[*line].amounts, totals(budget));
        for amount in Amount::ALL {
            let (Some(one), Some(two)) = (stated.get(amount), summed.get(amount)) else { continue };
            if within_rounding(one - two, &sides) {
                continue;
            }
            let cell = beside::cell(own, *line, amount);
            let related = beside::cell(budget, 0, amount);
            findings.push(differs(
                &department.subject.name,
                amount,
                (one, two),
                own,
                cell,
                related,
            ));
        }
    }
    if pairs.is_empty() {
        let all: Vec<Amounts> =
            kept.iter().map(|held| totals(&held.gathered.submission.budget)).collect();
        let (stated, summed) = (totals(own), Amounts::sum(&all));
        let rows = |held: &Named| {
            let budget = &held.gathered.submission.budget;
            (budget.last_place, budget.lines.len())
        };
        let mut sides: Vec<_> = kept.iter().map(rows).collect();
        sides.push((own.last_place, own.lines.len()));
        for amount in Amount::ALL {
            let (Some(one), Some(two)) = (stated.get(amount), summed.get(amount)) else { continue };
            if !within_rounding(one - two, &sides) {
                let cell = at.clone();
                findings.push(differs("各部门", amount, (one, two), own, cell, Place::default()));
            }
        }
    }
    findings
}

fn differs(
    name: &str,
    amount: Amount,
    (one, two): (jixiao_core::Money, jixiao_core::Money),
    own: &Budget,
    at: Place,
    related: Place,
) -> Finding {
    let (unit, word) = (own.unit, own.unit.word());
    let [one, two, off] = [one, two, one - two].map(|money| money.display_exact(unit));
    let zh = format!(
        "汇总表中“{name}”的{}为 {one} {word}，其自己的表合计为 {two} {word}，相差 {off} {word}；以其自己的表为准，请核对",
        amount.chinese()
    );
    let en = format!(
        "the overview gives {one} {word} as the {} of {name:?}, its own table adds up to {two} {word}, a difference of {off} {word}; its own table stands, please check",
        amount.english()
    );
    let finding = Finding::new(Code::Reconciliation, at, zh, en);
    if related == Place::default() { finding } else { finding.with_related(related) }
}
