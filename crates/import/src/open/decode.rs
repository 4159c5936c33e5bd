//! The characters of a text file: which encoding it has, proved or refused.
//!
//! * In: the bytes of a text, a web page or an XML, and the encoding it declares, if it does. Out: its text, whole.
//! * In this order: a byte order mark; UTF-8 when every byte of the file agrees; the declared encoding; GB18030.
//! * A declared encoding is often a lie, so one that the bytes contradict does not count.
//! * Never: puts a substitute in the place of a character that cannot be read.

use super::Context;
use super::error::OpenError;
use encoding_rs::{BIG5, Encoding, GB18030, GBK, UTF_8};
use std::borrow::Cow;

/// From here on three bytes of UTF-8 make a character; all Chinese ones do.
const WIDE: char = '\u{800}';

/// Why a text cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    /// It ends inside a character.
    Cut,
    /// Some of its bytes fit no encoding.
    Mixed,
    /// It could be one of two encodings.
    Doubtful,
}

/// The text of `bytes`.
pub(super) fn text<'a>(
    bytes: &'a [u8],
    declared: Option<&'static Encoding>,
    context: &Context,
) -> Result<Cow<'a, str>, OpenError> {
    decode(bytes, declared).map_err(|fault| match fault {
        Fault::Cut => context.truncated(
            "文件不完整，最后一个字符只有一半",
            "the file is incomplete, its last character is cut in half",
        ),
        Fault::Mixed => context.damaged(
            "文字编码混乱或已损坏，既不全是 UTF-8，也不全是 GB18030",
            "its characters are damaged or mixed: not all UTF-8, not all GB18030",
        ),
        Fault::Doubtful => context.damaged(
            "文字编码不明：可能是 UTF-8，也可能是 GBK，两种读法的文字不同",
            "its encoding is uncertain: UTF-8 and GBK are both possible and give other words",
        ),
    })
}

fn decode<'a>(bytes: &'a [u8], declared: Option<&'static Encoding>) -> Result<Cow<'a, str>, Fault> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let rest = &bytes[mark..];
        // A UTF-16 text whose last unit is half there.
        if encoding != UTF_8 && rest.len() % 2 == 1 {
            return Err(Fault::Cut);
        }
        return strict(encoding, rest).ok_or(if is_cut(rest) { Fault::Cut } else { Fault::Mixed });
    }
    match std::str::from_utf8(bytes) {
        Ok(text) if text.is_ascii() || text.chars().any(|char| char >= WIDE) => Ok(text.into()),
        Ok(text) if declared == Some(UTF_8) => Ok(text.into()),
        // A few Chinese characters of GBK look like letters with accents in UTF-8.
        Ok(_) if declared.is_none_or(is_western) => Err(Fault::Doubtful),
        Err(_) if is_cut(bytes) && is_mostly_utf8(bytes) => Err(Fault::Cut),
        // Most UTF-8 with one wrong byte is GB18030 by accident, with other words.
        Err(_) if is_mostly_utf8(bytes) => Err(Fault::Mixed),
        _ if declared == Some(BIG5) => strict(BIG5, bytes).ok_or(Fault::Mixed),
        _ => strict(GB18030, bytes).ok_or(Fault::Mixed),
    }
}

/// Whether a declared encoding has no Chinese, so that it cannot be meant.
fn is_western(encoding: &'static Encoding) -> bool {
    ![GBK, GB18030, BIG5].contains(&encoding)
}

fn strict<'a>(encoding: &'static Encoding, bytes: &'a [u8]) -> Option<Cow<'a, str>> {
    encoding.decode_without_bom_handling_and_without_replacement(bytes)
}

fn is_cut(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_err_and(|error| error.error_len().is_none())
}

fn is_mostly_utf8(bytes: &[u8]) -> bool {
    let (mut wide, mut wrong) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        wide += chunk.valid().chars().filter(|char| *char >= WIDE).count();
        wrong += usize::from(!chunk.invalid().is_empty());
    }
    wide > wrong
}
