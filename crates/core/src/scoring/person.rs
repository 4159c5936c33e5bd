//! Rows that a person judges: the score that was filled in, the band that was chosen, the band of the words, the default.
//!
//! * In: the indicator as printed, its weight, its texts. Out: the scored row and findings.
//! * Rule: a filled score stands within the weight; a chosen band goes before the words; defaults are marked as such.
//! * Never: takes a word that no band knows for a choice.

use super::compute::Numbers;
use super::entries::Entry;
use super::row::name_rule;
use super::say::{Why, about_band, defaulted, impossible, open, outside, stands};
use super::{Context, name_of};
use crate::evaluation::{BandBy, BandUsed, ScoredIndicator};
use crate::ratio::{rational, round_half_up};
use crate::rules::words::folded;
use crate::rules::{Band, Reached, RowKind, ScoreRule};
use crate::target::{Direction, Reading, Statement};
use crate::{Finding, Indicator};
use rust_decimal::Decimal;
use std::cmp::Ordering;

impl Context<'_> {
    pub(super) fn by_person(
        &self,
        entry: &Entry<'_>,
        row: &mut ScoredIndicator,
        weight: Decimal,
        texts: (&Statement, &Statement),
        why: Why,
        findings: &mut Vec<Finding>,
    ) {
        let indicator = &*entry.indicator;
        let Some(rule) = self.qualitative(entry) else {
            return findings.push(open(indicator, why));
        };
        name_rule(row, rule);
        row.judgement = true;
        let said = self.band(rule, texts);
        let chosen = self.chosen_band(indicator, rule);
        findings.extend(about_band(indicator, &rule.bands, chosen, said));
        let band = chosen.or(said);
        let by = if chosen.is_some() { BandBy::Person } else { BandBy::Words };
        let used = |band: &Band, by, share_default| {
            Some(BandUsed { word: band.word.clone(), by, share_default })
        };
        if let Some(claimed) = indicator.score_claimed {
            if claimed >= Decimal::ZERO && claimed <= weight {
                let_stand(row, weight, claimed, self.rules.settings().score_decimals);
                row.band = band.and_then(|band| used(band, by, false));
                findings
                    .extend(band.and_then(|band| outside(indicator, (band, by), claimed, weight)));
                if why != Why::Words && chosen.is_none() {
                    findings.push(stands(indicator, why, claimed));
                }
                return;
            }
            findings.push(impossible(indicator, claimed, weight));
        }
        if why != Why::Words && chosen.is_none() {
            return findings.push(open(indicator, why));
        }
        let default = || {
            let reached = self.rules.settings().default_band;
            Some((rule.bands.iter().find(|band| band.reached == reached)?, BandBy::Default))
        };
        let Some((band, by)) = band.map(|band| (band, by)).or_else(default) else {
            return findings.push(open(indicator, why));
        };
        let values = [("share", rational(band.default))];
        match self.compute(&rule.formula, &Numbers::of(weight, &values)) {
            Ok(computed) => {
                row.band = used(band, by, true);
                findings.push(defaulted(indicator, band, by, computed.score));
                self.settle(row, computed);
            }
            Err(undefined) => findings.push(super::rate::undefined(
                indicator.source.clone(),
                &name_of(indicator),
                &undefined,
            )),
        }
    }

    /// The rule for rows that a person judges.
    pub(super) fn qualitative(&self, entry: &Entry<'_>) -> Option<&ScoreRule> {
        let block = self.block_name(entry);
        let (kind, direction) = (RowKind::Qualitative, Direction::Unstated);
        self.rules.score_for(kind, direction, Ordering::Greater, block.as_deref())
    }

    /// The band that a person chose, by the rule's own words or everyday ones.
    pub(super) fn chosen_band<'r>(
        &self,
        indicator: &Indicator,
        rule: &'r ScoreRule,
    ) -> Option<&'r Band> {
        let text = folded(indicator.band.as_deref()?);
        let by_rule = rule.bands.iter().find(|band| folded(&band.word) == text);
        by_rule.or_else(|| {
            let reached = self.rules.words().chosen(&text)?;
            rule.bands.iter().find(|band| band.reached == reached)
        })
    }

    /// The band that the words of the actual name.
    fn band<'r>(
        &self,
        rule: &'r ScoreRule,
        (target, actual): (&Statement, &Statement),
    ) -> Option<&'r Band> {
        let words = self.rules.words();
        let plain = |statement: &Statement| {
            let text = folded(&statement.text);
            let mark =
                words.0.qualitative_marks.iter().find_map(|mark| text.strip_prefix(mark.as_str()));
            mark.unwrap_or(&text).to_owned()
        };
        let same = plain(actual) == plain(target);
        let reached = match actual.reading {
            Reading::YesNo(true) => Some(Reached::Met),
            Reading::YesNo(false) => Some(Reached::Missed),
            _ if same => Some(Reached::Met),
            _ => words.reached(&plain(actual)),
        }?;
        rule.bands.iter().find(|band| band.reached == reached)
    }
}

/// Whether a target is words, without a number in them.
pub(super) fn words_only(target: &Statement) -> bool {
    target.reading == Reading::Words && !target.unparsed
}

/// A score that a person gave and that stands.
pub(super) fn let_stand(
    row: &mut ScoredIndicator,
    weight: Decimal,
    claimed: Decimal,
    decimals: u32,
) {
    row.judgement = true;
    row.score = Some(round_half_up(&rational(claimed), decimals).min(weight));
    let share = crate::Ratio::of(claimed, weight).map(|share| share.percent(2));
    let share = share.map_or_else(String::new, |share| format!("，为分值的 {share}"));
    row.substituted = format!("填报得分 {}{share}（人工判断）", claimed.normalize());
}
