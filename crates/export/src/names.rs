//! The names of the sheets: fixed for one subject, with the subject's short name behind when there are several.
//!
//! * Rule: at most 31 UTF-16 units, no sign that the format forbids, unique without regard to case.

use crate::text::{SHEET_LIMIT, cut, sheet_part, units};
use std::collections::HashSet;

/// The names of one subject's sheets.
pub(crate) struct Names {
    /// The official form.
    pub form: String,
    /// Lines and bridge.
    pub execution: String,
    /// Scores.
    pub scoring: String,
    /// Common indicators.
    pub common: String,
    /// Findings.
    pub findings: String,
    /// Cleaned rows.
    pub source: String,
}

/// The longest of the fixed names, and the sign between it and the subject's.
const FIXED: usize = 5;

/// The names of the sheets of every subject.
pub(crate) fn sheets(subjects: &[&str]) -> Vec<Names> {
    if subjects.len() == 1 {
        return vec![names("")];
    }
    let mut taken = HashSet::new();
    subjects.iter().map(|subject| names(&format!("_{}", unique(subject, &mut taken)))).collect()
}

fn names(suffix: &str) -> Names {
    let of = |fixed: &str| format!("{fixed}{suffix}");
    Names {
        form: of("自评表"),
        execution: of("支出执行"),
        scoring: of("指标评分"),
        common: of("共性指标"),
        findings: of("发现"),
        source: of("原始数据"),
    }
}

/// A short name that no other subject has; equal ones get a number behind.
fn unique(subject: &str, taken: &mut HashSet<String>) -> String {
    let limit = SHEET_LIMIT - FIXED;
    let short = match sheet_part(subject, limit) {
        empty if empty.is_empty() => "未命名".to_owned(),
        short => short,
    };
    let mut name = short.clone();
    let mut number = 1;
    while !taken.insert(name.to_lowercase()) {
        number += 1;
        let end = format!("~{number}");
        name = format!("{}{end}", cut(&short, limit - units(&end)));
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_subjects_get_short_unique_names() {
        let long = "二〇二二年度农村饮水安全巩固提升工程及水质检测能力建设项目";
        let names = sheets(&[long, long, "", "A", "a", "b:c"]);
        let forms: Vec<&str> = names.iter().map(|of| of.form.as_str()).collect();
        assert_eq!(forms[2..], ["自评表_未命名", "自评表_A", "自评表_a~2", "自评表_b：c"]);
        assert!(forms[1].ends_with("~2"));
        for of in &names {
            for name in [&of.form, &of.execution, &of.scoring, &of.findings, &of.source] {
                assert!(units(name) <= SHEET_LIMIT, "{name}");
            }
        }
    }

    #[test]
    fn one_subject_needs_no_name_behind() {
        assert_eq!(sheets(&["区水利局"])[0].source, "原始数据");
    }
}
