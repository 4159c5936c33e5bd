//! An office's own words for column titles and labels: where they are looked for, and that they are said to be used.
//!
//! `--words FILE`, else `jixiao-words.toml` beside the first input, else beside the program; one vocabulary for a whole run.

use crate::error::{CliError, name_of};
use crate::lang::say;
use crate::screen;
use jixiao_core::Lang;
use jixiao_import::vocabulary::use_office_words;
use std::path::{Path, PathBuf};

const NAME: &str = "jixiao-words.toml";

/// Takes the words into use, if there are any.
pub fn load(named: Option<&Path>, first: Option<&Path>, lang: Lang) -> Result<(), CliError> {
    let path = match named {
        Some(path) => Some(path.to_owned()),
        None => places(first).into_iter().find(|path| path.is_file()),
    };
    let Some(path) = path else { return Ok(()) };
    let text = std::fs::read_to_string(&path)
        .map_err(|cause| CliError::Read { path: path.clone(), cause })?;
    use_office_words(&text)
        .map_err(|error| CliError::Words { file: name_of(&path), error: error.to_string() })?;
    screen::warn(&format!("{} {}", say(lang, "使用本单位词汇", "office words:"), path.display()));
    Ok(())
}

fn places(first: Option<&Path>) -> Vec<PathBuf> {
    let beside = first.map(|path| match path.is_dir() {
        true => path.join(NAME),
        false => path.with_file_name(NAME),
    });
    let program = std::env::current_exe().ok().map(|program| program.with_file_name(NAME));
    beside.into_iter().chain(program).collect()
}
