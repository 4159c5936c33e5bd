//! Indicator tables: rows of targets and actuals as text, the row of the execution rate, the total that was filled in.

mod decided;

use super::sums::{self, Sums};
use crate::clean::cells::{self, cell_text};
use crate::clean::{cell_decimal, ledger};
use crate::fold;
use crate::grid::{Book, Sheet};
use crate::recognise::Table;
use crate::vocabulary::{Meaning, VOCABULARY};
use jixiao_core::{Cells, Claimed, Code, ExecutionRow, Finding, Indicator, Place, number};
use rust_decimal::Decimal;

/// What an indicator table gives.
#[derive(Default)]
pub struct Found {
    /// The indicators.
    pub indicators: Vec<Indicator>,
    /// The row of the execution rate, when the table lists it.
    pub execution_row: Option<ExecutionRow>,
    /// The filled total, and the sums that are printed for some of the rows.
    pub claimed: Claimed,
}

impl Found {
    /// Puts its rows behind others of the same subject; a total that is there already stays.
    pub fn join(&mut self, indicators: &mut Vec<Indicator>, claimed: &mut Claimed) {
        let offset = indicators.len();
        let sums = std::mem::take(&mut self.claimed.sums);
        indicators.append(&mut self.indicators);
        if claimed.score.is_none() {
            let before = std::mem::take(&mut claimed.sums);
            *claimed = std::mem::take(&mut self.claimed);
            claimed.sums = before;
        }
        claimed.sums.extend(sums.into_iter().map(|sum| sums::shifted(sum, offset)));
    }
}

struct Reader<'a> {
    book: &'a Book,
    sheet: &'a Sheet,
    table: &'a Table,
    levels: [Option<String>; 2],
    sums: Sums,
}

/// Reads an indicator table.
pub fn read(book: &Book, table: &Table, findings: &mut Vec<Finding>) -> Found {
    let sheet = &book.sheets[table.sheet];
    let mut reader = Reader { book, sheet, table, levels: [None, None], sums: Sums::default() };
    let mut found = Found::default();
    for row in &table.body {
        reader.row(*row, &mut found, findings);
    }
    findings.extend(reader.unused());
    found.claimed.sums = reader.sums.finish(&mut found.indicators);
    found
}

