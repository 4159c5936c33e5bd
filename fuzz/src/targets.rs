//! The doors that take input, each with good inputs to begin from.
//!
//! * A target takes any bytes and must come back. What it claims beyond that it asserts: that an amount prints as it was
//!   read, that a book arrives as it left, that a row is counted in a line that exists.
//! * Never: compares with an expected figure; that is what the cases are for.

use jixiao_core::formula::{self, Formula};
use jixiao_core::{Amounts, Cells, Role, Rules, number, target};
use jixiao_import::grid::{Book, Cell, FileFormat, Format, SheetBuilder, SheetState, Value};
use jixiao_import::vocabulary::with_office_words;
use jixiao_import::{Answers, Limits, handover, open};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// A door.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Its name.
    pub name: &'static str,
    /// What must come back from any input.
    pub run: fn(&[u8]),
    /// Good inputs.
    pub seeds: fn() -> Vec<Vec<u8>>,
}

/// Every door.
pub const ALL: &[Target] = &[
    Target { name: "cells", run: cells, seeds: workbooks },
    Target { name: "tables", run: tables, seeds: grids },
    Target { name: "amount", run: amount, seeds: amounts },
    Target { name: "target", run: targets, seeds: statements },
    Target { name: "rules", run: rules, seeds: rule_files },
    Target { name: "formula", run: formulas, seeds: formula_texts },
    Target { name: "answers", run: answers, seeds: answer_files },
    Target { name: "words", run: office_words, seeds: word_files },
    Target { name: "handover", run: handed, seeds: handovers },
];

/// Bytes → cells.
fn cells(bytes: &[u8]) {
    let limits = Limits { cells: 200_000, unpacked_bytes: 64 << 20, ..Limits::default() };
    if let Ok(Some(files)) = open::expand("账.zip", bytes, &limits) {
        files.iter().for_each(|(_, bytes)| cells(bytes));
        return;
    }
    // A reader that can end this process is for the child process; the mutation test goes there.
    if open::needs_a_child(bytes, &limits) {
        return;
    }
    let Ok(book) = open::open("账.xlsx", bytes, &limits) else { return };
    for sheet in &book.sheets {
        let mut last = None;
        for cell in sheet.row_numbers().flat_map(|row| sheet.row(row)) {
            assert!(last < Some((cell.row, cell.column)), "cells out of order in {}", sheet.name);
            last = Some((cell.row, cell.column));
            if let Value::Number(number) | Value::Date(number) = cell.value {
                assert!(number.is_finite(), "a number without end at {last:?}");
            }
        }
    }
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").join("fixtures")
}

fn workbooks() -> Vec<Vec<u8>> {
    let names = [
        "formats/ledger.xlsx",
        "variety/merged-three-row-header.xlsx",
        "variety/numbers-and-percents-as-text.xlsx",
        "forms/national-07-filled.xlsx",
        "bad/error-cell.xlsx",
        "bad/no-cached-value.xlsx",
        "formats/table-gbk.csv",
        "formats/table-utf16-tab.xls",
        "formats/table-page-gbk.xls",
        "formats/table-archive.mht",
        "formats/table-xml2003.xls",
        "formats/table-gbk-names.zip",
    ];
    let read = |name| std::fs::read(fixtures().join(name)).expect("a fixture");
    names.into_iter().map(read).collect()
}

