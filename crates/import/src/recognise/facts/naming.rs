//! Naming: the levels of a fact's name, from its own label and the rows, groups and lines above it.
//!
//! * In: the labels of a row, widest first. Out: the levels of its name and the column that its label says.
//! * Rule: a level above is part of the name where it is a fact itself, or where the label alone says too little (合计, 行政,
//!   上年决算数). A slash that is printed is written wide, so that levels stay apart.
//! * Never: joins the heading of a section (人员情况) to a name that speaks for itself.

use super::cells::without_unit;
use super::{Entry, Row, Say, say};
use crate::fold;
use crate::vocabulary::VOCABULARY;
use crate::vocabulary::facts::{FACT_WORDS, FactKind};

/// What stands above a row.
#[derive(Default)]
pub(super) struct Naming {
    /// The words of each label column that hold until the next ones.
    groups: Vec<Option<String>>,
    /// Rows above with their depth: how far they stand in, or how they are numbered.
    above: Vec<(Depth, String)>,
    /// The row that 其中 rows are parts of, and how far the first of them stands in.
    whole: Option<(String, Option<usize>)>,
    /// The line above, which may name the fact.
    heading: Option<String>,
    /// The unit that this line says.
    unit: Option<String>,
}

type Depth = (u8, usize);

/// A name as its levels say it.
pub(super) struct Named {
    pub levels: Vec<String>,
    pub column: Option<String>,
    pub unit: Option<String>,
}

impl Naming {
    /// Headings of a further table: nothing holds on but the line above.
    pub fn begin_table(&mut self) {
        self.groups.clear();
        self.above.clear();
        self.whole = None;
    }

    /// A line without values: the title of what follows.
    pub fn line(&mut self, row: &Row<'_>) {
        if let [cell] = row.cells.as_slice()
            && let Say::Words(text) = say(cell)
        {
            self.head(text);
        }
    }

    /// Takes a text for the title of the rows below.
    pub fn head(&mut self, text: &str) {
        if VOCABULARY.is_footer(text) {
            return;
        }
        if let Some(unit) = fold::announced_unit(text) {
            self.unit = Some(unit.word().to_owned());
            return;
        }
        self.begin_table();
        let (heading, unit) = tidy(text);
        (self.heading, self.unit) = (Some(heading), unit);
    }

    /// The fact that the line above names: “三公”经费支出情况表.
    pub fn above(&self) -> Option<String> {
        FACT_WORDS.named_in(self.heading.as_deref()?).map(str::to_owned)
    }

    /// The unit that the line above says, where a value of that name may have it.
    pub fn unit_for(&self, name: &[String]) -> Option<String> {
        self.unit.clone().filter(|unit| may_be_of(unit, name))
    }

    /// The levels of a row with the labels `texts`: the number of each label column and what stands in it.
    pub fn row(&mut self, texts: &[(usize, &str)], has_values: bool) -> Option<Named> {
        let (own_at, own) = *texts.last()?;
        self.groups.resize(self.groups.len().max(own_at + 1), None);
        for (at, text) in &texts[..texts.len() - 1] {
            self.groups[*at] = Some(tidy(text).0);
            self.groups[at + 1..].fill(None);
        }
        let groups: Vec<String> = self.groups[..own_at].iter().flatten().cloned().collect();
        if own_at == 0 || texts.len() > 1 {
            self.groups[own_at..].fill(None);
        }
        let is_part = VOCABULARY.is_part_row(own);
        let (name, unit) = tidy(VOCABULARY.without_part_word(own));
        if is_part && fold::plain(&name).trim_end_matches(':').ends_with("其中") {
            self.whole = self.above.last().map(|(_, name)| (name.clone(), None));
            return None;
        }
        let parent = self.parent(own, &name, is_part);
        if own_at == 0 {
            self.groups[0] = Some(name.clone());
        }
        if !has_values {
            return None;
        }
        let mut outer: Vec<String> = groups;
        outer.extend(parent.filter(|parent| !outer.contains(parent)));
        Some(self.named(outer, name, unit))
    }

