//! The inputs of a path: the file itself, or each file of an archive, which is an input of its own.
//!
//! Answers and outputs stand beside the path the user named, since nothing else is on the disk.

use crate::error::{CliError, name_of};
use jixiao_import::{Limits, open};
use std::path::{Path, PathBuf};

/// One file to understand.
pub struct Input {
    /// What the user named.
    pub path: PathBuf,
    /// The name of the file, for messages and places.
    pub name: String,
    /// Of a file out of the archive at `path`, what outputs are named after beside the archive.
    pub packed: Option<String>,
    /// All of it.
    pub bytes: Vec<u8>,
}

impl Input {
    /// The inputs of a path, in the order of the archive.
    pub fn all(path: &Path) -> Result<Vec<Input>, CliError> {
        let limits = Limits::default();
        let name = name_of(path);
        let bytes = read(path, limits.file_bytes)?;
        let files = open::expand(&name, &bytes, &limits).map_err(CliError::Open)?;
        Ok(match files {
            None => vec![Input { path: path.to_owned(), name, packed: None, bytes }],
            Some(files) => {
                let stems: Vec<String> = files.iter().map(|(name, _)| stem(name)).collect();
                let alone = |own: &String| stems.iter().filter(|stem| *stem == own).count() == 1;
                let own = |name: &str| match stem(name) {
                    stem if alone(&stem) => stem,
                    // 甲局.xls beside 甲局.csv.
                    _ => name.replace('.', "_"),
                };
                let inputs = files.into_iter().map(|(name, bytes)| Input {
                    path: path.to_owned(),
                    packed: Some(own(&name)),
                    name,
                    bytes,
                });
                inputs.collect()
            }
        })
    }

    /// Where it is, for a person: the path, and the name within the archive.
    pub fn shown(&self) -> String {
        let path = self.path.display();
        match self.packed {
            Some(_) => format!("{path}/{}", self.name),
            None => path.to_string(),
        }
    }

    /// The path to name outputs after: a file of an archive has the archive's name before its own.
    pub fn named(&self, path: &Path) -> PathBuf {
        match &self.packed {
            Some(own) => path.with_file_name(format!("{}-{own}.xlsx", stem(&name_of(path)))),
            None => path.to_owned(),
        }
    }
}

fn stem(name: &str) -> String {
    Path::new(name).file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

fn read(path: &Path, most: u64) -> Result<Vec<u8>, CliError> {
    let fail = |cause| CliError::Read { path: path.to_owned(), cause };
    let size = std::fs::metadata(path).map_err(fail)?;
    if size.is_dir() {
        return Err(fail(std::io::Error::other("is a folder")));
    }
    if size.len() > most {
        // The head is enough for the refusal; nobody needs a gigabyte in memory for it.
        return Ok(vec![0; usize::try_from(most).unwrap_or(0) + 1]);
    }
    std::fs::read(path).map_err(fail)
}
