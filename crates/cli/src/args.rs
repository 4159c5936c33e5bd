//! What the user typed.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::ffi::OsString;
use std::path::PathBuf;

/// The words of a command line with a leading `--lang` moved behind all others: since a file may stand in place of a
/// command, the parser takes an option before a command for one of a file.
pub fn lang_last(words: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut words: Vec<OsString> = words.collect();
    let leading = match words.get(1).and_then(|word| word.to_str()) {
        Some("--lang") if words.len() > 2 => 2,
        Some(word) if word.starts_with("--lang=") => 1,
        _ => return words,
    };
    let end = words.iter().position(|word| word == "--").unwrap_or(words.len());
    words[1..end].rotate_left(leading);
    words
}

/// 绩效自评：把预算台账变成自评工作簿。
#[derive(Debug, Parser)]
#[command(
    name = "jixiao",
    version,
    about = "绩效自评：读取财务台账，核对预算执行，按规则计分，写出自评工作簿 (budget-performance self-evaluation)",
    after_help = "直接写文件名等于 evaluate：jixiao 台账.xlsx\n退出码：0 完成；1 完成但有错误级发现；2 未能完成",
    args_conflicts_with_subcommands = true
)]
pub struct Cli {
    /// The command.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Without a command, files are evaluated.
    #[command(flatten)]
    pub evaluate: EvaluateArgs,
    /// 信息的语言 (language of messages)：zh 或 en
    #[arg(long, global = true, value_enum)]
    pub lang: Option<LangArg>,
}

/// A language.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum LangArg {
    /// Chinese.
    Zh,
    /// English.
    En,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// 评价：每个文件写出一本自评工作簿 (evaluate ledgers and forms)
    Evaluate(EvaluateArgs),
    /// 批量：评价一批部门并汇总 (evaluate many departments and sum them up)
    Batch(BatchArgs),
    /// 查看：每张表是怎样识别的 (how every sheet was understood)
    Inspect(InspectArgs),
    /// 核对：只列出发现的问题 (findings only)
    Check(CheckArgs),
    /// 解释：每项得分的公式、数据来源、计算过程、结果和依据 (why a score is what it is)
    Explain(ExplainArgs),
    /// 比较：同一数据按两套规则计算，哪些行变动及原因 (the same data under two rule files)
    Diff(DiffArgs),
    /// 规则：列出、显示或检查评价规则 (list, show or check rules)
    Rules(RulesArgs),
}

/// How submissions are evaluated.
#[derive(Clone, Debug, Args)]
pub struct HowArgs {
    /// 评价规则：规则编号或 TOML 文件 (rules id or file)
    #[arg(long, value_name = "ID|FILE.toml")]
    pub rules: Option<String>,
    /// 预算年度，表中没有写明时使用 (budget year)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i32).range(2000..=2099))]
    pub year: Option<i32>,
    /// 部门名称，表中没有写明时使用 (department)
    #[arg(long, value_name = "NAME")]
    pub department: Option<String>,
    /// 问答文件，默认取输入文件旁的 <名称>.jixiao.toml 或 jixiao.toml (answers to questions)
    #[arg(long, value_name = "FILE")]
    pub answers: Option<PathBuf>,
    /// 本单位词汇，默认取输入文件旁或程序旁的 jixiao-words.toml (words of the office)
    #[arg(long, value_name = "FILE")]
    pub words: Option<PathBuf>,
}

/// `evaluate`.
#[derive(Debug, Args)]
pub struct EvaluateArgs {
    /// 台账或自评表 (ledgers or forms)
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// 把所有文件作为一个部门的资料一起评价 (the files of one department)
    #[arg(long)]
    pub together: bool,
    /// 输出到此文件夹，默认与输入同一文件夹 (output folder)
    #[arg(short, long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Rules, year and department.
    #[command(flatten)]
    pub how: HowArgs,
    /// 以 JSON 输出评价结果 (print the evaluation as JSON)
    #[arg(long)]
    pub json: bool,
    /// 不写任何文件 (write no file)
    #[arg(long)]
    pub dry_run: bool,
    /// 覆盖被人改过的输出文件 (overwrite outputs that a person changed)
    #[arg(long)]
    pub force: bool,
}

