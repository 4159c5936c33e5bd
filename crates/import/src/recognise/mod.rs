//! Recognise: which tables a sheet holds, where their headers are and what each column means.
//!
//! * In: the grid of a file. Out: [`Table`]s with header, columns, body rows and unit; what was left out, with why.
//! * Evidence in order: words of the titles, content of the columns, arithmetic identities between them.
//! * Never: sums or scores anything; when two readings would change a total it asks.

pub mod apart;
pub mod columns;
pub mod context;
mod continued;
pub mod facts;
pub mod header;
pub mod proof;
mod settings;
pub mod tree;
pub mod turn;
pub mod unit;

use crate::answers::Answers;
use crate::clean::cells::Notes;
use crate::clean::ledger;
use crate::grid::{Book, Sheet, SheetState, Turn};
use crate::vocabulary::{Meaning, VOCABULARY};
use columns::{Column, Doubt};
use header::Header;
use jixiao_core::{Cells, Code, Finding, Place, Question};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use tree::NodeRole;
use unit::UnitFound;

/// What a table is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TableKind {
    /// 预算指标台账, 预算执行情况表: a row is a budget item.
    BudgetLedger,
    /// The money block of a self-evaluation form.
    FormMoney,
    /// 绩效指标.
    Indicators,
    /// 发放台账: quantity and standard.
    Drivers,
    /// 支付明细.
    Payments,
    /// 预算调整明细.
    Adjustments,
    /// 基础数据: a name and its values.
    Facts,
    /// 设置: a key and its value.
    Settings,
}

impl TableKind {
    /// The word that `inspect` prints.
    pub fn word(self) -> &'static str {
        match self {
            TableKind::BudgetLedger => "budget-ledger",
            TableKind::FormMoney => "form",
            TableKind::Indicators => "indicators",
            TableKind::Drivers => "drivers",
            TableKind::Payments => "payments",
            TableKind::Adjustments => "adjustments",
            TableKind::Facts => "facts",
            TableKind::Settings => "settings",
        }
    }
}

/// A row that is not counted, with the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// The row, counted from zero.
    pub row: u32,
    /// Why, in Chinese and English.
    pub why: (&'static str, &'static str),
}

/// A table on a sheet.
#[derive(Clone, Debug)]
pub struct Table {
    /// Index of the sheet in the book.
    pub sheet: usize,
    /// What it is.
    pub kind: TableKind,
    /// Its header.
    pub header: Header,
    /// Its columns with what they mean.
    pub columns: Vec<Column>,
    /// Rows that hold data, counted from zero.
    pub body: Vec<u32>,
    /// Rows inside it that hold none.
    pub skipped: Vec<Skipped>,
    /// The unit of its amounts.
    pub unit: UnitFound,
    /// Columns that two meanings compete for.
    pub doubts: Vec<Doubt>,
    /// What a person answered to questions about these headings.
    pub answers: BTreeMap<String, String>,
    /// The values of a table of facts or settings.
    pub entries: Vec<facts::Entry>,
}

impl Table {
    /// The column of a meaning.
    pub fn column(&self, meaning: Meaning) -> Option<&Column> {
        self.columns.iter().find(|column| column.meaning == Some(meaning))
    }

    /// Every column of a meaning, from left to right.
    pub fn columns_of(&self, meaning: Meaning) -> impl Iterator<Item = &Column> {
        self.columns.iter().filter(move |column| column.meaning == Some(meaning))
    }

    /// The cells of its header.
    pub fn header_cells(&self) -> Cells {
        let header = &self.header;
        Cells::block(header.top, header.left, header.bottom, header.right)
    }

    /// What a person answered to a question about this table.
    pub fn answer(&self, about: &str) -> Option<&str> {
        self.answers.get(about).map(String::as_str)
    }

    /// The key under which an answer about this table is kept.
    pub fn question(&self, about: &str) -> Question {
        Question { headings: self.header.fingerprint(), about: about.to_owned() }
    }

    /// The whole table.
    pub fn range(&self) -> Cells {
        let bottom = self.body.last().copied().unwrap_or(self.header.bottom);
        Cells::block(self.header.top, self.header.left, bottom, self.header.right)
    }
}

