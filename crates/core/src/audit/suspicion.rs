//! What may be right and deserves a second look: copied actuals, full marks everywhere, low targets, rows all alike.
//!
//! * In: the rows, the limits of `rules/audit.toml`. Out: warnings and information, one for the form where most rows show it.
//! * Never: an error, or a change of a score.

use super::Form;
use crate::execution::percent;
use crate::ratio::rational;
use crate::rules::words::folded;
use crate::target::{self, Direction, Fit, Quantity, Reading, Statement, fit};
use crate::{Code, Finding, Indicator, Place, scoring::name_of};
use num_traits::{One, Signed};
use rust_decimal::Decimal;

impl Form<'_> {
    /// Everything that looks odd.
    pub(super) fn suspicious(&self, findings: &mut Vec<Finding>) {
        self.copied(findings);
        findings.extend(self.full_marks());
        for (indicator, _) in &self.rows {
            findings.extend(self.too_low(indicator));
        }
        findings.extend(self.without_sample());
        findings.extend(self.equal_weights());
        self.equal_texts(findings);
    }

    fn read(&self, text: &str) -> Statement {
        target::read(text, self.context.rules.words())
    }

    /// Actuals with a comparison in them.
    fn copied(&self, findings: &mut Vec<Finding>) {
        let given = |row: &Indicator| row.actual.clone().filter(|text| !text.trim().is_empty());
        let is_copied = |row: &Indicator| {
            let actual = self.read(row.actual.as_deref().unwrap_or_default());
            let is_number = matches!(actual.reading, Reading::Quantity(_) | Reading::Range(..));
            actual.direction != Direction::Unstated && is_number
        };
        let rows = || self.rows.iter().map(|(row, _)| *row);
        let copied: Vec<&Indicator> = rows().filter(|row| is_copied(row)).collect();
        let all = rows().filter(|row| given(row).is_some()).count();
        let (least, share) = self.context.rules.limits.copied;
        let many = Decimal::from(copied.len()) >= share * Decimal::from(all);
        if copied.len() < least || !many {
            findings.extend(copied.into_iter().map(copied_row));
            return;
        }
        let count = copied.len();
        let names: Vec<String> = copied.iter().take(3).map(|row| shown_pair(row)).collect();
        let names = names.join("、");
        let same = rows()
            .filter(|row| given(row).is_some_and(|text| folded(&text) == folded(&row.target)));
        let same = same.count();
        let mut finding = Finding::new(
            Code::TargetCopied,
            copied.first().map_or_else(Place::default, |row| row.source.clone()),
            format!(
                "{all} 项中有 {count} 项的实际完成值带有比较符号（{names} 等），{same} 项与指标值一字不差，像是整列照抄指标值；已按其中的数值计分。请逐项填写实际完成的数。"
            ),
            format!(
                "{count} of {all} actuals have a comparison in them ({names} …), {same} are word for word the target, as if the whole column had been copied; their numbers are used. Fill in what was really reached, row by row."
            ),
        );
        finding.related = copied.iter().skip(1).take(20).map(|row| row.source.clone()).collect();
        findings.push(finding);
    }

    /// Full marks in every indicator; the money has a row of its own and is named beside.
    fn full_marks(&self) -> Option<Finding> {
        let rows: Vec<_> = self.rows.iter().map(|(_, row)| *row).collect();
        let full = |row: &&&crate::ScoredIndicator| {
            row.score_claimed.is_some() && row.score_claimed == row.weight && !row.weight_default
        };
        let count = rows.iter().filter(full).count();
        if count < self.context.rules.limits.full_marks || count < rows.len() {
            return None;
        }
        let judged = rows.iter().filter(|row| row.judgement && row.calculation.is_none()).count();
        let rate = self.context.execution.totals.execution_rate.as_ref();
        let (money, money_en) = match rate.map(|rate| rate.percent(2)) {
            Some(rate) => (format!("，资金执行率 {rate}"), format!(", the money executed {rate}")),
            None => (String::new(), String::new()),
        };
        Some(Finding::new(
            Code::AllFullMarks,
            rows.first().map_or_else(Place::default, |row| row.source.clone()),
            format!(
                "{count} 项指标全部自填满分，其中 {judged} 项由单位判断{money}。请抽查完成值的依据，看指标值是否过低。"
            ),
            format!(
                "All {count} indicators were given full marks, {judged} of them by judgement{money_en}. Look at what some of the actuals rest on, and whether targets are too low."
            ),
        ))
    }

    /// A target far below what was reached last year.
    fn too_low(&self, indicator: &Indicator) -> Option<Finding> {
        let last_text = indicator.last_actual.as_deref()?;
        let (target, last) = (self.read(&indicator.target), self.read(last_text));
        let (Reading::Quantity(wanted), Reading::Quantity(reached)) =
            (&target.reading, &last.reading)
        else {
            return None;
        };
        let Fit::Same(reached) = fit(wanted, reached) else { return None };
        let less_is_better = match target.direction {
            Direction::AtMost | Direction::Below => true,
            Direction::Unstated => self.context.rules.words().smaller_is_better(&indicator.path),
            _ => false,
        };
        let (wanted, limit) = (rational(wanted.value), self.context.rules.limits.too_low);
        let (one, beyond) = (num_rational::BigRational::one(), rational(limit));
        let is_low = match less_is_better {
            true => wanted > &reached * (&one + &beyond),
            false => wanted < &reached * (&one - &beyond),
        };
        if !reached.is_positive() || !is_low {
            return None;
        }
        let off = crate::Ratio::from((&wanted / &reached - one).abs()).percent(2);
        let (name, wanted, limit) = (name_of(indicator), &indicator.target, percent(limit));
        let (side, side_en) = if less_is_better { ("高出", "above") } else { ("低", "below") };
        Some(Finding::new(
            Code::TargetTooLow,
            indicator.source.clone(),
            format!(
                "“{name}”指标值 {wanted}，上年实际为 {last_text}，指标值{side} {off}（超过 {limit}），容易完成。请核对指标值，或说明下调的原因。"
            ),
            format!(
                "{name:?}: target {wanted}, last year's actual {last_text}: the target is {off} {side_en} it (more than {limit}) and easily met. Check the target, or say why it was lowered."
            ),
        ))
    }

    /// Full satisfaction with no word about who was asked.
    fn without_sample(&self) -> Option<Finding> {
        let rows = self.rows.iter().map(|(row, _)| *row);
        let rows: Vec<&Indicator> = rows.filter(|row| self.is_unfounded(row)).collect();
        let first = rows.first()?;
        let names: Vec<&str> =
            rows.iter().filter_map(|row| row.path.last()).map(String::as_str).collect();
        let (names, given) = (names.join("、"), first.actual.as_deref().unwrap_or_default());
        let mut finding = Finding::new(
            Code::SampleMissing,
            first.source.clone(),
            format!(
                "“{names}”填 {given}，没有写明调查方式和样本数。请在备注中写明发放、回收问卷的份数和满意的份数。"
            ),
            format!(
                "{names:?}: {given} is filled in and nothing says how many were asked. Add how many answered, and how many were satisfied."
            ),
        );
        finding.related = rows.iter().skip(1).map(|row| row.source.clone()).collect();
        Some(finding)
    }

    /// A row of full satisfaction whose texts tell of no survey.
    fn is_unfounded(&self, indicator: &Indicator) -> bool {
        let limits = &self.context.rules.limits;
        let (Some(name), Some(given)) = (indicator.path.last(), indicator.actual.as_deref()) else {
            return false;
        };
        let actual = self.read(given);
        let Reading::Quantity(Quantity { value, unit, .. }) = &actual.reading else { return false };
        let is_full = *value == Decimal::ONE_HUNDRED && (unit == "%" || unit.is_empty());
        let holds = |text: &str, words: &[String]| {
            let text = folded(text);
            words.iter().any(|word| text.contains(word.as_str()))
        };
        let texts = [Some(given), indicator.reason.as_deref(), indicator.measure.as_deref()];
        let told = texts.into_iter().flatten().any(|text| holds(text, &limits.evidence));
        let filled = indicator.score_claimed.is_some();
        is_full && filled && !told && holds(name, &limits.satisfaction)
    }

    /// The same weight in every row of several classes.
    fn equal_weights(&self) -> Option<Finding> {
        let (first, _) = self.rows.first()?;
        let weight = first.weight?;
        let rows = self.rows.len();
        let same = self.rows.iter().all(|(row, _)| row.weight == Some(weight));
        let classes = self.rows.iter().any(|(row, _)| row.path.first() != first.path.first());
        if rows < self.context.rules.limits.equal_weights || !same || !classes {
            return None;
        }
        let weight = weight.normalize();
        Some(Finding::new(
            Code::RowsAlike,
            first.source.clone(),
            format!(
                "{rows} 项指标的分值都是 {weight}，没有轻重之分。请按重要程度分配分值；已批复的不必改。"
            ),
            format!(
                "All {rows} indicators have the weight {weight}. Weights should follow importance; leave them where they were approved."
            ),
        ))
    }

    /// Rows of other names with the same words for target and actual.
    fn equal_texts(&self, findings: &mut Vec<Finding>) {
        let (least, length) = self.context.rules.limits.equal_texts;
        let key = |row: &Indicator| {
            let texts = (folded(&row.target), folded(row.actual.as_deref().unwrap_or_default()));
            let is_words = matches!(self.read(&row.target).reading, Reading::Words);
            (is_words && texts.0.chars().count() >= length && !texts.1.is_empty()).then_some(texts)
        };
        let mut groups: Vec<((String, String), Vec<&Indicator>)> = Vec::new();
        for (row, _) in &self.rows {
            let Some(key) = key(row) else { continue };
            match groups.iter_mut().find(|(known, _)| *known == key) {
                Some((_, rows)) => rows.push(row),
                None => groups.push((key, vec![row])),
            }
        }
        for (_, rows) in groups.into_iter().filter(|(_, rows)| rows.len() >= least) {
            let (count, target) = (rows.len(), &rows[0].target);
            let mut finding = Finding::new(
                Code::RowsAlike,
                rows[0].source.clone(),
                format!(
                    "{count} 项不同的指标用了同一指标值“{target}”和同一完成情况。请写明各项自己的目标和结果。"
                ),
                format!(
                    "{count} different indicators have the same target {target:?} and the same outcome. Say of each what was wanted and what came of it."
                ),
            );
            finding.related = rows.iter().skip(1).map(|row| row.source.clone()).collect();
            findings.push(finding);
        }
    }
}

fn shown_pair(row: &Indicator) -> String {
    row.actual.as_deref().unwrap_or_default().trim().to_owned()
}

fn copied_row(indicator: &Indicator) -> Finding {
    let (name, text) = (name_of(indicator), indicator.actual.as_deref().unwrap_or_default());
    Finding::new(
        Code::TargetCopied,
        indicator.source.clone(),
        format!(
            "“{name}”的实际完成值“{text}”带有比较符号，像是照抄指标值；已按其中的数值计分。请填写实际完成的数。"
        ),
        format!(
            "{name:?}: the actual {text:?} has a comparison in it, as if the target had been copied; its number is used. Fill in what was really reached."
        ),
    )
}
