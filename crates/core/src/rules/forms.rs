//! Which layout the form of a subject has and which outline its report: what a rule file names, or the rules it extends.
//!
//! * In: the keys `layout` and `outline` of a rule file. Out: [`Forms`].
//! * Rule: a name is the id of a built-in layout or outline, or a file beside the rule file (`….toml`).
//! * Never: opens a file; whoever loads the rule file hands in how.

use super::layout::{self, Layout};
use super::outline::{self, Outline};
use super::reader::{Keys, Source, did_you_mean};
use super::suggest::nearest;
use super::{Mistake, Rules};
use crate::SubjectKind;
use std::fmt::Write;
use std::sync::Arc;

/// The text of a file beside the rule file, or why there is none, in Chinese and in English.
pub type Beside<'f> = &'f dyn Fn(&str) -> Result<String, (String, String)>;

/// What rules have that name none and extend none.
const DEFAULTS: [&str; 4] = ["mof-project", "mof-department", "mof-monitoring", "national"];

/// The forms and the report of some rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Forms {
    project: Arc<Layout>,
    department: Arc<Layout>,
    monitoring: Arc<Layout>,
    outline: Arc<Outline>,
}

impl Rules {
    /// The layout of the form of a subject of this kind.
    pub fn layout(&self, kind: SubjectKind) -> &Arc<Layout> {
        match kind {
            SubjectKind::Project => &self.forms.project,
            SubjectKind::Department => &self.forms.department,
        }
    }

    /// The layout of the form of monitoring during the year.
    pub fn monitoring_layout(&self) -> &Arc<Layout> {
        &self.forms.monitoring
    }

    /// The outline of the report.
    pub fn outline(&self) -> &Arc<Outline> {
        &self.forms.outline
    }
}

/// The forms that a rule file names; those that it does not name are those of the rules it extends.
pub(super) fn forms(
    root: &Keys<'_>,
    source: &Source<'_>,
    base: Option<&Rules>,
    beside: Beside<'_>,
) -> Option<Forms> {
    let base = base.map(|base| &base.forms);
    let named = root.table_or_none("layout");
    let from = |key: &'static str, default: &str, of: fn(&Forms) -> &Arc<Layout>| {
        let named = named.as_ref().filter(|table| table.has(key));
        match (named, base) {
            (Some(table), _) => {
                let kind = Kind { known: &layout::BUILTIN, read: layout::layout };
                kind.of(table, key, source, beside)
            }
            (None, Some(base)) => Some(Arc::clone(of(base))),
            (None, None) => built_in(&layout::BUILTIN, default, layout::layout),
        }
    };
    let [project, department, monitoring, report] = DEFAULTS;
    let project = from("project", project, |forms| &forms.project);
    let department = from("department", department, |forms| &forms.department);
    let monitoring = from("monitoring", monitoring, |forms| &forms.monitoring);
    if let Some(table) = named {
        for key in ["project", "department", "monitoring"] {
            table.text_or_absent(key);
        }
        table.close();
    }
    let outline = match (root.has("outline"), base) {
        (true, _) => {
            let kind = Kind { known: &outline::BUILTIN, read: outline::outline };
            kind.of(root, "outline", source, beside)
        }
        (false, Some(base)) => Some(Arc::clone(&base.outline)),
        (false, None) => built_in(&outline::BUILTIN, report, outline::outline),
    };
    root.text_or_absent("outline");
    Some(Forms {
        project: project?,
        department: department?,
        monitoring: monitoring?,
        outline: outline?,
    })
}

type Read<T> = fn(&str) -> Result<T, Vec<Mistake>>;

fn built_in<T>(known: &[(&str, &str)], id: &str, read: Read<T>) -> Option<Arc<T>> {
    let (_, text) = known.iter().find(|(known, _)| *known == id)?;
    read(text).ok().map(Arc::new)
}

/// A kind of files that rule files name.
struct Kind<'k, T> {
    known: &'k [(&'static str, &'static str)],
    read: Read<T>,
}

