//! Descriptions of items in words, for the conflict page and the history.

use serde_json::Value as Json;

use super::{
    audience::{WHOLE, audience_key},
    document::audience,
    history::{Gone, ROLE, Side},
    schema::Schema,
    value::Value,
};
use crate::text;

/// Returns the label of an item, or `None` for an item that is not in the schema.
pub fn item_label(schema: &Schema, name: &str) -> Option<String> {
    let label = |key| schema.field(key).map(|field| field.label.clone());
    match audience_key(name) {
        Some(WHOLE) => Some(text::who_sees_profile().to_owned()),
        Some(key) => label(key).map(|label| text::who_sees(&label)),
        None if name == ROLE => Some(text::role().to_owned()),
        None => label(name),
    }
}

/// Returns the content of an item as one text. Long texts keep their line breaks.
pub fn item_text(schema: &Schema, name: &str, json: Option<&Json>) -> String {
    let Some(json) = json else {
        return text::nothing().to_owned();
    };
    // Only the base of a merge contains null, for a value that is no longer in the history.
    if json.is_null() {
        return text::value_too_old().to_owned();
    }
    if audience_key(name).is_some() {
        return text::audience(audience(json)).to_owned();
    }
    if name == ROLE {
        let key = json.as_str().unwrap_or_default();
        return schema.role(key).map_or(key, |role| &role.label).to_owned();
    }
    let kind = schema.field(name).map(|field| &field.kind);
    match kind.and_then(|kind| Some((kind, Value::from_json(kind, json)?))) {
        Some((kind, value)) => value_text(kind, &value),
        None => text::unreadable().to_owned(),
    }
}

/// Returns the text of one side of a change.
pub fn side_text(schema: &Schema, name: &str, side: &Side) -> String {
    match side {
        Side::Nothing => item_text(schema, name, None),
        Side::Value(json) => item_text(schema, name, Some(json)),
        Side::Gone(Gone::Erased) => text::value_erased().to_owned(),
        Side::Gone(Gone::TooOld) => text::value_too_old().to_owned(),
    }
}

fn value_text(kind: &super::kind::Kind, value: &Value) -> String {
    match value {
        Value::Date(date) => text::date(*date),
        Value::Choice(key) => kind.label(key),
        Value::Choices(keys) => {
            let labels: Vec<String> = keys.iter().map(|key| kind.label(key)).collect();
            labels.join(text::comma())
        }
        Value::Bool(yes) => if *yes { text::yes() } else { text::no() }.to_owned(),
        Value::Number(number) => text::integer(*number),
        Value::Picture(picture) => text::picture(&picture.alt),
        other => other.print(),
    }
}
