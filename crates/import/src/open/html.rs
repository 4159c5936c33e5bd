//! Web pages that reporting systems name `.xls`: their tables, read token by token.
//!
//! * In: the text of a page. Out: its [`Table`]s in their order, each cell with its place, and the lines between them.
//! * Tags are told by a tokenizer that follows the standard; where cells and rows end by themselves follows the standard
//!   too. A table within a cell is a table of its own and no part of that cell.
//! * Linear in time, whatever is nested in what; a page that ends inside a table is cut off and refused.
//! * Never: runs or shows a script, loads anything, or takes what stands in an input field for a value.

use super::Context;
use super::error::OpenError;
use super::markup::{Tag, Token, tokens};
use super::scan::LAST_COLUMN;
use super::spans::Spans;
use std::collections::BTreeSet;

/// Tables within tables.
const DEPTH: usize = 64;
/// The standard's bounds for cells that reach across and down.
const ACROSS: u32 = 1_000;
const DOWN: u32 = 65_534;

/// A table as it stands on the page.
#[derive(Debug, Default)]
pub(super) struct Table {
    /// Where it begins among the tables of the page.
    pub(super) order: usize,
    /// The lines of text before it.
    pub(super) lead: Vec<String>,
    /// Its caption.
    pub(super) caption: Option<String>,
    /// Its cells that are not blank.
    pub(super) cells: Vec<Given>,
    /// How many rows it has.
    pub(super) rows: u32,
    /// Hidden rows and columns.
    pub(super) hidden_rows: Vec<u32>,
    /// The same of columns.
    pub(super) hidden_columns: BTreeSet<u32>,
}

/// A cell as given: the shown text and what the exporting program says about its value.
#[derive(Debug, Default)]
pub(super) struct Given {
    /// Counted from zero within the table.
    pub(super) row: u32,
    /// Counted from zero.
    pub(super) column: u32,
    /// How many rows it covers.
    pub(super) down: u32,
    /// How many columns it covers.
    pub(super) across: u32,
    /// What it shows.
    pub(super) text: String,
    /// `x:num` or `sdval`: the number behind it; empty when the text is the number.
    pub(super) number: Option<Box<str>>,
    /// `x:err`: it shows an error.
    pub(super) error: bool,
    /// `x:fmla`: a formula computed it.
    pub(super) formula: bool,
}

/// A page that was read.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// Its tables in the order in which they begin.
    pub(super) tables: Vec<Table>,
    /// The lines after the last table.
    pub(super) tail: Vec<String>,
}

/// Reads the tables of a page; at most `cells` cells.
pub(super) fn page(text: &str, cells: usize, context: &Context) -> Result<Page, OpenError> {
    let mut reader = Reader::new(cells, context);
    for token in tokens(text) {
        match token {
            Token::Start(tag) => reader.start(&tag)?,
            Token::End(name) => reader.end(&name)?,
            Token::Text(text) => reader.text(&text),
        }
    }
    reader.done()
}

/// A text that grows as a page shows it: runs of space are one space.
#[derive(Debug, Default)]
struct Shown(String);

impl Shown {
    fn push(&mut self, text: &str) {
        for char in text.chars() {
            if !matches!(char, ' ' | '\t' | '\r' | '\n' | '\u{0C}') {
                self.0.push(char);
            } else if !self.0.is_empty() && !self.0.ends_with([' ', '\n']) {
                self.0.push(' ');
            }
        }
    }

    fn line(&mut self) {
        self.0.truncate(self.0.trim_end_matches(' ').len());
        if !self.0.is_empty() && !self.0.ends_with('\n') {
            self.0.push('\n');
        }
    }

    fn take(&mut self) -> Option<String> {
        let text = std::mem::take(&mut self.0);
        let shown = text.trim_end_matches([' ', '\n']);
        (!shown.trim().is_empty()).then(|| shown.to_owned())
    }
}

/// A table that is not closed yet.
#[derive(Debug, Default)]
struct Open {
    table: Table,
    spans: Spans,
    /// The row that comes next, or is open.
    row: u32,
    in_row: bool,
    column: u32,
    /// The open cell with its text.
    cell: Option<(Given, Shown)>,
    caption: Option<Shown>,
    /// The first cell of the group of rows.
    group: usize,
    /// The next `<col>`.
    defined: u32,
}

struct Reader<'a> {
    context: &'a Context,
    left: usize,
    begun: usize,
    open: Vec<Open>,
    done: Vec<Table>,
    lines: Vec<String>,
    line: Shown,
    /// The element whose content does not count.
    skip: Option<Vec<u8>>,
    /// Whether every `<html>` has had its end.
    whole: bool,
}

