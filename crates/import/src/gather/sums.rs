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

#[cfg(test)]
mod tests {
    use super::*;

    fn row(path: &[&str], weight: i64, score: i64) -> Indicator {
        Indicator {
            path: path.iter().map(|level| (*level).to_owned()).collect(),
            target: "1".to_owned(),
            weight: Some(weight.into()),
            score_claimed: Some(score.into()),
            ..Indicator::default()
        }
    }

    fn four() -> Vec<Indicator> {
        vec![
            row(&["产出", "数量", "甲"], 20, 20),
            row(&["产出", "质量", "乙"], 10, 9),
            row(&["产出", "质量", "丙"], 10, 10),
            row(&["效益", "社会", "丁"], 60, 50),
        ]
    }

    #[test]
    fn a_subtotal_belongs_to_the_rows_that_it_is_the_sum_of() {
        for (rows, weight, score, expected) in [
            // Of a second level, of a first level behind a subtotal of its part, of everything.
            (3, Some(20), Some(19), vec![1, 2]),
            (3, Some(40), Some(38), vec![0, 1, 2]),
            (4, Some(100), None, vec![0, 1, 2, 3]),
            // By its scores where no weight is printed; a wrong one since the last subtotal.
            (3, None, Some(19), vec![1, 2]),
            (4, Some(55), Some(50), vec![3]),
        ] {
            let indicators = four();
            let mut sums = Sums::default();
            if rows == 4 {
                let none = Place::default();
                sums.subtotal(&indicators[..3], "小计".into(), Some(40.into()), None, none);
            }
            let [weight, score] = [weight, score].map(|sum: Option<i64>| sum.map(Decimal::from));
            let place = Place::default();
            sums.subtotal(&indicators[..rows], "小计".into(), weight, score, place);
            assert_eq!(sums.all.last().map(|sum| &sum.rows), Some(&expected));
        }
    }

    #[test]
    fn a_level_with_points_above_its_rows_is_a_sum_and_no_indicator() {
        let mut head = row(&["产出"], 40, 39);
        head.target.clear();
        let mut indicators = vec![head];
        indicators.extend(four());
        let sums = Sums::default().finish(&mut indicators);
        assert_eq!(indicators.len(), 4);
        assert_eq!(sums.len(), 1);
        assert_eq!((sums[0].kind, sums[0].rows.as_slice()), (SumKind::Subtotal, &[0, 1, 2][..]));
        assert_eq!((sums[0].weight, sums[0].score), (Some(40.into()), Some(39.into())));
    }

    #[test]
    fn a_cell_over_one_row_is_its_own_and_over_several_a_sum() {
        let mut indicators = four();
        let mut sums = Sums::default();
        let at = |row: u32| Place::new("f", "s", jixiao_core::Cells::block(row, 6, row + 1, 6));
        sums.merged(at(1), 0, "甲", Some(18.into()));
        for index in [1, 2] {
            sums.merged(at(3), index, "乙", Some(19.into()));
        }
        let sums = sums.finish(&mut indicators);
        assert_eq!(indicators[0].score_claimed, Some(18.into()));
        assert_eq!((sums.len(), sums[0].rows.as_slice()), (1, &[1, 2][..]));
    }
}
