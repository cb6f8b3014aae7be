//! Bodies: how much of them is held, for whom, before anybody knows who sends them.

use app::error::AppError;
use axum::{
    body::{Body, Bytes},
    http::{Request, StatusCode, header},
};
use futures_util::{StreamExt, future::join_all, stream};
use std::{
    io::Write,
    net::TcpStream,
    time::{Duration, Instant},
};
use tokio::sync::watch;

use crate::{
    faults::Program,
    harness::{Answer, Browser, site},
};

const KIB: usize = 1024;

/// The memory that guests and one member make the program hold, by forms that lack their
/// last byte and by parts whose head has no end.
#[test]
fn what_is_held_back_for_ever_takes_next_to_no_memory() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(folder.path());
    let member = program.sign_up();
    let before = program.resident_kib();
    let mut sockets = Vec::new();
    let mut send = |head: String, body: &[u8], length: usize| {
        let mut socket = TcpStream::connect(program.addr()).unwrap();
        socket
            .set_write_timeout(Some(Duration::from_secs(5)))
            .unwrap();
        let head = format!(
            "{head}\r\nHost: {}\r\nSec-Fetch-Site: same-origin\r\nContent-Length: {length}\r\n\r\n",
            program.addr()
        );
        socket.write_all(head.as_bytes()).unwrap();
        // Who is refused may be cut off.
        let _ = socket.write_all(body);
        sockets.push(socket);
    };
    let form = vec![b'a'; 511 * KIB];
    let ended = format!("Cookie: session={}", "A".repeat(43));
    for cookie in ["X: y", &ended] {
        for _ in 0..120 {
            let head = format!(
                "POST /login HTTP/1.1\r\n{cookie}\r\nContent-Type: application/x-www-form-urlencoded"
            );
            send(head, &form, form.len() + 1);
        }
    }
    let parts = "multipart/form-data; boundary=b";
    let endless = [&b"--b\r\nX: "[..], &vec![b'a'; 6 * 1024 * KIB]].concat();
    for cookie in ["Cookie: a=b", &member] {
        for path in ["/profile/avatar", "/login"] {
            for _ in 0..8 {
                let head = format!("POST {path} HTTP/1.1\r\n{cookie}\r\nContent-Type: {parts}");
                send(head, &endless, 60 * 1024 * KIB);
            }
        }
    }
    // What the kernel still holds arrives meanwhile.
    let (begun, mut most) = (Instant::now(), 0);
    while begun.elapsed() < Duration::from_secs(4) {
        most = most.max(program.resident_kib());
        std::thread::sleep(Duration::from_millis(50));
    }
    println!("{before} KiB before, {most} KiB at most");
    assert!(
        most < before + 96 * KIB,
        "{before} KiB before, {most} KiB at most"
    );
    assert!(program.profile(&member).contains("@ann"));
}

/// Sends so many bytes to a page that everybody may send something to.
async fn send(browser: &Browser, bytes: usize) -> Answer {
    let body = format!("theme=dark&x={}", "x".repeat(bytes));
    browser
        .post("/settings/appearance", "application/json", body)
        .await
}

#[tokio::test]
async fn a_large_form_is_taken_of_who_is_logged_in() {
    let site = site().await;
    let (ann, guest) = (site.member("ann").await, site.guest());
    let out = site.guest();
    out.set_cookie(&format!("session={}", "A".repeat(43)));
    for browser in [&ann, &guest, &out] {
        assert_eq!(send(browser, 60 * KIB).await.status, StatusCode::OK);
    }
    for size in [70 * KIB, 500 * KIB] {
        assert_eq!(send(&ann, size).await.status, StatusCode::OK);
        assert_eq!(send(&guest, size).await.error(), AppError::TooLarge);
        // Whoever was logged out meanwhile is told so.
        assert_eq!(send(&out, size).await.error(), AppError::NotLoggedIn);
    }
    assert_eq!(send(&ann, 520 * KIB).await.error(), AppError::TooLarge);
}

#[tokio::test]
async fn one_user_holds_few_large_forms_at_once() {
    let site = site().await;
    let (ann, bob) = (site.member("ann").await, site.member("bob").await);
    let (go, wait) = watch::channel(false);
    let slowly = |browser: &Browser| {
        let first = format!("theme=dark&x={}", "x".repeat(80 * KIB));
        let mut wait = wait.clone();
        let rest = stream::once(async move {
            wait.wait_for(|go| *go).await.unwrap();
            Ok::<_, std::io::Error>(Bytes::from("x"))
        });
        let body = stream::iter([Ok(Bytes::from(first))]).chain(rest);
        let request = Request::post("/settings/appearance")
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .header(header::HOST, "localhost")
            .body(Body::from_stream(Box::pin(body)))
            .unwrap();
        let copy = site.guest();
        copy.set_cookie(&browser.cookie().unwrap());
        async move { copy.send(request).await }
    };
    let held = join_all((0..4).map(|_| slowly(&ann)));
    let (held, ()) = tokio::join!(held, async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        let fifth = send(&ann, 80 * KIB).await;
        assert_eq!(fifth.status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(fifth.header("retry-after"), "2");
        // Smaller ones go on, and so does somebody else.
        assert_eq!(send(&ann, 10 * KIB).await.status, StatusCode::OK);
        assert_eq!(send(&bob, 80 * KIB).await.status, StatusCode::OK);
        go.send(true).unwrap();
    });
    assert!(held.iter().all(|answer| answer.status == StatusCode::OK));
    assert_eq!(send(&ann, 80 * KIB).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_form_is_one_in_whatever_case_its_type_is_written() {
    let site = site().await;
    for kind in [
        "Application/X-WWW-Form-Urlencoded",
        "APPLICATION/X-WWW-FORM-URLENCODED; charset=UTF-8",
    ] {
        let request = Request::post("/settings/appearance")
            .header(header::ACCEPT, "text/html")
            .header(header::CONTENT_TYPE, kind)
            .header("sec-fetch-site", "same-origin")
            .body(Body::from("theme=dark"))
            .unwrap();
        let answer = site.guest().send(request).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{kind}");
    }
}
