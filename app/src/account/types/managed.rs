//! An account, as managers see it: its facts, and of the profile at most the display name.

use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

use super::{user::UserId, username::Username};
use crate::profile::rules::date::DAY_MS;

/// The facts of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManagedAccount {
    pub id: UserId,
    pub username: String,
    /// The confirmed address.
    pub email: Option<String>,
    /// The address that has yet to be confirmed.
    pub pending_email: Option<String>,
    /// The stored role; the schema determines the effective one.
    pub role: Option<String>,
    pub state: AccountState,
    /// The time when a closed account is erased, in milliseconds since 1970-01-01 UTC, like all
    /// times here.
    pub erase_at: Option<i64>,
    /// The time since when a user who is not yet a member has waited for approval.
    pub waits_since: Option<i64>,
    pub created_at: i64,
    pub last_login_at: Option<i64>,
    /// The display name, if a search found the account by it.
    pub found_name: Option<String>,
}

/// The state of an account, which determines who can log in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AccountState {
    Active,
    /// The user waits for approval, and is not yet a member.
    Waiting,
    /// Disabled by the operator or a manager.
    Disabled,
    /// Closed by its owner, to be erased.
    Closed,
    /// Refused by a manager who may approve users; to be erased once its owner has been notified.
    Refused,
}

impl AccountState {
    pub const ALL: [AccountState; 5] = [
        AccountState::Active,
        AccountState::Waiting,
        AccountState::Disabled,
        AccountState::Closed,
        AccountState::Refused,
    ];

    /// Returns the name of the state in URLs and in the output of commands.
    pub fn word(self) -> &'static str {
        match self {
            AccountState::Active => "active",
            AccountState::Waiting => "waiting",
            AccountState::Disabled => "disabled",
            AccountState::Closed => "closed",
            AccountState::Refused => "refused",
        }
    }

    pub fn parse(word: &str) -> Option<AccountState> {
        AccountState::ALL
            .into_iter()
            .find(|state| state.word() == word)
    }
}

/// A filter for the time of the last login.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LastLogin {
    /// Logged in within the last thirty days.
    Lately,
    /// Neither logged in nor signed up within the last ninety days.
    NotForMonths,
    /// Neither logged in nor signed up within the last year.
    NotForAYear,
    Never,
}

impl LastLogin {
    pub const ALL: [LastLogin; 4] = [
        LastLogin::Lately,
        LastLogin::NotForMonths,
        LastLogin::NotForAYear,
        LastLogin::Never,
    ];

    /// Returns the name of the filter in URLs.
    pub fn word(self) -> &'static str {
        match self {
            LastLogin::Lately => "30",
            LastLogin::NotForMonths => "not-90",
            LastLogin::NotForAYear => "not-365",
            LastLogin::Never => "never",
        }
    }

    pub fn parse(word: &str) -> Option<LastLogin> {
        LastLogin::ALL.into_iter().find(|seen| seen.word() == word)
    }

    /// Returns the range of matching login times, including the first and excluding the second. The
    /// time of users who have never logged in is 0.
    pub fn range(self, now: i64) -> (i64, i64) {
        match self {
            LastLogin::Lately => (now - 30 * DAY_MS, i64::MAX),
            LastLogin::NotForMonths => (0, now - 90 * DAY_MS),
            LastLogin::NotForAYear => (0, now - 365 * DAY_MS),
            LastLogin::Never => (0, 1),
        }
    }

    /// Returns whether an account matches.
    pub fn is_of(self, account: &ManagedAccount, now: i64) -> bool {
        let (from, to) = self.range(now);
        let at = account.last_login_at.unwrap_or_default();
        // A user who has just signed up has not been absent.
        let is_new =
            account.last_login_at.is_none() && self != LastLogin::Never && account.created_at >= to;
        (from..to).contains(&at) && !is_new
    }
}

/// The order of a list of users.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum AccountOrder {
    #[default]
    Username,
    /// By sign-up, newest first.
    SignedUp,
    /// By last login, newest first; users who have never logged in come last.
    LastLogin,
}

impl AccountOrder {
    pub const ALL: [AccountOrder; 3] = [
        AccountOrder::Username,
        AccountOrder::SignedUp,
        AccountOrder::LastLogin,
    ];

