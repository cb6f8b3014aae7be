//! `silhouette user create` and `link`: creating users, and links to choose a password.

use app::{
    account::types::{
        email::Email,
        managed::AccountState,
        password::{Password, PasswordRules},
        username::Username,
    },
    error::{AppError, Violations},
};
use clap::Args;
use std::{process::ExitCode, sync::Arc};
use store::Store;

use super::account::{Site, find_role};
use crate::{
    accounts::management::{self, HandedOut, NewAccount},
    cli::{
        outcome::{Done, describe},
        terminal::{first_line, minutes, say},
    },
    clock::Clock,
    config::{AccountFlags, AccountSettings},
    limits::{Limits, limiter::Limiter},
    log,
    password::{Cost, Passwords},
    password_rules::is_guessable,
};

#[derive(Debug, Args)]
pub struct Create {
    /// The username.
    name: String,
    /// An email address. It takes effect once the user confirms it with the link sent to it.
    #[arg(long, value_name = "ADDRESS")]
    email: Option<String>,
    /// A role that the schema defines. [default: the first one]
    #[arg(long)]
    role: Option<String>,
    #[command(flatten)]
    password: FirstPassword,
    #[command(flatten)]
    flags: AccountFlags,
}

/// The way to the first password.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct FirstPassword {
    /// Print a link to choose a password, which the user can use once, within three days.
    #[arg(long)]
    link: bool,
    /// Read the password from the first line of standard input.
    #[arg(long)]
    password_stdin: bool,
}

pub async fn create_user(create: Create) -> Done {
    let settings = AccountSettings::read(create.flags)?;
    let typed = match create.password.password_stdin {
        true => Some(first_line()?),
        false => None,
    };
    let site = Site::open(&settings.data).await?;
    if let Some(role) = &create.role {
        find_role(&site.schema, role)?;
    }
    let now = Clock::system().now();
    let mut violations = Violations::default();
    let username = violations.take("username", Username::parse(&create.name));
    let email = create.email.as_deref().map(Email::parse).transpose();
    let email = violations.take("email", email);
    let (Some(username), Some(email)) = (username, email) else {
        return Err(describe(violations.into()).into());
    };
    let password_hash = match typed {
        Some(typed) => {
            let names = [username.as_str(), email.as_ref().map_or("", Email::as_str)];
            let hash = hash(&site.store, &typed, &names, settings.password_min, now).await;
            Some(hash.map_err(describe)?)
        }
        None => None,
    };
    let name = username.as_str().to_owned();
    let new = NewAccount {
        username,
        email,
        password_hash,
        role: create.role.clone(),
    };
    let user = management::create(&site.store, new, &site.schema, now).await;
    let user = user.map_err(describe)?;
    let role = site.schema.effective_role(create.role.as_deref());
    log::line(&format!("Created {name}, with the role {role}."));
    if create.password.link {
        let link = management::hand_out_link(&site.store, user, now).await;
        say_link(&settings.site_url, &link.map_err(describe)?);
    }
    site.store.close().await;
    Ok(ExitCode::SUCCESS)
}

/// Hashes a password, after checking it by the rules for every new password.
async fn hash(
    store: &Store,
    typed: &str,
    names: &[&str],
    min_length: usize,
    now: i64,
) -> Result<String, AppError> {
    let passwords = Passwords::new(Cost::Recommended);
    let limiter = Limiter {
        limits: Arc::new(Limits::off()),
        store: store.clone(),
    };
    let own = names.iter().map(|name| (*name).to_owned()).collect();
    let guessable = is_guessable(&passwords, &limiter, typed, own, "", now).await?;
    let rules = PasswordRules {
        min_length,
        guessable,
    };
    let password = Password::parse(typed, names, rules);
    let password = password.map_err(|violation| AppError::invalid("password", violation))?;
    passwords.hash(&password).await
}

fn say_link(site_url: &str, link: &HandedOut) {
    say(format_args!("{site_url}/reset/{}\n", link.token));
    let until = minutes(link.expires_at);
    log::line(&format!("The link works once, until {until} UTC."));
}

pub async fn link(name: &str, flags: AccountFlags) -> Done {
    let settings = AccountSettings::read(flags)?;
    let site = Site::open(&settings.data).await?;
    let account = site.account(name).await?;
    if account.state == AccountState::Disabled {
        return Err(format!(
            "{name} is disabled and could not log in with a link; run `silhouette user enable {name}` first"
        )
        .into());
    }
    let now = Clock::system().now();
    let link = management::hand_out_link(&site.store, account.id, now).await;
    site.store.close().await;
    say_link(&settings.site_url, &link.map_err(describe)?);
    Ok(ExitCode::SUCCESS)
}
