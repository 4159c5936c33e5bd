//! The `jixiao` program: commands, batch, messages. Every figure comes from `jixiao-core`.
//!
//! What the user typed is `args`; what a run needs is worked out by each command; exit codes are decided in `run`.

mod answers;
mod args;
mod audit;
mod batch;
mod check;
mod child;
mod choose;
mod decided;
mod diff;
mod drawing;
mod error;
mod evaluate;
mod explain;
mod input;
mod inspect;
mod lang;
mod pipeline;
mod rules;
mod screen;
mod words;
mod write;

use args::{Cli, Command};
use clap::Parser;
use error::CliError;
use std::io::Write;
use std::process::ExitCode;

/// How a run ended; the gravest of several counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ended {
    /// Done.
    Well,
    /// Done, with at least one finding of severity error.
    WithErrors,
    /// Nothing could be done.
    Failed,
}

fn main() -> ExitCode {
    if let Some(code) = child::serve() {
        return code;
    }
    let cli = match Cli::try_parse_from(args::lang_last(std::env::args_os())) {
        Ok(cli) => cli,
        Err(help) => {
            let failed = help.use_stderr();
            // Nobody is left to tell when the terminal is gone.
            let _ = help.print();
            return ExitCode::from(if failed { 2 } else { 0 });
        }
    };
    let lang = lang::choose(cli.lang);
    let ended = run(cli, lang).unwrap_or_else(|error| {
        let _ = writeln!(std::io::stderr(), "{}", error.message(lang));
        Ended::Failed
    });
    ExitCode::from(ended as u8)
}

fn run(cli: Cli, lang: jixiao_core::Lang) -> Result<Ended, CliError> {
    match cli.command {
        None if cli.evaluate.files.is_empty() => Err(CliError::NoFiles),
        None => evaluate::run(&cli.evaluate, lang),
        Some(Command::Evaluate(args)) => evaluate::run(&args, lang),
        Some(Command::Batch(args)) => batch::run(&args, lang),
        Some(Command::Inspect(args)) => inspect::run(&args, lang),
        Some(Command::Check(args)) => check::run(&args, lang),
        Some(Command::Explain(args)) => explain::run(&args, lang),
        Some(Command::Diff(args)) => diff::run(&args, lang),
        Some(Command::Rules(args)) => rules::run(&args, lang),
    }
}
