//! 原始数据: every cleaned row with its file, sheet and cells, so that all other sheets can be summed and traced again.
//!
//! * In: the rows, indicators and facts of a submission. Out: the sheet, and a [`SourceMap`] of where everything stands in it.
//! * Unit: yuan. Rows that are totals or repeated parts are listed, and carry no line number, so no sum takes them up.
//! * A line's amount is a SUMIFS by line number. Where that would cost too much time to recalculate, the rows are put in
//!   the order of their lines and each line sums its own block.

use super::{Context, facts};
use crate::error::ExportError;
use crate::sheet::{Sheet, cell, quoted};
use crate::text;
use jixiao_core::{Amount, Amounts, Indicator, Money, Place, Role, SourceRow, Submission};
use rust_xlsxwriter::Workbook;

/// Cells that all SUMIFS together may look at before the rows are sorted by line instead.
const LOOKUP_LIMIT: usize = 20_000_000;
/// Rows above the first data row: title, unit line, heads.
const HEAD_ROWS: u32 = 3;

pub(super) const LINE: u16 = 2;
pub(super) const NAME: u16 = 3;
/// The widest column of names; longer names take several lines.
const WIDEST_NAME: u16 = 44;
const FILE: u16 = 4;
const SHEET: u16 = 5;
const CELLS: u16 = 6;
/// The first column behind the place.
pub(super) const REST: u16 = 7;

/// Where the rows of the submission stand in the sheet, and what each line's rows add up to.
pub(crate) struct SourceMap {
    sheet: String,
    /// Offset of each row of the submission from the first data row, when the rows are sorted by line.
    order: Option<Vec<u32>>,
    rows: u32,
    columns: [Option<u16>; 7],
    lines: Vec<LineRows>,
    first_indicator: u32,
    first_fact: u32,
}

/// The rows of one line.
#[derive(Clone, Default)]
struct LineRows {
    /// Offset of the first row and number of rows, while they stand in one block.
    first: u32,
    count: u32,
    amounts: Amounts,
}

impl SourceMap {
    /// Plans the sheet without writing it.
    pub(crate) fn plan(submission: &Submission, sheet: &str) -> SourceMap {
        let rows = &submission.budget.rows;
        let mut lines = vec![LineRows::default(); submission.budget.lines.len()];
        let mut given = Amounts::default();
        for row in rows {
            given.add(&row.amounts);
            if let Some(line) = counted(row).and_then(|line| lines.get_mut(line)) {
                line.count += 1;
                line.amounts.add(&row.amounts);
            }
        }
        let mut next = REST;
        let columns = Amount::ALL.map(|amount| {
            given.get(amount).map(|_| {
                next += 1;
                next - 1
            })
        });
        let lookups =
            rows.len().saturating_mul(lines.len()).saturating_mul(usize::from(next - REST));
        let order = (lookups > LOOKUP_LIMIT).then(|| by_line(rows, &mut lines));
        let count = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        let first_indicator = if count == 0 { HEAD_ROWS } else { HEAD_ROWS + count + 2 };
        let printed = submission.indicators.len() + usize::from(submission.execution_row.is_some());
        let printed = u32::try_from(printed).unwrap_or(u32::MAX);
        let first_fact = match printed {
            0 => first_indicator,
            printed => first_indicator.saturating_add(printed).saturating_add(2),
        };
        let sheet = quoted(sheet);
        SourceMap { sheet, order, rows: count, columns, lines, first_indicator, first_fact }
    }

    /// The formula of a line's amount and what it gives; `number` is the cell with the line's number.
    pub(crate) fn line_sum(
        &self,
        line: usize,
        amount: Amount,
        number: &str,
    ) -> Option<(String, Money)> {
        let column = self.columns[amount as usize]?;
        let rows = self.lines.get(line)?;
        let sum = rows.amounts.get(amount)?;
        let formula = match (&self.order, rows.count) {
            (Some(_), 1) => self.reference(HEAD_ROWS + rows.first, column),
            (Some(_), _) => {
                let block = self.block(column, rows.first, rows.first + rows.count - 1);
                format!("ROUND(SUM({block}),2)")
            }
            (None, _) => {
                let amounts = self.block(column, 0, self.rows - 1);
                let numbers = self.block(LINE, 0, self.rows - 1);
                format!("ROUND(SUMIFS({amounts},{numbers},{number}),2)")
            }
        };
        Some((formula, sum))
    }

