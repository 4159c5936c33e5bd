//! What a person sees in the terminal: one screen, the bridge, the rate, the scores, the findings that matter.

use crate::choose;
use crate::error::name_of;
use crate::lang::say;
use crate::pipeline::Subject;
use jixiao_core::{Amount, Evaluation, Finding, Lang, Money, Severity, Unit};
use rust_decimal::Decimal;
use std::fmt::Write as _;
use std::io::{IsTerminal, Write as _};
use std::path::Path;
use unicode_width::UnicodeWidthStr;

/// Prints a result to standard output. A reader that is gone is no error.
pub fn print(text: &str) {
    let _ = std::io::stdout().lock().write_all(text.as_bytes());
}

/// Prints a message to standard error.
pub fn warn(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// Whether colours may be used on standard output.
fn coloured() -> bool {
    let unset = |name: &str| std::env::var_os(name).is_none_or(|value| value.is_empty());
    let dumb = std::env::var("TERM").is_ok_and(|term| term == "dumb");
    std::io::stdout().is_terminal() && unset("NO_COLOR") && !dumb
}

/// A text in a colour, where colours may be used.
pub fn paint(text: &str, colour: &str) -> String {
    if coloured() { format!("\u{1b}[{colour}m{text}\u{1b}[0m") } else { text.to_owned() }
}

/// Bold.
pub const BOLD: &str = "1";
/// Faint.
pub const FAINT: &str = "2";
const RED: &str = "31";
const YELLOW: &str = "33";

/// A text filled up with blanks to a width.
pub fn pad(text: &str, width: usize) -> String {
    let own = UnicodeWidthStr::width(text);
    format!("{text}{}", " ".repeat(width.saturating_sub(own)))
}

/// A text with blanks before it up to a width.
pub fn pad_left(text: &str, width: usize) -> String {
    let own = UnicodeWidthStr::width(text);
    format!("{}{text}", " ".repeat(width.saturating_sub(own)))
}

/// A text cut to a width, with a mark where something is left out.
pub fn cut(text: &str, width: usize) -> String {
    if UnicodeWidthStr::width(text) <= width {
        return text.to_owned();
    }
    let mut shown = String::new();
    for c in text.chars() {
        if UnicodeWidthStr::width(shown.as_str()) + 3 > width {
            break;
        }
        shown.push(c);
    }
    shown.push('…');
    shown
}

/// The summary of a file: a screen for one subject, a line each for several.
pub fn summary(subjects: &[Subject], outputs: &[&Path], lang: Lang) -> String {
    let mut text = String::new();
    match subjects {
        [only] => text.push_str(&one(only, lang)),
        several => {
            let mut rules: Vec<String> =
                several.iter().map(|subject| rules_line(&subject.evaluation, lang)).collect();
            rules.dedup();
            let _ = writeln!(text, "{}", rules.join("\n"));
            for subject in several {
                let _ = writeln!(text, "{}", line_of(&subject.evaluation, lang));
            }
            for subject in several {
                let found = findings(&subject.evaluation, 4, lang);
                if !found.is_empty() {
                    let _ = write!(text, "\n{}\n{found}", subject.evaluation.subject.name);
                }
            }
        }
    }
    if !outputs.is_empty() {
        text.push('\n');
    }
    for output in outputs {
        let _ = writeln!(text, "{} {}", say(lang, "已写出", "written:"), output.display());
    }
    text
}

/// One line for a subject.
pub fn line_of(evaluation: &Evaluation, lang: Lang) -> String {
    let rate =
        evaluation.totals.execution_rate.as_ref().map_or("—".to_owned(), |rate| rate.percent(2));
    let score = evaluation.score.map_or("—".to_owned(), |score| format!("{score:.2}"));
    let grade = evaluation.grade.as_deref().unwrap_or("—");
    format!(
        "{} {} {}  {} {}  {grade}",
        pad(&cut(&evaluation.subject.name, 40), 40),
        say(lang, "执行率", "rate"),
        pad_left(&rate, 8),
        say(lang, "得分", "score"),
        pad_left(&score, 6),
    )
}

fn one(subject: &Subject, lang: Lang) -> String {
    let evaluation = &subject.evaluation;
    let mut text = String::new();
    let year = evaluation.budget_year.map_or(String::new(), |year| match lang {
        Lang::Zh => format!("  {year} 年度"),
        Lang::En => format!("  {year}"),
    });
    let _ = writeln!(text, "{}", paint(&format!("{}{year}", evaluation.subject.name), BOLD));
    let _ = writeln!(text, "{}\n", rules_line(evaluation, lang));
    text.push_str(&bridge(subject, lang));
    if !evaluation.indicators.is_empty() {
        let _ = write!(text, "\n{}", scores(evaluation, lang));
    }
    if !evaluation.common_indicators.is_empty() {
        let _ = write!(text, "\n{}", common(evaluation, lang));
    }
    let found = findings(evaluation, 8, lang);
    if !found.is_empty() {
        let _ = write!(text, "\n{found}");
    }
    text
}

/// The common indicators that have a value; of the others, how many wait for facts.
fn common(evaluation: &Evaluation, lang: Lang) -> String {
    const ROWS: usize = 20;
    let mut text = String::new();
    let title = say(lang, "共性指标（只列示，不计分）", "common indicators (shown, not scored)");
    let _ = writeln!(text, "  {title}");
    let all = &evaluation.common_indicators;
    let valued = || all.iter().filter_map(|row| Some((row.path.last()?, row.shown.as_ref()?)));
    for (name, shown) in valued().take(ROWS) {
        let _ = writeln!(text, "  {}{}", pad(&cut(name, 46), 48), pad_left(shown, 18));
    }
    let (open, more) = (all.len() - valued().count(), valued().count().saturating_sub(ROWS));
    if more > 0 {
        let _ = match lang {
            Lang::Zh => writeln!(text, "  …另有 {more} 项，见“共性指标”表"),
            Lang::En => writeln!(text, "  … {more} more on the sheet 共性指标"),
        };
    }
    if open > 0 {
        let _ = match lang {
            Lang::Zh => writeln!(text, "  {open} 项缺少基础数据，见“共性指标”表"),
            Lang::En => writeln!(text, "  {open} lack facts, see the sheet 共性指标"),
        };
    }
    text
}

/// Which rules, who chose them, and whether anybody read their text.
fn rules_line(evaluation: &Evaluation, lang: Lang) -> String {
    let rules = &evaluation.rules;
    let (zh, en) = choose::why(rules);
    let verified = match rules.verified {
        true => say(lang, "已核实原文", "verified"),
        false => say(lang, "未核实原文", "not verified"),
    };
    let (word, why) = (say(lang, "规则", "rules"), say(lang, &zh, &en));
    format!("{word} {} {} ({why}, {verified})", rules.id, rules.document)
}

fn ten_thousand(money: Money) -> String {
    Money::rounded(money.in_unit(Unit::TenThousand)).to_string()
}

fn bridge(subject: &Subject, lang: Lang) -> String {
    let totals = &subject.evaluation.totals;
    let unreadable = &subject.submission.budget.unreadable;
    let unspent = totals.variance.map(|variance| Money::ZERO - variance);
    let rows = [
        (" ", Some(Amount::Initial), totals.initial_budget),
        ("+", Some(Amount::Addition), totals.additions),
        ("−", Some(Amount::Reduction), totals.reductions),
        ("±", Some(Amount::Transfer), totals.transfers),
        ("+", Some(Amount::CarriedOver), totals.carried_over),
        ("=", Some(Amount::Adjusted), totals.adjusted_budget),
        (" ", Some(Amount::Executed), totals.executed),
        (" ", None, unspent),
    ];
    let mut text = String::new();
    for (sign, amount, money) in rows {
        let zh = amount.map_or("未执行", Amount::chinese);
        let en = amount.map_or("unspent", Amount::english);
        let Some(money) = money else {
            if unreadable.iter().any(|(_, of)| Some(*of) == amount) {
                let why = say(
                    lang,
                    "—  有单元格无法读取，不能合计",
                    "—  a cell cannot be read, there is no total",
                );
                let _ = writeln!(text, "  {sign} {}{why}", pad(say(lang, zh, en), 18));
            }
            continue;
        };
        let _ = writeln!(
            text,
            "  {sign} {}{} {}  {} {}",
            pad(say(lang, zh, en), 18),
            pad_left(&money.display(Unit::Yuan), 20),
            say(lang, "元", "yuan"),
            pad_left(&ten_thousand(money), 12),
            say(lang, "万元", "ten thousand")
        );
    }
    let rate = totals.execution_rate.as_ref();
    let rate =
        rate.map_or("—".to_owned(), |rate| format!("{} ({})", rate.percent(2), rate.percent(1)));
    let _ = writeln!(
        text,
        "    {}{}",
        pad(say(lang, "执行率", "execution rate"), 18),
        paint(&rate, BOLD)
    );
    text
}

/// The score table. Long lists are shown by block so that everything stays on one screen.
fn scores(evaluation: &Evaluation, lang: Lang) -> String {
    const ROWS: usize = 12;
    let mut text = String::new();
    let points = |value: Option<Decimal>| {
        value.map_or("—".to_owned(), |value| format!("{}", value.normalize()))
    };
    let scored =
        |value: Option<Decimal>| value.map_or("—".to_owned(), |value| format!("{value:.2}"));
    let _ = writeln!(
        text,
        "  {}{}{}",
        pad(say(lang, "指标", "indicator"), 48),
        pad_left(say(lang, "分值", "weight"), 8),
        pad_left(say(lang, "得分", "score"), 10)
    );
    for indicator in evaluation.indicators.iter().take(ROWS) {
        let name = indicator.path.last().map_or("", String::as_str);
        let mark = if indicator.judgement { " *" } else { "" };
        let _ = writeln!(
            text,
            "  {}{}{}{mark}",
            pad(&cut(name, 46), 48),
            pad_left(&points(indicator.weight), 8),
            pad_left(&scored(indicator.score), 10)
        );
    }
    let more = evaluation.indicators.len().saturating_sub(ROWS);
    if more > 0 {
        let _ = match lang {
            Lang::Zh => writeln!(text, "  …另有 {more} 项，见“指标评分”表"),
            Lang::En => writeln!(text, "  … {more} more on the sheet 指标评分"),
        };
    }
    if evaluation.indicators.iter().any(|indicator| indicator.judgement) {
        let _ = writeln!(
            text,
            "  * {}",
            say(
                lang,
                "由人判断，或暂取默认值待人判断",
                "judged by a person, or a default until one does"
            )
        );
    }
    let weights: Decimal =
        evaluation.indicators.iter().filter_map(|indicator| indicator.weight).sum();
    let grade = evaluation.grade.as_deref().unwrap_or("");
    let total = format!(
        "  {}{}{}  {grade}",
        pad(say(lang, "总分", "total"), 48),
        pad_left(&points(Some(weights)), 8),
        pad_left(&scored(evaluation.score), 10)
    );
    let _ = writeln!(text, "{}", paint(&total, BOLD));
    text
}

/// The findings of a subject, the gravest first; of many the first `most`.
pub fn findings(evaluation: &Evaluation, most: usize, lang: Lang) -> String {
    finding_lines(&evaluation.findings, most, lang)
}

/// Findings as lines, the gravest first.
pub fn finding_lines(findings: &[Finding], most: usize, lang: Lang) -> String {
    let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
    let (errors, warnings, infos) =
        (count(Severity::Error), count(Severity::Warning), count(Severity::Info));
    if findings.is_empty() {
        return String::new();
    }
    let mut text = match lang {
        Lang::Zh => format!("发现：错误 {errors}，提醒 {warnings}，信息 {infos}\n"),
        Lang::En => format!("findings: {errors} errors, {warnings} warnings, {infos} notes\n"),
    };
    let mut sorted: Vec<&Finding> = findings.iter().collect();
    sorted.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    let shown =
        sorted.iter().filter(|finding| most == usize::MAX || finding.severity > Severity::Info);
    for finding in shown.clone().take(most) {
        let (word, colour) = match finding.severity {
            Severity::Error => (say(lang, "错误", "error"), RED),
            Severity::Warning => (say(lang, "提醒", "warning"), YELLOW),
            Severity::Info => (say(lang, "信息", "note"), BOLD),
        };
        let place = &finding.source;
        let at = match (place.sheet.is_empty(), place.cells.to_string()) {
            (true, _) => String::new(),
            (false, cells) if cells.is_empty() => format!(" [{}]", place.sheet),
            (false, cells) => format!(" [{}!{cells}]", place.sheet),
        };
        let _ = writeln!(
            text,
            "  {}{at} {} ({})",
            paint(word, colour),
            finding.message,
            finding.code.text()
        );
        for choice in finding.choices.iter().flatten() {
            let _ = writeln!(text, "      - {}: {}", choice.answer, choice.effect);
        }
    }
    let left = shown.count().saturating_sub(most);
    if left > 0 {
        let _ = match lang {
            Lang::Zh => writeln!(text, "  …另有 {left} 条，见“发现”表"),
            Lang::En => writeln!(text, "  … {left} more on the sheet 发现"),
        };
    }
    text
}

/// A line of progress, only where somebody watches.
pub fn progress(done: usize, all: usize, path: &Path) {
    if std::io::stderr().is_terminal() {
        warn(&format!("[{done}/{all}] {}", name_of(path)));
    }
}
