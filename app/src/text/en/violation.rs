//! Messages for violated rules: what to do about each.

use std::borrow::Cow;

use super::{
    date::date,
    number::{characters, number},
};
use crate::{
    account::types::username::Username, profile::rules::violation::Violation,
    text::words::code_point,
};

/// Advice on a field that breaks a rule. It is shown after the field's label.
pub fn advice(violation: &Violation) -> Cow<'static, str> {
    match violation {
        Violation::Required => "this field is required".into(),
        Violation::TooShort(min) => format!("use at least {}", characters(*min)).into(),
        Violation::TooLong(max) => format!("shorten it to {} or fewer", characters(*max)).into(),
        Violation::TooManyBytes => "this is longer than this site accepts. Shorten it".into(),
        Violation::TooHeavy => "use fewer combining characters".into(),
        Violation::ControlCharacter('\n') => "remove the line break".into(),
        Violation::ControlCharacter(c) => {
            let code = code_point(*c);
            format!("remove the invisible control character {code}").into()
        }
        Violation::NotADate => {
            "enter a day, a month and a four-digit year, like 27 3 1990".into()
        }
        Violation::IncompleteDate => "enter the day, the month and the year".into(),
        Violation::NoSuchDay => "enter a day that exists in this month".into(),
        Violation::InFuture => "enter a date that is not in the future".into(),
        Violation::OtherCalendar(Some(year)) => {
            format!("enter the year in the Gregorian calendar, which may be {year}").into()
        }
        Violation::OtherCalendar(None) => {
            "enter the year in the Gregorian calendar, like 1990".into()
        }
        Violation::Before(earliest) => {
            format!("enter {} or a later date", date(*earliest)).into()
        }
        Violation::NotAPhoneNumber => "enter a phone number like +49 30 901820".into(),
        Violation::NoCountryCode => {
            "start with + and the country code, like +49 30 901820".into()
        }
        Violation::NotAUrl => "enter a web address like https://example.org".into(),
        Violation::NotAnEmail => "enter an email address like name@example.org".into(),
        Violation::NotANumber => "enter a whole number".into(),
        Violation::TooSmall(min) => format!("enter {} or more", number(*min)).into(),
        Violation::TooLarge(max) => format!("enter {} or less", number(*max)).into(),
        Violation::NotAChoice => "choose an option from the list".into(),
        Violation::TooManyChoices(max) => format!("choose no more than {max}").into(),
        Violation::UnknownField => {
            "this field is not part of the form, so nothing was saved".into()
        }
        Violation::NotYours => {
            "you cannot edit this field".into()
        }
        Violation::NoSuchVersion => {
            "This form refers to a version that the profile never had, so nothing was saved. Open it again"
                .into()
        }
        Violation::NotChosen => "choose which version to keep".into(),
        Violation::NoLongerValid => {
            "this site no longer accepts this value".into()
        }
        Violation::NotKept => {
            "this value is no longer in the history".into()
        }
        Violation::NotAPicture => {
            "choose a JPEG, PNG, WebP, GIF or BMP file. Save other formats, such as HEIC or AVIF, as JPEG first".into()
        }
        Violation::DamagedPicture => {
            "this file is incomplete or damaged. Get it from its source again, or save it again as JPEG or PNG".into()
        }
        Violation::FileTooLarge(mib) => {
            format!("choose a file of {mib} MB or less").into()
        }
        Violation::TooManyPixels(megapixels) => {
            format!("choose a picture of {megapixels} megapixels or less").into()
        }
        Violation::Repeated => "this was sent more than once. Send it only once".into(),
        Violation::NotAUsername => {
            format!(
                "use {} to {} letters a to z, digits, hyphens or underscores",
                Username::MIN,
                Username::MAX
            ).into()
        }
        Violation::NotYourUsername => "enter your own username".into(),
        Violation::AddressTaken => {
            "another account uses this address. Log in to that account".into()
        }
        Violation::OtherDomain => "use an address that this site accepts".into(),
        Violation::Reserved => "this name is reserved. Choose another one".into(),
        Violation::Taken => "this name is taken. Choose another one".into(),
        Violation::PasswordIsName => {
            "choose a password that is not your username or email address".into()
        }
        Violation::EasyToGuess => {
            "this password is easy to guess. Choose several words that are not related to each other or to you".into()
        }
        Violation::WrongPassword => {
            "this is not your password. Enter the one you log in with".into()
        }
        Violation::WrongCode => "this code is wrong or was used before. Enter the next one".into(),
        Violation::PasskeyRefused => "it was not accepted. Try another one".into(),
        Violation::WrongCredentials => {
            "Check your username and password, then try again".into()
        }
    }
}

/// Message about the field with that label.
pub fn labelled(label: &str, words: &str) -> String {
    format!("{label}: {words}")
}
