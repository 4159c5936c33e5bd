//! One fault in a form that was right, and how it must be told.

use crate::chance::Chance;
use crate::form::{Form, Kind, half_up};
use crate::sheet::{cell, fund_row, indicator_row, subtotal_row, total_row, whole};
use jixiao_core::{Code, Finding, Severity};

/// A finding that must be there.
#[derive(Clone, Debug)]
pub struct Expected {
    code: Code,
    severity: Severity,
    /// The cell, or the block of cells.
    at: String,
    /// Further codes of severity error that follow from the fault.
    follows: &'static [Code],
}

impl Expected {
    fn new(code: Code, severity: Severity, at: String) -> Expected {
        Expected { code, severity, at, follows: &[] }
    }

    fn error(code: Code, at: String) -> Expected {
        Expected::new(code, Severity::Error, at)
    }

    fn with(self, follows: &'static [Code]) -> Expected {
        Expected { follows, ..self }
    }

    /// Whether it is this finding.
    pub fn is(&self, finding: &Finding) -> bool {
        (finding.code, finding.severity) == (self.code, self.severity)
            && finding.source.cells.to_string() == self.at
    }

    /// Whether an error is this one, or follows from the fault.
    pub fn allows(&self, finding: &Finding) -> bool {
        self.is(finding) || self.follows.contains(&finding.code)
    }
}

macro_rules! faults {
    ($($name:ident),* $(,)?) => {
        /// What is wrong.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Fault { $($name),* }
        impl Fault {
            pub const ALL: [Fault; [$(Fault::$name),*].len()] = [$(Fault::$name),*];
        }
    };
}

faults!(
    ScoreAboveWeight,
    ScoreNegative,
    MoreThanTheRule,
    DeductedWithoutReason,
    RoundedToWhole,
    ScoresSwapped,
    RateScoreTooHigh,
    WrongTotal,
    WrongGrade,
    WrongRate,
    WrongFundRate,
    FundsDoNotAddUp,
    WeightsSwapped,
    WeightsBeyond100,
    WrongLevelWeight,
    WrongTotalWeight,
    WrongSubtotal,
    MergedRight,
    MergedAboveWeights,
    ReasonMissing,
    ReasonUnneeded,
    ReasonSaysMissed,
    ReasonSaysExceeded,
    CopiedOnce,
    CopiedEverywhere,
    FullMarks,
    FarExceeded,
    TargetTooLow,
    NoSample,
    EqualWeights,
);

const SCORE: u16 = 6;

