//! Parsing of `profile.toml` into a `Schema`: one pass over one file, with a line for every
//! mistake.
//!
//! | file | content |
//! |---|---|
//! | `tables` | the tables of the file, as written |
//! | `wording` | keys and labels, and the location of a mistake in them |
//! | `kind` | `type` and its limits |
//! | `live` | the schema in force, which may be replaced while the site runs |

mod kind;
pub mod live;
mod tables;
mod wording;

use app::{
    form::Form,
    profile::{
        reserved_keys::RESERVED_KEYS,
        rules::{
            audience::{Audience, AudienceRule},
            kind::Kind,
            picture::AVATAR,
            schema::{Editors, Field, Group, Right, Rights, Role, Schema},
        },
    },
    text::{Language, in_language, language},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt, fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};
use toml::Spanned;

use kind::{PICTURE, kind};
use tables::{FieldFile, RoleFile, SchemaFile};
use wording::{Misplaced, key, label, words};

const DEFAULT: &str = include_str!("../../profile.toml");

/// The maximum size of a form in bytes. The default profile at all its limits, in the longest
/// characters and with each byte escaped, takes half of it.
pub const MAX_FORM: usize = 512 * 1024;

/// A schema in every language; the versions differ only in their labels and hints.
#[derive(Debug, Clone)]
pub struct Schemas {
    text: Arc<str>,
    by_language: [Arc<Schema>; Language::ALL.len()],
}

impl Schemas {
    /// Reads the text of a schema file, in every language.
    pub fn parse(text: &str) -> Result<Schemas, Mistake> {
        let [en, de, ar] = Language::ALL.map(|language| in_language(language, || parse(text)));
        Ok(Schemas {
            text: text.into(),
            by_language: [Arc::new(en?), Arc::new(de?), Arc::new(ar?)],
        })
    }

    /// Returns the schema in the current language.
    pub fn localized(&self) -> &Arc<Schema> {
        self.of(language())
    }

    pub fn of(&self, language: Language) -> &Arc<Schema> {
        &self.by_language[language as usize]
    }

    /// The text of the schema file.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// Uses one schema for all languages.
impl From<Schema> for Schemas {
    fn from(schema: Schema) -> Schemas {
        let schema = Arc::new(schema);
        Schemas {
            text: "".into(),
            by_language: Language::ALL.map(|_| Arc::clone(&schema)),
        }
    }
}

/// The built-in schema, in the current language.
pub fn default_schema() -> Schema {
    parse(DEFAULT).expect("the built-in profile.toml is tested")
}

/// The schema of a file, or the built-in one, in every language.
pub fn schemas_of(path: Option<&Path>) -> Result<Schemas, SchemaError> {
    let Some(path) = path else {
        return Ok(Schemas::parse(DEFAULT).expect("the built-in profile.toml is tested"));
    };
    Schemas::parse(&read_text(path)?).map_err(|mistake| SchemaError::Mistake {
        path: path.into(),
        mistake,
    })
}

/// Reads the text of a schema file.
pub fn read_text(path: &Path) -> Result<String, SchemaError> {
    fs::read_to_string(path).map_err(|source| SchemaError::Unreadable {
        path: path.into(),
        source,
    })
}

/// Reads a schema from a file, in the current language.
pub fn read_schema(path: &Path) -> Result<Schema, SchemaError> {
    parse(&read_text(path)?).map_err(|mistake| SchemaError::Mistake {
        path: path.into(),
        mistake,
    })
}

#[derive(Debug, thiserror::Error)]
pub enum SchemaError {
    #[error("cannot read the schema {path}: {source}")]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("{path}:{mistake}", path = .path.display())]
    Mistake { path: PathBuf, mistake: Mistake },
}

/// A mistake in a schema file, with its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Counted from 1.
    pub line: usize,
    pub reason: String,
}

/// Formats as `12: the field "bio" is declared twice`, for use after a file name.
impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.line, self.reason)
    }
}

