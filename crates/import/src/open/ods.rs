//! What calamine does not tell of an `.ods`: merges, hidden rows and columns, percentages; and how large it would become.
//!
//! * In: the part `content.xml` of a package that passed the gate. Out: one [`Table`] per sheet, in order.
//! * Repeats make a few bytes into a million cells; a table whose filled rectangle exceeds the limit is refused before
//!   anybody builds it.
//! * Never: reads a value.

use super::error::OpenError;
use super::gate::Package;
use super::scan::{LAST_COLUMN, LAST_ROW};
use super::tags::{Attributes, Event, TagError, Tags};
use super::{Context, Limits};
use crate::grid::Format;
use jixiao_core::Cells;
use std::collections::HashMap;
use std::io::Read;

/// A rectangle may have this many times the cells that the limits allow.
const SPARSE: u64 = 10;
const MERGES: usize = 200_000;
/// Elements within elements.
const DEPTH: usize = 1_000;

/// What is known of a sheet beside its values.
#[derive(Debug, Default)]
pub(super) struct Table {
    /// Its name.
    pub(super) name: String,
    /// Merged areas.
    pub(super) merges: Vec<Cells>,
    /// Hidden or filtered rows.
    pub(super) hidden_rows: Vec<u32>,
    /// Hidden columns.
    pub(super) hidden_columns: Vec<u32>,
    /// Whether a filter hides rows.
    pub(super) filtered: bool,
    /// Percentages.
    pub(super) formats: HashMap<(u32, u32), Format>,
    next_row: u32,
    next_column: u32,
    row_repeat: u32,
    columns: u32,
    /// First and last filled row, and last filled column plus one.
    filled: Option<(u32, u32)>,
    width: u32,
}

/// Why the tables are refused.
#[derive(Debug)]
enum Refusal {
    Tag(TagError),
    Large(String),
}

impl From<TagError> for Refusal {
    fn from(error: TagError) -> Refusal {
        Refusal::Tag(error)
    }
}

/// Whether the content is encrypted, as the manifest tells.
pub(super) fn is_locked(package: &mut Package<'_>, context: &Context) -> Result<bool, OpenError> {
    const MANIFEST: &str = "META-INF/manifest.xml";
    if !package.has(MANIFEST) {
        return Ok(false);
    }
    let bytes = package.read(MANIFEST, 64 << 20, context)?;
    let parse = || -> Result<bool, TagError> {
        let mut tags = Tags::new(&bytes[..])?;
        loop {
            match tags.next()? {
                Event::Start { name: b"encryption-data", .. } => return Ok(true),
                Event::Eof => return Ok(false),
                _ => {}
            }
        }
    };
    parse().map_err(|error| context.xml(MANIFEST, &error))
}

/// Reads the tables' facts.
pub(super) fn scan(
    package: &mut Package<'_>,
    limits: &Limits,
    context: &Context,
) -> Result<Vec<Table>, OpenError> {
    let stream = package.stream("content.xml", context)?;
    tables(stream, limits).map_err(|refusal| match refusal {
        Refusal::Tag(error) => context.xml("content.xml", &error),
        Refusal::Large(name) => context.limit(
            format!("工作表“{name}”的范围过大"),
            format!("the sheet {name} covers too large an area"),
        ),
    })
}

fn tables(stream: impl Read, limits: &Limits) -> Result<Vec<Table>, Refusal> {
    let allowed = (limits.cells as u64).saturating_mul(SPARSE);
    let mut tags = Tags::new(stream)?;
    let mut tables: Vec<Table> = Vec::new();
    let mut current: Option<Table> = None;
    let mut open: Vec<Vec<u8>> = Vec::new();
    loop {
        match tags.next()? {
            Event::Start { whole, attributes, empty, .. } => {
                match (whole, &mut current) {
                    (b"table:table", None) => current = Some(Table::named(attributes)?),
                    (b"table:table", Some(_)) => return Err(TagError::Malformed.into()),
                    (b"table:table-column", Some(table)) => table.column(attributes)?,
                    (b"table:table-row", Some(table)) => table.start_row(attributes)?,
                    (b"table:table-cell", Some(table)) => table.cell(attributes, false)?,
                    (b"table:covered-table-cell", Some(table)) => table.cell(attributes, true)?,
                    _ => {}
                }
                if empty {
                    end(whole, &mut current, &mut tables, allowed)?;
                } else if open.len() < DEPTH {
                    open.push(whole.to_vec());
                } else {
                    return Err(TagError::Malformed.into());
                }
            }
            // The second reader waits for the end of what it has begun, for ever if need be.
            Event::End { whole, .. } => {
                if open.pop().as_deref() != Some(whole) {
                    return Err(TagError::Malformed.into());
                }
                end(whole, &mut current, &mut tables, allowed)?;
            }
            Event::Eof if open.is_empty() => return Ok(tables),
            Event::Eof => return Err(TagError::Cut.into()),
            _ => {}
        }
    }
}

