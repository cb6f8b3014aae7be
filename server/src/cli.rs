//! The command line. A command that fails says what to do, on standard error,
//! and exits with 1; a wrong flag exits with 2, and a command that is not for this kind of
//! database with 3.

use app::{error::AppError, profile::rules::date::Date};
use clap::{Parser, Subcommand};
use std::{
    error::Error,
    fmt,
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
    time::Instant,
};

use crate::{
    accounts::roles,
    clock::Clock,
    config::{self, DataSettings},
    database::NotAFile,
    http::endpoints::assets::BuiltFiles,
    log,
    profiles::each_profile,
    schema_check::{self, Report},
    schema_file::{read_schema, schema_of},
    serve,
};
use store_sqlite::{backup, restore};

/// User accounts and user profiles for the web, in one program.
#[derive(Debug, Parser)]
#[command(name = "silhouette", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the site.
    Serve(Box<config::Flags>),
    /// Manage users.
    #[command(subcommand)]
    User(UserCommand),
    /// Work with the schema, which defines the fields of a profile.
    #[command(subcommand)]
    Schema(SchemaCommand),
    /// Back up the database to one consistent file, also while the site is running.
    ///
    /// Only the current user can read the file. An existing file is never overwritten.
    Backup {
        /// The file to create.
        file: PathBuf,
        #[command(flatten)]
        flags: config::DataFlags,
    },
    /// Replace the database by a backup. Stop the site first.
    ///
    /// The current database is kept beside it.
    Restore {
        /// The backup to restore.
        file: PathBuf,
        #[command(flatten)]
        flags: config::DataFlags,
    },
}

#[derive(Debug, Subcommand)]
enum UserCommand {
    /// Change a user's role, as of their next request.
    Role {
        /// The username.
        name: String,
        /// A role that the schema defines.
        role: String,
        #[command(flatten)]
        flags: config::DataFlags,
    },
    /// Lock a user out: log them out at once, and hide their profile.
    Disable {
        /// The username.
        name: String,
        /// The reason, which the user can read in their activity if they are enabled again.
        #[arg(long)]
        reason: Option<String>,
        #[command(flatten)]
        flags: config::DataFlags,
    },
    /// Let a disabled user log in again.
    Enable {
        /// The username.
        name: String,
        #[command(flatten)]
        flags: config::DataFlags,
    },
}

#[derive(Debug, Subcommand)]
enum SchemaCommand {
    /// Report what another schema would do to the existing profiles, without changing anything.
    ///
    /// It is compared with the current schema: the one set by --schema, SILHOUETTE_SCHEMA or
    /// silhouette.toml, or the built-in one.
    ///
    /// Exits with 0 if no value would become invalid, hidden, or visible to more people; with 3 if
    /// any would; with 1 if the check failed.
    Check {
        /// The new schema.
        file: PathBuf,
        #[command(flatten)]
        flags: config::DataFlags,
    },
}

/// The exit status of `schema check` for a valid schema that would hide, invalidate or expose
/// values.
const NOT_HARMLESS: u8 = 3;

/// The exit status for a wrong flag or a wrong value of one, the same as clap's own.
const WRONG_USAGE: u8 = 2;

/// Runs the command that the arguments of this process name.
///
/// `files` gives those of the site, for `serve`.
pub async fn run(files: fn() -> BuiltFiles) -> ExitCode {
    let Cli { command } = Cli::parse();
    // `serve` logs its work, other commands only their problems.
    let level = if let Command::Serve(_) = command {
        "info"
    } else {
        "warn"
    };
    log::start(
        level,
        &format!("{},{}", store_sqlite::LOG, store_postgres::LOG),
    );
    let done = match command {
        Command::Serve(flags) => serve(*flags, &files()).await,
        Command::User(UserCommand::Role { name, role, flags }) => {
            set_role(&name, &role, flags).await
        }
        Command::User(UserCommand::Disable {
            name,
            reason,
            flags,
        }) => set_disabled(&name, true, reason, flags).await,
        Command::User(UserCommand::Enable { name, flags }) => {
            set_disabled(&name, false, None, flags).await
        }
        Command::Schema(SchemaCommand::Check { file, flags }) => check_schema(file, flags).await,
        Command::Backup { file, flags } => backup(file, flags).await,
        Command::Restore { file, flags } => restore(file, flags).await,
    };
    let code = done.unwrap_or_else(|error| {
        // The log cuts long lines, so each line of the message is one of the log.
        let said = format!("silhouette: {error}");
        said.lines().for_each(log::line);
        if error.is::<NotAFile>() {
            return NOT_FOR_THIS.into();
        }
        let setting = error.downcast_ref::<config::ConfigError>();
        match setting.is_some_and(config::ConfigError::is_of_a_flag) {
            true => WRONG_USAGE.into(),
            false => ExitCode::FAILURE,
        }
    });
    log::end();
    code
}

/// The exit status of a command that is not for this kind of database.
const NOT_FOR_THIS: u8 = 3;

const BACK_UP: &str = "pg_dump --format=custom --file=FILE DATABASE";

