//! The program as a black box: found or built once, run in a folder of its own, its output kept.

use serde_json::Value;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// What a run left.
#[derive(Debug)]
pub struct Outcome {
    /// The exit code; -1 when the program was ended from outside.
    pub exit: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Outcome {
    /// The one JSON document that standard output must be.
    ///
    /// # Errors
    /// A text with what is there instead.
    pub fn document(&self) -> Result<Value, String> {
        serde_json::from_str(&self.stdout).map_err(|error| {
            let start: String = self.stdout.chars().take(300).collect();
            format!(
                "stdout is no single JSON document ({error}): {start:?}; stderr: {:?}",
                self.stderr
            )
        })
    }

    /// The evaluations: the document itself, or the documents of its list.
    ///
    /// # Errors
    /// As [`Outcome::document`].
    pub fn evaluations(&self) -> Result<Vec<Value>, String> {
        Ok(match self.document()? {
            Value::Array(list) => list,
            one => vec![one],
        })
    }

    /// Whether the outcome speaks of `code`: as the value of a key `code` in the document, or in standard error.
    pub fn tells(&self, code: &str) -> bool {
        fn within(value: &Value, code: &str) -> bool {
            match value {
                Value::Array(list) => list.iter().any(|value| within(value, code)),
                Value::Object(map) => {
                    map.get("code").is_some_and(|value| value == code)
                        || map.values().any(|value| within(value, code))
                }
                _ => false,
            }
        }
        self.document().is_ok_and(|document| within(&document, code)) || self.stderr.contains(code)
    }
}

/// The program: `JIXIAO_BIN`, or the one that cargo builds in the folder and profile of this test.
pub fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| match std::env::var_os("JIXIAO_BIN") {
        Some(path) => PathBuf::from(path),
        None => build(),
    })
}

/// Builds the program, which takes no time when it is up to date: a test never runs against an older one.
fn build() -> PathBuf {
    let status = cargo("build").args(["--package", "jixiao"]).status().expect("cargo runs");
    assert!(status.success(), "the program does not build; JIXIAO_BIN may name one");
    profile().join(format!("jixiao{}", std::env::consts::EXE_SUFFIX))
}

/// The folder of this test's profile.
fn profile() -> PathBuf {
    let test = std::env::current_exe().expect("the path of this test");
    let profile = test.parent().and_then(Path::parent).expect("target/profile/deps/test");
    profile.to_owned()
}

/// A command of cargo in the folder of the workspace, with the target folder and the profile of this test.
pub fn cargo(command: &str) -> Command {
    let profile = profile();
    let name = profile.file_name().expect("a profile").to_string_lossy().into_owned();
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args([command, "--quiet", "--target-dir"]).arg(profile.parent().expect("target/profile"));
    cargo.current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace"));
    if name != "debug" {
        cargo.args(["--profile", &name]);
    }
    cargo
}

/// Runs the program with `args` in `folder`, in Chinese, at a fixed date, with no terminal.
pub fn run<S: AsRef<std::ffi::OsStr>>(folder: &Path, args: impl IntoIterator<Item = S>) -> Outcome {
    let output = Command::new(program())
        .args(args)
        .current_dir(folder)
        .env("SOURCE_DATE_EPOCH", "1647334800")
        .env("NO_COLOR", "1")
        .env_remove("LC_ALL")
        .env_remove("LC_MESSAGES")
        .env("LANG", "zh_CN.UTF-8")
        .output()
        .unwrap_or_else(|error| panic!("{}: {error}", program().display()));
    Outcome {
        exit: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).expect("stdout is UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("stderr is UTF-8"),
    }
}

/// The SHA-256 of a file, as digits.
pub fn hash(path: &Path) -> String {
    let bytes = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The names of the files in a folder, sorted.
pub fn names_in(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}
