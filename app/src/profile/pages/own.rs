//! The pages `/profile`, `/profile/edit`, `/u/{username}` and `/u/{username}/edit`.

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use std::collections::BTreeSet;

use crate::{
    account::types::model::User,
    backend::{Backend, answer, backend},
    error::{AppError, Refused},
    form::Form,
    profile::{
        card::{
            link_preview::{self, card_path, qr_path},
            view::{Place, ProfileCard, ProfileView},
        },
        editor::{
            form::{Opening, ProfileEditor},
            picture_form::{Heading, avatar_form, others_picture},
        },
        rules::{
            access::{self, Seen, can_edit, can_open_editor, field_audience, visible_schema},
            date::Date,
            describe::item_label,
            patch::{Patch, choice_name},
            profile::Profile,
            save::Standing,
            schema::{Field, Schema},
            view_as::{self, VIEW_AS, ViewAs, viewer_as},
            violation::Violation,
        },
    },
    text,
    ui::{ErrorPage, Page, Width, control_id},
    viewer::{Viewer, for_member, viewer},
};

/// `/profile`: one's own, with the way to change it, and with others' eyes.
#[component]
pub fn OwnProfilePage() -> impl IntoView {
    let query = use_query_map();
    let eyes = query.with_untracked(|query| query.get(VIEW_AS));
    for_member("/profile", move |member| {
        page(async move {
            let backend = backend();
            let profile = own_profile(&backend, &member).await?;
            let schema = &*backend.schema;
            let eyes = eyes.unwrap_or_else(|| view_as::ME.to_owned());
            let viewer = viewer_as(schema, &eyes, &member).ok_or(AppError::NotFound)?;
            let saved = saved_notice(&backend, &profile, &viewer).await?;
            let own = Viewer::Member(member.clone());
            let still_empty = (viewer == own).then(|| still_empty(schema, &profile, &own));
            let as_others = viewer != own;
            let view_as = view! { <ViewAs schema=schema.clone() current=eyes/> };
            let address = format!("/u/{}", member.username);
            let card = match access::seen(schema, &profile, &viewer) {
                Some(seen) => card_of(schema, &seen),
                None => view! { <h1>{text::your_profile()}</h1><p>{text::hidden_from_them()}</p> }
                    .into_any(),
            };
            Ok(view! {
            <Page title=text::your_profile() width=Width::Column>
                {saved}
                {view_as}
                {as_others.then(|| view! { <p class="hint">{text::as_others()}</p> })}
                <div class="card card-profile">
                    {card}
                    {(!as_others).then(|| view! {
                        <p class="actions">
                            <a class="button" href="/profile/edit">{text::edit_profile()}</a>
                            <a class="button button-quiet" href="/profile/history">{text::history()}</a>
                            <a class="button button-quiet" href=address>{text::public_address()}</a>
                        </p>
                        <p class="hint">{text::member_since(joined(&profile))}</p>
                    })}
                </div>
                {still_empty}
            </Page>
        }
        .into_any())
        })
    })
}

/// `/profile/edit`
#[component]
pub fn EditPage() -> impl IntoView {
    for_member("/profile/edit", |member| {
        page(async move {
            let backend = backend();
            let profile = own_profile(&backend, &member).await?;
            editor(backend, profile, member).await
        })
    })
}

/// `/u/{username}/edit`: somebody else's, for roles that may.
#[component]
pub fn EditOtherPage() -> impl IntoView {
    let username = username_in_path();
    let here = format!("/u/{username}/edit");
    for_member(&here, move |member| {
        page(async move {
            let backend = backend();
            let profile = backend.profiles.find_profile(&username).await?;
            let profile = profile.ok_or(AppError::NotFound)?;
            editor(backend, profile, member).await
        })
    })
}

/// `/u/{username}`: what this viewer may see.
#[component]
pub fn PublicProfilePage() -> impl IntoView {
    let username = username_in_path();
    page(async move {
        let backend = backend();
        let viewer = viewer();
        let profile = backend.profiles.find_profile(&username).await?;
        let seen = profile
            .as_ref()
            .and_then(|profile| Some((profile, access::seen(&backend.schema, profile, &viewer)?)));
        let (profile, seen) = seen.ok_or(AppError::NotFound)?;
        let name = &seen.owner.username;
        if !username.eq_ignore_ascii_case(name) {
            // A link that was pasted with what nobody sees, or typed full-width.
            answer().redirect(&format!("/u/{name}"));
            return Ok(().into_any());
        }
        let saved = saved_notice(&backend, profile, &viewer).await?;
        let edit = match seen.own {
            true => Some("/profile/edit".to_owned()),
            false => can_open_editor(&backend.schema, profile, &viewer)
                .then(|| format!("/u/{}/edit", seen.owner.username)),
        };
        let edit = edit.map(|href| {
            view! { <a class="button" href=href>{text::edit_profile()}</a> }
        });
        let share = link_preview::share(&backend.schema, &seen, &backend.site);
        let contact = card_path(&seen.owner.username);
        let qr = qr_path(&seen.owner.username);
        let described = text::qr_code_of(&share.url);
        Ok(view! {
            <Page
                title=text::profile_of(&share.title)
                width=Width::Column
                private=!profile.listing.listed
                share=share
            >
                {saved}
                <div class="card card-profile">
                    {card_of(&backend.schema, &seen)}
                    <p class="actions">
                        {edit}
                        <a class="button button-quiet" href=contact download="">{text::save_contact()}</a>
                    </p>
                    <details class="qr">
                        <summary>{text::qr_code()}</summary>
                        <img src=qr alt=described width="256" height="256" loading="lazy"/>
                    </details>
                </div>
            </Page>
        }
        .into_any())
    })
}

