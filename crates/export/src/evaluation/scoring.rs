//! 指标评分: one row per indicator with the rule's formula, its numbers and the score as a live formula over the row.
//!
//! * In: the scored indicators. Out: the sheet and a [`ScoringMap`].
//! * The numbers that a formula uses stand in columns of their own, one per name; the execution row refers to 支出执行.
//! * Rule: a score that a person gave, or has to give, is no formula; its cell is coloured.
//! * Never: computes a score; the cached results are core's.

mod score;

use super::origin::Origins;
use super::{Context, place_text};
use crate::error::ExportError;
use crate::sheet::{Cached, Sheet, cell, down, quoted};
use crate::text;
use jixiao_core::{Amount, BandBy, Binding, Evaluation, Ratio, ScoredIndicator};
use rust_decimal::Decimal;
use rust_xlsxwriter::Workbook;

/// Rows above the first indicator: title, unit line, heads.
const HEAD_ROWS: u32 = 3;
/// 序号, three levels, target, actual, weight.
const WEIGHT: u16 = 6;
/// The first column of the numbers.
const NUMBERS: u16 = 7;
/// Binary noise is far below this place, differences that matter far above.
const NOISE_PLACES: u32 = 12;

/// Columns behind the numbers, in their order, with their widths.
const REST: [Column; 12] = [
    ("得分", 8),
    ("自填得分", 9),
    ("差异", 8),
    ("评分方法", 18),
    ("评分公式", 36),
    ("代入数值", 36),
    ("依据条款", 14),
    ("规则核实", 9),
    ("判断", 12),
    ("偏差原因", 24),
    ("改进措施", 20),
    ("来源", 18),
];

/// Columns behind 差异 that a person fills in: the band of a qualitative row, another score, why, who.
const FILLED: [Column; 4] = [BAND, DECISION, ("复核意见", 24), ("复核人", 10)];
const BAND: Column = ("完成档次", 16);
const DECISION: Column = ("复核得分", 9);
/// Where a person decided, what the rules give.
const RULED: Column = ("规则得分", 9);
/// The column that these follow.
const BEFORE_FILLED: &str = "差异";
const BAND_NOTE: &str = "定性指标由单位选定完成档次；填写后把本工作簿再次交给程序，得分随之计算";

