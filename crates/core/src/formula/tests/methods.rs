//! Bands with open edges, the methods of scoring, and what formulas take from outside. All worked by hand.

use super::*;

#[test]
fn methods_give_exact_values() {
    for (text, value) in [
        // Open edges, and bands upwards: 0 / (0, 10 %] / (10 %, 20 %] / more.
        ("bands(90%, > 90% => 10, 80% => 8, 0)", "8"),
        ("bands(90%, > 90% => 10, 90% => 9, 80% => 8, 0)", "9"),
        ("bands(0.901, > 90% => 10, 80% => 8, 0)", "10"),
        ("bands(0, <= 0 => 8, <= 10% => 6, <= 20% => 4, 2)", "8"),
        ("bands(0.0001, <= 0 => 8, <= 10% => 6, <= 20% => 4, 2)", "6"),
        ("bands(10%, ≤ 0 => 8, ≤ 10% => 6, ≤ 20% => 4, 2)", "6"),
        ("bands(20%, <= 0 => 8, <= 10% => 6, < 20% => 4, 2)", "2"),
        ("bands(loss, < 0 => 8, <= 0 => 7, 2)", "8"),
        ("bands(0, < 0 => 8, <= 0 => 7, 2)", "7"),
        // Each step that has begun: 11 % over in steps of 5 % are 2 full, 3 begun, 2.2.
        ("deduct(8, 11%, 5%, 2, full_steps)", "4"),
        ("deduct(8, 11%, 5%, 2, started_steps)", "2"),
        ("deduct(8, 11%, 5%, 2, continuous)", "3.6"),
        ("deduct(8, 10%, 5%, 2, started_steps)", "4"),
        ("deduct(8, loss, 5%, 2, started_steps)", "8"),
        // Methods.
        ("ratio_up(10, 45, 50)", "9"),
        ("ratio_up(10, 60, 50)", "10"),
        ("ratio_up(10, -5, 50)", "0"),
        ("ratio_up(10, 60, 50, 0, 1.1)", "11"),
        ("ratio_up(10, 10, 50, 0.5, 1)", "5"),
        ("ratio_down(8, 625, 500)", "6.4"),
        ("ratio_down(10, 500, 500)", "10"),
        ("ratio_down(10, 0, 500)", "10"),
        ("ratio_down(10, 0, 500, 0, 1.2)", "12"),
        ("ratio_down(10, 400, 500, 0, 1.2)", "12"),
        ("ratio_down(10, 2000, 500, 0.5, 1)", "5"),
        // 25 % above the target: 75 % of 10, where the printed notes give 8.
        ("linear_down(10, 625, 500)", "7.5"),
        ("linear_down(10, 500, 500)", "10"),
        ("linear_down(10, 1000, 500)", "0"),
        ("linear_down(10, 1200, 500)", "0"),
        ("linear_down(10, 0, 0)", "10"),
        ("equality(10, 100, 100)", "10"),
        ("equality(10, 90, 100)", "9"),
        ("equality(10, 110, 100)", "9"),
        ("equality(10, 250, 100)", "0"),
        ("equality(10, 0, 0)", "10"),
        ("equality(10, -3, -2)", "5"),
        ("pass_mark(10, 1, 60%)", "10"),
        ("pass_mark(10, 1.2, 60%)", "10"),
        ("pass_mark(10, 80%, 60%)", "8"),
        ("pass_mark(10, 60%, 60%)", "6"),
        ("pass_mark(10, 59.99%, 60%)", "0"),
        ("per_event(4, 0, 1.5)", "4"),
        ("per_event(4, 2, 1.5)", "1"),
        ("per_event(4, 3, 1.5)", "0"),
        ("per_event(4, -3, 1.5)", "4"),
        ("yes_no(2, 1)", "2"),
        ("yes_no(2, 0)", "0"),
        ("coefficient(20, 97.5%)", "19.5"),
        ("coefficient(20, 1.2)", "20"),
        ("coefficient(20, loss)", "0"),
        ("checklist(1 => 2, 0 => 1, 50% => 3)", "3.5"),
        ("checklist(2 => 2, loss => 1)", "2"),
        ("1 + checklist(1 => weight / 5) * 2", "5"),
        ("equality(ratio_up(10, 45, 50), 10, 9)", "8"),
        // What comes from outside.
        ("fact(编制数) + 1", "144"),
        ("fact(编制数.本年) / fact(\"编制数\")", "150/143"),
        ("sum(executed where economic starts \"302\") / 2", "21"),
        ("weight * count(indicators where met) / count(indicators)", "7.5"),
    ] {
        assert_eq!(parsed(text).evaluate(&numbers), Ok(fraction(value)), "{text}");
    }
}

