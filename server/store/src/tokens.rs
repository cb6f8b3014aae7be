//! The table `tokens`: links in emails.

use app::account::types::{token::TokenPurpose, user::UserId};
use async_trait::async_trait;

use crate::SecretHash;
use crate::failure::Result;

#[async_trait]
pub trait Tokens: Send {
    /// Returns a valid link: one that has not expired, was created at `latest` or before, belongs
    /// to a user who may log in, and for which nothing relevant has changed since it was requested.
    /// A link to confirm an address is void once the address is confirmed or replaced, or the
    /// password is changed. A link to choose a password is void once the password or the address is
    /// changed. Only a recovery link outlives both changes: it is for users from whom somebody has
    /// taken both.
    async fn find_token(
        &mut self,
        purpose: TokenPurpose,
        hash: &SecretHash,
        now: i64,
        latest: i64,
    ) -> Result<Option<TokenRow>>;

    /// Returns the valid links of a user, newest first.
    async fn links_of(&mut self, user: UserId, now: i64) -> Result<Vec<LinkRow>>;

    /// Adds the link for an email.
    async fn add_token(&mut self, token: NewToken, mail: i64, now: i64) -> Result<()>;

    /// Adds a link to choose a password that is handed out instead of emailed, for the user's
    /// current password and address.
    async fn add_reset_token(
        &mut self,
        hash: &SecretHash,
        user: UserId,
        now: i64,
        expires_at: i64,
    ) -> Result<()>;

    /// Deletes a link, and the other links of its email.
    async fn use_token(&mut self, hash: &SecretHash) -> Result<()>;

    /// Deletes this link alone.
    async fn delete_token(&mut self, hash: &SecretHash) -> Result<()>;

    /// Returns the id of the email that contains a link, or 0 if none does. `None` if there is no
    /// such link.
    async fn mail_of_token(&mut self, hash: &SecretHash) -> Result<Option<i64>>;

    /// Deletes the user's links from the email with the id `since` and later ones, the links
    /// without an email, and the emails from `since` on that are still in the outbox. This goes by
    /// the id of the email and not by time, because the clock may have been set back.
    async fn void_links(&mut self, user: UserId, since: i64) -> Result<()>;

    /// Deletes links that have expired.
    async fn sweep_tokens(&mut self, now: i64) -> Result<()>;
}

pub struct TokenRow {
    pub user: UserId,
    pub username: String,
    /// The address that the link was sent to. For a link that was handed out, the address of the
    /// user, or empty.
    pub email: String,
    /// The address that the user has confirmed.
    pub confirmed: Option<String>,
    /// True if the link was emailed: then its holder can read the emails to that address.
    pub is_mailed: bool,
}

/// A valid link of a user.
pub struct LinkRow {
    pub hash: SecretHash,
    pub purpose: TokenPurpose,
    /// The address, as in [`TokenRow`].
    pub email: String,
    pub is_mailed: bool,
    pub created_at: i64,
    pub expires_at: i64,
}

/// A link for an email.
#[derive(Debug, Clone, Copy)]
pub struct NewToken {
    pub hash: SecretHash,
    pub purpose: TokenPurpose,
    pub expires_at: i64,
}
