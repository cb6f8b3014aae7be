//! Invitations, for the pages. The link of a new invitation reaches the page that shows it in
//! a cookie valid for a minute: a URL would be kept in the browser's history, and only the hash
//! of the link's token is stored.

use app::{
    account::types::{
        invitation::{InvitationAct, InvitationPage, Invited, NewInvitation},
        log_in::{Authenticated, LoginReason},
        sign_up::NewUser,
        user::User,
    },
    backend,
    error::AppError,
};
use async_trait::async_trait;
use axum::http::header;

use super::backend::{PageAccounts, requester, response};
use crate::cookies::Cookie;

/// Lifetime of the cookie with the link, in seconds.
const LINK_SECONDS: i64 = 60;

#[async_trait]
impl backend::Invitations for PageAccounts {
    async fn list(
        &self,
        manager: &User,
        before: Option<i64>,
        limit: u32,
    ) -> Result<InvitationPage, AppError> {
        let now = self.clock.now();
        self.accounts.invitations(manager, before, limit, now).await
    }

    async fn invite(&self, manager: &User, new: NewInvitation) -> Result<(), AppError> {
        let response = response()?;
        let (by, now) = (requester(), self.clock.now());
        let link = self.accounts.invite(manager.id, new, &by, now).await?;
        if let Some(token) = link {
            let cookie = self.cookies.set(Cookie::Link, &token, LINK_SECONDS);
            response.append_header(header::SET_COOKIE, cookie);
        }
        Ok(())
    }

    async fn change(&self, manager: &User, id: i64, act: InvitationAct) -> Result<(), AppError> {
        let (by, now) = (requester(), self.clock.now());
        self.accounts
            .change_invitation(manager.id, id, act, &by, now)
            .await
    }

    async fn invited(&self, token: &str) -> Result<Invited, AppError> {
        self.accounts.invited(token, self.clock.now()).await
    }

    async fn join(
        &self,
        token: &str,
        new: NewUser,
    ) -> Result<(Authenticated, LoginReason), AppError> {
        let (by, now) = (requester(), self.clock.now());
        self.accounts.join(token.to_owned(), new, &by, now).await
    }
}
