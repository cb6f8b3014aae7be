//! Statements of the tables `directory` and `directory_words`.
//!
//! Whoever is disabled, closed or unconfirmed is left out by the same conditions as on
//! `/u/{username}`, and not by the index: it has nothing to keep up with.
//!
//! `CROSS JOIN` keeps SQLite from beginning with another table than the index.

use app::account::types::user::UserId;
use async_trait::async_trait;

use super::failed;
use crate::engine::Connection;
use store::{
    directory::{Directory, IndexRows, NameRange, Onlooker, WordRange},
    failure::Result,
    profiles::{Findable, ProfileRow},
};

/// Words that one statement adds.
const WORDS_AT_ONCE: usize = 12;

/// Initials that are looked for, at most.
const MOST_INITIALS: i64 = 100;

/// A profile, and where the index has it.
struct FoundRow {
    place: String,
    id: i64,
    username: String,
    role: Option<String>,
    version: i64,
    fields: String,
    audiences: String,
    listed: bool,
    in_directory: bool,
    created_at: i64,
    updated_at: i64,
}

impl FoundRow {
    fn read(self) -> (String, ProfileRow) {
        let profile = ProfileRow {
            id: self.id,
            username: self.username,
            role: self.role,
            version: self.version,
            fields: self.fields,
            audiences: self.audiences,
            listed: self.listed,
            in_directory: self.in_directory,
            created_at: self.created_at,
            updated_at: self.updated_at,
        };
        (self.place, profile)
    }
}

#[async_trait]
impl Directory for Connection {
    async fn index_rows(&mut self, user: UserId) -> Result<IndexRows> {
        let names = sqlx::query!(
            "SELECT audience, choice, sort_key FROM directory WHERE user_id = $1",
            user.0
        )
        .fetch_all(&mut **self)
        .await
        .map_err(failed("directory.names"))?;
        let words = sqlx::query!(
            "SELECT audience, word FROM directory_words WHERE user_id = $1",
            user.0
        )
        .fetch_all(&mut **self)
        .await
        .map_err(failed("directory.words"))?;
        let names = names.into_iter();
        let words = words.into_iter();
        Ok(IndexRows {
            names: names
                .map(|row| (row.audience, row.choice, row.sort_key))
                .collect(),
            words: words.map(|row| (row.audience, row.word)).collect(),
        })
    }

    async fn set_index_rows(&mut self, user: UserId, rows: &IndexRows) -> Result<()> {
        sqlx::query!("DELETE FROM directory WHERE user_id = $1", user.0)
            .execute(&mut **self)
            .await
            .map_err(failed("directory.clear_names"))?;
        sqlx::query!("DELETE FROM directory_words WHERE user_id = $1", user.0)
            .execute(&mut **self)
            .await
            .map_err(failed("directory.clear_words"))?;
        for (audience, choice, sort_key) in &rows.names {
            sqlx::query!(
                "INSERT INTO directory (audience, choice, sort_key, user_id)
                 VALUES ($1, $2, $3, $4)",
                audience,
                choice,
                sort_key,
                user.0
            )
            .execute(&mut **self)
            .await
            .map_err(failed("directory.add_name"))?;
        }
        for onlooker in [Onlooker::Everyone, Onlooker::Members] {
            let words = rows.words.iter();
            let words: Vec<&str> = words
                .filter(|(audience, _)| audience == onlooker.key())
                .map(|(_, word)| word.as_str())
                .collect();
            for words in words.chunks(WORDS_AT_ONCE) {
                add_words(self, user, onlooker, words).await?;
            }
        }
        Ok(())
    }

    async fn set_in_directory(&mut self, user: UserId, in_directory: bool) -> Result<()> {
        sqlx::query!(
            "UPDATE profiles SET in_directory = $1 WHERE user_id = $2",
            in_directory,
            user.0
        )
        .execute(&mut **self)
        .await
        .map(drop)
        .map_err(failed("directory.set_in_directory"))
    }

    async fn members_by_name(
        &mut self,
        range: NameRange<'_>,
        who: Findable,
        limit: u32,
    ) -> Result<Vec<(String, ProfileRow)>> {
        let confirmed_only = who == Findable::Confirmed;
        let (audience, limit) = (range.onlooker.key(), i64::from(limit));
        let rows = sqlx::query_as!(
            FoundRow,
            "SELECT sort_key AS place, users.id, username, role, version, fields, audiences,
                 listed AS \"listed: bool\", in_directory AS \"in_directory: bool\",
                 profiles.created_at, updated_at
             FROM directory CROSS JOIN users CROSS JOIN profiles
             WHERE audience = $1 AND choice = $2 AND sort_key > $3 AND sort_key < $4
               AND users.id = directory.user_id AND profiles.user_id = users.id
               AND status = 'active' AND leaves_at IS NULL AND waits_since IS NULL AND (email IS NOT NULL OR NOT $5)
             ORDER BY sort_key LIMIT $6",
            audience,
            range.choice,
            range.after,
            range.end,
            confirmed_only,
            limit
        )
        .fetch_all(&mut **self)
        .await
        .map_err(failed("directory.members_by_name"))?;
        Ok(rows.into_iter().map(FoundRow::read).collect())
    }

