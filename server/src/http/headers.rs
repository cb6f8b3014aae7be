//! The headers that guard every response, errors and files included.

use app::{
    shell::InlineStyle,
    ui::FORM_SCRIPT,
    viewer::{Unconfirmed, Viewer},
};
use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use sha2::{Digest, Sha256};
use std::sync::{Arc, LazyLock, OnceLock};

use super::holds_token;
use crate::session::Cookies;

/// The one script that a page may run, said when the page is made.
///
/// A page that says nothing has no script, and its policy says so: should markup
/// ever slip through the escaping, there is nothing on that page it could run.
#[derive(Debug, Clone, Default)]
pub struct Allowed(Arc<OnceLock<Source>>);

#[derive(Debug)]
enum Source {
    /// What an island needs, by a nonce of this response.
    Nonce(String),
    /// The one that shows passwords, by its hash: these lines are the same on each page.
    Reveal,
}

impl Allowed {
    /// The nonce for the script of an island.
    pub fn island(&self) -> &str {
        let source = self.0.get_or_init(|| {
            let mut random = [0; 16];
            getrandom::fill(&mut random).expect("the system has random numbers");
            Source::Nonce(URL_SAFE_NO_PAD.encode(random))
        });
        match source {
            Source::Nonce(nonce) => nonce,
            Source::Reveal => "",
        }
    }

    pub fn reveal(&self) {
        self.0.get_or_init(|| Source::Reveal);
    }
}

static REVEAL_HASH: LazyLock<String> = LazyLock::new(|| hash(FORM_SCRIPT));

/// As a policy names the hash of what stands in a page.
fn hash(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)))
}

/// What the headers depend on.
#[derive(Debug, Clone)]
pub struct Guards {
    cookies: Cookies,
    /// The sources of styles.
    style: Arc<str>,
}

impl Guards {
    /// `style` is the one that stands in each page.
    pub fn new(cookies: Cookies, style: &InlineStyle) -> Guards {
        let style = format!("'self' {}", hash(&style.0));
        Guards {
            cookies,
            style: style.into(),
        }
    }
}

/// Adds the headers, and what a page says [`Allowed`] by.
pub async fn guard(State(guards): State<Guards>, mut request: Request, next: Next) -> Response {
    let allowed = Allowed::default();
    request.extensions_mut().insert(allowed.clone());
    let holds_token = holds_token(request.uri().path());
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
    if guards.cookies.are_secure() {
        set(
            header::STRICT_TRANSPORT_SECURITY,
            "max-age=63072000; includeSubDomains",
        );
    }
    // What is no page has a stricter one.
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert_with(|| policy(allowed.0.get(), &guards.style));
    // Files name their own caching. A page is never shown from a cache without
    // asking, and one for a member is not kept at all, so that Back after
    // logging out shows nothing.
    if !headers.contains_key(header::CACHE_CONTROL) {
        let caching = if private { "no-store" } else { "no-cache" };
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
        headers.insert(
            header::VARY,
            HeaderValue::from_static("Cookie, Accept, Accept-Language"),
        );
    }
    response
}

fn policy(allowed: Option<&Source>, style: &str) -> HeaderValue {
    // A picture that was chosen, and not sent yet, is a `blob:` of the page's own.
    let (script, images) = match allowed {
        Some(Source::Nonce(nonce)) => (
            format!("'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'"),
            "'self' data: blob:",
        ),
        Some(Source::Reveal) => (REVEAL_HASH.clone(), "'self' data:"),
        None => ("'none'".to_owned(), "'self' data:"),
    };
    let policy = format!(
        "default-src 'none'; script-src {script}; style-src {style}; img-src {images}; \
         connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    );
    policy
        .try_into()
        .expect("base64 and constants are visible ASCII")
}
