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
    assert!(seen >= 25, "only {seen} files");
}