    /// The row above that a row is part of: by 其中, by its number, by how far it stands in.
    fn parent(&mut self, own: &str, name: &str, is_part: bool) -> Option<String> {
        let indent = fold::indent(own);
        if is_part {
            if self.whole.is_none() {
                self.whole = self.above.last().map(|(_, name)| (name.clone(), Some(indent)));
            }
            return self.whole.as_ref().map(|(whole, _)| whole.clone());
        }
        if let Some((whole, first)) = &self.whole {
            let stands_in = first.is_none_or(|first| indent >= first) && indent > 0;
            let unnamed = FACT_WORDS.known(name).is_none()
                && fold::numbering(own).0.is_none()
                && !VOCABULARY.is_total_word(name);
            if stands_in || unnamed {
                return Some(whole.clone());
            }
        }
        self.whole = None;
        let depth = (fold::numbering(own).0.unwrap_or(0), indent);
        let outside = |above: &Depth| {
            if above.0 > 0 && depth.0 > 0 { above.0 < depth.0 } else { above.1 < depth.1 }
        };
        while self.above.last().is_some_and(|(above, _)| !outside(above)) {
            self.above.pop();
        }
        let parent = self.above.last().map(|(_, name)| name.clone());
        self.above.push((depth, name.to_owned()));
        parent
    }

    fn named(&self, outer: Vec<String>, name: String, unit: Option<String>) -> Named {
        let is_total = VOCABULARY.is_total_word(&name);
        let says_column = FACT_WORDS.is_column(&name) && FACT_WORDS.known(&name).is_none();
        let known = FACT_WORDS.known(&name).is_some();
        if is_total || says_column {
            let column = says_column.then(|| name.clone());
            let mut levels = outer;
            if levels.is_empty() {
                levels.extend(self.above());
            }
            if levels.is_empty() {
                return Named { levels: vec![name], column: None, unit };
            }
            return Named { levels, column, unit };
        }
        let keep = |level: &String| !known || FACT_WORDS.known(level).is_some();
        let mut levels: Vec<String> = outer.into_iter().filter(keep).collect();
        if let Some((year, rest)) = dated(&name) {
            levels.push(rest);
            return Named { levels, column: Some(year), unit };
        }
        levels.push(name);
        Named { levels, column: None, unit }
    }
}

/// Whether a unit above several rows may be that of a name: money is no unit of people, and people none of money.
pub(super) fn may_be_of(unit: &str, name: &[String]) -> bool {
    let money = fold::unit_word(unit).is_some();
    let kind = name.iter().rev().find_map(|level| FACT_WORDS.kind(level));
    kind.is_none_or(|kind| (kind == FactKind::Money) == money)
}

/// `2022年实际在职人数` is 实际在职人数 of 2022年.
pub(super) fn dated(name: &str) -> Option<(String, String)> {
    let digits = name.get(..4).filter(|digits| digits.starts_with("20"))?;
    let rest = name.get(4..)?;
    let rest = rest.strip_prefix("年度").or_else(|| rest.strip_prefix('年'))?;
    let all = digits.chars().all(|c| c.is_ascii_digit());
    (all && FACT_WORDS.known(rest).is_some()).then(|| (format!("{digits}年"), rest.to_owned()))
}

/// A label as it is kept: without number, line breaks and the unit in brackets, which is handed out beside it.
pub(super) fn tidy(text: &str) -> (String, Option<String>) {
    let text: String = text.chars().filter(|c| !matches!(c, '\n' | '\r')).collect();
    let (name, unit) = without_unit(fold::numbering(text.trim()).1);
    let name = VOCABULARY.without_part_word(&name).to_owned();
    let name = fold::numbering(&name).1.trim_matches(fold::is_blank).replace('/', "／");
    (name, unit)
}

/// A head that is a fact itself (编制数) above one row only, or above the total, is the whole name.
pub(super) fn settle(entries: &mut [Entry]) {
    let alone: Vec<bool> = entries
        .iter()
        .map(|entry| {
            let same = |other: &&Entry| {
                other.name.first() == entry.name.first() && other.column == entry.column
            };
            let [head, label] = entry.name.as_slice() else { return false };
            FACT_WORDS.known(head).is_some()
                && (VOCABULARY.is_total_word(label)
                    || label.starts_with(ROW) && entries.iter().filter(same).count() == 1)
        })
        .collect();
    for (entry, alone) in entries.iter_mut().zip(alone) {
        if alone {
            entry.name.truncate(1);
        }
        for level in &mut entry.name {
            if let Some(bare) = level.strip_prefix(ROW) {
                *level = bare.to_owned();
            }
        }
    }
}

/// Marks the level that is a row below a head that is a fact, until all rows are known.
pub(super) const ROW: char = '\u{1}';
