//! A profile for programs: microformats in the page, JSON-LD in its head, a vCard
//! to download.
//!
//! What a field means to them is what it means to a browser that fills in forms:
//! its `autocomplete` token. The first long text without one is the note. A field
//! that no standard has a word for is left to people: a type alone says too little,
//! for an emergency number is nobody's own. All of it is made of what its viewer
//! has [`Seen`].

use serde_json::{Map, Value as Json, json};

use super::view::ProfileView;
use crate::{
    backend::Site,
    profile::rules::{
        access::Seen,
        kind::Kind,
        schema::{Field, Schema},
        value::Value,
    },
    shell::Share,
    text,
};

/// What standards have a word for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Property {
    GivenName,
    FamilyName,
    Note,
    Locality,
    Region,
    Country,
    Birthday,
    Phone,
    Email,
    Url,
    Organization,
    JobTitle,
}

impl Property {
    /// `autocomplete = "off"` keeps a field to people.
    pub fn of(field: &Field) -> Option<Property> {
        let is_text = !matches!(
            field.kind,
            Kind::Choice { .. } | Kind::Choices { .. } | Kind::Bool | Kind::Picture
        );
        let property = match field.autocomplete.as_str() {
            "given-name" => Property::GivenName,
            "family-name" => Property::FamilyName,
            "address-level2" => Property::Locality,
            "address-level1" => Property::Region,
            "country-name" => Property::Country,
            "bday" => Property::Birthday,
            "tel" => Property::Phone,
            "email" => Property::Email,
            "url" if field.kind == Kind::Url => Property::Url,
            "organization" => Property::Organization,
            "organization-title" => Property::JobTitle,
            "" if matches!(field.kind, Kind::LongText { .. }) => Property::Note,
            _ => return None,
        };
        is_text.then_some(property)
    }

    /// The class of h-card (microformats.org).
    pub fn class(self) -> &'static str {
        match self {
            Property::GivenName => "p-given-name",
            Property::FamilyName => "p-family-name",
            Property::Note => "p-note",
            Property::Locality => "p-locality",
            Property::Region => "p-region",
            Property::Country => "p-country-name",
            Property::Birthday => "dt-bday",
            Property::Phone => "p-tel",
            Property::Email => "u-email",
            Property::Url => "u-url",
            Property::Organization => "p-org",
            Property::JobTitle => "p-job-title",
        }
    }
}

/// The values that standards have a word for, in the order of the schema.
struct Card<'a>(Vec<(Property, &'a Value)>);

impl<'a> Card<'a> {
    fn of(schema: &Schema, seen: &'a Seen) -> Card<'a> {
        let fields = schema.fields();
        let known =
            fields.filter_map(|field| Some((Property::of(field)?, seen.values.get(&field.key)?)));
        Card(known.collect())
    }

    fn all(&self, property: Property) -> impl Iterator<Item = &'a Value> {
        let mine = self.0.iter().filter(move |(one, _)| *one == property);
        mine.map(|(_, value)| *value)
    }

    /// Checked as web addresses, and so without a line break.
    fn links(&self) -> impl Iterator<Item = &'a str> {
        self.all(Property::Url).filter_map(|value| match value {
            Value::Url(url) => Some(url.as_str()),
            _ => None,
        })
    }

    fn get(&self, property: Property) -> Option<String> {
        self.all(property).next().map(plain)
    }
}

/// A value as a program reads it.
fn plain(value: &Value) -> String {
    match value {
        Value::Phone(phone) => phone.dialled(),
        Value::Date(date) => date.to_string(),
        other => other.print(),
    }
}

/// Where the profile is.
pub fn address(seen: &Seen, site: &Site) -> String {
    format!("{}/u/{}", site.url, seen.owner.username)
}

/// The path of the QR code of the profile's address.
pub(crate) fn qr_path(username: &str) -> String {
    format!("/u/{username}/qr.svg")
}

/// The path of the vCard.
pub fn card_path(username: &str) -> String {
    format!("/u/{username}/card.vcf")
}

