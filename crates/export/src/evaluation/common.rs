//! 共性指标: what the rules show and do not score, each with its variables, its live result, and what is missing.
//!
//! * In: the common indicators. Out: the sheet, a block of rows for each, one row per variable.
//! * A variable refers to the fact in 原始数据 or to 支出执行; the result is a formula over the variables beside it.
//! * Rule: a missing variable is a yellow cell; once every one that is needed is filled in, the result appears.
//! * Never: a zero for what is not known.

use super::origin::Origins;
use super::{Context, place_text};
use crate::error::ExportError;
use crate::sheet::{Cached, Sheet, cell};
use crate::text;
use jixiao_core::formula::{Formula, LineIs, Reference, SpendingKind};
use jixiao_core::{Amount, CommonIndicator, Origin, Ratio};
use rust_xlsxwriter::{Format, Workbook};

/// Rows above the first indicator: title, unit line, heads.
const HEAD_ROWS: u32 = 3;
/// More places than this are a fraction that does not end.
const PLACES: u32 = 10;

const HEADS: [(&str, u16); 11] = [
    ("序号", 6),
    ("一级指标", 11),
    ("二级指标", 12),
    ("三级指标", 22),
    ("计算口径", 34),
    ("变量", 26),
    ("数值", 18),
    ("来源", 24),
    ("结果", 12),
    ("代入数值", 34),
    ("依据", 14),
];
const VARIABLE: u16 = 5;
const VALUE: u16 = 6;
const SOURCE: u16 = 7;
const RESULT: u16 = 8;

/// Writes the sheet.
pub(crate) fn write(
    book: &mut Workbook,
    context: &Context<'_>,
    origins: &Origins<'_>,
) -> Result<(), ExportError> {
    let all = &context.evaluation.common_indicators;
    let mut sheet = Sheet::new(book, &context.names.common, all.len() * 8 + 10)?;
    let right = HEADS.len() as u16 - 1;
    let known = all.iter().filter(|one| one.value.is_some()).count();
    let count = format!("共 {} 项，已算出 {known} 项", all.len());
    context.head(&mut sheet, "共性指标（只列示，不计分）", &count, right)?;
    for (column, (title, width)) in (0u16..).zip(HEADS) {
        sheet.width(column, width)?;
        sheet.text(HEAD_ROWS - 1, column, title, &context.styles.head)?;
    }
    let mut row = HEAD_ROWS;
    for (number, one) in (1..).zip(all) {
        row = Block { context, origins, one, number }.write(&mut sheet, row)?;
    }
    let remarks = [
        "说明：数值引自“原始数据”和“支出执行”，在那里更正后结果随之更新；黄色单元格为缺少的资料，可直接填写（没有发生的填 0），也可在台账的“基础数据”表中按同一名称补充后重新生成。".to_owned(),
        context.rules_said().swap_remove(0),
    ];
    for remark in remarks {
        sheet.height(row, text::lines(&remark, 200))?;
        sheet.merge([row, 0, row, u32::from(right)], &remark, &context.styles.note)?;
        row += 1;
    }
    sheet.freeze(HEAD_ROWS, 4)?;
    sheet.repeat(HEAD_ROWS - 1, HEAD_ROWS - 1)?;
    sheet.page(true, row - 1, right)?;
    sheet.finish(book);
    Ok(())
}

struct Block<'a> {
    context: &'a Context<'a>,
    origins: &'a Origins<'a>,
    one: &'a CommonIndicator,
    number: usize,
}

