//! Who may: every server function for every actor, and what nobody but its owner
//! may see, on every route.

use app::routes::PAGES;
use axum::http::StatusCode;
use server_fn::axum::server_fn_paths;
use std::collections::BTreeSet;

use crate::{
    avatars::{png, send},
    harness::{Answer, Browser, PASSWORD, Setup, Site, site},
};

const ACTORS: [&str; 6] = ["guest", "owner", "other", "editor", "admin", "disabled"];

/// A path that is posted to, what is sent, and what each of [`ACTORS`] gets. Ann
/// is the owner, and change 1 is hers.
type Row = (
    &'static str,
    &'static [(&'static str, &'static str)],
    [u16; 6],
);

const TABLE: &[Row] = &[
    (
        "/signup",
        &[("username", "newcomer"), ("password", PASSWORD)],
        [200; 6],
    ),
    (
        "/login",
        &[("username", "ann"), ("password", PASSWORD)],
        [200; 6],
    ),
    // By a first step, which none of these has done.
    ("/login/second", &[("second-code", "123456")], [401; 6]),
    ("/logout", &[], [200; 6]),
    ("/forgot", &[("email", "ann@example.net")], [200; 6]),
    // By their token, which none of these has.
    ("/reset", &[("password", "another long sentence")], [410; 6]),
    ("/verify", &[], [410; 6]),
    ("/undo", &[], [410; 6]),
    (
        "/join",
        &[("username", "joiner"), ("password", PASSWORD)],
        [410; 6],
    ),
    ("/settings/appearance", &[("theme", "dark")], [200; 6]),
    // Everybody's own.
    (
        "/settings/privacy",
        &[("listed", "no"), ("in_directory", "no")],
        [401, 200, 200, 200, 200, 401],
    ),
    (
        "/settings/second",
        &[("act", "add-app")],
        [401, 200, 200, 200, 200, 401],
    ),
    // Without a code.
    ("/settings/second/app", &[], [401, 422, 422, 422, 422, 401]),
    // The last way in.
    (
        "/settings/passkeys",
        &[("act", "remove-password")],
        [401, 403, 403, 403, 403, 401],
    ),
    (
        "/settings/sessions",
        &[("session", "others")],
        [401, 200, 200, 200, 200, 401],
    ),
    ("/settings/export", &[], [401, 200, 200, 200, 200, 401]),
    // Without the username, typed.
    ("/settings/delete", &[], [401, 422, 422, 422, 422, 401]),
    (
        "/settings/email",
        &[("email", "ann@example.net")],
        [401, 200, 200, 200, 200, 401],
    ),
    (
        "/settings/password",
        &[
            ("current_password", PASSWORD),
            ("password", "another long sentence"),
        ],
        [401, 200, 200, 200, 200, 401],
    ),
    (
        "/settings/username",
        &[("new_username", "ann-of-husum")],
        [401, 200, 200, 200, 200, 401],
    ),
    (
        "/profile/edit",
        &[("location", "Changed")],
        [401, 200, 200, 200, 200, 401],
    ),
    // There is none, so nothing changes.
    (
        "/profile/avatar/delete",
        &[],
        [401, 200, 200, 200, 200, 401],
    ),
    ("/u/ann/avatar/delete", &[], [401, 200, 403, 200, 200, 401]),
    (
        "/profile/history",
        &[("change", "1"), ("version", "2")],
        [401, 200, 404, 404, 404, 401],
    ),
    // The history changes, and the profile does not.
    (
        "/profile/history/erase",
        &[("change", "1"), ("side", "new")],
        [401, 200, 404, 404, 404, 401],
    ),
    (
        "/u/ann/edit",
        &[("location", "Changed")],
        [401, 200, 403, 200, 200, 401],
    ),
    // A link to hand out.
    (
        "/admin/invitations",
        &[("for-days", "1")],
        [401, 404, 404, 404, 200, 401],
    ),
    // Of no user, and of one.
    ("/admin/users", &[], [401, 404, 404, 404, 404, 401]),
    // A check changes nothing.
    (
        "/admin/schema",
        &[("text", ""), ("base", "0")],
        [401, 404, 404, 404, 409, 401],
    ),
    // A check changes nothing.
    (
        "/admin/import",
        &[("text", "username\nzoe\n")],
        [401, 404, 404, 404, 409, 401],
    ),
    // A plan, which is still to be confirmed.
    (
        "/admin/users/bulk",
        &[("do", "disable"), ("user", "ann")],
        [401, 404, 404, 404, 422, 401],
    ),
    (
        "/admin/users/ann",
        &[("act", "sessions")],
        [401, 404, 404, 404, 200, 401],
    ),
    (
        "/admin/users/ann",
        &[("act", "rename"), ("new_username", "ann-of-husum")],
        [401, 404, 404, 404, 200, 401],
    ),
    // Without the username, typed.
    (
        "/admin/users/ann/erase",
        &[("act", "erase")],
        [401, 404, 404, 404, 422, 401],
    ),
];

