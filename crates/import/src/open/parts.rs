//! The small parts of an xlsx: where its sheets are, what its styles mean, how many strings it has.
//!
//! * In: a package that passed the gate. Out: paths, formats, counts, each from a part whose checksum was verified.
//! * Paths are found as calamine finds them, so that both readers read the same part; that they do is checked cell by cell.

use super::error::OpenError;
use super::format::{built_in, classify};
use super::gate::Package;
use super::tags::{Event, TagError, Tags};
use super::{Context, Limits};
use crate::grid::Format;
use std::collections::HashMap;

const SMALL: u64 = 64 << 20;
const STYLES: usize = 100_000;

/// What the small parts say.
#[derive(Debug, Default)]
pub(super) struct Parts {
    /// Sheet name and path of its part, in order.
    pub(super) sheets: Vec<(String, String)>,
    /// The meaning of each cell format.
    pub(super) formats: Vec<Format>,
    /// How many shared strings there are.
    pub(super) strings: usize,
}

/// Where one part points to another.
pub(super) struct Relation {
    pub(super) kind: String,
    /// The other part's path as written.
    pub(super) target: String,
}

/// Reads the small parts.
pub(super) fn read(
    package: &mut Package<'_>,
    limits: &Limits,
    context: &Context,
) -> Result<Parts, OpenError> {
    let roots = relations(package, "_rels/.rels", context)?;
    let root = roots.values().find(|relation| relation.kind == "officeDocument");
    let target = root.map_or("xl/workbook.xml", |relation| &relation.target);
    let target = target.trim_start_matches('/').to_owned();
    let (folder, file) = target.rsplit_once('/').map_or(("", &*target), |(a, b)| (a, b));
    let folder = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    let relations = relations(package, &format!("{folder}_rels/{file}.rels"), context)?;

    let path_of = |target: &str| match target.strip_prefix('/') {
        Some(absolute) => absolute.to_owned(),
        None => format!("{folder}{target}"),
    };
    // A part that is named but not there would be missed in silence: formats would be lost.
    for relation in relations.values() {
        let needed = matches!(&*relation.kind, "styles" | "sharedStrings");
        let path = path_of(&relation.target);
        if needed && !package.has(&path) {
            return Err(
                context.damaged(format!("缺少部件 {path}"), format!("the part {path} is missing"))
            );
        }
    }

    let mut parts = Parts::default();
    for (name, id) in sheets(package, &target, context)? {
        let relation = relations.get(&id).ok_or_else(|| {
            context.damaged(
                format!("工作表“{name}”没有对应的部件"),
                format!("the sheet {name} has no part"),
            )
        })?;
        parts.sheets.push((name, path_of(&relation.target)));
    }
    let styles = format!("{folder}styles.xml");
    if package.has(&styles) {
        parts.formats = formats(package, &styles, context)?;
    }
    let strings = format!("{folder}sharedStrings.xml");
    if package.has(&strings) {
        parts.strings = count_strings(package, &strings, limits, context)?;
    }
    let theme = format!("{folder}theme/theme1.xml");
    if package.has(&theme) {
        package.verify(&theme, context)?;
    }
    Ok(parts)
}

fn tags(bytes: &[u8]) -> Result<Tags<&[u8]>, TagError> {
    Tags::new(bytes)
}

/// The relations that a part lists, by their names.
pub(super) fn relations(
    package: &mut Package<'_>,
    path: &str,
    context: &Context,
) -> Result<HashMap<String, Relation>, OpenError> {
    let bytes = package.read(path, SMALL, context)?;
    let parse = || -> Result<HashMap<String, Relation>, TagError> {
        let mut relations = HashMap::new();
        let mut tags = tags(&bytes)?;
        loop {
            match tags.next()? {
                Event::Start { name: b"Relationship", attributes, .. } => {
                    let id = attributes.get(b"Id")?.unwrap_or_default();
                    let kind = attributes.get(b"Type")?.unwrap_or_default();
                    let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
                    let target = attributes.get(b"Target")?.unwrap_or_default();
                    relations.insert(id, Relation { kind, target });
                }
                Event::Eof => return Ok(relations),
                _ => {}
            }
        }
    };
    parse().map_err(|error| context.xml(path, &error))
}

