//! `silhouette user rename`: changing a username.

use app::{
    account::types::username::{NEW_USERNAME, Username},
    error::AppError,
};
use std::process::ExitCode;

use super::account::{Site, no_such_user};
use crate::{
    accounts::names::rename_by_command,
    cli::{
        outcome::{Done, describe},
        terminal::say,
    },
    clock::Clock,
    config::DataFlags,
};

pub async fn rename(username: &str, new: &str, flags: DataFlags) -> Done {
    let name = Username::parse(new)
        .map_err(|violation| describe(AppError::invalid(NEW_USERNAME, violation)))?;
    let new = name.as_str().to_owned();
    let site = Site::open_by(flags).await?;
    let now = Clock::system().now();
    let was = rename_by_command(&site.store, username, name, &site.schema, now).await;
    site.store.close().await;
    let was = was
        .map_err(describe)?
        .ok_or_else(|| no_such_user(username))?;
    if was == new {
        say(format_args!("{was} already has that name.\n"));
    } else {
        say(format_args!("{was} is now {new}.\n"));
    }
    Ok(ExitCode::SUCCESS)
}
