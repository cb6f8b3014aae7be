//! The server function of signing up.

use leptos::prelude::*;
use server_fn::codec::{Post, Postcard};

use crate::{
    error::AppError,
    form::{Form, FormBody},
    next::OwnPath,
};

/// Anybody. Creates a user with a profile, and logs in. Whoever comes back to the
/// form that they have signed up with, and sends it again, is told so.
#[server(prefix = "", endpoint = "/signup", input = Post<FormBody>, output = Postcard)]
pub async fn sign_up(form: Form) -> Result<OwnPath, AppError> {
    use crate::{account::types::sign_up::NewUser, backend::backend, viewer::account_holder};

    let backend = backend();
    let name = form.one("username")?.unwrap_or_default();
    if let Some(holder) = account_holder()
        && backend.names.is_called(&holder, name).await?
    {
        return OwnPath::parse(&format!("/signup?{MADE}")).ok_or(AppError::Internal);
    }
    let asked = backend
        .schema
        .sign_up_fields()
        .map(|field| field.key.as_str());
    let said = ["username", "email"].into_iter().chain(asked);
    let said = said.filter_map(|name| form.get(name));
    let typed = form.one("password")?.unwrap_or_default();
    let rules = backend.password_rules(typed, said).await?;
    let today = backend.clock.today();
    let mut new_user = NewUser::parse(&form, &backend.schema, today, rules, backend.email_rule)?;
    let phones = &backend.phones;
    new_user.profile.check_phones(|phone| phones.check(phone))?;
    let (authenticated, reason) = backend.users.create(new_user).await?; // the user and the profile, in one transaction
    match backend.sessions.begin(authenticated, reason).await {
        Ok(outcome) => Ok(outcome.next(&form)),
        // The user is there all the same, and a refusal would say that it is not.
        Err(_) => Ok("/login".into()),
    }
}

/// The name of the query parameter that says that the account was there already.
pub(crate) const MADE: &str = "made";
