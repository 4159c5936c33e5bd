//! Reads a finance office's workbooks as they are: tables found by what their columns mean, every value with its cell.
//!
//! * In: the bytes of a file and its name. Out: a [`Reading`]: submissions for the core, how every sheet was understood, findings.
//! * Stages, one module each, in order: [`open`] → [`recognise`] → [`clean`] → [`gather`].
//! * Never: scores, writes, or guesses where two readings would change a total.

#![deny(missing_docs)]

pub mod answers;
pub mod clean;
pub mod drawing;
pub mod fold;
pub mod gather;
pub mod grid;
pub mod handover;
pub mod inspect;
pub mod open;
mod own;
pub mod recognise;
pub mod size;
pub mod together;
pub mod vocabulary;

pub use answers::{Answer, Answers};
pub use gather::{Account, Gathered};
pub use inspect::{FileInspection, inspect};
pub use open::{Limits, OpenError};

use grid::Book;
use jixiao_core::{Cells, Code, Finding, Place};
use recognise::Recognised;

/// A file that was read.
#[derive(Clone, Debug)]
pub struct Reading {
    /// What each subject submits.
    pub subjects: Vec<Gathered>,
    /// How every sheet was understood; of several files those of the first.
    pub inspection: FileInspection,
    /// The same of the other files that were read with it.
    pub further: Vec<FileInspection>,
    /// What was noticed about the file as a whole.
    pub findings: Vec<Finding>,
    /// SHA-256 of its bytes in hexadecimal.
    pub sha256: String,
}

/// Reads a file that needs no answers: one line per stage.
///
/// # Errors
/// [`OpenError`] when the bytes are no workbook that can be read safely. Everything else is a finding.
pub fn read(name: &str, bytes: &[u8], limits: &Limits) -> Result<Reading, OpenError> {
    let book = open::open(name, bytes, limits)?;
    Ok(understand(book, &Answers::default()))
}

/// Understands an opened file, with the answers that were given to earlier questions.
pub fn understand(book: Book, answers: &Answers) -> Reading {
    reading(book, answers, false)
}

/// As [`understand`], with a drawing of every sheet, for a person who wants to see how it was understood.
pub fn understand_and_draw(book: Book, answers: &Answers) -> Reading {
    reading(book, answers, true)
}

/// Understands several files of one department as one. `None` without a file.
pub fn understand_together(books: Vec<Book>, answers: &Answers) -> Option<Reading> {
    Some(understand(together::join(books)?, answers))
}

fn reading(mut book: Book, answers: &Answers, drawn: bool) -> Reading {
    together::without_copies(&mut book);
    recognise::set_upright(&mut book, answers);
    let mut recognised = recognise::recognise(&book, answers);
    if let Some(finding) = size::too_many_rows(&book, &recognised, size::LEDGER_ROWS) {
        let inspection = inspect::inspect(&book, &recognised, false);
        let (subjects, further, findings) = (Vec::new(), Vec::new(), vec![finding]);
        return Reading { subjects, inspection, further, findings, sha256: book.sha256 };
    }
    let own = own::keep(&book, &mut recognised);
    gather::prove_units(&book, &mut recognised.tables);
    let mut subjects = gather::gather(&book, &recognised);
    own::overlay(&book, &own, &mut subjects);
    let findings = share_findings(&book, &recognised, &mut subjects);
    let inspection = inspect::inspect(&book, &recognised, drawn);
    let further = book
        .further()
        .iter()
        .map(|(file, format)| inspect::inspect_file(&book, &recognised, (file, *format), drawn))
        .collect();
    Reading { subjects, inspection, further, findings, sha256: book.sha256 }
}

/// Findings of the file go to the subject whose sheet they speak of; without one, to the first.
fn share_findings(book: &Book, recognised: &Recognised, subjects: &mut [Gathered]) -> Vec<Finding> {
    let mut left = Vec::new();
    for finding in book.findings.iter().chain(&recognised.findings).cloned() {
        let place = &finding.source;
        let sheet = book
            .sheets
            .iter()
            .position(|sheet| sheet.name == place.sheet && book.file_of(sheet) == place.file);
        let owner = subjects
            .iter()
            .position(|subject| sheet.is_some_and(|sheet| subject.sheets.contains(&sheet)));
        let fallback = if subjects.is_empty() { None } else { Some(0) };
        match owner.or(fallback) {
            Some(owner) => subjects[owner].findings.insert(0, finding),
            None => left.push(finding),
        }
    }
    let is_refused = left.iter().any(own::is_refusal);
    if subjects.is_empty() && !is_refused {
        left.push(no_table(book));
    }
    left
}

fn no_table(book: &Book) -> Finding {
    let at = Place::new(book.file.clone(), "", Cells::default());
    let sheets: Vec<&str> = book.sheets.iter().map(|sheet| &*sheet.name).collect();
    let cells: usize = book.sheets.iter().map(|sheet| sheet.cell_count()).sum();
    let (zh, en) = if cells == 0 {
        (
            "工作簿里没有任何内容；请确认选对了文件".to_owned(),
            "the workbook is empty; check that it is the right file".to_owned(),
        )
    } else {
        let list = sheets.join("、");
        (
            format!(
                "在工作表 {list} 中没有找到预算台账、绩效指标或自评表；表头应有“年初预算数、全年预算数、执行数”或“年度指标值、实际完成值、分值”等列名。可用 jixiao inspect 查看识别情况"
            ),
            format!(
                "no ledger, indicator table or form was found on the sheets {list}; a header needs column titles such as 年初预算数, 全年预算数, 执行数 or 年度指标值, 实际完成值, 分值. See jixiao inspect"
            ),
        )
    };
    Finding::new(Code::NoTable, at, zh, en)
}
