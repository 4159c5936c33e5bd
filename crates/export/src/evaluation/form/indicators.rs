//! The table of indicators of the form: its heads, and a row for each indicator with levels merged over their rows.
//!
//! * In: the columns of the layout and the rows of the form in their order. Out: heads and rows.
//! * Rule: weights and scores refer to 指标评分; texts are as printed.

use super::super::scoring::levels;
use super::Form;
use crate::error::ExportError;
use crate::sheet::{Cached, Sheet, cell};
use crate::text;
use jixiao_core::rules::layout::{IndicatorColumn, IndicatorFill, Span};
use jixiao_core::{FormRow, Ratio, ScoredIndicator};

impl Form<'_> {
    /// The table of indicators. Returns the first and last row of its heads, and of its rows.
    pub(super) fn indicators(
        &self,
        sheet: &mut Sheet,
        head: u32,
    ) -> Result<([u32; 2], [u32; 2]), ExportError> {
        let styles = self.context.styles;
        let table = &self.layout.indicators;
        let shown = &self.context.evaluation.form.rows;
        let grouped = table.columns.iter().any(|column| !column.group.is_empty());
        let first = head + 1 + u32::from(grouped);
        let last = first + shown.len().max(1) as u32 - 1;
        if let Some((at, label)) = &table.label {
            // The heads of the first row have to exist before a block reaches down from them.
            sheet.height(head, if grouped { 1 } else { 2 })?;
            sheet.merge([head, at.first.into(), last, at.last.into()], label, &styles.head)?;
        }
        self.heads(sheet, [head, first - 1])?;
        if shown.is_empty() {
            let left = table.columns.first().map_or(0, |column| column.at.first);
            let note = "（未提供绩效指标，补充后重新生成）";
            let at = Span { first: left, last: self.right() };
            self.cell(sheet, first, at, note, &styles.centre)?;
            return Ok(([head, first - 1], [first, last]));
        }
        let paths: Vec<[String; 3]> = shown.iter().map(|row| levels(&row.path)).collect();
        for (offset, row) in shown.iter().enumerate() {
            self.indicator(sheet, first, offset, row, &paths)?;
        }
        Ok(([head, first - 1], [first, last]))
    }

    fn heads(&self, sheet: &mut Sheet, rows: [u32; 2]) -> Result<(), ExportError> {
        let style = &self.context.styles.head;
        let columns = &self.layout.indicators.columns;
        let [top, bottom] = rows;
        if top == bottom {
            sheet.height(top, 2)?;
        } else {
            sheet.height(top, 1)?;
            sheet.height(bottom, 2)?;
        }
        for (index, column) in columns.iter().enumerate() {
            let at = column.at;
            if column.group.is_empty() {
                let block = [top, at.first.into(), bottom, at.last.into()];
                sheet.merge(block, &column.title, style)?;
                continue;
            }
            let starts = index == 0 || columns[index - 1].group != column.group;
            if starts {
                let run = columns[index..].iter().take_while(|of| of.group == column.group);
                let last = run.last().map_or(at.last, |of| of.at.last);
                self.cell(sheet, top, Span { first: at.first, last }, &column.group, style)?;
            }
            self.cell(sheet, bottom, at, &column.title, style)?;
        }
        Ok(())
    }

    fn indicator(
        &self,
        sheet: &mut Sheet,
        first: u32,
        offset: usize,
        of: &FormRow,
        paths: &[[String; 3]],
    ) -> Result<(), ExportError> {
        let row = first + offset as u32;
        let columns = &self.layout.indicators.columns;
        let texts: Vec<Option<String>> =
            columns.iter().map(|column| self.text_of(column.fill, of, &paths[offset])).collect();
        let mut lines = 1;
        for (column, text) in columns.iter().zip(&texts) {
            let need = text::lines(text.as_deref().unwrap_or(""), self.room(column.at));
            let rows =
                level_of(column.fill).map_or(1, |level| run_length(paths, offset, level).total);
            lines = lines.max(need.div_ceil(rows));
        }
        sheet.height(row, lines)?;
        for (column, text) in columns.iter().zip(&texts) {
            match (level_of(column.fill), text) {
                (Some(level), Some(text)) => {
                    let run = run_length(paths, offset, level);
                    if run.starts {
                        let (left, right) = (column.at.first, column.at.last);
                        let block = [row, left.into(), row + run.total - 1, right.into()];
                        sheet.merge(block, text, &self.context.styles.centre)?;
                    }
                }
                (_, text) => self.indicator_cell(sheet, row, column, of, text.as_deref())?,
            }
        }
        Ok(())
    }

    fn indicator_cell(
        &self,
        sheet: &mut Sheet,
        row: u32,
        column: &IndicatorColumn,
        of: &FormRow,
        text: Option<&str>,
    ) -> Result<(), ExportError> {
        let styles = self.context.styles;
        let at = column.at;
        let indicator = &self.context.evaluation.indicators[of.index];
        match column.fill {
            IndicatorFill::Weight => self.weight(sheet, row, at, of.index),
            IndicatorFill::Score => self.score(sheet, row, at, of.index),
            IndicatorFill::Coefficient => self.coefficient(sheet, row, at, of.index),
            IndicatorFill::Claimed => {
                let first = self.merged(sheet, row, at, &styles.score)?;
                sheet.decimal(row, first, indicator.score_claimed, &styles.score)
            }
            fill => {
                let left = matches!(
                    fill,
                    IndicatorFill::Level3
                        | IndicatorFill::Reason
                        | IndicatorFill::Measure
                        | IndicatorFill::ReasonAndMeasure
                        | IndicatorFill::Standard
                        | IndicatorFill::Basis
                );
                let style = if left { &styles.text } else { &styles.centre };
                self.cell(sheet, row, at, text.unwrap_or(""), style)
            }
        }
    }

    /// Score over weight, blank until there is a score.
    fn coefficient(
        &self,
        sheet: &mut Sheet,
        row: u32,
        at: Span,
        index: usize,
    ) -> Result<(), ExportError> {
        let style = &self.context.styles.rate;
        let column = self.merged(sheet, row, at, style)?;
        let indicator = &self.context.evaluation.indicators[index];
        let share = indicator.score.zip(indicator.weight).and_then(|(s, w)| Ratio::of(s, w));
        let of = |fill| self.layout.indicators.columns.iter().find(|column| column.fill == fill);
        let (score, weight) = match (of(IndicatorFill::Score), of(IndicatorFill::Weight)) {
            (Some(score), Some(weight)) => (cell(row, score.at.first), cell(row, weight.at.first)),
            _ => (self.scoring.score(index), self.scoring.weight(index)),
        };
        let formula =
            format!("IF(OR({score}=\"\",{weight}=\"\",{weight}=0),\"\",{score}/{weight})");
        let value = share.as_ref().map_or(Cached::Blank, Cached::Ratio);
        sheet.formula(row, column, &formula, value, style)
    }

    /// The text of a cell; nothing for cells that hold a number.
    fn text_of(&self, fill: IndicatorFill, of: &FormRow, path: &[String; 3]) -> Option<String> {
        let indicator = &self.context.evaluation.indicators[of.index];
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        Some(match fill {
            IndicatorFill::Level1 => path[0].clone(),
            IndicatorFill::Level2 => path[1].clone(),
            IndicatorFill::Level3 => path[2].clone(),
            IndicatorFill::Target => text(&indicator.target),
            IndicatorFill::TargetSign => of.target.sign.clone(),
            IndicatorFill::TargetValue => of.target.value.clone(),
            IndicatorFill::TargetUnit => of.target.unit.clone(),
            IndicatorFill::Actual => text(&indicator.actual),
            IndicatorFill::Reason => text(&indicator.reason),
            IndicatorFill::Measure => text(&indicator.measure),
            IndicatorFill::ReasonAndMeasure => {
                reason_text(indicator.reason.as_deref(), indicator.measure.as_deref())
            }
            IndicatorFill::Standard => of.standard.clone(),
            IndicatorFill::Basis => basis(indicator),
            _ => return None,
        })
    }
}

