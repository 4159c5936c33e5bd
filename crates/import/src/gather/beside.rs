//! Lists beside forms: payments and changes of the budget in a file that has forms and no ledger are checks of the forms.
//!
//! * In: the tables and the submissions of the forms. Out: findings where they disagree; a form without executed amounts
//!   gets them from the payments.
//! * Never: makes a subject of its own out of a list.

use super::account::Account;
use super::journal::{self, Journal, within_rounding};
use super::matching::{abbreviates, folded, own_name};
use super::{Gathered, limited, payments};
use crate::grid::Book;
use crate::recognise::{Table, TableKind};
use jixiao_core::{
    Amount, Amounts, Budget, BudgetLine, Code, Finding, Money, Place, Role, Severity, SourceRow,
    SubjectKind,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The line of payments that a form does not tell apart as its own lines do.
const OTHER: &str = "支付明细";

/// Checks forms against the lists of their file.
pub fn check(book: &Book, lists: &[&Table], forms: &mut [Gathered]) {
    let of_kind = |kind: TableKind| -> Vec<&Table> {
        lists.iter().copied().filter(|table| table.kind == kind).collect()
    };
    let (paid, changes) = (of_kind(TableKind::Payments), of_kind(TableKind::Adjustments));
    let year = forms.iter().find_map(|form| form.submission.budget_year);
    let year = year.or_else(|| journal::year_of(book, lists));
    let (mut findings, mut accounts) = (Vec::new(), Vec::new());
    if let Some(journals) = payments::read_all(book, &paid, year, &mut findings) {
        let shares = Shares::of(&journals, forms);
        shares.say_like(book, &journals, forms);
        let taken = shares.compare_executed(book, &journals, forms, &mut findings);
        book_all(journals, &shares, &taken, &mut accounts);
    }
    if let Some(journals) = super::adjustments::read_all(book, &changes, year, &mut findings) {
        let shares = Shares::of(&journals, forms);
        shares.say_like(book, &journals, forms);
        shares.compare_changes(book, &journals, forms);
        accounts.extend(journals.into_iter().map(compared));
    }
    let Some(first) = forms.iter_mut().find(|form| has_money(form)) else { return };
    first.findings.extend(findings);
    first.accounts.extend(accounts);
    for table in lists {
        if !first.sheets.contains(&table.sheet) {
            first.sheets.push(table.sheet);
        }
    }
}

fn has_money(form: &Gathered) -> bool {
    !form.submission.budget.lines.is_empty()
}

fn compared(journal: Journal<'_>) -> Account {
    let Journal { entries, mut account, .. } = journal;
    entries.iter().for_each(|entry| account.compared.add(&entry.printed));
    account
}

/// An entry: which list, and which of its entries.
type Entry = (usize, usize);

/// Which entries speak of which form.
struct Shares {
    by_form: BTreeMap<usize, Vec<Entry>>,
    without: BTreeMap<String, Vec<Entry>>,
    /// Entries that only a like name gives to a form, by that name.
    like: BTreeMap<(usize, String), Vec<Entry>>,
}

impl Shares {
    /// The only form takes all; of several a project's takes the entries of its name, a department's all of them.
    fn of(journals: &[Journal<'_>], forms: &[Gathered]) -> Shares {
        let mut shares =
            Shares { by_form: BTreeMap::new(), without: BTreeMap::new(), like: BTreeMap::new() };
        let with_money: Vec<usize> = (0..forms.len()).filter(|i| has_money(&forms[*i])).collect();
        let kind = |form: &usize| forms[*form].submission.subject.kind;
        let departments = with_money.iter().filter(|form| kind(form) == SubjectKind::Department);
        let whole: Option<usize> = match with_money[..] {
            [only] => Some(only),
            _ => departments.copied().next(),
        };
        let projects: Vec<(usize, String)> = with_money
            .iter()
            .filter(|form| Some(**form) != whole)
            .map(|form| (*form, folded(&forms[*form].submission.subject.name)))
            .collect();
        for (number, journal) in journals.iter().enumerate() {
            for (index, row) in journal.ledger.rows.iter().enumerate() {
                let name = folded(own_name(row));
                let found = project_of(&name, &projects);
                if let Some((form, true)) = found {
                    let own = own_name(row).to_owned();
                    shares.like.entry((form, own)).or_default().push((number, index));
                }
                let project = found.map(|(form, _)| form);
                for form in project.into_iter().chain(whole) {
                    shares.by_form.entry(form).or_default().push((number, index));
                }
                if project.is_none() && whole.is_none() {
                    let own = own_name(row).to_owned();
                    shares.without.entry(own).or_default().push((number, index));
                }
            }
        }
        shares
    }

    /// Lists the entries that a like name gives to a form.
    fn say_like(&self, book: &Book, journals: &[Journal<'_>], forms: &mut [Gathered]) {
        for ((form, name), entries) in &self.like {
            let (subject, count) = (&forms[*form].submission.subject.name, entries.len());
            let zh = format!(
                "“{name}”（{count} 笔）按相近的名称与自评表“{subject}”核对；不是同一项目的请写全名称"
            );
            let en = format!(
                "{name:?} ({count} entries) is compared with the form {subject:?} by its like name; write the full name if it is another project"
            );
            let at = places(book, journals, entries).into_iter().next().unwrap_or_default();
            let related = cell(&forms[*form].submission.budget, 0, Amount::Executed);
            let finding = Finding::new(Code::Reconciliation, at, zh, en).with_related(related);
            forms[*form].findings.push(finding.with_severity(Severity::Info));
        }
    }

    /// Executed amounts of forms against payments; a form without any gets them: those are returned.
    fn compare_executed(
        &self,
        book: &Book,
        journals: &[Journal<'_>],
        forms: &mut [Gathered],
        findings: &mut Vec<Finding>,
    ) -> BTreeSet<Entry> {
        let mut taken = BTreeSet::new();
        for (form, entries) in &self.by_form {
            let budget = &mut forms[*form].submission.budget;
            let paid = sum(journals, entries).get(Amount::Executed).unwrap_or(Money::ZERO);
            let places = places(book, journals, entries);
            let unit = budget.unit;
            let shown = |money: Money| format!("{} {}", money.display_exact(unit), unit.word());
            let Some(executed) = stated(budget, Amount::Executed) else {
                take_executed(book, journals, entries, budget);
                taken.extend(entries.iter().copied());
                let (count, shown) = (entries.len(), shown(paid));
                let zh = format!(
                    "自评表没有填执行数，按支付明细 {count} 笔合计 {shown} 计；请填入自评表"
                );
                let en = format!(
                    "the form has no executed amount; the {count} payments, {shown}, are used. Fill it in"
                );
                let at = places.first().cloned().unwrap_or_default();
                let finding = Finding::new(Code::Reconciliation, at, zh, en);
                forms[*form].findings.push(finding.with_severity(Severity::Info));
                continue;
            };
            let sides =
                [(budget.last_place, budget.lines.len()), (last_place(journals), entries.len())];
            if within_rounding(executed - paid, &sides) {
                continue;
            }
            let (one, two, off) = (shown(executed), shown(paid), shown(paid - executed));
            let count = entries.len();
            let zh = format!(
                "自评表的执行数为 {one}，支付明细 {count} 笔合计 {two}，相差 {off}；本表按自评表计算，请核对漏记或重复的支付"
            );
            let en = format!(
                "the form's executed amount is {one}, its {count} payments sum to {two}, a difference of {off}; the form is used, look for missing or doubled payments"
            );
            let mut finding =
                Finding::new(Code::Reconciliation, cell(budget, 0, Amount::Executed), zh, en);
            finding.related = places;
            forms[*form].findings.push(finding);
        }
        let unit = journals.first().map(|journal| journal.ledger.unit).unwrap_or_default();
        let without = self.without.iter().map(|(name, entries)| {
            let paid = sum(journals, entries).get(Amount::Executed).unwrap_or(Money::ZERO);
            let (count, paid) =
                (entries.len(), format!("{} {}", paid.display_exact(unit), unit.word()));
            let zh = format!(
                "支付明细中“{name}”{count} 笔合计 {paid}，没有对应的自评表，未计入；请核对项目名称"
            );
            let en = format!(
                "payments for {name:?}, {count} entries of {paid}, belong to no form and are not counted; check the name"
            );
            let mut places = places(book, journals, entries).into_iter();
            let mut finding =
                Finding::new(Code::Unbudgeted, places.next().unwrap_or_default(), zh, en);
            finding.related = places.collect();
            finding
        });
        findings.extend(limited(without));
        taken
    }

    /// The difference of adjusted and initial budget of forms against the listed changes.
    fn compare_changes(&self, book: &Book, journals: &[Journal<'_>], forms: &mut [Gathered]) {
        for (form, entries) in &self.by_form {
            let budget = &forms[*form].submission.budget;
            let both = stated(budget, Amount::Adjusted).zip(stated(budget, Amount::Initial));
            let listed = super::adjustments::net(&sum(journals, entries));
            let unit = budget.unit;
            let shown = |money: Money| format!("{} {}", money.display_exact(unit), unit.word());
            let Some((adjusted, initial)) = both else {
                let (count, shown) = (entries.len(), shown(listed));
                let zh = format!(
                    "调整明细 {count} 笔净额 {shown} 未计入：自评表没有同时填年初预算数和全年预算数，无法核对"
                );
                let en = format!(
                    "{count} changes, {shown} net, are not counted: the form has not both initial and adjusted budget to check them with"
                );
                let at = places(book, journals, entries).into_iter().next().unwrap_or_default();
                forms[*form].findings.push(Finding::new(Code::RowSkipped, at, zh, en));
                continue;
            };
            let difference = adjusted - initial;
            let sides = [
                (budget.last_place, 2 * budget.lines.len()),
                (last_place(journals), entries.len()),
            ];
            if within_rounding(difference - listed, &sides) {
                continue;
            }
            let (one, two, off) = (shown(difference), shown(listed), shown(listed - difference));
            let zh = format!(
                "自评表的全年预算数比年初预算数多 {one}，调整明细净额为 {two}，相差 {off}；本表按自评表计算，请核对"
            );
            let en = format!(
                "the form's adjusted budget is {one} above the initial one, the listed changes give {two}, a difference of {off}; the form is used, please check"
            );
            let mut finding =
                Finding::new(Code::Reconciliation, cell(budget, 0, Amount::Adjusted), zh, en);
            finding.related = places(book, journals, entries);
            forms[*form].findings.push(finding);
        }
    }
}

/// The project whose name it is, else the only one that it abbreviates or that abbreviates it; and whether it is that.
fn project_of(name: &str, projects: &[(usize, String)]) -> Option<(usize, bool)> {
    if let Some((form, _)) = projects.iter().find(|(_, project)| project == name) {
        return Some((*form, false));
    }
    let like = |project: &str| abbreviates(name, project) || abbreviates(project, name);
    let mut fitting = projects.iter().filter(|(_, project)| like(project));
    let first = fitting.next()?;
    fitting.next().is_none().then_some((first.0, true))
}

fn sum(journals: &[Journal<'_>], entries: &[Entry]) -> Amounts {
    let rows = entries.iter().map(|(number, index)| &journals[*number].ledger.rows[*index]);
    Amounts::sum(rows.map(|row| &row.amounts))
}

fn places(book: &Book, journals: &[Journal<'_>], entries: &[Entry]) -> Vec<Place> {
    let first = entries.iter().take(journal::NAMED_CELLS);
    first.map(|(number, index)| journals[*number].place(book, *index)).collect()
}

fn last_place(journals: &[Journal<'_>]) -> Option<Money> {
    journals.iter().filter_map(|journal| journal.ledger.last_place).max()
}

fn stated(budget: &Budget, amount: Amount) -> Option<Money> {
    Amounts::sum(budget.lines.iter().map(|line| &line.amounts)).get(amount)
}

/// The cell of an amount of a line.
pub fn cell(budget: &Budget, line: usize, amount: Amount) -> Place {
    let mut rows = budget.rows.iter().filter(|row| row.role == Role::Counted(line));
    let found = rows.find(|row| row.amounts.get(amount).is_some());
    let fallback = || budget.lines.get(line).map(|line| line.source.clone()).unwrap_or_default();
    found.map_or_else(fallback, |row| row.cell(amount))
}

/// Payments become the executed amount of a form: of its only line, else of a line of their own.
fn take_executed(book: &Book, journals: &[Journal<'_>], entries: &[Entry], budget: &mut Budget) {
    if budget.lines.len() > 1 {
        budget.lines.push(BudgetLine::named(OTHER));
    }
    let line = budget.lines.len().saturating_sub(1);
    for (number, index) in entries {
        let journal = &journals[*number];
        let (row, place) = (&journal.ledger.rows[*index], journal.place(book, *index));
        let Some(held) = budget.lines.get_mut(line) else { return };
        held.amounts.add(&row.amounts);
        if held.source.is_unknown() {
            held.source = place.clone()
        } else {
            held.more.push(place.clone())
        }
        budget.rows.push(SourceRow {
            role: Role::Counted(line),
            label: Arc::from(row.label.trim()),
            amounts: row.amounts.clone(),
            place,
            columns: journal.ledger.columns.clone(),
        });
    }
}

/// Payments that a form took are counted, those of no form left out, the others were compared.
fn book_all(
    journals: Vec<Journal<'_>>,
    shares: &Shares,
    taken: &BTreeSet<Entry>,
    accounts: &mut Vec<Account>,
) {
    let without: BTreeSet<Entry> = shares.without.values().flatten().copied().collect();
    for (number, journal) in journals.into_iter().enumerate() {
        let Journal { entries, mut account, .. } = journal;
        for (index, entry) in entries.iter().enumerate() {
            let sum = if taken.contains(&(number, index)) {
                &mut account.counted
            } else if without.contains(&(number, index)) {
                &mut account.skipped
            } else {
                &mut account.compared
            };
            sum.add(&entry.printed);
        }
        accounts.push(account);
    }
}
