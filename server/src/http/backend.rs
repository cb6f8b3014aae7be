//! The traits of `app::backend`, for the current request: each method determines the requester
//! and the time, delegates to the module that decides, and sets the cookies.

use app::{
    account::types::{
        addresses::{Addresses, Undelivered, WayBack},
        email::Email,
        erasure::ErasurePlan,
        event::PastEvent,
        log_in::{Authenticated, Credentials, LoginReason},
        managed::{AccountPage, AccountSearch, ManagedAccount, ManagementAct},
        names::OwnNames,
        password::{Password, PasswordChange},
        second::Demand,
        session::Session,
        sign_up::NewUser,
        token::{EmailToken, TokenPurpose},
        user::{User, UserId},
        username::Username,
    },
    backend::{self, Saved, SessionOutcome},
    error::AppError,
    profile::rules::{
        directory::{DirectoryRule, MemberPage, MemberSearch},
        history::{ChangeSide, PastChange, Stretch},
        patch::Patch,
        profile::Profile,
        snapshot::ProfileSnapshot,
    },
    viewer::Viewer,
};
use async_trait::async_trait;
use axum::http::{header, request::Parts};
use leptos::prelude::{use_context, with_context};
use leptos_axum::ResponseOptions;

use super::viewer::{OwnProfile, session_cookie};
use crate::{
    accounts::{Accounts, requester::Requester, session::DEVICE_SECONDS},
    clock::Clock,
    cookies::{Cookie, Cookies},
    password_rules,
    profiles::Profiles,
    secret::Secret,
};
use store::sessions::Shown;

mod bulk;
mod factors;
mod import;
mod oversight;

/// The requester of the current request; outside of a request, an empty one.
pub(super) fn requester() -> Requester {
    let of = |request: &Parts| Requester {
        client: request.extensions.get().cloned(),
        session: request.extensions.get().copied(),
    };
    with_context(of).unwrap_or_default()
}

/// The response to the current request.
pub(super) fn response() -> Result<ResponseOptions, AppError> {
    use_context().ok_or_else(|| {
        tracing::error!("a session was asked for outside of a request");
        AppError::Internal
    })
}

/// Accounts, for the pages.
#[derive(Clone)]
pub struct PageAccounts {
    pub accounts: Accounts,
    pub clock: Clock,
    pub cookies: Cookies,
    /// Minimum length of a new password, in grapheme clusters.
    pub password_min: usize,
}

impl PageAccounts {
    fn set_session(&self, id: &Secret) -> Result<(), AppError> {
        let cookie = session_cookie(self.cookies, id);
        response()?.append_header(header::SET_COOKIE, cookie);
        Ok(())
    }

    fn set_device(&self, device: &Secret) -> Result<(), AppError> {
        let cookie = self
            .cookies
            .set(Cookie::Device, &device.encode(), DEVICE_SECONDS);
        response()?.append_header(header::SET_COOKIE, cookie);
        Ok(())
    }
}

#[async_trait]
impl backend::Users for PageAccounts {
    fn new_idempotency_key(&self) -> Option<String> {
        Secret::random().ok().map(|secret| secret.encode())
    }

    async fn create(&self, new: NewUser) -> Result<(Authenticated, LoginReason), AppError> {
        self.accounts
            .sign_up(new, &requester(), self.clock.now())
            .await
    }

    async fn verify(&self, credentials: Credentials) -> Result<Option<Authenticated>, AppError> {
        self.accounts
            .log_in(credentials, &requester(), self.clock.now())
            .await
    }

    async fn check_password(&self, user: UserId, password: Password) -> Result<bool, AppError> {
        self.accounts
            .check_password(user, password, &requester(), self.clock.now())
            .await
    }

    async fn change_password(
        &self,
        user: UserId,
        change: PasswordChange,
    ) -> Result<Option<Authenticated>, AppError> {
        self.accounts
            .change_password(user, change, &requester(), self.clock.now())
            .await
    }
}

#[async_trait]
impl backend::Names for PageAccounts {
    async fn names(&self, user: UserId) -> Result<OwnNames, AppError> {
        self.accounts.names(user, self.clock.now()).await
    }

    async fn is_called(&self, user: &User, name: &str) -> Result<bool, AppError> {
        self.accounts.is_called(user, name).await
    }

    async fn rename(&self, user: UserId, name: Username) -> Result<(), AppError> {
        self.accounts
            .rename(user, name, &requester(), self.clock.now())
            .await
    }
}

