//! Where a form has to come from.
//!
//! `tower_http::csrf::CsrfLayer` refuses a request that a browser marks as
//! coming from another site (Sec-Fetch-Site, Origin). It lets pass what has
//! neither header, because programs send neither. A program has no session
//! cookie, though; a request with the cookie and without the headers comes from
//! a browser that something keeps from saying where the request is from, or from
//! one for text, which says it by Referer alone (OWASP, Cross-Site Request Forgery
//! Prevention, "Verifying Origin With Standard Headers").
//!
//! Each refusal is an error of its own, which tells a person what to do, and a line
//! of the log, which tells the operator what differs: a proxy that gives this program
//! another Host than the one in the browser looks like another site.

use app::error::AppError;
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};
use std::sync::{Arc, Mutex, PoisonError};
use tower_http::csrf::{CsrfLayer, ProtectionError};

use super::refusal;
use crate::cookies::Cookies;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Different refusals that the log tells of, and the length of what it quotes. Whoever
/// makes up origins does not fill it.
const MOST_TOLD: usize = 16;
const MOST_QUOTED: usize = 200;

#[derive(Clone)]
pub struct Guard {
    cookies: Cookies,
    /// The address people use, as a browser writes it.
    public: Option<Site>,
    told: Arc<Mutex<Vec<String>>>,
}

impl Guard {
    pub fn new(cookies: Cookies, public_url: Option<&str>) -> Guard {
        Guard {
            cookies,
            public: public_url.and_then(Site::of),
            told: Arc::default(),
        }
    }

    /// Refuses unsafe requests that a browser marks as coming from another site. A
    /// proxy may give this program another Host than the address people use, so that
    /// one is trusted by its name.
    pub fn layer(&self) -> CsrfLayer {
        let public = self.public.as_ref().map(Site::print);
        match public.map(|site| CsrfLayer::new().add_trusted_origin(site)) {
            Some(Ok(layer)) => layer,
            Some(Err(error)) => {
                tracing::warn!(%error, "public_url is no origin; only Host counts");
                CsrfLayer::new()
            }
            None => CsrfLayer::new(),
        }
    }

    /// Whether a request says, by Referer, that it comes from here.
    fn is_own_referer(&self, headers: &HeaderMap) -> bool {
        let Some(referer) = only(headers, &header::REFERER).and_then(Site::of) else {
            return false;
        };
        match &self.public {
            Some(public) => referer == *public,
            // Whether there is TLS in front nobody has told.
            None => only(headers, &header::HOST)
                .and_then(|host| Site::of(&format!("{}://{host}", referer.scheme)))
                .is_some_and(|host| referer == host),
        }
    }

    /// Logs a refusal, each kind of it once.
    fn tell(&self, why: &'static str, said: &Said) {
        let kind = format!("{why} {:?}", said.origin);
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.contains(&kind) || told.len() >= MOST_TOLD {
            return;
        }
        told.push(kind);
        drop(told);
        let public_url = self.public.as_ref().map(Site::print);
        let Said { origin, host } = said;
        tracing::warn!(?origin, ?host, ?public_url, "a form was refused: {why}");
    }
}

/// The log's words for the operator.
const FOREIGN: &str = "it comes from another origin than public_url and the Host that it came to; \
     if that is where people use this site, set public_url to it";
const UNMARKED: &str = "somebody who is logged in sent it with none of Origin, Sec-Fetch-Site and \
     Referer that says it comes from this site; something on the way takes them off, or public_url is \
     another address than the one in the browser";

/// What a request says of where it comes from and goes to.
struct Said {
    origin: Option<String>,
    host: Option<String>,
}

impl Said {
    fn of(headers: &HeaderMap) -> Said {
        let quote = |name| {
            let value = headers.get(name).map(HeaderValue::as_bytes);
            value.map(|value| {
                let text = String::from_utf8_lossy(value);
                text.chars().take(MOST_QUOTED).collect()
            })
        };
        Said {
            origin: quote(header::ORIGIN),
            host: quote(header::HOST),
        }
    }
}

/// Tells why [`Guard::layer`] has refused a request.
pub async fn explain(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    let is_safe = request.method().is_safe();
    let said = (!is_safe).then(|| Said::of(request.headers()));
    let response = next.run(request).await;
    match (said, response.extensions().get::<ProtectionError>()) {
        (Some(said), Some(_)) => {
            guard.tell(FOREIGN, &said);
            refusal(AppError::ForeignForm)
        }
        _ => response,
    }
}

/// Refuses unsafe requests that carry a session but not where they come from.
pub async fn refuse_unmarked(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    if !request.method().is_safe()
        && guard.cookies.has_session(headers)
        && !is_marked(headers)
        && !guard.is_own_referer(headers)
    {
        guard.tell(UNMARKED, &Said::of(headers));
        return refusal(AppError::UnmarkedForm);
    }
    next.run(request).await
}

/// Whether a browser says where a request comes from: by a value that one sends, and
/// not by the header alone. Whether that is here [`Guard::layer`] has asked.
fn is_marked(headers: &HeaderMap) -> bool {
    let fetched = only(headers, &SEC_FETCH_SITE);
    let known = ["same-origin", "same-site", "cross-site", "none"];
    fetched.is_some_and(|site| known.contains(&site))
        || only(headers, &header::ORIGIN).is_some_and(|origin| Site::of(origin).is_some())
}

/// The value of a header that is there once.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?;
    match values.next() {
        None => value.to_str().ok(),
        Some(_) => None,
    }
}

/// An origin: scheme, host and port (RFC 6454 §4), in the spelling of browsers.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Site {
    scheme: &'static str,
    /// With its port, if that is not the scheme's own.
    host: String,
}

impl Site {
    /// That of a URL. `None` for one with a user in it, whose host people misread.
    fn of(url: &str) -> Option<Site> {
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
        (!host.is_empty() && host.bytes().all(is_host)).then(|| Site {
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
            let found = Site::of(url).map(|site| site.print());
            assert_eq!(found.as_deref(), origin, "{url}");
        }
    }
}