#[test]
fn methods_say_why_they_have_no_value() {
    let name = |name: &str| Undefined::Name(name.to_owned());
    // The column is that of the argument, not one inside the method.
    let zero = |at| Undefined::DivisionByZero { at, divisor: "zero".to_owned() };
    for (text, why) in [
        ("ratio_up(10, 5, zero)", zero(17)),
        ("equality(10, 5, zero)", zero(17)),
        ("linear_down(10, 5, zero)", zero(20)),
        ("checklist(fact(制度.已制定) => 2)", name("fact(制度.已制定)")),
        ("fact(在职人数)", name("fact(在职人数)")),
        ("sum(executed where kind = basic)", name("sum(executed where kind = basic)")),
    ] {
        assert_eq!(parsed(text).evaluate(&numbers), Err(why), "{text}");
    }
}

#[test]
fn points_at_mistakes_in_methods_and_selectors() {
    for (text, message) in [
        (
            "ratio_up(1, 2)",
            "column 1: found `ratio_up` with 2 arguments, expected ratio_up(weight, actual, target) or \
             ratio_up(weight, actual, target, least, most)",
        ),
        ("yes_no(1)", "column 1: found `yes_no` with 1 arguments, expected yes_no(weight, met)"),
        (
            "checklist(a, b)",
            "column 12: found `,`, expected an operator or `=>` and the points of the item",
        ),
        (
            "bands(x, <= 10% => 6, <= 0 => 8, 0)",
            "column 23: found an edge that does not go on from the one before it, \
             expected edges downwards for `>=` and `>`, upwards for `<=` and `<`; this band would never be reached",
        ),
        (
            "bands(x, 90% => 6, <= 0 => 8, 0)",
            "column 20: found an edge that does not go on from the one before it, \
             expected edges downwards for `>=` and `>`, upwards for `<=` and `<`; this band would never be reached",
        ),
        (
            "fact()",
            "column 6: found `)`, expected the name of a fact, such as `fact(编制数)` or `fact(三公经费.本年预算)`",
        ),
        ("fact(a, b)", "column 7: found `,`, expected `)`; a fact is one name"),
        (
            "sum(spent)",
            "column 5: found `spent`, expected what is summed: initial_budget, additions, reductions, transfers, \
             carried_over, adjusted_budget, executed, score or weight",
        ),
        (
            "sum(executed where economic = \"302\")",
            "column 29: found `=`, expected `starts` and the first digits of the class in quotes",
        ),
        (
            "sum(executed where economic starts \"其他\")",
            "column 36: found `\"其他\"`, expected a text in quotes, such as \"302\"",
        ),
        (
            "sum(executed where met)",
            "column 20: found `met`, expected `economic starts \"302\"`, `function starts \"205\"`, `fund = \"...\"` or `kind = basic`",
        ),
        ("sum(executed where kind = other)", "column 27: found `other`, expected basic or project"),
        (
            "composition(function, 9)",
            "column 23: found `9`, expected how many digits make a class, 1 to 7",
        ),
        (
            "count(lines)",
            "column 7: found `lines`, expected `indicators`, which is what can be counted",
        ),
        (
            "count(indicators where kind = basic)",
            "column 24: found `kind`, expected `met`, `over <= 30%` or `level = \"产出指标\"`",
        ),
    ] {
        let error = Formula::parse(text).expect_err(text);
        assert_eq!(error.to_string(), message, "{text}");
        assert_chinese(&error);
    }
}

