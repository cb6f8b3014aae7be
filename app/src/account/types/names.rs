//! Names that a user had before, and when they may choose another one.

use crate::profile::rules::date::DAY_MS;

/// Names of a user that are not in use, and when there may be another one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OwnNames {
    pub former: Vec<FormerName>,
    /// The time from which they may choose a name that they have not had before; `None` if they
    /// may at once. In milliseconds since 1970-01-01 UTC, as all times here.
    pub next_at: Option<i64>,
}

/// A name that is kept for the user who had it: its address leads to them, it logs them in, and
/// nobody else gets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormerName {
    /// In lower case.
    pub name: String,
    pub until: i64,
}

/// The time between two new names that users give themselves, in milliseconds: thirty days.
pub const PACE_MS: i64 = 30 * DAY_MS;

/// The time from which users may choose a new name, if they cannot at once.
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
