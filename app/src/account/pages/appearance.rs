//! The page `/settings/appearance`, for everyone: the theme and language of pages in this browser.

use leptos::prelude::*;

use super::form::AccountForm;
use crate::{
    look::{LANGUAGE, LOOK_PATH, THEME, Theme, theme},
    text::{self, Language},
    ui::{Described, ErrorSummary, Fieldset, Notice, Page, Tick, Width, query_notice},
    viewer::current_owner,
};

#[component]
pub fn AppearancePage() -> impl IntoView {
    let form = AccountForm::of_this_page();
    let notice = query_notice(&[("saved", text::appearance_saved())]);
    let themes = Theme::ALL.map(|one| {
        view! { <Tick kind="radio" name=THEME value=one.key() label=one.label() ticked=one == theme()/> }
    });
    let languages = Language::ALL.map(|language| {
        view! {
            <Tick
                kind="radio"
                name=LANGUAGE
                value=language.tag()
                label=language.name()
                ticked=language == text::language()
                lang=language.tag()
            />
        }
    });
    let back = current_owner().is_some().then(|| {
        view! { <a class="button button-quiet" href="/settings">{text::settings()}</a> }
    });
    let question = |name: &str, label: &str| Described {
        name: name.to_owned(),
        label: label.to_owned(),
        ..Described::default()
    };
    view! {
        <Page title=text::appearance() width=Width::Narrow refused=form.refused()>
            <form class="card" method="post" action=LOOK_PATH novalidate>
                <h1>{text::appearance()}</h1>
                <p>{text::appearance_lead()}</p>
                {notice.map(|words| view! { <Notice words=words/> })}
                <ErrorSummary problems=form.problems_of(|_| None)/>
                <Fieldset described=question(THEME, text::theme())>
                    <div class="ticks">{themes.collect_view()}</div>
                </Fieldset>
                <Fieldset described=question(LANGUAGE, text::site_language())>
                    <div class="ticks">{languages.collect_view()}</div>
                </Fieldset>
                <div class="save">
                    <button class="button">{text::save_appearance()}</button>
                    {back}
                </div>
            </form>
        </Page>
    }
}
