//! The table of `check` for forms that were filled in: row, weight, what was filled in, what the rules give, and why.
//!
//! * In: an evaluation. Out: lines; none where nothing was filled in.
//! * Never: judges; the findings below the table do.

use crate::lang::say;
use crate::screen::{BOLD, cut, pad, pad_left, paint};
use jixiao_core::{Evaluation, Lang, ScoredIndicator};
use rust_decimal::Decimal;
use std::fmt::Write as _;

const NAME: usize = 34;

/// The rows whose filled score is another than that of the rules, and the totals.
pub fn table(evaluation: &Evaluation, lang: Lang) -> String {
    let filled: Vec<&ScoredIndicator> =
        evaluation.indicators.iter().filter(|row| row.score_claimed.is_some()).collect();
    if filled.is_empty() {
        return String::new();
    }
    let differs = |row: &&&ScoredIndicator| row.score_claimed != row.score;
    let other: Vec<&&ScoredIndicator> = filled.iter().filter(differs).collect();
    let (count, same) = (filled.len(), filled.len() - other.len());
    let head = match lang {
        Lang::Zh => {
            format!("{}：自填得分 {count} 行，与核算一致 {same} 行", evaluation.subject.name)
        }
        Lang::En => {
            format!("{}: {count} filled scores, {same} as computed", evaluation.subject.name)
        }
    };
    let mut text = format!("{}\n", paint(&head, BOLD));
    if !other.is_empty() {
        let titles = [
            say(lang, "行", "row"),
            say(lang, "指标", "indicator"),
            say(lang, "分值", "weight"),
            say(lang, "自填", "filled"),
            say(lang, "核算", "computed"),
            say(lang, "计算", "calculation"),
        ];
        text.push_str(&line(titles.map(str::to_owned)));
    }
    for row in other {
        let bounds = row.source.cells.bounds();
        let at = bounds.map_or(String::new(), |[top, ..]| format!("{}", u64::from(top) + 1));
        let name = row.path.last().map_or("", String::as_str).to_owned();
        let (zh, en) = row.worked();
        let why = if row.score.is_some() {
            say(lang, &zh, &en).to_owned()
        } else {
            say(lang, "不能按规则计算", "cannot be computed").to_owned()
        };
        text.push_str(&line([
            at,
            name,
            points(row.weight),
            points(row.score_claimed),
            points(row.score),
            why,
        ]));
    }
    if evaluation.score_claimed.is_some() {
        let grade = evaluation.grade.clone().unwrap_or_default();
        let name = say(lang, "总分", "total").to_owned();
        let [claimed, score] = [evaluation.score_claimed, evaluation.score].map(points);
        text.push_str(&line([String::new(), name, String::new(), claimed, score, grade]));
    }
    text.push('\n');
    text
}

fn points(value: Option<Decimal>) -> String {
    value.map_or("—".to_owned(), |value| value.normalize().to_string())
}

fn line([at, name, weight, claimed, score, why]: [String; 6]) -> String {
    let mut text = String::new();
    let _ = writeln!(
        text,
        "  {} {}{}{}{}  {why}",
        pad_left(&at, 4),
        pad(&cut(&name, NAME - 1), NAME),
        pad_left(&weight, 8),
        pad_left(&claimed, 10),
        pad_left(&score, 10),
    );
    text
}
