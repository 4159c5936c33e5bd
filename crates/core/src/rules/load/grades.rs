//! Grades and warning lights of a rule file.
//!
//! * In: the tables `[[grade]]` and `[[light]]`. Out: grades without gap from 100 down to 0, and lights with their conditions.
//! * Never: an edge that two grades have.

use super::formulas::{Known, formula};
use crate::rules::reader::{Keys, Source};
use crate::rules::{Colour, Grade, LIGHT_NAMES, Light, MONEY, Rules, Settings};
use rust_decimal::Decimal;

/// The grades; a file that gives some gives all.
pub(super) fn grades(
    root: &Keys<'_>,
    base: Option<&Rules>,
    settings: Option<&Settings>,
) -> Vec<Grade> {
    // The smallest total above an edge, at the decimals that totals have.
    let least = Decimal::new(1, settings.map_or(2, |settings| settings.score_decimals));
    let mut grades: Vec<Grade> = Vec::new();
    let mut last = root.place("grade");
    for table in root.tables("grade") {
        let from = if table.has("above") {
            table.decimal("above").checked_add(least).unwrap_or_default()
        } else {
            table.decimal("from")
        };
        table.text_or_absent("above");
        table.text_or_absent("from");
        // A range of totals that a platform forgot has no grade.
        let none = table.flag_or("none", false);
        let word = if none { table.text_or("word", "") } else { table.text("word") };
        let grade = Grade { word, from };
        let too_high = grade.from > Decimal::ONE_HUNDRED;
        if too_high || grades.last().is_some_and(|above| above.from <= grade.from) {
            table.mistake(
                "from",
                (
                    "等级从高到低排列，起点不超过 100，逐级降低",
                    "grades go down from 100, the best first, each below the one before",
                ),
            );
        }
        if !none && grades.iter().any(|known| known.word == grade.word) {
            let word = &grade.word;
            let zh = format!("已有等级“{word}”");
            table.mistake("word", (zh, format!("there is a grade {word} already")));
        }
        last = table.at();
        table.close();
        grades.push(grade);
    }
    if let Some(base) = base
        && grades.is_empty()
    {
        return base.grades.clone();
    }
    if !grades.last().is_some_and(|last| last.from.is_zero()) {
        root.conclusion(
            last,
            (
                "最后一个等级从 0 开始，使 0 至 100 的每个总分都有等级",
                "the last grade starts at 0, so that every total from 0 to 100 has one",
            ),
        );
    }
    grades
}

/// The lights; those of extended rules stay unless one of the same id is given.
pub(super) fn lights(root: &Keys<'_>, source: &Source<'_>, base: Option<&Rules>) -> Vec<Light> {
    let mut lights: Vec<Light> = base.map(|base| base.lights.clone()).unwrap_or_default();
    for table in root.tables("light") {
        let id = table.text("id");
        let of = ("[[light]] 的公式", "formulas of a [[light]]");
        let names = MONEY.iter().chain(&LIGHT_NAMES).copied().collect();
        let when = formula(&table, source, "when", &id, &Known { of, names, rows: false });
        let colour = table.choice("colour", &[("red", Colour::Red), ("yellow", Colour::Yellow)]);
        let (chinese, english) = (table.text("chinese"), table.text("english"));
        let note = table.text("note");
        table.close();
        let (Some(when), Some(colour)) = (when, colour) else { continue };
        let light = Light { id, when, colour, chinese, english, note };
        match lights.iter_mut().find(|known| known.id == light.id) {
            Some(known) => *known = light,
            None => lights.push(light),
        }
    }
    lights
}
