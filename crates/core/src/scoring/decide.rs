//! Scores that a person puts in the place of the computed ones.
//!
//! * In: decided scores, from columns of the rows and from a file of answers, which names rows by words. Out: the rows with
//!   both scores, and findings.
//! * Rule: a decided score lies within 0..weight and says why, or it does not count; a file of answers goes before a column.
//! * Never: forgets the computed score, or takes a decision for a row that it does not name for certain.

use super::entries::Entry;
use super::{Context, name_of};
use crate::evaluation::{Decided, EXECUTION_ROW, Evaluation, ScoredIndicator};
use crate::ratio::{rational, round_half_up};
use crate::rules::words::folded;
use crate::{Choice, Code, Decision, Finding, Override, Place, Severity};
use rust_decimal::Decimal;

/// The decided scores of a submission.
pub(super) struct Decisions {
    pub rate: Option<Decision>,
    /// One for each entry.
    pub rows: Vec<Option<Decision>>,
}

impl Override {
    /// The names of the rows of an evaluation that it means; it counts where that is exactly one.
    pub fn rows_named(&self, evaluation: &Evaluation) -> Vec<String> {
        let names: Vec<String> =
            evaluation.indicators.iter().map(|row| row.path.join("/")).collect();
        self.meant(&names).into_iter().map(|row| names[row].clone()).collect()
    }

    /// What is told where it means no row, or several: the names to choose from.
    pub fn unsettled(&self, named: &[String], all: &[String]) -> Finding {
        let (words, score) = (&self.indicator, self.score.normalize());
        let (found, found_en) = match named.len() {
            0 => ("没有对应的指标".to_owned(), "names no row".to_owned()),
            several => (format!("对应 {several} 项指标"), format!("names {several} rows")),
        };
        let choose = if named.is_empty() { all } else { named };
        let choice = |name: &String| Choice {
            answer: name.clone(),
            effect: format!("“{name}”的得分改为 {score}"),
        };
        let finding = Finding::new(
            Code::Question,
            self.source.clone(),
            format!(
                "决定得分 {score} 分的条目“{words}”{found}，没有采用。请在 indicator 中写明唯一一项的名称或完整路径。"
            ),
            format!(
                "The decided score {score} for {words:?} {found_en} and is not used. Give `indicator` the name or the whole path of one row."
            ),
        );
        Finding { choices: Some(choose.iter().map(choice).collect()), ..finding }
    }

    /// Which of these names are meant: a whole name or last level before a part of one.
    fn meant(&self, names: &[String]) -> Vec<usize> {
        let words = folded(&self.indicator);
        if words.is_empty() {
            return Vec::new();
        }
        let of = |is: &dyn Fn(&str) -> bool| -> Vec<usize> {
            let names = names.iter().map(|name| folded(name)).enumerate();
            names.filter(|(_, name)| is(name)).map(|(row, _)| row).collect()
        };
        let whole = of(&|name| name == words);
        let last = of(&|name| name.rsplit('/').next() == Some(&words));
        let part = of(&|name| name.contains(&words));
        [whole, last, part].into_iter().find(|found| !found.is_empty()).unwrap_or_default()
    }
}

impl Context<'_> {
    /// The decided score of every row.
    pub(super) fn decisions(
        &self,
        entries: &[Entry<'_>],
        has_rate: bool,
        findings: &mut Vec<Finding>,
    ) -> Decisions {
        let printed = self.submission.execution_row.as_ref();
        let mut rate = printed.and_then(|row| row.decided.clone());
        let mut rows: Vec<Option<Decision>> =
            entries.iter().map(|entry| entry.indicator.decided.clone()).collect();
        // The execution rate stands behind the rows here, so that the places of the rows are theirs.
        let mut names: Vec<String> =
            entries.iter().map(|entry| name_of(&entry.indicator)).collect();
        names.extend(has_rate.then(|| EXECUTION_ROW.to_owned()));
        for said in &self.submission.overrides {
            let meant = said.meant(&names);
            let [row] = meant.as_slice() else {
                let named: Vec<String> = meant.iter().map(|row| names[*row].clone()).collect();
                findings.push(said.unsettled(&named, &names));
                continue;
            };
            let decision = Decision {
                score: said.score,
                who: said.who.clone(),
                why: said.why.clone(),
                source: said.source.clone(),
            };
            let place = rows.get_mut(*row).unwrap_or(&mut rate);
            if let Some(earlier) = place.replace(decision).filter(|old| old.score != said.score) {
                findings.push(displaced(&names[*row], &earlier, said.score));
            }
        }
        Decisions { rate, rows }
    }

    /// Puts a decided score in the place of the computed one; `about` is what was found about the row so far.
    pub(super) fn decide(
        &self,
        decision: Option<&Decision>,
        row: &mut ScoredIndicator,
        about: &mut Vec<Finding>,
    ) {
        let Some(decision) = decision else { return };
        let name = row.path.join("/");
        let place = match decision.source.is_unknown() {
            true => row.source.clone(),
            false => decision.source.clone(),
        };
        let why = decision.why.as_deref().map(str::trim).unwrap_or_default();
        let Some(weight) = row.weight else {
            return about.push(refused_without_weight(&name, place));
        };
        let fits = decision.score >= Decimal::ZERO && decision.score <= weight;
        if !fits {
            return about.push(out_of_range(&name, place, decision.score, weight));
        }
        if !self.rules.words().is_reason(why) {
            // A column of checked scores repeats most of them: what agrees needs no reason.
            if row.score == Some(decision.score) {
                return;
            }
            return about.push(unexplained(&name, place, decision.score, row.score));
        }
        let decimals = self.rules.settings().score_decimals;
        let score = round_half_up(&rational(decision.score), decimals).min(weight);
        // A person has judged: what asked for that is settled, and a filled score that says the same needs no reason of its own.
        let settled = |finding: &Finding| {
            finding.code == Code::JudgementNeeded
                || finding.code == Code::DenominatorZero
                || finding.code == Code::ScoreDiffers
                    && finding.severity < Severity::Error
                    && row.score_claimed.is_some_and(|claimed| claimed == score)
        };
        about.retain(|finding| !settled(finding));
        let decided = Decided {
            score: Some(score),
            computed: row.score,
            who: decision.who.clone().filter(|who| !who.trim().is_empty()),
            why: why.to_owned(),
            source: place.clone(),
        };
        if decided.who.is_none() {
            about.push(by_nobody(&name, place.clone(), score));
        }
        about.push(told(&name, place, &decided));
        row.score = Some(score);
        row.judgement = true;
        row.decided = Some(decided);
    }
}

