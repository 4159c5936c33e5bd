//! The program's own evaluation workbook as an input: its ledger is read again, and what a person wrote in it counts.
//!
//! * In: the recognised tables of a workbook with the sheets of an evaluation. Out: the tables that say something of their own; the
//!   indicators of 指标评分 with bands, decided scores, scores, reasons; reasons and goals of the form; the rules that were used.
//! * Rule: a score that is still a formula is the program's and nobody's claim. Sheets that are computed from others are not read.
//! * Never: takes another workbook for one of ours: its sheets have to be there, under one ending; one of ours that lost a sheet is refused, not read as a ledger.

mod written;

use crate::clean::{cell_decimal, cell_text};
use crate::fold;
use crate::gather::Gathered;
use crate::grid::{Book, Cell, Sheet};
use crate::recognise::{Recognised, Table, TableKind};
use jixiao_core::{
    Amount, Amounts, Budget, BudgetLine, Cells, Claimed, Code, Decision, ExecutionRow, Finding,
    Indicator, Place, Role, Setting, SourceRow, Submission,
};
use rust_decimal::Decimal;
use std::collections::HashMap;
use written::Written;

const FORM: &str = "自评表";
const LEDGER: &str = "支出执行";
const SCORES: &str = "指标评分";
const ROWS: &str = "原始数据";
const FINDINGS: &str = "发现";
/// Errors that lie in what the workbook was made from: it shows their outcome, and cannot show them again.
const OF_THE_INPUT: [Code; 10] = [
    Code::Question,
    Code::ErrorCell,
    Code::NoCachedValue,
    Code::ValueUnreadable,
    Code::TotalMismatch,
    Code::Reconciliation,
    Code::DuplicateRow,
    Code::TotalDiffers,
    Code::RateDiffers,
    Code::GradeDiffers,
];
/// The sheets that every evaluation workbook has for each subject; 发现, which people delete before they send it on, is not needed.
const ALWAYS: [&str; 4] = [FORM, LEDGER, SCORES, ROWS];
/// So many of them under one ending are ours, even if something is missing.
const ENOUGH: usize = 3;
/// The row of the execution rate, and how the remark about the rules begins.
const EXECUTION: &str = "预算执行率";
const RULES: &str = "评分规则：";
/// How the remark about replaced settings begins.
const SETTINGS: &str = "改用的设置：";
/// How the head of the computed difference begins: no amount of its own.
const VARIANCE: &str = "差异";
/// The row of sums on 支出执行.
const SUM: &str = "合计";
/// The row of the heads on 支出执行 and 指标评分, counted from zero.
const HEADS: u32 = 2;

/// The sheets of one subject (indexes).
pub struct Subject {
    form: usize,
    ledger: usize,
    scores: usize,
    rows: usize,
    is_department: bool,
    /// The sheet of what was found, where it is still there.
    findings: Option<usize>,
    /// The sheet that its money is read from.
    money: usize,
}