    /// Returns the name of the order in URLs.
    pub fn word(self) -> &'static str {
        match self {
            AccountOrder::Username => "username",
            AccountOrder::SignedUp => "signed-up",
            AccountOrder::LastLogin => "last-login",
        }
    }

    pub fn parse(word: &str) -> Option<AccountOrder> {
        AccountOrder::ALL
            .into_iter()
            .find(|order| order.word() == word)
    }

    /// Returns the place of an account in a list with this order.
    pub fn place(self, account: &ManagedAccount) -> Place {
        Place {
            at: match self {
                AccountOrder::Username => 0,
                AccountOrder::SignedUp => account.created_at,
                AccountOrder::LastLogin => account.last_login_at.unwrap_or_default(),
            },
            username_key: Username::key_of(&account.username),
        }
    }

    /// Compares two places in a list with this order.
    pub fn compare(self, one: &Place, other: &Place) -> Ordering {
        let by_time = (one.at, &one.username_key).cmp(&(other.at, &other.username_key));
        match self {
            AccountOrder::Username => one.username_key.cmp(&other.username_key),
            AccountOrder::SignedUp | AccountOrder::LastLogin => by_time.reverse(),
        }
    }

    /// Formats a place for a URL. The result is only valid for this order.
    pub fn token(self, place: &Place) -> String {
        match self {
            AccountOrder::Username => place.username_key.clone(),
            _ => format!("{}:{}:{}", self.word(), place.at, place.username_key),
        }
    }

    /// Parses a place; `None` if it belongs to another order, or is invalid.
    pub fn read_token(self, token: &str) -> Option<Place> {
        let (at, name) = match self {
            AccountOrder::Username => (0, token),
            _ => {
                let (at, name) = token
                    .strip_prefix(self.word())?
                    .strip_prefix(':')?
                    .split_once(':')?;
                (at.parse().ok()?, name)
            }
        };
        let is_of_a_name = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-');
        let is_name = !name.is_empty() && name.len() <= Username::MAX;
        (is_name && name.bytes().all(is_of_a_name)).then(|| Place {
            at,
            username_key: name.to_owned(),
        })
    }
}

/// A place in a list of users.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Milliseconds since 1970-01-01 UTC; 0 in a list by username.
    pub at: i64,
    pub username_key: String,
}

/// The accounts that a list of users shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountSearch {
    /// A part of a username or of a confirmed address, or words of a display name, as members see
    /// it. Up to two letters match only the beginning of a username.
    pub text: String,
    /// The effective role.
    pub role: Option<String>,
    pub state: Option<AccountState>,
    pub last_login: Option<LastLogin>,
    pub order: AccountOrder,
    /// Only accounts after this place.
    pub after: Option<Place>,
}

/// A page of a list of users.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountPage {
    pub accounts: Vec<ManagedAccount>,
    /// The place after which the next page begins; `None` after the last account.
    pub next: Option<Place>,
    pub count: AccountCount,
    /// `true` if so many accounts contain the text that only some are listed: those whose username
    /// begins with it, and the first ones whose display name contains it.
    pub narrowed: bool,
}

/// The number of accounts in a list, as far as they were counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AccountCount {
    pub counted: usize,
    /// `true` if there may be more.
    pub is_least: bool,
}

impl AccountCount {
    /// The maximum number of accounts that are counted.
    pub const MOST: usize = 1000;
}

/// An action of a manager on someone else's account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ManagementAct {
    SetRole(String),
    /// Disables the account, with a reason for its owner to read.
    Disable(Option<String>),
    Enable,
    /// Changes the username, and keeps the former one for its owner.
    Rename(Username),
    /// Ends all sessions, and forgets their browsers.
    EndSessions,
    /// Ends the session with this handle.
    EndSession(String),
    /// Sends a link to choose a new password to the address of the account.
    SendLink,
    /// Makes a user who waits for approval a member.
    Approve,
    /// Refuses a user who waits for approval, with a message to them, and erases the account.
    Refuse(Option<String>),
    /// Voids the link with this handle.
    VoidLink(String),
    /// Removes all second factors, after a delay in which their owner is notified.
    ResetFactors,
    /// Cancels the removal of second factors.
    KeepFactors,
    /// Erases the account at once, if the effects are those of the outline.
    Erase {
        outline: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_good_for_its_own_order_only() {
        let place = Place {
            at: 17,
            username_key: "ann".to_owned(),
        };
        for order in AccountOrder::ALL {
            for other in AccountOrder::ALL {
                let read = other.read_token(&order.token(&place));
                assert_eq!(read.is_some(), order == other, "{order:?} {other:?}");
            }
        }
        for foreign in [
            "",
            "ann:",
            ":1:ann",
            "last-login:x:ann",
            "last-login:1:",
            "%",
        ] {
            for order in AccountOrder::ALL {
                assert_eq!(order.read_token(foreign), None, "{foreign}");
            }
        }
    }
}
