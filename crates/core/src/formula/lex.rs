//! From the text of a formula to its words: numbers, names, signs.
//!
//! * In: text of at most [`LONGEST`] characters. Out: tokens with their column, counted in characters from one.
//! * Never: gives a word a meaning (that is the parser's work), or takes a full-width sign for a half-width one.

use super::FormulaError;
use winnow::ascii::digit1;
use winnow::combinator::{alt, opt, repeat};
use winnow::error::EmptyError;
use winnow::prelude::*;
use winnow::token::{one_of, take_while};

/// The longest formula, in characters.
pub(super) const LONGEST: usize = 4_000;

/// What a token is, by its look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    Number,
    Name,
    /// A text in half-width quotes, its quotes included.
    Text,
    Sign,
}

/// A word of a formula.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'s> {
    pub look: Look,
    pub text: &'s str,
    pub column: usize,
}

/// Splits a formula into its words.
pub(super) fn tokens(text: &str) -> Result<Vec<Token<'_>>, FormulaError> {
    let length = text.chars().count();
    if length > LONGEST {
        return Err(FormulaError::new(
            LONGEST + 1,
            format!("a formula of {length} characters"),
            format!("at most {LONGEST}; split it"),
        ));
    }
    let mut tokens = Vec::new();
    let mut rest = text;
    let mut column = 1;
    while let Some(first) = rest.chars().next() {
        if first.is_whitespace() {
            rest = rest.get(first.len_utf8()..).unwrap_or("");
            column += 1;
            continue;
        }
        let (look, text) = token
            .parse_next(&mut rest)
            .map_err(|_| FormulaError::new(column, format!("`{first}`"), instead_of(first)))?;
        tokens.push(Token { look, text, column });
        column += text.chars().count();
    }
    Ok(tokens)
}

type Lexed<T> = Result<T, EmptyError>;

fn token<'s>(input: &mut &'s str) -> Lexed<(Look, &'s str)> {
    alt((
        number.map(|text| (Look::Number, text)),
        name.map(|text| (Look::Name, text)),
        quoted.map(|text| (Look::Text, text)),
        sign.map(|text| (Look::Sign, text)),
    ))
    .parse_next(input)
}

fn number<'s>(input: &mut &'s str) -> Lexed<&'s str> {
    (digit1, opt(('.', digit1)), opt('%')).take().parse_next(input)
}

fn name<'s>(input: &mut &'s str) -> Lexed<&'s str> {
    let later = |letter: char| is_letter(letter) || letter.is_ascii_digit();
    let inside = repeat::<_, _, (), _, _>(0.., ('.', take_while(1.., later)));
    (one_of(is_letter), take_while(0.., later), inside).take().parse_next(input)
}

/// Whether a text is one name.
pub(super) fn is_name(text: &str) -> bool {
    let mut rest = text;
    name(&mut rest).is_ok() && rest.is_empty()
}

fn quoted<'s>(input: &mut &'s str) -> Lexed<&'s str> {
    let inside = take_while(0.., |letter| letter != '"' && letter != '\n');
    ('"', inside, '"').take().parse_next(input)
}

fn sign<'s>(input: &mut &'s str) -> Lexed<&'s str> {
    alt((
        alt(("<=", ">=", "!=", "==", "=>")),
        one_of(['+', '-', '*', '/', '(', ')', ',', '<', '>', '=', '≤', '≥', '≠']).take(),
    ))
    .parse_next(input)
}

/// A letter of a name: ASCII, `_`, or a Chinese character.
fn is_letter(letter: char) -> bool {
    letter.is_ascii_alphabetic()
        || matches!(letter,
            '_' | '\u{3007}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}'
            | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{323AF}')
}

/// What to write in place of a character that no formula has; Chinese keyboards give most of them.
fn instead_of(found: char) -> String {
    let half_width = match found {
        '\u{FF01}'..='\u{FF5E}' => {
            char::from_u32(u32::from(found) - 0xFEE0).map(String::from).unwrap_or_default()
        }
        '×' => "*".to_owned(),
        '÷' => "/".to_owned(),
        '−' | '–' | '—' => "-".to_owned(),
        '。' => ".".to_owned(),
        '、' => ",".to_owned(),
        _ => return "a number, a name or an operator".to_owned(),
    };
    format!("the half-width `{half_width}`")
}