/// Keeps the tables that a person may have changed. Gives what [`overlay`] needs; nothing where the workbook is another's.
pub fn keep(book: &Book, recognised: &mut Recognised) -> Vec<Subject> {
    let mut subjects = subjects(book);
    // A department's money is that of its lines, whatever its form shows of it; a project's form is all there is of its own.
    for own in &mut subjects {
        let has_lines = recognised.tables.iter().any(|table| table.sheet == own.ledger);
        own.money = if own.is_department && has_lines { own.ledger } else { own.form };
    }
    let incomplete = incomplete(book, &subjects);
    let Some(first) = subjects.first() else {
        if !incomplete.is_empty() {
            recognised.tables.clear();
            recognised.findings = incomplete;
        }
        return subjects;
    };
    let is_money = |table: &Table| subjects.iter().any(|own| own.money == table.sheet);
    let is_fact = |table: &Table| {
        table.kind == TableKind::Facts && subjects.iter().any(|own| own.rows == table.sheet)
    };
    recognised.tables.retain(|table| is_money(table) || is_fact(table));
    // Of quantities and standards 差异原因 is a cause, and no amount.
    for table in recognised.tables.iter_mut().filter(|table| table.kind != TableKind::Drivers) {
        table.columns.retain(|column| !column.title.starts_with(VARIANCE));
        let held: Vec<u32> = table.columns.iter().map(|column| column.column).collect();
        table.doubts.retain(|doubt| doubt.columns.iter().all(|column| held.contains(column)));
    }
    let is_read = |place: &Place| {
        recognised.tables.iter().any(|table| book.sheets[table.sheet].name == place.sheet)
    };
    recognised.findings.retain(|of| of.source.sheet.is_empty() || is_read(&of.source));
    recognised.findings.push(Finding::new(
        Code::RowSkipped,
        book.place(&book.sheets[first.money], Cells::default()),
        format!("本文件是程序生成的自评工作簿：读取其中的支出数据、“{SCORES}”的各行和填写的完成档次、复核得分、得分与原因，以及“{FORM}”中的原因和目标；其余内容由这些数据计算得出，不再读取"),
        format!("this is an evaluation workbook of the program: its money, the rows of {SCORES} with bands, decided scores, scores and reasons, and the reasons and goals of the form are read; everything else is computed from them and not read"),
    ));
    recognised.findings.extend(incomplete);
    subjects
}

/// Whether it says that an evaluation workbook lost a sheet, and not that nothing was found.
pub fn is_refusal(finding: &Finding) -> bool {
    finding.code == Code::NoTable && finding.source.sheet.starts_with(FORM)
}

/// Forms of the workbook whose other sheets are not there as they were written: named, since nothing of them is read.
fn incomplete(book: &Book, subjects: &[Subject]) -> Vec<Finding> {
    let is_there = |name: String| book.sheets.iter().any(|sheet| *sheet.name == *name);
    let is_ours = |name: &str| {
        let ending = name.trim_start_matches(FORM);
        ALWAYS.iter().filter(|of| is_there(format!("{of}{ending}"))).count() >= ENOUGH
    };
    let is_form = |name: &str| {
        name.strip_prefix(FORM).is_some_and(|ending| ending.is_empty() || ending.starts_with('_'))
    };
    let sheets = book.sheets.iter().enumerate();
    sheets
        .filter(|(index, sheet)| {
            is_form(&sheet.name) && is_ours(&sheet.name) && subjects.iter().all(|own| own.form != *index)
        })
        .map(|(_, sheet)| {
            let (name, ending) = (&sheet.name, sheet.name.trim_start_matches(FORM));
            let needed = ALWAYS.map(|of| format!("{of}{ending}")).join("、");
            Finding::new(
                Code::NoTable,
                book.place(sheet, Cells::default()),
                format!("“{name}”没有评价：本对象应有工作表{needed}，且“{SCORES}{ending}”的表头在第 {} 行；请恢复被删除、改名或移动的部分，或重新评价原始台账", HEADS + 1),
                format!("{name} is not evaluated: its sheets are {needed}, with the heads of {SCORES}{ending} in row {}; restore what was deleted, renamed or moved, or evaluate the original ledger again", HEADS + 1),
            )
        })
        .collect()
}

/// The subjects of an evaluation workbook: each has all its sheets under one ending.
fn subjects(book: &Book) -> Vec<Subject> {
    let by_name: HashMap<&str, usize> =
        book.sheets.iter().enumerate().map(|(index, sheet)| (&*sheet.name, index)).collect();
    let endings = book.sheets.iter().filter_map(|sheet| sheet.name.strip_prefix(FORM));
    endings
        .filter(|ending| ending.is_empty() || ending.starts_with('_'))
        .filter_map(|ending| {
            let found = ALWAYS.map(|name| by_name.get(format!("{name}{ending}").as_str()).copied());
            let [Some(form), Some(ledger), Some(scores), Some(rows)] = found else {
                return None;
            };
            let is_department = names_department(&book.sheets[ledger]);
            let findings = by_name.get(format!("{FINDINGS}{ending}").as_str()).copied();
            let own = Subject { form, ledger, scores, rows, is_department, findings, money: form };
            has_heads(&book.sheets[scores]).then_some(own)
        })
        .collect()
}

