//! The one entry of the crate: a submission and rules in, an evaluation out.
//!
//! * In: a [`Submission`] (amounts in yuan, texts as printed) and [`Rules`].
//! * Out: an [`Evaluation`]: the money, the scores, the findings in the order money, indicators, forms, rules.
//! * Never: fails over what is merely wrong in a submission; that becomes a finding.

use crate::bridge::DriverResult;
use crate::evaluation::{ChosenBy, GradeEdge, RulesUsed};
use crate::execution::execution;
use crate::scoring::{Scored, score};
use crate::{Code, Evaluation, Finding, Place, Role, Rules, Submission};

/// Why a submission cannot be evaluated at all: its parts do not fit together as data.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum EvaluateError {
    /// A sum check names a row that the budget does not have.
    #[error(
        "sum check {check} names row {row}, but the budget has {rows} rows; give an index below that"
    )]
    RowOutOfRange {
        /// The index of the check.
        check: usize,
        /// The row it names.
        row: usize,
        /// How many rows there are.
        rows: usize,
    },
    /// A row is counted in a line that the budget does not have.
    #[error(
        "row {row} is counted in line {line}, but the budget has {lines} lines; give an index below that"
    )]
    LineOutOfRange {
        /// The index of the row.
        row: usize,
        /// The line it names.
        line: usize,
        /// How many lines there are.
        lines: usize,
    },
}

/// Evaluates a submission: totals and rates, scores with their formulas, grade and findings.
///
/// # Errors
/// Only for a submission that contradicts itself as data, see [`EvaluateError`].
pub fn evaluate(submission: &Submission, rules: &Rules) -> Result<Evaluation, EvaluateError> {
    indices_fit(submission)?;
    let asked = rules;
    let (rules, settings, about_settings) =
        asked.for_kind(submission.subject.kind).with_settings(&submission.settings);
    let rules = &rules;
    let budget = &submission.budget;
    let lines_have_reasons =
        submission.execution_row.is_none() || budget.lines.iter().any(|l| l.reason.is_some());
    let mut execution = execution(budget, rules, lines_have_reasons);
    let mut findings = std::mem::take(&mut execution.findings);
    let Scored { rows, common_indicators, score, grade, findings: scoring } =
        score(submission, rules, &execution);
    findings.extend(scoring);
    findings.extend(not_for_this(submission, asked, rules));
    findings.extend(about_rules(submission, rules));
    findings.extend(about_settings);
    // Where no total and no grade are wanted, none is shown anywhere.
    let wanted = rules.settings().score_shown;
    let (score, grade) = (score.filter(|_| wanted), grade.filter(|_| wanted));
    let form = crate::form::form(submission, rules, &execution, &rows, &common_indicators);
    Ok(Evaluation {
        schema: "jixiao.evaluation/1".to_owned(),
        subject: submission.subject.clone(),
        budget_year: submission.budget_year,
        rules: RulesUsed { settings, ..rules_used(rules) },
        totals: execution.totals,
        lines: execution.lines,
        drivers: submission.drivers.iter().map(DriverResult::of).collect(),
        indicators: rows,
        common_indicators,
        score,
        score_claimed: submission.claimed.score,
        grade,
        findings,
        tail: execution.tail,
        unit: rules.settings().unit_shown.unwrap_or(budget.unit),
        bands: band_words(rules),
        grades: grades(rules),
        form,
    })
}

fn indices_fit(submission: &Submission) -> Result<(), EvaluateError> {
    let budget = &submission.budget;
    let (rows, lines) = (budget.rows.len(), budget.lines.len());
    for (check, sum) in budget.checks.iter().enumerate() {
        let mut named = std::iter::once(&sum.row).chain(&sum.parts);
        if let Some(row) = named.find(|row| **row >= rows) {
            return Err(EvaluateError::RowOutOfRange { check, row: *row, rows });
        }
    }
    for (row, source) in budget.rows.iter().enumerate() {
        if let Role::Counted(line) = source.role
            && line >= lines
        {
            return Err(EvaluateError::LineOutOfRange { row, line, lines });
        }
    }
    Ok(())
}

fn rules_used(rules: &Rules) -> RulesUsed {
    let header = rules.header();
    RulesUsed {
        id: header.id.clone(),
        title: header.title.clone(),
        document: header.document.clone(),
        verified: header.verified,
        chosen_by: ChosenBy::default(),
        chosen_at: Place::default(),
        settings: Vec::new(),
    }
}

fn grades(rules: &Rules) -> Vec<GradeEdge> {
    let edge =
        |grade: &crate::rules::Grade| GradeEdge { word: grade.word.clone(), from: grade.from };
    rules.grades().iter().map(edge).collect()
}

/// The words of the bands of qualitative rows.
fn band_words(rules: &Rules) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for band in rules.scores().iter().flat_map(|score| &score.bands) {
        if !words.contains(&band.word) {
            words.push(band.word.clone());
        }
    }
    words
}

/// Rules that are for another kind of subject than this one.
fn not_for_this(submission: &Submission, asked: &Rules, used: &Rules) -> Option<Finding> {
    if asked.are_for(submission.subject.kind) {
        return None;
    }
    let (asked, subjects) = (asked.id(), asked.header().subjects.join("、"));
    let used = used.id();
    Some(Finding::new(
        Code::RuleNotApplicable,
        Place::default(),
        format!(
            "规则 {asked} 适用于 {subjects}（department 为部门整体，project 为项目），本表的评价对象不同，改按 {used} 计算。如有相应规则，请另行指定。"
        ),
        format!(
            "The rules {asked} are for {subjects}, which this subject is not; {used} are used. Name other rules if there are some."
        ),
    ))
}

/// What a person should know about the rules themselves.
fn about_rules(submission: &Submission, rules: &Rules) -> Vec<Finding> {
    let header = rules.header();
    let mut findings = Vec::new();
    if let Some(year) = submission.budget_year {
        let (from, to) = header.years;
        if from.is_some_and(|from| year < from) || to.is_some_and(|to| year > to) {
            let of = |year: Option<i32>| year.map_or_else(String::new, |year| year.to_string());
            let (id, years) = (&header.id, format!("{}–{}", of(from), of(to)));
            findings.push(Finding::new(
                Code::RuleNotApplicable,
                Place::default(),
                format!("预算年度为 {year} 年，规则 {id} 适用于 {years} 年。仍按该规则计算；如有当年的规则，请另行指定。"),
                format!("The budget year is {year}; the rules {id} are for {years}. They are used all the same; name other rules if there are some for that year."),
            ));
        }
    }
    if !header.verified {
        let (document, id) = (&header.document, &header.id);
        findings.push(Finding::new(
            Code::RuleUnverified,
            Place::default(),
            format!("规则 {id}（{document}）尚未对照正式文本核实，依据见规则说明。使用前请与本地文件核对。"),
            format!("The rules {id} ({document}) have not been checked against their official text; their notes say what they rest on. Compare them with your local document before use."),
        ));
    }
    findings
}
