//! Folding: one spelling for texts that mean the same (width, spaces, line breaks, brackets), unit and year kept apart.
//!
//! * In: a text as it stands in a cell. Out: a key for comparing and what was taken off.
//! * Never: shown to anybody; outputs keep the text as it stood.

use jixiao_core::Unit;

/// A title after folding.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Title {
    /// What is compared.
    pub key: String,
    /// A unit of money that stood with it: `预算数(万元)`.
    pub unit: Option<Unit>,
    /// A year that stood before it: `2024年预算数`.
    pub year: Option<i32>,
}

/// Width, case and spaces folded; everything else as it is.
pub fn plain(text: &str) -> String {
    text.chars().filter(|c| !is_blank(*c)).map(fold_char).collect()
}

/// Spaces of every kind, also those that nobody sees.
pub fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}' | '\u{200c}' | '\u{200d}' | '\u{feff}' | '\u{2060}')
}

fn fold_char(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => {
            char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c).to_ascii_lowercase()
        }
        '【' | '〔' => '(',
        '】' | '〕' => ')',
        '﹢' => '+',
        '−' | '—' | '–' => '-',
        other => other.to_ascii_lowercase(),
    }
}

/// A column title: folded, then unit, year, numbering and formula marks such as `(A)` or `(3=1+2)` taken off.
pub fn title(text: &str) -> Title {
    let mut key = plain(text);
    let mut found = Title::default();
    key = strip_numbering(&key);
    loop {
        let before = key.len();
        if let Some((inner, at)) = last_bracket(&key) {
            if let Some(unit) = unit_word(inner) {
                found.unit = Some(unit);
                key.truncate(at);
            } else if is_mark(inner) {
                key.truncate(at);
            }
        }
        if let Some((head, tail)) = key.rsplit_once(['/', ',', ':', '-'])
            && let Some(unit) = unit_word(tail).filter(|_| !head.is_empty())
        {
            found.unit = Some(unit);
            key = head.to_owned();
        }
        if key.len() == before {
            break;
        }
    }
    for (word, unit) in UNIT_WORDS {
        let head = key.strip_suffix(word).filter(|head| head.chars().count() >= 2);
        if let Some(head) = head.filter(|_| found.unit.is_none() && *word != "元") {
            found.unit = Some(*unit);
            key = head.to_owned();
            break;
        }
    }
    let (year, rest) = leading_year(&key);
    found.year = year;
    found.key = if rest.is_empty() { key } else { rest };
    found
}

const UNIT_WORDS: &[(&str, Unit)] = &[
    ("百万元", Unit::Million),
    ("万元", Unit::TenThousand),
    ("千元", Unit::Thousand),
    ("亿元", Unit::HundredMillion),
    ("元", Unit::Yuan),
];

/// The unit a folded word names exactly, also as `单位:万元`.
pub fn unit_word(word: &str) -> Option<Unit> {
    let word = word.strip_prefix("金额").unwrap_or(word);
    let word = word.strip_prefix("单位").unwrap_or(word);
    let word = word.trim_start_matches([':', '为', ' ']);
    let word = word.trim_end_matches(['。', '.', ';', ',']);
    let word = word.strip_prefix("人民币").unwrap_or(word);
    if matches!(word, "万") {
        return Some(Unit::TenThousand);
    }
    UNIT_WORDS.iter().find(|(name, _)| *name == word).map(|(_, unit)| *unit)
}

/// A unit announced anywhere in a line, such as `金额单位：万元` or `2021年度　单位：元`.
pub fn announced_unit(text: &str) -> Option<Unit> {
    let folded = plain(text);
    let is_unit = |c: &char| matches!(c, '人' | '民' | '币' | '百' | '万' | '千' | '亿' | '元');
    if let Some((before, _)) = folded.split_once("为单位") {
        let word: Vec<char> = before.chars().rev().take_while(is_unit).collect();
        return unit_word(&word.into_iter().rev().collect::<String>());
    }
    let (_, after) = folded.rsplit_once("单位:").or_else(|| folded.rsplit_once("单位为"))?;
    let word: String = after.chars().take_while(is_unit).collect();
    unit_word(&word).or_else(|| only_unit(after))
}

