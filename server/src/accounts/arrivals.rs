//! Import of users from another program or database: each user is imported completely, or not at
//! all.
//!
//! The input has already been parsed and checked (`server/src/foreign`). This module decides which
//! users already exist, skips or updates those, and creates the others, a hundred users in a
//! transaction.

use app::{
    account::types::{
        email::Email, event::EventKind, sign_up_rule::SignUpRule, user::UserId, username::Username,
    },
    admin::rules::can_import,
    error::AppError,
    profile::rules::{
        patch::{Change, Patch},
        picture::Picture,
        schema::Schema,
        value::Value,
    },
    text::mail::MailKind,
};
use sha2::{Digest, Sha256};
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

use super::{
    admission::{Door, decide},
    names::KEPT_MS,
    notices::enqueue,
    requester::Author,
    roles::give_role,
    sign_up::admit,
};
use crate::{
    media::Squares,
    password::{
        foreign::{ForeignHash, NotTaken},
        is_ours,
    },
    profiles::{directory::reindex, save::save_arrival},
    secret::hexadecimal,
};
use store::{
    Store,
    arrivals::Arrival,
    avatars::NewPicture,
    failure::{Failure, Result as Done},
    tables::Tables,
    users::{NewUser, Status},
};

/// The number of users imported in one transaction.
pub const AT_ONCE: usize = 100;

/// A user to import.
#[derive(Debug, Clone)]
pub struct Incoming {
    /// The user's key in the source; without one, a later import cannot recognize the user by it.
    pub key: Option<String>,
    /// The id that the user is to have here.
    pub id: Option<UserId>,
    pub username: Username,
    /// True if the username was made up, and so does not identify the user.
    pub is_made_up: bool,
    /// The key of the name that they logged in with, if it is not the username.
    pub former_name: Option<String>,
    pub email: Option<Email>,
    /// True if the source says that the user has confirmed the address.
    pub is_confirmed: bool,
    pub password: Option<IncomingPassword>,
    /// `None` for the first role of the schema.
    pub role: Option<String>,
    pub is_active: bool,
    /// In milliseconds since 1970-01-01 UTC, like all times here; `None` for now.
    pub created_at: Option<i64>,
    pub last_login_at: Option<i64>,
    pub listed: Option<bool>,
    pub in_directory: Option<bool>,
    /// The values and audiences of the profile.
    pub patch: Patch,
    pub picture: Option<Squares>,
}

/// A password, as the source stores it.
#[derive(Debug, Clone)]
pub enum IncomingPassword {
    /// A hash of this program, from another database.
    Own(String),
    Foreign(ForeignHash),
}

impl IncomingPassword {
    /// Parses a hash in Django's format.
    ///
    /// # Errors
    /// The reason why the hash cannot be imported.
    pub fn parse(text: &str) -> Result<IncomingPassword, NotTaken> {
        let foreign = ForeignHash::parse(text)?;
        Ok(
            match text.strip_prefix("argon2").filter(|phc| is_ours(phc)) {
                Some(phc) => IncomingPassword::Own(phc.to_owned()),
                None => IncomingPassword::Foreign(foreign),
            },
        )
    }
}

/// The way in which existing users are recognized.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MatchBy {
    /// By their key in the source only; a username that is taken is an error.
    Source,
    Username,
    /// By the confirmed address, or by the unconfirmed one of a user who was imported or added by
    /// the operator and has never had a password here.
    Email,
}

/// The action on existing users.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnMatch {
    Skip,
    /// Replaces their fields and role with those that are imported, and keeps all others.
    Update,
}

/// The rules of one import.
#[derive(Debug, Clone)]
pub struct ArrivalRules {
    /// The name of the source.
    pub source: String,
    pub match_by: MatchBy,
    pub on_match: OnMatch,
    /// Users without a password are emailed a link to choose one.
    pub invites: bool,
    /// The person who runs the import.
    pub by: Author,
}

/// The outcome for one user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Created {
        /// Another user has confirmed the address, so it remains unconfirmed.
        is_address_taken: bool,
        /// Another user has the name that they logged in with.
        is_former_name_taken: bool,
    },
    Updated(UserId),
    /// The user exists, and was left unchanged.
    Skipped(UserId),
    /// The user was imported earlier and has been erased since; they are not imported again.
    Gone,
    NameTaken,
    /// The imported role would leave no one who can manage users.
    LastManager,
}

/// The mode of an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mode {
    Real,
    /// Everything is done, and then rolled back.
    Dry,
    /// Users are imported only if those created have this outline.
    Planned(String),
}

/// Identifies the users that an import creates: their number, and the start of a SHA-256 of their
/// names.
pub fn outline<'a>(usernames: impl IntoIterator<Item = &'a str>) -> String {
    let (mut count, mut hash) = (0, Sha256::new());
    for name in usernames {
        count += 1;
        hash.update(name);
        hash.update([0]);
    }
    format!("{count}-{}", hexadecimal(&hash.finalize()[..8]))
}

