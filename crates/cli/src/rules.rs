//! Rule files by id or path, and `rules list`, `rules show`, `rules validate`. Which ones a ledger gets is decided in `choose`.

use crate::Ended;
use crate::args::{RulesArgs, RulesCommand};
use crate::error::{CliError, name_of};
use crate::lang::say;
use jixiao_core::formula::in_chinese;
use jixiao_core::rules::{CardRow, FactNeeded, Mistake};
use jixiao_core::{Lang, Rules, RulesError, SubjectKind};
use std::io::Write;
use std::path::Path;

/// The rules used when nothing names others.
pub const DEFAULT: &str = "mof-2020-10";

/// Rules by id, or from a file when the name ends in `.toml`.
pub fn load(name: &str) -> Result<Rules, CliError> {
    if name.ends_with(".toml") {
        return load_file(Path::new(name));
    }
    Rules::builtin(name).map_err(CliError::Rules)
}

/// The rules of a file.
pub fn load_file(path: &Path) -> Result<Rules, CliError> {
    let text = text_of(path)?;
    Rules::from_toml_beside(&text, &|file| beside(path, file))
        .map_err(|error| CliError::RuleFile { file: name_of(path), error })
}

/// The text of a layout or outline that lies in the folder of a rule file.
fn beside(rules: &Path, file: &str) -> Result<String, (String, String)> {
    if Path::new(file).components().count() != 1 {
        return Err((
            "只能是规则文件同一文件夹中的文件名".to_owned(),
            "it has to be the name of a file in the folder of the rule file".to_owned(),
        ));
    }
    text_of(&rules.with_file_name(file)).map_err(|error| (error.chinese(), error.to_string()))
}

/// The text of a rule file; a byte order mark, as Windows editors write it, is no part of it.
fn text_of(path: &Path) -> Result<String, CliError> {
    let bytes =
        std::fs::read(path).map_err(|cause| CliError::Read { path: path.to_owned(), cause })?;
    let text = match String::from_utf8(bytes) {
        Ok(text) if !text.contains('\0') => text,
        Ok(text) => return Err(no_text(&text)),
        Err(error) => {
            let (valid, bytes) = (error.utf8_error().valid_up_to(), error.as_bytes());
            return Err(no_text(&String::from_utf8_lossy(bytes.get(..valid).unwrap_or_default())));
        }
    };
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// A file in another encoding, or none of text at all: told at the first sign that cannot be read.
fn no_text(readable: &str) -> CliError {
    let before = readable.split('\0').next().unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let mistake = Mistake {
        file: String::new(),
        line: before.matches('\n').count() + 1,
        column: before.chars().count() - before.get(..line_start).map_or(0, |l| l.chars().count()) + 1,
        message: "from here on this is no UTF-8 text; save the file as plain text in UTF-8 (Notepad: Save as, encoding UTF-8)".to_owned(),
        chinese: "从这里起不是 UTF-8 编码的文字；请用记事本打开，“另存为”时编码选 UTF-8（Excel、Word 文件不是规则文件）".to_owned(),
    };
    CliError::Rules(RulesError::Invalid { mistakes: vec![mistake] })
}

/// `rules list`, `rules show` and `rules validate`.
pub fn run(args: &RulesArgs, lang: Lang) -> Result<Ended, CliError> {
    let text = match &args.what {
        RulesCommand::List => list(lang)?,
        RulesCommand::Show { rules } => show(&load(rules)?, lang),
        RulesCommand::Validate { file } => return validate(file, lang),
    };
    crate::screen::print(&text);
    Ok(Ended::Well)
}

/// Every mistake of a rule file as `FILE:LINE:COLUMN: what to do`, or what it holds.
fn validate(file: &Path, lang: Lang) -> Result<Ended, CliError> {
    let name = file.display();
    let rules = text_of(file).and_then(|text| {
        Rules::from_toml_beside(&text, &|named| beside(file, named)).map_err(CliError::Rules)
    });
    let mistakes = match rules {
        Ok(rules) => {
            let (id, scores, indicators) = (rules.id(), rules.scores().len(), rules.card().len());
            crate::screen::print(&match lang {
                Lang::Zh => format!(
                    "{name}：没有错误。规则 {id}，计分规则 {scores} 条，指标 {indicators} 项，{}。\n",
                    state(rules.header().verified, lang)
                ),
                Lang::En => format!(
                    "{name}: no mistakes. Rules {id}, {scores} scores, {indicators} indicators, {}.\n",
                    state(rules.header().verified, lang)
                ),
            });
            return Ok(Ended::Well);
        }
        Err(CliError::Rules(RulesError::Invalid { mistakes })) => mistakes,
        Err(other) => return Err(other),
    };
    let mut text = String::new();
    for Mistake { file: named, line, column, message, chinese } in &mistakes {
        let message = say(lang, chinese, message);
        let own = name.to_string();
        let place = if named.is_empty() { &own } else { named };
        text.push_str(&format!("{place}:{line}:{column}: {message}\n"));
    }
    crate::screen::print(&text);
    let count = mistakes.len();
    crate::screen::warn(&match lang {
        Lang::Zh => format!("共 {count} 处错误，请逐一改正后再检查。"),
        Lang::En if count == 1 => "1 mistake; correct it and check again.".to_owned(),
        Lang::En => format!("{count} mistakes; correct them and check again."),
    });
    Ok(Ended::WithErrors)
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
        let rows = score.rows_in_chinese();
        line(format!("  {}  {}", score.id, say(lang, &rows, "")).trim_end().to_owned());
        for text in formula_lines(score.formula.source(), lang) {
            line(format!("    {text}"));
        }
        for band in &score.bands {
            let share = |share| jixiao_core::Ratio::from(share).percent(0);
            let (from, to) = (share(band.from), share(band.to));
            line(format!("    {from}–{to}  {}", band.word));
        }
        line(format!("    {} {article}  {}", say(lang, "条款", "article"), score.note));
    }
    line(String::new());
    if !rules.card().is_empty() {
        line(say(lang, "指标", "indicators").to_owned());
    }
    for row in rules.card() {
        line(format!("  {}  {}  {}", row.id, row.path.join(" / "), worth(row, lang)));
        let parts = [
            (say(lang, "比率", "ratio"), &row.measured),
            (say(lang, "得分", "score"), &row.formula),
        ];
        for (name, formula) in parts {
            let Some(formula) = formula else { continue };
            for text in formula_lines(formula.source(), lang) {
                line(format!("    {name}: {text}"));
            }
        }
        let article = if row.article.is_empty() { "—" } else { &row.article };
        line(format!("    {} {article}  {}", say(lang, "条款", "article"), row.note));
    }
    if !rules.card().is_empty() {
        line(String::new());
    }
    let facts = rules.facts_needed();
    if !facts.is_empty() {
        line(say(lang, "所需基础数据", "facts needed").to_owned());
        let name = |fact: &FactNeeded| match &fact.column {
            Some(column) => format!("{}（{column}）", fact.name),
            None => fact.name.clone(),
        };
        line(format!("  {}\n", facts.iter().map(name).collect::<Vec<_>>().join("、")));
    }
    if !rules.lights().is_empty() {
        line(say(lang, "预警灯", "warning lights").to_owned());
    }
    for light in rules.lights() {
        let colour = say(lang, light.colour.words().0, light.colour.words().1);
        let meaning = say(lang, &light.chinese, &light.english);
        line(format!("  {colour}  {}  {meaning}", light.when.source()));
    }
    if !rules.lights().is_empty() {
        line(String::new());
    }
    forms(rules, lang, &mut line);
    line(say(lang, "等级", "grades").to_owned());
    for grade in rules.grades() {
        let none = say(lang, "（没有等级）", "(no grade)");
        let word = if grade.word.is_empty() { none } else { &grade.word };
        let from = say(lang, "分以上（含）", "and more");
        line(format!("  {word}  {} {from}", grade.from));
    }
    line(String::new());
    line(say(lang, "设置", "settings").to_owned());
    for (key, value) in rules.all_settings() {
        let value = if value.is_empty() { "—" } else { &value };
        let name = rules.words().setting_name(key);
        line(
            say(lang, &format!("  {name} {key} = {value}"), &format!("  {key} = {value}"))
                .to_owned(),
        );
    }
    String::from_utf8_lossy(&text).into_owned()
}

