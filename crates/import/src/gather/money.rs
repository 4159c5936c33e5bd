//! One table with amounts: its unit settled or asked for, its rows cleaned, open questions put.

use super::questions;
use crate::clean::cells::Notes;
use crate::clean::ledger::{self, Ledger};
use crate::grid::{Book, Sheet};
use crate::recognise::Table;
use crate::recognise::unit::Evidence;
use crate::vocabulary::{Kind, VOCABULARY};
use jixiao_core::{Amount, Cells, Code, Finding, Unit};

/// Cleans the money of a table. `None` when its unit is an open question.
pub fn clean(book: &Book, table: &Table, findings: &mut Vec<Finding>) -> Option<Ledger> {
    clean_with(book, table, findings, |_| ())
}

/// The same, with a word about which rows are totals before anything is asked or said about them.
pub fn clean_with(
    book: &Book,
    table: &Table,
    findings: &mut Vec<Finding>,
    settle: impl FnOnce(&mut Ledger),
) -> Option<Ledger> {
    let sheet = &book.sheets[table.sheet];
    let mut notes = Notes::new(&book.file_of(sheet), sheet);
    let header = notes.at(table.header_cells());
    let unit = questions::unit(sheet, table, &notes, findings)?;
    let kept = questions::one_year(sheet, table, &notes, findings)?;
    let table = &kept;
    if table.unit.evidence == Evidence::Magnitude {
        let zh = "未写明金额单位；金额在百万以上且写到分，按元读取。请在表上方写明“单位：元”";
        let en = "no unit is stated; amounts above a million with 分 are taken as 元; please write 单位：元 above the table";
        findings.push(Finding::new(Code::UnitMissing, header.clone(), zh, en));
    }
    if table.unit.evidence == Evidence::Proved {
        let word = unit.word();
        let zh = format!(
            "未写明金额单位；按{word}读取时合计与其他表一致，按其他单位都不一致，因此按{word}计算"
        );
        let en = format!(
            "no unit is stated; read in {word} the totals agree with the other tables, in any other unit they do not, so {word} is used"
        );
        findings.push(Finding::new(Code::UnitConverted, header.clone(), zh, en));
    }
    let units = units_used(table, unit);
    let mut cleaned = ledger::ledger(sheet, table, unit, &mut notes);
    settle(&mut cleaned);
    if units.iter().any(|unit| *unit != Unit::Yuan) {
        let words: Vec<&str> = units.iter().map(|unit| unit.word()).collect();
        let words = words.join("、");
        let at = if table.unit.at == Cells::default() {
            header.clone()
        } else {
            notes.at(table.unit.at)
        };
        let zh = format!("表中金额单位为{words}，计算时已换算为元");
        let en = format!("amounts are printed in {words} and were converted to yuan");
        findings.push(Finding::new(Code::UnitConverted, at, zh, en));
    }
    questions::doubts(book, table, &cleaned, &notes, findings);
    skipped(table, &cleaned, &notes, findings);
    hidden(sheet, table, &notes, findings);
    findings.extend(notes.finish());
    Some(cleaned)
}

fn units_used(table: &Table, unit: Unit) -> Vec<Unit> {
    let mut units: Vec<Unit> = Vec::new();
    for column in &table.columns {
        let money = column.meaning.is_some_and(|m| VOCABULARY.kind(m) == Kind::Amount);
        let own = column.unit.unwrap_or(unit);
        if money && !units.contains(&own) {
            units.push(own);
        }
    }
    units
}

/// Rows of the table that were not counted and are no totals either.
fn skipped(table: &Table, cleaned: &Ledger, notes: &Notes, findings: &mut Vec<Finding>) {
    use crate::recognise::tree::NodeRole;
    for skipped in &table.skipped {
        let at =
            notes.at(Cells::block(skipped.row, table.header.left, skipped.row, table.header.right));
        let (zh, en) = skipped.why;
        let (row_zh, row_en) = notes.row_name(skipped.row);
        let zh = format!("{row_zh}未计入：{zh}");
        let en = format!("{row_en} was not counted: {en}");
        findings.push(Finding::new(Code::RowSkipped, at, zh, en));
    }
    let roles = [
        (
            NodeRole::Total,
            "合计、小计或上级科目，只核对不计入",
            "a total of other rows: checked, not counted",
        ),
        (
            NodeRole::Part,
            "其中项，已含在上一行内，不计入",
            "a part of the row above it: not counted again",
        ),
        (
            NodeRole::Aside,
            "不在支出合计之内（合计未包含或为收入），不计入",
            "outside the total of what was spent (left out of it, or income): not counted",
        ),
    ];
    for (role, zh, en) in roles {
        let of_role = |index: &usize| cleaned.tree.nodes[*index].role == role;
        let rows: Vec<usize> = (0..cleaned.rows.len()).filter(of_role).collect();
        let Some(first) = rows.first() else { continue };
        let shown: Vec<String> = rows
            .iter()
            .take(12)
            .map(|index| {
                let row = &cleaned.rows[*index];
                format!("{}“{}”", notes.row_name(row.row).0, row.label.trim())
            })
            .collect();
        let more = if rows.len() > shown.len() {
            format!("等 {} 行", rows.len())
        } else {
            String::new()
        };
        let names: Vec<String> =
            rows.iter().take(12).map(|index| notes.row_name(cleaned.rows[*index].row).1).collect();
        let zh = format!("{}{more}是{zh}", shown.join("、"));
        let en = format!("{} ({} in all): {en}", names.join(", "), rows.len());
        let at = notes.at(cleaned.cells(cleaned.rows[*first].row));
        let mut finding = Finding::new(Code::RowSkipped, at, zh, en);
        finding.related = rows
            .iter()
            .skip(1)
            .take(20)
            .map(|index| notes.at(cleaned.cells(cleaned.rows[*index].row)))
            .collect();
        findings.push(finding);
    }
}

/// Values left under merged cells are not seen by a reader and not counted.
fn hidden(sheet: &Sheet, table: &Table, notes: &Notes, findings: &mut Vec<Finding>) {
    let money = |column: u32| {
        table.columns.iter().any(|held| {
            held.column == column
                && held.meaning.is_some_and(|m| VOCABULARY.kind(m) == Kind::Amount)
        })
    };
    for row in &table.body {
        for cell in sheet.row(*row).filter(|cell| money(cell.column)) {
            let covered = sheet
                .merge_at(*row, cell.column)
                .is_some_and(|[top, left, ..]| (top, left) != (*row, cell.column));
            if covered {
                let at = notes.at(Cells::one(*row, cell.column));
                let zh = "合并单元格下面还留有一个金额，表面看不到，未计入；请取消合并核对";
                let en = "an amount is hidden below a merged cell and was not counted; unmerge and check";
                findings.push(Finding::new(Code::HiddenContent, at, zh, en));
            }
        }
    }
}

/// The amounts that a ledger gives anywhere.
pub fn given(cleaned: &Ledger) -> Vec<Amount> {
    let any = |amount: &Amount| cleaned.rows.iter().any(|row| row.amounts.get(*amount).is_some());
    Amount::ALL.into_iter().filter(any).collect()
}
