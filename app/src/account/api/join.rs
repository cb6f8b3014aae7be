//! The server function for joining by an invitation.

use leptos::prelude::*;
use server_fn::codec::{Post, Postcard};

use crate::{
    error::AppError,
    form::{Form, FormBody},
    next::OwnPath,
};

/// Creates a user with a profile, and logs them in. Open to everyone who has the link of an
/// invitation.
#[server(prefix = "", endpoint = "/join", input = Post<FormBody>, output = Postcard)]
pub async fn join(form: Form) -> Result<OwnPath, AppError> {
    use super::{
        email::token,
        sign_up::{begin, made_before, read_new_user},
    };
    use crate::backend::backend;

    if let Some(path) = made_before(&form).await? {
        return Ok(path);
    }
    let token = token()?;
    let backend = backend();
    let invited = backend.invitations.invited(&token).await?;
    let new = match &invited.email {
        // The invitation is for this address, whatever the form says.
        Some(email) => {
            let others = form.pairs().filter(|(name, _)| *name != "email");
            let form = others.chain([("email", email.as_str())]).collect();
            read_new_user(&form).await?
        }
        None => read_new_user(&form).await?,
    };
    let (authenticated, reason) = backend.invitations.join(&token, new).await?;
    begin(authenticated, reason, &form).await
}
