//! The rows of the index: the part of a profile that each audience can find.
//!
//! They contain only what `access` lets that audience see. A role named in a field's `view`
//! sees more of a member on the page, but cannot find more.

use app::{
    account::types::{
        user::{User, UserId},
        username::Username,
    },
    profile::rules::{
        access::{VisibleProfile, visible_to},
        audience::{WHOLE, audience_key},
        kind::Kind,
        profile::Profile,
        schema::{Field, Schema},
        value::Value,
    },
    viewer::Viewer,
};
use std::collections::BTreeSet;

use super::words::words;
use store::directory::{IndexRows, Onlooker};

/// The mark before a whole word, which is found by its prefix.
const WORD: char = '1';
/// The mark before a suffix of a word, by which substrings are found.
const END: char = '2';

/// Length of the shortest suffix, in characters. Shorter ones would match almost every user.
const SHORTEST_END: usize = 3;

/// Maximum number of words of one profile, and of characters of a name in the sort key.
const MOST_WORDS: usize = 60;
const LONGEST_NAME: usize = 60;

/// The part of a profile that an audience can find.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexEntry {
    pub sort_key: String,
    /// Words and their suffixes, each with its mark.
    pub words: BTreeSet<String>,
    /// Options, as formatted by [`choice`].
    pub choices: BTreeSet<String>,
}

/// A viewer of an audience who owns no profile and has no role.
pub fn stand_in(onlooker: Onlooker) -> Viewer {
    match onlooker {
        Onlooker::Everyone => Viewer::Guest,
        Onlooker::Members => Viewer::Member(User {
            id: UserId(0),
            username: String::new(),
            role: String::new(),
        }),
    }
}

/// Formats an option of a field for the index.
pub fn choice(field: &str, option: &str) -> String {
    format!("{field}={option}")
}

/// Returns whether a change of this item of a profile may change its rows.
pub fn is_indexed(schema: &Schema, item: &str) -> bool {
    let key = audience_key(item).unwrap_or(item);
    let is_field = |field: &Field| field.search || field.is_name();
    key == WHOLE || schema.field(key).is_some_and(is_field)
}

/// The rows of a profile; none if its owner has opted out of the directory.
pub fn rows(schema: &Schema, profile: &Profile) -> IndexRows {
    let mut rows = IndexRows::default();
    if !profile.listing.in_directory {
        return rows;
    }
    let mut told = BTreeSet::new();
    for onlooker in [Onlooker::Everyone, Onlooker::Members] {
        let audience = || onlooker.key().to_owned();
        let Some(visible) = visible_to(schema, profile, &stand_in(onlooker)) else {
            continue;
        };
        let seen = IndexEntry::of(schema, &visible);
        let choices = seen.choices.into_iter().chain([String::new()]);
        let names = choices.map(|choice| (audience(), choice, seen.sort_key.clone()));
        rows.names.extend(names);
        for word in seen.words {
            if told.insert(word.clone()) {
                rows.words.insert((audience(), word));
            }
        }
    }
    rows
}

impl IndexEntry {
    pub fn of(schema: &Schema, visible: &VisibleProfile) -> IndexEntry {
        let username = &visible.owner.username;
        let name = schema.display_name(&visible.values);
        let mut texts = vec![username.clone()];
        texts.extend(name.clone());
        let mut choices = BTreeSet::new();
        for field in schema.fields().filter(|field| field.search) {
            match (&field.kind, visible.values.get(&field.key)) {
                (Kind::Choice { .. }, Some(Value::Choice(key))) => {
                    choices.insert(choice(&field.key, key));
                }
                (Kind::Choices { .. }, Some(Value::Choices(keys))) => {
                    choices.extend(keys.iter().map(|key| choice(&field.key, key)));
                }
                (_, Some(value)) => texts.push(value.print()),
                (_, None) => {}
            }
        }
        let all = texts.iter().flat_map(|text| words(text)).take(MOST_WORDS);
        IndexEntry {
            sort_key: sort_key(name.as_deref(), username),
            words: all.flat_map(|word| marked(&word)).collect(),
            choices,
        }
    }

    /// Returns whether the entry contains a word.
    pub fn has(&self, word: &str) -> bool {
        self.first(word).is_some()
    }