/// Imports users in one transaction, and returns what was done with each, or would be.
///
/// # Errors
/// [`AppError::PlanChanged`] if other users would be created than planned; [`AppError::Forbidden`]
/// if the role of the author no longer allows it; [`AppError::Busy`] and the errors of the
/// database. No one is imported then.
pub async fn bring(
    store: &Store,
    rules: &Arc<ArrivalRules>,
    mut users: Vec<Incoming>,
    schema: &Arc<Schema>,
    mode: Mode,
    now: i64,
) -> Result<Vec<Outcome>, AppError> {
    let is_dry = mode == Mode::Dry;
    if is_dry {
        // A rollback does not return the ids that were used.
        users.iter_mut().for_each(|user| user.id = None);
    }
    let foreseen = Arc::new(Mutex::new(None));
    let seen = Arc::clone(&foreseen);
    let input = (users, Arc::clone(rules), Arc::clone(schema), mode);
    let brought = store.write(input, move |tx, (users, rules, schema, mode)| {
        let seen = Arc::clone(&seen);
        Box::pin(async move {
            check_author(tx, &rules.by, users, schema).await?;
            let (mut outcomes, mut mailed) = (Vec::new(), BTreeSet::new());
            for user in users {
                let outcome = bring_one(tx, rules, user, &mut mailed, schema, now).await?;
                outcomes.push(outcome);
            }
            match mode {
                Mode::Real => Ok(outcomes),
                Mode::Planned(planned) => {
                    let pairs = users.iter().zip(&outcomes);
                    let created = pairs
                        .filter(|(_, outcome)| matches!(outcome, Outcome::Created { .. }))
                        .map(|(user, _)| user.username.as_str());
                    match outline(created) == *planned {
                        true => Ok(outcomes),
                        false => Err(AppError::PlanChanged.into()),
                    }
                }
                Mode::Dry => {
                    *seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(outcomes);
                    // Roll the transaction back.
                    Err(AppError::PlanChanged.into())
                }
            }
        })
    });
    let brought = brought.await;
    let foreseen = foreseen
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .take();
    match (brought, foreseen) {
        (Err(AppError::PlanChanged), Some(outcomes)) if is_dry => Ok(outcomes),
        (brought, _) => brought,
    }
}

/// Checks that the author may still import users, and assign them their roles.
async fn check_author(
    tx: &mut dyn Tables,
    by: &Author,
    users: &[Incoming],
    schema: &Schema,
) -> Done<()> {
    let Author::Manager { id, .. } = by else {
        return Ok(());
    };
    let role = tx.role_of(*id).await?.ok_or(AppError::Forbidden)?;
    let role = schema.effective_role(role.as_deref());
    let mut given = users
        .iter()
        .map(|user| schema.effective_role(user.role.as_deref()));
    match given.all(|given| can_import(schema, role, given)) {
        true => Ok(()),
        false => Err(AppError::Forbidden.into()),
    }
}

async fn bring_one(
    tx: &mut dyn Tables,
    rules: &ArrivalRules,
    new: &Incoming,
    mailed: &mut BTreeSet<String>,
    schema: &Schema,
    now: i64,
) -> Done<Outcome> {
    if let Some(key) = &new.key {
        match tx.arrival(&rules.source, key).await? {
            None => {}
            Some(Arrival::Gone) => return Ok(Outcome::Gone),
            Some(Arrival::Here(user)) => return again(tx, rules, user, new, schema, now).await,
        }
    }
    match known(tx, rules, new).await? {
        Some(user) => again(tx, rules, user, new, schema, now).await,
        None => add(tx, rules, new, mailed, schema, now).await,
    }
}

/// Returns the existing user, as recognized by the rules.
async fn known(
    tables: &mut dyn Tables,
    rules: &ArrivalRules,
    new: &Incoming,
) -> Done<Option<UserId>> {
    Ok(match (rules.match_by, &new.email) {
        (MatchBy::Username, _) if !new.is_made_up => {
            let key = new.username.key();
            let found = tables.find_account(&key).await?;
            // A former name leads to a user, but is no longer theirs.
            let named = found.filter(|account| Username::key_of(&account.username) == key);
            named.map(|account| account.id)
        }
        (MatchBy::Source, _) | (_, None) => None,
        // A name made up from an address identifies no one.
        (MatchBy::Email | MatchBy::Username, Some(email)) => {
            let found = tables.user_with_email(&email.key()).await?;
            match found {
                Some((id, _)) => Some(id),
                // Imported or added earlier, and the address has not been confirmed since.
                None => tables.user_awaiting(&email.key()).await?,
            }
        }
    })
}

