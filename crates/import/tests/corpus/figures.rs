//! The figures of a ledger, in 分: what a line gets, how it is changed and spent.
//!
//! Amounts are whole multiples of the step that the ledger's unit and places can print, so that nothing is rounded.

use super::rng::Rng;
use std::ops::{Index, IndexMut};

/// What a column of the ledger holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    Initial,
    Carried,
    Added,
    Reduced,
    Moved,
    /// All changes in one signed amount.
    Net,
    Adjusted,
    Executed,
    Balance,
    /// Last year's, which says nothing about this year.
    Prior,
    Rate,
    Remark,
}

impl Column {
    /// The columns that hold amounts.
    pub const AMOUNTS: [Column; 10] = [
        Column::Initial,
        Column::Carried,
        Column::Added,
        Column::Reduced,
        Column::Moved,
        Column::Net,
        Column::Adjusted,
        Column::Executed,
        Column::Balance,
        Column::Prior,
    ];

    /// Whether it holds amounts.
    pub fn is_amount(self) -> bool {
        Column::AMOUNTS.contains(&self)
    }

    /// The list of its titles.
    pub fn titles(self) -> &'static str {
        match self {
            Column::Initial => "initial",
            Column::Carried => "carried",
            Column::Added => "added",
            Column::Reduced => "reduced",
            Column::Moved => "moved",
            Column::Net => "net",
            Column::Adjusted => "adjusted",
            Column::Executed => "executed",
            Column::Balance => "balance",
            Column::Prior => "prior",
            Column::Rate => "rate",
            Column::Remark => "remark",
        }
    }
}

/// One amount for each column, in 分.
#[derive(Clone, Debug, Default)]
pub struct Sums([i64; 10]);

impl Index<Column> for Sums {
    type Output = i64;
    fn index(&self, column: Column) -> &i64 {
        &self.0[column as usize]
    }
}

impl IndexMut<Column> for Sums {
    fn index_mut(&mut self, column: Column) -> &mut i64 {
        &mut self.0[column as usize]
    }
}

impl Sums {
    /// Sets what follows from the others.
    fn conclude(&mut self) {
        self[Column::Net] = self[Column::Added] - self[Column::Reduced] + self[Column::Moved];
        self[Column::Adjusted] = self[Column::Initial] + self[Column::Carried] + self[Column::Net];
        self[Column::Balance] = self[Column::Adjusted] - self[Column::Executed];
    }
}

/// The figures of a row: the whole, then one for each part (funds, or an earlier year).
#[derive(Clone, Debug, Default)]
pub struct Figures(pub Vec<Sums>);

impl Figures {
    /// The figures of the whole row.
    pub fn whole(&self) -> &Sums {
        &self.0[0]
    }

    /// The sum of several.
    pub fn sum<'a>(all: impl IntoIterator<Item = &'a Figures>) -> Figures {
        let mut total = Figures(vec![Sums::default()]);
        for figures in all {
            total.0.resize(figures.0.len().max(total.0.len()), Sums::default());
            for (sums, more) in total.0.iter_mut().zip(&figures.0) {
                for column in Column::AMOUNTS {
                    sums[column] += more[column];
                }
            }
        }
        total
    }

    /// Divides the whole into so many parts; most lines are paid from one fund alone.
    pub fn divide(&mut self, rng: &mut Rng, parts: usize, step: i64) {
        let whole = self.whole().clone();
        self.0.resize(parts + 1, Sums::default());
        for column in Column::AMOUNTS {
            let mut rest = whole[column];
            let way = *rng.pick(&[0, 1, 1, 2]);
            for part in 1..=parts {
                let share = match way {
                    _ if part == parts => rest,
                    0 => rest,
                    1 => (rest * rng.range(0, 10) / 10) / step * step,
                    _ => 0,
                };
                self.0[part][column] = share;
                rest -= share;
            }
        }
    }

    /// Adds the year before as a part.
    pub fn with_earlier(&mut self, rng: &mut Rng, step: i64) {
        let mut earlier = self.whole().clone();
        for column in Column::AMOUNTS {
            earlier[column] = earlier[column] * rng.range(60, 130) / 100 / step * step;
        }
        self.0.push(earlier);
    }
}

/// Draws the figures of an item for a ledger with these columns.
pub fn item(rng: &mut Rng, columns: &[Column], step: i64) -> Figures {
    let has = |column| columns.contains(&column);
    let net = has(Column::Net);
    let changes = net
        || has(Column::Added)
        || has(Column::Reduced)
        || has(Column::Moved)
        || has(Column::Adjusted);
    let big = *rng.pick(&[300, 2_000, 20_000]);
    let mut sums = Sums::default();
    if rng.percent(92) {
        sums[Column::Initial] = rng.range(1, big * 100) * step;
    }
    if has(Column::Carried) && rng.percent(30) {
        sums[Column::Carried] = rng.range(1, big * 20) * step;
    }
    if (net || has(Column::Added)) && (rng.percent(40) || sums[Column::Initial] == 0) {
        sums[Column::Added] = rng.range(1, big * 30) * step;
    }
    if (net || has(Column::Reduced)) && rng.percent(25) {
        let most = sums[Column::Initial] / 2 / step * step;
        sums[Column::Reduced] = (rng.range(1, big * 20) * step).min(most);
    }
    if has(Column::Moved) && rng.percent(30) {
        let most = sums[Column::Initial] / 4 / step * step;
        let moved = (rng.range(1, big * 10) * step).min(most);
        sums[Column::Moved] = if rng.percent(50) { moved } else { -moved };
    }
    if !changes {
        sums[Column::Added] = 0;
    }
    sums.conclude();
    if sums[Column::Adjusted] == 0 {
        sums[Column::Initial] += rng.range(1, big * 100) * step;
        sums.conclude();
    }
    let adjusted = sums[Column::Adjusted];
    sums[Column::Executed] = match rng.range(1, 100) {
        1..=25 => adjusted,
        26..=28 => 0,
        _ => adjusted * rng.range(30, 100) / 100 / step * step,
    };
    sums[Column::Prior] = adjusted * rng.range(50, 120) / 100 / step * step;
    sums.conclude();
    Figures(vec![sums])
}

/// Draws a part of an item that is printed again below it.
pub fn part_of(rng: &mut Rng, whole: &Figures, step: i64) -> Figures {
    let mut sums = Sums::default();
    let share = |rng: &mut Rng, amount: i64| amount * rng.range(20, 70) / 100 / step * step;
    let of = whole.whole();
    sums[Column::Initial] = share(rng, of[Column::Initial]);
    sums[Column::Added] = share(rng, of[Column::Added]);
    sums.conclude();
    sums[Column::Executed] = share(rng, of[Column::Executed]).min(sums[Column::Adjusted]);
    sums[Column::Prior] = share(rng, of[Column::Prior]);
    sums.conclude();
    Figures(vec![sums])
}