    /// The first of the marked words that contain a word: a search finds the profile by this one
    /// only, and so only once.
    pub fn first(&self, word: &str) -> Option<&str> {
        stretches(word).find_map(|(start, _)| {
            let mut found = self.words.range(start.clone()..);
            let found = found.next().filter(|found| found.starts_with(&start));
            found.map(String::as_str)
        })
    }
}

/// Returns whether a text contains each word, by the rules of a search in the index.
pub fn has_words(text: &str, asked: &[String]) -> bool {
    let found: Vec<String> = words(text);
    let has = |asked: &String| {
        let is_long = asked.chars().count() >= SHORTEST_END;
        let stands_in = |word: &String| word.starts_with(asked) || is_long && word.contains(asked);
        found.iter().any(stands_in)
    };
    asked.iter().all(has)
}

/// The ranges of marked words that contain a word: those that begin with it, then those with
/// it inside.
pub fn stretches(word: &str) -> impl Iterator<Item = (String, String)> + use<> {
    let is_long = word.chars().count() >= SHORTEST_END;
    let marks = [Some(WORD), is_long.then_some(END)];
    let starts = marks.map(|mark| mark.map(|mark| format!("{mark}{word}")));
    starts.into_iter().flatten().map(|start| {
        let end = behind(&start);
        (start, end)
    })
}

/// A text that sorts after all texts that begin with `start`, by code points.
pub fn behind(start: &str) -> String {
    format!("{start}{}", char::MAX)
}

/// A word and its suffixes, each with its mark.
fn marked(word: &str) -> Vec<String> {
    let length = word.chars().count();
    let ends = word.char_indices().enumerate().skip(1);
    let ends = ends.filter(|(index, _)| length - index >= SHORTEST_END);
    let ends = ends.map(|(_, (at, _))| format!("{END}{}", &word[at..]));
    std::iter::once(format!("{WORD}{word}"))
        .chain(ends)
        .collect()
}

/// The name and, as names are not unique, the username. The separator sorts before every other
/// character.
fn sort_key(name: Option<&str>, username: &str) -> String {
    let name = name.map(|name| words(name).join(" ")).unwrap_or_default();
    let name: String = match name.is_empty() {
        true => words(username).join(" "),
        false => name,
    };
    // A username without letters and digits has no words.
    let name = match name.is_empty() {
        true => Username::key_of(username),
        false => name,
    };
    let name: String = name.chars().take(LONGEST_NAME).collect();
    format!("{name}\u{1}{}", Username::key_of(username))
}

/// The rules on which the rows depend, to be compared with those by which they were made.
pub fn rules(schema: &Schema) -> String {
    let roles: Vec<&str> = schema.roles.iter().map(|role| role.key.as_str()).collect();
    let fields = schema
        .fields()
        .filter(|field| field.search || field.is_name());
    let fields: Vec<String> = fields
        .map(|field| {
            let kind = match &field.kind {
                Kind::Choice { options } | Kind::Choices { options, .. } => {
                    let keys: Vec<&str> = options.iter().map(|option| &*option.key).collect();
                    keys.join(",")
                }
                kind => format!("{kind:?}"),
            };
            format!(
                "{} {} {:?} {:?} {:?} {kind}",
                field.key,
                field.is_name(),
                field.search,
                field.audience,
                field.roles
            )
        })
        .collect();
    format!("1 {roles:?} {:?} {fields:?}", schema.audience)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_found_by_its_beginning_and_from_three_letters_on_by_what_is_inside() {
        let seen = IndexEntry {
            sort_key: String::new(),
            words: ["banana", "an"]
                .iter()
                .flat_map(|word| marked(word))
                .collect(),
            choices: BTreeSet::new(),
        };
        for (word, expected) in [
            ("b", Some("1banana")),
            ("banana", Some("1banana")),
            ("an", Some("1an")),
            ("ana", Some("2ana")),
            ("nan", Some("2nana")),
            ("na", None),
            ("bananas", None),
        ] {
            assert_eq!(seen.first(word), expected, "{word}");
        }
    }

    #[test]
    fn names_are_in_the_order_of_their_words() {
        let mut names = ["Ann Bo", "Ángel", "ann", "⭐", "Zoe"];
        names.sort_by_key(|name| sort_key(Some(name), "m"));
        assert_eq!(names, ["Ángel", "ann", "Ann Bo", "⭐", "Zoe"]);
    }
}
