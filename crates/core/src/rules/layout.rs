//! The layout of a form as data: which cells it has, what fills each, and in which order its rows stand.
//!
//! * In: what the loader found in a layout file. Out: [`Layout`], which the workbook's writer follows cell by cell.
//! * Rule: a form is a grid; every block says which columns its cells cover, and covers them all.
//! * Never: a word of a form in code; a figure, or how it is computed.
//!
//! Start reading at [`Layout`]; `load` is the strict way from a file.

mod load;

pub(super) use load::layout;

/// The layouts that are built in.
pub(super) const BUILTIN: [(&str, &str); 13] = [
    ("mof-project", include_str!("../../rules/layouts/mof-project.toml")),
    ("mof-department", include_str!("../../rules/layouts/mof-department.toml")),
    ("mof-transfer", include_str!("../../rules/layouts/mof-transfer.toml")),
    ("mof-monitoring", include_str!("../../rules/layouts/mof-monitoring.toml")),
    ("hubei", include_str!("../../rules/layouts/hubei.toml")),
    ("hunan-department", include_str!("../../rules/layouts/hunan-department.toml")),
    ("chongqing", include_str!("../../rules/layouts/chongqing.toml")),
    ("sichuan", include_str!("../../rules/layouts/sichuan.toml")),
    ("yunnan", include_str!("../../rules/layouts/yunnan.toml")),
    ("guangdong-scorecard", include_str!("../../rules/layouts/guangdong-scorecard.toml")),
    ("guangdong-old-scorecard", include_str!("../../rules/layouts/guangdong-old-scorecard.toml")),
    ("guangzhou-district", include_str!("../../rules/layouts/guangzhou-district.toml")),
    ("shenzhen-scorecard", include_str!("../../rules/layouts/shenzhen-scorecard.toml")),
];

/// The ids of the built-in layouts.
pub fn builtin_ids() -> impl Iterator<Item = &'static str> {
    BUILTIN.iter().map(|(id, _)| *id)
}

/// The columns a cell covers, counted from zero, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first column.
    pub first: u16,
    /// The last column.
    pub last: u16,
}

/// The form of one kind of subject.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Layout {
    /// The id that rule files name.
    pub id: String,
    /// What the form is called in lists.
    pub name: String,
    /// What the layout rests on.
    pub source: String,
    /// Whether it was compared with the official form.
    pub verified: bool,
    /// The title.
    pub title: String,
    /// The line below the title; `{year}` stands for the budget year.
    pub year: String,
    /// The width of each column in digits.
    pub widths: Vec<u16>,
    /// The rows above the money, cell by cell.
    pub head: Vec<Vec<HeadCell>>,
    /// The money block.
    pub money: Option<MoneyBlock>,
    /// The block of the yearly goal.
    pub goals: Option<GoalBlock>,
    /// The table of indicators.
    pub indicators: IndicatorTable,
    /// The row of the total.
    pub total: Option<TotalRow>,
    /// Notes below the table.
    pub notes: Vec<String>,
    /// What is signed below, side by side.
    pub signatures: Vec<String>,
}

/// A cell of the head: a label, or what fills it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HeadCell {
    /// The columns it covers.
    pub at: Span,
    /// The label; absent where the cell is filled.
    pub label: Option<String>,
    /// What fills it.
    pub fill: HeadFill,
}

/// What fills a cell of the head.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum HeadFill {
    /// Nothing, for a person to write in.
    #[default]
    Blank,
    /// The subject's name.
    Subject,
    /// The project; nothing for a whole department.
    Project,
    /// The department.
    Department,
    /// The unit that carries the project out.
    Unit,
    /// The budget year.
    Year,
    /// The goal set before the year.
    Goal,
    /// What came of it.
    Outcome,
    /// The reasons of all rows that fell short.
    Reasons,
}

/// The money block: a label on the left, columns of amounts, rows of what they are of.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MoneyBlock {
    /// The columns of the label.
    pub at: Span,
    /// The label; `{unit}` stands for the unit of the amounts.
    pub label: String,
    /// The columns of the rows' names.
    pub name: Span,
    /// The amounts and what stands beside them.
    pub columns: Vec<MoneyColumn>,
    /// The rows.
    pub rows: Vec<MoneyRow>,
    /// Breakdowns side by side below the rows.
    pub sides: Vec<MoneySide>,
}

