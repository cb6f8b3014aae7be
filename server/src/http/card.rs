//! `/u/{username}/card.vcf`: a profile for an address book, as far as who asks
//! may see it.

use app::{
    error::AppError,
    profile::{access, card::vcard},
    viewer::Viewer,
};
use axum::{
    Extension,
    extract::{Path, State},
    http::header,
    response::{IntoResponse, Response},
};

use super::{pages::Pages, refusal};

pub async fn download(
    State(pages): State<Pages>,
    Path(username): Path<String>,
    viewer: Option<Extension<Viewer>>,
) -> Response {
    let viewer = viewer.map_or(Viewer::Guest, |Extension(viewer)| viewer);
    let backend = pages.backend();
    let profile = match backend.profiles.find_profile(&username).await {
        Ok(profile) => profile,
        Err(error) => return refusal(error),
    };
    let seen = profile.and_then(|profile| access::seen(&backend.schema, &profile, &viewer));
    let Some(seen) = seen else {
        return refusal(AppError::NotFound);
    };
    let head = [
        (header::CONTENT_TYPE, "text/vcard; charset=utf-8".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{}.vcf\"", seen.owner.username),
        ),
        // The profile is for search engines, if anything is.
        (
            header::HeaderName::from_static("x-robots-tag"),
            "noindex".to_owned(),
        ),
    ];
    (head, vcard(&backend.schema, &seen, &backend.site)).into_response()
}
