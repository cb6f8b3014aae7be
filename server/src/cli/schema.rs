//! `silhouette schema`: printing the current schema, checking a new one, and applying it, even
//! while the site is running.

use clap::Subcommand;
use std::{
    error::Error,
    io::{self, IsTerminal},
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use super::{
    outcome::{Done, Usage, describe},
    terminal::{first_line, say},
};
use crate::{
    accounts::{
        requester::Author,
        schema::{Change, apply, examine, load},
    },
    clock::Clock,
    config::{DataFlags, DataSettings},
    log,
    schema_check::print,
    schema_file::{SchemaError, Schemas, live::LiveSchemas, read_schema, read_text},
};
use app::{error::AppError, profile::rules::schema_change::MAX_TEXT};

#[derive(Debug, Subcommand)]
pub enum SchemaCommand {
    /// Report what a new schema would do to existing profiles, without changing anything.
    ///
    /// It is compared with the current schema: the one set by --schema, SILHOUETTE_SCHEMA or
    /// silhouette.toml, or the newest one in the database, or the built-in one.
    ///
    /// Exits with 0 if no value would become invalid, hidden, or visible to more people, and no
    /// role would change; with 3 if any would; with 1 if the check failed.
    Check {
        /// The new schema.
        file: PathBuf,
        #[command(flatten)]
        flags: DataFlags,
    },
    /// Apply a new schema, even while the site is running, after printing the same report.
    ///
    /// Asks for confirmation if the schema would do any harm. The text is kept in the database as
    /// a new revision, which a running site picks up within seconds. If --schema names a file, that
    /// file takes precedence, and nothing is applied.
    Apply {
        /// The new schema.
        file: PathBuf,
        /// Do not ask for confirmation.
        #[arg(long)]
        yes: bool,
        #[command(flatten)]
        flags: DataFlags,
    },
    /// Print the current schema.
    Print {
        #[command(flatten)]
        flags: DataFlags,
    },
}

/// The exit status of `schema check` for a valid schema that would hide, invalidate or expose
/// values, or change a role.
const NOT_HARMLESS: u8 = 3;

/// Runs a command.
pub async fn run(command: SchemaCommand) -> Done {
    match command {
        SchemaCommand::Check { file, flags } => check(&file, flags).await,
        SchemaCommand::Apply { file, yes, flags } => apply_file(&file, yes, flags).await,
        SchemaCommand::Print { flags } => print_schema(flags).await,
    }
}

async fn check(file: &Path, flags: DataFlags) -> Done {
    let settings = DataSettings::read(flags)?;
    let schema = read_schema(file)?;
    let store = settings.database.open_to_read().await?;
    let in_force = load(&store, settings.schema.as_deref()).await?;
    let examined = examine(&store, in_force.schemas.localized(), &schema).await;
    store.close().await;
    let report = examined.map_err(describe)?.report;
    say(format_args!("{}", print(&report)));
    Ok(match report.is_harmless() {
        true => ExitCode::SUCCESS,
        false => NOT_HARMLESS.into(),
    })
}

async fn apply_file(file: &Path, yes: bool, flags: DataFlags) -> Done {
    let settings = DataSettings::read(flags)?;
    if let Some(path) = &settings.schema {
        let path = path.display();
        return Err(format!(
            "the site uses the schema file {path}, which takes precedence over any applied schema; edit that file, then restart the site or send it SIGHUP"
        )
        .into());
    }
    let text = read_text(file)?;
    if text.len() > MAX_TEXT {
        return Err(format!("{} is longer than 256 KiB", file.display()).into());
    }
    let schemas = Schemas::parse(&text).map_err(|mistake| SchemaError::Mistake {
        path: file.into(),
        mistake,
    })?;
    let store = settings.database.open_existing().await?;
    let in_force = load(&store, None).await?;
    if text == in_force.schemas.text() {
        log::line("This schema is already in use.");
        return Ok(ExitCode::SUCCESS);
    }
    let examined = examine(&store, in_force.schemas.localized(), schemas.localized()).await;
    let report = examined.map_err(describe)?.report;
    print(&report).lines().for_each(log::line);
    if report.is_forbidden() {
        return Err("nothing was applied: someone has to be able to manage users".into());
    }
    if !report.is_harmless() && !yes && !asked_and_agreed()? {
        return Err("nothing was applied".into());
    }
    let change = Change {
        base: in_force.revision().unwrap_or_default(),
        read: report.outline(),
        restores: None,
        schemas,
    };
    let live = LiveSchemas::new(in_force);
    let now = Clock::system().now();
    let applied = apply(&store, &live, change, Author::Operator, Duration::MAX, now).await;
    store.close().await;
    let id = applied.map_err(|error| match error {
        AppError::PlanChanged => {
            "nothing was applied: the profiles or the schema have changed in the meantime; try again"
                .to_owned()
        }
        error => describe(error),
    })?;
    say(format_args!(
        "{} is now in use, as revision {id}.\n",
        file.display()
    ));
    Ok(ExitCode::SUCCESS)
}

/// Asks for confirmation.
///
/// # Errors
/// [`Usage`] if standard input is not a terminal.
fn asked_and_agreed() -> Result<bool, Box<dyn Error>> {
    if !io::stdin().is_terminal() {
        return Err(Usage(
            "the changes listed above need confirmation, but standard input is not a terminal; pass --yes",
        )
        .into());
    }
    log::line("Type yes to apply it:");
    Ok(first_line()?.trim() == "yes")
}

async fn print_schema(flags: DataFlags) -> Done {
    let settings = DataSettings::read(flags)?;
    if let Some(path) = &settings.schema {
        say(format_args!("{}", read_text(path)?));
        return Ok(ExitCode::SUCCESS);
    }
    let store = settings.database.open_to_read().await?;
    let in_force = load(&store, None).await;
    store.close().await;
    say(format_args!("{}", in_force?.schemas.text()));
    Ok(ExitCode::SUCCESS)
}
