//! The audit log: who did what to whom, from where.

use app::account::types::{event::EventKind, user::UserId};
use axum::http::{Request, StatusCode};
use futures_util::StreamExt;
use server::accounts::roles::set_disabled;
use server::accounts::roles::set_role;
use std::net::Ipv4Addr;
use store::{client::ClientInfo, events::Event};

use crate::database::is_postgres;
use crate::harness::{Browser, NOW, PASSWORD, Site, site};

const HOUR: i64 = 60 * 60 * 1000;

async fn count(site: &Site, sql: &'static str) -> i64 {
    site.ask(sql).await
}

/// Waits for what is noted beside the request.
async fn until(site: &Site, sql: &'static str, expected: i64) {
    for _ in 0..500 {
        if site.ask(sql).await == expected {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("{sql} is {} and not {expected}", site.ask(sql).await);
}

async fn log_in(browser: &Browser, password: &str) {
    let fields = [("username", "ann"), ("password", password)];
    browser.submit("/login", &fields).await;
}

#[tokio::test]
async fn one_sees_what_was_done_with_ones_account_and_from_where() {
    let site = site().await;
    let ann = site.member("ann").await;
    log_in(&site.guest_from("198.51.100.7"), "wrong password").await;
    log_in(&site.guest_from("203.0.113.9"), PASSWORD).await;
    ann.submit("/settings/sessions", &[("session", "others")])
        .await;
    let change = [
        ("current_password", PASSWORD),
        ("password", "another long sentence"),
    ];
    ann.submit("/settings/password", &change).await;
    site.set_role("ann", "editor").await;
    let page = ann.visit("/settings/activity").await;
    let told = [
        "Role changed",
        "from Reader to Editor",
        "Password changed",
        "Logged out on other devices",
        "Logged in",
        "203.0.113.9",
        "Login attempt with a wrong password",
        "198.51.100.7",
        "Signed up",
        "192.0.2.1",
    ];
    let mut rest = page.text.as_str();
    for words in told {
        let at = rest.find(words);
        rest = &rest[at.unwrap_or_else(|| panic!("{words} in {}", page.summary()))..];
    }
    page.says("22 November 2026, 12:00 UTC");
    ann.visit("/settings")
        .await
        .says("href=\"/settings/activity\"");
    let guest = site.guest().visit("/settings/activity").await;
    assert_eq!(guest.location(), "/login?next=/settings/activity");
    let eve = site.member("eve").await;
    eve.visit("/settings/activity")
        .await
        .says_not("198.51.100.7");
}

#[tokio::test]
async fn a_long_list_has_older_pages() {
    let site = site().await;
    let ann = site.member("ann").await;
    for _ in 0..60 {
        log_in(&site.guest(), "wrong password").await;
    }
    let first = ann.visit("/settings/activity").await;
    assert_eq!(first.text.matches("wrong password").count(), 50);
    first.says_not("Signed up");
    let at = first.text.find("/settings/activity?before=").unwrap();
    let older = first.text[at..].split('"').next().unwrap();
    let second = ann.visit(older).await;
    assert_eq!(second.text.matches("wrong password").count(), 10);
    second.says("Signed up");
    second.says_not("href=\"/settings/activity?before=");
}

#[tokio::test]
async fn nobody_changes_the_log_and_only_who_is_gone_is_forgotten() {
    let site = site().await;
    site.member("ann").await;
    site.member("bob").await;
    let nobody = [("username", "nobody"), ("password", "wrong password")];
    site.guest().submit("/login", &nobody).await;
    for forgery in [
        "UPDATE events SET kind = 'logged_out'",
        "UPDATE events SET at = 0",
        "UPDATE events SET detail = 'x'",
        "UPDATE events SET actor_id = 2 WHERE actor_id = 1",
        "UPDATE events SET actor_id = NULL",
        "UPDATE events SET subject_id = NULL",
        "UPDATE events SET address = NULL",
        "UPDATE events SET address = NULL WHERE actor_id IS NULL",
        "UPDATE events SET device = 'x'",
        "DELETE FROM events",
        "UPDATE events SET of_user = NOT of_user",
        "INSERT OR REPLACE INTO events (id, at, kind, of_user) VALUES (1, 0, 'x', false)",
        "INSERT INTO events (id, at, kind, of_user) VALUES (1, 0, 'x', false)
             ON CONFLICT (id) DO UPDATE SET kind = 'x'",
    ] {
        if forgery.contains("OR REPLACE") && is_postgres() {
            continue;
        }
        let error = site.run(forgery).await.unwrap_err().to_string();
        assert!(error.contains("the audit log is not changed"), "{forgery}");
    }
    site.run("DELETE FROM users WHERE username = 'ann'")
        .await
        .unwrap();
    let nameless = "SELECT count(*) FROM events
        WHERE actor_id IS NULL AND subject_id IS NULL AND address IS NULL AND device IS NULL";
    assert_eq!(count(&site, nameless).await, 1);
    let guests =
        "SELECT count(*) FROM events WHERE kind = 'log_in_failed' AND address = '192.0.2.1'";
    assert_eq!(count(&site, guests).await, 1);
    let bobs = "SELECT count(*) FROM events WHERE actor_id = 2 AND address = '192.0.2.1'";
    assert_eq!(count(&site, bobs).await, 1);
}

#[tokio::test]
async fn a_request_that_no_page_of_ours_sends_is_noted_once() {
    let site = site().await;
    let ann = site.member("ann").await;
    site.member("bob").await;
    let refused = "SELECT count(*) FROM events WHERE kind = 'refused'";
    for (number, (path, fields, status)) in [
        ("/u/bob/edit", &[("location", "x")][..], 403),
        ("/settings/sessions", &[("session", "nobody's")], 404),
        ("/settings/sessions", &[], 400),
        ("/profile/edit", &[("role", "admin")], 422),
        ("/nowhere", &[], 405),
    ]
    .into_iter()
    .enumerate()
    {
        let answer = ann.submit(path, fields).await;
        assert_eq!(
            answer.status.as_u16(),
            status,
            "{path}: {}",
            answer.summary()
        );
        until(&site, refused, i64::try_from(number + 1).unwrap()).await;
    }
    let foreign = Request::post("/login")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "cross-site")
        .body("username=ann".into())
        .unwrap();
    let answer = site.guest().send(foreign).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    until(&site, refused, 6).await;
    site.guest().submit("/reset/x", &[]).await;
    until(&site, refused, 7).await;
    ann.visit("/u/bob/edit").await;
    until(&site, refused, 8).await;
    let anns = "SELECT count(*) FROM events WHERE kind = 'refused' AND actor_id = 1
        AND detail LIKE 'POST /%' AND address = '192.0.2.1'";
    assert_eq!(count(&site, anns).await, 5);
    let links = "SELECT count(*) FROM events WHERE detail = 'POST /reset/… 410'";
    assert_eq!(count(&site, links).await, 1);
    // A typing error is nobody's business.
    ann.submit("/profile/edit", &[("phone_number", "x")]).await;
    site.guest().submit("/profile/edit", &[]).await;
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    assert_eq!(count(&site, refused).await, 8);
}

#[tokio::test]
async fn no_secret_is_in_the_log() {
    let site = site().await;
    let ann = site.member("ann").await;
    log_in(&ann, PASSWORD).await;
    log_in(&ann, "a wrong secret").await;
    let secrets = "SELECT count(*) FROM events WHERE
        coalesce(detail, '') || coalesce(address, '') || coalesce(device, '') LIKE '%secret%'
        OR detail LIKE '%horse%'";
    assert_eq!(count(&site, secrets).await, 0);
    let id = ann.cookie().unwrap();
    let id = id.split('=').nth(1).unwrap();
    let page = ann.visit("/settings/activity").await;
    page.says_not(id);
}

#[tokio::test]
async fn the_last_who_may_manage_users_stays() {
    let site = site().await;
    let admin = site.member_as("admin").await;
    let demote = async |name: &str| set_role(&site.store, name, "reader", &site.schema, 1).await;
    let disable = async |name: &str| {
        let done = set_disabled(&site.store, name, true, None, &site.schema, 1);
        done.await
    };
    let last = Err(app::error::AppError::LastManager);
    assert_eq!(demote("the-admin").await, last);
    assert_eq!(disable("the-admin").await.map(|_| None), last);
    assert_eq!(admin.visit("/profile").await.status, StatusCode::OK);
    site.member("bob").await;
    site.set_role("bob", "admin").await;
    for _ in 0..100 {
        let (one, two) = tokio::join!(demote("the-admin"), demote("bob"));
        assert_eq!(
            [one, two].iter().filter(|done| done.is_ok()).count(),
            1,
            "one of two stays"
        );
        site.set_role("the-admin", "admin").await;
        site.set_role("bob", "admin").await;
    }
    assert_eq!(disable("bob").await, Ok(Some(false)));
    assert_eq!(demote("the-admin").await, last);
}

#[tokio::test]
async fn a_disabled_user_is_out_at_once_and_can_be_let_in_again() {
    let site = site().await;
    let ann = site.member("ann").await;
    let set = async |disabled| {
        let reason = Some("spam".to_owned());
        let done = set_disabled(&site.store, "Ann", disabled, reason, &site.schema, 1);
        done.await.unwrap()
    };
    assert_eq!(set(true).await, Some(false));
    assert_eq!(set(true).await, Some(true));
    assert_eq!(count(&site, "SELECT count(*) FROM sessions").await, 0);
    assert_eq!(
        ann.visit("/profile").await.location(),
        "/login?next=/profile"
    );
    let fields = [("username", "ann"), ("password", PASSWORD)];
    let refused = site.guest().submit("/login", &fields).await;
    let wrong = [("username", "ann"), ("password", "wrong password")];
    let wrong = site.guest().submit("/login", &wrong).await;
    assert_eq!(
        (refused.status, refused.without_question()),
        (wrong.status, wrong.without_question())
    );
    assert_eq!(
        site.guest().visit("/u/ann").await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(set(false).await, Some(true));
    let back = site.guest();
    assert_eq!(back.submit("/login", &fields).await.location(), "/profile");
    let page = back.visit("/settings/activity").await;
    page.says("Account disabled");
    page.says("spam");
}

#[tokio::test]
async fn another_role_is_another_id_for_the_same_session() {
    let site = site().await;
    let ann = site.member("ann").await;
    let before = ann.cookie().unwrap();
    site.set_role("ann", "editor").await;
    let answer = ann.visit("/settings/sessions").await;
    assert_eq!(answer.status, StatusCode::OK);
    answer.says("This session");
    assert_ne!(ann.cookie().unwrap(), before);
    assert_eq!(ann.visit("/profile").await.status, StatusCode::OK);
    site.clock.advance(10_000);
    let stolen = site.guest();
    stolen.set_cookie(&before);
    assert_eq!(
        stolen.visit("/profile").await.location(),
        "/login?next=/profile"
    );
    let after = ann.cookie();
    ann.visit("/profile").await;
    assert_eq!(ann.cookie(), after);
    // Logging out ends it for good, also with the answer that would renew it.
    site.set_role("ann", "reader").await;
    assert_eq!(ann.submit("/logout", &[]).await.location(), "/");
    assert_eq!(ann.cookie(), None);
    assert_eq!(count(&site, "SELECT count(*) FROM sessions").await, 0);
}

#[tokio::test]
async fn the_id_before_finishes_what_it_began_and_no_more() {
    let site = site().await;
    let ann = site.member("ann").await;
    let stolen = ann.cookie().unwrap();
    let thief = site.guest();
    site.clock.advance(HOUR);
    let shown = [("current_password", PASSWORD)];
    let file = ann.submit("/settings/export", &shown).await;
    assert_eq!(file.location(), "/settings/export/ann.zip");
    thief.set_cookie(&stolen);
    assert_eq!(thief.visit("/profile").await.status, StatusCode::OK);
    // The password was shown to the new one.
    let stale = thief.visit("/settings/export/ann.zip").await;
    assert_eq!(stale.location(), "/settings/export");
    assert_eq!(ann.visit(file.location()).await.status, StatusCode::OK);
    // What is renewed is renewed for the new one.
    site.set_role("ann", "editor").await;
    thief.visit("/profile").await;
    assert_eq!(thief.cookie(), Some(stolen.clone()));
    assert_eq!(thief.submit("/logout", &[]).await.location(), "/");
    assert_eq!(count(&site, "SELECT count(*) FROM sessions").await, 0);
}

/// Whoever holds the last byte back is asked who they are when it has come.
#[tokio::test]
async fn a_form_counts_for_who_one_is_when_all_of_it_has_arrived() {
    let site = site().await;
    let ann = site.member("ann").await;
    let store = site.store.clone();
    let schema = std::sync::Arc::clone(&site.schema);
    let (first, second) = (&b"location=Ki"[..], &b"el"[..]);
    let slowly =
        futures_util::stream::iter([Ok(first)]).chain(futures_util::stream::once(async move {
            let disabled = set_disabled(&store, "ann", true, None, &schema, 1);
            disabled.await.unwrap();
            Ok::<_, std::io::Error>(second)
        }));
    let body = axum::body::Body::from_stream(slowly);
    let answer = ann.post("/profile/edit", "application/json", body).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    let empty = "SELECT count(*) FROM profiles WHERE fields = '{}'";
    assert_eq!(count(&site, empty).await, 1);
}

#[tokio::test]
async fn an_event_of_somebody_who_has_gone_meanwhile_is_noted_without_them() {
    let site = site().await;
    let client = ClientInfo {
        address: Ipv4Addr::LOCALHOST.into(),
        user_agent: "Firefox".to_owned(),
        devices: Vec::new(),
    };
    let event = Event::own(EventKind::PasswordFailed, UserId(77), Some(client));
    let note = site.store.write(event, |tx, event| {
        Box::pin(async move { tx.note(event, NOW).await })
    });
    note.await.unwrap();
    let nobodys = "SELECT count(*) FROM events WHERE kind = 'password_failed'
         AND actor_id IS NULL AND address IS NULL AND device IS NULL";
    assert_eq!(count(&site, nobodys).await, 1);
}
