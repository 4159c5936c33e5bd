//! An office's own words: titles, labels and row names that the shipped vocabulary does not know.
//!
//! * In: a TOML text with the keys of `vocabulary/columns.toml` and `vocabulary/sheet.toml`, any of them. Out: the shipped
//!   vocabulary with its words added; a title the office gives a meaning loses any other.
//! * A meaning is named by its `id`, as `inspect` prints it; unknown keys and ids are refused, since a misspelt one would be
//!   passed over.
//! * Once for a process, before anything is read: half a batch with one vocabulary and half with another would not add up.

use super::Vocabulary;
use crate::fold;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use thiserror::Error;
use toml::{Table, Value};

/// Why an office's words cannot be used.
#[derive(Debug, Error)]
pub enum OfficeWordsError {
    /// No TOML, or a value of a wrong kind; with line and column where the parser knows them.
    #[error("{0}")]
    Toml(#[from] toml::de::Error),
    /// A key that neither file of the vocabulary has.
    #[error("unknown key {0}; see crates/import/vocabulary for those there are")]
    UnknownKey(String),
    /// A meaning or label whose id is missing or unknown.
    #[error("unknown id {id:?} of a {key}; jixiao inspect shows the meanings in use")]
    UnknownId {
        /// `meaning` or `label`.
        key: String,
        /// What stands there.
        id: String,
    },
    /// Words that came after the first file was read.
    #[error("the vocabulary is in use already; give the office's words before the first file")]
    InUse,
}

static PREPARED: Mutex<Option<Vocabulary>> = Mutex::new(None);
static IN_USE: AtomicBool = AtomicBool::new(false);

/// Adds an office's words for everything this process reads.
///
/// # Errors
/// [`OfficeWordsError`] with what is wrong; the shipped vocabulary is then used as it is.
pub fn use_office_words(text: &str) -> Result<(), OfficeWordsError> {
    let vocabulary = with_office_words(text)?;
    let mut prepared = PREPARED.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if IN_USE.load(Ordering::SeqCst) {
        return Err(OfficeWordsError::InUse);
    }
    *prepared = Some(vocabulary);
    Ok(())
}

/// What the process reads with from now on.
pub(super) fn chosen() -> Vocabulary {
    let mut prepared = PREPARED.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    IN_USE.store(true, Ordering::SeqCst);
    prepared.take().or_else(|| Vocabulary::builtin().ok()).unwrap_or_default()
}

/// The shipped vocabulary with the words of `text` added.
///
/// # Errors
/// [`OfficeWordsError`] with what is wrong in the text.
pub fn with_office_words(text: &str) -> Result<Vocabulary, OfficeWordsError> {
    let office: Table = toml::from_str(text)?;
    let mut columns: Table = toml::from_str(super::COLUMNS)?;
    let mut sheet: Table = toml::from_str(super::SHEET)?;
    for (key, value) in office {
        let target = match (columns.get_mut(&key), sheet.get_mut(&key)) {
            (Some(target), _) | (None, Some(target)) => target,
            (None, None) => return Err(OfficeWordsError::UnknownKey(key)),
        };
        match key.as_str() {
            "meaning" | "label" => add_to_entries(&key, target, value)?,
            _ => add(target, value),
        }
    }
    Ok(Vocabulary::from_data(columns.try_into()?, sheet.try_into()?))
}

/// Lists grow; a value of another kind stays for the typed reading to refuse.
fn add(target: &mut Value, value: Value) {
    match (target, value) {
        (Value::Array(words), Value::Array(more)) => words.extend(more),
        (target, value) => *target = value,
    }
}

/// Entries with an `id`: the lists of the office's entry are added to the shipped one's.
fn add_to_entries(key: &str, target: &mut Value, value: Value) -> Result<(), OfficeWordsError> {
    let unknown = |id: &str| OfficeWordsError::UnknownId { key: key.to_owned(), id: id.to_owned() };
    let (Value::Array(entries), Value::Array(more)) = (target, value) else {
        return Err(unknown(""));
    };
    for entry in more {
        let Value::Table(entry) = entry else { return Err(unknown("")) };
        let id = entry.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
        let own = |held: &Value| held.get("id").and_then(Value::as_str) == Some(id.as_str());
        let position = entries.iter().position(own).ok_or_else(|| unknown(&id))?;
        for (other, held) in entries.iter_mut().enumerate() {
            if other != position {
                take_titles(held, &entry);
            }
        }
        let Some(held) = entries[position].as_table_mut() else { return Err(unknown(&id)) };
        for (name, value) in entry.into_iter().filter(|(name, _)| name != "id") {
            match held.get_mut(&name) {
                Some(target) => add(target, value),
                None => drop(held.insert(name, value)),
            }
        }
    }
    Ok(())
}

/// Takes the titles an office gives to one meaning from another.
fn take_titles(held: &mut Value, entry: &Table) {
    let keys = |value: Option<&Value>| -> Vec<String> {
        let titles = value.and_then(Value::as_array).into_iter().flatten();
        titles.filter_map(Value::as_str).map(|title| fold::title(title).key).collect()
    };
    let taken = keys(entry.get("titles"));
    for name in ["titles", "weak"] {
        let Some(Value::Array(titles)) = held.get_mut(name) else { continue };
        titles.retain(|title| {
            title.as_str().is_none_or(|title| !taken.contains(&fold::title(title).key))
        });
    }
}

#[cfg(test)]
mod tests {
    use super::super::Meaning;
    use super::*;

    fn meanings(vocabulary: &Vocabulary, title: &str) -> Vec<Meaning> {
        let fits = vocabulary.meanings(&fold::title(title).key);
        fits.into_iter().map(|(meaning, _)| meaning).collect()
    }

    #[test]
    fn words_are_added_and_titles_change_their_meaning() {
        let vocabulary = with_office_words(
            "summary_sheet = ['全局']\n[[meaning]]\nid = 'executed'\ntitles = ['累计拨付进度数', '预算数']\n\
             [[label]]\nid = 'department'\nwords = ['报送科室']\n",
        )
        .expect("words");
        assert_eq!(meanings(&vocabulary, "累计拨付进度数（万元）"), [Meaning::Executed]);
        assert_eq!(meanings(&vocabulary, "预算数"), [Meaning::Executed]);
        assert_eq!(meanings(&vocabulary, "年初预算数"), [Meaning::InitialBudget]);
        assert_eq!(vocabulary.labels("报送科室"), ["department"]);
    }

    #[test]
    fn what_is_misspelt_is_refused() {
        for (text, said) in [
            ("totals = ['总']", "totals"),
            ("[[meaning]]\nid = 'exectued'\ntitles = ['拨付']", "exectued"),
            ("[[meaning]]\ntitles = ['拨付']", "id"),
            ("[[meaning]]\nid = 'executed'\ntitle = ['拨付']", "title"),
            ("meaning = 'executed'", "meaning"),
            ("total = '总'", "expected a sequence"),
            ("total = [", "line 1"),
        ] {
            let error = with_office_words(text).err().map(|error| error.to_string());
            assert!(error.as_ref().is_some_and(|error| error.contains(said)), "{text}: {error:?}");
        }
    }
}
