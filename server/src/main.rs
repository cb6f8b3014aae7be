//! The program `silhouette`.

use mimalloc::MiMalloc;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    // Before there are threads, which would take of its memory.
    server::media::work_alone().unwrap_or_else(run)
}

#[tokio::main]
async fn run() -> ExitCode {
    server::cli::run().await
}
