//! Leaving: closing an account, keeping it after all, erasing it in time; and
//! everything about somebody, to take along.

use app::{
    account::types::{erasure::ErasurePlan, event::EventKind, user::UserId},
    backend::AccountDeletion,
    error::AppError,
    profile::rules::{date::Date, schema::Schema},
    text::{self, MailKind},
};
use async_trait::async_trait;
use sqlx::SqliteConnection;
use std::sync::Arc;

use super::{
    Store,
    erase::{erase, plan, rehearse},
    events::{Event, note},
    mails::enqueue,
    refuse,
    users::{keep_a_manager, log_out_everywhere},
};
use crate::{clock::Clock, http::origin::Origin};

/// `AccountDeletion` on the store.
#[derive(Clone)]
pub struct StoredLeaving {
    pub store: Store,
    pub clock: Clock,
    pub schema: Arc<Schema>,
    /// Days until a closed account is erased.
    pub grace_days: u32,
}

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

#[async_trait]
impl AccountDeletion for StoredLeaving {
    async fn plan(&self, user: UserId) -> Result<ErasurePlan, AppError> {
        let mut snapshot = self.store.readers.begin().await.map_err(refuse)?;
        plan(&mut snapshot, user).await
    }

    async fn request(&self, user: UserId, outline: String) -> Result<(), AppError> {
        let (origin, now) = (Origin::of_this_request(), self.clock.now());
        let (schema, grace) = (Arc::clone(&self.schema), self.grace_days);
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    // The second click of two.
                    if is_closed(&mut *tx, user).await? {
                        return Ok(());
                    }
                    let plan = plan(&mut *tx, user).await?;
                    if plan.is_forbidden() || plan.outline() != outline {
                        return Err(AppError::PlanChanged);
                    }
                    keep_a_manager(&mut *tx, user, &schema).await?;
                    note(
                        &mut *tx,
                        &Event::own(EventKind::DeletionRequested, user, origin),
                        now,
                    )
                    .await?;
                    if grace == 0 {
                        return erase_now(tx, user, &plan, now).await;
                    }
                    rehearse(&mut *tx, user, &plan).await?;
                    close(tx, user, now, now + i64::from(grace) * DAY_MS).await
                })
            })
            .await
    }

    fn grace_days(&self) -> u32 {
        self.grace_days
    }
}

/// Whether the account is closed, or gone.
async fn is_closed(tx: &mut SqliteConnection, user: UserId) -> Result<bool, AppError> {
    sqlx::query_scalar!(
        "SELECT NOT EXISTS (SELECT 1 FROM users WHERE id = ? AND leaves_at IS NULL)
             AS \"closed!: bool\"",
        user.0
    )
    .fetch_one(tx)
    .await
    .map_err(refuse)
}

async fn close(
    tx: &mut SqliteConnection,
    user: UserId,
    now: i64,
    leaves_at: i64,
) -> Result<(), AppError> {
    let email = sqlx::query_scalar!(
        "UPDATE users SET leaves_at = ? WHERE id = ? RETURNING email",
        leaves_at,
        user.0
    )
    .fetch_one(&mut *tx)
    .await
    .map_err(refuse)?;
    log_out_everywhere(&mut *tx, user).await?;
    if let Some(email) = email {
        let day = text::date(Date::from_days(leaves_at.div_euclid(DAY_MS)));
        enqueue(tx, user, MailKind::Leaving, &email, Some(&day), now).await?;
    }
    Ok(())
}

/// Whoever logs in stays. Answers whether they had left.
pub(super) async fn stay(
    tx: &mut SqliteConnection,
    user: UserId,
    origin: Option<Origin>,
    now: i64,
) -> Result<bool, AppError> {
    let stayed = sqlx::query!(
        "UPDATE users SET leaves_at = NULL WHERE id = ? AND leaves_at IS NOT NULL",
        user.0
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    let stayed = stayed.rows_affected() == 1;
    if stayed {
        // Should it not have been sent yet, it is not true any more.
        let kind = MailKind::Leaving.name();
        sqlx::query!(
            "DELETE FROM mails WHERE user_id = ? AND kind = ?",
            user.0,
            kind
        )
        .execute(&mut *tx)
        .await
        .map_err(refuse)?;
        note(
            tx,
            &Event::own(EventKind::DeletionCancelled, user, origin),
            now,
        )
        .await?;
    }
    Ok(stayed)
}

async fn erase_now(
    tx: &mut SqliteConnection,
    user: UserId,
    plan: &ErasurePlan,
    now: i64,
) -> Result<(), AppError> {
    erase(&mut *tx, user, plan).await?;
    let event = Event {
        kind: EventKind::Erased,
        actor: None,
        subject: None,
        origin: None,
        detail: None,
    };
    note(tx, &event, now).await
}

impl Store {
    /// Erases the accounts whose time is up, each in a transaction of its own. One
    /// that something forbids to erase stays closed, and is tried again.
    pub async fn erase_due(&self, now: i64) -> Result<u64, AppError> {
        let due = sqlx::query_scalar!("SELECT id FROM users WHERE leaves_at <= ?", now)
            .fetch_all(&self.readers)
            .await
            .map_err(refuse)?;
        let mut erased = 0;
        for user in due.into_iter().map(UserId) {
            let done = self.write(move |tx| {
                Box::pin(async move {
                    // They may have come back in the meantime.
                    let is_due = sqlx::query_scalar!(
                        "SELECT (leaves_at <= ?) IS TRUE AS \"due!: bool\" FROM users WHERE id = ?",
                        now,
                        user.0
                    )
                    .fetch_optional(&mut *tx)
                    .await
                    .map_err(refuse)?;
                    if is_due != Some(true) {
                        return Ok(false);
                    }
                    let plan = plan(&mut *tx, user).await?;
                    if plan.is_forbidden() {
                        let user = user.0;
                        tracing::error!(user, "rows of other tables forbid to erase a user");
                        return Ok(false);
                    }
                    erase_now(tx, user, &plan, now).await.map(|()| true)
                })
            });
            erased += u64::from(done.await == Ok(true));
        }
        Ok(erased)
    }
}
