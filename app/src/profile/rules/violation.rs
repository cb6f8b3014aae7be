//! The ways in which a value can break a rule. The messages about them are in `text`.

use serde::{Deserialize, Serialize};

use super::date::Date;

/// One broken rule, with what its wording needs. Tuples and not structs: their
/// reading takes the browser less code. Lengths count grapheme
/// clusters (UAX #29), what a person calls a character, unless said otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Violation {
    /// A required field is empty.
    Required,
    /// With the least length.
    TooShort(usize),
    /// With the greatest length.
    TooLong(usize),
    /// Within its length, but more bytes than a text of that length ever has:
    /// piled-up combining marks.
    TooHeavy,
    /// Too many bytes for what is counted in bytes: a password.
    TooManyBytes,
    /// A control character, such as U+0007, or a line break in a single line.
    ControlCharacter(char),
    /// Not a day, a month and a year.
    NotADate,
    /// A date of which a part is missing.
    IncompleteDate,
    /// 30 February.
    NoSuchDay,
    InFuture,
    /// A year that only counts by another calendar; with the year by the Gregorian
    /// one, if it can be told.
    OtherCalendar(Option<i32>),
    /// Earlier than this day, the first that the rule allows.
    Before(Date),
    NotAPhoneNumber,
    /// A number without the country it is in cannot be stored as E.164.
    NoCountryCode,
    NotAUrl,
    NotAnEmail,
    NotANumber,
    /// With the least number.
    TooSmall(i64),
    /// With the greatest number.
    TooLarge(i64),
    /// Not one of the choices that the schema offers.
    NotAChoice,
    /// With as many as are allowed.
    TooManyChoices(usize),
    /// The schema has no such field.
    UnknownField,
    /// The field was sent twice.
    Repeated,
    /// The schema has the field, and lets others change it.
    NotYours,
    /// The profile never had the version that the form names.
    NoSuchVersion,
    /// Two edits contradict each other, and nobody has said which counts.
    NotChosen,
    /// A value of old that the schema can no longer read.
    NoLongerValid,
    /// A value that the history does not have any more.
    NotKept,

    // Pictures.
    /// None of the formats that [`Picture::has_head`](super::picture::Picture::has_head) knows.
    NotAPicture,
    /// A picture in a known format that is incomplete, or cannot be read to its end.
    DamagedPicture,
    /// With the largest file, in MiB.
    FileTooLarge(usize),
    /// With the most pixels, in units of 2^20.
    TooManyPixels(u32),

    // Accounts.
    /// The username has a character other than a-z, 0-9, `_` and `-`.
    NotAUsername,
    /// The username means something to the site itself.
    Reserved,
    Taken,
    /// Another account has confirmed the e-mail address.
    AddressTaken,
    /// The address is at none of the domains that the site accepts.
    OtherDomain,
    NotYourUsername,
    /// The password is the person's own username or e-mail address.
    PasswordIsName,
    /// Among the first that somebody would try.
    EasyToGuess,
    /// Not the password that the user has.
    WrongPassword,
    /// The username, the password, or both are wrong; never which.
    WrongCredentials,
    /// Not a code of the user, or one that was used before.
    WrongCode,
    /// Not a passkey of the user.
    PasskeyRefused,
}
