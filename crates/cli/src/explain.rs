//! `explain`: why a score is what it is: formula, source of each number, worked calculation, result and article.
//!
//! * In: a file, and part of an indicator's name or its number. Out: text for a person, or the same as a tree in JSON.
//! * Never: computes anything; the explanations are core's.

use crate::args::ExplainArgs;
use crate::error::CliError;
use crate::input::Input;
use crate::lang::say;
use crate::pipeline::{self, Subject};
use crate::{Ended, choose, screen, words};
use jixiao_core::{BandBy, BandUsed, Decided, Explanation, Lang, Place, Ratio, Variable, explain};
use rust_decimal::Decimal;
use serde_json::json;
use std::fmt::Write;

/// Parts of a sum that a screen shows; JSON has them all.
const MOST_PARTS: usize = 12;

/// Runs the command.
pub fn run(args: &ExplainArgs, lang: Lang) -> Result<Ended, CliError> {
    words::load(args.how.words.as_deref(), Some(&args.file), lang)?;
    let mut documents = Vec::new();
    let (mut text, mut found) = (String::new(), 0);
    for input in Input::all(&args.file)? {
        for subject in pipeline::evaluate(std::slice::from_ref(&input), &args.how, lang)? {
            let explained = explained(&subject, args);
            found += explained.len();
            if explained.is_empty() && args.indicator.is_some() {
                // Another project of the file has it.
                continue;
            }
            if args.json {
                documents.push(json!({
                    "subject": subject.evaluation.subject,
                    "rules": subject.evaluation.rules,
                    "score": subject.evaluation.score.map(|score| score.to_string()),
                    "grade": subject.evaluation.grade,
                    "indicators": explained.iter().map(|(_, one)| one).collect::<Vec<_>>(),
                }));
            } else {
                head(&mut text, &subject, lang);
                explained.iter().for_each(|(number, one)| block(&mut text, *number, one, lang));
            }
        }
    }
    if found == 0 {
        return Err(CliError::NoIndicator(args.indicator.clone().unwrap_or_default()));
    }
    if args.json {
        let document = json!({ "schema": "jixiao.explanation/1", "subjects": documents });
        text = format!("{}\n", serde_json::to_string_pretty(&document)?);
    }
    screen::print(&text);
    Ok(Ended::Well)
}

/// The rows that were asked for, with their numbers.
fn explained(subject: &Subject, args: &ExplainArgs) -> Vec<(usize, Explanation)> {
    let all = explain(&subject.submission, &subject.rules, &subject.evaluation);
    let numbered = all.into_iter().enumerate().map(|(index, one)| (index + 1, one));
    numbered.filter(|(number, one)| is_meant(args.indicator.as_deref(), *number, one)).collect()
}

fn is_meant(asked: Option<&str>, number: usize, one: &Explanation) -> bool {
    let Some(asked) = asked.map(str::trim) else { return true };
    asked.parse() == Ok(number) || one.path.join("/").contains(asked) || one.rule.id == asked
}

fn head(text: &mut String, subject: &Subject, lang: Lang) {
    let evaluation = &subject.evaluation;
    let score = evaluation.score.map_or_else(|| "—".to_owned(), |score| format!("{score:.2}"));
    let grade = evaluation.grade.clone().unwrap_or_default();
    let (zh, en) = choose::why(&evaluation.rules);
    let _ = writeln!(
        text,
        "{}  {} {score} {grade}  {} {}（{}）",
        evaluation.subject.name,
        say(lang, "总分", "total"),
        say(lang, "规则", "rules"),
        evaluation.rules.id,
        say(lang, &zh, &en)
    );
    for used in &evaluation.rules.settings {
        let (key, value, old, at) = (&used.key, &used.value, &used.instead_of, &used.from);
        let _ = match lang {
            Lang::Zh => writeln!(text, "设置 {key} = {value}（规则为 {old}），见 {at}"),
            Lang::En => writeln!(text, "setting {key} = {value} (rules: {old}), {at}"),
        };
    }
    text.push('\n');
}

/// The four parts that an evaluator asks for, under the name of the row.
fn block(text: &mut String, number: usize, one: &Explanation, lang: Lang) {
    let _ = writeln!(text, "{number}. {}", one.path.join(" / "));
    let mut line = |label: &str, value: &str| {
        let _ = writeln!(text, "   {}  {value}", screen::pad(label, 8));
    };
    if let Some(target) = &one.target {
        let actual = one.actual.clone().unwrap_or_default();
        let zh = format!("指标值 {target}，完成值 {actual}");
        let en = format!("target {target}, actual {actual}");
        line(say(lang, "填报", "filled"), say(lang, &zh, &en));
    }
    if !one.formula.is_empty() {
        line(say(lang, "公式", "formula"), &one.formula);
    }
    for (label, shown) in labelled(say(lang, "来源", "sources"), sources(one, lang)) {
        line(label, &shown);
    }
    let steps = one.steps.iter().map(|step| format!("{} = {}", step.step, step.value)).collect();
    for (label, shown) in labelled(say(lang, "计算", "worked"), steps) {
        line(label, &shown);
    }
    for (label, shown) in labelled(say(lang, "结果", "result"), outcome(one, lang)) {
        line(label, &shown);
    }
    let rests_on = vec![rule(one, lang), one.rule.note.clone()];
    for (label, shown) in labelled(say(lang, "依据", "rests on"), rests_on) {
        line(label, &shown);
    }
    text.push('\n');
}

