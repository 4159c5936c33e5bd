//! Zip files of ledgers: a folder that somebody packed to send it.
//!
//! * In: the bytes of a file. Out: the files in it, each to be opened as an input of its own; `None` when the file is no
//!   such archive but, say, a workbook (which is a zip as well).
//! * Names: UTF-8 when they are marked as such or cannot be anything else, else GBK, as Chinese Windows writes them. Only
//!   the last component counts; what systems add for themselves (`__MACOSX`, `.DS_Store`, `~$…`) is left out.
//! * Every file is unpacked to its end, so that its checksum is compared. Archives in archives are refused.
//! * Never: writes to disk, or leaves out a file that a person put in.

use super::error::{Kind, OpenError};
use super::gate::Package;
use super::sniff::{Sniffed, sniff};
use super::{Context, Limits};
use encoding_rs::GBK;
use std::collections::HashSet;
use std::sync::Arc;

/// All files of an archive are held at once, so together they may not be much larger than one file may be.
const TIMES: u64 = 2;

/// The files of an archive with their names.
pub type Files = Vec<(String, Vec<u8>)>;

/// The files of a zip that holds ledgers, with their names; `None` when `bytes` are anything else.
///
/// # Errors
/// [`OpenError`] when the archive is damaged, locked or too large, or holds another archive.
pub fn expand(name: &str, bytes: &[u8], limits: &Limits) -> Result<Option<Files>, OpenError> {
    if sniff(bytes) != Sniffed::Zip || bytes.len() as u64 > limits.file_bytes {
        return Ok(None);
    }
    let context = Context { file: Arc::from(name) };
    let mut package = Package::open(bytes, limits, &context)?;
    match package.content(&context) {
        Err(OpenError::Unsupported { kind: Kind::Archive, .. }) => {}
        _ => return Ok(None),
    }
    let files = unpack(&mut package, limits, &context)?;
    let mut is_any_ledger = false;
    for (name, bytes) in &files {
        match content(bytes, limits, &context) {
            Content::Ledger => is_any_ledger = true,
            Content::Archive => return Err(nested(name, &context)),
            Content::Other => {}
        }
    }
    Ok(is_any_ledger.then_some(files))
}

fn unpack(
    package: &mut Package<'_>,
    limits: &Limits,
    context: &Context,
) -> Result<Files, OpenError> {
    let mut left = limits.file_bytes.saturating_mul(TIMES).min(limits.unpacked_bytes);
    let mut taken = HashSet::new();
    let mut files = Vec::new();
    for (path, index) in package.files() {
        let Some(name) = file_name(&path) else { continue };
        let bytes = package.read_at(index, &path, left.min(limits.file_bytes), context)?;
        left = left.saturating_sub(bytes.len() as u64);
        files.push((free_name(name, &mut taken), bytes));
    }
    Ok(files)
}

/// What a file of an archive is.
enum Content {
    Ledger,
    Archive,
    Other,
}

fn content(bytes: &[u8], limits: &Limits, context: &Context) -> Content {
    match sniff(bytes) {
        Sniffed::Zip => {
            let inner = Package::open(bytes, limits, context)
                .and_then(|mut package| package.content(context));
            match inner {
                Err(OpenError::Unsupported { kind: Kind::Archive, .. }) => Content::Archive,
                Err(OpenError::Unsupported { .. }) => Content::Other,
                // A damaged workbook is named when it is opened.
                Ok(_) | Err(_) => Content::Ledger,
            }
        }
        Sniffed::Xls | Sniffed::Encrypted | Sniffed::CutCompound => Content::Ledger,
        Sniffed::Other(Kind::Html | Kind::Mhtml | Kind::Xml2003 | Kind::Text) => Content::Ledger,
        Sniffed::Other(Kind::Archive) => Content::Archive,
        Sniffed::Other(_) | Sniffed::Empty => Content::Other,
    }
}

fn nested(name: &str, context: &Context) -> OpenError {
    context.damaged(
        format!("压缩包里还有压缩包“{name}”，请先解压"),
        format!("the archive holds another archive, {name}; unpack that first"),
    )
}

/// The name of an entry. `marked` says that it is declared to be UTF-8.
pub(super) fn entry_name(raw: &[u8], marked: bool) -> String {
    let utf8 = std::str::from_utf8(raw).ok();
    // A name of GBK may look like UTF-8, but then only like letters with accents.
    let sure = |text: &&str| marked || text.is_ascii() || text.chars().any(|c| c >= '\u{800}');
    if let Some(text) = utf8.filter(sure) {
        return text.to_owned();
    }
    let gbk = GBK.decode_without_bom_handling_and_without_replacement(raw);
    gbk.map_or_else(|| String::from_utf8_lossy(raw).into_owned(), |name| name.into_owned())
}

/// The last component of a path, without what no file name may hold; `None` for folders and what systems add.
fn file_name(path: &str) -> Option<String> {
    let path = path.replace('\\', "/");
    let name = path.rsplit('/').next().unwrap_or_default();
    let added = name.starts_with("._")
        || name.starts_with("~$")
        || matches!(&*name.to_ascii_lowercase(), "" | ".ds_store" | "thumbs.db" | "desktop.ini")
        || path.split('/').any(|folder| folder == "__MACOSX");
    let allowed = |char: char| {
        if char.is_control() || r#"<>:"|?*"#.contains(char) { '_' } else { char }
    };
    (!added).then(|| name.chars().map(allowed).collect())
}

/// Files of one name from several folders get a number.
fn free_name(name: String, taken: &mut HashSet<String>) -> String {
    let (stem, ending) = match name.rsplit_once('.') {
        Some((stem, ending)) => (stem.to_owned(), format!(".{ending}")),
        None => (name.clone(), String::new()),
    };
    let numbered = (2..).map(|number| format!("{stem}({number}){ending}"));
    let mut names = std::iter::once(name.clone()).chain(numbered);
    let free = names.find(|name| !taken.contains(&name.to_lowercase())).unwrap_or(name);
    taken.insert(free.to_lowercase());
    free
}