impl Fault {
    /// Plants the fault; nothing where this form gives no room for it.
    pub fn plant(self, form: &mut Form, chance: &mut Chance) -> Option<Vec<Expected>> {
        use Severity::{Info, Warning};
        let met: Vec<usize> = (0..form.rows.len())
            .filter(|row| form.rows[*row].is_met() && form.rows[*row].is_number())
            .collect();
        let missed: Vec<usize> =
            (0..form.rows.len()).filter(|row| !form.rows[*row].is_met()).collect();
        let mut one = |rows: &[usize]| (!rows.is_empty()).then(|| *chance.of(rows));
        let score_at = |form: &Form, row: usize| cell(indicator_row(form, row), SCORE);
        let row_at = |form: &Form, row: usize| whole(form, indicator_row(form, row));
        Some(match self {
            Fault::ScoreAboveWeight => {
                let row = one(&met)?;
                form.rows[row].score = form.rows[row].weight + 100;
                follow(form);
                // The total may go above 100, and the subtotal above its weight.
                vec![
                    Expected::error(Code::ScoreDiffers, score_at(form, row))
                        .with(&[Code::TotalDiffers, Code::ScoreDiffers]),
                ]
            }
            Fault::ScoreNegative => {
                let row = one(&met)?;
                form.rows[row].score = -100;
                follow(form);
                // A subtotal of one row falls below zero as well.
                vec![
                    Expected::error(Code::ScoreDiffers, score_at(form, row))
                        .with(&[Code::ScoreDiffers]),
                ]
            }
            Fault::MoreThanTheRule => {
                let row = one(&missed)?;
                if form.rows[row].weight - form.rows[row].score < 5 {
                    return None;
                }
                form.rows[row].score = form.rows[row].weight;
                follow(form);
                // Few places everywhere would explain it.
                if form.rows.iter().all(|row| row.score % 10 == 0) && form.rate_score % 10 == 0 {
                    return None;
                }
                vec![Expected::new(Code::ScoreDiffers, Warning, score_at(form, row))]
            }
            Fault::DeductedWithoutReason => {
                let row = one(&met)?;
                form.rows[row].score -= 130;
                follow(form);
                vec![Expected::new(Code::ScoreDiffers, Info, score_at(form, row))]
            }
            Fault::RoundedToWhole => {
                let changed: Vec<usize> =
                    (0..form.rows.len()).filter(|row| form.rows[*row].score % 100 != 0).collect();
                if changed.is_empty() || form.rows.iter().any(|row| row.weight % 100 != 0) {
                    return None;
                }
                for row in &mut form.rows {
                    row.score = half_up(row.score, 100) * 100;
                }
                form.rate_score = half_up(form.rate_score, 100) * 100;
                follow(form);
                changed
                    .iter()
                    .map(|row| Expected::new(Code::ScoreDiffers, Info, score_at(form, *row)))
                    .collect()
            }
            Fault::ScoresSwapped => {
                let low = (0..form.rows.len()).min_by_key(|row| form.rows[*row].weight)?;
                let high = (0..form.rows.len()).max_by_key(|row| form.rows[*row].score)?;
                if form.rows[high].score <= form.rows[low].weight {
                    return None;
                }
                let score = form.rows[low].score;
                form.rows[low].score = form.rows[high].score;
                form.rows[high].score = score;
                follow(form);
                vec![
                    Expected::error(Code::ScoreDiffers, score_at(form, low))
                        .with(&[Code::ScoreDiffers]),
                ]
            }
            Fault::RateScoreTooHigh => {
                if form.rate_score > 985 {
                    return None;
                }
                form.rate_score = 999;
                form.add_up();
                vec![Expected::new(Code::ScoreDiffers, Warning, cell(5, 7))]
            }
            Fault::WrongTotal => {
                form.total -= chance.between(50, 400);
                form.regrade();
                vec![Expected::error(Code::TotalDiffers, cell(total_row(form), SCORE))]
            }
            Fault::WrongGrade => {
                form.grade = if form.grade == "优" { "良" } else { "优" };
                vec![Expected::error(Code::GradeDiffers, cell(total_row(form), 7))]
            }
            Fault::WrongRate => {
                let rate = form.total_funds.rate?;
                form.total_funds.rate = Some(rate - chance.between(1, 300));
                vec![Expected::error(Code::RateDiffers, cell(5, 6))]
            }
            Fault::WrongFundRate => {
                let rate = form.funds[0].rate?;
                form.funds[0].rate = Some(rate - chance.between(1, 300));
                vec![Expected::error(
                    Code::RateDiffers,
                    format!("{}:{}", cell(fund_row(0), 2), cell(fund_row(0), 4)),
                )]
            }
            Fault::FundsDoNotAddUp => {
                form.total_funds.executed += chance.between(100, 900);
                vec![Expected::error(Code::TotalMismatch, cell(5, 4))]
            }
            Fault::WeightsSwapped => {
                let level = |name: &str| {
                    (0..form.rows.len())
                        .filter(|r| form.rows[*r].level1 == name)
                        .collect::<Vec<_>>()
                };
                let (a, b) = (*chance.of(&level("产出指标")), *chance.of(&level("效益指标")));
                let (first, second) = (form.rows[a].weight, form.rows[b].weight);
                if first == second || form.level_weights.is_none() {
                    return None;
                }
                form.rows[a].weight = second;
                form.rows[b].weight = first;
                let with_sums = form.subtotals.is_some();
                form.subtotals = None;
                form.fill(with_sums);
                ["产出指标", "效益指标"]
                    .iter()
                    .map(|level| {
                        let first =
                            form.rows.iter().position(|row| row.level1 == *level).expect("a row");
                        Expected::error(Code::BlockWeight, cell(indicator_row(form, first), 0))
                    })
                    .collect()
            }
            Fault::WeightsBeyond100 => {
                let row = one(&met)?;
                form.level_weights = None;
                form.rows[row].weight += 500;
                form.rows[row].score += 500;
                form.subtotals = None;
                form.add_up();
                vec![
                    Expected::error(Code::WeightsNot100, row_at(form, 0))
                        .with(&[Code::TotalDiffers]),
                    Expected::error(Code::WeightsNot100, cell(total_row(form), SCORE)),
                ]
            }
            Fault::WrongLevelWeight => {
                let levels = form.level_weights.as_mut()?;
                levels[0].1 += 1_000;
                vec![Expected::error(Code::BlockWeight, cell(indicator_row(form, 0), 0))]
            }
            Fault::WrongTotalWeight => {
                form.total_weight -= 500;
                vec![Expected::error(Code::WeightsNot100, cell(total_row(form), SCORE))]
            }
            Fault::WrongSubtotal => {
                form.subtotal();
                let sums = form.subtotals.as_mut()?;
                sums[1].2 -= 125;
                vec![Expected::error(
                    Code::TotalDiffers,
                    whole(form, subtotal_row(form, "效益指标")),
                )]
            }
            Fault::MergedRight => {
                merge(form, 0);
                Vec::new()
            }
            Fault::MergedAboveWeights => {
                let weight: i64 =
                    form.rows.iter().filter(|r| r.level1 == "产出指标").map(|r| r.weight).sum();
                let scores: i64 =
                    form.rows.iter().filter(|r| r.level1 == "产出指标").map(|r| r.score).sum();
                merge(form, weight + 100 - scores);
                let last = form.rows.iter().rposition(|r| r.level1 == "产出指标")?;
                let (top, bottom) = (indicator_row(form, 0), indicator_row(form, last));
                let at = format!("{}:{}", cell(top, SCORE), cell(bottom, SCORE));
                vec![Expected::error(Code::ScoreDiffers, at).with(&[Code::TotalDiffers])]
            }
            Fault::ReasonMissing => {
                let row = one(&missed)?;
                if form.rows[row].score == form.rows[row].weight {
                    return None;
                }
                form.rows[row].reason = *chance.of(&[None, Some("无"), Some("—")]);
                vec![Expected::error(Code::ReasonMissing, row_at(form, row))]
            }
            Fault::ReasonUnneeded => {
                let row = one(&met)?;
                form.rows[row].reason = Some("汛期推迟");
                vec![Expected::new(Code::ReasonUnneeded, Info, row_at(form, row))]
            }
            Fault::ReasonSaysMissed => {
                let row = one(&met)?;
                form.rows[row].reason = Some(*chance.of(&[
                    "受汛期影响未完成",
                    "因招标推迟，年底未达到指标",
                    "进度低于预期",
                ]));
                vec![Expected::new(Code::ReasonContradicts, Warning, row_at(form, row))]
            }
            Fault::ReasonSaysExceeded => {
                let row = one(&missed)?;
                if form.rows[row].score == form.rows[row].weight {
                    return None;
                }
                form.rows[row].reason = Some(*chance.of(&["工作扎实，超额完成", "实际数超过目标"]));
                vec![Expected::new(Code::ReasonContradicts, Warning, row_at(form, row))]
            }
            Fault::CopiedOnce => {
                let rows: Vec<usize> =
                    met.iter().copied().filter(|r| form.rows[*r].kind == Kind::AtLeast).collect();
                let row = one(&rows)?;
                form.rows[row].actual = form.rows[row].target.clone();
                vec![Expected::new(Code::TargetCopied, Warning, row_at(form, row))]
            }
            Fault::CopiedEverywhere => {
                let rows: Vec<usize> =
                    (0..form.rows.len()).filter(|r| form.rows[*r].is_number()).collect();
                if rows.len() < 4 || rows.len() * 2 < form.rows.len() {
                    return None;
                }
                for row in rows.iter().copied() {
                    let row = &mut form.rows[row];
                    row.given = row.wanted;
                    row.reason = None;
                }
                let with_sums = form.subtotals.is_some();
                form.fill(with_sums);
                for row in &rows {
                    form.rows[*row].actual = form.rows[*row].target.clone();
                }
                vec![Expected::new(Code::TargetCopied, Warning, row_at(form, rows[0]))]
            }
            Fault::FullMarks => {
                for row in form.rows.iter_mut().filter(|row| !row.is_met()) {
                    row.given = row.wanted;
                    row.reason = None;
                }
                let with_sums = form.subtotals.is_some();
                form.fill(with_sums);
                vec![Expected::new(Code::AllFullMarks, Info, row_at(form, 0))]
            }
            Fault::FarExceeded => {
                let rows: Vec<usize> = met
                    .iter()
                    .copied()
                    .filter(|r| form.rows[*r].kind == Kind::AtLeast && form.rows[*r].unit != "%")
                    .collect();
                let row = one(&rows)?;
                form.rows[row].given = form.rows[row].wanted * 2;
                form.rows[row].print();
                vec![Expected::new(Code::TargetFarExceeded, Warning, row_at(form, row))]
            }
            Fault::TargetTooLow => {
                let row = one(&met)?;
                form.with_last_year();
                let of = &mut form.rows[row];
                let last = if of.kind == Kind::AtMost { of.wanted / 2 } else { of.wanted * 2 };
                of.last = Some(format!("{last}{}", of.unit));
                vec![Expected::new(Code::TargetTooLow, Warning, row_at(form, row))]
            }
            Fault::NoSample => {
                let row = form.rows.len() - 1;
                form.rows[row].given = 100;
                form.rows[row].print();
                vec![Expected::new(Code::SampleMissing, Info, row_at(form, row))]
            }
            Fault::EqualWeights => {
                let counts = ["产出指标", "效益指标", "满意度指标"]
                    .map(|level| form.rows.iter().filter(|r| r.level1 == level).count());
                if counts != [5, 3, 1] {
                    return None;
                }
                form.rows.iter_mut().for_each(|row| row.weight = 1_000);
                let with_sums = form.subtotals.is_some();
                form.fill(with_sums);
                vec![Expected::new(Code::RowsAlike, Info, row_at(form, 0))]
            }
        })
    }
}

/// The sums that follow from changed scores.
fn follow(form: &mut Form) {
    if form.subtotals.is_some() {
        form.subtotal();
    }
    form.add_up();
}

/// Puts the scores of 产出指标 into one cell, with so much added.
fn merge(form: &mut Form, more: i64) {
    let scores: i64 = form.rows.iter().filter(|r| r.level1 == "产出指标").map(|r| r.score).sum();
    form.subtotals = None;
    form.merged = Some(("产出指标", scores + more));
    form.add_up();
    form.total += more;
    form.regrade();
}
