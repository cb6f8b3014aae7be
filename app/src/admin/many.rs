//! The page `/admin/users/bulk`: the plan of an action on many accounts, and the report on its
//! results. Both are responses to a rejected form: it was not confirmed, or something was not done.

use leptos::prelude::*;

use super::{
    bulk::{
        CONFIRM, DO, LIST, PLANNED, REFUSED, USER, acts_for, missing, read_many, read_names,
        word_of,
    },
    guard::for_manager,
    rules::{Area, Party, REASON},
    users::{USERS, act_label, act_select},
};
use crate::{
    account::{
        pages::{again::Again, form::AccountForm},
        types::{
            bulk::{NotDone, PlannedRow},
            erasure::{Effect, ErasurePlan, TableImpact},
            managed::ManagementAct,
            second::Demand,
            user::User,
        },
    },
    backend::backend,
    error::AppError,
    form::Form,
    location::query_param,
    next::OwnPath,
    rejected::RejectedForm,
    text,
    ui::{ErrorSummary, Input, Notice, Page, Problem, Still, Width, load_page},
};

/// The path of the page.
const HERE: &str = "/admin/users/bulk";

/// `/admin/users/bulk`
#[component]
pub fn ManyUsersPage() -> impl IntoView {
    for_manager(Area::Users, HERE, |manager| {
        load_page(async move {
            let Some(rejected) = use_context::<RejectedForm>() else {
                return Ok(done_page());
            };
            let sent = rejected.form;
            if let AppError::NotAllDone { done, failed } = rejected.error {
                return Ok(report(&manager, &sent, done, &failed));
            }
            let schema = backend().schema.clone();
            let form = AccountForm::of_this_page();
            if !missing(&schema, &sent).is_empty() {
                return Ok(incomplete(&manager, &sent, &form));
            }
            let act = read_many(&schema, &sent)?;
            let mut names = read_names(&sent)?;
            names.extend(sent.all(REFUSED).map(str::to_owned));
            let rows = backend().bulk.plan(&manager, &act, names).await?;
            let again = Again::load(&manager, Demand::Second).await?.view(&form);
            Ok(plan(&manager, &sent, &form, again, &act, rows))
        })
    })
}

/// Renders a page that says what was done, or that no one was selected.
fn done_page() -> AnyView {
    let done = query_param("done").and_then(|done| done.parse().ok());
    let act = query_param("act").unwrap_or_default();
    let act = Form::from_iter([(DO, act)]);
    let act = read_many(&backend().schema, &act).ok();
    let title = act.map_or_else(|| text::many_at_once().to_owned(), |act| act_label(&act));
    let words = match done {
        Some(done) => view! { <Notice words=text::done_for(done)/> }.still(),
        None => view! { <p>{text::nobody_ticked()}</p> }.still(),
    };
    let content = view! {
        <h1>{title.clone()}</h1>
        {words}
        {back_to(USERS.to_owned())}
    }
    .still();
    view! { <Page title=title width=Width::Narrow>{content}</Page> }.still()
}

fn back_to(list: String) -> AnyView {
    view! {
        <p class="actions">
            <a class="button button-quiet" href=list>{text::back_to_list()}</a>
        </p>
    }
    .still()
}

/// Returns the URL of the list that a form came from.
fn list_of(sent: &Form) -> String {
    let list = sent.get(LIST).and_then(OwnPath::parse);
    let list = list.filter(|list| list.as_str().starts_with(USERS));
    list.map_or_else(|| USERS.to_owned(), |list| list.as_str().to_owned())
}

fn hidden(name: &'static str, value: impl Into<String>) -> AnyView {
    let value: String = value.into();
    view! { <input type="hidden" name=name value=value/> }.still()
}

/// Renders hidden controls that repeat what was sent.
fn kept(manager: &User, sent: &Form, names: &[String]) -> Vec<AnyView> {
    let names = names.iter().map(|name| hidden(USER, name));
    [
        hidden(Form::OWNER, &manager.username),
        hidden(LIST, list_of(sent)),
    ]
    .into_iter()
    .chain(names)
    .collect()
}

