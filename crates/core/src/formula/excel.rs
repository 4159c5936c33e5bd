//! The same computation as a spreadsheet formula that Excel, WPS and LibreOffice all take.
//!
//! * In: a tree, and the cell of each name. Out: the formula without `=`, parenthesised where it must be and nowhere else.
//! * A spreadsheet computes in floats. Where a formula cuts or compares, a noise in the sixteenth digit would flip the
//!   result, so computed sides are rounded to [`QUIET`] places first; 1 − 0.9 must make two full steps of 0.05, not one.
//! * A spreadsheet's MIN and MAX pass over a cell that holds no number, so a bare cell among their arguments gets `+0`:
//!   a cell that someone emptied counts as 0, and text in it is an error rather than a full score.
//! * Never: a text, a function beyond the plain set, or a formula that a spreadsheet would refuse.

use super::print::{Bond, bracketed, plain, unsigned};
use super::tree::{
    Bands, Comparison, Condition, Deduction, Factor, Function, Number, Sign, Steps, Term, Truth,
    is_short,
};
use super::{CellOf, ExcelError};

/// Places that computed numbers are rounded to before they are compared or cut: fewer than the noise of a binary fraction has, and
/// enough for one 分 of ten billion 元.
pub(super) const QUIET: u32 = 12;
/// The longest formula: 8,192 characters, less what a cell puts around it (cap, rounding, `=`).
const LONGEST: usize = 8_100;
/// The deepest nesting: 64 levels, less those of what a cell puts around it.
const DEEPEST: usize = 60;
/// The most arguments of a function.
const MOST_ARGUMENTS: usize = 255;
/// An undefined number, for a name without value that an `else` catches.
const NO_NUMBER: &str = "(1/0)";

type Translated<T> = Result<T, ExcelError>;

/// The formula for a sheet.
pub(super) fn translate(root: &Term, cell: CellOf<'_>) -> Translated<String> {
    let (text, _) = Translator { cell, caught: false }.number(root)?;
    let depth = depth(&text);
    if depth > DEEPEST {
        return Err(ExcelError::TooDeep { depth, limit: DEEPEST });
    }
    Ok(text)
}

