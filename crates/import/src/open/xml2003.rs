//! SpreadsheetML 2003: the XML that Excel 2003 knew and many systems still write under the name `.xls`.
//!
//! * In: the bytes of such a file, in any encoding. Out: its sheets; values are typed, formulas come with stored values.
//! * Strict: a document type, a cell that would stand on another, a place that goes backwards and a number that is none
//!   refuse the file.
//! * Never: reads a hidden sheet's cells on, computes a formula, or takes a comment for a value.

mod sheet;
mod style;

use super::error::{Kind, OpenError};
use super::foreign::{Gather, Sheets};
use super::scan::LAST_ROW;
use super::{Context, Limits, decode, notes, page};
use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use sheet::Builder;
use std::collections::HashSet;
use style::Styles;

/// Elements within elements, and attributes of one; Excel needs eight and a dozen.
const DEPTH: usize = 200;
const ATTRIBUTES: usize = 200;

/// Reads the file.
pub(super) fn read(bytes: &[u8], limits: &Limits, context: &Context) -> Result<Sheets, OpenError> {
    let text = decode::text(bytes, page::declared(bytes), context)?;
    let mut book = Book {
        context,
        gather: Gather::new(limits, context, LAST_ROW, false),
        names: HashSet::new(),
        external: Vec::new(),
        styles: Styles::default(),
        is_1904: false,
        sheet: None,
        path: Vec::new(),
        text: String::new(),
    };
    book.walk(&text)?;
    let (sheets, mut findings) = book.gather.done();
    if sheets.is_empty() {
        return Err(OpenError::Unsupported { file: context.file.clone(), kind: Kind::Xml2003 });
    }
    for (index, cells) in &book.external {
        if let Some(sheet) = sheets.get(*index) {
            notes::external(sheet, cells, context, &mut findings);
        }
    }
    Ok((sheets, findings))
}

/// The attributes that matter, by their names without prefix.
struct Attributes(Vec<(String, String)>);

impl Attributes {
    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(held, _)| held == name).map(|(_, value)| &**value)
    }

    fn is_set(&self, name: &str) -> bool {
        matches!(self.get(name).map(str::trim), Some("1" | "true" | "True"))
    }
}

/// The file while it is read.
struct Book<'a> {
    context: &'a Context,
    gather: Gather<'a>,
    names: HashSet<String>,
    /// For each sheet with such cells the cells that take their value from another workbook.
    external: Vec<(usize, Vec<(u32, u32)>)>,
    styles: Styles,
    is_1904: bool,
    sheet: Option<Builder<'a>>,
    /// The open elements.
    path: Vec<String>,
    /// The text of the innermost element whose text counts.
    text: String,
}