/// Names that cannot be roles, because `edit` and "view as" use them.
const RESERVED_ROLES: [&str; 4] = [OWNER, "guest", "member", "me"];

/// The owner of the profile, in `edit`.
const OWNER: &str = "owner";

fn parse(text: &str) -> Result<Schema, Mistake> {
    let at = |(range, reason): Misplaced| Mistake {
        line: line(text, range.start),
        reason,
    };
    let file: SchemaFile = toml::from_str(text)
        .map_err(|error| at((error.span().unwrap_or_default(), error.message().to_owned())))?;
    schema(file).map_err(at)
}

fn schema(file: SchemaFile) -> Result<Schema, Misplaced> {
    let mut schema = Schema {
        roles: roles(file.roles)?,
        audience: audience(file.profile.audience, file.profile.lock_audience)?,
        groups: Vec::new(),
    };
    let mut group_keys: Vec<String> = Vec::new();
    for group in file.group {
        let key = key(&group.key)?;
        if group_keys.contains(&key) {
            let reason = format!("the group \"{key}\" is declared twice");
            return Err((group.key.span(), reason));
        }
        group_keys.push(key);
        schema.groups.push(Group {
            label: label(group.label)?,
            fields: Vec::new(),
        });
    }
    let mut field_keys = BTreeSet::new();
    let mut size = Size::default();
    for file in file.field {
        let name = file.group.get_ref();
        let Some(group) = group_keys.iter().position(|key| key == name) else {
            let reason = format!("there is no group \"{name}\"; declare it with [[group]]");
            return Err((file.group.span(), reason));
        };
        let span = file.key.span();
        let field = field(file, &schema)?;
        if !field_keys.insert(field.key.clone()) {
            return Err((
                span,
                format!("the field \"{}\" is declared twice", field.key),
            ));
        }
        size.add(&field).map_err(|reason| (span, reason))?;
        schema.groups[group].fields.push(field);
    }
    if field_keys.is_empty() {
        return Err((0..0, "a schema needs at least one [[field]]".to_owned()));
    }
    Ok(schema)
}

/// The size of a schema's largest form. A form too large to be submitted is detected here, and
/// not by the first person who fills it in.
#[derive(Default)]
struct Size {
    pairs: usize,
    characters: usize,
}

impl Size {
    /// Name-value pairs besides the fields: hidden controls, and the audience of the profile.
    const OTHER_PAIRS: usize = 20;
    /// The bytes of a character in most scripts, with each of its bytes escaped as three.
    const BYTES_PER_CHARACTER: usize = 9;
    const MAX_CHARACTERS: usize = MAX_FORM / Size::BYTES_PER_CHARACTER;

    fn add(&mut self, field: &Field) -> Result<(), String> {
        let room = Form::MAX_PAIRS - Size::OTHER_PAIRS;
        self.pairs += field.most_pairs();
        if self.pairs > room {
            return Err(format!(
                "with the field \"{}\", the form has {} values, but the limit is {room}; \
                 remove fields or options",
                field.key, self.pairs
            ));
        }
        if let Kind::Text { max } | Kind::LongText { max } = field.kind {
            self.characters += max;
        }
        if self.characters > Size::MAX_CHARACTERS {
            return Err(format!(
                "with the field \"{}\", the texts of a profile can have {} characters in total, \
                 but a form carries {}; lower a \"max\"",
                field.key,
                self.characters,
                Size::MAX_CHARACTERS
            ));
        }
        Ok(())
    }
}

