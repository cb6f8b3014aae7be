//! Actions on many accounts: the plan, and the results.

use serde::{Deserialize, Serialize};

use super::erasure::ErasurePlan;

/// The reason why an action on one of many accounts will not be done, or was not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NotDone {
    /// There is no user of this name, or no longer.
    Gone,
    OwnAccount,
    /// The role of the manager does not allow it, or the account was refused and will be erased.
    OutOfReach,
    /// The account already is in the intended state.
    Already,
    /// There is no address that a link can be sent to.
    NoAddress,
    /// Rows of other tables prevent the account from being erased.
    Kept,
    /// The account has changed since the plan.
    Changed,
    LastManager,
    /// Too many emails were sent to this address.
    TooMany,
    /// The time limit of the request was reached first.
    Later,
    /// Another error occurred, for instance in the database.
    Failed,
}

/// A row of a plan, for one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedRow {
    /// The username as stored, or as requested if there is no such user.
    pub username: String,
    pub plan: Result<PlannedAct, NotDone>,
}

/// An action to be done to one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedAct {
    /// The state that the action depends on. It is done only if that has not changed.
    pub outline: String,
    /// The effects on other rows, if the account is to be erased.
    pub erasure: Option<ErasurePlan>,
}

/// The result for one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoneRow {
    pub username: String,
    pub result: Result<(), NotDone>,
}
