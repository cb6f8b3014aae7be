//! The command line. A command that fails prints what to do about it to standard error, and exits
//! with 1; a wrong flag exits with 2, and a command that does not support this kind of database
//! with 3.
//!
//! | file | what |
//! |---|---|
//! | `user` | `silhouette user` |
//! | `invitation` | `silhouette user invite`, `silhouette invitation` |
//! | `schema` | `silhouette schema` |
//! | `healthcheck` | `silhouette healthcheck` |
//! | `doctor` | `silhouette doctor` |
//! | `import` | `silhouette import`, `silhouette user import` |
//! | `new_key` | `silhouette new-key` |
//! | `relocate` | `silhouette move` |
//! | `outcome` | the outcome of a command |
//! | `terminal` | standard input and output |

mod doctor;
mod healthcheck;
mod import;
mod invitation;
mod new_key;
mod outcome;
mod relocate;
mod schema;
mod terminal;
mod user;

use app::profile::rules::date::Date;
use clap::{CommandFactory, Parser, Subcommand};
use clap_complete::Shell;
use std::{mem, path::PathBuf, process::ExitCode, time::Instant};

use crate::{
    clock::Clock,
    config::{self, ConfigError, DataSettings, Settings},
    database::NotAFile,
    http::endpoints::assets::BuiltFiles,
    log::{self, LogFormat},
    serve,
};
use import::django::ImportDjango;
use invitation::InvitationCommand;
use outcome::{Done, Usage, users};
use relocate::Move;
use schema::SchemaCommand;
use store_sqlite::{backup, restore};
use terminal::{say, say_bytes};
use user::UserCommand;

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
    /// List and end invitations; `user invite` creates them.
    #[command(subcommand)]
    Invitation(InvitationCommand),
    /// Work with the schema, which defines the fields of a profile.
    #[command(subcommand)]
    Schema(SchemaCommand),
    /// Check the whole site: database, profiles, settings, files and clock. Gives advice on each
    /// problem.
    ///
    /// Takes the same settings as `serve`, and can run while the site is running. Exits with 0 if
    /// there is nothing to do, and with 3 if there is.
    Doctor {
        /// Repair what can be repaired without losing data.
        #[arg(long)]
        fix: bool,
        /// Print an array of JSON objects.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        flags: Box<config::Flags>,
    },
    /// Check whether the site on this machine is ready, at the address it listens on.
    ///
    /// Exits with 0 if it is, and with 1 if it is not or does not answer within five seconds.
    Healthcheck {
        #[command(flatten)]
        flags: Box<config::Flags>,
    },
    /// Import users from another program.
    #[command(subcommand)]
    Import(ImportCommand),
    /// Print the completion script for a shell. Save it where the shell looks for completions.
    ///
    /// For bash: silhouette completions bash >~/.local/share/bash-completion/completions/silhouette
    Completions {
        /// The shell.
        shell: Shell,
    },
    /// Print the manual page of the program, or of a command such as `user create`.
    ///
    /// To read it: silhouette man user create | man -l -
    Man {
        /// The command.
        command: Vec<String>,
    },
    /// Back up the database to one consistent file, even while the site is running.
    ///
    /// Only the current user can read the file. An existing file is never overwritten.
    Backup {
        /// The file to create.
        file: PathBuf,
        /// Keep the newest NUMBER backups in the folder of FILE, including this one, and delete the
        /// others. Only backups made by this program are deleted, and only if their names differ
        /// from FILE in nothing but digits.
        #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..))]
        keep: Option<u32>,
        #[command(flatten)]
        flags: config::DataFlags,
    },
    /// Replace the database with a backup. Stop the site first.
    ///
    /// The current database is kept under another name.
    Restore {
        /// The backup to restore.
        file: PathBuf,
        #[command(flatten)]
        flags: config::DataFlags,
    },
    /// Switch to a new site key after the old one is lost.
    ///
    /// The secrets of authenticator apps can only be read with the lost key, so the apps of all
    /// users are removed. Users then log in with their passkeys or recovery codes, or with their
    /// password alone.
    NewKey {
        /// Remove the authenticator apps without asking.
        #[arg(long)]
        yes: bool,
        #[command(flatten)]
        flags: Box<config::Flags>,
    },
    /// Move the site to another database, from SQLite to PostgreSQL or back. Stop the site first.
    ///
    /// Everything is copied in one transaction and compared on both sides, or nothing is. The
    /// target must be empty; the source is left unchanged.
    Move(Box<Move>),
}

#[derive(Debug, Subcommand)]
enum ImportCommand {
    /// Import the users of a Django project, with their passwords, profiles and pictures.
    ///
    /// Users imported earlier are left unchanged, so the command can be run again. Exits with 0 if
    /// everything was imported, and with 3 if anything was left out or changed, as listed in the
    /// report.
    Django(Box<ImportDjango>),
}

/// The exit status for a wrong flag or a wrong value of one, the same as clap's own.
const WRONG_USAGE: u8 = 2;

