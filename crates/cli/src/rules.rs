//! Which rules: the ones named, else those that are built in. And `rules list`, `rules show`.

use crate::Ended;
use crate::args::{RulesArgs, RulesCommand};
use crate::error::CliError;
use crate::lang::say;
use jixiao_core::{Lang, Rules, Submission};
use std::io::Write;

/// The rules used when nothing names others.
pub const DEFAULT: &str = "mof-2020-10";

/// The rules for a submission.
pub fn choose(asked: Option<&str>, _submission: &Submission) -> Result<Rules, CliError> {
    load(asked.unwrap_or(DEFAULT))
}

/// Rules by id, or from a file when the name ends in `.toml`.
pub fn load(name: &str) -> Result<Rules, CliError> {
    let failed = |error: jixiao_core::RulesError| CliError::Rules(error.to_string());
    if name.ends_with(".toml") {
        let path = std::path::Path::new(name);
        let text = std::fs::read_to_string(path)
            .map_err(|cause| CliError::Read { path: path.to_owned(), cause })?;
        return Rules::from_toml(&text).map_err(failed);
    }
    Rules::builtin(name).map_err(failed)
}

/// `rules list` and `rules show`.
pub fn run(args: &RulesArgs, lang: Lang) -> Result<Ended, CliError> {
    let text = match &args.what {
        RulesCommand::List => list(lang)?,
        RulesCommand::Show { rules } => show(&load(rules)?, lang),
    };
    crate::screen::print(&text);
    Ok(Ended::Well)
}

fn list(lang: Lang) -> Result<String, CliError> {
    let mut text = Vec::new();
    for id in Rules::builtin_ids() {
        let rules = load(id)?;
        let header = rules.header();
        let state = state(header.verified, lang);
        let _ = writeln!(
            text,
            "{id}  {}  {}  {}  {state}  {} {}",
            header.document,
            header.title,
            header.region,
            say(lang, "查核日期", "checked"),
            header.checked
        );
    }
    Ok(String::from_utf8_lossy(&text).into_owned())
}

fn state(verified: bool, lang: Lang) -> &'static str {
    match (verified, lang) {
        (true, Lang::Zh) => "已核实原文",
        (true, Lang::En) => "read in the official text",
        (false, Lang::Zh) => "未核实原文",
        (false, Lang::En) => "not read in the official text",
    }
}

fn show(rules: &Rules, lang: Lang) -> String {
    let header = rules.header();
    let mut text = Vec::new();
    let mut line = |line: String| {
        let _ = writeln!(text, "{line}");
    };
    line(format!("{}  {}  {}", header.id, header.document, header.title));
    line(format!("{}  {}  {}", header.issuer, header.region, state(header.verified, lang)));
    line(format!("{}: {}", say(lang, "依据", "rests on"), header.source));
    line(String::new());
    line(say(lang, "分值", "weights").to_owned());
    for block in rules.blocks() {
        line(format!("  {}  {}  {}", block.name, block.weight, block.note));
    }
    line(String::new());
    line(say(lang, "计分", "scores").to_owned());
    for score in rules.scores() {
        let article = if score.article.is_empty() { "—" } else { &score.article };
        line(format!("  {}  {}", score.id, score.formula.source()));
        line(format!("    {} {article}  {}", say(lang, "条款", "article"), score.note));
    }
    line(String::new());
    line(say(lang, "等级", "grades").to_owned());
    for grade in rules.grades() {
        line(format!("  {}  ≥ {}", grade.word, grade.from));
    }
    let settings = rules.settings();
    line(String::new());
    line(say(lang, "设置", "settings").to_owned());
    let percent = |ratio: jixiao_core::Ratio| ratio.percent(0);
    line(format!(
        "  {}: {}",
        say(lang, "执行率低于此数须说明原因", "a reason is demanded below a rate of"),
        percent(settings.reason_below.into())
    ));
    line(format!(
        "  {}: {}",
        say(lang, "超过指标值多少提示偏离", "a target counts as far exceeded above it by"),
        percent(settings.far_exceeded.into())
    ));
    line(format!(
        "  {}: {}",
        say(
            lang,
            "得分率领先执行率多少提示",
            "a warning is given when scores run ahead of the money by"
        ),
        percent(settings.ahead_of_money.into())
    ));
    line(format!(
        "  {}: {}",
        say(lang, "得分小数位", "decimals of a score"),
        settings.score_decimals
    ));
    String::from_utf8_lossy(&text).into_owned()
}
