//! Statements of names: of the table `former_names`, and of those in `users`.

use app::account::types::{names::FormerName, user::UserId};
use async_trait::async_trait;

use super::failed;
use crate::engine::{Connection, broken_index};
use store::{
    failure::Result,
    names::{Names, PresentName},
};

#[async_trait]
impl Names for Connection {
    async fn present_name(&mut self, user: UserId) -> Result<Option<PresentName>> {
        sqlx::query_as!(
            PresentName,
            "SELECT username AS name, renamed_at FROM users WHERE id = $1",
            user.0
        )
        .fetch_optional(&mut **self)
        .await
        .map_err(failed("names.present_name"))
    }

    async fn set_name(&mut self, user: UserId, name: &str, name_key: &str) -> Result<bool> {
        let set = sqlx::query!(
            "UPDATE users SET username = $1, username_key = $2
             WHERE id = $3 AND NOT EXISTS (SELECT 1 FROM former_names WHERE name_key = $2)",
            name,
            name_key,
            user.0,
        )
        .execute(&mut **self)
        .await;
        match set {
            Ok(done) => Ok(done.rows_affected() == 1),
            Err(error) if broken_index(&error).as_deref() == Some("users_username_key") => {
                Ok(false)
            }
            Err(error) => Err(failed("names.set_name")(error)),
        }
    }

    async fn set_renamed_at(&mut self, user: UserId, now: i64) -> Result<()> {
        sqlx::query!(
            "UPDATE users SET renamed_at = $1 WHERE id = $2",
            now,
            user.0
        )
        .execute(&mut **self)
        .await
        .map(drop)
        .map_err(failed("names.set_renamed_at"))
    }

    // That nobody has it is asked although its user had it until now: so that a database that
    // runs transactions side by side sees who takes it at this moment.
    async fn keep_former_name(
        &mut self,
        user: UserId,
        name_key: &str,
        now: i64,
        until: i64,
    ) -> Result<bool> {
        sqlx::query!(
            "INSERT INTO former_names (name_key, user_id, created_at, until)
             SELECT $1, $2, $3, $4 WHERE NOT EXISTS (SELECT 1 FROM users WHERE username_key = $1)",
            name_key,
            user.0,
            now,
            until,
        )
        .execute(&mut **self)
        .await
        .map(|done| done.rows_affected() == 1)
        .map_err(failed("names.keep_former_name"))
    }

    async fn drop_former_name(&mut self, user: UserId, name_key: &str) -> Result<bool> {
        sqlx::query!(
            "DELETE FROM former_names WHERE name_key = $1 AND user_id = $2",
            name_key,
            user.0,
        )
        .execute(&mut **self)
        .await
        .map(|done| done.rows_affected() == 1)
        .map_err(failed("names.drop_former_name"))
    }

    async fn former_names(&mut self, user: UserId) -> Result<Vec<FormerName>> {
        sqlx::query_as!(
            FormerName,
            "SELECT name_key AS name, until FROM former_names WHERE user_id = $1
             ORDER BY until DESC, name_key",
            user.0
        )
        .fetch_all(&mut **self)
        .await
        .map_err(failed("names.former_names"))
    }

    async fn had_name(&mut self, user: UserId, name_key: &str) -> Result<bool> {
        sqlx::query_scalar!(
            "SELECT EXISTS (SELECT 1 FROM former_names WHERE name_key = $1 AND user_id = $2)
                 AS \"had!: bool\"",
            name_key,
            user.0,
        )
        .fetch_one(&mut **self)
        .await
        .map_err(failed("names.had_name"))
    }

    async fn sweep_former_names(&mut self, now: i64) -> Result<()> {
        sqlx::query!("DELETE FROM former_names WHERE until <= $1", now)
            .execute(&mut **self)
            .await
            .map(drop)
            .map_err(failed("names.sweep_former_names"))
    }
}
