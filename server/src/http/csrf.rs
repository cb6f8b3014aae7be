//! Protection against cross-site request forgery.
//!
//! `tower_http::csrf::CsrfLayer` rejects a request that a browser marks as coming from
//! another site (Sec-Fetch-Site, Origin). It accepts requests with neither header, because
//! programs send neither. But a program has no session cookie: a request with the cookie and
//! without the headers comes from a browser whose headers were stripped on the way, or from
//! a text browser, which sends only Referer (OWASP, Cross-Site Request Forgery Prevention,
//! "Verifying Origin With Standard Headers").
//!
//! Each rejection has its own error, which tells the user what to do, and a log line, which
//! tells the operator what differs: a proxy that changes the Host header looks like another
//! site.

use app::error::AppError;
use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::Response,
};
use futures_util::FutureExt;
use std::{
    convert::Infallible,
    sync::{Arc, Mutex, PoisonError},
};
use tower::{Layer, ServiceExt, service_fn};
use tower_http::csrf::{CsrfLayer, ProtectionError};

use super::{layers::Next, reject};
use crate::cookies::Cookies;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Maximum number of distinct rejections that are logged, and of characters quoted from each
/// header, so that made-up origins cannot fill the log.
const MAX_LOGGED: usize = 16;
const MAX_QUOTED: usize = 200;

/// The state of [`check`].
#[derive(Clone)]
pub struct Guard {
    cookies: Cookies,
    layer: CsrfLayer,
    /// The origin of `public_url`.
    public: Option<Origin>,
    logged: Arc<Mutex<Vec<String>>>,
}

impl Guard {
    pub fn new(cookies: Cookies, public_url: Option<&str>) -> Guard {
        let public = public_url.and_then(Origin::of);
        Guard {
            cookies,
            layer: layer(public.as_ref()),
            public,
            logged: Arc::default(),
        }
    }

    /// Returns whether the Referer of a request is a page of this site.
    fn is_own_referer(&self, headers: &HeaderMap) -> bool {
        let Some(referer) = only(headers, &header::REFERER).and_then(Origin::of) else {
            return false;
        };
        match &self.public {
            Some(public) => referer == *public,
            // Without `public_url`, a proxy may or may not terminate TLS: accept either scheme.
            None => only(headers, &header::HOST)
                .and_then(|host| Origin::of(&format!("{}://{host}", referer.scheme)))
                .is_some_and(|host| referer == host),
        }
    }

    /// Logs a rejection, once for each reason and origin.
    fn log(&self, why: &'static str, claims: &Claims) {
        let kind = format!("{why} {:?}", claims.origin);
        let mut logged = self.logged.lock().unwrap_or_else(PoisonError::into_inner);
        if logged.contains(&kind) || logged.len() >= MAX_LOGGED {
            return;
        }
        logged.push(kind);
        drop(logged);
        let public_url = self.public.as_ref().map(Origin::print);
        let Claims { origin, host } = claims;
        tracing::warn!(?origin, ?host, ?public_url, "a form was refused: {why}");
    }
}

/// Builds the library's layer. A proxy may forward a Host other than the browser's, so the
/// origin of `public_url` is always trusted.
fn layer(public: Option<&Origin>) -> CsrfLayer {
    match public.map(|origin| CsrfLayer::new().add_trusted_origin(origin.print())) {
        Some(Ok(layer)) => layer,
        Some(Err(error)) => {
            tracing::warn!(%error, "public_url is not an origin; only Host is checked");
            CsrfLayer::new()
        }
        None => CsrfLayer::new(),
    }
}

/// The reasons, worded for the operator.
const FOREIGN: &str = "it comes from an origin other than public_url and the Host it was sent to; \
     if people use this site at that origin, set public_url to it";
const UNMARKED: &str = "a logged-in user sent it without an Origin, Sec-Fetch-Site or Referer \
     header that says it comes from this site; something on the way removes these headers, or \
     public_url differs from the address in the browser";

/// The origin and the host that a request claims, truncated for the log.
struct Claims {
    origin: Option<String>,
    host: Option<String>,
}

impl Claims {
    fn of(headers: &HeaderMap) -> Claims {
        let quote = |name| {
            let value = headers.get(name).map(HeaderValue::as_bytes);
            value.map(|value| {
                let text = String::from_utf8_lossy(value);
                text.chars().take(MAX_QUOTED).collect()
            })
        };
        Claims {
            origin: quote(header::ORIGIN),
            host: quote(header::HOST),
        }
    }
}