/// Whether the sheet has the heads that only ours has together.
fn has_heads(scores: &Sheet) -> bool {
    let heads = heads(scores);
    ["评分方法", "评分公式", "代入数值", "得分"].iter().all(|head| heads.contains_key(*head))
}

/// Whether the second row of 支出执行 names a department and no project.
fn names_department(ledger: &Sheet) -> bool {
    ledger.row(1).filter_map(|cell| cell_text(&cell)).any(|text| text.starts_with("部门："))
}

/// The columns of 指标评分 by their heads.
fn heads(sheet: &Sheet) -> HashMap<String, u32> {
    let text = |cell: crate::grid::Cell<'_>| Some((fold::plain(&cell_text(&cell)?), cell.column));
    sheet.row(HEADS).filter_map(text).collect()
}

/// Puts the indicators of 指标评分 in the place of what was gathered, with what a person wrote there and in the form.
pub fn overlay(book: &Book, own: &[Subject], gathered: &mut [Gathered]) {
    for subject in own {
        let found = gathered.iter_mut().find(|gathered| gathered.sheets.contains(&subject.money));
        if let Some(gathered) = found {
            let (scores, form) = (&book.sheets[subject.scores], &book.sheets[subject.form]);
            lay_over(book, scores, form, &mut gathered.submission);
            gathered.findings.extend(Rows::of(book, scores).words_for_numbers());
            gathered
                .findings
                .extend(subject.findings.and_then(|sheet| not_settled(book, &book.sheets[sheet])));
            if subject.money == subject.ledger {
                leave_open(book, &book.sheets[subject.ledger], gathered);
            }
        }
    }
}

/// The errors of the first reading that only the original can settle: they stay errors.
fn not_settled(book: &Book, findings: &Sheet) -> Option<Finding> {
    let heads = heads(findings);
    let text = |row: u32, head: &str| cell_text(&findings.get(row, *heads.get(head)?)?);
    let is_open = |row: &u32| {
        let code = text(*row, "编码").unwrap_or_default();
        text(*row, "级别").as_deref() == Some("错误")
            && OF_THE_INPUT.iter().any(|of| of.text() == code)
    };
    let open: Vec<u32> = findings.rows_in(HEADS + 1..u32::MAX).filter(is_open).collect();
    let column = heads.get("说明")?;
    let mut places = open.iter().map(|row| book.place(findings, Cells::one(*row, *column)));
    let (count, at) = (open.len(), places.next()?);
    let said = text(open[0], "说明").unwrap_or_default();
    // A question goes on with its choices, line by line.
    let said = said.lines().next().unwrap_or_default();
    let zh = format!(
        "原来的台账或自评表有 {count} 项错误没有更正，本簿只含当时读到的数据；请在原文件中更正后重新评价。其一：{said}"
    );
    let en = format!(
        "{count} errors of the original ledger or form were not settled, and this workbook holds what was read of it; correct them there and evaluate it again. One of them: {said}"
    );
    let mut finding = Finding::new(Code::Reconciliation, at, zh, en);
    finding.related = places.collect();
    Some(finding)
}

