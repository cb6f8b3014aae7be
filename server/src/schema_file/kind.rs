//! The `type` of a field in a schema file, and its limits.

use app::profile::rules::{
    kind::{Kind, SelectOption},
    picture::AVATAR,
};
use std::ops::RangeInclusive;
use toml::Spanned;

use super::{
    tables::FieldFile,
    wording::{Misplaced, key, label},
};

/// The type of a picture, which has a key of its own.
pub const PICTURE: &str = "picture";

/// The longest text that a field may allow, so that a profile stays a single page.
const LONGEST_TEXT: usize = 10_000;

/// Returns the kind that `type` names, with its limits. A limit that the kind does not have is
/// a mistake: if it were ignored, the operator would rely on it.
pub fn kind(file: &FieldFile) -> Result<Kind, Misplaced> {
    let name = file.kind.get_ref().as_str();
    let allowed: &[&str] = match name {
        "text" | "long_text" => &["max"],
        "date" => &["past", "years"],
        "phone" | "url" | "email" | "bool" | PICTURE => &[],
        "number" => &["min", "max"],
        "choice" => &["option"],
        "choices" => &["option", "max"],
        _ => {
            let kinds = "text, long_text, date, phone, url, email, number, choice, choices, bool or picture";
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
                format!("a field of type \"{name}\" cannot have \"{limit}\""),
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
        PICTURE => picture(file)?,
        _ => Kind::Bool,
    })
}

/// Returns the kind of a picture, which has a form of its own and cannot be required.
fn picture(file: &FieldFile) -> Result<Kind, Misplaced> {
    let sign_up = file.sign_up.as_ref().filter(|sign_up| *sign_up.get_ref());
    let required = file
        .required
        .as_ref()
        .filter(|required| *required.get_ref());
    if file.key.get_ref() != AVATAR {
        let reason = format!("a field of type \"picture\" must have the key \"{AVATAR}\"");
        Err((file.key.span(), reason))
    } else if let Some(sign_up) = sign_up {
        Err((
            sign_up.span(),
            "the sign-up form cannot have a picture".to_owned(),
        ))
    } else if let Some(required) = required {
        Err((required.span(), "a picture cannot be required".to_owned()))
    } else {
        Ok(Kind::Picture)
    }
}

fn length(file: &FieldFile) -> Result<usize, Misplaced> {
    if file.max.is_none() {
        let reason = format!(
            "the field \"{}\" needs a \"max\", in characters",
            file.key.get_ref()
        );
        return Err((file.key.span(), reason));
    }
    limit(file.max.as_ref(), 1..=LONGEST_TEXT, 0)
}

fn limit(
    given: Option<&Spanned<i64>>,
    range: RangeInclusive<usize>,
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
            format!("\"max\" must be from {} to {}", range.start(), range.end()),
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
        Some(given) if max < min => Err((given.span(), format!("max is less than min ({min})"))),
        _ => Ok(Kind::Number { min, max }),
    }
}

fn options(file: &FieldFile) -> Result<Vec<SelectOption>, Misplaced> {
    let mut options: Vec<SelectOption> = Vec::new();
    for option in &file.option {
        let key = key(&option.key)?;
        if options.iter().any(|other| other.key == key) {
            return Err((
                option.key.span(),
                format!("the option \"{key}\" is declared twice"),
            ));
        }
        options.push(SelectOption {
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
