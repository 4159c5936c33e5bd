//! Changes inputs: bits, bytes, pieces, words and numbers; in a zip also within a part, whose checksum is then right again.
//!
//! * In: an input and a source of numbers. Out: a changed input.
//! * Never: promises that the result differs from the input; a caller that needs this compares.

use crate::random::Random;
use std::io::{Cursor, Read, Write};
use std::ops::Range;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// Numbers at the edges of what a field can hold, and texts that mean something to a reader.
const WORDS: &[&[u8]] = &[
    b"\x00\x00\x00\x00",
    b"\xFF\xFF\xFF\xFF",
    b"\xFF\xFF\xFF\x7F",
    b"\x00\x00\x00\x80",
    b"\x00\x00",
    b"\xFF\xFF",
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"4294967295",
    b"99999999999999999999",
    b"-1",
    b"1e400",
    b"NaN",
    b"<",
    b">",
    b"\"",
    b"&#0;",
    b"&amp;",
    b"]]>",
    b"<!--",
    b"</row>",
    b"</c>",
    b"<c r=\"XFD1048576\">",
    b"t=\"s\"",
    b"t=\"str\"",
    b" t=\"e\"",
    b"number-columns-repeated=\"16384\"",
    b"number-rows-repeated=\"1048576\"",
    "合计".as_bytes(),
    "小计".as_bytes(),
    "万元".as_bytes(),
    "％".as_bytes(),
    "≥".as_bytes(),
    b"\xEF\xBB\xBF",
    b"\xC2\xA0",
    b"\t",
    b"\n",
    b",",
    b"(",
    b")",
    b"%",
    b".",
    b"9223372036854775808",
];

/// Changes `bytes` within `span` once, in one of many ways.
pub fn within(bytes: &mut Vec<u8>, span: Range<usize>, random: &mut Random) {
    let (start, length) = (span.start.min(bytes.len()), span.len());
    let at = start + random.below(length);
    let some = |random: &mut Random, most: usize| {
        let count = 1 + random.below(most);
        at.min(bytes.len())..(at + count).min(span.end).max(at).min(bytes.len())
    };
    match random.below(10) {
        0 | 1 => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 1 << random.below(8);
            }
        }
        2 => {
            let new = *random.pick(&[0x00, 0xFF, 0x7F, 0x80, b'<', b'9', b' ', b'-']);
            if let Some(byte) = bytes.get_mut(at) {
                *byte = new;
            }
        }
        3 => {
            let piece = some(random, 24);
            bytes.drain(piece);
        }
        4 => {
            let piece = bytes[some(random, 24)].to_vec();
            bytes.splice(at.min(bytes.len())..at.min(bytes.len()), piece);
        }
        5 => {
            let word = random.pick(WORDS).to_vec();
            let at = at.min(bytes.len());
            bytes.splice(at..at, word);
        }
        6 => {
            let word = random.pick(WORDS).to_vec();
            let end = (at + word.len()).min(bytes.len()).max(at);
            bytes.splice(at.min(bytes.len())..end, word);
        }
        7 => number(bytes, start..(start + length).min(bytes.len()), random),
        8 => {
            let (piece, new) = (some(random, 16), random.number().to_le_bytes()[0]);
            bytes[piece].fill(new);
        }
        _ => {
            let other = start + random.below(length);
            if at < bytes.len() && other < bytes.len() {
                bytes.swap(at, other);
            }
        }
    }
}

/// Replaces a run of digits by another number.
fn number(bytes: &mut Vec<u8>, span: Range<usize>, random: &mut Random) {
    let digits = |byte: &u8| byte.is_ascii_digit();
    let from = span.start + random.below(span.len());
    let Some(first) = bytes[from..span.end].iter().position(digits).map(|at| from + at) else {
        return;
    };
    let count = bytes[first..span.end].iter().take_while(|byte| digits(byte)).count();
    let new = match random.below(5) {
        0 => "0".to_owned(),
        1 => "4294967296".to_owned(),
        2 => (random.number() % 100_000).to_string(),
        3 => random.number().to_string(),
        _ => format!("{}.{}", random.number() % 1_000, random.number() % 1_000),
    };
    bytes.splice(first..first + count, new.into_bytes());
}

/// Changes an input one to four times anywhere.
pub fn anywhere(bytes: &[u8], random: &mut Random) -> Vec<u8> {
    let mut mutant = bytes.to_vec();
    for _ in 0..=random.below(4) {
        let all = 0..mutant.len();
        within(&mut mutant, all, random);
    }
    mutant
}

/// The parts of a zip in their order; `None` when it is none.
pub fn unpack(bytes: &[u8]) -> Option<Vec<(String, Vec<u8>)>> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).ok()?;
    let mut parts = Vec::new();
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).ok()?;
        let (name, mut content) = (entry.name().ok()?.into_owned(), Vec::new());
        entry.read_to_end(&mut content).ok()?;
        parts.push((name, content));
    }
    Some(parts)
}

/// A zip of these parts.
pub fn pack(parts: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        // The first part of an .ods says what it is and stands there unpacked.
        let stored = name == "mimetype";
        let method = if stored { CompressionMethod::Stored } else { CompressionMethod::Deflated };
        let options = SimpleFileOptions::default().compression_method(method);
        writer.start_file(name.as_str(), options).expect("a name that stood in a zip");
        writer.write_all(content).expect("memory");
    }
    writer.finish().expect("memory").into_inner()
}

/// Changes a part of a zip, one that holds figures more often than others, and packs it again with a right checksum.
pub fn part(bytes: &[u8], random: &mut Random) -> Option<Vec<u8>> {
    let mut parts = unpack(bytes)?;
    let weighty = |name: &str| {
        ["sheet", "content.xml", "sharedStrings", "workbook", "styles"]
            .iter()
            .any(|word| name.contains(word))
    };
    let heavy: Vec<usize> = (0..parts.len()).filter(|at| weighty(&parts[*at].0)).collect();
    let index = if heavy.is_empty() || random.once_in(8) {
        random.below(parts.len())
    } else {
        *random.pick(&heavy)
    };
    match random.below(40) {
        0 => {
            parts.remove(index);
        }
        1 => parts[index].1.truncate(0),
        _ => parts[index].1 = anywhere(&parts[index].1, random),
    }
    Some(pack(&parts))
}

/// Changes an input, a zip mostly within a part.
pub fn any(bytes: &[u8], random: &mut Random) -> Vec<u8> {
    let inside = bytes.starts_with(b"PK") && !random.once_in(5);
    let mutant = if inside { part(bytes, random) } else { None };
    mutant.unwrap_or_else(|| anywhere(bytes, random))
}
