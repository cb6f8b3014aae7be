//! The schema of a running program: a newer revision in the database, and SIGHUP.

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

/// The interval at which a revision of the schema is looked for that another program has added.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Puts each new schema in force: a revision that a command or another node has added, and the
/// file of the schema when the process gets SIGHUP.
pub async fn follow_schema(store: Store, schemas: LiveSchemas, flags: String, mut hang_up: Signal) {
    let mut before = schemas.now();
    loop {
        tokio::select! {
            _ = hang_up.recv() => reread(&store, &schemas).await,
            // A failure is logged by the store; the next time tries again.
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

/// Reads the schema again, as SIGHUP asks for, and says in the log what is not put in force.
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

/// Says in the log how to make the first manager, if there is none.
pub async fn warn_without_manager(store: &Store, schemas: &LiveSchemas, flags: &str) {
    let now = schemas.now();
    if let Ok(Some(role)) = role_of_first_manager(store, now.schemas.localized()).await {
        tracing::warn!(
            "nobody can manage users yet. To create the first administrator: silhouette user create NAME --role {role} --link{flags}"
        );
    }
}
