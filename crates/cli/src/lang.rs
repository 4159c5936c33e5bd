//! The language of messages: what was asked for, else an English locale, else Chinese.

use crate::args::LangArg;
use jixiao_core::Lang;

/// Chooses the language.
pub fn choose(asked: Option<LangArg>) -> Lang {
    match asked {
        Some(LangArg::Zh) => Lang::Zh,
        Some(LangArg::En) => Lang::En,
        None => of_locale(["LC_ALL", "LC_MESSAGES", "LANG"].map(|name| std::env::var(name).ok())),
    }
}

/// The first variable that is set decides, as in every program.
fn of_locale(variables: [Option<String>; 3]) -> Lang {
    let set = variables.into_iter().flatten().find(|value| !value.is_empty());
    if set.is_some_and(|value| value.to_lowercase().starts_with("en")) {
        Lang::En
    } else {
        Lang::Zh
    }
}

/// The text in the language.
pub fn say<'a>(lang: Lang, zh: &'a str, en: &'a str) -> &'a str {
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_english_locale_means_english() {
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(of_locale([None, None, some("en_US.UTF-8")]), Lang::En);
        assert_eq!(of_locale([some("zh_CN.UTF-8"), None, some("en_US.UTF-8")]), Lang::Zh);
        assert_eq!(of_locale([None, None, some("C.UTF-8")]), Lang::Zh);
        assert_eq!(of_locale([None, None, None]), Lang::Zh);
    }
}
