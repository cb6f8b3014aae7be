//! The command line. A command that fails says what to do, on standard error,
//! and exits with 1; a wrong flag exits with 2.

use clap::{Parser, Subcommand};
use std::{error::Error, process::ExitCode};

use crate::{config, serve};

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
    Serve(config::Flags),
}

/// Runs the command that the arguments of this process name.
pub async fn run() -> ExitCode {
    let Cli { command } = Cli::parse();
    let done = match command {
        Command::Serve(flags) => serve(flags).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("silhouette: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(flags: config::Flags) -> Result<(), Box<dyn Error>> {
    serve::log_to_stderr();
    serve::serve(config::Settings::read(flags)?).await
}
