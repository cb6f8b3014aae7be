//! Erasing a user, with everything that the foreign keys of the database imply.

use app::account::types::{erasure::ErasurePlan, user::UserId};
use async_trait::async_trait;

use crate::failure::Result;

#[async_trait]
pub trait Erasure: Send {
    /// Returns the plan of what erasing this user would do, derived from the foreign keys in this
    /// transaction or snapshot. It includes tables that an operator has added.
    ///
    /// # Errors
    /// `Internal`, with the reason in the log, if foreign keys that cascade form a cycle over
    /// several tables, or if a table has more than one that refers to itself.
    async fn plan(&mut self, user: UserId) -> Result<ErasurePlan>;

    /// Erases a user, with everything that the foreign keys imply. If this fails, the transaction
    /// has to be rolled back.
    ///
    /// # Errors
    /// `Internal`, with the reason in the log, if the database rejects the deletion, or deletes
    /// other rows than planned.
    async fn erase(&mut self, user: UserId, plan: &ErasurePlan) -> Result<()>;

    /// Erases a user, checks that it goes as planned, and rolls it back.
    ///
    /// # Errors
    /// Those of [`erase`](Erasure::erase).
    async fn dry_run(&mut self, user: UserId, plan: &ErasurePlan) -> Result<()>;
}
