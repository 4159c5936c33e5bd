//! From the text of a rule file to [`Rules`], strictly: all mistakes at once, each with line and column.
//!
//! * In: TOML. Out: rules in which every kind of row has exactly one score, every total a grade, every name a value.
//! * Never: a default for a key that is misspelt.

use super::reader::{Keys, Source, document};
use super::words::{direction_of, folded};
use super::{
    Band, Base, Block, Grade, Header, Reached, RowFit, RowKind, Rules, RulesError, ScoreRule,
    Settings, Words,
};
use crate::formula::Formula;
use crate::target::Direction;
use rust_decimal::Decimal;
use std::cmp::Ordering;

const SIGNS: [(&str, Ordering); 3] =
    [("positive", Ordering::Greater), ("zero", Ordering::Equal), ("negative", Ordering::Less)];

/// More decimals than this are no score a form could show.
const MOST_DECIMALS: i64 = 6;

pub(super) fn rules(text: &str) -> Result<Rules, RulesError> {
    let words = Words::builtin()?;
    let (table, broken) = document(text);
    let source = Source::new(text);
    for (at, message) in broken {
        source.mistake(at, message);
    }
    let root = source.keys(&table, "the file", 0);
    if root.whole("schema") != Some(1) {
        root.mistake("schema", "`schema = 1` is the form of rule files this program reads; add it");
    }
    let header = header(&root);
    let settings = settings(&root);
    let blocks = blocks(&root);
    let scores = scores(&root, &source, &header);
    let grades = grades(&root);
    root.close();
    match (source.mistakes(), settings) {
        (mistakes, Some(settings)) if mistakes.is_empty() => {
            Ok(Rules { header, settings, blocks, scores, grades, words })
        }
        (mistakes, _) => Err(RulesError::Invalid { mistakes }),
    }
}

fn header(root: &Keys<'_>) -> Header {
    let header = Header {
        id: root.text("id"),
        title: root.text("title"),
        document: root.text("document"),
        issuer: root.text("issuer"),
        region: root.text("region"),
        years: years(root),
        subjects: root.texts("subjects"),
        verified: root.flag("verified"),
        checked: root.date("checked"),
        link: root.text_or("link", ""),
        source: root.text("source"),
    };
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if !header.id.chars().all(plain) {
        root.mistake("id", "`id` is written in small letters, digits and hyphens");
    }
    if header.verified && header.link.is_empty() {
        root.mistake("verified", "`verified = true` needs the `link` to the text that was read");
    }
    for subject in &header.subjects {
        if !["project", "department"].contains(&subject.as_str()) {
            root.mistake("subjects", format!("{subject:?} is none of project, department"));
        }
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
        table.mistake("to", format!("the rules end ({to}) before they begin ({from})"));
    }
    table.close();
    years
}

fn settings(root: &Keys<'_>) -> Option<Settings> {
    let table = root.table("settings")?;
    let base = table.text("execution_base");
    let execution_base = match base.as_str() {
        "initial" => Base::Initial,
        "adjusted" => Base::Adjusted,
        _ => {
            table.mistake("execution_base", format!("{base:?} is none of adjusted, initial"));
            Base::Adjusted
        }
    };
    let decimals = table.whole("score_decimals").filter(|d| (0..=MOST_DECIMALS).contains(d));
    if decimals.is_none() {
        table.mistake("score_decimals", "`score_decimals` is a whole number from 0 to 6");
    }
    let unweighted = table.text("unweighted");
    if unweighted != "shared-equally" {
        table.mistake("unweighted", format!("{unweighted:?} is not known; write shared-equally"));
    }
    let settings = Settings {
        execution_base,
        score_decimals: decimals.and_then(|d| u32::try_from(d).ok()).unwrap_or_default(),
        reason_below: table.decimal("reason_below"),
        far_exceeded: table.decimal("far_exceeded"),
        ahead_of_money: table.decimal("ahead_of_money"),
        default_band: reached(&table, "default_band"),
    };
    for (key, value) in
        [("reason_below", settings.reason_below), ("ahead_of_money", settings.ahead_of_money)]
    {
        if value < Decimal::ZERO || value > Decimal::ONE {
            table.mistake(key, format!("`{key}` is a share from 0% to 100%"));
        }
    }
    table.close();
    Some(settings)
}

