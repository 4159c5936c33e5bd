//! The blocks below the lines: the bridge 年初 → 全年 → 执行 → 结余, and quantities × standards with 量差 and 价差.
//!
//! * In: totals and drivers of an evaluation; the total row above. Out: rows of the same sheet.
//! * Unit: yuan; quantities in persons, months or times.
//! * Rule: each step refers to the total row; volume and rate variance are formulas over the row's four numbers.

use super::execution::{ExecutionMap, amount_of, base, live_money};
use super::{Context, money_width, place_text};
use crate::error::ExportError;
use crate::sheet::{Sheet, cell, down};
use crate::text;
use jixiao_core::{Amount, DriverResult, Evaluation, Money, Totals};
use rust_decimal::Decimal;

/// Columns of the drivers block: 序号 … 来源.
const DRIVER_HEADS: [&str; 12] = [
    "序号",
    "项目",
    "类别",
    "预算数量",
    "预算标准\n（元）",
    "实际数量",
    "实际标准\n（元）",
    "量差\n（元）",
    "价差\n（元）",
    "差异合计\n（元）",
    "差异原因",
    "来源",
];

/// The last column that the blocks need.
pub(crate) fn right(evaluation: &Evaluation) -> u16 {
    if evaluation.drivers.is_empty() { 2 } else { DRIVER_HEADS.len() as u16 - 1 }
}

/// The widths that the drivers block needs; none without drivers.
pub(crate) fn widths(evaluation: &Evaluation) -> Vec<u16> {
    if evaluation.drivers.is_empty() {
        return Vec::new();
    }
    let drivers = || evaluation.drivers.iter();
    let rates = drivers().flat_map(|of| [of.budget_rate, of.actual_rate]);
    let rates = rates.max().map(Money::rounded);
    let variances: [Money; 3] = [
        drivers().map(|of| of.volume.abs()).sum(),
        drivers().map(|of| of.rate.abs()).sum(),
        drivers().map(|of| of.total.abs()).sum(),
    ];
    let rate = money_width(rates).max(12);
    let [volume, of_rate, total] = variances.map(|money| money_width(Some(money)).max(13));
    vec![6, 24, 13, 10, rate, 10, rate, volume, of_rate, total, 20, 18]
}

/// The adjusted budget as initial budget and changes, over cells that `at` names. `None` when nothing is given.
pub(crate) fn adjusted(
    totals: &Totals,
    at: &dyn Fn(Amount) -> Option<String>,
) -> Option<(String, Money)> {
    let steps = [
        (Amount::Initial, "+"),
        (Amount::Addition, "+"),
        (Amount::Reduction, "-"),
        (Amount::Transfer, "+"),
        (Amount::CarriedOver, "+"),
    ];
    let (mut formula, mut sum) = (String::new(), Money::ZERO);
    for (amount, sign) in steps {
        let Some(value) = amount_of(totals, amount) else { continue };
        sum = if sign == "-" { sum - value } else { sum + value };
        if !formula.is_empty() || sign == "-" {
            formula.push_str(sign);
        }
        formula.push_str(&at(amount)?);
    }
    (!formula.is_empty()).then(|| (format!("ROUND({formula},2)"), sum))
}

/// Writes the blocks from `top` on and returns the last row.
pub(crate) fn write(
    sheet: &mut Sheet,
    context: &Context<'_>,
    map: &ExecutionMap,
    top: u32,
) -> Result<u32, ExportError> {
    let bottom = steps(sheet, context, map, top)?;
    if context.evaluation.drivers.is_empty() {
        return Ok(bottom);
    }
    drivers(sheet, context, bottom + 2)
}

/// The bridge, one step a row, in the columns of name and first amount.
fn steps(
    sheet: &mut Sheet,
    context: &Context<'_>,
    map: &ExecutionMap,
    top: u32,
) -> Result<u32, ExportError> {
    let (styles, totals) = (context.styles, &context.evaluation.totals);
    let signs = [
        (Amount::Initial, "年初预算数"),
        (Amount::Addition, "加：追加"),
        (Amount::Reduction, "减：追减"),
        (Amount::Transfer, "加（减）：调剂"),
        (Amount::CarriedOver, "加：上年结转"),
        (Amount::Adjusted, "全年预算数"),
        (Amount::Executed, "减：执行数"),
    ];
    let column = Amount::ALL.iter().find_map(|amount| map.amount_column(*amount)).unwrap_or(2);
    sheet.text(top, 0, "预算变动与结余", &styles.section)?;
    let mut row = top + 1;
    let head = &styles.head;
    sheet.text(row, 0, "步骤", head)?;
    sheet.merge([row, 1, row, u32::from(column) - 1], "内容", head)?;
    sheet.text(row, column, "金额（元）", head)?;
    let mut number = 0;
    for (amount, label) in signs {
        let Some(value) = amount_of(totals, amount) else { continue };
        row += 1;
        number += 1;
        let total = map.amount_column(amount).map(|column| cell(map.total, column));
        step(sheet, context, [row, number, u32::from(column)], label, total.zip(Some(value)))?;
    }
    let (row, number) = (row + 1, number + 1);
    let left = left_over(totals, &|amount| {
        map.amount_column(amount).map(|column| cell(map.total, column))
    });
    step(sheet, context, [row, number, u32::from(column)], "年末结余（预算数－执行数）", left)?;
    Ok(row)
}

