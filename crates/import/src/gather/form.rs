//! Forms (自评表): a sheet with a money block and an indicator table is one subject, with what was filled in by hand.

use super::budget::{self, Source};
use super::department::{self, Department};
use super::journal::within_rounding;
use super::subject::{self, Around};
use super::{Gathered, beside, indicators, money};
use crate::clean::cells::cell_text;
use crate::clean::{cell_decimal, ledger};
use crate::fold;
use crate::grid::{Book, Sheet};
use crate::recognise::{Table, TableKind};
use crate::vocabulary::{Meaning, VOCABULARY};
use jixiao_core::{
    Amount, Amounts, Budget, Cells, Code, Decision, ExecutionRow, Finding, Place, Subject,
    SubjectKind, Submission,
};
use rust_decimal::Decimal;

/// A form: its tables and whether it speaks of a whole department.
pub struct Form {
    sheet: usize,
    money: Option<usize>,
    indicators: Vec<usize>,
    department: bool,
    /// The rows of the sheet that are this form's, the second one excluded.
    rows: (u32, u32),
}

impl Form {
    /// The indexes of its tables.
    pub fn tables(&self) -> Vec<usize> {
        self.money.iter().chain(&self.indicators).copied().collect()
    }

    fn around(&self, book: &Book, own: &[&Table]) -> Around {
        Around::within(book, &book.sheets[self.sheet], own, self.rows.0, self.rows.1)
    }

    /// Whether it has a money block.
    pub fn has_money(&self) -> bool {
        self.money.is_some()
    }

    /// Whether it is the form of a department as a whole.
    pub fn is_department(&self) -> bool {
        self.department
    }
}

/// The forms among the tables: a money block opens one, the indicator tables below it belong to it.
pub fn find(book: &Book, tables: &[Table]) -> Vec<Form> {
    let mut forms: Vec<Form> = Vec::new();
    for (index, table) in tables.iter().enumerate() {
        let open = forms.last_mut().filter(|form| form.sheet == table.sheet);
        match table.kind {
            TableKind::FormMoney => forms.push(Form {
                sheet: table.sheet,
                money: Some(index),
                indicators: Vec::new(),
                department: false,
                rows: (0, u32::MAX),
            }),
            TableKind::Indicators => match open {
                Some(form) => form.indicators.push(index),
                None if is_form_sheet(book, tables, table) => forms.push(Form {
                    sheet: table.sheet,
                    money: None,
                    indicators: vec![index],
                    department: false,
                    rows: (0, u32::MAX),
                }),
                None => {}
            },
            _ => {}
        }
    }
    let lasts: Vec<(usize, u32)> =
        forms.iter().map(|form| (form.sheet, last_row(tables, form))).collect();
    for position in 1..forms.len() {
        let (sheet, last) = lasts[position - 1];
        if forms[position].sheet == sheet {
            forms[position].rows.0 = last + 1;
            forms[position - 1].rows.1 = last + 1;
        }
    }
    for form in &mut forms {
        let own: Vec<&Table> = form.tables().iter().map(|index| &tables[*index]).collect();
        let around = form.around(book, &own);
        let project = around.label("project").is_some();
        let project_title = around.titles.iter().any(|title| fold::plain(title).contains("项目"));
        form.department = around.is_department() || (!project && !project_title);
    }
    forms
}

/// The last row of a form's tables.
fn last_row(tables: &[Table], form: &Form) -> u32 {
    let rows = form.tables().into_iter().map(|index| {
        let table = &tables[index];
        table.body.last().copied().unwrap_or(table.header.bottom)
    });
    rows.max().unwrap_or(0)
}

/// An indicator table alone is a form when its sheet says so and holds no ledger.
fn is_form_sheet(book: &Book, tables: &[Table], table: &Table) -> bool {
    let own: Vec<&Table> = tables.iter().filter(|other| other.sheet == table.sheet).collect();
    let ledger = own.iter().any(|other| other.kind == TableKind::BudgetLedger);
    let around = Around::of(book, &book.sheets[table.sheet], &own);
    !ledger
        && around.is_form()
        && (around.label("project").is_some() || around.label("department").is_some())
}

