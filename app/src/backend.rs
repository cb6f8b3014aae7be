//! The services that the pages need from a server.
//!
//! `app` declares these traits, `server` implements them, and the implementations are passed
//! through Leptos' context. This breaks the cycle between the crates, keeps SQL, hashing and HTTP
//! out of `app`, and makes another store a matter of another implementation rather than a rewrite
//! (docs/decisions/0001).
//!
//! The browser compiles these traits too, but has no implementation of them: calling `backend()`
//! there is a bug, and panics.

mod bulk;
mod directory;
mod factors;
mod import;
mod invitations;
mod outcome;
mod oversight;
mod revisions;

use async_trait::async_trait;
use leptos::prelude::*;
use std::sync::Arc;

use crate::{
    account::types::{
        addresses::{Addresses, Undelivered, WayBack},
        email::{Email, EmailRule},
        erasure::ErasurePlan,
        event::PastEvent,
        log_in::{Authenticated, Credentials, LoginReason},
        managed::{AccountPage, AccountSearch, ManagedAccount, ManagementAct},
        names::OwnNames,
        password::{Password, PasswordChange, PasswordRules, own_words},
        second::Demand,
        session::Session,
        sign_up::NewUser,
        sign_up_rule::SignUpRule,
        token::{EmailToken, TokenPurpose},
        user::{User, UserId},
        username::Username,
    },
    admin::rules::{Area, open_areas},
    error::AppError,
    look::LookChoice,
    next::OwnPath,
    profile::rules::{
        date::Date,
        history::{ChangeSide, PastChange, Stretch},
        patch::Patch,
        profile::Profile,
        schema::Schema,
        snapshot::ProfileSnapshot,
        value::Phone,
        violation::Violation,
    },
    viewer::Viewer,
};

pub use bulk::Bulk;
pub use directory::Directory;
pub use factors::Factors;
pub use import::Import;
pub use invitations::Invitations;
pub use outcome::SessionOutcome;
pub use oversight::Oversight;
pub use revisions::Revisions;

/// The backend, as one value in Leptos' context.
#[derive(Clone)]
pub struct Backend {
    pub users: Arc<dyn Users>,
    pub names: Arc<dyn Names>,
    pub sessions: Arc<dyn Sessions>,
    pub profiles: Arc<dyn Profiles>,
    pub events: Arc<dyn Events>,
    pub emails: Arc<dyn Emails>,
    pub deletion: Arc<dyn AccountDeletion>,
    pub management: Arc<dyn Management>,
    pub invitations: Arc<dyn Invitations>,
    pub oversight: Arc<dyn Oversight>,
    pub revisions: Arc<dyn Revisions>,
    pub directory: Arc<dyn Directory>,
    pub bulk: Arc<dyn Bulk>,
    pub import: Arc<dyn Import>,
    pub factors: Arc<dyn Factors>,
    pub phones: Arc<dyn Phones>,
    pub passwords: Arc<dyn PasswordStrength>,
    pub clock: Arc<dyn Clock>,
    pub schema: Arc<Schema>,
    pub email_rule: EmailRule,
    pub sign_up_rule: Arc<SignUpRule>,
    pub site: Arc<Site>,
}

/// The operator's description of the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    pub name: String,
    /// A single sentence. Without one, the start page uses its own.
    pub tagline: Option<String>,
    /// The URL of the site, without a trailing slash.
    pub url: String,
    /// `true` in a development build, which shows its components at `/design`.
    pub in_development: bool,
}

impl Site {
    /// Returns the name, the host and the tagline of the site.
    fn words(&self) -> Vec<&str> {
        let host = self
            .url
            .split_once("://")
            .map_or(&*self.url, |(_, host)| host);
        let tagline = self.tagline.as_deref();
        [&*self.name, host].into_iter().chain(tagline).collect()
    }
}

/// Returns the backend of the server that renders this page.
pub fn backend() -> Arc<Backend> {
    expect_context()
}

#[async_trait]
pub trait Users: Send + Sync {
    /// Creates an idempotency key for a sign-up form, or `None` if the system has no random
    /// numbers.
    fn new_idempotency_key(&self) -> Option<String>;

    /// Creates the user and, in the same transaction, the profile. If the same form is sent again,
    /// it creates nothing, and logs the user in.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with `Taken` on `username`; [`AppError::Busy`] if too many passwords
    /// are waiting to be hashed; [`AppError::TooMany`].
    async fn create(&self, new: NewUser) -> Result<(Authenticated, LoginReason), AppError>;

