//! Management of accounts by the operator, by command: making them, handing out links, ending
//! sessions.

use app::{
    account::types::{email::Email, event::EventKind, user::UserId, username::Username},
    backend::Session,
    error::AppError,
};

use super::{
    links::HANDED_OUT_MS,
    notices::ask_to_confirm,
    session::{parse_handle, session},
    sign_up::admit,
};
use crate::secret::{Secret, hash_token};
use store::{
    Store,
    events::Event,
    failure::Result as Done,
    sessions::{SessionCutoffs, SessionSelector},
    tables::Tables,
    users::NewUser,
};

/// A user who is to be made by command.
#[derive(Debug, Clone)]
pub struct NewAccount {
    pub username: Username,
    /// An address, which its owner has to confirm.
    pub email: Option<Email>,
    /// `None` until they choose a password by a link.
    pub password_hash: Option<String>,
    /// `None` for the first of the schema.
    pub role: Option<String>,
}

/// Makes a user, and their profile.
///
/// # Errors
/// [`AppError::Invalid`] with `Taken` on `username`.
pub async fn create(store: &Store, new: NewAccount, now: i64) -> Result<UserId, AppError> {
    let row = NewUser {
        username: new.username.as_str().to_owned(),
        username_key: new.username.key(),
        email: new
            .email
            .as_ref()
            .map(|email| (email.as_str().to_owned(), email.key())),
        password_hash: new.password_hash,
        form: None,
        created_at: now,
    };
    let create = store.write((row, new.email, new.role), move |tx, (row, email, role)| {
        Box::pin(async move {
            let id = admit(tx, row).await?;
            if let Some(role) = role {
                tx.set_role(id, role).await?;
            }
            // A link to an address is void with another password. Without one, it is sent with
            // the first.
            if let Some(email) = email.as_ref().filter(|_| row.password_hash.is_some()) {
                ask_to_confirm(tx, id, email, None, now).await?;
            }
            let event = Event::by_operator(EventKind::Created, id, role.clone());
            tx.note(&event, now).await?;
            Ok(id)
        })
    });
    create.await
}

/// A link to choose a password, to be handed to a user. Those handed out before are void.
pub struct HandedOut {
    pub token: String,
    /// Milliseconds since 1970-01-01 UTC.
    pub expires_at: i64,
}

/// Makes a link to choose a password.
pub async fn hand_out_link(store: &Store, user: UserId, now: i64) -> Result<HandedOut, AppError> {
    let token = Secret::random()?.encode();
    let expires_at = now + HANDED_OUT_MS;
    let link = store.write(hash_token(&token), move |tx, hash| {
        Box::pin(async move {
            tx.void_links(user, i64::MAX).await?;
            tx.add_reset_token(hash, user, now, expires_at).await?;
            let event = Event::by_operator(EventKind::LinkHandedOut, user, None);
            tx.note(&event, now).await
        })
    });
    link.await?;
    Ok(HandedOut { token, expires_at })
}

/// The sessions of a user, the one used last first.
pub async fn sessions(
    store: &Store,
    user: UserId,
    at: SessionCutoffs,
) -> Result<Vec<Session>, AppError> {
    let rows = store.reader().await?.sessions_of(user, at).await?;
    Ok(rows.into_iter().map(|row| session(row, None)).collect())
}

/// Ends one session of a user.
///
/// # Errors
/// [`AppError::NotFound`] if the user has no such session.
pub async fn end_session(
    store: &Store,
    user: UserId,
    handle: &str,
    now: i64,
) -> Result<(), AppError> {
    let which = SessionSelector::Only(parse_handle(handle).ok_or(AppError::NotFound)?);
    let end = store.write(which, move |tx, which| {
        Box::pin(async move {
            match tx.end_sessions(user, which).await? {
                0 => Err(AppError::NotFound.into()),
                _ => note_end(tx, user, now).await,
            }
        })
    });
    end.await
}

/// Ends every session of a user, and forgets the browsers that they have logged in with.
pub async fn end_all_sessions(store: &Store, user: UserId, now: i64) -> Result<(), AppError> {
    let end = store.write((), move |tx, ()| {
        Box::pin(async move {
            tx.log_out_everywhere(user).await?;
            note_end(tx, user, now).await
        })
    });
    end.await
}

async fn note_end(tx: &mut dyn Tables, user: UserId, now: i64) -> Done<()> {
    let event = Event::by_operator(EventKind::SessionsRevoked, user, None);
    tx.note(&event, now).await
}
