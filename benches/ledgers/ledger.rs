//! Makes a quota ledger (指标台账) as a finance office keeps it: many documents for each item, a total at the end.
//!
//! * In: a number of rows. Out: the workbook, always the same for the same number, and its totals in yuan.
//! * Fifty rows to an item; what was added, taken away and spent varies by row; one row in twenty has a reason, one in a
//!   thousand is a refund.
//! * Never: a real office's figures; every name and amount is made up.

use rust_xlsxwriter::{Format, Workbook, XlsxError};
use std::path::Path;

/// Rows to an item.
const ROWS_PER_ITEM: u32 = 50;

const TITLES: [&str; 13] = [
    "序号",
    "项目代码",
    "项目名称",
    "功能分类科目编码",
    "部门经济分类",
    "资金性质",
    "指标文号",
    "年初预算数",
    "追加",
    "追减",
    "全年预算数",
    "执行数",
    "偏差原因",
];
/// The column of the first amount.
const AMOUNTS: u16 = 7;

/// The names of the totals in the program's document, in the order of the columns.
const NAMES: [&str; 5] =
    ["initial_budget", "additions", "reductions", "adjusted_budget", "executed"];

const KINDS: [&str; 8] = [
    "设备购置",
    "信息系统运行维护",
    "业务培训",
    "房屋修缮",
    "困难群众救助",
    "公共卫生服务",
    "课后服务补助",
    "河道清淤整治",
];
const FUNCTIONS: [&str; 6] = [
    "2010601 行政运行",
    "2050201 学前教育",
    "2080502 事业单位离退休",
    "2100408 基本公共卫生服务",
    "2130305 水利工程建设",
    "2210201 住房公积金",
];
const ECONOMIC: [&str; 5] =
    ["30201 办公费", "30213 维修(护)费", "30216 培训费", "30227 委托业务费", "31002 办公设备购置"];
const FUNDS: [&str; 3] = ["一般公共预算资金", "政府性基金预算资金", "上级转移支付"];
const REASONS: [&str; 4] =
    ["项目验收推迟到下年", "招标节约", "实际人数少于年初预计", "上级资金下达较晚"];

/// Writes the ledger; its totals by their names, with two places.
pub fn write(path: &Path, rows: u32) -> Vec<(&'static str, String)> {
    let mut book = Workbook::new();
    let totals = fill(&mut book, rows).expect("a sheet");
    let bytes = book.save_to_buffer().expect("a workbook");
    std::fs::write(path, bytes).expect("a file");
    NAMES.into_iter().zip(totals.map(|fen| yuan(fen).0)).collect()
}

fn fill(book: &mut Workbook, rows: u32) -> Result<[i64; 5], XlsxError> {
    let head = Format::new().set_bold().set_border(rust_xlsxwriter::FormatBorder::Thin);
    let amount = Format::new().set_num_format("#,##0.00");
    let sheet = book.add_worksheet().set_name("指标台账")?;
    sheet.write_string(0, 0, "某区财政局2024年度指标台账")?;
    sheet.write_string(1, 0, "单位：元")?;
    for (column, title) in (0u16..).zip(TITLES) {
        sheet.write_string_with_format(2, column, title, &head)?;
        sheet.set_column_width(column, 16)?;
    }
    let mut chance = Chance(20_240_101);
    let mut totals = [0i64; 5];
    for number in 0..rows {
        let row = 3 + number;
        let item = number / ROWS_PER_ITEM;
        let pick = |list: &[&'static str], by: u32| list[(item / by) as usize % list.len()];
        sheet.write_number(row, 0, number + 1)?;
        sheet.write_string(row, 1, format!("4401{item:08}"))?;
        sheet.write_string(row, 2, format!("{}{}期", pick(&KINDS, 1), item + 1))?;
        sheet.write_string(row, 3, pick(&FUNCTIONS, 3))?;
        sheet.write_string(row, 4, pick(&ECONOMIC, 7))?;
        sheet.write_string(row, 5, pick(&FUNDS, 11))?;
        sheet.write_string(row, 6, format!("财预〔2024〕{}号", number / 4 + 1))?;
        let mut amounts = chance.amounts();
        if number % 1_000 == 999 {
            amounts[4] = -amounts[4] / 10;
        }
        for (column, (total, fen)) in (AMOUNTS..).zip(totals.iter_mut().zip(amounts)) {
            *total += fen;
            sheet.write_number_with_format(row, column, yuan(fen).1, &amount)?;
        }
        if number % 20 == 7 {
            let reason = REASONS[chance.below(4) as usize];
            sheet.write_string(row, AMOUNTS + 5, reason)?;
        }
    }
    sheet.write_string(rows + 3, 2, "合计")?;
    for (column, total) in (AMOUNTS..).zip(totals) {
        sheet.write_number_with_format(rows + 3, column, yuan(total).1, &amount)?;
    }
    Ok(totals)
}

/// 分 as yuan: its digits, and the nearest float, which a cell stores.
fn yuan(fen: i64) -> (String, f64) {
    let sign = if fen < 0 { "-" } else { "" };
    let text = format!("{sign}{}.{:02}", fen.abs() / 100, fen.abs() % 100);
    let stored = text.parse().expect("a number");
    (text, stored)
}

/// The same numbers in every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u32) -> i64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i64::from((self.0 >> 33) as u32 % limit)
    }

    /// 年初预算数, 追加, 追减, 全年预算数 and 执行数 in 分; never more spent than there is.
    fn amounts(&mut self) -> [i64; 5] {
        let initial = 100_000 + self.below(50_000_000);
        let added = if self.below(4) == 0 { self.below(8_000_000) } else { 0 };
        let taken = if self.below(5) == 0 { self.below(100_000) } else { 0 };
        let adjusted = initial + added - taken;
        let executed = adjusted * (850 + self.below(151)) / 1_000;
        [initial, added, taken, adjusted, executed]
    }
}
