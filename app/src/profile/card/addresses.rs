//! The addresses of a profile, and of what is made of it.

use crate::{backend::Site, profile::rules::access::VisibleProfile};

/// The web address of the profile.
pub fn address(visible: &VisibleProfile, site: &Site) -> String {
    format!("{}/u/{}", site.url, visible.owner.username)
}

/// The path of the QR code of the profile's address.
pub fn qr_path(username: &str) -> String {
    format!("/u/{username}/qr.svg")
}

/// The path of the vCard.
pub fn card_path(username: &str) -> String {
    format!("/u/{username}/card.vcf")
}
