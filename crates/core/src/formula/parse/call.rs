//! The functions of the language: each one's arguments, and what is refused of them.
//!
//! * In: the words behind a function's name and `(`. Out: its node of the tree.
//! * Never: decides what a function gives; that is `evaluate`'s work, and for methods that of `method`.

use super::super::FormulaError;
use super::super::lex::{Look, Token};
use super::super::method;
use super::super::tree::{
    Band, Bands, Branches, Comparison, Deduction, Function, Number, Steps, Term,
};
use super::{Parse, Parser, constant};
use crate::rules::suggest::nearest;
use num_traits::Signed;

/// How many places `round` may keep.
const MOST_PLACES: u32 = 10;

/// Functions beside the methods.
const FUNCTIONS: [&str; 13] = [
    "min",
    "max",
    "round",
    "floor",
    "ceil",
    "abs",
    "if",
    "deduct",
    "bands",
    "fact",
    "sum",
    "count",
    "composition",
];

/// Whether a word is a function, so that no name can be spelt like it.
pub(super) fn is_function(name: &str) -> bool {
    FUNCTIONS.contains(&name) || method::arguments_of(name).is_some()
}

impl Parser<'_> {
    /// The arguments of a function and `)`.
    pub(super) fn call(&mut self, function: Token<'_>) -> Parse<Number> {
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
            "fact" => self.fact(),
            "sum" => self.sum_over(),
            "count" => self.count_of(),
            "composition" => self.composition(),
            method::CHECKLIST => self.checklist(function),
            method if method::arguments_of(method).is_some() => self.method(function),
            unknown => {
                let mut known = FUNCTIONS.to_vec();
                known.extend(method::names());
                let small = unknown.to_ascii_lowercase();
                let nearest = match known.iter().find(|name| **name == small) {
                    Some(same) => Some(*same),
                    None => nearest(&small, known.iter().copied()),
                };
                let expected = match nearest {
                    Some(nearest) => format!("`{nearest}`, which is spelt most like it"),
                    None => known.join(", "),
                };
                let found = format!("the function `{unknown}`");
                Err(FormulaError::new(function.column, found, expected))
            }
        }
    }

    fn method(&mut self, token: Token<'_>) -> Parse<Number> {
        let mut arguments = vec![self.number()?];
        while self.takes(",") {
            arguments.push(self.number()?);
        }
        self.expects(")", "an operator, `,` or `)`")?;
        method::call(token.text, token.column, arguments)
    }

    /// `checklist(x => 2, y => 1)`.
    fn checklist(&mut self, token: Token<'_>) -> Parse<Number> {
        let mut items = Vec::new();
        loop {
            let item = self.number()?;
            self.expects("=>", "an operator or `=>` and the points of the item")?;
            items.push((item, self.number()?));
            if !self.takes(",") {
                break;
            }
        }
        self.expects(")", "an operator, `,` and the next item, or `)`")?;
        method::checklist(token.column, items)
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
        let steps = self
            .takes_one_of(&Steps::ALL)
            .ok_or_else(|| self.unexpected("`full_steps`, `started_steps` or `continuous`"))?;
        self.expects(")", "`)`")?;
        Ok(Number::Deduct(Box::new(Deduction { weight, excess, per, points, steps })))
    }

    /// `bands(x, 90% => 10, > 80% => 8, 0)`: every edge on the same side of its band, each beyond the one before.
    fn bands(&mut self) -> Parse<Number> {
        const SIDES: &[(&str, Comparison)] = &[
            (">=", Comparison::AtLeast),
            ("≥", Comparison::AtLeast),
            (">", Comparison::More),
            ("<=", Comparison::AtMost),
            ("≤", Comparison::AtMost),
            ("<", Comparison::Less),
        ];
        let x = self.number()?;
        self.comma()?;
        let mut bands: Vec<Band> = Vec::new();
        loop {
            let column = self.column();
            let side = self.takes_one_of(SIDES);
            let edge = self.number()?;
            if !self.takes("=>") {
                if bands.is_empty() || side.is_some() {
                    return Err(self.unexpected("an operator or `=>` and the value of the band"));
                }
                self.expects(")", "an operator, `=>` and the value of the band, or `)`")?;
                return Ok(Number::Bands(Box::new(Bands { x, bands, rest: edge })));
            }
            let is = side.unwrap_or(Comparison::AtLeast);
            if let Some(before) = bands.last()
                && !goes_on(before, is, &edge)
            {
                return Err(FormulaError::new(
                    column,
                    "an edge that does not go on from the one before it",
                    "edges downwards for `>=` and `>`, upwards for `<=` and `<`; this band would never be reached",
                ));
            }
            bands.push(Band { is, edge, value: self.number()? });
            self.expects(",", "an operator or `,` and the next band, last the value of the rest")?;
        }
    }
}

/// Whether a band behind another one can be reached, as far as numbers in the text tell.
fn goes_on(before: &Band, is: Comparison, edge: &Term) -> bool {
    let down = |is| matches!(is, Comparison::AtLeast | Comparison::More);
    if down(before.is) != down(is) {
        return false;
    }
    let (Some(last), Some(edge)) = (constant(&before.edge), constant(edge)) else { return true };
    // The same edge again, now with the edge itself: `> 90% => 10, 90% => 9`.
    let closes = matches!(before.is, Comparison::More | Comparison::Less)
        && matches!(is, Comparison::AtLeast | Comparison::AtMost);
    (if down(is) { edge < last } else { edge > last }) || (closes && edge == last)
}
