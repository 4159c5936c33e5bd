//! Questions: where two readings would change a total, a person says which; an answer given before is obeyed.
//!
//! * In: a table with what is open about it. Out: what is settled, or a finding with the choices and their effects.
//! * Every question has a key (fingerprint of the headings, and what is asked), under which its answer is kept.

use super::budget::answer_effect;
use crate::clean::cells::Notes;
use crate::clean::ledger::{self, Ledger};
use crate::grid::{Book, Format, Sheet};
use crate::recognise::Table;
use crate::recognise::columns::{Column, Doubt};
use crate::recognise::proof::{AND, NO_AMOUNT};
use crate::recognise::unit::Evidence;
use crate::vocabulary::{Kind, Meaning, VOCABULARY};
use jixiao_core::{Cells, Choice, Code, Finding, Money, Place, Unit};

/// The unit of a table: stated, proved, answered, or asked for (`None`).
pub fn unit(
    sheet: &Sheet,
    table: &Table,
    notes: &Notes,
    findings: &mut Vec<Finding>,
) -> Option<Unit> {
    let answered = table
        .answer("unit")
        .and_then(|word| Unit::ALL.into_iter().find(|unit| unit.word() == word));
    if answered.is_some() {
        return answered;
    }
    let header = notes.at(table.header_cells());
    let question = table.question("unit");
    match (table.unit.unit, table.unit.rival) {
        (Some(first), Some((second, at))) => {
            let (one, two) = (first.word(), second.word());
            let zh =
                format!("表上写了两个金额单位：{one} 和 {two}；应只有一个。请确认后改正表中的单位");
            let en =
                format!("two units are stated for one table, {one} and {two}; keep the right one");
            let choices = unit_choices(sheet, table, &[first, second]);
            let finding = Finding::new(Code::Question, notes.at(table.unit.at), zh, en);
            findings.push(finding.with_related(notes.at(at)).asking(question, choices));
            None
        }
        (Some(unit), None) => {
            let stated = table.unit.evidence == Evidence::Stated && unit != Unit::Yuan;
            if !stated || !table.columns.iter().any(|column| is_scaled(sheet, table, column)) {
                return Some(unit);
            }
            let word = unit.word();
            let zh = format!(
                "表中写明单位为{word}，但单元格用数字格式缩小显示（如 0!.0,），存储的数可能是元；请改用普通数字格式并写明单位"
            );
            let en = format!(
                "the table says {word}, but a number format shows the cells scaled down; they may hold yuan. Use a plain number format and state the unit"
            );
            let choices = unit_choices(sheet, table, &[Unit::Yuan, unit]);
            findings.push(Finding::new(Code::Question, header, zh, en).asking(question, choices));
            None
        }
        (None, _) => {
            let zh = "表中、表头和表外都没有写明金额单位；应写明“单位：元”或“单位：万元”。请在表上方补写后重新导入";
            let en = "no unit is stated in or around the table; write 单位：元 or 单位：万元 above it and read it again";
            findings.push(Finding::new(Code::UnitMissing, header.clone(), zh, en));
            let choices = unit_choices(sheet, table, &[Unit::Yuan, Unit::TenThousand]);
            let zh = "金额单位是元还是万元？两种读法使合计相差一万倍，须由您确认：请在表上方写明“单位：元”或“单位：万元”";
            let en = "are the amounts in 元 or in 万元? The totals differ by a factor of ten thousand; please state it above the table";
            findings.push(Finding::new(Code::Question, header, zh, en).asking(question, choices));
            None
        }
    }
}

/// The table with the rows of one year only, where its column 年度 holds several; `None` while nobody says which.
pub fn one_year(
    sheet: &Sheet,
    table: &Table,
    notes: &Notes,
    findings: &mut Vec<Finding>,
) -> Option<Table> {
    let years = super::subject::years_of(sheet, table);
    if years.len() < 2 {
        return Some(table.clone());
    }
    if let Some(year) = table.answer("year").and_then(|year| year.parse::<i32>().ok()) {
        let mut kept = table.clone();
        kept.body.retain(|row| {
            super::subject::year_of_row(sheet, table, *row).is_none_or(|own| own == year)
        });
        let left = table.body.len() - kept.body.len();
        let zh = format!("有 {left} 行不是 {year} 年度的，按您的回答未计入");
        let en =
            format!("{left} rows are of another year than {year} and not counted, as you answered");
        findings.push(Finding::new(Code::RowSkipped, notes.at(table.header_cells()), zh, en));
        return Some(kept);
    }
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
        .map(|year| Choice { answer: year.to_string(), effect: format!("只计 {year} 年度") });
    let finding = Finding::new(Code::Question, notes.at(table.header_cells()), zh, en);
    findings.push(finding.asking(table.question("year"), choices.collect()));
    None
}

