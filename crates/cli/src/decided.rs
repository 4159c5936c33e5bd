//! Decided scores of a file of answers: which subject's row each of them means.
//!
//! * In: the subjects as evaluated, decided scores. Out: the same, evaluated again where a decision is theirs.
//! * Rule: one that means a row of no subject is told, as an idle waiver is; one that means rows of several is a question.
//! * Never: decides anything itself.

use crate::error::CliError;
use crate::pipeline::Subject;
use crate::screen;
use jixiao_core::{Lang, Override, evaluate};

/// Rows listed where a decision meets none.
const MOST_NAMES: usize = 12;

/// Gives every decision to the subject whose row it means.
pub fn decide(subjects: &mut [Subject], said: &[Override], lang: Lang) -> Result<(), CliError> {
    let mut questions = Vec::new();
    for one in said {
        let named: Vec<(usize, Vec<String>)> = subjects
            .iter()
            .enumerate()
            .map(|(index, subject)| (index, one.rows_named(&subject.evaluation)))
            .filter(|(_, rows)| !rows.is_empty())
            .collect();
        match named.as_slice() {
            [] => idle(subjects, one, lang),
            [(index, _)] => subjects[*index].submission.overrides.push(one.clone()),
            several => {
                let rows: Vec<String> = several.iter().flat_map(|(_, rows)| rows.clone()).collect();
                questions.push((several[0].0, one.unsettled(&rows, &[])));
            }
        }
    }
    for subject in subjects.iter_mut().filter(|subject| !subject.submission.overrides.is_empty()) {
        let (by, at) = {
            let rules = &subject.evaluation.rules;
            (rules.chosen_by, rules.chosen_at.clone())
        };
        subject.evaluation = evaluate(&subject.submission, &subject.rules)?;
        subject.chosen(by, at);
    }
    for (index, question) in questions {
        subjects[index].evaluation.findings.push(question);
    }
    Ok(())
}

fn idle(subjects: &[Subject], one: &Override, lang: Lang) {
    let rows = subjects.iter().flat_map(|subject| &subject.evaluation.indicators);
    let names: Vec<String> = rows.take(MOST_NAMES).map(|row| row.path.join("/")).collect();
    let (words, names) = (&one.indicator, names.join("；"));
    screen::warn(&match lang {
        Lang::Zh => {
            format!("决定得分的条目“{words}”没有对应的指标；请核对问答文件。现有指标：{names}")
        }
        Lang::En => format!(
            "the decided score for {words:?} meets no indicator; check the answers file. There are: {names}"
        ),
    });
}
