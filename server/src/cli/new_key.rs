//! `silhouette new-key`: replacing a lost site key.

use std::process::ExitCode;

use super::{
    outcome::{Done, describe, failed},
    terminal::say,
};
use crate::{
    accounts::second::replace_key,
    clock::Clock,
    config::{Flags, Settings},
    site_key::SiteKey,
};

/// Runs the command.
pub async fn new_key(yes: bool, flags: Flags) -> Done {
    let settings = Settings::read(flags)?;
    let database = &settings.data.database;
    let store = database.open_existing().await?;
    let mut reader = store.reader().await.map_err(failed)?;
    let apps = reader.count_factors().await.map_err(failed)?.apps;
    drop(reader);
    if !yes && apps > 0 {
        store.close().await;
        let text = format!(
            "this removes {apps} authenticator apps and cannot be undone; if the site key is lost, pass --yes"
        );
        return Err(text.into());
    }
    let key = match settings.site_key {
        Some(key) => key,
        None => SiteKey::read_or_make(&database.key_file())?,
    };
    let removed = replace_key(&store, &key, Clock::system().now()).await;
    store.close().await;
    let removed = removed.map_err(describe)?;
    say(format_args!(
        "The new site key is now in use; {removed} authenticator apps were removed.\n"
    ));
    Ok(ExitCode::SUCCESS)
}
