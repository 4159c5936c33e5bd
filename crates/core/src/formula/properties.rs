//! What holds of every formula: printing and parsing agree, and no text does harm.

use super::tree::{
    Band, Bands, Branches, Comparison, Condition, Deduction, Factor, Function, Number, Sign, Steps,
    Term, Truth,
};
use super::*;
use proptest::prelude::*;

/// Names that lead to gaps are the fewer, or most trees would have no value.
const NAMES: [&str; 8] =
    ["weight", "weight", "weight", "实际值", "实际值", "实际值", "三公经费.2021", "missing"];

fn numbers(name: &str) -> Option<BigRational> {
    decimal(match name {
        "weight" => "10",
        "实际值" => "-0.375",
        "三公经费.2021" => "0",
        _ => return None,
    })
}

fn term(kind: Number) -> Term {
    Term { at: 1, kind }
}

fn leaf() -> impl Strategy<Value = Term> {
    prop_oneof![
        3 => (0_u32..200, 0_u32..3, any::<bool>()).prop_map(|(digits, places, percent)| {
            let text = format!("{}{}", rust_decimal::Decimal::new(digits.into(), places), if percent { "%" } else { "" });
            term(Number::Literal { value: decimal(&text).expect("a number"), text })
        }),
        2 => prop::sample::select(NAMES.to_vec()).prop_map(|name| term(Number::Name(name.to_owned()))),
    ]
}

fn comparisons() -> impl Strategy<Value = Comparison> {
    use Comparison::{AtLeast, AtMost, Equal, Less, More, Unequal};
    prop::sample::select(vec![Less, AtMost, Equal, Unequal, AtLeast, More])
}

fn steps() -> impl Strategy<Value = Steps> {
    prop::sample::select(vec![Steps::Full, Steps::Started, Steps::Continuous])
}

fn sides() -> impl Strategy<Value = Comparison> {
    use Comparison::{AtLeast, AtMost, Less, More};
    prop::sample::select(vec![Less, AtMost, AtLeast, More])
}

/// Methods, and how many arguments they have.
const METHODS: [(&str, usize); 9] = [
    ("ratio_up", 3),
    ("ratio_up", 5),
    ("ratio_down", 3),
    ("ratio_down", 5),
    ("linear_down", 3),
    ("equality", 3),
    ("pass_mark", 3),
    ("per_event", 3),
    ("yes_no", 2),
];

fn conditions(
    numbers: impl Strategy<Value = Term> + Clone + 'static,
) -> impl Strategy<Value = Condition> {
    let compare = (numbers.clone(), comparisons(), numbers)
        .prop_map(|(left, is, right)| Truth::Compare(Box::new(left), is, Box::new(right)))
        .prop_map(|kind| Condition { at: 1, kind });
    compare.prop_recursive(2, 6, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|part| Truth::Not(Box::new(part))),
            prop::collection::vec(inner.clone(), 2..4).prop_map(Truth::All),
            prop::collection::vec(inner, 2..4).prop_map(Truth::Any),
        ]
        .prop_map(|kind| Condition { at: 1, kind })
    })
}

fn trees() -> impl Strategy<Value = Term> {
    leaf().prop_recursive(4, 40, 4, |inner| {
        let several = prop::collection::vec(inner.clone(), 2..4);
        let signs = prop::sample::select(vec![Sign::Plus, Sign::Minus]);
        let factors = prop::sample::select(vec![Factor::Times, Factor::Over]);
        let of_one = prop::sample::select(vec![Function::Floor, Function::Ceil, Function::Abs]);
        let of_many = prop::sample::select(vec![Function::Min, Function::Max]);
        prop_oneof![
            inner.clone().prop_map(|part| Number::Negate(Box::new(part))),
            (inner.clone(), prop::collection::vec((signs, inner.clone()), 1..3))
                .prop_map(|(first, rest)| Number::Sum(with_first((Sign::Plus, first), rest))),
            (inner.clone(), prop::collection::vec((factors, inner.clone()), 1..3)).prop_map(
                |(first, rest)| Number::Product(with_first((Factor::Times, first), rest))
            ),
            (of_one, inner.clone()).prop_map(|(function, part)| Number::Call(function, vec![part])),
            (of_many, several.clone()).prop_map(|(function, parts)| Number::Call(function, parts)),
            (inner.clone(), 0_u32..5)
                .prop_map(|(part, places)| Number::Round(Box::new(part), places)),
            several.prop_map(Number::Else),
            (conditions(inner.clone()), inner.clone(), inner.clone()).prop_map(
                |(condition, yes, no)| Number::If(Box::new(Branches { condition, yes, no }))
            ),
            (inner.clone(), inner.clone(), inner.clone(), steps()).prop_map(
                |(weight, excess, points, steps)| {
                    // The step is a name: the parser refuses a number that is not above zero.
                    let per = term(Number::Name("weight".to_owned()));
                    Number::Deduct(Box::new(Deduction { weight, excess, per, points, steps }))
                }
            ),
            (inner.clone(), inner.clone(), inner.clone(), sides()).prop_map(
                |(x, value, rest, is)| {
                    let edge = term(Number::Name("实际值".to_owned()));
                    let bands = vec![Band { is, edge, value }];
                    Number::Bands(Box::new(Bands { x, bands, rest }))
                }
            ),
            (prop::sample::select(METHODS.to_vec()), prop::collection::vec(inner.clone(), 5))
                .prop_filter_map("unfolds too far", |((name, count), mut arguments)| {
                    arguments.truncate(count);
                    method::call(name, 1, arguments).ok()
                }),
            prop::collection::vec((inner.clone(), inner), 1..3)
                .prop_filter_map("unfolds too far", |items| method::checklist(1, items).ok()),
        ]
        .prop_map(term)
    })
}

