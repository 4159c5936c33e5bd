//! What can be wrong with a formula: its text, its value, its translation.
//!
//! * In: positions in characters from one, and words for what was found and expected. Out: typed errors.
//! * Never: a position in bytes; nobody counts Chinese text in bytes.

/// A mistake in the text of a formula.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("column {column}: found {found}, expected {expected}")]
#[non_exhaustive]
pub struct FormulaError {
    /// Where, counted in characters from one.
    pub column: usize,
    /// What stands there.
    pub found: String,
    /// What should stand there, or what to do.
    pub expected: String,
}

impl FormulaError {
    pub(super) fn new(
        column: usize,
        found: impl Into<String>,
        expected: impl Into<String>,
    ) -> FormulaError {
        FormulaError { column, found: found.into(), expected: expected.into() }
    }
}

/// What the messages of the parser are in Chinese, part by part; the longest first where one holds another.
const CHINESE: [(&str, &str); 61] = [
    ("an operator or `=>` and the value of the band", "运算符，或 `=>` 和该档的值"),
    ("an operator, `=>` and the value of the band, or `)`", "运算符、`=>` 和该档的值，或 `)`"),
    (
        "an operator or `,` and the next band, last the value of the rest",
        "运算符，或 `,` 和下一档，最后写其余情况的值",
    ),
    ("an operator or `=>` and the points of the item", "运算符，或 `=>` 和该要素的分值"),
    ("an operator, `,` and the next item, or `)`", "运算符、`,` 和下一个要素，或 `)`"),
    ("an operator or `,` and the next argument", "运算符，或 `,` 和下一个参数"),
    ("an operator or the end of the formula", "运算符或公式结尾"),
    ("an operator, `,` or `)`", "运算符、`,` 或 `)`"),
    ("an operator or `)`", "运算符或 `)`"),
    ("a number, a name or an operator", "数字、名称或运算符"),
    ("no `=` in front of a formula", "公式本身；公式前不写 `=`"),
    ("a number, a name or `(`", "数字、名称或 `(`"),
    ("the end of the formula", "公式到此结束"),
    ("`and` between two comparisons; they do not chain", "两个比较之间写 `and`；比较不能连写"),
    ("a condition, such as `actual >= target`", "条件，如 `actual >= target`"),
    ("a condition", "条件"),
    (
        "a number without leading zeros, and no comma within a number",
        "不带前导零的数字，数字中间不写逗号",
    ),
    ("a number of at most 20 digits", "不超过 20 位的数字"),
    ("a whole number of places, 0 to 10", "小数位数，0 至 10 的整数"),
    ("a step that is not above 0", "步长不大于 0"),
    ("a step above 0, such as `0.05`", "大于 0 的步长，如 `0.05`"),
    ("an edge that does not go on from the one before it", "分档界限没有接续上一档"),
    (
        "edges downwards for `>=` and `>`, upwards for `<=` and `<`; this band would never be reached",
        "用 `>=` 和 `>` 时界限从高到低，用 `<=` 和 `<` 时从低到高；否则这一档永远用不到",
    ),
    ("methods within methods that unfold too far", "计分方法嵌套过多"),
    ("levels of nesting", "层嵌套"),
    ("more than ", "超过 "),
    ("a flatter formula; split it", "更简单的公式，请拆开"),
    ("; split it", "，请拆开"),
    ("at most ", "不超过 "),
    ("a formula of ", "公式长达 "),
    (" characters", " 个字符"),
    (", which is spelt most like it", "（拼写最接近）"),
    ("the function ", "函数 "),
    (" after ", "，写在其后："),
    (" with one argument", " 只有一个参数"),
    ("two or more: ", "两个以上："),
    (" with ", " 的参数个数为 "),
    (" arguments", ""),
    ("the half-width ", "半角的 "),
    ("the name of a fact, such as ", "基础数据的名称，如 "),
    ("`)`; a fact is one name", "`)`；一项基础数据只有一个名称"),
    ("what is summed: ", "要汇总的内容："),
    ("`indicators`, which is what can be counted", "`indicators`，只能统计指标"),
    ("`=` and the fund in quotes", "`=` 和引号中的资金性质"),
    ("`=` and the level in quotes", "`=` 和引号中的指标级次"),
    ("`=` and basic or project", "`=` 和 basic 或 project"),
    ("`starts` and the first digits of the class in quotes", "`starts` 和引号中的科目编码前几位"),
    ("a text in quotes, such as ", "引号中的文字，如 "),
    ("`where` or `)`", "`where` 或 `)`"),
    ("`and` or `)`", "`and` 或 `)`"),
    ("`,` and how many digits make a class", "`,` 和科目取几位"),
    ("how many digits make a class, 1 to 7", "科目取几位，1 至 7"),
    ("`without` and codes in quotes, or `)`", "`without` 和引号中的编码，或 `)`"),
    ("`<=` and a percentage, such as ", "`<=` 和百分数，如 "),
    ("a percentage, such as ", "百分数，如 "),
    ("a number", "数字"),
    (", started_steps", "、started_steps"),
    (" or ", " 或 "),
    (" and ", " 和 "),
    ("function or economic", "function 或 economic"),
    ("basic or project", "basic 或 project"),
];

