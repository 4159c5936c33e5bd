//! What ends a run, or the work on one file, with exit code 2.

use jixiao_core::{Code, Lang};
use std::path::{Path, PathBuf};

/// Why nothing could be done.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// No file was named.
    #[error("no files")]
    NoFiles,
    /// A file cannot be read from the disk.
    #[error("cannot read {path}")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
    /// A file was refused.
    #[error("{0}")]
    Open(jixiao_import::OpenError),
    /// A file holds nothing that can be evaluated.
    #[error("{}", .0.message)]
    NoTable(Box<jixiao_core::Finding>),
    /// Rules that are not there or not right.
    #[error("{0}")]
    Rules(jixiao_core::RulesError),
    /// A rule file that is not right.
    #[error("{file}: {error}")]
    RuleFile {
        /// The file.
        file: String,
        /// Every mistake.
        error: jixiao_core::RulesError,
    },
    /// Words of an office that are not right.
    #[error("{file}: {error}")]
    Words {
        /// The file.
        file: String,
        /// What is wrong.
        error: String,
    },
    /// A file of answers that is not right.
    #[error("{file}: {error}")]
    Answers {
        /// The file.
        file: String,
        /// What is wrong, with line and column.
        error: String,
    },
    /// Data that contradicts itself.
    #[error("{0}")]
    Evaluate(#[from] jixiao_core::EvaluateError),
    /// A workbook that cannot be made.
    #[error("{0}")]
    Export(#[from] jixiao_export::ExportError),
    /// An output that cannot be written.
    #[error("cannot write {path}")]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
    /// A pattern or folder without a workbook.
    #[error("no workbook in {0}")]
    NothingFound(String),
    /// A comparison of other than two rule files.
    #[error("--rules is given twice")]
    TwoRules,
    /// No indicator of this name or number.
    #[error("no indicator {0}")]
    NoIndicator(String),
    /// A result that cannot be written as JSON.
    #[error("{0}")]
    Json(#[from] serde_json::Error),
}

impl CliError {
    /// The finding code that belongs to it.
    pub fn code(&self) -> &'static str {
        match self {
            CliError::Read { .. } => Code::Unreadable.text(),
            CliError::Open(error) => error.code().text(),
            CliError::NoTable(finding) => finding.code.text(),
            CliError::NoFiles
            | CliError::NothingFound(_)
            | CliError::NoIndicator(_)
            | CliError::TwoRules => "usage",
            CliError::Rules(_) | CliError::RuleFile { .. } => "rules",
            CliError::Answers { .. } => "answers",
            CliError::Words { .. } => "words",
            CliError::Evaluate(_) => "evaluate",
            CliError::Export(_) | CliError::Write { .. } => "unwritable",
            CliError::Json(_) => "json",
        }
    }

    /// What happened and what to do.
    pub fn message(&self, lang: Lang) -> String {
        match lang {
            Lang::Zh => self.chinese(),
            Lang::En => self.english(),
        }
    }

    pub fn chinese(&self) -> String {
        let code = self.code();
        match self {
            CliError::NoFiles => {
                "没有指定文件。用法：jixiao 台账.xlsx；帮助：jixiao --help".to_owned()
            }
            CliError::Read { path, cause } => {
                format!("{}：{}（{cause}）[{code}]", path.display(), read_hint(cause.kind()).0)
            }
            CliError::Open(error) => {
                format!("{} [{code}]", error.chinese())
            }
            CliError::NoTable(finding) => {
                format!("{}：{} [{code}]", finding.source.file, finding.message)
            }
            CliError::Rules(error) => {
                format!("规则有误：{}\n可用 jixiao rules list 查看内置规则", error.chinese())
            }
            CliError::RuleFile { file, error } => format!("{file}：{}", error.chinese()),
            CliError::Words { file, error } => {
                format!("词汇文件 {file} 有误：{error}；请改正或删除该文件后重试")
            }
            CliError::Answers { file, error } => {
                format!("问答文件 {file} 有误：{error}；请改正或删除该文件后重试")
            }
            CliError::Evaluate(error) => format!("数据自相矛盾，无法评价：{error}"),
            CliError::Export(error) => format!("无法生成工作簿：{}", error.chinese()),
            CliError::Write { path, cause } => format!(
                "无法写入 {}（{cause}）；请关闭正在打开它的 Excel 或 WPS，或用 -o 换一个文件夹",
                path.display()
            ),
            CliError::NothingFound(path) => {
                format!(
                    "{path} 中没有可评价的表格文件（.xlsx .xls .xlsb .ods .et .csv .html .mht .zip 等）"
                )
            }
            CliError::TwoRules => {
                "--rules 应写两次：jixiao diff --rules A --rules B 文件".to_owned()
            }
            CliError::NoIndicator(asked) => {
                format!("没有名称含“{asked}”或序号为它的指标；不写指标则解释全部")
            }
            CliError::Json(error) => format!("无法写出 JSON：{error}"),
        }
    }

    fn english(&self) -> String {
        let code = self.code();
        match self {
            CliError::NoFiles => {
                "no file was named. Usage: jixiao LEDGER.xlsx; help: jixiao --help".to_owned()
            }
            CliError::Read { path, cause } => {
                format!("{}: {} ({cause}) [{code}]", path.display(), read_hint(cause.kind()).1)
            }
            CliError::Open(error) => {
                format!("{} [{code}]", error.english())
            }
            CliError::NoTable(finding) => {
                let message =
                    if finding.english.is_empty() { &finding.message } else { &finding.english };
                format!("{}: {message} [{code}]", finding.source.file)
            }
            CliError::Rules(error) => {
                format!("the rules are not right: {error}\nSee jixiao rules list")
            }
            CliError::RuleFile { file, error } => format!("{file}: {error}"),
            CliError::Words { file, error } => {
                format!("the words in {file} are not right: {error}; correct or delete the file")
            }
            CliError::Answers { file, error } => {
                format!("the answers in {file} are not right: {error}; correct or delete the file")
            }
            CliError::Evaluate(error) => format!("the data contradicts itself: {error}"),
            CliError::Export(error) => format!("the workbook cannot be made: {error}"),
            CliError::Write { path, cause } => format!(
                "cannot write {} ({cause}); close it in Excel or WPS, or choose another folder with -o",
                path.display()
            ),
            CliError::NothingFound(path) => {
                format!("{path} holds no workbook (.xlsx .xls .xlsb .ods .et .csv .html .mht .zip)")
            }
            CliError::TwoRules => {
                "--rules is given twice: jixiao diff --rules A --rules B FILE".to_owned()
            }
            CliError::NoIndicator(asked) => {
                format!(
                    "no indicator has {asked:?} in its name or as its number; without one, all are explained"
                )
            }
            CliError::Json(error) => format!("cannot write JSON: {error}"),
        }
    }
}

fn read_hint(kind: std::io::ErrorKind) -> (&'static str, &'static str) {
    match kind {
        std::io::ErrorKind::NotFound => {
            ("找不到文件，请检查文件名和路径", "the file is not there; check its name and path")
        }
        std::io::ErrorKind::PermissionDenied => {
            ("没有读取权限，请检查文件权限", "it may not be read; check its permissions")
        }
        _ => (
            "无法读取，请确认它是文件且没有被其他程序锁定",
            "it cannot be read; check that it is a file and not locked by another program",
        ),
    }
}

/// A file's name without its folder, for messages and places.
pub fn name_of(path: &Path) -> String {
    path.file_name()
        .map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}
