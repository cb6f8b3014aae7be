//! All tables in one trait: everything that a transaction can use.

use async_trait::async_trait;

use crate::{
    addresses::Addresses, approval::Approval, arrivals::Arrivals, avatars::Avatars,
    changes::Changes, checkup::Checkup, closing::Closing, devices::Devices, directory::Directory,
    erasure::Erasure, events::Events, export::Export, factors::Factors, failure::Result,
    invitations::Invitations, limits::Limits, mails::Mails, management::Management, names::Names,
    profiles::Profiles, revisions::Revisions, sessions::Sessions, tokens::Tokens,
    transfer::Transfer, users::Users, watch::Watch,
};

/// All tables, on one connection. A connection from [`Store::reader`](crate::Store::reader) is for
/// reads only.
pub trait Tables:
    Ping
    + Users
    + Management
    + Approval
    + Arrivals
    + Names
    + Addresses
    + Closing
    + Sessions
    + Devices
    + Factors
    + Tokens
    + Mails
    + Invitations
    + Profiles
    + Changes
    + Checkup
    + Avatars
    + Revisions
    + Directory
    + Events
    + Limits
    + Watch
    + Erasure
    + Export
    + Transfer
{
}

impl<T> Tables for T where
    T: Ping
        + Users
        + Management
        + Approval
        + Arrivals
        + Names
        + Addresses
        + Closing
        + Sessions
        + Devices
        + Factors
        + Factors
        + Tokens
        + Mails
        + Invitations
        + Profiles
        + Changes
        + Checkup
        + Avatars
        + Revisions
        + Directory
        + Events
        + Limits
        + Watch
        + Erasure
        + Export
        + Transfer
{
}

#[async_trait]
pub trait Ping: Send {
    /// Checks that the database responds.
    async fn ping(&mut self) -> Result<()>;
}
