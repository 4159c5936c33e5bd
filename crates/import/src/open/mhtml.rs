//! Web archives (MHTML): pages with everything they need in one file, as Excel saves them and systems imitate it.
//!
//! * In: the bytes of a MIME message. Out: the sheets of its pages, those named by the first page under these names.
//! * An archive without its closing line is cut off and refused.
//! * Never: follows an address out of the file.

use super::error::{Kind, OpenError};
use super::foreign::Sheets;
use super::page::{self, Source, Worksheet};
use super::{Context, Limits, decode};
use encoding_rs::Encoding;
use mailparse::{MailHeaderMap, MailParseError, ParsedMail};
use memchr::memmem;

/// The parser holds every header and every part at once, each larger than it stands in the file.
const BYTES: usize = 16 << 20;
const PARTS: usize = 20_000;

/// A page in the archive.
struct Part {
    file: String,
    text: String,
}

/// Reads a web archive.
pub(super) fn read(bytes: &[u8], limits: &Limits, context: &Context) -> Result<Sheets, OpenError> {
    let lines = memmem::find_iter(bytes, b"\n--").take(PARTS + 1).count();
    if bytes.len() > BYTES || lines > PARTS {
        let most = BYTES >> 20;
        return Err(context.limit(
            format!("网页存档超过 {most} MB，或有超过 {PARTS} 个部分"),
            format!("the web archive has more than {most} MB or {PARTS} parts"),
        ));
    }
    let mail = mailparse::parse_mail(bytes).map_err(|error| context.foreign("", &error))?;
    if let Some(boundary) = mail.ctype.params.get("boundary") {
        let end = format!("--{boundary}--");
        if memmem::rfind(bytes, end.as_bytes()).is_none() {
            return Err(context.truncated(
                "网页存档不完整，缺少结尾",
                "the web archive is incomplete, its end is missing",
            ));
        }
    }
    let mut parts = Vec::new();
    for part in mail.parts().filter(|part| part.ctype.mimetype == "text/html") {
        parts.push(read_part(part, context)?);
    }
    let listed: Vec<Worksheet> =
        parts.iter().flat_map(|part| page::worksheets(&part.text)).collect();
    let elsewhere = listed.iter().any(|sheet| !sheet.file.is_empty());
    let mut sources = Vec::new();
    for part in &parts {
        let sheet = listed.iter().find(|sheet| !part.file.is_empty() && sheet.file == part.file);
        let names = match sheet {
            Some(sheet) => vec![sheet.name.clone()],
            // The frame around the sheets and the row of their names are no sheets.
            None if elsewhere => continue,
            None => page::worksheets(&part.text).into_iter().map(|sheet| sheet.name).collect(),
        };
        sources.push(Source { text: &part.text, names, kind: Kind::Mhtml });
    }
    if sources.is_empty() {
        return Err(OpenError::Unsupported { file: context.file.clone(), kind: Kind::Mhtml });
    }
    page::sheets(&sources, limits, context)
}

fn read_part(part: &ParsedMail<'_>, context: &Context) -> Result<Part, OpenError> {
    let damaged = |error: MailParseError| context.foreign("", &error);
    let bytes = part.get_body_raw().map_err(damaged)?;
    // Without a declared set the mail parser says ASCII.
    let stated = part.ctype.params.get("charset");
    let declared = stated.and_then(|label| Encoding::for_label(label.as_bytes()));
    let text = decode::text(&bytes, declared.or_else(|| page::declared(&bytes)), context)?;
    let location = part.headers.get_first_value("Content-Location").unwrap_or_default();
    let file = location.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
    Ok(Part { file, text: text.into_owned() })
}
