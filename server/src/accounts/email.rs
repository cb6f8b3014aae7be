//! Email addresses: entering, confirming and recovering them; and setting a password by a link.

use app::{
    account::types::{
        addresses::{Addresses, Undelivered, WayBack},
        email::{Email, masked},
        event::EventKind,
        password::Password,
        token::{EmailToken, TokenPurpose},
        user::UserId,
    },
    error::AppError,
    profile::rules::violation::Violation,
    text::mail::MailKind,
};

use super::{
    Accounts,
    admission::check_domain,
    deletion::cancel_deletion,
    links::{find_token, lifetime, use_token},
    notices::{ask_to_confirm, caused_by, enqueue, has_room, mail_bucket},
    requester::Requester,
};
use crate::{
    limits::Rule,
    secret::{Secret, hash_token},
};
use store::{
    events::Event, failure::Failure, failure::Result as Done, limits::Tries, tables::Tables,
};

/// The lifetime of a link to choose a password that is shown on a page, in milliseconds: a quarter
/// of an hour.
const AT_ONCE_MS: i64 = 15 * 60 * 1000;

impl Accounts {
    pub async fn addresses(&self, user: UserId) -> Result<Addresses, AppError> {
        Ok(self.store.reader().await?.addresses(user).await?)
    }

    /// Returns the user's current addresses to which the latest email could not be delivered. For
    /// an unconfirmed address, the result does not depend on whose it is.
    pub async fn undelivered(&self, user: UserId) -> Result<Vec<Undelivered>, AppError> {
        Ok(self.store.reader().await?.undelivered(user).await?)
    }

    /// Returns the earlier addresses that can recover the account, masked.
    pub async fn ways_back(&self, user: UserId, now: i64) -> Result<Vec<WayBack>, AppError> {
        let waiting_until = now + lifetime(TokenPurpose::Undo);
        let mut reader = self.store.reader().await?;
        let earlier = reader.earlier_addresses(user, now, waiting_until).await?;
        let way = earlier.into_iter().map(|(address, until)| WayBack {
            address: masked(&address),
            until,
        });
        Ok(way.collect())
    }

    /// Sends a confirmation link to a new address of the user. The result does not depend on whose
    /// address it is.
    ///
    /// # Errors
    /// `OtherDomain` on `email`; [`AppError::TooMany`] after too many emails.
    pub async fn change_email(
        &self,
        user: UserId,
        email: Email,
        by: &Requester,
        now: i64,
    ) -> Result<(), AppError> {
        check_domain(&self.sign_up_rule, Some(&email))?;
        let by_user = self.limiter.bucket(Rule::EmailByUser, &user.0.to_string());
        let [by_address, by_site] = caused_by(&self.limiter, by);
        let tries = Tries::of([by_user, by_address, by_site], now);
        let to = mail_bucket(&self.limiter, &email);
        let event = Event::own(EventKind::EmailAsked, user, by.client.clone());
        let input = (email, to, event);
        self.store
            .write_counted(tries, input, move |tx, (email, to, event)| {
                Box::pin(async move {
                    let (typed, key) = (email.as_str(), email.key());
                    tx.set_pending_email(user, typed, &key, now).await?;
                    ask_to_confirm(tx, user, email, to.as_ref(), now).await?;
                    tx.note(event, now).await
                })
            })
            .await
    }

    /// Discards the address that waits for confirmation.
    pub async fn cancel_email(
        &self,
        user: UserId,
        by: &Requester,
        now: i64,
    ) -> Result<(), AppError> {
        let event = Event::own(EventKind::EmailCancelled, user, by.client.clone());
        self.store
            .write(event, move |tx, event| {
                Box::pin(async move {
                    match tx.forget_pending_email(user).await? {
                        true => tx.note(event, now).await,
                        false => Ok(()),
                    }
                })
            })
            .await
    }

    /// Emails a link to choose a password to the owner of an address. The result does not depend on
    /// whether there is one.
    ///
    /// # Errors
    /// [`AppError::TooMany`] after too many attempts.
    pub async fn ask_reset(&self, email: Email, by: &Requester, now: i64) -> Result<(), AppError> {
        let by_address = self
            .limiter
            .bucket(Rule::ForgotByAddress, &by.rate_limit_key());
        let [by_address_a_day, by_site] = caused_by(&self.limiter, by);
        let to = mail_bucket(&self.limiter, &email);
        // Charged before the address is looked up, so that the result does not reveal its owner.
        let buckets = [by_address, by_address_a_day, by_site];
        let _ = self.limiter.charge(buckets, now).await?;
        let input = (email.key(), to, by.client.clone());
        self.store
            .write(input, move |tx, (key, to, client)| {
                Box::pin(async move {
                    let user = tx.user_to_reset(key).await?;
                    if let Some((user, address)) = &user
                        && has_room(tx, to.as_ref(), now).await?
                    {
                        enqueue(tx, *user, MailKind::Reset, address, None, now).await?;
                    }
                    let subject = user.map(|(user, _)| user);
                    let asked = Event::by_anybody(EventKind::ResetAsked, subject, client.clone());
                    tx.note(&asked, now).await
                })
            })
            .await
    }

    /// Checks a link, and does not use it up.
    ///
    /// # Errors
    /// [`AppError::DeadLink`] if the link does not work.
    pub async fn find_token(
        &self,
        purpose: TokenPurpose,
        token: &str,
        now: i64,
    ) -> Result<EmailToken, AppError> {
        let mut reader = self.store.reader().await?;
        Ok(find_token(&mut *reader, purpose, &hash_token(token), now).await?)
    }

