//! The page of a rule file: everything in it comes from the file, except what a heading means.
//!
//! * In: rules, and those that they extend. Out: Markdown; of extended rules only what differs.
//! * Never: says more of a document than its file does.

use super::{Band, Block, CardRow, OverTarget, RowKind, Rules, ScoreRule};
use crate::Ratio;
use crate::formula::in_chinese;
use rust_decimal::Decimal;
use std::cmp::Ordering;
use std::fmt::Write;

impl Rules {
    /// The page of these rules, with `#` and deeper headings.
    pub fn page(&self) -> String {
        let base = self.header.extends.as_deref().and_then(|id| Rules::builtin(id).ok());
        let mut page = Page { rules: self, base: base.as_ref(), text: String::new() };
        page.head();
        page.blocks();
        page.scores();
        page.card();
        page.facts();
        page.lights();
        page.grades();
        page.settings();
        page.text
    }
}

struct Page<'r> {
    rules: &'r Rules,
    base: Option<&'r Rules>,
    text: String,
}

impl Page<'_> {
    fn line(&mut self, line: impl AsRef<str>) {
        let _ = writeln!(self.text, "{}", line.as_ref());
    }

    fn head(&mut self) {
        let header = &self.rules.header;
        let year = |year: Option<i32>| year.map_or_else(|| "…".to_owned(), |year| year.to_string());
        let mut rows = vec![
            ("title", header.title.clone()),
            ("document", header.document.clone()),
            ("issued by, for", format!("{}, {}", header.issuer, header.region)),
            ("years", format!("{} – {}", year(header.years.0), year(header.years.1))),
            ("subjects", header.subjects.join(", ")),
            ("state", format!("**{}**", state(header.verified))),
            ("last looked at", header.checked.clone()),
            ("rests on", header.source.clone()),
        ];
        let of = |kind: crate::SubjectKind, word: &str| {
            let fits = header.subjects.iter().any(|subject| subject == word);
            fits.then(|| format!("`{}` ({word})", self.rules.layout(kind).id))
        };
        let forms = [
            (crate::SubjectKind::Project, "project"),
            (crate::SubjectKind::Department, "department"),
        ];
        let forms: Vec<String> =
            forms.into_iter().filter_map(|(kind, word)| of(kind, word)).collect();
        rows.push((
            "form layout, report outline",
            format!("{}; `{}`", forms.join(", "), self.rules.outline().id),
        ));
        if let Some(extends) = &header.extends {
            rows.push(("extends", format!("`{extends}`; only what differs is listed below")));
        }
        self.line(format!("# `{}`\n\n| | |\n|---|---|", header.id));
        for (name, value) in rows {
            self.line(format!("| {name} | {value} |"));
        }
        self.line("");
    }

    fn blocks(&mut self) {
        if self.base.is_some_and(|base| base.blocks == self.rules.blocks) {
            return;
        }
        self.line("## Weights\n\n| block | weight | rests on |\n|---|--:|---|");
        for block in &self.rules.blocks {
            let Block { name, weight, note, scaled, .. } = block;
            let scaled =
                if *scaled { " (printed weights are brought to it in proportion)" } else { "" };
            self.line(format!("| {name}{scaled} | {weight} | {note} |"));
        }
        self.line("");
    }

    fn scores(&mut self) {
        let known = self.base.map(|base| base.scores.as_slice()).unwrap_or_default();
        let own: Vec<&ScoreRule> =
            self.rules.scores.iter().filter(|score| !known.contains(score)).collect();
        if own.is_empty() {
            return;
        }
        self.line("## Scores\n");
        for rule in own {
            let ScoreRule { id, formula, article, verified, note, .. } = rule;
            let (rows, formula) = (rows_of(rule), formula.source());
            let reading = in_chinese(formula);
            self.line(format!(
                "### `{id}`\n\nRows: {rows}\n\n```text\n{formula}\n{reading}\n```\n"
            ));
            self.line(format!("Article: {} ({}). {note}\n", or_dash(article), state(*verified)));
            if !rule.bands.is_empty() {
                self.line(
                    "| band | from | to | default until a person judges |\n|---|--:|--:|--:|",
                );
                rule.bands.iter().for_each(|band| self.line(band_row(band)));
                self.line("");
            }
        }
    }

    fn card(&mut self) {
        let known = self.base.map(|base| base.card.as_slice()).unwrap_or_default();
        let own: Vec<&CardRow> =
            self.rules.card.iter().filter(|row| !known.contains(row)).collect();
        if own.is_empty() {
            return;
        }
        self.line("## Indicators\n");
        for row in own {
            let CardRow { id, path, article, verified, note, .. } = row;
            self.line(format!("### `{id}`: {}\n\n{}\n", path.join(" / "), worth(row)));
            let formulas = [("measured", &row.measured), ("score", &row.formula)];
            let formulas: Vec<String> = formulas
                .iter()
                .filter_map(|(name, formula)| {
                    let source = formula.as_ref()?.source();
                    Some(format!("{name} = {source}\n{}", in_chinese(source)))
                })
                .collect();
            if !formulas.is_empty() {
                self.line(format!("```text\n{}\n```\n", formulas.join("\n")));
            }
            let marks: Vec<String> = row
                .marks
                .iter()
                .map(|(word, up_to)| format!("{word} up to {}", percent(*up_to)))
                .collect();
            let marks =
                if marks.is_empty() { String::new() } else { format!(" {}.", marks.join(", ")) };
            self.line(format!(
                "Article: {} ({}).{marks} {note}\n",
                or_dash(article),
                state(*verified)
            ));
        }
    }

    fn facts(&mut self) {
        let facts = self.rules.facts_needed();
        if facts.is_empty() || self.base.is_some_and(|base| base.facts_needed() == facts) {
            return;
        }
        self.line("## Facts\n\nWhat the formulas ask for beside the ledger, by name and column of a table 基础数据:\n");
        let mut names: Vec<(String, Vec<String>)> = Vec::new();
        for fact in facts {
            match names.iter_mut().find(|(name, _)| *name == fact.name) {
                Some((_, columns)) => columns.extend(fact.column),
                None => names.push((fact.name, fact.column.into_iter().collect())),
            }
        }
        for (name, columns) in names {
            let columns = if columns.is_empty() {
                String::new()
            } else {
                format!(": {}", columns.join("、"))
            };
            self.line(format!("- {name}{columns}"));
        }
        self.line("");
    }

    fn lights(&mut self) {
        let known = self.base.map(|base| base.lights.as_slice()).unwrap_or_default();
        if self.rules.lights.is_empty() || self.rules.lights == known {
            return;
        }
        self.line("## Warning lights\n\n| light | shown where this is not 0 | meaning | rests on |\n|---|---|---|---|");
        for light in &self.rules.lights {
            let when = light.when.source();
            self.line(format!(
                "| {} | `{when}` | {} | {} |",
                light.colour.words().1,
                light.chinese,
                light.note
            ));
        }
        self.line("");
    }

    fn grades(&mut self) {
        if self.base.is_some_and(|base| base.grades == self.rules.grades) {
            return;
        }
        self.line("## Grades\n\n| grade | total from |\n|---|--:|");
        for grade in &self.rules.grades {
            let word = if grade.word.is_empty() { "—" } else { &grade.word };
            self.line(format!("| {word} | {} |", grade.from));
        }
        self.line("");
    }

    fn settings(&mut self) {
        let settings = &self.rules.settings;
        if let Some(monitoring) = &self.rules.monitoring {
            let (causes, words) =
                (monitoring.causes.join("、"), monitoring.possibilities.join("、"));
            self.line(format!(
                "## Monitoring\n\nThrough month {}; causes: {causes}; possibilities: {words}. {}\n",
                monitoring.through, monitoring.note
            ));
        }
        if self.base.is_some_and(|base| base.settings == *settings) {
            return;
        }
        self.line("## Settings\n");
        let base = self.rules.setting("execution_base");
        let band = format!("{:?}", settings.default_band).to_lowercase();
        let not_applicable = self.rules.setting("not_applicable");
        let (reason, far, ahead) = (
            percent(settings.reason_below),
            percent(settings.far_exceeded),
            percent(settings.ahead_of_money),
        );
        for line in [
            format!(
                "base of the execution rate: {base} budget, else the other one (`base-assumed`)"
            ),
            format!("decimals of a score: {}", settings.score_decimals),
            format!("a reason is demanded below an execution rate of {reason} (`reason-missing`)"),
            format!(
                "a reason is demanded where the budget was changed during the year: {}",
                yes(settings.reason_for_adjustment)
            ),
            format!("a target counts as far exceeded at {far} above it (`target-far-exceeded`)"),
            format!("scores run ahead of the money beyond {ahead} (`score-ahead-of-money`)"),
            format!("words that no band knows stand, until a person judges, in the band `{band}`"),
            format!("the weight of a row that does not apply: {not_applicable}"),
            format!(
                "the score of the execution rate stops at its weight: {}",
                yes(settings.execution_capped)
            ),
        ] {
            self.line(format!("- {line}"));
        }
        if settings.over_target == OverTarget::Deduct {
            self.line("- a target that is exceeded by far is scored by the rule for such rows");
        }
        if !settings.score_shown {
            self.line("- no total and no grade are wanted");
        }
        self.line("");
    }
}

