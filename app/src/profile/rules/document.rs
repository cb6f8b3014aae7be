//! A profile as it is stored: two JSON maps, values and audiences.
//!
//! An item is the unit of change: the value of a field (`bio`), its audience (`bio.audience`), or
//! the audience of the whole profile (`profile.audience`). Saving, merging and history deal with
//! items only.
//!
//! The schema can change while the document stays the same. An item that is no longer in the schema
//! is kept and shown to no one; it reappears when its field comes back.

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
    /// Parses the two columns of the store, each a JSON object.
    pub fn parse(fields: &str, audiences: &str) -> Result<ProfileDocument, serde_json::Error> {
        Ok(ProfileDocument {
            fields: serde_json::from_str(fields)?,
            audiences: serde_json::from_str(audiences)?,
        })
    }

    /// Returns the two columns that `parse` reads.
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

    /// Sets an item. `None` removes it.
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

    /// Returns the names of all items.
    pub fn names(&self) -> impl Iterator<Item = String> {
        let audiences = self.audiences.keys().map(|key| audience_of(key));
        self.fields.keys().cloned().chain(audiences)
    }

    /// Returns the values as the schema reads them, without those that do not have the shape of
    /// their kind.
    pub fn values(&self, schema: &Schema) -> Values {
        let read = |field: &super::schema::Field| {
            let value = Value::from_json(&field.kind, self.fields.get(&field.key)?)?;
            Some((field.key.clone(), value))
        };
        schema.fields().filter_map(read).collect()
    }

    /// Returns the audiences that the owner has chosen. One that cannot be read counts as
    /// [`Audience::Me`], the narrowest.
    pub fn audiences(&self, schema: &Schema) -> Audiences {
        let keys = schema.fields().map(|field| field.key.as_str());
        let read = |key: &str| Some((key.to_owned(), audience(self.audiences.get(key)?)));
        keys.chain([WHOLE]).filter_map(read).collect()
    }
}

/// Reads a stored audience; one that cannot be read counts as [`Audience::Me`].
pub fn audience(json: &Json) -> Audience {
    json.as_str()
        .and_then(Audience::parse)
        .unwrap_or(Audience::Me)
}
