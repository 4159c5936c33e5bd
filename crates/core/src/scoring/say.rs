//! What is said about one indicator: each finding with what was found, what was expected and what to do, in two languages.
//!
//! * In: the indicator as printed and what scoring made of it. Out: findings.
//! * Never: decides anything; that is done in `row`.

use super::name_of;
use crate::evaluation::{BandBy, ScoredIndicator};
use crate::execution::percent;
use crate::ratio::rational;
use crate::rules::{Band, NotApplicable};
use crate::target::{Direction, Statement};
use crate::{Code, Finding, Indicator, Place, Severity};
use num_rational::BigRational;
use rust_decimal::Decimal;

/// Why a formula cannot score a row.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    Words,
    NoTarget,
    NoActual,
    NoWeight,
    NotApplicable,
    Unparsed,
    OtherKind,
    OtherUnit,
}

/// What the texts themselves give away.
pub(super) fn texts(indicator: &Indicator, target: &Statement) -> Vec<Finding> {
    let mut found = Vec::new();
    let name = name_of(indicator);
    if target.unparsed {
        let text = &target.text;
        found.push(Finding::new(
            Code::TargetUnparsed,
            indicator.source.clone(),
            format!("“{name}”的年度指标值“{text}”含有数字，但不能识别为可比较的指标值，没有按比例计分。请写成“≥95%”“12期”“9月底前”一类的形式。"),
            format!("{name:?}: the target {text:?} has digits but is no target that can be compared, so it is not scored in proportion. Write it like ≥95%, 12期 or 9月底前."),
        ));
    }
    found
}

pub(super) fn open(indicator: &Indicator, why: Why) -> Finding {
    let name = name_of(indicator);
    let (wanted, given) = (&indicator.target, indicator.actual.as_deref().unwrap_or_default());
    let (code, zh, en) = match why {
        Why::NoActual => {
            (Code::JudgementNeeded, "没有实际完成值".to_owned(), "has no actual".to_owned())
        }
        Why::NoWeight => {
            (Code::JudgementNeeded, "没有可用的分值".to_owned(), "has no usable weight".to_owned())
        }
        Why::NotApplicable => (
            Code::JudgementNeeded,
            "标为不适用，其分值需要另行分配".to_owned(),
            "is marked as not applicable, and its weight has to go to others".to_owned(),
        ),
        Why::NoTarget => {
            (Code::JudgementNeeded, "没有年度指标值".to_owned(), "has no target".to_owned())
        }
        Why::OtherUnit => (
            Code::UnitDiffers,
            format!("指标值“{wanted}”与完成值“{given}”的单位不能比较"),
            format!(
                "has a target {wanted:?} and an actual {given:?} whose units cannot be compared"
            ),
        ),
        Why::Words | Why::Unparsed | Why::OtherKind => (
            Code::JudgementNeeded,
            format!("指标值“{wanted}”与完成值“{given}”不能直接比较"),
            format!("has a target {wanted:?} and an actual {given:?} that cannot be compared"),
        ),
    };
    // A score of one's own helps only where both texts are there and cannot be compared.
    let (todo, todo_en) = match why {
        Why::NoActual | Why::NoTarget | Why::NoWeight => ("请补充该项", "Fill that in"),
        Why::NotApplicable => {
            ("请删除该行并把分值分给其他指标", "Delete the row and give its weight to others")
        }
        _ => (
            "请改写后重算，或由单位判断后填写得分",
            "Rewrite them, or judge the row and fill in a score",
        ),
    };
    Finding::new(
        code,
        indicator.source.clone(),
        format!("“{name}”{zh}，没有计分，总分和等级暂缺。{todo}。"),
        format!("{name:?} {en}; it is not scored, and total and grade stay open. {todo_en}."),
    )
}