fn state(verified: bool) -> &'static str {
    if verified { "read in the official text" } else { "not verified" }
}

fn yes(flag: bool) -> &'static str {
    if flag { "yes" } else { "no" }
}

fn or_dash(article: &str) -> &str {
    if article.is_empty() { "—" } else { article }
}

/// A share as it stands: 12.5 % stays 12.5 %.
fn percent(share: Decimal) -> String {
    let scale = (share * Decimal::ONE_HUNDRED).normalize().scale();
    Ratio::from(share).percent(scale)
}

/// What a row of a scorecard is worth.
fn worth(row: &CardRow) -> String {
    match (row.weight, row.judged) {
        (Some(weight), true) => format!("{weight} points, scored by a person."),
        (Some(weight), false) => format!("{weight} points."),
        (None, _) if row.only_printed => {
            "Scored where a form prints it, with the weight it prints.".to_owned()
        }
        (None, _) => "Shown, not scored.".to_owned(),
    }
}

fn rows_of(rule: &ScoreRule) -> String {
    let fit = &rule.fit;
    let mut parts = vec![fit.kind.id().to_owned()];
    if let Some(block) = &fit.block {
        parts.push(format!("of {block}"));
    }
    if fit.kind == RowKind::Quantity {
        let directions: Vec<&str> = fit.directions.iter().map(|direction| direction.id()).collect();
        parts.push(directions.join(" or "));
    }
    if matches!(fit.kind, RowKind::Quantity | RowKind::Range) {
        let word = |sign: &Ordering| match sign {
            Ordering::Greater => "above 0",
            Ordering::Equal => "0",
            Ordering::Less => "below 0",
        };
        let signs: Vec<&str> = fit.signs.iter().map(word).collect();
        parts.push(format!("target {}", signs.join(" or ")));
    }
    parts.join(", ")
}