/// A title and its width.
type Column = (&'static str, u16);

/// Where the indicators stand.
pub(crate) struct ScoringMap {
    sheet: String,
    names: Vec<String>,
    rest: Vec<Column>,
    /// How many indicators.
    pub count: u32,
}

impl ScoringMap {
    /// Plans the sheet without writing it.
    pub(crate) fn plan(evaluation: &Evaluation, sheet: &str, origins: &Origins<'_>) -> ScoringMap {
        let mut names: Vec<String> = Vec::new();
        let calculations = evaluation.indicators.iter().filter_map(|row| row.calculation.as_ref());
        for binding in calculations.flat_map(|calculation| &calculation.bindings) {
            let elsewhere = direct(origins, binding).is_some();
            if binding.name != "weight" && !elsewhere && !names.contains(&binding.name) {
                names.push(binding.name.clone());
            }
        }
        let count = evaluation.indicators.len() as u32;
        let mut rest = REST.to_vec();
        let behind = rest.iter().position(|(title, _)| *title == BEFORE_FILLED);
        let behind = behind.map_or(rest.len(), |position| position + 1);
        let decided = evaluation.indicators.iter().any(|row| row.decided.is_some());
        rest.splice(behind..behind, decided.then_some(RULED).into_iter().chain(FILLED));
        ScoringMap { sheet: quoted(sheet), names, rest, count }
    }

    /// The row of an indicator.
    pub(crate) fn row(&self, index: usize) -> u32 {
        HEAD_ROWS + index as u32
    }

    /// A reference to an indicator's score from another sheet.
    pub(crate) fn score(&self, index: usize) -> String {
        format!("{}!{}", self.sheet, cell(self.row(index), self.column("得分")))
    }

    /// A reference to an indicator's weight from another sheet.
    pub(crate) fn weight(&self, index: usize) -> String {
        format!("{}!{}", self.sheet, cell(self.row(index), WEIGHT))
    }

    fn column(&self, title: &str) -> u16 {
        let position = self.rest.iter().position(|(of, _)| *of == title).unwrap_or(0);
        NUMBERS + self.names.len() as u16 + position as u16
    }

    fn right(&self) -> u16 {
        NUMBERS + self.names.len() as u16 + self.rest.len() as u16 - 1
    }

    fn number_column(&self, name: &str) -> Option<u16> {
        let position = self.names.iter().position(|of| of == name);
        position.map(|position| NUMBERS + position as u16)
    }
}

/// The cells of other sheets that a formula names itself: facts and sums over lines. Totals have columns of their own.
fn direct(origins: &Origins<'_>, binding: &Binding) -> Option<String> {
    if origins.is_total(&binding.name) {
        return None;
    }
    let (formula, _) = origins.live(&binding.name, binding.value.as_ref()?)?;
    Some(formula)
}

/// First, second and last level of an indicator; levels between are joined to the last.
pub(crate) fn levels(path: &[String]) -> [String; 3] {
    match path {
        [] => Default::default(),
        [only] => [String::new(), String::new(), only.clone()],
        [first, last] => [first.clone(), String::new(), last.clone()],
        [first, second, rest @ ..] => [first.clone(), second.clone(), rest.join("－")],
    }
}

/// Writes the sheet.
pub(crate) fn write(
    book: &mut Workbook,
    context: &Context<'_>,
    map: &ScoringMap,
    origins: &Origins<'_>,
) -> Result<(), ExportError> {
    let indicators = &context.evaluation.indicators;
    let mut sheet = Sheet::new(book, &context.names.scoring, indicators.len() + 10)?;
    context.head(&mut sheet, "绩效指标评分表", "单位：分", map.column("差异"))?;
    heads(&mut sheet, context, map)?;
    for (index, indicator) in indicators.iter().enumerate() {
        let row = Row { context, map, origins, index, indicator };
        row.write(&mut sheet)?;
    }
    let bottom = foot(&mut sheet, context, map)?;
    sheet.freeze(HEAD_ROWS, 4)?;
    sheet.repeat(HEAD_ROWS - 1, HEAD_ROWS - 1)?;
    sheet.page(true, bottom, map.right())?;
    sheet.two_pages_wide(3)?;
    sheet.finish(book);
    Ok(())
}

fn heads(sheet: &mut Sheet, context: &Context<'_>, map: &ScoringMap) -> Result<(), ExportError> {
    let style = &context.styles.head;
    let row = HEAD_ROWS - 1;
    sheet.height(row, 2)?;
    let first = [
        ("序号", 6),
        ("一级指标", 12),
        ("二级指标", 14),
        ("三级指标", 24),
        ("年度指标值", 15),
        ("实际完成值", 15),
        ("分值", 7),
    ];
    for (column, (title, width)) in (0u16..).zip(first) {
        sheet.width(column, width)?;
        sheet.text(row, column, title, style)?;
    }
    for name in &map.names {
        let Some(column) = map.number_column(name) else { continue };
        let values = context.evaluation.indicators.iter().filter_map(|of| value(of, name));
        let widest = values.map(|value| value.to_string().len()).max().unwrap_or(0);
        sheet.width(column, (widest.max(text::widest(&head_of(name))) + 3).clamp(11, 22) as u16)?;
        sheet.text(row, column, &head_of(name), style)?;
    }
    for (title, width) in &map.rest {
        sheet.width(map.column(title), *width)?;
        sheet.text(row, map.column(title), title, style)?;
    }
    Ok(())
}

/// The head of a number's column: its name in formulas, with the Chinese word above where the name is English.
fn head_of(name: &str) -> String {
    let chinese = match name {
        "target" => "目标数值",
        "actual" => "完成数值",
        "low" => "下限",
        "high" => "上限",
        "met" => "是否完成（是1否0）",
        "share" => "得分比例",
        "executed" => "执行数（元）",
        "budget" => "预算数（元）",
        "initial_budget" => "年初预算数（元）",
        "adjusted_budget" => "全年预算数（元）",
        other => return other.to_owned(),
    };
    format!("{chinese}\n{name}")
}

fn value<'a>(indicator: &'a ScoredIndicator, name: &str) -> Option<&'a Ratio> {
    let bindings = &indicator.calculation.as_ref()?.bindings;
    bindings.iter().find(|binding| binding.name == name)?.value.as_ref()
}

