//! The profile in the head of its page, for programs: link preview and JSON-LD.
//!
//! Programs can also read the microformats in the page, and a vCard. In all of them, the
//! `autocomplete` token of a field determines its meaning, as it does for a browser that fills in
//! forms. A long text without a token is a note, of which this module uses the first. Fields
//! without a standard term are only for people: a type alone does not say enough, since the phone
//! number of an emergency contact is not the owner's.
//!
//! Everything is derived from what the viewer may see, a [`VisibleProfile`].

use serde_json::{Map, Value as Json, json};

use super::{
    addresses::{address, card_path},
    property::{Properties, Property},
    view::ProfileView,
};
use crate::{
    backend::Site,
    head::LinkPreview,
    profile::rules::{access::VisibleProfile, schema::Schema},
    text,
};

/// Returns the preview of a link to the profile.
pub(crate) fn link_preview(
    schema: &Schema,
    visible: &VisibleProfile,
    view: &ProfileView,
    site: &Site,
) -> LinkPreview {
    let card = Properties::of(schema, visible);
    let said = card.get(Property::Note).map(|note| first_words(&note));
    let image = view.picture.as_ref().map(|picture| {
        let src = format!("{}{}", site.url, picture.src(512));
        (src, picture.alt.clone())
    });
    let structured = structured(view, &card, address(visible, site), image.as_ref());
    LinkPreview {
        url: address(visible, site),
        kind: "profile",
        description: said.unwrap_or_else(|| text::profile_at(&view.name, &site.name)),
        title: view.name.clone(),
        image,
        structured: serde_json::to_string(&structured).ok(),
        card: Some(card_path(&visible.owner.username)),
    }
}

/// Returns the beginning of a text, to be shown below a link: its first line that is not blank, cut
/// at a word boundary after at most 160 characters.
fn first_words(text: &str) -> String {
    const MOST: usize = 160;
    let line = text.lines().find(|line| !line.trim().is_empty());
    let line = line.unwrap_or_default().trim();
    if line.chars().count() <= MOST {
        return line.to_owned();
    }
    let cut: String = line.chars().take(MOST).collect();
    let whole_words = cut
        .rsplit_once(' ')
        .map_or(cut.as_str(), |(words, _)| words);
    format!("{whole_words} …")
}

/// Returns a schema.org `ProfilePage` about a `Person`.
fn structured(
    view: &ProfileView,
    card: &Properties<'_>,
    url: String,
    image: Option<&(String, String)>,
) -> Json {
    let mut person = Map::new();
    let mut put = |key: &str, value: Option<Json>| {
        if let Some(value) = value {
            person.insert(key.to_owned(), value);
        }
    };
    put("@type", Some("Person".into()));
    put("name", Some(view.name.as_str().into()));
    put("alternateName", Some(view.username.as_str().into()));
    put("url", Some(url.as_str().into()));
    put("image", image.map(|(src, _)| src.as_str().into()));
    for (key, property) in [
        ("givenName", Property::GivenName),
        ("familyName", Property::FamilyName),
        ("description", Property::Note),
        ("birthDate", Property::Birthday),
        ("telephone", Property::Phone),
        ("email", Property::Email),
        ("jobTitle", Property::JobTitle),
    ] {
        put(key, card.get(property).map(Json::from));
    }
    let organization = card.get(Property::Organization);
    put(
        "worksFor",
        organization.map(|name| json!({ "@type": "Organization", "name": name })),
    );
    let mut place = Map::new();
    for (key, property) in [
        ("addressLocality", Property::Locality),
        ("addressRegion", Property::Region),
        ("addressCountry", Property::Country),
    ] {
        if let Some(part) = card.get(property) {
            place.insert(key.to_owned(), part.into());
        }
    }
    if !place.is_empty() {
        place.insert("@type".to_owned(), "PostalAddress".into());
        put("address", Some(place.into()));
    }
    let links: Vec<Json> = card.links().map(Json::from).collect();
    put("sameAs", (!links.is_empty()).then(|| links.into()));
    json!({
        "@context": "https://schema.org",
        "@type": "ProfilePage",
        "mainEntity": person,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_is_whole_words_of_the_first_line() {
        assert_eq!(first_words("\n  I mend boats.\nAnd more"), "I mend boats.");
        let long = "word ".repeat(60);
        let cut = first_words(&long);
        assert!(
            cut.ends_with("word …") && cut.chars().count() <= 162,
            "{cut}"
        );
        assert_eq!(first_words(""), "");
    }
}
