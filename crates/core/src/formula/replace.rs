//! A tree with other trees in the place of some of its names.
//!
//! * In: a tree, and a tree or nothing per name. Out: the same computation over what was put in.
//! * Never: changes the place of what it leaves or puts in, so that messages still point into the text it came from.

use super::tree::{Band, Bands, Branches, Condition, Deduction, Method, Number, Term, Truth};

/// What takes the place of a name.
pub(super) type Put<'a> = &'a dyn Fn(&str) -> Option<Term>;

/// The tree with its names replaced.
pub(super) fn replaced(term: &Term, put: Put<'_>) -> Term {
    let of = |part: &Term| replaced(part, put);
    let boxed = |part: &Term| Box::new(replaced(part, put));
    let all = |parts: &[Term]| parts.iter().map(of).collect();
    let kind = match &term.kind {
        Number::Name(name) => match put(name) {
            Some(other) => return other,
            None => Number::Name(name.clone()),
        },
        Number::Literal { value, text } => {
            Number::Literal { value: value.clone(), text: text.clone() }
        }
        Number::Negate(inner) => Number::Negate(boxed(inner)),
        Number::Sum(parts) => Number::Sum(parts.iter().map(|(sign, p)| (*sign, of(p))).collect()),
        Number::Product(parts) => {
            Number::Product(parts.iter().map(|(factor, p)| (*factor, of(p))).collect())
        }
        Number::Call(function, parts) => Number::Call(*function, all(parts)),
        Number::Round(inner, places) => Number::Round(boxed(inner), *places),
        Number::If(it) => Number::If(Box::new(Branches {
            condition: condition(&it.condition, put),
            yes: of(&it.yes),
            no: of(&it.no),
        })),
        Number::Else(ways) => Number::Else(all(ways)),
        Number::Deduct(it) => Number::Deduct(Box::new(Deduction {
            weight: of(&it.weight),
            excess: of(&it.excess),
            per: of(&it.per),
            points: of(&it.points),
            steps: it.steps,
        })),
        Number::Bands(it) => {
            let band =
                |band: &Band| Band { is: band.is, edge: of(&band.edge), value: of(&band.value) };
            Number::Bands(Box::new(Bands {
                x: of(&it.x),
                bands: it.bands.iter().map(band).collect(),
                rest: of(&it.rest),
            }))
        }
        Number::Method(it) => {
            let argument =
                |(argument, points): &(Term, Option<Term>)| (of(argument), points.as_ref().map(of));
            Number::Method(Box::new(Method {
                name: it.name,
                arguments: it.arguments.iter().map(argument).collect(),
                meaning: of(&it.meaning),
            }))
        }
    };
    Term { at: term.at, kind }
}

fn condition(of: &Condition, put: Put<'_>) -> Condition {
    let all = |parts: &[Condition]| parts.iter().map(|part| condition(part, put)).collect();
    let kind = match &of.kind {
        Truth::Compare(left, is, right) => {
            Truth::Compare(Box::new(replaced(left, put)), *is, Box::new(replaced(right, put)))
        }
        Truth::Not(inner) => Truth::Not(Box::new(condition(inner, put))),
        Truth::All(parts) => Truth::All(all(parts)),
        Truth::Any(parts) => Truth::Any(all(parts)),
    };
    Condition { at: of.at, kind }
}
