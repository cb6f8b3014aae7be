//! A change in the history, and the data needed to show it.

use leptos::{either::Either, prelude::*};
use serde_json::Value as Json;
use std::sync::Arc;
use unicode_segmentation::UnicodeSegmentation;

use crate::{
    backend::Backend,
    profile::rules::{
        access::has,
        audience::audience_key,
        date::Date,
        describe::item_label,
        history::{PastChange, Side},
        picture::Picture,
        profile::Profile,
        schema::Schema,
        value::Value,
    },
    text,
    viewer::Viewer,
};

/// The data needed to show the changes on a page.
pub(crate) struct HistoryContext {
    pub backend: Arc<Backend>,
    pub profile: Profile,
    pub viewer: Viewer,
    pub today: Date,
    /// The hashes of the pictures that are still stored.
    pub kept: Vec<String>,
    /// Set if long values are shown in full.
    pub whole: bool,
}

impl HistoryContext {
    pub fn has_pixels(&self, picture: &Picture) -> bool {
        self.kept.iter().any(|hash| hash == picture.hash())
    }
}

/// Returns whether to show a change: its item has to be in the schema, and the owner's role has to
/// have it. An audience that was pinned together with a first value is not shown.
pub(crate) fn is_shown(book: &HistoryContext, change: &PastChange) -> bool {
    let schema = &book.backend.schema;
    let field = schema.field(audience_key(&change.name).unwrap_or(&change.name));
    let known = item_label(schema, &change.name).is_some();
    known && !change.is_pin() && field.is_none_or(|field| has(field, &book.profile.owner))
}

/// Renders one side of a change: the picture, if it is one, and the text, which is truncated in a
/// list.
pub(crate) fn view_value(
    book: &HistoryContext,
    name: &str,
    side: &Side,
    words: String,
) -> impl IntoView + use<> {
    let json = side.value();
    let picture = json.and_then(|json| picture_of(&book.backend.schema, name, json));
    let picture = picture.map(|picture| match book.has_pixels(&picture) {
        true => Either::Left(
            view! { <img class="avatar avatar-small" src=picture.src(64) width="64" height="64" alt=""/> },
        ),
        false => Either::Right(view! { <span class="hint">{text::picture_erased()}</span> }),
    });
    let words = match excerpt(&words) {
        short if !book.whole && short != words => format!("{short}\u{a0}…"),
        _ => words,
    };
    (picture, words)
}

/// Returns the value of an item as a picture, if it is one.
pub(super) fn picture_of(schema: &Schema, name: &str, json: &Json) -> Option<Picture> {
    let field = schema.picture_field().filter(|field| field.key == name)?;
    match Value::from_json(&field.kind, json)? {
        Value::Picture(picture) => Some(picture),
        _ => None,
    }
}

/// Returns the beginning of a text, or all of a short one. A grapheme cluster is split only if it
/// is longer than an excerpt may be.
pub(super) fn excerpt(text: &str) -> &str {
    let mut lines = text.match_indices('\n').skip(SHOWN_LINES - 1);
    let end = lines.next().map_or(text.len(), |(at, _)| at);
    let most = text.floor_char_boundary(end.min(SHOWN_BYTES));
    if most == text.len() {
        return text;
    }
    let clusters = text.grapheme_indices(true);
    let ends = clusters.map(|(at, cluster)| at + cluster.len());
    let end = ends.take_while(|end| *end <= most).last();
    text[..end.unwrap_or(most)].trim_end()
}

/// The maximum length in bytes of a value in a list. Longer ones are truncated.
const SHOWN_BYTES: usize = 600;

/// The maximum number of lines of a value in a list.
const SHOWN_LINES: usize = 6;

/// The path of the page that erases values, and of its form.
pub(crate) const ERASE_PATH: &str = "/profile/history/erase";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_long_text_the_beginning_is_shown_and_no_character_in_half() {
        let family = "👨\u{200d}👩\u{200d}👧";
        let marks = format!("e{}", "\u{301}".repeat(900));
        for (text, expected) in [
            ("", ""),
            ("Short.", "Short."),
            (&"x".repeat(600), &"x".repeat(600)),
            (&"x".repeat(601), &"x".repeat(600)),
            ("1\n2\n3\n4\n5\n6", "1\n2\n3\n4\n5\n6"),
            ("1\n2\n3\n4\n5\n6\n7", "1\n2\n3\n4\n5\n6"),
            ("1\n\n\n\n\n\n7", "1"),
            (&family.repeat(40), &family.repeat(33)),
            // One cluster, longer than an excerpt may be. Its marks have two bytes each.
            (&marks, &marks[..599]),
        ] {
            assert_eq!(excerpt(text), expected, "{text}");
        }
    }
}
