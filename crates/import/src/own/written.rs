//! What a person wrote in the form of an evaluation workbook.
//!
//! * In: the sheet of the form. Out: the reasons by the names of their rows, the goal and what came of it.
//! * Rule: found by their heads, wherever the layout puts them; a reason belongs to the name in its row, of several rows of one name each to its own.
//! * Never: reads an amount or a score, which the form computes.

use crate::clean::cell_text;
use crate::fold;
use crate::grid::{Cell, Sheet};
use jixiao_core::Narrative;

/// What stands before the measure where the form has it in the cell of the reason.
const MEASURE: &str = "改进措施：";

/// What a person wrote in the form.
pub(super) struct Written {
    /// The names in a row and its reason, from the top.
    rows: Vec<(Vec<String>, String)>,
    goal: Option<String>,
    outcome: Option<String>,
}

impl Written {
    pub(super) fn of(form: &Sheet) -> Written {
        let titled = |words: &[&str]| {
            form.rows_in(0..u32::MAX).flat_map(|row| form.row(row)).find_map(|cell| {
                let text = fold::plain(&cell_text(&cell)?);
                words.iter().any(|word| text.contains(word)).then_some((cell.row, cell.column))
            })
        };
        let below = |place: Option<(u32, u32)>| {
            let (row, column) = place?;
            let text = cell_text(&form.seen(row + 1, column)?)?;
            (!text.trim().is_empty()).then_some(text)
        };
        // Names stand in a column of their own; without its head every cell left of the reason may be one.
        let names = titled(&["三级指标", "指标名称"]).map(|(_, column)| column);
        let mut rows = Vec::new();
        if let Some((head, column)) = titled(&["偏差原因", "未完成原因", "原因分析"]) {
            for row in form.rows_in(head + 1..u32::MAX) {
                let is_name = |cell: &Cell<'_>| match names {
                    Some(names) => cell.column == names,
                    None => cell.column < column,
                };
                let texts = form.row(row).filter(is_name).filter_map(|cell| cell_text(&cell));
                let reason = form.get(row, column).and_then(|cell| cell_text(&cell));
                rows.push((
                    texts.map(|text| fold::plain(&text)).collect(),
                    reason.unwrap_or_default(),
                ));
            }
        }
        Written {
            rows,
            goal: below(titled(&["预期目标"])),
            outcome: below(titled(&["实际完成情况"])),
        }
    }

    /// The reason and the measure of the next row of a name; the form has both in one cell.
    pub(super) fn reason(&mut self, name: &str) -> Option<(Option<String>, Option<String>)> {
        let name = fold::plain(name);
        let position = self.rows.iter().position(|(names, _)| names.contains(&name))?;
        let (_, text) = self.rows.remove(position);
        let (reason, measure) = text.split_once(MEASURE).unwrap_or((text.as_str(), ""));
        let some = |text: &str| {
            let text = text.trim();
            (!text.is_empty()).then(|| text.to_owned())
        };
        Some((some(reason), some(measure)))
    }

    pub(super) fn goals(&self) -> Narrative {
        Narrative { goal: self.goal.clone(), outcome: self.outcome.clone() }
    }
}
