//! Acts on many accounts: the plan of one, and what came of it.

use super::erasure::ErasurePlan;

/// The reason why an act on one of many accounts is not done, or was not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotDone {
    /// There is no user of that name, or no longer.
    Gone,
    OwnAccount,
    /// The role of the manager does not let them.
    OutOfReach,
    /// The account is already as it would be.
    Already,
    /// No address that a link can be sent to.
    NoAddress,
    /// Rows of other tables keep it from being erased.
    Kept,
    /// Not as it was in the plan.
    Changed,
    LastManager,
    /// Too many mails to one address.
    TooMany,
    /// The time of the request was up before.
    Later,
    /// The database did not confirm it.
    Failed,
}

impl NotDone {
    /// The word for it that programs get.
    pub fn word(self) -> &'static str {
        match self {
            NotDone::Gone => "gone",
            NotDone::OwnAccount => "own-account",
            NotDone::OutOfReach => "out-of-reach",
            NotDone::Already => "already",
            NotDone::NoAddress => "no-address",
            NotDone::Kept => "kept",
            NotDone::Changed => "changed",
            NotDone::LastManager => "last-manager",
            NotDone::TooMany => "too-many",
            NotDone::Later => "later",
            NotDone::Failed => "failed",
        }
    }
}

/// The row of a plan: what it says about one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedRow {
    /// The username as it is, or as it was asked for if there is none.
    pub username: String,
    pub plan: Result<PlannedAct, NotDone>,
}

/// An act that will be done to one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedAct {
    /// The state that it rests on. It is done only if that is still so.
    pub outline: String,
    /// The rows that go with the account, if it is to be erased.
    pub erasure: Option<ErasurePlan>,
}

/// The outcome for one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoneRow {
    pub username: String,
    pub result: Result<(), NotDone>,
}
