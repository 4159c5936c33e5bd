//! The tags and texts of a web page, as much of them as tables need.
//!
//! * In: the text of a page. Out: one [`Token`] after the other, names in lower case, entities resolved.
//! * Of attributes only those in [`WANTED`] are kept, so a tag of a million attributes costs nothing.

use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{Span, Tokenizer};

const WANTED: [&str; 12] = [
    "rowspan", "colspan", "span", "x:num", "x:str", "x:err", "x:fmla", "sdval", "style", "hidden",
    "type", "value",
];

/// What comes next.
#[derive(Debug)]
pub(super) enum Token {
    /// `<name ..>`.
    Start(Tag),
    /// `</name>`.
    End(Vec<u8>),
    /// Text between tags.
    Text(String),
}

/// The start of an element.
#[derive(Debug, Default)]
pub(super) struct Tag {
    /// Its name.
    pub(super) name: Vec<u8>,
    attributes: Vec<(&'static str, String)>,
}

impl Tag {
    /// The value of an attribute.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(held, _)| *held == name).map(|(_, value)| &**value)
    }

    /// A whole number from one on; zero rows mean all that remain.
    pub(super) fn count(&self, name: &str, most: u32) -> u32 {
        let Some(value) = self.get(name) else { return 1 };
        let digits: String =
            value.trim().chars().take_while(char::is_ascii_digit).take(10).collect();
        match digits.parse::<u64>() {
            Ok(0) if name == "rowspan" => most,
            Ok(0) | Err(_) => 1,
            Ok(count) => u32::try_from(count).unwrap_or(most).min(most),
        }
    }

    /// Whether the element is not shown.
    pub(super) fn is_hidden(&self) -> bool {
        let style = self.get("style").unwrap_or_default().to_ascii_lowercase();
        let style: String = style.chars().filter(|char| !char.is_whitespace()).collect();
        style.contains("display:none") || self.get("hidden").is_some()
    }
}

/// The tags and texts of a page in their order.
pub(super) fn tokens(text: &str) -> impl Iterator<Item = Token> + '_ {
    let (mut tag, mut wanted) = (Tag::default(), false);
    let mut emitter =
        CallbackEmitter::new(move |event: CallbackEvent<'_>, _: Span<()>| match event {
            CallbackEvent::OpenStartTag { name } => {
                tag = Tag { name: name.to_vec(), attributes: Vec::new() };
                None
            }
            CallbackEvent::AttributeName { name } => {
                let known = WANTED.iter().find(|wanted| wanted.as_bytes() == name);
                // Of attributes of one name the first counts.
                let new = known.filter(|name| tag.get(name).is_none());
                tag.attributes.extend(new.map(|name| (*name, String::new())));
                wanted = new.is_some();
                None
            }
            CallbackEvent::AttributeValue { value } => {
                if let Some((_, held)) = tag.attributes.last_mut().filter(|_| wanted) {
                    held.push_str(&String::from_utf8_lossy(value));
                }
                None
            }
            CallbackEvent::CloseStartTag { .. } => Some(Token::Start(std::mem::take(&mut tag))),
            CallbackEvent::EndTag { name } => Some(Token::End(name.to_vec())),
            CallbackEvent::String { value } => {
                Some(Token::Text(String::from_utf8_lossy(value).into_owned()))
            }
            CallbackEvent::Comment { .. }
            | CallbackEvent::Doctype { .. }
            | CallbackEvent::Error(_) => None,
        });
    // What stands in a script or a style sheet is no markup.
    emitter.naively_switch_states(true);
    Tokenizer::new_with_emitter(text, emitter).filter_map(Result::ok)
}
