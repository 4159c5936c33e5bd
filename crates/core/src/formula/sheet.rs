//! What a spreadsheet gives for the translation of a formula, or that nobody can tell.
//!
//! * In: a tree, and the exact number of each name. Out: the number that the sheet shows, with how far binary fractions may be off.
//! * A spreadsheet computes in binary fractions of 53 bits. Each step here carries the exact value and a bound of that error, as
//!   running error analysis does; where a comparison, a cut or a rounding lies within the bound, the answer is that nobody can tell.
//! * Never: computes with a float. Says "the same" where it might be another.

use super::Lookup;
use super::excel::QUIET;
use super::tree::{
    Comparison, Condition, Deduction, Factor, Function, Number, Sign, Steps, Term, Truth, is_short,
};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed, Zero};

/// Numerators and denominators beyond this are none of a ledger's.
const MOST_BITS: u64 = 4_096;

/// A number of the sheet: what it stands for, and how far the sheet's own may be from it.
#[derive(Clone, Debug)]
pub(crate) struct Near {
    value: BigRational,
    off: BigRational,
}

/// Why there is no number.
pub(super) enum Lost {
    /// The sheet shows an error, as the formula has no value.
    Undefined,
    /// Binary fractions may decide otherwise than exact numbers.
    Doubtful,
}

type Sheet<T> = Result<T, Lost>;

impl Near {
    /// A number as a cell or a literal holds it: the binary fraction next to it.
    pub(crate) fn stored(value: BigRational) -> Near {
        let off = half_a_last_bit(&value);
        Near { value, off }
    }

    /// Whether the sheet has exactly the binary fraction next to it.
    fn is_stored(&self) -> bool {
        self.off <= half_a_last_bit(&self.value)
    }

    /// The result of one operation on numbers that are off by so much together.
    fn computed(value: BigRational, off: BigRational) -> Sheet<Near> {
        if value.numer().bits().max(value.denom().bits()) > MOST_BITS {
            return Err(Lost::Doubtful);
        }
        let off = if off.is_zero() { half_a_last_bit(&value) } else { off + last_bit(&value) };
        Ok(Near { value, off: coarser(off) })
    }

    /// ROUND to so many places: certain where the error cannot reach the next half.
    pub(crate) fn rounded(&self, places: u32) -> Option<Near> {
        let scale = BigRational::from(BigInt::from(10).pow(places));
        let scaled = &self.value * &scale;
        if !self.off.is_zero() && scaled.abs() >= BigRational::from(BigInt::one() << 52_u32) {
            // A binary fraction of this size has no digits left in that place: rounding there changes nothing.
            return Some(self.clone());
        }
        let half = BigRational::new(BigInt::one(), BigInt::from(2));
        let to_half = ((&scaled - scaled.floor()) - half).abs();
        // A decimal as it is stored counts as itself: an exact half is rounded as a half.
        let certain = to_half > &self.off * &scale || self.is_stored();
        certain.then(|| Near::stored(scaled.round() / scale))
    }

    /// `ROUND(ROUND(x,12),places)`: far from a half the first rounding does not matter.
    pub(crate) fn rounded_quietly(&self, places: u32) -> Option<Near> {
        let scale = BigRational::from(BigInt::from(10).pow(places));
        let scaled = &self.value * &scale;
        let half = BigRational::new(BigInt::one(), BigInt::from(2));
        let to_half = ((&scaled - scaled.floor()) - half).abs() / &scale;
        let quiet = BigRational::new(BigInt::one(), BigInt::from(10).pow(QUIET));
        if to_half > &self.off + quiet && scaled.abs() < BigRational::from(BigInt::one() << 52_u32)
        {
            return Some(Near::stored(scaled.round() / scale));
        }
        self.rounded(QUIET)?.rounded(places)
    }

    /// The number that it stands for.
    pub(crate) fn into_value(self) -> BigRational {
        self.value
    }

    fn smaller(self, other: Near) -> Near {
        if self.value <= other.value { self } else { other }
    }

    fn larger(self, other: Near) -> Near {
        if self.value >= other.value { self } else { other }
    }

    fn with_off_of(mut self, others: &[BigRational]) -> Near {
        for off in others {
            if *off > self.off {
                self.off.clone_from(off);
            }
        }
        self
    }
}

/// `MAX(0,MIN(most,x))`.
pub(super) fn within(near: Near, most: BigRational) -> Option<Near> {
    let below = extreme(true, vec![Near::stored(most), near]).ok()?;
    extreme(false, vec![Near::stored(BigRational::zero()), below]).ok()
}

