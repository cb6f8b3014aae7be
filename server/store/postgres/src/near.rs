//! Statements without the way to a connection: none, for PostgreSQL is another process.

use store::{profiles::ProfileRow, sessions::SessionCutoffs};

use crate::sql::found_session::FoundSession;

/// There is none.
pub enum Near {}

impl Near {
    pub fn find_profile(&self, _: &str, _: bool) -> Option<Option<ProfileRow>> {
        match *self {}
    }

    pub fn find_session(&self, _: &[u8], _: SessionCutoffs) -> Option<Option<FoundSession>> {
        match *self {}
    }
}