/// What was not spent of the budget that the rate uses.
fn left_over(totals: &Totals, at: &dyn Fn(Amount) -> Option<String>) -> Option<(String, Money)> {
    let base = base(totals)?;
    let left = amount_of(totals, base)? - totals.executed?;
    Some((format!("ROUND({}-{},2)", at(base)?, at(Amount::Executed)?), left))
}

/// One row of the bridge: where it stands is its row, its number and the column of its amount.
fn step(
    sheet: &mut Sheet,
    context: &Context<'_>,
    [row, number, column]: [u32; 3],
    label: &str,
    live: Option<(String, Money)>,
) -> Result<(), ExportError> {
    let styles = context.styles;
    let column = column as u16;
    sheet.count(row, 0, number as usize, &styles.number)?;
    sheet.merge([row, 1, row, u32::from(column) - 1], label, &styles.text)?;
    let value = live.as_ref().map(|(_, money)| *money);
    live_money(sheet, row, column, live, value, &styles.money)
}

fn drivers(sheet: &mut Sheet, context: &Context<'_>, top: u32) -> Result<u32, ExportError> {
    let (styles, drivers) = (context.styles, &context.evaluation.drivers);
    sheet.text(
        top,
        0,
        "数量与标准差异分析（量差＝数量差×预算标准，价差＝标准差×实际数量）",
        &styles.section,
    )?;
    sheet.height(top + 1, 2)?;
    for (column, title) in (0u16..).zip(DRIVER_HEADS) {
        sheet.text(top + 1, column, title, &styles.head)?;
    }
    let first = top + 2;
    for (row, (number, driver)) in (first..).zip((1..).zip(drivers)) {
        driver_row(sheet, context, row, number, driver)?;
    }
    let total = first + drivers.len() as u32;
    for column in 0..DRIVER_HEADS.len() as u16 {
        sheet.blank(total, column, &styles.total_text)?;
    }
    sheet.text(total, 1, "合计", &styles.total_centre)?;
    let sums: [Money; 3] = [
        drivers.iter().map(|driver| driver.volume).sum(),
        drivers.iter().map(|driver| driver.rate).sum(),
        drivers.iter().map(|driver| driver.total).sum(),
    ];
    for (column, sum) in (7u16..).zip(sums) {
        let formula = format!("ROUND(SUM({}),2)", down(column, first, total - 1));
        sheet.formula(total, column, &formula, sum.into(), &styles.total_money)?;
    }
    Ok(total)
}

fn driver_row(
    sheet: &mut Sheet,
    context: &Context<'_>,
    row: u32,
    number: usize,
    driver: &DriverResult,
) -> Result<(), ExportError> {
    let styles = context.styles;
    let cause = driver.cause.as_deref().unwrap_or("");
    let source = place_text(&driver.source);
    let lines = [text::lines(&driver.item, 24), text::lines(cause, 20), text::lines(&source, 18)];
    sheet.height(row, lines.into_iter().max().unwrap_or(1))?;
    sheet.count(row, 0, number, &styles.number)?;
    sheet.text(row, 1, &driver.item, &styles.text)?;
    sheet.text(row, 2, &driver.class, &styles.text)?;
    sheet.decimal(row, 3, Some(driver.budget_quantity), &styles.number)?;
    sheet.decimal(row, 4, Some(driver.budget_rate), &styles.money)?;
    sheet.decimal(row, 5, Some(driver.actual_quantity), &styles.number)?;
    sheet.decimal(row, 6, Some(driver.actual_rate), &styles.money)?;
    let [bq, br, aq, ar, volume, rate] = [3, 4, 5, 6, 7, 8].map(|column| cell(row, column));
    let live = round(driver.actual_quantity - driver.budget_quantity, driver.budget_rate)
        .map(|value| (format!("ROUND(({aq}-{bq})*{br},2)"), value));
    live_money(sheet, row, 7, live, Some(driver.volume), &styles.money)?;
    live_money(
        sheet,
        row,
        8,
        rate_variance(driver, &[&bq, &br, &aq, &ar, &volume]),
        Some(driver.rate),
        &styles.money,
    )?;
    let total = Some((format!("ROUND({volume}+{rate},2)"), driver.volume + driver.rate));
    live_money(sheet, row, 9, total, Some(driver.total), &styles.money)?;
    sheet.text(row, 10, cause, &styles.text)?;
    sheet.text(row, 11, &source, &styles.text)
}

/// The rate variance by its own formula; where rounding would part it from the total, as total less volume.
fn rate_variance(driver: &DriverResult, cells: &[&str; 5]) -> Option<(String, Money)> {
    let [bq, br, aq, ar, volume] = cells;
    let own = round(driver.actual_rate - driver.budget_rate, driver.actual_quantity)?;
    if own == driver.rate {
        return Some((format!("ROUND(({ar}-{br})*{aq},2)"), own));
    }
    let actual = driver.actual_quantity.checked_mul(driver.actual_rate)?;
    let budget = driver.budget_quantity.checked_mul(driver.budget_rate)?;
    let rest = Money::rounded(actual.checked_sub(budget)?) - driver.volume;
    Some((format!("ROUND(ROUND({aq}*{ar}-{bq}*{br},2)-{volume},2)"), rest))
}

fn round(factor: Decimal, other: Decimal) -> Option<Money> {
    factor.checked_mul(other).map(Money::rounded)
}