/// A column of the money block.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MoneyColumn {
    /// The columns it covers.
    pub at: Span,
    /// Its title.
    pub title: String,
    /// What fills it.
    pub fill: MoneyFill,
}

/// What fills a column of the money block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MoneyFill {
    /// An amount.
    Amount(crate::Amount),
    /// The execution rate.
    Rate,
    /// The weight of the execution rate; in the row of the total only.
    Weight,
    /// The score of the execution rate; in the row of the total only.
    Score,
    /// Nothing, for a person to write in.
    Blank,
}

/// A row of the money block, or of one of its breakdowns.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MoneyRow {
    /// Its name.
    pub label: String,
    /// Which money it shows.
    pub of: MoneyOf,
}

/// Which money a row shows.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MoneyOf {
    /// All of it.
    Total,
    /// One row for each fund, as the input has them.
    Funds,
    /// The lines whose fund has one of these words.
    Fund(Vec<String>),
    /// The lines whose fund no other row has.
    Rest,
    /// Basic or project spending.
    Kind(crate::formula::SpendingKind),
    /// Nothing, for a person to write in.
    Blank,
}

/// A breakdown of the money that stands beside another one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MoneySide {
    /// What it is broken down by.
    pub title: String,
    /// The columns of the names.
    pub name: Span,
    /// Its amounts.
    pub columns: Vec<MoneyColumn>,
    /// Its rows.
    pub rows: Vec<MoneyRow>,
}

/// The block of the yearly goal: a label on the left, texts with their titles above.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct GoalBlock {
    /// The columns of the label.
    pub at: Span,
    /// The label.
    pub label: String,
    /// The texts: title, and what fills the cell below it.
    pub cells: Vec<(Span, String, HeadFill)>,
}

/// The table of indicators.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct IndicatorTable {
    /// The label on the left, if there is one.
    pub label: Option<(Span, String)>,
    /// The columns.
    pub columns: Vec<IndicatorColumn>,
    /// The levels under which the row of the execution rate is listed; in the money block only where absent.
    pub execution: Option<Vec<String>>,
    /// Levels of the form under which the rows of a block of the rules stand.
    pub groups: Vec<(String, Vec<String>)>,
    /// Beginnings of levels in the order in which the form lists them; as they come where empty.
    pub order: Vec<Vec<String>>,
}

/// A column of the table of indicators.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct IndicatorColumn {
    /// The columns it covers.
    pub at: Span,
    /// Its title.
    pub title: String,
    /// The title above it that it shares with its neighbours; empty where it has none.
    pub group: String,
    /// What fills it.
    pub fill: IndicatorFill,
}

/// The row of the total.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TotalRow {
    /// The columns of the label.
    pub at: Span,
    /// The label.
    pub label: String,
    /// Where the weights are added up.
    pub weight: Option<Span>,
    /// Where the scores are.
    pub score: Option<Span>,
    /// Where the grade stands, and how it is written; `{grade}` stands for the word.
    pub grade: Option<(Span, String)>,
    /// Cells of the row that stay blank.
    pub blank: Vec<Span>,
}

/// One choice of a closed list of layouts and outlines: what files write, what it means, and what it is.
pub type Choices<T, const N: usize> = [(&'static str, &'static str, T); N];

/// What fills a column of the table of indicators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum IndicatorFill {
    /// First level.
    Level1,
    /// Second level.
    Level2,
    /// Third level.
    Level3,
    /// The target as printed.
    Target,
    /// Its sign, or 定性.
    TargetSign,
    /// Its number or words.
    TargetValue,
    /// Its unit.
    TargetUnit,
    /// The actual.
    Actual,
    /// The weight.
    Weight,
    /// Score over weight.
    Coefficient,
    /// The score.
    Score,
    /// The score that was filled in.
    Claimed,
    /// The reason.
    Reason,
    /// The measure.
    Measure,
    /// Reason and measure.
    ReasonAndMeasure,
    /// The standard by which the row is scored.
    Standard,
    /// What the score rests on.
    Basis,
    /// Nothing, for a person to write in.
    Blank,
}