/// The roles in the order of the file; one default role if the file has none.
fn roles(file: BTreeMap<Spanned<String>, RoleFile>) -> Result<Vec<Role>, Misplaced> {
    let mut file: Vec<_> = file.into_iter().collect();
    file.sort_by_key(|(name, _)| name.span().start);
    let mut roles = Vec::new();
    for (name, role) in file {
        let key = key(&name)?;
        if RESERVED_ROLES.contains(&key.as_str()) {
            let reason = format!("\"{key}\" is reserved; choose another role name");
            return Err((name.span(), reason));
        }
        let label = match role.label {
            Some(text) => label(text)?,
            None => capitalised(&key),
        };
        let may = role.may.iter().map(right).collect::<Result<_, _>>()?;
        let second_required = match &role.second_factor {
            None => false,
            Some(word) => match word.get_ref().as_str() {
                "optional" => false,
                "required" => true,
                other => {
                    let reason =
                        format!("second_factor cannot be \"{other}\"; use optional or required");
                    return Err((word.span(), reason));
                }
            },
        };
        roles.push(Role {
            key,
            label,
            may,
            second_required,
        });
    }
    if roles.is_empty() {
        roles.push(Role {
            key: "reader".to_owned(),
            label: capitalised("reader"),
            may: Rights::default(),
            second_required: false,
        });
    }
    Ok(roles)
}

fn right(name: &Spanned<String>) -> Result<Right, Misplaced> {
    let known = Right::ALL
        .into_iter()
        .find(|(word, _)| word == name.get_ref());
    known.map(|(_, right)| right).ok_or_else(|| {
        let words = Right::ALL.map(|(word, _)| word).join(", ");
        let reason = format!("there is no right \"{}\"; use {words}", name.get_ref());
        (name.span(), reason)
    })
}

fn field(file: FieldFile, schema: &Schema) -> Result<Field, Misplaced> {
    let key = key(&file.key)?;
    if RESERVED_KEYS.contains(&key.as_str()) && !(key == AVATAR && file.kind.get_ref() == PICTURE) {
        return Err((
            file.key.span(),
            format!("\"{key}\" is reserved for the forms; choose another key"),
        ));
    }
    let kind = kind(&file)?;
    let audience = audience(file.audience, file.lock_audience)?;
    let view = role_keys(file.view, schema)?;
    // No one may edit a field that they cannot see.
    let unseen = |role: &&Spanned<String>| {
        let role = role.get_ref();
        role != OWNER && !view.contains(role)
    };
    let shut = audience.locked && audience.default == Audience::Me;
    let edit = editors(file.edit.clone(), schema)?;
    let editor = file.edit.iter().flatten().find(unseen).filter(|_| shut);
    if let Some(editor) = editor {
        let reason = format!(
            "the role \"{0}\" can never see this field; add it to view as well: view = [\"{0}\"]",
            editor.get_ref()
        );
        return Err((editor.span(), reason));
    }
    let roles = role_keys(file.roles, schema)?;
    let sign_up = file.sign_up.filter(|sign_up| *sign_up.get_ref());
    if let Some(sign_up) = &sign_up {
        // The sign-up form would ask for a value that could not be saved.
        let new = schema.effective_role(None);
        let reason = if key == "email" {
            "the sign-up form already has a field \"email\"; choose another key".to_owned()
        } else if !edit.owner {
            "the sign-up form cannot have a field that its owner may not change; add \"owner\" to edit".to_owned()
        } else if !roles.is_empty() && !roles.iter().any(|role| role == new) {
            format!(
                "the sign-up form cannot have this field: new users have the role \"{new}\", whose profiles do not have it"
            )
        } else {
            String::new()
        };
        if !reason.is_empty() {
            return Err((sign_up.span(), reason));
        }
    }
    let search = file.search.filter(|search| *search.get_ref());
    if let Some(search) = search.as_ref().filter(|_| !is_searchable(&kind)) {
        let reason = format!(
            "the directory cannot search a field of the type {}; only text, url, email, choice \
             and choices can have \"search\"",
            file.kind.get_ref()
        );
        return Err((search.span(), reason));
    }
    Ok(Field {
        sign_up: sign_up.is_some(),
        search: search.is_some(),
        kind,
        key,
        label: label(file.label)?,
        hint: file.hint.map_or(Ok(String::new()), words)?,
        required: file.required.is_some_and(|required| *required.get_ref()),
        audience,
        edit,
        view,
        roles,
        autocomplete: file.autocomplete,
    })
}

