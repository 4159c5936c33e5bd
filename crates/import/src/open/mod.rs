//! Opens a workbook: bytes in, cells out, or a refusal that says why.
//!
//! * In: the bytes of one file and its name (for messages only). Out: a [`Book`]: every visible sheet's cells as stored,
//!   hidden sheets by name, and findings on what a person should know before trusting the figures.
//! * The kind of file is told by its bytes: workbooks, text tables, web pages and archives of them, XML of 2003. A zip
//!   passes a gate that bounds it before anything is unpacked. Sheets of an `.xlsx` are read twice, by calamine and by our
//!   own scanner, and a cell on which the two disagree is refused.
//! * `.xls`, `.xlsb` and `.ods` are read once; see [`is_guarded`] for panics. A hostile `.xls` can still ask for more
//!   memory than there is, which no library can catch. [`open`] stays in the process of its caller all the same; a program
//!   that takes files of strangers asks [`needs_a_child`] first.
//! * Never: trusts the name's ending, touches the disk, computes a formula, or gives a doubtful value.

mod archive;
mod biff;
mod compound;
mod decode;
mod error;
mod foreign;
mod format;
mod gate;
mod heads;
mod html;
mod markup;
mod mhtml;
mod notes;
mod ods;
mod page;
mod parts;
mod quick;
mod scan;
mod serial;
mod sniff;
mod spans;
mod stale;
mod tags;
#[cfg(test)]
mod tests;
mod text;
mod xlsb;
mod xlsx;
mod xml2003;

pub use crate::grid::Book;
pub use archive::{Files, expand};
pub use error::{Kind, OpenError};
pub use foreign::is_guarded;

use crate::grid::{FileFormat, SheetState};
use calamine::SheetVisible;
use gate::{Content, Package};
use jixiao_core::{Cells, Place};
use sha2::{Digest, Sha256};
use sniff::Sniffed;
use std::fmt::Display;
use std::sync::Arc;
use tags::TagError;

/// So many sheets or tables may stand in a file that is no package.
const SHEETS: usize = 2_000;

/// How much a file may hold.
#[derive(Clone, Debug)]
pub struct Limits {
    /// The bytes of the file.
    pub file_bytes: u64,
    /// The parts of a zip.
    pub entries: usize,
    /// The unpacked bytes of all parts together.
    pub unpacked_bytes: u64,
    /// The cells that hold something, in all sheets together.
    pub cells: usize,
    /// The distinct texts of a file.
    pub strings: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            file_bytes: 100 << 20,
            entries: 2_000,
            unpacked_bytes: 512 << 20,
            cells: 3_000_000,
            strings: 2_000_000,
        }
    }
}

/// Opens the workbook `bytes`; `name` is its file name without folder, for places and messages.
pub fn open(name: &str, bytes: &[u8], limits: &Limits) -> Result<Book, OpenError> {
    let context = Context { file: Arc::from(name) };
    let size = bytes.len() as u64;
    if size > limits.file_bytes {
        let (found, allowed) = (size.div_ceil(1 << 20), limits.file_bytes >> 20);
        return Err(context.limit(
            format!("文件有 {found} MB，最多允许 {allowed} MB"),
            format!("the file has {found} MB, at most {allowed} MB are allowed"),
        ));
    }
    let (format, (sheets, mut findings)) = read(bytes, limits, &context)?;
    findings.extend(notes::hidden_sheets(&sheets, &context));
    let sha256 = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(Book { file: context.file, format, sha256, sheets, findings })
}

/// Whether the only reader for these bytes can end the whole process, or never end, when they are damaged: `.xls`, `.xlsb`
/// and `.ods`. A program reads them in a child process and takes the book by [`crate::handover`].
pub fn needs_a_child(bytes: &[u8], limits: &Limits) -> bool {
    if bytes.len() as u64 > limits.file_bytes {
        return false;
    }
    let context = Context { file: Arc::from("") };
    match sniff::sniff(bytes) {
        Sniffed::Xls => true,
        Sniffed::Zip => Package::open(bytes, limits, &context)
            .and_then(|mut package| package.content(&context))
            .is_ok_and(|content| content != Content::Xlsx),
        _ => false,
    }
}

type Read = (FileFormat, (Vec<crate::grid::Sheet>, Vec<jixiao_core::Finding>));

