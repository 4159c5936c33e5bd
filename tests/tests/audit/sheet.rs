//! The form as a sheet in the layout of the official one, and where everything stands in it.

use crate::form::{Form, Fund, Written};
use rust_xlsxwriter::{Format, Workbook, Worksheet};

const MONEY_TOP: u32 = 4;
const SCORE: u16 = 6;

/// The workbook of these forms, a sheet each.
pub fn workbook(forms: &[Form]) -> Vec<u8> {
    let mut book = Workbook::new();
    for form in forms {
        let sheet = book.add_worksheet();
        sheet.set_name(&form.name).unwrap();
        write(sheet, form);
    }
    book.save_to_buffer().unwrap()
}

/// The row of a fund in the sheet, counted from zero; the total is row 5.
pub fn fund_row(index: usize) -> u32 {
    MONEY_TOP + 2 + index as u32
}

/// The row of an indicator in the sheet, counted from zero.
pub fn indicator_row(form: &Form, index: usize) -> u32 {
    let head = MONEY_TOP + 2 + form.funds.len() as u32;
    let before = &form.rows[..index];
    let levels = before.iter().filter(|row| row.level1 != form.rows[index].level1);
    let mut closed: Vec<&str> = levels.map(|row| row.level1).collect();
    closed.dedup();
    let subtotals = form.subtotals.as_ref().map_or(0, |_| closed.len() as u32);
    head + 1 + index as u32 + subtotals
}

/// The row of the subtotal behind a first level.
pub fn subtotal_row(form: &Form, level: &str) -> u32 {
    let last = form.rows.iter().rposition(|row| row.level1 == level).unwrap();
    indicator_row(form, last) + 1
}

/// The row of the total.
pub fn total_row(form: &Form) -> u32 {
    let last = indicator_row(form, form.rows.len() - 1);
    last + 1 + u32::from(form.subtotals.is_some())
}

/// A cell's name.
pub fn cell(row: u32, column: u16) -> String {
    format!("{}{}", char::from(b'A' + u8::try_from(column).unwrap()), row + 1)
}

/// The name of the cells of a whole row of the money block or of the indicators.
pub fn whole(form: &Form, row: u32) -> String {
    let last = if form.rows.iter().any(|row| row.last.is_some()) { 8 } else { 7 };
    format!("{}:{}", cell(row, 0), cell(row, last))
}

/// Hundredths as a person writes them.
fn hundredths(value: i64) -> String {
    let sign = if value < 0 { "-" } else { "" };
    let (whole, part) = (value.abs() / 100, value.abs() % 100);
    match part {
        0 => format!("{sign}{whole}"),
        _ if part % 10 == 0 => format!("{sign}{whole}.{}", part / 10),
        _ => format!("{sign}{whole}.{part:02}"),
    }
}

fn number(sheet: &mut Worksheet, row: u32, column: u16, value: i64) {
    #[expect(
        clippy::float_arithmetic,
        reason = "a cell of a sheet is a float; hundredths survive it"
    )]
    let value = value as f64 / 100.0;
    sheet.write_number(row, column, value).unwrap();
}

fn write(sheet: &mut Worksheet, form: &Form) {
    let plain = Format::new();
    sheet.merge_range(0, 0, 0, 7, "项目支出绩效自评表", &plain).unwrap();
    sheet.merge_range(1, 0, 1, 7, "（2023年度）", &plain).unwrap();
    sheet.write_string(2, 0, "项目名称").unwrap();
    sheet.write_string(2, 1, &form.name).unwrap();
    sheet.write_string(3, 0, "主管部门").unwrap();
    sheet.write_string(3, 1, "示例县文化局").unwrap();
    let bottom = MONEY_TOP + 1 + form.funds.len() as u32;
    sheet.merge_range(MONEY_TOP, 0, bottom, 0, "项目资金（万元）", &plain).unwrap();
    for (column, title) in
        (2u16..).zip(["年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"])
    {
        sheet.write_string(MONEY_TOP, column, title).unwrap();
    }
    fund(sheet, MONEY_TOP + 1, &form.total_funds);
    number(sheet, MONEY_TOP + 1, 5, 1_000);
    number(sheet, MONEY_TOP + 1, 7, form.rate_score);
    for (index, of) in form.funds.iter().enumerate() {
        fund(sheet, fund_row(index), of);
        sheet.write_string(fund_row(index), 5, "—").unwrap();
        sheet.write_string(fund_row(index), 7, "—").unwrap();
    }
    indicators(sheet, form);
    let row = total_row(form);
    sheet.merge_range(row, 0, row, 4, "总分", &plain).unwrap();
    number(sheet, row, 5, form.total_weight);
    number(sheet, row, SCORE, form.total);
    sheet.write_string(row, 7, form.grade).unwrap();
}