/// Whether a column of amounts is shown scaled down by its number format.
fn is_scaled(sheet: &Sheet, table: &Table, column: &Column) -> bool {
    let money = column.meaning.is_some_and(|m| VOCABULARY.kind(m) == Kind::Amount);
    money
        && table.body.iter().any(|row| {
            sheet.get(*row, column.column).is_some_and(|cell| cell.format == Format::Scaled)
        })
}

fn unit_choices(sheet: &Sheet, table: &Table, units: &[Unit]) -> Vec<Choice> {
    let mut quiet = Notes::new(&std::sync::Arc::from(""), sheet);
    let choice = |unit: &Unit| {
        let cleaned = ledger::ledger(sheet, table, *unit, &mut quiet);
        Choice { answer: unit.word().to_owned(), effect: answer_effect(&cleaned) }
    };
    units.iter().map(choice).collect()
}

/// Under what the answer about a row is kept.
pub fn row_question(label: &str) -> String {
    format!("row:{}", crate::fold::plain(label))
}

/// Under what the answer is kept, which item of the ledger a name of another table speaks of.
pub fn match_question(name: &str) -> String {
    format!("match:{}", super::matching::folded(name))
}

/// Two columns for one meaning, a column with two meanings, a row that may be a total: each is a question.
pub fn doubts(
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
            let choices = column_choices(sheet, table, cleaned, doubt);
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
            (zh, en, choices)
        } else {
            let column = doubt.columns.first().copied().unwrap_or_default();
            let choices = doubt.meanings.iter().map(|meaning| Choice {
                answer: meaning_name(*meaning).to_owned(),
                effect: columns_effect(sheet, table, cleaned, *meaning, &[column]),
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
        let question = table.question(&doubt.about());
        let mut finding = Finding::new(Code::Question, first, zh, en).asking(question, choices);
        finding.related = places.into_iter().skip(1).collect();
        findings.push(finding);
    }
    for index in &cleaned.tree.doubtful {
        let row = &cleaned.rows[*index];
        if table.answer(&row_question(&row.label)).is_some() {
            continue;
        }
        let at = notes.at(cleaned.cells(row.row));
        let (row_zh, row_en) = notes.row_name(row.row);
        let zh = format!(
            "{row_zh}“{}”没有写明是合计，但恰好等于相邻各行之和；目前按明细计入。是合计请注明“小计”或“合计”",
            row.label.trim()
        );
        let en = format!(
            "{row_en} ({}) is not called a total but equals the sum of the rows beside it; it is counted. Name it 小计 if it is a total",
            row.label.trim()
        );
        let choice = |answer: &str, effect: &str| Choice {
            answer: answer.to_owned(),
            effect: effect.to_owned(),
        };
        let choices = vec![choice("明细", "计入合计"), choice("合计", "不计入合计")];
        let question = table.question(&row_question(&row.label));
        findings.push(Finding::new(Code::Question, at, zh, en).asking(question, choices));
    }
}

fn meaning_name(meaning: Meaning) -> &'static str {
    match ledger::amount_of(meaning) {
        Some(amount) => amount.chinese(),
        None => "金额",
    }
}

/// Each column that may be the amount; the sum of all, which parts of what was spent may be; or, of one column alone, that
/// it is none.
fn column_choices(sheet: &Sheet, table: &Table, cleaned: &Ledger, doubt: &Doubt) -> Vec<Choice> {
    let of = |columns: &[u32]| {
        let letters: Vec<String> = columns.iter().map(|column| Cells::letters(*column)).collect();
        Choice {
            answer: letters.join(&AND.to_string()),
            effect: columns_effect(sheet, table, cleaned, doubt.meaning, columns),
        }
    };
    let mut choices: Vec<Choice> = doubt.columns.iter().map(|column| of(&[*column])).collect();
    if doubt.columns.len() == 1 {
        let effect = format!("这一列不用于计算，没有{}", meaning_name(doubt.meaning));
        choices.push(Choice { answer: NO_AMOUNT.to_owned(), effect });
    } else if doubt.meaning == Meaning::Executed {
        choices.push(of(&doubt.columns));
    }
    choices
}

/// What columns, added up, make of an amount.
fn columns_effect(
    sheet: &Sheet,
    table: &Table,
    cleaned: &Ledger,
    meaning: Meaning,
    columns: &[u32],
) -> String {
    let unit = |column: u32| {
        let held = table.columns.iter().find(|held| held.column == column);
        held.and_then(|held| held.unit).unwrap_or(cleaned.unit)
    };
    let cells = cleaned
        .leaves()
        .flat_map(|leaf| columns.iter().map(move |column| (cleaned.rows[leaf].row, *column)));
    let sum: Money = cells
        .filter_map(|(row, column)| {
            let value = crate::clean::cell_decimal(&sheet.get(row, column)?)?;
            value.checked_mul(unit(column).yuan()).map(Money::rounded)
        })
        .sum();
    let name = meaning_name(meaning);
    format!("{name}合计 {} 元", sum.display(Unit::Yuan))
}
