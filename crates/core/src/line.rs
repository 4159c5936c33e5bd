//! Budget lines: the amounts of one budget item, and the rows of the ledgers they were gathered from.

use crate::{Cells, Money, Place};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What an amount of a line means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Amount {
    /// 年初预算数: as approved before the year.
    #[serde(rename = "initial_budget")]
    Initial,
    /// 追加: added during the year, positive.
    #[serde(rename = "additions")]
    Addition,
    /// 追减: taken away during the year, a positive amount that is subtracted.
    #[serde(rename = "reductions")]
    Reduction,
    /// 调剂: moved between items, signed, net.
    #[serde(rename = "transfers")]
    Transfer,
    /// 上年结转: carried over from last year and usable.
    CarriedOver,
    /// 全年预算数: the budget after all changes.
    #[serde(rename = "adjusted_budget")]
    Adjusted,
    /// 执行数: spent.
    Executed,
}

impl Amount {
    /// Every amount, in the order of the bridge.
    pub const ALL: [Amount; 7] = [
        Amount::Initial,
        Amount::Addition,
        Amount::Reduction,
        Amount::Transfer,
        Amount::CarriedOver,
        Amount::Adjusted,
        Amount::Executed,
    ];

    /// The four kinds of change between the initial and the adjusted budget.
    pub const CHANGES: [Amount; 4] =
        [Amount::Addition, Amount::Reduction, Amount::Transfer, Amount::CarriedOver];

    /// The Chinese name, as the glossary and the forms have it.
    pub fn chinese(self) -> &'static str {
        match self {
            Amount::Initial => "年初预算数",
            Amount::Addition => "追加",
            Amount::Reduction => "追减",
            Amount::Transfer => "调剂",
            Amount::CarriedOver => "上年结转",
            Amount::Adjusted => "全年预算数",
            Amount::Executed => "执行数",
        }
    }

    /// The English name of the glossary.
    pub fn english(self) -> &'static str {
        match self {
            Amount::Initial => "initial budget",
            Amount::Addition => "additions",
            Amount::Reduction => "reductions",
            Amount::Transfer => "transfers",
            Amount::CarriedOver => "carried over",
            Amount::Adjusted => "adjusted budget",
            Amount::Executed => "executed",
        }
    }
}

/// The amounts of a line, each absent or in yuan. Absent is not zero.
///
/// A ledger may have a million rows, and each is kept several times on its way: amounts are held as whole 分 in 64 bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Plain", into = "Plain")]
pub struct Amounts(Held);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Held {
    /// 分, and a bit for each amount that is given; the others are zero.
    Fen { given: u8, fen: [i64; 7] },
    /// Sums beyond 92,233 trillion yuan, which no honest input has, but which must not be wrong.
    Beyond(Box<[Option<Money>; 7]>),
}

#[derive(Serialize, Deserialize)]
struct Plain {
    values: [Option<Money>; 7],
}

impl From<Plain> for Amounts {
    fn from(plain: Plain) -> Amounts {
        let mut amounts = Amounts::default();
        for (amount, value) in Amount::ALL.into_iter().zip(plain.values) {
            amounts.set(amount, value);
        }
        amounts
    }
}

impl From<Amounts> for Plain {
    fn from(amounts: Amounts) -> Plain {
        Plain { values: Amount::ALL.map(|amount| amounts.get(amount)) }
    }
}

impl Default for Amounts {
    fn default() -> Amounts {
        Amounts(Held::Fen { given: 0, fen: [0; 7] })
    }
}

impl Amounts {
    /// The amount, if the input gives it.
    pub fn get(&self, amount: Amount) -> Option<Money> {
        let at = amount as usize;
        match &self.0 {
            Held::Fen { given, fen } => (given >> at & 1 == 1).then(|| Money::from_fen(fen[at])),
            Held::Beyond(values) => values[at],
        }
    }

    /// Sets or clears an amount.
    pub fn set(&mut self, amount: Amount, value: Option<Money>) {
        let at = amount as usize;
        if let Held::Fen { given, fen } = &mut self.0
            && let Some(whole) = value.map_or(Some(0), Money::fen)
        {
            fen[at] = whole;
            *given = *given & !(1 << at) | u8::from(value.is_some()) << at;
            return;
        }
        let mut values = Amount::ALL.map(|amount| self.get(amount));
        values[at] = value;
        let fits = values.iter().flatten().all(|value| value.fen().is_some());
        if !fits {
            self.0 = Held::Beyond(Box::new(values));
            return;
        }
        // Equal amounts are held alike, however they came about.
        let mut plain = Amounts::default();
        for (amount, value) in Amount::ALL.into_iter().zip(values) {
            plain.set(amount, value);
        }
        *self = plain;
    }

