//! The schema in force, which may be replaced while the site runs.
//!
//! A request uses the schema in force when it begins, to its end: `router.rs` builds a router
//! for each schema. So nothing behind the router has to know that a schema can change.

use std::{
    path::PathBuf,
    sync::{Arc, PoisonError, RwLock},
};

use super::Schemas;

/// A schema, and its source.
#[derive(Debug, Clone)]
pub struct InForce {
    pub schemas: Schemas,
    pub source: Source,
}

/// The source of the schema in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A file that the operator has named. It takes precedence over any revision in the database.
    File(PathBuf),
    /// The number of a revision in the database; 0 for the built-in schema, which is used until
    /// there is one.
    Revision(i64),
}

impl InForce {
    /// The number of the revision; `None` for a file.
    pub fn revision(&self) -> Option<i64> {
        match self.source {
            Source::File(_) => None,
            Source::Revision(id) => Some(id),
        }
    }
}

/// The schema in force. Cheap to clone; all clones share it.
#[derive(Debug, Clone)]
pub struct LiveSchemas(Arc<RwLock<Arc<InForce>>>);

impl LiveSchemas {
    pub fn new(in_force: InForce) -> LiveSchemas {
        LiveSchemas(Arc::new(RwLock::new(Arc::new(in_force))))
    }

    /// The schema in force now.
    pub fn now(&self) -> Arc<InForce> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts another schema in force, starting with the next request.
    pub fn put(&self, in_force: InForce) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(in_force);
    }
}

/// A schema that no revision has replaced yet.
impl From<Schemas> for LiveSchemas {
    fn from(schemas: Schemas) -> LiveSchemas {
        LiveSchemas::new(InForce {
            schemas,
            source: Source::Revision(0),
        })
    }
}
