//! `check`: what was filled in beside what the rules give, and the findings.

use crate::args::CheckArgs;
use crate::error::{CliError, name_of};
use crate::input::Input;
use crate::pipeline::{self, Subject};
use crate::{Ended, audit, evaluate, screen, words};
use jixiao_core::Lang;
use serde_json::json;

/// Runs the command.
pub fn run(args: &CheckArgs, lang: Lang) -> Result<Ended, CliError> {
    words::load(args.how.words.as_deref(), Some(&args.file), lang)?;
    let subjects = match subjects(args, lang) {
        Ok(subjects) => subjects,
        Err(error) if args.json => {
            screen::warn(&error.message(lang));
            let document = evaluate::refusal(&name_of(&args.file), &error, lang);
            screen::print(&format!("{}\n", serde_json::to_string_pretty(&document)?));
            return Ok(Ended::Failed);
        }
        Err(error) => return Err(error),
    };
    if args.json {
        let subjects: Vec<_> = subjects
            .iter()
            .map(|subject| json!({ "subject": subject.evaluation.subject, "findings": subject.evaluation.findings }))
            .collect();
        let document = json!({ "schema": "jixiao.check/1", "subjects": subjects });
        screen::print(&format!("{}\n", serde_json::to_string_pretty(&document)?));
    } else {
        for subject in &subjects {
            screen::print(&audit::table(&subject.evaluation, lang));
            screen::print(&screen::findings(&subject.evaluation, usize::MAX, lang));
        }
    }
    let errors = subjects.iter().any(|subject| subject.evaluation.has_errors());
    Ok(if errors { Ended::WithErrors } else { Ended::Well })
}

/// The subjects of every input; one that cannot be read ends the command.
fn subjects(args: &CheckArgs, lang: Lang) -> Result<Vec<Subject>, CliError> {
    let mut subjects = Vec::new();
    for input in Input::all(&args.file)? {
        subjects.extend(pipeline::evaluate(std::slice::from_ref(&input), &args.how, lang)?);
    }
    Ok(subjects)
}
