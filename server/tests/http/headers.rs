//! The headers on every response, and the promise that pages without work for a
//! script carry none.

use app::ui::{FORM_SCRIPT, PASSKEY_SCRIPT};
use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use server::Cost;
use sha2::{Digest, Sha256};
use std::io::Read;

use crate::harness::{Browser, site, site_with};

async fn every_kind_of_answer(
    guest: &Browser,
    ann: &Browser,
) -> Vec<(String, crate::harness::Answer)> {
    let mut answers = Vec::new();
    for path in [
        "/",
        "/login",
        "/signup",
        "/u/ann",
        "/u/ann/card.vcf",
        "/u/ann/qr.svg",
        "/settings/appearance",
        "/nowhere",
        "/forgot",
        "/forgot?sent",
        "/reset/x",
        "/verify/x",
        "/undo/x",
        "/join/x",
        "/healthz",
        "/favicon.svg",
    ] {
        answers.push((path.to_owned(), guest.visit(path).await));
    }
    for path in [
        "/profile",
        "/profile?as=guest",
        "/profile/edit",
        "/profile/avatar",
        "/profile/history",
        "/profile/history/erase?change=1",
        "/u/ann/edit",
        "/members",
        "/members?is.x=y",
        "/settings",
        "/settings/email",
        "/settings/username",
        "/settings/password",
        "/settings/sessions",
        "/settings/activity",
        "/settings/appearance",
        "/settings/privacy",
        "/settings/export",
        "/settings/export/ann.zip",
        "/settings/delete",
        "/",
    ] {
        answers.push((format!("ann {path}"), ann.visit(path).await));
    }
    answers.push(("422".to_owned(), guest.submit("/signup", &[]).await));
    answers.push((
        "413".to_owned(),
        guest.post("/login", "text/html", "x".repeat(1 << 20)).await,
    ));
    answers.push((
        "403".to_owned(),
        guest
            .send(
                Request::post("/login")
                    .header("origin", "https://evil.example")
                    .header("host", "localhost")
                    .body(Body::empty())
                    .unwrap(),
            )
            .await,
    ));
    answers.push(("401".to_owned(), guest.call("/profile/edit", &[]).await));
    for (what, method, target, host) in [
        ("CONNECT", "CONNECT", "host:80", "localhost"),
        ("405", "PUT", "/login", "localhost"),
        ("two in one", "GET", "/", "a b"),
        ("421", "GET", "/", "evil.test"),
        ("a path of two meanings", "GET", "/x/../login", "localhost"),
    ] {
        let request = Request::builder().method(method).uri(target);
        let request = request.header("host", host).header("accept", "text/html");
        let answer = guest.send(request.body(Body::empty()).unwrap()).await;
        assert!(answer.status.is_client_error(), "{what}");
        answers.push((what.to_owned(), answer));
    }
    answers
}

#[tokio::test]
async fn every_response_is_guarded() {
    let site = site_with(Some("https://example.org"), Cost::Trifling).await;
    let (guest, ann) = (site.guest(), site.member("ann").await);
    for (what, answer) in every_kind_of_answer(&guest, &ann).await {
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
            (
                "strict-transport-security",
                "max-age=63072000; includeSubDomains",
            ),
        ] {
            assert_eq!(answer.header(name), value, "{what}");
        }
        let policy = answer.header("content-security-policy");
        for part in [
            "default-src 'none'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "form-action 'self'",
        ] {
            assert!(policy.contains(part), "{what}: {policy}");
        }
        assert!(
            !policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"),
            "{what}: {policy}"
        );
        assert_eq!(answer.header("access-control-allow-origin"), "", "{what}");
        assert!(!answer.header("x-request-id").is_empty(), "{what}");
        assert!(
            !answer.text.contains(" style="),
            "{what}: an inline style would need unsafe-inline"
        );
    }
}

