//! `silhouette user role`, `disable` and `enable`.

use std::process::ExitCode;

use super::account::{Site, find_role, no_such_user};
use crate::{
    accounts::roles,
    cli::{
        outcome::{Done, describe},
        terminal::say,
    },
    clock::Clock,
    config::DataFlags,
};

pub async fn set_role(username: &str, role: &str, flags: DataFlags) -> Done {
    let site = Site::open_by(flags).await?;
    let role = find_role(&site.schema, role)?;
    let now = Clock::system().now();
    let was = roles::set_role(&site.store, username, &role.key, &site.schema, now).await;
    site.store.close().await;
    let was = was
        .map_err(describe)?
        .ok_or_else(|| no_such_user(username))?;
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

pub async fn set_disabled(
    username: &str,
    disabled: bool,
    reason: Option<String>,
    flags: DataFlags,
) -> Done {
    let site = Site::open_by(flags).await?;
    let now = Clock::system().now();
    let was = roles::set_disabled(&site.store, username, disabled, reason, &site.schema, now);
    let was = was.await;
    site.store.close().await;
    let was = was
        .map_err(describe)?
        .ok_or_else(|| no_such_user(username))?;
    let state = if disabled { "disabled" } else { "enabled" };
    if was == disabled {
        say(format_args!("{username} is already {state}.\n"));
    } else {
        say(format_args!("{username} is now {state}.\n"));
    }
    Ok(ExitCode::SUCCESS)
}
