//! From the words of a formula to its tree: precedence, arguments, and whether a part is a number or a condition.
//!
//! * In: the text. Out: the tree of a number, or the first mistake with its column, what was found, what was expected.
//! * One function per level of precedence, the weakest first; each falls through to the next when its sign is absent.
//! * Never: nests deeper than [`DEEPEST`], whatever the text.
//!
//! Start reading at [`formula`]; `call` has the functions, `select` what is taken from outside.

mod call;
mod select;

use super::FormulaError;
use super::lex::{Look, Token, tokens};
use super::print::decimal;
use super::reference::Reference;
use super::tree::{Comparison, Condition, Factor, Number, Sign, Term, Truth};
use call::is_function;

/// How deep parentheses, calls and signs may nest.
const DEEPEST: usize = 64;
/// How many digits a number may have; more is a slip, and spreadsheets keep fewer.
const MOST_DIGITS: usize = 20;
type Parse<T> = Result<T, FormulaError>;

/// The tree of a formula, and what it takes from outside.
pub(super) fn formula(text: &str) -> Parse<(Term, Vec<Reference>)> {
    let tokens = tokens(text)?;
    let end = text.chars().count() + 1;
    let mut parser = Parser { tokens: &tokens, end, next: 0, depth: 0, references: Vec::new() };
    let whole = parser.number()?;
    match parser.peek() {
        None => Ok((whole, parser.references)),
        Some(_) => Err(parser.unexpected("an operator or the end of the formula")),
    }
}

/// A part whose kind is not settled yet.
enum Parsed {
    Number(Term),
    Condition(Condition),
}

impl Parsed {
    fn at(&self) -> usize {
        match self {
            Parsed::Number(term) => term.at,
            Parsed::Condition(condition) => condition.at,
        }
    }

    fn number(self) -> Parse<Term> {
        match self {
            Parsed::Number(term) => Ok(term),
            Parsed::Condition(condition) => {
                Err(FormulaError::new(condition.at, "a condition", "a number"))
            }
        }
    }

    fn condition(self) -> Parse<Condition> {
        match self {
            Parsed::Condition(condition) => Ok(condition),
            Parsed::Number(term) => Err(FormulaError::new(
                term.at,
                "a number",
                "a condition, such as `actual >= target`",
            )),
        }
    }
}

struct Parser<'t> {
    tokens: &'t [Token<'t>],
    /// The column after the text.
    end: usize,
    next: usize,
    depth: usize,
    references: Vec<Reference>,
}

