//! The table `mails`: the outbox.

use app::{
    account::types::{addresses::Failure as WhyNot, user::UserId},
    text::{Language, mail::MailKind},
};
use async_trait::async_trait;

use crate::failure::Result;

#[async_trait]
pub trait Mails: Send {
    /// Adds an email about a user.
    async fn enqueue(&mut self, mail: NewMail) -> Result<()>;

    /// Adds the last email to a user who is about to be erased. It is not erased with the user.
    async fn enqueue_last(&mut self, mail: NewMail) -> Result<()>;

    /// Returns emails that are due, oldest first. This includes emails put off beyond `too_far`,
    /// when the clock was ahead, but none of a kind that only a newer program knows.
    async fn due_mails(&mut self, now: i64, too_far: i64, limit: u32) -> Result<Vec<DueMail>>;

    /// Puts off an email and counts an attempt, so that no other process sends it in the meantime,
    /// and no process sends it without being able to record that. Returns `false` if another
    /// process was faster.
    async fn claim_mail(&mut self, mail: &DueMail, until: i64) -> Result<bool>;

    async fn settle_mail(&mut self, id: i64, outcome: &Outcome, now: i64) -> Result<()>;

    /// Deletes the emails of a kind about a user, including failed ones.
    async fn drop_mails(&mut self, user: UserId, kind: MailKind) -> Result<()>;

    /// Deletes emails that failed before a given time.
    async fn sweep_mails(&mut self, before: i64) -> Result<()>;
}

/// An email about a user, to be added in the transaction that it is about.
#[derive(Debug, Clone)]
pub struct NewMail {
    pub user: UserId,
    pub kind: MailKind,
    pub recipient: String,
    /// The recipient's address in the form in which addresses are compared.
    pub recipient_key: String,
    pub detail: Option<String>,
    pub language: Language,
    pub now: i64,
}

/// An email to be sent.
#[derive(Debug, Clone)]
pub struct DueMail {
    pub id: i64,
    /// `None` if the user has been erased.
    pub user: Option<UserId>,
    pub username: String,
    pub kind: MailKind,
    pub recipient: String,
    pub detail: Option<String>,
    /// The number of attempts so far.
    pub tries: i64,
    /// A random word, unique to this email.
    pub mark: String,
    pub language: Language,
    pub next_try_at: i64,
}

/// The outcome of an attempt to send an email.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// A mail server has accepted it.
    Sent,
    /// The reason for the email no longer exists; there is nothing to send.
    Void,
    /// The email is tried again at that time.
    Later { at: i64, error: String },
    /// The email has failed for good.
    Failed { why: WhyNot, error: String },
}
