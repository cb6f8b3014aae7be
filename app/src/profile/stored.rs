//! A profile's fields as they are stored: a JSON object, values by key.
//!
//! The schema may change under it. A key that the schema no longer has stays,
//! is shown to nobody, and is there again when the field comes back.

use serde_json::{Map, Value as Json};
use std::{fmt, str::FromStr};

use super::{Schema, Value, Values};

#[derive(Debug, Clone, Default, PartialEq)]
pub struct StoredFields(Map<String, Json>);

impl StoredFields {
    /// What the schema can make of them. A value that does not have the shape of
    /// its kind is left out.
    pub fn values(&self, schema: &Schema) -> Values {
        let read = |field: &super::Field| {
            let value = Value::from_json(&field.kind, self.0.get(&field.key)?)?;
            Some((field.key.clone(), value))
        };
        schema.fields().filter_map(read).collect()
    }

    pub(super) fn set(&mut self, key: &str, value: &Value) {
        self.0.insert(key.to_owned(), value.to_json());
    }

    pub(super) fn remove(&mut self, key: &str) {
        self.0.remove(key);
    }
}

impl FromStr for StoredFields {
    type Err = serde_json::Error;

    fn from_str(json: &str) -> Result<Self, Self::Err> {
        serde_json::from_str(json).map(StoredFields)
    }
}

/// The JSON text that `from_str` reads.
impl fmt::Display for StoredFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Json::Object(self.0.clone()).fmt(f)
    }
}