/// Renders the page for a form that lacks users, a valid action, or both. The rest of the form is
/// kept.
fn incomplete(manager: &User, sent: &Form, form: &AccountForm) -> AnyView {
    let schema = backend().schema.clone();
    let names = read_names(sent).unwrap_or_default();
    let missing = missing(&schema, sent);
    let select = missing.get(DO).map(|violation| {
        let acts = acts_for(
            &schema,
            Party {
                id: manager.id,
                role: &manager.role,
            },
        );
        act_select(
            &acts,
            Some(text::violation(text::what_to_do(), violation)),
            "",
        )
    });
    let act = read_many(&schema, sent).ok();
    let act = act.map(|act| hidden(DO, word_of(&act)));
    let reason = missing.get(REASON).map(|_| reason_input(form));
    let reason = reason.or_else(|| Some(hidden(REASON, sent.get(REASON)?)));
    let word = missing
        .get(REASON)
        .map(|_| hidden(DO, sent.get(DO).unwrap_or_default()));
    let kept = kept(manager, sent, &names);
    let rest = (!names.is_empty()).then(|| {
        view! {
            <form class="card act" method="post" action=HERE novalidate>
                <h2>{text::selected(names.len())}</h2>
                {kept}
                {act}
                {select}
                {word}
                {reason}
                <button class="button">{text::go_on()}</button>
            </form>
        }
    });
    let nobody = names.is_empty().then(|| Problem {
        words: text::nobody_ticked().to_owned(),
        href: None,
        new_tab: false,
    });
    // The checkboxes are not on this page.
    let others = form.problems_of(label).into_iter();
    let others = others.filter(|problem| problem.href.is_some());
    let problems: Vec<_> = nobody.into_iter().chain(others).collect();
    let back = back_to(list_of(sent));
    let content = view! {
        <h1>{text::many_at_once()}</h1>
        <ErrorSummary problems/>
        {rest}
        {back}
    }
    .still();
    view! { <Page title=text::many_at_once() width=Width::Narrow refused=true>{content}</Page> }
        .still()
}

fn reason_input(form: &AccountForm) -> AnyView {
    let mut described = form.described(REASON, text::reason(), text::reason_hint().to_owned());
    described.optional = true;
    let value = form.value(REASON);
    view! { <Input described value autocomplete="off"/> }.still()
}

/// Renders names with text beside them.
fn name_list<'a>(rows: impl Iterator<Item = (&'a str, String)>) -> AnyView {
    let rows: Vec<_> = rows
        .map(|(name, words)| {
            let name = format!("@{name}");
            let words = (!words.is_empty()).then(|| format!(": {words}"));
            view! { <li><bdi>{name}</bdi>{words}</li> }
        })
        .collect();
    view! { <ul>{rows}</ul> }.still()
}

fn section(title: String, rows: AnyView) -> AnyView {
    view! { <section class="shares"><h2>{title}</h2>{rows}</section> }.still()
}

/// Renders the plan: what will be done to whom, what will not and why, and the form to confirm it.
fn plan(
    manager: &User,
    sent: &Form,
    form: &AccountForm,
    again: Option<AnyView>,
    act: &ManagementAct,
    rows: Vec<PlannedRow>,
) -> AnyView {
    let schema = backend().schema.clone();
    let title = act_label(act);
    let mut controls = Vec::new();
    let (mut happens, mut refused) = (Vec::new(), Vec::new());
    let mut erased = Vec::new();
    for row in &rows {
        match &row.plan {
            Ok(planned) => {
                controls.push(hidden(USER, &row.username));
                controls.push(hidden(PLANNED, &planned.outline));
                let words = match act {
                    ManagementAct::SetRole(_) => {
                        let role = schema.role(&planned.outline);
                        let was = role.map_or(planned.outline.as_str(), |role| &role.label);
                        text::until_now(was)
                    }
                    ManagementAct::SendLink => planned.outline.clone(),
                    _ => String::new(),
                };
                happens.push((row.username.as_str(), words));
                erased.extend(&planned.erasure);
            }
            Err(reason) => {
                controls.push(hidden(REFUSED, &row.username));
                refused.push((row.username.as_str(), text::not_done(*reason).to_owned()));
            }
        }
    }
    let lead = match act {
        ManagementAct::Disable(_) => text::disable_lead(),
        ManagementAct::Enable => text::enable_lead(),
        ManagementAct::Erase { .. } => text::delete_accounts_lead(),
        _ => "",
    };
    let can = !happens.is_empty();
    let happening = can.then(|| {
        let title = text::will_be_done(happens.len());
        section(title, name_list(happens.iter().cloned()))
    });
    let not = (!refused.is_empty()).then(|| {
        let title = text::will_not_be_done(refused.len());
        section(title, name_list(refused.iter().cloned()))
    });
    let reason = (can && matches!(act, ManagementAct::Disable(_))).then(|| reason_input(form));
    let is_grave = matches!(act, ManagementAct::Disable(_) | ManagementAct::Erase { .. });
    let class = match is_grave {
        true => "button button-grave",
        false => "button",
    };
    let kept = kept(manager, sent, &[]);
    let confirm = can.then(|| {
        view! {
            {kept}
            {hidden(DO, word_of(act))}
            {hidden(CONFIRM, "yes")}
            {controls}
            {reason}
            {again}
            <div class="save"><button class=class>{title.clone()}</button></div>
        }
    });
    // The missing confirmation is not a problem of a plan.
    let problems = form.problems_of(label);
    let has_failed = form.failure().is_some();
    let problems: Vec<_> = problems
        .into_iter()
        .filter(|problem| has_failed || problem.href.is_some())
        .collect();
    let (shares, back) = (shares(&erased), back_to(list_of(sent)));
    let content = view! {
        <form class="card" method="post" action=HERE novalidate>
            <h1>{title.clone()}</h1>
            <ErrorSummary problems/>
            <p>{text::nothing_done_yet()} " " {lead}</p>
            {happening}
            {shares}
            {not}
            {confirm}
        </form>
        {back}
    }
    .still();
    view! { <Page title=title width=Width::Narrow>{content}</Page> }.still()
}

