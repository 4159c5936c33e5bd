//! What a subject submits: its budget, its indicators, and what it filled in by hand.

use crate::{
    Amount, BudgetLine, ExecutionRow, Indicator, Money, Override, Place, SourceRow, SumCheck, Unit,
};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// What is evaluated (评价对象).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SubjectKind {
    /// A department as a whole (部门整体支出).
    #[default]
    Department,
    /// One project (项目支出).
    Project,
}

/// Who is evaluated.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// Department or project.
    pub kind: SubjectKind,
    /// The name outputs carry: the project's, else the department's.
    pub name: String,
    /// The department (主管部门 or 部门名称).
    pub department: Option<String>,
    /// The project.
    pub project: Option<String>,
    /// The unit that carries a project out (实施单位).
    pub unit: Option<String>,
}

/// The budget side of a submission.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Budget {
    /// The items, each counted once.
    pub lines: Vec<BudgetLine>,
    /// Totals and subtotals that the input states, to be checked against the lines.
    pub checks: Vec<SumCheck>,
    /// Every cleaned row, counted or not, with its place.
    pub rows: Vec<SourceRow>,
    /// Counted rows (indices) with an amount that is there and cannot be read. What they belong to is unknown, not less.
    #[serde(default)]
    pub unreadable: Vec<(usize, Amount)>,
    /// The unit the input prints its amounts in, which outputs keep.
    pub unit: Unit,
    /// One unit of the last printed place in yuan (0.01 万元 is 100 yuan); `None` when amounts are exact to the 分.
    #[serde(default)]
    pub last_place: Option<Money>,
}

/// Where a form prints a sum of some of its rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SumKind {
    /// In the name of a level: `产出指标(50分)`.
    #[default]
    Level,
    /// In a row of its own (小计).
    Subtotal,
    /// In one cell over several rows.
    Merged,
}

/// A sum of weights or scores that a form prints for some of its rows. It is checked and never counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimedSum {
    /// How it is printed.
    pub kind: SumKind,
    /// What it is a sum of, as printed.
    pub name: String,
    /// The indicators (indices) that it is a sum of.
    pub rows: Vec<usize>,
    /// The sum of the weights.
    pub weight: Option<Decimal>,
    /// The sum of the scores.
    pub score: Option<Decimal>,
    /// Where it stands.
    pub source: Place,
}

/// What a person filled in for the whole form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claimed {
    /// The total score (总分).
    pub score: Option<Decimal>,
    /// Its cell.
    pub score_at: Place,
    /// The total of the weights (分值合计) printed beside it.
    pub weight: Option<Decimal>,
    /// The grade (等级).
    pub grade: Option<String>,
    /// Its cell.
    pub grade_at: Place,
    /// Sums of some rows, such as the subtotal of a first level.
    #[serde(default)]
    pub sums: Vec<ClaimedSum>,
}

/// A quantity and standard of an item's class (人数 × 标准).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Driver {
    /// The budget item it belongs to.
    pub item: String,
    /// The class within the item.
    pub class: String,
    /// Budgeted quantity, in persons, months or times.
    pub budget_quantity: Decimal,
    /// Budgeted standard, yuan for one.
    pub budget_rate: Decimal,
    /// Actual quantity.
    pub actual_quantity: Decimal,
    /// Actual standard, yuan for one.
    pub actual_rate: Decimal,
    /// The cause the input gives.
    pub cause: Option<String>,
    /// Where it stands.
    pub source: Place,
}

/// A named value that rules need (基础数据).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// Its name.
    pub name: String,
    /// Which value of it (上年, 预算, 决算), if the input tells several apart.
    pub column: Option<String>,
    /// The value.
    pub value: Decimal,
    /// Where it stands.
    pub source: Place,
}

/// A line of the input's own settings table (设置): what it wants, as it says it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setting {
    /// Its name as printed, such as 规则 or 得分小数位数.
    pub key: String,
    /// Its value as printed.
    pub value: String,
    /// Where the value stands.
    pub source: Place,
}

/// Texts for the form and the report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Narrative {
    /// The goal set before the year (预期目标).
    pub goal: Option<String>,
    /// What came of it (实际完成情况).
    pub outcome: Option<String>,
}

/// Everything one subject submits.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Submission {
    /// Who.
    pub subject: Subject,
    /// The budget year, if the input says.
    pub budget_year: Option<i32>,
    /// The money.
    pub budget: Budget,
    /// The printed row of the execution rate, if there is one.
    pub execution_row: Option<ExecutionRow>,
    /// The indicators without the execution rate.
    pub indicators: Vec<Indicator>,
    /// Quantities and standards.
    pub drivers: Vec<Driver>,
    /// Named values.
    pub facts: Vec<Fact>,
    /// What the input's own settings table says.
    #[serde(default)]
    pub settings: Vec<Setting>,
    /// Scores that a person decided on and that no column of the input has.
    #[serde(default)]
    pub overrides: Vec<Override>,
    /// What was filled in for the whole.
    pub claimed: Claimed,
    /// Texts.
    pub narrative: Narrative,
}

impl Submission {
    /// An empty submission of a department.
    pub fn department(name: impl Into<String>, budget_year: i32) -> Submission {
        let name = name.into();
        Submission {
            subject: Subject { name: name.clone(), department: Some(name), ..Subject::default() },
            budget_year: Some(budget_year),
            ..Submission::default()
        }
    }

    /// An empty submission of a project.
    pub fn project(name: impl Into<String>, budget_year: i32) -> Submission {
        let name = name.into();
        Submission {
            subject: Subject {
                kind: SubjectKind::Project,
                name: name.clone(),
                project: Some(name),
                ..Subject::default()
            },
            budget_year: Some(budget_year),
            ..Submission::default()
        }
    }
}
