//! Logging in and out, sessions, and the way back to where one was.

use app::{error::AppError, profile::rules::violation::Violation};
use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use server::Cost;

use crate::harness::{DAY, PASSWORD, site, site_with};

#[tokio::test]
async fn who_logs_in_from_somebodys_profile_comes_back_to_it() {
    let site = site().await;
    site.member("ann").await;
    for path in ["/u/ann", "/u/nobody"] {
        let page = site.guest().visit(path).await;
        page.says(&format!("<a href=\"/login?next={path}\">"));
        page.says(&format!("<a href=\"/signup?next={path}\" class"));
    }
    // A page that leads on by itself is none to come back to.
    for path in ["/", "/signup", "/forgot", "/verify/x"] {
        site.guest().visit(path).await.says("<a href=\"/login\">");
    }
}

#[tokio::test]
async fn a_guest_on_a_members_page_logs_in_and_comes_back() {
    let site = site().await;
    site.member("ann").await;
    let guest = site.guest();
    for page in ["/profile", "/profile/edit"] {
        let answer = guest.visit(page).await;
        assert_eq!(answer.location(), format!("/login?next={page}"));
    }
    let page = guest.visit("/login?next=/profile/edit").await;
    page.says("name=\"next\" value=\"/profile/edit\"");
    let answer = guest
        .submit(
            "/login",
            &[
                ("username", "ann"),
                ("password", PASSWORD),
                ("next", "/profile/edit"),
            ],
        )
        .await;
    assert_eq!(answer.location(), "/profile/edit");
    assert_eq!(guest.visit("/profile/edit").await.status, StatusCode::OK);
}

#[tokio::test]
async fn one_logs_in_by_username_or_email_in_any_case() {
    let site = site().await;
    let signed_up = site
        .guest()
        .submit(
            "/signup",
            &[
                ("username", "Ann"),
                ("email", "Ann@Example.org"),
                ("password", PASSWORD),
            ],
        )
        .await;
    assert_eq!(signed_up.location(), "/profile");
    let path = site.mail().await.path();
    site.guest().submit(&path, &[]).await;
    for name in ["Ann", "ann", "ANN", " ann ", "ann@example.org"] {
        let answer = site
            .guest()
            .submit("/login", &[("username", name), ("password", PASSWORD)])
            .await;
        assert_eq!(answer.location(), "/profile", "{name}");
    }
}

#[tokio::test]
async fn every_wrong_pair_gets_the_same_answer() {
    let site = site().await;
    site.member("ann").await;
    site.member("off").await;
    site.run("UPDATE users SET status = 'disabled' WHERE username = 'off'")
        .await
        .unwrap();
    site.run("INSERT INTO users (username, username_key) VALUES ('nopass', 'nopass')")
        .await
        .unwrap();
    let long = "x".repeat(50_000);
    let mut bodies = Vec::new();
    for (name, password) in [
        ("ann", "wrong password"),
        ("nobody1", PASSWORD),
        ("off", PASSWORD),
        ("nopass", PASSWORD),
        ("ann", &long),
    ] {
        let answer = site
            .guest()
            .submit("/login", &[("username", name), ("password", password)])
            .await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        answer.says("Check your username and password");
        answer.says_not(PASSWORD);
        bodies.push(answer.without_question().replace(name, "NAME"));
        let call = site
            .guest()
            .call("/login", &[("username", name), ("password", password)])
            .await;
        assert_eq!(
            call.error(),
            AppError::invalid("username", Violation::WrongCredentials)
        );
    }
    assert!(bodies.iter().all(|body| *body == bodies[0]));
}

#[tokio::test]
async fn empty_fields_say_which_is_empty() {
    let site = site().await;
    let answer = site
        .guest()
        .submit("/login", &[("username", ""), ("password", "")])
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    answer.says("Username: this field is required");
    answer.says("Password: this field is required");
}

#[tokio::test]
async fn a_session_from_before_the_login_is_dead_after_it() {
    let site = site().await;
    let ann = site.member("ann").await;
    let before = ann.cookie().unwrap();
    let answer = ann
        .submit("/login", &[("username", "ann"), ("password", PASSWORD)])
        .await;
    assert_eq!(answer.location(), "/profile");
    assert_ne!(ann.cookie().unwrap(), before);
    let thief = site.guest();
    thief.set_cookie(&before);
    assert_eq!(
        thief.visit("/profile").await.location(),
        "/login?next=/profile"
    );
    assert_eq!(site.ask("SELECT count(*) FROM sessions").await, 1);
}

