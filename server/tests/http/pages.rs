//! Pages as they arrive: finished, small, the same for everybody they are for.

use axum::http::StatusCode;

use crate::harness::{Setup, in_project, site};

#[tokio::test]
async fn the_start_page_welcomes_a_guest_and_shows_a_member_the_own_profile() {
    let site = site().await;
    let welcome = site.guest().visit("/").await;
    assert_eq!(welcome.status, StatusCode::OK);
    welcome.says("href=\"/signup\"");
    let ann = site.member("ann").await;
    ann.visit("/").await.says("@ann");
    assert_eq!(
        ann.visit("/login?next=/u/ann").await.location(),
        "/u/ann",
        "a member need not log in again"
    );
}

#[tokio::test]
async fn a_page_arrives_whole_in_one_document() {
    let site = site().await;
    let ann = site.member("ann").await;
    for path in ["/", "/profile", "/profile/edit", "/u/ann"] {
        let page = ann.visit(path).await;
        assert!(page.text.starts_with("<!DOCTYPE html>"), "{path}");
        assert_eq!(page.text.matches("<h1").count(), 1, "{path}");
        assert_eq!(page.text.matches("<main").count(), 1, "{path}");
        assert_eq!(page.text.matches("<title>").count(), 1, "{path}");
        page.says("<html lang=\"en\" dir=\"ltr\">");
        page.says("href=\"#content\"");
        assert!(page.text.trim_end().ends_with("</html>"), "{path}");
    }
}

#[tokio::test]
async fn an_empty_profile_says_what_is_missing_to_its_owner_only() {
    let site = site().await;
    let ann = site.member("ann").await;
    let own = ann.visit("/profile").await;
    own.says("Still empty");
    own.says("href=\"/profile/edit#f-bio\"");
    let public = site.guest().visit("/u/ann").await;
    public.says_not("Still empty");
    public.says_not("/profile/edit");
    public.says_not("<dt>");
}

#[tokio::test]
async fn a_members_page_is_for_no_cache_and_for_nobody_outside() {
    let site = site().await;
    let ann = site.member("ann").await;
    for path in ["/profile", "/profile/edit"] {
        let page = ann.visit(path).await;
        assert_eq!(page.header("cache-control"), "no-store", "{path}");
        let outside = site.guest().visit(path).await;
        assert_eq!(outside.location(), format!("/login?next={path}"));
    }
    assert_eq!(
        site.guest().visit("/u/ann").await.header("cache-control"),
        "no-cache"
    );
}

#[tokio::test]
async fn a_profile_is_a_small_page() {
    let site = site().await;
    let ann = site.member("ann").await;
    ann.submit(
        "/profile/edit",
        &[
            ("first_name", "Ann"),
            ("location", "Kiel"),
            ("bio", &"word ".repeat(100)),
        ],
    )
    .await;
    let page = site.guest().visit("/u/ann").await;
    assert!(page.text.len() < 6 * 1024, "{} bytes", page.text.len());
}

#[tokio::test]
async fn a_head_request_is_a_get_without_a_body() {
    let site = site().await;
    let request = axum::http::Request::head("/login")
        .body(axum::body::Body::empty())
        .unwrap();
    let answer = site.guest().send(request).await;
    assert_eq!((answer.status, answer.text.as_str()), (StatusCode::OK, ""));
}

#[tokio::test]
async fn the_components_are_shown_together_in_a_development_build() {
    let visit = async |in_development| {
        let setup = Setup {
            in_development,
            ..Setup::default()
        };
        setup.build().await.guest().visit("/design").await
    };
    assert_eq!(visit(false).await.status, StatusCode::NOT_FOUND);
    assert_eq!(visit(true).await.status, StatusCode::OK);
    let folder = in_project("app/src/ui");
    let shown = std::fs::read_to_string(folder.join("../design.rs")).unwrap();
    for file in std::fs::read_dir(folder).unwrap() {
        let source = std::fs::read_to_string(file.unwrap().path()).unwrap();
        let parts = source.split("#[component]\npub fn ").skip(1);
        for name in parts.map(|rest| rest.split('(').next().unwrap()) {
            // The frame of the page, what is its whole, and what others are made of.
            if !["Page", "Footer", "ErrorPage", "Field"].contains(&name) {
                assert!(shown.contains(&format!("<{name}")), "{name} is not shown");
            }
        }
    }
}
