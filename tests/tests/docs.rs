//! Keeps what is written for people true: README, docs and CONTRIBUTING against the repository and the program.
//!
//! `JIXIAO_BLESS=1 cargo test -p jixiao-tests --test docs` writes the generated parts again: `docs/rules.md`,
//! `docs/coverage.md` and the example messages of `docs/findings.md`. Read the difference before you commit it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "to stop with a message is how a test fails"
)]

use jixiao_core::{Code, Rules, Severity};
use jixiao_tests::{files_below, fixtures, program};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    fixtures().parent().expect("the repository").to_owned()
}

fn text_of(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Writes a page again when asked to, else fails when it is not as it should be.
fn settle(path: &str, right: &str) {
    if std::env::var_os("JIXIAO_BLESS").is_some_and(|value| value == "1") {
        std::fs::write(root().join(path), right).unwrap_or_else(|error| panic!("{path}: {error}"));
        return;
    }
    let there = text_of(path);
    let different = there.lines().zip(right.lines()).find(|(a, b)| a != b);
    assert!(
        there == right,
        "{path} is stale (JIXIAO_BLESS=1 writes it again); first difference: {different:?}"
    );
}

/// Every page for people, with its path from the root.
fn pages() -> Vec<String> {
    let mut pages: Vec<String> =
        ["README.md", "README.zh-CN.md", "CHANGELOG.md", "CONTRIBUTING.md"]
            .map(str::to_owned)
            .into();
    for path in files_below(&root().join("docs"), ".md") {
        let own = path.strip_prefix(root()).expect("below the root");
        pages.push(own.to_string_lossy().replace('\\', "/"));
    }
    pages
}

/// Fenced blocks as (language, text), and the text outside of them.
fn blocks(page: &str) -> (Vec<(String, String)>, String) {
    let (mut blocks, mut outside) = (Vec::new(), String::new());
    let mut open: Option<(String, String)> = None;
    for line in page.lines() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(language)) => open = Some((language.to_owned(), String::new())),
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some((_, text)), None) => text.extend([line, "\n"]),
            (None, None) => outside.extend([line, "\n"]),
        }
    }
    assert!(open.is_none(), "a code block is not closed");
    (blocks, outside)
}

/// The texts in single backticks.
fn code_spans(text: &str) -> Vec<&str> {
    text.lines().flat_map(|line| line.split('`').skip(1).step_by(2)).collect()
}

#[test]
fn paths_and_functions_that_pages_name_are_there() {
    let tops = ["crates/", "docs/", "fixtures/", "tests/", "benches/", ".ci/"];
    let files = ["Cargo.toml", "clippy.toml", "CHANGELOG.md", "CONTRIBUTING.md", "README.md"];
    let (mut missing, mut seen) = (Vec::new(), 0);
    for page in pages() {
        let text = text_of(&page);
        let (_, outside) = blocks(&text);
        for span in code_spans(&outside) {
            let (path, function) = span.split_once("::").unwrap_or((span, ""));
            let named = tops.iter().any(|top| path.starts_with(top)) || files.contains(&path);
            if !named || path.contains([' ', '*', '<', '{', '…']) || path.contains("NN") {
                continue;
            }
            seen += 1;
            let there = root().join(path);
            if !there.exists() {
                missing.push(format!("{page}: {path}"));
            } else if !function.is_empty() {
                let source = std::fs::read_to_string(&there).unwrap_or_default();
                if !source.contains(&format!("fn {function}(")) {
                    missing.push(format!("{page}: {span}"));
                }
            }
        }
        for target in outside.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let path = target.split('#').next().unwrap_or_default();
            if path.is_empty() || path.contains("://") {
                continue;
            }
            seen += 1;
            let folder = root().join(&page);
            if !folder.parent().expect("a folder").join(path).exists() {
                missing.push(format!("{page}: link to {target}"));
            }
        }
    }
    assert!(seen > 100, "only {seen} names were looked at");
    assert!(missing.is_empty(), "named but not there:\n{}", missing.join("\n"));
}

#[test]
fn both_readmes_have_the_same_shape_and_commands() {
    let [(english, a), (chinese, b)] =
        ["README.md", "README.zh-CN.md"].map(|path| blocks(&text_of(path)));
    assert_eq!(english, chinese, "the code blocks differ");
    let shape = |text: &str| -> Vec<usize> {
        let headings = text.lines().filter(|line| line.starts_with('#'));
        headings.map(|line| line.chars().take_while(|c| *c == '#').count()).collect()
    };
    assert_eq!(shape(&a), shape(&b), "the headings differ");
    let rows = |text: &str| text.lines().filter(|line| line.starts_with('|')).count();
    assert_eq!(rows(&a), rows(&b), "the tables differ");
    assert!(a.contains("README.zh-CN.md") && b.contains("README.md"), "each links the other");
}

