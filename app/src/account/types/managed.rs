//! An account as those see it who manage users: its facts, and of the profile at most the name.

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
    /// An address that waits to be confirmed.
    pub pending_email: Option<String>,
    /// The stored role; the schema says which one counts.
    pub role: Option<String>,
    pub state: AccountState,
    /// The time when a closed account is erased, in milliseconds since 1970-01-01 UTC, as all
    /// times here.
    pub erase_at: Option<i64>,
    /// The time since which a user who is no member yet has waited for approval.
    pub waits_since: Option<i64>,
    pub created_at: i64,
    pub last_login_at: Option<i64>,
    /// The display name, if a search found the account by it.
    pub found_name: Option<String>,
}

/// The state of an account, on which it depends who can log in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountState {
    Active,
    /// The user waits for approval, and is no member yet.
    Waiting,
    /// By the operator or a manager.
    Disabled,
    /// By its owner, to be erased.
    Closed,
    /// By somebody who may approve users; to be erased as soon as its owner has been told.
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

    /// The word for the state in addresses of pages and in what commands print.
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

/// The time of the last login, as a filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LastLogin {
    /// In the last thirty days.
    Lately,
    /// Not for ninety days, nor signed up since.
    NotForMonths,
    /// Not for a year, nor signed up since.
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

    /// The word for it in addresses of pages.
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

    /// The times of the last login that it may be: from the first up to before the second. Who
    /// never logged in has the time 0.
    pub fn range(self, now: i64) -> (i64, i64) {
        match self {
            LastLogin::Lately => (now - 30 * DAY_MS, i64::MAX),
            LastLogin::NotForMonths => (0, now - 90 * DAY_MS),
            LastLogin::NotForAYear => (0, now - 365 * DAY_MS),
            LastLogin::Never => (0, 1),
        }
    }

    /// Returns whether it is true of an account.
    pub fn is_of(self, account: &ManagedAccount, now: i64) -> bool {
        let (from, to) = self.range(now);
        let at = account.last_login_at.unwrap_or_default();
        // Whoever has just signed up is not somebody who has gone.
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
    /// By sign-up, the last first.
    SignedUp,
    /// By last login, the last first; those who never did come last.
    LastLogin,
}

impl AccountOrder {
    pub const ALL: [AccountOrder; 3] = [
        AccountOrder::Username,
        AccountOrder::SignedUp,
        AccountOrder::LastLogin,
    ];

    /// The word for it in addresses of pages.
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

    /// The place of an account in a list of this order.
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

    /// Compares two places of a list of this order.
    pub fn compare(self, one: &Place, other: &Place) -> Ordering {
        let by_time = (one.at, &one.username_key).cmp(&(other.at, &other.username_key));
        match self {
            AccountOrder::Username => one.username_key.cmp(&other.username_key),
            AccountOrder::SignedUp | AccountOrder::LastLogin => by_time.reverse(),
        }
    }

    /// A place as the address of a page names it, which is good for a list of this order only.
    pub fn token(self, place: &Place) -> String {
        match self {
            AccountOrder::Username => place.username_key.clone(),
            _ => format!("{}:{}:{}", self.word(), place.at, place.username_key),
        }
    }

    /// The place that a token names; `None` for one of another order, and for none of ours.
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
    /// A part of a username or of a confirmed address; up to two letters are the beginning of a
    /// username. Or words of a display name, as members see it.
    pub text: String,
    /// The role that counts.
    pub role: Option<String>,
    pub state: Option<AccountState>,
    pub last_login: Option<LastLogin>,
    pub order: AccountOrder,
    /// Those behind this place.
    pub after: Option<Place>,
}

/// A page of a list of users.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountPage {
    pub accounts: Vec<ManagedAccount>,
    /// The place behind which the next page begins; `None` behind the last account.
    pub next: Option<Place>,
    pub count: AccountCount,
    /// Set if so many have the text somewhere that not all of them are listed: those whose username
    /// begins with it, and the first of those whose display name has it.
    pub narrowed: bool,
}

/// The number of accounts in a list, as far as they were counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AccountCount {
    pub counted: usize,
    /// There may be more.
    pub is_least: bool,
}

impl AccountCount {
    /// Accounts that are counted at most.
    pub const MOST: usize = 1000;
}

/// Something that a manager does to the account of somebody else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ManagementAct {
    SetRole(String),
    /// With a reason for its owner to read.
    Disable(Option<String>),
    Enable,
    /// Gives another username, and keeps the one before for its owner.
    Rename(Username),
    /// Ends every session, and forgets the browsers that they came with.
    EndSessions,
    /// Ends the session of this handle.
    EndSession(String),
    /// Sends a link to choose a new password to the address of the account.
    SendLink,
    /// Makes a member of a user who waits.
    Approve,
    /// Turns a user who waits away, with words for them to read, and erases the account.
    Refuse(Option<String>),
    /// Voids the link of this handle.
    VoidLink(String),
    /// Removes all second factors, after a time in which their owner is told.
    ResetFactors,
    /// Keeps second factors that were to be removed.
    KeepFactors,
    /// Erases the account at once, if that does what the outline says.
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
