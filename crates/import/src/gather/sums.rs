//! Sums that a form prints for some of its indicators: weights in the names of levels, subtotals, a score over several rows.
//!
//! * In: the rows of an indicator table as they are read. Out: the sums, each with the rows it is a sum of.
//! * Rule: a subtotal belongs to the rows whose weights (else scores) it is the sum of; else to those since the last one.
//! * Never: lets a sum be an indicator.

use jixiao_core::{ClaimedSum, Indicator, Place, SumKind};
use rust_decimal::Decimal;

/// The sums of a table, while its rows are read.
#[derive(Default)]
pub struct Sums {
    all: Vec<ClaimedSum>,
    /// The level that is open at each depth: its text, and its sum where one is printed.
    open: [Option<(String, Option<usize>)>; 2],
    /// The first row since the last subtotal.
    since: usize,
}

impl Sums {
    /// A level is named in a row, with a weight in its name or without.
    pub fn level(&mut self, depth: usize, text: &str, weight: Option<Decimal>, at: Place) {
        let known = self.open[depth].as_ref().is_some_and(|(open, _)| open == text);
        if known {
            return;
        }
        let sum = weight.map(|weight| {
            self.all.push(ClaimedSum {
                kind: SumKind::Level,
                name: text.replace(['\n', '\r', ' ', '\u{3000}'], ""),
                weight: Some(weight),
                source: at,
                ..ClaimedSum::default()
            });
            self.all.len() - 1
        });
        if depth == 0 {
            self.open[1] = None;
        }
        self.open[depth] = Some((text.to_owned(), sum));
    }

    /// An indicator of the levels that are open.
    pub fn row(&mut self, index: usize) {
        for sum in self.open.iter().flatten().filter_map(|(_, sum)| *sum) {
            self.all[sum].rows.push(index);
        }
    }

    /// A score in a cell over several rows, seen at one of them.
    pub fn merged(&mut self, at: Place, index: usize, name: &str, score: Option<Decimal>) {
        let known = self.all.iter_mut().find(|sum| sum.kind == SumKind::Merged && sum.source == at);
        match known {
            Some(sum) => sum.rows.push(index),
            None => self.all.push(ClaimedSum {
                kind: SumKind::Merged,
                name: name.to_owned(),
                rows: vec![index],
                score,
                source: at,
                ..ClaimedSum::default()
            }),
        }
    }

    /// A row of its own that adds up others above it.
    pub fn subtotal(
        &mut self,
        indicators: &[Indicator],
        name: String,
        weight: Option<Decimal>,
        score: Option<Decimal>,
        source: Place,
    ) {
        let end = indicators.len();
        let since = std::mem::replace(&mut self.since, end);
        if (weight.is_none() && score.is_none()) || end == 0 {
            return;
        }
        let rows = self.rows_of(indicators, since, weight, score);
        let kind = SumKind::Subtotal;
        self.all.push(ClaimedSum { kind, name, rows, weight, score, source });
    }

    fn rows_of(
        &self,
        indicators: &[Indicator],
        since: usize,
        weight: Option<Decimal>,
        score: Option<Decimal>,
    ) -> Vec<usize> {
        let end = indicators.len();
        let from_level = |depth: usize| {
            let last = indicators[end - 1].path.get(..=depth);
            let other = |row: &Indicator| row.path.get(..=depth) != last;
            indicators.iter().rposition(other).map_or(0, |row| row + 1)
        };
        let starts = [since.min(end - 1), from_level(1), from_level(0), 0];
        let adds_up =
            |from: &usize, of: fn(&Indicator) -> Option<Decimal>, sum: Option<Decimal>| {
                let mut rows = indicators[*from..].iter().map(of);
                let total = rows.try_fold(Decimal::ZERO, |total, part| total.checked_add(part?));
                sum.is_some() && total == sum
            };
        let by_weight = starts.iter().find(|from| adds_up(from, |row| row.weight, weight));
        let by_score = || starts.iter().find(|from| adds_up(from, |row| row.score_claimed, score));
        let from = by_weight.or_else(by_score).copied().unwrap_or(starts[0]);
        (from..end).collect()
    }

    /// The sums, when all rows are read. A row of points for a level, above its indicators, turns out to be one of them.
    pub fn finish(mut self, indicators: &mut Vec<Indicator>) -> Vec<ClaimedSum> {
        for sum in &mut self.all {
            // A cell merged over a single indicator is that row's own.
            if sum.kind == SumKind::Merged && sum.rows.len() == 1 {
                indicators[sum.rows[0]].score_claimed = sum.score;
                sum.rows.clear();
            }
        }
        self.headings(indicators);
        self.all.retain(|sum| !sum.rows.is_empty());
        self.all
    }

    /// `产出指标 … 50 … 48` above the indicators of 产出指标.
    fn headings(&mut self, indicators: &mut Vec<Indicator>) {
        let mut row = 0;
        while row < indicators.len() {
            let head = &indicators[row];
            let below = |other: &Indicator| {
                other.path.len() > head.path.len() && other.path.starts_with(&head.path)
            };
            let count = indicators[row + 1..].iter().take_while(|other| below(other)).count();
            if count == 0 || !head.target.is_empty() || head.actual.is_some() {
                row += 1;
                continue;
            }
            let head = indicators.remove(row);
            for sum in &mut self.all {
                sum.rows.retain(|index| *index != row);
                for index in sum.rows.iter_mut().filter(|index| **index > row) {
                    *index -= 1;
                }
            }
            self.all.push(ClaimedSum {
                kind: SumKind::Subtotal,
                name: head.path.join("/"),
                rows: (row..row + count).collect(),
                weight: head.weight,
                score: head.score_claimed,
                source: head.source,
            });
        }
    }
}

/// The same sum, of rows that stand behind others.
pub fn shifted(mut sum: ClaimedSum, offset: usize) -> ClaimedSum {
    sum.rows.iter_mut().for_each(|row| *row += offset);
    sum
}