#[tokio::test]
async fn logging_out_kills_the_session_and_back_shows_nothing() {
    let site = site().await;
    let ann = site.member("ann").await;
    assert_eq!(
        ann.visit("/profile").await.header("cache-control"),
        "no-store"
    );
    let cookie = ann.cookie().unwrap();
    assert_eq!(ann.submit("/logout", &[]).await.location(), "/");
    assert_eq!(ann.cookie(), None);
    let thief = site.guest();
    thief.set_cookie(&cookie);
    assert_eq!(
        thief.visit("/profile").await.location(),
        "/login?next=/profile"
    );
    assert_eq!(
        thief.visit("/logout").await.status,
        StatusCode::NOT_FOUND,
        "a GET logs nobody out"
    );
}

#[tokio::test]
async fn a_session_ends_after_thirty_days_however_much_it_is_used() {
    let site = site().await;
    let ann = site.member("ann").await;
    for _ in 0..3 {
        site.clock.advance(9 * DAY);
        assert_eq!(ann.visit("/profile").await.status, StatusCode::OK);
        site.until_seen().await;
    }
    site.clock.advance(3 * DAY - 1);
    assert_eq!(ann.visit("/profile").await.status, StatusCode::OK);
    site.until_seen().await;
    site.clock.advance(1);
    assert_eq!(
        ann.visit("/profile").await.location(),
        "/login?next=/profile"
    );
    site.member("bob").await;
    site.sweep(0).await;
    assert_eq!(
        site.ask("SELECT count(*) FROM sessions").await,
        1,
        "what has expired is swept"
    );
}