impl<T> Kind<'_, T> {
    fn of(
        &self,
        table: &Keys<'_>,
        key: &'static str,
        source: &Source<'_>,
        beside: Beside<'_>,
    ) -> Option<Arc<T>> {
        let name = table.text(key);
        let text = match self.known.iter().find(|(id, _)| *id == name) {
            Some((_, text)) => (*text).to_owned(),
            None if name.ends_with(".toml") => match beside(&name) {
                Ok(text) => text,
                Err((zh, en)) => {
                    table.mistake(
                        key,
                        (format!("“{name}”读不了：{zh}"), format!("{name:?} cannot be read: {en}")),
                    );
                    return None;
                }
            },
            None => {
                let ids: Vec<&str> = self.known.iter().map(|(id, _)| *id).collect();
                let (zh, en) = did_you_mean(nearest(&name, ids.iter().copied()));
                let zh = format!(
                    "没有“{name}”{zh}；内置的有 {}，也可写旁边的文件（.toml）",
                    ids.join("、")
                );
                table.mistake(key, (zh, format!("{name:?} is none of {}{en}; or name a file beside the rule file (.toml)", ids.join(", "))));
                return None;
            }
        };
        match (self.read)(&text) {
            Ok(read) => Some(Arc::new(read)),
            Err(mistakes) => {
                source.mistakes_of(&name, mistakes);
                None
            }
        }
    }
}

/// Without a folder there is no file beside the rules.
pub(super) fn nothing_beside(_: &str) -> Result<String, (String, String)> {
    Err((
        "规则不是从文件读入的，旁边没有文件".to_owned(),
        "these rules were not read from a file, so that nothing lies beside them".to_owned(),
    ))
}

/// The page of all built-in layouts and outlines, and of what may fill them.
pub fn forms_page() -> String {
    let mut page = String::from(
        "# Layouts of forms and outlines of reports\n\nWhat rule files name in `layout` and `outline`; the files are in `crates/core/rules/layouts` and `crates/core/rules/outlines`.\n\n\
         | layout | form | columns of the indicators | state | rests on |\n|---|---|---|---|---|\n",
    );
    for layout in
        layout::BUILTIN.iter().filter_map(|(id, _)| built_in(&layout::BUILTIN, id, layout::layout))
    {
        let titles: Vec<String> =
            layout.indicators.columns.iter().map(|column| column.title.replace('\n', "")).collect();
        let _ = writeln!(
            page,
            "| `{}` | {} | {} | {} | {} |",
            layout.id,
            layout.name,
            titles.join("、"),
            state(layout.verified),
            layout.source
        );
    }
    page.push_str("\n| outline | report | headings of the first level | score, grade | state | rests on |\n|---|---|---|---|---|---|\n");
    for outline in outline::BUILTIN
        .iter()
        .filter_map(|(id, _)| built_in(&outline::BUILTIN, id, outline::outline))
    {
        let first = outline
            .sections
            .iter()
            .filter(|section| section.level == 1 && !section.head.is_empty());
        let heads: Vec<&str> = first.map(|section| section.head.as_str()).collect();
        let wanted = match (outline.score, outline.grade) {
            (true, true) => "both",
            (true, false) => "score",
            (false, true) => "grade",
            (false, false) => "neither",
        };
        let _ = writeln!(
            page,
            "| `{}` | {} | {} | {wanted} | {} | {} |",
            outline.id,
            outline.name,
            heads.join("、"),
            state(outline.verified),
            outline.source
        );
    }
    choices(&mut page, "cells of the head and of the goals", &layout::HeadFill::CHOICES);
    choices(&mut page, "columns of the money block", &layout::MoneyFill::CHOICES);
    choices(&mut page, "rows of the money block (`is`)", &layout::ROWS);
    choices(&mut page, "columns of the indicators", &layout::IndicatorFill::CHOICES);
    choices(&mut page, "sections of a report", &outline::ReportPart::CHOICES);
    page.push_str("| `narrative:…` | what a person wrote under this heading of the input, such as `narrative:重点工作` |\n");
    page
}

fn choices<T, const N: usize>(page: &mut String, of: &str, choices: &layout::Choices<T, N>) {
    let _ = writeln!(page, "\nWhat may fill {of}:\n\n| word | meaning |\n|---|---|");
    for (word, meaning, _) in choices {
        let _ = writeln!(page, "| `{word}` | {meaning} |");
    }
}

fn state(verified: bool) -> &'static str {
    if verified { "compared with the official form" } else { "not verified" }
}