impl IndicatorFill {
    /// Every choice.
    pub const CHOICES: Choices<IndicatorFill, 18> = [
        ("level1", "first level", IndicatorFill::Level1),
        ("level2", "second level", IndicatorFill::Level2),
        ("level3", "third level and what is below it", IndicatorFill::Level3),
        ("target", "the target as printed", IndicatorFill::Target),
        (
            "target_sign",
            "the sign of the target (≥, ≤, =), or 定性 for words",
            IndicatorFill::TargetSign,
        ),
        ("target_value", "the number of the target, or its words", IndicatorFill::TargetValue),
        ("target_unit", "the unit of the target", IndicatorFill::TargetUnit),
        ("actual", "the actual as printed, or as measured", IndicatorFill::Actual),
        ("weight", "the weight", IndicatorFill::Weight),
        ("coefficient", "score over weight, in percent", IndicatorFill::Coefficient),
        ("score", "the score", IndicatorFill::Score),
        ("claimed", "the score that was filled in", IndicatorFill::Claimed),
        ("reason", "why it deviates", IndicatorFill::Reason),
        ("measure", "what is done about it", IndicatorFill::Measure),
        ("reason_and_measure", "both in one cell", IndicatorFill::ReasonAndMeasure),
        (
            "standard",
            "how the row is scored, in the words of the rules' note",
            IndicatorFill::Standard,
        ),
        (
            "basis",
            "what the score rests on: target and actual, or what was measured, and the reason",
            IndicatorFill::Basis,
        ),
        ("blank", "nothing; a person writes here", IndicatorFill::Blank),
    ];
}

impl HeadFill {
    /// Every choice.
    pub const CHOICES: Choices<HeadFill, 9> = [
        ("subject", "the subject's name", HeadFill::Subject),
        ("project", "the project; nothing for a whole department", HeadFill::Project),
        ("department", "the department", HeadFill::Department),
        ("unit", "the unit that carries the project out", HeadFill::Unit),
        ("year", "the budget year", HeadFill::Year),
        ("goal", "the goal set before the year", HeadFill::Goal),
        ("outcome", "what came of it", HeadFill::Outcome),
        ("reasons", "the reasons of the rows that fell short", HeadFill::Reasons),
        ("blank", "nothing; a person writes here", HeadFill::Blank),
    ];
}

impl MoneyFill {
    /// Every choice.
    pub const CHOICES: Choices<MoneyFill, 11> = [
        ("initial_budget", "年初预算数", MoneyFill::Amount(crate::Amount::Initial)),
        ("additions", "追加", MoneyFill::Amount(crate::Amount::Addition)),
        ("reductions", "追减", MoneyFill::Amount(crate::Amount::Reduction)),
        ("transfers", "调剂", MoneyFill::Amount(crate::Amount::Transfer)),
        ("carried_over", "上年结转", MoneyFill::Amount(crate::Amount::CarriedOver)),
        ("adjusted_budget", "全年预算数", MoneyFill::Amount(crate::Amount::Adjusted)),
        ("executed", "执行数", MoneyFill::Amount(crate::Amount::Executed)),
        ("rate", "the execution rate", MoneyFill::Rate),
        ("weight", "the weight of the execution rate, in the row of the total", MoneyFill::Weight),
        ("score", "the score of the execution rate, in the row of the total", MoneyFill::Score),
        ("blank", "nothing; a person writes here", MoneyFill::Blank),
    ];
}

/// The kinds of rows of the money block, by the words of layout files.
pub(super) const ROWS: Choices<(), 7> = [
    ("total", "all money", ()),
    ("funds", "a row for each fund, as the input has them", ()),
    ("fund", "the lines whose fund has one of `words`", ()),
    ("rest", "the lines whose fund no row before has", ()),
    ("basic", "basic spending (基本支出)", ()),
    ("project", "project spending (项目支出)", ()),
    ("blank", "nothing; a person writes here", ()),
];
