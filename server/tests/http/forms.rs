//! A form's way, for bodies that no form of ours sends.

use app::error::AppError;
use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};

use crate::harness::site;

const FORMS: [&str; 4] = ["/signup", "/login", "/logout", "/profile/edit"];

#[tokio::test]
async fn a_body_that_is_no_form_is_a_bad_request_and_never_our_fault() {
    let site = site().await;
    let ann = site.member("ann").await;
    for path in FORMS {
        for body in ["bio=%FF", "bio=a%00b", "%C3=x", &"a&".repeat(6000)] {
            let answer = ann.post(path, "text/html", body.to_owned()).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path} {body:.20}");
            answer.says("could not be understood");
            let answer = ann.post(path, "application/json", body.to_owned()).await;
            assert_eq!(
                (answer.status, answer.error()),
                (StatusCode::BAD_REQUEST, AppError::BadRequest)
            );
        }
    }
    for body in [
        "username=ann&username=bob&password=correct+horse",
        "username[]=ann",
        "username=ann&password=a&password=b",
    ] {
        for path in ["/signup", "/login"] {
            let status = site
                .guest()
                .post(path, "text/html", body.to_owned())
                .await
                .status;
            assert!(status.is_client_error(), "{path} {body}: {status}");
        }
    }
}

#[tokio::test]
async fn another_content_type_is_a_bad_request() {
    let site = site().await;
    let ann = site.member("ann").await;
    for path in FORMS {
        for kind in [
            "text/plain",
            "multipart/form-data; boundary=x",
            "application/json",
            "",
        ] {
            let request = Request::post(path)
                .header(header::ACCEPT, "text/html")
                .header("sec-fetch-site", "same-origin")
                .header(header::CONTENT_TYPE, kind)
                .body(Body::from("bio=x"))
                .unwrap();
            assert_eq!(
                ann.send(request).await.status,
                StatusCode::BAD_REQUEST,
                "{path} {kind}"
            );
        }
    }
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_before_any_work() {
    let site = site().await;
    let ann = site.member("ann").await;
    for path in FORMS {
        let large = format!("bio={}", "x".repeat(600 * 1024));
        let answer = ann.post(path, "text/html", large.clone()).await;
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE, "{path}");
        answer.says("This is too large");
        let answer = ann.post(path, "application/json", large).await;
        assert_eq!(
            (answer.status, answer.error()),
            (StatusCode::PAYLOAD_TOO_LARGE, AppError::TooLarge)
        );
    }
    assert_eq!(
        site.ask("SELECT count(*) FROM sessions").await,
        1,
        "nobody was logged out"
    );
}

#[tokio::test]
async fn a_path_without_a_form_takes_none() {
    let site = site().await;
    for path in ["/", "/profile", "/u/ann", "/nowhere"] {
        let answer = site.guest().submit(path, &[("a", "b")]).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
        answer.says("Page not found");
    }
    for method in ["PUT", "DELETE", "PATCH"] {
        let request = Request::builder()
            .method(method)
            .uri("/profile/edit")
            .header("sec-fetch-site", "same-origin")
            .body(Body::empty())
            .unwrap();
        assert_eq!(
            site.guest().send(request).await.status,
            StatusCode::METHOD_NOT_ALLOWED,
            "{method}"
        );
    }
}

#[tokio::test]
async fn a_form_that_fails_for_another_reason_than_its_fields_keeps_what_was_typed_too() {
    let site = site().await;
    site.member("ann").await;
    site.run("ALTER TABLE sessions RENAME TO mislaid")
        .await
        .unwrap();
    let fields = [
        ("username", "ann"),
        ("password", crate::harness::PASSWORD),
        ("next", "/u/ann"),
    ];
    let answer = site.guest().submit("/login", &fields).await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    answer.says("<title>Error: ");
    answer.says("What you typed is still here");
    answer.says("value=\"ann\"");
    answer.says("name=\"next\" value=\"/u/ann\"");
    answer.says_not(crate::harness::PASSWORD);
    // Who signs up now is told to log in, for the account is there.
    let fields = [("username", "bob"), ("password", crate::harness::PASSWORD)];
    assert_eq!(
        site.guest().submit("/signup", &fields).await.location(),
        "/login"
    );
    assert_eq!(site.ask("SELECT count(*) FROM users").await, 2);
}
