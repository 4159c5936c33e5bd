//! Departments: which ledgers, indicators and drivers of a file belong to one department.

use super::account::Account;
use super::budget::{self, Source};
use super::months::{self, Settled};
use super::subject::{self, Around};
use super::{
    Gathered, adjustments, drivers, facts, indicators, inside, journal, matching, money, payments,
    unite, years,
};
use crate::grid::Book;
use crate::recognise::{Table, TableKind};
use crate::vocabulary::VOCABULARY;
use crate::vocabulary::facts::SettingOf;
use jixiao_core::{Fact, Finding, Setting, Subject, SubjectKind, Submission};

/// The tables of one department.
pub struct Department {
    name: Option<String>,
    tables: Vec<usize>,
    stated: bool,
    summary: bool,
}

impl Department {
    /// Takes the lists of payments and changes out, where there is no ledger that they belong to.
    pub fn take_lists(&mut self, tables: &[Table]) -> Vec<usize> {
        if self.tables.iter().any(|index| tables[*index].kind == TableKind::BudgetLedger) {
            return Vec::new();
        }
        let is_list = |index: &usize| {
            matches!(tables[*index].kind, TableKind::Payments | TableKind::Adjustments)
        };
        let (lists, rest) = self.tables.iter().copied().partition(is_list);
        self.tables = rest;
        lists
    }

    /// Its name, if the file says it.
    pub fn name(&self) -> Option<String> {
        self.name.clone()
    }

    /// Whether its sheets say which department they are of, and are not only named so.
    pub fn is_stated(&self) -> bool {
        self.stated
    }

    /// Whether it is a sheet that is called the summary of the other departments.
    pub fn is_summary(&self) -> bool {
        self.summary
    }

    /// Whether no table is left.
    pub fn is_empty(&self) -> bool {
        self.tables.is_empty()
    }
}

/// Sorts tables that belong to no form by department.
pub fn find(book: &Book, tables: &[Table], rest: &[usize]) -> Vec<Department> {
    if rest.is_empty() {
        return Vec::new();
    }
    let mut sheets: Vec<usize> = Vec::new();
    for index in rest.iter().filter(|index| tables[**index].kind == TableKind::BudgetLedger) {
        let sheet = tables[*index].sheet;
        if sheets.last() != Some(&sheet) {
            sheets.push(sheet);
        }
    }
    let is_summary = |sheet: &usize| VOCABULARY.is_summary_sheet(&book.sheets[*sheet].name);
    let several = sheets.len() > 2;
    if several {
        // A summary of departments is no department. What it says is in its sheets.
        sheets.retain(|sheet| !is_summary(sheet));
    }
    let stated: Vec<Option<String>> =
        sheets.iter().map(|sheet| stated_department(book, tables, rest, *sheet)).collect();
    let named = names_of_sheets(book, tables, rest, &sheets, &stated);
    let Some(names) = named else {
        let name = stated.into_iter().flatten().next();
        let stated = name.is_some();
        return vec![Department { name, tables: rest.to_vec(), stated, summary: false }];
    };
    let mut departments: Vec<Department> = Vec::new();
    for (name, stated) in names.iter().zip(&stated) {
        if !departments.iter().any(|held| held.name.as_ref() == Some(name)) {
            let (name, stated) = (Some(name.clone()), stated.is_some());
            departments.push(Department { name, tables: Vec::new(), stated, summary: false });
        }
    }
    let mut summaries: Vec<Department> = Vec::new();
    let mut ownerless: Vec<usize> = Vec::new();
    for index in rest {
        let sheet = tables[*index].sheet;
        if several && is_summary(&sheet) && tables[*index].kind == TableKind::BudgetLedger {
            let name = Some(book.sheets[sheet].name.to_string());
            let summary = Department { name, tables: vec![*index], stated: false, summary: true };
            summaries.push(summary);
            continue;
        }
        let own =
            sheets.iter().position(|other| *other == sheet).map(|position| names[position].clone());
        let constant = || {
            let is_list =
                matches!(tables[*index].kind, TableKind::Payments | TableKind::Adjustments);
            let name = subject::constant_department(&book.sheets[sheet], &tables[*index]);
            let name = name.filter(|_| is_list).map(|name| subject::without_code(&name))?;
            let same = |held: &&String| same_department(held, &name, false);
            names.iter().find(same).cloned()
        };
        let own = own.or_else(constant);
        let own = own.or_else(|| stated_department(book, tables, rest, sheet));
        let named = &book.sheets[sheet].name;
        let position = departments.iter().position(|held| {
            held.name == own || held.name.as_ref().is_some_and(|name| named.contains(name.as_str()))
        });
        let alone = matches!(tables[*index].kind, TableKind::Facts | TableKind::Settings);
        match position {
            None if alone => ownerless.push(*index),
            position => departments[position.unwrap_or(0)].tables.push(*index),
        }
    }
    if !ownerless.is_empty() {
        // Whose they are is told once everything is gathered.
        let (name, tables) = (None, ownerless);
        summaries.push(Department { name, tables, stated: false, summary: false });
    }
    departments.extend(summaries);
    departments
}

