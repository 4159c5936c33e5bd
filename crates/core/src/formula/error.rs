//! What can be wrong with a formula: its text, its value, its translation.
//!
//! * In: positions in characters from one, and words for what was found and expected. Out: typed errors.
//! * Never: a position in bytes; nobody counts Chinese text in bytes.

/// A mistake in the text of a formula.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("column {column}: found {found}, expected {expected}")]
#[non_exhaustive]
pub struct FormulaError {
    /// Where, counted in characters from one.
    pub column: usize,
    /// What stands there.
    pub found: String,
    /// What should stand there, or what to do.
    pub expected: String,
}

impl FormulaError {
    pub(super) fn new(
        column: usize,
        found: impl Into<String>,
        expected: impl Into<String>,
    ) -> FormulaError {
        FormulaError { column, found: found.into(), expected: expected.into() }
    }
}

/// Why a formula has no value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Undefined {
    /// A name stands for nothing.
    #[error("`{0}` has no value; give it one")]
    Name(String),
    /// A divisor is zero.
    #[error("`{divisor}` (column {at} of the formula) is zero, and nothing can be divided by zero")]
    DivisionByZero {
        /// Where the divisor stands in the formula, counted in characters from one.
        at: usize,
        /// The divisor as the formula has it.
        divisor: String,
    },
    /// A number grew beyond all bounds, which no amount or score does.
    #[error(
        "the number at column {at} of the formula has more digits than any amount; check the formula"
    )]
    TooLarge {
        /// Where, counted in characters from one.
        at: usize,
    },
}

impl Undefined {
    /// The message in Chinese.
    pub fn chinese(&self) -> String {
        match self {
            Undefined::Name(name) => format!("“{name}”没有数值,请补充"),
            Undefined::DivisionByZero { at, divisor } => {
                format!("除数“{divisor}”(公式第 {at} 个字符处)为 0,不能相除")
            }
            Undefined::TooLarge { at } => {
                format!("公式第 {at} 个字符处的数位数过多,请检查公式")
            }
        }
    }
}

/// Why a formula cannot be written into a sheet.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ExcelError {
    /// No cell holds the number of a name.
    #[error("no cell holds `{name}`; give its number a cell, or catch it with `else`")]
    NoCell {
        /// The name.
        name: String,
    },
    /// The formula is longer than a spreadsheet takes.
    #[error(
        "the spreadsheet formula would be longer than {limit} characters; split the rule's formula"
    )]
    TooLong {
        /// The longest that is taken.
        limit: usize,
    },
    /// The formula is nested deeper than a spreadsheet takes.
    #[error(
        "the spreadsheet formula would be nested {depth} deep and {limit} is the most; split the rule's formula"
    )]
    TooDeep {
        /// How deep it would be.
        depth: usize,
        /// The deepest that is taken.
        limit: usize,
    },
    /// A function has more arguments than a spreadsheet takes.
    #[error(
        "the spreadsheet formula would give {function} {count} arguments and {limit} is the most; split the rule's formula"
    )]
    TooManyArguments {
        /// The function, as the spreadsheet calls it.
        function: &'static str,
        /// How many it would have.
        count: usize,
        /// The most that are taken.
        limit: usize,
    },
}
