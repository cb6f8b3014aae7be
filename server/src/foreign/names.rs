//! Conversion of other programs' usernames into ours. Django's have up to 150 characters: letters
//! of any script, and `@ . + - _`.

use app::account::types::username::Username;
use std::collections::HashSet;
use unicode_normalization::UnicodeNormalization;

/// Usernames that are taken.
#[derive(Debug, Default)]
pub struct Names {
    taken: HashSet<String>,
}

impl Names {
    /// Marks a username as taken.
    pub fn take(&mut self, key: String) {
        self.taken.insert(key);
    }

    /// Takes the free username closest to that of another program: the same one if it is valid and
    /// free. `number` is the user's id there, used if the name has too few usable characters.
    pub fn near(&mut self, old: &str, number: &str) -> Username {
        if let Ok(name) = Username::parse(old)
            && self.taken.insert(name.key())
        {
            return name;
        }
        let number: String = number
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .take(Username::MAX / 2)
            .collect();
        let number = if number.is_empty() { "0" } else { &number };
        let base = plain(old, number);
        let tries = (1_u32..).map(|count| match count {
            1 => base.clone(),
            _ => {
                let ending = format!("-{count}");
                let room = Username::MAX - ending.len();
                let start = base.get(..room).unwrap_or(&base);
                format!("{}{ending}", start.trim_end_matches(['-', '_']))
            }
        });
        let free = tries
            .filter_map(|text| Username::parse(&text).ok())
            .find(|name| self.taken.insert(name.key()));
        free.expect("there are more numbers than users")
    }
}

/// Keeps the characters that are valid in our usernames, removes accents, and replaces everything
/// else by hyphens.
fn plain(old: &str, number: &str) -> String {
    let mut text = String::new();
    for letter in old.nfkd() {
        let is_mark = ('\u{300}'..='\u{36f}').contains(&letter);
        match letter {
            'ß' => text.push_str("ss"),
            'æ' | 'Æ' => text.push_str("ae"),
            'ø' | 'Ø' => text.push('o'),
            'ł' | 'Ł' => text.push('l'),
            _ if is_mark || letter == '\'' || letter == '’' => {}
            _ if letter.is_ascii_alphanumeric() || letter == '_' => text.push(letter),
            _ if text.ends_with('-') => {}
            _ => text.push('-'),
        }
    }
    let text = text.trim_matches(['-', '_']);
    let text = text.get(..Username::MAX).unwrap_or(text);
    let text = text.trim_end_matches(['-', '_']);
    match text.len() {
        0 => format!("user-{number}"),
        length if length < Username::MIN => format!("{text}-{number}"),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_where_nothing_of_the_old_one_can_stay() {
        let mut names = Names::default();
        for (old, expected) in [
            ("\u{645}\u{62d}\u{645}\u{62f}", "user-0"),
            ("\u{645}\u{62d}\u{645}", "user-0-2"),
            ("a.", "a-a"),
            ("j\u{f6}", "jo-j"),
        ] {
            assert_eq!(names.near(old, old).as_str(), expected, "{old}");
        }
    }

    #[test]
    fn a_name_stays_as_near_to_what_it_was_as_it_can() {
        let mut names = Names::default();
        let long = "x".repeat(150);
        for (old, expected) in [
            ("maya", "maya"),
            ("Marc", "Marc"),
            // Differs in case only.
            ("marc", "marc-2"),
            ("MARC", "MARC-3"),
            ("user.x@ex", "user-x-ex"),
            ("O'Neil", "ONeil"),
            ("\u{c1}lvaro", "Alvaro"),
            ("stra\u{df}e", "strasse"),
            ("a+b@example.org", "a-b-example-org"),
            ("jo", "jo-7"),
            ("\u{645}\u{62d}\u{645}\u{62f}", "user-7"),
            ("___", "___"),
            // Reserved by the site.
            ("admin", "admin-2"),
            (&long, &long[..32]),
            (&long, &format!("{}-2", &long[..30])),
        ] {
            assert_eq!(names.near(old, "7").as_str(), expected, "{old}");
        }
    }
}