/// How deep parentheses nest; those within a quoted sheet name do not count.
fn depth(text: &str) -> usize {
    let (mut depth, mut deepest, mut quoted) = (0_usize, 0, false);
    for character in text.chars() {
        match character {
            '\'' => quoted = !quoted,
            '(' if !quoted => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            ')' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

#[derive(Clone, Copy)]
struct Translator<'a> {
    cell: CellOf<'a>,
    /// Whether an `else` takes over where a number is undefined.
    caught: bool,
}

impl Translator<'_> {
    fn number(self, term: &Term) -> Translated<(String, Bond)> {
        let (text, bond) = match &term.kind {
            Number::Literal { value, .. } => (plain(value), Bond::Atom),
            Number::Name(name) => (self.name(name)?, Bond::Atom),
            Number::Negate(inner) => {
                (format!("-{}", bracketed(self.number(inner)?, Bond::Atom)), Bond::Signed)
            }
            Number::Sum(parts) => (self.sum(parts)?, Bond::Sum),
            Number::Product(parts) => (self.product(parts)?, Bond::Product),
            Number::Call(function, arguments) => (self.function(*function, arguments)?, Bond::Atom),
            Number::Round(inner, places) => {
                (format!("ROUND({},{places})", self.quiet(inner)?), Bond::Atom)
            }
            Number::If(it) => {
                let condition = self.condition(&it.condition)?;
                let (yes, no) = (self.number(&it.yes)?.0, self.number(&it.no)?.0);
                (format!("IF({condition},{yes},{no})"), Bond::Atom)
            }
            Number::Else(ways) => (self.ways(ways)?, Bond::Atom),
            Number::Deduct(it) => (self.deduction(it)?, Bond::Atom),
            Number::Bands(it) => (self.bands(it)?, Bond::Atom),
            Number::Method(it) => self.number(&it.meaning)?,
        };
        // Checked at every part, so that parts which are written twice cannot double without end.
        Ok((bounded(text)?, bond))
    }

    fn name(self, name: &str) -> Translated<String> {
        match (self.cell)(name) {
            Some(cell) if is_reference(&cell) => Ok(cell),
            Some(computed) => Ok(format!("({computed})")),
            None if self.caught => Ok(NO_NUMBER.to_owned()),
            None => Err(ExcelError::NoCell { name: name.to_owned() }),
        }
    }

    fn sum(self, parts: &[(Sign, Term)]) -> Translated<String> {
        let mut text = String::new();
        for (position, (sign, part)) in parts.iter().enumerate() {
            let part = self.number(part)?;
            if position == 0 {
                text += &bracketed(part, Bond::Sum);
                continue;
            }
            text += if *sign == Sign::Plus { "+" } else { "-" };
            text += &unsigned(part, Bond::Product);
        }
        Ok(text)
    }

    fn product(self, parts: &[(Factor, Term)]) -> Translated<String> {
        let mut text = String::new();
        for (position, (factor, part)) in parts.iter().enumerate() {
            let part = self.number(part)?;
            if position == 0 {
                text += &unsigned(part, Bond::Product);
                continue;
            }
            text += if *factor == Factor::Times { "*" } else { "/" };
            text += &bracketed(part, Bond::Atom);
        }
        Ok(text)
    }

    fn function(self, function: Function, arguments: &[Term]) -> Translated<String> {
        match function {
            Function::Min => self.call("MIN", arguments),
            Function::Max => self.call("MAX", arguments),
            Function::Abs => {
                let inner = arguments.iter().map(|part| Ok(self.number(part)?.0));
                joined("ABS", &inner.collect::<Translated<Vec<_>>>()?)
            }
            Function::Floor => self.whole(arguments, "ROUNDUP", "ROUNDDOWN"),
            Function::Ceil => self.whole(arguments, "ROUNDDOWN", "ROUNDUP"),
        }
    }

    fn call(self, function: &'static str, arguments: &[Term]) -> Translated<String> {
        let arguments =
            arguments.iter().map(|part| self.argument(part)).collect::<Translated<Vec<_>>>()?;
        joined(function, &arguments)
    }

    /// An argument of MIN or MAX: never a bare cell.
    fn argument(self, term: &Term) -> Translated<String> {
        let text = self.number(term)?.0;
        Ok(if matches!(term.kind, Number::Name(_)) { format!("{text}+0") } else { text })
    }

    /// Down or up to a whole number; the sheet's own functions go towards and away from zero instead.
    fn whole(self, arguments: &[Term], below: &str, above: &str) -> Translated<String> {
        let inner =
            arguments.iter().map(|part| self.quiet(part)).collect::<Translated<Vec<_>>>()?;
        let inner = inner.join(",");
        Ok(format!("IF({inner}<0,{below}({inner},0),{above}({inner},0))"))
    }

    /// A number without float noise.
    fn quiet(self, term: &Term) -> Translated<String> {
        let text = self.number(term)?.0;
        Ok(if term.is_bare() { text } else { format!("ROUND({text},{QUIET})") })
    }

    fn ways(self, ways: &[Term]) -> Translated<String> {
        let Some((last, caught)) = ways.split_last() else { return Ok(NO_NUMBER.to_owned()) };
        let mut text = self.number(last)?.0;
        for way in caught.iter().rev() {
            let way = Translator { caught: true, ..self }.number(way)?.0;
            text = bounded(format!("IFERROR({way},{text})"))?;
        }
        Ok(text)
    }

    fn deduction(self, it: &Deduction) -> Translated<String> {
        let weight = bracketed(self.number(&it.weight)?, Bond::Sum);
        let points = unsigned(self.number(&it.points)?, Bond::Product);
        let excess = self.argument(&it.excess)?;
        let per = bracketed(self.number(&it.per)?, Bond::Atom);
        let steps = format!("MAX(0,{excess})/{per}");
        Ok(match it.steps {
            Steps::Full => format!("MAX(0,{weight}-{points}*ROUNDDOWN(ROUND({steps},{QUIET}),0))"),
            Steps::Started => format!("MAX(0,{weight}-{points}*ROUNDUP(ROUND({steps},{QUIET}),0))"),
            Steps::Continuous => format!("MAX(0,{weight}-{points}*{steps})"),
        })
    }

    fn bands(self, it: &Bands) -> Translated<String> {
        let mut text = self.number(&it.rest)?.0;
        for band in it.bands.iter().rev() {
            let reached = self.comparison(&it.x, band.is, &band.edge)?;
            let value = self.number(&band.value)?.0;
            text = bounded(format!("IF({reached},{value},{text})"))?;
        }
        Ok(text)
    }

    fn condition(self, condition: &Condition) -> Translated<String> {
        let all = |function, parts: &[Condition]| {
            let parts =
                parts.iter().map(|part| self.condition(part)).collect::<Translated<Vec<_>>>()?;
            joined(function, &parts)
        };
        bounded(match &condition.kind {
            Truth::Compare(left, comparison, right) => self.comparison(left, *comparison, right)?,
            Truth::Not(inner) => format!("NOT({})", self.condition(inner)?),
            Truth::All(parts) => all("AND", parts)?,
            Truth::Any(parts) => all("OR", parts)?,
        })
    }

    /// Two cells or numbers are compared as they stand; as soon as one side is computed both lose their noise.
    fn comparison(self, left: &Term, comparison: Comparison, right: &Term) -> Translated<String> {
        let sign = match comparison {
            Comparison::Unequal => "<>",
            other => other.sign(),
        };
        let as_they_stand = left.is_bare() && right.is_bare();
        let side = |term: &Term| -> Translated<String> {
            let text = self.number(term)?.0;
            let exact = as_they_stand || is_short(term);
            Ok(if exact { text } else { format!("ROUND({text},{QUIET})") })
        };
        Ok(format!("{}{sign}{}", side(left)?, side(right)?))
    }
}

fn joined(function: &'static str, arguments: &[String]) -> Translated<String> {
    if arguments.len() > MOST_ARGUMENTS {
        let count = arguments.len();
        return Err(ExcelError::TooManyArguments { function, count, limit: MOST_ARGUMENTS });
    }
    Ok(format!("{function}({})", arguments.join(",")))
}

fn bounded(text: String) -> Translated<String> {
    if text.encode_utf16().count() > LONGEST {
        return Err(ExcelError::TooLong { limit: LONGEST });
    }
    Ok(text)
}

/// Whether a text is one cell such as `C5`, `$C$5` or `'指标 评分'!C5`; anything else is put in parentheses.
fn is_reference(text: &str) -> bool {
    let cell = match text.rsplit_once('!') {
        None => text,
        Some((sheet, cell)) if is_sheet(sheet) => cell,
        Some(_) => return false,
    };
    let cell = cell.strip_prefix('$').unwrap_or(cell);
    let row = cell.trim_start_matches(|letter: char| letter.is_ascii_alphabetic());
    let column = cell.len() - row.len();
    let row = row.strip_prefix('$').unwrap_or(row);
    (1..=3).contains(&column) && !row.is_empty() && row.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_sheet(name: &str) -> bool {
    match name.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
        Some(quoted) => !quoted.is_empty() && !quoted.replace("''", "").contains('\''),
        None => {
            !name.is_empty()
                && name
                    .chars()
                    .all(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '.'))
        }
    }
}
