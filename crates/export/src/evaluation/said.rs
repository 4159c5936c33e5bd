//! What every sheet says of the rules: which, who chose them, in which state they are, which settings were replaced.
//!
//! * In: the rules used and the layout. Out: remarks, one paragraph each.
//! * Never: an unverified rule without the word that it is.

use super::{Context, place_text};
use jixiao_core::{ChosenBy, RulesUsed};

impl Context<'_> {
    /// The rules with their state and who chose them; the form; the settings that were replaced.
    pub(crate) fn rules_said(&self) -> Vec<String> {
        let (rules, layout) = (&self.evaluation.rules, &self.evaluation.form.layout);
        let state = |verified: bool| if verified { "已核实原文" } else { "未核实原文" };
        let form =
            if layout.verified { "已与正式表样核对" } else { "未与正式表样核对" };
        let mut said = vec![
            format!(
                "评分规则：{}（{}，{}），{}{}。",
                rules.title,
                rules.document,
                rules.id,
                state(rules.verified),
                chosen(rules)
            ),
            format!("表样：{}（{}），{form}：{}", layout.name, layout.id, layout.source),
        ];
        if !rules.settings.is_empty() {
            let one = |of: &jixiao_core::SettingUsed| {
                let from = place_text(&of.from);
                format!("{} 为 {}（规则为 {}，见 {from}）", of.key, of.value, of.instead_of)
            };
            let settings: Vec<String> = rules.settings.iter().map(one).collect();
            said.push(format!("改用的设置：{}。", settings.join("；")));
        }
        said
    }
}

/// Who chose the rules; nothing where the library was called with them.
fn chosen(rules: &RulesUsed) -> String {
    let at = place_text(&rules.chosen_at);
    match rules.chosen_by {
        ChosenBy::CommandLine => "；由命令行指定".to_owned(),
        ChosenBy::Answers => format!("；由问答文件 {at} 指定"),
        ChosenBy::SettingsTable => format!("；由台账设置 {at} 指定"),
        ChosenBy::Region => format!("；按写明的地区选用（{at}）"),
        ChosenBy::Default => "；没有指定，按默认规则".to_owned(),
        ChosenBy::Open => "；采用哪套规则尚未确定，总分和等级暂缺".to_owned(),
        _ => String::new(),
    }
}