fn with_first<T>(first: T, rest: Vec<T>) -> Vec<T> {
    std::iter::once(first).chain(rest).collect()
}

/// What a value is worth, or what kind of gap there is; columns differ between a tree and its text.
fn outcome(value: Result<BigRational, Undefined>) -> Result<BigRational, String> {
    value.map_err(|why| match why {
        Undefined::DivisionByZero { .. } => "zero".to_owned(),
        Undefined::TooLarge { .. } => "large".to_owned(),
        Undefined::Name(name) => name,
    })
}

/// Text that looks like a formula more often than chance would have it.
fn texts() -> impl Strategy<Value = String> {
    let words = vec![
        "1",
        "90%",
        "0.5",
        "weight",
        "实际值",
        "missing",
        "+",
        "-",
        "*",
        "/",
        "(",
        ")",
        ",",
        "<",
        ">=",
        "=",
        "=>",
        "and",
        "or",
        "not",
        "else",
        "min(",
        "if(",
        "round(",
        "deduct(",
        "bands(",
        "full_steps",
        "checklist(",
        "equality(",
        "fact(",
        "sum(",
        "executed",
        "where",
        "economic starts ",
        "\"302\"",
        "count(indicators",
        "met",
        " ",
        "（",
        "🙂",
        "\u{0}",
    ];
    prop_oneof![
        prop::collection::vec(prop::sample::select(words), 0..40).prop_map(|words| words.concat()),
        any::<String>(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn printed_trees_parse_to_the_same_value(tree in trees()) {
        let text = print::as_written(&tree);
        let formula = Formula::parse(&text).map_err(|error| TestCaseError::fail(format!("{text}: {error}")))?;
        prop_assert_eq!(outcome(formula.evaluate(&numbers)), outcome(evaluate::number(&tree, &numbers)), "{}", text);
        prop_assert_eq!(print::as_written(&formula.root), text);
    }

    #[test]
    fn substituted_text_parses_to_the_same_value(tree in trees()) {
        // The numbers of `numbers` all end, so the text holds them exactly; names without value stay names.
        let text = print::with_numbers(&tree, &numbers);
        // A step of zero is refused in a text, and only there.
        let formula = Formula::parse(&text).map_err(|error| TestCaseError::fail(format!("{text}: {error}")))?;
        prop_assert_eq!(outcome(formula.evaluate(&numbers)), outcome(evaluate::number(&tree, &numbers)), "{}", text);
    }

    #[test]
    fn the_last_step_is_the_value(tree in trees()) {
        let value = evaluate::number(&tree, &numbers).map(Value::Number);
        if let Some(last) = trace::steps(&tree, &numbers).pop() {
            prop_assert_eq!(last.value, value);
        }
    }

    #[test]
    fn spreadsheet_formulas_use_the_plain_functions_only(tree in trees()) {
        let cell = |name: &str| (name != "missing").then(|| "C5".to_owned());
        let Ok(text) = excel::translate(&tree, &cell) else { return Ok(()) };
        let mut words: Vec<&str> = text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '.').collect();
        words.retain(|word| word.starts_with(|letter: char| letter.is_ascii_alphabetic()) && *word != "C5");
        for word in words {
            prop_assert!(
                ["IF", "IFERROR", "MIN", "MAX", "ROUND", "ROUNDDOWN", "ROUNDUP", "ABS", "AND", "OR", "NOT"].contains(&word),
                "{} in {}", word, text
            );
        }
        for clash in ["--", "+-", "*-", "/-", "C5C5", "()"] {
            prop_assert!(!text.contains(clash), "{} in {}", clash, text);
        }
    }

    #[test]
    fn no_text_does_harm(text in texts()) {
        match Formula::parse(&text) {
            Ok(formula) => {
                let value = formula.evaluate(&numbers);
                prop_assert_eq!(formula.source(), text.as_str());
                let printed = Formula::parse(&formula.substituted(&|_| None));
                prop_assert_eq!(printed.map(|again| outcome(again.evaluate(&numbers))), Ok(outcome(value)));
                formula.trace(&numbers);
                let _ = formula.to_excel(&|name| (name != "missing").then(|| "C5".to_owned()));
            }
            Err(error) => prop_assert!((1..=text.chars().count() + 1).contains(&error.column), "{}", error),
        }
    }
}