/// A reason that claims more than was asked beside a row that fell short.
pub(super) fn contradicting(
    indicator: &Indicator,
    claim: &str,
    (worked, worked_en): &(String, String),
) -> Finding {
    let name = name_of(indicator);
    Finding::new(
        Code::ReasonContradicts,
        indicator.source.clone(),
        format!(
            "“{name}”的偏差原因称“{claim}”，而按数值没有完成：{worked}。请核对实际完成值，或改写原因。"
        ),
        format!(
            "{name:?}: the reason says {claim:?}, but by the numbers the target was missed: {worked_en}. Check the actual, or rewrite the reason."
        ),
    )
}

/// A row that does not apply and that the rules settle.
pub(super) fn does_not_apply(indicator: &Indicator, how: NotApplicable, score: Decimal) -> Finding {
    let name = name_of(indicator);
    let (zh, en) = match how {
        NotApplicable::Full => ("计满分", "gets full marks"),
        NotApplicable::Zero => ("不得分", "gets no points"),
        _ => ("分值按比例分给同一类的其他指标", "gives its weight to the other rows of its block"),
    };
    Finding::new(
        Code::RuleNotApplicable,
        indicator.source.clone(),
        format!("“{name}”不适用，按规则{zh}（{score} 分）。如应计分，请填写实际完成值。"),
        format!(
            "{name:?} does not apply and by the rules {en} ({score} points). If it should be scored, fill in what was reached."
        ),
    )
}

pub(super) fn stands(indicator: &Indicator, why: Why, claimed: Decimal) -> Finding {
    let name = name_of(indicator);
    let (code, zh, en) = match why {
        Why::OtherUnit => {
            (Code::UnitDiffers, "的指标值与完成值单位不能比较", "has units that cannot be compared")
        }
        _ => (
            Code::JudgementNeeded,
            "的指标值与完成值不能直接比较",
            "has a target and an actual that cannot be compared",
        ),
    };
    let claimed = claimed.normalize();
    Finding::new(
        code,
        indicator.source.clone(),
        format!(
            "“{name}”{zh}，规则不能计算，采用填报得分 {claimed}（人工判断）。请补充完整以便核对。"
        ),
        format!(
            "{name:?} {en}, so the rules cannot compute it; the filled score {claimed} stands as a person's judgement. Complete the row so that it can be checked."
        ),
    )
}

pub(super) fn assumed(indicator: &Indicator, direction: Direction) -> Finding {
    let name = name_of(indicator);
    let (zh, en) = match direction {
        Direction::AtMost => ("越小越好（≤）", "the less the better (≤)"),
        _ => ("越大越好（≥）", "the more the better (≥)"),
    };
    let wanted = &indicator.target;
    Finding::new(
        Code::JudgementNeeded,
        indicator.source.clone(),
        format!(
            "“{name}”的年度指标值“{wanted}”没有写明方向，暂按{zh}计分，方向不同得分也不同。请在指标值前写明 ≥、≤ 或 =。"
        ),
        format!(
            "{name:?}: the target {wanted:?} does not say which way is good; it is scored as {en}, and the other way gives another score. Put ≥, ≤ or = in front of it."
        ),
    )
}

pub(super) fn beyond_equal(indicator: &Indicator, score: Decimal) -> Finding {
    let name = name_of(indicator);
    Finding::new(
        Code::JudgementNeeded,
        indicator.source.clone(),
        format!(
            "“{name}”的完成值超过“=”指标值，默认按完成计 {score} 分。是否扣分由单位判断，如需调整请填写得分。"
        ),
        format!(
            "{name:?} exceeds a target with =; it counts as met by default, {score} points. Whether to deduct is the unit's judgement; fill in a score to change it."
        ),
    )
}