/// What the sheet itself says: a label, or a column that names one department throughout.
fn stated_department(
    book: &Book,
    tables: &[Table],
    rest: &[usize],
    sheet: usize,
) -> Option<String> {
    let own: Vec<&Table> =
        rest.iter().map(|index| &tables[*index]).filter(|table| table.sheet == sheet).collect();
    let around = Around::of(book, &book.sheets[sheet], &own);
    let label = around.label("department").or_else(|| around.label("unit"));
    label.map(subject::without_code).or_else(|| {
        let column =
            own.iter().find_map(|table| subject::constant_department(&book.sheets[sheet], table));
        column.map(|name| subject::without_code(&name))
    })
}

/// A department per sheet: the sheets state different ones, or carry names of organisations over equal headings.
fn names_of_sheets(
    book: &Book,
    tables: &[Table],
    rest: &[usize],
    sheets: &[usize],
    stated: &[Option<String>],
) -> Option<Vec<String>> {
    if sheets.len() < 2 {
        return None;
    }
    let names = |sheet: &usize| subject::without_code(book.sheets[*sheet].name.trim());
    let together = !book.further().is_empty();
    let mut different: Vec<&String> = Vec::new();
    for name in stated.iter().flatten() {
        if !different.iter().any(|held| same_department(held, name, together)) {
            different.push(name);
        }
    }
    let known = |name: &String| {
        let held = different.iter().find(|held| same_department(held, name, together));
        held.map_or_else(|| name.clone(), |held| (*held).clone())
    };
    if different.len() >= 2 {
        let own = stated.iter().zip(sheets).map(|(name, sheet)| match name {
            Some(name) => known(name),
            // In files that are given as those of one department only a name that is written makes another one.
            None if together => different[0].clone(),
            None => names(sheet),
        });
        return Some(own.collect());
    }
    if together {
        return None;
    }
    let organisations =
        sheets.iter().all(|sheet| VOCABULARY.is_organisation(&book.sheets[*sheet].name));
    let signature = |sheet: &usize| {
        let own = rest.iter().map(|index| &tables[*index]);
        own.filter(|table| table.sheet == *sheet && table.kind == TableKind::BudgetLedger)
            .map(|table| table.header.signature.clone())
            .next()
    };
    let shape = sheets.first().and_then(signature);
    let alike = sheets.iter().all(|sheet| signature(sheet) == shape);
    (different.is_empty()
        && (organisations
            || alike
                && sheets
                    .iter()
                    .any(|sheet| VOCABULARY.is_organisation(&book.sheets[*sheet].name))))
    .then(|| sheets.iter().map(names).collect())
}

/// Whether two names are of one department. In files given as those of one, the shorter may abbreviate the longer.
fn same_department(one: &str, other: &str, together: bool) -> bool {
    let (one, other) = (matching::folded(one), matching::folded(other));
    let like = || matching::abbreviates(&one, &other) || matching::abbreviates(&other, &one);
    one == other || together && like()
}

