//! Conversion of profile and change rows into the types that the rules of `app` work on.

use app::{
    account::types::user::{User, UserId},
    error::AppError,
    profile::rules::{
        author::Author,
        document::ProfileDocument,
        history::{Gone, PastChange, Side},
        profile::{Listing, Profile},
        schema::Schema,
    },
};

use store::{changes::ChangeRow, profiles::ProfileRow};

/// The values of a profile, regardless of the schema.
pub fn stored(row: &ProfileRow) -> Result<ProfileDocument, AppError> {
    ProfileDocument::parse(&row.fields, &row.audiences).map_err(|error| {
        tracing::error!(%error, "a stored profile is not a JSON object, in spite of its table's check");
        AppError::Internal
    })
}

pub fn owner(row: &ProfileRow, schema: &Schema) -> User {
    User {
        id: UserId(row.id),
        role: schema.effective_role(row.role.as_deref()).to_owned(),
        username: row.username.clone(),
    }
}

pub fn read_profile(row: &ProfileRow, schema: &Schema) -> Result<Profile, AppError> {
    let stored = stored(row)?;
    Ok(Profile {
        version: row.version.unsigned_abs(),
        values: stored.values(schema),
        audiences: stored.audiences(schema),
        listing: Listing {
            listed: row.listed,
            in_directory: row.in_directory,
            created_at: row.created_at,
        },
        owner: owner(row, schema),
    })
}

pub fn read_change(row: ChangeRow) -> Result<PastChange, AppError> {
    Ok(PastChange {
        id: row.id,
        version: row.version.unsigned_abs(),
        name: row.item,
        old: read_side(row.old, row.old_gone)?,
        new: read_side(row.new, row.new_gone)?,
        by: match row.actor {
            Some(username) => Author::User(username),
            None if row.by_operator => Author::Operator,
            None => Author::Former,
        },
        at: row.at,
    })
}

fn read_side(text: Option<String>, gone: Option<String>) -> Result<Side, AppError> {
    match gone.as_deref() {
        Some("erased") => return Ok(Side::Gone(Gone::Erased)),
        Some(_) => return Ok(Side::Gone(Gone::TooOld)),
        None => {}
    }
    let parsed = text.map(|text| serde_json::from_str(&text)).transpose();
    parsed.map(Side::of).map_err(|error| {
        tracing::error!(%error, "a change is not JSON, in spite of its table's check");
        AppError::Internal
    })
}
