//! Account deletion: closing an account, reopening it, and erasing it once its time is up.

use app::{
    account::types::{erasure::ErasurePlan, event::EventKind, user::UserId},
    error::AppError,
    profile::rules::{
        date::{DAY_MS, Date},
        schema::Schema,
    },
    text::{self, mail::MailKind},
};
use std::sync::Arc;

use super::{
    Accounts,
    notices::{enqueue, say_goodbye},
    requester::{Author, Requester},
    roles::keep_a_manager,
};
use store::{Store, client::ClientInfo, events::Event, failure::Result as Done, tables::Tables};

impl Accounts {
    /// Returns a plan of what erasing the user would do now.
    pub async fn deletion_plan(&self, user: UserId) -> Result<ErasurePlan, AppError> {
        Ok(self.store.snapshot().await?.plan(user).await?)
    }

    /// Closes the account: ends its sessions, hides it, and schedules its erasure. Without a grace
    /// period, erases it at once.
    ///
    /// # Errors
    /// [`AppError::PlanChanged`] if erasing is forbidden, or would now do something other than the
    /// outline says; [`AppError::LastManager`].
    pub async fn delete(
        &self,
        user: UserId,
        outline: String,
        by: &Requester,
        now: i64,
    ) -> Result<(), AppError> {
        let event = Event::own(EventKind::DeletionRequested, user, by.client.clone());
        let (schema, grace) = (Arc::clone(&self.schema), self.grace_days);
        let input = (outline, event, schema);
        self.store
            .write(input, move |tx, (outline, event, schema)| {
                Box::pin(async move {
                    // The user may have clicked twice.
                    if tx.is_closed(user).await? {
                        return Ok(());
                    }
                    let plan = tx.plan(user).await?;
                    if plan.is_forbidden() || plan.outline() != *outline {
                        return Err(AppError::PlanChanged.into());
                    }
                    keep_a_manager(tx, user, schema).await?;
                    match grace {
                        0 => erase_now(tx, user, &plan, now).await?,
                        _ => {
                            tx.dry_run(user, &plan).await?;
                            close(tx, user, now, now + i64::from(grace) * DAY_MS).await?;
                        }
                    }
                    tx.note(event, now).await
                })
            })
            .await
    }
}

/// Erases a user at once, for a command, if that would do what the plan says.
///
/// # Errors
/// [`AppError::PlanChanged`]; [`AppError::LastManager`].
pub async fn erase(
    store: &Store,
    user: UserId,
    outline: String,
    schema: &Schema,
    now: i64,
) -> Result<(), AppError> {
    let erase = store.write((outline, schema.clone()), move |tx, (outline, schema)| {
        Box::pin(async move { erase_by(tx, user, outline, &Author::Operator, schema, now).await })
    });
    erase.await
}

/// Erases a user at once, in the transaction that has checked the right to do so, and notifies
/// them.
///
/// # Errors
/// [`AppError::PlanChanged`]; [`AppError::LastManager`].
pub(super) async fn erase_by(
    tx: &mut dyn Tables,
    user: UserId,
    outline: &str,
    by: &Author,
    schema: &Schema,
    now: i64,
) -> Done<()> {
    let plan = tx.plan(user).await?;
    if plan.is_forbidden() || plan.outline() != outline {
        return Err(AppError::PlanChanged.into());
    }
    keep_a_manager(tx, user, schema).await?;
    // The address is unknown after the user has been erased.
    say_goodbye(tx, user, now).await?;
    tx.erase(user, &plan).await?;
    let event = Event {
        subject: None,
        ..by.event(EventKind::Erased, user, None)
    };
    tx.note(&event, now).await
}

async fn close(tx: &mut dyn Tables, user: UserId, now: i64, erase_at: i64) -> Done<()> {
    let email = tx.close(user, erase_at).await?;
    tx.log_out_everywhere(user).await?;
    if let Some(email) = email {
        let day = text::date(Date::at(erase_at));
        enqueue(tx, user, MailKind::Leaving, &email, Some(&day), now).await?;
    }
    Ok(())
}

/// Reopens a closed account at login. Returns whether it was closed.
pub async fn cancel_deletion(
    tx: &mut dyn Tables,
    user: UserId,
    client: Option<&ClientInfo>,
    now: i64,
) -> Done<bool> {
    let reopened = tx.reopen(user).await?;
    if reopened {
        // An email that has not been sent yet is no longer true.
        tx.drop_mails(user, MailKind::Leaving).await?;
        let event = Event::own(EventKind::DeletionCancelled, user, client.cloned());
        tx.note(&event, now).await?;
    }
    Ok(reopened)
}

async fn erase_now(tx: &mut dyn Tables, user: UserId, plan: &ErasurePlan, now: i64) -> Done<()> {
    tx.erase(user, plan).await?;
    let event = Event {
        kind: EventKind::Erased,
        actor: None,
        subject: None,
        client: None,
        detail: None,
    };
    tx.note(&event, now).await
}

/// Erases the accounts whose time is up, each in a transaction of its own, and returns their
/// number. An account that cannot be erased stays closed, and is tried again.
pub async fn erase_due(store: &Store, now: i64) -> Result<u64, AppError> {
    let due = store.reader().await?.due_for_erasure(now).await?;
    let mut erased = 0;
    for user in due {
        let done = store.write((), move |tx, ()| {
            Box::pin(async move {
                // The user may have returned in the meantime.
                if !tx.is_due_for_erasure(user, now).await? {
                    return Ok(false);
                }
                let plan = tx.plan(user).await?;
                if plan.is_forbidden() {
                    let user = user.0;
                    tracing::error!(user, "rows of other tables prevent erasing a user");
                    return Ok(false);
                }
                erase_now(tx, user, &plan, now).await.map(|()| true)
            })
        });
        erased += u64::from(done.await == Ok(true));
    }
    Ok(erased)
}
