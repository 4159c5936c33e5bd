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
            let found = compare_rules(&subject.submission, &first, &second)?;
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
    let total = say(lang, "总分", "total");
    let _ = writeln!(text, "{name}\n{total}  {first}: {a} {grade_a}  {second}: {b} {grade_b}\n");
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
    let (moved, same) = (found.rows.len(), found.same);
    let _ = match lang {
        Lang::Zh => writeln!(text, "变动 {moved} 行，相同 {same} 行\n"),
        Lang::En => writeln!(text, "{moved} rows move, {same} are the same\n"),
    };
}

fn shown(score: Option<Decimal>) -> String {
    score.map_or_else(|| "—".to_owned(), |score| format!("{score:.2}"))
}
