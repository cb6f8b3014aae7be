//! The page `/admin/import`: a table of users, and the plan for importing it. No script.

use leptos::prelude::*;

use super::{
    guard::{area_links, for_manager},
    import_api::{APPLY, CREATED, PLANNED, REJECTED},
    rules::Area,
};
use crate::{
    account::{
        pages::{again::Again, form::AccountForm},
        types::{
            second::Demand,
            user::User,
            user_table::{
                BY_EMAIL, BY_USERNAME, CheckedTable, FILE, INVITE, MATCH, PlannedUser, RejectedRow,
                TEXT, TableMistake, TablePlan, UserTable,
            },
        },
    },
    backend::backend,
    error::AppError,
    form::Form,
    location::query_param,
    rejected::RejectedForm,
    text,
    ui::{
        Described, ErrorSummary, FileInput, Notice, Page, Problem, Select, Still, Tick, Width,
        control_id, load_page,
    },
};

/// The path of the page.
const HERE: &str = "/admin/import";

/// The maximum number of users, and of rejected rows, that the page lists.
const SHOWN: usize = 50;

/// `/admin/import`
#[component]
pub fn ImportPage() -> impl IntoView {
    for_manager(Area::Import, HERE, |manager| {
        load_page(async move {
            let draft = Draft::of_this_page(&manager).await?;
            let again = Again::load(&manager, Demand::Second).await?;
            Ok(page(&manager, &draft, again))
        })
    })
}

/// A submitted table, and the result of checking it.
#[derive(Default)]
struct Draft {
    table: Option<UserTable>,
    checked: Option<CheckedTable>,
    /// `true` if the manager wanted to import it, but the plan has changed since.
    is_changed: bool,
}

impl Draft {
    async fn of_this_page(manager: &User) -> Result<Draft, AppError> {
        let Some(RejectedForm { form, error, .. }) = use_context() else {
            return Ok(Draft::default());
        };
        let Ok(table) = UserTable::parse(&form) else {
            return Ok(Draft::default());
        };
        let checked = backend().import.check_table(manager, &table).await?;
        Ok(Draft {
            table: Some(table),
            checked: Some(checked),
            is_changed: form.get(APPLY).is_some() && error == AppError::PlanChanged,
        })
    }

    fn mistake(&self) -> Option<&TableMistake> {
        match self.checked.as_ref()? {
            CheckedTable::Mistake(mistake) => Some(mistake),
            CheckedTable::Plan(_) => None,
        }
    }

    /// Returns the problems that have to be corrected or read.
    fn problems(&self, form: &AccountForm) -> Vec<Problem> {
        let line = |words: String, href: Option<String>| Problem {
            words,
            href,
            new_tab: false,
        };
        if let Some(mistake) = self.mistake() {
            let href = format!("#{}", control_id(FILE));
            return vec![line(text::table_mistake(mistake), Some(href))];
        }
        match form.failure() {
            Some(AppError::PlanChanged) if self.is_changed => {
                vec![line(text::import_changed().to_owned(), None)]
            }
            Some(AppError::PlanChanged) => Vec::new(),
            _ => form.problems_of(|_| None),
        }
    }
}

fn page(manager: &User, draft: &Draft, again: Again) -> AnyView {
    let form = AccountForm::of_this_page();
    let again = again.view(&form);
    let problems = draft.problems(&form);
    let refused = !problems.is_empty();
    let number = |name| query_param(name).and_then(|number| number.parse().ok());
    let notice = number(CREATED).map(|created| {
        let rejected = number(REJECTED).unwrap_or_default();
        view! { <Notice words=text::imported(created, rejected)/> }
    });
    let plan = match (&draft.checked, &draft.table) {
        (Some(CheckedTable::Plan(plan)), Some(table)) => {
            Some(plan_view(manager, plan, table, again))
        }
        _ => None,
    };
    let content = view! {
        {area_links(manager, Area::Import)}
        <h1>{text::area(Area::Import)}</h1>
        {notice}
        <ErrorSummary problems/>
        {plan}
        {table_form(manager, draft)}
    }
    .still();
    view! { <Page title=text::area(Area::Import) width=Width::Column refused>{content}</Page> }
        .still()
}

/// Renders the plan for the table, and the form that imports it.
fn plan_view(
    manager: &User,
    plan: &TablePlan,
    table: &UserTable,
    again: Option<AnyView>,
) -> AnyView {
    let created = plan.created.len();
    let users: Vec<_> = plan.created.iter().take(SHOWN).map(user_view).collect();
    let users = (created > 0).then(|| {
        view! { <ul>{users} {more(created)}</ul> }
    });
    let skipped = (plan.skipped > 0).then(|| view! { <p>{text::import_skipped(plan.skipped)}</p> });
    let apply = (created > 0).then(|| apply_form(manager, plan, table, again));
    view! {
        <section class="card act report">
            <h2>{text::import_plan()}</h2>
            <p><strong>{text::import_created(created)}</strong></p>
            {users}
            {skipped}
            {rejected_view(plan)}
            {apply}
        </section>
    }
    .still()
}

