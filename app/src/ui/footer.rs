//! The footer of every page: language and theme, as buttons that work without script.

use leptos::prelude::*;

use super::Still;
use crate::{
    backend::response,
    look::{LANGUAGE, LOOK_PATH, THEME, Theme, theme},
    next::NEXT,
    text::{self, Language},
};

#[component]
pub fn Footer() -> impl IntoView {
    let languages = Language::ALL.map(|language| {
        let pressed = (language == text::language()).to_string();
        view! {
            <button name=LANGUAGE value=language.tag() lang=language.tag() aria-pressed=pressed>
                {language.name()}
            </button>
        }
    });
    let themes = Theme::ALL.map(|one| {
        let pressed = (one == theme()).to_string();
        view! { <button name=THEME value=one.key() aria-pressed=pressed>{one.label()}</button> }
    });
    view! {
        <footer class="site-footer">
            <form method="post" action=LOOK_PATH aria-label=text::appearance()>
                <input type="hidden" name=NEXT value=response().path().as_str().to_owned()/>
                <div role="group" aria-label=text::site_language()>{languages.collect_view()}</div>
                <div role="group" aria-label=text::theme()>{themes.collect_view()}</div>
            </form>
        </footer>
    }
    .still()
}
