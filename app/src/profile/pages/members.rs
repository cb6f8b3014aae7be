//! The page `/members`: the directory of members, with a search.

use leptos::prelude::*;

use crate::{
    backend::backend,
    error::AppError,
    guard::ask_to_log_in,
    location::query_pairs,
    profile::{
        card::view::{Portrait, ProfileView, Shown, view_shown},
        rules::{
            access::VisibleProfile,
            directory::{DirectoryRule, MemberPage, MemberSearch, filter_options, may_filter},
            schema::Schema,
        },
    },
    text,
    ui::{Described, ErrorSummary, Input, Page, Problem, Select, Still, Width, load_page},
    viewer::{Viewer, viewer},
};

/// The maximum number of members on one page.
const SHOWN: usize = 48;

const PATH: &str = "/members";

/// The names of the controls, and of the query parameters. That of a filter is [`FILTER`] followed
/// by the key of its field.
const TEXT: &str = "q";
const LETTER: &str = "letter";
const AFTER: &str = "after";
const FILTER: &str = "is.";

/// `/members`
#[component]
pub fn MembersPage() -> impl IntoView {
    let viewer = viewer();
    match backend().directory.rule() {
        rule if rule.admits(&viewer) => {}
        DirectoryRule::Members => return ask_to_log_in(PATH),
        _ => return load_page(async { Err::<AnyView, _>(AppError::NotFound) }),
    }
    load_page(async move {
        let backend = backend();
        let asked = read_query(&backend.schema, &viewer);
        let found = match &asked {
            Ok(search) => {
                let page = backend.directory.members(&viewer, search, SHOWN).await?;
                page.ok_or(text::unknown_page())
            }
            Err(words) => Err(*words),
        };
        let initials = backend.directory.initials(&viewer).await?;
        let search = asked.unwrap_or_default();
        Ok::<_, AppError>(page(&viewer, &search, found, initials))
    })
}

/// Reads the search from the query of the request.
///
/// # Errors
/// The message to show about a filter that does not exist, or that the viewer may not use.
fn read_query(schema: &Schema, viewer: &Viewer) -> Result<MemberSearch, &'static str> {
    let mut search = MemberSearch::default();
    for (name, value) in query_pairs() {
        let value = value.trim();
        match name.as_str() {
            TEXT => search.text = value.to_owned(),
            LETTER => search.letter = value.chars().take(1).collect(),
            AFTER => search.after = value.to_owned(),
            name => {
                let Some(key) = name.strip_prefix(FILTER).filter(|_| !value.is_empty()) else {
                    continue;
                };
                let field = schema.field(key).filter(|field| may_filter(field, viewer));
                let options = field.map(filter_options).unwrap_or_default();
                if !options.iter().any(|option| option.key == value) {
                    return Err(text::unknown_member_filter());
                }
                search.choices.push((key.to_owned(), value.to_owned()));
            }
        }
    }
    Ok(search)
}

/// Returns the path and query of a search.
fn address(search: &MemberSearch) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    let choices = search.choices.iter();
    let choices = choices.map(|(field, option)| (format!("{FILTER}{field}"), option));
    let parts = [
        (TEXT, &search.text),
        (LETTER, &search.letter),
        (AFTER, &search.after),
    ];
    let parts = parts.map(|(name, value)| (name.to_owned(), value));
    for (name, value) in parts.into_iter().chain(choices) {
        if !value.is_empty() {
            query.append_pair(&name, value);
        }
    }
    match query.finish() {
        query if query.is_empty() => PATH.to_owned(),
        query => format!("{PATH}?{query}"),
    }
}

fn page(
    viewer: &Viewer,
    search: &MemberSearch,
    found: Result<MemberPage, &'static str>,
    initials: Vec<String>,
) -> AnyView {
    let problems = found.as_ref().err().map(|words| Problem {
        words: (*words).to_owned(),
        href: None,
        new_tab: false,
    });
    let refused = problems.is_some();
    let found = found.unwrap_or_default();
    let first = MemberSearch {
        after: String::new(),
        ..search.clone()
    };
    let link = |href: String, words: &'static str, rel: Option<&'static str>| {
        view! { <a class="button button-quiet" href=href rel=rel>{words}</a> }.still()
    };
    let next = found.next.map(|after| {
        let words = match found.members.len() < SHOWN {
            true => text::search_further(),
            false => text::next_page(),
        };
        let next = MemberSearch {
            after,
            ..search.clone()
        };
        link(address(&next), words, Some("next"))
    });
    let is_narrowed = first != MemberSearch::default();
    let none = match (
        found.members.is_empty() && next.is_none() && !refused,
        is_narrowed,
    ) {
        (true, true) => Some(text::no_members_found()),
        (true, false) if search.after.is_empty() => Some(text::no_members()),
        _ => None,
    };
    let back = (refused || !search.after.is_empty())
        .then(|| link(address(&first), text::from_the_start(), None));
    let all = is_narrowed.then(|| link(PATH.to_owned(), text::all_members(), None));
    let rows: Vec<AnyView> = found.members.iter().map(row).collect();
    let form = search_form(viewer, search);
    let letters = letters(search, initials);
    let content = view! {
        <h1>{text::members()}</h1>
        <ErrorSummary problems=problems.into_iter().collect()/>
        {form}
        {letters}
        {none.map(|words| view! { <p>{words}</p> })}
        <ul class="sessions members">{rows}</ul>
        <div class="actions">{next} {back} {all}</div>
    }
    .still();
    view! { <Page title=text::members() width=Width::Column refused=refused private=true>{content}</Page> }.still()
}

