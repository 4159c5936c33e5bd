//! Weights: printed ones count; where none are printed the rules' blocks are shared equally.
//!
//! * In: the weights as printed. Out: a weight for the execution row and each indicator, and whether it is a default.
//! * Rule: everything together gives 100. What does not is told with the sums by block, never adjusted.
//! * Never: fills single gaps between printed weights; that would be a guess.

use super::entries::Entry;
use crate::rules::words::plain_level;
use crate::rules::{Block, Rules};
use crate::{Code, Finding, Indicator, Place, Submission};
use rust_decimal::Decimal;

mod scale;
pub(super) use scale::scaled;

/// A weight, and whether the rules gave it because none was printed.
#[derive(Clone, Copy, Default)]
pub(super) struct Weight {
    pub value: Option<Decimal>,
    pub default: bool,
}

/// The weights of one submission.
pub(super) struct Weights {
    pub execution: Weight,
    /// One for each indicator.
    pub rows: Vec<Weight>,
}

/// The largest weight a row can have. More is a slip of the pen, and arithmetic with it would only hide it.
const LARGEST: i64 = 1000;

/// Sums by block that a message lists; the execution rate stands last and is always among them.
const MOST_LISTED: usize = 6;

pub(super) fn weights(
    submission: &Submission,
    entries: &[Entry<'_>],
    rules: &Rules,
    findings: &mut Vec<Finding>,
) -> Weights {
    let execution = execution_weight(submission, entries, rules, findings);
    let mut own = entries.iter().filter(|entry| entry.card.is_none());
    let none_printed = own.all(|entry| entry.indicator.weight.is_none());
    let shared = shared(entries, rules, execution);
    let weight = |(entry, shared): (&Entry<'_>, &Weight)| {
        let printed = Weight { value: usable(entry.indicator.weight), default: false };
        match entry.card {
            Some(card) if printed.value.is_none() => Weight { value: card.weight, default: true },
            None if none_printed => *shared,
            _ => printed,
        }
    };
    let rows = entries.iter().zip(&shared).map(weight).collect();
    let mut weights = Weights { execution, rows };
    scale::blocks(entries, rules, &mut weights, findings);
    scale::not_applicable(entries, rules, &mut weights);
    if !entries.is_empty() {
        findings.extend(not_100(entries, rules, &weights));
        if entries.iter().any(|entry| entry.indicator.weight.is_some()) {
            findings.extend(block_weights(submission, entries, rules, &weights));
        }
        findings.extend(printed_sum(submission, entries, rules, &weights));
    }
    weights
}

fn usable(weight: Option<Decimal>) -> Option<Decimal> {
    weight.filter(|weight| *weight >= Decimal::ZERO && *weight <= Decimal::from(LARGEST))
}

/// The printed weight; none is left where the indicators take all 100; else that of the rules.
fn execution_weight(
    submission: &Submission,
    entries: &[Entry<'_>],
    rules: &Rules,
    findings: &mut Vec<Finding>,
) -> Weight {
    let row = submission.execution_row.as_ref();
    if let Some(weight) = row.and_then(|row| usable(row.weight)) {
        return Weight { value: Some(weight), default: false };
    }
    let by_rule = rules.execution_block().map_or(Decimal::ZERO, |block| block.weight);
    let all = super::total(entries.iter().map(|entry| usable(entry.indicator.weight)));
    // Where the rules bring printed weights to their own, the sum of the printed ones says nothing.
    if !entries.is_empty()
        && all == Some(Decimal::ONE_HUNDRED)
        && !rules.blocks().iter().any(|b| b.scaled)
    {
        let place = entries.first().map(|first| first.indicator.source.clone());
        findings.push(Finding::new(
            Code::BlockWeight,
            place.unwrap_or_default(),
            format!("各指标分值合计已为 100 分，没有给预算执行率留分值，而规则为 {by_rule} 分；预算执行率按 0 分值列示。如应计分，请调整分值。"),
            format!("The indicators' weights already give 100 and leave none for the execution rate, which has {by_rule} by the rules; it is listed with a weight of 0. If it should count, change the weights."),
        ));
        return Weight { value: Some(Decimal::ZERO), default: true };
    }
    Weight { value: Some(by_rule), default: true }
}

/// The block of a row: by its first level, else by any level that belongs to a block.
pub(super) fn block_of(entry: &Entry<'_>, rules: &Rules) -> Option<usize> {
    // A row of the scorecard belongs where the rules put it, however a form arranges it.
    block_at(entry.card.map_or(&entry.indicator.path, |card| &card.path), rules)
}

/// The block of the levels of a row.
pub(crate) fn block_at(path: &[String], rules: &Rules) -> Option<usize> {
    let levels: Vec<String> = path.iter().map(|level| plain_level(level)).collect();
    let named = |block: &Block, level: &String| block.is(level);
    let blocks = || rules.blocks().iter().filter(|block| !block.execution);
    let found = levels.first().and_then(|level| blocks().find(|block| named(block, level)));
    let found = found.or_else(|| {
        let mut levels = levels.iter();
        levels.find_map(|level| blocks().find(|b| named(b, level) || b.levels.contains(level)))
    })?;
    rules.blocks().iter().position(|block| block.name == found.name)
}

/// What the rules give each block that the form has; an absent block's weight goes where the rules say.
pub(super) fn block_weights_by_rule(present: &[Option<usize>], rules: &Rules) -> Vec<Decimal> {
    let has = |index: usize| present.contains(&Some(index));
    let mut weights: Vec<Decimal> = rules.blocks().iter().map(|block| block.weight).collect();
    for (index, block) in rules.blocks().iter().enumerate() {
        let place = |to: &String| rules.blocks().iter().position(|b| b.name == *to);
        let heirs: Vec<usize> =
            block.absent_to.iter().filter_map(place).filter(|heir| has(*heir)).collect();
        if has(index) || heirs.is_empty() {
            continue;
        }
        let moved = std::mem::take(&mut weights[index]);
        for (heir, part) in heirs.iter().zip(equal_parts(moved, heirs.len())) {
            weights[*heir] += part;
        }
    }
    weights
}

/// Equal parts of the block's weight. Where no row belongs to any block, equal parts of what the execution rate leaves.
fn shared(entries: &[Entry<'_>], rules: &Rules, execution: Weight) -> Vec<Weight> {
    let all: Vec<Option<usize>> = entries.iter().map(|entry| block_of(entry, rules)).collect();
    let by_rule = block_weights_by_rule(&all, rules);
    let own = |(entry, block): (&Entry<'_>, &Option<usize>)| entry.card.is_none().then_some(*block);
    let blocks: Vec<Option<usize>> = entries.iter().zip(&all).filter_map(own).collect();
    let card: Decimal = entries.iter().filter_map(|entry| entry.card?.weight).sum();
    let left = Decimal::ONE_HUNDRED - execution.value.unwrap_or_default() - card;
    let none_known = blocks.iter().all(Option::is_none);
    let mut parts: Vec<(Option<usize>, Vec<Decimal>)> = Vec::new();
    let mut weights = Vec::new();
    for (entry, block) in entries.iter().zip(&all) {
        if entry.card.is_some() {
            weights.push(Weight::default());
            continue;
        }
        let whole = match block {
            Some(index) => by_rule.get(*index).copied(),
            None => none_known.then_some(left),
        };
        let known = parts.iter().position(|(of, _)| of == block);
        let position = known.unwrap_or_else(|| {
            let rows = blocks.iter().filter(|other| *other == block).count();
            // Taken from the end below, so the larger parts come first.
            let mut equal = equal_parts(whole.unwrap_or_default(), rows);
            equal.reverse();
            parts.push((*block, equal));
            parts.len() - 1
        });
        let value = parts[position].1.pop().filter(|_| whole.is_some());
        weights.push(Weight { value, default: true });
    }
    weights
}

/// Equal parts with two places that add up to the whole; the first ones take what is left over.
fn equal_parts(whole: Decimal, count: usize) -> Vec<Decimal> {
    let hundredths =
        i64::try_from((whole * Decimal::ONE_HUNDRED).trunc().mantissa()).unwrap_or_default();
    let Ok(rows) = i64::try_from(count) else { return Vec::new() };
    (0..rows)
        .map(|row| {
            let extra = i64::from(row < hundredths % rows);
            Decimal::new(hundredths / rows + extra, 2).normalize()
        })
        .collect()
}

/// Everything together has to give 100.
fn not_100(entries: &[Entry<'_>], rules: &Rules, weights: &Weights) -> Option<Finding> {
    let place = entries.first().map(|first| first.indicator.source.clone()).unwrap_or_default();
    let missing: Vec<&Indicator> = entries
        .iter()
        .zip(&weights.rows)
        .filter(|(_, weight)| weight.value.is_none())
        .map(|(entry, _)| &*entry.indicator)
        .collect();
    if let Some(first) = missing.first() {
        let (count, name) = (missing.len(), super::name_of(first));
        let mut finding = Finding::new(
            Code::WeightsNot100,
            first.source.clone(),
            format!(
                "有 {count} 项指标没有可用的分值（首项“{name}”），其余指标已印分值，无法计分。请补齐分值，使全部分值合计为 100。"
            ),
            format!(
                "{count} indicators have no usable weight (the first is {name:?}) while others have one, so they cannot be scored. Fill in the weights so that all together give 100."
            ),
        );
        finding.related = missing.iter().skip(1).take(20).map(|row| row.source.clone()).collect();
        return Some(finding);
    }
    let all = std::iter::once(weights.execution.value).chain(weights.rows.iter().map(|w| w.value));
    let sum = super::total(all)?;
    if sum == Decimal::ONE_HUNDRED {
        return None;
    }
    let by_block = sums_by_block(entries, rules, weights);
    let mut listed: Vec<String> =
        by_block.iter().map(|(name, sum, _)| format!("{name} {sum}")).collect();
    if listed.len() > MOST_LISTED {
        listed.drain(MOST_LISTED - 1..listed.len() - 1);
        listed.insert(MOST_LISTED - 1, "…".to_owned());
    }
    let listed = listed.join("、");
    let sum = sum.normalize();
    Some(Finding::new(
        Code::WeightsNot100,
        place,
        format!("分值合计为 {sum} 分，应为 100 分（含预算执行率）：{listed}。请核对各行分值。"),
        format!(
            "The weights give {sum}; with the execution rate they have to give 100: {listed}. Check the weight of each row."
        ),
    ))
}

/// The sums of the weights by block as the form names them, the execution rate last, with the block of the rules.
fn sums_by_block(
    entries: &[Entry<'_>],
    rules: &Rules,
    weights: &Weights,
) -> Vec<(String, Decimal, Option<usize>)> {
    let mut sums: Vec<(String, Decimal, Option<usize>)> = Vec::new();
    for (entry, weight) in entries.iter().zip(&weights.rows) {
        let block = block_of(entry, rules);
        let own = entry.indicator.path.first().map_or_else(String::new, |level| plain_level(level));
        let name =
            block.and_then(|index| rules.blocks().get(index)).map_or(own, |b| b.name.clone());
        let weight = weight.value.unwrap_or_default();
        match sums.iter_mut().find(|(known, _, _)| *known == name) {
            Some((_, sum, _)) => *sum = (*sum + weight).normalize(),
            None => sums.push((name, weight.normalize(), block)),
        }
    }
    let rate = rules.blocks().iter().position(|block| block.execution);
    let name = rate.map_or("预算执行率", |index| rules.blocks()[index].name.as_str()).to_owned();
    sums.push((name, weights.execution.value.unwrap_or_default().normalize(), rate));
    sums
}

/// Printed weights of a block against those of the rules.
fn block_weights(
    submission: &Submission,
    entries: &[Entry<'_>],
    rules: &Rules,
    weights: &Weights,
) -> Vec<Finding> {
    let blocks: Vec<Option<usize>> = entries.iter().map(|entry| block_of(entry, rules)).collect();
    let by_rule = block_weights_by_rule(&blocks, rules);
    let mut findings = Vec::new();
    for (name, sum, block) in sums_by_block(entries, rules, weights) {
        let Some((block, expected)) = block.and_then(|index| Some((index, by_rule.get(index)?)))
        else {
            continue;
        };
        let is_rate = rules.blocks()[block].execution;
        if sum == *expected || (is_rate && weights.execution.default) {
            continue;
        }
        let place = if is_rate {
            submission.execution_row.as_ref().map(|row| row.source.clone())
        } else {
            let first = blocks.iter().position(|of| *of == Some(block));
            first.and_then(|at| entries.get(at)).map(|entry| entry.indicator.source.clone())
        };
        findings.push(Finding::new(
            Code::BlockWeight,
            place.unwrap_or_else(Place::default),
            format!("“{name}”的分值合计为 {sum} 分，规则为 {expected} 分。按所印分值计分；如无调整依据，请改为规则分值。"),
            format!("The weights of {name} give {sum}, by the rules {expected}. The printed ones count; unless there is a ground for them, use those of the rules."),
        ));
    }
    findings
}

/// The printed sum of the weights against the rows.
fn printed_sum(
    submission: &Submission,
    entries: &[Entry<'_>],
    rules: &Rules,
    weights: &Weights,
) -> Option<Finding> {
    let printed = submission.claimed.weight?;
    // As printed where they are: weights that the rules bring to their own are another sum.
    let changed = rules.blocks().iter().any(|block| block.scaled);
    let own = entries.iter().zip(&weights.rows).map(|(entry, weight)| match changed {
        true => usable(entry.indicator.weight),
        false => weight.value,
    });
    let rows = super::total(own)?;
    let sum = rows.checked_add(weights.execution.value?)?;
    let fits = printed == sum || (printed == rows && weights.execution.default);
    let (printed, sum) = (printed.normalize(), sum.normalize());
    (!fits).then(|| {
        Finding::new(
            Code::WeightsNot100,
            submission.claimed.score_at.clone(),
            format!("分值合计印为 {printed} 分，各行分值相加为 {sum} 分。请核对合计与各行分值。"),
            format!("The sum of the weights is printed as {printed}, the rows add up to {sum}. Check the sum and the weight of each row."),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_parts_add_up() {
        for (whole, count, parts) in [
            ("50", 3, "16.67 16.67 16.66"),
            ("50", 4, "12.5 12.5 12.5 12.5"),
            ("30", 7, "4.29 4.29 4.29 4.29 4.28 4.28 4.28"),
            ("10", 1, "10"),
            ("40", 2, "20 20"),
        ] {
            let whole: Decimal = whole.parse().expect("a decimal");
            let equal = equal_parts(whole, count);
            let shown: Vec<String> = equal.iter().map(ToString::to_string).collect();
            assert_eq!(shown.join(" "), parts);
            assert_eq!(equal.iter().sum::<Decimal>(), whole);
        }
    }
}