/// The submission of a form; with the ledger of the same department, if the file has one.
pub fn gather(book: &Book, tables: &[Table], form: &Form, ledger: Option<Department>) -> Gathered {
    let sheet = &book.sheets[form.sheet];
    let own: Vec<&Table> = form.tables().iter().map(|index| &tables[*index]).collect();
    let around = form.around(book, &own);
    let (mut findings, mut accounts) = (Vec::new(), Vec::new());
    let mut submission = Submission {
        subject: subject_of(book, sheet, form, &around),
        budget_year: around.year(),
        ..Submission::default()
    };
    if let Some(table) = form.money.map(|index| &tables[index]) {
        submission.execution_row = execution_row(book, sheet, table);
        if let Some(cleaned) = money::clean(book, table, &mut findings) {
            let mut source = Source::new(book, table, cleaned);
            if let Some(mut account) = source.account.take() {
                account.count_all(&source.ledger);
                accounts.push(account);
            }
            submission.budget = budget::build(book, &[source], &mut findings);
        }
    }
    for index in &form.indicators {
        let mut found = indicators::read(book, &tables[*index], &mut findings);
        found.join(&mut submission.indicators, &mut submission.claimed);
        if submission
            .execution_row
            .as_ref()
            .is_none_or(|row| row.weight.is_none() && row.score_claimed.is_none())
        {
            submission.execution_row = found.execution_row.or(submission.execution_row);
        }
    }
    if submission.claimed.grade.is_none()
        && let Some((grade, at)) = around.label_at("grade")
    {
        submission.claimed.grade = Some(grade);
        submission.claimed.grade_at = at;
    }
    submission.narrative.goal = text_of(sheet, form.rows, "goal");
    submission.narrative.outcome = text_of(sheet, form.rows, "outcome");
    let mut sheets = vec![form.sheet];
    if let Some(ledger) = ledger {
        let mut other = department::gather(book, tables, &ledger);
        compare(&submission.budget, &other.submission.budget, &mut findings);
        if !other.submission.budget.lines.is_empty() {
            submission.budget = other.submission.budget;
            // The ledger stands: what the form says of the same money was compared.
            for account in &mut accounts {
                account.compared = std::mem::take(&mut account.counted);
            }
        }
        submission.indicators.append(&mut other.submission.indicators);
        submission.drivers = other.submission.drivers;
        submission.facts = other.submission.facts;
        submission.settings = other.submission.settings;
        submission.budget_year = submission.budget_year.or(other.submission.budget_year);
        findings.append(&mut other.findings);
        accounts.append(&mut other.accounts);
        sheets.append(&mut other.sheets);
    }
    Gathered { submission, findings, sheets, accounts }
}

fn subject_of(book: &Book, sheet: &Sheet, form: &Form, around: &Around) -> Subject {
    let department = around.label("department").map(subject::without_code);
    let unit = around.label("unit").map(subject::without_code);
    let project = around.label("project").map(|name| name.replace(['\n', '\r'], ""));
    let file = book.file_of(sheet);
    let others = book.sheets.iter().filter(|other| book.file_of(other) == file);
    let alone = others.filter(|other| other.cell_count() > 0).count() == 1;
    let fallback = || {
        if alone { subject::name_of_file(&file) } else { sheet.name.trim().to_owned() }
    };
    if form.department {
        let name = department.clone().or(unit.clone()).or(project).unwrap_or_else(fallback);
        Subject {
            kind: SubjectKind::Department,
            department: Some(name.clone()),
            name,
            project: None,
            unit,
        }
    } else {
        let name = project.clone().unwrap_or_else(fallback);
        Subject { kind: SubjectKind::Project, name, department, project, unit }
    }
}