    /// The cell where an amount of the row at a place stands, and the amount.
    pub(crate) fn stated(
        &self,
        rows: &[SourceRow],
        place: &Place,
        amount: Amount,
    ) -> Option<(String, Money)> {
        let column = self.columns[amount as usize]?;
        let index = rows.iter().position(|row| {
            row.place == *place || (same_row(&row.place, place) && row.role == Role::Total)
        })?;
        let value = rows[index].amounts.get(amount)?;
        Some((self.reference(self.row(index), column), value))
    }

    /// The row of the sheet in which a row of the submission stands.
    pub(crate) fn row(&self, index: usize) -> u32 {
        let offset = match &self.order {
            Some(order) => order.get(index).copied().unwrap_or(0),
            None => u32::try_from(index).unwrap_or(u32::MAX),
        };
        HEAD_ROWS.saturating_add(offset)
    }

    /// The cell of a row that a finding speaks of: the amount's, where its column is known, else the name.
    pub(crate) fn target(&self, index: usize, row: &SourceRow, place: &Place) -> String {
        let left = place.cells.bounds().map(|[_, left, _, right]| (left, right));
        let one = left.filter(|(left, right)| left == right).map(|(left, _)| left);
        let amount = row.columns.iter().find(|(_, column)| Some(*column) == one).map(|(of, _)| *of);
        let column = amount.and_then(|amount| self.columns[amount as usize]).unwrap_or(NAME);
        self.reference(self.row(index), column)
    }

    /// The row of the heads of the facts.
    pub(super) fn first_fact(&self) -> u32 {
        self.first_fact
    }

    /// The cell of a fact's value.
    pub(crate) fn fact(&self, index: usize) -> String {
        let offset = u32::try_from(index).unwrap_or(u32::MAX);
        self.reference(self.first_fact.saturating_add(1).saturating_add(offset), REST)
    }

    fn reference(&self, row: u32, column: u16) -> String {
        format!("{}!{}", self.sheet, cell(row, column))
    }

    fn block(&self, column: u16, first: u32, last: u32) -> String {
        let letters = jixiao_core::Cells::letters(u32::from(column));
        let (first, last) = (HEAD_ROWS + first + 1, HEAD_ROWS + last + 1);
        format!("{}!${letters}${first}:${letters}${last}", self.sheet)
    }
}

/// Whether two places speak of the same row of the same sheet.
fn same_row(a: &Place, b: &Place) -> bool {
    let top = |place: &Place| place.cells.bounds().map(|[top, ..]| top);
    a.file == b.file && a.sheet == b.sheet && top(a).is_some() && top(a) == top(b)
}

fn counted(row: &SourceRow) -> Option<usize> {
    match row.role {
        Role::Counted(line) => Some(line),
        Role::Total | Role::Part => None,
    }
}

/// Gives every row its offset in the order of the lines, rows that are not counted last, and every line its first row.
fn by_line(rows: &[SourceRow], lines: &mut [LineRows]) -> Vec<u32> {
    let mut free = 0;
    for line in lines.iter_mut() {
        line.first = free;
        free += line.count;
    }
    let mut next: Vec<u32> = lines.iter().map(|line| line.first).collect();
    let place = |row: &SourceRow| {
        let slot = counted(row).and_then(|line| next.get_mut(line)).unwrap_or(&mut free);
        *slot += 1;
        *slot - 1
    };
    rows.iter().map(place).collect()
}