    /// Returns the user that these credentials belong to. `None` both for an unknown name and for a
    /// wrong password, after the same amount of work.
    ///
    /// # Errors
    /// [`AppError::TooMany`] after too many failed attempts.
    async fn verify(&self, credentials: Credentials) -> Result<Option<Authenticated>, AppError>;

    /// Checks whether this is the password of a user who is logged in.
    ///
    /// # Errors
    /// [`AppError::TooMany`] after too many failed attempts.
    async fn check_password(&self, user: UserId, password: Password) -> Result<bool, AppError>;

    /// Sets a new password and ends all sessions of the user, in one transaction. Returns `None`,
    /// and changes nothing, if the current password is wrong.
    async fn change_password(
        &self,
        user: UserId,
        change: PasswordChange,
    ) -> Result<Option<Authenticated>, AppError>;
}

/// The current and former usernames of users.
#[async_trait]
pub trait Names: Send + Sync {
    /// Returns the user's former names, and the time from which they can choose a new one.
    async fn names(&self, user: UserId) -> Result<OwnNames, AppError>;

    /// Returns whether this is the current or a former name of the user, ignoring case.
    async fn is_called(&self, user: &User, name: &str) -> Result<bool, AppError>;

    /// Changes the username, and keeps the previous one reserved for the user.
    ///
    /// # Errors
    /// `Taken` on [`NEW_USERNAME`](crate::account::types::username::NEW_USERNAME);
    /// [`AppError::TooMany`] if the user may not choose a new name yet.
    async fn rename(&self, user: UserId, name: Username) -> Result<(), AppError>;
}

/// Email addresses, and the actions of emailed links.
#[async_trait]
pub trait Emails: Send + Sync {
    async fn addresses(&self, user: UserId) -> Result<Addresses, AppError>;

    /// Returns the current addresses of the user to which the last email could not be delivered.
    /// For a pending address, the result does not depend on whose it is.
    async fn undelivered(&self, user: UserId) -> Result<Vec<Undelivered>, AppError>;

    /// Returns the earlier addresses that can recover the account.
    async fn ways_back(&self, user: UserId) -> Result<Vec<WayBack>, AppError>;

    /// Sends a confirmation link to the new address of a user. The response does not depend on
    /// whose address it is.
    ///
    /// # Errors
    /// [`AppError::TooMany`]
    async fn change_email(&self, user: UserId, email: Email) -> Result<(), AppError>;

    /// Discards the address that is waiting to be confirmed.
    async fn cancel_email(&self, user: UserId) -> Result<(), AppError>;

    /// Sends a link to choose a new password to the user with this address. The response does not
    /// depend on whether there is one.
    ///
    /// # Errors
    /// [`AppError::TooMany`]
    async fn ask_reset(&self, email: Email) -> Result<(), AppError>;

    /// Looks up a link without using it.
    ///
    /// # Errors
    /// [`AppError::DeadLink`]
    async fn find_token(&self, purpose: TokenPurpose, token: &str) -> Result<EmailToken, AppError>;

    /// Makes the address that the link was sent to the user's confirmed address.
    ///
    /// # Errors
    /// [`AppError::DeadLink`]; `AddressTaken` on `email`.
    async fn confirm_email(&self, token: &str) -> Result<(), AppError>;

    /// Sets a new password, and ends all sessions of the user. Returns the user.
    ///
    /// # Errors
    /// [`AppError::DeadLink`]
    async fn reset_password(&self, token: &str, password: Password) -> Result<UserId, AppError>;

    /// Restores an earlier address, ends all sessions, and invalidates the password. Returns the
    /// token of a link to choose a new one.
    ///
    /// # Errors
    /// [`AppError::DeadLink`]; `AddressTaken` on `email`.
    async fn undo_email(&self, token: &str) -> Result<String, AppError>;
}

/// Deletion of one's own account.
#[async_trait]
pub trait AccountDeletion: Send + Sync {
    /// Returns the effects that erasing the user would have now.
    async fn plan(&self, user: UserId) -> Result<ErasurePlan, AppError>;

    /// Closes the account: ends its sessions, hides it, and schedules its erasure after the grace
    /// period, or erases it at once if there is none.
    ///
    /// # Errors
    /// [`AppError::PlanChanged`] if erasing the user is forbidden, or no longer does what the
    /// outline says; [`AppError::LastManager`].
    async fn request(&self, user: UserId, outline: String) -> Result<(), AppError>;

