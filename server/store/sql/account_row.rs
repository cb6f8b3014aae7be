//! The row of an account, which statements here and in the engines read.

use app::account::types::{
    managed::{AccountState, ManagedAccount},
    user::UserId,
};

/// A row of the statements on accounts.
pub struct AccountRow {
    pub id: i64,
    pub username: String,
    pub email: Option<String>,
    pub pending_email: Option<String>,
    pub role: Option<String>,
    pub status: String,
    pub leaves_at: Option<i64>,
    pub waits_since: Option<i64>,
    pub created_at: i64,
    pub last_login_at: Option<i64>,
}

impl AccountRow {
    pub fn read(self) -> ManagedAccount {
        ManagedAccount {
            id: UserId(self.id),
            username: self.username,
            email: self.email,
            pending_email: self.pending_email,
            role: self.role,
            state: match (self.status.as_str(), self.leaves_at, self.waits_since) {
                ("disabled", Some(_), Some(_)) => AccountState::Refused,
                ("disabled", _, _) => AccountState::Disabled,
                (_, Some(_), _) => AccountState::Closed,
                (_, None, Some(_)) => AccountState::Waiting,
                (_, None, None) => AccountState::Active,
            },
            erase_at: self.leaves_at,
            waits_since: self.waits_since,
            created_at: self.created_at,
            last_login_at: self.last_login_at,
            found_name: None,
        }
    }
}
