//! Statements of the tables `invitations` and `invitation_links`.

use app::{account::types::user::UserId, text::Language};
use async_trait::async_trait;

use super::{
    failed,
    mails::{new_mark, storable},
};
use crate::engine::Connection;
use store::{
    SecretHash,
    failure::Result,
    invitations::{DueInvitation, InvitationRow, Invitations, Inviter, NewInvitation},
    mails::Outcome,
};

/// A row of the statements here.
struct Row {
    id: i64,
    email: Option<String>,
    role: Option<String>,
    given: String,
    days: i64,
    uses: i64,
    uses_left: i64,
    created_at: i64,
    expires_at: i64,
    ended_at: Option<i64>,
    undelivered: bool,
    created_by: Option<i64>,
    inviter: Option<String>,
    inviter_role: Option<String>,
    inviter_active: bool,
}

impl Row {
    fn read(self) -> InvitationRow {
        let by = self.created_by.zip(self.inviter);
        InvitationRow {
            id: self.id,
            email: self.email,
            role: self.role,
            given: self.given,
            days: self.days,
            uses: self.uses,
            uses_left: self.uses_left,
            created_at: self.created_at,
            expires_at: self.expires_at,
            ended_at: self.ended_at,
            is_undelivered: self.undelivered,
            by: by.map(|(id, username)| Inviter {
                id: UserId(id),
                username,
                role: self.inviter_role,
                is_active: self.inviter_active,
            }),
        }
    }
}

