//! Everything that speaks HTTP: the layers between the socket and the pages, the page renderer
//! (`pages`), and the endpoints that serve files (`endpoints`).
//!
//! This file holds their shared helpers. A layer that rejects a request answers with
//! [`reject`]; `errors` turns that into a page or a typed error, in one place.
//!
//! | file or folder | content |
//! |---|---|
//! | `layers` | layers as plain functions around the inner ones |
//! | `target` | the host and path of a request: rejects malformed ones, and other hosts |
//! | `look` | language and theme of a request, and their cookies |
//! | `forms` | reads forms within limits; adapts answers for browsers without script |
//! | `client`, `viewer` | who sends a request; whose session it is |
//! | `csrf` | checks which origin a form comes from |
//! | `audit` | records rejected requests in the audit log |
//! | `compress` | compresses pages where their length leaks nothing |
//! | `headers` | security headers; the one script of a page |
//! | `errors` | a page, or a typed error, for every bare error response |
//! | `backend` | the traits of `app::backend`, for the current request |
//! | `invitations` | the trait for invitations, and the link that is shown once |
//! | `pages` | the only renderer of pages |
//! | `schema` | the trait for the schema |
//! | `endpoints` | pictures, contact cards, exports, static files |

pub mod audit;
pub mod backend;
pub mod client;
pub mod compress;
pub mod csrf;
pub mod endpoints;
pub mod errors;
pub mod forms;
pub mod headers;
mod invitations;
pub mod layers;
pub mod look;
pub mod observe;
pub mod pages;
mod qr;
pub mod schema;
pub mod target;
pub mod viewer;

use app::{error::AppError, ui::Refusal};
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
    error::SERVER_FN_ERROR_HEADER,
};

/// Returns a response that has no body but carries its error; `errors::show` writes the body.
pub fn reject(error: AppError) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status_of(&error);
    set_retry_after(&mut response, &error);
    response.extensions_mut().insert(error);
    response
}

/// The status of an error.
fn status_of(error: &AppError) -> StatusCode {
    StatusCode::from_u16(error.status()).expect("`AppError::status` gives statuses")
}

/// Sets `Retry-After` if the error says how long to wait (RFC 9110 §10.2.3).
fn set_retry_after(response: &mut Response, error: &AppError) {
    if let AppError::TooMany { seconds } = error {
        let headers = response.headers_mut();
        headers.insert(header::RETRY_AFTER, (*seconds).into());
    }
}

/// Maximum number of characters of a request's own text that are logged.
const LOGGABLE: usize = 200;

/// Makes text from a request safe to log: truncates it, and removes the token of an emailed
/// link.
pub fn loggable(said: &str) -> String {
    let shown = token_at(said).unwrap_or(said.len());
    let mut text: String = said[..shown].chars().take(LOGGABLE).collect();
    if text.len() < said.len() {
        text.push('…');
    }
    text
}

/// Returns whether a path may hold the token of an emailed link.
pub fn holds_token(path: &str) -> bool {
    token_at(path).is_some()
}

/// The start of the token in a path: the token is everything after a segment `reset`, `verify`,
/// `undo` or `join`, at any position and in any spelling. The path need not lead to a page: a
/// badly copied link does not, and its token still works.
fn token_at(path: &str) -> Option<usize> {
    let mut start = 0;
    // The page router reads `\` as `/`.
    for end in path.match_indices(['/', '\\']).map(|(end, _)| end) {
        let segment = percent_decode_str(&path[start..end]).decode_utf8_lossy();
        let names_one = ["reset", "verify", "undo", "join"]
            .iter()
            .any(|name| segment.eq_ignore_ascii_case(name));
        if names_one && end + 1 < path.len() {
            return Some(end + 1);
        }
        start = end + 1;
    }
    None
}

/// The method of a request, truncated for the log: a client may send one of any length.
pub fn loggable_method(method: &Method) -> &str {
    let method = method.as_str();
    method.get(..20).unwrap_or(method)
}

/// Returns whether a body has the media type `kind`, ignoring case and parameters
/// (RFC 9110 §8.3.1).
fn is_of_type(headers: &HeaderMap, kind: &str) -> bool {
    let said = headers.get(header::CONTENT_TYPE);
    let said = said.map_or(&b""[..], HeaderValue::as_bytes);
    let said = said.split(|byte| *byte == b';').next().unwrap_or_default();
    said.trim_ascii().eq_ignore_ascii_case(kind.as_bytes())
}

/// Appends a piece of a body to its buffer, allocating at most `max` bytes in all. By itself,
/// a `Vec` may allocate up to twice its content.
fn append_within(buffer: &mut Vec<u8>, piece: &[u8], max: usize) {
    let length = buffer.len() + piece.len();
    if length > buffer.capacity() {
        let capacity = (buffer.capacity() * 2).min(max).max(length);
        buffer.reserve_exact(capacity - buffer.len());
    }
    buffer.extend_from_slice(piece);
}

/// The kind of client that sent a request, by its `Accept`, which determines how a result or
/// an error is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ClientKind {
    /// A browser loading a page; it gets HTML.
    Browser,
    /// An island of ours; it gets postcard.
    Island,
    /// Any other program; it gets JSON.
    Program,
}

impl ClientKind {
    fn of(headers: &HeaderMap) -> ClientKind {
        let accept = headers
            .get(header::ACCEPT)
            .and_then(|accept| accept.to_str().ok())
            .unwrap_or_default();
        if accept.contains("text/html") {
            ClientKind::Browser
        } else if accept.contains(PostcardEncoding::CONTENT_TYPE) {
            ClientKind::Island
        } else {
            ClientKind::Program
        }
    }
}

/// Encodes a value for a client that is not a browser: postcard for an island, JSON for a
/// program.
fn encode_for<T: Serialize>(client: ClientKind, value: &T) -> Response {
    let (kind, body) = match client {
        ClientKind::Island => {
            let body = PostcardEncoding::encode(value);
            (PostcardEncoding::CONTENT_TYPE, body.unwrap_or_default())
        }
        ClientKind::Browser | ClientKind::Program => {
            let body = JsonEncoding::encode(value);
            (JsonEncoding::CONTENT_TYPE, body.unwrap_or_default())
        }
    };
    ([(header::CONTENT_TYPE, kind)], body).into_response()
}

/// Encodes an error for a client that is not a browser.
fn encode_error(client: ClientKind, error: &AppError) -> Response {
    let mut response = match client {
        ClientKind::Island => encode_for(client, &Refusal::from(error)),
        ClientKind::Browser | ClientKind::Program => encode_for(client, error),
    };
    response
        .headers_mut()
        .insert(SERVER_FN_ERROR_HEADER, HeaderValue::from_static("true"));
    response
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
    fn a_buffer_is_never_allocated_beyond_its_limit() {
        let mut buffer = Vec::new();
        for _ in 0..100 {
            append_within(&mut buffer, &[0; 1000], 100_000);
        }
        assert_eq!(buffer.len(), 100_000);
        assert!(buffer.capacity() <= 100_000, "{}", buffer.capacity());
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
            "/join/T0KEN",
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