fn reached(table: &Keys<'_>, key: &'static str) -> Reached {
    let id = table.text(key);
    Reached::ALL.into_iter().find(|reached| reached.id() == id).unwrap_or_else(|| {
        table.mistake(key, format!("{id:?} is none of met, partly, missed"));
        Reached::Met
    })
}

fn blocks(root: &Keys<'_>) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut weights = Decimal::ZERO;
    for table in root.tables("block") {
        let kind = table.text_or("kind", "indicators");
        if !["execution", "indicators"].contains(&kind.as_str()) {
            table.mistake("kind", format!("{kind:?} is none of execution, indicators"));
        }
        let fold = |words: Vec<String>| words.iter().map(|word| folded(word)).collect();
        let block = Block {
            name: folded(&table.text("name")),
            aliases: fold(table.texts("aliases")),
            levels: fold(table.texts("levels")),
            weight: table.decimal("weight"),
            execution: kind == "execution",
            absent_to: table.has("absent_to").then(|| folded(&table.text("absent_to"))),
            note: table.text("note"),
        };
        table.text_or("absent_to", "");
        if block.weight < Decimal::ZERO || block.weight > Decimal::ONE_HUNDRED {
            table.mistake("weight", "a weight lies between 0 and 100");
        } else {
            weights += block.weight;
        }
        if blocks.iter().any(|known| known.name == block.name) {
            table.mistake("name", format!("there is a block {} already", block.name));
        }
        if block.execution && blocks.iter().any(|known| known.execution) {
            table.mistake("kind", "there is a block of kind execution already");
        }
        table.close();
        blocks.push(block);
    }
    let place = root.place("block");
    for block in &blocks {
        if let Some(to) = &block.absent_to
            && !blocks.iter().any(|other| other.name == *to && other.name != block.name)
        {
            root.mistake_at(
                place,
                format!("`absent_to` of {} names {to}, which is no other block", block.name),
            );
        }
    }
    if weights != Decimal::ONE_HUNDRED {
        let message =
            format!("the weights of the blocks add up to {weights}; they have to give 100");
        root.mistake_at(place, message);
    }
    if !blocks.iter().any(|block| block.execution) {
        root.mistake_at(
            place,
            "no block has `kind = \"execution\"`; say which one is the execution rate",
        );
    }
    blocks
}

