//! How doc comments begin: with a noun, or a verb in the third person (RFC 1574).
//!
//! rustdoc shows the first line of a comment alone, in lists and on hover. "What a profile
//! holds" and "The same for a guest" are no sentence there.

use crate::Source;

/// Words that no doc comment begins with.
///
/// The first group opens a clause without a head ("What is stored …"), the second a phrase
/// whose noun stands behind it or nowhere ("Of a longer value …", "For what cannot be
/// undone."), the third points at a line above that nobody sees ("The same, by email.").
const OPENERS: &[&str] = &[
    "What",
    "Whatever",
    "Who",
    "Whoever",
    "Whom",
    "Whose",
    "Where",
    "Wherever",
    "When",
    "Whenever",
    "How",
    "However",
    "Why",
    "Whether",
    "Which",
    "That",
    "If",
    "Of",
    "For",
    "As",
    "So",
    "To who",
    "To whom",
    "With whom",
    "By whom",
    "The same",
    "It",
    "They",
    "Theirs",
    "One that",
    "One who",
    "One whose",
    "One of them",
    "Nothing",
    "Nobody",
];

/// Of these, the words that no later paragraph of a doc comment begins with either. "When the
/// disk is full, …" is a sentence there; "What is full …" has its subject turned round.
const OPENERS_OF_LATER_PARAGRAPHS: &[&str] = &[
    "What", "Whatever", "Who", "Whoever", "Whom", "Whose", "Of", "The same",
];

/// `file:line: text` for each doc comment that begins with one of these words.
pub fn openers(source: &Source) -> Vec<String> {
    let mut lines = Vec::new();
    let mut place = Place::Outside;
    let mut is_code = false;
    for (number, line) in source.text.lines().enumerate() {
        let line = line.trim_start();
        let text = match (line.strip_prefix("///"), line.strip_prefix("//!")) {
            (Some(rest), _) if rest.starts_with('/') => None,
            (text @ Some(_), _) | (_, text) => text.map(str::trim),
        };
        let Some(text) = text else {
            (place, is_code) = (Place::Outside, false);
            continue;
        };
        if text.starts_with("```") {
            is_code = !is_code;
        }
        if text.is_empty() {
            place = match place {
                Place::Outside => Place::Outside,
                _ => Place::BetweenParagraphs,
            };
            continue;
        }
        let words = match place {
            _ if is_code => &[],
            Place::Outside => OPENERS,
            Place::BetweenParagraphs => OPENERS_OF_LATER_PARAGRAPHS,
            Place::Inside => &[],
        };
        if words.iter().any(|opener| begins_with(text, opener)) {
            lines.push(format!("{}:{}: {text}", source.path, number + 1));
        }
        place = Place::Inside;
    }
    lines
}

enum Place {
    Outside,
    Inside,
    BetweenParagraphs,
}

fn begins_with(text: &str, opener: &str) -> bool {
    let rest = text.strip_prefix(opener);
    rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(text: &str) -> Vec<String> {
        let source = Source {
            path: "x.rs".to_owned(),
            text: text.to_owned(),
        };
        let lines = openers(&source);
        let number = |line: &String| line.split(':').nth(1).unwrap().to_owned();
        lines.iter().map(number).collect()
    }

    #[test]
    fn a_headless_clause_is_found_wherever_it_stands() {
        for bad in [
            "/// What a profile holds.",
            "//! Who may log in.",
            "    /// Of a longer value, the beginning.",
            "/// The same for a guest.",
            "/// One that is theirs.",
            "/// Nothing: it holds a password.",
            "/// It stands below.",
            "/// Whose: theirs.",
            "///What a profile holds.",
        ] {
            assert_eq!(numbers(bad), ["1"], "{bad}");
        }
        assert_eq!(numbers("/// A size.\n///\n/// What is larger …"), ["3"]);
        assert_eq!(numbers("/// A size.\nfn f() {}\n\n/// That of it."), ["4"]);
        assert_eq!(numbers("//! A file.\n\n/// Why it failed."), ["3"]);
    }

    #[test]
    fn a_noun_a_verb_and_a_line_inside_of_a_paragraph_are_fine() {
        for good in [
            "/// The profile.",
            "/// The sameness of two.",
            "/// One line of the summary.",
            "/// Whosoever's.",
            "/// Formats a date.",
            "/// Italics.",
            "// What a comment says that is none of rustdoc's.",
            "//// What is no doc comment.",
            "/// A size,\n/// What follows in the next line.",
            "/// A size.\n///\n/// When it is full, it waits.",
            "/// A size.\n///\n/// ```\n/// What\n/// ```",
            "let text = \"/// What\";",
        ] {
            assert_eq!(numbers(good), [""; 0], "{good}");
        }
    }
}