    async fn members_by_word(
        &mut self,
        range: WordRange<'_>,
        who: Findable,
        limit: u32,
    ) -> Result<Vec<(String, ProfileRow)>> {
        let confirmed_only = who == Findable::Confirmed;
        let (audience, limit) = (range.onlooker.key(), i64::from(limit));
        let (word, id) = range.after;
        let rows = sqlx::query_as!(
            FoundRow,
            "SELECT word AS place, users.id, username, role, version, fields, audiences,
                 listed AS \"listed: bool\", in_directory AS \"in_directory: bool\",
                 profiles.created_at, updated_at
             FROM directory_words CROSS JOIN users CROSS JOIN profiles
             WHERE audience = $1 AND (word, directory_words.user_id) > ($2, $3) AND word < $4
               AND users.id = directory_words.user_id AND profiles.user_id = users.id
               AND status = 'active' AND leaves_at IS NULL AND waits_since IS NULL AND (email IS NOT NULL OR NOT $5)
             ORDER BY word, directory_words.user_id LIMIT $6",
            audience,
            word,
            id,
            range.end,
            confirmed_only,
            limit
        )
        .fetch_all(&mut **self)
        .await
        .map_err(failed("directory.members_by_word"))?;
        Ok(rows.into_iter().map(FoundRow::read).collect())
    }

    // One step of the index for each initial, and not one for each member.
    async fn initials(&mut self, onlooker: Onlooker, who: Findable) -> Result<Vec<String>> {
        let confirmed_only = who == Findable::Confirmed;
        let audience = onlooker.key();
        let highest = char::MAX.to_string();
        sqlx::query_scalar!(
            "WITH RECURSIVE letters (letter) AS (
                 SELECT (SELECT substr(sort_key, 1, 1) FROM directory CROSS JOIN users
                         WHERE audience = $1 AND choice = '' AND users.id = user_id
                           AND status = 'active' AND leaves_at IS NULL AND waits_since IS NULL
                           AND (email IS NOT NULL OR NOT $2)
                         ORDER BY sort_key LIMIT 1)
                 UNION ALL
                 SELECT (SELECT substr(sort_key, 1, 1) FROM directory CROSS JOIN users
                         WHERE audience = $1 AND choice = '' AND users.id = user_id
                           AND status = 'active' AND leaves_at IS NULL AND waits_since IS NULL
                           AND (email IS NOT NULL OR NOT $2) AND sort_key > letter || $3
                         ORDER BY sort_key LIMIT 1)
                 FROM letters WHERE letter IS NOT NULL
             )
             SELECT letter AS \"letter!: String\" FROM letters WHERE letter IS NOT NULL LIMIT $4",
            audience,
            confirmed_only,
            highest,
            MOST_INITIALS
        )
        .fetch_all(&mut **self)
        .await
        .map_err(failed("directory.initials"))
    }

    async fn users_behind(&mut self, id: i64, limit: u32) -> Result<Vec<i64>> {
        let limit = i64::from(limit);
        sqlx::query_scalar!(
            "SELECT user_id FROM profiles WHERE user_id > $1 ORDER BY user_id LIMIT $2",
            id,
            limit
        )
        .fetch_all(&mut **self)
        .await
        .map_err(failed("directory.users_behind"))
    }

    async fn directory_state(&mut self) -> Result<Option<(String, i64)>> {
        let row = sqlx::query!("SELECT rules, done FROM directory_state WHERE id = 1")
            .fetch_optional(&mut **self)
            .await
            .map_err(failed("directory.state"))?;
        Ok(row.map(|row| (row.rules, row.done)))
    }

    async fn set_directory_state(&mut self, rules: &str, done: i64) -> Result<()> {
        sqlx::query!(
            "INSERT INTO directory_state (id, rules, done) VALUES (1, $1, $2)
             ON CONFLICT (id) DO UPDATE SET rules = excluded.rules, done = excluded.done",
            rules,
            done
        )
        .execute(&mut **self)
        .await
        .map(drop)
        .map_err(failed("directory.set_state"))
    }
}

/// Adds at most [`WORDS_AT_ONCE`] words. The statement has that many places; those that are left
/// hold the last word again.
async fn add_words(
    connection: &mut Connection,
    user: UserId,
    onlooker: Onlooker,
    words: &[&str],
) -> Result<()> {
    let audience = onlooker.key();
    let at = |place: usize| words[place.min(words.len() - 1)];
    sqlx::query!(
        "INSERT INTO directory_words (audience, user_id, word)
         VALUES ($1, $2, $3), ($1, $2, $4), ($1, $2, $5), ($1, $2, $6), ($1, $2, $7),
             ($1, $2, $8), ($1, $2, $9), ($1, $2, $10), ($1, $2, $11), ($1, $2, $12),
             ($1, $2, $13), ($1, $2, $14)
         ON CONFLICT DO NOTHING",
        audience,
        user.0,
        at(0),
        at(1),
        at(2),
        at(3),
        at(4),
        at(5),
        at(6),
        at(7),
        at(8),
        at(9),
        at(10),
        at(11)
    )
    .execute(&mut **connection)
    .await
    .map(drop)
    .map_err(failed("directory.add_words"))
}