#[async_trait]
impl backend::Sessions for PageAccounts {
    async fn begin(
        &self,
        proof: Authenticated,
        occasion: LoginReason,
    ) -> Result<SessionOutcome, AppError> {
        let begun = self
            .accounts
            .begin_session(proof, occasion, &requester(), self.clock.now())
            .await?;
        self.set_begun(begun)
    }

    fn is_fresh(&self, demand: Demand) -> bool {
        let session = requester().session;
        session.is_some_and(|session| session.is_fresh(demand, self.clock.now()))
    }

    fn has_second(&self) -> bool {
        requester()
            .session
            .is_some_and(|session| session.has_second)
    }

    async fn reauthenticated(&self, by_second: bool) -> Result<(), AppError> {
        let (by, now) = (requester(), self.clock.now());
        let shown = match by_second {
            true => Shown::Second,
            false => Shown::Password,
        };
        match self.accounts.reauthenticated(shown, &by, now).await? {
            Some(id) => self.set_session(&id),
            None => Ok(()),
        }
    }

    async fn know_browser(&self, user: UserId) -> Result<(), AppError> {
        let (by, now) = (requester(), self.clock.now());
        let device = self.accounts.know_browser(user, &by, now).await?;
        self.set_device(&device)
    }

    async fn end(&self) -> Result<(), AppError> {
        let response = response()?;
        self.accounts
            .log_out(&requester(), self.clock.now())
            .await?;
        response.append_header(header::SET_COOKIE, self.cookies.set(Cookie::Session, "", 0));
        Ok(())
    }

    async fn list(&self, user: UserId) -> Result<Vec<Session>, AppError> {
        self.accounts
            .sessions(user, &requester(), self.clock.now())
            .await
    }

    async fn end_one(&self, user: UserId, handle: &str) -> Result<(), AppError> {
        self.accounts
            .end_session(user, handle, &requester(), self.clock.now())
            .await
    }

    async fn end_others(&self, user: UserId) -> Result<(), AppError> {
        self.accounts
            .end_other_sessions(user, &requester(), self.clock.now())
            .await
    }
}

#[async_trait]
impl backend::Emails for PageAccounts {
    async fn addresses(&self, user: UserId) -> Result<Addresses, AppError> {
        self.accounts.addresses(user).await
    }

    async fn undelivered(&self, user: UserId) -> Result<Vec<Undelivered>, AppError> {
        self.accounts.undelivered(user).await
    }

    async fn ways_back(&self, user: UserId) -> Result<Vec<WayBack>, AppError> {
        self.accounts.ways_back(user, self.clock.now()).await
    }

    async fn change_email(&self, user: UserId, email: Email) -> Result<(), AppError> {
        self.accounts
            .change_email(user, email, &requester(), self.clock.now())
            .await
    }

    async fn cancel_email(&self, user: UserId) -> Result<(), AppError> {
        self.accounts
            .cancel_email(user, &requester(), self.clock.now())
            .await
    }

    async fn ask_reset(&self, email: Email) -> Result<(), AppError> {
        self.accounts
            .ask_reset(email, &requester(), self.clock.now())
            .await
    }

    async fn find_token(&self, purpose: TokenPurpose, token: &str) -> Result<EmailToken, AppError> {
        self.accounts
            .find_token(purpose, token, self.clock.now())
            .await
    }

    async fn confirm_email(&self, token: &str) -> Result<(), AppError> {
        self.accounts
            .confirm_email(token, &requester(), self.clock.now())
            .await
    }

    async fn reset_password(&self, token: &str, password: Password) -> Result<UserId, AppError> {
        self.accounts
            .reset_password(token, password, &requester(), self.clock.now())
            .await
    }

    async fn undo_email(&self, token: &str) -> Result<String, AppError> {
        self.accounts
            .undo_email(token, &requester(), self.clock.now())
            .await
    }
}

#[async_trait]
impl backend::AccountDeletion for PageAccounts {
    async fn plan(&self, user: UserId) -> Result<ErasurePlan, AppError> {
        self.accounts.deletion_plan(user).await
    }

    async fn request(&self, user: UserId, outline: String) -> Result<(), AppError> {
        self.accounts
            .delete(user, outline, &requester(), self.clock.now())
            .await
    }

    fn grace_days(&self) -> u32 {
        self.accounts.grace_days
    }
}

#[async_trait]
impl backend::Management for PageAccounts {
    async fn accounts(&self, search: AccountSearch, limit: usize) -> Result<AccountPage, AppError> {
        self.accounts
            .accounts(&search, limit, self.clock.now())
            .await
    }

    async fn account(&self, username: &str) -> Result<Option<ManagedAccount>, AppError> {
        self.accounts.account(username).await
    }

