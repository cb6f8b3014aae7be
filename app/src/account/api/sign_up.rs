//! The server function for signing up.

use leptos::prelude::*;
use server_fn::codec::{Post, Postcard};

use crate::{
    account::types::{
        log_in::{Authenticated, LoginReason},
        sign_up::NewUser,
    },
    backend::backend,
    error::AppError,
    form::{Form, FormBody},
    next::OwnPath,
    viewer::current_account,
};

/// Creates a user with a profile, and logs them in.
///
/// Open to everyone. A user who goes back to the form that they have signed up with, and sends it
/// again, is told that the account already exists.
#[server(prefix = "", endpoint = "/signup", input = Post<FormBody>, output = Postcard)]
pub async fn sign_up(form: Form) -> Result<OwnPath, AppError> {
    if let Some(path) = made_before(&form).await? {
        return Ok(path);
    }
    let new_user = read_new_user(&form).await?;
    // Creates the user and the profile in one transaction.
    let (authenticated, reason) = backend().users.create(new_user).await?;
    begin(authenticated, reason, &form).await
}

/// Returns the page for a user who is already logged in to the account that the form would create;
/// `None` for anyone else.
pub async fn made_before(form: &Form) -> Result<Option<OwnPath>, AppError> {
    let name = form.one("username")?.unwrap_or_default();
    let is_holder = match current_account() {
        Some(holder) => backend().names.is_called(&holder, name).await?,
        None => false,
    };
    if !is_holder {
        return Ok(None);
    }
    let path = OwnPath::parse(&format!("/signup?{MADE}"));
    path.map(Some).ok_or(AppError::Internal)
}

/// Parses a form that creates an account.
pub async fn read_new_user(form: &Form) -> Result<NewUser, AppError> {
    let backend = backend();
    let asked = backend
        .schema
        .sign_up_fields()
        .map(|field| field.key.as_str());
    let said = ["username", "email"].into_iter().chain(asked);
    let said = said.filter_map(|name| form.get(name));
    let typed = form.one("password")?.unwrap_or_default();
    let rules = backend.password_rules(typed, said).await?;
    let today = backend.clock.today();
    let mut new_user = NewUser::parse(form, &backend.schema, today, rules, backend.email_rule)?;
    let phones = &backend.phones;
    new_user.profile.check_phones(|phone| phones.check(phone))?;
    Ok(new_user)
}

/// Logs in a user who has just created an account. Returns the page to go to.
pub async fn begin(
    authenticated: Authenticated,
    reason: LoginReason,
    form: &Form,
) -> Result<OwnPath, AppError> {
    match backend().sessions.begin(authenticated, reason).await {
        Ok(outcome) => Ok(outcome.next(form)),
        // The user has been created anyway; an error would suggest otherwise.
        Err(_) => Ok("/login".into()),
    }
}

/// The name of the query parameter that says that the account already existed.
pub(crate) const MADE: &str = "made";