impl Reader<'_> {
    fn at(&self, cells: Cells) -> Place {
        Place::new(self.book.file_of(self.sheet), self.sheet.name.clone(), cells)
    }

    fn cell(&self, row: u32, meaning: Meaning) -> Option<crate::grid::Cell<'_>> {
        self.table.columns_of(meaning).find_map(|column| self.sheet.seen(row, column.column))
    }

    fn text(&self, row: u32, meaning: Meaning) -> Option<String> {
        cell_text(&self.cell(row, meaning)?)
    }

    /// Errors and formulas without value, in whichever column of the table they stand.
    fn broken_cells(&self, row: u32, findings: &mut Vec<Finding>) {
        for column in self.table.columns.iter().filter(|column| column.meaning.is_some()) {
            let at = self.at(Cells::one(row, column.column));
            let cell = self.sheet.get(row, column.column);
            findings.extend(cell.and_then(|cell| cells::broken(&cell, &column.title, at)));
        }
    }

    fn place_of(&self, row: u32, meaning: Meaning) -> Place {
        let column = self.table.column(meaning).map_or(self.table.header.left, |c| c.column);
        self.at(Cells::one(row, column))
    }

    fn points(&self, row: u32, meaning: Meaning, findings: &mut Vec<Finding>) -> Option<Decimal> {
        // Of points merged over several rows only the first row has them.
        let own = self.table.columns_of(meaning).find_map(|c| self.sheet.get(row, c.column));
        let cell = own?;
        let text = cell_text(&cell).unwrap_or_default();
        let text = text.trim().trim_end_matches('分');
        let percent = cell.format == crate::grid::Format::Percent;
        let factor = if percent { Decimal::ONE_HUNDRED } else { Decimal::ONE };
        let value = cell_decimal(&cell).and_then(|value| value.checked_mul(factor)).or_else(|| {
            match number::read(text) {
                number::Text::Number { value, unit: None, .. } => Some(value),
                _ => None,
            }
        });
        let empty = matches!(number::read(text), number::Text::Empty);
        if value.is_none() && !empty {
            let zh = format!("“{text}”不是分数；应填数字，没有则留空");
            let en =
                format!("{text:?} is no number of points; write a number or leave the cell empty");
            findings.push(Finding::new(Code::ValueUnreadable, self.place_of(row, meaning), zh, en));
        }
        value
    }

    fn row(&mut self, row: u32, found: &mut Found, findings: &mut Vec<Finding>) {
        let whole =
            self.at(Cells::block(row, self.table.header.left, row, self.table.header.right));
        self.broken_cells(row, findings);
        let name = self.name(row);
        let target = self.target(row);
        let actual = self.actual(row);
        if self.is_total(row, &name, target.as_deref(), actual.as_deref()) {
            // The label may be merged over the column of the weights: only a number counts here.
            let figure = |meaning| self.cell(row, meaning).and_then(|cell| cell_decimal(&cell));
            let score = figure(Meaning::Score);
            found.claimed.weight = found.claimed.weight.or(figure(Meaning::Weight));
            if score.is_some() && found.claimed.score.is_none() {
                found.claimed.score = score;
                found.claimed.score_at = self.place_of(row, Meaning::Score);
            }
            self.grade(row, &mut found.claimed);
            return;
        }
        if target.is_none() && actual.is_none() && self.is_subtotal(row) {
            let [weight, score] = [Meaning::Weight, Meaning::Score]
                .map(|meaning| self.cell(row, meaning).and_then(|cell| cell_decimal(&cell)));
            let label = self.subtotal_label(row);
            self.sums.subtotal(&found.indicators, label, weight, score, whole);
            return;
        }
        let weight = self.points(row, Meaning::Weight, findings);
        let score = self.points(row, Meaning::Score, findings);
        let path = self.path(row, &name);
        if is_execution_row(&path, name.is_some()) {
            let decided = self.decided(row, findings);
            let row = self.execution_row(row, weight, score, whole);
            found.execution_row = Some(ExecutionRow { decided, ..row });
            return;
        }
        let nothing = target.is_none() && actual.is_none() && weight.is_none() && score.is_none();
        if nothing
            || path.is_empty()
            || is_placeholder(path.last().map_or("", String::as_str)) && target.is_none()
        {
            return;
        }
        let score = self.merged_score(row, score, found.indicators.len(), path.last());
        self.sums.row(found.indicators.len());
        found.indicators.push(Indicator {
            path,
            target: target.unwrap_or_default(),
            actual,
            weight,
            last_actual: self.text(row, Meaning::LastActual),
            band: self.band(row),
            decided: self.decided(row, findings),
            score_claimed: score,
            reason: self.reason(row, weight, score),
            measure: self.text(row, Meaning::Measure),
            source: whole,
            score_at: self.place_of(row, Meaning::Score),
        });
    }

    fn execution_row(
        &self,
        row: u32,
        weight: Option<Decimal>,
        score: Option<Decimal>,
        source: Place,
    ) -> ExecutionRow {
        let actual = self.cell(row, Meaning::Actual);
        let printed = actual.as_ref().and_then(|cell| ledger::rate_value(cell, false));
        ExecutionRow {
            weight,
            rate_claimed: printed.map(|(value, _)| value),
            rate_decimals: printed.map_or(2, |(_, half)| ledger::percent_places(half)),
            rate_at: self.place_of(row, Meaning::Actual),
            decided: None,
            score_claimed: score,
            score_at: self.place_of(row, Meaning::Score),
            reason: self.text(row, Meaning::Reason),
            source,
        }
    }

    fn name(&self, row: u32) -> Option<String> {
        self.text(row, Meaning::Level3).or_else(|| self.text(row, Meaning::Item))
    }

    /// 总分 stands in any column left of the points, often merged across.
    fn is_total(
        &self,
        row: u32,
        name: &Option<String>,
        target: Option<&str>,
        actual: Option<&str>,
    ) -> bool {
        let points = self
            .table
            .columns
            .iter()
            .filter(|column| matches!(column.meaning, Some(Meaning::Weight | Meaning::Score)));
        let first = points.map(|column| column.column).min().unwrap_or(self.table.header.right);
        let called = self
            .sheet
            .row(row)
            .take_while(|cell| cell.column < first)
            .any(|cell| cell_text(&cell).is_some_and(|text| VOCABULARY.is_total_score(&text)));
        let wide = |text: Option<&str>| text.is_none_or(|text| VOCABULARY.is_total_score(text));
        called
            && (wide(target)
                || wide(actual)
                || name.as_deref().is_some_and(|n| VOCABULARY.is_total_score(n)))
    }

    /// 小计 of a block.
    fn is_subtotal(&self, row: u32) -> bool {
        self.labels(row).any(|text| VOCABULARY.is_total(&text))
    }

    fn labels(&self, row: u32) -> impl Iterator<Item = String> {
        self.sheet.row(row).filter_map(|cell| cell_text(&cell)).take(4)
    }

    /// What a subtotal is called, with the level that it stands in.
    fn subtotal_label(&self, row: u32) -> String {
        let label = self.labels(row).find(|text| VOCABULARY.is_total(text)).unwrap_or_default();
        let label = label.replace(['\n', '\r', ' '], "");
        match self.levels[0].as_deref() {
            Some(level) if !label.contains(level) => format!("{level}{label}"),
            _ => label,
        }
    }

    /// A score over several rows is a sum of theirs; each row has none of its own then.
    fn merged_score(
        &mut self,
        row: u32,
        score: Option<Decimal>,
        index: usize,
        name: Option<&String>,
    ) -> Option<Decimal> {
        let column = self.table.column(Meaning::Score)?.column;
        let Some([top, left, bottom, right]) =
            self.sheet.merge_at(row, column).filter(|[top, _, bottom, _]| bottom > top)
        else {
            return score;
        };
        let at = self.at(Cells::block(top, left, bottom, right));
        self.sums.merged(at, index, name.map(String::as_str).unwrap_or_default(), score);
        None
    }

    /// Some forms print the grade in the row of the total.
    fn grade(&self, row: u32, claimed: &mut Claimed) {
        for cell in self.sheet.row(row) {
            let Some(text) = cell_text(&cell).filter(|text| VOCABULARY.is_grade(text)) else {
                continue;
            };
            claimed.grade = Some(text);
            claimed.grade_at = self.at(Cells::one(row, cell.column));
        }
    }

    /// Levels above the indicator: merged or written once, they hold until the next one.
    fn path(&mut self, row: u32, name: &Option<String>) -> Vec<String> {
        let own = [Meaning::Level1, Meaning::Level2].map(|meaning| {
            self.text(row, meaning)
                .map(|text| without_points(&text))
                .filter(|text| !text.is_empty())
        });
        if own[0].is_some() && own[0] != self.levels[0] {
            self.levels[1] = None;
        }
        for (depth, meaning) in [Meaning::Level1, Meaning::Level2].into_iter().enumerate() {
            let Some(text) = self.text(row, meaning) else { continue };
            let at = self.place_of(row, meaning);
            self.sums.level(depth, &text, points_of(&text), at);
        }
        for (held, own) in self.levels.iter_mut().zip(own) {
            if own.is_some() {
                *held = own;
            }
        }
        let mut path: Vec<String> = self.levels.iter().flatten().cloned().collect();
        let name = name.as_deref().map(str::trim).filter(|name| !name.is_empty());
        path.extend(name.map(|name| name.replace(['\n', '\r'], "")));
        path
    }

    /// The target, with sign and unit from columns of their own put where a person would write them.
    fn target(&self, row: u32) -> Option<String> {
        let target = self.adjusted_target(row)?;
        let property = self.text(row, Meaning::Property).unwrap_or_default();
        let property = fold::plain(&property);
        let unit = self.text(row, Meaning::MeasureUnit).unwrap_or_default();
        let is_sign = !property.is_empty() && property.chars().all(|c| "≥≤≧≦<>=＝═﹦".contains(c));
        let signed = target.starts_with(|c: char| "≥≤≧≦<>=＝═﹦＞＜".contains(c));
        let bare = matches!(number::read(&target), number::Text::Number { .. });
        let mut text = String::new();
        if is_sign && !signed {
            text.push_str(&property);
        }
        text.push_str(target.trim());
        let unit = unit.trim();
        let said = text.ends_with(unit) || (text.ends_with('%') && unit == "％");
        if bare && !unit.is_empty() && !said {
            text.push_str(unit);
        }
        Some(text)
    }

    /// Of several target columns (年初指标值, 调整指标值) the adjusted one counts where it is filled.
    fn adjusted_target(&self, row: u32) -> Option<String> {
        let columns: Vec<_> = self.table.columns_of(Meaning::Target).collect();
        let adjusted = columns.iter().find(|column| column.title.contains("调整"));
        let of = |column: u32| self.sheet.seen(row, column).and_then(|cell| cell_text(&cell));
        adjusted
            .and_then(|column| of(column.column))
            .or_else(|| columns.iter().find_map(|column| of(column.column)))
    }
}