/// Writes the sheet.
pub(crate) fn write(
    book: &mut Workbook,
    context: &Context<'_>,
    map: &SourceMap,
) -> Result<(), ExportError> {
    let submission = context.submission;
    let indicators = submission.indicators.len() + usize::from(submission.execution_row.is_some());
    let rows = submission.budget.rows.len() + indicators + submission.facts.len() + 12;
    let mut sheet = Sheet::new(book, &context.names.source, rows)?;
    let right = REST + (map.columns.iter().flatten().count() as u16).max(6) - 1;
    context.head(&mut sheet, "原始数据", "单位：元", right)?;
    widths(&mut sheet, submission, map, right)?;
    if !submission.budget.rows.is_empty() {
        ledger(&mut sheet, context, map)?;
    }
    let bottom = indicator_rows(&mut sheet, context, map)?;
    let bottom = bottom.max(facts::fact_rows(&mut sheet, context, map)?);
    sheet.freeze(HEAD_ROWS, NAME + 1)?;
    sheet.repeat(HEAD_ROWS - 1, HEAD_ROWS - 1)?;
    sheet.page(true, bottom.max(HEAD_ROWS), right)?;
    sheet.finish(book);
    Ok(())
}

fn widths(
    sheet: &mut Sheet,
    submission: &Submission,
    map: &SourceMap,
    right: u16,
) -> Result<(), ExportError> {
    let widest = |texts: &mut dyn Iterator<Item = &str>, least: usize, most: usize| {
        let need = texts.map(text::widest).max().unwrap_or(0) + 2;
        need.clamp(least, most) as u16
    };
    let rows = || submission.budget.rows.iter();
    sheet.width(0, 7)?;
    sheet.width(1, 16)?;
    sheet.width(LINE, 10)?;
    sheet.width(NAME, widest(&mut rows().map(|row| &*row.label), 24, usize::from(WIDEST_NAME)))?;
    sheet.width(FILE, widest(&mut rows().map(|row| &*row.place.file), 14, 30))?;
    sheet.width(SHEET, widest(&mut rows().map(|row| &*row.place.sheet), 12, 24))?;
    sheet.width(CELLS, 12)?;
    for column in REST..=right {
        sheet.width(column, 17)?;
    }
    for amount in Amount::ALL {
        let Some(column) = map.columns[amount as usize] else { continue };
        let longest =
            rows().filter_map(|row| row.amounts.get(amount)).map(|money| money.abs()).max();
        sheet.width(column, super::money_width(longest).max(17))?;
    }
    Ok(())
}

fn ledger(sheet: &mut Sheet, context: &Context<'_>, map: &SourceMap) -> Result<(), ExportError> {
    let styles = context.styles;
    let head = HEAD_ROWS - 1;
    sheet.height(head, 2)?;
    for (column, title) in
        (0u16..).zip(["行号", "处理", "计入项目\n序号", "名称", "文件", "工作表", "单元格"])
    {
        sheet.text(head, column, title, &styles.head)?;
    }
    for amount in Amount::ALL {
        if let Some(column) = map.columns[amount as usize] {
            sheet.text(head, column, amount.chinese(), &styles.head)?;
        }
    }
    let rows = &context.submission.budget.rows;
    for (offset, index) in (0u32..).zip(written_order(map, rows.len())) {
        ledger_row(sheet, context, map, HEAD_ROWS + offset, index, &rows[index])?;
    }
    Ok(())
}

/// The indices of the rows in the order in which the sheet lists them.
fn written_order(map: &SourceMap, count: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    if map.order.is_some() {
        order.sort_unstable_by_key(|index| map.row(*index));
    }
    order
}