/// Everything recognised in a file.
#[derive(Clone, Debug, Default)]
pub struct Recognised {
    /// The tables in the order of sheets and rows.
    pub tables: Vec<Table>,
    /// What was noticed.
    pub findings: Vec<Finding>,
}

/// Sets the tables upright that stand with their items across.
pub fn set_upright(book: &mut Book, answers: &Answers) {
    for sheet in book.sheets.iter_mut().filter(|sheet| sheet.state == SheetState::Visible) {
        if let Some(upright) = turn::upright(sheet, answers) {
            *sheet = upright;
        }
    }
}

/// Finds the tables of every visible sheet.
pub fn recognise(book: &Book, answers: &Answers) -> Recognised {
    let mut recognised = Recognised::default();
    for (index, sheet) in book.sheets.iter().enumerate() {
        if sheet.state == SheetState::Visible {
            recognised.tables.extend(tables_of(sheet, index, answers));
        }
    }
    let taken = named_values(book, &mut recognised.tables, answers);
    proof::share_proofs(&mut recognised.tables);
    recognised.findings =
        recognised.tables.iter().filter_map(|table| unused(book, table)).collect();
    recognised.findings.extend(taken);
    if !recognised.tables.is_empty() {
        continued::read(book, &mut recognised);
    }
    recognised
}

/// Adds the tables of settings and facts, in front of the other tables of their sheets; what was taken from ledgers is said.
fn named_values(book: &Book, tables: &mut Vec<Table>, answers: &Answers) -> Vec<Finding> {
    let visible = |(_, sheet): &(usize, &Sheet)| sheet.state == SheetState::Visible;
    let sheets = || book.sheets.iter().enumerate().filter(visible);
    let mut found: Vec<Table> =
        sheets().filter_map(|(index, sheet)| settings::find(sheet, index)).collect();
    let inside = |table: &Table| {
        let rows =
            |own: &Table| own.header.top..=own.body.last().copied().unwrap_or(own.header.top);
        found.iter().any(|own| {
            own.sheet == table.sheet
                && rows(own).contains(&table.header.top)
                && own.header.overlaps(&table.header)
        })
    };
    tables.retain(|table| !inside(table));
    facts::cut_tables(book, tables, answers);
    let findings = facts::take_ledgers(book, tables, answers);
    for (index, sheet) in sheets() {
        let own: Vec<Table> =
            tables.iter().chain(&found).filter(|table| table.sheet == index).cloned().collect();
        found.extend(facts::find(sheet, index, &own, answers));
    }
    found.append(tables);
    found.sort_by_key(|table| table.sheet);
    *tables = found;
    findings
}

/// Columns of amounts that nothing explains and nobody is asked about.
fn unused(book: &Book, table: &Table) -> Option<Finding> {
    let sheet = &book.sheets[table.sheet];
    if !matches!(table.kind, TableKind::BudgetLedger | TableKind::FormMoney) {
        return None;
    }
    let asked = |column: &u32| table.doubts.iter().any(|doubt| doubt.columns.contains(column));
    let columns: Vec<&Column> = proof::unknown_amounts(sheet, table)
        .into_iter()
        .filter(|column| !asked(column))
        .filter_map(|column| table.columns.iter().find(|held| held.column == column))
        .collect();
    let cells = |column: &Column| {
        let at = sheet.original(Cells::one(table.header.bottom, column.column));
        Place::new(book.file.clone(), sheet.name.clone(), at)
    };
    let first = cells(columns.first()?);
    let named = |column: &&Column| {
        let title = column.title.replace(['\n', '\r'], "");
        let (zh, en) = Turn::column_name(sheet.turn, column.column);
        (format!("{zh}“{title}”"), format!("{en} ({title})"))
    };
    let (zh, en): (Vec<String>, Vec<String>) = columns.iter().map(named).unzip();
    let zh =
        format!("{}的含义没有识别，没有用于计算；如是预算数或执行数，请改写列名", zh.join("、"));
    let en = format!(
        "not understood and not used: {}; if it is a budget or an executed amount, name it so",
        en.join(", ")
    );
    let mut finding = Finding::new(Code::ColumnUnused, first, zh, en);
    finding.related = columns.iter().skip(1).map(|column| cells(column)).collect();
    Some(finding)
}

