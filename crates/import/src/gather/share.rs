//! Facts and settings that stand on sheets of their own, beside forms or several departments: whose they are.
//!
//! * In: everything gathered. Out: the same without those that hold nothing but facts or settings, which went to the others.
//! * Rule: settings are everybody's; facts are the department's, where there is one only.
//! * Never: gives facts to one of several departments, or makes a subject out of them.

use super::Gathered;
use jixiao_core::{Code, Finding, Severity, SubjectKind};

/// Hands out what stands alone.
pub fn hand_out(gathered: &mut Vec<Gathered>) {
    let alone = |found: &Gathered| {
        let held = &found.submission;
        let named = !held.facts.is_empty() || !held.settings.is_empty();
        named
            && held.budget.rows.is_empty()
            && held.indicators.is_empty()
            && held.drivers.is_empty()
    };
    let (alone, mut rest): (Vec<Gathered>, Vec<Gathered>) = gathered.drain(..).partition(alone);
    if rest.is_empty() {
        *gathered = alone;
        return;
    }
    for found in alone {
        let Gathered { submission, findings, sheets, accounts } = found;
        for other in &mut rest {
            let own = &mut other.submission;
            own.settings.extend(submission.settings.iter().cloned());
            own.budget_year = own.budget_year.or(submission.budget_year);
        }
        let department =
            |found: &Gathered| found.submission.subject.kind == SubjectKind::Department;
        let departments = rest.iter().filter(|found| department(found)).count();
        let single = rest.len() == 1;
        let owner = rest.iter_mut().find(|found| single || departments == 1 && department(found));
        let mut said = findings;
        match (owner, submission.facts.first()) {
            (Some(owner), _) => owner.submission.facts.extend(submission.facts),
            (None, None) => {}
            (None, Some(first)) => {
                let zh = "基础数据没有写明属于哪个部门，文件中有多个评价对象，没有使用；请在表上方写明部门名称";
                let en = "the facts name no department and the file has several subjects; they were not used. Write the department above the table";
                let finding = Finding::new(Code::RowSkipped, first.source.clone(), zh, en);
                said.push(finding.with_severity(Severity::Warning));
            }
        }
        if let Some(first) = rest.first_mut() {
            first.findings.extend(said);
            first.accounts.extend(accounts);
            let new = sheets.into_iter().filter(|sheet| !first.sheets.contains(sheet));
            let new: Vec<usize> = new.collect();
            first.sheets.extend(new);
        }
    }
    *gathered = rest;
}