impl Book<'_> {
    fn walk(&mut self, text: &str) -> Result<(), OpenError> {
        let mut reader = Reader::from_str(text);
        reader.config_mut().expand_empty_elements = true;
        loop {
            let event = reader.read_event().map_err(|error| self.context.foreign("", &error))?;
            match event {
                Event::Start(tag) | Event::Empty(tag) => self.start(&tag)?,
                Event::End(_) => self.end()?,
                Event::Text(text) => self.text.push_str(&text.xml10_content()),
                Event::CData(text) => self.text.push_str(&text.xml10_content()),
                Event::GeneralRef(entity) => self.entity(&entity)?,
                Event::DocType(_) => {
                    return Err(self.damaged(
                        "XML 含有文档类型声明（DOCTYPE）",
                        "it is XML with a document type (DOCTYPE)",
                    ));
                }
                Event::Eof if self.path.is_empty() => return Ok(()),
                Event::Eof => {
                    return Err(self.context.truncated(
                        "XML 不完整，中途中断",
                        "the XML is incomplete, it ends inside an element",
                    ));
                }
                Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
            }
        }
    }

    fn damaged(&self, zh: &str, en: &str) -> OpenError {
        let sheet = self.sheet.as_ref().map_or("", |sheet| &sheet.name);
        self.context.damaged_at(sheet, None, zh, en)
    }

    fn entity(&mut self, entity: &quick_xml::events::BytesRef<'_>) -> Result<(), OpenError> {
        let char = entity.resolve_char_ref().map_err(|error| self.context.foreign("", &error))?;
        let named = quick_xml::escape::resolve_predefined_entity(entity);
        match (char, named) {
            (Some(char), _) => self.text.push(char),
            (None, Some(text)) => self.text.push_str(text),
            (None, None) => {
                return Err(self.damaged(
                    "XML 中有未定义的实体",
                    "the XML names an entity that is not defined",
                ));
            }
        }
        Ok(())
    }

    fn attributes(&self, tag: &BytesStart<'_>) -> Result<Attributes, OpenError> {
        let mut attributes = Vec::new();
        for attribute in tag.attributes().with_checks(false).take(ATTRIBUTES) {
            let attribute = attribute.map_err(|error| self.context.foreign("", &error))?;
            let value = attribute.normalized_value(XmlVersion::Implicit1_0);
            let value = value.map_err(|error| self.context.foreign("", &error))?;
            let name = attribute.key.local_name();
            attributes.push((name.as_ref().to_owned(), value.into_owned()));
        }
        Ok(Attributes(attributes))
    }

    fn parent(&self) -> &str {
        self.path.last().map_or("", String::as_str)
    }

    fn start(&mut self, tag: &BytesStart<'_>) -> Result<(), OpenError> {
        let name = tag.local_name().as_ref().to_owned();
        if self.path.is_empty() && name != "Workbook" {
            return Err(
                self.damaged("XML 的根元素不是 Workbook", "the root of the XML is no Workbook")
            );
        }
        if self.path.len() >= DEPTH {
            return Err(self.damaged("XML 嵌套过深", "the elements of the XML are nested too deep"));
        }
        let attributes = self.attributes(tag)?;
        match (self.parent(), &*name) {
            ("Styles", "Style") => self.styles.start(&attributes),
            ("Style", "NumberFormat") => self.styles.format(&attributes),
            ("Workbook", "Worksheet") => self.start_sheet(&attributes)?,
            ("Worksheet", "Table") => self.in_sheet(|sheet| sheet.table(&attributes))?,
            ("Table", "Column") => self.in_sheet(|sheet| sheet.column(&attributes))?,
            ("Table", "Row") => self.in_sheet(|sheet| sheet.row(&attributes))?,
            ("Row", "Cell") => self.in_sheet(|sheet| sheet.cell(&attributes))?,
            ("Cell", "Data") => self.in_sheet(|sheet| sheet.data(&attributes))?,
            ("Worksheet", "AutoFilter") => {
                self.in_sheet(|sheet| {
                    sheet.filtered = true;
                    Ok(())
                })?;
            }
            _ => {}
        }
        // Rich text has elements of its own within the text of a cell.
        if !self.path.iter().any(|open| open == "Data") {
            self.text.clear();
        }
        self.path.push(name);
        Ok(())
    }

    fn end(&mut self) -> Result<(), OpenError> {
        let Some(name) = self.path.pop() else { return Ok(()) };
        match (self.parent(), &*name) {
            ("Cell", "Data") => {
                let text = std::mem::take(&mut self.text);
                self.in_sheet(|sheet| {
                    sheet.text = Some(text);
                    Ok(())
                })?;
            }
            ("Row", "Cell") => self.end_cell()?,
            ("WorksheetOptions", "Visible") => {
                let word = self.text.trim().to_owned();
                self.in_sheet(|sheet| {
                    sheet.show(&word);
                    Ok(())
                })?;
            }
            ("ExcelWorkbook", "Date1904") => self.is_1904 = self.text.trim() != "0",
            ("Workbook", "Worksheet") => self.end_sheet()?,
            _ => {}
        }
        Ok(())
    }

    fn in_sheet(
        &mut self,
        change: impl FnOnce(&mut Builder<'_>) -> Result<(), OpenError>,
    ) -> Result<(), OpenError> {
        self.sheet.as_mut().map_or(Ok(()), change)
    }

    fn start_sheet(&mut self, attributes: &Attributes) -> Result<(), OpenError> {
        let name = attributes.get("Name").unwrap_or_default().to_owned();
        if name.trim().is_empty() || !self.names.insert(name.to_lowercase()) {
            return Err(self.damaged(
                "工作表没有名称，或有两个工作表同名",
                "a sheet has no name, or two have one name",
            ));
        }
        self.context.sheets(self.names.len())?;
        self.sheet = Some(Builder::new(name, self.context));
        Ok(())
    }

    fn end_cell(&mut self) -> Result<(), OpenError> {
        let Some(sheet) = &mut self.sheet else { return Ok(()) };
        self.gather.room(&sheet.cells, &sheet.name)?;
        sheet.end_cell(&self.styles, self.is_1904)
    }

    fn end_sheet(&mut self) -> Result<(), OpenError> {
        let Some(sheet) = self.sheet.take() else { return Ok(()) };
        let (name, filtered, external) =
            (sheet.name.clone(), sheet.filtered, sheet.external.clone());
        self.gather.finish(sheet.finish(), &name, filtered)?;
        if !external.is_empty() {
            self.external.push((self.names.len() - 1, external));
        }
        Ok(())
    }
}
