//! A clock that was wrong for a while, and is right again.

use axum::http::StatusCode;
use server::Limits;

use crate::harness::{Browser, DAY, NOW, PASSWORD, Setup, Site, site};

const HOUR: i64 = 60 * 60 * 1000;

fn limited() -> Setup {
    Setup {
        limits: Limits::default(),
        ..Setup::default()
    }
}

async fn log_in(browser: &Browser, name: &str, password: &str) -> StatusCode {
    let fields = [("username", name), ("password", password)];
    browser.submit("/login", &fields).await.status
}

async fn sign_up(site: &Site, name: &str) -> StatusCode {
    let fields = [("username", name), ("password", PASSWORD)];
    site.guest().submit("/signup", &fields).await.status
}

#[tokio::test]
async fn what_was_tried_when_the_clock_was_ahead_locks_nobody_out() {
    for ahead in [HOUR / 2, 3 * HOUR, 365 * DAY] {
        for often in [1, 9] {
            let site = limited().build().await;
            site.member("ann").await;
            site.clock.advance(ahead);
            let there = site.guest();
            for try_number in 0..often {
                log_in(&there, "ann", "wrong password").await;
                sign_up(&site, &format!("there-{try_number}")).await;
            }
            log_in(&there, "ann", PASSWORD).await;
            there.submit("/profile/edit", &[("location", "Kiel")]).await;
            site.clock.advance(-ahead);

            let elsewhere = site.guest_from("198.51.100.1");
            let fields = [("username", "ann"), ("password", PASSWORD)];
            let mut answer = elsewhere.submit("/login", &fields).await;
            if answer.status == StatusCode::TOO_MANY_REQUESTS {
                // Whoever waits as long as they are told gets in.
                let wait: i64 = answer.header("retry-after").parse().unwrap();
                assert!(wait <= 60 * 60, "{ahead} {often}: {wait}");
                site.clock.advance(wait * 1000);
                answer = elsewhere.submit("/login", &fields).await;
            }
            assert_eq!(answer.location(), "/profile", "{ahead} {often}");
            elsewhere.save(&[("location", "Husum")]).await;
            assert_eq!(sign_up(&site, "bob").await, StatusCode::SEE_OTHER);
        }
    }
}

#[tokio::test]
async fn a_session_from_when_the_clock_was_ahead_lasts_no_longer_than_others() {
    let site = site().await;
    site.member("bob").await;
    site.clock.advance(365 * DAY);
    let ann = site.member("ann").await;
    site.clock.advance(-365 * DAY);
    assert_eq!(ann.visit("/profile").await.status, StatusCode::OK);
    // A sweep mends it, once the clock is believed.
    site.sweep(0).await;
    site.sweep(DAY).await;
    for too_late in [
        "SELECT count(*) FROM sessions WHERE expires_at > 1797940800000",
        "SELECT count(*) FROM sessions WHERE last_seen_at > 1795348800000",
        "SELECT count(*) FROM devices WHERE last_seen_at > 1795348800000",
    ] {
        assert_eq!(site.ask(too_late).await, 0, "{too_late}");
    }
    assert_eq!(ann.visit("/profile").await.status, StatusCode::OK);
    site.clock.advance(15 * DAY);
    assert_eq!(
        ann.visit("/profile").await.location(),
        "/login?next=/profile"
    );
}

#[tokio::test]
async fn a_session_that_was_seen_when_the_clock_was_ahead_is_seen_again() {
    let site = site().await;
    let ann = site.member("ann").await;
    site.clock.advance(10 * DAY);
    ann.visit("/profile").await;
    site.until_seen().await;
    site.clock.advance(-10 * DAY + HOUR);
    ann.visit("/profile").await;
    site.until_seen().await;
    site.clock.advance(14 * DAY + HOUR);
    assert_eq!(
        ann.visit("/profile").await.location(),
        "/login?next=/profile"
    );
}

#[tokio::test]
async fn a_clock_at_1970_logs_nobody_out() {
    let site = site().await;
    let ann = site.member("ann").await;
    site.member("bob").await;
    site.clock.advance(-NOW);
    let there = site.guest();
    assert_eq!(log_in(&there, "bob", PASSWORD).await, StatusCode::SEE_OTHER);
    assert_eq!(ann.visit("/profile").await.status, StatusCode::OK);
    site.clock.advance(NOW);
    assert_eq!(ann.visit("/profile").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_link_that_was_made_when_the_clock_was_ahead_works_no_longer_than_others() {
    let site = site().await;
    let ann = site.guest();
    let fields = [
        ("username", "ann"),
        ("email", "ann@example.net"),
        ("password", PASSWORD),
    ];
    ann.submit("/signup", &fields).await;
    let confirm = site.mail().await.path();
    ann.submit(&confirm, &[]).await.location();
    site.clock.advance(365 * DAY);
    let there = site.guest();
    assert_eq!(log_in(&there, "ann", PASSWORD).await, StatusCode::SEE_OTHER);
    there
        .submit("/forgot", &[("email", "ann@example.net")])
        .await;
    let reset = site.mail().await.path();
    there
        .submit("/settings/email", &[("email", "thief@example.com")])
        .await;
    let confirm = site.mail().await.path();
    for link in [&reset, &confirm] {
        assert_eq!(site.guest().visit(link).await.status, StatusCode::OK);
    }
    site.clock.advance(-365 * DAY);
    for link in [&reset, &confirm] {
        assert_eq!(site.guest().visit(link).await.status, StatusCode::GONE);
    }
    // One asks again, and gets one that works.
    site.guest()
        .submit("/forgot", &[("email", "ann@example.net")])
        .await;
    let reset = site.mail().await.path();
    assert_eq!(site.guest().visit(&reset).await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_way_back_from_when_the_clock_was_ahead_works_and_voids_what_came_after() {
    let site = site().await;
    let thief = site.guest();
    let fields = [
        ("username", "ann"),
        ("email", "ann@example.net"),
        ("password", PASSWORD),
    ];
    thief.submit("/signup", &fields).await;
    let path = site.mail().await.path();
    thief.submit(&path, &[]).await.location();
    site.clock.advance(365 * DAY);
    let there = site.guest();
    assert_eq!(log_in(&there, "ann", PASSWORD).await, StatusCode::SEE_OTHER);
    there
        .submit("/settings/email", &[("email", "thief@example.com")])
        .await;
    let path = site.mail().await.path();
    there.submit(&path, &[]).await.location();
    let undo = site.mail().await.path();
    site.clock.advance(-365 * DAY);
    // What is done after the change, though the clock says before: the thief's
    // address is another one, and the one before has a way back.
    let fields = [
        ("email", "thief@example.info"),
        ("current_password", PASSWORD),
    ];
    there.submit("/settings/email", &fields).await.location();
    let path = site.mail().await.path();
    there.submit(&path, &[]).await.location();
    let thiefs = site.mail().await.path();
    assert!(thiefs.starts_with("/undo/"), "{thiefs}");
    let undone = site.guest().submit(&undo, &[]).await;
    assert!(undone.location().starts_with("/reset/"));
    let gone = site.guest().submit(&thiefs, &[]).await;
    assert_eq!(gone.status, StatusCode::GONE);
}
