//! 支出执行: the lines, their total, the bridge from the initial to the adjusted budget, quantities and standards.
//!
//! * In: a submission, its evaluation and where its rows stand in 原始数据. Out: the sheet and an [`ExecutionMap`].
//! * Unit: yuan. Amounts are sums over 原始数据; totals, variances, rates and the bridge are formulas over this sheet.
//! * Rule: a formula is written only where it gives what core computed; otherwise core's value stands as a number.

use super::bridge;
use super::source::SourceMap;
use super::{Context, money_width};
use crate::error::ExportError;
use crate::sheet::{Cached, Sheet, cell, down};
use crate::text;
use jixiao_core::{Amount, Evaluation, LineResult, Money, Ratio, Totals};
use rust_xlsxwriter::{Format, Workbook};
use std::borrow::Cow;

/// From so many lines on, rows of one line keep the default height.
const MANY: usize = 5_000;
/// Rows above the first line: title, unit line, heads.
const HEAD_ROWS: u32 = 3;
/// Blocks of lines that one sum takes; a function has at most 255 arguments.
const MOST_BLOCKS: usize = 200;

/// What a column of the table shows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    Number,
    Name,
    Project,
    Function,
    Economic,
    Fund,
    Amount(Amount),
    Variance,
    Rate,
    Reason,
    Source,
}

/// Where the table stands, for the sheets that refer to it.
pub(crate) struct ExecutionMap {
    sheet: String,
    fields: Vec<Field>,
    lines: u32,
    tail: Option<u32>,
    /// The row of the total (合计).
    pub total: u32,
}

impl ExecutionMap {
    /// Plans the sheet without writing it.
    pub(crate) fn plan(evaluation: &Evaluation, sheet: &str) -> ExecutionMap {
        let lines = &evaluation.lines;
        let any = |has: &dyn Fn(&LineResult) -> bool| lines.iter().any(has);
        let mut fields = vec![Field::Number, Field::Name];
        let optional = [
            (any(&|line| line.codes.project.is_some()), Field::Project),
            (any(&|line| line.codes.function.is_some()), Field::Function),
            (any(&|line| line.codes.economic.is_some()), Field::Economic),
            (any(&|line| line.fund.is_some()), Field::Fund),
        ];
        fields.extend(optional.iter().filter(|(shown, _)| *shown).map(|(_, field)| *field));
        let given = |amount: Amount| {
            amount_of(&evaluation.totals, amount).is_some()
                || any(&|line| amount_of(&line.totals, amount).is_some())
        };
        fields.extend(Amount::ALL.into_iter().filter(|of| given(*of)).map(Field::Amount));
        fields.extend([Field::Variance, Field::Rate]);
        if any(&|line| line.reason.is_some()) {
            fields.push(Field::Reason);
        }
        fields.push(Field::Source);
        let count = u32::try_from(lines.len()).unwrap_or(u32::MAX);
        let after = HEAD_ROWS + count;
        let tail = evaluation.tail.as_ref().map(|_| after);
        let total = after + u32::from(tail.is_some());
        ExecutionMap { sheet: crate::sheet::quoted(sheet), fields, lines: count, tail, total }
    }

    fn column(&self, field: Field) -> Option<u16> {
        self.fields.iter().position(|of| *of == field).map(|at| at as u16)
    }

    /// The last column of the table.
    pub(crate) fn right(&self) -> u16 {
        self.fields.len() as u16 - 1
    }

    /// The column of an amount, if any line has it.
    pub(crate) fn amount_column(&self, amount: Amount) -> Option<u16> {
        self.column(Field::Amount(amount))
    }

    /// The column of the funds, if any line has one.
    pub(crate) fn fund_column(&self) -> Option<u16> {
        self.column(Field::Fund)
    }

    /// The row of a line.
    pub(crate) fn line_row(&self, line: usize) -> u32 {
        HEAD_ROWS + u32::try_from(line).unwrap_or(0)
    }

