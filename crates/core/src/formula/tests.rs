//! Tables: text to value, to message, to text with numbers, to steps, to spreadsheet formula. All worked by hand.

use super::*;

mod methods;

use methods::assert_chinese;

/// The names of the tables; amounts are those of a published report in 万元.
fn numbers(name: &str) -> Option<BigRational> {
    decimal(match name {
        "weight" => "10",
        "executed" => "4563.88",
        "budget" => "4650.97",
        "target" => "95%",
        "actual" => "90%",
        "zero" => "0",
        "loss" => "-2.5",
        "三公经费.本年预算" => "88",
        "三公经费.上年预算" => "80",
        "fact(编制数)" => "143",
        "fact(编制数.本年)" => "150",
        "sum(executed where economic starts \"302\")" => "42",
        "count(indicators)" => "4",
        "count(indicators where met)" => "3",
        _ => return None,
    })
}

fn cells(name: &str) -> Option<String> {
    let cell = match name {
        "weight" => "D5",
        "executed" => "支出执行!K20",
        "budget" => "'支出 执行'!$J$20",
        "target" => "E5",
        "actual" => "F5",
        "zero" => "G5",
        "loss" => "H5",
        "computed" => "B2-B3",
        _ => return None,
    };
    Some(cell.to_owned())
}

