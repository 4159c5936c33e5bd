//! From the words of a formula to its tree: precedence, arguments, and whether a part is a number or a condition.
//!
//! * In: the text. Out: the tree of a number, or the first mistake with its column, what was found, what was expected.
//! * One function per level of precedence, the weakest first; each falls through to the next when its sign is absent.
//! * Never: nests deeper than [`DEEPEST`], whatever the text.
//!
//! Start reading at [`formula`].

use super::FormulaError;
use super::lex::{Look, Token, tokens};
use super::print::decimal;
use super::tree::{
    Bands, Branches, Comparison, Condition, Deduction, Factor, Function, Number, Sign, Term, Truth,
};
use num_traits::Signed;

/// How deep parentheses, calls and signs may nest.
const DEEPEST: usize = 64;
/// How many digits a number may have; more is a slip, and spreadsheets keep fewer.
const MOST_DIGITS: usize = 20;
/// How many places `round` may keep.
const MOST_PLACES: u32 = 10;

const FUNCTIONS: &str = "min, max, round, floor, ceil, abs, if, deduct or bands";

type Parse<T> = Result<T, FormulaError>;

/// The tree of a formula.
pub(super) fn formula(text: &str) -> Parse<Term> {
    let tokens = tokens(text)?;
    let end = text.chars().count() + 1;
    let mut parser = Parser { tokens: &tokens, end, next: 0, depth: 0 };
    let whole = parser.number()?;
    match parser.peek() {
        None => Ok(whole),
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
                    Number::Name(token.text.to_owned())
                }
            }
            _ => return Err(self.unexpected("a number, a name or `(`")),
        };
        Ok(Parsed::Number(Term { at, kind }))
    }

    /// The arguments of a function and `)`.
    fn call(&mut self, function: Token<'_>) -> Parse<Number> {
        match function.text {
            "min" => self.several(function, Function::Min),
            "max" => self.several(function, Function::Max),
            "floor" => self.single(Function::Floor),
            "ceil" => self.single(Function::Ceil),
            "abs" => self.single(Function::Abs),
            "round" => self.round(),
            "if" => self.branches(),
            "deduct" => self.deduction(),
            "bands" => self.bands(),
            unknown => Err(FormulaError::new(
                function.column,
                format!("the function `{unknown}`"),
                FUNCTIONS,
            )),
        }
    }

    fn comma(&mut self) -> Parse<()> {
        self.expects(",", "an operator or `,` and the next argument")
    }

    fn close(&mut self) -> Parse<()> {
        self.expects(")", "an operator or `)`")
    }

    fn several(&mut self, token: Token<'_>, function: Function) -> Parse<Number> {
        let mut arguments = vec![self.number()?];
        while self.takes(",") {
            arguments.push(self.number()?);
        }
        self.expects(")", "an operator, `,` or `)`")?;
        if arguments.len() < 2 {
            let name = function.name();
            return Err(FormulaError::new(
                token.column,
                format!("`{name}` with one argument"),
                format!("two or more: `{name}(a, b)`"),
            ));
        }
        Ok(Number::Call(function, arguments))
    }

    fn single(&mut self, function: Function) -> Parse<Number> {
        let argument = self.number()?;
        self.close()?;
        Ok(Number::Call(function, vec![argument]))
    }

    fn round(&mut self) -> Parse<Number> {
        let value = self.number()?;
        self.comma()?;
        let column = self.column();
        let places = self
            .peek()
            .filter(|token| token.look == Look::Number)
            .and_then(|token| token.text.parse::<u32>().ok())
            .filter(|places| *places <= MOST_PLACES)
            .ok_or_else(|| {
                let found = self.unexpected("").found;
                let expected = format!("a whole number of places, 0 to {MOST_PLACES}");
                FormulaError::new(column, found, expected)
            })?;
        self.next += 1;
        self.expects(")", "`)`")?;
        Ok(Number::Round(Box::new(value), places))
    }

    fn branches(&mut self) -> Parse<Number> {
        let condition = self.whole()?.condition()?;
        self.comma()?;
        let yes = self.number()?;
        self.comma()?;
        let no = self.number()?;
        self.close()?;
        Ok(Number::If(Box::new(Branches { condition, yes, no })))
    }

    fn deduction(&mut self) -> Parse<Number> {
        let weight = self.number()?;
        self.comma()?;
        let excess = self.number()?;
        self.comma()?;
        let column = self.column();
        let per = self.number()?;
        if constant(&per).is_some_and(|per| !per.is_positive()) {
            return Err(FormulaError::new(
                column,
                "a step that is not above 0",
                "a step above 0, such as `0.05`",
            ));
        }
        self.comma()?;
        let points = self.number()?;
        self.comma()?;
        let full = self
            .takes_one_of(&[("full_steps", true), ("continuous", false)])
            .ok_or_else(|| self.unexpected("`full_steps` or `continuous`"))?;
        self.expects(")", "`)`")?;
        Ok(Number::Deduct(Box::new(Deduction { weight, excess, per, points, full })))
    }

    fn bands(&mut self) -> Parse<Number> {
        let x = self.number()?;
        self.comma()?;
        let mut bands: Vec<(Term, Term)> = Vec::new();
        loop {
            let column = self.column();
            let edge = self.number()?;
            if !self.takes("=>") {
                if bands.is_empty() {
                    return Err(self.unexpected("an operator or `=>` and the value of the band"));
                }
                self.expects(")", "an operator, `=>` and the value of the band, or `)`")?;
                return Ok(Number::Bands(Box::new(Bands { x, bands, below: edge })));
            }
            if let Some((above, _)) = bands.last()
                && let (Some(above), Some(edge)) = (constant(above), constant(&edge))
                && edge >= above
            {
                return Err(FormulaError::new(
                    column,
                    "an edge that is not below the one before it",
                    "the highest edge first; this band would never be reached",
                ));
            }
            bands.push((edge, self.number()?));
            self.expects(
                ",",
                "an operator or `,` and the next band, last the value below all bands",
            )?;
        }
    }
}

const KEYWORDS: [&str; 4] = ["and", "or", "not", "else"];

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

fn is_function(name: &str) -> bool {
    matches!(name, "min" | "max" | "round" | "floor" | "ceil" | "abs" | "if" | "deduct" | "bands")
}

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
