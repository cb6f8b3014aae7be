//! A profile as a vCard.

use super::{
    addresses::address,
    property::{Properties, Property, plain},
    view::ProfileView,
};
use crate::{
    backend::Site,
    profile::rules::{access::VisibleProfile, schema::Schema},
};

/// Returns a profile as a vCard 3.0 (RFC 2426). Version 4.0 is newer, but 3.0 is the one that the
/// address books of phones and offices can all read.
pub fn vcard(schema: &Schema, visible: &VisibleProfile, site: &Site) -> String {
    let view = ProfileView::of(schema, visible);
    let card = Properties::of(schema, visible);
    let part = |property| escape(&card.get(property).unwrap_or_default());
    let mut lines = vec![
        "BEGIN:VCARD".to_owned(),
        "VERSION:3.0".to_owned(),
        format!("FN:{}", escape(&view.name)),
        match (part(Property::FamilyName), part(Property::GivenName)) {
            // `N` is required, and programs sort contacts by it.
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
    // The escapes of vCard text do not apply to URIs.
    lines.push(format!("URL:{}", address(visible, site)));
    lines.extend(card.links().map(|url| format!("URL:{url}")));
    if let Some(picture) = &view.picture {
        let src = picture.src(512);
        lines.push(format!("PHOTO;VALUE=uri:{}{src}", site.url));
    }
    lines.push("END:VCARD".to_owned());
    lines.iter().map(|line| fold(line)).collect()
}

/// Escapes a text value (RFC 2426 §4).
fn escape(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace(',', "\\,");
    text.replace(';', "\\;")
        .replace("\r\n", "\n")
        .replace(['\n', '\r'], "\\n")
}

/// Folds a line after at most 75 bytes (RFC 2425 §5.8.1), without splitting a character, and adds
/// the line ending.
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
}