/// The profile as the viewer sees it, or that there is nothing yet.
fn card_of(schema: &Schema, seen: &Seen) -> AnyView {
    let profile = ProfileView::of(schema, seen);
    let empty = profile.sections.is_empty();
    view! {
        <ProfileCard profile place=Place::Page/>
        {empty.then(|| view! { <p class="hint">{text::nothing_yet()}</p> })}
    }
    .into_any()
}

/// The editor of a profile, for who may open it.
async fn editor(backend: Backend, profile: Profile, member: User) -> Result<AnyView, AppError> {
    let schema = &backend.schema;
    let viewer = Viewer::Member(member);
    let seen = access::seen(schema, &profile, &viewer).ok_or(AppError::NotFound)?;
    if !can_open_editor(schema, &profile, &viewer) {
        return Err(AppError::Forbidden);
    }
    let opening = match use_context::<Refused>() {
        None => Opening::of(schema, &seen, &viewer),
        Some(refused) => {
            let version = refused.form.number(Patch::VERSION);
            let version = version.unwrap_or(profile.version);
            let standing = backend.profiles.standing(profile.owner.id, version).await?;
            let standing = standing.ok_or(AppError::NotFound)?;
            let now = Opening::of(schema, &seen, &viewer).form;
            Opening::refused(schema, &viewer, &standing, version, refused, &now)
        }
    };
    let refused = opening.failure.is_some() || !opening.violations.is_empty();
    let title = match seen.own {
        true => text::edit_profile().to_owned(),
        false => text::edit_profile_of(&ProfileView::of(schema, &seen).name),
    };
    let picture = match seen.own {
        true => avatar_form(
            schema,
            &profile,
            &viewer,
            "/profile/edit?saved",
            Heading::Section,
        ),
        false => others_picture(schema, &profile, &viewer, &seen),
    };
    let saved = saved_notice(&backend, &profile, &viewer).await?;
    let schema = visible_schema(schema, &profile, &viewer);
    let today = backend.clock.today();
    Ok(view! {
        <Page title=title.clone() width=Width::Wide refused>
            {saved}
            <h1>{title}</h1>
            {picture}
            <ProfileEditor schema viewer seen opening today/>
        </Page>
    }
    .into_any())
}

impl Opening {
    /// The editor on the profile as it is.
    fn of(schema: &Schema, seen: &Seen, viewer: &Viewer) -> Opening {
        // Only what the form has a control for.
        let editable = |field: &&Field| {
            let audience = field_audience(field, &seen.audiences);
            can_edit(schema, field, audience, viewer, &seen.owner)
        };
        let values = schema.fields().filter(editable).filter_map(|field| {
            let value = seen.values.get(&field.key)?;
            Some((field.key.clone(), value.clone()))
        });
        let audiences = if seen.own {
            seen.audiences.clone()
        } else {
            Default::default()
        };
        Opening {
            version: seen.version,
            seen: None,
            form: schema.fill(&values.collect(), &audiences),
            violations: Default::default(),
            failure: None,
            conflicts: Vec::new(),
            lost: Vec::new(),
        }
    }

    /// The editor on a form that was refused. It still speaks of the version it
    /// was opened with; conflicts that were told before are told again. A field
    /// that it did not have is as it is (`now`): its control, left empty, would
    /// empty it.
    fn refused(
        schema: &Schema,
        viewer: &Viewer,
        standing: &Standing,
        version: u64,
        refused: Refused,
        now: &Form,
    ) -> Opening {
        let violations = refused.violations();
        let told = refused.form.number(Patch::SEEN);
        let (mut conflicts, seen, failure) = match refused.error {
            AppError::Conflict { version, conflicts } => {
                let conflict = AppError::Conflict {
                    version,
                    conflicts: Vec::new(),
                };
                (conflicts, Some(version), Some(conflict))
            }
            AppError::Invalid(_) => (Vec::new(), told, None),
            failure => (Vec::new(), told, Some(failure)),
        };
        let asked: BTreeSet<&str> = refused.form.names().filter_map(choice_name).collect();
        for name in asked {
            let new = conflicts.iter().any(|conflict| conflict.name == name);
            let typed = typed(&refused.form, name);
            if !new && let Some(conflict) = standing.conflict(schema, viewer, name, typed) {
                conflicts.push(conflict);
            }
        }
        let gone = |violation: &Violation| {
            matches!(violation, Violation::UnknownField | Violation::NotYours)
        };
        let lost = violations.iter().filter(|(_, broken)| gone(broken));
        let lost = lost.map(|(name, _)| {
            let label = item_label(schema, name).unwrap_or_else(|| name.to_owned());
            (label, typed(&refused.form, name))
        });
        Opening {
            lost: lost.collect(),
            version,
            seen,
            violations,
            failure,
            conflicts,
            form: schema.complete(refused.form, now),
        }
    }
}