    /// Gives the user the address that the link was sent to.
    ///
    /// # Errors
    /// [`AppError::DeadLink`]; `AddressTaken` on `email`.
    pub async fn confirm_email(
        &self,
        token: &str,
        by: &Requester,
        now: i64,
    ) -> Result<(), AppError> {
        // Check with a reader first, so that invalid tokens do not block the writer.
        self.find_token(TokenPurpose::Confirm, token, now).await?;
        let input = (hash_token(token), by.client.clone());
        self.store
            .write(input, move |tx, (hash, client)| {
                Box::pin(async move {
                    let link = use_token(tx, TokenPurpose::Confirm, hash, now).await?;
                    let (user, new) = (link.user, link.email.as_str());
                    let before = tx.email(user).await?;
                    set_email(tx, &link).await?;
                    if let Some(before) = before.filter(|before| before != new) {
                        let kind = MailKind::EmailChanged;
                        enqueue(tx, user, kind, &before, Some(new), now).await?;
                    }
                    let kind = EventKind::EmailConfirmed;
                    let event = Event::by_anybody(kind, Some(user), client.clone());
                    tx.note(&event, now).await
                })
            })
            .await
    }

    /// Sets a new password, ends every session of the user, and returns the user's id.
    ///
    /// # Errors
    /// [`AppError::DeadLink`] if the link does not work.
    pub async fn reset_password(
        &self,
        token: &str,
        password: Password,
        by: &Requester,
        now: i64,
    ) -> Result<UserId, AppError> {
        let new = self.passwords.hash(&password).await?;
        let input = (hash_token(token), new, by.client.clone());
        self.store
            .write(input, move |tx, (hash, new, client)| {
                Box::pin(async move {
                    let link = use_token(tx, TokenPurpose::Reset, hash, now).await?;
                    let before = tx.find_password(link.user).await?;
                    tx.reset_password(link.user, Some(new)).await?;
                    tx.log_out_everywhere(link.user).await?;
                    // Reading the email proves ownership of the address, unless another account has
                    // confirmed it first.
                    if link.is_mailed {
                        match set_email(tx, &link).await {
                            Ok(()) | Err(Failure::Refused(AppError::Invalid(_))) => {}
                            Err(error) => return Err(error),
                        }
                    }
                    if before.is_some_and(|login| login.is_first()) {
                        confirm_first_email(tx, link.user, now).await?;
                    } else if !link.email.is_empty() {
                        let kind = MailKind::PasswordChanged;
                        enqueue(tx, link.user, kind, &link.email, None, now).await?;
                    }
                    let kind = EventKind::PasswordReset;
                    let event = Event::by_anybody(kind, Some(link.user), client.clone());
                    tx.note(&event, now).await?;
                    Ok(link.user)
                })
            })
            .await
    }

    /// Restores an earlier address, ends every session, and voids the password. Returns the token
    /// of a link to choose a new password.
    ///
    /// # Errors
    /// [`AppError::DeadLink`]; `AddressTaken` on `email`.
    pub async fn undo_email(
        &self,
        token: &str,
        by: &Requester,
        now: i64,
    ) -> Result<String, AppError> {
        let reset = Secret::random()?.encode();
        self.find_token(TokenPurpose::Undo, token, now).await?;
        let input = (hash_token(token), hash_token(&reset), by.client.clone());
        self.store
            .write(input, move |tx, (hash, reset, client)| {
                Box::pin(async move {
                    let since = tx.mail_of_token(hash).await?;
                    let since = since.ok_or(AppError::DeadLink)?;
                    let link = use_token(tx, TokenPurpose::Undo, hash, now).await?;
                    set_email(tx, &link).await?;
                    tx.reset_password(link.user, None).await?;
                    tx.log_out_everywhere(link.user).await?;
                    // The attacker may have closed the account.
                    cancel_deletion(tx, link.user, client.as_ref(), now).await?;
                    // Voids the links that were requested since the address was changed. The
                    // recovery link of an even earlier address stays valid.
                    tx.void_links(link.user, since).await?;
                    tx.add_reset_token(reset, link.user, now, now + AT_ONCE_MS)
                        .await?;
                    let kind = EventKind::EmailUndone;
                    let event = Event::by_anybody(kind, Some(link.user), client.clone());
                    tx.note(&event, now).await
                })
            })
            .await?;
        Ok(reset)
    }
}

/// Emails a confirmation link to the address that a user was created with, now that they have a
/// password.
async fn confirm_first_email(tx: &mut dyn Tables, user: UserId, now: i64) -> Done<()> {
    let given = tx.addresses(user).await?.pending;
    let Some(email) = given.and_then(|given| Email::parse(&given).ok()) else {
        return Ok(());
    };
    let (typed, key) = (email.as_str(), email.key());
    tx.set_pending_email(user, typed, &key, now).await?;
    ask_to_confirm(tx, user, &email, None, now).await
}

/// Gives the user of a link its address.
///
/// # Errors
/// `AddressTaken` on `email`.
async fn set_email(tx: &mut dyn Tables, link: &EmailToken) -> Done<()> {
    let key = Email::key_of(&link.email);
    match tx.set_email(link.user, &link.email, &key).await? {
        true => Ok(()),
        false => Err(AppError::invalid("email", Violation::AddressTaken).into()),
    }
}