impl Block<'_> {
    /// Writes the rows of an indicator. Returns the next row.
    fn write(&self, sheet: &mut Sheet, top: u32) -> Result<u32, ExportError> {
        let (styles, one) = (self.context.styles, self.one);
        let parsed = one.calculation.as_ref().map(|calculation| calculation.formula.clone());
        let formula = parsed.or_else(|| Formula::parse(&one.formula).ok());
        let variables: Vec<Reference> =
            formula.iter().flat_map(|formula| formula.references().to_vec()).collect();
        let count = variables.len().max(1) as u32;
        let levels = super::scoring::levels(&one.path);
        let note = self.context.evaluation.form.notes.get(&one.method).cloned().unwrap_or_default();
        let note = format!("{note}\n公式：{}", jixiao_core::formula::in_chinese(&one.formula));
        let verified = if one.verified { "已核实" } else { "未核实" };
        let article = match one.article.is_empty() {
            true => verified.to_owned(),
            false => format!("{}\n{verified}", one.article),
        };
        let shown = match &one.shown {
            Some(_) => one.substituted.clone(),
            None => self.missing(&variables),
        };
        let number = self.number.to_string();
        let block: [(u16, &str, &Format); 7] = [
            (0, &number, &styles.centre),
            (1, &levels[0], &styles.centre),
            (2, &levels[1], &styles.centre),
            (3, &levels[2], &styles.text),
            (4, &note, &styles.code),
            (9, &shown, &styles.code),
            (10, &article, &styles.centre),
        ];
        let needs =
            block.iter().map(|(column, text, _)| text::lines(text, HEADS[usize::from(*column)].1));
        let lines = needs.max().unwrap_or(1).div_ceil(count);
        for (row, variable) in
            (top..).zip(variables.iter().map(Some).chain([None]).take(count as usize))
        {
            let source = variable.map_or_else(String::new, |of| self.source(of));
            let name = variable.map_or_else(String::new, said);
            let own = text::lines(&name, HEADS[5].1).max(text::lines(&source, HEADS[7].1));
            sheet.height(row, lines.max(own))?;
            // Blocks that reach down start in their first row.
            if row == top {
                for (column, text, style) in block {
                    let column = u32::from(column);
                    sheet.merge([top, column, top + count - 1, column], text, style)?;
                }
                self.result(sheet, top, count, formula.as_ref(), &variables)?;
            }
            sheet.text(row, VARIABLE, &name, &styles.text)?;
            sheet.text(row, SOURCE, &source, &styles.text)?;
            match variable {
                Some(variable) => self.value(sheet, row, variable)?,
                None => sheet.blank(row, VALUE, &styles.text)?,
            }
        }
        Ok(top + count)
    }

    /// The value of a variable as core took it.
    fn known(&self, variable: &Reference) -> Option<Ratio> {
        let key = variable.key();
        if let Some(calculation) = &self.one.calculation {
            let binding = calculation.bindings.iter().find(|binding| binding.name == key)?;
            return binding.value.clone();
        }
        self.origins.value(&key)
    }

    fn value(&self, sheet: &mut Sheet, row: u32, variable: &Reference) -> Result<(), ExportError> {
        let styles = self.context.styles;
        let Some(value) = self.known(variable) else {
            // A way that was not taken needs nothing of anybody.
            let style = if self.one.value.is_some() { &styles.money } else { &styles.input_text };
            return sheet.blank(row, VALUE, style);
        };
        let places = (2..PLACES).find(|places| Ratio::from(value.rounded(*places)) == value);
        let whole = Ratio::from(value.rounded(0)) == value;
        let money = self.origins.is_money(&variable.key());
        let style = styles.quantity(if whole && !money { 0 } else { places.unwrap_or(4) });
        match self.origins.live(&variable.key(), &value) {
            Some((formula, cached)) => sheet.formula(row, VALUE, &formula, cached, &style),
            None => sheet.ratio(row, VALUE, Some(&value), &style),
        }
    }

    /// Where a variable stands in the input, or where it is to be written.
    fn source(&self, variable: &Reference) -> String {
        let evaluation = self.context.evaluation;
        match evaluation.form.origins.get(&variable.key()) {
            Some(Origin::Fact(index)) => {
                let fact = self.context.submission.facts.get(*index);
                fact.map_or_else(String::new, |fact| place_text(&fact.source))
            }
            Some(Origin::Total(amount)) => format!("支出执行 合计行 {}", amount.chinese()),
            Some(Origin::Lines(_, lines)) => format!("支出执行 {} 行之和", lines.len()),
            _ if self.known(variable).is_some() => "由各行计算".to_owned(),
            _ if self.one.value.is_some() => "未提供，按另一口径计算".to_owned(),
            _ => match variable {
                Reference::Fact { .. } => "请在“基础数据”表补充".to_owned(),
                Reference::Lines { .. } | Reference::Composition { .. } => {
                    "请补齐台账各行的科目编码、资金性质或支出类别".to_owned()
                }
                _ => "请在台账补充该列".to_owned(),
            },
        }
    }

    /// The result as a formula over the values beside it.
    fn result(
        &self,
        sheet: &mut Sheet,
        top: u32,
        count: u32,
        formula: Option<&Formula>,
        variables: &[Reference],
    ) -> Result<(), ExportError> {
        let styles = self.context.styles;
        let one = self.one;
        let percent = one.shown.as_ref().is_none_or(|shown| shown.contains('%'));
        let style = if percent { styles.rate.clone() } else { styles.quantity(4) };
        sheet.merge([top, RESULT.into(), top + count - 1, RESULT.into()], "", &style)?;
        let keys: Vec<String> = variables.iter().map(Reference::key).collect();
        let at = |name: &str| {
            let index = keys.iter().position(|key| key == name)?;
            let needed = one.value.is_none() || self.known(&variables[index]).is_some();
            needed.then(|| cell(top + index as u32, VALUE))
        };
        let live = formula.and_then(|formula| {
            let undefined = |name: &str| Some(at(name).unwrap_or_else(|| "(1/0)".to_owned()));
            formula.to_excel(&at).or_else(|_| formula.to_excel(&undefined)).ok()
        });
        match (live, &one.value) {
            (Some(live), Some(value)) => {
                sheet.formula(top, RESULT, &live, Cached::Ratio(value), &style)
            }
            (Some(live), None) => {
                let cells = (top..top + count).map(|row| format!("{}=\"\"", cell(row, VALUE)));
                let cells: Vec<String> = cells.collect();
                let formula = format!("IF(OR({}),\"\",IFERROR({live},\"\"))", cells.join(","));
                sheet.formula(top, RESULT, &formula, Cached::Blank, &style)
            }
            (None, value) => sheet.ratio(top, RESULT, value.as_ref(), &style),
        }
    }

    /// What is missing, and where to write it.
    fn missing(&self, variables: &[Reference]) -> String {
        let missing = variables.iter().filter(|variable| self.known(variable).is_none());
        let names: Vec<String> = missing.map(said).collect();
        match names.is_empty() {
            true => "不能计算：分母为零，请核对数值".to_owned(),
            false => format!("不能计算，缺少：{}", names.join("、")),
        }
    }
}

