//! A profile as it is stored: JSON by name.
//!
//! An item is what can change by itself: the value of a field (`bio`), who sees
//! it (`bio.audience`), who sees the whole (`profile.audience`). Saving, merging
//! and history know items and nothing else.
//!
//! The schema may change under it. An item that the schema no longer has stays,
//! is shown to nobody, and is there again when the field comes back.

use serde_json::{Map, Value as Json};

use super::{
    audience::{Audience, Audiences, WHOLE, audience_key, audience_of},
    profile::Values,
    schema::Schema,
    value::Value,
};

#[derive(Debug, Clone, Default, PartialEq)]
pub struct ProfileDocument {
    fields: Map<String, Json>,
    audiences: Map<String, Json>,
}

impl ProfileDocument {
    /// Reads the two columns of the store, each a JSON object.
    pub fn parse(fields: &str, audiences: &str) -> Result<ProfileDocument, serde_json::Error> {
        Ok(ProfileDocument {
            fields: serde_json::from_str(fields)?,
            audiences: serde_json::from_str(audiences)?,
        })
    }

    /// The two columns, as `parse` reads them.
    pub fn print(&self) -> (String, String) {
        let text = |map| serde_json::to_string(map).expect("a map of JSON is JSON");
        (text(&self.fields), text(&self.audiences))
    }

    pub fn get(&self, name: &str) -> Option<&Json> {
        match audience_key(name) {
            Some(key) => self.audiences.get(key),
            None => self.fields.get(name),
        }
    }

    /// `None` takes the item away.
    pub fn set(&mut self, name: &str, value: Option<Json>) {
        let (map, key) = match audience_key(name) {
            Some(key) => (&mut self.audiences, key),
            None => (&mut self.fields, name),
        };
        match value {
            Some(value) => drop(map.insert(key.to_owned(), value)),
            None => drop(map.remove(key)),
        }
    }

    /// Every item's name.
    pub fn names(&self) -> impl Iterator<Item = String> {
        let audiences = self.audiences.keys().map(|key| audience_of(key));
        self.fields.keys().cloned().chain(audiences)
    }

    /// The values as the schema reads them. A value that does not have the shape of
    /// its kind is left out.
    pub fn values(&self, schema: &Schema) -> Values {
        let read = |field: &super::schema::Field| {
            let value = Value::from_json(&field.kind, self.fields.get(&field.key)?)?;
            Some((field.key.clone(), value))
        };
        schema.fields().filter_map(read).collect()
    }

    /// The audiences that the owner has chosen. One that cannot be read counts as the
    /// narrowest.
    pub fn audiences(&self, schema: &Schema) -> Audiences {
        let keys = schema.fields().map(|field| field.key.as_str());
        let read = |key: &str| Some((key.to_owned(), audience(self.audiences.get(key)?)));
        keys.chain([WHOLE]).filter_map(read).collect()
    }
}

/// A stored audience.
pub fn audience(json: &Json) -> Audience {
    json.as_str()
        .and_then(Audience::parse)
        .unwrap_or(Audience::Me)
}
