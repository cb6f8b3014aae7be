//! Statements of the table `mails`.

use app::{
    account::types::user::UserId,
    error::AppError,
    text::{Language, mail::MailKind},
};
use async_trait::async_trait;

use super::failed;
use crate::engine::Connection;
use store::{
    failure::Result,
    mails::{DueMail, Mails, NewMail, Outcome},
};

#[async_trait]
impl Mails for Connection {
    async fn enqueue(&mut self, mail: NewMail) -> Result<()> {
        let (kind, language) = (mail.kind.name(), mail.language.tag());
        let mark = new_mark()?;
        sqlx::query!(
            "INSERT INTO mails
                 (user_id, kind, recipient, detail, password_version, created_at, next_try_at,
                  mark, language, recipient_key)
             SELECT id, $1, $2, $3, password_version, $4, $4, $8, $6, $7
             FROM users WHERE id = $5",
            kind,
            mail.recipient,
            mail.detail,
            mail.now,
            mail.user.0,
            language,
            mail.recipient_key,
            mark,
        )
        .execute(&mut **self)
        .await
        .map(drop)
        .map_err(failed("mails.enqueue"))
    }

    async fn enqueue_last(&mut self, mail: NewMail) -> Result<()> {
        let (kind, language) = (mail.kind.name(), mail.language.tag());
        let mark = new_mark()?;
        sqlx::query!(
            "INSERT INTO mails
                 (username, kind, recipient, detail, password_version, created_at, next_try_at,
                  mark, language, recipient_key)
             SELECT username, $1, $2, $3, password_version, $4, $4, $8, $6, $7
             FROM users WHERE id = $5",
            kind,
            mail.recipient,
            mail.detail,
            mail.now,
            mail.user.0,
            language,
            mail.recipient_key,
            mark,
        )
        .execute(&mut **self)
        .await
        .map(drop)
        .map_err(failed("mails.enqueue_last"))
    }

    async fn due_mails(&mut self, now: i64, too_far: i64, limit: u32) -> Result<Vec<DueMail>> {
        // Each between spaces, so that no name is found within another.
        let kinds = format!(" {} ", MailKind::NAMES.join("  "));
        let rows = sqlx::query!(
            "SELECT m.id, user_id, coalesce(u.username, m.username, '') AS \"username!: String\",
                 kind, recipient, detail, tries, mark, next_try_at, m.language
             FROM mails m LEFT JOIN users u ON u.id = user_id
             WHERE failed_at IS NULL
               AND (next_try_at <= $1 OR next_try_at > $4 OR (tries = 0 AND m.created_at > $1))
               AND replace($2, ' ' || kind || ' ', '') <> $2
             ORDER BY next_try_at, m.id LIMIT $3",
            now,
            kinds,
            i64::from(limit),
            too_far,
        )
        .fetch_all(&mut **self)
        .await
        .map_err(failed("mails.due_mails"))?;
        let due = rows.into_iter().filter_map(|row| {
            Some(DueMail {
                id: row.id,
                user: row.user_id.map(UserId),
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
        .execute(&mut **self)
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
                .execute(&mut **self)
                .await
            }
            Outcome::Later { at, error } => {
                let error = storable(error);
                sqlx::query!(
                    "UPDATE mails SET next_try_at = $1, last_error = $2 WHERE id = $3",
                    at,
                    error,
                    id,
                )
                .execute(&mut **self)
                .await
            }
            Outcome::Failed { why, error } => {
                let error = storable(error);
                let why = why.word();
                sqlx::query!(
                    "UPDATE mails SET failed_at = $1, failure = $2, last_error = $3 WHERE id = $4",
                    now,
                    why,
                    error,
                    id,
                )
                .execute(&mut **self)
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
        .execute(&mut **self)
        .await
        .map(drop)
        .map_err(failed("mails.drop_mails"))
    }

    async fn sweep_mails(&mut self, before: i64) -> Result<()> {
        sqlx::query!("DELETE FROM mails WHERE failed_at < $1", before)
            .execute(&mut **self)
            .await
            .map(drop)
            .map_err(failed("mails.sweep_mails"))
    }
}

/// A random word, of which a mail's Message-ID is made.
pub(super) fn new_mark() -> Result<String> {
    let mut random = [0; 12];
    getrandom::fill(&mut random).map_err(|error| {
        tracing::error!(%error, "the system has no random numbers");
        AppError::Internal
    })?;
    Ok(random.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// The words of a mail server, which may hold what no text of a database can.
pub(super) fn storable(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}