fn fund(sheet: &mut Worksheet, row: u32, fund: &Fund) {
    sheet.write_string(row, 1, fund.label).unwrap();
    for (column, value) in [(2, fund.initial), (3, fund.adjusted), (4, fund.executed)] {
        number(sheet, row, column, value);
    }
    if let Some(rate) = fund.rate {
        sheet.write_string(row, 6, format!("{}.{:02}%", rate / 100, rate % 100)).unwrap();
    }
}

fn indicators(sheet: &mut Worksheet, form: &Form) {
    let plain = Format::new();
    let head = indicator_row(form, 0) - 1;
    let mut titles = vec![
        "一级指标",
        "二级指标",
        "三级指标",
        "年度指标值",
        "实际完成值",
        "分值",
        "得分",
        "偏差原因分析及改进措施",
    ];
    if form.rows.iter().any(|row| row.last.is_some()) {
        titles.push("上年实际值");
    }
    for (column, title) in (0u16..).zip(titles) {
        sheet.write_string(head, column, title).unwrap();
    }
    for (index, of) in form.rows.iter().enumerate() {
        let row = indicator_row(form, index);
        sheet.write_string(row, 1, of.level2).unwrap();
        for (column, text) in [(2, &of.name), (3, &of.target), (4, &of.actual)] {
            sheet.write_string(row, column, text).unwrap();
        }
        number(sheet, row, 5, of.weight);
        if form.merged.is_none_or(|(level, _)| level != of.level1) {
            number(sheet, row, SCORE, of.score);
        }
        sheet.write_string(row, 7, of.reason.unwrap_or_default()).unwrap();
        if let Some(last) = &of.last {
            sheet.write_string(row, 8, last).unwrap();
        }
    }
    let mut levels: Vec<&str> = form.rows.iter().map(|row| row.level1).collect();
    levels.dedup();
    for level in levels {
        let first = form.rows.iter().position(|row| row.level1 == level).unwrap();
        let last = form.rows.iter().rposition(|row| row.level1 == level).unwrap();
        let (top, bottom) = (indicator_row(form, first), indicator_row(form, last));
        let weights = form.level_weights.iter().flatten();
        let printed = weights.clone().find(|(name, _)| *name == level);
        let text = printed.map_or_else(
            || level.to_owned(),
            |(name, weight)| format!("{name}（{}分）", hundredths(*weight)),
        );
        match form.written {
            Written::Merged if top < bottom => {
                sheet.merge_range(top, 0, bottom, 0, &text, &plain).unwrap();
            }
            Written::EveryRow => {
                for row in top..=bottom {
                    sheet.write_string(row, 0, &text).unwrap();
                }
            }
            _ => {
                sheet.write_string(top, 0, text).unwrap();
            }
        }
        if let Some((_, score)) = form.merged.filter(|(merged, _)| *merged == level && top < bottom)
        {
            sheet.merge_range(top, SCORE, bottom, SCORE, "", &plain).unwrap();
            number(sheet, top, SCORE, score);
        }
        let sums = form.subtotals.iter().flatten();
        if let Some((_, weight, score)) = sums.clone().find(|(name, ..)| *name == level) {
            sheet.write_string(bottom + 1, 0, "小计").unwrap();
            number(sheet, bottom + 1, 5, *weight);
            number(sheet, bottom + 1, SCORE, *score);
        }
    }
}