/// Whether a row is that of the execution rate: by its name, or by a level above it that names the rate. 预算执行 above a
/// row of another name is a part of a scorecard.
fn is_execution_row(path: &[String], named: bool) -> bool {
    let Some((own, above)) = path.split_last() else { return false };
    let says = |level: &String| VOCABULARY.is_execution_row(level);
    says(own) || above.iter().any(|level| says(level) && (!named || level.contains('率')))
}

/// `产出指标(50分)` and `产出指标\n（50）` without the printed weight.
fn without_points(text: &str) -> String {
    let text = text.replace(['\n', '\r', ' ', '\u{3000}'], "");
    match points_in(&text) {
        Some((head, _)) => head.to_owned(),
        None => text,
    }
}

/// The weight printed in the name of a level.
fn points_of(text: &str) -> Option<Decimal> {
    let text = text.replace(['\n', '\r', ' ', '\u{3000}'], "");
    points_in(&text).map(|(_, points)| points)
}

fn points_in(text: &str) -> Option<(&str, Decimal)> {
    let open = text.rfind(['(', '（']).filter(|open| *open > 0)?;
    let inner = text[open..].trim_matches(['(', ')', '（', '）']).trim_end_matches('分');
    Some((&text[..open], inner.parse().ok()?))
}

/// `指标1：`, `……`, `指标2:…`: rows a form keeps ready.
fn is_placeholder(name: &str) -> bool {
    let folded = fold::plain(name);
    let rest = folded.strip_prefix("指标").unwrap_or(&folded);
    rest.chars().all(|c| c.is_ascii_digit() || matches!(c, ':' | '.' | '…' | '·' | ' '))
}
