//! Sheets without a heading: a ledger that goes on from the sheet before, or amounts that nobody read.
//!
//! * In: the tables of a book. Out: the same with the sheets that go on, where their printed total proves it; else a question.
//! * A sheet with rows of amounts under which no table was found is named: nothing is passed over in silence.

use super::context::{self, RowRole};
use super::header::is_title;
use super::{Recognised, Table, TableKind};
use crate::clean::cells::{Notes, cell_decimal, is_blank};
use crate::clean::ledger::{self, Ledger, amount_of};
use crate::gather::{answer_effect, within_rounding};
use crate::grid::{Book, Cell, Sheet, SheetState, Value};
use crate::recognise::tree::NodeRole;
use crate::vocabulary::{Kind, Meaning, VOCABULARY};
use jixiao_core::{Amount, Amounts, Cells, Choice, Code, Finding, Severity};

/// What an answer is kept about, and the answers.
const ABOUT: &str = "continued";
const GOES_ON: &str = "续表";
const APART: &str = "不计入";
/// So many rows of numbers below no heading are worth a word.
const WORTH_A_WORD: usize = 3;

/// Reads the sheets that go on without a heading, and names those with amounts that nothing explains.
pub fn read(book: &Book, recognised: &mut Recognised) {
    let is_bare = |(index, sheet): (usize, &Sheet)| {
        sheet.state == SheetState::Visible
            && sheet.row_count() > 0
            && !recognised.tables.iter().any(|table| table.sheet == index)
    };
    if !book.sheets.iter().enumerate().any(is_bare) {
        return;
    }
    let mut chain = Chain::default();
    for index in 0..book.sheets.len() {
        let sheet = &book.sheets[index];
        if sheet.state != SheetState::Visible || sheet.row_count() == 0 {
            continue;
        }
        let last = recognised.tables.iter().rev().find(|table| table.sheet == index);
        if let Some(last) = last {
            let next = Chain::of(book, last);
            chain.close(book, recognised);
            chain = next;
            continue;
        }
        match chain.base.as_ref().and_then(|base| going_on(book, base, index)) {
            Some(table) => chain.take(book, table, recognised),
            None => {
                chain.close(book, recognised);
                chain = Chain::default();
                recognised.findings.extend(unexplained(book, sheet));
            }
        }
    }
    chain.close(book, recognised);
    recognised.tables.sort_by_key(|table| table.sheet);
}

/// A ledger, what its rows and those of its further sheets come to, and the sheets that nothing proves so far.
#[derive(Default)]
struct Chain {
    base: Option<Table>,
    ledger: Option<Ledger>,
    sum: Amounts,
    terms: usize,
    open: Vec<Table>,
}

impl Chain {
    fn of(book: &Book, table: &Table) -> Chain {
        let base = (table.kind == TableKind::BudgetLedger).then(|| table.clone());
        let ledger = base.as_ref().map(|base| cleaned(book, base));
        let sum = ledger.as_ref().map(leaves).unwrap_or_default();
        let terms = ledger.as_ref().map_or(0, |ledger| ledger.leaves().count());
        Chain { base, ledger, sum, terms, open: Vec::new() }
    }

    /// A sheet more: a total of all sheets so far, on the first or the last, proves them.
    fn take(&mut self, book: &Book, table: Table, recognised: &mut Recognised) {
        let ledger = cleaned(book, &table);
        let own = leaves(&ledger);
        self.sum = Amounts::sum([&self.sum, &own]);
        self.terms += ledger.leaves().count();
        self.open.push(table);
        let mut ledgers = self.ledger.iter().chain([&ledger]);
        if ledgers.any(|ledger| is_total(ledger, &self.sum, self.terms)) {
            recognised.tables.append(&mut self.open);
        }
    }

    /// What stayed open is as a person said, else asked about.
    fn close(&mut self, book: &Book, recognised: &mut Recognised) {
        for table in self.open.drain(..) {
            match table.answer(ABOUT) {
                Some(GOES_ON) => recognised.tables.push(table),
                Some(APART) => recognised.findings.push(left_out(book, &table)),
                _ => recognised.findings.push(question(book, &table)),
            }
        }
    }
}

