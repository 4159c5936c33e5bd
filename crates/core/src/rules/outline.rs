//! The outline of a report as data: its headings with their numbering, and the name of what fills each section.
//!
//! * In: the text of an outline file. Out: [`Outline`], which the report's writer follows section by section.
//! * Rule: headings are those of the place and year; what may fill a section is a closed list.
//! * Never: a sentence of a report, or a heading of a place in code.

use super::Mistake;
use super::layout::Choices;
use super::reader::{Keys, Source, document};

/// The outlines that are built in.
pub(super) const BUILTIN: [(&str, &str); 4] = [
    ("national", include_str!("../../rules/outlines/national.toml")),
    ("guangdong", include_str!("../../rules/outlines/guangdong.toml")),
    ("huangpu-2021", include_str!("../../rules/outlines/huangpu-2021.toml")),
    ("yunnan", include_str!("../../rules/outlines/yunnan.toml")),
];

/// The ids of the built-in outlines.
pub fn builtin_ids() -> impl Iterator<Item = &'static str> {
    BUILTIN.iter().map(|(id, _)| *id)
}

/// What a section is filled with that is a text of a person: `narrative:` and the heading of the text.
const NARRATIVE: &str = "narrative:";
/// Headings deeper than this have no numbering of their own.
const DEEPEST: i64 = 4;

/// The outline of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Outline {
    /// The id that rule files name.
    pub id: String,
    /// What the report is called in lists.
    pub name: String,
    /// What the outline rests on.
    pub source: String,
    /// Whether it was compared with the official one.
    pub verified: bool,
    /// The title; `{department}`, `{project}` and `{year}` stand for the subject's.
    pub title: String,
    /// Whether the report states the score.
    pub score: bool,
    /// Whether the report states the grade.
    pub grade: bool,
    /// How the headings of each level are numbered, the highest first.
    pub numbering: Vec<Numbering>,
    /// The sections in their order.
    pub sections: Vec<Section>,
}

/// A heading and what stands below it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Section {
    /// 1 for the highest level.
    pub level: u32,
    /// The heading without its number; empty for text before the first one.
    pub head: String,
    /// What fills it, in this order; nothing where only deeper headings follow.
    pub fill: Vec<Filling>,
}

/// How headings of a level are numbered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Numbering {
    /// 一、
    Chinese,
    /// （一）
    ChineseInBrackets,
    /// 1.
    Figures,
    /// （1）
    FiguresInBrackets,
    /// No number.
    None,
}

/// What fills a section.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Filling {
    /// A text that a person wrote under a heading of the input, such as 重点工作.
    Narrative(String),
    /// What the evaluation gives.
    Part(ReportPart),
}

/// What an evaluation gives a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReportPart {
    /// Which rules and data the evaluation rests on.
    Basis,
    /// The goal set before the year.
    Goal,
    /// What came of it.
    Outcome,
    /// Budget, executed amount and rate in one sentence.
    SpendingSentence,
    /// The table of execution by item.
    ExecutionTable,
    /// From the initial to the adjusted budget.
    Bridge,
    /// Quantity and rate variance by item.
    Drivers,
    /// Score and grade, as far as the outline wants them.
    Conclusion,
    /// Target and actual of every indicator in sentences.
    IndicatorCompletion,
    /// The table of indicators with their scores.
    IndicatorTable,
    /// The rows of one part of a scorecard; named by the heading.
    ScorecardPart,
    /// The common indicators.
    CommonIndicators,
    /// The facts that were used.
    Facts,
    /// Why money was left and targets were missed, numbered.
    Causes,
    /// What is done about each cause, under the same numbers.
    Measures,
    /// What a person should know before it is handed in.
    Findings,
    /// The form as an annex.
    Form,
}

impl ReportPart {
    /// Every choice.
    pub const CHOICES: Choices<ReportPart, 17> = [
        ("basis", "which rules and data the evaluation rests on", ReportPart::Basis),
        ("goal", "the goal set before the year", ReportPart::Goal),
        ("outcome", "what came of it", ReportPart::Outcome),
        (
            "spending-sentence",
            "budget, executed amount and rate in one sentence",
            ReportPart::SpendingSentence,
        ),
        ("execution-table", "the table of execution by item", ReportPart::ExecutionTable),
        ("bridge", "from the initial to the adjusted budget", ReportPart::Bridge),
        ("drivers", "quantity and rate variance by item", ReportPart::Drivers),
        ("conclusion", "score and grade, as far as the outline wants them", ReportPart::Conclusion),
        (
            "indicator-completion",
            "target and actual of every indicator in sentences",
            ReportPart::IndicatorCompletion,
        ),
        (
            "indicator-table",
            "the table of indicators with their scores",
            ReportPart::IndicatorTable,
        ),
        (
            "scorecard-part",
            "the rows of the scorecard whose level is the heading",
            ReportPart::ScorecardPart,
        ),
        (
            "common-indicators",
            "the common indicators that are shown and not scored",
            ReportPart::CommonIndicators,
        ),
        ("facts", "the facts (基础数据) that were used", ReportPart::Facts),
        ("causes", "why money was left and targets were missed, numbered", ReportPart::Causes),
        ("measures", "what is done about each cause, under the same numbers", ReportPart::Measures),
        ("findings", "what a person should know before it is handed in", ReportPart::Findings),
        ("form", "the form as an annex", ReportPart::Form),
    ];
}

