//! Texts and floats with the value a person reads in them, written by hand.

use super::*;

/// `None` is [`Text::Other`], `Some("")` is [`Text::Empty`], else value and what follows it.
fn shown(text: &str) -> Option<String> {
    match read(text) {
        Text::Empty => Some(String::new()),
        Text::Other => None,
        Text::Number { value, unit, percent, .. } => {
            let tail = if percent { "%" } else { unit.map_or("", Unit::word) };
            Some(format!("{value}{tail}"))
        }
    }
}

#[test]
fn texts_are_numbers_empty_or_neither() {
    let table: &[(&str, Option<&str>)] = &[
        ("0", Some("0")),
        ("0.00", Some("0.00")),
        ("12", Some("12")),
        ("007", Some("7")),
        ("1234.5", Some("1234.5")),
        ("1,234.50", Some("1234.50")),
        ("12,345,678.90", Some("12345678.90")),
        ("215,457.6", Some("215457.6")),
        (" 77 ", Some("77")),
        ("\u{a0}77\u{3000}", Some("77")),
        ("\u{feff}77\u{200b}", Some("77")),
        ("77\r\n", Some("77")),
        ("\t77", Some("77")),
        ("１２３．５０", Some("123.50")),
        ("１，２３４", Some("1234")),
        ("-5", Some("-5")),
        ("－5", Some("-5")),
        ("−5", Some("-5")),
        ("+5", Some("5")),
        ("＋5", Some("5")),
        ("- 5", Some("-5")),
        ("-0", Some("0")),
        ("-0.00", Some("0.00")),
        ("(123.45)", Some("-123.45")),
        ("（123.45）", Some("-123.45")),
        ("(0)", Some("0")),
        ("123.45-", Some("-123.45")),
        ("¥100", Some("100")),
        ("￥1,000.00", Some("1000.00")),
        ("￥ -5", Some("-5")),
        ("-￥5", Some("-5")),
        ("RMB 20", Some("20")),
        ("人民币20元", Some("20元")),
        ("98.1%", Some("98.1%")),
        ("98.1 %", Some("98.1%")),
        ("９８％", Some("98%")),
        ("-3%", Some("-3%")),
        ("102.59%", Some("102.59%")),
        ("5元", Some("5元")),
        ("5 千元", Some("5千元")),
        ("4,650.97万元", Some("4650.97万元")),
        ("3百万元", Some("3百万元")),
        ("1.2亿元", Some("1.2亿元")),
        (".5", Some("0.5")),
        ("5.", Some("5")),
        ("9999999999999999999999999999", Some("9999999999999999999999999999")),
        ("", Some("")),
        ("   ", Some("")),
        ("-", Some("")),
        ("—", Some("")),
        ("——", Some("")),
        ("–", Some("")),
        ("－", Some("")),
        ("/", Some("")),
        ("／", Some("")),
        ("无", Some("")),
        ("×", Some("")),
        ("*", Some("")),
        ("XX", Some("")),
        ("xx", Some("")),
        ("空白", Some("")),
        ("不适用", Some("")),
        ("N/A", Some("")),
        ("n/a", Some("")),
        ("1_000", None),
        ("1,23,4", None),
        ("1,2345", None),
        ("1234,567", None),
        (",123", None),
        ("1,234,", None),
        ("1.2.3", None),
        ("1.234,5", None),
        ("12 34", None),
        ("1 234.50", None),
        ("1e5", None),
        ("1.2E+05", None),
        ("0x10", None),
        ("约3万", None),
        ("3万", Some("3万元")),
        ("3 亿", Some("3亿元")),
        ("3万人", None),
        ("5人", None),
        ("5%元", None),
        ("--5", None),
        ("-5-", None),
        ("(-5)", None),
        ("(5", None),
        ("5)", None),
        ("–5", None),
        ("▲5", None),
        ("1/2", None),
        ("≥5", None),
        ("是", None),
        ("12345678901234567890123456789", None),
        (".", None),
        ("¥", None),
        ("%", None),
        ("元", None),
        ("NaN", None),
        ("inf", None),
        ("٣", None),
    ];
    for (text, expected) in table {
        assert_eq!(shown(text).as_deref(), *expected, "{text:?}");
    }
}

#[test]
fn what_was_folded_is_told() {
    let notes = |text| match read(text) {
        Text::Number { notes, .. } => notes,
        other => panic!("{text}: {other:?}"),
    };
    assert_eq!(notes("12"), Notes::default());
    assert!(notes("(12)").brackets && !notes("-12").brackets);
    assert!(notes("12-").trailing_minus);
    assert!(notes("1,200").separators);
    assert!(notes("１２").full_width && !notes("12").full_width);
    assert!(notes(" 12").spaces);
    assert!(notes("￥12").currency);
}

#[test]
fn floats_become_what_the_cell_shows() {
    let table: &[(f64, Option<&str>)] = &[
        (0.0, Some("0")),
        (-0.0, Some("0")),
        (1.0, Some("1")),
        (4_250_971.23, Some("4250971.23")),
        (0.300_000_000_000_000_04, Some("0.3")),
        (98.1, Some("98.1")),
        (-12.5, Some("-12.5")),
        (999.999_999_999_235_6, Some("999.999999999236")),
        (123_456_789_012_345.0, Some("123456789012345")),
        (1e15, Some("1000000000000000")),
        (1e-5, Some("0.00001")),
        (1e-300, Some("0")),
        (5.5e-17, Some("0.000000000000000055")),
        (440_305_199_001_011_234.0, None),
        (-2e15, None),
        (f64::NAN, None),
        (f64::INFINITY, None),
        (f64::NEG_INFINITY, None),
    ];
    for (value, expected) in table {
        assert_eq!(from_cell(*value).map(|d| d.to_string()).as_deref(), *expected, "{value}");
    }
}

#[test]
fn decimals_survive_the_way_through_a_cell() {
    for text in ["0", "0.1", "4650.97", "-0.01", "46509700.00", "9999999999999.99"] {
        let decimal: Decimal = text.parse().expect("a decimal");
        assert_eq!(from_cell(to_cell(decimal)), Some(decimal.normalize()), "{text}");
    }
}

proptest::proptest! {
    #[test]
    fn no_text_is_too_odd(text in "[0-9０-９,.，．+－()（）%￥¥RMB元万 /-]{0,16}|\\PC{0,12}") {
        if let Text::Number { value, .. } = read(&text) {
            proptest::prop_assert!(text.chars().any(|c| c.is_ascii_digit() || ('０'..='９').contains(&c)), "{} {}", text, value);
        }
    }

    #[test]
    fn a_cell_keeps_fifteen_digits(mantissa in -999_999_999_999_999i64..=999_999_999_999_999, scale in 0u32..8) {
        let decimal = Decimal::new(mantissa, scale);
        proptest::prop_assert_eq!(from_cell(to_cell(decimal)), Some(decimal.normalize()));
    }
}

#[test]
fn noise_is_what_the_nearest_float_has_not() {
    for (stored, noisy) in [
        (0.1 + 0.2, true),
        (0.3, false),
        (4_563.879_999_999_999, true),
        (4_563.88, false),
        (4_250_971.23, false),
        (352_260.250_000_000_06, true),
        (-0.0, false),
        (123_456_789_012_345.0, false),
    ] {
        let shown = from_cell(stored).expect("a number");
        assert_eq!(is_noisy(stored, shown), noisy, "{stored}");
    }
}
