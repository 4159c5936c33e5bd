//! Why a score is what it is: formula, source of each variable, worked calculation, result and article, as a tree.
//!
//! * In: a submission, the rules and the evaluation they gave. Out: one explanation for each row, every number with its cells.
//! * Rule: says what was computed; computes no score of its own.
//! * Never: hides a default or a judgement.
//!
//! Start reading at [`explain`].

use crate::evaluation::{BandUsed, Calculation, CommonIndicator, Decided, ScoredIndicator};
use crate::execution::execution;
use crate::formula::{Formula, Reference};
use crate::rules::{LIGHT_NAMES, Light};
use crate::scoring::{Context, row_fulfils};
use crate::{Amount, Evaluation, Place, Ratio, Role, Rules, Submission};
use rust_decimal::Decimal;
use serde::Serialize;

/// One row explained.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// Levels, widest first.
    pub path: Vec<String>,
    /// Target and actual as printed.
    pub target: Option<String>,
    /// The actual as printed, or as measured.
    pub actual: Option<String>,
    /// What came of it.
    pub result: Outcome,
    /// The formula of the rule; empty where a person scores the row.
    pub formula: String,
    /// What the formula takes from outside, each with its source.
    pub variables: Vec<Variable>,
    /// The calculation, the innermost step first.
    pub steps: Vec<Worked>,
    /// The rule it rests on.
    pub rule: RestsOn,
    /// Where the row stands.
    pub source: Place,
}

/// What came of a row.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// The weight; absent for common_indicators that are shown and not scored.
    pub weight: Option<Decimal>,
    /// Whether the rules gave the weight because none was printed.
    pub weight_default: bool,
    /// The exact value of the formula, rounded to ten places.
    pub value: Option<Ratio>,
    /// The score.
    pub score: Option<Decimal>,
    /// The score that was filled in.
    pub score_claimed: Option<Decimal>,
    /// Where a person decided on another score: both, who and why.
    pub decided: Option<Decided>,
    /// The band of a qualitative row, and what it rests on.
    pub band: Option<BandUsed>,
    /// Whether the score rests on a person's judgement, or on a default in its place.
    pub judgement: bool,
    /// Whether the row applies.
    pub applicable: bool,
    /// The formula with its numbers, or who gave the score.
    pub substituted: String,
}

/// Something a formula takes from outside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Variable {
    /// Its name in the formula.
    pub name: String,
    /// What it is called in Chinese.
    pub chinese: String,
    /// Its value; absent where the input gives none.
    pub value: Option<Ratio>,
    /// Where it stands.
    pub source: Place,
    /// What it was added up from.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Variable>,
}

/// A step of the calculation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Worked {
    /// The operation with its numbers.
    pub step: String,
    /// What it gave.
    pub value: String,
}

/// The rule a score rests on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct RestsOn {
    /// The id of the rule file.
    pub rules: String,
    /// The id of the rule.
    pub id: String,
    /// The document.
    pub document: String,
    /// The article; empty while nobody has read it.
    pub article: String,
    /// Whether it was read in its official text.
    pub verified: bool,
    /// What it rests on.
    pub note: String,
}

/// Explains every row of an evaluation, the execution rate first; behind them the common indicators that are only shown, and the
/// warning lights.
pub fn explain(
    submission: &Submission,
    rules: &Rules,
    evaluation: &Evaluation,
) -> Vec<Explanation> {
    let (rules, ..) = rules.for_kind(submission.subject.kind).with_settings(&submission.settings);
    let rules = &rules;
    let execution = execution(&submission.budget, rules, false);
    let context = Context { submission, rules, execution: &execution };
    let explainer = Explainer { context, evaluation };
    let rows = evaluation.indicators.iter().map(|row| explainer.row(row));
    let common = evaluation.common_indicators.iter().map(|one| explainer.common(one));
    let lights = explainer.context.light_conditions(&evaluation.indicators);
    let lights = lights.iter().map(|(light, condition)| explainer.light(light, condition.as_ref()));
    rows.chain(common).chain(lights).collect()
}

