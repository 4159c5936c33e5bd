//! Texts of targets and actuals as offices write them, with what a person reads in them.

use super::*;
use num_bigint::BigInt;
use num_rational::BigRational;

fn words() -> Words {
    Words::builtin().expect("the built-in words")
}

/// `at-least 95 %`, `equal 100`, `unstated 5..10 人`, `day 2021-12-31`, `yes`, `words`, `words?` (digits left), `empty`.
fn shown(text: &str) -> String {
    let statement = read(text, &words());
    let unit = |q: &Quantity| {
        let scale = if q.scale == rust_decimal::Decimal::ONE {
            String::new()
        } else {
            format!("×{}", q.scale)
        };
        format!("{scale}{}", q.unit)
    };
    let direction = statement.direction.id();
    match &statement.reading {
        Reading::Quantity(q) => {
            format!("{direction} {} {}", q.value, unit(q)).trim_end().to_owned()
        }
        Reading::Range(low, high) => {
            format!("{direction} {}..{} {}", low.value, high.value, unit(high))
                .trim_end()
                .to_owned()
        }
        Reading::Day(day) => {
            let year = day.year.map_or("----".to_owned(), |year| year.to_string());
            let before = if day.before { "<" } else { "" };
            format!("day {before}{year}-{:02}-{:02}", day.month, day.day)
        }
        Reading::YesNo(true) => "yes".to_owned(),
        Reading::YesNo(false) => "no".to_owned(),
        Reading::Words => if statement.unparsed { "words?" } else { "words" }.to_owned(),
        Reading::Empty => "empty".to_owned(),
    }
}

#[test]
fn texts_are_read_as_a_person_reads_them() {
    let table = [
        // comparisons
        ("≥95%", "at-least 95 %"),
        ("≧ 735 人次", "at-least 735 人次"),
        (">=90%", "at-least 90 %"),
        (">= 90 ％", "at-least 90 %"),
        ("≥１２", "at-least 12"),
        ("不少于1,250人", "at-least 1250 人"),
        ("不低于95%", "at-least 95 %"),
        ("大于等于3次", "at-least 3 次"),
        ("至少 4 期", "at-least 4 期"),
        ("100人以上", "at-least 100 人"),
        ("10个及以上", "at-least 10 个"),
        ("正向 95 %", "at-least 95 %"),
        ("正向≥95%", "at-least 95 %"),
        ("≤90万元", "at-most 90 ×10000元"),
        ("不超过500元", "at-most 500 元"),
        ("不高于 5%", "at-most 5 %"),
        ("小于等于4", "at-most 4"),
        ("控制在5%以内", "at-most 5 %"),
        ("控制在 20 万元以内", "at-most 20 ×10000元"),
        ("3天内", "at-most 3 天"),
        ("5个工作日以内", "at-most 5 个工作日"),
        ("30人以下", "at-most 30 人"),
        ("反向 3 %", "at-most 3 %"),
        (">5", "above 5"),
        ("大于50%", "above 50 %"),
        ("<5", "below 5"),
        ("低于 2 起", "below 2 起"),
        ("=100%", "equal 100 %"),
        ("═ 100 %", "equal 100 %"),
        ("﹦100", "equal 100"),
        ("＝100％", "equal 100 %"),
        ("==3", "equal 3"),
        // bare numbers and units
        ("12期", "unstated 12 期"),
        ("12.5", "unstated 12.5"),
        ("100", "unstated 100"),
        ("0", "unstated 0"),
        ("0起", "unstated 0 起"),
        ("-3%", "unstated -3 %"),
        ("≥100百分比", "at-least 100 %"),
        ("百分之95", "unstated 95 %"),
        ("3名", "unstated 3 人"),
        ("500㎡", "unstated 500 平方米"),
        ("1.2万人", "unstated 1.2 ×10000人"),
        ("1.2亿元", "unstated 1.2 ×100000000元"),
        ("3千米", "unstated 3 公里"),
        ("3千元", "unstated 3 ×1000元"),
        ("20处(个)", "unstated 20 处(个)"),
        ("已完成12期", "unstated 12 期"),
        ("全年共计 12 期", "unstated 12 期"),
        ("达到95%", "unstated 95 %"),
        ("(95%)", "unstated 95 %"),
        ("12期。", "unstated 12 期"),
        // ranges
        ("5-10人", "unstated 5..10 人"),
        ("5人至10人", "unstated 5..10 人"),
        ("90%~95%", "unstated 90..95 %"),
        ("5—10", "unstated 5..10"),
        // days
        ("9月前", "day <-----09-30"),
        ("9月底前", "day -----09-30"),
        ("11月底前", "day -----11-30"),
        ("12月底之前完成", "day -----12-31"),
        ("2021年12月完成", "day 2021-12-31"),
        ("2021年12月31日前", "day 2021-12-31"),
        ("2021年12月31日前完成", "day 2021-12-31"),
        ("2021-12-31", "day 2021-12-31"),
        ("2021/6/5", "day 2021-06-05"),
        ("2021.12.31", "day 2021-12-31"),
        ("2021年2月", "day 2021-02-28"),
        ("2020年2月", "day 2020-02-29"),
        ("6月上旬", "day -----06-10"),
        ("6月中旬前完成", "day -----06-20"),
        ("7月", "day -----07-31"),
        ("7月份", "day -----07-31"),
        ("1-12月", "day -----12-31"),
        ("2021年1月至11月", "day 2021-11-30"),
        ("2021年", "day 2021-12-31"),
        ("2021年底前", "day 2021-12-31"),
        ("年底前完成", "day -----12-31"),
        ("第三季度", "day -----09-30"),
        ("2021年第2季度前", "day 2021-06-30"),
        ("于6月30日前支付到位", "day -----06-30"),
        // yes, no, words, nothing
        ("是", "yes"),
        ("有", "yes"),
        ("已完成", "yes"),
        ("否", "no"),
        ("无", "no"),
        ("未完成", "no"),
        ("有效", "words"),
        ("及时", "words"),
        ("定性 有效", "words"),
        ("定性", "words"),
        ("达成预期指标", "words"),
        ("12月未完成", "words?"),
        ("12月底前开展3次", "words?"),
        ("2200篇(OCR; possibly ≥200篇)", "words?"),
        ("约100人", "words?"),
        ("≥95%,满意", "words?"),
        ("1,23,4人", "words?"),
        ("不少于≤5", "words?"),
        ("1/2", "words?"),
        ("", "empty"),
        ("—", "empty"),
        ("  ", "empty"),
        ("不适用", "empty"),
    ];
    for (text, expected) in table {
        assert_eq!(shown(text), expected, "{text:?}");
    }
}

