//! Accounts as those see them who manage users.

use app::account::types::managed::ManagedAccount;
use async_trait::async_trait;

use crate::{
    directory::WordRange,
    failure::Result,
    profiles::{Findable, ProfileRow},
};

/// Accounts that an index has together.
#[derive(Debug, Clone, Copy)]
pub enum Among<'a> {
    /// Those whose username begins with this.
    Names(&'a str),
    /// Those with this stored role.
    Role(&'a str),
    /// Those that are disabled, closed or refused.
    NotActive,
    /// Those among them that are in the state of this word. As many of them are looked at as are
    /// counted at most.
    NotActiveAs(&'a str),
    Waiting,
    /// Those whose last login was from the first time up to before the second. Who never logged
    /// in has the time 0.
    LastLogin(i64, i64),
}

#[async_trait]
pub trait Management: Send {
    /// The number of accounts, or `limit` if there are more.
    async fn count_accounts(&mut self, among: Among<'_>, limit: u32) -> Result<usize>;

    /// The account of that name, or of that former name.
    async fn find_account(&mut self, username_key: &str) -> Result<Option<ManagedAccount>>;

    /// Accounts by username, those behind `after` whose name begins with `start`.
    async fn accounts(
        &mut self,
        start: &str,
        after: &str,
        limit: u32,
    ) -> Result<Vec<ManagedAccount>>;

    /// Accounts that have the text in their username or in their confirmed address, at most
    /// `limit` of them and in no order. The text has three letters at least.
    async fn accounts_containing(&mut self, text: &str, limit: u32) -> Result<Vec<ManagedAccount>>;

    /// Accounts that the directory has a word of in a stretch, with their profile: as often as they
    /// have one, in the order of the words.
    async fn accounts_by_word(
        &mut self,
        range: WordRange<'_>,
        who: Findable,
        limit: u32,
    ) -> Result<Vec<(ManagedAccount, ProfileRow)>>;

    /// Accounts by username, those behind `after` with that stored role.
    async fn accounts_by_role(
        &mut self,
        role: &str,
        after: &str,
        limit: u32,
    ) -> Result<Vec<ManagedAccount>>;

    /// Accounts by username, those behind `after` that are disabled, closed or refused.
    async fn accounts_not_active(&mut self, after: &str, limit: u32)
    -> Result<Vec<ManagedAccount>>;

    /// Accounts by when they signed up, the last first: those before a time, or at it with a name
    /// before `username_key`.
    async fn accounts_by_creation(
        &mut self,
        before: i64,
        username_key: &str,
        limit: u32,
    ) -> Result<Vec<ManagedAccount>>;

    /// Accounts by when they logged in, the last first: those before a time, or at it with a name
    /// before `username_key`. Who never did has the time 0.
    async fn accounts_by_login(
        &mut self,
        before: i64,
        username_key: &str,
        limit: u32,
    ) -> Result<Vec<ManagedAccount>>;
}
