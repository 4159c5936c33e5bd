//! Formulas and exact numbers as text that people read and the parser reads back.
//!
//! * In: a tree, and the numbers that take the place of some of its parts. Out: text with the fewest parentheses.
//! * Decimals that end within 28 places are written out; others are rounded half up to ten places.
//! * Never: a number in scientific notation, or a sign that meets another sign without parentheses.

use super::Lookup;
use super::tree::{Band, Comparison, Condition, Factor, Number, Sign, Term, Truth};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Signed, Zero};

/// Places up to which an ending decimal is written out.
const MOST_PLACES: u32 = 28;
/// Places of a decimal that does not end.
const PLACES: u32 = 10;

/// How strongly a printed part holds together; the weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Bond {
    Else,
    Any,
    All,
    Not,
    Compare,
    Sum,
    Product,
    Signed,
    Atom,
}

/// The exact value of a plain decimal or percentage such as `-12.50` or `90%`; `None` for any other text.
pub fn decimal(text: &str) -> Option<BigRational> {
    let (unsigned, negative) = text.strip_prefix('-').map_or((text, false), |rest| (rest, true));
    let (number, percent) = unsigned.strip_suffix('%').map_or((unsigned, 0), |rest| (rest, 2));
    let (whole, places) = number.split_once('.').unwrap_or((number, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(places) {
        return None;
    }
    let mantissa: BigInt = format!("{whole}{places}").parse().ok()?;
    let scale = BigInt::from(10).pow(u32::try_from(places.len()).ok()?.checked_add(percent)?);
    let value = BigRational::new(mantissa, scale);
    Some(if negative { -value } else { value })
}

/// A number as a plain decimal: exact where it ends within 28 places, else rounded half up to ten places.
pub fn plain(value: &BigRational) -> String {
    match ending_places(value.denom()) {
        Some(places) => with_places(value, places),
        None => with_places(value, PLACES),
    }
}

/// How many places a fraction of this denominator needs, if it ends within the limit.
fn ending_places(denominator: &BigInt) -> Option<u32> {
    let mut places = 0;
    let mut scale = BigInt::from(1);
    while !(&scale % denominator).is_zero() {
        if places == MOST_PLACES {
            return None;
        }
        places += 1;
        scale *= 10;
    }
    Some(places)
}

fn with_places(value: &BigRational, places: u32) -> String {
    let scaled = (value * BigInt::from(10).pow(places)).round().to_integer();
    let digits = scaled.abs().to_string();
    let places = places as usize;
    let padded = format!("{digits:0>width$}", width = places + 1);
    let (whole, fraction) = padded.split_at(padded.len() - places);
    let sign = if scaled.is_negative() { "-" } else { "" };
    match fraction.trim_end_matches('0') {
        "" => format!("{sign}{whole}"),
        fraction => format!("{sign}{whole}.{fraction}"),
    }
}

/// The formula with numbers for names; a name without value stays.
pub(super) fn with_numbers(term: &Term, lookup: Lookup<'_>) -> String {
    Printer { replace: &|part| substitute(part, lookup) }.number(term).0
}

/// The formula in the language's own spelling.
pub(super) fn as_written(term: &Term) -> String {
    Printer { replace: &|_| None }.number(term).0
}

/// The number that takes the place of a name.
pub(super) fn substitute(part: &Term, lookup: Lookup<'_>) -> Option<BigRational> {
    match &part.kind {
        Number::Name(name) => lookup(name),
        _ => None,
    }
}

/// Prints trees, with numbers in the place of the parts for which `replace` gives one.
pub(super) struct Printer<'a> {
    pub replace: &'a dyn Fn(&Term) -> Option<BigRational>,
}

impl Printer<'_> {
    /// A part that gives a number, and how strongly its text holds together.
    pub(super) fn number(&self, term: &Term) -> (String, Bond) {
        match (self.replace)(term) {
            Some(value) => {
                (plain(&value), if value.is_negative() { Bond::Signed } else { Bond::Atom })
            }
            None => self.written(term),
        }
    }

    /// The same without replacing the part as a whole.
    pub(super) fn written(&self, term: &Term) -> (String, Bond) {
        match &term.kind {
            Number::Literal { text, .. } => (text.clone(), Bond::Atom),
            Number::Name(name) => (name.clone(), Bond::Atom),
            Number::Negate(inner) => (format!("-{}", self.within(inner, Bond::Atom)), Bond::Signed),
            Number::Sum(parts) => (self.sum(parts), Bond::Sum),
            Number::Product(parts) => (self.product(parts), Bond::Product),
            Number::Call(function, arguments) => {
                let arguments: Vec<&Term> = arguments.iter().collect();
                (self.call(function.name(), &arguments), Bond::Atom)
            }
            Number::Round(inner, places) => {
                (format!("round({}, {places})", self.number(inner).0), Bond::Atom)
            }
            Number::If(it) => {
                let (condition, _) = self.condition(&it.condition);
                let (yes, no) = (self.number(&it.yes).0, self.number(&it.no).0);
                (format!("if({condition}, {yes}, {no})"), Bond::Atom)
            }
            Number::Else(ways) => {
                let ways: Vec<String> =
                    ways.iter().map(|way| self.within(way, Bond::Any)).collect();
                (ways.join(" else "), Bond::Else)
            }
            Number::Deduct(it) => {
                let numbers = [&it.weight, &it.excess, &it.per, &it.points];
                let numbers = numbers.map(|part| self.number(part).0).join(", ");
                (format!("deduct({numbers}, {})", it.steps.name()), Bond::Atom)
            }
            Number::Bands(it) => {
                let band = |band: &Band| {
                    // The side that most bands have needs no sign.
                    let sign = match band.is {
                        Comparison::AtLeast => String::new(),
                        other => format!("{} ", other.sign()),
                    };
                    let (edge, value) =
                        (self.within(&band.edge, Bond::Sum), self.number(&band.value).0);
                    format!("{sign}{edge} => {value}, ")
                };
                let bands: String = it.bands.iter().map(band).collect();
                let (x, rest) = (self.number(&it.x).0, self.number(&it.rest).0);
                (format!("bands({x}, {bands}{rest})"), Bond::Atom)
            }
            Number::Method(it) => {
                let argument = |(argument, points): &(Term, Option<Term>)| match points {
                    None => self.number(argument).0,
                    Some(points) => {
                        format!("{} => {}", self.number(argument).0, self.number(points).0)
                    }
                };
                let arguments: Vec<String> = it.arguments.iter().map(argument).collect();
                (format!("{}({})", it.name, arguments.join(", ")), Bond::Atom)
            }
        }
    }

    /// A condition, and how strongly its text holds together.
    pub(super) fn condition(&self, condition: &Condition) -> (String, Bond) {
        let joined = |parts: &[Condition], word: &str, least: Bond| {
            let parts: Vec<String> =
                parts.iter().map(|part| bracketed(self.condition(part), least)).collect();
            parts.join(word)
        };
        match &condition.kind {
            Truth::Compare(left, comparison, right) => {
                let (left, right) = (self.within(left, Bond::Sum), self.within(right, Bond::Sum));
                (format!("{left} {} {right}", comparison.sign()), Bond::Compare)
            }
            Truth::Not(inner) => {
                (format!("not {}", bracketed(self.condition(inner), Bond::Not)), Bond::Not)
            }
            Truth::All(parts) => (joined(parts, " and ", Bond::Not), Bond::All),
            Truth::Any(parts) => (joined(parts, " or ", Bond::All), Bond::Any),
        }
    }

    fn within(&self, term: &Term, least: Bond) -> String {
        bracketed(self.number(term), least)
    }

    fn call(&self, name: &str, arguments: &[&Term]) -> String {
        let arguments: Vec<String> =
            arguments.iter().map(|argument| self.number(argument).0).collect();
        format!("{name}({})", arguments.join(", "))
    }

    fn sum(&self, parts: &[(Sign, Term)]) -> String {
        let mut text = String::new();
        for (position, (sign, part)) in parts.iter().enumerate() {
            if position == 0 {
                text += &self.within(part, Bond::Sum);
                continue;
            }
            text += if *sign == Sign::Plus { " + " } else { " - " };
            text += &unsigned(self.number(part), Bond::Product);
        }
        text
    }

    fn product(&self, parts: &[(Factor, Term)]) -> String {
        let mut text = String::new();
        for (position, (factor, part)) in parts.iter().enumerate() {
            if position == 0 {
                text += &unsigned(self.number(part), Bond::Product);
                continue;
            }
            text += if *factor == Factor::Times { " * " } else { " / " };
            text += &self.within(part, Bond::Atom);
        }
        text
    }
}

/// In parentheses unless it holds together at least as strongly as its place demands.
pub(super) fn bracketed((text, bond): (String, Bond), least: Bond) -> String {
    if bond < least { format!("({text})") } else { text }
}

/// The same, and never with a bare sign in front: `3 - (-2)`, `(-a) * b`.
pub(super) fn unsigned((text, bond): (String, Bond), least: Bond) -> String {
    bracketed((text, if bond == Bond::Signed { Bond::Else } else { bond }), least)
}