fn end(
    whole: &[u8],
    current: &mut Option<Table>,
    tables: &mut Vec<Table>,
    allowed: u64,
) -> Result<(), Refusal> {
    match whole {
        b"table:table-row" => {
            if let Some(table) = current {
                table.next_row = table.next_row.saturating_add(table.row_repeat);
                if table.area() > allowed {
                    return Err(Refusal::Large(std::mem::take(&mut table.name)));
                }
            }
        }
        b"table:table" => tables.extend(current.take()),
        _ => {}
    }
    Ok(())
}

fn count(attributes: Attributes<'_>, key: &[u8]) -> Result<u32, TagError> {
    match attributes.get(key)? {
        None => Ok(1),
        Some(text) => text.trim().parse().map_err(|_| TagError::Malformed),
    }
}

impl Table {
    fn named(attributes: Attributes<'_>) -> Result<Table, TagError> {
        Ok(Table { name: attributes.get(b"name")?.unwrap_or_default(), ..Table::default() })
    }

    fn column(&mut self, attributes: Attributes<'_>) -> Result<(), TagError> {
        let repeat = count(attributes, b"number-columns-repeated")?;
        let visibility = attributes.get(b"visibility")?.unwrap_or_default();
        let end = self.columns.saturating_add(repeat).min(LAST_COLUMN + 1);
        if matches!(&*visibility, "collapse" | "filter") {
            self.hidden_columns.extend(self.columns..end);
        }
        self.columns = end;
        Ok(())
    }

    fn start_row(&mut self, attributes: Attributes<'_>) -> Result<(), TagError> {
        self.row_repeat = count(attributes, b"number-rows-repeated")?;
        self.next_column = 0;
        let visibility = attributes.get(b"visibility")?.unwrap_or_default();
        if matches!(&*visibility, "collapse" | "filter") {
            let end = self.next_row.saturating_add(self.row_repeat).min(LAST_ROW + 1);
            // Rows hidden down to the end of the sheet hold nothing.
            if self.row_repeat < 100_000 {
                self.hidden_rows.extend(self.next_row..end);
            }
            self.filtered |= visibility == "filter";
        }
        Ok(())
    }

    fn cell(&mut self, attributes: Attributes<'_>, covered: bool) -> Result<(), TagError> {
        let (row, column) = (self.next_row, self.next_column);
        let (mut repeat, mut columns, mut rows) = (1u32, 1u32, 1u32);
        let (mut filled, mut percent) = (false, false);
        for attribute in attributes {
            let (name, value) = attribute?;
            let parse = || -> Result<u32, TagError> {
                let text = std::str::from_utf8(value).map_err(|_| TagError::Encoding)?;
                text.trim().parse().map_err(|_| TagError::Malformed)
            };
            match name {
                b"number-columns-repeated" => repeat = parse()?,
                b"number-columns-spanned" => columns = parse()?.max(1),
                b"number-rows-spanned" => rows = parse()?.max(1),
                b"value-type" => {
                    filled = true;
                    percent |= value == b"percentage";
                }
                b"formula" => filled = true,
                _ => {}
            }
        }
        self.next_column = column.saturating_add(repeat);
        if filled {
            let last = row.saturating_add(self.row_repeat.max(1) - 1).min(LAST_ROW);
            let first = self.filled.map_or(row, |(first, _)| first);
            self.filled = Some((first, last));
            self.width = self.width.max(self.next_column.min(LAST_COLUMN + 1));
        }
        if percent {
            let rows = row..row.saturating_add(self.row_repeat).min(LAST_ROW + 1);
            for row in rows.take(100_000) {
                for column in (column..self.next_column).take(1_000) {
                    self.formats.insert((row, column), Format::Percent);
                }
            }
        }
        if !covered && (columns > 1 || rows > 1) && self.merges.len() < MERGES {
            let bottom = row.saturating_add(rows - 1).min(LAST_ROW);
            let right = column.saturating_add(columns - 1).min(LAST_COLUMN);
            self.merges.push(Cells::block(row, column, bottom, right));
        }
        Ok(())
    }

    fn area(&self) -> u64 {
        let rows = self.filled.map_or(0, |(first, last)| u64::from(last - first) + 1);
        rows * u64::from(self.width)
    }
}
