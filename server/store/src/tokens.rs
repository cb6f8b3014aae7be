//! The table `tokens`: links in mails.

use app::account::types::{token::TokenPurpose, user::UserId};
use async_trait::async_trait;

use crate::SecretHash;
use crate::failure::Result;

#[async_trait]
pub trait Tokens: Send {
    /// A link that works: not expired, made before `latest`, of a user who may log in,
    /// and standing on what it stood on when it was asked for. A confirmed address is
    /// not confirmed again; another password or another address voids a link to choose a
    /// password. Only the way back to an earlier address outlives both, for it is there
    /// for those from whom somebody has taken both.
    async fn find_token(
        &mut self,
        purpose: TokenPurpose,
        hash: &SecretHash,
        now: i64,
        latest: i64,
    ) -> Result<Option<TokenRow>>;

    /// The links of a user that work, the newest first.
    async fn links_of(&mut self, user: UserId, now: i64) -> Result<Vec<LinkRow>>;

    /// Makes the link that a mail carries.
    async fn add_token(&mut self, token: NewToken, mail: i64, now: i64) -> Result<()>;

    /// Makes a link to choose a password that is handed out, and not mailed, for the
    /// password and the address that the user has now.
    async fn add_reset_token(
        &mut self,
        hash: &SecretHash,
        user: UserId,
        now: i64,
        expires_at: i64,
    ) -> Result<()>;

    /// Deletes a link, and the others of its mail.
    async fn use_token(&mut self, hash: &SecretHash) -> Result<()>;

    /// Deletes this link alone.
    async fn delete_token(&mut self, hash: &SecretHash) -> Result<()>;

    /// The mail that carries a link, 0 if none does. `None` without such a link.
    async fn mail_of_token(&mut self, hash: &SecretHash) -> Result<Option<i64>>;

    /// Deletes links of a user that came in that mail or a later one, or in none, and
    /// what waits to be sent from that mail on. By the number of the mail, not by time,
    /// for the clock may have been set back.
    async fn void_links(&mut self, user: UserId, since: i64) -> Result<()>;

    /// Deletes links that have expired.
    async fn sweep_tokens(&mut self, now: i64) -> Result<()>;
}

pub struct TokenRow {
    pub user: UserId,
    pub username: String,
    /// The address that the link was sent to. For one that was handed out, the address of the
    /// user, or nothing.
    pub email: String,
    /// The address that the user has confirmed.
    pub confirmed: Option<String>,
    /// The link came in a mail: whoever has it has read what is sent to that address.
    pub is_mailed: bool,
}

/// A link of a user that works.
pub struct LinkRow {
    pub hash: SecretHash,
    pub purpose: TokenPurpose,
    /// The address that it was sent to, or nothing.
    pub email: String,
    pub is_mailed: bool,
    pub created_at: i64,
    pub expires_at: i64,
}

/// A link that a mail is to carry.
#[derive(Debug, Clone, Copy)]
pub struct NewToken {
    pub hash: SecretHash,
    pub purpose: TokenPurpose,
    pub expires_at: i64,
}