/// Amounts that the first reading could not read are blank, and so is their sum: what is still blank is unknown, never zero.
fn leave_open(book: &Book, ledger: &Sheet, gathered: &mut Gathered) {
    let heads = heads(ledger);
    let is_sum = |row: &u32| {
        ledger.row(*row).filter_map(|cell| cell_text(&cell)).next().is_some_and(|text| text == SUM)
    };
    let Some(sum) = ledger.rows_in(HEADS + 1..u32::MAX).find(is_sum) else { return };
    let is_open = |amount: &Amount| {
        let column = heads.get(amount.chinese());
        column.is_some_and(|column| {
            ledger.get(sum, *column).is_none_or(|cell| cell_decimal(&cell).is_none())
        })
    };
    let budget = &mut gathered.submission.budget;
    for amount in Amount::ALL.into_iter().filter(is_open) {
        let before = budget.unreadable.len();
        for (index, row) in budget.rows.iter().enumerate() {
            let is_known = budget.unreadable.contains(&(index, amount));
            let counts = matches!(row.role, Role::Counted(_));
            if !counts || row.amounts.get(amount).is_some() || is_known {
                continue;
            }
            budget.unreadable.push((index, amount));
            gathered.findings.push(Finding::new(
                Code::ValueUnreadable,
                row.cell(amount),
                format!(
                    "“{}”的{}在原表中没有读出，合计暂缺；请在此格填写金额，没有发生的填 0",
                    row.label,
                    amount.chinese()
                ),
                format!(
                    "the {} of {} could not be read in the original, so its total is open; write the amount here, 0 for none",
                    amount.english(),
                    row.label
                ),
            ));
        }
        // A row without a name is no line here, and its amount is as unknown as it was.
        let some = budget.rows.iter().any(|row| row.amounts.get(amount).is_some());
        if some && budget.unreadable.len() == before {
            nameless(book, ledger, (sum, heads[amount.chinese()]), amount, budget);
        }
    }
}

/// A line for what has no name on 支出执行 and no sum either.
fn nameless(
    book: &Book,
    ledger: &Sheet,
    (row, column): (u32, u32),
    amount: Amount,
    budget: &mut Budget,
) {
    let label = "（没有名称的行）";
    budget.unreadable.push((budget.rows.len(), amount));
    budget.rows.push(SourceRow {
        role: Role::Counted(budget.lines.len()),
        label: label.into(),
        amounts: Amounts::default(),
        place: book.place(ledger, Cells::one(row, column)),
        columns: Default::default(),
    });
    budget.lines.push(BudgetLine::named(label));
}

fn lay_over(book: &Book, scores: &Sheet, form: &Sheet, submission: &mut Submission) {
    let mut written = Written::of(form);
    let rows = Rows::of(book, scores);
    submission.claimed = Claimed::default();
    submission.execution_row = None;
    submission.indicators.clear();
    for row in scores.rows_in(HEADS + 1..u32::MAX) {
        // A row has its number; the total and the remarks below have none.
        if rows.number(row, "序号").is_none() {
            continue;
        }
        let Some(mut indicator) = rows.indicator(row) else { continue };
        let name = indicator.path.last().cloned().unwrap_or_default();
        if let Some((reason, measure)) = written.reason(&name) {
            indicator.reason = reason.or(indicator.reason);
            indicator.measure = measure.or(indicator.measure);
        }
        if indicator.path == [EXECUTION] {
            submission.execution_row = Some(execution_row(indicator));
        } else {
            submission.indicators.push(indicator);
        }
    }
    submission.narrative = written.goals();
    submission.settings.extend(rules(book, scores));
    submission.settings.extend(settings(book, scores));
}

/// The row of the execution rate with what a person wrote in it.
fn execution_row(row: Indicator) -> ExecutionRow {
    ExecutionRow {
        weight: row.weight,
        score_claimed: row.score_claimed,
        score_at: row.score_at,
        reason: row.reason,
        decided: row.decided,
        source: row.source,
        ..ExecutionRow::default()
    }
}

/// The settings that the workbook says were used in the place of those of the rules.
fn settings(book: &Book, scores: &Sheet) -> Vec<Setting> {
    let below = scores.rows_in(HEADS + 1..u32::MAX).flat_map(|row| scores.row(row).next());
    let said = below.filter_map(|cell| Some((cell_text(&cell)?, cell)));
    let Some((text, cell)) = said.into_iter().find(|(text, _)| text.starts_with(SETTINGS)) else {
        return Vec::new();
    };
    let one = |said: &str| {
        let (key, rest) = said.split_once(" 为 ")?;
        let (value, _) = rest.split_once("（规则为 ")?;
        Some(Setting {
            key: key.trim().to_owned(),
            value: value.trim().to_owned(),
            source: book.place(scores, Cells::one(cell.row, cell.column)),
        })
    };
    text[SETTINGS.len()..].split('；').filter_map(one).collect()
}