/// The arguments of a command line of a code block, if it starts the program.
fn arguments(line: &str) -> Option<Vec<&str>> {
    let rest =
        line.strip_prefix("jixiao ").or_else(|| line.strip_prefix("cargo run --release -- "))?;
    Some(rest.split_whitespace().collect())
}

/// The first command of the README names no package: in a clone there must be one program to run.
#[test]
fn the_first_command_of_the_readme_finds_the_program() {
    assert!(text_of("README.md").contains("\ncargo run --release -- "));
    let output = program::cargo("run").args(["--", "--version"]).output().expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stdout.starts_with(b"jixiao "), "{output:?}");
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).expect("a copy");
        }
    }
}

#[test]
fn the_commands_of_the_pages_run_and_the_screen_is_what_is_printed() {
    let folder = tempfile::tempdir().expect("a folder");
    copy(&fixtures(), &folder.path().join("fixtures"));
    let mut ran = 0;
    for page in pages() {
        let (blocks, _) = blocks(&text_of(&page));
        for (index, (language, block)) in blocks.iter().enumerate() {
            if language != "sh" {
                continue;
            }
            for line in block.lines() {
                let Some(args) = arguments(line) else { continue };
                let outcome = program::run(folder.path(), &args);
                ran += 1;
                // Only a batch may end with 2 here: one of its files is cut off on purpose.
                assert!(outcome.exit < 2 || args[0] == "batch", "{page}: {line}: {outcome:?}");
                assert!(!outcome.stdout.is_empty(), "{page}: {line}: {outcome:?}");
                let shown = blocks.get(index + 1).filter(|(language, _)| language == "text");
                if let Some((_, shown)) = shown.filter(|_| block.lines().count() == 1) {
                    let (shown, printed) = (shown.trim_end(), outcome.stdout.trim_end());
                    assert_eq!(shown, printed, "{page}: what {line} prints");
                }
            }
        }
    }
    assert!(ran >= 8, "only {ran} commands");
}

#[test]
fn the_code_of_the_readme_is_the_example_that_the_compiler_checks() {
    let library = text_of("crates/core/src/lib.rs");
    let documentation: Vec<&str> = library
        .lines()
        .filter_map(|line| line.strip_prefix("//!"))
        .map(|line| line.strip_prefix(' ').unwrap_or(line))
        .filter(|line| !line.starts_with("# "))
        .collect();
    let (examples, _) = blocks(&documentation.join("\n"));
    let (shown, _) = blocks(&text_of("README.md"));
    let code = shown.iter().find(|(language, _)| language == "rust").expect("an example");
    assert_eq!(code.1, examples[0].1);
}

/// What is printed of one code for a file, as lines of a quotation: where, the message, and of a question its choices.
fn quoted(code: Code, file: &str, lang: &str) -> Vec<String> {
    // Lights are those of a platform; the national rules have none.
    let rules = if code == Code::WarningLight { "platform" } else { "mof-2020-10" };
    let args = ["evaluate", file, "--json", "--dry-run", "--lang", lang, "--rules", rules];
    let outcome = program::run(&root(), args);
    let documents = outcome.evaluations().unwrap_or_else(|error| panic!("{file}: {error}"));
    let findings = documents.iter().flat_map(|document| {
        let listed = document["findings"].as_array().into_iter().flatten();
        listed.chain(document.get("error"))
    });
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut lines = Vec::new();
    for finding in findings.filter(|finding| finding["code"] == code.text()) {
        let [sheet, cells] = ["sheet", "cells"].map(|key| text(&finding["source"][key]));
        let at = if sheet.is_empty() { sheet } else { format!("[{sheet}!{cells}] ") };
        let mut line = format!("> {at}{}", text(&finding["message"]));
        for choice in finding["choices"].as_array().into_iter().flatten() {
            let (answer, effect) = (text(&choice["answer"]), text(&choice["effect"]));
            write!(line, "\n> - `{answer}`: {effect}").expect("a line");
        }
        lines.push(line);
    }
    lines
}

