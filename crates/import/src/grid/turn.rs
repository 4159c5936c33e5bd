//! A block of a sheet whose rows and columns are exchanged for reading, and how its places are called in the file.

use jixiao_core::Cells;

/// A block whose rows and columns were exchanged for reading: items stood across, amounts down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    /// Its first row in the file.
    pub top: u32,
    /// Its first column.
    pub left: u32,
    /// Its last row in the file.
    pub bottom: u32,
    /// Its last column in the file.
    pub right: u32,
}

impl Turn {
    /// Where a cell of the file stands for reading; what is below the block moves with its new height.
    pub fn shown(self, row: u32, column: u32) -> (u32, u32) {
        let (height, width) = (self.bottom - self.top + 1, self.right - self.left + 1);
        if row > self.bottom {
            (row - height + width, column)
        } else if row < self.top || column < self.left || column > self.right {
            (row, column)
        } else {
            (self.top + (column - self.left), self.left + (row - self.top))
        }
    }

    /// The cells of the file that stand at these places for reading.
    pub fn cells(turn: Option<Turn>, cells: Cells) -> Cells {
        match (turn, cells.bounds()) {
            (Some(turn), Some([top, left, bottom, right])) => {
                let (one, other) = (turn.original(top, left), turn.original(bottom, right));
                Cells::block(one.0, one.1, other.0, other.1)
            }
            _ => cells,
        }
    }

    /// What a reader calls a row, in Chinese and English: of a turned table it is a column of the file.
    pub fn row_name(turn: Option<Turn>, row: u32) -> (String, String) {
        let turned =
            turn.filter(|turn| (turn.top..=turn.top + (turn.right - turn.left)).contains(&row));
        match turned {
            Some(turn) => column_words(turn.original(row, turn.left).1),
            None => row_words(turn.map_or(row, |turn| turn.original(row, 0).0)),
        }
    }

    /// What a reader calls a column, in Chinese and English: of a turned table it is a row of the file.
    pub fn column_name(turn: Option<Turn>, column: u32) -> (String, String) {
        match turn {
            Some(turn) => row_words(turn.original(turn.top, column).0),
            None => column_words(column),
        }
    }

    /// The cell of the file that stands at a place for reading.
    pub fn original(self, row: u32, column: u32) -> (u32, u32) {
        let (height, width) = (self.bottom - self.top + 1, self.right - self.left + 1);
        if row >= self.top + width {
            (row - width + height, column)
        } else if row < self.top || column < self.left || column >= self.left + height {
            (row, column)
        } else {
            (self.top + (column - self.left), self.left + (row - self.top))
        }
    }
}

fn row_words(row: u32) -> (String, String) {
    (format!("第 {} 行", row + 1), format!("row {}", row + 1))
}

fn column_words(column: u32) -> (String, String) {
    let letters = Cells::letters(column);
    (format!("{letters} 列"), format!("column {letters}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cell_comes_back_to_its_place() {
        // Rows 3 to 5, columns B to F: three rows become three columns, five columns become five rows.
        let turn = Turn { top: 2, left: 1, bottom: 4, right: 5 };
        for (file, shown) in [
            ((0, 0), (0, 0)),
            ((2, 1), (2, 1)),
            ((2, 5), (6, 1)),
            ((4, 1), (2, 3)),
            ((4, 5), (6, 3)),
            ((5, 0), (7, 0)),
        ] {
            assert_eq!(turn.shown(file.0, file.1), shown, "{file:?}");
            assert_eq!(turn.original(shown.0, shown.1), file, "{shown:?}");
        }
        assert_eq!(Turn::row_name(Some(turn), 6).0, "F 列");
        assert_eq!(Turn::column_name(Some(turn), 3).1, "row 5");
        assert_eq!(Turn::row_name(Some(turn), 7).0, "第 6 行");
    }
}
