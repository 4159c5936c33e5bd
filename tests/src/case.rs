//! The case files: a closed list of keys, so that a misspelt one fails instead of being passed over.
//!
//! Amounts are texts of yuan with two places, ratios texts with at most ten; `"null"` expects that there is no value.

use serde::Deserialize;
use std::path::Path;

/// One case: runs of the program and what each must give.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// What the case shows.
    pub name: String,
    /// The rule file it is evaluated with.
    pub rules: Option<String>,
    /// How expected values were worked out.
    pub remark: Option<String>,
    /// Where the facts come from.
    pub source: Option<Source>,
    /// The printed form that the workbooks are made from.
    pub form: Option<Form>,
    /// What is run.
    pub run: Vec<Run>,
}

/// Where the facts of a case were read.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The address.
    pub address: String,
    /// The title of the form.
    pub form: String,
    /// How much of it was legible.
    pub status: String,
}

/// A form as printed; read by the makers of the workbooks, checked here for misspelt keys.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    missing_docs,
    reason = "the printed form's own fields; the makers of the workbooks say what they are"
)]
pub struct Form {
    pub title: String,
    pub year: String,
    pub subject_label: String,
    pub subject: String,
    pub department: Option<String>,
    pub unit_name: Option<String>,
    pub money_label: String,
    pub unit: String,
    pub cells: String,
    pub total_label: String,
    pub total_weight: Option<String>,
    pub total: Option<String>,
    pub grade: Option<String>,
    pub money_columns: Option<Vec<Column>>,
    pub indicator_columns: Option<Vec<Column>>,
    pub money: Vec<FormMoney>,
    pub indicator: Vec<FormIndicator>,
}

/// A column of a form that has columns of its own.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "see `Form`")]
pub struct Column {
    pub title: String,
    pub of: String,
}

/// A row of money of a form.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "see `Form`")]
pub struct FormMoney {
    pub label: String,
    pub initial: Option<String>,
    pub adjusted: Option<String>,
    pub executed: Option<String>,
    pub rate: Option<String>,
    pub weight: Option<String>,
    pub score: Option<String>,
    pub method: Option<String>,
}

/// An indicator of a form.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "see `Form`")]
pub struct FormIndicator {
    pub level1: Option<String>,
    pub level2: Option<String>,
    pub level3: String,
    pub nature: Option<String>,
    pub target: Option<String>,
    pub unit: Option<String>,
    pub actual: Option<String>,
    pub weight: Option<String>,
    pub score: Option<String>,
    pub coefficient: Option<String>,
    pub core: Option<String>,
    pub method: Option<String>,
    pub reason: Option<String>,
}

/// One run of the program.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// The input files, below `fixtures/`.
    pub files: Vec<String>,
    /// Further arguments.
    #[serde(default)]
    pub args: Vec<String>,
    /// Whether `--json` is given and its document compared.
    #[serde(default = "yes")]
    pub json: bool,
    /// The exit code; 0 or 1 when the case leaves it open.
    pub exit: Option<i32>,
    /// The code that a refused input must be told by; exit code 2.
    pub refused: Option<String>,
    /// Texts that standard output must hold, compared without blanks.
    #[serde(default)]
    pub stdout: Vec<String>,
    /// What each subject must be, in order; none when it does not matter.
    #[serde(default)]
    pub subject: Vec<Subject>,
}

fn yes() -> bool {
    true
}

/// What one evaluation must be. What is not said is not compared, except findings of severity error.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subject {
    /// `subject.name`.
    pub name: Option<String>,
    /// `subject.kind`.
    pub kind: Option<String>,
    /// `budget_year`.
    pub budget_year: Option<i64>,
    /// `rules.id`.
    pub rules: Option<String>,
    /// How many lines.
    pub lines: Option<usize>,
    /// How many drivers.
    pub drivers: Option<usize>,
    /// How many indicators, the execution rate included.
    pub indicators: Option<usize>,
    /// The total score.
    pub score: Option<String>,
    /// The total a person filled in.
    pub score_claimed: Option<String>,
    /// The grade.
    pub grade: Option<String>,
    /// Codes that must be among the findings.
    #[serde(default)]
    pub findings: Vec<String>,
    /// How many findings of severity error there are in all; each stands in `finding` then.
    pub errors: Option<usize>,
    /// Codes that must not be.
    #[serde(default)]
    pub absent: Vec<String>,
    /// Codes of severity error that may be there; any other that is not in `findings` is a difference.
    #[serde(default)]
    pub may: Vec<String>,
    /// `totals`.
    pub totals: Option<Totals>,
    /// Some of the lines.
    #[serde(default)]
    pub line: Vec<Line>,
    /// Some of the drivers.
    #[serde(default)]
    pub driver: Vec<Driver>,
    /// Some of the indicators.
    #[serde(default)]
    pub indicator: Vec<Indicator>,
    /// Some of the common indicators.
    #[serde(default)]
    pub common: Vec<Common>,
    /// Some of the findings, more closely.
    #[serde(default)]
    pub finding: Vec<Finding>,
}

