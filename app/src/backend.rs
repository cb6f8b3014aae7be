//! The services that the pages need from a server, on one page.
//!
//! `app` declares these traits and `server` implements them; the implementations
//! travel in Leptos' context. That breaks the cycle between the crates, keeps SQL,
//! hashing and HTTP out of `app`, and makes another store an implementation instead
//! of a rewrite (docs/decisions/0001).
//!
//! The browser compiles these traits too, but has no implementation of them: calling
//! `backend()` there is a bug, and panics.

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

/// The back end, as one value of Leptos' context.
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
    /// One sentence; the start page has its own without.
    pub tagline: Option<String>,
    /// Its address, without a closing slash.
    pub url: String,
    /// A development build shows its components at `/design`.
    pub in_development: bool,
}

impl Site {
    /// The words by which the site calls itself: name, host and tagline.
    fn words(&self) -> Vec<&str> {
        let host = self
            .url
            .split_once("://")
            .map_or(&*self.url, |(_, host)| host);
        let tagline = self.tagline.as_deref();
        [&*self.name, host].into_iter().chain(tagline).collect()
    }
}

/// The back end of the server that renders this page.
pub fn backend() -> Arc<Backend> {
    expect_context()
}

#[async_trait]
pub trait Users: Send + Sync {
    /// Makes a key for a sign-up form; `None` where the system has no random numbers.
    fn new_idempotency_key(&self) -> Option<String>;

    /// Creates the user and, in the same transaction, the profile. The same form a
    /// second time creates nothing, and is a login.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with `Taken` on `username`; [`AppError::Busy`] when
    /// too many passwords wait to be hashed; [`AppError::TooMany`].
    async fn create(&self, new: NewUser) -> Result<(Authenticated, LoginReason), AppError>;

    /// The user whom these credentials belong to. `None` for an unknown name and
    /// for a wrong password alike, after the same work.
    ///
    /// # Errors
    /// [`AppError::TooMany`] after too many wrong ones.
    async fn verify(&self, credentials: Credentials) -> Result<Option<Authenticated>, AppError>;

    /// Returns whether this is the password of a user who is logged in.
    ///
    /// # Errors
    /// [`AppError::TooMany`] after too many wrong ones.
    async fn check_password(&self, user: UserId, password: Password) -> Result<bool, AppError>;

    /// Sets a new password and ends every session of the user, in one
    /// transaction. `None`, and nothing changed, if the current one is wrong.
    async fn change_password(
        &self,
        user: UserId,
        change: PasswordChange,
    ) -> Result<Option<Authenticated>, AppError>;
}

/// Names of users, present and former.
#[async_trait]
pub trait Names: Send + Sync {
    /// The own former names, and when another one can be chosen.
    async fn names(&self, user: UserId) -> Result<OwnNames, AppError>;

    /// Returns whether this is the name of that user, or a former one; case does not matter.
    async fn is_called(&self, user: &User, name: &str) -> Result<bool, AppError>;

    /// Gives the user another name, and keeps the one before for them.
    ///
    /// # Errors
    /// `Taken` on [`NEW_USERNAME`](crate::account::types::username::NEW_USERNAME);
    /// [`AppError::TooMany`] before the time for another one.
    async fn rename(&self, user: UserId, name: Username) -> Result<(), AppError>;
}

/// E-mail addresses, and what is done by links in mails.
#[async_trait]
pub trait Emails: Send + Sync {
    async fn addresses(&self, user: UserId) -> Result<Addresses, AppError>;

    /// Mails to the addresses that a user has now, of which the last one could not
    /// be delivered. Of an address that waits it does not depend on whose it is.
    async fn undelivered(&self, user: UserId) -> Result<Vec<Undelivered>, AppError>;

    /// Earlier addresses that can take the account back.
    async fn ways_back(&self, user: UserId) -> Result<Vec<WayBack>, AppError>;

    /// Sends a link to an address that is to be the user's. The answer does not
    /// depend on whose it is.
    ///
    /// # Errors
    /// [`AppError::TooMany`]
    async fn change_email(&self, user: UserId, email: Email) -> Result<(), AppError>;

    /// Forgets the address that waits to be confirmed.
    async fn cancel_email(&self, user: UserId) -> Result<(), AppError>;

    /// Sends a link to whoever has that address. The answer does not depend on
    /// whether somebody has.
    ///
    /// # Errors
    /// [`AppError::TooMany`]
    async fn ask_reset(&self, email: Email) -> Result<(), AppError>;

    /// Looks at a link, and leaves it as it is.
    ///
    /// # Errors
    /// [`AppError::DeadLink`]
    async fn find_token(&self, purpose: TokenPurpose, token: &str) -> Result<EmailToken, AppError>;

