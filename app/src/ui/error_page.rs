//! The page for an error, in the look of the site.

use leptos::prelude::*;

use super::page::{Page, Width};
use crate::{backend::response, error::AppError, rejected::RejectedForm, text};

#[component]
pub fn ErrorPage(error: AppError) -> impl IntoView {
    response().set_status(error.status());
    let (title, explanation) = text::error_page(&error);
    let dead_link = matches!(error, AppError::DeadLink | AppError::CutLink);
    let new_link = dead_link.then(|| {
        let confirms = response().path().as_str().starts_with("/verify/");
        let href = if confirms {
            "/settings/email"
        } else {
            "/forgot"
        };
        view! { <a class="button" href=href>{text::ask_again()}</a> }
    });
    // Input for a dead link is of no use.
    let kept = use_context::<RejectedForm>().filter(|_| !dead_link);
    // Beside a form that is kept, the login opens in a new tab.
    let log_in = matches!(error, AppError::NotLoggedIn | AppError::FormOwnerChanged).then(|| {
        let (target, words) = match kept {
            Some(_) => (Some("_blank"), text::log_in_new_tab()),
            None => (None, text::log_in()),
        };
        view! { <a class="button" href="/login" target=target>{words}</a> }
    });
    // Leaving the page would lose a form that is kept.
    let home = kept.is_none().then(|| {
        view! { <a class="button button-quiet" href="/">{text::go_home()}</a> }
    });
    // With this id, the operator finds a failure of the server in the log.
    let id = response().request_id().filter(|_| error.status() >= 500);
    let id = id.map(|id| {
        view! { <p class="hint">{text::error_id()} " " <code dir="ltr">{id}</code></p> }
    });
    view! {
        <Page title=title width=Width::Narrow private=true>
            <p class="status" aria-hidden="true">{error.status()}</p>
            <h1>{title}</h1>
            <p>{explanation}</p>
            {kept.as_ref().map(|_| view! { <p>{text::form_is_kept()}</p> })}
            {id}
            <div class="actions">{log_in} {new_link} {kept.map(send_again)} {home}</div>
        </Page>
    }
}

/// Renders a rejected form without its page, as a button that sends it again.
fn send_again(refused: RejectedForm) -> impl IntoView {
    let fields = refused.form.pairs().map(|(name, value)| {
        view! { <input type="hidden" name=name.to_owned() value=value.to_owned()/> }
    });
    view! {
        <form method="post" action=refused.action>
            {fields.collect_view()}
            <button class="button button-quiet">{text::send_again()}</button>
        </form>
    }
}