/// Returns whether the members' directory can search fields of this kind: by words or by options.
fn is_searchable(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::Text { .. } | Kind::Url | Kind::Email | Kind::Choice { .. } | Kind::Choices { .. }
    )
}

fn audience(default: Option<Spanned<String>>, locked: bool) -> Result<AudienceRule, Misplaced> {
    let default = match default {
        None => Audience::Everyone,
        Some(name) => Audience::parse(name.get_ref()).ok_or_else(|| {
            let reason = format!(
                "there is no audience \"{}\"; use everyone, members or me",
                name.get_ref()
            );
            (name.span(), reason)
        })?,
    };
    Ok(AudienceRule { default, locked })
}

/// Parses `edit`; without it, only the owner may change the field.
fn editors(names: Option<Vec<Spanned<String>>>, schema: &Schema) -> Result<Editors, Misplaced> {
    let Some(mut names) = names else {
        let roles = Vec::new();
        return Ok(Editors { owner: true, roles });
    };
    let all = names.len();
    names.retain(|name| name.get_ref() != OWNER);
    let owner = names.len() < all;
    // A role that may not edit profiles would be listed without effect.
    for name in &names {
        let known = schema.role(name.get_ref()).is_some();
        if known && !schema.may(name.get_ref(), Right::EditProfiles) {
            let reason = format!(
                "the role \"{0}\" may not edit profiles; set may = [\"edit_profiles\"] in [roles.{0}]",
                name.get_ref()
            );
            return Err((name.span(), reason));
        }
    }
    let roles = role_keys(names, schema)?;
    Ok(Editors { owner, roles })
}

fn role_keys(names: Vec<Spanned<String>>, schema: &Schema) -> Result<Vec<String>, Misplaced> {
    let known = |name: Spanned<String>| match schema.role(name.get_ref()) {
        Some(role) => Ok(role.key.clone()),
        None => {
            let reason = format!(
                "there is no role \"{0}\"; declare it with [roles.{0}]",
                name.get_ref()
            );
            Err((name.span(), reason))
        }
    };
    names.into_iter().map(known).collect()
}

/// Turns `press_officer` into "Press officer".
fn capitalised(key: &str) -> String {
    let words = key.replace('_', " ");
    let (first, rest) = words.split_at(1);
    first.to_ascii_uppercase() + rest
}