    /// Returns the number of days after which a closed account is erased.
    fn grace_days(&self) -> u32;
}

/// The requirements that a new password has to meet.
#[async_trait]
pub trait PasswordStrength: Send + Sync {
    /// Returns the minimum length, in grapheme clusters.
    fn min_length(&self) -> usize;

    /// Returns whether the password would soon be guessed by an attacker who knows these words
    /// about the user, and common passwords.
    ///
    /// # Errors
    /// [`AppError::Busy`] if too many passwords are waiting, because an estimate is as much work as
    /// a hash.
    async fn is_guessable(&self, password: &str, own_words: Vec<String>) -> Result<bool, AppError>;
}

impl Backend {
    /// Returns the first part of administration that this member may open.
    pub fn administration(&self, member: &User) -> Option<Area> {
        open_areas(&self.schema, &member.role).next()
    }

    /// Returns the rules for a new password. `said` contains the user's statements about
    /// themselves; the site's own words come first, because attackers try them on every account
    /// (ASVS 5.0 V6.1.2).
    pub async fn password_rules<'a>(
        &'a self,
        password: &str,
        said: impl IntoIterator<Item = &'a str>,
    ) -> Result<PasswordRules, AppError> {
        let own = own_words(self.site.words().into_iter().chain(said));
        Ok(PasswordRules {
            min_length: self.passwords.min_length(),
            guessable: self.passwords.is_guessable(password, own).await?,
        })
    }
}

#[async_trait]
pub trait Sessions: Send + Sync {
    /// Starts a new session in the browser of this request, and ends its previous one. Cancels the
    /// deletion of a closed account.
    ///
    /// # Errors
    /// The error of a wrong password, if the password that was entered is no longer the user's.
    async fn begin(
        &self,
        authenticated: Authenticated,
        reason: LoginReason,
    ) -> Result<SessionOutcome, AppError>;

    /// Returns whether the session of this request has recently met the demand.
    fn is_fresh(&self, demand: Demand) -> bool;

    /// Returns whether the user of this request has a second factor.
    fn has_second(&self) -> bool;

    /// Records that the password, or a second factor, has just been verified, and gives the session
    /// a new id.
    async fn reauthenticated(&self, by_second: bool) -> Result<(), AppError>;

    /// Remembers the browser of this request as one in which this user may log in, so that password
    /// attempts from elsewhere do not lock them out here.
    async fn know_browser(&self, user: UserId) -> Result<(), AppError>;

    /// Ends the session of this request, if there is one.
    async fn end(&self) -> Result<(), AppError>;

    /// Returns the sessions of a user: that of this request first, then the others by last use.
    async fn list(&self, user: UserId) -> Result<Vec<Session>, AppError>;

    /// Ends one session of this user.
    ///
    /// # Errors
    /// [`AppError::NotFound`] if the user has no such session.
    async fn end_one(&self, user: UserId, handle: &str) -> Result<(), AppError>;

    /// Ends all sessions of this user except that of this request.
    async fn end_others(&self, user: UserId) -> Result<(), AppError>;
}

/// The audit log.
#[async_trait]
pub trait Events: Send + Sync {
    /// Returns the events that a user caused or was affected by, before the event with the id
    /// `before`, newest first.
    async fn events(
        &self,
        user: UserId,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<PastEvent>, AppError>;
}

/// Accounts of other users, for members whose role lets them manage users.
#[async_trait]
pub trait Management: Send + Sync {
    /// Returns at most `limit` matching accounts, and how many there are.
    async fn accounts(&self, search: AccountSearch, limit: usize) -> Result<AccountPage, AppError>;

    /// Returns the account with this username, ignoring case.
    async fn account(&self, username: &str) -> Result<Option<ManagedAccount>, AppError>;

    /// Performs an action on the account of another user. Returns its username.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; [`AppError::Forbidden`] if the manager's role does not allow it;
    /// [`AppError::LastManager`]; [`AppError::TooMany`] for too many emails.
    async fn act(
        &self,
        manager: &User,
        username: &str,
        act: ManagementAct,
    ) -> Result<String, AppError>;
}

#[async_trait]
pub trait Profiles: Send + Sync {
    async fn profile(&self, user: UserId) -> Result<Option<Profile>, AppError>;

    /// Returns the profile; that of the requester as it was when the request began. Suitable for
    /// decisions that are repeated when something is written.
    async fn profile_at_start(&self, user: UserId) -> Result<Option<Profile>, AppError>;

