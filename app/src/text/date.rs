//! Names of months, in every language.

use super::{ar, de, en};

/// Number of a month by its name or the start of it, in any of our languages:
/// `February`, `feb`, `Mai`. No name means another month in another language.
pub fn month_number(name: &str) -> Option<u8> {
    // The only letter of these names that has a case and is not ASCII. Unicode's tables of cases
    // would be an eighth of the wasm.
    let lower = |c: char| match c {
        'Ä' => 'ä',
        // Many people type an alif without these marks.
        'أ' | 'إ' | 'آ' => 'ا',
        c => c.to_ascii_lowercase(),
    };
    let starts = |month: &str| {
        let mut letters = month.chars().map(lower);
        name.chars().all(|c| letters.next() == Some(lower(c)))
    };
    let index = [en::MONTHS, de::MONTHS, ar::MONTHS]
        .iter()
        .find_map(|months| months.iter().position(|month| starts(month)))?;
    (name.chars().count() >= 3)
        .then_some(index + 1)
        .and_then(|number| u8::try_from(number).ok())
}
