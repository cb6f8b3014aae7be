//! The page `/settings/privacy`: whether search engines and the directory of members may list the
//! profile. The audiences of the profile and its fields are chosen in the editor.

use leptos::prelude::*;

use super::form::AccountForm;
use crate::{
    account::api::preferences::{IN_DIRECTORY, LISTED},
    backend::backend,
    error::AppError,
    form::Form,
    guard::for_owner,
    profile::rules::directory::DirectoryRule,
    text,
    ui::{
        Described, ErrorSummary, Fieldset, Notice, Page, Save, Still, Tick, Width, load_page,
        opened_on, query_notice,
    },
};

#[component]
pub fn PrivacyPage() -> impl IntoView {
    let notice = query_notice(&[("saved", text::privacy_saved())]);
    for_owner("/settings/privacy", move |user| {
        load_page(async move {
            let profile = backend().profiles.profile(user.id).await?;
            let stored = profile.ok_or(AppError::NotFound)?.listing;
            let form = AccountForm::of_this_page();
            let engines = question(
                &form,
                LISTED,
                [text::search_engines(), text::search_engines_hint()],
                stored.listed,
            );
            let directory = (backend().directory.rule() != DirectoryRule::Off).then(|| {
                question(
                    &form,
                    IN_DIRECTORY,
                    [text::directory_question(), text::directory_hint()],
                    stored.in_directory,
                )
            });
            let stored = format!("{} {}", stored.listed, stored.in_directory);
            let content = view! {
                    <form class="card" method="post" action="/settings/privacy" novalidate>
                        {opened_on(&user.username, stored)}
                        <h1>{text::privacy()}</h1>
                        <p>{text::privacy_lead()} " " <a href="/profile/edit">{text::edit_profile()}</a></p>
                        {notice.map(|words| view! { <Notice words=words/> })}
                        <ErrorSummary problems=form.problems_of(|_| None)/>
                        <input type="hidden" name=Form::OWNER value=user.username/>
                        {engines}
                        {directory}
                        <Save words=text::save_privacy() back="/settings" back_words=text::settings()/>
                    </form>
                }.still();
            Ok(view! { <Page title=text::privacy() width=Width::Narrow refused=form.refused()>{content}</Page> }.still())
        })
    })
}

/// Renders a yes-or-no question with a label and a hint.
fn question(
    form: &AccountForm,
    name: &'static str,
    [label, hint]: [&str; 2],
    stored: bool,
) -> AnyView {
    let yes = match form.value(name).as_str() {
        "yes" => true,
        "no" => false,
        _ => stored,
    };
    let asked = Described {
        name: name.to_owned(),
        label: label.to_owned(),
        hint: hint.to_owned(),
        ..Described::default()
    };
    view! {
        <Fieldset described=asked>
            <div class="ticks">
                <Tick kind="radio" name=name value="yes" label=text::yes() ticked=yes/>
                <Tick kind="radio" name=name value="no" label=text::no() ticked=!yes/>
            </div>
        </Fieldset>
    }
    .still()
}
