//! The vocabulary: which words mean what. Data (`vocabulary/*.toml`), loaded once and strictly.
//!
//! * In: a folded title. Out: how well it fits each meaning, from 0 to 100.
//! * Never: decides; that is done for all columns of a table together.

pub mod facts;
mod office;
mod period;

pub use office::{OfficeWordsError, use_office_words, with_office_words};

use crate::fold;
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::LazyLock;

/// What a column can mean. The texts are those `inspect` prints.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, serde::Serialize,
)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is defined by its titles in vocabulary/columns.toml")]
pub enum Meaning {
    InitialBudget,
    AdjustedBudget,
    Budget,
    Additions,
    Reductions,
    Transfers,
    CarriedOver,
    Executed,
    Balance,
    Rate,
    Amount,
    Item,
    ProjectCode,
    Function,
    FunctionClass,
    FunctionSection,
    FunctionItem,
    Economic,
    Fund,
    Category,
    Department,
    DepartmentCode,
    Document,
    Date,
    Month,
    Year,
    Payee,
    Voucher,
    Summary,
    Number,
    Reason,
    Measure,
    Remark,
    Level1,
    Level2,
    Level3,
    Target,
    Actual,
    Weight,
    Score,
    Property,
    MeasureUnit,
    Class,
    BudgetQuantity,
    BudgetRate,
    ActualQuantity,
    ActualRate,
    BudgetAmount,
    ActualAmount,
    ChangeKind,
    Band,
    Decided,
    DecidedWhy,
    DecidedBy,
    Applicable,
    LastActual,
    Coefficient,
    Deduction,
    Basis,
    Standard,
    FactName,
    FactValue,
    SettingKey,
    SettingValue,
}

