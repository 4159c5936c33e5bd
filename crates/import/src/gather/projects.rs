//! Forms of projects against the ledger of their department, line by line.
//!
//! * In: all submissions of a file. Out: findings where a form and the ledger disagree about the same project.
//! * A project is told by its code, then by its name, then by a like name that is listed.
//! * Never: changes an amount of either.

use super::matching::{self, At};
use super::{Gathered, beside, journal};
use crate::fold;
use jixiao_core::{Amount, Amounts, Budget, Code, Finding, Severity, SubjectKind};

/// A project's form against the ledger lines of the same code or name.
pub fn reconcile(gathered: &mut [Gathered]) {
    let (mut departments, mut projects): (Vec<&mut Gathered>, Vec<&mut Gathered>) = gathered
        .iter_mut()
        .partition(|found| found.submission.subject.kind == SubjectKind::Department);
    let budgets: Vec<&Budget> =
        departments.iter_mut().map(|found| &found.submission.budget).collect();
    for project in &mut projects {
        let found = project_lines(&project.submission.subject.name, &budgets);
        let Some(((budget, first), like)) = found.first().copied().map(|one| (one.0, one.1)) else {
            continue;
        };
        let budget = budgets[budget];
        let own = &project.submission.budget;
        let at = beside::cell(own, 0, Amount::Executed);
        let (name, label) = (&project.submission.subject.name, budget.lines[first].name());
        let mut said = Vec::new();
        if like {
            let zh = format!(
                "自评表“{name}”按相近的名称与台账的“{label}”核对；不是同一项目的请写全名称"
            );
            let en = format!(
                "the form {name:?} is compared with the ledger's {label:?} by its like name; write the full name if it is another project"
            );
            let info = Finding::new(Code::Reconciliation, at, zh, en).with_severity(Severity::Info);
            said.push(info.with_related(beside::cell(budget, first, Amount::Executed)));
        }
        let of = |((budget, line), _): &(At, bool)| &budgets[*budget].lines[*line].amounts;
        let ledger = Amounts::sum(found.iter().map(of));
        let form = Amounts::sum(own.lines.iter().map(|line| &line.amounts));
        let sides = [(own.last_place, own.lines.len()), (budget.last_place, found.len())];
        for amount in Amount::ALL {
            let (Some(one), Some(two)) = (form.get(amount), ledger.get(amount)) else { continue };
            if journal::within_rounding(one - two, &sides) {
                continue;
            }
            let (word, unit) = (own.unit.word(), own.unit);
            let [one, two, off] = [one, two, two - one].map(|money| money.display_exact(unit));
            let zh = format!(
                "自评表的{}为 {one} {word}，台账同一项目“{label}”为 {two} {word}，相差 {off} {word}；本表按自评表计算，请核对",
                amount.chinese()
            );
            let en = format!(
                "the form gives {one} {word} as {}, the ledger {two} {word} for the same project {label:?}, a difference of {off} {word}; the form is used, please check",
                amount.english()
            );
            let finding = Finding::new(Code::Reconciliation, beside::cell(own, 0, amount), zh, en);
            said.push(finding.with_related(beside::cell(budget, first, amount)));
        }
        project.findings.extend(said);
    }
}

/// The lines of a project: which budget, which line; and whether only their like name tells it.
fn project_lines(name: &str, budgets: &[&Budget]) -> Vec<(At, bool)> {
    let all = || {
        let lines = |(number, budget): (usize, &&Budget)| {
            let names = budget.lines.iter().map(|line| matching::folded(line.name()));
            names.enumerate().map(move |(line, name)| ((number, line), name)).collect::<Vec<_>>()
        };
        budgets.iter().enumerate().flat_map(lines)
    };
    let folded = matching::folded(name);
    let code: String = fold::plain(name).chars().take_while(char::is_ascii_alphanumeric).collect();
    let coded = |(budget, line): At| {
        let own = budgets[budget].lines[line].codes.project.as_deref().map(fold::plain);
        own.is_some_and(|own| own == code)
    };
    let by_code: Vec<(At, bool)> =
        all().filter(|(at, _)| coded(*at)).map(|(at, _)| (at, false)).collect();
    let by_name = || all().filter(|(_, own)| *own == folded).map(|(at, _)| (at, false)).collect();
    let found: Vec<(At, bool)> = if by_code.is_empty() { by_name() } else { by_code };
    if !found.is_empty() {
        return found;
    }
    let like =
        |own: &str| matching::abbreviates(own, &folded) || matching::abbreviates(&folded, own);
    let found: Vec<(At, String)> = all().filter(|(_, own)| like(own)).collect();
    let one_name = found.windows(2).all(|pair| pair[0].1 == pair[1].1);
    if one_name { found.into_iter().map(|(at, _)| (at, true)).collect() } else { Vec::new() }
}