    /// Makes the address that the link was sent to the user's.
    ///
    /// # Errors
    /// [`AppError::DeadLink`]; `AddressTaken` on `email`.
    async fn confirm_email(&self, token: &str) -> Result<(), AppError>;

    /// Sets a new password, and ends every session of the user. Answers whose it is.
    ///
    /// # Errors
    /// [`AppError::DeadLink`]
    async fn reset_password(&self, token: &str, password: Password) -> Result<UserId, AppError>;

    /// Takes an earlier address back, ends every session, and makes the password
    /// void. Answers the token of a link to choose a new one.
    ///
    /// # Errors
    /// [`AppError::DeadLink`]; `AddressTaken` on `email`.
    async fn undo_email(&self, token: &str) -> Result<String, AppError>;
}

/// Taking one's data along, and deleting the account.
#[async_trait]
pub trait AccountDeletion: Send + Sync {
    /// The effects that erasing the user would have now.
    async fn plan(&self, user: UserId) -> Result<ErasurePlan, AppError>;

    /// Closes the account: ends its sessions, hides it, and has it erased when its
    /// time is up; at once, where no time is given.
    ///
    /// # Errors
    /// [`AppError::PlanChanged`] if erasing is forbidden, or does something else by
    /// now than the outline says; [`AppError::LastManager`].
    async fn request(&self, user: UserId, outline: String) -> Result<(), AppError>;

    /// Days until a closed account is erased.
    fn grace_days(&self) -> u32;
}

/// The requirements that a new password has to meet.
#[async_trait]
pub trait PasswordStrength: Send + Sync {
    /// Grapheme clusters.
    fn min_length(&self) -> usize;

    /// Returns whether the password would soon be guessed by somebody who knows these
    /// words of its owner, and what others choose.
    ///
    /// # Errors
    /// [`AppError::Busy`] when too many passwords wait; an estimate is as much work
    /// as a hash.
    async fn is_guessable(&self, password: &str, own_words: Vec<String>) -> Result<bool, AppError>;
}

impl Backend {
    /// The first part of administration that this member may open.
    pub fn administration(&self, member: &User) -> Option<Area> {
        open_areas(&self.schema, &member.role).next()
    }

    /// The rules by which a password is judged, typed by somebody who says these
    /// texts about themselves. The site's own words come first: they are tried at
    /// everybody's account (ASVS 5.0 V6.1.2).
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
    /// Starts a new session for the browser of this request, and ends the one it
    /// had. Whoever had left stays.
    ///
    /// # Errors
    /// The refusal of a wrong password, if it is no longer the user's.
    async fn begin(
        &self,
        authenticated: Authenticated,
        reason: LoginReason,
    ) -> Result<SessionOutcome, AppError>;

    /// Returns whether what is demanded was shown in the session of this request not long ago.
    fn is_fresh(&self, demand: Demand) -> bool;

    /// Returns whether the user of this request has a second factor.
    fn has_second(&self) -> bool;

    /// Notes that the password was shown just now, or a second factor, and gives the session
    /// another id.
    async fn reauthenticated(&self, by_second: bool) -> Result<(), AppError>;

    /// Remembers the browser of this request as one where that user may log in:
    /// whoever tries passwords from elsewhere does not lock them out here.
    async fn know_browser(&self, user: UserId) -> Result<(), AppError>;

    /// Ends the session of this request, if there is one.
    async fn end(&self) -> Result<(), AppError>;

    /// The sessions of a user: the one of this request, then the one seen last.
    async fn list(&self, user: UserId) -> Result<Vec<Session>, AppError>;

    /// Ends one session of this user.
    ///
    /// # Errors
    /// [`AppError::NotFound`] if the user has no such session.
    async fn end_one(&self, user: UserId, handle: &str) -> Result<(), AppError>;

    /// Ends every session of this user but the one of this request.
    async fn end_others(&self, user: UserId) -> Result<(), AppError>;
}

/// The audit log.
#[async_trait]
pub trait Events: Send + Sync {
    /// The events that a user caused or was affected by, before the event with the id
    /// `before`, newest first.
    async fn events(
        &self,
        user: UserId,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<PastEvent>, AppError>;
}

/// The accounts of others, for those whose role lets them manage users.
#[async_trait]
pub trait Management: Send + Sync {
    /// At most `limit` accounts that match, and how many there are.
    async fn accounts(&self, search: AccountSearch, limit: usize) -> Result<AccountPage, AppError>;

    /// The account of that name; case does not matter.
    async fn account(&self, username: &str) -> Result<Option<ManagedAccount>, AppError>;