struct Row<'a> {
    context: &'a Context<'a>,
    map: &'a ScoringMap,
    origins: &'a Origins<'a>,
    index: usize,
    indicator: &'a ScoredIndicator,
}

impl Row<'_> {
    fn write(&self, sheet: &mut Sheet) -> Result<(), ExportError> {
        let (styles, indicator) = (self.context.styles, self.indicator);
        let row = self.map.row(self.index);
        let [first, second, third] = levels(&indicator.path);
        let optional = |text: &Option<String>| text.clone().unwrap_or_default();
        let (target, actual) = (optional(&indicator.target), optional(&indicator.actual));
        let (reason, measure) = (optional(&indicator.reason), optional(&indicator.measure));
        let source = place_text(&indicator.source);
        let judgement = self.judgement();
        let decided = indicator.decided.as_ref();
        let why = decided.map_or("", |decided| decided.why.as_str());
        let who = decided.and_then(|decided| decided.who.as_deref()).unwrap_or("");
        let needs = [
            (&third, 24),
            (&second, 14),
            (&target, 15),
            (&actual, 15),
            (&indicator.method, 17),
            (&indicator.formula, 36),
            (&indicator.substituted, 36),
            (&indicator.article, 14),
            (&reason, 24),
            (&measure, 20),
            (&source, 18),
            (&judgement, 11),
        ];
        let given = [(why, 24), (who, 12)].map(|(value, width)| text::lines(value, width));
        let lines = needs.iter().map(|(value, width)| text::lines(value, *width));
        sheet.height(row, lines.chain(given).max().unwrap_or(1))?;

        sheet.count(row, 0, self.index + 1, &styles.number)?;
        sheet.text(row, 1, &first, &styles.centre)?;
        sheet.text(row, 2, &second, &styles.centre)?;
        sheet.text(row, 3, &third, &styles.text)?;
        sheet.text(row, 4, &target, &styles.centre)?;
        sheet.text(row, 5, &actual, &styles.centre)?;
        sheet.decimal(row, WEIGHT, indicator.weight, &styles.number)?;
        for name in &self.map.names {
            self.number(sheet, row, name)?;
        }
        let column = |title| self.map.column(title);
        sheet.text(row, column("评分方法"), &indicator.method, &styles.centre)?;
        sheet.text(row, column("评分公式"), &indicator.formula, &styles.code)?;
        sheet.text(row, column("代入数值"), &indicator.substituted, &styles.code)?;
        self.score(sheet, row)?;
        self.claimed(sheet, row)?;
        if self.map.rest.contains(&RULED) {
            self.by_rules(sheet, row)?;
        }
        self.band(sheet, row)?;
        let filled = decided.and_then(|decided| decided.score);
        sheet.decimal(row, column(DECISION.0), filled, &styles.input)?;
        sheet.text(row, column("复核意见"), why, &styles.input_text)?;
        sheet.text(row, column("复核人"), who, &styles.input)?;
        sheet.text(row, column("依据条款"), &indicator.article, &styles.text)?;
        let verified = if indicator.verified { "已核实" } else { "未核实" };
        sheet.text(row, column("规则核实"), verified, &styles.centre)?;
        sheet.text(row, column("判断"), &judgement, &styles.centre)?;
        sheet.text(row, column("偏差原因"), &reason, &styles.text)?;
        sheet.text(row, column("改进措施"), &measure, &styles.text)?;
        sheet.text(row, column("来源"), &source, &styles.text)
    }

    /// The band: a person's choice, or a cell for one. What the rules took by themselves stands under 判断.
    fn band(&self, sheet: &mut Sheet, row: u32) -> Result<(), ExportError> {
        let column = self.map.column(BAND.0);
        let Some(band) = &self.indicator.band else {
            return sheet.blank(row, column, &self.context.styles.centre);
        };
        let chosen = if band.by == BandBy::Person { band.word.as_str() } else { "" };
        sheet.text(row, column, chosen, &self.context.styles.input_text)?;
        sheet.choices(row, column, &self.context.evaluation.bands, BAND_NOTE)
    }

    /// Whose word the score rests on, and the band that was taken.
    fn judgement(&self) -> String {
        let indicator = self.indicator;
        let word = match (indicator.applicable, indicator.judgement, &indicator.calculation) {
            _ if indicator.decided.is_some() => "人工决定",
            (false, ..) => "不适用",
            (_, false, _) if indicator.score.is_none() => "待补充",
            (_, false, _) => "",
            (_, true, None) if indicator.score.is_none() => "待判断",
            (_, true, None) => "人工",
            (_, true, Some(_)) => "默认",
        };
        let band = indicator.band.as_ref().map(|band| band.word.as_str());
        [Some(word), band]
            .into_iter()
            .flatten()
            .filter(|text| !text.is_empty())
            .collect::<Vec<_>>()
            .join("\n")
    }

    /// One number of the formula; the amounts of the execution row come from 支出执行.
    fn number(&self, sheet: &mut Sheet, row: u32, name: &str) -> Result<(), ExportError> {
        let styles = self.context.styles;
        let Some(column) = self.map.number_column(name) else { return Ok(()) };
        let Some(value) = value(self.indicator, name) else {
            return sheet.blank(row, column, &styles.number);
        };
        match self.origins.live(name, value).or_else(|| self.amount(name, value)) {
            Some((reference, amount)) => {
                sheet.formula(row, column, &reference, amount, &styles.money)
            }
            None => sheet.ratio(row, column, Some(value), &styles.number),
        }
    }

    /// The total of 支出执行 that a number of the execution row is, in an evaluation that was put together by hand.
    fn amount(&self, name: &str, value: &Ratio) -> Option<(String, Cached<'static>)> {
        if !self.indicator.is_execution() {
            return None;
        }
        // Budget and spending may be equal; the name says which is meant.
        let meant: &[Amount] = match name {
            "executed" => &[Amount::Executed],
            _ => &[Amount::Adjusted, Amount::Initial],
        };
        meant.iter().copied().find_map(|amount| {
            let (reference, found) = self.origins.total(amount)?;
            let Cached::Decimal(money) = found else { return None };
            (Ratio::from(money) == *value).then_some((reference, found))
        })
    }
}