/// The one unit of money in a list of units: `人、元`.
fn only_unit(list: &str) -> Option<Unit> {
    let words = list.split(['、', ',', '/', ';']);
    let mut units = words.filter_map(|word| unit_word(word.trim_matches(['(', ')', ' '])));
    units.next().filter(|_| units.next().is_none())
}

/// A unit announced with or without the word 单位: `(万元)`, `万元`, `单位：万元`.
pub fn unit_line(text: &str) -> Option<Unit> {
    announced_unit(text).or_else(|| {
        let folded = plain(text);
        unit_word(folded.trim_matches(['(', ')']))
    })
}

fn last_bracket(key: &str) -> Option<(&str, usize)> {
    let open = key.rfind('(')?;
    let inner = key[open..].strip_prefix('(')?.strip_suffix(')')?;
    (open > 0).then_some((inner, open))
}

/// `A`, `b/a`, `3=1+2`, `%`, `①`, `10分`, `20分*执行率`: marks that say how a column is computed, not what it is.
fn is_mark(inner: &str) -> bool {
    let points = inner.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    if points.len() < inner.len() && points.starts_with('分') || inner.contains('*') {
        return true;
    }
    !inner.is_empty()
        && inner.chars().all(|c| {
            c.is_ascii_alphanumeric()
                || matches!(c, '=' | '+' | '-' | '/' | '*' | '%' | '×' | '÷')
                || ('①'..='⑳').contains(&c)
        })
        && inner != "+"
        && inner != "-"
        && inner != "+-"
        && inner != "+/-"
}

/// `一、`, `(一)`, `1.`, `(1)`, `①` before a text; with the depth that the style of the numbering stands for.
pub fn numbering(text: &str) -> (Option<u8>, &str) {
    let trimmed = text.trim_start_matches(is_blank);
    let is_hanzi = |c: char| "一二三四五六七八九十".contains(c);
    let bracketed = trimmed.strip_prefix(['(', '（']).and_then(|rest| {
        let close = rest.find([')', '）'])?;
        let (inner, after) = (&rest[..close], &rest[close..]);
        let after = after.trim_start_matches([')', '）', '、', '.', '．']);
        if inner.is_empty() || after.is_empty() {
            None
        } else if inner.chars().all(is_hanzi) {
            Some((Some(2), after))
        } else if inner.chars().all(|c| c.is_ascii_digit()) && inner.len() <= 2 {
            Some((Some(4), after))
        } else {
            None
        }
    });
    if let Some(found) = bracketed {
        return found;
    }
    let end = trimmed.find(|c: char| !is_hanzi(c)).unwrap_or(trimmed.len());
    if end > 0
        && let Some(after) =
            trimmed[end..].strip_prefix(['、', '.', '．']).filter(|a| !a.is_empty())
    {
        return (Some(1), after);
    }
    let end = trimmed.find(|c: char| !c.is_ascii_digit()).unwrap_or(trimmed.len());
    if (1..=2).contains(&end) {
        let after = trimmed[end..].strip_prefix(['、', '.', '．']);
        // `1.5米` is a quantity, not the first item.
        let after = after.filter(|a| !a.is_empty() && !a.starts_with(|c: char| c.is_ascii_digit()));
        if let Some(after) = after {
            return (Some(3), after);
        }
    }
    if let Some(after) = trimmed.strip_prefix(|c| ('①'..='⑳').contains(&c)) {
        return (Some(5), after);
    }
    (None, trimmed)
}