/// Rejects unsafe requests that come from another site, or that carry a session but no
/// indication of their origin, and logs each rejection.
pub async fn check(guard: &Guard, request: Request, next: impl Next) -> Response {
    // Safe requests change nothing (RFC 9110 §9.2.1), and the library lets them pass.
    if request.method().is_safe() {
        return next(request).await;
    }
    let claims = Claims::of(request.headers());
    let mut behind = Some(|request| reject_unmarked(guard, request, next));
    let inner = service_fn(move |request| {
        let behind = behind.take().expect("a request is passed on once");
        behind(request).map(Ok::<_, Infallible>)
    });
    let Ok(response) = guard.layer.layer(inner).oneshot(request).await;
    if response.extensions().get::<ProtectionError>().is_some() {
        guard.log(FOREIGN, &claims);
        return reject(AppError::ForeignForm);
    }
    response
}

async fn reject_unmarked(guard: &Guard, request: Request, next: impl Next) -> Response {
    let headers = request.headers();
    if guard.cookies.has_session(headers) && !is_marked(headers) && !guard.is_own_referer(headers) {
        guard.log(UNMARKED, &Claims::of(headers));
        return reject(AppError::UnmarkedForm);
    }
    next(request).await
}

/// Returns whether a request states its origin in a value that browsers send; the mere presence
/// of the header is not enough. [`Guard::layer`] has checked that it is this site.
fn is_marked(headers: &HeaderMap) -> bool {
    let fetched = only(headers, &SEC_FETCH_SITE);
    let known = ["same-origin", "same-site", "cross-site", "none"];
    fetched.is_some_and(|site| known.contains(&site))
        || only(headers, &header::ORIGIN).is_some_and(|origin| Origin::of(origin).is_some())
}

/// The value of a header that occurs exactly once.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?;
    match values.next() {
        None => value.to_str().ok(),
        Some(_) => None,
    }
}

/// A web origin: scheme, host and port (RFC 6454 §4), as browsers spell it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Origin {
    scheme: &'static str,
    /// The host, with the port unless that is the scheme's default.
    host: String,
}

impl Origin {
    /// The origin of a URL. `None` for a URL with a user name, whose host is easily misread.
    fn of(url: &str) -> Option<Origin> {
        let (scheme, rest) = url.split_once("://")?;
        let (scheme, port) = match scheme.to_ascii_lowercase().as_str() {
            "https" => ("https", ":443"),
            "http" => ("http", ":80"),
            _ => return None,
        };
        let host = rest.split(['/', '?', '#', '\\']).next()?;
        let host = host.to_ascii_lowercase();
        let host = host.strip_suffix(port).unwrap_or(&host);
        let is_host = |byte: u8| byte.is_ascii_alphanumeric() || b"-._[]:".contains(&byte);
        (!host.is_empty() && host.bytes().all(is_host)).then(|| Origin {
            scheme,
            host: host.to_owned(),
        })
    }

    fn print(&self) -> String {
        format!("{}://{}", self.scheme, self.host)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_read_off_a_url_as_a_browser_reads_it() {
        for (url, origin) in [
            ("https://example.org", Some("https://example.org")),
            ("HTTPS://Example.ORG:443/a?b#c", Some("https://example.org")),
            ("http://example.org:80/", Some("http://example.org")),
            ("http://example.org:443", Some("http://example.org:443")),
            (
                "https://example.org:8443/x",
                Some("https://example.org:8443"),
            ),
            ("http://[::1]:3000/x", Some("http://[::1]:3000")),
            ("https://example.org?x", Some("https://example.org")),
            (
                "https://example.org\\@evil.example/",
                Some("https://example.org"),
            ),
            (
                "https://example.org.evil.example/",
                Some("https://example.org.evil.example"),
            ),
            ("https://example.org@evil.example/", None),
            ("https://user:word@example.org/", None),
            ("https:///example.org", None),
            ("https://", None),
            ("//example.org", None),
            ("example.org", None),
            ("null", None),
            ("", None),
            ("ftp://example.org", None),
            ("https://exämple.org", None),
            ("https://example.org /", None),
        ] {
            let found = Origin::of(url).map(|site| site.print());
            assert_eq!(found.as_deref(), origin, "{url}");
        }
    }
}