/// A target that was exceeded by far, and what the rules make of it.
pub(super) fn exceeded(
    indicator: &Indicator,
    over: &BigRational,
    limit: Decimal,
    deducted: bool,
) -> Finding {
    let over = crate::Ratio::from(over.clone()).percent(2);
    let (name, limit) = (name_of(indicator), percent(limit));
    let (wanted, given) = (&indicator.target, indicator.actual.as_deref().unwrap_or_default());
    let (zh, en) = match deducted {
        true => ("得分已按规则扣减", "The rules deduct for it"),
        false => ("得分不扣减", "Nothing is deducted"),
    };
    Finding::new(
        Code::TargetFarExceeded,
        indicator.source.clone(),
        format!(
            "“{name}”指标值 {wanted}，完成值 {given}，超出 {over}（达到 {limit} 以上）。{zh}；请分析指标值是否明显偏低。"
        ),
        format!(
            "{name:?}: target {wanted}, actual {given}, {over} above it ({limit} or more). {en}; see whether the target was set too low."
        ),
    )
}

/// Points deducted for a target that was exceeded by far, and no reason for it.
pub(super) fn over_unexplained(indicator: &Indicator, row: &ScoredIndicator) -> Finding {
    let (name, worked) = (name_of(indicator), &row.substituted);
    Finding::new(
        Code::ReasonMissing,
        indicator.source.clone(),
        format!(
            "“{name}”远超年度指标值而扣分（{worked}），没有填写偏差原因。请补充原因和改进措施。"
        ),
        format!(
            "{name:?} exceeds its target by far and points are deducted ({worked}), and no reason is given. Add the reason and what is done about it."
        ),
    )
}

pub(super) fn unit_differs(indicator: &Indicator, unit: &str, substituted: &str) -> Finding {
    let name = name_of(indicator);
    let (wanted, given) = (&indicator.target, indicator.actual.as_deref().unwrap_or_default());
    let (zh, en) = match unit {
        "differ" => ("单位不同，按数值比较", "have different units; their numbers are compared"),
        _ => (
            "单位不明，可能相差倍数",
            "may differ by a factor (a percentage or a ratio, 元 or 万元)",
        ),
    };
    Finding::new(
        Code::UnitDiffers,
        indicator.source.clone(),
        format!(
            "“{name}”的指标值“{wanted}”与完成值“{given}”{zh}：{substituted}。请统一单位后核对。"
        ),
        format!(
            "{name:?}: target {wanted:?} and actual {given:?} {en}: {substituted}. Write both in one unit and check."
        ),
    )
}

pub(super) fn defaulted(indicator: &Indicator, band: &Band, by: BandBy, score: Decimal) -> Finding {
    let name = name_of(indicator);
    let (word, share) = (&band.word, percent(band.default));
    let given = indicator.actual.as_deref().unwrap_or_default();
    if by == BandBy::Person {
        return Finding::new(
            Code::JudgementNeeded,
            indicator.source.clone(),
            format!("“{name}”由单位选定档次“{word}”，档内默认按分值的 {share} 计 {score} 分。如档内另有判断，请填写得分。"),
            format!("{name:?}: the band {word:?} was chosen; within it {share} of the weight is the default, {score} points. Fill in a score if another one in the band is meant."),
        )
        .with_severity(Severity::Info);
    }
    let (zh, en) = match by {
        BandBy::Words => ("对应", "belongs to"),
        _ => ("不在已知用语中，暂按", "is no known word and is taken for"),
    };
    Finding::new(
        Code::JudgementNeeded,
        indicator.source.clone(),
        format!(
            "“{name}”为定性指标，完成情况“{given}”{zh}“{word}”，默认按分值的 {share} 计 {score} 分。请由单位判断档次后填写得分。"
        ),
        format!(
            "{name:?} is qualitative; {given:?} {en} {word:?}, by default {share} of the weight, {score} points. Judge the band and fill in the score."
        ),
    )
}

