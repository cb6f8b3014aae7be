//! Where a form has to come from, and what is said where it does not.

use app::error::AppError;
use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use server::Cost;
use std::{
    io::{Read, Write},
    net::TcpStream,
};

use crate::{
    faults::Program,
    harness::{Answer, Browser, site, site_with},
};

/// A form that everybody may send, with headers as a program on the way may leave them.
async fn send(browser: &Browser, accept: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::post("/settings/appearance")
        .header(header::ACCEPT, accept)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    if headers.iter().all(|(name, _)| *name != "host") {
        request = request.header(header::HOST, "localhost");
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    browser
        .send(request.body(Body::from("theme=dark")).unwrap())
        .await
}

#[tokio::test]
async fn a_form_says_by_a_value_that_browsers_send_where_it_comes_from() {
    let site = site().await;
    let (ann, guest) = (site.member("ann").await, site.guest());
    let (own, foreign, nothing) = (true, false, ());
    // `Err` where a header says nothing.
    let sites = [
        (None, Err(nothing)),
        (Some(""), Err(nothing)),
        (Some("same-origin"), Ok(own)),
        (Some("none"), Ok(own)),
        (Some("same-site"), Ok(foreign)),
        (Some("cross-site"), Ok(foreign)),
        (Some("Same-Origin"), Ok(foreign)),
        (Some("same-origin, same-origin"), Ok(foreign)),
        (Some("1"), Ok(foreign)),
    ];
    let origins = [
        (None, Err(nothing)),
        (Some(""), Err(nothing)),
        (Some("http://localhost"), Ok(own)),
        (Some("null"), Ok(foreign)),
        (Some("https://evil.example"), Ok(foreign)),
        (Some("localhost"), Ok(foreign)),
        (Some("1"), Ok(foreign)),
    ];
    for (fetched, by_site) in sites {
        for (origin, by_origin) in origins {
            let named = [("sec-fetch-site", fetched), ("origin", origin)];
            let headers: Vec<_> = named
                .into_iter()
                .filter_map(|(name, value)| Some((name, value?)))
                .collect();
            // The first that says something counts.
            let said = by_site.or(by_origin);
            for (browser, has_session) in [(&ann, true), (&guest, false)] {
                let answer = send(browser, "application/json", &headers).await;
                let expected = match (said, has_session) {
                    (Ok(true), _) | (Err(()), false) => Ok(()),
                    (Ok(false), _) => Err(AppError::ForeignForm),
                    (Err(()), true) => Err(AppError::UnmarkedForm),
                };
                let what = format!("{headers:?}, session: {has_session}");
                match expected {
                    Ok(()) => assert_eq!(answer.status, StatusCode::OK, "{what}"),
                    Err(error) => {
                        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{what}");
                        assert_eq!(answer.error(), error, "{what}");
                    }
                }
            }
        }
    }
}

#[tokio::test]
async fn a_browser_for_text_says_by_its_referer_that_a_form_is_from_here() {
    let plain = site().await;
    let proxied = site_with(Some("https://example.org"), Cost::Trifling).await;
    for (site, referer, is_own) in [
        (&plain, "http://localhost/profile/edit", true),
        (&plain, "HTTP://LocalHost:80", true),
        // Whether there is TLS in front of it nobody has said.
        (&plain, "https://localhost/", true),
        (&plain, "http://localhost:3000/", false),
        (&plain, "http://localhost.evil.example/", false),
        (&plain, "http://localhost@evil.example/", false),
        (&plain, "http://evil.example/http://localhost/", false),
        (&plain, "/profile/edit", false),
        (&plain, "localhost", false),
        (&plain, "", false),
        (&proxied, "https://example.org/profile/edit", true),
        (&proxied, "https://EXAMPLE.org:443/", true),
        (&proxied, "http://example.org/", false),
        (&proxied, "https://localhost/", false),
        (&proxied, "https://www.example.org/", false),
    ] {
        let member = site.member(&format!("ann{}", number_of(referer))).await;
        let answer = send(&member, "text/html", &[("referer", referer)]).await;
        let expected = match is_own {
            true => StatusCode::SEE_OTHER,
            false => StatusCode::FORBIDDEN,
        };
        assert_eq!(answer.status, expected, "{referer}");
        // It takes nothing back that another header says.
        for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "null")] {
            let headers = [("referer", referer), (name, value)];
            let answer = send(&member, "text/html", &headers).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{referer} {name}");
        }
    }
    let ann = plain.member("twice").await;
    let twice = [
        ("referer", "http://localhost/"),
        ("referer", "http://evil.example/"),
    ];
    let answer = send(&ann, "text/html", &twice).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
}

/// A name of its own for each row.
fn number_of(referer: &str) -> usize {
    referer
        .bytes()
        .fold(7, |sum, byte| (sum * 31 + usize::from(byte)) % 1_000_000)
}

#[tokio::test]
async fn who_is_refused_by_origin_reads_why_and_what_to_do() {
    let site = site_with(Some("https://example.org"), Cost::Trifling).await;
    let ann = site.member("ann").await;
    let foreign = [("origin", "https://example.com")];
    let answer = send(&ann, "text/html", &foreign).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    answer.says("This form came from another address");
    answer.says("public_url must be the address that your browser shows");
    let answer = send(&ann, "text/html", &[]).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    answer.says("Your browser does not say where this form comes from");
    answer.says("Origin or Referer");
}

#[tokio::test]
async fn the_log_says_once_of_each_kind_why_a_form_was_refused() {
    let folder = tempfile::tempdir().unwrap();
    let mut program = Program::start(folder.path());
    let member = program.sign_up();
    let send = |headers: &str| {
        let mut socket = TcpStream::connect(program.addr()).unwrap();
        write!(
            socket,
            "POST /logout HTTP/1.1\r\nHost: inside:3000\r\nContent-Length: 0\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n{headers}\r\n"
        )
        .unwrap();
        let mut answer = String::new();
        socket.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
    };
    for _ in 0..3 {
        send("Origin: https://outside.example\r\n");
        send(&format!("{member}\r\n"));
    }
    for number in 0..100 {
        send(&format!("Origin: https://{number}.example\r\n"));
    }
    program.terminate();
    let log = std::fs::read_to_string(folder.path().join("log")).unwrap();
    let told: Vec<_> = log
        .lines()
        .filter(|line| line.contains("a form was refused"))
        .collect();
    let of = |words: &[&str]| {
        let has = |line: &&&str| words.iter().all(|word| line.contains(word));
        told.iter().filter(has).count()
    };
    let foreign = [
        "WARN",
        "https://outside.example",
        "inside:3000",
        "public_url",
    ];
    assert_eq!(of(&foreign), 1, "{told:#?}");
    assert_eq!(of(&["WARN", "Sec-Fetch-Site or Referer"]), 1, "{told:#?}");
    assert!(told.len() <= 16, "{} lines", told.len());
}
