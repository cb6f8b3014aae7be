//! Keys and texts in a schema file, and the location of a mistake in them.

use app::{
    text::{Language, language},
    unicode::is_seen,
};
use serde::Deserialize;
use std::{collections::BTreeMap, ops::Range};
use toml::Spanned;

/// The span of a mistake, and a description of it.
pub type Misplaced = (Range<usize>, String);

/// A text of the operator: one for all languages, or one per language.
#[derive(Clone, Deserialize)]
#[serde(
    untagged,
    expecting = "expected a text in quotes, or one for each language: label.en = \"…\""
)]
pub enum Wording {
    Same(String),
    ByLanguage(BTreeMap<String, String>),
}

/// Returns a text that people read, which cannot be empty.
pub fn label(label: Spanned<Wording>) -> Result<String, Misplaced> {
    let blank = |words: &String| !is_seen(words);
    let any_blank = match label.get_ref() {
        Wording::Same(words) => blank(words),
        Wording::ByLanguage(all) => all.values().any(blank),
    };
    if any_blank {
        let reason = "a label cannot be empty".to_owned();
        return Err((label.span(), reason));
    }
    words(label)
}

/// Returns the text in the current language.
pub fn words(wording: Spanned<Wording>) -> Result<String, Misplaced> {
    let span = wording.span();
    let words = match wording.into_inner() {
        Wording::Same(words) => words,
        Wording::ByLanguage(mut all) => {
            let tags = Language::ALL.map(Language::tag);
            if let Some(unknown) = all.keys().find(|tag| !tags.contains(&tag.as_str())) {
                let reason = format!(
                    "there is no language \"{unknown}\"; use {}",
                    tags.join(", ")
                );
                return Err((span, reason));
            }
            if let Some(missing) = tags.iter().find(|tag| !all.contains_key(**tag)) {
                let reason = format!(
                    "the text in \"{missing}\" is missing; give {}, or one text for every language",
                    tags.join(", ")
                );
                return Err((span, reason));
            }
            all.remove(language().tag()).unwrap_or_default()
        }
    };
    Ok(words.trim().to_owned())
}

/// Validates a key: a short name for forms, URLs and the database.
pub fn key(key: &Spanned<String>) -> Result<String, Misplaced> {
    let text = key.get_ref();
    let first = text.starts_with(|c: char| c.is_ascii_lowercase());
    let rest = text
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    if first && rest && text.len() <= 40 {
        return Ok(text.clone());
    }
    let reason = format!(
        "the key \"{text}\" must consist of a-z, 0-9 and _, start with a letter, and have at most 40 characters"
    );
    Err((key.span(), reason))
}