    /// A reference to the total of an amount, from another sheet.
    pub(crate) fn total_reference(&self, amount: Amount) -> Option<String> {
        self.amount_column(amount).map(|column| self.reference(self.total, column))
    }

    /// A reference to the rate in a row, from another sheet.
    pub(crate) fn rate_reference(&self, row: u32) -> Option<String> {
        self.column(Field::Rate).map(|column| self.reference(row, column))
    }

    /// A reference to a cell, from another sheet.
    pub(crate) fn reference(&self, row: u32, column: u16) -> String {
        format!("{}!{}", self.sheet, cell(row, column))
    }

    /// The sum of an amount over some lines, and what it gives; nothing where none of them has it or a cell cannot hold it.
    pub(crate) fn sum_of(
        &self,
        evaluation: &Evaluation,
        amount: Amount,
        lines: &[usize],
    ) -> Option<(String, Money)> {
        let column = self.amount_column(amount)?;
        let given = lines.iter().filter_map(|line| evaluation.lines.get(*line));
        let mut given = given.filter_map(|line| amount_of(&line.totals, amount)).peekable();
        given.peek()?;
        let sum = given.sum();
        let mut blocks: Vec<(usize, usize)> = Vec::new();
        for line in lines {
            match blocks.last_mut() {
                Some((_, last)) if *last + 1 == *line => *last = *line,
                _ => blocks.push((*line, *line)),
            }
        }
        if blocks.len() > MOST_BLOCKS {
            return None;
        }
        let letters = jixiao_core::Cells::letters(u32::from(column));
        let block = |(first, last): &(usize, usize)| {
            let [first, last] = [*first, *last].map(|line| self.line_row(line) + 1);
            format!("{}!${letters}${first}:${letters}${last}", self.sheet)
        };
        let blocks: Vec<String> = blocks.iter().map(block).collect();
        Some((format!("ROUND(SUM({}),2)", blocks.join(",")), sum))
    }

    /// A reference to the cells of all lines in a column, from another sheet.
    pub(crate) fn lines_block(&self, column: u16) -> String {
        let letters = jixiao_core::Cells::letters(u32::from(column));
        let (first, last) = (HEAD_ROWS + 1, HEAD_ROWS + self.lines);
        format!("{}!${letters}${first}:${letters}${last}", self.sheet)
    }
}

/// An amount of the totals of a line or subject.
pub(crate) fn amount_of(totals: &Totals, amount: Amount) -> Option<Money> {
    match amount {
        Amount::Initial => totals.initial_budget,
        Amount::Addition => totals.additions,
        Amount::Reduction => totals.reductions,
        Amount::Transfer => totals.transfers,
        Amount::CarriedOver => totals.carried_over,
        Amount::Adjusted => totals.adjusted_budget,
        Amount::Executed => totals.executed,
    }
}

/// The amount that the rate divides by: the adjusted budget, else the initial one.
pub(crate) fn base(totals: &Totals) -> Option<Amount> {
    let given = |amount: &Amount| amount_of(totals, *amount).is_some();
    let fits = |amount: &Amount| {
        let budget = amount_of(totals, *amount);
        let variance = totals.executed.zip(budget).map(|(executed, budget)| executed - budget);
        variance == totals.variance
    };
    let candidates = [Amount::Adjusted, Amount::Initial];
    let fitting = candidates.iter().find(|amount| given(amount) && fits(amount));
    fitting.or_else(|| candidates.iter().find(|amount| given(amount))).copied()
}