fn shown(score: Option<Decimal>, absent: &str) -> String {
    score.map_or_else(|| absent.to_owned(), |score| score.normalize().to_string())
}

fn told(name: &str, place: Place, decided: &Decided) -> Finding {
    let (score, why) = (shown(decided.score, ""), &decided.why);
    let (zh, en) = (shown(decided.computed, "（无法计算）"), shown(decided.computed, "nothing"));
    let (who, who_en) = match &decided.who {
        Some(who) => (format!("由“{who}”"), format!(" by {who:?}")),
        None => ("由人".to_owned(), String::new()),
    };
    Finding::new(
        Code::ScoreDecided,
        place,
        format!(
            "“{name}”的得分{who}决定为 {score} 分，按规则为 {zh}；理由：{why}。两者都保留，总分采用决定的得分；如有误，请修改或删去该决定。"
        ),
        format!(
            "{name:?}: the score was set to {score}{who_en}; the rules give {en}. The reason: {why}. Both are kept and the total uses the decided one; change or delete it if it is wrong."
        ),
    )
}

fn displaced(name: &str, earlier: &Decision, score: Decimal) -> Finding {
    let (old, new) = (earlier.score.normalize(), score.normalize());
    Finding::new(
        Code::ScoreDecided,
        earlier.source.clone(),
        format!("“{name}”有两个决定得分：此处 {old} 分，问答文件 {new} 分；采用问答文件的。请删去不用的一个。"),
        format!("{name:?} has two decided scores: {old} here and {new} in the answers; that of the answers is used. Delete the one that is not meant."),
    )
    .with_severity(Severity::Warning)
}

fn refused_without_weight(name: &str, place: Place) -> Finding {
    Finding::new(
        Code::ScoreDiffers,
        place,
        format!("“{name}”没有可用的分值，决定的得分不能采用。请先填写分值。"),
        format!("{name:?} has no usable weight, so the decided score cannot be used. Fill in the weight first."),
    )
    .with_severity(Severity::Error)
}

fn out_of_range(name: &str, place: Place, score: Decimal, weight: Decimal) -> Finding {
    let (score, weight) = (score.normalize(), weight.normalize());
    Finding::new(
        Code::ScoreDiffers,
        place,
        format!("“{name}”的决定得分 {score} 不在 0 至分值 {weight} 之间，没有采用，仍按规则计分。请改正该得分。"),
        format!("{name:?}: the decided score {score} does not lie between 0 and the weight {weight}; it is not used and the rules score the row. Correct it."),
    )
    .with_severity(Severity::Error)
}

fn unexplained(name: &str, place: Place, score: Decimal, computed: Option<Decimal>) -> Finding {
    let score = score.normalize();
    let (zh, en) = (shown(computed, "（无法计算）"), shown(computed, "nothing"));
    Finding::new(
        Code::ReasonMissing,
        place,
        format!(
            "“{name}”的得分被改为 {score} 分，没有写明理由，没有采用，仍按规则计为 {zh}。请写明依据（表中的“复核意见”，或问答文件中的 why）。"
        ),
        format!(
            "{name:?}: the score was set to {score} without saying why, so it is not used; the rules give {en}. Say why (in the column of the reason, or as `why`)."
        ),
    )
}

fn by_nobody(name: &str, place: Place, score: Decimal) -> Finding {
    Finding::new(
        Code::ReasonMissing,
        place,
        format!("“{name}”的得分决定为 {score} 分，没有写明由谁决定。已采用；请补充决定人（who）。"),
        format!("{name:?}: the score was set to {score}, but not by whom. It is used; add who decided (`who`)."),
    )
    .with_severity(Severity::Warning)
}