/// Cells → tables → evaluation: lines of text, cells parted by tabs.
fn tables(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut builder = SheetBuilder::new("表", SheetState::Visible);
    for (row, line) in (0u32..).zip(text.lines().take(500)) {
        for (column, text) in (0u32..).zip(line.split('\t').take(100)) {
            builder.push(Cell { row, column, ..cell(text) });
        }
    }
    let book = Book {
        file: "账.xlsx".into(),
        format: FileFormat::Xlsx,
        sha256: String::new(),
        sheets: vec![builder.build()],
        findings: Vec::new(),
    };
    let reading = jixiao_import::understand(book, &Answers::default());
    for subject in reading.subjects {
        let budget = &subject.submission.budget;
        let counted = budget.rows.iter().filter_map(|row| match row.role {
            Role::Counted(line) => Some((line, &row.amounts)),
            _ => None,
        });
        let (lines, amounts): (Vec<usize>, Vec<&Amounts>) = counted.unzip();
        assert!(lines.iter().all(|line| *line < budget.lines.len()), "a row of no line");
        let _ = Amounts::sum(amounts);
        // Data that contradicts itself may be refused; it may not end the process.
        let _ = jixiao_core::evaluate(&subject.submission, mof());
    }
}

/// `=` marks a formula without value, `#` an error, `!` a part of a merged area left as text.
fn cell(text: &str) -> Cell<'_> {
    let plain =
        Cell { row: 0, column: 0, value: Value::Text(text), format: Format::Plain, formula: false };
    if text == "=" {
        return Cell { value: Value::NoCachedValue, formula: true, ..plain };
    }
    if text.starts_with('#') {
        return Cell { value: Value::Error(text), ..plain };
    }
    let percent = text.strip_suffix('%').and_then(|text| text.parse::<f64>().ok());
    match (text.parse::<f64>(), percent) {
        (Ok(number), _) if number.is_finite() => Cell { value: Value::Number(number), ..plain },
        (_, Some(number)) if number.is_finite() => {
            Cell { value: Value::Number(number), format: Format::Percent, ..plain }
        }
        _ => plain,
    }
}

fn grids() -> Vec<Vec<u8>> {
    [
        "示例局2023年度预算执行情况表\n\t\t\t\t单位：万元\n项目\t年初预算数\t追加\t追减\t全年预算数\t执行数\t执行率\n一、基本支出\t20.00\t1.00\t\t21.00\t20.50\t0.9762%\n其中：工资\t15.00\t1.00\t\t16.00\t16.00\t1%\n办公费\t5.00\t\t\t5.00\t4.50\t0.9%\n二、项目支出\t30.00\t\t2.00\t28.00\t27.00\t96.43%\n合计\t50.00\t1.00\t2.00\t49.00\t47.50\t96.94%\n制表人：甲\t\t\t2024年1月5日",
        "一级指标\t二级指标\t三级指标\t年度指标值\t实际完成值\t分值\t得分\t偏差原因\n产出指标\t数量指标\t培训人数\t≥100人\t98人\t20\t19.6\t疫情\n\t质量指标\t合格率\t≥95%\t96%\t15\t15\n效益指标\t社会效益\t满意度\t≥90%\t91%\t10\t10\n总分\t\t\t\t\t45\t44.6",
        "项目支出绩效自评表\n（2021年度）\n项目名称\t示例项目\n主管部门\t示例局\t实施单位\t示例站\n项目资金（万元）\t\t年初预算数\t全年预算数\t全年执行数\t分值\t执行率\t得分\n\t年度资金总额\t10\t10\t9.5\t10\t95%\t9.5\n\t其中：当年财政拨款\t10\t10\t9.5\t-\t\t-\n一级指标\t二级指标\t三级指标\t年度指标值\t实际完成值\t分值\t得分\n产出指标\t数量指标\t次数\t5次\t5次\t50\t50\n总分\t\t\t\t\t100\t99.5",
        "科目编码\t科目名称\t预算单位\t1月\t2月\t3月\t合计\n205\t教育支出\t甲\t1\t2\t3\t6\n20502\t普通教育\t甲\t1\t2\t3\t6\n2050201\t学前教育\t甲\t1\t2\t3\t6",
    ]
    .iter()
    .map(|text| text.as_bytes().to_vec())
    .collect()
}

