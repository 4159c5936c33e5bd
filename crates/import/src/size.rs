//! How many rows of ledgers are evaluated at once.
//!
//! A row of a ledger is kept with its place, its names and its amounts until the workbook is written, about two thousand bytes
//! in all. So many rows fit into the 512 MB that one file may take; larger ledgers are refused with what to do.

use crate::grid::Book;
use crate::recognise::{Recognised, Table, TableKind};
use jixiao_core::{Code, Finding};

/// So many rows of ledgers and forms may be in what is read together.
pub const LEDGER_ROWS: usize = 220_000;

/// What is said when there are more than `most` of them.
pub(crate) fn too_many_rows(book: &Book, recognised: &Recognised, most: usize) -> Option<Finding> {
    let is_ledger =
        |table: &&Table| matches!(table.kind, TableKind::BudgetLedger | TableKind::FormMoney);
    let ledgers: Vec<&Table> = recognised.tables.iter().filter(is_ledger).collect();
    let rows: usize = ledgers.iter().map(|table| table.body.len()).sum();
    let largest = ledgers.iter().max_by_key(|table| table.body.len()).filter(|_| rows > most)?;
    let at = book.place(&book.sheets[largest.sheet], largest.range());
    Some(Finding::new(
        Code::LimitExceeded,
        at,
        format!(
            "台账共有 {rows} 行，一次最多评价 {most} 行；请按单位、资金或月份拆成几个文件，分别评价后用 batch 汇总"
        ),
        format!(
            "the ledgers have {rows} rows, at most {most} are evaluated at once; split them by department, fund or month and sum them up with batch"
        ),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::Answers;
    use crate::grid::{Cell, FileFormat, Format, SheetBuilder, SheetState, Value};

    #[test]
    fn the_limit_holds_at_its_edge() {
        let mut builder = SheetBuilder::new("表", SheetState::Visible);
        let texts =
            [(0, 0, "单位：元"), (1, 0, "项目名称"), (1, 1, "全年预算数"), (1, 2, "执行数")];
        let items = [(2, 0, "办公费"), (3, 0, "差旅费"), (4, 0, "会议费")];
        let plain =
            |row, column, value| Cell { row, column, value, format: Format::Plain, formula: false };
        for (row, column, text) in texts.into_iter().chain(items) {
            builder.push(plain(row, column, Value::Text(text)));
        }
        for row in 2..5 {
            for (column, amount) in [(1, 300.0), (2, 250.0)] {
                builder.push(plain(row, column, Value::Number(amount)));
            }
        }
        let book = Book {
            file: "账.xlsx".into(),
            format: FileFormat::Xlsx,
            sha256: String::new(),
            sheets: vec![builder.build()],
            findings: Vec::new(),
        };
        let recognised = crate::recognise::recognise(&book, &Answers::default());
        let refused = [2, 3, 4].map(|most| too_many_rows(&book, &recognised, most).is_some());
        assert_eq!(refused, [true, false, false]);
    }
}
