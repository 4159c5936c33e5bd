//! Which rules a submission is evaluated with, who chose them and why.
//!
//! * In: the command line, what a file of answers or the ledger's own settings say, year and kind of subject, the rule files
//!   that there are. Out: rules, with a question where several fit.
//! * Rule: the command line, then rules that are named, then the region that is stated, then the national ones.
//! * Never: takes a region from a name, or rules that several fit without asking.

use crate::error::CliError;
use crate::rules::{self, DEFAULT};
use jixiao_core::{
    Choice, ChosenBy, Code, Finding, Place, Question, Rules, RulesError, Setting, Severity,
    SubjectKind, Submission, evaluate,
};
use jixiao_import::Answers;
use std::path::{Path, PathBuf};

/// Rules, and how they were chosen.
pub struct Chosen {
    pub rules: Rules,
    pub by: ChosenBy,
    /// Where it was said.
    pub at: Place,
    pub findings: Vec<Finding>,
}

/// The rule files that a run may use: the built-in ones and those in `rules/` beside the inputs and the answers.
pub struct Shelf {
    folders: Vec<PathBuf>,
}

impl Shelf {
    /// For inputs and a file of answers.
    pub fn beside<'p>(files: impl IntoIterator<Item = &'p Path>) -> Shelf {
        let mut folders: Vec<PathBuf> = Vec::new();
        for file in files {
            let folder = file.with_file_name("rules");
            if folder.is_dir() && !folders.contains(&folder) {
                folders.push(folder);
            }
        }
        Shelf { folders }
    }

    /// Rules by id, or from a file when the name ends in `.toml`.
    pub fn load(&self, name: &str) -> Result<Rules, CliError> {
        if name.ends_with(".toml") || Rules::builtin_ids().contains(&name) {
            return rules::load(name);
        }
        let own = self.own()?;
        let mut known: Vec<String> =
            Rules::builtin_ids().iter().map(|id| (*id).to_owned()).collect();
        known.extend(own.iter().map(|rules| rules.id().to_owned()));
        own.into_iter()
            .find(|rules| rules.id() == name)
            .ok_or_else(|| CliError::Rules(RulesError::Unknown { id: name.to_owned(), known }))
    }

    /// The office's own rule files, in the order of their names. One that is not right ends the run with its name.
    fn own(&self) -> Result<Vec<Rules>, CliError> {
        let mut found = Vec::new();
        for folder in &self.folders {
            let read = |cause| CliError::Read { path: folder.clone(), cause };
            let mut files = Vec::new();
            for entry in std::fs::read_dir(folder).map_err(read)? {
                files.push(entry.map_err(read)?.path());
            }
            files.retain(|path| path.extension().is_some_and(|end| end == "toml"));
            files.sort();
            for path in files {
                found.push(rules::load_file(&path)?);
            }
        }
        Ok(found)
    }

    /// The rules that hold in a region for this subject and year; the office's own go before those that are built in.
    fn fitting(&self, region: &str, submission: &Submission) -> Result<Vec<Rules>, CliError> {
        let fits = |rules: &Rules| {
            rules.are_of(region)
                && rules.are_for(submission.subject.kind)
                && rules.hold_in(submission.budget_year)
        };
        let mut own = self.own()?;
        own.retain(fits);
        if own.is_empty() {
            for id in Rules::builtin_ids() {
                own.extend(Some(rules::load(id)?).filter(fits));
            }
        }
        Ok(own)
    }
}

