//! The tree of a formula. Numbers and conditions are different types, so that no evaluator can mix them up.
//!
//! * In: what the parser found, with columns counted in characters from one. Out: the tree, its parts and its names.
//! * Chains (`a + b - c`, `c and d`, `a else b`) are one node with many parts: the depth of a tree is that of its text.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::Zero;

/// A part that gives a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Term {
    /// The column it starts at.
    pub at: usize,
    pub kind: Number,
}

/// What gives a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Number {
    /// A number with the text it was written as.
    Literal {
        value: BigRational,
        text: String,
    },
    /// What a formula takes from outside, by its key; see `reference`.
    Name(String),
    Negate(Box<Term>),
    /// The first part is added.
    Sum(Vec<(Sign, Term)>),
    /// The first part is multiplied.
    Product(Vec<(Factor, Term)>),
    Call(Function, Vec<Term>),
    /// To so many places, half away from zero.
    Round(Box<Term>, u32),
    If(Box<Branches>),
    /// The first that is defined.
    Else(Vec<Term>),
    Deduct(Box<Deduction>),
    Bands(Box<Bands>),
    Method(Box<Method>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    Plus,
    Minus,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Factor {
    Times,
    Over,
}

/// The functions whose arguments are all numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Function {
    Min,
    Max,
    Floor,
    Ceil,
    Abs,
}

impl Function {
    pub(super) fn name(self) -> &'static str {
        match self {
            Function::Min => "min",
            Function::Max => "max",
            Function::Floor => "floor",
            Function::Ceil => "ceil",
            Function::Abs => "abs",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Branches {
    pub condition: Condition,
    pub yes: Term,
    pub no: Term,
}

/// max(0, weight − points × steps), where the steps are excess / per, counted as `steps` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Deduction {
    pub weight: Term,
    pub excess: Term,
    pub per: Term,
    pub points: Term,
    pub steps: Steps,
}

/// Which steps of a deduction count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Steps {
    /// Only those that are full.
    Full,
    /// Each that has begun.
    Started,
    /// Parts of a step in proportion.
    Continuous,
}

impl Steps {
    pub(super) const ALL: [(&'static str, Steps); 3] = [
        ("full_steps", Steps::Full),
        ("started_steps", Steps::Started),
        ("continuous", Steps::Continuous),
    ];

    pub(super) fn name(self) -> &'static str {
        Steps::ALL.into_iter().find(|(_, steps)| *steps == self).map_or("", |(name, _)| name)
    }
}

/// The value of the first band that `x` falls into, else `rest`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bands {
    pub x: Term,
    pub bands: Vec<Band>,
    pub rest: Term,
}

/// One band: the side of its edge that belongs to it, the edge, the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Band {
    pub is: Comparison,
    pub edge: Term,
    pub value: Term,
}

/// A method of scoring: its arguments as written, and what it comes to in simpler parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Method {
    pub name: &'static str,
    /// Each with the points behind `=>`, for methods that have them.
    pub arguments: Vec<(Term, Option<Term>)>,
    pub meaning: Term,
}

/// A part that holds or does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Condition {
    /// The column it starts at.
    pub at: usize,
    pub kind: Truth,
}

/// What holds or does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Truth {
    Compare(Box<Term>, Comparison, Box<Term>),
    Not(Box<Condition>),
    /// `and`.
    All(Vec<Condition>),
    /// `or`.
    Any(Vec<Condition>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Less,
    AtMost,
    Equal,
    Unequal,
    AtLeast,
    More,
}

impl Comparison {
    /// As the formula language prints it.
    pub(super) fn sign(self) -> &'static str {
        match self {
            Comparison::Less => "<",
            Comparison::AtMost => "<=",
            Comparison::Equal => "=",
            Comparison::Unequal => "!=",
            Comparison::AtLeast => ">=",
            Comparison::More => ">",
        }
    }

    pub(super) fn holds(self, left: &BigRational, right: &BigRational) -> bool {
        match self {
            Comparison::Less => left < right,
            Comparison::AtMost => left <= right,
            Comparison::Equal => left == right,
            Comparison::Unequal => left != right,
            Comparison::AtLeast => left >= right,
            Comparison::More => left > right,
        }
    }
}

