//! Tells what a file is by its bytes, never by its name.
//!
//! * In: the bytes of a file. Out: which reader it is for, or why there is none.
//! * Never: unpacks anything; the readers find out whether the content keeps what its beginning promises.

use super::error::Kind;
use memchr::memmem;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sniffed {
    /// No byte at all.
    Empty,
    /// A zip; its directory says what it holds.
    Zip,
    /// An old workbook in a compound file.
    Xls,
    /// A compound file around an encrypted package.
    Encrypted,
    /// A compound file that ends before its first sector.
    CutCompound,
    /// No workbook.
    Other(Kind),
}

const COMPOUND: &[u8] = &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

/// Tells what `bytes` are.
pub(super) fn sniff(bytes: &[u8]) -> Sniffed {
    if bytes.is_empty() {
        return Sniffed::Empty;
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return Sniffed::Zip;
    }
    if bytes.starts_with(COMPOUND) {
        return compound(bytes);
    }
    // Excel 2 to 4 wrote bare records without a compound file around them.
    if [[0x09, 0x00], [0x09, 0x02], [0x09, 0x04]].iter().any(|bof| bytes.starts_with(bof)) {
        return Sniffed::Other(Kind::Unknown);
    }
    Sniffed::Other(magic(bytes).or_else(|| text(bytes)).unwrap_or(Kind::Unknown))
}

fn compound(bytes: &[u8]) -> Sniffed {
    let has = |name: &str| has_entry(bytes, name);
    if has("EncryptedPackage") {
        Sniffed::Encrypted
    } else if has("Workbook") || has("WORKBOOK") || has("Book") || has("BOOK") {
        Sniffed::Xls
    } else if has("WordDocument") {
        Sniffed::Other(Kind::Document)
    } else if has("PowerPoint Document") {
        Sniffed::Other(Kind::Presentation)
    } else if bytes.len() < 1536 {
        Sniffed::CutCompound
    } else {
        Sniffed::Other(Kind::Unknown)
    }
}

/// A directory entry of a compound file is 128 bytes long and begins with its UTF-16 name in 64 bytes, then the name's
/// length. Looking for that shape needs no walk along the sectors and mistakes no text of a cell for an entry.
fn has_entry(bytes: &[u8], name: &str) -> bool {
    let mut entry: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let length = entry.len() + 2;
    entry.resize(64, 0);
    entry.extend_from_slice(&u16::try_from(length).unwrap_or(0).to_le_bytes());
    memmem::find_iter(bytes, &entry).any(|at| at % 128 == 0)
}

fn magic(bytes: &[u8]) -> Option<Kind> {
    const MAGIC: &[(&[u8], Kind)] = &[
        (b"%PDF", Kind::Pdf),
        (b"{\\rtf", Kind::Document),
        (b"\x89PNG", Kind::Image),
        (b"\xFF\xD8\xFF", Kind::Image),
        (b"GIF8", Kind::Image),
        (b"BM", Kind::Image),
        (b"II*\0", Kind::Image),
        (b"MM\0*", Kind::Image),
        (b"Rar!\x1A\x07", Kind::Archive),
        (b"7z\xBC\xAF\x27\x1C", Kind::Archive),
        (b"\x1F\x8B", Kind::Archive),
        (b"BZh", Kind::Archive),
        (b"\xFD7zXZ\0", Kind::Archive),
        (b"MSCF", Kind::Archive),
    ];
    let found = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic));
    // "BM" may begin a text; a bitmap has zero bytes in its header.
    let kind = found.map(|(_, kind)| *kind)?;
    let plain = bytes.starts_with(b"BM") && !bytes.iter().take(32).any(|byte| *byte == 0);
    (!plain).then_some(kind)
}

/// Marked text, or plain text: no control characters but tabs and line ends.
fn text(bytes: &[u8]) -> Option<Kind> {
    let head = &bytes[..bytes.len().min(4096)];
    let wide = head.starts_with(&[0xFF, 0xFE]) || head.starts_with(&[0xFE, 0xFF]);
    // Of UTF-16 the marks are told by their ASCII half.
    let folded: Vec<u8> =
        head.iter().filter(|byte| !wide || **byte != 0).map(u8::to_ascii_lowercase).collect();
    let body = match folded.strip_prefix(&[0xEF, 0xBB, 0xBF]) {
        Some(body) => body,
        None if wide => folded.get(2..).unwrap_or_default(),
        None => &folded,
    };
    let has = |mark: &[u8]| memmem::find(body, mark).is_some();
    let start = body.trim_ascii_start();
    if start.starts_with(b"mime-version:") || has(b"content-type: multipart/related") {
        return Some(Kind::Mhtml);
    }
    if start.starts_with(b"<") {
        let kind = if has(b"urn:schemas-microsoft-com:office:spreadsheet") && !has(b"<html") {
            Kind::Xml2003
        } else if [
            &b"<html"[..],
            b"<!doctype html",
            b"<table",
            b"<head",
            b"<body",
            b"<meta",
            b"<style",
        ]
        .iter()
        .any(|mark| has(mark))
        {
            Kind::Html
        } else {
            Kind::Xml
        };
        return Some(kind);
    }
    // In UTF-16 every byte may be half of a character; its reader looks for control characters.
    let control = |byte: &u8| *byte < 0x20 && !matches!(byte, b'\t' | b'\r' | b'\n' | 0x0C);
    (wide || !body.iter().any(control)).then_some(Kind::Text)
}
