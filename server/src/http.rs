//! The layers between the socket and the pages, a file each.
//!
//! A layer that refuses a request answers with [`refusal`]; `errors` turns that
//! into a page or JSON, in one place.

pub mod audit;
pub mod csrf;
pub mod endpoints;
pub mod errors;
pub mod forms;
pub mod headers;
pub mod look;
pub mod origin;
pub mod pages;
pub mod target;

use app::error::AppError;
use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use percent_encoding::percent_decode_str;
use serde::Serialize;
use server_fn::{
    ContentType, Encodes,
    codec::{JsonEncoding, PostcardEncoding},
};

/// A bare answer that says why; `errors::show` gives it a body.
pub fn refusal(error: AppError) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status(&error);
    say_when(&mut response, &error);
    response.extensions_mut().insert(error);
    response
}

fn status(error: &AppError) -> StatusCode {
    StatusCode::from_u16(error.status()).expect("`AppError::status` gives statuses")
}

/// When it is worth another try (RFC 9110 §10.2.3).
fn say_when(response: &mut Response, error: &AppError) {
    if let AppError::TooMany { seconds } = error {
        let headers = response.headers_mut();
        headers.insert(header::RETRY_AFTER, (*seconds).into());
    }
}

/// Characters of what a request says that are written down.
const LOGGABLE: usize = 200;

/// What a request says of itself, for the log: without what may be a secret in it, the token
/// of a link in a mail, and cut.
pub fn loggable(said: &str) -> String {
    let shown = token_at(said).unwrap_or(said.len());
    let mut text: String = said[..shown].chars().take(LOGGABLE).collect();
    if text.len() < said.len() {
        text.push('…');
    }
    text
}

/// Whether a path may hold the token of a link in a mail.
pub fn holds_token(path: &str) -> bool {
    token_at(path).is_some()
}

/// Where the token begins: behind a segment `reset`, `verify` or `undo`, wherever that stands
/// and however it is spelled. Which page is shown is not asked: what follows may be a token of
/// a link that was copied badly, and still works.
fn token_at(path: &str) -> Option<usize> {
    let mut start = 0;
    // For the router of pages `\` is a `/`.
    for end in path.match_indices(['/', '\\']).map(|(end, _)| end) {
        let segment = percent_decode_str(&path[start..end]).decode_utf8_lossy();
        let names_one = ["reset", "verify", "undo"]
            .iter()
            .any(|name| segment.eq_ignore_ascii_case(name));
        if names_one && end + 1 < path.len() {
            return Some(end + 1);
        }
        start = end + 1;
    }
    None
}

/// The method of a request, for the log: of whatever length it is.
pub fn loggable_method(method: &Method) -> &str {
    let method = method.as_str();
    method.get(..20).unwrap_or(method)
}

/// Whether a body is of that media type, whatever parameters it has (RFC 9110 §8.3.1:
/// in any case).
fn is_of_type(headers: &HeaderMap, kind: &str) -> bool {
    let said = headers.get(header::CONTENT_TYPE);
    let said = said.map_or(&b""[..], HeaderValue::as_bytes);
    let said = said.split(|byte| *byte == b';').next().unwrap_or_default();
    said.trim_ascii().eq_ignore_ascii_case(kind.as_bytes())
}

/// Adds to what is kept of a body, and makes room for no more than `most` in all:
/// a `Vec` that grows by itself holds up to twice of what is in it.
fn keep(kept: &mut Vec<u8>, piece: &[u8], most: usize) {
    let length = kept.len() + piece.len();
    if length > kept.capacity() {
        let room = (kept.capacity() * 2).min(most).max(length);
        kept.reserve_exact(room - kept.len());
    }
    kept.extend_from_slice(piece);
}

/// Who asks, which decides how a result or an error is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asker {
    /// A browser, for a page.
    Person,
    /// Our own code in a browser.
    Island,
    /// Anybody else.
    Program,
}

impl Asker {
    fn of(headers: &HeaderMap) -> Asker {
        let accept = headers
            .get(header::ACCEPT)
            .and_then(|accept| accept.to_str().ok())
            .unwrap_or_default();
        if accept.contains("text/html") {
            Asker::Person
        } else if accept.contains(PostcardEncoding::CONTENT_TYPE) {
            Asker::Island
        } else {
            Asker::Program
        }
    }
}

/// A value for who is no person: postcard for an island, JSON for a program.
fn typed<T: Serialize>(asker: Asker, value: &T) -> Response {
    let (kind, body) = match asker {
        Asker::Island => {
            let body = PostcardEncoding::encode(value);
            (PostcardEncoding::CONTENT_TYPE, body.unwrap_or_default())
        }
        Asker::Person | Asker::Program => {
            let body = JsonEncoding::encode(value);
            (JsonEncoding::CONTENT_TYPE, body.unwrap_or_default())
        }
    };
    ([(header::CONTENT_TYPE, kind)], body).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_media_type_is_the_same_in_any_case_and_with_parameters() {
        for (said, is_form) in [
            ("application/x-www-form-urlencoded", true),
            ("Application/X-WWW-Form-Urlencoded", true),
            ("application/x-www-form-urlencoded;charset=UTF-8", true),
            (" APPLICATION/X-WWW-FORM-URLENCODED ; a=b; c", true),
            ("application/x-www-form-urlencoded2", false),
            ("application/x-www-form", false),
            ("text/plain; application/x-www-form-urlencoded", false),
            ("", false),
        ] {
            let value = HeaderValue::from_str(said).unwrap();
            let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, value)]);
            let found = is_of_type(&headers, "application/x-www-form-urlencoded");
            assert_eq!(found, is_form, "{said}");
        }
        assert!(!is_of_type(&HeaderMap::new(), "text/plain"));
    }

    #[test]
    fn what_is_kept_takes_no_more_room_than_it_may() {
        let mut kept = Vec::new();
        for _ in 0..100 {
            keep(&mut kept, &[0; 1000], 100_000);
        }
        assert_eq!(kept.len(), 100_000);
        assert!(kept.capacity() <= 100_000, "{}", kept.capacity());
    }

    #[test]
    fn a_token_is_a_secret_however_its_path_is_spelled() {
        for path in [
            "/verify/T0KEN",
            "/reset/T0KEN",
            "/undo/T0KEN",
            "/Verify/T0KEN",
            "//verify/T0KEN",
            "/verify//T0KEN",
            "/verify\\T0KEN",
            "/x/../verify/T0KEN",
            "/./verify/./T0KEN",
            "/x/%2e%2e/verify/T0KEN",
            "/v%65rify/T0KEN",
            "/verify/T0KEN/more",
            "/verify/T0KEN/",
            "/de/undo/T0KEN",
        ] {
            assert!(holds_token(path), "{path}");
            assert!(!loggable(path).contains("T0KEN"), "{path}");
            assert!(loggable(path).ends_with('…'), "{path}");
        }
        for open in ["/", "/verify", "/verify/", "/u/ann", "/forgot", "/resets/x"] {
            assert!(!holds_token(open), "{open}");
            assert_eq!(loggable(open), open);
        }
    }

    #[test]
    fn what_is_logged_of_a_path_is_short() {
        let path = format!("/{}", "ä".repeat(60_000));
        assert_eq!(loggable(&path).chars().count(), LOGGABLE + 1);
        let method = Method::from_bytes(&[b'A'; 10_000]).unwrap();
        assert_eq!(loggable_method(&method).len(), 20);
        assert_eq!(loggable_method(&Method::GET), "GET");
    }
}
