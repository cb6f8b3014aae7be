//! `silhouette user erase`: printing the plan, asking for confirmation, and carrying out that plan.

use app::{
    account::types::{
        erasure::{Effect, ErasurePlan},
        managed::ManagedAccount,
    },
    error::AppError,
};
use std::{
    error::Error,
    io::{self, IsTerminal},
    process::ExitCode,
};
use store::Store;

use super::account::Site;
use crate::{
    accounts::deletion,
    cli::{
        outcome::{Done, Usage, describe},
        terminal::{first_line, say},
    },
    clock::Clock,
    config::DataFlags,
    log,
};

pub async fn erase(name: &str, yes: bool, flags: DataFlags) -> Done {
    let site = Site::open_by(flags).await?;
    let account = site.account(name).await?;
    let plan = plan(&site.store, &account).await.map_err(describe)?;
    tell_plan(&account.username, &plan);
    if plan.is_forbidden() {
        return Err(format!("{name} cannot be erased until these rows are deleted").into());
    }
    if !yes && !asked_and_agreed(&account.username)? {
        return Err(format!("{name} was not erased").into());
    }
    let now = Clock::system().now();
    let erased = deletion::erase(&site.store, account.id, plan.outline(), &site.schema, now).await;
    site.store.close().await;
    erased.map_err(describe)?;
    say(format_args!("{} is erased.\n", account.username));
    Ok(ExitCode::SUCCESS)
}

pub async fn plan(store: &Store, account: &ManagedAccount) -> Result<ErasurePlan, AppError> {
    Ok(store.snapshot().await?.plan(account.id).await?)
}

pub fn tell_plan(username: &str, plan: &ErasurePlan) {
    log::line(&format!("Erasing {username}:"));
    for (fate, words) in [
        (Effect::Goes, "erased"),
        (Effect::Nameless, "kept, without the name"),
        (Effect::Forbids, "preventing it"),
    ] {
        for impact in plan.with(fate) {
            let rows = match impact.rows {
                1 => "1 row".to_owned(),
                rows => format!("{rows} rows"),
            };
            log::line(&format!("  {words}: {rows} of {}", impact.table));
        }
    }
}

/// Asks for the username as confirmation.
///
/// # Errors
/// [`Usage`] if standard input is not a terminal.
pub fn asked_and_agreed(username: &str) -> Result<bool, Box<dyn Error>> {
    if !io::stdin().is_terminal() {
        return Err(Usage(
            "erasing needs confirmation, but standard input is not a terminal; pass --yes",
        )
        .into());
    }
    log::line("This cannot be undone. Type the username to confirm:");
    Ok(first_line()?.trim() == username)
}
