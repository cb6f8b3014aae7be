//! Conversion of objects into users: with the values that the rules accept, and a list of
//! everything that cannot be imported, each with the reason.

use app::{
    account::types::{email::Email, log_in::login_key, user::UserId},
    profile::rules::{date::Date, kind::Kind, patch::Patch, schema::Schema},
    text,
    unicode::plain,
};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{
    dump::{Dump, Object},
    models::{Models, Reference, by_reference, user_of},
};
use crate::{
    accounts::arrivals::{Incoming, IncomingPassword},
    foreign::{
        names::Names,
        values::{patch_of, time},
    },
};
use store::arrivals::Arrival;

/// Decisions of the operator about a source.
#[derive(Debug, Clone, Default)]
pub struct Mapping {
    /// Groups and their roles; the first group that a user belongs to applies.
    pub roles: Vec<(String, String)>,
    /// The role of superusers.
    pub superuser: Option<String>,
    /// Our fields by those of the source; an empty value leaves the field out.
    pub fields: BTreeMap<String, String>,
    /// True to treat all email addresses as confirmed, regardless of the source.
    pub are_confirmed: bool,
    pub keeps_ids: bool,
}

/// A value that cannot be imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loss {
    /// The key of its user in the source; empty for a loss that concerns all users.
    pub key: String,
    /// The username in the source.
    pub username: String,
    pub item: String,
    pub value: String,
    pub reason: String,
}

/// A user to be imported.
#[derive(Debug)]
pub struct Person {
    pub incoming: Incoming,
    /// The username in the source.
    pub old_name: String,
    /// The file of their picture, relative to the media folder.
    pub picture: Option<String>,
}

/// All users of a source.
#[derive(Debug, Default)]
pub struct People {
    pub people: Vec<Person>,
    pub losses: Vec<Loss>,
    /// Number of users whose password cannot be imported, and who need a link.
    pub without_password: usize,
    /// Number of users imported from the source before: those who still exist, and those who have
    /// been erased.
    pub here: usize,
    pub gone: usize,
}

/// Names of fields that hold a picture, used if the schema has a picture.
const PICTURES: [&str; 6] = [
    "avatar",
    "picture",
    "photo",
    "image",
    "portrait",
    "profile_picture",
];

/// Fields of a user model that are not part of a profile.
const OF_THE_ACCOUNT: [&str; 13] = [
    "id",
    "user",
    "owner",
    "password",
    "last_login",
    "is_superuser",
    "is_staff",
    "is_active",
    "username",
    "email",
    "date_joined",
    "groups",
    "user_permissions",
];

/// Usernames and origins of the users of this site.
#[derive(Debug, Default)]
pub struct Known {
    /// Their usernames.
    pub names: Names,
    /// Users imported from the source before, by their key there.
    pub arrivals: HashMap<String, Arrival>,
}

