//! `inspect`: how every sheet was understood.

use crate::args::InspectArgs;
use crate::error::{CliError, name_of};
use crate::input::Input;
use crate::lang::say;
use crate::{Ended, drawing, evaluate, pipeline, screen, words};
use jixiao_core::{Finding, Lang, Severity};
use jixiao_import::Reading;
use serde_json::json;
use std::fmt::Write;

/// Runs the command.
pub fn run(args: &InspectArgs, lang: Lang) -> Result<Ended, CliError> {
    words::load(args.words.as_deref(), Some(&args.file), lang)?;
    let readings = match readings(args) {
        Ok(readings) => readings,
        Err(error) if args.json => {
            screen::warn(&error.message(lang));
            let document = evaluate::refusal(&name_of(&args.file), &error, lang);
            screen::print(&format!("{}\n", serde_json::to_string_pretty(&document)?));
            return Ok(Ended::Failed);
        }
        Err(error) => return Err(error),
    };
    let findings: Vec<Vec<Finding>> = readings.iter().map(|one| findings(one, lang)).collect();
    if args.json {
        let files: Vec<_> = readings.iter().map(|reading| &reading.inspection).collect();
        let document = json!({
            "schema": "jixiao.inspection/1",
            "files": files,
            "findings": findings.concat(),
        });
        screen::print(&format!("{}\n", serde_json::to_string_pretty(&document)?));
    } else {
        for (reading, findings) in readings.iter().zip(&findings) {
            screen::print(&text(reading, findings, lang));
        }
    }
    let nothing = readings.iter().any(|reading| reading.subjects.is_empty());
    let errors = findings.iter().flatten().any(|finding| finding.severity == Severity::Error);
    Ok(match (nothing, errors) {
        (true, _) => Ended::Failed,
        (false, true) => Ended::WithErrors,
        (false, false) => Ended::Well,
    })
}

fn readings(args: &InspectArgs) -> Result<Vec<Reading>, CliError> {
    let inputs = Input::all(&args.file)?;
    inputs.iter().map(|input| pipeline::inspect(input, args.answers.as_deref())).collect()
}

fn findings(reading: &Reading, lang: Lang) -> Vec<Finding> {
    let mut findings = reading.findings.clone();
    findings.extend(reading.subjects.iter().flat_map(|subject| subject.findings.clone()));
    findings.iter_mut().for_each(|finding| finding.speak(lang));
    findings
}

fn text(reading: &Reading, findings: &[Finding], lang: Lang) -> String {
    let file = &reading.inspection;
    let mut text = format!("{}  {}\n", file.path, file.format);
    for sheet in &file.sheets {
        let hidden = if sheet.state == "visible" {
            ""
        } else {
            say(lang, "（隐藏，未读取）", " (hidden, not read)")
        };
        let _ = writeln!(text, "\n{} {}{hidden}", say(lang, "工作表", "sheet"), sheet.name);
        if sheet.tables.is_empty() {
            let _ = writeln!(text, "  {}", say(lang, "没有识别出表格", "no table was recognised"));
        }
        text.push_str(&drawing::lines(&sheet.drawing, lang));
        for table in &sheet.tables {
            let unit = table.unit.map_or("—", |unit| unit.word());
            let rows: Vec<String> = table.header_rows.iter().map(u32::to_string).collect();
            let _ = writeln!(
                text,
                "  {}  {}  {} {}  {} {unit}  {} {}",
                table.kind,
                table.range,
                say(lang, "表头行", "header rows"),
                rows.join(","),
                say(lang, "单位", "unit"),
                say(lang, "数据行", "data rows"),
                table.rows
            );
            for column in &table.columns {
                let meaning = column.meaning.map_or_else(
                    || "—".to_owned(),
                    |meaning| {
                        let value = serde_json::to_value(meaning).unwrap_or_default();
                        value.as_str().unwrap_or("—").to_owned()
                    },
                );
                let _ = writeln!(text, "    {:>3}  {meaning:<16} {}", column.letter, column.title);
            }
            for skipped in &table.skipped {
                let _ = writeln!(
                    text,
                    "    {} {}: {}",
                    say(lang, "未计入的行", "row not counted"),
                    skipped.row,
                    skipped.why
                );
            }
        }
    }
    if !findings.is_empty() {
        let _ = writeln!(text, "\n{}", screen::finding_lines(findings, usize::MAX, lang));
    }
    text
}
