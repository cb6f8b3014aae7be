//! The visibility and equivalence of characters, by Unicode's own tables: for everything that is
//! compared, and for all names and texts that are shown.
//!
//! Two texts that look the same are the same account, number or address; a text without a visible
//! character is not a text. None of this is applied to passwords.

use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;

/// The characters with the property Default_Ignorable_Code_Point (DerivedCoreProperties), for which
/// a font shows nothing: joiners, direction marks, fillers, variation selectors, tags.
const UNSEEN: [(char, char); 17] = [
    ('\u{AD}', '\u{AD}'),
    ('\u{34F}', '\u{34F}'),
    ('\u{61C}', '\u{61C}'),
    ('\u{115F}', '\u{1160}'),
    ('\u{17B4}', '\u{17B5}'),
    ('\u{180B}', '\u{180F}'),
    ('\u{200B}', '\u{200F}'),
    ('\u{202A}', '\u{202E}'),
    ('\u{2060}', '\u{206F}'),
    ('\u{3164}', '\u{3164}'),
    ('\u{FE00}', '\u{FE0F}'),
    ('\u{FEFF}', '\u{FEFF}'),
    ('\u{FFA0}', '\u{FFA0}'),
    ('\u{FFF0}', '\u{FFF8}'),
    ('\u{1BCA0}', '\u{1BCA3}'),
    ('\u{1D173}', '\u{1D17A}'),
    ('\u{E0000}', '\u{E0FFF}'),
];

/// The zero of each script that has its own ten digits (General_Category Nd).
const ZEROS: [u32; 76] = [
    0x30, 0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66,
    0xDE6, 0xE50, 0xED0, 0xF20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90,
    0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10,
    0x104A0, 0x10D30, 0x10D40, 0x11066, 0x110F0, 0x11136, 0x111D0, 0x112F0, 0x11450, 0x114D0,
    0x11650, 0x116C0, 0x116D0, 0x116DA, 0x11730, 0x118E0, 0x11950, 0x11BF0, 0x11C50, 0x11D50,
    0x11DA0, 0x11F50, 0x16130, 0x16A60, 0x16AC0, 0x16B50, 0x16D70, 0x1CCF0, 0x1D7CE, 0x1D7D8,
    0x1D7E2, 0x1D7EC, 0x1D7F6, 0x1E140, 0x1E2F0, 0x1E4F0, 0x1E5F1, 0x1E950, 0x1FBF0,
];

/// Returns the value of a digit of any script.
pub fn digit(c: char) -> Option<u32> {
    let code = u32::from(c);
    let zero = ZEROS.iter().rev().find(|zero| **zero <= code)?;
    Some(code - zero).filter(|digit| *digit < 10)
}

/// Returns the text with the digits of all scripts as ASCII digits, for numbers typed on any
/// keyboard.
pub fn ascii_digits(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return text.into();
    }
    let ascii = |c| digit(c).and_then(|digit| char::from_digit(digit, 10));
    text.chars().map(|c| ascii(c).unwrap_or(c)).collect()
}

/// Returns whether a character is invisible in any context.
pub fn is_unseen(c: char) -> bool {
    UNSEEN
        .iter()
        .any(|(first, last)| (*first..=*last).contains(&c))
}

/// Returns whether a character leaves its place blank: a space of any kind, an [unseen](is_unseen)
/// character, or one that a font draws as nothing, of which the Braille blank is the one in use.
pub fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || is_unseen(c)
        || matches!(
            c,
            '\u{2800}' | '\u{FFF9}'
                ..='\u{FFFB}' | '\u{13441}' | '\u{13442}' | '\u{16FE4}' | '\u{1D159}'
        )
}

/// Returns whether a text has a visible character. A name without one would be an empty heading,
/// and a link that no one can find.
pub fn is_seen(text: &str) -> bool {
    text.chars().any(|c| !is_blank(c))
}

/// Returns a text in the form in which the names and addresses of accounts are compared, apart from
/// case: compatibility forms as plain characters (NFKC: full-width letters, the ligatures of a PDF,
/// a letter in two code points), without unseen characters, and without blanks around it.
pub fn plain(text: &str) -> String {
    let seen = text.chars().filter(|c| !is_unseen(*c));
    let plain: String = seen.nfkc().collect();
    plain.trim_matches(is_blank).to_owned()
}

/// Folds full-width forms (U+FF01 to U+FF5E) to ASCII, and removes unseen characters. This is the
/// part of [`plain`] that does not need tables of some 100 KB, so the browser can use it too.
pub fn half_width(text: &str) -> String {
    text.chars()
        .filter(|c| !is_unseen(*c))
        .map(narrow)
        .collect()
}

/// Returns the ASCII form of a full-width character; any other character unchanged.
pub fn narrow(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        '\u{3000}' => ' ',
        c => c,
    }
}