/// `batch`.
#[derive(Debug, Args)]
pub struct BatchArgs {
    /// 文件夹、文件或通配符 (folders, files or globs)
    #[arg(value_name = "PATH", required = true)]
    pub paths: Vec<PathBuf>,
    /// 输出文件夹 (output folder)
    #[arg(short, long, value_name = "DIR", required = true)]
    pub out: PathBuf,
    /// Rules, year and department.
    #[command(flatten)]
    pub how: HowArgs,
    /// 同时处理的文件数，默认为处理器个数 (files at a time)
    #[arg(long, value_name = "N")]
    pub jobs: Option<std::num::NonZeroUsize>,
    /// 已有输出的不再重写 (keep outputs that are there)
    #[arg(long)]
    pub resume: bool,
    /// 覆盖被人改过的输出文件 (overwrite outputs that a person changed)
    #[arg(long)]
    pub force: bool,
    /// 以 JSON 输出 (print JSON)
    #[arg(long)]
    pub json: bool,
}

/// `inspect`.
#[derive(Debug, Args)]
pub struct InspectArgs {
    /// 文件 (file)
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// 问答文件，默认取输入文件旁的 <名称>.jixiao.toml 或 jixiao.toml (answers to questions)
    #[arg(long, value_name = "FILE")]
    pub answers: Option<PathBuf>,
    /// 本单位词汇，默认取输入文件旁或程序旁的 jixiao-words.toml (words of the office)
    #[arg(long, value_name = "FILE")]
    pub words: Option<PathBuf>,
    /// 以 JSON 输出 (print JSON)
    #[arg(long)]
    pub json: bool,
}

/// `check`.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// 文件 (file)
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Rules, year and department.
    #[command(flatten)]
    pub how: HowArgs,
    /// 以 JSON 输出 (print JSON)
    #[arg(long)]
    pub json: bool,
}

/// `explain`.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// 文件 (file)
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// 指标名称的一部分，或其序号；不写则解释全部 (part of an indicator's name, or its number)
    #[arg(value_name = "INDICATOR")]
    pub indicator: Option<String>,
    /// Rules, year and department.
    #[command(flatten)]
    pub how: HowArgs,
    /// 以 JSON 输出 (print JSON)
    #[arg(long)]
    pub json: bool,
}

/// `diff`.
#[derive(Debug, Args)]
pub struct DiffArgs {
    /// 文件 (file)
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// 评价规则，写两次：--rules A --rules B (rules, twice)
    #[arg(long, value_name = "ID|FILE.toml", required = true)]
    pub rules: Vec<String>,
    /// 预算年度，表中没有写明时使用 (budget year)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i32).range(2000..=2099))]
    pub year: Option<i32>,
    /// 问答文件 (answers to questions)
    #[arg(long, value_name = "FILE")]
    pub answers: Option<PathBuf>,
    /// 本单位词汇 (words of the office)
    #[arg(long, value_name = "FILE")]
    pub words: Option<PathBuf>,
    /// 以 JSON 输出 (print JSON)
    #[arg(long)]
    pub json: bool,
}

/// `rules`.
#[derive(Debug, Args)]
pub struct RulesArgs {
    /// What about them.
    #[command(subcommand)]
    pub what: RulesCommand,
}

/// `rules list`, `rules show` and `rules validate`.
#[derive(Debug, Subcommand)]
pub enum RulesCommand {
    /// 列出内置规则 (list)
    List,
    /// 显示一个规则的内容 (show)
    Show {
        /// 规则编号或 TOML 文件 (id or file)
        #[arg(value_name = "ID|FILE.toml")]
        rules: String,
    },
    /// 检查一个规则文件，列出全部错误 (check a rule file, every mistake at once)
    Validate {
        /// 规则文件 (file)
        #[arg(value_name = "FILE.toml")]
        file: PathBuf,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leading_language_is_moved_behind_the_command() {
        for (typed, parsed) in [
            ("jixiao --lang en check a.xlsx", "jixiao check a.xlsx --lang en"),
            ("jixiao --lang=en check a.xlsx", "jixiao check a.xlsx --lang=en"),
            ("jixiao --lang en check -- a.xlsx", "jixiao check --lang en -- a.xlsx"),
            ("jixiao check a.xlsx --lang en", "jixiao check a.xlsx --lang en"),
            ("jixiao --lang", "jixiao --lang"),
            ("jixiao", "jixiao"),
        ] {
            let words = lang_last(typed.split(' ').map(OsString::from));
            assert_eq!(words.join(std::ffi::OsStr::new(" ")), parsed, "{typed}");
        }
    }
}
