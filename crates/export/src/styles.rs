//! The look of every sheet: one set of cell styles, as a Chinese office prints a form.
//!
//! * Fonts are named (宋体 for text, 黑体 for titles and heads) and never embedded.
//! * Colours: pale blue for heads, pale grey for totals, pale yellow for what a person fills in or has filled in.

use jixiao_core::{Severity, Unit};
use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, FormatUnderline};

const BODY: &str = "宋体";
const HEAD: &str = "黑体";
/// 中易宋体 and 中易黑体 are fonts of the GB 2312 character set.
const CHARSET: u8 = 134;

const HEAD_FILL: Color = Color::RGB(0x00DD_EBF7);
const TOTAL_FILL: Color = Color::RGB(0x00F2_F2F2);
const INPUT_FILL: Color = Color::RGB(0x00FF_F2CC);
const ERROR_FILL: Color = Color::RGB(0x00FC_E4E4);
const ERROR_TEXT: Color = Color::RGB(0x00B0_0020);
const WARNING_FILL: Color = Color::RGB(0x00FF_F2CC);
const WARNING_TEXT: Color = Color::RGB(0x007F_6000);
const LINK_TEXT: Color = Color::RGB(0x0005_63C1);
const NOTE_TEXT: Color = Color::RGB(0x0059_5959);

/// Every style that the sheets use.
pub(crate) struct Styles {
    /// The title of a sheet.
    pub title: Format,
    /// The line below it.
    pub subtitle: Format,
    /// Who, on the left above a table.
    pub left: Format,
    /// The unit, on the right above a table.
    pub corner: Format,
    /// The heading of a block.
    pub section: Format,
    /// Remarks below a table.
    pub note: Format,
    /// Heads of columns and labels of a form.
    pub head: Format,
    /// Text, left.
    pub text: Format,
    /// Text, centred.
    pub centre: Format,
    /// Money in yuan.
    pub money: Format,
    /// A rate.
    pub rate: Format,
    /// A score.
    pub score: Format,
    /// A number as it is.
    pub number: Format,
    /// What a person fills in: text, left.
    pub input_text: Format,
    /// A score that a person gave or has to give.
    pub input: Format,
    /// A rule's formula.
    pub code: Format,
    /// A link to a cell.
    pub link: Format,
    /// The same as text, centre, money, rate, score and number in a total row.
    pub total_text: Format,
    /// Total: centred.
    pub total_centre: Format,
    /// Total: money in yuan.
    pub total_money: Format,
    /// Total: rate.
    pub total_rate: Format,
    /// Total: score.
    pub total_score: Format,
    /// Total: number.
    pub total_number: Format,
    /// A red and a yellow warning light.
    pub red: Format,
    /// A yellow one.
    pub yellow: Format,
    /// Severities.
    error: Format,
    warning: Format,
    info: Format,
}

impl Styles {
    pub(crate) fn new() -> Styles {
        let text = cell().set_align(FormatAlign::Left).set_text_wrap();
        let centre = cell().set_align(FormatAlign::Center).set_text_wrap();
        let money = cell().set_align(FormatAlign::Right).set_indent(1).set_num_format("#,##0.00");
        let rate = cell().set_align(FormatAlign::Center).set_num_format("0.00%");
        let score = cell().set_align(FormatAlign::Center).set_num_format("0.00");
        let number = cell().set_align(FormatAlign::Center);
        let total = |format: &Format| format.clone().set_bold().set_background_color(TOTAL_FILL);
        let coloured = |text: Color, fill: Color| {
            centre.clone().set_bold().set_font_color(text).set_background_color(fill)
        };
        Styles {
            title: plain(HEAD, 16).set_align(FormatAlign::Center),
            subtitle: plain(BODY, 11).set_align(FormatAlign::Center),
            left: plain(BODY, 10).set_align(FormatAlign::Left),
            corner: plain(BODY, 10).set_align(FormatAlign::Right),
            section: plain(HEAD, 11).set_align(FormatAlign::Left),
            note: plain(BODY, 9)
                .set_align(FormatAlign::Left)
                .set_text_wrap()
                .set_font_color(NOTE_TEXT),
            head: cell()
                .set_font_name(HEAD)
                .set_align(FormatAlign::Center)
                .set_text_wrap()
                .set_background_color(HEAD_FILL),
            total_text: total(&text),
            total_centre: total(&centre),
            total_money: total(&money),
            total_rate: total(&rate),
            total_score: total(&score),
            total_number: total(&number),
            input: score.clone().set_background_color(INPUT_FILL),
            input_text: text.clone().set_background_color(INPUT_FILL),
            code: text.clone().set_font_size(9),
            link: text.clone().set_font_color(LINK_TEXT).set_underline(FormatUnderline::Single),
            red: coloured(ERROR_TEXT, ERROR_FILL).set_align(FormatAlign::Left),
            yellow: coloured(WARNING_TEXT, WARNING_FILL).set_align(FormatAlign::Left),
            error: coloured(ERROR_TEXT, ERROR_FILL),
            warning: coloured(WARNING_TEXT, WARNING_FILL),
            info: centre.clone(),
            text,
            centre,
            money,
            rate,
            score,
            number,
        }
    }

    /// The colours of a severity.
    pub(crate) fn severity(&self, severity: Severity) -> &Format {
        match severity {
            Severity::Error => &self.error,
            Severity::Warning => &self.warning,
            Severity::Info => &self.info,
        }
    }

    /// A number with separators and so many places.
    pub(crate) fn quantity(&self, places: u32) -> Format {
        let point = if places == 0 { "" } else { "." };
        self.money.clone().set_num_format(format!("#,##0{point}{}", "0".repeat(places as usize)))
    }

    /// Money in a unit: at least two places, and all that an amount exact to the 分 can have.
    pub(crate) fn money_in(&self, unit: Unit) -> Format {
        self.money.clone().set_num_format(money_format(unit))
    }

    /// The same in a total row.
    pub(crate) fn total_money_in(&self, unit: Unit) -> Format {
        self.total_money.clone().set_num_format(money_format(unit))
    }
}

/// The word of a severity.
pub(crate) fn severity_word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "错误",
        Severity::Warning => "提醒",
        Severity::Info => "信息",
    }
}

fn money_format(unit: Unit) -> String {
    let optional = places(unit).saturating_sub(2);
    format!("#,##0.00{}", "#".repeat(optional as usize))
}

/// How many places an amount exact to the 分 has in a unit.
pub(crate) fn places(unit: Unit) -> u32 {
    2 + unit.yuan().mantissa().to_string().len() as u32 - 1
}

fn plain(font: &str, size: u8) -> Format {
    Format::new()
        .set_font_name(font)
        .set_font_charset(CHARSET)
        .set_font_size(size)
        .set_align(FormatAlign::VerticalCenter)
}

fn cell() -> Format {
    plain(BODY, 10).set_border(FormatBorder::Thin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_keeps_every_fen() {
        for (unit, format) in [
            (Unit::Yuan, "#,##0.00"),
            (Unit::Thousand, "#,##0.00###"),
            (Unit::TenThousand, "#,##0.00####"),
            (Unit::HundredMillion, "#,##0.00########"),
        ] {
            assert_eq!(money_format(unit), format, "{unit:?}");
        }
    }
}
