//! Texts as a sheet can hold them, and how much room they take.
//!
//! * In: any text of a ledger. Out: the same without characters that a workbook cannot store, cut at its limit with a mark.
//! * Rule: a Chinese character is as wide as two digits; so are the signs that Chinese fonts draw wide.
//! * Never: changes a word that a person wrote.

use std::borrow::Cow;
use unicode_width::UnicodeWidthChar;

/// UTF-16 units that a cell holds.
const CELL_LIMIT: usize = 32_767;
/// What stands at the end of a text that was cut.
const CUT_MARK: &str = "……（超出单元格上限，以下截断）";
/// UTF-16 units of a sheet's name.
pub(crate) const SHEET_LIMIT: usize = 31;

/// The text as a cell can hold it: line ends as `\n`, no control characters, at most 32,767 units.
pub(crate) fn clean(text: &str) -> Cow<'_, str> {
    let forbidden = |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{fffe}' | '\u{ffff}');
    let text = if text.contains(forbidden) {
        let ends = text.replace("\r\n", "\n").replace(['\r', '\u{b}', '\u{c}'], "\n");
        Cow::Owned(ends.replace('\t', " ").chars().filter(|c| !forbidden(*c)).collect())
    } else {
        Cow::Borrowed(text)
    };
    if units(&text) <= CELL_LIMIT {
        return text;
    }
    Cow::Owned(cut(&text, CELL_LIMIT - units(CUT_MARK)).to_owned() + CUT_MARK)
}

/// Whether a spreadsheet would take the text for a formula once a person edits the cell.
pub(crate) fn looks_like_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@'])
}

/// The length in UTF-16 units, which is how the format counts.
pub(crate) fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

/// The beginning of a text, at most so many UTF-16 units.
pub(crate) fn cut(text: &str, limit: usize) -> &str {
    let mut used = 0;
    for (position, c) in text.char_indices() {
        used += c.len_utf16();
        if used > limit {
            return &text[..position];
        }
    }
    text
}

/// The width of a line in halves of a Chinese character.
pub(crate) fn width(line: &str) -> usize {
    line.chars().map(char_width).sum()
}

/// The width of the widest line.
pub(crate) fn widest(text: &str) -> usize {
    text.lines().map(width).max().unwrap_or(0)
}

/// How many lines a text takes in a column of so many digits' width.
pub(crate) fn lines(text: &str, column: u16) -> u32 {
    // A column of n digits has room for slightly more than n halves of a 10 point character; the rest is margin.
    let room = usize::from(column).max(2);
    let count: u32 = text.split('\n').map(|line| wrapped(line, room)).sum();
    count.max(1)
}

/// Lines that one paragraph takes, broken before the character that does not fit.
fn wrapped(line: &str, room: usize) -> u32 {
    let (mut count, mut used) = (1, 0);
    for c in line.chars() {
        let wide = char_width(c);
        if used + wide > room {
            count += 1;
            used = 0;
        }
        used += wide;
    }
    count
}

fn char_width(c: char) -> usize {
    c.width_cjk().unwrap_or(0)
}

/// A name that a sheet may carry, at most `limit` UTF-16 units; empty when nothing is left of it.
///
/// Round brackets become full-width: the writer takes an upper-case word before `(` for a function, even in a sheet's name.
pub(crate) fn sheet_part(name: &str, limit: usize) -> String {
    let safe: String = name
        .chars()
        .filter(|c| !c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}'))
        .map(|c| match c {
            '(' | '[' | '{' => '（',
            ')' | ']' | '}' => '）',
            ':' => '：',
            '*' | '?' | '/' | '\\' | '!' | '"' | '\'' => '_',
            other => other,
        })
        .collect();
    cut(safe.trim(), limit).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_keeps_its_words_and_loses_what_cannot_be_stored() {
        for (text, kept) in [
            ("全年预算", "全年预算"),
            ("a\r\nb\rc", "a\nb\nc"),
            ("a\0b\u{8}c\u{fffe}", "abc"),
            ("tab\there", "tab here"),
            ("=1+1", "=1+1"),
        ] {
            assert_eq!(clean(text), kept);
        }
        let long = "绩".repeat(40_000);
        assert_eq!(units(&clean(&long)), CELL_LIMIT);
        assert!(clean(&long).ends_with(CUT_MARK));
    }

    #[test]
    fn chinese_counts_twice() {
        for (text, column, count) in [
            ("", 10, 1),
            ("预算执行率", 10, 1),
            ("预算执行率", 9, 2),
            ("1234567890", 10, 1),
            ("≥95%", 5, 1), // the sign is drawn as wide as a Chinese character
            ("一\n二三四五六七", 7, 3),
        ] {
            assert_eq!(lines(text, column), count, "{text} in {column}");
        }
        assert_eq!(widest("合计\nabc"), 4);
    }

    #[test]
    fn sheet_names_lose_what_is_forbidden() {
        for (name, kept) in [
            ("项目:甲/乙", "项目：甲_乙"),
            (" 'SORT(一)' ", "_SORT（一）_"),
            ("[2021]?*", "（2021）__"),
            ("\0\n", ""),
        ] {
            assert_eq!(sheet_part(name, 26), kept);
        }
        assert_eq!(units(&sheet_part(&"😀".repeat(30), 26)), 26);
    }
}