/// Returns whether a character can be part of a word: a letter or a digit of any script, or a mark
/// that belongs to letters but is not a letter itself (not Alphabetic), as far as domains contain
/// them: accents, the nukta and virama of Indic scripts, tones of Thai, Lao and Burmese, subscripts
/// of Khmer.
pub fn is_word(c: char) -> bool {
    let indic = |c: char| matches!(u32::from(c) & 0x7F, 0x3C | 0x4D);
    c.is_alphanumeric()
        || matches!(
            c,
            '\u{300}'..='\u{36F}' | '\u{DCA}' | '\u{E47}'..='\u{E4E}' | '\u{EBA}' | '\u{EC8}'..='\u{ECD}'
                | '\u{1037}' | '\u{1039}' | '\u{103A}' | '\u{17C9}'..='\u{17D2}'
        )
        || matches!(c, '\u{900}'..='\u{D7F}' if indic(c))
}

/// Tidies a text as it was typed or pasted, of a single line or of several.
///
/// Unseen characters are kept only where they change what is seen: joiners between letters
/// (Persian, Indic scripts) and pictures, the selector after an emoji, the tags of a flag,
/// direction marks inside a text with two directions. All others come from pasting, make two names
/// look alike, hide words in a text, or reorder a line (UTS #39). A filler that looks like a space
/// becomes one.
///
/// Line breaks of every kind become `\n`; in a single line, those that an `<input>` allows, and
/// tabs, become a space. Blanks around the text are removed.
pub fn tidy(typed: &str, lines: bool) -> String {
    let mut tidied = String::with_capacity(typed.len());
    let (mut last, mut held) = (None, None);
    let mut typed = typed.chars().peekable();
    while let Some(c) = typed.next() {
        let c = match c {
            '\r' => {
                typed.next_if_eq(&'\n');
                '\n'
            }
            '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}' if lines => '\n',
            '\t' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}' if !lines => ' ',
            '\u{3164}' | '\u{FFA0}' => ' ',
            c => c,
        };
        if !is_unseen(c) {
            if let Some(mark) = held.take()
                && joins(mark, last, c, lines)
            {
                tidied.push(mark);
            }
        } else if !selects(c, last) {
            held = held.or(Some(c).filter(|c| is_mark(*c)));
            continue;
        }
        tidied.push(c);
        last = Some(c);
    }
    let around = |c: char| c.is_whitespace() || is_direction(c);
    let tidied = tidied.trim_end_matches(|c| around(c) || is_blank(c) && !is_unseen(c));
    // A picture made of Braille may begin with its blank, and a line with a direction mark.
    match lines {
        true => tidied.trim_start(),
        false => tidied.trim_start_matches(|c| around(c) || is_blank(c)),
    }
    .to_owned()
}

/// Returns whether a character changes how the one before it looks: a variation selector after a
/// character that may have variants, or a tag after the black flag or another tag.
fn selects(c: char, last: Option<char>) -> bool {
    let Some(last) = last else { return false };
    match c {
        '\u{FE00}'..='\u{FE0F}'
        | '\u{180B}'..='\u{180D}'
        | '\u{180F}'
        | '\u{E0100}'..='\u{E01EF}' => {
            !is_blank(last) && !last.is_control() && !last.is_ascii_alphabetic()
        }
        '\u{E0020}'..='\u{E007F}' => matches!(last, '\u{1F3F4}' | '\u{E0020}'..='\u{E007E}'),
        _ => false,
    }
}

/// Returns whether a character can change how its neighbours look.
fn is_mark(c: char) -> bool {
    is_direction(c)
        || matches!(
            c,
            '\u{200C}'
                | '\u{200D}'
                | '\u{34F}'
                | '\u{115F}'
                | '\u{1160}'
                | '\u{17B4}'
                | '\u{17B5}'
                | '\u{180E}'
        )
}

/// Returns whether a character only sets the direction of the text around it.
pub fn is_direction(c: char) -> bool {
    matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}')
}

