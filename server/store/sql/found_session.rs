//! A session as it is found, with its user and their profile.

use app::account::types::user::UserId;
use store::{profiles::ProfileRow, sessions::ActiveSession};

/// A row of `find_session.sql`.
pub struct FoundSession {
    pub id_hash: Vec<u8>,
    pub id: i64,
    pub username: String,
    pub role: Option<String>,
    pub last_seen_at: i64,
    pub rotate: bool,
    pub confirmed_at: i64,
    pub second_at: i64,
    pub has_second: bool,
    pub has_email: bool,
    pub waits_since: Option<i64>,
    pub version: Option<i64>,
    pub fields: Option<String>,
    pub audiences: Option<String>,
    pub listed: Option<bool>,
    pub in_directory: Option<bool>,
    pub created_at: Option<i64>,
    pub updated_at: Option<i64>,
}

impl FoundSession {
    /// The session that it is.
    pub fn active(self) -> ActiveSession {
        let profile = || {
            Some(ProfileRow {
                id: self.id,
                username: self.username.clone(),
                role: self.role.clone(),
                version: self.version?,
                fields: self.fields?,
                audiences: self.audiences?,
                listed: self.listed?,
                in_directory: self.in_directory?,
                created_at: self.created_at?,
                updated_at: self.updated_at?,
            })
        };
        ActiveSession {
            profile: profile(),
            // The table's own check sees to the length.
            id: self.id_hash.try_into().unwrap_or_default(),
            user: UserId(self.id),
            username: self.username,
            role: self.role,
            last_seen_at: self.last_seen_at,
            rotate: self.rotate,
            confirmed_at: self.confirmed_at,
            second_at: self.second_at,
            has_second: self.has_second,
            has_email: self.has_email,
            waits_since: self.waits_since,
        }
    }
}