/// The rules for a submission.
pub fn choose(
    asked: Option<&str>,
    submission: &Submission,
    shelf: &Shelf,
    answers: &Answers,
) -> Result<Chosen, CliError> {
    let plain = |rules, by, at: &Place| Chosen { rules, by, at: at.clone(), findings: Vec::new() };
    if let Some(asked) = asked {
        return Ok(plain(shelf.load(asked)?, ChosenBy::CommandLine, &Place::default()));
    }
    let default = rules::load(DEFAULT)?;
    let said = |key: &str| -> Vec<&Setting> {
        let settings = submission.settings.iter();
        settings.filter(|setting| default.words().setting(&setting.key) == Some(key)).collect()
    };
    let mut findings = Vec::new();
    for setting in said("rules") {
        let (name, place) = (setting.value.trim(), &setting.source);
        // A file of answers names no sheet. What it names has to be there; a ledger's table may be wrong about it.
        if place.sheet.is_empty() {
            return Ok(plain(shelf.load(name)?, ChosenBy::Answers, place));
        }
        match named_by_table(name, shelf)? {
            Some(rules) => {
                return Ok(Chosen { findings, ..plain(rules, ChosenBy::SettingsTable, place) });
            }
            None => findings.push(no_such_rules(setting)),
        }
    }
    let Some(region) = said("region").first().copied() else {
        // Rules that were named and are not there: others would give a total that nobody asked for.
        let by = if findings.is_empty() { ChosenBy::Default } else { ChosenBy::Open };
        return Ok(Chosen { findings, ..plain(default, by, &Place::default()) });
    };
    let fitting = shelf.fitting(region.value.trim(), submission)?;
    let place = &region.source;
    match fitting.as_slice() {
        [] => {
            findings.push(none_fits(region, submission));
            Ok(Chosen { findings, ..plain(default, ChosenBy::Default, place) })
        }
        [only] => Ok(Chosen { findings, ..plain(only.clone(), ChosenBy::Region, place) }),
        several => {
            let question = question(region, submission);
            let given = answers.for_headings(&question.headings);
            let answer = given.get(&question.about);
            let answered = answer.and_then(|id| several.iter().find(|rules| rules.id() == id));
            if let Some(rules) = answered {
                return Ok(Chosen { findings, ..plain(rules.clone(), ChosenBy::Answers, place) });
            }
            findings.push(several_fit(region, submission, several, question)?);
            Ok(Chosen { findings, ..plain(default, ChosenBy::Open, place) })
        }
    }
}

/// The rules that a ledger's own table names, by id or document number. A path is none of its business.
fn named_by_table(name: &str, shelf: &Shelf) -> Result<Option<Rules>, CliError> {
    if name.ends_with(".toml") {
        return Ok(None);
    }
    match shelf.load(name) {
        Ok(rules) => return Ok(Some(rules)),
        Err(CliError::Rules(RulesError::Unknown { .. })) => {}
        Err(other) => return Err(other),
    }
    let mut all = shelf.own()?;
    for id in Rules::builtin_ids() {
        all.push(rules::load(id)?);
    }
    all.retain(|rules| rules.header().document == name || rules.header().title == name);
    Ok(if all.len() == 1 { all.pop() } else { None })
}

fn no_such_rules(setting: &Setting) -> Finding {
    let (name, ids) = (setting.value.trim(), Rules::builtin_ids());
    let (zh, en) = (ids.join("、"), ids.join(", "));
    Finding::new(
        Code::SettingUnknown,
        setting.source.clone(),
        format!("设置中的规则“{name}”没有找到，没有采用。请写规则编号（{zh}，或 rules 文件夹中本单位规则的编号）。"),
        format!("The rules {name:?} of the settings are not there and are not used. Write an id ({en}, or one of the office's own in the folder rules)."),
    )
    .with_severity(Severity::Error)
}

fn kind(submission: &Submission) -> (&'static str, &'static str) {
    match submission.subject.kind {
        SubjectKind::Department => ("部门整体", "departments"),
        SubjectKind::Project => ("项目", "projects"),
    }
}

fn year(submission: &Submission) -> String {
    submission.budget_year.map_or_else(|| "—".to_owned(), |year| year.to_string())
}

fn none_fits(region: &Setting, submission: &Submission) -> Finding {
    let (name, year, (zh, en)) = (region.value.trim(), year(submission), kind(submission));
    Finding::new(
        Code::RuleNotApplicable,
        region.source.clone(),
        format!(
            "没有适用于“{name}”{year} 年{zh}的规则，按 {DEFAULT} 计算。如有本地规则文件，请放入 rules 文件夹或用 --rules 指定。"
        ),
        format!(
            "There are no rules of {name} for {en} in {year}; {DEFAULT} are used. If there is a local rule file, put it into the folder rules or name it with --rules."
        ),
    )
}

/// Under what the answer is kept: it holds for every ledger of the region, year and kind.
fn question(region: &Setting, submission: &Submission) -> Question {
    let (region, year, (_, kind)) = (region.value.trim(), year(submission), kind(submission));
    Question { headings: "rules".to_owned(), about: format!("rules:{region}:{year}:{kind}") }
}