/// The depth of a number that stands alone, as in a column of numbers: 一 is 1, (一) 2, 3 is 3, 3.1 is 4, 3.1.2 is 5.
pub fn outline_depth(text: &str) -> Option<u8> {
    let text = plain(text);
    let hanzi =
        |text: &str| !text.is_empty() && text.chars().all(|c| "一二三四五六七八九十".contains(c));
    let inner = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    let bare = text.trim_end_matches(['、', '.']);
    if hanzi(bare) {
        return Some(1);
    }
    if inner.is_some_and(hanzi) {
        return Some(2);
    }
    let digits = |part: &str| {
        (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let parts = bare.split('.').filter(|part| digits(part)).count();
    let all = bare.split('.').count() == parts;
    u8::try_from(parts + 2).ok().filter(|_| all && parts <= 5)
}

fn strip_numbering(key: &str) -> String {
    numbering(key).1.to_owned()
}

/// A year at the head of a folded text: `2024年度预算数` gives 2024 and `预算数`.
fn leading_year(key: &str) -> (Option<i32>, String) {
    let digits: String = key.chars().take_while(char::is_ascii_digit).collect();
    let year = digits.parse::<i32>().ok().filter(|y| digits.len() == 4 && (2000..2100).contains(y));
    let Some(year) = year else { return (None, key.to_owned()) };
    let rest = &key[4..];
    let rest = rest.strip_prefix("年度").or_else(|| rest.strip_prefix('年'));
    match rest {
        Some(rest) => (Some(year), rest.to_owned()),
        None => (None, key.to_owned()),
    }
}

/// The budget year a line speaks of: `（2022年度）`, `2021 年度部门整体…`. The first one that is followed by 年.
pub fn year_in(text: &str) -> Option<i32> {
    let folded = plain(text);
    let bytes = folded.as_bytes();
    for (at, _) in folded.match_indices("20") {
        let digits = folded.get(at..at + 4)?;
        let alone = at == 0 || !bytes[at - 1].is_ascii_digit();
        let after = folded.get(at + 4..).unwrap_or("");
        let full = alone && digits.bytes().all(|b| b.is_ascii_digit()) && after.starts_with('年');
        // A day is when somebody wrote or signed, unless the text says that figures reach up to it.
        let until = ["截至", "截止"].iter().any(|word| folded[..at].contains(word));
        if full && (until || !is_day(after)) {
            return digits.parse().ok();
        }
    }
    year_in_words(&folded)
}

/// Whether `年` is followed by a month and a day.
fn is_day(after: &str) -> bool {
    let rest = after.trim_start_matches('年').trim_start_matches(|c: char| c.is_ascii_digit());
    let Some(day) = rest.strip_prefix('月') else { return false };
    day.starts_with(|c: char| c.is_ascii_digit()) && day.contains('日')
}

/// A year in Chinese digits: `二〇二三年度`.
fn year_in_words(text: &str) -> Option<i32> {
    let digit = |c: char| match c {
        '〇' | '零' | '○' | 'O' => Some(0),
        _ => "一二三四五六七八九".chars().position(|word| word == c).map(|at| at + 1),
    };
    let (before, _) = text.split_once('年')?;
    let tail: Vec<char> = before.chars().rev().take(4).collect();
    let digits: Option<Vec<usize>> = tail.into_iter().rev().map(digit).collect();
    let digits = digits.filter(|digits| digits.len() == 4)?;
    let year = digits.into_iter().fold(0, |year, digit| year * 10 + digit);
    i32::try_from(year).ok().filter(|year| (2000..2100).contains(year))
}

/// The year of a day in any usual writing: `2023-12-31`, `2023.10`, `20231231`, `2023年10月31日`.
pub fn year_of_day(text: &str) -> Option<i32> {
    let folded = plain(text);
    let digits = folded.chars().take_while(char::is_ascii_digit).count();
    let whole = folded.get(..4)?.parse::<i32>().ok().filter(|year| (2000..2100).contains(year))?;
    let after = folded.get(4..)?;
    let is_day = match digits {
        4 => after.is_empty() || after.starts_with(['年', '-', '.', '/']),
        8 => matches!(folded.get(4..6)?.parse::<u32>(), Ok(1..=12)),
        _ => false,
    };
    is_day.then_some(whole)
}

/// The year that ends on a day named in a text: `截止日期：2023-12-31`.
pub fn year_closed(text: &str) -> Option<i32> {
    let folded = plain(text);
    ["12-31", "12.31", "12/31", "12月31日"].iter().find_map(|day| {
        let (before, _) = folded.split_once(day)?;
        let before = before.trim_end_matches(['-', '.', '/', '年']);
        let year = before.get(before.len().checked_sub(4)?..)?;
        year.parse::<i32>().ok().filter(|year| (2000..2100).contains(year))
    })
}

/// A year in a file or sheet name, where 年 may be missing: `老干部局-2021.xlsx`.
pub fn year_in_name(text: &str) -> Option<i32> {
    year_in(text).or_else(|| {
        let runs = text.split(|c: char| !c.is_ascii_digit());
        runs.filter(|run| run.len() == 4)
            .filter_map(|run| run.parse::<i32>().ok())
            .find(|year| (2000..2100).contains(year))
    })
}

/// Leading blanks of a label, a full-width one counting two: how deep it is indented.
pub fn indent(text: &str) -> usize {
    text.chars().take_while(|c| is_blank(*c)).map(|c| if c == '\u{3000}' { 2 } else { 1 }).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_alone_tell_their_depth() {
        for (text, depth) in [
            ("一", Some(1)),
            ("十二、", Some(1)),
            ("（三）", Some(2)),
            ("3", Some(3)),
            ("3.", Some(3)),
            ("3.1", Some(4)),
            ("3.1.12", Some(5)),
            ("2010301", None),
            ("A1", None),
            ("", None),
        ] {
            assert_eq!(outline_depth(text), depth, "{text}");
        }
    }

    #[test]
    fn titles_fold_to_one_key() {
        for (text, key, unit, year) in [
            ("预算数（万元）", "预算数", Some(Unit::TenThousand), None),
            ("2024年度\n年初预算数(元)", "年初预算数", Some(Unit::Yuan), Some(2024)),
            ("全年预算数(A)", "全年预算数", None, None),
            ("执行率（B/A）", "执行率", None, None),
            ("执 行 数", "执行数", None, None),
            ("调剂(±)", "调剂(±)", None, None),
            ("追加(+)", "追加(+)", None, None),
            ("预算金额/万元", "预算金额", Some(Unit::TenThousand), None),
            ("执行数万元", "执行数", Some(Unit::TenThousand), None),
            ("项目资金\n（万元）", "项目资金", Some(Unit::TenThousand), None),
            ("分值（10分）", "分值", None, None),
            ("得分\n(20分*执行率)", "得分", None, None),
            ("项目(科目)名称", "项目(科目)名称", None, None),
        ] {
            let title = title(text);
            assert_eq!((title.key.as_str(), title.unit, title.year), (key, unit, year), "{text}");
        }
    }

    #[test]
    fn units_are_announced_in_many_ways() {
        for (text, unit) in [
            ("单位：万元", Some(Unit::TenThousand)),
            ("金额单位: 元", Some(Unit::Yuan)),
            ("(单位：千元)", Some(Unit::Thousand)),
            ("编制单位：某局　　　单位：亿元", Some(Unit::HundredMillion)),
            ("万元", Some(Unit::TenThousand)),
            ("单位：人民币元", Some(Unit::Yuan)),
            ("备注：本表以元为单位", Some(Unit::Yuan)),
            ("注：本表金额单位为万元。", Some(Unit::TenThousand)),
            ("单位：某局", None),
        ] {
            assert_eq!(unit_line(text), unit, "{text}");
        }
    }

    #[test]
    fn numbering_tells_the_depth() {
        for (text, depth, rest) in [
            ("一、基本支出", Some(1), "基本支出"),
            ("（一）人员经费", Some(2), "人员经费"),
            ("1.工资", Some(3), "工资"),
            ("(1)津贴", Some(4), "津贴"),
            ("1.5米水尺", None, "1.5米水尺"),
            ("基本支出", None, "基本支出"),
        ] {
            assert_eq!(numbering(text), (depth, rest), "{text}");
        }
    }

    #[test]
    fn years() {
        assert_eq!(year_in("（2022年度）"), Some(2022));
        assert_eq!(year_in("项目支出绩效自评表"), None);
        assert_eq!(year_closed("截止日期：2023-12-31"), Some(2023));
        assert_eq!(year_closed("填表日期：2024年3月1日"), None);
        assert_eq!(year_in_name("laoganbu-2021"), Some(2021));
        assert_eq!(year_in_name("510000201234"), None);
    }
}
