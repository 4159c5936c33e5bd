//! One table with amounts: its unit settled or asked for, its rows cleaned, open questions put.

use super::budget::answer_effect;
use crate::clean::cells::Notes;
use crate::clean::ledger::{self, Ledger};
use crate::grid::{Book, Format, Sheet};
use crate::recognise::Table;
use crate::recognise::columns::Column;
use crate::recognise::unit::Evidence;
use crate::vocabulary::{Kind, Meaning, VOCABULARY};
use jixiao_core::{Amount, Cells, Choice, Code, Finding, Money, Place, Unit};

/// Cleans the money of a table. `None` when its unit is an open question.
pub fn clean(book: &Book, table: &Table, findings: &mut Vec<Finding>) -> Option<Ledger> {
    let sheet = &book.sheets[table.sheet];
    let mut notes = Notes::new(&book.file, sheet);
    let header = notes.at(Cells::block(
        table.header.top,
        table.header.left,
        table.header.bottom,
        table.header.right,
    ));
    let unit = match (table.unit.unit, table.unit.rival) {
        (Some(unit), None) => unit,
        (Some(first), Some((second, at))) => {
            let zh = format!(
                "同一行写了两个金额单位：{} 和 {}；应只有一个。请确认后改正表中的单位",
                first.word(),
                second.word()
            );
            let en = format!(
                "two units stand side by side, {} and {}; keep the right one",
                first.word(),
                second.word()
            );
            let choices = unit_choices(sheet, table, &[first, second]);
            let finding = Finding::new(Code::Question, notes.at(table.unit.at), zh, en);
            findings.push(finding.with_related(notes.at(at)).with_choices(choices));
            return None;
        }
        (None, _) => {
            let zh = "表中、表头和表外都没有写明金额单位；应写明“单位：元”或“单位：万元”。请在表上方补写后重新导入";
            let en = "no unit is stated in or around the table; write 单位：元 or 单位：万元 above it and read it again";
            findings.push(Finding::new(Code::UnitMissing, header.clone(), zh, en));
            let choices = unit_choices(sheet, table, &[Unit::Yuan, Unit::TenThousand]);
            let zh = "金额单位是元还是万元？两种读法使合计相差一万倍，须由您确认：请在表上方写明“单位：元”或“单位：万元”";
            let en = "are the amounts in 元 or in 万元? The totals differ by a factor of ten thousand; please state it above the table";
            findings.push(Finding::new(Code::Question, header, zh, en).with_choices(choices));
            return None;
        }
    };
    if unit != Unit::Yuan && table.columns.iter().any(|column| is_scaled(sheet, table, column)) {
        let word = unit.word();
        let zh = format!(
            "表中写明单位为{word}，但单元格用数字格式缩小显示（如 0!.0,），存储的数可能是元；请改用普通数字格式并写明单位"
        );
        let en = format!(
            "the table says {word}, but a number format shows the cells scaled down; they may hold yuan. Use a plain number format and state the unit"
        );
        let choices = unit_choices(sheet, table, &[Unit::Yuan, unit]);
        findings.push(Finding::new(Code::Question, header, zh, en).with_choices(choices));
        return None;
    }
    if let Some(years) = several_years(sheet, table) {
        let list: Vec<String> = years.iter().map(i32::to_string).collect();
        let list = list.join("、");
        let zh = format!(
            "表中“年度”列有 {list} 几个年度，合计哪一年须由您确认；请每个年度各用一张表，或删去其他年度的行"
        );
        let en = format!(
            "the column of years holds {list}; which year is meant? Keep one year in the table"
        );
        let choices = years
            .iter()
            .map(|year| Choice {
                answer: year.to_string(), effect: format!("只计 {year} 年度")
            });
        let finding = Finding::new(Code::Question, header, zh, en);
        findings.push(finding.with_choices(choices.collect()));
        return None;
    }
    if table.unit.evidence == Evidence::Magnitude {
        let zh = "未写明金额单位；金额在百万以上且写到分，按元读取。请在表上方写明“单位：元”";
        let en = "no unit is stated; amounts above a million with 分 are taken as 元; please write 单位：元 above the table";
        findings.push(Finding::new(Code::UnitMissing, header.clone(), zh, en));
    }
    let units = units_used(table, unit);
    let cleaned = ledger::ledger(sheet, table, unit, &mut notes);
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
    doubts(book, table, &cleaned, &notes, findings);
    skipped(table, &cleaned, &notes, findings);
    hidden(sheet, table, &notes, findings);
    findings.extend(notes.finish());
    Some(cleaned)
}

/// Whether a column of amounts is shown scaled down by its number format.
fn is_scaled(sheet: &Sheet, table: &Table, column: &Column) -> bool {
    let money = column.meaning.is_some_and(|m| VOCABULARY.kind(m) == Kind::Amount);
    money
        && table.body.iter().any(|row| {
            sheet.get(*row, column.column).is_some_and(|cell| cell.format == Format::Scaled)
        })
}