/// Ann has a profile, and somebody plays each part.
async fn cast(site: &Site) -> (Browser, [Browser; 6]) {
    let ann = site.member("ann").await;
    let saved = ann.submit("/profile/edit", &[("location", "Kiel")]).await;
    assert_eq!(saved.location(), "/profile?saved");
    let owner = site.guest();
    owner.set_cookie(&ann.cookie().unwrap());
    let disabled = site.member("disabled-one").await;
    site.run("UPDATE users SET status = 'disabled' WHERE username = 'disabled-one'")
        .await
        .unwrap();
    let actors = [
        site.guest(),
        owner,
        site.member("other").await,
        site.member_as("editor").await,
        site.member_as("admin").await,
        disabled,
    ];
    (ann, actors)
}

/// Ann, who is the first, whatever she is called by then.
const ANNS: &str =
    "SELECT count(*) FROM profiles JOIN users ON id = user_id WHERE id = 1 AND version = 2";

#[tokio::test]
async fn every_server_function_lets_in_whom_the_table_says() {
    let functions: BTreeSet<&str> = server_fn_paths().map(|(path, _)| path).collect();
    let rows: BTreeSet<&str> = TABLE.iter().map(|(path, _, _)| *path).collect();
    for function in &functions {
        assert!(
            rows.contains(function),
            "{function} has no row in the table"
        );
    }
    // The cast signs up once. Each who is let in acts on a copy; who is refused changes nothing,
    // and so they share one.
    let first = site().await;
    let (_, actors) = cast(&first).await;
    let sessions = actors.map(|actor| actor.cookie());
    let snapshot = first.into_snapshot().await;
    let shared = Setup::default().build_from(&snapshot).await;
    for (path, form, expected) in TABLE {
        for (index, actor) in ACTORS.iter().enumerate() {
            let own = match expected[index] {
                200 => Some(Setup::default().build_from(&snapshot).await),
                _ => None,
            };
            let site = own.as_ref().unwrap_or(&shared);
            let browser = site.guest();
            if let Some(session) = &sessions[index] {
                browser.set_cookie(session);
            }
            let answer = browser.call(path, form).await;
            assert_eq!(
                answer.status.as_u16(),
                expected[index],
                "{actor} at {path}: {}",
                answer.summary()
            );
            // Nobody changes the profile but who is let in to it.
            let about_ann = *path == "/u/ann/edit" || *actor == "owner";
            let changes = (path.contains("profile") || path.contains("/u/"))
                && !path.ends_with("/avatar/delete")
                && !path.ends_with("/erase");
            let changed = changes && about_ann && expected[index] == 200;
            assert_eq!(site.ask(ANNS).await == 0, changed, "{actor} at {path}");
        }
    }
}

/// Every field holds it, for its owner alone.
const SECRETS: [(&str, &str); 15] = [
    ("bio", "CANARY bio"),
    ("bio.audience", "me"),
    ("avatar.audience", "me"),
    ("first_name", "CANARY"),
    ("first_name.audience", "me"),
    ("last_name", "CANARY"),
    ("last_name.audience", "me"),
    ("location", "CANARY"),
    ("location.audience", "me"),
    ("birth_date", "1911-01-17"),
    ("birth_date.audience", "me"),
    ("phone_number", "+49 431 1911 911"),
    ("phone_number.audience", "me"),
    ("responsible_for", "CANARY"),
    ("responsible_for.audience", "me"),
];

/// Any trace of them.
fn betrayed(answer: &Answer) -> Option<&'static str> {
    // A request's id is random, and may be anything.
    let headers = answer
        .headers
        .iter()
        .filter(|(name, _)| *name != "x-request-id");
    let headers = format!("{:?}", headers.collect::<Vec<_>>());
    ["CANARY", "1911", "4311911911"]
        .into_iter()
        .find(|secret| answer.text.contains(secret) || headers.contains(secret))
}

#[tokio::test]
async fn what_is_for_its_owner_alone_is_in_no_answer_to_anybody_else() {
    let site = site().await;
    let (ann, actors) = cast(&site).await;
    site.set_role("ann", "editor").await;
    // It was once for everyone, which is in the history.
    let once_hidden = [
        ("phone_number", "+49 431 1911 912"),
        ("phone_number.audience", "me"),
        ("bio", "CANARY once hidden"),
        ("profile.audience", "me"),
    ];
    ann.save(&once_hidden).await;
    let shown = [
        ("phone_number", "+49 431 8800"),
        ("phone_number.audience", "everyone"),
        ("bio", "Open"),
        ("profile.audience", "everyone"),
    ];
    ann.save(&shown).await;
    assert!(walk(&actors).await > 0, "nobody got as far as a conflict");

    let open: Vec<_> = SECRETS
        .iter()
        .filter(|(name, _)| !name.contains('.'))
        .copied()
        .collect();
    ann.save(&open).await;
    let picture = png([200, 30, 30]);
    let sent = send(&ann, &[("avatar.alt", "CANARY")], &picture).await;
    let address = sent.header("content-location").to_owned();
    assert!(!address.is_empty(), "{}", sent.summary());
    ann.save(&SECRETS).await;
    assert!(betrayed(&ann.visit("/profile").await).is_some());
    // Nor does a manager find her by her name.
    let admin = &actors[4];
    for (path, row) in [
        ("/admin/users", "href=\"/admin/users/ann\""),
        ("/admin/users.csv", "\"ann\","),
    ] {
        for (text, is_found) in [("canary", false), ("ann", true)] {
            let list = admin.visit(&format!("{path}?q={text}")).await;
            assert_eq!(list.status, StatusCode::OK, "{path} {text}");
            let has_her = list.text.contains(row);
            assert_eq!(has_her, is_found, "{path} {text}: {}", list.summary());
        }
    }

    walk(&actors).await;
    for (name, actor) in ACTORS.iter().zip(&actors) {
        let expected = if *name == "owner" { 200 } else { 404 };
        assert_eq!(actor.visit(&address).await.status, expected, "{name}");
    }
}

