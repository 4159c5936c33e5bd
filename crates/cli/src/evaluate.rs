//! `evaluate`: every file by itself; a workbook for each, and a summary on the screen or JSON.

use crate::answers::{Asked, Person};
use crate::args::EvaluateArgs;
use crate::error::{CliError, name_of};
use crate::input::Input;
use crate::lang::say;
use crate::pipeline::{self, Subject};
use crate::write::{self, Written};
use crate::{Ended, screen, words};
use jixiao_core::{Lang, Submission};
use jixiao_export::{Evaluated, Stamp};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Runs the command.
pub fn run(args: &EvaluateArgs, lang: Lang) -> Result<Ended, CliError> {
    if args.files.is_empty() {
        return Err(CliError::NoFiles);
    }
    words::load(args.how.words.as_deref(), args.files.first().map(PathBuf::as_path), lang)?;
    let mut ended = Ended::Well;
    let mut documents = Vec::new();
    let mut used = BTreeSet::new();
    let quiet = args.json || args.dry_run;
    let mut person = if quiet { None } else { Person::at_terminal(args.files.len() > 1) };
    for (name, inputs) in groups(args) {
        let outcome = inputs.and_then(|inputs| {
            one(&inputs, args, lang, person.as_mut(), (&mut documents, &mut used))
        });
        ended = ended.max(outcome.unwrap_or_else(|error| {
            screen::warn(&error.message(lang));
            documents.push(refusal(&name, &error, lang));
            Ended::Failed
        }));
    }
    if args.json {
        let document = match documents.len() {
            1 => documents.swap_remove(0),
            _ => Value::Array(documents),
        };
        screen::print(&format!("{}\n", serde_json::to_string_pretty(&document)?));
    }
    Ok(ended)
}

/// What is evaluated as one, with its name: each file by itself, or all of them together.
fn groups(args: &EvaluateArgs) -> impl Iterator<Item = (String, Result<Vec<Input>, CliError>)> {
    let each = |path: &PathBuf| match Input::all(path) {
        Err(error) => vec![(name_of(path), Err(error))],
        Ok(inputs) => {
            inputs.into_iter().map(|input| (input.name.clone(), Ok(vec![input]))).collect()
        }
    };
    let together = args.together.then(|| {
        let all: Result<Vec<Vec<Input>>, CliError> =
            args.files.iter().map(|path| Input::all(path)).collect();
        let name = args.files.first().map(|path| name_of(path)).unwrap_or_default();
        (name, all.map(|inputs| inputs.into_iter().flatten().collect()))
    });
    let apart = if args.together { &[][..] } else { &args.files[..] };
    together.into_iter().chain(apart.iter().flat_map(each))
}

fn one(
    inputs: &[Input],
    args: &EvaluateArgs,
    lang: Lang,
    person: Option<&mut Person>,
    (documents, used): (&mut Vec<Value>, &mut BTreeSet<PathBuf>),
) -> Result<Ended, CliError> {
    let mut subjects = pipeline::evaluate(inputs, &args.how, lang)?;
    let Some(input) = inputs.first() else { return Err(CliError::NoFiles) };
    if let Some(person) = person {
        let named = args.how.answers.as_deref();
        while matches!(person.ask(input, named, &subjects, lang)?, Asked::Answered) {
            subjects = pipeline::evaluate(inputs, &args.how, lang)?;
        }
    }
    let outputs =
        if args.dry_run { Vec::new() } else { vec![write_workbook(input, args, &subjects, used)?] };
    for output in &outputs {
        tell_kept(output, lang);
    }
    if args.json {
        for subject in &subjects {
            documents.push(serde_json::to_value(&subject.evaluation)?);
        }
    } else {
        let paths: Vec<&Path> = outputs.iter().map(Written::path).collect();
        screen::print(&screen::summary(&subjects, &paths, lang));
    }
    let errors = subjects.iter().any(|subject| subject.evaluation.has_errors());
    Ok(if errors { Ended::WithErrors } else { Ended::Well })
}

