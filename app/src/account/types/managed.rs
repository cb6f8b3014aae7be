//! An account as those see it who manage users: its facts, and nothing of the profile.

use super::user::UserId;

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
    pub created_at: i64,
    pub last_login_at: Option<i64>,
}

/// The state of an account, on which it depends who can log in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountState {
    Active,
    /// By the operator or a manager.
    Disabled,
    /// By its owner, to be erased.
    Closed,
}

impl AccountState {
    pub const ALL: [AccountState; 3] = [
        AccountState::Active,
        AccountState::Disabled,
        AccountState::Closed,
    ];

    /// The word for the state in addresses of pages and in what commands print.
    pub fn word(self) -> &'static str {
        match self {
            AccountState::Active => "active",
            AccountState::Disabled => "disabled",
            AccountState::Closed => "closed",
        }
    }

    pub fn parse(word: &str) -> Option<AccountState> {
        AccountState::ALL
            .into_iter()
            .find(|state| state.word() == word)
    }
}

/// The accounts that a list of users shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountSearch {
    /// The beginning of a username; with an @, of a confirmed address.
    pub text: String,
    /// The role that counts.
    pub role: Option<String>,
    pub state: Option<AccountState>,
    /// Those behind this username, in lower case.
    pub after: String,
}

/// A page of a list of users, by username.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountPage {
    pub accounts: Vec<ManagedAccount>,
    /// The username behind which the next page begins, in lower case; `None` behind the last
    /// account.
    pub next: Option<String>,
}

/// Something that a manager does to the account of somebody else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ManagementAct {
    SetRole(String),
    /// With a reason for its owner to read.
    Disable(Option<String>),
    Enable,
    /// Ends every session, and forgets the browsers that they came with.
    EndSessions,
    /// Ends the session of this handle.
    EndSession(String),
    /// Sends a link to choose a new password to the address of the account.
    SendLink,
    /// Voids the link of this handle.
    VoidLink(String),
    /// Erases the account at once, if that does what the outline says.
    Erase {
        outline: String,
    },
}
