//! The page `/join/{token}`: signing up by an invitation.
//!
//! Opening it does not use up the invitation, because programs that scan emails open links too.

use leptos::prelude::*;

use super::{
    form::AccountForm,
    sign_up::{LoggedIn, NewAccount, email_input, new_account_form},
};
use crate::{
    account::types::{invitation::Invited, token::read_token},
    backend::{backend, response},
    error::AppError,
    form::Form,
    location::path_param,
    rejected::RejectedForm,
    text,
    ui::{Page, Still, Width, load_page},
    viewer::current_account,
};

/// `/join/{token}`. `fields` creates the controls for the other fields that the schema asks for,
/// with initial values.
#[component]
pub fn JoinPage(fields: fn(Form) -> AnyView) -> impl IntoView {
    let form = AccountForm::of_this_page();
    if let Some(user) = current_account().filter(|_| !form.refused()) {
        return view! { <LoggedIn user next=None/> }.still();
    }
    let token = match read_token(&path_param("token")) {
        Ok(token) => token,
        Err(error) => return dead(&error),
    };
    load_page(async move {
        Ok(match backend().invitations.invited(&token).await {
            Ok(invited) if !invited.is_open => dead(&AppError::DeadLink),
            Ok(invited) if invited.is_member => member(&invited),
            Ok(invited) => page(invited, &token, fields),
            Err(AppError::DeadLink) => dead(&AppError::DeadLink),
            Err(error) => return Err(error),
        })
    })
}

fn page(invited: Invited, token: &str, fields: fn(Form) -> AnyView) -> AnyView {
    let form = AccountForm::of_this_page();
    let email = match &invited.email {
        Some(email) => {
            let words = match invited.is_mailed {
                true => text::join_as(email.as_str()),
                false => text::join_as_unconfirmed(email.as_str()),
            };
            view! { <p>{words}</p> }.still()
        }
        None => email_input(&form, text::email_hint().to_owned()),
    };
    let lead = text::join_lead(&backend().site.name);
    let own = NewAccount {
        action: format!("/join/{token}"),
        title: text::join_title(),
        lead: Some(lead),
        email,
        fields: fields(invited.given),
    };
    let refused = form.refused();
    let form = new_account_form(&form, own);
    let content = view! {
        {form}
        <p class="aside">
            {text::have_account()} " " <a href="/login">{text::log_in()}</a>
        </p>
    }
    .still();
    view! { <Page title=text::join_title() width=Width::Narrow refused private=true>{content}</Page> }.still()
}

/// Renders the page for a link that cannot be used to join. The only reason that it gives is that
/// part of the link is missing.
fn dead(error: &AppError) -> AnyView {
    let (title, words) = match error {
        AppError::CutLink => text::error_page(error),
        _ => (
            text::invitation_dead_title(),
            text::invitation_dead().into(),
        ),
    };
    // After a form, the response has the status of the rejection.
    if use_context::<RejectedForm>().is_none() {
        response().set_status(error.status());
    }
    note(title, words.into_owned())
}

/// Renders the page for someone who has created an account with this address since they were
/// invited.
fn member(invited: &Invited) -> AnyView {
    let address = invited.email.as_ref().map_or("", |email| email.as_str());
    note(text::already_member_title(), text::already_member(address))
}

fn note(title: &'static str, words: String) -> AnyView {
    let content = view! {
        <h1>{title}</h1>
        <p>{words}</p>
        <div class="actions">
            <a class="button" href="/login">{text::log_in()}</a>
            <a class="button button-quiet" href="/forgot">{text::forgot()}</a>
        </div>
    }
    .still();
    view! { <Page title=title width=Width::Narrow private=true>{content}</Page> }.still()
}