fn write_workbook(
    input: &Input,
    args: &EvaluateArgs,
    subjects: &[Subject],
    used: &mut BTreeSet<PathBuf>,
) -> Result<Written, CliError> {
    let beside = || input.path.parent().map(Path::to_owned).unwrap_or_default();
    let folder = args.out.clone().unwrap_or_else(beside);
    let named = input.named(&input.path);
    let mut output = output_path(&folder, &named, None);
    // Inputs of one name, from two folders or of two formats, have an output each.
    for number in 2.. {
        if used.insert(output.clone()) {
            break;
        }
        let stem = named.file_stem().unwrap_or_default().to_string_lossy();
        output = output_path(&folder, &named.with_file_name(format!("{stem}_{number}.xlsx")), None);
    }
    write::workbook(&output, bytes(subjects)?, args.force)
}

/// The workbook of several subjects.
pub fn bytes(subjects: &[Subject]) -> Result<Vec<u8>, CliError> {
    let evaluated: Vec<Evaluated<'_>> = subjects
        .iter()
        .map(|subject| Evaluated {
            submission: &subject.submission,
            evaluation: &subject.evaluation,
        })
        .collect();
    let stamp = stamp(subjects.first().map(|subject| &subject.submission));
    Ok(jixiao_export::evaluation_workbook(&evaluated, stamp)?)
}

/// `SOURCE_DATE_EPOCH`, else the last day of the budget year: the same input gives the same bytes.
pub fn stamp(submission: Option<&Submission>) -> Stamp {
    let epoch = std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|seconds| seconds.parse().ok());
    let year = submission.and_then(|submission| submission.budget_year);
    epoch.map(Stamp::from_unix).or(year.map(Stamp::year_end)).unwrap_or_default()
}

/// What the names of evaluation workbooks end in.
const ENDING: &str = "-绩效自评";

/// `<stem>-绩效自评.xlsx`, or `<stem>-<subject>-绩效自评.xlsx`, in a folder. A workbook that was filled in keeps its name; where that
/// is the input itself, the new one gets a number, since inputs are never written to.
pub fn output_path(folder: &Path, input: &Path, subject: Option<&str>) -> PathBuf {
    let stem = input.file_stem().unwrap_or_default().to_string_lossy();
    let (stem, number) = without_ending(&stem);
    let name = match subject {
        Some(subject) => write::file_name(&format!("{stem}-{subject}")),
        None => write::file_name(stem),
    };
    let same = |path: &Path| path == input || is_one_file(path, input);
    let first = folder.join(format!("{name}{ENDING}.xlsx"));
    match number {
        // The next number, so that neither the input nor what it was made from is written over.
        Some(number) if subject.is_none() => {
            folder.join(format!("{name}{ENDING}({}).xlsx", number.saturating_add(1)))
        }
        None if same(&first) => folder.join(format!("{name}{ENDING}(2).xlsx")),
        _ => first,
    }
}

/// The name of a workbook without the ending of an evaluation and its number: `局-绩效自评(2)` is 局 and 2.
fn without_ending(stem: &str) -> (&str, Option<u32>) {
    if let Some(plain) = stem.strip_suffix(ENDING) {
        return (plain, None);
    }
    let numbered = stem.strip_suffix(')').and_then(|rest| rest.rsplit_once('('));
    let found = numbered
        .and_then(|(name, number)| Some((name.strip_suffix(ENDING)?, number.parse::<u32>().ok()?)));
    found.map_or((stem, None), |(plain, number)| (plain, Some(number)))
}

/// Whether two paths lead to one file that is there.
fn is_one_file(one: &Path, other: &Path) -> bool {
    matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}

/// Says that a file which a person had changed was kept.
pub fn tell_kept(written: &Written, lang: Lang) {
    if let Written::Beside { kept, written } = written {
        let (kept, written) = (name_of(kept), name_of(written));
        screen::warn(&match lang {
            Lang::Zh => {
                format!("{kept} 已被人修改，未覆盖；结果写到 {written}（用 --force 可覆盖）")
            }
            Lang::En => format!(
                "{kept} was changed by hand and is kept; the result is in {written} (--force overwrites)"
            ),
        });
    }
}

/// What stands in the JSON for a file that could not be evaluated.
pub fn refusal(file: &str, error: &CliError, lang: Lang) -> Value {
    json!({
        "schema": "jixiao.error/1",
        "file": file,
        "error": { "code": error.code(), "message": error.message(lang) },
        "note": say(lang, "此文件未评价", "this file was not evaluated"),
    })
}
