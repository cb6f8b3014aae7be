//! Error pages: the site's look, the right status, a way out, nothing of the inside.

use app::error::AppError;
use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use server::Cost;

use crate::harness::{PASSWORD, site, site_with};

#[tokio::test]
async fn a_page_that_does_not_exist_is_a_page() {
    let site = site().await;
    let ann = site.member("ann").await;
    for path in [
        "/nowhere",
        "/Profile",
        "/profile/edit/more",
        "//profile",
        "/profile;x",
        "/admin%2f",
        "/pkg/none.js",
        "/..%2fetc%2fpasswd",
    ] {
        for browser in [&site.guest(), &ann] {
            let answer = browser.visit(path).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
            answer.says("<!DOCTYPE html>");
            answer.says("Page not found");
            answer.says("href=\"/\"");
        }
    }
    ann.visit("/nowhere").await.says("@ann");
}

#[tokio::test]
async fn a_database_that_does_not_answer_is_said_and_loses_nobody_their_session() {
    let site = site().await;
    let ann = site.member("ann").await;
    let guest = site.guest();
    site.store.clone().close().await;
    for answer in [
        ann.visit("/profile").await,
        ann.visit("/nowhere").await,
        guest.visit("/u/ann").await,
        guest
            .submit("/login", &[("username", "ann"), ("password", PASSWORD)])
            .await,
        guest
            .submit("/signup", &[("username", "bob"), ("password", PASSWORD)])
            .await,
        ann.submit("/profile/edit", &[("bio", "Hello")]).await,
    ] {
        assert!(answer.status.is_server_error(), "{}", answer.status);
        answer.says("<!DOCTYPE html>");
        answer.says("try again");
        for inside in ["sqlx", "pool", "Pool", "SELECT", "panicked"] {
            answer.says_not(inside);
        }
        assert_eq!(answer.header("set-cookie"), "");
    }
    let call = ann.call("/profile/edit", &[("bio", "Hello")]).await;
    assert!(matches!(call.error(), AppError::Busy | AppError::Internal));
    assert!(guest.visit("/readyz").await.status.is_server_error());
    assert_eq!(guest.visit("/healthz").await.status, StatusCode::OK);
    assert_eq!(
        guest.visit("/login").await.status,
        StatusCode::OK,
        "a page without data needs none"
    );
}

#[tokio::test]
async fn a_target_that_is_no_path_is_refused_and_panics_nothing() {
    let site = site().await;
    for (method, target) in [
        ("GET", "host:80"),
        ("CONNECT", "host:80"),
        ("POST", "host:80"),
    ] {
        let request = Request::builder()
            .method(method)
            .uri(target)
            .header("accept", "text/html")
            .body(Body::empty())
            .unwrap();
        let answer = site.guest().send(request).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{method}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn more_logins_than_can_wait_are_told_to_come_back_and_pages_go_on() {
    let site = site_with(None, Cost::Recommended).await;
    let logins = (0..120).map(|_| {
        let browser = site.guest();
        let fields = [("username", "nobody1"), ("password", PASSWORD)];
        tokio::spawn(async move { browser.submit("/login", &fields).await })
    });
    let logins: Vec<_> = logins.collect();
    assert_eq!(site.guest().visit("/login").await.status, StatusCode::OK);
    let mut busy = 0;
    for login in logins {
        let answer = login.await.unwrap();
        match answer.status {
            StatusCode::UNPROCESSABLE_ENTITY => answer.says("Check your username"),
            other => {
                assert_eq!(other, StatusCode::SERVICE_UNAVAILABLE);
                assert_eq!(answer.header("retry-after"), "2");
                answer.says("The server is busy");
                answer.says("value=\"nobody1\"");
                busy += 1;
            }
        }
    }
    assert!(
        (1..=62).contains(&busy),
        "{busy} of 120 were refused; 58 find a place"
    );
}

#[tokio::test]
async fn a_page_that_fails_says_by_which_number_the_log_knows_it() {
    let site = site().await;
    let ann = site.member("ann").await;
    site.run("ALTER TABLE profile_changes RENAME TO mislaid")
        .await
        .unwrap();
    let failed = ann.visit("/profile/history").await;
    assert_eq!(failed.status, StatusCode::INTERNAL_SERVER_ERROR);
    failed.says("If you report this, quote this number:");
    let id = failed.header("x-request-id");
    assert_eq!(id.len(), 36);
    failed.says(&format!("<code dir=\"ltr\">{id}</code>"));
    let missing = ann.visit("/no/such/page").await;
    missing.says_not("quote this number");
}
