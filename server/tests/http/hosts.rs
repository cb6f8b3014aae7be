//! The host that a request names, and what a page of another one may do whose name suddenly
//! leads here (DNS rebinding): nothing.

use axum::{
    body::Body,
    http::{Request, StatusCode},
};

use crate::harness::{Answer, Browser, PASSWORD, SITE, Setup, Site, site};

async fn visit(browser: &Browser, host: &str, path: &str) -> Answer {
    let request = Request::get(path)
        .header("host", host)
        .header("accept", "text/html");
    browser.send(request.body(Body::empty()).unwrap()).await
}

async fn behind_a_proxy() -> Site {
    let setup = Setup {
        public_url: Some(SITE),
        trusted_proxies: "192.0.2.9".parse().unwrap(),
        ..Setup::default()
    };
    setup.build().await
}

#[tokio::test]
async fn a_page_of_another_name_reads_nothing_and_signs_nobody_up() {
    for site in [site().await, behind_a_proxy().await] {
        site.member("ann").await;
        let guest = site.guest();
        for path in ["/", "/login", "/u/ann", "/u/ann/card.vcf", "/nowhere"] {
            let answer = visit(&guest, "evil.test", path).await;
            assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST, "{path}");
            answer.says("This site has a different address");
            answer.says_not("@ann");
        }
        let form = format!("username=eve&password={}", PASSWORD.replace(' ', "+"));
        let rebound = Request::post("/signup")
            .header("host", "evil.test:3000")
            .header("origin", "http://evil.test:3000")
            .header("sec-fetch-site", "same-origin")
            .header("accept", "application/json")
            .header("content-type", "application/x-www-form-urlencoded");
        let refused = guest.send(rebound.body(form.into()).unwrap()).await;
        assert_eq!(refused.status, StatusCode::MISDIRECTED_REQUEST);
        assert_eq!(refused.error(), app::error::AppError::Misdirected);
        assert_eq!(site.ask("SELECT count(*) FROM users").await, 1);
        // Whoever looks whether it runs has whatever name for it.
        for path in ["/healthz", "/readyz"] {
            let answer = visit(&guest, "evil.test", path).await;
            assert_eq!(
                (answer.status, answer.text.as_str()),
                (StatusCode::OK, "ok")
            );
        }
    }
}

#[tokio::test]
async fn a_site_answers_to_its_own_name_to_addresses_and_to_what_its_proxy_calls_it() {
    let site = behind_a_proxy().await;
    let (guest, proxy) = (site.guest(), site.guest_from("192.0.2.9"));
    for host in ["example.org", "EXAMPLE.org:443", "192.0.2.80:3000", "app"] {
        let answer = visit(&guest, host, "/login").await;
        assert_eq!(answer.status, StatusCode::OK, "{host}");
    }
    let answer = visit(&proxy, "silhouette.upstream.test", "/login").await;
    assert_eq!(answer.status, StatusCode::OK);
}

/// Where the layers read a path in one way and the pages in another, a page that holds a token
/// would be kept, and its path written down.
#[tokio::test]
async fn a_page_that_holds_a_token_is_kept_by_nobody_however_it_is_spelled() {
    let site = site().await;
    for path in [
        "/verify/x",
        "/verify/x?y",
        "//verify/x",
        "/./verify/x",
        "/u/../verify/x",
        "/u/%2e%2E/reset/x",
        "/undo/%2e/x",
        "/join/x",
        "/verify\\x",
        "/\\verify/x",
        "/v%65rify/x",
        "/verify/x/",
        "/verify//x",
    ] {
        let answer = site.guest().visit(path).await;
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
    }
    for odd in ["/u/../login", "/%2e/login", "/x\\..\\login"] {
        let answer = site.guest().visit(odd).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{odd}");
        answer.says("Page not found");
    }
}
