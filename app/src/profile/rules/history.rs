//! The history of a profile: each change of an item, old and new, by whom.
//!
//! Its rows serve as the history that the owner reads, as the way to undo, and as the
//! base of a merge.

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
    /// The version that the save made.
    pub version: u64,
    /// An item's name, or [`ROLE`].
    pub name: String,
    pub old: Side,
    pub new: Side,
    pub by: Author,
    /// Milliseconds since 1970-01-01 UTC.
    pub at: i64,
}

/// One side of a change: what the item was, or what it became.
#[derive(Debug, Clone, PartialEq)]
pub enum Side {
    Nothing,
    Value(Json),
    /// There was a value, and the history does not have it any more.
    Gone(Gone),
}

/// The reason why the history no longer has a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gone {
    /// Its owner erased it.
    Erased,
    /// The value was among the oldest, beyond the number that is kept.
    TooOld,
}

/// One of the two sides of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeSide {
    Old,
    New,
}

impl ChangeSide {
    /// The value of its control.
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

/// A stretch of a history, the newest change first.
#[derive(Debug, Clone, PartialEq)]
pub struct Stretch {
    pub changes: Vec<PastChange>,
    /// Older ones follow.
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

    /// The item on one side of a merge. A value that is gone is null there, which
    /// no other side is ever equal to: whatever differs is asked about.
    fn item(&self) -> Option<Json> {
        match self {
            Side::Nothing => None,
            Side::Value(value) => Some(value.clone()),
            Side::Gone(_) => Some(Json::Null),
        }
    }
}

/// Stands for the owner's role, which is no item: it is not on the form, is
/// never merged, and does not count as a save.
pub const ROLE: &str = "role";

/// The name of the hidden control that says which change is to be undone, or whose
/// values are to be erased.
pub const CHANGE: &str = "change";

/// The name of the controls that say which side of a change is to be erased, each
/// a [`ChangeSide`].
pub const SIDE: &str = "side";

/// The items before `changes`, which are in the order in which they were made.
/// What was put down with a first value stays: it changed nothing for anybody.
pub fn rewind(stored: &ProfileDocument, changes: &[PastChange]) -> ProfileDocument {
    let mut before = stored.clone();
    for change in changes.iter().rev().filter(|change| change.is_told()) {
        before.set(&change.name, change.old.item());
    }
    before
}

impl PastChange {
    /// The patch that takes this change back, made on what `viewer` sees now.
    ///
    /// # Errors
    /// Why it cannot be: the value breaks a rule by now, or is no longer the
    /// viewer's to change.
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
        // By the rules of today, which may be stricter than those it once passed.
        let whole = Some(old).filter(|old| !field.kind.drops_of(old));
        let value = whole.and_then(|old| Value::from_json(&field.kind, old));
        let value = value.ok_or(Violation::NoLongerValid)?;
        let value = field.kind.parse(&value.print(), today)?;
        restore(value.map_or(Change::Clear, Change::Set))
    }

    /// Returns whether the change is somebody's act that people are told of: neither
    /// an audience that was pinned together with a first value, nor a role.
    pub fn is_told(&self) -> bool {
        !self.is_pin() && self.name != ROLE
    }

    /// An audience that was put down together with a first value.
    pub fn is_pin(&self) -> bool {
        audience_key(&self.name).is_some() && self.old == Side::Nothing
    }

    pub fn side(&self, which: ChangeSide) -> &Side {
        match which {
            ChangeSide::Old => &self.old,
            ChangeSide::New => &self.new,
        }
    }

    /// Returns whether the values are something that somebody said, and so can be
    /// erased: an audience and a role are not.
    pub fn is_said(&self) -> bool {
        audience_key(&self.name).is_none() && self.name != ROLE
    }
}
