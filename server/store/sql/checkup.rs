//! Statements about all of a database. They read whole tables.

use async_trait::async_trait;

use super::failed;
use crate::{driver::Raw, engine::Connection};
use store::{
    checkup::{Checkup, Counts, StuckMails},
    failure::Result,
};

#[async_trait]
impl Checkup for Connection {
    async fn count_users_without_profile(&mut self) -> Result<i64> {
        sqlx::query_scalar!(
            "SELECT count(*) AS \"count!\" FROM users LEFT JOIN profiles ON user_id = id
             WHERE user_id IS NULL"
        )
        .fetch_one(&mut **self)
        .await
        .map_err(failed("checkup.count_users_without_profile"))
    }

    async fn give_missing_profiles(&mut self) -> Result<u64> {
        let given = give_missing_profiles(&mut **self).await;
        given.map_err(failed("checkup.give_missing_profiles"))
    }

    async fn count_all(&mut self, now: i64) -> Result<Counts> {
        sqlx::query_as!(
            Counts,
            "SELECT (SELECT count(*) FROM users) AS \"users!\",
                 (SELECT count(*) FROM sessions WHERE expires_at > $1) AS \"sessions!\",
                 (SELECT count(*) FROM mails WHERE failed_at IS NULL) AS \"mails_waiting!\",
                 (SELECT count(*) FROM mails WHERE failed_at IS NOT NULL) AS \"mails_failed!\",
                 (SELECT count(*) FROM imported_passwords) AS \"imported_passwords!\"",
            now
        )
        .fetch_one(&mut **self)
        .await
        .map_err(failed("checkup.count_all"))
    }

    async fn count_stuck_mails(&mut self, due: i64) -> Result<StuckMails> {
        sqlx::query_as!(
            StuckMails,
            "SELECT count(*) FILTER (WHERE failed_at IS NOT NULL) AS \"failed!\",
                 count(*) FILTER (WHERE failed_at IS NULL AND next_try_at < $1) AS \"overdue!\"
             FROM mails",
            due
        )
        .fetch_one(&mut **self)
        .await
        .map_err(failed("checkup.count_stuck_mails"))
    }
}

/// Gives a profile to every user without one, and returns how many there were.
pub async fn give_missing_profiles(connection: &mut Raw) -> std::result::Result<u64, sqlx::Error> {
    sqlx::query!(
        "INSERT INTO profiles (user_id, created_at, updated_at)
         SELECT u.id, u.created_at, u.created_at FROM users u
         LEFT JOIN profiles p ON p.user_id = u.id WHERE p.user_id IS NULL
         ON CONFLICT DO NOTHING"
    )
    .execute(connection)
    .await
    .map(|done| done.rows_affected())
}
