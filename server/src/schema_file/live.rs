//! The schema in force, which may become another one while the site runs.
//!
//! A request takes what is in force when it begins, and keeps it to its end: `router.rs` has
//! one set of rooms for each. So nothing behind it has to know that a schema can change.

use std::{
    path::PathBuf,
    sync::{Arc, PoisonError, RwLock},
};

use super::Schemas;

/// A schema, and where it is from.
#[derive(Debug, Clone)]
pub struct InForce {
    pub schemas: Schemas,
    pub source: Source,
}

/// The source of the schema in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A file that the operator has named. It counts, whatever the database has.
    File(PathBuf),
    /// The revision of that number in the database; 0 for the built-in one, as long as there is
    /// none.
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

/// The schema in force. Cheap to clone; all clones are one.
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

    /// Puts another schema in force, from the next request on.
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
