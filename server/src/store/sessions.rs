//! The table `sessions`.

use app::{
    account::{User, UserId},
    error::AppError,
    profile::Schema,
};

use super::{Store, refuse};

/// SHA-256 of a session's id. The id itself is only in the cookie.
pub type IdHash = [u8; 32];

impl Store {
    /// Who is logged in with this session, if it has not expired.
    pub async fn find_member(
        &self,
        id_hash: &IdHash,
        now: i64,
        schema: &Schema,
    ) -> Result<Option<User>, AppError> {
        let id_hash = &id_hash[..];
        let row = sqlx::query!(
            "SELECT users.id, username, role FROM sessions JOIN users ON users.id = user_id
             WHERE id_hash = ? AND expires_at > ? AND status = 'active'",
            id_hash,
            now,
        )
        .fetch_optional(&self.readers)
        .await
        .map_err(refuse)?;
        Ok(row.map(|row| User {
            id: UserId(row.id),
            username: row.username,
            role: schema.effective_role(row.role.as_deref()).to_owned(),
        }))
    }

    /// Starts a session, ends the one it takes the place of, and sweeps what
    /// has expired.
    pub async fn begin_session(
        &self,
        id_hash: IdHash,
        user: UserId,
        replaces: Option<IdHash>,
        now: i64,
        expires_at: i64,
    ) -> Result<(), AppError> {
        self.write(move |tx| {
            Box::pin(async move {
                let (id_hash, replaces) = (&id_hash[..], replaces.as_ref().map(|hash| &hash[..]));
                sqlx::query!("DELETE FROM sessions WHERE id_hash = ? OR expires_at <= ?", replaces, now)
                    .execute(&mut *tx)
                    .await
                    .map_err(refuse)?;
                sqlx::query!(
                    "INSERT INTO sessions (id_hash, user_id, created_at, expires_at) VALUES (?, ?, ?, ?)",
                    id_hash,
                    user.0,
                    now,
                    expires_at,
                )
                .execute(&mut *tx)
                .await
                .map_err(refuse)?;
                sqlx::query!("UPDATE users SET last_login_at = ? WHERE id = ?", now, user.0)
                    .execute(tx)
                    .await
                    .map(drop)
                    .map_err(refuse)
            })
        })
        .await
    }

    pub async fn end_session(&self, id_hash: IdHash) -> Result<(), AppError> {
        self.write(move |tx| {
            Box::pin(async move {
                let id_hash = &id_hash[..];
                sqlx::query!("DELETE FROM sessions WHERE id_hash = ?", id_hash)
                    .execute(tx)
                    .await
                    .map(drop)
                    .map_err(refuse)
            })
        })
        .await
    }
}
