//! Cells: one value at a time, strictly.
//!
//! * In: a cell, the unit of its column. Out: an amount in yuan, or nothing and a finding that says why.

use crate::grid::{Cell, Format, Sheet, Turn, Value};
use jixiao_core::{Cells, Code, Finding, Money, Place, Unit, number};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// The number of a cell as printed, without saying anything about it; `None` when it is none.
pub fn cell_decimal(cell: &Cell<'_>) -> Option<Decimal> {
    match cell.value {
        Value::Number(number) => number::from_cell(number),
        Value::Text(text) => match number::read(text) {
            // `5万` is no plain number: what it counts is decided by who knows its unit.
            number::Text::Number { value, unit: None, .. } => Some(value),
            _ => None,
        },
        _ => None,
    }
}

/// Whether a cell says that there is no amount: `—`, `/`, `无` and the like.
pub fn is_blank(cell: &Cell<'_>) -> bool {
    matches!(cell.value, Value::Text(text) if number::read(text) == number::Text::Empty)
}

/// A cell as text: numbers as they are shown (98.1% for 0.981 with a percent format), codes with their zeros.
pub fn cell_text(cell: &Cell<'_>) -> Option<String> {
    match cell.value {
        Value::Text(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Number(number) => {
            let value = number::from_cell(number)?;
            Some(match cell.format {
                Format::Percent => format!("{}%", (value * Decimal::ONE_HUNDRED).normalize()),
                Format::Padded(digits) => {
                    format!("{:0>width$}", value.normalize().to_string(), width = digits as usize)
                }
                _ => value.normalize().to_string(),
            })
        }
        Value::Bool(truth) => Some(if truth { "是" } else { "否" }.to_owned()),
        Value::Date(serial) => Some(date_text(serial).unwrap_or_else(|| serial.to_string())),
        Value::Error(_) | Value::NoCachedValue => None,
    }
}

/// A date serial as `2021年12月31日`; `None` outside the years 2000 to 2099.
fn date_text(serial: f64) -> Option<String> {
    let days = number::from_cell(serial)?.trunc();
    let days = i64::try_from(days).ok().filter(|days| (36_526..=73_050).contains(days))?;
    // Days since 2000-01-01, a leap year at the head of a 400-year cycle.
    let mut rest = days - 36_526;
    let mut year = 2000;
    loop {
        let length = if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) { 366 } else { 365 };
        if rest < length {
            let february = length - 337;
            let months = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
            for (index, length) in months.iter().enumerate() {
                if rest < *length {
                    return Some(format!("{year}年{}月{}日", index + 1, rest + 1));
                }
                rest -= length;
            }
        }
        rest -= length;
        year += 1;
    }
}

/// Collects what is to be said about cells, so that a thousand like cells give one finding.
pub struct Notes {
    place: Place,
    grouped: BTreeMap<(Code, u32), Vec<Cells>>,
    findings: Vec<Finding>,
    errors: usize,
    /// In a format of nothing but text that numbers are text is worth no word.
    untyped: bool,
    turn: Option<Turn>,
}

/// One finding names at most so many cells.
const NAMED_CELLS: usize = 20;

impl Notes {
    /// For one sheet.
    pub fn new(file: &std::sync::Arc<str>, sheet: &Sheet) -> Notes {
        let place = Place::new(file.clone(), sheet.name.clone(), Cells::default());
        let untyped = sheet.untyped;
        let turn = sheet.turn;
        Notes { place, grouped: BTreeMap::new(), findings: Vec::new(), errors: 0, untyped, turn }
    }

    /// The place of cells on this sheet.
    pub fn at(&self, cells: Cells) -> Place {
        self.place.at(Turn::cells(self.turn, cells))
    }

    /// What a reader calls a row, in Chinese and English.
    pub fn row_name(&self, row: u32) -> (String, String) {
        Turn::row_name(self.turn, row)
    }

