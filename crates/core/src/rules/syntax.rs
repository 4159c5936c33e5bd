//! What somebody probably did who wrote a line that is no TOML, and what to write instead.
//!
//! * In: the text, the place of the mistake, what the parser says. Out: a message in Chinese and in English.
//! * Never: corrects anything; a sign that was guessed would be a score that was guessed.

/// Signs of Chinese keyboards with the half-width ones that are meant.
const FULL_WIDTH: [(char, char); 14] = [
    ('＝', '='),
    ('，', ','),
    ('、', ','),
    ('：', '='),
    ('［', '['),
    ('］', ']'),
    ('【', '['),
    ('】', ']'),
    ('｛', '{'),
    ('｝', '}'),
    ('（', '('),
    ('）', ')'),
    ('％', '%'),
    ('＃', '#'),
];

/// A message in Chinese and one in English.
type Both = (String, String);

/// What to do about a mistake of syntax, and where it stands.
pub(super) fn advice(text: &str, at: usize, why: &str) -> (usize, Both) {
    let before = text.get(..at).unwrap_or(text);
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let line = text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default();
    let (key, value) = line.split_once('=').unwrap_or((line, ""));
    let value = value.trim();
    // Signs within a text that lacks its quotes are not what is wrong with it.
    let bare_text = value.starts_with(char::is_alphabetic);
    let sign = quotes(line).or_else(|| full_width(line).filter(|_| !bare_text));
    if let Some((offset, both)) = sign.or_else(|| remark(line)) {
        return (start + offset, both);
    }
    let known = twice(why).or_else(|| of_value(value)).or_else(|| of_key(key));
    let both = known.unwrap_or_else(|| {
        (
            format!("此处不符合 TOML 格式（{why}）；一行写成 名称 = 值，文字加半角引号，标题写成 [表] 或 [[表]]"),
            format!("this is no TOML: {why}; a line is name = value, texts stand in quotes, headings are [table] or [[table]]"),
        )
    });
    (at, both)
}

fn both(chinese: impl Into<String>, english: impl Into<String>) -> Option<Both> {
    Some((chinese.into(), english.into()))
}

/// What of a line stands outside of half-width quotes.
fn outside(line: &str) -> impl Iterator<Item = (usize, char)> {
    let mut open: Option<char> = None;
    line.char_indices().filter(move |(_, letter)| match open {
        Some(quote) => {
            if *letter == quote {
                open = None;
            }
            false
        }
        None if matches!(letter, '"' | '\'') => {
            open = Some(*letter);
            false
        }
        None => true,
    })
}

fn quotes(line: &str) -> Option<(usize, Both)> {
    let is_quote = |letter: char| matches!(letter, '“' | '”' | '‘' | '’' | '＂');
    let (offset, found) = outside(line).find(|(_, letter)| is_quote(*letter))?;
    let said = both(
        format!("“{found}”是中文引号；文字要用半角的双引号 \" 括起来"),
        format!("{found} is a Chinese quotation mark; texts stand between half-width \" signs"),
    );
    Some((offset, said?))
}

fn full_width(line: &str) -> Option<(usize, Both)> {
    let digit = |letter: char| ('０'..='９').contains(&letter);
    let half = |letter: char| FULL_WIDTH.iter().find(|(full, _)| *full == letter);
    let (offset, found) = outside(line)
        .take_while(|(_, letter)| *letter != '#')
        .find(|(_, letter)| digit(*letter) || half(*letter).is_some())?;
    let said = match half(found) {
        Some((_, half)) => both(
            format!("“{found}”是全角（中文）符号，此处应写半角的 {half}"),
            format!("{found} is a full-width sign; write the half-width {half} here"),
        ),
        None => both(
            format!("“{found}”是全角数字；数字要用半角，如 2024"),
            format!("{found} is a full-width digit; numbers are written half-width, such as 2024"),
        ),
    };
    Some((offset, said?))
}

fn remark(line: &str) -> Option<(usize, Both)> {
    let rest = line.trim_start();
    let sign = ["//", ";", "--", "/*"].into_iter().find(|sign| rest.starts_with(sign))?;
    let said = both(
        format!("说明文字要以 # 开头，不是 {sign}"),
        format!("a remark begins with #, not with {sign}"),
    );
    Some((line.len() - rest.len(), said?))
}

fn twice(why: &str) -> Option<Both> {
    let is = why.contains("duplicate key");
    is.then(|| both("同一个名称写了两次；如果是另一条，前面要另写标题，标题用两层方括号，如 [[score]]", "this name stands here twice; another entry needs its own heading in double brackets, such as [[score]]"))?
}

fn of_value(value: &str) -> Option<Both> {
    let first: String = value.chars().take_while(|letter| !letter.is_whitespace()).collect();
    if ["是", "否", "True", "False", "TRUE", "FALSE", "Yes", "No"].contains(&first.as_str()) {
        return both(
            "是非值写 true 或 false，小写，不加引号",
            "yes and no are written true and false, in small letters, without quotes",
        );
    }
    let begins_with_digit = first.starts_with(|letter: char| letter.is_ascii_digit());
    if begins_with_digit && first.ends_with('%') {
        return both(
            format!("百分数要加引号：\"{first}\""),
            format!("a percentage stands in quotes: \"{first}\""),
        );
    }
    let parts = first.split(['/', '-', '.', '年', '月']).count();
    if begins_with_digit && parts > 2 {
        return both(
            "日期写成 2026-11-23 的样子，不加引号，月和日要存在",
            "a day is written as 2026-11-23, without quotes, and has to exist",
        );
    }
    if value.starts_with('"') && value.matches('"').count() % 2 == 1 {
        return both(
            "缺少收尾的半角双引号 \"",
            "the half-width \" at the end of the text is missing",
        );
    }
    let is_text = value.starts_with(|letter: char| letter.is_alphabetic());
    if is_text {
        return both(
            "文字要用半角双引号括起来，如 \"内部文件\"",
            "a text stands between half-width quotes, such as \"text\"",
        );
    }
    None
}

fn of_key(key: &str) -> Option<Both> {
    if key.trim().is_ascii() {
        return None;
    }
    both(
        "等号左边的名称只能用规定的英文，如 title、weight；中文写在等号右边的引号里",
        "names on the left are the fixed English ones, such as title and weight; Chinese stands in the quotes on the right",
    )
}
