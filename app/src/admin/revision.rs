//! The page `/admin/schema/{revision}`: a schema that was applied, and its changes.

use leptos::prelude::*;

use super::{guard::for_manager, rules::Area, schema::about};
use crate::{
    account::types::user::User,
    backend::backend,
    error::AppError,
    location::{path_param, query_param},
    profile::rules::{
        line_diff::{Line, diff},
        schema_change::{PastRevision, SchemaSource},
    },
    text,
    ui::{Page, Still, Timestamp, Width, load_page},
};

/// The name of the query parameter for the number of the revision to compare with. The default is
/// the previous one.
const FROM: &str = "from";

/// `/admin/schema/{revision}`
#[component]
pub fn RevisionPage() -> impl IntoView {
    let asked = path_param("revision");
    let here = format!("/admin/schema/{asked}");
    for_manager(Area::Schema, &here, move |manager| {
        load_page(async move {
            let revisions = backend().revisions.clone();
            let id = asked.parse().map_err(|_| AppError::NotFound)?;
            let found = revisions.revision(id).await?;
            let (revision, words) = found.ok_or(AppError::NotFound)?;
            let from = query_param(FROM).map(|id| id.parse());
            let other = match from.transpose().map_err(|_| AppError::NotFound)? {
                Some(other) => Some(revisions.revision(other).await?.ok_or(AppError::NotFound)?),
                None => match revisions.revisions(Some(id), 1).await?.first() {
                    Some(before) => revisions.revision(before.id).await?,
                    None if id == 0 => None,
                    None => revisions.revision(0).await?,
                },
            };
            Ok(page(&manager, &revision, &words, other))
        })
    })
}

fn page(
    manager: &User,
    revision: &PastRevision,
    words: &str,
    other: Option<(PastRevision, String)>,
) -> AnyView {
    let title = text::schema_revision(revision.id);
    let source = backend().revisions.source();
    let is_in_force = source == SchemaSource::Revision(revision.id);
    let current = match source {
        SchemaSource::Revision(id) if id != 0 && !is_in_force => {
            let href = format!("/admin/schema/{id}?{FROM}={}", revision.id);
            Some(
                view! { <a class="button button-quiet" href=href>{text::schema_compare_current()}</a> },
            )
        }
        _ => None,
    };
    let take_back = (!is_in_force).then(|| {
        let href = format!("/admin/schema?from={}", revision.id);
        view! { <a class="button" href=href>{text::schema_take_back()}</a> }
    });
    let differences = match other {
        Some((other, earlier)) => {
            let heading = text::schema_from_to(
                &text::schema_revision(other.id),
                &text::schema_revision(revision.id),
            );
            view! { <h2>{heading}</h2> {lines(&earlier, words)} }.still()
        }
        None => view! { <pre class="lines" dir="ltr">{words.to_owned()}</pre> }.still(),
    };
    // The built-in schema has no time and no author.
    let applied = (revision.id != 0).then(|| {
        let at = revision.at;
        view! { <p><Timestamp at/></p> {about(manager, revision)} }
    });
    let file = format!("/admin/schema/profile.toml?revision={}", revision.id);
    let content = view! {
        <h1>{title.clone()}</h1>
        {applied}
        <p class="actions">
            {take_back} {current}
            <a class="button button-quiet" href=file>{text::schema_download()}</a>
            <a class="button button-quiet" href="/admin/schema">{text::area(Area::Schema)}</a>
        </p>
        {differences}
    }
    .still();
    view! { <Page title=title width=Width::Column>{content}</Page> }.still()
}

/// Renders the differences between two texts.
fn lines(old: &str, new: &str) -> AnyView {
    let lines: Vec<_> = diff(old, new)
        .into_iter()
        .map(|line| match line {
            Line::Both(line) => format!("  {line}\n").still(),
            Line::LeftOut => format!("{}\n", text::schema_lines_left_out()).still(),
            Line::Old(line) => view! { <del>{format!("- {line}\n")}</del> }.still(),
            Line::New(line) => view! { <ins>{format!("+ {line}\n")}</ins> }.still(),
        })
        .collect();
    match lines.is_empty() {
        true => view! { <p>{text::schema_same_texts()}</p> }.still(),
        false => view! { <pre class="lines" dir="ltr">{lines}</pre> }.still(),
    }
}