impl FormulaError {
    /// What stands there and what should, in Chinese.
    pub fn chinese(&self) -> (String, String) {
        let found = match (self.found.strip_prefix("the function "), chinese_of(&self.found)) {
            (Some(name), _) => format!("没有函数 {name}"),
            (None, quoted) if quoted.starts_with('`') => format!("此处写的是 {quoted}"),
            (None, condition) if condition == "条件" => "此处写的是条件".to_owned(),
            (None, other) => other,
        };
        (found, chinese_of(&self.expected))
    }
}

fn chinese_of(english: &str) -> String {
    CHINESE
        .iter()
        .fold(english.to_owned(), |text, (english, chinese)| text.replace(english, chinese))
}

/// Why a formula has no value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Undefined {
    /// A name stands for nothing.
    #[error("`{0}` has no value; give it one")]
    Name(String),
    /// A divisor is zero.
    #[error("`{divisor}` (column {at} of the formula) is zero, and nothing can be divided by zero")]
    DivisionByZero {
        /// Where the divisor stands in the formula, counted in characters from one.
        at: usize,
        /// The divisor as the formula has it.
        divisor: String,
    },
    /// A number grew beyond all bounds, which no amount or score does.
    #[error(
        "the number at column {at} of the formula has more digits than any amount; check the formula"
    )]
    TooLarge {
        /// Where, counted in characters from one.
        at: usize,
    },
}

impl Undefined {
    /// The message in Chinese.
    pub fn chinese(&self) -> String {
        match self {
            Undefined::Name(name) => {
                format!("“{}”没有数值，请补充", super::reading::in_chinese(name))
            }
            Undefined::DivisionByZero { at, divisor } => {
                format!("除数“{divisor}”（公式第 {at} 个字符处）为 0，不能相除")
            }
            Undefined::TooLarge { at } => {
                format!("公式第 {at} 个字符处的数位数过多，请检查公式")
            }
        }
    }
}

/// Why a formula cannot be written into a sheet.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ExcelError {
    /// No cell holds the number of a name.
    #[error("no cell holds `{name}`; give its number a cell, or catch it with `else`")]
    NoCell {
        /// The name.
        name: String,
    },
    /// The formula is longer than a spreadsheet takes.
    #[error(
        "the spreadsheet formula would be longer than {limit} characters; split the rule's formula"
    )]
    TooLong {
        /// The longest that is taken.
        limit: usize,
    },
    /// The formula is nested deeper than a spreadsheet takes.
    #[error(
        "the spreadsheet formula would be nested {depth} deep and {limit} is the most; split the rule's formula"
    )]
    TooDeep {
        /// How deep it would be.
        depth: usize,
        /// The deepest that is taken.
        limit: usize,
    },
    /// A function has more arguments than a spreadsheet takes.
    #[error(
        "the spreadsheet formula would give {function} {count} arguments and {limit} is the most; split the rule's formula"
    )]
    TooManyArguments {
        /// The function, as the spreadsheet calls it.
        function: &'static str,
        /// How many it would have.
        count: usize,
        /// The most that are taken.
        limit: usize,
    },
}
