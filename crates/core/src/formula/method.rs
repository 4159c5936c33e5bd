//! The methods of scoring, each written in the language itself: one line here is a new method, exact and in a sheet.
//!
//! * In: a method's name and arguments. Out: what it comes to in simpler parts.
//! * `actual / target` of a target of zero is a division by zero, which a rule has to handle.
//! * Never: unfolds beyond [`LARGEST`] nodes, however methods stand within methods.

use super::FormulaError;
use super::parse;
use super::replace::replaced;
use super::tree::{Factor, Function, Method, Number, Part, Sign, Term, size};
use num_bigint::BigInt;
use num_rational::BigRational;

/// The most nodes of a formula with its methods unfolded.
const LARGEST: usize = 20_000;

/// Name, arguments, meaning. A method may stand here several times with different numbers of arguments.
const METHODS: [(&str, &[&str], &str); 10] = [
    ("ratio_up", &["weight", "actual", "target"], "weight * max(0, min(1, actual / target))"),
    (
        "ratio_up",
        &["weight", "actual", "target", "least", "most"],
        "weight * max(least, min(most, actual / target))",
    ),
    (
        "ratio_down",
        &["weight", "actual", "target"],
        "if(actual <= target, weight, weight * max(0, target / actual))",
    ),
    (
        "ratio_down",
        &["weight", "actual", "target", "least", "most"],
        "if(actual <= 0, weight * most, weight * max(least, min(most, target / actual)))",
    ),
    (
        "linear_down",
        &["weight", "actual", "target"],
        "if(actual <= target, weight, weight * max(0, 1 - (actual - target) / target))",
    ),
    (
        "equality",
        &["weight", "actual", "target"],
        "if(actual = target, weight, weight * max(0, 1 - abs((actual - target) / target)))",
    ),
    (
        "pass_mark",
        &["weight", "share", "mark"],
        "if(share >= 1, weight, if(share >= mark, weight * share, 0))",
    ),
    ("per_event", &["weight", "events", "points"], "max(0, weight - points * max(0, events))"),
    ("yes_no", &["weight", "met"], "if(met = 1, weight, 0)"),
    ("coefficient", &["weight", "share"], "weight * max(0, min(1, share))"),
];

/// The method whose arguments are items with points, `checklist(x => 2, y => 1)`.
pub(super) const CHECKLIST: &str = "checklist";

/// What a method may be given, one text for each number of arguments; `None` for other words.
pub(super) fn arguments_of(name: &str) -> Option<String> {
    if name == CHECKLIST {
        return Some("checklist(item => points, ...)".to_owned());
    }
    let forms = METHODS.iter().filter(|(of, ..)| *of == name);
    let forms: Vec<String> =
        forms.map(|(name, arguments, _)| format!("{name}({})", arguments.join(", "))).collect();
    (!forms.is_empty()).then(|| forms.join(" or "))
}

/// The names of the methods, each once.
pub(super) fn names() -> Vec<&'static str> {
    let mut names: Vec<&str> = METHODS.iter().map(|(name, ..)| *name).collect();
    names.dedup();
    names.push(CHECKLIST);
    names
}

/// A call of a method that is known by name and number of arguments.
pub(super) fn call(
    name: &str,
    column: usize,
    arguments: Vec<Term>,
) -> Result<Number, FormulaError> {
    let fits =
        |(of, wanted, _): &&(&str, &[&str], &str)| *of == name && wanted.len() == arguments.len();
    let Some((name, wanted, meaning)) = METHODS.iter().find(fits) else {
        let found = format!("`{name}` with {} arguments", arguments.len());
        return Err(FormulaError::new(column, found, arguments_of(name).unwrap_or_default()));
    };
    let template = parse::formula(meaning)?.0;
    let largest = arguments.iter().map(|argument| size(Part::Number(argument))).max().unwrap_or(0);
    bounded(column, size(Part::Number(&template)).saturating_mul(largest))?;
    let put = |parameter: &str| {
        let position = wanted.iter().position(|of| *of == parameter)?;
        arguments.get(position).cloned()
    };
    let meaning = replaced(&template, &put);
    let arguments = arguments.into_iter().map(|argument| (argument, None)).collect();
    Ok(Number::Method(Box::new(Method { name, arguments, meaning })))
}

/// Points of every item as far as it is fulfilled: 1 in full, 0 not at all, a share in proportion.
pub(super) fn checklist(column: usize, items: Vec<(Term, Term)>) -> Result<Number, FormulaError> {
    let nodes =
        items.iter().map(|(item, points)| size(Part::Number(item)) + size(Part::Number(points)));
    bounded(column, nodes.fold(0, usize::saturating_add))?;
    let literal = |value: u8| Term {
        at: column,
        kind: Number::Literal {
            value: BigRational::from(BigInt::from(value)),
            text: value.to_string(),
        },
    };
    let call =
        |function, a: Term, b: Term| Term { at: a.at, kind: Number::Call(function, vec![a, b]) };
    let worth = |(item, points): &(Term, Term)| {
        let share = call(Function::Max, call(Function::Min, item.clone(), literal(1)), literal(0));
        let factors = vec![(Factor::Times, points.clone()), (Factor::Times, share)];
        (Sign::Plus, Term { at: points.at, kind: Number::Product(factors) })
    };
    let meaning = Term { at: column, kind: Number::Sum(items.iter().map(worth).collect()) };
    let arguments = items.into_iter().map(|(item, points)| (item, Some(points))).collect();
    Ok(Number::Method(Box::new(Method { name: CHECKLIST, arguments, meaning })))
}

fn bounded(column: usize, nodes: usize) -> Result<(), FormulaError> {
    if nodes <= LARGEST {
        return Ok(());
    }
    Err(FormulaError::new(
        column,
        "methods within methods that unfold too far",
        "a flatter formula; split it",
    ))
}
