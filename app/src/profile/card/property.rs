//! The meaning of a field for programs, in terms of standards such as vCard and h-card.

use crate::profile::rules::{
    access::VisibleProfile,
    kind::Kind,
    schema::{Field, Schema},
    value::Value,
};

/// A property for which standards have a term.
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
    /// Returns the property that a field stands for, given by its `autocomplete` token. With
    /// `"off"`, it has none.
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

    /// Returns the h-card class of the property (microformats.org).
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

/// The values of a profile that stand for a standard property, in the order of the schema.
pub struct Properties<'a>(Vec<(Property, &'a Value)>);

impl<'a> Properties<'a> {
    pub fn of(schema: &Schema, visible: &'a VisibleProfile) -> Properties<'a> {
        let fields = schema.fields();
        let known = fields
            .filter_map(|field| Some((Property::of(field)?, visible.values.get(&field.key)?)));
        Properties(known.collect())
    }

    pub fn all(&self, property: Property) -> impl Iterator<Item = &'a Value> {
        let mine = self.0.iter().filter(move |(one, _)| *one == property);
        mine.map(|(_, value)| *value)
    }

    /// Returns the links. They have been parsed as URLs, so they do not contain line breaks.
    pub fn links(&self) -> impl Iterator<Item = &'a str> {
        self.all(Property::Url).filter_map(|value| match value {
            Value::Url(url) => Some(url.as_str()),
            _ => None,
        })
    }

    pub fn get(&self, property: Property) -> Option<String> {
        self.all(property).next().map(plain)
    }
}

/// Returns a value in the format that programs read.
pub fn plain(value: &Value) -> String {
    match value {
        Value::Phone(phone) => phone.dialled(),
        Value::Date(date) => date.to_string(),
        other => other.print(),
    }
}