/// What a column of that meaning holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Money that the evaluation uses.
    Amount,
    /// Money that has no meaning of its own yet (`金额`).
    AmountUnnamed,
    /// Money that only checks something.
    OtherAmount,
    /// A ratio or percentage.
    Ratio,
    /// Points of a score.
    Points,
    /// A count or a standard.
    Quantity,
    /// Text.
    Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MeaningData {
    id: Meaning,
    kind: Kind,
    titles: Vec<String>,
    #[serde(default)]
    weak: Vec<String>,
    #[serde(default)]
    words: Vec<String>,
    #[serde(default)]
    not: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ColumnData {
    not_amount: Vec<String>,
    whole: Vec<String>,
    part: Vec<String>,
    part_kind: Vec<Vec<String>>,
    period: Vec<Vec<String>>,
    period_until: Vec<String>,
    period_end: Vec<String>,
    initial_word: Vec<String>,
    adjusted_word: Vec<String>,
    alone_word: Vec<String>,
    meaning: Vec<MeaningData>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LabelData {
    id: String,
    words: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OtherMoneyData {
    word: String,
    titles: Vec<String>,
    not: Vec<String>,
    columns: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SheetData {
    total: Vec<String>,
    grand_total: Vec<String>,
    class: Vec<String>,
    group_total: Vec<String>,
    income: Vec<String>,
    expenditure: Vec<String>,
    running_total: Vec<String>,
    part: Vec<String>,
    footer: Vec<String>,
    section: Vec<String>,
    total_score: Vec<String>,
    execution_row: Vec<String>,
    fund_row: Vec<String>,
    form_title: Vec<String>,
    department_title: Vec<String>,
    ditto: Vec<String>,
    copy: Vec<String>,
    summary_sheet: Vec<String>,
    organisation: Vec<String>,
    grade: Vec<String>,
    not_applicable: Vec<String>,
    no: Vec<String>,
    refund: Vec<String>,
    paid_again: Vec<String>,
    addition: Vec<String>,
    reduction: Vec<String>,
    transfer: Vec<String>,
    adjustment_title: Vec<String>,
    other_money: Vec<OtherMoneyData>,
    label: Vec<LabelData>,
}

/// What a label says about totals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TotalWords {
    /// It calls the row a total: `小计`, `合计`.
    pub total: bool,
    /// It totals everything, not only the group before it.
    pub grand: bool,
    /// It totals one group: `小计`.
    pub of_group: bool,
    /// It is a running total (累计).
    pub running: bool,
}

/// The loaded vocabulary.
pub struct Vocabulary {
    exact: HashMap<String, Vec<(Meaning, u32)>>,
    meanings: Vec<MeaningData>,
    columns: ColumnData,
    sheet: SheetData,
}

/// The vocabulary in use: the one that ships with the crate, with an office's words where it gave some. The shipped files are
/// checked by a test, so an empty one never meets a user.
pub static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(office::chosen);

const COLUMNS: &str = include_str!("../vocabulary/columns.toml");
const SHEET: &str = include_str!("../vocabulary/sheet.toml");

/// How well a title fits a meaning: 100 is word for word.
pub const EXACT: u32 = 100;
/// How well a title fits that a better one displaces.
const WEAK: u32 = 80;

impl Vocabulary {
    /// The vocabulary from the crate's own files.
    ///
    /// # Errors
    /// The parser's message, with line and column, when a file has an unknown key or meaning.
    pub fn builtin() -> Result<Vocabulary, toml::de::Error> {
        Ok(Vocabulary::from_data(toml::from_str(COLUMNS)?, toml::from_str(SHEET)?))
    }

    fn from_data(mut columns: ColumnData, sheet: SheetData) -> Vocabulary {
        let meanings = std::mem::take(&mut columns.meaning);
        let mut exact: HashMap<String, Vec<(Meaning, u32)>> = HashMap::new();
        for meaning in &meanings {
            for (titles, fit) in [(&meaning.titles, EXACT), (&meaning.weak, WEAK)] {
                for title in titles {
                    exact.entry(fold::title(title).key).or_default().push((meaning.id, fit));
                }
            }
        }
        Vocabulary { exact, meanings, columns, sheet }
    }

    /// Every meaning that a folded title may have, with how well it fits (1 to 100).
    pub fn meanings(&self, key: &str) -> Vec<(Meaning, u32)> {
        if let Some(exact) = self.exact.get(key) {
            return exact.clone();
        }
        self.meanings.iter().filter_map(|meaning| self.contained(meaning, key)).collect()
    }

    fn contained(&self, meaning: &MeaningData, key: &str) -> Option<(Meaning, u32)> {
        let excluded = |words: &[String], word: &str| {
            words.iter().any(|not| key.contains(not.as_str()) && !word.contains(not.as_str()))
        };
        let longest = meaning
            .words
            .iter()
            .filter(|word| key.contains(word.as_str()))
            .filter(|word| !excluded(&meaning.not, word))
            .filter(|word| {
                meaning.kind != Kind::Amount || !excluded(&self.columns.not_amount, word)
            })
            .map(|word| word.chars().count())
            .max()?;
        let share = 40 * longest / key.chars().count().max(1);
        Some((meaning.id, 50 + u32::try_from(share).unwrap_or(0)))
    }

    /// What a column of that meaning holds.
    pub fn kind(&self, meaning: Meaning) -> Kind {
        let found = self.meanings.iter().find(|data| data.id == meaning);
        found.map_or(Kind::Text, |data| data.kind)
    }

    /// Whether a lower header word only repeats or totals the upper one.
    pub fn is_whole(&self, key: &str) -> bool {
        self.columns.whole.iter().any(|word| word == key)
    }

    /// Whether a header word names a part of the column group above it: `基本支出`, `一般公共预算财政拨款`.
    pub fn is_part(&self, key: &str) -> bool {
        let part = |word: &String| key.starts_with(word.as_str()) || key.ends_with(word.as_str());
        key.starts_with("其中") || self.is_period(key) || self.columns.part.iter().any(part)
    }

    /// Whether a title speaks of something else than this year's money (`上年决算数`, `偏差原因`).
    pub fn is_not_amount(&self, key: &str) -> bool {
        self.columns.not_amount.iter().any(|word| key.contains(word.as_str()))
    }

    fn bare(label: &str) -> String {
        let folded = fold::plain(fold::numbering(label).1);
        let folded = folded.trim_end_matches([':', '。']).to_owned();
        fold::title(&folded).key
    }

    /// What a row's label says about totals.
    pub fn total_words(&self, label: &str) -> TotalWords {
        let key = Self::bare(label);
        let ends = ["合计", "小计", "总计", "共计"].iter().any(|word| key.ends_with(word));
        let of_group = self.ends_as_group_total(label);
        TotalWords {
            total: ends || of_group || self.sheet.total.contains(&key),
            grand: self.sheet.grand_total.contains(&key),
            of_group: of_group || key.ends_with("小计"),
            running: self.sheet.running_total.contains(&key),
        }
    }

    /// `人员经费 汇总`, as a spreadsheet names the totals of the groups it makes; 数据汇总 is a name.
    fn ends_as_group_total(&self, label: &str) -> bool {
        let label = label.trim_end_matches(fold::is_blank);
        let heads =
            self.sheet.group_total.iter().filter_map(|word| label.strip_suffix(word.as_str()));
        heads.into_iter().any(|head| head.ends_with(fold::is_blank) && !head.trim().is_empty())
    }

    /// Whether a text is nothing but a word for a total (本月合计, 累计), not one that ends like it (工资合计).
    pub fn is_total_word(&self, text: &str) -> bool {
        let key = Self::bare(text);
        [&self.sheet.total, &self.sheet.grand_total, &self.sheet.running_total]
            .iter()
            .any(|words| words.contains(&key))
    }

    /// The money other than a budget's spending that a title tells of.
    pub fn other_money_title(&self, title: &str) -> Option<&str> {
        let tells = |data: &&OtherMoneyData| {
            data.titles.iter().any(|word| title.contains(word.as_str()))
                && !data.not.iter().any(|word| title.contains(word.as_str()))
        };
        self.sheet.other_money.iter().find(tells).map(|data| data.word.as_str())
    }

    /// The same, told by columns that no ledger has.
    pub fn other_money_columns(&self, titles: &[&str]) -> Option<&str> {
        let has = |data: &&OtherMoneyData| {
            titles.iter().any(|title| data.columns.iter().any(|word| title.contains(word.as_str())))
        };
        self.sheet.other_money.iter().find(has).map(|data| data.word.as_str())
    }

    /// Whether a text repeats what stands above it: 同上, 〃.
    pub fn is_ditto(&self, text: &str) -> bool {
        self.sheet.ditto.iter().any(|mark| mark == text.trim())
    }

    /// Whether a row's label calls it a total: `合计`, `基本支出小计`, `合 计：`.
    pub fn is_total(&self, label: &str) -> bool {
        self.total_words(label).total
    }

    /// Whether the label is that of everything that came in.
    pub fn is_income(&self, label: &str) -> bool {
        self.sheet.income.contains(&Self::bare(label))
    }

    /// Whether the label is that of everything that was spent.
    pub fn is_expenditure(&self, label: &str) -> bool {
        self.sheet.expenditure.contains(&Self::bare(label))
    }

    /// Whether the label is a class of the national list of expenditure.
    pub fn is_class(&self, label: &str) -> bool {
        let key = Self::bare(label);
        self.sheet.class.contains(&key)
    }

    /// Whether the label begins with 其中.
    pub fn is_part_row(&self, label: &str) -> bool {
        let key = fold::plain(label);
        self.sheet.part.iter().any(|word| key.starts_with(word.as_str()))
    }

    /// `其中：当年财政拨款` without 其中.
    pub fn without_part_word<'a>(&self, label: &'a str) -> &'a str {
        let rest = self.sheet.part.iter().find_map(|word| label.trim().strip_prefix(word.as_str()));
        let rest = rest.map(|rest| rest.trim_start_matches(['：', ':', '、', ' ', '\u{3000}']));
        rest.filter(|rest| !rest.is_empty()).unwrap_or(label)
    }

    /// Whether a row with this first text closes a table.
    pub fn is_footer(&self, label: &str) -> bool {
        let key = fold::plain(label);
        self.sheet.footer.iter().any(|word| {
            let rest = key.strip_prefix(word.as_str());
            rest.is_some_and(|rest| {
                rest.is_empty() || word.ends_with(':') || rest.starts_with([':', '(', '1'])
            })
        })
    }

    /// Whether the label begins another section of a form.
    pub fn is_section(&self, label: &str) -> bool {
        let key = Self::bare(label);
        self.sheet.section.contains(&key)
    }

    /// Whether the label is that of the total score.
    pub fn is_total_score(&self, label: &str) -> bool {
        let key = Self::bare(label);
        self.sheet.total_score.contains(&key)
    }

    /// Whether an indicator's name is that of the execution rate.
    pub fn is_execution_row(&self, label: &str) -> bool {
        let key = Self::bare(label);
        let key = key.split('(').next().unwrap_or("");
        self.sheet.execution_row.iter().any(|word| key == word)
    }

    /// Whether the label is a fund row of a form's money block.
    pub fn is_fund_row(&self, label: &str) -> bool {
        let key = Self::bare(label);
        let key = key.strip_prefix("其中:").or_else(|| key.strip_prefix("其中")).unwrap_or(&key);
        self.sheet.fund_row.iter().any(|word| key == word)
    }

    /// Whether a title line announces a self-evaluation form.
    pub fn is_form_title(&self, text: &str) -> bool {
        let key = fold::plain(text);
        self.sheet.form_title.iter().any(|word| key.contains(word.as_str()))
    }

    /// Whether a title line speaks of a department as a whole.
    pub fn is_department_title(&self, text: &str) -> bool {
        let key = fold::plain(text);
        self.sheet.department_title.iter().any(|word| key.contains(word.as_str()))
    }

    /// Whether a sheet's name calls it a copy.
    pub fn is_copy(&self, sheet: &str) -> bool {
        let key = fold::plain(sheet);
        self.sheet.copy.iter().any(|word| key.contains(word.as_str()))
    }

    /// Whether a sheet's name says that it sums others up.
    pub fn is_summary_sheet(&self, name: &str) -> bool {
        let key = fold::plain(name);
        self.sheet.summary_sheet.iter().any(|word| key.contains(word.as_str()))
    }

    /// Whether a name is that of an organisation, told by how it ends.
    pub fn is_organisation(&self, name: &str) -> bool {
        let key = fold::plain(name);
        let key = key.split('(').next().unwrap_or("");
        key.chars().count() >= 2
            && self.sheet.organisation.iter().any(|word| key.ends_with(word.as_str()))
    }

    /// Whether a text is a grade word.
    pub fn is_grade(&self, text: &str) -> bool {
        let key = fold::plain(text);
        self.sheet.grade.contains(&key)
    }

    /// Whether an actual says that its indicator does not apply.
    pub fn is_not_applicable(&self, text: &str) -> bool {
        let key = Self::bare(text);
        self.sheet.not_applicable.contains(&key)
    }

    /// Whether a text denies what its column asks.
    pub fn is_no(&self, text: &str) -> bool {
        let key = fold::plain(text);
        self.sheet.no.iter().any(|word| fold::plain(word) == key)
    }

    /// Whether a text calls a payment a refund or its cancellation (退款, 冲销), and not the second try of a returned one.
    pub fn is_refund(&self, text: &str) -> bool {
        let key = fold::plain(text);
        let has = |words: &[String]| words.iter().any(|word| key.contains(word.as_str()));
        has(&self.sheet.refund) && !has(&self.sheet.paid_again)
    }

    /// The change of a budget that a text speaks of, if it speaks of one kind only: 追加, 追减 or 调剂.
    pub fn change(&self, text: &str) -> Option<Meaning> {
        let key = fold::plain(text);
        let has = |words: &[String]| words.iter().any(|word| key.contains(word.as_str()));
        match (has(&self.sheet.addition), has(&self.sheet.reduction), has(&self.sheet.transfer)) {
            (true, false, _) => Some(Meaning::Additions),
            (false, true, _) => Some(Meaning::Reductions),
            (false, false, true) => Some(Meaning::Transfers),
            _ => None,
        }
    }

    /// Whether the line above a table announces changes of the budget.
    pub fn is_adjustment_title(&self, text: &str) -> bool {
        let key = fold::plain(text);
        self.sheet.adjustment_title.iter().any(|word| key.contains(word.as_str()))
    }

    /// The labels a text may be (`项目名称` → project, also `填报单位(盖章)`), in the order of the data.
    pub fn labels(&self, text: &str) -> Vec<&str> {
        let key = Self::bare(text);
        let found = self.labels_of(&key);
        match key.split_once('(') {
            Some((head, _)) if found.is_empty() => self.labels_of(head),
            _ => found,
        }
    }

    fn labels_of(&self, key: &str) -> Vec<&str> {
        let fits = |label: &&LabelData| label.words.iter().any(|word| fold::plain(word) == key);
        self.sheet.label.iter().filter(fits).map(|label| label.id.as_str()).collect()
    }

    /// The budget that a lower header word (年初, 调整后) makes of the word 预算 above it.
    pub fn qualified_budget(&self, lower: &str, upper: &str) -> Option<Meaning> {
        let budget = self.names_budget(upper);
        let is = |words: &[String]| words.iter().any(|word| word == lower);
        match budget {
            true if is(&self.columns.initial_word) => Some(Meaning::InitialBudget),
            true if is(&self.columns.adjusted_word) => Some(Meaning::AdjustedBudget),
            _ => None,
        }
    }

    /// Whether a title says that an amount holds everything so far: 累计.
    pub fn is_running(&self, key: &str) -> bool {
        self.sheet.running_total.iter().any(|word| key.contains(word.as_str()))
    }

    /// Whether a title calls its column a budget: 预算, 指标.
    pub fn names_budget(&self, key: &str) -> bool {
        key.contains("预算") || key.contains("指标")
    }

    /// The budget that such a word says where nothing but a year stands above it.
    pub fn lone_budget(&self, key: &str) -> Option<Meaning> {
        let alone = self.columns.alone_word.iter().any(|word| word == key);
        alone.then(|| self.qualified_budget(key, "预算")).flatten()
    }

    /// Whether parts are all of one kind: by spending (基本支出), by fund (财政拨款), by months. Such parts add up to
    /// the whole.
    pub fn are_one_kind(&self, keys: &[&str]) -> bool {
        let begins = |words: &Vec<String>| {
            keys.iter().all(|key| words.iter().any(|word| key.starts_with(word.as_str())))
        };
        let organisations = || keys.iter().all(|key| self.is_organisation(key));
        self.columns.part_kind.iter().any(begins) || self.are_parts_of_year(keys) || organisations()
    }

    /// `一般公共预算支出数` as the part of an amount and the amount: of `直接支付数` and `项目支出数` the last word of the
    /// part says which amount it is.
    pub fn split_part<'a>(&self, key: &'a str) -> Option<(&'a str, &'a str)> {
        let words = self.columns.part_kind.iter().flatten();
        let length = words.filter(|word| key.starts_with(word.as_str())).map(String::len).max()?;
        let (part, rest) = key.split_at(length);
        let spent = ["支出", "支付"].into_iter().find(|word| part.ends_with(word));
        let begin = spent.filter(|word| *word == "支付" || self.is_whole(rest));
        let begin = begin.map_or(length, |word| length - word.len());
        (begin < key.len()).then(|| (part, &key[begin..]))
    }
}

