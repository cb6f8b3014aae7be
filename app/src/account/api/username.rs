//! The server function for changing the username.

use leptos::prelude::*;
use server_fn::codec::{Post, Postcard};

use crate::{
    error::AppError,
    form::{Form, FormBody},
    next::OwnPath,
};

/// Changes the username. Open to members. Requires recent authentication (`Demand::Recent`).
#[server(prefix = "", endpoint = "/settings/username", input = Post<FormBody>, output = Postcard)]
pub async fn change_username(form: Form) -> Result<OwnPath, AppError> {
    use super::again::{Demand, ask_again};
    use crate::{
        account::types::username::{NEW_USERNAME, Username},
        backend::backend,
        guard::{check_form_owner, member},
    };

    let member = member()?;
    check_form_owner(&member, &form).await?;
    let typed = form.one(NEW_USERNAME)?.unwrap_or_default();
    let name = Username::parse(typed).map_err(|broken| AppError::invalid(NEW_USERNAME, broken))?;
    ask_again(&member, &form, Demand::Recent).await?;
    backend().names.rename(member.id, name).await?;
    Ok("/settings/username?changed".into())
}
