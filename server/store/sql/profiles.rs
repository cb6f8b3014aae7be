//! Statements of the table `profiles`.

use app::account::types::user::UserId;
use async_trait::async_trait;
use futures_util::StreamExt;

use super::failed;
use crate::engine::{Connection, set_profile};
use store::{
    changes::HistorySize,
    failure::Result,
    profiles::{Findable, NextVersion, ProfileRow, Profiles},
};

#[async_trait]
impl Profiles for Connection {
    async fn add_profile(&mut self, user: UserId, now: i64) -> Result<()> {
        sqlx::query!(
            "INSERT INTO profiles (user_id, created_at, updated_at) VALUES ($1, $2, $2)
             ON CONFLICT DO NOTHING",
            user.0,
            now,
        )
        .execute(&mut **self)
        .await
        .map(drop)
        .map_err(failed("profiles.add_profile"))
    }

    async fn profile_of(&mut self, user: UserId) -> Result<Option<ProfileRow>> {
        sqlx::query_as!(
            ProfileRow,
            "SELECT id, username, role, version, fields, audiences, listed AS \"listed: bool\", in_directory AS \"in_directory: bool\",
                 profiles.created_at, updated_at
             FROM profiles JOIN users ON id = user_id WHERE user_id = $1",
            user.0
        )
        .fetch_optional(&mut **self)
        .await
        .map_err(failed("profiles.profile_of"))
    }

    async fn find_profile(
        &mut self,
        username_key: &str,
        who: Findable,
    ) -> Result<Option<ProfileRow>> {
        let confirmed_only = who == Findable::Confirmed;
        sqlx::query_file_as!(
            ProfileRow,
            "../sql/find_profile.sql",
            username_key,
            confirmed_only,
        )
        .fetch_optional(&mut **self)
        .await
        .map_err(failed("profiles.find_profile"))
    }

    async fn profiles_with_picture(
        &mut self,
        hash: &str,
        who: Findable,
    ) -> Result<Vec<ProfileRow>> {
        let confirmed_only = who == Findable::Confirmed;
        sqlx::query_as!(
            ProfileRow,
            "SELECT users.id, username, role, version, fields, audiences,
                 listed AS \"listed: bool\", in_directory AS \"in_directory: bool\", profiles.created_at, updated_at
             FROM avatars JOIN profiles USING (user_id) JOIN users ON users.id = user_id
             WHERE hash = $1 AND status = 'active' AND leaves_at IS NULL
               AND waits_since IS NULL
               AND (email IS NOT NULL OR NOT $2)",
            hash,
            confirmed_only,
        )
        .fetch_all(&mut **self)
        .await
        .map_err(failed("profiles.profiles_with_picture"))
    }

    async fn set_profile(&mut self, next: &NextVersion<'_>) -> Result<Option<HistorySize>> {
        let size = set_profile(self, next).await;
        let size = size.map_err(failed("profiles.set_profile"))?;
        Ok(size.map(|(changes, bytes)| HistorySize { changes, bytes }))
    }

    async fn set_listed(&mut self, user: UserId, listed: bool) -> Result<()> {
        sqlx::query!(
            "UPDATE profiles SET listed = $1 WHERE user_id = $2",
            listed,
            user.0
        )
        .execute(&mut **self)
        .await
        .map(drop)
        .map_err(failed("profiles.set_listed"))
    }

    async fn each_profile(
        &mut self,
        look: &mut (dyn for<'r> FnMut(&'r ProfileRow) -> Result<()> + Send),
    ) -> Result<()> {
        let mut rows = sqlx::query_as!(
            ProfileRow,
            "SELECT id, username, role, version, fields, audiences, listed AS \"listed: bool\", in_directory AS \"in_directory: bool\",
                 profiles.created_at, updated_at
             FROM profiles JOIN users ON id = user_id ORDER BY user_id"
        )
        .fetch(&mut **self);
        while let Some(row) = rows.next().await {
            look(&row.map_err(failed("profiles.each_profile"))?)?;
        }
        Ok(())
    }
}