/// The rules that the workbook says it was scored by.
fn rules(book: &Book, scores: &Sheet) -> Option<Setting> {
    let below = scores.rows_in(HEADS + 1..u32::MAX).flat_map(|row| scores.row(row).next());
    let said = below.filter_map(|cell| Some((cell_text(&cell)?, cell)));
    let (text, cell) = said.into_iter().find(|(text, _)| text.starts_with(RULES))?;
    let id = text.split('）').next().and_then(|head| head.rsplit('，').next())?.trim();
    let is_id = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    (!id.is_empty() && id.chars().all(is_id)).then(|| Setting {
        key: "规则".to_owned(),
        value: id.to_owned(),
        source: book.place(scores, Cells::one(cell.row, cell.column)),
    })
}

/// The rows of 指标评分.
struct Rows<'b> {
    book: &'b Book,
    sheet: &'b Sheet,
    heads: HashMap<String, u32>,
}

impl Rows<'_> {
    fn of<'b>(book: &'b Book, sheet: &'b Sheet) -> Rows<'b> {
        Rows { book, sheet, heads: heads(sheet) }
    }

    /// Words that a person typed where a score belongs: they do not count, and that is said.
    fn words_for_numbers(&self) -> Vec<Finding> {
        let rows = self.sheet.rows_in(HEADS + 1..u32::MAX);
        let rows = rows.filter(|row| self.number(*row, "序号").is_some());
        let cells = rows.flat_map(|row| ["得分", "复核得分"].map(|head| (row, head)));
        let typed = cells.filter_map(|(row, head)| {
            let cell = self.cell(row, head).filter(|cell| !cell.formula)?;
            let text = cell_text(&cell).filter(|text| !text.trim().is_empty())?;
            cell_decimal(&cell).is_none().then(|| {
                Finding::new(
                    Code::ValueUnreadable,
                    self.book.place(self.sheet, Cells::one(row, cell.column)),
                    format!("“{head}”列的“{text}”不是分数，没有采用；应填数字，没有则留空"),
                    format!("{text:?} under {head} is no score and does not count; write a number or leave the cell empty"),
                )
            })
        });
        typed.collect()
    }

    fn cell(&self, row: u32, head: &str) -> Option<Cell<'_>> {
        self.sheet.get(row, *self.heads.get(head)?)
    }

    fn text(&self, row: u32, head: &str) -> Option<String> {
        let text = cell_text(&self.cell(row, head)?)?;
        (!text.trim().is_empty()).then_some(text)
    }

    fn number(&self, row: u32, head: &str) -> Option<Decimal> {
        cell_decimal(&self.cell(row, head)?)
    }

    /// A number that somebody typed, with its cell.
    fn typed(&self, row: u32, head: &str) -> Option<(Decimal, Place)> {
        let cell = self.cell(row, head).filter(|cell| !cell.formula)?;
        Some((cell_decimal(&cell)?, self.book.place(self.sheet, Cells::one(row, cell.column))))
    }

    fn indicator(&self, row: u32) -> Option<Indicator> {
        let levels = ["一级指标", "二级指标", "三级指标"].map(|head| self.text(row, head));
        let path: Vec<String> = levels.into_iter().flatten().collect();
        let right = self.heads.values().max().copied().unwrap_or_default();
        let claimed = self.typed(row, "自填得分").or_else(|| self.typed(row, "得分"));
        let decided = self.typed(row, "复核得分").map(|(score, source)| Decision {
            score,
            who: self.text(row, "复核人"),
            why: self.text(row, "复核意见"),
            source,
        });
        (!path.is_empty()).then(|| Indicator {
            path,
            target: self.text(row, "年度指标值").unwrap_or_default(),
            actual: self.text(row, "实际完成值"),
            weight: self.number(row, "分值"),
            score_claimed: claimed.as_ref().map(|(score, _)| *score),
            score_at: claimed.map(|(_, place)| place).unwrap_or_default(),
            band: self.text(row, "完成档次"),
            decided,
            reason: self.text(row, "偏差原因"),
            measure: self.text(row, "改进措施"),
            source: self.book.place(self.sheet, Cells::block(row, 0, row, right)),
            ..Indicator::default()
        })
    }
}
