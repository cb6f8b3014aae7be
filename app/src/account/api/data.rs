//! The server functions for exporting and deleting an account.

use leptos::prelude::*;
use server_fn::codec::{Post, Postcard};

use crate::{
    error::AppError,
    form::{Form, FormBody},
    next::OwnPath,
};

/// Redirects to the export file.
///
/// Open to everyone who is logged in, newcomers included. Requires recent authentication
/// (`Demand::Recent`). The file is available until the user has to authenticate again.
#[server(prefix = "", endpoint = "/settings/export", input = Post<FormBody>, output = Postcard)]
pub async fn export_account(form: Form) -> Result<OwnPath, AppError> {
    use super::again::{Demand, ask_again};
    use crate::guard::{account, check_form_owner};

    let member = account()?;
    check_form_owner(&member, &form).await?;
    ask_again(&member, &form, Demand::Recent).await?;
    let file = format!("/settings/export/{}.zip", member.username);
    OwnPath::parse(&file).ok_or(AppError::Internal)
}

/// Closes the account.
///
/// Open to everyone who is logged in, newcomers included. The user has to type their username, to
/// authenticate with this form (`Demand::Now`), and to have read what will be erased.
#[server(prefix = "", endpoint = "/settings/delete", input = Post<FormBody>, output = Postcard)]
pub async fn delete_account(form: Form) -> Result<OwnPath, AppError> {
    use super::again::{Demand, ask_again, missing};
    use crate::{
        account::types::username::Username,
        backend::backend,
        error::Violations,
        guard::{account, check_form_owner},
        profile::rules::violation::Violation,
    };

    let member = account()?;
    check_form_owner(&member, &form).await?;
    let mut violations = Violations::default();
    // A username that was copied from the page may be surrounded by invisible direction marks,
    // which `key_of` removes.
    let typed = Username::key_of(form.one(TYPED_USERNAME)?.unwrap_or_default());
    let backend = backend();
    let is_typed = backend
        .names
        .is_called(&member, typed.trim_start_matches('@'))
        .await?;
    match (typed.as_str(), is_typed) {
        ("", _) => violations.add(TYPED_USERNAME, Violation::Required),
        (_, false) => violations.add(TYPED_USERNAME, Violation::NotYourUsername),
        (_, true) => {}
    }
    if let Some(control) = missing(&form, Demand::Now)? {
        violations.add(control, Violation::Required);
    }
    violations.or(())?;
    ask_again(&member, &form, Demand::Now).await?;
    let outline = form.one(OUTLINE)?.unwrap_or_default().to_owned();
    backend.deletion.request(member.id, outline).await?;
    // Removes the cookie; the session itself no longer exists.
    backend.sessions.end().await?;
    Ok("/login?left".into())
}

/// The name of the hidden control with the outline that the user has read.
pub const OUTLINE: &str = "outline";

/// The name of the control in which the username is typed to confirm.
pub const TYPED_USERNAME: &str = "typed_username";