/// What was typed for an item, as it was typed.
fn typed(form: &Form, name: &str) -> String {
    let values = form.pairs().filter(|(control, value)| {
        let part = control.strip_prefix(name).is_some_and(|rest| {
            rest.is_empty()
                || Field::DATE_PARTS
                    .iter()
                    .any(|part| rest.strip_prefix('.') == Some(part))
        });
        part && !value.is_empty()
    });
    values.map(|(_, value)| value).collect::<Vec<_>>().join(" ")
}

/// "Saved", and which changes of others were kept: `?saved`, `?saved=5-8` for
/// those after version 5 and before version 8.
async fn saved_notice(
    backend: &Backend,
    profile: &Profile,
    viewer: &Viewer,
) -> Result<Option<impl IntoView + use<>>, AppError> {
    let query = use_query_map().with_untracked(|query| query.get("saved"));
    let may = can_open_editor(&backend.schema, profile, viewer);
    let Some(query) = query.filter(|_| may) else {
        return Ok(None);
    };
    let versions = query
        .split_once('-')
        .and_then(|(since, until)| Some((since.parse::<u64>().ok()?, until.parse::<u64>().ok()?)));
    let mut kept = Vec::new();
    let own = *viewer == Viewer::Member(profile.owner.clone());
    if let Some((since, last)) = versions
        && let Some(standing) = backend.profiles.standing(profile.owner.id, since).await?
    {
        // What the save itself changed was not kept.
        let so_far = standing
            .since
            .iter()
            .filter(|change| change.version <= last);
        let (saved, before): (Vec<_>, Vec<_>) = so_far.partition(|change| change.version == last);
        let kept_ones = before.into_iter().filter(|change| {
            change.is_told()
                && access::can_read_item(&backend.schema, profile, &change.name, viewer)
                && saved.iter().all(|saved| saved.name != change.name)
        });
        for change in kept_ones {
            let label = item_label(&backend.schema, &change.name).unwrap_or_default();
            let line = text::kept(&label, &text::author(&change.by, username_of(viewer)));
            if !kept.contains(&line) {
                kept.push(line);
            }
        }
    }
    let words = if own {
        text::saved()
    } else {
        text::saved_other()
    };
    let lines = kept.into_iter().map(|line| view! { <li>{line}</li> });
    let lines = lines.collect::<Vec<_>>();
    let kept = (!lines.is_empty()).then(|| view! { <p>{text::kept_too()}</p><ul>{lines}</ul> });
    Ok(Some(
        view! { <div class="notice" role="status"><p>{words}</p>{kept}</div> },
    ))
}

fn username_of(viewer: &Viewer) -> &str {
    match viewer {
        Viewer::Guest => "",
        Viewer::Member(user) => &user.username,
    }
}

pub(crate) async fn own_profile(backend: &Backend, member: &User) -> Result<Profile, AppError> {
    let profile = backend.profiles.profile(member.id).await?;
    profile.ok_or(AppError::NotFound)
}

/// The day on which the profile was made.
fn joined(profile: &Profile) -> Date {
    Date::from_days(profile.listing.created_at.div_euclid(24 * 60 * 60 * 1000))
}

fn username_in_path() -> String {
    use_params_map()
        .with_untracked(|params| params.get("username"))
        .unwrap_or_default()
}

/// A page that has to wait for something, or its error.
pub(crate) fn page(
    make: impl Future<Output = Result<AnyView, AppError>> + Send + 'static,
) -> AnyView {
    Suspend::new(async move {
        make.await
            .unwrap_or_else(|error| view! { <ErrorPage error/> }.into_any())
    })
    .into_any()
}

/// The fields that have no value yet, each a link to its control.
fn still_empty(
    schema: &Schema,
    profile: &Profile,
    owner: &Viewer,
) -> Option<impl IntoView + use<>> {
    let editable = |field: &&Field| {
        let audience = field_audience(field, &profile.audiences);
        can_edit(schema, field, audience, owner, &profile.owner)
    };
    let empty: Vec<&Field> = schema
        .fields()
        .filter(editable)
        .filter(|field| !profile.values.contains_key(&field.key))
        .collect();
    let link = |field: &&Field| {
        let href = format!("/profile/edit#{}", control_id(&field.key));
        view! { <li><a href=href>{field.label.clone()}</a></li> }
    };
    let links: Vec<_> = empty.iter().map(link).collect();
    (!links.is_empty()).then(|| {
        view! {
            <aside class="still-empty">
                <h2>{text::still_empty()}</h2>
                <ul>{links}</ul>
            </aside>
        }
    })
}
