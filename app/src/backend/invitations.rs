//! The service of invitations.

use async_trait::async_trait;

use crate::{
    account::types::{
        invitation::{InvitationAct, InvitationPage, Invited, NewInvitation},
        log_in::{Authenticated, LoginReason},
        sign_up::NewUser,
        user::User,
    },
    error::AppError,
};

/// Invitations to sign up.
#[async_trait]
pub trait Invitations: Send + Sync {
    /// Returns at most `limit` invitations before the one with the number `before`: those of this
    /// manager, or all if they may manage users.
    async fn list(
        &self,
        manager: &User,
        before: Option<i64>,
        limit: u32,
    ) -> Result<InvitationPage, AppError>;

    /// Invites someone by email, or with a link that the next page shows once.
    ///
    /// # Errors
    /// [`AppError::Forbidden`] if the manager's role does not allow it, or no one may sign up;
    /// [`AppError::TooMany`].
    async fn invite(&self, manager: &User, new: NewInvitation) -> Result<(), AppError>;

    /// Ends an invitation, or sends its email again.
    ///
    /// # Errors
    /// [`AppError::NotFound`] if this manager has no access to the invitation;
    /// [`AppError::BadRequest`] if it cannot be sent again; [`AppError::TooMany`].
    async fn change(&self, manager: &User, id: i64, act: InvitationAct) -> Result<(), AppError>;

    /// Looks up the invitation of a link without using it.
    ///
    /// # Errors
    /// [`AppError::DeadLink`] if there is no such link.
    async fn invited(&self, token: &str) -> Result<Invited, AppError>;

    /// Creates the user and the profile, as sign-up does, and uses the invitation.
    ///
    /// # Errors
    /// Those of signing up; [`AppError::DeadLink`]; `AddressTaken` on `email`.
    async fn join(
        &self,
        token: &str,
        new: NewUser,
    ) -> Result<(Authenticated, LoginReason), AppError>;
}