impl<'a> Reader<'a> {
    fn new(left: usize, context: &'a Context) -> Reader<'a> {
        Reader {
            context,
            left,
            begun: 0,
            open: Vec::new(),
            done: Vec::new(),
            lines: Vec::new(),
            line: Shown::default(),
            skip: None,
            whole: true,
        }
    }

    fn start(&mut self, tag: &Tag) -> Result<(), OpenError> {
        if self.skip.is_some() {
            return Ok(());
        }
        let name: &[u8] = &tag.name;
        match name {
            b"html" => self.whole = false,
            b"script" | b"style" | b"title" | b"noscript" | b"template" | b"xml" => {
                self.skip = Some(name.to_vec());
            }
            b"table" => self.start_table()?,
            b"caption" => self.start_caption()?,
            b"col" => self.start_column(tag),
            b"thead" | b"tbody" | b"tfoot" => self.end_group()?,
            b"tr" => self.start_row(tag)?,
            b"td" | b"th" => self.start_cell(tag)?,
            b"input" | b"select" | b"textarea" => self.field(tag)?,
            _ if is_block(name) => self.line_end()?,
            _ => {}
        }
        Ok(())
    }

    fn end(&mut self, name: &[u8]) -> Result<(), OpenError> {
        if let Some(skipped) = &self.skip {
            if name == &skipped[..] {
                self.skip = None;
            }
            return Ok(());
        }
        match name {
            b"html" => self.whole = true,
            b"table" => self.end_table()?,
            b"caption" => self.end_caption(),
            b"thead" | b"tbody" | b"tfoot" => self.end_group()?,
            b"tr" => self.end_row()?,
            b"td" | b"th" => self.end_cell()?,
            _ if is_block(name) => self.line_end()?,
            _ => {}
        }
        Ok(())
    }

    fn text(&mut self, text: &str) {
        if self.skip.is_some() {
            return;
        }
        match self.open.last_mut() {
            Some(Open { cell: Some((_, shown)), .. }) | Some(Open { caption: Some(shown), .. }) => {
                shown.push(text)
            }
            // Text in a table but in no cell is shown before the table.
            _ => self.line.push(text),
        }
    }

    fn line_end(&mut self) -> Result<(), OpenError> {
        match self.open.last_mut() {
            Some(Open { cell: Some((_, shown)), .. }) | Some(Open { caption: Some(shown), .. }) => {
                shown.line()
            }
            _ => {
                if let Some(line) = self.line.take() {
                    self.count()?;
                    self.lines.push(line);
                }
            }
        }
        Ok(())
    }

    /// One more filled cell or line.
    fn count(&mut self) -> Result<(), OpenError> {
        match self.left.checked_sub(1) {
            Some(left) => self.left = left,
            None => {
                return Err(self.context.limit(
                    "网页中的单元格总数超过上限".to_owned(),
                    "the page has more cells than allowed".to_owned(),
                ));
            }
        }
        Ok(())
    }

    fn start_table(&mut self) -> Result<(), OpenError> {
        // A table that begins in another, but in none of its cells, ends that one.
        if self.open.last().is_some_and(|open| open.cell.is_none() && open.caption.is_none()) {
            self.end_table()?;
        }
        if self.open.len() >= DEPTH {
            return Err(self.context.limit(
                format!("网页中的表格嵌套超过 {DEPTH} 层"),
                format!("tables of the page are nested in more than {DEPTH} levels"),
            ));
        }
        self.count()?;
        let mut open = Open::default();
        if self.open.is_empty() {
            self.line_end()?;
            open.table.lead = std::mem::take(&mut self.lines);
        }
        open.table.order = self.begun;
        self.begun += 1;
        self.open.push(open);
        Ok(())
    }

    fn end_table(&mut self) -> Result<(), OpenError> {
        self.end_group()?;
        self.end_caption();
        let Some(mut open) = self.open.pop() else { return Ok(()) };
        // What stood in the table but in no cell.
        if self.open.is_empty() {
            self.line_end()?;
            open.table.lead.append(&mut self.lines);
        }
        open.table.rows = open.row;
        self.done.push(open.table);
        Ok(())
    }

    fn start_caption(&mut self) -> Result<(), OpenError> {
        self.end_row()?;
        if let Some(open) = self.open.last_mut() {
            open.caption = Some(Shown::default());
        }
        Ok(())
    }

    fn end_caption(&mut self) {
        let Some(open) = self.open.last_mut() else { return };
        if let Some(mut shown) = open.caption.take() {
            let caption = shown.take();
            open.table.caption = open.table.caption.take().or(caption);
        }
    }

    fn start_column(&mut self, tag: &Tag) {
        let Some(open) = self.open.last_mut() else { return };
        let span = tag.count("span", ACROSS);
        let first = open.defined;
        open.defined = first.saturating_add(span);
        if tag.is_hidden() {
            let last = open.defined.min(LAST_COLUMN + 1);
            open.table.hidden_columns.extend(first.min(last)..last);
        }
    }

    fn start_row(&mut self, tag: &Tag) -> Result<(), OpenError> {
        self.end_row()?;
        self.end_caption();
        let Some(open) = self.open.last_mut() else { return Ok(()) };
        (open.in_row, open.column) = (true, 0);
        if tag.is_hidden() {
            open.table.hidden_rows.push(open.row);
        }
        Ok(())
    }

    fn end_row(&mut self) -> Result<(), OpenError> {
        self.end_cell()?;
        let Some(open) = self.open.last_mut() else { return Ok(()) };
        if open.in_row {
            open.in_row = false;
            open.row += 1;
        }
        Ok(())
    }

    /// Cells do not reach beyond their group of rows.
    fn end_group(&mut self) -> Result<(), OpenError> {
        self.end_row()?;
        let Some(open) = self.open.last_mut() else { return Ok(()) };
        open.spans.clear();
        let group = open.group.min(open.table.cells.len());
        for cell in &mut open.table.cells[group..] {
            cell.down = cell.down.min(open.row - cell.row).max(1);
        }
        open.group = open.table.cells.len();
        Ok(())
    }

    fn start_cell(&mut self, tag: &Tag) -> Result<(), OpenError> {
        self.end_cell()?;
        self.end_caption();
        let Some(open) = self.open.last_mut() else { return Ok(()) };
        if !open.in_row {
            (open.in_row, open.column) = (true, 0);
        }
        let (down, across) = (tag.count("rowspan", DOWN), tag.count("colspan", ACROSS));
        let row = open.row;
        let placed = open
            .spans
            .next(row, open.column)
            .and_then(|column| open.spans.take(row, column, down, across).map(|()| column));
        let column = placed.map_err(|misfit| self.context.misfit("", row, misfit))?;
        open.column = column + across;
        if tag.is_hidden() {
            open.table.hidden_columns.insert(column);
        }
        // A text given beside the shown one is the whole of it.
        let text =
            tag.get("x:str").or_else(|| tag.get("x:err")).filter(|text| !text.trim().is_empty());
        let mut cell = Given { row, column, down, across, ..Given::default() };
        cell.number = tag.get("x:num").or_else(|| tag.get("sdval")).map(Box::from);
        cell.error = tag.get("x:err").is_some();
        cell.formula = tag.get("x:fmla").is_some();
        if let Some(text) = text {
            cell.text = text.to_owned();
        }
        open.cell = Some((cell, Shown::default()));
        Ok(())
    }

    fn end_cell(&mut self) -> Result<(), OpenError> {
        let Some((mut cell, mut shown)) = self.open.last_mut().and_then(|open| open.cell.take())
        else {
            return Ok(());
        };
        let shown = shown.take();
        if cell.text.is_empty() {
            cell.text = shown.unwrap_or_default();
        }
        let is_given = cell.formula || cell.number.as_deref().is_some_and(|text| !text.is_empty());
        if cell.text.is_empty() && !is_given {
            return Ok(());
        }
        self.count()?;
        if let Some(open) = self.open.last_mut() {
            open.table.cells.push(cell);
        }
        Ok(())
    }

    /// What stands in a field of a form is what the page began with, not what somebody typed.
    fn field(&mut self, tag: &Tag) -> Result<(), OpenError> {
        let name: &[u8] = &tag.name;
        if name != b"input" {
            self.skip = Some(name.to_vec());
        }
        let kind = tag.get("type").unwrap_or_default().to_ascii_lowercase();
        let typed = matches!(&*kind, "" | "text" | "number" | "date" | "month");
        let value = tag.get("value").unwrap_or_default();
        let holds = name != b"input" || typed && !value.trim().is_empty();
        let cell = self.open.last().and_then(|open| open.cell.as_ref());
        let Some((cell, _)) = cell.filter(|_| holds) else { return Ok(()) };
        Err(self.context.damaged_at(
            "",
            Some((cell.row, cell.column)),
            "单元格里是网页输入框，存下的内容可能不是所填的值；请用原系统的导出功能",
            "the cell holds an input field, whose saved content may not be what was typed; use the export of the system",
        ))
    }

    fn done(mut self) -> Result<Page, OpenError> {
        if !self.open.is_empty() || !self.whole {
            return Err(self.context.truncated(
                "网页不完整，中途中断",
                "the page is incomplete, it ends before its tables do",
            ));
        }
        self.line_end()?;
        self.done.sort_by_key(|table| table.order);
        Ok(Page { tables: self.done, tail: self.lines })
    }
}

/// Elements that begin a line of their own.
fn is_block(name: &[u8]) -> bool {
    matches!(
        name,
        b"br"
            | b"p"
            | b"div"
            | b"li"
            | b"ul"
            | b"ol"
            | b"dl"
            | b"dt"
            | b"dd"
            | b"center"
            | b"pre"
            | b"h1"
            | b"h2"
            | b"h3"
            | b"h4"
            | b"h5"
            | b"h6"
            | b"hr"
            | b"form"
            | b"section"
            | b"body"
            | b"header"
            | b"footer"
            | b"fieldset"
            | b"legend"
            | b"option"
            | b"blockquote"
    )
}