/// Weight, rate, score and reason beside the money: of the first row that has any of them.
fn execution_row(book: &Book, sheet: &Sheet, table: &Table) -> Option<ExecutionRow> {
    let at = |row: u32, meaning: Meaning| {
        let column = table.column(meaning).map_or(table.header.left, |column| column.column);
        Place::new(book.file_of(sheet), sheet.name.clone(), Cells::one(row, column))
    };
    let cell = |row: u32, meaning: Meaning| {
        let column = table.column(meaning)?;
        sheet.seen(row, column.column)
    };
    let row = table.body.iter().copied().find(|row| {
        [Meaning::Weight, Meaning::Score]
            .into_iter()
            .any(|meaning| cell(*row, meaning).is_some_and(|cell| cell_decimal(&cell).is_some()))
    });
    let row = row.or(table.body.first().copied())?;
    let titled = table.column(Meaning::Rate).is_some_and(|c| c.title.contains(['%', '％']));
    let rate = cell(row, Meaning::Rate).and_then(|cell| ledger::rate_value(&cell, titled));
    let figure = |meaning: Meaning| cell(row, meaning).and_then(|cell| cell_decimal(&cell));
    let text = |meaning: Meaning| cell(row, meaning).and_then(|cell| cell_text(&cell));
    let title = |meaning: Meaning| table.column(meaning).map(|column| column.title.clone());
    let reason = text(Meaning::Reason);
    Some(ExecutionRow {
        weight: figure(Meaning::Weight).or_else(|| titled_weight(table)),
        rate_claimed: rate.map(|(value, _)| value),
        rate_decimals: rate.map_or(2, |(_, half)| ledger::percent_places(half)),
        rate_at: at(row, Meaning::Rate),
        decided: figure(Meaning::Decided).map(|score| Decision {
            score,
            who: text(Meaning::DecidedBy).or_else(|| title(Meaning::Decided)),
            why: text(Meaning::DecidedWhy),
            source: at(row, Meaning::Decided),
        }),
        score_claimed: figure(Meaning::Score),
        score_at: at(row, Meaning::Score),
        reason,
        source: Place::new(
            book.file_of(sheet),
            sheet.name.clone(),
            Cells::block(row, table.header.left, row, table.header.right),
        ),
    })
}

/// A weight that stands in a title: `分值(10分)`, `得分(20分*执行率)`.
fn titled_weight(table: &Table) -> Option<Decimal> {
    let titles = table
        .columns
        .iter()
        .filter(|column| matches!(column.meaning, Some(Meaning::Weight | Meaning::Score)));
    titles.filter_map(|column| points_in(&column.title)).next()
}

fn points_in(title: &str) -> Option<Decimal> {
    let folded = fold::plain(title);
    let inner = &folded[folded.find('(')? + 1..];
    let digits: String = inner.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
    inner[digits.len()..].starts_with('分').then(|| digits.parse().ok()).flatten()
}

/// A text of the form: to the right of its label, or below it.
fn text_of(sheet: &Sheet, (from, to): (u32, u32), id: &str) -> Option<String> {
    for row in sheet.rows_in(from..to).take(60) {
        for cell in sheet.row(row) {
            let Some(text) = cell_text(&cell) else { continue };
            if !VOCABULARY.labels(&text).contains(&id) {
                continue;
            }
            let [_, _, bottom, right] =
                sheet.merge_at(row, cell.column).unwrap_or([row, cell.column, row, cell.column]);
            let beside =
                sheet.row(row).find(|other| other.column > right).and_then(|c| cell_text(&c));
            let below = sheet.seen(bottom + 1, cell.column).and_then(|c| cell_text(&c));
            let free =
                |text: &String| VOCABULARY.labels(text).is_empty() && !VOCABULARY.is_section(text);
            let found = below.filter(free).or(beside.filter(free));
            if found.is_some() {
                return found;
            }
        }
    }
    None
}

/// The form's totals against those of the ledger (勾稽).
fn compare(form: &Budget, ledger: &Budget, findings: &mut Vec<Finding>) {
    let sum = |budget: &Budget| Amounts::sum(budget.lines.iter().map(|line| &line.amounts));
    let (a, b) = (sum(form), sum(ledger));
    for amount in Amount::ALL {
        let (Some(first), Some(second)) = (a.get(amount), b.get(amount)) else { continue };
        let sides = [form, ledger].map(|budget| (budget.last_place, budget.lines.len()));
        if within_rounding(first - second, &sides) {
            continue;
        }
        let [one, two, off] = [first, second, second - first].map(|m| m.display_exact(form.unit));
        let (name, word) = (amount.chinese(), form.unit.word());
        let zh = format!(
            "自评表的{name}为 {one} {word}，台账合计为 {two} {word}，相差 {off} {word}；以台账为准，请核对自评表"
        );
        let en = format!(
            "the form gives {one} {word} as {}, the ledger {two} {word}, a difference of {off} {word}; the ledger stands, please check the form",
            amount.english()
        );
        let (at, related) = (beside::cell(form, 0, amount), beside::cell(ledger, 0, amount));
        findings.push(Finding::new(Code::Reconciliation, at, zh, en).with_related(related));
    }
}
