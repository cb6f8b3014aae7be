//! A proposed schema for the profile model, to be reviewed and edited.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::{
    dump::{Dump, Object},
    models::Models,
};

/// A proposed kind of field, with its parameters.
#[derive(Debug, PartialEq, Eq)]
enum Proposal {
    Text(usize),
    LongText(usize),
    Plain(&'static str),
    Choice(Vec<String>),
}

/// Maximum number of distinct values of a text that is taken for a choice.
const FEW: usize = 8;

/// Writes a schema with the fields of a source's profiles and of the users' names.
pub fn propose(dump: &Dump, models: &Models, superuser: Option<&str>) -> String {
    let mut text =
        "# A proposal made from a Django project: review it, and change it as you like.\n\
         # docs/schema.md explains every key. Every value has to follow the rules of its field.\n"
            .to_owned();
    let admin = superuser.unwrap_or("admin");
    let groups: BTreeSet<String> = dump
        .of_model("auth.group")
        .iter()
        .filter_map(|group| key_of(group.fields.get("name")?.as_str()?))
        .filter(|key| key != admin && key != "reader")
        .collect();
    let groups: String = groups
        .iter()
        .map(|key| format!("\n[roles.{key}]\nlabel = \"{}\"\n", label(key)))
        .collect();
    let _ = write!(
        text,
        "\n[roles.reader]\nlabel = \"Reader\"\n{groups}\n[roles.{admin}]\nlabel = \"Admin\"\n\
         may = [\n  \"edit_profiles\", \"invite_users\", \"approve_users\", \"help_users\", \
         \"read_events\", \"manage_schema\",\n  \"manage_users\",\n]\n\n\
         [[group]]\nkey = \"about\"\nlabel = \"About\"\n"
    );
    let profiles = models
        .profile
        .as_deref()
        .map_or(&[][..], |model| dump.of_model(model));
    let users = dump.of_model(&models.user);
    let mut fields: Vec<(String, Proposal)> = Vec::new();
    let names = ["first_name", "last_name"];
    let of_profile = columns(profiles);
    for name in names.into_iter().filter(|name| !of_profile.contains(*name)) {
        if columns(users).contains(name) {
            fields.push((name.to_owned(), Proposal::Text(150)));
        }
    }
    for name in of_profile
        .iter()
        .filter(|name| !matches!(name.as_str(), "id" | "user" | "owner"))
    {
        let kind = models
            .profile
            .as_ref()
            .and_then(|model| dump.kinds.get(&(model.clone(), name.clone())));
        let values: Vec<&Value> = profiles
            .iter()
            .filter_map(|profile| profile.fields.get(name))
            .filter(|value| !value.is_null() && value.as_str() != Some(""))
            .collect();
        fields.push((name.clone(), guess(name, kind.map(String::as_str), &values)));
    }
    let mut has_picture = false;
    for (name, proposal) in fields {
        if !name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
        {
            let _ = write!(
                text,
                "\n# {name:?} is left out: a key consists of lowercase letters, digits and _.\n"
            );
            continue;
        }
        if proposal == Proposal::Plain("picture") {
            if has_picture {
                let _ = write!(text, "\n# {name} is left out: a profile has one picture.\n");
                continue;
            }
            has_picture = true;
        }
        text.push_str(&field(&name, &proposal));
    }
    text
}

fn columns(objects: &[Object]) -> BTreeSet<String> {
    objects
        .iter()
        .flat_map(|object| object.fields.keys().cloned())
        .collect()
}

/// Guesses the kind of a field from its name, the declared type of its column, and its values.
fn guess(name: &str, declared: Option<&str>, values: &[&Value]) -> Proposal {
    let texts: Vec<&str> = values.iter().filter_map(|value| value.as_str()).collect();
    let all = |is: fn(&str) -> bool| !texts.is_empty() && texts.iter().all(|text| is(text));
    let is_file = |text: &str| {
        let ending = text
            .rsplit_once('.')
            .map(|(_, ending)| ending.to_lowercase());
        ending.is_some_and(|ending| {
            ["jpg", "jpeg", "png", "gif", "webp", "bmp"].contains(&ending.as_str())
        })
    };
    let is_day = |text: &str| text.len() == 10 && text.split('-').count() == 3;
    let name = name.to_lowercase();
    let picture = ["avatar", "picture", "photo", "image", "portrait"];
    if picture.iter().any(|word| name.contains(word)) && (texts.is_empty() || all(is_file)) {
        return Proposal::Plain("picture");
    }
    if declared == Some("date") || (declared.is_none() && all(is_day)) {
        return Proposal::Plain("date");
    }
    if declared == Some("bool") || values.iter().any(|value| value.is_boolean()) {
        return Proposal::Plain("bool");
    }
    let is_number = declared.is_some_and(|kind| kind.contains("integer"));
    if is_number || values.iter().any(|value| value.is_i64()) {
        return Proposal::Plain("number");
    }
    if name.contains("phone") || name.contains("mobile") {
        return Proposal::Plain("phone");
    }
    if all(|text| text.starts_with("http://") || text.starts_with("https://")) {
        return Proposal::Plain("url");
    }
    if name.contains("email") {
        return Proposal::Plain("email");
    }
    let longest = texts
        .iter()
        .map(|text| text.chars().count())
        .max()
        .unwrap_or_default();
    let length = declared.and_then(|kind| {
        kind.strip_prefix("varchar(")?
            .strip_suffix(')')?
            .parse::<usize>()
            .ok()
    });
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for text in &texts {
        *counts.entry(text).or_default() += 1;
    }
    let is_key = |text: &str| {
        text.len() <= 30
            && text
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'_')
    };
    if counts.len() <= FEW && texts.len() >= 4 * counts.len() && all(is_key) {
        return Proposal::Choice(counts.into_keys().map(str::to_owned).collect());
    }
    let has_lines = texts.iter().any(|text| text.contains('\n'));
    match (declared, length) {
        (Some("text"), _) => Proposal::LongText(longest.max(2000)),
        (_, Some(length)) => Proposal::Text(length),
        _ if has_lines || longest > 200 => Proposal::LongText(longest.max(2000)),
        _ => Proposal::Text(longest.max(100)),
    }
}

