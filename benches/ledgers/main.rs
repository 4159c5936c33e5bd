//! How long the program takes for a ledger, and how much memory, as a multiple of what a bare read of the same file takes.
//!
//! * `cargo bench -p jixiao-bench` makes ledgers of 1,000, 20,000 and 200,000 rows, and for each runs in turn, as processes
//!   of their own: calamine handing out every cell, the program without writing, the whole program. Ratios are of one round.
//! * Before anything is measured, the totals that the program gives are compared with those of the maker.
//! * `-- --rows N` measures one size, `-- --make FILE N` only makes a ledger; `JIXIAO_BIN` names another program.
//! * Times are in milliseconds of the wall clock; memory is the peak of resident memory, where the system tells it.

#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::panic,
    reason = "a bench speaks to a person, and stops at the first thing that is not as it should be"
)]

mod ledger;
mod run;

use run::Run;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Rows of a ledger and how often it is measured; short runs need more rounds for the same certainty.
const SIZES: [(u32, usize); 3] = [(1_000, 31), (20_000, 11), (200_000, 5)];

fn main() {
    let args: Vec<OsString> = std::env::args_os().skip(1).filter(|arg| arg != "--bench").collect();
    let number = |arg: &OsString| {
        let number = arg.to_str().and_then(|text| text.replace('_', "").parse().ok());
        number.expect("a number of rows")
    };
    let words: Vec<&str> = args.iter().map(|arg| arg.to_str().unwrap_or("")).collect();
    match words.as_slice() {
        [] => measure(&SIZES),
        ["--rows", _] => measure(&[(number(&args[1]), 5)]),
        ["--make", _, _] => drop(ledger::write(Path::new(&args[1]), number(&args[2]))),
        ["--bare", _] => println!("{} cells", bare(Path::new(&args[1]))),
        _ => panic!("usage: [--rows N | --make FILE N | --bare FILE]"),
    }
}

fn measure(sizes: &[(u32, usize)]) {
    let folder = tempfile::tempdir().expect("a folder");
    let program = program();
    println!(
        "{:>7}  {:<22} {:>8} {:>8} {:>8}  {:>22}  {:>8}",
        "rows", "", "min ms", "median", "max", "times the bare read", "peak MB"
    );
    for (rows, rounds) in sizes {
        let file = folder.path().join(format!("{rows}.xlsx"));
        let totals = ledger::write(&file, *rows);
        check(&program, &file, &totals);
        let this = std::env::current_exe().expect("the path of this bench");
        let out = folder.path().join("out");
        let (file, out) = (file.as_os_str(), out.as_os_str());
        let read = Run::new(&this, &[OsStr::new("--bare"), file]);
        let evaluate = Run::new(&program, &[file, OsStr::new("--dry-run")]);
        let whole = Run::new(&program, &[file, OsStr::new("-o"), out]);
        let runs = [("bare read", read), ("without writing", evaluate), ("whole program", whole)];
        let mut times: [Vec<Duration>; 3] = Default::default();
        for round in 0..=*rounds {
            for ((_, run), times) in runs.iter().zip(&mut times) {
                let time = run.time();
                // The first round only warms the caches of the system.
                if round > 0 {
                    times.push(time);
                }
            }
        }
        for (index, (name, run)) in runs.iter().enumerate() {
            report(*rows, name, &times[index], &times[0], run.peak());
        }
    }
}

/// One line of the table. Ratios are of runs of one round, so that what slows the machine for a while slows both.
fn report(rows: u32, name: &str, times: &[Duration], bare: &[Duration], peak: Option<u64>) {
    let milliseconds = |time: &Duration| time.as_micros();
    let [least, median, most] = spread(times.iter().map(milliseconds).collect());
    let ratios =
        times.iter().zip(bare).map(|(time, bare)| time.as_nanos() * 100 / bare.as_nanos().max(1));
    let ratios = spread(ratios.collect())
        .map(|hundredths| format!("{}.{:02}", hundredths / 100, hundredths % 100));
    let shown = |micros: u128| format!("{}.{}", micros / 1_000, micros / 100 % 10);
    let peak = peak.map_or_else(
        || "?".to_owned(),
        |kilobytes| format!("{}.{}", kilobytes / 1_000, kilobytes / 100 % 10),
    );
    let ratios = format!("{} ({} to {})", ratios[1], ratios[0], ratios[2]);
    println!(
        "{rows:>7}  {name:<22} {:>8} {:>8} {:>8}  {ratios:>22}  {peak:>8}",
        shown(least),
        shown(median),
        shown(most)
    );
}

/// Least, median and most.
fn spread(mut values: Vec<u128>) -> [u128; 3] {
    values.sort_unstable();
    [values[0], values[values.len() / 2], values[values.len() - 1]]
}

/// Every cell of every sheet, one by one, and nothing done with it: what any reader on top of calamine takes at least.
fn bare(file: &Path) -> usize {
    use calamine::{Reader, Xlsx, open_workbook};
    let mut workbook: Xlsx<_> = open_workbook(file).expect("a workbook");
    let mut count = 0;
    for name in workbook.sheet_names() {
        let mut cells = workbook.worksheet_cells_reader(&name).expect("a sheet");
        while let Some(cell) = cells.next_cell().expect("a cell") {
            std::hint::black_box(&cell);
            count += 1;
        }
    }
    count
}

/// A program that is fast and wrong is not measured.
fn check(program: &Path, file: &Path, totals: &[(&str, String)]) {
    let args = [file.as_os_str(), OsStr::new("--dry-run"), OsStr::new("--json")];
    let text = Run::new(program, &args).output();
    let document: serde_json::Value = serde_json::from_slice(&text).expect("one document");
    for (name, total) in totals {
        let found = document["totals"][*name].as_str().unwrap_or("nothing");
        assert_eq!(found, total, "{name} of {}", file.display());
    }
}

/// The program: `JIXIAO_BIN`, or the one that cargo builds beside this bench.
fn program() -> PathBuf {
    if let Some(path) = std::env::var_os("JIXIAO_BIN") {
        return PathBuf::from(path);
    }
    let this = std::env::current_exe().expect("the path of this bench");
    let profile = this.parent().and_then(Path::parent).expect("target/profile/deps/bench");
    let target = profile.parent().expect("target/profile");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let args = ["build", "--quiet", "--release", "--package", "jixiao", "--target-dir"];
    let mut build = std::process::Command::new(cargo);
    let status = build.args(args).arg(target).current_dir(env!("CARGO_MANIFEST_DIR")).status();
    assert!(status.is_ok_and(|status| status.success()), "the program does not build");
    target.join("release").join(format!("jixiao{}", std::env::consts::EXE_SUFFIX))
}