fn cleaned(book: &Book, table: &Table) -> Ledger {
    let sheet = &book.sheets[table.sheet];
    let mut quiet = Notes::new(&book.file_of(sheet), sheet);
    ledger::ledger(sheet, table, table.unit.unit.unwrap_or_default(), &mut quiet)
}

fn leaves(ledger: &Ledger) -> Amounts {
    Amounts::sum(ledger.leaves().map(|leaf| &ledger.rows[leaf].amounts))
}

/// Whether a ledger prints the total of everything and it is that sum of so many rows.
fn is_total(ledger: &Ledger, sum: &Amounts, terms: usize) -> bool {
    let rows = ledger.rows.iter().zip(&ledger.tree.nodes);
    let mut totals = rows.filter(|(row, node)| {
        node.role == NodeRole::Total && VOCABULARY.total_words(&row.label).grand
    });
    let sides = [(ledger.last_place, terms)];
    totals.any(|(row, _)| {
        let amounts = || Amount::ALL.into_iter().map(|a| (row.amounts.get(a), sum.get(a)));
        amounts().any(|(printed, _)| printed.is_some_and(|money| !money.is_zero()))
            && amounts().all(|(printed, sum)| {
                within_rounding(printed.unwrap_or_default() - sum.unwrap_or_default(), &sides)
            })
    })
}

/// The table of a sheet whose every cell stands where the columns of a ledger without further heading would have it.
fn going_on(book: &Book, base: &Table, index: usize) -> Option<Table> {
    let (sheet, before) = (&book.sheets[index], &book.sheets[base.sheet]);
    if sheet.turn.is_some() || before.turn.is_some() || book.file_of(sheet) != book.file_of(before)
    {
        return None;
    }
    let mut table = Table { sheet: index, body: Vec::new(), skipped: Vec::new(), ..base.clone() };
    for row in sheet.row_numbers() {
        match context::row_role(sheet, &table, row) {
            RowRole::Data if context::has_numbers(sheet, base, row) => {
                fits(sheet, base, row).then(|| table.body.push(row))?;
            }
            RowRole::Data if table.body.is_empty() && has_titles(sheet, row) => return None,
            RowRole::Data | RowRole::Skip(_) => {}
            RowRole::End => break,
        }
    }
    let first = *table.body.first()?;
    (table.header.top, table.header.bottom) = (first, first);
    Some(table)
}

/// Whether a row has words over several columns, as a heading has.
fn has_titles(sheet: &Sheet, row: u32) -> bool {
    sheet.row(row).filter(|cell| is_title(cell) && !is_blank(cell)).count() >= 3
}

/// Whether a row has a name where names stand, amounts where amounts stand, and nothing beside.
fn fits(sheet: &Sheet, base: &Table, row: u32) -> bool {
    let kind = |cell: &Cell<'_>| {
        let held = base.columns.iter().find(|held| held.column == cell.column);
        held.and_then(|held| held.meaning).map(|meaning| (meaning, VOCABULARY.kind(meaning)))
    };
    let inside = base.header.floor..=base.header.right;
    let named = sheet.row(row).any(|cell| {
        matches!(cell.value, Value::Text(_))
            && kind(&cell).is_none_or(|(_, kind)| kind == Kind::Text)
    });
    named
        && sheet.row(row).all(|cell| {
            let number = cell_decimal(&cell).is_some();
            let own = match kind(&cell) {
                Some((_, Kind::Amount)) => number || is_blank(&cell),
                Some((Meaning::Item | Meaning::Category, _)) => !number,
                _ => true,
            };
            own && inside.contains(&cell.column)
        })
        && sheet.row(row).any(|cell| {
            kind(&cell).is_some_and(|(meaning, _)| amount_of(meaning).is_some())
                && cell_decimal(&cell).is_some()
        })
}

fn question(book: &Book, table: &Table) -> Finding {
    let sheet = &book.sheets[table.sheet];
    let name = &sheet.name;
    let zh = format!(
        "工作表“{name}”没有表头，各列排列与前一张台账相同，是否为其续表须由您确认；目前未计入"
    );
    let en = format!(
        "sheet {name:?} has no header, its columns stand as those of the ledger before it; does that ledger go on here? It is not counted so far"
    );
    let choice = |answer: &str, effect: String| Choice { answer: answer.to_owned(), effect };
    let choices = vec![
        choice(GOES_ON, answer_effect(&cleaned(book, table))),
        choice(APART, "此表不计入".to_owned()),
    ];
    let at = book.place(sheet, table.range());
    Finding::new(Code::Question, at, zh, en).asking(table.question(ABOUT), choices)
}

