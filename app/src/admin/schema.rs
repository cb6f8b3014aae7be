//! The page `/admin/schema`: the schema in use, the effects of another one, and the earlier ones.
//! No script.

use leptos::prelude::*;

use super::{
    guard::{area_links, for_manager, place_in_query},
    rules::Area,
    schema_api::{APPLY, BASE, FILE, READ, RESTORES, TEXT, typed_text},
};
use crate::{
    account::{
        pages::{again::Again, form::AccountForm},
        types::{second::Demand, user::User},
    },
    backend::backend,
    error::AppError,
    form::Form,
    location::query_param,
    profile::rules::{
        schema::{Field, Schema},
        schema_change::{
            Checked, FieldReport, Finding, PastRevision, SchemaReport, SchemaSource, ValueCounts,
        },
    },
    rejected::RejectedForm,
    text,
    ui::{
        Badge, Described, ErrorSummary, FileInput, Notice, Page, Problem, Still, TextArea, Tick,
        Timestamp, Width, control_id, load_page, query_notice,
    },
};

/// The number of revisions per page.
const SHOWN: u32 = 20;

/// The names of the query parameters: list revisions before this one; restore this one.
const BEFORE: &str = "before";
const FROM: &str = "from";

/// `/admin/schema`
#[component]
pub fn SchemaPage() -> impl IntoView {
    for_manager(Area::Schema, "/admin/schema", |manager| {
        load_page(async move {
            let draft = Draft::of_this_page(&manager).await?;
            let revisions = backend().revisions.clone();
            let values = revisions.values().await?;
            let (before, unknown) = match place_in_query(BEFORE, "/admin/schema") {
                Ok(before) => (before, None),
                Err(unknown) => (None, Some(unknown)),
            };
            let past = revisions.revisions(before, SHOWN + 1).await?;
            let again = Again::load(&manager, Demand::Second).await?;
            Ok(page(&manager, draft, again, &values, past, unknown))
        })
    })
}

/// A submitted schema: the text, and the result of checking it.
#[derive(Default)]
struct Draft {
    text: String,
    restores: Option<i64>,
    /// `None` for the text in use.
    checked: Option<Checked>,
    /// The reason why it was not applied, if the manager wanted to.
    problem: Option<&'static str>,
}

impl Draft {
    async fn of_this_page(manager: &User) -> Result<Draft, AppError> {
        let revisions = backend().revisions.clone();
        let mut draft = Draft::default();
        if let Some(RejectedForm { form, error, .. }) = use_context() {
            draft.restores = form.number(RESTORES);
            let base: Option<i64> = form.number(BASE);
            if form.get(APPLY).is_some() && error == AppError::PlanChanged {
                let is_old = base != Some(base_of(&revisions.source()));
                draft.problem = Some(match is_old {
                    true => text::schema_replaced(),
                    false => text::schema_unread(),
                });
            }
            if let Ok(Some(typed)) = typed_text(&form) {
                draft.checked = Some(revisions.check(manager, &typed).await?);
                draft.text = typed;
                return Ok(draft);
            }
        }
        if let Some(id) = query_param(FROM) {
            let id = id.parse().map_err(|_| AppError::NotFound)?;
            let found = revisions.revision(id).await?;
            let (revision, earlier) = found.ok_or(AppError::NotFound)?;
            draft.checked = Some(revisions.check(manager, &earlier).await?);
            draft.restores = Some(revision.id);
            draft.text = earlier;
            return Ok(draft);
        }
        draft.text = revisions.text();
        Ok(draft)
    }

    /// Returns the problems that have to be corrected or read.
    fn problems(&self, form: &AccountForm) -> Vec<Problem> {
        let line = |words: String, control: Option<&str>| Problem {
            words,
            href: control.map(|name| format!("#{}", control_id(name))),
            new_tab: false,
        };
        if let Some(words) = self.mistake() {
            return vec![line(words, Some(TEXT))];
        }
        match (self.problem, form.failure()) {
            (Some(words), _) => vec![line(words.to_owned(), None)],
            (None, Some(AppError::PlanChanged)) => Vec::new(),
            (None, _) => form.problems_of(label),
        }
    }

    fn mistake(&self) -> Option<String> {
        match self.checked.as_ref()? {
            Checked::Mistake { line, reason } => Some(text::schema_mistake(*line, reason)),
            Checked::TooLong => Some(text::schema_too_long().to_owned()),
            _ => None,
        }
    }
}

/// Returns the number of the revision that changes are compared with; -1 for a file.
fn base_of(source: &SchemaSource) -> i64 {
    match source {
        SchemaSource::File(_) => -1,
        SchemaSource::Revision(id) => *id,
    }
}

