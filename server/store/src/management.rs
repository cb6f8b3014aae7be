//! Accounts as managers see them.

use app::account::types::managed::ManagedAccount;
use async_trait::async_trait;

use crate::{
    directory::WordRange,
    failure::Result,
    profiles::{Findable, ProfileRow},
};

/// A group of accounts that an index can find.
#[derive(Debug, Clone, Copy)]
pub enum Among<'a> {
    /// Those whose username begins with this.
    Names(&'a str),
    /// Those with this stored role.
    Role(&'a str),
    /// Those that are disabled, closed or refused.
    NotActive,
    /// Those of them in the state with this name. At most as many of them are examined as are
    /// counted.
    NotActiveAs(&'a str),
    Waiting,
    /// Those whose last login was at or after the first time and before the second. Accounts
    /// without a login have the time 0.
    LastLogin(i64, i64),
}

#[async_trait]
pub trait Management: Send {
    /// Returns the number of accounts, or `limit` if there are more.
    async fn count_accounts(&mut self, among: Among<'_>, limit: u32) -> Result<usize>;

    /// Returns the account with a username or a former name.
    async fn find_account(&mut self, username_key: &str) -> Result<Option<ManagedAccount>>;

    /// Returns accounts after `after`, by username, whose name begins with `start`.
    async fn accounts(
        &mut self,
        start: &str,
        after: &str,
        limit: u32,
    ) -> Result<Vec<ManagedAccount>>;

    /// Returns at most `limit` accounts whose username or confirmed address contains a text of
    /// three letters or more, in no particular order.
    async fn accounts_containing(&mut self, text: &str, limit: u32) -> Result<Vec<ManagedAccount>>;

    /// Returns accounts with a word of the directory in a range, and their profiles, in the order
    /// of the words. An account is repeated for each of its words.
    async fn accounts_by_word(
        &mut self,
        range: WordRange<'_>,
        who: Findable,
        limit: u32,
    ) -> Result<Vec<(ManagedAccount, ProfileRow)>>;

    /// Returns accounts after `after`, by username, with a stored role.
    async fn accounts_by_role(
        &mut self,
        role: &str,
        after: &str,
        limit: u32,
    ) -> Result<Vec<ManagedAccount>>;

    /// Returns accounts after `after`, by username, that are disabled, closed or refused.
    async fn accounts_not_active(&mut self, after: &str, limit: u32)
    -> Result<Vec<ManagedAccount>>;

    /// Returns accounts by the time of their sign-up, newest first: those before a time, or at that
    /// time with a name before `username_key`.
    async fn accounts_by_creation(
        &mut self,
        before: i64,
        username_key: &str,
        limit: u32,
    ) -> Result<Vec<ManagedAccount>>;

    /// Returns accounts by the time of their last login, latest first: those before a time, or at
    /// that time with a name before `username_key`. Accounts without a login have the time 0.
    async fn accounts_by_login(
        &mut self,
        before: i64,
        username_key: &str,
        limit: u32,
    ) -> Result<Vec<ManagedAccount>>;
}
