//! Statements of the table `sessions`.

use app::account::types::user::UserId;
use async_trait::async_trait;

use super::{failed, found_session::FoundSession};
use crate::engine::Connection;
use store::{
    SecretHash,
    failure::Result,
    sessions::{
        ActiveSession, NewSession, SessionCutoffs, SessionRow, SessionSelector, Sessions, Shown,
    },
};

#[async_trait]
impl Sessions for Connection {
    async fn find_session(
        &mut self,
        id: &SecretHash,
        at: SessionCutoffs,
    ) -> Result<Option<ActiveSession>> {
        let id = &id[..];
        // The id before finishes what it has begun: it asks for no new one, and a password that
        // was entered since was entered for the new one. One id is looked for and then one user,
        // so that no engine needs figures of the tables for it.
        sqlx::query_file_as!(
            FoundSession,
            "../sql/find_session.sql",
            id,
            at.now,
            at.idle_since,
            at.rotated_since,
        )
        .fetch_optional(&mut **self)
        .await
        .map(|found| found.map(FoundSession::active))
        .map_err(failed("sessions.find_session"))
    }

    async fn add_session(&mut self, session: NewSession) -> Result<bool> {
        let id = &session.id[..];
        let second_at = session.second_at;
        sqlx::query!(
            "INSERT INTO sessions
                 (id_hash, user_id, created_at, last_seen_at, confirmed_at, second_at, expires_at,
                     device)
             SELECT $1, id, $2, $2, $2, $8, $3, $4 FROM users
             WHERE id = $5 AND password_version = $6 AND status = 'active'
               AND (leaves_at IS NULL OR $7) AND (NOT has_second OR $9)",
            id,
            session.now,
            session.expires_at,
            session.user_agent,
            session.proof.user.0,
            session.proof.password_version,
            session.even_if_closed,
            second_at,
            session.even_without_second,
        )
        .execute(&mut **self)
        .await
        .map(|done| done.rows_affected() == 1)
        .map_err(failed("sessions.add_session"))
    }

    async fn touch_session(&mut self, id: &SecretHash, now: i64) -> Result<()> {
        let id = &id[..];
        sqlx::query!(
            "UPDATE sessions SET last_seen_at = $1 WHERE id_hash = $2",
            now,
            id
        )
        .execute(&mut **self)
        .await
        .map(drop)
        .map_err(failed("sessions.touch_session"))
    }

    async fn rotate_session(
        &mut self,
        old: &SecretHash,
        new: &SecretHash,
        now: i64,
        shown: Shown,
    ) -> Result<bool> {
        let (old, new) = (&old[..], &new[..]);
        let confirmed_at = (shown != Shown::Nothing).then_some(now);
        let second_at = (shown == Shown::Second).then_some(now);
        sqlx::query!(
            "UPDATE sessions SET id_hash = $1, previous_hash = $2, renewed_at = $3, renew = false,
                 confirmed_at = coalesce($4, confirmed_at), second_at = coalesce($5, second_at)
             WHERE id_hash = $2",
            new,
            old,
            now,
            confirmed_at,
            second_at,
        )
        .execute(&mut **self)
        .await
        .map(|done| done.rows_affected() == 1)
        .map_err(failed("sessions.rotate_session"))
    }

    async fn rotate_sessions_of(&mut self, user: UserId) -> Result<()> {
        sqlx::query!(
            "UPDATE sessions SET renew = true WHERE user_id = $1",
            user.0
        )
        .execute(&mut **self)
        .await
        .map(drop)
        .map_err(failed("sessions.rotate_sessions_of"))
    }

    async fn sessions_of(&mut self, user: UserId, at: SessionCutoffs) -> Result<Vec<SessionRow>> {
        sqlx::query_as!(
            SessionRow,
            "SELECT id_hash, device, created_at, last_seen_at FROM sessions
             WHERE user_id = $1 AND expires_at > $2 AND last_seen_at > $3
             ORDER BY last_seen_at DESC, created_at DESC",
            user.0,
            at.now,
            at.idle_since,
        )
        .fetch_all(&mut **self)
        .await
        .map_err(failed("sessions.sessions_of"))
    }

    async fn end_sessions(&mut self, user: UserId, which: &SessionSelector) -> Result<u64> {
        let ended = match which {
            SessionSelector::Only(handle) => {
                sqlx::query!(
                    "DELETE FROM sessions WHERE user_id = $1
                       AND $2 IN (substr(id_hash, 1, 16), substr(previous_hash, 1, 16))",
                    user.0,
                    handle,
                )
                .execute(&mut **self)
                .await
            }
            SessionSelector::AllBut(id) => {
                let id = id.as_ref().map(|hash| &hash[..]);
                sqlx::query!(
                    "DELETE FROM sessions WHERE user_id = $1
                       AND id_hash IS DISTINCT FROM $2
                       AND ($2 IS NULL OR previous_hash IS DISTINCT FROM $2)",
                    user.0,
                    id,
                )
                .execute(&mut **self)
                .await
            }
        };
        ended
            .map(|done| done.rows_affected())
            .map_err(failed("sessions.end_sessions"))
    }

    async fn end_session(&mut self, id: &SecretHash) -> Result<Option<UserId>> {
        let id = &id[..];
        let user = sqlx::query_scalar!(
            "DELETE FROM sessions WHERE id_hash = $1 OR previous_hash = $1 RETURNING user_id",
            id
        )
        .fetch_optional(&mut **self)
        .await
        .map_err(failed("sessions.end_session"))?;
        Ok(user.map(UserId))
    }

    async fn log_out_everywhere(&mut self, user: UserId) -> Result<()> {
        sqlx::query!("DELETE FROM sessions WHERE user_id = $1", user.0)
            .execute(&mut **self)
            .await
            .map_err(failed("sessions.log_out_everywhere"))?;
        sqlx::query!("DELETE FROM devices WHERE user_id = $1", user.0)
            .execute(&mut **self)
            .await
            .map(drop)
            .map_err(failed("sessions.log_out_everywhere"))
    }

    async fn sweep_sessions(&mut self, now: i64) -> Result<()> {
        sqlx::query!("DELETE FROM sessions WHERE expires_at <= $1", now)
            .execute(&mut **self)
            .await
            .map(drop)
            .map_err(failed("sessions.sweep_sessions"))
    }

    async fn keep_newest_sessions(&mut self, user: UserId, most: u32) -> Result<()> {
        sqlx::query!(
            "DELETE FROM sessions WHERE user_id = $1 AND id_hash NOT IN
                 (SELECT id_hash FROM sessions WHERE user_id = $1
                  ORDER BY last_seen_at DESC LIMIT $2)",
            user.0,
            i64::from(most),
        )
        .execute(&mut **self)
        .await
        .map(drop)
        .map_err(failed("sessions.keep_newest_sessions"))
    }

    async fn set_sessions_back(&mut self, now: i64, expires_at: i64, too_late: i64) -> Result<()> {
        sqlx::query!(
            "UPDATE sessions SET
                 created_at = CASE WHEN created_at > $1 THEN $1 ELSE created_at END,
                 last_seen_at = CASE WHEN last_seen_at > $1 THEN $1 ELSE last_seen_at END,
                 confirmed_at = CASE WHEN confirmed_at > $1 THEN $1 ELSE confirmed_at END,
                 second_at = CASE WHEN second_at > $1 THEN $1 ELSE second_at END,
                 expires_at = $2
             WHERE expires_at > $3",
            now,
            expires_at,
            too_late,
        )
        .execute(&mut **self)
        .await
        .map(drop)
        .map_err(failed("sessions.set_sessions_back"))
    }
}
