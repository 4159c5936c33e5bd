//! The facts (基础数据) at the end of 原始数据, so that indicators refer to them.
//!
//! * In: the facts of a submission. Out: a row for each, with its place in the input and whether a formula uses it.

use super::Context;
use super::source::{LINE, NAME, REST, SourceMap, place};
use crate::error::ExportError;
use crate::sheet::Sheet;
use crate::text;
use jixiao_core::Origin;

/// The facts as the input has them, those that a formula uses marked. Returns the last row of the sheet.
pub(super) fn fact_rows(
    sheet: &mut Sheet,
    context: &Context<'_>,
    map: &SourceMap,
) -> Result<u32, ExportError> {
    let (styles, facts) = (context.styles, &context.submission.facts);
    if facts.is_empty() {
        return Ok(map.first_fact());
    }
    let origins = &context.evaluation.form.origins;
    let used = |index: usize| origins.values().any(|of| *of == Origin::Fact(index));
    let titles = ["序号", "处理", "", "基础数据", "文件", "工作表", "单元格", "数值", "口径"];
    for (column, title) in (0u16..).zip(titles) {
        sheet.text(map.first_fact(), column, title, &styles.head)?;
    }
    for (row, (index, fact)) in (map.first_fact() + 1..).zip(facts.iter().enumerate()) {
        sheet.height(row, text::lines(&fact.name, 24))?;
        sheet.count(row, 0, index + 1, &styles.number)?;
        let said = if used(index) { "用于计算" } else { "未用到" };
        sheet.text(row, 1, said, &styles.centre)?;
        sheet.blank(row, LINE, &styles.centre)?;
        sheet.text(row, NAME, &fact.name, &styles.text)?;
        place(sheet, context, row, &fact.source)?;
        let style = styles.quantity(fact.value.normalize().scale());
        sheet.decimal(row, REST, Some(fact.value), &style)?;
        sheet.text(row, REST + 1, fact.column.as_deref().unwrap_or(""), &styles.centre)?;
    }
    Ok(map.first_fact() + facts.len() as u32)
}