/// A direct part of a number or a condition.
#[derive(Clone, Copy)]
pub(super) enum Part<'t> {
    Number(&'t Term),
    Condition(&'t Condition),
}

impl Term {
    /// The direct parts, in the order of the text.
    pub(super) fn parts(&self) -> Vec<Part<'_>> {
        match &self.kind {
            Number::Literal { .. } | Number::Name(_) => Vec::new(),
            Number::Negate(inner) | Number::Round(inner, _) => vec![Part::Number(inner)],
            Number::Sum(parts) => parts.iter().map(|(_, part)| Part::Number(part)).collect(),
            Number::Product(parts) => parts.iter().map(|(_, part)| Part::Number(part)).collect(),
            Number::Call(_, parts) | Number::Else(parts) => {
                parts.iter().map(Part::Number).collect()
            }
            Number::If(branches) => vec![
                Part::Condition(&branches.condition),
                Part::Number(&branches.yes),
                Part::Number(&branches.no),
            ],
            Number::Deduct(it) => {
                [&it.weight, &it.excess, &it.per, &it.points].map(Part::Number).to_vec()
            }
            Number::Bands(it) => std::iter::once(&it.x)
                .chain(it.bands.iter().flat_map(|band| [&band.edge, &band.value]))
                .chain([&it.rest])
                .map(Part::Number)
                .collect(),
            Number::Method(it) => it
                .arguments
                .iter()
                .flat_map(|(argument, points)| std::iter::once(argument).chain(points))
                .map(Part::Number)
                .collect(),
        }
    }

    /// Whether it is a number or a name as it stands, with nothing to compute but a sign.
    pub(super) fn is_bare(&self) -> bool {
        match &self.kind {
            Number::Literal { .. } | Number::Name(_) => true,
            Number::Negate(inner) => {
                matches!(inner.kind, Number::Literal { .. } | Number::Name(_))
            }
            _ => false,
        }
    }

    /// The names in it, each once, in the order of the text.
    pub(super) fn names(&self) -> Vec<&str> {
        let mut names = Vec::new();
        collect_names(Part::Number(self), &mut names);
        names
    }
}

impl Condition {
    /// The direct parts, in the order of the text.
    pub(super) fn parts(&self) -> Vec<Part<'_>> {
        match &self.kind {
            Truth::Compare(left, _, right) => vec![Part::Number(left), Part::Number(right)],
            Truth::Not(inner) => vec![Part::Condition(inner)],
            Truth::All(parts) | Truth::Any(parts) => parts.iter().map(Part::Condition).collect(),
        }
    }
}

fn collect_names<'t>(part: Part<'t>, names: &mut Vec<&'t str>) {
    let parts = match part {
        Part::Number(Term { kind: Number::Name(name), .. }) => {
            if !names.contains(&name.as_str()) {
                names.push(name);
            }
            return;
        }
        Part::Number(term) => term.parts(),
        Part::Condition(condition) => condition.parts(),
    };
    parts.into_iter().for_each(|part| collect_names(part, names));
}

/// The column of the first name of this key.
pub(super) fn place_of(root: &Term, key: &str) -> Option<usize> {
    fn within(part: Part<'_>, key: &str) -> Option<usize> {
        let parts = match part {
            Part::Number(Term { kind: Number::Name(name), at }) => {
                return (name == key).then_some(*at);
            }
            Part::Number(term) => term.parts(),
            Part::Condition(condition) => condition.parts(),
        };
        parts.into_iter().find_map(|part| within(part, key))
    }
    within(Part::Number(root), key)
}

/// How many nodes there are to compute.
pub(super) fn size(part: Part<'_>) -> usize {
    let parts = match part {
        Part::Number(Term { kind: Number::Method(it), .. }) => vec![Part::Number(&it.meaning)],
        Part::Number(term) => term.parts(),
        Part::Condition(condition) => condition.parts(),
    };
    parts.into_iter().map(size).fold(1, usize::saturating_add)
}

/// A number of the formula that rounding before a comparison would not change.
pub(super) fn is_short(term: &Term) -> bool {
    match &term.kind {
        Number::Literal { value, .. } => {
            (BigInt::from(1_000_000_000_000_u64) % value.denom()).is_zero()
        }
        Number::Negate(inner) => is_short(inner),
        _ => false,
    }
}