/// Asks for everything, as everybody but the owner; no answer may betray it.
/// Answers how many of them were conflicts, which tell most.
async fn walk(actors: &[Browser; 6]) -> usize {
    let mut conflicts = 0;
    let mut pages: Vec<String> = PAGES
        .iter()
        .map(|(path, _)| path.replace("{username}", "ann"))
        .collect();
    assert!(pages.contains(&"/u/ann/edit".to_owned()), "{pages:?}");
    pages.extend(
        [
            "/members?q=canary",
            "/members?q=anar",
            "/members?letter=c",
            "/profile?as=editor",
            "/profile?as=me",
            "/profile?saved=1-9",
            "/profile/history?before=9999",
            "/profile/history?change=1",
            "/profile/history/erase?change=1",
            "/u/ann?as=me",
            "/u/ann?saved=1-9",
            "/u/ANN/edit",
            "/u/ann/",
            "/admin/users/other/sees?profile=ann",
            "/admin/users/ann/sees?profile=ann",
            "/admin/events?user=ann",
            "/admin/events.csv?user=ann",
            "/admin/events.jsonl?user=ann",
            "/admin/users?q=ann&order=last-login",
            "/admin/users?q=canary",
            "/admin/users.csv",
            "/admin/users.csv?q=canary",
            "/nowhere",
            "/healthz",
            "/readyz",
        ]
        .map(str::to_owned),
    );
    // Refused, stale, in conflict, and with everything that is not allowed.
    let conflict = [("location", "x"), ("version", "2")];
    let formerly = [
        ("bio", "x"),
        ("phone_number", "+49 431 8801"),
        ("version", "3"),
    ];
    let refused = [
        ("birth_date", "x"),
        ("location", "y"),
        ("location.choice", ""),
        ("version", "1"),
    ];
    let greedy = [
        ("bio", "x"),
        ("bio.audience", "everyone"),
        ("responsible_for", "x"),
    ];
    let forms: [&[(&str, &str)]; 5] = [&[], &conflict, &refused, &formerly, &greedy];
    // Plans with her ticked, of which none is confirmed.
    let acts = ["role:reader", "link", "disable", "erase"];
    let plans = acts.map(|act| [("do", act), ("user", "ann")]);
    for (actor, browser) in ACTORS
        .iter()
        .zip(actors)
        .filter(|(actor, _)| **actor != "owner")
    {
        for page in &pages {
            for answer in [browser.visit(page).await, browser.call(page, &[]).await] {
                assert_eq!(
                    betrayed(&answer),
                    None,
                    "{actor} at {page}: {}",
                    answer.summary()
                );
            }
        }
        for plan in &plans {
            let answer = browser.submit("/admin/users/bulk", plan).await;
            assert_eq!(betrayed(&answer), None, "{actor}: {plan:?}");
        }
        let posts = server_fn_paths()
            .map(|(path, _)| path)
            .chain(["/u/ann/edit", "/u/ann/avatar/delete"]);
        for path in posts.filter(|path| *path != "/logout") {
            for form in forms {
                for answer in [
                    browser.submit(path, form).await,
                    browser.call(path, form).await,
                ] {
                    assert_eq!(betrayed(&answer), None, "{actor} to {path} with {form:?}");
                    conflicts += usize::from(answer.status == StatusCode::CONFLICT);
                }
            }
        }
    }
    conflicts
}

#[tokio::test]
async fn a_role_counts_from_the_next_request_on() {
    let site = site().await;
    let ann = site.member("ann").await;
    site.member("bob").await;
    assert_eq!(ann.visit("/u/bob/edit").await.status, StatusCode::FORBIDDEN);
    site.set_role("ann", "editor").await;
    assert_eq!(ann.visit("/u/bob/edit").await.status, StatusCode::OK);
    site.set_role("ann", "reader").await;
    assert_eq!(ann.visit("/u/bob/edit").await.status, StatusCode::FORBIDDEN);
}
