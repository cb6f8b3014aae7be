//! The tables `directory` and `directory_words`: the index of what each audience can find of a
//! member.

use app::account::types::user::UserId;
use async_trait::async_trait;
use std::collections::BTreeSet;

use crate::{
    failure::Result,
    profiles::{Findable, ProfileRow},
};

/// The kinds of viewers that the index distinguishes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Onlooker {
    Everyone,
    Members,
}

impl Onlooker {
    pub fn key(self) -> &'static str {
        match self {
            Onlooker::Everyone => "everyone",
            Onlooker::Members => "members",
        }
    }
}

/// All entries of the index for one user; empty for a user who is not in the directory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IndexRows {
    /// Audience, choice and sort key.
    pub names: BTreeSet<(String, String, String)>,
    /// Audience and word.
    pub words: BTreeSet<(String, String)>,
}

/// A range of the list of members by name.
#[derive(Debug, Clone, Copy)]
pub struct NameRange<'a> {
    pub onlooker: Onlooker,
    /// The choice that members have made, or empty for all members.
    pub choice: &'a str,
    /// The sort keys between which the range lies, both excluded.
    pub after: &'a str,
    pub end: &'a str,
}

/// A range of the words.
#[derive(Debug, Clone, Copy)]
pub struct WordRange<'a> {
    pub onlooker: Onlooker,
    /// The word and the user after which the range begins.
    pub after: (&'a str, i64),
    pub end: &'a str,
}

#[async_trait]
pub trait Directory: Send {
    async fn index_rows(&mut self, user: UserId) -> Result<IndexRows>;

    /// Replaces the entries of a user.
    async fn set_index_rows(&mut self, user: UserId, rows: &IndexRows) -> Result<()>;

    /// Sets whether the profile is in the directory. The entries of the index are written
    /// separately.
    async fn set_in_directory(&mut self, user: UserId, in_directory: bool) -> Result<()>;

    /// Returns profiles by sort key, each with its key. Users who are disabled, wait for approval
    /// or have closed their account are left out, as everywhere.
    async fn members_by_name(
        &mut self,
        range: NameRange<'_>,
        who: Findable,
        limit: u32,
    ) -> Result<Vec<(String, ProfileRow)>>;

    /// Returns profiles by word, each with the word. A profile is repeated for each of its words in
    /// the range.
    async fn members_by_word(
        &mut self,
        range: WordRange<'_>,
        who: Findable,
        limit: u32,
    ) -> Result<Vec<(String, ProfileRow)>>;

    /// Returns the distinct first characters of the sort keys of members who can be found.
    async fn initials(&mut self, onlooker: Onlooker, who: Findable) -> Result<Vec<String>>;

    /// Returns the users with greater ids, in ascending order.
    async fn users_behind(&mut self, id: i64, limit: u32) -> Result<Vec<i64>>;

    /// Returns the rules by which the index was built, and the last user that it was built for.
    async fn directory_state(&mut self) -> Result<Option<(String, i64)>>;

    async fn set_directory_state(&mut self, rules: &str, done: i64) -> Result<()>;
}
