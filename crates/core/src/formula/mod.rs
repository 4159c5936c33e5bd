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
//! deduct(weight, excess, per, points, full_steps)  max(0, weight - points * floor(excess / per)); an excess below 0 counts
//!                                 as 0; `started_steps` counts each step that has begun, `continuous` parts of a step too
//! bands(x, 90% => 10, 80% => 8, 0)  the value of the first edge that x reaches (x >= edge), else the last;
//!                                 `> 90% => 10` without its edge; upwards `<= 0 => 8, <= 10% => 6, 0`
//! ratio_up(weight, actual, target)      weight * actual / target within 0 and weight; two more arguments: least, most
//! ratio_down(weight, actual, target)    weight if actual <= target, else weight * target / actual; also with least, most
//! linear_down(weight, actual, target)   the same, but linear: nothing left at twice the target
//! equality(weight, actual, target)      less by |actual - target| / |target| of the weight, whichever side
//! pass_mark(weight, share, mark)        weight from 100%; weight * share from the mark; else 0
//! per_event(weight, events, points)     max(0, weight - points * events)
//! yes_no(weight, met)                   weight if met is 1, else 0
//! coefficient(weight, share)            weight * share, the share within 0 and 1
//! checklist(item => points, ...)        the points of each item as far as it is fulfilled (0 to 1)
//! fact(编制数)  fact(三公经费.本年预算)    a fact, and which value of it
//! sum(executed where economic starts "302" or "303" and kind = basic)   over budget lines; also `function starts`,
//!                                 `fund = "..."`, `kind = project`; amounts: initial_budget additions reductions transfers
//!                                 carried_over adjusted_budget executed
//! composition(function, 3 without "227")  how far the composition of spending differs from that of the initial budget
//! count(indicators where met)  sum(score where level = "产出指标")  sum(weight ...)   over the indicators of the form;
//!                                 `over <= 30%` takes those that exceed their target by no more
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
//! Start reading at [`Formula`]; the stages are `lex`, `parse`, then `evaluate`, `print`, `trace`, `excel` or `sheet` over `tree`;
//! `method` has the methods of scoring, `reference` what comes from outside.

mod error;
mod evaluate;
mod excel;
mod lex;
mod method;
mod parse;
mod print;
mod reading;
mod reference;
mod replace;
mod sheet;
mod trace;
mod tree;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

pub use error::{ExcelError, FormulaError, Undefined};
pub use print::{decimal, plain};
pub use reading::in_chinese;
pub(crate) use reference::AMOUNTS;
pub use reference::{Class, LineIs, Reference, RowIs, RowSum, SpendingKind};
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
    references: Vec<Reference>,
}

impl Formula {
    /// Reads a formula.
    ///
    /// # Errors
    /// The first mistake, with its column (counted in characters from one), what was found and what was expected.
    pub fn parse(text: &str) -> Result<Formula, FormulaError> {
        let (root, references) = parse::formula(text)?;
        Ok(Formula { source: text.to_owned(), root, references })
    }

    /// The text it was read from.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The keys of what it takes from outside, each once, in the order of first use; see [`Reference::key`].
    pub fn names(&self) -> Vec<&str> {
        self.root.names()
    }

    /// The column where something that it takes from outside stands first, by its key.
    pub(crate) fn place_of(&self, key: &str) -> Option<usize> {
        tree::place_of(&self.root, key)
    }

    /// What it takes from outside, each once, in the order of first use.
    pub fn references(&self) -> &[Reference] {
        &self.references
    }

    /// The formula with another one in the place of a name.
    pub fn with(&self, name: &str, other: &Formula) -> Formula {
        let put = |of: &str| (of == name).then(|| other.root.clone());
        let root = replace::replaced(&self.root, &put);
        let mut references = Vec::new();
        for reference in &self.references {
            let is_it = *reference == Reference::Name(name.to_owned());
            let taken =
                if is_it { other.references.as_slice() } else { std::slice::from_ref(reference) };
            for reference in taken {
                if !references.contains(reference) {
                    references.push(reference.clone());
                }
            }
        }
        Formula { source: print::as_written(&root), root, references }
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

    /// The branch that a formula of branches took, with its numbers: of `if(actual >= target, weight, weight * actual / target)`
    /// only `10 * 98 / 100`. Nothing where the branch is no computation, such as `weight` alone.
    pub fn taken(&self, lookup: Lookup<'_>) -> Option<String> {
        let branch = evaluate::taken(&self.root, lookup);
        (!branch.is_bare()).then(|| print::with_numbers(branch, lookup))
    }

    /// Every operation that was carried out, the innermost first, each with its numbers and its value.
    ///
    /// A branch of `if`, `bands` or `else` that was not taken has no step.
    pub fn trace(&self, lookup: Lookup<'_>) -> Vec<Step> {
        trace::steps(&self.root, lookup)
    }

    /// What a spreadsheet gives for the translation, as `ROUND(ROUND(MAX(0,MIN(most,…)),12),places)`; `None` where binary fractions
    /// might decide otherwise than exact numbers do, or where there is no value.
    pub(crate) fn in_a_sheet(
        &self,
        lookup: Lookup<'_>,
        most: BigRational,
        places: u32,
    ) -> Option<BigRational> {
        let near = sheet::number(&self.root, lookup).ok()?;
        Some(sheet::within(near, most)?.rounded_quietly(places)?.into_value())
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