/// The number that the translation of a part shows.
pub(super) fn number(term: &Term, lookup: Lookup<'_>) -> Sheet<Near> {
    let of = |part: &Term| number(part, lookup);
    match &term.kind {
        Number::Literal { value, .. } => Ok(Near::stored(value.clone())),
        Number::Name(name) => lookup(name).map(Near::stored).ok_or(Lost::Undefined),
        Number::Negate(inner) => of(inner).map(|near| Near { value: -near.value, off: near.off }),
        Number::Sum(parts) => sum(parts, lookup),
        Number::Product(parts) => product(parts, lookup),
        Number::Call(function, arguments) => {
            let all = arguments.iter().map(of).collect::<Sheet<Vec<_>>>()?;
            match function {
                Function::Min | Function::Max => extreme(*function == Function::Min, all),
                Function::Abs => first(all).map(|n| Near { value: n.value.abs(), off: n.off }),
                Function::Floor | Function::Ceil => {
                    let bare = arguments.first().is_some_and(Term::is_bare);
                    whole(first(all)?, bare, *function == Function::Floor)
                }
            }
        }
        Number::Round(inner, places) => {
            let near = of(inner)?;
            let bare = inner.is_bare();
            let rounded = if bare { near.rounded(*places) } else { near.rounded_quietly(*places) };
            rounded.ok_or(Lost::Doubtful)
        }
        Number::If(it) => of(if truth(&it.condition, lookup)? { &it.yes } else { &it.no }),
        Number::Else(ways) => {
            let mut last = Err(Lost::Undefined);
            for way in ways {
                last = of(way);
                if !matches!(last, Err(Lost::Undefined)) {
                    break;
                }
            }
            last
        }
        Number::Deduct(it) => deduction(it, lookup),
        Number::Bands(it) => {
            for band in &it.bands {
                if compared(&it.x, band.is, &band.edge, lookup)? {
                    return of(&band.value);
                }
            }
            of(&it.rest)
        }
        Number::Method(it) => of(&it.meaning),
    }
}

fn truth(condition: &Condition, lookup: Lookup<'_>) -> Sheet<bool> {
    let all = |parts: &[Condition]| {
        parts.iter().map(|part| truth(part, lookup)).collect::<Sheet<Vec<bool>>>()
    };
    Ok(match &condition.kind {
        Truth::Compare(left, is, right) => compared(left, *is, right, lookup)?,
        Truth::Not(inner) => !truth(inner, lookup)?,
        Truth::All(parts) => all(parts)?.into_iter().all(|holds| holds),
        Truth::Any(parts) => all(parts)?.into_iter().any(|holds| holds),
    })
}

/// A comparison as the sheet makes it, if it must come out as it does in exact numbers.
fn compared(left: &Term, is: Comparison, right: &Term, lookup: Lookup<'_>) -> Sheet<bool> {
    let as_they_stand = left.is_bare() && right.is_bare();
    let [a, b] = [left, right].map(|side| number(side, lookup).map(|near| (near, is_short(side))));
    let ((a, a_short), (b, b_short)) = (a?, b?);
    let exact = is.holds(&a.value, &b.value);
    let side = |near: Near, short: bool| match as_they_stand || short {
        true => Ok(near),
        false => quiet(near),
    };
    let (shown_a, shown_b) = (side(a, a_short)?, side(b, b_short)?);
    // The same decimal is stored as the same binary fraction.
    let equal = shown_a.value == shown_b.value && shown_a.is_stored() && shown_b.is_stored();
    let apart = (&shown_a.value - &shown_b.value).abs() > &shown_a.off + &shown_b.off;
    let shown = is.holds(&shown_a.value, &shown_b.value);
    if (equal || apart) && shown == exact { Ok(shown) } else { Err(Lost::Doubtful) }
}

fn sum(parts: &[(Sign, Term)], lookup: Lookup<'_>) -> Sheet<Near> {
    let mut total: Option<Near> = None;
    for (sign, part) in parts {
        let near = number(part, lookup)?;
        let value = if *sign == Sign::Plus { near.value } else { -near.value };
        total = Some(match total {
            None => Near { value, off: near.off },
            // The same decimal twice is the same binary fraction twice.
            Some(total) if total.is_stored() && near.off <= total.off && value == -&total.value => {
                Near::stored(BigRational::zero())
            }
            Some(total) => Near::computed(total.value + value, total.off + near.off)?,
        });
    }
    total.ok_or(Lost::Undefined)
}

