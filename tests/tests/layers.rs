//! What the code may know: which crate depends on which, and that no place or year stands in it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "to stop with a message is how a test fails"
)]

use jixiao_tests::{files_below, fixtures};
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    fixtures().parent().expect("the workspace").to_owned()
}

/// Data flows one way: core knows nobody, import and export know core alone, the program joins them.
#[test]
fn crates_depend_one_way() {
    for (name, allowed) in [
        ("core", &[][..]),
        ("import", &["jixiao-core"][..]),
        ("export", &["jixiao-core"][..]),
        ("cli", &["jixiao-core", "jixiao-export", "jixiao-import"][..]),
    ] {
        let path = root().join("crates").join(name).join("Cargo.toml");
        let text = std::fs::read_to_string(&path).expect("a manifest");
        let manifest: toml::Table = toml::from_str(&text).expect("TOML");
        let table = manifest["dependencies"].as_table().expect("dependencies");
        let own: Vec<&str> =
            table.keys().map(String::as_str).filter(|key| key.starts_with("jixiao")).collect();
        assert_eq!(own, allowed, "{}", path.display());
        let foreign = ["calamine", "polars", "rust_xlsxwriter"];
        let reads_files = foreign.iter().filter(|name| table.contains_key(**name)).count();
        assert!(name != "core" || reads_files == 0, "core reads or writes workbooks");
    }
}

/// Provinces and the like; a rule of one of them is a file of rules, a word of one of them a line of the vocabulary.
const PLACES: [&str; 31] = [
    "北京",
    "天津",
    "河北",
    "山西",
    "内蒙古",
    "辽宁",
    "吉林",
    "黑龙江",
    "上海",
    "江苏",
    "浙江",
    "安徽",
    "福建",
    "江西",
    "山东",
    "河南",
    "湖北",
    "湖南",
    "广东",
    "广西",
    "海南",
    "重庆",
    "四川",
    "贵州",
    "云南",
    "西藏",
    "陕西",
    "甘肃",
    "青海",
    "宁夏",
    "新疆",
];

/// The code of a file without its comments and its tests.
fn code(path: &Path) -> String {
    let text = std::fs::read_to_string(path).expect("a source file");
    let body = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let lines = body.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn no_place_and_no_document_stands_in_code() {
    let mut read = 0;
    for name in ["core", "import", "export", "cli"] {
        for path in files_below(&root().join("crates").join(name).join("src"), ".rs") {
            let shown = path.to_string_lossy().replace('\\', "/");
            if shown.contains("/tests/") || shown.ends_with("/tests.rs") {
                continue;
            }
            read += 1;
            let code = code(&path);
            let places = PLACES.iter().filter(|place| code.contains(**place));
            assert_eq!(places.collect::<Vec<_>>(), Vec::<&&str>::new(), "{shown}");
            assert!(!code.contains("〔20"), "{shown} names a document");
        }
    }
    assert!(read > 80, "{read} files");
}
