//! Former usernames, and the time when a user may choose another one.

use crate::profile::rules::date::DAY_MS;

/// The former usernames of a user, and the time when they may choose another one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OwnNames {
    pub former: Vec<FormerName>,
    /// The time from which they may choose a username that they have not had before; `None` if they
    /// may now. In milliseconds since 1970-01-01 UTC, like all times here.
    pub next_at: Option<i64>,
}

/// A username that is kept for its former user: it redirects to them, can be used to log in, and
/// cannot be taken by anyone else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormerName {
    /// In lower case.
    pub name: String,
    pub until: i64,
}

/// The time between two changes of the username by its user, in milliseconds: thirty days.
pub const PACE_MS: i64 = 30 * DAY_MS;

/// Returns the time from which users may choose a new username, or `None` if they may now.
pub fn next_at(renamed_at: Option<i64>, now: i64) -> Option<i64> {
    // The clock may have been ahead.
    let renamed_at = renamed_at.filter(|at| (0..PACE_MS).contains(&(now - at)))?;
    Some(renamed_at + PACE_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_name_is_chosen_once_in_thirty_days() {
        let now = 10 * PACE_MS;
        for (renamed_at, expected) in [
            (None, None),
            (Some(now), Some(now + PACE_MS)),
            (Some(now - PACE_MS + 1), Some(now + 1)),
            (Some(now - PACE_MS), None),
            (Some(now + 1), None),
        ] {
            assert_eq!(next_at(renamed_at, now), expected, "{renamed_at:?}");
        }
    }
}
