//! The email addresses of a user, and what became of mails to them.

/// The addresses of a user.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Addresses {
    /// One that they have shown to be theirs.
    pub confirmed: Option<String>,
    /// One that they gave, and have not confirmed.
    pub pending: Option<String>,
}

impl Addresses {
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        let both = self.confirmed.iter().chain(&self.pending);
        both.map(String::as_str)
    }
}

/// That an earlier address can take an account back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WayBack {
    /// The address, [`masked`]: it may be somebody else's by now, and so may the
    /// account.
    pub address: String,
    /// Milliseconds since 1970-01-01 UTC.
    pub until: i64,
}

/// Why nobody tries to send a mail any more.
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

    /// What the database keeps.
    pub fn word(self) -> &'static str {
        let row = Failure::WORDS.iter().find(|(failure, _)| *failure == self);
        row.map_or("", |row| row.1)
    }

    /// Of a word of a newer program, or of none, that it was not taken.
    pub fn parse(word: &str) -> Failure {
        let row = Failure::WORDS.iter().find(|(_, known)| *known == word);
        row.map_or(Failure::NotTaken, |row| row.0)
    }
}

/// A mail that did not reach the user to whom it is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undelivered {
    /// As the user has typed it.
    pub address: String,
    pub why: Failure,
    /// Milliseconds since 1970-01-01 UTC.
    pub since: i64,
}
