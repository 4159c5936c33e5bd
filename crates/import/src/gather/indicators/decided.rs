//! What a person decides beside an indicator: its band, a score in the place of the computed one, that it does not apply.
//!
//! * In: a row of an indicator table. Out: the band as printed, the decision with who and why, the actual, the reason.
//! * Rule: a coefficient or a deduction is no score, and what explains a score is a reason only where the row lost points.
//! * Never: takes an empty or unreadable cell for a decision.

use super::Reader;
use crate::recognise::columns::Column;
use crate::vocabulary::{Meaning, VOCABULARY};
use jixiao_core::{Cells, Code, Decision, Finding, Severity, number};
use rust_decimal::Decimal;

/// What core reads as "does not apply".
const NOT_APPLICABLE: &str = "不适用";

impl Reader<'_> {
    /// The band that a person chose, where the actual stands in a column of its own.
    pub(super) fn band(&self, row: u32) -> Option<String> {
        self.words(row, Meaning::Band)
    }

    /// The score that a person decided on.
    pub(super) fn decided(&self, row: u32, findings: &mut Vec<Finding>) -> Option<Decision> {
        let column = self.table.column(Meaning::Decided)?;
        let score = self.points(row, Meaning::Decided, findings)?;
        let title = column.title.replace(['\n', '\r'], "");
        Some(Decision {
            score,
            who: self.words(row, Meaning::DecidedBy).or(Some(title)),
            why: self.words(row, Meaning::DecidedWhy),
            source: self.place_of(row, Meaning::Decided),
        })
    }

    /// What was reached; of a row that does not apply, that it does not.
    pub(super) fn actual(&self, row: u32) -> Option<String> {
        let applies = self.words(row, Meaning::Applicable);
        if applies.is_some_and(|text| VOCABULARY.is_no(&text)) {
            return Some(NOT_APPLICABLE.to_owned());
        }
        // 达成情况 in a table without a column for actuals is the actual.
        let meaning = match self.table.column(Meaning::Actual) {
            Some(_) => Meaning::Actual,
            None => Meaning::Band,
        };
        let text = self.text(row, meaning)?;
        if VOCABULARY.is_not_applicable(&text) {
            return Some(NOT_APPLICABLE.to_owned());
        }
        let blank = matches!(text.as_str(), "—" | "-" | "/" | "——");
        (!blank).then(|| text.replace(['\n', '\r'], ""))
    }

    /// The reason: of its own column, else of a remark, else what explains a score that is less than the weight.
    pub(super) fn reason(
        &self,
        row: u32,
        weight: Option<Decimal>,
        score: Option<Decimal>,
    ) -> Option<String> {
        let own = self.text(row, Meaning::Reason);
        if own.is_some() || self.table.column(Meaning::Reason).is_some() {
            return own;
        }
        let lost = weight.zip(score).is_some_and(|(weight, score)| score < weight);
        let basis = || self.words(row, Meaning::Basis).filter(|_| lost);
        self.text(row, Meaning::Remark).or_else(basis)
    }

    /// Columns of a scorecard that no score is computed from.
    pub(super) fn unused(&self) -> Option<Finding> {
        let reasons = self.table.column(Meaning::Reason).is_some();
        let unused = |column: &&Column| match column.meaning {
            Some(Meaning::Coefficient | Meaning::Deduction) => true,
            Some(Meaning::Basis) => reasons,
            _ => false,
        };
        let columns: Vec<&Column> = self.table.columns.iter().filter(unused).collect();
        let at = |column: &Column| self.at(Cells::one(self.table.header.bottom, column.column));
        let first = at(columns.first()?);
        let titles: Vec<String> =
            columns.iter().map(|column| column.title.replace(['\n', '\r'], "")).collect();
        let zh =
            format!("“{}”列只作说明，没有用于计算；得分按“得分”列和规则核对", titles.join("”“"));
        let en = format!(
            "the columns {} explain scores and were not used; scores are checked by their own column and the rules",
            titles.join(", ")
        );
        let mut finding = Finding::new(Code::ColumnUnused, first, zh, en);
        finding.related = columns.iter().skip(1).map(|column| at(column)).collect();
        Some(finding.with_severity(Severity::Info))
    }

    /// The text of a cell, unless it only says that there is none.
    fn words(&self, row: u32, meaning: Meaning) -> Option<String> {
        let text = self.text(row, meaning)?.replace(['\n', '\r'], "");
        (number::read(&text) != number::Text::Empty).then_some(text)
    }
}
