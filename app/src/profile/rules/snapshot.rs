//! A profile at the moment of a save, with its later changes.

use serde_json::Value as Json;

use super::{
    access,
    audience::{WHOLE, audience_of},
    author::Author,
    describe::{item_label, item_text},
    document::ProfileDocument,
    history::{PastChange, ROLE, rewind},
    profile::Profile,
    schema::Schema,
};
use crate::{account::types::user::User, error::Conflict, viewer::Viewer};

/// A profile with every change since the version that a form was opened with: the input of a merge.
#[derive(Debug, Clone, PartialEq)]
pub struct ProfileSnapshot {
    pub owner: User,
    pub version: u64,
    pub stored: ProfileDocument,
    /// Every change after the version that the patch was made from, oldest first.
    pub since: Vec<PastChange>,
}

impl ProfileSnapshot {
    /// Returns the profile with the given items, as the schema reads them.
    pub(super) fn profile(&self, schema: &Schema, stored: &ProfileDocument) -> Profile {
        Profile {
            owner: self.owner.clone(),
            version: self.version,
            values: stored.values(schema),
            audiences: stored.audiences(schema),
            listing: Default::default(),
        }
    }

    /// Returns the items at the version that the patch was made from, as far as `viewer` may know
    /// them.
    ///
    /// An item is null if `viewer` may not know it, if the history does not reach back to it, or if
    /// its value is gone from the history. No side of a merge is ever equal to null, so no one can
    /// find out an old value by trying.
    pub(super) fn base(
        &self,
        schema: &Schema,
        viewer: &Viewer,
        version: Option<u64>,
    ) -> ProfileDocument {
        let mut base = rewind(&self.stored, &self.since);
        let complete = self.is_complete(version.unwrap_or(self.version));
        let then = self.profile(schema, &base);
        let hidden =
            |name: &String| !complete || !access::can_read_item(schema, &then, name, viewer);
        for name in self.items(schema).into_iter().filter(hidden) {
            base.set(&name, Some(Json::Null));
        }
        base
    }

    /// Returns whether `since` contains every save after `version`.
    fn is_complete(&self, version: u64) -> bool {
        let saves = self.since.iter().filter(|change| change.name != ROLE);
        let mut saves: Vec<u64> = saves.map(|change| change.version).collect();
        saves.dedup();
        saves.len() as u64 == self.version.saturating_sub(version)
    }

    /// Returns the names of all items of the schema.
    fn items(&self, schema: &Schema) -> Vec<String> {
        let keys = schema.fields().map(|field| &field.key);
        let items = keys.flat_map(|key| [key.clone(), audience_of(key)]);
        items.chain([audience_of(WHOLE)]).collect()
    }

    /// Returns the two sides of a conflict about `name`, and the value before them, as far as
    /// `viewer` may read it. Returns `None` if they may not read the item.
    ///
    /// The caller knows what was typed, and passes it as `mine`.
    pub fn conflict(
        &self,
        schema: &Schema,
        viewer: &Viewer,
        name: &str,
        mine: String,
    ) -> Option<Conflict> {
        let now = self.profile(schema, &self.stored);
        if !access::can_read_item(schema, &now, name, viewer) {
            return None;
        }
        let last = self.since.iter().rfind(|change| change.name == name);
        let base = rewind(&self.stored, &self.since);
        let then = self.profile(schema, &base);
        let before = base
            .get(name)
            .filter(|_| last.is_some() && access::can_read_item(schema, &then, name, viewer));
        Some(Conflict {
            name: name.to_owned(),
            label: item_label(schema, name)?,
            mine,
            theirs: item_text(schema, name, self.stored.get(name)),
            before: item_text(schema, name, before),
            by: last.and_then(|change| match &change.by {
                Author::User(username) => Some(username.clone()),
                Author::Former | Author::Operator => None,
            }),
        })
    }

    /// Returns the version in which an item was last changed, or the current version if that is not
    /// in `since`.
    pub(super) fn last_change(&self, name: &str) -> u64 {
        let last = self.since.iter().rfind(|change| change.name == name);
        last.map_or(self.version, |change| change.version)
    }
}