/// The first of several lines has the label.
fn labelled(label: &str, lines: Vec<String>) -> impl Iterator<Item = (&str, String)> {
    let lines = lines.into_iter().filter(|line| !line.is_empty());
    lines.enumerate().map(move |(index, line)| (if index == 0 { label } else { "" }, line))
}

fn sources(one: &Explanation, lang: Lang) -> Vec<String> {
    let mut lines = Vec::new();
    for variable in &one.variables {
        lines.push(shown(variable, lang));
        for part in variable.parts.iter().take(MOST_PARTS) {
            let (name, value) = (&part.name, value(part.value.as_ref()));
            lines.push(format!("  · {name} {value}  {}", place(&part.source)));
        }
        let more = variable.parts.len().saturating_sub(MOST_PARTS);
        if more > 0 {
            let (zh, en) = (format!("  · 另有 {more} 处"), format!("  · {more} more"));
            lines.push(say(lang, &zh, &en).to_owned());
        }
    }
    lines
}

fn rule(one: &Explanation, lang: Lang) -> String {
    let rule = &one.rule;
    let article = if rule.article.is_empty() { "—" } else { &rule.article };
    let state = if rule.verified {
        say(lang, "已核实原文", "read in the official text")
    } else {
        say(lang, "未核实原文", "not read in the official text")
    };
    let word = say(lang, "条款", "article");
    format!("{} {} {word} {article}（{state}）", rule.rules, rule.document)
}

/// What came of a row: the score of the rules, and the one that a person decided on below it.
fn outcome(one: &Explanation, lang: Lang) -> Vec<String> {
    let result = &one.result;
    let Some(weight) = result.weight else {
        let none = || say(lang, "没有数值", "no value").to_owned();
        return vec![one.actual.clone().unwrap_or_else(none)];
    };
    let decided = result.decided.as_ref();
    let score = decided.map_or(result.score, |decided| decided.computed);
    let mut lines = vec![match score {
        Some(score) => by_rules(one, score, weight, lang),
        None => say(lang, "没有计分，等待补充或判断", "not scored; to be completed or judged")
            .to_owned(),
    }];
    lines.extend(result.band.as_ref().map(|band| banded(band, lang)));
    lines.extend(decided.map(|decided| by_person(decided, lang)));
    lines
}

/// The band of a qualitative row, and what it rests on.
fn banded(band: &BandUsed, lang: Lang) -> String {
    let (zh, en) = match band.by {
        BandBy::Person => ("由人选定", "chosen by a person"),
        BandBy::Words => ("按完成情况的用语", "by the words of the actual"),
        _ => ("用语不明，规则默认", "no known words, the default of the rules"),
    };
    let share = match band.share_default {
        true => say(lang, "，档内为规则默认", "; the share within it is the rules' default"),
        false => "",
    };
    format!("{} {}（{}{share}）", say(lang, "档次", "band"), band.word, say(lang, zh, en))
}

fn by_person(decided: &Decided, lang: Lang) -> String {
    let score = decided.score.map_or_else(String::new, |score| format!("{score:.2}"));
    let who = decided.who.as_deref().unwrap_or(say(lang, "未写明", "nobody named"));
    let (why, at) = (&decided.why, place(&decided.source));
    match lang {
        Lang::Zh => format!("由人决定为 {score}，决定人 {who}，理由：{why}  {at}"),
        Lang::En => format!("decided: {score} by {who}, since {why}  {at}"),
    }
}

fn by_rules(one: &Explanation, score: Decimal, weight: Decimal, lang: Lang) -> String {
    let result = &one.result;
    let mut text = match &result.value {
        Some(value) if *value != Ratio::from(score) => format!("{value} → {score:.2}"),
        _ => format!("{score:.2}"),
    };
    let weight = weight.normalize();
    text.push_str(&match lang {
        Lang::Zh => format!("（分值 {weight}）"),
        Lang::En => format!(" (of {weight})"),
    });
    if result.weight_default {
        text.push_str(say(lang, "，分值为规则默认", ", the weight is a default of the rules"));
    }
    if result.judgement && result.decided.is_none() {
        text.push_str(say(lang, "，含人工判断或默认", ", with a judgement or a default"));
    }
    if let Some(claimed) = result.score_claimed.filter(|claimed| *claimed != score) {
        let claimed = claimed.normalize();
        let (zh, en) = (format!("；填报得分 {claimed}"), format!("; {claimed} was filled in"));
        text.push_str(say(lang, &zh, &en));
    }
    if one.formula.is_empty() || result.value.is_none() {
        let _ = write!(text, "  {}", result.substituted);
    }
    text
}

fn shown(variable: &Variable, lang: Lang) -> String {
    let named = match lang {
        Lang::Zh if !variable.chinese.is_empty() => {
            format!("{} {}", variable.chinese, variable.name)
        }
        _ => variable.name.clone(),
    };
    format!("{named} = {}  {}", value(variable.value.as_ref()), place(&variable.source))
}

fn value(value: Option<&Ratio>) -> String {
    value.map_or_else(|| "—".to_owned(), ToString::to_string)
}

fn place(place: &Place) -> String {
    if place.is_unknown() { String::new() } else { place.to_string() }
}
