//! The table `mails`, in SQLite.

use app::{
    account::types::user::UserId,
    text::{Language, MailKind},
};
use async_trait::async_trait;
use sqlx::SqliteConnection;

use super::error::failed;
use crate::store::{
    failure::Result,
    mails::{DueMail, Mails, NewMail, Outcome},
};

#[async_trait]
impl Mails for SqliteConnection {
    async fn enqueue(&mut self, mail: NewMail) -> Result<()> {
        let (kind, language) = (mail.kind.name(), mail.language.tag());
        sqlx::query!(
            "INSERT INTO mails
                 (user_id, kind, recipient, detail, password_version, created_at, next_try_at,
                  mark, language, recipient_key)
             SELECT id, $1, $2, $3, password_version, $4, $4, lower(hex(randomblob(12))), $6, $7
             FROM users WHERE id = $5",
            kind,
            mail.recipient,
            mail.detail,
            mail.now,
            mail.user.0,
            language,
            mail.recipient_key,
        )
        .execute(self)
        .await
        .map(drop)
        .map_err(failed("mails.enqueue"))
    }

    async fn due_mails(&mut self, now: i64, too_far: i64, limit: u32) -> Result<Vec<DueMail>> {
        let kinds = serde_json::to_string(&MailKind::NAMES).unwrap_or_default();
        let rows = sqlx::query!(
            "SELECT m.id, user_id, username, kind, recipient, detail, tries, mark,
                 next_try_at, language
             FROM mails m JOIN users u ON u.id = user_id
             WHERE failed_at IS NULL
               AND (next_try_at <= $1 OR next_try_at > $4 OR (tries = 0 AND m.created_at > $1))
               AND kind IN (SELECT value FROM json_each($2))
             ORDER BY next_try_at, m.id LIMIT $3",
            now,
            kinds,
            limit,
            too_far,
        )
        .fetch_all(self)
        .await
        .map_err(failed("mails.due_mails"))?;
        let due = rows.into_iter().filter_map(|row| {
            Some(DueMail {
                id: row.id,
                user: UserId(row.user_id),
                username: row.username,
                kind: MailKind::parse(&row.kind)?,
                recipient: row.recipient,
                detail: row.detail,
                tries: row.tries,
                mark: row.mark,
                // One of a newer program.
                language: Language::parse(&row.language).unwrap_or_default(),
                next_try_at: row.next_try_at,
            })
        });
        Ok(due.collect())
    }

    async fn claim_mail(&mut self, mail: &DueMail, until: i64) -> Result<bool> {
        sqlx::query!(
            "UPDATE mails SET tries = tries + 1, next_try_at = $1
             WHERE id = $2 AND next_try_at = $3 AND failed_at IS NULL",
            until,
            mail.id,
            mail.next_try_at,
        )
        .execute(self)
        .await
        .map(|done| done.rows_affected() == 1)
        .map_err(failed("mails.claim_mail"))
    }

    async fn settle_mail(&mut self, id: i64, outcome: &Outcome, now: i64) -> Result<()> {
        let was_sent = *outcome == Outcome::Sent;
        let settled = match outcome {
            Outcome::Sent | Outcome::Void => {
                // A mailbox that takes mails by now has no trouble to tell anybody of.
                sqlx::query!(
                    "DELETE FROM mails WHERE id = $1
                       OR ($2 AND failed_at IS NOT NULL AND recipient_key <> ''
                           AND recipient_key = (SELECT recipient_key FROM mails WHERE id = $1))",
                    id,
                    was_sent,
                )
                .execute(self)
                .await
            }
            Outcome::Later { at, error } => {
                sqlx::query!(
                    "UPDATE mails SET next_try_at = $1, last_error = $2 WHERE id = $3",
                    at,
                    error,
                    id,
                )
                .execute(self)
                .await
            }
            Outcome::Failed { why, error } => {
                let why = why.word();
                sqlx::query!(
                    "UPDATE mails SET failed_at = $1, failure = $2, last_error = $3 WHERE id = $4",
                    now,
                    why,
                    error,
                    id,
                )
                .execute(self)
                .await
            }
        };
        settled.map(drop).map_err(failed("mails.settle_mail"))
    }

    async fn drop_mails(&mut self, user: UserId, kind: MailKind) -> Result<()> {
        let kind = kind.name();
        sqlx::query!(
            "DELETE FROM mails WHERE user_id = $1 AND kind = $2",
            user.0,
            kind
        )
        .execute(self)
        .await
        .map(drop)
        .map_err(failed("mails.drop_mails"))
    }

    async fn sweep_mails(&mut self, before: i64) -> Result<()> {
        sqlx::query!("DELETE FROM mails WHERE failed_at < $1", before)
            .execute(self)
            .await
            .map(drop)
            .map_err(failed("mails.sweep_mails"))
    }
}
