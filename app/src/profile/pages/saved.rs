//! The notice after a save.

use leptos::prelude::*;

use crate::{
    backend::Backend,
    error::AppError,
    location::query_param,
    profile::rules::{
        access::{self, can_open_editor},
        describe::item_label,
        profile::Profile,
    },
    text,
    viewer::Viewer,
};

/// Returns the notice for `?saved`; `None` without that parameter, or if the viewer cannot open the
/// editor.
///
/// With `?saved=5-8`, the notice lists the changes of others that the save kept: those after
/// version 5 and before version 8.
pub(super) async fn saved_notice(
    backend: &Backend,
    profile: &Profile,
    viewer: &Viewer,
) -> Result<Option<impl IntoView + use<>>, AppError> {
    let query = query_param("saved");
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
        && let Some(snapshot) = backend.profiles.snapshot(profile.owner.id, since).await?
    {
        // An item that the save itself changed was not kept.
        let so_far = snapshot
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
