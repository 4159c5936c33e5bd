//! Number formats and day numbers, against what Excel documents and shows.

use crate::grid::Format::{self, Date, In, Padded, Percent, Plain, Scaled};
use crate::open::format::{built_in, classify};
use crate::open::serial;
use jixiao_core::Unit;

#[test]
fn formats_that_change_the_meaning_of_a_number_are_told_from_those_that_do_not() {
    let cases: &[(&str, Format)] = &[
        ("General", Plain),
        ("G/通用格式", Plain),
        ("G/通用格式\"万元\"", In(Unit::TenThousand)),
        ("#,##0.00\"万元\"", In(Unit::TenThousand)),
        ("#,##0.00\\元;\\-#,##0.00\\元", In(Unit::Yuan)),
        ("0.00\"亿元\"", In(Unit::HundredMillion)),
        ("0.00\"万\"", Scaled),
        ("0.00\"万元/人\"", Scaled),
        ("0.00", Plain),
        ("#,##0.00_ ", Plain),
        ("#,##0.00_ ;[Red]\\-#,##0.00\\ ", Plain),
        ("_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * \"-\"??_ ;_ @_ ", Plain),
        ("[$¥-804]#,##0.00", Plain),
        ("\"￥\"#,##0.00", Plain),
        ("#,##0.00 元/月", Plain),
        ("[DBNum2][$-804]General", Plain),
        ("0.00E+00", Plain),
        ("# ?/?", Plain),
        ("@", Plain),
        ("00\"月份\"", Plain),
        ("USD 0.00", Plain),
        ("0%", Percent),
        ("0.00%", Percent),
        ("0.00%;[Red]-0.00%", Percent),
        ("0.00\"%\"", Plain),
        ("0.00\\%", Plain),
        ("#,##0,", Scaled),
        ("0.00,", Scaled),
        ("0,.00", Scaled),
        ("0!.0,", Scaled),
        ("0!.0,\"万元\"", Scaled),
        ("0\\.0,", Scaled),
        ("0.0000,\"万\"", Scaled),
        ("[>=10000]0!.0,\"万\";0", Scaled),
        ("[<10000]0;0!.0,\"万\"", Scaled),
        ("0000", Padded(4)),
        ("000000", Padded(6)),
        ("0", Plain),
        ("0000.0", Plain),
        ("#0000", Plain),
        ("yyyy-mm-dd", Date),
        ("yyyy\"年\"m\"月\"d\"日\"", Date),
        ("yyyy\"年\"m\"月\";@", Date),
        ("[$-804]e\"年\"m\"月\"", Date),
        ("[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", Date),
        ("h:mm AM/PM", Date),
        ("mm:ss.0", Date),
        ("[h]:mm", Date),
        ("aaaa", Date),
    ];
    for (code, expected) in cases {
        assert_eq!(classify(code), *expected, "{code}");
    }
    for (id, expected) in
        [(0, Plain), (4, Plain), (9, Percent), (10, Percent), (14, Date), (31, Date), (49, Plain)]
    {
        assert_eq!(built_in(id), expected, "{id}");
    }
}

#[test]
fn day_numbers_are_those_of_the_calendar() {
    let cases: &[(&str, Option<f64>)] = &[
        ("1900-01-01", Some(1.0)),
        ("1900-02-28", Some(59.0)),
        ("1900-03-01", Some(61.0)),
        ("1970-01-01", Some(25569.0)),
        ("2000-01-01", Some(36526.0)),
        ("2000-02-29", Some(36585.0)),
        ("2021-12-31", Some(44561.0)),
        ("2021-12-31T12:00:00", Some(44561.5)),
        ("2021-12-31T06:00", Some(44561.25)),
        ("2021-13-01", None),
        ("2021年12月", None),
        ("12", None),
    ];
    for (text, expected) in cases {
        assert_eq!(serial::from_iso(text), *expected, "{text}");
    }
}