/// One common indicator, found by the last part of its path.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Common {
    /// The last part of the path.
    pub row: String,
    /// Its value as a person reads it; `"null"` where it has none.
    pub shown: String,
}

/// `totals`, each in yuan with two places.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the keys of the JSON document")]
pub struct Totals {
    pub initial_budget: Option<String>,
    pub additions: Option<String>,
    pub reductions: Option<String>,
    pub transfers: Option<String>,
    pub carried_over: Option<String>,
    pub adjusted_budget: Option<String>,
    pub executed: Option<String>,
    pub variance: Option<String>,
    pub execution_rate: Option<String>,
}

/// One line, found by the last part of its path and its codes.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the keys of the JSON document")]
pub struct Line {
    pub name: String,
    pub function: Option<String>,
    pub economic: Option<String>,
    pub initial_budget: Option<String>,
    pub additions: Option<String>,
    pub reductions: Option<String>,
    pub transfers: Option<String>,
    pub adjusted_budget: Option<String>,
    pub executed: Option<String>,
    pub variance: Option<String>,
    pub execution_rate: Option<String>,
}

/// One driver, found by item and class.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the keys of the JSON document")]
pub struct Driver {
    pub item: String,
    pub class: String,
    pub volume: Option<String>,
    pub rate: Option<String>,
    pub total: Option<String>,
}

/// One indicator, found by the last part of its path.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Indicator {
    /// The last part of the path; `预算执行率` for the execution row.
    pub row: String,
    /// The target as printed.
    pub target: Option<String>,
    /// The actual as printed.
    pub actual: Option<String>,
    /// The weight.
    pub weight: Option<String>,
    /// The score by the rule.
    pub score: Option<String>,
    /// The score that was published, which the program must give as `score_claimed`.
    pub published: Option<String>,
    /// The score filled in, where it is not published.
    pub score_claimed: Option<String>,
    /// Whether a person has to judge.
    pub judgement: Option<bool>,
    /// Whether a reason is demanded.
    pub needs_reason: Option<bool>,
}

/// Findings of one code, more closely.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// The code.
    pub code: String,
    /// The severity each of them has; with `cells`, the severity of the one there.
    pub severity: Option<String>,
    /// How many of them there are.
    pub count: Option<usize>,
    /// The cell that one of them names.
    pub cells: Option<String>,
    /// Texts that the message of one of them holds.
    #[serde(default)]
    pub contains: Vec<String>,
    /// How many related cells that one names, at least.
    pub related: Option<usize>,
    /// How many choices that one offers, at least.
    pub choices: Option<usize>,
}

/// Reads a case.
///
/// # Errors
/// A text that says which key or value is wrong.
pub fn parse(text: &str) -> Result<Case, String> {
    let case: Case = toml::from_str(text).map_err(|error| error.to_string())?;
    let known: Vec<&str> = jixiao_core::Code::ALL.iter().map(|code| code.text()).collect();
    let refused = case.run.iter().filter_map(|run| run.refused.as_ref());
    let subjects = case.run.iter().flat_map(|run| &run.subject);
    let named = subjects.flat_map(|subject| {
        let closely = subject.finding.iter().map(|finding| &finding.code);
        subject.findings.iter().chain(&subject.absent).chain(&subject.may).chain(closely)
    });
    match named.chain(refused).find(|code| !known.contains(&code.as_str())) {
        Some(code) => Err(format!("no finding has the code {code:?}")),
        None => Ok(case),
    }
}

/// Reads the case in a file.
pub fn load(path: &Path) -> Case {
    let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    parse(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
