//! `silhouette user list` and `show`: printing accounts.

use app::{
    account::types::{managed::ManagedAccount, username::Username},
    error::AppError,
};
use clap::ValueEnum;
use serde_json::Value;
use std::process::ExitCode;

use super::{
    account::{Site, find_role},
    factors,
};
use crate::{
    accounts::second::factors_of,
    cli::{
        outcome::{Done, describe},
        terminal::{Table, minutes, say, say_json},
    },
    config::{DataFlags, DataSettings},
    csv::line,
    http::endpoints::user_list::{COLUMNS, csv_line},
};

/// The state of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum State {
    Active,
    /// Waiting for approval.
    Waiting,
    Disabled,
    /// Closed by its owner, to be erased.
    Closed,
    /// Refused, to be erased as soon as its owner has been told.
    Refused,
}

/// The output format of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListForm {
    Table,
    Json,
    Csv,
}

pub async fn list(
    role: Option<String>,
    status: Option<State>,
    form: ListForm,
    flags: DataFlags,
) -> Done {
    /// Number of accounts read at once.
    const PAGE: u32 = 1000;
    let settings = DataSettings::read(flags)?;
    let store = settings.database.open_to_read().await?;
    let site = Site::on(store, &settings).await?;
    if let Some(role) = &role {
        find_role(&site.schema, role)?;
    }
    let status = status.and_then(|status| status.to_possible_value());
    let mut table = Table::new([
        "USERNAME",
        "ROLE",
        "STATUS",
        "SIGNED UP",
        "LAST LOGIN",
        "EMAIL",
    ]);
    let (mut objects, mut after) = (Vec::new(), String::new());
    if form == ListForm::Csv {
        say(format_args!("{}", line(COLUMNS)));
    }
    loop {
        let mut reader = site
            .store
            .reader()
            .await
            .map_err(AppError::from)
            .map_err(describe)?;
        let page = reader.accounts("", &after, PAGE).await;
        let page = page.map_err(AppError::from).map_err(describe)?;
        drop(reader);
        let Some(last) = page.last() else { break };
        after = Username::key_of(&last.username);
        for account in page {
            let has_role = role
                .as_ref()
                .is_none_or(|role| site.role_of(&account) == role);
            let is_in = status
                .as_ref()
                .is_none_or(|status| account.state.word() == status.get_name());
            if !(has_role && is_in) {
                continue;
            }
            match form {
                ListForm::Json => objects.push(site.facts(&account)),
                ListForm::Csv => say(format_args!("{}", csv_line(&site.schema, &account))),
                ListForm::Table => table.row([
                    account.username.clone(),
                    site.role_of(&account).to_owned(),
                    account.state.word().to_owned(),
                    minutes(account.created_at),
                    account
                        .last_login_at
                        .map_or_else(|| "never".to_owned(), minutes),
                    address(&account),
                ]),
            }
        }
    }
    site.store.close().await;
    match form {
        ListForm::Json => say_json(&Value::Array(objects)),
        ListForm::Csv => {}
        ListForm::Table => table.say("no users"),
    }
    Ok(ExitCode::SUCCESS)
}

/// The address of an account, with a note if it is not confirmed.
fn address(account: &ManagedAccount) -> String {
    match (&account.email, &account.pending_email) {
        (Some(email), _) => email.clone(),
        (None, Some(pending)) => format!("{pending} (not confirmed)"),
        (None, None) => String::new(),
    }
}

pub async fn show(name: &str, json: bool, flags: DataFlags) -> Done {
    let site = Site::open_by(flags).await?;
    let account = site.account(name).await?;
    let mut facts = site.facts(&account);
    let factors = factors_of(&site.store, account.id).await;
    site.store.close().await;
    let factors = factors.map_err(describe)?;
    if json {
        facts["second_factors"] = factors::facts(&factors);
        say_json(&facts);
        return Ok(ExitCode::SUCCESS);
    }
    let mut lines = vec![
        ("username", account.username.clone()),
        (
            "role",
            site.schema
                .effective_role(account.role.as_deref())
                .to_owned(),
        ),
        ("status", account.state.word().to_owned()),
        ("second factors", factors::words(&factors)),
    ];
    let times = [
        ("erased at", account.erase_at),
        ("waiting since", account.waits_since),
        ("signed up", Some(account.created_at)),
        ("last login", account.last_login_at),
    ];
    for (label, at) in times {
        lines.extend(at.map(|at| (label, minutes(at) + " UTC")));
    }
    let addresses = [
        ("email", account.email),
        ("email, not confirmed", account.pending_email),
    ];
    for (label, address) in addresses {
        lines.extend(address.map(|address| (label, address)));
    }
    for (label, value) in lines {
        say(format_args!("{label:<21} {value}\n"));
    }
    Ok(ExitCode::SUCCESS)
}
