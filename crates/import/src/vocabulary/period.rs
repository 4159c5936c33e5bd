//! Parts of the year in titles: `1月`, `第一季度`, `1-6月`, and what holds everything up to one: `6月末`, `截至6月`.
//!
//! * In: folded header words. Out: the part of the year, what else the word says, and whether parts add up.
//! * Never: adds parts that overlap: `1-6月` beside `1-12月` is the same money once more.

use super::Vocabulary;

impl Vocabulary {
    /// Whether a header word names a part of the year: `1月`, `第一季度`, `1-6月`.
    pub fn is_period(&self, key: &str) -> bool {
        self.split_at_period(key).is_some_and(|(_, rest)| rest.is_empty())
    }

    /// `1月支出` as the part of the year and what else the title says.
    pub fn split_period<'a>(&self, key: &'a str) -> Option<(&'a str, &'a str)> {
        self.split_at_period(key).filter(|(_, rest)| !rest.is_empty())
    }

    /// `6月末执行数`, `截至6月支出` as the part of the year and what else the title says: it holds all of the year so far.
    pub fn split_running_period<'a>(&self, key: &'a str) -> Option<(&'a str, &'a str)> {
        let after = |words: &[String], text: &'a str| {
            let rests = words.iter().filter_map(|word| text.strip_prefix(word.as_str()));
            rests.min_by_key(|rest| rest.len())
        };
        let until = after(&self.columns.period_until, key);
        let (period, rest) = self.split_at_period(until.unwrap_or(key))?;
        let ended = after(&self.columns.period_end, rest);
        (until.is_some() || ended.is_some()).then(|| (period, ended.unwrap_or(rest)))
    }

    /// Whether parts of the year follow one another.
    pub(super) fn are_parts_of_year(&self, keys: &[&str]) -> bool {
        let listed =
            |words: &Vec<String>| keys.iter().all(|key| words.iter().any(|word| word == key));
        let Some(mut spans) = keys.iter().map(|key| months(key)).collect::<Option<Vec<_>>>() else {
            return self.columns.period.iter().any(listed);
        };
        spans.sort_unstable();
        spans.windows(2).all(|pair| pair[0].1 < pair[1].0)
    }

    /// Whether parts of the year all begin with the same month: each holds what the shorter ones hold.
    pub fn are_running(&self, keys: &[&str]) -> bool {
        let spans = keys.iter().map(|key| months(key)).collect::<Option<Vec<_>>>();
        spans.is_some_and(|spans| {
            spans.len() > 1 && spans.windows(2).all(|pair| pair[0].0 == pair[1].0)
        })
    }

    fn split_at_period<'a>(&self, key: &'a str) -> Option<(&'a str, &'a str)> {
        let words = self.columns.period.iter().flatten();
        let heads = words.filter(|word| key.starts_with(word.as_str())).map(String::len);
        let length = heads.chain(range(key).map(|(_, length)| length)).max()?;
        Some(key.split_at(length))
    }
}

/// The first and the last month of `6月` or `1-6月`.
fn months(key: &str) -> Option<(u32, u32)> {
    if let Some((span, _)) = range(key).filter(|(_, length)| *length == key.len()) {
        return Some(span);
    }
    let month = key.trim_end_matches('份').strip_suffix('月')?.parse().ok()?;
    (1..=12).contains(&month).then_some((month, month))
}

/// `1-6月` at the start of a text: its months, and how long it is.
fn range(text: &str) -> Option<((u32, u32), usize)> {
    let number = |text: &str| -> Option<(u32, usize)> {
        let length = text.bytes().take_while(u8::is_ascii_digit).count();
        Some((text[..length].parse().ok()?, length))
    };
    let (first, length) = number(text)?;
    let rest = &text[length..];
    let rest = rest.strip_prefix('月').unwrap_or(rest);
    let last = rest.trim_start_matches(['-', '—', '–', '~', '至', '到']);
    if last.len() == rest.len() {
        return None;
    }
    let (end, length) = number(last)?;
    let rest = last[length..].strip_prefix('月')?;
    let rest = rest.strip_prefix('份').unwrap_or(rest);
    (1 <= first && first < end && end <= 12).then(|| ((first, end), text.len() - rest.len()))
}

#[cfg(test)]
mod tests {
    use super::super::VOCABULARY;

    #[test]
    fn parts_of_the_year_are_split_from_what_they_hold() {
        for (title, period, rest) in [
            ("1月支出", "1月", "支出"),
            ("11月支出", "11月", "支出"),
            ("1-6月支出", "1-6月", "支出"),
            ("7月至12月份执行数", "7月至12月份", "执行数"),
            ("第一季度支出", "第一季度", "支出"),
        ] {
            assert_eq!(VOCABULARY.split_period(title), Some((period, rest)), "{title}");
            assert_eq!(VOCABULARY.split_running_period(title), None, "{title}");
        }
        for title in ["6-1月支出", "1-13月支出", "0-6月支出", "支出", "6月", "1-6月"] {
            assert_eq!(VOCABULARY.split_period(title), None, "{title}");
        }
        for (title, period, rest) in [
            ("6月末执行数", "6月", "执行数"),
            ("截至9月支出", "9月", "支出"),
            ("截至12月底", "12月", ""),
        ] {
            assert_eq!(VOCABULARY.split_running_period(title), Some((period, rest)), "{title}");
        }
    }

    #[test]
    fn parts_that_overlap_are_no_parts() {
        for (words, parts, running) in [
            (["1-6月", "7-12月"], true, false),
            (["7-12月", "1-6月"], true, false),
            (["1-6月", "1-12月"], false, true),
            (["1-6月", "6-12月"], false, false),
            (["1月", "2月"], true, false),
            (["1-11月", "12月"], true, false),
            (["上半年", "下半年"], true, false),
            (["上半年", "7-12月"], false, false),
        ] {
            assert_eq!(VOCABULARY.are_one_kind(&words), parts, "{words:?}");
            assert_eq!(VOCABULARY.are_running(&words), running, "{words:?}");
        }
    }
}
