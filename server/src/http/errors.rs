//! Writes the body of every bare error response: a page in the site's look for a browser,
//! the typed error for a program.

use app::{
    error::AppError,
    viewer::{Newcomer, Viewer},
};
use axum::{
    body::Body,
    extract::Request,
    http::{HeaderValue, header},
    response::Response,
};

use super::{
    ClientKind, encode_error,
    layers::Next,
    pages::{Pages, render},
};

/// Adds the page or the typed error to a response that has only a status or an
/// [`AppError`]. A response that already has a body passes unchanged.
pub async fn show(pages: &Pages, request: Request, next: impl Next) -> Response {
    let client = ClientKind::of(request.headers());
    // If the answer turns out to be an error, its page is rendered from this request.
    let mut again = Request::new(Body::empty());
    *again.uri_mut() = request.uri().clone();
    *again.extensions_mut() = request.extensions().clone();
    let viewer = request.extensions().get::<Viewer>().cloned();
    let newcomer = request.extensions().get::<Newcomer>().cloned();

    let response = next(request).await;
    let mut response = match bare_error(&response) {
        None => response,
        Some(error) if client == ClientKind::Browser => {
            again.extensions_mut().insert(error);
            with_head_of(response, render(pages, again).await)
        }
        Some(error) => with_head_of(response, encode_error(client, &error)),
    };
    if response.status().as_u16() == 503 {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
    }
    if let Some(viewer) = viewer {
        response.extensions_mut().insert(viewer);
    }
    if let Some(newcomer) = newcomer {
        response.extensions_mut().insert(newcomer);
    }
    response
}

fn bare_error(response: &Response) -> Option<AppError> {
    let error = response.extensions().get::<AppError>().cloned();
    let bodied = matches!(
        response.headers().get(header::CONTENT_TYPE).map(HeaderValue::as_bytes),
        Some(kind) if [&b"text/html"[..], b"application/json", b"application/x-postcard"]
            .iter()
            .any(|own| kind.starts_with(own))
    );
    error.or_else(|| {
        if bodied {
            None
        } else {
            AppError::from_status(response.status().as_u16())
        }
    })
}

/// Gives `page` the status and the headers of `bare`.
fn with_head_of(bare: Response, mut page: Response) -> Response {
    *page.status_mut() = bare.status();
    for (name, value) in bare.headers() {
        if name != header::CONTENT_TYPE && name != header::CONTENT_LENGTH {
            page.headers_mut().append(name, value.clone());
        }
    }
    page
}
