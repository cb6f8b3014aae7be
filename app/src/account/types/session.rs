//! A session, as it stands in a list.

/// A session, as its user meets it in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Names it in a form, and is good for nothing else.
    pub handle: String,
    /// The browser's description of itself.
    pub user_agent: String,
    /// Milliseconds since 1970-01-01 UTC.
    pub created_at: i64,
    pub last_seen_at: i64,
    /// Marks the session of this request.
    pub current: bool,
}
