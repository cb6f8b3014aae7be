//! The table `mails`: the outbox.

use app::{
    account::types::{addresses::Failure as WhyNot, user::UserId},
    text::{Language, mail::MailKind},
};
use async_trait::async_trait;

use crate::failure::Result;

#[async_trait]
pub trait Mails: Send {
    /// Adds a mail about a user.
    async fn enqueue(&mut self, mail: NewMail) -> Result<()>;

    /// Adds the last mail to a user who is about to be gone: it stays when they go.
    async fn enqueue_last(&mut self, mail: NewMail) -> Result<()>;

    /// Mails whose time has come, the oldest first. Also those put off beyond `too_far`,
    /// when the clock was ahead; and none of a newer program.
    async fn due_mails(&mut self, now: i64, too_far: i64, limit: u32) -> Result<Vec<DueMail>>;

    /// Puts a mail off and counts a try, so that nobody else sends it meanwhile, and
    /// nobody at all who cannot write that down. `false` if somebody else was faster.
    async fn claim_mail(&mut self, mail: &DueMail, until: i64) -> Result<bool>;

    async fn settle_mail(&mut self, id: i64, outcome: &Outcome, now: i64) -> Result<()>;

    /// Deletes the mails of a kind that wait for a user.
    async fn drop_mails(&mut self, user: UserId, kind: MailKind) -> Result<()>;

    /// Deletes mails that failed before that.
    async fn sweep_mails(&mut self, before: i64) -> Result<()>;
}

/// A mail about a user, in the transaction of what it is about.
#[derive(Debug, Clone)]
pub struct NewMail {
    pub user: UserId,
    pub kind: MailKind,
    pub recipient: String,
    /// The recipient as addresses are compared.
    pub recipient_key: String,
    pub detail: Option<String>,
    pub language: Language,
    pub now: i64,
}

/// A mail that is to be sent.
#[derive(Debug, Clone)]
pub struct DueMail {
    pub id: i64,
    /// `None` for one who is gone.
    pub user: Option<UserId>,
    pub username: String,
    pub kind: MailKind,
    pub recipient: String,
    pub detail: Option<String>,
    /// The number of attempts so far.
    pub tries: i64,
    /// A random word of its own.
    pub mark: String,
    pub language: Language,
    pub next_try_at: i64,
}

/// The outcome of an attempt to send a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// A server has taken it.
    Sent,
    /// The reason for the mail is gone; there is nothing to send.
    Void,
    /// The mail is tried again at that time.
    Later { at: i64, error: String },
    /// The mail has failed for good.
    Failed { why: WhyNot, error: String },
}
