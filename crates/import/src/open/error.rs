//! Why a file cannot be opened, said so that its owner knows what to do.
//!
//! * In: what a reader found. Out: a finding code, a place and a message in Chinese and in English.
//! * Never: a file path (only the file's name), never the text of a cell.

use jixiao_core::{Cells, Code, Finding, Place};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What a file is that is no workbook.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Kind {
    /// A web page, often named `.xls` by a reporting system.
    Html,
    /// A web archive.
    Mhtml,
    /// The XML spreadsheet of Excel 2003.
    Xml2003,
    /// Another XML file.
    Xml,
    /// A PDF.
    Pdf,
    /// A text document of Word or WPS.
    Document,
    /// A presentation.
    Presentation,
    /// A picture.
    Image,
    /// A packed archive that is no workbook.
    Archive,
    /// Text, such as CSV.
    Text,
    /// Something else.
    Unknown,
}

impl Kind {
    fn chinese(self) -> &'static str {
        match self {
            Kind::Html => "网页（HTML）",
            Kind::Mhtml => "网页存档（MHTML）",
            Kind::Xml2003 => "XML 表格（SpreadsheetML 2003）",
            Kind::Xml => "XML 文件",
            Kind::Pdf => "PDF 文件",
            Kind::Document => "文字文档",
            Kind::Presentation => "演示文稿",
            Kind::Image => "图片",
            Kind::Archive => "压缩包",
            Kind::Text => "文本（CSV 或 TXT）",
            Kind::Unknown => "无法识别的文件",
        }
    }

    fn english(self) -> &'static str {
        match self {
            Kind::Html => "a web page (HTML)",
            Kind::Mhtml => "a web archive (MHTML)",
            Kind::Xml2003 => "an XML spreadsheet (SpreadsheetML 2003)",
            Kind::Xml => "an XML file",
            Kind::Pdf => "a PDF",
            Kind::Document => "a text document",
            Kind::Presentation => "a presentation",
            Kind::Image => "a picture",
            Kind::Archive => "a packed archive",
            Kind::Text => "text (CSV or TXT)",
            Kind::Unknown => "a file of unknown kind",
        }
    }

    fn may_hold_a_table(self) -> bool {
        matches!(self, Kind::Html | Kind::Mhtml | Kind::Xml2003 | Kind::Text)
    }
}

/// Why a file was refused. Displayed in Chinese.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[non_exhaustive]
pub enum OpenError {
    /// It is no workbook.
    #[error("{}", self.chinese())]
    Unsupported {
        /// The file's name.
        file: Arc<str>,
        /// What it is.
        kind: Kind,
    },
    /// It has a password.
    #[error("{}", self.chinese())]
    Encrypted {
        /// The file's name.
        file: Arc<str>,
    },
    /// It is larger than the limits.
    #[error("{}", self.chinese())]
    Limit {
        /// Where.
        place: Place,
        /// What was found and what is allowed, in Chinese.
        zh: String,
        /// The same in English.
        en: String,
    },
    /// It is empty or cut off.
    #[error("{}", self.chinese())]
    Truncated {
        /// The file's name.
        file: Arc<str>,
        /// What is missing, in Chinese.
        zh: String,
        /// The same in English.
        en: String,
    },
    /// It is damaged, or says two things at one place.
    #[error("{}", self.chinese())]
    Damaged {
        /// Where.
        place: Place,
        /// What was found and what was expected, in Chinese.
        zh: String,
        /// The same in English.
        en: String,
    },
}

impl OpenError {
    /// The finding code.
    pub fn code(&self) -> Code {
        match self {
            OpenError::Unsupported { .. } => Code::UnsupportedFormat,
            OpenError::Encrypted { .. } => Code::Encrypted,
            OpenError::Limit { .. } => Code::LimitExceeded,
            OpenError::Truncated { .. } => Code::Truncated,
            OpenError::Damaged { .. } => Code::Unreadable,
        }
    }

    /// Where: the file, and the sheet and cell when they are known.
    pub fn place(&self) -> Place {
        match self {
            OpenError::Limit { place, .. } | OpenError::Damaged { place, .. } => place.clone(),
            OpenError::Unsupported { file, .. }
            | OpenError::Encrypted { file }
            | OpenError::Truncated { file, .. } => Place::new(file.clone(), "", Cells::default()),
        }
    }

    /// The message in Chinese: where, what was found, what to do.
    pub fn chinese(&self) -> String {
        let place = self.place();
        match self {
            OpenError::Unsupported { kind, .. } if kind.may_hold_a_table() => format!(
                "{place}：内容是{}，里面没有找到表格。请用 WPS 或 Excel 打开核对，另存为 .xlsx 后再试。",
                kind.chinese()
            ),
            OpenError::Unsupported { kind, .. } => format!(
                "{place}：内容是{}，不是 Excel 工作簿。请提供 .xlsx、.xls、.et、.ods 或 .csv 格式的台账。",
                kind.chinese()
            ),
            OpenError::Encrypted { .. } => format!(
                "{place}：文件设有密码或工作簿保护，无法读取。请用 WPS 或 Excel 打开，取消密码后另存为 .xlsx 再试。"
            ),
            OpenError::Limit { zh, .. } => {
                format!("{place}：{zh}。请删去空白或无关内容、拆成几个文件后再试。")
            }
            OpenError::Truncated { zh, .. } => {
                format!("{place}：{zh}。请等复制或同步完成，或重新导出后再试。")
            }
            OpenError::Damaged { zh, .. } => {
                format!("{place}：{zh}。请用 WPS 或 Excel 打开，核对后另存为 .xlsx 再试。")
            }
        }
    }

    /// The message in English.
    pub fn english(&self) -> String {
        let place = self.place();
        match self {
            OpenError::Unsupported { kind, .. } if kind.may_hold_a_table() => format!(
                "{place}: this is {} without a table in it. Open it in WPS or Excel, check it, save it as .xlsx and try again.",
                kind.english()
            ),
            OpenError::Unsupported { kind, .. } => format!(
                "{place}: this is {}, not an Excel workbook. Give a ledger as .xlsx, .xls, .et, .ods or .csv.",
                kind.english()
            ),
            OpenError::Encrypted { .. } => format!(
                "{place}: the file has a password or a protected workbook and cannot be read. Open it in WPS or Excel, remove the password, save it as .xlsx and try again."
            ),
            OpenError::Limit { en, .. } => {
                format!(
                    "{place}: {en}. Delete what is empty or unneeded, or split the file, and try again."
                )
            }
            OpenError::Truncated { en, .. } => {
                format!(
                    "{place}: {en}. Wait until it is copied or synchronised, or export it again."
                )
            }
            OpenError::Damaged { en, .. } => format!(
                "{place}: {en}. Open it in WPS or Excel, check it, save it as .xlsx and try again."
            ),
        }
    }

    /// The same as a finding.
    pub fn finding(&self) -> Finding {
        Finding::new(self.code(), self.place(), self.chinese(), self.english())
    }
}