/// Formats a field for the schema.
fn field(name: &str, proposal: &Proposal) -> String {
    let key = match proposal {
        // The picture field is always named `avatar`.
        Proposal::Plain("picture") => "avatar",
        _ => name,
    };
    let label = label(name);
    let kind = match proposal {
        Proposal::Text(_) => "text",
        Proposal::LongText(_) => "long_text",
        Proposal::Plain(kind) => kind,
        Proposal::Choice(_) => "choice",
    };
    let mut text = format!(
        "\n[[field]]\nkey = \"{key}\"\ngroup = \"about\"\ntype = \"{kind}\"\nlabel = \"{label}\"\naudience = \"members\"\n"
    );
    match proposal {
        Proposal::Text(max) | Proposal::LongText(max) => {
            let _ = writeln!(text, "max = {max}");
        }
        Proposal::Plain(_) => {}
        Proposal::Choice(options) => {
            for option in options {
                let label = self::label(option);
                let _ = write!(
                    text,
                    "[[field.option]]\nkey = \"{option}\"\nlabel = \"{label}\"\n"
                );
            }
        }
    }
    text
}

/// Words with a special meaning in a schema.
const RESERVED: [&str; 6] = ["everyone", "guest", "me", "member", "members", "owner"];

/// The key of the role for a group; `None` if its name yields no valid key.
fn key_of(group: &str) -> Option<String> {
    let letters = group.chars().map(|letter| match letter {
        letter if letter.is_ascii_alphanumeric() => letter.to_ascii_lowercase(),
        _ => '_',
    });
    let key: String = letters.collect();
    let key = key.trim_matches('_').to_owned();
    let is_key = key.starts_with(|letter: char| letter.is_ascii_lowercase());
    (is_key && !RESERVED.contains(&key.as_str())).then_some(key)
}

/// Turns a name like `phone_number` into a readable label.
fn label(name: &str) -> String {
    let spaced = name.replace('_', " ");
    let mut letters = spaced.chars();
    let first = letters
        .next()
        .map(|letter| letter.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}