/// The forms and the report that the rules name.
fn forms(rules: &Rules, lang: Lang, line: &mut dyn FnMut(String)) {
    let header = rules.header();
    line(say(lang, "表样和报告提纲", "forms and report").to_owned());
    for (kind, zh, en) in
        [(SubjectKind::Project, "项目", "project"), (SubjectKind::Department, "部门", "department")]
    {
        let layout = rules.layout(kind);
        let fits = header.subjects.iter().any(|subject| subject == en);
        let columns = layout.indicators.columns.iter().map(|column| column.title.replace('\n', ""));
        let columns: Vec<String> = columns.collect();
        if fits {
            let (kind, state) = (say(lang, zh, en), state(layout.verified, lang));
            line(format!("  {kind}  {}  {}  {state}  {}", layout.id, layout.name, layout.source));
            line(format!("    {}", columns.join("、")));
        }
    }
    let outline = rules.outline();
    let (report, state) = (say(lang, "报告", "report"), state(outline.verified, lang));
    line(format!("  {report}  {}  {}  {state}  {}", outline.id, outline.name, outline.source));
    for section in &outline.sections {
        let indent = "  ".repeat(section.level as usize + 1);
        let fill: Vec<String> = section.fill.iter().map(|fill| fill.id()).collect();
        line(format!("{indent}{}  {}", section.head, fill.join(", ")));
    }
    line(String::new());
}

/// A formula as it is read aloud, and as it is written in the file.
fn formula_lines(source: &str, lang: Lang) -> Vec<String> {
    match lang {
        Lang::Zh => vec![in_chinese(source), source.to_owned()],
        Lang::En => vec![source.to_owned()],
    }
}

/// What a row of the scorecard is worth.
fn worth(row: &CardRow, lang: Lang) -> String {
    let judged =
        if row.judged { say(lang, "，由单位判断", ", scored by a person") } else { "" };
    match row.weight {
        Some(weight) => format!("{weight} {}{judged}", say(lang, "分", "points")),
        None if row.only_printed => {
            let zh = "表上印有才计分，分值以表上为准";
            format!("{}{judged}", say(lang, zh, "scored where a form prints it"))
        }
        None => say(lang, "只列示，不计分", "shown, not scored").to_owned(),
    }
}
