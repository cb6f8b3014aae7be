//! Stored values: JSON, in the shape of their kind.

use serde_json::{Value as Json, json};

use super::{
    date::Date,
    kind::{Kind, SelectOption},
    picture::Picture,
    value::{Phone, Value, WebUrl},
};

impl Value {
    /// Returns the value as it is stored. The kind is not stored with it; the schema
    /// knows the kind.
    pub fn to_json(&self) -> Json {
        match self {
            Value::Phone(phone) => match &phone.extension {
                Some(extension) => {
                    json!({ "e164": phone.e164, "ext": extension, "typed": phone.typed })
                }
                None => json!({ "e164": phone.e164, "typed": phone.typed }),
            },
            Value::Number(number) => json!(number),
            Value::Choices(keys) => json!(keys),
            Value::Bool(yes) => json!(yes),
            Value::Picture(picture) => json!({ "hash": picture.hash(), "alt": picture.alt }),
            other => json!(other.print()),
        }
    }

    /// Reads a stored value. Returns `None` if it does not have the shape of its kind.
    pub fn from_json(kind: &Kind, json: &Json) -> Option<Value> {
        let text = || json.as_str().map(str::to_owned);
        Some(match kind {
            Kind::Text { .. } | Kind::LongText { .. } => Value::Text(text()?),
            Kind::Date { .. } => Value::Date(Date::parse(json.as_str()?).ok()?),
            Kind::Phone => Value::Phone(Phone {
                e164: json.get("e164")?.as_str()?.to_owned(),
                extension: json.get("ext").and_then(Json::as_str).map(str::to_owned),
                typed: json.get("typed")?.as_str()?.to_owned(),
            }),
            Kind::Url => Value::Url(WebUrl::parse(json.as_str()?).ok()?),
            Kind::Email => Value::Email(text()?),
            Kind::Number { .. } => Value::Number(json.as_i64()?),
            Kind::Choice { options } => Value::Choice(offered(options, json)?),
            // Only those that the schema still offers; the others stay stored.
            Kind::Choices { options, .. } => {
                let keys = json.as_array()?;
                let stored = |option: &&SelectOption| {
                    let mut keys = keys.iter().filter_map(Json::as_str);
                    keys.any(|key| key == option.key)
                };
                let known = options.iter().filter(stored);
                let known: Vec<_> = known.map(|option| option.key.clone()).collect();
                let some = keys.is_empty() || !known.is_empty();
                Value::Choices(some.then_some(known)?)
            }
            Kind::Bool => Value::Bool(json.as_bool()?),
            Kind::Picture => {
                let text = |name| json.get(name)?.as_str();
                Value::Picture(Picture::of_parts(text("hash")?, text("alt")?.to_owned())?)
            }
        })
    }
}

impl Kind {
    /// Returns whether [`Value::from_json`] drops a part of a stored value: choices that are no
    /// longer offered.
    pub fn drops_of(&self, json: &Json) -> bool {
        self.not_offered(json).next().is_some()
    }

    /// Returns the JSON that replaces a stored value. Choices that the schema no longer offers
    /// stay: they are not on the form, so no one asked to remove them.
    pub(crate) fn in_place_of(&self, old: Option<&Json>, new: Option<&Value>) -> Option<Json> {
        let read = old.and_then(|old| Value::from_json(self, old));
        if let (Some(old), Kind::Choices { .. }) = (old, self) {
            if read.as_ref() == new && new.is_some() {
                return Some(old.clone());
            }
            let mut kept = self.not_offered(old).cloned().peekable();
            if kept.peek().is_some() {
                let chosen = match new {
                    Some(Value::Choices(keys)) => keys.as_slice(),
                    _ => &[],
                };
                let chosen = chosen.iter().map(|key| json!(key));
                return Some(chosen.chain(kept).collect());
            }
        }
        new.map(Value::to_json)
    }

    fn not_offered<'a>(&'a self, json: &'a Json) -> impl Iterator<Item = &'a Json> {
        let options = match self {
            Kind::Choices { options, .. } => Some(options),
            _ => None,
        };
        let keys = json.as_array().filter(|_| options.is_some());
        let keys = keys.into_iter().flatten();
        keys.filter(move |key| options.is_some_and(|options| offered(options, key).is_none()))
    }
}

/// Returns the key of a choice, if the schema still offers it.
fn offered(options: &[SelectOption], json: &Json) -> Option<String> {
    let key = json.as_str()?;
    options
        .iter()
        .any(|option| option.key == key)
        .then(|| key.to_owned())
}