/// The years of a column 年度, when there are several.
fn several_years(sheet: &Sheet, table: &Table) -> Option<Vec<i32>> {
    let years = super::subject::years_of(sheet, table);
    (years.len() > 1).then(|| years.into_iter().collect())
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

fn unit_choices(sheet: &Sheet, table: &Table, units: &[Unit]) -> Vec<Choice> {
    let mut quiet = Notes::new(&std::sync::Arc::from(""), sheet);
    let choice = |unit: &Unit| {
        let cleaned = ledger::ledger(sheet, table, *unit, &mut quiet);
        Choice { answer: unit.word().to_owned(), effect: answer_effect(&cleaned) }
    };
    units.iter().map(choice).collect()
}

/// Two columns for one meaning, a column with two meanings, a row that may be a total: each is a question.
fn doubts(
    book: &Book,
    table: &Table,
    cleaned: &Ledger,
    notes: &Notes,
    findings: &mut Vec<Finding>,
) {
    let sheet = &book.sheets[table.sheet];
    for doubt in &table.doubts {
        let places: Vec<Place> = doubt
            .columns
            .iter()
            .map(|column| notes.at(Cells::one(table.header.bottom, *column)))
            .collect();
        let Some(first) = places.first().cloned() else { continue };
        let title = |column: u32| {
            let found = table.columns.iter().find(|held| held.column == column);
            found.map_or(String::new(), |held| held.title.replace('\n', ""))
        };
        let (zh, en, choices) = if doubt.meanings.is_empty() {
            let name = meaning_name(doubt.meaning);
            let list: Vec<String> = doubt
                .columns
                .iter()
                .map(|column| format!("{} 列“{}”", Cells::letters(*column), title(*column)))
                .collect();
            let list = list.join("、");
            let choices = doubt.columns.iter().map(|column| Choice {
                answer: Cells::letters(*column),
                effect: column_effect(sheet, table, cleaned, doubt.meaning, *column),
            });
            let (zh, en) = if doubt.columns.len() == 1 {
                (
                    format!(
                        "{list}的含义没有识别，可能是{name}；请把列名改成“{name}”，不是则可删去这一列"
                    ),
                    format!(
                        "column {list} is not understood and may be the {name}; name it {name} or remove it"
                    ),
                )
            } else {
                (
                    format!(
                        "{list}都可能是{name}，取哪一列会改变合计；请只保留一列，或改写列名使其只有一种含义"
                    ),
                    format!(
                        "columns {list} may each be the {name}; the totals depend on it; keep one or rename the other"
                    ),
                )
            };
            (zh, en, choices.collect())
        } else {
            let column = doubt.columns.first().copied().unwrap_or_default();
            let choices = doubt.meanings.iter().map(|meaning| Choice {
                answer: meaning_name(*meaning).to_owned(),
                effect: column_effect(sheet, table, cleaned, *meaning, column),
            });
            let letters = Cells::letters(column);
            (
                format!(
                    "{letters} 列“{}”是年初预算数还是全年预算数？请把列名改写清楚",
                    title(column)
                ),
                format!(
                    "is column {letters} ({}) the initial or the adjusted budget? please name it so",
                    title(column)
                ),
                choices.collect(),
            )
        };
        let mut finding = Finding::new(Code::Question, first, zh, en).with_choices(choices);
        finding.related = places.into_iter().skip(1).collect();
        findings.push(finding);
    }
    for index in &cleaned.tree.doubtful {
        let row = &cleaned.rows[*index];
        let at = notes.at(cleaned.cells(row.row));
        let zh = format!(
            "第 {} 行“{}”没有写明是合计，但恰好等于相邻各行之和；目前按明细计入。是合计请注明“小计”或“合计”",
            row.row + 1,
            row.label.trim()
        );
        let en = format!(
            "row {} ({}) is not called a total but equals the sum of the rows beside it; it is counted. Name it 小计 if it is a total",
            row.row + 1,
            row.label.trim()
        );
        let choice = |answer: &str, effect: &str| Choice {
            answer: answer.to_owned(),
            effect: effect.to_owned(),
        };
        let choices = vec![choice("明细", "计入合计"), choice("合计", "不计入合计")];
        findings.push(Finding::new(Code::Question, at, zh, en).with_choices(choices));
    }
}

fn meaning_name(meaning: Meaning) -> &'static str {
    match ledger::amount_of(meaning) {
        Some(amount) => amount.chinese(),
        None => "金额",
    }
}

fn column_effect(
    sheet: &Sheet,
    table: &Table,
    cleaned: &Ledger,
    meaning: Meaning,
    column: u32,
) -> String {
    let unit = table.columns.iter().find(|held| held.column == column).and_then(|held| held.unit);
    let unit = unit.unwrap_or(cleaned.unit);
    let sum: Money = cleaned
        .leaves()
        .filter_map(|leaf| {
            let cell = sheet.get(cleaned.rows[leaf].row, column)?;
            let value = crate::clean::cell_decimal(&cell)?;
            value.checked_mul(unit.yuan()).map(Money::rounded)
        })
        .sum();
    let name = meaning_name(meaning);
    format!("{name}合计 {} 元", sum.display(Unit::Yuan))
}

/// Rows of the table that were not counted and are no totals either.
fn skipped(table: &Table, cleaned: &Ledger, notes: &Notes, findings: &mut Vec<Finding>) {
    use crate::recognise::tree::NodeRole;
    for skipped in &table.skipped {
        let at =
            notes.at(Cells::block(skipped.row, table.header.left, skipped.row, table.header.right));
        let (zh, en) = skipped.why;
        let zh = format!("第 {} 行未计入：{zh}", skipped.row + 1);
        let en = format!("row {} was not counted: {en}", skipped.row + 1);
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
                format!("第{}行“{}”", row.row + 1, row.label.trim())
            })
            .collect();
        let more = if rows.len() > shown.len() {
            format!("等 {} 行", rows.len())
        } else {
            String::new()
        };
        let numbers: Vec<String> =
            rows.iter().take(12).map(|index| (cleaned.rows[*index].row + 1).to_string()).collect();
        let zh = format!("{}{more}是{zh}", shown.join("、"));
        let en = format!("rows {} ({} in all): {en}", numbers.join(", "), rows.len());
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