/// Text → amount.
fn amount(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let _ = number::read(&text);
    if let Some(Ok(array)) = bytes.get(..8).map(<[u8; 8]>::try_from) {
        let value = f64::from_le_bytes(array);
        if let Some(read) = number::from_cell(value) {
            let back = number::from_cell(number::to_cell(read));
            assert_eq!(back, Some(read), "{value} does not come back from a cell");
        }
    }
}

fn amounts() -> Vec<Vec<u8>> {
    let texts = [
        "1,234,567.89",
        "￥１２３．４５",
        "(1,234.50)",
        "1234.50-",
        "98.1%",
        "九十八",
        "12.5万元",
        "-",
        "—",
        "1e5",
        "无",
        "  3 000 ",
        "+5",
        "0.1‰",
        "1.234.567",
        "１，２３４",
    ];
    let floats = [4250971.23, 0.1, -0.0, 1e15, 999_999_999_999.99f64].map(f64::to_le_bytes);
    let texts = texts.iter().map(|text| text.as_bytes().to_vec());
    texts.chain(floats.iter().map(|bytes| bytes.to_vec())).collect()
}

fn mof() -> &'static Rules {
    static RULES: OnceLock<Rules> = OnceLock::new();
    RULES.get_or_init(|| Rules::builtin("mof-2020-10").expect("built in"))
}

/// Text → target.
fn targets(bytes: &[u8]) {
    let _ = target::read(&String::from_utf8_lossy(bytes), mof().words());
}

fn statements() -> Vec<Vec<u8>> {
    [
        "≥95%",
        "不低于100人次",
        "2021年12月底前",
        "优良中低差",
        "达到或超过5次",
        "＜3天",
        "100%",
        "5-10个",
        "全面完成",
        "≤1,200.50万元",
        "有所提高",
        "0",
        "第四季度",
        "12/31",
        "≥90％（含）",
        "3个以上",
    ]
    .iter()
    .map(|text| text.as_bytes().to_vec())
    .collect()
}

/// TOML → rules.
fn rules(bytes: &[u8]) {
    if let Ok(rules) = Rules::from_toml(&String::from_utf8_lossy(bytes)) {
        let line = jixiao_core::Submission::department("局", 2021);
        let _ = jixiao_core::evaluate(&line, &rules);
    }
}

fn rule_files() -> Vec<Vec<u8>> {
    let text = |id: &&str| Rules::builtin_text(id).unwrap_or_default().as_bytes().to_vec();
    Rules::builtin_ids().iter().map(text).collect()
}

/// Text → formula → value, text and spreadsheet formula.
fn formulas(bytes: &[u8]) {
    let Ok(formula) = Formula::parse(&String::from_utf8_lossy(bytes)) else { return };
    let value = |name: &str| match name.len() % 4 {
        0 => None,
        1 => formula::decimal("0"),
        2 => formula::decimal("98.13"),
        _ => formula::decimal("-7"),
    };
    let _ = formula.evaluate(&value);
    let _ = formula.trace(&value);
    let _ = formula.to_excel(&|name| Some(format!("A{}", name.len())));
    // With every name in its place the text is a formula again, or has a name that has no number.
    let shown = formula.substituted(&value);
    assert!(!shown.is_empty(), "nothing is shown of {:?}", formula.source());
}

fn formula_texts() -> Vec<Vec<u8>> {
    [
        "weight * min(1, executed / budget)",
        "deduct(weight, excess, 1%, 0.5, full_steps)",
        "bands(x, 90% => 10, 80% => 8, 0)",
        "if(a >= b and not (c < 5%), round(a / b, 2), 0) else 1",
        "-三公经费.本年预算 + floor(3.5) * ceil(x) - abs(y)",
        "max(0, weight - points * floor(excess / per))",
    ]
    .iter()
    .map(|text| text.as_bytes().to_vec())
    .collect()
}

/// TOML → answers.
fn answers(bytes: &[u8]) {
    let _ = Answers::from_toml(&String::from_utf8_lossy(bytes));
}

