//! The page `/settings/password`.

use leptos::prelude::*;

use super::{again::Again, form::AccountForm};
use crate::{
    account::types::second::Demand,
    backend::{backend, response},
    form::Form,
    guard::for_owner,
    text,
    ui::{ErrorSummary, Page, PasswordInput, Save, Still, Width, load_page},
};

/// `/settings/password`
#[component]
pub fn PasswordPage() -> impl IntoView {
    for_owner("/settings/password", |user| {
        load_page(async move {
            let own = backend().factors.own(user.id).await?;
            if !own.has_password {
                // A user without a password chooses one with an emailed link.
                response().redirect("/forgot");
                return Ok(().still());
            }
            // A user with a second factor has to verify it, in addition to the password.
            let again = match backend().sessions.has_second() {
                true => Again::load(&user, Demand::Second).await?,
                false => Again::Fresh,
            };
            let form = AccountForm::of_this_page();
            let again = again.view(&form);
            let min = backend().passwords.min_length();
            let content = view! {
                <form class="card" method="post" action="/settings/password" novalidate>
                    <h1>{text::change_password()}</h1>
                    <p>{text::change_password_lead()}</p>
                    <ErrorSummary problems=form.problems_of(password_label)/>
                    // For password managers, and for the server: whose form it is.
                    <input type="text" name=Form::OWNER value=user.username autocomplete="username" hidden/>
                    <PasswordInput
                        described=form.described("current_password", text::current_password(), String::new())
                        autocomplete="current-password"
                />
                    <PasswordInput
                        described=form.described("password", text::new_password(), text::password_hint(min))
                        autocomplete="new-password"
                />
                    {again}
                    <Save words=text::change_password() back="/settings"/>
                </form>
            }.still();
            Ok(view! { <Page title=text::change_password() width=Width::Narrow refused=form.refused()>{content}</Page> }.still())
        })
    })
}

fn password_label(name: &str) -> Option<String> {
    let label = match name {
        "current_password" => text::current_password(),
        "password" => text::new_password(),
        _ => return None,
    };
    Some(label.to_owned())
}
