//! A target in three cells: sign, number, unit, for forms that keep them apart.
//!
//! * In: the text of a target. Out: its parts as printed; words stay whole and count as 定性.
//! * Never: a number that the text does not print.

use super::{Direction, Reading, read};
use crate::Words;

/// Sign, number or words, and unit of a target.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// `≥`, `≤`, `>`, `<`, `=`, the mark of words, or nothing where the text does not say.
    pub sign: String,
    /// The number as printed, a range, a day, or the words.
    pub value: String,
    /// The unit as printed.
    pub unit: String,
}

/// Takes a target apart.
pub fn parts(text: &str, words: &Words) -> Parts {
    let statement = read(text, words);
    let sign = match statement.direction {
        Direction::AtLeast => "≥",
        Direction::AtMost => "≤",
        Direction::Above => ">",
        Direction::Below => "<",
        Direction::Equal => "=",
        Direction::Unstated => "",
    };
    let text = text.trim();
    let whole =
        |sign: &str| Parts { sign: sign.to_owned(), value: text.to_owned(), unit: String::new() };
    match statement.reading {
        Reading::Empty => Parts::default(),
        Reading::Day(_) => whole(""),
        Reading::YesNo(_) | Reading::Words => {
            whole(words.0.qualitative_marks.first().map_or("", String::as_str))
        }
        Reading::Quantity(_) | Reading::Range(..) => {
            let digit = |c: char| c.is_ascii_digit() || ('０'..='９').contains(&c);
            let ends = text.find(digit).zip(text.rfind(digit));
            let Some((first, last)) = ends else { return whole(sign) };
            let end = last + text[last..].chars().next().map_or(0, char::len_utf8);
            let after = words.0.after.iter().find(|(word, _)| text.ends_with(word.as_str()));
            let unit = text[end..].trim();
            let unit =
                after.map_or(unit, |(word, _)| unit.strip_suffix(word.as_str()).unwrap_or(unit));
            Parts {
                sign: sign.to_owned(),
                value: text[first..end].to_owned(),
                unit: unit.trim().to_owned(),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_taken_apart_as_it_is_printed() {
        let words = Words::builtin().expect("words");
        for (text, sign, value, unit) in [
            ("≥60场", "≥", "60", "场"),
            ("≥2,400人", "≥", "2,400", "人"),
            ("≤4650.97万元", "≤", "4650.97", "万元"),
            ("100%", "", "100", "%"),
            ("=100%", "=", "100", "%"),
            ("90万元以内", "≤", "90", "万元"),
            ("5-10人", "", "5-10", "人"),
            ("健全", "定性", "健全", ""),
            ("2021年11月底前", "", "2021年11月底前", ""),
            ("", "", "", ""),
        ] {
            let expected =
                Parts { sign: sign.to_owned(), value: value.to_owned(), unit: unit.to_owned() };
            assert_eq!(parts(text, &words), expected, "{text}");
        }
    }
}