/// The submission of a department.
pub fn gather(book: &Book, tables: &[Table], department: &Department) -> Gathered {
    let mut findings = Vec::new();
    let own: Vec<&Table> = department.tables.iter().map(|index| &tables[*index]).collect();
    let mut sheets: Vec<usize> = own.iter().map(|table| table.sheet).collect();
    sheets.dedup();
    let around: Vec<Around> = sheets
        .iter()
        .map(|sheet| Around::of(book, &book.sheets[*sheet], &own_of(&own, *sheet)))
        .collect();
    let mut sources = Vec::new();
    let mut open = false;
    for table in own.iter().filter(|table| table.kind == TableKind::BudgetLedger) {
        match money::clean(book, table, &mut findings) {
            Some(ledger) => sources.push(Source::new(book, table, ledger)),
            None => open = true,
        }
    }
    if open {
        // The total of the other sheets would not be the department's total.
        sources.clear();
    }
    let mut accounts: Vec<Account> = Vec::new();
    let sources = years::one(book, sources, &mut accounts, &mut findings).unwrap_or_else(|| {
        open = true;
        Vec::new()
    });
    let mut sources = match months::settle(book, sources, &mut accounts, &mut findings) {
        Settled::Plain(sources) => {
            let sources = unite::without_summary(book, sources, &mut accounts, &mut findings);
            let sources = inside::without_repeats(book, sources, &mut accounts, &mut findings);
            unite::unite(book, sources, &mut accounts, &mut findings)
        }
        Settled::Added(sources) => sources,
        Settled::Open => Vec::new(),
    };
    let [changes, paid] = [TableKind::Adjustments, TableKind::Payments].map(|kind| {
        own.iter().copied().filter(|table| table.kind == kind).collect::<Vec<&Table>>()
    });
    // The sheets of the ledgers that count speak first: others may be of another year.
    let counted = |sheet: &usize| sources.iter().any(|source| source.table.sheet == *sheet);
    let mut speaking: Vec<(bool, &Around)> =
        sheets.iter().map(|sheet| !counted(sheet)).zip(&around).collect();
    speaking.sort_by_key(|(other, _)| *other);
    let budget_year = speaking
        .iter()
        .find_map(|(_, around)| around.year())
        .or_else(|| {
            own.iter().find_map(|table| subject::year_of_table(&book.sheets[table.sheet], table))
        })
        .or_else(|| journal::year_of(book, &[changes.as_slice(), paid.as_slice()].concat()));
    if !open {
        adjustments::join(book, &changes, budget_year, &mut sources, &mut accounts, &mut findings);
        payments::join(book, &paid, budget_year, &mut sources, &mut accounts, &mut findings);
    }
    accounts.extend(sources.iter_mut().filter_map(|source| {
        let mut account = source.account.take()?;
        account.count_all(&source.ledger);
        Some(account)
    }));
    let of_kind = |kind: TableKind| own.iter().copied().filter(move |table| table.kind == kind);
    let settings: Vec<Setting> = of_kind(TableKind::Settings)
        .flat_map(|table| facts::settings(book, table, &mut findings))
        .collect();
    let said = facts::year_of(&settings);
    if let Some(((said, at), year)) = said.zip(budget_year).filter(|((said, _), year)| said != year)
    {
        let what = ("预算年度", "the budget year");
        findings.push(facts::contradicts(what, &said.to_string(), &year.to_string(), at));
    }
    let budget_year = budget_year.or(said.map(|(year, _)| year));
    let unit = facts::unit_of(&settings);
    let facts: Vec<Fact> = of_kind(TableKind::Facts)
        .flat_map(|table| facts::read(book, table, unit, &mut findings))
        .collect();
    facts::contradictions(&facts, budget_year, &mut findings);
    let subject = subject_of(book, department, &around, &settings, &mut findings);
    let mut submission = Submission {
        subject,
        budget_year,
        facts,
        settings,
        budget: budget::build(book, &sources, &mut findings),
        ..Submission::default()
    };
    for table in own.iter().filter(|table| table.kind == TableKind::Indicators) {
        let mut found = indicators::read(book, table, &mut findings);
        found.join(&mut submission.indicators, &mut submission.claimed);
        submission.execution_row = submission.execution_row.or(found.execution_row);
    }
    for table in own.iter().filter(|table| table.kind == TableKind::Drivers) {
        submission.drivers.append(&mut drivers::read(book, table, &mut findings));
    }
    Gathered { submission, findings, sheets, accounts }
}

fn own_of<'a>(tables: &[&'a Table], sheet: usize) -> Vec<&'a Table> {
    tables.iter().copied().filter(|table| table.sheet == sheet).collect()
}

fn subject_of(
    book: &Book,
    department: &Department,
    around: &[Around],
    settings: &[Setting],
    findings: &mut Vec<Finding>,
) -> Subject {
    let label =
        |id: &str| around.iter().find_map(|around| around.label(id)).map(subject::without_code);
    let said = facts::setting(settings, SettingOf::Department);
    let stated = department
        .name
        .clone()
        .or_else(|| label("department"))
        .or_else(|| label("unit"))
        .or_else(|| around.iter().find_map(Around::organisation));
    if let Some((said, stated)) = said.zip(stated.as_ref())
        && !same_department(&said.value, stated, true)
    {
        let what = ("部门名称", "the department");
        findings.push(facts::contradicts(what, &said.value, stated, &said.source));
    }
    let name = stated
        .or_else(|| said.map(|said| said.value.clone()))
        .or_else(|| match around {
            [only] => only.organisation_of_sheet(),
            _ => None,
        })
        .unwrap_or_else(|| subject::name_of_file(&book.file));
    Subject {
        kind: SubjectKind::Department,
        department: Some(name.clone()),
        name,
        project: None,
        unit: None,
    }
}