impl Numbering {
    /// Every choice.
    pub const CHOICES: Choices<Numbering, 5> = [
        ("一、", "Chinese figures", Numbering::Chinese),
        ("（一）", "Chinese figures in brackets", Numbering::ChineseInBrackets),
        ("1.", "figures", Numbering::Figures),
        ("（1）", "figures in brackets", Numbering::FiguresInBrackets),
        ("none", "no number", Numbering::None),
    ];
}

impl Filling {
    /// As outline files write it.
    pub fn id(&self) -> String {
        match self {
            Filling::Narrative(heading) => format!("{NARRATIVE}{heading}"),
            Filling::Part(part) => {
                let of = ReportPart::CHOICES.iter().find(|(.., choice)| choice == part);
                of.map_or_else(String::new, |(id, ..)| (*id).to_owned())
            }
        }
    }
}

/// The outline of a file.
pub(super) fn outline(text: &str) -> Result<Outline, Vec<Mistake>> {
    let (table, broken) = document(text);
    let source = Source::new(text);
    for (at, message) in broken {
        source.mistake(at, message);
    }
    let root = source.keys(&table, "the file", 0);
    if root.whole("schema") != Some(1) {
        root.mistake(
            "schema",
            (
                "应写 `schema = 1`，这是本程序能读的提纲文件格式",
                "`schema = 1` is the form of outline files this program reads; add it",
            ),
        );
    }
    let numbering: Vec<(&str, Numbering)> =
        Numbering::CHOICES.iter().map(|(word, _, choice)| (*word, *choice)).collect();
    let outline = Outline {
        id: root.text("id"),
        name: root.text("name"),
        source: root.text("source"),
        verified: root.flag("verified"),
        title: root.text("title"),
        score: root.flag("score"),
        grade: root.flag("grade"),
        numbering: root.choices("numbering", &numbering),
        sections: sections(&root),
    };
    if outline.numbering.is_empty() {
        root.mistake("numbering", ("`numbering` 须写各级标题的编号，如 [\"一、\", \"（一）\", \"1.\"]", "`numbering` says how each level is numbered, such as [\"一、\", \"（一）\", \"1.\"]"));
    }
    if outline.sections.is_empty() {
        root.mistake(
            "section",
            ("提纲至少有一个 [[section]]", "an outline has at least one [[section]]"),
        );
    }
    root.close();
    let mistakes = source.mistakes();
    if mistakes.is_empty() { Ok(outline) } else { Err(mistakes) }
}

fn sections(root: &Keys<'_>) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    for table in root.tables("section") {
        let level = table.whole("level");
        let deepest =
            sections.last().map_or(1, |section| i64::from(section.level) + 1).min(DEEPEST);
        if !level.is_some_and(|level| (1..=deepest).contains(&level)) {
            table.mistake("level", (
                format!("此处 `level` 应为 1 至 {deepest}：第一节为 1，下一节至多深一级"),
                format!("`level` is 1 to {deepest} here: the first section has 1, the next at most one more"),
            ));
        }
        let fill = fillings(&table);
        sections.push(Section {
            level: level.and_then(|level| u32::try_from(level).ok()).unwrap_or(1),
            head: table.text("head"),
            fill,
        });
        table.close();
    }
    sections
}

fn fillings(table: &Keys<'_>) -> Vec<Filling> {
    let mut words: Vec<(String, Filling)> = ReportPart::CHOICES
        .iter()
        .map(|(word, _, part)| ((*word).to_owned(), Filling::Part(*part)))
        .collect();
    // What a person writes is called by the heading of the text, so every name with the prefix is known.
    for text in table.texts("fill") {
        if let Some(heading) = text.strip_prefix(NARRATIVE).filter(|heading| !heading.is_empty()) {
            words.push((text.clone(), Filling::Narrative(heading.to_owned())));
        }
    }
    let known: Vec<(&str, usize)> =
        words.iter().enumerate().map(|(at, (word, _))| (word.as_str(), at)).collect();
    table.choices("fill", &known).into_iter().map(|at| words[at].1.clone()).collect()
}
