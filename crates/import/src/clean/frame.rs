//! Frames: counted rows as polars frames with `Decimal(38,2)` amounts, grouped into budget lines.
//!
//! * In: cleaned rows with their keys. Out: groups of rows that speak of the same item, with exact sums.
//! * Absent is not zero: beside each amount a frame counts how many rows give it.

use jixiao_core::{Amount, Amounts, Money};
use polars::prelude::*;
use rust_decimal::Decimal;

/// What a counted row contributes: its item (same number, same line) and its amounts.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// The number of its item; a number, since a ledger repeats the words of an item in every row.
    pub key: u32,
    /// Amounts in yuan.
    pub amounts: &'a Amounts,
}

/// Rows of one line: their indexes among the entries and the sum of their amounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The rows, in order.
    pub rows: Vec<usize>,
    /// The sums.
    pub amounts: Amounts,
}

/// The frame of counted rows: a key column, and for each amount that any row gives its value and whether it is given.
///
/// # Errors
/// A polars error when the frame cannot be built; no input is known to cause one.
pub fn frame(entries: &[Entry<'_>]) -> PolarsResult<DataFrame> {
    let keys: UInt32Chunked = entries.iter().map(|entry| Some(entry.key)).collect();
    let mut columns = vec![keys.with_name("key".into()).into_series().into_column()];
    for amount in given_amounts(entries) {
        let fen =
            |entry: &Entry<'_>| entry.amounts.get(amount).map(|money| money.yuan().mantissa());
        let values: Int128Chunked = entries.iter().map(fen).collect();
        let name = PlSmallStr::from_static(amount.english());
        let values = values.with_name(name).into_decimal_unchecked(38, 2);
        columns.push(values.into_series().into_column());
        let given: UInt32Chunked = entries
            .iter()
            .map(|entry| Some(u32::from(entry.amounts.get(amount).is_some())))
            .collect();
        columns.push(given.with_name(given_name(amount)).into_series().into_column());
    }
    DataFrame::new(entries.len(), columns)
}

/// The amounts that at least one row gives.
fn given_amounts(entries: &[Entry<'_>]) -> Vec<Amount> {
    let given = |amount: &Amount| entries.iter().any(|entry| entry.amounts.get(*amount).is_some());
    Amount::ALL.into_iter().filter(given).collect()
}

fn given_name(amount: Amount) -> PlSmallStr {
    format!("{} given", amount.english()).into()
}

/// Groups the entries by key, in the order in which keys come first, and sums exactly.
///
/// # Errors
/// A polars error when a sum does not fit 38 digits; amounts of that size are refused before.
pub fn group(entries: &[Entry<'_>]) -> PolarsResult<Vec<Group>> {
    if entries.is_empty() {
        return Ok(Vec::new());
    }
    let frame = frame(entries)?;
    let grouped = frame.group_by_stable(["key"])?;
    let mut groups: Vec<Group> = grouped
        .get_groups()
        .iter()
        .map(|rows| Group { rows: indexes(&rows), amounts: Amounts::default() })
        .collect();
    #[expect(
        deprecated,
        reason = "the lazy engine doubles build time and program size for this one sum"
    )]
    let sums = grouped.sum()?;
    for amount in given_amounts(entries) {
        let values = sums.column(&format!("{}_sum", amount.english()))?;
        let values = values.as_materialized_series().decimal()?.clone();
        let given = sums.column(&format!("{}_sum", given_name(amount)))?;
        let given = given.as_materialized_series().u32()?.clone();
        for (index, group) in groups.iter_mut().enumerate() {
            if given.get(index).unwrap_or(0) > 0 {
                let fen = values.physical().get(index).unwrap_or(0);
                let sum = Decimal::try_from_i128_with_scale(fen, 2).ok().map(Money::rounded);
                group.amounts.set(amount, sum);
            }
        }
    }
    Ok(groups)
}

fn indexes(rows: &GroupsIndicator<'_>) -> Vec<usize> {
    match rows {
        GroupsIndicator::Idx((_, all)) => all.iter().map(|row| *row as usize).collect(),
        GroupsIndicator::Slice([first, length]) => {
            (*first as usize..(*first + *length) as usize).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn executed(text: Option<&str>) -> Amounts {
        let mut amounts = Amounts::default();
        amounts.set(Amount::Executed, text.map(|text| text.parse().expect("money")));
        amounts
    }

    #[test]
    fn groups_sum_exactly_and_absent_stays_absent() {
        let rows = [(7, Some("0.10")), (3, None), (7, Some("0.20")), (5, Some("0.00"))];
        let rows = rows.map(|(key, text)| (key, executed(text)));
        let entries = rows.each_ref().map(|(key, amounts)| Entry { key: *key, amounts });
        let groups = group(&entries).expect("a frame");
        let executed: Vec<Option<String>> = groups
            .iter()
            .map(|group| group.amounts.get(Amount::Executed).map(|money| money.to_string()))
            .collect();
        assert_eq!(executed, [Some("0.30".to_owned()), None, Some("0.00".to_owned())]);
        assert_eq!(groups[0].rows, [0, 2]);
        let frame = frame(&entries).expect("a frame");
        let column = frame.column("executed").expect("a column");
        assert_eq!(column.dtype(), &DataType::Decimal(38, 2));
    }
}