    /// Says something that every cell of a column may have in common.
    pub fn group(&mut self, code: Code, cell: &Cell<'_>) {
        if code == Code::TextNumber && self.untyped {
            return;
        }
        let (held, own) = (
            self.grouped.entry((code, cell.column)).or_default(),
            Cells::one(cell.row, cell.column),
        );
        if held.last() != Some(&own) {
            held.push(own);
        }
    }

    /// Says something about one cell.
    pub fn say(&mut self, finding: Finding) {
        self.errors += 1;
        if self.errors <= 50 {
            self.findings.push(finding);
        }
    }

    /// Everything said, grouped remarks last.
    pub fn finish(self) -> Vec<Finding> {
        let Notes { place, grouped, mut findings, errors, turn, .. } = self;
        if errors > 50 {
            let more = errors - 50;
            if let Some(last) = findings.last().cloned() {
                let zh = format!(
                    "同一工作表另有 {more} 个单元格有同类问题，未逐一列出；请先改正已列出的"
                );
                let en = format!(
                    "{more} more cells of this sheet have such faults; correct the listed ones first"
                );
                findings.push(Finding::new(last.code, place.clone(), zh, en));
            }
        }
        for ((code, column), cells) in grouped {
            let (column_zh, column_en) = Turn::column_name(turn, column);
            let count = cells.len();
            let (zh, en) = match code {
                Code::TextNumber => (
                    format!(
                        "{column_zh}有 {count} 个金额是文本，已按数字读取；建议在表中改为数值格式"
                    ),
                    format!(
                        "{column_en}: amounts that stand as text and were read as numbers: {count}; store them as numbers"
                    ),
                ),
                _ => (
                    format!(
                        "{column_zh}有 {count} 个金额带有二进制小数误差或在元以下多于两位小数，已四舍五入到分；请核对"
                    ),
                    format!(
                        "{column_en}: amounts with binary noise or more than two places of yuan, taken to the 分 half up: {count}; please check"
                    ),
                ),
            };
            let first = cells.first().copied().unwrap_or_default();
            let at = |cells: Cells| place.at(Turn::cells(turn, cells));
            let mut finding = Finding::new(code, at(first), zh, en);
            finding.related = cells.iter().skip(1).take(NAMED_CELLS).map(|c| at(*c)).collect();
            findings.push(finding);
        }
        findings
    }
}

/// The decimal of an amount cell as printed, with findings about what was converted or cannot be read.
pub fn printed_amount(
    cell: &Cell<'_>,
    title: &str,
    notes: &mut Notes,
) -> Option<(Decimal, Option<Unit>)> {
    let at = notes.at(Cells::one(cell.row, cell.column));
    match cell.value {
        Value::Number(number) => {
            let value = number::from_cell(number);
            if value.is_none() {
                let zh = format!("“{title}”列的数 {number} 超出可精确表示的范围；请核对后改正");
                let en = format!(
                    "{number} under {title:?} cannot be held exactly; check and correct it"
                );
                notes.say(Finding::new(Code::ValueUnreadable, at, zh, en));
            }
            if value.is_some_and(|value| number::is_noisy(number, value)) {
                notes.group(Code::FloatNoise, cell);
            }
            value.map(|value| (value, own_unit(cell)))
        }
        Value::Text(text) => match number::read(text) {
            number::Text::Empty => None,
            number::Text::Number { value, unit, percent: false, .. } => {
                notes.group(Code::TextNumber, cell);
                Some((value, unit))
            }
            _ => {
                let zh = format!("“{title}”列的“{text}”不是金额；应填数字，没有则留空");
                let en = format!(
                    "{text:?} under {title:?} is no amount; write a number or leave the cell empty"
                );
                notes.say(Finding::new(Code::ValueUnreadable, at, zh, en));
                None
            }
        },
        Value::Error(_) | Value::NoCachedValue => {
            broken(cell, title, at).into_iter().for_each(|finding| notes.say(finding));
            None
        }
        Value::Bool(_) | Value::Date(_) => {
            let shown = cell_text(cell).unwrap_or_default();
            let zh = format!(
                "“{title}”列的“{shown}”不是金额（单元格是日期或逻辑值格式）；请改为数值格式"
            );
            let en = format!(
                "{shown:?} under {title:?} is a date or a truth value, no amount; format the cell as a number"
            );
            notes.say(Finding::new(Code::ValueUnreadable, at, zh, en));
            None
        }
    }
}