    /// Adds another line's amounts; what either gives is given.
    pub fn add(&mut self, other: &Amounts) {
        for amount in Amount::ALL {
            if let Some(more) = other.get(amount) {
                self.set(amount, Some(self.get(amount).unwrap_or(Money::ZERO) + more));
            }
        }
    }

    /// The sum of several; an amount that none gives stays absent.
    pub fn sum<'a>(all: impl IntoIterator<Item = &'a Amounts>) -> Amounts {
        let mut total = Amounts::default();
        all.into_iter().for_each(|amounts| total.add(amounts));
        total
    }

    /// Whether nothing is given.
    pub fn is_empty(&self) -> bool {
        Amount::ALL.iter().all(|amount| self.get(*amount).is_none())
    }
}

/// The codes that classify a line; absent when the input has none.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Codes {
    /// Project code (项目代码).
    pub project: Option<Arc<str>>,
    /// Function class (支出功能分类), 3, 5 or 7 digits.
    pub function: Option<Arc<str>>,
    /// Economic class (经济分类), 3 or 5 digits.
    pub economic: Option<Arc<str>>,
}

/// One budget item: the sum of the ledger rows that speak of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BudgetLine {
    /// The item's names from the widest class to the item itself.
    pub path: Vec<Arc<str>>,
    /// Its codes.
    pub codes: Codes,
    /// The fund it is paid from (资金性质), if the input says.
    pub fund: Option<Arc<str>>,
    /// Its amounts in yuan.
    pub amounts: Amounts,
    /// Why it deviates, as the ledger says.
    pub reason: Option<String>,
    /// The measure that answers the reason.
    pub measure: Option<String>,
    /// Where it stands; the first row when it was gathered from several.
    pub source: Place,
    /// The further rows when it was gathered from several.
    #[serde(default)]
    pub more: Vec<Place>,
}

impl BudgetLine {
    /// A line with a name and nothing else.
    pub fn named(name: impl Into<Arc<str>>) -> BudgetLine {
        BudgetLine { path: vec![name.into()], ..BudgetLine::default() }
    }

    /// The name a person would call it by.
    pub fn name(&self) -> &str {
        self.path.last().map_or("", |name| name)
    }
}

/// What became of a ledger row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Counted in the line with this index.
    Counted(usize),
    /// A total or subtotal of other rows: never counted.
    Total,
    /// Parts of another row listed again (其中): never counted.
    Part,
}

/// A row of a ledger after cleaning, kept so that every figure can be traced and summed again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceRow {
    /// What became of it.
    pub role: Role,
    /// The row's own label.
    pub label: Arc<str>,
    /// Its amounts in yuan.
    pub amounts: Amounts,
    /// Where it stands.
    pub place: Place,
    /// Which column (counted from zero) holds which amount; shared by the rows of a table.
    pub columns: Arc<[(Amount, u32)]>,
}

impl SourceRow {
    /// The cell of one of its amounts; the whole row when the input has no column for it.
    pub fn cell(&self, amount: Amount) -> Place {
        let column = self.columns.iter().find(|(of, _)| *of == amount).map(|(_, column)| *column);
        match (self.place.cells.bounds(), column) {
            (Some([row, ..]), Some(column)) => self.place.at(Cells::one(row, column)),
            _ => self.place.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_small_and_exact_whatever_their_size() {
        assert_eq!(size_of::<Amounts>(), 64);
        let money = |text: &str| text.parse::<Money>().expect("an amount");
        let mut amounts = Amounts::default();
        assert!(amounts.is_empty());
        amounts.set(Amount::Initial, Some(money("-0.01")));
        amounts.set(Amount::Executed, Some(money("1000000000000000.00")));
        let plain = amounts.clone();
        // A hundred times the largest input is beyond 64 bits of 分, and back again.
        for _ in 1..100 {
            amounts.set(
                Amount::Executed,
                amounts.get(Amount::Executed).map(|sum| sum + money("1000000000000000.00")),
            );
        }
        let sum = amounts.get(Amount::Executed).map(|sum| sum.to_string());
        assert_eq!(sum.as_deref(), Some("100000000000000000.00"));
        assert_eq!(amounts.get(Amount::Initial), Some(money("-0.01")));
        assert_eq!(amounts.get(Amount::Adjusted), None);
        amounts.set(Amount::Executed, Some(money("1000000000000000.00")));
        assert_eq!(amounts, plain);
        amounts.set(Amount::Initial, None);
        amounts.set(Amount::Executed, None);
        assert_eq!(amounts, Amounts::default());
    }
}