/// What is to be said about the band that a person wrote: that it is not known, or that the words of the actual say another.
pub(super) fn about_band(
    indicator: &Indicator,
    bands: &[Band],
    chosen: Option<&Band>,
    said: Option<&Band>,
) -> Option<Finding> {
    let text = indicator.band.as_deref().map(str::trim).filter(|text| !text.is_empty())?;
    let (name, place) = (name_of(indicator), indicator.source.clone());
    let Some(chosen) = chosen else {
        let known: Vec<&str> = bands.iter().map(|band| band.word.as_str()).collect();
        let (zh, en) = (known.join("、"), known.join(", "));
        return Some(Finding::new(
            Code::JudgementNeeded,
            place,
            format!("“{name}”的档次“{text}”不在规则的档次之中，没有采用。请改为其中之一：{zh}。"),
            format!(
                "{name:?}: the band {text:?} is none of the rules' and is not used. Write one of: {en}."
            ),
        ));
    };
    let said = said.filter(|said| said.reached != chosen.reached)?;
    let given = indicator.actual.as_deref().unwrap_or_default();
    let (word, other) = (&chosen.word, &said.word);
    Some(Finding::new(
        Code::JudgementNeeded,
        place,
        format!(
            "“{name}”选定档次“{word}”，而完成情况“{given}”属于“{other}”。采用选定的档次；请核对完成情况或档次。"
        ),
        format!(
            "{name:?}: the band {word:?} was chosen, but {given:?} belongs to {other:?}. The chosen band is used; check the words or the band."
        ),
    ))
}

/// A band beside numbers, which score the row themselves.
pub(super) fn unused_band(indicator: &Indicator) -> Option<Finding> {
    let text = indicator.band.as_deref().map(str::trim).filter(|text| !text.is_empty())?;
    let name = name_of(indicator);
    let finding = Finding::new(
        Code::JudgementNeeded,
        indicator.source.clone(),
        format!("“{name}”按数值计分，所填档次“{text}”没有用到。如要改分，请填写决定的得分和理由。"),
        format!(
            "{name:?} is scored by its numbers; the band {text:?} is not used. To set another score, decide on one and say why."
        ),
    );
    Some(finding.with_severity(Severity::Info))
}

/// A person's score against the band that was chosen, or that of the words.
pub(super) fn outside(
    indicator: &Indicator,
    (band, by): (&Band, BandBy),
    claimed: Decimal,
    weight: Decimal,
) -> Option<Finding> {
    let [low, high] = [band.from, band.to].map(|share| rational(share) * rational(weight));
    let exact = rational(claimed);
    let is_top = band.to == Decimal::ONE;
    if exact >= low && (exact < high || (is_top && exact == high)) || weight.is_zero() {
        return None;
    }
    let [low, high] = [low, high].map(|edge| super::compute::shown(&edge));
    let (name, word, claimed) = (name_of(indicator), &band.word, claimed.normalize());
    let (zh, en) = match by {
        BandBy::Person => ("选定的档次为", "the band chosen is"),
        _ => ("完成情况属于", "its words belong to"),
    };
    Some(Finding::new(
        Code::ScoreDiffers,
        score_place(indicator),
        format!(
            "“{name}”填报得分 {claimed}，而{zh}“{word}”，该档为 {low} 至 {high} 分。采用填报得分；请核对得分或完成情况。"
        ),
        format!(
            "{name:?}: {claimed} was filled in, but {en} {word:?}, which is {low} to {high} points. The filled score stands; check the score or the words."
        ),
    ))
}

pub(super) fn impossible(indicator: &Indicator, claimed: Decimal, weight: Decimal) -> Finding {
    let (name, claimed, weight) = (name_of(indicator), claimed.normalize(), weight.normalize());
    Finding::new(
        Code::ScoreDiffers,
        score_place(indicator),
        format!("“{name}”填报得分 {claimed}，不在 0 至分值 {weight} 之间，不予采用。请改正得分。"),
        format!("{name:?}: the filled score {claimed} does not lie between 0 and the weight {weight} and is not used. Correct it."),
    )
    .with_severity(Severity::Error)
}

pub(crate) fn score_place(indicator: &Indicator) -> Place {
    if indicator.score_at.is_unknown() {
        indicator.source.clone()
    } else {
        indicator.score_at.clone()
    }
}
