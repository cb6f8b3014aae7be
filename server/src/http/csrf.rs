//! What a request without a browser's headers may do.
//!
//! `tower_http::csrf::CsrfLayer` refuses a request that a browser marks as
//! coming from another site (Sec-Fetch-Site, Origin). It lets pass what has
//! neither header, because programs send neither. A program has no session
//! cookie, though; a request with the cookie and without the headers comes from
//! a browser that something keeps from saying where the request is from.

use app::error::AppError;
use axum::{
    extract::{Request, State},
    http::{HeaderName, header},
    middleware::Next,
    response::Response,
};
use tower_http::csrf::CsrfLayer;

use super::refusal;
use crate::session::Cookies;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Refuses unsafe requests that a browser marks as coming from another site. A
/// proxy may give this program another Host than the address people use, so that
/// one is trusted by its name.
pub fn layer(public_url: Option<&str>) -> CsrfLayer {
    match public_url.map(|url| CsrfLayer::new().add_trusted_origin(url)) {
        Some(Ok(layer)) => layer,
        Some(Err(error)) => {
            tracing::warn!(%error, "public_url is no origin; only Host counts");
            CsrfLayer::new()
        }
        None => CsrfLayer::new(),
    }
}

/// Refuses unsafe requests that carry a session but not where they come from.
pub async fn refuse_unmarked(
    State(cookies): State<Cookies>,
    request: Request,
    next: Next,
) -> Response {
    let headers = request.headers();
    let unmarked = !headers.contains_key(header::ORIGIN) && !headers.contains_key(SEC_FETCH_SITE);
    if !request.method().is_safe() && unmarked && cookies.id_hash(headers).is_some() {
        return refusal(AppError::Forbidden);
    }
    next.run(request).await
}
