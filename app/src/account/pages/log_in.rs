//! The pages `/signup` and `/login`: one task each, no script.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{
    account::types::model::{EmailRule, IDEMPOTENCY_KEY, User},
    backend::{answer, backend},
    error::{AppError, Refused, Violations},
    form::Form,
    next::{NEXT, OwnPath, with_next},
    text,
    ui::{
        Described, ErrorSummary, Input, Notice, Page, PasswordInput, Problem, Width, control_id,
        problems,
    },
    viewer::{Viewer, account_holder, viewer},
};

/// `/signup`. Its children are what else the schema asks for.
#[component]
pub fn SignUpPage(children: Children) -> impl IntoView {
    let form = AccountForm::of_this_page();
    if let Some(user) = account_holder().filter(|_| !form.refused()) {
        return view! { <LoggedIn user next=form.next/> }.into_any();
    }
    let next = form.next.clone();
    let min = backend().passwords.min_length();
    let email_rule = backend().email_rule;
    // A form that was refused is still the same one.
    let key = Some(form.value(IDEMPOTENCY_KEY)).filter(|key| !key.is_empty());
    let key = key.or_else(|| backend().users.new_idempotency_key());
    view! {
        <Page title=text::sign_up_title() width=Width::Narrow refused=form.refused()>
            <form class="card" method="post" action="/signup" novalidate>
                <h1>{text::sign_up_title()}</h1>
                <ErrorSummary problems=form.problems()/>
                {hidden_next(next.as_ref())}
                {key.map(|key| view! { <input type="hidden" name=IDEMPOTENCY_KEY value=key/> })}
                <Input
                    described=form.described("username", text::username(), text::username_hint())
                    value=form.value("username")
                    autocomplete="username"
                    spellcheck=false
                />
                <Input
                    described=Described { optional: email_rule == EmailRule::Optional, ..form.described("email", text::email(), text::email_hint().to_owned()) }
                    value=form.value("email")
                    kind="email"
                    autocomplete="email"
                    spellcheck=false
                />
                <PasswordInput
                    described=form.described("password", text::password(), text::password_hint(min))
                    autocomplete="new-password"
                />
                {children()}
                <button class="button">{text::create_account()}</button>
            </form>
            <p class="aside">
                {text::have_account()} " "
                <a href=with_next("/login", next.as_ref()).as_str().to_owned()>{text::log_in()}</a>
            </p>
        </Page>
    }
    .into_any()
}

/// What who is logged in reads in the place of a form to sign up.
#[component]
fn LoggedIn(user: User, next: Option<OwnPath>) -> impl IntoView {
    let made = use_query_map().with_untracked(|query| query.get(MADE).is_some());
    let (href, words) = match (viewer(), next) {
        (Viewer::Guest, _) => ("/settings/email".to_owned(), text::change_email()),
        (Viewer::Member(_), Some(next)) => (next.as_str().to_owned(), text::go_on()),
        (Viewer::Member(_), None) => ("/profile".to_owned(), text::your_profile()),
    };
    view! {
        <Page title=text::sign_up() width=Width::Narrow>
            <h1>{text::logged_in_as(&user.username)}</h1>
            {made.then(|| view! { <Notice words=text::account_made()/> })}
            <p>{text::another_account()}</p>
            <div class="actions">
                <a class="button" href=href>{words}</a>
                <form method="post" action="/logout">
                    <button class="button button-quiet">{text::log_out()}</button>
                </form>
            </div>
        </Page>
    }
}

/// The name of the query parameter that says that the account was there already.
pub(crate) const MADE: &str = "made";