fn product(parts: &[(Factor, Term)], lookup: Lookup<'_>) -> Sheet<Near> {
    let mut total: Option<Near> = None;
    for (factor, part) in parts {
        let near = number(part, lookup)?;
        total = Some(match (total, factor) {
            (None, _) => near,
            (Some(total), Factor::Times) => times(total, near)?,
            (Some(total), Factor::Over) => over(total, near)?,
        });
    }
    total.ok_or(Lost::Undefined)
}

fn times(a: Near, b: Near) -> Sheet<Near> {
    let off = a.value.abs() * &b.off + b.value.abs() * &a.off + &a.off * &b.off;
    Near::computed(a.value * b.value, off)
}

fn over(a: Near, b: Near) -> Sheet<Near> {
    if b.value.is_zero() && b.off.is_zero() {
        return Err(Lost::Undefined);
    }
    let least = b.value.abs() - &b.off;
    if !least.is_positive() {
        return Err(Lost::Doubtful);
    }
    let value = a.value / b.value;
    let off = (a.off + value.abs() * b.off) / least;
    Near::computed(value, off)
}

/// The least or the greatest; which one it is matters no more than the errors of both.
fn extreme(least: bool, all: Vec<Near>) -> Sheet<Near> {
    let offs: Vec<BigRational> = all.iter().map(|near| near.off.clone()).collect();
    let values: Vec<BigRational> = all.iter().map(|near| near.value.clone()).collect();
    let chosen = all.into_iter().reduce(|a, b| if least { a.smaller(b) } else { a.larger(b) });
    let chosen = chosen.ok_or(Lost::Undefined)?;
    // Only those that lie within the errors could have been taken in its place.
    let rivals: Vec<BigRational> = values
        .into_iter()
        .zip(offs)
        .filter(|(value, off)| (value - &chosen.value).abs() <= off + &chosen.off)
        .map(|(value, off)| off + (value - &chosen.value).abs())
        .collect();
    Ok(chosen.with_off_of(&rivals))
}

fn first(all: Vec<Near>) -> Sheet<Near> {
    all.into_iter().next().ok_or(Lost::Undefined)
}

fn quiet(near: Near) -> Sheet<Near> {
    near.rounded(QUIET).ok_or(Lost::Doubtful)
}

/// Down or up to a whole number.
fn whole(near: Near, bare: bool, down: bool) -> Sheet<Near> {
    let near = if bare { near } else { quiet(near)? };
    cut(near, |value| if down { value.floor() } else { value.ceil() })
}

/// A cut that comes out alike wherever within its error the number lies.
fn cut(near: Near, way: impl Fn(&BigRational) -> BigRational) -> Sheet<Near> {
    let value = way(&near.value);
    let low = way(&(&near.value - &near.off));
    let high = way(&(&near.value + &near.off));
    // A whole number is stored as itself.
    let exact = near.value.is_integer() && near.is_stored();
    if exact || (low == value && high == value) {
        Ok(Near::stored(value))
    } else {
        Err(Lost::Doubtful)
    }
}

fn deduction(it: &Deduction, lookup: Lookup<'_>) -> Sheet<Near> {
    let zero = || Near::stored(BigRational::zero());
    let (weight, points) = (number(&it.weight, lookup)?, number(&it.points, lookup)?);
    let excess = extreme(false, vec![zero(), number(&it.excess, lookup)?])?;
    let steps = over(excess, number(&it.per, lookup)?)?;
    let steps = match it.steps {
        Steps::Continuous => steps,
        Steps::Full => cut(quiet(steps)?, BigRational::trunc)?,
        Steps::Started => {
            cut(
                quiet(steps)?,
                |value| {
                    if value.is_negative() { value.floor() } else { value.ceil() }
                },
            )?
        }
    };
    let lost = times(points, steps)?;
    let left = Near::computed(weight.value - lost.value, weight.off + lost.off)?;
    extreme(false, vec![zero(), left])
}

/// Half of the last of 53 bits; nothing for a number that fits into them.
fn half_a_last_bit(value: &BigRational) -> BigRational {
    let denominator = value.denom();
    let power_of_two =
        denominator.trailing_zeros().is_some_and(|zeros| zeros + 1 == denominator.bits());
    if power_of_two && value.numer().bits() <= 53 {
        return BigRational::zero();
    }
    last_bit(value) / BigRational::from(BigInt::from(2))
}

/// What the last of 53 bits is worth, at most.
fn last_bit(value: &BigRational) -> BigRational {
    value.abs() / BigRational::from(BigInt::one() << 52_u32)
}

/// The bound with few digits, and not smaller: errors need no exact fractions.
fn coarser(off: BigRational) -> BigRational {
    let scale = BigRational::from(BigInt::one() << 160_u32);
    (off * &scale).ceil() / scale
}
