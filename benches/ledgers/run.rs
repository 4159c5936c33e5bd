//! Runs a program as a process of its own and says how long it took or how much memory it had.
//!
//! * In: a program and its arguments. Out: the time from start to end, or the peak of resident memory in kB.
//! * The peak is read from `/proc` while the program runs, in a run that nobody times; elsewhere it stays unknown.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A program with its arguments.
pub struct Run {
    program: std::path::PathBuf,
    args: Vec<std::ffi::OsString>,
}

impl Run {
    /// A program with its arguments.
    pub fn new(program: &Path, args: &[&OsStr]) -> Run {
        let args = args.iter().map(|arg| arg.to_os_string()).collect();
        Run { program: program.to_owned(), args }
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.args).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    fn start(&self) -> Child {
        self.command().spawn().unwrap_or_else(|error| panic!("{}: {error}", self.program.display()))
    }

    /// How long one run takes.
    pub fn time(&self) -> Duration {
        let start = Instant::now();
        let ended = self.start().wait().expect("the program ends");
        let time = start.elapsed();
        // 1 says that there are findings, which a ledger may have.
        assert!(matches!(ended.code(), Some(0 | 1)), "{}: {ended}", self.program.display());
        time
    }

    /// What one run prints.
    pub fn output(&self) -> Vec<u8> {
        self.command().stdout(Stdio::piped()).output().expect("the program runs").stdout
    }

    /// The most memory that one run had, in kB.
    pub fn peak(&self) -> Option<u64> {
        let mut child = self.start();
        let status = format!("/proc/{}/status", child.id());
        let mut peak = None;
        while child.try_wait().expect("the program's state").is_none() {
            // The system keeps the peak itself, so that only what comes after the last look is missed.
            peak = std::fs::read_to_string(&status).ok().as_deref().and_then(high_water).max(peak);
            std::thread::sleep(Duration::from_micros(500));
        }
        peak
    }
}

fn high_water(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}
