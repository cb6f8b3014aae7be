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

    /// The confirmed address of a user.
    async fn email(&mut self, user: UserId) -> Result<Option<String>>;

    /// Mails to the addresses that a user has now, of which the last one could not be
    /// delivered. For an address that waits it does not depend on whose it is.
    async fn undelivered(&mut self, user: UserId) -> Result<Vec<Undelivered>>;

    /// Earlier addresses that can take the account back, unmasked, each with the time
    /// until which they can: of a link that is on its way, `waiting_until`.
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

    /// Forgets the address that waits to be confirmed. `false` if none did.
    async fn forget_pending_email(&mut self, user: UserId) -> Result<bool>;

    /// Makes an address the user's, confirmed. `false` if another account has it.
    async fn set_email(&mut self, user: UserId, email: &str, key: &str) -> Result<bool>;

    /// The account with that confirmed address, and the address as its owner wrote it.
    async fn user_with_email(&mut self, key: &str) -> Result<Option<(UserId, String)>>;

    /// The account that gets a link to choose a password, requested with this address: the
    /// one that has confirmed it; or else the newest account that has given it, has no
    /// other, and has had no other password since. With the address as its owner wrote it.
    async fn user_to_reset(&mut self, key: &str) -> Result<Option<(UserId, String)>>;
}