/// Skips or updates an existing user.
async fn again(
    tx: &mut dyn Tables,
    rules: &ArrivalRules,
    user: UserId,
    new: &Incoming,
    schema: &Schema,
    now: i64,
) -> Done<Outcome> {
    if rules.on_match == OnMatch::Skip {
        return Ok(Outcome::Skipped(user));
    }
    if let Some(role) = &new.role {
        let name = tx.present_name(user).await?.ok_or(AppError::NotFound)?;
        let row = tx.find_user(&Username::key_of(&name.name)).await?;
        let row = row.ok_or(AppError::NotFound)?;
        match give_role(tx, &row, role, &rules.by, schema, now).await {
            Err(Failure::Refused(AppError::LastManager)) => return Ok(Outcome::LastManager),
            given => given?,
        };
    }
    save(tx, user, new, &rules.by, schema, now).await?;
    Ok(Outcome::Updated(user))
}

/// Creates a user with their profile.
async fn add(
    tx: &mut dyn Tables,
    rules: &ArrivalRules,
    new: &Incoming,
    mailed: &mut BTreeSet<String>,
    schema: &Schema,
    now: i64,
) -> Done<Outcome> {
    let key = new.username.key();
    if tx.is_username_taken(&key).await? {
        return Ok(Outcome::NameTaken);
    }
    if let Some(id) = new.id {
        tx.set_next_id("users", id.0).await?;
    }
    let own = match &new.password {
        Some(IncomingPassword::Own(hash)) => Some(hash.clone()),
        _ => None,
    };
    let row = NewUser {
        username: new.username.as_str().to_owned(),
        username_key: key,
        email: new
            .email
            .as_ref()
            .map(|email| (email.as_str().to_owned(), email.key())),
        password_hash: own,
        form: None,
        created_at: new.created_at.unwrap_or(now),
        waits_since: None,
    };
    let entry = decide(&SignUpRule::default(), Door::Command, new.email.as_ref())?;
    let user = admit(tx, &row, entry).await?;
    if new.id.is_some_and(|id| id != user) {
        // Someone has signed up in the meantime.
        return Err(AppError::PlanChanged.into());
    }
    let mut is_address_taken = false;
    if let Some(email) = &new.email {
        is_address_taken = tx.user_with_email(&email.key()).await?.is_some();
        if new.is_confirmed && !is_address_taken {
            is_address_taken = !tx.set_email(user, email.as_str(), &email.key()).await?;
        }
    }
    let mut is_former_name_taken = false;
    if let Some(former) = &new.former_name {
        let is_kept = !tx.is_username_taken(former).await?
            && tx
                .keep_former_name(user, former, now, now + KEPT_MS)
                .await?;
        is_former_name_taken = !is_kept;
    }
    if let Some(IncomingPassword::Foreign(hash)) = &new.password {
        tx.set_imported_password(user, hash.as_str(), now).await?;
    }
    if let Some(role) = &new.role {
        tx.set_role(user, role).await?;
    }
    if !new.is_active {
        tx.set_status(user, Status::Disabled).await?;
    }
    if let Some(at) = new.last_login_at {
        tx.set_last_login(user, at).await?;
    }
    if let Some(listed) = new.listed {
        tx.set_listed(user, listed).await?;
    }
    if let Some(in_directory) = new.in_directory {
        tx.set_in_directory(user, in_directory).await?;
    }
    save(tx, user, new, &rules.by, schema, now).await?;
    let event = rules.by.event(EventKind::Created, user, new.role.clone());
    tx.note(&event, now).await?;
    if let Some(key) = &new.key {
        tx.add_arrival(&rules.source, key, user, now).await?;
    }
    let invited = new
        .email
        .as_ref()
        .filter(|_| rules.invites && new.is_active && new.password.is_none() && !is_address_taken);
    // Email an address once, even if several users have it.
    if let Some(email) = invited.filter(|email| mailed.insert(email.key())) {
        enqueue(tx, user, MailKind::Reset, email.as_str(), None, now).await?;
    }
    Ok(Outcome::Created {
        is_address_taken,
        is_former_name_taken,
    })
}

/// Writes the values of a profile.
async fn save(
    tx: &mut dyn Tables,
    user: UserId,
    new: &Incoming,
    by: &Author,
    schema: &Schema,
    now: i64,
) -> Done<()> {
    let mut patch = new.patch.clone();
    if let (Some(squares), Some(field)) = (&new.picture, schema.picture_field()) {
        let picture = Picture::new(&squares.hash, String::new());
        let [large, medium, small] = &squares.jpegs;
        let row = NewPicture {
            owner: user,
            hash: picture.hash(),
            kept_until: now,
            large,
            medium,
            small,
        };
        tx.add_picture(row).await?;
        let change = Change::Set(Value::Picture(picture));
        patch.extend(Patch::one(&field.key, change));
    }
    save_arrival(tx, user, &patch, by.of_change(), schema, now).await?;
    reindex(tx, user, schema).await
}
