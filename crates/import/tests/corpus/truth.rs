//! What a ledger truly holds, and how a reading compares with it.

use super::figures::Column;
use jixiao_core::{Code, Evaluation, Money, Rules, Severity, Unit};
use jixiao_import::{OpenError, Reading};
use rust_decimal::Decimal;

/// The truth of a generated ledger; amounts in 分.
#[derive(Debug)]
pub struct Truth {
    pub seed: u64,
    /// What it is made of.
    pub features: Vec<String>,
    /// Why even a person would have to ask.
    pub ambiguous: Option<&'static str>,
    /// The totals of the amount columns it gives.
    pub amounts: Vec<(Column, i64)>,
    /// The budget after all changes, which follows from the others.
    pub adjusted: i64,
    /// Its only budget column says 预算数.
    pub plain_budget: bool,
    pub lines: usize,
    /// Lines without any amount, which may be left out.
    pub empty_lines: usize,
    pub unit: Unit,
    /// The department, where the sheet says it.
    pub name: Option<String>,
    /// Whether title, date or sheet name say the year.
    pub year_told: bool,
    pub year: i32,
}

/// How a reading compares with the truth.
#[derive(Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Every total, line, unit, name and year.
    Exact,
    /// Every total, but something beside the money differs.
    Beside(String),
    /// A question.
    Asked(String),
    /// No table found, or the file refused.
    Refused(String),
    /// A total differs and nobody was asked.
    Wrong(String),
}

/// Compares what was read with the truth.
pub fn judge(truth: &Truth, reading: &Result<Reading, OpenError>, rules: &Rules) -> Outcome {
    let reading = match reading {
        Ok(reading) => reading,
        Err(error) => return Outcome::Refused(error.to_string()),
    };
    let subjects: Vec<Evaluation> = reading
        .subjects
        .iter()
        .map(|gathered| {
            let evaluation =
                jixiao_core::evaluate(&gathered.submission, rules).expect("sound data");
            evaluation.preceded_by(gathered.findings.clone())
        })
        .collect();
    let Some(first) = subjects.first() else {
        let said = reading.findings.last().map(|finding| finding.message.clone());
        return Outcome::Refused(said.unwrap_or_default());
    };
    let errors = || {
        let own = subjects.iter().flat_map(|subject| &subject.findings).chain(&reading.findings);
        own.filter(|finding| finding.severity == Severity::Error)
    };
    if let Some(asked) =
        errors().find(|finding| matches!(finding.code, Code::Question | Code::UnitMissing))
    {
        return Outcome::Asked(asked.message.clone());
    }
    if subjects.len() > 1 {
        return Outcome::Wrong(format!("one ledger became {} subjects", subjects.len()));
    }
    if let Some(wrong) = wrong_total(truth, first) {
        return Outcome::Wrong(wrong);
    }
    let alarm = errors().find(|finding| finding.code != Code::ReasonMissing);
    let beside = alarm
        .map(|finding| format!("false alarm {}: {}", finding.code.text(), finding.message))
        .or_else(|| beside(truth, first));
    beside.map_or(Outcome::Exact, Outcome::Beside)
}

fn wrong_total(truth: &Truth, read: &Evaluation) -> Option<String> {
    let totals = &read.totals;
    let differs = |what: &str, fen: i64, read: Option<Money>| {
        let same = read.map_or(fen == 0, |money| money.yuan() == Decimal::new(fen, 2));
        let shown = read.map_or_else(|| "nothing".to_owned(), |money| money.to_string());
        (!same).then(|| format!("{what} is {} 元, read {shown}", Decimal::new(fen, 2)))
    };
    let mut given = vec![("adjusted", truth.adjusted, totals.adjusted_budget)];
    let has = |column| truth.amounts.iter().any(|(of, _)| *of == column);
    if !has(Column::Adjusted) && !truth.plain_budget && totals.adjusted_budget.is_none() {
        given.clear();
    }
    let amount =
        |column| truth.amounts.iter().find(|(of, _)| *of == column).map_or(0, |(_, fen)| *fen);
    if !truth.plain_budget {
        given.push(("initial", amount(Column::Initial), totals.initial_budget));
    }
    given.push(("executed", amount(Column::Executed), totals.executed));
    given.push(("carried over", amount(Column::Carried), totals.carried_over));
    if has(Column::Net) {
        let net = [totals.additions, totals.transfers, totals.reductions.map(|money| -money)];
        given.push(("net change", amount(Column::Net), Some(net.into_iter().flatten().sum())));
    } else {
        given.push(("additions", amount(Column::Added), totals.additions));
        given.push(("reductions", amount(Column::Reduced), totals.reductions));
        given.push(("transfers", amount(Column::Moved), totals.transfers));
    }
    given.into_iter().find_map(|(what, fen, read)| differs(what, fen, read))
}

fn beside(truth: &Truth, read: &Evaluation) -> Option<String> {
    let lines = read.lines.len();
    let year = read.budget_year;
    if !(truth.lines - truth.empty_lines..=truth.lines).contains(&lines) {
        return Some(format!("{} lines, read {lines}", truth.lines));
    }
    if read.unit != truth.unit {
        return Some(format!("unit {}, read {}", truth.unit.word(), read.unit.word()));
    }
    if truth.name.as_ref().is_some_and(|name| *name != read.subject.name) {
        return Some(format!("name {:?}, read {:?}", truth.name, read.subject.name));
    }
    // A year that is only hinted at may be found or not, but never another one.
    let same = year == Some(truth.year) || year.is_none() && !truth.year_told;
    (!same).then(|| format!("year {}, read {year:?}", truth.year))
}
