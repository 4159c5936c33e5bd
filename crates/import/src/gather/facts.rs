//! Facts and settings: the cells of their tables as values with names.
//!
//! * In: tables of facts and settings. Out: [`Fact`]s, money in yuan and percentages as ratios, and [`Setting`]s as printed;
//!   what cannot be read, and two values for one fact, as findings.
//! * Evidence of a value's unit, the nearest first: the cell, the unit beside it, the brackets behind its name or heading, the
//!   line above the table; which of them a line of money means is told by the kind of the name.
//! * Never: takes a mark for none as zero, or chooses between two values.

use crate::clean::cells::{self, Notes, cell_decimal, cell_text, own_unit};
use crate::fold;
use crate::grid::{Book, Cell, Format, Sheet, Value};
use crate::recognise::Table;
use crate::recognise::facts::{Entry, quantity};
use crate::vocabulary::Meaning;
use crate::vocabulary::facts::{FACT_WORDS, FactKind, SettingOf};
use jixiao_core::{
    Cells, Choice, Code, Fact, Finding, Place, Setting, Severity, Unit, Words, number,
};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};

/// From here on a plain number below the name of a ratio is no fraction, and no percentage either.
const LARGEST_RATIO: Decimal = Decimal::TWO;

/// What an answer about the unit is kept under.
const UNIT: &str = "unit";

/// What tells how a number is to be taken.
#[derive(Clone, Copy)]
enum Scale {
    Money(Unit),
    Times(u32),
    Hundredths,
    Fraction,
    Plain,
    /// Money in a unit that nobody said.
    Unsaid,
}

struct Reader<'a> {
    sheet: &'a Sheet,
    table: &'a Table,
    /// The unit of money where nothing of the table says one.
    otherwise: Option<Unit>,
    notes: Notes,
    without_unit: Vec<(Cells, String, Decimal)>,
}

/// The facts of a table.
pub fn read(
    book: &Book,
    table: &Table,
    otherwise: Option<Unit>,
    findings: &mut Vec<Finding>,
) -> Vec<Fact> {
    let sheet = &book.sheets[table.sheet];
    let notes = Notes::new(&book.file_of(sheet), sheet);
    let answered = table.answer(UNIT);
    let answered = Unit::ALL.into_iter().find(|unit| answered == Some(unit.word()));
    let otherwise = answered.or(otherwise);
    let mut reader = Reader { sheet, table, otherwise, notes, without_unit: Vec::new() };
    let facts = table.entries.iter().filter_map(|entry| reader.fact(entry)).collect();
    reader.skipped(findings);
    findings.extend(reader.unused());
    reader.ask_unit(findings);
    findings.extend(reader.notes.finish());
    facts
}

