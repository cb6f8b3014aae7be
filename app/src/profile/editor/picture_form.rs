//! The pages of the picture: `/profile/avatar`, and the form that is also on the page of the
//! editor.
//!
//! The form consists of a file and a description, and works without script: the server crops the
//! largest square in the middle. The island of `crop` enhances it.

use leptos::prelude::*;

use super::crop::{
    dom::{CROP_FORM, PICTURE_VALUE, REMOVE},
    island::CropIsland,
};
use crate::{
    form::Form,
    head::{HeadSlot, Script},
    next::{NEXT, OwnPath},
    profile::{
        card::view::{Portrait, ProfileView},
        rules::{
            access::{VisibleProfile, check_change},
            picture::{ALT, AVATAR, AVATAR_PATH},
            profile::Profile,
            schema::Schema,
        },
    },
    rejected::RejectedForm,
    text,
    ui::{Described, ErrorSummary, FileInput, Input, Still, opened_on, problems},
    viewer::Viewer,
};

/// The file types that a browser offers.
const ACCEPTED: &str = "image/jpeg,image/png,image/webp,image/gif,image/bmp";

/// The level of the form's heading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Heading {
    Page,
    Section,
}

/// Renders the form for the viewer's own picture; `None` if they cannot change it. `next` is the
/// path to go to afterwards.
pub(crate) fn avatar_form(
    schema: &Schema,
    profile: &Profile,
    viewer: &Viewer,
    next: &'static str,
    heading: Heading,
) -> Option<AnyView> {
    let field = schema.picture_field()?;
    check_change(schema, profile, &field.key, viewer).ok()?;
    let visible = crate::profile::rules::access::visible_to(schema, profile, viewer)?;
    let refused = use_context::<RejectedForm>().filter(|refused| refused.action == AVATAR_PATH);
    let failure = refused.as_ref().and_then(RejectedForm::failure);
    let violations = refused
        .as_ref()
        .map(RejectedForm::violations)
        .unwrap_or_default();
    let label = field.label.clone();
    let all = problems(failure.as_ref(), &violations, |name| match name {
        ALT => Some(text::alt().to_owned()),
        AVATAR => Some(label.clone()),
        _ => None,
    });
    let error = |name: &str, label: &str| {
        let broken = violations.get(name);
        broken.map(|broken| text::violation(label, broken))
    };
    let picture = schema.picture(&visible.values);
    let typed = refused.as_ref().and_then(|refused| refused.form.get(ALT));
    let alt = typed.or(picture.map(|picture| picture.alt.as_str()));
    let alt = alt.unwrap_or_default().to_owned();
    let asked = refused.as_ref().and_then(|refused| refused.form.get(NEXT));
    let next = asked
        .and_then(OwnPath::parse)
        .unwrap_or_else(|| next.into());
    let file = Described {
        name: AVATAR.to_owned(),
        label: text::picture_file().to_owned(),
        hint: text::picture_limits().to_owned(),
        error: error(AVATAR, &field.label),
        optional: picture.is_some(),
    };
    let words = Described {
        name: ALT.to_owned(),
        label: text::alt().to_owned(),
        hint: text::alt_hint().to_owned(),
        error: error(ALT, text::alt()),
        optional: true,
    };
    let title = match heading {
        Heading::Page => view! { <h1>{text::change_picture()}</h1> }.still(),
        Heading::Section => view! { <h2>{label}</h2> }.still(),
    };
    // On the page of the editor, the summary of the editor is used.
    let summary = (heading == Heading::Page).then(|| view! { <ErrorSummary problems=all/> });
    let username = visible.owner.username.clone();
    let opened = opened_on(&username, profile.version);
    let remove = match heading {
        Heading::Page => picture.map(|_| remove_form(&visible, &next).still()),
        // Hidden until there is a picture; the island shows it.
        Heading::Section => Some(remove_link(picture.is_none()).still()),
    };
    let leaves = (heading == Heading::Section)
        .then(|| view! { <noscript><p class="hint">{text::picture_leaves()}</p></noscript> });
    let portrait = portrait(schema, &visible);
    expect_context::<HeadSlot>().need(Script::Island);
    let crop = view! {
        <form
            id=CROP_FORM
            method="post"
            action=AVATAR_PATH
            enctype="multipart/form-data"
            novalidate
        >
            {opened}
            {summary}
            <input type="hidden" name=Form::OWNER value=username/>
            <input type="hidden" name=NEXT value=next.as_str().to_owned()/>
            <FileInput described=file accept=ACCEPTED/>
            <p id="crop-ways" class="hint" hidden>{text::picture_ways()}</p>
            {leaves}
            {crop_controls()}
            <Input described=words value=alt/>
            <div class="save">
                <button id="crop-save" class="button">{text::save_picture()}</button>
            </div>
            <div id="crop-progress" class="crop-progress" hidden>
                <progress id="crop-bar" max="100" aria-label=text::uploading()></progress>
                <button id="crop-cancel" type="button" class="button button-quiet button-small" data-crop="cancel">
                    {text::cancel()}
                </button>
            </div>
            <p id="crop-status" class="hint" role="status"></p>
        </form>
    }
    .still();
    let form = view! {
        <div class="card avatar-editor">
            {title}
            <div class="avatar-row">
                <div data-portrait="">{portrait}</div>
                <CropIsland>{crop}</CropIsland>
                {remove}
            </div>
        </div>
    };
    Some(form.still())
}