#[test]
fn references_have_one_spelling() {
    for (text, keys) in [
        ("fact( 编制数 ) + fact(\"编制数\")", &["fact(编制数)"][..]),
        ("fact(\"三公.2021 年\")", &["fact(\"三公.2021 年\")"]),
        (
            "sum(executed where kind=basic and economic starts \"302\" or \"303\") + weight",
            &["sum(executed where kind = basic and economic starts \"302\" or \"303\")", "weight"],
        ),
        (
            "count(indicators where level = \"产出指标\" and met) / sum(score) + sum(weight)",
            &["count(indicators where level = \"产出指标\" and met)", "sum(score)", "sum(weight)"],
        ),
        ("composition( economic,3 without \"227\")", &["composition(economic, 3 without \"227\")"]),
        (
            "sum(adjusted_budget where fund = \"a\" and function starts \"201\")",
            &["sum(adjusted_budget where fund = \"a\" and function starts \"201\")"],
        ),
    ] {
        let formula = parsed(text);
        assert_eq!(formula.names(), keys, "{text}");
        let of: Vec<String> = formula.references().iter().map(Reference::key).collect();
        assert_eq!(of, keys, "{text}");
        for key in keys {
            assert_eq!(parsed(key).names(), [*key], "{key}");
        }
    }
}

#[test]
fn a_measure_takes_the_place_of_its_name() {
    let measured = parsed("executed / budget - 1");
    let formula =
        parsed("if(measured <= 0, weight, deduct(weight, measured, 1%, 0.8, continuous))");
    let whole = formula.with("measured", &measured);
    assert_eq!(
        whole.source(),
        "if(executed / budget - 1 <= 0, weight, deduct(weight, executed / budget - 1, 1%, 0.8, continuous))"
    );
    assert_eq!(whole.names(), ["executed", "budget", "weight"]);
    assert_eq!(whole.references().len(), 3);
    // Executed less than the budget: no deduction.
    assert_eq!(whole.evaluate(&numbers), Ok(fraction("10")));
    let method = parsed("ratio_up(weight, measured, 2)").with("measured", &measured);
    assert_eq!(method.source(), "ratio_up(weight, executed / budget - 1, 2)");
    // 10 * max(0, min(1, (4563.88 / 4650.97 - 1) / 2)): a negative value gives nothing.
    assert_eq!(method.evaluate(&numbers), Ok(fraction("0")));
}

#[test]
fn methods_unfold_within_bounds() {
    // Each equality writes its arguments three times: 3^40 would never end.
    let nest = |count: usize| format!("{}1{}", "equality(9, ".repeat(count), ", 2)".repeat(count));
    parsed(&nest(6));
    let error = Formula::parse(&nest(40)).expect_err("too large");
    assert_eq!(error.found, "methods within methods that unfold too far");
}

#[test]
fn methods_translate_to_plain_functions() {
    for (text, formula) in [
        ("ratio_up(weight, actual, target)", "D5*MAX(0,MIN(1,F5/E5))"),
        ("yes_no(weight, actual)", "IF(F5=1,D5,0)"),
        ("per_event(weight, actual, 1.5)", "MAX(0,D5-1.5*MAX(0,F5+0))"),
        ("linear_down(weight, actual, target)", "IF(F5<=E5,D5,D5*MAX(0,1-(F5-E5)/E5))"),
        ("checklist(actual => 2, 1 => weight)", "2*MAX(MIN(F5+0,1),0)+D5*MAX(MIN(1,1),0)"),
        (
            "deduct(weight, actual, 5%, 2, started_steps)",
            "MAX(0,D5-2*ROUNDUP(ROUND(MAX(0,F5+0)/0.05,12),0))",
        ),
        ("bands(actual, > 90% => 10, <0 => 1, 0)", ""),
        ("bands(actual, <= 0 => 8, < 10% => weight, 2)", "IF(F5<=0,8,IF(F5<0.1,D5,2))"),
    ] {
        match Formula::parse(text) {
            Ok(parsed) => assert_eq!(parsed.to_excel(&cells).as_deref(), Ok(formula), "{text}"),
            Err(_) => assert_eq!(formula, "", "{text}"),
        }
    }
}

/// Outside of what is quoted from the formula or to be written in one, a Chinese message has no English words.
pub(super) fn assert_chinese(error: &FormulaError) {
    let (found, expected) = error.chinese();
    for text in [&found, &expected] {
        let outside: String = text.split('`').step_by(2).collect();
        for word in
            ["the", "a", "an", "and", "of", "with", "which", "such", "number", "after", "that"]
        {
            let mut words = outside.split(|letter: char| !letter.is_ascii_alphabetic());
            assert!(!words.any(|of| of == word), "{word} in {text}");
        }
    }
}