#[tokio::test]
async fn a_disabled_user_is_out_at_once_and_hidden() {
    let site = site().await;
    let ann = site.member("ann").await;
    site.run("UPDATE users SET status = 'disabled'")
        .await
        .unwrap();
    assert_eq!(
        ann.visit("/profile").await.location(),
        "/login?next=/profile"
    );
    assert_eq!(
        site.guest().visit("/u/ann").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn a_cookie_that_is_no_session_is_a_guests() {
    let site = site().await;
    let ann = site.member("ann").await;
    let good = ann.cookie().unwrap();
    let long = format!("session={}", "A".repeat(8192));
    for cookie in [
        "session=",
        "session=garbage",
        "session=%00",
        &good[..good.len() - 2],
        &long,
        "session",
    ] {
        let browser = site.guest();
        browser.set_cookie(cookie);
        assert_eq!(
            browser.visit("/profile").await.location(),
            "/login?next=/profile",
            "{cookie}"
        );
    }
    assert_eq!(site.ask("SELECT count(*) FROM sessions").await, 1);
}

#[tokio::test]
async fn the_cookie_is_guarded_and_the_database_holds_only_its_hash() {
    let site = site_with(Some("https://example.org"), Cost::Trifling).await;
    let answer = site
        .guest()
        .submit("/signup", &[("username", "ann"), ("password", PASSWORD)])
        .await;
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("__Host-session="), "{cookie}");
    for part in ["; Path=/", "; HttpOnly", "; SameSite=Lax", "; Secure"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let id = cookie.split(['=', ';']).nth(1).unwrap();
    assert_eq!(id.len(), 43, "256 bits");
    let content = site.content().await;
    let found = content
        .windows(id.len())
        .any(|bytes| bytes == id.as_bytes());
    assert!(!found);
}

/// What a browser keeps apart from the name of the cookie, and lets any host of the domain
/// set: here it is another name as well.
#[tokio::test]
async fn another_host_of_the_domain_signs_nobody_in_or_out() {
    let site = site_with(Some("https://example.org"), Cost::Trifling).await;
    let (ann, eve) = (site.member("ann").await, site.member("eve").await);
    let (own, planted) = (ann.cookie().unwrap(), eve.cookie().unwrap());
    for space in [
        "\u{2000}", "\u{A0}", "\u{85}", "\u{3000}", "\u{FEFF}", "\"", "=",
    ] {
        let guest = site.guest();
        guest.set_cookie(&format!("{space}{planted}"));
        let page = guest.visit("/profile").await;
        assert_eq!(page.location(), "/login?next=/profile", "{space:?}");
        for both in [
            format!("{own}; {space}{planted}"),
            format!("{space}{planted}; {own}"),
            format!("{own}; {space}__Host-session=x"),
        ] {
            let member = site.guest();
            member.set_cookie(&both);
            member.visit("/profile").await.says("@ann");
        }
    }
}

/// Over plain http nothing keeps other hosts of a domain from adding cookies of one's name.
#[tokio::test]
async fn a_cookie_that_is_planted_beside_ones_own_makes_nobody_somebody_else() {
    let site = site().await;
    let (ann, eve) = (site.member("ann").await, site.member("eve").await);
    let (own, foreign) = (ann.cookie().unwrap(), eve.cookie().unwrap());
    let never_was = format!("session={}", "A".repeat(43));
    let with = async |cookies: String| {
        let browser = site.guest();
        browser.set_cookie(&cookies);
        browser.visit("/profile").await
    };
    for planted in ["session=", "session=x", &never_was, &own] {
        with(format!("{planted}; {own}")).await.says("@ann");
        with(format!("{own}; {planted}")).await.says("@ann");
    }
    // Of two who are logged in nobody knows which is meant.
    for both in [format!("{own}; {foreign}"), format!("{foreign}; {own}")] {
        assert_eq!(with(both).await.location(), "/login?next=/profile");
    }
    // Logging in makes it one again: the browser's own is replaced.
    let browser = site.guest();
    browser.set_cookie(&format!("{never_was}; {own}"));
    let form = [("username", "ann"), ("password", PASSWORD)];
    browser.submit("/login", &form).await;
    browser.visit("/profile").await.says("@ann");
}

#[tokio::test]
async fn two_sites_of_one_machine_do_not_log_each_others_users_out() {
    let one = site_with(Some("http://localhost:3000"), Cost::Trifling).await;
    let two = site_with(Some("http://localhost:3001"), Cost::Trifling).await;
    let (ann, bob) = (one.member("ann").await, two.member("bob").await);
    let all = format!("{}; {}", ann.cookies(), bob.cookies());
    for (site, name) in [(&one, "@ann"), (&two, "@bob")] {
        let browser = site.guest();
        browser.set_cookie(&all);
        browser.visit("/profile").await.says(name);
    }
    assert_eq!(all.matches("session-300").count(), 2);
    assert_eq!(all.matches("device-300").count(), 2);
}

#[tokio::test]
async fn a_login_from_another_site_is_refused() {
    let site = site().await;
    site.member("ann").await;
    let body = format!("username=ann&password={PASSWORD}");
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.example"),
        ("origin", "null"),
    ] {
        let request = Request::post("/login")
            .header(header::HOST, "localhost")
            .header(header::ACCEPT, "text/html")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(name, value);
        let answer = site
            .guest()
            .send(request.body(Body::from(body.clone())).unwrap())
            .await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{name}: {value}");
        answer.says("This form came from another address");
        assert_eq!(answer.header("set-cookie"), "");
    }
}

#[tokio::test]
async fn a_request_with_a_session_says_where_it_comes_from() {
    let site = site().await;
    let ann = site.member("ann").await;
    let post = || {
        Request::post("/logout")
            .header(header::HOST, "localhost")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
    };
    assert_eq!(
        ann.send(post().body(Body::empty()).unwrap()).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(ann.visit("/profile").await.status, StatusCode::OK);
    // A program has no session, and may log in.
    let login = Request::post("/login")
        .header(header::HOST, "localhost")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(format!(
            "username=ann&password={}",
            PASSWORD.replace(' ', "+")
        )))
        .unwrap();
    let answer = site.guest().send(login).await;
    assert_eq!(
        (answer.status, answer.text.as_str()),
        (StatusCode::OK, "\"/profile\"")
    );
}

#[tokio::test]
async fn a_stored_hash_that_would_take_all_memory_is_a_wrong_password() {
    let site = site().await;
    let ann = site.member("ann").await;
    for sql in [
        "UPDATE users SET password_hash = '$argon2id$v=19$m=4294967295,t=1,p=1$c2FsdHNhbHRzYWx0$MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI'",
        "UPDATE users SET password_hash = '$argon2id$v=19$m=19456,t=2000000,p=1$c2FsdHNhbHRzYWx0$MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI'",
        "UPDATE users SET password_hash = '$argon2id$'",
    ] {
        site.run(sql).await.unwrap();
        let fields = [("username", "ann"), ("password", PASSWORD)];
        let refused = site.guest().submit("/login", &fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{sql}");
        refused.says("Check your username");
        let change = [
            ("current_password", PASSWORD),
            ("password", "another long one"),
        ];
        let refused = ann.submit("/settings/password", &change).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{sql}");
    }
}
