//! From the text of a rule file to [`Rules`], strictly: all mistakes at once, each with line and column.
//!
//! * In: TOML; a file that `extends` another one says only what differs. Out: rules in which every kind of row has exactly
//!   one score, every total a grade, every name a value.
//! * Never: a default for a key that is misspelt.
//!
//! Start reading at [`rules`]; each part of the file has its module.

mod blocks;
mod card;
mod formulas;
mod grades;
mod scores;

use super::forms::{Beside, forms};
use super::reader::{Keys, Source, document};
use super::settings::{BASES, NOT_APPLICABLE, OVER_TARGET, REACHED};
use super::{CardRow, Header, Monitoring, OverTarget, Reached, Rules, RulesError, Settings, Words};
use crate::Unit;
use crate::audit::Limits;
use crate::calendar::Calendar;
use rust_decimal::Decimal;
use std::sync::Arc;

/// More decimals than this are no score a form could show.
pub(super) const MOST_DECIMALS: i64 = 6;

/// The rules of a file; `builtin` gives those that it may extend, `beside` the layouts that lie beside it.
pub(super) fn rules(
    text: &str,
    builtin: &dyn Fn(&str) -> Result<Rules, RulesError>,
    beside: Beside<'_>,
) -> Result<Rules, RulesError> {
    let words = Words::builtin()?;
    let calendar = Arc::new(Calendar::builtin()?);
    let limits = Arc::new(Limits::builtin()?);
    let (table, broken) = document(text);
    let source = Source::new(text);
    for (at, message) in broken {
        source.broken(at, message);
    }
    let root = source.keys(&table, "the file", 0);
    if root.whole("schema") != Some(1) {
        root.conclusion(
            root.place("schema"),
            (
                "应写 `schema = 1`，这是本程序能读的规则文件格式",
                "`schema = 1` is the form of rule files this program reads; add it",
            ),
        );
    }
    let base = extended(&root, builtin);
    let base = base.as_ref();
    let extended = base.cloned().map(Arc::new);
    let header = header(&root);
    let settings = settings(&root, base);
    let card = card::card(&root, &source, &header, base);
    let blocks = blocks::blocks(&root, base, &card);
    let scores = scores::scores(&root, &source, &header, base, &blocks);
    let deducts = settings.as_ref().is_some_and(|s| s.over_target == OverTarget::Deduct);
    if deducts && source.is_clean() && !scores.iter().any(|score| score.fit.over) {
        root.mistake(
            "settings",
            (
                "`over_target = \"deduct\"` 须另有一条 `row.over = true` 的计分规则，写明怎样扣分",
                "`over_target = \"deduct\"` needs a score with `row.over = true` that says what is deducted",
            ),
        );
    }
    for (row, at) in card.iter().filter(|(row, _)| scores.iter().any(|score| score.id == row.id)) {
        let id = &row.id;
        let zh = format!("“{id}”已是计分规则的编号；指标须用别的编号，依据才能分清");
        source
            .mistake(*at, (zh, format!("{id:?} is the id of a score; an indicator needs its own")));
    }
    let card: Vec<CardRow> = card.into_iter().map(|(row, _)| row).collect();
    let grades = grades::grades(&root, base, settings.as_ref());
    let lights = grades::lights(&root, &source, base);
    let monitoring = monitoring(&root, base);
    let forms = forms(&root, &source, base, beside);
    root.close();
    match (source.mistakes(), settings.zip(forms)) {
        (mistakes, Some((settings, forms))) if mistakes.is_empty() => Ok(Rules {
            header,
            settings,
            blocks,
            scores,
            card,
            grades,
            lights,
            monitoring,
            forms,
            words,
            calendar,
            limits,
            base: extended,
        }),
        (mistakes, _) => Err(RulesError::Invalid { mistakes }),
    }
}

/// The rules that this file extends, if it does.
fn extended(root: &Keys<'_>, builtin: &dyn Fn(&str) -> Result<Rules, RulesError>) -> Option<Rules> {
    let id = root.text_or("extends", "");
    if id.is_empty() {
        return None;
    }
    match builtin(&id) {
        Ok(rules) => Some(rules),
        Err(error) => {
            let zh = format!("`extends` 只能是内置规则：{}", error.chinese());
            root.mistake("extends", (zh, format!("`extends` names built-in rules: {error}")));
            // What the file says beside it is looked at all the same.
            super::BUILTIN_IDS.first().and_then(|first| builtin(first).ok())
        }
    }
}

fn header(root: &Keys<'_>) -> Header {
    let header = Header {
        id: root.text("id"),
        title: root.text("title"),
        document: root.text("document"),
        issuer: root.text("issuer"),
        region: root.text("region"),
        regions: root.texts("regions"),
        years: years(root),
        subjects: root.texts("subjects"),
        verified: root.flag("verified"),
        checked: root.date("checked"),
        link: root.text_or("link", ""),
        source: root.text("source"),
        extends: Some(root.text_or("extends", "")).filter(|id| !id.is_empty()),
    };
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if !header.id.chars().all(plain) {
        root.mistake(
            "id",
            (
                "`id` 只用小写字母、数字和连字符",
                "`id` is written in small letters, digits and hyphens",
            ),
        );
    }
    if header.verified && header.link.is_empty() {
        root.mistake(
            "verified",
            (
                "`verified = true` 须写明所核对原文的 `link`",
                "`verified = true` needs the `link` to the text that was read",
            ),
        );
    }
    root.choices("subjects", &[("project", ()), ("department", ())]);
    if header.subjects.is_empty() {
        root.conclusion(
            root.place("subjects"),
            (
                "`subjects` 应写明适用对象：project（项目）、department（部门）或两者",
                "`subjects` says whom the rules are for: project, department, or both",
            ),
        );
    }
    header
}

