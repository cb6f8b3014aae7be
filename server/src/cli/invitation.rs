//! `silhouette user invite` and `silhouette invitation`: invitations by the operator.

use app::{
    account::types::invitation::{DAYS, GIVEN_ROLE, Invitation, NewInvitation, USES},
    error::AppError,
    form::Form,
};
use clap::{Args, Subcommand};
use serde_json::json;
use std::process::ExitCode;

use super::{
    outcome::{Done, describe},
    terminal::{Table, minutes, say, say_json},
    user::account::{Site, find_role},
};
use crate::{
    accounts::invitations,
    clock::{Clock, rfc3339},
    config::{AccountFlags, AccountSettings, DataFlags},
    log,
    schema_check::today,
};

#[derive(Debug, Args)]
pub struct Invite {
    /// The email address to send the invitation to. Without one, a link is printed.
    #[arg(value_name = "ADDRESS")]
    email: Option<String>,
    /// A role that the schema defines. [default: the first one]
    #[arg(long)]
    role: Option<String>,
    /// A value to fill in on the sign-up form, for a field that is on it. Can be repeated.
    #[arg(long, value_name = "KEY=VALUE")]
    field: Vec<String>,
    /// Days for which the invitation is valid, from 1 to 90. [default: 14]
    #[arg(long)]
    days: Option<String>,
    /// Number of people who can join with the link, from 1 to 1000. [default: 1]
    #[arg(long, conflicts_with = "email")]
    uses: Option<String>,
    /// Print the link instead of emailing it. People who join with it still have to confirm the
    /// address.
    #[arg(long)]
    link: bool,
    #[command(flatten)]
    flags: AccountFlags,
}

#[derive(Debug, Subcommand)]
pub enum InvitationCommand {
    /// List all invitations, the newest first.
    List {
        /// Print an array of JSON objects.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        flags: DataFlags,
    },
    /// End an invitation, so that nobody can join with it any more.
    End {
        /// The number of the invitation.
        id: i64,
        #[command(flatten)]
        flags: DataFlags,
    },
}

/// Runs an invitation command.
pub async fn run(command: InvitationCommand) -> Done {
    match command {
        InvitationCommand::List { json, flags } => list(json, flags).await,
        InvitationCommand::End { id, flags } => end(id, flags).await,
    }
}

pub async fn invite(invite: Invite) -> Done {
    let settings = AccountSettings::read(invite.flags)?;
    let site = Site::open(&settings.data).await?;
    if let Some(role) = &invite.role {
        find_role(&site.schema, role)?;
    }
    let mut form = Form::default();
    for (name, value) in [
        ("email", invite.email),
        (GIVEN_ROLE, invite.role),
        (DAYS, invite.days),
        (USES, invite.uses),
    ] {
        if let Some(value) = value {
            form.push(name, value);
        }
    }
    for pair in &invite.field {
        let (key, value) = pair
            .split_once('=')
            .ok_or_else(|| format!("\"{pair}\" does not have the form KEY=VALUE"))?;
        if !site.schema.sign_up_fields().any(|field| field.key == key) {
            return Err(format!("the sign-up form has no field \"{key}\"").into());
        }
        form.push(key, value);
    }
    let new = NewInvitation::parse(&form, &site.schema, today(), |_| true).map_err(told)?;
    let address = new.email.as_ref().map(|email| email.as_str().to_owned());
    let is_mailed = address.is_some() && !invite.link;
    let now = Clock::system().now();
    let invited = invitations::invite(&site.store, new, is_mailed, now).await;
    site.store.close().await;
    let (id, token) = invited.map_err(describe)?;
    match (token, address) {
        (Some(token), _) => {
            say(format_args!("{}/join/{token}\n", settings.site_url));
            log::line(&format!(
                "Created invitation {id}. Its link will not be shown again."
            ));
        }
        (None, address) => {
            let to = address.unwrap_or_default();
            log::line(&format!(
                "Created invitation {id}. The site sends it to {to} while it is running."
            ));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The message for an error, with the names of the flags instead of those of the form's inputs.
fn told(error: AppError) -> String {
    describe(error)
        .replace(DAYS, "--days")
        .replace(USES, "--uses")
}

async fn list(json: bool, flags: DataFlags) -> Done {
    let site = Site::open_by(flags).await?;
    let now = Clock::system().now();
    let all = invitations::all_invitations(&site.store, &site.schema, now).await;
    site.store.close().await;
    let all = all.map_err(describe)?;
    if json {
        say_json(&all.iter().map(facts).collect());
        return Ok(ExitCode::SUCCESS);
    }
    let mut table = Table::new(["ID", "STATE", "FOR", "ROLE", "LEFT", "VALID UNTIL", "BY"]);
    for invitation in all {
        let role = site.schema.effective_role(invitation.role.as_deref());
        let role = match invitation.role {
            Some(gone) if gone != role => format!("{role} ({gone} no longer exists)"),
            _ => role.to_owned(),
        };
        table.row([
            invitation.id.to_string(),
            match invitation.is_undelivered {
                true => format!("{}, undelivered", invitation.state.word()),
                false => invitation.state.word().to_owned(),
            },
            invitation.email.unwrap_or_else(|| "a link".to_owned()),
            role,
            format!("{}/{}", invitation.uses_left, invitation.uses),
            minutes(invitation.expires_at),
            invitation
                .by
                .unwrap_or_else(|| "the site operator".to_owned()),
        ]);
    }
    table.say("no invitations");
    Ok(ExitCode::SUCCESS)
}

fn facts(invitation: &Invitation) -> serde_json::Value {
    json!({
        "id": invitation.id,
        "state": invitation.state.word(),
        "email": invitation.email,
        "undelivered": invitation.is_undelivered,
        "role": invitation.role,
        "uses": invitation.uses,
        "uses_left": invitation.uses_left,
        "by": invitation.by,
        "created_at": rfc3339(invitation.created_at),
        "expires_at": rfc3339(invitation.expires_at),
    })
}

async fn end(id: i64, flags: DataFlags) -> Done {
    let site = Site::open_by(flags).await?;
    let ended = invitations::end_invitation(&site.store, id, Clock::system().now()).await;
    site.store.close().await;
    match ended {
        Err(AppError::NotFound) => {
            let advice = "`silhouette invitation list` lists them";
            Err(format!("there is no invitation {id}; {advice}").into())
        }
        Ok(true) => {
            say(format_args!("Invitation {id} has been ended.\n"));
            Ok(ExitCode::SUCCESS)
        }
        Ok(false) => {
            say(format_args!("Invitation {id} had already ended.\n"));
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => Err(describe(error).into()),
    }
}
