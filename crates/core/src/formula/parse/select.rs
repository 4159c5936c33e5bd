//! What a formula takes from outside: `fact(编制数)`, `sum(executed where economic starts "302")`, `count(indicators where met)`.
//!
//! * In: the words behind `fact(`, `sum(` or `count(`. Out: a reference and its key in the tree.
//! * Never: looks anything up.

use super::super::FormulaError;
use super::super::lex::Look;
use super::super::reference::{AMOUNTS, Class, LineIs, Reference, RowIs, RowSum, SpendingKind};
use super::super::tree::Number;
use super::{Parse, Parser};
use rust_decimal::Decimal;

const LINE_CONDITIONS: &str =
    "`economic starts \"302\"`, `function starts \"205\"`, `fund = \"...\"` or `kind = basic`";
const ROW_CONDITIONS: &str = "`met`, `over <= 30%` or `level = \"产出指标\"`";

impl Parser<'_> {
    /// `fact(编制数)`, `fact(三公经费.本年预算)`.
    pub(super) fn fact(&mut self) -> Parse<Number> {
        let expected = "the name of a fact, such as `fact(编制数)` or `fact(三公经费.本年预算)`";
        let token = self
            .peek()
            .filter(|token| matches!(token.look, Look::Name | Look::Text))
            .ok_or_else(|| self.unexpected(expected))?;
        self.next += 1;
        self.expects(")", "`)`; a fact is one name")?;
        let text = token.text.trim_matches('"');
        let (name, column) = match text.rsplit_once('.') {
            Some((name, column)) => (name, Some(column.to_owned())),
            None => (text, None),
        };
        if name.is_empty() || column.as_deref() == Some("") {
            return Err(FormulaError::new(token.column, format!("`{}`", token.text), expected));
        }
        Ok(self.refer(Reference::Fact { name: name.to_owned(), column }))
    }

    /// `sum(executed where ...)`, `sum(score where ...)`.
    pub(super) fn sum_over(&mut self) -> Parse<Number> {
        const ROWS: &[(&str, RowSum)] = &[("score", RowSum::Score), ("weight", RowSum::Weight)];
        if let Some(what) = self.takes_one_of(ROWS) {
            return self.rows(what);
        }
        let Some(amount) = self.takes_one_of(&AMOUNTS) else {
            let amounts: Vec<&str> = AMOUNTS.iter().map(|(name, _)| *name).collect();
            let expected = format!("what is summed: {}, score or weight", amounts.join(", "));
            return Err(self.unexpected(&expected));
        };
        let conditions = self.conditions(Parser::line_is)?;
        Ok(self.refer(Reference::Lines { amount, conditions }))
    }

    /// `composition(function, 3 without "227")`.
    pub(super) fn composition(&mut self) -> Parse<Number> {
        let by = self.takes_one_of(&Class::ALL);
        let by = by.ok_or_else(|| self.unexpected("function or economic"))?;
        self.expects(",", "`,` and how many digits make a class")?;
        let digits = self.peek().and_then(|token| token.text.parse::<usize>().ok());
        let digits = digits.filter(|digits| (1..=7).contains(digits));
        let digits =
            digits.ok_or_else(|| self.unexpected("how many digits make a class, 1 to 7"))?;
        self.next += 1;
        let without = match self.takes("without") {
            true => self.texts(|text| text.bytes().all(|byte| byte.is_ascii_digit()))?,
            false => Vec::new(),
        };
        self.expects(")", "`without` and codes in quotes, or `)`")?;
        Ok(self.refer(Reference::Composition { by, digits, without }))
    }

    /// `count(indicators where ...)`.
    pub(super) fn count_of(&mut self) -> Parse<Number> {
        self.expects("indicators", "`indicators`, which is what can be counted")?;
        self.rows(RowSum::Count)
    }

    fn rows(&mut self, what: RowSum) -> Parse<Number> {
        let conditions = self.conditions(Parser::row_is)?;
        Ok(self.refer(Reference::Rows { what, conditions }))
    }

    /// `where` one condition `and` the next, and `)`.
    fn conditions<T>(&mut self, one: fn(&mut Self) -> Parse<T>) -> Parse<Vec<T>> {
        let mut conditions = Vec::new();
        if self.takes("where") {
            conditions.push(one(self)?);
            while self.takes("and") {
                conditions.push(one(self)?);
            }
            self.expects(")", "`and` or `)`")?;
        } else {
            self.expects(")", "`where` or `)`")?;
        }
        Ok(conditions)
    }

    fn line_is(&mut self) -> Parse<LineIs> {
        if self.takes("economic") {
            return self.starts().map(LineIs::Economic);
        }
        if self.takes("function") {
            return self.starts().map(LineIs::Function);
        }
        if self.takes("fund") {
            self.expects("=", "`=` and the fund in quotes")?;
            return self.texts(|_| true).map(LineIs::Fund);
        }
        if self.takes("kind") {
            const KINDS: &[(&str, SpendingKind)] =
                &[("basic", SpendingKind::Basic), ("project", SpendingKind::Project)];
            self.expects("=", "`=` and basic or project")?;
            let kind = self.takes_one_of(KINDS);
            return kind.map(LineIs::Kind).ok_or_else(|| self.unexpected("basic or project"));
        }
        Err(self.unexpected(LINE_CONDITIONS))
    }

    fn row_is(&mut self) -> Parse<RowIs> {
        if self.takes("met") {
            return Ok(RowIs::Met);
        }
        if self.takes("level") {
            self.expects("=", "`=` and the level in quotes")?;
            return self.texts(|_| true).map(RowIs::Level);
        }
        if self.takes("over") {
            self.expects("<=", "`<=` and a percentage, such as `over <= 30%`")?;
            return self.share().map(RowIs::OverAtMost);
        }
        Err(self.unexpected(ROW_CONDITIONS))
    }

    /// `30%` or `0.3`.
    fn share(&mut self) -> Parse<Decimal> {
        let token = self.peek().filter(|token| token.look == Look::Number);
        let text = token.map(|token| token.text);
        let share = text.and_then(|text| match text.strip_suffix('%') {
            Some(percent) => {
                Decimal::from_str_exact(percent).ok()?.checked_div(Decimal::ONE_HUNDRED)
            }
            None => Decimal::from_str_exact(text).ok(),
        });
        let share = share.ok_or_else(|| self.unexpected("a percentage, such as `30%`"))?;
        self.next += 1;
        Ok(share.normalize())
    }

    fn starts(&mut self) -> Parse<Vec<String>> {
        self.expects("starts", "`starts` and the first digits of the class in quotes")?;
        self.texts(|text| text.bytes().all(|byte| byte.is_ascii_digit()))
    }

    /// `"302" or "303"`.
    fn texts(&mut self, is_right: fn(&str) -> bool) -> Parse<Vec<String>> {
        let mut texts = Vec::new();
        loop {
            let text = self.peek().filter(|token| token.look == Look::Text);
            let text = text.map(|token| token.text.trim_matches('"'));
            let text = text.filter(|text| !text.is_empty() && is_right(text));
            let text = text.ok_or_else(|| self.unexpected("a text in quotes, such as \"302\""))?;
            texts.push(text.to_owned());
            self.next += 1;
            if !self.takes("or") {
                return Ok(texts);
            }
        }
    }

    /// Notes what is taken from outside.
    pub(super) fn refer(&mut self, reference: Reference) -> Number {
        let key = reference.key();
        if !self.references.contains(&reference) {
            self.references.push(reference);
        }
        Number::Name(key)
    }
}
