//! The words of the grammar, held as data in `titles.toml`.

use super::rng::Rng;
use std::collections::HashMap;
use std::sync::LazyLock;

static WORDS: LazyLock<HashMap<String, toml::Value>> =
    LazyLock::new(|| toml::from_str(include_str!("titles.toml")).expect("titles.toml is TOML"));

static FORM_WORDS: LazyLock<HashMap<String, toml::Value>> =
    LazyLock::new(|| toml::from_str(include_str!("forms.toml")).expect("forms.toml is TOML"));

/// Every word of a list of the forms.
pub fn of_forms(list: &str) -> Vec<String> {
    texts(FORM_WORDS.get(list).unwrap_or_else(|| panic!("forms.toml has no list {list}")))
}

/// One word of a list of the forms.
pub fn form_word(rng: &mut Rng, list: &str) -> String {
    rng.pick(&of_forms(list)).clone()
}

/// Every word of a list.
pub fn all(list: &str) -> Vec<String> {
    texts(WORDS.get(list).unwrap_or_else(|| panic!("titles.toml has no list {list}")))
}

/// One word of a list.
pub fn one(rng: &mut Rng, list: &str) -> String {
    rng.pick(&all(list)).clone()
}

/// One of the lists of words in a list of lists.
pub fn set(rng: &mut Rng, list: &str) -> Vec<String> {
    let sets = WORDS.get(list).and_then(toml::Value::as_array).expect("a list of lists");
    texts(rng.pick(sets))
}

/// Codes with their names, in the order of the classes.
pub fn classes(list: &str) -> Vec<(String, String)> {
    let split =
        |text: String| text.split_once(' ').map(|(code, name)| (code.to_owned(), name.to_owned()));
    all(list).into_iter().filter_map(split).collect()
}

fn texts(value: &toml::Value) -> Vec<String> {
    let list = value.as_array().expect("a list");
    list.iter().filter_map(toml::Value::as_str).map(str::to_owned).collect()
}