/// Reads all users of a source who have not been imported before.
pub fn read(
    dump: &Dump,
    models: &Models,
    mapping: &Mapping,
    schema: &Schema,
    known: Known,
    today: Date,
) -> People {
    let Known {
        mut names,
        arrivals,
    } = known;
    let users = dump.of_model(&models.user);
    let groups = by_reference(dump.of_model("auth.group"), "name");
    let profiles = models
        .profile
        .as_deref()
        .map_or(&[][..], |model| dump.of_model(model));
    let profiles: BTreeMap<Reference, &Object> = profiles
        .iter()
        .filter_map(|object| Some((user_of(object)?, object)))
        .collect();
    let verified = verified(dump);
    let mut addresses: HashMap<String, u32> = HashMap::new();
    for user in users {
        if let Ok(email) = Email::parse(text_of(user, "email")) {
            *addresses.entry(email.key()).or_default() += 1;
        }
    }
    let mut order: Vec<&Object> = users.iter().collect();
    // Keep the order of the ids.
    order.sort_by_key(|user| user.pk.as_i64());
    let reader = Reader {
        models,
        mapping,
        schema,
        today,
        fields: fields(mapping, schema),
    };
    let mut all = People::default();
    let (mut unmapped, mut unknown_groups) = (BTreeMap::new(), BTreeSet::new());
    for (position, user) in order.into_iter().enumerate() {
        let key = Reference::read(&user.pk);
        let old_name = text_of(user, "username");
        let old_name = if old_name.is_empty() {
            text_of(user, "email")
        } else {
            old_name
        };
        let natural = Reference::Natural(old_name.to_owned());
        let profile = key.as_ref().and_then(|key| profiles.get(key));
        let profile = profile.or_else(|| profiles.get(&natural)).copied();
        let source_key = match &key {
            Some(Reference::Key(key)) => key.clone(),
            _ => old_name.to_owned(),
        };
        match arrivals.get(&source_key) {
            Some(Arrival::Here(_)) => all.here += 1,
            Some(Arrival::Gone) => all.gone += 1,
            None => {}
        }
        if arrivals.contains_key(&source_key) {
            continue;
        }
        let mut losses = Losses {
            key: &source_key,
            username: old_name,
            list: &mut all.losses,
        };
        // Email addresses stay private: if a username was one, only its local part is used.
        let shown = match Email::parse(old_name) {
            Ok(_) => old_name.split('@').next().unwrap_or(old_name),
            Err(_) => old_name,
        };
        let number = match &key {
            Some(Reference::Key(key)) => key.clone(),
            _ => (position + 1).to_string(),
        };
        let username = names.near(shown, &number);
        let old_key = login_key(old_name);
        let former_name = (old_key != username.key() && !old_key.is_empty()).then_some(old_key);
        if former_name.is_some() {
            losses.add(
                "username",
                old_name,
                format!("renamed to {}", username.as_str()),
            );
        }
        let (email, is_confirmed) = reader.email(user, &verified, &addresses, &mut losses);
        let hash = text_of(user, "password");
        let password = IncomingPassword::parse(hash);
        if let Err(reason) = &password {
            all.without_password += 1;
            losses.add(
                "password",
                "",
                format!("{reason}; send the user a link: `silhouette user link NAME`"),
            );
        }
        let role = reader.role(user, &groups, &mut unknown_groups);
        let (patch, picture) = reader.profile(user, profile, &mut losses, &mut unmapped);
        let at = |field: &str| user.fields.get(field)?.as_str().and_then(time);
        all.people.push(Person {
            incoming: Incoming {
                id: user.pk.as_i64().filter(|_| mapping.keeps_ids).map(UserId),
                key: Some(source_key.clone()),
                username,
                is_made_up: false,
                former_name,
                email,
                is_confirmed,
                password: password.ok(),
                role,
                is_active: user.fields.get("is_active").is_none_or(is_true),
                created_at: at("date_joined"),
                last_login_at: at("last_login"),
                listed: None,
                in_directory: None,
                patch,
                picture: None,
            },
            old_name: old_name.to_owned(),
            picture,
        });
    }
    let of_all = |item: String, reason: String| Loss {
        key: String::new(),
        username: String::new(),
        item,
        value: String::new(),
        reason,
    };
    let groups = unknown_groups.into_iter().map(|group| {
        let reason = format!("has no role here: map it with --role \"{group}=ROLE\"");
        of_all(format!("group {group}"), reason)
    });
    all.losses.extend(groups);
    let columns = unmapped.into_iter().map(|(field, count)| {
        let reason = format!("has no field in the schema, so {count} values are not imported: add a field, or map it with --map FILE");
        of_all(field, reason)
    });
    all.losses.extend(columns);
    all
}

/// The list of losses, for one user.
struct Losses<'a> {
    key: &'a str,
    username: &'a str,
    list: &'a mut Vec<Loss>,
}

impl Losses<'_> {
    fn add(&mut self, item: &str, value: &str, reason: String) {
        self.list.push(Loss {
            key: self.key.to_owned(),
            username: self.username.to_owned(),
            item: item.to_owned(),
            value: value.to_owned(),
            reason,
        });
    }
}

struct Reader<'a> {
    models: &'a Models,
    mapping: &'a Mapping,
    schema: &'a Schema,
    today: Date,
    /// Our fields by those of the source.
    fields: HashMap<String, String>,
}