/// Renders another user's picture, with a link to remove it; `None` if there is none, or the viewer
/// may not remove it.
pub(crate) fn others_picture(
    schema: &Schema,
    profile: &Profile,
    viewer: &Viewer,
    visible: &VisibleProfile,
) -> Option<AnyView> {
    let field = schema.picture_field()?;
    schema.picture(&visible.values)?;
    check_change(schema, profile, &field.key, viewer).ok()?;
    let next = format!("/u/{}/edit?saved", visible.owner.username);
    let remove = remove_form(visible, &OwnPath::parse(&next)?);
    let form = view! {
        <section class="card avatar-editor">
            <h2>{field.label.clone()}</h2>
            <div class="avatar-row">{portrait(schema, visible)} {remove}</div>
        </section>
    };
    Some(form.still())
}

/// The link to the form that removes the picture. The editor asks for confirmation before leaving.
fn remove_link(hidden: bool) -> impl IntoView {
    view! {
        <p id=REMOVE class="avatar-remove" hidden=hidden>
            <a href=AVATAR_PATH>{text::remove_picture()}</a>
        </p>
    }
}

/// The form that removes the picture at once; it can be restored from the history.
fn remove_form(visible: &VisibleProfile, next: &OwnPath) -> impl IntoView + use<> {
    let action = match visible.own {
        true => format!("{AVATAR_PATH}/delete"),
        false => format!("/u/{}/avatar/delete", visible.owner.username),
    };
    view! {
        <form method="post" action=action class="avatar-remove">
            <input type="hidden" name=Form::OWNER value=visible.owner.username.clone()/>
            <input type="hidden" name=NEXT value=next.as_str().to_owned()/>
            <button class="button button-quiet">{text::remove_picture()}</button>
            <p class="hint">{text::remove_picture_hint()}</p>
        </form>
    }
}

fn portrait(schema: &Schema, visible: &VisibleProfile) -> impl IntoView + use<> {
    let ProfileView {
        name,
        colour,
        picture,
        ..
    } = ProfileView::of(schema, visible);
    view! { <Portrait name colour picture/> }
}

/// The controls of the crop, hidden until the island shows them.
fn crop_controls() -> impl IntoView {
    let button = |what: &'static str, words: &'static str, sign: &'static str| {
        view! {
            <button type="button" class="button button-quiet button-small" data-crop=what>
                <span aria-hidden="true">{sign}</span>
                <span class="visually-hidden">{words}</span>
            </button>
        }
    };
    let named = |what: &'static str, words: &'static str| {
        view! {
            <button type="button" class="button button-quiet button-small" data-crop=what>{words}</button>
        }
    };
    view! {
        <div id="crop" class="crop" hidden>
            <div
                class="crop-view"
                tabindex="0"
                role="group"
                aria-label=text::crop()
                aria-describedby="crop-hint"
            ></div>
            <p id="crop-hint" class="hint">{text::crop_hint()}</p>
            <label for="crop-zoom">{text::zoom()}</label>
            <input id="crop-zoom" type="range" min="0" max="100" value="0"/>
            <p class="crop-buttons">
                // Arrows point in the same direction in every language.
                <span class="crop-arrows" dir="ltr">
                    {button("left", text::move_left(), "←")}
                    {button("up", text::move_up(), "↑")}
                    {button("down", text::move_down(), "↓")}
                    {button("right", text::move_right(), "→")}
                </span>
                {named("turn", text::rotate())}
                {named("reset", text::reset())}
            </p>
            <p class="crop-previews" aria-hidden="true">
                <span class="crop-view"></span>
                <span class="crop-view crop-small"></span>
            </p>
        </div>
    }
}

/// The hidden control that contains the picture in the profile's form. The island of the crop
/// changes it, so that the preview follows.
#[component]
pub(crate) fn PictureValue(label: String, value: String, own: bool) -> impl IntoView {
    let hint = match (own, value.is_empty()) {
        (true, _) => text::picture_elsewhere(),
        (false, true) => text::nothing(),
        (false, false) => text::picture_of_others(),
    };
    view! {
        <div class="field">
            <p class="label">{label}</p>
            <input type="hidden" id=PICTURE_VALUE name=AVATAR value=value/>
            <p class="hint">{hint}</p>
        </div>
    }
}
