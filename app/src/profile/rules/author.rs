//! The author of a change.

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Author {
    /// A user, by username.
    User(String),
    /// A user who has been erased since.
    Former,
    /// The operator of the site, who used a command.
    Operator,
}
