//! Damaged files: whatever happens to the bytes, the program lives, says what it found, and gives no figure that is not there.
//!
//! * In: fixtures of every format and a fixed seed. Out: counts of what became of the mutants.
//! * `.xls`, `.xlsb` and `.ods` go through the child process, as in the program; its death is a refusal, and is counted.
//! * A zip has checksums: a mutant of its raw bytes that is accepted must give the very same cells. Within one cell of an
//!   `.xlsx` that is packed again with a right checksum, only that cell may differ, and within one shared text only the
//!   cells that show it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "to stop with a message is how a test fails; whoever reads the log wants the counts"
)]

use jixiao_fuzz::mutate;
use jixiao_fuzz::random::Random;
use jixiao_import::grid::{Book, FileFormat, Sheet};
use jixiao_import::{Limits, handover, open};
use jixiao_tests::{files_below, fixtures, program};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::panic::catch_unwind;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::thread;

const SEED: u64 = 20_211_231;

/// What a reader made of some bytes.
enum Outcome {
    Read(Book),
    Refused,
    /// A child process died: the program says that the file is damaged.
    Died,
}

/// Reads as the program does: of an archive each file, in a child process where a reader could end this one.
/// An archive is as good as its files: the first stands for all that are read.
fn read(name: &str, bytes: &[u8]) -> Result<Outcome, String> {
    match catch_unwind(|| open::expand(name, bytes, &Limits::default())) {
        Err(_) => Err("a panic left the archive".to_owned()),
        Ok(Err(_)) => Ok(Outcome::Refused),
        Ok(Ok(None)) => read_one(name, bytes),
        Ok(Ok(Some(files))) => {
            let mut first = None;
            for (name, bytes) in &files {
                match read_one(name, bytes)? {
                    Outcome::Read(book) => first = first.or(Some(book)),
                    other => return Ok(other),
                }
            }
            Ok(first.map_or(Outcome::Refused, Outcome::Read))
        }
    }
}

fn read_one(name: &str, bytes: &[u8]) -> Result<Outcome, String> {
    let limits = Limits::default();
    if open::needs_a_child(bytes, &limits) {
        return in_a_child(name, bytes);
    }
    let outcome = catch_unwind(|| open::open(name, bytes, &limits));
    match outcome {
        Ok(Ok(book)) => Ok(Outcome::Read(book)),
        Ok(Err(_)) => Ok(Outcome::Refused),
        Err(_) => Err("a panic left the reader".to_owned()),
    }
}

fn in_a_child(name: &str, bytes: &[u8]) -> Result<Outcome, String> {
    let mut child = Command::new(program::program())
        .args(["__parse", name])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("the child does not start: {error}"))?;
    let mut stdin = child.stdin.take().expect("a pipe");
    let output = thread::scope(|scope| {
        // A child that dies early takes no more.
        scope.spawn(move || drop(stdin.write_all(bytes)));
        child.wait_with_output().expect("an end")
    });
    if !output.status.success() {
        return match signal(output.status) {
            // SIGXCPU and SIGKILL: it ran out of processor time, the program's own clock would have ended it before.
            Some(24 | 9) => Err("a child took more than its time".to_owned()),
            _ => Ok(Outcome::Died),
        };
    }
    match handover::read(&output.stdout) {
        Ok(Ok(book)) => Ok(Outcome::Read(book)),
        Ok(Err(_)) => Ok(Outcome::Refused),
        Err(error) => Err(format!("a child that ended well gave half a book: {error}")),
    }
}

#[cfg(unix)]
fn signal(status: std::process::ExitStatus) -> Option<i32> {
    std::os::unix::process::ExitStatusExt::signal(&status)
}

#[cfg(not(unix))]
fn signal(_: std::process::ExitStatus) -> Option<i32> {
    None
}

type Values = BTreeMap<(usize, u32, u32), String>;

/// Every value with its place, and the names of the sheets.
fn values(book: &Book) -> (Vec<String>, Values) {
    let names = book.sheets.iter().map(|sheet| sheet.name.to_string()).collect();
    let cells = |sheet: &Sheet| -> Vec<((u32, u32), String)> {
        let cells = sheet.row_numbers().flat_map(|row| sheet.row(row));
        cells.map(|c| ((c.row, c.column), format!("{:?} {:?}", c.value, c.format))).collect()
    };
    let all = book.sheets.iter().enumerate().flat_map(|(index, sheet)| {
        cells(sheet).into_iter().map(move |((row, column), text)| ((index, row, column), text))
    });
    (names, all.collect())
}

struct Seed {
    name: String,
    bytes: Vec<u8>,
    values: (Vec<String>, Values),
}