/// A page that another site has a member's browser ask for must not have a length that says what
/// matches in it.
#[tokio::test]
async fn a_page_is_compressed_unless_another_site_could_measure_it() {
    let site = site().await;
    let (guest, ann) = (site.guest(), site.member("ann").await);
    let visit = async |browser: &Browser, path: &str, from: &str, accepted: &str| {
        let mut request = Request::get(path).header("accept", "text/html");
        for (name, value) in [("sec-fetch-site", from), ("accept-encoding", accepted)] {
            if !value.is_empty() {
                request = request.header(name, value);
            }
        }
        browser.send(request.body(Body::empty()).unwrap()).await
    };
    let plain = ann.visit("/profile/edit").await.body.len();
    for (who, browser, path, from, accepted, compressed) in [
        ("guest", &guest, "/login", "cross-site", "gzip, br", true),
        ("guest", &guest, "/login", "", "gzip", true),
        ("ann", &ann, "/profile/edit", "same-origin", "gzip", true),
        ("ann", &ann, "/profile/edit", "none", "gzip", true),
        ("ann", &ann, "/profile/edit", "cross-site", "gzip", false),
        ("ann", &ann, "/profile/edit", "same-site", "gzip", false),
        ("ann", &ann, "/profile/edit", "", "gzip", false),
        ("ann", &ann, "/profile/edit", "same-origin", "br;q=1", false),
        (
            "ann",
            &ann,
            "/profile/edit",
            "same-origin",
            "gzip;q=0",
            false,
        ),
        ("ann", &ann, "/profile/edit", "same-origin", "", false),
    ] {
        let page = visit(browser, path, from, accepted).await;
        let what = format!("{who} {path}, from {from:?}, {accepted:?}");
        assert_eq!(
            page.header("content-encoding") == "gzip",
            compressed,
            "{what}"
        );
        assert!(page.header("vary").contains("Accept-Encoding"), "{what}");
        let mut text = page.text;
        if compressed {
            text.clear();
            let mut gzip = flate2::read::GzDecoder::new(&page.body[..]);
            gzip.read_to_string(&mut text).unwrap();
            assert!(
                page.body.len() * 2 < text.len(),
                "{what}: {}",
                page.body.len()
            );
        } else {
            assert_eq!(page.body.len(), plain, "{what}");
        }
        assert!(text.ends_with("</html>"), "{what}: {text}");
    }
}

#[tokio::test]
async fn what_is_text_says_in_which_letters() {
    let site = site().await;
    site.member("ann").await;
    for (path, kind) in [
        ("/login", "text/html; charset=utf-8"),
        ("/healthz", "text/plain; charset=utf-8"),
        ("/readyz", "text/plain; charset=utf-8"),
        ("/u/ann/qr.svg", "image/svg+xml; charset=utf-8"),
        ("/u/ann/card.vcf", "text/vcard; charset=utf-8"),
    ] {
        let answer = site.guest().visit(path).await;
        assert_eq!(answer.header("content-type"), kind, "{path}");
    }
}

#[tokio::test]
async fn plain_http_promises_no_https() {
    let site = site().await;
    assert_eq!(
        site.guest()
            .visit("/")
            .await
            .header("strict-transport-security"),
        ""
    );
}

#[tokio::test]
async fn every_page_is_allowed_the_one_script_it_has_and_no_other() {
    let site = site().await;
    let (guest, ann) = (site.guest(), site.member("ann").await);
    for (what, answer) in every_kind_of_answer(&guest, &ann).await {
        let policy = answer.header("content-security-policy");
        if [
            "ann /profile/edit",
            "ann /profile/avatar",
            "ann /u/ann/edit",
        ]
        .contains(&what.as_str())
        {
            let nonce = policy
                .split("'nonce-")
                .nth(1)
                .and_then(|rest| rest.split('\'').next())
                .unwrap();
            answer.says(&format!("<script type=\"module\" nonce=\"{nonce}\">"));
            assert_eq!(answer.text.matches("<script").count(), 1);
            answer.says("rel=\"modulepreload\"");
        } else {
            // A few lines where there is a password to show or a passkey to ask, and data that is no
            // script.
            let script = match answer.text.contains("data-passkey") {
                true => PASSKEY_SCRIPT,
                false => FORM_SCRIPT,
            };
            let reveal = format!("<script>{script}</script>");
            let rest = answer.text.replace(&reveal, "");
            let data = rest
                .matches("<script type=\"application/ld+json\">")
                .count();
            let shown = answer.text.contains("type=\"password\"");
            assert_eq!(shown, rest != answer.text, "{what}");
            assert_eq!(data, usize::from(what == "/u/ann"), "{what}");
            assert_eq!(rest.matches("<script").count(), data, "{what}");
            let sources = match shown {
                true => format!(
                    "'sha256-{}'",
                    STANDARD.encode(Sha256::digest(script.as_bytes()))
                ),
                false => "'none'".to_owned(),
            };
            assert!(
                policy.contains(&format!("script-src {sources};")),
                "{what}: {policy}"
            );
            for trace in [
                "modulepreload",
                ".wasm",
                "<leptos-island",
                "javascript:",
                "onload=",
            ] {
                assert!(
                    !answer.text.contains(trace),
                    "{what} has {trace}: {}",
                    answer.summary()
                );
            }
        }
    }
    let nonces = [
        ann.visit("/profile/edit").await,
        ann.visit("/profile/edit").await,
    ]
    .map(|page| page.header("content-security-policy").to_owned());
    assert_ne!(nonces[0], nonces[1], "a nonce is for once");
}

#[tokio::test]
async fn a_request_id_is_ours() {
    let site = site().await;
    let request = Request::get("/login")
        .header("x-request-id", "forged")
        .body(Body::empty())
        .unwrap();
    let answer = site.guest().send(request).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_ne!(answer.header("x-request-id"), "forged");
}