/// What is told of a profile to who gets a link to it.
pub(crate) fn share(schema: &Schema, seen: &Seen, site: &Site) -> Share {
    let view = ProfileView::of(schema, seen);
    let card = Card::of(schema, seen);
    let said = card.get(Property::Note).map(|note| first_words(&note));
    let image = view.picture.as_ref().map(|picture| {
        let src = format!("{}{}", site.url, picture.src(512));
        (src, picture.alt.clone())
    });
    let structured = structured(&view, &card, address(seen, site), image.as_ref());
    Share {
        url: address(seen, site),
        kind: "profile",
        description: said.unwrap_or_else(|| text::profile_at(&view.name, &site.name)),
        title: view.name,
        image,
        structured: Some(structured.to_string()),
        card: Some(card_path(&seen.owner.username)),
    }
}

/// As much of a text as fits below a link: its first line, up to 160 characters.
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

/// A `ProfilePage` of schema.org about a `Person`.
fn structured(
    view: &ProfileView,
    card: &Card<'_>,
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

/// A vCard 3.0 (RFC 2426). 4.0 is the newer standard; the address books of phones
/// and offices all read this one.
pub fn vcard(schema: &Schema, seen: &Seen, site: &Site) -> String {
    let view = ProfileView::of(schema, seen);
    let card = Card::of(schema, seen);
    let part = |property| escape(&card.get(property).unwrap_or_default());
    let mut lines = vec![
        "BEGIN:VCARD".to_owned(),
        "VERSION:3.0".to_owned(),
        format!("FN:{}", escape(&view.name)),
        match (part(Property::FamilyName), part(Property::GivenName)) {
            // Required, and the program that reads it sorts by it.
            (family, given) if family.is_empty() && given.is_empty() => {
                format!("N:;{};;;", escape(&view.name))
            }
            (family, given) => format!("N:{family};{given};;;"),
        },
        format!("NICKNAME:{}", escape(&view.username)),
    ];
    for (name, property) in [
        ("TEL", Property::Phone),
        ("EMAIL", Property::Email),
        ("ORG", Property::Organization),
        ("TITLE", Property::JobTitle),
        ("BDAY", Property::Birthday),
        ("NOTE", Property::Note),
    ] {
        let values = card.all(property);
        lines.extend(values.map(|value| format!("{name}:{}", escape(&plain(value)))));
    }
    let place = [Property::Locality, Property::Region, Property::Country].map(part);
    if place.iter().any(|part| !part.is_empty()) {
        let [locality, region, country] = place;
        lines.push(format!("ADR:;;;{locality};{region};;{country}"));
    }
    // A URI has no escapes of the vCard's own.
    lines.push(format!("URL:{}", address(seen, site)));
    lines.extend(card.links().map(|url| format!("URL:{url}")));
    if let Some(picture) = &view.picture {
        let src = picture.src(512);
        lines.push(format!("PHOTO;VALUE=uri:{}{src}", site.url));
    }
    lines.push("END:VCARD".to_owned());
    lines.iter().map(|line| fold(line)).collect()
}

/// RFC 2426 §4.
fn escape(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace(',', "\\,");
    text.replace(';', "\\;")
        .replace("\r\n", "\n")
        .replace(['\n', '\r'], "\\n")
}

/// A line with its end; what is longer than 75 bytes goes on in the next one
/// (RFC 2425 §5.8.1), and no character is torn apart.
fn fold(line: &str) -> String {
    let (mut folded, mut room) = (String::new(), 75);
    for c in line.chars() {
        if c.len_utf8() > room {
            folded.push_str("\r\n ");
            room = 74;
        }
        folded.push(c);
        room -= c.len_utf8();
    }
    folded + "\r\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_a_vcard_is_folded_and_nothing_ends_it_early() {
        assert_eq!(escape("a,b;c\\d\r\ne\nf\rg"), "a\\,b\\;c\\\\d\\ne\\nf\\ng");
        let long = format!("NOTE:{}", "ä".repeat(100));
        let folded = fold(&long);
        assert!(folded.ends_with("\r\n"));
        for line in folded.split_terminator("\r\n") {
            assert!(line.len() <= 75, "{line}");
        }
        assert_eq!(folded.replace("\r\n ", ""), long + "\r\n");
    }

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
