//! A formula as a person of an office reads it aloud: Chinese words for names and functions, × and ÷ for the signs.
//!
//! * In: the text of a formula. Out: the same in Chinese, what stands in quotes and the names of facts untouched.
//! * Never: is parsed again; the formula itself stands beside it.

use super::lex::{self, Look};

/// Words of the language, and what they are called.
const WORDS: [(&str, &str); 67] = [
    ("weight", "分值"),
    ("target", "指标值"),
    ("actual", "完成值"),
    ("measured", "实际比率"),
    ("share", "系数"),
    ("met", "是否完成"),
    ("low", "下限"),
    ("high", "上限"),
    ("days_late", "逾期天数"),
    ("workdays_late", "逾期工作日"),
    ("initial_budget", "年初预算数"),
    ("additions", "追加"),
    ("reductions", "追减"),
    ("transfers", "调剂"),
    ("carried_over", "上年结转"),
    ("adjusted_budget", "全年预算数"),
    ("executed", "执行数"),
    ("budget", "预算数"),
    ("execution_score", "执行率得分"),
    ("execution_weight", "执行率分值"),
    ("indicator_score", "指标得分"),
    ("indicator_weight", "指标分值"),
    ("if", "如果"),
    ("min", "取最小"),
    ("max", "取最大"),
    ("abs", "绝对值"),
    ("round", "四舍五入"),
    ("floor", "向下取整"),
    ("ceil", "向上取整"),
    ("deduct", "扣分"),
    ("full_steps", "满一步才扣"),
    ("started_steps", "不满一步也扣"),
    ("continuous", "按比例扣"),
    ("bands", "分档"),
    ("ratio_up", "正向比例"),
    ("ratio_down", "反向比例"),
    ("linear_down", "线性扣减"),
    ("equality", "双向扣减"),
    ("pass_mark", "及格门槛"),
    ("per_event", "按次扣分"),
    ("yes_no", "是否得分"),
    ("coefficient", "按系数"),
    ("checklist", "要素得分"),
    ("fact", "基础数据"),
    ("sum", "合计"),
    ("count", "个数"),
    ("composition", "构成偏差"),
    ("indicators", "指标"),
    ("score", "得分"),
    ("level", "级次"),
    ("over", "超出指标值"),
    ("where", "其中"),
    ("starts", "开头为"),
    ("economic", "经济分类"),
    ("function", "功能分类"),
    ("fund", "资金性质"),
    ("kind", "支出类别"),
    ("basic", "基本支出"),
    ("project", "项目支出"),
    ("without", "不含"),
    ("else", "算不出时用"),
    ("and", "且"),
    ("or", "或"),
    ("not", "不是"),
    ("least", "最低"),
    ("most", "最高"),
    ("excess", "超出"),
];

/// Signs, and how they are printed.
const SIGNS: [(&str, &str); 10] = [
    ("*", " × "),
    ("/", " ÷ "),
    ("+", " + "),
    (">=", " ≥ "),
    ("<=", " ≤ "),
    ("!=", " ≠ "),
    ("=>", " 得 "),
    (",", "，"),
    ("(", "（"),
    (")", "）"),
];

/// The reading of a formula; the text itself where it is none.
pub fn in_chinese(source: &str) -> String {
    let Ok(tokens) = lex::tokens(source) else { return source.to_owned() };
    let mut text = String::new();
    for (position, token) in tokens.iter().enumerate() {
        let before = position.checked_sub(1).and_then(|before| tokens.get(before));
        match token.look {
            Look::Name => {
                let word = WORDS.iter().find(|(word, _)| *word == token.text);
                let apart =
                    before.is_some_and(|before| matches!(before.look, Look::Name | Look::Text));
                let word_like = matches!(token.text, "and" | "or" | "else" | "where" | "without");
                if apart || word_like {
                    text.push(' ');
                }
                text.push_str(word.map_or(token.text, |(_, chinese)| chinese));
                if word_like {
                    text.push(' ');
                }
            }
            Look::Sign => {
                // A sign in front of a number stands close to it.
                let leads = before.is_none_or(|before| match before.look {
                    Look::Sign => before.text != ")",
                    _ => matches!(before.text, "and" | "or" | "else" | "not"),
                });
                let sign = SIGNS.iter().find(|(sign, _)| *sign == token.text);
                match (sign, token.text) {
                    (Some((_, printed)), _) => text.push_str(printed),
                    (None, "-") if leads => text.push('-'),
                    (None, sign) => text.push_str(&format!(" {sign} ")),
                }
            }
            Look::Number | Look::Text => {
                if before.is_some_and(|before| before.look == Look::Name) && !text.ends_with(' ') {
                    text.push(' ');
                }
                text.push_str(token.text);
            }
        }
    }
    // Where a band or a comparison begins its own argument, the space in front of its sign is one too many.
    let text = text.replace("  ", " ").replace("， ", "，").replace("（ ", "（");
    text.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::in_chinese;
    use crate::Rules;

    #[test]
    fn formulas_are_read_in_chinese() {
        for (formula, reading) in [
            ("weight * min(1, executed / budget)", "分值 × 取最小（1，执行数 ÷ 预算数）"),
            (
                "if(actual >= target, weight, weight * actual / target)",
                "如果（完成值 ≥ 指标值，分值，分值 × 完成值 ÷ 指标值）",
            ),
            (
                "bands(measured, <= 0 => weight, <= 10% => 6, 0)",
                "分档（实际比率，≤ 0 得 分值，≤ 10% 得 6，0）",
            ),
            (
                "deduct(weight, 1 - measured, 5%, 2, full_steps)",
                "扣分（分值，1 - 实际比率，5%，2，满一步才扣）",
            ),
            ("fact(三公经费.本年预算) else -2", "基础数据（三公经费.本年预算） 算不出时用 -2"),
            (
                "sum(executed where economic starts \"302\" or \"303\" and kind = basic)",
                "合计（执行数 其中 经济分类 开头为 \"302\" 或 \"303\" 且 支出类别 = 基本支出）",
            ),
        ] {
            assert_eq!(in_chinese(formula), reading);
        }
    }

    #[test]
    fn no_word_of_a_built_in_formula_stays_english() {
        for id in Rules::builtin_ids() {
            let rules = Rules::builtin(id).expect("rules");
            let scores = rules.scores().iter().map(|score| &score.formula);
            let card = rules.card().iter().flat_map(|row| [&row.measured, &row.formula]);
            let lights = rules.lights().iter().map(|light| &light.when);
            for formula in scores.chain(card.flatten()).chain(lights) {
                let reading = in_chinese(formula.source());
                let english = reading.chars().any(|letter| letter.is_ascii_alphabetic());
                assert!(!english, "{id}: {reading}");
            }
        }
    }
}