    /// Does something to the account of somebody else. Returns the username.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; [`AppError::Forbidden`] where the role of the manager does not
    /// reach; [`AppError::LastManager`]; [`AppError::TooMany`] mails.
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

    /// The profile, as it was when the request began if it is the requester's: for what is decided
    /// once more by whatever writes.
    async fn profile_at_start(&self, user: UserId) -> Result<Option<Profile>, AppError>;

    /// The profile at `/u/{username}`; case does not matter.
    async fn find_profile(&self, username: &str) -> Result<Option<Profile>, AppError>;

    /// Does what [`Patch::decide`] decides, and returns once it is on disk. A
    /// patch that changes nothing is no save: the version stays.
    ///
    /// # Errors
    /// Those of [`Patch::decide`].
    async fn save(&self, owner: UserId, viewer: Viewer, patch: Patch) -> Result<Saved, AppError>;

    /// The profile with every change after version `since`.
    async fn snapshot(
        &self,
        owner: UserId,
        since: u64,
    ) -> Result<Option<ProfileSnapshot>, AppError>;

    /// At most `limit` changes before the one of the id `before`; fewer, but one at
    /// least, if their values have more than so many bytes.
    async fn changes(
        &self,
        owner: UserId,
        before: Option<i64>,
        limit: u32,
        bytes: u32,
    ) -> Result<Stretch, AppError>;

    async fn change(&self, owner: UserId, id: i64) -> Result<Option<PastChange>, AppError>;

    /// In how many places of the history the value of a side of a change stands, its
    /// own included: the old one, and the new one. A picture is one whatever its words.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for no change of this profile.
    async fn places(&self, owner: UserId, change: i64) -> Result<[u64; 2], AppError>;

    /// Erases these values of a change from the history, wherever they stand in it,
    /// and their pixels if the profile does not have that picture. The changes stay,
    /// and so does the profile.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for no change of a value of this profile.
    async fn erase_values(
        &self,
        owner: UserId,
        change: i64,
        sides: Vec<ChangeSide>,
    ) -> Result<(), AppError>;

    /// Says whether search engines may list the profile, and whether the members' directory
    /// does; what is not said stays.
    async fn set_listing(
        &self,
        owner: UserId,
        listed: Option<bool>,
        in_directory: Option<bool>,
    ) -> Result<(), AppError>;

    /// The hashes of the pictures that are kept of this profile, earlier ones too.
    async fn pictures(&self, owner: UserId) -> Result<Vec<String>, AppError>;
}

/// A save that is on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Saved {
    /// The version that the profile has now.
    pub version: u64,
    /// The version from which others had made changes that were kept.
    pub since: Option<u64>,
}

/// Numbering plans, which are too large for the browser.
pub trait Phones: Send + Sync {
    /// The number as it is dialled, its spelling kept.
    ///
    /// # Errors
    /// [`Violation::NotAPhoneNumber`] for one that no numbering plan has.
    fn check(&self, phone: &Phone) -> Result<Phone, Violation>;
}

pub trait Clock: Send + Sync {
    /// Today's date at the place on earth where it is latest (UTC+14), so that
    /// nobody's today is a date in the future.
    fn today(&self) -> Date;
}

/// The answer that is being made, for what a page says beside its HTML.
pub trait ResponseContext: Send + Sync {
    fn set_status(&self, status: u16);

    /// Answers with a redirect; the page's HTML is not shown. `path` is a path
    /// of this site.
    fn redirect(&self, path: &str);

    /// Answers that the page is at another address for now, in the same way.
    fn moved(&self, path: &str);

    /// The nonce that lets the script of an island run. A page that never asks for
    /// it may not run any (`http/headers.rs`).
    fn script_nonce(&self) -> String;

    /// Lets this page run that script, which stands in it, and no other.
    fn allow_script(&self, script: &'static str);

    /// Path and query of the page that is asked for.
    fn path(&self) -> OwnPath;

    /// Has the browser remember how pages look to it.
    fn remember(&self, look: LookChoice);

    /// The id of the request, by which the operator finds it in the log.
    fn request_id(&self) -> Option<String>;

    /// The recovery codes that this browser has made just now, for the page that shows them: once.
    fn take_codes(&self) -> Option<Vec<String>>;

    /// The browser, as it calls itself.
    fn user_agent(&self) -> Option<String>;

    /// The token of a link that this browser has made just now, for the page that shows it: once.
    fn take_link(&self) -> Option<String>;
}

/// The answer to the request that this page is rendered for.
pub fn response() -> Arc<dyn ResponseContext> {
    expect_context()
}
