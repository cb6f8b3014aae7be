//! The pages of second factors: the second step of a login, authenticator apps, and recovery codes.
//! None needs a script.

use leptos::prelude::*;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::{
    again::{Again, SecondControls},
    form::{AccountForm, OneButton, hidden_next, one_button, settings_page},
};
use crate::{
    account::{
        api::second::{
            ACT, ADD_APP, APP_CODE, BROWSER, DISTRUST, END_OTHERS, KEEP, REMOVE_APP, RENEW_CODES,
            TRUST, UNLOCK,
        },
        types::{
            device::Device,
            second::{Demand, FEW, OwnFactors, SecondRule, TrustedBrowser},
            user::User,
        },
    },
    backend::{backend, response},
    error::AppError,
    form::Form,
    guard::for_account,
    location::query_param,
    next::with_next,
    text,
    ui::{
        ErrorSummary, Input, Notice, Page, Save, Still, Tick, Timestamp, Width, load_page,
        query_notice,
    },
    viewer::{current_account, lacks_second},
};

const HERE: &str = "/settings/second";

/// `/login/second`
#[component]
pub fn SecondStepPage() -> impl IntoView {
    let form = AccountForm::of_this_page();
    let next = form.next.clone();
    let factors = backend().factors.clone();
    let Some(user) = factors.pending() else {
        // The first step has expired, or the login is complete.
        let to = match current_account() {
            Some(_) => next.unwrap_or_else(|| "/profile".into()),
            None => with_next("/login", next.as_ref()),
        };
        response().redirect(to.as_str());
        return ().still();
    };
    load_page(async move {
        let controls = SecondControls::load(user).await?;
        let trust = form.value(TRUST) == "yes";
        let controls = controls.view(&form, false);
        let content = view! {
            <form class="card" method="post" action="/login/second" novalidate>
                <h1>{text::second_step()}</h1>
                <p>{text::second_step_lead()}</p>
                <ErrorSummary problems=form.problems()/>
                {hidden_next(next.as_ref())}
                {controls}
                <div class="field">
                    <Tick kind="checkbox" name=TRUST value="yes" label=text::trust_browser() ticked=trust/>
                </div>
                <button class="button">{text::log_in()}</button>
            </form>
            <p class="aside">{text::second_lost()}</p>
        }
        .still();
        Ok(view! { <Page title=text::second_step() width=Width::Narrow refused=form.refused()>{content}</Page> }.still())
    })
}

/// `/settings/second`
#[component]
pub fn SecondPage() -> impl IntoView {
    let notice = query_notice(&[
        ("added", text::app_added()),
        ("removed", text::app_removed()),
        ("kept", text::factors_kept()),
        ("distrusted", text::browser_distrusted()),
    ]);
    for_account(HERE, move |user| {
        load_page(async move {
            let factors = backend().factors.clone();
            let own = factors.own(user.id).await?;
            if factors.rule() == SecondRule::Off && !own.has_second() {
                return Err(AppError::NotFound);
            }
            let again = Again::load(&user, Demand::Second).await?;
            Ok(second_page(&user, own, again, notice))
        })
    })
}

