//! The page `/settings/privacy`: whether search engines may list the profile. Who
//! sees it, and each field of it, is chosen in the editor, beside the field.

use leptos::prelude::*;

use super::form::AccountForm;
use crate::{
    account::api::preferences::LISTED,
    backend::backend,
    error::AppError,
    form::Form,
    guard::for_owner,
    text,
    ui::{
        Described, ErrorSummary, Fieldset, Notice, Page, Save, Tick, Width, load_page, opened_on,
        query_notice,
    },
};

#[component]
pub fn PrivacyPage() -> impl IntoView {
    let notice = query_notice(&[("saved", text::privacy_saved())]);
    for_owner("/settings/privacy", move |user| {
        load_page(async move {
            let profile = backend().profiles.profile(user.id).await?;
            let listed = profile.ok_or(AppError::NotFound)?.listing.listed;
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
            Ok(view! {
                <Page title=text::privacy() width=Width::Narrow refused=form.refused()>
                    <form class="card" method="post" action="/settings/privacy" novalidate>
                        {opened_on(&user.username, stored)}
                        <h1>{text::privacy()}</h1>
                        <p>{text::privacy_lead()} " " <a href="/profile/edit">{text::edit_profile()}</a></p>
                        {notice.map(|words| view! { <Notice words=words/> })}
                        <ErrorSummary problems=form.problems_of(|_| None)/>
                        <input type="hidden" name=Form::OWNER value=user.username/>
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
            .into_any())
        })
    })
}
