//! From one input, or several files of one department, to their evaluations: one line per stage.

use crate::args::HowArgs;
use crate::child;
use crate::choose::{Shelf, choose};
use crate::error::CliError;
use crate::input::Input;
use crate::{answers, decided};
use jixiao_core::{ChosenBy, Evaluation, Finding, Lang, Place, Rules, Submission, Waiver};
use jixiao_import::grid::Book;
use jixiao_import::{Answers, Limits, Reading, open};
use std::path::Path;

/// One subject of a file with its evaluation.
pub struct Subject {
    /// What it submitted.
    pub submission: Submission,
    /// The rules it was evaluated with.
    pub rules: Rules,
    /// What came of it.
    pub evaluation: Evaluation,
}

impl Subject {
    /// Says who chose the rules. While several fit and nobody has said which, there is no total.
    pub fn chosen(&mut self, by: ChosenBy, at: Place) {
        self.evaluation.rules.chosen_by = by;
        self.evaluation.rules.chosen_at = at;
        if by == ChosenBy::Open {
            self.evaluation.score = None;
            self.evaluation.grade = None;
        }
    }
}

/// The cells of an input.
fn open(input: &Input) -> Result<Book, CliError> {
    let limits = Limits::default();
    let book = match open::needs_a_child(&input.bytes, &limits) {
        true => child::open(&input.name, &input.bytes),
        false => open::open(&input.name, &input.bytes, &limits),
    };
    book.map_err(CliError::Open)
}

/// How an input is understood, drawn for a person, with the answers that were given before.
pub fn inspect(input: &Input, named: Option<&Path>) -> Result<Reading, CliError> {
    let answers = answers::load(&input.path, named)?;
    Ok(jixiao_import::understand_and_draw(open(input)?, &answers))
}

/// Evaluates every subject of some inputs, which are read as the files of one department.
pub fn evaluate(inputs: &[Input], how: &HowArgs, lang: Lang) -> Result<Vec<Subject>, CliError> {
    let mut answers = Answers::default();
    let mut books = Vec::new();
    for input in inputs {
        answers.preceded_by(answers::load(&input.path, how.answers.as_deref())?);
        books.push(open(input)?);
    }
    let reading = jixiao_import::understand_together(books, &answers).ok_or(CliError::NoFiles)?;
    if reading.subjects.is_empty() {
        let finding = reading.findings.into_iter().next_back();
        return Err(match finding {
            Some(finding) => CliError::NoTable(Box::new(finding)),
            None => CliError::NothingFound(names(inputs)),
        });
    }
    let mut subjects = Vec::new();
    let mut read = Vec::new();
    let named = how.answers.as_deref().into_iter();
    let shelf = Shelf::beside(inputs.iter().map(|input| input.path.as_path()).chain(named));
    for gathered in reading.subjects {
        let mut submission = completed(gathered.submission, how);
        // What the office says goes before what the file says of itself.
        submission.settings.splice(0..0, answers.said.iter().cloned());
        let chosen = choose(how.rules.as_deref(), &submission, &shelf, &answers)?;
        let evaluation = jixiao_core::evaluate(&submission, &chosen.rules)?;
        read.push([gathered.findings, chosen.findings].concat());
        let mut subject = Subject { submission, rules: chosen.rules, evaluation };
        subject.chosen(chosen.by, chosen.at);
        subjects.push(subject);
    }
    decided::decide(&mut subjects, &answers.overrides, lang)?;
    for (subject, mut found) in subjects.iter_mut().zip(read) {
        let findings = &mut subject.evaluation.findings;
        found.append(findings);
        *findings = found;
        findings.iter_mut().for_each(|finding: &mut Finding| finding.speak(lang));
    }
    waive(&mut subjects, &answers.waive, lang);
    Ok(subjects)
}

fn names(inputs: &[Input]) -> String {
    inputs.iter().map(|input| input.name.as_str()).collect::<Vec<_>>().join(" ")
}

/// Waives findings; a waiver that met none of any subject is told, since what it was for has changed.
fn waive(subjects: &mut [Subject], waivers: &[Waiver], lang: Lang) {
    let mut idle: Vec<&Waiver> = waivers.iter().collect();
    for subject in subjects {
        let unmet = subject.evaluation.waive(waivers, lang);
        idle.retain(|waiver| unmet.contains(waiver));
    }
    for waiver in idle {
        let (code, at, about) = (waiver.code.text(), &waiver.at, &waiver.about);
        crate::screen::warn(&match lang {
            Lang::Zh => format!(
                "豁免 {code} {at} {about} 没有对应的发现；请核对问答文件（须写明 at 或 about，以及 reason；问题只能回答，不能豁免）"
            ),
            Lang::En => format!(
                "the waiver {code} {at} {about} meets no finding; check the answers file (it needs `at` or `about`, and `reason`; a question is answered, not waived)"
            ),
        });
    }
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
