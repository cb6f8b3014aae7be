//! `silhouette move`: moving a site from one database to another.

use clap::Args;
use std::{
    path::Path,
    process::ExitCode,
    time::{Duration, Instant},
};

use super::{
    outcome::{Done, users},
    terminal::say,
};
use crate::{
    config::{DataFlags, DataSettings},
    database::Database,
    log,
    relocation::{Moved, RelocationError, relocate},
};

#[derive(Debug, Args)]
pub struct Move {
    /// The database to move to: a file, which is created if it is missing, or a PostgreSQL
    /// URL. Give its password in PGPASSWORD or ~/.pgpass: other users of this machine can
    /// read flags.
    #[arg(long, value_name = "FILE|URL")]
    to: String,
    #[command(flatten)]
    flags: DataFlags,
}

/// Minimum time between two progress messages.
const PAUSE: Duration = Duration::from_secs(2);

/// Runs the command.
pub async fn run(asked: Move) -> Done {
    let settings = DataSettings::read(asked.flags)?;
    let to: Database = asked.to.parse()?;
    let (from_key, to_key) = (settings.database.key_file(), to.key_file());
    let (from, to) = (settings.database.apart(), to.apart());
    if is_same(&from, &to) {
        return Err(format!("{to} is the current database; give another one with --to").into());
    }
    let source = from.open_to_read().await?;
    let target = to.open_or_make().await?;
    let start = Instant::now();
    let mut told = start;
    let moved = relocate(&source, &target, |table, rows| {
        if told.elapsed() >= PAUSE {
            told = Instant::now();
            log::line(&format!("{table}: {rows} rows"));
        }
    });
    let moved = moved.await;
    target.close().await;
    source.close().await;
    let moved = moved.map_err(|error| match error {
        RelocationError::Unconfirmed(_) => error.to_string(),
        _ => format!("{error}. Nothing was moved"),
    })?;
    say(format_args!("{:<20} {:>9}  digest\n", "table", "rows"));
    for Moved { table, digest } in &moved {
        say(format_args!("{table:<20} {digest}\n"));
    }
    let count = |table: &str| {
        let found = moved.iter().find(|moved| moved.table == table);
        found.map_or(0, |moved| moved.digest.rows)
    };
    say(format_args!(
        "{to} now holds {}, and every table is the same as in {from} ({:.1} seconds).\nStart the site with the new database. Nothing was changed in {from}; delete it when you no longer need it.\n",
        users(count("users").try_into().unwrap_or(i64::MAX)),
        start.elapsed().as_secs_f32(),
    ));
    if from_key.exists() && from_key != to_key {
        say(format_args!(
            "The site key is not in the database: copy {} to {}, or set site_key.\n",
            from_key.display(),
            to_key.display()
        ));
    }
    Ok(ExitCode::SUCCESS)
}

fn is_same(one: &Database, other: &Database) -> bool {
    let full = |path: &Path| path.canonicalize().ok();
    match (one, other) {
        (Database::File(one), Database::File(other)) => {
            full(one).is_some_and(|one| full(other) == Some(one))
        }
        // If both are the same PostgreSQL database, it is rejected because it is not empty.
        _ => false,
    }
}
