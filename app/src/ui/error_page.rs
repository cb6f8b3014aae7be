//! The page for a request that could not be answered, in the site's look.

use leptos::prelude::*;

use super::{Page, Width};
use crate::{backend::answer, error::AppError, text};

#[component]
pub fn ErrorPage(error: AppError) -> impl IntoView {
    answer().set_status(error.status());
    let (title, explanation) = text::error_page(&error);
    view! {
        <Page title=title width=Width::Narrow private=true>
            <p class="status" aria-hidden="true">{error.status()}</p>
            <h1>{title}</h1>
            <p>{explanation}</p>
            <p class="actions">
                {(error == AppError::NotLoggedIn)
                    .then(|| view! { <a class="button" href="/login">{text::LOG_IN}</a> })}
                <a class="button button-quiet" href="/">{text::GO_HOME}</a>
            </p>
        </Page>
    }
}
