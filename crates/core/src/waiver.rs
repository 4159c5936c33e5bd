//! Waivers: findings that a person looked at and lets stand, with the reason.
//!
//! * In: findings, waivers as an answers file has them. Out: the same findings; a waived one no longer fails a run.
//! * Rule: a waived finding stays listed, with its former severity and the reason. A question cannot be waived: it is answered.
//! * Never: lets a waiver without a reason count, or one that names no place and no words.

use crate::{Code, Evaluation, Finding, Lang, Severity};
use serde::{Deserialize, Serialize};

/// One waiver: which findings, and why they may stand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Waiver {
    /// The code of the findings.
    pub code: Code,
    /// Where: the cells of the finding, such as `E17`, with the sheet's name and `!` in front where several have them.
    #[serde(default)]
    pub at: String,
    /// Words of its message, such as the indicator's name.
    #[serde(default)]
    pub about: String,
    /// Why it may stand.
    pub reason: String,
}

/// What became of a finding that was waived.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waived {
    /// Why it may stand.
    pub reason: String,
    /// How grave it was.
    pub severity: Severity,
}

impl Waiver {
    /// Whether this finding is meant.
    fn is_for(&self, finding: &Finding) -> bool {
        let says_which = !(self.at.trim().is_empty() && self.about.trim().is_empty());
        let place = &finding.source;
        let cells = place.cells.to_string();
        let at = self.at.trim();
        let is_there = at.is_empty() || at == cells || at == format!("{}!{cells}", place.sheet);
        let about = self.about.trim();
        let says_it = finding.message.contains(about) || finding.english.contains(about);
        says_which
            && !self.reason.trim().is_empty()
            && self.code == finding.code
            && finding.code != Code::Question
            && is_there
            && says_it
    }
}

impl Evaluation {
    /// Waives the findings that the waivers mean. Gives the waivers that met nothing: what they were for has changed.
    pub fn waive<'w>(&mut self, waivers: &'w [Waiver], lang: Lang) -> Vec<&'w Waiver> {
        let mut met = vec![false; waivers.len()];
        for finding in self.findings.iter_mut().filter(|finding| finding.waived.is_none()) {
            let Some(position) = waivers.iter().position(|waiver| waiver.is_for(finding)) else {
                continue;
            };
            met[position] = true;
            let reason = waivers[position].reason.trim().to_owned();
            let said = match lang {
                Lang::Zh => format!("（已豁免：{reason}）"),
                Lang::En => format!(" (waived: {reason})"),
            };
            finding.message.push_str(&said);
            finding.waived = Some(Waived { reason, severity: finding.severity });
            finding.severity = Severity::Info;
        }
        waivers.iter().zip(met).filter(|(_, met)| !met).map(|(waiver, _)| waiver).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Indicator, Rules, Submission, evaluate};

    fn evaluation() -> Evaluation {
        let mut submission = Submission::project("项目", 2021);
        for name in ["甲", "乙"] {
            submission.indicators.push(Indicator {
                path: vec!["产出指标".to_owned(), name.to_owned()],
                target: "≥100".to_owned(),
                actual: Some("90".to_owned()),
                weight: Some(45.into()),
                ..Indicator::default()
            });
        }
        let rules = Rules::builtin("mof-2020-10").expect("rules");
        evaluate(&submission, &rules).expect("an evaluation")
    }

    fn waiver(code: Code, at: &str, about: &str, reason: &str) -> Waiver {
        Waiver { code, at: at.to_owned(), about: about.to_owned(), reason: reason.to_owned() }
    }

    #[test]
    fn a_waived_finding_stays_listed_and_no_longer_fails() {
        let mut evaluation = evaluation();
        assert!(evaluation.has_errors());
        let count = evaluation.findings.len();
        let waivers = [
            waiver(Code::ReasonMissing, "", "甲", "已在报告正文说明"),
            waiver(Code::ReasonMissing, "", "乙", "同上"),
        ];
        assert!(evaluation.waive(&waivers, Lang::Zh).is_empty());
        assert!(!evaluation.has_errors());
        assert_eq!(evaluation.findings.len(), count);
        let waived: Vec<&Finding> =
            evaluation.findings.iter().filter(|finding| finding.waived.is_some()).collect();
        assert_eq!(waived.len(), 2);
        assert!(waived[0].message.ends_with("（已豁免：已在报告正文说明）"));
        assert_eq!(waived[0].waived.as_ref().map(|w| w.severity), Some(Severity::Error));
    }

    #[test]
    fn a_waiver_has_to_say_which_and_why() {
        for (waiver, why) in [
            (waiver(Code::ReasonMissing, "", "", "全部豁免"), "it says not which"),
            (waiver(Code::ReasonMissing, "", "甲", " "), "it has no reason"),
            (waiver(Code::ReasonMissing, "E17", "甲", "理由"), "it is somewhere else"),
            (waiver(Code::ScoreDiffers, "", "甲", "理由"), "it is another code"),
        ] {
            let mut evaluation = evaluation();
            let waivers = [waiver];
            assert_eq!(evaluation.waive(&waivers, Lang::Zh).len(), 1, "{why}");
            assert!(evaluation.has_errors(), "{why}");
        }
    }
}
