//! Guessing and floods: how often something may be tried, and by whom.

use axum::http::StatusCode;
use server::{Cost, Limits};

use crate::harness::{Answer, Browser, PASSWORD, Setup, site};

const HOUR: i64 = 60 * 60 * 1000;

fn limited() -> Setup {
    Setup {
        limits: Limits::default(),
        ..Setup::default()
    }
}

fn limited_to(limits: &str) -> Setup {
    Setup {
        limits: limits.parse().unwrap(),
        ..Setup::default()
    }
}

async fn log_in(browser: &Browser, username: &str, password: &str) -> Answer {
    let fields = [("username", username), ("password", password)];
    browser.submit("/login", &fields).await
}

async fn fails(browser: &Browser, username: &str) {
    let answer = log_in(browser, username, "wrong password").await;
    assert_eq!(
        answer.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "{}",
        answer.summary()
    );
}

async fn is_too_many(browser: &Browser, username: &str) -> Answer {
    let answer = log_in(browser, username, PASSWORD).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS, "{username}");
    answer
}

#[tokio::test]
async fn after_ten_wrong_passwords_one_waits_and_what_was_typed_is_kept() {
    let site = limited().build().await;
    site.member("ann").await;
    for address in 1..=10 {
        fails(&site.guest_from(&format!("192.0.2.{address}")), "ann").await;
    }
    let refused = is_too_many(&site.guest_from("198.51.100.1"), "Ann").await;
    assert_eq!(refused.header("retry-after"), "360");
    refused.says("<title>Error: Log in");
    refused.says("Too many attempts. What you typed is still here. Send it again in 6 minutes.");
    refused.says("value=\"Ann\"");
    refused.says_not(PASSWORD);
    refused.says("href=\"#f-password\">Password: enter it again, because it is not kept");
    let guest = site.guest();
    let called = guest.call("/login", &[("username", "ann"), ("password", "x")]);
    let called = called.await;
    assert_eq!(called.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(called.header("retry-after"), "360");
    // Somebody else is not in the way.
    site.member("bob").await;
    site.clock.advance(HOUR / 10);
    fails(&site.guest(), "ann").await;
    is_too_many(&site.guest(), "ann").await;
    site.clock.advance(HOUR);
    assert_eq!(
        log_in(&site.guest(), "ann", PASSWORD).await.location(),
        "/profile"
    );
}

#[tokio::test]
async fn a_name_that_nobody_has_is_limited_like_anybodys() {
    let site = limited().build().await;
    site.member("ann").await;
    let ask = async |username: &str| {
        let mut statuses = Vec::new();
        for address in 1..=12 {
            let guest = site.guest_from(&format!("192.0.2.{address}"));
            let answer = log_in(&guest, username, "wrong password").await;
            statuses.push((answer.status, answer.header("retry-after").to_owned()));
        }
        statuses
    };
    assert_eq!(ask("ann").await, ask("nobody-here").await);
}

#[tokio::test]
async fn a_sign_up_form_is_no_other_door_to_guess_at() {
    let site = limited().build().await;
    let form = |password| {
        [
            ("username", "ann"),
            ("password", password),
            ("idempotency_key", "known to who guesses"),
        ]
    };
    let ann = site.guest().submit("/signup", &form(PASSWORD)).await;
    assert_eq!(ann.location(), "/profile");
    for address in 1..=10 {
        let guest = site.guest_from(&format!("192.0.2.{address}"));
        let wrong = guest.submit("/signup", &form("a wrong password")).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        wrong.says("this name is taken");
    }
    let right = site
        .guest_from("198.51.100.1")
        .submit("/signup", &form(PASSWORD))
        .await;
    assert_eq!(right.status, StatusCode::TOO_MANY_REQUESTS);
    is_too_many(&site.guest(), "ann").await;
}

#[tokio::test]
async fn one_password_on_many_users_is_limited_by_address_and_ipv6_by_network() {
    let site = limited_to("log_in.address=5/1h").build().await;
    site.member("ann").await;
    for address in ["192.0.2.9", "2001:db8:1:2::1"] {
        for name in 0..5 {
            fails(&site.guest_from(address), &format!("user-{name}")).await;
        }
        is_too_many(&site.guest_from(address), "ann").await;
    }
    is_too_many(&site.guest_from("2001:db8:1:2:ffff::9"), "ann").await;
    fails(&site.guest_from("2001:db8:1:3::1"), "ann").await;
    fails(&site.guest_from("192.0.2.10"), "ann").await;
}

#[tokio::test]
async fn a_success_costs_nothing_and_forgives_nothing() {
    let site = limited_to("log_in.name=3/1h, log_in.device=off")
        .build()
        .await;
    site.member("ann").await;
    for _ in 0..5 {
        assert_eq!(
            log_in(&site.guest(), "ann", PASSWORD).await.location(),
            "/profile"
        );
    }
    fails(&site.guest(), "ann").await;
    fails(&site.guest(), "ann").await;
    log_in(&site.guest(), "ann", PASSWORD).await;
    fails(&site.guest(), "ann").await;
    is_too_many(&site.guest(), "ann").await;
}

#[tokio::test]
async fn who_logged_in_on_this_device_before_is_not_locked_out() {
    let site = limited().build().await;
    let ann = site.member("ann").await;
    ann.submit("/logout", &[]).await;
    let bob = site.member("bob").await;
    bob.submit("/logout", &[]).await;
    for address in 1..=10 {
        fails(&site.guest_from(&format!("198.51.100.{address}")), "ann").await;
    }
    is_too_many(&site.guest(), "ann").await;
    // Knowing the device of somebody else helps nobody.
    is_too_many(&bob, "ann").await;
    fails(&ann, "ann").await;
    assert_eq!(log_in(&ann, "ann", PASSWORD).await.location(), "/profile");
    // And the device has a limit of its own.
    ann.forget_session();
    for _ in 0..19 {
        fails(&ann, "ann").await;
    }
    is_too_many(&ann, "ann").await;
}

/// The cookie that knows the browser, as `name=value`.
fn device(browser: &Browser) -> String {
    let cookies = browser.cookies();
    let mut cookies = cookies.split("; ");
    cookies
        .find(|pair| pair.starts_with("device="))
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn a_planted_device_cookie_is_replaced_at_login() {
    let site = limited().build().await;
    site.member("ann").await;
    let planted = format!("device={}", "A".repeat(43));
    let victim = site.guest();
    victim.set_cookie(&planted);
    log_in(&victim, "ann", PASSWORD).await;
    let given = device(&victim);
    assert_ne!(given, planted);
    // One that is stolen is good for nothing either once its owner has logged in again.
    victim.forget_session();
    log_in(&victim, "ann", PASSWORD).await;
    assert_ne!(device(&victim), given);
    for address in 1..=10 {
        fails(&site.guest_from(&format!("198.51.100.{address}")), "ann").await;
    }
    for dead in [planted, given] {
        let thief = site.guest();
        thief.set_cookie(&dead);
        is_too_many(&thief, "ann").await;
    }
    victim.forget_session();
    assert_eq!(
        log_in(&victim, "ann", PASSWORD).await.location(),
        "/profile"
    );
}

#[tokio::test]
async fn a_browser_knows_all_who_use_it_and_counts_their_guesses_through_every_login() {
    let site = limited().build().await;
    let browser = site.member("ann").await;
    site.member("bob").await;
    browser.forget_session();
    log_in(&browser, "bob", PASSWORD).await;
    browser.forget_session();
    for address in 1..=10 {
        fails(&site.guest_from(&format!("198.51.100.{address}")), "ann").await;
    }
    is_too_many(&site.guest(), "ann").await;
    // Also with a second cookie of the name, which somebody has planted.
    let both = format!("device={}; {}", "A".repeat(43), device(&browser));
    browser.set_cookie(&both);
    for _ in 0..20 {
        fails(&browser, "ann").await;
    }
    is_too_many(&browser, "ann").await;
    // Another id of the browser is no new start for who guesses in it.
    log_in(&browser, "bob", PASSWORD).await;
    browser.forget_session();
    is_too_many(&browser, "ann").await;
}

#[tokio::test]
async fn a_new_password_forgets_the_devices_of_the_old_one() {
    let site = limited().build().await;
    let ann = site.member("ann").await;
    let stolen = site.guest();
    log_in(&stolen, "ann", PASSWORD).await;
    let new = [
        ("current_password", PASSWORD),
        ("password", "another long sentence"),
    ];
    ann.submit("/settings/password", &new).await;
    stolen.forget_session();
    for _ in 0..10 {
        fails(&stolen, "ann").await;
    }
    is_too_many(&stolen, "ann").await;
}

#[tokio::test]
async fn a_restart_forgives_nothing() {
    let site = limited().build().await;
    site.member("ann").await;
    for _ in 0..10 {
        fails(&site.guest(), "ann").await;
    }
    let site = site.restart(limited()).await;
    is_too_many(&site.guest(), "ann").await;
    let site = site.restart(Setup::default()).await;
    assert_eq!(
        log_in(&site.guest(), "ann", PASSWORD).await.location(),
        "/profile"
    );
}

#[tokio::test]
async fn fifty_guesses_at_once_are_fifty_guesses() {
    let site = limited().build().await;
    site.member("ann").await;
    let tries = (0..50).map(|address| {
        let guest = site.guest_from(&format!("203.0.113.{address}"));
        tokio::spawn(async move { log_in(&guest, "ann", "wrong password").await.status })
    });
    let mut judged = 0;
    for tried in tries.collect::<Vec<_>>() {
        judged += usize::from(tried.await.unwrap() == StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(judged, 10);
}

#[tokio::test]
async fn who_the_proxy_says_counts_and_who_the_client_says_does_not() {
    let by_proxy = Setup {
        trusted_proxies: "192.0.2.100".parse().unwrap(),
        ..limited_to("log_in.address=2/1h, log_in.name=off")
    };
    let site = by_proxy.build().await;
    let ask = async |peer: &str, forwarded: &str| {
        let request = axum::http::Request::post("/login")
            .header("accept", "text/html")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("host", "localhost")
            .header("origin", "http://localhost")
            .header("x-forwarded-for", forwarded)
            .body("username=nobody&password=wrong".into())
            .unwrap();
        site.guest_from(peer).send(request).await.status.as_u16()
    };
    for _ in 0..2 {
        assert_eq!(ask("192.0.2.100", "198.51.100.1").await, 422);
    }
    assert_eq!(ask("192.0.2.100", "198.51.100.1").await, 429);
    assert_eq!(ask("192.0.2.100", "203.0.113.1, 198.51.100.1").await, 429);
    assert_eq!(ask("192.0.2.100", "198.51.100.2").await, 422);
    // Straight to us, and lying.
    for forged in 3..5 {
        let forged = format!("198.51.100.{forged}");
        assert_eq!(ask("192.0.2.66", &forged).await, 422);
    }
    assert_eq!(ask("192.0.2.66", "198.51.100.9").await, 429);
}

#[tokio::test]
async fn the_current_password_is_not_for_guessing_either() {
    let site = limited().build().await;
    let ann = site.member("ann").await;
    let change = async |current: &str| {
        let fields = [
            ("current_password", current),
            ("password", "another long sentence"),
        ];
        ann.submit("/settings/password", &fields)
            .await
            .status
            .as_u16()
    };
    for _ in 0..10 {
        assert_eq!(change("wrong password").await, 422);
    }
    assert_eq!(change(PASSWORD).await, 429);
    ann.visit("/settings/activity")
        .await
        .says("Wrong password entered to confirm an action");
    // Whoever sits at a stolen session does not keep the owner from it in theirs.
    let owner = site.guest();
    log_in(&owner, "ann", PASSWORD).await;
    let fields = [
        ("current_password", PASSWORD),
        ("password", "another long sentence"),
    ];
    let changed = owner.submit("/settings/password", &fields).await;
    assert_eq!(changed.location(), "/settings?password");
    let ann = site.guest();
    let fields = [("username", "ann"), ("password", "another long sentence")];
    ann.submit("/login", &fields).await;
    let change = async |current: &str| {
        let fields = [("current_password", current), ("password", PASSWORD)];
        ann.submit("/settings/password", &fields)
            .await
            .status
            .as_u16()
    };
    for _ in 0..10 {
        change("wrong password").await;
    }
    assert_eq!(change("another long sentence").await, 429);
    site.clock.advance(HOUR);
    assert_eq!(change("another long sentence").await, 303);
}

#[tokio::test]
async fn right_logins_leave_no_heap_of_sessions() {
    let site = limited_to("log_in.right=200/1h").build().await;
    site.member("ann").await;
    for _ in 0..70 {
        let answer = log_in(&site.guest(), "ann", PASSWORD).await;
        assert_eq!(answer.location(), "/profile");
    }
    assert_eq!(site.ask("SELECT count(*) FROM sessions").await, 50);
    assert_eq!(site.ask("SELECT count(*) FROM devices").await, 50);
    let site = site.restart(limited_to("log_in.right=5/1h")).await;
    for _ in 0..5 {
        log_in(&site.guest(), "ann", PASSWORD).await;
    }
    is_too_many(&site.guest(), "ann").await;
}

#[tokio::test]
async fn accounts_are_not_made_by_the_hundred() {
    let site = limited_to("sign_up.address=3/1h").build().await;
    let sign_up = async |username: String| {
        let fields = [("username", username.as_str()), ("password", PASSWORD)];
        site.guest().submit("/signup", &fields).await
    };
    for number in 0..3 {
        assert_eq!(
            sign_up(format!("user-{number}")).await.location(),
            "/profile"
        );
    }
    let refused = sign_up("user-3".to_owned()).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    refused.says("value=\"user-3\"");
    assert_eq!(site.ask("SELECT count(*) FROM users").await, 3);
}

#[tokio::test]
async fn saves_beyond_the_limit_keep_what_was_typed_and_change_nothing() {
    let site = limited_to("save.user=2/1h").build().await;
    let ann = site.member("ann").await;
    ann.save(&[("location", "Kiel")]).await;
    ann.save(&[("location", "Lübeck")]).await;
    let refused = ann.submit("/profile/edit", &[("location", "Husum")]).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    refused.says("value=\"Husum\"");
    assert_eq!(refused.header("retry-after"), "1800");
    ann.visit("/profile").await.says("Lübeck");
}

#[tokio::test]
async fn a_limit_that_is_off_counts_nothing() {
    let site = site().await;
    site.member("ann").await;
    for _ in 0..30 {
        fails(&site.guest(), "ann").await;
    }
    assert_eq!(site.ask("SELECT count(*) FROM limits").await, 0);
}

#[tokio::test]
async fn what_counts_no_longer_is_swept_and_names_nobody() {
    let site = limited().build().await;
    fails(&site.guest(), "a-name-nobody-has").await;
    assert_eq!(site.ask("SELECT count(*) FROM limits").await, 2);
    let content = site.content().await;
    let name = b"a-name-nobody-has";
    assert!(!content.windows(name.len()).any(|bytes| bytes == name));
    site.clock.advance(HOUR);
    fails(&site.guest_from("192.0.2.2"), "other").await;
    site.sweep(0).await;
    assert_eq!(site.ask("SELECT count(*) FROM limits").await, 2);
}

/// Twice the time of a hash, and more, would be seen from here.
#[tokio::test]
async fn a_login_that_is_refused_for_its_number_hashes_nothing() {
    let setup = Setup {
        cost: Cost::Recommended,
        ..limited()
    };
    let site = setup.build().await;
    for _ in 0..10 {
        fails(&site.guest(), "nobody").await;
    }
    let flood = (0..200).map(|_| {
        let guest = site.guest();
        tokio::spawn(async move { log_in(&guest, "nobody", "x").await.status })
    });
    for answer in flood.collect::<Vec<_>>() {
        // A queue for hashes would be full, and answer 503.
        assert_eq!(answer.await.unwrap(), StatusCode::TOO_MANY_REQUESTS);
    }
}

#[tokio::test]
async fn who_has_chosen_a_password_by_a_link_is_not_locked_out_there() {
    let setup = || Setup {
        limits: "mail.recipient=off".parse().unwrap(),
        ..Setup::default()
    };
    let site = setup().build().await;
    let fields = [
        ("username", "ann"),
        ("email", "ann@example.net"),
        ("password", PASSWORD),
    ];
    site.guest().submit("/signup", &fields).await;
    let path = site.mail().await.path();
    site.guest().submit(&path, &[]).await;
    for address in 1..=10 {
        fails(&site.guest_from(&format!("198.51.100.{address}")), "ann").await;
    }
    let ann = site.guest();
    ann.submit("/forgot", &[("email", "ann@example.net")]).await;
    let path = site.mail().await.path();
    let new = "another long sentence";
    ann.submit(&path, &[("password", new)]).await;
    is_too_many(&site.guest(), "ann").await;
    assert_eq!(log_in(&ann, "ann", new).await.location(), "/profile");
}

#[tokio::test]
async fn a_guess_at_the_current_password_counts_even_where_it_is_the_last_but_one() {
    let setup = Setup {
        limits: "password.session=3/1h".parse().unwrap(),
        ..Setup::default()
    };
    let site = setup.build().await;
    let ann = site.member("ann").await;
    let change = async |current: &str| {
        let form = [
            ("current_password", current),
            ("password", "another passphrase"),
        ];
        ann.submit("/settings/password", &form).await.status
    };
    // Each looks at both passwords, and so is two.
    assert_eq!(change("wrong").await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(change("wrong again").await, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(change(PASSWORD).await, StatusCode::TOO_MANY_REQUESTS);
}
