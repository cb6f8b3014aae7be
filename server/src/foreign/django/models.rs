//! Detection of the models that are users and profiles.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

use super::dump::{Dump, Object};

/// The models of a project that an import needs.
#[derive(Debug, PartialEq, Eq)]
pub struct Models {
    pub user: String,
    pub profile: Option<String>,
}

/// The reason why the models of a source cannot be determined.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    #[error(
        "the source has no users: no objects of auth.user or of another model with a password. Add the model that AUTH_USER_MODEL names to dumpdata"
    )]
    NoUsers,
    #[error("several models have passwords: {0}. Name the user model with --user")]
    Users(String),
    #[error("several models could be the profile model: {0}. Name the right one with --profile")]
    Profiles(String),
    #[error(
        "the source has no objects of the model {0}, only of {1}. Correct the name, or add the model to dumpdata"
    )]
    NotThere(String, String),
}

/// Models of Django and of its most popular packages that refer to a user but are not profiles.
const NO_PROFILE: [&str; 8] = [
    "account.emailaddress",
    "admin.logentry",
    "auth.user",
    "authtoken.token",
    "authtoken.tokenproxy",
    "mfa.authenticator",
    "sessions.session",
    "socialaccount.socialaccount",
];

impl Models {
    /// Finds the models in a source; models given by name are used as they are.
    ///
    /// # Errors
    /// [`ModelError`]
    pub fn find(
        dump: &Dump,
        user: Option<&str>,
        profile: Option<&str>,
    ) -> Result<Models, ModelError> {
        let named = |model: &str| {
            let model = model.to_lowercase();
            match dump.objects.contains_key(&model) {
                true => Ok(model),
                false => {
                    let known: Vec<&str> = dump.objects.keys().map(String::as_str).collect();
                    Err(ModelError::NotThere(model, known.join(", ")))
                }
            }
        };
        let user = match user {
            Some(user) => named(user)?,
            None => find_user(dump)?,
        };
        let profile = match profile {
            Some(profile) => Some(named(profile)?),
            None => find_profile(dump, &user)?,
        };
        Ok(Models { user, profile })
    }
}

fn find_user(dump: &Dump) -> Result<String, ModelError> {
    let has = |object: &Object, field| object.fields.contains_key(field);
    let models = dump.objects.iter().filter(|(_, objects)| {
        let is_user = |object: &Object| has(object, "password") && has(object, "last_login");
        objects.first().is_some_and(is_user)
    });
    let models: Vec<&str> = models.map(|(model, _)| model.as_str()).collect();
    match models[..] {
        [] => Err(ModelError::NoUsers),
        [model] => Ok(model.to_owned()),
        _ => Err(ModelError::Users(models.join(", "))),
    }
}

/// The model whose objects refer to one user each, all of them different.
fn find_profile(dump: &Dump, user_model: &str) -> Result<Option<String>, ModelError> {
    let is_profile = |(model, objects): &(&String, &Vec<Object>)| {
        let users: BTreeSet<Reference> = objects.iter().filter_map(user_of).collect();
        model.as_str() != user_model
            && !NO_PROFILE.contains(&model.as_str())
            && !objects.is_empty()
            && users.len() == objects.len()
    };
    let models = dump.objects.iter().filter(is_profile);
    let models: Vec<&str> = models.map(|(model, _)| model.as_str()).collect();
    match models[..] {
        [] => Ok(None),
        [model] => Ok(Some(model.to_owned())),
        // Prefer the one with `profile` in its name.
        _ => match models
            .iter()
            .filter(|model| model.contains("profile"))
            .collect::<Vec<_>>()[..]
        {
            [model] => Ok(Some((*model).to_owned())),
            _ => Err(ModelError::Profiles(models.join(", "))),
        },
    }
}

/// A reference from one object to another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reference {
    /// By its key.
    Key(String),
    /// By its natural key (`--natural-foreign`).
    Natural(String),
}

impl Reference {
    /// Reads a reference; `None` if it is null.
    pub fn read(value: &Value) -> Option<Reference> {
        match value {
            Value::Null => None,
            Value::String(key) => Some(Reference::Key(key.clone())),
            Value::Array(parts) => Some(Reference::Natural(parts.first()?.as_str()?.to_owned())),
            other => Some(Reference::Key(other.to_string())),
        }
    }
}

/// The user that an object refers to.
pub fn user_of(object: &Object) -> Option<Reference> {
    let user = object
        .fields
        .get("user")
        .or_else(|| object.fields.get("owner"));
    Reference::read(user?)
}

/// Objects by each [`Reference`] that others may use for them; `natural` is the unique field.
pub fn by_reference<'a>(objects: &'a [Object], natural: &str) -> BTreeMap<Reference, &'a Object> {
    let keys = objects.iter().flat_map(|object| {
        let name = object.fields.get(natural).and_then(Value::as_str);
        let natural = name.map(|name| Reference::Natural(name.to_owned()));
        let both = [natural, Reference::read(&object.pk)];
        both.into_iter().flatten().map(move |key| (key, object))
    });
    keys.collect()
}
