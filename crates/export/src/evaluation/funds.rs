//! The rows 其中 of the form's money block: which parts of the total it lists, and over which cells.
//!
//! * In: the lines of the evaluation. Out: no rows, one per line when the lines are the form's own fund rows, or one per
//!   fund when every line says its fund.
//! * Rule: the lines of a form stand on the sheet of its indicators and carry neither codes nor classes. No words are known.

use super::Context;
use super::execution::{ExecutionMap, amount_of};
use jixiao_core::{Amount, LineResult, Money, Ratio};

/// More parts than a form has room for are left to 支出执行.
const MOST: usize = 8;
/// The form's own label of the total.
const WHOLE: &str = "年度资金总额";

/// One row 其中.
pub(crate) struct FundRow {
    /// What it is called.
    pub label: String,
    amounts: Vec<(Amount, String, Money)>,
    /// Executed over adjusted budget.
    pub rate: Option<Ratio>,
}

impl FundRow {
    /// The formula in yuan of an amount, and the amount.
    pub(crate) fn amount(&self, amount: Amount) -> (Option<String>, Option<Money>) {
        let found = self.amounts.iter().find(|(of, ..)| *of == amount);
        (found.map(|(_, formula, _)| formula.clone()), found.map(|(.., money)| *money))
    }

    /// A row of some amounts; 其中 at the front of the label is left to the form.
    pub(crate) fn new(label: &str, amounts: Vec<(Amount, String, Money)>) -> FundRow {
        let of = |amount| amounts.iter().find(|(of, ..)| *of == amount).map(|(.., money)| *money);
        let both = of(Amount::Executed).zip(of(Amount::Adjusted));
        let rate = both.and_then(|(spent, budget)| Ratio::of(spent.yuan(), budget.yuan()));
        let label = label.trim_start_matches("其中").trim_start_matches(['：', ':']).trim();
        FundRow { label: label.to_owned(), amounts, rate }
    }
}

/// The rows 其中 of the form.
pub(crate) fn fund_rows(context: &Context<'_>, execution: &ExecutionMap) -> Vec<FundRow> {
    let lines = &context.evaluation.lines;
    if are_form_rows(context) {
        let row = |(index, line): (usize, &LineResult)| by_line(execution, index, line);
        return lines.iter().enumerate().map(row).collect();
    }
    by_fund(lines, execution).unwrap_or_default()
}

fn are_form_rows(context: &Context<'_>) -> bool {
    let evaluation = context.evaluation;
    let Some(indicator) = evaluation.indicators.iter().find(|of| !of.source.sheet.is_empty())
    else {
        return false;
    };
    let lines = &evaluation.lines;
    let form_row = |line: &LineResult| {
        line.path.len() == 1
            && line.codes == jixiao_core::Codes::default()
            && line.source.sheet == indicator.source.sheet
            && line.source.file == indicator.source.file
    };
    let only_total =
        matches!(lines.as_slice(), [one] if one.path.iter().any(|name| &**name == WHOLE));
    !only_total && (1..=MOST).contains(&lines.len()) && lines.iter().all(form_row)
}

fn by_line(execution: &ExecutionMap, index: usize, line: &LineResult) -> FundRow {
    let row = execution.line_row(index);
    let cell = |amount| {
        let column = execution.amount_column(amount)?;
        let money = amount_of(&line.totals, amount)?;
        Some((amount, execution.reference(row, column), money))
    };
    let amounts = Amount::ALL.into_iter().filter_map(cell).collect();
    FundRow::new(line.path.last().map_or("", |name| name), amounts)
}

/// One row per fund, when every line has one and there are several.
fn by_fund(lines: &[LineResult], execution: &ExecutionMap) -> Option<Vec<FundRow>> {
    let column = execution.fund_column()?;
    let mut funds: Vec<(&str, usize)> = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let fund = line.fund.as_deref()?;
        // A criterion of SUMIFS takes these signs for an operator or a pattern, and does not tell upper from lower case.
        if fund.contains(['*', '?', '~', '<', '>', '=']) || fund.parse::<f64>().is_ok() {
            return None;
        }
        if !funds.iter().any(|(of, _)| of.to_lowercase() == fund.to_lowercase()) {
            funds.push((fund, index));
        }
        if funds.len() > MOST {
            return None;
        }
    }
    if funds.len() < 2 {
        return None;
    }
    let row = |(fund, first): &(&str, usize)| {
        let criterion = execution.reference(execution.line_row(*first), column);
        let of = |line: &&LineResult| {
            line.fund.as_deref().map(str::to_lowercase) == Some(fund.to_lowercase())
        };
        let amounts = Amount::ALL.into_iter().filter_map(|amount| {
            let shown = execution.amount_column(amount)?;
            let given = lines.iter().filter(of).filter_map(|line| amount_of(&line.totals, amount));
            let sum = given.clone().next().map(|_| given.sum())?;
            let formula = format!(
                "ROUND(SUMIFS({},{},{criterion}),2)",
                execution.lines_block(shown),
                execution.lines_block(column)
            );
            Some((amount, formula, sum))
        });
        FundRow::new(fund, amounts.collect())
    };
    Some(funds.iter().map(row).collect())
}
