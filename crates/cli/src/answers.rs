//! Answers to questions: where they are kept, and how they are asked for at a terminal.
//!
//! Kept in `<input stem>.jixiao.toml` beside the input; `jixiao.toml` in its folder answers for every file there, and is
//! where answers go when several files are evaluated at once.

use crate::error::{CliError, name_of};
use crate::input::Input;
use crate::lang::say;
use crate::pipeline::Subject;
use crate::{screen, write};
use dialoguer::Select;
use jixiao_core::{Choice, Code, Finding, Lang, Question};
use jixiao_import::Answers;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use unicode_width::UnicodeWidthStr;

/// The answers for an input: those of `--answers`, else those beside it, the nearer file first.
pub fn load(input: &Path, named: Option<&Path>) -> Result<Answers, CliError> {
    if let Some(path) = named {
        return said(path)?.ok_or_else(|| CliError::Read {
            path: path.to_owned(),
            cause: std::io::Error::from(std::io::ErrorKind::NotFound),
        });
    }
    let mut answers = said(&of_folder(input))?.unwrap_or_default();
    answers.preceded_by(said(&beside(input))?.unwrap_or_default());
    Ok(answers)
}

/// What a file says, each statement with the file's name.
fn said(path: &Path) -> Result<Option<Answers>, CliError> {
    let Some(answers) = read(path)? else { return Ok(None) };
    let mut answers = answers.said_by(&name_of(path));
    // A rule file is named as it stands beside the file that names it.
    for setting in answers.said.iter_mut().filter(|said| said.key == "rules") {
        if setting.value.ends_with(".toml") {
            setting.value = path.with_file_name(&setting.value).to_string_lossy().into_owned();
        }
    }
    Ok(Some(answers))
}

/// The file of answers for everything in the folder of an input.
fn of_folder(input: &Path) -> PathBuf {
    input.with_file_name("jixiao.toml")
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

/// What became of a round of questions.
pub enum Asked {
    /// An answer was given and written down: the file is to be read again.
    Answered,
    /// Nothing is open but what the person left open.
    Done,
}

/// A person at the terminal, and what they did not want to answer now.
pub struct Person {
    left_open: Vec<Question>,
    several: bool,
}

impl Person {
    /// For a run over one file, or over several, where an answer is kept for the whole folder.
    pub fn at_terminal(several: bool) -> Option<Person> {
        let sits = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
        sits.then_some(Person { left_open: Vec::new(), several })
    }

    /// Asks the first question that is still open, and keeps the answer beside the input.
    pub fn ask(
        &mut self,
        input: &Input,
        named: Option<&Path>,
        subjects: &[Subject],
        lang: Lang,
    ) -> Result<Asked, CliError> {
        let findings = subjects.iter().flat_map(|subject| &subject.evaluation.findings);
        for finding in findings.filter(|finding| finding.code == Code::Question) {
            let (Some(question), Some(choices)) = (&finding.question, &finding.choices) else {
                continue;
            };
            if self.left_open.contains(question) {
                continue;
            }
            let Some(choice) = choose(input, finding, choices, lang) else {
                self.left_open.push(question.clone());
                continue;
            };
            let path = match named {
                Some(path) => path.to_owned(),
                None if self.several => of_folder(&input.path),
                None => beside(&input.path),
            };
            keep(&path, question, choice, &finding.message)?;
            screen::warn(&format!("{} {}", say(lang, "已记入", "kept in"), path.display()));
            return Ok(Asked::Answered);
        }
        Ok(Asked::Done)
    }
}

/// Puts one question. `None` when the person leaves it open.
fn choose<'a>(
    input: &Input,
    finding: &Finding,
    choices: &'a [Choice],
    lang: Lang,
) -> Option<&'a Choice> {
    let (sheet, cells) = (&finding.source.sheet, finding.source.cells);
    screen::warn(&format!("\n{} [{sheet}!{cells}]\n{}", input.name, finding.message));
    let widest = choices.iter().map(|choice| choice.answer.width()).max().unwrap_or(0);
    for choice in choices {
        screen::warn(&format!("  {}  → {}", screen::pad(&choice.answer, widest), choice.effect));
    }
    let mut items: Vec<&str> = choices.iter().map(|choice| choice.answer.as_str()).collect();
    items.push(say(lang, "暂不回答", "not now"));
    let prompt = say(lang, "请选择（上下键，回车确认）", "choose (arrow keys, Enter)");
    let picked = Select::new().with_prompt(prompt).items(&items).default(0).interact_opt();
    picked.ok().flatten().and_then(|index| choices.get(index))
}

fn keep(path: &Path, question: &Question, choice: &Choice, asked: &str) -> Result<(), CliError> {
    let mut answers = read(path)?.unwrap_or_default();
    answers.give(question, &choice.answer, asked);
    let text = answers
        .to_toml()
        .map_err(|error| CliError::Answers { file: name_of(path), error: error.to_string() })?;
    let head = "# jixiao 的问答：同样表头的文件不再询问。改正或删去一条后重新运行即可。\n\n";
    write::replace(path, format!("{head}{text}").as_bytes())
}
