//! One sheet: where its cells stand and what they hold.
//!
//! * In: the attributes of columns, rows and cells and the text of their data. Out: a filled [`SheetBuilder`].
//! * Places count on from the last one unless an index says otherwise; an index counts from one and never goes back.

use super::Attributes;
use super::style::Styles;
use crate::grid::{Cell, Format, SheetBuilder, SheetState, Value};
use crate::open::Context;
use crate::open::error::OpenError;
use crate::open::scan::{LAST_COLUMN, LAST_ROW};
use crate::open::serial;
use crate::open::spans::Spans;
use jixiao_core::Cells;
use std::collections::HashMap;
use std::sync::Arc;

/// The cell that is open.
#[derive(Debug, Default)]
struct Open {
    column: u32,
    down: u32,
    across: u32,
    style: Option<String>,
    kind: String,
    formula: Option<String>,
    /// Whether its column was told by an index.
    placed: bool,
}

/// A sheet while it is read.
pub(super) struct Builder<'a> {
    /// Its name.
    pub(super) name: String,
    /// Whether a filter is set.
    pub(super) filtered: bool,
    /// The cells so far.
    pub(super) cells: SheetBuilder,
    /// Cells that take their value from another workbook.
    pub(super) external: Vec<(u32, u32)>,
    /// The text of the open cell.
    pub(super) text: Option<String>,
    context: &'a Context,
    state: SheetState,
    table_style: Option<String>,
    row_style: Option<String>,
    column_styles: HashMap<u32, Arc<str>>,
    next_row: u32,
    row: u32,
    next_column: u32,
    defined: u32,
    spans: Spans,
    open: Open,
}

