//! Schema changes in a running program: a new revision in the database, and SIGHUP.

use std::{sync::Arc, time::Duration};
use tokio::signal::unix::Signal;

use crate::{
    accounts::{
        roles::role_of_first_manager,
        schema::{self, Reread},
    },
    profiles::directory::keep_index,
    schema_check::print,
    schema_file::live::LiveSchemas,
};
use store::Store;

/// The interval of polling the database for schema revisions that another program has added.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Puts each new schema in force: a revision that a command or another node has added, or the
/// schema file when the process gets SIGHUP.
pub async fn follow_schema(store: Store, schemas: LiveSchemas, flags: String, mut hang_up: Signal) {
    let mut before = schemas.now();
    loop {
        tokio::select! {
            _ = hang_up.recv() => reread(&store, &schemas).await,
            // The store logs a failure; the next round tries again.
            () = tokio::time::sleep(LOOK_EVERY) => drop(schema::refresh(&store, &schemas).await),
        }
        let now = schemas.now();
        if !Arc::ptr_eq(&before, &now) {
            match now.revision() {
                Some(id) => tracing::info!(revision = id, "a new schema is in use"),
                None => tracing::info!("a new schema is in use"),
            }
            warn_without_manager(&store, &schemas, &flags).await;
            // A failure is logged, and housekeeping tries again.
            let _ = keep_index(&store, now.schemas.localized()).await;
            before = now;
        }
    }
}

/// Reads the schema again, as SIGHUP requests, and logs why it is not put in force, if so.
async fn reread(store: &Store, schemas: &LiveSchemas) {
    match schema::reread(store, schemas).await {
        Ok(Reread::InForce) => {}
        Ok(Reread::Unchanged) => tracing::info!("the schema is unchanged"),
        Ok(Reread::Harmful(report)) => {
            tracing::warn!(
                "the previous schema stays in use, because the new one would do harm. To use it anyway, restart the program:"
            );
            for line in print(&report).lines() {
                tracing::warn!("{line}");
            }
        }
        Err(error) => tracing::error!("the previous schema stays in use: {error}"),
    }
}

/// Logs how to create the first manager, if there is none.
pub async fn warn_without_manager(store: &Store, schemas: &LiveSchemas, flags: &str) {
    let now = schemas.now();
    if let Ok(Some(role)) = role_of_first_manager(store, now.schemas.localized()).await {
        tracing::warn!(
            "nobody can manage users yet. To create the first administrator: silhouette user create NAME --role {role} --link{flags}"
        );
    }
}