#[async_trait]
impl Invitations for Connection {
    async fn add_invitation(&mut self, new: &NewInvitation, now: i64) -> Result<i64> {
        let by = new.by.map(|user| user.0);
        let (email, email_key) = new.email.clone().unzip();
        let (days, uses) = (i64::from(new.days), i64::from(new.uses));
        let (mark, language) = (new_mark()?, new.language.tag());
        sqlx::query_scalar!(
            "INSERT INTO invitations
                 (created_by, email, email_key, role, given, days, uses, uses_left, created_at,
                  expires_at, mail_at, mark, language)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8, $9, $10, $11, $12)
             RETURNING id AS \"id!\"",
            by,
            email,
            email_key,
            new.role,
            new.given,
            days,
            uses,
            now,
            new.expires_at,
            new.mail_at,
            mark,
            language,
        )
        .fetch_one(&mut **self)
        .await
        .map_err(failed("invitations.add_invitation"))
    }

    async fn add_invitation_link(
        &mut self,
        hash: &SecretHash,
        invitation: i64,
        is_mailed: bool,
    ) -> Result<()> {
        let hash = &hash[..];
        sqlx::query!(
            "INSERT INTO invitation_links (hash, invitation_id, is_mailed) VALUES ($1, $2, $3)",
            hash,
            invitation,
            is_mailed,
        )
        .execute(&mut **self)
        .await
        .map(drop)
        .map_err(failed("invitations.add_invitation_link"))
    }

    async fn invitations(
        &mut self,
        by: Option<UserId>,
        before: i64,
        limit: u32,
    ) -> Result<Vec<InvitationRow>> {
        let limit = i64::from(limit);
        let rows = match by {
            Some(by) => {
                sqlx::query_as!(
                    Row,
                    "SELECT i.id, i.email, i.role, given, days, uses, uses_left, i.created_at,
                         i.expires_at, ended_at,
                         mail_failed_at IS NOT NULL AS \"undelivered!: bool\", created_by,
                         username AS \"inviter?\", u.role AS \"inviter_role?\",
                         coalesce(status = 'active' AND leaves_at IS NULL, false)
                             AS \"inviter_active!: bool\"
                     FROM invitations i LEFT JOIN users u ON u.id = created_by
                     WHERE created_by = $1 AND i.id < $2
                     ORDER BY i.id DESC LIMIT $3",
                    by.0,
                    before,
                    limit,
                )
                .fetch_all(&mut **self)
                .await
            }
            None => {
                sqlx::query_as!(
                    Row,
                    "SELECT i.id, i.email, i.role, given, days, uses, uses_left, i.created_at,
                         i.expires_at, ended_at,
                         mail_failed_at IS NOT NULL AS \"undelivered!: bool\", created_by,
                         username AS \"inviter?\", u.role AS \"inviter_role?\",
                         coalesce(status = 'active' AND leaves_at IS NULL, false)
                             AS \"inviter_active!: bool\"
                     FROM invitations i LEFT JOIN users u ON u.id = created_by
                     WHERE i.id < $1
                     ORDER BY i.id DESC LIMIT $2",
                    before,
                    limit,
                )
                .fetch_all(&mut **self)
                .await
            }
        };
        let rows = rows.map_err(failed("invitations.invitations"))?;
        Ok(rows.into_iter().map(Row::read).collect())
    }

    async fn invitation(&mut self, id: i64) -> Result<Option<InvitationRow>> {
        let row = sqlx::query_as!(
            Row,
            "SELECT i.id, i.email, i.role, given, days, uses, uses_left, i.created_at,
                 i.expires_at, ended_at, mail_failed_at IS NOT NULL AS \"undelivered!: bool\",
                 created_by, username AS \"inviter?\", u.role AS \"inviter_role?\",
                 coalesce(status = 'active' AND leaves_at IS NULL, false)
                     AS \"inviter_active!: bool\"
             FROM invitations i LEFT JOIN users u ON u.id = created_by
             WHERE i.id = $1",
            id
        )
        .fetch_optional(&mut **self)
        .await
        .map_err(failed("invitations.invitation"))?;
        Ok(row.map(Row::read))
    }

    async fn invitation_of_link(
        &mut self,
        hash: &SecretHash,
    ) -> Result<Option<(InvitationRow, bool)>> {
        let hash = &hash[..];
        let link = sqlx::query!(
            "SELECT invitation_id, is_mailed AS \"is_mailed: bool\" FROM invitation_links
             WHERE hash = $1",
            hash
        )
        .fetch_optional(&mut **self)
        .await
        .map_err(failed("invitations.invitation_of_link"))?;
        let Some(link) = link else {
            return Ok(None);
        };
        let row = self.invitation(link.invitation_id).await?;
        Ok(row.map(|row| (row, link.is_mailed)))
    }

    async fn use_invitation(&mut self, id: i64, now: i64) -> Result<bool> {
        sqlx::query!(
            "UPDATE invitations SET uses_left = uses_left - 1
             WHERE id = $1 AND uses_left > 0 AND ended_at IS NULL AND expires_at > $2",
            id,
            now,
        )
        .execute(&mut **self)
        .await
        .map(|done| done.rows_affected() == 1)
        .map_err(failed("invitations.use_invitation"))
    }

    async fn end_invitation(&mut self, id: i64, now: i64) -> Result<bool> {
        sqlx::query!(
            "UPDATE invitations SET ended_at = $2, mail_at = NULL
             WHERE id = $1 AND uses_left > 0 AND ended_at IS NULL",
            id,
            now,
        )
        .execute(&mut **self)
        .await
        .map(|done| done.rows_affected() == 1)
        .map_err(failed("invitations.end_invitation"))
    }

    async fn end_invitations_to(
        &mut self,
        by: Option<UserId>,
        email_key: &str,
        now: i64,
    ) -> Result<()> {
        // Nobody has the id 0.
        let by = by.map_or(0, |user| user.0);
        sqlx::query!(
            "UPDATE invitations SET ended_at = $3, mail_at = NULL
             WHERE email_key = $2 AND coalesce(created_by, 0) = $1
               AND uses_left > 0 AND ended_at IS NULL",
            by,
            email_key,
            now,
        )
        .execute(&mut **self)
        .await
        .map(drop)
        .map_err(failed("invitations.end_invitations_to"))
    }

    async fn renew_invitation(&mut self, id: i64, expires_at: i64, mail_at: i64) -> Result<()> {
        sqlx::query!(
            "UPDATE invitations
             SET expires_at = $2, mail_at = $3, mail_tries = 0, mail_error = NULL,
                 mail_failed_at = NULL
             WHERE id = $1",
            id,
            expires_at,
            mail_at,
        )
        .execute(&mut **self)
        .await
        .map(drop)
        .map_err(failed("invitations.renew_invitation"))
    }

    async fn due_invitations(
        &mut self,
        now: i64,
        too_far: i64,
        limit: u32,
    ) -> Result<Vec<DueInvitation>> {
        let rows = sqlx::query!(
            "SELECT id, email AS \"email!\", email_key AS \"email_key!\", expires_at, mail_tries,
                 mark, language, mail_at AS \"mail_at!\"
             FROM invitations
             WHERE mail_at IS NOT NULL AND (mail_at <= $1 OR mail_at > $2)
               AND uses_left > 0 AND ended_at IS NULL AND expires_at > $1
             ORDER BY mail_at, id LIMIT $3",
            now,
            too_far,
            i64::from(limit),
        )
        .fetch_all(&mut **self)
        .await
        .map_err(failed("invitations.due_invitations"))?;
        let due = rows.into_iter().map(|row| DueInvitation {
            id: row.id,
            email: row.email,
            email_key: row.email_key,
            expires_at: row.expires_at,
            tries: row.mail_tries,
            mark: row.mark,
            language: Language::parse(&row.language).unwrap_or_default(),
            mail_at: row.mail_at,
        });
        Ok(due.collect())
    }

    async fn claim_invitation(&mut self, due: &DueInvitation, until: i64) -> Result<bool> {
        sqlx::query!(
            "UPDATE invitations SET mail_tries = mail_tries + 1, mail_at = $1
             WHERE id = $2 AND mail_at = $3 AND uses_left > 0 AND ended_at IS NULL",
            until,
            due.id,
            due.mail_at,
        )
        .execute(&mut **self)
        .await
        .map(|done| done.rows_affected() == 1)
        .map_err(failed("invitations.claim_invitation"))
    }

    async fn settle_invitation(
        &mut self,
        id: i64,
        until: i64,
        outcome: &Outcome,
        now: i64,
    ) -> Result<()> {
        let (mail_at, failed_at, error) = match outcome {
            Outcome::Sent | Outcome::Void => (None, None, None),
            Outcome::Later { at, error } => (Some(*at), None, Some(storable(error))),
            Outcome::Failed { error, .. } => (None, Some(now), Some(storable(error))),
        };
        sqlx::query!(
            "UPDATE invitations SET mail_at = $2, mail_failed_at = $3, mail_error = $4
             WHERE id = $1 AND mail_at = $5",
            id,
            mail_at,
            failed_at,
            error,
            until,
        )
        .execute(&mut **self)
        .await
        .map(drop)
        .map_err(failed("invitations.settle_invitation"))
    }

    async fn sweep_invitations(&mut self, before: i64) -> Result<()> {
        sqlx::query!(
            "DELETE FROM invitations WHERE expires_at < $1 OR ended_at < $1",
            before
        )
        .execute(&mut **self)
        .await
        .map(drop)
        .map_err(failed("invitations.sweep_invitations"))
    }
}
