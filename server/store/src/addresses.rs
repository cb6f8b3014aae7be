//! Email addresses, which are columns of the table `users`.

use app::account::types::{addresses::Undelivered, user::UserId};
use async_trait::async_trait;

use crate::failure::Result;

#[async_trait]
pub trait Addresses: Send {
    async fn addresses(
        &mut self,
        user: UserId,
    ) -> Result<app::account::types::addresses::Addresses>;

    /// Returns the confirmed address of a user.
    async fn email(&mut self, user: UserId) -> Result<Option<String>>;

    /// Returns the current addresses of a user to which the last email could not be delivered. The
    /// result for an unconfirmed address does not depend on whose it is.
    async fn undelivered(&mut self, user: UserId) -> Result<Vec<Undelivered>>;

    /// Returns the earlier addresses that can recover the account, unmasked, each with the time
    /// until which it can. An address whose recovery link has not been sent yet gets the time
    /// `waiting_until`.
    async fn earlier_addresses(
        &mut self,
        user: UserId,
        now: i64,
        waiting_until: i64,
    ) -> Result<Vec<(String, i64)>>;

    async fn set_pending_email(
        &mut self,
        user: UserId,
        email: &str,
        key: &str,
        now: i64,
    ) -> Result<()>;

    /// Deletes the address that waits to be confirmed. Returns `false` if there is none.
    async fn forget_pending_email(&mut self, user: UserId) -> Result<bool>;

    /// Sets the confirmed address of a user. Returns `false` if another account has it.
    async fn set_email(&mut self, user: UserId, email: &str, key: &str) -> Result<bool>;

    /// Returns the account with a confirmed address, and the address as its owner typed it.
    async fn user_with_email(&mut self, key: &str) -> Result<Option<(UserId, String)>>;

    /// Returns the account that gets a link to choose a password if one is requested with this
    /// address, and the address as its owner typed it. This is the account that has confirmed the
    /// address. If there is none, it is the newest account that has given the address, has no
    /// confirmed one, and has not had another password since.
    async fn user_to_reset(&mut self, key: &str) -> Result<Option<(UserId, String)>>;
}