impl Reader<'_> {
    fn fact(&mut self, entry: &Entry) -> Option<Fact> {
        let cell = self.sheet.seen(entry.row, entry.at)?;
        let source = self.notes.at(Cells::one(cell.row, cell.column));
        let name = entry.name.join("/");
        if let Some(finding) = cells::broken(&cell, &name, source.clone()) {
            self.notes.say(finding);
            return None;
        }
        let value = self.value(&cell, entry, &name, &source)?;
        Some(Fact { name, column: entry.column.clone(), value, source })
    }

    fn value(&mut self, cell: &Cell<'_>, entry: &Entry, name: &str, at: &Place) -> Option<Decimal> {
        let shown = cell_text(cell).unwrap_or_default();
        if let Some(answer) = FACT_WORDS.answer(&shown) {
            return Some(if answer { Decimal::ONE } else { Decimal::ZERO });
        }
        let percent = cell.format == Format::Percent
            || matches!(number::read(&shown), number::Text::Number { percent: true, .. });
        let (printed, own) = self.printed(cell, &shown).or_else(|| {
            self.unreadable(&shown, name, at.clone());
            None
        })?;
        let scale = match own {
            _ if percent && cell.format == Format::Percent => Scale::Fraction,
            _ if percent => Scale::Hundredths,
            Some(scale) => scale,
            None => self.scale(entry),
        };
        let factor = match scale {
            Scale::Money(unit) => unit.yuan(),
            Scale::Times(factor) => Decimal::from(factor),
            Scale::Hundredths => Decimal::new(1, 2),
            Scale::Plain => Decimal::ONE,
            // Nothing is nothing in any unit.
            Scale::Unsaid if printed.is_zero() => Decimal::ONE,
            Scale::Unsaid => {
                let at = Cells::one(cell.row, cell.column);
                self.without_unit.push((at, name.to_owned(), printed));
                return None;
            }
            Scale::Fraction if printed.abs() >= LARGEST_RATIO && !percent => {
                self.doubtful_ratio(&shown, name, at.clone());
                return None;
            }
            Scale::Fraction => Decimal::ONE,
        };
        let value = printed.checked_mul(factor).map(|value| value.normalize());
        if value.is_none() {
            self.unreadable(&shown, name, at.clone());
        }
        value
    }

    /// The number of a cell with the unit that it says itself.
    fn printed(&mut self, cell: &Cell<'_>, shown: &str) -> Option<(Decimal, Option<Scale>)> {
        if let Value::Text(text) = cell.value {
            if let Some((digits, unit)) = quantity(text) {
                let number::Text::Number { value, .. } = number::read(digits) else { return None };
                return Some((value, FACT_WORDS.count_factor(unit).map(Scale::Times)));
            }
            let number::Text::Number { value, unit, .. } = number::read(shown) else { return None };
            self.notes.group(Code::TextNumber, cell);
            return Some((value, unit.map(Scale::Money)));
        }
        Some((cell_decimal(cell)?, own_unit(cell).map(Scale::Money)))
    }

    /// How a plain number is to be taken: by the units beside it, else by its name and the line above the table.
    fn scale(&self, entry: &Entry) -> Scale {
        for unit in &entry.units {
            if let Some(money) = fold::unit_word(unit) {
                return Scale::Money(money);
            }
            if let Some(factor) = FACT_WORDS.count_factor(unit) {
                return Scale::Times(factor);
            }
            if FACT_WORDS.is_percent(unit) {
                return Scale::Hundredths;
            }
        }
        let stated = self.table.unit.unit;
        let kind = entry.name.iter().rev().find_map(|level| FACT_WORDS.kind(level));
        let kind = kind.or_else(|| FACT_WORDS.kind(entry.column.as_deref()?));
        match (kind, stated) {
            (Some(FactKind::Count | FactKind::YesNo), _) => Scale::Plain,
            (Some(FactKind::Ratio), _) => Scale::Fraction,
            (_, Some(unit)) => Scale::Money(unit),
            (Some(FactKind::Money), None) => self.otherwise.map_or(Scale::Unsaid, Scale::Money),
            (None, None) => Scale::Plain,
        }
    }

    fn unreadable(&mut self, shown: &str, name: &str, at: Place) {
        let zh = format!("基础数据“{name}”的“{shown}”不是数；应填数字，没有则留空");
        let en =
            format!("{shown:?} of the fact {name:?} is no number; write one or leave it empty");
        self.notes.say(Finding::new(Code::ValueUnreadable, at, zh, en));
    }

    fn doubtful_ratio(&mut self, shown: &str, name: &str, at: Place) {
        let zh = format!(
            "基础数据“{name}”是比例，“{shown}”没有百分号，未使用；请写成 92% 或 0.92 的形式"
        );
        let en = format!(
            "the fact {name:?} is a ratio and {shown:?} has no percent sign; it was not used. Write 92% or 0.92"
        );
        let finding = Finding::new(Code::ValueUnreadable, at, zh, en);
        self.notes.say(finding.with_severity(Severity::Warning));
    }

    /// Money without a unit is asked about, as in ledgers; until then it has no value.
    fn ask_unit(&self, findings: &mut Vec<Finding>) {
        let Some(((first, name, printed), rest)) = self.without_unit.split_first() else { return };
        let at = self.notes.at(*first);
        let count = self.without_unit.len();
        let related: Vec<Place> =
            rest.iter().take(20).map(|(cells, ..)| self.notes.at(*cells)).collect();
        let zh = format!(
            "基础数据有 {count} 个金额没有写明单位；请在表上方写“单位：元”或“单位：万元”，或在名称后写单位"
        );
        let en = format!(
            "{count} amounts among the facts say no unit; write 单位：元 or 单位：万元 above the table, or the unit behind the name"
        );
        let mut said = Finding::new(Code::UnitMissing, at.clone(), zh, en);
        said.related = related;
        findings.push(said);
        let choices = [Unit::Yuan, Unit::TenThousand].map(|unit| {
            let yuan = printed.checked_mul(unit.yuan()).unwrap_or(*printed).normalize();
            let effect = format!("“{name}”为 {yuan} 元");
            Choice { answer: unit.word().to_owned(), effect }
        });
        let zh = "基础数据的金额单位是元还是万元？须由您确认；目前这些数没有使用";
        let en = "are the amounts among the facts in 元 or in 万元? They are not used so far";
        let question = Finding::new(Code::Question, at, zh, en);
        findings.push(question.asking(self.table.question(UNIT), choices.to_vec()));
    }

    fn skipped(&self, findings: &mut Vec<Finding>) {
        let header = &self.table.header;
        for skipped in &self.table.skipped {
            let at = Cells::block(skipped.row, header.left, skipped.row, header.right);
            let ((zh, en), (row_zh, row_en)) = (skipped.why, self.notes.row_name(skipped.row));
            let zh = format!("{row_zh}没有读作基础数据：{zh}");
            let en = format!("{row_en} was not read as a fact: {en}");
            findings.push(Finding::new(Code::RowSkipped, self.notes.at(at), zh, en));
        }
    }

    /// Numbers in the rows of facts that no heading explains.
    fn unused(&self) -> Option<Finding> {
        let header = &self.table.header;
        let read: BTreeSet<(u32, u32)> =
            self.table.entries.iter().map(|entry| (entry.row, entry.at)).collect();
        let explained = |column: u32| {
            let held = self.table.columns.iter().find(|held| held.column == column);
            held.is_some_and(|held| {
                matches!(held.meaning, Some(Meaning::Number | Meaning::Remark | Meaning::FactValue))
            })
        };
        let mut columns: BTreeMap<u32, Cells> = BTreeMap::new();
        for row in &self.table.body {
            for cell in self.sheet.row(*row) {
                let own = (header.left..=header.right).contains(&cell.column);
                let number = own
                    && !read.contains(&(*row, cell.column))
                    && !explained(cell.column)
                    && cell_decimal(&cell).is_some();
                // A number left of the names counts rows.
                let named = self.table.entries.iter().any(|e| e.row == *row && e.at < cell.column);
                if number && named {
                    columns.entry(cell.column).or_insert(Cells::one(*row, cell.column));
                }
            }
        }
        let mut cells = columns.into_values();
        let first = self.notes.at(cells.next()?);
        let zh = "基础数据表中这一列的数没有认得的列名，没有使用；请写上列名（如 上年决算数、本年预算数）";
        let en = "no known heading stands above these numbers of a table of facts; they were not used. Give the column a title such as 上年决算数 or 本年预算数";
        let mut finding = Finding::new(Code::ColumnUnused, first, zh, en);
        finding.related = cells.map(|cells| self.notes.at(cells)).collect();
        Some(finding)
    }
}