/// The example of a code: its file in `fixtures/findings`, and what is printed for it in both languages.
fn example(code: Code) -> String {
    let folder = format!("fixtures/findings/{}", code.text());
    // Answers may stand beside the file; they are no file of their own.
    let mut names = program::names_in(&root().join(&folder));
    names.retain(|name| !name.ends_with(".jixiao.toml"));
    let [name] = &names[..] else { panic!("{folder}: one file was expected, there are {names:?}") };
    let file = format!("{folder}/{name}");
    let [chinese, english] = ["zh", "en"].map(|lang| quoted(code, &file, lang));
    assert!(!chinese.is_empty(), "{file} brings no {}", code.text());
    assert_eq!(chinese.len(), english.len(), "{file}: both languages say the same");
    let untold = chinese.iter().find(|line| english.contains(line));
    assert!(untold.is_none(), "{file}: not said in English: {untold:?}");
    let lines: Vec<String> = chinese.into_iter().chain(english).collect();
    format!("Example (`{file}`):\n\n{}\n", lines.join("\n>\n"))
}

#[test]
fn every_finding_has_its_section_severity_and_real_messages() {
    let page = text_of("docs/findings.md");
    let (mut right, mut sections, mut open) = (String::new(), BTreeMap::new(), None::<Code>);
    let mut generated = false;
    for line in page.lines() {
        if line.starts_with('#') {
            generated = false;
            open = line.strip_prefix("### `").map(|heading| {
                let name = heading.trim_end_matches('`');
                let code = Code::ALL.iter().find(|code| code.text() == name);
                *code.unwrap_or_else(|| panic!("{name} is no code"))
            });
        }
        let severity = line.split([' ', ',', ';']).next().unwrap_or_default();
        if let Some(code) = open
            && ["error", "warning", "info"].contains(&severity)
        {
            sections.entry(code).or_insert(severity.to_owned());
        }
        if generated {
            continue;
        }
        writeln!(right, "{line}").expect("a line");
        if let Some(code) = open.filter(|_| line.starts_with("*What to do:*")) {
            generated = true;
            writeln!(right, "\n{}", example(code)).expect("an example");
        }
    }
    for code in Code::ALL {
        let severity = match code.severity() {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
        };
        assert_eq!(sections.get(code).map(String::as_str), Some(severity), "{}", code.text());
    }
    settle("docs/findings.md", &format!("{}\n", right.trim_end()));
}

#[test]
fn every_code_has_its_folder_and_every_folder_its_code() {
    let folders = program::names_in(&fixtures().join("findings"));
    let mut codes: Vec<&str> = Code::ALL.iter().map(|code| code.text()).collect();
    codes.sort_unstable();
    assert_eq!(folders, codes);
}

#[test]
fn the_ledger_that_the_files_are_made_from_brings_nothing_else() {
    let file = "fixtures/findings/row-skipped/台账.xlsx";
    let brings = |code: &&Code| !quoted(**code, file, "zh").is_empty();
    let brought: Vec<&str> = Code::ALL.iter().filter(brings).map(|code| code.text()).collect();
    assert_eq!(brought, ["row-skipped", "no-indicators", "rule-unverified"]);
}

fn keys(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Array(list) => list.iter().for_each(|value| keys(value, found)),
        Value::Object(map) => {
            for (key, value) in map {
                found.insert(key.clone());
                keys(value, found);
            }
        }
        _ => {}
    }
}

#[test]
fn every_key_of_the_json_and_every_meaning_of_a_column_is_explained() {
    let mut found = BTreeSet::new();
    let folder = tempfile::tempdir().expect("a folder");
    let fixture = |name: &str| fixtures().join(name).to_string_lossy().into_owned();
    for args in [
        vec!["evaluate".to_owned(), fixture("laoganbu-2021.xlsx"), "--dry-run".to_owned()],
        vec!["evaluate".to_owned(), fixture("bad/unit-missing.xlsx"), "--dry-run".to_owned()],
        vec!["evaluate".to_owned(), fixture("bad/truncated.xlsx"), "--dry-run".to_owned()],
        vec!["inspect".to_owned(), fixture("putuo-2024-split.xlsx")],
        vec!["check".to_owned(), fixture("laoganbu-2021.xlsx")],
        vec![
            "explain".to_owned(),
            fixture("laoganbu-2021.xlsx"),
            "--rules".to_owned(),
            "mof-2013-53".to_owned(),
        ],
        vec!["batch".to_owned(), fixture("batch"), "-o".to_owned(), "out".to_owned()],
    ] {
        let outcome =
            program::run(folder.path(), args.iter().map(String::as_str).chain(["--json"]));
        keys(&outcome.document().unwrap_or_else(|error| panic!("{args:?}: {error}")), &mut found);
    }
    assert!(found.len() > 60, "only {} keys", found.len());
    let (files, glossary) = (text_of("docs/files.md"), text_of("docs/glossary.md"));
    let explained: BTreeSet<&str> = code_spans(&files).into_iter().collect();
    let missing: Vec<&String> =
        found.iter().filter(|key| !explained.contains(key.as_str())).collect();
    assert!(missing.is_empty(), "docs/files.md does not explain {missing:?}");

    let explained: BTreeSet<&str> = code_spans(&glossary).into_iter().collect();
    let vocabulary = text_of("crates/import/vocabulary/columns.toml");
    let ids = vocabulary.lines().filter_map(|line| line.strip_prefix("id = \""));
    let missing: Vec<&str> =
        ids.map(|id| id.trim_end_matches('"')).filter(|id| !explained.contains(id)).collect();
    assert!(missing.is_empty(), "docs/glossary.md does not explain {missing:?}");
}

