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
    /// At most `limit` invitations before the one of that number: those of the manager, or all
    /// for who manages users.
    async fn list(
        &self,
        manager: &User,
        before: Option<i64>,
        limit: u32,
    ) -> Result<InvitationPage, AppError>;

    /// Invites somebody: by a mail, or by a link that the next page shows once.
    ///
    /// # Errors
    /// [`AppError::Forbidden`] where the role of the manager does not let them, or nobody may
    /// sign up; [`AppError::TooMany`].
    async fn invite(&self, manager: &User, new: NewInvitation) -> Result<(), AppError>;

    /// Ends an invitation, or sends its mail once more.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for one that is not in the reach of this manager;
    /// [`AppError::BadRequest`] where nothing is left of it to send; [`AppError::TooMany`].
    async fn change(&self, manager: &User, id: i64, act: InvitationAct) -> Result<(), AppError>;

    /// Looks at the invitation of a link, and leaves it as it is.
    ///
    /// # Errors
    /// [`AppError::DeadLink`] for no link of ours.
    async fn invited(&self, token: &str) -> Result<Invited, AppError>;

    /// Creates the user and the profile, as signing up does, and uses the invitation up.
    ///
    /// # Errors
    /// Those of signing up; [`AppError::DeadLink`]; `AddressTaken` on `email`.
    async fn join(
        &self,
        token: &str,
        new: NewUser,
    ) -> Result<(Authenticated, LoginReason), AppError>;
}
