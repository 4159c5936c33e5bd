//! `batch`: many departments, a workbook for each, one summary. A bad file is reported and never stops the rest.

use crate::args::BatchArgs;
use crate::error::{CliError, name_of};
use crate::input::Input;
use crate::pipeline::{self, Subject};
use crate::write::{self, Written};
use crate::{Ended, evaluate, screen, words};
use jixiao_core::{Amount, Amounts, Evaluation, Lang, Money, Ratio, Severity, SubjectKind};
use jixiao_export::{Status, SummaryRow};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

const SUMMARY: &str = "绩效自评汇总.xlsx";
const OWN: &str = "-绩效自评";
/// What is looked for in folders; a `.txt` there is more often a note than a ledger, and can be named.
const ENDINGS: [&str; 14] = [
    "xlsx", "xlsm", "xlsb", "xls", "ods", "et", "csv", "tsv", "html", "htm", "mht", "mhtml", "xml",
    "zip",
];

/// One department or project of the batch, or a file that failed.
struct Row {
    name: String,
    /// Where it is, for a person.
    file: String,
    status: Status,
    evaluation: Option<Evaluation>,
    error: Option<(String, String)>,
    outputs: Vec<String>,
}

/// Runs the command.
pub fn run(args: &BatchArgs, lang: Lang) -> Result<Ended, CliError> {
    words::load(args.how.words.as_deref(), args.paths.first().map(PathBuf::as_path), lang)?;
    let files = inputs(&args.paths, &args.out)?;
    let names = output_names(&files);
    let rows = in_parallel(&files, args.jobs.map_or_else(cores, usize::from), |index| {
        let path = &files[index];
        let inputs = match Input::all(path) {
            Ok(inputs) => inputs,
            Err(error) => return vec![failed(path, &path.display().to_string(), &error, lang)],
        };
        let rows = inputs.into_iter().map(|input| {
            let name = input.named(&names[index]);
            one(&input, &name, args, lang).unwrap_or_else(|error| {
                vec![failed(Path::new(&input.name), &input.shown(), &error, lang)]
            })
        });
        rows.flatten().collect()
    });
    let rows: Vec<Row> = rows.into_iter().flatten().collect();
    let summary = write_summary(&rows, args)?;
    evaluate::tell_kept(&summary, lang);
    if args.json {
        screen::print(&format!("{}\n", serde_json::to_string_pretty(&document(&rows, &summary))?));
    } else {
        screen::print(&text(&rows, &summary, lang));
    }
    Ok(rows.iter().map(ended).max().unwrap_or(Ended::Well))
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn ended(row: &Row) -> Ended {
    match row.status {
        Status::Failed => Ended::Failed,
        _ if row.evaluation.as_ref().is_some_and(Evaluation::has_errors) => Ended::WithErrors,
        _ => Ended::Well,
    }
}

/// The files to evaluate, in a fixed order, each once.
fn inputs(paths: &[PathBuf], out: &Path) -> Result<Vec<PathBuf>, CliError> {
    let out = std::fs::canonicalize(out).ok();
    let mut files = BTreeSet::new();
    for path in paths {
        let before = files.len();
        let pattern = path.to_string_lossy();
        if path.is_dir() {
            collect(path, out.as_deref(), &mut files)?;
        } else if path.exists() || !pattern.contains(['*', '?', '[']) {
            files.insert(path.clone());
        } else if let Ok(found) = glob::glob(&pattern) {
            for found in found.flatten().filter(|found| is_input(found)) {
                files.insert(found);
            }
        }
        if files.len() == before && !path.is_file() {
            return Err(CliError::NothingFound(pattern.into_owned()));
        }
    }
    Ok(files.into_iter().collect())
}

fn collect(
    folder: &Path,
    out: Option<&Path>,
    files: &mut BTreeSet<PathBuf>,
) -> Result<(), CliError> {
    let fail = |cause| CliError::Read { path: folder.to_owned(), cause };
    for entry in std::fs::read_dir(folder).map_err(fail)? {
        let path = entry.map_err(fail)?.path();
        let hidden = name_of(&path).starts_with(['.', '~']);
        if path.is_dir() {
            let is_out =
                std::fs::canonicalize(&path).ok().is_some_and(|path| Some(path.as_path()) == out);
            if !hidden && !is_out {
                collect(&path, out, files)?;
            }
        } else if is_input(&path) {
            files.insert(path);
        }
    }
    Ok(())
}

/// A workbook that is no lock file of an open one and not our own output.
fn is_input(path: &Path) -> bool {
    let name = name_of(path);
    let ending = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let own = stem.ends_with(OWN) || name == SUMMARY || stem.contains(&format!("{OWN}("));
    ENDINGS.contains(&ending.as_str()) && !name.starts_with(['.', '~']) && !own
}

/// One name for each input; files of the same name from different folders get their folder's name too.
fn output_names(files: &[PathBuf]) -> Vec<PathBuf> {
    let stem =
        |path: &PathBuf| path.file_stem().unwrap_or_default().to_string_lossy().to_lowercase();
    let mut used: BTreeSet<String> = BTreeSet::new();
    let mut names = Vec::new();
    for path in files {
        let shared = files.iter().filter(|other| stem(other) == stem(path)).count() > 1;
        let folder = path.parent().map(name_of).unwrap_or_default();
        let own = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let base = if shared && !folder.is_empty() { format!("{folder}-{own}") } else { own };
        let mut name = base.clone();
        let mut number = 2;
        while !used.insert(name.to_lowercase()) {
            name = format!("{base}_{number}");
            number += 1;
        }
        names.push(PathBuf::from(format!("{name}.xlsx")));
    }
    names
}

/// Runs `work` for every index on some threads; results stand in the order of the inputs.
fn in_parallel<T: Send>(
    files: &[PathBuf],
    jobs: usize,
    work: impl Fn(usize) -> T + Sync,
) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let done = AtomicUsize::new(0);
    let results: Mutex<Vec<(usize, T)>> = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..jobs.clamp(1, files.len().max(1)) {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(path) = files.get(index) else { break };
                    let result = work(index);
                    let count = done.fetch_add(1, Ordering::Relaxed) + 1;
                    screen::progress(count, files.len(), path);
                    if let Ok(mut results) = results.lock() {
                        results.push((index, result));
                    }
                }
            });
        }
    });
    let mut results = results.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}