/// Renders the effects on other rows of erasing all these accounts.
fn shares(plans: &[&ErasurePlan]) -> Vec<AnyView> {
    [
        (Effect::Goes, text::goes()),
        (Effect::Nameless, text::stays_without_name()),
    ]
    .into_iter()
    .filter_map(|(fate, title)| {
        let mut sums: Vec<TableImpact> = Vec::new();
        for share in plans.iter().flat_map(|plan| plan.with(fate)) {
            match sums.iter_mut().find(|sum| sum.table == share.table) {
                Some(sum) => sum.rows += share.rows,
                None => sums.push(share.clone()),
            }
        }
        let lines: Vec<_> = sums
            .iter()
            .map(|sum| text::rows_of_users(&sum.table, fate, sum.rows))
            .map(|words| view! { <li>{words}</li> })
            .collect();
        let lines = (!lines.is_empty()).then(|| view! { <ul>{lines}</ul> }.still());
        Some(section(title.to_owned(), lines?))
    })
    .collect()
}

/// Renders the report: what was done, what was not and why, and a form to continue if the time
/// limit was reached.
fn report(manager: &User, sent: &Form, done: usize, failed: &[(String, NotDone)]) -> AnyView {
    let act = read_many(&backend().schema, sent).ok();
    let title = act
        .as_ref()
        .map_or_else(|| text::many_at_once().to_owned(), act_label);
    let is_later = |name: &str| {
        let row = failed.iter().find(|(failed, _)| failed == name);
        row.map(|(_, reason)| *reason == NotDone::Later)
    };
    let asked: Vec<(&str, &str)> = sent.all(USER).zip(sent.all(PLANNED)).collect();
    let names = asked.iter().filter(|(name, _)| is_later(name).is_none());
    let names: Vec<_> = names.map(|(name, _)| (*name, String::new())).collect();
    let was_done = (!names.is_empty())
        .then(|| section(text::was_done().to_owned(), name_list(names.into_iter())));
    let not = failed
        .iter()
        .map(|(name, reason)| (name.as_str(), text::not_done(*reason).to_owned()));
    let not = section(text::was_not_done().to_owned(), name_list(not));
    let later: Vec<_> = asked
        .iter()
        .filter(|(name, _)| is_later(name) == Some(true))
        .collect();
    let go_on = (!later.is_empty()).then(|| {
        let controls: Vec<_> = later
            .iter()
            .flat_map(|(name, outline)| [hidden(USER, *name), hidden(PLANNED, *outline)])
            .chain(kept(manager, sent, &[]))
            .chain([
                hidden(DO, sent.get(DO).unwrap_or_default()),
                hidden(REASON, sent.get(REASON).unwrap_or_default()),
                hidden(CONFIRM, "yes"),
            ])
            .collect();
        view! {
            <form method="post" action=HERE novalidate>
                {controls}
                <button class="button">{text::go_on_with_rest(later.len())}</button>
            </form>
        }
    });
    let count = text::done_for(done);
    let back = back_to(list_of(sent));
    let content = view! {
        <h1>{title.clone()}</h1>
        <Notice words=count/>
        {not}
        {go_on}
        {was_done}
        {back}
    }
    .still();
    view! { <Page title=title width=Width::Narrow>{content}</Page> }.still()
}

fn label(name: &str) -> Option<String> {
    let label = match name {
        REASON => text::reason(),
        DO => text::what_to_do(),
        _ => return None,
    };
    Some(label.to_owned())
}
