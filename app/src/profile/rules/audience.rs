//! The audience of a field, or of a whole profile.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The viewers who can see a field or a profile, from the widest audience to the narrowest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Audience {
    Everyone,
    /// All members.
    Members,
    /// Only the owner.
    Me,
}

/// The schema's rule for an audience.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AudienceRule {
    /// The audience until the owner has chosen one.
    pub default: Audience,
    /// `true` if the owner may not choose; an earlier choice is then ignored.
    pub locked: bool,
}

/// Audiences by the key of their field, with [`WHOLE`] for the whole profile.
///
/// In a stored profile, these are the ones that the owner has chosen.
pub type Audiences = BTreeMap<String, Audience>;

/// The key that stands for the whole profile in place of a field's key. No field may have it.
pub const WHOLE: &str = "profile";

/// The suffix that is appended to a field's key to name its audience, in forms and in stored items.
const SUFFIX: &str = ".audience";

impl Audience {
    pub const ALL: [Audience; 3] = [Audience::Everyone, Audience::Members, Audience::Me];

    /// Returns the spelling used in forms, in files and in the database.
    pub fn key(self) -> &'static str {
        match self {
            Audience::Everyone => "everyone",
            Audience::Members => "members",
            Audience::Me => "me",
        }
    }

    pub fn parse(key: &str) -> Option<Audience> {
        Audience::ALL
            .into_iter()
            .find(|audience| audience.key() == key)
    }
}

impl AudienceRule {
    pub fn effective(self, chosen: Option<Audience>) -> Audience {
        match chosen {
            Some(chosen) if !self.locked => chosen,
            _ => self.default,
        }
    }
}

/// Returns the name of a field's audience: `bio.audience` for `bio`.
pub fn audience_of(key: &str) -> String {
    format!("{key}{SUFFIX}")
}

/// Returns the key whose audience has this name, or `None` if it is not the name of an audience.
pub fn audience_key(name: &str) -> Option<&str> {
    name.strip_suffix(SUFFIX)
}
