//! What happened to a profile: each change of an item, old and new, by whom.
//!
//! The same rows are the history that its owner reads, the way to undo, and the
//! base of a merge.

use serde_json::Value as Json;

use super::{
    Date, Patch, Profile, Schema, Stored, Value, Violation, access::check_change,
    audience::audience_key, patch::Change, stored::audience,
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
    pub old: Option<Json>,
    pub new: Option<Json>,
    pub by: Author,
    /// Milliseconds since 1970-01-01 UTC.
    pub at: i64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Author {
    /// By username.
    User(String),
    /// A user who has been erased since.
    Former,
    /// Who runs the site, by a command.
    Operator,
}

/// Stands for the owner's role, which is no item: it is not on the form, is
/// never merged, and does not count as a save.
pub const ROLE: &str = "role";

/// The name of the hidden control that says which change is to be undone.
pub const CHANGE: &str = "change";

/// The items before `changes`, which are in the order in which they were made.
/// What was put down with a first value stays: it changed nothing for anybody.
pub fn rewind(stored: &Stored, changes: &[PastChange]) -> Stored {
    let mut before = stored.clone();
    for change in changes.iter().rev().filter(|change| change.is_told()) {
        before.set(&change.name, change.old.clone());
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
        let restore = |change| Ok(Patch::restore(profile.version, &self.name, change));
        if let Some(key) = audience_key(&self.name) {
            let rule = schema.audience_rule(key).ok_or(Violation::UnknownField)?;
            let old = self.old.as_ref().map_or(rule.default, audience);
            return restore(Change::Audience(old));
        }
        let field = schema.field(&self.name).ok_or(Violation::UnknownField)?;
        let Some(old) = &self.old else {
            return match field.required {
                true => Err(Violation::Required),
                false => restore(Change::Clear),
            };
        };
        // By the rules of today, which may be stricter than those it once passed.
        let value = Value::from_json(&field.kind, old).ok_or(Violation::NoLongerValid)?;
        let value = field.kind.parse(&value.print(), today)?;
        restore(value.map_or(Change::Clear, Change::Set))
    }

    /// Whether it is somebody's doing that people are told of: not that an
    /// audience was put down together with a first value, and no role.
    pub fn is_told(&self) -> bool {
        !self.is_pin() && self.name != ROLE
    }

    /// An audience that was put down together with a first value.
    pub fn is_pin(&self) -> bool {
        audience_key(&self.name).is_some() && self.old.is_none()
    }
}