fn user_view(user: &PlannedUser) -> AnyView {
    let schema = backend().schema.clone();
    let role = user.role.as_ref().map(|key| {
        let role = schema.role(key);
        role.map_or_else(|| key.clone(), |role| role.label.clone())
    });
    let facts = [user.email.clone(), role].into_iter().flatten();
    let facts: Vec<_> = facts
        .map(|fact| view! { " · " <bdi>{fact}</bdi> })
        .collect();
    view! { <li><bdi>{user.username.clone()}</bdi> {facts}</li> }.still()
}

/// Renders the number of entries that are not listed.
fn more(all: usize) -> Option<AnyView> {
    let left = all.checked_sub(SHOWN).filter(|left| *left > 0)?;
    Some(view! { <li class="hint">{text::import_more(left)}</li> }.still())
}

fn rejected_view(plan: &TablePlan) -> Option<AnyView> {
    let rejected = plan.rejected.len();
    if rejected == 0 {
        return None;
    }
    let row = |RejectedRow { line, reasons }: &RejectedRow| {
        let reasons: Vec<_> = reasons
            .iter()
            .map(|reason| view! { <li>{reason.clone()}</li> })
            .collect();
        view! { <li>{text::table_line(*line)} <ul>{reasons}</ul></li> }
    };
    let rows: Vec<_> = plan.rejected.iter().take(SHOWN).map(row).collect();
    let file = format!(
        "data:text/csv;charset=utf-8,%EF%BB%BF{}",
        encoded(&plan.report)
    );
    Some(
        view! {
            <p><strong>{text::import_rejected(rejected)}</strong></p>
            <ul>{rows} {more(rejected)}</ul>
            <p>
                <a href=file download="rejected.csv">{text::import_download()}</a>
            </p>
        }
        .still(),
    )
}

/// Percent-encodes text for a URL: every byte except ASCII letters and digits.
fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len() * 2);
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => encoded.push(char::from(byte)),
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

/// Renders the form that imports exactly what was checked.
fn apply_form(
    manager: &User,
    plan: &TablePlan,
    table: &UserTable,
    again: Option<AnyView>,
) -> AnyView {
    let planned = plan.created.len();
    let by = match table.matches_by_email {
        true => BY_EMAIL,
        false => BY_USERNAME,
    };
    let invites = table
        .invites
        .then(|| view! { <input type="hidden" name=INVITE value="yes"/> });
    view! {
        <form method="post" action=HERE enctype="multipart/form-data" novalidate>
            <input type="hidden" name=Form::OWNER value=manager.username.clone()/>
            <input type="hidden" name=TEXT value=table.text.clone()/>
            <input type="hidden" name=MATCH value=by/>
            <input type="hidden" name=PLANNED value=plan.outline.clone()/>
            {invites}
            {again}
            <button class="button" name=APPLY value="yes">{text::import_apply(planned)}</button>
        </form>
    }
    .still()
}

/// Renders the form for a table.
fn table_form(manager: &User, draft: &Draft) -> AnyView {
    let described = |name: &str, label: &str, hint: &str| Described {
        name: name.to_owned(),
        label: label.to_owned(),
        hint: hint.to_owned(),
        ..Described::default()
    };
    let file = Described {
        error: draft.mistake().map(text::table_mistake),
        ..described(FILE, text::import_file(), text::import_file_hint())
    };
    let by = described(MATCH, text::import_match(), text::import_match_hint());
    let by_email = draft
        .table
        .as_ref()
        .is_some_and(|table| table.matches_by_email);
    let invites = draft.table.as_ref().is_none_or(|table| table.invites);
    view! {
        <form class="card act" method="post" action=HERE enctype="multipart/form-data" novalidate>
            <p>{text::import_lead()}</p>
            <input type="hidden" name=Form::OWNER value=manager.username.clone()/>
            <FileInput described=file accept=".csv,.tsv,.txt,text/csv,text/plain"/>
            <Select described=by>
                <option value=BY_USERNAME selected=!by_email>{text::username()}</option>
                <option value=BY_EMAIL selected=by_email>{text::email()}</option>
            </Select>
            <div class="field">
                <Tick kind="checkbox" name=INVITE value="yes" label=text::import_invite() ticked=invites/>
            </div>
            <button class="button button-quiet">{text::import_check()}</button>
        </form>
    }
    .still()
}