impl ScoreRule {
    /// Which rows it scores, in Chinese.
    pub fn rows_in_chinese(&self) -> String {
        let kind = match self.fit.kind {
            RowKind::Execution => "预算执行率",
            RowKind::Quantity => "数量指标",
            RowKind::Range => "区间指标",
            RowKind::Day => "时限指标",
            RowKind::YesNo => "是否类指标",
            RowKind::Qualitative => "定性指标",
        };
        let mut parts = vec![kind.to_owned()];
        if let Some(block) = &self.fit.block {
            parts.insert(0, format!("{block}中的"));
        }
        if self.fit.kind == RowKind::Quantity {
            let signs: Vec<&str> = self.fit.directions.iter().map(|d| d.sign()).collect();
            parts.push(format!("，指标值为 {}", signs.join(" ")));
        }
        if matches!(self.fit.kind, RowKind::Quantity | RowKind::Range) && self.fit.signs.len() < 3 {
            let word = |sign: &Ordering| match sign {
                Ordering::Greater => "正数",
                Ordering::Equal => "0",
                Ordering::Less => "负数",
            };
            let signs: Vec<&str> = self.fit.signs.iter().map(word).collect();
            parts.push(format!("，数值为{}", signs.join("或")));
        }
        parts.concat()
    }
}

fn band_row(band: &Band) -> String {
    let [from, to, default] = [band.from, band.to, band.default].map(percent);
    format!("| {} | {from} | {to} | {default} |", band.word)
}