/// The rows of one file. Departments on sheets of their own get a workbook each; projects share that of their file.
fn one(input: &Input, name: &Path, args: &BatchArgs, lang: Lang) -> Result<Vec<Row>, CliError> {
    let subjects = pipeline::evaluate(std::slice::from_ref(input), &args.how, lang)?;
    let departments = subjects.iter().all(|s| s.evaluation.subject.kind == SubjectKind::Department);
    let apart = subjects.len() > 1 && departments;
    let mut rows = Vec::new();
    let mut used: BTreeSet<PathBuf> = BTreeSet::new();
    let groups: Vec<Vec<Subject>> = if apart {
        subjects.into_iter().map(|subject| vec![subject]).collect()
    } else {
        vec![subjects]
    };
    for group in groups {
        let own =
            group.first().filter(|_| apart).map(|subject| subject.evaluation.subject.name.clone());
        let mut output = evaluate::output_path(&args.out, name, own.as_deref());
        let mut number = 2;
        while !used.insert(output.clone()) {
            let own = format!("{}_{number}", own.as_deref().unwrap_or(""));
            output = evaluate::output_path(&args.out, name, Some(&own));
            number += 1;
        }
        let there = args.resume && output.is_file();
        let written = if there {
            Written::New(output)
        } else {
            write::workbook(&output, evaluate::bytes(&group)?, args.force)?
        };
        evaluate::tell_kept(&written, lang);
        let outputs = vec![written.path().display().to_string()];
        for subject in group {
            let status = match (there, subject.evaluation.has_errors()) {
                (true, _) => Status::Skipped,
                (false, true) => Status::Findings,
                (false, false) => Status::Done,
            };
            rows.push(Row {
                name: subject.evaluation.subject.name.clone(),
                file: input.shown(),
                status,
                evaluation: Some(subject.evaluation),
                error: None,
                outputs: outputs.clone(),
            });
        }
    }
    Ok(rows)
}

fn failed(name: &Path, file: &str, error: &CliError, lang: Lang) -> Row {
    let message = error.message(lang);
    screen::warn(&message);
    Row {
        name: name.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
        file: file.to_owned(),
        status: Status::Failed,
        evaluation: None,
        error: Some((error.code().to_owned(), message)),
        outputs: Vec::new(),
    }
}

fn write_summary(rows: &[Row], args: &BatchArgs) -> Result<Written, CliError> {
    let files: Vec<String> = rows.iter().map(|row| name_of(Path::new(&row.file))).collect();
    let summary: Vec<SummaryRow<'_>> = rows
        .iter()
        .zip(&files)
        .map(|(row, file)| SummaryRow {
            name: &row.name,
            file,
            status: row.status,
            evaluation: row.evaluation.as_ref(),
            error: row.error.as_ref().map(|(code, message)| (code.as_str(), message.as_str())),
            outputs: &row.outputs,
        })
        .collect();
    let years: BTreeSet<i32> =
        rows.iter().filter_map(|row| row.evaluation.as_ref()?.budget_year).collect();
    let title = match years.iter().collect::<Vec<_>>()[..] {
        [year] => format!("{year}年度绩效自评汇总表"),
        _ => "绩效自评汇总表".to_owned(),
    };
    let epoch = std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|seconds| seconds.parse().ok());
    let year = years.last().map(|year| jixiao_export::Stamp::year_end(*year));
    let stamp = epoch.map(jixiao_export::Stamp::from_unix).or(year).unwrap_or_default();
    let bytes = jixiao_export::summary_workbook(&title, &summary, stamp)?;
    write::workbook(&args.out.join(SUMMARY), bytes, args.force)
}

