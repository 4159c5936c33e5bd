//! 发现: what a person should know, the gravest first, each with links to the row in this workbook and the cell in the input.
//!
//! * In: the findings and where all rows stand. Out: the sheet.
//! * Never: drops a finding; beyond the number of links that the format holds, the place is plain text.

use super::execution::ExecutionMap;
use super::scoring::ScoringMap;
use super::source::SourceMap;
use super::{Context, place_text};
use crate::error::ExportError;
use crate::sheet::{Sheet, cell, quoted};
use crate::styles::severity_word;
use crate::text;
use jixiao_core::{Finding, Place, Severity};
use rust_xlsxwriter::Workbook;
use std::cmp::Reverse;
use std::collections::HashMap;

const HEAD_ROWS: u32 = 3;
const HEADS: [(&str, u16); 7] = [
    ("序号", 6),
    ("级别", 8),
    ("编码", 20),
    ("说明", 60),
    ("本簿位置", 20),
    ("原文件位置", 24),
    ("相关单元格", 28),
];
/// Related cells that are listed; the message says the rest.
const RELATED: usize = 20;

/// Where everything stands that a finding can speak of.
pub(crate) struct Maps<'a> {
    pub execution: &'a ExecutionMap,
    pub scoring: &'a ScoringMap,
    pub source: &'a SourceMap,
}

/// A row of the input: file, sheet, row counted from zero.
type RowKey<'a> = (&'a str, &'a str, u32);

/// Writes the sheet.
pub(crate) fn write(
    book: &mut Workbook,
    context: &Context<'_>,
    maps: &Maps<'_>,
) -> Result<(), ExportError> {
    let findings = &context.evaluation.findings;
    let styles = context.styles;
    let mut sheet = Sheet::new(book, &context.names.findings, findings.len() + 10)?;
    let right = HEADS.len() as u16 - 1;
    context.head(&mut sheet, "发现事项", &summary(findings), right)?;
    for (column, (title, width)) in (0u16..).zip(HEADS) {
        sheet.width(column, width)?;
        sheet.text(HEAD_ROWS - 1, column, title, &styles.head)?;
    }
    let rows = source_rows(context);
    let mut ordered: Vec<&Finding> = findings.iter().collect();
    ordered.sort_by_key(|finding| Reverse(finding.severity));
    for (row, (index, finding)) in (HEAD_ROWS..).zip(ordered.into_iter().enumerate()) {
        let target = target(context, maps, &rows, &finding.source);
        finding_row(&mut sheet, context, [row, index as u32 + 1], finding, target)?;
    }
    if findings.is_empty() {
        let none = "未发现需要说明的事项";
        sheet.merge([HEAD_ROWS, 0, HEAD_ROWS, u32::from(right)], none, &styles.centre)?;
    }
    sheet.freeze(HEAD_ROWS, 0)?;
    sheet.repeat(HEAD_ROWS - 1, HEAD_ROWS - 1)?;
    sheet.page(true, HEAD_ROWS + findings.len().max(1) as u32 - 1, right)?;
    sheet.finish(book);
    Ok(())
}

/// How many of each severity.
fn summary(findings: &[Finding]) -> String {
    let [errors, warnings, infos] = counts(findings);
    let waived = findings.iter().filter(|finding| finding.waived.is_some()).count();
    let waived =
        if waived == 0 { String::new() } else { format!("，其中已豁免 {waived} 项") };
    format!("错误 {errors} 项，提醒 {warnings} 项，信息 {infos} 项{waived}")
}

/// The number of errors, warnings and infos.
pub(crate) fn counts(findings: &[Finding]) -> [usize; 3] {
    [Severity::Error, Severity::Warning, Severity::Info]
        .map(|severity| findings.iter().filter(|finding| finding.severity == severity).count())
}

