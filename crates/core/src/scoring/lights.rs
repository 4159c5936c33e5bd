//! Warning lights that a platform shows for what was handed in.
//!
//! * In: the scored rows and the money. Out: a finding for each light that is on.
//! * Never: changes a score.

use super::compute::Numbers;
use super::{Context, total};
use crate::evaluation::{Calculation, ScoredIndicator};
use crate::ratio::rational;
use crate::rules::Light;
use crate::{Code, Finding, Place};
use num_rational::BigRational;
use num_traits::Zero;
use rust_decimal::Decimal;

impl Context<'_> {
    /// What is told about the lights that are on.
    pub(super) fn lights(&self, rows: &[ScoredIndicator]) -> Vec<Finding> {
        let place = rows.iter().find(|row| row.is_execution()).map(|row| row.source.clone());
        let place = place.unwrap_or_else(Place::default);
        let finding = |light: &Light| {
            let (zh, en) = light.colour.words();
            Finding::new(
                Code::WarningLight,
                place.clone(),
                format!("上报后平台将显示{zh}：{}。请核对，或说明原因。", light.chinese),
                format!("The platform will show {en}: {}. Check it, or say why.", light.english),
            )
        };
        self.lights_on(rows).into_iter().map(finding).collect()
    }

    /// The lights that are on; one whose condition has no value is off.
    pub(crate) fn lights_on(&self, rows: &[ScoredIndicator]) -> Vec<&Light> {
        let on = |(light, calculation): (_, Option<Calculation>)| {
            calculation.filter(|of| !of.exact.exact().is_zero()).map(|_| light)
        };
        self.light_conditions(rows).into_iter().filter_map(on).collect()
    }

    /// Every light with the calculation of its condition; none where that has no value.
    pub(crate) fn light_conditions(
        &self,
        rows: &[ScoredIndicator],
    ) -> Vec<(&Light, Option<Calculation>)> {
        let own = sums(rows);
        let lights = self.rules.lights().iter();
        let calculation = |light: &Light| {
            let computed = self.compute(&light.when, &Numbers::of(Decimal::ZERO, &own)).ok()?;
            Some(computed.calculation)
        };
        lights.map(|light| (light, calculation(light))).collect()
    }
}

/// Scores and weights of the execution rate and of all indicators, as far as they are known.
fn sums(rows: &[ScoredIndicator]) -> Vec<(&'static str, BigRational)> {
    let (rate, indicators): (Vec<_>, Vec<_>) = rows.iter().partition(|row| row.is_execution());
    let rate = rate.first();
    let known = [
        ("execution_score", rate.and_then(|row| row.score)),
        ("execution_weight", rate.and_then(|row| row.weight)),
        ("indicator_score", total(indicators.iter().map(|row| row.score))),
        ("indicator_weight", total(indicators.iter().map(|row| row.weight))),
    ];
    known.into_iter().filter_map(|(name, value)| Some((name, rational(value?)))).collect()
}