fn parsed(text: &str) -> Formula {
    Formula::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn fraction(text: &str) -> BigRational {
    let (above, below) = text.split_once('/').unwrap_or((text, "1"));
    decimal(above).expect("a numerator") / decimal(below).expect("a denominator")
}

#[test]
fn gives_exact_values() {
    for (text, value) in [
        // Numbers and precedence.
        ("0.05", "0.05"),
        ("90%", "0.9"),
        ("12.5%", "0.125"),
        ("2 + 3 * 4", "14"),
        ("(2 + 3) * 4", "20"),
        ("7 - 2 - 1", "4"),
        ("7 - (2 - 1)", "6"),
        ("24 / 4 / 2", "3"),
        ("24 / (4 / 2)", "12"),
        ("1 / 3 * 3", "1"),
        ("-2 * -3", "6"),
        ("2 - -3", "5"),
        ("--4", "4"),
        ("-(1 + 2)", "-3"),
        ("loss * 2\n  + 1", "-4"),
        // Names.
        ("weight * min(1, executed / budget)", "4563880/465097"),
        ("(三公经费.本年预算 - 三公经费.上年预算) / 三公经费.上年预算", "0.1"),
        // Comparisons and words.
        ("if(actual >= target, weight, weight * actual / target)", "180/19"),
        ("if(actual ≤ target, 1, 2)", "1"),
        ("if(actual ≥ 90%, 1, 2)", "1"),
        ("if(actual = 0.9, 1, 2)", "1"),
        ("if(actual == 0.9, 1, 2)", "1"),
        ("if(actual != 0.9, 1, 2)", "2"),
        ("if(actual ≠ target, 1, 2)", "1"),
        ("if(1 < 1, 1, 2)", "2"),
        ("if(not 1 > 2 and 2 > 1, 1, 2)", "1"),
        ("if(1 > 2 and 1 > 2 or 2 > 1, 1, 2)", "1"),
        ("if(1 > 2 and (1 > 2 or 2 > 1), 1, 2)", "2"),
        ("if(not (1 > 2 or 2 > 1), 1, 2)", "2"),
        ("if(not not 2 > 1, 1, 2)", "1"),
        ("if((2 + 1) * 2 >= 6, 1, 2)", "1"),
        // Lazy branches and `else`.
        ("if(zero = 0, 5, 1 / zero)", "5"),
        ("bands(1, 90% => 10, 1 / zero)", "10"),
        ("1 / zero else 3", "3"),
        ("missing else 3", "3"),
        ("1 / zero else missing else 4", "4"),
        ("1 else missing", "1"),
        ("2 * (missing else 3) + 1", "7"),
        ("1 + 1 / zero else 7", "7"),
        ("max(missing, 1) else 8", "8"),
        // Functions.
        ("min(3, 1, 2)", "1"),
        ("max(3, -1, 2)", "3"),
        ("abs(loss)", "2.5"),
        ("floor(2.9)", "2"),
        ("floor(loss)", "-3"),
        ("ceil(2.1)", "3"),
        ("ceil(loss)", "-2"),
        ("floor(-3)", "-3"),
        ("round(2.345, 2)", "2.35"),
        ("round(-2.345, 2)", "-2.35"),
        ("round(2.5, 0)", "3"),
        ("round(0.125, 2)", "0.13"),
        ("round(1 / 3 * 0.015, 2)", "0.01"),
        ("round(executed / budget, 4)", "0.9813"),
        // Deductions: 2 points per full 5 %; 0.8 points per 1 %.
        ("deduct(8, 1 - 0.9, 0.05, 2, full_steps)", "4"),
        ("deduct(8, 1 - 0.901, 0.05, 2, full_steps)", "6"),
        ("deduct(8, 1 - 0.9, 5%, 2, continuous)", "4"),
        ("deduct(8, 0.025, 5%, 2, continuous)", "7"),
        ("deduct(8, 0.025, 5%, 2, full_steps)", "8"),
        ("deduct(8, loss, 5%, 2, full_steps)", "8"),
        ("deduct(8, 90%, 5%, 2, full_steps)", "0"),
        ("deduct(8, 10%, 1%, 0.8, continuous)", "0"),
        // Bands: an edge belongs to the band that it opens.
        ("bands(0.95, 90% => 10, 80% => 8, 60% => 5, 0)", "10"),
        ("bands(actual, 90% => 10, 80% => 8, 60% => 5, 0)", "10"),
        ("bands(0.8999, 90% => 10, 80% => 8, 60% => 5, 0)", "8"),
        ("bands(60%, 90% => 10, 80% => 8, 60% => 5, 0)", "5"),
        ("bands(0, 90% => 10, 80% => 8, 60% => 5, 0)", "0"),
        ("bands(7, target * 10 => weight / 2, -1)", "-1"),
    ] {
        assert_eq!(parsed(text).evaluate(&numbers), Ok(fraction(value)), "{text}");
    }
}

#[test]
fn says_why_there_is_no_value() {
    let name = |name: &str| Undefined::Name(name.to_owned());
    let zero = |at, divisor: &str| Undefined::DivisionByZero { at, divisor: divisor.to_owned() };
    for (text, why) in [
        ("weight * 人数", name("人数")),
        ("missing + other", name("missing")),
        ("min(1, executed / zero)", zero(19, "zero")),
        ("执行数 else 1 / (三公经费.本年预算 - 88)", zero(15, "三公经费.本年预算 - 88")),
        ("deduct(8, 1, zero, 2, full_steps)", zero(14, "zero")),
        // Like a spreadsheet's AND, every part is computed.
        ("if(1 > 2 and 1 / zero > 1, 1, 2)", zero(18, "zero")),
        ("missing else 1 / zero", zero(18, "zero")),
    ] {
        assert_eq!(parsed(text).evaluate(&numbers), Err(why), "{text}");
    }
    assert_eq!(zero(19, "zero").chinese(), "除数“zero”（公式第 19 个字符处）为 0，不能相除");
    assert_eq!(
        zero(19, "zero").to_string(),
        "`zero` (column 19 of the formula) is zero, and nothing can be divided by zero"
    );
}

#[test]
fn refuses_numbers_beyond_all_bounds() {
    let product = vec!["12345678901234567890"; 100].join(" * ");
    let error = parsed(&product).evaluate(&numbers).expect_err("2,000 digits");
    assert!(matches!(error, Undefined::TooLarge { .. }), "{error}");
    // Such a number is a mistake, which no `else` may hide.
    let caught = parsed(&format!("{product} else 1")).evaluate(&numbers);
    assert_eq!(caught, Err(error));
}

#[test]
fn names_the_place_of_a_mistake() {
    for (text, message) in [
        ("", "column 1: found the end of the formula, expected a number, a name or `(`"),
        ("1 +", "column 4: found the end of the formula, expected a number, a name or `(`"),
        ("执行数 / ", "column 7: found the end of the formula, expected a number, a name or `(`"),
        ("= 1", "column 1: found `=`, expected no `=` in front of a formula"),
        ("1,000", "column 2: found `,`, expected an operator or the end of the formula"),
        (
            "min(1,000, 2)",
            "column 7: found `000`, expected a number without leading zeros, and no comma within a number",
        ),
        ("1 2", "column 3: found `2`, expected an operator or the end of the formula"),
        ("1e3", "column 2: found `e3`, expected an operator or the end of the formula"),
        ("5人", "column 2: found `人`, expected an operator or the end of the formula"),
        (".5", "column 1: found `.`, expected a number, a name or an operator"),
        ("得分 * 5.", "column 7: found `.`, expected a number, a name or an operator"),
        ("90 %", "column 4: found `%`, expected a number, a name or an operator"),
        ("执行数 ÷ 2", "column 5: found `÷`, expected the half-width `/`"),
        ("min（1, 2)", "column 4: found `（`, expected the half-width `(`"),
        ("min(1，2)", "column 6: found `，`, expected the half-width `,`"),
        ("90％", "column 3: found `％`, expected the half-width `%`"),
        ("１ + 1", "column 1: found `１`, expected the half-width `1`"),
        ("\"文\"", "column 1: found `\"文\"`, expected a number, a name or `(`"),
        ("(1 + 2", "column 7: found the end of the formula, expected an operator or `)`"),
        ("1 + 2)", "column 6: found `)`, expected an operator or the end of the formula"),
        (
            "a > b > c",
            "column 7: found `>`, expected `and` between two comparisons; they do not chain",
        ),
        (
            "if(a < b <= c, 1, 2)",
            "column 10: found `<=`, expected `and` between two comparisons; they do not chain",
        ),
        ("actual >= target", "column 1: found a condition, expected a number"),
        ("1 + (a > b)", "column 6: found a condition, expected a number"),
        ("(a > b) else 1", "column 2: found a condition, expected a number"),
        (
            "if(1, 2, 3)",
            "column 4: found a number, expected a condition, such as `actual >= target`",
        ),
        (
            "if(a > b and 达标, 1, 2)",
            "column 14: found a number, expected a condition, such as `actual >= target`",
        ),
        ("if(a > b, c > d, 2)", "column 11: found a condition, expected a number"),
        ("if(a > b, 1)", "column 12: found `)`, expected an operator or `,` and the next argument"),
        ("if(a > b, 1, 2, 3)", "column 15: found `,`, expected an operator or `)`"),
        ("min(1)", "column 1: found `min` with one argument, expected two or more: `min(a, b)`"),
        ("min()", "column 5: found `)`, expected a number, a name or `(`"),
        ("min + 1", "column 5: found `+`, expected `(` after the function `min`"),
        ("1 + and", "column 5: found `and`, expected a number, a name or `(`"),
        (
            "2 * mean(1, 2)",
            "column 5: found the function `mean`, expected min, max, round, floor, ceil, abs, if, deduct, bands, fact, sum, \
             count, composition, ratio_up, ratio_down, linear_down, equality, pass_mark, per_event, yes_no, coefficient, checklist",
        ),
        (
            "2 * ratoi_up(1, 2, 3)",
            "column 5: found the function `ratoi_up`, expected `ratio_up`, which is spelt most like it",
        ),
        ("abs(1, 2)", "column 6: found `,`, expected an operator or `)`"),
        ("round(a, b)", "column 10: found `b`, expected a whole number of places, 0 to 10"),
        ("round(a, 11)", "column 10: found `11`, expected a whole number of places, 0 to 10"),
        ("round(a, 1.5)", "column 10: found `1.5`, expected a whole number of places, 0 to 10"),
        (
            "deduct(8, x, 5%, 2)",
            "column 19: found `)`, expected an operator or `,` and the next argument",
        ),
        (
            "deduct(8, x, 5%, 2, steps)",
            "column 21: found `steps`, expected `full_steps`, `started_steps` or `continuous`",
        ),
        (
            "deduct(8, x, 0, 2, continuous)",
            "column 14: found a step that is not above 0, expected a step above 0, such as `0.05`",
        ),
        (
            "bands(x, 0)",
            "column 11: found `)`, expected an operator or `=>` and the value of the band",
        ),
        (
            "bands(x, 60% => 5, 80% => 8, 0)",
            "column 20: found an edge that does not go on from the one before it, \
             expected edges downwards for `>=` and `>`, upwards for `<=` and `<`; this band would never be reached",
        ),
        (
            "bands(x, 80% => 8)",
            "column 18: found `)`, expected an operator or `,` and the next band, last the value of the rest",
        ),
        (
            "123456789012345678901",
            "column 1: found `123456789012345678901`, expected a number of at most 20 digits",
        ),
    ] {
        let error = Formula::parse(text).expect_err(text);
        assert_eq!(error.to_string(), message, "{text}");
        assert_chinese(&error);
    }
}

#[test]
fn refuses_what_is_too_long_or_too_deep() {
    let long = format!("1{}", " + 1".repeat(1_000));
    let error = Formula::parse(&long).expect_err("4,001 characters");
    assert_eq!((error.column, error.expected.as_str()), (4_001, "at most 4000; split it"));
    // A long chain is not deep.
    let chain = format!("1{}", "+1".repeat(1_999));
    assert_eq!(parsed(&chain).evaluate(&numbers), Ok(fraction("2000")));
    for (opening, count, closing) in [
        ("(", 64, ")"),
        ("-", 64, ""),
        ("abs(", 64, ")"),
        ("-(", 32, ")"),
        ("if(not 1>2,", 63, ",1)"),
    ] {
        let nest = |count| format!("{}1{}", opening.repeat(count), closing.repeat(count));
        parsed(&nest(count));
        let error = Formula::parse(&nest(count + 1)).expect_err(opening);
        assert_eq!(error.found, "more than 64 levels of nesting", "{opening}");
        // No depth of text may exhaust the stack.
        assert!(Formula::parse(&nest(3_900 / opening.len().max(2))).is_err(), "{opening}");
    }
}

#[test]
fn lists_names_once_in_order_of_use() {
    let formula = parsed(
        "if(b > a and not c = a, deduct(d, e, 5%, b, continuous), bands(f, g => h, 三公经费.2021))",
    );
    assert_eq!(formula.names(), ["b", "a", "c", "d", "e", "f", "g", "h", "三公经费.2021"]);
    assert_eq!(parsed("1 + 2").names(), [""; 0]);
}

#[test]
fn puts_numbers_in_place_of_names() {
    for (text, shown) in [
        ("weight*min(1,executed/budget)", "10 * min(1, 4563.88 / 4650.97)"),
        ("weight * (90% - 0.80)", "10 * (90% - 0.80)"),
        ("weight - loss", "10 - (-2.5)"),
        ("loss - weight", "-2.5 - 10"),
        ("-loss * loss", "(-(-2.5)) * (-2.5)"),
        ("((weight)) / ((missing * 2))", "10 / (missing * 2)"),
        ("(weight / zero) else (1 + missing)", "10 / 0 else 1 + missing"),
        ("(missing else zero) + 1", "(missing else 0) + 1"),
        (
            "if((actual≥target) and not (zero=1 or zero≠2),1,2)",
            "if(0.9 >= 0.95 and not (0 = 1 or 0 != 2), 1, 2)",
        ),
        ("deduct(weight, 1-actual, 5%, 2, full_steps)", "deduct(10, 1 - 0.9, 5%, 2, full_steps)"),
        ("bands(actual,90%=>weight,0)", "bands(0.9, 90% => 10, 0)"),
        ("round(executed,0) - floor(1) - ceil(2)", "round(4563.88, 0) - floor(1) - ceil(2)"),
    ] {
        assert_eq!(parsed(text).substituted(&numbers), shown, "{text}");
    }
    let third = |_: &str| Some(fraction("1/3"));
    assert_eq!(parsed("x + 1").substituted(&third), "0.3333333333 + 1");
}

#[test]
fn writes_plain_decimals() {
    for (value, shown) in [
        ("0", "0"),
        ("-0.50", "-0.5"),
        ("1200", "1200"),
        ("1/8", "0.125"),
        ("-2/3", "-0.6666666667"),
        ("1/30000000000", "0"),
        ("20000000000/3", "6666666666.6666666667"),
        ("0.0000000000000000000000000001", "0.0000000000000000000000000001"),
        ("0.00000000000000000000000000001", "0"),
        ("90%", "0.9"),
    ] {
        assert_eq!(plain(&fraction(value)), shown, "{value}");
    }
    for text in ["", "-", "1.", ".5", "1,000", "1e3", "1_000", "+1", "１", "%", "--1", " 1"] {
        assert_eq!(decimal(text), None, "{text}");
    }
}

#[test]
fn traces_every_operation_that_was_carried_out() {
    for (text, steps) in [
        (
            "weight * min(1, executed / budget)",
            &[
                "4563.88 / 4650.97 = 0.9812748738",
                "min(1, 0.9812748738) = 0.9812748738",
                "10 * 0.9812748738 = 9.8127487384",
            ][..],
        ),
        (
            "if(actual >= target and 1 > 2, weight, weight * actual / 90%)",
            &[
                "0.9 >= 0.95 = false",
                "1 > 2 = false",
                "0.9 >= 0.95 and 1 > 2 = false",
                "10 * 0.9 / 90% = 10",
                "if(0.9 >= 0.95 and 1 > 2, 10, 10) = 10",
            ],
        ),
        (
            "bands(1 - 0.15, 90% => 10 * 1, 80% => 4 * 2, 1 / zero)",
            &["1 - 0.15 = 0.85", "4 * 2 = 8", "bands(0.85, 90% => 10 * 1, 80% => 8, 1 / 0) = 8"],
        ),
        (
            "weight / zero else 3 + 4 else missing",
            &[
                "10 / 0: `zero` (column 10 of the formula) is zero, and nothing can be divided by zero",
                "3 + 4 = 7",
                "10 / 0 else 7 else missing = 7",
            ],
        ),
        (
            "deduct(8, -loss - 2.4, 5%, 2, full_steps)",
            &["2.5 - 2.4 = 0.1", "deduct(8, 0.1, 5%, 2, full_steps) = 4"],
        ),
        ("weight", &[]),
    ] {
        let shown: Vec<String> = parsed(text)
            .trace(&numbers)
            .into_iter()
            .map(|step| match step.value {
                Ok(value) => format!("{} = {value}", step.text),
                Err(why) => format!("{}: {why}", step.text),
            })
            .collect();
        assert_eq!(shown, steps, "{text}");
    }
}

#[test]
fn translates_to_spreadsheet_formulas() {
    for (text, formula) in [
        ("weight * min(1, executed / budget)", "D5*MIN(1,支出执行!K20/'支出 执行'!$J$20)"),
        ("90% + 0.80", "0.9+0.8"),
        ("(weight - target) * (actual + 1) / (weight * 2)", "(D5-E5)*(F5+1)/(D5*2)"),
        ("weight - (target - actual)", "D5-(E5-F5)"),
        ("weight - target * -actual", "D5-E5*(-F5)"),
        ("-weight * target", "(-D5)*E5"),
        ("-weight - -target", "-D5-(-E5)"),
        ("-(weight + target)", "-(D5+E5)"),
        ("computed * 2", "(B2-B3)*2"),
        // Two cells as they stand; computed sides without float noise.
        ("if(actual >= target, 1, 2)", "IF(F5>=E5,1,2)"),
        ("if(actual != 90%, 1, 2)", "IF(F5<>0.9,1,2)"),
        ("if(actual / target >= 90%, 1, 2)", "IF(ROUND(F5/E5,12)>=0.9,1,2)"),
        ("if(target - actual < weight, 1, 2)", "IF(ROUND(E5-F5,12)<ROUND(D5,12),1,2)"),
        (
            "if(actual / target > 0.12345678901234, 1, 2)",
            "IF(ROUND(F5/E5,12)>ROUND(0.12345678901234,12),1,2)",
        ),
        (
            "if(not actual > 1 and (target = 1 or weight <= -5), 1, 2)",
            "IF(AND(NOT(F5>1),OR(E5=1,D5<=-5)),1,2)",
        ),
        // MIN and MAX would pass over an empty cell.
        ("max(0, weight) + min(weight, target, 3)", "MAX(0,D5+0)+MIN(D5+0,E5+0,3)"),
        ("abs(loss)", "ABS(H5)"),
        ("round(weight * target, 2)", "ROUND(ROUND(D5*E5,12),2)"),
        ("floor(loss)", "IF(H5<0,ROUNDUP(H5,0),ROUNDDOWN(H5,0))"),
        (
            "ceil(weight / 3)",
            "IF(ROUND(D5/3,12)<0,ROUNDDOWN(ROUND(D5/3,12),0),ROUNDUP(ROUND(D5/3,12),0))",
        ),
        (
            "deduct(weight, 1 - actual, 0.05, 2, full_steps)",
            "MAX(0,D5-2*ROUNDDOWN(ROUND(MAX(0,1-F5)/0.05,12),0))",
        ),
        ("deduct(8, loss, 1%, 4 / 5, continuous)", "MAX(0,8-4/5*MAX(0,H5+0)/0.01)"),
        ("bands(actual, 90% => weight, 80% => 8, 0)", "IF(F5>=0.9,D5,IF(F5>=0.8,8,0))"),
        ("bands(actual * 2, 90% => 10, 0)", "IF(ROUND(F5*2,12)>=0.9,10,0)"),
        // A name without cell is no number, which an `else` may catch.
        ("weight / zero else 3", "IFERROR(D5/G5,3)"),
        ("2 * (missing else weight / zero else 1)", "2*IFERROR((1/0),IFERROR(D5/G5,1))"),
        ("if(weight > 1, weight, missing) else 1", "IFERROR(IF(D5>1,D5,(1/0)),1)"),
    ] {
        assert_eq!(parsed(text).to_excel(&cells), Ok(formula.to_owned()), "{text}");
    }
}

#[test]
fn refuses_what_a_spreadsheet_would_refuse() {
    let no_cell = ExcelError::NoCell { name: "missing".to_owned() };
    assert_eq!(parsed("1 + missing").to_excel(&cells), Err(no_cell.clone()));
    assert_eq!(parsed("weight else missing").to_excel(&cells), Err(no_cell));

    // Every level of `floor` writes its argument three times.
    let doubling = format!("{}weight / 3{}", "floor(".repeat(60), ")".repeat(60));
    assert_eq!(parsed(&doubling).to_excel(&cells), Err(ExcelError::TooLong { limit: 8_100 }));

    let bands: String = (0..70).map(|edge| format!("{} => 1, ", 100 - edge)).collect();
    assert_eq!(
        parsed(&format!("bands(actual, {bands}0)")).to_excel(&cells),
        Err(ExcelError::TooDeep { depth: 70, limit: 60 })
    );

    let many = format!("min({}1)", "1, ".repeat(255));
    assert_eq!(
        parsed(&many).to_excel(&cells),
        Err(ExcelError::TooManyArguments { function: "MIN", count: 256, limit: 255 })
    );
}

#[test]
fn takes_only_one_cell_as_it_stands() {
    for (cell, written) in [
        ("C5", "C5*2"),
        ("$C$5", "$C$5*2"),
        ("指标评分!XFD1048576", "指标评分!XFD1048576*2"),
        ("'老干部''局 (1)'!C5", "'老干部''局 (1)'!C5*2"),
        ("C5+1", "(C5+1)*2"),
        ("SUM(C5:C9)", "(SUM(C5:C9))*2"),
        ("C5:C9", "(C5:C9)*2"),
        ("a+表!C5", "(a+表!C5)*2"),
        ("'a'+'b'!C5", "('a'+'b'!C5)*2"),
    ] {
        let formula = parsed("x * 2").to_excel(&|_| Some(cell.to_owned()));
        assert_eq!(formula, Ok(written.to_owned()), "{cell}");
    }
}