fn line(text: &str, offset: usize) -> usize {
    1 + text
        .bytes()
        .take(offset)
        .filter(|byte| *byte == b'\n')
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_schema_is_the_classic_profile() {
        let schema = default_schema();
        let keys: Vec<&str> = schema.fields().map(|field| field.key.as_str()).collect();
        assert_eq!(
            keys,
            [
                "avatar",
                "bio",
                "responsible_for",
                "first_name",
                "last_name",
                "location",
                "birth_date",
                "phone_number"
            ]
        );
        assert_eq!(
            schema.field("bio").map(|field| &field.kind),
            Some(&Kind::LongText { max: 2000 })
        );
        assert_eq!(
            schema.field("location").map(|field| &field.kind),
            Some(&Kind::Text { max: 100 })
        );
        assert_eq!(
            schema.field("birth_date").map(|field| &field.kind),
            Some(&Kind::Date {
                past: true,
                years: Some(130)
            })
        );
    }

    #[test]
    fn a_schema_whose_form_could_not_be_sent_is_refused_at_its_line() {
        let schema = |fields: usize, kind: &str| {
            let group = "[[group]]\nkey = \"g\"\nlabel = \"G\"\n";
            let field = |index| {
                format!("[[field]]\nkey = \"f{index}\"\ngroup = \"g\"\nlabel = \"F\"\n{kind}\n")
            };
            parse(&(group.to_owned() + &(0..fields).map(field).collect::<String>()))
        };
        let short = "type = \"text\"\nmax = 9";
        let long = "type = \"long_text\"\nmax = 10000";
        assert!(schema(510, short).is_ok());
        assert!(schema(830, short).is_ok());
        assert!(schema(5, long).is_ok());
        for (fields, kind, line, words) in [
            (
                831,
                short,
                830 * 6 + 5,
                "the form has 4986 values, but the limit is 4980",
            ),
            (
                6,
                long,
                5 * 6 + 5,
                "60000 characters in total, but a form carries 58254",
            ),
        ] {
            let mistake = schema(fields, kind).unwrap_err();
            assert_eq!(mistake.line, line);
            assert!(mistake.reason.contains(words), "{mistake}");
        }
    }

    #[test]
    fn roles_keep_the_order_of_the_file_and_the_first_is_a_new_users() {
        let rest = "[[group]]\nkey = \"g\"\nlabel = \"G\"\n[[field]]\nkey = \"f\"\ngroup = \"g\"\ntype = \"bool\"\nlabel = \"F\"\n";
        let schema = parse(&format!(
            "[roles.zoe]\n[roles.press_officer]\n[roles.abe]\n{rest}"
        ))
        .unwrap();
        let roles: Vec<&str> = schema
            .roles
            .iter()
            .map(|role| role.label.as_str())
            .collect();
        assert_eq!(roles, ["Zoe", "Press officer", "Abe"]);
        assert_eq!(schema.effective_role(None), "zoe");
        assert_eq!(parse(rest).unwrap().effective_role(None), "reader");
    }

    #[test]
    fn every_type_can_be_declared() {
        let field = |kind: &str, rest: &str| {
            format!(
                "[[field]]\nkey = \"{kind}\"\ngroup = \"g\"\ntype = \"{kind}\"\nlabel = \"L\"\n{rest}\n"
            )
        };
        let options = "[[field.option]]\nkey = \"a\"\nlabel = \"A\"\n[[field.option]]\nkey = \"b\"\nlabel = \"B\"\n";
        let text = [
            "[[group]]\nkey = \"g\"\nlabel = \"G\"\n".to_owned(),
            field("text", "max = 10"),
            field("long_text", "max = 10"),
            field("date", ""),
            field("phone", ""),
            field("url", ""),
            field("email", ""),
            field("number", "min = 1\nmax = 9"),
            field("choice", options),
            field("choices", &format!("max = 1\n{options}")),
            field("bool", ""),
            field("picture", "").replace("key = \"picture\"", "key = \"avatar\""),
        ];
        let schema = parse(&text.concat()).unwrap();
        assert_eq!(schema.fields().count(), 11);
    }

    #[test]
    fn a_mistake_is_told_with_its_line() {
        let group = "[[group]]\nkey = \"g\"\nlabel = \"G\"\n";
        let field =
            "[[field]]\nkey = \"f\"\ngroup = \"g\"\ntype = \"text\"\nlabel = \"F\"\nmax = 5\n";
        let with = |line: &str, instead: &str| format!("{group}{}", field.replace(line, instead));
        let picture = |more: &str| {
            let field = field
                .replace("\"f\"", "\"avatar\"")
                .replace("text", "picture");
            format!("{group}{}", field.replace("max = 5", more))
        };
        for (text, line, part) in [
            (picture("required = true"), 9, "cannot be required"),
            (picture("sign_up = true"), 9, "cannot have a picture"),
            (picture("max = 5"), 9, "cannot have \"max\""),
            (
                picture("").replace("avatar", "portrait"),
                5,
                "have the key \"avatar\"",
            ),
            (
                picture("max = 5").replace("picture", "text"),
                5,
                "is reserved for the forms",
            ),
            (
                with("label = \"F\"", "label.en = \"F\"\nlabel.de = \"F\""),
                8,
                "the text in \"ar\" is missing",
            ),
            (
                with(
                    "label = \"F\"",
                    "label.en = \"F\"\nlabel.de = \"F\"\nlabel.ar = \" \"",
                ),
                8,
                "cannot be empty",
            ),
            (
                with("label = \"F\"", "label.en = \"F\"\nlabel.xx = \"F\""),
                8,
                "no language \"xx\"",
            ),
            (
                with("label = \"F\"", "label = 5"),
                8,
                "one for each language",
            ),
            ("[[group]\n".to_owned(), 1, ""),
            (format!("{group}colour = 1\n"), 4, "unknown field `colour`"),
            (with("max = 5", "maximum = 5"), 9, "unknown field `maximum`"),
            (
                with("type = \"text\"", "type = \"txet\""),
                7,
                "no type \"txet\"",
            ),
            (with("group = \"g\"", "group = \"h\""), 6, "no group \"h\""),
            (
                with("key = \"f\"", "key = \"F f\""),
                5,
                "must consist of a-z",
            ),
            (
                with("key = \"f\"", "key = \"version\""),
                5,
                "is reserved for the forms",
            ),
            (
                with("max = 5", "max = 5\nsign_up = true\nedit = []"),
                10,
                "may not change",
            ),
            (
                with("max = 5", "max = 5\nsign_up = true").replace("\"f\"", "\"email\""),
                10,
                "already has a field \"email\"",
            ),
            (
                format!(
                    "[roles.a]\n[roles.b]\n{}",
                    with("max = 5", "max = 5\nsign_up = true\nroles = [\"b\"]")
                ),
                12,
                "do not have it",
            ),
            (with("max = 5", ""), 5, "needs a \"max\""),
            (with("max = 5", "max = 0"), 9, "from 1 to 10000"),
            (
                with("max = 5", "max = 5\nmin = 1"),
                10,
                "cannot have \"min\"",
            ),
            (
                with("type = \"text\"", "type = \"choice\"").replace("max = 5\n", ""),
                5,
                "at least one [[field.option]]",
            ),
            (with("label = \"F\"", "label = \" \""), 8, "cannot be empty"),
            (format!("{group}{field}{field}"), 11, "declared twice"),
            (format!("{group}{group}"), 5, "declared twice"),
            (group.to_owned(), 1, "at least one [[field]]"),
            (group.replace("\"G\"", "\"\""), 3, "cannot be empty"),
            (
                with("type = \"text\"", "type = \"date\"").replace("max = 5", "search = true"),
                9,
                "cannot search a field of the type date",
            ),
            (
                with("max = 5", "max = 5\naudience = \"friends\""),
                10,
                "no audience \"friends\"",
            ),
            (
                with("max = 5", "max = 5\nedit = [\"coach\"]"),
                10,
                "no role \"coach\"",
            ),
            (
                format!(
                    "[roles.ed]\nmay = [\"edit_profiles\"]\n{}",
                    with(
                        "max = 5",
                        "max = 5\nedit = [\"ed\"]\naudience = \"me\"\nlock_audience = true"
                    )
                ),
                12,
                "can never see this field",
            ),
            (
                with("max = 5", "max = 5\nedit = [\"reader\"]"),
                10,
                "may not edit profiles",
            ),
            (
                with("max = 5", "max = 5\nview = [\"coach\"]"),
                10,
                "no role \"coach\"",
            ),
            (
                with("max = 5", "max = 5\nroles = [\"coach\"]"),
                10,
                "no role \"coach\"",
            ),
            (
                with("key = \"f\"", "key = \"profile\""),
                5,
                "is reserved for the forms",
            ),
            (
                format!("[profile]\nlock = true\n{group}{field}"),
                2,
                "unknown field `lock`",
            ),
            (
                format!("[roles.owner]\n{group}{field}"),
                1,
                "is reserved; choose another role",
            ),
            (
                format!("[roles.a]\nmay = [\"fly\"]\n{group}{field}"),
                2,
                "no right \"fly\"",
            ),
            (
                format!("[roles.a]\n[roles.a]\n{group}{field}"),
                2,
                "duplicate key",
            ),
            (
                with("type = \"text\"", "type = \"number\"")
                    .replace("max = 5", "min = -9223372036854775808"),
                9,
                "must be between",
            ),
        ] {
            let mistake = parse(&text).unwrap_err();
            assert_eq!(mistake.line, line, "{text}\n{mistake}");
            assert!(mistake.reason.contains(part), "{text}\n{mistake}");
        }
    }
}
