//! Writing: an output appears whole or not at all, and what a person has changed is never overwritten.
//!
//! Every workbook carries a seal, the comment of its zip: the SHA-256 of all bytes before it. A program that
//! saves the workbook again drops the comment or changes the bytes; either way the seal is broken and the file is kept.

use crate::error::CliError;
use sha2::{Digest, Sha256};
use std::io::Write;
use std::path::{Path, PathBuf};

const MARK: &[u8] = b"jixiao sha256:";
const HEX: usize = 64;
const COMMENT: usize = MARK.len() + HEX;
/// The end record of a zip without comment.
const END_RECORD: usize = 22;

/// What became of an output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Written {
    /// Written.
    New(PathBuf),
    /// A person has changed the file of this name; the output stands beside it.
    Beside {
        /// The file that was kept.
        kept: PathBuf,
        /// The file that was written.
        written: PathBuf,
    },
}

impl Written {
    /// The file that was written.
    pub fn path(&self) -> &Path {
        match self {
            Written::New(path) | Written::Beside { written: path, .. } => path,
        }
    }
}

/// Writes a workbook. With `force` even over a changed one.
pub fn workbook(path: &Path, bytes: Vec<u8>, force: bool) -> Result<Written, CliError> {
    let bytes = sealed(bytes);
    if force || may_replace(path) {
        replace(path, &bytes)?;
        return Ok(Written::New(path.to_owned()));
    }
    let beside = (2..1000)
        .map(|number| numbered(path, number))
        .find(|other| may_replace(other))
        .unwrap_or_else(|| numbered(path, 1000));
    replace(&beside, &bytes)?;
    Ok(Written::Beside { kept: path.to_owned(), written: beside })
}

/// Whether nothing stands there, or only what this program wrote and nobody changed.
pub fn may_replace(path: &Path) -> bool {
    match std::fs::read(path) {
        Ok(bytes) => is_sealed(&bytes),
        Err(error) => error.kind() == std::io::ErrorKind::NotFound,
    }
}

fn numbered(path: &Path, number: u32) -> PathBuf {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let ending = path.extension().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!("{stem}({number}).{ending}"))
}

fn sealed(mut bytes: Vec<u8>) -> Vec<u8> {
    let plain_end = bytes.len().checked_sub(2).filter(|_| bytes.len() >= END_RECORD);
    let Some(at) = plain_end.filter(|at| bytes[*at..] == [0, 0]) else { return bytes };
    let length = u16::try_from(COMMENT).unwrap_or(0).to_le_bytes();
    bytes[at..].copy_from_slice(&length);
    let seal = hex(&bytes);
    bytes.extend_from_slice(MARK);
    bytes.extend_from_slice(seal.as_bytes());
    bytes
}

fn is_sealed(bytes: &[u8]) -> bool {
    let Some(at) = bytes.len().checked_sub(COMMENT) else { return false };
    let (body, comment) = bytes.split_at(at);
    comment.strip_prefix(MARK).is_some_and(|seal| seal == hex(body).as_bytes())
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A temporary file in the same folder, then a rename: readers see the old file or the new one, never a part.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<(), CliError> {
    let fail = |cause| CliError::Write { path: path.to_owned(), cause };
    let folder =
        path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(fail)?;
    let mut file = builder().tempfile_in(folder).map_err(fail)?;
    file.write_all(bytes).map_err(fail)?;
    file.as_file().sync_all().map_err(fail)?;
    let mut waiting = file;
    // An antivirus or a cloud folder may hold the old file for a moment.
    for pause in [100, 200, 400] {
        match waiting.persist(path) {
            Ok(_) => return Ok(()),
            Err(error) => waiting = error.file,
        }
        std::thread::sleep(std::time::Duration::from_millis(pause));
    }
    waiting.persist(path).map(|_| ()).map_err(|error| fail(error.error))
}

#[cfg(unix)]
fn builder() -> tempfile::Builder<'static, 'static> {
    use std::os::unix::fs::PermissionsExt;
    let mut builder = tempfile::Builder::new();
    builder.prefix(".jixiao-").suffix(".tmp");
    // As any new file: the umask takes off what the office does not share.
    builder.permissions(std::fs::Permissions::from_mode(0o666));
    builder
}

#[cfg(not(unix))]
fn builder() -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".jixiao-").suffix(".tmp");
    builder
}

/// A file name from any text: no character that a file system refuses, no reserved name, at most 200 bytes.
pub fn file_name(text: &str) -> String {
    let refused = |c: char| c.is_control() || "<>:\"/\\|?*".contains(c);
    let cleaned: String = text.chars().map(|c| if refused(c) { '_' } else { c }).collect();
    let mut name = String::new();
    for c in cleaned.trim_matches([' ', '.']).chars() {
        if name.len() + c.len_utf8() > 200 {
            break;
        }
        name.push(c);
    }
    let base = name.split('.').next().unwrap_or("").to_ascii_uppercase();
    let device = ["CON", "PRN", "AUX", "NUL"].contains(&base.as_str())
        || (base.len() == 4
            && (base.starts_with("COM") || base.starts_with("LPT"))
            && base.ends_with(|c: char| c.is_ascii_digit()));
    if device || name.is_empty() { format!("_{name}") } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The smallest zip: nothing but its end record.
    fn zip() -> Vec<u8> {
        let mut bytes = b"PK\x05\x06".to_vec();
        bytes.resize(END_RECORD, 0);
        bytes
    }

    #[test]
    fn a_seal_breaks_with_any_changed_byte() {
        let bytes = sealed(zip());
        assert!(is_sealed(&bytes));
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            assert!(!is_sealed(&changed), "byte {at}");
        }
        assert!(!is_sealed(b"written by hand"));
    }

    #[test]
    fn a_changed_file_is_kept_and_a_sealed_one_replaced() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("局-绩效自评.xlsx");
        assert_eq!(workbook(&path, zip(), false).expect("written"), Written::New(path.clone()));
        assert_eq!(workbook(&path, zip(), false).expect("written"), Written::New(path.clone()));
        std::fs::write(&path, "changed").expect("a change");
        let beside = folder.path().join("局-绩效自评(2).xlsx");
        let written = workbook(&path, zip(), false).expect("written");
        assert_eq!(written.path(), beside);
        assert_eq!(std::fs::read(&path).expect("kept"), b"changed");
        workbook(&path, zip(), true).expect("written");
        assert!(may_replace(&path));
    }

    #[test]
    fn names_fit_every_file_system() {
        for (text, name) in [
            ("某局/2021:台账?", "某局_2021_台账_"),
            ("..", "_"),
            ("con", "_con"),
            ("NUL.xlsx", "_NUL.xlsx"),
            ("（某）局 ", "（某）局"),
        ] {
            assert_eq!(file_name(text), name, "{text}");
        }
        assert!(file_name(&"局".repeat(300)).len() <= 200);
    }
}
