//! A profile to take along, for who may see it: `/u/{username}/card.vcf` for an
//! address book, as far as its reader sees it, and `/u/{username}/qr.svg`, its
//! address for the camera of a phone.

use app::{
    error::AppError,
    profile::{
        card::{addresses::address, vcard::vcard},
        rules::access::{self, VisibleProfile},
    },
    viewer::Viewer,
};
use axum::{
    extract::{FromRequestParts, Path, State},
    http::{header, request::Parts},
    response::{IntoResponse, Response},
};
use qrcode::{Color, QrCode, types::QrError};
use std::fmt::Write;

use super::{pages::Pages, refusal};

/// The profile is for search engines, if anything is.
const UNLISTED: (header::HeaderName, &str) =
    (header::HeaderName::from_static("x-robots-tag"), "noindex");

/// The profile of the path, as far as who asks may see it.
pub struct Asked(VisibleProfile);

impl FromRequestParts<Pages> for Asked {
    /// A profile that is hidden from them is none.
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, pages: &Pages) -> Result<Asked, Response> {
        let username = Path::<String>::from_request_parts(parts, pages).await;
        let Path(username) = username.map_err(IntoResponse::into_response)?;
        let viewer = parts.extensions.get().cloned().unwrap_or(Viewer::Guest);
        let backend = pages.backend();
        let profile = backend.profiles.find_profile(&username).await;
        let profile = profile.map_err(refusal)?;
        let seen =
            profile.and_then(|profile| access::visible_to(&backend.schema, &profile, &viewer));
        seen.map(Asked).ok_or_else(|| refusal(AppError::NotFound))
    }
}

pub async fn download(State(pages): State<Pages>, Asked(seen): Asked) -> Response {
    let name = format!("attachment; filename=\"{}.vcf\"", seen.owner.username);
    let backend = pages.backend();
    let head = [
        (header::CONTENT_TYPE, "text/vcard; charset=utf-8"),
        (header::CONTENT_DISPOSITION, &name),
        UNLISTED,
    ];
    (head, vcard(&backend.schema, &seen, &backend.site)).into_response()
}

pub async fn qr_code(State(pages): State<Pages>, Asked(seen): Asked) -> Response {
    match draw(&address(&seen, &pages.backend().site)) {
        Ok(svg) => {
            let kind = (header::CONTENT_TYPE, "image/svg+xml; charset=utf-8");
            ([kind, UNLISTED], svg).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "an address is too long for a QR code");
            refusal(AppError::Internal)
        }
    }
}

/// White around it, four squares wide: without, no camera finds it (ISO/IEC 18004).
const QUIET: usize = 4;

/// Black on white, in every theme: few cameras read it the other way round.
fn draw(text: &str) -> Result<String, QrError> {
    let code = QrCode::new(text)?;
    let (width, squares) = (code.width(), code.to_colors());
    let size = width + 2 * QUIET;
    let mut dark = String::new();
    for (y, row) in squares.chunks(width).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(PartialEq::eq) {
            let length = run.len();
            if run[0] == Color::Dark {
                let _ = write!(dark, "M{} {}h{length}v1h-{length}z", x + QUIET, y + QUIET);
            }
            x += length;
        }
    }
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {size} {size}\" \
         shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h{size}v{size}H0z\"/>\
         <path d=\"{dark}\"/></svg>"
    ))
}
