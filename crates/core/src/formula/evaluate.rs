//! The exact value of a formula.
//!
//! * In: a tree, and a number or nothing per name. Out: an exact fraction, or why there is none.
//! * Lazy where spreadsheets are lazy (`if`, `bands`, `else`), strict where they are strict (`and`, `or`, `min`, `max`):
//!   a division by zero must give the same here and in the sheet.
//! * Never: rounds unless told to; lets a number grow beyond [`MOST_BITS`].

use super::tree::{Condition, Deduction, Factor, Function, Number, Sign, Steps, Term, Truth};
use super::{Lookup, Undefined, print};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed, Zero};

/// The largest numerator or denominator: beyond any ledger, yet soon computed.
const MOST_BITS: u64 = 4_096;

type Evaluated<T> = Result<T, Undefined>;

/// The value of a part that gives a number.
pub(super) fn number(term: &Term, lookup: Lookup<'_>) -> Evaluated<BigRational> {
    let of = |part: &Term| number(part, lookup);
    let value = match &term.kind {
        Number::Literal { value, .. } => value.clone(),
        Number::Name(name) => lookup(name).ok_or_else(|| Undefined::Name(name.clone()))?,
        Number::Negate(inner) => -of(inner)?,
        Number::Sum(parts) => sum(parts, lookup)?,
        Number::Product(parts) => product(parts, lookup)?,
        Number::Call(function, arguments) => {
            let arguments = arguments.iter().map(of).collect::<Evaluated<Vec<_>>>()?;
            call(*function, arguments)
        }
        Number::Round(inner, places) => rounded(&of(inner)?, *places),
        Number::If(it) => of(if truth(&it.condition, lookup)? { &it.yes } else { &it.no })?,
        Number::Else(ways) => first_defined(ways, lookup)?,
        Number::Deduct(it) => deduction(it, lookup)?,
        Number::Bands(it) => {
            let x = of(&it.x)?;
            let mut reached = &it.rest;
            for band in &it.bands {
                if band.is.holds(&x, &of(&band.edge)?) {
                    reached = &band.value;
                    break;
                }
            }
            of(reached)?
        }
        Number::Method(it) => of(&it.meaning)?,
    };
    bounded(value, term)
}

/// The branch that is taken, as far as conditions at the top decide it.
pub(super) fn taken<'t>(root: &'t Term, lookup: Lookup<'_>) -> &'t Term {
    let mut term = root;
    while let Number::If(it) = &term.kind {
        term = match truth(&it.condition, lookup) {
            Ok(true) => &it.yes,
            Ok(false) => &it.no,
            Err(_) => return term,
        };
    }
    term
}

/// Whether a condition holds. Every part is computed, as a spreadsheet's AND and OR do.
pub(super) fn truth(condition: &Condition, lookup: Lookup<'_>) -> Evaluated<bool> {
    let all = |parts: &[Condition]| {
        parts.iter().map(|part| truth(part, lookup)).collect::<Evaluated<Vec<bool>>>()
    };
    Ok(match &condition.kind {
        Truth::Compare(left, comparison, right) => {
            comparison.holds(&number(left, lookup)?, &number(right, lookup)?)
        }
        Truth::Not(inner) => !truth(inner, lookup)?,
        Truth::All(parts) => all(parts)?.into_iter().all(|holds| holds),
        Truth::Any(parts) => all(parts)?.into_iter().any(|holds| holds),
    })
}

fn sum(parts: &[(Sign, Term)], lookup: Lookup<'_>) -> Evaluated<BigRational> {
    let mut total = BigRational::zero();
    for (sign, part) in parts {
        let value = number(part, lookup)?;
        total = match sign {
            Sign::Plus => total + value,
            Sign::Minus => total - value,
        };
        total = bounded(total, part)?;
    }
    Ok(total)
}

fn product(parts: &[(Factor, Term)], lookup: Lookup<'_>) -> Evaluated<BigRational> {
    let mut total = BigRational::one();
    for (factor, part) in parts {
        let value = number(part, lookup)?;
        total = match factor {
            Factor::Times => total * value,
            Factor::Over => divided(total, value, part)?,
        };
        total = bounded(total, part)?;
    }
    Ok(total)
}

fn divided(value: BigRational, by: BigRational, divisor: &Term) -> Evaluated<BigRational> {
    if by.is_zero() {
        return Err(Undefined::DivisionByZero {
            at: divisor.at,
            divisor: print::as_written(divisor),
        });
    }
    Ok(value / by)
}

fn call(function: Function, arguments: Vec<BigRational>) -> BigRational {
    let mut arguments = arguments.into_iter();
    // The parser gives every function at least one argument.
    let first = arguments.next().unwrap_or_else(BigRational::zero);
    match function {
        Function::Min => arguments.fold(first, std::cmp::min),
        Function::Max => arguments.fold(first, std::cmp::max),
        Function::Floor => first.floor(),
        Function::Ceil => first.ceil(),
        Function::Abs => first.abs(),
    }
}

/// Half away from zero.
fn rounded(value: &BigRational, places: u32) -> BigRational {
    let scale = BigRational::from(BigInt::from(10).pow(places));
    (value * &scale).round() / scale
}

fn first_defined(ways: &[Term], lookup: Lookup<'_>) -> Evaluated<BigRational> {
    let mut last = Err(Undefined::Name(String::new()));
    for way in ways {
        last = number(way, lookup);
        if !matches!(last, Err(Undefined::Name(_) | Undefined::DivisionByZero { .. })) {
            break;
        }
    }
    last
}

fn deduction(it: &Deduction, lookup: Lookup<'_>) -> Evaluated<BigRational> {
    let weight = number(&it.weight, lookup)?;
    let points = number(&it.points, lookup)?;
    let excess = number(&it.excess, lookup)?.max(BigRational::zero());
    let steps = divided(excess, number(&it.per, lookup)?, &it.per)?;
    // Cut, not floored, and up away from zero: the same for every step above zero, and what ROUNDDOWN and ROUNDUP do below.
    let steps = match it.steps {
        Steps::Full => steps.trunc(),
        Steps::Started if steps.is_negative() => steps.floor(),
        Steps::Started => steps.ceil(),
        Steps::Continuous => steps,
    };
    Ok((weight - points * steps).max(BigRational::zero()))
}

fn bounded(value: BigRational, term: &Term) -> Evaluated<BigRational> {
    if value.numer().bits().max(value.denom().bits()) > MOST_BITS {
        return Err(Undefined::TooLarge { at: term.at });
    }
    Ok(value)
}
