//! `diff --rules A --rules B FILE`: the same data under two rule files, which rows move and why.
//!
//! * In: a file and two rule files. Out: a table for a person, or JSON.
//! * Never: computes anything; the comparison is core's.

use crate::args::{DiffArgs, HowArgs};
use crate::choose::Shelf;
use crate::error::CliError;
use crate::input::Input;
use crate::lang::say;
use crate::{Ended, pipeline, screen, words};
use jixiao_core::{Lang, RulesDifference, compare_rules};
use rust_decimal::Decimal;
use serde_json::json;
use std::fmt::Write;

/// Runs the command.
pub fn run(args: &DiffArgs, lang: Lang) -> Result<Ended, CliError> {
    let [first, second] = args.rules.as_slice() else { return Err(CliError::TwoRules) };
    let files = std::iter::once(args.file.as_path()).chain(args.answers.as_deref());
    let shelf = Shelf::beside(files);
    let [first, second] = [shelf.load(first)?, shelf.load(second)?];
    words::load(args.words.as_deref(), Some(&args.file), lang)?;
    let how = HowArgs {
        rules: None,
        year: args.year,
        department: None,
        answers: args.answers.clone(),
        words: args.words.clone(),
    };
    let (mut documents, mut text) = (Vec::new(), String::new());
    for input in Input::all(&args.file)? {
        for subject in pipeline::evaluate(std::slice::from_ref(&input), &how, lang)? {
            let mut found = compare_rules(&subject.submission, &first, &second)?;
            found.findings.iter_mut().flatten().for_each(|finding| finding.speak(lang));
            if args.json {
                documents
                    .push(json!({ "subject": subject.evaluation.subject, "difference": found }));
            } else {
                block(&mut text, &subject.evaluation.subject.name, &found, lang);
            }
        }
    }
    if args.json {
        let document = json!({ "schema": "jixiao.rules-diff/1", "subjects": documents });
        text = format!("{}\n", serde_json::to_string_pretty(&document)?);
    }
    screen::print(&text);
    Ok(Ended::Well)
}

fn block(text: &mut String, name: &str, found: &RulesDifference, lang: Lang) {
    let [first, second] = &found.rules;
    let [a, b] = found.score.map(shown);
    let [grade_a, grade_b] = found.grade.clone().map(Option::unwrap_or_default);
    let _ = writeln!(text, "{name}");
    let mut pair = |label: &str, a: &str, b: &str| {
        let _ = writeln!(text, "{label}  {first}: {}  {second}: {}", a.trim(), b.trim());
    };
    pair(say(lang, "总分", "total"), &format!("{a} {grade_a}"), &format!("{b} {grade_b}"));
    let [rate_a, rate_b] = &found.execution_rate;
    if rate_a != rate_b {
        let [a, b] = [rate_a, rate_b]
            .map(|rate| rate.as_ref().map_or_else(|| "—".to_owned(), |rate| rate.percent(2)));
        pair(say(lang, "执行率", "execution rate"), &a, &b);
    }
    for setting in &found.settings {
        let label = format!("{} {}", say(lang, "设置", "setting"), setting.key);
        let [a, b] = [0, 1].map(|side| match setting.value[side].as_str() {
            "" => "—",
            value => value,
        });
        pair(&label, a, b);
    }
    text.push('\n');
    for row in &found.rows {
        let [a, b] = row.score.map(shown);
        let _ = writeln!(text, "{}  {a} → {b}", row.path.join(" / "));
        let _ = writeln!(text, "   {}", say(lang, &row.chinese, &row.english));
        for (rules, substituted) in found.rules.iter().zip(&row.substituted) {
            if !substituted.is_empty() {
                let _ = writeln!(text, "   {rules}: {substituted}");
            }
        }
    }
    for (rules, findings) in found.rules.iter().zip(&found.findings) {
        if findings.is_empty() {
            continue;
        }
        let _ = match lang {
            Lang::Zh => writeln!(text, "\n只在 {rules} 下的发现"),
            Lang::En => writeln!(text, "\nfindings under {rules} only"),
        };
        for finding in findings {
            let _ = writeln!(text, "   {} ({})", finding.message, finding.code.text());
        }
    }
    if found.findings.iter().any(|findings| !findings.is_empty()) {
        text.push('\n');
    }
    let (moved, same) = (found.rows.len(), found.same);
    let _ = match lang {
        Lang::Zh => writeln!(text, "变动 {moved} 行，相同 {same} 行\n"),
        Lang::En => writeln!(text, "{moved} rows move, {same} are the same\n"),
    };
}

fn shown(score: Option<Decimal>) -> String {
    score.map_or_else(|| "—".to_owned(), |score| format!("{score:.2}"))
}