impl Default for Vocabulary {
    fn default() -> Vocabulary {
        let columns = ColumnData {
            not_amount: Vec::new(),
            whole: Vec::new(),
            part: Vec::new(),
            part_kind: Vec::new(),
            period: Vec::new(),
            period_until: Vec::new(),
            period_end: Vec::new(),
            initial_word: Vec::new(),
            adjusted_word: Vec::new(),
            alone_word: Vec::new(),
            meaning: Vec::new(),
        };
        let sheet = SheetData {
            total: Vec::new(),
            grand_total: Vec::new(),
            class: Vec::new(),
            group_total: Vec::new(),
            income: Vec::new(),
            expenditure: Vec::new(),
            running_total: Vec::new(),
            part: Vec::new(),
            footer: Vec::new(),
            section: Vec::new(),
            total_score: Vec::new(),
            execution_row: Vec::new(),
            fund_row: Vec::new(),
            form_title: Vec::new(),
            department_title: Vec::new(),
            ditto: Vec::new(),
            copy: Vec::new(),
            summary_sheet: Vec::new(),
            organisation: Vec::new(),
            grade: Vec::new(),
            not_applicable: Vec::new(),
            no: Vec::new(),
            refund: Vec::new(),
            paid_again: Vec::new(),
            addition: Vec::new(),
            reduction: Vec::new(),
            transfer: Vec::new(),
            adjustment_title: Vec::new(),
            other_money: Vec::new(),
            label: Vec::new(),
        };
        Vocabulary { exact: HashMap::new(), meanings: Vec::new(), columns, sheet }
    }
}

#[cfg(test)]
mod tests;
