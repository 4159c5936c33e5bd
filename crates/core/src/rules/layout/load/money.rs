//! The money block of a layout file: its columns, rows, and breakdowns side by side.
//!
//! * In: the table `[money]`. Out: the block, every column of the form covered once.
//! * Never: a row of a fund that says no words.

use super::super::{MoneyBlock, MoneyColumn, MoneyFill, MoneyOf, MoneyRow, MoneySide, ROWS, Span};
use super::{Grid, chosen, placeholders};
use crate::formula::SpendingKind;
use crate::rules::reader::Keys;

impl Grid {
    /// The money block.
    pub(super) fn money(&self, table: Keys<'_>) -> MoneyBlock {
        let block = MoneyBlock {
            at: self.span(&table, "at"),
            label: placeholders(&table, "label", table.text("label"), &["unit"]),
            name: self.span(&table, "name"),
            columns: self.money_columns(&table),
            rows: money_rows(&table),
            sides: table.tables("side").into_iter().map(|side| self.side(side)).collect(),
        };
        let mut spans = vec![block.at, block.name];
        spans.extend(block.columns.iter().map(|column| column.at));
        self.covered(&table, ("资金栏", "the money block"), &spans, 0);
        if !block.sides.is_empty() {
            let sides = block.sides.iter().flat_map(|side| {
                std::iter::once(side.name).chain(side.columns.iter().map(|column| column.at))
            });
            let spans: Vec<Span> = sides.collect();
            self.covered(
                &table,
                ("并列分项", "the breakdowns side by side"),
                &spans,
                block.at.last + 1,
            );
        }
        table.close();
        block
    }

    fn money_columns(&self, table: &Keys<'_>) -> Vec<MoneyColumn> {
        let column = |table: Keys<'_>| {
            let column = MoneyColumn {
                at: self.span(&table, "at"),
                title: table.text("title"),
                fill: chosen(&table, "fill", &MoneyFill::CHOICES).unwrap_or(MoneyFill::Blank),
            };
            table.close();
            column
        };
        table.tables("columns").into_iter().map(column).collect()
    }

    fn side(&self, table: Keys<'_>) -> MoneySide {
        let side = MoneySide {
            title: table.text("title"),
            name: self.span(&table, "name"),
            columns: self.money_columns(&table),
            rows: money_rows(&table),
        };
        table.close();
        side
    }
}

fn money_rows(table: &Keys<'_>) -> Vec<MoneyRow> {
    let row = |row: Keys<'_>| {
        let words = row.texts("words");
        let kind: Vec<(&str, usize)> =
            ROWS.iter().enumerate().map(|(at, (word, ..))| (*word, at)).collect();
        let of = match row.choice("is", &kind).map(|at| ROWS[at].0) {
            Some("total") => MoneyOf::Total,
            Some("funds") => MoneyOf::Funds,
            Some("fund") => MoneyOf::Fund(words.clone()),
            Some("rest") => MoneyOf::Rest,
            Some("basic") => MoneyOf::Kind(SpendingKind::Basic),
            Some("project") => MoneyOf::Kind(SpendingKind::Project),
            _ => MoneyOf::Blank,
        };
        if words.is_empty() == matches!(of, MoneyOf::Fund(_)) {
            row.mistake(
                "words",
                (
                    "`is = \"fund\"` 的行须写 `words`（资金性质中的词），其他行不写",
                    "a row with `is = \"fund\"` has `words` of the fund, and no other row has",
                ),
            );
        }
        let of = MoneyRow { label: row.text("label"), of };
        row.close();
        of
    };
    table.tables("rows").into_iter().map(row).collect()
}