impl<'t> Parser<'t> {
    fn peek(&self) -> Option<Token<'t>> {
        self.tokens.get(self.next).copied()
    }

    fn column(&self) -> usize {
        self.peek().map_or(self.end, |token| token.column)
    }

    fn sees(&self, text: &str) -> bool {
        self.peek().is_some_and(|token| token.text == text)
    }

    fn takes(&mut self, text: &str) -> bool {
        let seen = self.sees(text);
        self.next += usize::from(seen);
        seen
    }

    fn expects(&mut self, text: &str, expected: &str) -> Parse<()> {
        if self.takes(text) { Ok(()) } else { Err(self.unexpected(expected)) }
    }

    /// The operator of a table that stands next, taken.
    fn takes_one_of<T: Copy>(&mut self, table: &[(&str, T)]) -> Option<T> {
        let found = table.iter().find(|(text, _)| self.sees(text)).map(|(_, meaning)| *meaning);
        self.next += usize::from(found.is_some());
        found
    }

    fn unexpected(&self, expected: &str) -> FormulaError {
        let found = self.peek().map_or_else(
            || "the end of the formula".to_owned(),
            |token| format!("`{}`", token.text),
        );
        FormulaError::new(self.column(), found, expected)
    }

    /// Parses something one level deeper, within the limit.
    fn nested<T>(&mut self, inner: impl FnOnce(&mut Parser<'t>) -> Parse<T>) -> Parse<T> {
        if self.depth == DEEPEST {
            return Err(FormulaError::new(
                self.column(),
                format!("more than {DEEPEST} levels of nesting"),
                "a flatter formula; split it",
            ));
        }
        self.depth += 1;
        let result = inner(self);
        self.depth -= 1;
        result
    }

    /// Anything, from the weakest operator down.
    fn number(&mut self) -> Parse<Term> {
        self.whole()?.number()
    }

    /// `a else b`.
    fn whole(&mut self) -> Parse<Parsed> {
        let first = self.any()?;
        if !self.sees("else") {
            return Ok(first);
        }
        let at = first.at();
        let mut ways = vec![first.number()?];
        while self.takes("else") {
            ways.push(self.any()?.number()?);
        }
        Ok(Parsed::Number(Term { at, kind: Number::Else(ways) }))
    }

    /// `c or d`.
    fn any(&mut self) -> Parse<Parsed> {
        self.chain("or", Parser::all, Truth::Any)
    }

    /// `c and d`.
    fn all(&mut self) -> Parse<Parsed> {
        self.chain("and", Parser::not, Truth::All)
    }

    fn chain(
        &mut self,
        word: &str,
        part: fn(&mut Parser<'t>) -> Parse<Parsed>,
        together: fn(Vec<Condition>) -> Truth,
    ) -> Parse<Parsed> {
        let first = part(self)?;
        if !self.sees(word) {
            return Ok(first);
        }
        let at = first.at();
        let mut parts = vec![first.condition()?];
        while self.takes(word) {
            parts.push(part(self)?.condition()?);
        }
        Ok(Parsed::Condition(Condition { at, kind: together(parts) }))
    }

    /// `not c`.
    fn not(&mut self) -> Parse<Parsed> {
        let at = self.column();
        if !self.takes("not") {
            return self.comparison();
        }
        let inner = self.nested(Parser::not)?.condition()?;
        Ok(Parsed::Condition(Condition { at, kind: Truth::Not(Box::new(inner)) }))
    }

    /// `a >= b`, once.
    fn comparison(&mut self) -> Parse<Parsed> {
        let left = self.sum()?;
        let Some(comparison) = self.takes_one_of(COMPARISONS) else { return Ok(left) };
        let at = left.at();
        let left = left.number()?;
        let right = self.sum()?.number()?;
        if COMPARISONS.iter().any(|(text, _)| self.sees(text)) {
            return Err(self.unexpected("`and` between two comparisons; they do not chain"));
        }
        let kind = Truth::Compare(Box::new(left), comparison, Box::new(right));
        Ok(Parsed::Condition(Condition { at, kind }))
    }

    /// `a + b - c`.
    fn sum(&mut self) -> Parse<Parsed> {
        const SIGNS: &[(&str, Sign)] = &[("+", Sign::Plus), ("-", Sign::Minus)];
        self.operators(SIGNS, Sign::Plus, Parser::product, Number::Sum)
    }

    /// `a * b / c`.
    fn product(&mut self) -> Parse<Parsed> {
        const SIGNS: &[(&str, Factor)] = &[("*", Factor::Times), ("/", Factor::Over)];
        self.operators(SIGNS, Factor::Times, Parser::signed, Number::Product)
    }

    fn operators<T: Copy>(
        &mut self,
        signs: &[(&str, T)],
        of_first: T,
        part: fn(&mut Parser<'t>) -> Parse<Parsed>,
        together: fn(Vec<(T, Term)>) -> Number,
    ) -> Parse<Parsed> {
        let first = part(self)?;
        if !signs.iter().any(|(text, _)| self.sees(text)) {
            return Ok(first);
        }
        let at = first.at();
        let mut parts = vec![(of_first, first.number()?)];
        while let Some(sign) = self.takes_one_of(signs) {
            parts.push((sign, part(self)?.number()?));
        }
        Ok(Parsed::Number(Term { at, kind: together(parts) }))
    }

    /// `-a`.
    fn signed(&mut self) -> Parse<Parsed> {
        let at = self.column();
        if !self.takes("-") {
            return self.atom();
        }
        let inner = self.nested(Parser::signed)?.number()?;
        Ok(Parsed::Number(Term { at, kind: Number::Negate(Box::new(inner)) }))
    }

    /// A number, a name, a call, or anything in parentheses.
    fn atom(&mut self) -> Parse<Parsed> {
        let at = self.column();
        if self.takes("(") {
            let inner = self.nested(Parser::whole)?;
            self.expects(")", "an operator or `)`")?;
            return Ok(inner);
        }
        let kind = match self.peek() {
            Some(token) if token.look == Look::Number => {
                self.next += 1;
                literal(token)?
            }
            Some(token) if token.look == Look::Name && !KEYWORDS.contains(&token.text) => {
                self.next += 1;
                if self.takes("(") {
                    self.nested(|parser| parser.call(token))?
                } else if is_function(token.text) {
                    return Err(
                        self.unexpected(&format!("`(` after the function `{}`", token.text))
                    );
                } else {
                    self.refer(Reference::Name(token.text.to_owned()))
                }
            }
            Some(token) if token.text == "=" && self.next == 0 => {
                return Err(self.unexpected("no `=` in front of a formula"));
            }
            _ => return Err(self.unexpected("a number, a name or `(`")),
        };
        Ok(Parsed::Number(Term { at, kind }))
    }
}

const KEYWORDS: [&str; 5] = ["and", "or", "not", "else", "where"];

const COMPARISONS: &[(&str, Comparison)] = &[
    ("<", Comparison::Less),
    ("<=", Comparison::AtMost),
    ("≤", Comparison::AtMost),
    ("=", Comparison::Equal),
    ("==", Comparison::Equal),
    ("!=", Comparison::Unequal),
    ("≠", Comparison::Unequal),
    (">=", Comparison::AtLeast),
    ("≥", Comparison::AtLeast),
    (">", Comparison::More),
];

/// The value of a number as it stands, with or without a sign.
fn constant(term: &Term) -> Option<num_rational::BigRational> {
    match &term.kind {
        Number::Literal { value, .. } => Some(value.clone()),
        Number::Negate(inner) => constant(inner).map(|value| -value),
        _ => None,
    }
}

fn literal(token: Token<'_>) -> Parse<Number> {
    let mistake = |expected: String| {
        Err(FormulaError::new(token.column, format!("`{}`", token.text), expected))
    };
    let digits = token.text.chars().filter(char::is_ascii_digit).count();
    if digits > MOST_DIGITS {
        return mistake(format!("a number of at most {MOST_DIGITS} digits"));
    }
    let starts_with_zero = token.text.starts_with('0');
    if starts_with_zero && token.text.chars().nth(1).is_some_and(|second| second.is_ascii_digit()) {
        // `1,000` would be two arguments, 1 and 0.
        return mistake("a number without leading zeros, and no comma within a number".to_owned());
    }
    match decimal(token.text) {
        Some(value) => Ok(Number::Literal { value, text: token.text.to_owned() }),
        None => mistake("a number".to_owned()),
    }
}