    /// Returns the profile at `/u/{username}`, ignoring case.
    async fn find_profile(&self, username: &str) -> Result<Option<Profile>, AppError>;

    /// Applies the decision of [`Patch::decide`], and returns once it is on disk. A patch that
    /// changes nothing is not saved: the version stays.
    ///
    /// # Errors
    /// Those of [`Patch::decide`].
    async fn save(&self, owner: UserId, viewer: Viewer, patch: Patch) -> Result<Saved, AppError>;

    /// Returns the profile with every change after version `since`.
    async fn snapshot(
        &self,
        owner: UserId,
        since: u64,
    ) -> Result<Option<ProfileSnapshot>, AppError>;

    /// Returns at most `limit` changes before the one with the id `before`: fewer, but at least
    /// one, if their values exceed `bytes` bytes.
    async fn changes(
        &self,
        owner: UserId,
        before: Option<i64>,
        limit: u32,
        bytes: u32,
    ) -> Result<Stretch, AppError>;

    async fn change(&self, owner: UserId, id: i64) -> Result<Option<PastChange>, AppError>;

    /// Counts the occurrences in the history of a change's old value and of its new one, including
    /// the change itself. A picture is the same value regardless of its description.
    ///
    /// # Errors
    /// [`AppError::NotFound`] if the profile has no such change.
    async fn places(&self, owner: UserId, change: i64) -> Result<[u64; 2], AppError>;

    /// Erases values of a change wherever they occur in the history, and the files of a picture
    /// that the profile no longer has. The changes themselves stay, and so does the current
    /// profile.
    ///
    /// # Errors
    /// [`AppError::NotFound`] if the profile has no such change of a value.
    async fn erase_values(
        &self,
        owner: UserId,
        change: i64,
        sides: Vec<ChangeSide>,
    ) -> Result<(), AppError>;

    /// Sets whether search engines may list the profile, and whether the members' directory does;
    /// `None` leaves a setting unchanged.
    async fn set_listing(
        &self,
        owner: UserId,
        listed: Option<bool>,
        in_directory: Option<bool>,
    ) -> Result<(), AppError>;

    /// Returns the hashes of the stored pictures of this profile, including earlier ones.
    async fn pictures(&self, owner: UserId) -> Result<Vec<String>, AppError>;
}

/// A save that is on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Saved {
    /// The current version of the profile.
    pub version: u64,
    /// The version that the form was opened with, if changes by others since then were kept.
    pub since: Option<u64>,
}

/// Numbering plans, which are too large for the browser.
pub trait Phones: Send + Sync {
    /// Returns the number as it is dialled, with its spelling kept.
    ///
    /// # Errors
    /// [`Violation::NotAPhoneNumber`] if the number is in no numbering plan.
    fn check(&self, phone: &Phone) -> Result<Phone, Violation>;
}

pub trait Clock: Send + Sync {
    /// Returns the current date in the time zone that is furthest ahead (UTC+14), so that it is
    /// never earlier than the current date of a user.
    fn today(&self) -> Date;
}

/// The response that is being prepared: everything that a page sets on it besides its HTML.
pub trait ResponseContext: Send + Sync {
    fn set_status(&self, status: u16);

    /// Redirects to a path of this site. The page's HTML is not shown.
    fn redirect(&self, path: &str);

    /// Redirects to a page that is temporarily at another path, likewise without the page's HTML.
    fn moved(&self, path: &str);

    /// Returns the nonce that allows the script of an island. A page that never calls this may not
    /// run one (`http/headers.rs`).
    fn script_nonce(&self) -> String;

    /// Allows this page to run this inline script, and no other.
    fn allow_script(&self, script: &'static str);

    /// Returns the path and query of the requested page.
    fn path(&self) -> OwnPath;

    /// Stores the look of the pages in the browser.
    fn remember(&self, look: LookChoice);

    /// Returns the id of the request, with which the operator finds it in the log.
    fn request_id(&self) -> Option<String>;

    /// Returns the recovery codes that this browser has just created, for the page that shows them
    /// once.
    fn take_codes(&self) -> Option<Vec<String>>;

    /// Returns the `User-Agent` of the browser.
    fn user_agent(&self) -> Option<String>;

    /// Returns the token of the link that this browser has just created, for the page that shows it
    /// once.
    fn take_link(&self) -> Option<String>;
}

/// Returns the response to the request that this page is rendered for.
pub fn response() -> Arc<dyn ResponseContext> {
    expect_context()
}
