//! Messages for violated rules: what to do about each.

use super::{
    date::date,
    number::{characters, integer},
};
use crate::{
    account::types::username::Username, profile::rules::violation::Violation, text::code_point,
};

/// Message for a field. It also appears alone, in the summary at the top of the page,
/// so it names the field.
pub fn violation(field: &str, violation: &Violation) -> String {
    match violation {
        Violation::Required => format!("{field}: this field is required"),
        Violation::TooShort(min) => format!("{field}: use at least {}", characters(*min)),
        Violation::TooLong(max) => format!("{field}: shorten it to {} or fewer", characters(*max)),
        Violation::TooManyBytes => format!("{field}: this is longer than this site accepts. Shorten it"),
        Violation::TooHeavy => format!("{field}: use fewer combining characters"),
        Violation::ControlCharacter('\n') => format!("{field}: remove the line break"),
        Violation::ControlCharacter(c) => {
            let code = code_point(*c);
            format!("{field}: remove the invisible control character {code}")
        }
        Violation::NotADate => {
            format!("{field}: enter a day, a month and a four-digit year, like 27 3 1990")
        }
        Violation::IncompleteDate => format!("{field}: enter the day, the month and the year"),
        Violation::NoSuchDay => format!("{field}: enter a day that exists in this month"),
        Violation::InFuture => format!("{field}: enter a date that is not in the future"),
        Violation::OtherCalendar(Some(year)) => {
            format!("{field}: enter the year in the Gregorian calendar, which may be {year}")
        }
        Violation::OtherCalendar(None) => {
            format!("{field}: enter the year in the Gregorian calendar, like 1990")
        }
        Violation::Before(earliest) => {
            format!("{field}: enter {} or a later date", date(*earliest))
        }
        Violation::NotAPhoneNumber => format!("{field}: enter a phone number like +49 30 901820"),
        Violation::NoCountryCode => {
            format!("{field}: start with + and the country code, like +49 30 901820")
        }
        Violation::NotAUrl => format!("{field}: enter a web address like https://example.org"),
        Violation::NotAnEmail => format!("{field}: enter an email address like name@example.org"),
        Violation::NotANumber => format!("{field}: enter a whole number"),
        Violation::TooSmall(min) => format!("{field}: enter {} or more", integer(*min)),
        Violation::TooLarge(max) => format!("{field}: enter {} or less", integer(*max)),
        Violation::NotAChoice => format!("{field}: choose an option from the list"),
        Violation::TooManyChoices(max) => format!("{field}: choose no more than {max}"),
        Violation::UnknownField => {
            format!("{field}: this field is not part of the form, so nothing was saved")
        }
        Violation::NotYours => {
            format!("{field}: you cannot edit this field")
        }
        Violation::NoSuchVersion => {
            "This form refers to a version that the profile never had, so nothing was saved. Open it again"
                .to_owned()
        }
        Violation::NotChosen => format!("{field}: choose which version to keep"),
        Violation::NoLongerValid => {
            format!("{field}: this site no longer accepts this value")
        }
        Violation::NotKept => {
            format!("{field}: this value is no longer in the history")
        }
        Violation::NotAPicture => {
            format!(
                "{field}: choose a JPEG, PNG, WebP, GIF or BMP file. Save other formats, such as HEIC or AVIF, as JPEG first"
            )
        }
        Violation::DamagedPicture => {
            format!(
                "{field}: this file is incomplete or damaged. Get it from its source again, or save it again as JPEG or PNG"
            )
        }
        Violation::FileTooLarge(mib) => {
            format!("{field}: choose a file of {mib} MB or less")
        }
        Violation::TooManyPixels(megapixels) => {
            format!("{field}: choose a picture of {megapixels} megapixels or less")
        }
        Violation::Repeated => format!("{field}: this was sent more than once. Send it only once"),
        Violation::NotAUsername => {
            format!(
                "{field}: use {} to {} letters a to z, digits, hyphens or underscores",
                Username::MIN,
                Username::MAX
            )
        }
        Violation::NotYourUsername => format!("{field}: enter your own username"),
        Violation::AddressTaken => {
            format!("{field}: another account uses this address. Log in to that account")
        }
        Violation::Reserved => format!("{field}: this name is reserved. Choose another one"),
        Violation::Taken => format!("{field}: this name is taken. Choose another one"),
        Violation::PasswordIsName => {
            format!("{field}: choose a password that is not your username or email address")
        }
        Violation::EasyToGuess => {
            format!(
                "{field}: this password is easy to guess. Choose several words that are not related to each other or to you"
            )
        }
        Violation::WrongPassword => {
            format!("{field}: this is not your password. Enter the one you log in with")
        }
        Violation::WrongCredentials => {
            "Check your username and password, then try again".to_owned()
        }
    }
}
