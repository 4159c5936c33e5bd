//! What the end-to-end tests share: the case files and their closed list of keys, the program as a black box, the
//! comparison of what it printed with what a case expects, and the recalculation by another program.
//!
//! * In: `fixtures/cases/**/*.toml` and the workbooks they name. Out: a list of every difference of a case.
//! * Rule: amounts and scores match exactly, there is no tolerance.
//! * Never: an expected value taken from the program's own output.
#![deny(missing_docs)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "support of tests: to stop with a message is how a test fails"
)]

pub mod case;
pub mod compare;
pub mod conservation;
pub mod office;
pub mod program;
pub mod recalculate;

use std::path::{Path, PathBuf};

/// The folder of the fixtures.
pub fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").join("fixtures")
}

/// Every file below `folder` whose name ends with `ending`, sorted.
pub fn files_below(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let entries = std::fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.expect("an entry").path());
    for path in entries {
        if path.is_dir() {
            found.extend(files_below(&path, ending));
        } else if path.file_name().is_some_and(|name| name.to_string_lossy().ends_with(ending)) {
            found.push(path);
        }
    }
    found.sort();
    found
}
