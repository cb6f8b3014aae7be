//! The author of a change.

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Author {
    /// By username.
    User(String),
    /// A user who has been erased since.
    Former,
    /// The operator of the site, by a command.
    Operator,
}