fn seed(path: &Path) -> Seed {
    let bytes = std::fs::read(path).expect("a fixture");
    let name = path.file_name().expect("a name").to_string_lossy().into_owned();
    match read(&name, &bytes) {
        Ok(Outcome::Read(book)) => Seed { values: values(&book), name, bytes },
        _ => panic!("{} does not open", path.display()),
    }
}

/// The formats of [`seeds`].
const KINDS: [&str; 9] =
    ["xlsx", "xls", "ods", "xlsb", "text", "page", "web archive", "xml of 2003", "zip"];

/// A few good files of every format; the first has the most formats and shapes of cells.
fn seeds() -> Vec<Vec<Seed>> {
    let of = |names: &[&str]| names.iter().map(|name| seed(&fixtures().join(name))).collect();
    vec![
        of(&[
            "formats/ledger.xlsx",
            "variety/merged-three-row-header.xlsx",
            "variety/numbers-and-percents-as-text.xlsx",
            "forms/national-07-filled.xlsx",
            "laoganbu-2021.xlsx",
            "hostile/good.xlsx",
        ]),
        of(&["formats/ledger.xls"]),
        of(&["formats/ledger.ods"]),
        of(&["formats/ledger.xlsb"]),
        of(&[
            "formats/table-gbk.csv",
            "formats/table-utf8-semicolon.csv",
            "formats/table-utf16-tab.xls",
        ]),
        of(&["formats/table-page-gbk.xls", "formats/table-page-utf8.html"]),
        of(&["formats/table-archive.mht", "formats/table-archive-base64.xls"]),
        of(&["formats/table-xml2003.xls"]),
        of(&["formats/table-gbk-names.zip"]),
    ]
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    /// Anywhere in the bytes of the file.
    Raw,
    /// Within a part of a zip, packed again.
    Part,
    /// Within one cell of an xlsx, packed again.
    Cell,
    /// Within one shared text of an xlsx, packed again.
    Text,
}

/// The cell in which a mutant may differ, if it is known.
type Allowed = Option<(u32, u32)>;

/// Changes a cell element of a sheet, from `<c ` to `</c>`.
fn in_a_cell(bytes: &[u8], random: &mut Random) -> Option<(Vec<u8>, Allowed)> {
    let mut parts = mutate::unpack(bytes)?;
    let sheets: Vec<usize> =
        (0..parts.len()).filter(|at| parts[*at].0.contains("worksheets/sheet")).collect();
    let at = *random.pick(&sheets);
    let xml = &mut parts[at].1;
    let starts: Vec<usize> =
        xml.windows(6).enumerate().filter(|(_, w)| w == b"<c r=\"").map(|(at, _)| at).collect();
    let start = *random.pick(&starts);
    // `<c r="A1" s="3"/>` ends with its tag, any other with `</c>`.
    let tag = xml[start..].iter().position(|byte| *byte == b'>')?;
    let length = match xml[start + tag - 1] {
        b'/' => tag + 1,
        _ => xml[start..].windows(4).position(|window| window == b"</c>")? + 4,
    };
    let label: String =
        xml[start + 6..].iter().map(|b| char::from(*b)).take_while(|c| *c != '"').collect();
    let cells: jixiao_core::Cells = label.parse().ok()?;
    let [row, column, ..] = cells.bounds()?;
    // Between its place and its end, so that what differs is the cell named here.
    let (first, behind) = (start + 7 + label.len(), xml.len() - start - length);
    for _ in 0..=random.below(2) {
        let end = xml.len() - behind;
        mutate::within(xml, first..end, random);
    }
    Some((mutate::pack(&parts), Some((row, column))))
}

/// Changes one `<si>` element of the shared texts.
fn in_a_text(bytes: &[u8], random: &mut Random) -> Option<(Vec<u8>, Allowed)> {
    let mut parts = mutate::unpack(bytes)?;
    let at = parts.iter().position(|(name, _)| name.ends_with("sharedStrings.xml"))?;
    let xml = &mut parts[at].1;
    let starts: Vec<usize> =
        xml.windows(4).enumerate().filter(|(_, w)| w == b"<si>").map(|(at, _)| at).collect();
    let start = *random.pick(&starts);
    let length = xml[start..].windows(5).position(|window| window == b"</si>")? + 5;
    mutate::within(xml, start..start + length, random);
    Some((mutate::pack(&parts), None))
}

/// Counts by format and way: read alike, read otherwise, refused, died.
type Counts = BTreeMap<(usize, Way), [usize; 4]>;

