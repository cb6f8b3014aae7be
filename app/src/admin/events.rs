//! The page `/admin/events`: the audit log of all users, with filters.

use leptos::prelude::*;

use super::{
    guard::{area_links, for_manager},
    rules::Area,
};
use crate::{
    account::{
        pages::activity::event_line,
        types::{
            event::{EventKind, PastEvent},
            log::{AskedEvents, FROM, KIND, LogPage, PERSON, TO},
            user::User,
        },
    },
    backend::backend,
    error::AppError,
    location::query,
    profile::rules::date::Date,
    text,
    ui::{
        Described, ErrorSummary, Input, Page, Problem, Select, Still, Width, control_id, load_page,
    },
};

/// The number of events per page.
const SHOWN: u32 = 50;

/// `/admin/events`
#[component]
pub fn EventsPage() -> impl IntoView {
    for_manager(Area::Events, "/admin/events", |manager| {
        load_page(async move {
            let asked = AskedEvents::of_query(&query());
            let found = match asked.parse() {
                Ok(search) => {
                    let page = backend().oversight.log(&manager, search, SHOWN).await?;
                    page.ok_or(vec![PERSON])
                }
                Err(wrong) => Err(wrong),
            };
            Ok::<_, AppError>(page(&manager, &asked, found))
        })
    })
}

fn page(manager: &User, asked: &AskedEvents, found: Result<LogPage, Vec<&'static str>>) -> AnyView {
    let (page, wrong) = match found {
        Ok(page) => (page, Vec::new()),
        Err(wrong) => (LogPage::default(), wrong),
    };
    let refused = !wrong.is_empty();
    let problems = wrong.into_iter().map(|name| problem(asked, name)).collect();
    let none = page.events.is_empty() && !refused;
    let next = page.next.map(|place| {
        let href = format!("/admin/events?{}", asked.query(Some(place)));
        view! { <a class="button button-quiet" href=href rel="next">{text::older_events()}</a> }
    });
    let first = (!asked.before.is_empty()).then(|| {
        let href = address("/admin/events", asked);
        view! { <a class="button button-quiet" href=href>{text::from_the_start()}</a> }
    });
    let downloads = (!refused && !none).then(|| {
        let (csv, lines) = (
            address("/admin/events.csv", asked),
            address("/admin/events.jsonl", asked),
        );
        view! {
            <a class="button button-quiet" href=csv download="">{text::download_csv()}</a>
            <a class="button button-quiet" href=lines download="">{text::download_json_lines()}</a>
        }
    });
    let lines: Vec<_> = page.events.into_iter().map(line).collect();
    let (areas, form) = (area_links(manager, Area::Events), search_form(asked));
    let content = view! {
        {areas}
        <h1>{text::area(Area::Events)}</h1>
        <ErrorSummary problems/>
        <p class="lead">{text::events_lead()}</p>
        {form}
        {none.then(|| view! { <p>{text::no_events()}</p> })}
        <ol class="events">{lines}</ol>
        <div class="actions">{next} {first} {downloads}</div>
    }
    .still();
    view! { <Page title=text::area(Area::Events) width=Width::Column refused=refused>{content}</Page> }.still()
}

/// Returns the URL of a list with these filters, from its newest event on.
fn address(path: &str, asked: &AskedEvents) -> String {
    match asked.query(None) {
        query if query.is_empty() => path.to_owned(),
        query => format!("{path}?{query}"),
    }
}

/// Renders an event. A user who did something to themselves is named once.
fn line(event: PastEvent) -> AnyView {
    let subject = event.subject.clone();
    let actor = event.actor.clone().filter(|_| event.actor != subject);
    event_line(event, actor, subject)
}

fn problem(asked: &AskedEvents, name: &str) -> Problem {
    let words = match name {
        PERSON => text::no_such_person().to_owned(),
        KIND => text::no_such_event(&asked.kind),
        FROM => text::no_such_day(text::from_day()),
        TO => text::no_such_day(text::to_day()),
        _ => text::page_from_elsewhere().to_owned(),
    };
    let has_control = [PERSON, KIND, FROM, TO].contains(&name);
    Problem {
        words,
        href: has_control.then(|| format!("#{}", control_id(name))),
        new_tab: false,
    }
}

fn search_form(asked: &AskedEvents) -> AnyView {
    let described = |name: &str, label: &str| Described {
        name: name.to_owned(),
        label: label.to_owned(),
        optional: true,
        ..Described::default()
    };
    let option = |value: String, label: &'static str| {
        let chosen = value == asked.kind;
        view! { <option value=value selected=chosen>{label}</option> }
    };
    let kinds: Vec<_> = std::iter::once(option(String::new(), text::any()))
        .chain(EventKind::all().map(|kind| option(kind.to_string(), text::event(Some(kind)))))
        .collect();
    let days: Vec<_> = [
        (FROM, text::from_day(), &asked.from),
        (TO, text::to_day(), &asked.to),
    ]
    .into_iter()
    .map(|(name, label, value)| {
        // A browser does not show an invalid date, and reports it.
        let value = match Date::parse(value) {
            Ok(_) => value.clone(),
            Err(_) => String::new(),
        };
        view! { <Input described=described(name, label) value kind="date"/> }
    })
    .collect();
    view! {
        <form class="search" method="get" action="/admin/events" role="search">
            <Input described=described(PERSON, text::username()) value=asked.user.clone() autocomplete="off" spellcheck=false/>
            <Select described=described(KIND, text::event_kind())>{kinds}</Select>
            {days}
            <button class="button">{text::search()}</button>
        </form>
    }
    .still()
}
