//! Compares one JSON document with what a case expects of it, and names every difference.

use crate::case::{Common, Driver, Finding, Indicator, Line, Subject};
use serde_json::Value;

/// Every difference between a document of schema `jixiao.evaluation/1` and what is expected of it.
pub fn differences(expected: &Subject, document: &Value) -> Vec<String> {
    let mut found = Differences(Vec::new());
    found.text("schema", &document["schema"], Some("jixiao.evaluation/1"));
    found.text("subject.name", &document["subject"]["name"], expected.name.as_deref());
    found.text("subject.kind", &document["subject"]["kind"], expected.kind.as_deref());
    found.text("rules.id", &document["rules"]["id"], expected.rules.as_deref());
    if let Some(year) = expected.budget_year {
        found.check("budget_year", &document["budget_year"], document["budget_year"] == year, year);
    }
    for (name, count) in [
        ("lines", expected.lines),
        ("drivers", expected.drivers),
        ("indicators", expected.indicators),
    ] {
        if let Some(count) = count {
            let there = document[name].as_array().map_or(0, Vec::len);
            found.check(&format!("number of {name}"), &there.into(), there == count, count);
        }
    }
    found.text("score", &document["score"], expected.score.as_deref());
    found.number("score_claimed", &document["score_claimed"], expected.score_claimed.as_deref());
    found.text("grade", &document["grade"], expected.grade.as_deref());
    if let Some(totals) = &expected.totals {
        for (key, value) in [
            ("initial_budget", &totals.initial_budget),
            ("additions", &totals.additions),
            ("reductions", &totals.reductions),
            ("transfers", &totals.transfers),
            ("carried_over", &totals.carried_over),
            ("adjusted_budget", &totals.adjusted_budget),
            ("executed", &totals.executed),
            ("variance", &totals.variance),
            ("execution_rate", &totals.execution_rate),
        ] {
            found.text(&format!("totals.{key}"), &document["totals"][key], value.as_deref());
        }
    }
    expected.line.iter().for_each(|line| found.line(line, document));
    expected.driver.iter().for_each(|driver| found.driver(driver, document));
    expected.indicator.iter().for_each(|indicator| found.indicator(indicator, document));
    expected.common.iter().for_each(|common| found.common(common, document));
    found.findings(expected, document);
    found.0
}

struct Differences(Vec<String>);

impl Differences {
    fn check(&mut self, what: &str, there: &Value, right: bool, expected: impl std::fmt::Display) {
        if !right {
            self.0.push(format!("{what}: expected {expected}, found {there}"));
        }
    }

    /// Compares a text exactly; `"null"` expects that there is no value.
    fn text(&mut self, what: &str, there: &Value, expected: Option<&str>) {
        if let Some(expected) = expected {
            let right = if expected == "null" { there.is_null() } else { there == expected };
            self.check(what, there, right, expected);
        }
    }

    /// Compares a decimal text by its value, where the contract fixes no number of places.
    fn number(&mut self, what: &str, there: &Value, expected: Option<&str>) {
        if let Some(expected) = expected {
            let right = match there.as_str() {
                Some(text) => plain(text) == plain(expected),
                None => expected == "null" && there.is_null(),
            };
            self.check(what, there, right, expected);
        }
    }

    fn line(&mut self, expected: &Line, document: &Value) {
        let name = &expected.name;
        let code = |kind: &str, value: &Option<String>, line: &Value| {
            value.as_ref().is_none_or(|value| line["codes"][kind] == value.as_str())
        };
        let line = rows(document, "lines").find(|line| {
            last(&line["path"]) == *name
                && code("function", &expected.function, line)
                && code("economic", &expected.economic, line)
        });
        let Some(line) = line else {
            self.0.push(format!("line {name}: there is none with its codes"));
            return;
        };
        for (key, value) in [
            ("initial_budget", &expected.initial_budget),
            ("additions", &expected.additions),
            ("reductions", &expected.reductions),
            ("transfers", &expected.transfers),
            ("adjusted_budget", &expected.adjusted_budget),
            ("executed", &expected.executed),
            ("variance", &expected.variance),
            ("execution_rate", &expected.execution_rate),
        ] {
            self.text(&format!("line {name}.{key}"), &line[key], value.as_deref());
        }
    }

    fn driver(&mut self, expected: &Driver, document: &Value) {
        let name = format!("driver {} {}", expected.item, expected.class);
        let driver = rows(document, "drivers").find(|driver| {
            driver["item"] == expected.item.as_str() && driver["class"] == expected.class.as_str()
        });
        let Some(driver) = driver else {
            self.0.push(format!("{name}: there is none"));
            return;
        };
        for (key, value) in
            [("volume", &expected.volume), ("rate", &expected.rate), ("total", &expected.total)]
        {
            self.text(&format!("{name}.{key}"), &driver[key], value.as_deref());
        }
    }