    async fn act(
        &self,
        manager: &User,
        username: &str,
        act: ManagementAct,
    ) -> Result<String, AppError> {
        self.accounts
            .manage(manager.id, username, act, &requester(), self.clock.now())
            .await
    }
}

#[async_trait]
impl backend::Events for PageAccounts {
    async fn events(
        &self,
        user: UserId,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<PastEvent>, AppError> {
        self.accounts.events(user, before, limit).await
    }
}

#[async_trait]
impl backend::PasswordStrength for PageAccounts {
    fn min_length(&self) -> usize {
        self.password_min
    }

    async fn is_guessable(&self, password: &str, own_words: Vec<String>) -> Result<bool, AppError> {
        let Accounts {
            passwords, limiter, ..
        } = &self.accounts;
        let (by, now) = (requester().rate_limit_key(), self.clock.now());
        password_rules::is_guessable(passwords, limiter, password, own_words, &by, now).await
    }
}

/// The members' directory, for its page.
#[derive(Clone)]
pub struct PageDirectory {
    pub profiles: Profiles,
    pub rule: DirectoryRule,
}

#[async_trait]
impl backend::Directory for PageDirectory {
    fn rule(&self) -> DirectoryRule {
        self.rule
    }

    async fn members(
        &self,
        viewer: &Viewer,
        search: &MemberSearch,
        limit: usize,
    ) -> Result<Option<MemberPage>, AppError> {
        self.profiles.members(viewer, search, limit).await
    }

    async fn initials(&self, viewer: &Viewer) -> Result<Vec<String>, AppError> {
        self.profiles.initials(viewer).await
    }
}

/// Profiles, for the pages.
#[derive(Clone)]
pub struct PageProfiles {
    pub profiles: Profiles,
    pub clock: Clock,
}

/// The profile of the requester, as it was when the request began.
fn own_profile() -> Option<OwnProfile> {
    with_context(|request: &Parts| request.extensions.get().cloned()).flatten()
}

#[async_trait]
impl backend::Profiles for PageProfiles {
    async fn profile(&self, user: UserId) -> Result<Option<Profile>, AppError> {
        // A form may have changed the profile, so read it again.
        match with_context(|request: &Parts| request.method.is_safe()) {
            Some(true) => self.profile_at_start(user).await,
            _ => self.profiles.profile(user).await,
        }
    }

    async fn profile_at_start(&self, user: UserId) -> Result<Option<Profile>, AppError> {
        match own_profile() {
            Some(OwnProfile(row)) if row.id == user.0 => self.profiles.read(&row).map(Some),
            _ => self.profiles.profile(user).await,
        }
    }

    async fn find_profile(&self, username: &str) -> Result<Option<Profile>, AppError> {
        self.profiles.find_profile(username).await
    }

    async fn save(&self, owner: UserId, viewer: Viewer, patch: Patch) -> Result<Saved, AppError> {
        let own = own_profile();
        let seen = own.as_ref().map(|own| &*own.0);
        self.profiles
            .save(owner, viewer, patch, seen, self.clock.now())
            .await
    }

    async fn snapshot(
        &self,
        owner: UserId,
        since: u64,
    ) -> Result<Option<ProfileSnapshot>, AppError> {
        self.profiles.snapshot(owner, since).await
    }

    async fn changes(
        &self,
        owner: UserId,
        before: Option<i64>,
        limit: u32,
        bytes: u32,
    ) -> Result<Stretch, AppError> {
        self.profiles.changes(owner, before, limit, bytes).await
    }

    async fn change(&self, owner: UserId, id: i64) -> Result<Option<PastChange>, AppError> {
        self.profiles.change(owner, id).await
    }

    async fn places(&self, owner: UserId, change: i64) -> Result<[u64; 2], AppError> {
        self.profiles.places(owner, change).await
    }

    async fn erase_values(
        &self,
        owner: UserId,
        change: i64,
        sides: Vec<ChangeSide>,
    ) -> Result<(), AppError> {
        let (client, now) = (requester().client, self.clock.now());
        self.profiles
            .erase_values(owner, change, sides, client, now)
            .await
    }

    async fn set_listing(
        &self,
        owner: UserId,
        listed: Option<bool>,
        in_directory: Option<bool>,
    ) -> Result<(), AppError> {
        self.profiles
            .set_listing(owner, listed, in_directory, self.clock.now())
            .await
    }

    async fn pictures(&self, owner: UserId) -> Result<Vec<String>, AppError> {
        self.profiles.pictures(owner).await
    }
}
