//! The scores of a rule file: which formula scores which kind of row.
//!
//! * In: the tables `[[score]]` and the scores that are extended. Out: exactly one score for every kind of row.
//! * Never: two scores for one row, or a row without one.

use super::formulas::{Known, formula};
use crate::rules::reader::{Keys, Source};
use crate::rules::settings::REACHED;
use crate::rules::words::direction_of;
use crate::rules::{Band, Block, Header, MONEY, Reached, RowFit, RowKind, Rules, ScoreRule};
use crate::target::Direction;
use rust_decimal::Decimal;
use std::cmp::Ordering;

const SIGNS: [(&str, Ordering); 3] =
    [("positive", Ordering::Greater), ("zero", Ordering::Equal), ("negative", Ordering::Less)];

pub(super) fn scores(
    root: &Keys<'_>,
    source: &Source<'_>,
    header: &Header,
    base: Option<&Rules>,
    blocks: &[Block],
) -> Vec<ScoreRule> {
    let mut scores: Vec<ScoreRule> = base.map(|base| base.scores.clone()).unwrap_or_default();
    let mut given: Vec<(String, usize)> = Vec::new();
    for table in root.tables("score") {
        let id = table.text("id");
        if given.iter().any(|(known, _)| *known == id) {
            let zh = format!("已有编号为“{id}”的计分规则");
            table.mistake("id", (zh, format!("there is a score {id:?} already")));
        }
        given.push((id.clone(), table.at()));
        let known = scores.iter().position(|score| score.id == id).filter(|_| base.is_some());
        if table.flag_or("removed", false) {
            match known {
                Some(known) => drop(scores.remove(known)),
                None => table.mistake(
                    "removed",
                    (
                        format!("所继承的规则中没有“{id}”，无从删除"),
                        format!("the rules that are extended have no score {id:?} to remove"),
                    ),
                ),
            }
        } else if let Some(score) = score(&table, source, (header, blocks), id) {
            match known {
                Some(known) => scores[known] = score,
                None => scores.push(score),
            }
        }
        table.close();
    }
    overlaps(root, source, &scores, &given);
    if source.is_clean() {
        gaps(root, &scores);
    }
    scores
}

fn score(
    table: &Keys<'_>,
    source: &Source<'_>,
    (header, blocks): (&Header, &[Block]),
    id: String,
) -> Option<ScoreRule> {
    let fit = row_fit(table, blocks);
    let (article, verified, note) = resting_on(table, header);
    let bands = bands(table);
    let kind = fit.as_ref().map_or(RowKind::Execution, |fit| fit.kind);
    let (zh, en) = (format!("{} 类的行", kind.id()), format!("rows of kind {}", kind.id()));
    let names = kind.names().iter().chain(&MONEY).copied().collect();
    let known = Known { of: (&zh, &en), names, rows: false };
    let formula = match fit {
        Some(_) => formula(table, source, "formula", &id, &known),
        None => {
            table.text("formula");
            None
        }
    };
    let fit = fit?;
    if (fit.kind == RowKind::Qualitative) == bands.is_empty() {
        table.mistake(
            "bands",
            (
                "`bands` 只用于、且必须用于 qualitative 类的行",
                "`bands` belong to rows of kind qualitative, and to no other",
            ),
        );
    }
    Some(ScoreRule { id, fit, formula: formula?, article, verified, note, bands })
}

/// Article, whether it was read, note: what every rule has to say about where it comes from.
pub(super) fn resting_on(table: &Keys<'_>, header: &Header) -> (String, bool, String) {
    let article = table.text("article");
    let verified = table.flag("verified");
    let note = table.text("note");
    if verified && (article.is_empty() || header.link.is_empty()) {
        table.mistake(
            "verified",
            (
                "`verified = true` 须写明 `article`（条款）和文件的 `link`",
                "`verified = true` needs an `article` and the file's `link`",
            ),
        );
    }
    if !verified && note.is_empty() {
        table.mistake(
            "note",
            (
                "未核实的规则须在 `note` 中说明依据",
                "a rule that is not verified says in `note` what it rests on",
            ),
        );
    }
    (article, verified, note)
}

/// Two scores that fit one row; told at the later one that stands in this file.
fn overlaps(root: &Keys<'_>, source: &Source<'_>, scores: &[ScoreRule], given: &[(String, usize)]) {
    for (index, score) in scores.iter().enumerate() {
        let same = |other: &&ScoreRule| {
            other.fit.block == score.fit.block && other.fit.over == score.fit.over
        };
        for other in scores[..index].iter().filter(same) {
            let both = every_row().into_iter().find(|(kind, direction, sign)| {
                score.fit.fits(*kind, *direction, *sign) && other.fit.fits(*kind, *direction, *sign)
            });
            if let Some((kind, direction, sign)) = both {
                let place =
                    |id: &str| given.iter().find(|(known, _)| known == id).map(|(_, at)| *at);
                let at = place(&score.id).or_else(|| place(&other.id)).unwrap_or(root.at());
                let (row, a, b) = (row_name(kind, direction, sign), &score.id, &other.id);
                let zh_row = chinese_row(kind, direction, sign);
                source.mistake(
                    at,
                    (
                        format!("“{a}”与“{b}”都适用于{zh_row}；一行只能由一条规则计分"),
                        format!("{a:?} and {b:?} both fit {row}; a row is scored by one rule"),
                    ),
                );
            }
        }
    }
}

