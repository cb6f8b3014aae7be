//! The layer that compresses pages where their length leaks nothing.
//!
//! The length of a compressed page reveals how well two parts of it match. An attacker who can
//! repeatedly inject text into a member's page and observe its length could guess what else is
//! on it (BREACH, 2013). To do so, another site has to make the member's browser request the
//! page with its cookies, which the browser reveals in `Sec-Fetch-Site`. So pages are
//! compressed only for requests without cookies, and for those that the browser attributes to
//! this site or to the user.

use axum::{
    body::{Body, HttpBody, to_bytes},
    extract::Request,
    http::{HeaderMap, HeaderValue, header},
    response::Response,
};
use flate2::{Compression, write::GzEncoder};
use std::io::Write;

use super::layers::Next;

/// Size in bytes below which a page fits into one packet anyway.
const WORTH_IT: u64 = 1400;
/// Size in bytes above which compressing a page would keep others waiting: a core compresses
/// about a hundred bytes per microsecond.
const TOO_LONG: u64 = 1024 * 1024;

/// The gzip level; higher ones take longer for hardly smaller pages.
const LEVEL: u32 = 3;

/// Compresses the page that answers a request, if the client accepts that. `headers` sets
/// `Vary` on every page.
pub async fn compress(request: Request, next: impl Next) -> Response {
    let compressible = takes_gzip(request.headers()) && !is_measurable(request.headers());
    let response = next(request).await;
    let head = response.headers();
    let is_page = head
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    let bytes = response.body().size_hint().exact().unwrap_or(u64::MAX);
    if !compressible || !is_page || !(WORTH_IT..TOO_LONG).contains(&bytes) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(page) = to_bytes(body, bytes as usize).await else {
        // A body of known length is in memory, so reading it cannot fail.
        return super::reject(app::error::AppError::Internal);
    };
    let mut gzip = GzEncoder::new(Vec::with_capacity(page.len() / 3), Compression::new(LEVEL));
    let body = match gzip.write_all(&page).and_then(|()| gzip.finish()) {
        Ok(compressed) => {
            let encoding = HeaderValue::from_static("gzip");
            parts.headers.insert(header::CONTENT_ENCODING, encoding);
            parts.headers.remove(header::CONTENT_LENGTH);
            Body::from(compressed)
        }
        Err(_) => Body::from(page),
    };
    Response::from_parts(parts, body)
}

/// Returns whether another site may have caused this request, with the visitor's cookies.
fn is_measurable(headers: &HeaderMap) -> bool {
    let from = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    headers.contains_key(header::COOKIE) && !matches!(from, Some(b"same-origin" | b"none"))
}

fn takes_gzip(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT_ENCODING);
    accepted
        .and_then(|accepted| accepted.to_str().ok())
        .is_some_and(|accepted| accepts(accepted, "gzip"))
}

/// Returns whether a list of encodings includes `encoding` without forbidding it by a quality
/// of 0.
pub fn accepts(accepted: &str, encoding: &str) -> bool {
    accepted.split(',').any(|coding| {
        let (name, quality) = coding.split_once(';').unwrap_or((coding, "q=1"));
        let quality = quality.trim().strip_prefix("q=").unwrap_or("1");
        name.trim().eq_ignore_ascii_case(encoding) && quality.parse() != Ok(0.0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_encoding_is_accepted_by_name_and_not_by_a_quality_of_0() {
        for (accepted, gzip) in [
            ("gzip", true),
            ("br, GZIP;q=0.5", true),
            ("gzip; q=1.0, identity", true),
            ("br", false),
            ("", false),
            ("gzip;q=0", false),
            ("gzip;q=0.000, br", false),
            ("gzipped", false),
        ] {
            assert_eq!(accepts(accepted, "gzip"), gzip, "{accepted}");
        }
    }
}
