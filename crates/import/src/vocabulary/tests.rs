//! What titles and labels mean, as an officer would say.

use super::*;

fn best(text: &str) -> Option<Meaning> {
    let key = fold::title(text).key;
    let fits = VOCABULARY.meanings(&key);
    fits.into_iter().max_by_key(|(_, score)| *score).map(|(meaning, _)| meaning)
}

#[test]
fn the_shipped_files_load() {
    assert!(Vocabulary::builtin().is_ok());
}

#[test]
fn titles_mean_what_an_officer_means() {
    for (title, meaning) in [
        ("年初预算数", Some(Meaning::InitialBudget)),
        ("2024年全年预算数（万元）", Some(Meaning::AdjustedBudget)),
        ("预算调整数", Some(Meaning::Transfers)),
        ("调整后预算数", Some(Meaning::AdjustedBudget)),
        ("支出决算数", Some(Meaning::Executed)),
        ("上年执行数", None),
        ("预算执行率", Some(Meaning::Rate)),
        ("决算数小于预算数的主要原因", Some(Meaning::Reason)),
        ("未完成原因分析", Some(Meaning::Reason)),
        ("指标余额", Some(Meaning::Balance)),
        ("财政拨款累计支出数", Some(Meaning::Executed)),
        ("年初预算数占比", None),
        ("调减金额", Some(Meaning::Reductions)),
        ("支出功能分类科目编码", Some(Meaning::Function)),
        ("全年（实际）完成值", Some(Meaning::Actual)),
        ("指标权重（分）", Some(Meaning::Weight)),
    ] {
        assert_eq!(best(title), meaning, "{title}");
    }
}

#[test]
fn total_rows_by_name() {
    for (label, total) in [
        ("合 计", true),
        ("基本支出小计", true),
        ("一、合计", true),
        ("合计：", true),
        ("人员经费 汇总", true),
        ("数据汇总", false),
        ("设计费", false),
        ("审计经费", false),
        ("统计调查", false),
    ] {
        assert_eq!(VOCABULARY.is_total(label), total, "{label}");
    }
}
