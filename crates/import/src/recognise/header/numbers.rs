//! Rows that only number the columns.
//!
//! * In: a row below a header. Out: whether its cells are numbers of columns: `栏次 | 1 | 2 | 3=1-2`, `A | B | C=A+B`.
//! * Each number or letter follows the one before it; a formula of columns takes a place of its own.

use super::Header;
use crate::fold;
use crate::grid::{Sheet, Value};
use jixiao_core::number;

/// What stands above a column.
enum Mark {
    /// Its number.
    Number(u32),
    /// Its letter, from `A` on.
    Letter(u32),
    /// `1+2-3`: computed, without a number of its own.
    Formula,
    /// `栏次`, `甲`: beside the numbers.
    Beside,
}

/// Whether a row only numbers the columns: `栏次 1 2 3 4=1+2-3`, or letters `A B C`.
pub fn is_column_numbers(sheet: &Sheet, row: u32, header: &Header) -> bool {
    let own = sheet.row(row).filter(|cell| (header.left..=header.right).contains(&cell.column));
    let mut beside = false;
    let mut numbers: Vec<Option<u32>> = Vec::new();
    let mut letters: Vec<Option<u32>> = Vec::new();
    for cell in own {
        let mark = match cell.value {
            Value::Number(value) => number::from_cell(value).and_then(whole).map(Mark::Number),
            Value::Text(text) => mark(&fold::plain(text)),
            _ => None,
        };
        match mark {
            Some(Mark::Number(number)) => numbers.push(Some(number)),
            Some(Mark::Letter(letter)) => letters.push(Some(letter)),
            Some(Mark::Beside) => beside = true,
            Some(Mark::Formula) => {
                numbers.push(None);
                letters.push(None);
            }
            None => return false,
        }
    }
    let lettered = letters.iter().any(Option::is_some);
    if numbers.iter().any(Option::is_some) {
        let few = if beside || lettered { 1 } else { 3 };
        return numbers.len() >= few && begins_low(&numbers) && follow(&numbers);
    }
    letters.len() >= 3 && lettered && begins_low(&letters) && follow(&letters)
}

fn begins_low(marks: &[Option<u32>]) -> bool {
    marks.first().is_some_and(|first| first.is_none_or(|first| first <= 2))
}

/// Whether each mark is the next after the one before; what has no mark of its own takes a place.
fn follow(marks: &[Option<u32>]) -> bool {
    let mut next: Option<u32> = None;
    for mark in marks {
        if mark.zip(next).is_some_and(|(mark, next)| mark != next) {
            return false;
        }
        next = mark.or(next).map(|place| place + 1);
    }
    true
}

fn mark(text: &str) -> Option<Mark> {
    if let Some((head, formula)) = text.split_once('=') {
        return mark(head).filter(|_| is_formula(formula));
    }
    let bare = text.trim_start_matches('(').trim_end_matches(')');
    if let number::Text::Number { value, .. } = number::read(bare)
        && let Some(number) = whole(value)
    {
        return Some(Mark::Number(number));
    }
    let mut chars = bare.chars();
    match (chars.next(), chars.next()) {
        (Some(only), None) if only.is_ascii_alphabetic() => {
            Some(Mark::Letter(u32::from(only.to_ascii_lowercase()) - u32::from('a')))
        }
        (Some(only), None) if ('①'..='⑳').contains(&only) => {
            Some(Mark::Number(u32::from(only) - u32::from('①') + 1))
        }
        (Some(only), None) if "甲乙丙丁戊己庚辛-".contains(only) => Some(Mark::Beside),
        _ if matches!(bare, "栏次" | "行次" | "列次") => Some(Mark::Beside),
        _ => is_formula(bare).then_some(Mark::Formula),
    }
}

/// `1+2-3`, `(5/4)*100%`: numbers or letters of columns, with at least one operation between them.
fn is_formula(text: &str) -> bool {
    let operation = |c: char| matches!(c, '+' | '-' | '*' | '/' | '×' | '÷');
    let operand = |c: char| c.is_ascii_alphanumeric() || ('①'..='⑳').contains(&c);
    text.contains(operation)
        && text.starts_with(|c| operand(c) || c == '(')
        && text.chars().all(|c| operation(c) || operand(c) || matches!(c, '(' | ')' | '%' | '.'))
}

fn whole(value: rust_decimal::Decimal) -> Option<u32> {
    if value.is_integer() { u32::try_from(value).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recognise::header::headers;
    use crate::recognise::tests::sheet;

    #[test]
    fn rows_that_number_columns_and_rows_that_do_not() {
        for (cells, numbers) in [
            ("栏次|1|2|3=1+2|4", true),
            ("甲|1|2|3＝1＋2|4", true),
            ("栏次|(1)|(2)|(3)=(1)+(2)|(4)", true),
            ("栏次|①|②|③=①+②|④", true),
            ("栏次|1|2|1+2|4", true),
            ("栏次|A|B|C=A+B|D", true),
            ("1|2|3|4|5", true),
            ("栏次|1|2|4=1+2|3", false),
            ("工会经费|1|2|3|2", false),
            ("甲|100|101|102|103", false),
            ("甲|1.5|2.5|3.5|4.5", false),
        ] {
            let sheet = sheet(&format!("项目|年初预算数|追加|全年预算数|执行数\n{cells}"));
            let header = &headers(&sheet)[0];
            assert_eq!(is_column_numbers(&sheet, 1, header), numbers, "{cells}");
        }
    }
}