fn mutant(kind: usize, seed: &Seed, random: &mut Random) -> (Way, Vec<u8>, Allowed) {
    let way = match random.below(if kind == 0 { 4 } else { 2 }) {
        1 if seed.bytes.starts_with(b"PK") => Way::Part,
        2 => Way::Cell,
        3 => Way::Text,
        _ => Way::Raw,
    };
    let made = match way {
        Way::Raw => None,
        Way::Part => mutate::part(&seed.bytes, random).map(|bytes| (bytes, None)),
        Way::Cell => in_a_cell(&seed.bytes, random),
        Way::Text => in_a_text(&seed.bytes, random),
    };
    match made {
        Some((bytes, allowed)) => (way, bytes, allowed),
        None => (Way::Raw, mutate::anywhere(&seed.bytes, random), None),
    }
}

/// What is wrong with a mutant that was read, if anything.
fn fault(
    seed: &Seed,
    way: Way,
    allowed: &Allowed,
    found: &(Vec<String>, Values),
) -> Option<String> {
    let differ: BTreeSet<_> = seed.values.1.keys().chain(found.1.keys()).collect();
    let differ: Vec<_> = differ
        .into_iter()
        .filter(|place| seed.values.1.get(*place) != found.1.get(*place))
        .collect();
    let zip = seed.bytes.starts_with(b"PK");
    // A text table is named after its file, and the names in an archive have no checksum.
    let named = seed.name.ends_with(".zip") || found.0 == seed.values.0;
    match (way, allowed) {
        (Way::Raw, _) if zip && (!differ.is_empty() || !named) => {
            Some(format!("other cells in spite of the checksums: {differ:?}"))
        }
        (Way::Text, _) => {
            let texts: BTreeSet<_> = differ.iter().map(|place| seed.values.1.get(place)).collect();
            (texts.len() > 1)
                .then(|| format!("one shared text was changed, these differ: {differ:?}"))
        }
        (Way::Cell, Some((row, column))) => {
            let other = differ.iter().find(|(_, r, c)| (r, c) != (row, column));
            other.map(|place| format!("{place:?} differs, {:?} was changed", (row, column)))
        }
        _ => None,
    }
}

fn run(count: usize) -> (Counts, Vec<String>) {
    let seeds = seeds();
    let workers = thread::available_parallelism().map_or(2, usize::from);
    let all = Mutex::new((Counts::new(), Vec::new()));
    thread::scope(|scope| {
        for worker in 0..workers {
            let (seeds, all) = (&seeds, &all);
            scope.spawn(move || {
                for index in (worker..count).step_by(workers) {
                    let (key, column, faults) = one(index, seeds);
                    let mut all = all.lock().expect("no worker stops");
                    all.0.entry(key).or_default()[column] += 1;
                    all.1.extend(faults);
                }
            });
        }
    });
    all.into_inner().expect("no worker stops")
}

fn one(index: usize, seeds: &[Vec<Seed>]) -> ((usize, Way), usize, Vec<String>) {
    let mut random = Random::new(SEED + index as u64);
    // Two of ten are xlsx, the format that nearly everybody has.
    let kind = random.below(KINDS.len() + 1).saturating_sub(1);
    let seed = random.pick(&seeds[kind]);
    let (way, bytes, allowed) = mutant(kind, seed, &mut random);
    let mut faults = Vec::new();
    let mut say = |what: String| {
        let kept = std::env::temp_dir().join(format!("mutant-{index}-{}", seed.name));
        let _ = std::fs::write(&kept, &bytes);
        faults.push(format!(
            "mutant {index} of {} ({way:?}): {what}: {}",
            seed.name,
            kept.display()
        ));
    };
    let column = match read(&seed.name, &bytes) {
        Ok(Outcome::Read(book)) => {
            let found = values(&book);
            if let Some(what) = fault(seed, way, &allowed, &found) {
                say(what);
            }
            usize::from(found != seed.values)
        }
        Ok(Outcome::Refused) => 2,
        Ok(Outcome::Died) => 3,
        Err(what) => {
            say(what);
            2
        }
    };
    // The whole program for one in twenty, and for every death of a child.
    if (column == 3 || index.is_multiple_of(20))
        && let Err(what) = whole_program(&seed.name, &bytes)
    {
        say(what);
    }
    ((kind, way), column, faults)
}

/// Evaluates the file with the program: it ends by itself, says something, and leaves a whole workbook or nothing.
fn whole_program(name: &str, bytes: &[u8]) -> Result<(), String> {
    let folder = tempfile::tempdir().expect("a folder");
    let (file, out) = (folder.path().join(name), folder.path().join("out"));
    std::fs::write(&file, bytes).expect("written");
    let args = ["evaluate".as_ref(), file.as_os_str(), "-o".as_ref(), out.as_os_str()];
    let outcome = program::run(folder.path(), args);
    let left = if out.is_dir() { program::names_in(&out) } else { Vec::new() };
    match outcome.exit {
        2 if outcome.stderr.trim().is_empty() => Err("exit code 2 without a word".to_owned()),
        // One file of an archive may be refused and another evaluated.
        2 if !left.is_empty() && !name.ends_with(".zip") => {
            Err(format!("exit code 2 and {left:?}"))
        }
        0 | 1 if left.is_empty() => Err("no output".to_owned()),
        0..=2 => left.iter().try_for_each(|one| {
            let bytes = std::fs::read(out.join(one)).expect("the output");
            let opened = open::open(one, &bytes, &Limits::default());
            opened.map(drop).map_err(|error| format!("half an output: {error}"))
        }),
        other => Err(format!("exit code {other}: {}", outcome.stderr)),
    }
}