/// A variable in words.
fn said(variable: &Reference) -> String {
    match variable {
        Reference::Fact { name, column: Some(column) } => format!("{name}（{column}）"),
        Reference::Fact { name, column: None } => name.clone(),
        Reference::Name(name) => {
            let amounts = Amount::ALL.into_iter();
            let of = |amount: &Amount| {
                let sum = Reference::Lines { amount: *amount, conditions: Vec::new() };
                sum.key() == format!("sum({name})")
            };
            let found = amounts.into_iter().find(of);
            found.map_or_else(
                || if name == "budget" { "预算数".to_owned() } else { name.clone() },
                |amount| amount.chinese().to_owned(),
            )
        }
        Reference::Lines { amount, conditions } => {
            let of: Vec<String> = conditions.iter().map(condition).collect();
            format!("{}汇总\n（{}）", amount.chinese(), of.join("，"))
        }
        _ => variable.key(),
    }
}

/// Which lines are summed, in words.
fn condition(of: &LineIs) -> String {
    match of {
        LineIs::Economic(codes) => format!("经济分类 {} 开头", codes.join("、")),
        LineIs::Function(codes) => format!("功能分类 {} 开头", codes.join("、")),
        LineIs::Fund(names) => format!("资金性质为{}", names.join("、")),
        LineIs::Kind(SpendingKind::Basic) => "基本支出".to_owned(),
        _ => "项目支出".to_owned(),
    }
}
