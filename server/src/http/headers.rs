//! The security headers of every response, errors and files included.

use app::{
    shell::InlineStyle,
    ui::FORM_SCRIPT,
    viewer::{Newcomer, Viewer},
};
use axum::{
    extract::Request,
    http::{HeaderName, HeaderValue, header},
    response::Response,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};
use std::sync::{Arc, LazyLock, OnceLock};

use super::{holds_token, layers::Next};
use crate::{cookies::Cookies, secret};

/// The one script that a page may run, set while the page is rendered.
///
/// If none is set, the page's Content-Security-Policy forbids every script, so markup that
/// slipped through the escaping could not run anything.
#[derive(Debug, Clone, Default)]
pub struct CspScript(Arc<OnceLock<Source>>);

#[derive(Debug)]
enum Source {
    /// The loader of an island, allowed by a nonce for this response.
    Nonce(String),
    /// An inline script, allowed by its hash.
    Inline(&'static str),
}

impl CspScript {
    /// Allows the script of an island, and returns its nonce.
    pub fn allow_island(&self) -> &str {
        let source = self.0.get_or_init(|| {
            let nonce = secret::nonce();
            Source::Nonce(nonce.expect("the system has random numbers"))
        });
        match source {
            Source::Nonce(nonce) => nonce,
            Source::Inline(_) => "",
        }
    }

    /// Allows an inline script.
    pub fn allow_inline(&self, script: &'static str) {
        self.0.get_or_init(|| Source::Inline(script));
    }
}

static FORM_HASH: LazyLock<String> = LazyLock::new(|| hash(FORM_SCRIPT));

/// The source expression for an inline script or style (CSP Level 3 §2.3.1).
fn hash(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)))
}

/// The state of [`secure`].
#[derive(Debug, Clone)]
pub struct SecurityHeaders {
    cookies: Cookies,
    /// The value of `style-src`.
    style: Arc<str>,
}

impl SecurityHeaders {
    /// Allows `style` as the one inline style of every page.
    pub fn new(cookies: Cookies, style: &InlineStyle) -> SecurityHeaders {
        let style = format!("'self' {}", hash(&style.0));
        SecurityHeaders {
            cookies,
            style: style.into(),
        }
    }
}

/// Adds the headers, and gives each page the [`CspScript`] through which it allows its script.
pub async fn secure(state: &SecurityHeaders, mut request: Request, next: impl Next) -> Response {
    let script = CspScript::default();
    request.extensions_mut().insert(script.clone());
    let holds_token = holds_token(request.uri().path());
    // It lists the passkeys of the user who has entered the password.
    let is_second_step = request.uri().path().starts_with("/login/second");
    let mut response = next(request).await;
    let private = holds_token
        || is_second_step
        || response.extensions().get::<Newcomer>().is_some()
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
    if state.cookies.are_secure() {
        set(
            header::STRICT_TRANSPORT_SECURITY,
            "max-age=63072000; includeSubDomains",
        );
    }
    // A response that is not a page has its own, stricter policy.
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert_with(|| policy(script.0.get(), &state.style));
    // Files set their own caching. A page is always revalidated, and one for a member is
    // not stored at all, so that Back shows nothing after logging out.
    if !headers.contains_key(header::CACHE_CONTROL) {
        let caching = if private { "no-store" } else { "no-cache" };
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
        headers.insert(
            header::VARY,
            HeaderValue::from_static("Accept-Encoding, Cookie, Accept, Accept-Language"),
        );
    }
    response
}

fn policy(script: Option<&Source>, style: &str) -> HeaderValue {
    // A picture that is chosen but not uploaded yet is a `blob:` URL of the page itself.
    let (script, images) = match script {
        Some(Source::Nonce(nonce)) => (
            format!("'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'"),
            "'self' data: blob:",
        ),
        Some(Source::Inline(FORM_SCRIPT)) => (FORM_HASH.clone(), "'self' data:"),
        Some(Source::Inline(script)) => (hash(script), "'self' data:"),
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