fn finding_row(
    sheet: &mut Sheet,
    context: &Context<'_>,
    [row, number]: [u32; 2],
    finding: &Finding,
    target: Option<String>,
) -> Result<(), ExportError> {
    let styles = context.styles;
    let message = message(finding);
    let related = related(finding);
    let lines = [
        text::lines(&message, 60),
        text::lines(&related, 28),
        text::lines(&place_text(&finding.source), 20),
    ];
    sheet.height(row, lines.into_iter().max().unwrap_or(1))?;
    sheet.count(row, 0, number as usize, &styles.number)?;
    // What a person let stand is listed as that, and no longer as what it was.
    let word = match finding.waived {
        Some(_) => "已豁免",
        None => severity_word(finding.severity),
    };
    sheet.text(row, 1, word, styles.severity(finding.severity))?;
    sheet.text(row, 2, finding.code.text(), &styles.centre)?;
    sheet.text(row, 3, &message, &styles.text)?;
    match target {
        Some(target) => {
            let shown = target.replace('\'', "");
            sheet.link(row, 4, &target, &shown, &styles.link)?;
        }
        None => sheet.blank(row, 4, &styles.text)?,
    }
    input_cell(sheet, context, row, &finding.source)?;
    sheet.text(row, 6, &related, &styles.text)
}

/// The message, and the answers that a question leaves open.
fn message(finding: &Finding) -> String {
    let mut message = finding.message.clone();
    for choice in finding.choices.iter().flatten() {
        message.push_str(&format!("\n可选：{}（{}）", choice.answer, choice.effect));
    }
    if let Some(waived) = &finding.waived {
        let was = severity_word(waived.severity);
        message.push_str(&format!("\n已豁免（原为{was}），理由：{}", waived.reason));
    }
    message
}

fn related(finding: &Finding) -> String {
    let mut places: Vec<String> = finding.related.iter().take(RELATED).map(place_text).collect();
    if finding.related.len() > RELATED {
        places.push(format!("等 {} 处", finding.related.len()));
    }
    places.join("\n")
}

/// The cell in the input, as a link when the file is known to lie beside the workbook under a plain name.
fn input_cell(
    sheet: &mut Sheet,
    context: &Context<'_>,
    row: u32,
    place: &Place,
) -> Result<(), ExportError> {
    let styles = context.styles;
    let linkable = !place.file.is_empty() && !place.file.contains(['#', '%', '/', '\\', ':']);
    let Some([top, left, ..]) =
        place.cells.bounds().filter(|_| linkable && !place.sheet.is_empty())
    else {
        return sheet.text(row, 5, &place_text(place), &styles.text);
    };
    let at = u16::try_from(left).map_or_else(|_| "A1".to_owned(), |left| cell(top, left));
    sheet.link_to_file(row, 5, &place.file, &format!("{}!{at}", quoted(&place.sheet)), &styles.link)
}

/// The rows of the submission that findings speak of, by where they stand in the input.
fn source_rows<'a>(context: &Context<'a>) -> HashMap<RowKey<'a>, usize> {
    let mut wanted: HashMap<RowKey<'a>, Option<usize>> = context
        .evaluation
        .findings
        .iter()
        .filter_map(|of| key(&of.source))
        .map(|key| (key, None))
        .collect();
    if !wanted.is_empty() {
        for (index, row) in context.submission.budget.rows.iter().enumerate() {
            if let Some(found) = key(&row.place).and_then(|key| wanted.get_mut(&key)) {
                found.get_or_insert(index);
            }
        }
    }
    wanted.into_iter().filter_map(|(key, index)| Some((key, index?))).collect()
}

fn key(place: &Place) -> Option<RowKey<'_>> {
    place.cells.bounds().map(|[top, ..]| (&*place.file, &*place.sheet, top))
}

/// The cell of this workbook that speaks of a place: the score, the cleaned row, or the line.
fn target(
    context: &Context<'_>,
    maps: &Maps<'_>,
    rows: &HashMap<RowKey<'_>, usize>,
    place: &Place,
) -> Option<String> {
    let covers = |of: &Place| {
        let inside = of.cells.bounds().zip(place.cells.bounds());
        let inside =
            inside.is_some_and(|([top, _, bottom, _], [row, ..])| (top..=bottom).contains(&row));
        of.file == place.file && of.sheet == place.sheet && inside
    };
    let evaluation = context.evaluation;
    if let Some(index) = evaluation.indicators.iter().position(|of| covers(&of.source)) {
        return Some(maps.scoring.score(index));
    }
    if let Some(index) = key(place).and_then(|key| rows.get(&key)) {
        let row = &context.submission.budget.rows[*index];
        return Some(maps.source.target(*index, row, place));
    }
    let line = evaluation.lines.iter().position(|line| covers(&line.source))?;
    Some(maps.execution.reference(maps.execution.line_row(line), 1))
}
