//! `silhouette user approve` and `refuse`: deciding on a user who is waiting for approval.

use app::{
    account::types::managed::{AccountState, ManagedAccount},
    error::AppError,
    unicode::is_seen,
};
use std::{error::Error, process::ExitCode};

use super::{
    account::Site,
    erase::{asked_and_agreed, plan, tell_plan},
};
use crate::{
    accounts::approval::{Verdict, judge},
    cli::{
        outcome::{Done, describe},
        terminal::say,
    },
    clock::Clock,
    config::DataFlags,
};

pub async fn approve(name: &str, flags: DataFlags) -> Done {
    let site = Site::open_by(flags).await?;
    let account = site.account(name).await?;
    check_waits(&account)?;
    let name = &account.username;
    decide(&site, &account, Verdict::Approve).await?;
    site.store.close().await;
    say(format_args!("{name} is approved.\n"));
    Ok(ExitCode::SUCCESS)
}

pub async fn refuse(name: &str, reason: Option<String>, yes: bool, flags: DataFlags) -> Done {
    let site = Site::open_by(flags).await?;
    let account = site.account(name).await?;
    check_waits(&account)?;
    let name = &account.username;
    let plan = plan(&site.store, &account).await.map_err(describe)?;
    tell_plan(name, &plan);
    if plan.is_forbidden() {
        return Err(format!("{name} cannot be erased until these rows are deleted").into());
    }
    if !yes && !asked_and_agreed(name)? {
        return Err(format!("{name} was not refused").into());
    }
    let reason = reason.filter(|reason| is_seen(reason));
    decide(&site, &account, Verdict::Refuse(reason)).await?;
    site.store.close().await;
    say(format_args!(
        "{name} is refused. The site erases the account within minutes, once its owner has been told.\n"
    ));
    Ok(ExitCode::SUCCESS)
}

async fn decide(
    site: &Site,
    account: &ManagedAccount,
    verdict: Verdict,
) -> Result<(), Box<dyn Error>> {
    let now = Clock::system().now();
    match judge(&site.store, &account.username, verdict, now).await {
        Err(AppError::AlreadyDecided { .. }) => {
            let name = &account.username;
            Err(
                format!("{name} is no longer waiting for approval; someone else has just decided")
                    .into(),
            )
        }
        decided => Ok(decided.map_err(describe)?),
    }
}

fn check_waits(account: &ManagedAccount) -> Result<(), String> {
    match account.state {
        AccountState::Waiting => Ok(()),
        state => {
            let (name, state) = (&account.username, state.word());
            Err(format!(
                "{name} is not waiting for approval; the account is {state}"
            ))
        }
    }
}