    fn indicator(&mut self, expected: &Indicator, document: &Value) {
        let name = &expected.row;
        let Some(row) = rows(document, "indicators").find(|row| last(&row["path"]) == *name) else {
            self.0.push(format!("indicator {name}: there is none"));
            return;
        };
        self.text(&format!("indicator {name}.target"), &row["target"], expected.target.as_deref());
        self.text(&format!("indicator {name}.actual"), &row["actual"], expected.actual.as_deref());
        self.number(
            &format!("indicator {name}.weight"),
            &row["weight"],
            expected.weight.as_deref(),
        );
        self.text(&format!("indicator {name}.score"), &row["score"], expected.score.as_deref());
        let claimed = expected.published.as_ref().or(expected.score_claimed.as_ref());
        self.number(
            &format!("indicator {name}.score_claimed"),
            &row["score_claimed"],
            claimed.map(String::as_str),
        );
        for (key, value) in
            [("judgement", expected.judgement), ("needs_reason", expected.needs_reason)]
        {
            if let Some(value) = value {
                self.check(&format!("indicator {name}.{key}"), &row[key], row[key] == value, value);
            }
        }
    }

    fn common(&mut self, expected: &Common, document: &Value) {
        let name = &expected.row;
        let mut all = rows(document, "common_indicators");
        let Some(row) = all.find(|row| last(&row["path"]) == *name) else {
            self.0.push(format!("common indicator {name}: there is none"));
            return;
        };
        let shown = format!("common indicator {name}.shown");
        self.text(&shown, &row["shown"], Some(&expected.shown));
    }

    fn findings(&mut self, expected: &Subject, document: &Value) {
        for code in &expected.findings {
            if !rows(document, "findings").any(|finding| finding["code"] == code.as_str()) {
                self.0.push(format!("finding {code}: expected, not there"));
            }
        }
        for finding in rows(document, "findings") {
            let code = finding["code"].as_str().unwrap_or("?");
            let is = |list: &[String]| list.iter().any(|known| known == code);
            let message = &finding["message"];
            if is(&expected.absent) {
                self.0.push(format!("finding {code}: must not be there, says {message}"));
            } else if finding["severity"] == "error"
                && !is(&expected.findings)
                && !is(&expected.may)
                && !expected.finding.iter().any(|known| known.code == code)
            {
                self.0.push(format!("finding {code}: an error nobody expects, says {message}"));
            }
        }
        expected.finding.iter().for_each(|finding| self.finding(finding, document));
        if let Some(count) = expected.errors {
            let errors = rows(document, "findings").filter(|f| f["severity"] == "error");
            let said: Vec<String> = errors
                .map(|f| format!("{} {} {}", f["code"], f["source"]["cells"], f["message"]))
                .collect();
            let there = said.len();
            self.check("errors", &said.into(), there == count, count);
        }
    }

    fn finding(&mut self, expected: &Finding, document: &Value) {
        let code = expected.code.as_str();
        let there: Vec<&Value> =
            rows(document, "findings").filter(|finding| finding["code"] == code).collect();
        if let Some(count) = expected.count {
            let number = there.len();
            self.check(&format!("number of {code}"), &number.into(), number == count, count);
        }
        // With a cell the severity is that of the finding there, else of every one.
        let is_one = expected.cells.is_some();
        for finding in there.iter().filter(|_| !is_one) {
            self.text(
                &format!("{code}.severity"),
                &finding["severity"],
                expected.severity.as_deref(),
            );
        }
        let many = |finding: &Value, key: &str| finding[key].as_array().map_or(0, Vec::len);
        let fits = there.iter().any(|finding| {
            let message = finding["message"].as_str().unwrap_or("");
            let severity = |wanted: &String| !is_one || finding["severity"] == wanted.as_str();
            expected.cells.as_ref().is_none_or(|cells| finding["source"]["cells"] == cells.as_str())
                && expected.severity.as_ref().is_none_or(severity)
                && expected.contains.iter().all(|text| bare(message).contains(&bare(text)))
                && expected.related.is_none_or(|least| many(finding, "related") >= least)
                && expected.choices.is_none_or(|least| many(finding, "choices") >= least)
        });
        if !fits {
            let said: Vec<String> = there
                .iter()
                .map(|finding| format!("{} {}", finding["source"]["cells"], finding["message"]))
                .collect();
            self.0.push(format!("finding {code}: none is as {expected:?}; there are {said:?}"));
        }
    }
}

/// The rows of a list of the document.
fn rows<'a>(document: &'a Value, list: &str) -> impl Iterator<Item = &'a Value> {
    document[list].as_array().into_iter().flatten()
}

fn last(path: &Value) -> String {
    path.as_array().and_then(|path| path.last()?.as_str()).unwrap_or("").to_owned()
}

/// A decimal text without zeros at its end.
fn plain(text: &str) -> &str {
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.'),
        false => text,
    }
}

/// A text without blanks and without commas between digits, to look for figures in a message.
pub fn bare(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && *c != ',').collect()
}