/// Writes the sheet.
pub(crate) fn write(
    book: &mut Workbook,
    context: &Context<'_>,
    map: &ExecutionMap,
    source: &SourceMap,
) -> Result<(), ExportError> {
    let evaluation = context.evaluation;
    let rows = evaluation.lines.len() + evaluation.drivers.len() + 30;
    let mut sheet = Sheet::new(book, &context.names.execution, rows)?;
    let table = Table { context, map, source };
    // A unit of one line's cells is the widest thing that the blocks below the table need.
    let right = map.right().max(bridge::right(evaluation));
    context.head(&mut sheet, "预算支出执行情况表", "单位：元", map.right())?;
    table.widths(&mut sheet, right)?;
    table.heads(&mut sheet)?;
    for (line, result) in evaluation.lines.iter().enumerate() {
        table.line(&mut sheet, line, result)?;
    }
    table.tail(&mut sheet)?;
    table.total(&mut sheet)?;
    let bottom = bridge::write(&mut sheet, context, map, map.total + 2)?;
    sheet.freeze(HEAD_ROWS, 2)?;
    sheet.repeat(HEAD_ROWS - 1, HEAD_ROWS - 1)?;
    sheet.page(true, bottom, right)?;
    sheet.finish(book);
    Ok(())
}

struct Table<'a> {
    context: &'a Context<'a>,
    map: &'a ExecutionMap,
    source: &'a SourceMap,
}

