//! The history of a profile: each change of an item, with its old and new value and its author.
//!
//! Its rows are the history that the owner reads, the data needed to undo a change, and the base of
//! a merge.

use serde_json::Value as Json;

use super::{
    access::check_change,
    audience::audience_key,
    author::Author,
    date::Date,
    document::{ProfileDocument, audience},
    patch::{Change, Patch},
    profile::Profile,
    schema::Schema,
    value::Value,
    violation::Violation,
};
use crate::viewer::Viewer;

/// One change of one item.
#[derive(Debug, Clone, PartialEq)]
pub struct PastChange {
    pub id: i64,
    /// The version that the save created.
    pub version: u64,
    /// An item's name, or [`ROLE`].
    pub name: String,
    pub old: Side,
    pub new: Side,
    pub by: Author,
    /// Milliseconds since 1970-01-01 UTC.
    pub at: i64,
}

/// One side of a change: the item before or after it.
#[derive(Debug, Clone, PartialEq)]
pub enum Side {
    Nothing,
    Value(Json),
    /// There was a value, but it is no longer in the history.
    Gone(Gone),
}

/// The reason why the history no longer has a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gone {
    /// The owner of the profile erased it.
    Erased,
    /// The value was among the oldest, and more than the number that is kept.
    TooOld,
}

/// One of the two sides of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeSide {
    Old,
    New,
}

impl ChangeSide {
    /// Returns the value of its control.
    pub fn key(self) -> &'static str {
        match self {
            ChangeSide::Old => "old",
            ChangeSide::New => "new",
        }
    }

    pub fn parse(key: &str) -> Option<ChangeSide> {
        [ChangeSide::Old, ChangeSide::New]
            .into_iter()
            .find(|which| which.key() == key)
    }
}

/// A part of a history, newest change first.
#[derive(Debug, Clone, PartialEq)]
pub struct Stretch {
    pub changes: Vec<PastChange>,
    /// `true` if there are older changes.
    pub more: bool,
}

impl Side {
    pub fn of(item: Option<Json>) -> Side {
        item.map_or(Side::Nothing, Side::Value)
    }

    pub fn value(&self) -> Option<&Json> {
        match self {
            Side::Value(value) => Some(value),
            Side::Nothing | Side::Gone(_) => None,
        }
    }

    /// Returns the item for one side of a merge. A value that is gone becomes null, which is never
    /// equal to another side, so that every difference is a conflict.
    fn item(&self) -> Option<Json> {
        match self {
            Side::Nothing => None,
            Side::Value(value) => Some(value.clone()),
            Side::Gone(_) => Some(Json::Null),
        }
    }
}

/// The name that stands for the owner's role, which is not an item: it is not on the form, is never
/// merged, and its change does not count as a save.
pub const ROLE: &str = "role";

/// The name of the hidden control that identifies the change to undo, or the one whose values to
/// erase.
pub const CHANGE: &str = "change";

/// The name of the controls that select the sides of a change to erase, each a [`ChangeSide`].
pub const SIDE: &str = "side";

/// Returns the document before `changes`, which are in the order in which they were made.
///
/// Pinned audiences stay, because they changed nothing for anyone.
pub fn rewind(stored: &ProfileDocument, changes: &[PastChange]) -> ProfileDocument {
    let mut before = stored.clone();
    for change in changes.iter().rev().filter(|change| change.is_told()) {
        before.set(&change.name, change.old.item());
    }
    before
}

impl PastChange {
    /// Returns the patch that undoes this change, relative to the current version of the profile.
    ///
    /// # Errors
    /// The reason why it cannot be undone: the old value is no longer kept, breaks a rule by now,
    /// or may no longer be changed by `viewer`.
    pub fn undo(
        &self,
        schema: &Schema,
        profile: &Profile,
        viewer: &Viewer,
        today: Date,
    ) -> Result<Patch, Violation> {
        check_change(schema, profile, &self.name, viewer)?;
        if let Side::Gone(_) = self.old {
            return Err(Violation::NotKept);
        }
        let old = self.old.value();
        let restore = |change| Ok(Patch::restore(profile.version, &self.name, change));
        if let Some(key) = audience_key(&self.name) {
            let rule = schema.audience_rule(key).ok_or(Violation::UnknownField)?;
            let old = old.map_or(rule.default, audience);
            return restore(Change::Audience(old));
        }
        let field = schema.field(&self.name).ok_or(Violation::UnknownField)?;
        let Some(old) = old else {
            return match field.required {
                true => Err(Violation::Required),
                false => restore(Change::Clear),
            };
        };
        // Apply the current rules, which may be stricter than those that it once passed.
        let whole = Some(old).filter(|old| !field.kind.drops_of(old));
        let value = whole.and_then(|old| Value::from_json(&field.kind, old));
        let value = value.ok_or(Violation::NoLongerValid)?;
        let value = field.kind.parse(&value.print(), today)?;
        restore(value.map_or(Change::Clear, Change::Set))
    }

    /// Returns whether the change is someone's deliberate edit, which others are told about:
    /// neither an audience that was pinned together with a first value, nor a role.
    pub fn is_told(&self) -> bool {
        !self.is_pin() && self.name != ROLE
    }

    /// Returns whether the change is an audience that was pinned together with a first value.
    pub fn is_pin(&self) -> bool {
        audience_key(&self.name).is_some() && self.old == Side::Nothing
    }

    pub fn side(&self, which: ChangeSide) -> &Side {
        match which {
            ChangeSide::Old => &self.old,
            ChangeSide::New => &self.new,
        }
    }

    /// Returns whether the change is one of a field's value, which can be erased, unlike an
    /// audience or a role.
    pub fn is_said(&self) -> bool {
        audience_key(&self.name).is_none() && self.name != ROLE
    }
}