fn years(root: &Keys<'_>) -> (Option<i32>, Option<i32>) {
    let Some(table) = root.table("years") else { return (None, None) };
    let year = |key| table.whole(key).and_then(|year| i32::try_from(year).ok());
    let years = (year("from"), year("to"));
    if let (Some(from), Some(to)) = years
        && from > to
    {
        table.mistake(
            "to",
            (
                format!("规则的截止年度（{to}）早于起始年度（{from}）"),
                format!("the rules end ({to}) before they begin ({from})"),
            ),
        );
    }
    table.close();
    years
}

/// The settings; where other rules are extended, those that are not given are theirs.
fn settings(root: &Keys<'_>, base: Option<&Rules>) -> Option<Settings> {
    let base = base.map(Rules::settings);
    let table = match base {
        Some(base) => match root.table_or_none("settings") {
            Some(table) => table,
            None => return Some(base.clone()),
        },
        None => root.table("settings")?,
    };
    let inherits = |key: &str| base.filter(|_| !table.has(key));
    let execution_base = match inherits("execution_base") {
        Some(base) => base.execution_base,
        None => table.choice("execution_base", &BASES).unwrap_or_default(),
    };
    let score_decimals = match inherits("score_decimals") {
        Some(base) => base.score_decimals,
        None => decimals(&table),
    };
    if inherits("unweighted").is_none() {
        table.choice("unweighted", &[("shared-equally", ())]);
    }
    let share = |key: &'static str, of: fn(&Settings) -> Decimal| match inherits(key) {
        Some(base) => of(base),
        None => table.decimal(key),
    };
    let settings = Settings {
        execution_base,
        score_decimals,
        reason_below: share("reason_below", |s| s.reason_below),
        far_exceeded: share("far_exceeded", |s| s.far_exceeded),
        ahead_of_money: share("ahead_of_money", |s| s.ahead_of_money),
        default_band: match inherits("default_band") {
            Some(base) => base.default_band,
            None => table.choice("default_band", &REACHED).unwrap_or(Reached::Met),
        },
        reason_for_adjustment: table
            .flag_or("reason_for_adjustment", base.is_some_and(|base| base.reason_for_adjustment)),
        not_applicable: if table.has("not_applicable") {
            table.choice("not_applicable", &NOT_APPLICABLE).unwrap_or_default()
        } else {
            table.text_or("not_applicable", "");
            base.map(|base| base.not_applicable).unwrap_or_default()
        },
        execution_capped: table
            .flag_or("execution_capped", base.is_none_or(|base| base.execution_capped)),
        carried_over_contained: match table.has("carried_over_contained") {
            true => Some(table.flag("carried_over_contained")),
            false => base.and_then(|base| base.carried_over_contained),
        },
        over_target: match table.has("over_target") {
            true => table.choice("over_target", &OVER_TARGET).unwrap_or_default(),
            false => base.map(|base| base.over_target).unwrap_or_default(),
        },
        score_shown: table.flag_or("score_shown", base.is_none_or(|base| base.score_shown)),
        unit_shown: match table.has("unit_shown") {
            true => table.choice("unit_shown", &Unit::ALL.map(|unit| (unit.word(), unit))),
            false => base.and_then(|base| base.unit_shown),
        },
    };
    for (key, value) in
        [("reason_below", settings.reason_below), ("ahead_of_money", settings.ahead_of_money)]
    {
        if value < Decimal::ZERO || value > Decimal::ONE {
            table.mistake(
                key,
                (
                    format!("`{key}` 应在 0% 至 100% 之间，如 \"90%\""),
                    format!("`{key}` is a share from 0% to 100%, such as \"90%\""),
                ),
            );
        }
    }
    for key in ["execution_base", "score_decimals", "unweighted", "default_band"]
        .into_iter()
        .chain(["reason_below", "far_exceeded", "ahead_of_money"])
        .chain(["carried_over_contained", "over_target", "unit_shown"])
    {
        // Known keys also where they are inherited.
        if !table.has(key) {
            table.text_or(key, "");
        }
    }
    table.close();
    Some(settings)
}

fn monitoring(root: &Keys<'_>, base: Option<&Rules>) -> Option<Monitoring> {
    let Some(table) = root.table_or_none("monitoring") else {
        return base.and_then(|base| base.monitoring.clone());
    };
    let through = table.whole("through").filter(|month| (1..=12).contains(month));
    if through.is_none() {
        table.mistake(
            "through",
            ("`through` 应为 1 至 12 的月份", "`through` is the last month that counts, 1 to 12"),
        );
    }
    let monitoring = Monitoring {
        through: through.and_then(|month| u32::try_from(month).ok()).unwrap_or_default(),
        causes: table.texts("causes"),
        possibilities: table.texts("possibilities"),
        note: table.text("note"),
    };
    table.close();
    Some(monitoring)
}

fn decimals(table: &Keys<'_>) -> u32 {
    if !table.has("score_decimals") {
        table.text("score_decimals");
    }
    let decimals = table.whole("score_decimals");
    if decimals.is_some_and(|decimals| !(0..=MOST_DECIMALS).contains(&decimals)) {
        table.mistake(
            "score_decimals",
            (
                "`score_decimals` 应为 0 至 6 的整数",
                "`score_decimals` is a whole number from 0 to 6",
            ),
        );
    }
    decimals.and_then(|d| u32::try_from(d).ok()).unwrap_or_default()
}
