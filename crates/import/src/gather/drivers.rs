//! Driver tables (发放台账): quantity and standard, budgeted and actual, by item and class.

use crate::clean::cells::{self, cell_decimal, cell_text};
use crate::grid::Book;
use crate::recognise::Table;
use crate::vocabulary::{Meaning, VOCABULARY};
use jixiao_core::{Cells, Code, Driver, Finding, Place};
use rust_decimal::Decimal;

/// Reads a driver table. Standards in 万元 are converted to yuan for one.
pub fn read(book: &Book, table: &Table, findings: &mut Vec<Finding>) -> Vec<Driver> {
    let sheet = &book.sheets[table.sheet];
    let text = |row: u32, meaning: Meaning| {
        let mut columns = table.columns_of(meaning);
        columns.find_map(|column| sheet.seen(row, column.column).and_then(|cell| cell_text(&cell)))
    };
    let mut drivers = Vec::new();
    let mut item: Option<String> = None;
    for row in &table.body {
        let named = text(*row, Meaning::Item);
        let class = text(*row, Meaning::Class);
        let called_total =
            [&named, &class].into_iter().flatten().any(|name| VOCABULARY.is_total(name));
        let place = |column: u32| {
            Place::new(book.file_of(sheet), sheet.name.clone(), Cells::one(*row, column))
        };
        if called_total {
            continue;
        }
        item = named.or(item);
        let figure = |meaning: Meaning| -> Option<Decimal> {
            let column = table.column(meaning)?;
            let value = sheet.get(*row, column.column).and_then(|cell| cell_decimal(&cell))?;
            let rate = matches!(meaning, Meaning::BudgetRate | Meaning::ActualRate);
            let factor = column.unit.filter(|_| rate).map_or(Decimal::ONE, |unit| unit.yuan());
            value.checked_mul(factor)
        };
        let figures = [
            Meaning::BudgetQuantity,
            Meaning::BudgetRate,
            Meaning::ActualQuantity,
            Meaning::ActualRate,
        ];
        let values = figures.map(figure);
        if values.iter().all(Option::is_none) {
            continue;
        }
        for meaning in figures {
            let Some(column) = table.column(meaning) else { continue };
            let cell = sheet.get(*row, column.column);
            findings.extend(
                cell.and_then(|cell| cells::broken(&cell, &column.title, place(column.column))),
            );
        }
        let [Some(budget_quantity), Some(budget_rate), Some(actual_quantity), Some(actual_rate)] =
            values
        else {
            let missing = figures.iter().zip(values).find(|(_, value)| value.is_none());
            let column = missing.and_then(|(meaning, _)| table.column(*meaning));
            let title = column.map_or(String::new(), |column| column.title.clone());
            let at = place(column.map_or(table.header.left, |column| column.column));
            let zh = format!("“{title}”没有可读的数，这一行的量差和价差无法计算；请补填");
            let en = format!(
                "{title:?} holds no number; volume and rate of this row cannot be computed; please fill it in"
            );
            findings.push(Finding::new(Code::ValueUnreadable, at, zh, en));
            continue;
        };
        drivers.push(Driver {
            item: item.clone().unwrap_or_default(),
            class: class.unwrap_or_default(),
            budget_quantity,
            budget_rate,
            actual_quantity,
            actual_rate,
            cause: text(*row, Meaning::Reason).or_else(|| text(*row, Meaning::Remark)),
            source: Place::new(
                book.file_of(sheet),
                sheet.name.clone(),
                Cells::block(*row, table.header.left, *row, table.header.right),
            ),
        });
    }
    drivers
}
