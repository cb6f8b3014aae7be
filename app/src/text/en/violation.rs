//! What to do about a broken rule.

use super::{
    date::date,
    number::{characters, integer},
};
use crate::{
    account::types::username::Username, profile::rules::violation::Violation, text::code_point,
};

/// One sentence for a field of that label. Also read alone, in the summary at
/// the top, so it names the field.
pub fn violation(field: &str, violation: &Violation) -> String {
    match violation {
        Violation::Required => format!("{field}: enter something here, it is required"),
        Violation::TooShort(min) => format!("{field}: use at least {}", characters(*min)),
        Violation::TooLong(max) => format!("{field}: shorten it to {} or fewer", characters(*max)),
        Violation::TooManyBytes => format!("{field}: it is longer than we can take, shorten it"),
        Violation::TooHeavy => format!("{field}: it has too many combined characters, simplify it"),
        Violation::ControlCharacter('\n') => format!("{field}: remove the line break"),
        Violation::ControlCharacter(c) => {
            let code = code_point(*c);
            format!("{field}: remove the control character {code}, which nobody sees")
        }
        Violation::NotADate => {
            format!("{field}: enter a day, a month and a year with four digits, like 27 3 1990")
        }
        Violation::IncompleteDate => format!("{field}: enter the day, the month and the year"),
        Violation::NoSuchDay => format!("{field}: that month has no such day, check the date"),
        Violation::InFuture => format!("{field}: enter a date that is not in the future"),
        Violation::OtherCalendar(Some(year)) => {
            format!("{field}: enter the year of the Gregorian calendar, which may be {year}")
        }
        Violation::OtherCalendar(None) => {
            format!("{field}: enter the year of the Gregorian calendar, like 1990")
        }
        Violation::Before(earliest) => {
            format!("{field}: enter {} or a later date", date(*earliest))
        }
        Violation::NotAPhoneNumber => format!("{field}: enter a phone number like +49 30 901820"),
        Violation::NoCountryCode => {
            format!("{field}: begin with + and the country code, like +49 30 901820")
        }
        Violation::NotAUrl => format!("{field}: enter a web address like https://example.org"),
        Violation::NotAnEmail => format!("{field}: enter an email address like name@example.org"),
        Violation::NotANumber => format!("{field}: enter a whole number"),
        Violation::TooSmall(min) => format!("{field}: enter {} or more", integer(*min)),
        Violation::TooLarge(max) => format!("{field}: enter {} or less", integer(*max)),
        Violation::NotAChoice => format!("{field}: choose from the list"),
        Violation::TooManyChoices(max) => format!("{field}: choose {max} at most"),
        Violation::UnknownField => {
            format!("{field}: this form has no such field, nothing was saved")
        }
        Violation::NotYours => {
            format!("{field}: this is not yours to change")
        }
        Violation::NoSuchVersion => {
            "This form names a version that the profile never had: open it again, nothing was saved"
                .to_owned()
        }
        Violation::NotChosen => format!("{field}: choose which of the two to keep"),
        Violation::NoLongerValid => {
            format!("{field}: this site no longer takes such a value")
        }
        Violation::NotKept => {
            format!("{field}: the history does not have this value any more")
        }
        Violation::NotAPicture => {
            format!(
                "{field}: choose a JPEG, PNG, WebP, GIF or BMP file. Save others, such as HEIC or AVIF, as JPEG first"
            )
        }
        Violation::DamagedPicture => {
            format!(
                "{field}: part of this file is missing or cannot be read. Get it again from where you have it, or save it anew as JPEG or PNG"
            )
        }
        Violation::FileTooLarge(mib) => {
            format!("{field}: choose a file of {mib} MB or less")
        }
        Violation::TooManyPixels(megapixels) => {
            format!("{field}: choose a picture of {megapixels} megapixels or less")
        }
        Violation::Repeated => format!("{field}: it was sent more than once, send it once"),
        Violation::NotAUsername => {
            format!(
                "{field}: use {} to {} letters a to z, digits, hyphens or underscores",
                Username::MIN,
                Username::MAX
            )
        }
        Violation::NotYourUsername => format!("{field}: this is not your username"),
        Violation::AddressTaken => {
            format!("{field}: another account has this address, log in to that one")
        }
        Violation::Reserved => format!("{field}: this name is reserved, choose another"),
        Violation::Taken => format!("{field}: this name is taken, choose another"),
        Violation::PasswordIsName => {
            format!("{field}: choose one that is not your username or email address")
        }
        Violation::EasyToGuess => {
            format!(
                "{field}: this one is easy to guess, choose another. Take several words that have nothing to do with each other or with you"
            )
        }
        Violation::WrongPassword => {
            format!("{field}: this is not your password, enter the one you log in with")
        }
        Violation::WrongCredentials => {
            "Check your username and your password, and try again".to_owned()
        }
    }
}
