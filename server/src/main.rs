//! The program `silhouette`.

use mimalloc::MiMalloc;
use rust_embed::Embed;
use server::BuiltFiles;
use std::{borrow::Cow, process::ExitCode};

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// The built styles, scripts and other assets: embedded in release builds, else read from disk.
#[derive(Embed)]
#[folder = "$CARGO_MANIFEST_DIR/../target/site"]
#[allow_missing = true]
struct BuiltSite;

fn built_files() -> BuiltFiles {
    let file = |path: Cow<'static, str>| Some((path.clone(), BuiltSite::get(&path)?.data));
    BuiltSite::iter().filter_map(file).collect()
}

fn main() -> ExitCode {
    // Before any threads start, which would use up the memory limit of a worker process.
    server::media::work_alone().unwrap_or_else(|| server::cli::run(built_files))
}
