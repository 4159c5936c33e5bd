//! The formula language of rules: one parser, one exact evaluator with a trace, one translator to spreadsheet formulas.
//!
//! * In: the text of a formula and, per use, what its names stand for (exact fractions, or cells of a sheet).
//! * Out: an exact value or why there is none; the formula with its numbers; each step; the same formula for a spreadsheet.
//! * Rule: a rule file says which formula scores which row; this module only says what a formula means.
//! * Never: rounds unless the formula says `round`, passes a number through a float, knows a rule, or opens anything.
//!
//! # The language on one screen
//! ```text
//! 10   0.05   90%                 numbers: decimals and percentages (90% is 0.90); no 1,000, no 1e3, no .5
//! weight   三公经费.本年预算       names: letters, Chinese characters, `_`, digits after the first, `.` inside
//! a + b   a - b   a * b   a / b   -a   (a)
//! a >= b  a > b  a <= b  a < b  a = b  a != b     conditions; also ≥ ≤ == ≠; they do not chain
//! not c   c and d   c or d
//! a else b                        b where a is undefined: division by zero, or a name without value
//! if(c, a, b)                     only the branch taken is computed
//! min(a, b, ...)  max(a, b, ...)  abs(a)
//! round(a, 2)                     half away from zero (四舍五入), to 0 to 10 places
//! floor(a)  ceil(a)               down and up to a whole number
//! deduct(weight, excess, per, points, full_steps)  max(0, weight - points * floor(excess / per));
//!                                 with `continuous` the steps are not cut to whole ones; an excess below 0 counts as 0
//! bands(x, 90% => 10, 80% => 8, 0)  the value of the first edge that x reaches (x >= edge), else the last
//! ```
//! Weakest first: `else`, `or`, `and`, `not`, comparison, `+ -`, `* /`, unary `-`, calls. A formula is a number; a
//! condition stands only in `if`, `and`, `or`, `not`. Numbers and conditions are told apart when the text is parsed.
//! Limits: 4,000 characters, 64 levels of nesting, 20 digits in a number.
//!
//! ```
//! use jixiao_core::formula::{Formula, decimal};
//!
//! let formula = Formula::parse("weight * min(1, executed / budget)")?;
//! let numbers = |name: &str| {
//!     let text = match name { "weight" => "10", "executed" => "4563.88", "budget" => "4650.97", _ => return None };
//!     decimal(text)
//! };
//! assert_eq!(formula.substituted(&numbers), "10 * min(1, 4563.88 / 4650.97)");
//! assert_eq!(formula.evaluate(&numbers)?, numbers("executed").unwrap() * decimal("10").unwrap() / numbers("budget").unwrap());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Start reading at [`Formula`]; the stages are `lex`, `parse`, then `evaluate`, `print`, `trace` or `excel` over `tree`.

mod error;
mod evaluate;
mod excel;
mod lex;
mod parse;
mod print;
mod trace;
mod tree;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

pub use error::{ExcelError, FormulaError, Undefined};
pub use print::{decimal, plain};
pub use trace::{Step, Value};

use num_rational::BigRational;
use tree::Term;

/// What the names of a formula stand for; `None` for a name without value.
pub type Lookup<'a> = &'a dyn Fn(&str) -> Option<BigRational>;

/// Which cell holds the number of a name; `None` for a name without value.
pub type CellOf<'a> = &'a dyn Fn(&str) -> Option<String>;

/// A parsed formula that gives a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Formula {
    source: String,
    root: Term,
}

impl Formula {
    /// Reads a formula.
    ///
    /// # Errors
    /// The first mistake, with its column (counted in characters from one), what was found and what was expected.
    pub fn parse(text: &str) -> Result<Formula, FormulaError> {
        Ok(Formula { source: text.to_owned(), root: parse::formula(text)? })
    }

    /// The text it was read from.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The names in it, each once, in the order of first use.
    pub fn names(&self) -> Vec<&str> {
        self.root.names()
    }

    /// The exact value.
    ///
    /// # Errors
    /// Why there is none: a name without value, a division by zero, or a number beyond all bounds.
    pub fn evaluate(&self, lookup: Lookup<'_>) -> Result<BigRational, Undefined> {
        evaluate::number(&self.root, lookup)
    }

    /// The formula with its numbers in place of its names, for people: `10 * min(1, 4563.88 / 4650.97)`.
    ///
    /// Decimals that end are written out; others are rounded half up to ten places. A name without value stays a name.
    pub fn substituted(&self, lookup: Lookup<'_>) -> String {
        print::with_numbers(&self.root, lookup)
    }

    /// Every operation that was carried out, the innermost first, each with its numbers and its value.
    ///
    /// A branch of `if`, `bands` or `else` that was not taken has no step.
    pub fn trace(&self, lookup: Lookup<'_>) -> Vec<Step> {
        trace::steps(&self.root, lookup)
    }

    /// The same computation as a spreadsheet formula, without the leading `=`.
    ///
    /// A cell that is given must hold a number: a spreadsheet takes a blank cell for 0, while a name without value has
    /// no number at all. For such a name `cell` gives `None`, which is allowed where an `else` catches it.
    /// Uses `IF IFERROR MIN MAX ROUND ROUNDDOWN ROUNDUP ABS AND OR NOT` and nothing else.
    ///
    /// # Errors
    /// A name without cell, or a formula longer or deeper than spreadsheets take.
    pub fn to_excel(&self, cell: CellOf<'_>) -> Result<String, ExcelError> {
        excel::translate(&self.root, cell)
    }
}