fn tables_of(sheet: &Sheet, index: usize, answers: &Answers) -> Vec<Table> {
    let headers = header::headers(sheet);
    let mut tables: Vec<Table> = Vec::new();
    let mut again: Vec<(Cells, Header)> = Vec::new();
    for (position, header) in headers.iter().enumerate() {
        // The same headings over the same columns further down are a page's header, not a table beside it.
        let repeated = tables.iter_mut().rev().find(|table| {
            table.header.left == header.left
                && table.header.bottom < header.top
                && table.header.signature == header.signature
                && !context::form_between(sheet, table, header.top)
                && !unit::changes_between(sheet, table, header.top)
        });
        let until = headers[position + 1..]
            .iter()
            .find(|next| next.top > header.bottom && next.overlaps(header))
            .map_or(u32::MAX, |next| next.top);
        if let Some(table) = repeated {
            let rows = header.top..=header.bottom;
            let why = ("重复的表头", "repeated header");
            table.skipped.extend(rows.map(|row| Skipped { row, why }));
            again.push((table.header_cells(), header.clone()));
            extend_body(sheet, table, header.bottom, until);
            continue;
        }
        let mut columns = columns::assign(sheet, header, until);
        let kind = kind_of(&columns.columns);
        let Some(kind) = kind else { continue };
        columns::resolve_generic(&mut columns, kind);
        let mut table = Table {
            sheet: index,
            kind,
            header: header.clone(),
            columns: columns.columns,
            body: Vec::new(),
            skipped: Vec::new(),
            unit: UnitFound::default(),
            doubts: columns.doubts,
            answers: answers.for_headings(&header.fingerprint()),
            entries: Vec::new(),
        };
        extend_body(sheet, &mut table, header.bottom, until);
        unit::know_columns_of_units(sheet, &mut table);
        if kind == TableKind::BudgetLedger && is_form_money(sheet, &table) {
            table.kind = TableKind::FormMoney;
        }
        if kind == TableKind::Payments && is_announced_as_changes(sheet, &table, &tables) {
            table.kind = TableKind::Adjustments;
        }
        proof::weigh_doubts(sheet, &mut table);
        if matches!(table.kind, TableKind::BudgetLedger | TableKind::FormMoney) {
            proof::doubt_rising_months(sheet, &mut table);
            proof::prove_unknown(sheet, &mut table);
        }
        if !table.body.is_empty() {
            tables.push(table);
        }
    }
    let apart = |table: Table| {
        let own = table.header_cells();
        let repeated = again.iter().filter(|(of, _)| *of == own).map(|(_, header)| header.clone());
        apart::split(sheet, table, &repeated.collect::<Vec<Header>>())
    };
    let mut tables: Vec<Table> = tables.into_iter().flat_map(apart).collect();
    mark_forms(sheet, &mut tables);
    unmark_ledgers(sheet, &mut tables);
    for position in 0..tables.len() {
        let around = surroundings(sheet, &tables, position);
        let found = unit::find(sheet, &tables[position], &around);
        tables[position].unit = found;
        drop_notes(sheet, &mut tables[position]);
    }
    tables
}

/// A note below a table may name an amount. The printed total proves that it is none of the table's.
fn drop_notes(sheet: &Sheet, table: &mut Table) {
    let is_note = |row: &u32| {
        context::first_text(sheet, *row, &table.header)
            .is_some_and(|text| VOCABULARY.is_footer(text))
    };
    let notes: Vec<u32> = table.body.iter().copied().filter(is_note).collect();
    if notes.is_empty() || table.kind != TableKind::BudgetLedger {
        return;
    }
    let mut quiet = Notes::new(&Arc::from(""), sheet);
    let unit = table.unit.unit.unwrap_or_default();
    let cleaned = ledger::ledger(sheet, table, unit, &mut quiet);
    let rows = cleaned.rows.iter().zip(&cleaned.tree.nodes);
    let beside =
        rows.filter(|(row, node)| node.role == NodeRole::Aside && notes.contains(&row.row));
    let beside: Vec<u32> = beside.map(|(row, _)| row.row).collect();
    table.body.retain(|row| !beside.contains(row));
    let why =
        ("表尾说明，合计不含其中的金额", "note; the printed total does not contain its amount");
    table.skipped.extend(beside.into_iter().map(|row| Skipped { row, why }));
}

