//! A session, as an entry of a list.

/// A session, as shown to its user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Identifies the session in a form, and has no other use.
    pub handle: String,
    /// The `User-Agent` of the browser.
    pub user_agent: String,
    /// Milliseconds since 1970-01-01 UTC.
    pub created_at: i64,
    pub last_seen_at: i64,
    /// `true` for the session of this request.
    pub current: bool,
}
