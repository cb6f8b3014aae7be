//! The ways in which a value can break a rule. The messages about them are in `text`.

use serde::{Deserialize, Serialize};

use super::date::Date;

/// A broken rule, with the data that its message needs.
///
/// The variants are tuples and not structs, because those take less code to deserialize in the
/// browser. Lengths are in grapheme clusters (UAX #29), which people call characters, unless noted
/// otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Violation {
    /// A required field is empty.
    Required,
    /// Contains the minimum length.
    TooShort(usize),
    /// Contains the maximum length.
    TooLong(usize),
    /// Within the maximum length, but with more bytes than a text of that length ever has: it
    /// contains piled-up combining marks.
    TooHeavy,
    /// Too many bytes for a value whose length is limited in bytes: a password.
    TooManyBytes,
    /// A control character, such as U+0007, or a line break in a single line.
    ControlCharacter(char),
    /// Not a day, a month and a year.
    NotADate,
    /// A date with a missing part.
    IncompleteDate,
    /// A day that does not exist, such as 30 February.
    NoSuchDay,
    InFuture,
    /// A year that is only plausible in another calendar. Contains the Gregorian year, if it is
    /// known.
    OtherCalendar(Option<i32>),
    /// Earlier than this day, the first that the rule allows.
    Before(Date),
    NotAPhoneNumber,
    /// A phone number without a country code, which cannot be stored as E.164.
    NoCountryCode,
    NotAUrl,
    NotAnEmail,
    NotANumber,
    /// Contains the minimum.
    TooSmall(i64),
    /// Contains the maximum.
    TooLarge(i64),
    /// Not one of the choices that the schema offers.
    NotAChoice,
    /// Contains the maximum number of choices.
    TooManyChoices(usize),
    /// The schema has no such field.
    UnknownField,
    /// The field was sent twice.
    Repeated,
    /// The item exists, but the viewer may not change it.
    NotYours,
    /// The profile never had the version that the form names.
    NoSuchVersion,
    /// Two edits are in conflict, and their author has not chosen a side.
    NotChosen,
    /// An earlier value that the schema no longer accepts.
    NoLongerValid,
    /// A value that is no longer in the history.
    NotKept,

    // Pictures.
    /// A file in none of the formats that [`Picture::has_head`](super::picture::Picture::has_head)
    /// recognises.
    NotAPicture,
    /// A picture in a known format that is incomplete, or cannot be read to its end.
    DamagedPicture,
    /// Contains the maximum size, in MiB.
    FileTooLarge(usize),
    /// Contains the maximum number of pixels, in units of 2^20.
    TooManyPixels(u32),

    // Accounts.
    /// The username has a character other than a-z, 0-9, `_` and `-`.
    NotAUsername,
    /// The username is reserved for the site itself.
    Reserved,
    Taken,
    /// Another account has confirmed the email address.
    AddressTaken,
    /// The address is not in a domain that the site accepts.
    OtherDomain,
    NotYourUsername,
    /// The password is the person's own username or email address.
    PasswordIsName,
    /// The password is among the first that an attacker would try.
    EasyToGuess,
    /// The password is not that of the user.
    WrongPassword,
    /// The username, the password, or both are wrong; the message does not say which.
    WrongCredentials,
    /// The code is not one of the user's, or was used before.
    WrongCode,
    /// The passkey is not one of the user's, or cannot be added.
    PasskeyRefused,
}
