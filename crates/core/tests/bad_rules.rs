//! Every mistake of a rule file is told at its line and column, with what to do, and nothing else is.

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

use jixiao_core::rules::Mistake;
use jixiao_core::{Rules, RulesError};
use std::path::Path;

/// `# expect 17:12 words`, in the order of the file.
fn expected(text: &str) -> Vec<(String, String)> {
    let lines = text.lines().filter_map(|line| line.strip_prefix("# expect "));
    let split = lines.map(|line| line.split_once(' ').expect("a place and words"));
    split.map(|(at, words)| (at.to_owned(), words.to_owned())).collect()
}

fn has_chinese(text: &str) -> bool {
    text.chars().any(|letter| ('\u{4e00}'..='\u{9fff}').contains(&letter))
}

#[test]
fn mistakes_are_told_where_they_are_and_all_at_once() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/bad-rules");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).expect("the folder") {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        seen += 1;
        let text = std::fs::read_to_string(&path).expect("a rule file");
        let file = path.display();
        let Err(RulesError::Invalid { mistakes }) = Rules::from_toml(&text) else {
            panic!("{file} is taken for right");
        };
        let expected = expected(&text);
        assert!(!expected.is_empty(), "{file} expects nothing");
        let told: Vec<String> =
            mistakes.iter().map(|m| format!("{}:{} {}", m.line, m.column, m.message)).collect();
        assert_eq!(told.len(), expected.len(), "{file}: {told:#?}");
        for (mistake, (at, words)) in mistakes.iter().zip(&expected) {
            let Mistake { line, column, message, chinese, .. } = mistake;
            assert_eq!(format!("{line}:{column}"), *at, "{file}: {told:#?}");
            assert!(message.contains(words.as_str()), "{file}: {words:?} is not in {message:?}");
            assert!(has_chinese(chinese), "{file}: {chinese:?}");
        }
    }
    assert!(seen >= 45, "only {seen} files");
}

/// A rule file that names a layout and an outline beside it.
fn naming(layout: &str, outline: &str) -> String {
    format!(
        "schema = 1\nid = \"own\"\nextends = \"mof-2020-10\"\ntitle = \"甲\"\ndocument = \"乙\"\nissuer = \"丙\"\nregion = \"丁\"\n\
         years = {{ from = 2024 }}\nsubjects = [\"department\"]\nlayout = {{ department = \"{layout}\" }}\noutline = \"{outline}\"\n\
         verified = false\nchecked = 2026-11-23\nsource = \"戊\"\n"
    )
}

#[test]
fn mistakes_of_layouts_and_outlines_are_told_in_their_file() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/bad-layouts");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).expect("the folder") {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        seen += 1;
        let text = std::fs::read_to_string(&path).expect("a layout");
        let file = path.file_name().expect("a name").to_string_lossy().into_owned();
        let rules = match file.starts_with("outline-") {
            true => naming("mof-department", &file),
            false => naming(&file, "national"),
        };
        let Err(RulesError::Invalid { mistakes }) =
            Rules::from_toml_beside(&rules, &|_| Ok(text.clone()))
        else {
            panic!("{file} is taken for right");
        };
        let expected = expected(&text);
        let told: Vec<String> = mistakes
            .iter()
            .map(|m| format!("{} {}:{} {}", m.file, m.line, m.column, m.message))
            .collect();
        assert_eq!(told.len(), expected.len(), "{file}: {told:#?}");
        for (mistake, (at, words)) in mistakes.iter().zip(&expected) {
            assert_eq!(mistake.file, file);
            assert_eq!(format!("{}:{}", mistake.line, mistake.column), *at, "{file}: {told:#?}");
            assert!(mistake.message.contains(words.as_str()), "{file}: {told:#?}");
            assert!(has_chinese(&mistake.chinese), "{file}: {}", mistake.chinese);
        }
    }
    assert!(seen >= 20, "only {seen} files");
}

#[test]
fn a_layout_that_is_not_there_is_told_where_it_is_named() {
    for (layout, outline, words) in [
        ("mof-departmnet", "national", "did you mean `mof-department`?"),
        ("own.toml", "national", "cannot be read"),
        ("mof-department", "huangpu", "none of national"),
    ] {
        let error = Rules::from_toml(&naming(layout, outline)).expect_err("a name of nothing");
        let RulesError::Invalid { mistakes } = error else { panic!("{error}") };
        assert_eq!(mistakes.len(), 1, "{mistakes:#?}");
        assert!(mistakes[0].message.contains(words), "{mistakes:#?}");
        assert!(mistakes[0].line == if outline == "huangpu" { 11 } else { 10 }, "{mistakes:#?}");
    }
}