fn second_page(
    user: &User,
    own: OwnFactors,
    again: Again,
    notice: Option<&'static str>,
) -> AnyView {
    let form = AccountForm::of_this_page();
    let factors = backend().factors.clone();
    let fresh = again.is_fresh();
    let must = lacks_second().then(|| view! { <Notice words=text::second_required()/> });
    let unlock = unlock_form(HERE, user, again, &form);
    let ending = own.end_at.map(|at| {
        view! {
            <section class="card act" role="status">
                <h2>{text::factors_ending()}</h2>
                <p>{text::factors_ending_lead()} " " <Timestamp at/></p>
                {fresh.then(|| button(user, KEEP, text::keep_factors()))}
            </section>
        }
    });
    let app = match &own.app {
        Some(app) => {
            let used = app.last_used_at.map(|at| {
                view! { <p class="hint">{text::last_used()} " " <Timestamp at/></p> }
            });
            let remove = fresh.then(|| {
                view! {
                    <form method="post" action=HERE>
                        <input type="hidden" name=Form::OWNER value=user.username.clone()/>
                        <input type="hidden" name=ACT value=REMOVE_APP/>
                        <div class="field">{end_others()}</div>
                        <button class="button button-quiet">{text::remove_app()}</button>
                    </form>
                }
            });
            view! {
                <p class="hint">{text::added_on()} " " <Timestamp at=app.added_at/></p>
                {used}
                {remove}
            }
            .still()
        }
        None => {
            let add = fresh.then(|| button(user, ADD_APP, text::add_app()));
            view! { <p>{text::app_lead()}</p> {add} }.still()
        }
    };
    let passkeys = factors.takes_passkeys().then(|| {
        let count = text::passkeys_count(own.passkeys.len());
        view! {
            <section class="card act">
                <h2>{text::passkeys()}</h2>
                <p>{text::passkeys_lead()}</p>
                <p>{count}</p>
                <p class="actions"><a class="button button-quiet" href="/settings/passkeys">{text::passkeys()}</a></p>
            </section>
        }
    });
    let recovery = own.has_second().then(|| {
        let left = own.recovery.as_ref().map_or(0, |set| set.left);
        let few = (left <= FEW).then(text::recovery_few);
        let renew = fresh.then(|| button(user, RENEW_CODES, text::renew_codes()));
        view! {
            <section class="card act">
                <h2>{text::recovery_codes()}</h2>
                <p>{text::recovery_left(left)} " " {few}</p>
                {renew}
            </section>
        }
    });
    let trusted = (!own.trusted.is_empty()).then(|| {
        let rows: Vec<_> = own
            .trusted
            .into_iter()
            .map(|browser| trusted_row(user, browser, fresh))
            .collect();
        view! {
            <section>
                <h2>{text::trusted_browsers()}</h2>
                <p>{text::trusted_browsers_lead()}</p>
                <ul class="sessions">{rows}</ul>
            </section>
        }
    });
    let notice = notice.filter(|_| !form.refused());
    let content = view! {
        <h1>{text::second_factors()}</h1>
        {notice.map(|words| view! { <Notice words/> })}
        {must}
        <ErrorSummary problems=form.problems()/>
        <p class="lead">{text::second_factors_lead()}</p>
        {ending}
        {unlock}
        <section class="card act">
            <h2>{text::app()}</h2>
            {app}
        </section>
        {passkeys}
        {recovery}
        {trusted}
        <p class="actions"><a class="button button-quiet" href=settings_page()>{text::settings()}</a></p>
    }
    .still();
    view! { <Page title=text::second_factors() width=Width::Narrow refused=form.refused()>{content}</Page> }.still()
}

/// Renders a form for authenticating again, without which nothing on the page can be changed.
pub(super) fn unlock_form(
    action: &'static str,
    user: &User,
    again: Again,
    form: &AccountForm,
) -> Option<AnyView> {
    let controls = again.view(form)?;
    Some(
        view! {
            <form class="card act" method="post" action=action novalidate>
                <h2>{text::unlock_title()}</h2>
                <input type="hidden" name=Form::OWNER value=user.username.clone()/>
                <input type="hidden" name=ACT value=UNLOCK/>
                {controls}
                <button class="button">{text::go_on()}</button>
            </form>
        }
        .still(),
    )
}

/// Renders the checkbox that ends the sessions in other browsers.
pub(super) fn end_others() -> AnyView {
    view! { <Tick kind="checkbox" name=END_OTHERS value="yes" label=text::end_other_sessions() ticked=true/> }
        .still()
}

fn button(user: &User, act: &'static str, words: &'static str) -> AnyView {
    one_button(OneButton {
        action: HERE.to_owned(),
        owner: user.username.clone(),
        hidden: vec![(ACT, act.to_owned())],
        words,
        name: words.to_owned(),
    })
}

fn trusted_row(user: &User, browser: TrustedBrowser, fresh: bool) -> AnyView {
    let device = text::device(Device::of(&browser.user_agent));
    let forget = fresh.then(|| {
        one_button(OneButton {
            action: HERE.to_owned(),
            owner: user.username.clone(),
            hidden: vec![(ACT, DISTRUST.to_owned()), (BROWSER, browser.handle)],
            words: text::distrust_browser(),
            name: format!("{}: {device}", text::distrust_browser()),
        })
    });
    view! {
        <li class="card">
            <div>
                <h3>{device}</h3>
                <p class="hint">{text::trusted_until()} " " <Timestamp at=browser.until/></p>
            </div>
            {forget}
        </li>
    }
    .still()
}

