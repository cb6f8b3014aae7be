//! The audience of a field, or of a whole profile.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// From the widest to the narrowest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Audience {
    Everyone,
    /// Everybody who is logged in.
    Members,
    /// The owner alone.
    Me,
}

/// The schema's rule for an audience.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AudienceRule {
    /// The audience until the owner has chosen one.
    pub default: Audience,
    /// The owner may not choose, and what was chosen before does not count.
    pub locked: bool,
}

/// The audiences that an owner has chosen, by the key of the field; [`WHOLE`] for the
/// profile.
pub type Audiences = BTreeMap<String, Audience>;

/// Stands for the whole profile where a field's key would stand. No field may
/// have this key.
pub const WHOLE: &str = "profile";

/// The suffix of a field's key in the name of the control, and of the stored item.
const SUFFIX: &str = ".audience";

impl Audience {
    pub const ALL: [Audience; 3] = [Audience::Everyone, Audience::Members, Audience::Me];

    /// The spelling in forms, in files and in the database.
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

/// `bio.audience`, the name of the audience of `bio`.
pub fn audience_of(key: &str) -> String {
    format!("{key}{SUFFIX}")
}

/// The key whose audience has that name.
pub fn audience_key(name: &str) -> Option<&str> {
    name.strip_suffix(SUFFIX)
}