fn sheets(
    package: &mut Package<'_>,
    path: &str,
    context: &Context,
) -> Result<Vec<(String, String)>, OpenError> {
    let bytes = package.read(path, SMALL, context)?;
    let parse = || -> Result<Vec<(String, String)>, TagError> {
        let mut sheets = Vec::new();
        let mut tags = tags(&bytes)?;
        loop {
            match tags.next()? {
                Event::Start { name: b"sheet", attributes, .. } => {
                    let name = attributes.get(b"name")?.unwrap_or_default();
                    let id = attributes.get(b"id")?.unwrap_or_default();
                    sheets.push((name, id));
                }
                Event::Eof => return Ok(sheets),
                _ => {}
            }
        }
    };
    parse().map_err(|error| context.xml(path, &error))
}

fn formats(
    package: &mut Package<'_>,
    path: &str,
    context: &Context,
) -> Result<Vec<Format>, OpenError> {
    let bytes = package.read(path, SMALL, context)?;
    let parse = || -> Result<Vec<Format>, TagError> {
        let mut codes: HashMap<u32, Format> = HashMap::new();
        let mut formats = Vec::new();
        let mut within = false;
        let mut tags = tags(&bytes)?;
        loop {
            match tags.next()? {
                Event::Start { name: b"numFmt", attributes, .. } if !within => {
                    let id = attributes.get(b"numFmtId")?.and_then(|id| id.trim().parse().ok());
                    let code = attributes.get(b"formatCode")?;
                    if let Some((id, code)) = id.zip(code) {
                        // Formats of conditional formatting (dxfs) come after the cell formats.
                        if formats.is_empty() {
                            codes.insert(id, classify(&code));
                        }
                    }
                }
                Event::Start { name: b"cellXfs", empty, .. } => within = !empty,
                Event::End { name: b"cellXfs", .. } => within = false,
                Event::Start { name: b"xf", attributes, .. } if within => {
                    let id = attributes.get(b"numFmtId")?.and_then(|id| id.trim().parse().ok());
                    let id: u32 = id.unwrap_or(0);
                    formats.push(codes.get(&id).copied().unwrap_or_else(|| built_in(id)));
                }
                Event::Eof => return Ok(formats),
                _ => {}
            }
        }
    };
    let formats = parse().map_err(|error| context.xml(path, &error))?;
    if formats.len() > STYLES {
        return Err(context.limit(
            format!("有 {} 种单元格格式，最多允许 {STYLES} 种", formats.len()),
            format!("it has {} cell formats, at most {STYLES} are allowed", formats.len()),
        ));
    }
    Ok(formats)
}

/// Counts the shared strings and verifies the part. A declared count beyond the limit would make the second reader ask
/// for that much memory at once.
fn count_strings(
    package: &mut Package<'_>,
    path: &str,
    limits: &Limits,
    context: &Context,
) -> Result<usize, OpenError> {
    let stream = package.stream(path, context)?;
    let parse = || -> Result<(usize, String), TagError> {
        let mut tags = Tags::new(stream)?;
        let (mut count, mut declared, mut within) = (0, String::new(), false);
        loop {
            match tags.next()? {
                Event::Start { name: b"sst", attributes, .. } => {
                    declared = attributes.get(b"uniqueCount")?.unwrap_or_default();
                }
                // A text whose end is misspelt would take the next one in, and all behind it would move up.
                Event::Start { name: b"si", .. } | Event::End { name: b"sst", .. } if within => {
                    return Err(TagError::Malformed);
                }
                Event::Start { name: b"si", empty, .. } => {
                    count += 1;
                    within = !empty;
                }
                Event::End { name: b"si", .. } => within = false,
                Event::Eof => return Ok((count, declared)),
                _ => {}
            }
        }
    };
    let (count, declared) = parse().map_err(|error| context.xml(path, &error))?;
    let digits = declared.trim().trim_start_matches('0');
    let modest = digits.len() < 10
        && digits.parse::<usize>().map_or(true, |declared| declared <= limits.strings);
    if count > limits.strings || !modest {
        let (found, allowed) = (if modest { count.to_string() } else { declared }, limits.strings);
        return Err(context.limit(
            format!("有 {found} 个不同文本，最多允许 {allowed} 个"),
            format!("it has {found} distinct texts, at most {allowed} are allowed"),
        ));
    }
    Ok(count)
}
