//! Where the next cell goes in a table whose cells may reach down and across.
//!
//! * In: rows from top to bottom, cells from left to right, each with its width and height. Out: their columns.
//! * Work is bounded: a few bytes can claim a rectangle of a thousand million cells.

use super::Context;
use super::error::OpenError;
use super::scan::LAST_COLUMN;

/// How many columns may be looked at in all.
const STEPS: u64 = 200_000_000;

/// Why a cell has no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Misfit {
    /// It would cover a cell that reaches down from above.
    Overlap,
    /// It lies beyond the last column.
    Beyond,
    /// The table's areas are too many and too large.
    Costly,
}

/// What is taken in the rows to come.
#[derive(Debug, Default)]
pub(super) struct Spans {
    /// For each column the first row in which it is free.
    until: Vec<u32>,
    /// The first row in which all are free.
    free: u32,
    steps: u64,
}

impl Spans {
    /// Forgets all areas: cells do not reach beyond their group of rows.
    pub(super) fn clear(&mut self) {
        self.until.clear();
        self.free = 0;
    }

    fn taken(&self, row: u32, column: u32) -> bool {
        self.until.get(column as usize).is_some_and(|until| *until > row)
    }

    /// The first free column from `column` on.
    pub(super) fn next(&mut self, row: u32, mut column: u32) -> Result<u32, Misfit> {
        while self.free > row && self.taken(row, column) {
            self.step(1)?;
            column += 1;
        }
        Ok(column)
    }

    /// Takes an area.
    pub(super) fn take(
        &mut self,
        row: u32,
        column: u32,
        down: u32,
        across: u32,
    ) -> Result<(), Misfit> {
        let end = column.saturating_add(across);
        if end > LAST_COLUMN + 1 {
            return Err(Misfit::Beyond);
        }
        if down <= 1 && self.free <= row {
            return Ok(());
        }
        self.step(u64::from(across))?;
        if (column..end).any(|column| self.taken(row, column)) {
            return Err(Misfit::Overlap);
        }
        if down > 1 {
            let below = row.saturating_add(down);
            if self.until.len() < end as usize {
                self.until.resize(end as usize, 0);
            }
            for until in &mut self.until[column as usize..end as usize] {
                *until = below;
            }
            self.free = self.free.max(below);
        }
        Ok(())
    }

    fn step(&mut self, count: u64) -> Result<(), Misfit> {
        self.steps += count;
        if self.steps > STEPS { Err(Misfit::Costly) } else { Ok(()) }
    }
}

impl Context {
    /// A cell that has no place in its table.
    pub(super) fn misfit(&self, sheet: &str, row: u32, misfit: Misfit) -> OpenError {
        let number = u64::from(row) + 1;
        match misfit {
            Misfit::Overlap => self.damaged_at(
                sheet,
                None,
                format!("第 {number} 行的合并单元格互相重叠，无法确定内容在哪一列"),
                format!("merged cells overlap in row {number}, so the columns are not certain"),
            ),
            Misfit::Beyond => self.damaged_at(
                sheet,
                None,
                format!("第 {number} 行超出 XFD 列"),
                format!("row {number} reaches beyond column XFD"),
            ),
            Misfit::Costly => self
                .limit("合并单元格过多".to_owned(), "there are too many merged cells".to_owned()),
        }
    }
}