fn read(bytes: &[u8], limits: &Limits, context: &Context) -> Result<Read, OpenError> {
    match sniff::sniff(bytes) {
        Sniffed::Empty => {
            Err(context.truncated("文件是空的（0 字节）", "the file is empty (0 bytes)"))
        }
        Sniffed::CutCompound => Err(context
            .truncated("文件不完整，只有开头", "the file is incomplete, only its head is there")),
        Sniffed::Encrypted => Err(OpenError::Encrypted { file: context.file.clone() }),
        Sniffed::Other(Kind::Text) => foreign::guard(context, || {
            text::read(bytes, limits, context).map(|read| (FileFormat::Csv, read))
        }),
        Sniffed::Other(Kind::Html) => foreign::guard(context, || {
            page::read(bytes, limits, context).map(|read| (FileFormat::Html, read))
        }),
        Sniffed::Other(Kind::Mhtml) => foreign::guard(context, || {
            mhtml::read(bytes, limits, context).map(|read| (FileFormat::Mhtml, read))
        }),
        Sniffed::Other(Kind::Xml2003) => foreign::guard(context, || {
            xml2003::read(bytes, limits, context).map(|read| (FileFormat::Xml2003, read))
        }),
        Sniffed::Other(kind) => Err(OpenError::Unsupported { file: context.file.clone(), kind }),
        Sniffed::Xls => foreign::guard(context, || {
            foreign::xls(bytes, limits, context).map(|read| (FileFormat::Xls, read))
        }),
        Sniffed::Zip => {
            let mut package = Package::open(bytes, limits, context)?;
            let content = package.content(context)?;
            foreign::guard(context, || match content {
                Content::Xlsx => xlsx::read(bytes, &mut package, limits, context)
                    .map(|read| (FileFormat::Xlsx, read)),
                Content::Xlsb => xlsb::read(bytes, &mut package, limits, context)
                    .map(|read| (FileFormat::Xlsb, read)),
                Content::Ods => foreign::ods(bytes, &mut package, limits, context)
                    .map(|read| (FileFormat::Ods, read)),
            })
        }
    }
}

fn state(visible: SheetVisible) -> SheetState {
    match visible {
        SheetVisible::Visible => SheetState::Visible,
        SheetVisible::Hidden => SheetState::Hidden,
        SheetVisible::VeryHidden => SheetState::VeryHidden,
    }
}

/// The file that is being read; makes errors with places.
struct Context {
    file: Arc<str>,
}

impl Context {
    fn place(&self, sheet: &str, cell: Option<(u32, u32)>) -> Place {
        let cells = cell.map_or(Cells::default(), |(row, column)| Cells::one(row, column));
        Place::new(self.file.clone(), sheet, cells)
    }

    fn damaged(&self, zh: impl Into<String>, en: impl Into<String>) -> OpenError {
        self.damaged_at("", None, zh, en)
    }

    fn damaged_at(
        &self,
        sheet: &str,
        cell: Option<(u32, u32)>,
        zh: impl Into<String>,
        en: impl Into<String>,
    ) -> OpenError {
        OpenError::Damaged { place: self.place(sheet, cell), zh: zh.into(), en: en.into() }
    }

    fn limit(&self, zh: String, en: String) -> OpenError {
        OpenError::Limit { place: self.place("", None), zh, en }
    }

    /// Whether so many sheets are allowed.
    fn sheets(&self, count: usize) -> Result<(), OpenError> {
        if count <= SHEETS {
            return Ok(());
        }
        Err(self
            .limit(format!("有超过 {SHEETS} 张表"), format!("it has more than {SHEETS} sheets")))
    }

    fn truncated(&self, zh: &str, en: &str) -> OpenError {
        OpenError::Truncated { file: self.file.clone(), zh: zh.to_owned(), en: en.to_owned() }
    }

    /// An error of a reader that is not ours; its English words go into both messages.
    fn foreign(&self, sheet: &str, error: &dyn Display) -> OpenError {
        self.damaged_at(
            sheet,
            None,
            format!("内容无法读取，文件可能已损坏（{error}）"),
            format!("the content cannot be read, the file may be damaged ({error})"),
        )
    }

    /// An XML part that cannot be read.
    fn xml(&self, part: &str, error: &TagError) -> OpenError {
        let zh = format!("部件 {part} 无法读取：{}", error.chinese());
        let en = format!("the part {part} cannot be read: {error}");
        match error {
            TagError::TooLong => self.limit(zh, en),
            _ => self.damaged(zh, en),
        }
    }

    /// A sheet whose XML cannot be read.
    fn xml_at(&self, sheet: &str, error: &TagError) -> OpenError {
        let zh = format!("工作表无法读取：{}", error.chinese());
        let en = format!("the sheet cannot be read: {error}");
        match error {
            TagError::TooLong => OpenError::Limit { place: self.place(sheet, None), zh, en },
            _ => self.damaged_at(sheet, None, zh, en),
        }
    }
}
