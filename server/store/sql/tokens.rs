//! Statements of the table `tokens`.

use app::account::types::{token::TokenPurpose, user::UserId};
use async_trait::async_trait;

use super::failed;
use crate::engine::Connection;
use store::{
    SecretHash,
    failure::Result,
    tokens::{LinkRow, NewToken, TokenRow, Tokens},
};

/// The word for a purpose in the database.
fn word(purpose: TokenPurpose) -> &'static str {
    match purpose {
        TokenPurpose::Confirm => "confirm",
        TokenPurpose::Reset => "reset",
        TokenPurpose::Undo => "undo",
    }
}

/// The purpose of a word; the table's own check lets in no others.
fn purpose(word: &str) -> Option<TokenPurpose> {
    let all = [
        TokenPurpose::Confirm,
        TokenPurpose::Reset,
        TokenPurpose::Undo,
    ];
    all.into_iter().find(|purpose| self::word(*purpose) == word)
}

#[async_trait]
impl Tokens for Connection {
    async fn find_token(
        &mut self,
        purpose: TokenPurpose,
        hash: &SecretHash,
        now: i64,
        latest: i64,
    ) -> Result<Option<TokenRow>> {
        let (hash, purpose) = (&hash[..], word(purpose));
        let row = sqlx::query!(
            "SELECT t.user_id, u.username, t.email, u.email AS confirmed,
                 mail_id IS NOT NULL AS \"mailed!: bool\"
             FROM tokens t JOIN users u ON u.id = t.user_id
             WHERE t.hash = $1 AND t.purpose = $2 AND t.expires_at > $3 AND t.created_at <= $4
               AND u.status = 'active'
               AND CASE t.purpose
                   WHEN 'confirm' THEN t.email = u.pending_email
                       AND t.password_version = u.password_version
                   WHEN 'reset' THEN t.email = coalesce(u.email, u.pending_email, '')
                       AND t.password_version = u.password_version
                   ELSE true END",
            hash,
            purpose,
            now,
            latest,
        )
        .fetch_optional(&mut **self)
        .await
        .map_err(failed("tokens.find_token"))?;
        Ok(row.map(|row| TokenRow {
            user: UserId(row.user_id),
            username: row.username,
            email: row.email,
            confirmed: row.confirmed,
            is_mailed: row.mailed,
        }))
    }

    async fn links_of(&mut self, user: UserId, now: i64) -> Result<Vec<LinkRow>> {
        let rows = sqlx::query!(
            "SELECT t.hash, t.purpose, t.email, mail_id IS NOT NULL AS \"mailed!: bool\",
                 t.created_at, t.expires_at
             FROM tokens t JOIN users u ON u.id = t.user_id
             WHERE t.user_id = $1 AND t.expires_at > $2 AND u.status = 'active'
               AND CASE t.purpose
                   WHEN 'confirm' THEN t.email = u.pending_email
                       AND t.password_version = u.password_version
                   WHEN 'reset' THEN t.email = coalesce(u.email, u.pending_email, '')
                       AND t.password_version = u.password_version
                   ELSE true END
             ORDER BY t.created_at DESC, t.expires_at DESC",
            user.0,
            now,
        )
        .fetch_all(&mut **self)
        .await
        .map_err(failed("tokens.links_of"))?;
        let link = rows.into_iter().filter_map(|row| {
            Some(LinkRow {
                hash: row.hash.try_into().ok()?,
                purpose: purpose(&row.purpose)?,
                email: row.email,
                is_mailed: row.mailed,
                created_at: row.created_at,
                expires_at: row.expires_at,
            })
        });
        Ok(link.collect())
    }

    async fn add_token(&mut self, token: NewToken, mail: i64, now: i64) -> Result<()> {
        let (hash, purpose) = (&token.hash[..], word(token.purpose));
        sqlx::query!(
            "INSERT INTO tokens
                 (hash, purpose, user_id, email, password_version, mail_id, created_at, expires_at)
             SELECT $1, $2, user_id, recipient, password_version, id, $3, $4
             FROM mails WHERE id = $5",
            hash,
            purpose,
            now,
            token.expires_at,
            mail,
        )
        .execute(&mut **self)
        .await
        .map(drop)
        .map_err(failed("tokens.add_token"))
    }

    async fn add_reset_token(
        &mut self,
        hash: &SecretHash,
        user: UserId,
        now: i64,
        expires_at: i64,
    ) -> Result<()> {
        let hash = &hash[..];
        sqlx::query!(
            "INSERT INTO tokens
                 (hash, purpose, user_id, email, password_version, created_at, expires_at)
             SELECT $1, 'reset', id, coalesce(email, pending_email, ''), password_version, $2, $3
             FROM users WHERE id = $4",
            hash,
            now,
            expires_at,
            user.0,
        )
        .execute(&mut **self)
        .await
        .map(drop)
        .map_err(failed("tokens.add_reset_token"))
    }

    async fn use_token(&mut self, hash: &SecretHash) -> Result<()> {
        let hash = &hash[..];
        sqlx::query!(
            "DELETE FROM tokens
             WHERE hash = $1 OR mail_id = (SELECT mail_id FROM tokens WHERE hash = $1)",
            hash
        )
        .execute(&mut **self)
        .await
        .map(drop)
        .map_err(failed("tokens.use_token"))
    }

    async fn delete_token(&mut self, hash: &SecretHash) -> Result<()> {
        let hash = &hash[..];
        sqlx::query!("DELETE FROM tokens WHERE hash = $1", hash)
            .execute(&mut **self)
            .await
            .map(drop)
            .map_err(failed("tokens.delete_token"))
    }

    async fn mail_of_token(&mut self, hash: &SecretHash) -> Result<Option<i64>> {
        let hash = &hash[..];
        let mail = sqlx::query_scalar!("SELECT mail_id FROM tokens WHERE hash = $1", hash)
            .fetch_optional(&mut **self)
            .await
            .map_err(failed("tokens.mail_of_token"))?;
        Ok(mail.map(Option::unwrap_or_default))
    }

    async fn void_links(&mut self, user: UserId, since: i64) -> Result<()> {
        sqlx::query!(
            "DELETE FROM tokens WHERE user_id = $1 AND (mail_id >= $2 OR mail_id IS NULL)",
            user.0,
            since
        )
        .execute(&mut **self)
        .await
        .map_err(failed("tokens.void_links"))?;
        sqlx::query!(
            "DELETE FROM mails WHERE user_id = $1 AND id >= $2",
            user.0,
            since
        )
        .execute(&mut **self)
        .await
        .map(drop)
        .map_err(failed("tokens.void_links"))
    }

    async fn sweep_tokens(&mut self, now: i64) -> Result<()> {
        sqlx::query!("DELETE FROM tokens WHERE expires_at <= $1", now)
            .execute(&mut **self)
            .await
            .map(drop)
            .map_err(failed("tokens.sweep_tokens"))
    }
}