const RESTORE: &str = "pg_restore --exit-on-error --single-transaction --dbname=NEW_AND_EMPTY FILE";

/// Writes a result to standard output, ignoring a closed one.
fn say(text: fmt::Arguments<'_>) {
    let _ = io::stdout().write_fmt(text);
}

type Done = Result<ExitCode, Box<dyn Error>>;

async fn serve(flags: config::Flags, files: &BuiltFiles) -> Done {
    serve::serve(config::Settings::read(flags)?, files).await?;
    Ok(ExitCode::SUCCESS)
}

async fn set_role(username: &str, role: &str, flags: config::DataFlags) -> Done {
    let settings = DataSettings::read(flags)?;
    let schema = schema_of(settings.schema.as_deref())?;
    let Some(role) = schema.role(role) else {
        let roles: Vec<&str> = schema.roles.iter().map(|role| role.key.as_str()).collect();
        let roles = roles.join(", ");
        return Err(format!("there is no role \"{role}\"; the schema defines {roles}").into());
    };
    let store = settings.database.open_existing().await?;
    let now = Clock::system().now();
    let was = roles::set_role(&store, username, &role.key, &schema, now).await;
    store.close().await;
    let was = was
        .map_err(describe)?
        .ok_or_else(|| format!("there is no user \"{username}\""))?;
    if was == role.key {
        say(format_args!("{username} already has the role {was}.\n"));
    } else {
        say(format_args!(
            "{username} now has the role {} (was {was}).\n",
            role.key
        ));
    }
    Ok(ExitCode::SUCCESS)
}

async fn set_disabled(
    username: &str,
    disabled: bool,
    reason: Option<String>,
    flags: config::DataFlags,
) -> Done {
    let settings = DataSettings::read(flags)?;
    let schema = schema_of(settings.schema.as_deref())?;
    let store = settings.database.open_existing().await?;
    let now = Clock::system().now();
    let was = roles::set_disabled(&store, username, disabled, reason, &schema, now);
    let was = was.await;
    store.close().await;
    let was = was
        .map_err(describe)?
        .ok_or_else(|| format!("there is no user \"{username}\""))?;
    let state = if disabled { "disabled" } else { "enabled" };
    if was == disabled {
        say(format_args!("{username} is already {state}.\n"));
    } else {
        say(format_args!("{username} is now {state}.\n"));
    }
    Ok(ExitCode::SUCCESS)
}

/// The message for an error of the store, whose details are in the log above.
fn describe(error: AppError) -> String {
    let (title, explanation) = app::text::error_page(&error);
    format!("{title}. {explanation}")
}

async fn check_schema(file: PathBuf, flags: config::DataFlags) -> Done {
    let settings = DataSettings::read(flags)?;
    let schema = read_schema(&file)?;
    let in_force = schema_of(settings.schema.as_deref())?;
    let store = settings.database.open_to_read().await?;
    let mut report = Report::new(&in_force, &schema, schema_check::today());
    let read = each_profile(&store, |role, stored| report.add(role, stored)).await;
    store.close().await;
    read.map_err(describe)?;
    say(format_args!("{report}"));
    Ok(match report.is_harmless() {
        true => ExitCode::SUCCESS,
        false => NOT_HARMLESS.into(),
    })
}

async fn backup(file: PathBuf, flags: config::DataFlags) -> Done {
    let settings = DataSettings::read(flags)?;
    let database = settings.database.file(BACK_UP)?;
    let start = Instant::now();
    let backup = backup::backup(database, &file, tell_progress).await?;
    say(format_args!(
        "{} now holds {} from {} ({} bytes, {:.1} seconds).\n",
        file.display(),
        users(backup.users),
        settings.database,
        backup.bytes,
        start.elapsed().as_secs_f32()
    ));
    Ok(ExitCode::SUCCESS)
}

async fn restore(file: PathBuf, flags: config::DataFlags) -> Done {
    let settings = DataSettings::read(flags)?;
    let database = settings.database.file(RESTORE)?;
    let now = Clock::system().now();
    let restored = restore::restore(&file, database, now, tell_progress).await?;
    let changed = restored.changed_at.map_or_else(String::new, |at| {
        let day = Date::from_days(at.div_euclid(24 * 60 * 60 * 1000));
        format!(", last changed on {day}")
    });
    say(format_args!(
        "{} is now {}: {}{changed}.\n",
        settings.database,
        file.display(),
        users(restored.users)
    ));
    if let Some(kept) = restored.kept {
        say(format_args!(
            "The previous database is kept as {}.\n",
            kept.display()
        ));
    }
    if restored.is_older {
        say(format_args!(
            "It was made by an older version; `silhouette serve` will migrate it.\n"
        ));
    }
    Ok(ExitCode::SUCCESS)
}

fn users(number: i64) -> String {
    match number {
        1 => "1 user".to_owned(),
        _ => format!("{number} users"),
    }
}

fn tell_progress(done: u64, of: u64) {
    const MEGABYTE: u64 = 1_000_000;
    log::line(&format!(
        "{} of {} MB",
        done / MEGABYTE,
        of.div_ceil(MEGABYTE)
    ));
}