fn left_out(book: &Book, table: &Table) -> Finding {
    let sheet = &book.sheets[table.sheet];
    let name = &sheet.name;
    let zh = format!("工作表“{name}”按您的答复不是前一张台账的续表，不计入");
    let en = format!(
        "sheet {name:?} is not counted: you answered that the ledger before it does not go on there"
    );
    Finding::new(Code::RowSkipped, book.place(sheet, table.range()), zh, en)
}

/// A sheet with rows of a name and two amounts or more, none of which was read.
fn unexplained(book: &Book, sheet: &Sheet) -> Option<Finding> {
    let rows: Vec<u32> = sheet
        .row_numbers()
        .filter(|row| {
            let cells = || sheet.row(*row);
            let named = cells()
                .any(|cell| matches!(cell.value, Value::Text(_)) && cell_decimal(&cell).is_none());
            named && cells().filter(|cell| cell_decimal(cell).is_some()).count() >= 2
        })
        .collect();
    let (first, last) = (*rows.first()?, *rows.last()?);
    let [_, left, _, right] = sheet.extent().filter(|_| rows.len() >= WORTH_A_WORD)?;
    let (name, count) = (&sheet.name, rows.len());
    let headed = sheet.rows_in(0..first).any(|row| has_titles(sheet, row));
    // Below titles of its own it is likely something else: assets, people, balances.
    let severity = if headed { Severity::Info } else { Severity::Warning };
    let zh = format!(
        "工作表“{name}”有 {count} 行带数字，但没有认得的表头，未读取；如含预算或支出金额，请补上列名（年初预算数、全年预算数、执行数等）"
    );
    let en = format!(
        "sheet {name:?} has {count} rows of numbers below no heading that is known, and was not read; if it holds budgets or spending, give it column titles (年初预算数, 全年预算数, 执行数 …)"
    );
    let at = book.place(sheet, Cells::block(first, left, last, right));
    Some(Finding::new(Code::NoTable, at, zh, en).with_severity(severity))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::Answers;
    use crate::grid::FileFormat;
    use crate::recognise::{recognise, tests::sheet};

    /// The rows of each table in the order of sheets, and the codes of what is found.
    fn read(sheets: &[&str]) -> (Vec<usize>, Vec<Code>) {
        let book = Book {
            file: "台账.xlsx".into(),
            format: FileFormat::Xlsx,
            sha256: String::new(),
            sheets: sheets.iter().map(|text| sheet(text)).collect(),
            findings: Vec::new(),
        };
        let found = recognise(&book, &Answers::default());
        let rows = found.tables.iter().map(|table| table.body.len()).collect();
        (rows, found.findings.iter().map(|finding| finding.code).collect())
    }

    #[test]
    fn sheets_that_go_on_and_sheets_that_may() {
        let first = "项目|预算数|执行数\n甲|100.5|90\n乙|200|150.25";
        for (name, sheets, rows, findings) in [
            (
                "the last total proves",
                vec![first, "丙|300.25|300\n合计|600.75|540.25"],
                vec![2, 2],
                vec![],
            ),
            (
                "the last of three proves",
                vec![first, "丙|300.25|300", "丁|1|1\n合计|601.75|541.25"],
                vec![2, 1, 2],
                vec![],
            ),
            (
                "a total on the first sheet proves",
                vec!["项目|预算数|执行数\n合计|400.75|390\n甲|100.5|90", "丙|300.25|300"],
                vec![2, 1],
                vec![],
            ),
            ("nothing proves", vec![first, "丙|300.25|300"], vec![2], vec![Code::Question]),
            (
                "another total",
                vec![first, "丙|300.25|300\n合计|700|600"],
                vec![2],
                vec![Code::Question],
            ),
            (
                "other columns",
                vec![first, "丙|300|300|7\n丁|1|1|8\n戊|2|2|9"],
                vec![2],
                vec![Code::NoTable],
            ),
            ("words only", vec![first, "说明|本表由办公室填报"], vec![2], vec![]),
        ] {
            assert_eq!(read(&sheets), (rows, findings), "{name}");
        }
    }
}
