//! `profile.toml` into a `Schema`: one pass over one file, every mistake with
//! its line.

use app::profile::{Choice, Field, Group, Kind, Schema};
use serde::Deserialize;
use std::{
    collections::BTreeSet,
    fmt, fs, io,
    ops::Range,
    path::{Path, PathBuf},
};
use toml::Spanned;

const DEFAULT: &str = include_str!("../../profile.toml");

/// The schema that is built in.
pub fn default_schema() -> Schema {
    parse(DEFAULT).expect("the built-in profile.toml is tested")
}

/// Reads a schema from a file.
pub fn read_schema(path: &Path) -> Result<Schema, SchemaError> {
    let text = fs::read_to_string(path).map_err(|source| SchemaError::Unreadable {
        path: path.into(),
        source,
    })?;
    parse(&text).map_err(|mistake| SchemaError::Mistake {
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

/// What is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// From 1.
    line: usize,
    reason: String,
}

/// `12: the field "bio" is there twice`, to stand behind a file name.
impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.line, self.reason)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SchemaFile {
    #[serde(default)]
    group: Vec<GroupFile>,
    #[serde(default)]
    field: Vec<FieldFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GroupFile {
    key: Spanned<String>,
    label: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FieldFile {
    key: Spanned<String>,
    group: Spanned<String>,
    #[serde(rename = "type")]
    kind: Spanned<String>,
    label: Spanned<String>,
    #[serde(default)]
    hint: String,
    #[serde(default)]
    required: bool,
    #[serde(default)]
    autocomplete: String,
    min: Option<Spanned<i64>>,
    max: Option<Spanned<i64>>,
    past: Option<Spanned<bool>>,
    years: Option<Spanned<u16>>,
    #[serde(default)]
    option: Vec<OptionFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OptionFile {
    key: Spanned<String>,
    label: Spanned<String>,
}

/// The longest text a field may allow: a profile stays a page.
const LONGEST_TEXT: i64 = 10_000;

/// Names of hidden controls and of parameters; a field of that name would clash.
const RESERVED_KEYS: [&str; 5] = ["version", "next", "avatar", "username", "password"];

fn parse(text: &str) -> Result<Schema, Mistake> {
    let at = |range: Range<usize>, reason: String| Mistake {
        line: line(text, range.start),
        reason,
    };
    let file: SchemaFile = toml::from_str(text)
        .map_err(|error| at(error.span().unwrap_or_default(), error.message().to_owned()))?;

    let mut schema = Schema { groups: Vec::new() };
    let mut group_keys: Vec<String> = Vec::new();
    for group in file.group {
        let key = key(&group.key).map_err(|(range, reason)| at(range, reason))?;
        if group_keys.contains(&key) {
            return Err(at(
                group.key.span(),
                format!("the group \"{key}\" is there twice"),
            ));
        }
        group_keys.push(key);
        schema.groups.push(Group {
            label: label(group.label).map_err(|(range, reason)| at(range, reason))?,
            fields: Vec::new(),
        });
    }
    let mut field_keys = BTreeSet::new();
    for file in file.field {
        let group = group_keys
            .iter()
            .position(|key| key == file.group.get_ref())
            .ok_or_else(|| {
                at(
                    file.group.span(),
                    format!(
                        "there is no group \"{}\"; declare it with [[group]]",
                        file.group.get_ref()
                    ),
                )
            })?;
        let (span, name) = (file.key.span(), file.key.get_ref().clone());
        let field = field(file).map_err(|(range, reason)| at(range, reason))?;
        if !field_keys.insert(name.clone()) {
            return Err(at(span, format!("the field \"{name}\" is there twice")));
        }
        schema.groups[group].fields.push(field);
    }
    if field_keys.is_empty() {
        return Err(at(0..0, "a schema needs at least one [[field]]".to_owned()));
    }
    Ok(schema)
}

type Misplaced = (Range<usize>, String);

fn field(file: FieldFile) -> Result<Field, Misplaced> {
    let key = key(&file.key)?;
    if RESERVED_KEYS.contains(&key.as_str()) {
        return Err((
            file.key.span(),
            format!("\"{key}\" is a name that the forms use themselves; choose another"),
        ));
    }
    Ok(Field {
        kind: kind(&file)?,
        key,
        label: label(file.label)?,
        hint: file.hint,
        required: file.required,
        autocomplete: file.autocomplete,
    })
}

/// The kind that `type` names, with its limits. A limit that the kind does not
/// have is a mistake: ignored, it would be believed.
fn kind(file: &FieldFile) -> Result<Kind, Misplaced> {
    let name = file.kind.get_ref().as_str();
    let allowed: &[&str] = match name {
        "text" | "long_text" => &["max"],
        "date" => &["past", "years"],
        "phone" | "url" | "email" | "bool" => &[],
        "number" => &["min", "max"],
        "choice" => &["option"],
        "choices" => &["option", "max"],
        _ => {
            let kinds = "text, long_text, date, phone, url, email, number, choice, choices or bool";
            return Err((
                file.kind.span(),
                format!("there is no type \"{name}\"; use {kinds}"),
            ));
        }
    };
    let given = [
        ("min", file.min.as_ref().map(Spanned::span)),
        ("max", file.max.as_ref().map(Spanned::span)),
        ("past", file.past.as_ref().map(Spanned::span)),
        ("years", file.years.as_ref().map(Spanned::span)),
        (
            "option",
            file.option.first().map(|option| option.key.span()),
        ),
    ];
    for (limit, span) in given {
        if let Some(span) = span.filter(|_| !allowed.contains(&limit)) {
            return Err((
                span,
                format!("a field of type \"{name}\" has no \"{limit}\""),
            ));
        }
    }
    Ok(match name {
        "text" => Kind::Text { max: length(file)? },
        "long_text" => Kind::LongText { max: length(file)? },
        "date" => Kind::Date {
            past: file.past.as_ref().is_some_and(|past| *past.get_ref()),
            years: file.years.as_ref().map(|years| *years.get_ref()),
        },
        "phone" => Kind::Phone,
        "url" => Kind::Url,
        "email" => Kind::Email,
        "number" => number(file)?,
        "choice" => Kind::Choice {
            options: options(file)?,
        },
        "choices" => {
            let options = options(file)?;
            let max = limit(file.max.as_ref(), 1..=options.len(), options.len())?;
            Kind::Choices { options, max }
        }
        _ => Kind::Bool,
    })
}

fn length(file: &FieldFile) -> Result<usize, Misplaced> {
    if file.max.is_none() {
        let reason = format!(
            "the field \"{}\" needs a \"max\", in characters",
            file.key.get_ref()
        );
        return Err((file.key.span(), reason));
    }
    limit(
        file.max.as_ref(),
        1..=LONGEST_TEXT.unsigned_abs() as usize,
        0,
    )
}

fn limit(
    given: Option<&Spanned<i64>>,
    range: std::ops::RangeInclusive<usize>,
    otherwise: usize,
) -> Result<usize, Misplaced> {
    let Some(given) = given else {
        return Ok(otherwise);
    };
    let number = usize::try_from(*given.get_ref())
        .ok()
        .filter(|number| range.contains(number));
    number.ok_or_else(|| {
        (
            given.span(),
            format!("must be from {} to {}", range.start(), range.end()),
        )
    })
}

fn number(file: &FieldFile) -> Result<Kind, Misplaced> {
    let bound = |given: &Option<Spanned<i64>>, otherwise: i64| match given {
        Some(given) if given.get_ref().unsigned_abs() > Kind::MAX_NUMBER.unsigned_abs() => Err((
            given.span(),
            format!("must be between -{0} and {0}", Kind::MAX_NUMBER),
        )),
        Some(given) => Ok(*given.get_ref()),
        None => Ok(otherwise),
    };
    let (min, max) = (
        bound(&file.min, -Kind::MAX_NUMBER)?,
        bound(&file.max, Kind::MAX_NUMBER)?,
    );
    match &file.max {
        Some(given) if max < min => Err((given.span(), format!("is smaller than min, {min}"))),
        _ => Ok(Kind::Number { min, max }),
    }
}

fn options(file: &FieldFile) -> Result<Vec<Choice>, Misplaced> {
    let mut options: Vec<Choice> = Vec::new();
    for option in &file.option {
        let key = key(&option.key)?;
        if options.iter().any(|other| other.key == key) {
            return Err((
                option.key.span(),
                format!("the option \"{key}\" is there twice"),
            ));
        }
        options.push(Choice {
            key,
            label: label(option.label.clone())?,
        });
    }
    if options.is_empty() {
        let reason = format!(
            "the field \"{}\" needs at least one [[field.option]]",
            file.key.get_ref()
        );
        return Err((file.key.span(), reason));
    }
    Ok(options)
}

fn label(label: Spanned<String>) -> Result<String, Misplaced> {
    match label.get_ref().trim() {
        "" => Err((
            label.span(),
            "a label is read by people; it cannot be empty".to_owned(),
        )),
        text => Ok(text.to_owned()),
    }
}

fn key(key: &Spanned<String>) -> Result<String, Misplaced> {
    let text = key.get_ref();
    let first = text.starts_with(|c: char| c.is_ascii_lowercase());
    let rest = text
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    if first && rest && text.len() <= 40 {
        return Ok(text.clone());
    }
    let reason = format!(
        "the key \"{text}\" must be a-z, 0-9 and _, begin with a letter, and have at most 40 characters"
    );
    Err((key.span(), reason))
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
                "bio",
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
        ];
        let schema = parse(&text.concat()).unwrap();
        assert_eq!(schema.fields().count(), 10);
    }

    #[test]
    fn a_mistake_is_told_with_its_line() {
        let group = "[[group]]\nkey = \"g\"\nlabel = \"G\"\n";
        let field =
            "[[field]]\nkey = \"f\"\ngroup = \"g\"\ntype = \"text\"\nlabel = \"F\"\nmax = 5\n";
        let with = |line: &str, instead: &str| format!("{group}{}", field.replace(line, instead));
        for (text, line, part) in [
            ("[[group]\n".to_owned(), 1, ""),
            (format!("{group}colour = 1\n"), 4, "unknown field `colour`"),
            (with("max = 5", "maximum = 5"), 9, "unknown field `maximum`"),
            (
                with("type = \"text\"", "type = \"txet\""),
                7,
                "no type \"txet\"",
            ),
            (with("group = \"g\"", "group = \"h\""), 6, "no group \"h\""),
            (with("key = \"f\"", "key = \"F f\""), 5, "must be a-z"),
            (
                with("key = \"f\"", "key = \"version\""),
                5,
                "the forms use themselves",
            ),
            (with("max = 5", ""), 5, "needs a \"max\""),
            (with("max = 5", "max = 0"), 9, "from 1 to 10000"),
            (with("max = 5", "max = 5\nmin = 1"), 10, "has no \"min\""),
            (
                with("type = \"text\"", "type = \"choice\"").replace("max = 5\n", ""),
                5,
                "at least one [[field.option]]",
            ),
            (with("label = \"F\"", "label = \" \""), 8, "cannot be empty"),
            (format!("{group}{field}{field}"), 11, "there twice"),
            (format!("{group}{group}"), 5, "there twice"),
            (group.to_owned(), 1, "at least one [[field]]"),
            (group.replace("\"G\"", "\"\""), 3, "cannot be empty"),
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
