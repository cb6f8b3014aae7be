//! The layer that determines the viewer of a request.

use app::{
    account::types::user::{User, UserId},
    error::AppError,
    viewer::{Newcomer, Viewer},
};
use axum::{
    extract::Request,
    http::{HeaderMap, HeaderValue, header},
    response::Response,
};
use std::sync::Arc;

use super::{layers::Next, reject};
use crate::{
    accounts::{
        Accounts,
        session::{Found, LIFETIME_MS},
    },
    clock::Clock,
    cookies::{Cookie, Cookies},
    secret::Secret,
};
use store::{SecretHash, profiles::ProfileRow, sessions::Shown};

/// The sessions that requests carry in their cookies.
#[derive(Clone)]
pub struct Sessions {
    pub accounts: Accounts,
    pub cookies: Cookies,
    pub clock: Clock,
}

impl Sessions {
    /// The user whose session a request carries, whether or not they are a member.
    pub async fn account(&self, headers: &HeaderMap) -> Result<Option<UserId>, AppError> {
        let found = self.find(headers).await?;
        Ok(found.map(|found| found.user.id))
    }

    /// Looks up again the sender of a request about their own data, a member or a user waiting
    /// to become one: receiving the body may have taken a while.
    ///
    /// # Errors
    /// [`AppError::NotLoggedIn`]
    pub async fn owner_now(&self, headers: &HeaderMap) -> Result<User, AppError> {
        let ids = self.cookies.hashes(Cookie::Session, headers);
        self.accounts.find_owner(&ids, self.clock.now()).await
    }

    async fn find(&self, headers: &HeaderMap) -> Result<Option<Found>, AppError> {
        let ids = self.cookies.hashes(Cookie::Session, headers);
        self.accounts.find_session(&ids, self.clock.now()).await
    }

    /// The cookie with a new id for the session; `None` if the request has ended the session.
    async fn rotate(&self, id: SecretHash) -> Result<Option<HeaderValue>, AppError> {
        let id = self
            .accounts
            .rotate_id(id, Shown::Nothing, self.clock.now());
        let id = id.await?;
        Ok(id.map(|id| session_cookie(self.cookies, &id)))
    }
}

/// The header that sets the cookie of a session.
pub fn session_cookie(cookies: Cookies, id: &Secret) -> HeaderValue {
    cookies.set(Cookie::Session, &id.encode(), LIFETIME_MS / 1000)
}

/// The profile of the sender of a request, as it was when their session was looked up.
#[derive(Clone)]
pub struct OwnProfile(pub Arc<ProfileRow>);

/// Adds the [`Viewer`] to the extensions of every request. If the database does not
/// answer, the request is rejected: treating a member as a guest would send them to log
/// in for nothing.
pub async fn find_viewer(sessions: &Sessions, mut request: Request, next: impl Next) -> Response {
    let found = match sessions.find(request.headers()).await {
        Ok(found) => found,
        Err(error) => return reject(error),
    };
    let mut to_rotate = None;
    let extensions = request.extensions_mut();
    match found {
        Some(found) => {
            sessions
                .accounts
                .touch_session(&found, sessions.clock.now());
            to_rotate = found.rotate.then_some(found.current.id);
            extensions.insert(found.current);
            if let Some(profile) = found.profile {
                extensions.insert(OwnProfile(Arc::new(profile)));
            }
            let user = found.user;
            let viewer = match found.lacks {
                Some(lacks) => {
                    extensions.insert(Newcomer { user, lacks });
                    Viewer::Guest
                }
                None => Viewer::Member(user),
            };
            extensions.insert(viewer);
        }
        None => {
            extensions.insert(Viewer::Guest);
        }
    }
    let mut response = next(request).await;
    if let Some(id) = to_rotate
        && let Ok(Some(cookie)) = sessions.rotate(id).await
    {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}
