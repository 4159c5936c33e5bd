//! Reads XML as a stream of tags and texts, strictly and in constant memory.
//!
//! * In: the bytes of one XML part. Out: starts, ends and raw texts, one by one, with names without prefix.
//! * Strict: a document type, another encoding than UTF-8, a tag that is cut off and a token beyond [`TOKEN`] are errors.
//! * Never: builds a tree, resolves an entity in an element name, or follows a reference to another file.

use memchr::{memchr, memmem};
use std::io::Read;

/// The longest single tag or text, in bytes. A cell holds at most 32,767 characters, six bytes each when escaped.
const TOKEN: usize = 4 << 20;
const CHUNK: usize = 128 << 10;

/// Why the stream cannot be read on.
#[derive(Debug, thiserror::Error)]
pub(super) enum TagError {
    /// The bytes could not be unpacked or fail their checksum.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// The part ends inside a tag or an element.
    #[error("XML is incomplete")]
    Cut,
    /// A document type, which no workbook has.
    #[error("XML with a document type (DOCTYPE)")]
    Doctype,
    /// Another encoding than UTF-8.
    #[error("XML not in UTF-8")]
    Encoding,
    /// A tag or text longer than any workbook needs.
    #[error("XML with a token of more than 4 MB")]
    TooLong,
    /// Not XML.
    #[error("malformed XML")]
    Malformed,
}

impl TagError {
    /// The same in Chinese.
    pub(super) fn chinese(&self) -> String {
        match self {
            TagError::Io(error) => format!("数据已损坏，无法完整解压（{error}）"),
            TagError::Cut => "XML 不完整，中途中断".to_owned(),
            TagError::Doctype => "XML 含有文档类型声明（DOCTYPE）".to_owned(),
            TagError::Encoding => "XML 编码不是 UTF-8".to_owned(),
            TagError::TooLong => "XML 中有超过 4 MB 的文本".to_owned(),
            TagError::Malformed => "XML 结构错误".to_owned(),
        }
    }
}

/// What comes next.
#[derive(Debug)]
pub(super) enum Event<'a> {
    /// `<name ..>`, or `<name ../>` when `empty`; `whole` is the name with its prefix.
    Start { name: &'a [u8], whole: &'a [u8], attributes: Attributes<'a>, empty: bool },
    /// `</name>`.
    End { name: &'a [u8], whole: &'a [u8] },
    /// Text between tags, with entities as they stand.
    Text(&'a [u8]),
    /// The text of a CDATA section.
    CData(&'a [u8]),
    /// A comment or a processing instruction.
    Aside,
    /// The end of the part, its checksum verified.
    Eof,
}

/// The attributes of a tag: names without prefix, values with entities as they stand.
#[derive(Clone, Copy, Debug)]
pub(super) struct Attributes<'a>(&'a [u8]);

impl<'a> Iterator for Attributes<'a> {
    type Item = Result<(&'a [u8], &'a [u8]), TagError>;

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.0.trim_ascii_start();
        self.0 = &[];
        if rest.is_empty() {
            return None;
        }
        Some(self.split(rest).ok_or(TagError::Malformed))
    }
}

impl<'a> Attributes<'a> {
    fn split(&mut self, rest: &'a [u8]) -> Option<(&'a [u8], &'a [u8])> {
        // Names are a few bytes long: a plain loop is faster here than a search.
        let equals = rest.iter().position(|byte| *byte == b'=')?;
        let name = local(rest[..equals].trim_ascii_end());
        let value = rest[equals + 1..].trim_ascii_start();
        let quote = value.first().copied().filter(|byte| matches!(byte, b'"' | b'\''))?;
        let end = value[1..].iter().position(|byte| *byte == quote)? + 1;
        self.0 = &value[end + 1..];
        let valid = !name.is_empty() && !name.contains(&b'"') && !name.contains(&b' ');
        valid.then_some((name, &value[1..end]))
    }