fn scores(root: &Keys<'_>, source: &Source<'_>, header: &Header) -> Vec<ScoreRule> {
    let mut scores: Vec<ScoreRule> = Vec::new();
    for table in root.tables("score") {
        let fit = row_fit(&table);
        let id = table.text("id");
        let text = table.text("formula");
        let span = table.span("formula");
        let article = table.text("article");
        let verified = table.flag("verified");
        let note = table.text("note");
        let bands = bands(&table);
        if verified && (article.is_empty() || header.link.is_empty()) {
            table.mistake("verified", "`verified = true` needs an `article` and the file's `link`");
        }
        if !verified && note.is_empty() {
            table.mistake("note", "a score that is not verified says in `note` what it rests on");
        }
        if scores.iter().any(|known| known.id == id) {
            table.mistake("id", format!("there is a score {id:?} already"));
        }
        let formula = match Formula::parse(&text) {
            Ok(formula) => Some(formula),
            Err(error) => {
                let at = source.inside(&span, error.column.saturating_sub(1));
                source.mistake(
                    at,
                    format!(
                        "formula of {id:?}: found {}, expected {}",
                        error.found, error.expected
                    ),
                );
                None
            }
        };
        if let (Some(fit), Some(formula)) = (fit, formula) {
            let known = fit.kind.names();
            for name in formula.names().into_iter().filter(|name| !known.contains(name)) {
                let message = format!(
                    "formula of {id:?}: nothing defines `{name}`; rows of kind {} have {}",
                    fit.kind.id(),
                    known.join(", ")
                );
                source.mistake(span.start, message);
            }
            if (fit.kind == RowKind::Qualitative) == bands.is_empty() {
                table.mistake(
                    "bands",
                    "`bands` belong to rows of kind qualitative, and to no other",
                );
            }
            for (kind, direction, sign) in every_row() {
                let taken = scores.iter().find(|rule| rule.fit.fits(kind, direction, sign));
                if let Some(taken) = taken.filter(|_| fit.fits(kind, direction, sign)) {
                    let message = format!(
                        "{id:?} and {:?} both fit {}; a row is scored by one rule",
                        taken.id,
                        row_name(kind, direction, sign)
                    );
                    source.mistake(table.at(), message);
                    break;
                }
            }
            scores.push(ScoreRule { id, fit, formula, article, verified, note, bands });
        }
        table.close();
    }
    if source.is_clean() {
        for (kind, direction, sign) in every_row() {
            if !scores.iter().any(|rule| rule.fit.fits(kind, direction, sign)) {
                let row = row_name(kind, direction, sign);
                root.mistake_at(root.place("score"), format!("no score fits {row}; add one"));
            }
        }
    }
    scores
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

fn row_fit(score: &Keys<'_>) -> Option<RowFit> {
    let table = score.table("row")?;
    let id = table.text("kind");
    let kind = RowKind::ALL.into_iter().find(|kind| kind.id() == id);
    if kind.is_none() {
        let known: Vec<&str> = RowKind::ALL.iter().map(|kind| kind.id()).collect();
        table.mistake("kind", format!("{id:?} is none of {}", known.join(", ")));
    }
    let mut directions = Vec::new();
    for id in table.texts("direction") {
        match direction_of(&id).filter(|direction| *direction != Direction::Unstated) {
            Some(direction) => directions.push(direction),
            None => table.mistake(
                "direction",
                format!("{id:?} is none of at-least, at-most, above, below, equal"),
            ),
        }
    }
    let mut signs = Vec::new();
    for id in table.texts("target") {
        match SIGNS.iter().find(|(name, _)| *name == id) {
            Some((_, sign)) => signs.push(*sign),
            None => table.mistake("target", format!("{id:?} is none of positive, zero, negative")),
        }
    }
    if signs.is_empty() {
        signs = SIGNS.iter().map(|(_, sign)| *sign).collect();
    }
    table.close();
    Some(RowFit { kind: kind?, directions, signs })
}

fn bands(score: &Keys<'_>) -> Vec<Band> {
    let mut bands: Vec<Band> = Vec::new();
    for table in score.tables("bands") {
        let band = Band {
            reached: reached(&table, "reached"),
            word: table.text("word"),
            from: table.decimal("from"),
            to: table.decimal("to"),
            default: table.decimal("default"),
        };
        let upper = bands.last().map_or(Decimal::ONE, |above: &Band| above.from);
        if band.to != upper || band.from >= band.to {
            let message = format!(
                "bands go down without gap: this one has to end at {upper} and begin below"
            );
            table.mistake("to", message);
        }
        let is_top = bands.is_empty();
        let inside = band.from <= band.default
            && (band.default < band.to || (is_top && band.default == band.to));
        if !inside {
            table.mistake(
                "default",
                "`default` lies within its band; the upper end belongs to the top band only",
            );
        }
        table.close();
        bands.push(band);
    }
    let ids: Vec<Reached> = bands.iter().map(|band| band.reached).collect();
    if !bands.is_empty() && (ids != Reached::ALL || bands.last().is_some_and(|b| !b.from.is_zero()))
    {
        score.mistake("bands", "`bands` are met, partly, missed, in this order, down to 0%");
    }
    bands
}

fn grades(root: &Keys<'_>) -> Vec<Grade> {
    let mut grades: Vec<Grade> = Vec::new();
    for table in root.tables("grade") {
        let grade = Grade { word: table.text("word"), from: table.decimal("from") };
        let too_high = grade.from > Decimal::ONE_HUNDRED;
        if too_high || grades.last().is_some_and(|above| above.from <= grade.from) {
            table.mistake(
                "from",
                "grades go down from 100, the best first, each below the one before",
            );
        }
        if grades.iter().any(|known| known.word == grade.word) {
            table.mistake("word", format!("there is a grade {} already", grade.word));
        }
        table.close();
        grades.push(grade);
    }
    if !grades.last().is_some_and(|last| last.from.is_zero()) {
        let message = "the last grade starts at 0, so that every total from 0 to 100 has one";
        root.mistake_at(root.place("grade"), message);
    }
    grades
}
