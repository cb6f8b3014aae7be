//! A conflict, as the form shows it.

use leptos::prelude::*;

use crate::{
    error::{Conflict, Violations},
    form::Form,
    profile::rules::{choice::choice_of, patch::Patch},
    text,
    ui::{Described, Fieldset},
    viewer::Viewer,
};

/// Renders the choice between both sides of a conflict, with the previous value.
pub(super) fn view_conflict(
    conflict: Conflict,
    viewer: &Viewer,
    form: &Form,
    violations: &Violations,
) -> impl IntoView + use<> {
    // Most conflicts are between two windows of one person.
    let own =
        matches!(viewer, Viewer::Member(member) if conflict.by.as_ref() == Some(&member.username));
    let theirs = match own {
        true => text::yours_elsewhere().to_owned(),
        false => text::theirs(conflict.by.as_deref()),
    };
    let control = choice_of(&conflict.name);
    let broken = violations.get(&control);
    let described = Described {
        name: control.clone(),
        error: broken.map(|broken| text::violation(&conflict.label, broken)),
        label: conflict.label,
        ..Described::default()
    };
    let chosen = form
        .all(&control)
        .find(|side| !side.is_empty())
        .map(str::to_owned);
    let side = |key: &'static str, who: String, words: String| {
        let checked = chosen.as_deref() == Some(key);
        view! {
            <label class="tick side">
                <input type="radio" name=control.clone() value=key checked=checked/>
                <span>
                    <b>{who}</b>
                    <span class="quote" dir="auto">{words}</span>
                </span>
            </label>
        }
    };
    let sides = [
        side(Patch::MINE, text::yours().to_owned(), conflict.mine),
        side(Patch::THEIRS, theirs, conflict.theirs),
    ];
    view! {
        <div class="conflict">
            <Fieldset described>
                <p class="hint">{text::before()} ": " <span class="quote" dir="auto">{conflict.before}</span></p>
                // Distinguishes a conflict without a choice from a form without the conflict.
                <input type="hidden" name=control value=""/>
                {sides.into_iter().collect_view()}
            </Fieldset>
        </div>
    }
}