impl Reader<'_> {
    /// The email address, and whether it is confirmed.
    fn email(
        &self,
        user: &Object,
        verified: &BTreeSet<(Reference, String)>,
        addresses: &HashMap<String, u32>,
        losses: &mut Losses<'_>,
    ) -> (Option<Email>, bool) {
        let typed = text_of(user, "email");
        if plain(typed).is_empty() {
            return (None, false);
        }
        let email = match Email::parse(typed) {
            Ok(email) => email,
            Err(violation) => {
                losses.add("email", typed, text::violation(text::email(), &violation));
                return (None, false);
            }
        };
        let key = email.key();
        let own = [
            Reference::read(&user.pk),
            Some(Reference::Natural(text_of(user, "username").to_owned())),
        ];
        let mut own = own.into_iter().flatten();
        let is_known = self.mapping.are_confirmed
            || own.any(|reference| verified.contains(&(reference, key.clone())));
        let is_shared = addresses.get(&key).is_some_and(|count| *count > 1);
        if is_known && is_shared {
            losses.add(
                "email",
                typed,
                "several users have this address: each has to confirm it".to_owned(),
            );
        }
        (Some(email), is_known && !is_shared)
    }

    fn role(
        &self,
        user: &Object,
        groups: &BTreeMap<Reference, &Object>,
        unknown: &mut BTreeSet<String>,
    ) -> Option<String> {
        let of_user = user.fields.get("groups").and_then(Value::as_array);
        let of_user = of_user.into_iter().flatten().filter_map(Reference::read);
        let names: BTreeSet<String> = of_user
            .map(|reference| match (groups.get(&reference), reference) {
                (Some(group), _) => text_of(group, "name").to_owned(),
                (None, Reference::Natural(name) | Reference::Key(name)) => name,
            })
            .collect();
        let mapped = |name: &str| self.mapping.roles.iter().any(|(group, _)| group == name);
        unknown.extend(names.iter().filter(|name| !mapped(name)).cloned());
        let superuser = user.fields.get("is_superuser").is_some_and(is_true);
        if let Some(role) = self.mapping.superuser.as_ref().filter(|_| superuser) {
            return Some(role.clone());
        }
        let mut roles = self.mapping.roles.iter();
        let role = roles.find(|(group, _)| names.contains(group));
        role.map(|(_, role)| role.clone())
    }

    /// The values of the profile, and the file of its picture. Fields that are empty in the profile
    /// are taken from the user.
    fn profile(
        &self,
        user: &Object,
        profile: Option<&Object>,
        losses: &mut Losses<'_>,
        unmapped: &mut BTreeMap<String, u64>,
    ) -> (Patch, Option<String>) {
        let mut items: BTreeMap<&str, String> = BTreeMap::new();
        let mut picture = None;
        let of_user = user
            .fields
            .iter()
            .map(|field| (self.models.user.as_str(), field));
        let of_profile = profile.map(|object| (object, object.fields.iter()));
        let of_profile = of_profile
            .into_iter()
            .flat_map(|(object, fields)| fields.map(move |field| (object.model.as_str(), field)));
        for (model, (name, value)) in of_profile.chain(of_user) {
            let text = value_text(value);
            let is_of_the_account = match model == self.models.user {
                true => OF_THE_ACCOUNT.contains(&name.as_str()),
                false => ["id", "user", "owner"].contains(&name.as_str()),
            };
            if text.trim().is_empty() || is_of_the_account {
                continue;
            }
            let meant = match self.mapping.fields.get(name) {
                Some(left_out) if left_out.is_empty() => continue,
                Some(field) => Some(field),
                None => self.fields.get(&name.to_lowercase()),
            };
            let Some(meant) = meant.and_then(|key| self.schema.field(key)) else {
                *unmapped.entry(format!("{model}.{name}")).or_default() += 1;
                continue;
            };
            match meant.kind {
                Kind::Picture => picture = picture.or(Some(text)),
                _ => {
                    items.entry(&meant.key).or_insert(text);
                }
            }
        }
        let items = items.iter().map(|(key, text)| (*key, text.as_str()));
        let (patch, findings) = patch_of(self.schema, items, self.today);
        for finding in findings {
            let field = self.schema.field(&finding.item);
            let label = field.map_or(finding.item.as_str(), |field| field.label.as_str());
            let reason = text::violation(label, &finding.violation);
            losses.add(&finding.item, &finding.value, reason);
        }
        (patch, picture)
    }
}

/// Our fields by the names that the source may use for them.
fn fields(mapping: &Mapping, schema: &Schema) -> HashMap<String, String> {
    let mut fields = HashMap::new();
    if let Some(picture) = schema.picture_field() {
        let names = PICTURES
            .iter()
            .map(|name| ((*name).to_owned(), picture.key.clone()));
        fields.extend(names);
    }
    let has_phone = schema.field("phone").is_some();
    if has_phone {
        for name in ["phone_number", "telephone", "mobile"] {
            fields.insert(name.to_owned(), "phone".to_owned());
        }
    }
    fields.extend(
        schema
            .fields()
            .map(|field| (field.key.clone(), field.key.clone())),
    );
    for field in mapping.fields.keys() {
        fields.remove(&field.to_lowercase());
    }
    fields
}

/// Email addresses that django-allauth has verified, each with its user.
fn verified(dump: &Dump) -> BTreeSet<(Reference, String)> {
    let addresses = dump.of_model("account.emailaddress").iter();
    addresses
        .filter(|address| address.fields.get("verified").is_some_and(is_true))
        .filter_map(|address| {
            let key = Email::key_of(text_of(address, "email"));
            Some((user_of(address)?, key))
        })
        .collect()
}

fn text_of<'a>(object: &'a Object, field: &str) -> &'a str {
    object
        .fields
        .get(field)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

/// Returns whether a flag is set; databases store flags as numbers.
fn is_true(value: &Value) -> bool {
    value
        .as_bool()
        .unwrap_or_else(|| value.as_i64().is_some_and(|number| number != 0))
}

/// A value as a user would type it; a list has one item per line.
fn value_text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts.iter().map(value_text).collect::<Vec<_>>().join("\n"),
        other => other.to_string(),
    }
}