fn ledger_row(
    sheet: &mut Sheet,
    context: &Context<'_>,
    map: &SourceMap,
    row: u32,
    index: usize,
    source: &SourceRow,
) -> Result<(), ExportError> {
    let styles = context.styles;
    let lines = text::lines(&source.label, WIDEST_NAME);
    if lines > 1 {
        sheet.height(row, lines)?;
    }
    sheet.count(row, 0, index + 1, &styles.number)?;
    match source.role {
        Role::Counted(line) => {
            sheet.text(row, 1, "计入", &styles.centre)?;
            sheet.count(row, LINE, line + 1, &styles.number)?;
        }
        Role::Total => {
            sheet.text(row, 1, "合计行，不计", &styles.centre)?;
            sheet.blank(row, LINE, &styles.number)?;
        }
        Role::Part => {
            sheet.text(row, 1, "其中行，不计", &styles.centre)?;
            sheet.blank(row, LINE, &styles.number)?;
        }
    }
    sheet.text(row, NAME, &source.label, &styles.text)?;
    place(sheet, context, row, &source.place)?;
    for amount in Amount::ALL {
        if let Some(column) = map.columns[amount as usize] {
            sheet.money(row, column, source.amounts.get(amount), &styles.money)?;
        }
    }
    Ok(())
}

/// File, sheet and cells of a row.
pub(super) fn place(
    sheet: &mut Sheet,
    context: &Context<'_>,
    row: u32,
    place: &Place,
) -> Result<(), ExportError> {
    let styles = context.styles;
    sheet.text(row, FILE, &place.file, &styles.text)?;
    sheet.text(row, SHEET, &place.sheet, &styles.text)?;
    sheet.text(row, CELLS, &place.cells.to_string(), &styles.centre)
}

/// The indicators as the input has them. Returns the last row of the sheet.
fn indicator_rows(
    sheet: &mut Sheet,
    context: &Context<'_>,
    map: &SourceMap,
) -> Result<u32, ExportError> {
    let (styles, submission) = (context.styles, context.submission);
    if submission.indicators.is_empty() && submission.execution_row.is_none() {
        return Ok(map.first_indicator);
    }
    let head = map.first_indicator;
    let titles = ["序号", "处理", "", "指标", "文件", "工作表", "单元格"];
    let more = ["年度指标值", "实际完成值", "分值", "自填得分", "偏差原因", "改进措施"];
    for (column, title) in (0u16..).zip(titles.into_iter().chain(more)) {
        sheet.text(head, column, title, &styles.head)?;
    }
    let mut row = head;
    if let Some(printed) = &submission.execution_row {
        row += 1;
        let as_indicator = Indicator {
            path: vec!["预算执行率".to_owned()],
            actual: printed.rate_claimed.map(|rate| format!("自填执行率 {}", rate.normalize())),
            weight: printed.weight,
            score_claimed: printed.score_claimed,
            reason: printed.reason.clone(),
            source: printed.source.clone(),
            ..Indicator::default()
        };
        indicator_row(sheet, context, row, row - head, &as_indicator)?;
    }
    for indicator in &submission.indicators {
        row += 1;
        indicator_row(sheet, context, row, row - head, indicator)?;
    }
    Ok(row)
}

fn indicator_row(
    sheet: &mut Sheet,
    context: &Context<'_>,
    row: u32,
    number: u32,
    indicator: &Indicator,
) -> Result<(), ExportError> {
    let styles = context.styles;
    let texts = [
        indicator.target.as_str(),
        indicator.actual.as_deref().unwrap_or(""),
        indicator.reason.as_deref().unwrap_or(""),
        indicator.measure.as_deref().unwrap_or(""),
    ];
    let name = indicator.path.join(" / ");
    let lines = texts.iter().map(|value| text::lines(value, 17)).chain([text::lines(&name, 24)]);
    sheet.height(row, lines.max().unwrap_or(1))?;
    sheet.count(row, 0, number as usize, &styles.number)?;
    sheet.text(row, 1, "绩效指标", &styles.centre)?;
    sheet.blank(row, LINE, &styles.centre)?;
    sheet.text(row, NAME, &name, &styles.text)?;
    place(sheet, context, row, &indicator.source)?;
    sheet.text(row, REST, texts[0], &styles.text)?;
    sheet.text(row, REST + 1, texts[1], &styles.text)?;
    sheet.decimal(row, REST + 2, indicator.weight, &styles.number)?;
    sheet.decimal(row, REST + 3, indicator.score_claimed, &styles.number)?;
    sheet.text(row, REST + 4, texts[2], &styles.text)?;
    sheet.text(row, REST + 5, texts[3], &styles.text)
}
