//! The gate before a zip: its directory is judged before anything in it is read.
//!
//! * In: the bytes of a zip. Out: a [`Package`] whose parts can be read whole or as a stream, each to its checksum.
//! * Sizes are bounded as declared and, by the unpacker, as found; a ratio is demanded only of parts above 50 MB, since
//!   an honest `styles.xml` packs a hundredfold.
//! * Never: unpacks to disk, or reads two entries of one name.

use super::archive::entry_name;
use super::error::{Kind, OpenError};
use super::{Context, Limits};
use std::collections::HashMap;
use std::io::{BufReader, Cursor, Read};
use zip::ZipArchive;
use zip::result::ZipError;

const LARGE: u64 = 50 << 20;
const RATIO: u64 = 1_000;

/// What a zip holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// `.xlsx` or `.xlsm`.
    Xlsx,
    /// `.xlsb`.
    Xlsb,
    /// `.ods`.
    Ods,
}

/// A zip that passed the gate.
pub(super) struct Package<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    /// Index by path in lower case with `/`.
    paths: HashMap<String, usize>,
}

impl<'a> Package<'a> {
    /// Judges the directory of a zip.
    pub(super) fn open(
        bytes: &'a [u8],
        limits: &Limits,
        context: &Context,
    ) -> Result<Package<'a>, OpenError> {
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| match error {
            ZipError::InvalidArchive(_) | ZipError::Io(_) => context.truncated(
                "文件不完整，找不到压缩包的结尾",
                "the file is incomplete, the end of the package is missing",
            ),
            other => context.damaged(
                format!("文件已损坏（{other}）"),
                format!("the file is damaged ({other})"),
            ),
        })?;
        let mut package = Package { archive, paths: HashMap::new() };
        package.judge(limits, context)?;
        Ok(package)
    }

    fn judge(&mut self, limits: &Limits, context: &Context) -> Result<(), OpenError> {
        let damaged = |zh: &str, en: &str| Err(context.damaged(zh, en));
        let entries = self.archive.len();
        if entries > limits.entries {
            return Err(context.limit(
                format!("压缩包内有 {entries} 个部件，最多允许 {} 个", limits.entries),
                format!("the package has {entries} parts, at most {} are allowed", limits.entries),
            ));
        }
        if self.archive.offset() != 0 {
            return damaged("压缩包前有多余内容", "there is something before the package");
        }
        if self.archive.has_duplicate_names() {
            return damaged("压缩包内有同名部件", "two parts of the package have one name");
        }
        let directory = self.archive.metadata();
        let mut total = 0u64;
        for index in 0..entries {
            let Ok(entry) = directory.entry(index) else {
                return damaged("压缩包目录已损坏", "the package's directory is damaged");
            };
            if entry.encrypted() {
                return Err(OpenError::Encrypted { file: context.file.clone() });
            }
            let path = entry_name(entry.name_raw(), is_marked_utf8(entry.flags().as_u16()))
                .replace('\\', "/")
                .to_ascii_lowercase();
            if path.starts_with('/') || path.contains(':') || path.split('/').any(|p| p == "..") {
                return damaged("压缩包内有越出文件夹的路径", "a part's path leaves the package");
            }
            let (size, packed) = (entry.size(), entry.compressed_size());
            total = total.saturating_add(size);
            if size > LARGE && size / RATIO > packed {
                return Err(context.limit(
                    "压缩包内有异常膨胀的部件".to_owned(),
                    "a part of the package swells beyond all measure".to_owned(),
                ));
            }
            if self.paths.insert(path, index).is_some() {
                return damaged("压缩包内有同名部件", "two parts of the package have one name");
            }
        }
        if total > limits.unpacked_bytes {
            let (found, allowed) = (total >> 20, limits.unpacked_bytes >> 20);
            return Err(context.limit(
                format!("解压后有 {found} MB，最多允许 {allowed} MB"),
                format!("unpacked it has {found} MB, at most {allowed} MB are allowed"),
            ));
        }
        Ok(())
    }

    /// What the zip holds, by the names of its parts.
    pub(super) fn content(&mut self, context: &Context) -> Result<Content, OpenError> {
        let named =
            |name: &str| self.paths.keys().any(|path| path.rsplit('/').next() == Some(name));
        let under = |folder: &str| self.paths.keys().any(|path| path.starts_with(folder));
        let kind = if named("workbook.xml") {
            return Ok(Content::Xlsx);
        } else if named("workbook.bin") {
            return Ok(Content::Xlsb);
        } else if self.has("content.xml") {
            let mime = self.read("mimetype", 1 << 10, context).unwrap_or_default();
            match String::from_utf8_lossy(&mime) {
                mime if mime.contains("spreadsheet") => return Ok(Content::Ods),
                mime if mime.contains("presentation") => Kind::Presentation,
                _ => Kind::Document,
            }
        } else if under("word/") {
            Kind::Document
        } else if under("ppt/") {
            Kind::Presentation
        } else {
            Kind::Archive
        };
        Err(OpenError::Unsupported { file: context.file.clone(), kind })
    }

    /// Whether there is a part of this path, whatever its case and slashes.
    pub(super) fn has(&self, path: &str) -> bool {
        self.paths.contains_key(&key(path))
    }

    /// The paths of all parts, in lower case.
    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        self.paths.keys().map(String::as_str)
    }

    /// A part as a stream. Its checksum is compared when it is read to its end.
    pub(super) fn stream(&mut self, path: &str, context: &Context) -> Result<impl Read, OpenError> {
        let Some(index) = self.paths.get(&key(path)) else {
            return Err(
                context.damaged(format!("缺少部件 {path}"), format!("the part {path} is missing"))
            );
        };
        let entry = self.archive.by_index(*index).map_err(|error| torn(path, &error, context))?;
        Ok(BufReader::with_capacity(64 << 10, entry))
    }

    /// The files in their order: their paths as stored and their numbers.
    pub(super) fn files(&self) -> Vec<(String, usize)> {
        let directory = self.archive.metadata();
        let entries =
            (0..self.archive.len()).filter_map(|index| Some((index, directory.entry(index).ok()?)));
        entries
            .filter(|(_, entry)| !entry.is_dir())
            .map(|(index, entry)| {
                (entry_name(entry.name_raw(), is_marked_utf8(entry.flags().as_u16())), index)
            })
            .collect()
    }

    /// The file of a number as a whole, its checksum verified.
    pub(super) fn read_at(
        &mut self,
        index: usize,
        path: &str,
        at_most: u64,
        context: &Context,
    ) -> Result<Vec<u8>, OpenError> {
        let entry = self.archive.by_index(index).map_err(|error| torn(path, &error, context))?;
        whole(entry, path, at_most, context)
    }

    /// A small part as a whole, its checksum verified.
    pub(super) fn read(
        &mut self,
        path: &str,
        at_most: u64,
        context: &Context,
    ) -> Result<Vec<u8>, OpenError> {
        whole(self.stream(path, context)?, path, at_most, context)
    }

    /// Unpacks a part to its end and compares its checksum.
    pub(super) fn verify(&mut self, path: &str, context: &Context) -> Result<(), OpenError> {
        let mut stream = self.stream(path, context)?;
        let copied = std::io::copy(&mut stream, &mut std::io::sink());
        copied.map(drop).map_err(|error| torn(path, &error, context))
    }
}

/// The flag of an entry whose name is UTF-8.
fn is_marked_utf8(flags: u16) -> bool {
    flags & 0x0800 != 0
}

fn whole(
    stream: impl Read,
    path: &str,
    at_most: u64,
    context: &Context,
) -> Result<Vec<u8>, OpenError> {
    let mut bytes = Vec::new();
    let mut stream = stream.take(at_most.saturating_add(1));
    stream.read_to_end(&mut bytes).map_err(|error| torn(path, &error, context))?;
    if bytes.len() as u64 > at_most {
        return Err(context.limit(
            format!("部件 {path} 超过 {} MB", at_most >> 20),
            format!("the part {path} has more than {} MB", at_most >> 20),
        ));
    }
    Ok(bytes)
}

fn key(path: &str) -> String {
    path.replace('\\', "/").to_ascii_lowercase()
}

fn torn(path: &str, error: &dyn std::fmt::Display, context: &Context) -> OpenError {
    context.damaged(
        format!("文件已损坏，部件 {path} 无法完整解压（{error}）"),
        format!("the file is damaged, its part {path} cannot be unpacked ({error})"),
    )
}