    /// The value of one attribute with its entities resolved.
    pub(super) fn get(self, wanted: &[u8]) -> Result<Option<String>, TagError> {
        for attribute in self {
            let (name, value) = attribute?;
            if name == wanted {
                return decode(value).map(Some);
            }
        }
        Ok(None)
    }
}

/// Whether the value of a boolean attribute is true.
pub(super) fn is_true(value: &[u8]) -> bool {
    matches!(value.trim_ascii(), b"1" | b"true" | b"TRUE" | b"True" | b"on")
}

fn local(name: &[u8]) -> &[u8] {
    match memchr(b':', name) {
        Some(colon) => &name[colon + 1..],
        None => name,
    }
}

/// A text with its entities resolved. Unknown entities are errors.
pub(super) fn decode(raw: &[u8]) -> Result<String, TagError> {
    let mut rest = std::str::from_utf8(raw).map_err(|_| TagError::Encoding)?;
    let mut text = String::with_capacity(rest.len());
    while let Some(at) = rest.find('&') {
        text.push_str(&rest[..at]);
        let entity = &rest[at + 1..];
        let end = entity.find(';').ok_or(TagError::Malformed)?;
        text.push(resolve(&entity[..end]).ok_or(TagError::Malformed)?);
        rest = &entity[end + 1..];
    }
    text.push_str(rest);
    Ok(text)
}

fn resolve(entity: &str) -> Option<char> {
    match entity {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let code = entity.strip_prefix('#')?;
            let number = match code.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => code.parse().ok()?,
            };
            char::from_u32(number)
        }
    }
}

/// The reader: a window over the part that holds one token at a time.
pub(super) struct Tags<R> {
    source: R,
    buffer: Vec<u8>,
    at: usize,
    end: usize,
    drained: bool,
}

enum Token {
    Text,
    Tag(usize),
}

impl<R: Read> Tags<R> {
    /// Starts at the first byte of a part.
    pub(super) fn new(source: R) -> Result<Tags<R>, TagError> {
        let buffer = vec![0; CHUNK];
        let mut tags = Tags { source, buffer, at: 0, end: 0, drained: false };
        while tags.end < 128 && tags.fill()? {}
        let head = &tags.buffer[..tags.end];
        if head.starts_with(&[0xEF, 0xBB, 0xBF]) {
            tags.at = 3;
        } else if head.iter().take(4).any(|byte| matches!(byte, 0 | 0xFE | 0xFF)) {
            return Err(TagError::Encoding);
        }
        Ok(tags)
    }

    fn fill(&mut self) -> Result<bool, TagError> {
        if self.drained {
            return Ok(false);
        }
        if self.at > 0 {
            self.buffer.copy_within(self.at..self.end, 0);
            self.end -= self.at;
            self.at = 0;
        }
        if self.end == self.buffer.len() {
            if self.buffer.len() >= TOKEN {
                return Err(TagError::TooLong);
            }
            self.buffer.resize(self.buffer.len() * 2, 0);
        }
        let read = self.source.read(&mut self.buffer[self.end..])?;
        self.end += read;
        self.drained = read == 0;
        Ok(read > 0)
    }

    /// The bytes ahead that are already there; how many is chance.
    pub(super) fn window(&self) -> &[u8] {
        &self.buffer[self.at..self.end]
    }

    /// Passes over bytes of the window that were understood without [`Tags::next`].
    pub(super) fn consume(&mut self, length: usize) {
        self.at = self.end.min(self.at + length);
    }

