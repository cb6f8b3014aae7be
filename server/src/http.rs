//! The layers between the socket and the pages, a file each.
//!
//! A layer that refuses a request answers with [`refusal`]; `errors` turns that
//! into a page or JSON, in one place.

pub mod assets;
pub mod audit;
pub mod csrf;
pub mod errors;
pub mod export;
pub mod forms;
pub mod headers;
pub mod origin;
pub mod pages;

use app::error::AppError;
use axum::{
    body::Body,
    http::{HeaderMap, StatusCode, header},
    response::Response,
};
use std::borrow::Cow;

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

/// A path without what may be a secret in it: the token of a link in a mail.
pub fn loggable(path: &str) -> Cow<'_, str> {
    let secret = ["/reset/", "/verify/", "/undo/"].into_iter();
    match secret.clone().find(|start| path.starts_with(start)) {
        Some(start) => Cow::Owned(format!("{start}…")),
        None => Cow::Borrowed(path),
    }
}

/// Whether a request asks for a page; a program asks for JSON, or says nothing.
fn wants_html(headers: &HeaderMap) -> bool {
    let accept = headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html"))
}
