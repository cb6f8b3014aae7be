//! Deleting a user, with everything that the foreign keys of the database say.

use app::account::types::{erasure::ErasurePlan, user::UserId};
use async_trait::async_trait;

use crate::failure::Result;

#[async_trait]
pub trait Erasure: Send {
    /// The plan of what deleting this user would do, in this transaction or snapshot,
    /// read off the foreign keys. Tables that an operator adds are in it.
    ///
    /// # Errors
    /// `Internal`, with the reason in the log, if foreign keys that cascade lead in a
    /// circle over several tables.
    async fn plan(&mut self, user: UserId) -> Result<ErasurePlan>;

    /// Deletes a user, with what the foreign keys say, in a transaction that is given up
    /// if this fails.
    ///
    /// # Errors
    /// `Internal`, with the reason in the log, if the database refuses, or deletes other
    /// rows than the plan says.
    async fn erase(&mut self, user: UserId, plan: &ErasurePlan) -> Result<()>;

    /// Erases a user, checks that it goes as planned, and takes it back.
    ///
    /// # Errors
    /// Those of [`erase`](Erasure::erase).
    async fn dry_run(&mut self, user: UserId, plan: &ErasurePlan) -> Result<()>;
}