/// `/login`. A member who comes here has already logged in, perhaps in another
/// tab, and goes on.
#[component]
pub fn LogInPage() -> impl IntoView {
    let form = AccountForm::of_this_page();
    let next = form.next.clone();
    if !form.refused() {
        match account_holder() {
            Some(_) if viewer() == Viewer::Guest => answer().redirect("/settings/email"),
            Some(_) => answer().redirect(next.as_ref().map_or("/profile", OwnPath::as_str)),
            None => {}
        }
    }
    let notice = use_query_map().with_untracked(|query| match () {
        () if form.refused() => None,
        () if query.get("reset").is_some() => Some(text::password_reset().to_owned()),
        () if query.get("confirmed").is_some() => Some(text::address_confirmed().to_owned()),
        () if query.get("left").is_some() => Some(text::left(backend().leaving.grace_days())),
        () => None,
    });
    view! {
        <Page title=text::log_in() width=Width::Narrow refused=form.refused()>
            <form class="card" method="post" action="/login" novalidate>
                <h1>{text::log_in_title()}</h1>
                {next.is_some().then(|| view! { <p>{text::log_in_first()}</p> })}
                {notice.map(|words| view! { <Notice words=words/> })}
                <ErrorSummary problems=form.problems()/>
                {hidden_next(next.as_ref())}
                <Input
                    described=form.described("username", text::username_or_email(), String::new())
                    value=form.value("username")
                    autocomplete="username"
                    spellcheck=false
                />
                <PasswordInput
                    described=form.described("password", text::password(), String::new())
                    autocomplete="current-password"
                />
                <button class="button">{text::log_in()}</button>
            </form>
            <p class="aside">
                <a href="/forgot">{text::forgot()}</a>
            </p>
            <p class="aside">
                {text::no_account()} " "
                <a href=with_next("/signup", next.as_ref()).as_str().to_owned()>{text::create_account()}</a>
            </p>
        </Page>
    }
}

/// What a page of this file shows: nothing yet, or the form that was refused.
pub(crate) struct AccountForm {
    form: Form,
    violations: Violations,
    failure: Option<AppError>,
    next: Option<OwnPath>,
}

impl AccountForm {
    pub(crate) fn of_this_page() -> AccountForm {
        let refused = use_context::<Refused>();
        let violations = refused
            .as_ref()
            .map(Refused::violations)
            .unwrap_or_default();
        let failure = refused.as_ref().and_then(Refused::failure);
        let form = refused.map(|refused| refused.form).unwrap_or_default();
        let asked = use_query_map().with_untracked(|query| query.get(NEXT));
        let next = asked.as_deref().or(form.get(NEXT)).and_then(OwnPath::parse);
        AccountForm {
            form,
            violations,
            failure,
            next,
        }
    }

    /// Why it was refused, if not for a field.
    pub(crate) fn failure(&self) -> Option<&AppError> {
        self.failure.as_ref()
    }

    pub(crate) fn refused(&self) -> bool {
        self.failure.is_some() || !self.violations.is_empty()
    }

    pub(crate) fn problems(&self) -> impl Fn() -> Vec<Problem> + Clone + use<> {
        self.problems_of(label)
    }

    /// `label` gives the label that a control has on this page.
    pub(crate) fn problems_of(
        &self,
        label: fn(&str) -> Option<String>,
    ) -> impl Fn() -> Vec<Problem> + Clone + use<> {
        let mut problems = problems(self.failure.as_ref(), &self.violations, label);
        // A password is not still there.
        if self.failure.is_some() {
            let again = |name| {
                Some(Problem {
                    words: text::enter_again(&label(name)?),
                    href: Some(format!("#{}", control_id(name))),
                    new_tab: false,
                })
            };
            problems.extend(self.form.secrets().filter_map(again));
        }
        move || problems.clone()
    }

    pub(crate) fn described(&self, name: &str, label: &str, hint: String) -> Described {
        let error = self
            .violations
            .get(name)
            .map(|violation| text::violation(label, violation));
        Described {
            name: name.to_owned(),
            label: label.to_owned(),
            hint,
            error,
            optional: false,
        }
    }

    pub(crate) fn value(&self, name: &str) -> String {
        self.form.get(name).unwrap_or_default().to_owned()
    }
}

fn label(name: &str) -> Option<String> {
    let label = match name {
        "username" => text::username(),
        "email" => text::email(),
        "password" => text::password(),
        key => return backend().schema.field(key).map(|field| field.label.clone()),
    };
    Some(label.to_owned())
}

fn hidden_next(next: Option<&OwnPath>) -> impl IntoView + use<> {
    next.map(|next| view! { <input type="hidden" name=NEXT value=next.as_str().to_owned()/> })
}