fn page(
    manager: &User,
    draft: Draft,
    again: Again,
    values: &ValueCounts,
    past: Vec<PastRevision>,
    unknown: Option<Problem>,
) -> AnyView {
    let form = AccountForm::of_this_page();
    let notice = query_notice(&[("applied", text::schema_applied())]);
    let mut problems = draft.problems(&form);
    problems.extend(unknown);
    let refused = !problems.is_empty();
    let schema = backend().schema.clone();
    let source = backend().revisions.source();
    let state = match &source {
        SchemaSource::File(path) => {
            format!(
                "{} {}",
                text::schema_from_file(path),
                text::schema_checked_only()
            )
        }
        SchemaSource::Revision(0) => text::schema_built_in().to_owned(),
        SchemaSource::Revision(id) => text::schema_revision_in_force(*id),
    };
    let result = result(manager, &draft, again.view(&form), &source);
    let groups: Vec<_> = schema
        .groups
        .iter()
        .filter(|group| !group.fields.is_empty())
        .map(|group| {
            let fields: Vec<_> = group
                .fields
                .iter()
                .map(|field| field_view(&schema, field, values))
                .collect();
            view! { <h2>{group.label.clone()}</h2> <ul class="sessions">{fields}</ul> }
        })
        .collect();
    let areas = area_links(manager, Area::Schema);
    let text_form = text_form(manager, &draft, &source);
    let past = past_view(manager, past, &source);
    let partial = values
        .is_partial
        .then(|| view! { <p class="hint">{text::schema_counted_in_newest()}</p> });
    let content = view! {
        {areas}
        <h1>{text::area(Area::Schema)}</h1>
        {notice.map(|words| view! { <Notice words/> })}
        <ErrorSummary problems/>
        {result}
        <p>{state} " " <a href="/admin/schema/profile.toml">{text::schema_download()}</a></p>
        {partial}
        {groups}
        {text_form}
        {past}
    }
    .still();
    view! { <Page title=text::area(Area::Schema) width=Width::Column refused>{content}</Page> }
        .still()
}

/// Renders a field: who sees it, who edits it, and how many profiles have a value.
fn field_view(schema: &Schema, field: &Field, values: &ValueCounts) -> AnyView {
    let roles = |keys: &[String]| {
        let label = |key: &String| {
            let role = schema.role(key);
            role.map_or_else(|| key.clone(), |role| role.label.clone())
        };
        keys.iter().map(label).collect::<Vec<_>>()
    };
    let audience = text::schema_audience(field.audience.default, field.audience.locked);
    let mut seen_by = vec![audience.to_owned()];
    seen_by.extend(roles(&field.view));
    let mut changed_by = roles(&field.edit.roles);
    if field.edit.owner {
        changed_by.insert(0, text::schema_owner().to_owned());
    }
    if changed_by.is_empty() {
        changed_by.push(text::schema_nobody().to_owned());
    }
    let count = values.values.get(&field.key).copied().unwrap_or_default();
    let count = text::profiles_with_value(count, values.profiles);
    let facts = [
        (text::schema_seen_by(), seen_by),
        (text::schema_changed_by(), changed_by),
        (text::schema_profiles_of(), roles(&field.roles)),
        (text::schema_values(), vec![count]),
    ];
    let facts: Vec<_> = facts
        .into_iter()
        .filter(|(_, words)| !words.is_empty())
        .map(|(title, words)| view! { <dt>{title}</dt> <dd>{words.join(text::comma())}</dd> })
        .collect();
    view! {
        <li class="card">
            <div>
                <h3>{field.label.clone()} " " <code dir="ltr">{field.key.clone()}</code></h3>
                <dl class="facts">{facts}</dl>
            </div>
        </li>
    }
    .still()
}

/// Renders the result of the check, and the form to apply the schema.
fn result(
    manager: &User,
    draft: &Draft,
    again: Option<AnyView>,
    source: &SchemaSource,
) -> Option<AnyView> {
    let (report, within_reach) = match draft.checked.as_ref()? {
        Checked::Sound {
            report,
            within_reach,
        } => (report, *within_reach),
        Checked::Same => return Some(said(text::schema_same())),
        Checked::TooManyProfiles => return Some(said(text::schema_too_many_profiles())),
        Checked::Mistake { .. } | Checked::TooLong => return None,
    };
    let is_file = matches!(source, SchemaSource::File(_));
    let end = match (is_file || report.is_forbidden(), within_reach) {
        (true, _) => None,
        (false, false) => Some(said(text::schema_out_of_reach())),
        (false, true) => Some(apply_form(manager, draft, report, again, source)),
    };
    Some(
        view! {
            <section class="card act report">
                <h2>{text::schema_would()}</h2>
                {report_view(report)}
                {end}
            </section>
        }
        .still(),
    )
}

fn said(words: &'static str) -> AnyView {
    view! { <p>{words}</p> }.still()
}