fn answer_files() -> Vec<Vec<u8>> {
    let question = |about: &str| jixiao_core::Question {
        headings: "a1b2c3".to_owned(),
        about: about.to_owned(),
    };
    let mut answers = Answers::default();
    answers.give(&question("unit"), "万元", "金额单位？");
    answers.give(&question("executed"), "E", "哪一列是执行数？");
    vec![answers.to_toml().expect("TOML").into_bytes()]
}

/// TOML → an office's words, and what the titles then mean.
fn office_words(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Ok(vocabulary) = with_office_words(&text) {
        let fits = vocabulary.meanings("年初预算数");
        assert!(fits.iter().all(|(_, fit)| (1..=100).contains(fit)), "{fits:?}");
    }
}

fn word_files() -> Vec<Vec<u8>> {
    [
        "[[meaning]]\nid = 'executed'\ntitles = ['累计拨付']\nnot = ['上年']\n",
        "summary_sheet = ['全局']\n[[label]]\nid = 'department'\nwords = ['报送科室']\n",
    ]
    .iter()
    .map(|text| text.as_bytes().to_vec())
    .collect()
}

/// Bytes of another process → book.
fn handed(bytes: &[u8]) {
    if let Ok(outcome) = handover::read(bytes) {
        let mut again = Vec::new();
        handover::write(&outcome, &mut again).expect("memory");
        assert!(handover::read(&again).is_ok(), "what arrived does not leave again");
    }
}

fn handovers() -> Vec<Vec<u8>> {
    let mut builder = SheetBuilder::new("表", SheetState::Visible);
    for (column, text) in (0u32..).zip(["项目", "1.5", "合计", "项目", "=", "#REF!", "98.1%"])
    {
        builder.push(Cell { row: column / 3, column, ..cell(text) });
    }
    builder.facts().merges.push(Cells::block(0, 0, 2, 1));
    let book = Book {
        file: "账.xls".into(),
        format: FileFormat::Xls,
        sha256: "00".to_owned(),
        sheets: vec![builder.build()],
        findings: Vec::new(),
    };
    let mut bytes = Vec::new();
    handover::write(&Ok(book), &mut bytes).expect("memory");
    vec![bytes]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mutate;
    use crate::random::Random;

    /// A moment of each; the program of this crate runs them for minutes.
    #[test]
    fn every_target_comes_back_from_its_seeds_and_their_mutants() {
        for target in ALL {
            let seeds = (target.seeds)();
            assert!(!seeds.is_empty(), "{}", target.name);
            let mut random = Random::new(4);
            seeds.iter().for_each(|seed| (target.run)(seed));
            for _ in 0..300 {
                let seed = random.pick(&seeds).clone();
                (target.run)(&mutate::any(&seed, &mut random));
            }
        }
    }

    /// Mutants of mutants of every target, a quarter of a minute for each.
    #[test]
    #[ignore = "slow: minutes"]
    fn every_target_comes_back_for_minutes() {
        for target in ALL {
            let (mut pool, begun) = ((target.seeds)(), std::time::Instant::now());
            let (mut random, mut count) = (Random::new(11), 0u64);
            while begun.elapsed().as_secs() < 15 {
                let seed = random.pick::<Vec<u8>>(&pool).clone();
                let input = mutate::any(&seed, &mut random);
                (target.run)(&input);
                count += 1;
                if random.once_in(20) && pool.len() < 200 {
                    pool.push(input);
                }
            }
            assert!(count > 0, "{}", target.name);
        }
    }

    /// Inputs that were found, kept for good: `found/<target>/*`.
    #[test]
    fn found_inputs_come_back() {
        for target in ALL {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("found").join(target.name);
            let Ok(entries) = std::fs::read_dir(folder) else { continue };
            for entry in entries {
                (target.run)(&std::fs::read(entry.expect("an entry").path()).expect("an input"));
            }
        }
    }
}
