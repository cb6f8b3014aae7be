//! Lost second factors: a helper can have them removed, after a delay in which their owner is
//! notified and can prevent it.

use app::{
    account::types::{event::EventKind, token::TokenPurpose, user::UserId},
    error::AppError,
    profile::rules::date::HOUR_MS,
    text::{self, language, mail::MailKind, with_locale},
};

use super::{
    Accounts,
    links::lifetime,
    notices::{enqueue, tell},
    requester::{Author, Requester},
};
use std::collections::BTreeSet;
use store::{Store, events::Event, factors::FactorRows, failure::Result as Done, tables::Tables};

/// Schedules the removal of a user's second factors in this number of hours (at once, if 0), in the
/// transaction that has checked the right to do so. Emails the user's confirmed address and every
/// earlier one that can recover the account.
///
/// # Errors
/// [`AppError::NotFound`] if there is nothing to remove; [`AppError::Forbidden`] if the user could
/// no longer log in; [`AppError::PlanChanged`] if a removal is already scheduled.
pub(super) async fn end_factors(
    tx: &mut dyn Tables,
    user: UserId,
    hours: u32,
    by: &Author,
    now: i64,
) -> Done<()> {
    let rows = tx.factors_of(user).await?;
    let rows = rows.filter(FactorRows::has_second);
    let rows = rows.ok_or(AppError::NotFound)?;
    if !rows.has_password && tx.email(user).await?.is_none() {
        // The user could no longer log in.
        return Err(AppError::Forbidden.into());
    }
    if hours == 0 {
        return remove(
            tx,
            user,
            &by.event(EventKind::FactorsReset, user, None),
            now,
        )
        .await;
    }
    let at = now + i64::from(hours) * HOUR_MS;
    if !tx.end_factors_at(user, Some(at)).await? {
        return Err(AppError::PlanChanged.into());
    }
    let addresses = tx.addresses(user).await?;
    let until = now + lifetime(TokenPurpose::Undo);
    let earlier = tx.earlier_addresses(user, now, until).await?;
    let earlier = earlier.into_iter().map(|(address, _)| address);
    let told: BTreeSet<String> = addresses.confirmed.into_iter().chain(earlier).collect();
    let locale = tx.language_of(user).await?.unwrap_or_else(language);
    for address in told {
        let tell = async {
            let when = text::moment(at);
            let kind = MailKind::FactorsEnding;
            enqueue(tx, user, kind, &address, Some(&when), now).await
        };
        with_locale(locale, tell).await?;
    }
    let event = by.event(EventKind::FactorsResetAsked, user, None);
    tx.note(&event, now).await
}

/// Cancels the scheduled removal of second factors.
///
/// # Errors
/// [`AppError::NotFound`] if no removal is scheduled.
pub(super) async fn keep_factors(
    tx: &mut dyn Tables,
    user: UserId,
    event: &Event,
    now: i64,
) -> Done<()> {
    if !tx.end_factors_at(user, None).await? {
        return Err(AppError::NotFound.into());
    }
    tx.drop_mails(user, MailKind::FactorsEnding).await?;
    tx.note(event, now).await
}

impl Accounts {
    /// Cancels the removal of the user's second factors that a helper has scheduled.
    ///
    /// # Errors
    /// [`AppError::NotFound`] if no removal is scheduled.
    pub async fn keep_factors(
        &self,
        user: UserId,
        by: &Requester,
        now: i64,
    ) -> Result<(), AppError> {
        let event = Event::own(EventKind::FactorsKept, user, by.client.clone());
        let keep = self.store.write(event, move |tx, event| {
            Box::pin(async move { keep_factors(tx, user, event, now).await })
        });
        keep.await
    }
}

/// Schedules the removal of a user's second factors, for a command.
///
/// # Errors
/// [`AppError::NotFound`] if there is nothing to remove; [`AppError::PlanChanged`] if a removal is
/// already scheduled.
pub async fn reset_factors(
    store: &Store,
    user: UserId,
    hours: u32,
    now: i64,
) -> Result<(), AppError> {
    let end = store.write((), move |tx, ()| {
        Box::pin(async move { end_factors(tx, user, hours, &Author::Operator, now).await })
    });
    end.await
}

/// Removes the second factors whose removal is due.
pub async fn remove_due(store: &Store, now: i64) -> Result<(), AppError> {
    let due = store.reader().await?.factors_due(now).await?;
    for user in due {
        let remove = store.write((), move |tx, ()| {
            Box::pin(async move {
                // The removal may have been cancelled in the meantime.
                if !tx.factors_due(now).await?.contains(&user) {
                    return Ok(());
                }
                let event = Author::Operator.event(EventKind::FactorsReset, user, None);
                remove(tx, user, &event, now).await
            })
        });
        // Continue with the other users.
        if let Err(error) = remove.await {
            let user = user.0;
            tracing::error!(user, ?error, "second factors could not be removed");
        }
    }
    Ok(())
}

/// Removes every second factor of a user, and ends their sessions.
async fn remove(tx: &mut dyn Tables, user: UserId, event: &Event, now: i64) -> Done<()> {
    tx.remove_factors(user).await?;
    tx.log_out_everywhere(user).await?;
    let detail = event.kind.to_string();
    tell(tx, user, MailKind::FactorsChanged, Some(&detail), now).await?;
    tx.note(event, now).await
}
