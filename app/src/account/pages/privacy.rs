//! The page `/settings/privacy`: whether search engines may list the profile. Who
//! sees it, and each field of it, is chosen in the editor, beside the field.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::form::AccountForm;
use crate::{
    account::api::preferences::LISTED,
    backend::backend,
    error::AppError,
    guard::for_member,
    text,
    ui::{
        Described, ErrorPage, ErrorSummary, Fieldset, Notice, Page, Save, Tick, Width, opened_on,
    },
};

#[component]
pub fn PrivacyPage() -> impl IntoView {
    let saved = use_query_map().with_untracked(|query| query.get("saved").is_some());
    for_member("/settings/privacy", move |user| {
        Suspend::new(async move {
            let listed = match backend().profiles.profile(user.id).await {
                Ok(Some(profile)) => profile.listing.listed,
                Ok(None) => return view! { <ErrorPage error=AppError::NotFound/> }.into_any(),
                Err(error) => return view! { <ErrorPage error/> }.into_any(),
            };
            let form = AccountForm::of_this_page();
            let stored = listed;
            let listed = match form.value(LISTED).as_str() {
                "yes" => true,
                "no" => false,
                _ => listed,
            };
            let asked = Described {
                name: LISTED.to_owned(),
                label: text::search_engines().to_owned(),
                hint: text::search_engines_hint().to_owned(),
                ..Described::default()
            };
            view! {
                <Page title=text::privacy() width=Width::Narrow refused=form.refused()>
                    <form class="card" method="post" action="/settings/privacy" novalidate>
                        {opened_on(&user.username, stored)}
                        <h1>{text::privacy()}</h1>
                        <p>{text::privacy_lead()} " " <a href="/profile/edit">{text::edit_profile()}</a></p>
                        {saved.then(|| view! { <Notice words=text::privacy_saved()/> })}
                        <ErrorSummary problems=form.problems_of(|_| None)/>
                        <input type="hidden" name="username" value=user.username/>
                        <Fieldset described=asked>
                            <div class="ticks">
                                <Tick kind="radio" name=LISTED value="yes" label=text::yes() ticked=listed/>
                                <Tick kind="radio" name=LISTED value="no" label=text::no() ticked=!listed/>
                            </div>
                        </Fieldset>
                        <Save words=text::save_privacy() back="/settings" back_words=text::settings()/>
                    </form>
                </Page>
            }
            .into_any()
        })
        .into_any()
    })
}
