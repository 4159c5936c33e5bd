//! How the reading of a form compares with its truth: money, weights, scores, the total, and who it is about.

use super::form::{Form, Indicator, Variant};
use super::truth::Outcome;
use jixiao_core::{Code, Evaluation, Rules, ScoredIndicator, Severity, SubjectKind};
use jixiao_import::{OpenError, Reading};
use rust_decimal::Decimal;

/// Compares what was read with the truth.
pub fn judge(form: &Form, reading: &Result<Reading, OpenError>, rules: &Rules) -> Outcome {
    let reading = match reading {
        Ok(reading) => reading,
        Err(error) => return Outcome::Refused(error.to_string()),
    };
    let [gathered] = reading.subjects.as_slice() else {
        let count = reading.subjects.len();
        let said = format!("{count} subjects");
        return if count == 0 { Outcome::Refused(said) } else { Outcome::Wrong(said) };
    };
    let read = jixiao_core::evaluate(&gathered.submission, rules).expect("sound data");
    let read = read.preceded_by(gathered.findings.clone());
    let errors = || read.findings.iter().filter(|finding| finding.severity == Severity::Error);
    if let Some(asked) =
        errors().find(|finding| matches!(finding.code, Code::Question | Code::UnitMissing))
    {
        return Outcome::Asked(asked.message.clone());
    }
    if let Some(wrong) = wrong_money(form, &read).or_else(|| wrong_score(form, &read)) {
        return Outcome::Wrong(wrong);
    }
    let alarm = errors().find(|finding| finding.code != Code::ReasonMissing);
    let alarm =
        alarm.map(|finding| format!("false alarm {}: {}", finding.code.text(), finding.message));
    alarm.or_else(|| beside(form, &read)).map_or(Outcome::Exact, Outcome::Beside)
}

fn wrong_money(form: &Form, read: &Evaluation) -> Option<String> {
    let times = if form.in_ten_thousand { 10_000 } else { 1 };
    let totals = [read.totals.initial_budget, read.totals.adjusted_budget, read.totals.executed];
    let pairs = ["initial", "adjusted", "executed"].into_iter().zip(form.money).zip(totals);
    pairs.into_iter().find_map(|((what, hundredths), read)| {
        let truth = Decimal::new(hundredths * times, 2);
        (read.map(|money| money.yuan()) != Some(truth))
            .then(|| format!("{what} is {truth} 元, read {read:?}"))
    })
}

fn wrong_score(form: &Form, read: &Evaluation) -> Option<String> {
    let (execution, rest): (Vec<&ScoredIndicator>, Vec<&ScoredIndicator>) =
        read.indicators.iter().partition(|row| row.is_execution());
    let scored = |hundredths: i64| Some(Decimal::new(hundredths, 2));
    let of_execution = execution.first().and_then(|row| row.score);
    if of_execution != scored(form.execution_score) {
        return Some(format!(
            "execution scores {} hundredths, read {of_execution:?}",
            form.execution_score
        ));
    }
    if rest.len() != form.indicators.len() {
        return Some(format!("{} indicators, read {}", form.indicators.len(), rest.len()));
    }
    let differs = |(truth, row): (&Indicator, &&ScoredIndicator)| {
        let same =
            row.weight == Some(Decimal::from(truth.weight)) && row.score == scored(truth.score);
        let read = format!(
            "{:?} of {:?}, target {:?}, done {:?}",
            row.score, row.weight, row.target, row.actual
        );
        (!same).then(|| {
            format!(
                "{} scores {} hundredths of {}, read {read}",
                truth.name, truth.score, truth.weight
            )
        })
    };
    let of_rows = form.indicators.iter().zip(&rest).find_map(differs);
    of_rows.or_else(|| {
        (read.score != scored(form.total()))
            .then(|| format!("total {} hundredths, read {:?}", form.total(), read.score))
    })
}

fn beside(form: &Form, read: &Evaluation) -> Option<String> {
    if read.subject.name != form.subject {
        return Some(format!("name {:?}, read {:?}", form.subject, read.subject.name));
    }
    let department = form.variant == Variant::Department;
    if (read.subject.kind == SubjectKind::Department) != department {
        return Some(format!("kind of {:?}, read {:?}", form.variant, read.subject.kind));
    }
    if read.budget_year != Some(2023) {
        return Some(format!("year 2023, read {:?}", read.budget_year));
    }
    let rows = read.indicators.iter().filter(|row| !row.is_execution());
    form.indicators.iter().zip(rows).find_map(|(truth, row)| {
        let path = [&truth.block, &truth.section, &truth.name];
        (!row.path.iter().eq(path)).then(|| format!("path {path:?}, read {:?}", row.path))
    })
}
