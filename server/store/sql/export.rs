//! Statements of the export of a user.

use app::{account::types::user::UserId, error::AppError};
use async_trait::async_trait;
use futures_util::TryStreamExt;
use tokio::sync::mpsc::Sender;

use super::failed;
use crate::engine::Connection;
use store::{
    changes::ChangeRow,
    events::EventRow,
    export::{AccountRow, Export, FactorRecord, InvitationRecord, Record, SessionRecord},
    failure::Result,
    names::Names,
    profiles::Profiles,
};

#[async_trait]
impl Export for Connection {
    async fn export(&mut self, user: UserId, out: &Sender<Record>) -> Result<()> {
        let row = sqlx::query!(
            "SELECT username, email, pending_email, role, waits_since, language, created_at,
                 last_login_at
             FROM users WHERE id = $1",
            user.0
        )
        .fetch_one(&mut **self)
        .await
        .map_err(failed("export.account"))?;
        let account = AccountRow {
            username: row.username,
            former_names: self.former_names(user).await?,
            email: row.email,
            pending_email: row.pending_email,
            role: row.role,
            waits_since: row.waits_since,
            language: row.language,
            created_at: row.created_at,
            last_login_at: row.last_login_at,
        };
        send(out, Record::Account(account)).await?;
        let profile = self.profile_of(user).await?.ok_or(AppError::NotFound)?;
        send(out, Record::Profile(profile)).await?;

        let mut rows = sqlx::query!(
            "SELECT large, kept_until IS NULL AS \"current!: bool\" FROM avatars
             WHERE user_id = $1 ORDER BY kept_until",
            user.0
        )
        .fetch(&mut **self);
        while let Some(row) = rows.try_next().await.map_err(failed("export.pictures"))? {
            let picture = Record::Picture {
                jpeg: row.large,
                is_current: row.current,
            };
            send(out, picture).await?;
        }
        drop(rows);

        let mut rows = sqlx::query_as!(
            ChangeRow,
            "SELECT c.id, version, item, old, new, old_gone, new_gone,
                 by_operator AS \"by_operator: bool\", at, username AS \"actor?\"
             FROM profile_changes c LEFT JOIN users u ON u.id = actor_id
             WHERE user_id = $1 ORDER BY c.id",
            user.0
        )
        .fetch(&mut **self);
        while let Some(row) = rows.try_next().await.map_err(failed("export.changes"))? {
            send(out, Record::Change(row)).await?;
        }
        drop(rows);

        let mut rows = sqlx::query!(
            "SELECT e.id, at, kind, actor_id, actor.username AS \"actor?\",
                 subject.username AS \"subject?\", address, device, detail
             FROM events e
             LEFT JOIN users actor ON actor.id = actor_id
             LEFT JOIN users subject ON subject.id = subject_id
             WHERE actor_id = $1 OR subject_id = $1 ORDER BY e.id",
            user.0
        )
        .fetch(&mut **self);
        while let Some(row) = rows.try_next().await.map_err(failed("export.events"))? {
            let event = EventRow {
                id: row.id,
                at: row.at,
                kind: row.kind,
                actor: row.actor_id.map(UserId),
                actor_name: row.actor,
                subject_name: row.subject,
                address: row.address,
                device: row.device,
                detail: row.detail,
            };
            send(out, Record::Event(event)).await?;
        }
        drop(rows);

        let mut rows = sqlx::query_as!(
            SessionRecord,
            "SELECT created_at, last_seen_at, expires_at, device FROM sessions
             WHERE user_id = $1 ORDER BY created_at",
            user.0
        )
        .fetch(&mut **self);
        while let Some(row) = rows.try_next().await.map_err(failed("export.sessions"))? {
            send(out, Record::Session(row)).await?;
        }
        drop(rows);

        let mut rows = sqlx::query!(
            "SELECT last_seen_at, trusted_until FROM devices WHERE user_id = $1
             ORDER BY last_seen_at",
            user.0
        )
        .fetch(&mut **self);
        while let Some(row) = rows.try_next().await.map_err(failed("export.devices"))? {
            let device = Record::Device {
                last_seen_at: row.last_seen_at,
                trusted_until: row.trusted_until,
            };
            send(out, device).await?;
        }
        drop(rows);

        let mut rows = sqlx::query_as!(
            InvitationRecord,
            "SELECT email, role, given, uses, uses_left, created_at, expires_at, ended_at
             FROM invitations WHERE created_by = $1 ORDER BY id",
            user.0
        )
        .fetch(&mut **self);
        while let Some(row) = rows
            .try_next()
            .await
            .map_err(failed("export.invitations"))?
        {
            send(out, Record::Invitation(row)).await?;
        }
        drop(rows);

        let mut rows = sqlx::query_as!(
            FactorRecord,
            "SELECT kind AS \"kind!\", name, added_at AS \"added_at!\", last_used_at FROM (
                 SELECT 'app' AS kind, NULL AS name, confirmed_at AS added_at, last_used_at
                 FROM authenticator_apps WHERE user_id = $1 AND confirmed_at IS NOT NULL
                 UNION ALL
                 SELECT 'passkey', name, created_at, last_used_at FROM passkeys
                 WHERE user_id = $1
                 UNION ALL
                 SELECT 'recovery_code', NULL, created_at, used_at FROM recovery_codes
                 WHERE user_id = $1) AS factors
             ORDER BY added_at, kind",
            user.0
        )
        .fetch(&mut **self);
        while let Some(row) = rows.try_next().await.map_err(failed("export.factors"))? {
            send(out, Record::Factor(row)).await?;
        }
        drop(rows);
        send(out, Record::End).await
    }
}

async fn send(out: &Sender<Record>, record: Record) -> Result<()> {
    // Whoever took it has gone; there is nobody to tell.
    let sent = out.send(record).await;
    sent.map_err(|_| AppError::Internal.into())
}