    /// The next event. After [`Event::Eof`] comes [`Event::Eof`] again.
    pub(super) fn next(&mut self) -> Result<Event<'_>, TagError> {
        let (token, length) = loop {
            match token(&self.buffer[self.at..self.end])? {
                Some((token, length)) => break (token, length),
                None if self.fill()? => {}
                None if self.at == self.end => return Ok(Event::Eof),
                None if self.buffer[self.at] == b'<' => return Err(TagError::Cut),
                None => break (Token::Text, self.end - self.at),
            }
        };
        let start = self.at;
        self.at += length;
        let bytes = &self.buffer[start..self.at];
        match token {
            Token::Text => Ok(Event::Text(bytes)),
            Token::Tag(name) => tag(bytes, name),
        }
    }
}

/// The length of the token at the start of `window`, or `None` when the window does not hold all of it.
fn token(window: &[u8]) -> Result<Option<(Token, usize)>, TagError> {
    let Some(first) = window.first() else { return Ok(None) };
    if *first != b'<' {
        return Ok(memchr(b'<', window).map(|length| (Token::Text, length)));
    }
    let until = |mark: &[u8], from: usize| {
        let found = window.get(from..).and_then(|rest| memmem::find(rest, mark));
        found.map(|at| (Token::Tag(0), from + at + mark.len()))
    };
    match window.get(1) {
        None => Ok(None),
        Some(b'/') => Ok(memchr(b'>', window).map(|at| (Token::Tag(at), at + 1))),
        Some(b'?') => Ok(until(b"?>", 2)),
        Some(b'!') if window.starts_with(b"<!--") => Ok(until(b"-->", 4)),
        Some(b'!') if window.starts_with(b"<![CDATA[") => Ok(until(b"]]>", 9)),
        Some(b'!') if window.len() < 9 => Ok(None),
        Some(b'!') => Err(TagError::Doctype),
        Some(_) => Ok(start_tag(window)),
    }
}

/// A `>` inside quotes does not end a tag.
fn start_tag(window: &[u8]) -> Option<(Token, usize)> {
    let mut name = 0;
    let mut quote = 0u8;
    for (at, byte) in window.iter().enumerate().skip(1) {
        match byte {
            _ if quote != 0 => quote = if *byte == quote { 0 } else { quote },
            b'>' => return Some((Token::Tag(if name == 0 { at } else { name }), at + 1)),
            b'"' | b'\'' => quote = *byte,
            b' ' | b'\t' | b'\r' | b'\n' | b'/' if name == 0 => name = at,
            _ => {}
        }
    }
    None
}

/// `name` is where the name of a start tag ends.
fn tag(bytes: &[u8], name: usize) -> Result<Event<'_>, TagError> {
    let inner = &bytes[1..bytes.len() - 1];
    match inner.first() {
        Some(b'/') => {
            let whole = inner[1..].trim_ascii_end();
            Ok(Event::End { name: local(whole), whole })
        }
        Some(b'?') => declaration(inner),
        Some(b'!') if inner.starts_with(b"![CDATA[") => {
            let end = inner.len().saturating_sub(2).max(8);
            Ok(Event::CData(&inner[8..end]))
        }
        Some(b'!') => Ok(Event::Aside),
        Some(_) if name > 1 => {
            let rest = &bytes[name..bytes.len() - 1];
            let (rest, empty) = rest.strip_suffix(b"/").map_or((rest, false), |rest| (rest, true));
            let (whole, attributes) = (&bytes[1..name], Attributes(rest));
            Ok(Event::Start { name: local(whole), whole, attributes, empty })
        }
        _ => Err(TagError::Malformed),
    }
}

fn declaration(inner: &[u8]) -> Result<Event<'_>, TagError> {
    let Some(attributes) = inner.strip_prefix(b"?xml ") else { return Ok(Event::Aside) };
    let attributes = Attributes(attributes.strip_suffix(b"?").unwrap_or(attributes));
    let encoding = attributes.get(b"encoding")?.unwrap_or_default();
    match encoding.to_ascii_lowercase().as_str() {
        "" | "utf-8" | "utf8" | "us-ascii" | "ascii" => Ok(Event::Aside),
        _ => Err(TagError::Encoding),
    }
}
