//! The tables `directory` and `directory_words`: what an audience can find of a member.

use app::account::types::user::UserId;
use async_trait::async_trait;
use std::collections::BTreeSet;

use crate::{
    failure::Result,
    profiles::{Findable, ProfileRow},
};

/// The people who look, as far as the index tells them apart.
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

/// Everything that the index has of one user. Empty for whoever is not in the directory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IndexRows {
    /// Audience, choice, sort key.
    pub names: BTreeSet<(String, String, String)>,
    /// Audience, word.
    pub words: BTreeSet<(String, String)>,
}

/// A stretch of the list by name.
#[derive(Debug, Clone, Copy)]
pub struct NameRange<'a> {
    pub onlooker: Onlooker,
    /// Empty for everybody.
    pub choice: &'a str,
    /// Sort keys between these two.
    pub after: &'a str,
    pub end: &'a str,
}

/// A stretch of the words.
#[derive(Debug, Clone, Copy)]
pub struct WordRange<'a> {
    pub onlooker: Onlooker,
    /// Behind this word of this user.
    pub after: (&'a str, i64),
    pub end: &'a str,
}

#[async_trait]
pub trait Directory: Send {
    async fn index_rows(&mut self, user: UserId) -> Result<IndexRows>;

    /// Writes them in the place of those that are there.
    async fn set_index_rows(&mut self, user: UserId, rows: &IndexRows) -> Result<()>;

    /// Says whether the profile is in the directory. The index is written beside.
    async fn set_in_directory(&mut self, user: UserId, in_directory: bool) -> Result<()>;

    /// Profiles in the order of their sort key, with that key. Users who are disabled or have
    /// closed their account are left out here, as everywhere.
    async fn members_by_name(
        &mut self,
        range: NameRange<'_>,
        who: Findable,
        limit: u32,
    ) -> Result<Vec<(String, ProfileRow)>>;

    /// Profiles in the order of their words, with the word; a profile as often as it has one.
    async fn members_by_word(
        &mut self,
        range: WordRange<'_>,
        who: Findable,
        limit: u32,
    ) -> Result<Vec<(String, ProfileRow)>>;

    /// The first characters of the sort keys that members can be found by, each once.
    async fn initials(&mut self, onlooker: Onlooker, who: Findable) -> Result<Vec<String>>;

    /// The users with greater ids, in their order.
    async fn users_behind(&mut self, id: i64, limit: u32) -> Result<Vec<i64>>;

    /// The rules by which the index was made, and the last user that it was made for.
    async fn directory_state(&mut self) -> Result<Option<(String, i64)>>;

    async fn set_directory_state(&mut self, rules: &str, done: i64) -> Result<()>;
}
