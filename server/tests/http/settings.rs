//! The account's settings: the password, the sessions.

use app::account::types::{
    log_in::{Authenticated, SecondShown},
    user::UserId,
};
use axum::http::StatusCode;
use server::{Cost, Passwords};
use store::sessions::NewSession;

use crate::harness::{Browser, DAY, PASSWORD, Site, any_password, site};

const NEW: &str = "another long sentence";

async fn change(browser: &Browser, current: &str, new: &str) -> crate::harness::Answer {
    let fields = [("current_password", current), ("password", new)];
    browser.submit("/settings/password", &fields).await
}

async fn log_in(site: &Site, password: &str) -> StatusCode {
    let fields = [("username", "ann"), ("password", password)];
    site.guest().submit("/login", &fields).await.status
}

#[tokio::test]
async fn a_new_password_counts_at_once_and_logs_everybody_else_out() {
    let site = site().await;
    let here = site.member("ann").await;
    let there = site.guest();
    there
        .submit("/login", &[("username", "ann"), ("password", PASSWORD)])
        .await;
    let before = here.cookie().unwrap();
    here.visit("/settings")
        .await
        .says("href=\"/settings/password\"");
    let form = here.visit("/settings/password").await;
    form.says("autocomplete=\"current-password\"");
    form.says("autocomplete=\"new-password\"");
    form.says("name=\"username\" value=\"ann\"");

    let changed = change(&here, PASSWORD, NEW).await;
    assert_eq!(changed.location(), "/settings?password");
    here.visit("/settings?password")
        .await
        .says("Password changed.");
    assert_ne!(here.cookie().unwrap(), before);
    assert_eq!(
        there.visit("/profile").await.location(),
        "/login?next=/profile"
    );
    let stolen = site.guest();
    stolen.set_cookie(&before);
    assert_eq!(
        stolen.visit("/profile").await.location(),
        "/login?next=/profile"
    );
    assert_eq!(
        log_in(&site, PASSWORD).await,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(log_in(&site, NEW).await, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_password_manager_finds_the_page() {
    let answer = site()
        .await
        .guest()
        .visit("/.well-known/change-password")
        .await;
    assert_eq!(answer.location(), "/settings/password");
}

#[tokio::test]
async fn without_the_current_password_nothing_changes() {
    let site = site().await;
    let ann = site.member("ann").await;
    for (current, words) in [
        (
            "wrong password",
            "Current password: this is not your password",
        ),
        ("", "Current password: this field is required"),
        (
            &"x".repeat(2000),
            "Current password: this is not your password",
        ),
    ] {
        let refused = change(&ann, current, NEW).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        // In the summary, and at the control.
        assert_eq!(refused.text.matches(words).count(), 2, "{words}");
        refused.says("<title>Error: Change password");
        refused.says_not(NEW);
    }
    assert_eq!(log_in(&site, PASSWORD).await, StatusCode::SEE_OTHER);
    assert_eq!(ann.visit("/profile").await.status, StatusCode::OK);
    let as_bob = [
        ("current_password", PASSWORD),
        ("password", NEW),
        ("username", "bob"),
    ];
    let refused = ann.submit("/settings/password", &as_bob).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    refused.says_not(PASSWORD);
    let guest = site.guest().visit("/settings/password").await;
    assert_eq!(guest.location(), "/login?next=/settings/password");
}

#[tokio::test]
async fn a_password_that_others_would_try_is_refused_in_words() {
    let site = site().await;
    for (username, password) in [
        ("maya-lindqvist", "maya-lindqvist1"),
        ("ann", "password123"),
        ("ann", "qwertyuiop"),
    ] {
        let fields = [("username", username), ("password", password)];
        let refused = site.guest().submit("/signup", &fields).await;
        assert_eq!(
            refused.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{password}"
        );
        refused.says("Password: this password is easy to guess");
    }
    assert_eq!(site.ask("SELECT count(*) FROM users").await, 0);
    // What is in the profile is known to others as well.
    let ann = site.member("ann").await;
    ann.save(&[("location", "Eckernfoerde"), ("birth_date", "1988-02-27")])
        .await;
    let refused = change(&ann, PASSWORD, "eckernfoerde88").await;
    let words = "New password: this password is easy to guess";
    assert_eq!(refused.text.matches(words).count(), 2);
    assert_eq!(
        change(&ann, PASSWORD, NEW).await.location(),
        "/settings?password"
    );
}

#[tokio::test]
async fn a_hash_of_old_parameters_is_renewed_at_login_and_nobody_is_logged_out() {
    let site = site().await;
    let ann = site.member("ann").await;
    let outdated = "SELECT count(*) FROM users WHERE password_hash LIKE '%m=19456%'";
    let hash = Passwords::new(Cost::Recommended)
        .hash(&any_password(PASSWORD))
        .await
        .unwrap();
    let hash: &'static str = hash.leak();
    let set: &'static str = format!("UPDATE users SET password_hash = '{hash}'").leak();
    site.run(set).await.unwrap();
    assert_eq!(site.ask(outdated).await, 1);
    assert_eq!(
        log_in(&site, "wrong password").await,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(site.ask(outdated).await, 1);
    assert_eq!(log_in(&site, PASSWORD).await, StatusCode::SEE_OTHER);
    assert_eq!(site.ask(outdated).await, 0);
    assert_eq!(log_in(&site, PASSWORD).await, StatusCode::SEE_OTHER);
    assert_eq!(ann.visit("/profile").await.status, StatusCode::OK);
}

/// The handles of the sessions that can be ended, in the order of the page.
fn handles(page: &str) -> Vec<String> {
    let parts = page.split("name=\"session\" value=\"").skip(1);
    let handles = parts.map(|part| part.split('"').next().unwrap().to_owned());
    handles.filter(|handle| handle != "others").collect()
}

/// Logs in as Ann from a browser that says that of itself.
async fn ann_on(site: &Site, user_agent: &str) -> Browser {
    let browser = site.guest();
    let form = format!("username=ann&password={}", PASSWORD.replace(' ', "+"));
    let request = axum::http::Request::post("/login")
        .header("accept", "text/html")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("host", "localhost")
        .header("origin", "http://localhost")
        .header("sec-fetch-site", "same-origin")
        .header("user-agent", user_agent);
    let answer = browser.send(request.body(form.into()).unwrap()).await;
    assert_eq!(answer.location(), "/profile");
    browser
}

#[tokio::test]
async fn one_sees_where_one_is_logged_in_and_ends_one_or_all_others() {
    let site = site().await;
    let here = site.member("ann").await;
    let phone = ann_on(
        &site,
        "Mozilla/5.0 (Linux; Android 14) Chrome/130.0 Mobile Safari/537.36",
    )
    .await;
    let laptop = ann_on(
        &site,
        "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Firefox/130.0",
    )
    .await;
    let odd = ann_on(&site, &format!("<script>{}", "x".repeat(5000))).await;
    let page = here.visit("/settings/sessions").await;
    for words in [
        "Chrome on Android",
        "Firefox on Linux",
        "Unknown device",
        "This session",
        "22 November 2026, 12:00 UTC",
    ] {
        page.says(words);
    }
    page.says_not("<script>");
    assert!(page.text.find("This session") < page.text.find("Chrome on Android"));
    assert_eq!(handles(&page.text).len(), 3);

    let phones = page.text.split("Chrome on Android").nth(1).unwrap();
    let handle = handles(phones)[0].clone();
    let ended = here
        .submit("/settings/sessions", &[("session", &handle)])
        .await;
    assert_eq!(ended.location(), "/settings/sessions?ended");
    assert_eq!(
        phone.visit("/profile").await.location(),
        "/login?next=/profile"
    );
    assert_eq!(laptop.visit("/profile").await.status, StatusCode::OK);
    let again = here
        .submit("/settings/sessions", &[("session", &handle)])
        .await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);
    again.says("That session has already ended.");

    here.submit("/settings/sessions", &[("session", "others")])
        .await;
    for gone in [&laptop, &odd] {
        assert_eq!(
            gone.visit("/profile").await.location(),
            "/login?next=/profile"
        );
    }
    assert_eq!(here.visit("/profile").await.status, StatusCode::OK);
    assert!(handles(&here.visit("/settings/sessions").await.text).is_empty());
}

#[tokio::test]
async fn who_logged_in_a_while_ago_shows_the_password_to_end_a_session() {
    let site = site().await;
    let here = site.member("ann").await;
    let phone = ann_on(&site, "Mozilla/5.0 (Linux; Android 14) Chrome/130.0").await;
    let handle = handles(&here.visit("/settings/sessions").await.text)[0].clone();
    site.clock.advance(10 * 60 * 1000);
    for session in [handle.as_str(), "others"] {
        let form = [("session", session), ("username", "ann")];
        let asked = here.submit("/settings/sessions", &form).await;
        assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
        asked.says("href=\"#f-current_password\">Your password: this field is required");
        // What was asked for stands in the form that asks for the password.
        let mut forms = asked.text.split("<form ").skip(1);
        let form = forms.find(|form| form.contains("name=\"current_password\""));
        let hidden = format!("name=\"session\" value=\"{session}\"");
        assert!(form.unwrap().contains(&hidden), "{}", asked.summary());
    }
    assert_eq!(phone.visit("/profile").await.status, StatusCode::OK);
    let with = |password| [("session", handle.as_str()), ("current_password", password)];
    let wrong = here
        .submit("/settings/sessions", &with("not the password"))
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(phone.visit("/profile").await.status, StatusCode::OK);
    let ended = here.submit("/settings/sessions", &with(PASSWORD)).await;
    assert_eq!(ended.location(), "/settings/sessions?ended");
    let out = phone.visit("/profile").await;
    assert_eq!(out.location(), "/login?next=/profile");
    // It was shown just now: for the next it is not asked again.
    let others = here
        .submit("/settings/sessions", &[("session", "others")])
        .await;
    assert_eq!(others.location(), "/settings/sessions?ended");
    assert_eq!(here.visit("/profile").await.status, StatusCode::OK);
}

#[tokio::test]
async fn nobody_ends_the_session_of_somebody_else() {
    let site = site().await;
    let ann = site.member("ann").await;
    let phone = ann_on(&site, "").await;
    let eve = site.member("eve").await;
    let handle = handles(&ann.visit("/settings/sessions").await.text)[0].clone();
    for session in [handle.as_str(), "", "%", "_"] {
        let answer = eve
            .submit("/settings/sessions", &[("session", session)])
            .await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{session}");
    }
    eve.submit("/settings/sessions", &[("session", "others")])
        .await;
    assert_eq!(phone.visit("/profile").await.status, StatusCode::OK);
    let nothing = ann.submit("/settings/sessions", &[]).await;
    assert_eq!(nothing.status, StatusCode::BAD_REQUEST);
    eve.visit("/settings/sessions").await.says_not(&handle);
}

#[tokio::test]
async fn a_session_that_is_not_used_for_fourteen_days_ends_and_one_in_use_goes_on() {
    let site = site().await;
    let used = site.member("ann").await;
    let unused = ann_on(&site, "").await;
    site.clock.advance(14 * DAY - 1);
    assert_eq!(used.visit("/profile").await.status, StatusCode::OK);
    site.until_seen().await;
    site.clock.advance(1);
    assert_eq!(
        unused.visit("/profile").await.location(),
        "/login?next=/profile"
    );
    site.clock.advance(13 * DAY);
    assert_eq!(used.visit("/profile").await.status, StatusCode::OK);
    assert!(handles(&used.visit("/settings/sessions").await.text).is_empty());
}

#[tokio::test]
async fn a_login_that_was_under_way_when_the_password_changed_comes_too_late() {
    let site = site().await;
    site.member("ann").await;
    let proof = Authenticated {
        user: UserId(1),
        password_version: 1,
        second: SecondShown::No,
    };
    let begin = |id: u8, proof| {
        let store = site.store.clone();
        async move {
            let session = NewSession {
                id: [id; 32],
                proof,
                user_agent: String::new(),
                now: 1,
                expires_at: 2,
                even_if_closed: true,
                second_at: 0,
                even_without_second: false,
            };
            let begun = store.write(session, |tx, session| {
                Box::pin(async move { tx.add_session(session.clone()).await })
            });
            begun.await.unwrap()
        }
    };
    assert!(begin(1, proof).await);
    let ann = ann_on(&site, "").await;
    assert_eq!(
        change(&ann, PASSWORD, NEW).await.location(),
        "/settings?password"
    );
    assert!(!begin(2, proof).await);
    let now = Authenticated {
        password_version: 2,
        ..proof
    };
    assert!(begin(3, now).await);
    site.run("UPDATE users SET status = 'disabled'")
        .await
        .unwrap();
    assert!(!begin(4, now).await);
}

#[tokio::test]
async fn a_change_that_is_sent_twice_is_made_once_and_succeeds_twice() {
    for _ in 0..10 {
        let site = site().await;
        let ann = site.member("ann").await;
        let again = site.guest();
        again.set_cookie(&ann.cookie().unwrap());
        let (one, two) = tokio::join!(change(&ann, PASSWORD, NEW), change(&again, PASSWORD, NEW));
        assert_eq!(site.ask("SELECT password_version FROM users").await, 2);
        // One of them may have come when the other was done, and ended its session.
        if [&one, &two]
            .iter()
            .any(|answer| answer.text.contains("Log in to continue"))
        {
            continue;
        }
        for answer in [one, two] {
            assert_eq!(answer.location(), "/settings?password");
        }
        return;
    }
    panic!("no two changes were under way at once");
}

#[tokio::test]
async fn sessions_are_not_ended_for_another_user_of_the_browser() {
    let site = site().await;
    let ann = site.member("ann").await;
    let form = [("session", "others"), ("username", "bob")];
    let answer = ann.submit("/settings/sessions", &form).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn a_password_made_to_be_hard_to_judge_stops_nobody() {
    let site = site().await;
    let odd = "4@8({[<3691!|70$5+%2".repeat(5);
    let words: String = (0..8_000).map(|index| format!("w{index} ")).collect();
    let form = [
        ("username", "ann"),
        ("password", odd.as_str()),
        ("x", words.as_str()),
    ];
    let start = std::time::Instant::now();
    let answer = site.guest().submit("/signup", &form).await;
    println!("judged in {:?}", start.elapsed());
    assert_eq!(answer.location(), "/profile");
}