/// `/settings/second/app`
#[component]
pub fn AppPage() -> impl IntoView {
    let ahead = query_param("ahead").and_then(|minutes| minutes.parse::<i64>().ok());
    for_account("/settings/second/app", move |user| {
        load_page(async move {
            let setup = backend().factors.app_setup(&user).await?;
            let Some((setup, qr)) = setup else {
                response().redirect(HERE);
                return Ok(().still());
            };
            let again = Again::load(&user, Demand::Second).await?;
            let form = AccountForm::of_this_page();
            // The secret is shown only to a user who may add the app.
            if !again.is_fresh() {
                return Ok(locked(&user, again, &form));
            }
            let ahead = ahead.filter(|_| !form.refused());
            let ahead = ahead.map(|minutes| view! { <Notice words=text::clock_is_off(minutes)/> });
            let spaced: Vec<String> = setup
                .secret
                .as_bytes()
                .chunks(4)
                .map(|part| String::from_utf8_lossy(part).into_owned())
                .collect();
            let spaced = spaced.join(" ");
            let qr = utf8_percent_encode(&qr, NON_ALPHANUMERIC);
            let picture = format!("data:image/svg+xml,{qr}");
            let described = form.described(APP_CODE, text::code(), text::code_hint().to_owned());
            let content = view! {
                <form class="card" method="post" action="/settings/second/app" novalidate>
                    <h1>{text::add_app()}</h1>
                    {ahead}
                    <ErrorSummary problems=form.problems_of(app_label)/>
                    <input type="hidden" name=Form::OWNER value=user.username.clone()/>
                    <ol class="steps">
                        <li>
                            <p>{text::scan_code()}</p>
                            <img class="app-qr" src=picture alt=text::qr_code() width="232" height="232"/>
                            <p class="hint">{text::or_type_secret()}</p>
                            <p dir="ltr"><code class="link-shown">{spaced}</code></p>
                            <p><a href=setup.url>{text::open_app()}</a></p>
                        </li>
                        <li>
                            <p>{text::enter_first_code()}</p>
                            <Input described value=String::new() inputmode="numeric" autocomplete="one-time-code" spellcheck=false/>
                        </li>
                    </ol>
                    <div class="field">{end_others()}</div>
                    <Save words=text::add_app() back=HERE/>
                </form>
            }
            .still();
            Ok(view! { <Page title=text::add_app() width=Width::Narrow refused=form.refused()>{content}</Page> }.still())
        })
    })
}

/// Renders the page for a user who has to authenticate again first.
fn locked(user: &User, again: Again, form: &AccountForm) -> AnyView {
    let unlock = unlock_form("/settings/second/app", user, again, form);
    let content = view! {
        <h1>{text::add_app()}</h1>
        <ErrorSummary problems=form.problems_of(app_label)/>
        {unlock}
    }
    .still();
    view! { <Page title=text::add_app() width=Width::Narrow refused=form.refused()>{content}</Page> }.still()
}

fn app_label(name: &str) -> Option<String> {
    (name == APP_CODE).then(|| text::code().to_owned())
}

/// `/settings/second/codes`: shows new recovery codes, once.
#[component]
pub fn CodesPage() -> impl IntoView {
    for_account("/settings/second/codes", |_| {
        let Some(codes) = response().take_codes() else {
            response().redirect(HERE);
            return ().still();
        };
        let site = backend().site.clone();
        let file = format!("{}\n{}\n\n{}\n", site.name, site.url, codes.join("\n"));
        let file = utf8_percent_encode(&file, NON_ALPHANUMERIC);
        let file = format!("data:text/plain;charset=utf-8,{file}");
        let rows: Vec<_> = codes
            .into_iter()
            .map(|code| view! { <li><code>{code}</code></li> })
            .collect();
        let content = view! {
            <section class="card">
                <h1>{text::recovery_codes()}</h1>
                <p>{text::recovery_lead()}</p>
                <ul class="recovery-codes" dir="ltr">{rows}</ul>
                <div class="save">
                    <a class="button" href=file download="recovery-codes.txt">{text::download()}</a>
                    <a class="button button-quiet" href=HERE>{text::codes_kept()}</a>
                </div>
            </section>
        }
        .still();
        view! { <Page title=text::recovery_codes() width=Width::Narrow>{content}</Page> }.still()
    })
}

/// Returns whether the site offers second factors.
pub(super) fn is_offered() -> bool {
    backend().factors.rule() != SecondRule::Off
}