/// Levels that are merged over their rows.
fn level_of(fill: IndicatorFill) -> Option<usize> {
    match fill {
        IndicatorFill::Level1 => Some(0),
        IndicatorFill::Level2 => Some(1),
        _ => None,
    }
}

/// What a score rests on: target and actual, or what was measured, and the reason.
fn basis(indicator: &ScoredIndicator) -> String {
    let numbers = match (&indicator.target, &indicator.actual) {
        (Some(target), Some(actual)) => format!("指标值 {target}，完成值 {actual}"),
        (None, Some(actual)) if indicator.is_execution() => format!("执行率 {actual}"),
        (None, Some(actual)) => format!("测算值 {actual}"),
        (Some(target), None) => format!("指标值 {target}，完成值未填"),
        (None, None) => String::new(),
    };
    let reason = reason_text(indicator.reason.as_deref(), indicator.measure.as_deref());
    let decided = indicator.decided.as_ref().map_or_else(String::new, |decided| {
        let who = decided.who.as_deref().unwrap_or("单位");
        let computed = decided.computed.map_or_else(|| "—".to_owned(), |score| score.to_string());
        format!("{who}决定，规则得分 {computed}：{}", decided.why)
    });
    let parts = [numbers, decided, reason];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
}

/// A run of equal cells in one level: whether it starts in this row, and how many rows it has.
struct Run {
    starts: bool,
    total: u32,
}

fn run_length(paths: &[[String; 3]], offset: usize, level: usize) -> Run {
    // An empty level is nobody's class; the second level merges only within the same first one.
    let same = |other: &&[String; 3]| {
        !paths[offset][level].is_empty() && other[..=level] == paths[offset][..=level]
    };
    let before = paths[..offset].iter().rev().take_while(same).count();
    let after = paths[offset + 1..].iter().take_while(same).count();
    Run { starts: before == 0, total: (before + 1 + after) as u32 }
}

fn reason_text(reason: Option<&str>, measure: Option<&str>) -> String {
    match (reason, measure) {
        (Some(reason), Some(measure)) => format!("{reason}\n改进措施：{measure}"),
        (None, Some(measure)) => format!("改进措施：{measure}"),
        (reason, None) => reason.unwrap_or("").to_owned(),
    }
}