/// The page of all built-in rule files; each part comes from its file.
fn rules_page() -> String {
    let mut page = "\
<!-- Generated from the rule files by tests/tests/docs.rs; do not edit. JIXIAO_BLESS=1 cargo test -p jixiao-tests --test docs -->

# Rules

One file per issued document and version, in `crates/core/rules`; `jixiao rules show ID` prints one, and a file of your own is
checked with `jixiao rules validate FILE`. Every statement says in its note what it rests on. Where *article* is empty, nobody who
works on this project has read the article: compare with the document of your own place before you hand anything in. Outputs carry
the same mark.

Weights printed in the input count; those of the rules are compared with them (`block-weight`) and used where none is printed,
shared equally within a block and marked as a default. The one rule that fits a row scores it; a score is capped to 0..weight and
rounded once, half up. The language of the formulas is described at the head of `crates/core/src/formula/mod.rs`. The words that
targets and actuals are read with (`≥`, 不少于, 以上, 底前, 有效 …) are data too: `crates/core/rules/words.toml`; holidays stand in
`crates/core/rules/calendar.toml`. From which point on a form that was filled in by hand deserves a second look (copied actuals, full
marks everywhere, targets far below last year) stands in `crates/core/rules/audit.toml`.

"
    .to_owned();
    for id in Rules::builtin_ids() {
        for line in Rules::builtin(id).expect("built-in rules").page().lines() {
            let deeper = if line.starts_with('#') { "#" } else { "" };
            writeln!(page, "{deeper}{line}").expect("a line");
        }
    }
    for line in jixiao_core::rules::forms_page().lines() {
        let deeper = if line.starts_with('#') { "#" } else { "" };
        writeln!(page, "{deeper}{line}").expect("a line");
    }
    page
}

#[test]
fn the_page_of_the_rules_says_what_the_rule_files_say() {
    settle("docs/rules.md", &rules_page());
}

/// Which documents there are, for whom, in which state, and how many published cases pass with them.
fn coverage_page() -> String {
    let cases = files_below(&fixtures().join("cases"), ".toml");
    let texts: Vec<String> =
        cases.iter().map(|path| std::fs::read_to_string(path).expect("a case")).collect();
    let mut page = "\
<!-- Generated by tests/tests/docs.rs; do not edit. JIXIAO_BLESS=1 cargo test -p jixiao-tests --test docs -->

# Coverage

What the rule files cover and in which state they are. *Not verified* means that nobody who works on this project has read the
official text. *Cases passed* are those of `fixtures/rule-cases`, worked out by hand and a second time by `fixtures/check_rules.py`;
*files* are the cases of `fixtures/cases` that are evaluated with these rules from beginning to end.

| rules | document | years | for | subjects | state | scored rows | shown rows | cases passed | files |
|---|---|---|---|---|---|--:|--:|--:|--:|
"
    .to_owned();
    for id in Rules::builtin_ids() {
        let rules = Rules::builtin(id).expect("built-in rules");
        let header = rules.header();
        let year = |year: Option<i32>| year.map_or_else(|| "…".to_owned(), |y| y.to_string());
        let named = |text: &&String| match text.contains("\nrules") {
            true => text.contains(&format!("\"{id}\"")),
            false => *id == "mof-2020-10",
        };
        let files = texts.iter().filter(named).count();
        let cases = text_of(&format!("fixtures/rule-cases/{id}.toml"));
        let cases = cases.lines().filter(|line| *line == "[[case]]").count();
        let scored =
            rules.card().iter().filter(|row| row.weight.is_some() || row.only_printed).count();
        let state = if header.verified { "verified" } else { "not verified" };
        writeln!(
            page,
            "| `{id}` | {} | {}–{} | {} | {} | {state} | {} | {} | {cases} | {files} |",
            header.document,
            year(header.years.0),
            year(header.years.1),
            header.region,
            header.subjects.join(", "),
            rules.scores().len() + scored,
            rules.card().len() - scored,
        )
        .expect("a line");
    }
    page
}

#[test]
fn the_coverage_page_is_that_of_the_rule_files() {
    settle("docs/coverage.md", &coverage_page());
}