fn counts(evaluation: &Evaluation) -> Value {
    let count = |severity| evaluation.findings.iter().filter(|f| f.severity == severity).count();
    json!({
        "error": count(Severity::Error),
        "warning": count(Severity::Warning),
        "info": count(Severity::Info),
    })
}

fn document(rows: &[Row], summary: &Written) -> Value {
    let departments: Vec<Value> = rows
        .iter()
        .map(|row| {
            let evaluation = row.evaluation.as_ref();
            json!({
                "name": row.name,
                "file": row.file,
                "status": word(row.status),
                "score": evaluation.and_then(|e| e.score).map(|score| format!("{score:.2}")),
                "grade": evaluation.and_then(|e| e.grade.clone()),
                "totals": evaluation.map(|e| &e.totals),
                "findings": evaluation.map(counts),
                "outputs": row.outputs,
                "error": row.error.as_ref().map(|(code, message)| json!({ "code": code, "message": message })),
            })
        })
        .collect();
    json!({
        "schema": "jixiao.batch/1",
        "departments": departments,
        "totals": totals(rows),
        "summary": summary.path().display().to_string(),
    })
}

fn word(status: Status) -> &'static str {
    match status {
        Status::Done => "done",
        Status::Findings => "findings",
        Status::Failed => "failed",
        Status::Skipped => "skipped",
    }
}

/// Sums over everything evaluated; the rate is that of the sums.
fn totals(rows: &[Row]) -> Value {
    let all: Vec<Amounts> = rows
        .iter()
        .filter_map(|row| row.evaluation.as_ref())
        .map(|evaluation| {
            let totals = &evaluation.totals;
            let mut amounts = Amounts::default();
            for (amount, value) in [
                (Amount::Initial, totals.initial_budget),
                (Amount::Addition, totals.additions),
                (Amount::Reduction, totals.reductions),
                (Amount::Transfer, totals.transfers),
                (Amount::CarriedOver, totals.carried_over),
                (Amount::Adjusted, totals.adjusted_budget),
                (Amount::Executed, totals.executed),
            ] {
                amounts.set(amount, value);
            }
            amounts
        })
        .collect();
    let sum = Amounts::sum(&all);
    // What each rate was measured against: the adjusted budget, or the initial one where there is no other.
    let bases: Vec<Money> = rows
        .iter()
        .filter_map(|row| row.evaluation.as_ref())
        .filter_map(|e| Some(e.totals.executed? - e.totals.variance?))
        .collect();
    let base: Option<Money> = (!bases.is_empty()).then(|| bases.into_iter().sum());
    let executed = sum.get(Amount::Executed);
    let rate =
        executed.zip(base).and_then(|(executed, base)| Ratio::of(executed.yuan(), base.yuan()));
    json!({
        "initial_budget": sum.get(Amount::Initial),
        "additions": sum.get(Amount::Addition),
        "reductions": sum.get(Amount::Reduction),
        "transfers": sum.get(Amount::Transfer),
        "carried_over": sum.get(Amount::CarriedOver),
        "adjusted_budget": sum.get(Amount::Adjusted),
        "executed": executed,
        "variance": executed.zip(base).map(|(executed, base)| executed - base),
        "execution_rate": rate,
    })
}

fn text(rows: &[Row], summary: &Written, lang: Lang) -> String {
    use std::fmt::Write;
    let mut text = String::new();
    for row in rows {
        match &row.evaluation {
            Some(evaluation) => {
                let found = counts(evaluation);
                let _ = writeln!(
                    text,
                    "{}  {} {} / {} {}",
                    screen::line_of(evaluation, lang),
                    crate::lang::say(lang, "错误", "errors"),
                    found["error"],
                    crate::lang::say(lang, "提醒", "warnings"),
                    found["warning"]
                );
            }
            None => {
                let (code, _) =
                    row.error.as_ref().map_or(("", ""), |(c, m)| (c.as_str(), m.as_str()));
                let _ = writeln!(
                    text,
                    "{}  {} ({code})",
                    row.name,
                    crate::lang::say(lang, "未能评价", "failed")
                );
            }
        }
    }
    let failed = rows.iter().filter(|row| row.status == Status::Failed).count();
    let _ = match lang {
        Lang::Zh => writeln!(
            text,
            "\n共 {} 个，未能评价 {failed} 个\n已写出 {}",
            rows.len(),
            summary.path().display()
        ),
        Lang::En => writeln!(
            text,
            "\n{} in all, {failed} failed\nwritten: {}",
            rows.len(),
            summary.path().display()
        ),
    };
    text
}
