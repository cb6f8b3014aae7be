//! The URL of a profile, and the paths of its QR code and vCard.

use crate::{backend::Site, profile::rules::access::VisibleProfile};

/// Returns the URL of the profile.
pub fn address(visible: &VisibleProfile, site: &Site) -> String {
    format!("{}/u/{}", site.url, visible.owner.username)
}

/// Returns the path of the QR code, which contains the URL of the profile.
pub fn qr_path(username: &str) -> String {
    format!("/u/{username}/qr.svg")
}

/// Returns the path of the vCard.
pub fn card_path(username: &str) -> String {
    format!("/u/{username}/card.vcf")
}
