//! The program `silhouette`.

use mimalloc::MiMalloc;
use rust_embed::Embed;
use server::BuiltFiles;
use std::{borrow::Cow, process::ExitCode};

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// A release build has them in it, so that it needs no other files; a debug build reads them.
#[derive(Embed)]
#[folder = "$CARGO_MANIFEST_DIR/../target/site"]
#[allow_missing = true]
struct BuiltSite;

fn built_files() -> BuiltFiles {
    let file = |path: Cow<'static, str>| Some((path.clone(), BuiltSite::get(&path)?.data));
    BuiltSite::iter().filter_map(file).collect()
}

fn main() -> ExitCode {
    // Before there are threads, which would take of its memory.
    server::media::work_alone().unwrap_or_else(|| server::cli::run(built_files))
}
