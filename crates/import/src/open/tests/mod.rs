//! Tests of opening. Expected values are written by hand; workbooks are put together here, part by part.

mod archive;
mod binary;
mod damage;
mod format;
mod formats;
mod kinds;
mod sheet;
mod text;
mod web;
mod written;
mod xml2003;

use super::{Limits, OpenError, open};
use crate::grid::{Book, Value};
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

const SHEET: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";

/// A zip of parts, stored as they are unless `packed`.
fn zip(parts: &[(&str, &[u8])], packed: bool) -> Vec<u8> {
    let method = if packed { CompressionMethod::Deflated } else { CompressionMethod::Stored };
    let options = SimpleFileOptions::default().compression_method(method);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, bytes) in parts {
        writer.start_file(*path, options).expect("start");
        writer.write_all(bytes).expect("write");
    }
    writer.finish().expect("finish").into_inner()
}

/// A workbook of one sheet, 表1, with two shared strings (甲, 乙) and a style of each kind that matters.
struct Parts {
    sheet: String,
    strings: String,
    styles: String,
    workbook: String,
}

/// Styles: 0 General, 1 `0.00%`, 2 a date, 3 `0000`, 4 `0!.0,"万元"`.
const STYLES: &str = r#"<numFmts count="3"><numFmt numFmtId="176" formatCode="yyyy&quot;年&quot;m&quot;月&quot;"/><numFmt numFmtId="177" formatCode="0000"/><numFmt numFmtId="178" formatCode="0!.0,&quot;万元&quot;"/></numFmts><cellStyleXfs count="1"><xf numFmtId="9"/></cellStyleXfs><cellXfs count="5"><xf numFmtId="0"/><xf numFmtId="10"/><xf numFmtId="176"/><xf numFmtId="177"/><xf numFmtId="178"/></cellXfs>"#;

impl Parts {
    /// `rows` stand in `<sheetData>`.
    fn rows(rows: &str) -> Parts {
        Parts::sheet(&format!(
            r#"<worksheet xmlns="{SHEET}"><sheetData>{rows}</sheetData></worksheet>"#
        ))
    }

    fn sheet(sheet: &str) -> Parts {
        Parts {
            sheet: sheet.to_owned(),
            strings: format!(
                r#"<sst xmlns="{SHEET}" count="2" uniqueCount="2"><si><t>甲</t></si><si><t>乙</t></si></sst>"#
            ),
            styles: format!(r#"<styleSheet xmlns="{SHEET}">{STYLES}</styleSheet>"#),
            workbook: format!(
                r#"<workbook xmlns="{SHEET}" xmlns:r="{RELATIONS}"><sheets><sheet name="表1" sheetId="1" r:id="rId1"/></sheets></workbook>"#
            ),
        }
    }

    fn bytes(&self, packed: bool) -> Vec<u8> {
        let roots = format!(
            r#"<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
        );
        let relations = format!(
            r#"<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="{RELATIONS}/styles" Target="styles.xml"/><Relationship Id="rId3" Type="{RELATIONS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>"#
        );
        zip(
            &[
                ("_rels/.rels", roots.as_bytes()),
                ("xl/workbook.xml", self.workbook.as_bytes()),
                ("xl/_rels/workbook.xml.rels", relations.as_bytes()),
                ("xl/styles.xml", self.styles.as_bytes()),
                ("xl/sharedStrings.xml", self.strings.as_bytes()),
                ("xl/worksheets/sheet1.xml", self.sheet.as_bytes()),
            ],
            packed,
        )
    }

    fn open(&self) -> Result<Book, OpenError> {
        open("账.xlsx", &self.bytes(true), &Limits::default())
    }
}

/// All cells of the first sheet in short form: `A1=5`, `B1='甲'`, with `%`, `d`, `0n`, `k` for the format and `f` for a
/// formula.
fn cells(book: &Book) -> Vec<String> {
    use crate::grid::Format;
    let Some(sheet) = book.sheets.first() else { return Vec::new() };
    let rows = sheet.row_numbers().flat_map(|row| sheet.row(row));
    rows.map(|cell| {
        let place = jixiao_core::Cells::one(cell.row, cell.column);
        let value = match cell.value {
            Value::Number(number) => number.to_string(),
            Value::Text(text) => format!("'{text}'"),
            Value::Bool(truth) => truth.to_string(),
            Value::Error(text) => text.to_owned(),
            Value::Date(serial) => format!("day {serial}"),
            Value::NoCachedValue => "none".to_owned(),
        };
        let format = match cell.format {
            Format::Plain => String::new(),
            Format::Percent => "%".to_owned(),
            Format::Scaled => "k".to_owned(),
            Format::Date => "d".to_owned(),
            Format::Padded(digits) => format!("0{digits}"),
            Format::In(unit) => unit.word().to_owned(),
        };
        let formula = if cell.formula { "f" } else { "" };
        [format!("{place}={value}"), format, formula.to_owned()]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    })
    .collect()
}
