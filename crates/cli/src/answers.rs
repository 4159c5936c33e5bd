//! Answers to questions: where they are kept, and how they are asked for at a terminal.
//!
//! Kept in `<input stem>.jixiao.toml` beside the input; `jixiao.toml` in its folder answers for every file there.

use crate::error::{CliError, name_of};
use crate::input::Input;
use crate::lang::say;
use crate::pipeline::Subject;
use crate::{screen, write};
use dialoguer::Select;
use jixiao_core::{Code, Finding, Lang};
use jixiao_import::Answers;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

/// The answers for an input: those of `--answers`, else those beside it, the nearer file first.
pub fn load(input: &Path, named: Option<&Path>) -> Result<Answers, CliError> {
    if let Some(path) = named {
        return read(path)?.ok_or_else(|| CliError::Read {
            path: path.to_owned(),
            cause: std::io::Error::from(std::io::ErrorKind::NotFound),
        });
    }
    let mut answers = read(&input.with_file_name("jixiao.toml"))?.unwrap_or_default();
    answers.preceded_by(read(&beside(input))?.unwrap_or_default());
    Ok(answers)
}

/// The file of answers beside an input.
fn beside(input: &Path) -> PathBuf {
    let stem = input.file_stem().unwrap_or_default().to_string_lossy();
    input.with_file_name(format!("{stem}.jixiao.toml"))
}

fn read(path: &Path) -> Result<Option<Answers>, CliError> {
    match std::fs::read_to_string(path) {
        Ok(text) => Answers::from_toml(&text)
            .map(Some)
            .map_err(|error| CliError::Answers { file: name_of(path), error: error.to_string() }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(cause) => Err(CliError::Read { path: path.to_owned(), cause }),
    }
}

/// Whether somebody sits at the terminal who can be asked.
pub fn can_ask() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

/// The questions that are open, each once.
fn open_questions(subjects: &[Subject]) -> Vec<Finding> {
    let mut open: Vec<Finding> = Vec::new();
    let findings = subjects.iter().flat_map(|subject| &subject.evaluation.findings);
    for finding in findings.filter(|finding| finding.code == Code::Question) {
        let new = open.iter().all(|held| held.question != finding.question);
        if finding.question.is_some() && finding.choices.is_some() && new {
            open.push(finding.clone());
        }
    }
    open
}

/// Asks the first open question. `true` when it was answered and written down, so that the file is read again.
pub fn ask(
    input: &Input,
    named: Option<&Path>,
    subjects: &[Subject],
    lang: Lang,
) -> Result<bool, CliError> {
    let Some(finding) = open_questions(subjects).into_iter().next() else { return Ok(false) };
    let (Some(question), Some(choices)) = (finding.question, finding.choices) else {
        return Ok(false);
    };
    screen::warn(&format!("\n{} [{}!{}]", input.name, finding.source.sheet, finding.source.cells));
    let mut items: Vec<String> =
        choices.iter().map(|choice| format!("{}  {}", choice.answer, choice.effect)).collect();
    items.push(say(lang, "暂不回答", "not now").to_owned());
    let picked =
        Select::new().with_prompt(&finding.message).items(&items).default(0).interact_opt();
    let Some(choice) = picked.ok().flatten().and_then(|index| choices.get(index)) else {
        return Ok(false);
    };
    let path = named.map_or_else(|| beside(&input.path), Path::to_owned);
    let mut answers = read(&path)?.unwrap_or_default();
    answers.give(&question, &choice.answer, &finding.message);
    let text = answers
        .to_toml()
        .map_err(|error| CliError::Answers { file: name_of(&path), error: error.to_string() })?;
    let head = "# jixiao 的问答：同样表头的文件不再询问。改正或删去一条后重新运行即可。\n\n";
    write::replace(&path, format!("{head}{text}").as_bytes())?;
    screen::warn(&format!("{} {}", say(lang, "已记入", "kept in"), path.display()));
    Ok(true)
}