impl<'a> Builder<'a> {
    /// An empty sheet.
    pub(super) fn new(name: String, context: &'a Context) -> Builder<'a> {
        Builder {
            cells: SheetBuilder::new(name.as_str(), SheetState::Visible),
            name,
            filtered: false,
            external: Vec::new(),
            text: None,
            context,
            state: SheetState::Visible,
            table_style: None,
            row_style: None,
            column_styles: HashMap::new(),
            next_row: 0,
            row: 0,
            next_column: 0,
            defined: 0,
            spans: Spans::default(),
            open: Open::default(),
        }
    }

    fn damaged(&self, zh: impl Into<String>, en: impl Into<String>) -> OpenError {
        let place = (self.row.min(LAST_ROW), self.open.column.min(LAST_COLUMN));
        self.context.damaged_at(&self.name, Some(place), zh, en)
    }

    /// A whole number of an attribute.
    fn number(&self, attributes: &Attributes, name: &str) -> Result<Option<u32>, OpenError> {
        let Some(text) = attributes.get(name) else { return Ok(None) };
        text.trim().parse().map(Some).map_err(|_| {
            self.damaged(
                format!("属性 {name} 应为整数，实为“{}”", short(text)),
                format!("the attribute {name} must be a whole number, not \"{}\"", short(text)),
            )
        })
    }

    /// The place that an index names, counted from zero, or the next one.
    fn place(
        &self,
        attributes: &Attributes,
        next: u32,
        last: u32,
    ) -> Result<(u32, bool), OpenError> {
        let Some(index) = self.number(attributes, "Index")? else { return Ok((next, false)) };
        let place = index.checked_sub(1).filter(|place| (next..=last).contains(place));
        place.map(|place| (place, true)).ok_or_else(|| {
            self.damaged(
                format!("位置序号 {index} 倒退或超出 XFD1048576"),
                format!("the index {index} goes backwards or beyond XFD1048576"),
            )
        })
    }

    /// How many more rows or columns an attribute covers.
    fn more(&self, attributes: &Attributes, name: &str, last: u32) -> Result<u32, OpenError> {
        Ok(self.number(attributes, name)?.unwrap_or(0).min(last))
    }

    /// Whether the sheet can be seen.
    pub(super) fn show(&mut self, word: &str) {
        self.state = match word {
            "SheetHidden" => SheetState::Hidden,
            "SheetVeryHidden" => SheetState::VeryHidden,
            _ => SheetState::Visible,
        };
    }

    /// `<Table>`; a sheet has one.
    pub(super) fn table(&mut self, attributes: &Attributes) -> Result<(), OpenError> {
        if self.next_row > 0 || !self.cells.is_empty() {
            return Err(self.damaged("工作表有两个 Table", "the sheet has two tables"));
        }
        self.table_style = attributes.get("StyleID").map(str::to_owned);
        for (name, last) in [("TopCell", LAST_ROW), ("LeftCell", LAST_COLUMN)] {
            let first = self.number(attributes, name)?.unwrap_or(1);
            if first > 1 || first > last {
                return Err(self.damaged("表格不从 A1 开始", "the table does not begin at A1"));
            }
        }
        Ok(())
    }

    /// `<Column>`.
    pub(super) fn column(&mut self, attributes: &Attributes) -> Result<(), OpenError> {
        let (first, _) = self.place(attributes, self.defined, LAST_COLUMN)?;
        let last = (first + self.more(attributes, "Span", LAST_COLUMN)?).min(LAST_COLUMN);
        self.defined = last + 1;
        if attributes.is_set("Hidden") {
            self.cells.facts().hidden_columns.extend(first..=last);
        }
        if let Some(style) = attributes.get("StyleID") {
            let style: Arc<str> = Arc::from(style);
            self.column_styles.extend((first..=last).map(|column| (column, style.clone())));
        }
        Ok(())
    }

    /// `<Row>`.
    pub(super) fn row(&mut self, attributes: &Attributes) -> Result<(), OpenError> {
        self.open.column = 0;
        let (row, _) = self.place(attributes, self.next_row, LAST_ROW)?;
        if row > LAST_ROW {
            return Err(self.damaged("行数超过 1048576", "there are more than 1048576 rows"));
        }
        let last = row.saturating_add(self.more(attributes, "Span", LAST_ROW)?).min(LAST_ROW);
        (self.row, self.next_row, self.next_column) = (row, last + 1, 0);
        self.row_style = attributes.get("StyleID").map(str::to_owned);
        if attributes.is_set("Hidden") {
            self.cells.facts().hidden_rows.extend(row..=last);
        }
        Ok(())
    }

    /// `<Cell>`.
    pub(super) fn cell(&mut self, attributes: &Attributes) -> Result<(), OpenError> {
        self.text = None;
        let (column, placed) = self.place(attributes, self.next_column, LAST_COLUMN)?;
        let across = self.more(attributes, "MergeAcross", LAST_COLUMN)?;
        let down = self.more(attributes, "MergeDown", LAST_ROW)?;
        self.next_column = column + across + 1;
        self.open = Open {
            column,
            down,
            across,
            placed,
            style: attributes.get("StyleID").map(str::to_owned),
            formula: attributes.get("Formula").map(str::to_owned),
            kind: String::new(),
        };
        Ok(())
    }

    /// `<Data>`.
    pub(super) fn data(&mut self, attributes: &Attributes) -> Result<(), OpenError> {
        self.open.kind = attributes.get("Type").unwrap_or("String").to_owned();
        Ok(())
    }

    /// `</Cell>`.
    pub(super) fn end_cell(&mut self, styles: &Styles, is_1904: bool) -> Result<(), OpenError> {
        let open = std::mem::take(&mut self.open);
        let (row, column) = (self.row, open.column);
        let text = self.text.take();
        let blank = text.as_deref().is_none_or(|text| text.trim().is_empty());
        self.open.column = column;
        self.cover(&open, blank)?;
        let column_style = self.column_styles.get(&column).map(|style| &**style);
        let style = open.style.as_deref().or(self.row_style.as_deref()).or(column_style);
        let style = style.or(self.table_style.as_deref()).unwrap_or("Default");
        let format = styles.get(style);
        let formula = open.formula.is_some();
        if open.formula.as_deref().is_some_and(is_external) {
            self.external.push((row, column));
        }
        let (value, format) = match text.as_deref() {
            None if formula => (Value::NoCachedValue, Format::Plain),
            None => return Ok(()),
            Some(_) if blank => return Ok(()),
            Some(text) => self.value(&open.kind, text, format, is_1904)?,
        };
        self.cells.push(Cell { row, column, value, format, formula });
        Ok(())
    }

    /// Marks the cell's area, and refuses one that would lie on another.
    fn cover(&mut self, open: &Open, blank: bool) -> Result<(), OpenError> {
        let (row, column) = (self.row, open.column);
        let below = open.down.saturating_add(1);
        let misfit = |misfit| self.context.misfit(&self.name, row, misfit);
        let free = self.spans.next(row, column).map_err(misfit)?;
        if free != column {
            // A left-over below a merged cell has its place; without an index its place is a guess.
            if blank || open.placed && open.down == 0 && open.across == 0 {
                return Ok(());
            }
            return Err(self.damaged(
                "单元格落在上方合并单元格的范围内，无法确定它在哪一列",
                "the cell lies within a merged area from above, so its column is not certain",
            ));
        }
        self.spans.take(row, column, below, open.across + 1).map_err(misfit)?;
        if !blank && (open.down > 0 || open.across > 0) {
            let bottom = row.saturating_add(open.down).min(LAST_ROW);
            let right = (column + open.across).min(LAST_COLUMN);
            self.cells.facts().merges.push(Cells::block(row, column, bottom, right));
        }
        Ok(())
    }

    fn value<'t>(
        &self,
        kind: &str,
        text: &'t str,
        format: Format,
        is_1904: bool,
    ) -> Result<(Value<'t>, Format), OpenError> {
        let trimmed = text.trim();
        Ok(match kind {
            "Number" => {
                let number: f64 = trimmed.parse().map_err(|_| {
                    self.damaged(
                        format!("标明是数字（Number），内容却是“{}”", short(trimmed)),
                        format!("it is marked as a Number and holds \"{}\"", short(trimmed)),
                    )
                })?;
                if !number.is_finite() {
                    return Ok((Value::Error("inf"), Format::Plain));
                }
                if format == Format::Date && serial::is_date(number) {
                    return Ok((Value::Date(serial::of_1900(number, is_1904)), Format::Date));
                }
                let format = if format == Format::Date { Format::Plain } else { format };
                (Value::Number(number), format)
            }
            "DateTime" => match serial::from_iso(trimmed) {
                Some(serial) => (Value::Date(serial), Format::Date),
                None => (Value::Text(text), Format::Plain),
            },
            "Boolean" => match trimmed {
                "1" | "true" | "True" => (Value::Bool(true), Format::Plain),
                "0" | "false" | "False" => (Value::Bool(false), Format::Plain),
                _ => (Value::Text(text), Format::Plain),
            },
            "Error" => (Value::Error(trimmed), Format::Plain),
            _ => (Value::Text(text), format),
        })
    }

    /// The sheet; one that is hidden has no cells.
    pub(super) fn finish(self) -> SheetBuilder {
        if self.state == SheetState::Visible {
            return self.cells;
        }
        SheetBuilder::new(self.name.as_str(), self.state)
    }
}

/// `='[书.xls]表'!R1C1`: a file's name in brackets; other brackets are places relative to the cell.
fn is_external(formula: &str) -> bool {
    let files = formula.split('[').skip(1).filter_map(|rest| rest.split(']').next());
    files.map(str::to_ascii_lowercase).any(|name| name.contains(".xls") || name.contains(".csv"))
}

/// The beginning of a text, for a message.
fn short(text: &str) -> String {
    text.chars().take(20).collect()
}
