//! How a value came about: every operation with its numbers, the innermost first.
//!
//! * In: a tree, and a number or nothing per name. Out: steps such as `4563.88 / 4650.97` with their exact values.
//! * What was not computed (the branch not taken) has no step, and is shown with its names replaced by numbers.
//! * Never: computes otherwise than [`super::evaluate`] does; it asks it for every value.

use super::print::{Printer, plain, substitute};
use super::tree::{Number, Part, Term};
use super::{Lookup, Undefined, evaluate};
use num_rational::BigRational;
use std::fmt;

/// One operation of a computation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The operation with the numbers it had, such as `min(1, 0.9812748738)`.
    pub text: String,
    /// What it gave, or why it gave nothing.
    pub value: Result<Value, Undefined>,
}

/// What an operation gives.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Value {
    /// A number.
    Number(BigRational),
    /// Whether a condition holds.
    Truth(bool),
}

/// A number as [`plain`] writes it; `true` or `false`.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Number(number) => f.write_str(&plain(number)),
            Value::Truth(holds) => write!(f, "{holds}"),
        }
    }
}

/// The steps of a formula.
pub(super) fn steps(root: &Term, lookup: Lookup<'_>) -> Vec<Step> {
    let mut steps = Vec::new();
    add_steps(Part::Number(root), lookup, &mut steps);
    steps
}

fn add_steps(part: Part<'_>, lookup: Lookup<'_>, steps: &mut Vec<Step>) {
    let computed = match part {
        // A number or a name as it stands is no operation; its value shows where it is used.
        Part::Number(term) if term.is_bare() => return,
        Part::Number(term) => computed_parts(term, lookup),
        Part::Condition(condition) => condition.parts(),
    };
    for part in &computed {
        add_steps(*part, lookup, steps);
    }
    let shown = |candidate: &Term| {
        let operand = computed.iter().any(|part| is(*part, candidate));
        if operand {
            evaluate::number(candidate, lookup).ok()
        } else {
            substitute(candidate, lookup)
        }
    };
    steps.push(step(part, &shown, lookup));
}

fn step(part: Part<'_>, shown: &dyn Fn(&Term) -> Option<BigRational>, lookup: Lookup<'_>) -> Step {
    let printer = Printer { replace: shown };
    match part {
        Part::Number(term) => Step {
            text: printer.written(term).0,
            value: evaluate::number(term, lookup).map(Value::Number),
        },
        Part::Condition(condition) => Step {
            text: printer.condition(condition).0,
            value: evaluate::truth(condition, lookup).map(Value::Truth),
        },
    }
}

/// Whether a part is this very node of the tree; a number of the formula keeps its own spelling (`90%`).
fn is(part: Part<'_>, candidate: &Term) -> bool {
    match part {
        Part::Number(Term { kind: Number::Literal { .. }, .. }) | Part::Condition(_) => false,
        Part::Number(term) => std::ptr::eq(term, candidate),
    }
}

/// The direct parts that were computed, in the order they were.
fn computed_parts<'t>(term: &'t Term, lookup: Lookup<'_>) -> Vec<Part<'t>> {
    match &term.kind {
        Number::If(it) => {
            let mut parts = vec![Part::Condition(&it.condition)];
            if let Ok(holds) = evaluate::truth(&it.condition, lookup) {
                parts.push(Part::Number(if holds { &it.yes } else { &it.no }));
            }
            parts
        }
        Number::Else(ways) => {
            let mut parts = Vec::new();
            for way in ways {
                parts.push(Part::Number(way));
                if evaluate::number(way, lookup).is_ok() {
                    break;
                }
            }
            parts
        }
        Number::Bands(it) => {
            let mut parts = vec![Part::Number(&it.x)];
            let Ok(x) = evaluate::number(&it.x, lookup) else { return parts };
            for band in &it.bands {
                parts.push(Part::Number(&band.edge));
                match evaluate::number(&band.edge, lookup) {
                    Ok(edge) if band.is.holds(&x, &edge) => {
                        parts.push(Part::Number(&band.value));
                        return parts;
                    }
                    Ok(_) => {}
                    Err(_) => return parts,
                }
            }
            parts.push(Part::Number(&it.rest));
            parts
        }
        // A method's steps are those of what it comes to.
        Number::Method(it) => vec![Part::Number(&it.meaning)],
        _ => term.parts(),
    }
}
