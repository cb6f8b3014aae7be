//! The email addresses of a user, and what became of mails to them.

/// The addresses of a user.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Addresses {
    /// The address that the user has shown to be theirs.
    pub confirmed: Option<String>,
    /// The address that the user gave, and has not confirmed.
    pub pending: Option<String>,
}

impl Addresses {
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        let both = self.confirmed.iter().chain(&self.pending);
        both.map(String::as_str)
    }
}

/// The ability of an earlier address to take an account back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WayBack {
    /// The address, [`masked`](super::email::masked): it may be somebody else's by now, and so
    /// may the account.
    pub address: String,
    /// Milliseconds since 1970-01-01 UTC.
    pub until: i64,
}

/// The reason why a mail is no longer tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// The server says that it never will take one for this mailbox.
    NoMailbox,
    /// Letters before the @ that our mail server has no way to pass on.
    Letters,
    /// No server took it, however often it was tried.
    NotTaken,
}

impl Failure {
    const WORDS: [(Failure, &'static str); 3] = [
        (Failure::NoMailbox, "no_mailbox"),
        (Failure::Letters, "letters"),
        (Failure::NotTaken, "not_taken"),
    ];

    /// The word that the database keeps.
    pub fn word(self) -> &'static str {
        let row = Failure::WORDS.iter().find(|(failure, _)| *failure == self);
        row.map_or("", |row| row.1)
    }

    /// Reads a stored word. An unknown one, from a newer program, counts as not
    /// taken.
    pub fn parse(word: &str) -> Failure {
        let row = Failure::WORDS.iter().find(|(_, known)| *known == word);
        row.map_or(Failure::NotTaken, |row| row.0)
    }
}

/// A mail that did not reach the user to whom it is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undelivered {
    /// The address as the user typed it.
    pub address: String,
    pub why: Failure,
    /// Milliseconds since 1970-01-01 UTC.
    pub since: i64,
}