fn several_fit(
    region: &Setting,
    submission: &Submission,
    several: &[Rules],
    question: Question,
) -> Result<Finding, CliError> {
    let mut choices = Vec::new();
    for rules in several {
        let evaluation = evaluate(submission, rules)?;
        let score =
            evaluation.score.map_or_else(|| "暂缺".to_owned(), |score| format!("{score:.2}"));
        let grade = evaluation.grade.unwrap_or_default();
        let title = &rules.header().title;
        choices.push(Choice {
            answer: rules.id().to_owned(),
            effect: format!("{title}：总分 {score} {grade}").trim_end().to_owned(),
        });
    }
    let (name, year, (zh, en)) = (region.value.trim(), year(submission), kind(submission));
    let count = several.len();
    let finding = Finding::new(
        Code::Question,
        region.source.clone(),
        format!(
            "有 {count} 套规则适用于“{name}”{year} 年{zh}，应按哪一套？现暂按 {DEFAULT} 列示，总分和等级暂缺。"
        ),
        format!(
            "{count} rule files fit {en} of {name} in {year}; which is meant? {DEFAULT} are shown meanwhile, without total and grade."
        ),
    );
    Ok(finding.asking(question, choices))
}

/// Who or what chose the rules, as the screen says it.
pub fn why(rules: &jixiao_core::RulesUsed) -> (String, String) {
    let at = match rules.chosen_at.sheet.is_empty() {
        true => rules.chosen_at.file.to_string(),
        false => rules.chosen_at.to_string(),
    };
    match rules.chosen_by {
        ChosenBy::CommandLine => ("指定".to_owned(), "named".to_owned()),
        ChosenBy::Answers => (format!("由 {at} 指定"), format!("named by {at}")),
        ChosenBy::SettingsTable => (format!("由设置 {at} 指定"), format!("named by {at}")),
        ChosenBy::Region => (format!("按地区，{at}"), format!("by the region, {at}")),
        ChosenBy::Open => ("待选定，暂列".to_owned(), "to be chosen, shown meanwhile".to_owned()),
        _ => ("默认".to_owned(), "default".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jixiao_core::Cells;

    const OWN: &str = r#"
        schema = 1
        id = "own"
        extends = "mof-2020-10"
        title = "本区评分表"
        document = "本区通知"
        issuer = "本区财政局"
        region = "黄埔区"
        years = { from = 2020 }
        subjects = ["project", "department"]
        verified = false
        checked = 2026-11-23
        source = "本区通知"
    "#;

    /// What is said, `key=value` of a file of answers and `key=value@` of the ledger's table.
    fn setting(text: &str) -> Setting {
        let (key, value) = text.split_once('=').expect("a key and a value");
        let sheet = if value.ends_with('@') { "设置" } else { "" };
        Setting {
            key: key.to_owned(),
            value: value.trim_end_matches('@').to_owned(),
            source: Place::new("x", sheet, Cells::default()),
        }
    }

    #[test]
    fn the_nearest_word_counts() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(folder.path().join("rules")).expect("a folder");
        std::fs::write(folder.path().join("rules/own.toml"), OWN).expect("a file");
        let file = folder.path().join("台账.xlsx");
        let shelf = Shelf::beside([file.as_path()]);
        let none = Answers::default();
        let mut seen = 0;
        for line in include_str!("choose/cases.txt").lines().filter(|line| !line.starts_with('#')) {
            let parts: Vec<&str> = line.split('|').map(str::trim).collect();
            let [asked, said, year, kind, id, by, code] = parts[..] else { panic!("{line}") };
            let year: i32 = year.parse().expect("a year");
            let mut submission = match kind {
                "project" => Submission::project("某项目", year),
                _ => Submission::department("某局", year),
            };
            submission.settings.extend(said.split_whitespace().map(setting));
            let asked = Some(asked).filter(|asked| !asked.is_empty());
            let chosen = choose(asked, &submission, &shelf, &none).expect("rules");
            let codes: Vec<&str> = chosen.findings.iter().map(|f| f.code.text()).collect();
            let found = (chosen.rules.id(), format!("{:?}", chosen.by), codes.join(" "));
            assert_eq!(found, (id, by.to_owned(), code.to_owned()), "{line}");
            seen += 1;
            let asking = chosen.findings.into_iter().find(|finding| finding.question.is_some());
            if let Some(finding) = asking {
                let (question, choices) = (finding.question, finding.choices.expect("choices"));
                let mut answers = Answers::default();
                answers.give(&question.expect("a key"), &choices[1].answer, "");
                let chosen = choose(None, &submission, &shelf, &answers).expect("rules");
                assert_eq!(chosen.rules.id(), choices[1].answer);
                assert_eq!(chosen.by, ChosenBy::Answers);
            }
        }
        assert_eq!(seen, 18);
        assert!(choose(Some("nope"), &Submission::default(), &shelf, &none).is_err());
        std::fs::write(folder.path().join("rules/bad.toml"), "x = 1").expect("a file");
        let error = choose(Some("own"), &Submission::default(), &shelf, &none);
        let error = error.err().expect("a bad file").to_string();
        assert!(error.starts_with("bad.toml: "), "{error}");
    }
}
