//! The page `/admin/users/{username}/erase`: the effects of erasing the account, and the form for
//! it.

use leptos::prelude::*;

use super::{
    details::may,
    guard::for_manager,
    rules::{ACT, Area, ERASE, OUTLINE},
};
use crate::{
    account::{
        api::data::TYPED_USERNAME,
        pages::{again::Again, data::share_list, form::AccountForm},
        types::{
            erasure::{Effect, ErasurePlan},
            managed::{ManagedAccount, ManagementAct},
            second::Demand,
            user::User,
        },
    },
    backend::backend,
    error::AppError,
    form::Form,
    location::path_param,
    profile::rules::schema::Right,
    text,
    ui::{ErrorSummary, Input, Page, Save, Still, Width, control_id, load_page},
};

/// `/admin/users/{username}/erase`
#[component]
pub fn EraseUserPage() -> impl IntoView {
    let username = path_param("username");
    let here = format!("/admin/users/{username}/erase");
    for_manager(Area::Users, &here, move |manager| {
        load_page(async move {
            let backend = backend();
            if !backend.schema.may(&manager.role, Right::ManageUsers) {
                return Err(AppError::NotFound);
            }
            let account = backend.management.account(&username).await?;
            let account = account.ok_or(AppError::NotFound)?;
            let erase = ManagementAct::Erase {
                outline: String::new(),
            };
            if !may(&manager, &account, &erase) {
                return Err(AppError::Forbidden);
            }
            let plan = backend.deletion.plan(account.id).await?;
            let again = Again::load(&manager, Demand::Now).await?;
            Ok(page(&manager, &account, &plan, again))
        })
    })
}

fn page(manager: &User, account: &ManagedAccount, plan: &ErasurePlan, again: Again) -> AnyView {
    let form = AccountForm::of_this_page();
    let again = again.view(&form);
    let name = &account.username;
    let back = format!("/admin/users/{name}");
    let mut problems = form.problems_of(label);
    let hint = text::type_username_hint(name);
    let mut described = form.described(TYPED_USERNAME, text::username(), hint.clone());
    let typed = form.value(TYPED_USERNAME);
    // The usual message is about the user's own name, but here it is someone else's.
    if described.error.is_some() && !typed.is_empty() {
        let control = format!("#{}", control_id(TYPED_USERNAME));
        for problem in &mut problems {
            if problem.href.as_ref() == Some(&control) {
                problem.words.clone_from(&hint);
            }
        }
        described.error = Some(hint);
    }
    let confirm = match plan.is_forbidden() {
        true => view! {
            <p class="actions"><a class="button button-quiet" href=back.clone()>{text::cancel()}</a></p>
        }
        .still(),
        false => view! {
            <input type="hidden" name=Form::OWNER value=manager.username.clone()/>
            <input type="hidden" name=ACT value=ERASE/>
            <input type="hidden" name=OUTLINE value=plan.outline()/>
            <Input described value=typed autocomplete="off" spellcheck=false/>
            {again}
            <Save words=text::erase_user() back=back.clone() grave=true/>
        }
        .still(),
    };
    let shares: Vec<_> = [
        (Effect::Forbids, text::forbids(), text::forbids_it()),
        (Effect::Goes, text::goes(), ""),
        (Effect::Nameless, text::stays_without_them(), ""),
    ]
    .into_iter()
    .map(|(fate, title, hint)| shares(plan, fate, title, hint))
    .collect();
    let (named, action) = (format!("@{name}"), format!("{back}/erase"));
    let content = view! {
        <form class="card" method="post" action=action novalidate>
            <h1>{text::erase_user()} " " <bdi>{named}</bdi></h1>
            <ErrorSummary problems/>
            <p>{text::erase_user_lead()}</p>
            {shares}
            {confirm}
        </form>
    }
    .still();
    view! { <Page title=text::erase_user() width=Width::Narrow refused=form.refused()>{content}</Page> }.still()
}

fn shares(
    plan: &ErasurePlan,
    fate: Effect,
    title: &'static str,
    hint: &'static str,
) -> Option<AnyView> {
    let lines = plan
        .with(fate)
        .map(|share| text::their_rows_of(&share.table, fate, share.rows));
    // The plan lists the rows that refer to the account, but not the account itself.
    let account = (fate == Effect::Goes).then(|| text::the_account().to_owned());
    share_list(title, hint, account.into_iter().chain(lines).collect())
}

fn label(name: &str) -> Option<String> {
    (name == TYPED_USERNAME).then(|| text::username().to_owned())
}