/// What surrounds a table: the rows up to the tables above and below it, and the tables that stand beside it.
fn surroundings(sheet: &Sheet, tables: &[Table], position: usize) -> unit::Around {
    // Rows without figures at the end of a table may be the title of the next one.
    let bottom = |table: &Table| {
        let figures = |row: &&u32| context::has_numbers(sheet, table, **row);
        table.body.iter().rev().find(figures).copied().unwrap_or(table.header.bottom)
    };
    let own = &tables[position];
    let own_bottom = bottom(own);
    let ends = tables.iter().map(bottom).filter(|end| *end < own.header.top);
    let tops = tables.iter().map(|table| table.header.top).filter(|top| *top > own_bottom);
    let beside = tables.iter().filter(|table| {
        !table.header.overlaps(&own.header)
            && table.header.top <= own_bottom
            && own.header.top <= bottom(table)
    });
    unit::Around {
        above: ends.max().map_or(0, |end| end + 1),
        below: tops.min().map_or(u32::MAX, |top| end_of_footers(sheet, own_bottom, top)),
        beside: beside.map(|table| table.header.left..=table.header.right).collect(),
    }
}

/// Of the lines between a table and the next one, those up to the first blank row are its footers; the others, and all
/// of them where no row is blank, are the title of the next table.
fn end_of_footers(sheet: &Sheet, bottom: u32, next: u32) -> u32 {
    let mut expected = bottom + 1;
    for row in sheet.rows_in(bottom + 1..next) {
        if row > expected {
            return row;
        }
        expected = row + 1;
    }
    if expected == next { bottom + 1 } else { expected }
}

/// Rows named by funds are a form's money only where a form is: beside indicators or below its title. A sheet that sums up
/// those of several funds is a ledger.
fn unmark_ledgers(sheet: &Sheet, tables: &mut [Table]) {
    let indicators = tables.iter().any(|table| table.kind == TableKind::Indicators);
    for table in tables.iter_mut().filter(|table| table.kind == TableKind::FormMoney) {
        let titles = context::titles_above(sheet, table.header.top);
        let titled = titles.iter().any(|title| VOCABULARY.is_form_title(title));
        if !indicators && !titled && table.column(Meaning::Score).is_none() {
            table.kind = TableKind::BudgetLedger;
        }
    }
}

/// Below the title of a form, a short table of money above an indicator table is the form's own.
fn mark_forms(sheet: &Sheet, tables: &mut [Table]) {
    for position in 1..tables.len() {
        let (before, after) = tables.split_at_mut(position);
        let (Some(money), Some(indicators)) = (before.last_mut(), after.first()) else { continue };
        let pair =
            money.kind == TableKind::BudgetLedger && indicators.kind == TableKind::Indicators;
        if pair && money.body.len() <= 12 && money.header.bottom < indicators.header.top {
            let titles = context::titles_above(sheet, money.header.top);
            if titles.iter().any(|title| VOCABULARY.is_form_title(title)) {
                money.kind = TableKind::FormMoney;
            }
        }
    }
}