fn search_form(viewer: &Viewer, search: &MemberSearch) -> AnyView {
    let described = |name: String, label: String| Described {
        name,
        label,
        ..Described::default()
    };
    let text = Described {
        hint: text::search_members_hint().to_owned(),
        optional: true,
        ..described(TEXT.to_owned(), text::name_or_word().to_owned())
    };
    let schema = backend().schema.clone();
    let fields = schema.fields().filter(|field| may_filter(field, viewer));
    let fields = fields.filter(|field| !filter_options(field).is_empty());
    let filters: Vec<AnyView> = fields
        .map(|field| {
            let chosen = search.choices.iter().find(|(key, _)| *key == field.key);
            let chosen = chosen.map(|(_, option)| option.clone()).unwrap_or_default();
            let options = filter_options(field).iter();
            let options = options.map(|option| (option.key.clone(), option.label.clone()));
            let any = (String::new(), text::any().to_owned());
            let options: Vec<_> = std::iter::once(any)
                .chain(options)
                .map(|(value, label)| {
                    let chosen = value == chosen;
                    view! { <option value=value selected=chosen>{label}</option> }
                })
                .collect();
            let described = described(format!("{FILTER}{}", field.key), field.label.clone());
            view! { <Select described=described>{options}</Select> }.still()
        })
        .collect();
    view! {
        <form class="search" method="get" action=PATH role="search">
            <Input described=text value=search.text.clone() autocomplete="off" spellcheck=false/>
            {filters}
            <button class="button">{text::search()}</button>
        </form>
    }
    .still()
}

/// Renders links for the letters of the alphabet, and for the other initials of names.
fn letters(search: &MemberSearch, initials: Vec<String>) -> AnyView {
    let mut letters: Vec<String> = ('a'..='z').map(String::from).collect();
    letters.extend(
        initials
            .into_iter()
            .filter(|letter| letter.chars().all(char::is_alphanumeric)),
    );
    letters.sort();
    letters.dedup();
    let chosen = search.letter.to_lowercase();
    let letters: Vec<AnyView> = letters
        .into_iter()
        .map(|letter| {
            let to = MemberSearch {
                letter: letter.clone(),
                after: String::new(),
                ..search.clone()
            };
            let current = (letter == chosen).then_some("true");
            let words = letter.to_uppercase();
            view! { <li><a href=address(&to) aria-current=current>{words}</a></li> }.still()
        })
        .collect();
    view! {
        <nav aria-label=text::first_letter()>
            <ul class="letters">{letters}</ul>
        </nav>
    }
    .still()
}

fn row(member: &VisibleProfile) -> AnyView {
    let schema = backend().schema.clone();
    let profile = ProfileView::of(&schema, member);
    let fields = schema
        .fields()
        .filter(|field| field.search && !field.is_name());
    let facts: Vec<AnyView> = fields
        .filter_map(|field| {
            let shown = Shown::of(&field.kind, member.values.get(&field.key)?);
            let label = field.label.clone();
            Some(
                view! { <div class="entry"><dt>{label}</dt><dd dir="auto">{view_shown(shown, None)}</dd></div> }
                    .still(),
            )
        })
        .collect();
    let facts = (!facts.is_empty()).then(|| view! { <dl>{facts}</dl> });
    let href = format!("/u/{}", profile.username);
    view! {
        <li class="card">
            <Portrait name=profile.name.clone() colour=profile.colour picture=profile.picture/>
            <div>
                <h2><a href=href><bdi>{profile.name}</bdi></a></h2>
                <p class="hint" dir="ltr">{format!("@{}", profile.username)}</p>
                {facts}
            </div>
        </li>
    }
    .still()
}