/// Returns whether a mark changes how the text looks between these two characters.
fn joins(mark: char, last: Option<char>, next: char, lines: bool) -> bool {
    match (last, is_direction(mark)) {
        (None, direction) => direction && lines,
        (Some(_), true) => true,
        (Some(last), false) => {
            let bare = |c: char| c.is_control() || is_blank(c) && !is_unseen(c);
            !(bare(last) || bare(next) || last.is_ascii() && next.is_ascii())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Returns all characters with a property, from an independent table.
    fn all(property: &str) -> Vec<char> {
        let class = regex_syntax::parse(&format!(r"\p{{{property}}}")).unwrap();
        let regex_syntax::hir::HirKind::Class(regex_syntax::hir::Class::Unicode(class)) =
            class.into_kind()
        else {
            panic!("no class");
        };
        let ranges = class.iter().map(|range| range.start()..=range.end());
        ranges.flatten().collect()
    }

    #[test]
    fn what_is_unseen_is_what_unicode_says() {
        let table: Vec<char> = UNSEEN
            .iter()
            .flat_map(|(first, last)| *first..=*last)
            .collect();
        assert_eq!(table, all("Default_Ignorable_Code_Point"));
    }

    #[test]
    fn the_digits_are_those_that_unicode_has() {
        let digits = all("Nd");
        assert_eq!(digits.len(), 10 * ZEROS.len());
        for (index, c) in digits.into_iter().enumerate() {
            assert_eq!(digit(c), u32::try_from(index % 10).ok(), "{}", u32::from(c));
        }
        for none in [
            'a',
            '/',
            ':',
            '\u{65F}',
            '\u{66A}',
            '²',
            '⑤',
            '五',
            '\u{10FFFF}',
        ] {
            assert_eq!(digit(none), None, "{none}");
        }
    }

    #[test]
    fn nothing_unseen_is_a_text_and_nothing_around_a_letter_stays() {
        let blanks = ['\u{2800}', '\u{1D159}', '\u{FFF9}', '\u{13441}'];
        let unseen = all("Default_Ignorable_Code_Point");
        let spaces = all("White_Space");
        for c in unseen.into_iter().chain(spaces).chain(blanks) {
            let name = format!("U+{:04X}", u32::from(c));
            let alone = format!("{c}{c} {c}");
            assert!(!is_seen(&alone), "{name}");
            assert_eq!(plain(&alone), "", "{name}");
            // A single line rejects a line break, with an error that names it.
            if c != '\n' && c != '\r' {
                assert_eq!(tidy(&format!("{c} {c}a{c} {c}"), false), "a", "{name}");
            }
            assert_eq!(plain(&format!("{c}a{c}")), "a", "{name}");
            assert!(!is_seen(&tidy(&alone, true)), "{name}");
        }
    }

    #[test]
    fn what_changes_how_a_text_looks_stays() {
        for kept in [
            "نامه\u{200C}ای",
            "HTML\u{200C}ها",
            "👩\u{200D}💻",
            "❤\u{FE0F}\u{200D}🔥",
            "❤\u{FE0F}",
            "1\u{FE0F}\u{20E3}",
            "🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}",
            "葛\u{E0100}",
            "क\u{94D}\u{200D}ष",
            "a\u{200F}b\u{200E}c",
            "שלום (C++)\u{200E} ושלום",
            "⠀⠿⠀⠿",
        ] {
            assert_eq!(tidy(kept, true), kept);
        }
        for (typed, tidied) in [
            ("ma\u{200D}ya", "maya"),
            ("\u{200E}maya\u{200F}", "maya"),
            ("m\u{FE0F}aya", "maya"),
            ("maya\u{E006D}\u{E0061}", "maya"),
            ("👩\u{FE0F}\u{FE0F}\u{FE01}", "👩\u{FE0F}"),
            ("a \u{200D} b", "a  b"),
            ("Müller\u{AD}stein", "Müllerstein"),
            ("김\u{3164}민수", "김 민수"),
            ("\u{202E}abc\u{202C}", "abc"),
            ("نور\u{200D}", "نور"),
        ] {
            assert_eq!(tidy(typed, false), tidied);
        }
    }

    #[test]
    fn line_breaks_are_one_kind() {
        let typed = "1\r\n2\r3\n4\u{B}5\u{C}6\u{85}7\u{2028}8\u{2029}9";
        assert_eq!(tidy(typed, true), "1\n2\n3\n4\n5\n6\n7\n8\n9");
        assert_eq!(tidy("a\u{2028}b\u{85}c\u{B}d\te", false), "a b c d e");
    }

    #[test]
    fn a_plain_text_is_what_was_meant() {
        for (typed, expected) in [
            ("ｍａｙａ＿１", "maya_1"),
            ("ｗｉｄｅ＠ｅｘａｍｐｌｅ．ｏｒｇ", "wide@example.org"),
            ("o\u{FB03}ce", "office"),
            ("𝐦𝐚𝐲𝐚", "maya"),
            ("bu\u{308}cher", "bücher"),
            ("\u{2066}maya\u{2069}\n", "maya"),
            // Look-alikes in another script are different letters.
            ("аnn", "аnn"),
        ] {
            assert_eq!(plain(typed), expected);
        }
        assert_eq!(half_width("\u{FEFF}＋４９　３０"), "+49 30");
    }

    proptest! {
        #[test]
        fn a_tidy_text_is_tidy(
            typed in "[ab \n\tا९❤🏴\u{200B}-\u{200F}\u{61C}\u{FE0F}\u{E0067}\u{E007F}\u{3164}\u{2800}\u{2028}\u{AD}\r]{0,12}",
            lines: bool,
        ) {
            let once = tidy(&typed, lines);
            prop_assert_eq!(tidy(&once, lines), once);
        }

        #[test]
        fn a_plain_text_is_plain(typed in "[a@.\u{2E}\u{2026}ﬁ\u{FF20}\u{3164}\u{200D}\u{308}u¨ \u{2800}]{0,8}|\\PC{0,8}") {
            let once = plain(&typed);
            prop_assert_eq!(plain(&once), once);
        }
    }
}