impl Table<'_> {
    fn widths(&self, sheet: &mut Sheet, right: u16) -> Result<(), ExportError> {
        let evaluation = self.context.evaluation;
        let blocks = bridge::widths(evaluation);
        for column in 0..=right {
            let width: u16 = match self.map.fields.get(usize::from(column)) {
                None => 0,
                Some(Field::Number) => 6,
                Some(Field::Name) => {
                    let names =
                        evaluation.lines.iter().map(|line| text::width(&line.path.join(" / ")));
                    (names.max().unwrap_or(0) + 2).clamp(24, 40) as u16
                }
                Some(Field::Project) => 16,
                Some(Field::Function | Field::Economic) => 13,
                Some(Field::Fund) => 14,
                Some(Field::Amount(amount)) => {
                    let total = amount_of(&evaluation.totals, *amount);
                    money_width(total.map(Money::abs)).max(15)
                }
                Some(Field::Variance) => {
                    let largest = evaluation.totals.adjusted_budget.or(evaluation.totals.executed);
                    money_width(largest.map(Money::abs)).max(23)
                }
                Some(Field::Rate) => 11,
                Some(Field::Reason) => 26,
                Some(Field::Source) => 26,
            };
            let below = blocks.get(usize::from(column)).copied().unwrap_or(0);
            sheet.width(column, width.max(below))?;
        }
        Ok(())
    }

    fn heads(&self, sheet: &mut Sheet) -> Result<(), ExportError> {
        let base = base(&self.context.evaluation.totals).unwrap_or(Amount::Adjusted);
        sheet.height(HEAD_ROWS - 1, 2)?;
        for (column, field) in (0u16..).zip(&self.map.fields) {
            let title: Cow<'_, str> = match field {
                Field::Number => "序号".into(),
                Field::Name => "项目（科目）".into(),
                Field::Project => "项目代码".into(),
                Field::Function => "功能分类\n科目编码".into(),
                Field::Economic => "经济分类\n科目编码".into(),
                Field::Fund => "资金性质".into(),
                Field::Amount(amount) => amount.chinese().into(),
                Field::Variance => format!("差异\n（执行数－{}）", base.chinese()).into(),
                Field::Rate => "执行率".into(),
                Field::Reason => "偏差原因".into(),
                Field::Source => "来源".into(),
            };
            sheet.text(HEAD_ROWS - 1, column, &title, &self.context.styles.head)?;
        }
        Ok(())
    }

    fn line(&self, sheet: &mut Sheet, index: usize, line: &LineResult) -> Result<(), ExportError> {
        let styles = self.context.styles;
        let row = self.map.line_row(index);
        let name = line.path.join(" / ");
        let reason = line.reason.as_deref().unwrap_or("");
        let source = source_text(line);
        let lines = [text::lines(&name, 24), text::lines(reason, 26), text::lines(&source, 26)];
        let lines = lines.into_iter().max().unwrap_or(1);
        // A height for every row of a large ledger would cost more memory than the ledger.
        if lines > 1 || self.context.evaluation.lines.len() < MANY {
            sheet.height(row, lines)?;
        }
        for (column, field) in (0u16..).zip(&self.map.fields) {
            let code =
                |code: &Option<std::sync::Arc<str>>| code.as_deref().unwrap_or("").to_owned();
            match field {
                Field::Number => sheet.count(row, column, index + 1, &styles.number)?,
                Field::Name => sheet.text(row, column, &name, &styles.text)?,
                Field::Project => {
                    sheet.text(row, column, &code(&line.codes.project), &styles.centre)?
                }
                Field::Function => {
                    sheet.text(row, column, &code(&line.codes.function), &styles.centre)?;
                }
                Field::Economic => {
                    sheet.text(row, column, &code(&line.codes.economic), &styles.centre)?;
                }
                Field::Fund => sheet.text(row, column, &code(&line.fund), &styles.centre)?,
                Field::Amount(amount) => self.line_amount(sheet, index, line, *amount)?,
                Field::Variance => self.variance(sheet, row, &line.totals, &styles.money)?,
                Field::Rate => self.rate(sheet, row, &line.totals, &styles.rate)?,
                Field::Reason => sheet.text(row, column, reason, &styles.text)?,
                Field::Source => sheet.text(row, column, &source, &styles.text)?,
            }
        }
        Ok(())
    }

    /// An amount of a line: the sum of its rows; an adjusted budget that the input does not give, from the changes.
    fn line_amount(
        &self,
        sheet: &mut Sheet,
        index: usize,
        line: &LineResult,
        amount: Amount,
    ) -> Result<(), ExportError> {
        let Some(column) = self.map.amount_column(amount) else { return Ok(()) };
        let row = self.map.line_row(index);
        let styles = self.context.styles;
        let value = amount_of(&line.totals, amount);
        let sum = self.source.line_sum(index, amount, &cell(row, 0)).map(Some);
        let live = sum.unwrap_or_else(|| self.computed(row, &line.totals, amount));
        live_money(sheet, row, column, live, value, &styles.money)
    }

    /// The adjusted budget as the sum of the amounts before it in the same row.
    fn computed(&self, row: u32, totals: &Totals, amount: Amount) -> Option<(String, Money)> {
        if amount != Amount::Adjusted {
            return None;
        }
        bridge::adjusted(totals, &|of| self.map.amount_column(of).map(|column| cell(row, column)))
    }

    fn variance(
        &self,
        sheet: &mut Sheet,
        row: u32,
        totals: &Totals,
        style: &Format,
    ) -> Result<(), ExportError> {
        let Some(column) = self.map.column(Field::Variance) else { return Ok(()) };
        let cells = self.executed_and_base(row, totals);
        let live = cells.map(|(executed, budget, difference)| {
            (format!("ROUND({executed}-{budget},2)"), difference)
        });
        live_money(sheet, row, column, live, totals.variance, style)
    }

    fn rate(
        &self,
        sheet: &mut Sheet,
        row: u32,
        totals: &Totals,
        style: &Format,
    ) -> Result<(), ExportError> {
        let Some(column) = self.map.column(Field::Rate) else { return Ok(()) };
        match self.executed_and_base(row, totals) {
            Some((executed, budget, _)) if rate_holds(totals) => {
                let formula = format!("IF({budget}=0,\"\",{executed}/{budget})");
                let value = totals.execution_rate.as_ref().map_or(Cached::Blank, Cached::Ratio);
                sheet.formula(row, column, &formula, value, style)
            }
            _ => sheet.ratio(row, column, totals.execution_rate.as_ref(), style),
        }
    }

    /// The cells of the executed amount and of the budget that the rate uses, and their difference.
    fn executed_and_base(&self, row: u32, totals: &Totals) -> Option<(String, String, Money)> {
        let base = base(totals)?;
        let difference = totals.executed? - amount_of(totals, base)?;
        let at = |amount| self.map.amount_column(amount).map(|column| cell(row, column));
        Some((at(Amount::Executed)?, at(base)?, difference))
    }

    /// What the printed total has over its lines: a row of its own, so that the column still adds up.
    fn tail(&self, sheet: &mut Sheet) -> Result<(), ExportError> {
        let (Some(row), Some(tail)) = (self.map.tail, &self.context.evaluation.tail) else {
            return Ok(());
        };
        let styles = self.context.styles;
        let rows = &self.context.submission.budget.rows;
        for (column, field) in (0u16..).zip(&self.map.fields) {
            match field {
                Field::Name => {
                    sheet.text(row, column, "尾差（原表合计－各行之和）", &styles.text)?
                }
                Field::Amount(amount) => {
                    let stated = self.source.stated(rows, &tail.source, *amount);
                    let live = stated.map(|(stated, value)| {
                        let lines = down(column, HEAD_ROWS, row - 1);
                        (format!("ROUND({stated}-SUM({lines}),2)"), value - self.sum(*amount))
                    });
                    live_money(sheet, row, column, live, tail.amounts.get(*amount), &styles.money)?;
                }
                Field::Source => {
                    let place = super::place_text(&tail.source);
                    sheet.text(row, column, &place, &styles.text)?;
                }
                _ => sheet.blank(row, column, &styles.text)?,
            }
        }
        Ok(())
    }

    fn sum(&self, amount: Amount) -> Money {
        let lines = self.context.evaluation.lines.iter();
        lines.filter_map(|line| amount_of(&line.totals, amount)).sum()
    }

    fn total(&self, sheet: &mut Sheet) -> Result<(), ExportError> {
        let (row, styles) = (self.map.total, self.context.styles);
        let evaluation = self.context.evaluation;
        for (column, field) in (0u16..).zip(&self.map.fields) {
            match field {
                Field::Name => sheet.text(row, column, "合计", &styles.total_centre)?,
                Field::Amount(amount) => self.total_amount(sheet, column, *amount)?,
                Field::Variance => {
                    self.variance(sheet, row, &evaluation.totals, &styles.total_money)?;
                }
                Field::Rate => self.rate(sheet, row, &evaluation.totals, &styles.total_rate)?,
                _ => sheet.blank(row, column, &styles.total_text)?,
            }
        }
        Ok(())
    }

    /// The sum of the column; where the total is not that (an adjusted budget of the whole), the bridge of the total row.
    fn total_amount(
        &self,
        sheet: &mut Sheet,
        column: u16,
        amount: Amount,
    ) -> Result<(), ExportError> {
        let (row, evaluation) = (self.map.total, self.context.evaluation);
        let value = amount_of(&evaluation.totals, amount);
        let tail = evaluation.tail.as_ref().and_then(|tail| tail.amounts.get(amount));
        let sum = self.sum(amount) + tail.unwrap_or(Money::ZERO);
        let live = if row > HEAD_ROWS && value == Some(sum) {
            Some((format!("ROUND(SUM({}),2)", down(column, HEAD_ROWS, row - 1)), sum))
        } else {
            self.computed(row, &evaluation.totals, amount)
        };
        live_money(sheet, row, column, live, value, &self.context.styles.total_money)
    }
}

/// Whether the rate is executed over the base, or absent because the base is zero.
fn rate_holds(totals: &Totals) -> bool {
    let budget = base(totals).and_then(|amount| amount_of(totals, amount));
    let rate = totals
        .executed
        .zip(budget)
        .and_then(|(executed, budget)| Ratio::of(executed.yuan(), budget.yuan()));
    rate == totals.execution_rate
}

/// Writes a formula where it gives core's value, else the value.
pub(crate) fn live_money(
    sheet: &mut Sheet,
    row: u32,
    column: u16,
    live: Option<(String, Money)>,
    value: Option<Money>,
    style: &Format,
) -> Result<(), ExportError> {
    match (live, value) {
        (Some((formula, gives)), Some(value)) if gives == value => {
            sheet.formula(row, column, &formula, value.into(), style)
        }
        _ => sheet.money(row, column, value, style),
    }
}

/// Where a line comes from: sheet and cells, and how many further rows.
fn source_text(line: &LineResult) -> String {
    let first = super::place_text(&line.source);
    match line.more.len() {
        0 => first,
        more => format!("{first} 等 {} 行", more + 1),
    }
}