/// Facts that have two values: both stay, so that none of them is used.
pub fn contradictions(facts: &[Fact], year: Option<i32>, findings: &mut Vec<Finding>) {
    if facts.len() < 2 {
        return;
    }
    let Ok(words) = Words::builtin() else { return };
    let mut told: BTreeSet<usize> = BTreeSet::new();
    for (index, fact) in facts.iter().enumerate() {
        let other = facts[..index].iter().enumerate().find(|(before, other)| {
            !told.contains(before) && fact.value != other.value && fact.is_of(other, &words, year)
        });
        let Some((_, other)) = other else { continue };
        told.insert(index);
        let column =
            fact.column.as_deref().map(|column| format!("（{column}）")).unwrap_or_default();
        let (name, one, two) = (&fact.name, other.value.normalize(), fact.value.normalize());
        let zh = format!(
            "基础数据“{name}”{column}有两个不同的值：{} 为 {one}，{} 为 {two}；两个都不采用，请改为一致",
            other.source.cells, fact.source.cells
        );
        let en = format!(
            "the fact {name:?} {column} has two values: {one} at {}, {two} at {}; neither is used, make them agree",
            other.source.cells, fact.source.cells
        );
        let finding = Finding::new(Code::Reconciliation, fact.source.clone(), zh, en);
        findings.push(finding.with_related(other.source.clone()));
    }
}

/// The settings of a table, as printed.
pub fn settings(book: &Book, table: &Table, findings: &mut Vec<Finding>) -> Vec<Setting> {
    let sheet = &book.sheets[table.sheet];
    let notes = Notes::new(&book.file_of(sheet), sheet);
    let mut found = Vec::new();
    for entry in &table.entries {
        let Some(cell) = sheet.seen(entry.row, entry.at) else { continue };
        let source = notes.at(Cells::one(cell.row, cell.column));
        let key = entry.name.join("/");
        findings.extend(cells::broken(&cell, &key, source.clone()));
        found.extend(cell_text(&cell).map(|value| Setting { key, value, source }));
    }
    for skipped in &table.skipped {
        let at = notes.at(Cells::one(skipped.row, table.header.left));
        let ((zh, en), (row_zh, row_en)) = (skipped.why, notes.row_name(skipped.row));
        let zh = format!("{row_zh}未读取：{zh}");
        let en = format!("{row_en} was not read: {en}");
        findings.push(Finding::new(Code::RowSkipped, at, zh, en));
    }
    found
}

/// What settings say about the subject.
pub fn setting(settings: &[Setting], of: SettingOf) -> Option<&Setting> {
    settings.iter().find(|setting| FACT_WORDS.setting_of(&setting.key) == Some(of))
}

/// The unit of amounts that settings name.
pub fn unit_of(settings: &[Setting]) -> Option<Unit> {
    fold::unit_word(&fold::plain(&setting(settings, SettingOf::Unit)?.value))
}

/// The budget year that settings name.
pub fn year_of(settings: &[Setting]) -> Option<(i32, &Place)> {
    let setting = setting(settings, SettingOf::Year)?;
    Some((fold::year_in_name(&setting.value)?, &setting.source))
}

/// That settings and sheets say two things about the subject.
pub fn contradicts(what: (&str, &str), said: &str, found: &str, at: &Place) -> Finding {
    let zh = format!("设置中的{}是“{said}”，表中是“{found}”；按表中的计算，请改为一致", what.0);
    let en = format!(
        "the settings give {said:?} as {}, the sheets {found:?}; the sheets stand, make them agree",
        what.1
    );
    Finding::new(Code::Reconciliation, at.clone(), zh, en)
}