/// What a table is, told by the meanings of its columns.
fn kind_of(columns: &[Column]) -> Option<TableKind> {
    let has = |meaning| columns.iter().any(|column| column.meaning == Some(meaning));
    let count = |all: &[Meaning]| all.iter().filter(|meaning| has(**meaning)).count();
    let levels = count(&[Meaning::Level1, Meaning::Level2, Meaning::Level3]);
    let indicator_columns =
        count(&[Meaning::Target, Meaning::Actual, Meaning::Weight, Meaning::Score]);
    let named = levels > 0 || has(Meaning::Item);
    if named
        && (has(Meaning::Target) || has(Meaning::Actual))
        && (levels > 0 || indicator_columns >= 2)
    {
        return Some(TableKind::Indicators);
    }
    // A scorecard says what a row is worth and how it is judged; what was reached may stand in its words only.
    let judged = [Meaning::Score, Meaning::Decided, Meaning::Standard].into_iter().any(has);
    if levels > 0 && has(Meaning::Weight) && judged {
        return Some(TableKind::Indicators);
    }
    let drivers = [
        Meaning::BudgetQuantity,
        Meaning::BudgetRate,
        Meaning::ActualQuantity,
        Meaning::ActualRate,
    ];
    if count(&drivers) == drivers.len() {
        return Some(TableKind::Drivers);
    }
    let budgets = count(&[Meaning::InitialBudget, Meaning::AdjustedBudget, Meaning::Budget]);
    let changes =
        count(&[Meaning::Additions, Meaning::Reductions, Meaning::Transfers, Meaning::CarriedOver]);
    let single = has(Meaning::Executed) || has(Meaning::Amount);
    let journal = count(&[Meaning::Date, Meaning::Payee, Meaning::Voucher, Meaning::Summary]);
    let listed = [Meaning::Document, Meaning::Date, Meaning::Month].into_iter().any(has);
    let changing = has(Meaning::ChangeKind) || listed && changes > 0;
    if changing && budgets == 0 && !has(Meaning::Executed) && (changes > 0 || single) {
        return Some(TableKind::Adjustments);
    }
    if journal >= 1 && single && budgets + changes == 0 {
        return Some(TableKind::Payments);
    }
    if has(Meaning::Document) && budgets == 0 && single && !has(Meaning::Executed) {
        return Some(TableKind::Adjustments);
    }
    let amounts = budgets
        + changes
        + usize::from(has(Meaning::Executed))
        + usize::from(has(Meaning::Balance));
    let keys = [
        Meaning::Item,
        Meaning::ProjectCode,
        Meaning::Function,
        Meaning::Economic,
        Meaning::Category,
        Meaning::Department,
        Meaning::Fund,
    ];
    let keyed = count(&keys) > 0;
    let useful = budgets > 0 || has(Meaning::Executed);
    let with_unnamed = amounts + usize::from(has(Meaning::Amount));
    (useful && (amounts >= 2 || (keyed && with_unnamed >= 1))).then_some(TableKind::BudgetLedger)
}

/// A list with dates and amounts of no name is one of payments, unless sheet or title call it changes of the budget.
fn is_announced_as_changes(sheet: &Sheet, table: &Table, earlier: &[Table]) -> bool {
    let named = [Meaning::Executed, Meaning::Voucher, Meaning::Payee];
    if named.iter().any(|meaning| table.column(*meaning).is_some()) {
        return false;
    }
    let from = earlier.last().map_or(0, |before| before.range().bounds().map_or(0, |[.., b, _]| b));
    let titles = context::titles_between(sheet, from, table.header.top);
    VOCABULARY.is_adjustment_title(&sheet.name)
        || titles.iter().any(|title| VOCABULARY.is_adjustment_title(title))
}

/// A money block belongs to a form when scores stand beside the amounts, or all its rows are fund rows.
fn is_form_money(sheet: &Sheet, table: &Table) -> bool {
    if table.column(Meaning::Score).is_some() {
        return true;
    }
    let labels: Vec<&str> = table
        .body
        .iter()
        .filter_map(|row| context::first_text(sheet, *row, &table.header))
        .collect();
    let fund = |label: &&str| VOCABULARY.is_fund_row(label);
    labels.iter().any(fund) && labels.iter().all(|l| fund(l) || VOCABULARY.is_total(l))
}

/// Takes the rows below a header into the table, until something else begins.
fn extend_body(sheet: &Sheet, table: &mut Table, header_bottom: u32, until: u32) {
    let mut first = true;
    for row in sheet.rows_in(header_bottom + 1..until) {
        if context::row_is_blank(sheet, row, &table.header) {
            continue;
        }
        if first && header::is_column_numbers(sheet, row, &table.header) {
            table.skipped.push(Skipped { row, why: ("栏次行", "row of column numbers") });
            continue;
        }
        match context::row_role(sheet, table, row) {
            context::RowRole::Data => table.body.push(row),
            context::RowRole::Skip(why) => table.skipped.push(Skipped { row, why }),
            context::RowRole::End => break,
        }
        first = false;
    }
}

#[cfg(test)]
mod tests;