fn tell(counts: &Counts) {
    for ((kind, way), [same, other, refused, died]) in counts {
        eprintln!(
            "{:11} {way:?}: {same} read alike, {other} read otherwise, {refused} refused, {died} children died",
            KINDS[*kind]
        );
    }
}

fn check(count: usize) {
    let (counts, faults) = run(count);
    tell(&counts);
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    let sum: usize = counts.values().flatten().sum();
    assert_eq!(sum, count);
    // Mutants that all read alike or are all refused would prove nothing.
    let columns = counts.values().fold([0; 4], |sum, c| std::array::from_fn(|i| sum[i] + c[i]));
    assert!(columns[0] > 0 && columns[2] > count / 5, "{columns:?}");
}

#[test]
fn three_hundred_mutants_hurt_nothing() {
    check(300);
}

#[test]
#[ignore = "slow: ten thousand mutated workbooks take minutes"]
fn ten_thousand_mutants_hurt_nothing() {
    check(10_000);
}

/// Flips single bits, every `step`-th, and returns how many were read alike and how many refused.
fn flips(step: usize) -> (usize, usize) {
    let seed = seed(&fixtures().join("formats/ledger.xlsx"));
    let mut mutant = seed.bytes.clone();
    let (mut same, mut refused) = (0, 0);
    for bit in (0..seed.bytes.len() * 8).step_by(step) {
        mutant[bit / 8] ^= 1 << (bit % 8);
        match read(&seed.name, &mutant).expect("no panic") {
            Outcome::Read(book) => {
                assert!(values(&book) == seed.values, "bit {bit} changes a cell in silence");
                same += 1;
            }
            _ => refused += 1,
        }
        mutant[bit / 8] ^= 1 << (bit % 8);
    }
    (same, refused)
}

#[test]
fn a_flipped_bit_changes_no_figure() {
    let (same, refused) = flips(37);
    eprintln!("flipped bits: {same} read alike, {refused} refused, none otherwise");
    assert!(refused > same);
}

#[test]
#[ignore = "slow: every bit of a workbook"]
fn no_flipped_bit_changes_a_figure() {
    let (same, refused) = flips(1);
    eprintln!("flipped bits: {same} read alike, {refused} refused, none otherwise");
    assert!(refused > same);
}

/// Cuts every file at `lengths` evenly spaced lengths; none may be accepted. A table of plain text cut at the end of a line is
/// a shorter table, so those are left out.
fn cuts(lengths: usize) {
    let endings = [".xlsx", ".xls", ".xlsb", ".ods", ".html", ".mht", ".zip"];
    let files: Vec<_> = endings.iter().flat_map(|end| files_below(&fixtures(), end)).collect();
    let (mut tried, mut formats) = (0, BTreeSet::new());
    for path in files {
        let bytes = std::fs::read(&path).expect("a fixture");
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let plain = match read(&name, &bytes) {
            Ok(Outcome::Read(book)) => book.format == FileFormat::Csv && !name.ends_with(".zip"),
            _ => continue,
        };
        // What stands behind the end of a package may be cut off without harm.
        if plain || name.starts_with("something-behind") {
            continue;
        }
        formats.insert(path.extension().map(std::ffi::OsStr::to_owned));
        for step in 0..lengths {
            let cut = &bytes[..bytes.len() * step / lengths];
            match read(&name, cut) {
                Ok(Outcome::Refused | Outcome::Died) => tried += 1,
                Ok(Outcome::Read(_)) => {
                    panic!("{} is accepted at {} bytes", path.display(), cut.len())
                }
                Err(what) => panic!("{} at {} bytes: {what}", path.display(), cut.len()),
            }
        }
    }
    eprintln!("cut files: {tried} of {} formats, all refused", formats.len());
    assert!(formats.len() == endings.len() && tried > 60 * lengths, "{formats:?} {tried}");
}

#[test]
fn a_file_that_is_cut_off_is_never_accepted() {
    cuts(10);
}

#[test]
#[ignore = "slow: every workbook at two hundred lengths"]
fn a_file_cut_at_any_of_two_hundred_lengths_is_never_accepted() {
    cuts(200);
}
