//! The scorecard of a rule file: indicators that the rules themselves name.
//!
//! * In: the tables `[[indicator]]`, and the rows of the rules that are extended. Out: rows with path, weight and formula, or
//!   that a person judges. A row of an id that is known already takes its place; `removed = true` takes it away.
//! * Never: a row with a weight and nothing that scores it.

use super::formulas::{Known, formula};
use super::scores::resting_on;
use crate::rules::reader::{Keys, Source};
use crate::rules::words::folded;
use crate::rules::{CardRow, Header, MONEY, Rules};
use rust_decimal::Decimal;

const SHOWN: [(&str, bool); 2] = [("percent", true), ("number", false)];

/// The rows, each with its place in the file; those that are taken over have the place of `extends`.
pub(super) fn card(
    root: &Keys<'_>,
    source: &Source<'_>,
    header: &Header,
    base: Option<&Rules>,
) -> Vec<(CardRow, usize)> {
    let known = base.map(|base| base.card.clone()).unwrap_or_default();
    let mut card: Vec<(CardRow, usize)> =
        known.into_iter().map(|row| (row, root.place("extends"))).collect();
    let mut given: Vec<String> = Vec::new();
    for table in root.tables("indicator") {
        let (id, at) = (table.text("id"), table.at());
        let known = card.iter().position(|(row, _)| row.id == id);
        if given.contains(&id) {
            let zh = format!("已有编号为“{id}”的指标");
            table.mistake("id", (zh, format!("there is an indicator {id:?} already")));
            let _ = row(&table, source, header, id);
        } else if table.flag_or("removed", false) {
            match known {
                Some(known) => drop(card.remove(known)),
                None => table.mistake("removed", nothing_to_remove(&id)),
            }
            given.push(id);
        } else {
            given.push(id.clone());
            let row = row(&table, source, header, id);
            let others = card.iter().filter(|(other, _)| other.id != row.id);
            if others.clone().any(|(other, _)| other.is(&row.name())) {
                let name = row.name();
                let zh = format!("已有名为“{name}”的指标，同名的行无法区分");
                table.mistake("path", (zh, format!("there is an indicator called {name} already")));
            }
            match known {
                Some(known) => card[known] = (row, at),
                None => card.push((row, at)),
            }
        }
        table.close();
    }
    card
}

fn nothing_to_remove(id: &str) -> (String, String) {
    (
        format!("所继承的规则中没有指标“{id}”，无从删除"),
        format!("the rules that are extended have no indicator {id:?} to remove"),
    )
}

fn row(table: &Keys<'_>, source: &Source<'_>, header: &Header, id: String) -> CardRow {
    let path = table.texts("path");
    if !table.has("path") || path.is_empty() || path.iter().any(|level| level.is_empty()) {
        table.mistake(
            "path",
            (
                "`path` 应为各级指标名称，如 [\"过程\", \"预算执行\", \"预算完成率\"]",
                "`path` has the names of the levels, such as [\"过程\", \"预算执行\", \"预算完成率\"]",
            ),
        );
    }
    let weight = table.has("weight").then(|| table.decimal("weight"));
    table.text_or_absent("weight");
    if weight.is_some_and(|weight| weight <= Decimal::ZERO || weight > Decimal::ONE_HUNDRED) {
        table.mistake(
            "weight",
            ("指标分值应大于 0、不超过 100", "the weight of an indicator lies above 0, up to 100"),
        );
    }
    let judged = table.flag_or("judged", false);
    let of = ("[[indicator]] 的公式", "formulas of an [[indicator]]");
    let names: Vec<&str> = MONEY.iter().copied().chain(["actual", "target", "met"]).collect();
    let measured = table.has("measured").then(|| {
        let known = Known { of, names: names.clone(), rows: true };
        formula(table, source, "measured", &id, &known)
    });
    table.text_or_absent("measured");
    let score = table.has("formula").then(|| {
        let own = ["weight"].into_iter().chain(table.has("measured").then_some("measured"));
        let known = Known { of, names: own.chain(names).collect(), rows: true };
        formula(table, source, "formula", &id, &known)
    });
    table.text_or_absent("formula");
    let only_printed = table.flag_or("only_printed", false);
    consistent(table, weight.is_some() || only_printed, judged);
    let (article, verified, note) = resting_on(table, header);
    CardRow {
        id,
        path,
        aliases: table.texts("aliases").iter().map(|alias| folded(alias)).collect(),
        weight,
        measured: measured.flatten(),
        formula: score.flatten(),
        judged,
        only_printed,
        marks: marks(table),
        percent: if table.has("shown") {
            table.choice("shown", &SHOWN).unwrap_or(true)
        } else {
            table.text_or_absent("shown");
            true
        },
        article,
        verified,
        note,
    }
}

/// Marks of a measured value, the lowest value first.
fn marks(row: &Keys<'_>) -> Vec<(String, Decimal)> {
    let mut marks: Vec<(String, Decimal)> = Vec::new();
    for table in row.tables("marks") {
        let mark = (table.text("word"), table.decimal("up_to"));
        if marks.last().is_some_and(|(_, below)| *below >= mark.1) {
            table.mistake(
                "up_to",
                ("各档 `up_to` 从小到大排列", "marks go up, each `up_to` above the one before"),
            );
        }
        table.close();
        marks.push(mark);
    }
    marks
}

/// What scores the row has to fit whether it has a weight.
fn consistent(table: &Keys<'_>, scored: bool, judged: bool) {
    let (has_formula, has_measured) = (table.has("formula"), table.has("measured"));
    let message = match (scored, has_formula, judged) {
        (true, false, false) => Some((
            "有分值的指标须写 `formula`，或写 `judged = true` 由单位判断",
            "an indicator with a weight has a `formula`, or `judged = true` for a person to score it",
        )),
        (true, true, true) => Some((
            "`formula` 与 `judged = true` 只能写一个",
            "`formula` and `judged = true` exclude each other",
        )),
        (false, true, _) | (false, _, true) => Some((
            "没有 `weight` 的指标只列示，不计分；请补 `weight`，或只写 `measured`",
            "an indicator without `weight` is shown and not scored; add a `weight`, or write `measured` only",
        )),
        (false, false, false) if !has_measured => Some((
            "指标须有 `measured`（只列示）或 `weight` 与 `formula`（计分）",
            "an indicator has `measured` (shown), or a `weight` and a `formula` (scored)",
        )),
        _ => None,
    };
    if let Some(message) = message {
        table.mistake("id", message);
    }
}
