//! The headers that guard every response, errors and files included.

use app::viewer::{Unconfirmed, Viewer};
use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use std::{
    borrow::Cow,
    sync::{Arc, OnceLock},
};

use super::loggable;
use crate::session::Cookies;

/// The nonce of one response, made when a page first asks for it.
///
/// A page that never asks has no script, and its policy says so: should markup
/// ever slip through the escaping, there is nothing on that page it could run.
#[derive(Debug, Clone, Default)]
pub struct Nonce(Arc<OnceLock<String>>);

impl Nonce {
    pub fn get(&self) -> &str {
        self.0.get_or_init(|| {
            let mut random = [0; 16];
            getrandom::fill(&mut random).expect("the system has random numbers");
            URL_SAFE_NO_PAD.encode(random)
        })
    }
}

/// Adds the headers, and the [`Nonce`] to the request.
pub async fn guard(State(cookies): State<Cookies>, mut request: Request, next: Next) -> Response {
    let nonce = Nonce::default();
    request.extensions_mut().insert(nonce.clone());
    let holds_token = matches!(loggable(request.uri().path()), Cow::Owned(_));
    let mut response = next.run(request).await;
    let private = holds_token
        || response.extensions().get::<Unconfirmed>().is_some()
        || !matches!(
            response.extensions().get::<Viewer>(),
            None | Some(Viewer::Guest)
        );
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        headers.insert(name, HeaderValue::from_static(value));
    };
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "same-origin");
    set(
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    );
    set(
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    );
    set(
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    );
    if cookies == Cookies::Secure {
        set(
            header::STRICT_TRANSPORT_SECURITY,
            "max-age=63072000; includeSubDomains",
        );
    }
    // What is no page has a stricter one.
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert_with(|| policy(nonce.0.get().map(String::as_str)));
    // Files name their own caching. A page is never shown from a cache without
    // asking, and one for a member is not kept at all, so that Back after
    // logging out shows nothing.
    if !headers.contains_key(header::CACHE_CONTROL) {
        let caching = if private { "no-store" } else { "no-cache" };
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
        headers.insert(header::VARY, HeaderValue::from_static("Cookie, Accept"));
    }
    response
}

fn policy(nonce: Option<&str>) -> HeaderValue {
    // A picture that was chosen, and not sent yet, is a `blob:` of the page's own.
    let (script, images) = match nonce {
        Some(nonce) => (
            format!("'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'"),
            "'self' data: blob:",
        ),
        None => ("'none'".to_owned(), "'self' data:"),
    };
    let policy = format!(
        "default-src 'none'; script-src {script}; style-src 'self'; img-src {images}; \
         connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    );
    policy
        .try_into()
        .expect("base64 and constants are visible ASCII")
}
