//! The email addresses of a user, and the emails that could not be delivered to them.

/// The addresses of a user.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Addresses {
    /// The address that the user has confirmed.
    pub confirmed: Option<String>,
    /// The address that the user has given, but not confirmed.
    pub pending: Option<String>,
}

impl Addresses {
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        let both = self.confirmed.iter().chain(&self.pending);
        both.map(String::as_str)
    }
}

/// The possibility to recover an account from an earlier address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WayBack {
    /// The address, [`masked`](super::email::masked): by now it may belong to someone else, and so
    /// may the account.
    pub address: String,
    /// Milliseconds since 1970-01-01 UTC.
    pub until: i64,
}

/// The reason why an email is no longer retried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// The server permanently rejects emails to this mailbox.
    NoMailbox,
    /// Our mail server cannot transmit letters before the @ of the address.
    Letters,
    /// No server accepted the email, despite all retries.
    NotTaken,
}

impl Failure {
    const WORDS: [(Failure, &'static str); 3] = [
        (Failure::NoMailbox, "no_mailbox"),
        (Failure::Letters, "letters"),
        (Failure::NotTaken, "not_taken"),
    ];

    /// Returns the word that is stored in the database.
    pub fn word(self) -> &'static str {
        let row = Failure::WORDS.iter().find(|(failure, _)| *failure == self);
        row.map_or("", |row| row.1)
    }

    /// Parses a stored word. An unknown one, from a newer version of the program, counts as
    /// [`Failure::NotTaken`].
    pub fn parse(word: &str) -> Failure {
        let row = Failure::WORDS.iter().find(|(_, known)| *known == word);
        row.map_or(Failure::NotTaken, |row| row.0)
    }
}

/// An email that did not reach the user, as shown to them or to a manager.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undelivered {
    /// The address as the user typed it.
    pub address: String,
    pub why: Failure,
    /// Milliseconds since 1970-01-01 UTC.
    pub since: i64,
}