/// The total row and the remarks. Returns the last row.
fn foot(sheet: &mut Sheet, context: &Context<'_>, map: &ScoringMap) -> Result<u32, ExportError> {
    let (styles, evaluation) = (context.styles, context.evaluation);
    let total = HEAD_ROWS + map.count;
    for column in 0..=map.right() {
        sheet.blank(total, column, &styles.total_text)?;
    }
    sheet.text(total, 3, "合计", &styles.total_centre)?;
    if map.count > 0 {
        let weights: Decimal = evaluation.indicators.iter().filter_map(|row| row.weight).sum();
        let column = WEIGHT;
        let formula = format!(
            "ROUND(SUM({}),{})",
            down(column, HEAD_ROWS, total - 1),
            weights.scale().max(2)
        );
        sheet.formula(total, column, &formula, Cached::Decimal(weights), &styles.total_number)?;
        for title in ["得分", "自填得分"] {
            let column = map.column(title);
            let scores = evaluation.indicators.iter().map(|row| match title {
                "得分" => row.score,
                _ => row.score_claimed,
            });
            let given: Vec<Decimal> = scores.flatten().collect();
            if given.is_empty() {
                continue;
            }
            let sum: Decimal = given.iter().sum();
            let places = sum.scale().max(2);
            let formula = format!("ROUND(SUM({}),{places})", down(column, HEAD_ROWS, total - 1));
            sheet.formula(total, column, &formula, Cached::Decimal(sum), &styles.total_score)?;
        }
    }
    let mut remarks = context.rules_said();
    remarks.remove(1);
    remarks.insert(1, "说明：得分由公式按本行数值计算，封顶为分值、最低为 0，按规则小数位四舍五入；黄色单元格由人工判断填写，填写后自评表总分随之更新。".to_owned());
    let right = map.column(BEFORE_FILLED);
    let count = remarks.len() as u32;
    for (row, remark) in (total + 1..).zip(remarks) {
        sheet.height(row, text::lines(&remark, 150))?;
        sheet.merge([row, 0, row, u32::from(right)], &remark, &styles.note)?;
    }
    Ok(total + count)
}
