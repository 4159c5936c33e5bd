//! From one file to its evaluations: one line per stage.

use crate::args::HowArgs;
use crate::child;
use crate::error::{CliError, name_of};
use crate::rules;
use jixiao_core::{Evaluation, Finding, Lang, Submission};
use jixiao_import::{Answers, Limits, Reading, open};
use std::path::Path;

/// One subject of a file with its evaluation.
pub struct Subject {
    /// What it submitted.
    pub submission: Submission,
    /// What came of it.
    pub evaluation: Evaluation,
}

/// Reads a file from the disk and understands it.
pub fn read(path: &Path) -> Result<Reading, CliError> {
    let limits = Limits::default();
    let fail = |cause| CliError::Read { path: path.to_owned(), cause };
    let size = std::fs::metadata(path).map_err(fail)?;
    if size.is_dir() {
        return Err(fail(std::io::Error::other("is a folder")));
    }
    let bytes = if size.len() > limits.file_bytes {
        // The head is enough for the refusal; nobody needs a gigabyte in memory for it.
        vec![0; usize::try_from(limits.file_bytes).unwrap_or(0) + 1]
    } else {
        std::fs::read(path).map_err(fail)?
    };
    let name = name_of(path);
    let book = match open::needs_a_child(&bytes, &limits) {
        true => child::open(&name, &bytes),
        false => open::open(&name, &bytes, &limits),
    };
    Ok(jixiao_import::understand(book.map_err(CliError::Open)?, &Answers::default()))
}

/// Evaluates every subject of a file.
pub fn evaluate(path: &Path, how: &HowArgs, lang: Lang) -> Result<Vec<Subject>, CliError> {
    let reading = read(path)?;
    if reading.subjects.is_empty() {
        let finding = reading.findings.into_iter().next_back();
        return Err(match finding {
            Some(finding) => CliError::NoTable(Box::new(finding)),
            None => CliError::NothingFound(name_of(path)),
        });
    }
    let mut subjects = Vec::new();
    for gathered in reading.subjects {
        let submission = completed(gathered.submission, how);
        let rules = rules::choose(how.rules.as_deref(), &submission)?;
        let evaluation = jixiao_core::evaluate(&submission, &rules)?.preceded_by(gathered.findings);
        subjects.push(Subject { submission, evaluation: spoken(evaluation, lang) });
    }
    Ok(subjects)
}

/// Year and department from the command line where the file does not say them.
fn completed(mut submission: Submission, how: &HowArgs) -> Submission {
    submission.budget_year = submission.budget_year.or(how.year);
    if let Some(name) = &how.department {
        let department = submission.subject.kind == jixiao_core::SubjectKind::Department;
        if department {
            submission.subject.name.clone_from(name);
        }
        submission.subject.department = Some(name.clone());
    }
    submission
}

fn spoken(mut evaluation: Evaluation, lang: Lang) -> Evaluation {
    evaluation.findings.iter_mut().for_each(|finding: &mut Finding| finding.speak(lang));
    evaluation
}