/// The unit that a cell shows behind its own number.
pub fn own_unit(cell: &Cell<'_>) -> Option<Unit> {
    match (cell.value, cell.format) {
        (Value::Number(_), Format::In(unit)) => Some(unit),
        (Value::Text(text), _) => match number::read(text) {
            number::Text::Number { unit, .. } => unit,
            _ => None,
        },
        _ => None,
    }
}

/// A code that is stored as a number with more digits than a number keeps.
pub fn lost_code(cell: &Cell<'_>, title: &str, at: Place) -> Option<Finding> {
    let Value::Number(stored) = cell.value else { return None };
    (stored.abs() >= 1e15).then(|| {
        Finding::new(
            Code::ValueUnreadable,
            at,
            format!("“{title}”列的编码被存成数字（{stored:e}），末几位已经丢失；请在原系统重新导出，编码列设为文本"),
            format!(
                "the code under {title:?} is stored as a number ({stored:e}) and has lost its last digits; export it again with codes as text"
            ),
        )
    })
}

/// What is wrong with a cell that has an error or a formula without value.
pub fn broken(cell: &Cell<'_>, title: &str, at: Place) -> Option<Finding> {
    match cell.value {
        Value::Error(error) => Some(Finding::new(
            Code::ErrorCell,
            at,
            format!("“{title}”列的单元格是错误值 {error}；请在表中改正公式后重新保存"),
            format!(
                "the cell under {title:?} holds the error {error}; correct the formula and save again"
            ),
        )),
        Value::NoCachedValue => Some(Finding::new(
            Code::NoCachedValue,
            at,
            format!(
                "“{title}”列的公式没有计算结果；请用 WPS 或 Excel 打开文件并保存一次，再重新导入"
            ),
            format!(
                "the formula under {title:?} has no computed value; open and save the file once in WPS or Excel"
            ),
        )),
        _ => None,
    }
}

/// A printed amount in yuan. Digits below the 分 are rounded half up and reported.
pub fn in_yuan(printed: Decimal, unit: Unit, cell: &Cell<'_>, notes: &mut Notes) -> Option<Money> {
    let yuan = printed.checked_mul(unit.yuan());
    let Some(yuan) = yuan.filter(|yuan| yuan.abs() < Decimal::from(10_000_000_000_000_000_i64))
    else {
        let at = notes.at(Cells::one(cell.row, cell.column));
        let zh = format!("金额 {printed} {} 过大，无法精确计算；请核对单位和数字", unit.word());
        let en = format!(
            "the amount {printed} {} is too large to compute exactly; check unit and digits",
            unit.word()
        );
        notes.say(Finding::new(Code::ValueUnreadable, at, zh, en));
        return None;
    };
    match Money::exact(yuan) {
        Ok(money) => Some(money),
        Err(_) => {
            notes.group(Code::FloatNoise, cell);
            Some(Money::rounded(yuan))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serials_become_dates() {
        for (serial, text) in [
            (36_526.0, Some("2000年1月1日")),
            (44_561.0, Some("2021年12月31日")),
            (44_620.0, Some("2022年2月28日")),
            (45_351.0, Some("2024年2月29日")),
            (60.0, None),
            (20_211_231.0, None),
        ] {
            assert_eq!(date_text(serial).as_deref(), text, "{serial}");
        }
    }
}