fn quantity(text: &str) -> Quantity {
    match read(text, &words()).reading {
        Reading::Quantity(quantity) => quantity,
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn units_are_brought_together() {
    let same = |n, d| Fit::Same(BigRational::new(BigInt::from(n), BigInt::from(d)));
    let doubtful = |n, d| Fit::Doubtful(BigRational::new(BigInt::from(n), BigInt::from(d)));
    let differ = |n| Fit::Differ(BigRational::from(BigInt::from(n)));
    for (target, actual, expected) in [
        ("95%", "96%", same(96, 1)),
        ("95%", "96", same(96, 1)),
        ("95%", "0.96", same(96, 1)),
        ("100%", "1", same(100, 1)),
        ("100%", "0", same(0, 1)),
        ("3%", "1", same(1, 1)),
        ("3%", "2", same(2, 1)),
        ("3%", "0.02", same(2, 1)),
        ("10%", "1", doubtful(1, 1)),
        ("1%", "0.5", same(1, 2)),
        ("5%", "0.5", doubtful(1, 2)),
        ("100", "100%", same(100, 1)),
        ("1", "98%", same(98, 100)),
        ("0.95", "96%", same(96, 100)),
        ("735人次", "735", same(735, 1)),
        ("735人次", "735人", differ(735)),
        ("3名", "3位", same(3, 1)),
        ("90万元", "850000元", same(85, 1)),
        ("90万元", "85", same(85, 1)),
        ("90万元", "850000", doubtful(850_000, 1)),
        ("900000元", "85万元", same(850_000, 1)),
        ("1.2万人", "12000人", same(12, 10)),
        ("95%", "120人", Fit::Never),
        ("90万元", "3个", Fit::Never),
        ("100", "99", same(99, 1)),
    ] {
        assert_eq!(fit(&quantity(target), &quantity(actual)), expected, "{target} / {actual}");
    }
}

#[test]
fn days_are_met_or_not() {
    let day = |text: &str| match read(text, &words()).reading {
        Reading::Day(day) => day,
        other => panic!("{text}: {other:?}"),
    };
    for (deadline, done, year, met) in [
        ("9月前", "7月", None, true),
        ("9月前", "8月31日", None, true),
        ("9月前", "9月1日", None, false),
        ("9月前", "9月", None, false),
        ("9月底前", "9月", None, true),
        ("11月前", "10月", None, true),
        ("2021年12月", "2021年12月31日", None, true),
        ("2021年12月", "2022年1月", None, false),
        ("12月底前", "2022年1月", Some(2021), false),
        ("12月底前", "2021年11月", Some(2021), true),
        ("2021年6月30日前", "6月30日", Some(2021), true),
        ("2021年6月30日前", "7月1日", None, false),
    ] {
        assert_eq!(day_met(&day(deadline), &day(done), year), met, "{deadline} / {done}");
    }
}

proptest::proptest! {
    #[test]
    fn no_text_is_too_odd(text in "[≥≤=<>0-9.,%年月日底前人次元万以上内 ()至-]{0,24}") {
        let statement = read(&text, &words());
        proptest::prop_assert_eq!(statement.text, text);
    }
}
