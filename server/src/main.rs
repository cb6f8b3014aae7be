//! The program `silhouette`.

use std::process::ExitCode;

fn main() -> ExitCode {
    // Before there are threads, which would take of its memory.
    server::media::work_alone().unwrap_or_else(run)
}

#[tokio::main]
async fn run() -> ExitCode {
    server::cli::run().await
}