struct Explainer<'a> {
    context: Context<'a>,
    evaluation: &'a Evaluation,
}

impl Explainer<'_> {
    fn row(&self, row: &ScoredIndicator) -> Explanation {
        Explanation {
            path: row.path.clone(),
            target: row.target.clone(),
            actual: row.actual.clone(),
            result: Outcome {
                weight: row.weight,
                weight_default: row.weight_default,
                value: row.calculation.as_ref().map(|calculation| calculation.exact.clone()),
                score: row.score,
                score_claimed: row.score_claimed,
                decided: row.decided.clone(),
                band: row.band.clone(),
                judgement: row.judgement,
                applicable: row.applicable,
                substituted: row.substituted.clone(),
            },
            formula: row.formula.clone(),
            variables: self.variables(
                row.calculation.as_ref(),
                &row.formula,
                (row.weight, row.weight_default, &row.source),
            ),
            steps: row.calculation.as_ref().map(steps).unwrap_or_default(),
            rule: self.rule(&row.method),
            source: row.source.clone(),
        }
    }

    fn common(&self, one: &CommonIndicator) -> Explanation {
        Explanation {
            path: one.path.clone(),
            target: None,
            actual: one.shown.clone(),
            result: Outcome {
                weight: None,
                weight_default: false,
                value: one.value.clone(),
                score: None,
                score_claimed: None,
                decided: None,
                band: None,
                judgement: false,
                applicable: true,
                substituted: one.substituted.clone(),
            },
            formula: one.formula.clone(),
            variables: self.variables(
                one.calculation.as_ref(),
                &one.formula,
                (None, false, &Place::default()),
            ),
            steps: one.calculation.as_ref().map(steps).unwrap_or_default(),
            rule: self.rule(&one.method),
            source: Place::default(),
        }
    }

    /// A warning light: its condition with its numbers, and whether it is on.
    fn light(&self, light: &Light, condition: Option<&Calculation>) -> Explanation {
        let formula = light.when.source().to_owned();
        let value = condition.map(|condition| condition.exact.clone());
        let is_on = value.as_ref().map(|value| *value != Ratio::from(Decimal::ZERO));
        let said = match is_on {
            Some(true) => "亮",
            Some(false) => "不亮",
            None => "缺少数据，不能判断",
        };
        let variables = self.variables(condition, &formula, (None, false, &Place::default()));
        Explanation {
            path: vec![light.colour.words().0.to_owned(), light.chinese.clone()],
            target: None,
            actual: Some(said.to_owned()),
            result: Outcome { value, ..Outcome::default() },
            formula,
            variables,
            steps: condition.map(steps).unwrap_or_default(),
            rule: self.rule(&light.id),
            source: Place::default(),
        }
    }

    /// The rule of an id: a score, a row of the scorecard, or a light.
    fn rule(&self, id: &str) -> RestsOn {
        let rules = self.context.rules;
        let score = rules.scores().iter().find(|score| score.id == id);
        let score = score.map(|score| (&score.article, score.verified, &score.note));
        let card = rules.card().iter().find(|row| row.id == id);
        let card = card.map(|row| (&row.article, row.verified, &row.note));
        let of_file = RestsOn {
            rules: rules.id().to_owned(),
            id: id.to_owned(),
            document: rules.header().document.clone(),
            ..RestsOn::default()
        };
        let light = rules.lights().iter().find(|light| light.id == id);
        if let Some(light) = light.filter(|_| card.is_none() && score.is_none()) {
            return RestsOn { note: light.note.clone(), ..of_file };
        }
        match card.or(score) {
            Some((article, verified, note)) => {
                RestsOn { article: article.clone(), verified, note: note.clone(), ..of_file }
            }
            None => of_file,
        }
    }

    /// Everything that a formula takes from outside. Of one that has no value, what is known of it, and what is not.
    fn variables(
        &self,
        calculation: Option<&Calculation>,
        formula: &str,
        (weight, weight_default, row): (Option<Decimal>, bool, &Place),
    ) -> Vec<Variable> {
        let parsed = calculation.map(|calculation| calculation.formula.clone());
        let Some(formula) = parsed.or_else(|| Formula::parse(formula).ok()) else {
            return Vec::new();
        };
        let value = |reference: &Reference, key: &str| match calculation {
            Some(calculation) => {
                let binding = calculation.bindings.iter().find(|binding| binding.name == key);
                binding.and_then(|binding| binding.value.clone())
            }
            None if key == "weight" => weight.map(Ratio::from),
            None => self.context.outside(reference, &self.evaluation.indicators).map(Ratio::from),
        };
        let variable = |reference: &Reference| {
            let key = reference.key();
            // A weight that the rules gave stands in no cell.
            let given = key == "weight" && weight_default;
            let place = if given { Place::default() } else { row.clone() };
            let value = value(reference, &key);
            self.variable(reference, key, value, &place)
        };
        formula.references().iter().map(variable).collect()
    }

    fn variable(
        &self,
        reference: &Reference,
        name: String,
        value: Option<Ratio>,
        row: &Place,
    ) -> Variable {
        let plain = |chinese: String, source: Place, parts: Vec<Variable>| Variable {
            name: name.clone(),
            chinese,
            value: value.clone(),
            source,
            parts,
        };
        match reference {
            Reference::Name(of) => match self.amount(of) {
                // The budget of the rate with what was carried over beside it: both are its sources.
                Some(amount) if of == "budget" && self.context.execution.carried => {
                    let parts = [amount, Amount::CarriedOver].map(|of| self.total(of).1).concat();
                    let name = self.context.execution.base_name().0;
                    plain(name.to_owned(), Place::default(), parts)
                }
                Some(amount) => {
                    let (source, parts) = self.total(amount);
                    plain(amount.chinese().to_owned(), source, parts)
                }
                None => plain(chinese_of(of).to_owned(), row.clone(), self.sums_of_rows(of)),
            },
            Reference::Fact { name: of, column } => {
                let fact = self.context.fact(of, column.as_deref());
                let source = fact.map(|fact| fact.source.clone()).unwrap_or_default();
                let column = column.as_ref().map_or_else(String::new, |of| format!("（{of}）"));
                plain(format!("基础数据 {of}{column}"), source, Vec::new())
            }
            Reference::Lines { amount, conditions } => {
                let lines = self.context.fulfilling(conditions);
                let parts = lines.into_iter().flat_map(|line| self.cells(line, *amount)).collect();
                plain(format!("台账汇总 {}", amount.chinese()), Place::default(), parts)
            }
            Reference::Composition { .. } => {
                let parts = [Amount::Initial, Amount::Executed].map(|of| self.total(of).1).concat();
                plain("支出构成偏差".to_owned(), Place::default(), parts)
            }
            Reference::Rows { conditions, .. } => {
                let rows = self.evaluation.indicators.iter().filter(|row| {
                    !row.is_execution() && row_fulfils(row, conditions) == Some(true)
                });
                let part = |row: &ScoredIndicator| Variable {
                    name: row.path.join("/"),
                    chinese: "得分".to_owned(),
                    value: row.score.map(Ratio::from),
                    source: row.source.clone(),
                    parts: Vec::new(),
                };
                plain("指标汇总".to_owned(), Place::default(), rows.map(part).collect())
            }
        }
    }

    /// What the names of lights are added up from: scores or weights of the execution rate, or of all indicators.
    fn sums_of_rows(&self, name: &str) -> Vec<Variable> {
        let Some((of, what)) = name.split_once('_').filter(|_| LIGHT_NAMES.contains(&name)) else {
            return Vec::new();
        };
        let rows = self.evaluation.indicators.iter();
        let rows = rows.filter(|row| row.is_execution() == (of == "execution"));
        let is_score = what == "score";
        let part = |row: &ScoredIndicator| Variable {
            name: row.path.join("/"),
            chinese: if is_score { "得分" } else { "分值" }.to_owned(),
            value: if is_score { row.score } else { row.weight }.map(Ratio::from),
            source: row.source.clone(),
            parts: Vec::new(),
        };
        rows.map(part).collect()
    }

    /// The amount that a name of money means here.
    fn amount(&self, name: &str) -> Option<Amount> {
        if name == "budget" {
            return self.context.execution.base.map(|(amount, _)| amount);
        }
        crate::formula::AMOUNTS.iter().find(|(of, _)| *of == name).map(|(_, amount)| *amount)
    }

    /// Where a total stands; where none is printed, what it was added up from.
    fn total(&self, amount: Amount) -> (Place, Vec<Variable>) {
        let budget = &self.context.submission.budget;
        let whole = budget.checks.iter().find(|check| check.whole);
        let stated = whole.and_then(|check| budget.rows.get(check.row));
        let stated = stated.filter(|row| row.amounts.get(amount).is_some());
        let lines = 0..budget.lines.len();
        let parts = lines.flat_map(|line| self.cells(line, amount)).collect();
        (stated.map(|row| row.cell(amount)).unwrap_or_default(), parts)
    }

    /// The cells that an amount of a line was gathered from.
    fn cells(&self, line: usize, amount: Amount) -> Vec<Variable> {
        let budget = &self.context.submission.budget;
        let counted = |row: &&crate::SourceRow| {
            row.role == Role::Counted(line) && row.amounts.get(amount).is_some()
        };
        let cell = |row: &crate::SourceRow| Variable {
            name: row.label.to_string(),
            chinese: amount.chinese().to_owned(),
            value: row.amounts.get(amount).map(|money| Ratio::from(money.yuan())),
            source: row.cell(amount),
            parts: Vec::new(),
        };
        let found: Vec<Variable> = budget.rows.iter().filter(counted).map(cell).collect();
        if !found.is_empty() {
            return found;
        }
        // Lines that were built without rows, or an amount that was computed from others.
        let of_line = self.context.execution.lines.get(line);
        let money = of_line.and_then(|line| crate::scoring::amount_of(&line.totals, amount));
        let computed = of_line.zip(money).map(|(line, money)| Variable {
            name: line.path.join("/"),
            chinese: amount.chinese().to_owned(),
            value: Some(Ratio::from(money.yuan())),
            source: line.source.clone(),
            parts: Vec::new(),
        });
        computed.into_iter().collect()
    }
}

/// Every step once, in the order they were carried out.
fn steps(calculation: &Calculation) -> Vec<Worked> {
    let lookup = |name: &str| {
        let binding = calculation.bindings.iter().find(|binding| binding.name == name)?;
        binding.value.as_ref().map(|value| value.exact().clone())
    };
    let mut steps: Vec<Worked> = Vec::new();
    for step in calculation.formula.trace(&lookup) {
        let value = step.value.map_or_else(|why| why.chinese(), |value| value.to_string());
        let worked = Worked { step: step.text, value };
        if !steps.contains(&worked) {
            steps.push(worked);
        }
    }
    steps
}

/// The Chinese word for a name of the row.
fn chinese_of(name: &str) -> &'static str {
    match name {
        "weight" => "分值",
        "target" => "年度指标值",
        "actual" => "实际完成值",
        "low" => "指标值下限",
        "high" => "指标值上限",
        "met" => "是否完成（是 1，否 0）",
        "share" => "得分系数",
        "days_late" => "逾期天数",
        "workdays_late" => "逾期工作日",
        "execution_score" => "预算执行率得分",
        "execution_weight" => "预算执行率分值",
        "indicator_score" => "指标得分合计",
        "indicator_weight" => "指标分值合计",
        _ => "",
    }
}
