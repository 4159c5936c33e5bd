//! Why a workbook cannot be written. Every error names the sheet and, where there is one, the cell.
//!
//! * `Display` is English, [`ExportError::chinese`] the same for an officer.
//! * Never: a half-written workbook; an error means that no bytes are handed out.

use rust_decimal::Decimal;

/// A cell of a sheet that is being written, for messages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct At {
    /// The sheet's name.
    pub sheet: String,
    /// The cell, such as `E17`.
    pub cell: String,
}

impl std::fmt::Display for At {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "[{}] {}", self.sheet, self.cell)
    }
}

/// Why a workbook cannot be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError {
    /// There is nothing to write.
    #[error("nothing to write: give at least one evaluated subject")]
    Empty,
    /// A number has more digits than a spreadsheet keeps.
    #[error(
        "{at}: {value} has more than the 15 digits a spreadsheet keeps exactly; \
         correct the amount or its unit in the input"
    )]
    TooManyDigits {
        /// Where it was to stand.
        at: At,
        /// The number.
        value: Decimal,
    },
    /// A formula is longer than a spreadsheet allows.
    #[error(
        "{at}: the formula has {length} characters, a spreadsheet allows 8192; \
         shorten the formula of the rule"
    )]
    FormulaTooLong {
        /// Where it was to stand.
        at: At,
        /// Its length in characters.
        length: usize,
    },
    /// More rows than a sheet holds.
    #[error("[{sheet}]: {rows} rows, a sheet holds {limit}; split the input into several files")]
    TooManyRows {
        /// The sheet.
        sheet: String,
        /// How many rows it would need.
        rows: usize,
        /// How many there may be.
        limit: usize,
    },
    /// The date of the workbook is outside of what the format holds.
    #[error("{seconds} seconds since 1970 is no date from 1970 to 9999; correct SOURCE_DATE_EPOCH")]
    Date {
        /// The date as given.
        seconds: i64,
    },
    /// The writer refuses.
    #[error("{at}: the workbook cannot be written: {cause}; report this with the input's headings")]
    Writer {
        /// Where.
        at: At,
        /// What the writer says.
        #[source]
        cause: rust_xlsxwriter::XlsxError,
    },
}

impl ExportError {
    /// The message for an officer: where, what was found, what was expected, what to do.
    pub fn chinese(&self) -> String {
        match self {
            ExportError::Empty => "没有可写出的评价对象；请至少提供一个已评价的部门或项目".into(),
            ExportError::TooManyDigits { at, value } => format!(
                "{at}：数值 {value} 超过 15 位有效数字，电子表格不能精确保存；请核对原始数据中的金额或单位"
            ),
            ExportError::FormulaTooLong { at, length } => format!(
                "{at}：公式长 {length} 个字符，电子表格最多 8192 个；请缩短评分规则中的公式"
            ),
            ExportError::TooManyRows { sheet, rows, limit } => {
                format!(
                    "[{sheet}]：共 {rows} 行，一张工作表最多 {limit} 行；请把原始数据拆成几个文件"
                )
            }
            ExportError::Date { seconds } => format!(
                "日期（1970 年起 {seconds} 秒）不在 1970 至 9999 年之间；请更正 SOURCE_DATE_EPOCH"
            ),
            ExportError::Writer { at, cause } => {
                format!("{at}：工作簿写不出（{cause}）；请把原表表头连同此信息反馈")
            }
        }
    }
}