fn report_view(report: &SchemaReport) -> AnyView {
    let lines = |findings: &[(Finding, u64)]| {
        let lines: Vec<_> = findings
            .iter()
            .map(|(finding, count)| view! { <li>{text::schema_finding(finding, *count)}</li> })
            .collect();
        (!lines.is_empty()).then(|| view! { <ul>{lines}</ul> })
    };
    let field = |field: &FieldReport| {
        let is_gone = field
            .findings
            .iter()
            .any(|(finding, _)| *finding == Finding::Gone);
        let head = match is_gone {
            true => text::no_such_field_any_more().to_owned(),
            false => text::profiles_with_value(field.values, report.profiles),
        };
        view! {
            <dt>{field.label.clone()} " " <code dir="ltr">{field.key.clone()}</code></dt>
            <dd>{head} {lines(&field.findings)}</dd>
        }
    };
    let fields: Vec<_> = report.fields.iter().map(field).collect();
    let verdict = match report.is_harmless() {
        true => text::schema_is_harmless(),
        false => text::schema_is_not_harmless(),
    };
    view! {
        <dl class="facts">{fields}</dl>
        {lines(&report.findings)}
        <p><strong>{verdict}</strong></p>
    }
    .still()
}

/// Renders the form that applies exactly what was checked.
fn apply_form(
    manager: &User,
    draft: &Draft,
    report: &SchemaReport,
    again: Option<AnyView>,
    source: &SchemaSource,
) -> AnyView {
    let read = (!report.is_harmless()).then(|| {
        view! {
            <div class="field">
                <Tick kind="checkbox" name=READ value=report.outline() label=text::schema_read() ticked=false/>
            </div>
        }
    });
    let restores = draft
        .restores
        .map(|id| view! { <input type="hidden" name=RESTORES value=id/> });
    let class = match report.is_harmless() {
        true => "button",
        false => "button button-grave",
    };
    view! {
        <form method="post" action="/admin/schema" enctype="multipart/form-data" novalidate>
            <input type="hidden" name=Form::OWNER value=manager.username.clone()/>
            <input type="hidden" name=BASE value=base_of(source)/>
            <input type="hidden" name=TEXT value=draft.text.clone()/>
            {restores}
            {read}
            {again}
            <button class=class name=APPLY value="yes">{text::schema_apply()}</button>
        </form>
    }
    .still()
}

/// Renders the form for another text.
fn text_form(manager: &User, draft: &Draft, source: &SchemaSource) -> AnyView {
    let file = Described {
        name: FILE.to_owned(),
        label: text::schema_file().to_owned(),
        hint: text::schema_file_hint().to_owned(),
        optional: true,
        ..Described::default()
    };
    let described = Described {
        name: TEXT.to_owned(),
        label: text::schema_text().to_owned(),
        hint: text::schema_text_hint().to_owned(),
        error: draft.mistake(),
        optional: false,
    };
    view! {
        <form class="card act schema-text" method="post" action="/admin/schema" enctype="multipart/form-data" novalidate>
            <h2>{text::schema_other()}</h2>
            <p>{text::schema_other_lead()}</p>
            <input type="hidden" name=Form::OWNER value=manager.username.clone()/>
            <input type="hidden" name=BASE value=base_of(source)/>
            <TextArea described value=draft.text.clone()/>
            <FileInput described=file accept=".toml,text/plain"/>
            <button class="button button-quiet">{text::schema_check()}</button>
        </form>
    }
    .still()
}

/// Renders the revisions, newest first.
fn past_view(manager: &User, mut past: Vec<PastRevision>, source: &SchemaSource) -> AnyView {
    let more = past.len() > SHOWN as usize;
    past.truncate(SHOWN as usize);
    let older = past.last().filter(|_| more).map(|last| {
        let href = format!("/admin/schema?{BEFORE}={}", last.id);
        view! { <p><a class="button button-quiet" href=href>{text::schema_older()}</a></p> }
    });
    let none = past.is_empty().then(|| said(text::schema_no_revisions()));
    let built_in = (!past.is_empty() && !more).then(|| {
        view! { <li><a href="/admin/schema/0">{text::schema_revision(0)}</a></li> }
    });
    let rows: Vec<_> = past
        .into_iter()
        .map(|revision| {
            let current = (*source == SchemaSource::Revision(revision.id))
                .then(|| view! { " "<Badge words=text::schema_applied_badge()/> });
            view! {
                <li>
                    <a href=format!("/admin/schema/{}", revision.id)>{text::schema_revision(revision.id)}</a>
                    {current}
                    <span class="hint"><Timestamp at=revision.at/></span>
                    {about(manager, &revision)}
                </li>
            }
        })
        .collect();
    view! {
        <h2>{text::schema_revisions()}</h2>
        {none}
        <ol class="events">{rows} {built_in}</ol>
        {older}
    }
    .still()
}

/// Renders the author of a revision, the revision that it restores, and its hash.
pub(super) fn about(manager: &User, revision: &PastRevision) -> AnyView {
    let by = text::author(&revision.by, &manager.username);
    let restores = revision.restores.map(text::schema_taken_back_to);
    let restores = restores.map(|words| view! { <span>{words}</span> });
    view! {
        <p class="hint"><bdi>{by}</bdi> {restores} <code dir="ltr">{revision.hash.clone()}</code></p>
    }
    .still()
}

fn label(name: &str) -> Option<String> {
    (name == TEXT).then(|| text::schema_text().to_owned())
}