fn gaps(root: &Keys<'_>, scores: &[ScoreRule]) {
    for (kind, direction, sign) in every_row() {
        let for_all = |rule: &&ScoreRule| rule.fit.block.is_none() && !rule.fit.over;
        if !scores.iter().filter(for_all).any(|rule| rule.fit.fits(kind, direction, sign)) {
            let row = row_name(kind, direction, sign);
            let zh_row = chinese_row(kind, direction, sign);
            root.mistake_at(
                root.place("score"),
                (
                    format!("没有计分规则适用于{zh_row}，请补上"),
                    format!("no score fits {row}; add one"),
                ),
            );
        }
    }
}

/// Every kind of row that can occur, once.
fn every_row() -> Vec<(RowKind, Direction, Ordering)> {
    let mut rows = Vec::new();
    for kind in RowKind::ALL {
        let directions: &[Direction] = match kind {
            RowKind::Quantity => &Direction::ALL[..5],
            _ => &[Direction::Unstated],
        };
        let signs: &[(&str, Ordering)] = match kind {
            RowKind::Quantity | RowKind::Range => &SIGNS,
            _ => &SIGNS[..1],
        };
        for direction in directions {
            rows.extend(signs.iter().map(|(_, sign)| (kind, *direction, *sign)));
        }
    }
    rows
}

fn row_name(kind: RowKind, direction: Direction, sign: Ordering) -> String {
    let sign = SIGNS.iter().find(|(_, of)| *of == sign).map_or("", |(name, _)| *name);
    match kind {
        RowKind::Quantity => format!("quantity rows {} a {sign} target", direction.id()),
        RowKind::Range => format!("range rows with a {sign} lower end"),
        _ => format!("rows of kind {}", kind.id()),
    }
}

fn chinese_row(kind: RowKind, direction: Direction, sign: Ordering) -> String {
    let sign = match sign {
        Ordering::Greater => "大于 0",
        Ordering::Equal => "等于 0",
        Ordering::Less => "小于 0",
    };
    match kind {
        RowKind::Quantity => {
            format!("指标值{sign}、方向为 {} 的数量指标（quantity）", direction.id())
        }
        RowKind::Range => format!("下限{sign}的区间指标（range）"),
        RowKind::Execution => "预算执行率（execution）".to_owned(),
        RowKind::Day => "时限指标（day）".to_owned(),
        RowKind::YesNo => "是否类指标（yes-no）".to_owned(),
        RowKind::Qualitative => "定性指标（qualitative）".to_owned(),
    }
}

fn row_fit(score: &Keys<'_>, blocks: &[Block]) -> Option<RowFit> {
    let table = score.table("row")?;
    let kind = table.choice("kind", &RowKind::ALL.map(|kind| (kind.id(), kind)));
    let named = Direction::ALL.into_iter().filter(|direction| *direction != Direction::Unstated);
    let named: Vec<(&str, Direction)> =
        named.filter_map(|d| direction_of(d.id()).map(|of| (d.id(), of))).collect();
    let directions = table.choices("direction", &named);
    let mut signs = table.choices("target", &SIGNS);
    if signs.is_empty() {
        signs = SIGNS.iter().map(|(_, sign)| *sign).collect();
    }
    let names: Vec<(&str, &str)> =
        blocks.iter().map(|block| (block.name.as_str(), block.name.as_str())).collect();
    let block = if table.has("block") { table.choice("block", &names) } else { None };
    table.text_or_absent("block");
    let over = table.flag_or("over", false);
    if over && kind.is_some_and(|kind| kind != RowKind::Quantity) {
        table.mistake(
            "over",
            (
                "`over = true` 只用于 kind = \"quantity\" 的行（远超指标值时的扣分）",
                "`over = true` is for rows of kind quantity: what is deducted where a target is exceeded by far",
            ),
        );
    }
    table.close();
    Some(RowFit { kind: kind?, directions, signs, block: block.map(str::to_owned), over })
}

fn bands(score: &Keys<'_>) -> Vec<Band> {
    let mut bands: Vec<Band> = Vec::new();
    for table in score.tables("bands") {
        let band = Band {
            reached: table.choice("reached", &REACHED).unwrap_or(Reached::Met),
            word: table.text("word"),
            from: table.decimal("from"),
            to: table.decimal("to"),
            default: table.decimal("default"),
        };
        let upper = bands.last().map_or(Decimal::ONE, |above: &Band| above.from);
        if band.to != upper || band.from >= band.to {
            table.mistake(
                "to",
                (
                    format!("各档从高到低首尾相接：本档上限应为 {upper}，下限应更低"),
                    format!(
                        "bands go down without gap: this one has to end at {upper} and begin below"
                    ),
                ),
            );
        }
        let is_top = bands.is_empty();
        let inside = band.from <= band.default
            && (band.default < band.to || (is_top && band.default == band.to));
        if !inside {
            table.mistake(
                "default",
                (
                    "`default` 应在本档之内；上限只属于最高一档",
                    "`default` lies within its band; the upper end belongs to the top band only",
                ),
            );
        }
        table.close();
        bands.push(band);
    }
    let ids: Vec<Reached> = bands.iter().map(|band| band.reached).collect();
    if !bands.is_empty() && (ids != Reached::ALL || bands.last().is_some_and(|b| !b.from.is_zero()))
    {
        score.mistake(
            "bands",
            (
                "`bands` 依次为 met、partly、missed，直到 0%",
                "`bands` are met, partly, missed, in this order, down to 0%",
            ),
        );
    }
    bands
}
