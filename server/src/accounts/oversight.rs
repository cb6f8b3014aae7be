//! Read access to others' data, for those who may: details of an account, the whole audit log, and
//! a profile as another member sees it.

use app::{
    account::types::{
        details::AccountDetails,
        email::{Email, EmailRule},
        event::EventKind,
        log::{EventSearch, LogPage, Place},
        managed::{AccountState, ManagedAccount},
        user::{User, UserId},
        username::Username,
    },
    admin::rules::{Party, can_see_as},
    error::AppError,
    viewer::Viewer,
};
use std::sync::Arc;

use super::{
    Accounts,
    activity::seen_by,
    links::sent_link,
    management::address,
    requester::{Author, Requester},
    second::own,
    session::{cutoffs, session},
};
use crate::limits::Rule;
use store::events::LogFilter;

impl Accounts {
    /// Returns details of an account, for a manager who may act on it.
    pub async fn details(
        &self,
        reader: UserId,
        account: &ManagedAccount,
        now: i64,
    ) -> Result<AccountDetails, AppError> {
        let mut tables = self.store.reader().await?;
        let sessions = tables.sessions_of(account.id, cutoffs(now)).await?;
        let links = tables.links_of(account.id, now).await?;
        let disabled = match account.state {
            AccountState::Disabled => {
                tables
                    .last_event_on(account.id, EventKind::Disabled)
                    .await?
            }
            _ => None,
        };
        let factors = tables.factors_of(account.id).await?;
        let takes_links = match address(account) {
            // The same rule as that of the action.
            Some(address) => {
                let to = tables.user_to_reset(&Email::key_of(address)).await?;
                to.is_some_and(|(owner, _)| owner == account.id)
            }
            None => false,
        };
        Ok(AccountDetails {
            sessions: sessions.into_iter().map(|row| session(row, None)).collect(),
            links: links.into_iter().map(sent_link).collect(),
            undelivered: tables.undelivered(account.id).await?,
            disabled: disabled.map(|row| seen_by(reader, row)),
            takes_links,
            factors: factors.as_ref().map(own).unwrap_or_default(),
            factor_reset_hours: self.factor_reset_hours,
        })
    }

    /// Returns a page of the audit log, as one of its readers sees it: it does not show where other
    /// users were, as in the activity. `None` if it is filtered by a user who does not exist.
    pub async fn log(
        &self,
        reader: UserId,
        search: &EventSearch,
        limit: u32,
    ) -> Result<Option<LogPage>, AppError> {
        let mut tables = self.store.reader().await?;
        let user = match &search.user {
            Some(name) => match tables.find_account(&Username::key_of(name)).await? {
                Some(account) => Some(account.id),
                None => return Ok(None),
            },
            None => None,
        };
        let last = search.until.unwrap_or(i64::MAX);
        let end = Place {
            at: last,
            id: i64::MAX,
        };
        let below = search.before.map_or(end, |place| place.min(end));
        let wanted = LogFilter {
            user,
            kind: search.kind,
            from: search.from.unwrap_or(i64::MIN),
            until: below.at,
            before: below.id,
        };
        let rows = tables.log(&wanted, limit + 1).await?;
        let mut events: Vec<_> = rows.into_iter().map(|row| seen_by(reader, row)).collect();
        let is_last = events.len() <= limit as usize;
        events.truncate(limit as usize);
        let next = events.last().filter(|_| !is_last).map(Place::of);
        Ok(Some(LogPage { events, next }))
    }

    /// Returns a member as a viewer, for a helper who sees an owner's profile as the member does.
    /// Records this in the activity of all three users.
    ///
    /// # Errors
    /// [`AppError::NotFound`] if there is no such member; [`AppError::Forbidden`] if the role of
    /// the helper does not allow it, or the member cannot log in; [`AppError::TooMany`].
    pub async fn see_as(
        &self,
        helper: UserId,
        member: &str,
        owner: &str,
        by: &Requester,
        now: i64,
    ) -> Result<Viewer, AppError> {
        let bucket = self
            .limiter
            .bucket(Rule::SeeAsByUser, &helper.0.to_string());
        let _ = self.limiter.charge([bucket], now).await?;
        let author = Author::Manager {
            id: helper,
            client: by.client.clone(),
        };
        let keys = (Username::key_of(member), Username::key_of(owner));
        let input = (keys, author, Arc::clone(&self.schema), self.email_rule);
        self.store
            .write(input, move |tx, ((member, owner), by, schema, rule)| {
                Box::pin(async move {
                    let member = tx.find_account(member).await?.ok_or(AppError::NotFound)?;
                    let owner = tx.find_account(owner).await?.map(|owner| owner.id);
                    let role = tx.role_of(helper).await?.ok_or(AppError::Forbidden)?;
                    let looking = Party {
                        id: helper,
                        role: schema.effective_role(role.as_deref()),
                    };
                    let role = schema.effective_role(member.role.as_deref());
                    let seen = Party {
                        id: member.id,
                        role,
                    };
                    if !can_see_as(schema, looking, seen, owner)
                        || member.state != AccountState::Active
                    {
                        return Err(AppError::Forbidden.into());
                    }
                    tx.note(&by.event(EventKind::SeenAs, member.id, None), now)
                        .await?;
                    if let Some(owner) = owner.filter(|owner| *owner != helper) {
                        tx.note(&by.event(EventKind::ShownAs, owner, None), now)
                            .await?;
                    }
                    // If an address is required, users without one are guests.
                    if *rule == EmailRule::Required && member.email.is_none() {
                        return Ok(Viewer::Guest);
                    }
                    Ok(Viewer::Member(User {
                        id: member.id,
                        role: role.to_owned(),
                        username: member.username,
                    }))
                })
            })
            .await
    }
}