/// Parses the arguments of this process, and runs the command.
///
/// `files` returns the site's files; only `serve` calls it.
#[tokio::main]
pub async fn run(files: fn() -> BuiltFiles) -> ExitCode {
    let Cli { mut command } = Cli::parse();
    // `serve` logs its work in the configured format; other commands log only problems, as text.
    let settings = match &mut command {
        Command::Serve(flags) => Some(Settings::read(*mem::take(flags))),
        _ => None,
    };
    let serves = settings.is_some();
    let level = if serves { "info" } else { "warn" };
    let format = match &settings {
        Some(Ok(settings)) => settings.log,
        _ => LogFormat::Text,
    };
    let quiet = format!("{},{}", store_sqlite::LOG, store_postgres::LOG);
    log::start(level, &quiet, format);
    let done = match command {
        Command::Serve(_) => serve(settings, &files()).await,
        Command::User(command) => user::run(command).await,
        Command::Invitation(command) => invitation::run(command).await,
        Command::Schema(command) => schema::run(command).await,
        Command::Doctor { fix, json, flags } => doctor::examine(*flags, fix, json).await,
        Command::Healthcheck { flags } => healthcheck::check(*flags).await,
        Command::Import(ImportCommand::Django(asked)) => import::django::import(*asked).await,
        Command::Completions { shell } => Ok(completions(shell)),
        Command::Man { command } => man(&command),
        Command::Backup { file, keep, flags } => backup(file, keep, flags).await,
        Command::NewKey { yes, flags } => new_key::new_key(yes, *flags).await,
        Command::Move(asked) => relocate::run(*asked).await,
        Command::Restore { file, flags } => restore(file, flags).await,
    };
    let done = match serves {
        // A thread writes the address, and may wait for its reader forever.
        true => done,
        false => done.and_then(|code| Ok(terminal::finish().map(|()| code)?)),
    };
    let code = done.unwrap_or_else(|error| {
        // The log cuts long lines, so each line of the message is logged separately.
        let said = format!("silhouette: {error}");
        said.lines().for_each(log::line);
        if error.is::<NotAFile>() {
            return NOT_FOR_THIS.into();
        }
        if error.is::<Usage>() {
            return WRONG_USAGE.into();
        }
        let setting = error.downcast_ref::<ConfigError>();
        match setting.is_some_and(ConfigError::is_of_a_flag) {
            true => WRONG_USAGE.into(),
            false => ExitCode::FAILURE,
        }
    });
    log::end();
    code
}

/// The exit status of a command that does not support this kind of database.
const NOT_FOR_THIS: u8 = 3;

const BACK_UP: &str = "pg_dump --format=custom --file=FILE DATABASE";

const RESTORE: &str = "pg_restore --exit-on-error --single-transaction --dbname=NEW_AND_EMPTY FILE";

async fn serve(settings: Option<Result<Settings, ConfigError>>, files: &BuiltFiles) -> Done {
    if let Some(settings) = settings {
        serve::serve(settings?, files).await?;
    }
    Ok(ExitCode::SUCCESS)
}

fn completions(shell: Shell) -> ExitCode {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "silhouette", &mut script);
    say_bytes(&script);
    ExitCode::SUCCESS
}

fn man(names: &[String]) -> Done {
    let mut command = Cli::command().disable_help_subcommand(true);
    // Sets the full name of each subcommand.
    command.build();
    for name in names {
        let found = command.find_subcommand(name).cloned();
        command = found.ok_or_else(|| format!("there is no command \"{}\"", names.join(" ")))?;
    }
    let mut page = Vec::new();
    clap_mangen::Man::new(command).render(&mut page)?;
    say_bytes(&page);
    Ok(ExitCode::SUCCESS)
}

async fn backup(file: PathBuf, keep: Option<u32>, flags: config::DataFlags) -> Done {
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
    let key = settings.database.key_file();
    if key.exists() {
        say(format_args!(
            "The site key is not in the backup: keep a copy of {} as well, in another place.\n",
            key.display()
        ));
    }
    if let Some(keep) = keep {
        let deleted = backup::keep(&file, keep as usize).await;
        for path in deleted.map_err(|error| format!("cannot delete old backups: {error}"))? {
            log::line(&format!(
                "{} was deleted; backups to keep: {keep}.",
                path.display()
            ));
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn restore(file: PathBuf, flags: config::DataFlags) -> Done {
    let settings = DataSettings::read(flags)?;
    let database = settings.database.file(RESTORE)?;
    let now = Clock::system().now();
    let restored = restore::restore(&file, database, now, tell_progress).await?;
    let changed = restored.changed_at.map_or_else(String::new, |at| {
        let day = Date::at(at);
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
            "The backup was made by an older version; `silhouette serve` will migrate it.\n"
        ));
    }
    Ok(ExitCode::SUCCESS)
}

fn tell_progress(done: u64, of: u64) {
    const MEGABYTE: u64 = 1_000_000;
    log::line(&format!(
        "{} of {} MB",
        done / MEGABYTE,
        of.div_ceil(MEGABYTE)
    ));
}
