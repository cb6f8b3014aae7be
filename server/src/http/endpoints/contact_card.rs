//! Contact cards: `/u/{username}/card.vcf` for address books, with the fields that the viewer
//! may see, and `/u/{username}/qr.svg`, the profile's address as a QR code.

use app::{
    account::types::username::Username,
    error::AppError,
    profile::{
        card::{addresses::address, vcard::vcard},
        rules::access::{self, VisibleProfile},
    },
    viewer::Viewer,
};
use axum::{
    extract::{FromRequestParts, Path, State},
    http::{StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};

use crate::http::{pages::Pages, qr, reject};

/// Keeps these files out of search engines, which may at most list the profile's page.
const UNLISTED: (header::HeaderName, &str) =
    (header::HeaderName::from_static("x-robots-tag"), "noindex");

/// The profile named in the path, as the viewer may see it.
pub struct RequestedProfile(VisibleProfile);

impl FromRequestParts<Pages> for RequestedProfile {
    /// A 404 both for an unknown profile and for one hidden from the viewer; a redirect from a
    /// former username of the owner.
    type Rejection = Response;

    async fn from_request_parts(
        parts: &mut Parts,
        pages: &Pages,
    ) -> Result<RequestedProfile, Response> {
        let username = Path::<String>::from_request_parts(parts, pages).await;
        let Path(username) = username.map_err(IntoResponse::into_response)?;
        let viewer = parts.extensions.get().cloned().unwrap_or(Viewer::Guest);
        let backend = pages.backend();
        let profile = backend.profiles.find_profile(&username).await;
        let profile = profile.map_err(reject)?;
        let seen =
            profile.and_then(|profile| access::visible_to(&backend.schema, &profile, &viewer));
        let seen = seen.ok_or_else(|| reject(AppError::NotFound))?;
        let name = &seen.owner.username;
        if Username::key_of(&username) != Username::key_of(name) {
            let file = parts.uri.path().rsplit('/').next().unwrap_or_default();
            let location = (header::LOCATION, format!("/u/{name}/{file}"));
            return Err((StatusCode::FOUND, [location]).into_response());
        }
        Ok(RequestedProfile(seen))
    }
}

/// Serves the profile as a vCard.
pub async fn download(
    State(pages): State<Pages>,
    RequestedProfile(seen): RequestedProfile,
) -> Response {
    let name = format!("attachment; filename=\"{}.vcf\"", seen.owner.username);
    let backend = pages.backend();
    let head = [
        (header::CONTENT_TYPE, "text/vcard; charset=utf-8"),
        (header::CONTENT_DISPOSITION, &name),
        UNLISTED,
    ];
    (head, vcard(&backend.schema, &seen, &backend.site)).into_response()
}

/// Serves the address of the profile as a QR code.
pub async fn qr_code(
    State(pages): State<Pages>,
    RequestedProfile(seen): RequestedProfile,
) -> Response {
    match qr::draw(&address(&seen, &pages.backend().site)) {
        Ok(svg) => {
            let kind = (header::CONTENT_TYPE, "image/svg+xml; charset=utf-8");
            ([kind, UNLISTED], svg).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "an address is too long for a QR code");
            reject(AppError::Internal)
        }
    }
}
