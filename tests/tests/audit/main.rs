//! A corpus of forms that are filled in rightly, and the same with one known fault each.
//!
//! * The right scores are worked out here with plain fractions, by the rules of mof-2020-10, and not by the program.
//! * Every planted fault must be found by its code, its severity and its cell; a form without fault brings neither error nor warning.
//! * The table of counts is printed with `--nocapture`; the slow test, which `.ci/run` runs, has fifty forms for each kind of fault.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "to stop with a message is how a test fails"
)]

mod chance;
mod fault;
mod form;
mod sheet;

use chance::Chance;
use fault::{Expected, Fault};
use form::Form;
use jixiao_core::{Code, Finding, Rules, Severity, evaluate};
use jixiao_import::Limits;
use std::fmt::Write as _;

/// What the program finds in each form of a workbook, a sheet each.
fn found(forms: &[Form]) -> Vec<Vec<Finding>> {
    let bytes = sheet::workbook(forms);
    let reading =
        jixiao_import::read("forms.xlsx", &bytes, &Limits::default()).expect("a workbook");
    let rules = Rules::builtin("mof-2020-10").expect("rules");
    let mut found = vec![reading.findings; forms.len()];
    assert_eq!(reading.subjects.len(), forms.len(), "a subject for each form");
    for (index, subject) in reading.subjects.into_iter().enumerate() {
        let evaluation = evaluate(&subject.submission, &rules).expect("an evaluation");
        found[index].extend(subject.findings);
        found[index].extend(evaluation.findings);
    }
    found
}

fn made(fault: Option<Fault>, count: usize) -> (Vec<Form>, Vec<Vec<Expected>>) {
    let mut forms = Vec::new();
    let mut expected = Vec::new();
    // Another seed for each kind, so that no two kinds are planted in the same forms.
    let mut chance = Chance::new(fault.map_or(7, |fault| 1_000 + fault as u64));
    while forms.len() < count {
        let mut form = Form::right(&mut chance, forms.len());
        match fault {
            None => expected.push(Vec::new()),
            Some(fault) => match fault.plant(&mut form, &mut chance) {
                Some(of) => expected.push(of),
                None => continue,
            },
        }
        forms.push(form);
    }
    (forms, expected)
}

fn said(findings: &[Finding]) -> String {
    let mut text = String::new();
    for finding in findings.iter().filter(|finding| finding.severity >= Severity::Info) {
        let (code, cells) = (finding.code.text(), finding.source.cells);
        writeln!(text, "    {:?} {code} {cells} {}", finding.severity, finding.message).unwrap();
    }
    text
}

#[test]
fn every_planted_fault_is_found_where_it_was_planted() {
    plant_and_find(5);
    raise_no_alarm(50);
}

#[test]
#[ignore = "slow: fifty forms for each fault"]
fn every_planted_fault_is_found_in_fifty_forms() {
    plant_and_find(50);
    raise_no_alarm(500);
}

fn plant_and_find(count: usize) {
    // MergedRight is no fault: one score over several rows is allowed, and nothing must be said about it.
    let mut table = String::from("fault                      forms   found   other errors\n");
    let mut wrong = String::new();
    for fault in Fault::ALL {
        let (forms, expected) = made(Some(fault), count);
        let (mut hits, mut others) = (0, 0);
        for ((form, expected), findings) in forms.iter().zip(&expected).zip(found(&forms)) {
            let missing: Vec<&Expected> =
                expected.iter().filter(|wanted| !findings.iter().any(|f| wanted.is(f))).collect();
            let stray = |f: &&Finding| {
                // Beside no fault nothing may be told that asks for something to be done.
                let least = if expected.is_empty() { Severity::Warning } else { Severity::Error };
                // Words under one score for several rows have no score of their own, and ask for one.
                let asks = expected.is_empty() && f.code == Code::JudgementNeeded;
                f.severity >= least && !asks && !expected.iter().any(|wanted| wanted.allows(f))
            };
            let strays = findings.iter().filter(stray).count();
            hits += usize::from(missing.is_empty() && !expected.is_empty());
            others += strays;
            if !missing.is_empty() || strays > 0 {
                writeln!(
                    wrong,
                    "{fault:?} in {}: missing {missing:?}, {strays} stray\n{}{form:#?}",
                    form.name,
                    said(&findings)
                )
                .unwrap();
            }
        }
        writeln!(
            table,
            "{:<26} {:>5}   {hits:>5}   {others:>12}",
            format!("{fault:?}"),
            forms.len()
        )
        .unwrap();
    }
    println!("{table}");
    assert!(Fault::ALL.len() >= 12);
    assert!(wrong.is_empty(), "{table}\n{}", wrong.chars().take(6_000).collect::<String>());
}

/// Forms without fault bring neither error nor warning.
fn raise_no_alarm(count: usize) {
    let (forms, _) = made(None, count);
    let mut alarms = 0;
    for (form, findings) in forms.iter().zip(found(&forms)) {
        let is_alarm = |finding: &&Finding| finding.severity >= Severity::Warning;
        let here = findings.iter().filter(is_alarm).count();
        assert_eq!(here, 0, "{}\n{}{form:#?}", form.name, said(&findings));
        alarms += here;
    }
    println!("{count} forms without fault: {alarms} alarms");
}
